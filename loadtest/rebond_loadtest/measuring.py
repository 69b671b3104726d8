"""The commands that measure: scenarios, run, sweep, bench, parts. They print for people; `--report` writes files."""

from collections.abc import Callable, Sequence
from pathlib import Path
from subprocess import CalledProcessError
from typing import Annotated, Literal, NoReturn, TypeVar

import msgspec
import typer
from rich.console import Console

from rebond_loadtest import bench as benchmark
from rebond_loadtest import plots, reports
from rebond_loadtest import sweep as sweeping
from rebond_loadtest.company import PROCESSES_MAX, Live, RunFailed
from rebond_loadtest.machine import machine
from rebond_loadtest.playing import BadParameters, Conditions, asked, play
from rebond_loadtest.progress import watching
from rebond_loadtest.scenarios import SCENARIOS
from rebond_loadtest.scenarios.room import Missing
from rebond_loadtest.scenarios.scenario import AnyScenario
from rebond_loadtest.site import NODES_MAX, NotAllowed, Wanted, check_loopback
from rebond_loadtest.sweep import SWEEPS
from rebond_loadtest.tally import Run
from rebond_loadtest.target import ServerFailed

T = TypeVar("T")
Watch = Callable[[Live], None]
Say = Callable[[str], None]

FAILURES = (RunFailed, ServerFailed, BadParameters, NotAllowed, Missing, CalledProcessError, OSError)
NOT_IN_ALL = ("soak",)
QUICK_ENTRIES = 20_000

Processes = Annotated[int, typer.Option(help="Processes of the load.", min=1, max=PROCESSES_MAX)]
Pin = Annotated[bool, typer.Option(help="Servers and load on cores of their own.")]
Report = Annotated[Path | None, typer.Option(help="Folder for a report as Markdown and JSON, with plots.")]
Quick = Annotated[bool, typer.Option(help="As short as possible: to see that it works, or for a first impression.")]


def scenarios() -> None:
    """List the scenarios, their parameters and how long they take."""
    for scenario in SCENARIOS.values():
        usual = scenario.parameters()
        words = ", ".join(f"{name}={value}" for name, value in msgspec.to_builtins(usual).items())
        times = f"about {scenario.seconds(usual):.0f} s, quick {scenario.seconds(scenario.quick):.0f} s"
        typer.echo(f"{scenario.name}: {scenario.about}\n    {words}; {times}")


def run(
    names: Annotated[list[str], typer.Argument(metavar="SCENARIO...", help="Which; `all` for all but soak.")],
    sockets: Annotated[int | None, typer.Option(help="How many sockets.")] = None,
    rate: Annotated[float | None, typer.Option(help="Events a second, all together.")] = None,
    seconds: Annotated[float | None, typer.Option(help="How long.")] = None,
    cards: Annotated[int | None, typer.Option(help="Cards on the board before it begins.")] = None,
    set: Annotated[list[str] | None, typer.Option(help="Another parameter, as name=value.")] = None,
    quick: Quick = False,
    processes: Processes = 1,
    pin: Pin = True,
    target: Annotated[
        Literal["sqlite", "redis"], typer.Option(help="Where the Rebond that is started keeps boards.")
    ] = ("sqlite"),
    nodes: Annotated[int, typer.Option(help="How many Rebonds share the Redis.", min=1, max=NODES_MAX)] = 1,
    workers: Annotated[int, typer.Option(help="Processes of each Rebond.", min=1, max=NODES_MAX)] = 1,
    durability: Annotated[str, typer.Option(help="As for `rebond serve`.")] = "fsync",
    redis: Annotated[str | None, typer.Option(help="A Redis that runs already; one is started when left out.")] = None,
    url: Annotated[str | None, typer.Option(help="A Rebond that runs already, in place of a started one.")] = None,
    pid: Annotated[int | None, typer.Option(help="Its process, to read CPU and memory of.", min=1)] = None,
    allow_remote: Annotated[
        bool, typer.Option(help="Let --url and --redis be another machine. Ask its owner.")
    ] = False,
    seed: Annotated[int | None, typer.Option(help="Of what is random, to play the same again.")] = None,
    report: Report = None,
) -> None:
    """Play scenarios and measure the server from outside. A lost delivery fails the run."""
    chosen = _chosen(names, SCENARIOS, [name for name in SCENARIOS if name not in NOT_IN_ALL])
    given = {"sockets": sockets, "rate": rate, "seconds": seconds, "cards": cards}
    changes = {name: value for name, value in given.items() if value is not None} | _pairs(set or [])
    conditions = Conditions(Wanted(target, nodes, workers, durability, redis, url, pid), processes, pin, seed)
    try:
        _check(conditions.wanted, allow_remote)
        plays = [(SCENARIOS[name], asked(SCENARIOS[name], changes, quick=quick)) for name in chosen]
    except (BadParameters, NotAllowed) as error:
        raise typer.BadParameter(f"{error}.") from None
    runs: list[Run] = []
    for scenario, parameters in plays:
        runs.append(_played(scenario, parameters, conditions))
        typer.echo(reports.markdown(runs[-1]) + "\n")
    _write(runs, report)
    _end(runs)


