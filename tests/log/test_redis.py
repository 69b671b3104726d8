"""What only a log on Redis has to promise: broken lines, restarts, forks, many nodes, and words that are gone."""

import asyncio
import random
import subprocess
from collections.abc import Callable
from contextlib import aclosing, suppress
from pathlib import Path
from typing import Any

import pytest

from rebond.log import (
    Appended,
    BoardExists,
    BoardRecord,
    Conflict,
    DeviceTaken,
    Durability,
    EpochChanged,
    LogUnavailable,
    LostTail,
    Person,
    PictureRow,
    Position,
    ProbeFailed,
    Record,
    Snapshot,
    UnknownBoard,
)
from rebond.log.interface import OutcomeUnknown
from rebond.log.redis import RedisLog
from rebond.log.redis_line import Address, Line
from rebond.log.redis_values import APPEND, Keys, tip_of
from tests.conftest import RedisServer, StartRedis
from tests.log.redis_proxy import Proxy, cut
from tests.log.redis_sentinel import replace_master, sentinels
from tests.log.redis_story import (
    FSYNC,
    PATIENT,
    QUICK,
    answers,
    appended_to,
    closes_before_an_answer,
    meanwhile,
    opened,
    tell,
)
from tests.log.story import created, everything, following, new_board, records


class TestFollowing:
    async def test_two_nodes_see_the_same(self, redis_server: RedisServer) -> None:
        """LG1, LG3: given two nodes, when both append to a board at once and retry on conflict, then every record is
        there once, in each writer's order, and both followed the same."""
        async with opened(redis_server.url) as one, opened(redis_server.url) as two:
            board = await created(one)
            followers = [await following(log, board, 0, 200) for log in (one, two)]

            async def write(log: RedisLog, name: str) -> None:
                seq = 0
                for number in range(100):
                    while isinstance(answer := await log.append(board, seq, records(seq, f"{name}{number}")), Conflict):
                        seq += len(answer.missed)
                    seq += 1

            await asyncio.gather(write(one, "a"), write(two, "b"))
            found = await everything(one, board)
            assert [record.seq for record in found] == list(range(1, 201))
            for name in ("a", "b"):
                mine = [record.data.decode() for record in found if record.data.startswith(name.encode())]
                assert mine == [f"{name}{number}" for number in range(100)]
            assert [await follower for follower in followers] == [found, found]

    async def test_a_line_that_was_cut_is_mended_and_the_gap_filled(self, redis_server: RedisServer) -> None:
        """LG3: given a follower, when Redis cuts its line and much is appended before it is back, then it gets all."""
        async with opened(redis_server.url) as here, opened(redis_server.url) as there:
            board = await created(there, "a")
            follower = await following(here, board, 0, 31)
            for first in (1, 11, 21):
                await answers(here)
                assert await tell(redis_server, "CLIENT", "KILL", "TYPE", "pubsub") >= 1
                for seq in range(first, first + 10):
                    await there.append(board, seq, records(seq, f"{seq}"))
            assert await follower == records(0, "a", *(str(seq) for seq in range(1, 31)))

    async def test_news_that_nobody_published_is_found(self, redis_server: RedisServer) -> None:
        """LG3: given a follower, when a record comes of which no message tells, then the next look at the log finds it
        without anything else happening."""
        async with opened(redis_server.url, check_ms=20) as log:
            board = await created(log, "a")
            follower = await following(log, board, 1, 1)
            await log.probe()
            keys = Keys("rebond")
            line = Line(Address(redis_server.url, 5.0), 5.0)
            # SET in the place of SPUBLISH: the message goes nowhere.
            arguments = (b"SET", b"nowhere", 1, b"", tip_of(b"b"), 10, 1_000, b"b")
            await line.run(APPEND, (keys.meta(board), keys.log(board)), *arguments)
            await line.close()
            assert await follower == records(1, "b")

    async def test_a_node_that_redis_cut_off_for_being_slow_misses_nothing(self, redis_server: RedisServer) -> None:
        """LG3: given a node that does not read for a while, when so much is appended that Redis throws what it was to
        be told away, then it reads it from the log."""
        await tell(redis_server, "CONFIG", "SET", "client-output-buffer-limit", "pubsub 65536 0 0")
        async with opened(redis_server.url) as log:
            board = await created(log)
            follower = await following(log, board, 0, 800)
            await log.probe()

            async def append_much(other: RedisLog) -> None:
                for seq in range(800):
                    await other.append(board, seq, [Record(seq + 1, b"%d:" % seq + b"x" * 60_000)])

            meanwhile(redis_server.url, append_much)
            stats: bytes = await tell(redis_server, "INFO", "stats")
            assert b"client_output_buffer_limit_disconnections:0" not in stats
            assert [record.data.split(b":")[0] for record in await follower] == [b"%d" % seq for seq in range(800)]

    async def test_a_silent_line_is_made_anew(self, redis_server: RedisServer) -> None:
        """LG3, HB8: given a line to followers over which nothing comes any more though it is open, when it is looked
        at, then it is made anew, and probes come back."""
        async with (
            Proxy(redis_server.port).listening() as proxy,
            opened(proxy.url, check_ms=20, command_timeout_s=2.0, probe_timeout_s=2.0) as log,
        ):
            board = await created(log, "a")
            await log.probe()
            mute = [b"smessage", b"pong", b"subscribe"]
            proxy.replies = lambda data: b"" if any(word in data for word in mute) else data
            follower = await following(log, board, 1, 1)
            with pytest.raises(ProbeFailed):
                await log.probe()
            proxy.mend()
            await log.append(board, 1, records(1, "b"))
            assert await follower == records(1, "b")
            await answers(log)

    @pytest.mark.parametrize("option", [(), ("--rename-command", "SPUBLISH", "")], ids=["sharded", "plain"])
    async def test_publishing_is_sharded_where_redis_knows_how(
        self, start_redis: StartRedis, option: tuple[str, ...]
    ) -> None:
        """LG3: given a Redis with and one without sharded publishing, when a board is followed, then news come."""
        server = start_redis(*option)
        async with opened(server.url) as here, opened(server.url) as there:
            board = await created(here)
            follower = await following(here, board, 0, 1)
            await there.probe()
            await there.append(board, 0, records(0, "a"))
            assert await follower == records(0, "a")

    async def test_records_too_large_to_publish_are_read(self, redis_server: RedisServer) -> None:
        """LG3: given a follower, when a record larger than what is published is appended, then it comes whole."""
        async with opened(redis_server.url) as here, opened(redis_server.url) as there:
            board = await created(here)
            follower = await following(here, board, 0, 2)
            large = [Record(1, b"x" * 100_000), Record(2, b"\xff\x00")]
            await there.append(board, 0, large)
            assert await follower == large

    async def test_a_long_miss_comes_whole_with_the_conflict(self, redis_server: RedisServer) -> None:
        """LG1: given a log that went on by more than a page, when one appends late, then Conflict has all of it."""
        async with opened(redis_server.url) as log:
            texts = [str(number) for number in range(1_000)]
            board = await created(log, *texts)
            answer = await log.append(board, 3, records(3, "late"))
            assert answer == Conflict(Position("first", 1_000), tuple(records(3, *texts[3:])))


