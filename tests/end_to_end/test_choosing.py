"""Choosing on the phone by every method, with a finger and with a keyboard; talk; and the receipt of it all."""

import asyncio
import json
import re
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import Locator, ViewportSize, expect

from rebond_client import Board as Desk
from rebond_client import socket_url
from rebond_protocol.cards import CardAdd, CardHide
from rebond_protocol.groups import GroupMake
from rebond_protocol.rounds import Criterion, RoundClose, RoundOpen, VoteCast
from tests.conftest import RebondServer
from tests.end_to_end.axe import complaints_about
from tests.end_to_end.capture import exports
from tests.end_to_end.line import line_to
from tests.end_to_end.people import PHONE_SIZE, Board, Phone, Room


def begins(words: str) -> re.Pattern[str]:
    """A text that begins so, whichever kind of space stands between its words."""
    return re.compile("^" + r"\s".join(map(re.escape, words.split(" "))))


pytestmark = pytest.mark.asyncio(loop_scope="session")

SATURDAY = "Ouvrir le samedi"
COFFEE = "Un café à l’accueil"
BENCH = "Un banc dehors"
EVENING = "Ouvrir jusqu’à vingt heures"
STACK = "Quand on ouvre"
YES, NO = "Oui", "Non"
TALL: ViewportSize = {"width": 360, "height": 1_200}
"""Where a ballot stands whole: axe takes a button half scrolled under the foot for one too small to touch."""
METHODS = (
    RoundOpen("dots", title="Points", budget=5, cap=3, secret=True, on="groups"),
    RoundOpen("choice", title="Un choix", on="options", options=(YES, NO)),
    RoundOpen("hands", title="Mains", on="options", options=(YES, NO)),
    RoundOpen("agree", title="Accord", secret=True, on="groups"),
    RoundOpen("stars", title="Étoiles", on="groups"),
    RoundOpen("criteria", title="Critères", secret=True, criteria=(Criterion("Utile", 2), Criterion("Faisable"))),
    RoundOpen("matrix", title="Effort", secret=True),
    RoundOpen("pairwise", title="Duels", secret=True, on="groups"),
    RoundOpen("quadratic", title="Crédits", budget=9, secret=True),
)
OTHER_CARDS = """before => before.join() !==
    [...document.querySelectorAll("article")].map(card => card.querySelector("p").textContent).join()"""
"""Whether other cards are on the screen than these words."""
Way = Callable[[Phone], Awaitable[None]]


def _token(board: Board) -> str:
    return parse_qs(urlsplit(board.moderator).fragment)["t"][0]


@asynccontextmanager
async def _facilitating(server: RebondServer, board: Board) -> AsyncGenerator[Desk]:
    """A facilitator without a screen."""
    async with Desk(socket_url(server.url, board.id), _token(board)) as desk:
        yield desk


async def _made(desk: Desk, command: CardAdd | RoundOpen | GroupMake) -> str:
    made = (await desk.submit(command)).made
    assert isinstance(made, str)
    return made


async def _rounds(server: RebondServer, board: Board) -> dict[str, dict[str, Any]]:
    """The votes as the server's own export tells them, by title."""
    told = json.loads((await exports(server.url, board.id, _token(board)))["json"])
    return {str(one["title"]): one for one in cast("list[dict[str, Any]]", told["board"]["rounds"])}


async def _presses(phone: Phone, button: Locator) -> None:
    """With the finger, or by the Tab and Space keys alone."""
    if await phone.has_touch():
        await button.tap()
        return
    await phone.tabs_to(button)
    assert await _is_seen(button), f"{button} has the focus under something that sticks"
    await phone.page.keyboard.press("Space")


async def _is_seen(button: Locator) -> bool:
    """Whether what has the focus is not wholly under something else (WCAG 2.4.11)."""
    look = """element => {
        const { left, top, width, height } = element.getBoundingClientRect();
        const spots = [[0.5, 0.2], [0.5, 0.5], [0.5, 0.8]].map(([x, y]) => [left + x * width, top + y * height]);
        return spots.some(([x, y]) => element.contains(document.elementFromPoint(x, y)));
    }"""
    return bool(await button.evaluate(look))


