"""docs/accessibility.md and the tests, held to each other: what it says is shown by a test that bears its number."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/accessibility.md").read_text(encoding="utf-8")
PROOFS = sorted(set(re.findall(r"`(test_\w+|client/tests/[\w./]+)`", PAGE)))


ROW = re.compile(r"^\| (?P<points>\d[^|]+) \|.*\| (?P<proofs>[^|]+) \|$", re.MULTILINE)
POINT = re.compile(r"(?P<first>\d+(?:\.\d+)+)(?: to (?P<last>\d+(?:\.\d+)+))?")
ROWS = {row["points"]: re.findall(r"`(test_\w+)`", row["proofs"]) for row in ROW.finditer(PAGE)}


def documented() -> dict[str, str]:
    """Every test function there is, with its docstring."""
    trees = (ast.parse(file.read_text(encoding="utf-8")) for file in (ROOT / "tests").rglob("test_*.py"))
    functions = (node for tree in trees for node in ast.walk(tree))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name: ast.get_docstring(node) or "" for node in functions if isinstance(node, kinds)}


TESTS = documented()


def numbers(points: str) -> set[str]:
    """The clauses or criteria a row is about: `1.3.1 to 1.3.3` are three."""
    found: set[str] = set()
    for point in POINT.finditer(points):
        chapter, _, first = point["first"].rpartition(".")
        last = (point["last"] or point["first"]).rpartition(".")[2]
        found |= {f"{chapter}.{number}" for number in range(int(first), int(last) + 1)}
    return found


@pytest.mark.parametrize("points", ROWS)
def test_what_shows_a_point_bears_its_number(points: str) -> None:
    """Given a row, when the docstrings of the tests it names are read, then each names a clause or criterion of it."""
    any_of = re.compile(rf"(?<![\d.])(?:{'|'.join(map(re.escape, numbers(points)))})(?!\d)")
    assert [test for test in ROWS[points] if not any_of.search(TESTS[test])] == []


@pytest.mark.parametrize("proof", PROOFS)
def test_what_shows_a_point_is_there(proof: str) -> None:
    """Given a point of the page, when the test it names is looked for, then it exists."""
    assert proof in TESTS if proof.startswith("test_") else (ROOT / proof).exists()


def test_both_statements_are_there() -> None:
    """EN 301 549 12.1.1: given the page, when it is read in either language, then it holds a statement to publish."""
    assert "**Déclaration d’accessibilité.**" in PAGE
    assert "**Accessibility statement.**" in PAGE
