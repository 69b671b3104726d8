"""Talk around a card: comments, and reactions (DM6, DM7, LG7).

A comment is seen by whoever sees its card face up; turning the card over takes it back with the card. Until somebody
else may read it (pending, withdrawn, under a card that is hidden) it is its author's alone. A reaction is one person's,
counted: the counts leave, face up as comments, and never say whose.
"""

from collections import Counter
from collections.abc import Container, Iterable

from immutables import Map
from msgspec import UNSET
from msgspec.structs import replace

from rebond.domain import access, cards, people
from rebond.domain.cards import Audience
from rebond.domain.derived import Derived
from rebond.domain.envelope import Decided, Envelope
from rebond.domain.state import BoardState
from rebond_protocol import limits
from rebond_protocol.cards import CardErased
from rebond_protocol.errors import Rejected
from rebond_protocol.ids import CardId, CommentId, ParticipantId
from rebond_protocol.people import ParticipantView
from rebond_protocol.talk import (
    REACTIONS,
    Comment,
    CommentAdd,
    CommentAdded,
    CommentApprove,
    CommentChanged,
    CommentClaim,
    CommentClaimed,
    CommentErase,
    CommentErased,
    CommentGone,
    CommentRemove,
    CommentRestore,
    CommentState,
    CommentStateChanged,
    CommentWithdraw,
    Reaction,
    ReactionGiven,
    ReactionsCounted,
    ReactionSet,
)
from rebond_protocol.text import cleaned

IN_BIN: tuple[CommentState, ...] = ("withdrawn", "removed")
"""Taken off the board, to be restored or erased."""
OFF_BOARD: tuple[CommentState, ...] = (*IN_BIN, "erased")

Reactions = Map[ParticipantId, Reaction]
NO_REACTIONS: Reactions = Map()

# -- what an audience sees -----------------------------------------------------------------------------------------


def readable(state: BoardState, id: CardId, audience: Audience) -> bool:
    """Whether this audience sees this card face up, and so what is said about it."""
    card = state.cards.get(id)
    seen = cards.seen_by(state, card, audience) if card is not None else None
    return seen is not None and seen.text != ""


def seen_by(state: BoardState, comment: Comment, audience: Audience) -> Comment | None:
    """The comment as this audience may know it; None where it may not know that there is one."""
    told = _as_told(state, comment, audience)
    return told if told is not None and readable(state, comment.card, audience) else None


def _as_told(state: BoardState, comment: Comment, audience: Audience) -> Comment | None:
    """As `seen_by`, of a card that is face up."""
    if comment.state == "erased" or (audience is not Audience.MODERATORS and comment.state != "shown"):
        return None
    return replace(comment, author=None) if state.about is not None and state.about.anonymous else comment


def author_of(state: BoardState, comment: Comment, names: people.Names) -> ParticipantView | None:
    """Who said this, as far as the (already projected) comment still says so."""
    return people.view(state, comment.author, names) if comment.author else None


# -- decide --------------------------------------------------------------------------------------------------------


def add(state: BoardState, envelope: Envelope, command: CommentAdd) -> Decided | Rejected:
    """About a card that everybody sees. Not while people write privately: a comment has no seal to wait under."""
    card = cards.open_to(state, envelope.actor, command.card)
    if isinstance(card, Rejected):
        return card
    if state.step.private and not cards.is_moderator(state, envelope.actor):
        return Rejected("not_now", {"needs": "comment"})
    text = cleaned(command.text, limits.COMMENT_CHARS)
    if isinstance(text, Rejected):
        return text
    if len(state.comments) >= limits.COMMENTS_PER_BOARD:
        return Rejected("board_full", {"max_comments": limits.COMMENTS_PER_BOARD})
    waits: CommentState = "pending" if access.waits(state, envelope.actor) else "shown"
    lang = UNSET if command.lang is None else command.lang
    comment = Comment(envelope.fresh_id, card.id, text, envelope.actor, envelope.now_ms, waits, lang)
    return Decided((CommentAdded(comment),), made=comment.id)


