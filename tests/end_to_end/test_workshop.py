"""The first minutes of a workshop: a board is made, people come in, ideas appear everywhere, ideas start from ideas."""

import asyncio
import re

import pytest
from playwright.async_api import expect

from tests.conftest import RebondServer
from tests.end_to_end.people import Room

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_ideas_and_rebounds_reach_every_screen_untouched(room: Room, rebond_server: RebondServer) -> None:
    """HB1, DM4: a board made on the front page, four phones, a wall; ideas and rebounds appear everywhere, credited.

    Given a facilitator who asks a question on the front page, two phones in French, one in English, one with text at
    200 %, and a wall; when ideas are typed on one phone; then every other screen shows them though nobody touches it.
    """
    front = await room.front("fr")
    await front.opens(rebond_server.url)
    console = await front.creates("Qu’est-ce qui vous ferait revenir ?")
    address = await console.page.get_by_role("textbox", name=console.say("link for all")).input_value()
    code = address.rsplit("/", 1)[1]
    await expect(console.page.get_by_text(re.compile(rf"\b{code}$"))).to_be_visible()

    await console.button("large qr").click()
    qr = console.page.get_by_role("img", name=re.compile(f"^{console.say('qr')}"))
    await expect(qr).to_have_accessible_name(re.compile(re.escape(address)))
    assert await qr.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    await console.closes_the_sheet()
    wall_link = await console.page.get_by_role("link", name=console.say("open the wall")).get_attribute("href") or ""

    wall = await room.wall("fr")
    await wall.opens(wall_link)
    ana, ben, cyd, dan = await asyncio.gather(
        room.phone("Ana", "fr"),
        room.phone("Ben", "fr"),
        room.phone("Cyd", "en"),
        room.phone("Dan", "fr", large_text=True),
    )
    await asyncio.gather(
        *(phone.comes_in(address) for phone in (ana, cyd, dan)), ben.comes_in_by_code(rebond_server.url, code)
    )

    await ana.writes("Ouvrir le samedi matin")
    await ana.writes("Un café à l’accueil")
    everybody = (ben, cyd, dan, console, wall)
    await asyncio.gather(
        *(screen.sees_once(text) for screen in everybody for text in ("Ouvrir le samedi matin", "Un café à l’accueil"))
    )

    await ben.rebounds_on(
        "Ouvrir le samedi matin", "extend", "Le samedi, un conseil sans rendez-vous", owes="L’envie de venir en famille"
    )
    credit = ana.say("from", names="Ana")
    await ana.looks_at("Le samedi, un conseil sans rendez-vous")
    await expect(ana.card("Le samedi, un conseil sans rendez-vous")).to_contain_text(credit)
    await expect(ana.card("Le samedi, un conseil sans rendez-vous")).to_contain_text(
        ana.say("owes line", text="L’envie de venir en famille")
    )
    await wall.sees_arc("Le samedi, un conseil sans rendez-vous", "extends", "Ouvrir le samedi matin")
    await wall.has_arcs(1)

    await cyd.looks_at("Un café à l’accueil")
    await cyd.rebounds_on(
        "Un café à l’accueil", "combine", "A Saturday café", with_too=["Le samedi, un conseil sans rendez-vous"]
    )
    await dan.looks_at("A Saturday café")
    await expect(dan.card("A Saturday café")).to_contain_text(dan.say("from two", one="Ana", other="Ben"))
    await wall.sees_arc("A Saturday café", "combines", "Un café à l’accueil")
    await wall.sees_arc("A Saturday café", "combines", "Le samedi, un conseil sans rendez-vous")
    await wall.has_arcs(3)
    assert not await dan.scrolls_sideways(), "text at 200 % scrolls sideways"
