"""The contract of a log, on every implementation (LG8)."""

import asyncio
import itertools
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rebond.log import (
    Appended,
    BoardExists,
    BoardRecord,
    CodeTaken,
    Compacted,
    Conflict,
    DeviceTaken,
    EpochChanged,
    Log,
    LogUnavailable,
    LostTail,
    Person,
    PictureRow,
    Position,
    Record,
    Snapshot,
    UnknownBoard,
)
from rebond.log.memory import MemoryLog
from rebond.log.moving import ReceivingLog, moving
from rebond.log.notes import UNREAD_BYTES
from tests.log.story import created, everything, following, new_board, records, take

# The log outlives the examples; each example has boards of its own.
on_one_log = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=25
)


class TestDirectory:
    async def test_a_board_is_found_by_id_and_by_code_in_any_case(self, log: Log) -> None:
        """Given a board, when it is looked for by id or by code, in any letter case, then it is found."""
        board = new_board()
        await log.create(board, records(0, "opened"))

        assert await log.find(board.id) == board
        assert await log.find(board.code.lower()) == board
        assert await log.find("nothing") is None
        assert await log.position(board.id) == Position("first", 1)

    async def test_boards_are_listed_oldest_first(self, log: Log) -> None:
        """Given boards created out of order, when they are listed, then by age, and nothing else is there."""
        assert await log.boards() == []
        older, newer = new_board(), new_board()
        await log.create(newer, [])
        await log.create(older, [])

        assert await log.boards() == [older, newer]

    async def test_an_id_or_code_is_given_once(self, log: Log) -> None:
        """Given a board, when another asks for its id or code, then it is refused and nothing of it remains (LG1)."""
        board, other = new_board(), new_board()
        await log.create(board, records(0, "mine"))

        with pytest.raises(BoardExists):
            await log.create(BoardRecord(board.id, other.code, 1, "x"), records(0, "theirs"))
        with pytest.raises(CodeTaken):
            await log.create(BoardRecord(other.id, board.code.lower(), 1, "x"), records(0, "theirs"))

        assert await log.boards() == [board]
        assert await everything(log, board.id) == records(0, "mine")

    async def test_a_board_begins_behind_a_base(self, log: Log) -> None:
        """LG6, LG8: given a base and what follows it, when a board is created so, then it is as if it had been
        compacted there."""
        board = new_board()
        base = Snapshot(3, 7, b"abc")
        await log.create(board, records(3, "d", "e"), base)

        assert await log.position(board.id) == Position("first", 5)
        assert await log.base(board.id) == await log.snapshot(board.id) == base
        assert await everything(log, board.id, 3) == records(3, "d", "e")
        with pytest.raises(Compacted):
            await log.read(board.id, 2, 10)
        assert await log.append(board.id, 5, records(5, "f")) == Appended(Position("first", 6))
        assert await take(log.follow(board.id, 3), 3) == records(3, "d", "e", "f")

    async def test_a_board_may_be_a_base_alone(self, log: Log) -> None:
        """LG6: given a base and nothing after it, when a board is created so, then it counts on from there."""
        board = new_board()
        await log.create(board, [], Snapshot(3, 1, b"abc"))

        assert await log.position(board.id) == Position("first", 3)
        assert await log.append(board.id, 3, records(3, "d")) == Appended(Position("first", 4))
        await log.compact(board.id, Snapshot(4, 1, b"abcd"))
        assert await log.base(board.id) == Snapshot(4, 1, b"abcd")

    async def test_entries_that_do_not_follow_the_base_are_a_mistake(self, log: Log) -> None:
        """LG1: given a base, when the entries do not begin behind it, then ValueError, and there is no board."""
        for first in (records(0, "a"), records(4, "e")):
            with pytest.raises(ValueError, match="record"):
                await log.create(new_board(), first, Snapshot(3, 1, b"abc"))
        assert await log.boards() == []

    async def test_of_two_who_put_a_lost_board_back_one_does(self, log: Log) -> None:
        """LG6: given survivors of a log that lost a board, when both put it back, then one does and the other finds
        it there."""
        board = new_board()
        answers = await asyncio.gather(
            log.create(board, records(3, "d"), Snapshot(3, 1, b"abc")),
            log.create(board, records(0, *"abcd")),
            return_exceptions=True,
        )

        assert sorted(type(answer).__name__ for answer in answers) == ["BoardExists", "NoneType"]
        assert await log.position(board.id) == Position("first", 4)

    async def test_of_many_who_ask_for_one_code_one_gets_it(self, log: Log) -> None:
        """Given one code, when twenty boards ask for it at once, then one is created."""
        boards = [BoardRecord(f"rival-{number}", "SAME", number, "first") for number in range(20)]
        answers = await asyncio.gather(
            *(log.create(board, records(0, board.id)) for board in boards), return_exceptions=True
        )

        assert sorted(type(answer).__name__ for answer in answers) == ["CodeTaken"] * 19 + ["NoneType"]
        assert len(await log.boards()) == 1

    async def test_an_unknown_board_is_said_to_be_unknown(self, log: Log) -> None:
        """Given no board, when anything is asked of it, then UnknownBoard, always."""
        snapshot = Snapshot(0, 1, b"")
        for asked in (
            log.position("none"),
            log.append("none", 0, records(0, "a")),
            log.read("none", 0, 10),
            anext(log.follow("none", 0)),
            log.renew_epoch("none", "first"),
            log.save_snapshot("none", snapshot),
            log.snapshot("none"),
            log.base("none"),
            log.compact("none", snapshot),
            log.put_person("none", Person("p", None, None, None)),
            log.people("none"),
            log.person_by_device("none", "d"),
            log.erase_person("none", "p"),
            log.put_picture("none", "n", b"", 1),
            log.picture("none", "n"),
            log.pictures("none"),
            log.erase_pictures("none", ["n"]),
        ):
            with pytest.raises(UnknownBoard):
                await asked

    async def test_a_closed_log_says_so(self, log: Log) -> None:
        """Given a closed log, when it is asked or closed again, then LogUnavailable, and nothing hangs."""
        board = await created(log, "a")
        follower = await following(log, board, 1, 1)
        await log.close()

        with pytest.raises(LogUnavailable):
            await follower
        with pytest.raises(LogUnavailable):
            await log.append(board, 1, records(1, "b"))
        with pytest.raises(LogUnavailable):
            await log.read(board, 0, 10)
        await log.close()


