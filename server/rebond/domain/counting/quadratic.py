"""Votes that cost their square."""

from collections.abc import Iterable
from math import isqrt


def credits(votes: Iterable[int]) -> int:
    """What these votes, for (above 0) or against (below), cost together: Σ n² credits.

    The second vote for the same thing costs 3 more, the third 5: so people spread votes by how much they care. S. P.
    Lalley and E. G. Weyl, "Quadratic voting: how mechanism design can radicalize democracy", AEA Papers and Proceedings
    108 (2018) 33–37.
    """
    return sum(n * n for n in votes)


def most_votes(budget: int) -> int:
    """The most votes that so many credits buy for one thing: ⌊√budget⌋."""
    return isqrt(budget)
