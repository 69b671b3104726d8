"""Where each board's log is, as far as this process knows, and following it without ever missing anything (LG3, LG6).

News come with the answers to own writes and reads, and by pub/sub; older news than what is known are left aside by
their version. Pub/sub is only a wake-up: when a subscription is new, and now and then in any case, what is known is
compared with the log, which shows what was missed, a log that is shorter now, and one that has forked.
Must not know: how a board is written, but for renewing its epoch.
"""

import asyncio
import contextlib
import logging
import secrets
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Sequence
from functools import partial

from rebond.log.interface import Compacted, LogError, LogUnavailable, LostTail, Position, Record, UnknownBoard
from rebond.log.notes import Listeners
from rebond.log.redis_calls import RETRY_S, Calls
from rebond.log.redis_place import Place
from rebond.log.redis_values import (
    HEAD_FIELDS,
    READ,
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
        self._due: set[str] = set()
        self._look = asyncio.Event()
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
        for task in (self._tending, self._proving):
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

    def learn(self, board: str, head: Head, records: Sequence[Record] = (), *, lost: Head | None = None) -> None:
        """Note where a log is, unless this is older news; `records` are the last before it, if at hand.

        `lost` is what was known when this head was asked for, if that went further: then it is news all the same.
        """
        old = self._heads.get(board)
        if old is not None and head.version <= old.version and old is not lost:
            head = old
        self._heads[board] = head
        watch = self._watches.get(board)
        if watch is None:
            return
        if watch.tail is None:
            watch.tail = Tail(head.position, head.base_seq)
            watch.ready.set()
        elif head is not old:
            watch.tail.move(head.position, head.base_seq, records)

    async def head(self, board: str) -> Head:
        """Where the log is. Raises UnknownBoard, LogUnavailable."""
        head = read_head(await self._calls.ask(b"HMGET", self._keys.meta(board), *HEAD_FIELDS))
        if head is None:
            raise UnknownBoard(board)
        return head

    async def page(self, board: str, after: int, limit: int) -> list[Record]:
        """See Log.read."""
        keys = (self._keys.meta(board), self._keys.log(board))
        answer = known_answer(board, await self._calls.run(READ, keys, after + 1, limit, after))
        if answer.kind == "compacted":
            raise Compacted(answer.head.base_seq)
        found = read_entries(answer.more)
        if found and found[-1].seq == answer.head.position.seq:
            # Whoever read this far appends or follows from here.
            self.learn(board, answer.head)
        return found

    async def forked(self, board: str, head: Head) -> Position:
        """The log's past is not the one that was known: it gets a new epoch (LG6)."""
        logger.error("board %s: the log has forked; its epoch is renewed", board)
        return await self._renew(board, head.position.epoch)

    async def check(self, board: str) -> None:
        """Compare what is known of a board with the log. Raises UnknownBoard, LogUnavailable."""
        known = self._heads.get(board)
        try:
            head = await self.head(board)
        except UnknownBoard:
            self._heads.pop(board, None)
            raise
        if known is None or head == known:
            self.learn(board, head)
        elif head.version < known.version or await self._stands_on(board, head, known):
            # A log that lost its tail counts its changes from an earlier one: as many do not mean the same.
            self.learn(board, head, lost=known)
        else:
            await self.forked(board, head)

    async def _stands_on(self, board: str, head: Head, known: Head) -> bool:
        """Whether the last record that was known is still in the log, as far as that can be seen."""
        seq = known.position.seq
        if head.position.epoch != known.position.epoch or head.base_seq >= seq:
            return True
        if head.position.seq == seq:
            # A board that was put back as a base alone has no last record to tell it by.
            return head.tip in (known.tip, b"")
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

            async def read(seq: int, limit: int) -> list[Record]:
                return await self._read_on(board, tail, seq, limit)

            async with contextlib.aclosing(tail.follow(after, read, epoch)) as batches:
                async for batch in batches:
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

    async def _read_on(self, board: str, tail: Tail, after: int, limit: int) -> list[Record]:
        """What a follower lacks. Where it is not there, the log lost it."""
        epoch = tail.end.epoch
        while True:
            try:
                if page := await self.page(board, after, limit):
                    return page
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
            head, records = read_message(payload)
            self.learn(board, head, records)
        elif (board := self._noted.get(channel)) is not None:
            self._listeners.tell(board, payload)

    def _subscribed(self, channel: bytes) -> None:
        """From now on nothing is missed; what was missed before is in the log."""
        if (hears := self._hears.get(channel)) is not None:
            hears.set()
        elif (board := self._boards.get(channel)) is not None:
            self._due.add(board)
            self._look.set()

    def _lost(self, channels: Collection[bytes]) -> None:
        for channel in channels:
            if (hears := self._hears.get(channel)) is not None:
                hears.clear()

    async def _tend(self) -> None:
        """Compare with the log: a board at once when its subscription is new, all of them now and then (LG3)."""
        while True:
            try:
                async with asyncio.timeout(self._check_s):
                    await self._look.wait()
            except TimeoutError:
                await self._tidy()
            self._look.clear()
            due, self._due = self._due, set()
            await asyncio.gather(*(self._check_watched(board) for board in due))

    async def _tidy(self) -> None:
        for board, watch in list(self._watches.items()):
            if watch.followers:
                self._due.add(board)
            else:
                await self._forget(board)
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

    async def _check_watched(self, board: str) -> None:
        try:
            await self.check(board)
        except UnknownBoard as failure:
            if (watch := self._watches.get(board)) is not None:
                watch.fail(failure)
                await self._forget(board)
        except LogError as failure:
            logger.debug("board %s: its head could not be read: %s", board, failure)
            self._due.add(board)
            asyncio.get_running_loop().call_later(RETRY_S, self._look.set)

    async def _forget(self, board: str) -> None:
        channel = self._keys.channel(board)
        del self._watches[board]
        del self._boards[channel]
        await self._wakeups.unsubscribe(channel)