class TestRestart:
    async def test_nothing_acknowledged_is_lost_by_a_kill(self, start_redis: StartRedis, tmp_path: Path) -> None:
        """LG2, LG3: given fsync durability, two nodes that append and one that follows, when Redis is killed at work
        and started again, several times, then everything acknowledged is there once and was followed once."""
        server = start_redis(*FSYNC, data_dir=tmp_path / "redis")
        port = server.port
        async with (
            opened(server.url, Durability.FSYNC, **QUICK) as one,
            opened(server.url, Durability.FSYNC, **QUICK) as two,
        ):
            board = await created(one)
            follower = asyncio.create_task(_followed_until(two, board, b"the end"))
            working = asyncio.Event()
            done = asyncio.Event()
            acknowledged: list[bytes] = []

            async def write(log: RedisLog, name: str) -> None:
                seq, number = 0, 0
                while not done.is_set():
                    data = f"{name}{number}".encode()
                    try:
                        answer = await log.append(board, seq, [Record(seq + 1, data)])
                    except LogUnavailable:
                        # Nothing was kept: the same is tried again, once there is a Redis again.
                        await asyncio.wait((asyncio.create_task(answers(log)),))
                        continue
                    if isinstance(answer, Conflict):
                        seq += len(answer.missed)
                        continue
                    seq, number = seq + 1, number + 1
                    acknowledged.append(data)
                    working.set()

            writers = [asyncio.create_task(write(log, name)) for log, name in ((one, "a"), (two, "b"))]
            for _ in range(3):
                working.clear()
                await working.wait()
                server.kill()
                server = start_redis(*FSYNC, data_dir=tmp_path / "redis", port=port)
            working.clear()
            await working.wait()
            done.set()
            await asyncio.gather(*writers)

            found = await everything(one, board)
            assert [record.seq for record in found] == list(range(1, len(found) + 1))
            assert sorted(record.data for record in found) == sorted(acknowledged)
            await one.append(board, len(found), records(len(found), "the end"))
            assert await follower == [*found, *records(len(found), "the end")]
            await one.probe()

    async def test_a_redis_that_lost_everything_is_noticed(self, start_redis: StartRedis) -> None:
        """LG6: given a follower and a writer, when Redis comes back empty, then both are told that there is no such
        board, and a new board works."""
        server = start_redis()
        async with opened(server.url, **QUICK) as log:
            board = await created(log, "a")
            follower = await following(log, board, 1, 1)
            await log.probe()
            server.kill()
            start_redis(port=server.port)
            with pytest.raises(UnknownBoard):
                await follower
            with pytest.raises(UnknownBoard):
                await log.append(board, 1, records(1, "b"))
            again = await created(log, "c")
            assert await everything(log, again) == records(0, "c")

    async def test_a_lost_tail_is_noticed_and_put_back(self, start_redis: StartRedis, tmp_path: Path) -> None:
        """LG6: given a node that is ahead of what Redis kept, when Redis comes back, then its follower and its append
        are told, and what it holds can be put back."""
        server = start_redis(data_dir=tmp_path / "redis")
        async with opened(server.url, **QUICK) as log:
            board = await created(log, "a", "b")
            await tell(server, "SAVE")
            await log.append(board, 2, records(2, "c", "d"))
            follower = await following(log, board, 4, 1)
            await log.probe()
            server.kill()
            start_redis(data_dir=tmp_path / "redis", port=server.port)
            with pytest.raises(LostTail) as lost:
                await follower
            assert lost.value.position == Position("first", 2)
            assert await log.append(board, 4, records(4, "e")) == Conflict(Position("first", 2), ())
            assert await log.append(board, 2, records(2, "c", "d")) == Appended(Position("first", 4))
            follower = await following(log, board, 4, 1)
            assert await log.append(board, 4, records(4, "e")) == Appended(Position("first", 5))
            assert await follower == records(4, "e")

    @pytest.mark.parametrize("grown", [1, 2, 3], ids=["shorter", "as long", "longer"])
    async def test_a_fork_renews_the_epoch(self, start_redis: StartRedis, tmp_path: Path, grown: int) -> None:
        """LG6: given a node that is ahead of what Redis kept, when another goes on from there before it looks, then its
        append does not land on the other history but learns of a new epoch, however long that history is."""
        server = start_redis(data_dir=tmp_path / "redis")
        async with opened(server.url, **QUICK) as log:
            board = await created(log, "a", "b")
            await tell(server, "SAVE")
            await log.append(board, 2, records(2, "c", "d"))
            server.kill()
            start_redis(data_dir=tmp_path / "redis", port=server.port)

            async def go_on(other: RedisLog) -> None:
                await other.append(board, 2, records(2, *("other" for _ in range(grown))))

            meanwhile(server.url, go_on)
            answer = await log.append(board, 4, records(4, "e"))
            assert isinstance(answer, Conflict)
            assert answer.position.seq == 2 + grown
            assert (answer.position.epoch == "first") == (grown < 2)
            assert await everything(log, board, 2) == records(2, *("other" for _ in range(grown)))

    async def test_a_follower_learns_of_a_fork(self, start_redis: StartRedis, tmp_path: Path) -> None:
        """LG6: given a follower that is ahead of what Redis kept, when another goes on from there before it is back,
        then EpochChanged."""
        server = start_redis(data_dir=tmp_path / "redis")
        async with opened(server.url, **QUICK) as log:
            board = await created(log, "a", "b")
            await tell(server, "SAVE")
            await log.append(board, 2, records(2, "c"))
            follower = await following(log, board, 3, 1)
            await log.probe()
            server.kill()
            start_redis(data_dir=tmp_path / "redis", port=server.port)

            async def go_on(other: RedisLog) -> None:
                await other.append(board, 2, records(2, "not c", "d"))

            meanwhile(server.url, go_on)
            with pytest.raises(EpochChanged):
                await follower

    async def test_who_comes_from_an_epoch_that_is_not_known_here_yet_is_not_turned_away(
        self, redis_server: RedisServer
    ) -> None:
        """LG3, LG6: given a log that follows a board and was not told yet that its epoch changed, when somebody who
        read the new position follows from there, then they do, and whoever comes from the old one gets EpochChanged."""
        async with opened(redis_server.url) as log:
            board = await created(log, "a")
            async with aclosing(log.follow(board, 0)) as earlier:
                assert await anext(earlier) == records(0, "a")

                async def fork(other: RedisLog) -> None:
                    await other.renew_epoch(board, "first")

                meanwhile(redis_server.url, fork)
                position = await log.position(board)
                async with aclosing(log.follow(board, 0, position.epoch)) as later:
                    assert await anext(later) == records(0, "a")
                for follower in (earlier, log.follow(board, 1, "first")):
                    with pytest.raises(EpochChanged):
                        await anext(follower)

    async def test_scripts_that_redis_forgot_are_sent_again(self, redis_server: RedisServer) -> None:
        """Given a Redis that threw its scripts away, when a log goes on, then nobody notices."""
        async with opened(redis_server.url) as log:
            board = await created(log, "a")
            await tell(redis_server, "SCRIPT", "FLUSH")
            answers = await asyncio.gather(
                log.append(board, 1, records(1, "b")), log.append(board, 1, records(1, "c")), log.read(board, 0, 9)
            )
            assert answers[0] == Appended(Position("first", 2))
            assert answers[1] == Conflict(Position("first", 2), tuple(records(1, "b")))


