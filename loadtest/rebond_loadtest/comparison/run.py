"""The whole comparison: all contestants in turn, as many rounds as asked."""

import os
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import msgspec

from rebond_loadtest.comparison.circumstances import versions
from rebond_loadtest.comparison.contestants import RELAYS, VARIANTS, Contestant, rebond, relay
from rebond_loadtest.comparison.provisions import Missing, Provisions
from rebond_loadtest.comparison.rooms import message
from rebond_loadtest.comparison.steps import Plan, Visit, sustained, visit
from rebond_loadtest.machine import machine
from rebond_loadtest.site import Cores

NAMES = (*(variant.name for variant in VARIANTS), *(peer.name for peer in RELAYS))
QUICK = Plan(sockets=1_000, rounds=1, warm_s=1.0, calm_s=3.0, steady_s=2.0, step_s=1.0, visit_s=90.0, run_s=900.0)
WHOLE = Plan(sockets=1_000, rounds=3, warm_s=1.0, calm_s=3.0, steady_s=2.0, step_s=1.5, visit_s=90.0, run_s=1_800.0)


class Outcome(msgspec.Struct):
    """What came of it: every visit, who was skipped with the reason, and what failed."""

    machine: str
    versions: str
    plan: Plan
    message_bytes: int
    visits: list[Visit] = []
    skipped: dict[str, str] = {}
    failed: list[tuple[str, str]] = []
    """Whose visit was cut off or did not take place, and why."""
    took_s: float = 0.0
    complete: bool = False
    """Whether all rounds are in; what was kept of a run that was cut short is not."""


def run(
    names: Sequence[str],
    plan: Plan,
    folder: Path,
    cores: Cores,
    progress: Callable[[str], None],
    keep: Callable[[Outcome], None],
    *,
    real_time: bool = False,
) -> Outcome:
    """Compare these; `keep` gets the outcome so far, before the first visit and after each.

    With `real_time`, crowd and servers run before all else here. Raises `PermissionError` where they must not.
    Who cannot be had is skipped with the reason; who came to nothing at the first visit is not visited again.
    """
    outcome = Outcome(machine(), versions(), plan, len(message()))
    contestants = _contestants(names, Provisions(folder, progress), outcome.skipped)
    known: dict[str, int] = {}
    """What each held in the round before: where its next search begins."""
    if cores.crowd:
        os.sched_setaffinity(0, cores.crowd)
    if real_time:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))  # whoever is started from here on inherits it
    began = time.monotonic()
    keep(outcome)
    for round in range(plan.rounds):
        for contestant in _in_turn(contestants, round, plan.rounds):
            outcome.took_s = time.monotonic() - began
            if outcome.took_s > plan.run_s:
                outcome.failed.append((contestant.name, f"no time was left in round {round + 1}"))
            elif contestant.name in known or round == 0:
                _visit(contestant, plan, known, cores, progress, outcome)
            keep(outcome)
    outcome.took_s, outcome.complete = time.monotonic() - began, True
    keep(outcome)
    return outcome


def _visit(
    contestant: Contestant,
    plan: Plan,
    known: dict[str, int],
    cores: Cores,
    progress: Callable[[str], None],
    outcome: Outcome,
) -> None:
    seen = Visit(contestant.name)
    outcome.visits.append(seen)
    try:
        visit(contestant, plan, known.get(contestant.name, contestant.usual), cores, progress, seen)
    except Exception as error:  # whatever one of them comes to: nobody watches, and it is the others' turn
        why = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        outcome.failed.append((contestant.name, why))
        progress(f"{contestant.name}: {why}")
    if not seen.steps:
        outcome.visits.remove(seen)
        return
    best = sustained(seen)
    known[contestant.name] = 1 if best is None else best.rate


def _in_turn(contestants: Sequence[Contestant], round: int, rounds: int) -> list[Contestant]:
    """Each round begins somewhere else, so that nobody always comes after the same one, or always last."""
    first = round * len(contestants) // rounds
    return [*contestants[first:], *contestants[:first]]


def _contestants(names: Sequence[str], provisions: Provisions, skipped: dict[str, str]) -> list[Contestant]:
    ready: list[Contestant] = []
    offers: list[tuple[str, Callable[[], Contestant]]] = [
        *((variant.name, partial(rebond, variant, provisions)) for variant in VARIANTS),
        *((peer.name, partial(relay, peer, provisions)) for peer in RELAYS),
    ]
    for name, offer in offers:
        if name in names:
            try:
                ready.append(offer())
            except Missing as error:
                skipped[name] = str(error)
    return ready
