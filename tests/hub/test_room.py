"""A room and its sockets: who is told what, when, in which bytes (HB1 to HB7, LG1, LG4 to LG7, DM5, DM7)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from rebond.domain.envelope import Decision, Envelope
from rebond.domain.state import STATE_VERSION, BoardState
from rebond.hub import deciding
from rebond.hub.channel import Channel
from rebond.hub.deciding import Done
from rebond.hub.hub import Hub
from rebond.hub.loading import CorruptBase
from rebond.hub.meters import Meters
from rebond.hub.outbox import OutboxLimits
from rebond.log import Appended, Conflict, LogUnavailable, Person, Record, Snapshot
from rebond.log.memory import MemoryLog
from rebond_protocol.boards import BoardCreate
from rebond_protocol.cards import CardAdd, CardAdded, CardApprove, CardEdit, CardErase
from rebond_protocol.codec import Format
from rebond_protocol.commands import Command
from rebond_protocol.errors import CLOSES, Rejected
from rebond_protocol.frames import (
    Accepted,
    Beat,
    Bye,
    Events,
    Position,
    Presence,
    RejectedFrame,
    Welcome,
    Yours,
)
from rebond_protocol.frames import Snapshot as SnapshotFrame
from rebond_protocol.people import ParticipantReadmit, ParticipantRemove, Ready, Writing
from rebond_protocol.replica import BoardReplica
from rebond_protocol.rounds import RoundClose, RoundOpen, RoundTallied, VoteCast
from rebond_protocol.steps import BoardLock, BoardRename, StepSet
from tests.hub.stage import SETTINGS, Socket, Stage
from tests.simulation.world import turns

WIDE = OutboxLimits(high_bytes=1_000_000, low_bytes=500_000, max_bytes=2_000_000)


class BreakableLog(MemoryLog):
    """A log in memory that fails, or waits, when told to. Nobody else writes to it."""

    shared = False

    def __init__(self) -> None:
        super().__init__()
        self.append_fails = False
        self.compact_fails = False
        self.gate = asyncio.Event()
        self.gate.set()
        self.appends: list[int] = []

    async def append(self, board: str, expected_seq: int, records: Sequence[Record]) -> Appended | Conflict:
        await self.gate.wait()
        if self.append_fails:
            raise LogUnavailable("The disk is full.")
        result = await super().append(board, expected_seq, records)
        self.appends.append(len(records))
        return result

    async def compact(self, board: str, base: Snapshot, last: Record | None = None) -> None:
        if self.compact_fails:
            raise LogUnavailable("The disk is full.")
        await super().compact(board, base, last)

    async def words(self) -> bytes:
        """Everything the log holds of the board."""
        base, cache = await self.base("b1"), await self.snapshot("b1")
        records = await self.read("b1", base.seq if base else 0, 10_000)
        return b"".join([one.data for one in (base, cache) if one] + [record.data for record in records])


def position_of(socket: Socket) -> Position:
    """Where this socket was led to."""
    frames = socket.read()
    snapshot = next(frame for frame in frames if isinstance(frame, SnapshotFrame))
    later = [frame.seq for frame in frames if isinstance(frame, Events)]
    return Position(snapshot.position.epoch, max([snapshot.position.seq, *later]))


# -- HB1 -----------------------------------------------------------------------------------------------------------


async def test_the_same_bytes_go_to_every_socket() -> None:
    """HB1: given sockets of one audience and format, when something happens, then all get one and the same object."""
    stage = await Stage().begin()
    sockets = [stage.enters(person, wire) for person in ("ana", "bo", "cy", "sam") for wire in Format]
    for socket in sockets:
        socket.read()
        socket.taken.clear()
    await stage.adds("ana")
    for wire in Format:
        told = [socket for socket in sockets if socket.connection.wire is wire]
        assert all(len(socket.only(Events)) == 1 for socket in told)
        assert len({id(socket.taken[0].wire) for socket in told}) == 1


async def test_what_is_mine_alone_comes_after_and_to_me_alone() -> None:
    """HB1: given a card that waits for approval, then its author alone hears of it, after everybody's frame."""
    stage = await Stage().begin()
    await stage.does("mo", StepSet(approve=True))
    author, ana, moderator = (stage.enters(person) for person in ("bo", "ana", "mo"))
    for socket in (author, ana, moderator):
        socket.read()
    card = await stage.adds("bo", "mind the gap")
    assert not [frame for frame in ana.read() if isinstance(frame, Events | Yours)]
    assert [card.id for frame in author.only(Yours) for card in frame.cards] == [card]
    assert [
        event.card.id for frame in moderator.only(Events) for event in frame.events if isinstance(event, CardAdded)
    ] == [card]


async def test_my_own_copy_is_never_older_than_the_frame_before_it() -> None:
    """HB1: given a card is written and approved within one flush, then its author is not left with the waiting copy."""
    stage = await Stage().begin()
    await stage.does("mo", StepSet(approve=True))
    author = stage.enters("bo")
    await stage.adds("ana")  # from now on the room is busy, and gathers
    replica = author.followed(BoardReplica())
    made = await stage.does("bo", CardAdd("mind the gap"))
    assert isinstance(made, Done)
    assert made.made is not None
    await stage.does("mo", CardApprove(made.made))
    stage.clock.advance(100)
    author.followed(replica)
    assert replica.cards[made.made].state == "shown"


# -- HB2 -----------------------------------------------------------------------------------------------------------


