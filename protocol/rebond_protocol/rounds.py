"""Rounds: one vote each, by a method, on cards, on groups or on options of its own (a poll).

Ballots go in one by one and leave as tallies (DM7). One engine for every method: a ballot is what one person says of
one item, a whole number or a few; the method says which numbers may be said, and how they are counted.

| method | one ballot says of an item | sent as |
| --- | --- | --- |
| dots | 1…cap points, budget in all | vote.cast |
| choice | this one, and no other | vote.cast, weight 1 |
| hands | a hand up | vote.cast, weight 1 |
| agree | 1 agree, 0 pass, -1 disagree | vote.mark, one mark |
| stars | 1…scale | vote.mark, one mark |
| criteria | 1…scale for each criterion | vote.mark, one mark each |
| matrix | effort and impact, 1…scale | vote.mark, two marks |
| quadratic | n votes for (or -n against) at n² credits | vote.mark, one mark |
| pairwise | of two items: the left, the right, neither, can't decide | vote.compare |
"""

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, UnsetType

from rebond_protocol import limits
from rebond_protocol.ids import Id, Ms, ParticipantId, RoundId

Method = Literal["dots", "choice", "hands", "agree", "stars", "criteria", "matrix", "pairwise", "quadratic"]
RoundState = Literal["open", "closed"]
Items = Literal["cards", "groups", "options"]
"""What is voted on. `groups`: stacks, and the cards that stand in none."""
ItemId = Id
"""A card's id, a group's, or an option's ("1" is the first)."""
BallotKey = Annotated[str, msgspec.Meta(min_length=1, max_length=2 * limits.ID_CHARS + 1)]
"""What a ballot is on: an item; of a comparison its two items, the lesser id first, with a space between."""
Says = Literal["left", "right", "tie", "unsure"]
CountedBy = Literal[
    "points", "voters", "net", "agreement", "mean", "median", "weighted", "balance", "impact", "bradley_terry", "wins"
]
"""What a score is. Whole numbers: `points` their sum · `voters` how many people gave any · `net` for minus against.

In percent: `agreement` the lower end of the Wilson interval of agree among agree and disagree · `bradley_terry` the
estimated chance to be taken over an item of middling strength · `wins` of the items it was compared with, how many it
was taken over by more people than not (equal: a half).
On the scale of the marks: `mean` · `median` (interpolated within the middle mark) · `weighted` the criteria's means by
their weights · `balance` mean impact minus mean effort · `impact` its mean.
"""
TALLIED: frozenset[Method] = frozenset({"dots", "choice", "hands", "quadratic"})
"""The methods whose rounds have `tallies`; those of the others have `counts`."""
Points = Annotated[int, msgspec.Meta(ge=1, le=limits.BUDGET_MAX)]
Mark = Annotated[int, msgspec.Meta(ge=-limits.BUDGET_MAX, le=limits.BUDGET_MAX)]
Weight = Annotated[int, msgspec.Meta(ge=1, le=10)]
Scale = Annotated[int, msgspec.Meta(ge=2, le=limits.SCALE_MAX)]


class Criterion(msgspec.Struct, frozen=True):
    """What is judged, and how much it weighs beside the others."""

    label: str
    weight: Weight = 1


class Result(msgspec.Struct, frozen=True):
    """One item's outcome (`card`: its id). Equal scores share a rank: ties stay ties.

    `points` is the score where that is a whole number, and there is no `score` then; else it is the score rounded.
    `low`, `high`: the 95 % interval, where the count has one. `counts`: what the score comes from, see
    `RoundView.counts` (in a recount by agreement: agree, pass, disagree).
    Every item that somebody's ballot is on has a result, whatever became of the item since. What nobody said anything
    of has none, but for the options of a poll by points, choice or hands: there it is 0.
    """

    card: ItemId
    points: int
    voters: int
    rank: int
    score: float | UnsetType = UNSET
    low: float | UnsetType = UNSET
    high: float | UnsetType = UNSET
    counts: tuple[int, ...] | UnsetType = UNSET


class Recount(msgspec.Struct, frozen=True):
    """The same ballots counted in another honest way."""

    by: CountedBy
    results: tuple[Result, ...]


