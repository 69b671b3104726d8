"""The methods of choosing, as a table: what a round of each needs, which marks a ballot has, what it adds to, how it is
counted. A new method is a row here (and what it counts, in `outcomes`).

Knows one round and no board: what may be voted on, and by whom, is not asked here.
"""

from collections.abc import Callable, Iterable
from typing import Literal

import msgspec

from rebond.domain.counting.quadratic import most_votes
from rebond.domain.state import Round
from rebond_protocol.rounds import BallotKey, CountedBy, Method

Sent = Literal["vote.cast", "vote.mark", "vote.compare"]
Setting = Literal["budget", "cap", "criteria", "scale"]
Adds = Callable[[Round, BallotKey, tuple[int, ...]], Iterable[tuple[str, tuple[int, ...]]]]
"""Item → the numbers that one ballot adds to it in `counts` (or, the first of them, in `tallies`)."""

WON, LOST, DRAWN, UNSURE = -1, 1, 0, 2
"""The mark of a comparison, as the item that comes first in the key sees it."""


class Allowed(msgspec.Struct, frozen=True):
    """How many marks a ballot has, and from what to what each may be."""

    many: int
    least: int
    most: int


class MethodRow(msgspec.Struct, frozen=True):
    """`counted`: the first way is how the round is decided, the others are what the same ballots say as well."""

    sent: Sent
    counted: tuple[CountedBy, ...]
    has: tuple[Setting, ...] = ()
    marks: Callable[[Round], Allowed] | None = None
    adds: Adds | None = None

    def allowed(self, round: Round) -> Allowed | None:
        """The marks of a ballot in this round, None where its ballots are none."""
        return self.marks(round) if self.marks is not None else None

    def takes(self, round: Round, key: BallotKey, marks: tuple[int, ...]) -> bool:
        """Whether these marks, on this item or pair, are a ballot of this round."""
        if self.sent == "vote.compare":
            return len(marks) == 1 and marks[0] in _COMPARED and key.count(" ") == 1 and all(items_of(key))
        allowed = self.allowed(round)
        if allowed is None or len(marks) != allowed.many or not key or " " in key:
            return False
        return all(allowed.least <= mark <= allowed.most for mark in marks)


def pair_key(one: str, other: str) -> BallotKey:
    """What a comparison of these two items is on."""
    return f"{one} {other}" if one < other else f"{other} {one}"


def items_of(key: BallotKey) -> list[str]:
    """The item, or the two, that a ballot is on."""
    return key.split(" ")


def option_ids(round: Round) -> list[str]:
    """The items of a vote on options: "1" is the first."""
    return [str(place) for place in range(1, len(round.options) + 1)]


def options_needed(method: Method) -> int:
    """How many options a vote on options has at least: one hand can be asked for, all else is a choice."""
    return 1 if method == "hands" else 2


def _one_of_three(round: Round, key: BallotKey, marks: tuple[int, ...]) -> Iterable[tuple[str, tuple[int, ...]]]:
    return ((key, tuple(int(marks[0] == mark) for mark in (1, 0, -1))),)


def _one_of_scale(round: Round, key: BallotKey, marks: tuple[int, ...]) -> Iterable[tuple[str, tuple[int, ...]]]:
    return ((key, tuple(int(marks[0] == mark) for mark in range(1, round.scale + 1))),)


def _person_and_marks(round: Round, key: BallotKey, marks: tuple[int, ...]) -> Iterable[tuple[str, tuple[int, ...]]]:
    return ((key, (1, *marks)),)


def _votes(round: Round, key: BallotKey, marks: tuple[int, ...]) -> Iterable[tuple[str, tuple[int, ...]]]:
    return ((key, marks),)


_COMPARED: dict[int, tuple[tuple[int, ...], tuple[int, ...]]] = {
    WON: ((1, 0, 0, 0), (0, 0, 1, 0)),
    LOST: ((0, 0, 1, 0), (1, 0, 0, 0)),
    DRAWN: ((0, 1, 0, 0), (0, 1, 0, 0)),
    UNSURE: ((0, 0, 0, 1), (0, 0, 0, 1)),
}
"""(won, drawn, lost, can't decide) for the first item of the key and for the other."""


def _both(round: Round, key: BallotKey, marks: tuple[int, ...]) -> Iterable[tuple[str, tuple[int, ...]]]:
    return zip(items_of(key), _COMPARED[marks[0]], strict=True)


def _agree_marks(round: Round) -> Allowed:
    return Allowed(1, -1, 1)


def _one_mark(round: Round) -> Allowed:
    return Allowed(1, 1, round.scale)


def _mark_each(round: Round) -> Allowed:
    return Allowed(len(round.criteria), 1, round.scale)


def _effort_and_impact(round: Round) -> Allowed:
    return Allowed(2, 1, round.scale)


def _affordable(round: Round) -> Allowed:
    most = most_votes(round.budget)
    return Allowed(1, -most, most)


METHODS: dict[Method, MethodRow] = {
    "dots": MethodRow("vote.cast", ("points", "voters"), ("budget", "cap")),
    "choice": MethodRow("vote.cast", ("voters",)),
    "hands": MethodRow("vote.cast", ("voters",)),
    "agree": MethodRow("vote.mark", ("agreement", "net"), (), _agree_marks, _one_of_three),
    "stars": MethodRow("vote.mark", ("mean", "median"), ("scale",), _one_mark, _one_of_scale),
    "criteria": MethodRow("vote.mark", ("weighted", "mean"), ("criteria", "scale"), _mark_each, _person_and_marks),
    "matrix": MethodRow("vote.mark", ("balance", "impact"), ("scale",), _effort_and_impact, _person_and_marks),
    "quadratic": MethodRow("vote.mark", ("net", "agreement"), ("budget",), _affordable, _votes),
    "pairwise": MethodRow("vote.compare", ("bradley_terry", "wins"), (), None, _both),
}
