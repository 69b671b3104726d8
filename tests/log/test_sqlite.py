"""What only a log on a disk can promise: it survives kills, full disks and older versions, and forgets for good."""

import asyncio
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rebond.log import (
    Appended,
    BoardRecord,
    DataFolderInUse,
    Durability,
    LogUnavailable,
    Person,
    PictureRow,
    Position,
    ProbeFailed,
    Record,
    SchemaMismatch,
    Snapshot,
)
from rebond.log.sqlite import ReadOnlySqliteLog, SqliteLog
from rebond.log.sqlite_store import DATABASE_FILE, RECLAIM_ROWS, migrations, open_writer
from tests.log.programs import BOARDS, entry
from tests.log.story import created, everything, new_board, records, take

ROOT = Path(__file__).parents[2]
KNOWN_SCHEMA = max(migrations())


@asynccontextmanager
async def opened(folder: Path, durability: Durability = Durability.FSYNC) -> AsyncGenerator[SqliteLog, None]:
    """A log on this folder, closed afterwards."""
    log = SqliteLog(folder, durability)
    await log.open()
    try:
        yield log
    finally:
        await log.close()


def program(*arguments: object) -> subprocess.Popen[str]:
    """One of tests/log/programs.py in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.log.programs", *map(str, arguments)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


def database(folder: Path) -> "closing[sqlite3.Connection]":
    """The file itself, behind the log's back."""
    return closing(sqlite3.connect(folder / DATABASE_FILE, isolation_level=None))


def bytes_on_disk(folder: Path) -> bytes:
    """Everything every file of the folder holds."""
    return b"".join(path.read_bytes() for path in folder.iterdir())


class TestDurability:
    @pytest.mark.parametrize("durability", [Durability.MEMORY, Durability.FSYNC])
    async def test_what_was_acknowledged_survives_a_kill(self, tmp_path: Path, durability: Durability) -> None:
        """LG2: given a process that appends, when it is killed at work, then every acknowledged entry is there."""
        acknowledged = dict.fromkeys(BOARDS, 0)
        with program("append", tmp_path, durability.value) as process:
            assert process.stdout is not None
            for _ in range(300):
                board, seq = process.stdout.readline().split()
                acknowledged[board] = int(seq)
            process.kill()
            for line in process.stdout.read().splitlines():
                # The last line may be torn by the kill.
                if len(words := line.split()) == 2:
                    acknowledged[words[0]] = max(acknowledged[words[0]], int(words[1]))

        async with opened(tmp_path, durability) as log:
            for board, seq in acknowledged.items():
                found = await everything(log, board)
                assert len(found) >= seq > 0
                assert found == records(0, *(entry(board, number) for number in range(1, len(found) + 1)))
                assert await log.position(board) == Position("first", len(found))

    async def test_everything_is_there_after_a_restart(self, tmp_path: Path) -> None:
        """LG2, LG5, LG7: given a log with all there can be in it, when it is opened again, then nothing changed."""
        board = new_board()
        async with opened(tmp_path) as log:
            await log.create(board, records(0, *"abcd"))
            await log.compact(board.id, Snapshot(2, 1, b"ab"))
            await log.save_snapshot(board.id, Snapshot(3, 1, b"abc"))
            await log.put_person(board.id, Person("p", "Ada", None, "device"))
            await log.put_picture(board.id, "photo", b"light" * 9_000, 7)
        async with opened(tmp_path) as log:
            assert await log.find(board.code) == board
            assert await log.position(board.id) == Position("first", 4)
            assert await everything(log, board.id, 2) == records(2, "c", "d")
            assert await log.base(board.id) == Snapshot(2, 1, b"ab")
            assert await log.snapshot(board.id) == Snapshot(3, 1, b"abc")
            assert await log.people(board.id) == [Person("p", "Ada", None, "device")]
            assert await log.pictures(board.id) == [PictureRow("photo", 45_000, 7)]
            assert await log.picture(board.id, "photo") == b"light" * 9_000
            assert await log.append(board.id, 4, records(4, "e")) == Appended(Position("first", 5))

    def test_replicated_is_not_on_offer(self, tmp_path: Path) -> None:
        """LG2: given one file, when replicated durability is asked of it, then it does not pretend."""
        with pytest.raises(ValueError, match="one copy"):
            SqliteLog(tmp_path, Durability.REPLICATED)

    async def test_a_full_disk_costs_nothing_but_the_append(self, tmp_path: Path) -> None:
        """LG1, LG2: given a disk that fills up, when appends fail, then none is torn, and later ones succeed."""
        process = program("fill", tmp_path)
        output, _ = process.communicate()
        assert process.returncode == 0, output
        refusal, end = output.splitlines()
        assert "nothing of it was kept" in refusal
        async with opened(tmp_path) as log:
            assert await log.position("full") == Position("first", int(end))

    async def test_a_failed_group_leaves_the_log_where_it_was(self, tmp_path: Path) -> None:
        """LG1: given a file that cannot be written for a while, when appends fail, then the next ones fit on."""
        async with opened(tmp_path) as log:
            boards = [await created(log, "a") for _ in range(3)]
            with database(tmp_path) as other:
                other.execute("BEGIN IMMEDIATE")
                refused = await asyncio.gather(
                    *(log.append(board, 1, records(1, "lost")) for board in boards), return_exceptions=True
                )
                assert [type(answer) for answer in refused] == [LogUnavailable] * 3
                with pytest.raises(ProbeFailed, match="Writing failed"):
                    await log.probe()
                other.execute("ROLLBACK")

            for board in boards:
                assert await log.append(board, 1, records(1, "b")) == Appended(Position("first", 2))
                assert await everything(log, board) == records(0, "a", "b")
            await log.probe()


