"""A 45-minute workshop compressed: the retrospective's own plan, from the first step to the end, on every surface.

The desk is steered by its one primary button and its keys, beside a second moderator who came by invitation.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, cast

import pytest
from playwright.async_api import Locator, Route, expect

from tests.conftest import RebondServer
from tests.end_to_end.capture import Capture
from tests.end_to_end.people import Console, Person, Phone, Room, has_its_letters

pytestmark = pytest.mark.asyncio(loop_scope="session")

TEMPLATE = cast("dict[str, Any]", json.loads((files("rebond") / "templates/retrospective.json").read_text("utf-8")))
SHORTER, SOONER, PAIRS = "Des réunions plus courtes", "Se dire les choses plus tôt", "Travailler à deux le matin"
ABUSE = "Tout est la faute de Paul"
WALK = "Les réunions en marchant"
STACK = "Nos réunions"


async def test_a_whole_plan_on_every_screen(room: Room, rebond_server: RebondServer) -> None:
    """PRODUCT 5.4, 5.9, 5.e; DM3, DM4, DM6: a whole plan by one button and keys, with everything a facilitator does.

    Given a retrospective, two moderators, a wall and two phones; when its steps are gone through, with a secret vote,
    an abusive card taken away face down, the reveal, a prompt, a card lit, the wall hidden, the board locked, an idea
    approved, a stack, and a secret vote on stacks; then every screen shows each as it should, ties as ties, the same
    ballots counted another way, and nobody was told what was not theirs to know.
    """
    titles = {step["id"]: step["title"]["fr"] for step in TEMPLATE["plan"]}
    board = await room.board(rebond_server.url, template="retrospective", title="Comment ce mois s’est-il passé ?")
    console, second, wall = await asyncio.gather(room.console(), room.console(), room.wall())
    ana, ben = await asyncio.gather(room.phone("Ana"), room.phone("Ben"))
    phones = (ana, ben)
    second.label = "Bea"
    await asyncio.gather(console.opens(board.moderator), wall.opens(board.wall))
    await console.invites(second, "Bea")
    await asyncio.gather(*(phone.comes_in(board.participant) for phone in phones))
    capture = Capture((console, second, wall, *phones))
    keys = console.page.keyboard

    # a vote on answers: a tie is a tie, and the same stars are counted another way
    await _presses_n(console, titles["mood"])
    stars = {"Notre énergie": 4, "Notre entraide": 4, "La clarté de nos objectifs": 2}
    await asyncio.gather(*(_gives_stars(phone, stars) for phone in phones))
    await console.sees_voters(2, 2)
    mood = (await capture.rounds())["stars"]
    await capture.only_told_counts_of(mood, set())
    await _presses_n(console, titles["write"])
    await console.looks_at_results()
    sheet = console.page.get_by_role("dialog")
    shared = "« Notre énergie » et « Notre entraide » partagent la première place : 4 sur 5"
    await expect(sheet.get_by_text(f"{shared} en moyenne chacune.")).to_be_visible()
    await sheet.get_by_role("radio", name="note du milieu").check(force=True)
    await expect(sheet.get_by_text(f"{shared} au milieu chacune.")).to_be_visible()
    await expect(sheet.get_by_text(console.say("tied"), exact=True).first).to_be_visible()
    await console.closes_the_sheet()
    await capture.only_told_counts_of(mood, {"console", "Bea", "wall", "Ana", "Ben"})

    # private writing: what hurts is taken away before anybody has read it; taking it away can be taken back
    await ana.writes(SHORTER)
    await ana.writes(SOONER)
    await ben.writes(PAIRS)
    await ben.writes(ABUSE)
    await expect(wall.page.get_by_text("4", exact=True)).to_be_visible()
    await console.does_not_see(ABUSE)
    await console.button("read the sealed").click()
    await console.picks(ABUSE, "to the bin")
    undo = console.page.get_by_role("button", name=re.compile(f"^{console.say('undo')}"))
    await expect(undo).to_contain_text("une carte écartée")
    await keys.press("Control+z")
    await console.sees_once(ABUSE)
    await console.picks(ABUSE, "to the bin")
    await expect(wall.page.get_by_text("3", exact=True)).to_be_visible()

    # the reveal, a rebound, a prompt on every phone, one card in large, the wall hidden, a lock
    await _presses_n(console, titles["rebound"])
    await asyncio.gather(*(wall.sees_once(text) for text in (SHORTER, SOONER, PAIRS)))
    await asyncio.gather(ana.looks_at(PAIRS), ben.looks_at(SHORTER))
    await capture.only_told(ABUSE, {"console", "Bea", "Ben"})
    await ben.rebounds_on(SHORTER, "extend", WALK)
    await wall.sees_once(WALK)
    await keys.press("c")
    await sheet.get_by_role("textbox").fill("Et pour qui vient d’arriver ?")
    await console.button("send now").click()
    await asyncio.gather(
        *(expect(one.page.get_by_text("Et pour qui vient d’arriver ?")).to_be_visible() for one in (wall, *phones))
    )
    await console.picks_state(WALK, "in large")
    await expect(wall.page.get_by_role("article")).to_have_count(1)
    await expect(ana.page.get_by_role("button", name=re.compile(f"À l’écran.*{WALK}"))).to_be_visible()
    await expect(console.text("in large")).to_be_visible()  # the desk may hear last
    await console.picks_state(WALK, "in large")
    await wall.sees_once(PAIRS)
    await keys.press("h")
    await asyncio.gather(*(wall.does_not_see(text) for text in (SHORTER, SOONER, PAIRS, WALK)))
    await expect(wall.page.get_by_text(board.code)).to_be_visible()
    await expect(console.button("hide wall")).to_have_attribute("aria-pressed", "true")  # what the desk knows is turned
    await keys.press("h")
    await wall.sees_once(PAIRS)
    await keys.press("l")
    await asyncio.gather(*(expect(phone.text("locked")).to_be_visible() for phone in phones))
    await expect(wall.text("wall locked")).to_be_visible()
    await expect(console.button("unlock")).to_be_visible()
    await keys.press("n")
    await expect(ana.text("locked")).to_have_count(0)

    # approved first, from now on; it is the other moderator who lets it in
    await _approves_first(console, titles["rebound"])
    late = "Une promenade par semaine"
    await ana.rebounds_on(WALK, "adapt", late)
    waiting = second.page.get_by_role("region", name=re.compile(f"^{second.say('inbox')}"))
    await expect(waiting.get_by_role("article").filter(has_text=late)).to_be_visible()
    await capture.only_told(late, {"console", "Bea", "Ana"})
    await second.page.keyboard.press("a")
    await asyncio.gather(ben.looks_at(late), wall.sees_once(late))

    # stacks, and a secret vote on them
    await _presses_n(console, titles["group"])
    for text in (SHORTER, WALK, late):
        await console.card(text).get_by_role("checkbox").check()
    await keys.press("g")
    await keys.type(STACK)
    await keys.press("Enter")
    await expect(wall.page.get_by_role("heading", name=STACK)).to_be_visible()
    await expect(ana.page.get_by_text(STACK).first).to_be_visible()
    await _presses_n(console, titles["weigh"])
    efforts = {STACK: (2, 4), SOONER: (2, 4), PAIRS: (5, 1)}
    await asyncio.gather(*(_weighs(phone, efforts) for phone in phones))
    await console.sees_voters(2, 2)
    weighed = (await capture.rounds())["matrix"]
    marks = [[*mark] for mark in efforts.values()]
    await capture.only_told_own_ballots_of(weighed, {phone.label: marks for phone in phones})
    await capture.only_told_counts_of(weighed, set())

    # what came out, on every screen
    await _presses_n(console, titles["decide"])
    question = next(step["round"]["title"]["fr"] for step in TEMPLATE["plan"] if step["id"] == "weigh")
    await expect(wall.page.get_by_role("heading", name=question)).to_be_visible()
    await console.looks_at_results()
    await asyncio.gather(*(_sees_both_first(one, "impact moins effort +2") for one in (console, wall, *phones)))
    await sheet.get_by_role("radio", name="impact", exact=True).check(force=True)
    await _sees_both_first(console, "impact 4 sur 5")
    await console.closes_the_sheet()
    receipt = await ana.opens_receipt()
    await expect(receipt.get_by_text(f"{question} : place 1 sur 3, à égalité").first).to_be_visible()
    await ana.puts_away()
    await capture.only_told_counts_of(weighed, {"console", "Bea", "wall", "Ana", "Ben"})
    await keys.press("n")
    await asyncio.gather(*(expect(phone.text("plan over")).to_be_visible() for phone in phones))
    await ana.button("my receipt").tap()  # where the plan ends, each phone offers it by itself
    await expect(ana.page.get_by_role("dialog", name=ana.say("receipt"))).to_be_visible()
    await capture.only_told(ABUSE, {"console", "Bea", "Ben"})


async def test_a_finger_that_scrolls_moves_no_card(room: Room, rebond_server: RebondServer) -> None:
    """PRODUCT 5.7: a phone's list follows the finger, whatever the finger begins on, and no card goes anywhere.

    Given a phone full of ideas in sections; when a finger comes down on a card and draws the list up; then the list has
    scrolled, and nothing was sent: every card is where it was.

    WCAG 2.5.7.
    """
    board = await room.board(rebond_server.url, template="swot")
    ana = await room.phone("Ana")
    await ana.comes_in(board.participant)
    for number in range(8):
        await ana.writes(f"Une idée de plus, la {number}e")
    before = await ana.texts()
    submitted: list[str] = []
    ana.page.on("websocket", lambda socket: socket.on("framesent", lambda frame: submitted.append(str(frame))))
    await ana.page.reload()
    await ana.is_on_the_board()
    await ana.page.evaluate("scrollTo(0, 0)")
    submitted.clear()
    for text in (before[1], before[3]):  # the head covers what is under it, and is no list: twice is beyond it
        await ana.draws_up(ana.card(text), 250)
    await expect(ana.card(before[0])).not_to_be_in_viewport()
    assert await ana.texts() == before
    assert [frame for frame in submitted if '"submit"' in frame] == []
    assert await ana.page.locator("[draggable=true]").count() == 0


async def test_an_anonymous_board_names_nobody_on_any_screen_or_line(room: Room, rebond_server: RebondServer) -> None:
    """PRODUCT 5.5; DM5: where a board is anonymous, nothing that anybody receives links a card to whom it is from.

    Given an anonymous board made on the front page; when two people come in and write, and one raises a hand; then no
    name is asked, and no pseudonym of either is in anything that the other, the desk or the wall was sent about a card.
    """
    front = await room.front("fr")
    await front.opens(rebond_server.url)
    await front.page.get_by_role("radio", name="anonyme", exact=True).check(force=True)
    console = await front.creates("Que n’osons-nous pas dire ?")
    address = await console.page.get_by_role("textbox", name=console.say("link for all")).input_value()
    ana, ben = await asyncio.gather(room.phone("Ana"), room.phone("Ben"))
    for phone in (ana, ben):
        await phone.page.goto(address)
        await expect(phone.button("enter")).to_be_visible()
        await expect(phone.page.get_by_label(phone.say("name"))).to_have_count(0)
        await phone.button("enter").tap()
        await phone.is_on_the_board()
    await ana.writes(SHORTER)
    await ben.writes(PAIRS)
    await asyncio.gather(ben.looks_at(SHORTER), ana.looks_at(PAIRS), console.sees_once(PAIRS))
    who = {phone.label: await _participant(phone) for phone in (ana, ben)}
    capture = Capture((console, ana, ben))
    await capture.only_told(who["Ana"], {"Ana"})
    await capture.only_told(who["Ben"], {"Ben"})


async def test_nothing_moves_under_a_finger_when_the_templates_come(room: Room, rebond_server: RebondServer) -> None:
    """LOOK: nothing shifts what a finger is about to touch. Given a server that is slow to tell its templates; then
    what will stand below them is not there yet, the question and the button are, and stay where they are."""
    front = await room.front("fr")
    told = asyncio.Event()

    async def late(route: Route) -> None:
        await told.wait()
        await route.continue_()

    await front.page.route("**/api/templates*", late)
    await front.opens(rebond_server.url)
    anonymous = front.page.get_by_role("radio", name="anonyme", exact=True)
    question, create = front.page.get_by_label(front.say("question")), front.button("create")
    await expect(anonymous).to_have_count(0)
    await has_its_letters(front.page)
    before = [await one.bounding_box() for one in (question, create)]
    told.set()
    await expect(anonymous).to_have_count(1)
    assert [await one.bounding_box() for one in (question, create)] == before


# -- what they do ----------------------------------------------------------------------------------------------------


async def _presses_n(console: Console, title: str) -> None:
    """The key of the one primary button; the plan marks the next step."""
    await expect(console.page.get_by_role("dialog")).to_have_count(0)  # no key is heard before
    await expect(console.button("next step")).to_be_enabled()
    await console.page.keyboard.press("n")
    await console.stands_at(title)


async def _gives_stars(phone: Phone, stars: Mapping[str, int]) -> None:
    """One item at a time, in this person's own order; an answer leads to the next."""
    asked = phone.page.get_by_role("article")
    for done in range(len(stars)):
        text = await _asked(asked, [*stars])
        await phone.page.get_by_role("button", name=f"{stars[text]} étoiles", exact=True).tap()
        answers = re.compile(rf"^{done + 1} réponses? sur {len(stars)}$")
        await expect(phone.page.get_by_text(answers)).to_be_visible()
        if done + 1 < len(stars):
            await expect(asked).not_to_contain_text(text)


