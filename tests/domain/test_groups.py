"""Groups: stacks that destroy nothing, and merging that keeps every credit and every vote (DM4, DM6; PRODUCT 5.8)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from rebond.domain.cards import Audience
from rebond.domain.envelope import Decided
from rebond.domain.project import snapshot
from rebond_protocol import limits
from rebond_protocol.cards import CardEdit, CardErase, CardHide, CardRestore, CardShow, CardWithdraw
from rebond_protocol.commands import ClientCommand
from rebond_protocol.errors import Rejected
from rebond_protocol.groups import (
    CardMerge,
    CardsGrouped,
    Group,
    GroupAdd,
    GroupChanged,
    GroupDissolve,
    GroupGone,
    GroupMake,
    GroupRename,
    GroupTake,
)
from rebond_protocol.rounds import RoundOpen, VoteCast
from rebond_protocol.sections import SectionRemove
from rebond_protocol.steps import ALL_PERMISSIONS, StepSet
from tests.domain.played import Board


def three() -> tuple[Board, str, str, str]:
    """Given a board with a card of each of three people."""
    board = Board()
    first, second, third = (
        board.adds(person, f"of {person}", "right" if person == "bo" else "left") for person in ("ana", "bo", "cy")
    )
    return board, first, second, third


def standing(board: Board, group: str) -> set[str]:
    """The cards in this group."""
    return {card.id for card in board.state.cards.values() if card.group == group}


def test_a_stack_stands_where_its_first_card_stood_and_changes_no_card() -> None:
    """DM4: given cards of several people, when one stacks them, then words, authors, revisions and places stay."""
    board, first, second, _ = three()
    before = {id: board.card(id) for id in (first, second)}
    group = board.made("cy", GroupMake((second, first), "  Alike "))
    assert board.state.groups[group] == Group(group, "Alike", "right", before[second].order)
    for id, card in before.items():
        now = board.card(id)
        assert now.group == group
        assert (now.text, now.author, now.rev, now.section, now.order) == (
            card.text, card.author, card.rev, card.section, card.order,
        )  # fmt: skip


def test_a_card_that_somebody_is_writing_on_can_be_stacked_and_loses_nothing() -> None:
    """PRODUCT 5.a: given ana changing her card, when bo stacks, merges and unstacks it meanwhile, then her words
    land."""
    board, first, second, _ = three()
    seen = board.card(first).rev
    group = board.made("bo", GroupMake((second, first)))
    board.accepted("bo", CardMerge((first, second), "both"))
    board.accepted("bo", GroupTake(first))
    board.accepted("cy", GroupAdd(group, (first,)))
    board.accepted("ana", CardEdit(first, "what I was writing all along", seen))
    assert board.card(first).text == "what I was writing all along"
    assert board.card(first).group == group


def test_a_group_without_a_card_is_gone() -> None:
    """Given two stacks, when the last card leaves one, by hand or for another stack, then it is told as gone."""
    board, first, second, third = three()
    group = board.made("ana", GroupMake((first, second)))
    board.accepted("ana", GroupTake(first))
    assert set(board.state.groups) == {group}
    entry = board.accepted("ana", GroupTake(second))
    assert entry.events == (CardsGrouped((second,), None), GroupGone(group))
    one, other = board.made("ana", GroupMake((first, second))), board.adds("cy", "a fourth")
    two = board.made("ana", GroupMake((third, other)))
    entry = board.accepted("ana", GroupAdd(two, (first, second, third)))
    assert entry.events == (CardsGrouped((first, second), two), GroupGone(one))
    assert set(board.state.groups) == {two}
    board.accepted("ana", GroupDissolve(two))
    assert not board.state.groups
    assert all(card.group is UNSET for card in board.state.cards.values())


def test_what_is_hidden_or_withdrawn_keeps_its_group_and_comes_back_into_it() -> None:
    """Given a stacked card, when it is out of sight and back, then it stands in its stack; till then nobody sees it."""
    board, first, second, _ = three()
    group = board.made("ana", GroupMake((first, second)))
    board.accepted("ana", CardWithdraw(first))
    board.accepted("mo", CardHide(second))
    assert standing(board, group) == {first, second}
    (seen,) = [card for card in snapshot(board.state, Audience.PARTICIPANTS, board.names).cards if card.group == group]
    assert (seen.id, seen.text) == (second, "")
    board.accepted("ana", CardRestore(first))
    board.accepted("mo", CardShow(second))
    seen_now = {card.id for card in snapshot(board.state, Audience.PARTICIPANTS, board.names).cards}
    assert standing(board, group) == {first, second} <= seen_now


def test_only_what_everybody_sees_is_stacked_by_participants() -> None:
    """DM6: given a hidden card, when a participant stacks it, then it is refused; a moderator may; binned, nobody."""
    board, first, second, third = three()
    board.accepted("mo", CardHide(first))
    board.accepted("cy", CardWithdraw(third))
    assert board.refused("bo", GroupMake((second, first))).code == "card_hidden"
    group = board.made("mo", GroupMake((second, first)))
    assert board.refused("mo", GroupAdd(group, (third,))).code == "card_in_bin"
    assert board.refused("bo", GroupAdd(group, (third,))).code == "unknown_card", "of it bo knows nothing"
    board.accepted("mo", StepSet("alone", ALL_PERMISSIONS, True))
    sealed = board.adds("cy", "sealed")
    assert board.refused("mo", GroupAdd(group, (sealed,))).code == "card_hidden"


def test_of_cards_that_an_audience_does_not_know_it_is_not_told_that_they_are_stacked() -> None:
    """DM6: given a withdrawn card in a stack, when everything moves on, then only moderators are told of it by name."""
    board, first, second, third = three()
    board.made("ana", GroupMake((first, second)))
    board.accepted("ana", CardWithdraw(first))
    two = board.made("mo", GroupMake((second, third)))
    assert CardsGrouped((second, third), two) in board.told(Audience.PARTICIPANTS)
    assert first not in str(board.told(Audience.PARTICIPANTS))


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (GroupMake(()), "invalid"),
        (GroupMake(("n10", "n10")), "unknown_card"),
        (GroupAdd("none", ()), "unknown_group"),
        (GroupRename("none", "x"), "unknown_group"),
        (GroupDissolve("none"), "unknown_group"),
        (GroupTake("none"), "unknown_card"),
        (CardMerge((), "both"), "invalid"),
    ],
)
def test_what_is_not_there_is_refused(command: ClientCommand, code: str) -> None:
    """DM1: given nothing to group, when somebody does, then the answer names what is missing."""
    assert Board().refused("ana", command).code == code


def test_what_makes_no_difference_is_refused() -> None:
    """DM1: given a stack, when it is made so as it is, then the answer says so."""
    board, first, second, third = three()
    group = board.made("ana", GroupMake((first, second), "A"))
    assert board.refused("ana", GroupAdd(group, (first,))) == Rejected("already_so")
    assert board.refused("ana", GroupRename(group, " A ")) == Rejected("already_so")
    assert board.refused("ana", GroupTake(third)) == Rejected("not_grouped")
    assert board.refused("ana", GroupMake((first, first))) == Rejected("group_needs_two")
    assert board.refused("ana", GroupRename(group, "x" * (limits.TITLE_CHARS + 1))).code == "text_too_long"
    board.accepted("ana", GroupRename(group, ""))
    assert board.state.groups[group].title is None
    many = tuple(f"c{n}" for n in range(limits.CARDS_PER_GROUPING + 1))
    assert board.refused("ana", GroupMake(many)).details == {
        "field": "command.cards", "max_cards": limits.CARDS_PER_GROUPING,
    }  # fmt: skip


def test_a_removed_section_leaves_its_stacks_in_none() -> None:
    """Given a stack in a section, when the section goes, then the stack stands in none, as its cards do."""
    board, first, second, _ = three()
    group = board.made("ana", GroupMake((first, second)))
    board.accepted("mo", SectionRemove("left"))
    assert board.state.groups[group].section is None


def test_a_stack_that_is_erased_out_of_sight_leaves_no_title_behind() -> None:
    """LG7: given a stack whose cards were all withdrawn, when the last of them is erased, then everybody loses it.

    What was erased before all eyes keeps its place in the stack: nobody's credit breaks.
    """
    board, first, second, third = three()
    group = board.made("ana", GroupMake((first, second)))
    board.accepted("ana", CardWithdraw(first))
    board.accepted("ana", CardErase(first))
    assert standing(board, group) == {second}
    board.accepted("bo", CardWithdraw(second))
    board.accepted("bo", CardErase(second))
    assert not board.state.groups
    for audience in Audience:
        assert GroupGone(group) in board.told(audience)
    other = board.made("cy", GroupMake((third, board.adds("cy"))))
    board.accepted("cy", CardErase(third))
    assert third in standing(board, other)


# -- merging -------------------------------------------------------------------------------------------------------


def test_merging_keeps_every_card_every_author_and_every_vote() -> None:
    """DM4, PRODUCT 5.8: given cards with votes, when somebody merges them, then a new card credits all of them.

    They stay, with their votes where they were, stacked with the new one; its author is who wrote it.
    """
    board, first, second, third = three()
    round = board.made("mo", RoundOpen("dots", 10))
    board.accepted("cy", VoteCast(round, first, 3))
    board.accepted("ana", VoteCast(round, second, 2))
    before = {id: board.card(id) for id in (first, second, third)}
    merged = board.made("bo", CardMerge((first, second), "the best of both", "the places"))
    card = board.card(merged)
    assert (card.author, card.parents, card.verb, card.owes) == ("bo", (first, second), "combines", "the places")
    (group,) = board.state.groups
    assert standing(board, group) == {first, second, merged}
    assert board.state.groups[group].title is None
    assert dict(board.state.rounds[round].tallies) == {first: 3, second: 2}
    for id, was in before.items():
        assert (board.card(id).text, board.card(id).author, board.card(id).rev) == (was.text, was.author, was.rev)


def test_merging_on_a_stack_adds_to_it() -> None:
    """Given a stack, when some of its cards are merged with another, then all stand there; two stacks make a third."""
    board, first, second, third = three()
    group = board.made("ana", GroupMake((first, second), "A"))
    merged = board.made("cy", CardMerge((first, third), "both"))
    assert standing(board, group) == {first, second, third, merged}
    assert set(board.state.groups) == {group}
    more = [board.adds("bo"), board.adds("bo")]
    other = board.made("bo", GroupMake((more[0], more[1])))
    last = board.made("bo", CardMerge((first, more[0]), "a bridge"))
    fresh = board.card(last).group
    assert isinstance(fresh, str)
    assert standing(board, fresh) == {first, more[0], last}
    assert (standing(board, group), standing(board, other)) == ({second, third, merged}, {more[1]})


def test_more_parents_than_a_card_may_have_are_refused_in_words() -> None:
    """DM1: given nine cards, when they are merged into one, then `too_many_parents` says how many there may be."""
    board = Board()
    cards = tuple(board.adds("ana") for _ in range(limits.PARENTS_PER_CARD + 1))
    refused = board.refused("ana", CardMerge(cards, "all"))
    assert refused == Rejected("too_many_parents", {"max_parents": limits.PARENTS_PER_CARD})
    assert refused.row.message
    assert board.refused("ana", CardMerge(cards[:1] * 2, "one")).code == "combine_needs_two"
    assert len(board.card(board.made("ana", CardMerge(cards[:-1], "eight"))).parents) == limits.PARENTS_PER_CARD


@pytest.mark.parametrize("step", [StepSet(private=True), StepSet(approve=True)], ids=["sealed", "to be approved"])
def test_a_merged_card_that_waits_stacks_nothing(step: StepSet) -> None:
    """DM6: given a step whose words wait, when cards are merged, then no stack tells what the new one starts from."""
    board, first, second, _ = three()
    board.accepted("mo", step)
    merged = board.made("ana", CardMerge((first, second), "both"))
    assert board.card(merged).parents == (first, second)
    assert not board.state.groups
    assert not [one for one in board.told(Audience.PARTICIPANTS) if isinstance(one, GroupChanged | CardsGrouped)]


@given(st.lists(st.lists(st.integers(0, 7), min_size=2, max_size=5), max_size=12))
def test_every_card_stands_in_one_group_or_none(stacks: list[list[int]]) -> None:
    """DM4: given any stacking one after the other, then a card stands in one group, and no group is without a card."""
    board = Board()
    cards = [board.adds("ana") for _ in range(8)]
    for wanted in stacks:
        decision = board.say("bo", GroupMake(tuple(cards[place] for place in wanted)))
        assert isinstance(decision, Decided) == (len(set(wanted)) >= 2)
    assert {card.group for card in board.state.cards.values()} - {UNSET} == set(board.state.groups)
