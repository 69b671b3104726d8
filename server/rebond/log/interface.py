"""The log: an ordered, durable list of opaque entries for each board.

Lives here: the values, errors and the one protocol that every implementation keeps.
Rules: LG1 (compare-and-append), LG2 (durability), LG3 (read and follow), LG5 (snapshots), LG6 (a lost tail is
noticed), LG7 (personal data and erasure), LG8 (one contract suite), HB8 (probe).
Must not know: what an entry says, what a picture shows, the wire, rooms, sockets. Entries, snapshots and pictures are
bytes, nothing more.
"""

import enum
from collections.abc import AsyncGenerator, Collection, Sequence
from typing import Protocol

import msgspec


class Record(msgspec.Struct, frozen=True):
    """One entry as stored. `seq` counts from 1 without gaps within a board; `data` is opaque."""

    seq: int
    data: bytes


class Position(msgspec.Struct, frozen=True):
    """Where a log ends, or where a reader is: `seq` of the last entry (0: none), valid only within its `epoch`."""

    epoch: str
    seq: int


class Appended(msgspec.Struct, frozen=True):
    """The records are in the log and durable to the promised level; `position` is after the last of them."""

    position: Position


class Conflict(msgspec.Struct, frozen=True):
    """Nothing was appended, because the log does not end at the expected seq.

    `missed` holds every record after the expected seq, in order; `position` is where the log ends after them.
    A `position.seq` below the expected seq (then `missed` is empty) means that the log lost its tail: see LG6.
    """

    position: Position
    missed: tuple[Record, ...]


class Snapshot(msgspec.Struct, frozen=True):
    """The fold of every entry up to and including `seq`, as opaque bytes; `version` is the writer's fold version."""

    seq: int
    version: int
    data: bytes


class BoardRecord(msgspec.Struct, frozen=True):
    """A board's row in the directory. `code` is the join code, kept in upper case; `created_ms` is Unix time."""

    id: str
    code: str
    created_ms: int
    epoch: str


class Person(msgspec.Struct, frozen=True):
    """What is known about a participant and must be erasable (LG7); it never stands in an entry.

    `device_key` is an opaque digest made by the caller; no two people of one board share one.
    """

    participant: str
    name: str | None
    contact: str | None
    device_key: str | None


class PictureRow(msgspec.Struct, frozen=True):
    """A picture that is kept, but for its bytes: its name, how many there are, when it was put (Unix time)."""

    name: str
    bytes: int
    at_ms: int


class Durability(enum.Enum):
    """What an acknowledged append survives (LG2)."""

    MEMORY = "memory"
    """The end of this process at most; not a crash of the machine."""
    FSYNC = "fsync"
    """A crash of the process and of the machine: it was flushed to the disk."""
    REPLICATED = "replicated"
    """The loss of a machine: it was confirmed by as many replicas as the operator asked for."""


class LogError(Exception):
    """Anything a log refuses or fails at. Its text is one sentence fit for an operator."""


class UnknownBoard(LogError):
    """There is no board with this id."""

    def __init__(self, board: str) -> None:
        super().__init__(f"There is no board {board!r} in this log.")
        self.board = board


class BoardExists(LogError):
    """A board with this id is already there; nothing was written."""

    def __init__(self, board: str) -> None:
        super().__init__(f"Board {board!r} exists already.")
        self.board = board


class CodeTaken(LogError):
    """Another board has this join code; nothing was written. Draw another code and try again."""

    def __init__(self, code: str) -> None:
        super().__init__(f"The join code {code!r} belongs to another board.")
        self.code = code


class DeviceTaken(LogError):
    """Another participant of the board has this device key; nothing was written. Look the person up instead."""

    def __init__(self, participant: str) -> None:
        super().__init__(f"This device belongs to participant {participant!r} of the board already.")
        self.participant = participant
        """Who has it."""


class Compacted(LogError):
    """The records asked for were compacted away: start from `Log.base`, whose seq is `base_seq`, and read on."""

    def __init__(self, base_seq: int) -> None:
        super().__init__(f"Entries up to {base_seq} were compacted into a snapshot; read from there.")
        self.base_seq = base_seq


class LostTail(LogError):
    """The log ends before the position the caller holds (LG6). Put back what you hold, or renew the epoch."""

    def __init__(self, position: Position) -> None:
        super().__init__(f"The log ends at {position.seq}, before the position it was followed from.")
        self.position = position
        """Where the log ends."""


