"""Figures that several scenarios have, made of a run in one way."""

import math

from rebond_loadtest.company import busy_warnings
from rebond_loadtest.latency import Latencies
from rebond_loadtest.tally import MIB, Figure, Run


def deliveries(run: Run, first: str, last: str) -> list[Figure]:
    """What was delivered between two meetings, and what it cost."""
    span = run.between(first, last)
    delivered, expected = run.tally.counts.get("delivered", 0), run.tally.counts.get("expected", 0)
    cpu_s = span.server_cpu_s
    _warn_of_the_untimed(run)
    return [
        Figure("expected", "deliveries due", expected),
        Figure("delivered", "deliveries, each event whole", delivered),
        Figure("deliveries_per_s", "deliveries a second", delivered / span.seconds, "/s"),
        count(run, "repeats", "frames told twice, which a client passes over"),
        count(run, "caught_up", "times somebody fell behind and was caught up by a snapshot"),
        *_if(
            run.watched and delivered > 0 and cpu_s > 0,
            Figure("deliveries_per_core_s", "deliveries a CPU second of the server", _ratio(delivered, cpu_s), "/s"),
            Figure("cpu_us_per_delivery", "server CPU a delivery", _ratio(cpu_s * 1e6, delivered), "µs"),
        ),
    ]


def _warn_of_the_untimed(run: Run) -> None:
    """Say where latencies tell less than the whole, or frames came that nobody needed."""
    if caught_up := run.tally.counts.get("caught_up", 0):
        run.warnings.append(
            f"{caught_up:,} times one fell behind and was caught up by a snapshot. What these held has no latency: "
            "the slowest deliveries are missing from the percentiles."
        )
    if repeats := run.tally.counts.get("repeats", 0):
        run.warnings.append(f"{repeats:,} frames were told twice.")


def latencies(run: Run, name: str, what: str, *, goal: str = "") -> list[Figure]:
    """Percentiles of the latencies of this name; none where none were seen."""
    seen = Latencies(run.tally.latencies.get(name, {}))
    if not seen.total:
        return []
    return [
        Figure(f"{name}_p50_ms", f"{what}, p50", seen.at(0.5), "ms"),
        Figure(f"{name}_p99_ms", f"{what}, p99", seen.at(0.99), "ms", goal),
        Figure(f"{name}_max_ms", f"{what}, longest", seen.at(1.0), "ms"),
    ]


def shares(run: Run, first: str, last: str) -> list[Figure]:
    """Who used how much of a core between two meetings; warns where the load side used too much of its own."""
    span = run.between(first, last)
    run.warnings += busy_warnings(run.scenario, span.load_shares)
    return [
        *_if(run.watched, Figure("server_share", "server, of one core", span.server_cpu_s / span.seconds * 100, "%")),
        *_if(
            span.redis_cpu_s > 0,
            Figure("redis_share", "Redis, of one core", span.redis_cpu_s / span.seconds * 100, "%"),
        ),
        Figure("load_share", "busiest process of the load, of one core", max(span.load_shares) * 100, "%"),
        Figure("late_ms", "latest that a command was sent after it was due", run.tally.peaks.get("late_ms"), "ms"),
    ]


def memory(run: Run, last: str) -> list[Figure]:
    """Resident memory of the server, and of Redis apart."""
    reading = next(met.reading for met in reversed(run.met) if met.name == last)
    return [
        *_if(run.watched, Figure("server_mib", "server, resident", reading.server_bytes / MIB, "MiB")),
        *_if(reading.redis_bytes > 0, Figure("redis_mib", "Redis, resident", reading.redis_bytes / MIB, "MiB")),
    ]


def bytes_per_delivery(run: Run) -> Figure:
    """What travels, heads of frames included."""
    received, delivered = run.tally.counts.get("bytes", 0), run.tally.counts.get("delivered", 0)
    return Figure("bytes_per_delivery", "bytes a delivery", _ratio(received, delivered), "B")


def growth(run: Run, first: str, last: str) -> list[Figure]:
    """How much memory the server took between these two."""
    grown = run.between(first, last).grown_bytes / MIB
    return list(_if(run.watched, Figure("grown_mib", "growth of the server meanwhile", grown, "MiB")))


def count(run: Run, name: str, what: str) -> Figure:
    """Something that was counted."""
    return Figure(name, what, run.tally.counts.get(name, 0))


def _ratio(above: float, below: float) -> float:
    return above / below if below else math.nan


def _if(wanted: bool, *figures: Figure) -> tuple[Figure, ...]:
    return figures if wanted else ()


def cost(run: Run, cpu_s: float, number: int, name: str, what: str) -> list[Figure]:
    """CPU of each of so many, where it can be seen."""
    return list(_if(run.watched and cpu_s > 0 and number > 0, Figure(name, what, _ratio(cpu_s * 1e6, number), "µs")))


def per_event(run: Run, events: float) -> list[Figure]:
    """CPU of each event, everybody told, between `begin` and `end`."""
    cpu_s = run.between("begin", "end").server_cpu_s
    return cost(run, cpu_s, round(events), "cpu_us_per_event", "server CPU an event, everybody told")
