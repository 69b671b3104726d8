"""How cost grows: the same scenario again and again with one thing larger, as a table and as plots."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from rebond_loadtest import plots
from rebond_loadtest.company import Live
from rebond_loadtest.playing import Conditions, asked, play
from rebond_loadtest.reports import shown
from rebond_loadtest.scenarios import SCENARIOS
from rebond_loadtest.tally import Run

CARDS_A_STEP = 16_000
"""No step adds more cards than this: a board holds 20,000."""


class Picture(msgspec.Struct, frozen=True):
    """One plot: legend → figure, and what its vertical axis says."""

    name: str
    lines: dict[str, str]
    y: str
    log_y: bool = False


class Sweep(msgspec.Struct, frozen=True):
    """`field` of the scenario takes each of the values, all else stays. `columns`: the figures that are shown."""

    about: str
    scenario: str
    field: str
    values: tuple[int, ...]
    fixed: dict[str, Any]
    columns: tuple[str, ...]
    pictures: tuple[Picture, ...]
    log_x: bool = False


_FANOUT = (
    "deliveries_per_s",
    "cpu_us_per_delivery",
    "delivery_p50_ms",
    "delivery_p99_ms",
    "server_share",
    "server_mib",
)
_COST = Picture("cpu", {"server": "cpu_us_per_delivery"}, "CPU a delivery (µs)")
_COST_OF_EVENTS = Picture("cpu", {"server": "cpu_us_per_event"}, "CPU an event, everybody told (µs)")
_LATENCY = Picture("latency", {"p50": "delivery_p50_ms", "p99": "delivery_p99_ms"}, "latency (ms)")
_MEMORY = Picture("memory", {"server": "server_mib"}, "resident (MiB)")
_OFFERED = "offered"
"""No figure: the rate times the sockets."""
_DELIVERED = Picture("deliveries", {"offered": _OFFERED, "delivered": "deliveries_per_s"}, "deliveries/s", log_y=True)

SWEEPS: dict[str, Sweep] = {
    "people": Sweep(
        "more people on one board, 20 events a second",
        "fanout",
        "sockets",
        (50, 100, 200, 500, 1_000, 2_000),
        {"rate": 20, "seconds": 5},
        _FANOUT,
        (_COST, _LATENCY, _MEMORY),
    ),
    "events": Sweep(
        "more events a second, to 1,000 people",
        "fanout",
        "rate",
        (5, 20, 100, 400, 1_000, 2_000, 4_000),
        {"sockets": 1_000, "seconds": 5},
        (*_FANOUT, "load_share"),
        (_DELIVERED, _COST, _LATENCY),
        log_x=True,
    ),
    "cards": Sweep(
        "more cards on the board, 100 changes a second to 200 people",
        "fanout",
        "cards",
        (0, 500, 2_000, 5_000, 10_000, 18_000),
        {"sockets": 200, "rate": 100, "seconds": 4, "edits": True},
        _FANOUT,
        (_COST, _LATENCY, _MEMORY),
    ),
    "boards": Sweep(
        "more boards, with 1,000 people and 200 events a second on all of them together",
        "many-boards",
        "boards",
        (1, 10, 50, 200, 500),
        {"sockets": 1_000, "rate": 200, "seconds": 5},
        (*_FANOUT, "cpu_us_per_event", "kib_per_board"),
        (_COST_OF_EVENTS, _LATENCY, _MEMORY),
        log_x=True,
    ),
    "connections": Sweep(
        "more idle connections",
        "idle",
        "sockets",
        (250, 500, 1_000, 2_000, 4_000, 8_000),
        {},
        ("kib_per_connection", "server_mib", "per_s", "cpu_us_per_connection"),
        (_MEMORY, Picture("memory-each", {"a connection": "kib_per_connection"}, "resident, each (KiB)")),
    ),
}


def swept(
    sweep: Sweep,
    conditions: Conditions,
    quick: bool,
    watch: Callable[[Live], None],
    progress: Callable[[str], None],
) -> list[Run]:
    """One run a value. Raises `RunFailed`, `ServerFailed`, `BadParameters`."""
    scenario = SCENARIOS[sweep.scenario]
    runs: list[Run] = []
    for value in sweep.values[:: 2 if quick else 1]:
        changes = {**sweep.fixed, sweep.field: value}
        if "seconds" in changes:
            bound = CARDS_A_STEP / changes["rate"] - 1 if not changes.get("edits") else changes["seconds"]
            changes["seconds"] = min(changes["seconds"], bound, 2 if quick else changes["seconds"])
        progress(f"{sweep.field} {value:,}")
        runs.append(play(scenario, asked(scenario, changes), conditions, watch))
    return runs


def markdown(name: str, sweep: Sweep, runs: Sequence[Run]) -> str:
    """The table."""
    what = {figure.name: figure.what for run in runs for figure in run.figures}
    columns = [column for column in sweep.columns if column in what]
    lines = [
        f"### {name}: {sweep.about}",
        "",
        f"| {sweep.field} | " + " | ".join(what[column] for column in columns) + " |",
        "| ---: |" + " ---: |" * len(columns),
    ]
    for run in runs:
        cells = [shown(figure) for column in columns for figure in run.figures if figure.name == column]
        lines.append(f"| {_value(sweep, run):,g} | " + " | ".join(cells) + " |")
    lines += [f"\n**Failed** at {_value(sweep, run):,g}: {said}." for run in runs for said in run.tally.wrong]
    lines += [f"\n**Warning** at {_value(sweep, run):,g}: {said}" for run in runs for said in run.warnings]
    return "\n".join(lines)


def draw(name: str, sweep: Sweep, runs: Sequence[Run], folder: Path) -> list[Path]:
    """The plots, where they can be drawn."""
    if not plots.available():
        return []
    folder.mkdir(parents=True, exist_ok=True)
    drawn: list[Path] = []
    for picture in sweep.pictures:
        lines = {legend: _line(sweep, runs, column) for legend, column in picture.lines.items()}
        if any(xs for xs, _ in lines.values()):
            drawn += plots.draw(
                lines,
                folder / f"sweep-{name}-{picture.name}",
                sweep.about,
                _axis(sweep),
                picture.y,
                log_x=sweep.log_x,
                log_y=picture.log_y,
            )
    return drawn


def _line(sweep: Sweep, runs: Sequence[Run], column: str) -> tuple[list[float], list[float]]:
    if column == _OFFERED:
        return [_value(sweep, run) for run in runs], [_value(sweep, run) * _sockets(run) for run in runs]
    points = [(_value(sweep, run), run.figure(column)) for run in runs]
    return [x for x, y in points if y is not None], [y for _, y in points if y is not None]


def _axis(sweep: Sweep) -> str:
    return {"rate": "events/s", "sockets": "sockets"}.get(sweep.field, sweep.field)


def _value(sweep: Sweep, run: Run) -> float:
    return float(str(run.parameters[sweep.field]))


def _sockets(run: Run) -> float:
    return float(str(run.parameters["sockets"]))
