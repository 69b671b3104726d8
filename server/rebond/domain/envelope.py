"""What arrives with a command, and what a decision is. What a decider must not find out by itself stands here (DM1)."""

import msgspec

from rebond_protocol.errors import Rejected
from rebond_protocol.events import Event
from rebond_protocol.ids import DeviceId, MutationId, ParticipantId


class Envelope(msgspec.Struct, frozen=True):
    """Who says it, from which device, under which mutation id, at what time, and an id in case something is made.

    `actor` is None where the server itself speaks (creating a board, letting somebody in).
    """

    actor: ParticipantId | None
    device: DeviceId | None
    id: MutationId | None
    now_ms: int
    fresh_id: str


class Decided(msgspec.Struct, frozen=True):
    """The command may happen: these are its facts. `made`: the id of what it creates."""

    events: tuple[Event, ...]
    made: str | None = None


class Repeated(msgspec.Struct, frozen=True):
    """This very command was accepted before, as entry `seq`: answer as before, append nothing (LG4)."""

    seq: int
    made: str | None


Decision = Decided | Repeated | Rejected
