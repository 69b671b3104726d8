"""Each scenario at a tiny size on a real server: it ends, counts what it should, and has every figure asked of it.

Nothing here is about speed: the machine may be as busy as it likes.
"""

from __future__ import annotations

from typing import Any

import pytest

from rebond_loadtest import bench
from rebond_loadtest.playing import Conditions, asked, play
from rebond_loadtest.scenarios import SCENARIOS
from rebond_loadtest.site import Wanted
from rebond_loadtest.sweep import SWEEPS
from rebond_loadtest.tally import Run

TINY: dict[str, dict[str, Any]] = {
    "fanout": {"sockets": 6, "rate": 40, "seconds": 0.5, "cards": 3},
    "vote-storm": {"sockets": 6, "seconds": 0.5, "cards": 4, "points": 3},
    "join-storm": {"sockets": 8, "cards": 5, "within_s": 0.1},
    "reconnect-storm": {"sockets": 8, "cards": 5, "missed": 3, "resuming": 0.5},
    "workshop": {"sockets": 8, "seconds": 1.5, "pace": 60},
    "many-boards": {"boards": 3, "sockets": 7, "rate": 40, "seconds": 0.5},
    "slow-phones": {"sockets": 8, "slow": 0.25, "rate": 100, "seconds": 0.5},
    "soak": {"sockets": 24, "rate": 40, "comings_per_s": 10, "seconds": 1},
    "commands": {"speakers": 4, "in_flight": 4, "seconds": 0.3},
    "idle": {"sockets": 10, "cards": 3},
}


def played(name: str, conditions: Conditions, **changes: Any) -> Run:
    scenario = SCENARIOS[name]
    return play(scenario, asked(scenario, {**TINY[name], **changes}), conditions)


def test_there_is_a_tiny_one_of_each() -> None:
    assert TINY.keys() == SCENARIOS.keys()


@pytest.mark.parametrize("name", TINY)
def test_a_scenario_loses_nothing_and_has_every_figure_that_tables_show(name: str, conditions: Conditions) -> None:
    """Given a Rebond, when the scenario is played on it by two processes, then nothing went wrong, every delivery that
    was due came, and the figures that the bench and the sweeps show are there."""
    run = played(name, conditions)

    assert run.tally.wrong == {}
    assert run.tally.counts.get("delivered") == run.tally.counts.get("expected")
    shown = {column for step in bench.steps(60).values() if step.scenario == name for column in step.picked}
    shown |= {column for sweep in SWEEPS.values() if sweep.scenario == name for column in sweep.columns}
    may_be_too_little_to_see = {
        figure for figure in shown if figure.startswith(("cpu_us", "redis_us", "deliveries_per"))
    }
    assert shown - may_be_too_little_to_see <= {figure.name for figure in run.figures}
    assert SCENARIOS[name].about


def test_fanout_counts_each_event_once_for_each_socket(conditions: Conditions) -> None:
    """Given six sockets, when twenty cards come, then 120 deliveries are counted, and as many latencies."""
    run = played("fanout", conditions)

    assert run.tally.counts["expected"] == 6 * 20
    assert run.figure("delivered") == 6 * 20
    assert sum(run.tally.latencies["delivery"].values()) == 6 * 20  # so few sockets are all samples
    assert sum(sum(point.values()) for point in run.tally.curve) == 6 * 20


def test_fanout_changes_cards_where_there_are_to_be_no_more(conditions: Conditions) -> None:
    assert played("fanout", conditions, edits=True).tally.counts["delivered"] == 6 * 20


def test_votes_are_counted_apart_from_deliveries(conditions: Conditions) -> None:
    """Given six people with three points each, when they vote, then eighteen ballots stand for 108 told one by one, no
    more numbers than that were delivered, and none of it counts as a delivery."""
    run = played("vote-storm", conditions)

    assert run.figure("ballots") == 18
    assert run.figure("conflated") == 18 * 6
    assert "delivered" not in run.tally.counts
    assert 0 < (run.figure("tally_frames") or 0) <= 18 * 6


def test_who_comes_back_resumes_or_begins_anew_as_asked(conditions: Conditions) -> None:
    run = played("reconnect-storm", conditions)

    assert (run.figure("resumed"), run.figure("renewed")) == (4, 4)


def test_who_takes_compressed_messages_gets_the_same_in_fewer_bytes(conditions: Conditions) -> None:
    """HB1. Given phones that offer to take compressed messages, when they come back to a board, then they have every
    card, and less has travelled than to phones that do not."""
    plain = played("reconnect-storm", conditions, cards=20)
    compressed = played("reconnect-storm", conditions, cards=20, deflate=True)

    assert compressed.tally.wrong == {}
    assert compressed.tally.counts["bytes"] < plain.tally.counts["bytes"] * 0.8


def test_phones_in_a_workshop_sleep_and_votes_agree(conditions: Conditions) -> None:
    run = played("workshop", conditions)

    assert run.figure("sleeps") or run.figure("ballots")
    assert [met.name for met in run.met if met.name in ("writing", "voting", "looking")] == [
        "writing",
        "voting",
        "looking",
    ]


def test_slow_phones_are_behind_and_come_up_to_date(conditions: Conditions) -> None:
    """HB3. Given a quarter of the phones read slowly, when events have flown past them, then they are behind, the
    others are not, and in the end everybody has everything."""
    run = played("slow-phones", conditions)

    assert run.figure("behind") == run.figure("slow") == 2
    assert run.tally.counts["delivered"] == 8 * 100


def test_two_nodes_on_a_redis_of_its_own_take_commands_against_each_other() -> None:
    """LG1. Given two nodes on one Redis, when speakers on both write to one board, then everybody has everything, and
    Redis is measured apart."""
    wanted = Wanted(kind="redis", nodes=2, durability="memory")
    run = played("commands", Conditions(wanted, processes=2, pinned=False, seed=7))

    assert run.tally.wrong == {}
    assert run.site == "Rebond on Redis, 2 nodes, memory"
    assert (run.figure("redis_mib") or 0) > 1
    assert (run.figure("server_mib") or 0) > 50
