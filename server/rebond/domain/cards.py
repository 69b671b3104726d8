"""Cards: who may touch which, what becomes of them, and how each audience sees them (DM4, DM6).

`seen_by` is the only place that says what an audience may know of a card. Everything that leaves the server about a
card goes through it: snapshot, events, exports.
"""

from enum import Enum
from typing import assert_never
from weakref import ref

from immutables import Map
from msgspec import UNSET
from msgspec.structs import replace

from rebond.domain import access, people, sections
from rebond.domain.envelope import Decided, Envelope
from rebond.domain.state import BoardState
from rebond_protocol import limits
from rebond_protocol.cards import (
    Card,
    CardAdd,
    CardAdded,
    CardApprove,
    CardChanged,
    CardClaim,
    CardClaimed,
    CardEdit,
    CardEdited,
    CardErase,
    CardErased,
    CardGone,
    CardHide,
    CardMove,
    CardMoved,
    CardRemove,
    CardRestore,
    CardShow,
    CardsRevealed,
    CardState,
    CardStateChanged,
    CardTag,
    CardTagged,
    CardWithdraw,
)
from rebond_protocol.errors import Rejected
from rebond_protocol.ids import CardId
from rebond_protocol.people import ParticipantView, Role
from rebond_protocol.text import cleaned, cleaned_line

IN_BIN: tuple[CardState, ...] = ("withdrawn", "removed")
"""Taken off the board, to be restored or erased."""
OFF_BOARD: tuple[CardState, ...] = (*IN_BIN, "erased")
"""Nothing can be done with it but what the bin offers."""
ON_BOARD: tuple[CardState, ...] = ("shown", "hidden")
"""Known to everybody, words or back."""
AT_HOME: tuple[Role, ...] = ("participant", "staff", "moderator")
"""Who can have a card of their own: people, and nothing that stands in a room."""
COUNTED: tuple[Role, ...] = ("participant", "staff")
"""Whose cards are counted against the limit; moderators import, and at a kiosk many write."""


class Audience(Enum):
    """A class of sockets that see the same projection."""

    PARTICIPANTS = "participants"
    MODERATORS = "moderators"
    DISPLAYS = "displays"


# -- what an audience sees -----------------------------------------------------------------------------------------


def seen_by(state: BoardState, card: Card, audience: Audience) -> Card | None:
    """The card as this audience may know it; None where it may not know that there is one.

    Participants and displays see nothing of a pending card or of one in the bin, and only the back of a sealed, hidden
    or erased one; nothing of one that was erased before they saw it. Moderators see everything but, on an anonymous
    board, authors. While the wall is hidden, displays see nothing.
    """
    if audience is Audience.DISPLAYS and state.wall_hidden:
        return None
    if state.about is not None and state.about.anonymous:
        card = replace(card, author=None)
    if audience is Audience.MODERATORS or (card.state == "shown" and card.sealed is UNSET):
        return card
    match card.state:
        case "pending" | "withdrawn" | "removed":
            return None
        case "erased" if card.sealed is not UNSET:
            return None
        case "shown" | "hidden" | "erased":
            return _back(card)
        case _:
            assert_never(card.state)


def _back(card: Card) -> Card:
    """The paper turned over: its place and, once it had been seen, its lineage; no words, no author while sealed.

    Tags are words, too, and a colour may stand for one.

    Nor does it tell that the words were changed meanwhile, which is why it always looks like a first revision.
    """
    sealed = card.sealed is not UNSET
    return replace(
        card,
        text="",
        rev=1,
        edited_ms=UNSET,
        author=None if sealed else card.author,
        parents=() if sealed else card.parents,
        verb=UNSET if sealed else card.verb,
        owes=UNSET,
        group=UNSET if sealed else card.group,
        tags=UNSET,
        colour=UNSET,
        lang=UNSET,
    )


def visible_to(state: BoardState, actor: str | None, id: str) -> Card | Rejected:
    """The card a command names, if its actor may know of it. The same answer for "hidden from you" and "never was"."""
    card = state.cards.get(id)
    if card is None:
        return Rejected("unknown_card", {"card": id})
    if card.author == actor or is_moderator(state, actor) or seen_by(state, card, Audience.PARTICIPANTS) is not None:
        return card
    return Rejected("unknown_card", {"card": id})


