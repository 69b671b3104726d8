"""One audience of one room: its sockets, its recent history, its snapshot. The place where a frame is built once (HB1).

A channel stands at `seq`, the position of the last flush; every connection that is not behind stands there with it.
"""

from collections.abc import Sequence

import msgspec

from rebond.domain import project
from rebond.domain.cards import Audience
from rebond.domain.people import Names
from rebond.domain.state import BoardState
from rebond.hub.connection import Connection, prepared
from rebond.hub.frame import PreparedFrame
from rebond.hub.meters import Meters
from rebond.hub.ring import PlainEvent, Ring
from rebond.hub.settings import HubSettings
from rebond_protocol import codec
from rebond_protocol.codec import Format
from rebond_protocol.frames import Position, ServerFrame, Snapshot

SNAPSHOT_REUSE_EVENTS = 200
SNAPSHOT_REUSE_MS = 250.0
SNAPSHOT_REUSE_BYTES = 32 * 1024
"""A cached snapshot that has been overtaken serves newcomers, with the events since then behind it, while it is this
fresh, this little overtaken, and large enough for its making to matter: a thousand phones that come back while ideas
keep coming cost a few encodings, not a thousand."""


CATCH_UPS_KEPT = 16
"""Frames kept for others who come back from the same position (HB4); each may be as large as the ring (HB3)."""


class _Cached(msgspec.Struct, frozen=True):
    seq: int
    at_ms: float
    frame: PreparedFrame


class _Live(msgspec.Struct, frozen=True):
    """The sockets of one wire format that are not behind: those that get frames as they are, and compressed."""

    plain: set[Connection]
    deflating: set[Connection]

    def of(self, connection: Connection) -> set[Connection]:
        """Where this one belongs."""
        return self.deflating if connection.outbox.deflates else self.plain

    def __bool__(self) -> bool:
        return bool(self.plain or self.deflating)