def withdraw(state: BoardState, envelope: Envelope, command: CommentWithdraw) -> Decided | Rejected:
    """Its author takes it back. A moderator removes instead, so that the record says who did."""
    comment = _own(state, envelope.actor, command.comment)
    if isinstance(comment, Rejected):
        return comment
    if comment.author != envelope.actor:
        return Rejected("not_yours")
    return Rejected("already_so") if comment.state in OFF_BOARD else _to(envelope, comment, "withdrawn")


def remove(state: BoardState, envelope: Envelope, command: CommentRemove) -> Decided | Rejected:
    """A moderator puts it in the bin, from wherever it is."""
    comment = state.comments.get(command.comment)
    if comment is None:
        return Rejected("unknown_comment")
    return Rejected("already_so") if comment.state in OFF_BOARD else _to(envelope, comment, "removed")


def approve(state: BoardState, envelope: Envelope, command: CommentApprove) -> Decided | Rejected:
    """A moderator lets it onto the board."""
    comment = state.comments.get(command.comment)
    if comment is None:
        return Rejected("unknown_comment")
    return _to(envelope, comment, "shown") if comment.state == "pending" else Rejected("already_so")


def restore(state: BoardState, envelope: Envelope, command: CommentRestore) -> Decided | Rejected:
    """Authors restore what they withdrew, moderators anything. It is then what it was: the bin approves nothing."""
    comment = _own(state, envelope.actor, command.comment)
    if isinstance(comment, Rejected):
        return comment
    if comment.state not in IN_BIN:
        return Rejected("not_in_bin")
    if comment.state == "removed" and not cards.is_moderator(state, envelope.actor):
        return Rejected("not_yours")
    was = state.before_bin.get(comment.id)
    return _to(envelope, comment, "pending" if was == "pending" else "shown")


def erase(state: BoardState, envelope: Envelope, command: CommentErase) -> Decided | Rejected:
    """The words go for ever (LG7)."""
    comment = _own(state, envelope.actor, command.comment)
    if isinstance(comment, Rejected):
        return comment
    if comment.state == "erased":
        return Rejected("already_so")
    return Decided((CommentErased(comment.id, envelope.now_ms),))


def claim(state: BoardState, envelope: Envelope, command: CommentClaim) -> Decided | Rejected:
    """As a card: it goes home with whoever asks first."""
    comment = state.comments.get(command.comment)
    if comment is None:
        return Rejected("unknown_comment")
    refused = cards.unclaimable(state, comment.author, command.participant)
    return refused or Decided((CommentClaimed(comment.id, command.participant),), made=comment.id)


def _own(state: BoardState, actor: str | None, id: str) -> Comment | Rejected:
    """The comment a command names, if its actor wrote it or is a moderator. Of one they cannot see, no word."""
    comment = state.comments.get(id)
    if comment is None:
        return Rejected("unknown_comment")
    if comment.author == actor or cards.is_moderator(state, actor):
        return comment
    return Rejected("not_yours" if seen_by(state, comment, Audience.PARTICIPANTS) is not None else "unknown_comment")


def _to(envelope: Envelope, comment: Comment, to: CommentState) -> Decided:
    return Decided((CommentStateChanged(comment.id, to, envelope.now_ms),))


def react(state: BoardState, envelope: Envelope, command: ReactionSet) -> Decided | Rejected:
    """One reaction a person and card. Taking it back works on a card that has been hidden since, too."""
    actor = envelope.actor or ""
    mine = state.reactions.get(command.card, NO_REACTIONS).get(actor)
    if command.reaction is None:
        if mine is None:
            return Rejected("already_so")
    else:
        card = cards.open_to(state, envelope.actor, command.card)
        if isinstance(card, Rejected):
            return card
        if mine == command.reaction:
            return Rejected("already_so")
    return Decided((ReactionGiven(command.card, actor, command.reaction),))


