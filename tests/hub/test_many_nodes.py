"""Two nodes with one board open: what one appends, names, removes or erases is so on the other (LG3, LG4, LG7, HB6)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence

import pytest
from msgspec import UNSET

from rebond.hub.committing import WHOLE_MS
from rebond.hub.deciding import Done
from rebond.log import Appended, Conflict, LogUnavailable, Person, Record, Snapshot
from rebond.log import Position as LogPosition
from rebond.log.memory import MemoryLog
from rebond_protocol.cards import CardAdd, CardAdded, CardErase
from rebond_protocol.errors import CLOSES
from rebond_protocol.frames import Accepted, Bye, Events, Position, Presence, Welcome
from rebond_protocol.frames import Snapshot as SnapshotFrame
from rebond_protocol.people import ParticipantJoin, ParticipantRemove, Writing
from tests.hub.stage import SETTINGS, Stage
from tests.simulation.world import turns


class DeafLog(MemoryLog):
    """A log whose followers hear nothing while the test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.hears = asyncio.Event()
        self.hears.set()
        self.fails = 0

    async def follow(self, board: str, after: int, epoch: str | None = None) -> AsyncGenerator[list[Record], None]:
        if self.fails:
            self.fails -= 1
            raise LogUnavailable("Redis is not there yet.")
        async for batch in super().follow(board, after, epoch):
            await self.hears.wait()
            yield batch


async def test_what_another_node_appends_is_told_here() -> None:
    """LG3: given a phone on each of two nodes, when one adds a card, then the other is told of it, once."""
    here = await Stage().begin()
    there = await here.beside()
    bo = there.enters("bo")
    bo.read()
    card = await here.adds("ana", "over the river")
    await turns(5)
    there.room.flush()
    told = [event for frame in bo.only(Events) for event in frame.events]
    assert [event.card.id for event in told if isinstance(event, CardAdded)] == [card]
    assert there.room.state == here.room.state


async def test_what_this_node_appended_comes_back_and_changes_nothing() -> None:
    """LG3: given a room that follows its own log, when it appends, then everybody is told once."""
    stage = await Stage().begin()
    ana = stage.enters("ana")
    ana.read()
    await stage.adds("bo", "an echo")
    await turns(20)
    stage.clock.advance(100)
    assert [event for frame in ana.only(Events) for event in frame.events if not isinstance(event, CardAdded)] == []
    assert stage.room.state.seq == (await stage.log.position("b1")).seq


async def test_a_follower_that_could_not_begin_tries_again() -> None:
    """LG3: given the log was away when the room was opened, when it is back, then the room follows all the same."""
    log = DeafLog()
    here = await Stage(log).begin()
    log.fails = 3
    there = await here.beside()
    for _ in range(4):
        there.clock.advance(2_000)
        await turns(5)
    await here.adds("ana")
    await turns(5)
    assert there.room.state.seq == here.room.state.seq


class ForksMeanwhile(MemoryLog):
    """A log whose epoch changes while a node opens a board: after it learned the position, before it follows."""

    due = False

    async def people(self, board: str) -> list[Person]:
        if self.due:
            self.due = False
            await self.renew_epoch(board, (await self.position(board)).epoch)
        return await super().people(board)


async def test_an_epoch_that_changed_while_a_board_was_opened_is_noticed_at_once() -> None:
    """LG6: given the epoch changes between the position a room is opened at and its follower, then it has the new one,
    without any time passing."""
    log = ForksMeanwhile()
    here = await Stage(log).begin()
    log.due = True
    there = await here.beside()
    await turns(20)
    assert not log.due
    assert there.room.epoch == here.room.epoch == (await log.position("b1")).epoch


async def test_a_log_that_nobody_else_writes_to_is_not_followed() -> None:
    """LG3: given a log that is not shared, then nothing follows, nothing is told to other nodes, nothing is held."""

    class Alone(MemoryLog):
        shared = False

        async def follow(self, board: str, after: int, epoch: str | None = None) -> AsyncGenerator[list[Record], None]:
            raise AssertionError("nobody follows this log")
            yield []

        async def broadcast(self, board: str, note: bytes) -> None:
            raise AssertionError("nobody listens to this log")

    stage = await Stage(Alone()).begin()
    stage.enters("ana")
    await stage.adds("ana")
    stage.clock.advance(60_000)
    await turns(10)
    assert not stage.room.broken
    assert len(asyncio.all_tasks()) == 1


