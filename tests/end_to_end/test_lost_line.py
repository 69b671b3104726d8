"""What a person wrote is never lost and never doubled, whatever happens to the line, the page or the server."""

import asyncio
import re

import pytest
from playwright.async_api import expect

from tests.conftest import RebondServer, StartRebond
from tests.end_to_end.line import line_to
from tests.end_to_end.people import Phone, Room

pytestmark = pytest.mark.asyncio(loop_scope="session")

SATURDAY = "Ouvrir le samedi"
FIRST = "Une première idée sans réseau"
SECOND = "Une seconde idée sans réseau"
MEANWHILE = "Une idée de Ben entre-temps"


async def test_what_is_written_offline_arrives_once_after_a_reload(room: Room, rebond_server: RebondServer) -> None:
    """PRODUCT 5.1; LG4, HB4: two ideas and a vote given without a connection survive a reload and arrive exactly
    once, in order.

    Given a phone whose Wi-Fi is gone in the middle of a vote; when it votes and writes two ideas, is reloaded while
    pages but no live lines get through, and the line comes back; then ideas and vote are everywhere once, in the order
    in which they were written, and the phone has what the others did meanwhile.
    """
    board = await room.board(rebond_server.url)
    console, wall = await asyncio.gather(room.console(), room.wall())
    ana, ben = await asyncio.gather(room.phone("Ana"), room.phone("Ben"))
    async with line_to(rebond_server.port) as line:
        await asyncio.gather(
            console.opens(board.moderator),
            wall.opens(board.wall),
            ana.comes_in(board.through(line.url)),
            ben.comes_in(board.participant),
        )
        await ben.writes(SATURDAY)
        await ana.looks_at(SATURDAY)
        await console.opens_a_vote()
        await asyncio.gather(*(phone.sees_points_left(5) for phone in (ana, ben)))

        await line.cut()
        await ana.notices_the_line_is_gone()
        await ana.gives_a_point(SATURDAY)
        await ana.sees_own_points(SATURDAY, 1)
        await ana.opens_the_composer()
        for text in (FIRST, SECOND):
            await ana.sends(text)
            await ana.sees_on_its_way(text)
        await ben.opens_the_composer()
        await ben.writes(MEANWHILE)

        await line.mend_for_pages_only()
        await ana.page.reload()
        await expect(ana.page.get_by_text(re.compile("Ce que vous avez écrit est gardé ici"))).to_be_visible()
        await expect(console.card(FIRST)).to_have_count(0)

        await line.mend()
        await ana.is_on_the_board()
        for text in (FIRST, SECOND):
            await ana.sees_arrived(text)
        await ana.looks_at(MEANWHILE)
        await ana.sees_own_points(SATURDAY, 1)
        await asyncio.gather(*(ben.looks_at(text) for text in (FIRST, SECOND)))
        await asyncio.gather(*(screen.sees_once(text) for screen in (console, wall) for text in (FIRST, SECOND)))
        await asyncio.gather(ana.turns_to_all_ideas(), ben.turns_to_all_ideas())
        assert await ben.texts() == [SECOND, FIRST, MEANWHILE, SATURDAY]
        assert await ana.texts() == [SECOND, FIRST, MEANWHILE, SATURDAY]
        await console.sees_voters(1, 2)
        await console.closes_the_vote()
        await ana.sees_the_results()
        await expect(ana.page.get_by_text(re.compile(f"^{ana.say('points', n=1)}$"))).to_have_count(1)