# -- fold ----------------------------------------------------------------------------------------------------------


def _with(state: BoardState, comment: Comment) -> BoardState:
    return replace(state, comments=state.comments.set(comment.id, comment))


def added(state: BoardState, event: CommentAdded) -> BoardState:
    """One more comment."""
    return _with(state, event.comment)


def state_changed(state: BoardState, event: CommentStateChanged) -> BoardState:
    """Approved, binned or restored."""
    comment = state.comments.get(event.comment)
    if comment is None:
        return state
    changed = _with(state, replace(comment, state=event.state))
    if event.state not in IN_BIN:
        return cards.out_of_bin(changed, comment.id)
    if comment.state in IN_BIN:
        return changed
    return replace(changed, before_bin=state.before_bin.set(comment.id, comment.state))


def claimed(state: BoardState, event: CommentClaimed) -> BoardState:
    """Another author."""
    comment = state.comments.get(event.comment)
    return _with(state, replace(comment, author=event.participant)) if comment is not None else state


def erased(state: BoardState, event: CommentErased) -> BoardState:
    """No words any more."""
    comment = state.comments.get(event.comment)
    if comment is None:
        return state
    return cards.out_of_bin(_with(state, _husk(comment)), comment.id)


def _husk(comment: Comment) -> Comment:
    return replace(comment, text="", lang=UNSET, state="erased")


def card_erased(state: BoardState, event: CardErased) -> BoardState:
    """What was said about it goes with it, where it does."""
    husks = {one.id: _husk(one) for one in about(state, event.card)} if event.talk else {}
    if not husks:
        return state
    before_bin = Map({id: was for id, was in state.before_bin.items() if id not in husks})
    return replace(state, comments=state.comments.update(husks), before_bin=before_bin)


def reacted(state: BoardState, event: ReactionGiven) -> BoardState:
    """This person's reaction to this card is now this, or none."""
    given = state.reactions.get(event.card, NO_REACTIONS)
    if event.reaction is not None:
        given = given.set(event.participant, event.reaction)
    elif event.participant in given:
        given = given.delete(event.participant)
    if given:
        return replace(state, reactions=state.reactions.set(event.card, given))
    return replace(state, reactions=state.reactions.delete(event.card)) if event.card in state.reactions else state


# -- project -------------------------------------------------------------------------------------------------------


def project_added(
    before: BoardState, event: CommentAdded, after: BoardState, audience: Audience, names: people.Names
) -> tuple[CommentAdded, ...]:
    """The comment as this audience sees it, with its author."""
    comment = seen_by(after, event.comment, audience)
    return (CommentAdded(comment, author_of(after, comment, names) or UNSET),) if comment else ()


def project_change(
    before: BoardState,
    event: CommentStateChanged | CommentErased,
    after: BoardState,
    audience: Audience,
    names: people.Names,
) -> tuple[CommentChanged | CommentGone, ...]:
    """The comment as it now is to this audience; gone where they knew of it and no longer may."""
    old, new = before.comments.get(event.comment), after.comments.get(event.comment)
    comment = seen_by(after, new, audience) if new is not None else None
    if comment is not None:
        return (CommentChanged(comment, author_of(after, comment, names) or UNSET),)
    knew = old is not None and seen_by(before, old, audience) is not None
    return (CommentGone(event.comment),) if knew else ()


def project_claimed(
    before: BoardState, event: CommentClaimed, after: BoardState, audience: Audience, names: people.Names
) -> tuple[CommentChanged, ...]:
    """The comment with its author, where anybody may know of either."""
    old, new = before.comments.get(event.comment), after.comments.get(event.comment)
    comment = seen_by(after, new, audience) if new is not None else None
    if comment is None or old is None or comment == seen_by(before, old, audience):
        return ()
    return (CommentChanged(comment, author_of(after, comment, names) or UNSET),)


