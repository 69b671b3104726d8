"""What the pages' policies hold off in a real browser: strangers who frame a page, pictures that run (section 8)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, ConsoleMessage, expect

from tests.conftest import READY_WITHIN_S, RebondServer, StartRebond
from tests.end_to_end.people import PATIENCE_MS, Person, Room
from tests.strangers import Stranger, standing

pytestmark = pytest.mark.asyncio(loop_scope="session")

FRAME_IT = (
    "address => { const frame = document.createElement('iframe'); frame.src = address; document.body.append(frame) }"
)
ACCENT = "getComputedStyle(document.documentElement).getPropertyValue('--accent').trim()"
SHOW_LOGO = """new Promise((shown, failed) => {
  const picture = new Image();
  picture.onload = () => shown(picture.naturalWidth);
  picture.onerror = failed;
  picture.src = "/brand/logo";
})"""
LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><style>circle { fill: #00529b }</style>'
    '<circle cx="4" cy="4" r="4" onload="document.title = \'ran\'"/><script>document.title = "ran"</script></svg>'
)


@pytest.fixture
def branded(start_rebond: StartRebond, tmp_path: Path) -> RebondServer:
    """A server that wears an organisation's look, whose logo would like to run."""
    (tmp_path / "logo.svg").write_text(LOGO)
    (tmp_path / "look.toml").write_text('logo = "logo.svg"\n[accent]\nlight = "#00529B"\ndark = "#7AB8F5"\n')
    return start_rebond("--brand", str(tmp_path / "look.toml"))


class _Stranger(Stranger):
    """Somebody else's page, which may frame what it likes."""

    def do_GET(self) -> None:
        self.answer(200, b"<!doctype html><link rel=icon href='data:,'><title>stranger</title>")


@pytest.fixture
def stranger() -> Iterator[str]:
    """The address of another site."""
    with standing(_Stranger) as address:
        yield f"{address}/"


def names_ancestors(message: ConsoleMessage) -> bool:
    """Whether the browser says that a page may not stand in that frame."""
    return "frame-ancestors" in message.text


async def test_a_stranger_frames_nothing_and_a_picture_runs_nothing(
    browser: Browser, branded: RebondServer, stranger: str
) -> None:
    """Section 8. Given a board, when another site's page frames phone, wall, console or front page, then the browser
    refuses; and an organisation's logo, opened by itself or shown in a page, runs nothing, while its colour is worn."""
    async with httpx.AsyncClient(trust_env=False, timeout=READY_WITHIN_S) as client:
        made = (await client.post(f"{branded.url}/api/boards", json={"title": "x"})).json()
    context = await browser.new_context(color_scheme="light")
    context.set_default_timeout(PATIENCE_MS)
    try:
        page = await context.new_page()
        await page.goto(stranger)
        for path in (f"/j/{made['code']}", f"/wall/{made['id']}", f"/console/{made['id']}", "/"):
            async with page.expect_console_message(names_ancestors, timeout=PATIENCE_MS):
                await page.evaluate(FRAME_IT, branded.url + path)
        await page.goto(f"{branded.url}/brand/logo")
        assert await page.title() != "ran"
        await page.goto(f"{branded.url}/j/{made['code']}")
        await page.locator("form").wait_for(timeout=PATIENCE_MS)
        assert await page.evaluate(ACCENT) == "#00529b"
        assert await page.evaluate(SHOW_LOGO) > 0
        assert await page.title() != "ran"
    finally:
        await context.close()


async def test_every_surface_is_itself_and_wears_the_organisations_look(room: Room, branded: RebondServer) -> None:
    """PRODUCT §2: colours and logo of an organisation on every surface, each of which shows what it is for.

    Given a server with a brand; when front page, phone, console and wall are opened; then each is the page it says it
    is, in the organisation's accent and with its logo.
    """
    board = await room.board(branded.url)
    surfaces: dict[str, tuple[Person, str]] = {
        "create": (await room.front("fr"), branded.url),
        "enter": (await room.phone("Ana"), board.participant),
        "large qr": (await room.console(), board.moderator),
        "invitation": (await room.wall(), board.wall),
    }
    for own, (person, address) in surfaces.items():
        async with person.page.expect_response("**/brand/logo", timeout=PATIENCE_MS) as logo:
            await person.page.goto(address)
        assert (await logo.value).ok, person.label
        await expect(person.text(own)).to_be_visible()
        for other in surfaces.keys() - {own}:
            await expect(person.page.get_by_text(person.say(other), exact=True)).to_have_count(0)
        assert await person.page.evaluate(ACCENT) in ("#00529b", "#7ab8f5"), person.label