async def _followed_until(log: RedisLog, board: str, last: bytes) -> list[Record]:
    seen: list[Record] = []
    async with aclosing(log.follow(board, 0)) as batches:
        async for batch in batches:
            seen += batch
            if batch[-1].data == last:
                break
    return seen


class TestUnansweredWrites:
    async def test_an_append_that_landed_unanswered_is_found(self, redis_server: RedisServer) -> None:
        """LG2, LG4: given a line that breaks after the append got through, when the answer does not come, then the log
        is asked, and says Appended; the record is there once, whatever came after it."""
        async with (
            Proxy(redis_server.port).listening() as proxy,
            opened(proxy.url, **QUICK) as log,
            opened(redis_server.url) as other,
        ):
            board = await appended_to(log)
            follower = await following(other, board, 2, 1)
            proxy.replies = cut
            append = asyncio.create_task(log.append(board, 2, records(2, "c", "d")))
            await follower
            await other.append(board, 4, records(4, "e"))
            proxy.mend()
            assert await append == Appended(Position("first", 4))
            assert await everything(log, board) == records(0, *"abcde")

    async def test_an_append_that_did_not_get_through_is_sent_again(self, redis_server: RedisServer) -> None:
        """LG2: given a line that breaks before the append got through, when it is back, then it lands, once."""
        async with Proxy(redis_server.port).listening() as proxy, opened(proxy.url, **QUICK) as log:
            board = await created(log, "a")
            broken = asyncio.Event()

            def break_once(data: bytes) -> None:
                broken.set()

            proxy.requests = break_once
            append = asyncio.create_task(log.append(board, 1, records(1, "b")))
            await broken.wait()
            proxy.mend()
            assert await append == Appended(Position("first", 2))
            assert await everything(log, board) == records(0, *"ab")

    async def test_what_others_wrote_meanwhile_is_a_conflict_still(self, redis_server: RedisServer) -> None:
        """LG1: given an append that did not get through, when another took its place before it is sent again, then
        Conflict."""
        async with (
            Proxy(redis_server.port).listening() as proxy,
            opened(proxy.url, **QUICK) as log,
            opened(redis_server.url) as other,
        ):
            board = await created(log, "a")
            broken = asyncio.Event()

            def break_always(data: bytes) -> None:
                broken.set()

            proxy.requests = break_always
            append = asyncio.create_task(log.append(board, 1, records(1, "b")))
            await broken.wait()
            await other.append(board, 1, records(1, "other"))
            proxy.mend()
            assert await append == Conflict(Position("first", 2), tuple(records(1, "other")))

    async def test_what_cannot_be_found_out_is_said_to_be_unknown(self, redis_server: RedisServer) -> None:
        """LG2: given a line that breaks after the append was sent and stays broken, when the time to find out is over,
        then OutcomeUnknown; where nothing could be sent at all, LogUnavailable."""
        async with (
            Proxy(redis_server.port).listening() as proxy,
            opened(proxy.url, command_timeout_s=1.0, settle_timeout_s=0.2) as log,
        ):
            board = await appended_to(log)
            proxy.replies = cut
            with pytest.raises(OutcomeUnknown):
                await log.append(board, 2, records(2, "c"))
            with pytest.raises(LogUnavailable, match="nothing was kept"):
                await log.append(board, 3, records(3, "d"))
            proxy.mend()
            assert await everything(log, board) == records(0, *"abc")

    async def test_a_redis_that_says_nothing_is_not_waited_for_for_ever(self, redis_server: RedisServer) -> None:
        """LG2, HB8: given a Redis that is frozen, when it is asked, then everybody is told in time; when it is back,
        everything works again by itself."""
        async with opened(
            redis_server.url, command_timeout_s=2.0, settle_timeout_s=2.0, probe_timeout_s=2.0, check_ms=50
        ) as log:
            board = await created(log, "a")
            follower = await following(log, board, 1, 1)
            await log.probe()
            redis_server.pause()
            with pytest.raises(OutcomeUnknown):
                await log.append(board, 1, records(1, "b"))
            with pytest.raises(LogUnavailable):
                await log.read(board, 0, 10)
            with pytest.raises(ProbeFailed):
                await log.probe()
            redis_server.unpause()
            await answers(log)
            # What was sent to the frozen one may have landed when it thawed, or may not.
            assert (await log.append(board, 1, records(1, "b"))).position == Position("first", 2)
            assert await follower == records(1, "b")

    async def test_a_log_that_is_closed_does_not_wait_for_a_redis_that_says_nothing(
        self, redis_server: RedisServer
    ) -> None:
        """LG2, HB7: given a frozen Redis that was given all the time there is, when the log is closed, then whoever
        waits to read is told that it is away, and of what was sent that nobody knows what became of it."""
        async with opened(redis_server.url, **PATIENT) as log:
            board = await created(log, "a")
            redis_server.pause()
            await closes_before_an_answer(log, board)

    @pytest.mark.parametrize("seed", range(5))
    async def test_on_a_line_that_breaks_anywhere_every_record_lands_once(
        self, redis_server: RedisServer, seed: int
    ) -> None:
        """LG1, LG2, LG3: given lines that break in the middle of any message, when nodes append and follow, then every
        record that was said to be kept is there once, in order, and was followed once."""
        chance = random.Random(seed)

        def breaking(data: bytes) -> bytes | None:
            return None if chance.random() < 0.03 else data

        async with (
            Proxy(redis_server.port).listening() as proxy,
            opened(proxy.url, **QUICK) as one,
            opened(proxy.url, **QUICK) as two,
        ):
            board = await created(one)
            follower = await following(two, board, 0, 200)
            proxy.requests = proxy.replies = breaking

            async def write(log: RedisLog, name: str) -> None:
                seq = 0
                for number in range(100):
                    while not isinstance(answer := await _append(log, board, seq, f"{name}{number}"), Appended):
                        seq += len(answer.missed) if answer is not None else 0
                    seq = answer.position.seq

            await asyncio.gather(write(one, "a"), write(two, "b"))
            proxy.mend()
            found = await everything(two, board)
            expected = sorted(f"{name}{number}".encode() for name in "ab" for number in range(100))
            assert sorted(record.data for record in found) == expected
            assert await follower == found


