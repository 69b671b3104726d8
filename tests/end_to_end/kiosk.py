"""A kiosk in a lab, whoever stands before it, and the lab it shows.

The screen is a real one of 1080 × 1920 with a touch layer; visitors see words and touch buttons as the people of
people.py do. The lab is made by a program with a moderator's token: the console has its own tests. It knows nothing of
the server's insides.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import re
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Literal, cast

import httpx
import zxingcpp
from PIL import Image
from playwright.async_api import BrowserContext, Locator, Page, TimeoutError, expect

from rebond_client import Board, create_board, socket_url
from rebond_protocol.cards import CardAdd
from rebond_protocol.http import BoardMade
from rebond_protocol.opinions import OpinionMark
from rebond_protocol.stages import CardShowcase, CardStage, PictureId, Showcase
from tests.conftest import READY_WITHIN_S
from tests.end_to_end.people import GLANCE_MS, KIOSK_SIZE, PATIENCE_MS, Person, Room, has_its_letters
from tests.end_to_end.words import Language

BENCH = "Un banc à l’ombre devant chaque agence"
"""In test, with a picture and stars."""
THURSDAY = "Ouvrir le jeudi soir"
"""An idea in the window: agree, pass or disagree."""
VISITS = "Un conseiller qui vient à domicile"
"""An idea that is not in the window."""
QUESTION = "Vous y assiériez-vous ?"

TARGET_PX = 64
"""PRODUCT section 2: what is touched is at least this wide and high."""
CHOICES = 7
"""PRODUCT section 2: no screen offers more."""

PAGES_OF_KEYS = ("k letters", "k digits", "k accents")


# -- the lab -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Lab:
    """A lab with three ideas in it; `desk` is its moderator at work."""

    made: BoardMade
    desk: Board
    bench: str
    thursday: str
    visits: str

    @property
    def card_ids(self) -> tuple[str, str, str]:
        """All there is to see at first."""
        return self.bench, self.thursday, self.visits

    def kiosk_at(self, origin: str) -> str:
        """The kiosk's link, by one of the ways to the server."""
        return f"{origin}/kiosk/{self.made.id}#t={self.made.tokens.kiosk}"

    @property
    def as_moderator(self) -> dict[str, str]:
        """What a moderator's request carries."""
        return {"Authorization": f"Bearer {self.made.tokens.moderator}"}

    async def comes_to(self, so: Callable[[], bool]) -> None:
        """Wait until this is so. Whatever changes it happens on the desk's socket, and its replica may be another by
        then: `so` looks into it anew."""
        follower = self.desk.follow()
        async with asyncio.timeout(PATIENCE_MS / 1000):
            while not so():
                await anext(follower)

    def opinions_on(self, card: str) -> dict[OpinionMark, int]:
        """What kiosks were told of it, as the desk has it now."""
        return self.desk.replica.opinions.get(card, {})


@asynccontextmanager
async def a_lab(url: str) -> AsyncGenerator[Lab]:
    """A lab as a moderator sets it up: one idea in test, with a picture; one in the window; one beside it."""
    made = await create_board(url, "Le labo de Nantes", template="lab", locale="fr")
    async with Board(socket_url(url, made.id), made.tokens.moderator) as desk:

        async def added(text: str) -> str:
            card = (await desk.submit(CardAdd(text, lang="fr"))).made
            assert isinstance(card, str)
            return card

        lab = Lab(made, desk, await added(BENCH), await added(THURSDAY), await added(VISITS))
        picture = await _picture(url, lab)
        await desk.submit(CardShowcase(lab.bench, Showcase("stars", QUESTION, picture, "Un banc vert")))
        await desk.submit(CardStage(lab.bench, "test", "Devant deux agences, depuis le printemps."))
        await desk.submit(CardShowcase(lab.thursday, Showcase()))
        yield lab


async def _picture(url: str, lab: Lab) -> PictureId:
    drawn = io.BytesIO()
    Image.linear_gradient("L").resize((1200, 900)).convert("RGB").save(drawn, "JPEG")
    async with httpx.AsyncClient(base_url=url, timeout=READY_WITHIN_S) as http:
        path = f"/api/boards/{lab.made.id}/pictures"
        answer = await http.post(path, content=drawn.getvalue(), headers=lab.as_moderator)
    return cast("PictureId", answer.raise_for_status().json()["picture"])


