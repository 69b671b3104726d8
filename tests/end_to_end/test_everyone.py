"""Every surface for everybody: no complaint from axe, the keyboard alone, 320 px, quiet motion, a focus that stays."""

import asyncio
import re

import pytest
from playwright.async_api import ViewportSize, expect

from tests.conftest import RebondServer
from tests.end_to_end.axe import complaints_about
from tests.end_to_end.line import line_to
from tests.end_to_end.people import PHONE_SIZE, Person, Room
from tests.end_to_end.words import Language

pytestmark = pytest.mark.asyncio(loop_scope="session")

TALL: ViewportSize = {"width": 360, "height": 1_200}
"""Where a sheet stands whole: axe takes a field half scrolled under the sheet's foot for one too small to touch."""
NARROW: ViewportSize = {"width": 320, "height": 640}
SATURDAY = "Ouvrir le samedi"
COFFEE = "Un café à l’accueil"


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_axe_finds_nothing_on_the_phone(room: Room, rebond_server: RebondServer, language: Language) -> None:
    """WCAG 2.2 AA on every screen of the phone, in both languages and both themes.

    Given a board with sections; when somebody walks through all a phone can show; then axe has nothing to say anywhere.
    """
    board = await room.board(rebond_server.url, template="swot")
    console, ana = await asyncio.gather(room.console(motion="reduce"), room.phone("Ana", language, motion="reduce"))
    found: list[str] = []

    async def look(screen: str, person: Person = ana) -> None:
        found.extend(await complaints_about(person, screen))

    await ana.page.goto(f"{rebond_server.url}/j/KITE7")
    await expect(ana.text("no board here")).to_be_visible()
    await look("wrong code")
    await ana.page.goto(board.participant)
    await expect(ana.button("enter")).to_be_visible()
    await look("joining")
    await asyncio.gather(ana.enters(), console.opens(board.moderator))
    await look("an empty board")
    await ana.writes(SATURDAY)
    await ana.writes(COFFEE)
    await ana.sends("Une idée \u202eretournée")
    await expect(ana.button("fix")).to_be_visible()
    await look("ideas, one refused")
    await ana.button("settings").tap()
    await look("settings")
    await ana.page.keyboard.press("Escape")
    await ana.card(SATURDAY).get_by_role("button", name=re.compile(f"^{ana.say('more for')}")).tap()
    await look("a card's menu")
    await ana.page.keyboard.press("Escape")
    await ana.opens_menu(SATURDAY, "edit")
    await look("editing")
    await ana.page.keyboard.press("Escape")
    await ana.card(SATURDAY).get_by_role("button", name=re.compile(f"^{ana.say('rebound on')}")).tap()
    await ana.page.set_viewport_size(TALL)
    await look("a rebound")
    await ana.page.set_viewport_size(PHONE_SIZE)
    await ana.page.keyboard.press("Escape")
    await ana.opens_menu(SATURDAY, "move")
    await look("moving to a section")
    await ana.page.keyboard.press("Escape")
    await ana.opens_menu(SATURDAY, "erase own")
    await look("a question before erasing")
    await ana.page.keyboard.press("Escape")
    await ana.rebounds_on(SATURDAY, "combine", "Le café du samedi", with_too=[COFFEE])
    await ana.opens_menu("Le café du samedi", "lineage")
    await look("a lineage")
    await ana.page.keyboard.press("Escape")
    await asyncio.gather(*(console.sees_once(text) for text in (SATURDAY, COFFEE)))
    await console.opens_a_vote()
    await ana.gives_a_point(SATURDAY)
    await ana.gives_a_point(COFFEE)
    await ana.sees_points_left(3)
    await look("a vote")
    await console.closes_the_vote()
    await ana.sees_the_results()
    await look("results")
    await console.locks()
    await expect(ana.text("locked")).to_be_visible()
    await look("a locked board")
    await console.removes_person("Ana")
    await expect(ana.text("removed")).to_be_visible()
    await look("removed")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_axe_finds_nothing_where_something_is_wrong(
    room: Room, rebond_server: RebondServer, language: Language
) -> None:
    """WCAG 2.2 AA on the phone's screens for bad days: no line, no board, two texts of one card.

    Given somebody with a card; when the line goes, their page and that of somebody new are loaded without a live line,
    and a card is changed in two places; then axe has nothing to say anywhere.
    """
    board = await room.board(rebond_server.url)
    ana, ben = [await room.phone(name, language, motion="reduce") for name in ("Ana", "Ben")]
    found: list[str] = []
    async with line_to(rebond_server.port) as line:
        await ana.comes_in(board.through(line.url))
        await ana.writes(SATURDAY)
        await line.cut()
        await ana.notices_the_line_is_gone()
        await ana.sends(COFFEE)
        await ana.sees_on_its_way(COFFEE)
        found += await complaints_about(ana, "no line")
        await line.mend_for_pages_only()
        await ana.page.reload()
        await ana.sees_on_its_way(COFFEE)
        found += await complaints_about(ana, "the board as it was kept")
        await ben.page.goto(board.through(line.url))
        await ben.page.get_by_label(ben.say("name")).fill(ben.label)
        await ben.button("enter").tap()
        await expect(ben.text("unreachable")).to_be_visible()
        found += await complaints_about(ben, "no board yet")
        await ana.looks_here()
        await line.mend()
        await ana.is_on_the_board()
        await ana.sees_arrived(COFFEE)
        there = await room.tab(ana.page.context, "Ana (second tab)", language)
        await there.page.goto(board.through(line.url))
        await there.sees_once(SATURDAY)
        await ana.looks_here()
        await ana.begins_to_edit(SATURDAY, "Ouvrir le dimanche")
        await there.looks_here()
        await there.edits(SATURDAY, "Ouvrir le lundi")
        await there.sees_arrived("Ouvrir le lundi")
        await ana.looks_here()
        await ana.page.get_by_role("dialog").get_by_role("button", name=ana.say("save"), exact=True).tap()
        await expect(ana.button("compare")).to_be_visible()
        found += await complaints_about(ana, "a refused change")
        await ana.button("compare").tap()
        await expect(ana.page.get_by_role("dialog", name=ana.say("two versions"))).to_be_visible()
        found += await complaints_about(ana, "two versions")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_axe_finds_nothing_on_front_console_and_wall(
    room: Room, rebond_server: RebondServer, language: Language
) -> None:
    """WCAG 2.2 AA on front page, console and wall, in both languages and both themes.

    Given a workshop; when its facilitator walks through all that console and wall can show; then axe is silent.
    """
    board = await room.board(rebond_server.url, template="swot", locale=language)
    front, console, wall, ana = await asyncio.gather(
        room.front(language, motion="reduce"),
        room.console(language, motion="reduce"),
        room.wall(language, motion="reduce"),
        room.phone("Ana"),
    )
    await asyncio.gather(
        front.opens(rebond_server.url),
        console.opens(board.moderator),
        wall.opens(board.wall),
        ana.comes_in(board.participant),
    )
    found: list[str] = []

    async def look(screen: str, *people: Person) -> None:
        for said in await asyncio.gather(*(complaints_about(person, screen) for person in people)):
            found.extend(said)

    await front.types_code("KITE7")
    await expect(front.text("unknown code")).to_be_visible()
    await expect(wall.text("invitation")).to_be_visible()
    await look("at the beginning", front, console, wall)
    await console.asks_for_private_writing()
    await ana.writes(SATURDAY)
    await expect(wall.page.get_by_text(re.compile(wall.say("ideas on paper")))).to_be_visible()
    await look("private writing", console, wall)
    await console.reveals()
    await ana.writes(COFFEE)
    await ana.rebounds_on(SATURDAY, "combine", "Le café du samedi", with_too=[COFFEE])
    await wall.sees_arc("Le café du samedi", "combines", COFFEE)
    await console.button("start timer").click()
    await console.picks(COFFEE, "turn over")
    await expect(wall.text("turned over")).to_be_visible()
    await look("cards, a timer, one turned over", console, wall)
    await console.page.get_by_role("button", name=re.compile(f"^{console.say('card')} .*{SATURDAY}")).click()
    await look("a card's menu", console)
    await console.page.keyboard.press("Escape")
    await console.button("large qr").click()
    await look("the QR code", console)
    await console.closes_the_sheet()
    await console.button("keyboard").click()
    await look("the keys", console)
    await console.closes_the_sheet()
    await console.page.get_by_text(console.say("who is here")).click()
    await look("who is here", console)
    await console.picks("Le café du samedi", "to the bin")
    await console.page.get_by_role("button", name=re.compile(f"^{console.say('bin')}")).click()
    await look("the bin", console)
    await console.closes_the_sheet()
    await console.picks(SATURDAY, "erase")
    await look("a question before erasing", console)
    await console.closes_the_sheet()
    await console.page.get_by_role("button", name=console.say("open a vote"), exact=True).first.click()
    await look("a vote to be opened", console)
    await console.closes_the_sheet()
    await console.opens_a_vote()
    await ana.gives_a_point(SATURDAY)
    await console.sees_voters(1, 1)
    await look("a vote under way", console, wall)
    await console.closes_the_vote()
    await console.looks_at_results()
    await expect(wall.page.get_by_role("heading", name=wall.say("wall results"))).to_be_visible()
    await look("results", console, wall)
    assert not found, "\n".join(found)


