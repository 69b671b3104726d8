"""What a Redis that came back with less, or a master that was replaced, does to those who know more (LG2, LG3, LG6).

Survivors put back what they hold as rooms do: they read where the log ends, compare, and append the rest.
"""

import asyncio
import random
import sys
from collections.abc import Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from rebond.log import (
    Appended,
    BoardExists,
    BoardRecord,
    Conflict,
    Durability,
    Log,
    LostTail,
    Position,
    Record,
    Snapshot,
    UnknownBoard,
)
from rebond.log.redis import RedisLog
from rebond.log.redis_line import Address, Line
from tests.conftest import RedisServer, StartRedis, seeds
from tests.log.programs import BOARDS, entry
from tests.log.redis_sentinel import replace_master, sentinels
from tests.log.redis_story import FSYNC, QUICK, answers, meanwhile, opened, tell
from tests.log.story import everything, following, new_board, records

AT_ONCE = ("--repl-diskless-sync-delay", "0")


async def put_back(log: Log, board: BoardRecord, held: Sequence[Record], base: Snapshot | None = None) -> bool:
    """Put back what is held, from behind the base on; whether the log has that afterwards, and not something else."""
    while True:
        try:
            end = await log.position(board.id)
        except UnknownBoard:
            try:
                await log.create(board, held, base)
            except BoardExists:
                continue
            return True
        base_seq = base.seq if base else 0
        here = await log.read(board.id, base_seq, len(held) + 10)
        known = here[: len(held)]
        if known != list(held[: len(known)]):
            return False
        if end.seq >= base_seq + len(held):
            return True
        answer = await log.append(board.id, end.seq, held[end.seq - base_seq :])
        if isinstance(answer, Appended):
            return True


class TestOlderCopy:
    @pytest.mark.parametrize("seed", seeds(3))
    async def test_two_survivors_put_back_what_they_hold_in_any_order(
        self, start_redis: StartRedis, tmp_path: Path, seed: int
    ) -> None:
        """LG3, LG6: given two nodes that follow a board and are ahead of the copy that Redis came back with, by as much
        or not, when both put back what they hold and go on, at once or one after the other, then the log is what they
        had and what they added, in one epoch, and followers have all of it, once."""
        chance = random.Random(seed)
        board = new_board()
        server = start_redis(data_dir=tmp_path / "redis")
        async with opened(server.url, **QUICK, check_ms=50) as one, opened(server.url, **QUICK, check_ms=50) as two:
            await one.create(board, records(0, "a", "b"))
            await tell(server, "SAVE")
            held = records(0, "a", "b")
            for _ in range(chance.randint(1, 4)):
                more = records(len(held), *("c" * chance.randint(1, 9) for _ in range(chance.randint(1, 3))))
                await chance.choice((one, two)).append(board.id, len(held), more)
                held += more
            for log in (one, two):
                await everything(log, board.id)
                await log.probe()
            server.kill()
            start_redis(data_dir=tmp_path / "redis", port=server.port)
            shorter = held[: chance.randint(3, len(held))]
            both = [(one, held), (two, shorter)]
            chance.shuffle(both)
            if chance.random() < 0.5:
                done = await asyncio.gather(*(put_back(log, board, known) for log, known in both))
            else:
                done = [await put_back(log, board, known) for log, known in both]
            assert done == [True, True]
            followers = [await following(log, board.id, len(held), 2) for log in (one, two)]
            for log in (one, two):
                (last,) = (await everything(log, board.id))[-1:]
                assert isinstance(await log.append(board.id, last.seq, records(last.seq, "after")), Appended)
            assert await everything(two, board.id) == [*held, *records(len(held), "after", "after")]
            assert await one.position(board.id) == Position("first", len(held) + 2)
            for follower in followers:
                assert await follower == records(len(held), "after", "after")

    async def test_as_many_changes_are_not_the_same_changes(self, start_redis: StartRedis, tmp_path: Path) -> None:
        """LG3, LG6: given a follower that is ahead of the copy Redis came back with, when another puts back what it
        holds in one go and adds something, so that the log counts as many changes as before, then the follower gets
        what was added."""
        board = new_board()
        server = start_redis(data_dir=tmp_path / "redis")
        async with opened(server.url, **QUICK, check_ms=50) as log:
            await log.create(board, records(0, "a"))
            await tell(server, "SAVE")
            for seq, text in ((1, "b"), (2, "c")):
                await log.append(board.id, seq, records(seq, text))
            server.kill()
            start_redis(data_dir=tmp_path / "redis", port=server.port)

            async def go_on(other: RedisLog) -> None:
                assert await put_back(other, board, records(0, *"abc"))
                await other.append(board.id, 3, records(3, "d"))

            meanwhile(server.url, go_on)
            follower = await following(log, board.id, 3, 1)
            assert await follower == records(3, "d")
            assert await log.append(board.id, 4, records(4, "e")) == Appended(Position("first", 5))

    async def test_a_board_that_is_gone_whole_is_put_back_behind_its_base(self, start_redis: StartRedis) -> None:
        """LG6: given two nodes that know a compacted board, when Redis comes back empty and both put it back at once,
        then it is there once, found by its code, and goes on, and what its links are signed with is there too."""
        board, server = new_board(), start_redis()
        async with opened(server.url, **QUICK) as one, opened(server.url, **QUICK) as two:
            base = Snapshot(2, 1, b"ab")
            secret = await one.kept_secret("under which links were handed out")
            await one.create(board, records(2, *"cd"), base)
            await two.read(board.id, 2, 10)
            server.kill()
            start_redis(port=server.port)
            await asyncio.gather(answers(one), answers(two))
            done = await asyncio.gather(
                put_back(one, board, records(2, *"cd"), base), put_back(two, board, records(2, *"cd"), base)
            )
            assert done == [True, True]
            assert await two.find(board.code) == board
            assert await two.secret() == secret
            assert await everything(two, board.id, 2) == records(2, *"cd")
            assert await two.append(board.id, 4, records(4, "e")) == Appended(Position("first", 5))
            assert await one.append(board.id, 4, records(4, "x")) == Conflict(
                Position("first", 5), tuple(records(4, "e"))
            )


