"""Reading the SQLite file: one thread with a connection that cannot write.

Rules: LG3 (in order, no gaps), LG5, LG7. Every read is one short transaction, so it sees one moment of the file and
never keeps the write-ahead log from being emptied for long. Must not know: the writing thread, followers.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from rebond.log.interface import (
    BoardRecord,
    Compacted,
    LogUnavailable,
    Person,
    PictureRow,
    Position,
    Record,
    Snapshot,
    UnknownBoard,
)
from rebond.log.sqlite_store import PADDING, open_reader, transaction

T = TypeVar("T")

HEADS = """
    SELECT id, no, epoch, max(base_seq, coalesce((SELECT max(seq) FROM record WHERE board_no = board.no), 0)), base_seq
    FROM board
"""
"""A board's id, number, epoch, last seq and base seq."""

_BOARD = "SELECT id, code, created_ms, epoch FROM board WHERE id NOT LIKE '(%'"
"""Those that are not the log's own, see moving.py."""
_PERSON = "SELECT participant, name, contact, device_key FROM person WHERE board_no = ?"
_SNAPSHOT = f"SELECT seq, version, substr(data, {len(PADDING) + 1}) FROM snapshot WHERE board_no = ?"

_PICTURE = f"SELECT substr(data, {len(PADDING) + 1}) FROM picture WHERE board_no = ? AND name = ?"
_PICTURES = f"SELECT name, length(data) - {len(PADDING)}, at_ms FROM picture WHERE board_no = ? ORDER BY name"


class SqliteReads:
    """The reading half of a log in SQLite; `folder` holds the file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._reading: tuple[ThreadPoolExecutor, sqlite3.Connection] | None = None

    async def find(self, ref: str) -> BoardRecord | None:
        """See Log.find."""

        def work(connection: sqlite3.Connection) -> BoardRecord | None:
            for column, wanted in (("id", ref), ("code", ref.upper())):
                if row := connection.execute(f"{_BOARD} AND {column} = ?", (wanted,)).fetchone():
                    return BoardRecord(*row)
            return None

        return await self._read(work)

    async def boards(self) -> list[BoardRecord]:
        """See Log.boards."""
        return await self._read(
            lambda connection: [BoardRecord(*row) for row in connection.execute(f"{_BOARD} ORDER BY created_ms, id")]
        )

    async def position(self, board: str) -> Position:
        """See Log.position."""
        end, _ = await self._read(lambda connection: _end(connection, board))
        return end

    async def read(self, board: str, after: int, limit: int) -> list[Record]:
        """See Log.read."""

        def work(connection: sqlite3.Connection) -> list[Record]:
            no, base_seq = _board(connection, board)
            if after < base_seq:
                raise Compacted(base_seq)
            rows = connection.execute(
                "SELECT seq, data FROM record WHERE board_no = ? AND seq > ? ORDER BY seq LIMIT ?", (no, after, limit)
            )
            return [Record(seq, data) for seq, data in rows.fetchall()]

        return await self._read(work)

    async def snapshot(self, board: str) -> Snapshot | None:
        """See Log.snapshot."""
        return await self._snapshot(board, f"{_SNAPSHOT} ORDER BY seq DESC, kind DESC LIMIT 1")

    async def base(self, board: str) -> Snapshot | None:
        """See Log.base."""
        return await self._snapshot(board, f"{_SNAPSHOT} AND kind = 'base'")

    async def people(self, board: str) -> list[Person]:
        """See Log.people."""

        def work(connection: sqlite3.Connection) -> list[Person]:
            no, _ = _board(connection, board)
            return [Person(*row) for row in connection.execute(f"{_PERSON} ORDER BY participant", (no,))]

        return await self._read(work)

    async def person_by_device(self, board: str, device_key: str) -> Person | None:
        """See Log.person_by_device."""

        def work(connection: sqlite3.Connection) -> Person | None:
            no, _ = _board(connection, board)
            row = connection.execute(f"{_PERSON} AND device_key = ?", (no, device_key)).fetchone()
            return Person(*row) if row else None

        return await self._read(work)

    async def picture(self, board: str, name: str) -> bytes | None:
        """See Log.picture."""

        def work(connection: sqlite3.Connection) -> bytes | None:
            no, _ = _board(connection, board)
            row = connection.execute(_PICTURE, (no, name)).fetchone()
            return row[0] if row else None

        return await self._read(work)

    async def pictures(self, board: str) -> list[PictureRow]:
        """See Log.pictures."""

        def work(connection: sqlite3.Connection) -> list[PictureRow]:
            no, _ = _board(connection, board)
            return [PictureRow(*row) for row in connection.execute(_PICTURES, (no,))]

        return await self._read(work)

    async def _snapshot(self, board: str, query: str) -> Snapshot | None:
        def work(connection: sqlite3.Connection) -> Snapshot | None:
            no, _ = _board(connection, board)
            row = connection.execute(query, (no,)).fetchone()
            return Snapshot(*row) if row else None

        return await self._read(work)

    async def _ends(self, board: str) -> tuple[Position, int]:
        """Where the board's log ends and begins."""
        return await self._read(lambda connection: _end(connection, board))

    async def _read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do `work` in the reading thread, in one transaction."""
        if self._reading is None:
            raise LogUnavailable("The log is not open.")
        thread, connection = self._reading

        def read() -> T:
            try:
                with transaction(connection, "BEGIN"):
                    return work(connection)
            except sqlite3.Error as failure:
                raise LogUnavailable(f"Reading the data folder failed: {failure}.") from failure

        return await asyncio.get_running_loop().run_in_executor(thread, read)

    async def _open_reads(self) -> None:
        thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="rebond-log-reader")
        try:
            connection = await asyncio.get_running_loop().run_in_executor(thread, open_reader, self._folder)
        except BaseException:
            thread.shutdown()
            raise
        self._reading = thread, connection

    async def _close_reads(self) -> None:
        reading, self._reading = self._reading, None
        if reading:
            thread, connection = reading
            # After whatever reads are still waiting.
            await asyncio.get_running_loop().run_in_executor(thread, connection.close)
            thread.shutdown()


def _board(connection: sqlite3.Connection, board: str) -> tuple[int, int]:
    """The board's number and base seq. Raises UnknownBoard."""
    row = connection.execute("SELECT no, base_seq FROM board WHERE id = ?", (board,)).fetchone()
    if row is None:
        raise UnknownBoard(board)
    return row


def _end(connection: sqlite3.Connection, board: str) -> tuple[Position, int]:
    row = connection.execute(f"{HEADS} WHERE id = ?", (board,)).fetchone()
    if row is None:
        raise UnknownBoard(board)
    _, _, epoch, seq, base_seq = row
    return Position(epoch, seq), base_seq
