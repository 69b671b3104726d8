"""One device, several lines: only the newest may act (LG4)."""

from __future__ import annotations

from rebond_protocol.cards import CardAdd
from rebond_protocol.frames import Accepted, RejectedFrame
from rebond_protocol.steps import BoardLock, BoardUnlock
from tests.hub.stage import Stage


async def test_what_an_older_line_still_brings_does_not_happen() -> None:
    """LG4: given a device's new line was told no, when its old line's copy arrives late, then it stays refused."""
    stage = await Stage().begin()
    old = stage.enters("ana", device="phone")
    await stage.does("mo", BoardLock())
    new = stage.enters("ana", device="phone")
    refused = await stage.says(new, CardAdd("late"), id=1)
    assert isinstance(refused, RejectedFrame)
    assert refused.code == "locked"
    await stage.does("mo", BoardUnlock())
    late = await stage.says(old, CardAdd("late"), id=1)
    assert isinstance(late, RejectedFrame)
    assert late.code == "superseded"
    assert not stage.room.state.cards


async def test_another_device_of_the_same_person_is_no_replacement() -> None:
    """LG4, PRODUCT 5.b: given two tabs of one person, when the second comes in, then both may act."""
    stage = await Stage().begin()
    first, second = stage.enters("ana", device="tab-1"), stage.enters("ana", device="tab-2")
    assert isinstance(await stage.says(first, CardAdd("one"), id=1), Accepted)
    assert isinstance(await stage.says(second, CardAdd("two"), id=1), Accepted)
