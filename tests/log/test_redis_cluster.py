"""What a log on a Redis Cluster has to promise beside the contract: slots that move, shards that fail or are gone."""

import asyncio
import secrets
from collections.abc import Callable, Iterator
from contextlib import aclosing, suppress
from pathlib import Path
from typing import Any

import pytest
from redis.crc import key_slot

from rebond.log import (
    Appended,
    Conflict,
    Durability,
    EpochChanged,
    LogUnavailable,
    OutcomeUnknown,
    Position,
    ProbeFailed,
    Record,
    Snapshot,
)
from rebond.log.redis import RedisLog
from rebond.log.redis_cluster import Cluster, Node
from rebond.log.redis_line import NotSent
from tests.conftest import LOOPBACK, RedisServer
from tests.log.certificates import make_certificate
from tests.log.redis_cluster import RedisCluster, clusters, tell
from tests.log.redis_programs import NAMES, PROGRAMS
from tests.log.redis_story import PATIENT, answers, closes_before_an_answer, opened
from tests.log.story import created, everything, following, records

QUICK: dict[str, Any] = {"command_timeout_s": 3.0, "settle_timeout_s": 60.0}
NEVER_CHECKS: dict[str, Any] = {"check_ms": 1_000_000}
"""Nothing is found by looking now and then: what is not told is missed."""
THE_END = b"the end"


@pytest.fixture(scope="session", params=PROGRAMS, ids=NAMES)
def cluster(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisCluster]:
    """A cluster of each kind of server there is; tests may move slots, and have a part of their own, by prefix."""
    if request.param == PROGRAMS[0]:
        yield request.getfixturevalue("redis_cluster")
        return
    with clusters(tmp_path_factory.mktemp("cluster"), request.param) as start:
        yield start()


@pytest.fixture
def part() -> dict[str, Any]:
    """A prefix that no other test has."""
    return {"prefix": secrets.token_hex(4), **QUICK}


def slot_of(board: str) -> str:
    """A key in the slot of everything of this board."""
    return f"{{{board}}}"


async def created_on(log: RedisLog, cluster: RedisCluster, server: RedisServer) -> str:
    """The id of a new board on this master."""
    while cluster.owner(slot_of(board := await created(log))) is not server:
        pass
    return board


def files_of(server: RedisServer) -> bytes:
    """All that it has on disk."""
    found: list[bytes] = []
    for path in server.log_path.parent.rglob("*"):
        # Redis takes away files while they are looked at.
        with suppress(FileNotFoundError, IsADirectoryError):
            found.append(path.read_bytes())
    return b"".join(found)


class Writer:
    """A node that appends to a board for ever, its conflicts solved, and notes what was acknowledged."""

    def __init__(self, log: RedisLog, board: str, name: str) -> None:
        self._log = log
        self._board = board
        self._name = name
        self._stop = asyncio.Event()
        self._moved = asyncio.Event()
        self.acknowledged: list[bytes] = []
        self._work = asyncio.create_task(self._write())

    async def _write(self) -> None:
        seq = 0
        while not self._stop.is_set():
            data = f"{self._name}{len(self.acknowledged)}".encode()
            answer = await self._log.append(self._board, seq, [Record(seq + 1, data)])
            if isinstance(answer, Conflict):
                seq += len(answer.missed)
                continue
            seq = answer.position.seq
            self.acknowledged.append(data)
            self._moved.set()

    async def goes_on(self, appends: int = 5) -> None:
        """Returns when so many more were acknowledged."""
        wanted = len(self.acknowledged) + appends
        while len(self.acknowledged) < wanted:
            self._moved.clear()
            moved = asyncio.create_task(self._moved.wait())
            await asyncio.wait((moved, self._work), return_when=asyncio.FIRST_COMPLETED)
            if self._work.done():
                moved.cancel()
                await self._work

    async def stop(self) -> None:
        """Finish what is under way."""
        self._stop.set()
        await self._work


