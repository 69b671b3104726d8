"""Attention: hands, the prompt, the spotlight, and a wall that is hidden from the server on (DM1, DM5, DM6)."""

from typing import Any

import pytest
from msgspec import UNSET

from rebond.domain.cards import Audience
from rebond.domain.project import ON_A_HIDDEN_WALL, PROJECTIONS, snapshot, starts_over, takes_back
from rebond_protocol import limits
from rebond_protocol.attention import (
    Hand,
    HandLower,
    HandLowered,
    HandRaise,
    Relaunch,
    Relaunched,
    RelaunchEnd,
    RelaunchSend,
    Spotlight,
    SpotlightSet,
    SpotlightTurned,
    WallHide,
    WallShow,
    WallTurned,
)
from rebond_protocol.cards import CardHide, CardRestore, CardShow, CardWithdraw
from rebond_protocol.codec import Format, encode
from rebond_protocol.errors import Rejected
from rebond_protocol.groups import GroupDissolve, GroupMake
from rebond_protocol.people import ParticipantRemove
from rebond_protocol.rounds import RoundClose, RoundOpen, VoteCast
from rebond_protocol.steps import StepAdd, StepChanged, StepGo, StepSet, StepSettings
from rebond_protocol.talk import CommentAdd, ReactionSet
from tests.domain.played import Board

# -- hands ---------------------------------------------------------------------------------------------------------


def test_hands_stand_in_the_order_they_went_up() -> None:
    """Given hands, when people raise and lower theirs, then whoever waits longest is first."""
    board = Board()
    for who in ("bo", "ana", "cy"):
        board.accepted(who, HandRaise())
    assert board.refused("ana", HandRaise()) == Rejected("already_so")
    board.accepted("bo", HandLower())
    board.accepted("bo", HandRaise())
    assert [hand.participant for hand in board.state.hands] == ["ana", "cy", "bo"]
    assert snapshot(board.state, Audience.PARTICIPANTS, {}).hands == board.state.hands
    assert board.refused("sam", HandLower()) == Rejected("already_so")


def test_only_moderators_lower_somebody_elses_hand() -> None:
    """DM3: given a hand, when another participant lowers it, then it is refused; a moderator may, and all are told."""
    board = Board()
    board.accepted("bo", HandRaise())
    assert board.refused("ana", HandLower("bo")) == Rejected("not_yours")
    board.accepted("mo", HandLower("bo"))
    for audience in Audience:
        assert board.told(audience) == (HandLowered("bo"),)
    assert board.refused("mo", HandLower("bo")) == Rejected("already_so")


def test_who_is_removed_waits_to_speak_no_more() -> None:
    """Given a hand that is up, when its owner is removed, then it goes down for everybody."""
    board = Board()
    board.accepted("bo", HandRaise())
    board.accepted("mo", ParticipantRemove("bo"))
    assert board.state.hands == ()
    for audience in Audience:
        assert HandLowered("bo") in board.told(audience)


def test_on_an_anonymous_board_a_hand_says_no_name() -> None:
    """DM5: given an anonymous board, when a hand goes up, then it bears a pseudonym that stands on no card there."""
    board = Board(anonymous=True)
    board.adds("bo")
    board.accepted("bo", HandRaise())
    view = snapshot(board.state, Audience.MODERATORS, board.names)
    assert view.hands == (Hand("bo", board.now_ms),)
    assert [card.author for card in view.cards] == [None]
    assert "Name-of" not in str(view)


# -- relaunch ------------------------------------------------------------------------------------------------------


