"""Rounds: one ballot engine for every method. Opening, casting, marking, comparing, taking back, closing.

A ballot is one fact; what leaves are tallies (DM7), and while a secret round is open not even those (DM6). Points are
kept in `ballots` and summed in `tallies`; marks in `marks`, summed in `counts` (of quadratic votes, net, in `tallies`).
What a method takes and how it is counted stands in `methods` and `outcomes`.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from immutables import Map
from msgspec import UNSET
from msgspec.structs import replace

from rebond.domain import cards, people
from rebond.domain.cards import Audience
from rebond.domain.counting.quadratic import credits
from rebond.domain.envelope import Decided, Envelope
from rebond.domain.methods import DRAWN, LOST, METHODS, UNSURE, WON, option_ids, options_needed, pair_key
from rebond.domain.outcomes import outcome
from rebond.domain.state import Ballots, BoardState, Marks, Round
from rebond_protocol import limits
from rebond_protocol.errors import Rejected
from rebond_protocol.rounds import (
    TALLIED,
    BallotCast,
    BallotMarked,
    Criterion,
    Method,
    RoundClose,
    RoundClosed,
    RoundErase,
    RoundErased,
    RoundOpen,
    RoundOpened,
    RoundTallied,
    RoundView,
    Says,
    VoteCast,
    VoteCompare,
    VoteMark,
    VoteRetract,
)
from rebond_protocol.steps import Step
from rebond_protocol.text import cleaned_line

NO_BALLOTS: Ballots = Map()
NO_MARKS: Marks = Map()
V = TypeVar("V")

# -- decide: opening and closing -----------------------------------------------------------------------------------


def open_round(state: BoardState, envelope: Envelope, command: RoundOpen) -> Decided | Rejected:
    """One vote at a time: a room can only look at one question."""
    if state.open_round is not None:
        return Rejected("round_open", {"round": state.open_round})
    opened = opening(state, envelope, command)
    return opened if isinstance(opened, Rejected) else Decided((opened,), made=opened.round)


def opening(state: BoardState, envelope: Envelope, command: RoundOpen) -> RoundOpened | Rejected:
    """The fact that this vote is open, whatever opens it. Whether another one is open is the caller's question."""
    if len(state.rounds) >= limits.ROUNDS_PER_BOARD:
        return Rejected("board_full", {"max_rounds": limits.ROUNDS_PER_BOARD})
    wanted = usable(command)
    if isinstance(wanted, Rejected):
        return wanted
    return RoundOpened(
        envelope.fresh_id, wanted.method, wanted.budget or 0, wanted.cap or 0, wanted.secret, wanted.title,
        envelope.now_ms, wanted.on, wanted.options, wanted.criteria, wanted.scale,
    )  # fmt: skip


def usable(command: RoundOpen) -> RoundOpen | Rejected:
    """The settings with their texts cleaned and without what the method has no use for, or what is missing.

    The only place that says which settings make a vote: a step of a plan is checked here as well, before anybody
    stands in front of a room with it.
    """
    row = METHODS[command.method]
    title = cleaned_line(command.title, limits.TITLE_CHARS) if command.title and command.title.strip() else None
    if isinstance(title, Rejected):
        return title
    if "budget" in row.has and command.budget is None:
        return Rejected("invalid", {"field": "budget", "method": command.method})
    budget = command.budget if "budget" in row.has else None
    cap = min(command.cap or budget, budget) if budget is not None and "cap" in row.has else None
    options = _options(command)
    if isinstance(options, Rejected):
        return options
    criteria = _criteria(command) if "criteria" in row.has else ()
    if isinstance(criteria, Rejected):
        return criteria
    scale = command.scale if "scale" in row.has else 5
    return replace(command, title=title, budget=budget, cap=cap, options=options, criteria=criteria, scale=scale)


def _options(command: RoundOpen) -> tuple[str, ...] | Rejected:
    if command.on != "options":
        return ()
    least, most = options_needed(command.method), limits.OPTIONS_PER_ROUND
    return _distinct("options", command.options, least, most, limits.OPTION_CHARS)


def _criteria(command: RoundOpen) -> tuple[Criterion, ...] | Rejected:
    labels = [one.label for one in command.criteria]
    cleaned = _distinct("criteria", labels, 1, limits.CRITERIA_PER_ROUND, limits.OPTION_CHARS)
    if isinstance(cleaned, Rejected):
        return cleaned
    return tuple(Criterion(label, one.weight) for label, one in zip(cleaned, command.criteria, strict=True))


