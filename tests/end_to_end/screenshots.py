"""Plays a small workshop on a real server and keeps a picture of every surface at its real size, in docs/screenshots/.

    python -m tests.end_to_end.screenshots [--only wall] [--into docs/screenshots]

Both languages, both themes, WebP. It is not a test: it is how somebody looks at everything at once before calling it
done. The server and the browser are ended by their own handles.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import io
import re
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

import httpx
from PIL import Image, ImageDraw
from playwright.async_api import Browser, Page, ViewportSize, async_playwright, expect

from rebond_client import Board, join, socket_url
from rebond_loadtest.target import serving
from rebond_protocol.attention import HandRaise, RelaunchSend, SpotlightSet
from rebond_protocol.cards import CardAdd, CardTag
from rebond_protocol.commands import ClientCommand
from rebond_protocol.groups import GroupMake
from rebond_protocol.rebounds import CardRebound
from rebond_protocol.rounds import RoundClose, RoundOpen, VoteCast, VoteMark
from rebond_protocol.stages import CardShowcase, CardStage, Showcase
from rebond_protocol.steps import ALL_PERMISSIONS, StepGo, StepSet
from rebond_protocol.talk import CommentAdd, ReactionSet
from tests.end_to_end.conftest import CHROMIUM, CHROMIUM_OPTIONS
from tests.end_to_end.kiosk import Kiosk
from tests.end_to_end.people import CONSOLE_SIZE, KIOSK_SIZE, PATIENCE_MS, PHONE_SIZE, WALL_SIZE, comes_to_rest
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
        "stack": "Quand on ouvre",
        "matrix": "Que ferait-on d’abord\u00a0?",
        "relaunch": "Et pour quelqu’un qui vient pour la première fois ?",
        "comment": "On l’a fait à Lille, la file était dehors.",
    },
    "en": {
        "stack": "When we open",
        "matrix": "What would we do first?",
        "relaunch": "And for somebody who comes for the first time?",
        "comment": "We did that in Lille, the queue went out of the door.",
    },
}
LAB: dict[Language, dict[str, str]] = {
    "fr": {
        "title": "Le labo de Nantes",
        "bench": "Un banc à l’ombre devant chaque agence",
        "late": "Ouvrir le jeudi soir",
        "visit": "Un conseiller qui vient à domicile",
        "asks": "Vous y assiériez-vous\u00a0?",
        "alternative": "Un banc rouge sous un arbre",
        "drawn": "Trois menuisiers ont dessiné.",
        "tried": "Devant deux agences, depuis le printemps.",
        "learnt": "Douze personnes en trois mois\u00a0: trop peu.",
        "works": "Deux cents visites par mois.",
        "rebound": "Et une prise pour recharger son téléphone",
    },
    "en": {
        "title": "The Nantes lab",
        "bench": "A bench in the shade before every branch",
        "late": "Open on Thursday evenings",
        "visit": "An adviser who comes to your home",
        "asks": "Would you sit there?",
        "alternative": "A red bench under a tree",
        "drawn": "Three joiners drew it.",
        "tried": "Before two branches, since spring.",
        "learnt": "Twelve people in three months: too few.",
        "works": "Two hundred visits a month.",
        "rebound": "And a socket to charge a phone",
    },
}
SECTIONS = (
    "customer_segments", "value_propositions", "channels", "customer_relationships", "revenue_streams",
    "key_resources", "key_activities", "key_partners", "cost_structure",
)  # fmt: skip
Surface = Literal["front", "phone", "console", "wall", "kiosk", "lab"]
SIZES: dict[Surface, ViewportSize] = {
    "front": CONSOLE_SIZE, "phone": PHONE_SIZE, "console": CONSOLE_SIZE, "wall": WALL_SIZE, "kiosk": KIOSK_SIZE,
    "lab": CONSOLE_SIZE,
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
        phone, touch = surface == "phone", surface in ("phone", "kiosk")
        context = await self.browser.new_context(
            locale="fr-FR" if self.language == "fr" else "en-GB",
            viewport=SIZES[surface], has_touch=touch, is_mobile=phone, reduced_motion="reduce",
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


async def _workshop(camera: Camera, origin: str) -> None:
    """From the front page to the outcome along the template's own plan, one picture at each turn."""
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
        everybody = words("here", language, n=len(NAMES) + 1)
        await expect(wall.get_by_text(everybody, exact=True)).to_be_visible()

        warm_up = await _goes_to(moderator, "warm_up")
        for at, person in enumerate(people):
            for option in ("1", "2", "3")[: 1 + at % 3]:
                await person.submit(VoteCast(warm_up, option, 1))
        await camera.takes("hands", wall=wall, phone=phone)

        await _goes_to(moderator, "write")
        cards = [await _made(people[at % 8], CardAdd(text)) for at, text in enumerate(ideas)]
        await camera.takes("writing", wall=wall, console=console, phone=phone)

        await _goes_to(moderator, "rebound")
        await people[3].submit(CommentAdd(cards[0], said["comment"]))
        both = await _made(people[4], CardRebound((cards[0], cards[1]), "combines", rebounds[0], ideas[1]))
        await _made(people[5], CardRebound((both,), "adapts", rebounds[1]))
        await _made(people[6], CardRebound((cards[2],), "removes_obstacle", rebounds[2]))
        await moderator.submit(CardTag(cards[2], ("frais",), 3))
        await asyncio.gather(*(person.submit(ReactionSet(both, "spark")) for person in people[:5]))
        await people[7].submit(HandRaise())
        await camera.takes("lineage", wall=wall, console=console, phone=phone)

        await moderator.submit(RelaunchSend(said["relaunch"]))
        await camera.takes("relaunch", wall=wall, phone=phone)
        await moderator.submit(SpotlightSet(card=both))
        await camera.takes("spotlight", wall=wall, phone=phone)
        await moderator.submit(SpotlightSet())

        await _goes_to(moderator, "group")
        stack = await _made(moderator, GroupMake((cards[0], cards[1], both), said["stack"]))
        fees = await _made(moderator, GroupMake((cards[2], cards[3])))
        await camera.takes("groups", wall=wall, console=console, phone=phone)

        dots = await _goes_to(moderator, "choose")
        for at, person in enumerate(people):
            await person.submit(VoteCast(dots, stack, 1 + at % 3))
            await person.submit(VoteCast(dots, (fees, *cards[4:])[at % 5], 2))
        await camera.takes("choosing", wall=wall, console=console, phone=phone)
        await _goes_to(moderator, "decide")
        await camera.takes("results", wall=wall, console=console, phone=phone)

        await moderator.submit(StepSet(None, ALL_PERMISSIONS, view="choose"))  # no step of the plan has this method
        matrix = await _made(moderator, RoundOpen("matrix", title=said["matrix"], secret=True))
        await camera.takes("matrix-ballot", phone=phone)
        for at, person in enumerate(people):
            for number, card in enumerate((*cards[:5], both)):
                marks = (1 + (number * 2 + at % 2) % 5, 5 - (number + at % 2) % 4)
                await person.submit(VoteMark(matrix, card, marks))
        await moderator.submit(RoundClose(matrix))
        await moderator.submit(StepSet(None, ALL_PERMISSIONS, view="results"))
        await phone.get_by_role("button", name=words("see results", language), exact=True).click()
        await camera.takes("matrix", wall=wall, console=console, phone=phone)


