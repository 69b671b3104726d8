"""A lab from the moderator's side: stages, the window, the boards of the lab, the screens that are its kiosks."""

from __future__ import annotations

import asyncio
import io
import re

import httpx
import pytest
from PIL import Image
from playwright.async_api import FilePayload, Locator, Response, ViewportSize, expect

from rebond_client import Board as Program
from rebond_client import socket_url
from rebond_protocol.cards import CardAdd, CardApprove
from rebond_protocol.opinions import OpinionGive
from tests.conftest import READY_WITHIN_S, RebondServer
from tests.end_to_end.axe import complaints_about
from tests.end_to_end.kiosk import Kiosk, a_kiosk
from tests.end_to_end.people import PATIENCE_MS, Board, Console, Room
from tests.end_to_end.words import Language

pytestmark = pytest.mark.asyncio(loop_scope="session")

BENCH, IDEA = "Un banc à l’ombre", "Un potager"
SCREEN = "Le hall de Nantes"
TRIED, LEARNT = "Devant deux agences.", "Trop de vent l’hiver."
ASKED, SHOWN = "Vous y assiériez-vous ?", "Un banc vert sous un tilleul"
NARROW: ViewportSize = {"width": 320, "height": 640}


# -- what a moderator does ------------------------------------------------------------------------------------------


async def _a_desk(room: Room, board: Board, language: Language = "fr") -> Console:
    console = await room.console(language, motion="reduce")
    await console.opens(board.moderator)
    return console


async def _adds(console: Console, text: str) -> None:
    await console.page.keyboard.press("i")
    await console.page.get_by_role("dialog").get_by_role("textbox").fill(text)
    await console.page.keyboard.press("Control+Enter")
    await console.sees_once(text)


def _dialog(console: Console) -> Locator:
    return console.page.get_by_role("dialog")


async def _leaves_it(console: Console) -> None:
    await expect(_dialog(console)).to_have_count(0)


async def _opens(console: Console, key: str) -> Locator:
    """A sheet by its button in the lab's own panel."""
    panel = console.page.get_by_role("region", name=console.say("lab"), exact=True)
    await panel.get_by_role("button", name=re.compile(console.say(key))).click()
    return _dialog(console)


def _photograph() -> FilePayload:
    drawn = io.BytesIO()
    Image.linear_gradient("L").resize((1200, 900)).convert("RGB").save(drawn, "JPEG")
    return {"name": "banc.jpg", "mimeType": "image/jpeg", "buffer": drawn.getvalue()}


# -- a card ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_a_stage_is_said_with_its_reason(room: Room, rebond_server: RebondServer, language: Language) -> None:
    """PRODUCT §2 Canvas and templates (what was learnt), WCAG 2.2 AA: how far a card is, by keyboard, with its history.

    Given a card; when a moderator says that it is tested, and why, then that it was stopped, and what was learnt; then
    the card says so on the table, its sheet tells both, the newest first, axe is silent, and nothing is cut at 320 px.
    """
    console = await _a_desk(room, await room.board(rebond_server.url), language)
    await _adds(console, BENCH)
    for stage, field, note in (("stage is test", "stage why", TRIED), ("stage is stopped", "stage learnt", LEARNT)):
        await console.picks(BENCH, "stage")
        await _dialog(console).get_by_role("radio", name=console.say(stage), exact=True).press("Space")
        await _dialog(console).get_by_label(console.say(field)).fill(note)
        await console.page.keyboard.press("Control+Enter")
        await _leaves_it(console)
        await expect(console.card(BENCH)).to_contain_text(console.say(stage))
    await console.picks(BENCH, "stage")
    told = _dialog(console).get_by_role("list").get_by_role("listitem")
    await expect(told).to_have_count(2)
    await expect(told.nth(0)).to_contain_text(LEARNT)
    await expect(told.nth(1)).to_contain_text(TRIED)
    found = await complaints_about(console, "a stage")
    await console.page.set_viewport_size(NARROW)
    assert not await console.scrolls_sideways()
    assert not found, "\n".join(found)


