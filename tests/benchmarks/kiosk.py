"""`python -m tests.benchmarks.kiosk`: what a kiosk's page weighs, and what it weighs after many visitors.

A real server, the real page in Chromium at a kiosk's size, with Playwright's clock jumping over the hours in between.
First a busy day on one page, which is never loaded anew: it is there that something would pile up. Then a month, in
which the page is loaded anew once a day, as it does by itself. Said are the browser's own figures after a collection,
what of them is the page's own (by a heap snapshot), and the longest task while somebody types. Nothing here is a test.
"""

import argparse
import asyncio
import gzip
import os
import sys
from urllib.parse import urlsplit

from playwright.async_api import Page, Response, async_playwright

from rebond_loadtest.target import serving
from tests.end_to_end.conftest import CHROMIUM, CHROMIUM_OPTIONS
from tests.end_to_end.kiosk import Kiosk, a_lab, held, weighed
from tests.end_to_end.people import KIOSK_SIZE, PATIENCE_MS

HOUR_MS = 3_600_000
ENVIRONMENT = {"REBOND_SEATS_BURST": "100000", "REBOND_HANDOFFS_BURST": "100000", "REBOND_OPINIONS_BURST": "100000"}
TEXT = "Un café dès sept heures, là où l'on attend"
WATCH = """
window.longest = 0;
new PerformanceObserver((list) => {
  for (const task of list.getEntries()) window.longest = Math.max(window.longest, task.duration);
}).observe({ type: "longtask" });
"""
"""Tasks of 50 ms or more (W3C Long Tasks API)."""


async def one_visit(kiosk: Kiosk, number: int) -> None:
    """Everything a visitor can do: an opinion, a comment with a code to take home, an idea half written."""
    await kiosk.begins()
    await kiosk.looks_at_thursday()
    await kiosk.thinks("k agree" if number % 2 else "k disagree")
    await kiosk.comments()
    await kiosk.types("Oui")
    await kiosk.page.keyboard.insert_text(f", numéro {number}")
    await kiosk.sends()
    await kiosk.is_thanked()
    await kiosk.finishes()
    await kiosk.begins()
    await kiosk.suggests()
    await kiosk.page.keyboard.insert_text("Peut-être")
    await kiosk.starts_over()


async def typed(kiosk: Kiosk) -> float:
    """The longest task while somebody types, in ms; below 50 the browser tells of none."""
    await kiosk.begins()
    await kiosk.suggests()
    await kiosk.page.evaluate(WATCH)
    await kiosk.types(TEXT)
    longest = float(await kiosk.page.evaluate("window.longest"))
    await kiosk.starts_over()
    return longest


async def loaded(page: Page, address: str) -> dict[str, int]:
    """Opens the page; bytes as sent (gzip) by kind."""
    heard: list[Response] = []

    def hear(response: Response) -> None:
        heard.append(response)

    page.on("response", hear)
    await page.goto(address)
    await page.wait_for_load_state("networkidle")
    page.remove_listener("response", hear)
    sizes = {"js": 0, "css": 0}
    for response in heard:
        kind = urlsplit(response.url).path.rpartition(".")[2]
        if kind in sizes and not response.from_service_worker:
            sizes[kind] += len(gzip.compress(await response.body(), 9))
    return sizes


async def measure(visits: int, days: int) -> None:
    """Say the figures."""
    with serving(environment=ENVIRONMENT) as target:
        async with async_playwright() as playwright, a_lab(target.url) as lab:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(CHROMIUM_OPTIONS))
            context = await browser.new_context(viewport=KIOSK_SIZE, has_touch=True, locale="fr-FR")
            context.set_default_timeout(PATIENCE_MS)
            await context.clock.install()
            kiosk = Kiosk("kiosk", await context.new_page(), "fr")
            say(f"load average before: {os.getloadavg()[0]:.1f}")
            sizes = await loaded(kiosk.page, lab.kiosk_at(target.url))
            say(f"page: {sizes['js']:,} bytes of JavaScript, {sizes['css']:,} of CSS, gzip")
            await kiosk.waits_for_somebody()
            say(f"longest task while somebody types: {await typed(kiosk):.0f} ms (0: none of 50 ms)")
            say("one page, loaded once:")
            await in_a_row(kiosk, visits, pause_ms=20 * HOUR_MS // visits)
            say(f"{days} days, a page a day:")
            await in_a_row(kiosk, 4 * days, pause_ms=6 * HOUR_MS)
            await browser.close()


async def in_a_row(kiosk: Kiosk, visits: int, pause_ms: int) -> None:
    """So many visits, with so much time between them; ten looks at the page on the way."""
    for number in range(visits):
        if number % max(1, visits // 10) == 0:
            await look(kiosk, number)
        await kiosk.page.clock.fast_forward(pause_ms)
        await kiosk.waits_for_somebody()
        await one_visit(kiosk, number)
    await look(kiosk, visits)


async def look(kiosk: Kiosk, visits: int) -> None:
    """What the page holds after so many visits, and whose it is."""
    now = await weighed(kiosk.page)
    of = await held(kiosk.page)
    say(
        f"  after {visits}: heap {now.heap_bytes / 1e6:.2f} MB, {now.nodes} nodes, {now.listeners} listeners; "
        f"of it the page's own {of['page']:,} bytes, compiled {of['engine']:,}, the browser's {of['browser']:,}"
    )


def say(line: str) -> None:
    """To whoever asked."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.kiosk", description=__doc__)
    parser.add_argument("--visits", type=int, default=200, help="of one busy day, on a page that is loaded once")
    parser.add_argument("--days", type=int, default=30, help="after it, four visits each")
    asked = parser.parse_args()
    asyncio.run(measure(asked.visits, asked.days))
