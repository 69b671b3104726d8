"""What every piece of work cost when somebody last looked at it, kept beside the program in baseline.json.

Bytecode differs from one version of Python to the next, so each has figures of its own. Whoever makes a piece dearer on
purpose, or cheaper, renews them (`python -m tests.benchmarks --renew`) in the same commit, where everybody can see it.
"""

import os
import subprocess
import sys
from pathlib import Path

import msgspec

from tests.benchmarks.counting import Cost, changed

FILE = Path(__file__).with_name("baseline.json")
ROOT = FILE.parents[2]
INTERPRETER = f"{sys.version_info.major}.{sys.version_info.minor}"

Costs = dict[str, Cost]
"""Piece of work → what it costs."""


def counted_apart() -> Costs:
    """Every piece of work, counted in a process of its own: nothing that ran before has warmed or filled anything."""
    # Hashes of text decide how maps branch, and so how much memory they take.
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    command = [sys.executable, "-m", "tests.benchmarks", "--json"]
    told = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE)
    return msgspec.json.decode(told.stdout, type=Costs)


def stored() -> Costs | None:
    """The baseline of this interpreter, None where nobody has made one."""
    return _all().get(INTERPRETER)


def store(costs: Costs) -> None:
    """Make these the baseline of this interpreter."""
    together = msgspec.json.encode({**_all(), INTERPRETER: costs}, order="sorted")
    FILE.write_bytes(msgspec.json.format(together, indent=1) + b"\n")


def changes(before: Costs, after: Costs) -> dict[str, dict[str, float]]:
    """Piece → figure → by what share it has grown or fallen, of those that have; a piece without a baseline has not.

    What has fallen counts too: a baseline left above it would let it grow back unseen.
    """
    compared = {name: changed(before[name], cost) for name, cost in after.items() if name in before}
    return {name: figures for name, figures in compared.items() if figures}


def table(before: Costs | None, after: Costs) -> str:
    """One line a piece, each figure with its change, and what has changed too much."""
    before = before or {}
    figures = Cost.__struct_fields__
    lines = [f"{'':36}" + "".join(f"{figure.replace('_', ' '):>22}" for figure in figures)]
    for name, cost in after.items():
        cells = (_cell(getattr(cost, figure), getattr(before.get(name), figure, None)) for figure in figures)
        lines.append(f"{name:36}" + "".join(cells))
    for name, beyond in changes(before, after).items():
        said = ", ".join(f"{figure.replace('_', ' ')} {share:+.0%}" for figure, share in beyond.items())
        lines.append(f"CHANGED: {name}: {said}")
    return "\n".join(lines)


def _cell(now: int, was: int | None) -> str:
    change = "new" if was is None else "" if now == was else f"{now / max(1, was) - 1:+.1%}"
    return f"{now:>13,} {change:>8}"


def _all() -> dict[str, Costs]:
    return msgspec.json.decode(FILE.read_bytes(), type=dict[str, Costs]) if FILE.exists() else {}
