"""A Python client for Rebond, for bots, bridges, tests and load: `rebond_protocol`'s session on asyncio and websockets.

    joined = await rebond_client.join("http://localhost:8000", "K7PQM", name="Aude")
    async with Board(socket_url("http://localhost:8000", joined.board), joined.token) as board:
        accepted = await board.submit(CardAdd("Un café où l'on répare ensemble"))
        async for happening in board.follow():
            print(board.replica.cards)

Losing the line is not the caller's concern: the board reconnects, resumes at its position, and says again what was not
answered, each command exactly once (LG4).
"""

from rebond_client.board import Board, Ended, FollowerTooSlow, Refused
from rebond_client.http import create_board, join, new_device, socket_url
from rebond_protocol.codec import Format

__all__ = [
    "Board",
    "Ended",
    "FollowerTooSlow",
    "Format",
    "Refused",
    "create_board",
    "join",
    "new_device",
    "socket_url",
]
