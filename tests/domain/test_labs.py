"""Stages, the window, opinions of passers-by, and what goes home with somebody: DM4, DM5, DM6, DM7, LG7."""

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from rebond.domain.cards import Audience
from rebond.domain.opinions import MARKS
from rebond.domain.project import Counted, Tally, snapshot, yours, yours_after
from rebond_protocol import limits
from rebond_protocol.cards import (
    CardAdd,
    CardApprove,
    CardChanged,
    CardClaim,
    CardErase,
    CardHide,
    CardRemove,
    CardShow,
)
from rebond_protocol.errors import Rejected
from rebond_protocol.labs import (
    KioskReseat,
    KioskSeatsChanged,
    KioskSet,
    KioskSettings,
    LabLink,
    LabLinked,
    LabUnlink,
)
from rebond_protocol.opinions import OpinionGive, OpinionMark, OpinionsCounted
from rebond_protocol.people import ParticipantRemove
from rebond_protocol.rebounds import CardRebound
from rebond_protocol.stages import CardShowcase, CardShowcased, CardStage, CardUnstage, HistoryTold, Showcase, Staged
from rebond_protocol.steps import StepSet
from rebond_protocol.talk import CommentAdd, CommentApprove, CommentChanged, CommentClaim
from tests.domain.played import Board

A_PICTURE = "0" * 64
SEEN_BY_ALL = (Audience.PARTICIPANTS, Audience.DISPLAYS, Audience.MODERATORS)
NOT_STEERING = (Audience.PARTICIPANTS, Audience.DISPLAYS)


@pytest.fixture
def board() -> Board:
    """A board that has begun."""
    return Board()


def counted(board: Board, audience: Audience) -> tuple[object, ...]:
    """What this audience is told of the last entry's ballots."""
    tally = Tally()
    for event in board.log[-1].events:
        assert isinstance(event, Counted)
        tally.note(event)
    return tally.told(board.state, audience, board.before())


# -- stages and the window -----------------------------------------------------------------------------------------


def test_a_card_has_the_history_of_its_stages(board: Board) -> None:
    """DM2: given a card, when a moderator says how far it is and what was learnt, then its history grows line by line,
    the same for everybody who reads the card, and a stage without news is refused."""
    card = board.adds("ana")
    assert board.refused("mo", CardStage(card, "idea")) == Rejected("already_so")
    board.accepted("mo", CardStage(card, "test", "  Twelve shops try it. "))
    board.accepted("mo", CardStage(card, "stopped", "Nobody came twice."))
    history = (
        Staged("test", board.log[-2].at_ms, "Twelve shops try it."),
        Staged("stopped", board.now_ms, "Nobody came twice."),
    )
    assert board.state.stages[card] == history
    for audience in SEEN_BY_ALL:
        assert board.told(audience) == (HistoryTold(card, history),)
        assert snapshot(board.state, audience, board.names).stages == {card: history}
    assert board.refused("mo", CardStage(card, "stopped")) == Rejected("already_so")
    assert board.refused("ana", CardStage(card, "live")) == Rejected("forbidden")


def test_a_history_has_an_end(board: Board) -> None:
    """Given a card with as many lines as it may have, when one more is said, then it is refused with the limit."""
    card = board.adds("ana")
    for line in range(limits.STAGES_PER_CARD):
        board.accepted("mo", CardStage(card, "test", f"week {line}"))
    assert board.refused("mo", CardStage(card, "live")) == Rejected(
        "board_full", {"max_stages": limits.STAGES_PER_CARD}
    )


def test_the_last_line_of_a_history_can_be_taken_back(board: Board) -> None:
    """DM2: given a card's history, when a moderator takes back the line they have just said, then it ends as before, to
    everybody; not where another moderator has said one since, nor twice; and without a line the card is an idea."""
    card = board.adds("ana")
    board.accepted("mo", CardStage(card, "test"))
    first = board.now_ms
    board.accepted("mia", CardStage(card, "stopped", "Nobody came."))
    second = board.now_ms
    assert board.refused("mo", CardUnstage(card, first)) == Rejected(
        "stale_rev", {"card": card, "stage": "stopped", "at_ms": second}
    )
    board.accepted("mia", CardUnstage(card, second))
    for audience in SEEN_BY_ALL:
        assert board.told(audience) == (HistoryTold(card, (Staged("test", first),)),)
    assert board.refused("mia", CardUnstage(card, second)) == Rejected("already_so")
    board.accepted("mo", CardUnstage(card, first))
    for audience in SEEN_BY_ALL:
        assert board.told(audience) == (HistoryTold(card, ()),)
        assert snapshot(board.state, audience, board.names).stages == {}
    assert board.refused("mo", CardStage(card, "idea")) == Rejected("already_so")
    assert board.refused("mo", CardUnstage("nowhere", first)) == Rejected("unknown_card", {"card": "nowhere"})
    assert board.refused("ana", CardUnstage(card, first)) == Rejected("forbidden")


