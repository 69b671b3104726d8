"""A stage for one room: a log in memory, a clock that waits to be told, sockets whose reading the test decides."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from typing import TypeVar

from rebond.domain.project import AUDIENCES
from rebond.hub.connection import Connection, Membership
from rebond.hub.deciding import Outcome
from rebond.hub.frame import PreparedFrame
from rebond.hub.hub import Hub
from rebond.hub.meters import Meters
from rebond.hub.outbox import OutboxLimits
from rebond.hub.room import Room
from rebond.hub.settings import HubSettings
from rebond.log import Log
from rebond.log.memory import MemoryLog
from rebond_protocol import codec
from rebond_protocol.boards import About, BoardCreate
from rebond_protocol.cards import CardAdd
from rebond_protocol.codec import Format
from rebond_protocol.commands import ClientCommand, Command
from rebond_protocol.errors import Rejected
from rebond_protocol.frames import Accepted, Events, Position, RejectedFrame, ServerFrame, Snapshot, Yours
from rebond_protocol.people import ParticipantJoin
from rebond_protocol.replica import BoardReplica
from tests.domain.played import ROLES, SECTIONS, SEGMENTS
from tests.simulation.world import Closing, SimClock, SimOutbox, turns

F = TypeVar("F", bound=ServerFrame)
LIMITS = OutboxLimits(high_bytes=2_000, low_bytes=500, max_bytes=40_000)
SETTINGS = HubSettings(outbox=LIMITS, flush_share=1e-9, flush_credit_ms=0, slow_ms=10_000, beat_ms=1_000, idle_ms=5_000)
"""No credit, and a share next to nothing: who has just sent counts as busy for the whole of `flush_ms` (HB2)."""


class Socket:
    """The far end of one connection."""

    def __init__(
        self, person: str, wire: Format, stage: Stage, device: str = "d1", limits: OutboxLimits = LIMITS
    ) -> None:
        self.outbox = SimOutbox(limits)
        member = Membership(person, device, AUDIENCES[ROLES[person]])
        self.connection = Connection(member, self.outbox, wire, stage.meters)
        self.closed_with: int | None = None
        self.taken: list[PreparedFrame] = []
        self._wire = wire

    def read(self) -> list[ServerFrame]:
        """Everything that came since the last time."""
        frames: list[ServerFrame] = []
        while (message := self.outbox.take()) is not None:
            if isinstance(message, Closing):
                self.closed_with = message.code
            else:
                self.taken.append(message)
                frames.append(codec.read_server_frame(message.payload, self._wire))
        return frames

    def heard(self) -> bytes:
        """Everything it ever got, as bytes."""
        self.read()
        return b"".join(frame.payload for frame in self.taken)

    def followed(self, replica: BoardReplica) -> BoardReplica:
        """The replica as a client has it that takes what came since the last time."""
        for frame in self.read():
            match frame:
                case Snapshot():
                    replica.restart(frame.board)
                case Events():
                    for event in frame.events:
                        replica.apply(event, frame.seq)
                case Yours():
                    replica.take(frame)
                case _:
                    pass
        return replica

    def only(self, kind: type[F]) -> list[F]:
        """What came since the last time, of one type."""
        return [frame for frame in self.read() if isinstance(frame, kind)]


class Stage:
    """One room with everybody of `played.ROLES` on the board."""

    def __init__(self, log: Log | None = None, settings: HubSettings = SETTINGS) -> None:
        self.clock = SimClock(random.Random(1))
        self.meters = Meters()
        self.log: Log = log or MemoryLog()
        self.settings = settings
        self.hub = Hub(self.log, self.clock, settings, self.meters)
        self.room: Room
        self._ids: dict[Connection, int] = {}

    async def begin(self, *, anonymous: bool = False) -> Stage:
        """The board is there and its room open."""
        await self.log.open()
        about = About("b1", "KITE7", "What would help?", "brainstorm", "en", 0, SEGMENTS, anonymous=anonymous)
        joins = [ParticipantJoin(person, role, "customer") for person, role in ROLES.items()]
        assert await self.hub.create([BoardCreate(about, SECTIONS), *joins], "b1", "KITE7") is None
        self.room = await self.hub.room("b1")
        return self

    async def beside(self, log: Log | None = None) -> Stage:
        """Another node that serves the same board, on the same log or its own hold on it."""
        other = Stage(log or self.log, self.settings)
        other.clock = self.clock
        other.hub = Hub(other.log, self.clock, self.settings, other.meters)
        other.room = await other.hub.room("b1")
        await turns(5)
        return other

    def enters(
        self,
        person: str,
        wire: Format = Format.JSON,
        position: Position | None = None,
        *,
        device: str = "d1",
        limits: OutboxLimits = LIMITS,
    ) -> Socket:
        """Somebody comes in, from this position."""
        socket = Socket(person, wire, self, device, limits)
        self.room.attach(socket.connection, position)
        return socket

    async def does(self, person: str | None, command: Command) -> Outcome:
        """Somebody's command, over HTTP as it were."""
        outcome = await self.room.act(command, person)
        await turns(3)
        return outcome

    async def together(self, acts: Sequence[tuple[str, ClientCommand]]) -> None:
        """Commands that share one append and one flush."""
        actions = [asyncio.ensure_future(self.room.act(command, who)) for who, command in acts]
        await turns(1)
        await asyncio.gather(*actions)
        self.room.flush()

    async def adds(self, person: str, text: str = "an idea") -> str:
        """A card, told to everybody at once."""
        outcome = await self.does(person, CardAdd(text))
        assert not isinstance(outcome, Rejected), outcome
        self.room.flush()
        assert outcome.made is not None
        return outcome.made

    async def says(self, socket: Socket, command: ClientCommand, id: int | None = None) -> Accepted | RejectedFrame:
        """A command from a socket; its answer."""
        self._ids[socket.connection] = number = id or self._ids.get(socket.connection, 0) + 1
        self.room.submit(socket.connection, number, command)
        await turns(12)
        answers = [frame for frame in socket.read() if isinstance(frame, Accepted | RejectedFrame)]
        assert len(answers) == 1
        return answers[0]
