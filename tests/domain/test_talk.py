"""Talk: comments are seen, and taken back, with their card; reactions are counted and nobody's (DM6, DM7, LG7)."""

from typing import Any

import pytest

from rebond.domain.cards import Audience
from rebond.domain.project import Tally, erases, snapshot, takes_back, yours, yours_after
from rebond.domain.state import read_state, state_bytes
from rebond_protocol import limits
from rebond_protocol.cards import CardErase, CardHide, CardRemove, CardRestore, CardShow, CardWithdraw
from rebond_protocol.commands import ClientCommand
from rebond_protocol.errors import Rejected
from rebond_protocol.frames import Yours
from rebond_protocol.people import ParticipantMute
from rebond_protocol.steps import StepSet
from rebond_protocol.talk import (
    Comment,
    CommentAdd,
    CommentAdded,
    CommentApprove,
    CommentChanged,
    CommentErase,
    CommentGone,
    CommentRemove,
    CommentRestore,
    CommentWithdraw,
    Reaction,
    ReactionGiven,
    ReactionsCounted,
    ReactionSet,
)
from tests.domain.played import Board

OTHERS = (Audience.PARTICIPANTS, Audience.DISPLAYS)


def talked(*, anonymous: bool = False) -> tuple[Board, str, str]:
    """Given a card by ana and a comment on it by bo."""
    board = Board(anonymous=anonymous)
    card = board.adds("ana")
    return board, card, board.made("bo", CommentAdd(card, " So true. "))


def seen(board: Board, audience: Audience) -> tuple[Comment, ...]:
    """The comments in this audience's snapshot."""
    return snapshot(board.state, audience, board.names).comments


def own(board: Board, person: str) -> tuple[Comment, ...]:
    """The comments that only this person is told of."""
    said = yours(board.state, person).comments
    return said if said else ()


def test_a_comment_is_told_with_its_author_to_everybody() -> None:
    """Given a card, when somebody says something about it, then every audience is told what and who."""
    board, card, comment = talked()
    said = Comment(comment, card, "So true.", "bo", board.now_ms)
    for audience in Audience:
        (told,) = board.told(audience)
        assert isinstance(told, CommentAdded)
        assert told.comment == said
        assert told.author
        assert told.author.name == "Name-of-bo"
        assert seen(board, audience) == (said,)
        assert "bo" in {person.participant for person in snapshot(board.state, audience, board.names).participants}
    assert own(board, "bo") == ()


def test_on_an_anonymous_board_nobody_said_it_but_oneself() -> None:
    """DM5: given an anonymous board, when bo comments, then nobody is told that it was bo; bo is."""
    board, _, _ = talked(anonymous=True)
    for audience in Audience:
        assert "bo" not in str((board.told(audience), seen(board, audience)))
    assert [one.author for one in own(board, "bo")] == ["bo"]


@pytest.mark.parametrize(
    ("away", "back", "who"),
    [(CardHide, CardShow, "mo"), (CardRemove, CardRestore, "mo"), (CardWithdraw, CardRestore, "ana")],
    ids=["hidden", "removed", "withdrawn"],
)
def test_a_card_that_is_turned_over_takes_its_talk_with_it(away: Any, back: Any, who: str) -> None:
    """DM6: given a card with talk, when it is hidden, then comments and counts are taken back; shown, they come back.

    Whoever said it keeps their own words; moderators see all of it all the time.
    """
    board, card, comment = talked()
    board.accepted("cy", ReactionSet(card, "heart"))
    assert takes_back(board.accepted(who, away(card)))
    for audience in OTHERS:
        told = board.told(audience)
        assert CommentGone(comment) in told
        assert ReactionsCounted({card: {}}) in told
        view = snapshot(board.state, audience, board.names)
        assert (view.comments, view.reactions) == ((), {})
    assert len(seen(board, Audience.MODERATORS)) == 1
    assert snapshot(board.state, Audience.MODERATORS, board.names).reactions == {card: {"heart": 1}}
    assert [one.id for one in own(board, "bo")] == [comment]
    board.accepted(who, back(card))
    for audience in OTHERS:
        told = board.told(audience)
        assert [one.comment.id for one in told if isinstance(one, CommentChanged)] == [comment]
        assert ReactionsCounted({card: {"heart": 1}}) in told
        assert len(seen(board, audience)) == 1


def test_of_an_erased_card_nobody_reads_what_was_said() -> None:
    """LG7: given an erased card, then what was said about it is gone with its face, for moderators too."""
    board, card, comment = talked()
    board.accepted("mo", CardErase(card))
    for audience in Audience:
        assert CommentGone(comment) in board.told(audience)
        assert not seen(board, audience)