async def _goes_to(moderator: Board, step: str) -> str:
    """The board goes to this step of its plan; the latest vote there is then, or nothing."""
    accepted = await moderator.submit(StepGo(step))
    await moderator.reached(accepted.seq)
    return next(reversed(moderator.replica.rounds), "")


async def _canvas(camera: Camera, origin: str) -> None:
    """The nine blocks, filled."""
    links = await _board(origin, camera.language, "business_model_canvas")
    wall = await camera.opens("wall", links["wall"])
    phone = await camera.opens("phone", links["participant"])
    await _enters(phone, camera.language)
    async with _board_of(origin, links["id"], _token(links["moderator"])) as moderator:
        await moderator.submit(StepSet("", ALL_PERMISSIONS, private=False, approve=False, view="sections"))
        for at, text in enumerate((*IDEAS[camera.language], *REBOUNDS[camera.language])):
            await moderator.submit(CardAdd(text, section=SECTIONS[(at * 4) % len(SECTIONS)]))
        await camera.takes("canvas", wall=wall, phone=phone)


async def _lab(camera: Camera, origin: str) -> None:
    """A visit to the kiosk, from the slides to the way home; the lab's page."""
    language = camera.language
    seen = LAB[language]
    links = await _board(origin, language, "lab", seen["title"])
    async with _board_of(origin, links["id"], _token(links["moderator"])) as desk:
        picture = await _hung_up(origin, links, drawn_bench())
        await _furnish(desk, picture, seen, language)
        unpaired = await camera.opens("kiosk", f"{origin}/kiosk/{links['code']}")
        await expect(unpaired.get_by_role("heading", name=words("k pair", language))).to_be_visible()
        await camera.takes("pairing", kiosk=unpaired)
        await _behind_the_door(camera, origin, links, Kiosk("kiosk", unpaired, language))
        page = await camera.opens("kiosk", links["kiosk"])
        kiosk = Kiosk("kiosk", page, language)
        await kiosk.waits_for_somebody()
        await expect(page.get_by_text(seen["bench"])).to_be_visible()
        await camera.takes("attract", kiosk=page, lab=await camera.opens("lab", f"{origin}/lab/{links['code']}"))
        await kiosk.begins()
        await camera.takes("home", kiosk=page)
        await kiosk.choice("k in test").first.tap()
        await camera.takes("stage", kiosk=page)
        await kiosk.main.get_by_role("button").filter(has_text=seen["bench"]).tap()
        await camera.takes("card", kiosk=page)
        await kiosk.thinks("k stars", n=4)
        await camera.takes("opinion", kiosk=page)
        await kiosk.choice("k comments").tap()
        await camera.takes("comments", kiosk=page)
        await kiosk.button("k back").tap()
        await kiosk.choice("k rebound").tap()
        await camera.takes("verbs", kiosk=page)
        await kiosk.choice("k extend").tap()
        await kiosk.field.fill(seen["rebound"])
        await camera.takes("writing", kiosk=page)
        await kiosk.sends()
        await kiosk.is_thanked()
        await camera.takes("thanks", kiosk=page)
        await kiosk.button("k done").tap()
        await kiosk.begins()
        await page.get_by_role("button", name=words("k help", language), exact=True).tap()
        await camera.takes("help", kiosk=page)
        await page.get_by_role("button", name=words("k back", language), exact=True).tap()
        await kiosk.sets("largest", "high")
        await camera.takes("large", kiosk=page)
        await kiosk.button("k start over").tap()
        await kiosk.begins()
        await page.clock.install()
        await page.clock.fast_forward(61_000)
        await expect(page.get_by_role("alertdialog")).to_be_visible()
        await camera.takes("idle", kiosk=page)