async def test_an_idle_room_sends_at_once_and_a_busy_one_gathers() -> None:
    """HB2: given an idle room, then the first event goes out at once, and what follows goes together."""
    stage = await Stage().begin()
    ana = stage.enters("ana")
    ana.read()
    await stage.does("bo", CardAdd("one"))
    assert [len(frame.events) for frame in ana.only(Events)] == [1]
    await stage.does("bo", CardAdd("two"))
    await stage.does("cy", CardAdd("three"))
    assert ana.only(Events) == []
    stage.clock.advance(SETTINGS.flush_ms)
    assert [len(frame.events) for frame in ana.only(Events)] == [2]


async def test_commands_that_come_while_an_append_is_under_way_share_the_next() -> None:
    """Group commit: given an append is under way, when more commands come, then one append takes them all."""
    log = BreakableLog()
    stage = await Stage(log).begin()
    log.gate.clear()
    actions = [asyncio.ensure_future(stage.room.act(CardAdd(f"idea {n}"), "ana")) for n in range(30)]
    await turns(5)
    log.gate.set()
    await asyncio.gather(*actions)
    assert log.appends == [30]


# -- HB3 -----------------------------------------------------------------------------------------------------------


async def test_who_does_not_read_is_skipped_and_led_on_in_one_frame() -> None:
    """HB3: given a socket that does not read, then it is skipped, nobody is held up, and one frame leads on."""
    stage = await Stage().begin()
    slow, quick = stage.enters("ana"), stage.enters("bo")
    slow.read()
    quick.read()
    for number in range(60):
        await stage.adds("cy", f"idea {number} " + "x" * 60)
        assert len(quick.only(Events)) == 1
    assert slow.outbox.buffered_bytes < 4_000
    before = stage.meters.frames_written
    frames = slow.read()
    told = [frame for frame in frames if isinstance(frame, Events)]
    texts = [event.card.text.split()[1] for frame in told for event in frame.events if isinstance(event, CardAdded)]
    assert texts == [str(number) for number in range(60)]
    assert len(told[-1].events) > 30, "what was skipped came in one frame"
    assert isinstance(frames[-1], Yours)
    assert told[-1].seq == stage.room.state.seq
    assert stage.meters.frames_written == before
    await stage.adds("cy", "live again")
    assert len(slow.only(Events)) == 1


async def test_who_is_behind_is_told_of_their_own_things_when_they_are_led_on() -> None:
    """HB1, HB3: given a phone that does not read, then its own cards do not pile up, and come when it reads."""
    stage = await Stage().begin()
    phone = stage.enters("bo")
    phone.read()
    while phone.connection.behind_since_ms is None:
        await stage.adds("cy", "x" * 200)
    await stage.does("mo", StepSet(approve=True))
    before = phone.outbox.buffered_bytes
    mine = [await stage.adds("bo", f"waits {number}") for number in range(20)]
    assert phone.outbox.buffered_bytes == before
    told = phone.only(Yours)[-1]
    assert {card.id for card in told.cards} == set(mine)


async def test_who_missed_more_than_is_kept_gets_a_snapshot() -> None:
    """HB3, HB4: given more was skipped than the ring holds, when the socket reads again, then a snapshot leads on."""
    stage = await Stage(settings=replace(SETTINGS, ring_events=10)).begin()
    slow = stage.enters("ana")
    slow.read()
    for number in range(60):
        await stage.adds("cy", f"idea {number} " + "x" * 60)
    snapshots = slow.only(SnapshotFrame)
    assert [len(frame.board.cards) for frame in snapshots] == [60]
    assert snapshots[0].position.seq == stage.room.state.seq


async def test_who_stays_behind_too_long_is_closed_and_may_come_back() -> None:
    """HB3: given a socket that does not drain within `slow_ms`, then it is closed with a resumable code."""
    stage = await Stage().begin()
    slow = stage.enters("ana")
    slow.read()
    while slow.connection.behind_since_ms is None:
        await stage.adds("cy", "x" * 200)
    stage.clock.advance(SETTINGS.slow_ms - 1)
    stage.room.beat()
    assert not slow.outbox.closed
    stage.clock.advance(2)
    stage.room.beat()
    assert slow.outbox.closed
    assert CLOSES["slow"].resumable
    slow.read()
    assert slow.closed_with == CLOSES["slow"].number


async def test_no_queue_grows_beyond_its_bound() -> None:
    """HB3: given a socket that never reads, when thousands of frames are due, then its queue is bounded."""
    stage = await Stage(settings=replace(SETTINGS, ring_events=50)).begin()
    slow = stage.enters("ana")
    for number in range(1_000):
        await stage.does("ana", CardAdd(f"idea {number}"))
        stage.room.submit(slow.connection, number + 1, BoardLock())
    assert slow.outbox.largest_bytes <= SETTINGS.outbox.max_bytes
    for number in range(600):
        stage.room.submit(slow.connection, 2_000 + number, BoardLock())
    await turns(30)
    assert slow.outbox.largest_bytes <= SETTINGS.outbox.max_bytes
    assert slow.outbox.closed, "and who goes on asking without reading is closed"


async def test_many_positions_keep_few_frames() -> None:
    """HB3: given sockets that come back from many positions, then the frames that lead on are not all kept."""
    stage = await Stage().begin()
    start = stage.room.state.seq
    seen = stage.enters("ana", limits=WIDE)
    for _ in range(200):
        await stage.adds("cy")
    epoch = position_of(seen).epoch
    for seq in range(start, stage.room.state.seq):
        back = stage.enters("bo", position=Position(epoch, seq), limits=WIDE)
        assert back.only(Welcome)[0].recovered
    channel = stage.room.telling.channel(seen.connection)
    assert len(channel.catch_ups) <= 16


