"""The wall in a room: lineage drawn live and in place, spotlight, stacks, secret and open votes, hidden, and for days.

A moderator here is a program: what the console's buttons do has tests of its own.
"""

from __future__ import annotations

import asyncio
import re
from typing import Any, cast

import pytest
from playwright.async_api import CDPSession, Page, Route, expect

from rebond_client import Board, join, socket_url
from rebond_protocol.attention import RelaunchSend, SpotlightSet, WallHide, WallShow
from rebond_protocol.cards import CardAdd, CardRemove
from rebond_protocol.commands import ClientCommand
from rebond_protocol.groups import GroupMake
from rebond_protocol.rebounds import CardRebound
from rebond_protocol.rounds import RoundClose, RoundOpen, VoteCast
from rebond_protocol.steps import ALL_PERMISSIONS, StepSet
from tests.conftest import RebondServer
from tests.end_to_end.axe import complaints_about
from tests.end_to_end.people import WALL_SIZE, Room, Wall
from tests.end_to_end.people import Board as Links

pytestmark = pytest.mark.asyncio(loop_scope="session")

SATURDAY, COFFEE, BENCH = "Ouvrir le samedi matin", "Un café offert", "Un banc dehors"
BOTH = "Le café du samedi matin"
DAYS, CARDS_A_DAY = 40, 12
SIZES = ((1920, 1080), (1280, 720), (3840, 2160), (1080, 1920))
BACK_ROW_PX = 20
"""The smallest words of a poster 1,080 pixels high that are read ten metres away."""
TOO_SMALL = """least => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    while (texts.nextNode()) {
        const { textContent: words, parentElement: element } = texts.currentNode;
        const seen = words.trim() && !element.closest(".only-said, script, style") && element.checkVisibility();
        const size = parseFloat(getComputedStyle(element).fontSize);
        if (seen && size < least) found.push(`${size}: ${words}`);
    }
    return found;
}"""
"""What is set smaller than so many pixels, with its size."""
LONG_NAMES = ("Marie-Antoinette de Castelnau", "Jean-Baptiste Grandmaison-Roux")
ENDS_IN_SIGHT = """words => {
    const said = [...document.querySelectorAll("article span")].filter(one => one.textContent.endsWith(words));
    const isWhole = one => one.scrollWidth <= one.clientWidth + 1 && one.scrollHeight <= one.clientHeight + 1;
    return said.length > 0 && said.every(isWhole);
}"""
"""Whether these last words of a line are not cut short."""


def _moderator(server: RebondServer, links: Links) -> Board:
    return Board(socket_url(server.url, links.id), links.moderator.partition("#t=")[2])


async def _made(board: Board, command: ClientCommand) -> str:
    accepted = await board.submit(command)
    assert isinstance(accepted.made, str)
    return accepted.made


async def _place(wall: Wall, text: str) -> tuple[int, int]:
    """Where a card stands on the screen, once it has come to rest."""
    await wall.sees_once(text)
    await wall.comes_to_rest()
    box = await wall.card(text).bounding_box()
    assert box is not None
    return round(box["x"]), round(box["y"])


async def _is_read_from_the_back_row(wall: Wall) -> None:
    """Nothing on the poster is smaller than it may be."""
    assert await wall.page.evaluate(TOO_SMALL, BACK_ROW_PX) == []


async def _view(board: Board, view: str) -> None:
    await board.submit(StepSet(None, ALL_PERMISSIONS, private=False, view=cast("Any", view)))


