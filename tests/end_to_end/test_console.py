"""A facilitator's work at the console, from the first step to the last, alone and with others."""

import asyncio
import re
from typing import Any, cast

import pytest
from playwright.async_api import Locator, Page, ViewportSize, expect

from tests.conftest import RebondServer
from tests.end_to_end.axe import complaints_about
from tests.end_to_end.people import CONSOLE_SIZE, Board, Console, Room
from tests.end_to_end.words import Language

pytestmark = pytest.mark.asyncio(loop_scope="session")

SATURDAY = "Ouvrir le samedi matin"
SATURDAY_TOO = "Ouvrir aussi le samedi matin"
COFFEE = "Un café à l’accueil"
TABLET: ViewportSize = {"width": 820, "height": 1_180}
TABLET_ON_ITS_SIDE: ViewportSize = {"width": 1_024, "height": 768}
TWICE_AS_LARGE: ViewportSize = {"width": 640, "height": 400}
"""What a laptop of 1280 × 800 shows to somebody who reads at 200 %."""
TAB_STOPS = 60
PORTION = 60
"""So many cards the table draws before the eye goes further."""
COVERED = """() => {
    const here = document.activeElement;
    if (!here || here === document.body || here.tagName === 'IFRAME') return null;
    const seen = here.closest('label') ?? here;
    const { left, top, width, height } = seen.getBoundingClientRect();
    const at = document.elementFromPoint(left + width / 2, top + height / 2);
    const clear = at && (seen.contains(at) || at.contains(seen));
    return clear ? null : `${here.tagName} ${here.getAttribute('aria-label') ?? here.textContent}`;
}"""
"""What has the focus, where something else lies over its middle or it is not on the screen at all."""


async def test_a_whole_plan_is_run_by_keyboard_alone(room: Room, rebond_server: RebondServer) -> None:
    """WCAG 2.1.1, DESIGN section 2 (step): every step of a plan, its vote, its reveal and its end, without a pointer.

    Given a brainstorm with its plan; when the facilitator presses N from step to step; then the desk says before each
    what will happen, and it happens on the phone; when cards are picked, stacked and searched, a step is changed while
    the board stands at it, and one is gone back to; then each is done by keys.
    """
    board = await room.board(rebond_server.url)
    console, ana = await asyncio.gather(room.console(), room.phone("Ana"))
    await asyncio.gather(console.opens(board.moderator), ana.comes_in(board.participant))
    keys = console.page.keyboard
    primary = console.page.get_by_role("button", name=console.say("next step"), exact=True)

    await expect(primary).to_have_accessible_description(re.compile("À main levée"))
    await keys.press("n")
    await expect(console.text("voted", n=0, here=1)).to_be_visible()
    await expect(primary).to_have_accessible_description(re.compile("Le vote se clôt.*90 s"))
    await keys.press("n")
    await _stands_at(console, "Écrire")
    await ana.writes(SATURDAY)
    await ana.writes(COFFEE)
    await ana.writes(SATURDAY_TOO)
    assert console.heard.frames
    await console.does_not_see(SATURDAY)  # a console is often on a shared screen
    await expect(primary).to_have_accessible_description(re.compile("3 idées sont révélées"))
    await keys.press("n")
    await _stands_at(console, "Découvrir")
    await console.sees_once(SATURDAY)

    await _changes_the_step_here(console, "Tout est sur la table.")
    await expect(ana.page.get_by_text("Tout est sur la table.")).to_be_visible()
    await keys.press("n")
    await _stands_at(console, "Rebondir")
    await keys.press("n")
    await _stands_at(console, "Regrouper")

    for _ in range(3):
        await keys.press("j")
    await keys.press("x")
    await keys.press("k")
    await keys.press("k")
    await keys.press("x")
    await expect(console.text("picked", n=2)).to_be_visible()
    await keys.press("g")
    await keys.type("Horaires")
    await keys.press("Enter")
    stack = console.page.get_by_role("region", name=re.compile("^Pile Horaires"))
    await expect(stack.get_by_role("article")).to_have_count(2)
    await keys.press("/")
    await keys.type("cafe")
    await expect(console.page.get_by_role("article")).to_have_count(1)
    await keys.press("Escape")
    await expect(console.page.get_by_role("article")).to_have_count(3)

    await console.tabs_to(console.page.get_by_role("button", name=re.compile("^Revenir à")))
    await keys.press("Enter")
    await _stands_at(console, "Rebondir")
    await console.tabs_to(console.page.get_by_role("button", name=re.compile("^Étape « Choisir »")))
    await keys.press("Enter")
    await keys.press("Enter")
    await _stands_at(console, "Choisir")
    await expect(console.page.get_by_text("Par quoi commencer ?", exact=True)).to_be_visible()
    await keys.press("n")
    await _stands_at(console, "Décider")
    await console.tabs_to(console.page.get_by_role("button", name=re.compile("Par quoi commencer")))
    await keys.press("n")
    await expect(console.button("take report")).to_be_visible()
    async with console.page.expect_download() as report:
        await keys.press("n")
    assert "Par quoi commencer" in (await (await report.value).path()).read_text(encoding="utf-8")
    await console.tabs_to(console.button("unlock"))
    await keys.press("Enter")
    await expect(console.button("unlock")).to_have_count(0)


