"""Two nodes that share nothing but Redis are one service: whatever somebody does at one, HTTP knows it at the other."""

from __future__ import annotations

import asyncio
import http.client
import logging
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import msgspec
import pytest

from rebond_client import Ended
from rebond_protocol.cards import CardAdd
from rebond_protocol.errors import CLOSES
from rebond_protocol.http import BoardFace, Problem
from rebond_protocol.people import ParticipantReadmit, ParticipantRemove
from tests.conftest import LOOPBACK, RebondServer, RedisServer, StartRebond
from tests.web.edge import application, asking, bearer, board_made, joined, problem
from tests.web.nodes import WITHIN_S, board_at, caller, folder_is_empty, moderator_at, seen, shown_name, start_node

DEVICE = "a-phone-that-goes-to-two-nodes"


@pytest.fixture
def nodes(redis_server: RedisServer, start_rebond: StartRebond) -> tuple[RebondServer, RebondServer]:
    """Two nodes on one Redis, each with a folder of its own, in which nothing is ever kept."""
    return start_node(start_rebond, redis_server), start_node(start_rebond, redis_server)


async def test_what_is_made_at_one_node_is_there_at_the_other(nodes: tuple[RebondServer, RebondServer]) -> None:
    """HB6, section 8. Given a board made at one node, then the other knows its code, its links, who joined and what
    they wrote, and takes the tokens that the first one signed: they share a secret nobody gave them."""
    one, two = nodes
    async with caller(one) as here, caller(two) as there:
        made = await board_made(here)
        for ref in (made.id, made.code, made.code.lower()):
            face = msgspec.json.decode((await there.get(f"/api/boards/{ref}")).content, type=BoardFace)
            assert (face.id, face.code) == (made.id, made.code)
        assert (await there.get(f"/api/boards/{made.code}/qr.svg")).status_code == 200
        ana = await joined(here, made, name="Ana")
        bo = await joined(there, made, name="Bo")
        async with asyncio.timeout(WITHIN_S), board_at(two, ana) as far, board_at(one, bo) as near:
            await near.submit(CardAdd("from the first node"))
            last = await far.submit(CardAdd("from the second node"))
            await asyncio.gather(near.reached(last.seq), far.reached(last.seq))
            export = await there.get(f"/api/boards/{made.id}/export.json", headers=bearer(made.tokens.moderator))
            assert "from the first node" in export.text
            assert "Ana" in export.text
            assert "Bo" in export.text
            for screen in (near, far):
                assert [shown_name(screen, person) for person in (ana, bo)] == ["Ana", "Bo"]
    assert all(folder_is_empty(node.data_dir) for node in nodes)


async def test_a_phone_that_joins_at_two_nodes_at_once_is_one_person(nodes: tuple[RebondServer, RebondServer]) -> None:
    """DeviceTaken across nodes. Given one phone whose join goes to both nodes at once, then both tokens are one
    person's, and there is one person more."""
    one, two = nodes
    async with caller(one) as here, caller(two) as there:
        made = await board_made(here)
        for turn in range(5):
            device = f"{DEVICE}-{turn}"
            both = await asyncio.gather(*(joined(at, made, name="Ana", device=device) for at in (here, there)))
            assert both[0].participant == both[1].participant
            again = await joined(there, made, device=device)
            assert again.participant == both[0].participant


async def test_hb6_who_is_removed_at_one_node_is_gone_from_all(nodes: tuple[RebondServer, RebondServer]) -> None:
    """HB6. Given somebody at one node, when a moderator at the other removes them, then their socket is closed with
    `removed`, their token opens nothing at either node, and once let in again it does, at both."""
    one, two = nodes
    async with caller(one) as here, caller(two) as there, asyncio.timeout(WITHIN_S):
        made = await board_made(here)
        ana = await joined(here, made, name="Ana", device=DEVICE)
        async with moderator_at(two, made) as moderator:
            async with board_at(one, ana) as phone:
                happenings = phone.follow()
                removed = await moderator.submit(ParticipantRemove(ana.participant))
                with pytest.raises(Ended) as ended:
                    async for _ in happenings:
                        pass
                assert ended.value.number == CLOSES["removed"].number
            for node, client in ((one, here), (two, there)):
                with pytest.raises(Ended):
                    async with board_at(node, ana):
                        pass
                answer = await client.get(f"/api/boards/{made.id}/export.json", headers=bearer(ana.token))
                problem(answer, "removed")
                problem(await client.post(f"/api/boards/{made.code}/join", json={"device": DEVICE}), "removed")
            readmitted = await moderator.submit(ParticipantReadmit(ana.participant))
            assert readmitted.seq > removed.seq
            for node in nodes:
                async with board_at(node, ana) as phone:
                    assert phone.you is not None
                    assert phone.you.participant == ana.participant


