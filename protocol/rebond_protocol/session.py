"""A client's side of one board, sans I/O: frames and times in, what happened and what to say out.

Rules: LG4 (an unanswered command is said again under its id, in order, until it is settled), HB4 (resume at the
position, or begin again from a snapshot), HB5 (a silent line is dead, a beat ahead means something was missed), HB7
(come back after a random delay), HB9 (the close table says whether to come back).

It knows no socket, no clock and no chance: `now_ms` is any clock that only goes forward, `chance` a random number
between 0 and 1, both handed in. One session outlives its connections:

    session.connected(now_ms)            → frames to send
    session.received(data, now_ms)       → happenings; a `Say` among them is a frame to send
    session.submit(command)              → its id, and a frame if it can go out at once
    session.checked(now_ms)              → happenings: a ping to say, or a line to drop
    session.disconnected(number, chance) → come back in so many milliseconds, or stay away

Whoever wants a record of everything passes `observe`, or overrides `noted`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, assert_never

from rebond_protocol import codec
from rebond_protocol.codec import Format
from rebond_protocol.commands import ClientCommand
from rebond_protocol.errors import CLOSES, CloseCode
from rebond_protocol.events import OutgoingEvent
from rebond_protocol.frames import (
    Accepted,
    Beat,
    Bye,
    Error,
    Events,
    Hello,
    Ping,
    Position,
    Presence,
    RejectedFrame,
    ServerFrame,
    SignalFrame,
    Snapshot,
    Submit,
    Welcome,
    Yours,
)
from rebond_protocol.limits import Limits
from rebond_protocol.people import Signal
from rebond_protocol.replica import BoardReplica

BACKOFF_FIRST_MS: Final = 500
BACKOFF_MOST_MS: Final = 30_000
RESUMABLE: Final = range(4000, 4500)
FINAL: Final = range(4500, 5000)
TOO_BIG: Final = 1009
"""WebSocket's own close code for a message that is too large; the same message would end the same way."""

_CLOSES_BY_NUMBER: Final = {row.number: row for row in CLOSES.values()}


# -- what happens --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Say:
    """Send this frame."""

    data: bytes


@dataclass(frozen=True)
class Submitted:
    """A command was taken in; it will be settled under this id. Only observers are told: the caller knows."""

    id: int
    command: ClientCommand


@dataclass(frozen=True)
class Welcomed:
    """The server took us in."""

    welcome: Welcome


@dataclass(frozen=True)
class Restarted:
    """The replica was begun again from a snapshot at this position."""

    position: Position


@dataclass(frozen=True)
class Followed:
    """These events were applied to the replica, which now stands at this position."""

    position: Position
    events: tuple[OutgoingEvent, ...]


@dataclass(frozen=True)
class Privately:
    """The replica took in what only this person may see."""

    yours: Yours


@dataclass(frozen=True)
class Settled:
    """A command has its one answer."""

    id: int
    command: ClientCommand
    answer: Accepted | RejectedFrame


@dataclass(frozen=True)
class Gathered:
    """Who is here now."""

    presence: Presence


@dataclass(frozen=True)
class Complained:
    """The server could not take a frame of ours."""

    error: Error


@dataclass(frozen=True)
class Parting:
    """The server is about to close; `disconnected` will know whether to come back."""

    bye: Bye


@dataclass(frozen=True)
class LineDead:
    """Drop this connection and come back: nothing was heard, or something was missed."""

    why: str


Happening = (
    Say | Submitted | Welcomed | Restarted | Followed | Privately | Settled | Gathered | Complained | Parting | LineDead
)


@dataclass(frozen=True)
class ComeBack:
    """Connect again after this delay."""

    delay_ms: int


@dataclass(frozen=True)
class StayAway:
    """Do not connect again with this token. `close` is the table's row, where the number has one."""

    number: int
    close: CloseCode | None


@dataclass
class _Unanswered:
    """A command on its way: what to send, and whether this connection has already carried it."""

    command: ClientCommand
    data: bytes
    said: bool = False


# -- the session ---------------------------------------------------------------------------------------------------


