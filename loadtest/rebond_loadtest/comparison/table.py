"""The comparison as Markdown: one row a contestant, medians over the rounds and how far these lie apart."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from statistics import median

from rebond_loadtest.comparison.contestants import RELAYS, VARIANTS
from rebond_loadtest.comparison.run import Outcome
from rebond_loadtest.comparison.search import BUSY, LATENCY, MOST, NEAR, STEADY
from rebond_loadtest.comparison.steps import DISTURBED_SHARE, P99_BOUND_MS, Step, Visit, sustained

BESIDE = """\
The peers only relay: what one socket says goes to every socket, and nothing else happens to it. Rebond validates the
command, decides it against the board, appends it to its log (with `fsync`, to the disk; with `memory`, not; with Redis,
in Redis), projects it for each audience, and then sends it to every socket."""
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
    "connections/s",
)
NONE = "–"
NOT_TRIED = "·"
REBONDS = frozenset(variant.name for variant in VARIANTS)
ORDER = (*(variant.name for variant in VARIANTS), *(peer.name for peer in RELAYS))


def markdown(outcome: Outcome) -> str:
    """The table, how to read it, and who did not take part and why."""
    plan = outcome.plan
    seen = {visit.contestant for visit in outcome.visits}
    rows = {name: [visit for visit in outcome.visits if visit.contestant == name] for name in ORDER if name in seen}
    rounds = "one round" if plan.rounds == 1 else f"{plan.rounds} rounds in which all took turns (± the farthest)"
    cut = [] if outcome.complete else ["**This run was cut short; what is here is what was measured until then.**", ""]
    lines = [
        *cut,
        f"{plan.sockets:,} sockets in one room, messages of {outcome.message_bytes} bytes, the same for all; all "
        f"that a server needs (nodes, Redis) on one core and the crowd on another; medians of {rounds}; "
        f"{outcome.took_s / 60:.0f} minutes.",
        outcome.machine,
        f"Peers: {outcome.versions}.",
        "",
        "| " + " | ".join(COLUMNS) + " |",
        "| --- |" + " ---: |" * (len(COLUMNS) - 1),
        *("| " + " | ".join(_row(name, visits)) + " |" for name, visits in rows.items()),
        "",
        *_ahead(rows),
        BESIDE,
        "",
        *_reading(outcome),
    ]
    return "\n".join(lines)


def _row(name: str, visits: Sequence[Visit]) -> list[str]:
    best = [step for visit in visits if (step := sustained(visit)) is not None]
    top = "≥ " if _unbounded(visits) else ""
    calm = [visit.steps[LATENCY] for visit in visits if LATENCY in visit.steps]
    return [
        name,
        top + _median(best, lambda step: step.deliveries_per_s, ",.0f", len(visits)),
        top + _median(best, lambda step: step.rate, ",.0f", len(visits)),
        _median(best, lambda step: step.deliveries_per_cpu_s, ",.0f", len(visits)),
        _median(best, lambda step: step.crowd_share * 100, ".0f", len(visits), " %", spread=False),
        _cost(visits, STEADY),
        _cost(visits, BUSY),
        _latency(calm, len(visits)),
        f"{median(visit.idle_kib for visit in visits):.1f}",
        f"{median(visit.connections_per_s for visit in visits):,.0f}",
    ]


def _unbounded(visits: Sequence[Visit]) -> bool:
    """Whether most of the searches found no rate that was not held, so that what was sustained is no limit."""
    return 2 * sum(visit.unbounded for visit in visits) > len(visits)


def _median(
    steps: Sequence[Step],
    of: Callable[[Step], float],
    form: str,
    visits: int,
    unit: str = "",
    *,
    spread: bool = True,
) -> str:
    """The median, where most of the visits have one, and how far the farthest lies from it."""
    if 2 * len(steps) <= visits:
        return NONE
    values = [of(step) for step in steps]
    middle = median(values)
    apart = max(abs(value - middle) for value in values) / middle if middle else 0.0
    told = f" ±{apart:.0%}" if spread and len(values) > 1 else ""
    return f"{middle:{form}}{unit}{told}"


def _cost(visits: Sequence[Visit], rate: int) -> str:
    tried = [visit.steps[rate] for visit in visits if rate in visit.steps]
    if not tried:
        return NOT_TRIED
    steps = [step for step in tried if step.complete]
    cost = _median(steps, lambda step: step.cpu_us_per_delivery, ".2f", len(visits))
    if cost == NONE or not any(step.redis_cpu_s for step in steps):
        return cost
    return f"{cost} + {median(step.redis_us_per_delivery for step in steps):.2f} in Redis"


def _latency(calm: Sequence[Step], visits: int) -> str:
    """With several rounds, the smallest and largest p99 stand behind it."""
    complete = [step for step in calm if step.complete]
    if 2 * len(complete) <= visits:
        return NONE
    p99 = [step.p99_ms or 0.0 for step in complete]
    told = f"{median(step.p50_ms or 0.0 for step in complete):.1f} / {median(p99):.1f}"
    return told if len(complete) == 1 else f"{told} ({min(p99):.1f}–{max(p99):.1f})"


def _ahead(rows: Mapping[str, Sequence[Visit]]) -> list[str]:
    """How many times the best peer's deliveries Rebond sustained, and what part of the best peer's cost it has."""
    rates = {name: _typical(visits, lambda step: step.deliveries_per_s, sustained) for name, visits in rows.items()}
    costs = {name: _typical(visits, lambda step: step.cpu_us_per_delivery, _at_steady) for name, visits in rows.items()}
    endless = {name for name, visits in rows.items() if _unbounded(visits)}
    told: list[str] = []
    if without_end := [name for name in rows if name in endless - REBONDS]:
        told += [f"How far ahead cannot be said: no limit was found for {', '.join(without_end)}.", ""]
    else:
        told += _against("Deliveries sustained", rates, max, "{:.1f} times", endless)
    return told + _against(f"CPU a delivery at {STEADY} events/s", costs, min, "{:.2f} of it")


def _against(
    what: str,
    values: Mapping[str, float | None],
    choose: Callable[[Iterable[float]], float],
    form: str,
    endless: Collection[str] = (),
) -> list[str]:
    """Rebond's, against the best peer's."""
    peers = {name: value for name, value in values.items() if value and name not in REBONDS}
    own = {name: value for name, value in values.items() if value and name in REBONDS}
    if not peers or not own:
        return []
    best = choose(peers.values())
    named = next(name for name, value in peers.items() if value == best)
    times = "; ".join(
        f"{name}: {'≥ ' if name in endless else ''}{form.format(value / best)}" for name, value in own.items()
    )
    return [f"{what}, against the best peer's ({named}): {times}.", ""]


def _typical(
    visits: Sequence[Visit], of: Callable[[Step], float], which: Callable[[Visit], Step | None]
) -> float | None:
    steps = [step for visit in visits if (step := which(visit)) is not None]
    return median(of(step) for step in steps) if 2 * len(steps) > len(visits) else None


def _at_steady(visit: Visit) -> Step | None:
    step = visit.steps.get(STEADY)
    return step if step is not None and step.complete else None


def _reading(outcome: Outcome) -> list[str]:
    steps = [step for visit in outcome.visits for step in visit.steps.values()]
    others = sorted(step.others_share for step in steps) or [0.0]
    late = sorted(step.late_ms for step in steps) or [0.0]
    conflated = sum(step.conflated for step in steps)
    lines = [
        "Sustained: the largest rate found at which every delivery arrived and p99 stayed under "
        f"{P99_BOUND_MS:.0f} ms; at most {NEAR - 1:.0%} above it, a rate was not held (≥: every rate tried was, up to "
        f"{MOST:,} events/s). All are searched by one rule, up and down from where an earlier run, then the "
        f"round before, had ended. {NONE} is a rate at which not everything arrived; {NOT_TRIED} one that was not "
        "tried, since a lower one was not held. Latency counts from when a message was due. Crowd: the share of its "
        "core the receivers took at the sustained rate; near 100 % it may be they who set the bound. CPU is the nodes' "
        "alone; what Redis took is told beside it.",
        "",
        f"Every delivery is an event delivered whole; {conflated:,} numbers arrived that stand for several (tallies), "
        "and these are not counted. No client offers compression, so nobody compresses.",
        "",
        f"Others took {median(others):.0%} of a core while this was measured (median of the steps; at most "
        f"{others[-1]:.0%}). The crowd said the latest message of a step {median(late):.0f} ms after it was due "
        f"(median; at most {late[-1]:.0f} ms).",
    ]
    if median(others) > DISTURBED_SHARE:
        lines[-1] = f"**{lines[-1]} That is too much: these figures are not to be relied on.**"
    if outcome.plan.woken:
        lines += ["", "The crowd was woken for each of its sockets, which adds to what a delivery costs a server."]
    dropped = _dropped(outcome.visits)
    if dropped:
        lines += [
            "",
            f"**Lost**, that is, never delivered though nothing was in the way any more, or doubled: {dropped}.",
        ]
    cut = dict.fromkeys(visit.contestant for visit in outcome.visits if visit.out_of_time)
    if cut:
        lines += ["", f"**Searches that ran out of time, so that more may be held: {', '.join(cut)}.**"]
    if outcome.skipped:
        lines += ["", "Not measured: " + "; ".join(f"{name} ({why})" for name, why in outcome.skipped.items()) + "."]
    if outcome.failed:
        lines += ["", "Visits that failed: " + "; ".join(f"{name} ({why})" for name, why in outcome.failed) + "."]
    return lines


def _dropped(visits: Sequence[Visit]) -> str:
    """The lowest rate at which each contestant lost or doubled something."""
    lowest: dict[str, int] = {}
    for visit in visits:
        for rate, step in visit.steps.items():
            if step.wrong:
                lowest[visit.contestant] = min(rate, lowest.get(visit.contestant, rate))
    return "; ".join(f"{name}, from {rate:,} events/s" for name, rate in lowest.items())