def own(state: BoardState, actor: str | None, id: str) -> Card | Rejected:
    """The card a command names, if its actor wrote it or is a moderator."""
    card = visible_to(state, actor, id)
    if isinstance(card, Rejected) or card.author == actor or is_moderator(state, actor):
        return card
    return Rejected("not_yours")


def open_to(state: BoardState, actor: str | None, id: str) -> Card | Rejected:
    """The card a command names, if everybody sees it: only such a card can be voted on or rebounded on."""
    card = visible_to(state, actor, id)
    if isinstance(card, Rejected):
        return card
    if card.state in IN_BIN:
        return Rejected("card_in_bin", {"card": id})
    if card.state != "shown" or card.sealed is not UNSET:
        return Rejected("card_hidden", {"card": id})
    return card


def is_moderator(state: BoardState, actor: str | None) -> bool:
    """Whether this participant steers the board."""
    person = state.participants.get(actor) if actor else None
    return person is not None and person.role == "moderator"


# -- decide --------------------------------------------------------------------------------------------------------


def add(state: BoardState, envelope: Envelope, command: CardAdd) -> Decided | Rejected:
    """A new card by the actor."""
    tags = _tags(command.tags)
    if isinstance(tags, Rejected):
        return tags
    return new_card(state, envelope, Card(
        id=envelope.fresh_id, text=command.text, section=command.section, author=envelope.actor, rev=1, parents=(),
        kind=command.kind, state="shown", at_ms=envelope.now_ms, order=0.0, tags=tags or UNSET,
        colour=UNSET if command.colour is None else command.colour,
        lang=UNSET if command.lang is None else command.lang,
    ))  # fmt: skip


def new_card(state: BoardState, envelope: Envelope, draft: Card) -> Decided | Rejected:
    """What every new card goes through: its text, section and place, and whether it waits for approval or reveal."""
    text = cleaned(draft.text, limits.CARD_TEXT_CHARS)
    if isinstance(text, Rejected):
        return text
    if not sections.known(state, draft.section):
        return Rejected("unknown_section")
    if len(state.cards) >= limits.CARDS_PER_BOARD:
        return Rejected("board_full", {"max_cards": limits.CARDS_PER_BOARD})
    author = state.participants.get(envelope.actor) if envelope.actor else None
    if author is not None and author.role in COUNTED and author.cards >= limits.CARDS_PER_AUTHOR:
        return Rejected("author_full", {"max_cards": limits.CARDS_PER_AUTHOR})
    card = replace(
        draft,
        text=text,
        order=state.last_order + 1,
        state="pending" if access.waits(state, envelope.actor) else "shown",
        sealed=True if state.step.private else UNSET,
    )
    return Decided((CardAdded(card),), made=card.id)


def edit(state: BoardState, envelope: Envelope, command: CardEdit) -> Decided | Rejected:
    """Only from the text the editor has seen. Words are their author's alone: moderators do not edit them either.

    Where new words wait for approval, the card waits with them: being approved once is no way around it.
    """
    card = visible_to(state, envelope.actor, command.card)
    if isinstance(card, Rejected):
        return card
    if card.author != envelope.actor:
        return Rejected("not_yours")
    if card.state in OFF_BOARD:
        return Rejected("card_in_bin", {"card": card.id})
    text = cleaned(command.text, limits.CARD_TEXT_CHARS)
    if isinstance(text, Rejected):
        return text
    if command.base_rev != card.rev:
        return _stale(card)
    if (refused := read_at_once(state, envelope, card)) is not None:
        return refused
    return Decided((CardEdited(card.id, text, card.rev + 1, envelope.now_ms), *waits_again(state, envelope, card)))


def _stale(card: Card) -> Rejected:
    """What it says now, for whoever decided on other words."""
    return Rejected("stale_rev", {"card": card.id, "rev": card.rev, "text": card.text})