def _options(phone: Phone, text: str) -> Locator:
    return phone.page.get_by_role("button", name=re.compile(f"^{text}"))


async def _dots(phone: Phone) -> None:
    for text in (STACK, STACK, BENCH):
        await _presses(phone, phone.stepper(text).get_by_role("button", name=phone.say("one more")))
    await phone.sees_own_points(STACK, 2)
    await phone.sees_points_left(2)


async def _choice(phone: Phone) -> None:
    for text, other in ((NO, YES), (YES, NO)):  # moves in one press
        await _presses(phone, _options(phone, text))
        await expect(_options(phone, text)).to_have_attribute("aria-pressed", "true")
        await expect(_options(phone, other)).to_have_attribute("aria-pressed", "false")


async def _hands(phone: Phone) -> None:
    for text in (YES, NO):
        await _presses(phone, _options(phone, text))
    for text in (YES, NO):
        await expect(_options(phone, text)).to_have_attribute("aria-pressed", "true")


async def _goes_to(phone: Phone, text: str) -> None:
    """Picks one out of the list of all, where what was said so far stands."""
    await _presses(phone, phone.button("see all"))
    await _presses(phone, phone.page.get_by_role("listitem").get_by_role("button", name=re.compile(f"^{text}")))
    await phone.sees_once(text)


async def _one_mark(phone: Phone, name: re.Pattern[str]) -> None:
    """Each of the three ideas, one after the other; it goes on by itself."""
    for number in range(3):
        shown = (await phone.texts())[0]
        await _presses(phone, phone.page.get_by_role("group", name=re.compile(shown)).get_by_role("button", name=name))
        if number < 2:
            await expect(phone.card(shown)).to_have_count(0)


async def _agree(phone: Phone) -> None:
    await _one_mark(phone, re.compile(f"^{phone.say('agree')}"))


async def _stars(phone: Phone) -> None:
    await _one_mark(phone, re.compile(f"^{phone.say('stars', n=4)}"))


async def _rows(phone: Phone, rows: tuple[str, str]) -> None:
    """Sent once both rows have an answer."""
    await _goes_to(phone, BENCH)
    for row, mark in zip(rows, (2, 5), strict=True):
        answers = phone.page.get_by_role("group", name=row)
        await _presses(phone, answers.get_by_role("button", name=phone.say("of", n=mark, all=5), exact=True))
    await expect(phone.button("next")).to_be_visible()


async def _criteria(phone: Phone) -> None:
    await _rows(phone, ("Utile", "Faisable"))


async def _matrix(phone: Phone) -> None:
    await _rows(phone, ("Effort", "Impact"))


async def _pairwise(phone: Phone) -> None:
    """Leaves one for later, then compares all three; what was said of one is taken back and said again."""
    before = await phone.texts()
    await _presses(phone, phone.button("later"))
    await phone.page.wait_for_function(OTHER_CARDS, arg=before)
    for left in (2, 1, 0):
        before = await phone.texts()
        await _presses(phone, phone.page.get_by_role("button", name=re.compile(f"^{phone.say('take')}.*{max(before)}")))
        if left:
            await expect(phone.page.get_by_role("article")).to_have_count(2)
            await phone.page.wait_for_function(OTHER_CARDS, arg=before)
    await expect(phone.page.get_by_role("article")).to_have_count(0)
    await _presses(phone, phone.button("my answers"))
    await expect(phone.page.get_by_role("main").get_by_role("listitem").get_by_role("button")).to_have_count(3)


async def _quadratic(phone: Phone) -> None:
    """Two for, two against, and there is one credit left: not enough for anything but a first vote."""
    more = phone.stepper(SATURDAY).get_by_role("button", name=phone.say("one more"))
    fewer = phone.stepper(COFFEE).get_by_role("button", name=phone.say("one fewer"))
    for button in (more, more, fewer, fewer):
        await _presses(phone, button)
    await expect(phone.page.get_by_text(re.compile(f"^{phone.say('credits left', n=1)}"))).to_be_visible()
    await expect(more).to_be_disabled()
    await expect(fewer).to_be_disabled()
    await expect(phone.stepper(BENCH).get_by_role("button", name=phone.say("one more"))).to_be_enabled()


