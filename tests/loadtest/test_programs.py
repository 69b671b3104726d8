"""The programs as people start them: from a checkout, to the end of who started them, sweeps and parts at tiny size."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rebond_loadtest import bench
from rebond_loadtest.parts.inside import inside
from rebond_loadtest.playing import Conditions
from rebond_loadtest.sweep import Picture, Sweep, draw, markdown, swept
from rebond_loadtest.target import READY_LINE, family

ROOT = Path(__file__).parents[2]
ENDS_WITHIN_S = 100


def test_a_checkout_has_it_without_installing() -> None:
    """Given the repository's root, when `python -m loadtest` is asked, then it knows its scenarios."""
    said = subprocess.run(
        [sys.executable, "-m", "loadtest", "scenarios"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert "vote-storm: Everybody votes within ten seconds" in said.stdout


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A demonstration that has begun."""
    program = str(Path(sys.executable).with_name("rebond-loadtest"))
    words = ["demo", "--port", "0", "--data", str(tmp_path / "data"), "--minutes", "5"]
    with subprocess.Popen([program, *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith(READY_LINE)
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_server_ends_with_who_started_it(demo: subprocess.Popen[str], how: signal.Signals) -> None:
    """Given a demonstration is under way, when its program is asked to leave or is killed, then its server ends."""
    _, *servers = family(demo.pid)
    assert servers
    watched = [os.pidfd_open(server) for server in servers]
    demo.send_signal(how)
    try:
        for one in watched:
            ready, _, _ = select.select([one], [], [], ENDS_WITHIN_S)
            assert ready, "the server outlived who started it"
    finally:
        for one in watched:
            os.close(one)
    assert demo.wait(ENDS_WITHIN_S) in (128 + how, -how)


def test_a_step_of_the_bench_starts_its_own_server_and_shows_its_figures_with_their_goals() -> None:
    step = bench.Step("memory", "idle", {"sockets": 5}, {"kib_per_connection": "≤ 20, then lower", "per_s": ""})
    run, rows = bench.measured(step, pinned=True, quick=True, watch=lambda live: None, progress=lambda line: None)

    assert run.watched
    assert [row.figure.name for row in rows] == ["kib_per_connection", "per_s"]
    first, second = bench.markdown(rows, {"memory": step}).splitlines()[2:]
    assert first.startswith("| memory (idle: 5 sockets) | resident memory of the server, each |")
    assert first.endswith("| ≤ 20, then lower |")
    assert second.startswith("|  | connections accepted a second")


def test_a_sweep_has_a_row_a_value_and_its_plots(tmp_path: Path) -> None:
    picture = Picture("latency", {"p50": "delivery_p50_ms", "p99": "delivery_p99_ms"}, "latency (ms)")
    few = {"sockets": 3, "seconds": 0.5}
    sweep = Sweep("a few", "fanout", "rate", (10, 20), few, ("delivery_p99_ms",), (picture,), log_x=True)
    said: list[str] = []
    runs = swept(sweep, Conditions(pinned=False), False, lambda live: None, said.append)

    assert said == ["rate 10", "rate 20"]
    table = markdown("events", sweep, runs).splitlines()
    assert table[2].startswith("| rate | delivery, p99 |")
    assert [row.split("|")[1].strip() for row in table[4:6]] == ["10", "20"]
    drawn = {path.name for path in draw("events", sweep, runs, tmp_path)}
    assert drawn >= {"sweep-events-latency.svg", "sweep-events-latency.png"}


def test_the_parts_can_be_timed() -> None:
    figures = {figure.name: figure.value or 0 for figure in inside(2_300, lambda line: None)}
    assert {"decide_us", "fold_us", "snapshot_encode_ms", "fold_all_s", "append_alone_per_s"} <= figures.keys()
    assert all(value > 0 for value in figures.values())


def test_a_cold_board_can_be_opened_with_and_without_its_snapshot() -> None:
    """LG5. Given a board of 500 entries, when it is stored, exported and imported, then it opens both ways."""
    program = str(Path(sys.executable).with_name("rebond-loadtest"))
    said = subprocess.run(
        [program, "parts", "--entries", "500"], check=True, capture_output=True, text=True, timeout=300
    )
    assert "cold load with a snapshot" in said.stdout
    assert "cold load without a snapshot" in said.stdout