async def test_lg7_a_name_that_is_erased_leaves_the_screens_of_every_node(
    nodes: tuple[RebondServer, RebondServer],
) -> None:
    """LG7. Given a name on screens at both nodes, when it is erased at one, then it leaves the screens of both, and the
    exports of both."""
    one, two = nodes
    async with caller(one) as here, caller(two) as there, asyncio.timeout(WITHIN_S):
        made = await board_made(here)
        ana = await joined(here, made, name="Zebulonia")
        bo = await joined(there, made)
        async with board_at(one, ana) as mine, board_at(two, bo) as far:
            await mine.submit(CardAdd("an idea"))
            for screen in (mine, far):
                await seen(screen, lambda screen=screen: shown_name(screen, ana) == "Zebulonia")
            path = f"/api/boards/{made.id}/people/{ana.participant}/erase"
            assert (await here.post(path, headers=bearer(ana.token))).status_code == 204
            for screen in (mine, far):
                await seen(screen, lambda screen=screen: shown_name(screen, ana) == "")
        for client in (here, there):
            export = await client.get(f"/api/boards/{made.id}/export.json", headers=bearer(made.tokens.moderator))
            assert "an idea" in export.text
            assert "Zebulonia" not in export.text


async def test_hb7_a_node_whose_log_says_nothing_leaves_without_it(
    redis_server: RedisServer, start_rebond: StartRebond
) -> None:
    """HB7. Given a node that would give Redis an hour, and a board that is open there; when Redis freezes, somebody
    asks for the board and the node is asked to leave, then it does, in order: whoever waits is told that it cannot be
    said now, and the node's log that it left without the boards' log."""
    hour_ms = str(3_600_000)
    node = start_node(start_rebond, redis_server, REBOND_REDIS_COMMAND_MS=hour_ms, REBOND_REDIS_SETTLE_MS=hour_ms)
    async with caller(node) as client:
        made = await board_made(client)
        async with board_at(node, await joined(client, made)) as phone:
            await phone.submit(CardAdd("to be put away"))
    with closing(http.client.HTTPConnection(LOOPBACK, node.port, timeout=WITHIN_S)) as waiting:
        waiting.request("GET", "/healthz")
        waiting.getresponse().read()
        redis_server.pause()
        waiting.request("GET", f"/api/boards/{made.code}")
        assert await asyncio.to_thread(node.stop) == 0
        answer = waiting.getresponse()
        assert (answer.status, msgspec.json.decode(answer.read(), type=Problem).code) == (503, "unavailable")
    assert "Leaving without the log" in node.log()


async def test_hb7_a_drain_that_is_cut_short_waits_for_no_silent_log_either(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    """HB7. Given a node that has begun to leave without its log, when its drain is cut short at that moment, as by a
    second signal, then it goes on leaving so, and whoever waits for the log is told."""
    hour_ms = str(3_600_000)
    slow = {"redis_url": redis_server.url, "redis_command_ms": hour_ms, "redis_settle_ms": hour_ms}
    async with asyncio.timeout(WITHIN_S), application(tmp_path, **slow) as app, asking(app) as client:
        made = await board_made(client)
        redis_server.pause()
        waiting = asyncio.ensure_future(client.get(f"/api/boards/{made.code}"))
        draining = asyncio.ensure_future(app.drain())
        with _warned("rebond.app") as warned:
            await warned.wait()
        draining.cancel()
        problem(await waiting, "unavailable")


@contextmanager
def _warned(name: str) -> Generator[asyncio.Event]:
    """Set when this logger next says something that an operator should know."""
    warned = asyncio.Event()
    hears = logging.Handler(logging.WARNING)
    hears.emit = lambda record: warned.set()
    logging.getLogger(name).addHandler(hears)
    try:
        yield warned
    finally:
        logging.getLogger(name).removeHandler(hears)


async def test_a_name_given_at_one_node_is_shown_at_the_other(nodes: tuple[RebondServer, RebondServer]) -> None:
    """LG7: names are in no entry. Given somebody who comes back at one node under another name, then the other node
    shows and exports that one from then on."""
    one, two = nodes
    async with caller(one) as here, caller(two) as there, asyncio.timeout(WITHIN_S):
        made = await board_made(here)
        ana = await joined(here, made, name="Ana", device=DEVICE)
        async with board_at(one, ana) as phone:
            wrote = await phone.submit(CardAdd("an idea"))
        async with moderator_at(two, made) as screen:
            await screen.reached(wrote.seq)
            assert shown_name(screen, ana) == "Ana"
        assert (await joined(there, made, name="Ana Maria", device=DEVICE)).participant == ana.participant
        path, headers = f"{one.url}/api/boards/{made.id}/export.json", bearer(made.tokens.moderator)

        def exported() -> bool:
            return "Ana Maria" in httpx.get(path, headers=headers, timeout=WITHIN_S, trust_env=False).text

        await asyncio.to_thread(one.await_ready, exported)
        async with moderator_at(one, made) as screen:
            assert shown_name(screen, ana) == "Ana Maria"
