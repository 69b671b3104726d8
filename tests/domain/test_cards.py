"""Cards: writing, editing from what one has seen, places, the bin, moderation, erasure (DM1, DM4, DM6, LG7)."""

from weakref import ref

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from rebond.domain import cards
from rebond.domain.cards import Audience, by_order
from rebond.domain.fold import fold_entry
from rebond.domain.project import snapshot, takes_back, yours, yours_after
from rebond_protocol import limits
from rebond_protocol.cards import (
    CardAdd,
    CardAdded,
    CardApprove,
    CardChanged,
    CardEdit,
    CardEdited,
    CardErase,
    CardGone,
    CardHide,
    CardMove,
    CardMoved,
    CardRemove,
    CardRestore,
    CardShow,
    CardsRevealed,
    CardTag,
    CardTagged,
    CardWithdraw,
)
from rebond_protocol.commands import Command
from rebond_protocol.errors import Rejected
from rebond_protocol.frames import Yours
from rebond_protocol.groups import GroupMake
from rebond_protocol.people import ParticipantView
from rebond_protocol.rebounds import CardRebound, ReboundLink
from rebond_protocol.rounds import RoundOpen, VoteCast
from rebond_protocol.steps import StepSet
from tests.domain.played import Board

EVERYBODY_ELSE = (Audience.PARTICIPANTS, Audience.DISPLAYS)


@pytest.fixture
def board() -> Board:
    return Board()


def in_order(board: Board, section: str | None) -> list[str]:
    """The texts of a section, first to last."""
    return [card.text for card in sorted(board.state.cards.values(), key=by_order) if card.section == section]


# -- writing -------------------------------------------------------------------------------------------------------


def test_a_card_is_its_authors_words_with_time_and_place(board: Board) -> None:
    """DM1: given a board, when somebody adds a card,
    then it has clean words, author, time, section and the last place.
    """
    first = board.adds("ana", "one", "left")
    second = board.adds("bo", "  cafe\u0301 \r\n", "left")
    card = board.card(second)
    assert (card.text, card.author, card.rev, card.state) == ("café", "bo", 1, "shown")
    assert (card.at_ms, card.section, card.parents) == (board.now_ms, "left", ())
    assert board.card(first).order < card.order


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "text_empty"), (" \n\t", "text_empty"), ("x" * 1001, "text_too_long"), ("a\x07", "text_forbidden")],
)
def test_a_text_that_cannot_be_stored_is_refused(board: Board, text: str, code: str) -> None:
    """DM1: given a text that is empty, too long or invisible, when it is sent as a card or an edit,
    then it is refused.
    """
    card = board.adds("ana")
    assert board.refused("ana", CardAdd(text)).code == code
    assert board.refused("ana", CardEdit(card, text, 1)).code == code


def test_a_card_stands_in_no_section_or_in_one_there_is(board: Board) -> None:
    """DM1: given a section that is not there, when a card is added or moved there, then it is refused."""
    card = board.adds("ana", section=None)
    assert board.refused("ana", CardAdd("x", "nowhere")) == Rejected("unknown_section")
    assert board.refused("ana", CardMove(card, "nowhere")) == Rejected("unknown_section")


def test_a_full_board_takes_no_more_cards(board: Board) -> None:
    """DM1: given as many cards as a board may have, when one more is sent, then `board_full` names the limit."""
    one = board.card(board.adds("ana"))
    many = {f"c{n}": replace(one, id=f"c{n}") for n in range(limits.CARDS_PER_BOARD - 1)}
    board.state = replace(board.state, cards=board.state.cards.update(many))
    assert board.refused("ana", CardAdd("x")) == Rejected("board_full", {"max_cards": limits.CARDS_PER_BOARD})


# -- editing -------------------------------------------------------------------------------------------------------


def test_an_edit_from_the_seen_text_is_taken(board: Board) -> None:
    """DM1: given a card, when its author edits from its revision, then words and revision change for everybody."""
    card = board.adds("ana", "teh")
    board.accepted("ana", CardEdit(card, "the", 1))
    assert (board.card(card).text, board.card(card).rev, board.card(card).edited_ms) == ("the", 2, board.now_ms)
    assert board.told(Audience.PARTICIPANTS) == (CardEdited(card, "the", 2, board.now_ms),)