class TestAppend:
    async def test_what_is_appended_is_read_back_in_order(self, log: Log) -> None:
        """LG1: given a log's end, when records are appended there, then all are there, in order, byte for byte."""
        board = await created(log, "a")
        appended = await log.append(board, 1, records(1, "b", "\x00é\n", ""))

        assert appended == Appended(Position("first", 4))
        assert await log.position(board) == Position("first", 4)
        assert await everything(log, board) == records(0, "a", "b", "\x00é\n", "")

    async def test_a_late_append_changes_nothing_and_learns_what_it_missed(self, log: Log) -> None:
        """LG1: given a log that moved on, when one appends where it ended, then Conflict with exactly the rest."""
        board = await created(log, "a", "b", "c", "d")

        assert await log.append(board, 1, records(1, "late", "later")) == Conflict(
            Position("first", 4), tuple(records(1, "b", "c", "d"))
        )
        assert await everything(log, board) == records(0, "a", "b", "c", "d")

    async def test_whoever_is_ahead_of_the_log_sees_it(self, log: Log) -> None:
        """LG6: given a log shorter than the caller thinks, when it appends, follows or reads, then it is told."""
        board = await created(log, "a")

        assert await log.append(board, 3, records(3, "d")) == Conflict(Position("first", 1), ())
        assert await log.read(board, 3, 10) == []
        with pytest.raises(LostTail) as lost:
            await anext(log.follow(board, 3))
        assert lost.value.position == Position("first", 1)

    @pytest.mark.parametrize("seqs", [[], [1], [3], [2, 4], [3, 2], [2, 2]])
    async def test_records_out_of_line_are_a_mistake(self, log: Log, seqs: list[int]) -> None:
        """LG1: given a log that ends at 1, when seqs do not run from 2 without gaps, then ValueError and no change."""
        board = await created(log, "a")
        with pytest.raises(ValueError, match="record"):
            await log.append(board, 1, [Record(seq, b"x") for seq in seqs])
        assert await everything(log, board) == records(0, "a")

    async def test_boards_do_not_mix(self, log: Log) -> None:
        """LG1: given many boards, when all are appended to at once and some too late, then each has its own only."""
        boards = [await created(log, f"{number}-1") for number in range(10)]
        answers = await asyncio.gather(
            *(log.append(board, 1, records(1, f"{number}-2")) for number, board in enumerate(boards)),
            *(log.append(board, 0, records(0, "too late")) for board in boards),
        )

        assert [type(answer) for answer in answers] == [Appended] * 10 + [Conflict] * 10
        for number, board in enumerate(boards):
            assert await everything(log, board) == records(0, f"{number}-1", f"{number}-2")

    async def test_a_cancelled_append_harms_nobody(self, log: Log) -> None:
        """Given an append whose caller is gone, when others append, then they succeed after it or instead of it."""
        board = await created(log)
        gone = asyncio.create_task(log.append(board, 0, records(0, "gone")))
        # Lets it hand in what it wants.
        await log.position(board)
        gone.cancel()
        answer = await log.append(board, 0, records(0, "here"))
        if isinstance(answer, Conflict):
            assert answer.missed == tuple(records(0, "gone"))
            answer = await log.append(board, 1, records(1, "here"))
        assert isinstance(answer, Appended)

    @on_one_log
    @given(batches=st.lists(st.lists(st.integers(1, 5), min_size=1, max_size=6), min_size=1, max_size=5))
    async def test_writers_who_fight_for_a_board_all_land_once(self, log: Log, batches: list[list[int]]) -> None:
        """LG1, LG3: given writers with batches of any size, when all append at once and retry on conflict, then every
        batch is there once and whole, each writer's in its order, and followers from anywhere saw the same."""
        board = await created(log)
        total = sum(itertools.chain.from_iterable(batches))
        followers = [await following(log, board, 0, total) for _ in range(2)]

        async def write(writer: int, sizes: list[int]) -> None:
            seen: list[Record] = []
            for batch, size in enumerate(sizes):
                texts = [f"{writer}.{batch}.{part}" for part in range(size)]
                while isinstance(answer := await log.append(board, len(seen), records(len(seen), *texts)), Conflict):
                    assert [record.seq for record in answer.missed] == list(
                        range(len(seen) + 1, answer.position.seq + 1)
                    )
                    seen += answer.missed
                seen += records(len(seen), *texts)
                assert answer.position.seq == len(seen)

        await asyncio.gather(*(write(writer, sizes) for writer, sizes in enumerate(batches)))

        found = await everything(log, board)
        assert [record.seq for record in found] == list(range(1, total + 1))
        for writer, sizes in enumerate(batches):
            mine = [text for record in found if (text := record.data.decode()).startswith(f"{writer}.")]
            assert mine == [f"{writer}.{batch}.{part}" for batch, size in enumerate(sizes) for part in range(size)]
        batch_of = [record.data.rsplit(b".", 1)[0] for record in found]
        assert len(list(itertools.groupby(batch_of))) == len(list(itertools.chain.from_iterable(batches)))
        for follower in followers:
            assert await follower == found


