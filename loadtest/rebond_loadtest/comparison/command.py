"""`rebond-loadtest compare`: what it takes, what it leaves behind, and with which exit code.

0: all that could be measured was. 1: a Rebond was not, or lost something. 130: cut short; what was measured is kept.
"""

import os
import re
import signal
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from rebond_loadtest.comparison.run import NAMES, QUICK, WHOLE, Outcome, run
from rebond_loadtest.comparison.table import REBONDS, markdown
from rebond_loadtest.site import Cores

BEGIN, END = "<!-- comparison: begin -->", "<!-- comparison: end -->"
CUT_SHORT = 130


def compare(
    only: Annotated[
        list[str] | None,
        typer.Option(help="Whom to compare, by the beginning of the name: rebond-fsync,rebond-memory,nchan,node-ws."),
    ] = None,
    sockets: Annotated[int, typer.Option(min=60, max=5_000)] = 1_000,
    rounds: Annotated[int | None, typer.Option(min=1, max=20, help="How often all take turns.")] = None,
    minutes: Annotated[float | None, typer.Option(min=1, help="No visit begins later than this.")] = None,
    quick: Annotated[bool, typer.Option(help="One round, with shorter steps, instead of three.")] = False,
    pin: Annotated[bool, typer.Option(help="Server on one core, crowd on another.")] = True,
    real_time: Annotated[
        bool, typer.Option(help="Go before all else that runs here (SCHED_RR); for a look on a busy machine, as root.")
    ] = False,
    woken: Annotated[
        bool, typer.Option(help="Let the crowd be woken for each of its sockets, a cost to both sides.")
    ] = False,
    folder: Annotated[Path | None, typer.Option(help="Where the peers' libraries are kept.")] = None,
    json: Annotated[
        Path | None, typer.Option(help="Where every measured step is kept; comparison.json in the folder if left out.")
    ] = None,
    into: Annotated[
        Path | None, typer.Option(help="A Markdown file that gets the table, between its comparison markers.")
    ] = None,
    again: Annotated[Path | None, typer.Option(help="Measure nothing; tell what is kept in this file.")] = None,
) -> None:
    """Measure Rebond beside the servers people would otherwise use and print the table."""
    if into is not None:
        check_markers(into)
    if again is not None:
        _tell(msgspec.json.decode(again.read_bytes(), type=Outcome), into)
        return
    names = chosen(only or [])
    plan = msgspec.structs.replace(QUICK if quick else WHOLE, sockets=sockets, woken=woken)
    plan = plan if rounds is None else msgspec.structs.replace(plan, rounds=rounds)
    plan = plan if minutes is None else msgspec.structs.replace(plan, run_s=minutes * 60)
    console = Console(stderr=True)
    leaving = Leaving()
    signal.signal(signal.SIGTERM, leaving)
    folder = folder or Path(typer.get_app_dir("rebond-peers"))
    raw = json or folder / "comparison.json"
    kept: list[Outcome] = []

    def progress(line: str) -> None:
        console.print(line, highlight=False, soft_wrap=True)
        leaving.leave_if_asked()

    def keep(outcome: Outcome) -> None:
        if not kept:
            kept.append(outcome)
            console.print(f"Every step is kept in {raw}", highlight=False, soft_wrap=True)
        raw.parent.mkdir(parents=True, exist_ok=True)
        partly = raw.with_name(raw.name + ".part")
        partly.write_bytes(msgspec.json.format(msgspec.json.encode(outcome)))
        partly.replace(raw)

    try:
        outcome = run(
            names,
            plan,
            folder,
            _cores(pin),
            progress,
            keep,
            real_time=real_time,
        )
    except PermissionError as error:
        if not real_time:
            raise
        raise typer.BadParameter(f"this user may not: {error}", param_hint="--real-time") from None
    except KeyboardInterrupt:
        for outcome in kept:
            keep(outcome)
            _tell(outcome, into)
        raise typer.Exit(CUT_SHORT) from None
    _tell(outcome, into)
    raise typer.Exit(0 if sound(outcome) else 1)


def chosen(words: Sequence[str]) -> list[str]:
    """The contestants whose names are, or else begin like, one of these; all where none is given.

    Words are told apart by commas; blanks and signs in a name may be written as `-`. Raises `typer.BadParameter`.
    """
    found: set[str] = set()
    for word in (one for given in words for one in re.split(r",(?! )", given) if one):
        fitting = {name for name in NAMES if _plain(name) == _plain(word)}
        fitting = fitting or {name for name in NAMES if _plain(name).startswith(_plain(word))}
        if not fitting:
            raise typer.BadParameter(f"nobody is called {word!r}; there are {', '.join(map(_plain, NAMES))}")
        found |= fitting
    return [name for name in NAMES if not found or name in found]


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def sound(outcome: Outcome) -> bool:
    """Whether every Rebond that took part was measured in every round, and lost or doubled nothing."""
    failed = {name for name, _ in outcome.failed} | set(outcome.skipped)
    wrong = {visit.contestant for visit in outcome.visits for step in visit.steps.values() if step.wrong}
    return not REBONDS & (failed | wrong)


def check_markers(page: Path) -> None:
    """Raise `typer.BadParameter` where a page has no place for the table."""
    text = page.read_text()
    if text.count(BEGIN) != 1 or text.count(END) != 1 or text.index(BEGIN) > text.index(END):
        raise typer.BadParameter(f"{page} needs the lines « {BEGIN} » and « {END} », once each, around the table")


def written_into(text: str, table: str) -> str:
    """A page with this table between its markers."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{table}\n\n{END}{after}"


def _tell(outcome: Outcome, into: Path | None) -> None:
    table = markdown(outcome)
    typer.echo(table)
    if into is not None:
        into.write_text(written_into(into.read_text(), table))


def _cores(pin: bool) -> Cores:
    """Everything a server needs on the first core, the crowd on the last: the same for all, on any machine."""
    there = sorted(os.sched_getaffinity(0))
    return Cores((there[0],), (there[-1],)) if pin and len(there) > 1 else Cores()


class Leaving:
    """To be asked to leave (SIGTERM) is what Ctrl-C is: a running event loop knows how to end at that.

    It is also remembered: an exception that a signal raises is lost where it comes in a destructor or a callback of C.
    """

    def __init__(self) -> None:
        self._asked = False

    def __call__(self, signum: int, frame: FrameType | None) -> None:
        self._asked = True
        signal.raise_signal(signal.SIGINT)

    def leave_if_asked(self) -> None:
        """Raise `KeyboardInterrupt` if so."""
        if self._asked:
            raise KeyboardInterrupt
