"""Words taken back in the very flush that would have told them: no byte of them goes out, and nobody drifts (DM6)."""

from __future__ import annotations

import asyncio

from rebond_protocol.cards import CardHide
from rebond_protocol.commands import ClientCommand
from rebond_protocol.frames import Events, Snapshot
from rebond_protocol.rebounds import ReboundLink
from rebond_protocol.replica import BoardReplica
from rebond_protocol.steps import StepSet
from tests.hub.stage import Socket, Stage
from tests.simulation.world import turns

SECRET = "the thanks nobody should read"


async def _together(stage: Stage, acts: list[tuple[str, ClientCommand]]) -> None:
    """Commands that share one append and one flush."""
    actions = [asyncio.ensure_future(stage.room.act(command, who)) for who, command in acts]
    await turns(1)
    await asyncio.gather(*actions)
    stage.room.flush()


def _heard(socket: Socket) -> bytes:
    """Everything a socket got, as bytes."""
    socket.read()
    return b"".join(frame.payload for frame in socket.taken)


def _followed(replica: BoardReplica, socket: Socket) -> BoardReplica:
    """The replica after everything this socket was told."""
    for frame in socket.read():
        if isinstance(frame, Snapshot):
            replica.restart(frame.board)
        elif isinstance(frame, Events):
            for event in frame.events:
                replica.apply(event, frame.seq)
    return replica


async def test_thanks_hidden_before_they_were_told_are_not_told() -> None:
    """DM6: given a link with thanks and the hiding of its card share one flush, then only moderators get the thanks."""
    stage = await Stage().begin()
    parent, card = await stage.adds("bo", "the first"), await stage.adds("ana", "the second")
    phone, desk = stage.enters("bo"), stage.enters("mo")
    await _together(stage, [("ana", ReboundLink(card, (parent,), "extends", SECRET)), ("mo", CardHide(card))])
    assert SECRET.encode() not in _heard(phone)
    assert SECRET.encode() in _heard(desk)


async def test_what_is_hidden_and_revealed_in_one_flush_looks_to_those_here_as_to_newcomers() -> None:
    """DM6, HB4: given a sealed card is hidden and the reveal follows in one flush, then replica and snapshot agree."""
    stage = await Stage().begin()
    await stage.does("mo", StepSet(private=True))
    card = await stage.adds("ana", "sealed words")
    phone = stage.enters("bo")
    replica = _followed(BoardReplica(), phone)
    await _together(stage, [("mo", CardHide(card)), ("mo", StepSet(private=False))])
    _followed(replica, phone)
    assert replica.view == _followed(BoardReplica(), stage.enters("bo")).view