class TestRead:
    async def test_a_page_holds_at_most_its_limit(self, log: Log) -> None:
        """LG3: given ten records, when pages are read, then each is whole, in order, and empty at the end."""
        board = await created(log, *"abcdefghij")

        assert await log.read(board, 0, 3) == records(0, *"abc")
        assert await log.read(board, 8, 3) == records(8, *"ij")
        assert await log.read(board, 10, 3) == []


class TestFollow:
    async def test_from_the_past_into_the_present(self, log: Log) -> None:
        """LG3: given a past, when it is followed and more is appended, then all of it comes once, in order."""
        board = await created(log, "a", "b", "c")
        follower = await following(log, board, 1, 5)
        await log.append(board, 3, records(3, "d"))
        await log.append(board, 4, records(4, "e", "f"))

        assert await follower == records(1, "b", "c", "d", "e", "f")

    async def test_a_past_longer_than_a_batch(self, log: Log) -> None:
        """LG3: given thousands of records, when they are followed, then none is missing between two batches."""
        texts = [str(number) for number in range(2_500)]
        board = await created(log, *texts)

        assert await take(log.follow(board, 0), 2_500) == records(0, *texts)

    async def test_many_followers_each_see_everything(self, log: Log) -> None:
        """LG3: given followers from different positions, when records come, then each gets its own rest."""
        board = await created(log, "a", "b")
        followers = [await following(log, board, after, 4 - after) for after in (0, 1, 2, 2, 2)]
        await log.append(board, 2, records(2, "c", "d"))

        assert [await follower for follower in followers] == [
            records(after, *"abcd"[after:]) for after in (0, 1, 2, 2, 2)
        ]

    async def test_a_slow_follower_misses_nothing(self, log: Log) -> None:
        """LG3: given a follower that stops to think, when much is appended meanwhile, then it reads it afterwards."""
        board = await created(log, "a")
        follower = log.follow(board, 0)
        assert await anext(follower) == records(0, "a")
        for seq in range(1, 30):
            await log.append(board, seq, records(seq, f"while away {seq}"))

        expected = records(1, *(f"while away {seq}" for seq in range(1, 30)))
        assert await take(follower, 29) == expected

    async def test_a_follower_that_leaves_harms_nobody(self, log: Log) -> None:
        """LG3: given two waiting followers, when one is cancelled, then the other is still woken."""
        board = await created(log)
        leaves, stays = [await following(log, board, 0, 1) for _ in range(2)]
        leaves.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leaves
        await log.append(board, 0, records(0, "a"))

        assert await stays == records(0, "a")

    async def test_a_follower_behind_a_compaction_is_told_where_to_start(self, log: Log) -> None:
        """LG3, LG7: given a follower that lags, when the log is compacted past it, then Compacted, never a gap."""
        board = await created(log, "a", "b", "c")
        follower = log.follow(board, 0)
        assert await anext(follower) == records(0, "a", "b", "c")
        await log.append(board, 3, records(3, "d", "e"))
        await log.compact(board, Snapshot(4, 1, b"abcd"))

        with pytest.raises(Compacted) as compacted:
            await anext(follower)
        assert compacted.value.base_seq == 4
        assert await take(log.follow(board, 4), 1) == records(4, "e")