def project_card(
    before: BoardState, id: CardId, after: BoardState, audience: Audience, names: people.Names
) -> tuple[CommentChanged | CommentGone | ReactionsCounted, ...]:
    """What is said about a card that was turned over goes with its face, and comes back with it."""
    was, now = readable(before, id, audience), readable(after, id, audience)
    if was == now:
        return ()
    counted: tuple[ReactionsCounted, ...] = ()
    if id in after.reactions:
        counted = (ReactionsCounted({id: counts(after, id) if now else {}}),)
    if now:
        seen = (_as_told(after, comment, audience) for comment in about(after, id))
        told = [one for one in seen if one is not None]
        return (*(CommentChanged(one, author_of(after, one, names) or UNSET) for one in told), *counted)
    known = (one for one in about(before, id) if _as_told(before, one, audience) is not None)
    return (*(CommentGone(one.id) for one in known), *counted)


def about(state: BoardState, id: CardId) -> Iterable[Comment]:
    """Every comment on this card, whatever became of it, oldest first."""
    return _BY_CARD(state.comments).get(id, ())


def said_by(state: BoardState, participant: ParticipantId) -> Iterable[Comment]:
    """This person's comments, whatever became of them, oldest first."""
    return _BY_AUTHOR(state.comments).get(participant, ())


def reacted_by(state: BoardState, participant: ParticipantId) -> dict[CardId, Reaction | None]:
    """This person's reactions; nobody else is ever told."""
    return _BY_PERSON(state.reactions).get(participant, {})


def counts(state: BoardState, id: CardId) -> dict[Reaction, int]:
    """How many gave which reaction to this card."""
    return _COUNTS(state.reactions.get(id, NO_REACTIONS))


def told(state: BoardState, face_up: Container[CardId], audience: Audience) -> tuple[Comment, ...]:
    """Every comment this audience sees, oldest first, given the cards it sees face up."""
    seen = (_as_told(state, one, audience) for one in state.comments.values() if one.card in face_up)
    return tuple(sorted((one for one in seen if one is not None), key=by_age))


def counted(state: BoardState, face_up: Container[CardId]) -> dict[CardId, dict[Reaction, int]]:
    """The reactions to the cards that somebody sees face up; cards without any are not named."""
    return {id: counts(state, id) for id in sorted(state.reactions) if id in face_up}


def by_age(comment: Comment) -> tuple[int, str]:
    """Sort key of comments; ids part equal times, so that every node sorts alike."""
    return comment.at_ms, comment.id


def _by_card(comments: Map[CommentId, Comment]) -> dict[CardId, list[Comment]]:
    found: dict[CardId, list[Comment]] = {}
    for comment in sorted(comments.values(), key=by_age):
        found.setdefault(comment.card, []).append(comment)
    return found


def _by_author(comments: Map[CommentId, Comment]) -> dict[ParticipantId, list[Comment]]:
    found: dict[ParticipantId, list[Comment]] = {}
    for comment in sorted(comments.values(), key=by_age):
        if comment.author is not None:
            found.setdefault(comment.author, []).append(comment)
    return found


def _by_person(reactions: Map[CardId, Reactions]) -> dict[ParticipantId, dict[CardId, Reaction | None]]:
    found: dict[ParticipantId, dict[CardId, Reaction | None]] = {}
    for card in sorted(reactions):
        for participant, reaction in reactions[card].items():
            found.setdefault(participant, {})[card] = reaction
    return found


def _counts(given: Reactions) -> dict[Reaction, int]:
    counted = Counter(given.values())
    return {reaction: counted[reaction] for reaction in REACTIONS if counted[reaction]}


_BY_CARD = Derived(_by_card)
_BY_AUTHOR = Derived(_by_author)
_BY_PERSON = Derived(_by_person)
_COUNTS = Derived(_counts)
