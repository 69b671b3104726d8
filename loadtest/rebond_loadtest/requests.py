"""HTTP as phones ask it, over one connection that is kept: make a board, join one. No more, so that it costs little."""

import asyncio
from types import TracebackType
from typing import Any

import orjson

from rebond_loadtest.part import CannotGoOn

WITHIN_S = 60.0


class RequestRefused(CannotGoOn):
    """The server said no; the text is its sentence."""


class Requests:
    """One connection. Not for two requests at a time."""

    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._port = port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def __aenter__(self) -> "Requests":
        self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._writer is not None
        self._writer.close()

    async def post(self, path: str, body: dict[str, object]) -> dict[str, Any]:
        """POST JSON, get JSON. Raises `RequestRefused`, `OSError`, `TimeoutError`."""
        content = orjson.dumps(body)
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(content)}\r\n\r\n"
        )
        return orjson.loads(await self._said(head.encode() + content))

    async def get(self, path: str) -> bytes:
        """GET, as bytes. Raises as `post` does."""
        return await self._said(f"GET {path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\n\r\n".encode())

    async def _said(self, request: bytes) -> bytes:
        assert self._reader is not None
        assert self._writer is not None
        async with asyncio.timeout(WITHIN_S):
            self._writer.write(request)
            head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            length = next(
                (int(line.partition(":")[2]) for line in head.split("\r\n") if line.startswith("content-length:")), 0
            )
            said = await self._reader.readexactly(length)
        status = int(head.split(" ", 2)[1])
        if status >= 400:
            raise RequestRefused(f"the server answers {status}: {said[:200].decode(errors='replace')}")
        return said