async def test_undo_never_takes_back_what_another_moderator_did(room: Room, rebond_server: RebondServer) -> None:
    """PRODUCT 5.3, 5.8: undo is of one's own last actions; merging and stacking lose no card, author or vote (DM4).

    Given two moderators, the second by invitation; when the first stacks likely duplicates and the second renames the
    stack; then the first is no longer offered to undo it; when the first merges; then the words come first, the new
    card credits both, and Ctrl+Z takes the merge back and leaves the second's title alone.
    """
    board = await room.board(rebond_server.url)
    first, second, ana = await asyncio.gather(room.console(), room.console("en"), room.phone("Ana"))
    await asyncio.gather(first.opens(board.moderator), ana.comes_in(board.participant))
    await _comes_by_invitation(first, second)
    for text in (SATURDAY, COFFEE, SATURDAY_TOO):
        await ana.writes(text)
        await first.sees_once(text)

    await first.button("more").click()
    await first.page.get_by_role("menuitem", name=first.say("duplicates")).click()
    alike = first.page.get_by_role("dialog").get_by_role("listitem").filter(has_text=SATURDAY_TOO).first
    await expect(alike).to_contain_text(SATURDAY)
    await alike.get_by_role("button", name=first.say("stack them"), exact=True).click()
    await expect(first.page.get_by_role("dialog").get_by_text(first.say("none left to look at"))).to_be_visible()
    await first.closes_the_sheet()
    undo = first.page.get_by_role("button", name=re.compile(f"^{first.say('undo')}"))
    await expect(undo).to_contain_text("une pile faite")

    stack = second.page.get_by_role("region", name=re.compile("^Stack "))
    await expect(stack.get_by_role("article")).to_have_count(2)
    await stack.get_by_role("button", name=re.compile("^Stack ")).click()
    await second.page.get_by_role("menuitem", name="Name the stack").click()
    await second.page.get_by_role("dialog").get_by_role("textbox").fill("Horaires")
    await second.page.get_by_role("dialog").get_by_role("button", name="Save", exact=True).click()
    await expect(first.page.get_by_role("region", name="Pile Horaires")).to_be_visible()
    await expect(undo).to_have_count(0)

    for text in (SATURDAY, SATURDAY_TOO):
        await first.card(text).get_by_role("checkbox").check()
    await first.button("merge").click()
    words = first.page.get_by_role("dialog").get_by_label(first.say("merged words"))
    await expect(words).to_have_value(f"{SATURDAY}\n{SATURDAY_TOO}")
    await words.fill("Ouvrir le samedi")
    await first.page.get_by_role("dialog").get_by_role("button", name=first.say("merge now"), exact=True).click()
    await asyncio.gather(*(screen.sees_once("Ouvrir le samedi") for screen in (first, second)))
    await expect(first.card("Ouvrir le samedi")).to_contain_text("d’après Ana")
    await expect(undo).to_contain_text("une fusion")
    await first.page.keyboard.press("Control+z")
    await expect(second.card("Ouvrir le samedi")).to_have_count(0)
    await asyncio.gather(*(second.sees_once(text) for text in (SATURDAY, COFFEE, SATURDAY_TOO)))
    await expect(second.page.get_by_role("region", name="Stack Horaires")).to_be_visible()


