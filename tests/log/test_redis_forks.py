"""A Redis that lost its tail and grew past it again before this node looked: nobody goes on across that (LG3, LG6).

One Redis stands for the master and for the replica that lagged: what it holds of a board is put back to what it was,
and another node goes on from there. Nothing breaks meanwhile, so that what is told of the other past gets here first.
"""

import asyncio
from collections.abc import AsyncGenerator, Collection
from contextlib import aclosing
from typing import Any

import msgpack
import pytest

from rebond.log import Appended, Conflict, Durability, EpochChanged, Position, Record, Snapshot
from rebond.log.redis import RedisLog
from rebond.log.redis_calls import Calls
from rebond.log.redis_follow import HEADS_KEPT, Following
from rebond.log.redis_line import Address, Confirmation, Line, NotSent, Wire
from rebond.log.redis_place import place_of
from rebond.log.redis_promise import Promise
from rebond.log.redis_values import APPEND, Head, Keys, tip_of
from rebond.log.redis_wakeups import Wakeups
from tests.conftest import RedisServer
from tests.log.redis_story import QUICK, answers, appended_to, meanwhile, opened, tell
from tests.log.story import created, everything, following, records

RARELY: dict[str, Any] = {**QUICK, "check_ms": 3_600_000}
"""So that nothing is found by looking now and then."""

OFTEN: dict[str, Any] = {**QUICK, "check_ms": 60}


async def kept(server: RedisServer, board: str) -> dict[bytes, bytes]:
    """What Redis holds of a board, to be put back later."""
    names: list[bytes] = await tell(server, "KEYS", f"rebond:{{{board}}}:*")
    return {name: await _said(server, b"DUMP", name) for name in names}


async def fail_over(server: RedisServer, lagged: dict[bytes, bytes]) -> None:
    """The replica that had this is the master now."""
    for name, data in lagged.items():
        await _said(server, b"RESTORE", name, 0, data, b"REPLACE")


async def append_in_silence(server: RedisServer, board: str, after: int, data: bytes) -> None:
    """Append a record of which no message tells: SET in the place of SPUBLISH leads nowhere."""
    keys, line = Keys("rebond"), Line(Address(server.url, 5.0), 5.0)
    arguments = (b"SET", b"nowhere", after, b"", tip_of(data), 10, 1_000, data)
    await line.run(APPEND, (keys.meta(board), keys.log(board)), *arguments)
    await line.close()


async def _said(server: RedisServer, *words: bytes | int) -> Any:
    line = Line(Address(server.url, 5.0), 5.0)
    try:
        return await line.call(*words)
    finally:
        await line.close()


async def _asked_where_it_ends(server: RedisServer) -> int:
    """How often anybody asked this Redis where a board ends."""
    told: bytes = await _said(server, b"INFO", b"commandstats")
    lines = [line for line in told.decode().splitlines() if line.startswith("cmdstat_hmget:")]
    return sum(int(line.partition("calls=")[2].partition(",")[0]) for line in lines)


def _packed(value: Any) -> bytes:
    packed: bytes = msgpack.packb(value)
    return packed


def went_on(server: RedisServer, board: str, after: int, *texts: str) -> None:
    """Another node, which knew no more than the replica, went on before this one had a turn."""

    async def append(other: RedisLog) -> None:
        for seq, text in enumerate(texts, after):
            assert isinstance(await other.append(board, seq, records(seq, text)), Appended)

    meanwhile(server.url, append)


async def is_told(follower: AsyncGenerator[list[Record], None]) -> None:
    """A follower is told that the log has forked, and yields nothing before."""
    with pytest.raises(EpochChanged):
        raise AssertionError(await anext(follower))


