"""Slips and surprises as a person meets them: said kindly, nothing lost."""

import asyncio
import re

import pytest
from playwright.async_api import expect

from tests.conftest import RebondServer
from tests.end_to_end.people import Room

pytestmark = pytest.mark.asyncio(loop_scope="session")

RIGHT_TO_LEFT_OVERRIDE = "\u202e"

PASTED_CHARS = 100_000


async def test_a_wrong_code_is_said_where_it_was_typed(room: Room, rebond_server: RebondServer) -> None:
    """HB9: a code nobody has is mended on the front page; followed as a link, it is a screen with a way out.

    Given no board; when somebody types or follows a wrong code, or an address that was cut in the middle of a letter;
    then a sentence says so, and nothing else happens.
    """
    front = await room.front("fr")
    await front.opens(rebond_server.url)
    await front.types_code("")
    await expect(front.page.get_by_role("alert").filter(has_text=re.compile(r"\w"))).to_be_visible()
    await front.types_code("KITE7")
    await expect(front.text("unknown code")).to_be_visible()
    assert front.page.url == f"{rebond_server.url}/"
    phone = await room.phone("Ana", "en")
    for code in ("KITE7", "%E0%A4%A"):
        await phone.page.goto(f"{rebond_server.url}/j/{code}")
        await expect(phone.text("no board here")).to_be_visible()


async def test_texts_that_cannot_be_sent_are_kept_and_explained(room: Room, rebond_server: RebondServer) -> None:
    """DM1: an empty, an overlong and a forbidden text are refused in words, and each can be mended.

    Given a phone; when it sends nothing, 1,005 characters, and a pasted direction override; then it is told what is in
    the way, no character is cut, and the mended texts arrive.

    WCAG 3.3.1, 3.3.3.
    """
    board = await room.board(rebond_server.url)
    ana, ben = await asyncio.gather(room.phone("Ana"), room.phone("Ben"))
    await asyncio.gather(*(phone.comes_in(board.participant) for phone in (ana, ben)))

    await ana.button("send").tap(force=True)
    await expect(ana.text("nothing to read")).to_be_visible()

    longest = "é" * 999 + "😀"
    await ana.composer.fill(longest + "trop!")
    await expect(ana.page.get_by_text(re.compile(ana.say("too many characters", n=5)))).to_be_visible()
    await expect(ana.button("send")).to_be_disabled()
    await ana.button("send").tap(force=True)
    await expect(ana.composer).to_have_value(longest + "trop!")
    await ana.writes(longest)
    await ben.looks_at(longest)

    await ana.sends(f"Une idée {RIGHT_TO_LEFT_OVERRIDE}retournée")
    await expect(ana.text("forbidden characters").first).to_be_visible()
    await ana.button("fix").tap()
    await ana.page.get_by_role("dialog").get_by_role("textbox").fill("Une idée remise à l’endroit")
    await ana.page.get_by_role("dialog").get_by_role("button", name=ana.say("send again")).tap()
    await ana.sees_arrived("Une idée remise à l’endroit")
    await ben.looks_at("Une idée remise à l’endroit")
    await expect(ben.page.get_by_text("retournée")).to_have_count(0)


async def test_a_word_without_an_end_stops_no_page(room: Room, rebond_server: RebondServer) -> None:
    """DM1: a hundred kilobytes without a space, as a picture's code or an address may be, are a slip like others.

    Given a phone and a console; when such a word is pasted where an idea and where an instruction is written; then each
    counts what is too much, as it does for a text with spaces, and goes on with other words; and a field is as tall as
    its words, also when the screen was turned since. (With kerning a browser shapes the rest of such a word anew for
    each line: minutes in which the page hears nothing.)
    """
    board = await room.board(rebond_server.url)
    ana, console = await asyncio.gather(room.phone("Ana"), room.console())
    await asyncio.gather(ana.comes_in(board.participant), console.opens(board.moderator))
    fields = (ana.composer, console.page.get_by_role("textbox", name=console.say("instruction"), exact=True))
    for person, field in zip((ana, console), fields, strict=True):
        await field.fill("x" * PASTED_CHARS)
        await expect(person.page.get_by_text(re.compile(r"\d+ caractères de trop"))).to_be_visible()
        await field.fill("Un banc dehors, à l’ombre du grand tilleul, pour qui attend son tour ou celui d’un autre")
        await expect(person.page.get_by_text(re.compile("caractères de trop"))).to_have_count(0)
        await person.page.set_viewport_size({"width": 320, "height": 640})
        assert await field.evaluate("one => one.scrollHeight <= one.clientHeight")


async def test_two_tabs_of_one_person_are_two_devices(room: Room, rebond_server: RebondServer) -> None:
    """PRODUCT 5.b; LG4, HB6: a second tab joins in and kicks nobody; a text changed meanwhile is a choice between
    two texts.

    Given one person in two tabs; when both write; then both live on and see it all; when both edit one card; then the
    later one is shown both texts, and what it chooses is on both.
    """
    board = await room.board(rebond_server.url)
    here = await room.phone("Ana")
    await here.comes_in(board.participant)
    there = await room.tab(here.page.context, "Ana (second tab)")
    await there.page.goto(board.participant)
    await there.is_on_the_board()
    await there.writes("Du second onglet")
    await here.looks_here()
    await here.writes("Du premier onglet")
    await asyncio.gather(here.sees_once("Du second onglet"), there.sees_once("Du premier onglet"))
    await asyncio.gather(here.is_live(), there.is_live())

    await here.begins_to_edit("Du premier onglet", "Changé ici")
    await there.looks_here()
    await there.edits("Du premier onglet", "Changé là-bas")
    await there.sees_arrived("Changé là-bas")
    await here.looks_here()
    await here.page.get_by_role("dialog").get_by_role("button", name=here.say("save"), exact=True).tap()
    await here.button("compare").tap()
    sheet = here.page.get_by_role("dialog", name=here.say("two versions"))
    await expect(sheet.get_by_text("Changé ici", exact=True)).to_be_visible()
    await expect(sheet.get_by_text("Changé là-bas", exact=True)).to_be_visible()
    await sheet.get_by_role("button", name=here.say("use mine")).tap()
    await asyncio.gather(here.sees_arrived("Changé ici"), there.sees_once("Changé ici"))
    await asyncio.gather(here.does_not_see("Changé là-bas"), there.does_not_see("Changé là-bas"))
