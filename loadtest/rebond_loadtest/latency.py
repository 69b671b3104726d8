"""Latencies, counted into classes: memory that does not grow with a run, and sums of several processes that are exact.

A class is 1/64 of a power of two wide, so a value is known within 1.6 %, as in an HDR histogram with two digits.
"""

from collections.abc import Iterable

_BITS = 6
"""Classes per power of two, as a power of two."""


class Latencies:
    """How often which latency was seen, in microseconds in and milliseconds out."""

    __slots__ = ("counts",)

    def __init__(self, counts: dict[int, int] | None = None) -> None:
        self.counts = counts if counts is not None else {}
        """Class → how often; what travels between processes."""

    def add(self, us: int) -> None:
        """One more."""
        kind = _class_of(us)
        self.counts[kind] = self.counts.get(kind, 0) + 1

    def extend(self, values_us: Iterable[int]) -> None:
        """Many more."""
        counts = self.counts
        for kind in map(_class_of, values_us):
            counts[kind] = counts.get(kind, 0) + 1

    def merge(self, other: "Latencies") -> None:
        """What somebody else has seen."""
        for kind, count in other.counts.items():
            self.counts[kind] = self.counts.get(kind, 0) + count

    @property
    def total(self) -> int:
        """How many were seen."""
        return sum(self.counts.values())

    def at(self, share: float) -> float:
        """Milliseconds that this share of them took at most; not a number where there are none."""
        wanted, seen = share * self.total, 0
        for kind in sorted(self.counts):
            seen += self.counts[kind]
            if seen >= wanted:
                return _middle_us(kind) / 1000
        return float("nan")


def _class_of(us: int) -> int:
    if us < 2 << _BITS:
        return max(0, us)
    shift = us.bit_length() - _BITS - 1
    return (shift << _BITS) + (us >> shift)


def _middle_us(kind: int) -> float:
    if kind < 2 << _BITS:
        return float(kind)
    shift = (kind >> _BITS) - 1
    return (kind - (shift << _BITS) + 0.5) * (1 << shift)
