"""People with phones in the small world: `ClientSession`s on lines that stall and break, and what they were told."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from rebond.hub.frame import PreparedFrame
from rebond.web.frame_path import EXTENSION
from rebond.web.websocket import WebSocketEdge
from rebond_protocol import codec
from rebond_protocol.codec import Format
from rebond_protocol.frames import Accepted, Events, Position, RejectedFrame, Snapshot
from rebond_protocol.session import ClientSession, ComeBack, Happening, LineDead, Say, Settled, StayAway
from tests.simulation.world import Closing, SimClock, SimOutbox


class Line:
    """One connection: two directions in memory, between a phone and the real edge."""

    def __init__(self, edge: WebSocketEdge, board: str, wire: Format) -> None:
        self.outbox: SimOutbox | None = None
        self.up: deque[bytes] = deque()
        """Frames the phone has sent and the server has not got yet."""
        self._wire = wire
        self._arrived: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._arrived.put_nowait({"type": "websocket.connect"})
        scope: dict[str, Any] = {
            "type": "websocket",
            "path": f"/ws/{board}",
            "headers": [],
            "subprotocols": [wire.value],
            "extensions": {EXTENSION: {"open": self._open}},
        }
        self.served = asyncio.get_running_loop().create_task(self._serve(edge, scope))

    def _open(self, limits: Any) -> SimOutbox:
        self.outbox = SimOutbox(limits)
        return self.outbox

    async def _serve(self, edge: WebSocketEdge, scope: dict[str, Any]) -> None:
        async def send(message: Any) -> None:
            assert message["type"] == "websocket.accept"

        await edge(scope, self._arrived.get, send)

    def carry_up(self) -> None:
        """What the phone sent arrives."""
        while self.up:
            data = self.up.popleft()
            binary = self._wire.binary
            self._arrived.put_nowait({"type": "websocket.receive", "bytes" if binary else "text": _said(data, binary)})

    def cut(self) -> None:
        """The line is gone, with whatever was on it in either direction."""
        self.up.clear()
        if self.outbox is not None:
            self.outbox.abort()
        self._arrived.put_nowait({"type": "websocket.disconnect", "code": 1006})


def _said(data: bytes, binary: bool) -> bytes | str:
    return data if binary else data.decode()


@dataclass
class Heard:
    """A message some phone got, and how long the log was then."""

    payload: bytes
    wire: Format
    log_seq: int


@dataclass
class Phone:
    """One device of one person."""

    person: str
    session: ClientSession
    clock: SimClock
    log_seq: Callable[[], int]
    line: Line | None = None
    stalled: bool = False
    back_at_ms: float = 0.0
    ended: StayAway | None = None
    settled: dict[int, Accepted | RejectedFrame] = field(default_factory=dict[int, Accepted | RejectedFrame])
    heard: list[Heard] = field(default_factory=list[Heard])
    dead_lines: list[str] = field(default_factory=list[str])
    epochs: list[str] = field(default_factory=list[str])
    """Every epoch it was in, in order."""
    _line_seq: int = -1

    def connect(self, edge: WebSocketEdge, board: str) -> None:
        """Open a line and say hello."""
        assert self.line is None
        self.line = Line(edge, board, self.session.wire)
        self.stalled = False
        self._line_seq = -1
        self.line.up.extend(self.session.connected(self.clock.steady_ms()))

    def say(self, command: Any) -> None:
        """Do this, as soon as the line allows."""
        _, frame = self.session.submit(command)
        if frame is not None and self.line is not None:
            self.line.up.append(frame)

    def cut(self, chance: random.Random) -> None:
        """The line breaks."""
        if self.line is not None:
            self.line.cut()
            self._gone(None, chance)

    def read(self, most: int, chance: random.Random) -> int:
        """Take at most so many messages from the line; how many there were."""
        taken = 0
        while taken < most and self.line is not None and self.line.outbox is not None and not self.stalled:
            message = self.line.outbox.take()
            if message is None:
                break
            taken += 1
            if isinstance(message, Closing):
                self.line.cut()
                self._gone(message.code, chance)
            else:
                self._hear(message, chance)
        return taken

    def check(self, chance: random.Random) -> None:
        """What a phone does every second."""
        if self.line is not None:
            self._take(self.session.checked(self.clock.steady_ms()), chance)

    def _hear(self, message: PreparedFrame, chance: random.Random) -> None:
        wire = self.session.wire
        assert message.is_text is not wire.binary
        self.heard.append(Heard(message.payload, wire, self.log_seq()))
        frame = codec.read_server_frame(message.payload, wire)
        if isinstance(frame, Snapshot):
            self._check_follows(frame.position)
            self._line_seq = frame.position.seq
        elif isinstance(frame, Events):
            assert frame.seq >= self._line_seq, "positions only go forward on a line"
            self._line_seq = frame.seq
        self._take(self.session.received(message.payload, self.clock.steady_ms()), chance)

    def _check_follows(self, position: Position) -> None:
        """LG6: within an epoch nobody is led back, and no epoch comes again once it was left."""
        before = self.session.position
        if before is None or before.epoch != position.epoch:
            assert position.epoch not in self.epochs, (self.epochs, position)
            self.epochs.append(position.epoch)
        else:
            assert position.seq >= before.seq, (before, position)

    def _take(self, happenings: list[Happening], chance: random.Random) -> None:
        for happening in happenings:
            match happening:
                case Say(data):
                    if self.line is not None:
                        self.line.up.append(data)
                case Settled(id, _, answer):
                    assert id not in self.settled, "one answer a command"
                    self.settled[id] = answer
                case LineDead(why):
                    self.dead_lines.append(why)
                    self.cut(chance)
                case _:
                    pass

    def _gone(self, number: int | None, chance: random.Random) -> None:
        self.line = None
        match self.session.disconnected(number, chance.random()):
            case ComeBack(delay_ms):
                self.back_at_ms = self.clock.steady_ms() + delay_ms
            case StayAway() as ended:
                self.ended = ended
