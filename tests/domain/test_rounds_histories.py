"""What holds of every vote by every method, whoever says what in whichever order (DM2, DM4, DM6, DM7).

A history opens votes of all methods one after another, secret or not, on cards, groups or options; people vote, change
and take back, sensibly or not; cards are hidden and stacked meanwhile.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from immutables import Map
from msgspec import UNSET
from msgspec.structs import replace

from rebond.domain.cards import Audience
from rebond.domain.counting.quadratic import credits
from rebond.domain.fold import fold, fold_all, fold_entry
from rebond.domain.importing import facts_from_view
from rebond.domain.methods import METHODS, option_ids
from rebond.domain.project import AUDIENCES, Tally, project, snapshot, yours, yours_after
from rebond.domain.state import EMPTY, BoardState, Round, read_state, state_bytes
from rebond.web.exports import FORMATS, BoardExport
from rebond_protocol.cards import CardHide, CardShow
from rebond_protocol.codec import Format, encode, entry_bytes, read_entry
from rebond_protocol.commands import Command
from rebond_protocol.entries import Entry
from rebond_protocol.groups import GroupDissolve, GroupMake
from rebond_protocol.replica import BoardReplica
from rebond_protocol.rounds import (
    TALLIED,
    BallotCast,
    BallotMarked,
    Criterion,
    Items,
    Method,
    RoundClose,
    RoundClosed,
    RoundOpen,
    RoundOpened,
    Says,
    VoteCast,
    VoteCompare,
    VoteMark,
    VoteRetract,
)
from tests.domain.elsewhere import told_elsewhere
from tests.domain.played import NAMES, ROLES, Board

ALL: tuple[Method, ...] = tuple(METHODS)
ITEMS: tuple[Items, ...] = ("cards", "groups", "options")
SAYS: tuple[Says, ...] = ("left", "right", "tie", "unsure")
VOTERS = ("ana", "bo", "cy", "sam", "mo", "mia")
CRITERIA = (Criterion("Useful", 3), Criterion("Feasible", 1))


@dataclass(frozen=True)
class Move:
    """Somebody does something; the numbers say to what and how much. `flush`: then all is sent."""

    what: str
    who: str
    a: int
    b: int
    c: int
    flush: bool


SMALL = st.integers(0, 30)
WHAT = st.sampled_from(
    (*("say",) * 12, "retract", "retract", "open", "close", "hide", "show", "stack", "unstack", "mix")
)
MOVES = st.lists(st.builds(Move, WHAT, st.sampled_from(VOTERS), SMALL, SMALL, SMALL, st.booleans()), max_size=60)


def begun() -> Board:
    """Six cards, two of them stacked, and an open vote."""
    board = Board()
    cards = [board.adds(who, f"idea of {who}") for who in ("ana", "bo", "cy", "sam", "ana", "bo")]
    board.accepted("mo", GroupMake((cards[4], cards[5]), "Two"))
    board.accepted("mo", opening("pairwise", "cards", True))
    return board


def opening(method: Method, on: Items, secret: bool) -> RoundOpen:
    return RoundOpen(method, 16, 5, secret, None, on, ("One", "Two", "Three"), CRITERIA, 5)


def pick(among: list[str], at: int) -> str:
    return among[at % len(among)] if among and at != 30 else "nowhere"


def command(state: BoardState, move: Move) -> Command:
    """What this move says on this board; mostly something that can be."""
    round = state.rounds.get(state.open_round or pick(sorted(state.rounds), move.c))
    cards = sorted(state.cards)
    match move.what:
        case "open":
            return opening(ALL[move.a % len(ALL)], ITEMS[move.b % 3], move.c % 2 == 0)
        case "close":
            return RoundClose(round.id if round else "nowhere")
        case "hide":
            return CardHide(pick(cards, move.a))
        case "show":
            return CardShow(pick(cards, move.a))
        case "stack":
            return GroupMake((pick(cards, move.a), pick(cards, move.a + 1 + move.b % 3)))
        case "unstack":
            return GroupDissolve(pick(sorted(state.groups), move.a))
        case "retract" if round is not None:
            mine = {**round.ballots.get(move.who, {}), **round.marks.get(move.who, {})}
            return VoteRetract(round.id, pick(sorted(mine), move.a))
        case "mix" if round is not None:
            return saying(round, ALL[move.c % len(ALL)], state, move)
        case _ if round is not None:
            return saying(round, round.method, state, move)
        case _:
            return opening(ALL[move.a % len(ALL)], ITEMS[move.b % 3], True)


def saying(round: Round, method: Method, state: BoardState, move: Move) -> Command:
    """A ballot as this method wants it."""
    alone = [id for id, card in state.cards.items() if card.group is UNSET]
    items = {
        "cards": sorted(state.cards), "groups": sorted((*state.groups, *alone)), "options": option_ids(round)
    }[round.on]  # fmt: skip
    item, other = pick(items, move.a), pick(items, move.a + 1 + move.b)
    match METHODS[method].sent:
        case "vote.cast":
            return VoteCast(round.id, item, 1 + (move.b % 6 if method == "dots" else 0))
        case "vote.mark":
            many = {"criteria": 2, "matrix": 2}.get(method, 1)
            least = {"agree": -1, "quadratic": -4}.get(method, 1)
            most = {"agree": 1, "quadratic": 4}.get(method, 5)
            return VoteMark(round.id, item, tuple(least + n % (most - least + 1) for n in (move.b, move.c))[:many])
        case "vote.compare":
            return VoteCompare(round.id, item, other, SAYS[move.c % 4])


def played(moves: Iterable[Move]) -> Board:
    board = begun()
    for move in moves:
        board.say("mo" if move.what in STEERED else move.who, command(board.state, move))
    return board


STEERED = ("open", "close", "hide", "show", "stack", "unstack")

# -- DM4, DM7: every ballot counts, once, where it was given --------------------------------------------------------


@given(MOVES)
def test_counts_are_the_sum_of_ballots_and_nobody_changes_anothers(moves: list[Move]) -> None:
    """DM4, DM7: given any history, when anybody does anything, then counts are the sums of the ballots that stand,
    each within its round's limits, and only their owners' have changed.
    """
    board = begun()
    for move in moves:
        before = board.state
        who = "mo" if move.what in STEERED else move.who
        board.say(who, command(before, move))
        for id, round in board.state.rounds.items():
            holds(round)
            old = before.rounds.get(id)
            if old is not None and old is not round:
                for person in VOTERS:
                    if person != who or move.what in STEERED:
                        assert old.ballots.get(person) == round.ballots.get(person)
                        assert old.marks.get(person) == round.marks.get(person)


def holds(round: Round) -> None:
    tallies: dict[str, int] = {}
    counts: dict[str, tuple[int, ...]] = {}
    row = METHODS[round.method]
    for mine in round.ballots.values():
        assert mine, "who took everything back is no voter"
        assert row.sent == "vote.cast"
        assert round.method != "dots" or sum(mine.values()) <= round.budget
        assert round.method != "choice" or len(mine) == 1
        for item, points in mine.items():
            assert 1 <= points <= (round.cap or 1)
            tallies[item] = tallies.get(item, 0) + points
    for mine in round.marks.values():
        assert mine, "who took everything back is no voter"
        assert round.method != "quadratic" or credits(one[0] for one in mine.values()) <= round.budget
        for key, marks in mine.items():
            assert row.takes(round, key, marks)
            assert row.adds is not None
            for item, numbers in row.adds(round, key, marks):
                if round.method in TALLIED:
                    tallies[item] = tallies.get(item, 0) + numbers[0]
                else:
                    so_far = counts.get(item, (0,) * len(numbers))
                    counts[item] = tuple(a + b for a, b in zip(so_far, numbers, strict=True))
    assert dict(round.tallies) == {item: points for item, points in tallies.items() if points}
    assert dict(round.counts) == counts


# -- DM2: the same everywhere ---------------------------------------------------------------------------------------


@given(MOVES, st.integers(0, 60))
def test_the_same_log_folds_to_the_same_bytes(moves: list[Move], cut: int) -> None:
    """DM2: given votes of all methods, when the log is folded from stored bytes, or on from a stored state,
    then the state is the same to the byte, and so is the board that comes of its export.
    """
    board = played(moves)
    wanted = state_bytes(board.state)
    stored = [read_entry(entry_bytes(entry)) for entry in board.log]
    assert state_bytes(fold_all(EMPTY, stored)) == wanted
    restarted = read_state(state_bytes(fold_all(EMPTY, stored[:cut])))
    assert state_bytes(fold_all(restarted, stored[cut:])) == wanted
    view = snapshot(board.state, Audience.MODERATORS, NAMES)
    assert board.state.about is not None
    exported = FORMATS["json"].make(view, board.state.about, 1)
    again = msgspec.json.decode(exported, type=BoardExport).board
    assert encode(again, Format.JSON) == encode(view, Format.JSON)
    made = [imported(facts_from_view(one, "b2", "LARK3", 5)) for one in (view, again)]
    assert state_bytes(made[0]) == state_bytes(made[1])


@given(
    st.sampled_from(ALL),
    st.lists(
        st.builds(BallotCast, st.just("round"), st.sampled_from("ab"), st.sampled_from(VOTERS), st.integers(-2, 9))
        | st.builds(
            BallotMarked, st.just("round"), st.sampled_from(("a", "b", "a b", "a b c", "")), st.sampled_from(VOTERS),
            st.lists(st.integers(-9, 9), max_size=3).map(tuple),
        ),
        max_size=12,
    ),
)  # fmt: skip
@example("agree", [BallotMarked("round", key, "ana", (0,)) for key in ("a", "b", "a b", "")])
@example("pairwise", [BallotMarked("round", key, "ana", (0,)) for key in ("a b", "a ", " b", " ")])
def test_no_ballot_in_a_log_stops_its_folding(method: Method, ballots: list[BallotCast | BallotMarked]) -> None:
    """DM2: given a log with ballots that no round of this method takes, when it is folded, then they change nothing and
    what is left can be told and counted.
    """
    state = fold(begun().state, RoundOpened("round", method, 16, 5, False, None, 1, "cards", (), CRITERIA))
    for ballot in ballots:
        state = fold(state, ballot)
    state = fold(state, RoundClosed("round", 2))
    view = snapshot(state, Audience.DISPLAYS, NAMES).rounds[-1]
    assert view.results is not UNSET
    assert len(view.results) <= 2
    assert read_state(state_bytes(state)) == state


def imported(facts: Iterable[Any]) -> BoardState:
    state = EMPTY
    for fact in facts:
        state = fold(state, fact)
    return state


def everything_told(stored: list[bytes]) -> bytes:
    """Every byte about votes that anybody is told, on the way through these entries and at their end."""
    state, written = EMPTY, list[bytes]()
    for entry in map(read_entry, stored):
        before, state = state, fold_entry(state, entry)
        events = [one for event in entry.events for one in project(before, event, state, Audience.PARTICIPANTS, NAMES)]
        written += [encode(events, Format.JSON), encode(yours_after(state, entry), Format.JSON)]
    written.append(encode(snapshot(state, Audience.DISPLAYS, NAMES), Format.JSON))
    return b"".join((*written, state_bytes(state)))


@settings(max_examples=2)
@given(MOVES, st.integers(0, 2**32 - 1))
def test_another_process_counts_to_the_same_bytes(moves: list[Move], seed: int) -> None:
    """DM2: given closed votes of all methods, when a process with other hashes counts them, then no byte differs."""
    logs = [[entry_bytes(entry) for entry in board.log] for board in (_a_vote_of_each(), played(moves))]
    assert told_elsewhere(__name__, logs, seed) == b"".join(map(everything_told, logs))


def _a_vote_of_each() -> Board:
    """A board on which everybody has voted on most things, by every method, and all is closed."""
    board = begun()
    board.accepted("mo", RoundClose(board.state.open_round or ""))
    for at, method in enumerate(ALL):
        round = board.made("mo", opening(method, "cards", at % 2 == 0))
        for n, who in enumerate(VOTERS * 4):
            state = board.state
            board.say(
                who, saying(state.rounds[round], method, state, Move("say", who, 5 * n + at, 7 * n, 3 * n, False))
            )
        board.accepted("mo", RoundClose(round))
    return board


# -- DM6: nothing of a secret vote ----------------------------------------------------------------------------------


def elsewhere(state: BoardState) -> BoardState:
    """The same board, had the same people said something quite different in the secret votes that are open."""
    rounds = state.rounds
    for id, round in state.rounds.items():
        if round.secret and round.state == "open":
            other = replace(
                round,
                ballots=Map({person: Map({"other": 9}) for person in round.ballots}),
                marks=Map({person: Map({"one other": (5, 5)}) for person in round.marks}),
                tallies=Map({"other": 7_777}),
                counts=Map({"other": (7_777, 7_777)}),
            )
            rounds = rounds.set(id, other)
    return replace(state, rounds=rounds)


@pytest.mark.parametrize("method", ALL)
@given(moves=MOVES, on=st.sampled_from(ITEMS))
def test_a_secret_vote_makes_no_difference_to_any_byte(method: Method, on: Items, moves: list[Move]) -> None:
    """DM6, PRODUCT 5.4: given a secret vote of each method that is open, when its ballots say something else,
    then no snapshot, event, tally or export differs for anybody, and only their owners hear otherwise.
    """
    board = begun()
    board.accepted("mo", RoundClose(board.state.open_round or ""))
    board.accepted("mo", opening(method, on, True))
    for move in moves:
        steered = move.what in STEERED
        if move.what not in ("open", "close"):
            board.say("mo" if steered else move.who, command(board.state, move))
    here, there = board.state, elsewhere(board.state)
    tally = Tally()
    for event in (event for entry in board.log for event in entry.events):
        if isinstance(event, BallotCast | BallotMarked):
            tally.note(event)
    about = here.about
    assert about is not None
    for audience in Audience:
        views = [snapshot(state, audience, NAMES) for state in (here, there)]
        assert len({encode(view, Format.JSON) for view in views}) == 1
        for export in FORMATS.values():
            assert len({export.make(view, about, 1) for view in views}) == 1
        assert encode(tally.told(here, audience), Format.JSON) == encode(tally.told(there, audience), Format.JSON)
        for entry in board.log[-8:]:
            told = [
                [one for event in entry.events for one in project(state, event, state, audience, NAMES)]
                for state in (here, there)
            ]
            assert encode(told[0], Format.JSON) == encode(told[1], Format.JSON)
    for person in ROLES:
        mine, other = yours(here, person), yours(there, person)
        if all(person not in (*round.ballots, *round.marks) for round in here.rounds.values()):
            assert mine == other
        assert replace(mine, ballots={}, marks=UNSET) == replace(other, ballots={}, marks=UNSET)


# -- DM7: what is told adds up --------------------------------------------------------------------------------------


@given(MOVES)
def test_what_is_told_bit_by_bit_is_what_a_newcomer_sees(moves: list[Move]) -> None:
    """DM7: given clients that follow, when votes of all methods come in flushes, then each holds what a snapshot says,
    and their own ballots whole.
    """
    board = begun()
    replicas = {who: BoardReplica() for who in ROLES}
    for who, replica in replicas.items():
        replica.restart(snapshot(board.state, AUDIENCES[ROLES[who]], NAMES))
        replica.take(yours(board.state, who))
    sent, state = len(board.log), board.state
    for move in moves:
        board.say("mo" if move.what in STEERED else move.who, command(board.state, move))
        if move.flush:
            state = _flush(replicas, state, board.log[sent:])
            sent = len(board.log)
            _agree(replicas, board.state)
    _flush(replicas, state, board.log[sent:])
    _agree(replicas, board.state)


def _flush(replicas: dict[str, BoardReplica], state: BoardState, entries: list[Entry]) -> BoardState:
    tally, told = Tally(), {audience: list[Any]() for audience in Audience}
    for entry in entries:
        before, state = state, fold_entry(state, entry)
        for event in entry.events:
            if isinstance(event, BallotCast | BallotMarked):
                tally.note(event)
            for audience in Audience:
                told[audience] += project(before, event, state, audience, NAMES)
    own = yours_after(state, *entries)
    for who, replica in replicas.items():
        audience = AUDIENCES[ROLES[who]]
        for event in (*told[audience], *tally.told(state, audience)):
            replica.apply(event, state.seq)
        if who in own:
            replica.take(own[who])
    return state


def _agree(replicas: dict[str, BoardReplica], state: BoardState) -> None:
    for who, replica in replicas.items():
        view, held = snapshot(state, AUDIENCES[ROLES[who]], NAMES), replica.view
        assert held is not None
        assert held.rounds == view.rounds
        mine = yours(state, who)
        assert {round: said for round, said in replica.ballots.items() if said} == mine.ballots
        assert {round: said for round, said in replica.marks.items() if said} == (mine.marks or {})


# -- honest counts --------------------------------------------------------------------------------------------------

SUPPORT: dict[Method, tuple[int, ...]] = {
    "agree": (1,), "stars": (5,), "criteria": (5, 5), "matrix": (1, 5), "quadratic": (1,),
}  # fmt: skip


EARLIER = st.lists(
    st.builds(Move, st.just("say"), st.sampled_from(VOTERS[:3]), SMALL, SMALL, SMALL, st.just(False)), max_size=30
)


@pytest.mark.parametrize("method", ALL)
@given(moves=EARLIER)
def test_a_supporter_more_never_lowers(method: Method, moves: list[Move]) -> None:
    """DM7: given any ballots, when somebody new supports an item as best they can, then it scores no less by any count,
    and stands no lower.
    """
    before, after = (_results(method, moves, supported) for supported in (False, True))
    for by, old in before.items():
        if "n10" in old:
            assert after[by]["n10"][0] >= old["n10"][0] - 1e-6
            assert after[by]["n10"][1] <= old["n10"][1]


def _results(method: Method, moves: list[Move], supported: bool) -> dict[str, dict[str, tuple[float, int]]]:
    """Count → card → its score and rank, once these moves were made and perhaps sam has supported the first card."""
    board = begun()
    board.accepted("mo", RoundClose(board.state.open_round or ""))
    round = board.made("mo", opening(method, "cards", False))
    first, *others = sorted(board.state.cards)
    assert first == "n10"
    for move in moves:
        board.say(move.who, saying(board.state.rounds[round], method, board.state, move))
    if supported and method == "pairwise":
        for other in others:
            board.accepted("sam", VoteCompare(round, first, other, "left"))
    elif supported:
        marks = SUPPORT.get(method)
        board.accepted("sam", VoteMark(round, first, marks) if marks else VoteCast(round, first, 1))
    board.accepted("mo", RoundClose(round))
    view = snapshot(board.state, Audience.PARTICIPANTS, NAMES).rounds[-1]
    counts = {view.counted_by: view.results or ()} | {one.by: one.results for one in view.recounts or ()}
    return {
        str(by): {one.card: (one.points if one.score is UNSET else one.score, one.rank) for one in results}
        for by, results in counts.items()
    }


@pytest.mark.parametrize("method", ALL)
def test_ballots_that_mirror_each_other_tie(method: Method) -> None:
    """DM7: given ballots that say of two cards the same, each by another person, when counted, then they tie."""
    board = begun()
    board.accepted("mo", RoundClose(board.state.open_round or ""))
    one, two, third = sorted(board.state.cards)[:3]
    round = board.made("mo", opening(method, "cards", True))
    for who, card, other in (("ana", one, two), ("bo", two, one)):
        match METHODS[method].sent:
            case "vote.cast":
                board.accepted(who, VoteCast(round, card, 1))
            case "vote.mark":
                marks = {"criteria": (4, 2), "matrix": (4, 2)}.get(method, (1,))
                board.accepted(who, VoteMark(round, card, marks))
            case "vote.compare":
                board.accepted(who, VoteCompare(round, card, third, "left"))
                board.accepted(who, VoteCompare(round, card, other, "right"))
    board.accepted("mo", RoundClose(round))
    view = snapshot(board.state, Audience.PARTICIPANTS, NAMES).rounds[-1]
    for results in (view.results or (), *(one.results for one in view.recounts or ())):
        ranks = {one.card: one.rank for one in results}
        assert ranks[one] == ranks[two] == 1
        assert [rank for card, rank in ranks.items() if card == third] in ([], [3])