class TestFollower:
    @pytest.mark.parametrize("grown", [2, 3, 7], ids=["as long", "longer", "with more changes"])
    async def test_news_of_another_past_end_a_follower(self, redis_server: RedisServer, grown: int) -> None:
        """LG3, LG6: given a follower that is ahead of what Redis fell back to, when messages tell of another past that
        has grown to its end and beyond, then it yields none of that, but EpochChanged; and the epoch is another."""
        async with opened(redis_server.url, **RARELY) as log:
            board = await created(log, "a", "b")
            lagged = await kept(redis_server, board)
            async with aclosing(log.follow(board, 0)) as follower:
                assert await anext(follower) == records(0, "a", "b")
                await log.append(board, 2, records(2, "c"))
                assert await anext(follower) == records(2, "c")
                await log.append(board, 3, records(3, "d"))
                assert await anext(follower) == records(3, "d")
                await fail_over(redis_server, lagged)
                went_on(redis_server, board, 2, *(f"other {number}" for number in range(grown)))
                # Whoever appends now makes itself heard, if nobody was so far.
                told = asyncio.create_task(is_told(follower))
                went_on(redis_server, board, 2 + grown, "loud")
                await told
            assert (await log.position(board)).epoch != "first"
            assert len(await everything(log, board)) == 3 + grown

    async def test_a_slow_follower_is_not_led_over(self, redis_server: RedisServer) -> None:
        """LG3, LG6: given a follower that takes its time in the middle of what was lost, when the log's shorter end is
        noticed, and it grows again, then the follower does not go on in the other past."""
        async with opened(redis_server.url, **RARELY) as log:
            board = await created(log, "a")
            lagged = await kept(redis_server, board)
            async with aclosing(log.follow(board, 0)) as slow, aclosing(log.follow(board, 0)) as quick:
                await log.append(board, 1, records(1, "b"))
                while (await anext(slow))[-1].seq < 2:
                    pass
                await log.append(board, 2, records(2, "c", "d"))
                while (await anext(quick))[-1].seq < 4:
                    pass
                await fail_over(redis_server, lagged)
                went_on(redis_server, board, 1, "not b")
                # The conflict says that the log is shorter now.
                assert await log.append(board, 4, records(4, "e")) == Conflict(Position("first", 2), ())
                went_on(redis_server, board, 2, "not c", "not d", "not e", "not f")
                await is_told(slow)

    async def test_a_page_is_compared_with_what_was_followed_before(self, redis_server: RedisServer) -> None:
        """LG3, LG6: given a follower that lags so far that it reads, when the log has another past by now, and nobody
        told of that, then it is not read on."""
        async with opened(redis_server.url, **RARELY) as log:
            board = await created(log, "a")
            lagged = await kept(redis_server, board)
            await log.append(board, 1, records(1, "b"))
            async with aclosing(log.follow(board, 0)) as follower:
                assert await anext(follower) == records(0, "a", "b")
                for seq in (2, 3, 4):
                    await log.append(board, seq, records(seq, "x" * 100_000))  # too large to be at hand
                await fail_over(redis_server, lagged)
                went_on(redis_server, board, 1, *"BCDEFGH")
                await is_told(follower)

    async def test_a_message_that_was_missed_costs_nobody_anything(self, redis_server: RedisServer) -> None:
        """LG3: given a follower, when of two messages only the second comes, then it gets both records, in order, and
        the epoch stays."""
        async with opened(redis_server.url, **RARELY) as log, opened(redis_server.url) as other:
            board = await appended_to(other)
            follower = await following(log, board, 2, 6)
            await log.probe()
            await append_in_silence(redis_server, board, 2, b"c")
            for seq in range(3, 8):
                await other.append(board, seq, records(seq, str(seq)))
            assert [record.seq for record in await follower] == [3, 4, 5, 6, 7, 8]
            assert (await log.position(board)).epoch == "first"

    async def test_news_of_what_was_lost_are_not_asked_for_for_ever(self, redis_server: RedisServer) -> None:
        """LG3, LG6: given a follower that missed one message, when the next is heard after the log has lost both, then
        the log is asked once or twice, and not again and again, and what comes then is followed."""
        async with opened(redis_server.url, **RARELY) as log:
            board = await created(log, "a", "b")
            lagged = await kept(redis_server, board)
            follower = await following(log, board, 2, 1)
            await log.probe()

            async def say_and_lose(other: RedisLog) -> None:
                await append_in_silence(redis_server, board, 2, b"lost")
                assert isinstance(await other.append(board, 3, records(3, "lost as well")), Appended)
                await fail_over(redis_server, lagged)

            meanwhile(redis_server.url, say_and_lose)
            for _ in range(100):
                await log.probe()
            assert await _asked_where_it_ends(redis_server) < 50
            went_on(redis_server, board, 2, "c")
            assert await follower == records(2, "c")