# -- coming in through another node --------------------------------------------------------------------------------


async def test_who_joined_through_another_node_is_let_in_here_at_once() -> None:
    """HB6: given somebody joined through one node, when they say hello to another that has not heard, then they may."""
    log = DeafLog()
    here = await Stage(log).begin()
    there = await here.beside()
    log.hears.clear()
    assert isinstance(await here.does(None, ParticipantJoin("zoe", "participant")), Done)
    assert there.room.refusal("zoe") == "bad_token"
    assert await there.room.admission("zoe") is None
    log.hears.set()


async def test_who_was_told_more_by_another_node_is_not_led_back() -> None:
    """HB4: given a phone at a position this node has not come to, then it is resumed there, and not set back."""
    log = DeafLog()
    here = await Stage(log).begin()
    there = await here.beside()
    log.hears.clear()
    await here.adds("ana")
    position = Position(here.room.epoch, here.room.state.seq)
    assert position.seq > there.room.state.seq
    assert await there.room.admission("bo", position) is None
    frames = there.enters("bo", position=position).read()
    assert isinstance(frames[0], Welcome)
    assert (frames[0].recovered, frames[0].position) == (True, position)
    log.hears.set()


async def test_a_crowd_that_may_know_more_is_one_question() -> None:
    """HB4: given a hundred phones from an epoch this node does not know, then the log is asked twice at most."""

    class Asked(MemoryLog):
        questions = 0

        async def position(self, board: str):
            self.questions += 1
            return await super().position(board)

    log = Asked()
    stage = await Stage(log).begin()
    log.questions = 0
    await asyncio.gather(*(stage.room.admission("ana", Position("another", 3)) for _ in range(100)))
    assert log.questions <= 2


class Frozen(MemoryLog):
    """A log that does not say where a board stands while the test says so; it fails when told to."""

    def __init__(self) -> None:
        super().__init__()
        self.frozen = False
        self.questions = 0
        self.fails = asyncio.Event()

    async def position(self, board: str) -> LogPosition:
        self.questions += 1
        if self.frozen:
            await self.fails.wait()
            raise LogUnavailable("Redis did not answer in time.")
        return await super().position(board)


async def _a_crowd_before_a_frozen_log() -> tuple[Stage, Frozen, asyncio.Future[list[str | BaseException | None]]]:
    log = Frozen()
    stage = await Stage(log).begin()
    log.frozen, log.questions = True, 0
    first = asyncio.create_task(stage.room.admission("ana", Position("another", 3)))
    await turns(5)
    later = (stage.room.admission("bo", Position("another", 3)) for _ in range(99))
    crowd = asyncio.gather(first, *later, return_exceptions=True)
    await turns(5)
    assert log.questions == 1
    return stage, log, crowd


async def test_a_crowd_before_a_log_that_fails_waits_for_one_question() -> None:
    """HB4: given a question under way and a crowd that came after it, when the log fails to answer it, then nobody
    waits for another; when the log is back, then who comes is let in."""
    stage, log, crowd = await _a_crowd_before_a_frozen_log()
    log.fails.set()
    assert {str(told) for told in await crowd} == {"Redis did not answer in time."}
    assert log.questions == 1
    log.frozen = False
    assert await stage.room.admission("ana", Position("another", 3)) is None


async def test_a_crowd_before_a_frozen_log_is_asked_to_come_back() -> None:
    """HB4: given a log that neither answers nor fails, then whoever waits is told so after the time one waits, and each
    at the same moment."""
    stage, log, crowd = await _a_crowd_before_a_frozen_log()
    stage.clock.advance(WHOLE_MS)
    assert all(isinstance(told, LogUnavailable) for told in await crowd)
    log.fails.set()
    await turns(5)
    log.frozen = False
    assert await stage.room.admission("ana", Position("another", 3)) is None


async def test_a_removal_takes_effect_on_every_node() -> None:
    """HB6: given a phone on one node, when its person is removed through another, then it goes and stays out."""
    here = await Stage().begin()
    there = await here.beside()
    ana = there.enters("ana")
    ana.read()
    assert isinstance(await here.does("mo", ParticipantRemove("ana")), Done)
    await turns(5)
    assert [bye.code for bye in ana.only(Bye)] == ["removed"]
    assert ana.closed_with == CLOSES["removed"].number
    assert await there.room.admission("ana") == "removed"


