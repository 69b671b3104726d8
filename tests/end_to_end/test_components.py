"""Every component in every state, both themes and languages, as the components page shows them (LOOK.md, WCAG 2.2 AA).

`REBOND_SAVE_SCREENSHOTS=1` keeps what was looked at in docs/screenshots/components-*.png; without it nothing is
written, so that a test run never changes the repository.
"""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from tests.end_to_end.axe import complaints_about
from tests.end_to_end.people import CONSOLE_SIZE, PATIENCE_MS, PHONE_SIZE, Person, has_its_letters
from tests.end_to_end.words import Language
from tests.end_to_end.workbench import CLIENT, workbench

pytestmark = pytest.mark.asyncio(loop_scope="session")

SCREENSHOTS = Path(__file__).parents[2] / "docs" / "screenshots"
SAVES = os.environ.get("REBOND_SAVE_SCREENSHOTS") == "1"
OTHER_ACCENT = ":root:root { --accent: var(--light, #00695c) var(--dark, #4db6ac); }"
"""As /brand.css says it."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def bench() -> AsyncIterator[str]:
    """The developers' pages, served."""
    async with workbench() as address:
        yield address


async def _opened(page: Page, bench: str, language: Language, theme: str = "auto") -> None:
    await page.goto(f"{bench}/dev/components.html?lang={language}&theme={theme}", timeout=PATIENCE_MS)
    await page.get_by_role("heading", name="colours").wait_for(timeout=PATIENCE_MS)
    await has_its_letters(page)


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_every_component_is_for_everybody(browser: Browser, bench: str, language: Language) -> None:
    """WCAG 2.2 AA, 1.4.10: axe is silent on every component in both themes; nothing scrolls sideways at 320 px.

    Given the components page at the width of a desk, of a phone and of 320 px; when it is looked at in either theme;
    then axe finds nothing, no component is wider than the screen, and nothing threw.
    """
    context = await browser.new_context(viewport=CONSOLE_SIZE, reduced_motion="reduce")
    person = Person("bench", await context.new_page(), language)
    await _opened(person.page, bench, language)
    found = await complaints_about(person, "every component")
    for width in (CONSOLE_SIZE["width"], PHONE_SIZE["width"], 320):
        await person.page.set_viewport_size({"width": width, "height": 800})
        assert not await person.scrolls_sideways(), f"a component is wider than {width} px"
        if SAVES and width != 320:
            for theme in ("light", "dark"):
                await person.page.emulate_media(color_scheme=theme)
                name = f"components-{language}-{theme}-{width}.png"
                await person.page.screenshot(path=SCREENSHOTS / name, full_page=True)
    uncaught = [complaint for complaint in person.heard.complaints if complaint.startswith("uncaught")]
    await context.close()
    assert not found, "\n".join(found)
    assert not uncaught


async def test_forced_colours_leave_every_edge(browser: Browser, bench: str) -> None:
    """WCAG 1.4.11: where the system chooses the colours, cards, buttons and banners keep an edge, and bars are seen.

    Given forced colours; then each of these has a border, and every bar of an outcome a colour that is not its ground.
    """
    context = await browser.new_context(viewport=CONSOLE_SIZE, forced_colors="active")
    page = await context.new_page()
    await _opened(page, bench, "en")
    edgeless = """() => [...document.querySelectorAll('.card, .button:not(.button--bare), .banner, .stack__paper')]
        .filter(one => parseFloat(getComputedStyle(one).borderTopWidth) === 0
            && parseFloat(getComputedStyle(one).borderLeftWidth) === 0).map(one => one.className)"""
    unseen = """() => [...document.querySelectorAll('.score__bar, .agree__bar, .stars__bar, .outcome-table__bar')]
        .filter(one => getComputedStyle(one).backgroundColor === getComputedStyle(document.body).backgroundColor
            && getComputedStyle(one).borderTopWidth === '0px' && one.offsetWidth > 0).map(one => one.className)"""
    assert await page.evaluate(edgeless) == []
    assert await page.evaluate(unseen) == []
    await context.close()


async def test_an_organisation_s_accent_is_seen_everywhere(browser: Browser, bench: str) -> None:
    """LOOK.md: everything comes from one token file; another accent changes every ball, bar and first button.

    Given the page; when /brand.css says another accent; then nothing has the old one any more, and much has the new.
    """
    context = await browser.new_context(viewport=CONSOLE_SIZE, reduced_motion="reduce")
    page = await context.new_page()
    await _opened(page, bench, "en", "light")
    count = """accent => [...document.querySelectorAll('main *')].filter(one => {
        const style = getComputedStyle(one);
        return [style.color, style.backgroundColor, style.borderTopColor, style.fill].includes(accent);
    }).length"""
    ours, theirs = "rgb(200, 68, 43)", "rgb(0, 105, 92)"
    assert await page.evaluate(count, ours) > 20
    await page.add_style_tag(content=OTHER_ACCENT)
    assert await page.evaluate(count, ours) == 0
    assert await page.evaluate(count, theirs) > 20
    await context.close()


async def test_no_colour_stands_outside_the_token_file() -> None:
    """LOOK.md: one token file. No stylesheet but it names a colour (a QR code's white ground apart)."""
    named = re.compile(r"#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(", re.IGNORECASE)
    sheets = [path for path in (CLIENT / "src").rglob("*.css") if path.name not in ("tokens.css", "fonts.css")]
    assert sheets
    found = {
        str(path.relative_to(CLIENT)): colours
        for path in sheets
        if (colours := [one for one in named.findall(path.read_text(encoding="utf-8")) if one != "#fff"])
    }
    assert found == {}


async def test_developers_pages_are_not_built() -> None:
    """What is built is what stands at the client's root: nothing under dev/ is a page of the product."""
    pages = sorted(path.name for path in CLIENT.glob("*.html"))
    assert "components.html" not in pages
    assert (CLIENT / "dev" / "components.html").is_file()
