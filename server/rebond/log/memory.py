"""A log in this process's memory: the reference the contract is read from, and what tests of upper layers run on.

Rules: LG1, LG3, LG5 to LG8, HB8; its durability is `memory` and ends with the object.
Must not know: files, threads. Every call gives way to the loop once before it acts, so that callers' races show here
as they would on a disk.
"""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncGenerator, Collection, Sequence

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
    PictureRow,
    Position,
    ProbeFailed,
    Record,
    Snapshot,
    UnknownBoard,
    check_contiguous,
    check_first,
    check_last,
)
from rebond.log.moving import is_hidden, moving
from rebond.log.notes import Listeners
from rebond.log.tails import Tail


class _Board:
    """One board: its row, its records after the base, its snapshots, its people, its pictures."""

    def __init__(self, row: BoardRecord, first: Sequence[Record], base: Snapshot | None = None) -> None:
        self.row = row
        self.records = list(first)
        self.base = base
        self.cache: Snapshot | None = None
        self.people: dict[str, Person] = {}
        self.pictures: dict[str, tuple[bytes, int]] = {}
        base_seq = base.seq if base else 0
        self.tail = Tail(Position(row.epoch, base_seq + len(first)), base_seq)

    def after(self, seq: int) -> list[Record]:
        """Every record above `seq`. Raises Compacted."""
        if seq < self.tail.base_seq:
            raise Compacted(self.tail.base_seq)
        return self.records[seq - self.tail.base_seq :]