# -- commands ------------------------------------------------------------------------------------------------------


class Away(MemoryLog):
    """A log that nothing can be appended to while the test says so."""

    away = False

    async def append(self, board: str, expected_seq: int, records: Sequence[Record]) -> Appended | Conflict:
        if self.away:
            raise LogUnavailable("Redis is away.")
        return await super().append(board, expected_seq, records)


async def test_a_command_waits_for_a_log_that_is_away() -> None:
    """LG4: given the log cannot be reached, when a phone adds a card, then it is not refused, for all this node knows
    its first copy went another way; it is accepted when the log is back."""

    log = Away()
    stage = await Stage(log).begin()
    ana = stage.enters("ana")
    ana.read()
    log.away = True
    stage.room.submit(ana.connection, 1, CardAdd("patience"))
    await turns(20)
    stage.clock.advance(5_000)
    await turns(20)
    assert ana.only(Accepted) == []
    log.away = False
    stage.clock.advance(5_000)
    await turns(20)
    assert [answer.id for answer in ana.only(Accepted)] == [1]


async def test_a_command_of_a_line_that_is_gone_does_not_wait() -> None:
    """LG4: given a command waits for the log, when its line ends, then it is not done later, against what its phone was
    told elsewhere."""

    log = Away()
    stage = await Stage(log).begin()
    ana = stage.enters("ana")
    before = stage.room.state.seq
    log.away = True
    stage.room.submit(ana.connection, 1, CardAdd("gone"))
    await turns(20)
    ana.outbox.abort()
    log.away = False
    stage.clock.advance(5_000)
    await turns(20)
    assert stage.room.state.seq == before


# -- names ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("noted", [True, False], ids=["announced", "the note was lost"])
async def test_a_newcomer_of_another_node_is_told_by_name(noted: bool) -> None:
    """LG7: given somebody joins with a name through one node, then another tells of their card with the name."""
    here = await Stage().begin()
    there = await here.beside()
    mo = there.enters("mo")
    mo.read()
    await here.log.put_person("b1", Person("zoe", "Zoe Known", None, None))
    here.room.renamed("zoe", "Zoe Known")
    if not noted:
        here.room.neighbours.cancel()
    await here.does(None, ParticipantJoin("zoe", "participant"))
    await here.adds("zoe")
    await turns(10)
    there.room.flush()
    authors = [event.author for frame in mo.only(Events) for event in frame.events if isinstance(event, CardAdded)]
    assert [author.name for author in authors if author is not UNSET] == ["Zoe Known"]


async def test_another_name_is_shown_by_every_node() -> None:
    """LG7: given somebody is renamed through one node, then newcomers of the other are given the new name."""
    here = await Stage().begin()
    there = await here.beside()
    await here.log.put_person("b1", Person("ana", "Ana B.", None, None))
    here.room.renamed("ana", "Ana B.")
    await turns(10)
    assert there.room.names["ana"] == "Ana B."


async def test_a_name_whose_note_was_lost_is_read_in_the_end() -> None:
    """LG7: given no note says so, then a new name is found in the table after a while."""
    here = await Stage().begin()
    await here.log.put_person("b1", Person("ana", "Ana B.", None, None))
    here.clock.advance(2 * SETTINGS.names_ms)
    await turns(10)
    assert here.room.names["ana"] == "Ana B."


async def test_a_forgotten_name_is_on_no_screen_of_any_node() -> None:
    """LG7: given a name is erased through one node, then the screens of the other start from a snapshot without it."""
    here = await Stage().begin()
    await here.log.put_person("b1", Person("ana", "Ana B.", None, None))
    here.room.renamed("ana", "Ana B.")
    await here.adds("ana")
    there = await here.beside()
    bo, near = there.enters("bo"), here.enters("cy")
    left_at = Position(there.room.epoch, there.room.state.seq)
    assert "Ana B." in {person.name for frame in bo.only(SnapshotFrame) for person in frame.board.participants}
    near.read()
    await here.hub.forget_person("b1", "ana")
    await turns(30)
    for socket in (bo, near):
        (snapshot,) = socket.only(SnapshotFrame)
        assert "Ana B." not in {person.name for person in snapshot.board.participants}
        assert snapshot.position.epoch == (await here.log.position("b1")).epoch != left_at.epoch
    assert not bo.outbox.closed
    welcome = there.enters("sam", position=left_at).only(Welcome)[0]
    assert not welcome.recovered


