"""Plots: labelled axes with units, dark on light, each as SVG and PNG. None without matplotlib, which is optional."""

import importlib.util
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rebond_loadtest.latency import Latencies
from rebond_loadtest.tally import MIB, Run

COLOURS = ("#1b4f9c", "#c2410c", "#0f766e", "#7c3aed", "#854d0e")
"""Told apart by colour-blind readers too, and by their marks and dashes where they are not."""
MARKS = ("o", "s", "^", "D", "v")
DASHES = ("-", "--", "-.", ":", "-")
SHARES = (0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 0.999)

Lines = Mapping[str, tuple[Sequence[float], Sequence[float]]]
"""Legend → x and y."""


def available() -> bool:
    """Whether plots can be drawn."""
    return importlib.util.find_spec("matplotlib") is not None


def of_run(run: Run, folder: Path, stem: str) -> list[Path]:
    """Latency by percentile, latency by time, memory and CPU by time: those there is something to draw of."""
    if not available():
        return []
    drawn: list[Path] = []
    by_share = {
        name: ([100 * share for share in SHARES], [Latencies(counts).at(share) for share in SHARES])
        for name, counts in run.tally.latencies.items()
        if counts
    }
    if by_share:
        drawn += draw(
            by_share,
            folder / f"{stem}-latency",
            run.scenario,
            "percentile",
            "latency (ms)",
            log_y=True,
            ticks=SHARES_TICKS,
        )
    points = [
        ((place + 0.5) * run.tally.curve_step_s, Latencies(counts))
        for place, counts in enumerate(run.tally.curve)
        if counts
    ]
    if len(points) > 2:
        times = [at_s for at_s, _ in points]
        over_time = {f"p{share:g}": (times, [seen.at(share / 100) for _, seen in points]) for share in (50.0, 99.0)}
        drawn += draw(over_time, folder / f"{stem}-latency-time", run.scenario, "time (s)", "latency (ms)", log_y=True)
    if run.watched and len(run.series) > 2:
        times = [one.at_s - run.series[0].at_s for one in run.series]
        memory = {"server": (times, [one.server_bytes / MIB for one in run.series])}
        if any(one.redis_bytes for one in run.series):
            memory["Redis"] = (times, [one.redis_bytes / MIB for one in run.series])
        drawn += draw(memory, folder / f"{stem}-memory-time", run.scenario, "time (s)", "resident (MiB)")
    return drawn


SHARES_TICKS = tuple((100 * share, f"{100 * share:g} %") for share in (0.5, 0.9, 0.99, 0.999))


def draw(
    lines: Lines,
    path: Path,
    title: str,
    x: str,
    y: str,
    *,
    log_x: bool = False,
    log_y: bool = False,
    ticks: Sequence[tuple[float, str]] = (),
) -> list[Path]:
    """One plot as `path`.svg and `path`.png. `ticks`: places on a percentile axis, which is stretched to its end."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import LogLocator, NullFormatter

    figure: Any = Figure(figsize=(7.5, 4.2), dpi=120, facecolor="white", layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    for place, (legend, (xs, ys)) in enumerate(lines.items()):
        kind = place % len(COLOURS)
        shown_xs = [_stretched(value) for value in xs] if ticks else list(xs)
        axes.plot(
            shown_xs,
            list(ys),
            label=legend,
            color=COLOURS[kind],
            linestyle=DASHES[kind],
            marker=MARKS[kind] if len(shown_xs) <= 40 else None,
            markersize=5,
            linewidth=1.8,
        )
    if ticks:
        axes.set_xticks([_stretched(place) for place, _ in ticks], [label for _, label in ticks])
    if log_x:
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.xaxis.set_minor_formatter(NullFormatter())
    if log_y and any(value > 0 for _, ys in lines.values() for value in ys):
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.yaxis.set_minor_formatter(NullFormatter())
    else:
        axes.set_ylim(bottom=0)
    axes.set_title(title, loc="left", fontsize=12)
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.grid(True, which="major", color="#d4d4d4", linewidth=0.7)
    axes.xaxis.set_major_formatter(_plain()) if not ticks else None
    axes.yaxis.set_major_formatter(_plain())
    if len(lines) > 1:
        axes.legend(frameon=False)
    written = [path.with_name(path.name + suffix) for suffix in (".svg", ".png")]
    for file in written:
        metadata = {"Date": None} if file.suffix == ".svg" else None
        figure.savefig(file, facecolor="white", metadata=metadata)
    return written


def _stretched(percent: float) -> float:
    """Where a percentile stands: every further nine as far as the last."""
    return -math.log10(max(1e-6, 1 - percent / 100))


def _plain() -> Any:
    """Numbers as people write them, on logarithmic axes too."""
    from matplotlib.ticker import FuncFormatter

    def written(value: float, place: object) -> str:
        return f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:g}"

    return FuncFormatter(written)