async def _append(log: RedisLog, board: str, seq: int, text: str) -> Appended | Conflict | None:
    """The answer; None where nothing was kept."""
    try:
        return await log.append(board, seq, records(seq, text))
    except LogUnavailable:
        return None


class TestDurability:
    async def test_fsync_is_promised_only_where_redis_keeps_it(self, start_redis: StartRedis) -> None:
        """LG2: given a Redis that does not flush each write, when fsync is asked of it, then one sentence says which
        two lines it needs; with them it opens."""
        for options in ((), ("--appendonly", "yes"), (*FSYNC, "--no-appendfsync-on-rewrite", "yes")):
            with pytest.raises(LogUnavailable, match="« appendonly yes » and « appendfsync always »") as refused:
                await RedisLog(start_redis(*options).url, Durability.FSYNC).open()
            assert str(refused.value).count(". ") == 0
        async with opened(start_redis(*FSYNC).url, Durability.FSYNC) as log:
            assert log.durability is Durability.FSYNC
            await created(log, "a")

    async def test_a_redis_that_throws_keys_away_is_refused(self, start_redis: StartRedis) -> None:
        """LG2: given a Redis that evicts any key when memory runs short, when it is opened, then it is refused."""
        evicting = ("--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru")
        for server in (start_redis(*evicting), start_redis(*evicting, "--rename-command", "CONFIG", "")):
            with pytest.raises(LogUnavailable, match="noeviction"):
                await RedisLog(server.url, Durability.MEMORY).open()

    async def test_a_redis_without_room_says_so_and_keeps_what_it_has(self, start_redis: StartRedis) -> None:
        """LG1, LG2: given a Redis that evicts nothing and has no room left, when it is appended to, then LogUnavailable
        in Redis's words, nothing of it is kept, and what is there is read; with room again it goes on."""
        server = start_redis("--maxmemory-policy", "noeviction")
        async with opened(server.url) as log:
            board = await created(log, "a")
            await tell(server, "CONFIG", "SET", "maxmemory", "1mb")
            with pytest.raises(LogUnavailable, match="maxmemory"):
                await log.append(board, 1, records(1, "b", "c"))
            assert await everything(log, board) == records(0, "a")
            await tell(server, "CONFIG", "SET", "maxmemory", "0")
            assert await log.append(board, 1, records(1, "b", "c")) == Appended(Position("first", 3))

    async def test_replicas_have_to_confirm(self, start_redis: StartRedis) -> None:
        """LG2: given replicated durability, when the replica confirms, then Appended; when it does not in time, then
        the outcome is unknown and the count is said; when it is back, appends work again."""
        server = start_redis("--repl-diskless-sync-delay", "0")
        replica = start_redis("--replicaof", "127.0.0.1", str(server.port))
        async with opened(server.url, Durability.REPLICATED, replicas=1, replica_timeout_s=10.0) as log:
            # The first confirmation takes until the replica has copied everything.
            board = await created(log, "a")
            assert await log.append(board, 1, records(1, "b")) == Appended(Position("first", 2))
        assert await tell(replica, "XLEN", f"rebond:{{{board}}}:log") == 2
        async with (
            opened(server.url, Durability.REPLICATED, replicas=1, replica_timeout_s=0.1) as log,
            opened(server.url, Durability.REPLICATED, replicas=1, replica_timeout_s=20.0) as patient,
        ):
            replica.pause()
            with pytest.raises(OutcomeUnknown, match="0 of 1 replicas"):
                await log.append(board, 2, records(2, "c"))
            with pytest.raises(ProbeFailed, match="0 of 1 replicas"):
                await log.probe()
            assert await log.append(board, 2, records(2, "d")) == Conflict(Position("first", 3), tuple(records(2, "c")))
            replica.unpause()
            await answers(log)
            assert await patient.append(board, 3, records(3, "d")) == Appended(Position("first", 4))

    async def test_whose_device_it_is_has_to_be_confirmed_too(self, start_redis: StartRedis) -> None:
        """LG2, LG7: given somebody put down with a device, and no replica to confirm it, when another is put down with
        that device, then nobody says whose it is: a failover would have taken whom it was said to be. When the replica
        is back, it is said."""
        server = start_redis("--repl-diskless-sync-delay", "0")
        replica = start_redis("--replicaof", "127.0.0.1", str(server.port))
        async with (
            opened(server.url, Durability.REPLICATED, replicas=1, replica_timeout_s=20.0) as patient,
            opened(server.url, Durability.REPLICATED, replicas=1, replica_timeout_s=0.1) as log,
        ):
            board = await created(patient, "a")
            replica.pause()
            with pytest.raises(OutcomeUnknown, match="0 of 1 replicas"):
                await log.put_person(board, Person("p1", "Ana", None, "phone"))
            with pytest.raises(OutcomeUnknown, match="0 of 1 replicas"):
                await log.put_person(board, Person("p2", "Ana", None, "phone"))
            replica.unpause()
            with pytest.raises(DeviceTaken, match="p1"):
                await patient.put_person(board, Person("p2", "Ana", None, "phone"))

    async def test_a_replica_cannot_be_written_to(self, start_redis: StartRedis) -> None:
        """LG2: given a replica, when it is appended to, then LogUnavailable in Redis's words, and nothing changed."""
        server = start_redis()
        async with opened(server.url) as log:
            board = await created(log, "a")
            await tell(server, "REPLICAOF", "127.0.0.1", "1")
            with pytest.raises(LogUnavailable, match="read only"):
                await log.append(board, 1, records(1, "b"))
            assert await everything(log, board) == records(0, "a")

    def test_a_number_of_replicas_goes_with_replicated_only(self) -> None:
        """LG2: given replicated without a number, or a number without replicated, when it is asked for, ValueError."""
        for durability, replicas in ((Durability.REPLICATED, 0), (Durability.FSYNC, 1)):
            with pytest.raises(ValueError, match="replicas"):
                RedisLog("redis://localhost", durability, replicas=replicas)