class TestEpoch:
    async def test_a_fork_found_by_many_renews_the_epoch_once(self, log: Log) -> None:
        """LG6: given an epoch, when several renew it at once, then it changes once, everywhere it is shown."""
        board = await created(log, "a")
        positions = await asyncio.gather(*(log.renew_epoch(board, "first") for _ in range(5)))

        assert len(set(positions)) == 1
        assert positions[0].seq == 1
        assert positions[0].epoch != "first"
        assert await log.position(board) == positions[0]
        found = await log.find(board)
        assert found is not None
        assert found.epoch == positions[0].epoch
        assert await log.append(board, 1, records(1, "b")) == Appended(Position(positions[0].epoch, 2))

    async def test_followers_learn_of_it(self, log: Log) -> None:
        """LG6: given a follower, when the epoch changes, then EpochChanged with the new position."""
        board = await created(log, "a")
        async with aclosing(log.follow(board, 0)) as follower:
            assert await anext(follower) == records(0, "a")
            position = await log.renew_epoch(board, "first")

            with pytest.raises(EpochChanged) as changed:
                await anext(follower)
        assert changed.value.position == position

    async def test_whoever_comes_from_another_epoch_is_told_at_once(self, log: Log) -> None:
        """LG6: given an epoch that changed since a reader learned its position, when it follows from there, with more
        to read or not, then EpochChanged; whoever comes from the new one gets every record."""
        board = await created(log, "a")
        position = await log.renew_epoch(board, "first")
        for after in (0, 1):
            with pytest.raises(EpochChanged) as changed:
                await anext(log.follow(board, after, "first"))
            assert changed.value.position == position
        assert await take(log.follow(board, 0, position.epoch), 1) == records(0, "a")


class TestSnapshots:
    async def test_the_latest_cache_is_kept(self, log: Log) -> None:
        """LG5: given caches saved in any order, when one is asked for, then it is the latest; none is None."""
        board = await created(log, *"abcd")
        assert await log.snapshot(board) is None
        assert await log.base(board) is None
        for seq in (2, 3, 1):
            await log.save_snapshot(board, Snapshot(seq, 1, b"fold of %d" % seq))
        assert await log.snapshot(board) == Snapshot(3, 1, b"fold of 3")

        await log.save_snapshot(board, Snapshot(3, 2, b"rebuilt"))
        assert await log.snapshot(board) == Snapshot(3, 2, b"rebuilt")
        assert await everything(log, board) == records(0, *"abcd")

    async def test_a_snapshot_of_the_future_is_a_mistake(self, log: Log) -> None:
        """LG5: given a log that ends at 1, when a snapshot of 2 is saved or made the base, then ValueError."""
        board = await created(log, "a")
        with pytest.raises(ValueError, match="beyond the end"):
            await log.save_snapshot(board, Snapshot(2, 1, b""))
        with pytest.raises(ValueError, match="beyond the end"):
            await log.compact(board, Snapshot(2, 1, b""))
        assert await log.snapshot(board) is None

    async def test_a_snapshot_of_a_lost_past_is_not_kept(self, log: Log) -> None:
        """LG5, LG6: given a log that has another record where a snapshot ends, when that is saved or made the base,
        then nothing is kept, and the epoch changes, so that whoever holds that past learns of it."""
        board = await created(log, *"abc")
        await log.save_snapshot(board, Snapshot(2, 1, b"ab"), Record(2, b"b"))
        lost, snapshot = Record(3, b"lost"), Snapshot(3, 1, b"ab-lost")
        with pytest.raises(EpochChanged) as saved:
            await log.save_snapshot(board, snapshot, lost)
        assert saved.value.position == await log.position(board) != Position("first", 3)
        with pytest.raises(EpochChanged) as compacted:
            await log.compact(board, snapshot, lost)
        assert compacted.value.position == await log.position(board) != saved.value.position

        assert await log.snapshot(board) == Snapshot(2, 1, b"ab")
        assert await log.base(board) is None
        assert await everything(log, board) == records(0, *"abc")

    async def test_a_snapshot_that_stands_on_the_log_is_kept(self, log: Log) -> None:
        """LG5, LG7: given a log that has the record with which a snapshot ends, at its end or before, when that is
        saved or made the base, then it is kept, and no epoch changes."""
        board = await created(log, *"abcd")
        await log.save_snapshot(board, Snapshot(4, 1, b"abcd"), Record(4, b"d"))
        assert await log.snapshot(board) == Snapshot(4, 1, b"abcd")
        await log.compact(board, Snapshot(3, 1, b"abc"), Record(3, b"c"))
        assert await log.base(board) == await log.snapshot(board) == Snapshot(3, 1, b"abc")
        assert await log.position(board) == Position("first", 4)

    async def test_a_record_belongs_to_the_snapshot_that_ends_with_it(self, log: Log) -> None:
        """LG5: given a snapshot and a record of another seq, when it is saved or made the base, then ValueError."""
        board = await created(log, *"ab")
        with pytest.raises(ValueError, match="last one"):
            await log.save_snapshot(board, Snapshot(2, 1, b"ab"), Record(1, b"a"))
        with pytest.raises(ValueError, match="last one"):
            await log.compact(board, Snapshot(2, 1, b"ab"), Record(1, b"a"))
        assert await log.snapshot(board) is None