async def test_what_waits_is_approved_or_not_by_two_keys(room: Room, rebond_server: RebondServer) -> None:
    """DM6: what waits for approval is in the inbox alone; A lets it in, R puts it in the bin, from where it comes back.

    Given a step that is approved first; when two ideas are written; then the other phone is told neither; when the
    moderator presses A and R; then it sees the first alone; when the second is restored; then both.
    """
    board = await room.board(rebond_server.url)
    console, ana, ben = await asyncio.gather(room.console(), room.phone("Ana"), room.phone("Ben"))
    await asyncio.gather(
        console.opens(board.moderator), ana.comes_in(board.participant), ben.comes_in(board.participant)
    )
    await console.page.get_by_role("button", name=re.compile("^1 ?Accueil")).click()
    sheet = console.page.get_by_role("dialog")
    await sheet.get_by_role("switch", name=console.say("approve first")).click(force=True)
    await sheet.get_by_role("button", name=console.say("save for all"), exact=True).click()
    await expect(sheet).to_have_count(0)
    await ana.sends(SATURDAY)
    waiting = console.page.get_by_role("region", name=re.compile(f"^{console.say('inbox')}"))
    await expect(waiting.get_by_role("article").filter(has_text=SATURDAY)).to_be_visible()
    await ana.sends(COFFEE)
    await expect(waiting.get_by_role("article").filter(has_text=COFFEE)).to_be_visible()
    assert ben.heard.nothing_of(SATURDAY)
    assert ben.heard.nothing_of(COFFEE)
    await console.page.keyboard.press("a")
    await ben.looks_at(SATURDAY)
    await expect(waiting.get_by_role("article").filter(has_text=SATURDAY)).to_have_count(0)  # R is for the next one
    await console.page.keyboard.press("r")
    await expect(waiting.get_by_role("article")).to_have_count(0)
    assert ben.heard.nothing_of(COFFEE)
    await console.restores(COFFEE)
    await expect(waiting.get_by_role("article").filter(has_text=COFFEE)).to_be_visible()
    await console.page.keyboard.press("a")
    await ben.looks_at(COFFEE)