async def followed(log: RedisLog, board: str) -> list[Record]:
    """Every record up to the end, as it is followed."""
    seen: list[Record] = []
    async with aclosing(log.follow(board, 0)) as batches:
        async for batch in batches:
            seen += batch
            if batch[-1].data == THE_END:
                break
    return seen


async def check_story(log: RedisLog, board: str, writers: list[Writer], follower: asyncio.Task[list[Record]]) -> None:
    """Ends the story. Everything acknowledged is there exactly once, in each writer's order, and nothing else; and the
    follower has seen all of it once."""
    await asyncio.gather(*(writer.stop() for writer in writers))
    found = await everything(log, board)
    assert [record.seq for record in found] == list(range(1, len(found) + 1))
    assert len(found) == sum(len(writer.acknowledged) for writer in writers)
    for writer in writers:
        mine = set(writer.acknowledged)
        assert [record.data for record in found if record.data in mine] == writer.acknowledged
    end = Record(len(found) + 1, THE_END)
    assert isinstance(await log.append(board, len(found), [end]), Appended)
    assert await follower == [*found, end]


class TestShards:
    async def test_boards_live_on_every_shard(self, cluster: RedisCluster, part: dict[str, Any]) -> None:
        """LG1, LG3, HB8: given boards on all shards and two nodes, when one appends and tells notes, then the other,
        which looks nowhere by itself, gets all of it, and probes come back from every shard."""
        async with opened(cluster.url, **part, **NEVER_CHECKS) as here, opened(cluster.url, **part) as there:
            boards = [await created(there) for _ in range(24)]
            assert {cluster.owner(slot_of(board)).port for board in boards} == {each.port for each in cluster.masters}
            followers = [await following(here, board, 0, 2) for board in boards]
            await here.probe()
            heard = [asyncio.create_task(anext(here.listen(board))) for board in boards]
            for board in boards:
                assert await there.append(board, 0, records(0, "a", "b")) == Appended(Position("first", 2))
            assert await asyncio.gather(*followers) == [records(0, "a", "b")] * len(boards)
            # All notes were asked for before this probe was, on the same connections.
            await here.probe()
            for board in boards:
                await there.broadcast(board, board.encode())
            assert await asyncio.gather(*heard) == [board.encode() for board in boards]
            assert len(await here.boards()) == len(boards)

    async def test_lines_that_break_lose_and_double_nothing(self, cluster: RedisCluster, part: dict[str, Any]) -> None:
        """LG2, LG3: given nodes that append and one that follows, when all connections to all shards are cut again and
        again, then everything acknowledged is there once and was followed once."""
        async with opened(cluster.url, **part) as one, opened(cluster.url, **part, **NEVER_CHECKS) as two:
            board = await created(one)
            follower = asyncio.create_task(followed(two, board))
            writers = [Writer(one, board, "a"), Writer(two, board, "b")]
            for kind in ("normal", "pubsub", "normal", "pubsub", "normal"):
                await asyncio.gather(*(writer.goes_on() for writer in writers))
                for master in cluster.masters:
                    await asyncio.to_thread(tell, master, "CLIENT", "KILL", "TYPE", kind)
            await asyncio.gather(*(writer.goes_on() for writer in writers))
            await check_story(one, board, writers, follower)

    async def test_a_shard_that_forked_is_not_followed_across(
        self, cluster: RedisCluster, part: dict[str, Any]
    ) -> None:
        """LG3, LG6: given a board on one shard, which falls back to what it had and goes on from there by another node,
        when messages tell of that, and one that nobody can read comes before, then its follower is told and yields
        nothing of it, and a follower of a board on another shard goes on."""
        async with opened(cluster.url, **part, **NEVER_CHECKS) as log, opened(cluster.url, **part) as other:
            board = await created_on(log, cluster, cluster.masters[0])
            elsewhere = await created_on(log, cluster, cluster.masters[1])
            await log.append(board, 0, records(0, "a"))
            names = [f"{part['prefix']}:{{{board}}}:{name}" for name in ("meta", "log")]
            lagged = [tell(cluster.masters[0], "DUMP", name) for name in names]
            neighbour = await following(log, elsewhere, 0, 1)
            async with aclosing(log.follow(board, 0)) as follower:
                assert await anext(follower) == records(0, "a")
                await log.append(board, 1, records(1, "b"))
                assert await anext(follower) == records(1, "b")
                for name, data in zip(names, lagged, strict=True):
                    tell(cluster.masters[0], "RESTORE", name, 0, data, "REPLACE")
                tell(cluster.masters[0], "SPUBLISH", f"{part['prefix']}:{{{board}}}:moved", b"\xc1")
                assert await other.read(board, 0, 10) == records(0, "a")
                for seq in range(1, 5):
                    assert isinstance(await other.append(board, seq, records(seq, f"other {seq}")), Appended)
                with pytest.raises(EpochChanged):
                    raise AssertionError(await anext(follower))
            await other.append(elsewhere, 0, records(0, "c"))
            assert await neighbour == records(0, "c")


