"""The entry: what one accepted command appended to a board's log. Stored as msgpack, one map an entry.

Entries outlive programs. `v` says by which version of the events an entry was written; `UPCASTS` turns older events
into today's, one step a version, so that every log ever written folds (DM2).
"""

from collections.abc import Callable
from typing import Any, cast

import msgspec

from rebond_protocol.events import Event
from rebond_protocol.ids import DeviceId, Ms, MutationId, ParticipantId, Seq

EVENTS_VERSION = 1

UPCASTS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""version → what makes an event of that version one of the next. Empty while there is only one."""


class Entry(msgspec.Struct, frozen=True):
    """`actor`, `device` and `id` are null where the server itself spoke."""

    v: int
    seq: Seq
    at_ms: Ms
    actor: ParticipantId | None
    device: DeviceId | None
    id: MutationId | None
    events: tuple[Event, ...]
    made: str | None = None
    """The id of what the command created, so that a resent command is answered as before."""


def upcast(raw: object) -> object:
    """An entry of any version as one of today's, unread still. Raises `ValueError` for one from the future."""
    version = cast("dict[str, Any]", raw).get("v") if isinstance(raw, dict) else None
    if not isinstance(version, int) or version < 1:
        raise ValueError("this is no entry: it has no version")
    entry = cast("dict[str, Any]", raw)
    if version > EVENTS_VERSION:
        raise ValueError(
            f"entry {entry.get('seq')} was written by a newer version ({version} > {EVENTS_VERSION}); update rebond"
        )
    if version == EVENTS_VERSION:
        return entry
    events = msgspec.convert(entry.get("events"), list[dict[str, Any]])
    for step in range(version, EVENTS_VERSION):
        events = [UPCASTS[step](event) for event in events]
    return {**entry, "v": EVENTS_VERSION, "events": events}