def read_at_once(state: BoardState, envelope: Envelope, card: Card) -> Rejected | None:
    """While people write privately, nobody puts new words on a card that lies open: they have no seal to wait under."""
    lies_open = card.state == "shown" and card.sealed is UNSET
    if not (lies_open and state.step.private) or is_moderator(state, envelope.actor):
        return None
    return Rejected("not_now", {"needs": "reveal"})


def waits_again(state: BoardState, envelope: Envelope, card: Card) -> tuple[CardStateChanged, ...]:
    """What becomes of a card with new words on it, where the actor's words wait for approval."""
    if card.state != "shown" or not access.waits(state, envelope.actor):
        return ()
    return (CardStateChanged(card.id, "pending", envelope.now_ms),)


def waits_revised(state: BoardState, envelope: Envelope, card: Card) -> tuple[CardStateChanged | CardEdited, ...]:
    """What becomes of a card with new words beside its text, where it waits, or has to again: it is another one to
    whoever approves what they have read, however late their approval comes."""
    again = waits_again(state, envelope, card)
    if card.state != "pending" and not again:
        return ()
    return (CardEdited(card.id, card.text, card.rev + 1, envelope.now_ms), *again)


def tag(state: BoardState, envelope: Envelope, command: CardTag) -> Decided | Rejected:
    """The tags and the colour are now these."""
    card = own(state, envelope.actor, command.card)
    if isinstance(card, Rejected):
        return card
    if card.state in OFF_BOARD:
        return Rejected("card_in_bin", {"card": card.id})
    tags = _tags(command.tags)
    if isinstance(tags, Rejected):
        return tags
    tagged = CardTagged(card.id, tags, command.colour)
    if _with_tags(card, tagged) == card:
        return Rejected("already_so")
    if (refused := read_at_once(state, envelope, card)) is not None:
        return refused
    return Decided((tagged, *waits_revised(state, envelope, card)))


def _tags(raw: tuple[str, ...]) -> tuple[str, ...] | Rejected:
    """Each tag once, whichever way it is capitalised, in the order and the spelling in which it first comes."""
    if not raw:
        return ()
    clean: dict[str, str] = {}
    for one in raw:
        tag = cleaned_line(one, limits.TAG_CHARS)
        if isinstance(tag, Rejected):
            return tag
        clean.setdefault(tag.casefold(), tag)
    if len(clean) > limits.TAGS_PER_CARD:
        return Rejected("invalid", {"field": "command.tags", "max_tags": limits.TAGS_PER_CARD})
    return tuple(clean.values())


def move(state: BoardState, envelope: Envelope, command: CardMove) -> Decided | Rejected:
    """To a section, before another card of it or at its end."""
    card = own(state, envelope.actor, command.card)
    if isinstance(card, Rejected):
        return card
    if card.state in OFF_BOARD:
        return Rejected("card_in_bin", {"card": card.id})
    if not sections.known(state, command.section):
        return Rejected("unknown_section")
    if command.before is None:
        return Decided((CardMoved(card.id, command.section, state.last_order + 1),))
    before = visible_to(state, envelope.actor, command.before)
    if isinstance(before, Rejected) or before.section != command.section or before.id == card.id:
        return Rejected("unknown_card", {"card": command.before})
    return Decided(_before(state, card, before))


def _before(state: BoardState, card: Card, next: Card) -> tuple[CardMoved, ...]:
    """The card halfway between its new neighbours. Where no number is left between them, what follows moves on too."""
    others = [one for one in state.cards.values() if one.section == next.section and one.id != card.id]
    at, id = next.order, next.id
    earlier = max([one.order for one in others if one.order < at or (one.order == at and one.id < id)], default=at - 2)
    order = (earlier + at) / 2
    if earlier < order < at:
        return (CardMoved(card.id, next.section, order),)
    following = sorted([one for one in others if by_order(one) >= by_order(next)], key=by_order)
    first = state.last_order + 1
    return tuple(CardMoved(one.id, next.section, first + nth) for nth, one in enumerate((card, *following)))


