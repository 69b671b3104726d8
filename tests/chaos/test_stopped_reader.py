"""A client that stops reading while thousands of events flow: bounded memory, no harm to others, and it catches up."""

from __future__ import annotations

import asyncio
import socket
import urllib.request
from contextlib import AsyncExitStack
from pathlib import Path

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from rebond_client.board import Board
from rebond_client.http import join, new_device, socket_url
from rebond_protocol.cards import CardAdd
from rebond_protocol.codec import Format
from rebond_protocol.limits import CARD_TEXT_CHARS
from rebond_protocol.session import ClientSession, LineDead
from tests.chaos.crowd import WITHIN_S, a_board
from tests.conftest import LOOPBACK, StartRebond

STOPPED = 24
EVENTS = 3_000
TEXT = "x" * (CARD_TEXT_CHARS - 20)
FLOOD_BYTES = EVENTS * len(TEXT)
"""To each of them, if nothing held it back."""


async def test_who_stops_reading_costs_little_harms_nobody_and_catches_up(start_rebond: StartRebond) -> None:
    """HB3, PRODUCT 5.c: given clients stop reading, when megabytes of events are due to each, then the server grows
    by less than half of what they would take unbounded, others get everything meanwhile, and the stopped ones catch up
    to the same.
    """
    server = start_rebond(
        environment={
            "REBOND_SLOW_MS": "600000",
            "REBOND_BEAT_MS": "300000",
            "REBOND_COMMANDS_PER_S": "100000",
            "REBOND_COMMANDS_BURST": "100000",
        }
    )
    made = await a_board(server.url)
    async with asyncio.timeout(2 * WITHIN_S), AsyncExitStack() as stack:
        address = socket_url(server.url, made.id)
        writer = await stack.enter_async_context(Board(address, made.tokens.moderator))
        reader = await stack.enter_async_context(Board(address, made.tokens.display))
        tokens = [(await join(server.url, made.code)).token for _ in range(STOPPED)]
        stopped = [await stopped_reader(stack, server.port, address, token) for token in tokens]
        await _written(writer, 100)
        before_kib = _resident_kib(server.process.pid)
        last = await _written(writer, EVENTS)
        await reader.reached(last)
        grown_bytes = 1024 * (_resident_kib(server.process.pid) - before_kib)
        assert grown_bytes < STOPPED * FLOOD_BYTES / 2, f"the server grew by {grown_bytes >> 20} MiB"
        assert await asyncio.to_thread(_skipped, server.url) >= STOPPED, "they were skipped, not served by the kernel"
        await asyncio.gather(*(one.reads_on_until(last) for one in stopped))
        for one in stopped:
            assert one.session.replica.view is not None
            assert reader.replica.view is not None
            assert one.session.replica.view.cards == reader.replica.view.cards


class Stopped:
    """A client that is in and reads no more until told to."""

    def __init__(self, connection: ClientConnection, line: socket.socket, token: str) -> None:
        self._line = line
        self.session = ClientSession(token, new_device(), wire=Format.MSGPACK)
        self._connection = connection

    async def reads_on_until(self, seq: int) -> None:
        """Read until this position is reached."""
        self._line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        while self.session.position is None or self.session.position.seq < seq:
            await self._reads_one()

    async def comes_in(self) -> None:
        """Say hello, and read until the board is there."""
        for frame in self.session.connected(0):
            await self._connection.send(frame)
        while self.session.position is None:
            await self._reads_one()

    async def _reads_one(self) -> None:
        for happening in self.session.received(await self._connection.recv(decode=False), 0):
            assert not isinstance(happening, LineDead), happening


async def stopped_reader(stack: AsyncExitStack, port: int, address: str, token: str) -> Stopped:
    """Somebody whose kernel keeps next to nothing for them, and who stops reading as soon as they are in."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    line.connect((LOOPBACK, port))
    connecting = connect(
        address,
        sock=line,
        subprotocols=[Subprotocol(Format.MSGPACK.value)],
        compression=None,
        max_size=None,
        max_queue=1,
        ping_interval=None,
        close_timeout=1,
    )
    connection = await stack.enter_async_context(connecting)
    stack.callback(connection.transport.abort)  # what it has not read would hold up its goodbye
    one = Stopped(connection, line, token)
    await one.comes_in()
    return one


def _skipped(url: str) -> float:
    with urllib.request.urlopen(f"{url}/metrics") as response:
        page: str = response.read().decode()
    return float(next(line.split()[1] for line in page.splitlines() if line.startswith("rebond_skipped_slow_total ")))


async def _written(writer: Board, count: int) -> int:
    """So many cards, fifty at a time; where the board stands then."""
    last = 0
    for start in range(0, count, 50):
        cards = (CardAdd(f"{start + n} {TEXT}") for n in range(min(50, count - start)))
        last = max(accepted.seq for accepted in await asyncio.gather(*map(writer.submit, cards)))
    return last


def _resident_kib(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise AssertionError("no VmRSS")
