"""The log in one SQLite file, `rebond.db` in the data folder: `SqliteLog` for the one process that writes, and
`ReadOnlySqliteLog` for any other that reads beside it.

Rules: LG1 to LG8, HB8. Writes go to the one writing thread (`sqlite_writer`: group commit), reads to a thread with a
connection that cannot write (`sqlite_reads`); opening, locking and migrations stand in `sqlite_store`.
Must not know: what an entry says, rooms, the wire.
"""

import asyncio
import contextlib
import os
import secrets
import sqlite3
from collections.abc import AsyncGenerator, Collection, Sequence
from pathlib import Path

from rebond.log.interface import (
    Appended,
    BoardExists,
    BoardRecord,
    CodeTaken,
    Compacted,
    Conflict,
    DeviceTaken,
    Durability,
    EpochChanged,
    LogUnavailable,
    Person,
    Position,
    ProbeFailed,
    Record,
    Snapshot,
    UnknownBoard,
    check_contiguous,
    check_first,
    check_last,
)
from rebond.log.moving import moving
from rebond.log.notes import Listeners
from rebond.log.sqlite_reads import HEADS, SqliteReads
from rebond.log.sqlite_store import PADDING, lock_folder, new_epoch, open_writer
from rebond.log.sqlite_writer import Group, Head, Move, Writer
from rebond.log.tails import FOLLOW_BATCH, Tail, check_followable

PROBE_BOARD = "(probe)"
"""The board of the probes, number 0: in no list, found by no code."""

_PERSON_COLUMNS = "board_no, participant, name, contact, device_key"