async def test_the_wall_follows_a_workshop(room: Room, rebond_server: RebondServer) -> None:
    """PRODUCT §2 Wall, §3: sealed paper, the reveal, credited lineage in place, spotlight, stacks, votes, hidden.

    Given a wall; when people write privately; then it counts and was sent no word; when they are revealed, rebounded
    on, lit, stacked, voted on and hidden; then it shows each, keeps cards in their places, and always the way in.
    """
    links = await room.board(rebond_server.url)
    wall = await room.wall()
    await wall.opens(links.wall)
    joined = await join(rebond_server.url, links.code, name="Ana")
    async with (
        _moderator(rebond_server, links) as moderator,
        Board(socket_url(rebond_server.url, links.id), joined.token) as ana,
    ):
        await moderator.submit(StepSet("Une idée par carte.", ALL_PERMISSIONS, private=True))
        saturday, coffee, _ = [await _made(ana, CardAdd(text)) for text in (SATURDAY, COFFEE, BENCH)]
        await expect(wall.page.get_by_text(re.compile(wall.say("ideas on paper")))).to_be_visible()
        await expect(wall.page.get_by_text("3", exact=True)).to_be_visible()
        assert all(wall.heard.nothing_of(text) for text in (SATURDAY, COFFEE, BENCH))
        await _is_read_from_the_back_row(wall)

        await _view(moderator, "lineage")
        await asyncio.gather(*(wall.sees_once(text) for text in (SATURDAY, COFFEE, BENCH)))
        both = await _made(ana, CardRebound((saturday, coffee), "combines", BOTH))
        await wall.sees_arc(BOTH, "combines", COFFEE)
        await wall.has_arcs(2)
        assert wall.page.workers, "places come from a worker, off the main thread"
        before = {text: await _place(wall, text) for text in (SATURDAY, COFFEE, BOTH)}
        await _made(ana, CardRebound((both,), "adapts", "Aussi le dimanche"))
        await wall.has_arcs(3)
        assert {text: await _place(wall, text) for text in before} == before, "who was there stays where it was"
        await _is_read_from_the_back_row(wall)

        await moderator.submit(SpotlightSet(card=both))
        await expect(wall.page.get_by_role("article")).to_have_count(1)
        await expect(wall.page.get_by_role("article").get_by_text(BOTH, exact=True)).to_be_visible()
        await expect(wall.page.get_by_role("article").get_by_role("listitem").filter(has_text=SATURDAY)).to_be_visible()
        await moderator.submit(SpotlightSet())
        await moderator.submit(RelaunchSend("Et pour les enfants ?"))
        await expect(wall.page.get_by_text("Et pour les enfants ?")).to_be_visible()

        await moderator.submit(GroupMake((saturday, coffee), "Quand on ouvre"))
        await _view(moderator, "groups")
        await expect(wall.page.get_by_role("heading", name="Quand on ouvre")).to_be_visible()
        await _is_read_from_the_back_row(wall)

        await _view(moderator, "choose")
        secret = await _made(moderator, RoundOpen("dots", budget=3, secret=True))
        await ana.submit(VoteCast(secret, both, 3))
        await expect(wall.page.get_by_text("1 a voté")).to_be_visible()
        await wall.sees_no_tally()
        await moderator.submit(RoundClose(secret))
        await expect(wall.page.get_by_role("heading", name=wall.say("wall results"))).to_be_visible()
        await expect(wall.page.get_by_text("3 points", exact=True)).to_be_visible()
        await _is_read_from_the_back_row(wall)
        await ana.submit(CardAdd("Une idée qui vient après"))
        await expect(wall.page.get_by_role("heading", name=wall.say("wall results"))).to_be_visible()
        poll = await _made(moderator, RoundOpen("hands", on="options", options=("On continue", "On s’arrête")))
        await ana.submit(VoteCast(poll, "1", 1))
        shown = wall.page.get_by_role("listitem").filter(has_text="On continue")
        await expect(shown.get_by_text("1", exact=True)).to_be_visible()
        await _is_read_from_the_back_row(wall)
        await moderator.submit(RoundClose(poll))

        await moderator.submit(WallHide())
        await expect(wall.page.get_by_text("Petite pause")).to_be_visible()
        await expect(wall.page.get_by_text(SATURDAY)).to_have_count(0)
        await expect(wall.page.get_by_text(links.code)).to_be_visible()
        await moderator.submit(WallShow())
        await _view(moderator, "cards")
        await wall.sees_once(BENCH)
        await _made(moderator, CardAdd("Un mot de l’équipe"))
        await wall.sees_once("Un mot de l’équipe")
        await _is_read_from_the_back_row(wall)
    for width, height in SIZES:
        await wall.page.set_viewport_size({"width": width, "height": height})
        await wall.sees_once(BENCH)
        await wall.comes_to_rest()
        for seen in (
            wall.page.get_by_role("heading", level=1),
            wall.page.get_by_text(links.code),
            wall.page.get_by_role("img", name=re.compile(wall.say("qr"))),
        ):
            await expect(seen).to_be_in_viewport(ratio=0.99)
        assert not await wall.scrolls_sideways()
    await wall.page.set_viewport_size(WALL_SIZE)
    assert await complaints_about(wall, "the wall after a workshop") == []


