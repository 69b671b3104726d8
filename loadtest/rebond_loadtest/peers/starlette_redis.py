"""Starlette on uvicorn, several such programs one room by Redis pub/sub: what one would write by hand.

A message is published as it comes; each program hears the channel once and sends to its own sockets in a loop.
redis-py reads with hiredis, as its documentation recommends.
"""
# redis-py's own annotations say Unknown in places.
# pyright: basic

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import uvicorn
from redis.asyncio import Redis
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

port, address = sys.argv[1:]
room: set[WebSocket] = set()
redis = Redis.from_url(address, decode_responses=True)


async def relay(socket: WebSocket) -> None:
    await socket.accept()
    room.add(socket)
    try:
        while True:
            await redis.publish("room", await socket.receive_text())
    except WebSocketDisconnect:
        pass
    finally:
        room.discard(socket)


@asynccontextmanager
async def hearing(_: Starlette) -> AsyncGenerator[None]:
    async with redis.pubsub() as heard:
        await heard.subscribe("room")

        async def send_to_all() -> None:
            async for message in heard.listen():
                if message["type"] == "message":
                    for other in list(room):
                        await other.send_text(message["data"])

        sending = asyncio.create_task(send_to_all())
        yield
        sending.cancel()


app = Starlette(routes=[WebSocketRoute("/", relay)], lifespan=hearing)

if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="warning")