WAYS: dict[str, Way] = {
    "dots": _dots, "choice": _choice, "hands": _hands, "agree": _agree, "stars": _stars, "criteria": _criteria,
    "matrix": _matrix, "pairwise": _pairwise, "quadratic": _quadratic,
}  # fmt: skip


async def test_every_method_with_a_finger_and_with_a_keyboard(room: Room, rebond_server: RebondServer) -> None:
    """PRODUCT section 2, Choosing; WCAG 2.2 AA; DM7: two people vote by all nine methods and read what came out.

    Given four ideas, two of them on a stack; when a phone votes by touch, in French, and another by keyboard alone, in
    English, in a round of each method; then nothing that sticks hides a focus, axe finds nothing, the outcome on the
    phone names what the server's export puts first, and each still reads there what they gave.

    WCAG 2.4.11, 2.5.1, 2.5.7.
    """
    board = await room.board(rebond_server.url)
    ana, ben = await asyncio.gather(
        room.phone("Ana", motion="reduce"), room.phone("Ben", "en", motion="reduce", touch=False)
    )
    await asyncio.gather(ana.comes_in(board.participant), _comes_in_by_keyboard(ben, board))
    found: list[str] = []
    async with _facilitating(rebond_server, board) as desk:
        stacked = [await _made(desk, CardAdd(text)) for text in (SATURDAY, EVENING)]
        for text in (COFFEE, BENCH):
            await _made(desk, CardAdd(text))
        await _made(desk, GroupMake(tuple(stacked), STACK))
        for opening in METHODS:
            round = await _made(desk, opening)
            for phone in (ana, ben):
                await expect(phone.page.get_by_role("heading", name=str(opening.title), exact=True)).to_be_visible()
            await asyncio.gather(*(WAYS[opening.method](phone) for phone in (ana, ben)))
            await ana.page.set_viewport_size(TALL)
            found += await complaints_about(ana, opening.method)
            await ana.page.set_viewport_size(PHONE_SIZE)
            for phone in (ana, ben):
                await expect(phone.page.get_by_text(phone.say("sending"))).to_have_count(0)
            await desk.submit(RoundClose(round))

    outcome = await _rounds(rebond_server, board)
    names = {"1": YES, "2": NO, **_names(await exports(rebond_server.url, board.id, _token(board)))}
    for phone in (ana, ben):
        await _presses(phone, phone.button("see results"))
        for opening in METHODS:
            title = str(opening.title)
            told = outcome[title]
            assert told["voters"] == 2, title
            section = phone.page.locator("section").filter(
                has=phone.page.get_by_role("heading", name=title, exact=True)
            )
            winners = {names[result["card"]] for result in told["results"] if result["rank"] == 1}
            for winner in winners:
                await expect(section.get_by_text(winner).first).to_be_visible()
            await section.get_by_text(begins(phone.say("what I gave"))).click()
    found += await complaints_about(ana, "results with my votes")
    mine = ben.page.get_by_role("listitem")
    for line in (f"“{STACK}”: 2 points", f"“{COFFEE}”: -2 votes", f"“{BENCH}”: Utile 2 · Faisable 5"):
        await expect(mine.filter(has_text=re.compile(f"^{re.escape(line)}$"))).to_have_count(1)
    assert outcome["Accord"]["results"][0]["counts"] == [2, 0, 0]
    assert not found, "\n".join(found)


async def _comes_in_by_keyboard(phone: Phone, board: Board) -> None:
    await phone.page.goto(board.participant)
    await phone.page.get_by_label(phone.say("name")).fill(phone.label)
    await phone.page.keyboard.press("Enter")
    await phone.is_on_the_board()
    await phone.page.evaluate("document.activeElement.blur()")


def _names(told: dict[Any, str]) -> dict[str, str]:
    """What cards and stacks are called, by id, as the server's export has it."""
    board = json.loads(told["json"])["board"]
    cards = {card["id"]: card["text"] for card in board["cards"]}
    return cards | {group["id"]: group["title"] for group in board["groups"]}


