"""A lost, doubled or changed delivery fails the run, and so does what ends a run before its time."""

from __future__ import annotations

import asyncio
import re

import orjson
import pytest
from typer.testing import CliRunner

from rebond_loadtest.cli import main
from rebond_loadtest.company import Order, RunFailed, played
from rebond_loadtest.playing import Conditions, asked, play
from rebond_loadtest.scenarios import SCENARIOS
from rebond_loadtest.site import Cores, Site, Wanted
from rebond_loadtest.tally import Run
from rebond_loadtest.target import Target
from tests.loadtest.unkind import Relay, Wrong

WARMING, MEASURED = 2, 9
"""After how many cards of a line a frame goes wrong: before the measuring begins, or within it."""


def run_through(target: Target, wrong: Wrong, after: int = MEASURED) -> Run:
    scenario = SCENARIOS["fanout"]
    with Relay(target.host, target.port, wrong, after).running() as relay:
        wanted = Wanted(url=f"http://127.0.0.1:{relay.port}")
        wish = asked(scenario, {"sockets": 4, "rate": 20, "seconds": 0.5})
        run = play(scenario, wish, Conditions(wanted, processes=1, pinned=False, seed=7))
        assert relay.did
    return run


def stamp_changed(payload: bytes) -> list[bytes]:
    return [payload.replace(b'"text":"@', b'"text":"@1', 1)]


def letter_changed(payload: bytes) -> list[bytes]:
    """One letter of a text, so that neither length nor stamp tells."""
    return [re.sub(rb'("text":"@\d+ )[a-z]', rb"\1_", payload, count=1)]


@pytest.mark.parametrize("after", [WARMING, MEASURED])
def test_a_lost_delivery_fails_the_run(target: Target, after: int) -> None:
    """Given a relay that swallows one frame of one line, when a fanout is played through it, then as many deliveries as
    were in it are missed, though every socket ends at the newest position."""
    run = run_through(target, lambda payload: [], after)

    assert run.failed
    assert run.tally.wrong.keys() == {"deliveries were lost"}


def test_a_repeated_frame_is_no_second_delivery(target: Target) -> None:
    """HB5. Given a relay that says a frame twice, when a fanout is played through it, then that is counted as a repeat,
    which clients pass over, and not as a delivery."""
    run = run_through(target, lambda payload: [payload, payload])

    assert not run.failed
    assert run.figure("repeats") == 1
    assert "1 frames were told twice." in run.warnings


def test_a_doubled_delivery_fails_the_run(target: Target) -> None:
    """Given a relay that puts the events of a frame into it twice, when a fanout is played, then it fails."""
    run = run_through(target, doubled)

    assert run.tally.wrong.keys() == {"deliveries came twice"}


def doubled(payload: bytes) -> list[bytes]:
    frame = orjson.loads(payload)
    return [orjson.dumps({**frame, "events": frame["events"] * 2})]


@pytest.mark.parametrize("changed", [stamp_changed, letter_changed])
def test_a_changed_delivery_fails_the_run(target: Target, changed: Wrong) -> None:
    """Given a relay that changes a text on its way, when a fanout is played through it, then it fails: the number of
    deliveries is right, and they are not the right ones."""
    run = run_through(target, changed)

    assert run.failed
    assert any("not the right ones" in sentence for sentence in run.tally.wrong)


def test_a_lost_delivery_ends_the_program_with_status_1(target: Target) -> None:
    with Relay(target.host, target.port, lambda payload: [], MEASURED).running() as relay:
        words = ["run", "fanout", "--url", f"http://127.0.0.1:{relay.port}", "--no-pin", "--sockets", "4"]
        result = CliRunner().invoke(main, [*words, "--rate", "20", "--seconds", "0.5"])

    assert result.exit_code == 1
    assert "deliveries were lost" in result.output


def test_a_run_that_takes_too_long_is_ended_and_says_where_it_was(target: Target) -> None:
    scenario = SCENARIOS["idle"]
    wish = asked(scenario, {"sockets": 1})
    order = Order("idle", scenario.about, wish, processes=1, where=Cores(), limit_s=0.01, seed=7)
    with pytest.raises(RunFailed, match="idle was not over after 0 s, while starting"):
        asyncio.run(played(order, Site([target], "here")))


def test_a_server_that_is_not_there_is_said_in_a_sentence() -> None:
    scenario = SCENARIOS["idle"]
    with pytest.raises(RunFailed, match="idle failed while starting: ConnectionRefusedError"):
        play(scenario, asked(scenario, {"sockets": 1}), Conditions(Wanted(url="http://127.0.0.1:9"), pinned=False))
