"""One Chromium for all end-to-end tests, a room of fresh profiles for each, and evidence where a test fails.

Every test ends with the same three questions to every page (DESIGN section 8): did it ask another host, did it break
the content policy, did it throw?
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Generator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from tests.conftest import StartRebond
from tests.end_to_end.people import PATIENCE_MS, Room

CHROMIUM = "/usr/bin/chromium"
"""The whole browser, as a lab or a kiosk has it: for what stays in a profile, for pictures and for figures."""
HEADLESS_SHELL = "/usr/bin/chromium-headless-shell"
"""The same engine without the browser around it, where it can be had: a page costs it a fifth to two fifths less."""
FEATURES_OFF = (
    # What opens under the address bar is a page of its own in every window, made in advance: nobody types there, and it
    # costs a second of processor for each profile.
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup",
    # Of these options Chromium hears the last one alone, so what Playwright turns off itself is turned off here again.
    "AimEnabled", "AvoidCorsURLLoaderRestartOnRedirect", "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose", "HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades", "LensOverlay", "MediaRouter",
    "NetworkTimeServiceQuerying", "OptimizationHints", "PaintHolding", "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
)  # fmt: skip
CHROMIUM_OPTIONS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--disable-quic",
    "--disable-features=" + ",".join(FEATURES_OFF),
)  # fmt: skip
FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Lets the room know, when it is left, whether its test failed."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium, started once; in its headless shell where there is one."""
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=_program(), args=list(CHROMIUM_OPTIONS), timeout=PATIENCE_MS
        )
        yield chromium
        await chromium.close()


def _program() -> str:
    if not Path(CHROMIUM).exists():
        pytest.fail(f"{CHROMIUM} is missing: `make test` says how to install it.")
    return HEADLESS_SHELL if Path(HEADLESS_SHELL).exists() else CHROMIUM


@pytest_asyncio.fixture(loop_scope="session")
async def room(
    browser: Browser, start_rebond: StartRebond, request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[Room]:
    """Where the people of one test meet. They leave before the servers do: hence `start_rebond`."""
    room = Room(browser)
    yield room
    failed = request.node.stash.get(FAILED, True)
    if failed:
        evidence = tmp_path / "evidence"
        await asyncio.gather(*(person.show_evidence(evidence) for person in room.people), return_exceptions=True)
        request.node.add_report_section("teardown", "evidence", f"Screens, consoles and frames: {evidence}")
    complaints = room.complaints()
    await asyncio.gather(*(context.close() for context in room.contexts))
    if complaints and not failed:
        pytest.fail("\n".join(complaints))
