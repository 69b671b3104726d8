"""axe-core, run in a page as it stands: every rule in the light theme, the contrasts again in the dark one.

The page's content policy forbids scripts from elsewhere, and stays in force: the text of axe is evaluated by the
browser's debugger, as a person's developer tools would.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

from tests.end_to_end.people import Person, comes_to_rest

AXE = Path(__file__).parents[2] / "client" / "node_modules" / "axe-core" / "axe.min.js"
CONTRASTS = {"type": "rule", "values": ["color-contrast"]}
WCAG_2_2_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
Theme = Literal["light", "dark"]


async def complaints_about(person: Person, screen: str) -> list[str]:
    """What axe finds on the screen as it is now, in both themes; each with its rule and the elements."""
    return [
        *await _complaints(person, f"{screen}, light", "light", {"runOnly": WCAG_2_2_AA}),
        *await _complaints(person, f"{screen}, dark", "dark", {"runOnly": CONTRASTS}),
    ]


async def _complaints(person: Person, screen: str, theme: Theme, options: dict[str, Any]) -> list[str]:
    page = person.page
    await page.emulate_media(color_scheme=theme)
    await comes_to_rest(page)  # a button takes its time to turn dark
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(_source())
    asked = json.dumps({**options, "resultTypes": ["violations"]})
    run = f"axe.run(document, {asked}).then(({{ violations, passes }}) => [violations, passes.length])"
    found, passed = cast("tuple[list[dict[str, Any]], int]", await page.evaluate(run))
    assert passed, f"axe looked at nothing on {screen}"
    return [
        f"{person.label} ({person.language}), {screen}: {rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]


@cache
def _source() -> str:
    return AXE.read_text(encoding="utf-8")