class TestNodeKilled:
    @pytest.mark.parametrize("durability", list(Durability))
    async def test_what_a_killed_node_acknowledged_is_there(
        self, start_redis: StartRedis, durability: Durability
    ) -> None:
        """LG2: given a node that appends, at any durability, when it is killed at work, then everything it acknowledged
        is there, in order, once, and at most what it had not been answered yet beside it."""
        server = start_redis(*AT_ONCE, *FSYNC)
        if durability is Durability.REPLICATED:
            start_redis(*AT_ONCE, "--replicaof", "127.0.0.1", str(server.port))
        node = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.log.programs", "append", server.url, durability.value),
            stdout=asyncio.subprocess.PIPE,
        )
        assert node.stdout is not None
        lines = [await node.stdout.readline() for _ in range(60)]
        node.kill()
        lines += (await node.stdout.read()).splitlines()
        await node.wait()
        acknowledged = dict(line.decode().split() for line in lines)
        async with opened(server.url) as log:
            for board in BOARDS:
                found = await everything(log, board)
                assert [record.seq for record in found] == list(range(1, len(found) + 1))
                assert [record.data.decode() for record in found] == [entry(board, one.seq) for one in found]
                assert 0 <= len(found) - int(acknowledged.get(board, 0)) <= 1


class TestMasterThatForgot:
    async def test_a_master_that_comes_back_empty_takes_its_replicas_along(self, start_redis: StartRedis) -> None:
        """LG2, LG6: given a master without a file, whose replica confirmed everything, when it is killed and started
        again at once, then the replica copies its emptiness, as Redis has it; the nodes are told, and put back what
        they hold."""
        board = new_board()
        master = start_redis(*AT_ONCE)
        replica = start_redis(*AT_ONCE, "--replicaof", "127.0.0.1", str(master.port))
        patient: dict[str, Any] = {"replicas": 1, "replica_timeout_s": 20.0, **QUICK}
        async with opened(master.url, Durability.REPLICATED, **patient) as log:
            await log.create(board, records(0, *"abc"))
            follower = await following(log, board.id, 3, 1)
            await log.probe()
            assert await tell(replica, "XLEN", f"rebond:{{{board.id}}}:log") == 3
            master.kill()
            start_redis(*AT_ONCE, port=master.port)
            with pytest.raises(UnknownBoard):
                await follower
            await answers(log)
            assert await tell(replica, "EXISTS", f"rebond:{{{board.id}}}:log") == 0
            assert await put_back(log, board, records(0, *"abc"))
            assert await tell(replica, "XLEN", f"rebond:{{{board.id}}}:log") == 3


class TestLaggingReplica:
    async def test_what_a_lagging_replica_lost_is_noticed_and_put_back(
        self, start_redis: StartRedis, tmp_path: Path
    ) -> None:
        """LG2, LG3, LG6: given a replica that was cut off from its master, when the master is killed and Sentinel makes
        the replica master, then a node that is ahead notices, puts back what it holds, and all goes on; what only
        needed the master's memory was acknowledged and would be gone without it."""
        board = new_board()
        master = start_redis(*AT_ONCE)
        start_redis(*AT_ONCE, "--replicaof", "127.0.0.1", str(master.port))
        patient: dict[str, Any] = {"command_timeout_s": 5.0, "probe_timeout_s": 5.0, "check_ms": 200}
        with sentinels(tmp_path) as start_sentinel:
            sentinel = start_sentinel(master, 1)
            url = f"redis+sentinel://127.0.0.1:{sentinel.port}/rebond/0"
            async with opened(url, **patient) as log, opened(url, **patient) as other:
                async with opened(url, Durability.REPLICATED, replicas=1, replica_timeout_s=20.0) as careful:
                    await careful.create(board, records(0, "a", "b"))
                for each in (log, other):
                    await each.probe()
                    await everything(each, board.id)
                async with aclosing(other.follow(board.id, 2)) as follower:
                    heard = asyncio.create_task(anext(follower))
                    await _cut_replicas_off(master)
                    assert await log.append(board.id, 2, records(2, "c")) == Appended(Position("first", 3))
                    # Whoever is not ahead of what the replica has could notice nothing.
                    assert await heard == records(2, "c")
                    master.kill()
                    replace_master(sentinel)
                    with pytest.raises(LostTail) as lost:
                        await anext(follower)
                assert lost.value.position == Position("first", 2)
                await answers(log)
                assert await put_back(log, board, records(0, *"abc"))
                goes_on = await following(other, board.id, 3, 1)
                assert await log.append(board.id, 3, records(3, "d")) == Appended(Position("first", 4))
                assert await goes_on == records(3, "d")


async def _cut_replicas_off(master: RedisServer) -> None:
    """Cut the replicas' lines, and let them not come back: they have no password. Lines that are there stay."""
    line = Line(Address(master.url, 5.0), 5.0)
    for words in ("CONFIG SET requirepass geheim", "CLIENT KILL TYPE replica"):
        await line.call(*words.encode().split())
    await line.close()