async def test_who_asks_is_let_in_and_who_moderates_sees_what_others_see(
    room: Room, rebond_server: RebondServer
) -> None:
    """DESIGN section 8, PRODUCT 5.d (moderators see what participants see): the door, a list, the previews.

    Given a board made on the front page that asks who comes in; when somebody knocks; then the moderator lets them in;
    when ideas are pasted; then the phone and the wall in the preview show them, and a hidden wall shows none.
    """
    front = await room.front("fr")
    await front.opens(rebond_server.url)
    await expect(front.page.get_by_role("listitem").filter(has_text="Rebondir")).to_be_visible()
    await front.page.get_by_role("radio", name=front.say("whom I let in")).check(force=True)
    console = await front.creates("Qui entre ici ?")
    address = await console.page.get_by_role("textbox", name=console.say("link for all")).input_value()
    knock = await _knocks(console.page, address, {})
    assert knock["code"] == "waiting_for_approval"
    await console.page.get_by_role("button", name="Faire entrer Zoé", exact=True).click()
    await expect(console.page.get_by_role("button", name="Faire entrer Zoé", exact=True)).to_have_count(0)
    assert "token" in await _knocks(console.page, address, {"ticket": knock["details"]["ticket"]})

    await console.button("more").click()
    await console.page.get_by_role("menuitem", name=console.say("paste")).click()
    await console.page.get_by_role("dialog").get_by_role("textbox").fill(f"- {SATURDAY}\n- {COFFEE}")
    await console.page.get_by_role("dialog").get_by_role("button", name="Ajouter 2 idées", exact=True).click()
    await asyncio.gather(*(console.sees_once(text) for text in (SATURDAY, COFFEE)))
    await expect(console.page.get_by_role("dialog")).to_have_count(0)  # no shortcut is heard before

    await console.page.keyboard.press("o")
    preview = console.page.get_by_role("dialog")
    phone = preview.frame_locator("iframe")
    await expect(phone.get_by_text(SATURDAY, exact=True)).to_be_visible()
    await preview.get_by_role("radio", name="Mur", exact=True).check(force=True)
    await expect(preview.frame_locator("iframe").get_by_text(SATURDAY, exact=True)).to_be_visible()
    await console.closes_the_sheet()
    await console.button("hide wall").click()
    await expect(console.button("hide wall")).to_have_attribute("aria-pressed", "true")
    await console.page.keyboard.press("o")
    await preview.get_by_role("radio", name="Mur", exact=True).check(force=True)
    await expect(preview.frame_locator("iframe").get_by_role("heading").first).to_be_visible()
    await expect(preview.frame_locator("iframe").get_by_text(SATURDAY)).to_have_count(0)


async def test_axe_finds_nothing_on_any_sheet_of_the_desk(room: Room, rebond_server: RebondServer) -> None:
    """WCAG 2.2 AA on what lies over the desk, on a tablet; 1.4.10: nothing scrolls sideways at 320 px.

    Given a desk on a tablet with cards, a stack and a picked card; when each sheet is opened; then axe is silent.
    And where boards are made, how to go on is in sight on a tablet, too.
    """
    front = await room.front("fr", size=TABLET)
    await front.opens(rebond_server.url)
    await expect(front.button("create")).to_be_in_viewport(ratio=1)
    board = await room.board(rebond_server.url, template="swot")
    console = await room.console("fr", size=TABLET, motion="reduce")
    await console.opens(board.moderator)
    await _pastes(console, board, [SATURDAY, COFFEE, SATURDAY_TOO])
    await console.sees_once(COFFEE)
    found: list[str] = []
    for text in (SATURDAY, SATURDAY_TOO):
        await console.card(text).get_by_role("checkbox").check()
    found += await complaints_about(console, "picked cards")
    keys = console.page.keyboard
    for key, sheet in (
        ("g", "a stack"),
        ("m", "a merge"),
        ("c", "a relaunch"),
        ("v", "ways to choose"),
        ("i", "a card"),
    ):
        await keys.press(key)
        await expect(console.page.get_by_role("dialog")).to_be_visible()
        found += await complaints_about(console, sheet)
        await console.closes_the_sheet()
    await keys.press("v")
    await console.page.get_by_role("button", name=re.compile("^Régler : Critères")).click()
    found += await complaints_about(console, "a vote by criteria")
    await console.closes_the_sheet()
    await console.page.get_by_role("button", name=re.compile("^1 ?")).first.click()
    found += await complaints_about(console, "a step")
    await console.closes_the_sheet()
    for picked, sheet in (("tags", "tags and colour"), ("look", "one card")):
        await console.picks(COFFEE, picked)
        found += await complaints_about(console, sheet)
        await console.closes_the_sheet()
    await console.page.set_viewport_size({"width": 320, "height": 640})
    assert not await console.scrolls_sideways()
    for key in ("v", "c", "?"):
        await keys.press(key)
        await expect(console.page.get_by_role("dialog")).to_be_visible()
        assert not await console.scrolls_sideways(), key
        await console.closes_the_sheet()
    assert not found, "\n".join(found)


