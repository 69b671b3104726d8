"""What the hub counts, as Prometheus metrics. Nothing here names a person, a board or an address (DM5)."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, PlatformCollector, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from rebond.hub.meters import Meters

_COUNTERS: dict[str, str] = {
    "accepted": "Commands accepted, each once however often it was sent.",
    "repeated": "Commands sent again and answered as before.",
    "appends": "Appends to the log; each carries the commands that came while the last one was under way.",
    "conflicts": "Appends that lost a race and were decided again.",
    "unknown": "Appends that were not answered and were asked for again, until it was known whether they had landed.",
    "put_back": "Entries, or whole boards, put back into a log that had lost them.",
    "decided_again": "Accepted commands that a fork of the log had lost and that were accepted again.",
    "fell_out": "Accepted commands that a fork of the log had lost and that could not be accepted again.",
    "flushes": "Flushes of rooms.",
    "frames_written": "Broadcast frames written to sockets.",
    "events_delivered": "Events times the sockets they were written to.",
    "snapshots_sent": "Snapshots sent.",
    "snapshots_encoded": "Snapshots encoded; far fewer than sent.",
    "recovered": "Hellos that resumed from their position.",
    "not_recovered": "Hellos that were sent a snapshot.",
    "skipped_slow": "Times a socket was skipped because it did not read.",
}


class _MeterCollector(Collector):
    def __init__(self, meters: Meters) -> None:
        self._meters = meters

    def collect(self) -> Iterable[Metric]:
        meters = self._meters
        yield GaugeMetricFamily("rebond_connections", "Open WebSocket connections.", meters.connections)
        yield GaugeMetricFamily("rebond_rooms", "Boards that are open in this process.", meters.rooms)
        for name, meaning in _COUNTERS.items():
            yield CounterMetricFamily(f"rebond_{name}", meaning, getattr(meters, name))
        yield CounterMetricFamily("rebond_append_seconds", "Time spent in appends.", meters.append_ms / 1000)
        for name, label, meaning, counts in (
            ("rejected", "code", "Commands rejected, by code.", meters.rejected),
            ("closed", "code", "Connections closed by the server, by code.", meters.closed),
            (
                "partings",
                "how",
                "Times a board and its log had to be made one again, by what was noticed.",
                meters.partings,
            ),
        ):
            family = CounterMetricFamily(f"rebond_{name}", meaning, labels=[label])
            for code, count in sorted(counts.items()):
                family.add_metric([code], count)
            yield family


def registry_of(meters: Meters) -> CollectorRegistry:
    """A registry with the hub's meters, the process's figures and the interpreter's."""
    registry = CollectorRegistry()
    registry.register(_MeterCollector(meters))
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    return registry


def metrics_page(registry: CollectorRegistry) -> bytes:
    """The metrics as Prometheus reads them."""
    return generate_latest(registry)