def withdraw(state: BoardState, envelope: Envelope, command: CardWithdraw) -> Decided | Rejected:
    """Its author takes it back. A moderator removes instead, so that the record says who did."""
    card = visible_to(state, envelope.actor, command.card)
    if isinstance(card, Rejected):
        return card
    if card.author != envelope.actor:
        return Rejected("not_yours")
    return _to(state, envelope, card, "withdrawn", unless=OFF_BOARD)


def remove(state: BoardState, envelope: Envelope, command: CardRemove) -> Decided | Rejected:
    """A moderator puts it in the bin, from wherever it is."""
    return _steered(state, envelope, command.card, "removed", unless=OFF_BOARD)


def hide(state: BoardState, envelope: Envelope, command: CardHide) -> Decided | Rejected:
    """A moderator turns it over."""
    return _steered(state, envelope, command.card, "hidden", only_from=("shown",))


def show(state: BoardState, envelope: Envelope, command: CardShow) -> Decided | Rejected:
    """A moderator turns it back."""
    return _steered(state, envelope, command.card, "shown", only_from=("hidden",))


def approve(state: BoardState, envelope: Envelope, command: CardApprove) -> Decided | Rejected:
    """A moderator lets it onto the board: with the words they have read, where they say which."""
    card = state.cards.get(command.card)
    if card is not None and card.state == "pending" and command.base_rev not in (None, card.rev):
        return _stale(card)
    return _steered(state, envelope, command.card, "shown", only_from=("pending",))


def restore(state: BoardState, envelope: Envelope, command: CardRestore) -> Decided | Rejected:
    """Authors restore what they withdrew, not what a moderator removed; moderators restore anything.

    The card is then what it was before: the bin is no way around hiding or approval.
    """
    card = own(state, envelope.actor, command.card)
    if isinstance(card, Rejected):
        return card
    if card.state not in IN_BIN:
        return Rejected("not_in_bin")
    if card.state == "removed" and not is_moderator(state, envelope.actor):
        return Rejected("not_yours")
    return _to(state, envelope, card, state.before_bin.get(card.id, "shown"), unless=())


def erase(state: BoardState, envelope: Envelope, command: CardErase) -> Decided | Rejected:
    """The words go for ever (LG7); place and lineage stay, so that nobody else's credit breaks (DM4).

    What others said about it is theirs. Where a moderator erases, it goes as well: nobody could ever read it again, nor
    erase it.
    """
    card = own(state, envelope.actor, command.card)
    if isinstance(card, Rejected):
        return card
    talk = is_moderator(state, envelope.actor)
    if card.state == "erased" and not (
        talk and any(one.card == card.id and one.text for one in state.comments.values())
    ):
        return Rejected("already_so")
    return Decided((CardErased(card.id, envelope.now_ms, talk),))


def claim(state: BoardState, envelope: Envelope, command: CardClaim) -> Decided | Rejected:
    """What was written at a kiosk goes home with whoever asks first: the log has room for one answer."""
    card = state.cards.get(command.card)
    if card is None:
        return Rejected("unknown_card", {"card": command.card})
    refused = unclaimable(state, card.author, command.participant)
    return refused or Decided((CardClaimed(card.id, command.participant),), made=card.id)


def unclaimable(state: BoardState, author: str | None, participant: str) -> Rejected | None:
    """Why what this author wrote does not go home with this person, None where it does."""
    claimant = state.participants.get(participant)
    if claimant is None:
        return Rejected("unknown_participant")
    if claimant.role not in AT_HOME:
        return Rejected("forbidden")
    if author == participant:
        return Rejected("already_so")
    return None if people.is_kiosk(state, author) else Rejected("handoff_used")


def _steered(
    state: BoardState,
    envelope: Envelope,
    id: str,
    to: CardState,
    *,
    only_from: tuple[CardState, ...] | None = None,
    unless: tuple[CardState, ...] = (),
) -> Decided | Rejected:
    card = state.cards.get(id)
    if card is None:
        return Rejected("unknown_card", {"card": id})
    if only_from is not None and card.state not in only_from:
        return Rejected("already_so")
    return _to(state, envelope, card, to, unless=unless)


def _to(
    state: BoardState, envelope: Envelope, card: Card, to: CardState, *, unless: tuple[CardState, ...]
) -> Decided | Rejected:
    if card.state in unless:
        return Rejected("already_so")
    return Decided((CardStateChanged(card.id, to, envelope.now_ms),))


