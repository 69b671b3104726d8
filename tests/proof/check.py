"""`python -m tests.proof.check FILE…`: check histories that were kept; exit status 1 where one of them is not sound."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.proof.checker import check
from tests.proof.history import HistoryFile


def main(paths: list[str]) -> int:
    """Print what is wrong with each history, or what it was made of."""
    status = 0
    for path in paths:
        verdict = check(HistoryFile(Path(path)))
        status = status or int(not verdict.sound)
        sys.stdout.write(f"{path}: {'sound' if verdict.sound else 'NOT SOUND'}\n")
        for finding in verdict.findings:
            sys.stdout.write(f"  {finding}\n")
        for counted in (verdict.found, verdict.counts, verdict.refused, verdict.faults):
            if counted:
                sys.stdout.write(f"  {', '.join(f'{name} {count}' for name, count in sorted(counted.items()))}\n")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
