"""A rolling restart loses nothing and makes no herd (HB7). With `tests.rolling.run` it is larger, and drawn."""

from __future__ import annotations

from pathlib import Path

from tests.rolling.run import page
from tests.rolling.story import Plan, told

PHONES = 45
SPREAD_MS = 3_000
"""Long beside what a busy machine holds everybody up for: who waited for a turn together comes back together."""


async def test_hb7_restarting_every_node_loses_nothing_and_makes_no_herd(tmp_path: Path) -> None:
    """HB7, LG4. Given three nodes behind a load balancer and a crowd at work, when the nodes are restarted one after
    the other, then everybody comes back by themselves, all that was acknowledged is there once on every screen, and
    nobody's people come back all at once."""
    plan = Plan(phones=PHONES, writers=9, spread_ms=SPREAD_MS)
    ended = await told(plan, tmp_path / "town")
    report = page(plan, ended)
    assert not ended.faults, report
    assert not ended.refused, report
    assert ended.acknowledged >= plan.writers, report
    moved = [len(restart.away_s) for restart in ended.restarts]
    assert moved[0] >= PHONES // plan.nodes // 2, report
    for restart in ended.restarts:
        assert max(restart.slots, default=0) <= max(5, len(restart.away_s) // 2), report
