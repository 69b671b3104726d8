"""A log that forked, and what people and a node that leaves see while board and log are not one (LG4 to LG7, DM6)."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from rebond.hub.deciding import Done
from rebond.hub.loading import load_state
from rebond.log import (
    Appended,
    BoardRecord,
    Conflict,
    EpochChanged,
    LogUnavailable,
    LostTail,
    Person,
    Record,
    Snapshot,
    UnknownBoard,
)
from rebond.log import Position as LogPosition
from rebond.log.memory import MemoryLog
from rebond_protocol.cards import CardAdd, CardEdit, CardHide
from rebond_protocol.errors import Rejected
from rebond_protocol.frames import Accepted, Bye, Events, Position, RejectedFrame
from rebond_protocol.frames import Snapshot as SnapshotFrame
from rebond_protocol.people import ParticipantJoin
from tests.hub.stage import SETTINGS, Stage
from tests.hub.test_recovery import Nodes, fork, shown, stays
from tests.simulation.world import turns

# pyright: reportPrivateUsage=false


async def pass_time(stage: Stage, rounds: int = 40) -> None:
    """Ten seconds, in which everything that was begun has been done."""
    for _ in range(rounds):
        stage.clock.advance(250)
        await turns(12)


async def gone_on(nodes: Nodes) -> Nodes:
    """`here` holds four entries that the log lost, which then grew past them by way of `there`; `here` is deaf."""
    await nodes.begin()
    for number in range(2):
        await nodes.here.adds("ana", f"kept {number}")
    await nodes.settle()
    for hold in nodes.holds:
        hold.hears.clear()
    for number in range(4):
        await nodes.here.adds("ana", f"lost {number}")
    nodes.log.lose_tail("b1", nodes.there.room.state.seq)
    for number in range(7):
        await nodes.there.adds("bo", f"other {number}")
    return nodes


async def healed(nodes: Nodes) -> None:
    """Both hear again; in the end nothing that was accepted is missing on either."""
    for hold in nodes.holds:
        hold.hears.set()
    await nodes.settle()
    nodes.agree()
    texts = await nodes.texts()
    assert sorted(texts) == sorted(
        [*(f"kept {n}" for n in range(2)), *(f"lost {n}" for n in range(4)), *(f"other {n}" for n in range(7))]
    )


# -- a fork that grew past what was held ---------------------------------------------------------------------------


async def test_a_fork_is_seen_by_whoever_reads_on_for_somebody_who_knows_more() -> None:
    """LG6, LG4: given the log forked and grew past this node, when a phone that was led on by the other node comes
    here, then the fork is noticed by what is read for it, and what was accepted here is decided again."""
    nodes = await gone_on(Nodes())
    told = Position(nodes.there.room.epoch, nodes.there.room.state.seq)
    asking = asyncio.create_task(nodes.here.room.admission("ana", told))
    await nodes.settle()
    assert await asking is None
    assert nodes.here.meters.partings["Forked"] == 1
    await healed(nodes)


async def test_a_fork_is_seen_by_a_refusal_that_reads_on() -> None:
    """LG6, LG4: given the same, when a command is refused here, for which the log is read, then it is noticed too."""
    nodes = await gone_on(Nodes())
    asking = asyncio.create_task(nodes.here.room.act(CardEdit("none such", "x", 1), "ana"))
    await nodes.settle()
    assert isinstance(await asking, Rejected)
    assert nodes.here.meters.partings["Forked"] == 1
    await healed(nodes)


async def test_a_log_that_is_shorter_is_seen_by_whoever_reads_on() -> None:
    """LG6: given the log lost its tail and this node heard nothing, when it reads on, then it is noticed."""
    nodes = await Nodes().begin()
    await nodes.here.adds("ana", "kept")
    await nodes.here.adds("ana", "lost")
    await nodes.settle()
    nodes.holds[0].hears.clear()
    nodes.there.room.give_up("a power cut")
    nodes.log.lose_tail("b1", nodes.here.room.state.seq - 2)
    with pytest.raises(LostTail):
        await nodes.here.room._committing.catch_up()


async def test_records_of_two_branches_are_told_apart_by_more_than_the_last() -> None:
    """LG6, LG4: given records of the branch that stayed were absorbed, by their numbers, on top of those of the one
    that was lost, when the epoch changes, then the board begins anew and what was accepted is decided again."""
    nodes = await gone_on(Nodes())
    ahead = await nodes.log.read("b1", nodes.here.room.state.seq, 100)
    await nodes.here.room.replica.take(ahead)
    assert nodes.here.room.state.seq == nodes.there.room.state.seq
    nodes.log.fork("b1")
    await healed(nodes)


async def test_a_quiet_board_is_compared_by_its_last_record() -> None:
    """LG6: given nothing was said for so long that no record is held any more, then a fork is noticed all the same."""
    nodes = await gone_on(Nodes())
    nodes.here.room.replica.recent.expire(nodes.here.clock.steady_ms() + SETTINGS.held_ms + 1)
    asking = asyncio.create_task(nodes.here.room.act(CardEdit("none such", "x", 1), "ana"))
    await nodes.settle()
    await asking
    assert nodes.here.meters.partings["Forked"] == 1
    for hold in nodes.holds:
        hold.hears.set()
    await nodes.settle()
    nodes.agree()


async def test_what_comes_late_from_before_the_board_began_anew_is_not_taken() -> None:
    """LG6: given records were read, and before they are taken the board begins anew from another past, then they are
    refused, whatever their numbers."""
    nodes = await Nodes().begin()
    await nodes.there.adds("ana", "kept")
    await nodes.settle()
    nodes.holds[0].hears.clear()
    assert isinstance(await nodes.there.does(None, ParticipantJoin("zoe", "participant")), Done)
    late = await nodes.log.read("b1", nodes.here.room.state.seq, 100)
    replica = nodes.here.room.replica
    replica.people.pop("zoe", None)
    gate, real = asyncio.Event(), nodes.holds[0].people

    async def people(board: str) -> list[Person]:
        await gate.wait()
        return await real(board)

    nodes.holds[0].people = people
    taking = asyncio.create_task(replica.take(late))
    await turns(3)
    before = replica.state
    replica.start_anew(await load_state(nodes.holds[0], "b1"))
    replica.state = before
    gate.set()
    await turns(5)
    assert isinstance(taking.exception(), Exception)
    assert replica.state is before


# -- the end of a room while they are not one ----------------------------------------------------------------------


class Moody(MemoryLog):
    """A log whose position, or whose appends, fail as long as the test says so."""

    position_fails: Exception | None = None
    append_fails: Exception | None = None
    renewing_fails: Exception | None = None
    create_fails: Exception | None = None

    async def create(self, board: BoardRecord, first: Sequence[Record], base: Snapshot | None = None) -> None:
        if self.create_fails is not None:
            raise self.create_fails
        await super().create(board, first, base)

    async def position(self, board: str) -> LogPosition:
        if self.position_fails is not None:
            raise self.position_fails
        return await super().position(board)

    async def append(self, board: str, expected_seq: int, records: Sequence[Record]) -> Appended | Conflict:
        if self.append_fails is not None:
            await asyncio.sleep(0)
            raise self.append_fails
        return await super().append(board, expected_seq, records)

    async def renew_epoch(self, board: str, known: str) -> LogPosition:
        if self.renewing_fails is not None:
            raise self.renewing_fails
        return await super().renew_epoch(board, known)


async def test_a_state_of_another_past_is_not_kept_as_a_snapshot() -> None:
    """LG5, LG6: given board and log parted and could not be compared, when the node leaves, then what it held does not
    become the log's cache."""
    log = Moody()
    stage = await Stage(log).begin()
    await stage.adds("ana", "of a past that is gone")
    log.position_fails = LogUnavailable("a failover")
    parted = LostTail(LogPosition(stage.room.epoch, 1))
    stage.room._committing.part(parted)
    await turns(5)
    closing = asyncio.create_task(stage.room.close())
    await pass_time(stage)
    await closing
    assert await log.snapshot("b1") is None