def test_a_stale_edit_is_refused_with_the_current_text(board: Board) -> None:
    """DM1: given an edit on another device meanwhile, when an edit from the old text arrives,
    then it gets the new one.
    """
    card = board.adds("ana", "one")
    board.accepted("ana", CardEdit(card, "two", 1))
    assert board.refused("ana", CardEdit(card, "three", 1)) == Rejected(
        "stale_rev", {"card": card, "rev": 2, "text": "two"}
    )
    assert board.card(card).text == "two"


def test_nobody_edits_or_withdraws_somebody_elses_words(board: Board) -> None:
    """DM3: given a card, when another or even a moderator edits or withdraws it, then it is `not_yours`."""
    card = board.adds("ana")
    for other in ("bo", "sam", "mo"):
        assert board.refused(other, CardEdit(card, "mine now", 1)) == Rejected("not_yours")
        assert board.refused(other, CardWithdraw(card)) == Rejected("not_yours")


@pytest.mark.parametrize("ending", [CardWithdraw, CardErase])
def test_what_is_in_the_bin_or_erased_is_neither_edited_nor_moved(board: Board, ending: type[CardErase]) -> None:
    """DM4: given a card in the bin or erased, when its author edits or moves it, then it is `card_in_bin`."""
    card = board.adds("ana")
    board.accepted("ana", ending(card))
    assert board.refused("ana", CardEdit(card, "again", 1)).code == "card_in_bin"
    assert board.refused("ana", CardMove(card, "left")).code == "card_in_bin"


def test_nobody_fills_a_board_alone(board: Board) -> None:
    """DM1: given somebody who wrote as many cards as one person may, whatever became of them, when they write one more,
    then it is `author_full`; the others, and those who are not counted, go on."""
    for _ in range(limits.CARDS_PER_AUTHOR - 1):
        board.accepted("ana", CardWithdraw(board.adds("ana")))
    last = board.adds("ana")
    refused = Rejected("author_full", {"max_cards": limits.CARDS_PER_AUTHOR})
    assert board.refused("ana", CardAdd("one more")) == refused
    assert board.refused("ana", CardRebound((board.adds("bo"),), "extends", "one more")) == refused
    board.accepted("ana", CardErase(last))
    assert board.refused("ana", CardAdd("one more")) == refused
    people = board.state.participants
    for who in ("mo", "kit"):
        full = replace(people[who], cards=limits.CARDS_PER_AUTHOR)
        board.state = replace(board.state, participants=people.set(who, full))
        board.adds(who)


def test_how_many_cards_somebody_wrote_is_how_many_bear_their_name(board: Board) -> None:
    """DM2: given cards by several people, hidden, withdrawn and erased ones among them, when they are counted, then the
    count kept for each person is that of the cards."""
    board.accepted("ana", CardErase(board.adds("ana")))
    board.accepted("mo", CardHide(board.adds("ana")))
    board.made("bo", CardRebound((board.adds("ana"),), "extends", "x"))
    for person, known in board.state.participants.items():
        assert known.cards == sum(card.author == person for card in board.state.cards.values())


# -- tags and colour -----------------------------------------------------------------------------------------------


def test_a_card_comes_with_tags_and_a_colour(board: Board) -> None:
    """DM1: given tags with stray spaces and one twice, when a card is added with them, then each is there once, as it
    was first written, and everybody who reads the card reads them."""
    card = board.made("ana", CardAdd("an idea", tags=(" Été ", "paris", "e\u0301te\u0301", "été"), colour=2))
    assert (board.card(card).tags, board.card(card).colour) == (("Été", "paris"), 2)
    (told,) = board.told(Audience.PARTICIPANTS)
    assert isinstance(told, CardAdded)
    assert told.card.tags == ("Été", "paris")
    plain = board.card(board.adds("ana"))
    assert (plain.tags, plain.colour) == (UNSET, UNSET)


def test_tags_are_set_again_by_author_or_moderator(board: Board) -> None:
    """DM1: given a card, when its author or a moderator tags it, then its tags and colour are these; the same again is
    `already_so`, and none takes them away."""
    card = board.adds("ana")
    board.accepted("ana", CardTag(card, ("b", "a"), 1))
    assert board.told(Audience.DISPLAYS) == (CardTagged(card, ("b", "a"), 1),)
    assert board.refused("mo", CardTag(card, ("b", "a"), 1)) == Rejected("already_so")
    board.accepted("mo", CardTag(card, ("a",)))
    assert (board.card(card).tags, board.card(card).colour) == (("a",), UNSET)
    board.accepted("ana", CardTag(card))
    assert board.card(card).tags is UNSET
    assert board.card(card).rev == 1, "tags are no revision of the words"