async def test_a_killed_server_loses_and_doubles_nothing(room: Room, start_rebond: StartRebond) -> None:
    """PRODUCT 5.1; LG2, LG4: after `kill -9` while four people write, every idea is there once, and no page was
    reloaded.

    Given four phones that write as fast as they can; when the server is killed and started again on the same port and
    folder; then what had arrived is there, what was on its way arrives, each once on every screen.
    """
    server = start_rebond()
    board = await room.board(server.url)
    console, wall = await asyncio.gather(room.console(), room.wall())
    phones = await asyncio.gather(*(room.phone(name) for name in ("Ana", "Ben", "Cyd", "Dan")))
    await asyncio.gather(console.opens(board.moderator), wall.opens(board.wall))
    await asyncio.gather(*(phone.comes_in(board.participant) for phone in phones))
    ideas = {phone: [f"{phone.label} pense à {place}" for place in ("A", "B", "C", "D", "E")] for phone in phones}

    writing = asyncio.gather(*(_sends_all(phone, ideas[phone]) for phone in phones))
    await expect(console.page.get_by_role("article").nth(4)).to_be_visible()
    server.kill()
    await writing
    for phone in phones:
        await phone.notices_the_line_is_gone()
    start_rebond(data_dir=server.data_dir, port=server.port)

    everything = [text for texts in ideas.values() for text in texts]
    await asyncio.gather(*(phone.sees_arrived(text) for phone in phones for text in ideas[phone]))
    await expect(console.page.get_by_role("article")).to_have_count(len(everything))
    await asyncio.gather(*(console.sees_once(text) for text in everything))
    for phone, shown in zip(
        phones, await asyncio.gather(*(phone.looks_at_all(len(everything)) for phone in phones)), strict=True
    ):
        assert sorted(shown) == sorted(everything)
        own = [text for text in shown if text in ideas[phone]]
        assert own == ideas[phone][::-1], "the newest idea stands first, in the order of writing"
    assert [person.heard.loads for person in room.people] == [1] * 6


async def _sends_all(phone: Phone, texts: list[str]) -> None:
    for text in texts:
        await phone.sends(text)


async def test_what_is_asked_of_a_dead_server_comes_when_it_is_back(room: Room, start_rebond: StartRebond) -> None:
    """PRODUCT 5.2: given a phone that has fetched nothing ahead; when a card's menu is pressed while the server is
    dead; then nothing breaks, and the menu opens when the server is back, looking as it always does, though the phone
    never lost its network."""
    server = start_rebond()
    board = await room.board(server.url)
    ana = await room.phone("Ana")
    await ana.page.add_init_script("window.requestIdleCallback = () => 0")
    await ana.comes_in(board.participant)
    await ana.writes(SATURDAY)
    server.kill()
    await ana.notices_the_line_is_gone()
    async with ana.page.expect_event("requestfailed", lambda failed: "/assets/" in failed.url):
        await ana.card(SATURDAY).get_by_role("button", name=re.compile(f"^{ana.say('more for')}")).tap()
    start_rebond(data_dir=server.data_dir, port=server.port)
    await expect(ana.page.get_by_role("menuitem", name=ana.say("edit"), exact=True)).to_be_visible()
    await expect(ana.page.get_by_role("menu")).to_have_css("position", "fixed")
    assert ana.heard.loads == 1


async def test_who_asks_a_dead_server_again_keeps_their_page(room: Room, start_rebond: StartRebond) -> None:
    """PRODUCT 5.2: given a phone that has fetched nothing ahead, whose server is dead; when the settings are opened and
    asked for again by the button; then the page stays where it is, and they open when the server is back."""
    server = start_rebond()
    board = await room.board(server.url)
    ana = await room.phone("Ana")
    await ana.page.add_init_script("window.requestIdleCallback = () => 0")
    await ana.comes_in(board.participant)
    server.kill()
    await ana.notices_the_line_is_gone()
    await ana.button("settings").tap()
    async with ana.page.expect_event("requestfailed", lambda failed: "/j/" in failed.url):
        await ana.page.get_by_role("button", name="Réessayer", exact=True).tap()
    start_rebond(data_dir=server.data_dir, port=server.port)
    await expect(ana.page.get_by_role("heading", name="Vous et ce téléphone")).to_be_visible()
    assert ana.heard.loads == 1
