"""The board as a client holds it: a snapshot, then events, then what only this person may see. Sans I/O, no clock.

Two layers of cards. `shared` is what everybody of this audience sees. `own` lies over it: my cards that the others do
not see as they are. Whatever `events` says of a whole card ends what an earlier `yours` said of it; if there is still
something only I may see, another `yours` follows.

Events state what now is, so applying one again changes nothing. Events about what is not on this board, and events of
a later version, are passed over.
"""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeVar

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from rebond_protocol.boards import BoardView
from rebond_protocol.cards import (
    Card,
    CardAdded,
    CardChanged,
    CardEdited,
    CardGone,
    CardMoved,
    CardsRevealed,
)
from rebond_protocol.events import OutgoingEvent
from rebond_protocol.frames import Yours
from rebond_protocol.ids import CardId, ParticipantId, RoundId
from rebond_protocol.people import ParticipantReadmitted, ParticipantRemoved, ParticipantView
from rebond_protocol.rebounds import CardLinked
from rebond_protocol.rounds import TALLIED, BallotKey, ItemId, RoundClosed, RoundOpened, RoundTallied, RoundView
from rebond_protocol.sections import Section, SectionAdded, SectionRemoved, SectionRenamed
from rebond_protocol.steps import BoardLocked, BoardRenamed, BoardUnlocked, StepChanged, TimerSet

T = TypeVar("T")