async def confirms(url: str, lab: Lab, code: str, *, name: str = "Hall", pin: str | None = None) -> dict[str, Any]:
    """A moderator types the code that a screen shows."""
    async with httpx.AsyncClient(base_url=url, timeout=READY_WITHIN_S) as http:
        body = {"code": code, "name": name, "pin": pin}
        answer = await http.post(f"/api/boards/{lab.made.id}/kiosks", json=body, headers=lab.as_moderator)
    return cast("dict[str, Any]", answer.raise_for_status().json())


async def joins_with(url: str, lab: Lab, secret: str, device: str, name: str = "Ana") -> httpx.Response:
    """A phone that says what it read in a QR code, whatever comes of it."""
    async with httpx.AsyncClient(base_url=url, timeout=READY_WITHIN_S) as http:
        body = {"handoff": secret, "device": device, "name": name}
        return await http.post(f"/api/boards/{lab.made.code}/join", json=body)


def key_of(secret: str) -> str:
    """SHA-256 in base64url without padding: what a kiosk tells the server of a secret (RFC 4648 section 5)."""
    return urlsafe_b64encode(hashlib.sha256(secret.encode()).digest()).decode().rstrip("=")


# -- the screen ----------------------------------------------------------------------------------------------------


class Kiosk(Person):
    """The touch screen, and the visitor before it."""

    async def opens(self, address: str) -> None:
        """Switched on: it shows the lab."""
        await self.page.goto(address)
        await self.waits_for_somebody()

    async def waits_for_somebody(self) -> None:
        """Nobody is here: the lab's own ideas pass by."""
        await expect(self.begin).to_be_visible()

    async def is_kept(self) -> None:
        """The page itself is kept for when there is no line."""
        await self.page.evaluate("navigator.serviceWorker.ready.then(() => {})")
        await self.page.wait_for_function("caches.match('/kiosk').then((page) => page !== undefined)")

    async def is_online(self) -> None:
        """It does not say that the line is away."""
        await expect(self.page.get_by_text(self.say("k offline"))).to_have_count(0)

    async def is_offline(self) -> None:
        """It says so, on whichever screen."""
        await expect(self.page.get_by_text(self.say("k offline"))).to_be_visible()

    @property
    def begin(self) -> Locator:
        """Where a visit begins, in the language in which nobody has asked for another one."""
        return self.button("k begin")

    @property
    def main(self) -> Locator:
        """The screen without the bar under it."""
        return self.page.get_by_role("main")

    @property
    def field(self) -> Locator:
        """Where somebody writes."""
        return self.main.get_by_role("textbox")

    def choice(self, key: str, **fill: str | int) -> Locator:
        """Buttons of this screen whose words match."""
        return self.main.get_by_role("button", name=re.compile(self.say(key, **fill)))

    def heading(self, key: str) -> Locator:
        """The heading with exactly these words."""
        return self.page.get_by_role("heading", name=self.say(key), exact=True)

    async def begins(self) -> None:
        """A visitor touches the screen, again where it was just loaded anew, and sees where the ideas are."""
        home = self.heading("k home")
        for _ in range(PATIENCE_MS // GLANCE_MS):
            with suppress(TimeoutError):
                await self.begin.tap(timeout=GLANCE_MS)
            with suppress(AssertionError):
                await expect(home).to_be_visible(timeout=GLANCE_MS)
                return
        await expect(home).to_be_visible()

    async def speaks(self, language: Language) -> None:
        """Takes the other language, where this is not the one."""
        if self.language == language:
            return
        await self.page.get_by_role("button", name=self.say("k other language"), exact=True).tap()
        self.language = language
        await expect(self.button("k back")).to_be_visible()

    async def looks_at_the_bench(self) -> None:
        """From home to the idea in test."""
        await self._goes_to("k in test", BENCH)

    async def looks_at_thursday(self) -> None:
        """From home to the idea in the window."""
        await self._goes_to("k ideas", THURSDAY)

    async def _goes_to(self, stage: str, text: str) -> None:
        await self.choice(stage).first.tap()
        await self.main.get_by_role("button").filter(has_text=text).tap()
        await expect(self.page.get_by_role("heading", name=text)).to_be_visible()

    async def thinks(self, key: str, **fill: str | int) -> None:
        """Gives an opinion and is told that it is counted, or kept."""
        await self.choice(key, **fill).tap()
        await expect(self.text("k counted").or_(self.text("k counted later"))).to_be_visible()

    async def comments(self) -> None:
        """From a card to where a comment is written."""
        await self.choice("k comments").tap()
        await self.choice("k comment").tap()
        await expect(self.field).to_be_focused()

    async def rebounds(self) -> None:
        """From a card to where a rebound is written."""
        await self.choice("k rebound").tap()
        await self.choice("k extend").tap()
        await expect(self.field).to_be_focused()

    async def suggests(self) -> None:
        """From home to where an idea is written."""
        await self.choice("k suggest").tap()
        await expect(self.field).to_be_focused()

    async def to_say(self) -> None:
        """Where the words are large, what to say is one touch away."""
        say = self.choice("k say")
        await expect(say.or_(self.choice("k rebound")).first).to_be_visible()
        if await say.count():
            await say.tap()

    async def sets(self, size: str, contrast: str) -> None:
        """Text size ("normal", "large", "largest") and contrast ("normal", "high") in the bar."""
        root = self.page.locator("html")
        while await root.get_attribute("data-text") != size:
            await self.page.get_by_role("button", name=re.compile(self.say("k text size"))).tap()
        if contrast == "high":
            await self.button("k contrast").tap()
        await expect(root).to_have_attribute("data-contrast", contrast)

    def button_of(self, layout: str) -> Locator:
        """What turns the keyboard into this layout."""
        return self.page.get_by_role("button", name=self.say("k to layout", layout=layout), exact=True)

    async def types(self, text: str) -> None:
        """Key by key on the screen's own keyboard, whichever page of it they stand on."""
        before = await self.field.input_value()
        for char in text:
            await self._presses(char)
        await expect(self.field).to_have_value(before + text)

    async def _presses(self, char: str) -> None:
        key = self.key(char)
        if not await key.count():
            await self._turns_to(char)
        await key.tap()

    def key(self, char: str) -> Locator:
        """The key that writes this, on the page of keys that is shown."""
        keyboard = self.page.get_by_role("group", name=self.say("k keyboard"))
        if char == " ":
            return keyboard.get_by_role("button", name=self.say("k space"), exact=True)
        return keyboard.get_by_role("button").filter(has_text=re.compile(f"^{re.escape(char)}$")).first

    async def _turns_to(self, char: str) -> None:
        keyboard = self.page.get_by_role("group", name=self.say("k keyboard"))
        if await self.key(char.swapcase()).count():
            await keyboard.get_by_role("button", name=self.say("k capitals"), exact=True).tap()
        else:
            for page in PAGES_OF_KEYS:
                turn = keyboard.get_by_role("button", name=self.say(page), exact=True)
                if not await turn.count():
                    continue
                await turn.tap()
                if await self.key(char).count():
                    break
                if await self.key(char.swapcase()).count():
                    await keyboard.get_by_role("button", name=self.say("k capitals"), exact=True).tap()
                    break
        await expect(self.key(char)).to_be_visible()

    async def sends(self) -> None:
        """What is written."""
        await self.button("k send").tap()

    async def is_thanked(self) -> bool:
        """Told that it is received or kept; whether the kiosk has a line (received)."""
        received, kept = self.heading("k received"), self.heading("k kept")
        await expect(received.or_(kept)).to_be_visible()
        return await received.count() > 0

    async def finishes(self) -> None:
        """Says so, and the screen forgets."""
        await self.button("k done").tap()
        self.language = "fr"
        await self.waits_for_somebody()

    async def starts_over(self) -> None:
        """Everything is wiped at once."""
        await self.button("k start over").tap()
        self.language = "fr"
        await self.waits_for_somebody()

    async def pairing_code(self) -> str:
        """The code it shows, one letter beside the other, for somebody with a console."""
        shown = self.page.get_by_role("status", name=re.compile("([A-Z0-9] ){5}[A-Z0-9]$"))
        await expect(shown).to_be_visible()
        return "".join((await shown.inner_text()).split())

    async def scanned(self) -> str:
        """What a phone's camera reads off the screen: the link in the QR code."""
        drawing = self.page.get_by_role("img", name=re.compile(self.say("k qr")))
        await expect(drawing).to_be_visible()
        photo = Image.open(io.BytesIO(await self.page.screenshot())).convert("L")
        [read] = zxingcpp.read_barcodes(photo)
        return read.text

    # -- what is measured -------------------------------------------------------------------------------------------

    async def faults_to_the_hand(self, screen: str, main_action: Locator | None = None) -> list[str]:
        """What PRODUCT section 2 asks of every screen and this one lacks: size of targets, number of choices, that
        nothing is cut off, that one button at most has a colour, and that the main action is where a hand is."""
        await has_its_letters(self.page)
        found = cast("list[str]", await self.page.evaluate(_REACH, {"target": TARGET_PX, "choices": CHOICES}))
        if main_action is not None:
            box = await main_action.first.bounding_box()
            if box is None or box["y"] + box["height"] / 2 < KIOSK_SIZE["height"] / 2:
                found.append(f"the main action stands in the upper half: {box}")
        return [f"{self.language}, {screen}: {fault}" for fault in found]


_REACH = """({ target, choices }) => {
  const faults = [];
  const shown = (one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest("[inert]");
  const name = (one) => (one.getAttribute("aria-label") ?? one.textContent).trim().slice(0, 40);
  const all = [...document.querySelectorAll("button, a[href], input, textarea, select, [role=button]")].filter(shown);
  for (const one of all) {
    const { width, height, left, right, top, bottom } = one.getBoundingClientRect();
    if (Math.min(width, height) < target - 0.5) faults.push(`${name(one)}: ${width} × ${height} px`);
    const inside = left >= -0.5 && top >= -0.5 && right <= innerWidth + 0.5 && bottom <= innerHeight + 0.5;
    if (!inside) faults.push(`${name(one)} is cut off`);
  }
  const offered = all.filter((one) => one.closest("main") && !one.closest("[role=group][aria-label]"));
  const pages = [...document.querySelectorAll("main [role=status]")];
  const turning = new Set(pages.flatMap((one) => [...one.parentElement.children]));
  const counted = offered.filter((one) => !turning.has(one) && one.tagName !== "TEXTAREA" && one.tagName !== "INPUT");
  if (counted.length > choices) faults.push(`${counted.length} choices: ${counted.map(name).join(" | ")}`);
  const bar = all.filter((one) => one.closest("nav"));
  if (bar.length > choices) faults.push(`${bar.length} things in the bar`);
  const root = document.documentElement;
  if (root.scrollWidth > innerWidth || root.scrollHeight > innerHeight) faults.push("the page scrolls");

  const probe = document.body.appendChild(document.createElement("i"));
  const colour = (token) => ((probe.style.color = `var(--${token})`), getComputedStyle(probe).color);
  const [accent, danger] = [colour("accent"), colour("danger")];
  probe.remove();
  const coloured = (one) => {
    const { backgroundColor, borderTopColor, color } = getComputedStyle(one);
    return backgroundColor === accent || [backgroundColor, borderTopColor, color].includes(danger);
  };
  const calling = all.filter((one) => !one.closest("nav") && coloured(one));
  if (calling.length > 1) faults.push(`${calling.length} coloured buttons: ${calling.map(name).join(" | ")}`);

  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    const parent = text.parentElement;
    if (!text.data.trim() || !shown(parent) || parent.closest(".only-said")) continue;
    const frames = [{ left: 0, top: 0, right: innerWidth, bottom: innerHeight }];
    let dots = false;
    for (let one = parent; one; one = one.parentElement) {
      const { overflowX, overflowY, textOverflow } = getComputedStyle(one);
      dots ||= textOverflow === "ellipsis";
      if (overflowX !== "visible" || overflowY !== "visible") frames.push(one.getBoundingClientRect());
    }
    const of = (side) => frames.map((one) => one[side]);
    const within = (line, from, to) => Math.min(line[to], ...of(to)) - Math.max(line[from], ...of(from));
    const range = document.createRange();
    range.selectNodeContents(text);
    for (const line of range.getClientRects()) {
      const [width, height] = [within(line, "left", "right"), within(line, "top", "bottom")];
      if (width <= 0 || height < 0.2 * line.height) continue; // another page of it, or what the dots stand for
      const whole = height >= 0.75 * line.height && (dots || width >= line.width - 2);
      if (!whole) faults.push(`cut: ${text.data.trim().slice(0, 40)}`);
    }
  }
  return faults;
}"""
"""Keyboards (groups with a name) are not choices, and neither is turning a page of them. A line of text is seen whole
or not at all, unless dots say that there is more."""


@dataclass(frozen=True)
class Weight:
    """What a page holds after a collection."""

    heap_bytes: int
    nodes: int
    listeners: int


Holder = Literal["page", "engine", "browser"]
MADE_BY: dict[str, Holder] = {
    "code": "engine", "hidden": "engine", "object shape": "engine", "native": "browser", "synthetic": "browser",
}  # fmt: skip
"""By V8's kinds of things in a heap snapshot. The engine's are what it compiles, and knows, of code that runs; the
browser's are elements, styles, timings. All else (objects, closures, arrays, strings, numbers) is the page's own."""


async def weighed(page: Page) -> Weight:
    """What this page holds now, by the browser's own figures."""
    session = cast("Any", await page.context.new_cdp_session(page))
    await session.send("Performance.enable")
    await session.send("HeapProfiler.collectGarbage")
    heap = await session.send("Runtime.getHeapUsage")
    metrics = {one["name"]: int(one["value"]) for one in (await session.send("Performance.getMetrics"))["metrics"]}
    await session.detach()
    return Weight(int(heap["usedSize"]), metrics["Nodes"], metrics["JSEventListeners"])


async def held(page: Page) -> Counter[Holder]:
    """Bytes of what this page's heap holds now, thing by thing, by who made it (a heap snapshot)."""
    session = cast("Any", await page.context.new_cdp_session(page))
    pieces: list[str] = []

    def gather(told: dict[str, str]) -> None:
        pieces.append(told["chunk"])

    session.on("HeapProfiler.addHeapSnapshotChunk", gather)
    for _ in range(2):  # what the first has let go of may have held something
        await session.send("HeapProfiler.collectGarbage")
    await session.send("HeapProfiler.takeHeapSnapshot", {"reportProgress": False})
    await session.detach()
    taken = json.loads("".join(pieces))
    fields: list[str] = taken["snapshot"]["meta"]["node_fields"]
    kinds: list[str] = taken["snapshot"]["meta"]["node_types"][0]
    things: list[int] = taken["nodes"]
    sizes: Counter[Holder] = Counter()
    for at in range(0, len(things), len(fields)):
        kind = kinds[things[at + fields.index("type")]]
        sizes[MADE_BY.get(kind, "page")] += things[at + fields.index("self_size")]
    return sizes


async def a_kiosk(room: Room, language: Language = "fr") -> Kiosk:
    """A kiosk's screen in a profile of its own."""
    context = await room.browser.new_context(
        locale="fr-FR" if language == "fr" else "en-GB", viewport=KIOSK_SIZE, has_touch=True, reduced_motion="reduce"
    )
    room.contexts.append(context)
    return await screen_in(room, context, language)


async def screen_in(room: Room, context: BrowserContext, language: Language = "fr", page: Page | None = None) -> Kiosk:
    """A page of this profile, as a kiosk."""
    context.set_default_timeout(PATIENCE_MS)
    kiosk = Kiosk("kiosk", page or await context.new_page(), language)
    room.people.append(kiosk)
    return kiosk