class TestCompaction:
    async def test_the_base_stands_for_what_it_replaced(self, log: Log) -> None:
        """LG7: given a log, when it is compacted, then it begins at the base, and goes on from where it was."""
        board = await created(log, *"abcde")
        await log.save_snapshot(board, Snapshot(2, 1, b"old cache"))
        await log.compact(board, Snapshot(3, 1, b"abc"))

        assert await log.snapshot(board) == await log.base(board) == Snapshot(3, 1, b"abc")
        assert await everything(log, board, 3) == records(3, "d", "e")
        for after in (0, 2):
            with pytest.raises(Compacted) as compacted:
                await log.read(board, after, 10)
            assert compacted.value.base_seq == 3
        assert await log.append(board, 5, records(5, "f")) == Appended(Position("first", 6))

    async def test_a_log_compacted_to_its_end_keeps_counting(self, log: Log) -> None:
        """LG7: given a log compacted to its last record, when it is appended to, then seqs go on."""
        board = await created(log, *"abc")
        await log.compact(board, Snapshot(3, 1, b"abc"))

        assert await log.position(board) == Position("first", 3)
        assert await log.read(board, 3, 10) == []
        assert await log.append(board, 3, records(3, "d")) == Appended(Position("first", 4))
        assert await take(log.follow(board, 3), 1) == records(3, "d")

    async def test_a_late_append_that_missed_compacted_records_is_told(self, log: Log) -> None:
        """LG1, LG7: given a compacted log, when one appends from before its base, then Compacted, no half conflict."""
        board = await created(log, *"abcd")
        await log.compact(board, Snapshot(3, 1, b"abc"))

        with pytest.raises(Compacted):
            await log.append(board, 2, records(2, "late"))
        assert await log.append(board, 3, records(3, "late")) == Conflict(Position("first", 4), tuple(records(3, "d")))

    async def test_caches_made_before_a_compaction_do_not_come_back(self, log: Log) -> None:
        """LG7: given a compaction, when a cache from before it is saved late, then it is dropped; a newer one stays."""
        board = await created(log, *"abcd")
        await log.save_snapshot(board, Snapshot(4, 1, b"with the words in it"))
        await log.compact(board, Snapshot(3, 1, b"base"))
        assert await log.snapshot(board) == Snapshot(3, 1, b"base")
        await log.save_snapshot(board, Snapshot(3, 1, b"late"))
        assert await log.snapshot(board) == Snapshot(3, 1, b"base")

        await log.save_snapshot(board, Snapshot(4, 1, b"newer"))
        assert await log.snapshot(board) == Snapshot(4, 1, b"newer")
        assert await log.base(board) == Snapshot(3, 1, b"base")

    async def test_compactions_go_forward(self, log: Log) -> None:
        """LG7: given a base, when it is compacted again, then at the same seq or later, never earlier."""
        board = await created(log, *"abcd")
        await log.compact(board, Snapshot(3, 1, b"abc"))
        await log.compact(board, Snapshot(3, 1, b"ab-"))
        assert await log.base(board) == Snapshot(3, 1, b"ab-")
        with pytest.raises(Compacted):
            await log.compact(board, Snapshot(2, 1, b"ab"))
        await log.compact(board, Snapshot(4, 1, b"abcd"))
        assert await log.base(board) == Snapshot(4, 1, b"abcd")

    async def test_a_base_with_no_record_to_tell_by_is_not_replaced(self, log: Log) -> None:
        """LG6, LG7: given a log that begins where a base and its last record end, when that is compacted again, then
        the same bytes are as good as done, and of others nobody can say whether they are of this log's past."""
        board = await created(log, *"abcd")
        await log.compact(board, Snapshot(3, 1, b"abc"), Record(3, b"c"))
        await log.compact(board, Snapshot(3, 1, b"abc"), Record(3, b"c"))
        with pytest.raises(Compacted) as compacted:
            await log.compact(board, Snapshot(3, 1, b"other"), Record(3, b"c"))
        assert compacted.value.base_seq == 3
        await log.save_snapshot(board, Snapshot(3, 1, b"late"), Record(3, b"c"))
        assert await log.snapshot(board) == Snapshot(3, 1, b"abc")
        assert await log.position(board) == Position("first", 4)

    async def test_a_compaction_leaves_other_boards_alone(self, log: Log) -> None:
        """LG7: given two boards, when one is compacted, then the other has everything."""
        board, other = await created(log, *"abc"), await created(log, *"xyz")
        await log.save_snapshot(other, Snapshot(2, 1, b"xy"))
        await log.compact(board, Snapshot(3, 1, b"abc"))

        assert await everything(log, other) == records(0, *"xyz")
        assert await log.snapshot(other) == Snapshot(2, 1, b"xy")


