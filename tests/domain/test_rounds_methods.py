"""Every method of choosing: what opens, which ballots are taken, what they add to, how they are counted.

Proves DM1, DM4, DM6 and DM7. Dots are in test_rounds.py.
"""

from typing import Any

import pytest
from msgspec import UNSET

from rebond.domain.cards import Audience
from rebond.domain.methods import METHODS
from rebond.domain.project import Tally, snapshot, yours, yours_after
from rebond.domain.rounds import CASTERS, usable
from rebond_protocol import limits
from rebond_protocol.cards import CardHide
from rebond_protocol.errors import Rejected
from rebond_protocol.groups import GroupDissolve, GroupMake, GroupTake
from rebond_protocol.rounds import (
    TALLIED,
    BallotCast,
    BallotMarked,
    CountedBy,
    Criterion,
    Method,
    Result,
    RoundClose,
    RoundOpen,
    RoundTallied,
    RoundView,
    Says,
    VoteCast,
    VoteCompare,
    VoteMark,
    VoteRetract,
)
from tests.domain.played import Board

CRITERIA = (Criterion("Useful", 3), Criterion("Feasible", 1))


@pytest.fixture
def board() -> Board:
    return Board()


def opened(board: Board, method: Method, **settings: Any) -> str:
    return board.made("mo", RoundOpen(method, **settings))


def seen(board: Board) -> RoundView:
    """The last round, as everybody sees it."""
    views = [snapshot(board.state, audience, board.names).rounds[-1] for audience in Audience]
    assert all(view == views[0] for view in views)
    return views[0]


def closed(board: Board, round: str) -> RoundView:
    board.accepted("mo", RoundClose(round))
    return seen(board)


def outline(results: tuple[Result, ...] | Any) -> list[tuple[str, int, float]]:
    """Item, rank, score."""
    return [(one.card, one.rank, one.points if one.score is UNSET else one.score) for one in results]


def recount(view: RoundView, by: CountedBy) -> list[tuple[str, int, float]]:
    assert view.recounts is not UNSET
    return next(outline(one.results) for one in view.recounts if one.by == by)


# -- the table -----------------------------------------------------------------------------------------------------


def test_every_method_has_a_row_and_a_way_to_cast() -> None:
    """DM7: given the table of methods, when it is read, then each is there and takes one kind of ballot."""
    assert set(METHODS) == set(Method.__args__)
    assert set(CASTERS) == {method for method, row in METHODS.items() if row.sent == "vote.cast"}
    for method, row in METHODS.items():
        assert (row.marks is not None) == (row.sent == "vote.mark")
        assert (row.adds is None) == (row.sent == "vote.cast")
        assert row.adds is not None or method in TALLIED


# -- opening -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        (RoundOpen("dots"), "budget"),
        (RoundOpen("quadratic"), "budget"),
        (RoundOpen("choice", on="options", options=("one",)), "options"),
        (RoundOpen("hands", on="options"), "options"),
        (RoundOpen("agree", on="options", options=tuple(map(str, range(11)))), "options"),
        (RoundOpen("choice", on="options", options=("Same", " Same ")), "options"),
        (RoundOpen("choice", on="options", options=("one", " ")), "options"),
        (RoundOpen("choice", on="options", options=("one", "x" * 121)), "options"),
        (RoundOpen("criteria"), "criteria"),
        (RoundOpen("criteria", criteria=tuple(Criterion(str(n)) for n in range(7))), "criteria"),
        (RoundOpen("criteria", criteria=(Criterion("a"), Criterion("a"))), "criteria"),
    ],
)
def test_a_vote_that_cannot_work_is_refused_before_anybody_stands_before_it(
    board: Board, settings: RoundOpen, field: str
) -> None:
    """DM1: given settings with something missing or too much, when the vote is opened, then it is refused by field."""
    refused = board.refused("mo", settings)
    assert refused.details is not None
    assert refused.details["field"] == field
    assert isinstance(usable(settings), Rejected)


def test_options_are_counted_before_any_is_read() -> None:
    """HB3: given as many options as a frame holds, when they are sent, then their number is refused and none of them is
    compared with all the others: that would hold up every board of the node."""
    many = RoundOpen("choice", on="options", options=("\u202e", *map(str, range(10_000))))
    assert usable(many) == Rejected("invalid", {"field": "options", "least": 2, "most": limits.OPTIONS_PER_ROUND})


