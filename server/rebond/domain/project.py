"""project: the only road out (DM6). Events and states become what one audience may see, and what one person alone may.

Holds the table of projections; what a feature lets through stands in the feature's file. A fact without a row never
leaves the server: a new event is secret until somebody decides otherwise.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, assert_never

from msgspec import UNSET
from msgspec.structs import replace

from rebond.domain import attention, cards, groups, opinions, people, rebounds, rounds, stages, steps, talk
from rebond.domain.cards import Audience
from rebond.domain.people import Names
from rebond.domain.state import EMPTY, BoardState
from rebond_protocol import attention as a
from rebond_protocol import boards as b
from rebond_protocol import cards as c
from rebond_protocol import groups as g
from rebond_protocol import labs as l
from rebond_protocol import opinions as o
from rebond_protocol import people as p
from rebond_protocol import rebounds as r
from rebond_protocol import rounds as v
from rebond_protocol import sections as s
from rebond_protocol import stages as w
from rebond_protocol import steps as t
from rebond_protocol import talk as k
from rebond_protocol.boards import BoardView
from rebond_protocol.cards import Card
from rebond_protocol.entries import Entry
from rebond_protocol.events import Event, OutgoingEvent
from rebond_protocol.frames import Yours
from rebond_protocol.people import ParticipantView, Role

AUDIENCES: dict[Role, Audience] = {
    "participant": Audience.PARTICIPANTS,
    "staff": Audience.PARTICIPANTS,
    "kiosk": Audience.PARTICIPANTS,
    "moderator": Audience.MODERATORS,
    "display": Audience.DISPLAYS,
}

Projection = Callable[[BoardState, Any, BoardState, Audience, Names], tuple[OutgoingEvent, ...]]


def _as_it_is(
    before: BoardState, event: OutgoingEvent, after: BoardState, audience: Audience, names: Names
) -> tuple[OutgoingEvent, ...]:
    return (event,)


def _to_moderators(
    before: BoardState, event: OutgoingEvent, after: BoardState, audience: Audience, names: Names
) -> tuple[OutgoingEvent, ...]:
    return (event,) if audience is Audience.MODERATORS else ()


def _where_roles_are_seen(
    before: BoardState, event: p.ParticipantPromoted, after: BoardState, audience: Audience, names: Names
) -> tuple[OutgoingEvent, ...]:
    """On an anonymous board nobody is told who is who (DM5); whoever gives the roles has to know."""
    anonymous = after.about is not None and after.about.anonymous
    if anonymous and audience is not Audience.MODERATORS:
        return ()
    return (replace(event, person=people.view(after, event.participant, names) or UNSET),)


def _card_turned(
    before: BoardState,
    event: c.CardStateChanged | c.CardErased,
    after: BoardState,
    audience: Audience,
    names: Names,
) -> tuple[OutgoingEvent, ...]:
    """A card, what is said about it, and the light or the window it may have stood in."""
    return (
        *cards.project_change(before, event, after, audience, names),
        *talk.project_card(before, event.card, after, audience, names),
        *stages.project_card(before, event.card, after, audience),
        *opinions.project_card(before, event.card, after, audience),
        *groups.project_erased(before, event.card, after),
        *attention.project_spotlight(before, after, audience),
    )


def _group_gone(
    before: BoardState, event: g.GroupGone, after: BoardState, audience: Audience, names: Names
) -> tuple[OutgoingEvent, ...]:
    return (event, *attention.project_spotlight(before, after, audience))


def _step_changed(
    before: BoardState, event: t.StepChanged, after: BoardState, audience: Audience, names: Names
) -> tuple[OutgoingEvent, ...]:
    return (t.StepChanged(_step_seen(event.step, after, audience)),)


def _step_seen(step: t.Step, state: BoardState, audience: Audience) -> t.Step:
    """The current step; on a hidden wall without the vote that began with it."""
    return replace(step, round=UNSET) if attention.blank(state, audience) else step


PROJECTIONS: dict[type[Event], Projection] = {
    c.CardAdded: cards.project_added,
    c.CardEdited: cards.project_edited,
    c.CardMoved: cards.project_moved,
    c.CardTagged: cards.project_tagged,
    c.CardStateChanged: _card_turned,
    c.CardErased: _card_turned,
    c.CardClaimed: cards.project_claimed,
    c.CardsRevealed: cards.project_revealed,
    r.CardLinked: rebounds.project_linked,
    g.GroupChanged: _as_it_is,
    g.CardsGrouped: groups.project_grouped,
    g.GroupGone: _group_gone,
    k.CommentAdded: talk.project_added,
    k.CommentStateChanged: talk.project_change,
    k.CommentErased: talk.project_change,
    k.CommentClaimed: talk.project_claimed,
    a.HandRaised: _as_it_is,
    a.HandLowered: _as_it_is,
    a.Relaunched: _as_it_is,
    a.SpotlightTurned: attention.project_turned,
    a.WallTurned: _as_it_is,
    w.CardStaged: stages.project_staged,
    w.CardUnstaged: stages.project_staged,
    w.CardShowcased: stages.project_showcased,
    l.LabLinked: _as_it_is,
    l.LabUnlinked: _as_it_is,
    l.KioskSettingsChanged: _as_it_is,
    l.KioskSeatsChanged: _as_it_is,
    v.RoundOpened: _as_it_is,
    v.RoundClosed: rounds.project_closed,
    s.SectionAdded: _as_it_is,
    s.SectionRenamed: _as_it_is,
    s.SectionRemoved: _as_it_is,
    t.StepChanged: _step_changed,
    t.PlanChanged: steps.project_plan,
    t.BoardRenamed: _as_it_is,
    t.BoardLocked: _as_it_is,
    t.BoardUnlocked: _as_it_is,
    t.TimerSet: _as_it_is,
    p.ParticipantRemoved: _to_moderators,
    p.ParticipantReadmitted: _to_moderators,
    p.ParticipantMuted: _to_moderators,
    p.ParticipantPromoted: _where_roles_are_seen,
}

ON_A_HIDDEN_WALL: frozenset[type[Event]] = frozenset(
    {t.StepChanged, t.PlanChanged, t.BoardRenamed, t.BoardLocked, t.BoardUnlocked, t.TimerSet}
    | {s.SectionAdded, s.SectionRenamed, s.SectionRemoved}
    | {l.LabLinked, l.LabUnlinked, l.KioskSettingsChanged, l.KioskSeatsChanged}
    | {a.HandRaised, a.HandLowered, a.Relaunched, a.WallTurned, p.ParticipantPromoted}
)
"""What displays are still told while the wall is hidden; all else is of what people wrote and chose."""


def project(
    before: BoardState, event: Event, after: BoardState, audience: Audience, names: Names
) -> tuple[OutgoingEvent, ...]:
    """What this audience is told of this event; `before` and `after` are the states around its entry.

    Ballots and reactions are told by `Tally`.
    """
    projection = PROJECTIONS.get(type(event))
    if projection is None or (attention.blank(after, audience) and type(event) not in ON_A_HIDDEN_WALL):
        return ()
    return projection(before, event, after, audience, names)


def starts_over(entry: Entry, audience: Audience) -> bool:
    """Whether this audience is led on from this entry by a snapshot, and by nothing that was told before.

    A wall that is turned, to be hidden or to be seen, shows another board altogether; and everybody one without a vote
    that was erased, in which step, plan and ballots are others.
    """
    anew = a.WallTurned | v.RoundErased if audience is Audience.DISPLAYS else v.RoundErased
    return any(isinstance(event, anew) for event in entry.events)


def takes_back(entry: Entry) -> bool:
    """Whether this entry takes words back that were told before: they must not be told again, to nobody (DM6, LG7).

    Whoever keeps frames or snapshots for those who come back has to throw away what is older than this entry.
    """
    return any(_covers(event) for event in entry.events if type(event) in _MAY_COVER)


_TURNED: frozenset[type[Event]] = frozenset({c.CardStateChanged, c.CardErased, k.CommentStateChanged, k.CommentErased})
_MAY_COVER = _TURNED | {a.WallTurned, v.RoundErased}
"""Looked up first: nearly every event of a busy board is none of these, and each is asked about in every flush."""


def _covers(event: Event) -> bool:
    match event:
        case c.CardErased() | k.CommentErased() | v.RoundErased():
            return True
        case c.CardStateChanged(state=state) | k.CommentStateChanged(state=state):
            return state != "shown"
        case a.WallTurned(hidden=hidden):
            return hidden
        case _:
            return False


def erases(entry: Entry) -> bool:
    """Whether by this entry words are gone for ever: the log has to begin anew behind it (LG7)."""
    return any(isinstance(event, _GONE) for event in entry.events)


_GONE = c.CardErased | k.CommentErased | v.RoundErased | b.BoardForgot


def covered_by(entries: Sequence[Entry], after: BoardState, audience: Audience) -> frozenset[str]:
    """The cards and comments whose words these entries took back, and which this audience cannot read after them."""
    covered: set[str] = set()
    for event in (event for entry in entries for event in entry.events if type(event) in _TURNED):
        match event:
            case c.CardStateChanged(card=id) | c.CardErased(card=id):
                if not talk.readable(after, id, audience):
                    covered.add(id)
            case k.CommentStateChanged(comment=id) | k.CommentErased(comment=id):
                comment = after.comments.get(id)
                if comment is None or talk.seen_by(after, comment, audience) is None:
                    covered.add(id)
            case _:
                pass
    return frozenset(covered)


def without_words(view: OutgoingEvent, covered: frozenset[str]) -> OutgoingEvent | None:
    """This event without the words of what is covered, None where nothing else is in it.

    A card may be added, or revealed, and hidden before either is told; what is told then is only that it is hidden.
    """
    match view:
        case c.CardAdded(card=card) | c.CardChanged(card=card):
            return None if card.id in covered and card.text else view
        case c.CardEdited(card=id) | c.CardTagged(card=id):
            return None if id in covered else view
        case w.HistoryTold(card=id, stages=(_, *_)) | w.CardShowcased(card=id, showcase=w.Showcase()):
            return None if id in covered else view
        case c.CardsRevealed(cards=turned):
            return replace(view, cards=tuple(card for card in turned if not (card.id in covered and card.text)))
        case r.CardLinked(card=id):
            return replace(view, owes=None) if id in covered else view
        case k.CommentAdded(comment=comment) | k.CommentChanged(comment=comment):
            return None if comment.id in covered or comment.card in covered else view
        case _:
            return view


Counted = v.BallotCast | v.BallotMarked | k.ReactionGiven | o.OpinionGiven
"""What is one person's, and leaves as a number (DM7)."""