async def test_at_twice_the_size_the_keyboard_reaches_what_is_seen(room: Room, rebond_server: RebondServer) -> None:
    """WCAG 1.4.4, 2.1.1, 2.4.11: at 200 % nothing that has the focus lies under what stays in sight.

    Given a desk at 200 %; when Tab goes forward, and back again; then each stop is seen; when the longest menu is gone
    to its end by a key; then it is still open; when a vote is set up; then the focus is in its first field, and on the
    way to a merge the field is as tall as its words.
    """
    board = await room.board(rebond_server.url)
    console = await room.console("fr", size=TWICE_AS_LARGE, motion="reduce")
    await console.opens(board.moderator)
    await _pastes(console, board, [SATURDAY, COFFEE, SATURDAY_TOO])
    await console.sees_once(COFFEE)
    keys = console.page.keyboard
    for key in ("Tab", "Shift+Tab"):
        for _ in range(TAB_STOPS):
            await keys.press(key)
            assert await console.page.evaluate(COVERED) is None, key

    menu = console.card(COFFEE).get_by_role("button", name=re.compile(f"^{console.say('card')} "))
    await menu.press("ArrowDown")
    await keys.press("End")
    await expect(console.page.get_by_role("menuitem").last).to_be_focused()
    await keys.press("Escape")
    await expect(menu).to_be_focused()

    await keys.press("v")
    await console.page.get_by_role("button", name=re.compile("^Régler : Critères")).press("Enter")
    await expect(console.page.get_by_role("dialog").get_by_role("textbox").first).to_be_focused()
    await console.closes_the_sheet()
    for text in (SATURDAY, COFFEE, SATURDAY_TOO):
        await console.card(text).get_by_role("checkbox").check()
    await keys.press("m")
    words = console.page.get_by_role("dialog").get_by_label(console.say("merged words"))
    await expect(words).to_be_focused()
    assert await words.evaluate("field => field.scrollHeight <= field.clientHeight")


@pytest.mark.parametrize("size", [CONSOLE_SIZE, TABLET_ON_ITS_SIDE], ids=["laptop", "tablet"])
@pytest.mark.parametrize("language", ["fr", "en"])
async def test_one_screen_holds_what_a_facilitator_needs(
    room: Room, rebond_server: RebondServer, language: Language, size: ViewportSize
) -> None:
    """PRODUCT section 4: the console is one screen: nothing that holds now, or comes next, has to be scrolled to.

    Given a plan longer than its place; when the board stands in the middle of it, in private writing under a timer;
    then the step, the next one, what people read, the timer, the reveal, wall, lock and the primary button are all seen
    whole; when a vote opens over more cards than fit and the last of them is gone to; then the vote is still in sight.
    """
    board = await room.board(rebond_server.url, locale=language)
    console = await room.console(language, size=size, motion="reduce")
    await console.opens(board.moderator)
    await _pastes(console, board, [f"{SATURDAY} {number}" for number in range(1, 31)])
    await console.page.keyboard.press("n")
    await expect(console.button("close the vote")).to_be_visible()
    await console.page.keyboard.press("n")
    await expect(console.page.get_by_role("timer")).to_be_visible()
    here = console.page.locator("[aria-current=step]")
    await expect(here).to_contain_text("3")
    for seen in (
        here,
        console.page.get_by_role("listitem").filter(has_text=re.compile("^4")),
        console.page.get_by_role("textbox", name=console.say("instruction")),
        console.page.get_by_role("radio", name=console.say("private")),
        console.page.get_by_role("timer"),
        *(console.button(key) for key in ("reveal", "hide wall", "lock", "next step")),
    ):
        await expect(seen).to_be_in_viewport(ratio=0.99)
    await console.page.keyboard.press("v")
    await console.page.get_by_role("dialog").get_by_role("button", name=console.say("open points"), exact=True).click()
    last = console.card(f"{SATURDAY} 30")
    await last.scroll_into_view_if_needed()
    await expect(last).to_be_in_viewport()
    await expect(console.button("close the vote")).to_be_in_viewport(ratio=1)


