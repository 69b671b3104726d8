"""What a visitor wrote at a kiosk comes home with them: the phone's side of a hand-off, in a real browser.

The kiosk is a program with a kiosk's token: it writes, and says what its QR code stands for. Its screen has tests of
its own. Whoever reads the code is a person with a phone.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Route, expect

from rebond_client import Board as Desk
from rebond_client import socket_url
from rebond_protocol.cards import CardAdd, CardApprove
from rebond_protocol.opinions import OpinionGive
from rebond_protocol.stages import CardStage
from rebond_protocol.talk import CommentAdd
from tests.conftest import READY_WITHIN_S, RebondServer, StartRebond
from tests.end_to_end import axe
from tests.end_to_end.kiosk import BENCH, Lab, a_lab, key_of
from tests.end_to_end.people import Phone, Room

pytestmark = pytest.mark.asyncio(loop_scope="session")

PARASOL = "Un parasol au-dessus du banc"
TREE = "Et un arbre à côté"
LEARNT = "Trois parasols, prêtés pour l’été."


@dataclass(frozen=True)
class AtTheKiosk:
    """A lab's kiosk, and what it makes of what its visitors write."""

    url: str
    lab: Lab
    screen: Desk

    async def writes(self, command: CardAdd | CommentAdd) -> str:
        """A visitor writes; which card or comment that is."""
        made = (await self.screen.submit(command)).made
        assert isinstance(made, str)
        return made

    async def hands_over(self, made: str, secret: str) -> None:
        """The kiosk says what its code stands for."""
        async with httpx.AsyncClient(base_url=self.url, timeout=READY_WITHIN_S) as http:
            path, kiosk = f"/api/boards/{self.lab.made.id}/handoffs", self.lab.made.tokens.kiosk
            body, headers = {"made": made, "key": key_of(secret)}, {"Authorization": f"Bearer {kiosk}"}
            (await http.post(path, json=body, headers=headers)).raise_for_status()

    async def a_code_for(self, command: CardAdd | CommentAdd) -> tuple[str, str]:
        """What a visitor wrote, and the link that its code is."""
        made, secret = await self.writes(command), secrets.token_urlsafe(16)
        await self.hands_over(made, secret)
        return made, self.link(secret)

    def link(self, secret: str) -> str:
        """What a camera reads."""
        return f"{self.url}/j/{self.lab.made.code}#h={secret}"


@asynccontextmanager
async def a_kiosk_in_a_lab(url: str) -> AsyncGenerator[AtTheKiosk]:
    """A lab, and its kiosk on the line."""
    async with a_lab(url) as lab, Desk(socket_url(url, lab.made.id), lab.made.tokens.kiosk) as screen:
        yield AtTheKiosk(url, lab, screen)


async def scans(phone: Phone, link: str) -> None:
    """The camera opens what it read; at once nothing of it stands in the address any more."""
    await phone.page.goto(link)
    await expect(phone.text("comes home")).to_be_visible()
    await expect(phone.page).to_have_url(link.partition("#")[0])


async def scans_too_late(phone: Phone, link: str, key: str) -> None:
    """The same with a code that is worth nothing any more: they are told so kindly before anything is asked of them."""
    await phone.page.add_init_script(_WATCHES_FOR_QUESTIONS)
    await phone.page.goto(link)
    await expect(phone.text(key)).to_be_visible()
    await expect(phone.page).to_have_url(link.partition("#")[0])
    assert not await phone.page.evaluate("window.asked")
    assert await keeps_nothing(phone)


_WATCHES_FOR_QUESTIONS = """
window.asked = false;
const look = () => { window.asked ||= document.querySelector("main:not([hidden] *) input") !== null; };
new MutationObserver(look).observe(document, { childList: true, subtree: true });
"""


async def says_who(phone: Phone) -> None:
    """Gives a name and presses, without waiting for what comes of it."""
    await phone.page.get_by_label(phone.say("name")).fill(phone.label)
    await phone.button("enter").tap()


async def has_at_home(phone: Phone, text: str) -> None:
    """Their idea is in sight, marked as theirs; it waits, and nothing of the way home is kept."""
    await phone.is_on_the_board()
    await phone.sees_once(text)
    await expect(phone.card(text)).to_be_in_viewport()
    await expect(phone.card(text)).to_contain_text(phone.say("you"))
    await expect(phone.card(text)).to_contain_text(phone.say("waits for approval"))
    await expect(phone.text("idea came home")).to_be_visible()
    assert await keeps_nothing(phone)


async def keeps_nothing(phone: Phone) -> bool:
    """Whether no code is left on this phone."""
    return not await phone.page.evaluate("Object.keys(localStorage).some(key => key.startsWith('rebond.handoff.'))")


