"""The whole comparison: all contestants in turn, as many rounds as asked."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from rebond_loadtest.bench import CROWD_CORE, SERVER_CORE
from rebond_loadtest.comparison.circumstances import machine
from rebond_loadtest.comparison.contestants import RELAYS, Contestant, rebond, relay
from rebond_loadtest.comparison.provisions import Missing, Provisions
from rebond_loadtest.comparison.steps import Plan, Visit, visit
from rebond_loadtest.target import ServerFailed

DURABILITIES = ("fsync", "memory")
NAMES = (*(f"Rebond, {durability}" for durability in DURABILITIES), *(peer.name for peer in RELAYS))
QUICK = Plan(sockets=1_000, rounds=1, calm_s=2.0, step_s=1.5, bisections=2, visit_s=22.0)
WHOLE = Plan(sockets=1_000, rounds=3, calm_s=5.0, step_s=3.0, bisections=4, visit_s=90.0)


class Outcome(msgspec.Struct):
    """What came of it: every visit, and who was skipped with the reason."""

    machine: str
    visits: list[Visit] = []
    skipped: dict[str, str] = {}


def run(names: Sequence[str], plan: Plan, folder: Path, pinned: bool, progress: Callable[[str], None]) -> Outcome:
    """Compare these. A contestant that cannot be had, or does not start, is skipped with the reason."""
    outcome = Outcome(machine())
    contestants = _contestants(names, Provisions(folder, progress), outcome.skipped)
    if pinned:
        os.sched_setaffinity(0, {CROWD_CORE})
    for _ in range(plan.rounds):
        for contestant in contestants:
            if contestant.name in outcome.skipped:
                continue
            try:
                outcome.visits.append(visit(contestant, plan, SERVER_CORE if pinned else None, progress))
            except (ServerFailed, OSError) as error:
                outcome.skipped[contestant.name] = str(error)
                progress(f"{contestant.name}: {error}")
    return outcome


def _contestants(names: Sequence[str], provisions: Provisions, skipped: dict[str, str]) -> list[Contestant]:
    ready = [rebond(durability) for durability in DURABILITIES if f"Rebond, {durability}" in names]
    for peer in RELAYS:
        if peer.name in names:
            try:
                ready.append(relay(peer, provisions))
            except Missing as error:
                skipped[peer.name] = str(error)
    return ready
