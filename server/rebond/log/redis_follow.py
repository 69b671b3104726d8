"""Where each board's log is, as far as this process knows, and following it without ever missing anything (LG3, LG6).

News come with the answers to own writes and reads, and by pub/sub; older news than what is known are left aside by
their version, and what is known gives way only to what is seen to go on from it. Pub/sub is only a wake-up: when news
do not go on from what is known, when a subscription is new, and now and then in any case, that is compared with the
log, which shows what was missed, a log that is shorter now, and one that has forked. Whoever follows or reads on has
the last record compared too, and never gets one of another past.
Must not know: how a board is written, but for renewing its epoch.
"""

import asyncio
import contextlib
import logging
import secrets
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Sequence
from functools import partial
from typing import NamedTuple

from rebond.log.interface import (
    Compacted,
    EpochChanged,
    LogError,
    LogUnavailable,
    LostTail,
    OutcomeUnknown,
    Position,
    Record,
    UnknownBoard,
)
from rebond.log.notes import Listeners
from rebond.log.redis_calls import RETRY_S, Calls
from rebond.log.redis_place import Place
from rebond.log.redis_values import (
    HEAD_FIELDS,
    READ,
    End,
    Head,
    Keys,
    known_answer,
    read_entries,
    read_head,
    read_message,
    tip_of,
)
from rebond.log.tails import Tail, check_followable

logger = logging.getLogger(__name__)

HEADS_KEPT = 256
"""Of how many boards that nobody follows it is remembered where their log is."""
NEWS_KEPT = 16
"""How many news of a board wait until it is known what they go on from; what is beyond is read from the log."""


class _Watch:
    """A board that somebody follows here. `ready` is set once its tail is known, or why there is none."""

    def __init__(self) -> None:
        self.followers = 0
        self.tail: Tail | None = None
        self.failure: LogError | None = None
        self.ready = asyncio.Event()

    def fail(self, failure: LogError) -> None:
        """Followers get this error from now on."""
        self.failure = failure
        if self.tail is not None:
            self.tail.close()
        self.ready.set()


class _Page(NamedTuple):
    """Records in order, the one before them where the log still has it, and where the log was."""

    head: Head
    before: Record | None
    records: list[Record]