# -- HB4 -----------------------------------------------------------------------------------------------------------


async def test_coming_in_for_the_first_time() -> None:
    """HB4: given no position, then welcome, a snapshot, what is mine, and who is here, in this order."""
    stage = await Stage().begin()
    card = await stage.adds("ana")
    frames = stage.enters("ana").read()
    assert [type(frame) for frame in frames] == [Welcome, SnapshotFrame, Yours, Presence]
    welcome, snapshot, yours, _ = frames
    assert isinstance(welcome, Welcome)
    assert isinstance(snapshot, SnapshotFrame)
    assert isinstance(yours, Yours)
    assert not welcome.recovered
    assert welcome.position == snapshot.position == Position(stage.room.epoch, stage.room.state.seq)
    assert yours.authored == (card,)


async def test_resuming_gets_exactly_what_was_missed() -> None:
    """HB4: given a position in the ring, then `recovered`, one frame with what was missed, and no snapshot."""
    stage = await Stage().begin()
    left_at = position_of(stage.enters("ana"))
    cards = [await stage.adds("bo") for _ in range(5)]
    frames = stage.enters("ana", position=left_at).read()
    assert [type(frame) for frame in frames] == [Welcome, Events, Yours, Presence]
    welcome, events = frames[:2]
    assert isinstance(welcome, Welcome)
    assert isinstance(events, Events)
    assert welcome.recovered
    assert events.seq == welcome.position.seq
    assert [event.card.id for event in events.events if isinstance(event, CardAdded)] == cards


async def test_what_led_one_phone_on_does_not_mislead_the_next() -> None:
    """HB4: given two phones resume from one position with an event between them, then both are led to the head."""
    stage = await Stage().begin()
    left_at = position_of(stage.enters("ana"))
    await stage.adds("cy")
    assert stage.enters("ana", position=left_at).only(Events)[-1].seq == stage.room.state.seq
    await stage.adds("cy")
    events = stage.enters("bo", position=left_at).only(Events)
    assert (events[-1].seq, len(events[-1].events)) == (stage.room.state.seq, 2)


async def test_resuming_where_nothing_was_missed() -> None:
    """HB4: given a position at the head, then `recovered` and no events at all."""
    stage = await Stage().begin()
    left_at = position_of(stage.enters("ana"))
    assert [type(frame) for frame in stage.enters("ana", position=left_at).read()] == [Welcome, Yours, Presence]


async def test_resuming_over_what_was_not_for_me_leads_to_the_head() -> None:
    """HB4: given that all I missed was not for my audience, then an empty frame leads me to where the board stands."""
    stage = await Stage().begin()
    left_at = position_of(stage.enters("ana"))
    await stage.adds("kit", "waits for approval")
    events = stage.enters("ana", position=left_at).only(Events)
    assert events == [Events(stage.room.state.seq, ())]


@pytest.mark.parametrize("wrong", ["epoch", "too old", "ahead"])
async def test_a_position_that_cannot_be_vouched_for_gets_a_snapshot(wrong: str) -> None:
    """HB4, LG6: given another epoch, a position before the ring, or one nobody was told of, then a snapshot."""
    stage = await Stage(settings=replace(SETTINGS, ring_events=3)).begin()
    left_at = position_of(stage.enters("ana"))
    for _ in range(5):
        await stage.adds("bo")
    position = {
        "epoch": Position("another", stage.room.state.seq),
        "too old": left_at,
        "ahead": Position(left_at.epoch, stage.room.state.seq + 1),
    }[wrong]
    frames = stage.enters("ana", position=position).read()
    assert isinstance(frames[0], Welcome)
    assert not frames[0].recovered
    assert isinstance(frames[1], SnapshotFrame)


async def test_a_thousand_phones_coming_back_cost_one_encoding() -> None:
    """HB4: given a thousand phones attach at one position, then the snapshot is encoded once a format, and shared."""
    stage = await Stage().begin()
    for _ in range(50):
        await stage.adds("bo")
    sockets = [stage.enters("ana", device=f"d{number}", limits=WIDE) for number in range(1_000)]
    assert stage.meters.snapshots_sent == 1_000
    assert stage.meters.snapshots_encoded == 1
    for socket in sockets:
        socket.read()
    assert len({id(socket.taken[1].wire) for socket in sockets}) == 1
    assert {socket.taken[1].payload[:30] for socket in sockets} == {sockets[0].taken[1].payload[:30]}


async def test_a_snapshot_that_was_overtaken_still_leads_to_the_head() -> None:
    """HB4, HB5: given a cached snapshot serves newcomers a moment longer, then what follows leads them to the head."""
    stage = await Stage().begin()
    for _ in range(60):
        await stage.adds("bo", "x" * 800)
    stage.enters("ana", limits=WIDE)
    await stage.adds("kit", "waits for approval")
    newcomer = stage.enters("cy", limits=WIDE)
    assert stage.meters.snapshots_encoded == 1
    assert position_of(newcomer).seq == stage.room.state.seq


async def test_newcomers_names_do_not_spoil_the_cached_snapshot() -> None:
    """HB4: given phones that join with names while others attach, then the snapshot is still encoded once."""
    stage = await Stage().begin()
    stage.enters("ana", limits=WIDE)
    for number in range(20):
        stage.room.renamed(f"newcomer{number}", f"Somebody {number}")
        stage.enters("bo", limits=WIDE)
    assert stage.meters.snapshots_encoded == 1
    stage.room.renamed("ana", "Ana")
    stage.enters("bo", limits=WIDE)
    assert stage.meters.snapshots_encoded == 2


