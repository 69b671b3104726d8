"""A lab: a place with several boards. It is a board itself, on which others are named, and its kiosks show them all.

Whoever steers both puts a board into a lab, over HTTP; each stays a board of its own, with its own people and rights.
"""

from typing import Annotated, Literal

import msgspec

from rebond_protocol.ids import BoardId, Ms

Keyboard = Literal["azerty", "qwerty"]
Idle = Annotated[int, msgspec.Meta(ge=10, le=600)]


class LabLinked(msgspec.Struct, frozen=True, tag_field="type", tag="lab.linked"):
    """This board is now in the lab."""

    board: BoardId
    at_ms: Ms


class LabUnlinked(msgspec.Struct, frozen=True, tag_field="type", tag="lab.unlinked"):
    """This board is no longer in the lab."""

    board: BoardId


class KioskSettings(msgspec.Struct, frozen=True):
    """How the kiosks of this board behave."""

    idle_s: Idle = 60
    """Untouched for so long, a kiosk asks whether somebody is there, counts down in sight, then forgets everything."""
    keyboard: Keyboard | None = None
    """The on-screen keyboard to begin with; None: the one usual in the language shown."""


class KioskSettingsChanged(msgspec.Struct, frozen=True, tag_field="type", tag="kiosk.settings_changed"):
    """Kiosks now behave like this."""

    settings: KioskSettings


class KioskSeatsChanged(msgspec.Struct, frozen=True, tag_field="type", tag="kiosk.seats_changed"):
    """What a kiosk's seat says is another: its name or its PIN, which are in no log. Each kiosk asks for its own."""


# -- commands ------------------------------------------------------------------------------------------------------


class LabLink(msgspec.Struct, frozen=True, tag_field="type", tag="lab.link"):
    """Said by the server itself once somebody has shown that they steer both; nobody may send it."""

    board: BoardId


class LabUnlink(msgspec.Struct, frozen=True, tag_field="type", tag="lab.unlink"):
    """Said by the server itself, which also takes the lab's kiosks off that board; nobody may send it."""

    board: BoardId


class KioskReseat(msgspec.Struct, frozen=True, tag_field="type", tag="kiosk.reseat"):
    """Said by the server itself once a kiosk was given another name or PIN; nobody may send it."""


class KioskSet(msgspec.Struct, frozen=True, tag_field="type", tag="kiosk.set"):
    """A moderator says how the kiosks behave.

    With `base`, from the settings they saw: refused `stale_rev` with those of now when somebody changed them since.
    """

    settings: KioskSettings
    base: KioskSettings | None = None


System = LabLink | LabUnlink | KioskReseat
Commands = KioskSet
Events = LabLinked | LabUnlinked | KioskSettingsChanged | KioskSeatsChanged