# -- fold ----------------------------------------------------------------------------------------------------------


def with_card(state: BoardState, card: Card) -> BoardState:
    """The state with this card in place of the one of the same id."""
    return replace(state, cards=state.cards.set(card.id, card))


def added(state: BoardState, event: CardAdded) -> BoardState:
    """One more card, at the end, and one more by its author."""
    card = event.card
    participants = state.participants if card.id in state.cards else people.wrote_one_more(state, card.author)
    last_order = max(state.last_order, card.order)
    return replace(state, cards=state.cards.set(card.id, card), last_order=last_order, participants=participants)


def edited(state: BoardState, event: CardEdited) -> BoardState:
    """Other words, a higher revision."""
    card = state.cards.get(event.card)
    return with_card(state, replace(card, text=event.text, rev=event.rev, edited_ms=event.edited_ms)) if card else state


def tagged(state: BoardState, event: CardTagged) -> BoardState:
    """Other tags, another colour."""
    card = state.cards.get(event.card)
    return with_card(state, _with_tags(card, event)) if card else state


def _with_tags(card: Card, event: CardTagged) -> Card:
    return replace(card, tags=event.tags or UNSET, colour=UNSET if event.colour is None else event.colour)


def moved(state: BoardState, event: CardMoved) -> BoardState:
    """Another place."""
    card = state.cards.get(event.card)
    if card is None:
        return state
    placed = with_card(state, replace(card, section=event.section, order=event.order))
    return replace(placed, last_order=max(state.last_order, event.order))


def state_changed(state: BoardState, event: CardStateChanged) -> BoardState:
    """Shown, hidden, approved, binned or restored."""
    card = state.cards.get(event.card)
    if card is None:
        return state
    changed = with_card(state, replace(card, state=event.state))
    if event.state not in IN_BIN:
        return out_of_bin(changed, card.id)
    return changed if card.state in IN_BIN else replace(changed, before_bin=state.before_bin.set(card.id, card.state))


def out_of_bin(state: BoardState, id: str) -> BoardState:
    """What this card, or comment, was before it was binned is of no use any more."""
    return replace(state, before_bin=state.before_bin.delete(id)) if id in state.before_bin else state


def claimed(state: BoardState, event: CardClaimed) -> BoardState:
    """Another author, who wrote one more."""
    card = state.cards.get(event.card)
    if card is None:
        return state
    mine = with_card(state, replace(card, author=event.participant))
    return replace(mine, participants=people.wrote_one_more(mine, event.participant))


def erased(state: BoardState, event: CardErased) -> BoardState:
    """No words any more. What participants did not see face up stays sealed for good: erasing reveals nothing."""
    card = state.cards.get(event.card)
    if card is None or card.state == "erased":
        return state
    unseen = card.state not in ON_BOARD or card.sealed is not UNSET
    husk = replace(
        card, text="", owes=UNSET, tags=UNSET, colour=UNSET, lang=UNSET, state="erased", rev=card.rev + 1,
        sealed=True if unseen else UNSET,
    )  # fmt: skip
    return out_of_bin(with_card(state, husk), card.id)


def revealed(state: BoardState, event: CardsRevealed) -> BoardState:
    """Nothing is sealed any more, but for what was erased under its seal."""
    turned = {id: replace(card, sealed=UNSET) for id, card in state.cards.items() if _waits_for_reveal(card)}
    return replace(state, cards=state.cards.update(turned))


def _waits_for_reveal(card: Card) -> bool:
    return card.sealed is not UNSET and card.state != "erased"


# -- project -------------------------------------------------------------------------------------------------------


def author_of(state: BoardState, card: Card, names: people.Names) -> ParticipantView | None:
    """Who wrote this, as far as the (already projected) card still says so."""
    return people.view(state, card.author, names) if card.author else None


def project_added(
    before: BoardState, event: CardAdded, after: BoardState, audience: Audience, names: people.Names
) -> tuple[CardAdded, ...]:
    """The card as this audience sees it, with its author."""
    card = seen_by(after, event.card, audience)
    return (CardAdded(card, author_of(after, card, names) or UNSET),) if card else ()


