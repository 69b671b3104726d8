"""Plays a small workshop on a real server and keeps a picture of every surface at its real size, in docs/screenshots/.

    python -m tests.end_to_end.screenshots [--only wall] [--into docs/screenshots]

Both languages, both themes, WebP. It is not a test: it is how somebody looks at everything at once before calling it
done. The server and the browser are ended by their own handles.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import re
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

import httpx
from playwright.async_api import Browser, Page, ViewportSize, async_playwright

from rebond_client import Board, join, socket_url
from rebond_loadtest.target import serving
from rebond_protocol.attention import HandRaise, RelaunchSend, SpotlightSet
from rebond_protocol.cards import CardAdd, CardTag
from rebond_protocol.commands import ClientCommand
from rebond_protocol.groups import GroupMake
from rebond_protocol.rebounds import CardRebound
from rebond_protocol.rounds import RoundClose, RoundOpen, VoteCast, VoteMark
from rebond_protocol.steps import ALL_PERMISSIONS, StepSet, StepView, TimerStart
from rebond_protocol.talk import CommentAdd, ReactionSet
from tests.end_to_end.conftest import CHROMIUM, CHROMIUM_OPTIONS
from tests.end_to_end.people import CONSOLE_SIZE, PATIENCE_MS, PHONE_SIZE, WALL_SIZE, comes_to_rest
from tests.end_to_end.words import Language, words

INTO = Path(__file__).parents[2] / "docs" / "screenshots"
QUALITY = 60
STILL_FRAMES = 30
"""So many drawn without a change, and nothing more is on its way: the wall lets 12 pass at the most before it lays out
what has come."""
STANDS_STILL = """frames => new Promise(resolve => {
  let still = 0;
  const ticks = ({ target }) => (target instanceof Element ? target : target.parentElement)?.closest("[role=timer]");
  const changes = new MutationObserver(seen => (still = seen.every(ticks) ? still : 0));
  changes.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  const drawn = () => {
    if (++still <= frames) return requestAnimationFrame(drawn);
    changes.disconnect();
    resolve();
  };
  requestAnimationFrame(drawn);
})"""
"""Settled when nothing changes on a page any more, but for a timer, which never stands."""

NAMES = ("Ana", "Benoît", "Chloé", "Driss", "Inès", "Karim", "Léa", "Marco")
QUESTION: dict[Language, str] = {"fr": "Qu’est-ce qui vous ferait revenir ?", "en": "What would make you come back?"}
IDEAS: dict[Language, tuple[str, ...]] = {
    "fr": (
        "Ouvrir le samedi matin",
        "Un café offert à qui vient poser une question",
        "Expliquer les frais en une page que tout le monde comprend",
        "Rappeler les gens quand on a dit qu’on rappellerait",
        "Un coin pour les enfants",
        "Prendre rendez-vous depuis son téléphone",
        "Des conseillers qui parlent arabe et portugais",
        "Un banc dehors",
    ),
    "en": (
        "Open on Saturday mornings",
        "A coffee for whoever comes with a question",
        "Explain fees on one page that everybody understands",
        "Call people back when we said we would",
        "A corner for children",
        "Book an appointment from the phone",
        "Advisers who speak Arabic and Portuguese",
        "A bench outside",
    ),
}
REBOUNDS: dict[Language, tuple[str, ...]] = {
    "fr": (
        "Le café du samedi : on parle argent sans rendez-vous, autour d’une table",
        "Et une fois par mois, au marché",
        "La page des frais, relue par des clients avant de paraître",
    ),
    "en": (
        "The Saturday coffee: talk about money without an appointment, around a table",
        "And once a month, at the market",
        "The page about fees, read by customers before it is printed",
    ),
}
SAID: dict[Language, dict[str, str]] = {
    "fr": {
        "write": "Une idée par carte, en silence.",
        "rebound": "Quand une idée vous en donne une autre, rebondissez dessus.",
        "choose": "Cinq points chacun, trois au plus sur une idée.",
        "stack": "Quand on ouvre",
        "relaunch": "Et pour quelqu’un qui vient pour la première fois ?",
        "comment": "On l’a fait à Lille, la file était dehors.",
        "poll": "On continue dix minutes ?",
        "yes": "Oui",
        "no": "Non",
    },
    "en": {
        "write": "One idea per card, in silence.",
        "rebound": "When an idea gives you another, rebound on it.",
        "choose": "Five points each, three at most on one idea.",
        "stack": "When we open",
        "relaunch": "And for somebody who comes for the first time?",
        "comment": "We did that in Lille, the queue went out of the door.",
        "poll": "Ten more minutes?",
        "yes": "Yes",
        "no": "No",
    },
}
SECTIONS = (
    "customer_segments", "value_propositions", "channels", "customer_relationships", "revenue_streams",
    "key_resources", "key_activities", "key_partners", "cost_structure",
)  # fmt: skip
Surface = Literal["front", "phone", "console", "wall"]
SIZES: dict[Surface, ViewportSize] = {
    "front": CONSOLE_SIZE, "phone": PHONE_SIZE, "console": CONSOLE_SIZE, "wall": WALL_SIZE,
}  # fmt: skip


@dataclass
class Camera:
    """Takes a surface in both themes."""

    browser: Browser
    into: Path
    language: Language
    only: str

    async def opens(self, surface: Surface, address: str) -> Page:
        """A page of this surface, at its real size."""
        phone = surface == "phone"
        context = await self.browser.new_context(
            locale="fr-FR" if self.language == "fr" else "en-GB",
            viewport=SIZES[surface], has_touch=phone, is_mobile=phone, reduced_motion="reduce",
        )  # fmt: skip
        context.set_default_timeout(PATIENCE_MS)
        page = await context.new_page()
        await page.goto(address)
        return page

    async def takes(self, moment: str, **pages: Page) -> None:
        """One picture a surface and theme: `wall-lineage-fr-dark.webp`."""
        for surface, page in pages.items():
            if self.only not in surface:
                continue
            devtools = cast("Any", await page.context.new_cdp_session(page))
            await page.bring_to_front()
            for theme in ("light", "dark"):
                await page.emulate_media(color_scheme=theme)
                async with asyncio.timeout(PATIENCE_MS / 1000):
                    await page.evaluate(STANDS_STILL, STILL_FRAMES)
                    await comes_to_rest(page)
                taken = await devtools.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
                name = f"{surface}-{moment}-{self.language}-{theme}.webp"
                (self.into / name).write_bytes(base64.b64decode(taken["data"]))
            await page.emulate_media(color_scheme="light")
            await devtools.detach()


async def _made(board: Board, command: ClientCommand) -> str:
    accepted = await board.submit(command)
    assert isinstance(accepted.made, str)
    return accepted.made


def _step(instruction: str, view: StepView, *, private: bool = False) -> StepSet:
    return StepSet(instruction, ALL_PERMISSIONS, private=private, approve=False, view=view)


async def _workshop(camera: Camera, origin: str) -> None:
    """From the front page to the outcome, one picture at each turn."""
    language = camera.language
    said, ideas, rebounds = SAID[language], IDEAS[language], REBOUNDS[language]
    await camera.takes("open", front=await camera.opens("front", origin))
    links = await _board(origin, language, "brainstorm")
    wall, console = await camera.opens("wall", links["wall"]), await camera.opens("console", links["moderator"])
    phone = await camera.opens("phone", links["participant"])
    await camera.takes("join", phone=phone)
    await camera.takes("begin", wall=wall, console=console)
    async with AsyncExitStack() as room:
        moderator = await room.enter_async_context(_board_of(origin, links["id"], _token(links["moderator"])))
        people: list[Board] = []
        for at, name in enumerate(NAMES):
            joined = await join(origin, links["code"], name=name, segment=_segment(links, at))
            people.append(await room.enter_async_context(_board_of(origin, links["id"], joined.token)))
        await _enters(phone, language)

        await moderator.submit(_step(said["write"], "cards", private=True))
        await moderator.submit(TimerStart(90))
        cards = [await _made(people[at % 8], CardAdd(text)) for at, text in enumerate(ideas)]
        await camera.takes("writing", wall=wall, console=console, phone=phone)

        await moderator.submit(_step(said["rebound"], "lineage"))
        both = await _made(people[4], CardRebound((cards[0], cards[1]), "combines", rebounds[0], ideas[1]))
        await _made(people[5], CardRebound((both,), "adapts", rebounds[1]))
        await _made(people[6], CardRebound((cards[2],), "removes_obstacle", rebounds[2]))
        await moderator.submit(CardTag(cards[2], ("frais",), 3))
        await people[3].submit(CommentAdd(cards[0], said["comment"]))
        await asyncio.gather(*(person.submit(ReactionSet(both, "spark")) for person in people[:5]))
        await people[7].submit(HandRaise())
        await camera.takes("lineage", wall=wall, console=console, phone=phone)

        await moderator.submit(RelaunchSend(said["relaunch"]))
        await camera.takes("relaunch", wall=wall, phone=phone)
        await moderator.submit(SpotlightSet(card=both))
        await camera.takes("spotlight", wall=wall, phone=phone)
        await moderator.submit(SpotlightSet())

        await moderator.submit(GroupMake((cards[0], cards[1], both), said["stack"]))
        await moderator.submit(GroupMake((cards[2], cards[3])))
        await moderator.submit(_step("", "groups"))
        await camera.takes("groups", wall=wall, console=console, phone=phone)

        await moderator.submit(_step(said["choose"], "choose"))
        dots = await _made(moderator, RoundOpen("dots", budget=5, cap=3, secret=True))
        for at, person in enumerate(people):
            await person.submit(VoteCast(dots, both, 1 + at % 3))
            await person.submit(VoteCast(dots, cards[(at * 3) % 8], 2))
        await camera.takes("choosing", wall=wall, console=console, phone=phone)
        await moderator.submit(RoundClose(dots))
        await moderator.submit(_step("", "results"))
        await camera.takes("results", wall=wall, console=console, phone=phone)

        poll = await _made(
            moderator, RoundOpen("hands", title=said["poll"], on="options", options=(said["yes"], said["no"]))
        )
        for at, person in enumerate(people):
            await person.submit(VoteCast(poll, "2" if at % 3 == 2 else "1", 1))
        await camera.takes("hands", wall=wall, phone=phone)
        await moderator.submit(RoundClose(poll))

        matrix = await _made(moderator, RoundOpen("matrix", secret=True))
        await camera.takes("matrix-ballot", phone=phone)
        for at, person in enumerate(people):
            for number, card in enumerate((*cards[:5], both)):
                marks = (1 + (number * 2 + at % 2) % 5, 5 - (number + at % 2) % 4)
                await person.submit(VoteMark(matrix, card, marks))
        await moderator.submit(RoundClose(matrix))
        await camera.takes("matrix", wall=wall, console=console, phone=phone)


async def _canvas(camera: Camera, origin: str) -> None:
    """The nine blocks, filled."""
    links = await _board(origin, camera.language, "business_model_canvas")
    wall = await camera.opens("wall", links["wall"])
    phone = await camera.opens("phone", links["participant"])
    await _enters(phone, camera.language)
    async with _board_of(origin, links["id"], _token(links["moderator"])) as moderator:
        await moderator.submit(_step("", "sections"))
        for at, text in enumerate((*IDEAS[camera.language], *REBOUNDS[camera.language])):
            await moderator.submit(CardAdd(text, section=SECTIONS[(at * 4) % len(SECTIONS)]))
        await camera.takes("canvas", wall=wall, phone=phone)


async def _enters(phone: Page, language: Language) -> None:
    await phone.get_by_label(words("name", language)).fill("Zoé")
    await phone.get_by_role("button", name=words("enter", language), exact=True).click()
    await phone.get_by_role("status").filter(has_text=words("live", language)).wait_for(state="attached")


def _board_of(origin: str, board: str, token: str) -> Board:
    return Board(socket_url(origin, board), token)


def _token(link: str) -> str:
    return link.partition("#t=")[2]


def _segment(links: dict[str, Any], at: int) -> str | None:
    segments = cast("list[str]", links["segments"])
    return segments[at % len(segments)] if segments else None


async def _board(origin: str, language: Language, template: str) -> dict[str, Any]:
    wanted = {"title": QUESTION[language], "template": template, "locale": language}
    async with httpx.AsyncClient() as client:
        made = (await client.post(f"{origin}/api/boards", json=wanted)).raise_for_status().json()
        face = (await client.get(f"{origin}/api/boards/{made['code']}")).json()
    segments = [segment["id"] for segment in face.get("segments", [])]
    return {"id": made["id"], "code": made["code"], "segments": segments, **made["links"]}


async def _take_all(into: Path, only: str) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(CHROMIUM_OPTIONS))
        with serving() as server:
            for language in cast("tuple[Language, ...]", ("fr", "en")):
                camera = Camera(browser, into, language, only)
                await _workshop(camera, server.url)
                await _canvas(camera, server.url)
                for context in browser.contexts:
                    await context.close()
        await browser.close()


def main() -> None:
    """Takes what the command line asks for."""
    asked = argparse.ArgumentParser(description=re.split(r"\n\n", __doc__ or "")[0])
    asked.add_argument("--into", type=Path, default=INTO)
    asked.add_argument("--only", default="", help="a surface: front, phone, console or wall")
    said = asked.parse_args()
    said.into.mkdir(parents=True, exist_ok=True)
    asyncio.run(_take_all(said.into, said.only))


if __name__ == "__main__":
    main()
