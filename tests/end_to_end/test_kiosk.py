"""A visitor at the kiosk, from the first touch to the phone in their hand; what it is held to on every screen."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Response, ViewportSize, expect

from rebond_client import new_device
from rebond_protocol.cards import Card, CardAdd, CardApprove
from rebond_protocol.limits import CARD_TEXT_CHARS, COMMENT_CHARS
from rebond_protocol.stages import CardShowcase, Showcase
from rebond_protocol.talk import CommentAdd
from tests.conftest import RebondServer
from tests.end_to_end.axe import complaints_about
from tests.end_to_end.conftest import CHROMIUM, CHROMIUM_OPTIONS
from tests.end_to_end.kiosk import BENCH, QUESTION, THURSDAY, Kiosk, Lab, a_kiosk, a_lab, confirms, joins_with
from tests.end_to_end.line import line_to
from tests.end_to_end.people import KIOSK_SIZE, PATIENCE_MS, Room, comes_to_rest
from tests.end_to_end.words import Language

pytestmark = pytest.mark.asyncio(loop_scope="session")

IDEA = "Un café dès 7 h, là où l'on attend : ça crée du lien"
COMMENT = "Très bien, à l'ombre"
PIN = "2468"
SMALLEST_SIZE: ViewportSize = {"width": 768, "height": 1366}
"""From here on it has to hold (client/src/kiosk/Kiosk.css)."""
KIOSK_MANUAL = Path(__file__).parents[2] / "docs/kiosk.md"
SERVER_NAME = "rebond.lan.test"
"""A name that a browser takes for another machine: nothing that it serves without HTTPS is safe."""


# -- a whole visit ---------------------------------------------------------------------------------------------------


async def test_a_visit_from_pairing_to_the_phone(room: Room, rebond_server: RebondServer) -> None:
    """PRODUCT section 2 *Kiosk*, LG4, DM6: pairing, opinion, comment, idea, the way home, approval.

    Given a screen that a moderator has paired; when a visitor says what they think, comments and suggests on the
    screen's own keyboard, and a phone reads the code on the thanks; then the phone owns the idea and has its receipt;
    nobody else sees it until a moderator approves; then the kiosk shows it.

    EN 301 549 5.5.1, 5.9: by single taps alone.
    """
    url = rebond_server.url
    async with a_lab(url) as lab:
        kiosk, ana = await asyncio.gather(a_kiosk(room), room.phone("Ana"))
        await kiosk.page.goto(f"{url}/kiosk/{lab.made.code}")
        await expect(kiosk.heading("k pair")).to_be_visible()
        await confirms(url, lab, await kiosk.pairing_code(), pin="1234")
        await kiosk.waits_for_somebody()

        await kiosk.begins()
        await kiosk.looks_at_the_bench()
        await expect(kiosk.page.get_by_role("heading", name=QUESTION)).to_be_visible()
        await kiosk.thinks("k stars", n=4)
        await kiosk.comments()
        await kiosk.types(COMMENT)
        await kiosk.sends()
        assert await kiosk.is_thanked()
        await kiosk.finishes()

        await kiosk.begins()
        await kiosk.suggests()
        await kiosk.types(IDEA)
        await kiosk.sends()
        assert await kiosk.is_thanked()
        link = await kiosk.scanned()
        assert link.startswith(f"{url}/j/{lab.made.code}#h=")
        idea = await _the_new_card(lab)
        assert (idea.text, idea.lang, idea.state) == (IDEA, "fr", "pending")
        assert lab.desk.replica.opinions == {lab.bench: {"4": 1}}
        [comment] = lab.desk.replica.comments.values()
        assert (comment.text, comment.lang, comment.state) == (COMMENT, "fr", "pending")

        await kiosk.finishes()
        await expect(kiosk.page.get_by_text(IDEA)).to_have_count(0)
        await ana.comes_in(link)
        await ana.sees_once(IDEA)
        await expect(await ana.opens_receipt()).to_contain_text(IDEA)
        assert not kiosk.heard.nothing_of(BENCH)
        assert kiosk.heard.nothing_of(IDEA), "a kiosk is never told what waits"

        await lab.desk.submit(CardApprove(idea.id))
        await kiosk.begins()
        await kiosk.choice("k ideas").tap()
        await kiosk.main.get_by_role("button").filter(has_text=IDEA).tap()
        await expect(kiosk.page.get_by_role("heading", name=IDEA)).to_be_visible()
        await expect(kiosk.main.get_by_text("par Ana", exact=True)).to_be_visible()


async def _the_new_card(lab: Lab) -> Card:
    """The one that was not there at first, as soon as the moderator has it."""

    def new() -> list[Card]:
        return [card for id, card in lab.desk.replica.cards.items() if id not in lab.card_ids]

    await lab.comes_to(lambda: bool(new()))
    [card] = new()
    return card


@pytest.mark.parametrize(
    ("language", "layout", "text"),
    [
        ("fr", "AZERTY", "Où est l'œuvre ? Été, çà et là « 25 % » (déjà) !"),
        ("en", "QWERTY", "The co-op's naïve idea: 9 to 5? Yes, 100 % & more."),
    ],
)
async def test_the_keyboard_on_the_screen_writes_everything(
    room: Room, rebond_server: RebondServer, language: Language, layout: str, text: str
) -> None:
    """PRODUCT section 2 *Kiosk*: each language begins with its own layout, one touch changes it, and every letter,
    accent, digit and mark is there without the system's keyboard; what arrives is what was typed."""
    async with a_lab(rebond_server.url) as lab:
        kiosk = await a_kiosk(room)
        await kiosk.opens(lab.kiosk_at(rebond_server.url))
        await kiosk.begins()
        await kiosk.speaks(language)
        await kiosk.suggests()
        first = {"AZERTY": "A", "QWERTY": "Q"}
        other = next(name for name in first if name != layout)
        top_left = kiosk.page.get_by_role("group", name=kiosk.say("k keyboard")).get_by_role("button").nth(10)
        await expect(top_left).to_have_text(first[layout])
        await kiosk.button_of(other).tap()
        await expect(top_left).to_have_text(first[other])
        await kiosk.button_of(layout).tap()
        await expect(kiosk.field).to_have_attribute("inputmode", "none")
        await kiosk.types(text)
        await kiosk.sends()
        assert await kiosk.is_thanked()
        card = await _the_new_card(lab)
        assert (card.text, card.lang) == (text, language)