class TestReader:
    async def test_a_page_of_another_past_is_not_read_on(self, redis_server: RedisServer) -> None:
        """LG6: given a node that appended up to where the log has something else now, when it reads on from its end,
        then it gets nothing of that, but EpochChanged, and its append is a conflict in the new epoch."""
        async with opened(redis_server.url, **RARELY) as log:
            board = await created(log, "a")
            lagged = await kept(redis_server, board)
            await log.append(board, 1, records(1, "b", "c"))
            await fail_over(redis_server, lagged)
            went_on(redis_server, board, 1, *"BCDE")
            with pytest.raises(EpochChanged) as changed:
                await log.read(board, 3, 10)
            answer = await log.append(board, 3, records(3, "d"))
            assert isinstance(answer, Conflict)
            assert answer.position == changed.value.position == await log.position(board)
            assert await everything(log, board) == records(0, *"aBCDE")

    async def test_what_was_read_first_is_what_counts(self, redis_server: RedisServer) -> None:
        """LG1, LG6: given a node that knows the end of a log, when it reads another past's end elsewhere in the log,
        then it still knows, and its append does not land there."""
        async with opened(redis_server.url, **RARELY) as log:
            board = await created(log, *"abc")
            lagged = await kept(redis_server, board)
            await log.append(board, 3, records(3, *"de"))
            await fail_over(redis_server, lagged)
            went_on(redis_server, board, 3, *"DEFGH")
            # Beyond its end: nothing there can be compared.
            assert await log.read(board, 6, 10) == records(6, *"GH")
            answer = await log.append(board, 5, records(5, "f"))
            assert isinstance(answer, Conflict)
            assert answer.position.epoch != "first"

    async def test_a_compacted_past_is_no_fork(self, redis_server: RedisServer) -> None:
        """LG6, LG7: given nodes that follow and read, when another compacts what they know and goes on, then they go on
        with it, in the same epoch."""
        async with opened(redis_server.url, **RARELY) as log, opened(redis_server.url) as other:
            board = await appended_to(log)
            async with aclosing(log.follow(board, 0)) as follower:
                assert await anext(follower) == records(0, "a", "b")
                await other.compact(board, Snapshot(2, 1, b"ab"), Record(2, b"b"))
                await other.append(board, 2, records(2, "c"))
                assert await anext(follower) == records(2, "c")
            assert await log.read(board, 2, 10) == records(2, "c")
            assert await log.append(board, 3, records(3, "d")) == Appended(Position("first", 4))


