"""The comparison as Markdown: one row a contestant, medians over the rounds."""

import math
from collections.abc import Callable, Mapping, Sequence
from statistics import median

from rebond_loadtest.comparison.circumstances import versions
from rebond_loadtest.comparison.steps import BUSY, LATENCY, P99_BOUND_MS, STEADY, Plan, Step, Visit

BESIDE = """\
The peers only relay: what one socket says goes to every socket, and nothing else happens to it. Rebond validates the
command, decides it against the board, appends it to its log (with `fsync`, to the disk; with `memory`, not), projects
it for each audience, and then sends it to every socket."""


def markdown(visits: Sequence[Visit], skipped: Mapping[str, str], plan: Plan, machine: str) -> str:
    """The table, how to read it, and who did not take part and why."""
    names = list(dict.fromkeys(visit.contestant for visit in visits))
    rows = [_row(name, [visit for visit in visits if visit.contestant == name]) for name in names]
    lines = [
        f"{plan.sockets:,} sockets in one room, messages of about 370 bytes, server on one core and crowd on another; "
        f"medians of {plan.rounds} round{'s' if plan.rounds > 1 else ''} in which all took turns.",
        machine,
        f"Peers: {versions()}.",
        "",
        "| " + " | ".join(COLUMNS) + " |",
        "| --- |" + " ---: |" * (len(COLUMNS) - 1),
        *("| " + " | ".join(row) + " |" for row in rows),
        "",
        *_ahead(visits),
        BESIDE,
        "",
        f"Sustained: the largest rate found at which every delivery arrived and p99 stayed under {P99_BOUND_MS:.0f} ms "
        "(≥ where the largest rate tried was held). A dash: at that rate some were still missing two seconds later. "
        "Crowd: the share of its core the "
        "receivers took at the sustained rate; near 100 % it is they who set the bound.",
    ]
    if skipped:
        lines += ["", "Not measured: " + "; ".join(f"{name} ({why})" for name, why in skipped.items()) + "."]
    return "\n".join(lines)


COLUMNS = (
    "server",
    "deliveries/s sustained",
    "events/s",
    "deliveries / server CPU s",
    "crowd",
    f"µs CPU a delivery at {STEADY} events/s",
    f"at {BUSY:,} events/s",
    f"p50 / p99 ms at {LATENCY} events/s",
    "KiB an idle connection",
    "handshakes/s",
)


def _row(name: str, visits: Sequence[Visit]) -> list[str]:
    found = {id(visit): step for visit in visits if (step := sustained(visit)) is not None}
    best = list(found.values())
    calm = [visit.steps[LATENCY] for visit in visits if LATENCY in visit.steps]
    arrived = bool(calm) and all(step.lost == 0 for step in calm)
    unbounded = [visit for visit in visits if id(visit) in found and found[id(visit)].rate == max(visit.steps)]
    top = "≥ " if visits and len(unbounded) == len(visits) else ""
    return [
        name,
        top + _median(best, lambda step: step.deliveries_per_s),
        top + _median(best, lambda step: step.rate),
        _median(best, lambda step: step.deliveries_per_cpu_s),
        _median(best, lambda step: step.crowd_share * 100) + (" %" if best else ""),
        _cost(visits, STEADY),
        _cost(visits, BUSY),
        f"{median(step.p50_ms for step in calm):.1f} / {median(step.p99_ms for step in calm):.1f}" if arrived else "–",
        f"{median(visit.idle_kib for visit in visits):.1f}",
        f"{median(visit.handshakes_per_s for visit in visits):,.0f}",
    ]


def _ahead(visits: Sequence[Visit]) -> list[str]:
    """How many times the best peer's deliveries Rebond sustained, where both were measured."""
    rates: dict[str, list[float]] = {}
    for visit in visits:
        step = sustained(visit)
        rates.setdefault(visit.contestant, []).append(0.0 if step is None else step.deliveries_per_s)
    own = {name: median(found) for name, found in rates.items() if name.startswith("Rebond")}
    peers = {name: median(found) for name, found in rates.items() if name not in own}
    best = max(peers, key=lambda name: peers[name], default=None)
    if best is None or not peers[best]:
        return []
    told = "; ".join(f"{name}: {rate / peers[best]:.1f} times" for name, rate in own.items())
    return [f"Deliveries sustained against the best peer's ({best}): {told}.", ""] if told else []


def sustained(visit: Visit) -> Step | None:
    """The step at the largest rate held before the first that was not."""
    failed = min((rate for rate, step in visit.steps.items() if not step.held), default=math.inf)
    return max(
        (step for rate, step in visit.steps.items() if step.held and rate < failed),
        key=lambda step: step.rate,
        default=None,
    )


def _cost(visits: Sequence[Visit], rate: int) -> str:
    steps = [visit.steps[rate] for visit in visits if rate in visit.steps and visit.steps[rate].lost == 0]
    return f"{median(step.cpu_us_per_delivery for step in steps):.2f}" if 2 * len(steps) > len(visits) else "–"


def _median(steps: Sequence[Step], of: Callable[[Step], float]) -> str:
    return f"{median(of(step) for step in steps):,.0f}" if steps else "–"