async def test_a_whole_visit_by_keyboard_alone(room: Room, rebond_server: RebondServer) -> None:
    """WCAG 2.2, 2.1.1: without one touch, somebody begins, reads, says what they think, writes, sends and leaves.

    EN 301 549 5.1.6.1.
    """
    async with a_lab(rebond_server.url) as lab:
        kiosk = await a_kiosk(room)
        await kiosk.opens(lab.kiosk_at(rebond_server.url))

        async def presses(wanted: Locator) -> None:
            await kiosk.tabs_to(wanted)
            await kiosk.page.keyboard.press("Enter")

        await presses(kiosk.begin)
        await presses(kiosk.choice("k ideas"))
        await presses(kiosk.main.get_by_role("button").filter(has_text=THURSDAY))
        await presses(kiosk.choice("k agree"))
        await expect(kiosk.text("k counted")).to_be_visible()
        await presses(kiosk.choice("k rebound"))
        await presses(kiosk.choice("k extend"))
        await expect(kiosk.field).to_be_focused()
        await kiosk.page.keyboard.type("Jusqu’à 21 h")
        await presses(kiosk.button("k send"))
        assert await kiosk.is_thanked()
        await presses(kiosk.button("k done"))
        await kiosk.waits_for_somebody()
        card = await _the_new_card(lab)
        assert (card.text, card.parents, card.verb) == ("Jusqu’à 21 h", (lab.thursday,), "extends")


# -- the way home ----------------------------------------------------------------------------------------------------


async def _code_on_the_screen(kiosk: Kiosk, text: str) -> str:
    """Somebody writes an idea; the secret in the code they are shown, once the server knows what it stands for."""
    await kiosk.begins()
    await kiosk.suggests()
    await kiosk.page.keyboard.insert_text(text)
    async with kiosk.page.expect_response(_registers_a_code, timeout=PATIENCE_MS):
        await kiosk.sends()
        assert await kiosk.is_thanked()
    return (await kiosk.scanned()).partition("#h=")[2]