async def test_a_card_stands_in_the_window_with_a_picture_in_words_too(room: Room, rebond_server: RebondServer) -> None:
    """PRODUCT §2 Kiosk, WCAG 1.1.1, DM7: the window, its picture, its question; what passers-by say is no vote.

    Given a card; when a file that is no picture is chosen; then it is said in words; when a picture is; then it is
    seen, and goes into the window only once it is described; then the lab's page shows both, and the card on the table
    says that it stands there and what was said of it at a kiosk; when it is taken out; then neither says so any more.
    """
    board = await room.board(rebond_server.url)
    console, front = await asyncio.gather(_a_desk(room, board), room.front())
    await _adds(console, BENCH)
    await console.picks(BENCH, "put in window")
    sheet = _dialog(console)
    file = sheet.get_by_label(console.say("picture"))
    await file.set_input_files({"name": "x.jpg", "mimeType": "image/jpeg", "buffer": b"no picture at all"})
    await expect(sheet.get_by_role("alert")).to_contain_text(console.say("no picture"))
    await file.set_input_files(_photograph())
    picture = sheet.get_by_role("img")
    await expect(picture).to_have_js_property("naturalWidth", 480)
    await expect(sheet.get_by_role("alert")).to_have_count(0)
    await sheet.get_by_label(console.say("window question")).fill(ASKED)
    await sheet.get_by_role("radio", name=console.say("window stars")).check(force=True)
    await sheet.get_by_role("button", name=console.say("put in window now"), exact=True).click()
    described = sheet.get_by_label(console.say("picture shows"))
    await expect(described).to_be_focused()
    await expect(sheet.get_by_role("alert")).to_contain_text(console.say("picture shows what"))
    found = await complaints_about(console, "the window")
    await described.fill(SHOWN)
    await console.page.keyboard.press("Control+Enter")
    await _leaves_it(console)
    await expect(console.card(BENCH)).to_contain_text(console.say("in window"))

    await front.page.goto(f"{rebond_server.url}/lab/{board.code}")
    await expect(front.page.get_by_role("img", name=SHOWN)).to_have_count(1)
    await expect(front.page.get_by_text(ASKED)).to_be_visible()
    async with Program(socket_url(rebond_server.url, board.id), board.kiosk.partition("#t=")[2]) as screen:
        card = next(iter(screen.replica.cards))
        await asyncio.gather(*(screen.submit(OpinionGive(card, mark)) for mark in ("4", "5")))
    await expect(console.card(BENCH)).to_contain_text(re.compile(f"{console.say('at kiosks')}.*4,5.*2 avis"))
    found += await complaints_about(console, "a lab's desk")

    await console.picks(BENCH, "in window…")
    await expect(sheet.get_by_role("img", name=SHOWN)).to_be_visible()
    await sheet.get_by_role("button", name=console.say("out of window"), exact=True).click()
    await _leaves_it(console)
    await expect(console.card(BENCH)).not_to_contain_text(console.say("in window"))
    await front.page.reload()
    await expect(front.page.get_by_role("heading", level=1)).to_be_visible()
    await expect(front.page.get_by_text(ASKED)).to_have_count(0)
    assert not found, "\n".join(found)


# -- a lab ----------------------------------------------------------------------------------------------------------


