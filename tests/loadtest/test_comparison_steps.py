"""What counts as held and as sustained, what is lost and what only late; and one visit to a real server."""

import asyncio
import sys
from array import array
from pathlib import Path

import pytest

from rebond_loadtest.comparison.provisions import Provisions
from rebond_loadtest.comparison.run import run
from rebond_loadtest.comparison.search import LATENCY
from rebond_loadtest.comparison.steps import Plan, Step, Visit, amiss, arrived, speak, sustained
from rebond_loadtest.comparison.table import markdown
from rebond_loadtest.crowd import now_us
from rebond_loadtest.site import Cores

TINY = Plan(sockets=60, rounds=2, warm_s=0.1, calm_s=0.2, steady_s=0.1, step_s=0.1, visit_s=0.1, run_s=600.0)


def step(
    rate: int,
    *,
    p99_ms: float | None = 10.0,
    lost: int = 0,
    late: int = 0,
    unsaid: int = 0,
    refused: int = 0,
    doubled: int = 0,
    redis_cpu_s: float = 0.0,
    cpu_s: float = 0.5,
    others_share: float = 0.01,
) -> Step:
    return Step(
        rate=rate,
        said=rate,
        deliveries=rate * 1_000,
        conflated=0,
        refused=refused,
        unsaid=unsaid,
        lost=lost,
        late=late,
        doubled=doubled,
        took_s=1.0,
        cpu_s=cpu_s,
        redis_cpu_s=redis_cpu_s,
        crowd_share=0.3,
        others_share=others_share,
        p50_ms=None if p99_ms is None else p99_ms / 2,
        p99_ms=p99_ms,
    )


def test_late_lost_doubled_unsaid_or_refused_is_not_held() -> None:
    assert step(100).held
    assert not step(100, p99_ms=250.0).held
    assert not step(100, p99_ms=None).held
    assert not any(one.held for one in (step(9, lost=1), step(9, late=1), step(9, unsaid=1), step(9, refused=1)))
    assert not step(9, doubled=1).held


def test_a_failure_is_excused_by_others_and_a_loss_is_not() -> None:
    assert step(100, p99_ms=300.0, others_share=0.6).excusable
    assert not step(100, p99_ms=300.0).excusable
    assert not step(100, others_share=0.6).excusable
    assert not step(100, lost=1, others_share=0.6).excusable


def test_a_rate_held_above_one_that_was_not_does_not_count() -> None:
    visit = Visit("x", {20: step(20), 100: step(100, lost=5), 200: step(200)})
    found = sustained(visit)
    assert found is not None
    assert found.rate == 20


class Deaf:
    """A socket that hears what a test lets it hear."""

    def __init__(self) -> None:
        self.events = 0
        self.closed = False
        self.latencies_us = array("q")

    def close(self) -> None:
        self.closed = True


class Trickling(Deaf):
    """A socket that hears one more in each turn of the loop, until it is closed."""

    def hear(self) -> None:
        if not self.closed:
            self.events += 1
            asyncio.get_running_loop().call_soon(self.hear)


def test_one_sockets_surplus_is_not_anothers() -> None:
    """Given a socket that got something twice and one that missed it, then both are counted."""
    twice, missed, right = Deaf(), Deaf(), Deaf()
    twice.events, missed.events, right.events = 4, 1, 3
    assert amiss([twice, missed, right], 3) == (2, 1)


class Named(Deaf):
    """A room of sockets that hear at once what is said, and says so late that the plan is behind."""

    def __init__(self) -> None:
        super().__init__()
        self.due_us: list[int] = []

    def speak(self, place: int, due_us: int) -> None:
        self.due_us.append(due_us)
        self.events += 1
        until = now_us() + 3_000
        while now_us() < until:
            pass


async def test_a_message_is_stamped_with_when_it_was_due_though_saying_takes_longer() -> None:
    """Given a plan of one message a millisecond, when each takes three to say, then the stamps are still a millisecond
    apart, and how late the last was is told (coordinated omission)."""
    room = Named()
    said, late_ms = await speak(room, [room], 1_000, 0.02)
    assert said == 20
    assert room.due_us[-1] - room.due_us[0] <= 19_000
    assert late_ms >= 19 * 2


async def test_what_stops_coming_is_lost_and_what_still_comes_is_late(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rebond_loadtest.comparison.steps.SILENT_S", 0.02)
    silent = Deaf()
    assert not await arrived([silent], 1, within_s=60.0)
    monkeypatch.setattr("rebond_loadtest.comparison.steps.STILL_COMING_S", 0.0)
    assert not await arrived([silent], 1, within_s=0.0)  # lost is told from late however short the time
    monkeypatch.undo()
    slow = Trickling()
    slow.hear()
    assert await arrived([slow], 10**12, within_s=0.05)
    slow.close()


async def test_a_whole_run_on_a_real_server_is_kept_from_the_beginning(tmp_path: Path) -> None:
    kept: list[tuple[int, bool]] = []
    outcome = await asyncio.to_thread(
        run,
        ["Rebond, memory"],
        TINY,
        tmp_path,
        Cores(),
        lambda line: None,
        lambda so_far: kept.append((len(so_far.visits), so_far.complete)),
    )
    assert kept == [(0, False), (1, False), (2, False), (2, True)]
    assert outcome.failed == []
    first, again = outcome.visits
    held = sustained(first)
    assert again.begun_at == (1 if held is None else held.rate)  # each round goes on from the one before
    for seen in (first, again):
        assert seen.connections_per_s > 0
        calm = seen.steps[LATENCY]
        assert (calm.said, calm.deliveries, calm.lost, calm.conflated) == (4, 4 * 60, 0, 0)
        assert calm.p50_ms is not None
        assert calm.p99_ms is not None
        assert 0 < calm.p50_ms <= calm.p99_ms
    assert "| Rebond, memory |" in markdown(outcome)


async def test_who_cannot_be_had_is_skipped_with_the_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    names = ["Rebond on Redis, fsync", "Node ws", "Socket.IO 4 on Redis"]
    outcome = run(names, TINY, tmp_path, Cores(), lambda line: None, lambda so_far: None)
    assert set(outcome.skipped) == set(names)
    assert "Not measured: Rebond on Redis, fsync (there is no redis-server here" in markdown(outcome)


class Own(Provisions):
    """Rebond's own environment, which has some of the peers' libraries, and not picows."""

    def python(self) -> Path:
        return Path(sys.executable)


async def test_who_fails_is_told_and_the_others_have_their_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rebond_loadtest.comparison.run.Provisions", Own)
    names = ["picows", "Starlette on uvicorn, a loop"]
    outcome = await asyncio.to_thread(run, names, TINY, tmp_path, Cores(), lambda line: None, lambda so_far: None)
    [(name, why)] = outcome.failed
    assert name == "picows"
    assert "No module named 'picows'" in why
    assert [visit.contestant for visit in outcome.visits] == [names[1]] * 2
    assert f"Visits that failed: picows ({why})." in markdown(outcome)
