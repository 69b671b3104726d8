"""Presence: who is here is told soon, whoever is writing; who fell silent is noticed; who is ready is so for a step."""

from __future__ import annotations

from msgspec import UNSET

from rebond.hub.deciding import Done
from rebond_protocol.frames import Presence
from rebond_protocol.people import Ready, Writing
from rebond_protocol.steps import StepAdd, StepGo, StepSet, StepSettings
from tests.hub.stage import SETTINGS, Stage
from tests.simulation.world import turns


async def test_who_comes_in_is_told_though_somebody_is_writing() -> None:
    """Given somebody is writing, when another comes in, then the next broadcast tells it, not one after the writing."""
    stage = await Stage().begin()
    ana = stage.enters("ana")
    stage.room.signal(ana.connection, Writing(True))
    stage.clock.advance(SETTINGS.presence_ms + 1)
    assert ana.only(Presence)[-1].writing == 1
    stage.enters("bo")
    stage.clock.advance(SETTINGS.presence_ms + 1)
    assert ana.only(Presence)[-1].here == 2


async def test_who_falls_silent_is_no_longer_writing() -> None:
    """Given somebody said they were writing and nothing since, then after a while nobody is told so any more."""
    stage = await Stage().begin()
    ana = stage.enters("ana")
    stage.room.signal(ana.connection, Writing(True))
    stage.clock.advance(SETTINGS.presence_ms + 1)
    ana.read()
    for _ in range(4):
        stage.clock.advance(SETTINGS.writing_ms)
    assert ana.only(Presence)[-1].writing == 0


async def test_who_is_ready_is_counted_until_the_step_changes() -> None:
    """Given people who say that they are ready, then phones are told how many, moderators who, and walls too.

    When the board comes to another step, nobody is ready for that one; nor by a word that came late.
    """
    stage = await Stage().begin()
    step = await stage.does("mo", StepAdd(StepSettings("next")))
    assert isinstance(step, Done)
    assert step.made is not None
    ana, bo, mo, wall = (stage.enters(person) for person in ("ana", "bo", "mo", "wall"))
    stage.room.signal(ana.connection, Ready("open"))
    stage.room.signal(bo.connection, Ready("some other step"))
    stage.clock.advance(SETTINGS.presence_ms + 1)
    told = ana.only(Presence)[-1]
    assert (told.ready, told.people) == (1, UNSET)
    for screen in (mo, wall):
        people = screen.only(Presence)[-1].people
        assert people
        assert [one.participant for one in people if one.ready] == ["ana"]
    await stage.does("mo", StepGo(step.made))
    stage.clock.advance(SETTINGS.presence_ms + 1)
    assert ana.only(Presence)[-1].ready == 0
    stage.room.signal(ana.connection, Ready("open"))
    stage.room.signal(bo.connection, Ready(step.made))
    stage.clock.advance(SETTINGS.presence_ms + 1)
    assert ana.only(Presence)[-1].ready == 1
    stage.room.signal(bo.connection, Ready(step.made, on=False))
    stage.clock.advance(SETTINGS.presence_ms + 1)
    assert ana.only(Presence)[-1].ready == 0


async def test_the_same_step_with_other_settings_asks_nobody_again() -> None:
    """Given somebody ready, when the instruction is mended, then they still are; when they leave, no more."""
    stage = await Stage().begin()
    ana, bo = stage.enters("ana"), stage.enters("bo")
    stage.room.signal(ana.connection, Ready("open"))
    await stage.does("mo", StepSet("mended"))
    stage.clock.advance(SETTINGS.presence_ms + 1)
    assert bo.only(Presence)[-1].ready == 1
    stage.room.detach(ana.connection)
    stage.clock.advance(SETTINGS.presence_ms + 1)
    assert bo.only(Presence)[-1].ready == 0


async def test_who_is_ready_on_another_node_counts_here_until_the_step_changes() -> None:
    """Given two nodes, when somebody is ready on one, then the other counts them, and forgets them at the next step."""
    here = await Stage().begin()
    there = await here.beside()
    ana, mo = here.enters("ana"), there.enters("mo")
    step = await here.does("mo", StepAdd(StepSettings("next")))
    assert isinstance(step, Done)
    here.room.signal(ana.connection, Ready("open"))
    for _ in range(4):
        here.clock.advance(SETTINGS.presence_ms + 1)
        await turns(10)
    told = mo.only(Presence)[-1]
    assert told.ready == 1
    assert told.people
    assert [one.participant for one in told.people if one.ready] == ["ana"]
    await here.does("mo", StepGo(step.made or ""))
    for _ in range(4):
        here.clock.advance(SETTINGS.presence_ms + 1)
        await turns(10)
    assert mo.only(Presence)[-1].ready == 0


async def test_who_was_ready_for_a_step_is_asked_again_when_the_board_comes_back_to_it() -> None:
    """Given people ready, here and on another node, when the board goes on and back, then nobody is ready any more."""
    here = await Stage().begin()
    there = await here.beside()
    steps = [await here.does("mo", StepAdd(StepSettings(title))) for title in ("one", "two")]
    one, two = [done.made or "" for done in steps if isinstance(done, Done)]
    await here.does("mo", StepGo(one))
    await turns(10)
    ana, bo, mo = here.enters("ana"), there.enters("bo"), here.enters("mo")
    mo.read()
    here.room.signal(ana.connection, Ready(one))
    there.room.signal(bo.connection, Ready(one))
    for _ in range(4):
        here.clock.advance(SETTINGS.presence_ms + 1)
        await turns(10)
    assert mo.only(Presence)[-1].ready == 2
    await here.does("mo", StepGo(two))
    await here.does("mo", StepGo(one))
    here.clock.advance(SETTINGS.presence_ms + 1)
    assert mo.only(Presence)[-1].ready == 0


async def test_dm5_on_an_anonymous_board_readiness_names_nobody() -> None:
    """DM5: given an anonymous board, when somebody is ready, then there is a number and no name for anybody."""
    stage = await Stage().begin(anonymous=True)
    ana, mo = stage.enters("ana"), stage.enters("mo")
    stage.room.signal(ana.connection, Ready("open"))
    stage.clock.advance(SETTINGS.presence_ms + 1)
    told = mo.only(Presence)[-1]
    assert (told.ready, told.people) == (1, UNSET)
