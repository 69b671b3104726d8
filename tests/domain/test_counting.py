"""The mathematics of choosing: published examples, and what must hold of any ballots (DM2, DM7)."""

import statistics
from collections import Counter
from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebond.domain.counting.bradley_terry import strengths
from rebond.domain.counting.copeland import copeland
from rebond.domain.counting.effort_impact import balance
from rebond.domain.counting.mean import mean
from rebond.domain.counting.median import median
from rebond.domain.counting.quadratic import credits, most_votes
from rebond.domain.counting.ranking import TOLERANCE, ranked, told, whole
from rebond.domain.counting.student import student_95
from rebond.domain.counting.weighted import weighted
from rebond.domain.counting.wilson import wilson

# -- Wilson --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("yes", "of", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_the_published_intervals(yes: int, of: int, low: float, high: float) -> None:
    """Given the four examples of Newcombe (1998, table I, method 3), when the interval is found, then it is theirs."""
    assert [round(end, 4) for end in wilson(yes, of - yes)] == [low, high]


@given(st.integers(0, 2_000), st.integers(0, 2_000))
def test_wilson_holds_the_share_and_one_more_supporter_never_lowers_it(yes: int, no: int) -> None:
    """Given any votes, when the interval is found, then it holds the share, mirrors, and grows with support."""
    low, high = wilson(yes, no)
    assert 0 <= low <= high <= 1
    if yes + no:
        assert low - 1e-12 <= yes / (yes + no) <= high + 1e-12
    assert wilson(no, yes) == pytest.approx((1 - high, 1 - low), abs=1e-12)
    assert wilson(yes + 1, no)[0] >= low
    assert wilson(yes, no + 1)[0] <= low


def test_one_of_one_does_not_stand_above_ninety_nine_of_a_hundred() -> None:
    """Given one vote for and ninety-nine of a hundred, when ranked by the lower end, then the many stand above."""
    assert wilson(1, 0)[0] < wilson(99, 1)[0]


# -- mean ----------------------------------------------------------------------------------------------------------


def test_student_is_the_one_of_the_tables() -> None:
    """Given degrees of freedom, when t is found, then it is that of Fisher and Yates' table of 5 %."""
    table = {1: 12.706, 2: 4.303, 5: 2.571, 10: 2.228, 11: 2.201, 12: 2.179, 15: 2.131, 20: 2.086, 25: 2.060}
    table |= {30: 2.042, 40: 2.021, 60: 2.000, 120: 1.980}
    assert {freedom: round(student_95(freedom), 3) for freedom in table} == table
    assert student_95(10**9) == pytest.approx(1.959964, abs=1e-6)


def test_a_mean_has_the_published_interval() -> None:
    """Given the differences of "Student" (1908, p. 20: the additional hours of sleep), in tenths of an hour,
    when their mean is found, then it is 1.58 hours, from 0.70 to 2.46.
    """
    sleep = (12, 24, 13, 13, 0, 10, 18, 8, 46, 14)
    found = mean(sleep, -240, 240, parts=10)
    assert found.value == pytest.approx(1.58)
    assert (found.low, found.high) == (pytest.approx(0.70, abs=0.005), pytest.approx(2.46, abs=0.005))


@given(st.lists(st.integers(1, 10), min_size=1, max_size=40), st.integers(1, 4))
def test_a_mean_is_exact_lies_in_its_interval_and_does_not_depend_on_the_order(said: list[int], parts: int) -> None:
    """Given any marks, when their mean is found, then it is the same in any order, and no mark is out of reach."""
    found = mean(said, 1, 10, parts)
    assert found == mean(sorted(said), 1, 10, parts) == mean(reversed(said), 1, 10, parts)
    assert found.value == pytest.approx(statistics.fmean(said) / parts)
    if found.low is None or found.high is None:
        assert len(said) == 1
        return
    assert 1 / parts - 1e-12 <= found.low <= found.value + 1e-12
    assert found.value - 1e-12 <= found.high <= 10 / parts + 1e-12
    if len(set(said)) == 1:
        assert found.low == pytest.approx(found.high)


@given(st.lists(st.integers(1, 10), min_size=1, max_size=40))
def test_a_better_mark_never_lowers_a_mean_or_a_median(said: list[int]) -> None:
    """Given marks, when one is raised, then neither mean nor median falls."""
    for at, mark in enumerate(said):
        if mark < 10:
            better = [*said[:at], mark + 1, *said[at + 1 :]]
            assert mean(better, 1, 10).value > mean(said, 1, 10).value
            assert median(tally(better)) >= median(tally(said)) - 1e-12


