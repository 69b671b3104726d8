"""Rebounds: typed, credited, acyclic (DM4), and as secret as the cards they join (DM6)."""

import pytest
from msgspec import UNSET

from rebond.domain.cards import Audience
from rebond.domain.project import snapshot, yours_after
from rebond.domain.rebounds import ancestors
from rebond_protocol import limits
from rebond_protocol.cards import CardErase, CardHide, CardWithdraw
from rebond_protocol.errors import Rejected
from rebond_protocol.rebounds import CardLinked, CardRebound, ReboundLink, ReboundUnlink
from rebond_protocol.steps import StepSet
from tests.domain.played import Board


@pytest.fixture
def board() -> Board:
    return Board()


def test_a_rebound_says_what_it_starts_from(board: Board) -> None:
    """DM4: given a card, when somebody rebounds,
    then the new card has parent, verb, thanks, and its parent's section.
    """
    parent = board.adds("ana", section="left")
    card = board.card(board.made("bo", CardRebound((parent,), "adapts", "for schools", "  the  \n idea ")))
    assert (card.parents, card.verb, card.owes, card.section) == ((parent,), "adapts", "the    idea", "left")
    other = board.card(board.made("bo", CardRebound((parent,), "extends", "more", " ", "right")))
    assert (other.owes, other.section) == (UNSET, "right")


def test_refusals_of_a_rebound(board: Board) -> None:
    """DM1: given wrong parents, too many of them, or one for a combination, when somebody rebounds,
    then it says which.
    """
    parents = tuple(board.adds("ana") for _ in range(limits.PARENTS_PER_CARD + 1))
    assert board.refused("bo", CardRebound((), "extends", "x")).code == "invalid"
    assert board.refused("bo", CardRebound(("nowhere",), "extends", "x")) == Rejected(
        "unknown_card", {"card": "nowhere"}
    )
    assert board.refused("bo", CardRebound(parents, "extends", "x")).code == "too_many_parents"
    assert board.refused("bo", CardRebound(parents[:1] * 2, "combines", "x")) == Rejected("combine_needs_two")
    assert board.refused("bo", CardRebound(parents[:1], "extends", "x", "y" * 281)).code == "text_too_long"
    assert board.refused("bo", CardRebound(parents[:1], "extends", "x", None, "nowhere")) == Rejected("unknown_section")


def test_only_what_everybody_sees_can_be_started_from(board: Board) -> None:
    """DM6: given cards hidden, sealed or in the bin, when somebody rebounds on them,
    then it is refused, telling nothing.
    """
    hidden, mine = board.adds("ana"), board.adds("bo")
    board.accepted("mo", CardHide(hidden))
    board.accepted("bo", CardWithdraw(mine))
    board.accepted("mo", StepSet(private=True))
    sealed = board.adds("ana")
    assert board.refused("bo", CardRebound((hidden,), "extends", "x")) == Rejected("card_hidden", {"card": hidden})
    assert board.refused("bo", CardRebound((sealed,), "extends", "x")) == Rejected("card_hidden", {"card": sealed})
    assert board.refused("bo", CardRebound((mine,), "extends", "x")) == Rejected("card_in_bin", {"card": mine})
    assert board.refused("ana", CardRebound((mine,), "extends", "x")) == Rejected("unknown_card", {"card": mine})


def test_credit_can_be_given_afterwards(board: Board) -> None:
    """DM4: given two cards, when the author of one links it to the other, then all are told the whole rebound."""
    card, one, two = board.adds("ana"), board.adds("bo"), board.adds("cy")
    board.accepted("ana", ReboundLink(card, (one,), "extends", "thanks"))
    board.accepted("mo", ReboundLink(card, (two, one), "combines"))
    assert board.told(Audience.PARTICIPANTS) == (CardLinked(card, (one, two), "combines", "thanks"),)
    assert board.card(card).parents == (one, two)


def test_a_moderator_gives_credit_but_no_thanks_in_anothers_name(board: Board) -> None:
    """DM3: given somebody's card, when a moderator links it with thanks, then it is `not_yours`; without, fine."""
    card, parent = board.adds("ana"), board.adds("bo")
    assert board.refused("mo", ReboundLink(card, (parent,), "extends", "thanks")) == Rejected("not_yours")
    board.accepted("mo", ReboundLink(card, (parent,), "extends"))
    assert board.card(card).owes is UNSET


