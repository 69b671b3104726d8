"""How far a mean may be off when the spread is only known from the sample: Student's t (1908)."""

NORMAL_95 = 1.959963984540054
"""Between minus and plus this lie 95 % of a normal distribution."""

_T_95 = (
    12.706204736, 4.302652730, 3.182446305, 2.776445105, 2.570581836,
    2.446911851, 2.364624252, 2.306004135, 2.262157163, 2.228138852,
)  # fmt: skip
"""The same of Student's distribution with 1 … 10 degrees of freedom, as in every table of it."""


def student_95(freedom: int) -> float:
    """Between minus and plus this lie 95 % of Student's distribution with so many degrees of freedom (1 or more).

    Beyond the table, the expansion in powers of 1 / freedom: right to three parts in a million. M. Abramowitz and
    I. A. Stegun, Handbook of Mathematical Functions (1964), 26.7.5, p. 949; the distribution: "Student", "The probable
    error of a mean", Biometrika 6 (1908) 1–25.
    """
    if freedom <= len(_T_95):
        return _T_95[freedom - 1]
    x = NORMAL_95
    x2 = x * x
    terms = (
        x,
        (x2 + 1) * x / 4,
        ((5 * x2 + 16) * x2 + 3) * x / 96,
        (((3 * x2 + 19) * x2 + 17) * x2 - 15) * x / 384,
        ((((79 * x2 + 776) * x2 + 1482) * x2 - 1920) * x2 - 945) * x / 92160,
    )
    value = 0.0
    for term in reversed(terms):
        value = value / freedom + term
    return value
