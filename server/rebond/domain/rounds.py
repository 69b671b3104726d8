"""Rounds of dots: budget, cap, secrecy, retraction.

A ballot is one fact; what leaves are tallies (DM7), and while a secret round is open not even those (DM6).
"""

from collections.abc import Iterable
from typing import TypeVar

from immutables import Map
from msgspec import UNSET
from msgspec.structs import replace

from rebond.domain import cards, people
from rebond.domain.cards import Audience
from rebond.domain.envelope import Decided, Envelope
from rebond.domain.state import Ballots, BoardState, Round
from rebond_protocol import limits
from rebond_protocol.errors import Rejected
from rebond_protocol.rounds import (
    BallotCast,
    Result,
    RoundClose,
    RoundClosed,
    RoundOpen,
    RoundOpened,
    RoundTallied,
    RoundView,
    VoteCast,
    VoteRetract,
)
from rebond_protocol.text import cleaned_line

NO_BALLOTS: Ballots = Map()
V = TypeVar("V")

# -- decide --------------------------------------------------------------------------------------------------------


def open_round(state: BoardState, envelope: Envelope, command: RoundOpen) -> Decided | Rejected:
    """One vote at a time: a room can only look at one question."""
    if state.open_round is not None:
        return Rejected("round_open", {"round": state.open_round})
    opened = opening(state, envelope, command)
    return opened if isinstance(opened, Rejected) else Decided((opened,), made=opened.round)


def opening(state: BoardState, envelope: Envelope, command: RoundOpen) -> RoundOpened | Rejected:
    """The round that this command opens, whether or not another one is open still: a step closes that in the same
    entry."""
    if len(state.rounds) >= limits.ROUNDS_PER_BOARD:
        return Rejected("board_full", {"max_rounds": limits.ROUNDS_PER_BOARD})
    wanted = usable(command)
    if isinstance(wanted, Rejected):
        return wanted
    budget = wanted.budget or 0
    cap = min(wanted.cap or budget, budget)
    return RoundOpened(envelope.fresh_id, wanted.method, budget, cap, wanted.secret, wanted.title, envelope.now_ms)


def usable(command: RoundOpen) -> RoundOpen | Rejected:
    """What is asked for, its texts as they are stored, if any board could open it: what a step may hold."""
    title = cleaned_line(command.title, limits.TITLE_CHARS) if command.title and command.title.strip() else None
    return title if isinstance(title, Rejected) else replace(command, title=title)


def close_round(state: BoardState, envelope: Envelope, command: RoundClose) -> Decided | Rejected:
    """The ballots are final."""
    round = _open(state, command.round)
    return round if isinstance(round, Rejected) else Decided((RoundClosed(round.id, envelope.now_ms),))


def cast(state: BoardState, envelope: Envelope, command: VoteCast) -> Decided | Rejected:
    """`weight` replaces what this person had on the card; the budget counts everything they have in the round."""
    round = _open(state, command.round)
    if isinstance(round, Rejected):
        return round
    card = cards.open_to(state, envelope.actor, command.card)
    if isinstance(card, Rejected):
        return card
    if command.weight > round.cap:
        return Rejected("over_cap", {"cap": round.cap})
    mine = round.ballots.get(envelope.actor or "", NO_BALLOTS)
    elsewhere = sum(mine.values()) - mine.get(card.id, 0)
    if elsewhere + command.weight > round.budget:
        return Rejected("over_budget", {"budget": round.budget, "left": round.budget - elsewhere})
    return Decided((BallotCast(round.id, card.id, envelope.actor or "", command.weight),))


def retract(state: BoardState, envelope: Envelope, command: VoteRetract) -> Decided | Rejected:
    """Works on a card that has been hidden since, too: nobody's points are stuck."""
    round = _open(state, command.round)
    if isinstance(round, Rejected):
        return round
    mine = round.ballots.get(envelope.actor or "", NO_BALLOTS)
    if command.card not in mine:
        return Rejected("no_ballot")
    return Decided((BallotCast(round.id, command.card, envelope.actor or "", 0),))


def _open(state: BoardState, id: str) -> Round | Rejected:
    round = state.rounds.get(id)
    if round is None:
        return Rejected("unknown_round")
    return round if round.state == "open" else Rejected("round_closed")


# -- fold ----------------------------------------------------------------------------------------------------------