def project_edited(
    before: BoardState, event: CardEdited, after: BoardState, audience: Audience, names: people.Names
) -> tuple[CardEdited, ...]:
    """The new words, to whoever sees words on this card."""
    return (event,) if _face_up(after, event.card, audience) else ()


def project_tagged(
    before: BoardState, event: CardTagged, after: BoardState, audience: Audience, names: people.Names
) -> tuple[CardTagged, ...]:
    """The tags, to whoever reads the card."""
    return (event,) if _face_up(after, event.card, audience) else ()


def project_moved(
    before: BoardState, event: CardMoved, after: BoardState, audience: Audience, names: people.Names
) -> tuple[CardMoved, ...]:
    """The new place, to whoever knows of the card."""
    card = after.cards.get(event.card)
    return (event,) if card and seen_by(after, card, audience) else ()


def project_change(
    before: BoardState,
    event: CardStateChanged | CardErased,
    after: BoardState,
    audience: Audience,
    names: people.Names,
) -> tuple[CardChanged | CardGone, ...]:
    """The card as it now is to this audience; gone where they knew of it and no longer may."""
    old, new = before.cards.get(event.card), after.cards.get(event.card)
    knew = old is not None and seen_by(before, old, audience) is not None
    card = seen_by(after, new, audience) if new is not None else None
    if card is not None:
        return (CardChanged(card, author_of(after, card, names) or UNSET),)
    return (CardGone(event.card),) if knew else ()


def project_claimed(
    before: BoardState, event: CardClaimed, after: BoardState, audience: Audience, names: people.Names
) -> tuple[CardChanged, ...]:
    """The card with its author, where anybody may know of either."""
    old, new = before.cards.get(event.card), after.cards.get(event.card)
    card = seen_by(after, new, audience) if new is not None else None
    if card is None or old is None or card == seen_by(before, old, audience):
        return ()
    return (CardChanged(card, author_of(after, card, names) or UNSET),)


def project_revealed(
    before: BoardState, event: CardsRevealed, after: BoardState, audience: Audience, names: people.Names
) -> tuple[CardsRevealed, ...]:
    """Everything that was sealed, face up, oldest first."""
    turned = [after.cards[id] for id, card in before.cards.items() if _waits_for_reveal(card) and id in after.cards]
    seen = [card for one in sorted(turned, key=by_order) if (card := seen_by(after, one, audience)) is not None]
    authors = {card.author: author for card in seen if (author := author_of(after, card, names)) is not None}
    return (CardsRevealed(event.at_ms, tuple(seen), tuple(authors.values())),)


def written_by(state: BoardState, participant: str) -> list[Card]:
    """This person's cards, whatever became of them, in the order of the board.

    Whose each card is is found out once for all who ask of the same cards, one after the other: a thousand phones that
    come back at once. It is forgotten with the cards themselves (LG7).
    """
    global _known_authors
    known_of, by_author = _known_authors
    if known_of() is not state.cards:
        by_author = dict[str | None, list[Card]]()
        for card in state.cards.values():
            by_author.setdefault(card.author, []).append(card)
        _known_authors = ref(state.cards, _forget_authors), by_author
    return sorted(by_author.get(participant, ()), key=by_order)


def _forget_authors(gone: "ref[Map[CardId, Card]]") -> None:
    global _known_authors
    if _known_authors[0] is gone:
        _known_authors = _NO_AUTHORS


_NO_CARDS: Map[CardId, Card] = Map()
_NO_AUTHORS: "tuple[ref[Map[CardId, Card]], dict[str | None, list[Card]]]" = ref(_NO_CARDS), {}
_known_authors = _NO_AUTHORS


def by_order(card: Card) -> tuple[float, str]:
    """Sort key of cards on a board; ids part equal places, so that every node sorts alike."""
    return card.order, card.id


def _face_up(state: BoardState, id: str, audience: Audience) -> bool:
    card = state.cards.get(id)
    seen = seen_by(state, card, audience) if card else None
    return seen is not None and card is not None and seen.text == card.text
