"""Everybody who comes to a guarded door: by the code, by an invitation, on a phone that others use too (PRODUCT §2)."""

import asyncio
import re
from typing import cast

import httpx
import pytest
from playwright.async_api import expect

from rebond_client import Board as Desk
from rebond_client import socket_url
from rebond_protocol.cards import CardAdd
from rebond_protocol.people import ParticipantMute, ParticipantRemove
from rebond_protocol.steps import BoardLock
from tests.conftest import READY_WITHIN_S, RebondServer
from tests.end_to_end import axe
from tests.end_to_end.people import Console, Room

pytestmark = pytest.mark.asyncio(loop_scope="session")

SATURDAY = "Ouvrir le samedi matin"
CAFE = "Un café avec la conseillère"
BENCH = "Un banc dehors"
HALF = "Et si on"
NO_DRAFT = "() => !Object.keys(localStorage).some(key => key.startsWith('rebond.draft.'))"
"""Whether nothing that somebody was still writing is kept on this phone."""


async def test_everybody_who_comes_to_a_guarded_door(room: Room, rebond_server: RebondServer) -> None:
    """PRODUCT §2, Joining: code, link, invitation, approval, e-mail; §5.6: no account; §5.b: no tab puts another out.

    Given a board that lets people in one by one, asks for a name and offers to keep an e-mail; when the team's link,
    the co-moderator's link and the code from the wall are opened, somebody reloads while they wait, opens a second tab,
    gives the phone to another, and is muted, locked out of writing and removed; then the first two are in at once as
    what they are, the third after one press on the console, as one person, and every screen says what is going on.
    """
    async with httpx.AsyncClient(base_url=rebond_server.url, timeout=READY_WITHIN_S) as http:
        guarded = {"title": "Porte", "access": "approval", "name_asked": "required", "email_asked": True}
        made = (await http.post("/api/boards", json={**guarded, "locale": "fr"})).json()
        powers = {"Authorization": f"Bearer {made['tokens']['moderator']}"}
        invitations = f"/api/boards/{made['id']}/invitations"
        links = [
            cast("str", (await http.post(invitations, json={"role": role}, headers=powers)).json()["link"])
            for role in ("staff", "moderator")
        ]
    sam, ana, mo = await asyncio.gather(
        room.phone("Sam", "en", size={"width": 320, "height": 640}, motion="reduce"),
        room.phone("Ana", motion="reduce"),
        room.phone("Mo", size={"width": 740, "height": 360}, motion="reduce", touch=False),
    )
    for person, link, said in zip((sam, mo), links, ("invited with the team", "invited to moderate"), strict=True):
        await person.page.goto(link)
        await expect(person.text(said)).to_be_visible()
        await person.page.get_by_label(person.say("name needed")).fill(person.label)
        await person.button("enter").click()
    await sam.is_on_the_board()
    console = Console("Mo", mo.page, "fr")
    await expect(console.page.get_by_role("status").filter(has_text=console.say("live"))).to_have_count(1)

    # by the code: a name is needed, an address that is none is said so, and then one waits, also across a reload
    await ana.page.goto(rebond_server.url)
    await ana.page.get_by_label(ana.say("code")).fill(made["code"].lower())
    await ana.button("join").tap()
    await ana.button("enter").tap()
    await expect(ana.page.get_by_role("alert")).to_contain_text(ana.say("a name, please"))
    await ana.page.get_by_label(ana.say("name needed")).fill("Ana")
    await ana.page.get_by_label(ana.say("e-mail")).fill("ana chez elle")
    await ana.button("enter").tap()
    await expect(ana.page.get_by_role("alert")).to_contain_text(ana.say("no address"))
    found = await axe.complaints_about(ana, "the guarded door")
    assert not found, found
    assert not await ana.scrolls_sideways()
    await ana.page.get_by_label(ana.say("e-mail")).fill("ana@example.org")
    await ana.button("enter").tap()
    await expect(ana.text("knocked")).to_be_visible()
    await ana.page.reload()
    await expect(ana.text("knocked")).to_be_visible()
    admits = console.page.get_by_role("button", name=re.compile(f"^{console.say('let in')}.*Ana"))
    await expect(admits).to_have_count(1)
    await admits.click()
    await ana.is_on_the_board()
    heard = [*await ana.heard.everything(), *await sam.heard.everything()]
    assert not [told for told in heard if "example.org" in told]

    # the team's words are seen to be the team's; a second tab is the same person, and puts nobody out
    second = await room.tab(ana.page.context, "Ana")
    await second.page.goto(made["links"]["participant"])
    await second.is_on_the_board()
    await sam.writes(CAFE)
    await ana.looks_at(CAFE)
    await expect(ana.card(CAFE)).to_contain_text(ana.say("team"))
    await second.writes(SATURDAY)
    await second.composer.fill(HALF)
    await ana.looks_here()
    await ana.sees_once(SATURDAY)
    await expect(ana.card(SATURDAY)).to_contain_text(ana.say("you"))

    async with Desk(socket_url(rebond_server.url, made["id"]), made["tokens"]["moderator"]) as desk:
        # what one has just done is taken back beside the words that say so
        await ana.opens_menu(SATURDAY, "withdraw")
        await expect(ana.card(SATURDAY)).to_have_count(0)
        await ana.page.get_by_role("status").get_by_role("button", name=ana.say("undo that"), exact=True).tap()
        await ana.sees_once(SATURDAY)
        person = next(one.participant for one in desk.replica.participants.values() if one.name == "Ana")
        await desk.submit(ParticipantMute(person))
        await expect(ana.text("muted")).to_be_visible()
        await desk.submit(CardAdd(BENCH))
        await desk.submit(BoardLock())
        await expect(sam.text("locked")).to_be_in_viewport()
        found = [*await axe.complaints_about(ana, "muted"), *await axe.complaints_about(sam, "locked")]
        assert not found, found

        # a phone that others use too: whoever gives it on leaves nothing of theirs behind
        await second.button("settings").tap()
        await second.button("not me").tap()
        await second.button("leave").tap()
        await expect(second.page.get_by_label(second.say("name needed"))).to_have_value("")
        await second.page.wait_for_function(NO_DRAFT)
        await desk.submit(ParticipantRemove(person))
        await expect(ana.text("removed")).to_be_visible()