class EpochChanged(LogError):
    """The log no longer vouches for the past this follower read (LG6): start again from a snapshot."""

    def __init__(self, position: Position) -> None:
        super().__init__("The board's epoch changed; its past must be read again.")
        self.position = position
        """Where the log ends, in its new epoch."""


class LogUnavailable(LogError):
    """The log cannot do this now (disk full, I/O error, closed, read-only); nothing of the request was kept."""


class OutcomeUnknown(LogError):
    """Whether a write was kept, or as durably as promised (LG2), could not be found out: it may be in the log, or be
    there shortly.

    Neither "done" nor "nothing was kept" is a true answer. Whoever decided on it answers nobody, and begins again from
    what the log says; what is then resent under the same mutation id changes nothing twice (LG4).
    """


class DataFolderInUse(LogError):
    """Another process has the data folder open for writing."""


class SchemaMismatch(LogError):
    """The stored data has a shape this version of the program does not read."""


class ProbeFailed(LogError):
    """A probe written to the log did not come back (HB8)."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The log does not deliver: {reason}")
        self.reason = reason


class LogReader(Protocol):
    """What may be read of every board. Some implementations offer this half alone, beside a process that writes.

    Every method is called from the event loop on which `open` was awaited. Any of them raises `LogUnavailable` when
    the log cannot serve, and those that take a board raise `UnknownBoard` when there is none with that id.
    """

    async def open(self) -> None:
        """Make ready for use. Raises DataFolderInUse or SchemaMismatch where that applies."""
        ...

    async def close(self) -> None:
        """Finish what is under way and let go; followers get LogUnavailable. May be called twice."""
        ...

    async def find(self, ref: str) -> BoardRecord | None:
        """The board with this id or, letter case aside, this join code. An id goes before a code."""
        ...

    async def boards(self) -> list[BoardRecord]:
        """Every board, oldest first."""
        ...

    async def position(self, board: str) -> Position:
        """Where the board's log ends."""
        ...

    async def read(self, board: str, after: int, limit: int) -> list[Record]:
        """At most `limit` records with a seq above `after`, in order; empty at the end of the log (LG3).

        Raises Compacted when `after` is below the compaction base, and EpochChanged when this read finds that the log
        has forked (LG6).
        """
        ...

    def follow(self, board: str, after: int, epoch: str | None = None) -> AsyncGenerator[list[Record], None]:
        """Every record after `after`, once, in order, for ever, in non-empty batches (LG3).

        `epoch` is the one in which whoever asks came to `after`; where it is another one now, that is EpochChanged.
        Without it, whatever epoch the log is in is taken as right.

        A follower is woken by appends and reads what it lacks from the log, so one that takes its time costs
        nothing meanwhile. Iterating raises Compacted (fell behind a compaction), LostTail or EpochChanged (LG6).
        Whoever stops before the end that never comes closes it (`contextlib.aclosing`).
        """
        ...

    async def snapshot(self, board: str) -> Snapshot | None:
        """The latest cache, or the compaction base if there is no cache beyond it."""
        ...

    async def base(self, board: str) -> Snapshot | None:
        """The compaction base: where to start when the cache proves corrupt or of another version (LG5)."""
        ...

    async def people(self, board: str) -> list[Person]:
        """Everybody known on the board, in order of participant id."""
        ...

    async def person_by_device(self, board: str, device_key: str) -> Person | None:
        """Whoever joined the board from this device."""
        ...

    async def picture(self, board: str, name: str) -> bytes | None:
        """The picture that is kept under this name, if there is one."""
        ...

    async def pictures(self, board: str) -> list[PictureRow]:
        """Which pictures are kept with the board, in order of name."""
        ...


