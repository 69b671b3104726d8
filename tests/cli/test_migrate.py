"""`rebond migrate`: boards in a data folder and on Redis, and whatever may come between (LG1, LG3, LG6, LG7, DM2)."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol

import pytest
from typer.testing import CliRunner

from rebond.app import SECRET_FILE
from rebond.cli import main
from rebond.cli.migrate import MOVED_ON_STATUS
from rebond.cli.moving import Move, Outcome
from rebond.domain.fold import fold_all
from rebond.domain.state import EMPTY, STATE_VERSION, state_bytes
from rebond.log import (
    Appended,
    BoardRecord,
    Conflict,
    Durability,
    Log,
    LogReader,
    LogUnavailable,
    Person,
    Record,
    Snapshot,
    UnknownBoard,
)
from rebond.log.memory import MemoryLog
from rebond.log.moving import moving
from rebond.log.redis import RedisLog
from rebond.log.redis_values import SETTLE
from rebond.log.sqlite import SqliteLog
from rebond_protocol.codec import entry_bytes, read_entry
from rebond_protocol.entries import EVENTS_VERSION, Entry
from rebond_protocol.people import ParticipantJoined
from tests.cli.conftest import PROGRAM, Lively, Rebond, Said
from tests.conftest import RedisServer, StartRedis
from tests.log.redis_proxy import Proxy
from tests.log.redis_story import tell
from tests.log.story import everything
from tests.simulation.world import turns

MEMORY = ("--durability", "memory")


@pytest.fixture
def redis(start_redis: StartRedis) -> RedisServer:
    """A Redis that promises what `rebond migrate` asks of it by default."""
    return start_redis("--appendonly", "yes", "--appendfsync", "always")


@pytest.fixture
def rebond(monkeypatch: pytest.MonkeyPatch) -> Rebond:
    """Calls the program in this process: it is called often here, and starting it is most of what a call takes."""
    for name in [name for name in os.environ if name.startswith("REBOND_")]:
        monkeypatch.delenv(name)

    def call(*words: object, environment: Mapping[str, str] | None = None) -> Said:
        # In a thread, since it has an event loop of its own.
        with ThreadPoolExecutor(1) as thread:
            ended = thread.submit(CliRunner().invoke, main, [str(word) for word in words], env=environment).result()
        assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
        return Said(ended.exit_code, ended.stdout_bytes, ended.stderr)

    return call


@asynccontextmanager
async def in_redis(url: str) -> AsyncGenerator[RedisLog]:
    """The log there, closed afterwards."""
    log = RedisLog(url, Durability.MEMORY)
    await log.open()
    try:
        yield log
    finally:
        await log.close()


@asynccontextmanager
async def opened(place: Path | str) -> AsyncGenerator[SqliteLog | RedisLog]:
    """The log there, closed afterwards."""
    if isinstance(place, str):
        async with in_redis(place) as log:
            yield log
        return
    log = SqliteLog(place)
    await log.open()
    try:
        yield log
    finally:
        await log.close()


async def content(place: Path | str, board: str) -> list[object]:
    """All that makes a board what it is."""
    async with opened(place) as log:
        base = await log.base(board)
        return [
            await log.find(board),
            base,
            await everything(log, board, base.seq if base else 0),
            await log.people(board),
            await log.position(board),
            [(row, await log.picture(board, row.name)) for row in await log.pictures(board)],
        ]


def where(place: Path | str) -> str:
    """What the last line calls it."""
    return f"on Redis at {place}" if isinstance(place, str) else f"in the folder {place}"


def secret_of(data: Path) -> str:
    """What signs the tokens of this folder."""
    return (data / SECRET_FILE).read_text().strip()


def entries(after: int, count: int) -> list[Record]:
    """Entries that anybody can fold: people come in."""
    return [
        Record(
            seq,
            entry_bytes(
                Entry(
                    EVENTS_VERSION,
                    seq,
                    seq,
                    None,
                    None,
                    None,
                    (ParticipantJoined(f"p{seq}", "participant", None, seq),),
                )
            ),
        )
        for seq in range(after + 1, after + count + 1)
    ]


def board(number: int = 1) -> BoardRecord:
    """A board of this number."""
    return BoardRecord(f"board-{number}", f"CODE{number}", 1_700_000_000_000 + number, f"epoch {number}")


class TestThereAndBack:
    async def test_boards_people_links_and_erasures_come_back_as_they_were(
        self, rebond: Rebond, lively: Lively, erased: Lively, redis: RedisServer, tmp_path: Path
    ) -> None:
        """DM2, LG7. Given a board with ballots and people, whole or after an erasure, and the secret of its links, when
        it is moved to Redis and from there into a folder, then everything is the same, byte for byte, the epoch too, so
        that screens resume and links work; and moving it again changes nothing."""
        for number, source in enumerate((lively, erased)):
            url = f"{redis.url.rsplit('/', 1)[0]}/{number}"
            assert rebond("board", "new", "Another", "--data", source.data).status == 0  # makes the secret, too
            before = await content(source.data, source.id)
            back = tmp_path / f"back-{number}"
            for here, there in ((source.data, url), (url, back), (source.data, url)):
                said = rebond("migrate", "--from", here, "--to", there)
                assert (said.status, said.text) == (0, f"2 of 2 boards are {where(there)} as they are {where(here)}.\n")
                assert said.err == ""
            assert await content(url, source.id) == await content(back, source.id) == before
            assert secret_of(back) == secret_of(source.data)

    async def test_boards_are_chosen_by_name(self, rebond: Rebond, lively: Lively, redis: RedisServer) -> None:
        """Given two boards, when one is named, twice even, then it is moved alone; one that is not there is said not to
        be."""
        assert rebond("board", "new", "Another", "--data", lively.data).status == 0
        assert rebond("migrate", lively.code.lower(), lively.id, "--from", lively.data, "--to", redis.url).status == 0
        async with in_redis(redis.url) as log:
            assert [found.id for found in await log.boards()] == [lively.id]
        said = rebond("migrate", "NONE", "--from", lively.data, "--to", redis.url)
        assert said.complaint.startswith("There is no board 'NONE'")

    async def test_what_came_since_is_brought_by_running_it_again(
        self, rebond: Rebond, redis: RedisServer, tmp_path: Path
    ) -> None:
        """LG1, LG3, LG7. Given a moved board whose source went on, when it is moved again, then entries, people and
        pictures that came, changed or were erased are in the target as in the source; and back again, too."""
        data = tmp_path / "data"
        async with opened(data) as log:
            await log.create(board(), entries(0, 5))
            await log.put_person(board().id, Person("p1", "Ada", None, "a device"))
            await log.put_person(board().id, Person("p2", "Bob", None, "b device"))
            for name in ("stays", "goes", "changes"):
                await log.put_picture(board().id, name, b"light" * 40_000, 1)
        assert rebond("migrate", "--from", data, "--to", redis.url).status == 0
        async with opened(data) as log:
            await log.append(board().id, 5, entries(5, 3))
            await log.erase_pictures(board().id, ["goes"])
            for name in ("changes", "comes"):
                await log.put_picture(board().id, name, bytes(range(256)), 2)
            await log.erase_person(board().id, "p1")
            await log.put_person(board().id, Person("p2", "Bob", None, None))
            await log.put_person(board().id, Person("p3", "Eve", None, "b device"))
        assert rebond("migrate", "--from", data, "--to", redis.url).status == 0
        assert await content(redis.url, board().id) == await content(data, board().id)
        assert rebond("migrate", "--from", redis.url, "--to", tmp_path / "back").status == 0
        assert await content(tmp_path / "back", board().id) == await content(data, board().id)

    async def test_many_entries_come_in_pages(self, rebond: Rebond, start_redis: StartRedis, tmp_path: Path) -> None:
        """LG3. Given a board of more entries than a page and more people than a group, when it is moved there and back,
        then all are there."""
        data, url = tmp_path / "data", start_redis().url
        async with opened(data) as log:
            await log.create(board(), entries(0, 2_500))
            await asyncio.gather(
                *(log.put_person(board().id, Person(f"p{n}", f"Ada {n}", None, f"device {n}")) for n in range(1_200))
            )
        assert rebond("migrate", "--from", data, "--to", url, *MEMORY).status == 0
        assert rebond("migrate", "--from", url, "--to", tmp_path / "back").status == 0
        assert await content(tmp_path / "back", board().id) == await content(data, board().id)


class Stopped(Protocol):
    """What `migrating` gives."""

    def __call__(self, *words: object) -> subprocess.Popen[bytes]:
        """Starts `rebond migrate` with these words, to be stopped in the middle."""
        ...


@pytest.fixture
def migrating(tmp_path: Path) -> Iterator[Stopped]:
    """Starts migrations; none outlives the test."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*words: object) -> subprocess.Popen[bytes]:
        command = [str(PROGRAM), "migrate", *(str(word) for word in words)]
        process = subprocess.Popen(
            command, cwd=tmp_path, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


class TestInterrupted:
    @pytest.mark.parametrize("pages", [0, 1, 2, 3])
    async def test_killed_on_the_way_to_redis_it_is_gone_on_with(
        self, rebond: Rebond, migrating: Stopped, start_redis: StartRedis, tmp_path: Path, pages: int
    ) -> None:
        """LG3, LG6. Given a move that is killed (SIGKILL) after some pages reached Redis, when the target is looked at,
        then there is no board; when the move is made again, then the board is there, whole."""
        data, server = tmp_path / "data", start_redis()
        async with opened(data) as log:
            await log.create(board(), entries(0, 4_500))
        async with Proxy(server.port).listening() as proxy:
            await _killed_after(
                proxy, b"moving:log", pages, lambda: migrating("--from", data, "--to", proxy.url, *MEMORY)
            )
        async with in_redis(server.url) as log:
            await _not_there(log, board())
        assert rebond("migrate", "--from", data, "--to", server.url, *MEMORY).status == 0
        assert await content(server.url, board().id) == await content(data, board().id)

    @pytest.mark.parametrize("pages", [1, 3])
    async def test_killed_on_the_way_to_a_folder_it_is_gone_on_with(
        self, rebond: Rebond, migrating: Stopped, start_redis: StartRedis, tmp_path: Path, pages: int
    ) -> None:
        """LG3, LG6. The same the other way: a folder that a move was killed over can be served, without the board."""
        data, server = tmp_path / "data", start_redis()
        async with in_redis(server.url) as log:
            await log.kept_secret("a secret that is long enough for anybody")
            await log.create(board(), entries(0, 4_500))
        async with Proxy(server.port).listening() as proxy:
            await _killed_after(proxy, b":log\r\n", pages, lambda: migrating("--from", proxy.url, "--to", data))
        async with opened(data) as log:
            await _not_there(log, board())
        assert rebond("migrate", "--from", server.url, "--to", data).status == 0
        assert await content(data, board().id) == await content(server.url, board().id)

    @pytest.mark.parametrize("last", [b"moving:meta", b"{directory}:boards"])
    async def test_killed_while_it_is_settled_it_is_gone_on_with(
        self, rebond: Rebond, migrating: Stopped, start_redis: StartRedis, tmp_path: Path, last: bytes
    ) -> None:
        """LG6. Given a move that is killed between or after the steps of settling, when it is made again, then the
        board is there, once."""
        data, server = tmp_path / "data", start_redis()
        async with opened(data) as log:
            await log.create(board(), entries(0, 5))
        async with Proxy(server.port).listening() as proxy:
            settling = asyncio.Event()
            stuck = asyncio.Event()

            def swallow(data: bytes) -> bytes | None:
                if SETTLE.digest in data or SETTLE.source in data:
                    settling.set()
                if settling.is_set() and last in data:
                    stuck.set()
                return b"" if stuck.is_set() and last != b"moving:meta" else data

            proxy.requests = swallow
            process = migrating("--from", data, "--to", proxy.url, *MEMORY)
            await stuck.wait()
            process.kill()
            process.wait()
        assert rebond("migrate", "--from", data, "--to", server.url, *MEMORY).status == 0
        async with in_redis(server.url) as log:
            assert await log.boards() == [board()]
            with pytest.raises(UnknownBoard):
                await log.position(moving(board().id))
        assert await content(server.url, board().id) == await content(data, board().id)


async def _killed_after(proxy: Proxy, sign: bytes, pages: int, start: Callable[[], subprocess.Popen[bytes]]) -> None:
    """Start a move, let so many messages with this sign through, then nothing, and kill it."""
    stuck = asyncio.Event()
    left = pages

    def hold_back(data: bytes) -> bytes | None:
        nonlocal left
        if sign in data:
            if left == 0:
                stuck.set()
            left -= 1
        return b"" if stuck.is_set() else data

    proxy.requests = hold_back
    process = start()
    await stuck.wait()
    process.kill()
    process.wait()


async def _not_there(log: Log, board: BoardRecord) -> None:
    """Nobody who serves this log would serve the board."""
    assert await log.boards() == []
    assert await log.find(board.id) is None
    assert await log.find(board.code) is None
    with pytest.raises(UnknownBoard):
        await log.position(board.id)


class TestWhilePeopleGoOn:
    async def test_what_moved_on_is_said_and_brought_by_running_it_again(
        self, rebond: Rebond, start_redis: StartRedis, tmp_path: Path
    ) -> None:
        """LG6. Given a board that is written to, and another that is made, while it is being settled, when the move
        ends, then its status and its words say so; when nobody writes any more, running it again brings the rest."""
        source, server = start_redis(), start_redis()
        async with in_redis(source.url) as log, Proxy(server.port).listening() as proxy:
            await log.kept_secret("a secret that is long enough for anybody")
            await log.create(board(1), entries(0, 5))
            settling = asyncio.Event()

            def stop_once(data: bytes) -> bytes:
                if (SETTLE.digest in data or SETTLE.source in data) and not settling.is_set():
                    process.send_signal(signal.SIGSTOP)
                    settling.set()
                return data

            proxy.requests = stop_once
            process = await asyncio.create_subprocess_exec(
                *(PROGRAM, "migrate", "--from", source.url, "--to", proxy.url, *MEMORY),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
            await settling.wait()
            await log.append(board(1).id, 5, entries(5, 1))
            await log.create(board(2), entries(0, 1))
            process.send_signal(signal.SIGCONT)
            out, err = await process.communicate()
            assert process.returncode == MOVED_ON_STATUS
            assert out.decode() == f"0 of 2 boards are {where(proxy.url)} as they are {where(source.url)}.\n"
            for each in (board(1), board(2)):
                assert f"rebond: Board {each.code} is being written to. Stop the server" in err.decode()

            assert rebond("migrate", "--from", source.url, "--to", server.url, *MEMORY).status == 0
        for each in (board(1), board(2)):
            assert await content(server.url, each.id) == await content(source.url, each.id)

    async def test_a_board_that_is_written_to_all_the_time_is_not_there_before_it_is_whole(self) -> None:
        """LG3, LG6. Given a board that is written to whenever it is looked at, when it is moved, then it is said to
        move on and nobody finds it; when the writing ends, it arrives."""
        async with _memory() as source, _memory() as target:
            await source.create(board(), entries(0, 10))
            busy = True
            writes: list[asyncio.Task[object]] = []

            def seen(count: int) -> None:
                if busy:
                    end = 10 + len(writes)
                    writes.append(asyncio.ensure_future(source.append(board().id, end, entries(end, 1))))

            move = Move(source, target, board().id, seen, replace=False)
            assert await move.run() is Outcome.MOVED_ON
            await _not_there(target, board())
            busy = False
            await asyncio.gather(*writes)
            assert await move.run() is Outcome.ARRIVED
            assert await everything(target, board().id) == await everything(source, board().id)
            assert await move.still_equal()
            await source.put_person(board().id, Person("p1", "Ada", None, None))
            assert not await move.still_equal()

    async def test_words_erased_meanwhile_do_not_stay_in_the_target(self) -> None:
        """LG7. Given a board that was moved, or half moved, when words are erased in the source, within or beyond what
        the target has, then moving it again leaves none of them in the target."""
        for settled in (True, False):
            for erased_upto in (3, 7):
                async with _memory() as source, _memory() as target:
                    await source.create(board(), entries(0, 5))
                    move = Move(source, target, board().id, lambda entries: None, replace=True)
                    if settled:
                        assert await move.run() is Outcome.ARRIVED
                    else:
                        aside = moving(board().id)
                        await target.create(BoardRecord(aside, aside, 1, "epoch"), entries(0, 5))
                    await source.append(board().id, 5, entries(5, 5))
                    await source.compact(board().id, await _folded(source, board().id, erased_upto))
                    assert await move.run() is Outcome.ARRIVED
                    assert await target.base(board().id) == await source.base(board().id)
                    assert await everything(target, board().id, erased_upto) == entries(erased_upto, 10 - erased_upto)


@asynccontextmanager
async def _memory() -> AsyncGenerator[MemoryLog]:
    log = MemoryLog()
    await log.open()
    yield log
    await log.close()


class _Breaking(MemoryLog):
    """Gives no second page while it `breaks`."""

    breaks = False

    async def read(self, board: str, after: int, limit: int) -> list[Record]:
        if self.breaks and after:
            raise LogUnavailable("The disk is gone.")
        return await super().read(board, after, limit)


class _Slow(MemoryLog):
    """Takes its time to write, and will not write somebody."""

    refused: str | None = None
    under_way = 0
    written = 0

    async def append(self, board: str, expected_seq: int, records: Sequence[Record]) -> Appended | Conflict:
        async with self._writing():
            return await super().append(board, expected_seq, records)

    async def put_person(self, board: str, person: Person) -> None:
        if person.participant == self.refused:
            raise LogUnavailable("The disk is full.")
        async with self._writing():
            await super().put_person(board, person)

    @asynccontextmanager
    async def _writing(self) -> AsyncGenerator[None]:
        self.under_way += 1
        await turns(20)  # more than a failure takes to be heard of
        yield
        self.under_way -= 1
        self.written += 1


async def _folded(log: LogReader, board: str, upto: int) -> Snapshot:
    """The fold of the first entries, as a base."""
    state = fold_all(EMPTY, [read_entry(record.data) for record in await log.read(board, 0, upto)])
    return Snapshot(upto, STATE_VERSION, state_bytes(state))


class TestWhatDoesNotFit:
    async def test_a_board_that_went_on_in_the_target_is_left_alone(
        self, rebond: Rebond, start_redis: StartRedis, tmp_path: Path
    ) -> None:
        """Given a moved board that people used in the target, when it is moved again, then it is left as it is, and the
        words say what to do; with --replace it is as in the source."""
        data, server = tmp_path / "data", start_redis()
        async with opened(data) as log:
            await log.create(board(), entries(0, 5))
        assert rebond("migrate", "--from", data, "--to", server.url, *MEMORY).status == 0
        async with in_redis(server.url) as log:
            await log.append(board().id, 5, entries(5, 1))
        before = await content(server.url, board().id)
        said = rebond("migrate", "--from", data, "--to", server.url, *MEMORY)
        assert said.status == 1
        assert "stands in the target already, and differently. Choose an empty target, or --replace" in said.err
        assert await content(server.url, board().id) == before
        assert rebond("migrate", "--from", data, "--to", server.url, "--replace", *MEMORY).status == 0
        assert await content(server.url, board().id) == await content(data, board().id)

    async def test_lg7_a_name_erased_in_the_target_does_not_come_back(self, rebond: Rebond, tmp_path: Path) -> None:
        """LG7. Given a moved board in whose target a name was erased, with a new epoch as the hub gives, and somebody
        came in, when it is moved again, then nothing of the target is changed, and it is said to stand differently;
        with --replace it is as in the source."""
        data, there = tmp_path / "data", tmp_path / "there"
        async with opened(data) as log:
            await log.create(board(), entries(0, 5))
            await log.put_person(board().id, Person("p1", "Ana Martin", None, None))
        assert rebond("migrate", "--from", data, "--to", there).status == 0
        async with opened(there) as log:
            await log.erase_person(board().id, "p1")
            await log.renew_epoch(board().id, board().epoch)
            await log.put_person(board().id, Person("p2", "Bob", None, "b device"))
        async with opened(data) as log:
            await log.append(board().id, 5, entries(5, 1))
            await log.compact(board().id, await _folded(log, board().id, 3))
        before = await content(there, board().id)
        said = rebond("migrate", "--from", data, "--to", there)
        assert said.status == 1
        assert "stands in the target already, and differently" in said.err
        assert await content(there, board().id) == before
        assert rebond("migrate", "--from", data, "--to", there, "--replace").status == 0
        assert await content(there, board().id) == await content(data, board().id)

    async def test_a_fork_is_not_compacted_over(self) -> None:
        """LG6, LG7. Given a moved board that went on in the target, or had words erased there, and other than in the
        source, whose words were erased since, when it is moved again, then the target keeps what it has."""
        for erased_there in (False, True):
            async with _memory() as source, _memory() as target:
                await source.create(board(), entries(0, 5))
                move = Move(source, target, board().id, lambda entries: None, replace=False)
                assert await move.run() is Outcome.ARRIVED
                await target.append(board().id, 5, [Record(one.seq, entries(99, 1)[0].data) for one in entries(5, 2)])
                if erased_there:
                    await target.compact(board().id, Snapshot(7, STATE_VERSION, state_bytes(EMPTY)))
                await source.append(board().id, 5, entries(5, 2))
                await source.compact(board().id, await _folded(source, board().id, 6))
                base, rest = (
                    await target.base(board().id),
                    await everything(target, board().id, 7 if erased_there else 0),
                )
                assert await move.run() is Outcome.DIFFERS
                assert await target.base(board().id) == base
                assert await everything(target, board().id, 7 if erased_there else 0) == rest

    async def test_a_board_its_log_will_not_give_stops_no_other(
        self, rebond: Rebond, start_redis: StartRedis, tmp_path: Path
    ) -> None:
        """Given three boards, of one of which the people cannot be read, when all are moved, then the others arrive,
        and the reason is said of that one."""
        server = start_redis()
        async with in_redis(server.url) as log:
            await log.kept_secret("a secret that is long enough for anybody")
            for number in (1, 2, 3):
                await log.create(board(number), entries(0, 5))
        await tell(server, "SET", f"rebond:{{{board(2).id}}}:people", "no people")
        said = rebond("migrate", "--from", server.url, "--to", tmp_path / "there")
        assert said.status == 1
        assert said.text == f"2 of 3 boards are {where(tmp_path / 'there')} as they are {where(server.url)}.\n"
        assert f"rebond: Board {board(2).code} could not be moved: " in said.err
        for number in (1, 3):
            assert await content(tmp_path / "there", board(number).id) == await content(server.url, board(number).id)

    @pytest.mark.parametrize("failing", ["people", "entries"])
    async def test_a_move_that_fails_leaves_nothing_under_way(self, failing: str) -> None:
        """Given a log that fails in the middle of a group of writes, when the move has ended, then none of its writes
        is under way any more: whoever called it may close the log."""
        source, target = _Breaking(), _Slow()
        await source.open()
        await target.open()
        await source.create(board(), entries(0, 1_500))
        for one in range(1, 9):
            await source.put_person(board().id, Person(f"p{one}", f"Ada {one}", None, None))
        source.breaks = failing == "entries"
        target.refused = "p1" if failing == "people" else None
        with pytest.raises(LogUnavailable):
            await Move(source, target, board().id, lambda entries: None, replace=False).run()
        assert target.under_way == 0
        assert target.written == {"people": 2 + 7, "entries": 1}[failing], "pages, and people beside the refused one"

    async def test_a_code_or_an_entry_that_cannot_be_is_said(
        self, rebond: Rebond, start_redis: StartRedis, tmp_path: Path
    ) -> None:
        """Given a board whose code another board of the target has, and one with an entry nobody can read, when all are
        moved, then each is said, nobody finds them in the target, and the others arrive."""
        data, server = tmp_path / "data", start_redis()
        async with in_redis(server.url) as log:
            await log.create(board(1), entries(0, 1))
        taken = BoardRecord("other", board(1).code, 1, "epoch")
        async with opened(data) as log:
            await log.create(taken, entries(0, 1))
            await log.create(board(2), [Record(1, b"from the future")])
            await log.create(board(3), entries(0, 1))
        said = rebond("migrate", "--from", data, "--to", server.url, *MEMORY)
        assert said.status == 1
        assert f"Board {taken.code} has a join code that another board of the target has." in said.err
        assert f"Board {board(2).code} has an entry that this version cannot read." in said.err
        async with in_redis(server.url) as log:
            assert await log.boards() == [board(1), board(3)]

    async def test_secrets_that_differ(self, rebond: Rebond, start_redis: StartRedis, tmp_path: Path) -> None:
        """Given a target with a secret of its own, when it has boards, then nothing is moved; when it has none, then it
        gets the source's, and is said to need a restart; a source without one says what to do. Both ways."""
        data, server, folder = tmp_path / "data", start_redis(), tmp_path / "folder"
        assert rebond("board", "new", "Mine", "--data", data).status == 0
        assert rebond("board", "new", "Theirs", "--data", folder).status == 0
        async with in_redis(server.url) as log:
            await log.kept_secret("a secret that is long enough for anybody")
        said = rebond("migrate", "--from", data, "--to", server.url, *MEMORY)
        assert said.status == 0
        assert "restart the servers that run on it" in said.err
        async with in_redis(server.url) as log:
            assert await log.secret() == secret_of(data)
        for here, there in ((data, folder), (folder, server.url)):
            words = ("migrate", "--from", here, "--to", there, *MEMORY)
            assert "links of one side would die" in rebond(*words).complaint
            assert rebond(*words, environment={"REBOND_SECRET": "the operator's own, of enough letters"}).status == 0

        empty, bare = tmp_path / "empty", tmp_path / "bare"
        assert rebond("migrate", "--from", server.url, "--to", empty).status == 0
        assert secret_of(empty) == secret_of(data)
        async with opened(bare) as log:
            await log.create(board(9), entries(0, 1))
        said = rebond("migrate", "--from", bare, "--to", tmp_path / "fresh")
        assert said.status == 0
        assert "the same REBOND_SECRET" in said.err

    async def test_an_address_stays_off_the_command_line(
        self, rebond: Rebond, lively: Lively, redis: RedisServer, tmp_path: Path
    ) -> None:
        """Given REBOND_REDIS_URL, when boards are moved to `redis` and from there, then it is that Redis that is
        meant; without it one sentence says what the word stands for."""
        exported = {"REBOND_REDIS_URL": redis.url}
        for here, there in ((lively.data, "redis"), ("redis", tmp_path / "back")):
            assert rebond("migrate", "--from", here, "--to", there, environment=exported).status == 0
        assert await content(tmp_path / "back", lively.id) == await content(redis.url, lively.id)
        assert await content(redis.url, lively.id) == await content(lively.data, lively.id)
        assert (
            "the same place" in rebond("migrate", "--from", "redis", "--to", redis.url, environment=exported).complaint
        )
        said = rebond("migrate", "--from", lively.data, "--to", "redis").complaint
        assert said.startswith("`redis` stands for the address in REBOND_REDIS_URL, which is not set.")

    def test_places_that_are_none(self, rebond: Rebond, redis: RedisServer, tmp_path: Path) -> None:
        """Given places that are the same, not there, or not what they must be, when boards are to be moved, then one
        sentence says so, without a password, and nothing is made."""
        data = tmp_path / "data"
        assert "the same place" in rebond("migrate", "--from", data, "--to", f"{data}/../data").complaint
        assert "There are no boards" in rebond("migrate", "--from", data, "--to", redis.url).complaint
        assert rebond("board", "new", "Mine", "--data", data).status == 0
        said = rebond("migrate", "--from", data, "--to", "http://:geheim@example.org")
        assert "redis://" in said.complaint
        assert "geheim" not in said.err
        for mistyped in ("redis:/127.0.0.1:1", "rediss:a", "redis+a", "redis//a", "unix:a", "Redis:a"):
            for words in (("--from", data, "--to", mistyped), ("--from", mistyped, "--to", tmp_path / "new")):
                assert "The address of Redis cannot be read" in rebond("migrate", *words).complaint
        assert not (tmp_path / "new").exists()
        assert (
            "memory, fsync" in rebond("migrate", "--from", data, "--to", tmp_path / "x", "--durability", "no").complaint
        )

    async def test_a_folder_that_a_server_writes_to_is_no_target(
        self, rebond: Rebond, lively: Lively, tmp_path: Path
    ) -> None:
        """Given a folder that another process serves, when boards are moved into it, then it is refused; out of it they
        are moved."""
        async with opened(tmp_path / "served") as log:
            await log.create(board(), entries(0, 1))
            assert (
                "in use by process" in rebond("migrate", "--from", lively.data, "--to", tmp_path / "served").complaint
            )
            assert rebond("migrate", "--from", tmp_path / "served", "--to", tmp_path / "other").status == 0
        assert await content(tmp_path / "other", board().id) == await content(tmp_path / "served", board().id)
