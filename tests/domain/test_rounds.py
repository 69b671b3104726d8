"""Rounds of dots: budgets, caps, secrecy, retraction, ties; single ballots in, one number a card out (DM6, DM7).

The other methods are in test_rounds_methods.py, and what holds of all of them in test_rounds_histories.py.
"""

import pytest
from msgspec import UNSET

from rebond.domain.cards import Audience
from rebond.domain.project import Tally, snapshot, yours, yours_after
from rebond_protocol import limits
from rebond_protocol.cards import CardErase, CardHide, CardRemove
from rebond_protocol.errors import Rejected
from rebond_protocol.events import OutgoingEvent
from rebond_protocol.people import ParticipantRemove
from rebond_protocol.rounds import (
    BallotCast,
    Recount,
    Result,
    RoundClose,
    RoundClosed,
    RoundOpen,
    RoundOpened,
    RoundTallied,
    VoteCast,
    VoteRetract,
)
from rebond_protocol.steps import StepSet
from tests.domain.played import Board


@pytest.fixture
def board() -> Board:
    return Board()


def opened(board: Board, *, budget: int = 5, cap: int | None = None, secret: bool = False) -> str:
    return board.made("mo", RoundOpen("dots", budget, cap, secret))


def tally(board: Board, count: int) -> tuple[OutgoingEvent, ...]:
    """What one flush tells of the last `count` entries."""
    collected = Tally()
    for entry in board.log[-count:]:
        for event in entry.events:
            if isinstance(event, BallotCast):
                collected.note(event)
    told = collected.told(board.state, Audience.PARTICIPANTS)
    assert all(collected.told(board.state, audience) == told for audience in Audience)
    return told


# -- opening and closing -------------------------------------------------------------------------------------------


def test_a_vote_opens_for_everybody(board: Board) -> None:
    """DM1: given a board, when a moderator opens a vote,
    then all are told, and a cap above the budget is the budget.
    """
    round = board.made("mo", RoundOpen("dots", 5, 9, False, " Which one? "))
    for audience in Audience:
        assert board.told(audience) == (RoundOpened(round, "dots", 5, 5, False, "Which one?", board.now_ms),)
    view = snapshot(board.state, Audience.PARTICIPANTS, {}).rounds[0]
    assert (view.voters, view.tallies, view.results, view.closed_ms) == (0, {}, UNSET, UNSET)


def test_one_vote_at_a_time(board: Board) -> None:
    """DM1: given an open vote, when another is opened, then it is `round_open`; after closing it is taken."""
    first = opened(board)
    assert board.refused("mo", RoundOpen("dots", 3)) == Rejected("round_open", {"round": first})
    board.accepted("mo", RoundClose(first))
    second = opened(board)
    assert [board.state.rounds[id].number for id in (first, second)] == [1, 2]


def test_a_board_has_only_so_many_votes(board: Board) -> None:
    """DM1: given as many votes as a board may have, when one more is opened, then it is `board_full`."""
    for _ in range(limits.ROUNDS_PER_BOARD):
        board.accepted("mo", RoundClose(opened(board)))
    assert board.refused("mo", RoundOpen("dots", 3)).code == "board_full"


def test_after_closing_nothing_changes(board: Board) -> None:
    """DM1: given a closed vote, when somebody votes, retracts or closes again, then it is `round_closed`."""
    card, round = board.adds("ana"), opened(board)
    board.accepted("bo", VoteCast(round, card, 1))
    board.accepted("mo", RoundClose(round))
    for who, command in (("bo", VoteCast(round, card, 2)), ("bo", VoteRetract(round, card)), ("mo", RoundClose(round))):
        assert board.refused(who, command) == Rejected("round_closed")
    assert board.refused("bo", VoteCast("nowhere", card, 1)) == Rejected("unknown_round")


# -- ballots -------------------------------------------------------------------------------------------------------


