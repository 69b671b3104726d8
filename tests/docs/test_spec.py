"""docs/spec.md and the tests, held to each other: no rule without a test that names it, no name without a rule."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SPEC = (ROOT / "docs/spec.md").read_text(encoding="utf-8")
RULE = re.compile(r"\b(?:DM|LG|HB)\d\b")
SECTION = re.compile(r"^### (?P<rule>(?:DM|LG|HB)\d) · .+?$(?P<body>.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL)
PATH = re.compile(r"`((?:server|protocol|client|tests)/[\w./]+)`")
JS_TEST = re.compile(r"""\b(?:describe|it|test)(?:\.\w+)?\(\s*(["'`])(?P<title>.*?)\1""", re.DOTALL)

SECTIONS = {match["rule"]: match["body"] for match in SECTION.finditer(SPEC)}


def test_every_rule_is_named_by_a_test_and_every_name_is_a_rule() -> None:
    """Given the spec's rules, when the names and docstrings of all tests are read, then each rule is there, and no
    rule that the spec does not have."""
    named = {rule for title in _titles() for rule in RULE.findall(title.upper().replace("_", " "))}
    assert named == SECTIONS.keys()


@pytest.mark.parametrize("rule", SECTIONS)
def test_a_rule_says_where_it_lives_and_what_proves_it(rule: str) -> None:
    """Given a rule, when its section is read, then the files it names are there, those of tests name the rule, and it
    names at least one of each."""
    paths = [ROOT / path for path in PATH.findall(SECTIONS[rule])]
    assert [str(path) for path in paths if not path.exists()] == []
    tests = [path for path in paths if "tests" in path.relative_to(ROOT).parts]
    assert tests, "no test is named"
    assert len(paths) > len(tests), "no place is named"
    assert [str(path) for path in tests if not _names(path, rule)] == []


def _names(path: Path, rule: str) -> bool:
    files = [path] if path.is_file() else [file for ending in ("py", "js", "jsx") for file in path.rglob(f"*.{ending}")]
    return any(rule in file.read_text(encoding="utf-8") for file in files)


def _titles() -> Iterator[str]:
    """The name and docstring of every Python test and of the classes and modules they stand in; the title of every one
    in JavaScript."""
    for file in (ROOT / "tests").rglob("test_*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        yield ast.get_docstring(tree) or ""
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                yield f"{node.name} {ast.get_docstring(node) or ''}"
    for file in (ROOT / "client/tests").rglob("*.test.js*"):
        for match in JS_TEST.finditer(file.read_text(encoding="utf-8")):
            yield match["title"]
