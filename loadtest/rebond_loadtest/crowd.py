"""A crowd: many sockets on one event loop that receive and count, and those that speak.

A receiver compares what it gets with what the first of them has read (`rebond_loadtest.ledger`): it costs little and
counts exactly. Some of them are samples: these also note how long each card was under way, by the time in its text.
"""

import asyncio
import time
from array import array
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar, cast

import orjson

from rebond_loadtest.ledger import checksum, ledger_of
from rebond_loadtest.wire import ACCEPTED, COMPRESSED, HEAD_END, FrameReader, client_frame, handshake
from rebond_protocol import SUBPROTOCOL_JSON

_EVENTS = b'{"type":"events","seq":'
_SNAPSHOT = b'{"type":"snapshot","position":{"epoch":"'
_ACCEPTED = b'{"type":"accepted","id":'
_REJECTED = b'{"type":"rejected"'
_WELCOME = b'{"type":"welcome"'
_YOURS = b'{"type":"yours"'
_SEQ = b'"seq":'
_PING, _CLOSE = 0x9, 0x8

STAMPED_COMMANDS = frozenset({"card.add", "card.rebound", "card.edit"})


def now_us() -> int:
    """Steady microseconds of this machine, the same in each of its processes."""
    return time.monotonic_ns() // 1000


def stamped(text: str, due_us: int | None = None) -> str:
    """A card's text that says when it was sent, or was meant to be, in steady microseconds of this machine."""
    return f"@{now_us() if due_us is None else due_us} {text}"


class Entering(asyncio.Protocol):
    """A socket that says when it is in."""

    ready: asyncio.Future[None]


Socket = TypeVar("Socket", bound=Entering)


class Line(Protocol):
    """What a socket is written to."""

    def write(self, data: bytes) -> None:
        """Send."""
        ...

    def abort(self) -> None:
        """Cut."""
        ...