class TestLostTail:
    async def test_a_crash_of_the_machine_without_fsync_renews_the_epochs(self, tmp_path: Path) -> None:
        """LG6: given durability memory and no clean end, when the machine was restarted since, then new epochs."""
        await self._crash(tmp_path, Durability.MEMORY, "another running of the machine")
        async with opened(tmp_path, Durability.MEMORY) as log:
            assert (await log.position("one")).epoch != "first"
            assert (await log.position("one")).epoch != (await log.position("two")).epoch

    async def test_a_crash_of_the_machine_with_fsync_keeps_them(self, tmp_path: Path) -> None:
        """LG6: given durability fsync and no clean end, when the machine was restarted since, then nothing was lost."""
        await self._crash(tmp_path, Durability.FSYNC, "another running of the machine")
        async with opened(tmp_path, Durability.MEMORY) as log:
            assert (await log.position("one")).epoch == "first"

    async def test_a_clean_end_keeps_them(self, tmp_path: Path) -> None:
        """LG6: given durability memory and a clean end, when the log is opened again, then the epochs are the same."""
        async with opened(tmp_path, Durability.MEMORY) as log:
            board = await created(log, "a")
        async with opened(tmp_path, Durability.MEMORY) as log:
            assert await log.position(board) == Position("first", 1)

    async def _crash(self, folder: Path, durability: Durability, boot_id: str) -> None:
        with program("append", folder, durability.value) as process:
            assert process.stdout is not None
            for _ in range(30):
                process.stdout.readline()
            process.kill()
        with database(folder) as file:
            file.execute("UPDATE session SET boot_id = ?", (boot_id,))


