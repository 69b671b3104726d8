"""A frame that is too large is refused under its own id, so that its sender hears what became of it (HB9)."""

from __future__ import annotations

import pytest

from rebond_protocol import codec, limits
from rebond_protocol.codec import Format, Unreadable

FULL = "x" * limits.FRAME_BYTES


@pytest.mark.parametrize("wire", Format)
@pytest.mark.parametrize(
    ("frame", "id"),
    [
        ({"type": "submit", "id": 7, "command": {"type": "card.add", "text": FULL}}, 7),
        ({"type": "submit", "id": -7, "command": {"type": "card.add", "text": FULL}}, None),
        ({"type": "ping", "id": 7, "padding": FULL}, None),
        ({"type": "submit", "id": 7, "command": {"type": "card.add", "text": 5 * FULL}}, None),
    ],
    ids=["submit", "submit under no id", "another frame", "beyond what is read at all"],
)
def test_what_is_too_large_keeps_its_id(wire: Format, frame: dict[str, object], id: int | None) -> None:
    """HB9: given a frame above the limit, then `too_large` with both sizes, and the id where it is a command's."""
    data = codec.encode(frame, wire)
    details: dict[str, object] = {"max_bytes": limits.FRAME_BYTES, "bytes": len(data)}
    assert codec.read_client_frame(data, wire) == Unreadable("too_large", details, id)


@pytest.mark.parametrize("wire", Format)
def test_what_is_too_large_and_unreadable_is_too_large(wire: Format) -> None:
    """HB9: given bytes above the limit that are no frame at all, then `too_large`, and nothing raises."""
    for data in (b"\xc1" * 70_000, b"{" + b" " * 70_000, b"[" * 70_000, b"\x91" * 70_000):
        read = codec.read_client_frame(data, wire)
        assert isinstance(read, Unreadable)
        assert (read.code, read.id) == ("too_large", None)