class TestPeople:
    async def test_people_are_kept_replaced_and_found_by_device(self, log: Log) -> None:
        """LG7: given people, when they are put again or looked for by device, then the last word counts."""
        board = await created(log)
        zoe, ada = Person("p2", "Zoé", None, "device-z"), Person("p1", "Ada", "ada@example.org", None)
        await log.put_person(board, zoe)
        await log.put_person(board, ada)
        assert await log.people(board) == [ada, zoe]

        renamed = Person("p2", "Zoë", "06 00 00 00 00", "device-y")
        await log.put_person(board, renamed)
        assert await log.people(board) == [ada, renamed]
        assert await log.person_by_device(board, "device-y") == renamed
        assert await log.person_by_device(board, "device-z") is None

    async def test_a_device_belongs_to_one_person_of_a_board(self, log: Log) -> None:
        """Given a person's device, when another puts it down, then DeviceTaken; on another board it is free."""
        board, other = await created(log), await created(log)
        await log.put_person(board, Person("p1", None, None, "device"))

        with pytest.raises(DeviceTaken) as taken:
            await log.put_person(board, Person("p2", "Eve", None, "device"))
        assert taken.value.participant == "p1"
        assert await log.people(board) == [Person("p1", None, None, "device")]
        await log.put_person(other, Person("p2", "Eve", None, "device"))
        assert await log.people(other) == [Person("p2", "Eve", None, "device")]

    async def test_an_erased_person_is_forgotten(self, log: Log) -> None:
        """LG7: given people, when one is erased, twice even, then only the others are known, here and elsewhere."""
        board, other = await created(log), await created(log)
        for each in (board, other):
            await log.put_person(each, Person("p1", "Ada", None, "device"))
        await log.put_person(board, Person("p2", "Bob", None, None))
        await log.erase_person(board, "p1")
        await log.erase_person(board, "p1")

        assert await log.people(board) == [Person("p2", "Bob", None, None)]
        assert await log.person_by_device(board, "device") is None
        assert await log.people(other) == [Person("p1", "Ada", None, "device")]
        await log.put_person(board, Person("p3", None, None, "device"))


class TestPictures:
    async def test_pictures_are_kept_by_name_and_replaced(self, log: Log) -> None:
        """LG8: given pictures of any bytes, when they are asked for, then each is there byte for byte, under its name,
        with its size and time; put again, the last word counts; the log itself has not moved."""
        board, other = await created(log, "a"), await created(log)
        bytes_of = {"photo": bytes(range(256)) * 1_200, "dot": b"\x00", "empty": b""}
        for at_ms, (name, data) in enumerate(bytes_of.items(), 1_700_000_000_000):
            await log.put_picture(board, name, data, at_ms)
        await log.put_picture(other, "dot", b"another board's", 5)

        assert {name: await log.picture(board, name) for name in bytes_of} == bytes_of
        assert await log.picture(board, "none") is None
        assert await log.pictures(board) == [
            PictureRow("dot", 1, 1_700_000_000_001),
            PictureRow("empty", 0, 1_700_000_000_002),
            PictureRow("photo", 307_200, 1_700_000_000_000),
        ]
        assert await log.position(board) == Position("first", 1)

        await log.put_picture(board, "photo", b"smaller", 6)
        assert await log.picture(board, "photo") == b"smaller"
        assert (await log.pictures(board))[-1] == PictureRow("photo", 7, 6)
        assert await log.pictures(other) == [PictureRow("dot", 15, 5)]

    async def test_erased_pictures_are_forgotten(self, log: Log) -> None:
        """LG7: given pictures, when some are erased, twice even, with one that never was, then only the others are
        there, here and elsewhere; compacting the log touches none."""
        board, other = await created(log, "a"), await created(log)
        for each in (board, other):
            for name in ("one", "two", "three"):
                await log.put_picture(each, name, name.encode() * 3_000, 1)
        for _ in range(2):
            await log.erase_pictures(board, ["one", "three", "four"])
        await log.erase_pictures(board, [])
        await log.compact(board, Snapshot(1, 1, b"a"))

        assert await log.pictures(board) == [PictureRow("two", 9_000, 1)]
        assert await log.picture(board, "one") is None
        assert await log.picture(board, "two") == b"two" * 3_000
        assert [row.name for row in await log.pictures(other)] == ["one", "three", "two"]
        assert await log.picture(other, "one") == b"one" * 3_000


