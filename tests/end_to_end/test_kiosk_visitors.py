"""A hundred visitors in a simulated week, one after another, at one kiosk: random deeds, random ways of leaving.

The browser's clock is Playwright's and jumps over the hours in between; the server, the line and the disk are real, and
fail as real ones do. A seed makes the week, and stands in the test's name: `REBOND_SIMULATION_SEED=123` replays it.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
import signal
import string
from collections import Counter, defaultdict
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Literal

import pytest
from playwright.async_api import Browser, BrowserContext, Locator, expect

from rebond_protocol.cards import CardRemove
from tests.conftest import RebondServer, StartRebond, seeds
from tests.end_to_end.conftest import CHROMIUM, CHROMIUM_OPTIONS
from tests.end_to_end.kiosk import Kiosk, Lab, Weight, a_lab, held, screen_in, weighed
from tests.end_to_end.line import Line, line_to
from tests.end_to_end.people import KIOSK_SIZE, PATIENCE_MS, Room
from tests.end_to_end.words import Language

pytestmark = pytest.mark.asyncio(loop_scope="session")

VISITORS = 100
DAY_MS = 24 * 3_600_000
WEEK_MS = 7 * DAY_MS
GONE_MS = 90_000
"""Untouched for a minute, then twenty seconds of countdown: by then the screen has forgotten."""
POWER_CUTS = 4
SETTLED_VISITOR = 20
"""By then everything that is fetched later has been fetched."""
SLIDES = 2
"""Cards in the lab's window."""
SLIDE_MS = 12_000
"""Each of them is shown for so long."""
LOOKS = 5
"""At each of them."""
OWN_NOISE_BYTES = 10_000
"""300 a visit: less than one screen, or one thing said, that something forgets to let go of."""
PAUSE_MS = DAY_MS // 72
"""Between two visitors, where a page is watched for a day: once a day it loads itself anew, after all of them."""
LATER_VISITORS = range(SETTLED_VISITOR + 35, SETTLED_VISITOR + 75, 4)
"""Ten who do, and go, as those did after whom the page was weighed: they are the fourth of four, as these are."""

Deed = Literal["opinion", "comment", "idea", "rebound"]
Leaving = Literal["finishes", "starts over", "walks off"]
Trouble = Literal["none", "line", "killed", "restarted", "reloaded", "power cut", "in the dark"]

DEEDS: tuple[Deed, ...] = ("opinion", "comment", "idea", "rebound")
LEAVINGS: tuple[Leaving, ...] = ("finishes", "starts over", "walks off", "walks off")
TROUBLES: dict[Trouble, int] = {
    "none": 50, "line": 14, "killed": 8, "restarted": 8, "reloaded": 8, "power cut": 8, "in the dark": 4,
}  # fmt: skip
ENVIRONMENT = {"REBOND_SEATS_BURST": "10000", "REBOND_HANDOFFS_BURST": "10000", "REBOND_OPINIONS_BURST": "10000"}
"""A week of reports in three minutes is no flood."""


@dataclass(frozen=True)
class Visitor:
    """What somebody comes for, and how they go."""

    number: int
    deed: Deed
    language: Language
    text: str
    """What they send."""
    abandons: str
    """What they begin to write and never send; empty: nothing."""
    real_keyboard: bool
    bigger: bool
    leaving: Leaving
    trouble: Trouble
    troubled_early: bool
    """Before they say what they came to say; else after they were told that it is received or kept."""
    comes_after_ms: int


