"""A crowd: many sockets on one event loop that receive and count, and a few that speak.

Receivers look at no more than the `seq` in the first bytes of an events frame; what the server sent since the last one
is the difference. Some of them are samples: these also read the time that each card carries in its text.
"""

import asyncio
import re
import time
from array import array
from collections.abc import Callable, Sequence
from typing import TypeVar

import orjson

from rebond_loadtest.wire import ACCEPTED, HEAD_END, FrameReader, client_frame, handshake
from rebond_protocol import SUBPROTOCOL_JSON

_EVENTS = b'{"type":"events","seq":'
_SNAPSHOT = b'{"type":"snapshot","position":{"epoch":"'
_ACCEPTED = b'{"type":"accepted","id":'
_REJECTED = b'{"type":"rejected"'
_PING, _CLOSE = 0x9, 0x8
_STAMP = re.compile(rb'"text":"@(\d+) ')


def stamped(text: str) -> str:
    """A card's text that says when it was sent, in steady microseconds of this machine."""
    return f"@{time.monotonic_ns() // 1000} {text}"


class Entering(asyncio.Protocol):
    """A socket that says when it is in."""

    ready: asyncio.Future[None]


Socket = TypeVar("Socket", bound=Entering)


class Member(Entering):
    """One socket of the crowd."""

    def __init__(self, host: str, port: int, board: str, token: str, device: str, *, sample: bool = False) -> None:
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.seq = 0
        self.events = 0
        self.frames = 0
        self.accepted = 0
        self.accepted_seq = 0
        self.made: str | None = None
        """What the first accepted command made."""
        self.rejected = 0
        self.closed = False
        self.latencies_us: array[int] = array("q")
        self.answered: asyncio.Event | None = None
        self._sample = sample
        self._opening = handshake(host, port, f"/ws/{board}", SUBPROTOCOL_JSON)
        self._hello = orjson.dumps({"type": "hello", "token": token, "device": device})
        self._frames = FrameReader()
        self._head = b""
        self._upgraded = False
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport) or hasattr(transport, "write")
        self._transport = transport  # pyright: ignore[reportAttributeAccessIssue]  # uvloop's is no subclass
        self.write(self._opening)

    def write(self, data: bytes) -> None:
        """Bytes as they are."""
        assert self._transport is not None
        self._transport.write(data)

    def say(self, frame: dict[str, object]) -> None:
        """A client frame."""
        self.write(client_frame(orjson.dumps(frame)))

    def close(self) -> None:
        """Cut the line."""
        if self._transport is not None:
            self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True
        if not self.ready.done():
            self.ready.set_exception(ConnectionError("the server closed before it said welcome"))

    def data_received(self, data: bytes) -> None:
        if not self._upgraded:
            self._head += data
            head, found, rest = self._head.partition(HEAD_END)
            if not found:
                return
            if not head.startswith(ACCEPTED):
                self.close()
                return
            self._upgraded = True
            self.write(client_frame(self._hello))
            data = rest
        for opcode, buffer, start, end in self._frames.feed(data):
            self._took(opcode, buffer, start, end)

    def _took(self, opcode: int, buffer: bytes, start: int, end: int) -> None:
        if buffer.startswith(_EVENTS, start):
            self.frames += 1
            seq = int(buffer[start + len(_EVENTS) : buffer.index(b",", start + len(_EVENTS))])
            self.events += seq - self.seq
            self.seq = seq
            if self._sample:
                now_us = time.monotonic_ns() // 1000
                self.latencies_us.extend(now_us - int(sent) for sent in _STAMP.findall(buffer, start, end))
        elif buffer.startswith(_ACCEPTED, start):
            self.accepted += 1
            found = buffer.index(b'"seq":', start) + len(b'"seq":')
            if self.made is None:
                self.made = str(orjson.loads(buffer[start:end]).get("made"))
            self.accepted_seq = int(buffer[found:end].partition(b",")[0].rstrip(b"}"))
            if self.answered is not None:
                self.answered.set()
        elif buffer.startswith(_REJECTED, start):
            self.rejected += 1
            if self.answered is not None:
                self.answered.set()
        elif buffer.startswith(_SNAPSHOT, start):
            comma = buffer.index(b'"seq":', start) + len(b'"seq":')
            self.seq = int(buffer[comma : buffer.index(b"}", comma)])
        elif opcode == _PING:
            self.write(client_frame(buffer[start:end], 0xA))
        elif opcode == _CLOSE:
            self.close()
        elif buffer.startswith(b'{"type":"yours"', start) and not self.ready.done():
            self.ready.set_result(None)


async def connected(host: str, port: int, makes: Sequence[Callable[[], Socket]], at_once: int) -> list[Socket]:
    """All of these sockets, connected and in, `at_once` of them under way at a time."""
    loop = asyncio.get_running_loop()
    gate = asyncio.Semaphore(at_once)

    async def one(make: Callable[[], Socket]) -> Socket:
        async with gate:
            _, socket = await loop.create_connection(make, host, port)
            await socket.ready
            return socket

    return list(await asyncio.gather(*map(one, makes)))


async def enter(
    host: str, port: int, board: str, tokens: list[str], *, samples: int = 0, at_once: int = 100
) -> list[Member]:
    """A crowd with one socket a token, each welcomed and up to date; the first `samples` of them measure latency."""

    def maker(place: int, token: str) -> Callable[[], Member]:
        return lambda: Member(host, port, board, token, f"device-{place:06}", sample=place < samples)

    return await connected(host, port, [maker(place, token) for place, token in enumerate(tokens)], at_once)