async def test_a_board_comes_into_the_lab_of_whoever_steers_both(room: Room, rebond_server: RebondServer) -> None:
    """PRODUCT §1 lab, DM3: boards come in by a press, by code, by console link; nobody brings in another's.

    Given a lab, a board whose console was opened in the same browser, and one that was not; when the first is added by
    its name, taken out and added by its code; then the lab's page has it; when the other is asked for by its code or
    with a link that is not its moderator's; then it is said what is missing; with its link, it comes in.
    """
    url = rebond_server.url
    lab, shop, other = await asyncio.gather(
        room.board(url, title="Le labo", template="lab"),
        room.board(url, title="La boutique"),
        room.board(url, title="Le site"),
    )
    console, front = await asyncio.gather(_a_desk(room, shop), room.front())
    await expect(console.page.get_by_role("region", name=console.say("lab"), exact=True)).to_have_count(0)
    await console.button("more").click()
    await expect(console.page.get_by_role("menuitem", name=console.say("lab make"))).to_be_visible()
    await console.page.keyboard.press("Escape")
    await console.opens(lab.moderator)
    sheet = await _opens(console, "lab boards")
    takes_out = sheet.get_by_role("button", name=re.compile(f"^{console.say('lab take out')}.*La boutique"))
    await sheet.get_by_role("button", name=re.compile(f"^{console.say('lab add')}.*La boutique")).click()
    await takes_out.click()
    await expect(takes_out).to_have_count(0)
    typed = sheet.get_by_label(console.say("lab other"))
    await typed.fill(shop.code.lower())
    await typed.press("Enter")
    await expect(takes_out).to_be_visible()
    await expect(typed).to_have_value("")

    for wrong, said in (
        (shop.code, "lab already"), (shop.moderator, "lab already"), (lab.code, "lab itself"),
        (lab.moderator, "lab itself"), (f"{url}/console/%E0%A4%A#t=%E0%A4%A", "no board here"),
        (other.code, "lab unknown"), (_moved(other.moderator, shop.moderator), "lab not yours"),
    ):  # fmt: skip
        await typed.fill(wrong)
        await typed.press("Enter")
        await expect(sheet.get_by_role("alert")).to_contain_text(console.say(said))
    found = await complaints_about(console, "a lab's boards")
    await typed.fill(other.moderator)
    await typed.press("Enter")
    await expect(
        sheet.get_by_role("button", name=re.compile(f"^{console.say('lab take out')}.*Le site"))
    ).to_be_visible()
    await expect(sheet.get_by_role("alert")).to_have_count(0)

    await front.page.goto(await sheet.get_by_label(console.say("lab page link"), exact=True).input_value())
    for title in ("La boutique", "Le site"):
        await expect(front.page.get_by_role("listitem").filter(has_text=title)).to_be_visible()
    await console.page.set_viewport_size(NARROW)
    assert not await console.scrolls_sideways()
    assert not found, "\n".join(found)


def _moved(link: str, other: str) -> str:
    """This console's address with the other's token."""
    return f"{link.partition('#t=')[0]}#t={other.partition('#t=')[2]}"


