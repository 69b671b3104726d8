"""Places by score, with ties as ties."""

from collections.abc import Mapping
from math import floor

import msgspec

SCORE_DIGITS = 6
"""A score is told to so many decimals: more than any count is sure of."""
TOLERANCE = 1.5 * 10**-SCORE_DIGITS
"""Scores that differ by no more than this are equal: what is equal by right may differ in the last digit told."""


class Ranked(msgspec.Struct, frozen=True):
    """Whose place this is, which, and the score."""

    item: str
    rank: int
    score: float


def ranked(scores: Mapping[str, float]) -> list[Ranked]:
    """The items, highest score first; equal ones share a place and the next counts them all: 1, 2, 2, 4.

    Equal to the first of their place, within `TOLERANCE`, so that a chain of small steps is no tie. Equals stand in the
    order of their ids. ("Standard competition ranking".)
    """
    falling = sorted(scores.items(), key=lambda row: (-row[1], row[0]))
    places: list[Ranked] = []
    at = 0
    while at < len(falling):
        best = falling[at][1]
        until = at
        while until < len(falling) and best - falling[until][1] <= TOLERANCE:
            until += 1
        places += [Ranked(item, at + 1, score) for item, score in sorted(falling[at:until])]
        at = until
    return places


def told(score: float) -> float:
    """The score with the decimals it is told with."""
    return round(score, SCORE_DIGITS)


def whole(score: float) -> int:
    """The nearest whole number; a half goes up."""
    return floor(score + 0.5)
