"""A log that lost its tail, forked, or came back empty: board and log become one again, and nobody has to go (LG6)."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence

import pytest

from rebond.domain.envelope import Envelope
from rebond.domain.state import state_bytes
from rebond.hub.deciding import Done, Waiting, decide_all
from rebond.hub.loading import load_state
from rebond.log import Appended, EpochChanged, LogUnavailable, Person, Record, Snapshot
from rebond.log import Position as LogPosition
from rebond_protocol.cards import CardAdd, CardAdded, CardEdit, CardErase, CardRemove
from rebond_protocol.codec import entry_bytes, read_entry
from rebond_protocol.commands import Command
from rebond_protocol.frames import Accepted, Bye, Events, Position, ServerFrame, Welcome
from rebond_protocol.frames import Snapshot as SnapshotFrame
from rebond_protocol.people import ParticipantJoin
from tests.hub.stage import Socket, Stage
from tests.simulation.shaky import ShakyLog
from tests.simulation.world import TroubledLog, Weather, turns


def hold(log: ShakyLog) -> TroubledLog:
    """One process's hold on the log, in fair weather."""
    return TroubledLog(log, Weather(random.Random(1)), [])


class Nodes:
    """Two nodes on one shaky log."""

    def __init__(self) -> None:
        self.log = ShakyLog()
        self.holds = [hold(self.log), hold(self.log)]
        self.here = Stage(self.holds[0])
        self.there: Stage

    async def begin(self) -> Nodes:
        await self.here.begin()
        self.there = await self.here.beside(self.holds[1])
        return self

    async def settle(self) -> None:
        """Time passes until everything that was begun has been done."""
        for _ in range(30):
            self.here.clock.advance(250)
            await turns(12)

    async def texts(self) -> list[str]:
        """What the cards say that the log knows of, in order."""
        base = await self.log.base("b1")
        assert base is None
        return [
            event.card.text
            for record in await self.log.read("b1", 0, 1_000)
            for event in read_entry(record.data).events
            if isinstance(event, CardAdded)
        ]

    def agree(self) -> None:
        """Both nodes hold the same, and stand in the log's epoch."""
        assert state_bytes(self.here.room.state) == state_bytes(self.there.room.state)
        assert self.here.room.epoch == self.there.room.epoch == self.log.end("b1").epoch
        assert self.here.room.state.seq == self.log.end("b1").seq


def shown(frames: Sequence[ServerFrame]) -> Sequence[str]:
    """What the cards say on a screen that was led on by these frames, from its last snapshot."""
    last = max(place for place, frame in enumerate(frames) if isinstance(frame, SnapshotFrame))
    snapshot = frames[last]
    assert isinstance(snapshot, SnapshotFrame)
    texts = [card.text for card in snapshot.board.cards]
    for frame in frames[last:]:
        if isinstance(frame, Events):
            texts += [event.card.text for event in frame.events if isinstance(event, CardAdded)]
    return texts


def stays(*sockets: Socket) -> None:
    """Nobody was sent away."""
    assert not [socket for socket in sockets if socket.outbox.closed]


async def test_a_lost_tail_is_put_back_by_whoever_holds_it() -> None:
    """LG6: given both nodes hold what the log lost, then it is there again, once, in a new epoch, and nobody leaves."""
    nodes = await Nodes().begin()
    ana, bo = nodes.here.enters("ana"), nodes.there.enters("bo")
    for number in range(5):
        await nodes.here.adds("ana", f"idea {number}")
    await nodes.settle()
    before, end = await nodes.texts(), nodes.log.end("b1")
    ana.read()
    nodes.log.lose_tail("b1", end.seq - 3)
    await nodes.settle()
    assert await nodes.texts() == before
    assert nodes.log.end("b1").seq == end.seq
    assert nodes.log.end("b1").epoch != end.epoch
    nodes.agree()
    stays(ana, bo)
    assert shown(ana.read()) == before
    assert nodes.here.meters.put_back + nodes.there.meters.put_back == 3


async def test_one_survivor_is_enough() -> None:
    """LG6: given only one node had heard of what the log lost, then the other hears of it from the log."""
    nodes = await Nodes().begin()
    bo = nodes.there.enters("bo")
    await nodes.here.adds("ana", "old")
    await nodes.settle()
    nodes.holds[1].hears.clear()
    await nodes.here.adds("ana", "new")
    nodes.log.lose_tail("b1", nodes.log.end("b1").seq - 1)
    nodes.holds[1].hears.set()
    await nodes.settle()
    assert await nodes.texts() == ["old", "new"]
    nodes.agree()
    stays(bo)
    assert list(shown(bo.read())) == ["old", "new"]