def _registers_a_code(response: Response) -> bool:
    """Whether the server has heard from a kiosk what its code stands for."""
    return response.ok and response.url.endswith("/handoffs")


async def test_two_phones_race_for_one_code(room: Room, rebond_server: RebondServer) -> None:
    """PRODUCT section 2 *Kiosk*, LG1: of two phones that read one code at once, one owns the idea; the other is told so
    kindly, is let in nowhere by it, and so is whoever photographed it. The winner, asking again, has it still."""
    url = rebond_server.url
    async with a_lab(url) as lab:
        kiosk = await a_kiosk(room)
        await kiosk.opens(lab.kiosk_at(url))
        secret = await _code_on_the_screen(kiosk, "Une fontaine")
        card = await _the_new_card(lab)
        devices = (new_device(), new_device())
        answers = dict(zip(devices, await asyncio.gather(*(joins_with(url, lab, secret, one) for one in devices)),
                           strict=True))  # fmt: skip
        [winner] = [device for device, answer in answers.items() if answer.status_code == 200]
        [loser] = [device for device in devices if device != winner]
        assert answers[loser].json()["code"] == "handoff_used"
        assert await _owner(lab, card.id) == answers[winner].json()["participant"]
        again = await joins_with(url, lab, secret, winner)
        assert again.status_code == 200, again.text
        assert again.json()["participant"] == answers[winner].json()["participant"]
        late = await joins_with(url, lab, secret, new_device(), name="Cyd")
        assert late.content == answers[loser].content
        assert "fontaine" not in late.text


async def _owner(lab: Lab, card: str) -> str | None:
    """Whose card it is, by what a moderator sees once somebody is in."""
    desk = lab.desk
    await lab.comes_to(lambda: any(cards[card].author for cards in (desk.replica.cards, desk.replica.shared)))
    return desk.replica.cards[card].author


async def test_a_code_that_is_worth_nothing_gives_nothing_away(room: Room, rebond_server: RebondServer) -> None:
    """PRODUCT section 2 *Kiosk*, DM6: a secret that nobody made is answered with the same bytes, whatever was written
    here or not, and lets nobody in."""
    url = rebond_server.url
    async with a_lab(url) as lab, a_lab(url) as silent:
        kiosk = await a_kiosk(room)
        await kiosk.opens(lab.kiosk_at(url))
        secret = await _code_on_the_screen(kiosk, "Une fontaine")
        await _the_new_card(lab)
        people = len(lab.desk.replica.participants)
        guesses = [secret[:-1] + ("A" if secret[-1] != "A" else "B"), secret[::-1], "x" * len(secret)]
        answers = [await joins_with(url, one, guess, new_device()) for one in (lab, silent) for guess in guesses]
        answers.append(await joins_with(url, silent, secret, new_device()))
        assert {answer.json()["code"] for answer in answers} == {"handoff_waiting"}
        assert len({(answer.status_code, answer.content) for answer in answers}) == 1
        assert len(lab.desk.replica.participants) == people


# -- what holds on every screen --------------------------------------------------------------------------------------


