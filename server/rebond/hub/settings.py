"""What an operator can turn in the hub, as plain values with their units. `rebond.config` reads them."""

from typing import Annotated

import msgspec

from rebond.hub.outbox import OutboxLimits
from rebond_protocol import limits

Duration = Annotated[float, msgspec.Meta(gt=0)]
Rate = Annotated[float, msgspec.Meta(gt=0)]
Count = Annotated[int, msgspec.Meta(ge=1)]


class HubSettings(msgspec.Struct, frozen=True):
    """Defaults are made for a room of two thousand phones."""

    flush_ms: Annotated[float, msgspec.Meta(ge=0)] = 25.0
    """A busy room sends at most this often (HB2); a room where sending is cheap sends sooner."""
    flush_share: Rate = 0.2
    """Of the time of a busy room, sending may take about this share before flushes are spread to `flush_ms`."""
    flush_credit_ms: Annotated[float, msgspec.Meta(ge=0)] = 200.0
    """So much sending, with the rests it owes, a room that was quiet may do at once before it counts as busy."""
    ring_bytes: Count = 1024 * 1024
    """How much recent history a channel keeps for resuming (HB4)."""
    ring_events: Count = 4_000
    slow_ms: Duration = 60_000
    """How long a socket may stay behind before it is closed with a resumable code (HB3)."""
    outbox: OutboxLimits = OutboxLimits()
    beat_ms: Count = limits.BEAT_MS
    presence_ms: Duration = 1_000
    """Presence is told at most this often."""
    notes_ms: Duration = 2_000
    """Nodes tell each other who is here at least this often; one that has not for three times as long is forgotten."""
    names_ms: Duration = 30_000
    """Names are read again this often, in half to whole of it: what nodes tell each other of a change may be lost."""
    writing_ms: Duration = 6_000
    """A writing signal is forgotten after this."""
    hello_ms: Duration = 10_000
    batch_commands: Count = 512
    """At most so many commands share one append (group commit)."""
    queue_commands: Count = 20_000
    """At most so many commands of one board wait; more are refused `busy`."""
    queue_bytes: Count = 16 * 1024 * 1024
    """And so many bytes of them, about."""
    held_bytes: Count = 4 * 1024 * 1024
    """Of a board that others write to as well, so much of what was appended last is held, so that it can be put back
    into a log that lost it (LG6)."""
    held_entries: Count = 5_000
    held_ms: Duration = 600_000
    """What is older is let go of; no log that keeps its promise loses what is."""
    snapshot_entries: Count = 1_000
    snapshot_growth: Rate = 0.25
    """A stored snapshot is renewed after so many entries and when the log has grown by this share since (LG5): making
    one costs as much as the board is large, and reading the rest of the log stays a share of reading all of it."""
    idle_ms: Duration = 300_000
    """A room nobody looks at is put away after this."""
    commands_per_s: Rate = 100.0
    commands_burst: Count = 1_000
    """Per connection, and per person over all of theirs; more is refused `rate_limited`."""
    opinions_per_s: Rate = 2.0
    opinions_burst: Count = 20
    """Opinions of visitors, per kiosk: a hand that hammers on the glass is one visitor's, and nobody else's matter."""
    visitors_per_s: Rate = 1.0
    visitors_burst: Count = 500
    """What else visitors say, per kiosk. One that was offline says all it gathered at once; one that is played by a
    program fills no board in an afternoon."""
    strikes_burst: Count = 60
    """Unreadable frames in a row, refilled at one a second, before a connection is closed as abuse."""
    drain_wave: Count = 200
    """So many clients are told to leave at once (HB7)."""
    drain_wave_ms: Annotated[float, msgspec.Meta(ge=0)] = 200
    drain_spread_ms: Annotated[float, msgspec.Meta(ge=0)] = 2_000
    """Clients are told to come back after a random time up to this."""
