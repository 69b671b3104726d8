"""The one thread that writes: group commit across all boards (LG1, LG2, LG7).

Whatever waits when the thread is free goes into one transaction and shares its fate: one fsync carries it all. An
append that comes too late gets its Conflict and does not hold up the others. Where each log ends is kept here, so that
comparing costs no query.
Must not know: followers, rooms, what an entry says.
"""

import asyncio
import contextlib
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

from rebond.log.interface import Appended, Compacted, Conflict, LogError, LogUnavailable, Position, Record, UnknownBoard
from rebond.log.sqlite_store import close_writer, transaction, truncate_wal

T = TypeVar("T")

GROUP_LIMIT = 8_192
"""Most requests in one transaction, so that nobody waits for an endless one."""
WAL_RETRY_S = 0.05
"""How soon emptying the write-ahead log is tried again when a reader stood in the way."""


class Head(NamedTuple):
    """A board as the writer knows it: its number in the file, and where its log begins and ends."""

    no: int
    epoch: str
    seq: int
    base_seq: int

    @property
    def end(self) -> Position:
        """Where the log ends."""
        return Position(self.epoch, self.seq)


class Move(NamedTuple):
    """What a commit did to one board: its new head, and the records it got."""

    head: Head
    records: list[Record]


class Append(NamedTuple):
    """An append that waits; see Log.append."""

    future: asyncio.Future[Appended | Conflict]
    board: str
    expected_seq: int
    records: Sequence[Record]


class Change(NamedTuple):
    """Any other write that waits. `work` raises before it writes anything, or not at all.

    `erases`: it is done only when what it deleted stands nowhere on the disk (LG7).
    """

    future: asyncio.Future[Any]
    work: "Callable[[Group], Any]"
    erases: bool


class Outcome(NamedTuple):
    """What to tell the caller of one request."""

    future: asyncio.Future[Any]
    value: Any
    error: Exception | None


class Group:
    """The requests that share one transaction, while it is open."""

    def __init__(self, connection: sqlite3.Connection, heads: dict[str, Head]) -> None:
        self.connection = connection
        self.moves: dict[str, Move] = {}
        self.gone: list[str] = []
        self._heads = heads
        self._rows: list[tuple[int, int, bytes]] = []

    def head(self, board: str) -> Head:
        """The board's head with everything this group did so far. Raises UnknownBoard."""
        if not self.knows(board):
            raise UnknownBoard(board)
        move = self.moves.get(board)
        return move.head if move else self._heads[board]

    def knows(self, board: str) -> bool:
        """Whether there is such a board, with everything this group did so far."""
        return board in self.moves or (board in self._heads and board not in self.gone)

    def move(self, board: str, head: Head, records: Sequence[Record] = ()) -> None:
        """Note the board's new head and the records that led there."""
        move = self.moves.get(board)
        self.moves[board] = Move(head, [*move.records, *records] if move else list(records))

    def part(self, board: str) -> None:
        """Note that there is no board with this id any more."""
        self.moves.pop(board, None)
        self.gone.append(board)

    def append(self, request: Append) -> Appended | Conflict:
        """Log.append within this group."""
        head = self.head(request.board)
        if head.seq != request.expected_seq:
            return self._conflict(head, request.expected_seq)
        self.add(head.no, request.records)
        head = Head(head.no, head.epoch, request.records[-1].seq, head.base_seq)
        self.move(request.board, head, request.records)
        return Appended(head.end)

    def add(self, board_no: int, records: Sequence[Record]) -> None:
        """Put records down to be written with the rest of the group."""
        self._rows.extend([(board_no, record.seq, record.data) for record in records])

    def flush(self) -> None:
        """Write the records put down so far, in one go."""
        if self._rows:
            self.connection.executemany("INSERT INTO record (board_no, seq, data) VALUES (?, ?, ?)", self._rows)
            self._rows.clear()

    def _conflict(self, head: Head, expected_seq: int) -> Conflict:
        if expected_seq < head.base_seq:
            raise Compacted(head.base_seq)
        self.flush()
        rows = self.connection.execute(
            "SELECT seq, data FROM record WHERE board_no = ? AND seq > ? ORDER BY seq", (head.no, expected_seq)
        )
        return Conflict(head.end, tuple(Record(seq, data) for seq, data in rows))


