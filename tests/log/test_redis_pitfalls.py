"""What went wrong for others who told many sockets what is new by way of Redis, and must not here (LG3, HB8)."""

import asyncio
from typing import Any

from rebond.log import Appended, Position
from rebond.log.redis_wakeups import CHANNELS_A_COMMAND
from tests.conftest import RedisServer, StartRedis
from tests.log.redis_proxy import Proxy
from tests.log.redis_story import QUICK, answers, opened, tell
from tests.log.story import created, everything, following, records

HASTY: dict[str, Any] = {"command_timeout_s": 1.0, "probe_timeout_s": 1.0, "check_ms": 50}


class Turnout(Proxy):
    """A line that leads elsewhere for whoever connects anew, and stays where it is for who is connected."""

    def lead_to(self, server: RedisServer) -> None:
        """New lines end at this server."""
        self._server_port = server.port


async def test_a_master_that_was_demoted_and_answers_still_is_left(start_redis: StartRedis) -> None:
    """LG3, HB8: given a node whose lines all sit on a master, when that is made a replica of nobody, answers everything
    still, and another is master, then the node finds out by itself, though nobody cuts a line, and goes on there."""
    old = start_redis("--repl-diskless-sync-delay", "0")
    new = start_redis("--repl-diskless-sync-delay", "0", "--replicaof", "127.0.0.1", str(old.port))
    async with Turnout(old.port).listening() as line, opened(line.url, **HASTY) as log:
        board = await created(log, "a")
        follower = await following(log, board, 1, 1)
        await log.probe()
        while await tell(new, "EXISTS", f"rebond:{{{board}}}:meta") == 0:
            await log.probe()
        await tell(new, "REPLICAOF", "NO", "ONE")
        line.lead_to(new)
        await tell(old, "REPLICAOF", "127.0.0.1", "1")
        async with opened(new.url) as other:
            assert await other.append(board, 1, records(1, "b")) == Appended(Position("first", 2))
        assert await follower == records(1, "b")
        await answers(log)
        assert await log.append(board, 2, records(2, "c")) == Appended(Position("first", 3))
        assert await tell(new, "XLEN", f"rebond:{{{board}}}:log") == 3


async def test_a_subscription_left_behind_on_another_server_is_made_anew(start_redis: StartRedis) -> None:
    """LG3, HB8: given a node whose line for news alone stayed on a server where nothing is told any more, though it
    answers pings, when news come, then they are found, and the line is made anew, so that probes come back."""
    silent, master = start_redis(), start_redis()
    async with Turnout(master.port).listening() as line:
        line.lead_to(silent)
        async with opened(line.url, **HASTY) as log:
            # Its line for news is on the silent one by now; the others are made anew and lead to the master.
            await log.probe()
            line.lead_to(master)
            await tell(silent, "CLIENT", "KILL", "TYPE", "normal")
            board = await created(log, "a")
            follower = await following(log, board, 1, 1)
            async with opened(master.url) as other:
                await other.append(board, 1, records(1, "b"))
            assert await follower == records(1, "b")
            await answers(log)


async def test_a_node_that_follows_more_boards_than_one_command_names(redis_server: RedisServer) -> None:
    """LG3: given a node that follows more boards than are subscribed at once, when its line is cut, then each of them
    is heard again."""
    count = CHANNELS_A_COMMAND + 100
    async with opened(redis_server.url, **QUICK) as log, opened(redis_server.url, **QUICK) as other:
        boards = await asyncio.gather(*(created(log, "a") for _ in range(count)))
        followers = await asyncio.gather(*(following(log, board, 1, 1) for board in boards))
        await answers(log)
        await tell(redis_server, "CLIENT", "KILL", "TYPE", "pubsub")
        await answers(log)
        await asyncio.gather(*(other.append(board, 1, records(1, "b")) for board in boards))
        assert await asyncio.gather(*followers) == [records(1, "b")] * count


async def test_a_board_that_is_left_and_followed_again_is_heard(redis_server: RedisServer) -> None:
    """LG3: given a board nobody followed for a while, so that its subscription went, when it is followed again, then
    news come; the same for who listens."""
    async with opened(redis_server.url, check_ms=20) as log, opened(redis_server.url) as other:
        board = await created(log)
        for seq in range(3):
            follower = await following(log, board, seq, 1)
            notes = log.listen(board)
            heard = asyncio.ensure_future(anext(notes))
            await other.append(board, seq, records(seq, f"{seq}"))
            assert await follower == records(seq, f"{seq}")
            while not heard.done():
                await other.broadcast(board, b"here")
                await other.position(board)
            await notes.aclose()
            for kind in ("moved", "notes"):
                channel = f"rebond:{{{board}}}:{kind}"
                while await tell(redis_server, "PUBSUB", "SHARDNUMSUB", channel) != [channel.encode(), 0]:
                    pass
        assert await everything(log, board) == records(0, *"012")