def _distinct(field: str, texts: Sequence[str], least: int, most: int, max_chars: int) -> tuple[str, ...] | Rejected:
    """These texts on one line each, no two alike, as many as there have to be. Counted before any is looked at: of
    thousands, each would be compared with all before it."""
    if not least <= len(texts) <= most:
        return Rejected("invalid", {"field": field, "least": least, "most": most})
    lines: list[str] = []
    for text in texts:
        line = cleaned_line(text, max_chars)
        if isinstance(line, Rejected):
            return Rejected(line.code, {**(line.details or {}), "field": field})
        if line in lines:
            return Rejected("invalid", {"field": field, "twice": line})
        lines.append(line)
    return tuple(lines)


def close_round(state: BoardState, envelope: Envelope, command: RoundClose) -> Decided | Rejected:
    """The ballots are final."""
    round = _open(state, command.round)
    return round if isinstance(round, Rejected) else Decided((RoundClosed(round.id, envelope.now_ms),))


def erase(state: BoardState, envelope: Envelope, command: RoundErase) -> Decided | Rejected:
    """Open or closed: its words go for ever, and its ballots with them, which are of nothing without (LG7)."""
    return Decided((RoundErased(command.round),)) if command.round in state.rounds else Rejected("unknown_round")


# -- decide: ballots -----------------------------------------------------------------------------------------------


def cast(state: BoardState, envelope: Envelope, command: VoteCast) -> Decided | Rejected:
    """`weight` replaces what this person had on the item."""
    round = _open(state, command.round)
    if isinstance(round, Rejected):
        return round
    caster = CASTERS.get(round.method)
    if caster is None:
        return _wrong_ballot(round)
    refused = _not_among(state, envelope.actor, round, command.card)
    return refused or caster(round, envelope.actor or "", command.card, command.weight)


def _points(round: Round, actor: str, item: str, weight: int) -> Decided | Rejected:
    """The budget counts everything they have in the round."""
    if weight > round.cap:
        return Rejected("over_cap", {"cap": round.cap})
    mine = round.ballots.get(actor, NO_BALLOTS)
    elsewhere = sum(mine.values()) - mine.get(item, 0)
    if elsewhere + weight > round.budget:
        return Rejected("over_budget", {"budget": round.budget, "left": round.budget - elsewhere})
    return Decided((BallotCast(round.id, item, actor, weight),))


def _this_one(round: Round, actor: str, item: str, weight: int) -> Decided | Rejected:
    """One ballot a person: the former choice moves here, in the same entry."""
    if weight != 1:
        return _wrong_ballot(round)
    former = [one for one in sorted(round.ballots.get(actor, NO_BALLOTS)) if one != item]
    return Decided((*(BallotCast(round.id, one, actor, 0) for one in former), BallotCast(round.id, item, actor, 1)))


def _hand(round: Round, actor: str, item: str, weight: int) -> Decided | Rejected:
    """As many hands as there are questions."""
    return Decided((BallotCast(round.id, item, actor, 1),)) if weight == 1 else _wrong_ballot(round)


CASTERS: dict[Method, Callable[[Round, str, str, int], Decided | Rejected]] = {
    "dots": _points,
    "choice": _this_one,
    "hands": _hand,
}
"""The methods whose ballots are points."""


def mark(state: BoardState, envelope: Envelope, command: VoteMark) -> Decided | Rejected:
    """These marks replace what this person had on the item. No vote at all, of votes that cost credits, takes back."""
    round = _open(state, command.round)
    if isinstance(round, Rejected):
        return round
    actor, marks = envelope.actor or "", command.marks
    row = METHODS[round.method]
    if row.sent != "vote.mark" or not row.takes(round, command.card, marks):
        return _wrong_ballot(round)
    if round.method == "quadratic" and marks == (0,):
        return _taken_back(round, actor, command.card)
    refused = _not_among(state, actor, round, command.card)
    if refused is None and round.method == "quadratic":
        refused = _unaffordable(round, actor, command.card, marks[0])
    return refused or Decided((BallotMarked(round.id, command.card, actor, marks),))