async def test_after_a_loss_nobody_resumes_from_before_it() -> None:
    """LG6, HB4: given a tail was put back whole, then a phone that a dead node had told more is not resumed into it."""
    nodes = await Nodes().begin()
    await nodes.here.adds("ana")
    await nodes.settle()
    old = Position(nodes.here.room.epoch, nodes.here.room.state.seq + 1)
    nodes.log.lose_tail("b1", nodes.log.end("b1").seq - 1)
    await nodes.settle()
    for number in range(3):
        await nodes.here.adds("ana", f"later {number}")
    assert await nodes.here.room.admission("bo", old) is None
    assert not nodes.here.enters("bo", position=old).only(Welcome)[0].recovered


async def fork(nodes: Nodes, person: str, command: Command) -> None:
    """The log loses what `there` has not heard of, and goes on with this before `here` notices."""
    state = nodes.there.room.state
    nodes.log.lose_tail("b1", state.seq)
    envelope = Envelope(person, None, None, nodes.here.clock.now_ms(), nodes.here.clock.fresh_id())
    (happened,) = decide_all(state, [Waiting(envelope, command, lambda _: None)]).happened
    record = Record(happened.entry.seq, entry_bytes(happened.entry))
    assert isinstance(await nodes.log.append("b1", state.seq, [record]), Appended)


async def test_after_a_fork_what_was_accepted_is_decided_again() -> None:
    """LG6, LG4: given the log went on without what one node had accepted, then that is in it all the same, once, and
    what comes again under its mutation id is answered as before."""
    nodes = await Nodes().begin()
    ana, bo = nodes.here.enters("ana"), nodes.there.enters("bo")
    await nodes.settle()
    nodes.holds[1].hears.clear()
    accepted = await nodes.here.says(ana, CardAdd("from the lost branch"), 1)
    assert isinstance(accepted, Accepted)
    assert isinstance(await nodes.here.does(None, ParticipantJoin("zoe", "participant")), Done)
    await fork(nodes, "bo", CardAdd("from the branch that stayed"))
    nodes.holds[1].hears.set()
    await nodes.settle()
    assert await nodes.texts() == ["from the branch that stayed", "from the lost branch"]
    nodes.agree()
    stays(ana, bo)
    assert list(shown(ana.read())) == ["from the branch that stayed", "from the lost branch"]
    assert "zoe" in nodes.there.room.state.participants
    assert (nodes.here.meters.decided_again, nodes.here.meters.fell_out) == (2, 0)
    again = await nodes.here.says(ana, CardAdd("from the lost branch"), 1)
    assert isinstance(again, Accepted)
    assert again.made == accepted.made
    assert len(await nodes.texts()) == 2


async def test_no_snapshot_is_kept_of_a_branch_that_was_lost() -> None:
    """LG5, LG6: given the log forks while a node is on its way to keep a snapshot, and before anybody noticed, then
    nothing of the lost branch is kept, and the fork is noticed."""
    nodes = await Nodes().begin()
    await nodes.settle()
    nodes.holds[1].hears.clear()
    await nodes.here.adds("ana", "from the lost branch")
    save = nodes.holds[0].save_snapshot

    async def too_late(board: str, snapshot: Snapshot, last: Record | None = None) -> None:
        await fork(nodes, "bo", CardAdd("from the branch that stayed"))
        await save(board, snapshot, last)

    nodes.holds[0].save_snapshot = too_late
    before = nodes.log.end("b1").epoch
    with pytest.raises(EpochChanged):
        await nodes.here.room.close()
    assert await nodes.log.snapshot("b1") is None
    assert nodes.log.end("b1").epoch != before
    assert await nodes.texts() == ["from the branch that stayed"]


