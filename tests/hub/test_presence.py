"""Presence: who is here is told soon, whoever is writing; who fell silent is noticed."""

from __future__ import annotations

from rebond_protocol.frames import Presence
from rebond_protocol.people import Writing
from tests.hub.stage import SETTINGS, Stage


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
