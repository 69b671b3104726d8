"""docs/accessibility.md and the tests, held to each other: whatever it says is shown by a test, that test is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/accessibility.md").read_text(encoding="utf-8")
PROOFS = sorted(set(re.findall(r"`(test_\w+|client/tests/[\w./]+)`", PAGE)))


def named() -> set[str]:
    """Every test function there is."""
    trees = (ast.parse(file.read_text(encoding="utf-8")) for file in (ROOT / "tests").rglob("test_*.py"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for tree in trees for node in ast.walk(tree) if isinstance(node, kinds)}


TESTS = named()


@pytest.mark.parametrize("proof", PROOFS)
def test_what_shows_a_point_is_there(proof: str) -> None:
    """Given a point of the page, when the test it names is looked for, then it exists."""
    assert proof in TESTS if proof.startswith("test_") else (ROOT / proof).exists()


def test_both_statements_are_there() -> None:
    """EN 301 549 12.1.1: given the page, when it is read in either language, then it holds a statement to publish."""
    assert "**Déclaration d’accessibilité.**" in PAGE
    assert "**Accessibility statement.**" in PAGE