class MemoryLog:
    """Every board in dictionaries. Survives neither the process nor `close` followed by a new object.

    It counts as shared: several hubs may have the same object, as nodes have the same Redis.
    """

    durability = Durability.MEMORY
    shared = True

    def __init__(self, probe_timeout_s: float = 5.0) -> None:
        self._probe_timeout_s = probe_timeout_s
        self._boards: dict[str, _Board] = {}
        self._probes = _Board(BoardRecord("(probe)", "(probe)", 0, "probe"), ())
        self._listeners = Listeners()
        self._open = False

    async def open(self) -> None:
        """See Log.open."""
        self._open = True

    async def close(self) -> None:
        """See Log.close."""
        self._open = False
        for board in self._boards.values():
            board.tail.close()
        self._listeners.close()

    async def create(self, board: BoardRecord, first: Sequence[Record], base: Snapshot | None = None) -> None:
        """See Log.create."""
        check_first(first, base)
        await self._turn()
        row = BoardRecord(board.id, board.code.upper(), board.created_ms, board.epoch)
        if row.id in self._boards:
            raise BoardExists(row.id)
        if any(other.row.code == row.code for other in self._boards.values()):
            raise CodeTaken(row.code)
        self._boards[row.id] = _Board(row, first, base)

    async def find(self, ref: str) -> BoardRecord | None:
        """See Log.find."""
        await self._turn()
        if is_hidden(ref):
            return None
        if ref in self._boards:
            return self._boards[ref].row
        return next((board.row for board in self._boards.values() if board.row.code == ref.upper()), None)

    async def boards(self) -> list[BoardRecord]:
        """See Log.boards."""
        await self._turn()
        rows = (board.row for board in self._boards.values() if not is_hidden(board.row.id))
        return sorted(rows, key=lambda row: (row.created_ms, row.id))

    async def position(self, board: str) -> Position:
        """See Log.position."""
        return (await self._board(board)).tail.end

    async def append(self, board: str, expected_seq: int, records: Sequence[Record]) -> Appended | Conflict:
        """See Log.append."""
        check_contiguous(expected_seq, records)
        return self._append(await self._board(board), expected_seq, records)

    async def read(self, board: str, after: int, limit: int) -> list[Record]:
        """See Log.read."""
        return (await self._board(board)).after(after)[:limit]

    async def follow(self, board: str, after: int, epoch: str | None = None) -> AsyncGenerator[list[Record], None]:
        """See Log.follow."""
        followed = await self._board(board)
        async with contextlib.aclosing(self._follow(followed, after, epoch)) as batches:
            async for batch in batches:
                yield batch

    async def vouch(self, board: str) -> None:
        """See Log.vouch."""
        await self._board(board)

    async def renew_epoch(self, board: str, known: str) -> Position:
        """See Log.renew_epoch."""
        renewed = await self._board(board)
        end = renewed.tail.end
        return self._renew(renewed) if end.epoch == known else end

    async def save_snapshot(self, board: str, snapshot: Snapshot, last: Record | None = None) -> None:
        """See Log.save_snapshot."""
        check_last(snapshot, last)
        saved = await self._board(board)
        if snapshot.seq > saved.tail.end.seq:
            raise ValueError(f"snapshot {snapshot.seq} lies beyond the end of the log")
        if snapshot.seq <= saved.tail.base_seq:
            return
        self._check_stands(saved, last)
        if saved.cache is None or snapshot.seq >= saved.cache.seq:
            saved.cache = snapshot

    async def snapshot(self, board: str) -> Snapshot | None:
        """See Log.snapshot."""
        kept = await self._board(board)
        return kept.cache or kept.base

    async def base(self, board: str) -> Snapshot | None:
        """See Log.base."""
        return (await self._board(board)).base

    async def compact(self, board: str, base: Snapshot, last: Record | None = None) -> None:
        """See Log.compact."""
        check_last(base, last)
        compacted = await self._board(board)
        tail = compacted.tail
        if base.seq > tail.end.seq:
            raise ValueError(f"snapshot {base.seq} lies beyond the end of the log")
        if base != compacted.base:
            self._check_stands(compacted, last)
        compacted.records = compacted.after(base.seq)
        compacted.base, compacted.cache = base, None
        tail.move(tail.end, base.seq, ())

    async def put_person(self, board: str, person: Person) -> None:
        """See Log.put_person."""
        people = (await self._board(board)).people
        if person.device_key is not None:
            for other in people.values():
                if other.device_key == person.device_key and other.participant != person.participant:
                    raise DeviceTaken(other.participant)
        people[person.participant] = person

    async def people(self, board: str) -> list[Person]:
        """See Log.people."""
        known = (await self._board(board)).people
        return [known[participant] for participant in sorted(known)]

    async def person_by_device(self, board: str, device_key: str) -> Person | None:
        """See Log.person_by_device."""
        known = (await self._board(board)).people
        return next((person for person in known.values() if person.device_key == device_key), None)

    async def erase_person(self, board: str, participant: str) -> None:
        """See Log.erase_person."""
        (await self._board(board)).people.pop(participant, None)

    async def put_picture(self, board: str, name: str, data: bytes, at_ms: int) -> None:
        """See Log.put_picture."""
        (await self._board(board)).pictures[name] = data, at_ms

    async def picture(self, board: str, name: str) -> bytes | None:
        """See Log.picture."""
        kept = (await self._board(board)).pictures.get(name)
        return kept[0] if kept is not None else None

    async def pictures(self, board: str) -> list[PictureRow]:
        """See Log.pictures."""
        kept = (await self._board(board)).pictures
        return [PictureRow(name, len(data), at_ms) for name, (data, at_ms) in sorted(kept.items())]

    async def erase_pictures(self, board: str, names: Collection[str]) -> None:
        """See Log.erase_pictures."""
        kept = (await self._board(board)).pictures
        for name in names:
            kept.pop(name, None)

    async def settle(self, board: BoardRecord, *, replace: bool = False) -> None:
        """See ReceivingLog.settle."""
        await self._turn()
        row = BoardRecord(board.id, board.code.upper(), board.created_ms, board.epoch)
        old = self._boards.get(row.id)
        if old is not None and not replace:
            raise BoardExists(row.id)
        if any(other.row.code == row.code for other in self._boards.values() if other is not old):
            raise CodeTaken(row.code)
        if moving(row.id) not in self._boards:
            raise UnknownBoard(moving(row.id))
        new = self._boards.pop(moving(row.id))
        new.row = row
        new.tail.move(Position(row.epoch, new.tail.end.seq), new.tail.base_seq, ())
        self._boards[row.id] = new
        if old is not None:
            old.tail.close()

    async def discard(self, board: str) -> None:
        """See ReceivingLog.discard."""
        await self._turn()
        self._boards.pop(moving(board), None)

    async def broadcast(self, board: str, note: bytes) -> None:
        """See Log.broadcast."""
        await self._turn()
        self._listeners.tell(board, note)

    async def listen(self, board: str) -> AsyncGenerator[bytes, None]:
        """See Log.listen."""
        await self._turn()
        async with contextlib.aclosing(self._listeners.listen(board)) as notes:
            async for note in notes:
                yield note

    async def probe(self) -> None:
        """See Log.probe."""
        await self._turn()
        after = self._probes.tail.end.seq
        token = Record(after + 1, secrets.token_bytes(16))
        try:
            async with (
                asyncio.timeout(self._probe_timeout_s),
                contextlib.aclosing(self._follow(self._probes, after)) as batches,
            ):
                self._append(self._probes, after, [token])
                came = await anext(batches)
        except TimeoutError:
            raise ProbeFailed(f"a probe did not come back within {self._probe_timeout_s:g} s") from None
        if came[0] != token:
            raise ProbeFailed("a probe came back changed")

    async def _turn(self) -> None:
        await asyncio.sleep(0)
        if not self._open:
            raise LogUnavailable("The log is not open.")

    async def _board(self, board: str) -> _Board:
        await self._turn()
        if board not in self._boards:
            raise UnknownBoard(board)
        return self._boards[board]

    def _renew(self, board: _Board) -> Position:
        end = Position(secrets.token_hex(8), board.tail.end.seq)
        row = board.row
        board.row = BoardRecord(row.id, row.code, row.created_ms, end.epoch)
        board.tail.move(end, board.tail.base_seq, ())
        return end

    def _check_stands(self, board: _Board, last: Record | None) -> None:
        """Raise EpochChanged where the log has another record in this one's place; Compacted where it has none."""
        if last is not None and board.after(last.seq - 1)[0] != last:
            raise EpochChanged(self._renew(board))

    def _append(self, board: _Board, expected_seq: int, records: Sequence[Record]) -> Appended | Conflict:
        end = board.tail.end
        if end.seq != expected_seq:
            return Conflict(end, tuple(board.after(expected_seq)))
        end = Position(end.epoch, records[-1].seq)
        board.records.extend(records)
        board.tail.move(end, board.tail.base_seq, tuple(records))
        return Appended(end)

    def _follow(self, board: _Board, after: int, epoch: str | None = None) -> AsyncGenerator[list[Record], None]:
        async def read(seq: int, limit: int) -> list[Record]:
            return board.after(seq)[:limit]

        return board.tail.follow(after, read, epoch)
