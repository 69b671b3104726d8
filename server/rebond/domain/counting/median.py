"""The mark in the middle."""

from collections.abc import Sequence
from itertools import accumulate


def median(tally: Sequence[int]) -> float:
    """The interpolated median of marks 1, 2 … of which `tally` says how many people gave each (one person at least).

    With the middle mark α, the share p of people above it and q below it:

        α + ½ (p − q) / (1 − p − q)

    and where half the people are on each side, the middle between the two marks that meet there. One number that lies
    near the middle mark and says to which side people lean, so that items with the same middle mark can still be told
    apart, and are equal where people lean alike. As the "usual judgment" it is the continuous one among the rules that
    elect the highest median (majority judgment, of M. Balinski and R. Laraki, PNAS 104 (2007) 8720–8725, is another):
    A. Fabre, "Tie-breaking the highest median: alternatives to the majority judgment", Social Choice and Welfare 56
    (2021) 101–124. Statistics knows it as the median of grouped data. Raises `ValueError` where nobody gave a mark.
    """
    people = sum(tally)
    if people == 0:
        raise ValueError("nobody gave a mark")
    up_to = list(accumulate(tally))
    middle = next(mark for mark, so_far in enumerate(up_to, start=1) if 2 * so_far >= people)
    other = next(mark for mark, so_far in enumerate(up_to, start=1) if 2 * so_far > people)
    if middle != other:
        return (middle + other) / 2
    here, above = tally[middle - 1], people - up_to[middle - 1]
    return middle + (above - (people - above - here)) / (2 * here)
