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


class Sweep(msgspec.Struct, frozen=True):
    """`field` of the scenario takes each of the values, all else stays. `columns`: the figures that are shown."""

    about: str
    scenario: str
    field: str
    values: tuple[int, ...]
    fixed: dict[str, Any]
    columns: tuple[str, ...]
    pictures: tuple[tuple[str, ...], ...]
    """Figures that share a plot, one tuple a plot."""


_FANOUT = (
    "deliveries_per_s",
    "cpu_us_per_delivery",
    "delivery_p50_ms",
    "delivery_p99_ms",
    "server_share",
    "server_mib",
)
_COST_AND_LATENCY = (("cpu_us_per_delivery",), ("delivery_p50_ms", "delivery_p99_ms"), ("server_mib",))

SWEEPS: dict[str, Sweep] = {
    "people": Sweep(
        "more people on one board, 20 events a second",
        "fanout",
        "sockets",
        (50, 100, 200, 500, 1_000, 2_000),
        {"rate": 20, "seconds": 5},
        _FANOUT,
        _COST_AND_LATENCY,
    ),
    "events": Sweep(
        "more events a second, to 1,000 people",
        "fanout",
        "rate",
        (5, 20, 100, 400, 1_000, 2_000, 4_000),
        {"sockets": 1_000, "seconds": 5},
        (*_FANOUT, "load_share"),
        (("offered", "deliveries_per_s"), *_COST_AND_LATENCY[:2]),
    ),
    "cards": Sweep(
        "more cards on the board, 100 changes a second to 200 people",
        "fanout",
        "cards",
        (0, 500, 2_000, 5_000, 10_000, 18_000),
        {"sockets": 200, "rate": 100, "seconds": 4, "edits": True},
        _FANOUT,
        _COST_AND_LATENCY,
    ),
    "boards": Sweep(
        "more boards, with 1,000 people and 200 events a second on all of them together",
        "many-boards",
        "boards",
        (1, 10, 50, 200, 500),
        {"sockets": 1_000, "rate": 200, "seconds": 5},
        (*_FANOUT, "kib_per_board"),
        _COST_AND_LATENCY,
    ),
    "connections": Sweep(
        "more idle connections",
        "idle",
        "sockets",
        (250, 500, 1_000, 2_000, 4_000, 8_000),
        {},
        ("kib_per_connection", "server_mib", "per_s", "cpu_us_per_connection"),
        (("server_mib",), ("kib_per_connection",)),
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
    for together in sweep.pictures:
        lines = {column: _line(sweep, runs, column) for column in together}
        lines = {legend: (xs, ys) for legend, (xs, ys) in lines.items() if xs}
        if lines:
            unit = next((f.unit for run in runs for f in run.figures if f.name == together[-1]), "")
            label = " / ".join(lines) if len(lines) == 1 else ""
            drawn += plots.draw(
                lines,
                folder / f"sweep-{name}-{together[-1].replace('_', '-')}",
                f"{name}: {label or together[-1]}",
                _axis(sweep),
                unit,
                log_x=all(x > 0 for xs, _ in lines.values() for x in xs),
                log_y="offered" in together,
            )
    return drawn


def _line(sweep: Sweep, runs: Sequence[Run], column: str) -> tuple[list[float], list[float]]:
    if column == "offered":
        return [_value(sweep, run) for run in runs], [_value(sweep, run) * _sockets(run) for run in runs]
    points = [(_value(sweep, run), run.figure(column)) for run in runs]
    return [x for x, y in points if y is not None], [y for _, y in points if y is not None]


def _axis(sweep: Sweep) -> str:
    return {"rate": "events/s", "sockets": "sockets"}.get(sweep.field, sweep.field)


def _value(sweep: Sweep, run: Run) -> float:
    return float(str(run.parameters[sweep.field]))


def _sockets(run: Run) -> float:
    return float(str(run.parameters["sockets"]))
