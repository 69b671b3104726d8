"""A relay between phones and a Rebond that is honest but for one line, to which it does one thing wrong."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Generator

from rebond_loadtest.wire import HEAD_END, FrameReader

Wrong = Callable[[bytes], list[bytes]]
"""What becomes of the payload of an events frame of the line in question."""


class Relay:
    """Listens on loopback and passes everything on; on the first line to get so many new cards a frame goes wrong."""

    def __init__(self, host: str, port: int, wrong: Wrong, after: int) -> None:
        self._there = (host, port)
        self._wrong = wrong
        self._after = after
        self.port = 0
        self.did = False

    @contextlib.contextmanager
    def running(self) -> Generator[Relay]:
        """In a thread of its own, for as long as the block lasts."""
        ready, over = threading.Event(), asyncio.Event()
        loop = asyncio.new_event_loop()

        async def serve() -> None:
            server = await asyncio.start_server(self._pass_on, "127.0.0.1", 0)
            self.port = server.sockets[0].getsockname()[1]
            ready.set()
            await over.wait()
            server.close()

        async def end() -> None:
            passing_on = asyncio.all_tasks() - {asyncio.current_task()}
            for task in passing_on:
                task.cancel()
            await asyncio.gather(*passing_on, return_exceptions=True)

        def live() -> None:
            loop.run_until_complete(serve())
            loop.run_until_complete(end())
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.close()

        thread = threading.Thread(target=live)
        thread.start()
        ready.wait()
        try:
            yield self
        finally:
            loop.call_soon_threadsafe(over.set)
            thread.join()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, onward = await asyncio.open_connection(*self._there)

        async def up() -> None:
            while data := await reader.read(65_536):
                onward.write(data)
            onward.close()

        async def down() -> None:
            frames: FrameReader | None = None
            seen = 0
            while data := await there.read(65_536):
                if frames is None:
                    head, found, rest = data.partition(HEAD_END)
                    writer.write(head + found if found else data)
                    if not head.startswith(b"HTTP/1.1 101"):
                        writer.write(rest)
                        continue
                    frames, data = FrameReader(), rest
                for opcode, buffer, start, end in frames.feed(data):
                    payload = buffer[start:end]
                    told = [payload]
                    if payload.startswith(b'{"type":"events"'):
                        seen += payload.count(b'"card.added"')
                        if seen >= self._after and not self.did:
                            self.did = True
                            told = self._wrong(payload)
                    for one in told:
                        writer.write(_frame(one, opcode))
            writer.close()

        try:
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await asyncio.gather(up(), down())
        finally:
            for end in (writer, onward):
                end.transport.abort()
                with contextlib.suppress(OSError):
                    await end.wait_closed()


def _frame(payload: bytes, opcode: int) -> bytes:
    """As a server sends it, unmasked (RFC 6455 section 5.2)."""
    length = len(payload)
    if length < 126:
        return bytes((0x80 | opcode, length)) + payload
    if length <= 0xFFFF:
        return bytes((0x80 | opcode, 126)) + length.to_bytes(2, "big") + payload
    return bytes((0x80 | opcode, 127)) + length.to_bytes(8, "big") + payload
