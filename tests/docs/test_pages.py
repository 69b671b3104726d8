"""The pages people read, held to the code: what is not documented is not finished, and what is gone is not promised.

After simonw/datasette's tests of its documentation. A failure names what is missing where.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import typer

from rebond.cli import main
from rebond.config import PREFIX, RedisSettings
from rebond.hub.meters import Meters
from rebond.hub.outbox import OutboxLimits
from rebond.hub.settings import HubSettings
from rebond.web.metrics import registry_of
from rebond.web.settings import WebSettings
from rebond_protocol.errors import CLOSES

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
OPERATIONS = (DOCS / "operations.md").read_text(encoding="utf-8")
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])

NO_FIELD = {
    **dict.fromkeys(("REBOND_SECRET", "REBOND_TRUSTED_PROXIES", "REBOND_WORKER_PORT"), None),
    **dict.fromkeys(("REBOND_REDIS_URL", "REBOND_DURABILITY", "REBOND_WORKERS", "REBOND_BRAND"), None),
    "REBOND_DRAIN_MS": 10_000,
}
"""Variables that `config` reads by itself, or the command line for an option, with their defaults."""
VARIABLE = re.compile(r"REBOND_[A-Z_]*[A-Z]")
VARIABLE_ROW = re.compile(r"^\| `(?P<name>REBOND_[A-Z_]+)` \| (?P<default>[^|]+) \|", re.MULTILINE)
COMMAND_ROW = re.compile(r"^\| `rebond (?P<name>[a-z ]+)`[^|]*\|[^|]*\|(?P<options>.*)\|$", re.MULTILINE)
OPTION = re.compile(r"`(-{1,2}[a-z][a-z-]*)`")
LINK = re.compile(r"!?\[[^\]]*\]\((?P<target>[^)\s]+)\)")
HEADING = re.compile(r"^#+ (?P<title>.+)$", re.MULTILINE)
ANCHOR = re.compile(r'<a id="(?P<id>[^"]+)">')
TYPED = re.compile(r"^((?:rebond|make) .*)$", re.MULTILINE)
PROOF = re.compile(r"`(test_\w+)`")
PROOF_FILE = re.compile(r"`(tests/[\w/.]*)`")
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


# -- links ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    """Given a page, when its links to other pages, pictures and headings are followed, then each is there."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    lost = [target for match in LINK.finditer(text) if not _is_there(page, target := match["target"])]
    assert lost == []


def _is_there(page: Path, target: str) -> bool:
    if target.startswith(("https://", "http://", "mailto:")):
        return True
    path, _, anchor = target.partition("#")
    there = (page.parent / path).resolve() if path else page
    if not there.exists():
        return False
    return not anchor or anchor in _anchors(there)


def _anchors(page: Path) -> set[str]:
    text = page.read_text(encoding="utf-8")
    made = {_slug(match["title"]) for match in HEADING.finditer(FENCE.sub("", text))}
    return made | {match["id"] for match in ANCHOR.finditer(text)}


