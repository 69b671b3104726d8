"""Real nodes on a real Redis, as people and load balancers reach them."""

from __future__ import annotations

import http.client
from collections.abc import Callable
from pathlib import Path

import httpx

from rebond_client import Board, socket_url
from rebond_protocol.http import BoardMade, Joined
from rebond_protocol.session import Happening
from tests.conftest import LOOPBACK, Program, RebondServer, RedisServer, StartRebond

WITHIN_S = 100.0
"""What has not happened by then never does."""
QUICK = {
    "REBOND_BEAT_MS": "1000",
    "REBOND_DRAIN_SPREAD_MS": "500",
    "REBOND_REDIS_PROBE_MS": "1000",
    "REBOND_REDIS_COMMAND_MS": "3000",
    "REBOND_REDIS_SETTLE_MS": "2000",
    "REBOND_REDIS_CHECK_MS": "500",
}
"""What is waited for in these stories, in less time."""


def start_node(start_rebond: StartRebond, redis: RedisServer | str, *options: str, **more: str) -> RebondServer:
    """A node on this Redis; `more` are further variables of its environment. Its folder is nobody else's."""
    url = redis if isinstance(redis, str) else redis.url
    environment = {**QUICK, "REBOND_REDIS_URL": url, **more}
    return start_rebond("--durability", "memory", *options, environment=environment)


def caller(node: RebondServer) -> httpx.AsyncClient:
    """Somebody with an HTTP client, at this node."""
    return httpx.AsyncClient(base_url=node.url, timeout=WITHIN_S, trust_env=False)


def board_at(node: RebondServer, joined: Joined) -> Board:
    """Somebody's phone, at this node."""
    return Board(socket_url(node.url, joined.board), joined.token)


def moderator_at(node: RebondServer, made: BoardMade) -> Board:
    """The moderator's console, at this node."""
    return Board(socket_url(node.url, made.id), made.tokens.moderator)


async def seen(board: Board, so: Callable[[], bool]) -> None:
    """Wait until something about this board is so. Whatever changes it happens on the board's socket."""
    happenings = board.follow()
    while not so():
        happening: Happening = await anext(happenings)
        del happening


def shown_name(board: Board, joined: Joined) -> str | None:
    """What this screen calls somebody: "" for who has no name, None as long as it was told nothing of them.

    An answer (`submit`) comes before the frame that tells the screen what was done.
    """
    person = board.replica.participants.get(joined.participant)
    return (person.name or "") if person is not None else None


def status(port: int, path: str) -> int | None:
    """What the process at this port answers; None where it does not."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=WITHIN_S)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def await_status(server: Program, path: str, wanted: int | None) -> None:
    """Wait until this process answers so."""
    server.await_ready(lambda: status(server.port, path) == wanted)


def folder_is_empty(folder: Path) -> bool:
    """Whether nothing was put there."""
    return not folder.exists() or not any(folder.iterdir())