async def test_when_a_room_is_given_up_nobody_waits_for_it_for_ever() -> None:
    """LG6: given a crowd asks while board and log are being made one, when the room is given up, then all of them are
    told that this cannot be found out now, and so is whoever asks afterwards."""
    log = Moody()
    stage = await Stage(log).begin()
    await stage.adds("ana")
    log.position_fails = UnknownBoard("b1")
    log.create_fails = ValueError("what nobody foresaw")
    asks = [asyncio.create_task(stage.room.admission("ana", Position("another", 9))) for _ in range(4)]
    await pass_time(stage, 200)
    assert stage.room.broken
    assert [type(ask.exception()) for ask in asks] == [LogUnavailable] * 4
    stage.room._committing.part(EpochChanged(LogPosition("another", 9)))
    with pytest.raises(LogUnavailable):
        await stage.room._committing.whole()


async def test_a_log_that_stays_away_lets_nobody_hang() -> None:
    """LG6: given a log that can be read and not written to has lost its tail, when a crowd says hello, then within
    seconds all are asked to come back later, and none has waited for the others to have waited."""
    log = Moody()
    stage = await Stage(log).begin()
    for _ in range(3):
        await stage.adds("ana")
    log.append_fails = log.renewing_fails = LogUnavailable("read-only")
    lose_last(log)
    asks = [asyncio.create_task(stage.room.admission("ana", Position("another", 1))) for _ in range(50)]
    await pass_time(stage, 40)
    assert all(ask.done() for ask in asks)
    assert {type(ask.exception()) for ask in asks} == {LogUnavailable}
    log.append_fails = log.renewing_fails = None
    await pass_time(stage)
    assert await stage.room.admission("ana", Position("another", 1)) is None