class TestMoving:
    async def test_a_board_on_its_way_in_is_found_by_nobody(self, log: ReceivingLog) -> None:
        """Given a board that is built up, when boards are listed or looked for, by its id, its code or the id it is
        built up under, then there is none, and nothing is known of it under its own id."""
        board = await _built_up(log)

        assert await log.boards() == []
        for ref in (board.id, board.code, moving(board.id), moving(board.id).upper()):
            assert await log.find(ref) is None
        with pytest.raises(UnknownBoard):
            await log.position(board.id)
        assert await log.position(moving(board.id)) == Position("first", 4)

    async def test_a_settled_board_is_like_any_other(self, log: ReceivingLog) -> None:
        """Given a board that was built up, when it is settled, then it has its code, its epoch, its base, its entries,
        its people and its pictures, goes on like any other, and nothing else is there."""
        board = await _built_up(log)
        settled = BoardRecord(board.id, board.code, board.created_ms, "renewed meanwhile")
        await log.settle(settled)

        assert await log.boards() == [settled]
        assert await log.find(board.code.lower()) == settled
        assert await log.position(board.id) == Position("renewed meanwhile", 4)
        assert await log.base(board.id) == Snapshot(2, 1, b"ab")
        assert await everything(log, board.id, 2) == records(2, "c", "d")
        assert await log.people(board.id) == [Person("p1", "Ada", None, "device")]
        assert await log.person_by_device(board.id, "device") == Person("p1", "Ada", None, "device")
        assert await log.pictures(board.id) == [PictureRow("photo", 5, 7)]
        assert await log.picture(board.id, "photo") == b"photo"
        follower = await following(log, board.id, 4, 1)
        assert await log.append(board.id, 4, records(4, "e")) == Appended(Position("renewed meanwhile", 5))
        assert await follower == records(4, "e")
        with pytest.raises(UnknownBoard):
            await log.position(moving(board.id))

    async def test_of_many_who_settle_a_board_one_does(self, log: ReceivingLog) -> None:
        """Given a board that was built up, when it is settled twice at once and again, then once; what was not built up
        is not settled."""
        board = await _built_up(log)
        answers = await asyncio.gather(log.settle(board), log.settle(board), return_exceptions=True)
        assert sorted(type(answer).__name__ for answer in answers) == ["BoardExists", "NoneType"]
        with pytest.raises(BoardExists):
            await log.settle(board)
        with pytest.raises(UnknownBoard):
            await log.settle(new_board())

    async def test_a_board_that_is_there_stays_unless_it_is_to_be_replaced(self, log: ReceivingLog) -> None:
        """Given a board and the same built up again, when it is settled, then BoardExists and the old is as it was;
        when it may be replaced, then nothing of the old remains."""
        board = new_board()
        await log.create(board, records(0, "old"))
        await log.put_person(board.id, Person("p9", "Eve", None, "device"))
        await log.put_picture(board.id, "old", b"old photo", 1)
        await log.save_snapshot(board.id, Snapshot(1, 1, b"cache"))
        again = await _built_up(log, board)
        with pytest.raises(BoardExists):
            await log.settle(again)
        assert await everything(log, board.id) == records(0, "old")

        await log.settle(again, replace=True)
        assert await log.boards() == [again]
        assert await everything(log, board.id, 2) == records(2, "c", "d")
        assert await log.snapshot(board.id) == Snapshot(2, 1, b"ab")
        assert await log.people(board.id) == [Person("p1", "Ada", None, "device")]
        assert await log.pictures(board.id) == [PictureRow("photo", 5, 7)]

    async def test_a_code_that_another_board_has_is_not_taken_from_it(self, log: ReceivingLog) -> None:
        """Given a board, when another with its code is settled, then CodeTaken, and only the first is found by it."""
        board = await _built_up(log)
        other = BoardRecord("other", board.code, 1, "first")
        await log.create(other, [])
        with pytest.raises(CodeTaken):
            await log.settle(board)
        assert await log.boards() == [other]
        assert await log.find(board.code) == other

    async def test_what_was_built_up_is_thrown_away(self, log: ReceivingLog) -> None:
        """LG7: given a board that is built up beside another, when it is thrown away, twice even, then it can be built
        up anew, and the other is as it was."""
        other = await created(log, "other's")
        await log.put_person(other, Person("p1", "Bob", None, "device"))
        board = await _built_up(log)
        for _ in range(2):
            await log.discard(board.id)
        with pytest.raises(UnknownBoard):
            await log.position(moving(board.id))
        with pytest.raises(UnknownBoard):
            await log.settle(board)
        await log.create(BoardRecord(moving(board.id), moving(board.id), 1, "first"), [])
        assert await log.pictures(moving(board.id)) == []
        await log.discard(board.id)
        await log.settle(await _built_up(log, board))

        assert await everything(log, board.id, 2) == records(2, "c", "d")
        assert await everything(log, other) == records(0, "other's")
        assert await log.people(other) == [Person("p1", "Bob", None, "device")]


async def _built_up(log: ReceivingLog, board: BoardRecord | None = None) -> BoardRecord:
    """A board on its way in, with a base, two entries, a person and a picture."""
    board = board or new_board()
    aside = moving(board.id)
    await log.create(BoardRecord(aside, aside, board.created_ms, board.epoch), records(2, "c"), Snapshot(2, 1, b"ab"))
    await log.append(aside, 3, records(3, "d"))
    await log.put_person(aside, Person("p1", "Ada", None, "device"))
    await log.put_picture(aside, "photo", b"photo", 7)
    return board


