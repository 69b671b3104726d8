"""Groups: titled stacks of cards. Stacking never destroys a card, its author or its votes (DM4).

A card stands in one group or in none. A group whose last card leaves is gone.
"""

import msgspec

from rebond_protocol.cards import CardText, Owes
from rebond_protocol.ids import CardId, GroupId, SectionId


class Group(msgspec.Struct, frozen=True):
    """A stack: its title, where it stands, and its place among the cards and groups there, ascending."""

    id: GroupId
    title: str | None
    section: SectionId | None
    order: float


# -- commands ------------------------------------------------------------------------------------------------------


class GroupMake(msgspec.Struct, frozen=True, tag_field="type", tag="group.make"):
    """Stack these cards, two at least; it stands where the first of them stood. They leave other groups for it."""

    cards: tuple[CardId, ...]
    title: str | None = None


class GroupAdd(msgspec.Struct, frozen=True, tag_field="type", tag="group.add"):
    """Put cards onto a stack."""

    group: GroupId
    cards: tuple[CardId, ...]


class GroupTake(msgspec.Struct, frozen=True, tag_field="type", tag="group.take"):
    """Take a card off its stack."""

    card: CardId


class GroupRename(msgspec.Struct, frozen=True, tag_field="type", tag="group.rename"):
    """Another title, or none."""

    group: GroupId
    title: str | None = None


class GroupDissolve(msgspec.Struct, frozen=True, tag_field="type", tag="group.dissolve"):
    """Unstack: its cards stand by themselves again."""

    group: GroupId


class CardMerge(msgspec.Struct, frozen=True, tag_field="type", tag="card.merge"):
    """A new card that combines these, and credits them all. They stay, stacked under it, with their votes."""

    cards: tuple[CardId, ...]
    text: CardText
    owes: Owes | None = None


# -- events --------------------------------------------------------------------------------------------------------


class GroupChanged(msgspec.Struct, frozen=True, tag_field="type", tag="group.changed"):
    """There is this group now, or it is now so."""

    group: Group


class CardsGrouped(msgspec.Struct, frozen=True, tag_field="type", tag="cards.grouped"):
    """These cards now stand in this group (null: in none)."""

    cards: tuple[CardId, ...]
    group: GroupId | None


class GroupGone(msgspec.Struct, frozen=True, tag_field="type", tag="group.gone"):
    """The group is no more; cards that still stood in it stand in none."""

    group: GroupId


Commands = GroupMake | GroupAdd | GroupTake | GroupRename | GroupDissolve | CardMerge
Events = GroupChanged | CardsGrouped | GroupGone
