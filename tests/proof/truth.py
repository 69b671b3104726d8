"""What is true of one board: its log, read when all was over, and the states that its fold goes through.

Lives here: the log as evidence (which entry stands where, under which mutation id), and what each audience is entitled
to see at each position. Folding and projecting are the server's own pure functions (DM2, DM6), which have their own
tests; here they are the yardstick for everything between the log and the screens.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from rebond.domain import attention, project, rounds
from rebond.domain.cards import Audience, seen_by
from rebond.domain.fold import fold_entry
from rebond.domain.state import EMPTY, BoardState, Outcome, outcomes_of, read_state
from rebond_protocol import cards as c
from rebond_protocol import people as p
from rebond_protocol import rebounds as r
from rebond_protocol import rounds as v
from rebond_protocol.boards import BoardView
from rebond_protocol.entries import Entry
from rebond_protocol.events import Event, OutgoingEvent
from rebond_protocol.frames import Yours
from rebond_protocol.limits import COMMANDS_IN_FLIGHT
from rebond_protocol.rounds import RoundView
from tests.proof.history import Kept


class Mutation(NamedTuple):
    """Whose command an entry answers, as the entry has it."""

    device_key: str
    id: int


@dataclass
class Touched:
    """What events say something about. `all`: about more than a few cards and rounds."""

    cards: set[str] = field(default_factory=set[str])
    rounds: set[str] = field(default_factory=set[str])
    all: bool = False

    def note(self, event: Event | OutgoingEvent) -> None:
        """This event too."""
        match event:
            case c.CardAdded(card=card) | c.CardChanged(card=card):
                self.cards.add(card.id)
            case (
                c.CardEdited(card=id)
                | c.CardMoved(card=id)
                | c.CardGone(card=id)
                | c.CardStateChanged(card=id)
                | c.CardErased(card=id)
                | r.CardLinked(card=id)
            ):
                self.cards.add(id)
            case v.RoundOpened(round=id) | v.RoundTallied(round=id) | v.BallotCast(round=id) | v.RoundClosed(round=id):
                self.rounds.add(id)
            case v.BallotMarked(round=id):
                self.rounds.add(id)
            case p.ParticipantJoined() | p.ParticipantRemoved() | p.ParticipantReadmitted():
                pass  # seen with their cards
            case _:
                self.all = True


class Truth:
    """One board's log. `add` its entries in order, then ask."""

    def __init__(self, kept: Kept, line: int) -> None:
        self.board = kept.board
        self.end = kept.position
        self.line = line
        self.names = kept.names
        self.base_seq = kept.base_seq
        self.by_mutation: dict[Mutation, list[int]] = {}
        """Seqs of the entries under each mutation id: one, if all is well."""
        self.lines: dict[int, int] = {}
        """seq → line of the history."""
        self.entries: dict[int, Entry] = {}
        base = read_state(kept.base, kept.base_version) if kept.base else EMPTY
        self._states = [base]
        self._views: dict[tuple[int, Audience], BoardView] = {}
        self._rounds: dict[tuple[int, str], RoundView] = {}

    def add(self, entry: Entry, line: int) -> bool:
        """The next entry; False where it does not follow on the one before."""
        if entry.seq != self.last.seq + 1:
            return False
        self.entries[entry.seq] = entry
        self.lines[entry.seq] = line
        if entry.device is not None and entry.id is not None:
            self.by_mutation.setdefault(Mutation(entry.device, entry.id), []).append(entry.seq)
        self._states.append(fold_entry(self.last, entry))
        return True

    @property
    def last(self) -> BoardState:
        """The state at the end."""
        return self._states[-1]

    def knows(self, seq: int) -> bool:
        """Whether the log says what was so at this position."""
        return self.base_seq <= seq <= self.last.seq

    def state(self, seq: int) -> BoardState:
        """The state after the entry `seq`, which it `knows`."""
        return self._states[seq - self.base_seq]

    def remembered(self, participant: str, mutation: Mutation) -> Outcome | None:
        """How this command ended, as the base remembers it, which stands for the entries behind it (LG4)."""
        outcomes = outcomes_of(self._states[0], participant, mutation.device_key)
        return next((outcome for outcome in outcomes if outcome.id == mutation.id), None)

    def may_have_forgotten(self, participant: str, mutation: Mutation) -> bool:
        """Whether the base no longer remembers a device's commands as old as this one."""
        outcomes = outcomes_of(self._states[0], participant, mutation.device_key)
        return len(outcomes) >= COMMANDS_IN_FLIGHT and mutation.id < outcomes[0].id

    def has(self, seq: int, id: str | None) -> bool:
        """Whether this section, group, comment or relaunch was there at this position: it may be gone later."""
        state = self.state(seq)
        sections = {section.id for section in state.sections}
        relaunched = state.relaunch is not None and state.relaunch.id == id
        return relaunched or id in sections or id in state.groups or id in state.comments

    def note_between(self, after: int, upto: int, touched: Touched) -> None:
        """What the entries `after < seq <= upto` say something about."""
        if after < self.base_seq:
            touched.all = True
        for seq in range(max(after, self.base_seq) + 1, upto + 1):
            for event in self.entries[seq].events:
                touched.note(event)

    def card(self, seq: int, id: str, audience: Audience) -> c.Card | None:
        """The card as this audience may know it at this position."""
        state = self.state(seq)
        card = state.cards.get(id)
        return None if card is None else seen_by(state, card, audience)

    def round(self, seq: int, id: str, audience: Audience) -> RoundView | None:
        """The round as this audience may see it at this position: as everybody does, but on a wall that is hidden."""
        state = self.state(seq)
        round = state.rounds.get(id)
        if round is None or attention.blank(state, audience):
            return None
        if (seq, id) not in self._rounds:
            self._rounds[seq, id] = rounds.view(round)
        return self._rounds[seq, id]

    def view(self, seq: int, audience: Audience) -> BoardView:
        """The whole board as this audience may see it at this position."""
        if (seq, audience) not in self._views:
            self._views[seq, audience] = project.snapshot(self.state(seq), audience, self.names)
        return self._views[seq, audience]

    def yours(self, participant: str) -> Yours:
        """What is this person's own in the end."""
        return project.yours(self.last, participant)