def test_settings_are_cleaned_and_what_a_method_has_no_use_for_is_left_out(board: Board) -> None:
    """DM1: given settings of every kind at once, when votes open, then each keeps what is its own."""
    options, criteria = (" Yes ", "No\nway"), (Criterion(" Useful ", 2),)
    all: dict[str, Any] = {"budget": 5, "cap": 9, "options": options, "criteria": criteria, "scale": 7}
    kept: dict[Method, tuple[int, int, int, int]] = {
        "dots": (5, 5, 0, 5), "choice": (0, 0, 0, 5), "hands": (0, 0, 0, 5), "agree": (0, 0, 0, 5),
        "stars": (0, 0, 0, 7), "criteria": (0, 0, 1, 7), "matrix": (0, 0, 0, 7), "quadratic": (5, 0, 0, 5),
        "pairwise": (0, 0, 0, 5),
    }  # fmt: skip
    for method, wanted in kept.items():
        for on in ("cards", "groups", "options"):
            round = opened(board, method, on=on, title=" Which? ", **all)
            view = seen(board)
            assert (view.budget, view.cap, len(view.criteria), view.scale) == wanted
            assert (view.title, view.on) == ("Which?", on)
            assert view.options == (("Yes", "No way") if on == "options" else ())
            assert (view.tallies, view.counts) == (({}, UNSET) if method in TALLIED else (UNSET, {}))
            board.accepted("mo", RoundClose(round))


def test_one_hand_can_be_asked_for(board: Board) -> None:
    """DM1: given one question, when a show of hands is opened on it, then it is taken."""
    round = opened(board, "hands", on="options", options=("Who still has a leather wallet?",))
    board.accepted("bo", VoteCast(round, "1", 1))
    assert outline(closed(board, round).results) == [("1", 1, 1)]


# -- which ballots are taken ---------------------------------------------------------------------------------------


def test_a_ballot_of_another_kind_is_refused_and_told_how_it_should_look(board: Board) -> None:
    """DM1: given a round of each method, when a ballot of another kind comes, then the refusal says how to send it."""
    one, two = board.adds("ana"), board.adds("ana")
    for method, row in METHODS.items():
        round = opened(board, method, budget=9, criteria=CRITERIA)
        tries = {
            "vote.cast": VoteCast(round, one, 1), "vote.mark": VoteMark(round, one, (1,)),
            "vote.compare": VoteCompare(round, one, two, "left"),
        }  # fmt: skip
        del tries[row.sent]
        for command in tries.values():
            refused = board.refused("bo", command)
            assert refused.code == "wrong_ballot"
            assert refused.details is not None
            assert (refused.details["method"], refused.details["send"]) == (method, row.sent)
        board.accepted("mo", RoundClose(round))


@pytest.mark.parametrize(
    ("method", "wrong", "right"),
    [
        ("agree", ((), (2,), (-2,), (1, 1)), ((1,), (0,), (-1,))),
        ("stars", ((0,), (8,), (3, 3)), ((1,), (7,))),
        ("criteria", ((3,), (3, 3, 3), (0, 3), (3, 8)), ((1, 7), (7, 1))),
        ("matrix", ((3,), (3, 3, 3), (0, 3), (3, 8)), ((1, 7), (7, 1))),
        ("quadratic", ((5,), (-5,), (1, 1)), ((4,), (-4,))),
    ],
)
def test_marks_are_taken_within_their_limits(
    board: Board, method: Method, wrong: tuple[tuple[int, ...], ...], right: tuple[tuple[int, ...], ...]
) -> None:
    """DM1: given a scale of seven, two criteria and twenty credits, when marks come, then only possible ones count."""
    card, round = board.adds("ana"), opened(board, method, budget=20, criteria=CRITERIA, scale=7)
    for marks in wrong:
        assert board.refused("bo", VoteMark(round, card, marks)).code == "wrong_ballot"
    for marks in right:
        board.accepted("bo", VoteMark(round, card, marks))
        assert yours(board.state, "bo").marks == {round: {card: marks}}
    for command in (VoteMark("nowhere", card, right[0]), VoteMark(round, "nowhere", right[0])):
        assert board.refused("bo", command).code in ("unknown_round", "unknown_card")


