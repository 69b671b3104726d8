"""A board's server reduced to what a client can notice: the real domain, a log in a list, and lines that may break.

No socket, no clock, no task: a test decides when the server reads, when it flushes and when a line is cut, so that a
random history can be replayed. What it says follows docs/protocol.md; hub and web have tests of their own.
"""

from dataclasses import dataclass, field
from typing import assert_never

from rebond.domain import project
from rebond.domain.cards import Audience
from rebond.domain.decide import decide
from rebond.domain.envelope import Decided, Envelope, Repeated
from rebond.domain.fold import fold, fold_entry
from rebond.domain.state import EMPTY, BoardState
from rebond_protocol import codec
from rebond_protocol.boards import About, BoardCreate, BoardView
from rebond_protocol.codec import Format, Unreadable
from rebond_protocol.commands import Command
from rebond_protocol.entries import EVENTS_VERSION, Entry
from rebond_protocol.errors import ERRORS, Rejected
from rebond_protocol.events import OutgoingEvent
from rebond_protocol.frames import (
    Accepted,
    Beat,
    Bye,
    Events,
    Hello,
    Ping,
    Position,
    RejectedFrame,
    ServerFrame,
    SignalFrame,
    Snapshot,
    Submit,
    Welcome,
    You,
    Yours,
)
from rebond_protocol.limits import Limits
from rebond_protocol.people import ParticipantJoin, Role, Segment
from rebond_protocol.sections import Section

PEOPLE: dict[str, Role] = {"aude": "participant", "basile": "participant", "mila": "moderator"}
NAMES = {"aude": "Aude", "basile": "Basile", "mila": "Mila"}


@dataclass
class Line:
    """One connection: bytes on their way in each direction, in order."""

    wire: Format
    to_server: list[bytes] = field(default_factory=list[bytes])
    to_client: list[bytes] = field(default_factory=list[bytes])
    participant: str | None = None
    device: str = ""
    open: bool = True

    def tell(self, frame: ServerFrame) -> None:
        """The server says something; a cut line swallows it."""
        if self.open:
            self.to_client.append(codec.encode(frame, self.wire))


