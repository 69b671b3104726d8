"""Attention: hands up, the spotlight, a relaunch (a prompt pushed to everyone), the wall turned away for a moment."""

from typing import Annotated, Literal

import msgspec

from rebond_protocol import limits
from rebond_protocol.ids import CardId, GroupId, Id, Ms, ParticipantId
from rebond_protocol.people import SegmentId

About = Literal["board", "unseen"]
"""Where a relaunch leads: the board as it is, or the cards this person has not seen yet."""
Prompt = Annotated[str, msgspec.Meta(extra_json_schema={"minLength": 1, "maxLength": limits.RELAUNCH_CHARS})]


class Hand(msgspec.Struct, frozen=True):
    """A hand that is up, and since when: whoever raised theirs first speaks first."""

    participant: ParticipantId
    at_ms: Ms


class Relaunch(msgspec.Struct, frozen=True):
    """A prompt on everybody's screen, or on one segment's, until it is taken back or the step changes."""

    id: Id
    text: str
    segment: SegmentId | None
    about: About
    at_ms: Ms


class Spotlight(msgspec.Struct, frozen=True):
    """What the facilitator shows large on every wall: one card, or one group."""

    card: CardId | None = None
    group: GroupId | None = None


# -- commands ------------------------------------------------------------------------------------------------------


class HandRaise(msgspec.Struct, frozen=True, tag_field="type", tag="hand.raise"):
    """I should like to speak."""


class HandLower(msgspec.Struct, frozen=True, tag_field="type", tag="hand.lower"):
    """My hand down again; a moderator's `participant`: that person's."""

    participant: ParticipantId | None = None


class RelaunchSend(msgspec.Struct, frozen=True, tag_field="type", tag="relaunch.send"):
    """Push a prompt, in place of one that may be there."""

    text: Prompt
    segment: SegmentId | None = None
    about: About = "board"


class RelaunchEnd(msgspec.Struct, frozen=True, tag_field="type", tag="relaunch.end"):
    """Take the prompt back."""


class SpotlightSet(msgspec.Struct, frozen=True, tag_field="type", tag="spotlight.set"):
    """Show this card or this group large; neither: nothing."""

    card: CardId | None = None
    group: GroupId | None = None


class WallHide(msgspec.Struct, frozen=True, tag_field="type", tag="wall.hide"):
    """Hide the wall now: displays are sent no card until it is shown again."""


class WallShow(msgspec.Struct, frozen=True, tag_field="type", tag="wall.show"):
    """Show the wall again."""


# -- events --------------------------------------------------------------------------------------------------------


class HandRaised(msgspec.Struct, frozen=True, tag_field="type", tag="hand.raised"):
    """A hand is up."""

    participant: ParticipantId
    at_ms: Ms


class HandLowered(msgspec.Struct, frozen=True, tag_field="type", tag="hand.lowered"):
    """A hand is down."""

    participant: ParticipantId


class Relaunched(msgspec.Struct, frozen=True, tag_field="type", tag="board.relaunched"):
    """The prompt is now this, or none."""

    relaunch: Relaunch | None


class SpotlightTurned(msgspec.Struct, frozen=True, tag_field="type", tag="spotlight.turned"):
    """The spotlight is on this, or off."""

    spotlight: Spotlight | None


class WallTurned(msgspec.Struct, frozen=True, tag_field="type", tag="wall.turned"):
    """The wall is hidden, or shown again. Displays that are here are led on by a `snapshot` in its place."""

    hidden: bool


Commands = HandRaise | HandLower | RelaunchSend | RelaunchEnd | SpotlightSet | WallHide | WallShow
Events = HandRaised | HandLowered | Relaunched | SpotlightTurned | WallTurned