def test_credits_are_a_budget(board: Board) -> None:
    """DM1: given 25 credits, when votes cost more together, then they are refused; none gives the credits back."""
    one, two, round = board.adds("ana"), board.adds("ana"), opened(board, "quadratic", budget=25)
    board.accepted("bo", VoteMark(round, one, (-4,)))
    assert board.refused("bo", VoteMark(round, two, (4,))) == Rejected("over_budget", {"budget": 25, "left": 9})
    board.accepted("bo", VoteMark(round, two, (3,)))
    assert seen(board).tallies == {one: -4, two: 3}
    board.accepted("mo", CardHide(one))
    board.accepted("bo", VoteMark(round, one, (0,)))
    board.accepted("bo", VoteMark(round, two, (5,)))
    assert board.refused("bo", VoteMark(round, one, (0,))) == Rejected("no_ballot")
    assert seen(board).tallies == {two: 5}


def test_a_choice_moves(board: Board) -> None:
    """DM7: given a choice, when the same person chooses another, then the former is taken back in the same entry."""
    round = opened(board, "choice", on="options", options=("Tea", "Coffee", "Water"), secret=True)
    assert board.refused("bo", VoteCast(round, "1", 2)).code == "wrong_ballot"
    board.accepted("bo", VoteCast(round, "1", 1))
    entry = board.accepted("bo", VoteCast(round, "3", 1))
    assert entry.events == (BallotCast(round, "1", "bo", 0), BallotCast(round, "3", "bo", 1))
    assert yours_after(board.state, entry)["bo"].ballots == {round: {"3": 1}}
    assert board.accepted("bo", VoteCast(round, "3", 1)).events == (BallotCast(round, "3", "bo", 1),)
    board.accepted("cy", VoteCast(round, "2", 1))
    assert outline(closed(board, round).results) == [("2", 1, 1), ("3", 1, 1), ("1", 3, 0)]


def test_hands_go_up_for_as_many_as_one_likes(board: Board) -> None:
    """DM7: given a show of hands on two questions, when somebody raises a hand for both, then both count."""
    round = opened(board, "hands", on="options", options=("Cash", "Card"))
    assert board.refused("bo", VoteCast(round, "1", 3)).code == "wrong_ballot"
    for item in ("1", "2"):
        board.accepted("bo", VoteCast(round, item, 1))
    board.accepted("cy", VoteCast(round, "2", 1))
    assert seen(board).tallies == {"1": 1, "2": 2}
    assert seen(board).voters == 2


@pytest.mark.parametrize("item", ["0", "3", "01", "-1", "", "²", "one", "9" * 60])
def test_only_the_options_are_options(board: Board, item: str) -> None:
    """DM1: given two options, when something else is voted on, then it is not among what is voted on."""
    round = opened(board, "choice", on="options", options=("Tea", "Coffee"))
    assert board.refused("bo", VoteCast(round, item, 1)) == Rejected("unknown_item", {"item": item})
    round = (board.accepted("mo", RoundClose(round)), opened(board, "pairwise", on="options", options=("a", "b")))[1]
    assert board.refused("bo", VoteCompare(round, "1", item, "left")) == Rejected("unknown_item", {"item": item})


@pytest.mark.parametrize(("says", "mark"), [("left", -1), ("right", 1), ("tie", 0), ("unsure", 2)])
def test_a_comparison_is_the_same_from_either_side(board: Board, says: Says, mark: int) -> None:
    """DM7: given two cards, when they are compared the other way round, then it is the same ballot, and replaced."""
    one, two = sorted((board.adds("ana"), board.adds("ana")))
    round = opened(board, "pairwise")
    assert board.refused("bo", VoteCompare(round, one, one, says)).code == "wrong_ballot"
    first = board.accepted("bo", VoteCompare(round, one, two, says))
    assert first.events == (BallotMarked(round, f"{one} {two}", "bo", (mark,)),)
    turned = board.accepted("bo", VoteCompare(round, two, one, says))
    turned_mark = -mark if mark in (-1, 1) else mark
    assert turned.events == (BallotMarked(round, f"{one} {two}", "bo", (turned_mark,)),)
    board.accepted("bo", VoteRetract(round, f"{one} {two}"))
    assert seen(board).counts == {}
    assert seen(board).voters == 0


# -- stacks --------------------------------------------------------------------------------------------------------