async def test_the_keyboard_alone_does_it_all(room: Room, rebond_server: RebondServer) -> None:
    """WCAG 2.1.1: joining, writing, rebounding, voting, creating a board and opening a round need no pointer.

    Given a facilitator and a participant without pointers; when both press keys only; then a board is made, ideas and a
    rebound stand on it, and a round is opened, voted in and closed.

    WCAG 1.3.2, 2.4.3.
    """
    front = await room.front("fr")
    await front.opens(rebond_server.url)
    await front.tabs_to(front.page.get_by_label(front.say("question")))
    await front.page.keyboard.type("Sans souris ?")
    await front.tabs_to(front.button("create"))
    await front.page.keyboard.press("Enter")
    console = front.becomes_console()
    await console.is_on_the_board()
    address = await console.page.get_by_role("textbox", name=console.say("link for all")).input_value()

    ana = await room.phone("Ana", "en", touch=False)
    keys = ana.page.keyboard
    await ana.page.goto(address)
    await ana.tabs_to(ana.page.get_by_label(ana.say("name")))
    await keys.type("Ana")
    await ana.tabs_to(ana.button("enter"))
    await keys.press("Enter")
    await ana.is_on_the_board()
    await ana.tabs_to(ana.composer)
    await keys.type("A bench outside")
    await keys.press("Enter")
    await ana.sees_arrived("A bench outside")

    await ana.tabs_to(ana.card("A bench outside").get_by_role("button", name=re.compile(f"^{ana.say('rebound on')}")))
    await keys.press("Enter")
    sheet = ana.page.get_by_role("dialog")
    await ana.tabs_to(sheet.get_by_role("radio", name=ana.say("extend")))
    await keys.press("ArrowDown")
    await keys.press("ArrowDown")
    await ana.tabs_to(sheet.get_by_label(ana.say("your idea"), exact=True))
    await keys.type("A bench for dogs")
    await ana.tabs_to(sheet.get_by_role("button", name=ana.say("rebound"), exact=True))
    await keys.press("Enter")
    await ana.sees_arrived("A bench for dogs")
    await expect(ana.card("A bench for dogs").get_by_role("img", name=ana.say("adapt"))).to_be_visible()

    await console.sees_once("A bench for dogs")
    await console.page.keyboard.press("v")
    vote = console.page.get_by_role("dialog")
    await console.tabs_to(vote.get_by_role("button", name=console.say("set up points")))
    await console.page.keyboard.press("Enter")
    budget = vote.get_by_role("group", name=console.say("points each"))
    await console.tabs_to(budget.get_by_role("button", name=console.say("one more")))
    await console.page.keyboard.press("Enter")
    await console.tabs_to(vote.get_by_role("button", name=console.say("open the vote")))
    await console.page.keyboard.press("Enter")
    await ana.tabs_to(ana.button("vote now"))  # what has the keyboard's focus is not taken away
    await keys.press("Enter")
    await ana.sees_points_left(6)
    await expect(ana.page.get_by_role("main")).to_be_focused()
    await ana.tabs_to(ana.stepper("A bench outside").get_by_role("button", name=ana.say("one more")))
    await keys.press("Enter")
    await ana.sees_own_points("A bench outside", 1)
    await keys.press("Space")
    await ana.sees_own_points("A bench outside", 2)
    await console.sees_voters(1, 1)
    await console.page.keyboard.press("v")
    await expect(ana.button("see results")).to_be_visible()