class TestUnforeseen:
    async def test_a_message_that_nobody_can_read_harms_no_board(
        self, redis_server: RedisServer, caplog: pytest.LogCaptureFixture
    ) -> None:
        """LG3, HB8: given a follower, when a message comes that is none, of whatever shape, then that is logged, the
        log is looked at, and this board's and other boards' news come as before."""
        async with opened(redis_server.url, **RARELY) as log, opened(redis_server.url) as other:
            boards = [await created(log), await created(log)]
            followers = [await following(log, board, 0, 2) for board in boards]
            await log.probe()
            shapes = [b"\xc1", b"", *map(_packed, ([], 7, [b"first", b"x", 0, b"y", 1, 2]))]
            for payload in shapes:
                await _said(redis_server, b"SPUBLISH", Keys("rebond").channel(boards[0]), payload)
            for board in boards:
                await other.append(board, 0, records(0, "a"))
                await other.append(board, 1, records(1, "b"))
            assert [await follower for follower in followers] == [records(0, "a", "b")] * 2
            await log.probe()
            assert len([each for each in caplog.messages if "cannot be read" in each]) == len(shapes)

    async def test_a_line_survives_whatever_its_hearer_does(self, redis_server: RedisServer) -> None:
        """LG3: given the reader of the line for news, when a hearer fails in a way that nobody foresaw, then the line
        is made anew, and news come again."""
        came: asyncio.Queue[bytes] = asyncio.Queue()
        subscribed: asyncio.Queue[bytes] = asyncio.Queue()

        def told(channel: bytes, payload: bytes) -> None:
            if payload == b"bad":
                raise KeyError(payload)
            came.put_nowait(payload)

        def lost(channels: Collection[bytes]) -> None:
            pass

        wakeups = Wakeups(Address(redis_server.url, 5.0), 5.0, told, subscribed.put_nowait, lost)
        wakeups.start()
        await wakeups.subscribe(b"news")
        await subscribed.get()
        await tell(redis_server, "SPUBLISH", "news", "bad")
        await subscribed.get()
        await tell(redis_server, "SPUBLISH", "news", "good")
        assert await came.get() == b"good"
        await wakeups.close()

    async def test_an_unforeseen_server_leaves_nobody_waiting(self, redis_server: RedisServer) -> None:
        """LG2: given a server whose answers at the beginning are of a shape not known, when something is sent, then
        whoever sent it is told that it was not sent, every time; and it works once the server is as known."""
        odd = True

        async def prepare(wire: Wire) -> Confirmation | None:
            if odd:
                raise ValueError("a field of another shape")
            return None

        line = Line(Address(redis_server.url, 5.0), 5.0, prepare)
        for _ in range(2):
            with pytest.raises(NotSent, match="another shape"):
                await line.call(b"PING")
        odd = False
        assert await line.call(b"PING") == b"PONG"
        await line.close()


class TestTending:
    async def test_one_board_that_cannot_be_looked_at_stops_no_other(self, redis_server: RedisServer) -> None:
        """LG3: given two boards that are followed, one of which cannot be looked at, however often that is tried, when
        a record of the other comes of which no message tells, then it is found."""
        async with opened(redis_server.url, **OFTEN) as log:
            board, odd = await created(log, "a"), await created(log, "b")
            followers = [await following(log, each, 1, 1) for each in (board, odd)]
            await log.probe()
            await tell(redis_server, "SET", Keys("rebond").meta(odd).decode(), "of another kind")
            # Both are looked at because their subscriptions are new.
            await tell(redis_server, "CLIENT", "KILL", "TYPE", "pubsub")
            await answers(log)
            await append_in_silence(redis_server, board, 1, b"b")
            assert await followers[0] == records(1, "b")
            followers[1].cancel()
            await asyncio.wait(followers)

    async def test_boards_that_nobody_follows_are_forgotten_in_time(self, redis_server: RedisServer) -> None:
        """Given a process that touches ever more boards, when it has touched many, then it remembers of those heard of
        last where their logs are, and of no others but those that are followed."""
        place, keys = place_of(redis_server.url, 5.0), Keys("rebond")
        calls = Calls(place, Promise(Durability.MEMORY, 0, 2.0), 5.0, 5.0)
        await calls.open()

        async def renew(board: str, known: str) -> Position:
            raise AssertionError(board, known)

        tended = Following(place, calls, keys, renew, "tended", wait_s=5.0, check_s=0.02)
        await tended.open()
        boards = [f"board {number}" for number in range(HEADS_KEPT + 50)]
        for board in boards:
            tended.learn(board, Head(Position("first", 0), 0, 0, b""))
        while tended.known(boards[0]) is not None:
            await calls.ask(b"PING")
        assert [board for board in boards if tended.known(board) is not None] == boards[-HEADS_KEPT:]
        await tended.close()
        await calls.close()
        await place.close()
