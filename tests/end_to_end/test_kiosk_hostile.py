"""Whoever tries what they can with a kiosk: a real keyboard, a file, fifty fingers a second, a second tab.

What the system itself does with a shortcut (a new window, a print) is turned off on the device (docs/kiosk.md); here
the page has to refuse whatever a browser asks it about first.
"""

from __future__ import annotations

import asyncio
import re
from typing import Any, cast

import httpx
import pytest
from playwright.async_api import expect

from rebond_protocol import limits
from rebond_protocol.people import ParticipantRemove
from tests.conftest import READY_WITHIN_S, RebondServer
from tests.end_to_end.kiosk import THURSDAY, Kiosk, Lab, a_kiosk, a_lab, confirms, screen_in
from tests.end_to_end.line import line_to
from tests.end_to_end.people import Room

pytestmark = pytest.mark.asyncio(loop_scope="session")

SCRIPT = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
BIDI = "abc\u202edcba\u202c \u2066xyz\u2069\ufeff"
BIDI_SEEN = "abcdcba xyz"
HUNDRED_KB = 100_000
TOUCHES_A_SECOND = 50
HAMMERED_S = 10
SHORTCUTS = (
    "Control+t", "Control+n", "Control+w", "Control+p", "Control+s", "Control+l", "Control+o", "Control+f", "Control+u",
    "Control+h", "Control+j", "Control+r", "Control+Shift+i", "Control+=", "Control+-", "Alt+ArrowLeft",
    "Alt+ArrowRight", "Alt+d", "Alt+Home", "F1", "F3", "F5", "F6", "F7", "F10", "F11", "F12", "Meta+l",
)  # fmt: skip


async def _writing(kiosk: Kiosk, address: str) -> None:
    """Somebody has come and is about to write an idea."""
    await kiosk.opens(address)
    await kiosk.begins()
    await kiosk.suggests()


async def test_whatever_is_put_into_the_field_is_bounded_cleaned_and_only_text(
    room: Room, rebond_server: RebondServer
) -> None:
    """DESIGN section 8: a paste is not taken; 100 kB by a plugged-in keyboard is cut where an idea ends; script is
    text; marks that turn text around are left out. What arrives is what was to be seen, and the page is whole."""
    async with a_lab(rebond_server.url) as lab:
        kiosk = await a_kiosk(room)
        await _writing(kiosk, lab.kiosk_at(rebond_server.url))
        title = await kiosk.page.title()

        assert await kiosk.field.evaluate(_PASTE, "x" * HUNDRED_KB) == {"taken": False, "shown": ""}
        await kiosk.page.keyboard.insert_text("é" * HUNDRED_KB)
        await expect(kiosk.field).to_have_value("é" * limits.CARD_TEXT_CHARS)
        await kiosk.sends()
        assert await kiosk.is_thanked()
        await kiosk.finishes()

        for typed, seen in ((SCRIPT, SCRIPT), (BIDI, BIDI_SEEN), ("a\u0000b\u0007c\ud83d", "abc")):
            await kiosk.begins()
            await kiosk.suggests()
            await kiosk.field.evaluate(_PUT, typed)
            await expect(kiosk.field).to_have_value(seen)
            await kiosk.sends()
            assert await kiosk.is_thanked()
            await kiosk.finishes()
        texts = await _arrived(lab, 4)
        assert texts == {"é" * limits.CARD_TEXT_CHARS, SCRIPT, BIDI_SEEN, "abc"}
        assert await kiosk.page.title() == title


_PASTE = """(field, text) => {
  const carried = new DataTransfer();
  carried.setData("text/plain", text);
  const event = new ClipboardEvent("paste", { clipboardData: carried, bubbles: true, cancelable: true });
  return { taken: field.dispatchEvent(event), shown: field.value };
}"""
_PUT = """(field, text) => {
  field.value = text;
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
}"""


async def _arrived(lab: Lab, count: int) -> set[str]:
    """The words of so many new cards, as soon as they are there."""
    await lab.comes_to(lambda: len(lab.desk.replica.cards) >= count + len(lab.card_ids))
    return {card.text for id, card in lab.desk.replica.cards.items() if id not in lab.card_ids}


async def test_fifty_touches_a_second_are_one_opinion_and_nobody_else_notices(
    room: Room, rebond_server: RebondServer
) -> None:
    """DM7, PRODUCT section 2 *Kiosk*: somebody hammers on an opinion for ten seconds; it is one opinion, or none; a
    phone on the same board writes and is answered meanwhile; and the kiosk answers the next visitor.

    EN 301 549 5.8.
    """
    async with a_lab(rebond_server.url) as lab:
        kiosk, ana = await asyncio.gather(a_kiosk(room), room.phone("Ana"))
        await asyncio.gather(kiosk.opens(lab.kiosk_at(rebond_server.url)), ana.comes_in(lab.made.links.participant))
        await kiosk.begins()
        await kiosk.looks_at_thursday()
        box = await kiosk.choice("k agree").bounding_box()
        assert box is not None
        at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
        fingers = cast("Any", await kiosk.page.context.new_cdp_session(kiosk.page))
        begun = asyncio.get_running_loop().time()

        async def hammer() -> None:
            for place in range(HAMMERED_S * TOUCHES_A_SECOND):
                await _at(begun + place / TOUCHES_A_SECOND)
                await fingers.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [at]})
                await fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

        hammering = asyncio.create_task(hammer())
        for number in range(5):
            await ana.writes(f"Une idée de plus, {number}")
        await hammering
        await kiosk.starts_over()
        await kiosk.begins()
        await kiosk.looks_at_thursday()
        await kiosk.thinks("k disagree")
        await kiosk.starts_over()
        await lab.comes_to(lambda: lab.opinions_on(lab.thursday).get("disagree") == 1)
        assert lab.opinions_on(lab.thursday).get("agree", 0) <= 1