class SqliteLog(SqliteReads):
    """Every board in one SQLite file, for the one process that writes (a Log).

    `folder` is made if it is not there; a lock in it keeps a second writing process out. `durability` is MEMORY or
    FSYNC. `probe_timeout_s` bounds `probe`.
    """

    shared = False

    def __init__(
        self, folder: Path, durability: Durability = Durability.FSYNC, *, probe_timeout_s: float = 5.0
    ) -> None:
        if durability is Durability.REPLICATED:
            raise ValueError("SQLite keeps one copy: durability is memory or fsync")
        super().__init__(folder)
        self._durability = durability
        self._probe_timeout_s = probe_timeout_s
        self._probing = asyncio.Lock()
        self._lock: int | None = None
        self._writer: Writer | None = None
        self._tails: dict[str, Tail] = {}
        self._listeners = Listeners()

    @property
    def durability(self) -> Durability:
        """See Log.durability."""
        return self._durability

    async def open(self) -> None:
        """See Log.open."""
        if self._writer is not None:
            raise LogUnavailable("The log is open already.")
        try:
            self._lock = lock_folder(self._folder)
            connection, heads = await asyncio.to_thread(_open, self._folder, self._durability)
            self._tails = {board: Tail(head.end, head.base_seq) for board, head in heads.items()}
            self._writer = Writer(connection, heads, self._moved)
            await self._open_reads()
        except (sqlite3.Error, OSError) as failure:
            await self.close()
            raise LogUnavailable(f"The data folder {self._folder} cannot be opened: {failure}.") from failure
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """See Log.close."""
        writer, self._writer = self._writer, None
        for tail in self._tails.values():
            tail.close()
        self._listeners.close()
        await self._close_reads()
        if writer:
            await writer.close()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    async def create(self, board: BoardRecord, first: Sequence[Record], base: Snapshot | None = None) -> None:
        """See Log.create."""
        check_first(first, base)
        await self._writing().change(lambda group: _create(group, board, first, base))

    async def append(self, board: str, expected_seq: int, records: Sequence[Record]) -> Appended | Conflict:
        """See Log.append."""
        check_contiguous(expected_seq, records)
        return await self._writing().append(board, expected_seq, records)

    async def follow(self, board: str, after: int, epoch: str | None = None) -> AsyncGenerator[list[Record], None]:
        """See Log.follow."""
        self._writing()
        if board not in self._tails:
            raise UnknownBoard(board)

        async def read(seq: int, limit: int) -> list[Record]:
            return await self.read(board, seq, limit)

        async with contextlib.aclosing(self._tails[board].follow(after, read, epoch)) as batches:
            async for batch in batches:
                yield batch

    async def vouch(self, board: str) -> None:
        """See Log.vouch. What can be read has been flushed: one process writes, and shows nothing before that."""

    async def renew_epoch(self, board: str, known: str) -> Position:
        """See Log.renew_epoch."""
        return await self._writing().change(lambda group: _renew_epoch(group, board, known))

    async def save_snapshot(self, board: str, snapshot: Snapshot, last: Record | None = None) -> None:
        """See Log.save_snapshot."""
        check_last(snapshot, last)
        forked = await self._writing().change(lambda group: _save_snapshot(group, board, snapshot, last))
        if forked is not None:
            raise EpochChanged(forked)

    async def compact(self, board: str, base: Snapshot, last: Record | None = None) -> None:
        """See Log.compact."""
        check_last(base, last)
        forked = await self._writing().change(lambda group: _compact(group, board, base, last), erases=True)
        if forked is not None:
            raise EpochChanged(forked)

    async def put_person(self, board: str, person: Person) -> None:
        """See Log.put_person."""
        await self._writing().change(lambda group: _put_person(group, board, person))

    async def erase_person(self, board: str, participant: str) -> None:
        """See Log.erase_person."""
        await self._writing().change(lambda group: _erase_person(group, board, participant), erases=True)

    async def put_picture(self, board: str, name: str, data: bytes, at_ms: int) -> None:
        """See Log.put_picture."""
        await self._writing().change(lambda group: _put_picture(group, board, name, data, at_ms))

    async def erase_pictures(self, board: str, names: Collection[str]) -> None:
        """See Log.erase_pictures."""
        await self._writing().change(lambda group: _erase_pictures(group, board, names), erases=True)

    async def settle(self, board: BoardRecord, *, replace: bool = False) -> None:
        """See ReceivingLog.settle."""
        await self._writing().change(lambda group: _settle(group, board, replace), erases=replace)
        self._tails.pop(moving(board.id), None)

    async def discard(self, board: str) -> None:
        """See ReceivingLog.discard."""
        await self._writing().change(lambda group: _discard(group, moving(board)), erases=True)
        self._tails.pop(moving(board), None)

    async def broadcast(self, board: str, note: bytes) -> None:
        """See Log.broadcast."""
        self._writing()
        self._listeners.tell(board, note)

    async def listen(self, board: str) -> AsyncGenerator[bytes, None]:
        """See Log.listen."""
        self._writing()
        async with contextlib.aclosing(self._listeners.listen(board)) as notes:
            async for note in notes:
                yield note

    async def probe(self) -> None:
        """See Log.probe."""
        try:
            self._writing()
            async with asyncio.timeout(self._probe_timeout_s), self._probing:
                await self._probe()
        except TimeoutError:
            raise ProbeFailed(f"a probe did not come back within {self._probe_timeout_s:g} s") from None
        except LogUnavailable as failure:
            raise ProbeFailed(str(failure)) from failure

    async def _probe(self) -> None:
        token = secrets.token_bytes(16)
        after = self._tails[PROBE_BOARD].end.seq
        # Following before appending, as followers do, so that the wake-up is proved too.
        followed = asyncio.create_task(self._follow_until(token, after))
        try:
            # A probe that was given up may land late and take this one's place.
            while isinstance(landed := await self.append(PROBE_BOARD, after, [Record(after + 1, token)]), Conflict):
                after = landed.position.seq
            await followed
        finally:
            followed.cancel()
        if await self.read(PROBE_BOARD, after, 1) != [Record(after + 1, token)]:
            raise ProbeFailed("a probe was not read back as it was written")

    async def _follow_until(self, token: bytes, after: int) -> None:
        async with contextlib.aclosing(self.follow(PROBE_BOARD, after)) as batches:
            async for batch in batches:
                if any(record.data == token for record in batch):
                    return

    def _writing(self) -> Writer:
        if self._writer is None:
            raise LogUnavailable("The log is not open.")
        return self._writer

    def _moved(self, moves: dict[str, Move]) -> None:
        for board, move in moves.items():
            tail = self._tails.get(board)
            if tail is None:
                self._tails[board] = Tail(move.head.end, move.head.base_seq)
            else:
                tail.move(move.head.end, move.head.base_seq, move.records)


