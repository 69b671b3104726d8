"""Effort against impact."""


def balance(effort: int, impact: int) -> int:
    """How much more impact than effort one person sees, in marks: 0 where they are alike, most for the quick wins.

    The diagonal of the impact and effort matrix: D. Gray, S. Brown and J. Macanufo, Gamestorming (O'Reilly, 2010),
    chapter 7. Both are judged on the same scale; a unit of one is taken for a unit of the other.
    """
    return impact - effort