def test_points_replace_what_one_had_on_the_card(board: Board) -> None:
    """DM1: given a ballot, when the same person votes again on the card, then the new points stand, not the sum."""
    card, round = board.adds("ana"), opened(board)
    board.accepted("bo", VoteCast(round, card, 2))
    board.accepted("bo", VoteCast(round, card, 3))
    board.accepted("cy", VoteCast(round, card, 1))
    assert dict(board.state.rounds[round].tallies) == {card: 4}
    assert tally(board, 3) == (RoundTallied(round, 2, {card: 4}),)


def test_budget_and_cap_hold_and_the_refusal_says_what_is_left(board: Board) -> None:
    """DM1: given a budget of 5 and a cap of 3, when somebody goes over either, then it is refused with the numbers."""
    one, two, round = board.adds("ana"), board.adds("ana"), opened(board, budget=5, cap=3)
    assert board.refused("bo", VoteCast(round, one, 4)) == Rejected("over_cap", {"cap": 3})
    board.accepted("bo", VoteCast(round, one, 3))
    assert board.refused("bo", VoteCast(round, two, 3)) == Rejected("over_budget", {"budget": 5, "left": 2})
    board.accepted("bo", VoteCast(round, two, 2))
    board.accepted("bo", VoteCast(round, one, 1))
    assert sum(board.state.rounds[round].ballots["bo"].values()) == 3


def test_points_can_be_taken_back(board: Board) -> None:
    """DM1: given a ballot, when it is retracted,
    then its points and its voter are gone; without one it is `no_ballot`.
    """
    card, round = board.adds("ana"), opened(board)
    assert board.refused("bo", VoteRetract(round, card)) == Rejected("no_ballot")
    board.accepted("bo", VoteCast(round, card, 2))
    board.accepted("bo", VoteRetract(round, card))
    assert tally(board, 1) == (RoundTallied(round, 0, {card: 0}),)
    assert not board.state.rounds[round].ballots
    assert not board.state.rounds[round].tallies
    assert board.refused("bo", VoteRetract(round, card)) == Rejected("no_ballot")


def test_only_what_everybody_sees_can_be_voted_on(board: Board) -> None:
    """DM6: given cards hidden, waiting, sealed or unknown, when somebody votes on them, then it is refused."""
    hidden, pending, round = board.adds("ana"), board.adds("kit"), opened(board)
    board.accepted("mo", CardHide(hidden))
    board.accepted("mo", StepSet(private=True))
    sealed = board.adds("ana")
    codes = [board.refused("bo", VoteCast(round, card, 1)).code for card in (hidden, sealed, pending, "nowhere")]
    assert codes == ["card_hidden", "card_hidden", "unknown_card", "unknown_card"]
    assert board.refused("mo", VoteCast(round, pending, 1)).code == "card_hidden"


@pytest.mark.parametrize("ending", [CardHide, CardRemove, CardErase])
def test_points_on_a_card_that_goes_are_kept_and_not_stuck(board: Board, ending: type[CardHide]) -> None:
    """DM4: given a ballot, when its card is hidden, removed or erased,
    then the points count until they are taken back.
    """
    card, round = board.adds("ana"), opened(board)
    board.accepted("bo", VoteCast(round, card, 2))
    board.accepted("mo", ending(card))
    assert board.state.rounds[round].tallies[card] == 2
    board.accepted("bo", VoteRetract(round, card))
    assert not board.state.rounds[round].tallies


def test_ballots_of_somebody_who_was_removed_still_count(board: Board) -> None:
    """DM4: given a ballot, when its voter is removed from the board, then the vote stands."""
    card, round = board.adds("ana"), opened(board)
    board.accepted("bo", VoteCast(round, card, 2))
    board.accepted("mo", ParticipantRemove("bo"))
    assert board.state.rounds[round].tallies[card] == 2


# -- what leaves ---------------------------------------------------------------------------------------------------


