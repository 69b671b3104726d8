"""What was counted: by one process of the load, then by all of them, then as figures. Values only."""

import msgspec

from rebond_loadtest.latency import Latencies

CURVE_POINTS = 120
"""A run's curve has at most about so many, however long it is."""

MIB = 1024 * 1024


class Tally(msgspec.Struct):
    """What one process counted. All of it adds up, but for `peaks`, which are the largest."""

    counts: dict[str, int] = {}
    peaks: dict[str, float] = {}
    latencies: dict[str, dict[int, int]] = {}
    """Name → classes (`Latencies.counts`)."""
    curve: list[dict[int, int]] = []
    """Of deliveries, one for each `curve_step_s`."""
    curve_step_s: float = 1.0
    wrong: dict[str, int] = {}
    """What must not happen, and how often it did: any of it fails the run."""

    def count(self, name: str, number: int = 1) -> None:
        """So many more."""
        self.counts[name] = self.counts.get(name, 0) + number

    def peak(self, name: str, value: float) -> None:
        """Keep the largest."""
        self.peaks[name] = max(value, self.peaks.get(name, value))

    def fail(self, sentence: str, number: int = 1) -> None:
        """Something that must not happen did, so often; nothing when that is never."""
        if number:
            self.wrong[sentence] = self.wrong.get(sentence, 0) + number

    def seen(self, name: str) -> Latencies:
        """The latencies of this name, to add to."""
        return Latencies(self.latencies.setdefault(name, {}))

    def add(self, other: "Tally") -> None:
        """What another process counted."""
        for name, number in other.counts.items():
            self.count(name, number)
        for name, value in other.peaks.items():
            self.peak(name, value)
        for sentence, number in other.wrong.items():
            self.fail(sentence, number)
        for name, counts in other.latencies.items():
            self.seen(name).merge(Latencies(counts))
        self.curve_step_s = other.curve_step_s
        for place, counts in enumerate(other.curve):
            self.at_curve(place).merge(Latencies(counts))

    def at_curve(self, place: int) -> Latencies:
        """The latencies of this step of the curve, to add to."""
        while len(self.curve) <= place:
            self.curve.append({})
        return Latencies(self.curve[place])


class Reading(msgspec.Struct, frozen=True):
    """Everything seen from outside at one moment. `at_s`: steady seconds."""

    at_s: float
    server_cpu_s: float
    server_bytes: int
    redis_cpu_s: float
    redis_bytes: int


class Met(msgspec.Struct, frozen=True):
    """A moment at which all processes of the load had come to the same point, and what each had used by then."""

    name: str
    reading: Reading
    load_cpu_s: tuple[float, ...]


class Figure(msgspec.Struct, frozen=True):
    """One measured value. `goal` is the design's, where it has one for this."""

    name: str
    what: str
    value: float | None
    unit: str = ""
    goal: str = ""


class Run(msgspec.Struct):
    """One scenario that was played, with everything that was measured."""

    scenario: str
    about: str
    parameters: dict[str, object]
    site: str
    watched: bool
    machine: str
    began: str
    processes: int
    pinned: bool
    took_s: float = 0.0
    met: list[Met] = []
    series: list[Reading] = []
    tally: Tally = msgspec.field(default_factory=Tally)
    figures: list[Figure] = []
    warnings: list[str] = []

    @property
    def failed(self) -> bool:
        """Whether something happened that must not."""
        return bool(self.tally.wrong)

    def between(self, first: str, last: str) -> "Span":
        """What was used between two of the meetings."""
        begin = next(one for one in self.met if one.name == first)
        end = next(one for one in reversed(self.met) if one.name == last)
        return Span(begin, end)

    def figure(self, name: str) -> float | None:
        """The value of the figure of this name, None where there is none."""
        return next((figure.value for figure in self.figures if figure.name == name), None)


class Span(msgspec.Struct, frozen=True):
    """The time between two meetings, and what it took."""

    begin: Met
    end: Met

    @property
    def seconds(self) -> float:
        return max(1e-6, self.end.reading.at_s - self.begin.reading.at_s)

    @property
    def server_cpu_s(self) -> float:
        return self.end.reading.server_cpu_s - self.begin.reading.server_cpu_s

    @property
    def redis_cpu_s(self) -> float:
        return self.end.reading.redis_cpu_s - self.begin.reading.redis_cpu_s

    @property
    def grown_bytes(self) -> int:
        return self.end.reading.server_bytes - self.begin.reading.server_bytes

    @property
    def load_shares(self) -> tuple[float, ...]:
        """Of a core, for each process of the load."""
        return tuple(
            (after - before) / self.seconds
            for before, after in zip(self.begin.load_cpu_s, self.end.load_cpu_s, strict=True)
        )
