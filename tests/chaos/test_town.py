"""Chaos on real nodes and real Redis servers, as long as fits into everybody's test run; `make chaos` takes longer.

A failure prints its seed and the checker's sentences, and leaves the history where pytest leaves its temporary folders.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.chaos.faults import FAULTS
from tests.chaos.report import Report
from tests.chaos.story import Plan, told
from tests.chaos.town import KINDS
from tests.conftest import IN_CI
from tests.proof.recorder import Recorder

SECONDS = {"redis": 10.0, "memory": 6.0, "sentinel": 6.0, "cluster": 6.0}
"""For how long each kind of town is broken: together with coming in, mending and checking about a minute."""


@pytest.mark.parametrize("kind", list(SECONDS))
async def test_nothing_acknowledged_is_lost_or_doubled_whatever_breaks(kind: str, tmp_path: Path) -> None:
    """LG1 to LG6, HB4, DM6: given people at work on several boards of one service, when its nodes, its Redis and the
    lines between them are killed, frozen, cut and held up, then every promise holds for every screen."""
    seed = 1 if IN_CI else random.SystemRandom().randrange(1 << 32)
    fitting = [fault for fault in FAULTS.values() if kind in fault.towns]
    plan = Plan(KINDS[kind], f"{seed}:{kind}", SECONDS[kind], fitting, boards=2, people=4)
    ended = await told(plan, tmp_path / "town", _quiet)
    report = Report(seed)
    report.add(kind, ended)
    assert report.sound, report.markdown()
    assert report.counts["accepted"] > 0
    assert report.faults, "something was broken"


def _quiet(recorder: Recorder, what: str) -> None:
    """Nobody looks on."""
