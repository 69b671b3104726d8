"""The first five minutes of a workshop, as PRODUCT section 3 has them: the acceptance walk, with everybody there.

A facilitator with a laptop, a wall and six phones go through the plan that the brainstorm template brings, in French
and in English; on every screen at every point it is asked what stands there. What each page receives is kept: the walk
ends by saying of every word, ballot and count to whom it went, and when.
"""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, cast

import pytest
from playwright.async_api import expect

from tests.conftest import RebondServer
from tests.end_to_end.capture import Capture, alike, exports, holds, tells_counts
from tests.end_to_end.people import Console, Phone, Room
from tests.end_to_end.words import Language

pytestmark = pytest.mark.asyncio(loop_scope="session")

TEMPLATE = cast("dict[str, Any]", json.loads((files("rebond") / "templates/brainstorm.json").read_text("utf-8")))
NAMES = ("Ana", "Ben", "Chloé", "Driss", "Inès", "Karim")


@dataclass(frozen=True)
class Said:
    """What people say in one language."""

    question: str
    segments: tuple[str, ...]
    ideas: tuple[str, ...]
    extends: str
    owes: str
    combines: str


SAID: dict[Language, Said] = {
    "fr": Said(
        "Qu’est-ce qui vous ferait revenir ?",
        ("Client·e", "Collaborateur·rice", "Partenaire", "Citoyen·ne", "Client·e", ""),
        (
            "Ouvrir le samedi matin", "Un café offert à qui attend", "Rappeler quand on a dit qu’on rappellerait",
            "Expliquer les frais en une page", "Un coin pour les enfants", "Un banc dehors",
        ),
        "Ouvrir aussi le mercredi soir", "Que le jour compte autant que l’accueil", "Le café du samedi",
    ),
    "en": Said(
        "What would make you come back?",
        ("Customer", "Employee", "Partner", "Citizen", "Customer", ""),
        (
            "Open on Saturday mornings", "A coffee for whoever waits", "Call back when we said we would",
            "Explain fees on one page", "A corner for children", "A bench outside",
        ),
        "Open on Wednesday evenings too", "That the day counts as much as the welcome", "The Saturday coffee",
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_the_first_five_minutes(room: Room, rebond_server: RebondServer, language: Language) -> None:
    """PRODUCT section 3, PRODUCT 5.2, 5.4, 5.6, 5.9; DM6, DM7: the walk as written, and nothing told before its time.

    Given a facilitator at the front page; when a board is made, six phones come in without an account, put hands up,
    write alone, see the reveal, rebound in one tap and vote in secret; then each screen shows what it should at each
    point, the wall draws a credited lineage, each phone holds its receipt, and no hidden word, no ballot and no count
    was on anybody's socket or in any download before its time, where each was found afterwards.

    WCAG 4.1.3.
    """
    said, plan = SAID[language], _plan(language)
    origin = rebond_server.url

    # 0:00 one press, the console opens, a template is picked, no account
    front = await room.front(language)
    await front.opens(origin)
    for step in plan.values():
        await expect(front.page.get_by_role("listitem").filter(has_text=step["title"]).first).to_be_visible()
    await expect(front.button("create")).to_be_in_viewport(ratio=1)
    console = await front.creates(said.question)
    await console.stands_at(plan["open"]["title"])
    address = await console.page.get_by_role("textbox", name=console.say("link for all")).input_value()
    powers = await _links(console)

    # 0:30 code and QR on the wall
    wall = await room.wall(language)
    await wall.opens(powers["wall"])
    code = address.rpartition("/")[2]
    await expect(wall.page.get_by_role("heading", level=1)).to_have_text(said.question)
    for way_in in (wall.page.get_by_text(code).first, wall.page.get_by_role("img", name=wall.say("qr"))):
        await expect(way_in).to_be_in_viewport(ratio=1)

    # 1:00 phones are in, avatars pop up
    phones = [await room.phone(name, language) for name in NAMES]
    for number, phone in enumerate(phones):
        segment = said.segments[number]
        if number % 2:
            await phone.comes_in_by_code(origin, code, segment=segment)
        else:
            await phone.comes_in(address, segment=segment)
        await expect(wall.page.get_by_text(wall.say("here", n=number + 1), exact=True)).to_be_visible()
    await console.page.get_by_text(console.say("who is here")).click()
    for name in NAMES:
        await expect(console.page.get_by_role("button", name=name, exact=True)).to_be_visible()
    await expect(wall.page.get_by_role("listitem").filter(has_text="2")).to_have_count(1)  # two customers
    await wall.has_marks(6)
    capture = Capture((console, wall, *phones))

    # 1:30 a show of hands teaches the screen
    await expect(console.text("as they come")).to_be_visible()
    await console.goes_on(to=plan["warm_up"]["title"])
    await expect(console.text("as they come")).to_have_count(0)  # nobody writes now
    options = [option[language] for option in plan["warm_up"]["round"]["options"]]
    await asyncio.gather(*(_raises_hand(phone, options, number) for number, phone in enumerate(phones)))
    await console.sees_voters(6, 6)
    for option, hands in zip(options, (6, 3, 2), strict=True):
        for person in (wall, console):
            shown = person.page.get_by_role("listitem").filter(has_text=option)
            await expect(shown.get_by_text(str(hands), exact=True)).to_be_visible()
    hands_round = (await capture.rounds())["hands"]
    await capture.only_told_counts_of(hands_round, {"facilitator", "wall", *NAMES})

    # 2:30 ninety seconds of private writing, the wall counts
    await console.goes_on(to=plan["write"]["title"])
    everybody = (console, wall, *phones)
    for person in (wall, *phones):
        await expect(person.page.get_by_text(plan["write"]["instruction"], exact=True)).to_be_visible()
    for person in everybody:
        await person.shows_the_time_of(console, at_most_s=90)
    await asyncio.gather(*(phone.writes(idea) for phone, idea in zip(phones, said.ideas, strict=True)))
    await expect(wall.page.get_by_text("6", exact=True)).to_be_visible()
    await expect(wall.page.get_by_text(re.compile(wall.say("ideas on paper")))).to_be_visible()
    for idea in said.ideas:
        await asyncio.gather(wall.does_not_see(idea), console.does_not_see(idea))
    tokens = {"wall": powers["wall"].partition("#t=")[2], **{phone.label: await _token(phone) for phone in phones}}
    board = await _board(phones[0])
    kept = {label: await exports(origin, board, token) for label, token in tokens.items()}
    for name, idea in zip(NAMES, said.ideas, strict=True):
        await capture.only_told(idea, {name, "facilitator"})  # whoever moderates may bin it before the reveal
        assert {label for label, texts in kept.items() if holds([*texts.values()], idea)} <= {name}
        for phone in phones:
            if phone.label != name:
                await phone.does_not_see(idea)
    assert await alike(origin, board, tokens["Ben"], said.ideas[0]) == []  # no hint tells what others write

    # 4:00 reveal
    await console.goes_on(to=plan["reveal"]["title"])
    for idea in said.ideas:
        await asyncio.gather(wall.sees_once(idea), console.sees_once(idea))
    await asyncio.gather(*(phone.looks_at_all(6) for phone in phones))
    for idea in said.ideas:
        await capture.only_told(idea, {"facilitator", "wall", *NAMES})
    kept = {label: await exports(origin, board, token) for label, token in tokens.items()}
    assert len(await alike(origin, board, tokens["Ben"], said.ideas[0])) == 1
    assert all(holds([text], idea) for texts in kept.values() for text in texts.values() for idea in said.ideas)

    # 4:30 one tap: rebond
    ana, ben, *others = phones
    await console.goes_on(to=plan["rebound"]["title"])
    await ben.rebounds_on(said.ideas[0], "extend", said.extends, owes=said.owes)
    await others[0].rebounds_on(said.ideas[1], "combine", said.combines, with_too=[said.ideas[0]])

    # 5:00 the wall shows the first credited lineage, each phone holds its receipt
    await wall.sees_arc(said.extends, "extends", said.ideas[0])
    await wall.sees_arc(said.combines, "combines", said.ideas[1])
    await wall.has_arcs(3)
    await expect(wall.card(said.extends).get_by_text(wall.say("from", names="Ana"))).to_be_visible()
    await console.sees_once(said.extends)
    await ana.looks_at(said.extends)
    await expect(ana.card(said.extends)).to_contain_text(ana.say("owes line", text=said.owes))
    await asyncio.gather(*(_holds_receipt(phone, idea) for phone, idea in zip(phones, said.ideas, strict=True)))
    receipt = await ana.opens_receipt()
    for name, child in (("Ben", said.extends), ("Chloé", said.combines)):
        await expect(receipt.get_by_text(ana.say("led", name=name, text=child), exact=True)).to_be_visible()
    await ana.puts_away()
    receipt = await ben.opens_receipt()
    await expect(receipt.get_by_text(ben.say("owe it to", name="Ana", text=said.ideas[0]), exact=True)).to_be_visible()
    await ben.puts_away()

    # and on to the plan's own secret vote: how many have voted, and nothing more, until it closes
    await console.goes_on(to=plan["group"]["title"])
    await console.goes_on(to=plan["choose"]["title"])
    await asyncio.gather(*(phone.sees_points_left(5) for phone in phones))
    tokens["moderator"] = powers["moderator"].partition("#t=")[2]
    before = {label: await exports(origin, board, token) for label, token in tokens.items()}
    for phone in (ana, ben):
        for idea in (said.ideas[0], said.ideas[0], said.extends):
            await phone.gives_a_point(idea)
        await phone.sees_points_left(2)
    await console.sees_voters(2, 6)
    secret = (await capture.rounds())["dots"]
    given = {"Ana": [1, 2], "Ben": [1, 2]}
    await capture.only_told_own_ballots_of(secret, given)
    await capture.only_told_counts_of(secret, set())
    after = {label: await exports(origin, board, token) for label, token in tokens.items()}
    for label in tokens:
        assert not tells_counts(after[label]["json"], secret)
        assert after[label]["csv"] == before[label]["csv"]
        assert _report(after[label]["md"]) == _report(before[label]["md"])

    await console.goes_on(to=plan["decide"]["title"])
    title = plan["choose"]["round"]["title"]
    await expect(wall.page.get_by_role("heading", name=title)).to_be_visible()
    for person in (wall, *phones):
        await expect(person.page.get_by_text(re.compile(re.escape(said.ideas[0]))).first).to_be_visible()
        await expect(person.page.get_by_text(re.compile("4 points")).first).to_be_visible()
    await capture.only_told_counts_of(secret, {"facilitator", "wall", *NAMES})
    await capture.only_told_own_ballots_of(secret, given)
    for token in tokens.values():
        assert tells_counts((await exports(origin, board, token))["json"], secret)


# -- what they do ----------------------------------------------------------------------------------------------------


def _plan(language: Language) -> dict[str, dict[str, Any]]:
    """The template's steps by id, in one language."""
    return {step["id"]: _in(step, language) for step in TEMPLATE["plan"]}


def _in(step: dict[str, Any], language: Language) -> dict[str, Any]:
    said = {**step, "title": step["title"][language], "instruction": step["instruction"][language]}
    if "round" in step:
        said["round"] = {**step["round"], "title": step["round"]["title"][language]}
    return said


async def _links(console: Console) -> dict[str, str]:
    """The links with powers that the console hands out."""
    await console.page.get_by_text(console.say("links with powers"), exact=True).click()
    keys = {"wall": "link of the wall", "moderator": "link with all powers"}
    return {
        name: await console.page.get_by_role("textbox", name=console.say(key)).input_value()
        for name, key in keys.items()
    }


async def _raises_hand(phone: Phone, options: list[str], number: int) -> None:
    """For the first answer everybody, for the next every second, for the last every third."""
    for place, option in enumerate(options):
        if number % (place + 1) == 0:
            await phone.presses_option(option)


async def _holds_receipt(phone: Phone, idea: str) -> None:
    receipt = await phone.opens_receipt()
    await expect(receipt.get_by_text(idea, exact=True)).to_be_visible()
    await phone.puts_away()


async def _joined(phone: Phone) -> dict[str, Any]:
    """What the server answered when this phone joined."""
    await asyncio.gather(*phone.heard.reading)
    answers = [json.loads(body) for body in phone.heard.bodies if '"token"' in body]
    return cast("dict[str, Any]", answers[0])


async def _token(phone: Phone) -> str:
    return str((await _joined(phone))["token"])


async def _board(phone: Phone) -> str:
    return str((await _joined(phone))["board"])


def _report(text: str) -> str:
    """A report without the line that says how many have voted, which everybody may know."""
    return re.sub(r"(votant·es|voters)\s*: \d+", "", text)
