"""What is told of a comparison: medians and how far the rounds lie apart, dashes, losses, who is missing and why."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
import typer
from typer.testing import CliRunner

from rebond_loadtest.cli import main
from rebond_loadtest.comparison.command import BEGIN, CUT_SHORT, END, check_markers, chosen, sound, written_into
from rebond_loadtest.comparison.run import NAMES, QUICK, Outcome
from rebond_loadtest.comparison.steps import Visit
from rebond_loadtest.comparison.table import markdown
from tests.loadtest.test_comparison_steps import step

FAST, SLOW = "Rebond, fsync", "picows"


def outcome(*visits: Visit) -> Outcome:
    return Outcome("Two cores.", "picows 2", QUICK, 373, visits=list(visits), complete=True)


def row(told: str, name: str) -> str:
    return next(line for line in told.splitlines() if line.startswith(f"| {name} |"))


def test_medians_a_dash_for_what_was_not_held_and_how_far_ahead() -> None:
    fast = [Visit(FAST, {20: step(20), 100: step(100), 2_000: step(2_000)}, 2_000.0, 7.0) for _ in range(3)]
    slow = [Visit(SLOW, {20: step(20, p99_ms=40.0), 100: step(100, late=9)}, 1_000.0, 9.0) for _ in range(3)]
    told = markdown(outcome(*fast, *slow))
    assert "| ≥ 2,000,000 ±0% | ≥ 2,000 ±0% |" in row(told, FAST)
    assert "≥" not in row(told, SLOW)
    assert "| 5.00 ±0% | 0.25 ±0% |" in row(told, FAST)
    assert "| – | · | 20.0 / 40.0 (40.0–40.0) | 9.0 | 1,000 |" in row(told, SLOW)
    assert "Two cores." in told.splitlines()
    assert f"Deliveries sustained, against the best peer's ({SLOW}): {FAST}: ≥ 100.0 times." in told
    assert "373 bytes" in told
    assert "only relay" in told


def test_nobody_is_ahead_of_a_peer_whose_limit_was_not_found() -> None:
    """Given a peer that held every rate it was tried at, when the table is told, then no ratio to it is, but for CPU;
    and a search that ran out of time is named."""
    fast = Visit(FAST, {20: step(20), 100: step(100), 2_000: step(2_000)})
    slow = Visit(SLOW, {20: step(20), 100: step(100)}, out_of_time=True)
    told = markdown(outcome(fast, slow))
    assert "≥ 100 |" in row(told, SLOW)
    assert "Deliveries sustained, against" not in told
    assert f"no limit was found for {SLOW}." in told
    assert f"CPU a delivery at 100 events/s, against the best peer's ({SLOW}): {FAST}: 1.00 of it." in told
    assert f"Searches that ran out of time, so that more may be held: {SLOW}." in told


def test_a_rate_that_was_not_tried_is_told_from_one_at_which_something_was_missing() -> None:
    tried = Visit(SLOW, {20: step(20), 100: step(100), 2_000: step(2_000, unsaid=9)})
    assert row(markdown(outcome(tried)), SLOW).count("| – |") == 1
    assert row(markdown(outcome(Visit(SLOW, {20: step(20), 40: step(40, late=1)}))), SLOW).count("| · ") == 2


def test_whom_to_compare_is_said_in_a_few_letters() -> None:
    assert chosen([]) == list(NAMES)
    assert chosen(["rebond-fsync,node-ws", "Rebond, memory"]) == ["Rebond, fsync", "Rebond, memory", "Node ws"]
    assert chosen(["python-socketio"]) == ["python-socketio"]  # its own name, though another's begins so
    assert chosen(["starlette"]) == ["Starlette on uvicorn, a loop", "Starlette and Redis, 2 nodes"]
    with pytest.raises(typer.BadParameter):
        chosen(["nchan,nobody"])


def test_spread_is_the_farthest_rounds_distance_from_the_median() -> None:
    costs = (0.4, 0.5, 0.6)
    visits = [Visit(FAST, {20: step(20), 100: step(100, cpu_s=cost)}) for cost in costs]
    assert "| 5.00 ±20% |" in row(markdown(outcome(*visits)), FAST)


def test_a_rate_that_most_rounds_did_not_hold_is_not_shown() -> None:
    once = Visit(SLOW, {20: step(20), 100: step(100)})
    never = [Visit(SLOW, {20: step(20), 100: step(100, unsaid=3)}) for _ in range(2)]
    assert " 5.00" not in row(markdown(outcome(once, *never)), SLOW)


def test_redis_is_told_beside_the_nodes() -> None:
    visit = Visit("Rebond on Redis, fsync", {20: step(20), 100: step(100, redis_cpu_s=0.1)})
    assert "| 5.00 + 1.00 in Redis |" in row(markdown(outcome(visit)), "Rebond on Redis, fsync")


def test_a_loss_is_marked_with_the_lowest_rate_it_came_at() -> None:
    visit = Visit(SLOW, {20: step(20, lost=3), 10: step(10, lost=1)})
    told = markdown(outcome(visit))
    assert f"{SLOW}, from 10 events/s" in told


def test_figures_of_a_busy_machine_say_that_they_are_worth_nothing() -> None:
    busy = {20: step(20, others_share=0.9), 100: step(100, others_share=0.3)}
    assert "not to be relied on" in markdown(outcome(Visit(FAST, busy)))
    assert "not to be relied on" not in markdown(outcome(Visit(FAST, {20: step(20)})))


def test_only_a_rebond_that_lost_or_is_missing_makes_a_run_unsound() -> None:
    lossy = {20: step(20, lost=1)}
    assert sound(outcome(Visit(SLOW, lossy)))
    assert not sound(outcome(Visit(FAST, lossy)))
    without = outcome(Visit(FAST, {20: step(20)}))
    assert sound(without)
    without.failed.append((FAST, "the server did not start"))
    assert not sound(without)


def test_the_table_goes_between_the_markers_and_nowhere_else(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    check_markers(page)
    assert written_into(page.read_text(), "new") == f"before\n{BEGIN}\n\nnew\n\n{END}\nafter\n"
    page.write_text(f"{END}\n{BEGIN}\n")
    with pytest.raises(typer.BadParameter):
        check_markers(page)


def test_what_was_kept_can_be_told_again(tmp_path: Path) -> None:
    kept, page = tmp_path / "kept.json", tmp_path / "page.md"
    whole = outcome(Visit(FAST, {20: step(20), 100: step(100, p99_ms=None, unsaid=1)}, 2_000.0, 7.0))
    kept.write_bytes(msgspec.json.encode(whole))
    page.write_text(f"{BEGIN}\n{END}\n")
    told = CliRunner().invoke(main, ["compare", "--again", str(kept), "--into", str(page)])
    assert told.exit_code == 0
    assert markdown(whole) in told.output
    assert markdown(whole) in page.read_text()


def test_a_run_that_is_cut_short_says_so_and_leaves_what_it_has(tmp_path: Path) -> None:
    kept = tmp_path / "kept.json"
    command = [str(Path(sys.executable).with_name("rebond-loadtest")), "compare", "--only", "Rebond, memory"]
    command += ["--sockets", "60", "--quick", "--no-pin", "--folder", str(tmp_path), "--json", str(kept)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        first = process.stderr.readline()
        process.send_signal(signal.SIGTERM)
        told, _ = process.communicate(timeout=100)
    assert first.endswith("kept.json\n"), first
    assert process.returncode == CUT_SHORT
    assert "cut short" in told
    left = msgspec.json.decode(kept.read_bytes(), type=Outcome)
    assert not left.complete
    assert not os.path.exists(f"{kept}.part")
