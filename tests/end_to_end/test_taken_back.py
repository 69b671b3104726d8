"""What a moderator takes back, or erases for ever, is so on every screen, whatever was being done there."""

from __future__ import annotations

import asyncio
import re

import pytest
from playwright.async_api import Locator, expect

from rebond_client import Board as Program
from rebond_client import socket_url
from rebond_protocol.rounds import RoundClose, RoundErase, RoundOpen
from tests.conftest import RebondServer
from tests.end_to_end.axe import complaints_about
from tests.end_to_end.people import Console, Room
from tests.web.edge import on_disk

pytestmark = pytest.mark.asyncio(loop_scope="session")

BENCH, GARDEN = "Un banc à l’ombre", "Un potager"
NAMED = "Philibert-Anselme"


def _dialog(console: Console) -> Locator:
    return console.page.get_by_role("dialog")


async def test_a_stage_and_a_place_in_the_window_are_undone(room: Room, rebond_server: RebondServer) -> None:
    """PRODUCT 5.3: undo of one's own last actions knows how far a card is, and how it stands in the window.

    Given a card; when a moderator says that it is tested, then puts it in the window; then undo offers each by its
    name, the last first, and takes it back on the table and for everybody.
    """
    board = await room.board(rebond_server.url)
    console, ana = await asyncio.gather(room.console(motion="reduce"), room.phone("Ana"))
    await asyncio.gather(console.opens(board.moderator), ana.comes_in(board.participant))
    await ana.writes(BENCH)
    await console.sees_once(BENCH)
    card, undo = console.card(BENCH), console.page.get_by_role("button", name=re.compile(f"^{console.say('undo')}"))
    await console.picks(BENCH, "stage")
    await _dialog(console).get_by_role("radio", name=console.say("stage is test"), exact=True).press("Space")
    await _dialog(console).get_by_label(console.say("stage why")).fill("Devant deux agences.")
    await console.page.keyboard.press("Control+Enter")
    await expect(_dialog(console)).to_have_count(0)
    await expect(card).to_contain_text(console.say("stage is test"))
    await console.picks(BENCH, "put in window")
    await _dialog(console).get_by_role("button", name=console.say("put in window now"), exact=True).click()
    await expect(_dialog(console)).to_have_count(0)
    await expect(card).to_contain_text(console.say("in window"))

    await expect(undo).to_contain_text("la vitrine")
    await console.page.keyboard.press("Control+z")
    await expect(card).not_to_contain_text(console.say("in window"))
    await expect(undo).to_contain_text("une étape notée")
    await console.page.keyboard.press("Control+z")
    await expect(card).not_to_contain_text(console.say("stage is test"))
    await expect(undo).to_have_count(0)


async def test_a_vote_that_is_erased_is_on_no_screen_any_more(room: Room, rebond_server: RebondServer) -> None:
    """LG7: a vote that a moderator erases leaves every screen at once, in the middle of voting, and all goes on.

    Given an open vote, with a point given on a phone; when a program of the moderator's erases it; then phone, wall and
    console show none, the phone writes on, and the next vote begins without that point.
    """
    board = await room.board(rebond_server.url)
    console, wall, ana = await asyncio.gather(room.console(), room.wall(), room.phone("Ana"))
    await asyncio.gather(console.opens(board.moderator), wall.opens(board.wall), ana.comes_in(board.participant))
    await ana.writes(BENCH)
    await asyncio.gather(console.sees_once(BENCH), ana.looks_at(BENCH))
    await console.opens_a_vote()
    await ana.sees_points_left(5)
    await ana.gives_a_point(BENCH)
    await ana.sees_own_points(BENCH, 1)
    await console.sees_voters(1, 1)
    async with Program(socket_url(rebond_server.url, board.id), board.moderator.partition("#t=")[2]) as program:
        await program.submit(RoundErase(next(iter(program.replica.rounds))))
    await expect(ana.stepper(BENCH)).to_have_count(0)
    await expect(console.text("vote under way")).to_have_count(0)
    await ana.writes(GARDEN)
    await asyncio.gather(console.sees_once(GARDEN), wall.sees_once(GARDEN))
    await console.opens_a_vote()
    await ana.sees_points_left(5)
    await ana.turns_to_the_vote()
    await ana.sees_own_points(BENCH, 0)


async def test_votes_and_former_words_are_erased_from_the_desk(room: Room, rebond_server: RebondServer) -> None:
    """LG7: what is on no card can be erased from the console, too, and is then in no file of the folder.

    Given a vote whose question names somebody, and an idea that named them until its author changed it; when a
    moderator erases the vote from the sheet of its results, and has the board forget what is gone from the bin's; then
    axe finds nothing on what is asked first, the name is in no byte of the folder, and the idea is there as it stands.
    """
    board = await room.board(rebond_server.url)
    console, ana = await asyncio.gather(room.console(motion="reduce"), room.phone("Ana"))
    await asyncio.gather(console.opens(board.moderator), ana.comes_in(board.participant))
    await ana.writes(f"{NAMED} le dit")
    await ana.edits(f"{NAMED} le dit", BENCH)
    await console.sees_once(BENCH)
    async with Program(socket_url(rebond_server.url, board.id), board.moderator.partition("#t=")[2]) as program:
        vote = await program.submit(RoundOpen("hands", on="options", options=("oui",), title=f"Suivre {NAMED} ?"))
        assert isinstance(vote.made, str)
        await program.submit(RoundClose(vote.made))
    assert on_disk(rebond_server.data_dir, NAMED.encode())

    await console.looks_at_results()
    await _dialog(console).get_by_role("button", name="Effacer ce vote…", exact=True).click()
    found = await complaints_about(console, "erasing a vote")
    await _dialog(console).get_by_role("button", name="Effacer pour de bon", exact=True).click()
    await expect(console.page.get_by_text("Le vote n’est plus nulle part.")).to_be_visible()
    await expect(console.page.get_by_role("button", name=re.compile(f"^{console.say('results')}"))).to_have_count(0)

    await console.page.get_by_role("button", name=re.compile(f"^{console.say('bin')}")).click()
    await _dialog(console).get_by_role("button", name="Oublier ce qui n’est plus là…", exact=True).click()
    found += await complaints_about(console, "forgetting")
    await _dialog(console).get_by_role("button", name="Effacer pour de bon", exact=True).click()
    await expect(console.page.get_by_text("C’est oublié.")).to_be_visible()
    assert on_disk(rebond_server.data_dir, NAMED.encode()) == []
    await expect(console.card(BENCH)).to_be_visible()
    assert not found, "\n".join(found)