@pytest.mark.parametrize("contrast", ["normal", "high"])
@pytest.mark.parametrize("size", ["normal", "largest"])
@pytest.mark.parametrize("language", ["fr", "en"])
async def test_every_screen_is_for_everybody(
    room: Room, rebond_server: RebondServer, language: Language, size: str, contrast: str
) -> None:
    """WCAG 2.2 AA, EN 301 549, PRODUCT section 2 *Kiosk*: on every screen, in both languages and both themes, at every
    size and contrast, axe is silent, what is touched is 64 px or more and in sight, there are seven choices at most,
    and the main thing to do is in the lower half.

    EN 301 549 5.1.4, 5.1.6.2, 5.2, 8.3.2; WCAG 2.5.8.
    """
    found: list[str] = []
    async with a_lab(rebond_server.url) as lab:
        kiosk = await a_kiosk(room)

        async def look(screen: str, main_action: Locator | None = None) -> None:
            await comes_to_rest(kiosk.page)
            found.extend(await kiosk.faults_to_the_hand(screen, main_action))
            found.extend(await complaints_about(kiosk, screen))

        await kiosk.page.goto(f"{rebond_server.url}/kiosk")
        await expect(kiosk.field).to_be_visible()
        await look("ask")
        await kiosk.opens(lab.kiosk_at(rebond_server.url))
        await look("attract", kiosk.begin)
        await kiosk.begins()
        await kiosk.speaks(language)
        await kiosk.sets(size, contrast)
        # where words are largest, the keys take the lower half, and what sends them stands right above
        send = kiosk.button("k send") if size == "normal" else None
        await look("home", kiosk.choice("k suggest"))
        await kiosk.choice("k ideas").tap()
        await expect(kiosk.main.get_by_role("button").filter(has_text=THURSDAY)).to_be_visible()
        await look("stage")
        await kiosk.page.get_by_role("button", name=kiosk.say("k back"), exact=True).tap()
        await kiosk.looks_at_the_bench()
        await look("card", kiosk.choice("k say") if size == "largest" else kiosk.choice("k rebound"))
        await kiosk.to_say()
        await look("card, what to say", kiosk.choice("k rebound"))
        await kiosk.thinks("k stars", n=5)
        await look("card, said", kiosk.choice("k rebound"))
        await kiosk.choice("k comments").tap()
        await look("comments", kiosk.choice("k comment"))
        await kiosk.choice("k comment").tap()
        await look("a comment", send)
        await kiosk.button("k back").tap()
        await kiosk.button("k back").tap()
        await kiosk.to_say()
        await kiosk.choice("k rebound").tap()
        await look("verb")
        await kiosk.choice("k extend").tap()
        await expect(kiosk.field).to_be_focused()
        await kiosk.page.keyboard.insert_text("Un arbre")
        await look("a rebound", send)
        await kiosk.sends()
        await kiosk.is_thanked()
        await look("thanks", kiosk.button("k done"))
        await kiosk.button("k help").tap()
        await look("help")
        await kiosk.button("k staff").tap()
        await expect(kiosk.heading("k pin").or_(kiosk.heading("k staff title"))).to_be_visible()
        await look("staff")
    assert not found, "\n".join(found)


async def test_on_the_smallest_screen_nothing_is_cut(room: Room, rebond_server: RebondServer) -> None:
    """EN 301 549 5.1.4: given a screen of 768 × 1366 and the largest words, when somebody says what they think of an
    idea, then what they were asked stands whole above the numbers; the longest comment can be read to its end; and a
    picture is seen whole beside its idea."""
    async with a_lab(rebond_server.url) as lab:
        await lab.desk.submit(CommentAdd(lab.thursday, ("Je m’explique. " * COMMENT_CHARS)[:COMMENT_CHARS], lang="fr"))
        bench = lab.desk.replica.showcases[lab.bench]
        await lab.desk.submit(CardShowcase(lab.bench, Showcase("reaction", None, bench.picture, bench.alternative)))
        kiosk = await a_kiosk(room)
        await kiosk.page.set_viewport_size(SMALLEST_SIZE)
        await kiosk.opens(lab.kiosk_at(rebond_server.url))
        await kiosk.begins()
        await kiosk.speaks("en")
        await kiosk.looks_at_thursday()
        await kiosk.sets("largest", "high")
        await kiosk.to_say()
        await kiosk.thinks("k agree")
        asked = await kiosk.main.get_by_role("heading", level=2).bounding_box()
        place = await kiosk.main.bounding_box()
        assert asked is not None
        assert place is not None
        assert asked["y"] >= place["y"], "the question stands over the head"
        assert not await kiosk.faults_to_the_hand("said")
        await kiosk.choice("k comments").tap()
        said = kiosk.main.get_by_role("list")
        await expect(said).to_contain_text("Je m’explique.")
        assert await said.evaluate("one => one.scrollHeight <= one.clientHeight + 1"), "a comment is cut"
        assert not await kiosk.faults_to_the_hand("comments")
        await kiosk.starts_over()
        await kiosk.begins()
        await kiosk.looks_at_the_bench()  # reactions, by now: more of them, and higher
        await kiosk.sets("largest", "high")
        await kiosk.to_say()
        await kiosk.main.get_by_role("button", name="J’adore").tap()
        await expect(kiosk.text("k counted")).to_be_visible()
        await expect(kiosk.main.get_by_role("article")).to_have_count(0)
        assert not await kiosk.faults_to_the_hand("reacted")
        await kiosk.starts_over()
        await kiosk.begins()
        await kiosk.looks_at_the_bench()
        picture = kiosk.main.get_by_role("img", name="Un banc vert")
        assert await picture.evaluate("one => getComputedStyle(one).objectFit") == "contain"