# -- median --------------------------------------------------------------------------------------------------------


def tally(said: list[int], scale: int = 10) -> list[int]:
    counted = Counter(said)
    return [counted[mark] for mark in range(1, scale + 1)]


@pytest.mark.parametrize(
    ("said", "is_median"), [([1, 2, 2, 3, 4, 4, 4, 4, 4, 5], 3.7), ([1, 3, 3, 5, 7], 3.25), ([5], 5), ([2, 3], 2.5)]
)
def test_the_median_is_the_published_one(said: list[int], is_median: float) -> None:
    """Given the examples of Python's `statistics.median_grouped`, when the median is found, then it is theirs."""
    assert median(tally(said)) == pytest.approx(is_median)


@given(st.lists(st.integers(1, 10), min_size=1, max_size=60))
def test_the_median_is_that_of_grouped_data_and_fabres(said: list[int]) -> None:
    """Given any marks, when the median is found, then it is the statistician's grouped one, and Fabre's formula.

    Where half lie below a gap both may be read from either side of it; the plain median is in the middle.
    """
    found = median(tally(said))
    middle = statistics.median_low(said)
    if middle != statistics.median_high(said):
        assert found == statistics.median(said)
        return
    assert found == pytest.approx(statistics.median_grouped(said))
    above, below = (sum(mark > middle for mark in said), sum(mark < middle for mark in said))
    p, q = above / len(said), below / len(said)
    assert found == pytest.approx(middle + (p - q) / (2 * (1 - p - q)))


def test_there_is_no_median_of_nothing() -> None:
    """Given nobody's marks, when their median is asked for, then it is a ValueError."""
    with pytest.raises(ValueError, match="nobody"):
        median((0, 0, 0))


# -- criteria, effort and impact, credits --------------------------------------------------------------------------


def test_weighted_criteria_are_the_published_ones() -> None:
    """Given the example of Triantaphyllou (2000, §2.2.1), with weights 0.20, 0.15, 0.40, 0.25,
    when it is weighed, then the alternatives come to 21.50, 22.00 and 22.00, and the last two tie.
    """
    weights, marks = (4, 3, 8, 5), ((25, 20, 15, 30), (10, 30, 20, 30), (30, 10, 30, 10))
    assert [weighted(one, weights) / sum(weights) for one in marks] == [21.5, 22.0, 22.0]


def test_quick_wins_have_the_highest_balance() -> None:
    """Given the corners of the matrix, when they are balanced, then little effort for much impact is first."""
    corners = {(effort, impact): balance(effort, impact) for effort in (1, 5) for impact in (1, 5)}
    assert max(corners, key=corners.__getitem__) == (1, 5)
    assert min(corners, key=corners.__getitem__) == (5, 1)
    assert corners[1, 1] == corners[5, 5] == 0


def test_votes_cost_their_square() -> None:
    """Given Lalley and Weyl's rule, when votes are bought, then one costs 1, two 4, three 9, whichever way they go."""
    assert [credits((votes,)) for votes in (1, 2, 3, -3)] == [1, 4, 9, 9]
    assert credits((5, -2, 1)) == 30
    assert [most_votes(budget) for budget in (1, 3, 4, 99, 100)] == [1, 1, 2, 9, 10]


# -- pairwise ------------------------------------------------------------------------------------------------------

CITATIONS = {
    ("Biometrika", "CommStatist"): (730, 33),
    ("Biometrika", "JASA"): (498, 320),
    ("Biometrika", "JRSSB"): (221, 284),
    ("CommStatist", "JASA"): (68, 813),
    ("CommStatist", "JRSSB"): (17, 276),
    ("JASA", "JRSSB"): (142, 325),
}
"""Who cites whom among four journals: S. M. Stigler, Statistical Science 9 (1994) 94–108."""

