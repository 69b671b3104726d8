"""The figures of the design's section 9, each a scenario over the full path: decide, append, project, broadcast."""

from collections.abc import Callable
from typing import Any

import msgspec

from rebond_loadtest.company import Live
from rebond_loadtest.playing import Conditions, asked, play
from rebond_loadtest.reports import shown
from rebond_loadtest.scenarios import SCENARIOS
from rebond_loadtest.site import Wanted
from rebond_loadtest.tally import Figure, Run

Picked = dict[str, str]
"""Figures of the scenario that are shown → the design's goal for each."""


class Step(msgspec.Struct, frozen=True):
    """One row or several of the table."""

    name: str
    scenario: str
    changes: dict[str, Any]
    picked: Picked
    wanted: Wanted = Wanted()
    pinned: bool = True
    """Several servers are not put on one core of two."""


class Row(msgspec.Struct, frozen=True):
    """One measured value beside its goal."""

    step: str
    figure: Figure


_COST: Picked = {"cpu_us_per_delivery": "", "delivery_p50_ms": "", "delivery_p99_ms": "", "load_share": ""}


def steps(sockets: int) -> dict[str, Step]:
    """Name → what is measured, in order."""
    all_of_them = (
        Step("latency", "fanout", {"sockets": sockets, "rate": 20, "seconds": 10}, _COST),
        Step("steady", "fanout", {"sockets": sockets, "rate": 100, "seconds": 8}, _COST),
        Step(
            "busy",
            "fanout",
            {"sockets": sockets, "rate": 2_000, "seconds": 6},
            {**_COST, "cpu_us_per_delivery": "≤ 0.5", "deliveries_per_core_s": "", "bytes_per_delivery": ""},
        ),
        Step(
            "deflate",
            "fanout",
            {"sockets": sockets, "rate": 2_000, "seconds": 6, "deflate": True},
            {**_COST, "bytes_per_delivery": ""},
        ),
        Step(
            "full",
            "fanout",
            {"sockets": sockets, "rate": 4_000, "seconds": 3},
            {"deliveries_per_s": "", "deliveries_per_core_s": "≥ 3,000,000", **_COST, "delivery_p99_ms": "< 250"},
        ),
        Step(
            "commands",
            "commands",
            {"seconds": 6},
            {"accepted_per_s": "≥ 10,000", "cpu_us_per_command": "", "answer_p99_ms": "", "load_share": ""},
        ),
        Step(
            "commands-redis",
            "commands",
            {"seconds": 6},
            {
                "accepted_per_s": "≥ 10,000",
                "cpu_us_per_command": "",
                "redis_us_per_command": "",
                "conflicts": "",
                "answer_p99_ms": "",
                "load_share": "",
            },
            Wanted(kind="redis", nodes=2),
            pinned=False,
        ),
        Step(
            "memory",
            "idle",
            {"sockets": 2 * sockets},
            {"kib_per_connection": "≤ 20, then lower", "per_s": "", "cpu_us_per_connection": ""},
        ),
        Step(
            "reconnect",
            "reconnect-storm",
            {"sockets": sockets, "cards": 500},
            {"all_s": "≤ 2", "per_s": "≥ 1,500", "cpu_us_per_connection": ""},
        ),
        Step(
            "join",
            "join-storm",
            {"sockets": sockets, "cards": 500},
            {"all_s": "", "cpu_us_per_join": "", "up_to_date_p99_ms": ""},
        ),
        Step(
            "votes",
            "vote-storm",
            {"sockets": sockets},
            {"ballots": "", "cpu_us_per_ballot": "", "conflated": "", "numbers": "", "answer_p99_ms": ""},
        ),
        Step(
            "slow",
            "slow-phones",
            {"sockets": sockets // 2},
            {"alone_p99_ms": "", "delivery_p99_ms": "", "behind": "", "skipped": ""},
        ),
    )
    return {step.name: step for step in all_of_them}


QUICK_S = 2.0
"""How long a step that has a length takes where everything is to be quick."""


def measured(
    step: Step,
    pinned: bool,
    quick: bool,
    watch: Callable[[Live], None],
    progress: Callable[[str], None],
) -> tuple[Run, list[Row]]:
    """Play one step. Raises `RunFailed`, `ServerFailed`."""
    scenario = SCENARIOS[step.scenario]
    changes = dict(step.changes)
    if quick and "seconds" in scenario.parameters.__struct_fields__:
        changes["seconds"] = QUICK_S
    run = play(scenario, asked(scenario, changes), Conditions(step.wanted, 1, pinned and step.pinned), watch, progress)
    rows = [
        Row(step.name, msgspec.structs.replace(figure, goal=step.picked[figure.name]))
        for name in step.picked
        for figure in run.figures
        if figure.name == name
    ]
    return run, rows


def title(step: Step) -> str:
    """What is measured, in a few words."""
    changes = ", ".join(_word(name, value) for name, value in step.changes.items() if name != "seconds")
    on = "" if step.wanted.kind == "sqlite" else f", on Redis, {step.wanted.nodes} nodes"
    return f"{step.name} ({step.scenario}{': ' if changes else ''}{changes}{on})"


def _word(name: str, value: object) -> str:
    return name if value is True else f"{value:,} {name}"


def markdown(rows: list[Row], known: dict[str, Step]) -> str:
    """The figures as a table."""
    lines = ["| step | what | measured | goal |", "| --- | --- | ---: | --- |"]
    before = ""
    for row in rows:
        step = title(known[row.step]) if row.step != before else ""
        before = row.step
        lines.append(f"| {step} | {row.figure.what} | {shown(row.figure)} | {row.figure.goal} |")
    return "\n".join(lines)