def _unaffordable(round: Round, actor: str, item: str, votes: int) -> Rejected | None:
    """The budget counts the credits of everything they have in the round."""
    mine = round.marks.get(actor, NO_MARKS)
    elsewhere = credits(marks[0] for one, marks in mine.items() if one != item)
    if elsewhere + credits((votes,)) <= round.budget:
        return None
    return Rejected("over_budget", {"budget": round.budget, "left": round.budget - elsewhere})


_SAYS: dict[Says, tuple[int, int]] = {
    "left": (WON, LOST),
    "right": (LOST, WON),
    "tie": (DRAWN, DRAWN),
    "unsure": (UNSURE, UNSURE),
}
"""What is said → the mark where the left item comes first in the key, and where the right one does."""


def compare(state: BoardState, envelope: Envelope, command: VoteCompare) -> Decided | Rejected:
    """Replaces what this person said of the two, whichever stood on the left then."""
    round = _open(state, command.round)
    if isinstance(round, Rejected):
        return round
    if METHODS[round.method].sent != "vote.compare" or command.left == command.right:
        return _wrong_ballot(round)
    for item in (command.left, command.right):
        refused = _not_among(state, envelope.actor, round, item)
        if refused is not None:
            return refused
    said = _SAYS[command.says][command.left > command.right]
    key = pair_key(command.left, command.right)
    return Decided((BallotMarked(round.id, key, envelope.actor or "", (said,)),))


def retract(state: BoardState, envelope: Envelope, command: VoteRetract) -> Decided | Rejected:
    """Works on an item that has been hidden, regrouped or taken away since, too: nobody's points are stuck."""
    round = _open(state, command.round)
    return round if isinstance(round, Rejected) else _taken_back(round, envelope.actor or "", command.card)


def _taken_back(round: Round, actor: str, key: str) -> Decided | Rejected:
    if key in round.ballots.get(actor, NO_BALLOTS):
        return Decided((BallotCast(round.id, key, actor, 0),))
    if key in round.marks.get(actor, NO_MARKS):
        return Decided((BallotMarked(round.id, key, actor, ()),))
    return Rejected("no_ballot")


def _open(state: BoardState, id: str) -> Round | Rejected:
    round = state.rounds.get(id)
    if round is None:
        return Rejected("unknown_round")
    return round if round.state == "open" else Rejected("round_closed")


def _not_among(state: BoardState, actor: str | None, round: Round, item: str) -> Rejected | None:
    """Why this cannot be voted on, None where it can: a card everybody sees, or a stack, or an option.

    Of a vote on groups, cards that stand in none are items, too. Looks at the item alone: a ballot costs the same on a
    board of any size.
    """
    if round.on == "options":
        return None if item in option_ids(round) else Rejected("unknown_item", {"item": item})
    if round.on == "groups" and item in state.groups:
        return None
    card = cards.open_to(state, actor, item)
    if isinstance(card, Rejected):
        return card
    if round.on == "groups" and card.group is not UNSET:
        return Rejected("unknown_item", {"item": item, "group": card.group})
    return None


def _wrong_ballot(round: Round) -> Rejected:
    """How a ballot of this round looks."""
    row = METHODS[round.method]
    details: dict[str, object] = {"method": round.method, "send": row.sent}
    if (allowed := row.allowed(round)) is not None:
        details |= {"marks": allowed.many, "least": allowed.least, "most": allowed.most}
    return Rejected("wrong_ballot", details)


# -- fold ----------------------------------------------------------------------------------------------------------


