"""One socket in a room: who it belongs to, how to write to it, and how far it has come."""

import msgspec

from rebond.domain.cards import Audience
from rebond.hub.frame import PreparedFrame
from rebond.hub.meters import Meters
from rebond.hub.outbox import Outbox
from rebond_protocol import codec
from rebond_protocol.codec import Format
from rebond_protocol.errors import CLOSES
from rebond_protocol.frames import Bye, ServerFrame

BYE_REASON_BYTES = 123


def prepared(frame: ServerFrame | dict[str, object], wire: Format) -> PreparedFrame:
    """A frame, or plain values of a frame's shape, ready for any socket of this format."""
    return PreparedFrame(codec.encode(frame, wire), is_text=not wire.binary)


class Membership(msgspec.Struct, frozen=True):
    """Who a connection belongs to, from a checked token and its hello."""

    participant: str
    device: str
    audience: Audience


class Connection:
    """A socket that has said hello. `seq` is where it stands while behind; otherwise it stands with its channel."""

    __slots__ = ("_meters", "behind_since_ms", "member", "outbox", "seq", "superseded", "wire")

    def __init__(self, member: Membership, outbox: Outbox, wire: Format, meters: Meters) -> None:
        self.member = member
        self.outbox = outbox
        self.wire = wire
        self.seq = 0
        self.superseded = False
        """Whether the same device has said hello again since: what this line still brings must not happen (LG4)."""
        self.behind_since_ms: float | None = None
        """Steady time since when it has been skipped (HB3); None: it is with the others."""
        self._meters = meters

    def tell(self, frame: ServerFrame) -> None:
        """Write a frame meant for this connection alone."""
        self.outbox.write(prepared(frame, self.wire))

    def leave(self, code: str, retry_after_ms: int | None = None) -> None:
        """Say bye and close with the row of this name; a resumable one without a time means: at once."""
        if self.outbox.closed:
            return
        row = CLOSES[code]
        retry = retry_after_ms if retry_after_ms is not None else 0
        self.tell(Bye(code, retry if row.resumable else None))
        self.outbox.close(row.number, row.code)
        self._meters.close(code)
