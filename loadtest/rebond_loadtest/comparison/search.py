"""Which rate is tried next: pure, so that the search can be tried without a server.

Rates climb a ladder until one is not held; the largest held is then narrowed down between the last two. Who is known to
be fast begins further up; who was visited before is tried at the rate it held then, and a little above or below. Three
rates are tried of whoever gets that far, because the table has columns for them.
"""

import math
from collections.abc import Mapping

LATENCY, STEADY, BUSY = 20, 100, 2_000
COLUMNS = (LATENCY, STEADY, BUSY)
LADDER = (LATENCY, STEADY, 200, 400, 800, BUSY, 4_000, 8_000)
"""Messages a second into the room."""
NEAR_ENOUGH = 1.1
A_LITTLE = 1.2


def next_rate(held: Mapping[int, bool], tries: int, known: int | None = None, first: int = LADDER[0]) -> int | None:
    """The rate to try after these; none when the largest one held is known well enough, or `tries` are used up.

    `known` is what was held in an earlier round, `first` the rung that a first search begins at. A try is a rate beside
    the ladder's.
    """
    ladder = _ladder(known, first)
    high = min((rate for rate, was in held.items() if not was), default=None)
    for rate in (LATENCY, *ladder):
        if rate not in held and (high is None or rate < high):
            return rate
    if sum(rate not in ladder for rate in held) >= tries:
        return None
    low = max((rate for rate in held if high is None or rate < high), default=1)
    if high is None:
        higher = max(low + 1, round(low * A_LITTLE))
        return higher if higher <= LADDER[-1] else None
    if high <= low * NEAR_ENOUGH or high - low < 2:
        return None
    between = math.sqrt(low * high)
    if known is not None:
        between = min(between, low * A_LITTLE) if low >= known else max(between, high / A_LITTLE)
    return min(max(round(between), low + 1), high - 1)


def _ladder(known: int | None, first: int) -> tuple[int, ...]:
    """What is measured whatever is held, and the rungs of the search."""
    if known is None:
        return tuple(rate for rate in LADDER if rate in COLUMNS or rate >= first)
    return tuple(sorted({*(rate for rate in COLUMNS if rate < known or rate <= STEADY), known}))
