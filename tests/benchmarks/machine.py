"""How many machine instructions each piece of work takes, libraries included: callgrind's count, for people who look.

All work runs in one process under callgrind, which writes down and zeroes its count whenever the process sets its
recursion limit: that is how the beginning and the end of a piece are marked. A piece is done a few times and then some
more, and what the second lot takes beyond the first is the piece alone.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.baseline import ROOT
from tests.benchmarks.work import WORK

WITHIN = "--within"
"""What starts the process that does the work."""
FEW, MORE = 2, 12
MARK = "Py_SetRecursionLimit"


def table() -> str:
    """One line a piece. Raises `SystemExit`, with what to do, where there is no valgrind."""
    valgrind = shutil.which("valgrind")
    if valgrind is None:
        raise SystemExit("valgrind is missing: on Debian, apt install valgrind.")
    with tempfile.TemporaryDirectory(prefix="rebond-callgrind-") as folder:
        out = Path(folder) / "out"
        command = [valgrind, "--tool=callgrind", f"--callgrind-out-file={out}", f"--dump-before={MARK}"]
        command += [sys.executable, "-m", "tests.benchmarks", WITHIN]
        subprocess.run(command, cwd=ROOT, env={"PYTHONHASHSEED": "0"}, check=True, stderr=subprocess.DEVNULL)
        counts = [_count(out.with_name(f"out.{nth}")) for nth in range(1, 3 * len(WORK) + 1)]
    lines = [f"{'':36}{'machine instructions':>22}"]
    for nth, name in enumerate(WORK):
        few, more = counts[3 * nth + 1 : 3 * nth + 3]
        lines.append(f"{name:36}{(more - few) // (MORE - FEW):>22,}")
    return "\n".join(lines)


def answer() -> None:
    """Do all the work, marked; what `table` runs under callgrind."""
    for prepare in WORK.values():
        piece = prepare()
        piece()
        _mark()
        for count in (FEW, MORE):
            for _ in range(count):
                piece()
            _mark()


def _mark() -> None:
    sys.setrecursionlimit(sys.getrecursionlimit())


def _count(dump: Path) -> int:
    """The instructions of one dump, from its last line."""
    totals = next(line for line in dump.read_text().splitlines() if line.startswith("summary:"))
    return int(totals.split()[1])