FIT = "getComputedStyle(document.documentElement).getPropertyValue('--kiosk-fit') * 1"
"""How much smaller a screen's words are set than they were asked for, so that all of it fits; 1: not at all."""


async def test_on_a_screen_that_lies_a_long_idea_is_read_page_by_page(room: Room, rebond_server: RebondServer) -> None:
    """EN 301 549 5.1.4: given a screen that lies, the largest words and an idea that is as long as can be, with a
    picture, then what turns its pages stands whole below it; and on the smallest one the question stands whole above
    its five answers where the words are large, which no picture makes small again."""
    async with a_lab(rebond_server.url) as lab:
        long = (await lab.desk.submit(CardAdd(("Un mot. " * CARD_TEXT_CHARS)[:CARD_TEXT_CHARS], lang="fr"))).made
        assert isinstance(long, str)
        kiosk = await a_kiosk(room)
        await kiosk.page.set_viewport_size({"width": SMALLEST_SIZE["height"], "height": SMALLEST_SIZE["width"]})
        await kiosk.opens(lab.kiosk_at(rebond_server.url))
        await kiosk.page.wait_for_function("() => document.querySelector('main img')?.naturalWidth > 0")
        await kiosk.sets("large", "normal")
        assert await kiosk.page.evaluate(FIT) > 0.8, "who asks for larger words is given smaller ones"
        bench = lab.desk.replica.showcases[lab.bench]
        await lab.desk.submit(CardShowcase(long, Showcase("agree", None, bench.picture, bench.alternative)))
        await kiosk.page.set_viewport_size({"width": KIOSK_SIZE["height"], "height": KIOSK_SIZE["width"]})
        await kiosk.begins()
        await kiosk.choice("k ideas").first.tap()
        await kiosk.main.get_by_role("button").filter(has_text="Un mot.").tap()
        await kiosk.sets("largest", "high")
        await expect(kiosk.main.get_by_role("status").filter(has_text=re.compile("^Page 1"))).to_be_visible()
        paper = await kiosk.main.get_by_role("article").bounding_box()
        turns = await kiosk.main.get_by_role("button", name="Suite").bounding_box()
        assert paper is not None
        assert turns is not None
        assert turns["y"] + turns["height"] <= paper["y"] + paper["height"], "what turns the page is cut"
        assert not await kiosk.faults_to_the_hand("a long idea")
        await kiosk.page.set_viewport_size({"width": SMALLEST_SIZE["height"], "height": SMALLEST_SIZE["width"]})
        await lab.desk.submit(CardShowcase(lab.bench, Showcase("reaction", None, None, None)))
        await kiosk.starts_over()
        await kiosk.begins()
        await kiosk.looks_at_the_bench()
        await kiosk.sets("large", "high")
        await kiosk.to_say()
        await expect(kiosk.main.get_by_role("button", name="J’adore")).to_be_visible()
        assert not await kiosk.faults_to_the_hand("reactions")