def opened(state: BoardState, event: RoundOpened) -> BoardState:
    """A vote begins."""
    number = max((one.number for one in state.rounds.values()), default=0) + 1
    round = Round(
        id=event.round, number=number, method=event.method, title=event.title, budget=event.budget,
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


def erased(state: BoardState, event: RoundErased) -> BoardState:
    """As if it had never been; no step of the plan says its words again."""
    round = state.rounds.get(event.round)
    if round is None:
        return state
    return replace(
        state,
        rounds=state.rounds.delete(round.id),
        open_round=None if state.open_round == round.id else state.open_round,
        step=_without_vote(state.step, round),
        plan=tuple(_without_vote(step, round) for step in state.plan),
    )


def _without_vote(step: Step, round: Round) -> Step:
    words = (round.title, round.options, round.criteria)
    asks = step.round is not UNSET and (step.round.title, step.round.options, step.round.criteria) == words
    return replace(step, round=UNSET) if asks and any(words) else step


def ballot_cast(state: BoardState, event: BallotCast) -> BoardState:
    """This person's points on this item are now so many."""
    round = state.rounds.get(event.round)
    if round is None or round.method not in CASTERS:
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


def ballot_marked(state: BoardState, event: BallotMarked) -> BoardState:
    """What this person says of this item, or of these two, is now this. Costs the same whoever else has voted."""
    round = state.rounds.get(event.round)
    row = METHODS[round.method] if round is not None else None
    if round is None or row is None or row.adds is None:
        return state
    if event.marks and not row.takes(round, event.key, event.marks):
        return state
    mine = round.marks.get(event.participant, NO_MARKS)
    tallies, counts = round.tallies, round.counts
    for sign, marks in ((-1, mine.get(event.key)), (1, event.marks)):
        for item, numbers in row.adds(round, event.key, marks) if marks else ():
            if round.method in TALLIED:
                total = tallies.get(item, 0) + sign * numbers[0]
                tallies = tallies.set(item, total) if total else _without(tallies, item)
            else:
                sums = _plus(counts.get(item), sign, numbers)
                counts = counts.set(item, sums) if any(sums) else _without(counts, item)
    mine = mine.set(event.key, event.marks) if event.marks else _without(mine, event.key)
    all = round.marks.set(event.participant, mine) if mine else _without(round.marks, event.participant)
    changed = replace(round, marks=all, tallies=tallies, counts=counts)
    return replace(state, rounds=state.rounds.set(changed.id, changed))


def _plus(sums: tuple[int, ...] | None, sign: int, numbers: tuple[int, ...]) -> tuple[int, ...]:
    if sums is None:
        return tuple(sign * one for one in numbers)
    return tuple(a + sign * b for a, b in zip(sums, numbers, strict=True))


def _without(map: Map[str, V], key: str) -> Map[str, V]:
    return map.delete(key) if key in map else map


# -- project -------------------------------------------------------------------------------------------------------


def tallies_hidden(round: Round) -> bool:
    """Secret until closed, for moderators and walls too: a facilitator's face gives results away."""
    return round.secret and round.state == "open"


def voters(round: Round) -> int:
    """How many people have a ballot in it."""
    return len(round.ballots) + len(round.marks)


def view(round: Round) -> RoundView:
    """A round in a snapshot, the same to every audience: there is nothing in it that only some may see."""
    shown, tallied = not tallies_hidden(round), round.method in TALLIED
    counted = outcome(round) if round.state == "closed" else None
    return RoundView(
        id=round.id, method=round.method, title=round.title, budget=round.budget, cap=round.cap, secret=round.secret,
        state=round.state, opened_ms=round.opened_ms, voters=voters(round), on=round.on, options=round.options,
        criteria=round.criteria, scale=round.scale,
        tallies=dict(sorted(round.tallies.items())) if shown and tallied else UNSET,
        counts=dict(sorted(round.counts.items())) if shown and not tallied else UNSET,
        counted_by=counted.counted_by if counted else UNSET,
        results=counted.results if counted else UNSET,
        recounts=counted.recounts if counted and counted.recounts else UNSET,
        closed_ms=round.closed_ms if round.closed_ms is not None else UNSET,
    )  # fmt: skip


def tallied(state: BoardState, id: str, touched: Iterable[str]) -> RoundTallied | None:
    """Where an open round stands on the items touched since the last tally; None where its closing tells it all."""
    round = state.rounds.get(id)
    if round is None or round.state == "closed":
        return None
    if tallies_hidden(round):
        return RoundTallied(id, voters(round))
    if round.method in TALLIED:
        return RoundTallied(id, voters(round), {item: round.tallies.get(item, 0) for item in sorted(touched)})
    return RoundTallied(id, voters(round), counts={item: round.counts.get(item, (0,)) for item in sorted(touched)})


def project_closed(
    before: BoardState, event: RoundClosed, after: BoardState, audience: Audience, names: people.Names
) -> tuple[RoundClosed, ...]:
    """The closing with everything that was secret until now."""
    round = after.rounds.get(event.round)
    if round is None:
        return ()
    now = view(round)
    return (
        replace(
            event, tallies=now.tallies, counts=now.counts, counted_by=now.counted_by, results=now.results,
            recounts=now.recounts, voters=now.voters,
        ),
    )  # fmt: skip


def own_ballots(round: Round, participant: str) -> dict[str, int]:
    """What this person has in this round; nobody else is ever told."""
    return dict(sorted(round.ballots.get(participant, NO_BALLOTS).items()))
