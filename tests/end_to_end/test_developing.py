"""The pages while one works on them: each address shows what it shows in a build (CONTRIBUTING, `npm run dev`)."""

from __future__ import annotations

import httpx
import pytest

from tests.conftest import READY_WITHIN_S
from tests.end_to_end.workbench import workbench

pytestmark = pytest.mark.asyncio(loop_scope="session")

PLACES = {
    "/": "front", "/j/KITE7": "phone", "/j/KITE7?lang=fr": "phone", "/console/b1": "console", "/wall/b1": "wall",
    "/kiosk": "kiosk", "/kiosk/b1": "kiosk", "/lab/KITE7": "lab",
}  # fmt: skip


async def test_each_address_shows_its_own_page() -> None:
    """Given the developers' server, when the addresses of people are opened, then each is given its own surface."""
    async with workbench() as address, httpx.AsyncClient(base_url=address, timeout=READY_WITHIN_S) as client:
        shown = {place: (await client.get(place, headers={"Accept": "text/html"})).text for place in PLACES}
    assert [place for place, surface in PLACES.items() if f'src="/src/{surface}/main.jsx"' not in shown[place]] == []