async def _behind_the_door(camera: Camera, origin: str, links: dict[str, str], kiosk: Kiosk) -> None:
    """A screen is paired; those who look after it come in by its PIN."""
    body = {"code": await kiosk.pairing_code(), "name": {"fr": "Hall, à gauche", "en": "Lobby, left"}[kiosk.language]}
    async with httpx.AsyncClient(base_url=origin) as http:
        headers = {"Authorization": f"Bearer {_token(links['moderator'])}"}
        answer = await http.post(f"/api/boards/{links['id']}/kiosks", json={**body, "pin": "2468"}, headers=headers)
        answer.raise_for_status()
    await kiosk.begins()
    await kiosk.button("k help").tap()
    await kiosk.button("k staff").tap()
    await expect(kiosk.heading("k pin")).to_be_visible()
    await camera.takes("pin", kiosk=kiosk.page)
    for digit in "2468":
        await kiosk.main.get_by_role("button", name=digit, exact=True).tap()
    await kiosk.button("k pin go").tap()
    await expect(kiosk.heading("k staff title")).to_be_visible()
    await camera.takes("staff", kiosk=kiosk.page)


async def _furnish(desk: Board, picture: str, seen: dict[str, str], language: Language) -> None:
    """The window of a lab: one idea in test, with a picture; one live, one stopped, and some to come."""
    bench, evening, visits = [
        await _made(desk, CardAdd(seen[one], lang=language)) for one in ("bench", "late", "visit")
    ]
    await desk.submit(CardShowcase(bench, Showcase("stars", seen["asks"], picture, seen["alternative"])))
    await desk.submit(CardStage(bench, "design", seen["drawn"]))
    await desk.submit(CardStage(bench, "test", seen["tried"]))
    await desk.submit(CardShowcase(evening, Showcase()))
    await desk.submit(CardStage(evening, "stopped", seen["learnt"]))
    await desk.submit(CardShowcase(visits, Showcase("reaction")))
    await desk.submit(CardStage(visits, "live", seen["works"]))
    for text in IDEAS[language]:
        await desk.submit(CardAdd(text, lang=language))


async def _hung_up(origin: str, links: dict[str, Any], picture: bytes) -> str:
    """The picture as the server keeps it."""
    async with httpx.AsyncClient(base_url=origin) as client:
        asked = {"Authorization": f"Bearer {_token(links['moderator'])}"}
        kept = await client.post(f"/api/boards/{links['id']}/pictures", content=picture, headers=asked)
    return str(kept.raise_for_status().json()["picture"])


def drawn_bench() -> bytes:
    """A bench under a tree, in flat colours: something to look at that is nobody's photograph."""
    drawing = Image.new("RGB", (1200, 900), "#cfe5ee")
    pen = ImageDraw.Draw(drawing)
    pen.rectangle((0, 640, 1200, 900), fill="#b7c98a")
    pen.rectangle((760, 300, 820, 680), fill="#6d4a35")
    for x, y, size in ((640, 120, 300), (800, 60, 280), (720, 220, 260), (560, 230, 200)):
        pen.ellipse((x, y, x + size, y + size), fill="#5a8f5d")
    for y in (470, 520, 600):
        pen.rectangle((180, y, 640, y + 30), fill="#c8442b")
    for x in (220, 570):
        pen.rectangle((x, 470, x + 26, 730), fill="#3b3f4c")
    pen.ellipse((160, 700, 900, 760), fill="#9db070")
    out = io.BytesIO()
    drawing.save(out, "PNG")
    return out.getvalue()


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


async def _board(origin: str, language: Language, template: str, title: str | None = None) -> dict[str, Any]:
    wanted = {"title": title or QUESTION[language], "template": template, "locale": language}
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
                await _lab(camera, server.url)
                for context in browser.contexts:
                    await context.close()
        await browser.close()


def main() -> None:
    """Takes what the command line asks for."""
    asked = argparse.ArgumentParser(description=re.split(r"\n\n", __doc__ or "")[0])
    asked.add_argument("--into", type=Path, default=INTO)
    asked.add_argument("--only", default="", help="a surface: front, phone, console, wall, kiosk or lab")
    said = asked.parse_args()
    said.into.mkdir(parents=True, exist_ok=True)
    asyncio.run(_take_all(said.into, said.only))


if __name__ == "__main__":
    main()