async def test_a_vote_survives_the_line_the_page_and_what_it_was_given_to(
    room: Room, rebond_server: RebondServer
) -> None:
    """PRODUCT 5.1; LG4: own ballots stay in hand: without a line, after a reload, and when the idea is gone.

    Given points on two ideas, one of them given without a line; when the page is loaded again, the line comes back and
    the facilitator turns one idea over; then « Envoi… » stood where it was true, the points are there, and what lies on
    the vanished idea still counts, says so, and is taken back.
    """
    board = await room.board(rebond_server.url)
    ana = await room.phone("Ana", motion="reduce")
    async with line_to(rebond_server.port) as line, _facilitating(rebond_server, board) as desk:
        saturday = await _made(desk, CardAdd(SATURDAY))
        await _made(desk, CardAdd(COFFEE))
        await ana.comes_in(board.through(line.url))
        await _made(desk, RoundOpen("dots", budget=5, cap=3, secret=True))
        await ana.sees_points_left(5)
        await ana.gives_a_point(SATURDAY)
        await expect(ana.card(SATURDAY).get_by_text(ana.say("sending"))).to_have_count(0)
        await line.cut()
        await ana.notices_the_line_is_gone()
        await ana.gives_a_point(COFFEE)
        await expect(ana.card(COFFEE).get_by_text(ana.say("sending"))).to_be_visible()
        await line.mend()
        await ana.page.reload()
        await ana.is_on_the_board()
        await ana.turns_to_the_vote()
        await ana.sees_own_points(SATURDAY, 1)
        await ana.sees_own_points(COFFEE, 1)
        await expect(ana.card(COFFEE).get_by_text(ana.say("sending"))).to_have_count(0)

        await desk.submit(CardHide(saturday))
        gone = ana.page.get_by_role("region", name=re.compile(ana.say("gone")))
        await expect(gone).to_be_visible()
        assert not await complaints_about(ana, "a vote whose idea is gone")
        await ana.sees_points_left(3)
        await gone.get_by_role("button", name=re.compile(f"^{ana.say('take back')}")).tap()
        await ana.sees_points_left(4)
        await expect(gone).to_have_count(0)


async def test_what_is_said_reaches_the_other_phone_and_the_receipt(
    room: Room, rebond_server: RebondServer, tmp_path: Path
) -> None:
    """PRODUCT 5.9; DM6: a comment, a reaction, a hand and a rebound arrive where they should, and the receipt tells it.

    Given an idea of Ana's; when Ben reacts, comments, rebounds and puts a hand up, and votes in secret; then Ana reads
    the comment, the console sees the hand, and Ana's receipt, also as a file, tells the rebound but not Ben's vote.
    """
    board = await room.board(rebond_server.url)
    ana, ben, console = await asyncio.gather(
        room.phone("Ana", motion="reduce"), room.phone("Ben", "en", motion="reduce"), room.console(motion="reduce")
    )
    await asyncio.gather(console.opens(board.moderator), *(phone.comes_in(board.participant) for phone in (ana, ben)))
    await ana.writes(SATURDAY)
    await ben.looks_at(SATURDAY)
    await ben.card(SATURDAY).click(position={"x": 20, "y": 20})
    sheet = ben.page.get_by_role("dialog")
    heart = sheet.get_by_role("group", name=ben.say("reaction")).get_by_role("button").first
    await heart.tap()
    await expect(heart).to_have_attribute("aria-pressed", "true")
    await sheet.get_by_role("textbox", name=ben.say("your comment")).fill("With the bakery next door?")
    await sheet.get_by_role("button", name=ben.say("send"), exact=True).tap()
    await expect(sheet.get_by_role("listitem").filter(has_text="With the bakery next door?")).to_have_count(1)
    found = await complaints_about(ben, "a card with comments")
    await ben.puts_away()
    await ben.rebounds_on(SATURDAY, "extend", "And the market on Sundays")
    hand = ben.page.get_by_role("button", name=re.compile(f"^{ben.say('hand up')}"))
    await hand.tap()
    await expect(hand).to_have_attribute("aria-pressed", "true")
    await expect(console.page.get_by_text(re.compile(console.say("hands are up", n=1))).first).to_be_visible()
    await ben.button("ready").tap()
    found += await complaints_about(ben, "hand up and ready")

    await ana.looks_at("And the market on Sundays")
    await ana.card(SATURDAY).click(position={"x": 20, "y": 20})
    await expect(ana.page.get_by_role("dialog").get_by_text("With the bakery next door?")).to_be_visible()
    await ana.puts_away()
    async with _facilitating(rebond_server, board) as desk:
        round = await _made(desk, RoundOpen("dots", title="Lundi", budget=5, secret=True))
        await ben.gives_a_point("And the market on Sundays")
        for phone in (ana, ben):
            await phone.gives_a_point(SATURDAY)
        receipt = await ana.opens_receipt()
        led = ana.say("led", name="Ben", text="And the market on Sundays")
        await expect(receipt.get_by_text(led, exact=True)).to_be_visible()
        found += await complaints_about(ana, "a receipt")
        async with ana.page.expect_download() as waiting:
            await receipt.get_by_role("button", name=ana.say("keep a copy"), exact=True).tap()
        kept = tmp_path / "receipt.md"
        await (await waiting.value).save_as(kept)
        text = kept.read_text(encoding="utf-8")
        assert led in text
        assert f"Lundi : « {SATURDAY} » : 1 point" in text.replace("\u00a0", " ").replace("\u202f", " ")
        assert "2 points" not in text
        await desk.submit(VoteCast(round, _card(desk, SATURDAY), 1))
        await desk.submit(RoundClose(round))
        await expect(receipt.get_by_text(re.compile("Lundi"))).to_have_count(2)
    assert not found, "\n".join(found)


