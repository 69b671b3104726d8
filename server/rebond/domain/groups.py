"""Groups: stacks of cards with a title. Stacking touches neither words nor authors nor votes (DM4).

Which group a card stands in is said by the card. It is no part of the card's revision, so that whoever is still writing
on a card that others stack loses nothing. A card that is hidden or in the bin keeps its group, and is back in it when
shown or restored. Every audience knows of every group, and of those cards in it that it knows of anyway (DM6).
"""

from collections.abc import Sequence

from msgspec import UNSET
from msgspec.structs import replace

from rebond.domain import cards, people, rebounds
from rebond.domain.cards import Audience
from rebond.domain.envelope import Decided, Envelope
from rebond.domain.state import BoardState
from rebond_protocol import limits
from rebond_protocol.cards import Card, CardAdded, CardErased
from rebond_protocol.errors import Rejected
from rebond_protocol.events import Event
from rebond_protocol.groups import (
    CardMerge,
    CardsGrouped,
    Group,
    GroupAdd,
    GroupChanged,
    GroupDissolve,
    GroupGone,
    GroupMake,
    GroupRename,
    GroupTake,
)
from rebond_protocol.rebounds import CardRebound
from rebond_protocol.text import cleaned_line

# -- decide --------------------------------------------------------------------------------------------------------


def make(state: BoardState, envelope: Envelope, command: GroupMake) -> Decided | Rejected:
    """A new stack where the first of its cards stood."""
    stacked = _stackable(state, envelope.actor, command.cards)
    if isinstance(stacked, Rejected):
        return stacked
    if len(stacked) < 2:
        return Rejected("group_needs_two")
    title = _title(command.title)
    if isinstance(title, Rejected):
        return title
    group = _new_group(state, envelope.fresh_id, title, stacked[0])
    return group if isinstance(group, Rejected) else Decided(_begun(state, group, stacked), made=group.id)


def add(state: BoardState, envelope: Envelope, command: GroupAdd) -> Decided | Rejected:
    """More cards onto a stack; those that stand on it already are passed over."""
    if command.group not in state.groups:
        return Rejected("unknown_group")
    stacked = _stackable(state, envelope.actor, command.cards)
    if isinstance(stacked, Rejected):
        return stacked
    newcomers = [card for card in stacked if card.group != command.group]
    return Decided(_onto(state, command.group, newcomers)) if newcomers else Rejected("already_so")


def take(state: BoardState, envelope: Envelope, command: GroupTake) -> Decided | Rejected:
    """Off its stack: the card stands where it stood before, by itself."""
    taken = _stackable(state, envelope.actor, (command.card,))
    if isinstance(taken, Rejected):
        return taken
    if taken[0].group is UNSET:
        return Rejected("not_grouped")
    return Decided(_onto(state, None, taken))


def rename(state: BoardState, envelope: Envelope, command: GroupRename) -> Decided | Rejected:
    """Another title, or none."""
    group = state.groups.get(command.group)
    if group is None:
        return Rejected("unknown_group")
    title = _title(command.title)
    if isinstance(title, Rejected):
        return title
    return Rejected("already_so") if title == group.title else Decided((GroupChanged(replace(group, title=title)),))


def dissolve(state: BoardState, envelope: Envelope, command: GroupDissolve) -> Decided | Rejected:
    """Its cards stand by themselves again, also those that are hidden or in the bin."""
    return Decided((GroupGone(command.group),)) if command.group in state.groups else Rejected("unknown_group")


def merge(state: BoardState, envelope: Envelope, command: CardMerge) -> Decided | Rejected:
    """A new card that combines these, and one stack of them all.

    Those of them that stand on a stack already draw the others onto it, if it is one and the same. Where the new card
    has to wait, for approval or for the reveal, nothing is stacked: that would tell what it starts from.
    """
    if len(set(command.cards)) > limits.PARENTS_PER_CARD:
        return Rejected("too_many_parents", {"max_parents": limits.PARENTS_PER_CARD})
    rebound = CardRebound(command.cards, "combines", command.text, command.owes)
    merged = rebounds.rebound(state, envelope, rebound)
    if isinstance(merged, Rejected):
        return merged
    stacked = _stacked(state, envelope.fresh_id, merged.events)
    return stacked if isinstance(stacked, Rejected) else replace(merged, events=(*merged.events, *stacked))


def _stacked(state: BoardState, id: str, made: Sequence[Event]) -> Sequence[Event] | Rejected:
    """What puts a card that was just made onto one stack with what it starts from."""
    (card,) = [event.card for event in made if isinstance(event, CardAdded)]
    if card.state != "shown" or card.sealed is not UNSET:
        return ()
    parents = [state.cards[parent] for parent in card.parents]
    there = {parent.group for parent in parents if parent.group is not UNSET}
    if len(there) == 1:
        (group,) = there
        return _onto(state, group, [*(parent for parent in parents if parent.group != group), card])
    group = _new_group(state, f"{id}-g", None, parents[0])
    return group if isinstance(group, Rejected) else _begun(state, group, [*parents, card])


