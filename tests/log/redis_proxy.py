"""A line to Redis that a test can break where it hurts: a TCP proxy on the loopback."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable

from tests.conftest import LOOPBACK

Tamper = Callable[[bytes], bytes | None]
"""What goes on in place of these bytes; None cuts the line."""


def whole(data: bytes) -> bytes | None:
    """Changes nothing."""
    return data


def cut(data: bytes) -> bytes | None:
    """Lets nothing through and cuts the line."""
    return None


class Proxy:
    """Passes on what clients and Redis say, as `requests` and `replies` have it; `url` is where it listens."""

    def __init__(self, server_port: int) -> None:
        self.requests: Tamper = whole
        self.replies: Tamper = whole
        self.url = ""
        self._server_port = server_port
        self._writers: set[asyncio.StreamWriter] = set()
        self._lines: set[asyncio.Task[None]] = set()

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncGenerator["Proxy", None]:
        """Listen for as long as the context lasts."""
        server = await asyncio.start_server(self._accept, LOOPBACK, 0)
        self.url = f"redis://{LOOPBACK}:{server.sockets[0].getsockname()[1]}/0"
        try:
            yield self
        finally:
            server.close()
            while self._lines:
                for writer in list(self._writers):
                    writer.transport.abort()
                await asyncio.wait(self._lines)

    def mend(self) -> None:
        """Pass on everything again."""
        self.requests = self.replies = whole

    async def _accept(self, client_in: asyncio.StreamReader, client_out: asyncio.StreamWriter) -> None:
        line = asyncio.current_task()
        assert line is not None
        self._lines.add(line)
        line.add_done_callback(self._lines.discard)
        redis_in, redis_out = await asyncio.open_connection(LOOPBACK, self._server_port)
        both = {client_out, redis_out}
        self._writers |= both
        try:
            await asyncio.gather(
                self._pass_on(client_in, redis_out, both, lambda data: self.requests(data)),
                self._pass_on(redis_in, client_out, both, lambda data: self.replies(data)),
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
            while data := await source.read(65_536):
                if (passed := tamper(data)) is None:
                    break
                target.write(passed)
                await target.drain()
        # What was passed on before still arrives; then the line is gone both ways.
        for writer in both:
            with contextlib.suppress(OSError):
                writer.close()