class Desk:
    """One board with three people, whose token is their name."""

    def __init__(self, *, anonymous: bool = False, commands_in_flight: int = 64) -> None:
        self.epoch = "e1"
        self.log: list[Entry] = []
        self.state: BoardState = EMPTY
        self.lines: list[Line] = []
        self.limits = Limits(commands_in_flight=commands_in_flight)
        self._told_state: BoardState = EMPTY
        self._told: dict[Audience, list[tuple[int, OutgoingEvent]]] = {audience: [] for audience in Audience}
        self._told_since = 0
        self._waiting: list[tuple[BoardState, Entry, BoardState]] = []
        about = About("b1", "K7PQM", "Essai", "brainstorm", "fr", 0, (Segment("citizen", "Habitant"),), "no", anonymous)
        sections = (Section("s1", "Idées"), Section("s2", "Questions"))
        self._do(None, None, None, BoardCreate(about, sections))
        for person, role in PEOPLE.items():
            self._do(None, None, None, ParticipantJoin(person, role, "citizen"))
        self.flush()

    # -- what a client would be right to hold ----------------------------------------------------------------------

    def snapshot(self, participant: str) -> BoardView:
        """The board as this person's audience was last told."""
        return project.snapshot(self._told_state, project.AUDIENCES[PEOPLE[participant]], self._names)

    def yours(self, participant: str) -> Yours:
        """What only this person may see, as last told."""
        return project.yours(self._told_state, participant)

    @property
    def position(self) -> Position:
        """Where everybody who follows stands after the last flush."""
        return Position(self.epoch, self._told_state.seq)

    @property
    def _names(self) -> dict[str, str]:
        return {} if self.state.about is not None and self.state.about.anonymous else NAMES

    # -- lines -----------------------------------------------------------------------------------------------------

    def connect(self, wire: Format) -> Line:
        """A new connection."""
        line = Line(wire)
        self.lines.append(line)
        return line

    def cut(self, line: Line) -> None:
        """The line is gone: nothing more reaches the client. What it sent may be read until its device comes back."""
        line.open = False
        line.to_client.clear()

    def read_one(self, line: Line) -> None:
        """Take the next message of this line and do as it says."""
        frame = codec.read_client_frame(line.to_server.pop(0), line.wire)
        match frame:
            case Unreadable():
                raise AssertionError(f"a session said what cannot be read: {frame}")
            case Hello() if not line.open:
                line.to_server.clear()
            case Hello():
                self._enter(line, frame)
            case Submit():
                self._answer(line, frame)
            case Ping():
                line.tell(Beat(self._told_state.seq))
            case SignalFrame():
                pass
            case _:
                assert_never(frame)

    def _enter(self, line: Line, hello: Hello) -> None:
        if hello.token not in PEOPLE:
            line.tell(Bye("bad_token", None))
            return
        self.flush()
        self._replace(hello)
        line.participant, line.device = hello.token, hello.device
        role = PEOPLE[hello.token]
        position = hello.position
        recovered = position is not None and position.epoch == self.epoch and position.seq >= self._told_since
        you = You(hello.token, role, "citizen", self._names.get(hello.token))
        line.tell(Welcome(you, self.position, recovered, 0, self.limits))
        if recovered and position is not None:
            missed = [event for seq, event in self._told[project.AUDIENCES[role]] if seq > position.seq]
            if missed:
                line.tell(Events(self.position.seq, tuple(missed)))
        else:
            line.tell(Snapshot(self.position, self.snapshot(hello.token)))
        line.tell(self.yours(hello.token))

    def _replace(self, hello: Hello) -> None:
        """A device has one connection: what older ones had carried and nobody read is dropped.

        Else a command refused on the new line could be accepted from the old one afterwards.
        """
        for older in self.lines:
            if (older.participant, older.device) == (hello.token, hello.device):
                self.cut(older)
                older.to_server.clear()

    def _answer(self, line: Line, submit: Submit) -> None:
        assert line.participant is not None, "a session said a command before hello"
        answer = self._do(line.participant, line.device, submit.id, submit.command)
        if isinstance(answer, Rejected):
            row = ERRORS[answer.code]
            line.tell(RejectedFrame(submit.id, row.code, row.message, row.temporary))
        else:
            line.tell(answer)

    def _do(self, actor: str | None, device: str | None, id: int | None, command: Command) -> Accepted | Rejected:
        number = len(self.log) + 1
        decision = decide(self.state, Envelope(actor, device, id, number * 1_000, f"x{number}"), command)
        match decision:
            case Rejected():
                return decision
            case Repeated(seq, made):
                return _accepted(id, seq, made)
            case Decided(events, made):
                entry = Entry(EVENTS_VERSION, number, number * 1_000, actor, device, id, events, made)
                before, self.state = self.state, fold_entry(self.state, entry)
                self.log.append(entry)
                self._waiting.append((before, entry, self.state))
                return _accepted(id, number, made)
            case _:
                assert_never(decision)

    # -- telling ---------------------------------------------------------------------------------------------------

    def flush(self) -> None:
        """Tell everybody what happened since the last flush, in one frame, then each person what is theirs.

        Theirs as it is now, not as it was between two entries of this flush: the events already told lead past that.
        """
        happened, self._waiting = self._waiting, []
        if not happened:
            return
        self._told_state = happened[-1][2]
        for audience in Audience:
            events = self._projected(happened, audience)
            self._told[audience].extend(events)
            for line in self._members():
                if project.AUDIENCES[PEOPLE[line.participant or ""]] is audience:
                    line.tell(Events(self._told_state.seq, tuple(event for _, event in events)))
        theirs = project.yours_after(self._told_state, *(entry for _, entry, _ in happened))
        for line in self._members():
            if line.participant in theirs:
                line.tell(theirs[line.participant])

    def _members(self) -> list[Line]:
        return [line for line in self.lines if line.open and line.participant is not None]

    def _projected(
        self, happened: list[tuple[BoardState, Entry, BoardState]], audience: Audience
    ) -> list[tuple[int, OutgoingEvent]]:
        told: list[tuple[int, OutgoingEvent]] = []
        tally = project.Tally()
        for before, entry, _ in happened:
            for event in entry.events:
                if isinstance(event, project.Counted):
                    tally.note(event)
                after = fold(before, event)
                told.extend((entry.seq, one) for one in project.project(before, event, after, audience, self._names))
                before = after
        told.extend((self._told_state.seq, one) for one in tally.told(self._told_state, audience, happened[0][0]))
        return told

    def forget(self) -> None:
        """Nobody resumes from before this moment any more; whoever tries begins with a snapshot."""
        self._told_since = self._told_state.seq

    def change_epoch(self) -> None:
        """The log can no longer vouch for its past (LG6): every line is closed, everybody begins with a snapshot."""
        self.flush()
        self.epoch = f"e{int(self.epoch[1:]) + 1}"
        for line in list(self.lines):
            self.cut(line)


def _accepted(id: int | None, seq: int, made: str | None) -> Accepted:
    return Accepted(id or 1, seq, made) if made is not None else Accepted(id or 1, seq)