def test_stacks_are_voted_on_and_the_cards_that_stand_alone(board: Board) -> None:
    """DM4: given a stack of two and a card alone, when votes are on groups, then these two are what is voted on."""
    a, b, alone = (board.adds("ana", text) for text in ("a", "b", "alone"))
    stack = board.made("mo", GroupMake((a, b), "Both"))
    round = opened(board, "agree", on="groups")
    board.accepted("bo", VoteMark(round, stack, (1,)))
    board.accepted("bo", VoteMark(round, alone, (-1,)))
    assert board.refused("bo", VoteMark(round, a, (1,))) == Rejected("unknown_item", {"item": a, "group": stack})
    assert seen(board).counts == {stack: (1, 0, 0), alone: (0, 0, 1)}


def test_nobodys_ballot_moves_when_stacks_change(board: Board) -> None:
    """DM4: given ballots on a stack and on a card, when the one is unstacked and the other stacked,
    then ballots stay where they were given, count, and can be taken back.
    """
    a, b, alone, other = (board.adds("ana", text) for text in ("a", "b", "alone", "other"))
    stack = board.made("mo", GroupMake((a, b)))
    round = opened(board, "stars", on="groups")
    board.accepted("bo", VoteMark(round, stack, (5,)))
    board.accepted("bo", VoteMark(round, alone, (2,)))
    board.accepted("cy", VoteMark(round, stack, (5,)))
    board.accepted("mo", GroupDissolve(stack))
    later = board.made("mo", GroupMake((alone, other)))
    assert board.refused("cy", VoteMark(round, stack, (1,))).code == "unknown_card"
    assert board.refused("cy", VoteMark(round, alone, (1,))).code == "unknown_item"
    board.accepted("cy", VoteMark(round, later, (4,)))
    board.accepted("bo", VoteRetract(round, stack))
    assert outline(closed(board, round).results) == [(stack, 1, 5.0), (later, 2, 4.0), (alone, 3, 2.0)]


def test_a_card_off_its_stack_is_voted_on_again(board: Board) -> None:
    """DM4: given a card on a stack, when it is taken off, then it can be voted on by itself."""
    a, b, c = (board.adds("ana", text) for text in "abc")
    board.accepted("mo", GroupMake((a, b, c)))
    round = opened(board, "hands", on="groups")
    assert board.refused("bo", VoteCast(round, a, 1)).code == "unknown_item"
    board.accepted("mo", GroupTake(a))
    board.accepted("bo", VoteCast(round, a, 1))


# -- what leaves ---------------------------------------------------------------------------------------------------


def test_marks_leave_as_counts_of_the_items_that_changed(board: Board) -> None:
    """DM7: given ballots of marks in one flush, when it is told, then each touched item has its counts, once."""
    one, two, still = board.adds("ana"), board.adds("ana"), board.adds("ana")
    round = opened(board, "agree")
    board.accepted("sam", VoteMark(round, still, (1,)))
    tally = Tally()
    for who, card, mark in (("bo", one, 1), ("cy", one, -1), ("bo", two, 0), ("bo", one, -1)):
        for event in board.accepted(who, VoteMark(round, card, (mark,))).events:
            assert isinstance(event, BallotMarked)
            tally.note(event)
            assert all(board.told(audience) == () for audience in Audience)
    told = RoundTallied(round, 3, counts={one: (0, 0, 2), two: (0, 1, 0)})
    assert tally.told(board.state, Audience.PARTICIPANTS) == (told,)
    board.accepted("bo", VoteRetract(round, two))
    assert seen(board).counts == {one: (0, 0, 2), still: (1, 0, 0)}


def test_own_ballots_are_always_in_sight_of_their_owner(board: Board) -> None:
    """DM6: given a secret vote by marks, when it is open or closed, then each sees their own marks and no others'."""
    card, round = board.adds("ana"), opened(board, "stars", secret=True)
    entry = board.accepted("bo", VoteMark(round, card, (4,)))
    assert yours_after(board.state, entry)["bo"].marks == {round: {card: (4,)}}
    board.accepted("cy", VoteMark(round, card, (1,)))
    for _ in range(2):
        assert [yours(board.state, who).marks for who in ("bo", "cy", "mo")] == [
            {round: {card: (4,)}}, {round: {card: (1,)}}, UNSET,
        ]  # fmt: skip
        if board.state.open_round:
            board.accepted("mo", RoundClose(round))


# -- counted -------------------------------------------------------------------------------------------------------


def vote(board: Board, round: str, marks: dict[str, dict[str, tuple[int, ...]]]) -> None:
    for card, said in marks.items():
        for who, one in said.items():
            board.accepted(who, VoteMark(round, card, one))