class BoardReplica:
    """One board as one person may see it. Empty (`view` is None) until the first snapshot."""

    def __init__(self) -> None:
        self._about: BoardView | None = None
        self.shared: dict[CardId, Card] = {}
        self.own: dict[CardId, Card] = {}
        self.authored: set[CardId] = set()
        """The cards that `yours` called mine. Where the board is not anonymous, a card's `author` says it as well."""
        self.sections: list[Section] = []
        self.rounds: dict[RoundId, RoundView] = {}
        """In the order they were opened."""
        self.ballots: dict[RoundId, dict[ItemId, int]] = {}
        """My points, by round and item."""
        self.marks: dict[RoundId, dict[BallotKey, tuple[int, ...]]] = {}
        """My marks, by round and item, or pair of items."""
        self.participants: dict[ParticipantId, ParticipantView] = {}
        self.removed: set[ParticipantId] = set()
        """Who was removed since this replica began; only moderators are told."""
        self._own_since: dict[CardId, int] = {}

    # -- reading ---------------------------------------------------------------------------------------------------

    @property
    def cards(self) -> dict[CardId, Card]:
        """Every card as I see it."""
        return {**self.shared, **self.own}

    @property
    def view(self) -> BoardView | None:
        """The board as a snapshot would now show it to my audience (without `own`), or None before the first one.

        Cards are in order, participants by id, whether or not they still have a card here: a replica forgets nobody.
        """
        if self._about is None:
            return None
        return replace(
            self._about,
            sections=tuple(self.sections),
            cards=tuple(sorted(self.shared.values(), key=_place)),
            rounds=tuple(self.rounds.values()),
            participants=tuple(sorted(self.participants.values(), key=lambda person: person.participant)),
        )

    # -- changing --------------------------------------------------------------------------------------------------

    def restart(self, board: BoardView) -> None:
        """A snapshot: nothing known before counts. A `yours` follows and says what is mine."""
        self._about = board
        self.sections = list(board.sections)
        self.shared = {card.id: card for card in board.cards}
        self.rounds = {round.id: round for round in board.rounds}
        self.participants = {person.participant: person for person in board.participants}
        self.own, self._own_since, self.ballots, self.marks, self.removed = {}, {}, {}, {}, set()

    def apply(self, event: OutgoingEvent, seq: int) -> None:
        """One event out of a frame that leads to `seq`."""
        fold = _FOLDS.get(type(event))
        if fold is not None and self._about is not None:
            fold(self, event, seq)

    def take(self, yours: Yours) -> None:
        """What only I may see. With `authored` it is the whole of it, and what it does not name is mine no more."""
        if yours.authored is not UNSET:
            self.own, self._own_since, self.ballots, self.marks = {}, {}, {}, {}
            self.authored = set(yours.authored)
        self.ballots.update({round: dict(ballots) for round, ballots in yours.ballots.items()})
        if yours.marks is not UNSET:
            self.marks.update({round: dict(marks) for round, marks in yours.marks.items()})
        for card in yours.cards:
            self.own[card.id] = card
            self._own_since[card.id] = yours.seq
            self.authored.add(card.id)

    def _about_is(self, **changes: Any) -> None:
        if self._about is not None:
            self._about = replace(self._about, **changes)

    def _put(self, card: Card, author: ParticipantView | UnsetType, seq: int) -> None:
        self.shared[card.id] = card
        self._no_longer_own(card.id, seq)
        if author is not UNSET:
            self.participants[author.participant] = author

    def _no_longer_own(self, card: CardId, seq: int) -> None:
        if self._own_since.get(card, seq) < seq:
            del self.own[card], self._own_since[card]

    def _change_card(self, id: CardId, change: Callable[[Card], Card]) -> None:
        for layer in (self.shared, self.own):
            if id in layer:
                layer[id] = change(layer[id])

    def _change_round(self, id: RoundId, change: Callable[[RoundView], RoundView]) -> None:
        if id in self.rounds:
            self.rounds[id] = change(self.rounds[id])

    # -- cards -----------------------------------------------------------------------------------------------------

    def _card_told(self, event: CardAdded | CardChanged, seq: int) -> None:
        self._put(event.card, event.author, seq)

    def _card_gone(self, event: CardGone, seq: int) -> None:
        self.shared.pop(event.card, None)
        self._no_longer_own(event.card, seq)

    def _card_edited(self, event: CardEdited, seq: int) -> None:
        edit = {"text": event.text, "rev": event.rev, "edited_ms": event.edited_ms}
        self._change_card(event.card, lambda card: replace(card, **edit))

    def _card_moved(self, event: CardMoved, seq: int) -> None:
        self._change_card(event.card, lambda card: replace(card, section=event.section, order=event.order))

    def _card_linked(self, event: CardLinked, seq: int) -> None:
        credit = {"parents": event.parents, "verb": event.verb or UNSET, "owes": event.owes or UNSET}
        self._change_card(event.card, lambda card: replace(card, **credit))

    def _cards_revealed(self, event: CardsRevealed, seq: int) -> None:
        for author in event.authors:
            self.participants[author.participant] = author
        for card in event.cards:
            self._put(card, UNSET, seq)

    # -- rounds ----------------------------------------------------------------------------------------------------

    def _round_opened(self, event: RoundOpened, seq: int) -> None:
        self.rounds[event.round] = RoundView(
            id=event.round,
            method=event.method,
            title=event.title,
            budget=event.budget,
            cap=event.cap,
            secret=event.secret,
            state="open",
            opened_ms=event.at_ms,
            voters=0,
            on=event.on,
            options=event.options,
            criteria=event.criteria,
            scale=event.scale,
            tallies={} if event.method in TALLIED and not event.secret else UNSET,
            counts={} if event.method not in TALLIED and not event.secret else UNSET,
        )

    def _round_tallied(self, event: RoundTallied, seq: int) -> None:
        def tally(round: RoundView) -> RoundView:
            return replace(
                round,
                voters=event.voters,
                tallies=_merged(round.tallies, event.tallies, bool),
                counts=_merged(round.counts, event.counts, any),
            )

        self._change_round(event.round, tally)

    def _round_closed(self, event: RoundClosed, seq: int) -> None:
        def close(round: RoundView) -> RoundView:
            return replace(
                round,
                state="closed",
                closed_ms=event.at_ms,
                tallies=_told(event.tallies, round.tallies),
                counts=_told(event.counts, round.counts),
                counted_by=_told(event.counted_by, round.counted_by),
                results=_told(event.results, round.results),
                recounts=_told(event.recounts, round.recounts),
                voters=_told(event.voters, round.voters),
            )

        self._change_round(event.round, close)

    # -- sections, the board, people -------------------------------------------------------------------------------

    def _section_added(self, event: SectionAdded, seq: int) -> None:
        self.sections = list({**{one.id: one for one in self.sections}, event.section.id: event.section}.values())

    def _section_renamed(self, event: SectionRenamed, seq: int) -> None:
        self.sections = [event.section if one.id == event.section.id else one for one in self.sections]

    def _section_removed(self, event: SectionRemoved, seq: int) -> None:
        self.sections = [one for one in self.sections if one.id != event.section]
        for layer in (self.shared, self.own):
            for card in [card for card in layer.values() if card.section == event.section]:
                layer[card.id] = replace(card, section=None)

    def _step_changed(self, event: StepChanged, seq: int) -> None:
        self._about_is(step=event.step)

    def _board_renamed(self, event: BoardRenamed, seq: int) -> None:
        self._about_is(title=event.title)

    def _board_locked(self, event: BoardLocked, seq: int) -> None:
        self._about_is(locked=True)

    def _board_unlocked(self, event: BoardUnlocked, seq: int) -> None:
        self._about_is(locked=False)

    def _timer_set(self, event: TimerSet, seq: int) -> None:
        self._about_is(timer=event.timer)

    def _participant_removed(self, event: ParticipantRemoved, seq: int) -> None:
        self.removed.add(event.participant)

    def _participant_readmitted(self, event: ParticipantReadmitted, seq: int) -> None:
        self.removed.discard(event.participant)

    FOLDS: ClassVar[Mapping[type, Callable[[Any, Any, int], None]]] = {
        CardAdded: _card_told,
        CardChanged: _card_told,
        CardGone: _card_gone,
        CardEdited: _card_edited,
        CardMoved: _card_moved,
        CardLinked: _card_linked,
        CardsRevealed: _cards_revealed,
        RoundOpened: _round_opened,
        RoundTallied: _round_tallied,
        RoundClosed: _round_closed,
        SectionAdded: _section_added,
        SectionRenamed: _section_renamed,
        SectionRemoved: _section_removed,
        StepChanged: _step_changed,
        BoardRenamed: _board_renamed,
        BoardLocked: _board_locked,
        BoardUnlocked: _board_unlocked,
        TimerSet: _timer_set,
        ParticipantRemoved: _participant_removed,
        ParticipantReadmitted: _participant_readmitted,
    }
    """What each event changes; a test compares the rows with the protocol's events."""


_FOLDS = BoardReplica.FOLDS


def _place(card: Card) -> tuple[float, str]:
    return card.order, card.id


def _told(now: T | UnsetType, before: T) -> T:
    return before if now is UNSET else now


def _merged(
    before: dict[ItemId, T] | UnsetType, told: dict[ItemId, T] | UnsetType, counts: Callable[[T], bool]
) -> dict[ItemId, T] | UnsetType:
    """Absolute numbers over those known; where nothing `counts` there is no row."""
    if told is UNSET:
        return before
    numbers = {**(before or {}), **told}
    return {item: numbers[item] for item in sorted(numbers) if counts(numbers[item])}