def test_a_picture_in_the_window_says_what_it_shows(board: Board) -> None:
    """Given a showcase with a picture, when it says in no words what is to be seen, then it is refused (WCAG 1.1.1)."""
    card = board.adds("ana")
    silent = Showcase(picture=A_PICTURE, alternative="  ")
    assert board.refused("mo", CardShowcase(card, silent)).details == {"field": "command.showcase.alternative"}
    board.accepted("mo", CardShowcase(card, Showcase("stars", " Would you use it? ", A_PICTURE, "A bench in the sun")))
    shown = Showcase("stars", "Would you use it?", A_PICTURE, "A bench in the sun")
    assert dict(board.state.showcases) == {card: shown}
    assert board.refused("mo", CardShowcase(card, shown)) == Rejected("already_so")
    board.accepted("mo", CardShowcase(card))
    assert board.told(Audience.PARTICIPANTS) == (CardShowcased(card, None),)
    assert board.refused("mo", CardShowcase(card)) == Rejected("already_so")


def test_nothing_stands_in_the_window_that_nobody_may_see(board: Board) -> None:
    """DM6: given a card that waits, is sealed or is hidden, when a moderator would show it, then it is refused."""
    waits = board.adds("kit")
    assert board.refused("mo", CardShowcase(waits, Showcase())).code == "card_hidden"
    board.accepted("mo", StepSet("Alone", private=True))
    assert board.refused("mo", CardShowcase(board.adds("ana"), Showcase())).code == "card_hidden"


def test_what_is_said_of_a_card_goes_where_its_face_goes(board: Board) -> None:
    """DM6: given a card in the window, when it is hidden, then stages, showcase and opinions are taken back from
    whoever no longer reads it, and come back with it; moderators go on seeing them."""
    card = board.adds("ana")
    board.accepted("mo", CardStage(card, "test", "so far"))
    board.accepted("mo", CardShowcase(card, Showcase()))
    board.accepted("kit", OpinionGive(card, "agree"))
    board.accepted("mo", CardHide(card))
    for audience in NOT_STEERING:
        told = board.told(audience)
        assert {HistoryTold(card, ()), CardShowcased(card, None)} <= set(told[1:3])
        assert OpinionsCounted({card: {}}) in told
        view = snapshot(board.state, audience, board.names)
        assert (view.stages, view.showcases, view.opinions) == ({}, {}, {})
    assert not [one for one in board.told(Audience.MODERATORS) if not isinstance(one, CardChanged)]
    board.accepted("mo", CardShow(card))
    for audience in NOT_STEERING:
        told = board.told(audience)
        assert HistoryTold(card, board.state.stages[card]) in told
        assert CardShowcased(card, Showcase()) in told
        assert OpinionsCounted({card: {"agree": 1}}) in told


def test_what_was_said_of_a_card_is_erased_with_it(board: Board) -> None:
    """LG7: given a card with notes and a question, when it is erased, then the state has none of them left."""
    card = board.adds("ana")
    board.accepted("mo", CardStage(card, "test", "a note"))
    board.accepted("mo", CardShowcase(card, Showcase(question="a question")))
    board.accepted("ana", CardErase(card))
    assert (len(board.state.stages), len(board.state.showcases)) == (0, 0)


# -- opinions ------------------------------------------------------------------------------------------------------


def test_opinions_are_counted_by_device_and_told_as_numbers(board: Board) -> None:
    """DM7: given a kiosk, when visitors say what they think, then everybody is told one number a card, and no vote and
    nobody's ballots know of it."""
    card = board.adds("ana")
    for mark in ("agree", "agree", "disagree", *MARKS):
        board.accepted("kit", OpinionGive(card, mark))
    wanted: dict[OpinionMark, int] = {**dict.fromkeys(MARKS, 1), "agree": 3, "disagree": 2}
    for audience in SEEN_BY_ALL:
        assert board.told(audience) == (), "the opinion itself leaves nowhere"
        assert counted(board, audience) == (OpinionsCounted({card: wanted}),)
        assert snapshot(board.state, audience, board.names).opinions == {card: wanted}
    assert set(board.state.opinions[card]) == {"kit"}
    assert snapshot(board.state, Audience.MODERATORS, board.names).rounds == ()


