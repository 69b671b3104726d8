"""Rebounds: cards that start from other cards. Lineage stays acyclic (DM4): a new card cannot close a circle, a later
link is checked against every ancestor of its parents."""

from msgspec import UNSET
from msgspec.structs import replace

from rebond.domain import cards, people
from rebond.domain.cards import Audience
from rebond.domain.envelope import Decided, Envelope
from rebond.domain.state import BoardState
from rebond_protocol import limits
from rebond_protocol.cards import Card, Verb
from rebond_protocol.errors import Rejected
from rebond_protocol.rebounds import CardLinked, CardRebound, ReboundLink, ReboundUnlink
from rebond_protocol.text import cleaned_line


def rebound(state: BoardState, envelope: Envelope, command: CardRebound) -> Decided | Rejected:
    """A new card with its parents. It stands in the given section, else beside its first parent."""
    parents = _parents(state, envelope, command.parents, command.verb, already=())
    if isinstance(parents, Rejected):
        return parents
    owes = _owes(command.owes)
    if isinstance(owes, Rejected):
        return owes
    section = command.section if command.section is not None else state.cards[parents[0]].section
    draft = Card(
        id=envelope.fresh_id, text=command.text, section=section, author=envelope.actor, rev=1, parents=parents,
        kind=command.kind, state="shown", at_ms=envelope.now_ms, order=0.0, verb=command.verb, owes=owes or UNSET,
        lang=UNSET if command.lang is None else command.lang,
    )  # fmt: skip
    return cards.new_card(state, envelope, draft)


def link(state: BoardState, envelope: Envelope, command: ReboundLink) -> Decided | Rejected:
    """Credit given afterwards: the card's parents are now also these. Thanks are their author's alone, as all words."""
    card = cards.own(state, envelope.actor, command.card)
    if isinstance(card, Rejected):
        return card
    if card.state in cards.OFF_BOARD:
        return Rejected("card_in_bin", {"card": card.id})
    parents = _parents(state, envelope, command.parents, command.verb, already=card.parents)
    if isinstance(parents, Rejected):
        return parents
    if card.id in parents or any(card.id in ancestors(state, parent) for parent in parents):
        return Rejected("would_cycle", {"card": card.id})
    owes = _owes(command.owes)
    if isinstance(owes, Rejected):
        return owes
    if owes is not None and card.author != envelope.actor:
        return Rejected("not_yours")
    if owes is not None and (refused := cards.read_at_once(state, envelope, card)) is not None:
        return refused
    kept = owes or (card.owes if card.owes is not UNSET else None)
    credit = CardLinked(card.id, parents, command.verb, kept)
    if owes is None:
        return Decided((credit,))
    return Decided((credit, *cards.waits_revised(state, envelope, card)))


def unlink(state: BoardState, envelope: Envelope, command: ReboundUnlink) -> Decided | Rejected:
    """One parent fewer; without any, the card is an idea of its own. With one left, there is nothing to combine."""
    card = cards.own(state, envelope.actor, command.card)
    if isinstance(card, Rejected):
        return card
    if card.state in cards.OFF_BOARD:
        return Rejected("card_in_bin", {"card": card.id})
    if command.parent not in card.parents:
        return Rejected("not_a_rebound")
    parents = tuple(parent for parent in card.parents if parent != command.parent)
    verb = card.verb if parents and card.verb is not UNSET else None
    if verb == "combines" and len(parents) < 2:
        verb = "extends"
    owes = card.owes if parents and card.owes is not UNSET else None
    return Decided((CardLinked(card.id, parents, verb, owes),))


def ancestors(state: BoardState, id: str) -> set[str]:
    """Every card that this one starts from, near and far."""
    found: set[str] = set()
    ahead = [id]
    while ahead:
        card = state.cards.get(ahead.pop())
        for parent in card.parents if card else ():
            if parent not in found:
                found.add(parent)
                ahead.append(parent)
    return found


def _parents(
    state: BoardState, envelope: Envelope, wanted: tuple[str, ...], verb: Verb, already: tuple[str, ...]
) -> tuple[str, ...] | Rejected:
    if not wanted:
        return Rejected("invalid", {"field": "command.parents", "problem": "at least one parent is needed"})
    for parent in wanted:
        card = cards.open_to(state, envelope.actor, parent)
        if isinstance(card, Rejected):
            return card
    together = tuple(dict.fromkeys((*already, *wanted)))
    if len(together) > limits.PARENTS_PER_CARD:
        return Rejected("too_many_parents", {"max_parents": limits.PARENTS_PER_CARD})
    if verb == "combines" and len(together) < 2:
        return Rejected("combine_needs_two")
    return together


def _owes(raw: str | None) -> str | Rejected | None:
    return cleaned_line(raw, limits.OWES_CHARS) if raw and raw.strip() else None


def linked(state: BoardState, event: CardLinked) -> BoardState:
    """The card's rebound is now this."""
    card = state.cards.get(event.card)
    if card is None:
        return state
    return cards.with_card(
        state, replace(card, parents=event.parents, verb=event.verb or UNSET, owes=event.owes or UNSET)
    )


def project_linked(
    before: BoardState, event: CardLinked, after: BoardState, audience: Audience, names: people.Names
) -> tuple[CardLinked, ...]:
    """Lineage to whoever sees the card's lineage, `owes` to whoever reads the card."""
    old, new = before.cards.get(event.card), after.cards.get(event.card)
    seen = cards.seen_by(after, new, audience) if new else None
    if seen is None or old is None or seen == cards.seen_by(before, old, audience):
        return ()
    return (replace(event, owes=seen.owes if seen.owes is not UNSET else None),)
