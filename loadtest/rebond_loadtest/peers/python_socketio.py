"""python-socketio alone, as an ASGI application on uvicorn."""
# The library is not installed where this file is checked, only where it runs.
# pyright: basic, reportMissingImports=false, reportMissingModuleSource=false

import sys

import socketio
import uvicorn

server = socketio.AsyncServer(async_mode="asgi")
app = socketio.ASGIApp(server)


@server.event
async def message(sid: str, data: object) -> None:
    await server.emit("message", data)


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
