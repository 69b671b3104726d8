"""A phone that was closed comes back as the same person."""

import asyncio

import pytest
from playwright.async_api import expect

from tests.conftest import RebondServer
from tests.end_to_end.people import Room

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_reopening_restores_identity_cards_votes_and_draft(room: Room, rebond_server: RebondServer) -> None:
    """HB4, HB6: closing and reopening the phone asks nothing again, and everything of one's own is there.

    Given somebody with cards, two points given and a half-written idea; when the page is reloaded, closed and opened
    again; then no name is asked, « Les miennes » has the cards, the points stand, and the draft is there.

    WCAG 3.3.7.
    """
    board = await room.board(rebond_server.url)
    console = await room.console()
    ana, ben = await asyncio.gather(room.phone("Ana"), room.phone("Ben"))
    await asyncio.gather(
        console.opens(board.moderator), ana.comes_in(board.participant), ben.comes_in(board.participant)
    )
    await ana.writes("Première d’Ana")
    await ana.writes("Seconde d’Ana")
    await ben.writes("Celle de Ben")
    await ana.looks_at("Celle de Ben")
    await console.opens_a_vote()
    await ana.gives_a_point("Celle de Ben")
    await ana.gives_a_point("Celle de Ben")
    await ana.sees_own_points("Celle de Ben", 2)
    await ana.opens_the_composer()
    await ana.writes("Troisième d’Ana")  # what is said in order arrives in order: so have the points
    await ana.composer.fill("Une idée à finir")
    await ana.page.reload()
    await ana.is_on_the_board()
    await ana.opens_the_composer()
    await expect(ana.composer).to_have_value("Une idée à finir")
    await ana.page.close()

    again = await room.tab(ana.page.context, "Ana")
    await again.page.goto(board.participant)
    await again.is_on_the_board()
    await again.turns_to_the_vote()  # words are half written: the phone offers the vote, and takes nobody there
    await again.sees_points_left(3)
    await again.sees_own_points("Celle de Ben", 2)
    await again.opens_the_composer()
    await expect(again.composer).to_have_value("Une idée à finir")
    await again.looks_only_at_own()
    await again.does_not_see("Celle de Ben")
    assert await again.texts() == ["Troisième d’Ana", "Seconde d’Ana", "Première d’Ana"]
    await again.button("send").tap()
    await again.sees_arrived("Une idée à finir")
    await expect(again.card("Une idée à finir")).to_contain_text("Ana")
    await expect(console.card("Une idée à finir")).to_contain_text("Ana")