class Following:
    """Heads, followers, and the connection on which they are woken.

    `renew(board, known)` gives a forked board a new epoch. `name` tells this process's probes from others'. `wait_s`
    bounds beginning to follow, and connecting. Every `check_s` followed boards are compared with the log, and lines
    that do not deliver are made anew.
    """

    def __init__(
        self,
        place: Place,
        calls: Calls,
        keys: Keys,
        renew: Callable[[str, str], Awaitable[Position]],
        name: str,
        *,
        wait_s: float,
        check_s: float,
    ) -> None:
        self._calls = calls
        self._keys = keys
        self._renew = renew
        self._place = place
        self._name = name
        self._wait_s = wait_s
        self._check_s = check_s
        self._heads: dict[str, Head] = {}
        self._watches: dict[str, _Watch] = {}
        self._boards: dict[bytes, str] = {}
        self._listeners = Listeners()
        self._noted: dict[bytes, str] = {}
        self._ahead: dict[str, deque[tuple[Head, Sequence[Record], End | None]]] = {}
        """News that do not go on from what is known, until that was compared with the log."""
        self._due: set[str] = set()
        self._checks: dict[str, asyncio.Task[None]] = {}
        self._wakeups = place.wakeups(wait_s, self._told, self._subscribed, self._lost)
        self._tending: asyncio.Task[None] | None = None
        self._proving: asyncio.Task[None] | None = None
        self._closed = False
        self._hears: dict[bytes, asyncio.Event] = {}
        """The channels on which this process hears its own probes, and whether it does."""
        self._awaited: dict[bytes, asyncio.Future[None]] = {}

    async def open(self) -> None:
        """Be woken from now on."""
        self._wakeups.start()
        self._tending = asyncio.get_running_loop().create_task(self._tend(), name="log heads")

    async def close(self) -> None:
        """Followers get LogUnavailable."""
        self._closed = True
        for task in (self._tending, self._proving, *self._checks.values()):
            if task is not None:
                task.cancel()
                await asyncio.wait((task,))
        for watch in self._watches.values():
            watch.fail(LogUnavailable("The log was closed."))
        self._watches.clear()
        self._listeners.close()
        await self._wakeups.close()

    # -- what is known ---------------------------------------------------------------------------------------------

    def known(self, board: str) -> Head | None:
        """The last head heard of."""
        return self._heads.get(board)

    def learn(self, board: str, head: Head, records: Sequence[Record] = (), before: End | None = None) -> None:
        """Note where a log is, unless this is older news; `records` are the last before it, if at hand, and `before` is
        where it ended before them, if that is sure.

        Where it cannot be seen that this goes on from what is known, the two are compared with the log (LG6).
        """
        old = self._heads.get(board)
        if old is None or head == old:
            self._know(board, head)
        elif head.version > old.version:
            if before == old.end:
                self._know(board, head, records)
            elif head.position.epoch != old.position.epoch:
                # Whoever came by another epoch has to begin again anyway.
                self._know(board, head)
            else:
                # Perhaps one message was missed, and what comes now goes on from what the log will say.
                self._ahead.setdefault(board, deque(maxlen=NEWS_KEPT)).append((head, records, before))
                self.compare_soon(board)

    def _know(self, board: str, head: Head, records: Sequence[Record] = ()) -> None:
        # Those heard of last stand last.
        old = self._heads.pop(board, None)
        self._heads[board] = head
        watch = self._watches.get(board)
        if watch is None:
            return
        if watch.tail is None:
            watch.tail = Tail(head.position, head.base_seq)
            watch.ready.set()
        elif head != old:
            watch.tail.move(head.position, head.base_seq, records)

    async def head(self, board: str) -> Head:
        """Where the log is. Raises UnknownBoard, LogUnavailable."""
        head = read_head(await self._calls.ask(b"HMGET", self._keys.meta(board), *HEAD_FIELDS))
        if head is None:
            raise UnknownBoard(board)
        return head

    async def page(self, board: str, after: int, limit: int) -> list[Record]:
        """See Log.read. EpochChanged where the log has another record in the place of the last that was known (LG6)."""
        return (await self._page(board, after, limit)).records

    async def _page(self, board: str, after: int, limit: int) -> _Page:
        keys = (self._keys.meta(board), self._keys.log(board))
        # From the record before on, to see what they go on from.
        answer = known_answer(board, await self._calls.run(READ, keys, after, limit + 1, after))
        if answer.kind == "compacted":
            raise Compacted(answer.head.base_seq)
        head, found = answer.head, read_entries(answer.more)
        before: End | None = None
        known = self._heads.get(board)
        if found and known is not None and known.position.epoch == head.position.epoch:
            place = known.position.seq - found[0].seq
            if 0 <= place < len(found):
                if known.tip not in (tip_of(found[place].data), b""):
                    raise EpochChanged(await self.forked(board, head))
                before = known.end
        last = found.pop(0) if found and found[0].seq == after else None
        records = found[:limit]
        if records and records[-1].seq == head.position.seq:
            # Whoever read this far appends or follows from here.
            self.learn(board, head, before=before)
        return _Page(head, last, records)

    async def forked(self, board: str, head: Head) -> Position:
        """The log's past is not the one that was known: it gets a new epoch (LG6). Raises LogUnavailable."""
        logger.error("board %s: the log has forked; its epoch is renewed", board)
        try:
            return await self._renew(board, head.position.epoch)
        except OutcomeUnknown as unknown:
            # Nothing was done of what led here.
            raise LogUnavailable(str(unknown)) from unknown

    async def check(self, board: str) -> None:
        """Compare what is known of a board with the log. Raises UnknownBoard, LogUnavailable."""
        before = self._heads.get(board)
        heard = self._ahead.pop(board, ())
        try:
            head = await self.head(board)
        except UnknownBoard:
            self._heads.pop(board, None)
            raise
        if await self.compare(board, head, before) is None:
            for ahead, records, end in heard:
                known = self._heads.get(board)
                # What was heard before the log was asked and is not in it is of a past that the log lost: asking for it
                # again would never end.
                if known is not None and known.version < ahead.version and end == known.end:
                    self._know(board, ahead, records)

    async def compare(self, board: str, head: Head, before: Head | None) -> Position | None:
        """Note where a log is that was asked when `before` was known; its new end where it has forked, which renews its
        epoch. Raises UnknownBoard, LogUnavailable."""
        known = self._heads.get(board)
        if known != before and known is not None and head.version <= known.version:
            # What is known was heard of later.
            return None
        # A log that lost its tail counts its changes from an earlier one: as many do not mean the same.
        shorter = known is not None and head.position.seq < known.position.seq
        if known is None or shorter or await self._stands_on(board, head, known):
            if self._heads.get(board) == known:
                self._know(board, head)
            for news in self._ahead.pop(board, ()):
                self.learn(board, *news)
            return None
        self._ahead.pop(board, None)
        return await self.forked(board, head)

    async def _stands_on(self, board: str, head: Head, known: Head) -> bool:
        """Whether the last record that was known is still in the log, as far as that can be seen."""
        seq = known.position.seq
        # A board that was put back as a base alone has no last record to tell it by.
        if head.position.epoch != known.position.epoch or not known.tip:
            return True
        if head.position.seq == seq:
            return head.tip in (known.tip, b"")
        if head.base_seq >= seq:
            return True
        found = read_entries(await self._calls.ask(b"XRANGE", self._keys.log(board), f"{seq}-0", f"{seq}-0"))
        return bool(found) and tip_of(found[0].data) == known.tip

    # -- following -------------------------------------------------------------------------------------------------

    async def follow(self, board: str, after: int, epoch: str | None = None) -> AsyncGenerator[list[Record], None]:
        """See Log.follow. While Redis is away a follower waits, and goes on afterwards from where it was."""
        watch = self._watches.get(board)
        is_first = watch is None
        if watch is None:
            watch = self._watches[board] = _Watch()
        watch.followers += 1
        try:
            if is_first:
                channel = self._keys.channel(board)
                self._boards[channel] = board
                await self._wakeups.subscribe(channel)
            tail = await self._tail(board, watch, after, epoch)
            last: Record | None = None

            async def read(seq: int, limit: int) -> list[Record]:
                return await self._read_on(board, tail, seq, limit, last)

            async with contextlib.aclosing(tail.follow(after, read, epoch)) as batches:
                async for batch in batches:
                    last = batch[-1]
                    yield batch
        except LogUnavailable as failure:
            raise watch.failure or failure from None
        finally:
            # The subscription goes when the board is next looked at, not with each follower.
            watch.followers -= 1

    async def listen(self, board: str) -> AsyncGenerator[bytes, None]:
        """See Log.listen. What is told while Redis is away, or before it confirmed the subscription, is missed."""
        channel = self._keys.notes(board)
        try:
            with self._listeners.joined(board) as listener:
                self._noted[channel] = board
                await self._wakeups.subscribe(channel)
                while True:
                    yield await listener.hear()
        finally:
            if board not in self._listeners:
                self._noted.pop(channel, None)
                await self._wakeups.unsubscribe(channel)

    async def _tail(self, board: str, watch: _Watch, after: int, epoch: str | None) -> Tail:
        try:
            async with asyncio.timeout(self._wait_s):
                await watch.ready.wait()
        except TimeoutError:
            raise LogUnavailable(f"Redis did not answer within {self._wait_s:g} s.") from None
        if watch.tail is None or watch.failure is not None:
            raise watch.failure or LogUnavailable("The log was closed.")
        if watch.tail.end.seq < after or epoch not in (watch.tail.end.epoch, None):
            # Whoever asks may have read further than this process was told, or in an epoch it has not heard of.
            await self.check(board)
        return watch.tail

    async def _read_on(self, board: str, tail: Tail, after: int, limit: int, last: Record | None) -> list[Record]:
        """What a follower lacks who had `last` last. Where it is not there, the log lost it."""
        epoch = tail.end.epoch
        while True:
            try:
                page = await self._page(board, after, limit)
                if page.head.position.epoch != epoch:
                    raise EpochChanged(page.head.position)
                if last is not None and page.before not in (last, None):
                    raise EpochChanged(await self.forked(board, page.head))
                if page.records:
                    return page.records
                await self.check(board)
                check_followable(after, epoch, tail.end, tail.base_seq)
                raise LostTail(tail.end)
            except LogUnavailable:
                if self._closed:
                    raise
                await asyncio.sleep(RETRY_S)

    # -- being woken -----------------------------------------------------------------------------------------------

    def ways(self) -> list[bytes]:
        """A hash tag for each server that has the directory or a board that is followed here."""
        return self._place.probe_tags((self._keys.boards, *self._boards))

    async def heard(self, channel: bytes, token: bytes, publish: Callable[[], Awaitable[object]]) -> None:
        """Return when the token, which `publish` sends to this channel, has come back the way of all news (HB8)."""
        hears = self._hears.get(channel)
        if hears is None:
            hears = self._hears[channel] = asyncio.Event()
            await self._wakeups.subscribe(channel)
        await hears.wait()
        came = self._awaited[token] = asyncio.get_running_loop().create_future()
        try:
            await publish()
            await came
        finally:
            del self._awaited[token]

    def _told(self, channel: bytes, payload: bytes) -> None:
        """A message came; it is worked off here and now, since that waits for nothing."""
        if channel in self._hears:
            came = self._awaited.get(payload)
            if came is not None and not came.done():
                came.set_result(None)
        elif (board := self._boards.get(channel)) is not None:
            try:
                self.learn(board, *read_message(payload))
            except Exception:
                # From a node of another version, or from nobody who belongs here; the log itself says what is so.
                logger.exception("board %s: what is told of its log cannot be read", board)
                self.compare_soon(board)
        elif (board := self._noted.get(channel)) is not None:
            self._listeners.tell(board, payload)

    def _subscribed(self, channel: bytes) -> None:
        """From now on nothing is missed; what was missed before is in the log."""
        if (hears := self._hears.get(channel)) is not None:
            hears.set()
        elif (board := self._boards.get(channel)) is not None:
            self.compare_soon(board)

    def _lost(self, channels: Collection[bytes]) -> None:
        for channel in channels:
            if (hears := self._hears.get(channel)) is not None:
                hears.clear()

    def compare_soon(self, board: str) -> None:
        """Compare with the log by a question asked from now on, whatever is under way; no board waits for another."""
        if self._closed:
            return
        self._due.add(board)
        if board not in self._checks:
            self._checks[board] = asyncio.get_running_loop().create_task(self._compare_due(board))

    async def _tend(self) -> None:
        """Compare every board that is followed with the log now and then, whatever else happens (LG3)."""
        while True:
            await asyncio.sleep(self._check_s)
            try:
                await self._tidy()
            except Exception:
                logger.exception("the boards that are followed could not be looked after")

    async def _tidy(self) -> None:
        for board, watch in list(self._watches.items()):
            if watch.followers:
                self.compare_soon(board)
            else:
                await self._forget(board)
        unwatched = [board for board in self._heads if board not in self._watches]
        for board in unwatched[:-HEADS_KEPT]:
            del self._heads[board]
        await self._wakeups.check()
        if self._proving is None or self._proving.done():
            self._proving = asyncio.get_running_loop().create_task(self._prove(), name="log proof of delivery")

    async def _prove(self) -> None:
        """Leave what answers and does not deliver: a server that is master no more, and a line that sits on one."""
        await self._calls.leave_demoted()
        for tag in self.ways():
            channel = self._keys.probe_channel(tag, self._name)
            token = secrets.token_hex(16).encode()
            try:
                async with asyncio.timeout(self._wait_s):
                    await self.heard(channel, token, partial(self._calls.publish, channel, token))
            except TimeoutError:
                # Where it was not even subscribed, the line is being made anew as it is.
                if self._hears[channel].is_set():
                    logger.warning("the line on which the log tells what is new does not deliver; it is made anew")
                    await self._wakeups.renew(channel)
            except LogError as failure:
                logger.debug("whether the log delivers cannot be found out: %s", failure)

    async def _compare_due(self, board: str) -> None:
        try:
            while board in self._due:
                self._due.discard(board)
                await self._check_watched(board)
        except Exception:
            # It is looked at again when its time comes.
            logger.exception("board %s: it could not be compared with its log", board)
        finally:
            del self._checks[board]
            self._ahead.pop(board, None)

    async def _check_watched(self, board: str) -> None:
        try:
            await self.check(board)
        except UnknownBoard as failure:
            if (watch := self._watches.get(board)) is not None:
                watch.fail(failure)
                await self._forget(board)
        except LogError as failure:
            logger.debug("board %s: its head could not be read: %s", board, failure)
            if board in self._watches:
                self._due.add(board)
                await asyncio.sleep(RETRY_S)

    async def _forget(self, board: str) -> None:
        channel = self._keys.channel(board)
        self._watches.pop(board, None)
        self._boards.pop(channel, None)
        await self._wakeups.unsubscribe(channel)
