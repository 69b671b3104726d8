"""Measuring itself: latencies from when a command was due, sums that are exact, what may be asked for, warnings."""

from __future__ import annotations

import asyncio
import os
import zlib
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from rebond_loadtest import bench, reports
from rebond_loadtest.cli import main
from rebond_loadtest.company import busy_warnings
from rebond_loadtest.latency import Latencies
from rebond_loadtest.ledger import Ledger, checksum
from rebond_loadtest.part import Part, Start
from rebond_loadtest.playing import BadParameters, Conditions, asked, play
from rebond_loadtest.scenarios import SCENARIOS, speaking
from rebond_loadtest.scenarios.soak import slope_bytes_per_s
from rebond_loadtest.site import NotAllowed, check_loopback, cores
from rebond_loadtest.sweep import SWEEPS
from rebond_loadtest.tally import Reading, Run, Tally

LONGEST_US = 10**10
SOMETHING = st.lists(st.integers(0, LONGEST_US), min_size=1, max_size=200)


def part(place: int = 0, of: int = 1) -> Part:
    return Part(Start("fanout", {}, place, of, [("127.0.0.1", 9)], 7), asyncio.StreamReader(), lambda message: None)


# -- latency -------------------------------------------------------------------------------------------------------


@given(SOMETHING, st.sampled_from([0.01, 0.5, 0.9, 0.99, 1.0]))
def test_a_percentile_is_within_two_percent_of_the_value_at_its_rank(values_us: list[int], share: float) -> None:
    seen = Latencies()
    seen.extend(values_us)
    ordered = sorted(values_us)
    rank = next(place for place in range(len(ordered)) if place + 1 >= share * len(ordered))
    assert seen.at(share) * 1000 == pytest.approx(ordered[rank], rel=0.02, abs=1)


@given(SOMETHING, SOMETHING)
def test_what_two_have_seen_adds_up_to_what_one_would_have(ours: list[int], theirs: list[int]) -> None:
    together, one, other = Latencies(), Latencies(), Latencies()
    together.extend([*ours, *theirs])
    one.extend(ours)
    other.extend(theirs)
    one.merge(other)
    assert one.counts == together.counts
    assert len(Latencies(one.counts).counts) <= len({*ours, *theirs})


async def test_a_command_is_due_when_the_plan_says_though_saying_takes_longer() -> None:
    """Given a plan of one command a millisecond, when each takes three to say, then the times they were due are still a
    millisecond apart: who is late is charged for it (coordinated omission)."""
    due: list[int] = []

    def slow(place: int, due_us: int) -> None:
        due.append(due_us)
        loop = asyncio.get_running_loop()
        until = loop.time() + 0.003
        while loop.time() < until:
            pass

    player = part()
    await speaking.on_time(player, 20, 1_000, slow)
    assert [later - earlier for earlier, later in pairwise(due)] == pytest.approx([1_000] * 19, abs=2)
    assert player.tally.peaks["late_ms"] > 19 * 2


@pytest.mark.parametrize("of", [1, 2, 3])
async def test_processes_share_a_plan_and_say_all_of_it_once(of: int) -> None:
    said: list[int] = []
    for place in range(of):
        await speaking.on_time(part(place, of), 20, 10_000, lambda number, due_us: said.append(number))
    assert sorted(said) == list(range(20))


# -- what was told -------------------------------------------------------------------------------------------------


def frame(seq: int, *texts: str) -> bytes:
    events = [{"type": "card.added", "card": {"id": f"c{text}", "text": f"@{text} hello"}} for text in texts]
    return msgspec.json.encode({"type": "events", "seq": seq, "events": events})


def test_the_same_bytes_are_read_once_and_others_again() -> None:
    """Given a frame was read, when others get the same bytes, then they share what was read; a frame of the same size
    and position that says something else is read for itself."""
    ledger, told, other = Ledger(), frame(2, "11", "22"), frame(2, "11", "23")
    first = ledger.read(2, told, 0, len(told))
    buffer = b"xx" + told + b"yy"
    assert ledger.read(2, buffer, 2, len(told) + 2) is first
    assert (first.events, first.stamps_us) == (2, (11, 22))
    assert first.texts_sum == checksum("@11 hello") + checksum("@22 hello")
    assert ledger.read(2, other, 0, len(other)).texts_sum == checksum("@11 hello") + checksum("@23 hello")
    assert list(ledger.cards) == ["c11", "c22", "c23"]


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_a_text_has_one_checksum_said_or_told(text: str) -> None:
    """Given any text, when it is told in a frame, then its sum is that of the text as it was said, and of no other."""
    event = {"type": "card.added", "card": {"id": "c", "text": f"@12 {text}"}}
    told = msgspec.json.encode({"type": "events", "seq": 1, "events": [event]})
    assert Ledger().read(1, told, 0, len(told)).texts_sum == checksum(f"@12 {text}")
    assert checksum("@12 hello") != checksum("@12 jello")