async def test_the_log_never_begins_at_a_branch_that_was_lost() -> None:
    """LG6, LG7: given the log forks while a node is on its way to compact it after an erasure, then what stayed is not
    replaced by what was lost, the words are erased from it all the same, and both nodes hold what it says."""
    nodes = await Nodes().begin()
    card = await nodes.here.adds("ana", "my secret words")
    await nodes.settle()
    nodes.holds[1].hears.clear()
    compact, forked = nodes.holds[0].compact, asyncio.Event()

    async def too_late(board: str, base: Snapshot, last: Record | None = None) -> None:
        if not forked.is_set():
            forked.set()
            await fork(nodes, "bo", CardAdd("from the branch that stayed"))
        await compact(board, base, last)

    nodes.holds[0].compact = too_late
    await nodes.here.does("ana", CardErase(card))
    nodes.holds[1].hears.set()
    await nodes.settle()
    assert forked.is_set()
    nodes.agree()
    kept = (await load_state(nodes.log, "b1")).state
    assert state_bytes(kept) == state_bytes(nodes.here.room.state)
    assert sorted(each.text for each in kept.cards.values()) == ["", "from the branch that stayed"]
    base = await nodes.log.base("b1")
    assert base is not None
    assert b"secret words" not in base.data


async def test_what_cannot_be_accepted_again_is_counted(caplog: pytest.LogCaptureFixture) -> None:
    """LG6: given an accepted command does not fit the branch that stayed, then it is counted and logged, unread."""
    nodes = await Nodes().begin()
    card = await nodes.here.adds("ana", "a card")
    await nodes.settle()
    nodes.holds[1].hears.clear()
    assert isinstance(await nodes.here.does("ana", CardEdit(card, "secret words", 1)), Done)
    await fork(nodes, "mo", CardRemove(card))
    nodes.holds[1].hears.set()
    await nodes.settle()
    nodes.agree()
    assert (nodes.here.meters.decided_again, nodes.here.meters.fell_out) == (0, 1)
    assert [line for line in caplog.messages if "CardEdit" in line]
    assert not [line for line in caplog.messages if "secret words" in line]


async def test_a_log_that_came_back_empty_is_given_the_board_again() -> None:
    """LG6: given the log lost every board, then those that are open are put back with their people, and go on."""
    nodes = await Nodes().begin()
    await nodes.log.put_person("b1", Person("ana", "Ana Known", None, "key"))
    nodes.here.room.renamed("ana", "Ana Known")
    ana, bo = nodes.here.enters("ana"), nodes.there.enters("bo")
    card = await nodes.here.adds("ana", "kept")
    await nodes.settle()
    nodes.log.lose_everything()
    await nodes.settle()
    stays(ana, bo)
    nodes.agree()
    assert nodes.log.base_seq("b1") == nodes.log.end("b1").seq
    assert [person.name for person in await nodes.log.people("b1")] == ["Ana Known"]
    found = await nodes.log.find("KITE7")
    assert found is not None
    assert isinstance(await nodes.there.does("ana", CardEdit(card, "and changed", 1)), Done)
    await nodes.settle()
    nodes.agree()


async def test_who_held_more_than_what_was_put_back_adds_it() -> None:
    """LG6: given the node that was first to put the board back knew less, then the other one adds what it knew more."""
    nodes = await Nodes().begin()
    await nodes.here.adds("ana", "known to both")
    await nodes.settle()
    nodes.holds[1].hears.clear()
    await nodes.here.adds("ana", "known to one")
    end = nodes.here.room.state.seq
    nodes.holds[0].hears.clear()
    nodes.log.lose_everything()
    nodes.holds[1].hears.set()
    await nodes.settle()
    nodes.holds[0].hears.set()
    await nodes.settle()
    nodes.agree()
    assert nodes.there.room.state.seq == end
    assert sorted(card.text for card in nodes.there.room.state.cards.values()) == ["known to both", "known to one"]


async def test_who_fell_behind_a_compaction_is_led_on_by_a_snapshot() -> None:
    """LG7, LG6: given what this node missed was compacted away, then it begins from the base, and nobody leaves."""
    nodes = await Nodes().begin()
    bo = nodes.there.enters("bo")
    nodes.holds[1].hears.clear()
    card = await nodes.here.adds("ana", "my secret words")
    assert isinstance(await nodes.here.does("ana", CardErase(card)), Done)
    await nodes.settle()
    bo.read()
    nodes.holds[1].hears.set()
    outcome = await nodes.there.does("bo", CardAdd("x"))
    assert isinstance(outcome, Done)
    await nodes.settle()
    nodes.agree()
    stays(bo)
    assert list(shown(bo.read())) == ["", "x"]


