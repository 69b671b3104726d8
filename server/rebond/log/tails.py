"""The live end of each board as the event loop knows it, and following it from anywhere (LG3, LG6).

A tail keeps no queue per follower: it holds where the log ends and the records of its last commit. A follower that is
just behind that commit takes them from here; any other reads what it lacks from the log, at its own pace.
Must not know: how a log stores anything.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence

from rebond.log.interface import Compacted, EpochChanged, LogUnavailable, LostTail, Position, Record

FOLLOW_BATCH = 1_000
"""Most records a follower reads from the log at once."""


def check_followable(after: int, epoch: str, end: Position, base_seq: int) -> None:
    """Raise EpochChanged, LostTail or Compacted if `(epoch, after)` cannot be followed in a log ending at `end`."""
    if end.epoch != epoch:
        raise EpochChanged(end)
    if end.seq < after:
        raise LostTail(end)
    if after < base_seq:
        raise Compacted(base_seq)


class Tail:
    """Where one board's log ends, and who waits for it to move."""

    def __init__(self, end: Position, base_seq: int) -> None:
        self.end = end
        self.base_seq = base_seq
        self._recent: Sequence[Record] = ()
        self._followers = 0
        self._waiting: list[asyncio.Future[None]] = []
        self._closed = False

    def move(self, end: Position, base_seq: int, recent: Sequence[Record]) -> None:
        """The log now ends at `end`; `recent` are the last records before it, if any are at hand. Whoever gives some
        is sure that they go on from what was the end."""
        self.end = end
        self.base_seq = base_seq
        if recent and self._recent and self._recent[-1].seq + 1 == recent[0].seq:
            # So that followers see whether it is the one they had last.
            recent = (self._recent[-1], *recent)
        # Without followers nobody would ever let go of them.
        self._recent = recent if self._followers else ()
        self._wake()

    def close(self) -> None:
        """Followers get LogUnavailable from now on."""
        self._closed = True
        self._wake()

    async def follow(
        self, after: int, read: Callable[[int, int], Awaitable[list[Record]]], epoch: str | None = None
    ) -> AsyncGenerator[list[Record], None]:
        """Yield every record after `after` once, in order; `read(after, limit)` fetches those not at hand.

        What is at hand is taken only where it goes on from what was yielded last (LG6); `read` has to see to that, too.
        """
        epoch = epoch or self.end.epoch
        last: Record | None = None
        self._followers += 1
        try:
            while True:
                if self._closed:
                    raise LogUnavailable("The log was closed.")
                check_followable(after, epoch, self.end, self.base_seq)
                if after == self.end.seq:
                    await self._moved()
                    continue
                # Not past `end`: the store may be ahead of what this loop has been told.
                batch = self._since(after, last) or await read(after, min(FOLLOW_BATCH, self.end.seq - after))
                last = batch[-1]
                after = last.seq
                yield batch
        finally:
            self._followers -= 1

    def _since(self, after: int, last: Record | None) -> list[Record]:
        if not self._recent:
            return []
        place = after - self._recent[0].seq
        if place < -1 or (last is not None and (place < 0 or self._recent[place] != last)):
            return []
        return list(self._recent[place + 1 :])

    async def _moved(self) -> None:
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        try:
            await waiter
        except asyncio.CancelledError:
            if waiter in self._waiting:
                self._waiting.remove(waiter)
            raise

    def _wake(self) -> None:
        waiting, self._waiting = self._waiting, []
        for waiter in waiting:
            if not waiter.done():
                waiter.set_result(None)