@pytest.mark.parametrize(
    ("tags", "code"),
    [
        ((" ",), "text_empty"),
        (("x" * (limits.TAG_CHARS + 1),), "text_too_long"),
        (("\u202ex",), "text_forbidden"),
        (tuple(f"t{n}" for n in range(limits.TAGS_PER_CARD + 1)), "invalid"),
    ],
)
def test_tags_that_cannot_be_are_refused(board: Board, tags: tuple[str, ...], code: str) -> None:
    """DM1: given a tag that no text may be, or too many, when a card is added or tagged with them, it is refused."""
    card = board.adds("ana")
    assert board.refused("ana", CardTag(card, tags)).code == code
    assert board.refused("ana", CardAdd("an idea", tags=tags)).code == code


def test_tags_go_where_the_words_go(board: Board) -> None:
    """DM6: given a sealed, a hidden and a removed card, when they are tagged, then only moderators and the author are
    told; the back of a card shows no tag and no colour, and what is erased has none any more."""
    board.accepted("mo", StepSet(private=True))
    sealed = board.made("ana", CardAdd("sealed", tags=("secret-tag",), colour=3))
    board.accepted("mo", StepSet())
    hidden = board.made("ana", CardAdd("hidden", tags=("secret-tag",), colour=3))
    board.accepted("mo", CardHide(hidden))
    board.accepted("mo", StepSet(private=True))
    again = board.made("ana", CardAdd("sealed again", tags=("secret-tag",), colour=3))
    for card in (hidden, again):
        board.accepted("ana", CardTag(card, ("other-secret",), 4))
        assert board.told(Audience.MODERATORS) == (CardTagged(card, ("other-secret",), 4),)
        assert all(board.told(audience) == () for audience in EVERYBODY_ELSE)
        (own,) = yours_after(board.state, board.log[-1])["ana"].cards
        assert own.tags == ("other-secret",)
    for audience in EVERYBODY_ELSE:
        seen = {card.id: card for card in snapshot(board.state, audience, {}).cards}
        assert seen[sealed].tags == ("secret-tag",)
        for card in (hidden, again):
            assert (seen[card].tags, seen[card].colour) == (UNSET, UNSET)
    board.accepted("ana", CardErase(hidden))
    assert (board.card(hidden).tags, board.card(hidden).colour) == (UNSET, UNSET)
    assert board.refused("ana", CardTag(hidden, ("x",))).code == "card_in_bin"


def test_a_sealed_card_does_not_tell_its_stack(board: Board) -> None:
    """DM6: given a sealed card that a moderator stacked, when others see its back, then it does not say where it
    belongs; a hidden one does, because its place was known."""
    shown, hidden = board.adds("ana"), board.adds("ana")
    group = board.made("mo", GroupMake((shown, hidden)))
    board.accepted("mo", CardHide(hidden))
    seen = {card.id: card for card in snapshot(board.state, Audience.PARTICIPANTS, {}).cards}
    assert seen[hidden].group == group
    sealed = replace(board.card(shown), sealed=True)
    back = cards.seen_by(board.state, sealed, Audience.PARTICIPANTS)
    assert back is not None
    assert back.group is UNSET


# -- approval ------------------------------------------------------------------------------------------------------


def test_in_a_step_with_approval_new_words_wait(board: Board) -> None:
    """DM6: given a step with approval, when a participant writes, then only they and the moderators know of it, and it
    is there once it is approved; staff and moderators do not wait."""
    board.accepted("mo", StepSet(approve=True))
    card = board.adds("ana", "words to come")
    assert all(board.told(audience) == () for audience in EVERYBODY_ELSE)
    assert len(board.told(Audience.MODERATORS)) == 1
    assert [one.text for one in yours(board.state, "ana").cards] == ["words to come"]
    board.accepted("mo", CardApprove(card))
    (told,) = board.told(Audience.PARTICIPANTS)
    assert isinstance(told, CardChanged)
    for who in ("sam", "mo"):
        assert board.card(board.adds(who)).state == "shown"


