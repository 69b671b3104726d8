"""Refusing costs next to nothing and always comes to its end, or a room in trouble would only get deeper into it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from rebond.domain.decide import DECIDERS
from rebond.hub.deciding import Done
from rebond.log import Appended, Conflict, LogUnavailable, Record
from rebond.log.memory import MemoryLog
from rebond_protocol.cards import CardAdd, CardMove
from rebond_protocol.errors import Rejected
from tests.conftest import READY_WITHIN_S
from tests.hub.stage import Stage


class FailingLog(MemoryLog):
    """A log whose disk is full for as long as somebody says so."""

    full = False

    async def append(self, board: str, expected_seq: int, records: Sequence[Record]) -> Appended | Conflict:
        if self.full:
            raise LogUnavailable("The disk is full.")
        return await super().append(board, expected_seq, records)


async def test_a_fault_in_one_command_does_not_keep_the_others_from_their_refusal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """LG4: given a full disk, and a command that cannot even be decided, then each is refused, and the room goes on."""

    def fails(*_: object) -> None:
        raise ZeroDivisionError

    log = FailingLog()
    stage = await Stage(log).begin()
    card = await stage.adds("ana")
    monkeypatch.setitem(DECIDERS, CardMove, fails)
    log.full = True
    actions = [asyncio.ensure_future(stage.room.act(one, "ana")) for one in (CardAdd("x"), CardMove(card))]
    async with asyncio.timeout(READY_WITHIN_S):
        assert await asyncio.gather(*actions) == [Rejected("unavailable")] * 2
        log.full = False
        assert isinstance(await stage.does("ana", CardAdd("x")), Done)