def opened(state: BoardState, event: RoundOpened) -> BoardState:
    """A vote begins."""
    round = Round(
        id=event.round, number=len(state.rounds) + 1, method=event.method, title=event.title, budget=event.budget,
        cap=event.cap, secret=event.secret, state="open", opened_ms=event.at_ms, closed_ms=None, ballots=Map(),
        tallies=Map(), on=event.on, options=event.options, criteria=event.criteria, scale=event.scale, marks=Map(),
        counts=Map(),
    )  # fmt: skip
    return replace(state, rounds=state.rounds.set(round.id, round), open_round=round.id)


def closed(state: BoardState, event: RoundClosed) -> BoardState:
    """A vote ends."""
    round = state.rounds.get(event.round)
    if round is None:
        return state
    done = replace(round, state="closed", closed_ms=event.at_ms)
    still_open = None if state.open_round == event.round else state.open_round
    return replace(state, rounds=state.rounds.set(done.id, done), open_round=still_open)


def ballot_cast(state: BoardState, event: BallotCast) -> BoardState:
    """This person's points on this card are now so many."""
    round = state.rounds.get(event.round)
    if round is None:
        return state
    mine = round.ballots.get(event.participant, NO_BALLOTS)
    total = round.tallies.get(event.card, 0) - mine.get(event.card, 0) + event.weight
    mine = mine.set(event.card, event.weight) if event.weight else _without(mine, event.card)
    changed = replace(
        round,
        ballots=round.ballots.set(event.participant, mine) if mine else _without(round.ballots, event.participant),
        tallies=round.tallies.set(event.card, total) if total else _without(round.tallies, event.card),
    )
    return replace(state, rounds=state.rounds.set(changed.id, changed))


def _without(map: Map[str, V], key: str) -> Map[str, V]:
    return map.delete(key) if key in map else map


# -- project -------------------------------------------------------------------------------------------------------


def tallies_hidden(round: Round) -> bool:
    """Secret until closed, for moderators and walls too: a facilitator's face gives results away."""
    return round.secret and round.state == "open"


def results(round: Round) -> tuple[Result, ...]:
    """Cards by points, most first; equal points share a rank ("1, 2, 2, 4"), and stand in the order of their ids."""
    voters: dict[str, int] = {}
    for ballots in round.ballots.values():
        for card in ballots:
            voters[card] = voters.get(card, 0) + 1
    points = sorted(round.tallies.items(), key=lambda row: (-row[1], row[0]))
    ranked: list[Result] = []
    for place, (card, total) in enumerate(points, start=1):
        rank = ranked[-1].rank if ranked and ranked[-1].points == total else place
        ranked.append(Result(card, total, voters.get(card, 0), rank))
    return tuple(ranked)


def view(round: Round) -> RoundView:
    """A round in a snapshot, the same to every audience: there is nothing in it that only some may see."""
    return RoundView(
        id=round.id, method=round.method, title=round.title, budget=round.budget, cap=round.cap, secret=round.secret,
        state=round.state, opened_ms=round.opened_ms, voters=len(round.ballots),
        tallies=UNSET if tallies_hidden(round) else dict(sorted(round.tallies.items())),
        results=results(round) if round.state == "closed" else UNSET,
        closed_ms=round.closed_ms if round.closed_ms is not None else UNSET,
    )  # fmt: skip


def tallied(state: BoardState, id: str, touched: Iterable[str]) -> RoundTallied | None:
    """Where an open round stands on the cards touched since the last tally; None where its closing tells it all."""
    round = state.rounds.get(id)
    if round is None or round.state == "closed":
        return None
    if tallies_hidden(round):
        return RoundTallied(id, len(round.ballots))
    return RoundTallied(id, len(round.ballots), {card: round.tallies.get(card, 0) for card in sorted(touched)})


def project_closed(
    before: BoardState, event: RoundClosed, after: BoardState, audience: Audience, names: people.Names
) -> tuple[RoundClosed, ...]:
    """The closing with everything that was secret until now."""
    round = after.rounds.get(event.round)
    if round is None:
        return ()
    return (
        replace(event, tallies=dict(sorted(round.tallies.items())), results=results(round), voters=len(round.ballots)),
    )


def own_ballots(round: Round, participant: str) -> dict[str, int]:
    """What this person has in this round; nobody else is ever told."""
    return dict(sorted(round.ballots.get(participant, NO_BALLOTS).items()))
