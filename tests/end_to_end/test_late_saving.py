"""What people see while the server hears them and cannot save: the line lives, its log does not answer."""

import asyncio

import pytest
from playwright.async_api import ViewportSize, expect

from tests.conftest import RedisServer, StartRebond
from tests.end_to_end.axe import complaints_about
from tests.end_to_end.people import Person, Room
from tests.end_to_end.words import Language

pytestmark = pytest.mark.asyncio(loop_scope="session")

NARROW: ViewportSize = {"width": 320, "height": 640}
IDEA = "Ouvrir le samedi"


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_late_saving_is_said_and_passes(
    room: Room, start_rebond: StartRebond, redis_server: RedisServer, language: Language
) -> None:
    """LG4, WCAG 4.1.3: while nothing can be saved, phone and console say so once, and that what was done is kept.

    Given two boards on Redis; when Redis freezes, somebody writes on one and the facilitator locks the other; then the
    phone says that saving is late and the words are kept, the switch that it waits; at 320 px, without a complaint from
    axe; when Redis goes on, then both are done and nobody speaks of it any more. (On one board the lock might overtake
    the idea, which would then be refused.)
    """
    server = start_rebond("--redis", redis_server.url, "--durability", "memory")
    board, locked = await asyncio.gather(room.board(server.url), room.board(server.url))
    ana, console = await asyncio.gather(
        room.phone("Ana", language, size=NARROW, motion="reduce"), room.console(language, motion="reduce")
    )
    await asyncio.gather(ana.comes_in(board.participant), console.opens(locked.moderator))
    lock = console.page.get_by_role("button", name=console.say("lock"), exact=True)
    assert not await lock.get_attribute("aria-busy")

    redis_server.pause()
    await ana.sends(IDEA)
    await ana.sees_on_its_way(IDEA)
    await lock.click(force=True)
    await expect(lock).to_have_attribute("aria-busy", "true")
    await asyncio.gather(*(_is_told(person, note) for person, note in ((ana, "late"), (console, "late asked"))))
    await expect(lock).to_have_attribute("aria-pressed", "false")
    for person in (ana, console):
        assert not await person.scrolls_sideways()
    found = await complaints_about(ana, "saving is late") + await complaints_about(console, "saving is late")
    assert not found, "\n".join(found)

    redis_server.unpause()
    await ana.sees_arrived(IDEA)
    await expect(lock).to_have_attribute("aria-pressed", "true")
    await expect(lock).not_to_have_attribute("aria-busy", "true")
    for person, note in ((ana, "late"), (console, "late asked")):
        await expect(person.text(note)).to_have_count(0)


async def _is_told(person: Person, note: str) -> None:
    """One sentence, in one polite region."""
    await expect(person.page.get_by_role("status").filter(has_text=person.say(note))).to_have_count(1)
    await expect(person.text(note)).to_be_visible()
