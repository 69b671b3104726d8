"""docs/complaints.md and the tests, held to each other: no complaint without a test that bears its number."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/complaints.md").read_text(encoding="utf-8")
ROWS = {
    row["number"]: row["proof"]
    for row in re.finditer(r"^\| (?P<number>5\.\w+) \|.*\| (?P<proof>[^|]+) \|$", PAGE, re.MULTILINE)
}
PROOF = re.compile(r"`(test_\w+|client/tests/[\w./]+)`")
NUMBER = re.compile(r"\b5\.(?:[a-e]|\d+)\b")
NAMED = re.compile(r"PRODUCT ((?:5\.\w+(?:, )?)+)")


def test_every_complaint_has_a_row() -> None:
    """Given the ten complaints with a number and the five without, then the page has a row for each, in their order."""
    assert [*ROWS] == [f"5.{one}" for one in (*range(1, 11), *"abcde")]


@pytest.mark.parametrize("number", ROWS)
def test_every_proof_of_a_complaint_bears_its_number(number: str) -> None:
    """Given a row, when the tests it names are read, then each is there and says which complaint it proves."""
    proofs = PROOF.findall(ROWS[number])
    assert proofs
    assert [proof for proof in proofs if number not in _numbers_of(proof)] == []


def test_no_test_bears_a_number_that_is_no_complaint() -> None:
    """Given all tests, when their numbers are read, then the page has each."""
    numbers = {number for named in _tests().values() for number in named}
    assert numbers - ROWS.keys() == set()


def _numbers_of(proof: str) -> set[str]:
    if proof.startswith("test_"):
        return _tests().get(proof, set())
    return _numbers((ROOT / proof).read_text(encoding="utf-8"))


@functools.cache
def _tests() -> dict[str, set[str]]:
    """Every Python test's numbers: those of its docstring, and those of the module it stands in."""
    return dict(_documented())


def _documented() -> Iterator[tuple[str, set[str]]]:
    for file in (ROOT / "tests").rglob("test_*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        everywhere = _numbers(ast.get_docstring(tree) or "")
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                yield node.name, everywhere | _numbers(ast.get_docstring(node) or "")


def _numbers(text: str) -> set[str]:
    return {number for named in NAMED.findall(text) for number in NUMBER.findall(named)}
