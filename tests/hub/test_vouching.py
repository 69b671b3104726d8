"""What was only read, or written without being confirmed, is told to nobody as stored before the log vouches for it."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import pytest

from rebond.hub.room import Room
from rebond.log import Appended, Conflict, LogUnavailable, OutcomeUnknown, Record
from rebond.log.memory import MemoryLog
from rebond_protocol.cards import CardAdd
from rebond_protocol.frames import Accepted, RejectedFrame
from tests.hub.stage import Socket, Stage
from tests.simulation.world import turns


class UnconfirmedLog(MemoryLog):
    """A log whose replicas are away: what is appended is there, and as long as they are, nobody vouches for it."""

    def __init__(self) -> None:
        super().__init__()
        self.confirmed = True

    async def append(self, board: str, expected_seq: int, records: Sequence[Record]) -> Appended | Conflict:
        """See Log.append."""
        result = await super().append(board, expected_seq, records)
        if isinstance(result, Appended):
            await self.vouch(board)
        return result

    async def vouch(self, board: str) -> None:
        """See Log.vouch."""
        if not self.confirmed:
            raise OutcomeUnknown("It was written, but 0 of 1 replicas confirmed it.")

    @property
    def shared(self) -> bool:
        """See Log.shared."""
        return True


class Slow(MemoryLog):
    """A log that is away until told otherwise."""

    away = False

    async def append(self, board: str, expected_seq: int, records: Sequence[Record]) -> Appended | Conflict:
        """See Log.append."""
        if self.away:
            raise LogUnavailable("It is away.")
        return await super().append(board, expected_seq, records)

    @property
    def shared(self) -> bool:
        """See Log.shared."""
        return True


def say(room: Room, socket: Socket, id: int, text: str) -> None:
    """A card from this socket, under this mutation id."""
    room.submit(socket.connection, id, CardAdd(text))


async def pass_time(stage: Stage) -> None:
    """Long enough for several tries."""
    for _ in range(20):
        stage.clock.advance(1_000)
        await turns(8)


async def test_what_is_there_unconfirmed_is_not_acknowledged() -> None:
    """LG2: given an append landed and no replica confirmed it, when it is asked for again and found there, then nobody
    is told that it is stored until a replica has it."""
    log = UnconfirmedLog()
    stage = await Stage(log).begin()
    ana = stage.enters("ana")
    log.confirmed = False
    say(stage.room, ana, 1, "an idea")
    await pass_time(stage)
    assert ana.only(Accepted) == []
    log.confirmed = True
    await pass_time(stage)
    assert [accepted.id for accepted in ana.only(Accepted)] == [1]


async def test_an_append_without_an_answer_is_said_once_and_so_is_its_end(caplog: pytest.LogCaptureFixture) -> None:
    """LG2: given an append is asked for again many times, when it is answered, then the log of this node has one line
    for its beginning and one for its end."""
    log = UnconfirmedLog()
    stage = await Stage(log).begin()
    log.confirmed = False
    say(stage.room, stage.enters("ana"), 1, "an idea")
    with caplog.at_level(logging.INFO, logger="rebond.hub.committing"):
        await pass_time(stage)
        log.confirmed = True
        await pass_time(stage)
    begun, ended = (record.getMessage() for record in caplog.records)
    assert "is asked for again until it is answered: It was written, but 0 of 1 replicas" in begun
    assert ended.endswith("the append is answered")


async def test_what_another_node_wrote_unconfirmed_is_not_acknowledged() -> None:
    """LG2, LG4: given another node appended a command and is not sure of it, when the phone says it again here, where
    it has been read, then it is told nothing until a replica has it."""
    log = UnconfirmedLog()
    here = await Stage(log).begin()
    there = await here.beside()
    log.confirmed = False
    say(there.room, there.enters("ana"), 1, "an idea")
    await pass_time(here)
    assert [card.text for card in here.room.state.cards.values()] == ["an idea"], "it has been read"
    ana = here.enters("ana")
    say(here.room, ana, 1, "an idea")
    await pass_time(here)
    assert ana.only(Accepted) == []
    log.confirmed = True
    await pass_time(here)
    assert [accepted.id for accepted in ana.only(Accepted)] == [1]
    assert len(here.room.state.cards) == 1


async def test_what_was_said_on_a_line_that_is_gone_does_not_happen_late() -> None:
    """LG4: given a command waits while the log is away, when its line is gone and the log back, then it does not happen
    here any more: it was said again elsewhere, and may have been refused there."""
    log = Slow()
    stage = await Stage(log).begin()
    ana, bo = stage.enters("ana"), stage.enters("bo")
    log.away = True
    say(stage.room, ana, 1, "on a line that is gone")
    say(stage.room, bo, 1, "still waiting")
    await turns(8)
    ana.outbox.abort()
    log.away = False
    await pass_time(stage)
    assert [card.text for card in stage.room.state.cards.values()] == ["still waiting"]
    assert bo.only(RejectedFrame) == []
