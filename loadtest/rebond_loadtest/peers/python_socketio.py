"""python-socketio as an ASGI application on uvicorn; given the address of a Redis, with its own manager for that.

As its documentation has it (Deployment Strategies: uvicorn; Using a Message Queue: AsyncRedisManager). uvicorn takes
uvloop and httptools where they are there, as here; compression is left to what a client offers, and none is offered.
"""
# The library is not installed where this file is checked, only where it runs.
# pyright: basic, reportMissingImports=false, reportMissingModuleSource=false

import sys

import socketio
import uvicorn

port, *redis = sys.argv[1:]
server = socketio.AsyncServer(async_mode="asgi", client_manager=socketio.AsyncRedisManager(redis[0]) if redis else None)
app = socketio.ASGIApp(server)


@server.event
async def message(sid: str, data: object) -> None:
    await server.emit("message", data)


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="warning")
