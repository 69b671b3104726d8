"""What a page asks for: nothing from elsewhere, and on the phone no more script than the budget."""

import asyncio
import gzip
import json
import re
import urllib.request
from collections.abc import Callable

import pytest

from tests.conftest import RebondServer
from tests.end_to_end.people import Room

pytestmark = pytest.mark.asyncio(loop_scope="session")

PHONE_SCRIPT_BUDGET_BYTES = 45 * 1024
"""To join, read, write and rebound."""

LATER_FILE_BYTES = 6 * 1024
"""What comes later comes in small pieces."""

SHORT = "Léger"
"""Too short for the phone to look whether there is one like it: it does that, with a file for it, where whoever writes
pauses, as between writing and sending on a slow machine."""

WHOLE_PHONE_BYTES = 95 * 1024
"""All of it, in one language: every method, talk, receipt, settings, and since there are labs (ADR 0024) the way home
from a kiosk and how far each idea is. Most phones never ask for those two."""


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


async def test_the_phone_stays_within_its_script_budget(
    room: Room, rebond_server: RebondServer, record_testsuite_property: Callable[[str, object], None]
) -> None:
    """DESIGN section 9: the scripts a phone needs to join, read, write and rebound are at most 45 KiB gzipped.

    Given a phone that fetches nothing ahead; when it joins, reads, writes and rebounds; then the scripts it has asked
    for fit the budget. And when it votes and reads results, what it fetches for that, and whatever else there is to
    fetch (the service worker's list), comes in files of their own, each of them small. Both sums stand in the report.
    """
    board = await room.board(rebond_server.url)
    console, ana = await asyncio.gather(room.console(), room.phone("Ana"))
    await ana.page.add_init_script("window.requestIdleCallback = () => 0")
    await asyncio.gather(console.opens(board.moderator), ana.comes_in(board.participant))
    await ana.writes(SHORT)
    await ana.rebounds_on(SHORT, "extend", "Encore plus légère")
    needed = _sizes(rebond_server.url, ana.heard.script_paths)
    await console.sees_once("Encore plus légère")
    await console.opens_a_vote()
    await ana.gives_a_point(SHORT)
    await console.sees_voters(1, 1)
    await console.closes_the_vote()
    await ana.sees_the_results()
    fetched = _sizes(rebond_server.url, ana.heard.script_paths)
    whole = _sizes(rebond_server.url, _kept_ready(rebond_server.url))
    record_testsuite_property("phone_needed_bytes", sum(needed.values()))
    record_testsuite_property("phone_fetched_bytes", sum(fetched.values()))
    record_testsuite_property("phone_whole_bytes", sum(whole.values()))
    assert needed
    assert sum(needed.values()) <= PHONE_SCRIPT_BUDGET_BYTES, needed
    later = {path: size for path, size in {**fetched, **whole}.items() if path not in needed}
    assert later
    assert max(later.values()) <= LATER_FILE_BYTES, later
    assert sum(whole.values()) <= WHOLE_PHONE_BYTES, whole


def _sizes(origin: str, paths: set[str]) -> dict[str, int]:
    return {path: len(gzip.compress(_fetched(f"{origin}{path}"))) for path in sorted(paths)}


def _kept_ready(origin: str) -> set[str]:
    """Every script of the phone, in English: what its service worker keeps."""
    listed = re.search(r"self\.BUILD = (\{.*?\});", _fetched(f"{origin}/sw.js").decode())
    assert listed
    files: list[str] = json.loads(listed[1])["phone"]["FILES"]
    return {path for path in files if path.endswith(".js") and not re.search(r"\.fr-[^/]+$", path)}


def _fetched(address: str) -> bytes:
    with urllib.request.urlopen(address) as answer:
        content: bytes = answer.read()
        return content
