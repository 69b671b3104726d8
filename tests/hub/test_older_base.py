"""A board whose words were erased outlives a new version of the program (LG5, LG7)."""

from __future__ import annotations

import msgpack

from rebond.domain.state import state_bytes
from rebond.hub.hub import Hub
from rebond.hub.meters import Meters
from rebond.log import Snapshot
from rebond.log.memory import MemoryLog
from tests.hub.stage import SETTINGS, Stage


async def test_a_compacted_log_that_an_earlier_version_wrote_is_opened() -> None:
    """LG5: given a log that begins at a base of an earlier version, when the board is opened, then nothing is lost.

    The entries before it are gone, so that, unlike a cache, it cannot be thrown away and rebuilt.
    """
    log = MemoryLog()
    stage = await Stage(log).begin()
    await stage.adds("ana", "still there")
    state = stage.room.state
    older = msgpack.packb({**msgpack.unpackb(state_bytes(state)), "devices": {}})
    await log.compact("b1", Snapshot(state.seq, 1, older))
    again = await Hub(log, stage.clock, SETTINGS, Meters()).room("b1")
    assert again.state == state