class TestSlotsThatMove:
    async def test_a_slot_that_moved_meanwhile_is_found(self, cluster: RedisCluster, part: dict[str, Any]) -> None:
        """LG1: given a node that knew of one server and has not heard of it, when a slot has moved, then it reads and
        writes where that is."""
        url = f"redis+cluster://127.0.0.1:1,127.0.0.1:{cluster.masters[-1].port}"
        async with opened(url, **part, **NEVER_CHECKS) as log:
            board = await created(log, "a")
            cluster.move_slot(slot_of(board), cluster.others(slot_of(board))[0])
            answers = await asyncio.gather(log.append(board, 1, records(1, "b")), log.read(board, 0, 1))
            assert answers == [Appended(Position("first", 2)), records(0, "a")]

    async def test_under_writes_nothing_is_lost_doubled_or_unfollowed(
        self, cluster: RedisCluster, part: dict[str, Any]
    ) -> None:
        """LG1, LG3, HB8: given nodes that append and one that follows and looks nowhere by itself, when the board's
        slot moves round all masters and on, then everything acknowledged is there once and was followed once, and
        probes come back from where it is now."""
        async with opened(cluster.url, **part) as one, opened(cluster.url, **part, **NEVER_CHECKS) as two:
            board = await created(one)
            home = cluster.owner(slot_of(board))
            follower = asyncio.create_task(followed(two, board))
            writers = [Writer(one, board, "a"), Writer(two, board, "b")]
            for target in (*cluster.others(slot_of(board)), home, *cluster.others(slot_of(board))):
                await asyncio.gather(*(writer.goes_on() for writer in writers))
                await asyncio.to_thread(cluster.move_slot, slot_of(board), target)
            await asyncio.gather(*(writer.goes_on() for writer in writers))
            await check_story(one, board, writers, follower)
            await two.probe()

    async def test_a_slot_on_its_way_is_read_and_written(self, cluster: RedisCluster, part: dict[str, Any]) -> None:
        """LG1, LG3: given a board whose slot is on its way, before and after its keys have gone, when it is read and
        written, then where the keys are; and a follower that looks nowhere by itself has all of it in the end."""
        async with opened(cluster.url, **part, **NEVER_CHECKS) as here, opened(cluster.url, **part) as there:
            board = await created(there, "a")
            follower = await following(here, board, 0, 3)
            await here.probe()
            target = cluster.others(slot_of(board))[0]
            source = cluster.open_slot(slot_of(board), target)
            assert await there.append(board, 1, records(1, "b")) == Appended(Position("first", 2))
            cluster.move_keys(slot_of(board), source, target)
            assert await there.append(board, 2, records(2, "c")) == Appended(Position("first", 3))
            assert await everything(there, board) == records(0, *"abc")
            assert await there.position(board) == Position("first", 3)
            cluster.close_slot(slot_of(board), target)
            assert await follower == records(0, *"abc")

    async def test_what_cannot_be_done_half_moved_waits(self, cluster: RedisCluster, part: dict[str, Any]) -> None:
        """LG1, LG2: given a board without entries whose slot is on its way, when it is appended to, then that waits for
        the slot, and lands once; or says in time that nothing was kept."""
        hurried: dict[str, Any] = {**part, "command_timeout_s": 2.0}
        async with opened(cluster.url, **part) as log, opened(cluster.url, **hurried) as impatient:
            board = await created(log)
            target = cluster.others(slot_of(board))[0]
            source = cluster.open_slot(slot_of(board), target)
            cluster.move_keys(slot_of(board), source, target)
            with pytest.raises(LogUnavailable, match="nothing was kept"):
                await impatient.append(board, 0, records(0, "never"))
            append = asyncio.create_task(log.append(board, 0, records(0, "a")))
            assert await log.position(board) == Position("first", 0)
            cluster.close_slot(slot_of(board), target)
            assert await append == Appended(Position("first", 1))
            assert await everything(impatient, board) == records(0, "a")


