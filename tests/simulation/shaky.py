"""A log in memory that breaks its promise now and then, as Redis does: it loses its tail in a failover, or everything.

As on Redis, an append says on which record it stands; where the log has another one there, it forked, and its epoch is
renewed (LG6). A follower is led on by numbers alone: that what it was given before a loss is still there is looked at
some time later, when records of the other branch may have gone by already.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence

from rebond.log import (
    BoardRecord,
    EpochChanged,
    LogUnavailable,
    Position,
    Record,
    Snapshot,
    UnknownBoard,
)
from rebond.log.memory import MemoryLog
from rebond.log.tails import Tail, check_followable

LATE_LOOKS = (0, 2, 1)
"""After so many more batches it is looked whether what was given before a loss is still there; in turn."""


class _ShakyTail(Tail):
    """`at(seq)` is the record the log has there now; `fork()` renews the epoch."""

    def __init__(self, tail: Tail, at: Callable[[int], Record | None], fork: Callable[[], Position]) -> None:
        super().__init__(tail.end, tail.base_seq)
        self._at = at
        self._fork = fork
        self.losses = 0
        self._looks = 0

    def _look_after(self) -> int:
        self._looks += 1
        return LATE_LOOKS[self._looks % len(LATE_LOOKS)]

    async def follow(
        self, after: int, read: Callable[[int, int], Awaitable[list[Record]]], epoch: str | None = None
    ) -> AsyncGenerator[list[Record], None]:
        epoch, last = epoch or self.end.epoch, self._at(after)
        witness, losses, look_after = last, self.losses, 0
        while True:
            if self._closed:
                raise LogUnavailable("The log was closed.")
            check_followable(after, epoch, self.end, self.base_seq)
            if losses != self.losses:
                losses, look_after, witness = self.losses, self._look_after(), witness or last
            if witness is not None and (look_after == 0 or after == self.end.seq):
                if self._at(witness.seq) not in (witness, None):
                    raise EpochChanged(self._fork())
                witness = None
            if after == self.end.seq:
                await self._moved()
                continue
            batch = await read(after, self.end.seq - after)
            after, last, look_after = batch[-1].seq, batch[-1], max(0, look_after - 1)
            yield batch


class ShakyLog(MemoryLog):
    """Its processes hold it by way of `world.TroubledLog`, one each, which knows on what its appends stand."""

    def __init__(self) -> None:
        super().__init__()
        self._renewals = 0
        self.put_back: Callable[[Snapshot], None] = lambda _: None
        """Told when a board begins behind a base."""

    async def create(self, board: BoardRecord, first: Sequence[Record], base: Snapshot | None = None) -> None:
        await super().create(board, first, base)
        if base is not None:
            self.put_back(base)
        kept = self._boards[board.id]
        kept.tail = _ShakyTail(kept.tail, lambda seq: self.at(board.id, seq), lambda: self.fork(board.id))

    async def follow(self, board: str, after: int, epoch: str | None = None) -> AsyncGenerator[list[Record], None]:
        followed = await self._board(board)
        try:
            async with contextlib.aclosing(super().follow(board, after, epoch)) as batches:
                async for batch in batches:
                    yield batch
        except LogUnavailable:
            if self._open and board not in self._boards:
                raise UnknownBoard(board) from None
            if self._open and self._boards[board] is not followed:
                raise EpochChanged(self._boards[board].tail.end) from None
            raise

    def at(self, board: str, seq: int) -> Record | None:
        """The record the log has there now, where it is not compacted."""
        kept = self._boards.get(board)
        place = seq - kept.tail.base_seq - 1 if kept is not None else -1
        return kept.records[place] if kept is not None and 0 <= place < len(kept.records) else None

    @property
    def boards_held(self) -> set[str]:
        """The ids of the boards it has now."""
        return set(self._boards)

    def base_seq(self, board: str) -> int:
        """Where the log begins."""
        return self._boards[board].tail.base_seq

    def end(self, board: str) -> Position:
        """Where the log ends."""
        return self._boards[board].tail.end

    def fork(self, board: str) -> Position:
        """A new epoch."""
        kept = self._boards[board]
        self._renewals += 1
        kept.tail.move(Position(f"fork{self._renewals}", kept.tail.end.seq), kept.tail.base_seq, ())
        return kept.tail.end

    def lose_tail(self, board: str, keep_seq: int) -> None:
        """A replica that lagged is the master now: everything after this entry is gone."""
        kept = self._boards[board]
        kept.records = [record for record in kept.records if record.seq <= keep_seq]
        if kept.cache is not None and kept.cache.seq > keep_seq:
            kept.cache = None
        assert isinstance(kept.tail, _ShakyTail)
        kept.tail.losses += 1
        kept.tail.move(Position(kept.tail.end.epoch, keep_seq), kept.tail.base_seq, ())

    def lose_everything(self) -> None:
        """It was started again, with nothing."""
        lost, self._boards = self._boards, {}
        for kept in lost.values():
            kept.tail.close()
