"""The records that one node held last of one board, bounded: what it can put back when a log lost its tail (LG6)."""

from collections import deque
from collections.abc import Sequence

import msgspec

from rebond.hub.deciding import Waiting
from rebond.log import Record


class Held(msgspec.Struct, frozen=True):
    """A record as it stands in the log, since when it is held, and the command it came from if decided here."""

    record: Record
    at_ms: float
    cause: Waiting | None


class Recent:
    """The newest records of one board, oldest first, without gaps. Bounded in bytes, in count and in age."""

    def __init__(self, max_bytes: int, max_records: int, max_age_ms: float) -> None:
        self._max_bytes = max_bytes
        self._max_records = max_records
        self._max_age_ms = max_age_ms
        self._held: deque[Held] = deque()
        self._held_bytes = 0

    def __len__(self) -> int:
        return len(self._held)

    def push(self, record: Record, cause: Waiting | None, now_ms: float) -> None:
        """Hold the record after the last one. `now_ms` is steady time."""
        self._held.append(Held(record, now_ms, cause))
        self._held_bytes += len(record.data)
        while self._held_bytes > self._max_bytes or len(self._held) > self._max_records:
            self._drop_oldest()

    def expire(self, now_ms: float) -> None:
        """Let go of what is older than asked for."""
        while self._held and self._held[0].at_ms < now_ms - self._max_age_ms:
            self._drop_oldest()

    def clear(self) -> None:
        """Hold nothing: it belongs to a past that is no longer the log's."""
        self._held.clear()
        self._held_bytes = 0

    def forget(self, upto_seq: int) -> None:
        """Let go of the records up to this seq: the log has them no more either, for words in them were erased."""
        while self._held and self._held[0].record.seq <= upto_seq:
            self._drop_oldest()

    def at(self, seq: int) -> Record | None:
        """The record with this seq, if it is still held."""
        if not self._held:
            return None
        place = seq - self._held[0].record.seq
        return self._held[place].record if 0 <= place < len(self._held) else None

    def after(self, seq: int) -> Sequence[Record] | None:
        """Every record above this seq, None where they are not all held any more."""
        if not self._held or self._held[0].record.seq > seq + 1:
            return None
        return [held.record for held in self._held if held.record.seq > seq]

    def all(self) -> list[Held]:
        """Everything held, oldest first."""
        return list(self._held)

    def _drop_oldest(self) -> None:
        self._held_bytes -= len(self._held.popleft().record.data)