class ReadOnlySqliteLog(SqliteReads):
    """Every board in one SQLite file, for a process that only looks (a LogReader), while another may be writing.

    It takes no lock and changes nothing. Followers look for news every `poll_ms`.
    """

    def __init__(self, folder: Path, *, poll_ms: int = 200) -> None:
        super().__init__(folder)
        self._poll_ms = poll_ms

    async def open(self) -> None:
        """See LogReader.open."""
        try:
            await self._open_reads()
        except sqlite3.Error as failure:
            raise LogUnavailable(f"The data folder {self._folder} cannot be read: {failure}.") from failure

    async def close(self) -> None:
        """See LogReader.close."""
        await self._close_reads()

    async def follow(self, board: str, after: int, epoch: str | None = None) -> AsyncGenerator[list[Record], None]:
        """See LogReader.follow."""
        epoch = epoch or (await self.position(board)).epoch
        while True:
            end, base_seq = await self._ends(board)
            check_followable(after, epoch, end, base_seq)
            if batch := await self.read(board, after, FOLLOW_BATCH):
                after = batch[-1].seq
                yield batch
            else:
                await asyncio.sleep(self._poll_ms / 1_000)


def _open(folder: Path, durability: Durability) -> tuple[sqlite3.Connection, dict[str, Head]]:
    connection = open_writer(folder, durability)
    return connection, {board: Head(*head) for board, *head in connection.execute(HEADS)}


def _create(group: Group, board: BoardRecord, first: Sequence[Record], base: Snapshot | None) -> None:
    _check_free(group, board)
    base_seq = base.seq if base else 0
    (no,) = group.connection.execute(
        "INSERT INTO board (id, code, created_ms, epoch, base_seq) VALUES (?, ?, ?, ?, ?) RETURNING no",
        (board.id, board.code.upper(), board.created_ms, board.epoch, base_seq),
    ).fetchone()
    if base is not None:
        _put_base(group, no, base)
    group.add(no, first)
    group.move(board.id, Head(no, board.epoch, base_seq + len(first), base_seq), first)


def _check_free(group: Group, board: BoardRecord) -> None:
    """Raise BoardExists or CodeTaken."""
    taken = group.connection.execute(
        "SELECT id FROM board WHERE id = ? UNION ALL SELECT id FROM board WHERE code = ?",
        (board.id, board.code.upper()),
    ).fetchone()
    if taken is not None:
        raise BoardExists(board.id) if taken == (board.id,) else CodeTaken(board.code.upper())


def _settle(group: Group, board: BoardRecord, replace: bool) -> None:
    if replace and group.knows(board.id):
        _discard(group, board.id)
    _check_free(group, board)
    head = group.head(moving(board.id))._replace(epoch=board.epoch)
    group.connection.execute(
        "UPDATE board SET id = ?, code = ?, created_ms = ?, epoch = ? WHERE no = ?",
        (board.id, board.code.upper(), board.created_ms, board.epoch, head.no),
    )
    group.part(moving(board.id))
    group.move(board.id, head)


def _discard(group: Group, board: str) -> None:
    """Nothing of the board remains but its number, which no other may get: blank records have it."""
    if not group.knows(board):
        return
    head = group.head(board)
    _compact(group, board, Snapshot(head.seq, 0, b""))
    _keep_people(group, "board_no <> ?", head.no)
    group.connection.execute("DELETE FROM picture WHERE board_no = ?", (head.no,))
    gone = f"(gone {head.no})"
    group.connection.execute("UPDATE board SET id = ?, code = ? WHERE no = ?", (gone, gone, head.no))
    group.part(board)


def _put_base(group: Group, no: int, base: Snapshot) -> None:
    group.connection.execute(
        "INSERT INTO snapshot (board_no, kind, seq, version, data) VALUES (?, 'base', ?, ?, ?)",
        (no, base.seq, base.version, PADDING + base.data),
    )


def _renew_epoch(group: Group, board: str, known: str) -> Position:
    head = group.head(board)
    if head.epoch == known:
        head = head._replace(epoch=new_epoch())
        group.connection.execute("UPDATE board SET epoch = ? WHERE no = ?", (head.epoch, head.no))
        group.move(board, head)
    return head.end


