"""Two phones on two nodes, and one node dies: neither person does anything, and both have everything."""

import asyncio

import pytest
from playwright.async_api import expect

from tests.balancer import Balancer
from tests.conftest import RedisServer, StartRebond
from tests.end_to_end.people import Phone, Room

pytestmark = pytest.mark.asyncio(loop_scope="session")

BEFORE, AFTER = 2, 3
"""So many ideas of each person have arrived when the node dies, and so many are begun when it is dead."""

NOTHING_UNANSWERED = """async () => {
    const asked = (request) => new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
    const database = await asked(indexedDB.open("rebond"));
    const devices = IDBKeyRange.bound("device/", "device/\\uffff");
    const records = await asked(database.transaction("records").objectStore("records").getAll(devices));
    database.close();
    return records.length > 0 && records.every((record) => record.rows.length === 0);
}"""
"""Whether no device of this browser has a command left that nobody has answered (`client/src/core/outbox.js`)."""


async def test_a_node_is_killed_and_neither_person_does_anything(
    redis_server: RedisServer, start_rebond: StartRebond, room: Room
) -> None:
    """LG3, LG4, HB4: two phones on two nodes write; one node dies by `kill -9`; both see all, once, by themselves.

    Given two nodes on one Redis behind a load balancer that sends Ana to the one and Ben to the other; when Ana's node
    is killed while both write, and they go on writing; then Ana's phone finds the other node, what it had said arrives,
    each idea is on both screens once, each person's in the order of writing, and her phone keeps nothing unanswered. No
    page was loaded again and no button pressed but the ones that send.
    """
    on_redis = ("--redis", redis_server.url, "--durability", "memory")
    nodes = [start_rebond(*on_redis), start_rebond(*on_redis)]
    async with Balancer([node.port for node in nodes]).listening() as balancer:
        board = await room.board(balancer.url)
        ana, ben = await asyncio.gather(room.phone("Ana"), room.phone("Ben"))
        await ana.comes_in(board.participant)
        [home] = [node for node in nodes if balancer.live_lines_to(node.port)]
        [other] = [node for node in nodes if node is not home]
        await ben.comes_in(board.participant)
        assert [balancer.live_lines_to(node.port) for node in (home, other)] == [1, 1]

        dead = asyncio.Event()
        writing = [asyncio.create_task(_writes_on(phone, dead)) for phone in (ana, ben)]
        await asyncio.gather(*(phone.sees_arrived(_idea(phone, BEFORE)) for phone in (ana, ben)))
        home.kill()
        dead.set()
        ideas = dict(zip((ana, ben), await asyncio.gather(*writing), strict=True))

        for phone in (ana, ben):
            await expect(phone.page.get_by_text(phone.say("sending"))).to_have_count(0)
            await phone.is_live()
        assert [balancer.live_lines_to(node.port) for node in (home, other)] == [0, 2]
        await ana.page.wait_for_function(NOTHING_UNANSWERED)
        everything = sorted(text for texts in ideas.values() for text in texts)
        for screen in (ana, ben):
            shown = await screen.looks_at_all(len(everything))
            assert sorted(shown) == everything
            for texts in ideas.values():
                assert [text for text in shown if text in texts] == texts[::-1], "the newest stands first"
        assert [phone.heard.loads for phone in (ana, ben)] == [1, 1]


def _idea(phone: Phone, number: int) -> str:
    return f"{phone.label} pense à {number}"


async def _writes_on(phone: Phone, dead: asyncio.Event) -> list[str]:
    """One idea after the other, until so many were begun when the node was dead; all of them, in order."""
    texts: list[str] = []
    left = AFTER
    while left:
        left -= dead.is_set()
        texts.append(_idea(phone, len(texts) + 1))
        await phone.sends(texts[-1])
    return texts