def lose_last(log: MemoryLog) -> None:
    """The last entry is gone."""
    board = log._boards["b1"]
    lost = board.records.pop()
    board.tail.move(LogPosition(board.tail.end.epoch, lost.seq - 1), board.tail.base_seq, ())


async def test_closing_ends_though_an_append_fails_for_no_known_reason() -> None:
    """LG4: given a batch fails again and again for no known reason, when the room is closed, then it ends, and whoever
    waits for an answer is told to ask again."""
    log = Moody()
    stage = await Stage(log).begin()
    ana = stage.enters("ana")
    ana.read()
    log.append_fails = ValueError("an entry of a newer version stands in the way")
    stage.room.submit(ana.connection, 1, CardAdd("x"))
    closing = asyncio.create_task(stage.room.close())
    await pass_time(stage)
    assert closing.done()
    await closing
    assert [bye.code for bye in ana.only(Bye)] == ["resync"]


async def test_a_closed_room_does_not_follow_again() -> None:
    """LG3: given board and log part while the room is being closed, when they are one again, then nothing follows."""
    log = Moody()
    stage = await Stage(log).begin()
    await stage.adds("ana")
    closing = asyncio.create_task(stage.room.close())
    await log.renew_epoch("b1", stage.room.epoch)
    acting = asyncio.create_task(stage.room.act(CardAdd("late"), "ana"))
    await pass_time(stage)
    await asyncio.gather(closing, acting)
    assert stage.room._following._task is None
    assert len(asyncio.all_tasks()) == 1


async def test_what_is_said_again_is_not_refused_without_asking_the_log() -> None:
    """LG4, LG2: given the first copy of a command went through another node, when it is said again to a node that takes
    no more, because its queue is full or it leaves, then it is not refused there, and has to be asked for again."""
    nodes = Nodes()
    nodes.here = Stage(nodes.holds[0], replace(SETTINGS, queue_commands=1))
    await nodes.begin()
    nodes.holds[1].hears.clear()
    first = nodes.here.enters("ana", device="d7")
    assert isinstance(await nodes.here.says(first, CardAdd("once"), 1), Accepted)
    bo, again, last = nodes.there.enters("bo"), nodes.there.enters("ana", device="d7"), nodes.there.enters("cy")
    for socket in (bo, again, last):
        socket.read()
    nodes.there.room.submit(bo.connection, 1, CardAdd("waits"))
    nodes.there.room.submit(again.connection, 1, CardAdd("once"))
    assert [type(frame) for frame in again.read()] == [Bye]
    await nodes.settle()
    await nodes.there.room.close()
    nodes.there.room.submit(last.connection, 2, CardAdd("once"))
    told = last.read()
    assert not [frame for frame in told if isinstance(frame, RejectedFrame)]
    assert [frame.code for frame in told if isinstance(frame, Bye)] == ["resync"]


async def test_what_fell_out_and_was_not_decided_again_is_counted_as_lost(caplog: pytest.LogCaptureFixture) -> None:
    """LG6: given accepted commands fell out of the log, and it fails before they are decided again, when the room ends,
    then each is logged."""
    nodes = await Nodes().begin()
    nodes.holds[1].hears.clear()
    nodes.holds[0].hears.clear()
    await nodes.here.adds("ana", "secret words")
    await fork(nodes, "bo", CardAdd("other"))

    async def people(board: str) -> list[Person]:
        raise LogUnavailable("a failover")

    nodes.holds[0].people = people
    nodes.here.room._committing.part(LostTail(nodes.log.end("b1")))
    await nodes.settle()
    await nodes.here.room.close()
    assert [line for line in caplog.messages if "CardAdd fell out of the log and this node ended" in line]
    assert not [line for line in caplog.messages if "secret words" in line]


