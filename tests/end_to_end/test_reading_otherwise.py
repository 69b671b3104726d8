"""What people set for themselves: a device on its side, text set wider, a finger that is as wide as a finger.

Each is a criterion of WCAG 2.2 that axe cannot see, or a clause of EN 301 549; docs/accessibility.md names them.
"""

from __future__ import annotations

import asyncio
from typing import cast

import pytest
from playwright.async_api import Page, ViewportSize, expect

from tests.conftest import RebondServer
from tests.end_to_end.axe import complaints_about
from tests.end_to_end.kiosk import a_kiosk, a_lab
from tests.end_to_end.people import WALL_SIZE, Room

pytestmark = pytest.mark.asyncio(loop_scope="session")

IDEA = "Ouvrir le samedi, et le dire en grand sur la porte"
REBOUND = "Avec un café à l’accueil"
ON_ITS_SIDE: ViewportSize = {"width": 740, "height": 360}
TARGET_PX = 44
IN_A_LINE_PX = 24
"""WCAG 2.5.8: what leads on from within a line of text."""

SET_WIDER = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
    p { margin-bottom: 2em !important; }
  `);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""
"""The spacing of WCAG 1.4.12, as a reader's own stylesheet has it."""
CUT = """() => [...document.querySelectorAll("body *")].filter((one) => {
  const { overflowX, overflowY } = getComputedStyle(one);
  const hides = (overflow) => overflow === "hidden" || overflow === "clip";
  const { width, height } = one.getBoundingClientRect();
  if (width < 2 || height < 2 || !one.checkVisibility()) return false; // for ears alone
  return (hides(overflowX) && one.scrollWidth > one.clientWidth + 1)
    || (hides(overflowY) && one.scrollHeight > one.clientHeight + 1);
}).map((one) => `${one.tagName}.${one.className}: ${one.textContent.slice(0, 40)}`)"""
"""What holds more than it shows, and cannot be scrolled to."""
SMALL = """({ target, inALine }) =>
  [...document.querySelectorAll("button, a[href], input, textarea, select, summary, [role=button]")]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest("[inert]"))
    .map((one) => [one, (one.closest("label") ?? one).getBoundingClientRect()])
    .filter(([, { width, height }]) => width > 1 && height > 1) // for ears alone
    .filter(([one, { width, height }]) => Math.min(width, height) < (one.closest("p") ? inALine : target) - 0.5)
    .map(([one, { width, height }]) =>
      `${one.getAttribute("aria-label") ?? one.textContent.slice(0, 40)}: ${width} × ${height}`)"""


async def test_phone_and_kiosk_work_on_their_side(room: Room, rebond_server: RebondServer) -> None:
    """WCAG 2.2, 1.3.4: a phone and a kiosk that lie on their side do what they do upright.

    Given both turned; when somebody comes in, writes and rebounds, and a visitor writes; then nothing is out of reach
    or scrolls sideways, the field is in sight while it is written in, and axe finds nothing.
    """
    board = await room.board(rebond_server.url)
    ana = await room.phone("Ana", size=ON_ITS_SIDE, motion="reduce")
    await ana.comes_in(board.participant)
    await ana.writes(IDEA)
    await ana.rebounds_on(IDEA, "extend", REBOUND)
    await ana.sees_once(REBOUND)
    await ana.opens_the_composer()
    await expect(ana.composer).to_be_in_viewport(ratio=1)
    assert not await ana.scrolls_sideways()
    found = await complaints_about(ana, "a phone on its side")

    async with a_lab(rebond_server.url) as lab:
        kiosk = await a_kiosk(room)
        await kiosk.page.set_viewport_size(WALL_SIZE)
        await kiosk.opens(lab.kiosk_at(rebond_server.url))
        found += await kiosk.faults_to_the_hand("slides, on its side")
        await kiosk.begins()
        await kiosk.looks_at_the_bench()
        found += await kiosk.faults_to_the_hand("a card, on its side")
        await kiosk.starts_over()
        await kiosk.begins()
        await kiosk.suggests()
        found += await kiosk.faults_to_the_hand("writing, on its side")
        found += await complaints_about(kiosk, "writing, on its side")
        await kiosk.types("Un abri")
        await kiosk.sends()
        assert await kiosk.is_thanked()
        found += await kiosk.faults_to_the_hand("thanks, on its side")
    assert not found, "\n".join(found)


async def test_text_that_is_set_wider_is_all_there(room: Room, rebond_server: RebondServer) -> None:
    """WCAG 2.2, 1.4.12: with the spacing that a reader's own stylesheet may ask for, nothing is cut off or run over.

    Given front page, phone and console with a card and a rebound; when their text is set so; then nothing holds more
    than it shows that did not before, and none scrolls sideways.
    """
    board = await room.board(rebond_server.url)
    front, console, ana = await asyncio.gather(
        room.front(motion="reduce"), room.console(motion="reduce"), room.phone("Ana", motion="reduce")
    )
    await asyncio.gather(
        front.opens(rebond_server.url), console.opens(board.moderator), ana.comes_in(board.participant)
    )
    await ana.writes(IDEA)
    await ana.rebounds_on(IDEA, "extend", REBOUND)
    await console.sees_once(REBOUND)
    for person in (front, console, ana):
        before = await _cut(person.page)
        await person.page.evaluate(SET_WIDER)
        await person.comes_to_rest()
        assert sorted(await _cut(person.page) - before) == [], person.label
        assert not await person.scrolls_sideways(), person.label


async def test_long_names_widen_no_sheet(room: Room, rebond_server: RebondServer) -> None:
    """WCAG 2.2, 1.4.10: given a phone of 320 px and a rebound, whose author and whose parents' have names as long as
    names may be; when its sheet is opened; then what it holds is as wide as the sheet, the field for a comment and its
    button among it."""
    board = await room.board(rebond_server.url)
    long = ("Marie-Élisabeth-Philomène de la Rochefou", "Jean-Baptiste-Emmanuel de la Rochefoucau")
    ana, ben = await asyncio.gather(*(room.phone(name, size={"width": 320, "height": 640}) for name in long))
    await asyncio.gather(ana.comes_in(board.participant), ben.comes_in(board.participant))
    await ana.writes(IDEA)
    await ben.writes("Un banc")
    await ana.looks_at("Un banc")
    await ana.rebounds_on(IDEA, "combine", REBOUND, with_too=["Un banc"])
    await ana.opens_menu(REBOUND, "lineage")
    sheet = ana.page.get_by_role("dialog")
    await expect(sheet.get_by_role("button", name=ana.say("send"), exact=True)).to_be_visible()
    assert await sheet.evaluate("one => one.scrollWidth <= one.clientWidth")


async def _cut(page: Page) -> set[str]:
    return set(cast("list[str]", await page.evaluate(CUT)))


async def test_whatever_a_finger_meets_on_the_phone_is_wide_enough(room: Room, rebond_server: RebondServer) -> None:
    """WCAG 2.2, 2.5.8, LOOK.md: what is touched on a phone is 44 px wide and high, on each of its
    screens; what leads on from within a line of text, 24."""
    board = await room.board(rebond_server.url, template="swot")
    ana = await room.phone("Ana", motion="reduce")
    sheet = ana.page.get_by_role("dialog")
    small: list[str] = []
    sizes = {"target": TARGET_PX, "inALine": IN_A_LINE_PX}

    async def look(screen: str) -> None:
        await ana.comes_to_rest()
        small.extend(f"{screen}: {one}" for one in cast("list[str]", await ana.page.evaluate(SMALL, sizes)))

    await ana.page.goto(board.participant)
    await expect(ana.button("enter")).to_be_visible()
    await look("the door")
    await ana.enters()
    await ana.writes(IDEA)
    await look("the list")
    await ana.button("settings").tap()
    await expect(sheet).to_be_visible()
    await look("settings")
    await ana.page.keyboard.press("Escape")
    await ana.opens_menu(IDEA, "edit")
    await expect(sheet).to_be_visible()
    await look("editing")
    await ana.page.keyboard.press("Escape")
    await expect(sheet).to_have_count(0)
    await ana.rebounds_on(IDEA, "extend", REBOUND)
    await look("a rebound in the list")
    await ana.opens_receipt()
    await look("the receipt")
    assert not small, "\n".join(small)


async def test_a_key_that_is_held_writes_once(room: Room, rebond_server: RebondServer) -> None:
    """EN 301 549 5.7: given the keyboard on the screen, when a finger stays on a key for seconds, then one letter."""
    async with a_lab(rebond_server.url) as lab:
        kiosk = await a_kiosk(room)
        await kiosk.page.clock.install()
        await kiosk.opens(lab.kiosk_at(rebond_server.url))
        await kiosk.begins()
        await kiosk.suggests()
        await kiosk.types("J")
        box = await kiosk.key("e").bounding_box()
        assert box is not None
        await kiosk.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        await kiosk.page.mouse.down()
        await kiosk.page.clock.run_for(5_000)
        await kiosk.page.mouse.up()
        await expect(kiosk.field).to_have_value("Je")