async def test_what_was_written_at_a_kiosk_comes_home(room: Room, rebond_server: RebondServer) -> None:
    """PRODUCT §2, Kiosk: on one's own phone, with its receipt; used twice, a code gives nothing away (DM6).

    Given a visitor's idea at a kiosk, when Ana's phone reads the code, then she is asked what the board asks, no more,
    and finds her idea, hers, waiting, and its receipt a touch away; once it is approved and under way, the receipt says
    so. When Bo, next in line, reads the same code, then he is told so kindly before anything is asked, learns
    nothing, and comes in without it.

    EN 301 549 5.1.3.16.
    """
    async with a_kiosk_in_a_lab(rebond_server.url) as kiosk:
        card, link = await kiosk.a_code_for(CardAdd(PARASOL, lang="fr"))
        ana, bo = await asyncio.gather(
            room.phone("Ana", motion="reduce"),
            room.phone("Bo", "en", size={"width": 320, "height": 640}, motion="reduce", touch=False),
        )
        await scans(ana, link)
        found = await axe.complaints_about(ana, "coming home")
        assert ana.heard.nothing_of(PARASOL)
        await says_who(ana)
        await has_at_home(ana, PARASOL)
        await expect(ana.text("came home to be read")).to_be_visible()
        found += await axe.complaints_about(ana, "at home")
        await ana.button("receipt").tap()
        receipt = ana.page.get_by_role("dialog", name=ana.say("receipt"))
        await expect(receipt).to_contain_text(PARASOL)
        await expect(receipt).to_contain_text(ana.say("receipt waits"))
        await ana.puts_away()

        # next in line, by keyboard
        await scans_too_late(bo, link, "code was used")
        found += await axe.complaints_about(bo, "the code was used")
        assert not await bo.scrolls_sideways()
        await bo.tabs_to(bo.button("join anyway"))
        await bo.page.keyboard.press("Enter")
        await _enters(bo)
        await bo.is_on_the_board()
        assert bo.heard.nothing_of(PARASOL)

        # what became of it
        await kiosk.lab.desk.submit(CardApprove(card))
        await kiosk.lab.desk.submit(CardStage(card, "test", LEARNT))
        await kiosk.screen.submit(OpinionGive(card, "agree"))
        news = bo.page.get_by_role("button", name=re.compile(bo.say("new ideas")))
        await expect(bo.card(PARASOL).or_(news)).to_be_visible()
        receipt = await ana.opens_receipt()
        await expect(receipt).to_contain_text(LEARNT)
        await expect(receipt).to_contain_text(ana.say("thought at kiosks", n=1))
        found += await axe.complaints_about(ana, "the receipt of a lab")
        await ana.puts_away()
        await ana.card(PARASOL).get_by_text(PARASOL).tap()
        details = ana.page.get_by_role("dialog")
        await expect(details.get_by_role("heading", name=ana.say("how far"))).to_be_visible()
        await expect(details).to_contain_text(LEARNT)
        assert not found, found


async def _enters(phone: Phone) -> None:
    await phone.page.get_by_label(phone.say("name")).fill(phone.label)
    await phone.page.keyboard.press("Enter")


async def test_of_two_phones_one_takes_it_home(room: Room, rebond_server: RebondServer) -> None:
    """LG1: given two phones before one code, when both press at the same moment, then one has what was written, and the
    other is told kindly and never hears a word of it."""
    async with a_kiosk_in_a_lab(rebond_server.url) as kiosk:
        _, link = await kiosk.a_code_for(CardAdd(PARASOL, lang="fr"))
        phones = await asyncio.gather(room.phone("Ana", motion="reduce"), room.phone("Bo", "en", motion="reduce"))
        await asyncio.gather(*(scans(phone, link) for phone in phones))
        await asyncio.gather(*(says_who(phone) for phone in phones))
        for phone in phones:
            await expect(phone.text("idea came home").or_(phone.text("code was used"))).to_be_visible()
        won = [phone for phone in phones if await phone.text("idea came home").count()]
        assert len(won) == 1
        await has_at_home(won[0], PARASOL)
        [other] = [phone for phone in phones if phone not in won]
        assert other.heard.nothing_of(PARASOL)
        assert await keeps_nothing(other)