async def test_an_answer_that_was_lost_costs_nobody_anything() -> None:
    """LG4: given an append landed and its answer was lost, then the command is accepted once, and nobody leaves."""
    nodes = await Nodes().begin()
    ana = nodes.here.enters("ana")
    ana.read()
    nodes.holds[0].answers_lost = 3
    nodes.here.room.submit(ana.connection, 1, CardAdd("landed"))
    await nodes.settle()
    assert [answer.id for answer in ana.only(Accepted)] == [1]
    assert await nodes.texts() == ["landed"]
    nodes.holds[0].answers_lost = 1
    acting = nodes.here.room.act(CardAdd("without an id"), "bo")
    outcome, _ = await asyncio.gather(acting, nodes.settle())
    assert isinstance(outcome, Done)
    assert await nodes.texts() == ["landed", "without an id"]
    stays(ana)
    nodes.agree()


async def test_a_position_beyond_the_log_says_that_it_lost_something() -> None:
    """LG6, HB4: given a phone was told more, in this epoch, than the log has, then the epoch changes."""
    nodes = await Nodes().begin()
    await nodes.here.adds("ana")
    await nodes.settle()
    told = Position(nodes.here.room.epoch, nodes.here.room.state.seq + 1)
    assert await nodes.here.room.admission("bo", told) is None
    await nodes.settle()
    assert nodes.here.room.epoch != told.epoch
    nodes.agree()
    assert not nodes.here.enters("bo", position=told).only(Welcome)[0].recovered


async def test_nobody_can_make_the_epoch_change_as_often_as_they_like() -> None:
    """LG6: given somebody claims again and again to have been told more, then after a few times nobody is disturbed."""
    nodes = await Nodes().begin()
    for _ in range(20):
        await nodes.here.room.admission("bo", Position(nodes.here.room.epoch, 10_000))
    assert nodes.here.meters.partings["LostTail"] <= 3


async def test_while_the_log_is_away_recovery_waits_for_it() -> None:
    """LG6: given the log is away when the loss is noticed, then it is made good when it is back, and nobody leaves."""
    nodes = await Nodes().begin()
    ana = nodes.here.enters("ana")
    await nodes.here.adds("ana", "kept")
    await nodes.settle()
    real = nodes.holds[0].position
    away = True

    async def position(board: str) -> LogPosition:
        if away:
            raise LogUnavailable("Redis is away.")
        return await real(board)

    nodes.holds[0].position = position
    nodes.there.hub.open_rooms()[0].give_up("a power cut")
    nodes.log.lose_tail("b1", nodes.log.end("b1").seq - 1)
    await nodes.settle()
    nodes.here.room.submit(ana.connection, 1, CardAdd("said meanwhile"))
    await nodes.settle()
    away = False
    await nodes.settle()
    assert await nodes.texts() == ["kept", "said meanwhile"]
    stays(ana)
    assert [answer.id for answer in ana.only(Accepted)] == [1]


async def test_when_recovery_fails_again_and_again_everybody_starts_in_a_new_room() -> None:
    """LG6: given board and log cannot be made one, then the room is given up after a while."""
    nodes = await Nodes().begin()
    ana = nodes.here.enters("ana")
    await nodes.here.adds("ana", "kept")

    async def position(board: str) -> LogPosition:
        raise ZeroDivisionError

    real, nodes.holds[0].position = nodes.holds[0].position, position
    nodes.log.lose_tail("b1", nodes.log.end("b1").seq - 1)
    await nodes.settle()
    await nodes.settle()
    assert nodes.here.room.broken
    assert ana.only(Bye) == [Bye("resync", 0)]
    nodes.holds[0].position = real
    assert await nodes.here.hub.room("b1") is not nodes.here.room


async def test_a_socket_that_does_not_read_gets_the_snapshot_when_it_does() -> None:
    """LG6, HB3: given a socket is behind when the log is made good, then it is not written to before it has drained."""
    nodes = await Nodes().begin()
    slow = nodes.here.enters("ana")
    slow.read()
    while slow.connection.behind_since_ms is None:
        await nodes.here.adds("cy", "x" * 200)
    await nodes.settle()
    nodes.log.lose_tail("b1", nodes.log.end("b1").seq - 1)
    buffered = slow.outbox.buffered_bytes
    await nodes.settle()
    assert slow.outbox.buffered_bytes == buffered
    assert len(list(shown(slow.read()))) == len(nodes.here.room.state.cards)