async def _in_a_lab(url: str, room: Room) -> tuple[Board, Board]:
    """A lab, and a board that is in it."""
    lab, shop = await asyncio.gather(
        room.board(url, title="Le labo de Nantes", template="lab"), room.board(url, title="La boutique")
    )
    async with httpx.AsyncClient(base_url=url, timeout=READY_WITHIN_S) as http:
        wish = {"board": shop.id, "token": shop.moderator.partition("#t=")[2]}
        steers = {"Authorization": f"Bearer {lab.moderator.partition('#t=')[2]}"}
        (await http.post(f"/api/boards/{lab.id}/lab/boards", json=wish, headers=steers)).raise_for_status()
    return lab, shop


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_a_labs_desk_says_what_waits_on_its_boards(
    room: Room, rebond_server: RebondServer, language: Language
) -> None:
    """PRODUCT §2 Kiosk (approval by default), DM6: how much waits is said where the lab is steered, not what.

    Given a lab with a board on which a visitor wrote; when the lab's moderator opens their console; then it says that
    one thing waits on its boards, and beside the board that it is an idea, without its words; when the board's own
    moderator has approved it; then nothing waits.
    """
    lab, shop = await _in_a_lab(rebond_server.url, room)
    address = socket_url(rebond_server.url, shop.id)
    async with (
        Program(address, shop.kiosk.partition("#t=")[2]) as screen,
        Program(address, shop.moderator.partition("#t=")[2]) as desk,
    ):
        card = (await screen.submit(CardAdd(IDEA))).made
        assert isinstance(card, str)
        console = await _a_desk(room, lab, language)
        await expect(console.page.get_by_text(console.say("lab waits in all"))).to_be_visible()
        sheet = await _opens(console, "lab boards")
        row = sheet.get_by_role("listitem").filter(has_text="La boutique")
        await expect(row).to_contain_text(console.say("lab waits here"))
        await expect(console.page.get_by_text(IDEA)).to_have_count(0)
        found = await complaints_about(console, "what waits on a lab's boards")
        await desk.submit(CardApprove(card))
        await expect(row).to_contain_text(console.say("lab waits none"))
    await console.page.set_viewport_size(NARROW)
    assert not await console.scrolls_sideways()
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_a_board_says_which_lab_it_is_in_and_leaves_it(
    room: Room, rebond_server: RebondServer, language: Language
) -> None:
    """PRODUCT §2 Kiosk, DM3: whoever steers a board knows who shows it, and takes it out of there.

    Given a board in a lab, when its moderator opens its console, which has never seen the lab's; then it says which lab
    that is and leads to its page; when they leave it; then neither the console nor the lab's page says so any more.
    """
    lab, shop = await _in_a_lab(rebond_server.url, room)
    console, front = await asyncio.gather(_a_desk(room, shop, language), room.front())
    panel = console.page.get_by_role("region", name=console.say("in a lab"), exact=True)
    link = panel.get_by_role("link", name="Le labo de Nantes")
    await front.page.goto(str(await link.get_attribute("href")))
    await expect(front.page.get_by_role("listitem").filter(has_text="La boutique")).to_be_visible()
    found = await complaints_about(console, "a board in a lab")
    await panel.get_by_role("button", name=re.compile(f"^{console.say('leave lab')}.*Le labo de Nantes")).click()
    found += await complaints_about(console, "leaving a lab")
    await _dialog(console).get_by_role("button", name=console.say("leave lab"), exact=True).click()
    await expect(console.page.get_by_text(console.say("left lab"))).to_be_visible()
    await expect(panel).to_have_count(0)
    await front.page.goto(f"{rebond_server.url}/lab/{lab.code}")
    await expect(front.page.get_by_role("heading", level=1)).to_have_text("Le labo de Nantes")
    await expect(front.page.get_by_text("La boutique")).to_have_count(0)
    assert not found, "\n".join(found)


async def _hears(kiosk: Kiosk, name: str) -> asyncio.Event:
    """When this screen is told that it is called so."""
    told = asyncio.Event()

    async def heard(response: Response) -> None:
        if response.url.endswith("/seat") and response.ok and (await response.json())["name"] == name:
            told.set()

    kiosk.page.on("response", heard)
    return told


async def _to_staff(kiosk: Kiosk, pin: str) -> None:
    """Somebody types a PIN, once the pad is there."""
    await expect(kiosk.heading("k pin")).to_be_visible()
    await kiosk.page.keyboard.type(pin)
    await kiosk.button("k pin go").tap()