class Counted(MemoryLog):
    """A log that counts how often it is compacted."""

    compactions = 0

    async def compact(self, board: str, base: Snapshot, last: Record | None = None) -> None:
        self.compactions += 1
        await super().compact(board, base, last)


async def test_erased_words_are_compacted_away_though_another_node_erased_them() -> None:
    """LG7: given a card is erased through one node, which compacts the log, then the other sees that, and holds none of
    its words to put back."""
    log = Counted()
    here = await Stage(log).begin()
    there = await here.beside()
    card = await here.adds("ana", "my secret words")
    await turns(10)
    assert isinstance(await here.does("ana", CardErase(card)), Done)
    await turns(30)
    there.room.beat()
    await turns(30)
    for stage in (here, there):
        held = stage.room.replica.recent.all()
        assert not [one for one in held if b"secret words" in one.record.data]
        assert not stage.room.busy
    assert log.compactions == 1


# -- presence ------------------------------------------------------------------------------------------------------


async def pass_time(stage: Stage, ms: float) -> None:
    """So much time, with everything that happens in it."""
    for _ in range(round(ms / 250)):
        stage.clock.advance(250)
        await turns(6)


async def test_presence_is_told_over_all_nodes_and_a_person_counts_once() -> None:
    """Given people on two nodes, one of them on both, then every screen is told the same number, and one is one."""
    here = await Stage().begin()
    there = await here.beside()
    sockets = [here.enters("ana"), here.enters("mo"), there.enters("ana", device="d2"), there.enters("bo")]
    await pass_time(here, 3_000)
    told = [socket.only(Presence)[-1] for socket in sockets]
    assert {presence.here for presence in told} == {2}
    assert {presence.segments["customer"] for presence in told} == {2}
    people = told[1].people
    assert isinstance(people, tuple)
    assert sorted(person.participant for person in people) == ["ana", "bo", "mo"]


async def test_who_writes_on_another_node_is_seen_writing() -> None:
    """Given somebody writes on one node, then the other tells it, and that they stopped."""
    here = await Stage().begin()
    there = await here.beside()
    ana, bo = here.enters("ana"), there.enters("bo")
    await pass_time(here, 3_000)
    bo.read()
    here.room.signal(ana.connection, Writing(True))
    await pass_time(here, 3_000)
    assert bo.only(Presence)[-1].writing == 1
    here.room.signal(ana.connection, Writing(False))
    await pass_time(here, 3_000)
    assert bo.only(Presence)[-1].writing == 0


async def test_the_people_of_a_node_that_died_are_gone_within_seconds() -> None:
    """Given a node ends without a word, then after three notes that did not come its people are here no more."""
    here = await Stage().begin()
    there = await here.beside()
    here.enters("ana")
    bo = there.enters("bo")
    await pass_time(here, 3_000)
    assert bo.only(Presence)[-1].here == 2
    here.room.give_up("a power cut")
    await pass_time(here, 4 * SETTINGS.notes_ms + 2 * SETTINGS.presence_ms)
    assert bo.only(Presence)[-1].here == 1


async def test_a_node_that_puts_its_room_away_says_goodbye() -> None:
    """Given a node closes a room with people in it, then the others are told at once that these are gone."""
    here = await Stage().begin()
    there = await here.beside()
    here.enters("ana")
    bo = there.enters("bo")
    await pass_time(here, 3_000)
    bo.read()
    await here.room.close()
    await pass_time(there, 1_250)
    assert bo.only(Presence)[-1].here == 1


async def test_a_room_that_opens_is_told_at_once_who_is_elsewhere() -> None:
    """Given people on one node, when another opens the board, then it need not wait for the next note."""
    here = await Stage().begin()
    here.enters("ana")
    await pass_time(here, 3_000)
    there = await here.beside()
    await turns(10)
    assert there.enters("bo").only(Presence)[-1].here == 2


async def test_an_empty_room_that_follows_is_put_away() -> None:
    """Given nobody looks at a board, then its room is put away, and nothing of it goes on."""
    stage = await Stage().begin()
    ana = stage.enters("ana")
    stage.hub.start()
    await pass_time(stage, 1_000)
    stage.room.detach(ana.connection)
    await pass_time(stage, 2 * SETTINGS.idle_ms)
    assert stage.hub.open_rooms() == []
    await turns(10)
    assert len(asyncio.all_tasks()) == 1
