"""Rates: what one person may say, however many lines they open (DESIGN section 8)."""

from __future__ import annotations

from msgspec.structs import replace

from rebond_protocol.cards import CardAdd
from rebond_protocol.frames import Accepted, RejectedFrame
from tests.hub.stage import SETTINGS, Stage


async def test_another_device_brings_nobody_another_burst() -> None:
    """Section 8: given a person has said all they may, when their other device comes in, then it may not either."""
    stage = await Stage(settings=replace(SETTINGS, commands_burst=3, commands_per_s=0.001)).begin()
    first = stage.enters("ana", device="one")
    for id in (1, 2, 3):
        assert isinstance(await stage.says(first, CardAdd(f"idea {id}"), id=id), Accepted)
    second = stage.enters("ana", device="two")
    refused = await stage.says(second, CardAdd("one more"), id=1)
    assert isinstance(refused, RejectedFrame)
    assert (refused.code, refused.temporary) == ("rate_limited", True)
    assert isinstance(await stage.says(stage.enters("bo"), CardAdd("mine"), id=1), Accepted)