async def _at(due: float) -> None:
    """Until then, by the loop's clock; at once where that has gone by."""
    loop = asyncio.get_running_loop()
    come = asyncio.Event()
    loop.call_at(due, come.set)
    await come.wait()


async def test_a_kiosk_that_gives_too_many_opinions_is_slowed_and_loses_none(
    room: Room, rebond_server: RebondServer
) -> None:
    """DM7: opinions are limited per device: what is over the limit waits, is counted later, and a phone goes on."""
    async with a_lab(rebond_server.url) as lab:
        kiosk, ana = await asyncio.gather(a_kiosk(room), room.phone("Ana"))
        await kiosk.page.clock.install()
        await asyncio.gather(kiosk.opens(lab.kiosk_at(rebond_server.url)), ana.comes_in(lab.made.links.participant))
        given = 24
        for _ in range(given):
            await kiosk.begins()
            await kiosk.looks_at_thursday()
            await kiosk.thinks("k agree")
            await kiosk.starts_over()
        await ana.writes("Je continue")
        follower = lab.desk.follow()
        while lab.desk.replica.opinions.get(lab.thursday, {}).get("agree") != given:
            await kiosk.page.clock.fast_forward(30_000)
            await anext(follower)


async def test_no_gesture_and_no_shortcut_leads_out_of_the_page(room: Room, rebond_server: RebondServer) -> None:
    """PRODUCT section 2 *Kiosk*: browser shortcuts, context menu, zoom, drag and drop, going back, leaving: the page
    stays, where it is and as large as it is, with what was written in it; no other page opens."""
    async with a_lab(rebond_server.url) as lab:
        kiosk = await a_kiosk(room)
        page = kiosk.page
        opened: list[object] = []

        def notice(what: object) -> None:
            opened.append(what)

        page.context.on("page", notice)
        page.on("download", notice)
        page.on("filechooser", notice)
        await _writing(kiosk, lab.kiosk_at(rebond_server.url))
        await kiosk.types("Ici")
        address, loads, entries = page.url, kiosk.heard.loads, await page.evaluate("history.length")

        for shortcut in SHORTCUTS:
            await page.keyboard.press(shortcut)
        assert await page.evaluate(_ASKED, list(_EVENTS)) == []
        await page.mouse.click(540, 400, button="right")
        await page.mouse.wheel(0, 2_000)
        await kiosk.choice("k send").first.hover()
        await page.mouse.down()
        await page.mouse.move(100, 100, steps=5)
        await page.mouse.up()
        fingers = cast("Any", await page.context.new_cdp_session(page))
        for apart in (100, 200, 400):
            points = [{"x": 540 - apart, "y": 600, "id": 0}, {"x": 540 + apart, "y": 600, "id": 1}]
            kind = "touchStart" if apart == 100 else "touchMove"
            await fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        await fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        assert await page.evaluate("visualViewport.scale") == 1
        assert await page.evaluate("[scrollX, scrollY]") == [0, 0]
        await expect(kiosk.field).to_have_value("Ici")
        assert (page.url, kiosk.heard.loads, opened) == (address, loads, [])
        assert await page.locator("a[href], [download], form[action]").count() == 0
        assert await page.evaluate("history.length") == entries, "there is nothing to go back to"

        await page.goto("about:blank")
        await page.go_back()
        await kiosk.waits_for_somebody()
        assert "Ici" not in await page.content()


_EVENTS = ("contextmenu", "dragstart", "dragover", "drop", "copy", "cut", "paste", "auxclick")
_ASKED = """(names) => names.filter((name) => {
  const carried = name.startsWith("dra") || name === "drop" ? { dataTransfer: new DataTransfer() } : {};
  const Kind = carried.dataTransfer ? DragEvent : Event;
  if (carried.dataTransfer) carried.dataTransfer.items.add(new File(["x"], "x.html", { type: "text/html" }));
  return document.activeElement.dispatchEvent(new Kind(name, { bubbles: true, cancelable: true, ...carried }));
})"""
"""Which of these a browser would go on with."""