class TestFailover:
    @pytest.mark.parametrize("harm", ["kill", "pause"])
    async def test_what_the_replicas_confirmed_survives_their_master(
        self, start_redis: StartRedis, tmp_path: Path, harm: str
    ) -> None:
        """LG2, LG3, LG6, HB8: given a master and a node that appends until all replicas confirmed, when the master is
        killed or freezes, then Sentinel's new master has everything that was acknowledged, once, and nodes, followers
        and probes find their way to it by themselves."""
        at_once = ("--repl-diskless-sync-delay", "0")
        master = start_redis(*at_once)
        replicas = [start_redis(*at_once, "--replicaof", "127.0.0.1", str(master.port)) for _ in range(2)]
        patient: dict[str, Any] = {"command_timeout_s": 2.0, "probe_timeout_s": 2.0, "check_ms": 200}
        with sentinels(tmp_path) as start_sentinel:
            sentinel = start_sentinel(master, len(replicas))
            url = f"redis+sentinel://127.0.0.1:{sentinel.port}/rebond/0"
            async with opened(url, **patient) as other:
                acknowledged: list[Record] = []
                async with opened(url, Durability.REPLICATED, replicas=2, replica_timeout_s=20.0) as log:
                    board = await created(log)
                    follower = await following(other, board, 0, 40)
                    for seq in range(30):
                        (record,) = records(seq, f"entry {seq}")
                        assert isinstance(await log.append(board, seq, [record]), Appended)
                        acknowledged.append(record)
                getattr(master, harm)()
                replace_master(sentinel)
                await answers(other)
                # From here on no Redis is lost, so what stands in its memory stays.
                for seq in range(30, 40):
                    (record,) = records(seq, f"entry {seq}")
                    assert await other.append(board, seq, [record]) == Appended(Position("first", seq + 1))
                    acknowledged.append(record)
                assert await everything(other, board) == acknowledged
                assert await follower == acknowledged


