"""What a page asks for: nothing from elsewhere, and on the phone no more script than the budget."""

import asyncio
import gzip
import urllib.request

import pytest

from tests.conftest import RebondServer
from tests.end_to_end.people import Room

pytestmark = pytest.mark.asyncio(loop_scope="session")

PHONE_SCRIPT_BUDGET_BYTES = 45 * 1024


async def test_no_page_asks_another_host(room: Room, rebond_server: RebondServer) -> None:
    """DESIGN section 8: pages, sockets, fonts and pictures of every surface come from this server alone.

    Given every surface; when each is opened and used; then all it asked, asked this host. (The room asks every page of
    every other test the same, and for breaches of the content policy, when it is left.)
    """
    board = await room.board(rebond_server.url)
    front, console, wall, ana = await asyncio.gather(room.front(), room.console(), room.wall(), room.phone("Ana"))
    await asyncio.gather(
        front.opens(rebond_server.url),
        console.opens(board.moderator),
        wall.opens(board.wall),
        ana.comes_in(board.participant),
    )
    await ana.writes("Tout reste ici")
    await asyncio.gather(console.sees_once("Tout reste ici"), wall.sees_once("Tout reste ici"))
    for person in room.people:
        assert person.heard.hosts == {"127.0.0.1"}
        assert not person.heard.complaints


async def test_the_phone_stays_within_its_script_budget(room: Room, rebond_server: RebondServer) -> None:
    """DESIGN section 9: all scripts a phone loads, from the code to a vote, are at most 45 KiB gzipped.

    Given a phone; when it joins, writes, rebounds and reads results; then the scripts it has asked for fit the budget.
    """
    board = await room.board(rebond_server.url)
    console, ana = await asyncio.gather(room.console(), room.phone("Ana"))
    await asyncio.gather(console.opens(board.moderator), ana.comes_in(board.participant))
    await ana.writes("Une idée légère")
    await ana.rebounds_on("Une idée légère", "extend", "Encore plus légère")
    await console.sees_once("Encore plus légère")
    await console.opens_a_vote()
    await ana.gives_a_point("Une idée légère")
    await console.sees_voters(1, 1)
    await console.closes_the_vote()
    await ana.sees_the_results()
    sizes = {path: len(gzip.compress(_fetched(f"{rebond_server.url}{path}"))) for path in ana.heard.script_paths}
    assert sizes
    assert sum(sizes.values()) <= PHONE_SCRIPT_BUDGET_BYTES, sizes


def _fetched(address: str) -> bytes:
    with urllib.request.urlopen(address) as answer:
        content: bytes = answer.read()
        return content
