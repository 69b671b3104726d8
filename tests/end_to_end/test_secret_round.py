"""A secret vote: everybody spends a budget, nobody learns a count before the end, and a tie is a tie."""

import asyncio
import re

import pytest
from playwright.async_api import expect

from tests.conftest import RebondServer
from tests.end_to_end.people import Room, tells_points

pytestmark = pytest.mark.asyncio(loop_scope="session")

SATURDAY = "Ouvrir le samedi"
COFFEE = "Un café à l’accueil"
COUNTED = re.compile(r"\d points?\b")
"""As a report says what an idea has; the plan may well say how many there are to give."""


async def test_no_screen_frame_or_export_tells_a_tally_before_the_close(
    room: Room, rebond_server: RebondServer
) -> None:
    """DM6, DM7: a secret round stays secret on every screen, in every frame and in every export, and ends in a tie.

    Given two ideas and a secret round of five points, three on a card; when two phones spend them crosswise; then each
    sees its own points and nobody sees a count, until the close shows both ideas sharing the first place everywhere.
    """
    board = await room.board(rebond_server.url)
    console, wall = await asyncio.gather(room.console("fr"), room.wall("fr"))
    ana, eve = await asyncio.gather(room.phone("Ana", "fr"), room.phone("Eve", "en"))
    await asyncio.gather(
        console.opens(board.moderator),
        wall.opens(board.wall),
        ana.comes_in(board.participant),
        eve.comes_in(board.participant),
    )
    await ana.writes(SATURDAY)
    await eve.writes(COFFEE)
    await asyncio.gather(console.sees_once(COFFEE), ana.looks_at(COFFEE), eve.looks_at(SATURDAY))

    await console.opens_a_vote()
    await asyncio.gather(ana.sees_points_left(5), eve.sees_points_left(5))
    for phone, most, least in ((ana, SATURDAY, COFFEE), (eve, COFFEE, SATURDAY)):
        shown = await phone.watches_own_points(most)
        for text in (most, most, most, least, least):
            await phone.gives_a_point(text)
        await phone.sees_own_points(most, 3)
        await phone.sees_own_points(least, 2)
        assert await shown.json_value() == ["0", "1", "2", "3"], "one's own points only ever count on"
        await phone.sees_points_left(0)
        for text in (most, least):
            await expect(phone.stepper(text).get_by_role("button", name=phone.say("one more"))).to_be_disabled()
    await ana.takes_a_point_back(COFFEE)
    await ana.sees_points_left(1)
    await expect(ana.stepper(SATURDAY).get_by_role("button", name=ana.say("one more"))).to_be_disabled()  # the cap
    await ana.gives_a_point(COFFEE)

    await console.sees_voters(2, 2)
    for screen in (ana, eve, console, wall):
        await screen.sees_no_tally()
    assert not tells_points(await console.takes_export("JSON"))
    assert "points" not in (await console.takes_export("CSV")).splitlines()[0]
    assert not COUNTED.search(await console.takes_export("Markdown"))

    await console.closes_the_vote()
    await asyncio.gather(ana.sees_the_results(), eve.sees_the_results(), console.looks_at_results())
    await asyncio.gather(*(screen.sees_tie(SATURDAY, COFFEE, 5) for screen in (ana, eve, console, wall)))
    assert any(tells_points(frame) for frame in ana.heard.frames)  # the look into the frames would have found one
    await console.closes_the_sheet()
    assert COUNTED.search(await console.takes_export("Markdown"))  # and so would the one into the report