class RoundView(msgspec.Struct, frozen=True):
    """A round as an audience sees it.

    A round has `tallies` or `counts`, by its method; neither while ballots are secret and the round is open. An item
    without ballots is in neither.
    `tallies`: points an item (dots, choice, hands, quadratic: net). `counts`, for the other methods, an item's
    agree → (agree, pass, disagree) · stars → how many gave 1, 2 … scale · criteria → (people, sum of each criterion's
    marks …) · matrix → (people, sum of efforts, sum of impacts) · pairwise → (won, drawn, lost, can't decide).
    `budget` and `cap` are 0 where the method has none.
    """

    id: RoundId
    method: Method
    title: str | None
    budget: int
    cap: int
    secret: bool
    state: RoundState
    opened_ms: Ms
    voters: int
    on: Items = "cards"
    options: tuple[str, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    scale: int = 5
    tallies: dict[ItemId, int] | UnsetType = UNSET
    counts: dict[ItemId, tuple[int, ...]] | UnsetType = UNSET
    counted_by: CountedBy | UnsetType = UNSET
    """How `results` were counted; set when the round is closed."""
    results: tuple[Result, ...] | UnsetType = UNSET
    recounts: tuple[Recount, ...] | UnsetType = UNSET
    closed_ms: Ms | UnsetType = UNSET


# -- commands ------------------------------------------------------------------------------------------------------


class RoundOpen(msgspec.Struct, frozen=True, tag_field="type", tag="round.open"):
    """Open a vote.

    `budget` (dots, quadratic: needed) points or credits each, at most `cap` of them on one item (dots; none: the whole
    budget). `options` where `on` is options: two to ten; for a show of hands one is enough. `criteria` for criteria.
    `scale`: the highest mark for stars, criteria and matrix.
    """

    method: Method
    budget: Points | None = None
    cap: Points | None = None
    secret: bool = False
    title: str | None = None
    on: Items = "cards"
    options: tuple[str, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    scale: Scale = 5


class RoundClose(msgspec.Struct, frozen=True, tag_field="type", tag="round.close"):
    """Close the vote and show the results."""

    round: RoundId


class RoundErase(msgspec.Struct, frozen=True, tag_field="type", tag="round.erase"):
    """A moderator erases a vote for ever: its words, its ballots, and its place in the plan (LG7). Every screen begins
    with a snapshot without it."""

    round: RoundId


class VoteCast(msgspec.Struct, frozen=True, tag_field="type", tag="vote.cast"):
    """My points on this item are now `weight` (not: more by `weight`), so that sending it twice changes nothing."""

    round: RoundId
    card: ItemId
    weight: Points


class VoteMark(msgspec.Struct, frozen=True, tag_field="type", tag="vote.mark"):
    """What I say of this item is now this: one mark, or one for each criterion."""

    round: RoundId
    card: ItemId
    marks: tuple[Mark, ...]


class VoteCompare(msgspec.Struct, frozen=True, tag_field="type", tag="vote.compare"):
    """Which of two items I would take."""

    round: RoundId
    left: ItemId
    right: ItemId
    says: Says


class VoteRetract(msgspec.Struct, frozen=True, tag_field="type", tag="vote.retract"):
    """Take back what I said of this item (or of this pair, by its key)."""

    round: RoundId
    card: BallotKey


# -- events --------------------------------------------------------------------------------------------------------


class RoundOpened(msgspec.Struct, frozen=True, tag_field="type", tag="round.opened"):
    """A vote is open."""

    round: RoundId
    method: Method
    budget: int
    cap: int
    secret: bool
    title: str | None
    at_ms: Ms
    on: Items = "cards"
    options: tuple[str, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    scale: int = 5


class RoundClosed(msgspec.Struct, frozen=True, tag_field="type", tag="round.closed"):
    """A vote is closed. On its way out it carries the results, and what was secret until now."""

    round: RoundId
    at_ms: Ms
    tallies: dict[ItemId, int] | UnsetType = UNSET
    counts: dict[ItemId, tuple[int, ...]] | UnsetType = UNSET
    counted_by: CountedBy | UnsetType = UNSET
    results: tuple[Result, ...] | UnsetType = UNSET
    recounts: tuple[Recount, ...] | UnsetType = UNSET
    voters: int | UnsetType = UNSET


class RoundErased(msgspec.Struct, frozen=True, tag_field="type", tag="round.erased"):
    """There was no such vote; in the log only. A snapshot says so."""

    round: RoundId


class BallotCast(msgspec.Struct, frozen=True, tag_field="type", tag="ballot.cast"):
    """A single ballot of points, in the log only; 0 takes it back. It leaves as `round.tallied`."""

    round: RoundId
    card: ItemId
    participant: ParticipantId
    weight: int


class BallotMarked(msgspec.Struct, frozen=True, tag_field="type", tag="ballot.marked"):
    """A single ballot of marks, in the log only; none takes it back. It leaves as `round.tallied`.

    Of a comparison: -1 the item that comes first in the key, 1 the other, 0 neither, 2 can't decide.
    """

    round: RoundId
    key: BallotKey
    participant: ParticipantId
    marks: tuple[int, ...]


# -- only on their way out -----------------------------------------------------------------------------------------


class RoundTallied(msgspec.Struct, frozen=True, tag_field="type", tag="round.tallied"):
    """Where the round stands: absolute points (or counts) of the items that changed, and how many people have voted.

    An item whose numbers are all 0 has none any more.
    While a secret round is open only `voters` is there.
    """

    round: RoundId
    voters: int
    tallies: dict[ItemId, int] | UnsetType = UNSET
    counts: dict[ItemId, tuple[int, ...]] | UnsetType = UNSET


Commands = RoundOpen | RoundClose | RoundErase | VoteCast | VoteMark | VoteCompare | VoteRetract
Events = RoundOpened | RoundClosed | RoundErased | BallotCast | BallotMarked
OutgoingOnly = RoundTallied