async def test_a_screen_is_renamed_and_given_another_pin_without_being_touched(
    room: Room, rebond_server: RebondServer
) -> None:
    """PRODUCT §2 Kiosk (PIN to leave): a screen that hangs on a wall is changed from the desk.

    Given a real screen, paired with a PIN, whose staff's side is open; when a moderator gives it another name and PIN;
    then that side is shut, the PIN before opens nothing, the new one does, and the screen says its new name; when it
    has no line while they are changed again; then it has the latest as soon as it has one; when it is to have none;
    then nobody is asked for one.
    """
    url = rebond_server.url
    board = await room.board(url, title="Le labo", template="lab")
    console, kiosk = await asyncio.gather(_a_desk(room, board), a_kiosk(room))
    await kiosk.page.goto(f"{url}/kiosk/{board.code}")
    code = await kiosk.pairing_code()
    sheet = await _opens(console, "kiosks")
    await _types(
        [sheet.get_by_label(console.say(key)) for key in ("pair code", "pair name", "pair pin")], (code, SCREEN, "1234")
    )
    await kiosk.waits_for_somebody()
    await kiosk.begins()
    await kiosk.button("k help").tap()
    await kiosk.button("k staff").tap()
    await _to_staff(kiosk, "1234")
    await expect(kiosk.heading("k staff title")).to_be_visible()

    async def changes(before: str, name: str, pin: str | None) -> list[str]:
        await sheet.get_by_role("button", name=re.compile(f"^{console.say('kiosk change')}.*{before}")).click()
        await sheet.get_by_label(console.say("pair name"), exact=True).fill(name)
        if pin is None:
            await sheet.get_by_role("switch", name=re.compile(console.say("kiosk no pin"))).check(force=True)
        else:
            await sheet.get_by_label(console.say("kiosk new pin")).fill(pin)
        found = await complaints_about(console, "changing a kiosk")
        await sheet.get_by_role("button", name=console.say("kiosk save"), exact=True).click()
        await expect(sheet.get_by_role("listitem").filter(has_text=name)).to_be_visible()
        return found

    told = await _hears(kiosk, "Le quai")
    found = await changes(SCREEN, "Le quai", "5678")
    await asyncio.wait_for(told.wait(), PATIENCE_MS / 1000)
    await expect(kiosk.heading("k staff title")).to_have_count(0)
    await kiosk.button("k staff").tap()
    await _to_staff(kiosk, "1234")
    await expect(kiosk.text("k pin wrong")).to_be_visible()
    await _to_staff(kiosk, "5678")
    await expect(kiosk.page.get_by_text("Le quai", exact=True)).to_be_visible()

    told = await _hears(kiosk, "La gare")
    await kiosk.page.context.set_offline(True)
    found += await changes("Le quai", "La gare", "2468")
    assert not told.is_set()
    await kiosk.page.context.set_offline(False)
    await asyncio.wait_for(told.wait(), PATIENCE_MS / 1000)
    await kiosk.button("k staff").tap()
    await _to_staff(kiosk, "5678")
    await expect(kiosk.text("k pin wrong")).to_be_visible()
    await _to_staff(kiosk, "2468")
    await expect(kiosk.page.get_by_text("La gare", exact=True)).to_be_visible()

    told = await _hears(kiosk, "Partout")
    found += await changes("La gare", "Partout", None)
    await asyncio.wait_for(told.wait(), PATIENCE_MS / 1000)
    await kiosk.button("k staff").tap()
    await expect(kiosk.heading("k staff title")).to_be_visible()
    await console.page.set_viewport_size(NARROW)
    assert not await console.scrolls_sideways()
    assert not found, "\n".join(found)


