"""What came of a run: as Markdown for people and JSON for programs, with plots where matplotlib is installed."""

import math
from collections.abc import Sequence
from pathlib import Path

import msgspec

from rebond_loadtest import plots
from rebond_loadtest.tally import Figure, Run

CPU_NOTE = "CPU and memory are those of all processes of the server, read from /proc; Redis is apart."
LATENCY_NOTE = (
    "Latency counts from when a command was due by a plan that does not wait for the server, so one that stalls is "
    "charged for it (coordinated omission); it ends when a sampled socket has read the event."
)
COUNT_NOTE = (
    "Every socket must get every event once, with the text that was accepted (by its checksum); one that did not fails "
    "the run. Tallies are conflated (many ballots leave as one number) and are counted apart."
)


def shown(figure: Figure) -> str:
    """The value with its unit, as short as it may be."""
    value = figure.value
    if value is None or math.isnan(value):
        return "–"
    if value == int(value) or abs(value) >= 1_000:
        number = f"{value:,.0f}"
    elif abs(value) >= 10:
        number = f"{value:,.1f}"
    else:
        number = f"{value:.2f}"
    return f"{number} {figure.unit}".rstrip() if not figure.unit.startswith("/") else f"{number}{figure.unit}"


def table(figures: Sequence[Figure]) -> str:
    """Figures, with the design's goals where they have any."""
    goals = any(figure.goal for figure in figures)
    head = (
        ["| what | measured | goal |", "| --- | ---: | --- |"] if goals else ["| what | measured |", "| --- | ---: |"]
    )
    rows = [f"| {figure.what} | {shown(figure)} |" + (f" {figure.goal} |" if goals else "") for figure in figures]
    return "\n".join([*head, *rows])


def markdown(run: Run, pictures: Sequence[Path] = ()) -> str:
    """One run."""
    asked = ", ".join(f"{name} {_value(value)}" for name, value in run.parameters.items())
    processes = "one process" if run.processes == 1 else f"{run.processes} processes"
    pinned = "; servers and load pinned to cores of their own" if run.pinned else ""
    parts = [
        f"## {run.scenario}",
        run.about,
        f"{asked}. {run.site}; load from {processes}{pinned}. Took {run.took_s:.1f} s, begun {run.began}.",
        table(run.figures),
        *(f"**Warning:** {warning}" for warning in run.warnings),
        *(f"**Failed:** {number:,} {sentence}." for sentence, number in run.tally.wrong.items()),
        *(f"![{picture.stem.replace('-', ' ')}]({picture.name})" for picture in pictures),
    ]
    return "\n\n".join(parts)


def page(runs: Sequence[Run], pictures: Sequence[Sequence[Path]]) -> str:
    """All runs, and how to read them."""
    parts = [
        "# Load test",
        runs[0].machine if runs else "",
        f"{LATENCY_NOTE} {COUNT_NOTE} {CPU_NOTE}",
        *(markdown(run, own) for run, own in zip(runs, pictures, strict=True)),
    ]
    return "\n\n".join(parts) + "\n"


def write(runs: Sequence[Run], folder: Path) -> list[Path]:
    """report.md, report.json and, where they can be drawn, plots as SVG and PNG. What was written."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = [plots.of_run(run, folder, f"{number:02}-{run.scenario}") for number, run in enumerate(runs, 1)]
    svgs = [[picture for picture in own if picture.suffix == ".svg"] for own in drawn]
    (folder / "report.md").write_text(page(runs, svgs), encoding="utf-8")
    (folder / "report.json").write_bytes(msgspec.json.format(msgspec.json.encode(runs)))
    return [folder / "report.md", folder / "report.json", *(picture for own in drawn for picture in own)]


def _value(value: object) -> str:
    return f"{value:,g}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)