class ClientSession:
    """One device's conversation with one board, over as many connections as it takes.

    `first_id`: the id of the first command. A device that has spoken before must go on above its last id; a program
    that does not remember takes a new device instead.
    """

    def __init__(
        self,
        token: str,
        device: str,
        *,
        wire: Format = Format.JSON,
        first_id: int = 1,
        observe: Callable[[Happening], None] | None = None,
    ) -> None:
        self.token = token
        self.device = device
        self.wire = wire
        self.replica = BoardReplica()
        self.position: Position | None = None
        """How far this device has followed; None until the first snapshot."""
        self.welcome: Welcome | None = None
        """The latest welcome, also while disconnected; None before the first."""
        self.presence: Presence | None = None
        """Who is here, as last told."""
        self.limits = Limits()
        self.online = False
        """Whether this connection has been welcomed."""
        self._observe = observe
        self._next_id = first_id
        self._unanswered: dict[int, _Unanswered] = {}
        self._waiting: list[int] = []
        """Ids not yet said on this connection, lowest first."""
        self._in_flight = 0
        self._heard_ms = 0.0
        self._asked = False
        """Whether a ping has gone out into this silence."""
        self._leads_to: int | None = None
        self._beat_ahead: int | None = None
        self._bye: Bye | None = None
        self._failures = 0

    # -- for the owner ---------------------------------------------------------------------------------------------

    @property
    def unanswered(self) -> dict[int, ClientCommand]:
        """Commands that are not settled yet, by id, oldest first."""
        return {id: kept.command for id, kept in self._unanswered.items()}

    def submit(self, command: ClientCommand) -> tuple[int, bytes | None]:
        """Take a command in. Its id, and the frame to send now, if the line is up and the window is open.

        Where there is no frame, the session says it later by itself. Raises `ValueError` for a command that no server
        would read because its frame is too large.
        """
        data = codec.encode(Submit(self._next_id, command), self.wire)
        if len(data) > self.limits.frame_bytes:
            raise ValueError(f"this command takes {len(data)} bytes; a frame may have {self.limits.frame_bytes}")
        id, self._next_id = self._next_id, self._next_id + 1
        self._unanswered[id] = _Unanswered(command, data)
        self._waiting.append(id)
        self.noted(Submitted(id, command))
        said = self._window()
        return id, said[0] if said else None

    def signal(self, signal: Signal) -> bytes | None:
        """The frame that lets others see this signal; None while offline, for signals are not worth keeping."""
        return codec.encode(SignalFrame(signal), self.wire) if self.online else None

    def noted(self, happening: Happening) -> None:
        """Everything that happens passes here once, in order; override it, or pass `observe`, to keep a record."""
        if self._observe is not None:
            self._observe(happening)

    # -- for whoever owns the connection ---------------------------------------------------------------------------

    def connected(self, now_ms: float) -> list[bytes]:
        """The connection is open: what to send first."""
        self._hear_at(now_ms)
        self._forget_connection()
        return [codec.encode(Hello(self.token, self.device, self.position), self.wire)]

    def received(self, data: bytes, now_ms: float) -> list[Happening]:
        """A message came in. Raises `ValueError` for what no server says: drop the connection then."""
        self._hear_at(now_ms)
        frame = codec.hear_server_frame(data, self.wire)
        return self._all_noted([] if frame is None else self._heard(frame))

    def checked(self, now_ms: float) -> list[Happening]:
        """To be called every now and then (each second, say): is anybody there, and if not, the end of the line."""
        silence_ms = now_ms - self._heard_ms
        if silence_ms > 2 * self.limits.beat_ms:
            return self._all_noted([LineDead("silent")])
        if self.online and not self._asked and silence_ms > self.limits.beat_ms:
            self._asked = True
            return self._all_noted([Say(codec.encode(Ping(), self.wire))])
        return []

    def disconnected(self, number: int | None, chance: float) -> ComeBack | StayAway:
        """The connection is gone, or never came up. `number`: the WebSocket close code, None where there was none.

        Come back after a delay with full jitter: `chance` between 0 and 1 decides where in the interval (HB7).
        """
        bye, self._bye = self._bye, None
        self._forget_connection()
        if number not in _CLOSES_BY_NUMBER and bye is not None and bye.code in CLOSES:
            number = CLOSES[bye.code].number
        if number is not None and (number in FINAL or number == TOO_BIG):
            return StayAway(number, _CLOSES_BY_NUMBER.get(number))
        longest_ms = min(BACKOFF_MOST_MS, BACKOFF_FIRST_MS * 2 ** min(self._failures, 10))
        self._failures += 1
        asked_ms = (bye.retry_after_ms if bye is not None else None) or 0
        return ComeBack(asked_ms + round(chance * longest_ms))

    # -- inside ----------------------------------------------------------------------------------------------------

    def _hear_at(self, now_ms: float) -> None:
        self._heard_ms = now_ms
        self._asked = False

    def _forget_connection(self) -> None:
        """What was said may or may not have arrived: all of it will be said again, in order, under the same ids."""
        self.online = False
        self._in_flight = 0
        self._leads_to = self._beat_ahead = None
        self._waiting = list(self._unanswered)
        for kept in self._unanswered.values():
            kept.said = False

    def _all_noted(self, happenings: list[Happening]) -> list[Happening]:
        for happening in happenings:
            self.noted(happening)
        return happenings

    def _window(self) -> list[bytes]:
        """The frames that may go out now, oldest first."""
        if not self.online:
            return []
        room = max(0, self.limits.commands_in_flight - self._in_flight)
        now, self._waiting = self._waiting[:room], self._waiting[room:]
        for id in now:
            self._unanswered[id].said = True
        self._in_flight += len(now)
        return [self._unanswered[id].data for id in now]

    def _heard(self, frame: ServerFrame) -> list[Happening]:
        match frame:
            case Welcome():
                return self._welcomed(frame)
            case Snapshot():
                return self._restarted(frame)
            case Events():
                return self._followed(frame)
            case Yours():
                return self._told_privately(frame)
            case Accepted() | RejectedFrame():
                return self._settled(frame)
            case Presence():
                self.presence = frame
                return [Gathered(frame)]
            case Beat():
                return self._beaten(frame)
            case Error():
                return [Complained(frame)]
            case Bye():
                self._bye = frame
                return [Parting(frame)]
            case _:
                assert_never(frame)

    def _welcomed(self, frame: Welcome) -> list[Happening]:
        if frame.recovered and (self.position is None or self.position.epoch != frame.position.epoch):
            return [LineDead("recovered from a position we do not hold")]
        self.welcome, self.limits, self.online = frame, frame.limits, True
        self._failures = 0
        self._leads_to = frame.position.seq if frame.recovered else None
        return [Welcomed(frame), *map(Say, self._window())]

    def _restarted(self, frame: Snapshot) -> list[Happening]:
        self.position = frame.position
        self._beat_ahead = None  # that was of another past, perhaps of another epoch
        self.replica.restart(frame.board)
        return [Restarted(frame.position)]

    def _followed(self, frame: Events) -> list[Happening]:
        if self.position is None or frame.seq <= self.position.seq:
            return []
        self.position = Position(self.position.epoch, frame.seq)
        for event in frame.events:
            self.replica.apply(event, frame.seq)
        return [Followed(self.position, frame.events)]

    def _told_privately(self, frame: Yours) -> list[Happening]:
        """The first `yours` after a recovery ends it, also where nothing of what was missed was for us to see."""
        if self._leads_to is not None and self.position is not None and self.position.seq < self._leads_to:
            self.position = Position(self.position.epoch, self._leads_to)
        self._leads_to = None
        self.replica.take(frame)
        return [Privately(frame)]

    def _settled(self, frame: Accepted | RejectedFrame) -> list[Happening]:
        """The one answer of a command; later ones repeat it."""
        kept = self._unanswered.pop(frame.id, None)
        if kept is None:
            return []
        if kept.said:
            self._in_flight -= 1
        else:
            self._waiting.remove(frame.id)
        return [Settled(frame.id, kept.command, frame), *map(Say, self._window())]

    def _beaten(self, frame: Beat) -> list[Happening]:
        """One beat ahead may have overtaken a flush; still behind it at the next one, something was missed (HB5)."""
        if self.position is None or frame.seq <= self.position.seq:
            self._beat_ahead = None
            return []
        missed = self._beat_ahead is not None and self.position.seq < self._beat_ahead
        self._beat_ahead = frame.seq
        return [LineDead("missed events")] if missed else []
