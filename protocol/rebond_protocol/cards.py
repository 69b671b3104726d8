"""Cards: ideas, questions, feedback and stimuli. Add, edit against a base revision, move, withdraw, restore, moderate.

`Card` is one type in three places: in the `card.added` fact, in the board's state, and on the wire. What an audience
may not see is emptied by projection (DM6), never by the client: `text` is then "" and `author` null.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, UnsetType

from rebond_protocol import limits
from rebond_protocol.ids import CardId, GroupId, Lang, Ms, ParticipantId, SectionId
from rebond_protocol.people import ParticipantView

CardKind = Literal["idea", "question", "feedback", "stimulus"]
CardState = Literal["shown", "hidden", "pending", "withdrawn", "removed", "erased"]
"""shown; hidden by a moderator; pending approval; withdrawn by its author; removed by a moderator; erased for ever."""
Verb = Literal["extends", "combines", "adapts", "removes_obstacle", "counters"]

CardText = Annotated[
    str,
    msgspec.Meta(
        description="Plain text, counted after cleaning.",
        extra_json_schema={"minLength": 1, "maxLength": limits.CARD_TEXT_CHARS},
    ),
]
Owes = Annotated[
    str, msgspec.Meta(description="What I owe this idea, one line.", extra_json_schema={"maxLength": limits.OWES_CHARS})
]
Rev = Annotated[int, msgspec.Meta(ge=1, le=limits.SEQ_MAX)]
Tag = Annotated[str, msgspec.Meta(min_length=1, max_length=limits.TAG_CHARS)]
Colour = Annotated[int, msgspec.Meta(ge=1, le=limits.COLOURS, description="Place in the palette of the design tokens.")]


class Card(msgspec.Struct, frozen=True):
    """One idea on the board."""

    id: CardId
    text: str
    section: SectionId | None
    author: ParticipantId | None
    rev: int
    parents: tuple[CardId, ...]
    kind: CardKind
    state: CardState
    at_ms: Ms
    order: float
    """Place among the cards of its section, ascending."""
    verb: Verb | UnsetType = UNSET
    owes: str | UnsetType = UNSET
    sealed: bool | UnsetType = UNSET
    """Written privately and not yet revealed."""
    edited_ms: Ms | UnsetType = UNSET
    group: GroupId | UnsetType = UNSET
    """The stack it stands in."""
    tags: tuple[str, ...] | UnsetType = UNSET
    colour: int | UnsetType = UNSET
    lang: Lang | UnsetType = UNSET
    """The language it is written in, where its author's screen said so."""


# -- commands ------------------------------------------------------------------------------------------------------


class CardAdd(msgspec.Struct, frozen=True, tag_field="type", tag="card.add"):
    """Put a new card on the board."""

    text: CardText
    section: SectionId | None = None
    kind: CardKind = "idea"
    tags: tuple[Tag, ...] = ()
    colour: Colour | None = None
    lang: Lang | None = None


class CardEdit(msgspec.Struct, frozen=True, tag_field="type", tag="card.edit"):
    """Change the text. Refused `stale_rev` with the current text when the card has moved on from `base_rev`."""

    card: CardId
    text: CardText
    base_rev: Rev


class CardMove(msgspec.Struct, frozen=True, tag_field="type", tag="card.move"):
    """Move to a section (null: none), before another card or at the end."""

    card: CardId
    section: SectionId | None = None
    before: CardId | None = None


class CardTag(msgspec.Struct, frozen=True, tag_field="type", tag="card.tag"):
    """The tags and the colour of this card are now these. Author or moderator."""

    card: CardId
    tags: tuple[Tag, ...] = ()
    colour: Colour | None = None


class CardWithdraw(msgspec.Struct, frozen=True, tag_field="type", tag="card.withdraw"):
    """The author takes the card back; it can be restored."""

    card: CardId


class CardRestore(msgspec.Struct, frozen=True, tag_field="type", tag="card.restore"):
    """Take a card out of the bin: an author what they withdrew, a moderator anything."""

    card: CardId


class CardHide(msgspec.Struct, frozen=True, tag_field="type", tag="card.hide"):
    """A moderator turns the card over; its place and lineage stay."""

    card: CardId