async def test_320_px_and_other_people_leave_a_reader_in_peace(room: Room, rebond_server: RebondServer) -> None:
    """PRODUCT 5.10; WCAG 1.4.10, 2.4.3: nothing scrolls sideways at 320 px; what others write moves neither focus
    nor finger.

    Given front page, console and phone 320 px wide; when they show what they have; then none scrolls sideways; when the
    focus stands on a card's button and somebody writes; then it stays there, and so does the card.

    WCAG 3.2.
    """
    board = await room.board(rebond_server.url, template="swot")
    front, console = await asyncio.gather(room.front("fr", size=NARROW), room.console("fr", size=NARROW))
    ana, ben = await asyncio.gather(room.phone("Ana", size=NARROW), room.phone("Ben"))
    await asyncio.gather(
        front.opens(rebond_server.url), console.opens(board.moderator), ben.comes_in(board.participant)
    )
    await ana.page.goto(board.participant)
    await expect(ana.button("enter")).to_be_visible()
    assert not await ana.scrolls_sideways()
    await ana.enters()
    await ana.writes(SATURDAY)
    await ana.writes("Anticonstitutionnellement" * 3)
    await console.sees_once(SATURDAY)
    for person in (front, console, ana):
        assert not await person.scrolls_sideways(), f"{person.label} scrolls sideways at 320 px"

    button = ana.card(SATURDAY).get_by_role("button", name=re.compile(f"^{ana.say('rebound on')}"))
    await button.focus()
    await ana.comes_to_rest()
    before = await button.bounding_box()
    await ben.writes(COFFEE)
    await expect(ana.page.get_by_role("button", name=re.compile(ana.say("new ideas")))).to_be_visible()
    await expect(button).to_be_focused()
    assert await button.bounding_box() == before

    await button.tap()
    assert not await ana.scrolls_sideways()
    await ana.page.keyboard.press("Escape")
    await console.opens_a_vote()
    await ana.turns_to_the_vote()  # the keyboard's focus stands on a card: nothing is taken from under it
    await ana.sees_points_left(5)
    assert not await ana.scrolls_sideways()


