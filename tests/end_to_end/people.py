"""The people of these tests and what each does and sees, on a real screen in a real browser.

Selects as a person would: by role, label and visible words (`words.py`), never by CSS. Everything waits by itself for
what it needs. It knows nothing of the server's insides; what went over the wire is kept as it was heard.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar, cast
from urllib.parse import urlsplit

from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    JSHandle,
    Locator,
    Page,
    Request,
    Response,
    TimeoutError,
    ViewportSize,
    WebSocket,
    expect,
)

from tests.end_to_end.words import Language, words

PATIENCE_MS = 60_000
"""How long a person waits for anything at all; a slow machine is not a wrong program."""

GLANCE_MS = 2_000
"""How long a person tries to press a button that may go away by itself."""

expect.set_options(timeout=PATIENCE_MS)

PHONE_SIZE: ViewportSize = {"width": 360, "height": 740}
CONSOLE_SIZE: ViewportSize = {"width": 1280, "height": 800}
KIOSK_SIZE: ViewportSize = {"width": 1080, "height": 1920}
WALL_SIZE: ViewportSize = {"width": 1920, "height": 1080}

QUESTION = "Qu’est-ce qui vous ferait revenir ?"

LOOKS_AT_A_TIMER = 20

LARGE_TEXT_PX = 32
"""Twice the browsers' 16 px: a reader at 200 %."""

STEPS_OF_A_DRAW = 12

STATIC = ("/assets/", "/icons/", "/sw.js")
"""What is the same for everybody on every board."""

Motion = Literal["no-preference", "reduce"]


