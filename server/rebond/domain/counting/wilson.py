"""How sure a share is: the score interval of Wilson (1927)."""

from math import sqrt

from rebond.domain.counting.student import NORMAL_95


def wilson(yes: int, no: int) -> tuple[float, float]:
    """The 95 % interval of the share of yes among yes and no, as two numbers from 0 to 1.

    With n = yes + no and z = 1.96, the two p that solve |yes/n − p| = z √(p (1 − p) / n):

        p = (2 yes + z² ∓ z √(z² + 4 yes no / n)) / (2 (n + z²))

    Unlike yes/n ± z·s it never leaves 0 to 1 and is of use from the first ballot on. Of nothing it is (0, 1). Ranking
    by the lower end asks how good something is at least, so that 1 of 1 does not stand above 99 of 100.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the American
    Statistical Association 22 (1927) 209–212; recommended among seven by R. G. Newcombe, Statistics in Medicine 17
    (1998) 857–872 (method 3).
    """
    of = yes + no
    if of == 0:
        return 0.0, 1.0
    z2 = NORMAL_95 * NORMAL_95
    spread = NORMAL_95 * sqrt(z2 + 4 * yes * no / of)
    middle, whole = 2 * yes + z2, 2 * (of + z2)
    return (0.0 if yes == 0 else (middle - spread) / whole), (1.0 if no == 0 else (middle + spread) / whole)