class TestOneWriter:
    async def test_a_second_process_is_refused_and_told_who_is_there(self, tmp_path: Path) -> None:
        """LG1: given a process that has the folder, when another opens it, then it is refused; after its end, not."""
        with program("append", tmp_path, "fsync") as process:
            assert process.stdout is not None
            process.stdout.readline()
            with pytest.raises(DataFolderInUse, match=rf"process {process.pid}\b.*stop"):
                await SqliteLog(tmp_path).open()
            process.kill()
            process.wait()
            async with opened(tmp_path) as log:
                await log.probe()

    async def test_a_reader_beside_the_writer_sees_what_it_writes(self, tmp_path: Path) -> None:
        """LG3: given a process that writes, when another reads or follows, then it sees all, and writes nothing."""
        reader = ReadOnlySqliteLog(tmp_path, poll_ms=5)
        with program("append", tmp_path, "fsync") as process:
            assert process.stdout is not None
            process.stdout.readline()
            await reader.open()
            found = [board.id for board in await reader.boards()]
            board = found[0]
            seen = await take(reader.follow(board, 0, "first"), 100)
            assert seen == records(0, *(entry(board, number) for number in range(1, len(seen) + 1)))
            assert (await reader.position(board)).seq >= 100
            assert await reader.snapshot(board) is None
            process.kill()
        await reader.close()
        assert not hasattr(reader, "append")

    async def test_a_closed_folder_can_be_read(self, tmp_path: Path) -> None:
        """LG3: given a log that was closed, when it is read only, then everything is there, and no file changed."""
        async with opened(tmp_path) as log:
            board = await created(log, "a", "b")
            await log.put_picture(board, "photo", b"light", 7)
        before = (tmp_path / DATABASE_FILE).read_bytes()
        reader = ReadOnlySqliteLog(tmp_path)
        await reader.open()
        assert await everything(reader, board) == records(0, "a", "b")
        assert await reader.pictures(board) == [PictureRow("photo", 5, 7)]
        assert await reader.picture(board, "photo") == b"light"
        await reader.close()
        assert (tmp_path / DATABASE_FILE).read_bytes() == before

    async def test_an_empty_folder_is_not_mistaken_for_an_empty_log(self, tmp_path: Path) -> None:
        """Given a folder without boards, when it is read only, then LogUnavailable says so, and no file is made."""
        with pytest.raises(LogUnavailable, match="no boards"):
            await ReadOnlySqliteLog(tmp_path).open()
        assert bytes_on_disk(tmp_path) == b""


class TestSchema:
    @pytest.mark.parametrize("version", range(1, KNOWN_SCHEMA))
    async def test_an_older_schema_is_brought_up_to_date(self, tmp_path: Path, version: int) -> None:
        """Given data of any older schema, when it is opened, then it is all there and everything works."""
        self._made_by(tmp_path, version)
        with pytest.raises(SchemaMismatch, match="start the server once"):
            await ReadOnlySqliteLog(tmp_path).open()

        async with opened(tmp_path) as log:
            assert await everything(log, "old") == [Record(1, b"kept")]
            assert await log.append("old", 1, records(1, "new")) == Appended(Position("then", 2))
            await log.put_person("old", Person("p", None, None, None))
            await log.put_picture("old", "photo", b"light", 7)
            await log.probe()
        with database(tmp_path) as file:
            assert file.execute("PRAGMA user_version").fetchone() == (KNOWN_SCHEMA,)

    async def test_a_newer_schema_is_refused(self, tmp_path: Path) -> None:
        """Given data of a newer schema, when it is opened to write or read, then one sentence says what to do."""
        async with opened(tmp_path):
            pass
        with database(tmp_path) as file:
            file.execute(f"PRAGMA user_version = {KNOWN_SCHEMA + 1}")
        before = (tmp_path / DATABASE_FILE).read_bytes()

        for log in (SqliteLog(tmp_path), ReadOnlySqliteLog(tmp_path)):
            with pytest.raises(SchemaMismatch, match=rf"schema {KNOWN_SCHEMA + 1}\b.*install") as refused:
                await log.open()
            assert str(refused.value).count(". ") == 0
        assert (tmp_path / DATABASE_FILE).read_bytes() == before

    async def test_a_file_that_is_no_database_is_refused(self, tmp_path: Path) -> None:
        """Given another kind of file in the place of the database, when it is opened, then LogUnavailable."""
        (tmp_path / DATABASE_FILE).write_bytes(b"this is a letter to a friend, and not a database at all" * 99)
        with pytest.raises(LogUnavailable, match="cannot be opened"):
            await SqliteLog(tmp_path).open()

    def test_the_schema_page_says_what_the_migrations_make(self) -> None:
        """Given schema.sql, which people read, when it is compared with what the migrations make, then it is that."""
        page = (ROOT / "server/rebond/log/schema.sql").read_text()
        shapes: list[list[tuple[str, str]]] = []
        for scripts in ([page], list(migrations().values())):
            with closing(sqlite3.connect(":memory:")) as file:
                for script in scripts:
                    file.executescript(script)
                rows = file.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name")
                shapes.append([(name, " ".join(sql.split())) for name, sql in rows])
        assert shapes[0] == shapes[1]

    def _made_by(self, folder: Path, version: int) -> None:
        with database(folder) as file:
            for each in range(1, version + 1):
                file.executescript(migrations()[each])
            file.execute(f"PRAGMA user_version = {version}")
            file.execute("INSERT INTO board (no, id, code, created_ms, epoch) VALUES (1, 'old', 'OLD', 1, 'then')")
            file.execute("INSERT INTO record (board_no, seq, data) VALUES (1, 1, ?)", (b"kept",))


