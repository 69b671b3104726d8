"""A role given on the board: whoever has another one now begins anew, and is told what it may see (DM6, HB4, HB6)."""

import pytest

from rebond.domain.project import AUDIENCES
from rebond.hub.connection import Connection, Membership
from rebond.hub.deciding import Done
from rebond_protocol.cards import CardAdd, CardHide
from rebond_protocol.codec import Format
from rebond_protocol.errors import CLOSES, Rejected
from rebond_protocol.frames import Bye, Events, Position, RejectedFrame, Snapshot, Welcome, Yours
from rebond_protocol.people import (
    ParticipantMute,
    ParticipantPromote,
    ParticipantPromoted,
    ParticipantRaise,
    ParticipantUnmute,
    PersonRole,
)
from tests.hub.stage import Socket, Stage
from tests.hub.test_many_nodes import DeafLog
from tests.hub.test_recovery import Nodes, fork
from tests.simulation.world import turns


def comes_back(stage: Stage, person: str, position: Position | None) -> Socket:
    """Says hello again, and is let in with the role the board now gives them, as the edge does it."""
    socket = Socket(person, Format.JSON, stage)
    role = stage.room.state.participants[person].role
    socket.connection = Connection(Membership(person, "d1", AUDIENCES[role]), socket.outbox, Format.JSON, stage.meters)
    stage.room.attach(socket.connection, position)
    return socket


def here(stage: Stage) -> Position:
    return Position(stage.room.epoch, stage.room.state.seq)


async def promoted(stage: Stage, person: str, role: PersonRole) -> None:
    assert isinstance(await stage.does("mo", ParticipantPromote(person, role)), Done)


async def test_no_node_raises_whom_another_has_just_lowered() -> None:
    """DM3, LG1: given two nodes, of which one has not heard yet that a moderator took somebody's role back at the
    other, when their invitation is opened there, then they are raised by neither."""
    log = DeafLog()
    stage = await Stage(log).begin()
    other = await stage.beside()
    log.hears.clear()
    assert isinstance(await stage.does(None, ParticipantRaise("ana", "moderator")), Done)
    assert isinstance(await stage.does("mo", ParticipantPromote("ana", "staff")), Done)
    stage.clock.advance(5)
    assert other.room.state.participants["ana"].role == "participant", "it has heard of nothing"
    assert await other.does(None, ParticipantRaise("ana", "moderator")) == Rejected("already_so")
    assert {one.room.state.participants["ana"].role for one in (stage, other)} == {"staff"}


async def test_who_is_promoted_begins_anew_on_every_device_and_sees_what_moderators_see() -> None:
    """DM6: given a hidden card, when somebody is made a co-moderator, then all their sockets close, to come back, and
    from their last position they get a whole snapshot with its words; whoever else comes back resumes."""
    stage = await Stage().begin()
    card = await stage.adds("bo", "hidden words")
    await stage.does("mo", CardHide(card))
    stage.room.flush()
    phone, laptop, other = stage.enters("ana"), stage.enters("ana", device="d2"), stage.enters("bo")
    other.read()
    before = here(stage)
    await promoted(stage, "ana", "moderator")
    stage.room.flush()
    for socket in (phone, laptop):
        assert socket.only(Bye) == [Bye("resync", 0)]
        assert socket.closed_with == CLOSES["resync"].number
    (told,) = other.only(Events)
    (event,) = told.events
    assert isinstance(event, ParticipantPromoted)
    assert (event.participant, event.role) == ("ana", "moderator")
    frames = comes_back(stage, "ana", before).read()
    welcome = frames[0]
    assert isinstance(welcome, Welcome)
    assert (welcome.you.role, welcome.recovered) == ("moderator", False)
    (snapshot,) = (frame for frame in frames if isinstance(frame, Snapshot))
    assert [one.text for one in snapshot.board.cards] == ["hidden words"]
    resumed = comes_back(stage, "bo", before).read()[0]
    assert isinstance(resumed, Welcome)
    assert resumed.recovered


