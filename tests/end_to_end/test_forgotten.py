"""Somebody who asks to be forgotten: from the desk, on every screen, in what leaves, and on the disk."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.conftest import RebondServer
from tests.end_to_end.axe import complaints_about
from tests.end_to_end.people import Phone, Room

pytestmark = pytest.mark.asyncio(loop_scope="session")

NAME = "Philomène-Aurore"
IDEA = "Ouvrir le samedi"
TOLD = "words => [...document.querySelectorAll('[role=status]')].some(one => one.textContent.includes(words))"


async def test_a_person_erases_their_own_name_from_their_phone(room: Room, rebond_server: RebondServer) -> None:
    """PRODUCT section 2, Privacy; LG7: given somebody who gave a name and wrote a card; when they have their name
    erased from the settings of their phone, asked once whether they mean it; then they are told so, the card stays
    theirs, and no screen, their own settings among them, and no file of the folder has the name. And so with somebody
    who has written nothing yet.

    WCAG 3.3.4, 4.1.3.
    """
    board = await room.board(rebond_server.url)
    ana, ben = await asyncio.gather(room.phone(NAME, motion="reduce"), room.phone("Ben"))
    await asyncio.gather(ana.comes_in(board.participant), ben.comes_in(board.participant))
    await ana.writes(IDEA)
    await ben.looks_at(IDEA)
    await expect(ben.card(IDEA)).to_contain_text(NAME)

    await ana.button("settings").tap()
    sheet = ana.page.get_by_role("dialog")
    await expect(sheet).to_contain_text(NAME)
    await ana.button("erase my name").tap()
    await expect(sheet.get_by_role("heading", name=re.compile("^Effacer votre nom"))).to_be_visible()
    assert not await complaints_about(ana, "erasing one's own name")
    await _erases_now(ana)
    for phone in (ana, ben):
        await expect(phone.card(IDEA)).not_to_contain_text(NAME)
        await phone.sees_once(IDEA)
    await ana.button("settings").tap()
    await expect(sheet).not_to_contain_text(NAME)
    await ana.page.keyboard.press("Escape")
    await ana.begins_to_edit(IDEA, f"{IDEA} soir")  # who is nobody to all others is still themselves
    await ana.page.get_by_role("dialog").get_by_role("button", name=ana.say("save"), exact=True).tap()
    await ben.sees_once(f"{IDEA} soir")
    await ben.button("settings").tap()
    await expect(ben.page.get_by_role("dialog")).to_contain_text("Ben")
    await ben.button("erase my name").tap()
    await _erases_now(ben)
    await ben.button("settings").tap()
    await expect(ben.button("erase my name")).to_be_visible()
    await expect(ben.page.get_by_role("dialog")).not_to_contain_text("Ben")
    assert _files_with(NAME, rebond_server.data_dir) == []


async def test_who_asks_to_be_forgotten_is_named_nowhere_and_keeps_their_cards(
    room: Room, rebond_server: RebondServer
) -> None:
    """PRODUCT section 2, Privacy; LG7, DM4: given somebody who gave a name, wrote a card and left; when a moderator has
    them forgotten by the menu of their card; then the card stays, its author is named on no screen, in no download and
    in no file of the folder, and axe finds nothing on the question that was asked first."""
    board = await room.board(rebond_server.url)
    console, ana, ben = await asyncio.gather(room.console(motion="reduce"), room.phone(NAME), room.phone("Ben"))
    await asyncio.gather(
        console.opens(board.moderator), ana.comes_in(board.participant), ben.comes_in(board.participant)
    )
    await ana.writes(IDEA)
    await asyncio.gather(*(one.sees_once(IDEA) for one in (console, ben)))
    await expect(ben.card(IDEA)).to_contain_text(NAME)
    await ana.page.close()

    await console.picks(IDEA, "forget author")
    asked = console.page.get_by_role("dialog", name=f"Oublier qui est {NAME}\u202f?")
    await expect(asked).to_be_visible()
    assert not await complaints_about(console, "forgetting somebody")
    await asked.get_by_role("button", name="Oublier", exact=True).click()
    await expect(console.page.get_by_text("Plus rien ne dit qui c’était.")).to_be_visible()
    for one in (console, ben):
        await expect(one.card(IDEA)).not_to_contain_text(NAME)
        await one.sees_once(IDEA)
    assert NAME not in await console.takes_export("JSON")
    assert _files_with(NAME, rebond_server.data_dir) == []


async def _erases_now(phone: Phone) -> None:
    """Means it, and is told that it is done. The words are gone after a moment: the page itself looks for them."""
    erase = phone.page.get_by_role("dialog").get_by_role("button", name=phone.say("erase now"), exact=True)
    await asyncio.gather(phone.page.wait_for_function(TOLD, arg=phone.say("name erased")), erase.tap())


def _files_with(words: str, folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file() and words.encode() in path.read_bytes()]
