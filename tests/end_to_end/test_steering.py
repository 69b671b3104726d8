"""What a facilitator does to a board, as everybody in the room sees it."""

import asyncio

import pytest
from playwright.async_api import expect

from tests.conftest import RebondServer
from tests.end_to_end.people import Board, Console, Phone, Room, Wall

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def _gathered(room: Room, server: RebondServer) -> tuple[Board, Console, Wall, Phone, Phone]:
    board = await room.board(server.url)
    console, wall = await asyncio.gather(room.console(), room.wall())
    ana, ben = await asyncio.gather(room.phone("Ana"), room.phone("Ben"))
    await asyncio.gather(
        console.opens(board.moderator),
        wall.opens(board.wall),
        ana.comes_in(board.participant),
        ben.comes_in(board.participant),
    )
    return board, console, wall, ana, ben


async def test_locking_keeps_drafts_and_the_timer_is_one(room: Room, rebond_server: RebondServer) -> None:
    """PRODUCT 5.2; DM3: a locked board says so kindly and keeps what was half written; the timer is the same second
    everywhere.

    Given a phone with a half-written idea; when the board is locked and unlocked; then the phone says why it cannot
    write, and has the draft afterwards; when a timer starts; then all screens show it within one second of each other.

    WCAG 2.2.1.
    """
    _, console, wall, ana, ben = await _gathered(room, rebond_server)
    await ana.composer.fill("À moitié écrite")
    await console.locks()
    await asyncio.gather(
        expect(ana.text("locked")).to_be_visible(),
        expect(ben.text("locked")).to_be_visible(),
        expect(wall.text("wall locked")).to_be_visible(),
        expect(ana.composer).to_have_value("À moitié écrite"),
        expect(ben.composer).to_have_count(0),
    )
    await console.unlocks()
    await expect(ana.composer).to_have_value("À moitié écrite")
    await ana.button("send").tap()
    await ana.sees_arrived("À moitié écrite")

    await console.button("start timer").click()
    screens = (console, wall, ana, ben)
    await asyncio.gather(*(expect(screen.page.get_by_role("timer")).to_be_visible() for screen in screens))
    for screen in (wall, ana, ben):
        await screen.shows_the_time_of(console, at_most_s=180)


async def test_a_hidden_card_is_turned_over_and_the_bin_gives_back(room: Room, rebond_server: RebondServer) -> None:
    """DM4, DM6: a hidden card shows its back, its words are in no frame any more; a card in the bin can be restored.

    Given a card everybody sees; when the console turns it over; then other phones and the wall show a back, and a phone
    that loads the board anew is told no word of it; when it is put in the bin and restored; then it is back.
    """
    _, console, wall, ana, ben = await _gathered(room, rebond_server)
    await ana.writes("Vendre le parking")
    await asyncio.gather(ben.looks_at("Vendre le parking"), wall.sees_once("Vendre le parking"))

    await console.picks("Vendre le parking", "turn over")
    await asyncio.gather(
        ben.does_not_see("Vendre le parking"),
        wall.does_not_see("Vendre le parking"),
        expect(ben.text("turned over")).to_be_visible(),
        expect(wall.text("turned over")).to_be_visible(),
    )
    for screen in (ben, wall):
        screen.heard.frames.clear()
        await screen.page.reload()
        await expect(screen.text("turned over")).to_be_visible()
        assert screen.heard.frames
        assert screen.heard.nothing_of("Vendre le parking")

    await ana.writes("Louer le parking")
    await ben.looks_at("Louer le parking")
    await console.picks("Louer le parking", "to the bin")
    await asyncio.gather(*(screen.does_not_see("Louer le parking") for screen in (ben, wall)))
    await console.restores("Louer le parking")
    await asyncio.gather(ben.looks_at("Louer le parking"), wall.sees_once("Louer le parking"))


async def test_private_writing_tells_nobody_before_the_reveal(room: Room, rebond_server: RebondServer) -> None:
    """DM6: what is written privately is in no frame to other participants or the wall until it is revealed.

    Given private writing; when two people write; then the wall counts two, and neither it nor the other phone is told
    a word (moderators are: they can take an abusive card away before the reveal); when the console reveals; then
    everybody sees both.
    """
    _, console, wall, ana, ben = await _gathered(room, rebond_server)
    await console.asks_for_private_writing()
    await ana.writes("Le secret d’Ana")
    await expect(ana.card("Le secret d’Ana")).to_contain_text(ana.say("only for you"))
    await ben.writes("Le secret de Ben")
    await expect(wall.page.get_by_text("2", exact=True)).to_be_visible()
    await expect(console.page.get_by_role("article")).to_have_count(2)
    for screen, secret in ((ana, "Le secret de Ben"), (ben, "Le secret d’Ana"), (wall, "Le secret")):
        await screen.does_not_see(secret)
        assert screen.heard.nothing_of(secret), f"{screen.label} was told {secret}"

    await console.reveals()
    for text in ("Le secret d’Ana", "Le secret de Ben"):
        await asyncio.gather(console.sees_once(text), wall.sees_once(text), ana.looks_at(text), ben.looks_at(text))
    assert not ben.heard.nothing_of("Le secret d’Ana")  # the look into the frames would have found it


async def test_a_removed_person_does_not_come_back(room: Room, rebond_server: RebondServer) -> None:
    """HB6: whoever is removed sees so at once, and neither a reload nor the address brings them back.

    Given two people; when the console removes one; then that phone says so, also after a reload and from the address
    again, while what they wrote stays and the other goes on.
    """
    board, console, _, ana, ben = await _gathered(room, rebond_server)
    await ben.writes("Une idée de Ben")
    await console.sees_once("Une idée de Ben")
    await console.removes_person("Ben")
    await expect(ben.text("removed")).to_be_visible()
    await ben.page.reload()
    await expect(ben.text("removed")).to_be_visible()
    await ben.page.goto(board.participant)
    await expect(ben.text("removed")).to_be_visible()
    await ana.writes("Ana continue")
    await ana.looks_at("Une idée de Ben")
