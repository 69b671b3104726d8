"""People on a board: participants with a role and a declared segment. Names never enter the log (LG7).

A participant is known to the log by a pseudonym that means nothing outside this board (DM5). `ParticipantView` is what
leaves the server: the name is put beside the pseudonym at the last moment, from the table of names.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, UnsetType

from rebond_protocol import limits
from rebond_protocol.ids import Id, Ms, ParticipantId

Role = Literal["participant", "staff", "moderator", "kiosk", "display"]
PersonRole = Literal["participant", "staff", "moderator"]
SegmentId = Annotated[str, msgspec.Meta(min_length=1, max_length=limits.SEGMENT_CHARS, pattern=r"\A[a-z0-9_-]+\Z")]


class Segment(msgspec.Struct, frozen=True):
    """A declared stake people may choose when they join. `shape` and colour follow its place in the list."""

    id: SegmentId
    label: str


class ParticipantView(msgspec.Struct, frozen=True):
    """A participant as others see them."""

    participant: ParticipantId
    role: Role
    segment: SegmentId | None = None
    name: str | None = None


# -- commands ------------------------------------------------------------------------------------------------------


class ParticipantJoin(msgspec.Struct, frozen=True, tag_field="type", tag="participant.join"):
    """Said by the server itself when somebody joins over HTTP; nobody may send it."""

    participant: ParticipantId
    role: Role
    segment: SegmentId | None = None


class ParticipantRaise(msgspec.Struct, frozen=True, tag_field="type", tag="participant.raise"):
    """Said by the server itself when somebody who is here opens an invitation; nobody may send it.

    It lowers nobody, and gives nobody back what a moderator took from them.
    """

    participant: ParticipantId
    role: PersonRole


class ParticipantRemove(msgspec.Struct, frozen=True, tag_field="type", tag="participant.remove"):
    """A moderator removes somebody: their sockets close, their token stops working. Their cards stay until removed."""

    participant: ParticipantId


class ParticipantReadmit(msgspec.Struct, frozen=True, tag_field="type", tag="participant.readmit"):
    """A moderator takes a removal back."""

    participant: ParticipantId


class ParticipantMute(msgspec.Struct, frozen=True, tag_field="type", tag="participant.mute"):
    """A moderator mutes somebody: they go on reading and voting, and write nothing."""

    participant: ParticipantId


class ParticipantUnmute(msgspec.Struct, frozen=True, tag_field="type", tag="participant.unmute"):
    """A moderator lets somebody write again."""

    participant: ParticipantId


class ParticipantPromote(msgspec.Struct, frozen=True, tag_field="type", tag="participant.promote"):
    """A moderator gives somebody a role: staff with a badge, a co-moderator, or a participant again."""

    participant: ParticipantId
    role: PersonRole


# -- events --------------------------------------------------------------------------------------------------------


class ParticipantJoined(msgspec.Struct, frozen=True, tag_field="type", tag="participant.joined"):
    """Somebody is now a participant of the board."""

    participant: ParticipantId
    role: Role
    segment: SegmentId | None
    at_ms: Ms


class ParticipantRemoved(msgspec.Struct, frozen=True, tag_field="type", tag="participant.removed"):
    """Somebody was removed by a moderator."""

    participant: ParticipantId


class ParticipantReadmitted(msgspec.Struct, frozen=True, tag_field="type", tag="participant.readmitted"):
    """A removal was taken back."""

    participant: ParticipantId


class ParticipantMuted(msgspec.Struct, frozen=True, tag_field="type", tag="participant.muted"):
    """Somebody may not write, or may again."""

    participant: ParticipantId
    muted: bool


class ParticipantPromoted(msgspec.Struct, frozen=True, tag_field="type", tag="participant.promoted"):
    """Somebody has another role. Their connections begin anew (`resync`): they see what that role sees.

    On its way out, `person` tells how others see them now: a badge needs a name.
    """

    participant: ParticipantId
    role: PersonRole
    person: ParticipantView | UnsetType = UNSET


# -- signals and presence: broadcast, never logged -----------------------------------------------------------------


class Writing(msgspec.Struct, frozen=True, tag_field="type", tag="writing"):
    """This device is, or is no longer, writing. Forgotten by itself after a few seconds."""

    on: bool = True


class Ready(msgspec.Struct, frozen=True, tag_field="type", tag="ready"):
    """This person is ready for the next step, or not after all. For this step only; said again after a reconnect."""

    step: Id
    on: bool = True


Signal = Writing | Ready


class PresentView(msgspec.Struct, frozen=True):
    """One person who is here, for the wall's and the console's list."""

    participant: ParticipantId
    role: Role
    segment: SegmentId | None = None
    name: str | None = None
    writing: bool | UnsetType = UNSET
    ready: bool | UnsetType = UNSET


Steering = ParticipantRemove | ParticipantReadmit | ParticipantMute | ParticipantUnmute | ParticipantPromote
System = ParticipantJoin | ParticipantRaise
Told = ParticipantRemoved | ParticipantReadmitted | ParticipantMuted | ParticipantPromoted
Events = ParticipantJoined | Told
DeviceKey = Id
