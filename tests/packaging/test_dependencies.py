"""What we take from others: each with a reason, a range and one exact version, and no word of where it came from.

Governed by docs/adr/0002-dependencies.md (DESIGN section 10).
"""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PYTHON_NAME = re.compile(r"^[A-Za-z0-9._-]+")
TABLE_ROW = re.compile(r"^\| (?P<names>[^|]+) \| [^|]+ \| (?P<reason>[^|]+) \|$", re.MULTILINE)


def test_every_dependency_has_a_reason() -> None:
    """Given the packages we ask for, when the decision's tables are read, then each has a row and no row is left."""
    text = (ROOT / "docs/adr/0002-dependencies.md").read_text(encoding="utf-8")
    explained = {name for row in TABLE_ROW.finditer(text) for name in row["names"].split(", ")}

    headings = {"dependency", "---"}
    part_of_another = {"hiredis"}
    asked_for = _python_dependencies() | _client_dependencies()
    assert asked_for - explained == set()
    assert explained - asked_for == headings | part_of_another


def test_every_python_dependency_has_one_version() -> None:
    """Given the lock, when it is read, then it pins what we ask for and names no address."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned = {line.partition("==")[0] for line in lock.splitlines() if "==" in line}

    assert _python_dependencies() - pinned == set()
    assert "://" not in lock
    assert "--" not in lock


def test_every_client_dependency_has_one_version() -> None:
    """Given the client's lock, when it is read, then it pins what we ask for and not where it came from."""
    lock: dict[str, Any] = json.loads((ROOT / "client/package-lock.json").read_text(encoding="utf-8"))
    packages: dict[str, dict[str, Any]] = lock["packages"]

    assert {f"node_modules/{name}" for name in _client_dependencies()} - packages.keys() == set()
    assert [name for name, package in packages.items() if "resolved" in package] == []


def _python_dependencies() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines: list[str] = [*project["dependencies"]]
    for extra in project["optional-dependencies"].values():
        lines += extra
    return {match[0] for line in lines if (match := PYTHON_NAME.match(line))}


def _client_dependencies() -> set[str]:
    package = json.loads((ROOT / "client/package.json").read_text(encoding="utf-8"))
    return {*package["dependencies"], *package["devDependencies"]}