class TestErasure:
    async def test_compacted_words_stand_in_no_file(self, start_redis: StartRedis, tmp_path: Path) -> None:
        """LG7: given words in entries and caches, when they are compacted away, then no file has them, others stay."""
        server = start_redis(*FSYNC, data_dir=tmp_path / "redis")
        async with opened(server.url, Durability.FSYNC) as log:
            board = await created(log, "a secret word", "harmless", "x" * 9_000 + "long secret", "after")
            other = await created(log, "somebody else's word")
            await log.save_snapshot(board, Snapshot(4, 1, b"cached secret" * 1_000))
            assert b"secret" in _bytes_on_disk(tmp_path / "redis")
            # From here on nothing that is read names the words: the log must forget them by itself.
            await log.compact(board, Snapshot(3, 1, b"clean base"))
            found = _bytes_on_disk(tmp_path / "redis")
            assert b"secret" not in found
            assert b"clean base" in found
            await log.compact(board, Snapshot(3, 1, b"cleaner"))
            assert b"clean base" not in _bytes_on_disk(tmp_path / "redis")
            assert await everything(log, board, 3) == records(3, "after")
            assert await everything(log, other) == records(0, "somebody else's word")

    async def test_erased_people_stand_in_no_file(self, start_redis: StartRedis, tmp_path: Path) -> None:
        """LG7: given people, renamed even, when some are erased at once, then no file has any name they had."""
        server = start_redis(*FSYNC, data_dir=tmp_path / "redis")
        async with opened(server.url, Durability.FSYNC) as log:
            board = await created(log)
            await log.put_person(board, Person("p1", "Josephine", "jo@example.org", "digest-of-jo"))
            await log.put_person(board, Person("p1", "Fifi", "fifi@example.org", "digest-of-jo"))
            await log.put_person(board, Person("p2", "Bertrand", None, "digest-of-bertrand"))
            await log.put_person(board, Person("p3", "Zacharie", None, None))
            await asyncio.gather(*(log.erase_person(board, each) for each in ("p1", "p3", "nobody")))
            found = _bytes_on_disk(tmp_path / "redis")
            for word in (b"Josephine", b"jo@", b"Fifi", b"fifi@", b"digest-of-jo", b"Zacharie"):
                assert word not in found
            assert b"Bertrand" in found

    async def test_erased_pictures_stand_in_no_file(self, start_redis: StartRedis, tmp_path: Path) -> None:
        """LG7: given pictures, when some are erased, then no file has any byte of them, and the others stay; what was
        put lately is there for another node."""
        server = start_redis(*FSYNC, data_dir=tmp_path / "redis")
        async with opened(server.url, Durability.FSYNC) as log, opened(server.url) as another:
            board = await created(log)
            for name in ("gone", "stays"):
                await log.put_picture(board, name, f"<{name} first>".encode() * 40_000, 1)
                await log.put_picture(board, name, f"<{name} last>".encode() * 40_000, 2)
            assert b"<gone" in _bytes_on_disk(tmp_path / "redis")
            await another.erase_pictures(board, ["gone"])
            found = _bytes_on_disk(tmp_path / "redis")
            assert b"<gone" not in found
            assert b"<stays last>" in found
            assert await another.pictures(board) == [PictureRow("stays", 12 * 40_000, 2)]
            assert await another.picture(board, "stays") == b"<stays last>" * 40_000

    async def test_nodes_that_erase_at_once_do_not_stand_in_each_others_way(
        self, start_redis: StartRedis, tmp_path: Path
    ) -> None:
        """LG7: given nodes, when all erase at once, then each returns when its own words are gone."""
        server = start_redis(*FSYNC, data_dir=tmp_path / "redis")
        async with opened(server.url) as one, opened(server.url) as two, opened(server.url) as three:

            async def erase(log: RedisLog, word: str) -> None:
                for turn in range(5):
                    board = await created(log, f"{word}{turn}")
                    await log.compact(board, Snapshot(1, 1, b"base"))
                    assert f"{word}{turn}".encode() not in _bytes_on_disk(tmp_path / "redis")

            await asyncio.gather(erase(one, "first-secret"), erase(two, "second-secret"), erase(three, "third-secret"))


