"""A small world for the hub to live in: a clock that only moves when told to, lines that stall and break, a log in bad
weather. Everything above the sockets is the real thing: edge, session, room, channels, projections, client session.

Nothing here sleeps or draws its own random numbers, so one seed is one history.
"""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import random
from collections import deque
from collections.abc import AsyncGenerator, Callable, Collection, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from msgspec.structs import replace

from rebond.hub.frame import Frames, PreparedFrame
from rebond.hub.outbox import TOO_SLOW, OutboxLimits
from rebond.log import (
    Appended,
    BoardRecord,
    Conflict,
    Durability,
    Log,
    LogUnavailable,
    OutcomeUnknown,
    Person,
    PictureRow,
    Record,
    Snapshot,
)
from rebond.log import Position as LogPosition
from rebond_protocol.codec import read_entry
from rebond_protocol.entries import Entry
from tests.simulation.shaky import ShakyLog

EPOCH_MS = 1_700_000_000_000
TICK_MS = 1 / 4096


# -- time ----------------------------------------------------------------------------------------------------------


@dataclass(order=True)
class SimTimer:
    """A call to come; see `rebond.hub.clock.Timer`."""

    at_ms: float
    order: int
    callback: Callable[[], None] = field(compare=False)
    cancelled: bool = field(default=False, compare=False)

    def cancel(self) -> None:
        self.cancelled = True


class SimClock:
    """Time that moves by `advance`, and a tick whenever it is asked; see `rebond.hub.clock.Clock`.

    The tick is what sending costs: without it no room would ever count as busy (HB2).
    """

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._steady_ms = 0.0
        self._timers: list[SimTimer] = []
        self._made = 0

    def now_ms(self) -> int:
        return EPOCH_MS + int(self._steady_ms)

    def steady_ms(self) -> float:
        self._steady_ms += TICK_MS
        return self._steady_ms

    def fresh_id(self) -> str:
        self._made += 1
        return f"i{self._made}"

    def spread(self, upto: float) -> float:
        return self._chance.uniform(0, upto)

    def call_later(self, delay_ms: float, callback: Callable[[], None]) -> SimTimer:
        self._made += 1
        timer = SimTimer(self._steady_ms + delay_ms, self._made, callback)
        heapq.heappush(self._timers, timer)
        return timer

    def advance(self, by_ms: float) -> None:
        """Let time pass, calling what comes due in order."""
        until_ms = self._steady_ms + by_ms
        while self._timers and self._timers[0].at_ms <= until_ms:
            timer = heapq.heappop(self._timers)
            self._steady_ms = max(self._steady_ms, timer.at_ms)
            if not timer.cancelled:
                timer.callback()
        self._steady_ms = until_ms


class InlineExecutor(ThreadPoolExecutor):
    """Runs what is handed to a thread at once and here, so that no thread decides what happens first."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


# -- lines ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Closing:
    """A close frame at the end of what was written."""

    code: int


class SimOutbox:
    """An outbox whose kernel takes bytes when the test says so; see `rebond.hub.outbox.Outbox`."""

    straight = None
    deflates = False

    def __init__(self, limits: OutboxLimits) -> None:
        self._limits = limits
        self._queue: deque[PreparedFrame | Closing] = deque()
        self._drained: Callable[[], None] = lambda: None
        self._congested = False
        self.buffered_bytes = 0
        self.largest_bytes = 0
        self.closed = False

    def write(self, frames: Frames) -> None:
        if self.closed:
            return
        if self._congested and self.buffered_bytes + len(frames.wire) > self._limits.max_bytes:
            self.close(TOO_SLOW.number, TOO_SLOW.code)
            return
        self._queue.extend(frames.messages)
        self.buffered_bytes += len(frames.wire)
        self.largest_bytes = max(self.largest_bytes, self.buffered_bytes)
        self._congested = self._congested or self.buffered_bytes > self._limits.high_bytes

    def on_drain(self, callback: Callable[[], None]) -> None:
        self._drained = callback

    def close(self, code: int, reason: str = "") -> None:
        assert len(reason.encode()) <= 123
        if not self.closed:
            self.closed = True
            self._queue.append(Closing(code))

    def abort(self) -> None:
        self.closed = True
        self._queue.clear()
        self.buffered_bytes = 0

    def take(self) -> PreparedFrame | Closing | None:
        """The next message the peer's kernel takes, if there is one."""
        if not self._queue:
            return None
        message = self._queue.popleft()
        if isinstance(message, PreparedFrame):
            self.buffered_bytes -= len(message.wire)
            if self._congested and self.buffered_bytes <= self._limits.low_bytes:
                self._congested = False
                if not self.closed:
                    self._drained()
        return message