def _stackable(state: BoardState, actor: str | None, wanted: Sequence[str]) -> list[Card] | Rejected:
    """The cards a command names, each once: such as everybody sees; for moderators also the hidden ones."""
    ids = list(dict.fromkeys(wanted))
    if not ids:
        return Rejected("invalid", {"field": "command.cards", "problem": "at least one card is needed"})
    if len(ids) > limits.CARDS_PER_GROUPING:
        return Rejected("invalid", {"field": "command.cards", "max_cards": limits.CARDS_PER_GROUPING})
    found: list[Card] = []
    for id in ids:
        card = cards.open_to(state, actor, id)
        if isinstance(card, Rejected):
            hidden = state.cards.get(id)
            if hidden is None or hidden.state != "hidden" or hidden.sealed or not cards.is_moderator(state, actor):
                return card
            card = hidden
        found.append(card)
    return found


def _title(raw: str | None) -> str | Rejected | None:
    return cleaned_line(raw, limits.TITLE_CHARS) if raw and raw.strip() else None


def _new_group(state: BoardState, id: str, title: str | None, first: Card) -> Group | Rejected:
    if len(state.groups) >= limits.GROUPS_PER_BOARD:
        return Rejected("board_full", {"max_groups": limits.GROUPS_PER_BOARD})
    return Group(id, title, first.section, first.order)


def _begun(state: BoardState, group: Group, stacked: Sequence[Card]) -> tuple[Event, ...]:
    return (GroupChanged(group), *_onto(state, group.id, stacked))


def _onto(state: BoardState, group: str | None, moved: Sequence[Card]) -> tuple[Event, ...]:
    """These cards onto this stack, or off any; the stacks they leave without a card are gone."""
    ids = tuple(card.id for card in moved)
    left = {card.group for card in moved if card.group is not UNSET and card.group != group}
    kept = {card.group for card in state.cards.values() if card.group in left and card.id not in ids} if left else left
    return (CardsGrouped(ids, group), *(GroupGone(id) for id in sorted(id for id in left - kept if id)))


# -- fold ----------------------------------------------------------------------------------------------------------


def changed(state: BoardState, event: GroupChanged) -> BoardState:
    """There is this group, and so it is called."""
    group = event.group
    return replace(state, groups=state.groups.set(group.id, group), last_order=max(state.last_order, group.order))


def grouped(state: BoardState, event: CardsGrouped) -> BoardState:
    """These cards stand in it."""
    group = event.group if event.group is not None else UNSET
    moved = {id: replace(card, group=group) for id in event.cards if (card := state.cards.get(id)) is not None}
    return replace(state, cards=state.cards.update(moved))


def gone(state: BoardState, event: GroupGone) -> BoardState:
    """Whatever still stood in it stands by itself."""
    if event.group not in state.groups:
        return state
    loose = {id: replace(card, group=UNSET) for id, card in state.cards.items() if card.group == event.group}
    return replace(state, groups=state.groups.delete(event.group), cards=state.cards.update(loose))


def erased(state: BoardState, event: CardErased) -> BoardState:
    """A card that was erased out of sight stands nowhere any more; one erased before all eyes keeps its place."""
    card = state.cards.get(event.card)
    if card is None or card.group is UNSET or not card.sealed:
        return state
    loose = replace(state, cards=state.cards.set(card.id, replace(card, group=UNSET)))
    if any(other.group == card.group for other in loose.cards.values()):
        return loose
    return replace(loose, groups=loose.groups.delete(card.group))


# -- project -------------------------------------------------------------------------------------------------------


def project_grouped(
    before: BoardState, event: CardsGrouped, after: BoardState, audience: Audience, names: people.Names
) -> tuple[CardsGrouped, ...]:
    """Of these cards those that this audience knows of."""
    known = tuple(
        id
        for id in event.cards
        if (card := after.cards.get(id)) is not None and cards.seen_by(after, card, audience) is not None
    )
    return (replace(event, cards=known),) if known else ()


def project_erased(before: BoardState, id: str, after: BoardState) -> tuple[GroupGone, ...]:
    """The stack that lost its last card with this one."""
    card = before.cards.get(id)
    emptied = card.group if card is not None else UNSET
    return (GroupGone(emptied),) if emptied is not UNSET and emptied not in after.groups else ()


def in_order(state: BoardState) -> tuple[Group, ...]:
    """Every group, by its place; ids part equal places, so that every node sorts alike."""
    return tuple(sorted(state.groups.values(), key=lambda group: (group.order, group.id)))
