"""A phone that is reloaded without any network shows the board as its person saw it last."""

import asyncio

import pytest
from playwright.async_api import expect

from tests.conftest import RebondServer
from tests.end_to_end.people import Phone, Room

pytestmark = pytest.mark.asyncio(loop_scope="session")

READ = "Un café associatif"
WRITTEN = "Réparer les vélos ensemble"
MEANWHILE = "Un jardin sur le toit"


async def test_a_reload_in_a_tunnel_shows_the_board(room: Room, rebond_server: RebondServer) -> None:
    """PRODUCT 5.1, 5.2; HB4: without a network the cards can be read after a reload, as of then and said to be so; with
    the network what happened meanwhile is there too.

    Given a phone that has read an idea; when the network goes, an idea is written and the page is loaded again; then
    both are there, the second on its way, and the phone says that it has no line; and when the network is back, what
    was written meanwhile is there as well, each once. And when the person has left the board on this phone, nothing of
    it is kept.
    """
    board = await room.board(rebond_server.url)
    ana, ben = await asyncio.gather(room.phone("Ana"), room.phone("Ben"))
    await asyncio.gather(ana.comes_in(board.participant), ben.comes_in(board.participant))
    await ben.writes(READ)
    await ana.looks_at(READ)
    await _is_kept_ready(ana, READ)

    await ana.page.context.set_offline(True)
    await ana.notices_the_line_is_gone()
    await ana.sends(WRITTEN)
    await ana.sees_on_its_way(WRITTEN)
    await ana.page.reload()
    await expect(ana.card(READ)).to_be_visible()
    await ana.notices_the_line_is_gone()
    await ana.sees_on_its_way(WRITTEN)
    await ben.writes(MEANWHILE)
    await expect(ana.card(MEANWHILE)).to_have_count(0)

    await ana.page.context.set_offline(False)
    await ana.is_live()
    await ana.sees_arrived(WRITTEN)
    await ben.looks_at(WRITTEN)
    await ana.looks_at(MEANWHILE)
    assert sorted(await ana.texts()) == sorted([READ, WRITTEN, MEANWHILE])

    await ana.button("settings").tap()
    await ana.button("not me").tap()
    await ana.button("leave").tap()
    await expect(ana.button("enter")).to_be_visible()
    await ana.page.evaluate(_KEEPS, None)


_KEEPS = """async (text) => {
  const records = () => new Promise((done, failed) => {
    const opening = indexedDB.open("rebond");
    opening.onerror = () => failed(opening.error);
    opening.onsuccess = () => {
      const boards = IDBKeyRange.bound("board.", "board/");
      const reading = opening.result.transaction("records").objectStore("records").getAll(boards);
      reading.onsuccess = () => (opening.result.close(), done(reading.result));
    };
  });
  const isSo = (boards) => (text === null ? boards.length === 0 : boards.some((board) => board.text.includes(text)));
  while (!isSo(await records())) await new Promise(requestAnimationFrame);
}"""
"""Resolves when the phone keeps a board with this text on it; with none: when it keeps no board."""


async def _is_kept_ready(phone: Phone, text: str) -> None:
    """The page itself and the board, with this text on it, are kept for when there is no network."""
    await phone.page.evaluate("navigator.serviceWorker.ready.then(() => {})")
    await phone.page.wait_for_function("caches.match('/j/').then((page) => page !== undefined)")
    await phone.page.evaluate(_KEEPS, text)
