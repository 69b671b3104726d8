"""A small load balancer, as plain as they come: lines in turn to the nodes that say they are ready, and nothing sticky.

It looks at `/readyz` now and then, as nginx, HAProxy or a cloud's does, and when a node does not take a line it tries
the next. Every line that arrives is noted with its time.
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


class Balancer:
    """Lines on `port`, passed on to these ports."""

    def __init__(self, node_ports: Sequence[int]) -> None:
        self.port = 0
        self.arrivals_s: list[float] = []
        """When each line arrived, in the time of `time.monotonic`."""
        self._ready = dict.fromkeys(node_ports, True)
        self._turn = itertools.cycle(node_ports)
        self._over = asyncio.Event()
        self._lines: set[asyncio.Task[None]] = set()
        self._lines_to: Counter[int] = Counter()

    def lines_to(self, port: int) -> int:
        """How many lines there are to this node."""
        return self._lines_to[port]

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
            self._ready[port] = await _says_ready(port)
            await asyncio.wait([over], timeout=CHECK_S)

    async def _accept(self, client_in: asyncio.StreamReader, client_out: asyncio.StreamWriter) -> None:
        self.arrivals_s.append(time.monotonic())
        line = asyncio.current_task()
        assert line is not None
        self._lines.add(line)
        line.add_done_callback(self._lines.discard)
        for port in itertools.islice(self._turn, len(self._ready)):
            if not self._ready[port]:
                continue
            try:
                node_in, node_out = await asyncio.open_connection(LOOPBACK, port)
            except OSError:
                self._ready[port] = False
                continue
            self._lines_to[port] += 1
            try:
                await _pass_on_both_ways((client_in, client_out), (node_in, node_out))
            finally:
                self._lines_to[port] -= 1
            return
        client_out.transport.abort()


Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def _pass_on_both_ways(one: Stream, other: Stream) -> None:
    try:
        await asyncio.gather(_pass_on(one[0], other[1]), _pass_on(other[0], one[1]))
    except OSError:
        pass
    finally:
        one[1].transport.abort()
        other[1].transport.abort()


async def _pass_on(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while data := await source.read(CHUNK_BYTES):
        target.write(data)
        await target.drain()
    if target.can_write_eof():
        target.write_eof()


async def _says_ready(port: int) -> bool:
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