class Tally:
    """Collects the ballots, reactions and opinions of one flush and tells them as one number a card (DM7)."""

    def __init__(self) -> None:
        self._touched: dict[str, set[str]] = {}
        self._reacted: set[str] = set()
        self._opined: set[str] = set()

    def note(self, event: Counted) -> None:
        """Another ballot or reaction in this flush."""
        match event:
            case v.BallotCast(round=round, card=item):
                self._touched.setdefault(round, set()).add(item)
            case v.BallotMarked(round=round, key=key):  # of a comparison, two items
                self._touched.setdefault(round, set()).update(key.split(" "))
            case k.ReactionGiven(card=card):
                self._reacted.add(card)
            case o.OpinionGiven(card=card):
                self._opined.add(card)
            case _:
                assert_never(event)

    def told(
        self, state: BoardState, audience: Audience, before: BoardState = EMPTY
    ) -> tuple[v.RoundTallied | k.ReactionsCounted | o.OpinionsCounted, ...]:
        """Where what was touched stands in this state, as this audience may know it. `before`: what it was told of.

        Of a card that was turned over meanwhile it is told that nothing is said of it: its last reaction may have been
        taken back first, and then nothing else says so.
        """
        if attention.blank(state, audience):
            return ()
        told = (rounds.tallied(state, round, touched) for round, touched in self._touched.items())
        tallies = tuple(tally for tally in told if tally is not None)
        known = {
            id: talk.readable(state, id, audience)
            for id in self._reacted | self._opined
            if talk.readable(state, id, audience) or talk.readable(before, id, audience)
        }
        reactions = {id: talk.counts(state, id) if known[id] else {} for id in sorted(self._reacted & known.keys())}
        given = {id: opinions.counts(state, id) if known[id] else {} for id in sorted(self._opined & known.keys())}
        return (
            *tallies,
            *((k.ReactionsCounted(reactions),) if reactions else ()),
            *((o.OpinionsCounted(given),) if given else ()),
        )


