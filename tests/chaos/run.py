"""`python -m tests.chaos.run --minutes N`: rounds of chaos on real processes until the time is over, then a report.

Each round is a town of another kind with fresh boards, a seeded schedule of faults, and a check of its whole history:
memory stays bounded however long it runs. What is not sound stays where it is, with the seed that names it, and the
exit status is 1.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.chaos.faults import FAULTS
from tests.chaos.report import Report
from tests.chaos.story import Plan, told
from tests.chaos.town import KINDS
from tests.proof.recorder import Recorder

ROUND_S: Final = 60.0
WIDTH: Final = 110


def main(words: Sequence[str]) -> int:
    """Run as asked; the exit status."""
    asked = _asked(words)
    seed = asked.seed if asked.seed is not None else random.SystemRandom().randrange(1 << 32)
    sys.stderr.write(f"seed {seed}\n")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # the town ends with us, however we are ended
    try:
        report = asyncio.run(run(seed, asked.minutes, asked.faults, asked.towns, asked.round_seconds, asked.folder))
    except KeyboardInterrupt:
        sys.stderr.write("\nstopped\n")
        return 130
    sys.stderr.write("\n")
    sys.stdout.write(report.markdown())
    if asked.json is not None:
        asked.json.write_bytes(report.json())
    return 0 if report.sound else 1


async def run(
    seed: int, minutes: float, faults: Sequence[str], towns: Sequence[str], round_s: float, folder: Path | None
) -> Report:
    """Rounds in these towns in turn, with these faults, for so long. Rounds that were sound leave nothing behind."""
    report = Report(seed)
    folder = folder or Path(tempfile.mkdtemp(prefix="rebond-chaos-"))
    began = time.monotonic()
    while (left_s := 60 * minutes - (time.monotonic() - began)) > 0 or not report.rounds:
        name = towns[report.rounds % len(towns)]
        fitting = [FAULTS[kind] for kind in faults if name in FAULTS[kind].towns]
        place = folder / f"{report.rounds + 1:03d}-{name}"
        plan = Plan(KINDS[name], f"{seed}:{report.rounds}", max(5.0, min(round_s, left_s)), fitting)
        ended = await told(plan, place, _Progress(report, name, began))
        report.add(name, ended)
        report.minutes = (time.monotonic() - began) / 60
        if ended.sound:
            shutil.rmtree(place)
    if report.sound:
        shutil.rmtree(folder, ignore_errors=True)
    return report


class _Progress:
    """One line that says how it goes."""

    def __init__(self, report: Report, town: str, began: float) -> None:
        self._report = report
        self._town = town
        self._began = began

    def __call__(self, recorder: Recorder, what: str) -> None:
        """Another thing happened."""
        passed_s = round(time.monotonic() - self._began)
        report = self._report
        state = "all sound" if report.sound else f"{len(report.sentences)} FOUND"
        line = (
            f"{passed_s // 60:3d}:{passed_s % 60:02d} round {report.rounds + 1} ({self._town}) "
            f"{recorder.lines:,} lines · before: {report.counts['accepted']:,} acknowledged, "
            f"{sum(report.faults.values())} faults, {state} {what}"
        )
        sys.stderr.write("\r" + line[:WIDTH].ljust(WIDTH))
        sys.stderr.flush()


class _Asked(argparse.Namespace):
    minutes: float
    seed: int | None
    faults: list[str]
    towns: list[str]
    round_seconds: float
    folder: Path | None
    json: Path | None


def _asked(words: Sequence[str]) -> _Asked:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.run", description=__doc__)
    parser.add_argument("--minutes", type=float, default=2.0)
    parser.add_argument("--seed", type=int, help="a run that is asked for again; else a new one is drawn and printed")
    parser.add_argument("--faults", type=_names(FAULTS), default=list(FAULTS), help=", ".join(FAULTS))
    parser.add_argument("--towns", type=_names(KINDS), default=list(KINDS), help=", ".join(KINDS))
    parser.add_argument("--round-seconds", type=float, default=ROUND_S)
    parser.add_argument("--folder", type=Path, help="where histories and logs go; kept where something was found")
    parser.add_argument("--json", type=Path, help="write the report here too")
    return parser.parse_args(words, namespace=_Asked())


def _names(known: Mapping[str, object]) -> Callable[[str], list[str]]:
    def read(line: str) -> list[str]:
        names = [name.strip() for name in line.split(",") if name.strip()]
        for name in names:
            if name not in known:
                raise argparse.ArgumentTypeError(f"{name!r} is none of them")
        return names

    return read


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
