"""Several criteria as one number."""

from collections.abc import Sequence


def weighted(marks: Sequence[int], weights: Sequence[int]) -> int:
    """Σ weight · mark: what one person's marks come to, in `sum(weights)`-ths of a mark.

    The weighted sum model: P. C. Fishburn, Additive utilities with incomplete product set, Operations Research Society
    of America (1967); E. Triantaphyllou, Multi-criteria decision making methods: a comparative study (2000), §2.2.1. It
    supposes that much of one criterion makes up for little of another.
    """
    return sum(weight * mark for weight, mark in zip(weights, marks, strict=True))