def test_what_was_compressed_once_is_inflated_once() -> None:
    ledger, told = Ledger(), frame(2, "11", "22")
    sent = compressed(told)
    first = ledger.inflated(sent, 0, len(sent))
    assert first == told
    assert ledger.inflated(b"x" + sent, 1, len(sent) + 1) is first


def test_what_was_inflated_is_kept_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Given room for one message, when two were inflated, then the first is inflated anew."""
    monkeypatch.setattr("rebond_loadtest.ledger._KEPT_BYTES", 1)
    ledger, sent = Ledger(), [compressed(frame(2, "11")), compressed(frame(3, "22", "33"))]
    first = ledger.inflated(sent[0], 0, len(sent[0]))
    ledger.inflated(sent[1], 0, len(sent[1]))
    again = ledger.inflated(sent[0], 0, len(sent[0]))
    assert again == first
    assert again is not first


def compressed(message: bytes) -> bytes:
    """By itself (RFC 7692 section 7.2.1)."""
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return (compressor.compress(message) + compressor.flush(zlib.Z_SYNC_FLUSH))[:-4]


def test_tallies_are_no_events() -> None:
    tallied = {"type": "round.tallied", "round": "r", "voters": 2, "tallies": {"a": 3, "b": 1}}
    told = msgspec.json.encode({"type": "events", "seq": 9, "events": [tallied]})
    read = Ledger().read(9, told, 0, len(told))
    assert (read.events, read.numbers, read.tallies) == (0, 2, {"a": 3, "b": 1})


def test_a_ledger_forgets_what_is_long_past() -> None:
    ledger = Ledger()
    first = ledger.read(1, frame(1, "1"), 0, len(frame(1, "1")))
    for seq in range(2, 1_000):
        told = frame(seq, str(seq))
        ledger.read(seq, told, 0, len(told))
    assert ledger.read(1, frame(1, "1"), 0, len(frame(1, "1"))) is not first


# -- bounds --------------------------------------------------------------------------------------------------------


def test_everything_that_is_offered_is_within_bounds() -> None:
    """Given every scenario, quick and whole, every step of the bench and of the sweeps, then all may be asked for."""
    for scenario in SCENARIOS.values():
        assert asked(scenario, {}) == scenario.parameters()
        assert asked(scenario, {}, quick=True) == scenario.quick
        assert scenario.seconds(scenario.quick) <= 15
    for step in bench.steps(5_000).values():
        asked(SCENARIOS[step.scenario], step.changes)
    for sweep in SWEEPS.values():
        assert sweep.field in SCENARIOS[sweep.scenario].parameters.__struct_fields__


@pytest.mark.parametrize(
    ("name", "changes", "why"),
    [
        ("fanout", {"sockets": 10**6}, "<= 20000"),
        ("fanout", {"seconds": 10**6}, "<= 3600"),
        ("fanout", {"rate": 5_000, "seconds": 60}, "a board holds 20,000 cards"),
        ("fanout", {"boards": 3}, "fanout has no 'boards'"),
        ("soak", {"seconds": 10**6}, "<= 86400"),
        ("vote-storm", {"points": 50}, "as many cards as points"),
        ("many-boards", {"boards": 50, "sockets": 10}, "at least one socket a board"),
        ("commands", {"in_flight": 65}, "<= 64"),
        ("slow-phones", {"slow": 1}, "at most 90%"),
        ("slow-phones", {"slow": "half"}, "Expected `float`"),
    ],
)
def test_what_is_out_of_bounds_is_refused_with_the_reason(name: str, changes: dict[str, Any], why: str) -> None:
    with pytest.raises(BadParameters, match=why):
        asked(SCENARIOS[name], changes)


HERE = [
    "http://127.0.0.1:8000",
    "http://localhost:1",
    "http://[::1]:8000",
    "unix:///run/redis.sock",
    "redis+cluster://someone:secret@127.0.0.1:7000,[::1]:7001",
]


@pytest.mark.parametrize("address", HERE)
def test_this_machine_may_be_loaded(address: str) -> None:
    check_loopback(address, allow_remote=False)


def test_another_machine_may_not_unless_that_is_said() -> None:
    with pytest.raises(NotAllowed, match="--allow-remote"):
        check_loopback("http://192.0.2.1:8000", allow_remote=False)
    check_loopback("http://192.0.2.1:8000", allow_remote=True)


@pytest.mark.parametrize("scheme", ["redis+cluster", "redis+sentinel"])
@pytest.mark.parametrize("hosts", ["127.0.0.1:7000,192.0.2.1:7001", "192.0.2.1,127.0.0.1", "127.0.0.1,", "[::1"])
def test_every_host_of_an_address_must_be_this_machine(scheme: str, hosts: str) -> None:
    with pytest.raises(NotAllowed):
        check_loopback(f"{scheme}://{hosts}/rebond/0", allow_remote=False)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run", "idle", "--url", "http://192.0.2.1:8000"], "--allow-remote"),
        (["run", "idle", "--target", "redis", "--redis", "redis://192.0.2.1:6379"], "--allow-remote"),
        (["run", "idle", "--nodes", "2"], "--target redis"),
        (["run", "idle", "--pid", "1"], "--pid goes with --url"),
        (["run", "idle", "--url", "https://127.0.0.1"], "http://127.0.0.1:8000"),
        (["run", "nothing"], "there is no 'nothing'"),
        (["run", "idle", "--rate", "3"], "idle has no 'rate'"),
        (["run", "idle", "--set", "cards"], "name=value"),
        (["run", "idle", "--processes", "1000"], "64"),
        (["sweep", "weather"], "there is no 'weather'"),
        (["bench", "--only", "weather"], "there is no 'weather'"),
        (["parts", "--entries", "3"], "500"),
    ],
)
def test_what_cannot_be_asked_for_starts_nothing(words: list[str], said: str) -> None:
    result = CliRunner(env={"COLUMNS": "400"}).invoke(main, words)
    assert result.exit_code == 2
    assert said in result.output


def test_cores_are_told_apart_or_left_alone() -> None:
    there = sorted(os.sched_getaffinity(0))
    assert cores(1, pinned=False).crowd == ()
    if len(there) > 1:
        where = cores(1, pinned=True)
        assert (where.servers, where.crowd) == (tuple(there[:-1]), tuple(there[-1:]))
        assert cores(64, pinned=True).servers == (there[0],)


# -- reports -------------------------------------------------------------------------------------------------------


def test_a_load_that_took_its_whole_core_is_warned_of() -> None:
    assert busy_warnings("fanout", [0.2, 0.5]) == []
    [warning] = busy_warnings("fanout", [0.2, 0.97])
    assert "97% of a core" in warning


def test_a_slope_is_that_of_the_line() -> None:
    series = [Reading(at_s=10.0 + second, server_cpu_s=0, server_bytes=1_000 + 3 * second, redis_cpu_s=0, redis_bytes=0)
              for second in range(20)]  # fmt: skip
    assert slope_bytes_per_s(series) == pytest.approx(3.0)


def test_tallies_of_several_processes_add_up() -> None:
    ours, theirs = Tally(), Tally()
    for tally, number in ((ours, 3), (theirs, 4)):
        tally.count("delivered", number)
        tally.peak("late_ms", number)
        tally.fail("deliveries were lost", number)
        tally.seen("answer").add(number)
        tally.at_curve(number).add(number)
    ours.add(theirs)
    assert (ours.counts, ours.peaks) == ({"delivered": 7}, {"late_ms": 4})
    assert ours.wrong == {"deliveries were lost": 7}
    assert ours.latencies == {"answer": {3: 1, 4: 1}}
    assert ours.curve == [{}, {}, {}, {3: 1}, {4: 1}]


def test_a_report_is_for_people_and_for_programs_with_plots(tmp_path: Path, conditions: Conditions) -> None:
    """Given a run, when its report is written, then Markdown says what was measured and how to read it, JSON gives the
    same run back, and every plot is there twice and shown once."""
    scenario = SCENARIOS["fanout"]
    run = play(scenario, asked(scenario, {"sockets": 3, "rate": 30, "seconds": 1}), conditions)
    run.tally.fail("deliveries were lost", 0)

    written = reports.write([run], tmp_path)

    page = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert "coordinated omission" in page
    assert "| deliveries due | 90 |" in page
    assert "Failed" not in page
    [again] = msgspec.json.decode((tmp_path / "report.json").read_bytes(), type=list[Run])
    assert again.figures == run.figures
    plots = {path.stem for path in written if path.suffix == ".png"}
    assert plots >= {"01-fanout-latency", "01-fanout-memory-time"}
    for plot in plots:
        assert (tmp_path / f"{plot}.png").read_bytes().startswith(b"\x89PNG")
        assert "<svg" in (tmp_path / f"{plot}.svg").read_text(encoding="utf-8")
        assert f"({plot}.svg)" in page


def test_a_failed_run_says_so_in_its_report() -> None:
    run = Run("fanout", "…", {}, "here", False, "a machine", "now", 1, False)
    run.tally.fail("deliveries were lost", 12)
    run.warnings += busy_warnings("fanout", [0.95])
    page = reports.markdown(run)
    assert "**Failed:** 12 deliveries were lost." in page
    assert "**Warning:** fanout: a process of the load took 95% of a core" in page
