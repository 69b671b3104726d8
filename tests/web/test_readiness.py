"""Ready means that it delivers (HB8): red when a probe does not come back, green again by itself, cheap to ask."""

from __future__ import annotations

import asyncio
import socket

import pytest

from rebond.hub.clock import SystemClock
from rebond.hub.hub import Hub
from rebond.hub.meters import Meters
from rebond.hub.settings import HubSettings
from rebond.log import ProbeFailed
from rebond.log.memory import MemoryLog
from rebond.web.readiness import FRESH_MS, Readiness
from rebond_client import socket_url
from rebond_protocol.cards import CardAdd
from tests.conftest import LOOPBACK, RedisServer, StartRebond, StartRedis
from tests.proxy import Proxy
from tests.web.edge import board_made
from tests.web.nodes import WITHIN_S, await_status, caller, moderator_at, start_node, status


class SlowLog(MemoryLog):
    """A log whose probes come back when the test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.probes = 0
        self.answers: asyncio.Queue[str | Exception | None] = asyncio.Queue()

    async def probe(self) -> None:
        self.probes += 1
        answer = await self.answers.get()
        if answer is not None:
            raise ProbeFailed(answer) if isinstance(answer, str) else answer


class SteadyClock(SystemClock):
    """A clock that stands until the test moves it."""

    now = 0.0

    def steady_ms(self) -> float:
        return self.now


async def test_hb8_however_many_ask_one_probe_is_under_way() -> None:
    """HB8. Given a probe that takes its time, when many load balancers ask, some of which give up, then it is the only
    one, and all who wait get its answer; the next one is made when that answer is old."""
    log, clock = SlowLog(), SteadyClock()
    readiness = Readiness(Hub(log, clock, HubSettings(), Meters()))
    asking = [asyncio.ensure_future(readiness.reason_against()) for _ in range(100)]
    impatient = asking.pop()
    await asyncio.wait([impatient], timeout=0)
    impatient.cancel()
    clock.now = 2 * FRESH_MS  # it took long: the answer is fresh when it comes, not when it was asked for
    log.answers.put_nowait("nothing came back")
    assert set(await asyncio.gather(*asking)) == {"nothing came back"}
    assert await readiness.reason_against() == "nothing came back"
    assert log.probes == 1
    clock.now += 2 * FRESH_MS
    log.answers.put_nowait(None)
    assert await readiness.reason_against() is None
    assert log.probes == 2


async def test_hb8_a_probe_that_breaks_is_no_yes(caplog: pytest.LogCaptureFixture) -> None:
    """HB8. Given a probe that ends with an error nobody thought of, then the process is not ready, at once and for
    whoever asks next, and the log says what it was; when the next probe comes back, it is ready again."""
    log, clock = SlowLog(), SteadyClock()
    readiness = Readiness(Hub(log, clock, HubSettings(), Meters()))
    log.answers.put_nowait(ZeroDivisionError("nobody thought of it"))
    assert await readiness.reason_against() is not None
    assert await readiness.reason_against() is not None
    assert log.probes == 1
    assert "nobody thought of it" in caplog.text
    clock.now += 2 * FRESH_MS
    log.answers.put_nowait(None)
    assert await readiness.reason_against() is None


async def test_hb8_without_redis_a_node_is_alive_and_not_ready(
    start_redis: StartRedis, start_rebond: StartRebond
) -> None:
    """HB8. Given a node, when its Redis is killed, then it is not ready and says why, but alive; when Redis is back,
    empty, then it is ready again by itself."""
    redis = start_redis()
    node = start_node(start_rebond, redis)
    redis.kill()
    await asyncio.to_thread(await_status, node, "/readyz", 503)
    async with caller(node) as client:
        said = (await client.get("/readyz")).json()
        assert said["code"] == "unavailable"
        assert said["details"]["reason"]
        assert (await client.get("/healthz")).status_code == 200
    start_redis(port=redis.port)
    await asyncio.to_thread(await_status, node, "/readyz", 200)


async def test_hb8_without_wake_ups_a_node_is_not_ready(redis_server: RedisServer, start_rebond: StartRebond) -> None:
    """HB8. Given a node whose appends land but whose subscription stays silent, then it is not ready: what others
    write would reach its people late. When it hears again, it is ready."""

    def deaf(data: bytes) -> bytes:
        return b"" if b"message" in data else data

    async with Proxy(redis_server.port).listening() as proxy:
        url = f"redis://{LOOPBACK}:{proxy.port}/0"
        node = await asyncio.to_thread(start_node, start_rebond, url)
        proxy.replies = deaf
        await asyncio.to_thread(await_status, node, "/readyz", 503)
        assert await asyncio.to_thread(status, node.port, "/healthz") == 200
        proxy.mend()
        await asyncio.to_thread(await_status, node, "/readyz", 200)


async def test_lg3_a_subscription_that_redis_ends_is_made_anew(
    redis_server: RedisServer, start_rebond: StartRebond
) -> None:
    """LG3, HB8. Given people at two nodes, when Redis ends every subscription, then what is written at one is seen at
    the other all the same, and both are ready by themselves."""
    one, two = start_node(start_rebond, redis_server), start_node(start_rebond, redis_server)
    async with caller(one) as client, asyncio.timeout(WITHIN_S):
        made = await board_made(client)
        async with moderator_at(one, made) as here, moderator_at(two, made) as there:
            for text in ("first", "second", "third"):
                _tell(redis_server, b"CLIENT KILL TYPE pubsub")
                await there.reached((await here.submit(CardAdd(text))).seq)
            assert [card.text for card in there.replica.cards.values()] == ["first", "second", "third"]
    for node in (one, two):
        await asyncio.to_thread(await_status, node, "/readyz", 200)


def _tell(redis: RedisServer, command: bytes) -> None:
    with socket.create_connection((LOOPBACK, redis.port)) as line:
        line.sendall(command + b"\r\n")
        assert line.recv(1) in b":+"


async def test_hb8_a_half_open_line_is_noticed(redis_server: RedisServer, start_rebond: StartRebond) -> None:
    """HB8. Given a line to Redis that is open and lets nothing through, then the node is not ready; it makes the line
    anew, and is ready once that one works."""
    async with Proxy(redis_server.port).listening() as proxy:
        url = f"redis://{LOOPBACK}:{proxy.port}/0"
        node = await asyncio.to_thread(start_node, start_rebond, url)
        proxy.hush()
        await asyncio.to_thread(await_status, node, "/readyz", 503)
        assert await asyncio.to_thread(status, node.port, "/healthz") == 200
        proxy.mend()
        await asyncio.to_thread(await_status, node, "/readyz", 200)


async def test_hb7_draining_ends_in_time_without_redis(redis_server: RedisServer, start_rebond: StartRebond) -> None:
    """HB7. Given a node whose line to Redis lets nothing through while somebody's words are on their way, when it is
    asked to leave, then it leaves all the same, in order; and what nobody was told is kept is kept by the phone."""
    async with Proxy(redis_server.port).listening() as proxy, asyncio.timeout(WITHIN_S):
        url = f"redis://{LOOPBACK}:{proxy.port}/0"
        node = await asyncio.to_thread(start_node, start_rebond, url)
        async with caller(node) as client:
            made = await board_made(client)
        async with moderator_at(node, made) as phone:
            await phone.submit(CardAdd("kept"))
            proxy.hush()
            said = asyncio.ensure_future(phone.submit(CardAdd("on its way")))
            assert await asyncio.to_thread(node.stop) == 0
            proxy.mend()
            again = await asyncio.to_thread(start_node, start_rebond, redis_server)
            phone.url = socket_url(again.url, made.id)
            await phone.reached((await said).seq)
            assert [card.text for card in phone.replica.cards.values()] == ["kept", "on its way"]