class Member(Entering):
    """One socket of the crowd."""

    def __init__(
        self,
        host: str,
        port: int,
        board: str,
        token: str,
        device: str,
        *,
        sample: bool = False,
        deflate: bool = False,
        before: "Member | None" = None,
    ) -> None:
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.address = (host, port)
        self.ledger = ledger_of(board)
        self.seq = 0
        self.epoch = ""
        self.events = 0
        """Events told whole. Tallies are not among them: see `numbers`."""
        self.cards = 0
        """Stamped texts told, those in a snapshot included."""
        self.texts_sum = 0
        """Sum of their checksums: that of what was accepted when nothing is missing, doubled or mistaken."""
        self.numbers = 0
        self.tallies: dict[str, int] = {}
        self.frames = 0
        self.bytes = 0
        self.repeats = 0
        """Frames that led to no later position: told twice."""
        self.snapshots = 0
        self.caught_up = 0
        """Snapshots after it was in: it had fallen behind, and what they hold is in no latency."""
        self.recovered = False
        self.submitted = 0
        self.accepted = 0
        self.accepted_seq = 0
        self.accepted_cards = 0
        """Stamped texts that were accepted."""
        self.accepted_sum = 0
        """Sum of their checksums."""
        self.rejected = 0
        self.refusals: dict[str, int] = {}
        self.made: str | None = None
        """What the first accepted command made."""
        self.closed = False
        self.close_code: int | None = None
        self.latencies_us: array[int] = array("q")
        self.answers_us: array[int] = array("q")
        """How long each answer took, from when the command was due."""
        self.answered: asyncio.Event | None = None
        self.pending: dict[int, tuple[int, dict[str, object]]] = {}
        """Unanswered: mutation id → when it was due, and the command."""
        self.sample = sample
        self._opening = handshake(host, port, f"/ws/{board}", SUBPROTOCOL_JSON, deflate=deflate)
        hello: dict[str, object] = {"type": "hello", "token": token, "device": device}
        if before is not None:
            self._go_on_from(before)
            hello["position"] = {"epoch": before.epoch, "seq": before.seq}
        self._hello = orjson.dumps(hello)
        self._frames = FrameReader()
        self._head = b""
        self._upgraded = False
        self._line: Line | None = None

    def _go_on_from(self, before: "Member") -> None:
        self.seq, self.epoch = before.seq, before.epoch
        self.cards, self.texts_sum, self.tallies = before.cards, before.texts_sum, dict(before.tallies)
        self.accepted, self.accepted_sum, self.accepted_seq = before.accepted, before.accepted_sum, before.accepted_seq
        self.accepted_cards, self.submitted, self.made = before.accepted_cards, before.submitted, before.made
        self.pending = dict(before.pending)

    # -- speaking --------------------------------------------------------------------------------------------------

    def submit(self, command: dict[str, object], due_us: int | None = None) -> None:
        """A command under the next mutation id. `due_us`: when it was meant to be sent, now when left out."""
        self.submitted += 1
        due = now_us() if due_us is None else due_us
        self.pending[self.submitted] = (due, command)
        self.say({"type": "submit", "id": self.submitted, "command": command})

    def resubmit(self) -> None:
        """What was not answered before the line was cut, under the same ids: it must land once (LG4)."""
        for id, (_, command) in self.pending.items():
            self.say({"type": "submit", "id": id, "command": command})

    def say(self, frame: dict[str, object]) -> None:
        """A client frame."""
        self.write(client_frame(orjson.dumps(frame)))

    def write(self, data: bytes) -> None:
        """Bytes as they are."""
        assert self._line is not None
        self._line.write(data)

    def close(self) -> None:
        """Cut the line."""
        if self._line is not None:
            self._line.abort()

    # -- hearing ---------------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.opened(cast(asyncio.Transport, transport))  # uvloop's is no subclass of asyncio's

    def opened(self, line: Line) -> None:
        """From now on this is the line."""
        self._line = line
        self.write(self._opening)

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True
        if not self.ready.done():
            self.ready.set_exception(ConnectionError("the server closed before it said welcome"))
        if self.answered is not None:
            self.answered.set()

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
            self._head = b""
            self.write(client_frame(self._hello))
            data = rest
        self.bytes += len(data)
        for opcode, buffer, start, end in self._frames.feed(data):
            self._took(opcode, buffer, start, end)

    def _took(self, opcode: int, buffer: bytes, start: int, end: int) -> None:
        if opcode & COMPRESSED:
            message = self.ledger.inflated(buffer, start, end)
            self._took(opcode & ~COMPRESSED, message, 0, len(message))
        elif buffer.startswith(_EVENTS, start):
            self._took_events(buffer, start, end)
        elif buffer.startswith(_ACCEPTED, start):
            self._took_accepted(orjson.loads(buffer[start:end]))
        elif buffer.startswith(_REJECTED, start):
            self._took_rejected(orjson.loads(buffer[start:end]))
        elif buffer.startswith(_SNAPSHOT, start):
            self._took_snapshot(buffer, start, end)
        elif buffer.startswith(_WELCOME, start):
            welcome = orjson.loads(buffer[start:end])
            self.epoch, self.recovered = welcome["position"]["epoch"], welcome["recovered"]
        elif opcode == _PING:
            self.write(client_frame(buffer[start:end], 0xA))
        elif opcode == _CLOSE:
            self.close_code = int.from_bytes(buffer[start : start + 2], "big")
            self.close()
        elif buffer.startswith(_YOURS, start) and not self.ready.done():
            self.ready.set_result(None)

    def _took_events(self, buffer: bytes, start: int, end: int) -> None:
        self.frames += 1
        seq = int(buffer[start + len(_EVENTS) : buffer.index(b",", start + len(_EVENTS))])
        if seq <= self.seq:
            self.repeats += 1
            return
        told = self.ledger.read(seq, buffer, start, end)
        self.seq = seq
        self.events += told.events
        self.cards += len(told.stamps_us)
        self.texts_sum += told.texts_sum
        if told.numbers:
            self.numbers += told.numbers
            self.tallies.update(told.tallies)
        if self.sample and self.ready.done():  # what somebody who comes back missed was not under way all that time
            now = now_us()
            self.latencies_us.extend(now - due for due in told.stamps_us)

    def _took_snapshot(self, buffer: bytes, start: int, end: int) -> None:
        comma = buffer.index(_SEQ, start) + len(_SEQ)
        self.seq = int(buffer[comma : buffer.index(b"}", comma)])
        told = self.ledger.read(self.seq, buffer, start, end)
        self.snapshots += 1
        self.caught_up += self.ready.done()
        self.cards, self.texts_sum = len(told.stamps_us), told.texts_sum
        self.tallies = dict(told.tallies)

    def _took_accepted(self, answer: dict[str, object]) -> None:
        self.accepted += 1
        self.accepted_seq = int(str(answer["seq"]))
        if self.made is None and "made" in answer:
            self.made = str(answer["made"])
        due = self.pending.pop(int(str(answer["id"])), None)
        if due is not None:
            self.answers_us.append(now_us() - due[0])
            if due[1]["type"] in STAMPED_COMMANDS:
                self.accepted_sum += checksum(str(due[1]["text"]))
                self.accepted_cards += 1
        if self.answered is not None:
            self.answered.set()

    def _took_rejected(self, answer: dict[str, object]) -> None:
        self.rejected += 1
        code = str(answer["code"])
        self.refusals[code] = self.refusals.get(code, 0) + 1
        self.pending.pop(int(str(answer["id"])), None)
        if self.answered is not None:
            self.answered.set()


async def connected(host: str, port: int, makes: Sequence[Callable[[], Socket]], at_once: int) -> list[Socket]:
    """All of these sockets, connected and in, `at_once` of them under way at a time."""
    loop = asyncio.get_running_loop()
    came: list[Socket | None] = [None] * len(makes)
    waiting = deque(enumerate(makes))

    async def bring_in() -> None:
        while waiting:
            place, make = waiting.popleft()
            _, socket = await loop.create_connection(make, host, port)
            came[place] = socket
            await socket.ready

    await asyncio.gather(*(bring_in() for _ in range(min(at_once, len(makes)))))
    return [socket for socket in came if socket is not None]
