"""Words that are taken back are told to nobody again: not in the same frame, not on resume, not in a snapshot (DM6)."""

from __future__ import annotations

import pytest

from rebond.hub.deciding import Done
from rebond_protocol.cards import CardEdit, CardHide, CardRemove, CardShow, CardWithdraw
from rebond_protocol.commands import ClientCommand
from rebond_protocol.frames import Position, Welcome
from rebond_protocol.talk import CommentAdd, CommentErase, CommentRemove
from tests.hub.stage import Stage
from tests.simulation.world import turns

SECRET = "the words nobody should read"


@pytest.mark.parametrize("command", [CardHide, CardRemove])
async def test_who_comes_back_does_not_get_what_was_hidden_meanwhile(command: type[CardHide | CardRemove]) -> None:
    """DM6, HB4: given words were told and then hidden, when a phone resumes from before, then it does not get them."""
    stage = await Stage().begin()
    welcome = stage.enters("bo").only(Welcome)[0]
    card = await stage.adds("ana", SECRET)
    await stage.does("mo", command(card))
    back = stage.enters("bo", position=Position(welcome.position.epoch, welcome.position.seq))
    assert not back.only(Welcome)[0].recovered
    assert SECRET.encode() not in back.heard()


async def test_words_hidden_before_they_were_told_are_not_told() -> None:
    """DM6: given an edit and the hiding of the card share one flush, then only moderators get the words."""
    stage = await Stage().begin()
    card = await stage.adds("ana", "harmless")
    phone, desk = stage.enters("bo"), stage.enters("mo")
    await stage.together([("ana", CardEdit(card, SECRET, 1)), ("mo", CardHide(card))])
    assert SECRET.encode() not in phone.heard()
    assert SECRET.encode() in desk.heard()
    await stage.does("mo", CardShow(card))
    stage.room.flush()
    assert SECRET.encode() in phone.heard()


async def test_what_was_withdrawn_within_a_flush_still_leads_everybody_to_the_same_board() -> None:
    """DM6: given a card is withdrawn in the flush that edits it, then it is gone for everybody and its words unsaid."""
    stage = await Stage().begin()
    card = await stage.adds("ana", "harmless")
    phone = stage.enters("bo")
    await stage.together([("ana", CardEdit(card, SECRET, 1)), ("ana", CardWithdraw(card))])
    assert SECRET.encode() not in phone.heard()
    assert b"card.gone" in phone.heard()
    assert await stage.adds("ana", "another") != card


async def _commented(stage: Stage, words: str = SECRET) -> tuple[str, str]:
    """A card, and a comment on it by bo that everybody was told."""
    card = await stage.adds("ana")
    done = await stage.does("bo", CommentAdd(card, words))
    assert isinstance(done, Done)
    stage.room.flush()
    return card, done.made or ""


@pytest.mark.parametrize("what", ["remove", "erase", "hide the card", "remove the card"])
async def test_who_comes_back_does_not_get_a_comment_that_was_taken_back(what: str) -> None:
    """DM6, LG7: given a comment was told and taken back, alone or with its card, a resuming phone gets no word."""
    stage = await Stage().begin()
    welcome = stage.enters("cy").only(Welcome)[0]
    card, comment = await _commented(stage)
    taking: dict[str, ClientCommand] = {
        "remove": CommentRemove(comment), "erase": CommentErase(comment), "hide the card": CardHide(card),
        "remove the card": CardRemove(card),
    }  # fmt: skip
    await stage.does("mo", taking[what])
    back = stage.enters("cy", position=Position(welcome.position.epoch, welcome.position.seq))
    assert SECRET.encode() not in back.heard()
    assert SECRET.encode() not in stage.enters("wall").heard()


async def test_a_comment_said_and_taken_back_in_one_flush_is_not_told() -> None:
    """DM6: given a comment whose card is hidden in the flush that has it, then only moderators get its words."""
    stage = await Stage().begin()
    card, _ = await _commented(stage, "harmless")
    phone, desk = stage.enters("cy"), stage.enters("mo")
    await stage.together([("bo", CommentAdd(card, SECRET)), ("mo", CardHide(card))])
    assert SECRET.encode() not in phone.heard()
    assert SECRET.encode() in desk.heard()
    await stage.does("mo", CardShow(card))
    stage.room.flush()
    assert SECRET.encode() in phone.heard()


async def test_lg7_an_erased_comment_is_nowhere_in_the_log() -> None:
    """LG7: given a comment that its author erases, when the room has seen to it, then the log begins behind it."""
    stage = await Stage().begin()
    _, comment = await _commented(stage)
    await stage.does("bo", CommentErase(comment))
    await turns(20)
    base = await stage.log.base("b1")
    assert base is not None
    records = await stage.log.read("b1", base.seq, 100)
    assert SECRET.encode() not in b"".join([base.data, *(record.data for record in records)])
