"""Which rate is tried next, and what counts as sustained: pure, so no server runs here."""

import math

import pytest

from rebond_loadtest.comparison.run import QUICK
from rebond_loadtest.comparison.steps import LADDER, Step, Visit, next_rate
from rebond_loadtest.comparison.table import markdown, sustained


def step(rate: int, *, p99_ms: float = 10.0, lost: int = 0) -> Step:
    deliveries = rate * 1_000
    return Step(
        rate=rate,
        deliveries=deliveries,
        lost=lost,
        took_s=1.0,
        cpu_s=0.5,
        crowd_share=0.3,
        p50_ms=p99_ms / 2,
        p99_ms=p99_ms,
    )


def searched(limit: int, bisections: int) -> dict[int, bool]:
    """Every rate tried on a server that holds exactly up to `limit`, in order."""
    held: dict[int, bool] = {}
    while (rate := next_rate(held, bisections)) is not None:
        held[rate] = rate <= limit
    return held


def test_a_server_that_holds_everything_climbs_the_ladder_and_is_done() -> None:
    assert tuple(searched(10**6, 4)) == LADDER


@pytest.mark.parametrize("limit", [1, 7, 20, 99, 130, 399, 1_000, 7_999])
@pytest.mark.parametrize("bisections", [0, 2, 4])
def test_a_search_is_bounded_and_never_passes_a_rate_that_was_not_held(limit: int, bisections: int) -> None:
    held = searched(limit, bisections)
    assert sum(rate not in LADDER for rate in held) <= bisections
    assert all(rate <= limit for rate, was in held.items() if was)
    assert sum(not was for rate, was in held.items() if rate in LADDER) == 1


def test_more_bisections_come_nearer() -> None:
    best = [max(rate for rate, was in searched(650, count).items() if was) for count in (0, 2, 4)]
    assert best == sorted(best)
    assert best[0] == 400
    assert best[-1] >= 600


def test_late_or_lost_is_not_held() -> None:
    assert step(100).held
    assert not step(100, p99_ms=250.0).held
    assert not step(100, p99_ms=math.inf).held
    assert not step(100, lost=1).held


def test_a_rate_held_above_one_that_was_not_does_not_count() -> None:
    visit = Visit("x", {20: step(20), 100: step(100, lost=5), 200: step(200)}, 1_000.0, 7.0)
    found = sustained(visit)
    assert found is not None
    assert found.rate == 20


def test_the_table_shows_medians_a_dash_for_what_was_not_held_and_why_somebody_is_missing() -> None:
    visits = [
        Visit("Rebond, fsync", {20: step(20), 100: step(100), 2_000: step(2_000)}, 2_000.0, 7.0),
        Visit("slow", {20: step(20, p99_ms=40.0), 100: step(100, lost=9)}, 1_000.0, 9.0),
    ]
    lines = markdown(visits, {"absent": "no such program"}, QUICK, "Two cores.").splitlines()
    fast = next(line for line in lines if line.startswith("| Rebond"))
    slow = next(line for line in lines if line.startswith("| slow"))
    assert "≥ 2,000,000" in fast
    assert "| 5.00 | 0.25 |" in fast
    assert "| – | – | 20.0 / 40.0 | 9.0 | 1,000 |" in slow
    assert "≥" not in slow
    assert "Two cores." in lines
    assert "Deliveries sustained against the best peer's (slow): Rebond, fsync: 100.0 times." in lines
    assert "Not measured: absent (no such program)." in lines