def snapshot(state: BoardState, audience: Audience, names: Names) -> BoardView:
    """The whole board as this audience may see it. Raises `ValueError` for a board that was never created."""
    about = state.about
    if about is None:
        raise ValueError("a board without its first entry has no view")
    seen = [card for one in state.cards.values() if (card := cards.seen_by(state, one, audience)) is not None]
    seen.sort(key=cards.by_order)
    said_of = state.comments or state.reactions or state.stages or state.showcases or state.opinions
    face_up = {card.id for card in seen if card.text} if said_of else ()
    said = talk.told(state, face_up, audience)
    blank = attention.blank(state, audience)
    votes = () if blank else sorted(state.rounds.values(), key=lambda round: round.number)
    return BoardView(
        id=about.id, code=about.code, title=state.title, template=about.template, locale=about.locale,
        anonymous=about.anonymous, locked=state.locked, created_ms=about.created_ms, segments=about.segments,
        sections=state.sections, cards=tuple(seen),
        rounds=tuple(rounds.view(round) for round in votes),
        participants=_authors(state, (*seen, *said), names), step=_step_seen(state.step, state, audience),
        timer=state.timer, plan=steps.seen_plan(state.plan, audience), groups=() if blank else groups.in_order(state),
        comments=said, reactions=talk.counted(state, face_up), stages=stages.histories(state, face_up),
        showcases=stages.window(state, face_up), opinions=opinions.counted(state, face_up), lab=state.lab,
        kiosk=state.kiosk, hands=state.hands, relaunch=state.relaunch,
        spotlight=attention.shines_on(state, audience), wall_hidden=state.wall_hidden,
        removed=people.listed(state, lambda one: one.removed) if audience is Audience.MODERATORS else (),
        muted=people.listed(state, lambda one: one.muted) if audience is Audience.MODERATORS else (),
    )  # fmt: skip


