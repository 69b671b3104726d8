"""Opinions of passers-by at a kiosk: counted by device, apart from the votes of people, and never whose they are.

A kiosk cannot tell one visitor from the next, so there is no vote to change and no budget: how fast a device may give
opinions is limited instead, and what was counted there is told apart from every round (DM7).
"""

from typing import Literal

import msgspec

from rebond_protocol.ids import CardId, ParticipantId

OpinionMark = Literal[
    "agree", "pass", "disagree", "1", "2", "3", "4", "5", "heart", "spark", "thanks", "laugh", "wonder"
]  # fmt: skip
"""What somebody thinks of a card, in the way it asks: agreement, stars, or a reaction."""

# -- commands ------------------------------------------------------------------------------------------------------


class OpinionGive(msgspec.Struct, frozen=True, tag_field="type", tag="opinion.give"):
    """A visitor's opinion of a card that everybody sees. Any mark is taken: the card may ask otherwise since."""

    card: CardId
    mark: OpinionMark


# -- events --------------------------------------------------------------------------------------------------------


class OpinionGiven(msgspec.Struct, frozen=True, tag_field="type", tag="opinion.given"):
    """One opinion, and at which kiosk; in the log only. It leaves as `opinions.counted`."""

    card: CardId
    mark: OpinionMark
    participant: ParticipantId


# -- only on their way out -----------------------------------------------------------------------------------------


class OpinionsCounted(msgspec.Struct, frozen=True, tag_field="type", tag="opinions.counted"):
    """All opinions of these cards as they are now, over all kiosks; those nobody gave are not named."""

    cards: dict[CardId, dict[OpinionMark, int]]


Commands = OpinionGive
Events = OpinionGiven
OutgoingOnly = OpinionsCounted
