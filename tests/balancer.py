"""A small load balancer, as plain as they come: lines in turn to the nodes that say they are ready, and nothing sticky.

It looks at `/readyz` now and then, as nginx, HAProxy or a cloud's does, and when a node does not take a line it tries
the next. Live lines have a turn of their own, so that phones are spread evenly however many files a browser asks for
in between. Every line that arrives is noted with its time.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import time
from collections import Counter
from collections.abc import AsyncGenerator, Sequence

from tests.conftest import LOOPBACK

CHECK_S = 0.25
CHUNK_BYTES = 65_536
LIVE_LINE = b"GET /ws/"
"""How a line begins that stays; a browser gives each one a connection of its own."""


Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Balancer:
    """Lines on `port`, passed on to these ports."""

    def __init__(self, node_ports: Sequence[int]) -> None:
        self.port = 0
        self.arrivals_s: list[float] = []
        """When each line arrived, in the time of `time.monotonic`."""
        self._ready = dict.fromkeys(node_ports, True)
        self._turns = {live: itertools.cycle(node_ports) for live in (True, False)}
        self._over = asyncio.Event()
        self._lines: set[asyncio.Task[None]] = set()
        self._live_lines_to: Counter[int] = Counter()

    def live_lines_to(self, port: int) -> int:
        """How many live lines there are to this node."""
        return self._live_lines_to[port]

    @property
    def url(self) -> str:
        """Where phones reach the service."""
        return f"http://{LOOPBACK}:{self.port}"

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncGenerator[Balancer, None]:
        """Listen for as long as the context lasts."""
        server = await asyncio.start_server(self._accept, LOOPBACK, 0, backlog=4_096)
        self.port = server.sockets[0].getsockname()[1]
        checks = [asyncio.create_task(self._check(port)) for port in self._ready]
        try:
            yield self
        finally:
            self._over.set()
            server.close()
            for line in self._lines:
                line.cancel()
            await asyncio.gather(*checks, *self._lines, return_exceptions=True)

    async def _check(self, port: int) -> None:
        over = asyncio.ensure_future(self._over.wait())
        while not over.done():
            self._ready[port] = await says_ready(port)
            await asyncio.wait([over], timeout=CHECK_S)

    async def _accept(self, client_in: asyncio.StreamReader, client_out: asyncio.StreamWriter) -> None:
        self.arrivals_s.append(time.monotonic())
        line = asyncio.current_task()
        assert line is not None
        self._lines.add(line)
        line.add_done_callback(self._lines.discard)
        try:
            await self._carry((client_in, client_out))
        except OSError:
            pass  # one end is gone: so is the other
        finally:
            client_out.transport.abort()

    async def _carry(self, client: Stream) -> None:
        first = await client[0].read(CHUNK_BYTES)
        if not first:
            return
        live = first.startswith(LIVE_LINE)
        port, node = await self._node(live)
        try:
            node[1].write(first)
            self._live_lines_to[port] += live
            await _pass_on_both_ways(client, node)
        finally:
            self._live_lines_to[port] -= live
            node[1].transport.abort()

    async def _node(self, live: bool) -> tuple[int, Stream]:
        """A line to the next node that takes one. Raises `ConnectionRefusedError` where none does."""
        for port in itertools.islice(self._turns[live], len(self._ready)):
            if not self._ready[port]:
                continue
            try:
                return port, await asyncio.open_connection(LOOPBACK, port)
            except OSError:
                self._ready[port] = False
        raise ConnectionRefusedError("no node takes a line")


async def _pass_on_both_ways(one: Stream, other: Stream) -> None:
    await asyncio.gather(_pass_on(one[0], other[1]), _pass_on(other[0], one[1]))


async def _pass_on(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while data := await source.read(CHUNK_BYTES):
        target.write(data)
        await target.drain()
    if target.can_write_eof():
        target.write_eof()


async def says_ready(port: int) -> bool:
    """Whether the node on this port says that it is ready (HB8)."""
    try:
        async with asyncio.timeout(5.0):
            reader, writer = await asyncio.open_connection(LOOPBACK, port)
            try:
                writer.write(b"GET /readyz HTTP/1.1\r\nHost: rebond\r\nConnection: close\r\n\r\n")
                return (await reader.readline()).split()[1:2] == [b"200"]
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return False
