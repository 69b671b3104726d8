"""Somebody who asks to be forgotten: from the desk, on every screen, in what leaves, and on the disk."""

from __future__ import annotations

import asyncio
import re

import pytest
from playwright.async_api import expect

from tests.conftest import RebondServer
from tests.end_to_end.axe import complaints_about
from tests.end_to_end.people import Room

pytestmark = pytest.mark.asyncio(loop_scope="session")

NAME = "Philomène-Aurore"
IDEA = "Ouvrir le samedi"


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
    files = [path for path in rebond_server.data_dir.rglob("*") if path.is_file()]
    named = re.compile(NAME.encode())
    assert [path.name for path in files if named.search(path.read_bytes())] == []