@pytest.mark.parametrize("how", ["edit", "tag", "thanks"])
def test_being_approved_once_is_no_way_around_approval(board: Board, how: str) -> None:
    """DM6: given a card that everybody sees, when its author puts other words on it in a step with approval, then it is
    gone from the others' screens with the new words untold, until a moderator lets it in again."""
    card = board.adds("ana", "harmless")
    said: dict[str, Command] = {
        "edit": CardEdit(card, "harmful", 1),
        "tag": CardTag(card, ("harmful",)),
        "thanks": ReboundLink(card, (board.adds("bo"),), "extends", "harmful"),
    }
    board.accepted("mo", StepSet(approve=True))
    entry = board.accepted("ana", said[how])
    assert takes_back(entry)
    assert board.card(card).state == "pending"
    for audience in EVERYBODY_ELSE:
        assert board.told(audience)[-1] == CardGone(card)
        assert "harmful" not in str(board.told(audience))
        assert card not in [one.id for one in snapshot(board.state, audience, {}).cards]
    assert "harmful" in str(yours_after(board.state, entry)["ana"].cards)
    board.accepted("mo", CardApprove(card))
    assert "harmful" in str(board.told(Audience.PARTICIPANTS))


def test_what_a_moderator_hid_does_not_come_back_by_way_of_approval(board: Board) -> None:
    """DM6: given a hidden card, when its author edits it in a step with approval, then it stays hidden."""
    card = board.adds("ana")
    board.accepted("mo", CardHide(card))
    board.accepted("mo", StepSet(approve=True))
    board.accepted("ana", CardEdit(card, "other words", 1))
    assert board.card(card).state == "hidden"


# -- places --------------------------------------------------------------------------------------------------------


def test_a_card_moves_to_the_end_or_before_another(board: Board) -> None:
    """DM1: given cards in a section, when one moves to its end, its start or between two, then it stands there."""
    a, b, c = (board.adds("ana", text, "left") for text in "abc")
    board.accepted("ana", CardMove(a, "left"))
    assert in_order(board, "left") == ["b", "c", "a"]
    board.accepted("ana", CardMove(a, "left", b))
    assert in_order(board, "left") == ["a", "b", "c"]
    board.accepted("ana", CardMove(c, "left", b))
    assert in_order(board, "left") == ["a", "c", "b"]
    board.accepted("ana", CardMove(b, "right"))
    assert in_order(board, "left") == ["a", "c"]


def test_there_is_always_a_place_between_two_cards(board: Board) -> None:
    """DM2: given two neighbours, when a hundred cards move between them, then each stands just before the second."""
    board.adds("ana", "first", "left")
    last = board.adds("ana", "last", "left")
    for n in range(100):
        board.accepted("ana", CardMove(board.adds("ana", f"{n}", "right"), "left", last))
    assert in_order(board, "left") == ["first", *(f"{n}" for n in range(100)), "last"]
    orders = [card.order for card in board.state.cards.values()]
    assert len(set(orders)) == len(orders)


def test_before_a_card_that_is_elsewhere_or_unseen_is_no_place(board: Board) -> None:
    """DM6: given a card elsewhere, itself, or one waiting for approval, when a card moves before it,
    then it is unknown.
    """
    card, elsewhere = board.adds("ana", section="left"), board.adds("ana", section="right")
    pending = board.adds("kit", section="left")
    for before in (elsewhere, card, pending, "nowhere"):
        assert board.refused("ana", CardMove(card, "left", before)) == Rejected("unknown_card", {"card": before})
    board.accepted("mo", CardMove(card, "left", pending))


# -- the bin -------------------------------------------------------------------------------------------------------


def test_authors_take_back_and_restore_their_own(board: Board) -> None:
    """DM4: given a withdrawn card, when its author restores it,
    then it is there again, ballots and lineage included.
    """
    card = board.adds("ana")
    child = board.made("bo", CardRebound((card,), "extends", "more"))
    round = board.made("mo", RoundOpen("dots", 3))
    board.accepted("bo", VoteCast(round, card, 2))
    board.accepted("ana", CardWithdraw(card))
    assert board.told(Audience.PARTICIPANTS) == (CardGone(card),)
    assert board.card(child).parents == (card,)
    board.accepted("ana", CardRestore(card))
    assert board.told(Audience.PARTICIPANTS) == (
        CardChanged(board.card(card), ParticipantView("ana", "participant", "customer", "Name-of-ana")),
    )
    assert board.state.rounds[round].tallies[card] == 2


def test_what_a_moderator_removed_only_a_moderator_restores(board: Board) -> None:
    """DM4: given a removed card, when its author restores it, then it is `not_yours`; a moderator may."""
    card = board.adds("ana")
    board.accepted("mo", CardRemove(card))
    assert board.refused("ana", CardRestore(card)) == Rejected("not_yours")
    board.accepted("mia", CardRestore(card))
    assert board.card(card).state == "shown"


