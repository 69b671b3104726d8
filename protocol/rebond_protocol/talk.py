"""Talk around a card: comments, and reactions that are counted and never say whose they are (DM7)."""

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, UnsetType

from rebond_protocol import limits
from rebond_protocol.ids import CardId, CommentId, Lang, Ms, ParticipantId
from rebond_protocol.people import ParticipantView

Reaction = Literal["heart", "spark", "thanks", "laugh", "wonder"]
REACTIONS: tuple[Reaction, ...] = ("heart", "spark", "thanks", "laugh", "wonder")
"""I love it · that gives me an idea · thank you · it made me laugh · I wonder."""
CommentState = Literal["shown", "pending", "withdrawn", "removed", "erased"]
CommentText = Annotated[
    str,
    msgspec.Meta(
        description="Plain text, counted after cleaning.",
        extra_json_schema={"minLength": 1, "maxLength": limits.COMMENT_CHARS},
    ),
]


class Comment(msgspec.Struct, frozen=True):
    """What somebody said about a card. Seen by whoever sees the card face up."""

    id: CommentId
    card: CardId
    text: str
    author: ParticipantId | None
    at_ms: Ms
    state: CommentState = "shown"
    lang: Lang | UnsetType = UNSET


# -- commands ------------------------------------------------------------------------------------------------------


class CommentAdd(msgspec.Struct, frozen=True, tag_field="type", tag="comment.add"):
    """Say something about a card that everybody sees."""

    card: CardId
    text: CommentText
    lang: Lang | None = None


class CommentWithdraw(msgspec.Struct, frozen=True, tag_field="type", tag="comment.withdraw"):
    """The author takes the comment back; it can be restored."""

    comment: CommentId


class CommentRemove(msgspec.Struct, frozen=True, tag_field="type", tag="comment.remove"):
    """A moderator takes it off the board; it can be restored."""

    comment: CommentId


class CommentRestore(msgspec.Struct, frozen=True, tag_field="type", tag="comment.restore"):
    """Back on the board: an author what they withdrew, a moderator anything."""

    comment: CommentId


class CommentApprove(msgspec.Struct, frozen=True, tag_field="type", tag="comment.approve"):
    """A moderator lets a pending comment onto the board."""

    comment: CommentId


class CommentErase(msgspec.Struct, frozen=True, tag_field="type", tag="comment.erase"):
    """A moderator, or the author, erases the words for ever (LG7)."""

    comment: CommentId


class CommentClaim(msgspec.Struct, frozen=True, tag_field="type", tag="comment.claim"):
    """Said by the server itself, as `card.claim`; nobody may send it."""

    comment: CommentId
    participant: ParticipantId


class ReactionSet(msgspec.Struct, frozen=True, tag_field="type", tag="reaction.set"):
    """My one reaction to this card is now this; none takes it back."""

    card: CardId
    reaction: Reaction | None = None


# -- events --------------------------------------------------------------------------------------------------------


class CommentAdded(msgspec.Struct, frozen=True, tag_field="type", tag="comment.added"):
    """Somebody said something. On its way out, `author` tells who that is."""

    comment: Comment
    author: ParticipantView | UnsetType = UNSET


class CommentStateChanged(msgspec.Struct, frozen=True, tag_field="type", tag="comment.state_changed"):
    """Withdrawn, removed, restored, approved. Leaves as `comment.changed` or `comment.gone`."""

    comment: CommentId
    state: CommentState
    at_ms: Ms


class CommentClaimed(msgspec.Struct, frozen=True, tag_field="type", tag="comment.claimed"):
    """What was said at a kiosk is now this person's. It leaves as `comment.changed`."""

    comment: CommentId
    participant: ParticipantId


class CommentErased(msgspec.Struct, frozen=True, tag_field="type", tag="comment.erased"):
    """The words of this comment are gone for ever. Leaves as `comment.gone`."""

    comment: CommentId
    at_ms: Ms


class ReactionGiven(msgspec.Struct, frozen=True, tag_field="type", tag="reaction.given"):
    """One person's reaction, in the log only. It leaves as `reactions.counted`."""

    card: CardId
    participant: ParticipantId
    reaction: Reaction | None


# -- only on their way out -----------------------------------------------------------------------------------------


class CommentChanged(msgspec.Struct, frozen=True, tag_field="type", tag="comment.changed"):
    """This comment now looks like this to you: replace it whole, or add it."""

    comment: Comment
    author: ParticipantView | UnsetType = UNSET


class CommentGone(msgspec.Struct, frozen=True, tag_field="type", tag="comment.gone"):
    """This comment is no longer on your board: take it away."""

    comment: CommentId


class ReactionsCounted(msgspec.Struct, frozen=True, tag_field="type", tag="reactions.counted"):
    """All reactions to these cards as they are now; those nobody gave are not named."""

    cards: dict[CardId, dict[Reaction, int]]


Commands = CommentAdd | CommentWithdraw | CommentRemove | CommentRestore | CommentApprove | CommentErase | ReactionSet
System = CommentClaim
Events = CommentAdded | CommentStateChanged | CommentClaimed | CommentErased | ReactionGiven
OutgoingOnly = CommentChanged | CommentGone | ReactionsCounted