async def test_the_countdown_is_in_sight_and_extended_by_one_touch(room: Room, rebond_server: RebondServer) -> None:
    """WCAG 2.2, 2.2.1: untouched for a minute, the screen asks, counts down from twenty, and one touch is enough to go
    on with what was half written; untouched further, everything is gone."""
    async with a_lab(rebond_server.url) as lab:
        kiosk = await a_kiosk(room)
        await kiosk.page.clock.install()
        await kiosk.opens(lab.kiosk_at(rebond_server.url))
        await kiosk.begins()
        await kiosk.suggests()
        await kiosk.types("Une fon")
        await kiosk.page.clock.fast_forward(61_000)
        asked = kiosk.page.get_by_role("alertdialog", name=kiosk.say("k still there"))
        await expect(asked).to_be_visible()
        assert not await complaints_about(kiosk, "idle")
        assert not await kiosk.faults_to_the_hand("idle", kiosk.button("k here"))
        await kiosk.button("k here").tap()
        await expect(asked).to_have_count(0)
        await expect(kiosk.field).to_have_value("Une fon")
        await kiosk.page.clock.fast_forward(61_000)
        await expect(asked).to_be_visible()
        await kiosk.page.clock.fast_forward(21_000)
        await kiosk.waits_for_somebody()
        await kiosk.begins()
        await kiosk.suggests()
        await expect(kiosk.field).to_have_value("")


# -- those who look after it -----------------------------------------------------------------------------------------


async def _enters(kiosk: Kiosk, pin: str) -> None:
    """Somebody types this on the pad."""
    pad = kiosk.main.get_by_role("group", name=kiosk.say("k pin"))
    for digit in pin:
        await pad.get_by_role("button", name=digit, exact=True).tap()
    await pad.get_by_role("button", name=kiosk.say("k pin go"), exact=True).tap()


async def _to_the_door(kiosk: Kiosk) -> None:
    """From the slides to where the PIN is asked for."""
    await kiosk.begins()
    await kiosk.button("k help").tap()
    await kiosk.button("k staff").tap()
    await expect(kiosk.heading("k pin")).to_be_visible()


async def test_the_door_of_the_staff(room: Room, rebond_server: RebondServer) -> None:
    """PRODUCT section 2 *Kiosk*: PIN to leave, a lock for cleaning, and nothing lost by a slip of the finger.

    Given a paired screen with a PIN; when wrong ones are typed, then the pad makes one wait, and a reload shortens
    nothing; the right one opens; while the screen is cleaned no touch does anything, and then visitors are welcome; to
    take it off is asked twice, one coloured button at most stands on each screen, and it is never the one that does.
    """
    url = rebond_server.url
    async with a_lab(url) as lab:
        kiosk = await a_kiosk(room)
        page = kiosk.page
        await page.clock.install()
        await page.goto(f"{url}/kiosk/{lab.made.code}")
        await confirms(url, lab, await kiosk.pairing_code(), pin=PIN)
        await kiosk.waits_for_somebody()

        await _to_the_door(kiosk)
        assert not await kiosk.faults_to_the_hand("pin")
        assert not await complaints_about(kiosk, "pin")
        for _ in range(2):
            await _enters(kiosk, PIN[::-1])
            await expect(kiosk.text("k pin wrong")).to_be_visible()
        await _enters(kiosk, PIN[::-1])
        await expect(kiosk.text("k pin wait")).to_be_visible()
        await page.clock.fast_forward(15_000)
        await expect(kiosk.text("k pin wait")).to_have_count(0)
        await _enters(kiosk, PIN[::-1])  # half a minute now
        await expect(kiosk.text("k pin wait")).to_be_visible()
        await page.reload()
        await kiosk.waits_for_somebody()
        await _to_the_door(kiosk)
        await expect(kiosk.text("k pin wait")).to_be_visible()
        await page.clock.fast_forward(30_000)
        await expect(kiosk.text("k pin wait")).to_have_count(0)
        await _enters(kiosk, PIN)

        await expect(kiosk.heading("k staff title")).to_be_visible()
        assert not await kiosk.faults_to_the_hand("staff", kiosk.button("k to visitors"))
        assert not await complaints_about(kiosk, "staff")
        await kiosk.choice("k unpair").tap()
        await expect(kiosk.heading("k unpair sure")).to_be_visible()
        assert not await kiosk.faults_to_the_hand("unpair", kiosk.button("k unpair no"))
        assert not await complaints_about(kiosk, "unpair")
        await kiosk.button("k unpair no").tap()
        await kiosk.choice("k clean").tap()
        await expect(page.get_by_role("alertdialog", name=kiosk.say("k cleaning"))).to_be_visible()
        await page.touchscreen.tap(KIOSK_SIZE["width"] / 2, KIOSK_SIZE["height"] * 0.9)
        assert await page.get_by_role("button").count() == 0
        await page.clock.fast_forward(31_000)
        await kiosk.waits_for_somebody()

        await _to_the_door(kiosk)
        await _enters(kiosk, PIN)
        await kiosk.choice("k unpair").tap()
        await kiosk.button("k unpair yes").tap()
        await expect(kiosk.heading("k which board")).to_be_visible()
        await expect(page.get_by_text(THURSDAY)).to_have_count(0)


