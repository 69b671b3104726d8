"""The mean of what many people said, and how sure it is."""

from collections.abc import Iterable
from math import sqrt

import msgspec

from rebond.domain.counting.student import student_95


class Mean(msgspec.Struct, frozen=True):
    """A mean, and its 95 % interval where more than one person spoke."""

    value: float
    low: float | None
    high: float | None


def mean(said: Iterable[int], least: int, most: int, parts: int = 1) -> Mean:
    """The mean of what was said (once at least), each a whole number of `parts`-ths from `least` to `most` parts.

    Three criteria judged 4, 4 and 5 are said as 13 thirds: so sums stay whole numbers, and exact. With n people, sum S
    and sum of squares Q (both in parts):

        mean = S / n,   s² = (n Q − S²) / (n (n − 1)),   interval = mean ± t √(s² / n)

    with t of Student's distribution with n − 1 degrees of freedom; cut off where no mean can lie. "Student", Biometrika
    6 (1908) 1–25. Where all said the same the interval is one point: the sample knows of no spread.
    """
    n = total = squares = 0
    for one in said:
        n, total, squares = n + 1, total + one, squares + one * one
    value = total / (n * parts)
    if n < 2:
        return Mean(value, None, None)
    half = student_95(n - 1) * sqrt((n * squares - total * total) / (n * n * (n - 1))) / parts
    return Mean(value, max(value - half, least / parts), min(value + half, most / parts))