def _save_snapshot(group: Group, board: str, snapshot: Snapshot, last: Record | None) -> Position | None:
    """Where the log is in its new epoch, if it does not have the last record, and so nothing was done."""
    head = group.head(board)
    _check_within(head, snapshot)
    if snapshot.seq <= head.base_seq:
        return None
    if not _stands_on(group, head, last):
        return _renew_epoch(group, board, head.epoch)
    group.connection.execute(
        "INSERT INTO snapshot (board_no, kind, seq, version, data) VALUES (?, 'cache', ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET seq = excluded.seq, version = excluded.version, data = excluded.data"
        " WHERE excluded.seq >= seq",
        (head.no, snapshot.seq, snapshot.version, PADDING + snapshot.data),
    )
    return None


def _compact(group: Group, board: str, base: Snapshot, last: Record | None = None) -> Position | None:
    """As with _save_snapshot."""
    head = group.head(board)
    _check_within(head, base)
    if base.seq < head.base_seq:
        raise Compacted(head.base_seq)
    if base.seq == head.base_seq and last is not None:
        if not _begins_with(group, head, base):
            raise Compacted(head.base_seq)
    elif not _stands_on(group, head, last):
        return _renew_epoch(group, board, head.epoch)
    group.flush()
    execute = group.connection.execute
    # Blanked, not deleted: see schema.sql.
    execute(
        "UPDATE record SET data = zeroblob(length(data)) WHERE board_no = ? AND seq > ? AND seq <= ?",
        (head.no, head.base_seq, base.seq),
    )
    # The cache goes even when it is newer: what is erased may have been in it.
    execute("DELETE FROM snapshot WHERE board_no = ?", (head.no,))
    _put_base(group, head.no, base)
    execute("UPDATE board SET base_seq = ? WHERE no = ?", (base.seq, head.no))
    group.move(board, head._replace(base_seq=base.seq))
    return None


def _stands_on(group: Group, head: Head, last: Record | None) -> bool:
    """Whether the log has this record, if there is one."""
    if last is None:
        return True
    group.flush()
    row = group.connection.execute(
        "SELECT data FROM record WHERE board_no = ? AND seq = ?", (head.no, last.seq)
    ).fetchone()
    return row == (last.data,)


def _begins_with(group: Group, head: Head, base: Snapshot) -> bool:
    """Whether this is the log's base, byte for byte."""
    row = group.connection.execute(
        "SELECT version, data FROM snapshot WHERE board_no = ? AND kind = 'base'", (head.no,)
    ).fetchone()
    return row == (base.version, PADDING + base.data)


def _check_within(head: Head, snapshot: Snapshot) -> None:
    if snapshot.seq > head.seq:
        raise ValueError(f"snapshot {snapshot.seq} lies beyond the end of the log")


def _put_person(group: Group, board: str, person: Person) -> None:
    no = group.head(board).no
    taken = group.connection.execute(
        "SELECT participant FROM person WHERE board_no = ? AND device_key = ? AND participant <> ?",
        (no, person.device_key, person.participant),
    ).fetchone()
    if taken is not None:
        raise DeviceTaken(*taken)
    group.connection.execute(
        f"INSERT OR REPLACE INTO person ({_PERSON_COLUMNS}) VALUES (?, ?, ?, ?, ?)",
        (no, person.participant, person.name, person.contact, person.device_key),
    )


def _erase_person(group: Group, board: str, participant: str) -> None:
    _keep_people(group, "board_no <> ? OR participant <> ?", group.head(board).no, participant)


def _keep_people(group: Group, which: str, *values: int | str) -> None:
    """Forget everybody else."""
    others = group.connection.execute(f"SELECT {_PERSON_COLUMNS} FROM person WHERE {which}", values).fetchall()
    # A row deleted alone leaves copies in pages it was moved out of; a table emptied as a whole leaves none.
    group.connection.execute("DELETE FROM person")
    group.connection.executemany(f"INSERT INTO person ({_PERSON_COLUMNS}) VALUES (?, ?, ?, ?, ?)", others)


def _put_picture(group: Group, board: str, name: str, data: bytes, at_ms: int) -> None:
    group.connection.execute(
        "INSERT INTO picture (board_no, name, at_ms, data) VALUES (?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET at_ms = excluded.at_ms, data = excluded.data",
        (group.head(board).no, name, at_ms, PADDING + data),
    )


def _erase_pictures(group: Group, board: str, names: Collection[str]) -> None:
    no = group.head(board).no
    group.connection.executemany("DELETE FROM picture WHERE board_no = ? AND name = ?", [(no, name) for name in names])
