"""Rounds: one vote each, by a method, with a budget, a cap and a secrecy.

Ballots go in one by one and leave as tallies (DM7).
"""

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, UnsetType

from rebond_protocol import limits
from rebond_protocol.ids import CardId, Ms, ParticipantId, RoundId

Method = Literal["dots"]
RoundState = Literal["open", "closed"]
Points = Annotated[int, msgspec.Meta(ge=1, le=limits.BUDGET_MAX)]


class Result(msgspec.Struct, frozen=True):
    """One card's outcome. Equal points share a rank: ties stay ties."""

    card: CardId
    points: int
    voters: int
    rank: int


class RoundView(msgspec.Struct, frozen=True):
    """A round as an audience sees it. `tallies` is absent while the ballots are secret and the round is open."""

    id: RoundId
    method: Method
    title: str | None
    budget: int
    cap: int
    secret: bool
    state: RoundState
    opened_ms: Ms
    voters: int
    tallies: dict[CardId, int] | UnsetType = UNSET
    results: tuple[Result, ...] | UnsetType = UNSET
    closed_ms: Ms | UnsetType = UNSET


# -- commands ------------------------------------------------------------------------------------------------------


class RoundOpen(msgspec.Struct, frozen=True, tag_field="type", tag="round.open"):
    """Open a vote: `budget` points each, at most `cap` of them on one card (no cap: the whole budget)."""

    method: Method
    budget: Points
    cap: Points | None = None
    secret: bool = False
    title: str | None = None


class RoundClose(msgspec.Struct, frozen=True, tag_field="type", tag="round.close"):
    """Close the vote and show the results."""

    round: RoundId


class VoteCast(msgspec.Struct, frozen=True, tag_field="type", tag="vote.cast"):
    """My points on this card are now `weight` (not: more by `weight`), so that sending it twice changes nothing."""

    round: RoundId
    card: CardId
    weight: Points


class VoteRetract(msgspec.Struct, frozen=True, tag_field="type", tag="vote.retract"):
    """Take my points on this card back."""

    round: RoundId
    card: CardId


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


class RoundClosed(msgspec.Struct, frozen=True, tag_field="type", tag="round.closed"):
    """A vote is closed. On its way out it carries the results, and the tallies that were secret until now."""

    round: RoundId
    at_ms: Ms
    tallies: dict[CardId, int] | UnsetType = UNSET
    results: tuple[Result, ...] | UnsetType = UNSET
    voters: int | UnsetType = UNSET


class BallotCast(msgspec.Struct, frozen=True, tag_field="type", tag="ballot.cast"):
    """A single ballot, in the log only; 0 takes it back. It leaves as `round.tallied`."""

    round: RoundId
    card: CardId
    participant: ParticipantId
    weight: int


# -- only on their way out -----------------------------------------------------------------------------------------


class RoundTallied(msgspec.Struct, frozen=True, tag_field="type", tag="round.tallied"):
    """Where the round stands: absolute points of the cards that changed, and how many people have voted.

    While a secret round is open only `voters` is there.
    """

    round: RoundId
    voters: int
    tallies: dict[CardId, int] | UnsetType = UNSET


Commands = RoundOpen | RoundClose | VoteCast | VoteRetract
Events = RoundOpened | RoundClosed | BallotCast
OutgoingOnly = RoundTallied