@pytest.mark.parametrize("who", ["ana", "sam", "mo", "wall"])
def test_only_a_kiosk_gives_opinions(board: Board, who: str) -> None:
    """DM3: given somebody who has a vote of their own, when they give an opinion as well, then it is refused."""
    card = board.adds("ana")
    assert board.refused(who, OpinionGive(card, "agree")) == Rejected("forbidden")


def test_no_opinion_of_what_nobody_sees(board: Board) -> None:
    """DM6: given a card that waits, and one in the bin, when a kiosk has an opinion of them, then it learns nothing."""
    waits, gone = board.adds("kit"), board.adds("ana")
    board.accepted("mo", CardRemove(gone))
    assert board.refused("kit", OpinionGive(gone, "agree")).code == "unknown_card"
    assert board.refused("kit", OpinionGive(waits, "agree")).code == "card_hidden"


# -- what goes home ------------------------------------------------------------------------------------------------


def test_what_was_written_at_a_kiosk_goes_home_once(board: Board) -> None:
    """DM4: given a card written at a kiosk, when two people would take it home, then the first has it, with its place
    in the moderators' queue, and the other is told so and nothing else."""
    card = board.adds("kit", "more benches")
    board.accepted(None, CardClaim(card, "ana"))
    assert board.card(card).author == "ana"
    assert board.card(card).state == "pending"
    assert yours_after(board.state, board.log[-1])["ana"].cards == (board.card(card),)
    assert yours(board.state, "ana").authored == (card,)
    (told,) = board.told(Audience.MODERATORS)
    assert isinstance(told, CardChanged)
    assert told.author is not UNSET
    assert told.author.name == "Name-of-ana"
    assert [board.told(audience) for audience in NOT_STEERING] == [(), ()]
    assert board.refused(None, CardClaim(card, "bo")) == Rejected("handoff_used")
    assert board.refused(None, CardClaim(card, "ana")) == Rejected("already_so")
    assert board.state.participants["ana"].cards == 1


def test_a_comment_goes_home_as_well(board: Board) -> None:
    """DM4: given a comment made at a kiosk and approved, when it is taken home, then it has its author's name."""
    card = board.adds("ana")
    comment = board.made("kit", CommentAdd(card, "here too"))
    board.accepted("mo", CommentApprove(comment))
    board.accepted(None, CommentClaim(comment, "bo"))
    for audience in SEEN_BY_ALL:
        (told,) = board.told(audience)
        assert isinstance(told, CommentChanged)
        assert told.author is not UNSET
        assert told.author.name == "Name-of-bo"
    assert board.refused(None, CommentClaim(comment, "cy")) == Rejected("handoff_used")


@pytest.mark.parametrize(
    ("whose", "who", "code"),
    [
        ("ana", "bo", "handoff_used"),
        ("kit", "ghost", "unknown_participant"),
        ("kit", "wall", "forbidden"),
        ("kit", "kit", "forbidden"),
    ],
)
def test_nobody_takes_home_what_is_somebody_elses(board: Board, whose: str, who: str, code: str) -> None:
    """DM4: given a card with an author, when somebody else would take it home, then it stays where it is."""
    card = board.adds(whose)
    assert board.refused(None, CardClaim(card, who)).code == code
    assert board.refused(None, CardClaim("nowhere", "ana")).code == "unknown_card"
    assert board.refused(None, CommentClaim("nowhere", "ana")).code == "unknown_comment"


def test_on_an_anonymous_board_going_home_is_seen_by_nobody() -> None:
    """DM5: given an anonymous board, when an approved card goes home, then no screen is told anything but its owner."""
    board = Board(anonymous=True)
    card = board.adds("kit")
    board.accepted("mo", CardApprove(card))
    board.accepted(None, CardClaim(card, "ana"))
    assert [board.told(audience) for audience in SEEN_BY_ALL] == [(), (), ()]
    assert yours(board.state, "ana").authored == (card,)