def test_the_bin_is_no_way_around_hiding(board: Board) -> None:
    """DM6: given a hidden card, when its author withdraws and restores it, then it is hidden still."""
    card = board.adds("ana", "rude")
    board.accepted("mo", CardHide(card))
    board.accepted("ana", CardWithdraw(card))
    board.accepted("ana", CardRestore(card))
    assert board.card(card).state == "hidden"
    (told,) = board.told(Audience.PARTICIPANTS)
    assert isinstance(told, CardChanged)
    assert told.card.text == ""


def test_the_bin_is_no_way_around_approval(board: Board) -> None:
    """DM6: given a card that waits for approval, when it is removed and restored, then it waits again."""
    card = board.adds("kit")
    board.accepted("mo", CardRemove(card))
    board.accepted("mo", CardRestore(card))
    assert board.card(card).state == "pending"
    assert board.told(Audience.PARTICIPANTS) == ()


def test_doing_it_twice_is_said_to_be_so_already(board: Board) -> None:
    """DM1: given a card in some state, when it is sent where it already is, then nothing changes."""
    card = board.adds("ana")
    said: list[tuple[str, Command, str]] = [
        ("ana", CardRestore(card), "not_in_bin"),
        ("mo", CardShow(card), "already_so"),
        ("mo", CardApprove(card), "already_so"),
    ]
    for who, command, code in said:
        assert board.refused(who, command).code == code
    board.accepted("mo", CardHide(card))
    assert board.refused("mo", CardHide(card)) == Rejected("already_so")
    board.accepted("mo", CardRemove(card))
    for who, command in (("ana", CardWithdraw(card)), ("mo", CardRemove(card)), ("mo", CardHide(card))):
        assert board.refused(who, command) == Rejected("already_so")
    board.accepted("ana", CardErase(card))
    assert board.refused("ana", CardErase(card)) == Rejected("already_so")
    assert board.refused("mo", CardRestore(card)) == Rejected("not_in_bin")


@pytest.mark.parametrize("command", [CardHide, CardShow, CardApprove, CardRemove, CardWithdraw, CardRestore, CardErase])
def test_a_card_that_never_was_is_unknown(board: Board, command: type[CardHide]) -> None:
    """DM1: given no such card, when somebody acts on it, then it is `unknown_card`."""
    assert board.refused("mo", command("nowhere")) == Rejected("unknown_card", {"card": "nowhere"})


def test_a_moderator_approves_the_words_they_have_read(board: Board) -> None:
    """DM1, DM6: given a card that waits, when its author changes it while a moderator reads, then approving what was
    read is refused with what it says now, and it goes on waiting; what it says now, or whatever it says, can be
    approved."""
    board.accepted("mo", StepSet(approve=True))
    card, other = board.adds("ana", "polite"), board.adds("ana", "whatever")
    board.accepted("ana", CardEdit(card, "rude", 1))
    assert board.refused("mo", CardApprove(card, 1)) == Rejected("stale_rev", {"card": card, "rev": 2, "text": "rude"})
    assert board.card(card).state == "pending"
    board.accepted("mo", CardApprove(card, 2))
    board.accepted("mo", CardApprove(other))
    assert {board.card(one).state for one in (card, other)} == {"shown"}
    assert board.refused("mo", CardApprove(card, 1)) == Rejected("already_so")


@pytest.mark.parametrize("beside", ["tags", "owes"])
def test_words_beside_the_text_are_read_before_they_are_approved(board: Board, beside: str) -> None:
    """DM6: given a card that waits, when its author puts a tag or thanks on it while a moderator reads, then approving
    what was read is refused; moderators are told the revision, and nobody else anything. Nor does an approval that
    comes late let in what its author has put there since it was let in."""
    first, second, third = board.adds("bo"), board.adds("bo"), board.adds("bo")
    board.accepted("mo", StepSet(approve=True))
    card = board.made("ana", CardRebound((first,), "extends", "more"))
    said = CardTag(card, ("rude",)) if beside == "tags" else ReboundLink(card, (second,), "extends", "rude")
    board.accepted("ana", said)
    assert [one.rev for one in board.told(Audience.MODERATORS) if isinstance(one, CardEdited)] == [2]
    assert board.told(Audience.PARTICIPANTS) == ()
    assert board.refused("mo", CardApprove(card, 1)).code == "stale_rev"
    board.accepted("mo", CardApprove(card, 2))
    board.accepted("mo", CardTag(card, ("kind",)))
    assert board.card(card).rev == 2, "on a card that everybody reads, tags are no revision"
    board.accepted(
        "ana", CardTag(card, ("worse",)) if beside == "tags" else ReboundLink(card, (third,), "adapts", "so")
    )
    assert (board.card(card).state, board.told(Audience.PARTICIPANTS)) == ("pending", (CardGone(card),))
    assert board.refused("mia", CardApprove(card, 2)).code == "stale_rev"
    board.accepted("mia", CardApprove(card, 3))