# -- what is told while they are not one ---------------------------------------------------------------------------


async def test_a_name_erased_during_a_repair_costs_nobody_an_entry() -> None:
    """LG7, LG3: given the follower heard of the new epoch before whoever asked for it, when that one tells everybody,
    then what had happened meanwhile is on every screen."""
    log = Moody()
    stage = await Stage(log).begin()
    ana = stage.enters("ana")
    await stage.adds("ana", "one")
    for text in ("two", "three"):
        await stage.room.act(CardAdd(text), "ana")
    renewed = await log.renew_epoch("b1", stage.room.epoch)
    stage.room._committing.part(EpochChanged(renewed))
    await turns(1)
    assert stage.room.telling._held_back
    stage.room.tell_afresh(renewed.epoch)
    await pass_time(stage)
    await stage.adds("ana", "four")
    assert list(shown(ana.read())) == ["one", "two", "three", "four"]
    assert stage.room.epoch == renewed.epoch
    stays(ana)


async def test_an_epoch_that_changes_during_a_repair_does_not_go_back() -> None:
    """LG7, HB4: given a repair has asked where the log is, when a name is erased before it ends, then nobody is told
    the old epoch after the new one."""
    log = Moody()
    stage = await Stage(log).begin()
    ana = stage.enters("ana")
    await stage.adds("ana", "one")
    ana.read()
    old = stage.room.epoch
    entered, gate, real = asyncio.Event(), asyncio.Event(), log.read

    async def read(board: str, after: int, limit: int) -> list[Record]:
        if stage.room.telling._held_back:
            entered.set()
            await gate.wait()
        return await real(board, after, limit)

    log.read = read
    stage.room._committing.part(LostTail(LogPosition(old, 1)))
    await entered.wait()
    renewed = await log.renew_epoch("b1", old)
    stage.room.tell_afresh(renewed.epoch)
    gate.set()
    await pass_time(stage)
    told = [frame.position.epoch for frame in ana.only(SnapshotFrame)]
    assert told == [renewed.epoch]
    assert stage.room.epoch == renewed.epoch


async def test_words_this_node_knows_to_be_hidden_are_given_to_no_newcomer() -> None:
    """DM6: given a card was hidden by way of another node, when it is heard of because somebody arrives who knows more,
    then whoever comes next is not given its words."""
    nodes = await Nodes().begin()
    card = await nodes.there.adds("ana", "secret words")
    await nodes.settle()
    nodes.here.enters("bo")
    nodes.holds[0].hears.clear()
    assert isinstance(await nodes.there.does("mo", CardHide(card)), Done)
    told = Position(nodes.there.room.epoch, nodes.there.room.state.seq)
    assert await nodes.here.room.admission("bo", told) is None
    newcomer = nodes.here.enters("bo", device="d2")
    assert "secret words" not in str(newcomer.read())


async def test_nobody_comes_in_while_what_is_known_cannot_be_told() -> None:
    """DM6: given a repair read of a card that was hidden, and cannot end, when somebody comes in, then they are asked
    to come back, and are not given its words in the meantime."""
    nodes = await Nodes().begin()
    card = await nodes.there.adds("ana", "secret words")
    await nodes.settle()
    nodes.holds[0].hears.clear()
    assert isinstance(await nodes.there.does("mo", CardHide(card)), Done)

    async def renew_epoch(board: str, known: str) -> LogPosition:
        raise LogUnavailable("read-only")

    nodes.holds[0].renew_epoch = renew_epoch
    nodes.here.room._recovery.doubt(nodes.here.room.epoch)
    nodes.here.room._committing.part(LostTail(LogPosition(nodes.here.room.epoch, 1)))
    await nodes.settle()
    asking = asyncio.create_task(nodes.here.room.admission("bo"))
    await pass_time(nodes.here)
    assert isinstance(asking.exception(), LogUnavailable)


async def test_who_missed_more_than_anybody_could_resume_over_is_led_on_by_a_snapshot() -> None:
    """HB3, HB4: given more is absorbed at once than a channel keeps, then everybody gets a snapshot, and no endless
    frame."""
    nodes = Nodes()
    nodes.here.settings = nodes.here.hub.settings = replace(SETTINGS, ring_events=10)
    await nodes.begin()
    bo = nodes.there.enters("bo")
    nodes.holds[1].hears.clear()
    for number in range(20):
        await nodes.here.adds("ana", f"idea {number}")
    bo.read()
    told = Position(nodes.here.room.epoch, nodes.here.room.state.seq)
    assert await nodes.there.room.admission("ana", told) is None
    frames = bo.read()
    assert [type(frame) for frame in frames if isinstance(frame, Events | SnapshotFrame)] == [SnapshotFrame]
    assert len(shown(frames)) == 20


