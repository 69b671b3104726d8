"""A line that a test can break where it hurts: a TCP proxy on the loopback, for any two programs that talk.

What goes wrong is set on the proxy and holds for every line through it until `mend`: `requests` and `replies` change or
cut what is said, `delay_s` holds it up, `hush` lets nothing through and keeps the lines open (half-open: whoever waits
for an answer waits), `cut_all` ends the lines there are.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable
from typing import Self

from tests.conftest import LOOPBACK

Tamper = Callable[[bytes], bytes | None]
"""What goes on in place of these bytes; None cuts the line."""
CHUNK_BYTES = 65_536


def whole(data: bytes) -> bytes | None:
    """Changes nothing."""
    return data


def cut(data: bytes) -> bytes | None:
    """Lets nothing through and cuts the line."""
    return None


class Proxy:
    """Passes on what clients and a server on this machine say; `port` is where it listens."""

    def __init__(self, server_port: int) -> None:
        self.requests: Tamper = whole
        self.replies: Tamper = whole
        self.delay_s = 0.0
        """How much longer everything takes, each way."""
        self.port = 0
        self._server_port = server_port
        self._speaks = asyncio.Event()
        self._speaks.set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._lines: set[asyncio.Task[None]] = set()

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncGenerator[Self, None]:
        """Listen for as long as the context lasts."""
        server = await asyncio.start_server(self._accept, LOOPBACK, 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            while self._lines:
                self.cut_all()
                await asyncio.wait(self._lines)

    def hush(self) -> None:
        """From now on nothing gets through, and no line ends: what is said waits for `mend`, or for ever."""
        self._speaks.clear()

    def cut_all(self) -> None:
        """End every line there is, at once, and with whatever was still on it."""
        self._speaks.set()
        for writer in list(self._writers):
            writer.transport.abort()

    def mend(self) -> None:
        """Pass on everything again, as it comes."""
        self.requests = self.replies = whole
        self.delay_s = 0.0
        self._speaks.set()

    async def _accept(self, client_in: asyncio.StreamReader, client_out: asyncio.StreamWriter) -> None:
        line = asyncio.current_task()
        assert line is not None
        self._lines.add(line)
        line.add_done_callback(self._lines.discard)
        try:
            server_in, server_out = await asyncio.open_connection(LOOPBACK, self._server_port)
        except OSError:
            client_out.transport.abort()
            return
        both = {client_out, server_out}
        self._writers |= both
        try:
            await asyncio.gather(
                self._pass_on(client_in, server_out, both, lambda data: self.requests(data)),
                self._pass_on(server_in, client_out, both, lambda data: self.replies(data)),
            )
        finally:
            self._writers -= both

    async def _pass_on(
        self,
        source: asyncio.StreamReader,
        target: asyncio.StreamWriter,
        both: set[asyncio.StreamWriter],
        tamper: Tamper,
    ) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(CHUNK_BYTES):
                if self.delay_s:
                    await asyncio.sleep(self.delay_s)
                await self._speaks.wait()
                if (passed := tamper(data)) is None:
                    break
                target.write(passed)
                await target.drain()
        # What was passed on before still arrives; then the line is gone both ways.
        for writer in both:
            with contextlib.suppress(OSError):
                writer.close()
