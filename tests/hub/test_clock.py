"""The machine's clock and its chance (DM1: everything else is handed what they say)."""

from __future__ import annotations

import re

import msgspec

from rebond.hub.clock import SystemClock
from rebond_protocol.ids import Id


def test_an_id_can_be_written_anywhere() -> None:
    """Given fresh ids, then each is new and an id of the protocol, and no command line takes one for an option."""
    clock = SystemClock()
    ids = {clock.fresh_id() for _ in range(5_000)}
    assert len(ids) == 5_000
    assert all(re.match(r"[A-Za-z0-9_]", id) and msgspec.convert(id, Id) for id in ids)