class TestErasure:
    async def test_compacted_words_stand_in_no_file(self, tmp_path: Path) -> None:
        """LG7: given words in entries and caches, when they are compacted away, then no file has them, others stay."""
        async with opened(tmp_path) as log:
            board = await created(log, "a secret word", "harmless", "x" * 9_000 + "long secret" + "x" * 9_000)
            other = await created(log, "somebody else's word")
            await log.save_snapshot(board, Snapshot(3, 1, b"cached secret" * 1_000))
            assert b"secret" in bytes_on_disk(tmp_path)
            await log.compact(board, Snapshot(3, 1, b"clean base"))

            found = bytes_on_disk(tmp_path)
            assert b"secret" not in found
            assert b"clean base" in found
            await log.compact(board, Snapshot(3, 1, b"cleaner"))
            assert b"clean base" not in bytes_on_disk(tmp_path)
            assert await everything(log, other) == records(0, "somebody else's word")

    async def test_an_erased_person_stands_in_no_file(self, tmp_path: Path) -> None:
        """LG7: given people, renamed even, when one is erased, then no file has any name they had; the others stay."""
        async with opened(tmp_path) as log:
            board = await created(log)
            await log.put_person(board, Person("p1", "Josephine", "jo@example.org", "digest-of-jo"))
            await log.put_person(board, Person("p1", "Fifi", "fifi@example.org", "digest-of-jo"))
            await log.put_person(board, Person("p2", "Bertrand", None, "digest-of-bertrand"))
            await log.erase_person(board, "p1")

            found = bytes_on_disk(tmp_path)
            for word in (b"Josephine", b"jo@", b"Fifi", b"fifi@", b"digest-of-jo"):
                assert word not in found
            assert b"Bertrand" in found

    @pytest.mark.parametrize("size", [1, 4_000, 4_061, 300_000])  # in and beyond the page that its row is in
    async def test_an_erased_picture_stands_in_no_file(self, tmp_path: Path, size: int) -> None:
        """LG7: given pictures of any size, put again even, when one is erased, then no file has any byte of it; the
        others stay."""
        async with opened(tmp_path) as log:
            board = await created(log)
            for name in ("gone", "stays"):
                await log.put_picture(board, name, f"<{name} first>".encode() * size, 1)
                await log.put_picture(board, name, f"<{name} last>".encode() * size, 2)
            await log.erase_pictures(board, ["gone"])

            found = bytes_on_disk(tmp_path)
            assert b"<gone" not in found
            assert b"<stays last>" in found
            assert await log.picture(board, "stays") == b"<stays last>" * size

    @pytest.mark.parametrize("seed", [12, 14, 21])  # crowds of which deleting one row leaves copies
    async def test_one_erased_among_many_leaves_no_copy(self, tmp_path: Path, seed: int) -> None:
        """LG7: given a crowd whose rows were moved between pages as it grew, when some go, then no copy stays."""
        chance = random.Random(seed)
        crowd = [f"<{number:04}>" for number in range(400)]
        chance.shuffle(crowd)
        async with opened(tmp_path, Durability.MEMORY) as log:
            board = await created(log)
            for mark in crowd:
                name = f"name{mark}" * chance.randint(1, 20)
                await log.put_person(board, Person(f"person{mark}", name, None, f"device{mark}"))
            for mark in chance.sample(crowd, 40):
                await log.erase_person(board, f"person{mark}")
                assert mark.encode() not in bytes_on_disk(tmp_path)
            assert len(await log.people(board)) == 360

    @settings(max_examples=10)
    @given(seed=st.integers(0, 2**32))
    @example(seed=221)  # finds a snapshot in a page among other rows
    async def test_no_history_leaves_a_trace(self, tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
        """LG7: given boards whose entries, caches, people and pictures come in turns and in all sizes, so that they
        share pages and move between them, when some are erased, then no word of those is anywhere."""
        chance = random.Random(seed)
        folder = tmp_path_factory.mktemp("traces")
        async with opened(folder, Durability.MEMORY) as log:
            boards = [f"board-{number}" for number in range(10)]
            for board in boards:
                await log.create(BoardRecord(board, board, 0, "first"), [])
            histories = [_History(log, board, chance) for board in boards]
            for _ in range(chance.randrange(300, 900)):
                _check_gone(await chance.choice(histories).go_on(), folder)
            for history in histories:
                _check_gone(await history.end(), folder)

    async def test_an_erasure_waits_for_who_is_reading_but_nobody_waits_for_it(self, tmp_path: Path) -> None:
        """LG7: given another process in the middle of a read, when words are erased, then appends go on, and the
        erasure is done when the read is."""
        async with opened(tmp_path) as log:
            board = await created(log, "a secret word")
            with database(tmp_path) as other:
                other.execute("BEGIN")
                other.execute("SELECT count(*) FROM record").fetchone()
                erasure = asyncio.create_task(log.compact(board, Snapshot(1, 1, b"base")))
                for seq in range(1, 10):
                    assert isinstance(await log.append(board, seq, records(seq, "next")), Appended)
                assert not erasure.done()
                other.execute("COMMIT")
            await erasure
            assert b"secret" not in bytes_on_disk(tmp_path)

    async def test_an_erasure_cut_short_is_finished_at_the_next_start(self, tmp_path: Path) -> None:
        """LG7: given a process that ended between deleting and wiping, when the log is opened, then it is wiped."""
        before, after = tmp_path / "before", tmp_path / "after"
        async with opened(before) as log:
            board = await created(log, "secret")
        connection = open_writer(before, Durability.FSYNC)
        connection.execute("UPDATE record SET data = zeroblob(length(data)) WHERE board_no > 0")
        shutil.copytree(before, after)
        connection.close()
        assert b"secret" in bytes_on_disk(after)

        async with opened(after) as log:
            await log.erase_person(board, "nobody")
            assert b"secret" not in bytes_on_disk(after)

    async def test_only_the_owner_may_read_the_files(self, tmp_path: Path) -> None:
        """LG7: given names in the folder, when it is made, then other users of the machine cannot look into it."""
        folder = tmp_path / "new" / "data"
        async with opened(folder):
            assert os.stat(folder).st_mode & 0o077 == 0
            assert all(path.stat().st_mode & 0o077 == 0 for path in folder.iterdir())


def _check_gone(words: list[bytes], folder: Path) -> None:
    if words:
        found = bytes_on_disk(folder)
        assert [word for word in words if word in found] == []


class _History:
    """One board's random life, and the words that must be nowhere after an erasure."""

    def __init__(self, log: SqliteLog, board: str, chance: random.Random) -> None:
        self._log = log
        self._board = board
        self._chance = chance
        self._end = 0
        self._words = 0
        self._entries: dict[int, bytes] = {}
        self._caches: list[bytes] = []
        self._people: dict[str, list[bytes]] = {}
        self._pictures: dict[str, list[bytes]] = {}

    async def go_on(self) -> list[bytes]:
        """Do one thing; the words it erased, if it did."""
        steps = [self._append, self._cache, self._name, self._picture, self._compact, self._erase, self._blank]
        return await self._chance.choices(steps, [40, 30, 26, 20, 2, 2, 2])[0]()

    async def end(self) -> list[bytes]:
        """Compact everything, erase whoever came first and all pictures; the words this erased."""
        return [
            *await self._compact_up_to(self._end),
            *await self._erase_whom(next(iter(self._people), "nobody")),
            *await self._blank_these(list(self._pictures)),
        ]

    def _word(self) -> bytes:
        self._words += 1
        return b"<%s:%d>" % (self._board.encode(), self._words)

    async def _append(self) -> list[bytes]:
        word = self._word()
        text = word * self._chance.choice([1, 2, 3, 10, 50, 1_000])
        await self._log.append(self._board, self._end, [Record(self._end + 1, text)])
        self._end += 1
        self._entries[self._end] = word
        return []

    async def _cache(self) -> list[bytes]:
        word = self._word()
        text = word * self._chance.choice([1, 10, 30, 60, 150, 300, 3_000])
        await self._log.save_snapshot(self._board, Snapshot(self._end, 1, text))
        self._caches.append(word)
        return []

    async def _name(self) -> list[bytes]:
        participant = f"p{self._chance.randrange(60)}"
        words = [self._word() for _ in range(3)]
        name, contact, device_key = (word.decode() for word in words)
        await self._log.put_person(self._board, Person(participant, name * 5, contact, device_key))
        self._people.setdefault(participant, []).extend(words)
        return []

    async def _picture(self) -> list[bytes]:
        word, name = self._word(), f"n{self._chance.randrange(9)}"
        data = word * self._chance.choice([1, 10, 60, 300, 3_000])
        await self._log.put_picture(self._board, name, data, self._words)
        self._pictures.setdefault(name, []).append(word)
        return []

    async def _blank(self) -> list[bytes]:
        return await self._blank_these([f"n{self._chance.randrange(9)}" for _ in range(3)])

    async def _blank_these(self, names: list[str]) -> list[bytes]:
        await self._log.erase_pictures(self._board, names)
        return [word for name in names for word in self._pictures.pop(name, [])]

    async def _compact(self) -> list[bytes]:
        base = await self._log.base(self._board)
        return await self._compact_up_to(self._chance.randint(base.seq if base else 0, self._end))

    async def _compact_up_to(self, seq: int) -> list[bytes]:
        await self._log.compact(self._board, Snapshot(seq, 1, b"base" * self._chance.choice([1, 2_000])))
        gone = [word for at, word in self._entries.items() if at <= seq] + self._caches
        self._entries = {at: word for at, word in self._entries.items() if at > seq}
        self._caches = []
        return gone

    async def _erase(self) -> list[bytes]:
        return await self._erase_whom(f"p{self._chance.randrange(60)}")

    async def _erase_whom(self, participant: str) -> list[bytes]:
        await self._log.erase_person(self._board, participant)
        return self._people.pop(participant, [])


class TestProbe:
    async def test_a_probe_that_does_not_come_back_in_time_fails(self, tmp_path: Path) -> None:
        """HB8: given no time at all, when the log is probed, then ProbeFailed says why, and the next probe works."""
        log = SqliteLog(tmp_path, probe_timeout_s=0)
        await log.open()
        with pytest.raises(ProbeFailed, match="did not come back within 0 s"):
            await log.probe()
        await log.close()
        with pytest.raises(ProbeFailed, match="not open"):
            await SqliteLog(tmp_path).probe()

    async def test_blank_rows_and_old_probes_are_given_back_at_the_next_start(self, tmp_path: Path) -> None:
        """HB8, LG7: given more blank rows than others, when the log is opened again, then the file is small again, and
        what is live is all there."""
        async with opened(tmp_path, Durability.MEMORY) as log:
            await log.probe()
            await log.probe()
            board = await created(log, *("x" * 100 for _ in range(RECLAIM_ROWS)), "last")
            await log.compact(board, Snapshot(RECLAIM_ROWS, 1, b"base"))
        large_bytes = (tmp_path / DATABASE_FILE).stat().st_size
        async with opened(tmp_path) as log:
            assert await everything(log, board, RECLAIM_ROWS) == records(RECLAIM_ROWS, "last")
            assert await log.base(board) == Snapshot(RECLAIM_ROWS, 1, b"base")
            await log.probe()
        assert (tmp_path / DATABASE_FILE).stat().st_size * 10 < large_bytes
        with database(tmp_path) as file:
            assert file.execute("SELECT count(*) FROM record").fetchone() == (3,)