def test_a_prompt_goes_to_everybody_or_to_a_segment_the_board_names() -> None:
    """DM1: given a board's segments, when a prompt is for one that is none of them, then the answer names them."""
    board = Board()
    prompt = board.made("mo", RelaunchSend(" And then? ", "customer", "unseen"))
    assert board.state.relaunch == Relaunch(prompt, "And then?", "customer", "unseen", board.now_ms)
    for audience in Audience:
        assert board.told(audience) == (Relaunched(board.state.relaunch),)
        assert snapshot(board.state, audience, {}).relaunch == board.state.relaunch
    assert board.refused("mo", RelaunchSend("x", "martian")).details == {
        "field": "segment", "one_of": ["customer", "employee"],
    }  # fmt: skip
    assert board.refused("mo", RelaunchSend("x" * (limits.RELAUNCH_CHARS + 1))).code == "text_too_long"
    assert board.refused("ana", RelaunchSend("x")).code == "forbidden"
    board.accepted("mo", RelaunchEnd())
    assert board.refused("mo", RelaunchEnd()) == Rejected("already_so")


def test_a_prompt_ends_with_its_step_and_not_with_its_settings() -> None:
    """Given a prompt, when the step's settings change it stays; when the board goes to another step it ends."""
    board = Board()
    next = board.made("mo", StepAdd(StepSettings("later")))
    board.accepted("mo", RelaunchSend("And then?"))
    board.accepted("mo", StepSet("the same step, other words"))
    assert board.state.relaunch is not None
    board.accepted("mo", StepGo(next))
    assert board.state.relaunch is None
    assert Relaunched(None) in board.told(Audience.PARTICIPANTS)


# -- spotlight -----------------------------------------------------------------------------------------------------


def test_light_falls_only_on_what_everybody_sees() -> None:
    """DM6: given hidden and unknown things, when a moderator points at them, then it is refused."""
    board = Board()
    card, other = board.adds("ana"), board.adds("bo")
    group = board.made("ana", GroupMake((card, other)))
    board.accepted("mo", CardHide(other))
    assert board.refused("mo", SpotlightSet(other)).code == "card_hidden"
    assert board.refused("mo", SpotlightSet("none")).code == "unknown_card"
    assert board.refused("mo", SpotlightSet(group="none")).code == "unknown_group"
    assert board.refused("mo", SpotlightSet(card, group)).code == "invalid"
    assert board.refused("mo", SpotlightSet()) == Rejected("already_so")
    board.accepted("mo", SpotlightSet(group=group))
    assert board.told(Audience.DISPLAYS) == (SpotlightTurned(Spotlight(None, group)),)
    assert board.refused("mo", SpotlightSet(group=group)) == Rejected("already_so")
    board.accepted("mo", CardHide(card))
    assert board.refused("mo", SpotlightSet(group=group)).code == "card_hidden"
    board.accepted("mo", SpotlightSet())
    assert board.state.spotlight is None


@pytest.mark.parametrize(
    ("away", "back", "who"), [(CardHide, CardShow, "mo"), (CardWithdraw, CardRestore, "ana")], ids=["hidden", "binned"]
)
def test_the_light_goes_off_with_its_card_and_on_again(away: Any, back: Any, who: str) -> None:
    """DM6: given a card in the light, when it is hidden or withdrawn, then the light is off; shown again, on."""
    board = Board()
    card = board.adds("ana")
    board.accepted("mo", SpotlightSet(card))
    board.accepted(who, away(card))
    for audience in Audience:
        assert SpotlightTurned(None) in board.told(audience)
        assert snapshot(board.state, audience, {}).spotlight is None
    board.accepted(who, back(card))
    for audience in Audience:
        assert SpotlightTurned(Spotlight(card)) in board.told(audience)
        assert snapshot(board.state, audience, {}).spotlight == Spotlight(card)


def test_the_light_goes_off_with_its_group() -> None:
    """Given a group in the light, when it is unstacked, then the light is off."""
    board = Board()
    group = board.made("ana", GroupMake((board.adds("ana"), board.adds("bo"))))
    board.accepted("mo", SpotlightSet(group=group))
    board.accepted("ana", GroupDissolve(group))
    assert SpotlightTurned(None) in board.told(Audience.DISPLAYS)
    assert snapshot(board.state, Audience.DISPLAYS, {}).spotlight is None


# -- the wall ------------------------------------------------------------------------------------------------------

SECRETS = ("the card", "the tag", "the comment", "the title of a stack", "the option", "another option", "the vote")


