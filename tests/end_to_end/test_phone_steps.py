"""The phone through a plan: it says where we are, what there is to do, and what comes next (PRODUCT §2, §4, §5)."""

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import FloatRect, Locator, expect

from rebond_client import Board as Desk
from rebond_client import socket_url
from rebond_protocol.attention import RelaunchSend, SpotlightSet
from rebond_protocol.cards import CardAdd
from rebond_protocol.steps import StepGo, StepSet
from tests.conftest import RebondServer
from tests.end_to_end import axe
from tests.end_to_end.people import Board, Phone, Room

pytestmark = pytest.mark.asyncio(loop_scope="session")

CAFE = "Un café avec la conseillère, sans rendez-vous"
CHILDREN = "Un espace pour les enfants"
SATURDAY = "Ouvrir le samedi matin"


@asynccontextmanager
async def facilitating(server: RebondServer, board: Board) -> AsyncGenerator[Desk]:
    """A facilitator without a screen."""
    token = parse_qs(urlsplit(board.moderator).fragment)["t"][0]
    async with Desk(socket_url(server.url, board.id), token) as desk:
        yield desk


def _plan(desk: Desk) -> list[str]:
    view = desk.replica.view
    assert view is not None
    return [step.id for step in view.plan]


def _title(desk: Desk, id: str) -> str:
    view = desk.replica.view
    assert view is not None
    return next(str(step.title) for step in view.plan if step.id == id)


def _card(desk: Desk, text: str) -> str:
    return next(card.id for card in desk.replica.cards.values() if card.text == text)


async def test_two_phones_go_through_a_plan(room: Room, rebond_server: RebondServer) -> None:
    """PRODUCT §4: one task a screen; a designed wait; relaunch and spotlight lead to ideas; nothing takes the focus.

    Given a phone in French and a narrow one in English read at 200 %; when the facilitator goes through the plan, one
    of them in the middle of a word; then each says the step, seals what is private, shows what was not seen, what is on
    the wall, what comes next when there is nothing to do, and the half-written word and its focus stay where they are.
    """
    board = await room.board(rebond_server.url)
    ana = await room.phone("Ana", motion="reduce")
    ben = await room.phone("Ben", "en", size={"width": 320, "height": 640}, large_text=True, motion="reduce")
    async with facilitating(rebond_server, board) as desk:
        await asyncio.gather(ana.comes_in(board.participant), ben.comes_in(board.participant))
        plan = _plan(desk)
        await expect(ana.page.get_by_text(ana.say("step", n=1, of=len(plan)))).to_be_visible()
        await desk.submit(StepGo("write"))
        place = plan.index("write") + 1
        for person in (ana, ben):
            await expect(person.page.get_by_text(person.say("step", n=place, of=len(plan)))).to_be_visible()
        await ben.writes(CHILDREN)
        await expect(ana.page.get_by_text(re.compile(ana.say("sealed others", n=1)))).to_be_visible()
        assert ana.heard.nothing_of(CHILDREN)

        await ana.composer.fill("Un café avec")
        await desk.submit(StepGo("reveal"))
        await ana.looks_at(CHILDREN)
        await expect(ana.composer).to_be_focused()
        await desk.submit(StepGo("open"))
        await expect(ana.page.get_by_text(ana.say("step", n=1, of=len(plan)))).to_be_visible()
        await expect(ana.composer).to_be_focused()
        await expect(ana.composer).to_have_value("Un café avec")
        await ana.writes(CAFE)

        # nobody has looked at Ben's phone since: the prompt leads to what it has not shown
        await desk.submit(RelaunchSend("Et pour quelqu’un qui n’est jamais venu ?", about="unseen"))
        await desk.submit(SpotlightSet(card=_card(desk, CAFE)))
        await expect(ben.page.get_by_text("Et pour quelqu’un qui n’est jamais venu ?")).to_be_visible()
        await ben.page.get_by_role("button", name=re.compile(ben.say("not seen"))).tap()
        await ben.sees_once(CAFE)
        await expect(ben.card(CHILDREN)).to_have_count(0)
        await expect(ana.page.get_by_role("button", name=re.compile(ana.say("on the wall")))).to_contain_text("café")

        await desk.submit(StepSet(instruction=None, allows=()))
        following = _title(desk, plan[1])
        for person in (ana, ben):
            wait = person.page.get_by_role("region", name=person.say("what is going on"))
            await expect(wait).to_contain_text(person.say("comes next", title=following))
            assert not await person.scrolls_sideways()
        found = [*await axe.complaints_about(ana, "waiting"), *await axe.complaints_about(ben, "waiting")]
        assert not found, found