async def test_a_credit_of_two_long_names_is_read_to_its_end(room: Room, rebond_server: RebondServer) -> None:
    """LOOK (cards: author, lineage), PRODUCT 5.8: whom a rebound credits can be read, however long they are called.

    Given two people with names of thirty letters; when one combines both their ideas; then both names stand whole
    in the credit.
    """
    links = await room.board(rebond_server.url)
    wall = await room.wall()
    await wall.opens(links.wall)
    joined = [await join(rebond_server.url, links.code, name=name) for name in LONG_NAMES]
    async with (
        Board(socket_url(rebond_server.url, links.id), joined[0].token) as marie,
        Board(socket_url(rebond_server.url, links.id), joined[1].token) as jean,
    ):
        saturday, coffee = await _made(marie, CardAdd(SATURDAY)), await _made(jean, CardAdd(COFFEE))
        await _made(jean, CardRebound((saturday, coffee), "combines", BOTH))
        await wall.page.wait_for_function(ENDS_IN_SIGHT, arg=" et ".join(LONG_NAMES))


async def test_a_wall_whose_layout_did_not_come_asks_for_it_again(room: Room, rebond_server: RebondServer) -> None:
    """PRODUCT section 2 *Wall*: given a server that goes while a wall fetches what lays its poster out; when it is
    back, then the poster is drawn, and nobody did anything."""
    links, wall = await room.board(rebond_server.url), await room.wall()
    missed = {name: asyncio.Event() for name in ("worker", "jobs")}

    async def refuse(route: Route) -> None:
        missed[route.request.url.rpartition("/")[2].partition("-")[0]].set()
        await route.abort()

    layout = re.compile("/assets/(worker|jobs)-")
    await wall.page.route(layout, refuse)
    await wall.opens(links.wall)
    async with _moderator(rebond_server, links) as moderator:
        await moderator.submit(CardAdd(SATURDAY))
    await asyncio.gather(*(one.wait() for one in missed.values()))
    await wall.page.unroute(layout, refuse)
    await wall.sees_once(SATURDAY)


async def test_the_wall_hangs_for_days(room: Room, rebond_server: RebondServer) -> None:
    """PRODUCT §2 Wall, PRODUCT 5.2: "survives days": what came and went leaves nothing behind, on the page or in its
    memory.

    Given a wall that has seen some days; when it has seen ten times as many; then its document and its heap are as they
    were; when its line is cut and comes back; then it goes on without a word.
    """
    links = await room.board(rebond_server.url)
    wall = await room.wall(motion="reduce")
    await wall.opens(links.wall)
    devtools = await wall.page.context.new_cdp_session(wall.page)
    async with _moderator(rebond_server, links) as moderator:
        for day in range(4):
            await _a_day(moderator, day)
        await _rest(moderator, wall, "avant")
        elements, bytes_before = await _weight(wall.page, devtools)
        for day in range(4, DAYS):
            await _a_day(moderator, day)
        await _rest(moderator, wall, "après")
        later, bytes_after = await _weight(wall.page, devtools)
        assert later <= elements + 20
        assert bytes_after <= bytes_before * 1.5 + 2_000_000
        await wall.page.context.set_offline(True)
        await wall.page.context.set_offline(False)
        await _made(moderator, CardAdd("Après la coupure"))
        await wall.sees_once("Après la coupure")
        assert wall.heard.loads == 1


async def _a_day(moderator: Board, day: int) -> None:
    """Cards come, start from one another, and go."""
    cards = [await _made(moderator, CardAdd("Une idée")) for _ in range(CARDS_A_DAY - 2)]
    cards += [await _made(moderator, CardRebound((card,), "extends", f"Un rebond du jour {day}")) for card in cards[:2]]
    await asyncio.gather(*(moderator.submit(CardRemove(card)) for card in cards))


async def _rest(moderator: Board, wall: Wall, text: str) -> None:
    card = await _made(moderator, CardAdd(text))
    await wall.sees_once(text)
    await moderator.submit(CardRemove(card))
    await expect(wall.text("invitation")).to_be_visible()


async def _weight(page: Page, devtools: CDPSession) -> tuple[int, int]:
    """How many elements the page has, and how many bytes its scripts hold once what can go has gone."""
    send = cast("Any", devtools).send
    await send("HeapProfiler.collectGarbage")
    used = await send("Runtime.getHeapUsage")
    return int(await page.evaluate("document.querySelectorAll('*').length")), int(used["usedSize"])
