"""Words taken back in the very flush that would have told them: no byte of them goes out, and nobody drifts (DM6)."""

from __future__ import annotations

from rebond_protocol.cards import CardHide
from rebond_protocol.rebounds import ReboundLink
from rebond_protocol.replica import BoardReplica
from rebond_protocol.steps import StepSet
from tests.hub.stage import Stage

SECRET = "the thanks nobody should read"


async def test_thanks_hidden_before_they_were_told_are_not_told() -> None:
    """DM6: given a link with thanks and the hiding of its card share one flush, then only moderators get the thanks."""
    stage = await Stage().begin()
    parent, card = await stage.adds("bo", "the first"), await stage.adds("ana", "the second")
    phone, desk = stage.enters("bo"), stage.enters("mo")
    await stage.together([("ana", ReboundLink(card, (parent,), "extends", SECRET)), ("mo", CardHide(card))])
    assert SECRET.encode() not in phone.heard()
    assert SECRET.encode() in desk.heard()


async def test_what_is_hidden_and_revealed_in_one_flush_looks_to_those_here_as_to_newcomers() -> None:
    """DM6, HB4: given a sealed card is hidden and the reveal follows in one flush, then replica and snapshot agree."""
    stage = await Stage().begin()
    await stage.does("mo", StepSet(private=True))
    card = await stage.adds("ana", "sealed words")
    phone = stage.enters("bo")
    replica = phone.followed(BoardReplica())
    await stage.together([("mo", CardHide(card)), ("mo", StepSet(private=False))])
    phone.followed(replica)
    assert replica.view == stage.enters("bo").followed(BoardReplica()).view