async def test_nothing_moves_away_under_a_finger(room: Room, rebond_server: RebondServer) -> None:
    """PRODUCT §4: the field leaves with the step that had it, unless there are words in it; never under a finger.

    Given a slow phone with more ideas than it can show and the focus in its empty field; when the facilitator closes
    writing while a finger is on the lowest "Rebound", then the sheet opens under that finger, and the field has gone;
    when writing is open and closed again, then words that were begun keep the field, and without them the foot says
    what there is to do instead.

    WCAG 3.2.
    """
    board = await room.board(rebond_server.url)
    ana = await room.phone("Ana", motion="reduce")
    async with facilitating(rebond_server, board) as desk:
        await desk.submit(StepSet(instruction="Un", allows=("add", "rebound")))
        await ana.comes_in(board.participant)
        for number in range(6):
            await desk.submit(CardAdd(f"Idée {number}"))
        await ana.looks_at_all(6)
        wire = cast("Any", await ana.page.context.new_cdp_session(ana.page))
        await wire.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        await ana.writes(CAFE)
        note = await _box(ana.page.get_by_text("Un", exact=True))
        told = await _box(ana.page.get_by_role("contentinfo").get_by_role("status").first)
        assert told["y"] >= note["y"] + note["height"]  # what was received is not said over what is asked
        await ana.composer.tap()
        await ana.page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        lowest = ana.page.get_by_role("button", name=re.compile(f"^{ana.say('rebound on')}")).last
        at = await _box(lowest)
        finger = {"x": at["x"] + at["width"] / 2, "y": at["y"] + at["height"] / 2}
        await wire.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [finger]})
        await desk.submit(StepSet(instruction="Deux", allows=("rebound",)))
        await expect(ana.page.get_by_text("Deux", exact=True)).to_be_attached()
        await wire.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        await expect(ana.page.get_by_role("dialog")).to_be_visible()
        await expect(ana.page.locator("#foot textarea")).to_have_count(0)
        await ana.page.keyboard.press("Escape")
        await expect(ana.text("rebound on these")).to_be_visible()

        await desk.submit(StepSet(instruction="Trois", allows=("add", "rebound")))
        await ana.composer.fill("Un ca")
        await desk.submit(StepSet(instruction="Quatre", allows=("rebound",)))
        await expect(ana.text("words kept")).to_be_visible()
        await expect(ana.composer).to_be_focused()
        await ana.composer.fill("")
        await expect(ana.text("rebound on these")).to_be_visible()
        await expect(ana.composer).to_have_count(0)


async def test_a_prompt_that_was_read_goes_when_no_finger_is_on_the_screen(
    room: Room, rebond_server: RebondServer
) -> None:
    """PRODUCT §4: given a prompt that has stood above the ideas for long enough to be read; when somebody goes on with
    an idea below it; then they get what they pressed, though the prompt makes room, and it is one line afterwards.

    WCAG 3.2.
    """
    board = await room.board(rebond_server.url)
    ana = await room.phone("Ana", motion="reduce")
    await ana.page.clock.install()
    async with facilitating(rebond_server, board) as desk:
        await ana.comes_in(board.participant)
        await ana.writes(CAFE)
        await desk.submit(RelaunchSend("Et pour quelqu’un qui n’est jamais venu, ni seul ni avec sa famille ?"))
        await expect(ana.page.get_by_text("Et pour quelqu’un")).to_be_visible()
        line = ana.page.get_by_role("button", name=re.compile("Et pour quelqu’un"))
        await expect(line).to_have_count(0)
        await ana.page.clock.fast_forward(5_000)
        await ana.card(CAFE).get_by_role("button", name=re.compile(f"^{ana.say('rebound on')}")).tap()
        await expect(ana.page.get_by_role("dialog").get_by_role("radio", name=ana.say("extend"))).to_be_attached()
        await ana.page.keyboard.press("Escape")
        await expect(line).to_be_visible()