def _bytes_on_disk(folder: Path) -> bytes:
    found: list[bytes] = []
    for path in folder.rglob("*"):
        # Redis takes away files while they are looked at.
        with suppress(FileNotFoundError, IsADirectoryError):
            found.append(path.read_bytes())
    return b"".join(found)


class TestDirectory:
    async def test_a_board_half_made_is_found_by_nobody(self, redis_server: RedisServer) -> None:
        """Given a node that ended between writing a log and its row, when boards are looked for, then there is none,
        and the code is free."""
        async with Proxy(redis_server.port).listening() as proxy:
            log = RedisLog(proxy.url, Durability.MEMORY, settle_timeout_s=0.2)
            await log.open()
            proxy.requests = lambda data: None if b":codes" in data else data
            with pytest.raises(OutcomeUnknown):
                await created(log, "half")
            await log.close()
        async with opened(redis_server.url) as log:
            assert await log.boards() == []
            await created(log, "whole")
            assert len(await log.boards()) == 1

    async def test_a_board_made_over_a_bad_line_is_there_once(self, redis_server: RedisServer) -> None:
        """Given a line on which no first answer comes, when a board is created, then it is there, and not refused."""
        async with Proxy(redis_server.port).listening() as proxy, opened(proxy.url, **QUICK) as log:
            answers = iter([None, b"", None])
            proxy.replies = lambda data: data if (answer := next(answers, data)) == b"" else answer
            board = await created(log, "a")
            assert [found.id for found in await log.boards()] == [board]
            assert await everything(log, board) == records(0, "a")

    async def test_a_board_whose_row_was_lost_is_entered_by_who_puts_it_back(self, redis_server: RedisServer) -> None:
        """LG6: given a directory that lost its tail and a log that did not, when two survivors put the board back, then
        both are told that it exists, and it is found again with what it had."""
        async with opened(redis_server.url) as one, opened(redis_server.url) as two:
            board = new_board()
            await one.create(board, records(0, *"abc"))
            await tell(redis_server, "DEL", "rebond:{directory}:boards", "rebond:{directory}:codes")
            answers = await asyncio.gather(
                *(log.create(board, records(0, *"ab")) for log in (one, two)), return_exceptions=True
            )
            assert [type(answer) for answer in answers] == [BoardExists, BoardExists]
            assert await two.find(board.code) == board
            assert await everything(two, board.id) == records(0, *"abc")

    async def test_a_board_whose_log_was_lost_is_put_back_under_its_row(self, redis_server: RedisServer) -> None:
        """LG6: given a row whose log is gone, as a cluster may lose it, when two survivors put the board back, then one
        does, the other is told that it exists, and a code it had before is free."""
        async with opened(redis_server.url) as one, opened(redis_server.url) as two:
            board = new_board()
            await one.create(board, records(0, *"abc"))
            await tell(redis_server, "DEL", f"rebond:{{{board.id}}}:meta")
            assert await one.find(board.id) is None
            back = BoardRecord(board.id, "OTHER", board.created_ms, board.epoch)
            answers = await asyncio.gather(
                *(log.create(back, records(0, *"abc")) for log in (one, two)), return_exceptions=True
            )
            assert sorted(type(answer).__name__ for answer in answers) == ["BoardExists", "NoneType"]
            assert await one.find("other") == back
            assert await one.find(board.code) is None
            assert await everything(one, board.id) == records(0, *"abc")

    async def test_all_nodes_keep_one_secret(self, start_redis: StartRedis, tmp_path: Path) -> None:
        """Given nodes that share nothing but Redis, when each proposes a secret, then all get the same one, also after
        Redis was killed; only who knows it replaces it."""
        server = start_redis(*FSYNC, data_dir=tmp_path / "redis")
        async with opened(server.url, Durability.FSYNC, **QUICK) as one, opened(server.url, **QUICK) as two:
            assert await one.secret() is None
            kept = set(await asyncio.gather(*(log.kept_secret(f"draft {n}") for n, log in enumerate((one, two)))))
            assert len(kept) == 1
            server.kill()
            start_redis(*FSYNC, data_dir=tmp_path / "redis", port=server.port)
            await answers(two)
            assert {await two.kept_secret("late"), await one.secret()} == kept
            assert await one.kept_secret("new", instead_of="not this one") in kept
            assert await one.kept_secret("new", instead_of=kept.pop()) == await two.kept_secret("late") == "new"

    async def test_installations_do_not_see_each_other(self, redis_server: RedisServer) -> None:
        """Given two prefixes in one Redis, when boards of one id are made in both, then each has its own."""
        async with opened(redis_server.url) as one, opened(redis_server.url, prefix="other") as two:
            board = await created(one, "a")
            assert await two.boards() == []
            with pytest.raises(UnknownBoard):
                await two.position(board)