def visitors(chance: random.Random) -> Iterator[Visitor]:
    """A week of them."""
    for number in range(VISITORS):
        code = string.ascii_uppercase[number // 26] + string.ascii_lowercase[number % 26]
        yield Visitor(
            number,
            chance.choice(DEEDS),
            chance.choice(("fr", "en")),
            code + _letters(chance, 4) + chance.choice(("", "é", "ç")),
            _letters(chance, 10).capitalize() if chance.random() < 0.4 else "",
            chance.random() < 0.5,
            chance.random() < 0.3,
            chance.choice(LEAVINGS),
            chance.choices(list(TROUBLES), list(TROUBLES.values()))[0],
            chance.random() < 0.5,
            chance.randrange(2 * WEEK_MS // VISITORS),
        )


def _letters(chance: random.Random, count: int) -> str:
    return "".join(chance.choices(string.ascii_lowercase, k=count))


@dataclass
class Told:
    """What visitors were told is received or kept."""

    texts: dict[str, Visitor] = field(default_factory=dict[str, Visitor])
    opinions: int = 0
    secrets: list[str] = field(default_factory=list[str])


@dataclass(frozen=True)
class Left:
    """What a page holds when nobody is here."""

    looks: dict[str, list[Weight]]
    """By the slide that stands there."""
    own_bytes: int


class Place:
    """The lab for a week: its kiosk, its line and its server."""

    def __init__(
        self,
        room: Room,
        browser: Browser,
        start: StartRebond,
        server: RebondServer,
        line: Line,
        lab: Lab,
        profile: Path,
    ) -> None:
        self.room = room
        self.browser = browser
        self.start = start
        self.server = server
        self.line = line
        self.lab = lab
        self.profile = profile
        self.told = Told()
        self.weights: list[Weight] = []
        self.loads = 0
        self.now_ms = 1_790_000_000_000
        self.context: BrowserContext
        self.kiosk: Kiosk

    # -- the device ------------------------------------------------------------------------------------------------

    async def switches_on(self, address: str) -> None:
        """The device starts, on the profile it has, and opens the kiosk's address."""
        self.context = await self.browser.browser_type.launch_persistent_context(
            self.profile, executable_path=CHROMIUM, args=[*CHROMIUM_OPTIONS, "--hide-crash-restore-bubble"],
            viewport=KIOSK_SIZE, has_touch=True, locale="fr-FR", reduced_motion="reduce", timeout=PATIENCE_MS,
        )  # fmt: skip
        await self.context.clock.install(time=self.now_ms)
        self.kiosk = await screen_in(self.room, self.context, page=self.context.pages[0])
        self.kiosk.page.on("load", self._loaded)
        await self.kiosk.opens(address)

    def _loaded(self, _page: object) -> None:
        self.loads += 1

    @property
    def address(self) -> str:
        """What the device opens when it starts: no token is in it."""
        return f"{self.line.url}/kiosk/{self.lab.made.id}"

    async def loses_power(self) -> None:
        """The browser is gone between two instructions (SIGKILL), and started again."""
        async with self.context.expect_event("close"):
            os.kill(_process_of(self.profile), signal.SIGKILL)
        await self.switches_on(self.address)

    async def time_goes_by(self, ms: int) -> None:
        """For the browser; the server lives on in its own time."""
        self.now_ms += ms
        await self.context.clock.fast_forward(ms)

    # -- trouble ---------------------------------------------------------------------------------------------------

    async def trouble(self, what: Trouble) -> None:
        """Befalls whatever it befalls."""
        match what:
            case "none":
                pass
            case "line":
                await self.line.cut()
            case "killed":
                self.server.kill()
            case "restarted":
                await self._starts_again(self.server.stop)
            case "reloaded":
                await self.kiosk.page.reload()
            case "power cut":
                await self.loses_power()
            case "in the dark":
                await self.line.cut()
                await self.loses_power()

    async def mends(self, what: Trouble) -> None:
        """Hours later."""
        if what in ("line", "in the dark"):
            await self.line.mend()
        elif what == "killed":
            await self._starts_again(self.server.kill)

    async def _starts_again(self, end: Callable[[], object]) -> None:
        await asyncio.to_thread(end)
        before = self.server
        self.server = await asyncio.to_thread(
            self.start, data_dir=before.data_dir, port=before.port, environment=ENVIRONMENT
        )

    # -- a visit ---------------------------------------------------------------------------------------------------

    async def receives(self, visitor: Visitor) -> None:
        """Somebody comes, does what they came for, and goes; the screen has nothing of them afterwards."""
        kiosk = self.kiosk
        await self.time_goes_by(visitor.comes_after_ms)
        await kiosk.waits_for_somebody()
        await kiosk.begins()
        await kiosk.speaks(visitor.language)
        if visitor.bigger:
            await kiosk.page.get_by_role("button", name=re.compile(kiosk.say("k text size"))).tap()
        if visitor.abandons:
            await self._half_types(visitor)
        if visitor.troubled_early:
            await self.trouble(visitor.trouble)
        if visitor.trouble in ("reloaded", "power cut", "in the dark") and visitor.troubled_early:
            await self._is_wiped(visitor)  # somebody stands before a screen that has just come back
            await self.kiosk.begins()
            await self.kiosk.speaks(visitor.language)
        await self._says(visitor)
        if not visitor.troubled_early:
            await self.trouble(visitor.trouble)
        if visitor.troubled_early or visitor.trouble not in ("reloaded", "power cut", "in the dark"):
            await self._leaves(visitor)
        await self._is_wiped(visitor)
        await self.mends(visitor.trouble)

    async def _half_types(self, visitor: Visitor) -> None:
        """Begins an idea, and thinks better of it."""
        kiosk = self.kiosk
        await kiosk.suggests()
        if visitor.real_keyboard:
            await kiosk.page.keyboard.insert_text(visitor.abandons)
            await expect(kiosk.field).to_have_value(visitor.abandons)
        else:
            await kiosk.types(visitor.abandons)
        await kiosk.button("k back").tap()

    async def _says(self, visitor: Visitor) -> None:
        kiosk = self.kiosk
        await expect(kiosk.heading("k home")).to_be_visible()
        if visitor.deed == "opinion":
            await kiosk.looks_at_thursday()
            await kiosk.thinks("k agree")
            self.told.opinions += 1
            return
        if visitor.deed == "idea":
            await kiosk.suggests()
        else:
            await kiosk.looks_at_the_bench()
            await (kiosk.comments() if visitor.deed == "comment" else kiosk.rebounds())
        await kiosk.types(visitor.text)
        await kiosk.sends()
        await kiosk.is_thanked()
        self.told.texts[visitor.text] = visitor
        if visitor.number % 10 == 0:
            self.told.secrets.append((await kiosk.scanned()).partition("#h=")[2])

    async def _leaves(self, visitor: Visitor) -> None:
        kiosk = self.kiosk
        if visitor.leaving == "walks off":
            await self.time_goes_by(GONE_MS)
        elif visitor.leaving == "finishes" and await kiosk.button("k done").count():
            await kiosk.finishes()
        else:
            await kiosk.starts_over()

    async def _is_wiped(self, visitor: Visitor) -> None:
        """Nothing of a visitor is on the screen, in the page or in its fields, and nobody is here."""
        self.kiosk.language = "fr"
        await self.kiosk.waits_for_somebody()
        page = self.kiosk.page
        shown = await page.content() + "".join(await page.locator("input, textarea").evaluate_all(_VALUES))
        for text in filter(None, (visitor.text, visitor.abandons)):
            assert text not in shown, f"{text} is still there after visitor {visitor.number}"
        assert await page.evaluate(_ROOT) == ["fr", "normal", "normal"]

    async def weighs(self) -> None:
        """What the page holds now that nobody is here."""
        self.weights.append(await weighed(self.kiosk.page))

    async def weighs_each_slide(self) -> dict[str, list[Weight]]:
        """What the page holds with each card of the window, now that nobody is here. A whole turn goes before the first
        look: a page that has not turned yet does not hold the slide that it last showed."""
        looks: defaultdict[str, list[Weight]] = defaultdict(list)
        for _ in range(SLIDES):
            await self._turns()
        while len(looks) < SLIDES or any(len(these) < LOOKS for these in looks.values()):
            slide = await self._turns()
            weight = await weighed(self.kiosk.page)
            if await self._slide.inner_text() == slide:  # else it has turned by itself meanwhile
                looks[slide].append(weight)
        return looks

    async def leaves_behind(self) -> Left:
        """What the page holds of all who were here."""
        return Left(await self.weighs_each_slide(), (await held(self.kiosk.page))["page"])

    async def _turns(self) -> str:
        """To the next card of the window."""
        shown = await self._slide.inner_text()
        await self.time_goes_by(SLIDE_MS)
        await expect(self._slide).not_to_have_text(shown)
        return await self._slide.inner_text()

    @property
    def _slide(self) -> Locator:
        return self.kiosk.page.get_by_role("heading", level=1)


_VALUES = "fields => fields.map(field => field.value)"
_ROOT = "(({ lang, dataset }) => [lang, dataset.text, dataset.contrast])(document.documentElement)"
_QUEUED = """() => new Promise((done, failed) => {
  const opening = indexedDB.open("rebond-kiosk");
  opening.onerror = () => failed(opening.error);
  opening.onsuccess = () => {
    const reading = opening.result.transaction("queue").objectStore("queue").count();
    reading.onsuccess = () => (opening.result.close(), done(reading.result));
  };
})"""


def _process_of(profile: Path) -> int:
    """The browser that lives on this profile: not one of its children."""
    wanted = f"--user-data-dir={profile}".encode()
    for command in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = command.read_bytes().split(b"\0")
        except OSError:  # it has just ended
            continue
        if wanted in words and not any(word.startswith(b"--type=") for word in words):
            return int(command.parent.name)
    raise AssertionError(f"no browser lives on {profile}")


@asynccontextmanager
async def a_new_place(room: Room, browser: Browser, start: StartRebond, profile: Path) -> AsyncGenerator[Place]:
    """A lab with its kiosk switched on this very moment, for the first time."""
    server = start(environment=ENVIRONMENT)
    async with a_lab(server.url) as lab, line_to(server.port) as line:
        place = Place(room, browser, start, server, line, lab, profile)
        await place.switches_on(lab.kiosk_at(line.url))
        try:
            yield place
        finally:
            await place.context.close()


@asynccontextmanager
async def a_place(room: Room, browser: Browser, start: StartRebond, profile: Path) -> AsyncGenerator[Place]:
    """A lab with its kiosk switched on, and its page kept for when there is no line."""
    async with a_new_place(room, browser, start, profile) as place:
        await place.kiosk.is_kept()
        yield place


@pytest.mark.parametrize("seed", seeds(1))
async def test_a_week_of_visitors_leaves_what_they_sent_and_nothing_else(
    room: Room, browser: Browser, start_rebond: StartRebond, tmp_path: Path, seed: int
) -> None:
    """PRODUCT section 2 *Kiosk*, LG2, LG4: whatever happens to the line, the server, the page or the power, what a
    visitor was told is received or kept is on the server exactly once, with its words and its language; opinions add
    up; what they did not send is nowhere; and the page holds at the end what it held when it had warmed up.
    """
    profile = tmp_path / "profile"
    chance = random.Random(seed)
    week = list(visitors(chance))
    async with a_place(room, browser, start_rebond, profile) as place:
        for visitor in week:
            await place.receives(visitor)
            if visitor.number >= SETTLED_VISITOR and visitor.number % 4 == 3:
                await place.weighs()
        await _arrives(place)
        _is_all_there_once(place)
    _is_nowhere(place.server.data_dir, [visitor.abandons for visitor in week if visitor.abandons])
    _is_nowhere(profile, [*(visitor.abandons for visitor in week if visitor.abandons), *place.told.secrets])
    _is_flat(place.weights)


async def _arrives(place: Place) -> None:
    """Until the kiosk has nothing left to send; its waits are jumped over."""
    looks = 60
    for _ in range(looks):
        if await place.kiosk.page.evaluate(_QUEUED) == 0:
            break
        await place.time_goes_by(60_000)
        await place.kiosk.is_online()
    else:
        raise AssertionError("something waits for ever")
    last = await place.lab.desk.submit(CardRemove(place.lab.visits))
    await place.lab.desk.reached(last.seq)  # whatever the server took before stands there by now


def _is_all_there_once(place: Place) -> None:
    replica = place.lab.desk.replica
    told = place.told
    cards = [card for id, card in replica.cards.items() if id not in place.lab.card_ids]
    arrived = [*cards, *replica.comments.values()]
    assert Counter(one.text for one in arrived) == Counter(told.texts.keys())
    for one in arrived:
        visitor = told.texts[one.text]
        assert one.state == "pending", "nobody has read it yet"
        assert one.lang == visitor.language
    deeds = {card.text: "rebound" if card.parents else "idea" for card in cards}
    deeds.update((comment.text, "comment") for comment in replica.comments.values())
    assert deeds == {text: visitor.deed for text, visitor in told.texts.items()}
    assert replica.opinions.get(place.lab.thursday, {}) == ({"agree": told.opinions} if told.opinions else {})


def _is_nowhere(folder: Path, texts: Iterable[str]) -> None:
    """No file has these words, in any of the two ways in which a browser writes them down."""
    wanted = {written: text for text in texts for written in (text.encode(), text.encode("utf-16-le"))}
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            held = path.read_bytes()
            found = [text for written, text in wanted.items() if written in held]
            assert not found, f"{path.relative_to(folder)} has {found}"


def _is_flat(weights: list[Weight]) -> None:
    """The emptiest of the last pages holds what the emptiest of the first ones did, within a tenth. What passes (a
    slide that goes, a question on its way, code that is compiled) is in some of the looks; what a week leaves behind
    is in all of them, as the page is loaded anew every few visitors.
    """
    half = len(weights) // 2
    early, late = weights[:half], weights[half:]
    for what in ("heap_bytes", "nodes", "listeners"):
        before, after = (min(int(getattr(one, what)) for one in part) for part in (early, late))
        assert after <= 1.1 * before, f"{what} grew: {weights}"


async def test_an_opinion_that_is_counted_survives_a_power_cut(
    room: Room, browser: Browser, start_rebond: StartRebond, tmp_path: Path
) -> None:
    """LG4: given a visitor who is told that their opinion is counted, when the power goes at that moment, then it is
    there once when the kiosk is back."""
    async with a_place(room, browser, start_rebond, tmp_path / "profile") as place:
        for _ in range(POWER_CUTS):
            await place.kiosk.begins()
            await place.kiosk.looks_at_thursday()
            await place.kiosk.thinks("k agree")
            await place.loses_power()
        await _arrives(place)
        assert place.lab.desk.replica.opinions == {place.lab.thursday: {"agree": POWER_CUTS}}


@pytest.mark.parametrize("deed", ["opinion", "idea"])
async def test_what_the_first_visitor_was_told_survives_a_power_cut(
    room: Room, browser: Browser, start_rebond: StartRebond, tmp_path: Path, deed: Deed
) -> None:
    """LG4: given a device that has never been a kiosk, and somebody who touches it as soon as it shows anything; when
    the power goes at the moment in which they are told that it is counted or received, then it is there once."""
    async with a_new_place(room, browser, start_rebond, tmp_path / "profile") as place:
        kiosk = place.kiosk
        await kiosk.begins()
        if deed == "opinion":
            await kiosk.looks_at_thursday()
            await kiosk.thinks("k agree")
        else:
            await kiosk.suggests()
            await kiosk.page.keyboard.insert_text("Une fontaine")
            await kiosk.sends()
            await kiosk.is_thanked()
        await place.loses_power()
        await _arrives(place)
        replica = place.lab.desk.replica
        said = Counter(card.text for id, card in replica.cards.items() if id not in place.lab.card_ids)
        opinions = replica.opinions.get(place.lab.thursday, {})
        assert (said, opinions) == (({}, {"agree": 1}) if deed == "opinion" else ({"Une fontaine": 1}, {}))


async def _one_after_another(place: Place, numbers: Iterable[int]) -> None:
    """Visitors to whom nothing happens."""
    for number in numbers:
        deed, leaving = DEEDS[number % len(DEEDS)], LEAVINGS[number % len(LEAVINGS)]
        await place.receives(
            Visitor(number, deed, "fr", f"Ab{string.ascii_lowercase[number % 26] * 2}", "", real_keyboard=True,
                    bigger=False, leaving=leaving, trouble="none", troubled_early=False, comes_after_ms=PAUSE_MS)
        )  # fmt: skip


async def test_a_page_that_is_never_loaded_anew_does_not_grow(
    room: Room, browser: Browser, start_rebond: StartRebond, tmp_path: Path
) -> None:
    """PRODUCT section 2 *Kiosk*: within one day, on one page, the twentieth visitor and the fifty-second, or one of a
    few after them, leave the same behind: no element, no listener more, and nothing of the page's own but the noise of
    a snapshot; all that grows is what the engine makes of running code, a tenth of the heap at most."""
    async with a_place(room, browser, start_rebond, tmp_path / "profile") as place:
        await _one_after_another(place, range(SETTLED_VISITOR))
        before = await place.leaves_behind()
        await _one_after_another(place, range(SETTLED_VISITOR, SETTLED_VISITOR + 32))
        grown = _growth(before, await place.leaves_behind())
        for number in LATER_VISITORS:
            if not grown:
                break
            # A page that hears of the lab between two turns keeps what Preact had drawn before, and so the slide that
            # stood there, until the next touch: one, however long nobody comes. A visitor takes it away, but no leak.
            await _one_after_another(place, [number])
            grown = _growth(before, await place.leaves_behind())
    assert place.loads == 1, "it was one page all the time"
    assert not grown


def _growth(before: Left, after: Left) -> list[str]:
    """What is more than it was."""
    assert after.looks.keys() == before.looks.keys()
    grown: list[str] = []
    if after.own_bytes - before.own_bytes >= OWN_NOISE_BYTES:
        grown.append(f"own bytes: {before.own_bytes} {after.own_bytes}")
    for slide, looks in before.looks.items():
        for what, growth in (("nodes", 1), ("listeners", 1), ("heap_bytes", 1.1)):
            usual = median(getattr(one, what) for one in looks)
            # what is on its way (a question to the server, a slide that goes) is in some looks, a leak in all of them
            if min(getattr(one, what) for one in after.looks[slide]) > growth * usual:
                grown.append(f"{what}: {looks} {after.looks[slide]}")
    return grown
