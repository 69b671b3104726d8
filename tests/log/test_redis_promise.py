"""What an acknowledged append on Redis survives (LG2), on every kind of server there is: its file, its replicas'."""

from pathlib import Path
from typing import Any

import pytest
from redis.exceptions import ResponseError

from rebond.log import Appended, Conflict, Durability, LogUnavailable, OutcomeUnknown, Position, ProbeFailed
from rebond.log.redis import RedisLog
from rebond.log.redis_calls import in_words
from rebond.log.redis_line import Lost, NotSent, Refused
from rebond.log.redis_promise import Copied, Flushed, Promise
from rebond.log.redis_server import Server
from tests.conftest import RedisServer, StartRedis
from tests.log.redis_cluster import tell
from tests.log.redis_programs import NAMES, PROGRAMS
from tests.log.redis_story import opened
from tests.log.story import created, everything, records

IN_A_FILE = ("--appendonly", "yes", "--repl-diskless-sync-delay", "0")
NOW_AND_THEN, ALWAYS = (*IN_A_FILE, "--appendfsync", "everysec"), (*IN_A_FILE, "--appendfsync", "always")
LONG: dict[str, Any] = {"replicas": 1, "replica_timeout_s": 20.0}
SHORT: dict[str, Any] = {"replicas": 1, "replica_timeout_s": 0.1}

SAFE = {"appendonly": "yes", "appendfsync": "always", "no-appendfsync-on-rewrite": "no"}
SLOWER = {**SAFE, "appendfsync": "everysec"}
NO_FILE = {**SAFE, "appendonly": "no"}


@pytest.fixture(params=PROGRAMS, ids=NAMES)
def program(request: pytest.FixtureRequest) -> str:
    """Each kind of server on this machine in turn."""
    path: str = request.param
    return path


def knows_waitaof(server: RedisServer) -> bool:
    """Whether the server counts files."""
    try:
        tell(server, "WAITAOF", 0, 0, 0)
    except ResponseError:
        return False
    return True


class TestWhatIsAsked:
    @pytest.mark.parametrize(
        ("durability", "replicas", "server", "asked"),
        [
            (Durability.MEMORY, 0, Server(SAFE, has_waitaof=True), None),
            (Durability.FSYNC, 0, Server(SAFE, has_waitaof=True), None),
            (Durability.FSYNC, 0, Server(SAFE, has_waitaof=False), None),
            (Durability.FSYNC, 0, Server(SLOWER, has_waitaof=True), None),
            (Durability.REPLICATED, 2, Server(SAFE, has_waitaof=True), (b"WAITAOF", 1, 2, 2_000)),
            (Durability.REPLICATED, 2, Server(SAFE, has_waitaof=False), (b"WAIT", 2, 2_000)),
            (Durability.REPLICATED, 2, Server(SLOWER, has_waitaof=True), (b"WAIT", 2, 2_000)),
            (Durability.REPLICATED, 2, Server(NO_FILE, has_waitaof=True), (b"WAIT", 2, 2_000)),
            (Durability.REPLICATED, 2, Server({}, has_waitaof=True), (b"WAIT", 2, 2_000)),
        ],
    )
    def test_what_a_server_can_count(
        self, durability: Durability, replicas: int, server: Server, asked: tuple[Any, ...] | None
    ) -> None:
        """LG2: given what is promised and how a server is set, when it is asked behind a write, then for files where it
        counts them, else for replicas; and for nothing where its answer is promise enough."""
        confirmation = Promise(durability, replicas, 2.0).confirmation(server)
        assert asked == (None if confirmation is None else confirmation.command)

    @pytest.mark.parametrize(
        ("confirmation", "answer", "lacking"),
        [
            (Copied(2, 1.0), 2, ""),
            (Copied(2, 1.0), 3, ""),
            (Copied(2, 1.0), 1, "1 of 2 replicas confirmed it"),
            (Flushed(2, 1.0), [0, 2], "Redis did not flush it to its disk in time"),
            (Flushed(2, 1.0), [1, 2], ""),
            (Flushed(2, 1.0), [1, 1], "1 of 2 replicas confirmed that it is on their disks"),
            (
                Flushed(1, 1.0),
                [0, 0],
                "Redis did not flush it to its disk in time and 0 of 1 replicas confirmed that it is on their disks",
            ),
            (Flushed(1, 1.0), 1, "Redis did not say how safe it is: 1"),
            (Flushed(1, 1.0), [1], "Redis did not say how safe it is: [1]"),
            (
                Copied(1, 1.0),
                ValueError("WAIT cannot be used"),
                "Redis did not say how safe it is: WAIT cannot be used",
            ),
        ],
    )
    def test_both_counts_are_looked_at(self, confirmation: Flushed | Copied, answer: Any, lacking: str) -> None:
        """LG2: given an answer to WAIT or WAITAOF, when it is read, then what falls short of the promise is said."""
        assert confirmation.lacking(answer) == lacking