async def test_a_phone_that_is_quicker_than_the_kiosk(room: Room, rebond_server: RebondServer) -> None:
    """PRODUCT §2, Kiosk: given a kiosk without a line, when its code is read, then the phone waits calmly, also loaded
    again, and asks nothing twice; and once the kiosk has said what it stands for, the comment is there."""
    async with a_kiosk_in_a_lab(rebond_server.url) as kiosk:
        secret = secrets.token_urlsafe(16)
        cleo = await room.phone("Cleo", "en", size={"width": 320, "height": 640}, motion="reduce")
        await scans(cleo, kiosk.link(secret))
        await says_who(cleo)
        await expect(cleo.text("words on their way")).to_be_visible()
        found = await axe.complaints_about(cleo, "waiting for the kiosk")
        assert not await cleo.scrolls_sideways()
        await cleo.page.reload()
        await expect(cleo.text("words on their way")).to_be_visible()
        await kiosk.hands_over(await kiosk.writes(CommentAdd(kiosk.lab.bench, TREE, lang="fr")), secret)
        await cleo.is_on_the_board()
        await expect(cleo.text("comment came home")).to_be_visible()
        found += await axe.complaints_about(cleo, "a comment at home")
        assert not await cleo.scrolls_sideways()
        await cleo.button("receipt").tap()
        await expect(cleo.page.get_by_role("dialog")).to_contain_text(TREE)
        await expect(cleo.page.get_by_role("dialog")).to_contain_text(BENCH)
        assert not found, found


async def test_a_line_that_goes_and_an_answer_that_is_lost(room: Room, rebond_server: RebondServer) -> None:
    """LG4: given a phone whose line goes as it says the code, and another whose answer never arrives, then each has its
    own when the line is back, and the code is kept until then."""
    async with a_kiosk_in_a_lab(rebond_server.url) as kiosk:
        (_, first), (_, second) = [await kiosk.a_code_for(CardAdd(text, lang="fr")) for text in (PARASOL, TREE)]
        ana, bo = await asyncio.gather(room.phone("Ana", motion="reduce"), room.phone("Bo", "en", motion="reduce"))
        await scans(ana, first)
        await ana.page.context.set_offline(True)
        await says_who(ana)
        await expect(ana.text("code is kept")).to_be_visible()
        assert not await keeps_nothing(ana)
        assert not await axe.complaints_about(ana, "coming home without a line")
        await ana.page.context.set_offline(False)
        await has_at_home(ana, PARASOL)

        async def loses(route: Route) -> None:
            await route.fetch()
            await route.abort()

        await scans(bo, second)
        await bo.page.route("**/join", loses, times=1)
        await says_who(bo)
        await expect(bo.text("code is kept")).to_be_visible()
        await bo.page.reload()
        await has_at_home(bo, TREE)


async def test_who_is_on_the_board_already_is_asked_nothing(room: Room, rebond_server: RebondServer) -> None:
    """PRODUCT §2, Kiosk: given a phone that is on the board already, when it reads a code, then the idea goes to who
    they are, nothing is asked, and a code that is worth nothing leads back to the board."""
    async with a_kiosk_in_a_lab(rebond_server.url) as kiosk:
        _, link = await kiosk.a_code_for(CardAdd(PARASOL, lang="fr"))
        ana, bo = await asyncio.gather(room.phone("Ana", motion="reduce"), room.phone("Bo", motion="reduce"))
        for phone in (ana, bo):
            await phone.comes_in(kiosk.link("").partition("#")[0])
        await ana.writes("Une idée à elle")
        await ana.page.goto(link)
        await has_at_home(ana, PARASOL)
        await ana.sees_once("Une idée à elle")
        await bo.page.goto(link)
        await expect(bo.text("code was used")).to_be_visible()
        await bo.button("to the board").tap()
        await bo.is_on_the_board()
        kept = json.loads(await bo.page.evaluate("JSON.stringify(localStorage)"))
        assert not re.search("handoff", " ".join(kept))


async def test_a_code_that_is_over(room: Room, start_rebond: StartRebond, tmp_path: Path) -> None:
    """PRODUCT §2, Kiosk: given a code from eleven minutes ago, when it is read, then one is told so kindly before
    anything is asked, hears nothing of what was written, and comes in without it. (The server is started again with its
    clock that much on.)"""
    server = start_rebond()
    async with a_kiosk_in_a_lab(server.url) as kiosk:
        _, link = await kiosk.a_code_for(CardAdd(PARASOL, lang="fr"))
    server.stop()
    later = tmp_path / "later"
    later.mkdir()
    (later / "sitecustomize.py").write_text(_ELEVEN_MINUTES_ON, encoding="utf-8")
    path = os.pathsep.join(filter(None, (str(later), os.environ.get("PYTHONPATH"))))
    start_rebond(data_dir=server.data_dir, port=server.port, environment={"PYTHONPATH": path})
    ana = await room.phone("Ana", motion="reduce")
    await scans_too_late(ana, link, "code is over")
    assert not await axe.complaints_about(ana, "a code that is over")
    await ana.button("join anyway").tap()
    await ana.enters()
    assert ana.heard.nothing_of(PARASOL)


_ELEVEN_MINUTES_ON = """
import time

really, really_ns = time.time, time.time_ns
time.time = lambda: really() + 660
time.time_ns = lambda: really_ns() + 660 * 10**9
"""
