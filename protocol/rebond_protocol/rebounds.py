"""Rebounds: a card that starts from other cards and says so. Typed, credited, acyclic (DM4)."""

import msgspec

from rebond_protocol.cards import CardKind, CardText, Owes, Verb
from rebond_protocol.ids import CardId, Lang, SectionId

# -- commands ------------------------------------------------------------------------------------------------------


class CardRebound(msgspec.Struct, frozen=True, tag_field="type", tag="card.rebound"):
    """A new card that starts from one or several others. `owes`: one optional line, "what I owe this idea"."""

    parents: tuple[CardId, ...]
    verb: Verb
    text: CardText
    owes: Owes | None = None
    section: SectionId | None = None
    kind: CardKind = "idea"
    lang: Lang | None = None


class ReboundLink(msgspec.Struct, frozen=True, tag_field="type", tag="rebound.link"):
    """Credit afterwards: this card, already on the board, starts from these as well. Author or moderator."""

    card: CardId
    parents: tuple[CardId, ...]
    verb: Verb
    owes: Owes | None = None


class ReboundUnlink(msgspec.Struct, frozen=True, tag_field="type", tag="rebound.unlink"):
    """Take one credit back. Author or moderator."""

    card: CardId
    parent: CardId


# -- events --------------------------------------------------------------------------------------------------------


class CardLinked(msgspec.Struct, frozen=True, tag_field="type", tag="card.linked"):
    """The whole rebound of this card as it is now: `parents` in order of credit; none: it is no rebound any more."""

    card: CardId
    parents: tuple[CardId, ...]
    verb: Verb | None
    owes: str | None = None


Commands = CardRebound | ReboundLink | ReboundUnlink
Events = CardLinked
