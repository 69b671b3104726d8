"""What became of a card, stage by stage, and how it stands in a lab's window (DM6, LG7).

Both are a moderator's words about a card, and go where its face goes: whoever does not see the card face up is told
neither. They are erased with it.
"""

from collections.abc import Container

from msgspec.structs import replace

from rebond.domain import cards, people, talk
from rebond.domain.cards import Audience
from rebond.domain.envelope import Decided, Envelope
from rebond.domain.state import BoardState
from rebond_protocol import limits
from rebond_protocol.cards import CardErased
from rebond_protocol.errors import Rejected
from rebond_protocol.ids import CardId
from rebond_protocol.stages import (
    CardShowcase,
    CardShowcased,
    CardStage,
    CardStaged,
    CardUnstage,
    CardUnstaged,
    HistoryTold,
    Showcase,
    Stage,
    Staged,
)
from rebond_protocol.text import cleaned_line

# -- decide --------------------------------------------------------------------------------------------------------


def stage(state: BoardState, envelope: Envelope, command: CardStage) -> Decided | Rejected:
    """One more line in the history. A stage the card has already, with nothing to add, is no news."""
    card = cards.open_to(state, envelope.actor, command.card)
    if isinstance(card, Rejected):
        return card
    note = _line(command.note, limits.STAGE_NOTE_CHARS)
    if isinstance(note, Rejected):
        return note
    if note is None and command.stage == stage_of(state, card.id):
        return Rejected("already_so")
    if len(state.stages.get(card.id, ())) >= limits.STAGES_PER_CARD:
        return Rejected("board_full", {"max_stages": limits.STAGES_PER_CARD})
    return Decided((CardStaged(card.id, Staged(command.stage, envelope.now_ms, note)),))


def unstage(state: BoardState, envelope: Envelope, command: CardUnstage) -> Decided | Rejected:
    """The line they mean, and no other: somebody may have said another one since."""
    if command.card not in state.cards:
        return Rejected("unknown_card", {"card": command.card})
    history = state.stages.get(command.card)
    if history is None or command.at_ms not in {line.at_ms for line in history}:
        return Rejected("already_so")
    last = history[-1]
    if last.at_ms != command.at_ms:
        return Rejected("stale_rev", {"card": command.card, "stage": last.stage, "at_ms": last.at_ms})
    return Decided((CardUnstaged(command.card),))


def showcase(state: BoardState, envelope: Envelope, command: CardShowcase) -> Decided | Rejected:
    """Only what everybody may see stands in the window. Out of it, anything can be taken at any time."""
    if command.showcase is None:
        return _out_of_window(state, command.card)
    card = cards.open_to(state, envelope.actor, command.card)
    if isinstance(card, Rejected):
        return card
    wanted = _usable(command.showcase)
    if isinstance(wanted, Rejected):
        return wanted
    if state.showcases.get(card.id) == wanted:
        return Rejected("already_so")
    if card.id not in state.showcases and len(state.showcases) >= limits.SHOWCASES_PER_BOARD:
        return Rejected("board_full", {"max_showcases": limits.SHOWCASES_PER_BOARD})
    return Decided((CardShowcased(card.id, wanted),))


def _out_of_window(state: BoardState, id: CardId) -> Decided | Rejected:
    if id not in state.cards:
        return Rejected("unknown_card", {"card": id})
    return Decided((CardShowcased(id, None),)) if id in state.showcases else Rejected("already_so")


def _usable(wanted: Showcase) -> Showcase | Rejected:
    """Its words as texts are stored. A picture says in words what it shows, or many would not know."""
    question = _line(wanted.question, limits.SHOWCASE_QUESTION_CHARS)
    if isinstance(question, Rejected):
        return question
    alternative = _line(wanted.alternative, limits.ALTERNATIVE_CHARS)
    if isinstance(alternative, Rejected):
        return alternative
    if wanted.picture is not None and alternative is None:
        return Rejected("text_empty", {"field": "command.showcase.alternative"})
    return replace(wanted, question=question, alternative=alternative if wanted.picture is not None else None)


def _line(raw: str | None, max_chars: int) -> str | Rejected | None:
    return cleaned_line(raw, max_chars) if raw and raw.strip() else None


# -- fold ----------------------------------------------------------------------------------------------------------


def staged(state: BoardState, event: CardStaged) -> BoardState:
    """One more line."""
    if event.card not in state.cards:
        return state
    return replace(state, stages=state.stages.set(event.card, (*state.stages.get(event.card, ()), event.staged)))


def unstaged(state: BoardState, event: CardUnstaged) -> BoardState:
    """One line fewer; without any, nothing was ever said."""
    history = state.stages.get(event.card, ())[:-1]
    if history:
        return replace(state, stages=state.stages.set(event.card, history))
    return _without_history(state, event.card)


def showcased(state: BoardState, event: CardShowcased) -> BoardState:
    """In the window like this, or out of it."""
    if event.showcase is None:
        return _without_showcase(state, event.card)
    if event.card not in state.cards:
        return state
    return replace(state, showcases=state.showcases.set(event.card, event.showcase))


def erased(state: BoardState, event: CardErased) -> BoardState:
    """What was said of the card goes with its words."""
    return _without_showcase(_without_history(state, event.card), event.card)


def _without_history(state: BoardState, id: CardId) -> BoardState:
    return replace(state, stages=state.stages.delete(id)) if id in state.stages else state


def _without_showcase(state: BoardState, id: CardId) -> BoardState:
    return replace(state, showcases=state.showcases.delete(id)) if id in state.showcases else state


# -- project -------------------------------------------------------------------------------------------------------


def stage_of(state: BoardState, id: CardId) -> Stage:
    """How far the card is; where nobody said anything, it is an idea."""
    history = state.stages.get(id, ())
    return history[-1].stage if history else "idea"


def project_staged(
    before: BoardState, event: CardStaged | CardUnstaged, after: BoardState, audience: Audience, names: people.Names
) -> tuple[HistoryTold, ...]:
    """The history as it now is, to whoever reads the card."""
    if not talk.readable(after, event.card, audience):
        return ()
    return (HistoryTold(event.card, after.stages.get(event.card, ())),)


def project_showcased(
    before: BoardState, event: CardShowcased, after: BoardState, audience: Audience, names: people.Names
) -> tuple[CardShowcased, ...]:
    """To whoever reads the card."""
    return (event,) if talk.readable(after, event.card, audience) else ()


def project_card(
    before: BoardState, id: CardId, after: BoardState, audience: Audience
) -> tuple[HistoryTold | CardShowcased, ...]:
    """What was said of a card that was turned over goes with its face, and comes back with it."""
    was, now = talk.readable(before, id, audience), talk.readable(after, id, audience)
    if was == now:
        return ()
    of = after if now else before
    told: list[HistoryTold | CardShowcased] = []
    if id in of.stages:
        told.append(HistoryTold(id, of.stages[id] if now else ()))
    if id in of.showcases:
        told.append(CardShowcased(id, of.showcases[id] if now else None))
    return tuple(told)


def histories(state: BoardState, face_up: Container[CardId]) -> dict[CardId, tuple[Staged, ...]]:
    """Of the cards that somebody sees face up."""
    return {id: state.stages[id] for id in sorted(state.stages) if id in face_up}


def window(state: BoardState, face_up: Container[CardId]) -> dict[CardId, Showcase]:
    """The window as far as somebody sees its cards face up."""
    return {id: state.showcases[id] for id in sorted(state.showcases) if id in face_up}
