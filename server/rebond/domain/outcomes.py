"""What a closed round comes to: its ballots counted the way it was decided by, and the other honest ways.

The mathematics is in `counting`; here ballots become its numbers. Every item that somebody's ballot is on is counted,
whatever became of it since: hiding a card after a vote shifts nobody's place. The order in which ballots stand in
memory differs from node to node, so nothing here may depend on it.
"""

from collections.abc import Callable

import msgspec
from msgspec import UNSET

from rebond.domain.counting.bradley_terry import strengths
from rebond.domain.counting.copeland import copeland
from rebond.domain.counting.effort_impact import balance
from rebond.domain.counting.mean import Mean, mean
from rebond.domain.counting.median import median
from rebond.domain.counting.ranking import ranked, told, whole
from rebond.domain.counting.weighted import weighted
from rebond.domain.counting.wilson import wilson
from rebond.domain.derived import Derived
from rebond.domain.methods import DRAWN, METHODS, UNSURE, WON, items_of, option_ids
from rebond.domain.state import Round
from rebond_protocol.rounds import CountedBy, Recount, Result


class Score(msgspec.Struct, frozen=True):
    """What one item comes to by one count; an `int` where that is a whole number by its nature."""

    value: float
    low: float | None = None
    high: float | None = None
    counts: tuple[int, ...] | None = None


class Outcome(msgspec.Struct, frozen=True):
    """A closed round's results."""

    counted_by: CountedBy
    results: tuple[Result, ...]
    recounts: tuple[Recount, ...]


Said = dict[str, list[tuple[int, ...]]]
"""Item → what each person said of it, in no order."""


def _counted(round: Round) -> Outcome:
    said, voters = _said(round)
    first, *others = _ways(round)
    recounts = tuple(Recount(by, _results(COUNTS[by](round, said), voters)) for by in others)
    return Outcome(first, _with_counts(round, _results(COUNTS[first](round, said), voters)), recounts)


outcome = Derived(_counted)
"""A closed round, counted. Found out once, as long as the round is in memory: it cannot change any more."""


def _ways(round: Round) -> tuple[CountedBy, ...]:
    """Criteria that weigh alike are weighed once."""
    ways = METHODS[round.method].counted
    alike = round.method == "criteria" and len({one.weight for one in round.criteria}) <= 1
    return ways[:1] if alike else ways


def _said(round: Round) -> tuple[Said, dict[str, int]]:
    """What was said of each item (of a pair: by its key), and how many people spoke of each item.

    Points can be none: an option that nobody took is part of a poll's outcome.
    """
    said: Said = {}
    if METHODS[round.method].sent == "vote.cast":
        said = {option: [] for option in option_ids(round)}
    people: dict[str, set[str]] = {}
    for person, mine in round.ballots.items():
        for item, points in mine.items():
            said.setdefault(item, []).append((points,))
            people.setdefault(item, set()).add(person)
    for person, mine in round.marks.items():
        for key, marks in mine.items():
            said.setdefault(key, []).append(marks)
            for item in items_of(key):
                people.setdefault(item, set()).add(person)
    return said, {item: len(who) for item, who in people.items()}


def _results(scores: dict[str, Score], voters: dict[str, int]) -> tuple[Result, ...]:
    return tuple(
        _result(one.item, one.rank, scores[one.item], voters.get(one.item, 0))
        for one in ranked({item: score.value for item, score in scores.items()})
    )


def _result(item: str, rank: int, score: Score, voters: int) -> Result:
    return Result(
        item, whole(score.value), voters, rank,
        score=UNSET if isinstance(score.value, int) else score.value,
        low=UNSET if score.low is None else told(score.low),
        high=UNSET if score.high is None else told(score.high),
        counts=UNSET if score.counts is None else score.counts,
    )  # fmt: skip


def _with_counts(round: Round, results: tuple[Result, ...]) -> tuple[Result, ...]:
    return tuple(
        msgspec.structs.replace(one, counts=round.counts[one.card]) if one.card in round.counts else one
        for one in results
    )


# -- the counts ----------------------------------------------------------------------------------------------------


def _points(round: Round, said: list[tuple[int, ...]]) -> Score:
    return Score(sum(one[0] for one in said))


def _voters(round: Round, said: list[tuple[int, ...]]) -> Score:
    return Score(len(said))


def _agreement(round: Round, said: list[tuple[int, ...]]) -> Score:
    """How many votes somebody gave makes no difference here: each is one person, for or against."""
    yes, no = sum(one[0] > 0 for one in said), sum(one[0] < 0 for one in said)
    low, high = (100 * end for end in wilson(yes, no))
    return Score(told(low), low, high, (yes, len(said) - yes - no, no))


def _mean(round: Round, said: list[tuple[int, ...]]) -> Score:
    parts = len(said[0])
    return _as_score(mean((sum(one) for one in said), parts, parts * round.scale, parts))


def _median(round: Round, said: list[tuple[int, ...]]) -> Score:
    tally = [0] * round.scale
    for one in said:
        tally[one[0] - 1] += 1
    return Score(told(median(tally)))


def _weighted(round: Round, said: list[tuple[int, ...]]) -> Score:
    weights = [one.weight for one in round.criteria]
    parts = sum(weights)
    return _as_score(mean((weighted(one, weights) for one in said), parts, parts * round.scale, parts))


def _balance(round: Round, said: list[tuple[int, ...]]) -> Score:
    most = round.scale - 1
    return _as_score(mean((balance(effort, impact) for effort, impact in said), -most, most))


def _impact(round: Round, said: list[tuple[int, ...]]) -> Score:
    return _as_score(mean((impact for _, impact in said), 1, round.scale))


def _as_score(of: Mean) -> Score:
    return Score(told(of.value), of.low, of.high)


def _bradley_terry(round: Round, said: Said) -> dict[str, Score]:
    """In percent: the chance to be taken over an item of strength 1. Who could not decide between two says nothing."""
    found = strengths({pair: halves / 2 for pair, halves in _halves_won(said).items()})
    return {item: Score(told(100 * pi / (1 + pi))) for item, pi in found.items()}


def _wins(round: Round, said: Said) -> dict[str, Score]:
    return {item: Score(told(100 * share)) for item, share in copeland(_halves_won(said)).items()}


def _halves_won(said: Said) -> dict[tuple[str, str], int]:
    """Twice how often the first was taken over the second, a draw being one for each. Both ways, also where it is 0."""
    halves: dict[tuple[str, str], int] = {}
    for key, comparisons in said.items():
        first, second = items_of(key)
        decided = [marks[0] for marks in comparisons if marks[0] != UNSURE]
        drawn = decided.count(DRAWN)
        won = decided.count(WON)
        halves[first, second] = 2 * won + drawn
        halves[second, first] = 2 * (len(decided) - won - drawn) + drawn
    return halves


def _each(count: Callable[[Round, list[tuple[int, ...]]], Score]) -> Callable[[Round, Said], dict[str, Score]]:
    """A count that looks at one item at a time."""
    return lambda round, said: {item: count(round, ballots) for item, ballots in said.items()}


COUNTS: dict[CountedBy, Callable[[Round, Said], dict[str, Score]]] = {
    "points": _each(_points),
    "voters": _each(_voters),
    "net": _each(_points),
    "agreement": _each(_agreement),
    "mean": _each(_mean),
    "median": _each(_median),
    "weighted": _each(_weighted),
    "balance": _each(_balance),
    "impact": _each(_impact),
    "bradley_terry": _bradley_terry,
    "wins": _wins,
}