class Writer:
    """The writing thread, and how the event loop hands it work.

    `moved` is called on the loop with what each commit changed, before the callers of that commit learn of it.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        heads: dict[str, Head],
        moved: Callable[[dict[str, Move]], None],
    ) -> None:
        self._connection = connection
        self._heads = heads
        self._moved = moved
        self._loop = asyncio.get_running_loop()
        self._waiting: queue.SimpleQueue[Append | Change | None] = queue.SimpleQueue()
        self._erased: list[Outcome] = []
        # The last session may have ended between an erasure and its wiping.
        self._wipe_due = True
        self._thread = threading.Thread(target=self._run, name="rebond-log-writer", daemon=True)
        self._thread.start()

    def append(self, board: str, expected_seq: int, records: Sequence[Record]) -> asyncio.Future[Appended | Conflict]:
        """Hand in an append; see Log.append."""
        future: asyncio.Future[Appended | Conflict] = self._loop.create_future()
        self._waiting.put(Append(future, board, expected_seq, records))
        return future

    def change(self, work: Callable[[Group], T], *, erases: bool = False) -> asyncio.Future[T]:
        """Hand in another write; see Change."""
        future: asyncio.Future[T] = self._loop.create_future()
        self._waiting.put(Change(future, work, erases))
        return future

    async def close(self) -> None:
        """Finish everything handed in, and close the connection."""
        self._waiting.put(None)
        await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        open_for_more = True
        while open_for_more:
            if self._wipe_due:
                self._wipe()
            requests, open_for_more = self._take()
            if requests:
                self._commit(requests)
        self._end()

    def _take(self) -> tuple[list[Append | Change], bool]:
        """Everything that waits, and whether more may come. Waits, but not long while a wipe is due."""
        taken: list[Append | Change] = []
        try:
            request = self._waiting.get(timeout=WAL_RETRY_S if self._wipe_due else None)
            while request is not None and len(taken) < GROUP_LIMIT - 1:
                taken.append(request)
                request = self._waiting.get_nowait()
        except queue.Empty:
            return taken, True
        if request is None:
            return taken, False
        return [*taken, request], True

    def _commit(self, requests: list[Append | Change]) -> None:
        group = Group(self._connection, self._heads)
        settled: list[Outcome] = []
        erased: list[Outcome] = []
        try:
            with transaction(self._connection):
                for request in requests:
                    outcome = _serve(group, request)
                    erases = isinstance(request, Change) and request.erases and outcome.error is None
                    (erased if erases else settled).append(outcome)
                group.flush()
        except Exception as failure:
            self._settle({}, [Outcome(request.future, None, _unavailable(failure)) for request in requests])
            return
        for board in group.gone:
            self._heads.pop(board, None)
        for board, move in group.moves.items():
            self._heads[board] = move.head
        self._settle(group.moves, settled)
        if erased:
            self._erased += erased
            self._wipe_due = True

    def _wipe(self) -> None:
        """Empty the write-ahead log, so that what was erased stands nowhere, and tell those who wait for that.

        If a reader stands in the way, it stays due.
        """
        try:
            if not truncate_wal(self._connection):
                return
        except sqlite3.Error as failure:
            self._settle({}, [_traces_remain(outcome, failure) for outcome in self._erased])
        else:
            self._settle({}, self._erased)
        self._erased = []
        self._wipe_due = False

    def _end(self) -> None:
        if self._wipe_due:
            self._wipe()
        self._settle({}, [_traces_remain(outcome, "it is being read") for outcome in self._erased])
        # What is committed is safe already; a failure here only leaves the session marked as not closed.
        with contextlib.suppress(sqlite3.Error):
            close_writer(self._connection)

    def _settle(self, moves: dict[str, Move], outcomes: list[Outcome]) -> None:
        self._loop.call_soon_threadsafe(self._tell, moves, outcomes)

    def _tell(self, moves: dict[str, Move], outcomes: list[Outcome]) -> None:
        self._moved(moves)
        for future, value, error in outcomes:
            if future.done():
                continue
            if error is None:
                future.set_result(value)
            else:
                future.set_exception(error)


def _serve(group: Group, request: Append | Change) -> Outcome:
    try:
        if isinstance(request, Append):
            return Outcome(request.future, group.append(request), None)
        return Outcome(request.future, request.work(group), None)
    except (LogError, ValueError) as refusal:
        return Outcome(request.future, None, refusal)


def _unavailable(failure: Exception) -> Exception:
    """What to tell the callers of a group that failed; an error of this program stays what it is."""
    if not isinstance(failure, (sqlite3.Error, OSError)):
        return failure
    return LogUnavailable(f"Writing failed, nothing of it was kept: {failure}. Check the disk of the data folder.")


def _traces_remain(outcome: Outcome, failure: Exception | str) -> Outcome:
    """What was deleted is gone from the log; only wiping it off the disk failed, and is tried again later."""
    return outcome._replace(
        error=LogUnavailable(f"It was erased, but traces stay on the disk until the next erasure or start: {failure}.")
    )
