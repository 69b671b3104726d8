"""`python -m tests.rolling.run`: restart nodes under load, print the curve of who comes back when, and what was lost.

python -m tests.rolling.run --phones 150          one after the other, each asked to leave (SIGTERM)
python -m tests.rolling.run --phones 150 --kill   each killed without a word (SIGKILL)
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
from pathlib import Path

from tests.rolling.story import SLOT_S, Plan, Restart, Told, told

BARS = " ▁▂▃▄▅▆▇█"


def main() -> int:
    """Play, print, and end with 1 if anything was not as it should be."""
    plan = Plan()
    parser = argparse.ArgumentParser(prog="python -m tests.rolling.run", description="Restart nodes under load.")
    parser.add_argument("--phones", type=int, default=plan.phones)
    parser.add_argument("--writers", type=int, default=plan.writers)
    parser.add_argument("--boards", type=int, default=plan.boards)
    parser.add_argument("--nodes", type=int, default=plan.nodes)
    parser.add_argument("--spread-ms", type=int, default=plan.spread_ms)
    parser.add_argument("--kill", action="store_true")
    wish = parser.parse_args()
    plan = Plan(
        phones=wish.phones,
        writers=wish.writers,
        boards=wish.boards,
        nodes=wish.nodes,
        spread_ms=wish.spread_ms,
        kill=wish.kill,
    )
    with tempfile.TemporaryDirectory(prefix="rebond-rolling-") as folder:
        ended = asyncio.run(told(plan, Path(folder) / "town"))
    sys.stdout.write(page(plan, ended))
    return 1 if ended.faults else 0


def page(plan: Plan, ended: Told) -> str:
    """What happened, for people."""
    how = "killed (SIGKILL)" if plan.kill else f"asked to leave (SIGTERM, spread {plan.spread_ms} ms)"
    lines = [
        f"{plan.nodes} nodes {how} one after the other",
        f"{plan.phones} phones on {plan.boards} boards, {plan.writers} of them writing",
        f"a column: the lines that arrived in {SLOT_S * 1000:g} ms",
        "",
        *(line for restart in ended.restarts for line in curve(restart)),
        "",
        f"acknowledged {ended.acknowledged}, refused {len(ended.refused)}, "
        f"lost, doubled or otherwise wrong {len(ended.faults)}",
        *ended.faults,
    ]
    return "\n".join(lines) + "\n"


def curve(restart: Restart) -> list[str]:
    """One restart: a line to look at and a line of numbers."""
    slots, away = restart.slots, sorted(restart.away_s)
    most = max(slots, default=0)
    bars = "".join(BARS[-(-count * (len(BARS) - 1) // most)] if count else BARS[0] for count in slots)
    numbers = f"{len(restart.arrivals_s)} came back, at most {most} in {SLOT_S * 1000:g} ms"
    if away:
        numbers += f"; away p50 {statistics.median(away):.2f} s, max {away[-1]:.2f} s"
    return [f"{restart.node}  |{bars}|", f"        {numbers}; gone after {restart.left_after_s:.2f} s"]


if __name__ == "__main__":
    sys.exit(main())