class Log(LogReader, Protocol):
    """The ordered, durable truth of every board (LG1 to LG7), to read and to write.

    Cancelling a call does not take back what it asked for: it may still land.
    """

    @property
    def durability(self) -> Durability:
        """What an acknowledged append survives."""
        ...

    @property
    def shared(self) -> bool:
        """Whether other processes may write to the same boards, so that whoever has one open has to follow it."""
        ...

    async def create(self, board: BoardRecord, first: Sequence[Record], base: Snapshot | None = None) -> None:
        """Write the directory row and the first entries (may be none) together or not at all.

        Without a `base` their seqs run from 1. With one, the board begins behind it, as after a compaction: their seqs
        run from `base.seq + 1`. That is how a board moves in, or is put back into a log that lost it whole (LG6).
        Raises BoardExists or CodeTaken.
        """
        ...

    async def append(self, board: str, expected_seq: int, records: Sequence[Record]) -> Appended | Conflict:
        """Append all records if the log ends at `expected_seq`, else none (LG1); return once durable (LG2).

        The records' seqs run from `expected_seq + 1` without gaps, and there is at least one; else ValueError.
        Raises Compacted when the log has moved on and what the caller missed is no longer there record by record.
        """
        ...

    async def vouch(self, board: str) -> None:
        """Return once all that the board's log has now is as durable as promised, whoever appended it (LG2).

        What was only read may not be: another process may still be waiting for that. Whoever tells somebody that it is
        stored asks this first, and looks afterwards whether it is still there. Raises OutcomeUnknown where nobody can
        promise it now.
        """
        ...

    async def renew_epoch(self, board: str, known: str) -> Position:
        """Give the board a new epoch if it still has the `known` one, and say where the log now ends (LG6).

        However many callers find the same fork at once, the epoch changes once. Followers get EpochChanged.
        """
        ...

    async def save_snapshot(self, board: str, snapshot: Snapshot, last: Record | None = None) -> None:
        """Keep a cache of the fold (LG5) in place of an older one.

        `last` is the last record folded into it, as the caller holds it. Where the log has another in its place, the
        snapshot is of a past that was lost: nothing is kept, the epoch is renewed, and that is EpochChanged (LG6).
        One that is older than the cache or not beyond the compaction base is dropped without a word: it lost a race.
        Raises ValueError when it lies beyond the end of the log.
        """
        ...

    async def compact(self, board: str, base: Snapshot, last: Record | None = None) -> None:
        """Make `base` the beginning of the board: entries up to its seq and every cache are gone (LG7).

        Returns when their bytes stand nowhere in what the log keeps; after LogUnavailable they still may, so ask again.
        `last` is as with `save_snapshot`; with it, Compacted also where the log begins at that seq already with other
        bytes, since there is no record to tell by. Without it they are replaced. Raises ValueError beyond the end of
        the log, Compacted below the present base.
        """
        ...

    async def put_person(self, board: str, person: Person) -> None:
        """Store or replace what is known about a participant (LG7). Raises DeviceTaken."""
        ...

    async def erase_person(self, board: str, participant: str) -> None:
        """Forget a participant (LG7); returns when the bytes stand nowhere in what the log keeps.

        May be repeated, and after LogUnavailable has to be.
        """
        ...

    async def put_picture(self, board: str, name: str, data: bytes, at_ms: int) -> None:
        """Keep a picture under this name, in place of what was kept under it; return once durable (LG2).

        It is no entry: it goes by no position, and nobody is told.
        """
        ...

    async def erase_pictures(self, board: str, names: Collection[str]) -> None:
        """Forget these pictures, as far as they are there; returns when their bytes stand nowhere in what the log keeps
        (LG7). A name may leave a trace: it is to be nobody's.

        May be repeated, and after LogUnavailable has to be.
        """
        ...

    async def broadcast(self, board: str, note: bytes) -> None:
        """Tell every process that listens on this board something that is kept nowhere: presence, signals.

        It comes once or not at all, soon, in no order with entries, and to this process too. What matters is said again
        now and then. Raises LogUnavailable, or nothing when it was lost on the way or there is no such board.
        """
        ...

    def listen(self, board: str) -> AsyncGenerator[bytes, None]:
        """Every note broadcast on this board from now on, for ever; some are missed while the log is away.

        One that is not read in time is dropped, the oldest first. Raises LogUnavailable when the log is closed. Whoever
        stops before the end that never comes closes it (`contextlib.aclosing`).
        """
        ...

    async def probe(self) -> None:
        """Write a token by the road of appends and wait until it came back by the road of followers (HB8).

        Raises ProbeFailed with the reason, at the latest after the time the implementation was given.
        """
        ...


def check_contiguous(expected_seq: int, records: Sequence[Record]) -> None:
    """Raise ValueError unless the records are at least one and run from `expected_seq + 1` without gaps (LG1)."""
    if not records:
        raise ValueError("an append needs at least one record")
    for seq, record in enumerate(records, expected_seq + 1):
        if record.seq != seq:
            raise ValueError(f"record {record.seq} stands where {seq} is due")


def check_last(snapshot: Snapshot, last: Record | None) -> None:
    """Raise ValueError unless the record, which may be none, is the one the snapshot ends with."""
    if last is not None and last.seq != snapshot.seq:
        raise ValueError(f"record {last.seq} is not the last one of a snapshot of {snapshot.seq}")


def check_first(first: Sequence[Record], base: Snapshot | None) -> None:
    """Raise ValueError unless the records, which may be none, begin behind the base, or at 1 without one."""
    if first:
        check_contiguous(base.seq if base else 0, first)