BASEBALL = {
    ("Milwaukee", "Detroit"): (7, 6), ("Milwaukee", "Toronto"): (9, 4), ("Milwaukee", "New York"): (7, 6),
    ("Milwaukee", "Boston"): (7, 6), ("Milwaukee", "Cleveland"): (9, 4), ("Milwaukee", "Baltimore"): (11, 2),
    ("Detroit", "Toronto"): (7, 6), ("Detroit", "New York"): (5, 8), ("Detroit", "Boston"): (11, 2),
    ("Detroit", "Cleveland"): (9, 4), ("Detroit", "Baltimore"): (9, 4), ("Toronto", "New York"): (7, 6),
    ("Toronto", "Boston"): (7, 6), ("Toronto", "Cleveland"): (8, 5), ("Toronto", "Baltimore"): (12, 1),
    ("New York", "Boston"): (6, 7), ("New York", "Cleveland"): (7, 6), ("New York", "Baltimore"): (10, 3),
    ("Boston", "Cleveland"): (7, 6), ("Boston", "Baltimore"): (12, 1), ("Cleveland", "Baltimore"): (6, 7),
}  # fmt: skip
"""The American League East of 1987: A. Agresti, Categorical Data Analysis (2nd ed., 2002), table 10.10."""


def both_ways(won: dict[tuple[str, str], tuple[int, int]]) -> dict[tuple[str, str], float]:
    return {
        **{(a, b): float(of_a) for (a, b), (of_a, _) in won.items()},
        **{(b, a): float(of_b) for (a, b), (_, of_b) in won.items()},
    }


def test_bradley_terry_ranks_the_journals_as_published() -> None:
    """Given the citations, when strengths are found without a prior,
    then their logarithms are those of the BradleyTerry2 package (Turner and Firth, Journal of Statistical Software 48
    (2012), p. 5).
    """
    found = strengths(both_ways(CITATIONS), prior=0)
    logs = {journal: round(log(found[journal] / found["Biometrika"]), 4) for journal in found}
    assert logs == {"Biometrika": 0, "CommStatist": -2.9491, "JASA": -0.4796, "JRSSB": 0.2690}


def test_bradley_terry_ranks_baseball_as_published() -> None:
    """Given the season, when strengths are found without a prior, then they are Agresti's, to his two decimals."""
    found = strengths(both_ways(BASEBALL), prior=0)
    logs = {team: round(log(found[team] / found["Baltimore"]), 2) for team in found}
    assert logs == {
        "Milwaukee": 1.58, "Detroit": 1.44, "Toronto": 1.29, "New York": 1.25, "Boston": 1.11, "Cleveland": 0.68,
        "Baltimore": 0.0,
    }  # fmt: skip


ITEMS = st.sampled_from("abcdefg")
WON = st.dictionaries(
    st.tuples(ITEMS, ITEMS).filter(lambda pair: pair[0] != pair[1]), st.integers(0, 30).map(lambda n: n / 2)
)


@given(WON)
def test_strengths_satisfy_their_equations(won: dict[tuple[str, str], float]) -> None:
    """Given any comparisons at all, when strengths are found, then each item's wins are those the model expects.

    The maximum is where, for every item, won + 1 = Σ n π / (π + π′) + 2 π / (π + 1) (Hunter 2004, with the prior).
    """
    found = strengths(won)
    for item, mine in found.items():
        wins = sum(times for (a, _), times in won.items() if a == item)
        expected = sum(times * mine / (mine + found[b if a == item else a]) for (a, b), times in won.items()
                       if item in (a, b))  # fmt: skip
        assert wins + 1 == pytest.approx(expected + 2 * mine / (mine + 1), abs=1e-7)


@given(WON, st.permutations("abcdefg"))
def test_strengths_do_not_depend_on_names_or_order(won: dict[tuple[str, str], float], names: list[str]) -> None:
    """Given comparisons, when items are named otherwise or come in another order, then strengths are the same."""
    renamed = dict(zip("abcdefg", names, strict=True))
    found = strengths(won)
    assert list(found.items()) == list(strengths(dict(reversed(won.items()))).items())
    other = strengths({(renamed[a], renamed[b]): times for (a, b), times in won.items()})
    assert {renamed[item]: pi for item, pi in found.items()} == pytest.approx(other, rel=1e-8)


@given(WON, ITEMS, ITEMS)
def test_one_more_win_never_lowers(won: dict[tuple[str, str], float], winner: str, loser: str) -> None:
    """Given comparisons, when an item is taken over another once more, then it is stronger, and the other weaker."""
    if winner == loser:
        return
    start = {**won, (winner, loser): won.get((winner, loser), 0)}
    before = strengths(start)
    after = strengths({**start, (winner, loser): start[winner, loser] + 1})
    assert after[winner] > before[winner]
    assert after[loser] < before[loser]
    shares, more = copeland(twice(start)), copeland(twice({**start, (winner, loser): start[winner, loser] + 1}))
    if winner in shares and (won.get((winner, loser)) or won.get((loser, winner))):
        assert more[winner] >= shares[winner]