def _played(scenario: AnyScenario, parameters: msgspec.Struct, conditions: Conditions) -> Run:
    return shown(scenario.name, lambda watch, say: play(scenario, parameters, conditions, watch, say))


def sweep(
    names: Annotated[list[str], typer.Argument(metavar="WHAT...", help=f"{', '.join(SWEEPS)}, or `all`.")],
    quick: Quick = False,
    processes: Processes = 1,
    pin: Pin = True,
    report: Report = None,
) -> None:
    """Show how cost grows with people, events, cards, boards or connections."""
    conditions = Conditions(Wanted(), processes, pin)
    parts: list[str] = []
    swept: dict[str, list[Run]] = {}
    for name in _chosen(names, SWEEPS, list(SWEEPS)):
        swept[name] = _swept(name, conditions, quick)
        parts.append(sweeping.markdown(name, SWEEPS[name], swept[name]))
        typer.echo(parts[-1] + "\n")
        if report is not None:
            drawn = sweeping.draw(name, SWEEPS[name], swept[name], report)
            parts += [f"![{path.stem.replace('-', ' ')}]({path.name})" for path in drawn if path.suffix == ".svg"]
    if report is not None:
        report.mkdir(parents=True, exist_ok=True)
        (report / "sweep.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8")
        (report / "sweep.json").write_bytes(msgspec.json.format(msgspec.json.encode(swept)))
        _say_where(report)
    _end([run for runs in swept.values() for run in runs])


def _swept(name: str, conditions: Conditions, quick: bool) -> list[Run]:
    return shown(f"sweep {name}", lambda watch, say: sweeping.swept(SWEEPS[name], conditions, quick, watch, say))


def bench(
    only: Annotated[list[str] | None, typer.Option(help="Steps to run; all when left out.")] = None,
    sockets: Annotated[int, typer.Option(min=60, max=5_000)] = 1_000,
    quick: Quick = False,
    pin: Pin = True,
    report: Report = None,
) -> None:
    """Measure the figures of the design on this machine and print them as a table."""
    known = benchmark.steps(sockets)
    runs: list[Run] = []
    rows: list[benchmark.Row] = []
    for name in _chosen(only or list(known), known, list(known)):
        run, shown_rows = _measured(known[name], pin, quick)
        runs.append(run)
        rows += shown_rows
    typer.echo(benchmark.markdown(rows, known))
    for run in runs:
        for said in run.warnings:
            typer.echo(f"\nWarning: {said}")
    _write(runs, report)
    _end(runs)