# -- hiding --------------------------------------------------------------------------------------------------------


def test_a_hidden_card_shows_its_back(board: Board) -> None:
    """DM6: given a rebound, when it is hidden, then others keep its place and lineage, and lose words and thanks."""
    parent = board.adds("bo")
    card = board.made("ana", CardRebound((parent,), "counters", "rude", "a rude thank you"))
    board.accepted("mo", CardHide(card))
    for audience in EVERYBODY_ELSE:
        (told,) = board.told(audience)
        assert isinstance(told, CardChanged)
        seen = told.card
        assert (seen.text, seen.owes, seen.parents, seen.verb, seen.state) == (
            "",
            UNSET,
            (parent,),
            "counters",
            "hidden",
        )
    (to_moderators,) = board.told(Audience.MODERATORS)
    assert to_moderators == CardChanged(
        board.card(card), ParticipantView("ana", "participant", "customer", "Name-of-ana")
    )
    assert yours_after(board.state, board.log[-1])["ana"].cards == (board.card(card),)


def test_an_edit_of_a_hidden_card_is_between_its_author_and_the_moderators(board: Board) -> None:
    """DM6: given a hidden card, when its author edits it, then others are told only when it is shown again."""
    card = board.adds("ana", "rude")
    board.accepted("mo", CardHide(card))
    shown_back = snapshot(board.state, Audience.PARTICIPANTS, board.names)
    board.accepted("ana", CardEdit(card, "polite", 1))
    assert board.told(Audience.PARTICIPANTS) == ()
    assert snapshot(board.state, Audience.PARTICIPANTS, board.names) == shown_back
    assert board.told(Audience.MODERATORS) == (CardEdited(card, "polite", 2, board.now_ms),)
    board.accepted("mo", CardShow(card))
    (told,) = board.told(Audience.PARTICIPANTS)
    assert isinstance(told, CardChanged)
    assert (told.card.text, told.card.rev) == ("polite", 2)


# -- kiosk ---------------------------------------------------------------------------------------------------------


def test_what_a_kiosk_writes_waits_for_approval(board: Board) -> None:
    """DM6: given a kiosk, when it adds a card,
    then moderators see it, others once it is approved, and its own screen is never told it is its own.
    """
    card = board.adds("kit", "from the branch")
    assert board.card(card).state == "pending"
    for audience in EVERYBODY_ELSE:
        assert board.told(audience) == ()
        assert not snapshot(board.state, audience, board.names).cards
    assert len(board.told(Audience.MODERATORS)) == 1
    assert yours_after(board.state, board.log[-1]) == {}
    assert yours(board.state, "kit") == Yours(board.state.seq, {}, authored=())
    assert board.refused("ana", CardRebound((card,), "extends", "more")).code == "unknown_card"
    board.accepted("mo", CardApprove(card))
    (told,) = board.told(Audience.PARTICIPANTS)
    assert isinstance(told, CardChanged)
    assert told.card == board.card(card)


# -- private writing -----------------------------------------------------------------------------------------------


def private(board: Board) -> None:
    board.accepted("mo", StepSet("Write alone", private=True))


def test_private_writing_shows_only_that_somebody_wrote(board: Board) -> None:
    """DM6: given a private step, when somebody rebounds,
    then others see a back: no words, author, lineage or thanks.
    """
    parent = board.adds("bo")
    private(board)
    card = board.made("ana", CardRebound((parent,), "extends", "secret", "thanks"))
    for audience in EVERYBODY_ELSE:
        (told,) = board.told(audience)
        assert isinstance(told, CardAdded)
        seen = told.card
        assert (seen.text, seen.author, seen.parents, seen.verb, seen.owes) == ("", None, (), UNSET, UNSET)
        assert told.author is UNSET
    assert yours_after(board.state, board.log[-1])["ana"].cards == (board.card(card),)