class TestWords:
    @pytest.mark.parametrize(
        ("failure", "words"),
        [
            (
                NotSent(
                    "Error 111 connecting to localhost:1. Multiple exceptions: [Errno 111] Connect call failed "
                    "('::1', 1, 0, 0), [Errno 111] Connect call failed ('127.0.0.1', 1)."
                ),
                "nobody answers at localhost:1",
            ),
            (
                NotSent("No master found for 's' : <redis.asyncio.client.Redis(<host=localhost>)> - ConnectionError"),
                "no Sentinel that answers knows a master called s",
            ),
            (NotSent("Error 2 connecting to /a. No such file or directory"), "/a: No such file or directory"),
            (
                NotSent(
                    "no node says (a:1: Error 111 connecting to a:1. Connect call failed ('::1', 1); b:1: Error 111 "
                    "connecting to b:1. Multiple exceptions: [Errno 111] Connect call failed ('::1', 1))"
                ),
                "no node says (a:1: nobody answers at a:1; b:1: nobody answers at b:1)",
            ),
            (Lost('Protocol Error: b"HTTP/1.1 400 Bad Request"'), "what answers there is no Redis"),
            (NotSent('Protocol error, got "H" as reply type byte'), "what answers there is no Redis"),
            (
                Refused(
                    "OOM command not allowed when used memory > 'maxmemory'. "
                    "script: 8e20a1b0c3d4e5f60718293a4b5c6d7e8f901234, on @user_script:3."
                ),
                "OOM command not allowed when used memory > 'maxmemory'",
            ),
        ],
    )
    def test_why_is_said_without_python(self, failure: NotSent | Lost | Refused, words: str) -> None:
        """LG2: given why Redis did not do it, as a library or a script says it, then people are told in words."""
        assert in_words(failure) == words


class TestFiles:
    async def test_what_was_flushed_is_there_after_a_kill(
        self, start_redis: StartRedis, tmp_path: Path, program: str
    ) -> None:
        """LG2: given a server that flushes now and then, when fsync is asked of it, then it is refused; one that
        flushes always is not, and what was acknowledged is there after a kill."""
        with pytest.raises(LogUnavailable, match="« appendonly yes » and « appendfsync always »"):
            await RedisLog(start_redis(*NOW_AND_THEN, program=program).url, Durability.FSYNC).open()
        server = start_redis(*ALWAYS, program=program, data_dir=tmp_path / "redis")
        async with opened(server.url, Durability.FSYNC) as log:
            board = await created(log, "a")
            assert await log.append(board, 1, records(1, "b")) == Appended(Position("first", 2))
            await log.put_picture(board, "photo", b"light", 7)
        server.kill()
        start_redis(*ALWAYS, program=program, data_dir=tmp_path / "redis", port=server.port)
        async with opened(server.url) as log:
            assert await everything(log, board) == records(0, "a", "b")
            assert await log.picture(board, "photo") == b"light"