async def _weighs(phone: Phone, marks: Mapping[str, tuple[int, int]]) -> None:
    """Effort and impact of each item, in this person's own order."""
    asked = phone.page.get_by_role("article")
    for done in range(len(marks)):
        text = await _asked(asked, [*marks])
        for row, mark in zip(("Effort", "Impact"), marks[text], strict=True):
            answers = phone.page.get_by_role("group", name=row, exact=True)
            await answers.get_by_role("button", name=f"{mark} sur 5", exact=True).tap()
        if done + 1 < len(marks):
            await phone.page.get_by_role("button", name="Suivante", exact=True).tap()
            await expect(asked).not_to_contain_text(text)


async def _asked(asked: Locator, texts: list[str]) -> str:
    """Which of these the phone asks about now."""
    await expect(asked).to_contain_text(re.compile("|".join(map(re.escape, texts))))
    shown = await asked.inner_text()
    return next(text for text in texts if text in shown)


async def _sees_both_first(person: Person, score: str) -> None:
    """The outcome says in words that two share the first place, in either order."""
    orders = ((STACK, SOONER), (SOONER, STACK))
    said = [f"« {one} » et « {other} » partagent la première place : {score} chacune." for one, other in orders]
    await expect(person.page.get_by_text(said[0]).or_(person.page.get_by_text(said[1])).first).to_be_visible()


async def _approves_first(console: Console, title: str) -> None:
    """Opens the step the board stands at and lets nothing through unread."""
    await console.page.locator("[aria-current=step]").get_by_role("button", name=re.compile(title)).first.click()
    sheet = console.page.get_by_role("dialog")
    await sheet.get_by_role("switch", name=console.say("approve first")).click(force=True)
    await sheet.get_by_role("button", name=console.say("save for all"), exact=True).click()
    await expect(sheet).to_have_count(0)


async def _participant(phone: Phone) -> str:
    """The pseudonym that the server gave this phone when it joined."""
    await asyncio.gather(*phone.heard.reading)
    answers = [json.loads(body) for body in phone.heard.bodies if '"token"' in body]
    return str(answers[0]["participant"])
