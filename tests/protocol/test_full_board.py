"""The largest board there can be still reaches a client in Python (HB4)."""

from __future__ import annotations

from rebond_client.board import SNAPSHOT_BYTES
from rebond_protocol import codec, limits
from rebond_protocol.cards import Card
from rebond_protocol.codec import Format


def test_a_snapshot_of_the_fullest_board_is_read() -> None:
    """HB4: given as many cards as may be, each as long as may be, then a client reads that much in one message."""
    ids = tuple(f"{place:064}" for place in range(limits.PARENTS_PER_CARD))
    fullest = Card(
        id=ids[0], text="\U0001f4a1" * limits.CARD_TEXT_CHARS, section=ids[0], author=ids[0], rev=limits.SEQ_MAX,
        parents=ids, kind="stimulus", state="withdrawn", at_ms=limits.SEQ_MAX, order=1 / 3, verb="removes_obstacle",
        owes="\U0001f4a1" * limits.OWES_CHARS, edited_ms=limits.SEQ_MAX,
    )  # fmt: skip
    for wire in Format:
        assert limits.CARDS_PER_BOARD * len(codec.encode(fullest, wire)) < SNAPSHOT_BYTES
