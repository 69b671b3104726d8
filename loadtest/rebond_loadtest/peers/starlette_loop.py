"""Starlette on uvicorn, sending to everybody in a loop.

uvicorn takes uvloop and httptools where they are there, as here, and `websockets` for the protocol; compression is left
to what a client offers, and none is offered.
"""

import sys

import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

room: set[WebSocket] = set()


async def relay(socket: WebSocket) -> None:
    await socket.accept()
    room.add(socket)
    try:
        while True:
            message = await socket.receive_text()
            for other in list(room):
                await other.send_text(message)
    except WebSocketDisconnect:
        pass
    finally:
        room.discard(socket)


app = Starlette(routes=[WebSocketRoute("/", relay)])

if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