def test_agreement_is_ranked_by_what_is_sure_and_recounted_net(board: Board) -> None:
    """DM7: given four of five for one card and one of one for another, when counted, then the many stand above."""
    one, two, three = (board.adds("ana", text) for text in "abc")
    round = opened(board, "agree")
    vote(board, round, {
        one: {"ana": (1,), "bo": (1,), "cy": (1,), "sam": (1,), "mo": (-1,)}, two: {"bo": (1,)},
        three: {"bo": (0,), "cy": (0,)},
    })  # fmt: skip
    view = closed(board, round)
    assert view.counts == {one: (4, 0, 1), two: (1, 0, 0), three: (0, 2, 0)}
    assert view.counted_by == "agreement"
    assert view.results is not UNSET
    best = view.results[0]
    assert (best.card, best.voters, best.counts) == (one, 5, (4, 0, 1))
    assert (best.score, best.low, best.high) == (37.553463, 37.553463, 96.377589)
    assert outline(view.results) == [(one, 1, 37.553463), (two, 2, 20.654931), (three, 3, 0.0)]
    assert recount(view, "net") == [(one, 1, 3), (two, 2, 1), (three, 3, 0)]


def test_stars_are_a_mean_with_its_interval_and_a_median(board: Board) -> None:
    """DM7: given stars, when counted, then they are ranked by mean and recounted by the median; ties are ties."""
    one, two, three = (board.adds("ana", text) for text in "abc")
    round = opened(board, "stars")
    vote(board, round, {
        one: {"ana": (1,), "bo": (5,), "cy": (5,), "sam": (5,)}, two: {"bo": (4,), "cy": (4,)}, three: {"bo": (3,)},
    })  # fmt: skip
    view = closed(board, round)
    assert view.counts == {one: (1, 0, 0, 0, 3), two: (0, 0, 0, 2, 0), three: (0, 0, 1, 0, 0)}
    assert outline(view.results) == [(one, 1, 4.0), (two, 1, 4.0), (three, 3, 3.0)]
    assert view.results is not UNSET
    assert [(one.low, one.high) for one in view.results] == [(1.0, 5.0), (4.0, 4.0), (UNSET, UNSET)]
    assert recount(view, "median") == [(one, 1, 4.833333), (two, 2, 4.0), (three, 3, 3.0)]


def test_criteria_are_weighed_and_recounted_alike(board: Board) -> None:
    """DM7: given criteria that weigh three and one, when counted, then by weights, and again as if alike."""
    one, two = board.adds("ana"), board.adds("ana")
    round = opened(board, "criteria", criteria=CRITERIA)
    vote(board, round, {one: {"bo": (5, 1), "cy": (4, 2)}, two: {"bo": (3, 5)}})
    view = closed(board, round)
    assert view.counts == {one: (2, 9, 3), two: (1, 3, 5)}
    assert outline(view.results) == [(one, 1, 3.75), (two, 2, 3.5)]
    assert recount(view, "mean") == [(two, 1, 4.0), (one, 2, 3.0)]
    assert (view.results and view.results[0].points) == 4


def test_criteria_that_weigh_alike_are_counted_once(board: Board) -> None:
    """DM7: given criteria of one weight, when counted, then there is no second count that would say the same."""
    card, round = board.adds("ana"), opened(board, "criteria", criteria=(Criterion("a"), Criterion("b")))
    vote(board, round, {card: {"bo": (5, 1)}})
    view = closed(board, round)
    assert (view.counted_by, view.recounts) == ("weighted", UNSET)


def test_effort_against_impact(board: Board) -> None:
    """DM7: given efforts and impacts, when counted, then by what impact exceeds effort, and by impact."""
    quick, big, useless = (board.adds("ana", text) for text in "abc")
    round = opened(board, "matrix")
    vote(board, round, {
        quick: {"bo": (1, 4), "cy": (1, 3)}, big: {"bo": (5, 5), "cy": (4, 5)}, useless: {"bo": (5, 1)},
    })  # fmt: skip
    view = closed(board, round)
    assert view.counts == {quick: (2, 2, 7), big: (2, 9, 10), useless: (1, 5, 1)}
    assert outline(view.results) == [(quick, 1, 2.5), (big, 2, 0.5), (useless, 3, -4.0)]
    assert recount(view, "impact") == [(big, 1, 5.0), (quick, 2, 3.5), (useless, 3, 1.0)]