def test_who_erases_a_card_erases_what_others_said_only_where_they_steer() -> None:
    """LG7, DM4: given a card with a comment in sight and one in the bin, when its author erases it, then what others
    said is still theirs; when a moderator does, once more even, then none of it is left, and each hears of theirs."""
    board, card, comment = talked()
    binned = board.made("cy", CommentAdd(card, "or not"))
    board.accepted("cy", CommentWithdraw(binned))
    board.accepted("ana", CardErase(card))
    assert [one.text for one in own(board, "bo")] == ["So true."]
    husk = board.card(card)
    entry = board.accepted("mo", CardErase(card))
    assert erases(entry)
    assert board.card(card) == husk
    assert {board.state.comments[one].text for one in (comment, binned)} == {""}
    assert not board.state.before_bin
    told = yours_after(board.state, entry)
    assert {who: [one.state for one in mine.comments] for who, mine in told.items() if mine.comments} == {
        "bo": ["erased"], "cy": ["erased"],
    }  # fmt: skip
    assert board.refused("mo", CardErase(card)) == Rejected("already_so")
    assert board.refused("ana", CardErase(card)) == Rejected("already_so")


def test_the_bin_of_comments_gives_back_what_was_and_approves_nothing() -> None:
    """Given a comment that waits, when it is removed and restored, then it waits again; only authors and moderators."""
    board, card, _ = talked()
    board.accepted("mo", StepSet(approve=True))
    waits = board.made("cy", CommentAdd(card, "may I?"))
    assert board.state.comments[waits].state == "pending"
    assert not board.told(Audience.PARTICIPANTS)
    assert [one.id for one in own(board, "cy")] == [waits]
    assert waits in str(board.told(Audience.MODERATORS))
    board.accepted("cy", CommentWithdraw(waits))
    assert board.refused("ana", CommentRestore(waits)).code == "unknown_comment", "of it ana knows nothing"
    board.accepted("cy", CommentRestore(waits))
    assert board.state.comments[waits].state == "pending"
    board.accepted("mo", CommentRemove(waits))
    assert board.refused("cy", CommentRestore(waits)).code == "not_yours"
    board.accepted("mo", CommentRestore(waits))
    board.accepted("mo", CommentApprove(waits))
    assert board.refused("mo", CommentApprove(waits)).code == "already_so"
    assert waits in {one.id for one in seen(board, Audience.PARTICIPANTS)}
    assert waits not in board.state.before_bin


def test_whose_words_wait_where() -> None:
    """DM3: given a step that approves, then participants wait and staff and moderators do not; a kiosk always waits."""
    board, card, _ = talked()

    def state_of(who: str) -> str:
        said = board.made(who, CommentAdd(card, "so"))
        return board.state.comments[said].state

    assert (state_of("ana"), state_of("kit")) == ("shown", "pending")
    board.accepted("mo", StepSet(approve=True))
    assert [state_of(who) for who in ("ana", "sam", "mo", "kit")] == ["pending", "shown", "shown", "pending"]


def test_a_comment_is_taken_back_from_all_but_its_author() -> None:
    """DM6: given a comment, when it is withdrawn or removed, then others lose it and its author still has it."""
    board, _, comment = talked()
    entry = board.accepted("bo", CommentWithdraw(comment))
    assert takes_back(entry)
    assert board.told(Audience.PARTICIPANTS) == (CommentGone(comment),)
    kept = yours_after(board.state, entry)["bo"].comments
    assert [(one.text, one.state) for one in kept or ()] == [("So true.", "withdrawn")]
    assert board.refused("bo", CommentWithdraw(comment)).code == "already_so"
    assert board.refused("cy", CommentWithdraw(comment)).code == "unknown_comment"
    assert [one.state for one in seen(board, Audience.MODERATORS)] == ["withdrawn"]


def test_erased_words_are_nowhere() -> None:
    """LG7: given a comment, when its author or a moderator erases it, then its words are gone, and the log compacts."""
    board, _, comment = talked()
    assert board.refused("cy", CommentErase(comment)).code == "not_yours"
    entry = board.accepted("bo", CommentErase(comment))
    assert erases(entry)
    assert takes_back(entry)
    assert b"So true" not in state_bytes(board.state)
    assert read_state(state_bytes(board.state)) == board.state
    for audience in Audience:
        assert board.told(audience) == (CommentGone(comment),)
        assert not seen(board, audience)
    assert board.refused("bo", CommentErase(comment)).code == "already_so"
    assert board.refused("mo", CommentRestore(comment)).code == "not_in_bin"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (CommentAdd("n10", " "), "text_empty"),
        (CommentAdd("n10", "x" * (limits.COMMENT_CHARS + 1)), "text_too_long"),
        (CommentAdd("none", "so"), "unknown_card"),
        (ReactionSet("none", "heart"), "unknown_card"),
        (CommentErase("none"), "unknown_comment"),
    ],
)
def test_what_cannot_be_said_is_refused(command: ClientCommand, code: str) -> None:
    """DM1: given nothing to say, or nothing to say it about, then the answer says so."""
    board, card, _ = talked()
    assert card == "n10"
    assert board.refused("ana", command).code == code


