"""What visitors of a kiosk think: kept by device, told as one number a card, apart from every vote (DM6, DM7)."""

from collections import Counter
from collections.abc import Container
from typing import get_args

from immutables import Map
from msgspec.structs import replace

from rebond.domain import cards, talk
from rebond.domain.cards import Audience
from rebond.domain.derived import Derived
from rebond.domain.envelope import Decided, Envelope
from rebond.domain.state import BoardState
from rebond_protocol.errors import Rejected
from rebond_protocol.ids import CardId, ParticipantId
from rebond_protocol.opinions import OpinionGive, OpinionGiven, OpinionMark, OpinionsCounted

MARKS: tuple[OpinionMark, ...] = get_args(OpinionMark)

Opinions = Map[ParticipantId, Map[OpinionMark, int]]
NO_OPINIONS: Opinions = Map()
_NONE: Map[OpinionMark, int] = Map()


def give(state: BoardState, envelope: Envelope, command: OpinionGive) -> Decided | Rejected:
    """Of a card that everybody sees."""
    card = cards.open_to(state, envelope.actor, command.card)
    if isinstance(card, Rejected):
        return card
    return Decided((OpinionGiven(card.id, command.mark, envelope.actor or ""),))


def given(state: BoardState, event: OpinionGiven) -> BoardState:
    """One more, at this kiosk."""
    of_card = state.opinions.get(event.card, NO_OPINIONS)
    here = of_card.get(event.participant, _NONE)
    here = here.set(event.mark, here.get(event.mark, 0) + 1)
    return replace(state, opinions=state.opinions.set(event.card, of_card.set(event.participant, here)))


def counts(state: BoardState, id: CardId) -> dict[OpinionMark, int]:
    """How many visitors gave which mark to this card, over all kiosks."""
    return _COUNTS(state.opinions.get(id, NO_OPINIONS))


def counted(state: BoardState, face_up: Container[CardId]) -> dict[CardId, dict[OpinionMark, int]]:
    """The opinions of the cards that somebody sees face up; cards without any are not named."""
    return {id: counts(state, id) for id in sorted(state.opinions) if id in face_up}


def project_card(before: BoardState, id: CardId, after: BoardState, audience: Audience) -> tuple[OpinionsCounted, ...]:
    """The opinions of a card that was turned over go with its face, and come back with it."""
    was, now = talk.readable(before, id, audience), talk.readable(after, id, audience)
    if was == now or id not in after.opinions:
        return ()
    return (OpinionsCounted({id: counts(after, id) if now else {}}),)


def _counts(opinions: Opinions) -> dict[OpinionMark, int]:
    total: Counter[OpinionMark] = Counter()
    for here in opinions.values():
        total.update(dict(here.items()))
    return {mark: total[mark] for mark in MARKS if total[mark]}


_COUNTS = Derived(_counts)