async def test_a_screen_is_paired_heard_of_and_taken_off(room: Room, rebond_server: RebondServer) -> None:
    """PRODUCT §2 Kiosk (token revocable, approval by default): a screen, from its code to its end.

    Given a real screen that shows a code; when a code that no screen shows, or a wrong PIN, is typed; then it is said
    so; when the right one is; then the screen shows the lab, and the list says that it is here and needs no update;
    what is written there waits in the inbox with the screen's name; how it behaves is set, and set back by undo; when
    it is taken off; then it shows nothing any more, and asks to be paired anew.
    """
    url = rebond_server.url
    board = await room.board(url, title="Le labo", template="lab")
    console, kiosk = await asyncio.gather(_a_desk(room, board), a_kiosk(room))
    await kiosk.page.goto(f"{url}/kiosk/{board.code}")
    code = await kiosk.pairing_code()
    sheet = await _opens(console, "kiosks")
    fields = [sheet.get_by_label(console.say(key)) for key in ("pair code", "pair name", "pair pin")]
    for typed, said in (
        (("AAAAAA", SCREEN, ""), "pair unknown"),
        ((code, SCREEN, "12"), "pair pin wrong"),
    ):
        await _types(fields, typed)
        await expect(sheet.get_by_role("alert")).to_contain_text(console.say(said))
    found = await complaints_about(console, "a kiosk's code")
    await _types(fields, (code.lower(), SCREEN, "1234"))
    await expect(sheet.get_by_role("status").filter(has_text=console.say("paired"))).to_be_visible()
    await kiosk.waits_for_somebody()
    row = sheet.get_by_role("listitem").filter(has_text=SCREEN)
    await expect(row).to_contain_text(console.say("kiosk here"))
    await expect(row).not_to_contain_text(console.say("kiosk updates"))
    await sheet.get_by_label(console.say("kiosk forgets after")).select_option("90")
    found += await complaints_about(console, "kiosks")

    await kiosk.begins()
    await kiosk.suggests()
    await kiosk.types(IDEA)
    await kiosk.sends()
    assert await kiosk.is_thanked()
    await console.closes_the_sheet()
    waiting = console.page.get_by_role("region", name=re.compile(f"^{console.say('inbox')}"))
    from_there = waiting.get_by_role("article").filter(has_text=IDEA)
    await expect(from_there).to_contain_text(console.say("written at a kiosk"))
    await expect(from_there).to_contain_text(SCREEN)

    await _opens(console, "kiosks")
    await expect(sheet.get_by_label(console.say("kiosk forgets after"))).to_have_value("90")
    await console.closes_the_sheet()
    undo = console.page.get_by_role("button", name=re.compile(f"^{console.say('undo')}"))
    await expect(undo).to_contain_text("le réglage des bornes")
    await console.page.keyboard.press("Control+z")
    await expect(undo).to_have_count(0)
    await _opens(console, "kiosks")
    await expect(sheet.get_by_label(console.say("kiosk forgets after"))).to_have_value("60")
    await row.get_by_role("button", name=re.compile(f"^{console.say('kiosk revoke')}")).click()
    await expect(sheet.get_by_text(SCREEN, exact=True)).to_be_visible()
    found += await complaints_about(console, "taking a kiosk off")
    await sheet.get_by_role("button", name=console.say("kiosk revoke now"), exact=True).click()
    await expect(sheet.get_by_text(console.say("kiosks gone"))).to_be_visible()
    await expect(kiosk.heading("k pair")).to_be_visible()
    assert await kiosk.pairing_code() != code
    await console.page.set_viewport_size(NARROW)
    assert not await console.scrolls_sideways()
    assert not found, "\n".join(found)


async def _types(fields: list[Locator], typed: tuple[str, ...]) -> None:
    for field, words in zip(fields, typed, strict=True):
        await field.fill(words)
    await fields[0].press("Enter")


async def test_a_moderator_sees_what_a_kiosk_and_a_phone_show(room: Room, rebond_server: RebondServer) -> None:
    """PRODUCT §2 Facilitation (see as participant / wall / kiosk): each in a frame, live, by its own link."""
    console = await _a_desk(room, await room.board(rebond_server.url, template="lab"))
    await _adds(console, BENCH)
    await console.page.keyboard.press("o")
    sheet = _dialog(console)
    shown = sheet.frame_locator("iframe")
    await expect(shown.get_by_text(BENCH, exact=True)).to_be_visible()
    await sheet.get_by_role("radio", name=console.say("as a kiosk")).check(force=True)
    await expect(shown.get_by_role("button", name=console.say("k begin"), exact=True)).to_be_visible()
    await sheet.get_by_role("radio", name=console.say("as a phone")).check(force=True)
    await expect(shown.get_by_text(BENCH, exact=True)).to_be_visible()