def twice(won: dict[tuple[str, str], float]) -> dict[tuple[str, str], int]:
    return {pair: round(2 * times) for pair, times in won.items()}


def test_a_circle_ties_and_an_island_has_its_own_middle() -> None:
    """Given a over b over c over a, and two islands, when strengths are found, then equals are equal, 1 is middling."""
    circle = strengths({("a", "b"): 3, ("b", "c"): 3, ("c", "a"): 3, ("x", "y"): 40, ("p", "q"): 0})
    assert [circle[item] for item in "abc"] == pytest.approx([1, 1, 1])
    assert circle["x"] * circle["y"] == pytest.approx(1)
    assert circle["p"] == circle["q"] == 1
    assert strengths({}) == {}


def test_many_comparisons_of_few_and_long_chains_settle() -> None:
    """Given islands with thousands of ballots and a chain of two hundred, when strengths are found, then they satisfy
    their equations as well: the common factor of an island, and a long way between ends, do not hold it up.
    """
    heavy = {(a, b): 900.0 + ord(a) for a in "abcde" for b in "abcde" if a != b} | {
        ("v", "w"): 5_000.0,
        ("w", "v"): 1.0,
    }
    chain = {(f"i{n:03}", f"i{n + 1:03}"): 1.0 for n in range(200)}
    for won in (heavy, chain):
        found = strengths(won)
        for item, mine in found.items():
            wins = sum(times for (a, _), times in won.items() if a == item)
            expected = sum(times * mine / (mine + found[b if a == item else a])
                           for (a, b), times in won.items() if item in (a, b))  # fmt: skip
            assert wins + 1 == pytest.approx(expected + 2 * mine / (mine + 1), abs=1e-6)


def test_copeland_counts_whom_each_beats() -> None:
    """Given Condorcet's example of sixty voters (1785: A over B 33, B over C 42, C over A 35), when counted by wins,
    then all three beat one of two; given a fourth that all beat, then it has none.
    """
    circle = {("A", "B"): 66, ("B", "A"): 54, ("B", "C"): 84, ("C", "B"): 36, ("C", "A"): 70, ("A", "C"): 50}
    assert copeland(circle) == {"A": 0.5, "B": 0.5, "C": 0.5}
    fourth = {**circle, ("A", "D"): 2, ("B", "D"): 2, ("C", "D"): 2}
    assert copeland(fourth) == {"A": 2 / 3, "B": 2 / 3, "C": 2 / 3, "D": 0.0}
    assert copeland({("A", "B"): 1, ("B", "A"): 1, ("A", "C"): 0}) == {"A": 0.5, "B": 0.5}


# -- ranking -------------------------------------------------------------------------------------------------------


def test_ties_are_ties() -> None:
    """Given scores of which two are equal, when they are ranked, then they share a place and the next counts both."""
    places = ranked({"a": 1.0, "b": 3.0, "c": 3.0 - TOLERANCE / 2, "d": 5.0})
    assert [(one.item, one.rank) for one in places] == [("d", 1), ("b", 2), ("c", 2), ("a", 4)]


def test_a_chain_of_small_steps_is_no_tie() -> None:
    """Given scores each a little below the last, when they are ranked, then a place ends where its first is left."""
    step = TOLERANCE * 0.75
    places = ranked({name: 1 - at * step for at, name in enumerate("abcd")})
    assert [one.rank for one in places] == [1, 1, 3, 3]


@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.integers(-3, 3)), st.randoms())
def test_a_rank_is_one_more_than_how_many_are_better(scores: dict[str, int], random: object) -> None:
    """Given any scores, when they are ranked, then a rank is one more than the number of better ones, in any order."""
    places = ranked(scores)
    assert places == ranked(dict(sorted(scores.items(), reverse=True)))
    for one in places:
        assert one.rank == 1 + sum(score > scores[one.item] for score in scores.values())


def test_scores_are_told_with_six_decimals_and_halves_go_up() -> None:
    """Given scores, when they are told, then with six decimals; the whole number beside is the nearest, halves up."""
    assert told(1 / 3) == 0.333333
    assert [whole(score) for score in (0.5, 1.5, 2.5, -0.5, 2.4)] == [1, 2, 3, 0, 2]