@asynccontextmanager
async def _switched_on(browser: Browser, profile: Path, trusted: str) -> AsyncGenerator[Kiosk]:
    """A device whose browser finds the server by a name, and takes one address for safe (docs/kiosk.md)."""
    args = [*CHROMIUM_OPTIONS, f"--host-resolver-rules=MAP {SERVER_NAME} 127.0.0.1",
            f"--unsafely-treat-insecure-origin-as-secure={trusted}"]  # fmt: skip
    context = await browser.browser_type.launch_persistent_context(
        profile, executable_path=CHROMIUM, args=args, viewport=KIOSK_SIZE, has_touch=True, locale="fr-FR",
        reduced_motion="reduce", timeout=PATIENCE_MS,
    )  # fmt: skip
    context.set_default_timeout(PATIENCE_MS)
    try:
        yield Kiosk("kiosk", context.pages[0], "fr")
    finally:
        await context.close()


async def test_without_https_a_device_that_trusts_its_server_starts_without_a_line(
    browser: Browser, rebond_server: RebondServer, tmp_path: Path
) -> None:
    """PRODUCT section 2 *Kiosk*, LG4: given a server in a closed network, without HTTPS, whose address the device was
    told to trust; when the device is switched on while the line is away; then it shows what it showed, and what
    somebody thinks is counted once when the line is back. By an address that it was not told, nothing is kept."""
    profile = tmp_path / "profile"
    async with a_lab(rebond_server.url) as lab, line_to(rebond_server.port) as line:
        origin = f"http://{SERVER_NAME}:{line.port}"
        async with _switched_on(browser, profile, origin) as kiosk:
            await kiosk.page.goto(f"http://{SERVER_NAME}:{rebond_server.port}/kiosk")
            assert await kiosk.page.evaluate("[isSecureContext, 'serviceWorker' in navigator]") == [False, False]
            await kiosk.opens(lab.kiosk_at(origin))
            await kiosk.is_kept()
        await line.cut()
        async with _switched_on(browser, profile, origin) as kiosk:
            await kiosk.opens(f"{origin}/kiosk/{lab.made.code}")
            await kiosk.is_offline()
            await kiosk.begins()
            await kiosk.looks_at_thursday()
            await kiosk.thinks("k agree")
            await kiosk.starts_over()
            await line.mend()
            await lab.comes_to(lambda: bool(lab.desk.replica.opinions))
            assert lab.desk.replica.opinions == {lab.thursday: {"agree": 1}}


async def test_a_device_that_never_had_a_line_says_so_in_both_languages(room: Room, tmp_path: Path) -> None:
    """PRODUCT section 2 *Kiosk*: given the page that docs/kiosk.md puts on the device for as long as there is nothing
    else to show; then it says in French and in English what to do, all of it in sight, and axe has nothing to say."""
    [page] = re.findall(r"```html\n(.*?)```", KIOSK_MANUAL.read_text(encoding="utf-8"), re.DOTALL)
    start = tmp_path / "start.html"
    start.write_text(page, encoding="utf-8")
    kiosk = await a_kiosk(room)
    await kiosk.page.goto(start.as_uri())
    for language, sentence in (("fr", "La borne attend le réseau."), ("en", "The kiosk is waiting for the network.")):
        shown = kiosk.page.get_by_role("heading", name=sentence)
        await expect(shown).to_be_visible()
        assert await shown.evaluate("heading => heading.closest('[lang]').lang") == language
    assert not await kiosk.faults_to_the_hand("start")
    assert not await complaints_about(kiosk, "start")
