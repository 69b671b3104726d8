"""The websockets library and its `broadcast`, on uvloop.

As its documentation has it (Broadcasting; Performance recommends both). Compression is left to what a client offers,
and none is offered.
"""

import sys

import uvloop
from websockets.asyncio.server import ServerConnection, broadcast, serve

room: set[ServerConnection] = set()


async def relay(connection: ServerConnection) -> None:
    room.add(connection)
    try:
        async for message in connection:
            broadcast(room, message)
    finally:
        room.discard(connection)


async def main() -> None:
    async with serve(relay, "127.0.0.1", int(sys.argv[1])) as server:
        await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main())