def _card(desk: Desk, text: str) -> str:
    return next(card.id for card in desk.replica.cards.values() if card.text == text)


async def test_what_one_did_last_is_taken_back_from_the_receipt(room: Room, rebond_server: RebondServer) -> None:
    """PRODUCT 5.3: one's own last actions, votes and edits too, are taken back from a lasting place; another's never.

    Given Ana's three ideas, on one of which Ben has rebounded, another whose words she has changed, and two points that
    she gave; when she opens her receipt; then each of her last actions is offered but the idea that Ben started from;
    taken back one by one, a point less is given, and the list says so too, the words are as they were, her idea is gone
    from Ben's phone, and the focus stays in the sheet.
    """
    board = await room.board(rebond_server.url)
    ana, ben = await asyncio.gather(room.phone("Ana", motion="reduce"), room.phone("Ben", "en", motion="reduce"))
    async with _facilitating(rebond_server, board) as desk:
        await asyncio.gather(*(phone.comes_in(board.participant) for phone in (ana, ben)))
        for text in (SATURDAY, COFFEE, BENCH):
            await ana.writes(text)
        await ben.looks_at(BENCH)
        await ben.rebounds_on(SATURDAY, "extend", EVENING)
        await ana.looks_at(EVENING)
        await ana.edits(COFFEE, "Un thé à l’accueil")
        await ana.sees_arrived("Un thé à l’accueil")
        await desk.submit(RoundOpen(method="dots", budget=5, cap=3, secret=True))
        for _ in range(2):
            await ana.gives_a_point(EVENING)
        await ana.sees_points_left(3)

        receipt = await ana.opens_receipt()
        last = receipt.get_by_role("region", name=ana.say("done last"))
        back = last.get_by_role("button")
        await expect(back).to_have_count(3)
        await expect(last).not_to_contain_text(SATURDAY)
        assert not await complaints_about(ana, "what one did last")
        for text in (EVENING, "Un thé à l’accueil", BENCH):
            await back.and_(ana.page.get_by_role("button", name=re.compile(text))).tap()
            await expect(last.get_by_role("status")).to_have_text(ana.say("undone"))
            assert await last.evaluate("section => section.contains(document.activeElement)")
            if text == EVENING:  # the point before that one is the last now
                await expect(back).to_have_count(3)
        await ana.puts_away()
        await ana.sees_points_left(4)
        await ana.turns_to_all_ideas()
        await expect(ana.card(EVENING)).to_contain_text(ana.say("points of yours", n=1))
        await ben.turns_to_all_ideas()
        await ben.sees_once(COFFEE)
        await ben.sees_once(SATURDAY)
        await ben.does_not_see(BENCH)