# -- the log in bad weather ----------------------------------------------------------------------------------------


class Weather:
    """How often what fails. All zero: fair."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.storm = 0.0

    def strikes(self) -> bool:
        """Whether it strikes now."""
        return self.storm > 0 and self._chance.random() < self.storm


class TroubledLog:
    """A log that keeps its promises and nothing more: any call may fail, and what fails has kept nothing.

    Its caches are sometimes of another version or corrupt. `history` takes everything that is ever appended. One of
    these is one process's hold on the log, and may die: then what is under way lands, and nobody hears of it.
    """

    def __init__(self, log: Log, weather: Weather, history: list[Entry]) -> None:
        self._log = log
        self._weather = weather
        self._history = history
        self._dead = False
        self._unsure = isinstance(log, ShakyLog)
        self._never = asyncio.Event()
        self._mourners: set[asyncio.Task[Any] | None] = set()
        self._writing: set[asyncio.Task[Appended | Conflict]] = set()
        self._tip: Record | None = None
        """The last record that this process knows of: its next append says that it stands on it, as on Redis."""
        self.hears = asyncio.Event()
        """While it is not set, followers are late."""
        self.hears.set()
        self.answers_lost = 0
        """So many of the next appends land, and their answers are lost."""

    async def die(self) -> None:
        """The process is gone. Returns when the last of what it wrote has landed."""
        self._dead = True
        await asyncio.gather(*self._writing)

    async def _dead_men_hear_nothing(self) -> None:
        if self._dead:
            self._mourners.add(asyncio.current_task())
            await self._never.wait()

    @property
    def durability(self) -> Durability:
        return self._log.durability

    @property
    def shared(self) -> bool:
        return self._log.shared

    def _fair(self) -> None:
        if self._weather.strikes():
            raise LogUnavailable("The disk is full of sand.")

    async def open(self) -> None:
        await self._log.open()

    async def close(self) -> None:
        await self._log.close()

    async def find(self, ref: str) -> BoardRecord | None:
        self._fair()
        return await self._log.find(ref)

    async def boards(self) -> list[BoardRecord]:
        return await self._log.boards()

    async def position(self, board: str) -> LogPosition:
        self._fair()
        return await self._log.position(board)

    async def read(self, board: str, after: int, limit: int) -> list[Record]:
        self._fair()
        page = await self._log.read(board, after, limit)
        if page and isinstance(self._log, ShakyLog) and page[-1] == self._log.at(board, self._log.end(board).seq):
            self._know(page[-1])  # whoever read this far appends from here
        return page

    async def follow(self, board: str, after: int, epoch: str | None = None) -> AsyncGenerator[list[Record], None]:
        self._fair()
        async with contextlib.aclosing(self._log.follow(board, after, epoch)) as batches:
            async for batch in batches:
                await self._dead_men_hear_nothing()
                await self.hears.wait()
                if self._weather.strikes():
                    await turns(20)
                self._know(batch[-1])
                yield batch
                self._fair()

    async def snapshot(self, board: str) -> Snapshot | None:
        self._fair()
        kept = await self._log.snapshot(board)
        if kept is not None and self._weather.strikes():
            return replace(kept, version=kept.version - 1)
        if kept is not None and self._weather.strikes():
            return replace(kept, data=kept.data[: len(kept.data) // 2])
        return kept

    async def base(self, board: str) -> Snapshot | None:
        self._fair()
        return await self._log.base(board)

    async def people(self, board: str) -> list[Person]:
        self._fair()
        return await self._log.people(board)

    async def person_by_device(self, board: str, device_key: str) -> Person | None:
        return await self._log.person_by_device(board, device_key)

    async def picture(self, board: str, name: str) -> bytes | None:
        self._fair()
        return await self._log.picture(board, name)

    async def pictures(self, board: str) -> list[PictureRow]:
        self._fair()
        return await self._log.pictures(board)

    async def create(self, board: BoardRecord, first: Sequence[Record], base: Snapshot | None = None) -> None:
        await self._log.create(board, first, base)
        self._history += [read_entry(record.data) for record in first]

    async def append(self, board: str, expected_seq: int, records: Sequence[Record]) -> Appended | Conflict:
        await self._dead_men_hear_nothing()
        self._fair()
        writing = asyncio.get_running_loop().create_task(self._append(board, expected_seq, records))
        self._writing.add(writing)
        writing.add_done_callback(self._writing.discard)
        result = await asyncio.shield(writing)
        await self._dead_men_hear_nothing()
        if self.answers_lost or (self._unsure and self._weather.strikes()):
            self.answers_lost = max(0, self.answers_lost - 1)
            raise OutcomeUnknown("The line broke before the answer came.")
        return result

    async def _append(self, board: str, expected_seq: int, records: Sequence[Record]) -> Appended | Conflict:
        tip = self._tip
        if isinstance(self._log, ShakyLog) and tip is not None and tip.seq == expected_seq:
            there = self._log.at(board, expected_seq)
            if there is not None and there != tip:
                self._know(there)  # the answer says what the log ends with
                return Conflict(self._log.fork(board), ())
        result = await self._log.append(board, expected_seq, records)
        if isinstance(result, Appended):
            self._know(records[-1])
            self._history += [read_entry(record.data) for record in records]
            self._history.sort(key=lambda entry: entry.seq)
        return result

    def _know(self, record: Record) -> None:
        self._tip = record

    async def vouch(self, board: str) -> None:
        self._fair()
        await self._log.vouch(board)

    async def renew_epoch(self, board: str, known: str) -> LogPosition:
        return await self._log.renew_epoch(board, known)

    async def save_snapshot(self, board: str, snapshot: Snapshot, last: Record | None = None) -> None:
        await self._dead_men_hear_nothing()
        self._fair()
        await self._log.save_snapshot(board, snapshot, last)

    async def compact(self, board: str, base: Snapshot, last: Record | None = None) -> None:
        await self._dead_men_hear_nothing()
        self._fair()
        await self._log.compact(board, base, last)
        await self._dead_men_hear_nothing()

    async def put_person(self, board: str, person: Person) -> None:
        await self._log.put_person(board, person)

    async def erase_person(self, board: str, participant: str) -> None:
        await self._log.erase_person(board, participant)

    async def put_picture(self, board: str, name: str, data: bytes, at_ms: int) -> None:
        self._fair()
        await self._log.put_picture(board, name, data, at_ms)

    async def erase_pictures(self, board: str, names: Collection[str]) -> None:
        self._fair()
        await self._log.erase_pictures(board, names)

    async def broadcast(self, board: str, note: bytes) -> None:
        await self._dead_men_hear_nothing()
        self._fair()
        await self._log.broadcast(board, note)

    async def listen(self, board: str) -> AsyncGenerator[bytes, None]:
        async with contextlib.aclosing(self._log.listen(board)) as notes:
            async for note in notes:
                await self._dead_men_hear_nothing()
                if not self._weather.strikes():
                    yield note

    async def probe(self) -> None:
        await self._log.probe()


async def turns(count: int) -> None:
    """Let whatever is under way go on a little."""
    for _ in range(count):
        await asyncio.sleep(0)