# -- what a node holds ---------------------------------------------------------------------------------------------


async def test_what_is_held_of_a_command_does_not_hold_the_socket() -> None:
    """HB3, LG6: given people said something and went, then what is held of it keeps none of their sockets."""
    stage = await Stage().begin()
    gone: list[weakref.ref[object]] = []
    for number in range(5):
        socket = stage.enters("ana", device=f"d{number}")
        await stage.says(socket, CardAdd(f"idea {number}"))
        gone.append(weakref.ref(socket.outbox))
        socket.outbox.close(1000)
        stage.room.detach(socket.connection)
        del socket
    stage._ids.clear()
    stage.room.flush()
    gc.collect()
    assert [ref() for ref in gone] == [None] * 5


async def test_whoever_knows_less_of_people_overwrites_nothing() -> None:
    """LG6, LG7: given a board is put back by several, when one knows less of somebody than is there again, then nothing
    of it is lost; and when it knows more, then that is added."""
    nodes = await Nodes().begin()
    whole = Person("ana", "Ana Known", "a@b.c", "key")
    nodes.here.room.renamed("ana", "Ana Known", whole)
    nodes.there.room.renamed("ana", "Ana Known")
    assert nodes.here.room.replica.people["ana"] == whole
    for order in ((nodes.here, nodes.there), (nodes.there, nodes.here)):
        nodes.log.lose_everything()
        for stage in order:
            await stage.room._recovery._put_board_back()
            await stage.room._recovery._put_people_back()
        assert await nodes.log.person_by_device("b1", "key") == whole


async def test_people_are_put_back_though_the_log_fails_in_between() -> None:
    """LG6, LG7: given a board is put back and the log fails before its people are, when it is there again, then so are
    they, as they were known when the board was lost."""
    nodes = await Nodes().begin()
    nodes.here.room.renamed("ana", "Ana Known")
    nodes.there.room.give_up("a power cut")
    real, failures = nodes.holds[0].put_person, 3

    async def put_person(board: str, person: Person) -> None:
        nonlocal failures
        failures -= 1
        if failures >= 0:
            raise LogUnavailable("a failover")
        await real(board, person)

    nodes.holds[0].put_person = put_person
    nodes.log.lose_everything()
    await nodes.settle()
    assert [person.name for person in await nodes.log.people("b1")] == ["Ana Known"]
    assert nodes.here.room.names == {"ana": "Ana Known"}


async def test_whoever_heard_of_a_loss_puts_back_whom_they_know() -> None:
    """LG6, LG7: given a board was put back by a node that knew nobody, before another that knew them could, when that
    one compares, then its people are there, and known to both."""
    nodes = await Nodes().begin()
    nodes.here.room.renamed("ana", "Ana Known")
    nodes.here.room._committing.part(UnknownBoard("b1"))
    nodes.log.lose_everything()
    await nodes.there.room._recovery._put_board_back()
    await nodes.settle()
    assert [person.name for person in await nodes.log.people("b1")] == ["Ana Known"]
    assert nodes.here.room.names == nodes.there.room.names == {"ana": "Ana Known"}


async def test_reading_names_goes_on_after_a_failure_nobody_foresaw() -> None:
    """LG7: given the names could not be read for no known reason, then they are read again the next time."""
    log = MemoryLog()
    stage = await Stage(log).begin()
    real = log.people

    async def people(board: str) -> list[Person]:
        raise TypeError("a person of another shape")

    log.people = people
    stage.room._following.look()
    await turns(5)
    log.people = real
    await log.put_person("b1", Person("ana", "Ana Known", None, None))
    stage.room._following.look()
    await turns(5)
    assert stage.room.names == {"ana": "Ana Known"}


async def test_a_follower_that_cannot_take_what_comes_waits_longer_each_time() -> None:
    """LG3: given what comes cannot be taken while names cannot be read, then that is tried ever more seldom."""
    log = MemoryLog()
    here = await Stage(log).begin()
    there = await here.beside()
    tries = 0

    async def take(records: Sequence[Record]) -> None:
        nonlocal tries
        tries += 1
        raise LogUnavailable("no names now")

    there.room._committing.take = take
    await here.adds("ana")
    for _ in range(1_000):
        here.clock.advance(25)
        await turns(3)
    assert 8 < tries < 40