class CardShow(msgspec.Struct, frozen=True, tag_field="type", tag="card.show"):
    """A moderator turns a hidden card back."""

    card: CardId


class CardApprove(msgspec.Struct, frozen=True, tag_field="type", tag="card.approve"):
    """A moderator lets a pending card onto the board.

    With `base_rev`, as they read it: refused `stale_rev` with the current text when its author has changed it since.
    """

    card: CardId
    base_rev: Rev | None = None


class CardRemove(msgspec.Struct, frozen=True, tag_field="type", tag="card.remove"):
    """A moderator puts the card in the bin; it can be restored."""

    card: CardId


class CardErase(msgspec.Struct, frozen=True, tag_field="type", tag="card.erase"):
    """A moderator, or the author, erases the words for ever (LG7). Place and lineage stay: nobody's credit breaks.

    A moderator erases the comments on it as well; an author leaves others theirs, which nobody else reads any more.
    """

    card: CardId


class CardClaim(msgspec.Struct, frozen=True, tag_field="type", tag="card.claim"):
    """Said by the server itself when somebody takes home what they wrote at a kiosk; nobody may send it.

    `handoff_used` where it is no kiosk's any more: of two phones one has it.
    """

    card: CardId
    participant: ParticipantId


# -- events --------------------------------------------------------------------------------------------------------


class CardAdded(msgspec.Struct, frozen=True, tag_field="type", tag="card.added"):
    """A card is on the board. On its way out, `author` tells who that is: no list of people need travel first."""

    card: Card
    author: ParticipantView | UnsetType = UNSET


class CardEdited(msgspec.Struct, frozen=True, tag_field="type", tag="card.edited"):
    """The text changed; `rev` is the new revision."""

    card: CardId
    text: str
    rev: int
    edited_ms: Ms


class CardMoved(msgspec.Struct, frozen=True, tag_field="type", tag="card.moved"):
    """The card stands elsewhere."""

    card: CardId
    section: SectionId | None
    order: float


class CardTagged(msgspec.Struct, frozen=True, tag_field="type", tag="card.tagged"):
    """The card's tags and colour are now these."""

    card: CardId
    tags: tuple[str, ...]
    colour: int | None


class CardStateChanged(msgspec.Struct, frozen=True, tag_field="type", tag="card.state_changed"):
    """Hidden, shown again, withdrawn, removed, restored, approved.

    Stored as one fact; it leaves as `card.changed` or `card.gone`.
    """

    card: CardId
    state: CardState
    at_ms: Ms


class CardClaimed(msgspec.Struct, frozen=True, tag_field="type", tag="card.claimed"):
    """What was written at a kiosk is now this person's. It leaves as `card.changed`."""

    card: CardId
    participant: ParticipantId


class CardErased(msgspec.Struct, frozen=True, tag_field="type", tag="card.erased"):
    """The words of this card are gone for ever; `talk`: with them all that was said about it."""

    card: CardId
    at_ms: Ms
    talk: bool = False


class CardsRevealed(msgspec.Struct, frozen=True, tag_field="type", tag="cards.revealed"):
    """What was written privately is now for everybody. Leaves the server with the cards themselves in `cards`."""

    at_ms: Ms
    cards: tuple[Card, ...] = ()
    authors: tuple[ParticipantView, ...] = ()


# -- only on their way out -----------------------------------------------------------------------------------------


class CardChanged(msgspec.Struct, frozen=True, tag_field="type", tag="card.changed"):
    """This card now looks like this to you (hidden, shown, restored, erased, linked): replace it whole, or add it."""

    card: Card
    author: ParticipantView | UnsetType = UNSET


class CardGone(msgspec.Struct, frozen=True, tag_field="type", tag="card.gone"):
    """This card is no longer on your board: take it away."""

    card: CardId


Commands = (
    CardAdd
    | CardEdit
    | CardMove
    | CardTag
    | CardWithdraw
    | CardRestore
    | CardHide
    | CardShow
    | CardApprove
    | CardRemove
    | CardErase
)
System = CardClaim
Events = CardAdded | CardEdited | CardMoved | CardTagged | CardStateChanged | CardClaimed | CardErased | CardsRevealed
OutgoingOnly = CardChanged | CardGone