def test_nothing_is_a_kiosks_own(board: Board) -> None:
    """DM6: given a kiosk at which people wrote, when the next visitor's page asks for what is its own, then there is
    nothing: neither cards nor comments."""
    card = board.adds("ana")
    for text in ("one", "two"):
        board.accepted("kit", CommentAdd(card, text))
        assert yours_after(board.state, board.log[-1]) == {}
    board.adds("kit")
    mine = yours(board.state, "kit")
    assert (mine.cards, mine.comments, mine.authored) == ((), UNSET, ())


# -- the lab -------------------------------------------------------------------------------------------------------


def test_a_lab_has_other_boards_in_it_each_once(board: Board) -> None:
    """Given a lab, when boards come and go, then everybody is told, each is there once, and a lab is not in itself."""
    board.accepted(None, LabLink("b2"))
    assert board.told(Audience.PARTICIPANTS) == (LabLinked("b2", board.now_ms),)
    board.accepted(None, LabLink("b3"))
    assert board.refused(None, LabLink("b2")) == board.refused(None, LabLink("b1")) == Rejected("already_so")
    board.accepted(None, LabUnlink("b2"))
    assert snapshot(board.state, Audience.PARTICIPANTS, board.names).lab == ("b3",)
    assert board.refused(None, LabUnlink("b2")) == Rejected("already_so")
    for place in range(limits.BOARDS_PER_LAB - 1):
        board.accepted(None, LabLink(f"more{place}"))
    assert board.refused(None, LabLink("too-many")).code == "board_full"


def test_moderators_say_how_kiosks_behave(board: Board) -> None:
    """Given a lab, when a moderator gives its kiosks more patience, then that is in every snapshot."""
    board.accepted("mo", KioskSet(KioskSettings(120, "azerty")))
    assert snapshot(board.state, Audience.PARTICIPANTS, board.names).kiosk == KioskSettings(120, "azerty")
    assert board.refused("mo", KioskSet(KioskSettings(120, "azerty"))) == Rejected("already_so")


def test_of_two_who_set_kiosks_at_once_the_second_is_told_what_the_first_set(board: Board) -> None:
    """LG1: given two moderators who saw the same settings, when both change them, then the second is refused with those
    of the first, which stand, and may decide on them; who wanted the same has it so."""
    seen = board.state.kiosk
    board.accepted("mo", KioskSet(KioskSettings(120), seen))
    assert board.refused("mia", KioskSet(KioskSettings(60, "azerty"), seen)) == Rejected(
        "stale_rev", {"idle_s": 120, "keyboard": None}
    )
    assert board.state.kiosk == KioskSettings(120)
    assert board.refused("mia", KioskSet(KioskSettings(120), seen)) == Rejected("already_so")
    board.accepted("mia", KioskSet(KioskSettings(120, "azerty"), KioskSettings(120)))
    assert board.state.kiosk == KioskSettings(120, "azerty")


@pytest.mark.parametrize("anonymous", [False, True])
def test_kiosks_are_told_to_ask_for_their_seats(anonymous: bool) -> None:
    """DM5, LG7: given a kiosk that was given another name or PIN, when the server has kiosks ask for their seats, then
    they are told so and not which it is, and the board is as it was; nobody else may say it."""
    board = Board(anonymous=anonymous)
    before = board.state
    board.accepted(None, KioskReseat())
    assert board.told(Audience.PARTICIPANTS) == (KioskSeatsChanged(),)
    assert replace(board.state, seq=before.seq) == before
    for who in ("mo", "kit", "ana"):
        assert board.refused(who, KioskReseat()) == Rejected("forbidden")


def test_a_kiosk_that_was_revoked_says_nothing_more(board: Board) -> None:
    """DM3: given a kiosk that a moderator removed, when it says anything, then it is refused."""
    card = board.adds("ana")
    board.accepted("mo", ParticipantRemove("kit"))
    assert board.refused("kit", OpinionGive(card, "agree")) == Rejected("removed")


def test_a_text_keeps_its_language(board: Board) -> None:
    """Given a text whose screen said in which language it is, when it is read, then it says so; erased, not.

    WCAG 3.1.2.
    """
    card = board.made("ana", CardAdd("plus de bancs", lang="fr"))
    rebound = board.made("bo", CardRebound((card,), "extends", "and trees", lang="en"))
    comment = board.made("bo", CommentAdd(card, "oui", lang="fr"))
    assert (board.card(card).lang, board.card(rebound).lang) == ("fr", "en")
    assert board.state.comments[comment].lang == "fr"
    assert board.card(board.adds("ana")).lang is UNSET
    board.accepted("ana", CardErase(card))
    assert board.card(card).lang is UNSET