def test_leaving_a_private_step_reveals_in_the_same_entry(board: Board) -> None:
    """DM6: given cards written in private, when the step ends, then one entry turns all over, oldest first."""
    private(board)
    first, second = board.adds("ana", "one"), board.adds("bo", "two")
    board.accepted("mo", StepSet("Read"))
    _, told = board.told(Audience.PARTICIPANTS)
    assert isinstance(told, CardsRevealed)
    assert told.cards == (board.card(first), board.card(second))
    assert [author.name for author in told.authors] == ["Name-of-ana", "Name-of-bo"]
    assert all(card.sealed is UNSET for card in board.state.cards.values())


def test_going_from_one_private_step_to_another_reveals_nothing(board: Board) -> None:
    """DM6: given a private step, when the next is private too, then what was written stays sealed."""
    private(board)
    card = board.adds("ana")
    private(board)
    assert len(board.log[-1].events) == 1
    assert board.card(card).sealed is True


def test_a_reveal_turns_over_only_what_the_audience_may_see(board: Board) -> None:
    """DM6: given sealed cards hidden, pending, withdrawn or erased meanwhile, when all is revealed,
    then they are not.
    """
    private(board)
    hidden, withdrawn, erased, plain = (board.adds(who, f"by {who}") for who in ("ana", "bo", "cy", "sam"))
    pending = board.adds("kit", "by kit")
    board.accepted("mo", CardHide(hidden))
    board.accepted("bo", CardWithdraw(withdrawn))
    board.accepted("cy", CardErase(erased))
    assert board.told(Audience.PARTICIPANTS) == (CardGone(erased),)
    board.accepted("mo", StepSet())
    for audience in EVERYBODY_ELSE:
        told = board.told(audience)[1]
        assert isinstance(told, CardsRevealed)
        assert [(card.id, card.text) for card in told.cards] == [(hidden, ""), (plain, "by sam")]
    told = board.told(Audience.MODERATORS)[1]
    assert isinstance(told, CardsRevealed)
    assert {card.id for card in told.cards} == {hidden, withdrawn, plain, pending}
    own = yours_after(board.state, board.log[-1])
    assert own["ana"].cards == (board.card(hidden),)
    assert own["bo"].cards == (board.card(withdrawn),)


def test_approval_during_private_writing_keeps_the_seal(board: Board) -> None:
    """DM6: given a kiosk's card written in a private step, when it is approved,
    then others see its back until the reveal.
    """
    private(board)
    card = board.adds("kit", "from the branch")
    board.accepted("mo", CardApprove(card))
    (told,) = board.told(Audience.PARTICIPANTS)
    assert isinstance(told, CardChanged)
    assert (told.card.text, told.card.author) == ("", None)
    board.accepted("mo", StepSet())
    assert board.told(Audience.PARTICIPANTS)[1] == CardsRevealed(
        board.now_ms, (board.card(card),), (ParticipantView("kit", "kiosk", None, "Name-of-kit"),)
    )


def test_a_sealed_card_moves_and_changes_without_a_word(board: Board) -> None:
    """DM6: given a sealed card, when it moves or is edited, then others learn its place and nothing else."""
    private(board)
    card = board.adds("ana", "one", "left")
    board.accepted("ana", CardMove(card, "right"))
    assert board.told(Audience.PARTICIPANTS) == (CardMoved(card, "right", board.card(card).order),)
    board.accepted("ana", CardEdit(card, "two", 1))
    assert board.told(Audience.PARTICIPANTS) == ()


@pytest.mark.parametrize("who", ["ana", "sam", "mo"])
def test_a_card_that_lies_open_is_no_way_around_private_writing(board: Board, who: str) -> None:
    """DM6: given a card that everybody reads, when its author puts other words, tags or thanks on it while people write
    privately, then that waits for the reveal; a moderator, who steers, may, and without words a link is credit alone.
    """
    parent, card = board.adds("bo"), board.adds(who)
    private(board)
    board.accepted(who, ReboundLink(card, (parent,), "extends"))
    for said in (CardEdit(card, "secret", 1), CardTag(card, ("secret",)), ReboundLink(card, (parent,), "adapts", "s")):
        if who == "mo":
            board.accepted(who, said)
        else:
            assert board.refused(who, said) == Rejected("not_now", {"needs": "reveal"})
    board.accepted("mo", StepSet())
    board.accepted(who, CardEdit(card, "no secret any more", board.card(card).rev))


# -- erasure -------------------------------------------------------------------------------------------------------


