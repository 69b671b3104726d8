"""A visit without looking: a finger that lies on the glass, two corners, and what the voice says (EN 301 549, 5.1.3).

The machine has no voice, so the browser is given one that writes down what it is asked to say.
"""

from __future__ import annotations

from typing import Any, cast

import pytest
from playwright.async_api import expect

from rebond_protocol.cards import Card
from tests.conftest import RebondServer
from tests.end_to_end.axe import complaints_about
from tests.end_to_end.kiosk import BENCH, QUESTION, Kiosk, Lab, a_lab
from tests.end_to_end.people import KIOSK_SIZE, Room

pytestmark = pytest.mark.asyncio(loop_scope="session")

A_VOICE = """
window.said = [];
const voices = ["fr-FR", "en-GB"].map(lang => ({ lang, localService: true, name: lang, voiceURI: lang }));
const speak = utterance => {
  window.said.push(utterance.text);
  setTimeout(() => utterance.onend?.());
};
const none = () => {};
const pretended = { getVoices: () => voices, addEventListener: none, removeEventListener: none, cancel: none, speak };
Object.defineProperty(window, "speechSynthesis", { value: pretended });
window.SpeechSynthesisUtterance = function (text) { this.text = text; };
"""
HEARD = """words => {
  const plain = text => text.replace(/\\s+/g, " ");
  const at = said.findIndex(one => plain(one).includes(plain(words)));
  return at >= 0 && said.splice(0, at + 1).length > 0;
}"""
CORNER_PX = 60
THINGS = 90
"""No screen has more to find; the keyboard's has most."""


class Blind(Kiosk):
    """Somebody who hears the screen and does not see it."""

    async def lays_a_finger(self) -> None:
        """Anywhere, until the voice says how to go on."""
        touch = cast("Any", await self.page.context.new_cdp_session(self.page))
        somewhere = {"x": KIOSK_SIZE["width"] // 2, "y": KIOSK_SIZE["height"] // 3}
        await touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [somewhere]})
        await self.hears("Vous êtes guidé par la voix.")
        await touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        await touch.detach()

    async def hears(self, words: str) -> None:
        """Waits until this has been said, and forgets what came before it."""
        await self.page.wait_for_function(HEARD, arg=words)

    async def finds(self, words: str) -> None:
        """Goes on, corner by corner, until what is said begins so."""
        for _ in range(THINGS):
            await self.page.evaluate("said.length = 0")
            await self._touches_corner(left=True)
            await self.page.wait_for_function("said.length > 0")
            if any(one.startswith(words) for one in await self.page.evaluate("[...said]")):
                return
        raise AssertionError(f"nothing on this screen says {words}")

    async def chooses(self, words: str) -> None:
        """Finds it, and touches the other corner."""
        await self.finds(words)
        await self.page.evaluate("said.length = 0")
        await self._touches_corner(left=False)

    async def _touches_corner(self, *, left: bool) -> None:
        x = CORNER_PX if left else KIOSK_SIZE["width"] - CORNER_PX
        await self.page.touchscreen.tap(x, KIOSK_SIZE["height"] - CORNER_PX)


async def test_a_visit_without_looking(room: Room, rebond_server: RebondServer) -> None:
    """EN 301 549 5.1.3.1, 5.2, 5.5.2: given a kiosk and somebody who does not see it; when they lay a finger on the
    glass and follow the voice; then they give an opinion, write two letters and send them, by the two lower corners
    alone, a finger on a button chooses nothing, and the next visitor is not guided."""
    context = await room.profile("fr", KIOSK_SIZE, touch=True)
    await context.add_init_script(A_VOICE)
    visitor = Blind("blind visitor", await context.new_page(), "fr")
    room.people.append(visitor)
    async with a_lab(rebond_server.url) as lab:
        await visitor.opens(lab.kiosk_at(rebond_server.url))
        await visitor.lays_a_finger()
        await visitor.begin.tap()  # it is said, and nothing begins
        await visitor.hears(visitor.say("k begin"))
        await expect(visitor.begin).to_be_visible()
        await visitor.chooses(visitor.say("k begin"))
        await visitor.hears(visitor.say("k home"))
        assert await complaints_about(visitor, "guided by voice") == []
        await visitor.chooses("En test")
        await visitor.chooses(BENCH)
        await visitor.hears(BENCH)
        await visitor.finds(QUESTION)
        await visitor.chooses("4 étoiles sur 5")
        await visitor.hears("activé")
        await visitor.chooses("Retour")
        await visitor.hears("En test")
        await visitor.chooses("Retour")
        await visitor.hears(visitor.say("k home"))
        await visitor.chooses("Proposer une idée")
        await visitor.hears(visitor.say("k your idea"))
        for letter in ("O", "k"):
            await visitor.chooses(letter)
        await expect(visitor.field).to_have_value("Ok")
        await visitor.chooses(visitor.say("k send"))
        await visitor.hears(visitor.say("k received"))
        await visitor.chooses(visitor.say("k done"))
        await visitor.waits_for_somebody()
        await expect(visitor.page.get_by_role("navigation", name="Guidage vocal")).to_have_count(0)
        await lab.comes_to(lambda: wrote(lab) == ["Ok"])


def wrote(lab: Lab) -> list[str]:
    """What waits for the moderator."""
    cards: list[Card] = list(lab.desk.replica.cards.values())
    return [card.text for card in cards if card.state == "pending"]