async def test_attaching_while_entries_wait_for_their_flush_misses_nothing_and_doubles_nothing() -> None:
    """HB4: given entries are in the log and not yet told, when somebody attaches, then the flush tells them, once."""
    stage = await Stage().begin()
    await stage.adds("bo", "told")
    await stage.does("bo", CardAdd("not yet told"))
    ana = stage.enters("ana")
    replica = BoardReplica()
    ana.followed(replica)
    assert [card.text for card in replica.cards.values()] == ["told"]
    stage.clock.advance(100)
    frames = ana.read()
    assert [
        [event.card.text for event in frame.events if isinstance(event, CardAdded)]
        for frame in frames
        if isinstance(frame, Events)
    ] == [["not yet told"]]


# -- HB5 -----------------------------------------------------------------------------------------------------------


async def test_a_beat_says_where_the_board_stands() -> None:
    """HB5: given nothing happens, then each beat carries the head position and nothing else comes."""
    stage = await Stage().begin()
    ana = stage.enters("ana")
    ana.read()
    stage.room.beat()
    assert ana.read() == [Beat(stage.room.state.seq)]


async def test_before_a_beat_that_is_ahead_an_empty_frame_leads_there() -> None:
    """HB5: given what happened was not for this audience, then it is led to the head before the beat names it, once."""
    stage = await Stage().begin()
    ana, moderator = stage.enters("ana"), stage.enters("mo")
    ana.read()
    moderator.read()
    await stage.adds("kit", "waits for approval")
    seq = stage.room.state.seq
    stage.room.beat()
    assert [frame for frame in ana.read() if isinstance(frame, Events | Beat)] == [Events(seq, ()), Beat(seq)]
    assert [len(frame.events) for frame in moderator.only(Events)] == [1]
    stage.room.beat()
    assert [frame for frame in ana.read() if isinstance(frame, Events | Beat)] == [Beat(seq)]


async def test_asking_for_a_beat_gets_one() -> None:
    """HB5: given a phone woke up, when it asks, then it alone is led to the head and told of it."""
    stage = await Stage().begin()
    ana, bo = stage.enters("ana"), stage.enters("bo")
    ana.read()
    bo.read()
    await stage.adds("kit", "waits for approval")
    seq = stage.room.state.seq
    stage.room.say_beat(ana.connection)
    assert [frame for frame in ana.read() if isinstance(frame, Events | Beat)] == [Events(seq, ()), Beat(seq)]
    assert bo.only(Beat) == []


async def test_a_socket_skipped_by_a_beat_is_led_to_the_head_all_the_same() -> None:
    """HB3, HB5: given a full socket missed an empty frame, then it is led there on draining."""
    stage = await Stage().begin()
    slow = stage.enters("ana")
    for _ in range(30):
        stage.room.submit(slow.connection, 1, BoardLock())
    await turns(10)
    assert slow.outbox.buffered_bytes > SETTINGS.outbox.high_bytes
    await stage.adds("kit", "waits for approval")
    stage.room.beat()
    assert slow.only(Events)[-1].seq == stage.room.state.seq


# -- HB6 -----------------------------------------------------------------------------------------------------------


async def test_who_is_removed_is_closed_on_every_device_and_does_not_resume() -> None:
    """HB6: given a moderator removes somebody, then all their sockets close and hello is refused until readmitted."""
    stage = await Stage().begin()
    phone, laptop, other = stage.enters("ana"), stage.enters("ana", device="d2"), stage.enters("bo")
    await stage.does("mo", ParticipantRemove("ana"))
    for socket in (phone, laptop):
        assert socket.only(Bye) == [Bye("removed", None)]
        assert socket.closed_with == CLOSES["removed"].number
    assert not other.outbox.closed
    assert stage.room.refusal("ana") == "removed"
    assert stage.room.refusal("nobody") == "bad_token"
    await stage.does("mo", ParticipantReadmit("ana"))
    assert stage.room.refusal("ana") is None


async def test_what_the_removed_still_say_is_refused() -> None:
    """HB6: given a command of somebody just removed is on its way, then it changes nothing and nothing breaks."""
    stage = await Stage().begin()
    phone = stage.enters("ana")
    await stage.does("mo", ParticipantRemove("ana"))
    seq = stage.room.state.seq
    stage.room.submit(phone.connection, 1, CardAdd("too late"))
    await turns(10)
    assert stage.room.state.seq == seq


# -- HB7 -----------------------------------------------------------------------------------------------------------


async def test_draining_tells_clients_in_waves_to_come_back_later() -> None:
    """HB7: given a full room, when it drains, then waves of clients are told a random delay, and the line is closed."""
    stage = await Stage(settings=replace(SETTINGS, drain_wave=10, drain_wave_ms=100, drain_spread_ms=2_000)).begin()
    sockets = [stage.enters("ana", device=f"d{number}") for number in range(25)]
    draining = asyncio.ensure_future(stage.hub.drain())
    told: list[int] = []
    for _ in range(3):
        await turns(5)
        told.append(sum(socket.outbox.closed for socket in sockets))
        stage.clock.advance(100)
    await draining
    assert told == [10, 20, 25]
    delays = {bye.retry_after_ms for socket in sockets for bye in socket.only(Bye)}
    assert len(delays) > 15
    assert all(delay is not None and 0 <= delay <= 2_000 for delay in delays)
    assert all(socket.closed_with == CLOSES["draining"].number for socket in sockets)


# -- LG1, LG4: commands ---------------------------------------------------------------------------------------------


