"""Which ideas resemble each other, kept ready for those who ask: worked out apart from the event loop, once a position.

An audience has an index of its own, made of nothing but what it may see, and what is answered is looked at again as the
board stands then (DM6). Of a board nobody asks about any more nothing is kept: words that were erased are not here
longer than `KEPT_MS` (LG7).
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar
from weakref import ref

import msgspec
from immutables import Map
from msgspec import UNSET

from rebond.domain import cards, project, similar
from rebond.domain.cards import Audience
from rebond.domain.state import BoardState
from rebond.hub.clock import Clock, Timer
from rebond.hub.room import Room
from rebond_protocol.boards import Locale
from rebond_protocol.cards import Card
from rebond_protocol.http import SimilarCard, SimilarFound, Suggestion, Suggestions
from rebond_protocol.ids import CardId

BOARDS_KEPT = 32
KEPT_MS = 60_000
FRESH_MS = 2_000
"""For so long an answer holds although the board has moved on: a busy one is not gone through for each letter typed."""

Cards = Map[CardId, Card]
V = TypeVar("V")


class _Read(msgspec.Struct, frozen=True):
    """What somebody's words were when they were read, and what they are about."""

    text: str
    stems: similar.Stems


class _Known(Generic[V]):
    """A value made of the cards of a board, and when."""

    __slots__ = ("at_ms", "made_of", "value")

    def __init__(self, value: V, made_of: Cards, at_ms: float) -> None:
        self.value = value
        self.made_of = ref(made_of)
        self.at_ms = at_ms

    def holds(self, now: Cards, now_ms: float) -> bool:
        return self.made_of() is now or now_ms - self.at_ms < FRESH_MS


class _Board:
    """What is known of one board. One thing is worked out at a time: who asks meanwhile gets the same."""

    def __init__(self) -> None:
        self.working = asyncio.Lock()
        self.read: dict[Audience, dict[CardId, _Read]] = {}
        self.indexes: dict[Audience, _Known[similar.Index]] = {}
        self.suggested: _Known[Suggestions] | None = None
        self.forgetting: Timer | None = None
        self.step: str | None = None
        """The step at which the indexes were made: another one may have turned every card."""


class Likeness:
    """Asked by the HTTP edge."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._boards: OrderedDict[str, _Board] = OrderedDict()

    async def hints(self, room: Room, participant: str, text: str, leave_out: str | None) -> SimilarFound:
        """The cards most like this text that this person may see."""
        audience = project.AUDIENCES[room.state.participants[participant].role]
        board, locale = self._board(room.board), _locale(room.state)
        index = await self._index(board, room, audience)
        asked = similar.stems(text, locale)
        left_out = [leave_out] if leave_out else []
        found = await asyncio.to_thread(lambda: index.like(asked, left_out, similar.HINTS))
        still = [SimilarCard(one.card, one.score) for one in found if _seen(room.state, one.card, audience)]
        return SimilarFound(tuple(still))

    async def suggestions(self, room: Room) -> Suggestions:
        """Likely duplicates among the cards that are up, for a moderator."""
        board = self._board(room.board)
        index = await self._index(board, room, Audience.MODERATORS)
        async with board.working:
            state, now_ms = room.state, self._clock.steady_ms()
            if board.suggested is None or not board.suggested.holds(state.cards, now_ms):
                groups = await asyncio.to_thread(lambda: index.alike(_apart(state.cards)))
                told = tuple(Suggestion(group.cards, group.score) for group in groups)
                board.suggested = _Known(Suggestions(state.seq, told), state.cards, now_ms)
            told, state = board.suggested.value, room.state
        up = [group for group in told.groups if all(_seen(state, card, Audience.MODERATORS) for card in group.cards)]
        return Suggestions(told.seq, tuple(up))

    async def _index(self, board: _Board, room: Room, audience: Audience) -> similar.Index:
        async with board.working:
            state, now_ms = room.state, self._clock.steady_ms()
            if board.step != state.step.id:
                board.indexes, board.step = {}, state.step.id
            known = board.indexes.get(audience)
            if known is None or not known.holds(state.cards, now_ms):
                before = board.read.get(audience, {})
                board.read[audience], index = await asyncio.to_thread(lambda: _made(state, audience, before))
                known = board.indexes[audience] = _Known(index, state.cards, now_ms)
            return known.value

    def _board(self, id: str) -> _Board:
        board = self._boards.get(id)
        if board is None:
            board = self._boards[id] = _Board()
            if len(self._boards) > BOARDS_KEPT:
                self._drop(next(iter(self._boards)))
        self._boards.move_to_end(id)
        if board.forgetting is not None:
            board.forgetting.cancel()
        board.forgetting = self._clock.call_later(KEPT_MS, lambda: self._drop(id))
        return board

    def _drop(self, id: str) -> None:
        board = self._boards.pop(id, None)
        if board is not None and board.forgetting is not None:
            board.forgetting.cancel()


def _made(
    state: BoardState, audience: Audience, before: dict[CardId, _Read]
) -> tuple[dict[CardId, _Read], similar.Index]:
    """The index of what this audience sees, and what was read for it; what had been read before is not read again."""
    locale = _locale(state)
    read: dict[CardId, _Read] = {}
    for card in state.cards.values():
        text = _text(state, card, audience)
        if text:
            old = before.get(card.id)
            read[card.id] = old if old is not None and old.text == text else _Read(text, similar.stems(text, locale))
    return read, similar.Index({id: one.stems for id, one in read.items()})


def _text(state: BoardState, card: Card, audience: Audience) -> str:
    """The words of a card that is up, as this audience sees it."""
    if card.state != "shown":
        return ""
    seen = cards.seen_by(state, card, audience)
    return seen.text if seen is not None else ""


def _seen(state: BoardState, id: str, audience: Audience) -> bool:
    card = state.cards.get(id)
    return card is not None and _text(state, card, audience) != ""


def _apart(known: Cards) -> Callable[[CardId, CardId], bool]:
    """Of two cards: whether they stand in one stack already, or one starts from the other, which is said."""

    def apart(one: CardId, other: CardId) -> bool:
        here, there = known.get(one), known.get(other)
        if here is None or there is None:
            return True
        stacked = here.group is not UNSET and here.group == there.group
        return stacked or one in there.parents or other in here.parents

    return apart


def _locale(state: BoardState) -> Locale:
    return state.about.locale if state.about is not None else "en"
