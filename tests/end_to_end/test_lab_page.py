"""A lab's front page in a browser: what is open, how far each thing is, what was learnt, and nothing that is hidden."""

from __future__ import annotations

import io
import re

import httpx
import pytest
from PIL import Image
from playwright.async_api import ViewportSize, expect

from rebond_client import Board, socket_url
from rebond_protocol.cards import CardAdd, CardHide
from rebond_protocol.commands import ClientCommand
from rebond_protocol.stages import CardShowcase, CardStage, Showcase
from tests.conftest import READY_WITHIN_S, RebondServer
from tests.end_to_end.axe import complaints_about
from tests.end_to_end.people import Board as Links
from tests.end_to_end.people import Language, Room
from tests.end_to_end.words import words

pytestmark = pytest.mark.asyncio(loop_scope="session")

BENCH, LATE, SECRET = "Un banc à l’ombre", "Ouvrir le jeudi soir", "Ce que personne ne doit lire"
LEARNT = "Douze personnes en trois mois : trop peu."
NARROW: ViewportSize = {"width": 320, "height": 640}
UNUSED = "QQQQQ"
"""A code is drawn at random: that it is this one will not happen."""


def bearer(links: Links) -> dict[str, str]:
    """What a moderator's request says."""
    return {"Authorization": f"Bearer {token(links)}"}


def token(links: Links) -> str:
    """A moderator's token."""
    return links.moderator.partition("#t=")[2]


async def made(desk: Board, command: ClientCommand) -> str:
    """The card this makes."""
    accepted = await desk.submit(command)
    assert isinstance(accepted.made, str)
    return accepted.made


def photograph() -> bytes:
    """Something to look at."""
    out = io.BytesIO()
    Image.new("RGB", (1200, 900), (90, 140, 90)).save(out, "JPEG")
    return out.getvalue()


async def furnished(room: Room, server: RebondServer) -> Links:
    """A lab with a board in it, whose window holds a picture, a card that was stopped, and one that is hidden."""
    lab = await room.board(server.url, title="Le labo de Nantes", template="lab")
    shop = await room.board(server.url, title="Et la boutique de demain ?")
    async with (
        httpx.AsyncClient(base_url=server.url, timeout=READY_WITHIN_S) as http,
        Board(socket_url(server.url, shop.id), token(shop)) as desk,
    ):
        kept = await http.post(f"/api/boards/{shop.id}/pictures", content=photograph(), headers=bearer(shop))
        assert kept.status_code == 201, kept.text
        bench, late, secret = [await made(desk, CardAdd(text, lang="fr")) for text in (BENCH, LATE, SECRET)]
        seen = Showcase("stars", "Vous y assiériez-vous ?", kept.json()["picture"], "Un banc vert")
        await desk.submit(CardShowcase(bench, seen))
        await desk.submit(CardStage(bench, "test", "Devant deux agences."))
        for card in (late, secret):
            await desk.submit(CardShowcase(card, Showcase()))
            await desk.submit(CardStage(card, "stopped", LEARNT))
        await desk.submit(CardHide(secret))
        joined = await http.post(
            f"/api/boards/{lab.id}/lab/boards", json={"board": shop.code, "token": token(shop)}, headers=bearer(lab)
        )
        assert joined.status_code == 204, joined.text
    return lab


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_a_lab_says_what_became_of_its_ideas(room: Room, rebond_server: RebondServer, language: Language) -> None:
    """PRODUCT §2 Closing the loop, DM6: given a lab, when somebody opens its page, then they read how far each thing
    is and what was learnt, see its picture in words as well, can join, and are sent nothing that is hidden."""
    lab = await furnished(room, rebond_server)
    front = await room.front(language)
    await front.page.goto(f"{rebond_server.url}/lab/{lab.code}")
    await expect(front.page.get_by_role("heading", level=1)).to_have_text("Le labo de Nantes")
    for text in (BENCH, LATE, LEARNT, "Vous y assiériez-vous ?", "Devant deux agences."):
        await expect(front.page.get_by_text(text)).to_be_visible()
    picture = front.page.get_by_role("img", name="Un banc vert")
    await picture.scroll_into_view_if_needed()
    await expect(picture).to_have_js_property("complete", True)
    assert await picture.evaluate("image => image.naturalWidth") > 0
    await expect(front.page.get_by_role("heading", name=words("lab stopped", language))).to_be_visible()
    assert SECRET not in await front.page.content()
    assert await complaints_about(front, f"lab page, {language}") == []
    await front.page.set_viewport_size(NARROW)
    assert not await front.scrolls_sideways()
    await front.page.get_by_role("link", name="boutique de demain").click()
    await expect(front.page).to_have_url(re.compile(r"/j/\w{5}"))


async def test_a_lab_in_which_nothing_stands_yet_can_be_joined(room: Room, rebond_server: RebondServer) -> None:
    """PRODUCT §2 Joining: given a lab without a single idea, when its page opens, then it says so in a sentence, and
    whoever has the first one comes in."""
    lab = await room.board(rebond_server.url, title="Le labo de Nantes", template="lab")
    front = await room.front("fr")
    await front.page.goto(f"{rebond_server.url}/lab/{lab.code}")
    await expect(front.page.get_by_role("heading", level=1)).to_have_text("Le labo de Nantes")
    assert await complaints_about(front, "an empty lab") == []
    await front.page.get_by_role("link", name="labo de Nantes").click()
    await expect(front.page).to_have_url(re.compile(rf"/j/{lab.code}$"))


@pytest.mark.parametrize("code", [UNUSED, "%E0%A4%A", "%3Cscript%3E", "x" * 2_000])
async def test_a_code_that_is_no_labs_is_said_so(room: Room, rebond_server: RebondServer, code: str) -> None:
    """PRODUCT §2 Joining: given a code that could be a lab's, and is none's, or an address that was cut in the middle
    of a letter, or says anything, when its page opens, then it says so and leads back."""
    front = await room.front("en")
    await front.page.goto(f"{rebond_server.url}/lab/{code}")
    await expect(front.page.get_by_role("heading", level=1)).to_have_text(words("no lab", "en"))
    assert await complaints_about(front, "no lab") == []