class TestShardsThatFail:
    async def test_a_shard_without_its_replicas_is_said_and_what_is_there_is_read(
        self, cluster: RedisCluster, part: dict[str, Any]
    ) -> None:
        """LG2, HB8: given masters without replicas, when a node asks for one, then a sentence says so, boards are read,
        and nothing is acknowledged."""
        short: dict[str, Any] = {**part, "replica_timeout_s": 0.1}
        async with opened(cluster.url, **part) as log:
            board = await created(log, "a")
        async with opened(cluster.url, Durability.REPLICATED, replicas=1, **short) as log:
            with pytest.raises(LogUnavailable, match=r"a master with 0 replicas in reach and replicated\(1\) needs 1"):
                await log.check_replicas()
            assert await everything(log, board) == records(0, "a")
            with pytest.raises(ProbeFailed):
                await log.probe()
            with pytest.raises(OutcomeUnknown):
                await log.append(board, 1, records(1, "b"))

    @pytest.mark.parametrize("harm", ["kill", "pause"])
    async def test_what_its_replica_confirmed_survives_a_master(
        self, tmp_path: Path, part: dict[str, Any], harm: str
    ) -> None:
        """LG2, LG3, HB8: given a shard with a replica and a node that appends until that confirmed, when the master is
        killed or freezes, then its replica takes over with everything acknowledged, once, and nodes, followers and
        probes find their way there by themselves."""
        with clusters(tmp_path) as start:
            cluster = start("--cluster-node-timeout", "1000", replicas=1)
            patient: dict[str, Any] = {**part, "command_timeout_s": 3.0, "probe_timeout_s": 3.0, "check_ms": 200}
            async with opened(cluster.url, **patient) as other:
                board = await created_on(other, cluster, cluster.masters[0])
                follower = await following(other, board, 0, 40)
                await other.probe()
                acknowledged = records(0, *(f"entry {seq}" for seq in range(40)))
                confirmed: dict[str, Any] = {**part, "replicas": 1, "replica_timeout_s": 20.0}
                async with opened(cluster.url, Durability.REPLICATED, **confirmed) as log:
                    for seq in range(30):
                        assert await log.append(board, seq, [acknowledged[seq]]) == Appended(Position("first", seq + 1))
                (replica,) = cluster.replicas
                tell(replica, "CONFIG", "SET", "cluster-replica-no-failover", "yes")
                getattr(cluster.masters[0], harm)()
                with pytest.raises(ProbeFailed):
                    await other.probe()
                tell(replica, "CONFIG", "SET", "cluster-replica-no-failover", "no")
                await answers(other)
                assert await everything(other, board) == acknowledged[:30]
                assert await other.append(board, 30, acknowledged[30:]) == Appended(Position("first", 40))
                assert await follower == acknowledged
                assert tell(replica, "ROLE")[0] == b"master"

    async def test_a_log_that_is_closed_does_not_wait_for_shards_that_say_nothing(self, tmp_path: Path) -> None:
        """LG2, HB7: given frozen shards that were given all the time there is, when the log is closed, then whoever
        waits to read is told that it is away, and of what was sent that nobody knows what became of it."""
        with clusters(tmp_path) as start:
            cluster = start(masters=1)
            async with opened(cluster.url, **PATIENT) as log:
                board = await created(log, "a")
                cluster.masters[0].pause()
                await closes_before_an_answer(log, board)

    async def test_a_shard_that_is_gone_takes_its_own_boards_only(self, tmp_path: Path, part: dict[str, Any]) -> None:
        """LG2, LG3, HB8: given a cluster that goes on without a shard, when that is killed, then boards elsewhere go
        on, nodes that follow a board there say that they do not deliver, and others do; when it is back, so is all of
        it, by itself."""
        flushed = ("--appendonly", "yes", "--appendfsync", "always")
        with clusters(tmp_path) as start:
            cluster = start("--cluster-require-full-coverage", "no", *flushed)
            async with (
                opened(cluster.url, Durability.FSYNC, **part, probe_timeout_s=1.0) as here,
                opened(cluster.url, Durability.FSYNC, **part) as there,
            ):
                doomed, _ = cluster.others("{directory}")
                on_it, elsewhere = [
                    await created_on(here, cluster, server) for server in (doomed, cluster.owner("{directory}"))
                ]
                hit, spared = await following(here, on_it, 0, 1), await following(there, elsewhere, 0, 1)
                await asyncio.gather(here.probe(), there.probe())
                doomed.kill()
                with pytest.raises(ProbeFailed):
                    await here.probe()
                with pytest.raises((LogUnavailable, OutcomeUnknown)):
                    await here.append(on_it, 0, records(0, "a"))
                await there.probe()
                assert await here.append(elsewhere, 0, records(0, "b")) == Appended(Position("first", 1))
                assert await spared == records(0, "b")
                cluster.start_again(doomed)
                await answers(here)
                assert await here.append(on_it, 0, records(0, "a")) == Appended(Position("first", 1))
                assert await hit == records(0, "a")

    async def test_a_slot_that_nobody_has_is_not_delivered_from(self, tmp_path: Path, part: dict[str, Any]) -> None:
        """HB8: given a followed board, when its slot belongs to nobody, then the node says that it does not deliver,
        until somebody has it again."""
        with clusters(tmp_path) as start:
            cluster = start("--cluster-require-full-coverage", "no", masters=1)
            hurried: dict[str, Any] = {**part, "command_timeout_s": 1.0, "probe_timeout_s": 1.0, "check_ms": 20}
            async with opened(cluster.url, **hurried) as log:
                board = await created(log, "a")
                follower = await following(log, board, 1, 1)
                await log.probe()
                slot = key_slot(slot_of(board).encode())
                tell(cluster.masters[0], "CLUSTER", "DELSLOTS", slot)
                with pytest.raises(LogUnavailable, match="slot"):
                    await log.append(board, 1, records(1, "never"))
                with pytest.raises(ProbeFailed, match=r"slot|come back"):
                    await log.probe()
                tell(cluster.masters[0], "CLUSTER", "ADDSLOTS", slot)
                await answers(log)
                assert (await log.append(board, 1, records(1, "b"))).position == Position("first", 2)
                assert await follower == records(1, "b")