async def _box(of: Locator) -> FloatRect:
    box = await of.bounding_box()
    assert box is not None
    return box


async def test_stacks_by_keyboard_alone_beside_a_half_typed_edit(room: Room, rebond_server: RebondServer) -> None:
    """PRODUCT 5.7, 5.a: drag is never the only way, and a stack swallows no half-typed edit.

    Given a person with a keyboard and another who is in the middle of changing an idea; when the first stacks that very
    idea with another, opens the stack and names it, by keyboard alone; then the edit is still open with its words, is
    saved, and the stack has the new words.

    WCAG 2.1.1.
    """
    board = await room.board(rebond_server.url)
    ana, ben = await asyncio.gather(room.phone("Ana", touch=False, motion="reduce"), room.phone("Ben"))
    async with facilitating(rebond_server, board) as desk:
        await _enters_with_keys(ana, board)
        await ben.comes_in(board.participant)
        await ben.writes(SATURDAY)
        await desk.submit(StepSet(instruction=None, allows=("add", "edit", "group", "rebound")))
        await ana.composer.fill(CAFE)
        await ana.page.keyboard.press("Enter")
        await ana.looks_at(SATURDAY)
        await ana.sees_arrived(CAFE)
        await ben.begins_to_edit(SATURDAY, "Ouvrir le samedi, et un di")

        await ana.tabs_to(ana.card(CAFE).get_by_role("button", name=re.compile(f"^{ana.say('more for')}")))
        await ana.page.keyboard.press("Enter")
        await _picks_with_keys(ana, "stack with")
        sheet = ana.page.get_by_role("dialog")
        await ana.tabs_to(sheet.get_by_role("button").filter(has_text=SATURDAY))
        await ana.page.keyboard.press("Enter")
        opening = ana.page.get_by_role("button", name=re.compile(f"^{ana.say('open stack')}"))
        await ana.tabs_to(opening)
        await ana.page.keyboard.press("Enter")
        await ana.tabs_to(sheet.get_by_role("button", name=ana.say("name it"), exact=True))
        await ana.page.keyboard.press("Enter")
        await ana.page.get_by_label(ana.say("in common")).fill("Le samedi")
        await ana.page.keyboard.press("Enter")
        await expect(sheet.get_by_role("heading", name="Le samedi")).to_be_visible()

        words = ben.page.get_by_role("dialog").get_by_role("textbox", name=ben.say("text"))
        await expect(words).to_have_value("Ouvrir le samedi, et un di")
        await words.fill("Ouvrir le samedi, et un dimanche par mois")
        await ben.page.get_by_role("dialog").get_by_role("button", name=ben.say("save"), exact=True).tap()
        await expect(sheet.get_by_text("Ouvrir le samedi, et un dimanche par mois")).to_be_visible()
        await ana.page.keyboard.press("Escape")
        await expect(sheet).to_have_count(0)
        found = await axe.complaints_about(ana, "a stack")
        assert not found, found
        view = desk.replica.view
        assert view is not None
        assert [group.title for group in view.groups] == ["Le samedi"]


