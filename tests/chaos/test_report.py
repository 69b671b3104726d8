"""What a run of chaos says of itself: counts, and where something was found, the seed and the sentences."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tests.chaos import run
from tests.chaos.faults import FAULTS
from tests.chaos.report import Report
from tests.chaos.story import Told
from tests.chaos.town import KINDS
from tests.proof.checker import Verdict


def a_verdict() -> Verdict:
    """Of a small history."""
    verdict = Verdict()
    verdict.counts.update({"submitted": 1_500, "accepted": 1_400, "recovered": 2, "not recovered": 1})
    verdict.refused.update({"locked": 100})
    verdict.faults.update({"node killed": 2})
    verdict.outages_ms += [300, 2_600]
    return verdict


def test_a_sound_run_is_a_table_without_complaints() -> None:
    """Given two sound rounds, when reported, then counts are added up, and nothing is lost."""
    report = Report(7)
    for _ in range(2):
        report.add("redis", Told(a_verdict()))
    table = report.markdown()
    assert report.sound
    assert "| commands submitted | 3,000 |" in table
    assert "| refused | 200 (locked 200) |" in table
    assert "| reconnects | 6 (4 resumed) |" in table
    assert "| longest outage of a phone | 2.6 s |" in table
    assert "| lost | **0** |" in table
    assert msgspec.json.decode(report.json())["counts"]["accepted"] == 2_800


def test_an_unsound_run_names_seed_sentences_and_histories() -> None:
    """Given a round in which something was lost and a node logged a traceback, when reported, then both are said, with
    the seed and where the history is."""
    verdict = a_verdict()
    verdict.find("lost", "Command 3 of ana was acknowledged and is not in the log.", 5, 9)
    report = Report(7)
    report.add("redis", Told(verdict, ["node-1 logged a traceback."], Path("kept/history.jsonl")))
    table = report.markdown()
    assert not report.sound
    assert "| lost | **1** |" in table
    assert "Seed 7; histories: kept/history.jsonl" in table
    assert "- round 1 (redis): lost: Command 3 of ana was acknowledged and is not in the log. (lines 5, 9)" in table
    assert "- round 1 (redis): node-1 logged a traceback." in table


def test_every_town_can_be_broken_and_every_fault_has_a_town() -> None:
    """Given the tables of faults and towns, when compared, then each has the other."""
    assert all(fault.towns <= set(KINDS) and fault.towns for fault in FAULTS.values())
    assert all(any(kind in fault.towns for fault in FAULTS.values()) for kind in KINDS)


def test_every_fault_is_explained() -> None:
    """Given the page on reliability, when read, then every fault and every town is on it."""
    page = (Path(__file__).parents[2] / "docs" / "reliability.md").read_text(encoding="utf-8")
    assert [name for name in (*FAULTS, *KINDS) if f"`{name}`" not in page] == []


def test_an_unknown_fault_is_refused_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    """Given a fault that there is not, when asked for, then the command says so."""
    with pytest.raises(SystemExit):
        run.main(["--faults", "earthquake"])
    assert "'earthquake' is none of them" in capsys.readouterr().err
