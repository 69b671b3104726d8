"""`python -m tests.benchmarks`: count every piece of work and compare it with the baseline; status 1 if one changed.

`--renew` makes what was counted the baseline of this interpreter; `--json` prints it and compares nothing;
`--callgrind` asks valgrind how many machine instructions each piece takes, libraries included, which takes a minute.
"""

import argparse
import sys

import msgspec

from tests.benchmarks import baseline, machine
from tests.benchmarks.counting import counted
from tests.benchmarks.work import WORK, the_room


def main(arguments: list[str]) -> int:
    """Do what was asked; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="What each piece of work costs.")
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument("--renew", action="store_true", help="make these figures the baseline of this interpreter")
    ways.add_argument("--json", action="store_true", help="print the figures of this process and compare nothing")
    ways.add_argument("--callgrind", action="store_true", help="machine instructions, by valgrind")
    ways.add_argument(machine.WITHIN, dest="within", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.json:
        sys.stdout.buffer.write(msgspec.json.encode(counted(WORK)))
        the_room().close()
    elif asked.callgrind:
        _say(machine.table())
    elif asked.within:
        machine.answer()
        the_room().close()
    else:
        return _compare(renew=asked.renew)
    return 0


def _compare(*, renew: bool) -> int:
    costs = baseline.counted_apart()
    before = baseline.stored()
    _say(baseline.table(before, costs))
    if renew:
        baseline.store(costs)
        return 0
    if before is None:
        _say(f"No baseline for Python {baseline.INTERPRETER} yet: python -m tests.benchmarks --renew makes one.")
        return 0
    return 1 if baseline.changes(before, costs) else 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