async def test_a_phone_in_a_tunnel(room: Room, rebond_server: RebondServer) -> None:
    """PRODUCT 5.1: written, reloaded and waited for without any network at all, and there once when it is back.

    Given a phone whose page was kept ready; when the network is gone, an idea is written and the page loaded again;
    then the page opens and says that the words are kept, and they arrive exactly once when the network is back. And
    whoever writes much the same then is shown that idea, and can rebound on it in place.
    """
    board = await room.board(rebond_server.url)
    ana, ben = await asyncio.gather(room.phone("Ana"), room.phone("Ben", "en"))
    async with facilitating(rebond_server, board):
        await asyncio.gather(ana.comes_in(board.participant), ben.comes_in(board.participant))
        await ana.page.evaluate("navigator.serviceWorker.ready.then(() => {})")
        await ana.page.wait_for_function("caches.match('/j/').then((page) => page !== undefined)")

        await ana.page.context.set_offline(True)
        await ana.notices_the_line_is_gone()
        await ana.sends(SATURDAY)
        await ana.sees_on_its_way(SATURDAY)
        await ana.page.reload()
        await expect(ana.page.get_by_text(re.compile("Ce que vous avez écrit est gardé ici"))).to_be_visible()
        await ana.page.context.set_offline(False)
        await ana.is_on_the_board()
        await ana.sees_arrived(SATURDAY)
        await ben.looks_at(SATURDAY)

        await ben.composer.fill("On pourrait ouvrir le samedi matin")
        await expect(ben.text("already there")).to_be_visible()
        await ben.button("rebound instead").tap()
        idea = ben.page.get_by_role("dialog").get_by_label(ben.say("your idea"), exact=True)
        await expect(idea).to_have_value("On pourrait ouvrir le samedi matin")
        await expect(ben.composer).to_have_value("")
        await ben.page.get_by_role("dialog").get_by_role("button", name=ben.say("rebound"), exact=True).tap()
        await ana.looks_at("On pourrait ouvrir le samedi matin")
        await expect(ana.card("On pourrait ouvrir le samedi matin")).to_contain_text("Ana")


async def test_the_door(room: Room, rebond_server: RebondServer) -> None:
    """PRODUCT §2, Joining: a passphrase and an avatar, in one screen, a wrong word said kindly.

    Given a board that asks for a passphrase and lends avatars; when somebody types a wrong one, then the right one;
    then they are told, and come in under the pair of words they chose.

    WCAG 3.3.8.
    """
    context = await room.profile("fr", {"width": 320, "height": 640}, touch=True, motion="reduce")
    answer = await context.request.post(
        f"{rebond_server.url}/api/boards",
        data={"title": "Porte", "access": "passphrase", "passphrase": "hibou bleu", "name_asked": "avatar"},
    )
    made = await answer.json()
    ana = await room.tab(context, "Ana")
    await ana.page.goto(made["links"]["participant"])
    await ana.button("another avatar").tap()
    await ana.page.get_by_label(ana.say("passphrase")).fill("hibou rouge")
    await ana.button("enter").tap()
    await expect(ana.page.get_by_role("alert")).to_contain_text(ana.say("wrong passphrase"))
    found = await axe.complaints_about(ana, "the door")
    assert not found, found
    assert not await ana.scrolls_sideways()
    await ana.page.get_by_label(ana.say("passphrase")).fill("Hibou  bleu")
    await ana.button("enter").tap()
    await ana.is_on_the_board()


async def _enters_with_keys(person: Phone, board: Board) -> None:
    await person.page.goto(board.participant)
    await person.page.get_by_label(person.say("name")).fill(person.label)
    await person.page.keyboard.press("Enter")
    await person.is_on_the_board()


async def _picks_with_keys(person: Phone, item: str) -> None:
    """Down the open menu to this item, and Enter."""
    wanted = person.page.get_by_role("menuitem", name=person.say(item), exact=True)
    await expect(wanted).to_be_visible()
    for _ in range(await person.page.get_by_role("menuitem").count()):
        if await wanted.evaluate("element => element === document.activeElement"):
            break
        await person.page.keyboard.press("ArrowDown")
    await person.page.keyboard.press("Enter")