class TestErasure:
    async def test_erased_words_stand_in_no_file_of_any_shard(self, tmp_path: Path, part: dict[str, Any]) -> None:
        """LG7: given words and a picture on a board whose slot has moved, when they are compacted away and erased, then
        no file has them, neither where they are nor where they were."""
        with clusters(tmp_path) as start:
            cluster = start("--appendonly", "yes", "--appendfsync", "always")
            async with opened(cluster.url, **part) as log:
                board = await created(log, "a secret word")
                await log.put_picture(board, "photo", b"<photo>" * 9_000, 7)
                target = cluster.others(slot_of(board))[0]
                before = cluster.owner(slot_of(board))
                cluster.move_slot(slot_of(board), target)
                for server in (before, target):
                    assert b"secret" in files_of(server)
                    assert b"<photo>" in files_of(server)
                await log.erase_pictures(board, ["photo"])
                assert [server for server in cluster.nodes if b"<photo>" in files_of(server)] == []
                await log.compact(board, Snapshot(1, 1, b"clean base"))
                assert [server for server in cluster.nodes if b"secret" in files_of(server)] == []
                assert b"clean base" in files_of(target)


class TestAddress:
    async def test_an_encrypted_cluster(
        self, free_port: Callable[[], int], tmp_path: Path, part: dict[str, Any]
    ) -> None:
        """Given a cluster that speaks TLS, when its certificate is trusted, then everything works over it; when it is
        not, then it is not used."""
        key, certificate, port = tmp_path / "key.pem", tmp_path / "certificate.pem", free_port()
        await asyncio.to_thread(make_certificate, key, certificate)
        encrypted = (
            "--tls-port",
            str(port),
            "--tls-cluster",
            "yes",
            "--tls-auth-clients",
            "no",
            "--tls-ca-cert-file",
            str(certificate),
        )
        with clusters(tmp_path) as start:
            start(*encrypted, "--tls-key-file", str(key), "--tls-cert-file", str(certificate), masters=1)
            async with opened(f"rediss+cluster://127.0.0.1:{port}?ssl_ca_certs={certificate}", **part) as log:
                board = await created(log)
                follower = await following(log, board, 0, 1)
                await log.append(board, 0, records(0, "a"))
                assert await follower == records(0, "a")
                await log.probe()
            with pytest.raises(LogUnavailable, match=r"(?i)certificate"):
                await RedisLog(f"rediss+cluster://127.0.0.1:{port}", Durability.MEMORY).open()

    @pytest.mark.parametrize(
        "url",
        [
            "redis+cluster://",
            "redis+cluster:///0",
            "redis+cluster://h:1/1",
            "redis+cluster://h:1?db=1",
            "redis+cluster://h:x",
        ],
    )
    def test_an_address_of_another_kind_is_a_mistake(self, url: str) -> None:
        """Given what is no cluster's address, when a log is made with it, then ValueError says what is wrong."""
        with pytest.raises(ValueError, match=r"redis\+cluster://host:port|Port"):
            RedisLog(url, Durability.MEMORY)

    def test_nodes_are_reached_like_the_cluster(self) -> None:
        """Given an address with name, password and options, when a node is reached, then with the same; shown is none
        of what is secret."""
        cluster = Cluster("rediss+cluster://me:geheim@one,two:7000,[::1]:7001?ssl_ca_certs=/ca.pem", 1.0)
        assert str(cluster) == "rediss+cluster://one,two:7000,[::1]:7001"
        for node, shown in ((Node("one", 6379), "one:6379"), (Node("::1", 7001), "[::1]:7001")):
            assert str(cluster.address(node)) == f"rediss://{shown}"
            wire: Any = cluster.address(node).wire()
            assert (wire.host, wire.port, wire.username, wire.password) == (*node, "me", "geheim")
            assert wire.ssl_context.ca_certs == "/ca.pem"

    async def test_whoever_waits_for_the_slots_is_told_that_the_log_is_closed(self) -> None:
        """LG2, HB7: given somebody who waits for a server that says nothing to say who has which slot, when the log is
        closed, then they are told that nothing was sent, and go on: it is not they who are ended."""
        asked, over = asyncio.Event(), asyncio.Event()

        async def says_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            asked.set()
            await over.wait()
            writer.close()

        async with await asyncio.start_server(says_nothing, LOOPBACK, 0) as server:
            port = server.sockets[0].getsockname()[1]
            cluster = Cluster(f"redis+cluster://{LOOPBACK}:{port}", 3_600.0)
            learning = asyncio.ensure_future(cluster.learn())
            await asked.wait()
            await cluster.close()
            with pytest.raises(NotSent):
                await learning
            over.set()

    async def test_a_server_that_is_no_cluster_is_refused(self, redis_server: RedisServer) -> None:
        """Given one server, when it is opened as a cluster, then one sentence says that it is none."""
        with pytest.raises(LogUnavailable, match="cluster support disabled"):
            await RedisLog(f"redis+cluster://127.0.0.1:{redis_server.port}", Durability.MEMORY).open()