def _measured(step: benchmark.Step, pin: bool, quick: bool) -> tuple[Run, list[benchmark.Row]]:
    return shown(benchmark.title(step), lambda watch, say: benchmark.measured(step, pin, quick, watch, say))


def parts(
    entries: Annotated[
        int, typer.Option(help="How many the board that is opened has.", min=500, max=1_000_000)
    ] = 100_000,
    quick: Quick = False,
    report: Report = None,
) -> None:
    """Time the parts: a cold start of a long board, then decide, fold, project, encode and append, each alone."""
    from rebond_loadtest.parts.cold import cold_load
    from rebond_loadtest.parts.inside import inside  # the server's own code, which no other command needs

    count = min(entries, QUICK_ENTRIES) if quick else entries
    figures = [
        *shown("parts, from outside", lambda watch, say: cold_load(count, say)),
        *shown("parts, from inside", lambda watch, say: inside(count, say)),
    ]
    told = reports.table(figures)
    typer.echo(told)
    if report is not None:
        report.mkdir(parents=True, exist_ok=True)
        (report / "parts.md").write_text(f"# Parts\n\n{machine()}\n\n{told}\n", encoding="utf-8")
        (report / "parts.json").write_bytes(msgspec.json.format(msgspec.json.encode(figures)))
        _say_where(report)


# -- what they share -----------------------------------------------------------------------------------------------


def shown(title: str, work: Callable[[Watch, Say], T]) -> T:
    """Do it while its progress is shown; what goes wrong is said in a sentence."""
    console = Console(stderr=True)

    def say(line: str) -> None:
        console.print(f"  {line}", highlight=False, soft_wrap=True)

    try:
        with watching(console, title) as watch:
            return work(watch, say)
    except FAILURES as error:
        fail(f"{error}.")


def fail(sentence: str) -> NoReturn:
    """Say it and end."""
    typer.echo(f"rebond-loadtest: {sentence}", err=True)
    raise typer.Exit(1)


def _chosen(names: Sequence[str], known: dict[str, T], everything: list[str]) -> list[str]:
    chosen = everything if list(names) == ["all"] else list(names)
    wrong = [name for name in chosen if name not in known]
    if wrong:
        raise typer.BadParameter(f"there is no {wrong[0]!r}; there are {', '.join(known)}.")
    return chosen


def _check(wanted: Wanted, allow_remote: bool) -> None:
    """Raise `NotAllowed`, `BadParameters`."""
    for address in (wanted.url, wanted.redis):
        if address is not None:
            check_loopback(address, allow_remote)
    if wanted.url is not None and not wanted.url.startswith("http://"):
        raise BadParameters("--url is an address like http://127.0.0.1:8000")
    if wanted.pid is not None and wanted.url is None:
        raise BadParameters("--pid goes with --url: what is started here is known")
    if wanted.kind == "sqlite" and (wanted.nodes > 1 or wanted.redis is not None):
        raise BadParameters("several nodes, and a Redis, go with --target redis")


def _pairs(words: list[str]) -> dict[str, object]:
    pairs = [word.partition("=") for word in words]
    wrong = [name for name, sign, _ in pairs if not sign]
    if wrong:
        raise typer.BadParameter(f"--set takes name=value, not {wrong[0]!r}.")
    return {name: value for name, _, value in pairs}


def _write(runs: list[Run], folder: Path | None) -> None:
    if folder is not None:
        reports.write(runs, folder)
        _say_where(folder)


def _say_where(folder: Path) -> None:
    without = "" if plots.available() else " It has no plots: install rebond[loadtest] to have them."
    typer.echo(f"The report is in {folder}.{without}", err=True)


def _end(runs: Sequence[Run]) -> None:
    """Say what must not have happened; such a run has failed."""
    for run in runs:
        for what, number in run.tally.wrong.items():
            typer.echo(f"rebond-loadtest: {run.scenario} failed: {number:,} {what}.", err=True)
    if any(run.failed for run in runs):
        raise typer.Exit(1)