async def test_a_command_sent_again_is_answered_as_before() -> None:
    """LG4: given an accepted command, when it comes again, on this socket or another, then same answer."""
    stage = await Stage().begin()
    ana = stage.enters("ana")
    first = await stage.says(ana, CardAdd("once"), 1)
    assert isinstance(first, Accepted)
    assert await stage.says(ana, CardAdd("once"), 1) == first
    assert await stage.says(stage.enters("ana"), CardAdd("once"), 1) == first
    assert len(stage.room.state.cards) == 1


async def test_two_devices_and_two_people_do_not_share_ids() -> None:
    """LG4: given the same mutation id from another device, or from somebody who uses another's device id, it is new."""
    stage = await Stage().begin()
    answers = [
        await stage.says(stage.enters("ana"), CardAdd("phone"), 1),
        await stage.says(stage.enters("ana", device="d2"), CardAdd("laptop"), 1),
        await stage.says(stage.enters("bo", device="d1"), CardAdd("bo"), 1),
    ]
    assert len({answer.seq for answer in answers if isinstance(answer, Accepted)}) == 3


async def test_a_copy_that_shares_a_failed_append_is_still_answered_as_before() -> None:
    """LG4: given an accepted command comes again with others, when their append fails, then it alone is good."""
    log = BreakableLog()
    stage = await Stage(log).begin()
    ana, bo = stage.enters("ana"), stage.enters("bo")
    first = await stage.says(ana, CardAdd("once"), 1)
    bo.read()
    log.append_fails = True
    stage.room.submit(ana.connection, 1, CardAdd("once"))
    stage.room.submit(bo.connection, 1, CardAdd("bad luck"))
    await turns(10)
    assert ana.only(Accepted) == [first]
    assert [frame.code for frame in bo.only(RejectedFrame)] == ["unavailable"]


async def test_a_copy_that_comes_when_nothing_more_is_taken_is_answered_as_before() -> None:
    """LG4: given an accepted command comes again to a full queue, or a room put away, then it is answered as before."""
    log = BreakableLog()
    stage = await Stage(log, replace(SETTINGS, queue_commands=1)).begin()
    ana = stage.enters("ana")
    first = await stage.says(ana, CardAdd("once"), 1)
    log.gate.clear()
    stage.room.submit(ana.connection, 2, CardAdd("under way"))
    await turns(3)
    stage.room.submit(ana.connection, 3, CardAdd("waits"))
    stage.room.submit(ana.connection, 4, CardAdd("one too many"))
    stage.room.submit(ana.connection, 1, CardAdd("once"))
    heard = [frame for frame in ana.read() if isinstance(frame, Accepted | RejectedFrame)]
    assert [frame.id for frame in heard] == [4, 1]
    assert isinstance(heard[0], RejectedFrame)
    assert heard[0].code == "busy"
    assert heard[1] == first
    log.gate.set()
    await stage.room.close()
    ana.read()
    stage.room.submit(ana.connection, 1, CardAdd("once"))
    assert ana.only(Accepted) == [first]


async def test_when_the_log_fails_nothing_is_told_and_the_room_goes_on() -> None:
    """LG2: given nothing can be appended, then commands are refused, nobody is told, and later ones go through."""
    log = BreakableLog()
    stage = await Stage(log).begin()
    ana = stage.enters("ana")
    ana.read()
    log.append_fails = True
    refused = await stage.says(ana, CardAdd("lost"))
    assert isinstance(refused, RejectedFrame)
    assert (refused.code, refused.temporary) == ("unavailable", True)
    log.append_fails = False
    assert isinstance(await stage.says(ana, CardAdd("kept")), Accepted)
    assert [card.text for card in stage.room.state.cards.values()] == ["kept"]


async def test_a_conflict_is_decided_again_on_what_was_missed() -> None:
    """LG1: given another node appended meanwhile, then its entries are told here too, and come first."""
    log = MemoryLog()
    stage = await Stage(log).begin()
    other = Hub(log, stage.clock, SETTINGS, Meters())
    theirs = await other.room("b1")
    ana = stage.enters("ana")
    ana.read()
    outcomes = await asyncio.gather(theirs.act(CardAdd("theirs"), "bo"), stage.room.act(CardAdd("ours"), "ana"))
    assert all(isinstance(outcome, Done) for outcome in outcomes)
    stage.room.flush()
    told = [event.card.text for frame in ana.only(Events) for event in frame.events if isinstance(event, CardAdded)]
    assert told == ["theirs", "ours"]
    assert stage.meters.conflicts == 1


async def test_a_refusal_is_not_given_from_an_old_state() -> None:
    """LG4: given a command went through another node, when it comes again here before its entry does, same answer."""
    log = MemoryLog()
    stage = await Stage(log).begin()
    other = Hub(log, stage.clock, SETTINGS, Meters())
    stage.room, here = await other.room("b1"), stage.room
    card = await stage.adds("ana", "first")
    first = await stage.says(stage.enters("ana"), CardEdit(card, "second", 1), 1)
    assert isinstance(first, Accepted)
    stage.room = here
    assert await stage.says(stage.enters("ana"), CardEdit(card, "second", 1), 1) == first


