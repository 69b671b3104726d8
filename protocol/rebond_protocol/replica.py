"""The board as a client holds it: a snapshot, then events, then what only this person may see. Sans I/O, no clock.

Two layers of cards, and of comments. `shared` is what everybody of this audience sees. `own` lies over it: my cards
that the others do not see as they are. Whatever `events` says of a whole card ends what an earlier `yours` said of it;
if there is still something only I may see, another `yours` follows.

Events state what now is, so applying one again changes nothing. Events about what is not on this board, and events of
a later version, are passed over.
"""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeVar

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from rebond_protocol.attention import Hand, HandLowered, HandRaised, Relaunched, SpotlightTurned, WallTurned
from rebond_protocol.boards import BoardView
from rebond_protocol.cards import (
    Card,
    CardAdded,
    CardChanged,
    CardEdited,
    CardGone,
    CardMoved,
    CardsRevealed,
    CardTagged,
)
from rebond_protocol.events import OutgoingEvent
from rebond_protocol.frames import Yours
from rebond_protocol.groups import CardsGrouped, Group, GroupChanged, GroupGone
from rebond_protocol.ids import CardId, CommentId, GroupId, ParticipantId, RoundId
from rebond_protocol.labs import KioskSeatsChanged, KioskSettingsChanged, LabLinked, LabUnlinked
from rebond_protocol.opinions import OpinionMark, OpinionsCounted
from rebond_protocol.people import (
    ParticipantMuted,
    ParticipantPromoted,
    ParticipantReadmitted,
    ParticipantRemoved,
    ParticipantView,
)
from rebond_protocol.rebounds import CardLinked
from rebond_protocol.rounds import TALLIED, BallotKey, ItemId, RoundClosed, RoundOpened, RoundTallied, RoundView
from rebond_protocol.sections import Section, SectionAdded, SectionRemoved, SectionRenamed
from rebond_protocol.stages import CardShowcased, HistoryTold, Showcase, Staged
from rebond_protocol.steps import BoardLocked, BoardRenamed, BoardUnlocked, PlanChanged, StepChanged, TimerSet
from rebond_protocol.talk import Comment, CommentAdded, CommentChanged, CommentGone, Reaction, ReactionsCounted

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
        """Who was removed; only moderators are told."""
        self.muted: set[ParticipantId] = set()
        """Who may not write; only moderators are told."""
        self.groups: dict[GroupId, Group] = {}
        self.comments: dict[CommentId, Comment] = {}
        """What everybody of this audience sees; `own_comments` lies over it."""
        self.own_comments: dict[CommentId, Comment] = {}
        self.reactions: dict[CardId, dict[Reaction, int]] = {}
        self.my_reactions: dict[CardId, Reaction] = {}
        self.stages: dict[CardId, tuple[Staged, ...]] = {}
        self.showcases: dict[CardId, Showcase] = {}
        self.opinions: dict[CardId, dict[OpinionMark, int]] = {}
        self.i_am_muted = False
        self.hands: list[Hand] = []
        """In the order they went up."""
        self._own_since: dict[CardId | CommentId, int] = {}

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
            groups=tuple(sorted(self.groups.values(), key=_place)),
            comments=tuple(sorted(self.comments.values(), key=lambda comment: (comment.at_ms, comment.id))),
            reactions=self.reactions,
            stages=self.stages,
            showcases=self.showcases,
            opinions=self.opinions,
            hands=tuple(self.hands),
            removed=tuple(sorted(self.removed)),
            muted=tuple(sorted(self.muted)),
        )

    # -- changing --------------------------------------------------------------------------------------------------

    def restart(self, board: BoardView) -> None:
        """A snapshot: nothing known before counts. A `yours` follows and says what is mine."""
        self._about = board
        self.sections = list(board.sections)
        self.shared = {card.id: card for card in board.cards}
        self.rounds = {round.id: round for round in board.rounds}
        self.participants = {person.participant: person for person in board.participants}
        self.removed, self.muted = set(board.removed), set(board.muted)
        self.groups = {group.id: group for group in board.groups}
        self.comments = {comment.id: comment for comment in board.comments}
        self.reactions = dict(board.reactions)
        self.stages, self.showcases = dict(board.stages), dict(board.showcases)
        self.opinions = dict(board.opinions)
        self.hands = list(board.hands)
        self._forget_own()

    def apply(self, event: OutgoingEvent, seq: int) -> None:
        """One event out of a frame that leads to `seq`."""
        fold = _FOLDS.get(type(event))
        if fold is not None and self._about is not None:
            fold(self, event, seq)

    def take(self, yours: Yours) -> None:
        """What only I may see. With `authored` it is the whole of it, and what it does not name is mine no more."""
        if yours.authored is not UNSET:
            self._forget_own()
            self.authored = set(yours.authored)
        self.ballots.update({round: dict(ballots) for round, ballots in yours.ballots.items()})
        if yours.marks is not UNSET:
            self.marks.update({round: dict(marks) for round, marks in yours.marks.items()})
        for card in yours.cards:
            self.own[card.id] = card
            self._own_since[card.id] = yours.seq
            self.authored.add(card.id)
        for comment in yours.comments or ():
            self.own_comments[comment.id] = comment
            self._own_since[comment.id] = yours.seq
        for card, reaction in (yours.reactions or {}).items():
            self.my_reactions.pop(card, None)
            if reaction is not None:
                self.my_reactions[card] = reaction
        self.i_am_muted = _told(yours.muted, self.i_am_muted)

    def _forget_own(self) -> None:
        self.own, self.own_comments, self._own_since = {}, {}, {}
        self.ballots, self.marks, self.my_reactions, self.i_am_muted = {}, {}, {}, False

    def _about_is(self, **changes: Any) -> None:
        if self._about is not None:
            self._about = replace(self._about, **changes)

    def _put(self, card: Card, author: ParticipantView | UnsetType, seq: int) -> None:
        self.shared[card.id] = card
        self._no_longer_own(card.id, seq)
        if author is not UNSET:
            self.participants[author.participant] = author

    def _no_longer_own(self, id: CardId | CommentId, seq: int) -> None:
        if self._own_since.get(id, seq) < seq:
            del self._own_since[id]
            self.own.pop(id, None)
            self.own_comments.pop(id, None)

    def _change_card(self, id: CardId, change: Callable[[Card], Card]) -> None:
        for layer in (self.shared, self.own):
            if id in layer:
                layer[id] = change(layer[id])

    def _change_cards(self, which: Callable[[Card], bool], change: Callable[[Card], Card]) -> None:
        for layer in (self.shared, self.own):
            layer.update({id: change(card) for id, card in layer.items() if which(card)})

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

    def _card_tagged(self, event: CardTagged, seq: int) -> None:
        tags = {"tags": event.tags or UNSET, "colour": event.colour if event.colour is not None else UNSET}
        self._change_card(event.card, lambda card: replace(card, **tags))

    def _cards_revealed(self, event: CardsRevealed, seq: int) -> None:
        for author in event.authors:
            self.participants[author.participant] = author
        for card in event.cards:
            self._put(card, UNSET, seq)

    # -- groups and talk -------------------------------------------------------------------------------------------

    def _group_changed(self, event: GroupChanged, seq: int) -> None:
        self.groups[event.group.id] = event.group

    def _cards_grouped(self, event: CardsGrouped, seq: int) -> None:
        for id in event.cards:
            self._change_card(id, lambda card: replace(card, group=event.group or UNSET))

    def _group_gone(self, event: GroupGone, seq: int) -> None:
        self.groups.pop(event.group, None)
        self._change_cards(lambda card: card.group == event.group, lambda card: replace(card, group=UNSET))

    def _comment_told(self, event: CommentAdded | CommentChanged, seq: int) -> None:
        self.comments[event.comment.id] = event.comment
        self._no_longer_own(event.comment.id, seq)
        if event.author is not UNSET:
            self.participants[event.author.participant] = event.author

    def _comment_gone(self, event: CommentGone, seq: int) -> None:
        self.comments.pop(event.comment, None)
        self._no_longer_own(event.comment, seq)

    def _reactions_counted(self, event: ReactionsCounted, seq: int) -> None:
        self.reactions = _over(self.reactions, event.cards)

    # -- the lab ---------------------------------------------------------------------------------------------------

    def _history_told(self, event: HistoryTold, seq: int) -> None:
        self.stages = _over(self.stages, {event.card: event.stages})

    def _card_showcased(self, event: CardShowcased, seq: int) -> None:
        self.showcases = _over(self.showcases, {event.card: event.showcase})

    def _opinions_counted(self, event: OpinionsCounted, seq: int) -> None:
        self.opinions = _over(self.opinions, event.cards)

    def _lab_linked(self, event: LabLinked, seq: int) -> None:
        if self._about is not None:
            self._about_is(lab=(*(one for one in self._about.lab if one != event.board), event.board))

    def _lab_unlinked(self, event: LabUnlinked, seq: int) -> None:
        if self._about is not None:
            self._about_is(lab=tuple(one for one in self._about.lab if one != event.board))

    def _kiosk_changed(self, event: KioskSettingsChanged, seq: int) -> None:
        self._about_is(kiosk=event.settings)

    def _seats_changed(self, event: KioskSeatsChanged, seq: int) -> None:
        """Nothing of the board: seats are asked for over HTTP."""

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
        self._change_cards(lambda card: card.section == event.section, lambda card: replace(card, section=None))
        for group in [group for group in self.groups.values() if group.section == event.section]:
            self.groups[group.id] = replace(group, section=None)

    def _step_changed(self, event: StepChanged, seq: int) -> None:
        self._about_is(step=event.step)

    def _plan_changed(self, event: PlanChanged, seq: int) -> None:
        self._about_is(plan=event.plan)

    def _board_renamed(self, event: BoardRenamed, seq: int) -> None:
        self._about_is(title=event.title)

    def _board_locked(self, event: BoardLocked, seq: int) -> None:
        self._about_is(locked=True)

    def _board_unlocked(self, event: BoardUnlocked, seq: int) -> None:
        self._about_is(locked=False)

    def _timer_set(self, event: TimerSet, seq: int) -> None:
        self._about_is(timer=event.timer)

    def _hand_raised(self, event: HandRaised, seq: int) -> None:
        if all(hand.participant != event.participant for hand in self.hands):
            self.hands.append(Hand(event.participant, event.at_ms))

    def _hand_lowered(self, event: HandLowered, seq: int) -> None:
        self.hands = [hand for hand in self.hands if hand.participant != event.participant]

    def _relaunched(self, event: Relaunched, seq: int) -> None:
        self._about_is(relaunch=event.relaunch)

    def _spotlight_turned(self, event: SpotlightTurned, seq: int) -> None:
        self._about_is(spotlight=event.spotlight)

    def _wall_turned(self, event: WallTurned, seq: int) -> None:
        self._about_is(wall_hidden=event.hidden)

    def _participant_removed(self, event: ParticipantRemoved, seq: int) -> None:
        self.removed.add(event.participant)

    def _participant_readmitted(self, event: ParticipantReadmitted, seq: int) -> None:
        self.removed.discard(event.participant)

    def _participant_muted(self, event: ParticipantMuted, seq: int) -> None:
        if event.muted:
            self.muted.add(event.participant)
        else:
            self.muted.discard(event.participant)

    def _participant_promoted(self, event: ParticipantPromoted, seq: int) -> None:
        known = self.participants.get(event.participant)
        if event.person is not UNSET:
            self.participants[event.participant] = event.person
        elif known is not None:
            self.participants[event.participant] = replace(known, role=event.role)

    FOLDS: ClassVar[Mapping[type, Callable[[Any, Any, int], None]]] = {
        CardAdded: _card_told,
        CardChanged: _card_told,
        CardGone: _card_gone,
        CardEdited: _card_edited,
        CardMoved: _card_moved,
        CardLinked: _card_linked,
        CardTagged: _card_tagged,
        CardsRevealed: _cards_revealed,
        GroupChanged: _group_changed,
        CardsGrouped: _cards_grouped,
        GroupGone: _group_gone,
        CommentAdded: _comment_told,
        CommentChanged: _comment_told,
        CommentGone: _comment_gone,
        ReactionsCounted: _reactions_counted,
        HistoryTold: _history_told,
        CardShowcased: _card_showcased,
        OpinionsCounted: _opinions_counted,
        LabLinked: _lab_linked,
        LabUnlinked: _lab_unlinked,
        KioskSettingsChanged: _kiosk_changed,
        KioskSeatsChanged: _seats_changed,
        RoundOpened: _round_opened,
        RoundTallied: _round_tallied,
        RoundClosed: _round_closed,
        SectionAdded: _section_added,
        SectionRenamed: _section_renamed,
        SectionRemoved: _section_removed,
        StepChanged: _step_changed,
        PlanChanged: _plan_changed,
        BoardRenamed: _board_renamed,
        BoardLocked: _board_locked,
        BoardUnlocked: _board_unlocked,
        TimerSet: _timer_set,
        ParticipantRemoved: _participant_removed,
        ParticipantReadmitted: _participant_readmitted,
        ParticipantMuted: _participant_muted,
        ParticipantPromoted: _participant_promoted,
        HandRaised: _hand_raised,
        HandLowered: _hand_lowered,
        Relaunched: _relaunched,
        SpotlightTurned: _spotlight_turned,
        WallTurned: _wall_turned,
    }
    """What each event changes; a test compares the rows with the protocol's events."""


_FOLDS = BoardReplica.FOLDS


def _place(one: Card | Group) -> tuple[float, str]:
    return one.order, one.id


def _over(before: dict[CardId, T], told: Mapping[CardId, T | None]) -> dict[CardId, T]:
    """What is told of some cards in place of what was known; a card of which nothing is left has no row."""
    now = {**before, **told}
    return {card: value for card in sorted(now) if (value := now[card])}


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