def _authors(state: BoardState, seen: Iterable[Card | k.Comment], names: Names) -> tuple[ParticipantView, ...]:
    wanted = {one.author for one in seen if one.author is not None}
    wanted.update(id for id, person in state.participants.items() if person.role == "staff")
    views = (people.view(state, id, names) for id in sorted(wanted))
    return tuple(view for view in views if view is not None)


# -- what one person alone may see ---------------------------------------------------------------------------------


def yours(state: BoardState, participant: str) -> Yours:
    """All that is this person's own: ballots, cards that others cannot see as they are, and which cards are theirs.

    Nothing is a kiosk's own: what one visitor wrote there is not for the next.
    """
    if people.is_kiosk(state, participant):
        return Yours(state.seq, {}, authored=(), muted=_is_muted(state, participant) or UNSET)
    authored = cards.written_by(state, participant)
    audience = _audience(state, participant)
    said = talk.said_by(state, participant)
    marks = {
        round.id: dict(sorted(round.marks[participant].items()))
        for round in state.rounds.values()
        if participant in round.marks
    }
    return Yours(
        seq=state.seq,
        ballots={
            round.id: rounds.own_ballots(round, participant)
            for round in state.rounds.values()
            if participant in round.ballots
        },
        cards=tuple(card for card in authored if cards.seen_by(state, card, audience) != card),
        authored=tuple(card.id for card in authored),
        marks=marks or UNSET,
        comments=tuple(one for one in said if talk.seen_by(state, one, audience) != one) or UNSET,
        reactions=talk.reacted_by(state, participant) or UNSET,
        muted=_is_muted(state, participant) or UNSET,
    )


def yours_after(state: BoardState, *entries: Entry) -> dict[str, Yours]:
    """For each person whom these entries give something only they may see: that, as it is in `state`.

    `state` is the one that the frame telling of these entries leads to, so that nobody is told of a copy of their own
    that the same frame has already overtaken.
    """
    own = _Own(state)
    for event in (event for entry in entries for event in entry.events):
        own.note(event)
    return own.told()


