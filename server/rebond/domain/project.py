"""project: the only road out (DM6). Events and states become what one audience may see, and what one person alone may.

Holds the table of projections; what a feature lets through stands in the feature's file. A fact without a row never
leaves the server: a new event is secret until somebody decides otherwise.
"""

from collections.abc import Callable, Sequence
from typing import Any

from msgspec import UNSET
from msgspec.structs import replace

from rebond.domain import cards, people, rebounds, rounds, steps
from rebond.domain.cards import Audience
from rebond.domain.people import Names
from rebond.domain.state import BoardState
from rebond_protocol import cards as c
from rebond_protocol import people as p
from rebond_protocol import rebounds as r
from rebond_protocol import rounds as v
from rebond_protocol import sections as s
from rebond_protocol import steps as t
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
    return () if anonymous and audience is not Audience.MODERATORS else (event,)


PROJECTIONS: dict[type[Event], Projection] = {
    c.CardAdded: cards.project_added,
    c.CardEdited: cards.project_edited,
    c.CardMoved: cards.project_moved,
    c.CardStateChanged: cards.project_change,
    c.CardErased: cards.project_change,
    c.CardsRevealed: cards.project_revealed,
    r.CardLinked: rebounds.project_linked,
    v.RoundOpened: _as_it_is,
    v.RoundClosed: rounds.project_closed,
    s.SectionAdded: _as_it_is,
    s.SectionRenamed: _as_it_is,
    s.SectionRemoved: _as_it_is,
    t.StepChanged: _as_it_is,
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


def project(
    before: BoardState, event: Event, after: BoardState, audience: Audience, names: Names
) -> tuple[OutgoingEvent, ...]:
    """What this audience is told of this event; `before` and `after` are the states around its entry.

    Ballots are told by `Tally`.
    """
    projection = PROJECTIONS.get(type(event))
    return projection(before, event, after, audience, names) if projection else ()


def takes_back(entry: Entry) -> bool:
    """Whether this entry takes words back that were told before: they must not be told again, to nobody (DM6, LG7).

    Whoever keeps frames or snapshots for those who come back has to throw away what is older than this entry.
    """
    return any(isinstance(event, c.CardErased) or _covers(event) for event in entry.events)


def _covers(event: Event) -> bool:
    return isinstance(event, c.CardStateChanged) and event.state != "shown"


def covered_by(entries: Sequence[Entry], after: BoardState, audience: Audience) -> frozenset[str]:
    """The cards whose words these entries took back, and which this audience cannot read in the state after them."""
    events = [event for entry in entries for event in entry.events]
    touched = {event.card for event in events if isinstance(event, c.CardStateChanged | c.CardErased)}
    return frozenset(id for id in touched if not _readable(after, id, audience))


def _readable(state: BoardState, id: str, audience: Audience) -> bool:
    card = state.cards.get(id)
    seen = cards.seen_by(state, card, audience) if card else None
    return seen is not None and seen.text != ""


def without_words(view: OutgoingEvent, covered: frozenset[str]) -> OutgoingEvent | None:
    """This event without the words of covered cards, None where nothing else is in it.

    A card may be added, or revealed, and hidden before either is told; what is told then is only that it is hidden.
    """
    match view:
        case c.CardAdded(card=card) | c.CardChanged(card=card):
            return None if card.id in covered and card.text else view
        case c.CardEdited(card=id):
            return None if id in covered else view
        case c.CardsRevealed(cards=turned):
            return replace(view, cards=tuple(card for card in turned if not (card.id in covered and card.text)))
        case r.CardLinked(card=id):
            return replace(view, owes=None) if id in covered else view
        case _:
            return view


class Tally:
    """Collects the ballots of one flush and tells them as one number a card (DM7)."""

    def __init__(self) -> None:
        self._touched: dict[str, set[str]] = {}

    def note(self, event: v.BallotCast) -> None:
        """Another ballot in this flush."""
        self._touched.setdefault(event.round, set()).add(event.card)

    def told(self, state: BoardState) -> tuple[v.RoundTallied, ...]:
        """Where the touched rounds stand in this state, the same to every audience."""
        told = (rounds.tallied(state, round, touched) for round, touched in self._touched.items())
        return tuple(tally for tally in told if tally is not None)


def snapshot(state: BoardState, audience: Audience, names: Names) -> BoardView:
    """The whole board as this audience may see it. Raises `ValueError` for a board that was never created."""
    about = state.about
    if about is None:
        raise ValueError("a board without its first entry has no view")
    seen = [card for one in state.cards.values() if (card := cards.seen_by(state, one, audience)) is not None]
    seen.sort(key=cards.by_order)
    return BoardView(
        id=about.id, code=about.code, title=state.title, template=about.template, locale=about.locale,
        anonymous=about.anonymous, locked=state.locked, created_ms=about.created_ms, segments=about.segments,
        sections=state.sections, cards=tuple(seen),
        rounds=tuple(rounds.view(round) for round in sorted(state.rounds.values(), key=lambda round: round.number)),
        participants=_authors(state, seen, names), step=state.step, timer=state.timer,
        plan=steps.seen_plan(state.plan, audience),
        removed=people.listed(state, lambda one: one.removed) if audience is Audience.MODERATORS else (),
        muted=people.listed(state, lambda one: one.muted) if audience is Audience.MODERATORS else (),
    )  # fmt: skip


def _authors(state: BoardState, seen: list[Card], names: Names) -> tuple[ParticipantView, ...]:
    wanted = {card.author for card in seen if card.author is not None}
    wanted.update(id for id, person in state.participants.items() if person.role == "staff")
    views = (people.view(state, id, names) for id in sorted(wanted))
    return tuple(view for view in views if view is not None)


# -- what one person alone may see ---------------------------------------------------------------------------------


def yours(state: BoardState, participant: str) -> Yours:
    """All that is this person's own: ballots, cards that others cannot see as they are, and which cards are theirs."""
    authored = cards.written_by(state, participant)
    audience = _audience(state, participant)
    return Yours(
        seq=state.seq,
        ballots={
            round.id: rounds.own_ballots(round, participant)
            for round in state.rounds.values()
            if participant in round.ballots
        },
        cards=tuple(card for card in authored if cards.seen_by(state, card, audience) != card),
        authored=tuple(card.id for card in authored),
        muted=_is_muted(state, participant) or UNSET,
    )


def yours_after(state: BoardState, *entries: Entry) -> dict[str, Yours]:
    """For each person whom these entries give something only they may see: that, as it is in `state`.

    `state` is the one that the frame telling of these entries leads to, so that nobody is told of a copy of their own
    that the same frame has already overtaken.
    """
    ballots: dict[str, dict[str, dict[str, int]]] = {}
    own: dict[str, dict[str, Card]] = {}
    muted: set[str] = set()
    for event in (event for entry in entries for event in entry.events):
        match event:
            case v.BallotCast(round=id, participant=person):
                round = state.rounds.get(id)
                if round is not None:
                    ballots.setdefault(person, {})[id] = rounds.own_ballots(round, person)
            case c.CardAdded(card=Card(id=id)) | c.CardEdited(card=id) | c.CardMoved(card=id):
                _keep_own(state, id, own)
            case c.CardStateChanged(card=id) | c.CardErased(card=id) | r.CardLinked(card=id) | c.CardTagged(card=id):
                _keep_own(state, id, own)
            case c.CardsRevealed():
                for card in state.cards.values():
                    if card.state != "shown":
                        _keep_own(state, card.id, own)
            case p.ParticipantMuted(participant=person):
                muted.add(person)
            case _:
                pass
    return {
        person: Yours(
            state.seq,
            ballots.get(person, {}),
            tuple(sorted(own.get(person, {}).values(), key=cards.by_order)),
            muted=_is_muted(state, person) if person in muted else UNSET,
        )
        for person in sorted({*ballots, *own, *muted})
    }


def _keep_own(state: BoardState, id: str, own: dict[str, dict[str, Card]]) -> None:
    """Note the card for its author, if the author's audience does not see it as it is."""
    card = state.cards.get(id)
    if card is None or card.author is None:
        return
    if cards.seen_by(state, card, _audience(state, card.author)) != card:
        own.setdefault(card.author, {})[id] = card


def _is_muted(state: BoardState, participant: str) -> bool:
    person = state.participants.get(participant)
    return person is not None and person.muted


def _audience(state: BoardState, participant: str) -> Audience:
    person = state.participants.get(participant)
    return AUDIENCES[person.role] if person else Audience.PARTICIPANTS
