"""Recent history of one channel, bounded in events and bytes: what a client that comes back may still be told (HB4)."""

from collections import deque
from collections.abc import Sequence
from typing import Any

import msgspec

PlainEvent = dict[str, Any]
"""An outgoing event as plain values, projected when it happened."""


class _Told(msgspec.Struct, frozen=True):
    seq: int
    event: PlainEvent
    size_bytes: int


class Ring:
    """Events with the seq of the entry they came from, oldest first. Positions at or above `floor` can be caught up."""

    def __init__(self, floor: int, max_bytes: int, max_events: int) -> None:
        self.floor = floor
        self._max_bytes = max_bytes
        self._max_events = max_events
        self._held: deque[_Told] = deque()
        self._held_bytes = 0

    def __len__(self) -> int:
        return len(self._held)

    def push(self, events: Sequence[tuple[int, PlainEvent]], size_bytes: int) -> None:
        """Remember the events of one flush; `size_bytes` is what they took encoded, all together."""
        if not events:
            return
        each = size_bytes // len(events)
        self._held.extend(_Told(seq, event, each) for seq, event in events)
        self._held_bytes += each * len(events)
        while self._held_bytes > self._max_bytes or len(self._held) > self._max_events:
            oldest = self._held.popleft()
            self._held_bytes -= oldest.size_bytes
            self.floor = max(self.floor, oldest.seq)

    def after(self, position: int) -> list[PlainEvent] | None:
        """Everything told after this position, or None where that is no longer all here: never half (HB4)."""
        if position < self.floor:
            return None
        newer: list[PlainEvent] = []
        for told in reversed(self._held):
            if told.seq <= position:
                break
            newer.append(told.event)
        newer.reverse()
        return newer

    def forget(self, floor: int) -> None:
        """Keep nothing: words that were erased must not be told again (LG7)."""
        self._held.clear()
        self._held_bytes = 0
        self.floor = floor