@pytest.mark.parametrize("flushed", [True, False])
async def test_who_steers_no_more_is_told_what_everybody_is_told(flushed: bool) -> None:
    """DM6: given a co-moderator, when they are a participant again, then they come back to a board without hidden
    words, whether or not the others have been told yet."""
    stage = await Stage().begin()
    card = await stage.adds("bo", "hidden words")
    await stage.does("mo", CardHide(card))
    await promoted(stage, "ana", "moderator")
    stage.room.flush()
    phone = comes_back(stage, "ana", None)
    phone.read()
    before = here(stage)
    await promoted(stage, "ana", "participant")
    if flushed:
        stage.room.flush()
    assert phone.closed_with is None
    assert [bye.code for bye in phone.only(Bye)] == ["resync"]
    frames = comes_back(stage, "ana", before).read()
    (snapshot,) = (frame for frame in frames if isinstance(frame, Snapshot))
    assert [one.text for one in snapshot.board.cards] == [""]
    assert snapshot.board.removed == snapshot.board.muted == ()


async def test_who_was_promoted_resumes_from_what_they_were_told_since() -> None:
    """HB4: given a co-moderator who has their snapshot, when their line breaks, then they resume like anybody."""
    stage = await Stage().begin()
    stage.enters("mia")
    await promoted(stage, "ana", "moderator")
    stage.room.flush()
    since = here(stage)
    await stage.adds("bo")
    welcome = comes_back(stage, "ana", since).read()[0]
    assert isinstance(welcome, Welcome)
    assert welcome.recovered


async def test_a_role_given_on_one_node_holds_on_every_node() -> None:
    """HB6: given a phone on one node, when its person is promoted through another, then it begins anew there too."""
    one = await Stage().begin()
    two = await one.beside()
    phone = two.enters("ana")
    before = here(two)
    await promoted(one, "ana", "staff")
    await turns(5)
    assert [bye.code for bye in phone.only(Bye)] == ["resync"]
    assert two.room.state.participants["ana"].role == "staff"
    welcome = comes_back(two, "ana", before).read()[0]
    assert isinstance(welcome, Welcome)
    assert (welcome.you.role, welcome.recovered) == ("staff", False)


async def test_a_role_that_came_with_another_past_holds_for_the_sockets_that_are_here() -> None:
    """DM6, LG6: given the log forked, and in the branch that stayed somebody has another role, when the board begins
    anew here, then their sockets are not led on as what they were."""
    nodes = await Nodes().begin()
    phone, other = nodes.here.enters("bo"), nodes.here.enters("ana")
    nodes.holds[1].hears.clear()
    await nodes.here.adds("ana", "from the lost branch")
    await fork(nodes, "mo", ParticipantPromote("bo", "moderator"))
    nodes.holds[1].hears.set()
    await nodes.settle()
    assert nodes.here.room.state.participants["bo"].role == "moderator"
    assert [bye.code for bye in phone.only(Bye)] == ["resync"]
    assert not other.outbox.closed


async def test_who_is_muted_is_told_so_alone_and_is_refused() -> None:
    """DM3: given somebody muted, then they and the moderators know, a new line says it again, and words are refused."""
    stage = await Stage().begin()
    phone, other, mia = stage.enters("ana"), stage.enters("bo"), stage.enters("mia")
    for socket in (phone, other, mia):
        socket.read()
    await stage.does("mo", ParticipantMute("ana"))
    stage.room.flush()
    assert [yours.muted for yours in phone.only(Yours)] == [True]
    assert other.only(Events) == []
    assert len(mia.only(Events)) == 1
    assert await stage.room.act(CardAdd("an idea"), "ana") == Rejected("muted")
    again = comes_back(stage, "ana", None)
    assert [yours.muted for yours in again.only(Yours)] == [True]
    assert [frame.board.muted for frame in comes_back(stage, "mia", None).only(Snapshot)] == [("ana",)]
    await stage.does("mo", ParticipantUnmute("ana"))
    stage.room.flush()
    assert [yours.muted for yours in again.only(Yours)] == [False]
    assert not isinstance(await stage.says(again, CardAdd("an idea")), RejectedFrame)