@dataclass
class Heard:
    """What a page said and was told, for the end of the test: the console, the wire, the requests."""

    frames: list[str] = field(default_factory=list[str])
    bodies: list[str] = field(default_factory=list[str])
    reading: list[asyncio.Future[None]] = field(default_factory=list[asyncio.Future[None]])
    said: list[str] = field(default_factory=list[str])
    complaints: list[str] = field(default_factory=list[str])
    hosts: set[str] = field(default_factory=set[str])
    script_paths: set[str] = field(default_factory=set[str])
    loads: int = 0
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def listen(self, page: Page) -> None:
        """From now on, to everything."""
        page.on("websocket", self._hear_socket)
        page.on("console", self._hear_console)
        page.on("pageerror", self._hear_error)
        page.on("request", self._hear_request)
        page.on("response", self._hear_response)
        page.on("load", self._hear_load)

    async def everything(self) -> list[str]:
        """All that came so far, over sockets and by HTTP, but for what is the same on every board."""
        await asyncio.gather(*self.reading)
        return [*self.frames, *self.bodies]

    async def until(self, is_so: Callable[[Sequence[str]], bool]) -> None:
        """Until all that came makes it so: a page that nobody has looked at since hears in its own time."""
        while not is_so(await self.everything()):
            self.news.clear()
            await self.news.wait()

    def nothing_of(self, text: str) -> bool:
        """Whether no frame, as it came or decoded, has these words in it."""
        return not any(
            text in frame or text in json.dumps(json.loads(frame), ensure_ascii=False) for frame in self.frames
        )

    def write_down(self, folder: Path, label: str) -> None:
        """Console and frames as files."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{label}.console.txt").write_text("\n".join(self.said), encoding="utf-8")
        (folder / f"{label}.frames.txt").write_text("\n".join(self.frames), encoding="utf-8")

    def _hear_socket(self, socket: WebSocket) -> None:
        self.hosts.add(urlsplit(socket.url).hostname or "")
        socket.on("framereceived", self._hear_frame)

    def _hear_frame(self, frame: str | bytes) -> None:
        self.frames.append(frame if isinstance(frame, str) else frame.decode())
        self.news.set()

    def _hear_response(self, response: Response) -> None:
        if not urlsplit(response.url).path.startswith(STATIC):
            self.reading.append(asyncio.ensure_future(self._keep_body(response)))

    async def _keep_body(self, response: Response) -> None:
        with suppress(Error, UnicodeDecodeError):  # a page that was left keeps no bodies; a picture has no words
            self.bodies.append((await response.body()).decode())
            self.news.set()

    def _hear_console(self, message: ConsoleMessage) -> None:
        self.said.append(f"{message.type}: {message.text}")
        if "Content Security Policy" in message.text or "Content-Security-Policy" in message.text:
            self.complaints.append(message.text)

    def _hear_error(self, error: Error) -> None:
        self.complaints.append(f"uncaught: {error}")

    def _hear_load(self, _page: Page) -> None:
        self.loads += 1

    def _hear_request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https"):
            self.hosts.add(address.hostname or "")
        if request.resource_type == "script":
            self.script_paths.add(address.path)


def tells_points(told: str) -> bool:
    """Whether a JSON text holds tallies or results, at any depth."""
    return _holds(json.loads(told), {"tallies", "results"})


def _holds(value: object, names: set[str]) -> bool:
    if isinstance(value, dict):
        entries = cast("dict[str, object]", value)
        return any((name in names and inner) or _holds(inner, names) for name, inner in entries.items())
    return isinstance(value, list) and any(_holds(inner, names) for inner in cast("list[object]", value))


async def has_its_letters(page: Page) -> None:
    """Until the typefaces of what stands on this page are there: what stands in another one is wider, or higher."""
    await page.evaluate("document.fonts.ready.then(() => {})")


async def comes_to_rest(page: Page) -> None:
    """Until whatever moves to an end on this page has arrived there."""
    ending = "document.getAnimations().filter(one => one.effect.getComputedTiming().endTime !== Infinity)"
    await page.evaluate(f"Promise.allSettled({ending}.map(one => one.finished)).then(() => {{}})")


class Person:
    """Somebody in front of a screen."""

    def __init__(self, label: str, page: Page, language: Language) -> None:
        self.label = label
        self.page = page
        self.language: Language = language
        self.heard = Heard()
        self.heard.listen(page)

    def say(self, key: str, **fill: str | int) -> str:
        """The words for `key` in this person's language."""
        return words(key, self.language, **fill)

    def button(self, key: str) -> Locator:
        """The button with exactly these words."""
        return self.page.get_by_role("button", name=self.say(key), exact=True)

    def card(self, text: str) -> Locator:
        """Every card on the screen with exactly these words."""
        return self.page.get_by_role("article").filter(has=self.page.get_by_text(text, exact=True))

    def text(self, key: str, **fill: str | int) -> Locator:
        """Where these words begin, whatever comes after them."""
        return self.page.get_by_text(self.say(key, **fill))

    async def sees_once(self, text: str) -> None:
        """The card is there, one time."""
        await expect(self.card(text)).to_have_count(1)
        await expect(self.card(text)).to_be_visible()

    async def does_not_see(self, text: str) -> None:
        """Nothing on the screen has these words."""
        await expect(self.page.get_by_text(text)).to_have_count(0)

    async def sees_tie(self, one: str, other: str, points: int) -> None:
        """The outcome says in words that two ideas share the first place, and marks the shared rank."""
        orders = ((one, other), (other, one))
        said = [self.page.get_by_text(self.say("tie", one=first, other=second, n=points)) for first, second in orders]
        await expect(said[0].or_(said[1])).to_be_visible()
        await expect(self.page.get_by_text(self.say("tied"), exact=True).first).to_be_visible()

    async def sees_no_tally(self) -> None:
        """No card on the screen tells how many points it has, and no frame told the page."""
        counted = re.compile(self.say("points", n=r"\d+"))
        await expect(self.page.get_by_role("article").filter(has_text=counted)).to_have_count(0)
        assert not [frame for frame in self.heard.frames if tells_points(frame)]

    async def looks_here(self) -> None:
        """Turns to this tab: a browser hardly draws the ones behind it."""
        await self.page.bring_to_front()

    async def tabs_to(self, wanted: Locator, *, at_most: int = 80) -> None:
        """Reaches it with the Tab key alone."""
        await expect(wanted).to_be_visible()
        for _ in range(at_most):
            if await wanted.evaluate("element => element === document.activeElement"):
                return
            await self.page.keyboard.press("Tab")
        raise AssertionError(f"{self.label} cannot reach {wanted} with the Tab key")

    async def scrolls_sideways(self) -> bool:
        """Whether the page is wider than the screen."""
        return bool(await self.page.evaluate("document.documentElement.scrollWidth > innerWidth"))

    async def comes_to_rest(self) -> None:
        """Until whatever moves to an end has arrived there."""
        await comes_to_rest(self.page)

    async def running_animations(self) -> int:
        """How much moves right now, by the browser's own count."""
        running = "document.getAnimations().filter(animation => animation.playState === 'running').length"
        return int(await self.page.evaluate(running))

    async def seconds_left(self) -> int:
        """What the timer shows now."""
        shown = await self.page.get_by_role("timer").inner_text()
        minutes, seconds = shown.strip().split(":")
        return int(minutes) * 60 + int(seconds)

    async def shows_the_time_of(self, other: Person, *, at_most_s: int) -> None:
        """Both timers show the same second, give or take one. They are looked at in turn, however long that takes, and
        again where a screen was late to draw: one that is wrong stays so."""
        looks: list[list[int]] = []
        for _ in range(LOOKS_AT_A_TIMER):
            before, shown, after = looked = [await one.seconds_left() for one in (other, self, other)]
            assert 0 <= after <= before <= at_most_s
            if after - 1 <= shown <= before + 1:
                return
            looks.append(looked)
        raise AssertionError(f"{self.label} does not show the time of {other.label}: {looks}")

    async def show_evidence(self, folder: Path) -> None:
        """A picture of the screen and what the page said, for whoever looks into a failure."""
        self.heard.write_down(folder, self.label)
        if not self.page.is_closed():
            await self.page.screenshot(path=folder / f"{self.label}.png", timeout=PATIENCE_MS)