def test_nobody_talks_about_what_not_everybody_sees_nor_while_all_write_alone() -> None:
    """DM6: given a hidden card, or private writing, when somebody comments, then it is refused: it would tell."""
    board, card, _ = talked()
    board.accepted("mo", CardHide(card))
    for who in ("ana", "mo"):
        assert board.refused(who, CommentAdd(card, "so")).code == "card_hidden"
        assert board.refused(who, ReactionSet(card, "heart")).code == "card_hidden"
    board.accepted("mo", CardShow(card))
    board.accepted("mo", StepSet(private=True))
    assert board.refused("ana", CommentAdd(card, "so")) == Rejected("not_now", {"needs": "comment"})
    board.accepted("mo", CommentAdd(card, "think of this, too"))


def test_who_is_muted_says_nothing() -> None:
    """Given somebody muted, when they comment or react, then it is refused; what they said they may take back."""
    board, card, comment = talked()
    board.accepted("mo", ParticipantMute("bo"))
    assert board.refused("bo", CommentAdd(card, "so")).code == "muted"
    board.accepted("bo", CommentWithdraw(comment))


# -- reactions -----------------------------------------------------------------------------------------------------


def test_dm7_reactions_leave_as_counts_and_come_back_as_ones_own() -> None:
    """DM7: given reactions, then the log has whose they are, others their numbers, and each person their own."""
    board, card, _ = talked()
    tally = Tally()
    given: tuple[tuple[str, Reaction], ...] = (("bo", "heart"), ("cy", "heart"), ("sam", "spark"), ("bo", "laugh"))
    for who, reaction in given:
        entry = board.accepted(who, ReactionSet(card, reaction))
        (event,) = entry.events
        assert isinstance(event, ReactionGiven)
        tally.note(event)
        assert all(board.told(audience) == () for audience in Audience)
    for audience in Audience:
        (told,) = tally.told(board.state, audience)
        counts: dict[Reaction, int] = {"heart": 1, "spark": 1, "laugh": 1}
        assert told == ReactionsCounted({card: counts})
        assert snapshot(board.state, audience, board.names).reactions == {card: counts}
    assert yours(board.state, "bo").reactions == {card: "laugh"}
    taken_back = board.accepted("bo", ReactionSet(card))
    assert yours_after(board.state, taken_back) == {
        "bo": Yours(board.state.seq, {}, reactions={card: None}),
    }
    assert board.refused("bo", ReactionSet(card)).code == "already_so"


def test_a_last_reaction_taken_back_before_its_card_is_hidden_is_on_no_screen() -> None:
    """DM6, DM7. Given a card with a reaction, when that is taken back and the card hidden before either is told, then
    everybody who saw it is told that there is none; who did not know the card is told nothing."""
    board, card, _ = talked()
    board.accepted("bo", ReactionSet(card, "heart"))
    before = board.state
    tally = Tally()
    (event,) = board.accepted("bo", ReactionSet(card)).events
    assert isinstance(event, ReactionGiven)
    tally.note(event)
    board.accepted("mo", CardHide(card))
    assert tally.told(board.state, Audience.PARTICIPANTS, before) == (ReactionsCounted({card: {}}),)
    assert tally.told(board.state, Audience.PARTICIPANTS) == ()


def test_a_reaction_to_a_card_that_was_hidden_since_can_be_taken_back() -> None:
    """Given a reaction to a card that is hidden now, when it is taken back, then it is, and nobody else is told."""
    board, card, _ = talked()
    board.accepted("bo", ReactionSet(card, "heart"))
    assert board.refused("bo", ReactionSet(card, "heart")).code == "already_so"
    board.accepted("mo", CardHide(card))
    entry = board.accepted("bo", ReactionSet(card))
    tally = Tally()
    (event,) = entry.events
    assert isinstance(event, ReactionGiven)
    tally.note(event)
    assert tally.told(board.state, Audience.PARTICIPANTS) == ()
    assert not board.state.reactions