def test_many_ballots_leave_as_one_number_a_card(board: Board) -> None:
    """DM7: given many ballots in one flush, when it is told, then each touched card has one number, its points now."""
    one, two, still, round = board.adds("ana"), board.adds("ana"), board.adds("ana"), opened(board)
    board.accepted("sam", VoteCast(round, still, 1))
    for who in ("ana", "bo", "cy"):
        board.accepted(who, VoteCast(round, one, 2))
    board.accepted("ana", VoteCast(round, two, 1))
    assert tally(board, 4) == (RoundTallied(round, 4, {one: 6, two: 1}),)


def test_a_ballot_itself_never_leaves(board: Board) -> None:
    """DM7: given a ballot, when its entry is projected, then no audience is told of it, and its owner has their own."""
    card, round = board.adds("ana"), opened(board)
    board.accepted("bo", VoteCast(round, card, 2))
    assert all(board.told(audience) == () for audience in Audience)
    own = yours_after(board.state, board.log[-1])
    assert set(own) == {"bo"}
    assert own["bo"].ballots == {round: {card: 2}}
    assert own["bo"].seq == board.state.seq


def test_a_secret_vote_tells_only_how_many_voted(board: Board) -> None:
    """DM6: given a secret vote, when ballots come in, then even moderators learn only how many people voted."""
    card, round = board.adds("ana"), opened(board, secret=True)
    board.accepted("bo", VoteCast(round, card, 2))
    assert tally(board, 1) == (RoundTallied(round, 1),)
    for audience in Audience:
        view = snapshot(board.state, audience, board.names).rounds[0]
        assert (view.voters, view.tallies, view.results) == (1, UNSET, UNSET)
    assert yours(board.state, "bo").ballots == {round: {card: 2}}
    assert yours(board.state, "mo").ballots == {}


def test_closing_tells_all_that_was_secret_and_no_tally_beside_it(board: Board) -> None:
    """DM6, DM7: given a secret vote, when it closes in the flush of its last ballots, then the closing alone tells."""
    card, round = board.adds("ana"), opened(board, secret=True)
    board.accepted("bo", VoteCast(round, card, 2))
    board.accepted("mo", RoundClose(round))
    assert tally(board, 2) == ()
    for audience in Audience:
        assert board.told(audience) == (
            RoundClosed(
                round, board.now_ms, tallies={card: 2}, counted_by="points", results=(Result(card, 2, 1, 1),),
                recounts=(Recount("voters", (Result(card, 1, 1, 1),)),), voters=1,
            ),
        )  # fmt: skip
    view = snapshot(board.state, Audience.DISPLAYS, board.names).rounds[0]
    assert (view.state, view.tallies, view.closed_ms) == ("closed", {card: 2}, board.now_ms)


def test_ties_are_ties(board: Board) -> None:
    """DM7: given equal points, when the vote closes, then equals share a rank and the next one counts them."""
    a, b, c, d = (board.adds("ana", text) for text in "abcd")
    round = opened(board, budget=9)
    for card, weights in ((a, (1,)), (b, (2, 1)), (c, (3,)), (d, (3, 2))):
        for who, weight in zip(("bo", "cy"), weights, strict=False):
            board.accepted(who, VoteCast(round, card, weight))
    board.accepted("mo", RoundClose(round))
    results = snapshot(board.state, Audience.PARTICIPANTS, board.names).rounds[0].results
    assert results == (Result(d, 5, 2, 1), Result(b, 3, 2, 2), Result(c, 3, 1, 2), Result(a, 1, 1, 4))


def test_rounds_stand_in_the_order_they_were_opened(board: Board) -> None:
    """DM2: given many votes, when a snapshot is made,
    then they stand by number, whatever order their ids would give.
    """
    ids: list[str] = []
    for _ in range(12):
        ids.append(opened(board))
        board.accepted("mo", RoundClose(ids[-1]))
    assert [round.id for round in snapshot(board.state, Audience.PARTICIPANTS, {}).rounds] == ids