Somebody = TypeVar("Somebody", bound=Person)


class Phone(Person):
    """A participant. A touch is a tap; what others add is looked at when its button offers it."""

    async def comes_in(self, address: str, *, segment: str = "") -> None:
        """Opens the address from the QR code and joins under this person's name."""
        await self.page.goto(address)
        await self.enters(segment=segment)

    async def comes_in_by_code(self, origin: str, code: str, *, segment: str = "") -> None:
        """Types the code from the wall, in small letters, on the front page."""
        await self.page.goto(origin)
        await self.page.get_by_label(self.say("code")).fill(code.lower())
        await self.button("join").tap()
        await self.enters(segment=segment)

    async def enters(self, *, segment: str = "") -> None:
        """Gives a name and, in one tap, the segment with these words, and comes in."""
        await self.page.get_by_label(self.say("name")).fill(self.label)
        if segment:
            await self.page.get_by_role("radio", name=segment, exact=True).tap()
        await self.button("enter").tap()
        await self.is_on_the_board()

    async def is_on_the_board(self) -> None:
        """The board is there, and live."""
        await expect(self.button("settings")).to_be_visible()
        await self.is_live()

    async def is_live(self) -> None:
        """The line is up."""
        await expect(self.page.get_by_role("status").filter(has_text=self.say("live"))).to_have_count(1)

    async def notices_the_line_is_gone(self) -> None:
        """The page itself says that it has no connection."""
        await expect(self.page.get_by_role("banner").get_by_text(re.compile(self.say("offline")))).to_be_visible()

    @property
    def composer(self) -> Locator:
        """Where an idea is written."""
        return self.page.get_by_role("contentinfo").get_by_role("textbox", name=self.say("your idea"))

    async def sends(self, text: str) -> None:
        """Writes an idea and sends it, without waiting for an answer."""
        await self.composer.fill(text)
        await self.button("send").tap()
        await expect(self.composer).to_have_value("")

    async def writes(self, text: str) -> None:
        """Writes an idea, sends it, and sees that it has arrived."""
        await self.sends(text)
        await self.sees_arrived(text)

    async def opens_the_composer(self) -> None:
        """Writes although a vote is open; where somebody was writing when it opened, the field is still there."""
        meanwhile = self.button("write meanwhile")
        await expect(self.composer.or_(meanwhile).first).to_be_visible()
        if await meanwhile.count():
            await meanwhile.tap()

    async def sees_arrived(self, text: str) -> None:
        """Once on the screen, and no longer on its way. What a server stored, and died before it said so, stands there
        from the log, and as being sent, until it is asked again."""
        await expect(self.card(text).first).to_be_visible()
        await expect(self.card(text).get_by_text(self.say("sending"))).to_have_count(0)
        await self.sees_once(text)

    async def sees_on_its_way(self, text: str) -> None:
        """Once on the screen, marked « Envoi… »."""
        await expect(self.card(text).get_by_text(self.say("sending"))).to_have_count(1)

    async def looks_at(self, text: str) -> None:
        """Sees this idea of somebody else's, pressing "4 new ideas" if it waits there."""
        await self._takes_new_ideas_in(self.card(text))
        await self.sees_once(text)

    async def looks_at_all(self, count: int) -> list[str]:
        """Takes every idea in until there are this many; their words, top to bottom."""
        cards = self.page.get_by_role("article")
        for _ in range(PATIENCE_MS // GLANCE_MS):
            await self._takes_new_ideas_in(cards.nth(count - 1))
            with suppress(AssertionError):
                await expect(cards).to_have_count(count, timeout=GLANCE_MS)
            texts = await self.texts()
            if len(texts) == count:  # else the list came back to its top, and to its first portion
                return texts
        raise AssertionError(f"{self.label} does not see {count} ideas")

    async def has_touch(self) -> bool:
        """Whether there is a finger for it; else a mouse, or keys alone."""
        return bool(await self.page.evaluate("matchMedia('(pointer: coarse)').matches"))

    async def _takes_new_ideas_in(self, until: Locator) -> None:
        gathered = self.page.get_by_role("button", name=re.compile(self.say("new ideas")))
        press = gathered.tap if await self.has_touch() else gathered.click
        for _ in range(PATIENCE_MS // GLANCE_MS):
            if await until.count():
                return
            if await gathered.count():
                with suppress(TimeoutError):  # it went away: the list took the ideas in by itself meanwhile
                    await press(timeout=GLANCE_MS)
                continue
            # a long list is drawn as far as one looks
            await self.page.evaluate("[...document.querySelectorAll('article')].at(-1)?.scrollIntoView()")
            with suppress(AssertionError):
                await expect(until.or_(gathered).first).to_be_attached(timeout=GLANCE_MS)

    async def texts(self) -> list[str]:
        """The words of every card on the screen, top to bottom (the first paragraph of each)."""
        words_of = "cards => cards.map(card => card.querySelector('p').textContent)"
        return cast("list[str]", await self.page.get_by_role("article").evaluate_all(words_of))

    async def looks_only_at_own(self) -> None:
        """The view with this person's own cards."""
        await self.page.get_by_role("radio", name=self.say("mine")).check(force=True)

    async def rebounds_on(
        self, text: str, verb: str, idea: str, *, owes: str = "", with_too: Sequence[str] = ()
    ) -> None:
        """Starts an idea from another (or several): the arc button, a verb, words, and what is owed."""
        await self.card(text).get_by_role("button", name=re.compile(f"^{self.say('rebound on')}")).tap()
        sheet = self.page.get_by_role("dialog")
        await sheet.get_by_role("radio", name=self.say(verb)).check(force=True)
        for other in with_too:
            await sheet.get_by_role("button", name=self.say("add a card")).tap()
            await sheet.get_by_role("searchbox", name=self.say("search")).fill(other)
            await sheet.get_by_role("button").filter(has_text=other).tap()
        await sheet.get_by_label(self.say("your idea"), exact=True).fill(idea)
        if owes:
            await sheet.get_by_label(self.say("owes")).fill(owes)
        await sheet.get_by_role("button", name=self.say("rebound"), exact=True).tap()
        await expect(sheet).to_have_count(0)
        await self.sees_arrived(idea)

    def stepper(self, text: str) -> Locator:
        """The points of one card."""
        return self.card(text).get_by_role("group", name=re.compile(f"^{self.say('points for')}"))

    async def turns_to_the_vote(self) -> None:
        """Looks at what is voted on; a phone nobody is at work on does so by itself, another offers it."""
        chosen = self.page.get_by_role("radio", name=self.say("choose"), exact=True, checked=True)
        offered = self.button("vote now")
        for _ in range(PATIENCE_MS // GLANCE_MS):
            await expect(chosen.or_(offered).first).to_be_attached()
            if await chosen.count():
                return
            with suppress(TimeoutError):  # it went away: the phone turned by itself meanwhile
                await offered.tap(timeout=GLANCE_MS)

    async def turns_to_all_ideas(self) -> None:
        """Looks at the list of ideas, though a vote is open."""
        await self.page.get_by_role("radio", name=self.say("all"), exact=True).check(force=True)

    async def gives_a_point(self, text: str) -> None:
        """One more point for this card."""
        await self.turns_to_the_vote()
        await self.stepper(text).get_by_role("button", name=self.say("one more")).tap()

    async def takes_a_point_back(self, text: str) -> None:
        """One fewer."""
        await self.stepper(text).get_by_role("button", name=self.say("one fewer")).tap()

    async def watches_own_points(self, text: str) -> JSHandle:
        """From now on, every number this card's stepper shows, in a list that grows."""
        watch = """output => {
            const seen = [output.textContent];
            const look = () => seen.at(-1) === output.textContent || seen.push(output.textContent);
            new MutationObserver(look).observe(output, { childList: true, characterData: true, subtree: true });
            return seen;
        }"""
        return await self.stepper(text).get_by_role("status").evaluate_handle(watch)

    async def sees_own_points(self, text: str, points: int) -> None:
        """The stepper's number."""
        await expect(self.stepper(text).get_by_role("status")).to_have_text(str(points))

    async def sees_points_left(self, points: int) -> None:
        """The tray at the bottom."""
        said = self.say("left", n=points) if points else self.say("none left")
        await expect(self.page.get_by_text(re.compile(f"^{said}"))).to_be_visible()

    async def opens_menu(self, text: str, item: str) -> None:
        """Picks something from a card's menu."""
        await self.card(text).get_by_role("button", name=re.compile(f"^{self.say('more for')}")).tap()
        await self.page.get_by_role("menuitem", name=self.say(item), exact=True).tap()

    async def edits(self, text: str, into: str) -> None:
        """Changes the words of an own card."""
        await self.begins_to_edit(text, into)
        await self.page.get_by_role("dialog").get_by_role("button", name=self.say("save"), exact=True).tap()

    async def begins_to_edit(self, text: str, into: str) -> None:
        """Opens the sheet and writes, without saving yet."""
        await self.opens_menu(text, "edit")
        await self.page.get_by_role("dialog").get_by_role("textbox", name=self.say("text")).fill(into)

    async def draws_up(self, start: Locator, by_px: int) -> None:
        """A finger comes down on something and draws the page up, as a person scrolls."""
        box = await start.bounding_box()
        assert box is not None
        session = cast("Any", await self.page.context.new_cdp_session(self.page))
        x, y = box["x"] + box["width"] / 3, box["y"] + box["height"] / 3
        await session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
        for step in range(1, STEPS_OF_A_DRAW + 1):
            point = {"x": x, "y": y - by_px * step / STEPS_OF_A_DRAW}
            await session.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
        await session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        await session.detach()

    async def presses_option(self, text: str) -> None:
        """Puts a hand up for one answer of a poll, and sees that it is up."""
        option = self.page.get_by_role("button", name=re.compile(f"^{re.escape(text)}"))
        await option.tap()
        await expect(option).to_have_attribute("aria-pressed", "true")

    async def opens_receipt(self) -> Locator:
        """What became of my ideas: two taps away on every screen."""
        await self.button("settings").tap()
        await self.button("my receipt").tap()
        receipt = self.page.get_by_role("dialog", name=self.say("receipt"))
        await expect(receipt).to_be_visible()
        return receipt

    async def puts_away(self) -> None:
        """Closes the sheet that lies over the list."""
        await self.page.get_by_role("dialog").get_by_role("button", name=self.say("close"), exact=True).tap()
        await expect(self.page.get_by_role("dialog")).to_have_count(0)

    async def sees_the_results(self) -> None:
        """Follows the invitation to the results."""
        await self.button("see results").tap()


class Console(Person):
    """The facilitator."""

    async def opens(self, address: str) -> None:
        """Opens the moderator's link."""
        await self.page.goto(address)
        await self.is_on_the_board()

    async def is_on_the_board(self) -> None:
        """The desk is there, and live."""
        await expect(self.button("large qr")).to_be_visible()
        await expect(self.page.get_by_role("status").filter(has_text=self.say("live"))).to_have_count(1)

    async def picks(self, text: str, item: str) -> None:
        """Does something to a card by its menu."""
        await self.card(text).get_by_role("button", name=re.compile(f"^{self.say('card')} ")).click()
        await self.page.get_by_role("menuitem", name=self.say(item), exact=True).click()

    async def picks_state(self, text: str, item: str) -> None:
        """Turns something of a card on or off, by its menu: whichever the desk does not know it to be."""
        await self.card(text).get_by_role("button", name=re.compile(f"^{self.say('card')} ")).click()
        await self.page.get_by_role("menuitemcheckbox", name=self.say(item), exact=True).click()

    async def invites(self, second: Console, name: str) -> None:
        """Makes an invitation to moderate; the other opens it, says a name and is at a desk, too."""
        await self.page.get_by_text(self.say("invite"), exact=True).click()
        await self.button("for a co-moderator").click()
        link = await self.page.get_by_role("textbox", name=self.say("to moderate")).input_value()
        await second.page.goto(link)
        await second.page.get_by_label(second.say("name")).fill(name)
        await second.button("enter").click()
        await second.is_on_the_board()

    async def opens_a_vote(self) -> None:
        """A secret round with the budget the console proposes (five points, three on a card): two presses."""
        await self.page.get_by_role("button", name=self.say("open a vote"), exact=True).first.click()
        await self.page.get_by_role("dialog").get_by_role("button", name=self.say("open points"), exact=True).click()
        await expect(self.page.get_by_role("dialog")).to_have_count(0)
        await expect(self.text("vote under way")).to_be_visible()

    async def closes_the_vote(self) -> None:
        """Shows the results to everybody."""
        await self.page.get_by_role("button", name=self.say("close the vote"), exact=True).first.click()
        await expect(self.text("vote under way")).to_have_count(0)

    async def sees_voters(self, voted: int, here: int) -> None:
        """How many have voted: all that a secret round tells."""
        await expect(self.text("voted", n=voted, here=here)).to_be_visible()

    async def looks_at_results(self) -> None:
        """Opens the latest closed vote."""
        await self.page.get_by_role("button", name=re.compile(f"^{self.say('results')}")).first.click()

    async def goes_on(self, *, to: str) -> None:
        """Presses the one primary button; the plan marks the next step, and no other."""
        await self.button("next step").click()
        await self.stands_at(to)

    async def stands_at(self, title: str) -> None:
        """The plan marks this step."""
        current = self.page.get_by_role("listitem").and_(self.page.locator("[aria-current=step]"))
        await expect(current).to_have_count(1)
        await expect(current).to_contain_text(title)

    async def closes_the_sheet(self) -> None:
        """Whatever lies over the table."""
        await self.page.keyboard.press("Escape")
        await expect(self.page.get_by_role("dialog")).to_have_count(0)

    async def locks(self) -> None:
        """Nobody writes any more."""
        await self.button("lock").click()
        await expect(self.button("unlock")).to_be_visible()

    async def unlocks(self) -> None:
        """By the one primary button."""
        await self.button("unlock").click()
        await expect(self.button("unlock")).to_have_count(0)

    async def asks_for_private_writing(self) -> None:
        """Ideas stay with their author until the reveal."""
        await self.page.get_by_role("radio", name=self.say("private")).check(force=True)
        await expect(self.button("reveal")).to_be_visible()

    async def reveals(self) -> None:
        """Everything written privately is everybody's."""
        await self.button("reveal").click()
        await expect(self.button("reveal")).to_have_count(0)

    async def restores(self, text: str) -> None:
        """Takes a card out of the bin."""
        await self.page.get_by_role("button", name=re.compile(f"^{self.say('bin')}")).click()
        sheet = self.page.get_by_role("dialog")
        await sheet.get_by_role("button", name=re.compile(f"^{self.say('restore')}.*{re.escape(text)}")).click()
        await expect(sheet.get_by_role("article")).to_have_count(0)
        await self.closes_the_sheet()

    async def removes_person(self, name: str) -> None:
        """Somebody must go."""
        await self.page.get_by_text(self.say("who is here")).click()
        await self.page.get_by_role("button", name=name, exact=True).click()
        await self.page.get_by_role("menuitem", name=self.say("remove person")).click()
        await self.page.get_by_role("dialog").get_by_role("button", name=self.say("remove"), exact=True).click()

    async def takes_export(self, name: str) -> str:
        """Presses JSON, CSV or Markdown; the file's text."""
        async with self.page.expect_download() as waiting:
            await self.page.get_by_role("button", name=name, exact=True).click()
        download = await waiting.value
        return _text_of(await download.path())


def _text_of(file: Path | str) -> str:
    return Path(file).read_text(encoding="utf-8-sig")


class Wall(Person):
    """Everybody in the room, looking up."""

    async def opens(self, address: str) -> None:
        """Opens the wall's link."""
        await self.page.goto(address)
        await expect(self.page.get_by_role("img", name=re.compile(f"^{self.say('qr')}"))).to_be_visible()

    async def sees_arc(self, child: str, verb: str, parent: str) -> None:
        """A rebound is drawn, and said to whoever cannot see it."""
        said = self.say("arc", child=child, verb=self.say(verb), parent=parent)
        await expect(self.page.get_by_role("listitem").filter(has_text=said)).to_have_count(1)

    async def has_marks(self, count: int) -> None:
        """So many people have popped up on the poster, each as a mark in the shape of their segment."""
        await expect(self.page.get_by_role("main").locator("i")).to_have_count(count)

    async def has_arcs(self, count: int) -> None:
        """So many arcs are in the wall's drawing: each is a group of its line and its ball."""
        await expect(self.page.get_by_role("main").locator("svg g")).to_have_count(count)


class Front(Person):
    """Whoever opens the server's own address."""

    async def opens(self, address: str) -> None:
        """The front page."""
        await self.page.goto(address)
        await expect(self.button("create")).to_be_visible()

    async def creates(self, question: str) -> Console:
        """Asks a question and is taken to the console."""
        await self.page.get_by_label(self.say("question")).fill(question)
        await self.button("create").click()
        console = self.becomes_console()
        await console.is_on_the_board()
        return console

    def becomes_console(self) -> Console:
        """The same person and page, once the page has become a console."""
        console = Console(self.label, self.page, self.language)
        console.heard = self.heard
        return console

    async def types_code(self, code: str) -> None:
        """Tries to join."""
        await self.page.get_by_label(self.say("code")).fill(code)
        await self.button("join").click()


async def _set_text_size(context: BrowserContext, page: Page, size_px: int) -> None:
    """As in the browser's own settings: what the page calls the reader's size."""
    session = cast("Any", await context.new_cdp_session(page))
    await session.send("Page.setFontSizes", {"fontSizes": {"standard": size_px}})


@dataclass(frozen=True)
class Board:
    """A board somebody has made: its code and its links."""

    id: str
    code: str
    participant: str
    moderator: str
    wall: str
    kiosk: str

    def through(self, origin: str) -> str:
        """Where everybody joins, by another way to the same server."""
        return f"{origin}/j/{self.code}"


class Room:
    """Everybody in one test, each with a browser profile of their own."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.people: list[Person] = []
        self.contexts: list[BrowserContext] = []

    async def board(
        self, origin: str, *, title: str = QUESTION, template: str = "brainstorm", locale: Language = "fr"
    ) -> Board:
        """A board, made over HTTP as the front page makes it."""
        context = await self.browser.new_context()
        context.set_default_timeout(PATIENCE_MS)
        try:
            answer = await context.request.post(
                f"{origin}/api/boards", data={"title": title, "template": template, "locale": locale}
            )
            made = cast("dict[str, Any]", await answer.json())
        finally:
            await context.close()
        links = cast("dict[str, str]", made["links"])
        return Board(made["id"], made["code"], links["participant"], links["moderator"], links["wall"], links["kiosk"])

    async def phone(
        self, name: str, language: Language = "fr", *, large_text: bool = False, size: ViewportSize = PHONE_SIZE,
        motion: Motion = "no-preference", touch: bool = True,
    ) -> Phone:  # fmt: skip
        """A phone in somebody's hand; `large_text`: they read at 200 %; not `touch`: it has a keyboard instead."""
        context = await self.profile(language, size, motion=motion, touch=touch)
        phone = await self.tab(context, name, language)
        if large_text:
            await _set_text_size(context, phone.page, LARGE_TEXT_PX)
        return phone

    async def tab(self, context: BrowserContext, name: str, language: Language = "fr") -> Phone:
        """Another tab of the same browser."""
        return self._with(Phone(name, await context.new_page(), language))

    async def console(
        self, language: Language = "fr", *, size: ViewportSize = CONSOLE_SIZE, motion: Motion = "no-preference"
    ) -> Console:
        """A laptop for whoever steers."""
        context = await self.profile(language, size, motion=motion)
        return self._with(Console("console", await context.new_page(), language))

    async def wall(self, language: Language = "fr", *, motion: Motion = "no-preference") -> Wall:
        """A large screen on the wall."""
        context = await self.profile(language, WALL_SIZE, motion=motion)
        return self._with(Wall("wall", await context.new_page(), language))

    async def front(
        self, language: Language = "fr", *, size: ViewportSize = CONSOLE_SIZE, motion: Motion = "no-preference"
    ) -> Front:
        """A laptop at the front page."""
        context = await self.profile(language, size, motion=motion)
        return self._with(Front("facilitator", await context.new_page(), language))

    def _with(self, somebody: Somebody) -> Somebody:
        self.people.append(somebody)
        return somebody

    async def profile(
        self, language: Language, size: ViewportSize, *, motion: Motion = "no-preference", touch: bool = False
    ) -> BrowserContext:
        """A fresh browser profile."""
        locale = "fr-FR" if language == "fr" else "en-GB"
        context = await self.browser.new_context(
            locale=locale, viewport=size, has_touch=touch, is_mobile=touch, reduced_motion=motion
        )
        context.set_default_timeout(PATIENCE_MS)
        self.contexts.append(context)
        return context

    def complaints(self) -> list[str]:
        """What no page may ever do: ask another host, break the content policy, throw."""
        strangers = [
            f"{person.label} asked {host}" for person in self.people for host in person.heard.hosts - {"127.0.0.1"}
        ]
        return strangers + [f"{person.label}: {said}" for person in self.people for said in person.heard.complaints]
