"""A hidden wall, over real rooms: once it is hidden no frame to a display has a word of it (DM6, PRODUCT 5.4).

Live, on resuming from before, in the snapshot of a wall that comes now, on another node, and for one that reads slowly.
"""

from __future__ import annotations

from rebond.hub.deciding import Done
from rebond_protocol.attention import SpotlightSet, WallHide, WallShow
from rebond_protocol.cards import CardEdit
from rebond_protocol.codec import Format
from rebond_protocol.frames import Events, Position, Snapshot, Welcome
from rebond_protocol.groups import GroupMake
from rebond_protocol.replica import BoardReplica
from rebond_protocol.rounds import RoundOpen
from rebond_protocol.talk import CommentAdd
from tests.hub.stage import Socket, Stage
from tests.simulation.world import turns

SECRET = "not for the wall"


def said(socket: Socket) -> bytes:
    """Every byte this socket was sent since it was last asked."""
    before = len(socket.taken)
    socket.read()
    return b"".join(frame.payload for frame in socket.taken[before:])


async def everything(stage: Stage) -> str:
    """A card, a comment, a stack, a question and a light on it, each with the words; the card."""
    card = await stage.adds("ana", f"a card {SECRET}")
    other = await stage.adds("bo", f"a card as well {SECRET}")
    await stage.does("bo", CommentAdd(card, f"a comment {SECRET}"))
    await stage.does("cy", GroupMake((card, other), f"a stack {SECRET}"))
    await stage.does("mo", RoundOpen("choice", title="?", on="options", options=(f"this {SECRET}", f"that {SECRET}")))
    await stage.does("mo", SpotlightSet(card))
    stage.room.flush()
    return card


async def test_a_wall_that_is_hidden_is_told_nothing_more_and_what_it_had_is_taken_away() -> None:
    """DM6: given a lively wall, when it is hidden, then it gets an empty board at once, and nothing until it is shown.

    Phones and desks go on as before, and when it is shown again the wall has everything that happened meanwhile.
    """
    stage = await Stage().begin()
    wall, phone = stage.enters("wall"), stage.enters("bo")
    card = await everything(stage)
    assert SECRET.encode() in said(wall)
    said(phone)
    await stage.does("mo", WallHide())
    (hidden,) = wall.only(Snapshot)
    assert hidden.board.wall_hidden
    view = hidden.board
    assert (view.cards, view.rounds, view.groups, view.comments) == ((), (), (), ())
    await stage.does("ana", CardEdit(card, f"mended {SECRET}", 1))
    await stage.does("bo", CommentAdd(card, f"once more {SECRET}"))
    stage.room.flush()
    assert SECRET.encode() not in said(wall)
    told = phone.read()
    assert [frame for frame in told if isinstance(frame, Events)]
    assert not [frame for frame in told if isinstance(frame, Snapshot)], "phones are not led anew"
    await stage.does("mo", WallShow())
    stage.room.flush()
    (shown,) = wall.only(Snapshot)
    assert {one.text for one in shown.board.cards} == {f"mended {SECRET}", f"a card as well {SECRET}"}
    assert len(shown.board.comments) == 2
    assert shown.board.spotlight is not None
    assert shown.board.rounds[0].options == (f"this {SECRET}", f"that {SECRET}")


async def test_a_wall_that_comes_back_while_it_is_hidden_gets_nothing_of_before() -> None:
    """DM6, HB4: given what was told before, when a wall resumes over the hiding, or comes anew, then no word comes."""
    stage = await Stage().begin()
    begun = stage.enters("wall").only(Welcome)[0].position
    await everything(stage)
    await stage.does("mo", WallHide())
    for position in (begun, Position(begun.epoch, stage.room.state.seq), None):
        for wire in Format:
            back = stage.enters("wall", wire, position)
            assert SECRET.encode() not in said(back)
    late = stage.enters("mo", position=begun)
    assert SECRET.encode() in said(late), "who steers sees what the wall does not"


async def test_a_wall_that_reads_slowly_is_led_to_the_hidden_board() -> None:
    """DM6, HB3: given a wall that fell behind before it was hidden, when it reads again, then what follows is empty."""
    stage = await Stage().begin()
    wall = stage.enters("wall")
    said(wall)
    for number in range(12):
        await stage.adds("ana", f"{number} {'long ' * 60}")
    assert wall.connection.behind_since_ms is not None
    await stage.does("mo", WallHide())
    await stage.adds("ana", SECRET)
    assert SECRET.encode() not in said(wall)
    assert wall.connection.behind_since_ms is None
    replica = BoardReplica()
    for frame in [*stage.enters("wall").read()]:
        if isinstance(frame, Snapshot):
            replica.restart(frame.board)
    assert replica.view is not None
    assert (replica.view.cards, replica.view.wall_hidden) == ((), True)


async def test_a_wall_on_another_node_is_hidden_too() -> None:
    """DM6, LG3: given walls on two nodes, when one is told to hide, then the other is, by the same entry."""
    here = await Stage().begin()
    there = await here.beside()
    wall = there.enters("wall")
    card = await everything(here)
    await turns(10)
    there.room.flush()
    said(wall)
    assert isinstance(await here.does("mo", WallHide()), Done)
    await here.does("ana", CardEdit(card, f"mended {SECRET}", 1))
    await turns(10)
    there.room.flush()
    frames = wall.read()
    assert [frame.board.cards for frame in frames if isinstance(frame, Snapshot)] == [()]
    assert SECRET.encode() not in b"".join(frame.payload for frame in wall.taken[-len(frames) :])
