"""A line between one phone and the server that a test can cut, refuse and mend: the venue's Wi-Fi, as TCP.

It copies bytes and knows no HTTP beyond the first line of a connection, which tells a page from a live line.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from tests.conftest import LOOPBACK, find_free_port

CHUNK_BYTES = 65_536
LIVE_LINE = b"GET /ws/"


class Line:
    """Listens on a port of its own and passes everything on to the server, while it is allowed to."""

    def __init__(self, server_port: int) -> None:
        self.server_port = server_port
        self.port = find_free_port()
        self.refused_live_lines = 0
        self._live_lines_pass = True
        self._listener: asyncio.Server | None = None
        self._ends: set[asyncio.StreamWriter] = set()
        self._carriers: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """Where a browser finds the server through this line."""
        return f"http://{LOOPBACK}:{self.port}"

    async def mend(self) -> None:
        """Everything passes (again)."""
        self._live_lines_pass = True
        await self._listen()

    async def mend_for_pages_only(self) -> None:
        """Pages and requests pass; a live line is cut as it opens."""
        self._live_lines_pass = False
        await self._listen()

    async def cut(self) -> None:
        """Nothing passes, what was open breaks off, new connections are refused."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        for end in list(self._ends):
            end.transport.abort()
        await asyncio.gather(*self._carriers)

    async def _listen(self) -> None:
        if self._listener is None:
            self._listener = await asyncio.start_server(self._accept, LOOPBACK, self.port)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._listener is None:  # it was at the door when the line was cut
            writer.transport.abort()
            return
        carrier = asyncio.ensure_future(self._carry(reader, writer))
        self._carriers.add(carrier)
        carrier.add_done_callback(self._carriers.discard)

    async def _carry(self, from_phone: asyncio.StreamReader, to_phone: asyncio.StreamWriter) -> None:
        self._ends.add(to_phone)
        to_server: asyncio.StreamWriter | None = None
        try:
            first = await from_phone.read(CHUNK_BYTES)
            if first.startswith(LIVE_LINE) and not self._live_lines_pass:
                self.refused_live_lines += 1
                return
            from_server, to_server = await asyncio.open_connection(LOOPBACK, self.server_port)
            self._ends.add(to_server)
            to_server.write(first)
            await asyncio.gather(_copy(from_phone, to_server), _copy(from_server, to_phone))
        except OSError:
            pass  # one end is gone: so is the other
        finally:
            for end in (to_phone, to_server):
                if end is not None:
                    self._ends.discard(end)
                    end.transport.abort()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while chunk := await reader.read(CHUNK_BYTES):
        writer.write(chunk)
        await writer.drain()
    writer.transport.abort()


@asynccontextmanager
async def line_to(server_port: int) -> AsyncGenerator[Line]:
    """A line that works, until the test does something to it."""
    line = Line(server_port)
    await line.mend()
    try:
        yield line
    finally:
        await line.cut()