def test_no_link_closes_a_circle(board: Board) -> None:
    """DM4: given a line of rebounds, when its beginning is linked to its end or to itself, then it is `would_cycle`."""
    first = board.adds("ana")
    line = [first]
    for _ in range(4):
        line.append(board.made("bo", CardRebound((line[-1],), "extends", "more")))
    assert board.refused("ana", ReboundLink(first, (line[-1],), "extends")) == Rejected("would_cycle", {"card": first})
    assert board.refused("ana", ReboundLink(first, (first,), "extends")) == Rejected("would_cycle", {"card": first})
    assert ancestors(board.state, line[-1]) == set(line[:-1])


def test_a_circle_is_seen_through_hidden_and_withdrawn_cards(board: Board) -> None:
    """DM4: given a line whose middle is hidden or gone, when its ends are joined, then it is a circle all the same."""
    first = board.adds("ana")
    middle = board.made("bo", CardRebound((first,), "extends", "more"))
    last = board.made("cy", CardRebound((middle,), "extends", "still more"))
    board.accepted("bo", CardWithdraw(middle))
    assert board.refused("ana", ReboundLink(first, (last,), "extends")).code == "would_cycle"


def test_credit_is_taken_back_one_by_one(board: Board) -> None:
    """DM4: given a combination of two, when one parent goes, it extends the other; without any, it is an idea."""
    one, two = board.adds("ana"), board.adds("ana")
    card = board.made("bo", CardRebound((one, two), "combines", "both", "thanks"))
    board.accepted("bo", ReboundUnlink(card, one))
    assert (board.card(card).parents, board.card(card).verb, board.card(card).owes) == ((two,), "extends", "thanks")
    board.accepted("mo", ReboundUnlink(card, two))
    assert (board.card(card).parents, board.card(card).verb, board.card(card).owes) == ((), UNSET, UNSET)
    assert board.refused("bo", ReboundUnlink(card, two)) == Rejected("not_a_rebound")


def test_what_is_off_the_board_gets_no_new_lineage(board: Board) -> None:
    """DM4, LG7: given a withdrawn or erased card, when it is linked or unlinked,
    then it is refused: no words come back.
    """
    parent = board.adds("ana")
    for ending in (CardWithdraw, CardErase):
        card = board.made("bo", CardRebound((parent,), "extends", "more"))
        board.accepted("bo", ending(card))
        assert board.refused("bo", ReboundLink(card, (board.adds("ana"),), "extends", "words")).code == "card_in_bin"
        assert board.refused("bo", ReboundUnlink(card, parent)).code == "card_in_bin"


def test_thanks_on_a_hidden_card_stay_hidden(board: Board) -> None:
    """DM6: given a hidden card, when it is linked with thanks,
    then others are told of the lineage without the words.
    """
    card, parent = board.adds("ana"), board.adds("bo")
    board.accepted("mo", CardHide(card))
    board.accepted("ana", ReboundLink(card, (parent,), "extends", "rude thanks"))
    assert board.told(Audience.PARTICIPANTS) == (CardLinked(card, (parent,), "extends", None),)
    assert board.told(Audience.MODERATORS) == (CardLinked(card, (parent,), "extends", "rude thanks"),)
    assert yours_after(board.state, board.log[-1])["ana"].cards == (board.card(card),)


def test_lineage_of_a_sealed_card_stays_sealed(board: Board) -> None:
    """DM6: given a sealed card, when it is linked and unlinked, then others are told nothing until the reveal."""
    parent = board.adds("bo")
    board.accepted("mo", StepSet(private=True))
    card = board.adds("ana")
    board.accepted("ana", ReboundLink(card, (parent,), "extends", "thanks"))
    assert board.told(Audience.PARTICIPANTS) == ()
    board.accepted("ana", ReboundUnlink(card, parent))
    assert board.told(Audience.PARTICIPANTS) == ()


def test_a_parent_hidden_later_keeps_its_children(board: Board) -> None:
    """DM4: given a rebound, when its parent is hidden or withdrawn, then the child still says what it starts from."""
    parent = board.adds("ana")
    child = board.made("bo", CardRebound((parent,), "extends", "more"))
    board.accepted("mo", CardHide(parent))
    board.accepted("ana", CardWithdraw(parent))
    (seen,) = snapshot(board.state, Audience.PARTICIPANTS, board.names).cards
    assert (seen.id, seen.parents) == (child, (parent,))