async def test_nothing_moves_where_motion_is_not_wanted(room: Room, rebond_server: RebondServer) -> None:
    """WCAG 2.3.3: with reduced motion, a card, a rebound, a timer and a vote appear without any running animation.

    Given screens that ask for reduced motion; when ideas and a rebound arrive; then nothing runs on any of them.

    WCAG 2.2.2.
    """
    board = await room.board(rebond_server.url)
    console, wall = await asyncio.gather(room.console(motion="reduce"), room.wall(motion="reduce"))
    ana, ben = await asyncio.gather(room.phone("Ana", motion="reduce"), room.phone("Ben", motion="reduce"))
    await asyncio.gather(
        console.opens(board.moderator),
        wall.opens(board.wall),
        ana.comes_in(board.participant),
        ben.comes_in(board.participant),
    )
    screens = (console, wall, ana, ben)
    assert [await screen.running_animations() for screen in screens] == [0, 0, 0, 0]
    await ana.writes(SATURDAY)
    await wall.sees_once(SATURDAY)
    assert [await screen.running_animations() for screen in screens] == [0, 0, 0, 0]
    await ana.rebounds_on(SATURDAY, "extend", COFFEE)
    await wall.sees_arc(COFFEE, "extends", SATURDAY)
    assert [await screen.running_animations() for screen in screens] == [0, 0, 0, 0]
    await console.opens_a_vote()
    await ben.sees_points_left(5)
    assert [await screen.running_animations() for screen in screens] == [0, 0, 0, 0]