class TestReplicas:
    async def test_what_a_replica_confirmed_is_on_its_disk(
        self, start_redis: StartRedis, tmp_path: Path, program: str
    ) -> None:
        """LG2: given a master and a replica with files, when an append is acknowledged and both are killed, then the
        replica's file has it, where the server counts files."""
        master = start_redis(*ALWAYS, program=program)
        replica = start_redis(
            *ALWAYS, "--replicaof", "127.0.0.1", str(master.port), program=program, data_dir=tmp_path / "replica"
        )
        async with opened(master.url, Durability.REPLICATED, **LONG) as log:
            board = await created(log, "a")
            assert await log.append(board, 1, records(1, "b")) == Appended(Position("first", 2))
            await log.put_picture(board, "photo", b"light", 7)
            counted = knows_waitaof(master)
        for server in (replica, master):
            server.kill()
        if counted:
            survivor = start_redis(*ALWAYS, program=program, data_dir=tmp_path / "replica")
            async with opened(survivor.url) as log:
                assert await everything(log, board) == records(0, "a", "b")
                assert await log.picture(board, "photo") == b"light"

    async def test_a_master_that_stops_writing_its_file(self, start_redis: StartRedis, program: str) -> None:
        """LG2: given a master with a file and a replica, when somebody turns the file off, then where files are counted
        appends have an unknown outcome and say so; and what was written is there."""
        master = start_redis(*ALWAYS, program=program)
        start_redis(*ALWAYS, "--replicaof", "127.0.0.1", str(master.port), program=program)
        async with opened(master.url, Durability.REPLICATED, **LONG) as log:
            board = await created(log, "a")
            tell(master, "CONFIG", "SET", "appendonly", "no")
            if knows_waitaof(master):
                with pytest.raises(OutcomeUnknown, match="did not say how safe it is"):
                    await log.append(board, 1, records(1, "b"))
                conflict = await log.append(board, 1, records(1, "c"))
                assert conflict == Conflict(Position("first", 2), tuple(records(1, "b")))
            else:
                assert await log.append(board, 1, records(1, "b")) == Appended(Position("first", 2))

    async def test_too_few_replicas_are_said(self, start_redis: StartRedis, program: str) -> None:
        """LG2, HB8: given a Redis with fewer replicas than have to confirm, when it is opened, then one sentence says
        how many there are and how many it takes, nothing is acknowledged, no probe comes back, and what every node
        reads is read; when there are enough, then the probe comes back."""
        master = start_redis(*IN_A_FILE, program=program)
        short: dict[str, Any] = {"command_timeout_s": 3.0, "replica_timeout_s": 0.1}
        async with opened(master.url, Durability.REPLICATED, replicas=1, **short) as log:
            with pytest.raises(LogUnavailable) as said:
                await log.check_replicas()
            assert str(said.value) == (
                f"Redis at {master.url} has 0 replicas in reach and replicated(1) needs 1; "
                "start or attach replicas, or ask for fsync."
            )
            with pytest.raises(ProbeFailed):
                await log.probe()
            with pytest.raises(OutcomeUnknown):
                await log.kept_secret("the first draft")
            assert await log.agreed_secret("another draft") == "the first draft"
        start_redis("--replicaof", "127.0.0.1", str(master.port), program=program)
        async with opened(master.url, Durability.REPLICATED, **LONG) as log:
            await log.check_replicas()
            await log.probe()
        async with opened(master.url, Durability.REPLICATED, replicas=2, **short) as log:
            with pytest.raises(LogUnavailable, match=r"has 1 replicas in reach and replicated\(2\) needs 2"):
                await log.check_replicas()

    async def test_a_replica_without_a_file_confirms_no_file(self, start_redis: StartRedis, program: str) -> None:
        """LG2: given a master with a file and a replica without, when it is appended to, then where files are counted
        the outcome is unknown and says so, else the replica's memory is enough."""
        master = start_redis(*ALWAYS, program=program)
        start_redis("--replicaof", "127.0.0.1", str(master.port), program=program)
        async with opened(master.url) as log:
            board = await created(log)
        async with opened(master.url, Durability.REPLICATED, **(SHORT if knows_waitaof(master) else LONG)) as log:
            if knows_waitaof(master):
                with pytest.raises(OutcomeUnknown, match="0 of 1 replicas confirmed that it is on their disks"):
                    await log.append(board, 0, records(0, "a"))
            else:
                assert await log.append(board, 0, records(0, "a")) == Appended(Position("first", 1))