def test_quadratic_votes_are_net_and_recounted_by_heads(board: Board) -> None:
    """DM7: given many votes of one against few of many, when counted, then by votes; and again each person as one."""
    dear, liked, even = (board.adds("ana", text) for text in "abc")
    round = opened(board, "quadratic", budget=50)
    vote(board, round, {
        dear: {"ana": (6,), "bo": (-1,)}, liked: {"bo": (1,), "cy": (1,), "sam": (1,)},
        even: {"cy": (2,), "sam": (-2,)},
    })  # fmt: skip
    view = closed(board, round)
    assert (view.tallies, view.counts) == ({dear: 5, liked: 3}, UNSET)
    assert outline(view.results) == [(dear, 1, 5), (liked, 2, 3), (even, 3, 0)]
    assert recount(view, "agreement") == [(liked, 1, 43.850297), (dear, 2, 9.453121), (even, 2, 9.453121)]
    assert view.recounts is not UNSET
    assert view.recounts[0].results[0].counts == (3, 0, 0)


def test_pairs_are_strengths_and_recounted_by_wins(board: Board) -> None:
    """DM7: given comparisons, when counted, then by estimated strength and again by wins; who can't decide is counted
    and not used.
    """
    a, b, c, d = sorted(board.adds("ana", text) for text in "abcd")
    round = opened(board, "pairwise")
    said: tuple[tuple[str, str, str, Says], ...] = (
        ("bo", a, b, "left"), ("cy", b, a, "right"), ("bo", c, b, "left"), ("cy", c, b, "tie"), ("bo", a, c, "tie"),
        ("sam", d, a, "unsure"),
    )  # fmt: skip
    for who, left, right, says in said:
        board.accepted(who, VoteCompare(round, left, right, says))
    view = closed(board, round)
    assert view.counts == {a: (2, 1, 0, 1), b: (0, 1, 3, 0), c: (1, 2, 0, 0), d: (0, 0, 0, 1)}
    assert view.results is not UNSET
    assert [(one.card, one.rank, one.voters) for one in view.results] == [(a, 1, 3), (c, 2, 2), (d, 3, 1), (b, 4, 2)]
    assert view.results[2].score == 50.0
    assert recount(view, "wins") == [(a, 1, 75.0), (c, 1, 75.0), (b, 3, 0.0)]


def test_an_option_that_nobody_took_is_part_of_the_outcome(board: Board) -> None:
    """DM7: given a poll by hands, points or choice, when nobody takes an option, then it has a result, and it is 0."""
    for method in CASTERS:
        round = opened(board, method, on="options", options=("Tea", "Coffee"), budget=3)
        board.accepted("bo", VoteCast(round, "2", 1))
        view = closed(board, round)
        assert view.results == (Result("2", 1, 1, 1), Result("1", 0, 0, 2))
        assert method != "dots" or recount(view, "voters") == [("2", 1, 1), ("1", 2, 0)]


def test_a_vote_without_ballots_has_no_results(board: Board) -> None:
    """DM7: given a vote of each method without a ballot, when it closes, then there is nothing, and no error."""
    for method in METHODS:
        round = opened(board, method, budget=5, criteria=CRITERIA)
        view = closed(board, round)
        assert (view.results, view.voters, view.state) == ((), 0, "closed")


def test_a_card_hidden_after_the_vote_shifts_nobodys_place(board: Board) -> None:
    """DM4: given a closed vote, when its winner is hidden, then the results are the same as before."""
    one, two = board.adds("ana"), board.adds("ana")
    round = opened(board, "stars")
    vote(board, round, {one: {"bo": (5,)}, two: {"bo": (3,)}})
    before = closed(board, round)
    board.accepted("mo", CardHide(one))
    assert seen(board) == before


def test_a_board_has_room_for_as_many_votes_as_the_limit_says(board: Board) -> None:
    """DM1: given the limits of a round, when options and criteria are at them, then they are taken."""
    options = tuple(f"Option {n}" for n in range(limits.OPTIONS_PER_ROUND))
    criteria = tuple(Criterion(f"Criterion {n}", 10) for n in range(limits.CRITERIA_PER_ROUND))
    round = opened(board, "criteria", on="options", options=options, criteria=criteria, scale=limits.SCALE_MAX)
    board.accepted("bo", VoteMark(round, str(limits.OPTIONS_PER_ROUND), (10,) * limits.CRITERIA_PER_ROUND))
    assert outline(closed(board, round).results) == [("10", 1, 10.0)]
