"""Which rate is tried next: pure, so that the search can be tried without a server. One rule for all.

A search begins at a rate that was held before, goes up while rates are held and down while they are not, with longer
strides the farther it has to go, and ends when the largest held and the smallest not held are near each other. Where
it begins is a matter of time alone. Going up it passes no rate that the table has a column for.
"""

import math
from collections.abc import Mapping

LATENCY, STEADY, BUSY = 20, 100, 2_000
COLUMNS = (LATENCY, STEADY, BUSY)
MOST = 8_000
"""Messages a second into the room; who holds so many is searched no further."""
NEAR = 1.15
"""Two rates so near each other are told apart no further; also the first stride."""
LONGEST_STRIDE = 2.0


def next_rate(held: Mapping[int, bool], start: int) -> int | None:
    """The rate to try after these, None when the largest one held is known well enough.

    First come those of the table's columns that lie below `start`, the lowest whatever `start` is.
    """
    start = min(max(start, 1), MOST)
    high = min((rate for rate, was in held.items() if not was), default=None)
    low = max((rate for rate, was in held.items() if was and (high is None or rate < high)), default=0)
    for rate in (LATENCY, *(rate for rate in COLUMNS if rate < start), start):
        if rate not in held and low < rate < (high or math.inf):
            return rate
    rate = _higher(held, low, start) if high is None else _between(held, low, high, start)
    return None if rate in held or rate == low else rate


def _higher(held: Mapping[int, bool], low: int, start: int) -> int:
    stride = _stride(sum(was for rate, was in held.items() if rate > start))
    column = min((rate for rate in COLUMNS if rate > low), default=MOST)
    return min(max(low + 1, round(low * stride)), column, MOST)


def _between(held: Mapping[int, bool], low: int, high: int, start: int) -> int:
    """`low` where nothing that lies between is worth a try."""
    if high <= max(low + 1, round(low * NEAR)):
        return low
    middle = round(math.sqrt(max(low, 1) * high))
    if low < start:  # nothing near was held yet: down from where it began
        middle = max(middle, round(high / _stride(sum(not was for rate, was in held.items() if rate < start))))
    else:
        middle = min(middle, round(low * _stride(sum(was for rate, was in held.items() if rate > start))))
    return min(max(middle, low + 1), high - 1)


def _stride(before: int) -> float:
    """Each is twice the last, in ratio."""
    return min(NEAR ** (2**before), LONGEST_STRIDE)