def test_erasing_takes_the_words_and_leaves_place_and_lineage(board: Board) -> None:
    """LG7, DM4: given a rebound with children, when its author erases it,
    then words go and nobody else's credit breaks.
    """
    parent = board.adds("bo")
    card = board.made("ana", CardRebound((parent,), "extends", "words", "thanks"))
    child = board.made("cy", CardRebound((card,), "extends", "more"))
    board.accepted("ana", CardErase(card))
    husk = board.card(card)
    assert (husk.text, husk.owes, husk.state, husk.parents) == ("", UNSET, "erased", (parent,))
    assert board.card(child).parents == (card,)
    (told,) = board.told(Audience.PARTICIPANTS)
    assert isinstance(told, CardChanged)
    assert told.card.parents == (parent,)


@pytest.mark.parametrize("first", [CardRemove, CardHide])
def test_erasing_shows_nobody_what_they_did_not_see(board: Board, first: type[CardHide]) -> None:
    """DM6: given a card that others no longer see, when it is erased,
    then it does not come back; a hidden one stays.
    """
    card = board.adds("ana")
    board.accepted("mo", first(card))
    board.accepted("mo", CardErase(card))
    seen = {one.id for one in snapshot(board.state, Audience.PARTICIPANTS, board.names).cards}
    assert seen == ({card} if first is CardHide else set())


def test_erasing_what_waits_for_approval_shows_it_to_nobody(board: Board) -> None:
    """DM6: given a card that was never approved, when it is erased, then participants never learn that it was."""
    card = board.adds("kit")
    board.accepted("mo", CardErase(card))
    assert board.told(Audience.PARTICIPANTS) == ()
    board.accepted("mo", StepSet(private=True))
    board.accepted("mo", StepSet())
    assert not snapshot(board.state, Audience.PARTICIPANTS, board.names).cards


@pytest.mark.parametrize(
    ("who", "command"), [("mo", CardHide), ("mo", CardRemove), ("ana", CardWithdraw), ("ana", CardErase)]
)
def test_what_takes_words_back_is_known_as_such(board: Board, who: str, command: type[CardHide]) -> None:
    """DM6, LG7: given a card, when its words are taken back, then the entry says so; when they come, it does not."""
    card = board.adds("ana")
    assert not takes_back(board.log[-1])
    assert takes_back(board.accepted(who, command(card)))
    if command is CardHide:
        assert not takes_back(board.accepted("mo", CardShow(card)))


# -- folding -------------------------------------------------------------------------------------------------------


def test_an_event_about_what_is_not_there_changes_nothing(board: Board) -> None:
    """DM2: given entries of another board, when they are folded onto an empty one, then only their numbers count."""
    other = Board()
    card = other.adds("ana")
    at = len(other.log)
    other.accepted("ana", CardEdit(card, "two", 1))
    other.accepted("ana", CardMove(card, "right"))
    other.accepted("mo", CardHide(card))
    other.accepted("ana", CardErase(card))
    state = board.state
    for entry in other.log[at:]:
        state = fold_entry(state, entry)
    assert (state.cards, state.before_bin) == (board.state.cards, board.state.before_bin)


def test_own_cards_are_told_whole_to_their_author_only(board: Board) -> None:
    """DM6: given hidden and shown cards, when somebody connects,
    then they get their hidden ones and a list of theirs.
    """
    hidden, shown = board.adds("ana", "one"), board.adds("ana", "two")
    board.accepted("mo", CardHide(hidden))
    mine = yours(board.state, "ana")
    assert mine.cards == (board.card(hidden),)
    assert mine.authored == (hidden, shown)
    assert yours(board.state, "bo").cards == ()
    assert yours(board.state, "ghost").authored == ()


def test_what_somebody_wrote_follows_the_state_and_outlives_no_card() -> None:
    """LG7. Given two people's cards, when one more is written, one is erased and all of them are let go, then what each
    wrote is what the state asked says, in the order of the board, and nothing else keeps a card."""
    board = Board()
    first, other, second = board.adds("ana", "one"), board.adds("bo", "two"), board.adds("ana", "three")
    before = board.state
    assert [card.id for card in cards.written_by(before, "ana")] == [first, second]
    board.accepted("ana", CardErase(first))
    assert [card.text for card in cards.written_by(board.state, "ana")] == ["", "three"]
    assert [card.text for card in cards.written_by(before, "ana")] == ["one", "three"]
    assert [card.id for card in cards.written_by(board.state, "bo")] == [other]
    assert cards.written_by(board.state, "nobody") == []
    assert cards.written_by(before, "bo") == [before.cards[other]]
    kept = ref(before.cards)
    del before
    assert kept() is None
