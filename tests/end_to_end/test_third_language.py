"""A third language is one file: dropped in, built, and every surface speaks it (PRODUCT section 2, docs/languages.md).

The language is made here: every English text between ⟦ and ⟧, so that a word which does not come from a language's file
is seen on any screen. The server is a copy of this one with a client of its own; nothing of it stays.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import cast

import pytest
from playwright.async_api import Page, expect

from tests.conftest import RebondServer, StartRebond
from tests.end_to_end.people import CONSOLE_SIZE, KIOSK_SIZE, PATIENCE_MS, PHONE_SIZE, WALL_SIZE, Board, Person, Room
from tests.end_to_end.workbench import CLIENT

pytestmark = pytest.mark.asyncio(loop_scope="session")

TAG = "eo"
QUESTION = "Kio revenigus vin?"
IDEA = "Malfermi sabate"
LISTS = ("part.avatar.animals", "part.avatar.kinds")
"""Texts that are lists of words, of which one or another is said."""
PACKAGE = CLIENT.parent / "server" / "rebond"
NAMES = ("Ana", "Rebond", "Esperanto", "English", "Français", "EN", "FR", "EO")

SEEN = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const said = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode())
    if (!node.parentElement.closest("script, style, noscript")) said.push(node.data);
  for (const element of document.body.querySelectorAll("[aria-label], [title], [placeholder], [alt]"))
    for (const name of ["aria-label", "title", "placeholder", "alt"])
      if (element.hasAttribute(name)) said.push(element.getAttribute(name));
  return said;
}"""


def marked(text: str | dict[str, str]) -> str | dict[str, str]:
    """The text in the language of this test."""
    return f"⟦{text}⟧" if isinstance(text, str) else {form: f"⟦{one}⟧" for form, one in text.items()}


@pytest.fixture
def server_with_more(tmp_path: Path, start_rebond: StartRebond) -> RebondServer:
    """A server whose client was built with one language more."""
    node = shutil.which("node") or str(Path(sys.executable).with_name("node"))
    every = f"import('./languages.config.js').then(async ({{ everyText }}) => {_PRINT})"
    said = subprocess.run([node, "-e", every], cwd=CLIENT, check=True, capture_output=True, text=True)
    english = cast("dict[str, str | dict[str, str]]", json.loads(said.stdout))
    languages = tmp_path / "languages"
    languages.mkdir()
    texts = {key: marked(text) for key, text in english.items()}
    texts |= {key: " ".join(f"⟦{word}⟧" for word in str(english[key]).split(" ")) for key in LISTS}
    (languages / f"{TAG}.json").write_text(json.dumps({"name": "Esperanto", "texts": texts}), encoding="utf-8")
    package = tmp_path / "server" / "rebond"
    shutil.copytree(
        CLIENT.parent / "server" / "rebond", package, ignore=shutil.ignore_patterns("static", "__pycache__")
    )
    build = ("node_modules/vite/bin/vite.js", "build", "--logLevel", "error", "--outDir")
    subprocess.run(
        [node, *build, str(package / "web" / "static")],
        cwd=CLIENT, check=True, env={**os.environ, "EXTRA_LANGUAGES": str(languages)},
    )  # fmt: skip
    return start_rebond(environment={"PYTHONPATH": str(package.parent)})


_PRINT = "console.log(JSON.stringify(await everyText()))"


async def strange_words(page: Page, board: Board) -> list[str]:
    """What the page says, to eye or ear, that comes from no language's file, no template and nobody here."""
    said = cast("list[str]", await page.evaluate(SEEN))
    known = sorted((*NAMES, QUESTION, IDEA, board.code, *_template_texts()), key=len, reverse=True)
    ours = re.compile("|".join(map(re.escape, known)))
    return [text for text in said if re.search(r"[^\W\d_]{2}", ours.sub("", _without_marked(text)))]


def _template_texts() -> list[str]:
    """What boards begin with, in the language they were made in."""
    files = [path.read_text(encoding="utf-8") for path in (PACKAGE / "templates").glob("*.json")]
    return [json.loads(text) for file in files for text in re.findall(r'"en": ("(?:[^"\\]|\\.)*")', file)]


def _without_marked(text: str) -> str:
    depth, kept = 0, ""
    for char in text:
        depth += (char == "⟦") - (char == "⟧")
        kept += char if depth == 0 and char != "⟧" else ""
    return kept


async def test_every_surface_speaks_a_language_that_is_one_file(room: Room, server_with_more: RebondServer) -> None:
    """PRODUCT section 2: given one file for a third language, when the client is built with it, then a phone whose
    browser speaks it joins and writes in it, front page, wall, console and lab speak it when asked, a kiosk as its
    browser does, switches offer it by its own name, no word on any of
    them is from elsewhere, and but for the kiosk no page fetches another language's words.

    WCAG 3.1.1.
    """
    origin = server_with_more.url
    board: Board = await room.board(origin, title=QUESTION, template="brainstorm", locale="en")

    context = await room.browser.new_context(locale=TAG, viewport=PHONE_SIZE, has_touch=True, is_mobile=True)
    context.set_default_timeout(PATIENCE_MS)
    room.contexts.append(context)
    phone = Person("phone", await context.new_page(), "en")
    room.people.append(phone)
    await phone.page.goto(board.participant)
    await phone.page.get_by_role("textbox").fill("Ana")
    await phone.page.get_by_role("button", name="⟦Come in⟧").tap()
    await phone.page.get_by_role("textbox", name="⟦Your idea⟧").fill(IDEA)
    await phone.page.get_by_role("button", name="⟦Send⟧").tap()
    await phone.sees_once(IDEA)
    assert await phone.page.evaluate("document.documentElement.lang") == TAG

    surfaces = {
        "front": (origin, CONSOLE_SIZE),
        "wall": (board.wall, WALL_SIZE),
        "console": (board.moderator, CONSOLE_SIZE),
        "lab": (f"{origin}/lab/{board.code}", CONSOLE_SIZE),
        "kiosk": (f"{origin}/kiosk", KIOSK_SIZE),
    }
    for label, (address, size) in surfaces.items():
        context = await room.browser.new_context(locale=TAG if label == "kiosk" else "en-GB", viewport=size)
        context.set_default_timeout(PATIENCE_MS)
        room.contexts.append(context)
        person = Person(label, await context.new_page(), "en")
        room.people.append(person)
        path, _, fragment = address.partition("#")
        await person.page.goto(f"{path}?lang={TAG}" + (f"#{fragment}" if fragment else ""))
        await expect(person.page.locator("html")).to_have_attribute("lang", TAG)
        await expect(person.page.get_by_text("⟦").first).to_be_visible()

    for person in room.people:
        if person.label in ("wall", "console"):
            await person.sees_once(IDEA)
        if person.label == "kiosk":
            continue  # its visitors may read any: it fetches all there are
        fetched = [path for path in person.heard.script_paths if re.search(r"\.(en|fr)-", path)]
        assert (person.label, fetched) == (person.label, [])
    strange = {person.label: await strange_words(person.page, board) for person in room.people}
    assert [(label, words) for label, words in strange.items() if words] == []

    front = next(person for person in room.people if person.label == "front")
    await front.page.get_by_role("radio", name="Français").first.check(force=True)
    await expect(front.page.locator("html")).to_have_attribute("lang", "fr")
    await front.page.get_by_role("radio", name="Esperanto").first.check(force=True)
    await expect(front.page.get_by_role("heading", name="⟦I have a code⟧")).to_be_visible()
