"""How strong each item is, from comparisons of two at a time."""

from collections.abc import Mapping

PRIOR = 1.0
"""Comparisons won, and as many lost, that each item begins with, against an imaginary item of strength 1."""
_PRECISION = 1e-12
_VISITS_MAX = 4_000_000
_SWEEPS_MAX = 20_000


def strengths(won: Mapping[tuple[str, str], float], prior: float = PRIOR) -> dict[str, float]:
    """Item → its strength π above 0: a is taken over b with probability π(a) / (π(a) + π(b)); 1 is middling.

    `won[a, b]`: how often a was taken over b; a draw is half a comparison won for each. Half a win is the usual reading
    and needs no second number to be estimated from few ballots, as a model of draws would (R. R. Davidson, JASA 65
    (1970) 317–328).

    The model: E. Zermelo, Mathematische Zeitschrift 29 (1929) 436–460; R. A. Bradley and M. E. Terry, Biometrika 39
    (1952) 324–345. The most likely strengths exist only where everybody is linked to everybody by wins (D. R. Hunter,
    "MM algorithms for generalized Bradley–Terry models", Annals of Statistics 32 (2004) 384–406, assumption 1); with
    the prior they exist, and are unique, for any comparisons whatever: an item that won all it was in is strong, not
    infinitely so, and the less so the less often it was seen. With `prior` 0 there must be such links, and only
    ratios of strengths mean something.

    They are found by the iteration of M. E. J. Newman, "Efficient computation of rankings from pairwise comparisons",
    Journal of Machine Learning Research 24 (2023) 238:1–25, one item after the other in the order of their ids:

        π(i) ← (prior / (π(i) + 1) + Σⱼ won(i, j) π(j) / (π(i) + π(j)))
             / (prior / (π(i) + 1) + Σⱼ won(j, i)      / (π(i) + π(j)))

    and after each sweep the same step is made for each set of linked items as a whole, whose common factor is otherwise
    slow to settle. It ends when no strength changes by more than 10⁻¹² of itself, or after 20,000 sweeps or four
    million looks at a pair, whichever comes first, the same on every node.
    """
    items = sorted({item for pair in won for item in pair})
    place = {item: at for at, item in enumerate(items)}
    against = _against(won, place)
    linked = _linked(against)
    pi = [1.0] * len(items)
    visits = sum(map(len, against))
    for _ in range(min(_SWEEPS_MAX, _VISITS_MAX // max(1, visits) + 50)):
        before = list(pi)
        for i, others in enumerate(against):
            pi[i] = _step(pi, i, others, prior)
        if prior:
            for together in linked:
                _rescale(pi, together)
        if all(abs(now - was) <= _PRECISION * now for now, was in zip(pi, before, strict=True)):
            break
    return dict(zip(items, pi, strict=True))


_Others = list[tuple[int, float, float]]
"""With whom an item was compared: who, how often won, how often lost."""


def _against(won: Mapping[tuple[str, str], float], place: Mapping[str, int]) -> list[_Others]:
    against: list[_Others] = [[] for _ in place]
    for a, b in sorted({tuple(sorted(pair)) for pair in won}):
        of_a, of_b = float(won.get((a, b), 0)), float(won.get((b, a), 0))
        if of_a or of_b:
            against[place[a]].append((place[b], of_a, of_b))
            against[place[b]].append((place[a], of_b, of_a))
    return against


def _linked(against: list[_Others]) -> list[list[int]]:
    """The items in sets of those that comparisons lead to from each other."""
    unseen, sets = set(range(len(against))), list[list[int]]()
    for first in range(len(against)):
        if first not in unseen:
            continue
        unseen.remove(first)
        together, at = [first], 0
        while at < len(together):
            for other, _, _ in against[together[at]]:
                if other in unseen:
                    unseen.remove(other)
                    together.append(other)
            at += 1
        sets.append(sorted(together))
    return sets


def _step(pi: list[float], i: int, others: _Others, prior: float) -> float:
    mine = pi[i]
    over = under = prior / (mine + 1)
    for j, won, lost in others:
        both = mine + pi[j]
        over += won * pi[j] / both
        under += lost / both
    return over / under


def _rescale(pi: list[float], together: list[int]) -> None:
    """The common factor that agrees best with the prior, by one step of the same iteration."""
    over = under = 0.0
    for i in together:  # not by `sum`, which adds up otherwise in one version of Python than in another
        over += 1 / (pi[i] + 1)
        under += pi[i] / (pi[i] + 1)
    for i in together:
        pi[i] *= over / under