async def test_a_second_tab_takes_over_and_the_first_says_so(room: Room, rebond_server: RebondServer) -> None:
    """LG4: of two pages on one device one speaks; the other says that it does not, says nothing twice, and comes back
    when it is asked to."""
    async with a_lab(rebond_server.url) as lab:
        kiosk = await a_kiosk(room)
        await _writing(kiosk, lab.kiosk_at(rebond_server.url))
        await kiosk.types("Ici")
        second = await screen_in(room, kiosk.page.context)
        await second.opens(f"{rebond_server.url}/kiosk/{lab.made.id}")
        await expect(kiosk.text("k elsewhere")).to_be_visible()
        await second.begins()
        await second.looks_at_thursday()
        await second.thinks("k agree")
        await second.starts_over()
        await lab.comes_to(lambda: bool(lab.opinions_on(lab.thursday)))
        await second.page.close()
        await kiosk.button("k open here").tap()
        await kiosk.waits_for_somebody()
        assert lab.desk.replica.opinions == {lab.thursday: {"agree": 1}}


async def test_a_kiosk_that_is_revoked_in_use_shows_nothing_any_more(room: Room, rebond_server: RebondServer) -> None:
    """HB6, PRODUCT section 2 *Kiosk*: a moderator revokes a kiosk while somebody writes; the lab leaves the screen, a
    code to pair it again is in its place, and its token opens nothing."""
    url = rebond_server.url
    async with a_lab(url) as lab:
        kiosk = await a_kiosk(room)
        await kiosk.page.goto(f"{url}/kiosk/{lab.made.code}")
        paired = await confirms(url, lab, await kiosk.pairing_code())
        await kiosk.waits_for_somebody()
        await kiosk.begins()
        await kiosk.suggests()
        await kiosk.types("Ici")
        await lab.desk.submit(ParticipantRemove(paired["participant"]))
        await expect(kiosk.heading("k pair")).to_be_visible()
        await expect(kiosk.page.get_by_text(re.compile(THURSDAY))).to_have_count(0)
        await kiosk.pairing_code()
        async with httpx.AsyncClient(base_url=url, timeout=READY_WITHIN_S) as http:
            rows = await http.get(f"/api/boards/{lab.made.id}/kiosks", headers=lab.as_moderator)
        removed = {row["participant"]: row["removed"] for row in rows.json()}
        assert removed[paired["participant"]]


async def test_a_full_queue_says_so_before_anybody_writes(room: Room, rebond_server: RebondServer) -> None:
    """LG4, PRODUCT section 2 *Kiosk*: offline and full, the kiosk says so in place of offering to write or to give an
    opinion, and drops nothing; with the line back it sends what it kept and takes what comes.

    EN 301 549 5.1.3.15.
    """
    async with a_lab(rebond_server.url) as lab, line_to(rebond_server.port) as line:
        kiosk = await a_kiosk(room)
        await kiosk.page.clock.install()
        await kiosk.opens(lab.kiosk_at(line.url))
        await kiosk.is_kept()
        await line.cut()
        await kiosk.is_offline()
        await kiosk.begins()
        await kiosk.suggests()
        await kiosk.types("Une")
        await kiosk.sends()
        assert not await kiosk.is_thanked()
        await kiosk.finishes()
        waiting = await kiosk.page.evaluate(_FILL)
        await kiosk.page.reload()
        await kiosk.waits_for_somebody()
        await kiosk.begins()
        await kiosk.choice("k suggest").tap()
        await expect(kiosk.text("k full")).to_be_visible()
        await expect(kiosk.field).to_have_count(0)
        await kiosk.starts_over()
        await kiosk.begins()
        await kiosk.looks_at_thursday()
        await kiosk.choice("k agree").tap()
        await expect(kiosk.text("k full")).to_be_visible()
        await line.mend()
        follower = lab.desk.follow()
        await kiosk.page.clock.fast_forward(30_000)  # whatever it waits for between two tries is over
        while len(lab.desk.replica.cards) < waiting + len(lab.card_ids):
            await anext(follower)
        await kiosk.is_online()
        texts = [card.text for id, card in lab.desk.replica.cards.items() if id not in lab.card_ids]
        assert len(texts) == len(set(texts)) == waiting
        await kiosk.page.clock.fast_forward(90_000)
        await kiosk.waits_for_somebody()
        await kiosk.begins()
        await kiosk.suggests()


_FILL = """() => new Promise((done, failed) => {
  const opening = indexedDB.open("rebond-kiosk");
  opening.onerror = () => failed(opening.error);
  opening.onsuccess = () => {
    const unit = opening.result.transaction(["queue", "devices"], "readwrite");
    const queue = unit.objectStore("queue"), devices = unit.objectStore("devices");
    queue.getAll().onsuccess = ({ target: { result: [first] } }) => {
      devices.get(first.board).onsuccess = ({ target: { result: device } }) => {
        for (let id = device.next; id < device.next + 499; id += 1) {
          const command = { ...first.command, text: `Idée ${id}` };
          queue.add({ board: first.board, command, id, key: null, made: null });
        }
        devices.put({ ...device, next: device.next + 499 }, first.board);
      };
    };
    unit.oncomplete = () => (opening.result.close(), done(500));
  };
})"""
"""A week offline: as if 499 more had come and written."""