class TestAddress:
    async def test_a_password_and_a_unix_socket(self, start_redis: StartRedis, tmp_path: Path) -> None:
        """Given a Redis with a password and a socket file, when both are used, then it opens; without the password one
        sentence says what is wrong, and no sentence ever holds it."""
        path = tmp_path / "redis.sock"
        server = start_redis("--unixsocket", str(path))
        await tell(server, "CONFIG", "SET", "requirepass", "geheim")
        for url in (f"unix://{path}?password=geheim", f"redis://:geheim@127.0.0.1:{server.port}"):
            async with opened(url) as log:
                await log.probe()
            assert "geheim" not in str(Address(url, 1.0))
        with pytest.raises(LogUnavailable, match="password") as refused:
            await RedisLog(f"redis://:falsch@127.0.0.1:{server.port}", Durability.MEMORY).open()
        assert "falsch" not in str(refused.value)

    async def test_an_encrypted_line(
        self, start_redis: StartRedis, free_port: Callable[[], int], tmp_path: Path
    ) -> None:
        """Given a Redis that speaks TLS, when its certificate is trusted, then everything works over it; when it is
        not, then it is not used."""
        key, certificate, port = tmp_path / "key.pem", tmp_path / "certificate.pem", free_port()
        await asyncio.to_thread(
            subprocess.run,
            [
                *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost"),
                *("-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate),
            ],
            check=True,
            capture_output=True,
        )
        start_redis(
            *("--tls-port", str(port), "--tls-auth-clients", "no", "--tls-key-file", str(key)),
            *("--tls-cert-file", str(certificate), "--tls-ca-cert-file", str(certificate)),
        )
        async with opened(f"rediss://127.0.0.1:{port}?ssl_ca_certs={certificate}") as log:
            board = await created(log)
            follower = await following(log, board, 0, 1)
            await log.append(board, 0, records(0, "a"))
            assert await follower == records(0, "a")
            await log.probe()
        with pytest.raises(LogUnavailable, match=r"(?i)certificate"):
            await RedisLog(f"rediss://127.0.0.1:{port}", Durability.MEMORY).open()

    async def test_a_redis_that_is_not_there(self, free_port: Callable[[], int]) -> None:
        """Given nobody at the address, when it is opened, then LogUnavailable says where it looked."""
        port = free_port()
        with pytest.raises(LogUnavailable, match=str(port)):
            await RedisLog(f"redis://127.0.0.1:{port}", Durability.MEMORY).open()

    @pytest.mark.parametrize(
        "url", ["http://localhost", "redis+sentinel://localhost", "redis+sentinel:///service", "redis+sentinel://h/s/x"]
    )
    def test_an_address_of_another_kind_is_a_mistake(self, url: str) -> None:
        """Given an address that is none of Redis, when a log is made with it, then ValueError says how they look."""
        with pytest.raises(ValueError, match=r"redis(\+sentinel)?://"):
            RedisLog(url, Durability.MEMORY)

    def test_no_secret_is_shown(self) -> None:
        """Given addresses with passwords, when they are shown, then without them."""
        for url in ("redis://me:geheim@h:1/2", "unix://me@/p?db=3&password=geheim", "redis+sentinel://:geheim@h,i/s/1"):
            shown = str(Address(url, 1.0))
            assert "geheim" not in shown
            assert shown.startswith(url.partition("://")[0])