class Channel:
    """The sockets of one audience, by wire format."""

    def __init__(self, audience: Audience, epoch: str, seq: int, settings: HubSettings, meters: Meters) -> None:
        self.audience = audience
        self.seq = seq
        self.told_seq = seq
        """Position after the last frame really sent; below `seq` while what happened was not for this audience."""
        self._epoch = epoch
        self._mark_bytes = settings.outbox.high_bytes
        self._meters = meters
        self._ring = Ring(seq, settings.ring_bytes, settings.ring_events)
        self._live = {wire: _Live(set(), set()) for wire in Format}
        self._behind: set[Connection] = set()
        self._snapshots: dict[Format, _Cached] = {}
        self.catch_ups: dict[tuple[Format, int], PreparedFrame] = {}
        """Wire format and position → the frame that leads on from there, for whoever else comes back from it."""

    # -- broadcast -------------------------------------------------------------------------------------------------

    def flush(self, seq: int, events: Sequence[tuple[int, PlainEvent]], now_ms: float) -> None:
        """Tell everybody what happened up to `seq`: one frame a format, the same bytes to every socket."""
        before, self.seq = self.seq, seq
        self.catch_ups.clear()
        if not events:
            return
        frame: dict[str, object] = {"type": "events", "seq": seq, "events": [event for _, event in events]}
        size_bytes = 0
        for wire, live in self._live.items():
            if live:
                ready = prepared(frame, wire)
                size_bytes = len(ready.payload)
                told = self._broadcast(ready, wire, before, now_ms)
                self._meters.events_delivered += told * len(events)
        self._ring.push(events, size_bytes or len(codec.encode(frame, Format.MSGPACK)))
        self.told_seq = seq

    def send(self, frame: ServerFrame, now_ms: float) -> None:
        """Tell everybody something that is no event: presence, a beat. Who is behind does without."""
        for wire, live in self._live.items():
            if live:
                self._broadcast(prepared(frame, wire), wire, self.told_seq, now_ms)

    def _broadcast(self, frame: PreparedFrame, wire: Format, before: int, now_ms: float) -> int:
        """Write it to everybody of this format who is not behind; how many that were."""
        live = self._live[wire]
        told = 0
        if live.plain:
            told += self._write_all(live.plain, frame, frame.wire, before, now_ms)
        if live.deflating:
            told += self._write_all(live.deflating, frame, frame.deflated, before, now_ms)
        self._meters.frames_written += told
        return told

    def _write_all(self, live: set[Connection], frame: PreparedFrame, data: bytes, before: int, now_ms: float) -> int:
        # Once for every socket there is: what stands in this loop is what a broadcast costs beside the kernel.
        mark_bytes = self._mark_bytes
        slow: list[Connection] = []
        for connection in live:
            outbox = connection.outbox
            straight = outbox.straight
            if straight is not None:
                straight(data)
            elif outbox.buffered_bytes > mark_bytes:
                slow.append(connection)
            else:
                outbox.write(frame)
        for connection in slow:
            connection.seq = before
            connection.behind_since_ms = now_ms
            live.discard(connection)
            self._behind.add(connection)
        self._meters.skipped_slow += len(slow)
        return len(live)

    # -- coming and going ------------------------------------------------------------------------------------------

    def add(self, connection: Connection) -> None:
        """From now on this socket gets what the others get."""
        self._live[connection.wire].of(connection).add(connection)

    def remove(self, connection: Connection) -> None:
        """This socket is gone."""
        self._live[connection.wire].of(connection).discard(connection)
        self._behind.discard(connection)

    def can_catch_up(self, position: int) -> bool:
        """Whether everything after this position is still here."""
        return self._ring.floor <= position <= self.seq

    def catch_up(self, position: int, wire: Format) -> PreparedFrame | None:
        """One frame that leads from this position to where the channel stands; None where that is the same.

        Where nothing of what happened was for this audience it has no events, and still leads there.
        """
        missed = self._ring.after(position) if position < self.seq else None
        if missed is None:
            return None
        key = (wire, position)
        if key not in self.catch_ups:
            if len(self.catch_ups) >= CATCH_UPS_KEPT:
                self.catch_ups.clear()
            told: dict[str, object] = {"type": "events", "seq": self.seq, "events": _last_counts(missed)}
            self.catch_ups[key] = prepared(told, wire)
        return self.catch_ups[key]

    def snapshot(self, state: BoardState, names: Names, wire: Format, now_ms: float) -> tuple[PreparedFrame, ...]:
        """Frames that lead from nothing to where the channel stands; `state` is the state there (HB4)."""
        cached = self._snapshots.get(wire)
        if cached is not None:
            if cached.seq == self.seq:
                return (cached.frame,)
            if self._worth_reusing(cached, now_ms):
                newer = self.catch_up(cached.seq, wire)
                return (cached.frame, newer) if newer else (cached.frame,)
        view = project.snapshot(state, self.audience, names)
        frame = prepared(Snapshot(Position(self._epoch, self.seq), view), wire)
        self._snapshots[wire] = _Cached(self.seq, now_ms, frame)
        self._meters.snapshots_encoded += 1
        return (frame,)

    def _worth_reusing(self, cached: _Cached, now_ms: float) -> bool:
        fresh = now_ms - cached.at_ms < SNAPSHOT_REUSE_MS and len(cached.frame.payload) > SNAPSHOT_REUSE_BYTES
        since = self._ring.after(cached.seq) if fresh else None
        return since is not None and len(since) <= SNAPSHOT_REUSE_EVENTS

    def drained(self, connection: Connection) -> bool:
        """Whether this socket was behind; it is no longer."""
        if connection not in self._behind:
            return False
        self._behind.discard(connection)
        connection.behind_since_ms = None
        self._live[connection.wire].of(connection).add(connection)
        return True

    def too_slow(self, before_ms: float) -> list[Connection]:
        """Sockets that have been behind since before then."""
        return [
            connection
            for connection in self._behind
            if connection.behind_since_ms is not None and connection.behind_since_ms < before_ms
        ]

    def forget(self, epoch: str) -> None:
        """Keep no history and no snapshot (LG7). Positions are in this epoch from now on."""
        self._epoch = epoch
        self._ring.forget(self.seq)
        self._snapshots.clear()
        self.catch_ups.clear()

    def forget_snapshots(self) -> None:
        """A name changed: what is cached shows the old one."""
        self._snapshots.clear()


def _last_counts(events: Sequence[PlainEvent]) -> list[PlainEvent]:
    """The events with only the last tally of each round, and the last count of reactions and of opinions, with the
    numbers of the earlier ones merged in (DM7)."""
    last: dict[tuple[str, str], PlainEvent] = {}
    kept: list[PlainEvent] = []
    for event in reversed(events):
        fields = _COUNTS.get(event["type"])
        if fields is None:
            kept.append(event)
            continue
        of = (event["type"], event.get("round", ""))
        if of not in last:
            last[of] = merged = dict(event)
            kept.append(merged)
            continue
        later = last[of]
        later.update({field: {**event[field], **later.get(field, {})} for field in fields if field in event})
    kept.reverse()
    return kept


_COUNTS: dict[str, tuple[str, ...]] = {
    "round.tallied": ("tallies", "counts"),
    "reactions.counted": ("cards",),
    "opinions.counted": ("cards",),
}
"""The events that say absolute numbers, of one round or of all cards, and the fields that have them by item."""