async def test_a_full_table_is_drawn_as_far_as_one_looks(room: Room, rebond_server: RebondServer) -> None:
    """DESIGN section 9: a board of many cards costs a desk what it shows; looking, searching and picking know all.

    Given a board with more cards than a portion; then a portion is drawn; when one is looked for, then it is there
    wherever it stands; when the eye goes to the end, then so are all; when all are picked, then all are counted.
    """
    board = await room.board(rebond_server.url)
    console = await room.console("fr", motion="reduce")
    await console.opens(board.moderator)
    ideas = [f"Idée numéro {number}" for number in range(1, PORTION + 41)]
    await _pastes(console, board, ideas)
    cards = console.page.get_by_role("region", name="Tableau", exact=True).get_by_role("article")
    await expect(cards).to_have_count(PORTION)
    await console.button("more").click()
    await console.page.get_by_role("menuitem", name="Tout choisir").click()
    await expect(console.text("picked", n=len(ideas))).to_be_visible()
    await console.page.keyboard.press("/")
    await console.page.keyboard.type(ideas[-1])
    await console.sees_once(ideas[-1])
    await console.page.keyboard.press("Escape")
    await cards.nth(PORTION - 1).scroll_into_view_if_needed()
    await expect(cards).to_have_count(len(ideas))


# -- what they do ----------------------------------------------------------------------------------------------------


async def _stands_at(console: Console, title: str) -> None:
    """The plan marks this step, and no other."""
    current = console.page.get_by_role("listitem").and_(console.page.locator("[aria-current=step]"))
    await expect(current).to_have_count(1)
    await expect(current).to_contain_text(title)


async def _changes_the_step_here(console: Console, instruction: str) -> None:
    """Opens the step the board stands at by keys, and gives it another instruction."""
    here = console.page.locator("[aria-current=step]").get_by_role("button").first
    await console.tabs_to(here)
    await console.page.keyboard.press("Enter")
    sheet = console.page.get_by_role("dialog")
    await _types_over(console, sheet.get_by_label("La consigne"), instruction)
    await console.page.keyboard.press("Control+Enter")
    await expect(sheet).to_have_count(0)


async def _types_over(console: Console, field: Locator, text: str) -> None:
    await console.tabs_to(field)
    await console.page.keyboard.press("Control+a")
    await console.page.keyboard.type(text)


async def _comes_by_invitation(console: Console, second: Console) -> None:
    """Makes an invitation for a co-moderator at the desk; the other opens it, says a name and is at a desk, too."""
    await console.page.get_by_text(console.say("invite"), exact=True).click()
    await console.button("for a co-moderator").click()
    link = await console.page.get_by_role("textbox", name=console.say("to moderate")).input_value()
    await second.page.goto(link)
    await second.page.get_by_label(second.say("name")).fill("Bea")
    await second.button("enter").click()
    await second.is_on_the_board()


async def _knocks(page: Page, address: str, with_it: dict[str, str]) -> dict[str, Any]:
    """Asks to come in, for the first time or with the ticket one was given; what the server says."""
    origin, code = address.split("/j/")
    answer = await page.request.post(f"{origin}/api/boards/{code}/join", data={"name": "Zoé", **with_it})
    return cast("dict[str, Any]", await answer.json())


async def _pastes(console: Console, board: Board, lines: list[str]) -> None:
    """Ideas from a list, as the console's own sheet sends them."""
    token = board.moderator.split("#t=")[1]
    origin = board.moderator.split("/console/")[0]
    answer = await console.page.request.post(
        f"{origin}/api/boards/{board.id}/import",
        headers={"Authorization": f"Bearer {token}", "Content-Type": "text/plain"},
        data="\n".join(lines),
    )
    assert answer.ok