def _slug(title: str) -> str:
    """The anchor GitHub makes of a heading."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_proof_that_is_named_is_there(page: Path) -> None:
    """Given a page, when it names tests, or files of tests, as its proof, then they are there."""
    text = page.read_text(encoding="utf-8")
    assert {name for name in PROOF.findall(text) if name not in _tests()} == set()
    assert [path for path in PROOF_FILE.findall(text) if not (ROOT / path).exists()] == []


@functools.cache
def _tests() -> frozenset[str]:
    sources = (path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    return frozenset(name for source in sources for name in re.findall(r"def (test_\w+)", source))


def test_every_page_is_in_the_index() -> None:
    """Given the pages of docs, when the index is read, then it leads to each, and the decisions are numbered on."""
    index = (DOCS / "README.md").read_text(encoding="utf-8")
    linked = {(DOCS / match["target"].partition("#")[0]).resolve() for match in LINK.finditer(index)}
    assert {page for page in DOCS.rglob("*.md") if page.name != "README.md"} - linked == set()

    decisions = sorted((DOCS / "adr").glob("*.md"))
    assert [int(page.name[:4]) for page in decisions] == list(range(1, len(decisions) + 1))
    for number, page in enumerate(decisions, 1):
        title = page.read_text(encoding="utf-8").splitlines()[0].removeprefix(f"# {number}. ")
        assert f"| [{number}](adr/{page.name}) | {title} |" in index


# -- settings ------------------------------------------------------------------------------------------------------


def test_every_setting_is_explained_with_its_default() -> None:
    """Given the settings the code reads, when the tables are read, then each has one row with its default, and no row
    is about something that is not read."""
    rows = [(match["name"], match["default"].strip()) for match in VARIABLE_ROW.finditer(OPERATIONS)]
    assert len({name for name, _ in rows}) == len(rows)
    assert {name: _value(word) for name, word in rows} == _settings()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_page_speaks_of_a_setting_that_is_not_there(page: Path) -> None:
    """Given a page, when it names variables, then the code reads them."""
    named = set(VARIABLE.findall(page.read_text(encoding="utf-8")))
    assert named - _settings().keys() == set()


def _settings() -> dict[str, float | None]:
    found: dict[str, float | None] = dict(NO_FIELD)
    for settings in (HubSettings, WebSettings, RedisSettings):
        for field in msgspec.structs.fields(settings):
            if field.type is not OutboxLimits:  # no single word could say it
                number = isinstance(field.default, int | float)
                found[PREFIX + field.name.upper()] = float(field.default) if number else None
    return found


def _value(word: str) -> float | None:
    return None if word == "–" else float(word.replace(" ", ""))


# -- the command line ----------------------------------------------------------------------------------------------


def test_every_command_and_option_is_explained() -> None:
    """Given the program, when the table of commands is read, then each command has a row that names its options,
    all of them and no other."""
    told = {match["name"]: set(OPTION.findall(match["options"])) for match in COMMAND_ROW.finditer(OPERATIONS)}
    offered = {name: options for name, options in _commands(typer.main.get_command(main), "") if name}
    assert told == offered

    _, everywhere = next(_commands(typer.main.get_command(main), ""))
    assert {option for option in everywhere if option not in OPERATIONS} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_pages_tell_to_type_can_be_typed(page: Path) -> None:
    """Given a page, when the commands in its examples are read, then the program or the Makefile knows them, and their
    options."""
    known = dict(_commands(typer.main.get_command(main), ""))
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    text = page.read_text(encoding="utf-8")
    wrong: list[str] = []
    for line in [
        *TYPED.findall("\n".join(FENCE.findall(text))),
        *re.findall(r"`(rebond [a-z][^`]*|make [a-z]+[^`]*)`", text),
    ]:
        program, *words = line.partition("#")[0].split()
        if program == "make":
            wrong += [line] if words and words[0] not in targets else []
            continue
        name = " ".join(words[:2]) if " ".join(words[:2]) in known else words[0]
        options = {word for word in words if word.startswith("-")} - known[""] - {"--help"}
        wrong += [line] if name not in known or options - known[name] else []
    assert wrong == []


def _commands(command: Any, name: str) -> Iterator[tuple[str, set[str]]]:
    """Each command with its options; what only holds commands is left out, but for the program itself."""
    inner: dict[str, Any] = getattr(command, "commands", {})
    if not inner or not name:
        yield name, _options(command)
    for word, one in inner.items():
        yield from _commands(one, f"{name} {word}".strip())


def _options(command: Any) -> set[str]:
    return {
        word
        for parameter in command.params
        if parameter.param_type_name == "option"
        for word in (*parameter.opts, *parameter.secondary_opts)
    } - {"--help"}


# -- what an operator watches --------------------------------------------------------------------------------------


def test_every_metric_is_explained() -> None:
    """Given the metrics page, when the table is read, then it names every metric of ours, and no other."""
    named = set(re.findall(r"rebond_[a-z_]+", "\n".join(re.findall(r"^\| `rebond_.*$", OPERATIONS, re.MULTILINE))))
    offered = {
        f"{metric.name}_total" if metric.type == "counter" else metric.name
        for metric in registry_of(Meters()).collect()
        if metric.name.startswith("rebond_")
    }
    assert named == offered


def test_hb9_every_close_code_has_a_remedy() -> None:
    """HB9. Given the table of close codes, when the troubleshooting is read, then each has a row there."""
    rows = set(re.findall(r"^\| (\d{4}) `([a-z_]+)` \|", OPERATIONS, re.MULTILINE))
    assert rows == {(str(row.number), row.code) for row in CLOSES.values()}