class _Own:
    """What some entries give people that only they may see, as it is in `state`."""

    def __init__(self, state: BoardState) -> None:
        self._state = state
        self._cards: dict[str, dict[str, Card]] = {}
        self._comments: dict[str, dict[str, k.Comment]] = {}
        self._ballots: dict[str, dict[str, dict[str, int]]] = {}
        self._marks: dict[str, dict[str, dict[str, tuple[int, ...]]]] = {}
        self._reactions: dict[str, dict[str, k.Reaction | None]] = {}
        self._muted: set[str] = set()

    def note(self, event: Event) -> None:
        """What this event gives to whom."""
        match event:
            case v.BallotCast(round=id, participant=person):
                if (round := self._state.rounds.get(id)) is not None:
                    self._ballots.setdefault(person, {})[id] = rounds.own_ballots(round, person)
            case v.BallotMarked(round=id, participant=person):
                if (round := self._state.rounds.get(id)) is not None:
                    self._marks.setdefault(person, {})[id] = dict(sorted(round.marks.get(person, {}).items()))
            case k.ReactionGiven(card=id, participant=person):
                mine = self._state.reactions.get(id, talk.NO_REACTIONS).get(person)
                self._reactions.setdefault(person, {})[id] = mine
            case c.CardAdded(card=Card(id=id)) | c.CardEdited(card=id) | c.CardMoved(card=id):
                self._card(id)
            case r.CardLinked(card=id) | c.CardTagged(card=id) | c.CardClaimed(card=id):
                self._card(id)
            case c.CardStateChanged(card=id) | c.CardErased(card=id):
                self._card(id)
                for comment in talk.about(self._state, id):
                    self._comment(comment.id)
            case c.CardsRevealed():
                for card in self._state.cards.values():
                    if card.state != "shown":
                        self._card(card.id)
            case g.CardsGrouped(cards=ids):
                for id in ids:
                    self._card(id)
            case k.CommentAdded(comment=k.Comment(id=id)):
                self._comment(id)
            case k.CommentStateChanged(comment=id) | k.CommentErased(comment=id) | k.CommentClaimed(comment=id):
                self._comment(id)
            case p.ParticipantMuted(participant=person):
                self._muted.add(person)
            case _:
                pass

    def _card(self, id: str) -> None:
        """The card for its author, if the author's audience does not see it as it is."""
        card = self._state.cards.get(id)
        if card is None or card.author is None or people.is_kiosk(self._state, card.author):
            return
        if cards.seen_by(self._state, card, _audience(self._state, card.author)) != card:
            self._cards.setdefault(card.author, {})[id] = card

    def _comment(self, id: str) -> None:
        """The comment for its author, if the author's audience does not see it as it is."""
        comment = self._state.comments.get(id)
        if comment is None or comment.author is None or people.is_kiosk(self._state, comment.author):
            return
        if talk.seen_by(self._state, comment, _audience(self._state, comment.author)) != comment:
            self._comments.setdefault(comment.author, {})[id] = comment

    def told(self) -> dict[str, Yours]:
        """One frame a person."""
        people = {
            *self._cards, *self._comments, *self._ballots, *self._marks, *self._reactions, *self._muted,
        }  # fmt: skip
        return {person: self._told(person) for person in sorted(people)}

    def _told(self, person: str) -> Yours:
        return Yours(
            self._state.seq,
            self._ballots.get(person, {}),
            tuple(sorted(self._cards.get(person, {}).values(), key=cards.by_order)),
            marks=self._marks.get(person, UNSET),
            comments=tuple(sorted(self._comments.get(person, {}).values(), key=talk.by_age)) or UNSET,
            reactions=self._reactions.get(person, UNSET),
            muted=_is_muted(self._state, person) if person in self._muted else UNSET,
        )


def _is_muted(state: BoardState, participant: str) -> bool:
    person = state.participants.get(participant)
    return person is not None and person.muted


def _audience(state: BoardState, participant: str) -> Audience:
    person = state.participants.get(participant)
    return AUDIENCES[person.role] if person else Audience.PARTICIPANTS
