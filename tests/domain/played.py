"""A board in memory, played by people of every role: decide, append, fold, as a room does, without a room.

Time counts up by itself, ids are small numbers, and every accepted command is kept, so that a test can fold it again.
"""

from rebond.domain.cards import Audience
from rebond.domain.decide import decide
from rebond.domain.envelope import Decided, Decision, Envelope, Repeated
from rebond.domain.fold import fold_entry
from rebond.domain.project import AUDIENCES, project
from rebond.domain.state import EMPTY, BoardState
from rebond_protocol.boards import About, BoardCreate
from rebond_protocol.cards import Card, CardAdd
from rebond_protocol.commands import Command
from rebond_protocol.entries import EVENTS_VERSION, Entry
from rebond_protocol.errors import Rejected
from rebond_protocol.events import OutgoingEvent
from rebond_protocol.people import ParticipantJoin, Role, Segment
from rebond_protocol.sections import Section

ROLES: dict[str, Role] = {
    "ana": "participant",
    "bo": "participant",
    "cy": "participant",
    "sam": "staff",
    "mo": "moderator",
    "mia": "moderator",
    "kit": "kiosk",
    "wall": "display",
}
NAMES = {person: f"Name-of-{person}" for person in ROLES}
SEGMENTS = (Segment("customer", "Customer"), Segment("employee", "Employee"))
SECTIONS = (Section("left", "Left"), Section("right", "Right", "a hint"))


class Board:
    """A board that has begun, with everybody of `ROLES` on it."""

    def __init__(self, *, anonymous: bool = False) -> None:
        self.state: BoardState = EMPTY
        self.log: list[Entry] = []
        self.now_ms = 1_000
        self._ids: dict[str, int] = {}
        self._made = 0
        about = About(
            id="b1", code="KITE7", title="What would help?", template="brainstorm", locale="en", created_ms=0,
            segments=SEGMENTS, anonymous=anonymous,
        )  # fmt: skip
        self.accepted(None, BoardCreate(about, SECTIONS))
        for person, role in ROLES.items():
            self.accepted(None, ParticipantJoin(person, role, "customer" if role == "participant" else None))

    @property
    def names(self) -> dict[str, str]:
        """What the table of names holds: nothing on an anonymous board (DM5)."""
        return {} if self.state.about and self.state.about.anonymous else NAMES

    def envelope(self, actor: str | None, id: int | None = None, device: str | None = "phone") -> Envelope:
        """The next command of this person, or one under the given mutation id."""
        if actor is None:
            return Envelope(None, None, None, self.now_ms, f"n{self._made}")
        return Envelope(actor, device, id or self._ids.get(actor, 0) + 1, self.now_ms, f"n{self._made}")

    def say(
        self, actor: str | None, command: Command, *, id: int | None = None, device: str | None = "phone"
    ) -> Decision:
        """Decides; what is accepted is appended and folded."""
        self.now_ms += 1_000
        self._made += 1
        envelope = self.envelope(actor, id, device)
        decision = decide(self.state, envelope, command)
        if actor is not None and envelope.id is not None:
            self._ids[actor] = max(self._ids.get(actor, 0), envelope.id)
        if isinstance(decision, Decided):
            entry = Entry(
                EVENTS_VERSION, self.state.seq + 1, self.now_ms, envelope.actor, envelope.device, envelope.id,
                decision.events, decision.made,
            )  # fmt: skip
            self.state = fold_entry(self.state, entry)
            self.log.append(entry)
        return decision

    def accepted(self, actor: str | None, command: Command) -> Entry:
        """The entry that this command becomes; it must be accepted."""
        decision = self.say(actor, command)
        assert isinstance(decision, Decided), decision
        return self.log[-1]

    def refused(self, actor: str | None, command: Command) -> Rejected:
        """Why this command is refused; it must be."""
        decision = self.say(actor, command)
        assert isinstance(decision, Rejected), decision
        return decision

    def repeated(self, actor: str, command: Command, id: int) -> Repeated:
        """The answer to a command sent again; it must be known."""
        decision = self.say(actor, command, id=id)
        assert isinstance(decision, Repeated), decision
        return decision

    def made(self, actor: str, command: Command) -> str:
        """The id of what this command makes."""
        made = self.accepted(actor, command).made
        assert made is not None
        return made

    def adds(self, actor: str, text: str = "an idea", section: str | None = None) -> str:
        """A new card by this person."""
        return self.made(actor, CardAdd(text, section))

    def card(self, id: str) -> Card:
        """The card as the state has it."""
        return self.state.cards[id]

    def before(self, back: int = 1) -> BoardState:
        """The state as it was so many entries ago, folded from the log."""
        state = EMPTY
        for entry in self.log[:-back]:
            state = fold_entry(state, entry)
        return state

    def told(self, audience: Audience) -> tuple[OutgoingEvent, ...]:
        """What this audience is told of the last entry."""
        return outgoing(self.before(), self.log[-1], audience, self.names)[1]


def outgoing(
    state: BoardState, entry: Entry, audience: Audience, names: dict[str, str]
) -> tuple[BoardState, tuple[OutgoingEvent, ...]]:
    """The state after this entry, and what this audience is told of it."""
    after = fold_entry(state, entry)
    return after, tuple(view for event in entry.events for view in project(state, event, after, audience, names))


def audience_of(person: str) -> Audience:
    """With whom this person is told things."""
    return AUDIENCES[ROLES[person]]