async def test_a_fault_in_one_command_stops_that_one_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a fault in a feature, when its command shares an append with others, then the others go through."""
    stage = await Stage().begin()
    real = deciding.decide

    def decide(state: BoardState, envelope: Envelope, command: Command) -> Decision:
        if isinstance(command, BoardRename):
            raise ZeroDivisionError
        return real(state, envelope, command)

    monkeypatch.setattr(deciding, "decide", decide)
    outcomes = await asyncio.gather(
        stage.room.act(CardAdd("before"), "ana"),
        stage.room.act(BoardRename("boom"), "mo"),
        stage.room.act(CardAdd("after"), "ana"),
    )
    assert [outcome == Rejected("unavailable") for outcome in outcomes] == [False, True, False]
    assert not stage.room.broken


async def test_when_telling_fails_everybody_starts_again_from_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """LG6: given a fault while telling, then nobody is left half told: the room is begun anew and clients resync."""
    stage = await Stage().begin()
    ana = stage.enters("ana")
    ana.read()

    def tell(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Channel, "flush", tell)
    assert isinstance(await stage.does("bo", CardAdd("stored")), Done)
    assert ana.only(Bye) == [Bye("resync", 0)]
    again = await stage.hub.room("b1")
    assert again is not stage.room
    assert [card.text for card in again.state.cards.values()] == ["stored"]


# -- LG5, LG7 ------------------------------------------------------------------------------------------------------


async def test_erased_words_are_told_to_nobody_again() -> None:
    """LG7: given words were erased, then neither log nor ring nor cached snapshot holds them, and a resume is whole."""
    log = BreakableLog()
    stage = await Stage(log).begin()
    left_at = position_of(stage.enters("bo"))
    card = await stage.adds("ana", "my secret words")
    stage.enters("cy")
    await stage.does("ana", CardErase(card))
    assert b"secret words" not in await log.words()
    back = stage.enters("bo", position=left_at)
    assert not back.only(Welcome)[0].recovered
    assert not any(b"secret words" in frame.payload for frame in back.taken)


async def test_a_compaction_that_failed_is_tried_again_at_the_next_beat() -> None:
    """LG7: given compaction fails, then the erasure stands, commands go on, and a later beat makes it good."""
    log = BreakableLog()
    stage = await Stage(log).begin()
    card = await stage.adds("ana", "my secret words")
    log.compact_fails = True
    assert isinstance(await stage.does("ana", CardErase(card)), Done)
    assert isinstance(await stage.does("bo", CardAdd("life goes on")), Done)
    assert b"secret words" in await log.words()
    log.compact_fails = False
    stage.room.beat()
    await turns(10)
    assert b"secret words" not in await log.words()


async def test_nobody_who_comes_in_during_a_compaction_is_given_the_words() -> None:
    """LG7, DM6: given an erasure whose compaction takes long, then a newcomer is not given the words."""
    log = BreakableLog()
    stage = await Stage(log).begin()
    card = await stage.adds("ana", "my secret words")
    compacting, go_on = asyncio.Event(), asyncio.Event()
    compact = log.compact

    async def slowly(board: str, base: Snapshot, last: Record | None = None) -> None:
        compacting.set()
        await go_on.wait()
        await compact(board, base, last)

    log.compact = slowly
    erasing = asyncio.ensure_future(stage.room.act(CardErase(card), "ana"))
    await compacting.wait()
    assert b"secret words" not in stage.enters("bo").heard()
    assert not erasing.done(), "it is acknowledged when the words are gone"
    go_on.set()
    assert isinstance(await erasing, Done)


async def test_a_room_with_a_compaction_due_is_not_put_away() -> None:
    """LG7: given a compaction failed, when everybody has left, then the room stays and tries until it is done."""
    log = BreakableLog()
    stage = await Stage(log).begin()
    stage.hub.start()
    card = await stage.adds("ana", "my secret words")
    log.compact_fails = True
    await stage.does("ana", CardErase(card))
    stage.clock.advance(SETTINGS.idle_ms + 2 * SETTINGS.beat_ms)
    await turns(10)
    assert stage.hub.open_rooms() == [stage.room]
    log.compact_fails = False
    stage.clock.advance(SETTINGS.beat_ms + 1)
    await turns(10)
    stage.clock.advance(SETTINGS.beat_ms + 1)
    assert stage.hub.open_rooms() == []
    assert b"secret words" not in await log.words()


async def test_a_compaction_that_failed_is_made_good_after_a_restart() -> None:
    """LG5, LG7: given compaction failed until the room was put away, then no snapshot hides that it is still due."""
    log = BreakableLog()
    stage = await Stage(log, replace(SETTINGS, snapshot_entries=1)).begin()
    card = await stage.adds("ana", "my secret words")
    log.compact_fails = True
    await stage.does("ana", CardErase(card))
    for _ in range(5):
        await stage.adds("bo")
    await stage.room.close()
    log.compact_fails = False
    again = Hub(log, stage.clock, SETTINGS, Meters())
    await again.room("b1")
    await turns(20)
    assert b"secret words" not in await log.words()


async def test_what_another_node_erased_is_forgotten_here() -> None:
    """LG7: given another node erased words, when this one learns of it, then its ring and snapshots forget them too."""
    log = BreakableLog()
    stage = await Stage(log).begin()
    left_at = position_of(stage.enters("bo"))
    card = await stage.adds("ana", "my secret words")
    other = Hub(log, stage.clock, SETTINGS, Meters())
    theirs = await other.room("b1")
    log.compact_fails = True
    await theirs.act(CardErase(card), "ana")
    log.compact_fails = False
    await stage.does("bo", CardAdd("learns of it"))
    back = stage.enters("bo", position=left_at)
    back.read()
    assert not any(b"secret words" in frame.payload for frame in back.taken)
    stage.room.beat()
    await turns(20)
    assert b"secret words" not in await log.words()


async def test_commands_that_came_during_a_failed_compaction_are_answered() -> None:
    """LG7: given compaction hangs and fails, when commands come meanwhile, then they are answered all the same."""
    log = BreakableLog()
    stage = await Stage(log).begin()
    card = await stage.adds("ana", "my secret words")
    log.compact_fails = True
    actions = [asyncio.ensure_future(stage.room.act(CardErase(card), "ana"))]
    for number in range(12):
        await turns(1)
        actions.append(asyncio.ensure_future(stage.room.act(CardAdd(f"idea {number}"), "bo")))
    assert all(isinstance(outcome, Done) for outcome in await asyncio.gather(*actions))


async def test_a_forgotten_name_is_on_no_screen_however_it_comes_back() -> None:
    """LG7: given a name is erased, then every screen gets a snapshot without it, now or when it is back."""
    log = MemoryLog()
    stage = await Stage(log).begin()
    await log.put_person("b1", Person("ana", "Ana Known", None, None))
    stage.room.renamed("ana", "Ana Known")
    await stage.adds("ana")
    live, behind, leaving = stage.enters("bo"), stage.enters("cy"), stage.enters("sam")
    live.read()
    left_at = position_of(leaving)
    for _ in range(30):
        stage.room.submit(behind.connection, 1, BoardLock())
    await turns(10)
    stage.room.beat()
    assert behind.connection.behind_since_ms is not None
    await stage.hub.forget_person("b1", "ana")
    assert [view.name for frame in live.only(SnapshotFrame) for view in frame.board.participants] == [None, None]
    assert behind.only(SnapshotFrame)[-1].board.participants[0].name is None
    back = stage.enters("sam", position=left_at)
    assert not back.only(Welcome)[0].recovered
    restarted = Hub(log, stage.clock, SETTINGS, Meters())
    stage.room = await restarted.room("b1")
    assert not stage.enters("sam", position=left_at).only(Welcome)[0].recovered


@pytest.mark.parametrize("kept", ["another version", "cut short", "another position"])
async def test_a_snapshot_that_cannot_be_used_is_left_aside(kept: str) -> None:
    """LG5: given a stored snapshot of another version, or corrupt, then the state is folded from the entries."""
    log = MemoryLog()
    stage = await Stage(log).begin()
    await stage.adds("ana", "still there")
    await stage.room.close()
    good = await log.snapshot("b1")
    assert good is not None
    bad = {
        "another version": replace(good, version=STATE_VERSION - 1),
        "cut short": replace(good, data=good.data[:50]),
        "another position": Snapshot(good.seq, STATE_VERSION, b"\x80"),
    }[kept]
    await log.save_snapshot("b1", bad)
    again = await Hub(log, stage.clock, SETTINGS, Meters()).room("b1")
    assert again.state == stage.room.state


async def test_a_base_that_cannot_be_read_is_said_and_not_guessed() -> None:
    """LG5: given a compacted log whose beginning is corrupt, then opening the board fails with what to do."""
    log = MemoryLog()
    stage = await Stage(log).begin()
    await log.compact("b1", Snapshot(stage.room.state.seq, STATE_VERSION, b"\x80"))
    with pytest.raises(CorruptBase, match="restore the data folder"):
        await Hub(log, stage.clock, SETTINGS, Meters()).room("b1")


# -- rooms that come and go -----------------------------------------------------------------------------------------


async def test_however_many_ask_at_once_a_room_is_opened_once() -> None:
    """Given a board nobody looks at, when many ask for it at once, then all get the same room."""
    stage = await Stage().begin()
    hub = Hub(stage.log, stage.clock, SETTINGS, Meters())
    found = await asyncio.gather(*(hub.room("b1") for _ in range(50)))
    assert len(set(map(id, found))) == 1


async def test_a_room_put_away_takes_no_commands_and_the_next_one_does() -> None:
    """LG1: given a room is being put away while somebody opens the board again, then one room alone takes commands."""
    stage = await Stage().begin()
    stage.hub.start()
    await stage.adds("ana")
    old = stage.room
    stage.clock.advance(SETTINGS.idle_ms + 2 * SETTINGS.beat_ms)
    assert stage.hub.open_rooms() == []
    stage.room = await stage.hub.room("b1")
    await turns(10)
    assert stage.room is not old
    assert await old.act(CardAdd("to the old one"), "ana") == Rejected("unavailable")
    assert isinstance(await stage.does("ana", CardAdd("to the new one")), Done)
    assert {card.text for card in stage.room.state.cards.values()} == {"an idea", "to the new one"}


async def test_a_room_somebody_has_just_asked_for_is_not_put_away() -> None:
    """Given a room is about to be idle for too long, when a request has just got hold of it, then it stays."""
    stage = await Stage().begin()
    stage.hub.start()
    stage.clock.advance(SETTINGS.idle_ms - 10)
    held = await stage.hub.room("b1")
    stage.clock.advance(2 * SETTINGS.beat_ms)
    assert await stage.hub.room("b1") is held


async def test_a_faulty_room_does_not_stop_the_hearts_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """HB5: given one room whose beat fails, then the others beat on."""
    stage = await Stage().begin()
    about = stage.room.state.about
    assert about is not None
    await stage.hub.create([BoardCreate(replace(about, id="b2"))], "b2", "OTHER")
    other = await stage.hub.room("b2")
    beats: list[str] = []

    def fails() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(stage.room, "beat", fails)
    monkeypatch.setattr(other, "beat", lambda: beats.append("b2"))
    stage.hub.start()
    stage.clock.advance(2 * SETTINGS.beat_ms)
    assert beats == ["b2", "b2"]


# -- DM5, DM7, presence ---------------------------------------------------------------------------------------------


async def test_ballots_leave_as_tallies_also_when_caught_up() -> None:
    """DM7: given many ballots in many flushes, when somebody resumes over them, then one tally with all cards."""
    stage = await Stage().begin()
    first, second = await stage.adds("ana", "one"), await stage.adds("ana", "two")
    opened = await stage.does("mo", RoundOpen("dots", 10))
    assert isinstance(opened, Done)
    assert opened.made is not None
    stage.room.flush()
    left_at = position_of(stage.enters("bo"))
    for weight in range(1, 6):
        await stage.does("ana", VoteCast(opened.made, first, weight))
        stage.room.flush()
        await stage.does("cy", VoteCast(opened.made, second, 6 - weight))
        stage.room.flush()
    events = stage.enters("bo", position=left_at).only(Events)[0].events
    assert events == (RoundTallied(opened.made, 2, {first: 5, second: 1}),)


async def test_a_secret_vote_tells_how_many_voted_and_nothing_else() -> None:
    """DM6, DM7: given a secret round, then tallies are absent from events, resume and snapshot until it closes."""
    stage = await Stage().begin()
    card = await stage.adds("ana")
    opened = await stage.does("mo", RoundOpen("dots", 10, secret=True))
    assert isinstance(opened, Done)
    assert opened.made is not None
    stage.room.flush()
    sockets = [stage.enters(person) for person in ("bo", "mo", "wall")]
    for socket in sockets:
        socket.read()
    await stage.does("ana", VoteCast(opened.made, card, 7))
    stage.room.flush()
    for socket in sockets:
        assert [frame.events for frame in socket.only(Events)] == [(RoundTallied(opened.made, 1),)]
    assert b'"tallies"' not in stage.enters("mo").heard()
    await stage.does("mo", RoundClose(opened.made))
    stage.room.flush()
    assert b'"tallies"' in sockets[0].heard()


async def test_presence_counts_the_people_of_the_room() -> None:
    """Given somebody with two devices, a wall, a kiosk, a moderator and another, then two are here; then one."""
    stage = await Stage().begin()
    kiosk, steering = stage.enters("kit"), stage.enters("mo")
    phone, _, wall = stage.enters("ana"), stage.enters("ana", device="d2"), stage.enters("wall")
    other = stage.enters("bo")
    stage.clock.advance(1_100)
    told = wall.only(Presence)[-1]
    assert (told.here, told.segments) == (2, {"customer": 2})
    assert told.people is not UNSET
    assert {view.participant for view in told.people} == {"ana", "bo", "mo"}
    stage.room.detach(phone.connection)
    stage.room.detach(other.connection)
    stage.room.detach(other.connection)
    stage.clock.advance(1_100)
    assert wall.only(Presence)[-1].here == 1
    stage.room.signal(kiosk.connection, Writing())
    stage.room.signal(steering.connection, Writing())
    stage.room.signal(steering.connection, Ready("open"))
    stage.clock.advance(1_100)
    told = wall.only(Presence)[-1]
    assert (told.writing, told.ready) == (0, 0)


async def test_phones_are_told_counts_and_walls_are_told_people() -> None:
    """Given a named board, then moderators and walls see who is here, and phones only how many."""
    stage = await Stage().begin()
    stage.room.renamed("ana", "Ana")
    stage.enters("ana")
    assert stage.enters("bo").only(Presence)[0].people is UNSET
    people = stage.enters("mo").only(Presence)[0].people
    assert people is not UNSET
    assert [(view.participant, view.name) for view in people] == [("ana", "Ana"), ("bo", None), ("mo", None)]


async def test_on_an_anonymous_board_nobody_is_told_who_is_here() -> None:
    """DM5: given an anonymous board, then presence names nobody to anybody, though it says how many are writing."""
    stage = await Stage().begin(anonymous=True)
    ana, moderator, wall = stage.enters("ana"), stage.enters("mo"), stage.enters("wall")
    for socket in (ana, moderator, wall):
        socket.read()
        socket.taken.clear()
    stage.room.signal(ana.connection, Writing())
    stage.clock.advance(1_100)
    for socket in (ana, moderator, wall):
        told = socket.only(Presence)
        assert told[-1].writing == 1
        assert not any(b"ana" in frame.payload for frame in socket.taken)


async def test_writing_is_forgotten_by_itself() -> None:
    """Given somebody says they are writing and says no more, then after a while nobody is told so any longer."""
    stage = await Stage().begin()
    ana, bo = stage.enters("ana"), stage.enters("bo")
    stage.room.signal(ana.connection, Writing())
    stage.clock.advance(1_100)
    assert bo.only(Presence)[-1].writing == 1
    stage.clock.advance(30_000)
    assert bo.only(Presence)[-1].writing == 0


# -- bounds --------------------------------------------------------------------------------------------------------


async def test_the_queue_is_bounded_in_bytes() -> None:
    """HB3: given few and large commands wait, when more come than the queue holds in bytes, then these are told so."""
    log = BreakableLog()
    stage = await Stage(log, replace(SETTINGS, queue_bytes=1_000)).begin()
    ana = stage.enters("ana")
    ana.read()
    log.gate.clear()
    for id in range(1, 6):
        stage.room.submit(ana.connection, id, CardAdd("x" * 400), size_bytes=420)
        await turns(3)
    assert [refused.code for refused in ana.only(RejectedFrame)] == ["busy", "busy"]
    log.gate.set()
    await turns(20)
    assert [accepted.id for accepted in ana.only(Accepted)] == [1, 2, 3]