def lively() -> tuple[Board, str]:
    """Given a board with something of everything, in the light."""
    board = Board()
    card, other = board.adds("ana", "the card"), board.adds("bo", "the card too")
    board.accepted("bo", CommentAdd(card, "the comment"))
    board.accepted("cy", ReactionSet(card, "heart"))
    board.accepted("ana", GroupMake((card, other), "the title of a stack"))
    board.accepted("mo", SpotlightSet(card))
    first = board.made("mo", RoundOpen("dots", 5, title="the vote"))
    board.accepted("ana", VoteCast(first, card, 2))
    board.accepted("mo", RoundClose(first))
    return board, card


def test_no_word_reaches_a_hidden_wall() -> None:
    """DM6, PRODUCT 5.4: given a hidden wall, whatever happens next, then no byte to a display has it."""
    board, card = lively()
    whole = snapshot(board.state, Audience.DISPLAYS, board.names)
    hide = board.accepted("mo", WallHide())
    assert takes_back(hide)
    assert starts_over(hide, Audience.DISPLAYS)
    assert not starts_over(hide, Audience.PARTICIPANTS)
    asks = RoundOpen("choice", title="the vote", on="options", options=("the option", "another option"))
    step = board.made("mo", StepAdd(StepSettings("Choose.", round=asks, title="Choosing")))
    before, sent = len(board.log), list[bytes]()
    board.accepted("cy", CommentAdd(card, "the comment again"))
    board.accepted("mo", CardHide(card))
    board.accepted("mo", CardShow(card))
    board.adds("bo", "the card after")
    board.accepted("mo", StepGo(step))
    (changed,) = [one for one in board.told(Audience.DISPLAYS) if isinstance(one, StepChanged)]
    assert (changed.step.instruction, changed.step.round) == ("Choose.", UNSET)
    for back in range(1, len(board.log) - before + 1):
        state = board.before(back)
        sent.append(encode(snapshot(state, Audience.DISPLAYS, board.names), Format.JSON))
    sent.append(encode(board.told(Audience.DISPLAYS), Format.JSON))
    view = snapshot(board.state, Audience.DISPLAYS, board.names)
    sent.append(encode(view, Format.JSON))
    for secret in SECRETS:
        assert not [data for data in sent if secret.encode() in data], secret
    assert (view.cards, view.rounds, view.groups, view.comments, view.reactions) == ((), (), (), (), {})
    assert (view.spotlight, view.wall_hidden) == (None, True)
    for audience in (Audience.PARTICIPANTS, Audience.MODERATORS):
        seen = snapshot(board.state, audience, board.names)
        assert seen.wall_hidden
        assert len(seen.cards) == 3
    board.accepted("mo", WallShow())
    shown = snapshot(board.state, Audience.DISPLAYS, board.names)
    assert {one.id for one in whole.cards} < {one.id for one in shown.cards}
    assert (shown.groups, shown.spotlight) == (whole.groups, whole.spotlight)
    assert len(shown.comments) == 2
    assert len(shown.rounds) == 2


def test_everybody_is_told_that_the_wall_is_hidden() -> None:
    """Given a wall, when it is turned, then every audience knows, once; turning it again changes nothing."""
    board = Board()
    board.accepted("mo", WallHide())
    for audience in Audience:
        assert board.told(audience) == (WallTurned(True),)
    assert board.refused("mo", WallHide()) == Rejected("already_so")
    assert board.refused("ana", WallShow()).code == "forbidden"
    board.accepted("mo", WallShow())
    assert board.refused("mo", WallShow()) == Rejected("already_so")


def test_what_a_hidden_wall_is_told_was_decided_on() -> None:
    """DM6: given a new event, then a hidden wall is not told of it until somebody says that it may be."""
    words = ("card", "cards", "comment", "group", "round", "rebound", "spotlight", "ballot", "reaction")
    told = {str(event.__struct_config__.tag) for event in ON_A_HIDDEN_WALL}
    assert not [tag for tag in told if tag.split(".")[0] in words]
    assert set(PROJECTIONS) >= ON_A_HIDDEN_WALL
