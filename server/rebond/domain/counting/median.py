"""The mark in the middle."""

from collections.abc import Sequence


def median(tally: Sequence[int]) -> float:
    """The interpolated median of marks 1, 2 … of which `tally` says how many people gave each (one person at least).

    With the middle mark α, the share p of people above it and q below it:

        α + ½ (p − q) / (1 − p − q)

    One number that lies within half a mark of the middle one and says to which side people lean, so that items with the
    same middle mark can still be told apart, and ties are ties where they lean alike. As the "usual judgment" it is the
    continuous among the rules that elect the highest median (majority judgment, of M. Balinski and R. Laraki, PNAS 104
    (2007) 8720–8725, is another): A. Fabre, "Tie-breaking the highest median: alternatives to the majority judgment",
    Social Choice and Welfare 56 (2021) 101–124. Statistics knows it as the median of grouped data.
    """
    people = sum(tally)
    below = 0
    for mark, here in enumerate(tally, start=1):
        if 2 * (below + here) >= people and here:
            above = people - below - here
            return mark + (above - below) / (2 * here)
        below += here
    raise ValueError("nobody gave a mark")
