"""Every screen of the first five minutes, and those that nobody wants to see, held to WCAG 2.2 AA by axe.

A facilitator here is a program: what the console's buttons do has tests of its own.
"""

from __future__ import annotations

import asyncio
import re

import pytest
from playwright.async_api import Route, expect

from rebond_client import Board, socket_url
from rebond_protocol.attention import RelaunchSend, SpotlightSet, WallHide, WallShow
from rebond_protocol.cards import CardAdd
from rebond_protocol.groups import GroupMake
from rebond_protocol.steps import StepGo
from tests.conftest import RebondServer
from tests.end_to_end.axe import complaints_about
from tests.end_to_end.people import Board as Links
from tests.end_to_end.people import Person, Room
from tests.end_to_end.words import Language

pytestmark = pytest.mark.asyncio(loop_scope="session")

SATURDAY, COFFEE, BOTH = "Open on Saturday", "A coffee at the door", "The Saturday coffee"


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_axe_finds_nothing_on_any_screen_of_the_walk(
    room: Room, rebond_server: RebondServer, language: Language
) -> None:
    """PRODUCT section 3, WCAG 2.2 AA: phone, console and wall at each point of the walk, both languages, both themes.

    Given a brainstorm with its plan; when the board goes from step to step, with hands up, ideas face down, the reveal,
    a prompt and a card lit, a rebound, a receipt, a stack, a secret vote and its outcome; then axe is silent on each.
    """
    links = await room.board(rebond_server.url, locale=language)
    console, wall, ana = await asyncio.gather(
        room.console(language, motion="reduce"),
        room.wall(language, motion="reduce"),
        room.phone("Ana", language, motion="reduce"),
    )
    await asyncio.gather(console.opens(links.moderator), wall.opens(links.wall), ana.comes_in(links.participant))
    everywhere = (console, wall, ana)
    found: list[str] = []

    async def look(screen: str, *people: Person) -> None:
        await asyncio.gather(*(person.comes_to_rest() for person in people))
        for said in await asyncio.gather(*(complaints_about(person, screen) for person in people)):
            found.extend(said)

    async with _facilitating(rebond_server, links) as desk:

        async def goes(step: str) -> None:
            await desk.submit(StepGo(step))
            view = desk.replica.view
            assert view is not None
            title = next(str(one.title) for one in view.plan if one.id == step)
            await console.stands_at(title)
            await expect(ana.page.get_by_role("banner")).to_contain_text(title)

        await look("in", *everywhere)
        await goes("warm_up")
        await expect(ana.page.get_by_role("button", pressed=False).first).to_be_visible()
        await ana.page.get_by_role("main").get_by_role("button", pressed=False).first.tap()
        await expect(ana.page.get_by_role("main").get_by_role("button", pressed=True)).to_have_count(1)
        await look("a show of hands", *everywhere)
        await goes("write")
        await ana.writes(SATURDAY)
        await desk.submit(CardAdd(COFFEE))
        await expect(wall.page.get_by_text("2", exact=True)).to_be_visible()
        await look("private writing", *everywhere)
        await goes("reveal")
        await ana.looks_at(COFFEE)
        await wall.sees_once(COFFEE)
        cards = {card.text: card.id for card in desk.replica.cards.values()}
        await desk.submit(RelaunchSend("Et la nuit ?"))
        await desk.submit(SpotlightSet(card=cards[COFFEE]))
        await expect(wall.page.get_by_role("article")).to_have_count(1)
        await expect(ana.page.get_by_text("Et la nuit ?")).to_be_visible()
        await look("revealed, with a prompt and a card lit", *everywhere)
        await desk.submit(SpotlightSet())
        await goes("rebound")
        await ana.rebounds_on(COFFEE, "extend", BOTH)
        await wall.sees_arc(BOTH, "extends", COFFEE)
        await look("a lineage", *everywhere)
        await ana.opens_receipt()
        await look("a receipt", ana)
        await ana.puts_away()
        await desk.submit(GroupMake((cards[SATURDAY], cards[COFFEE]), "Quand on ouvre"))
        await goes("group")
        await expect(wall.page.get_by_role("heading", name="Quand on ouvre")).to_be_visible()
        await look("a stack", *everywhere)
        await goes("choose")
        await ana.gives_a_point("Quand on ouvre")
        await console.sees_voters(1, 1)
        await look("a secret vote", *everywhere)
        await goes("decide")
        await expect(ana.page.get_by_text(re.compile("Quand on ouvre")).first).to_be_visible()
        await look("the outcome", *everywhere)
        await desk.submit(WallHide())
        await expect(wall.page.get_by_role("article")).to_have_count(0)
        await look("hidden", wall)
        await desk.submit(WallShow())
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_axe_finds_nothing_where_nobody_gets_in(
    room: Room, rebond_server: RebondServer, language: Language
) -> None:
    """WCAG 2.2 AA on the designed screens of a full board and of a place that has ended.

    Given a phone at the door of a board that says it is full, and a wall, a desk and a phone whose links are no longer
    good; when each opens; then a sentence and one thing to do stand there, and axe has nothing to say.
    """
    links = await room.board(rebond_server.url, locale=language)
    console, wall, ana, ben = await asyncio.gather(
        room.console(language, motion="reduce"), room.wall(language, motion="reduce"),
        room.phone("Ana", language, motion="reduce"), room.phone("Ben", language, motion="reduce"),
    )  # fmt: skip
    await ana.page.route("**/join", _full)  # a board is full with 20,000 people
    await ana.page.goto(links.participant)
    await ana.button("enter").tap()
    await expect(ana.text("full")).to_be_visible()
    found = await complaints_about(ana, "full")
    await ben.comes_in(links.participant)
    await ben.page.evaluate(
        "Object.keys(localStorage).forEach(key => localStorage.setItem(key, "
        'localStorage.getItem(key).replace(/"token":"[^"]+/, \'"token":"stale\')))'
    )
    await ben.page.reload()
    await asyncio.gather(console.page.goto(f"{links.moderator}x"), wall.page.goto(f"{links.wall}x"))
    for person in (ben, console, wall):
        await expect(person.page.get_by_text(re.compile(person.say("ended")))).to_be_visible()
        await expect(person.page.get_by_role("button").or_(person.page.get_by_role("link")).first).to_be_visible()
        found += await complaints_about(person, "ended")
    assert not found, "\n".join(found)


def _facilitating(server: RebondServer, links: Links) -> Board:
    return Board(socket_url(server.url, links.id), links.moderator.partition("#t=")[2])


async def _full(route: Route) -> None:
    """What the server answers when nobody else fits (`board_full`, 409)."""
    message = "This board is full. Ask the facilitator."
    await route.fulfill(status=409, json={"code": "board_full", "message": message, "temporary": False})
