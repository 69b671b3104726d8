"""`python -m tests.benchmarks.phone`: what a cheap phone makes of a full, busy board (DESIGN 9).

A real server, a board of 2,000 cards, Chromium at a phone's size with a CPU four times slower: loads over 3G, joins,
then lies in the middle of 50 commands a second, looking at the list, scrolling through it, and at the ballot. Said are
the browser's own figures: its tasks from its trace, its heap after a collection. `--wall` and `--console` look at those
screens instead, at full speed. Nothing here is a test; a busy machine makes all of it worse, so its load is said too.
"""

import argparse
import asyncio
import gzip
import os
import statistics
import sys
from collections import Counter, defaultdict
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any, cast
from urllib.parse import urlsplit

import msgspec
from playwright.async_api import Browser, CDPSession, Page, Response, ViewportSize, async_playwright

from tests.benchmarks.crowd import Crowd, gathered
from tests.end_to_end.conftest import CHROMIUM, CHROMIUM_OPTIONS
from tests.end_to_end.people import CONSOLE_SIZE, PATIENCE_MS, PHONE_SIZE, WALL_SIZE
from tests.end_to_end.words import words

SLOWER = 4
"""How much slower the phone's CPU is, for the browser to pretend."""
NETWORK = {"offline": False, "latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 768_000 / 8}
"""3G as WebPageTest and Lighthouse have it: 1.6 Mbit/s down, 768 kbit/s up, 150 ms there and back."""
LONG_MS = 50.0
"""A task is long from here on (W3C Long Tasks API)."""
GOAL_MS = 100.0
CATEGORIES = [
    "toplevel",
    "devtools.timeline",
    "disabled-by-default-devtools.timeline",
    "v8",
    "blink.user_timing",
    "__metadata",
]
QUIET_MS = 1_000
WATCH = f"""
window.interactive = new Promise((done) => {{
  let busyUntil = 0;
  new PerformanceObserver((list) => {{
    for (const task of list.getEntries()) busyUntil = task.startTime + task.duration;
  }}).observe({{ type: "longtask", buffered: true }});
  const quiet = (face) => {{
    if (performance.now() - Math.max(face, busyUntil) > {QUIET_MS}) done(Math.max(face, busyUntil));
    else setTimeout(quiet, {QUIET_MS} / 4, face);
  }};
  const seen = new MutationObserver(() => {{
    if (!document.querySelector("input")) return;
    seen.disconnect();
    requestAnimationFrame(() => setTimeout(() => quiet(performance.now())));
  }});
  seen.observe(document, {{ childList: true, subtree: true }});
}});
"""
"""When the first field is on the screen and no long task follows within a second: nobody can type while one runs."""
DRAWN = "new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"


class Tasks(msgspec.Struct, frozen=True):
    """The main thread's tasks over a while, in ms; `cpu` is what the thread itself ran, without waiting for a core."""

    long: int
    longest: float
    over_goal: int
    longest_cpu: float
    busy: float
    within: dict[str, float]
    """What the longest task was made of."""


class Run(msgspec.Struct, frozen=True):
    """What was seen once: figure → value."""

    figures: dict[str, float]
    within: dict[str, dict[str, float]]


def main(arguments: list[str]) -> int:
    """Do what was asked; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.phone", description=__doc__)
    parser.add_argument("--cards", type=int, default=2_000, help="on the board before anybody looks (2000)")
    parser.add_argument("--rate", type=float, default=50, help="commands a second (50)")
    parser.add_argument("--seconds", type=float, default=20, help="of each storm (20)")
    parser.add_argument("--runs", type=int, default=3, help="medians of so many (3)")
    screens = parser.add_mutually_exclusive_group()
    screens.add_argument("--wall", action="store_true", help="the wall instead, at full speed")
    screens.add_argument("--console", action="store_true", help="the console instead, at full speed")
    asked = parser.parse_args(arguments)
    screen = "wall" if asked.wall else "console" if asked.console else "phone"
    runs: list[Run] = []
    for nth in range(1, asked.runs + 1):
        runs.append(asyncio.run(_run(screen, asked.cards, asked.rate, asked.seconds)))
        sys.stderr.write(f"run {nth} of {asked.runs}, load average {_load()}\n")
    _say(f"{screen}, {asked.cards} cards, {asked.rate:g} commands/s, {asked.runs} runs, load average {_load()}")
    for figure in runs[0].figures:
        values = [run.figures[figure] for run in runs]
        _say(f"{figure:44}{statistics.median(values):>10,.0f}   ({', '.join(f'{value:,.0f}' for value in values)})")
    for name in runs[0].within:
        worst = max(runs, key=lambda run: run.figures[f"{name}: longest task, ms"]).within[name]
        parts = ", ".join(f"{part} {ms:.0f}" for part, ms in sorted(worst.items(), key=lambda one: -one[1])[:6])
        _say(f"{name}: the longest of all was {parts} (ms)")
    return 0


async def _run(screen: str, cards: int, rate: float, seconds: float) -> Run:
    async with gathered(cards) as crowd, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(CHROMIUM_OPTIONS))
        try:
            if screen == "phone":
                return await _phone(browser, crowd, rate, seconds)
            return await _screen(browser, crowd, screen, rate, seconds)
        finally:
            await browser.close()


# -- the screens ---------------------------------------------------------------------------------------------------


async def _phone(browser: Browser, crowd: Crowd, rate: float, seconds: float) -> Run:
    figures: dict[str, float] = {}
    within: dict[str, dict[str, float]] = {}
    async with _opened(browser, PHONE_SIZE) as (page, cdp):
        await _told(cdp, "Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        await _told(cdp, "Network.emulateNetworkConditions", NETWORK)
        await page.add_init_script(WATCH)
        sizes = _scripts(page)
        await page.goto(crowd.made.links.participant)
        figures["joining: interactive, ms"] = await page.evaluate("window.interactive")
        figures["joining: JS gzip, bytes"] = sum(sizes.values())
        async with _traced(browser, page) as tasks:
            pressed = float(await page.evaluate("performance.now()"))
            await page.get_by_role("button", name=words("enter", "fr"), exact=True).tap()
            await page.get_by_role("button", name=words("settings", "fr"), exact=True).wait_for()
            figures["coming in: board there, ms"] = float(await page.evaluate("performance.now()")) - pressed
        await _told(cdp, "Network.emulateNetworkConditions", {**NETWORK, "latency": 0, "downloadThroughput": -1})
        _note(figures, within, "coming in", tasks())
        all_ideas = page.get_by_role("radio", name=words("all", "fr"), exact=True)
        await all_ideas.check(force=True)
        await page.get_by_role("article").first.wait_for()
        figures["heap before, KiB"] = await _heap(cdp)
        for name, what in {"list": _lies(seconds), "list, scrolled": _scrolls(page, seconds)}.items():
            async with _traced(browser, page) as tasks:
                accepted, _ = await asyncio.gather(crowd.storm(rate, seconds), what)
            figures[f"{name}: accepted a second"] = accepted / seconds
            _note(figures, within, name, tasks())
        await page.evaluate("scrollTo(0, 0)")
        choose = page.locator("input[name=view]").first
        async with _traced(browser, page) as tasks:
            await choose.check(force=True)
            await page.locator(".choose").wait_for()
            await page.evaluate(DRAWN)
        _note(figures, within, "ballot opened", tasks())
        async with _traced(browser, page) as tasks:
            await crowd.storm(rate, seconds)
        _note(figures, within, "ballot", tasks())
        figures["heap after, KiB"] = await _heap(cdp)
        figures["everything fetched: JS gzip, bytes"] = sum(sizes.values())
    return Run(figures, within)


async def _screen(browser: Browser, crowd: Crowd, screen: str, rate: float, seconds: float) -> Run:
    figures: dict[str, float] = {}
    within: dict[str, dict[str, float]] = {}
    links = crowd.made.links
    wall = screen == "wall"
    async with _opened(browser, WALL_SIZE if wall else CONSOLE_SIZE) as (page, cdp):
        async with _traced(browser, page) as tasks:
            await page.goto(links.wall if wall else links.moderator)
            await page.get_by_role("article").first.wait_for()
            await page.evaluate(DRAWN)
        _note(figures, within, "opened", tasks())
        figures["heap before, KiB"] = await _heap(cdp)
        async with _traced(browser, page) as tasks:
            accepted = await crowd.storm(rate, seconds)
        figures["accepted a second"] = accepted / seconds
        _note(figures, within, "storm", tasks())
        figures["heap after, KiB"] = await _heap(cdp)
    return Run(figures, within)


@asynccontextmanager
async def _opened(browser: Browser, size: ViewportSize) -> AsyncGenerator[tuple[Page, CDPSession]]:
    """A fresh profile with one page: nothing is in any cache."""
    touch = size == PHONE_SIZE
    context = await browser.new_context(viewport=size, has_touch=touch, is_mobile=touch, locale="fr")
    context.set_default_timeout(PATIENCE_MS)
    page = await context.new_page()
    yield page, await context.new_cdp_session(page)
    await context.close()


async def _lies(seconds: float) -> None:
    """The phone lies there."""
    await asyncio.sleep(seconds)


async def _scrolls(page: Page, seconds: float) -> None:
    """A thumb's swipe a second, and a tap on what waits now and then."""
    for nth in range(int(seconds)):
        await asyncio.sleep(1)
        await page.evaluate("nth => nth % 10 === 9 ? scrollTo(0, 0) : scrollBy(0, 600)", nth)


# -- what the browser says -----------------------------------------------------------------------------------------


def _scripts(page: Page) -> dict[str, int]:
    """Each script that the page fetches from now on, and its size in a response that gzip has compressed."""
    sizes: dict[str, int] = {}

    async def heard(response: Response) -> None:
        path = urlsplit(response.url).path
        if path.endswith(".js"):
            sizes[path] = len(gzip.compress(await response.body(), 9))

    page.on("response", heard)
    return sizes


async def _heap(cdp: CDPSession) -> float:
    await _told(cdp, "HeapProfiler.collectGarbage")
    used = await _told(cdp, "Runtime.getHeapUsage")
    return used["usedSize"] / 1024


async def _told(cdp: CDPSession, method: str, what: Mapping[str, object] | None = None) -> Mapping[str, float]:
    """One command of the DevTools protocol, and its answer."""
    return cast("Mapping[str, float]", await cast("Any", cdp).send(method, what or {}))


@asynccontextmanager
async def _traced(browser: Browser, page: Page) -> AsyncGenerator[Any]:
    """What the block makes the page do; ask what is given for it when the block has ended."""
    found: list[Tasks] = []
    await browser.start_tracing(page=page, categories=CATEGORIES)
    yield lambda: found[0]
    found.append(tasks_of(await browser.stop_tracing()))


def tasks_of(trace: bytes) -> Tasks:
    """The tasks of the page's main thread: of all the renderers' main threads the one that did most."""
    events = msgspec.json.decode(trace)["traceEvents"]
    mains = {
        (e["pid"], e["tid"]) for e in events if e["name"] == "thread_name" and e["args"]["name"] == "CrRendererMain"
    }
    threads: dict[tuple[int, int], list[dict[str, Any]]] = defaultdict(list)
    for event in events:
        if event.get("ph") == "X" and (event["pid"], event["tid"]) in mains:
            threads[event["pid"], event["tid"]].append(event)
    busiest = max(threads.values(), key=lambda some: sum(e["dur"] for e in some if e["name"] == "RunTask"))
    tasks = [event for event in busiest if event["name"] == "RunTask"]
    worst = max(tasks, key=lambda task: task["dur"])
    durations = [task["dur"] / 1_000 for task in tasks]
    return Tasks(
        sum(ms > LONG_MS for ms in durations),
        max(durations),
        sum(ms > GOAL_MS for ms in durations),
        max(task.get("tdur", 0) for task in tasks) / 1_000,
        sum(durations),
        _parts(worst, busiest),
    )


def _parts(task: Mapping[str, Any], events: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """What a task spent its time on: each part without those inside it, in ms."""
    end = task["ts"] + task["dur"]
    inside = sorted(
        (e for e in events if task["ts"] <= e["ts"] and e["ts"] + e["dur"] <= end), key=lambda e: (e["ts"], -e["dur"])
    )
    parts: Counter[str] = Counter()
    open_events: list[Mapping[str, Any]] = []
    for event in inside:
        while open_events and open_events[-1]["ts"] + open_events[-1]["dur"] <= event["ts"]:
            open_events.pop()
        if open_events:
            parts[open_events[-1]["name"]] -= event["dur"]
        parts[event["name"]] += event["dur"]
        open_events.append(event)
    return {name: us / 1_000 for name, us in parts.items()}


def _note(figures: dict[str, float], within: dict[str, dict[str, float]], name: str, tasks: Tasks) -> None:
    figures[f"{name}: longest task, ms"] = tasks.longest
    figures[f"{name}: longest task's CPU, ms"] = tasks.longest_cpu
    figures[f"{name}: tasks over {LONG_MS:.0f} ms"] = tasks.long
    figures[f"{name}: tasks over {GOAL_MS:.0f} ms"] = tasks.over_goal
    figures[f"{name}: main thread busy, ms"] = tasks.busy
    within[name] = tasks.within


def _load() -> str:
    return " ".join(f"{average:.1f}" for average in os.getloadavg())


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
