"""Opening the SQLite file: who may write to it, its shape, and what the last session left behind.

Rules: LG2 (what `synchronous` each durability means), LG6 (a tail lost with the machine changes the epochs),
LG7 (`secure_delete`). Must not know: the event loop, appends, followers.
"""

import contextlib
import fcntl
import logging
import os
import secrets
import sqlite3
from collections.abc import Generator
from importlib import resources
from pathlib import Path

from rebond.log.interface import DataFolderInUse, Durability, LogUnavailable, SchemaMismatch

_LOGGER = logging.getLogger(__name__)

DATABASE_FILE = "rebond.db"
LOCK_FILE = "rebond.lock"
PAGE_BYTES = 4_096
PADDING = bytes(PAGE_BYTES)
"""What stands before snapshots and pictures, so that nothing of them lies in a page among other rows; see schema.sql"""
SYNCHRONOUS = {Durability.MEMORY: "OFF", Durability.FSYNC: "FULL"}
RECLAIM_ROWS = 10_000
"""With fewer blank rows than this, giving back their room is not worth the while."""
LOCK_WAIT_S = 0.05
"""How long a statement waits for a reader. Short, because every board's appends wait with it."""

_BLANK = """
    FROM record JOIN board ON board.no = board_no
    WHERE seq <= base_seq OR (board_no = 0 AND seq < (SELECT max(seq) FROM record WHERE board_no = 0))
"""


def migrations() -> dict[int, str]:
    """The script that leads to each schema version, in order."""
    scripts = (resources.files("rebond.log") / "migrations").iterdir()
    return {int(Path(script.name).stem): script.read_text() for script in sorted(scripts, key=lambda each: each.name)}


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection, begin: str = "BEGIN IMMEDIATE") -> Generator[None, None, None]:
    """Commit what the block did, or none of it."""
    connection.execute(begin)
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # SQLite has rolled back by itself after some errors (disk full, I/O).
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def lock_folder(folder: Path) -> int:
    """Make the folder if need be, and lock it for this process. Returns the descriptor that holds the lock.

    Raises DataFolderInUse.
    """
    # People's names stand in it.
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(descriptor, 32).decode(errors="replace").strip() or "unknown"
        os.close(descriptor)
        raise DataFolderInUse(
            f"The data folder {folder} is in use by process {holder}: stop that process first, choose another folder, "
            "or read only."
        ) from None
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    return descriptor


def open_writer(folder: Path, durability: Durability) -> sqlite3.Connection:
    """The one connection that writes, with the newest schema and a session begun.

    Raises SchemaMismatch, or LogUnavailable when a crash of the machine damaged the file.
    """
    path = folder / DATABASE_FILE
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=LOCK_WAIT_S)
    try:
        connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")
        _migrate(connection)
        _begin_session(connection, durability)
        _reclaim(connection)
        connection.execute(f"PRAGMA synchronous = {SYNCHRONOUS[durability]}")
    except BaseException:
        connection.close()
        raise
    return connection


def close_writer(connection: sqlite3.Connection) -> None:
    """Flush everything to the disk, note that the session was closed, and close."""
    try:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("DELETE FROM session")
        truncate_wal(connection)
    finally:
        connection.close()


def open_reader(folder: Path) -> sqlite3.Connection:
    """A connection that cannot write. Raises LogUnavailable if there is no file, SchemaMismatch."""
    path = folder / DATABASE_FILE
    if not path.exists():
        raise LogUnavailable(f"There are no boards in {folder}: no file {DATABASE_FILE} is there.")
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
    try:
        found, known = _version(connection), max(migrations())
        if found != known:
            raise SchemaMismatch(
                f"The data in {folder} has schema {found}, this program reads schema {known}: "
                + ("start the server once to bring it up to date." if found < known else "install a newer version.")
            )
    except BaseException:
        connection.close()
        raise
    return connection


def truncate_wal(connection: sqlite3.Connection) -> bool:
    """Move everything into the main file and empty the write-ahead log; False if a reader stood in the way."""
    (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def _version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return version


def _migrate(connection: sqlite3.Connection) -> None:
    scripts = migrations()
    found, known = _version(connection), max(scripts)
    if found > known:
        raise SchemaMismatch(
            f"The data was written with schema {found}, this program knows up to schema {known}: install the newer "
            "version that wrote it, or restore a backup."
        )
    for version in range(found + 1, known + 1):
        try:
            connection.executescript(f"BEGIN IMMEDIATE;\n{scripts[version]}\nPRAGMA user_version = {version};\nCOMMIT;")
        except sqlite3.Error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def _begin_session(connection: sqlite3.Connection, durability: Durability) -> None:
    boot_id = _boot_id()
    last = connection.execute("SELECT durability, boot_id FROM session").fetchone()
    # What a process wrote without flushing outlives the process, but not the machine's running.
    tail_may_be_lost = last is not None and last[0] == Durability.MEMORY.value and last[1] != boot_id
    if tail_may_be_lost and connection.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
        raise LogUnavailable(
            "The data was damaged when the machine stopped, as durability `memory` allows: restore a backup."
        )
    with transaction(connection):
        if tail_may_be_lost:
            for (no,) in connection.execute("SELECT no FROM board").fetchall():
                connection.execute("UPDATE board SET epoch = ? WHERE no = ?", (new_epoch(), no))
        connection.execute("INSERT OR REPLACE INTO session VALUES (1, ?, ?)", (durability.value, boot_id))


def new_epoch() -> str:
    """An epoch no board ever had."""
    return secrets.token_hex(8)


def _reclaim(connection: sqlite3.Connection) -> None:
    """Give back the room of blank rows and old probes, once they are more than half of all rows.

    This writes the file anew, about 10 ms per MB, which nobody should have to wait for while boards are in use.
    """
    (rows,) = connection.execute("SELECT count(*) FROM record").fetchone()
    (blank,) = connection.execute(f"SELECT count(*) {_BLANK}").fetchone()
    if blank * 2 <= rows or blank < RECLAIM_ROWS:
        return
    try:
        with transaction(connection):
            # Deleting single rows would move others within their pages and leave copies; emptying the table does not.
            connection.execute(
                f"CREATE TEMP TABLE live AS SELECT * FROM record WHERE no NOT IN (SELECT record.no {_BLANK})"
            )
            connection.execute("DELETE FROM record")
            connection.execute("INSERT INTO record SELECT * FROM live ORDER BY no")
            connection.execute("DROP TABLE live")
        connection.execute("VACUUM")
    except sqlite3.Error as failure:
        _LOGGER.warning("The room of erased entries could not be given back: %s", failure)


def _boot_id() -> str:
    """What tells one running of the machine from the next; unique, and so never the same, where it cannot be known."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return secrets.token_hex(16)