class TestNotes:
    async def test_whoever_listens_hears_what_is_told_on_their_board(self, log: Log) -> None:
        """Given listeners on a board and one on another, when a note is broadcast, then it comes to all of the board's,
        this process too, and to nobody else."""
        board, other = await created(log), await created(log)
        here, there = log.listen(board), log.listen(board)
        elsewhere = log.listen(other)
        heard = [await _told(log, each, listener) for each, listener in ((board, here), (board, there))]
        assert heard == [b"from now on", b"from now on"]
        await _told(log, other, elsewhere)
        await log.broadcast(board, b"\x00 hello")

        for listener in (here, there):
            assert await _next_beyond(listener, b"from now on") == b"\x00 hello"
        await log.broadcast(other, b"last")
        assert await _next_beyond(elsewhere, b"from now on") == b"last"
        for listener in (here, there, elsewhere):
            await listener.aclose()

    async def test_a_note_that_nobody_waits_for_is_lost(self, log: Log) -> None:
        """Given nobody who listens, and a board that is not there, when notes are broadcast, then nothing happens."""
        board = await created(log)
        await log.broadcast(board, b"to nobody")
        await log.broadcast("none", b"to nobody")
        listener = log.listen(board)
        assert await _told(log, board, listener) == b"from now on"
        await listener.aclose()
        await log.broadcast(board, b"to nobody again")

    async def test_who_does_not_listen_loses_the_oldest(self, log: Log) -> None:
        """HB3: given a listener that does not read, when more is told than is kept for it, then the oldest is gone, the
        newest is there, and another listener has missed nothing."""
        board = await created(log)
        slow, quick = log.listen(board), log.listen(board)
        for listener in (slow, quick):
            await _told(log, board, listener)
        notes = [b"%d" % number + bytes(UNREAD_BYTES // 4) for number in range(6)]
        for note in notes:
            await log.broadcast(board, note)
            assert await _next_beyond(quick, b"from now on") == note

        assert [await _next_beyond(slow, b"from now on") for _ in range(3)] == notes[-3:]
        for listener in (slow, quick):
            await listener.aclose()

    async def test_a_closed_log_lets_go_of_who_listens(self, log: Log) -> None:
        """Given a listener, when the log is closed, then LogUnavailable, to who waits and to who tells."""
        board = await created(log)
        listener = log.listen(board)
        await _told(log, board, listener)
        waits = asyncio.create_task(_next_beyond(listener, b"from now on"))
        await log.position(board)
        await log.close()

        with pytest.raises(LogUnavailable):
            await waits
        with pytest.raises(LogUnavailable):
            await log.broadcast(board, b"too late")


async def _told(log: Log, board: str, listener: AsyncGenerator[bytes, None]) -> bytes:
    """The first note a listener hears: it is told until it does, since nobody knows from when on one is heard."""
    waits = asyncio.ensure_future(anext(listener))
    while not waits.done():
        await log.broadcast(board, b"from now on")
        await log.position(board)
    return await waits


async def _next_beyond(listener: AsyncGenerator[bytes, None], known: bytes) -> bytes:
    """The next note that is another one."""
    while (note := await anext(listener)) == known:
        pass
    return note


class TestProbe:
    async def test_a_log_that_delivers_passes_and_shows_nothing_of_it(self, log: Log) -> None:
        """HB8: given a log at work, when it is probed, by many at once even, then it answers, and no board changed."""
        board = await created(log, "a")
        await asyncio.gather(*(log.probe() for _ in range(5)))

        assert [found.id for found in await log.boards()] == [board]
        assert await everything(log, board) == records(0, "a")
        assert await log.find("(probe)") is None


operations = st.one_of(
    st.tuples(st.just("append"), st.integers(-2, 1), st.integers(1, 4)),
    st.tuples(st.just("read"), st.integers(0, 12), st.integers(1, 5)),
    st.tuples(st.just("save_snapshot"), st.integers(0, 12), st.integers(1, 3)),
    st.tuples(st.just("compact"), st.integers(0, 12), st.integers(1, 3)),
    st.tuples(st.just("put_person"), st.integers(1, 3), st.integers(1, 3)),
    st.tuples(st.just("erase_person"), st.integers(1, 3), st.just(0)),
    st.tuples(st.just("put_picture"), st.integers(1, 4), st.integers(0, 9_000)),
    st.tuples(st.just("erase_pictures"), st.integers(1, 4), st.integers(1, 4)),
)


@on_one_log
@given(history=st.lists(operations, max_size=20))
async def test_every_log_agrees_with_the_reference(log: Log, history: list[tuple[str, int, int]]) -> None:
    """LG8: given any history, when it is played to a log and to the reference, then every answer is the same."""
    reference = MemoryLog()
    await reference.open()
    board = new_board()
    answers: list[list[Any]] = []
    for each in (log, reference):
        await each.create(board, [])
        answers.append([await _play(each, board.id, step) for step in history])
    assert answers[0] == answers[1]


async def _play(log: Log, board: str, step: tuple[str, int, int]) -> Any:
    """One step, and everything that can be seen after it."""
    operation, first, second = step
    end = (await log.position(board)).seq
    after = max(0, end + first)
    try:
        match operation:
            case "append":
                answer = await log.append(board, after, records(after, *(f"{after}+{n}" for n in range(second))))
            case "read":
                answer = await log.read(board, first, second)
            case "save_snapshot":
                answer = await log.save_snapshot(board, Snapshot(first, second, b"cache %d" % first))
            case "compact":
                answer = await log.compact(board, Snapshot(first, second, b"base %d" % first))
            case "put_person":
                answer = await log.put_person(board, Person(f"p{first}", "name", None, f"d{second}"))
            case "put_picture":
                answer = await log.put_picture(board, f"n{first}", b"%d" % first * second, second)
            case "erase_pictures":
                answer = await log.erase_pictures(board, [f"n{first}", f"n{second}"])
            case _:
                answer = await log.erase_person(board, f"p{first}")
    except (Compacted, DeviceTaken, ValueError) as refused:
        answer = (type(refused).__name__, str(refused))
    base = await log.base(board)
    return [
        answer,
        await log.position(board),
        base,
        await log.snapshot(board),
        await everything(log, board, base.seq if base else 0),
        await log.people(board),
        [(row, await log.picture(board, row.name)) for row in await log.pictures(board)],
    ]
