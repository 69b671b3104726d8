"""What is served to be looked at: pages and their policies, the web app, an organisation's look (DESIGN section 8)."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from rebond.app import StartFailed, the_brand
from rebond.web import brand as branding
from rebond.web import pages
from rebond.web.brand import GROUNDS, INKS, Accent, BadBrand, BrandFile, Theme, branded, contrast
from tests.web.edge import application, asking, board_made, problem

TOKENS = Path(__file__).parents[2] / "client/src/design/tokens.css"
SVG = b'<?xml version="1.0"?>\n<!-- ours -->\n<svg xmlns="http://www.w3.org/2000/svg"><circle r="3"/></svg>'
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
BLUE = Accent("#00529B", "#7AB8F5")


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with application(tmp_path) as app, asking(app) as client:
        yield client


def policy(response: httpx.Response) -> dict[str, str]:
    """The directives of a response's policy."""
    directives = (one.strip().partition(" ") for one in response.headers["content-security-policy"].split(";"))
    return {name: sources for name, _, sources in directives}


# -- policies ------------------------------------------------------------------------------------------------------


SURFACES = ("index", "phone", "kiosk", "console", "wall", "lab")


async def test_only_what_a_console_shows_may_stand_in_a_frame_and_only_a_consoles(
    client: httpx.AsyncClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PRODUCT section 2: given the console shows what participants, a kiosk and a wall see, then those pages may be
    framed by this server's own, the console may frame nothing else, and nothing else may be framed at all."""
    monkeypatch.setattr(pages, "STATIC", tmp_path)
    for name in SURFACES:
        (tmp_path / f"{name}.html").write_text(name)
    made = await board_made(client)
    framed = {f"/j/{made.code}": "phone", f"/wall/{made.id}": "wall", "/kiosk": "kiosk", f"/kiosk/{made.id}": "kiosk"}
    alone = {"/": "index", f"/console/{made.id}": "console", f"/lab/{made.code}": "lab"}
    for path, name in (framed | alone).items():
        assert (await client.get(path)).text == name
    elsewhere = ("/nothing", "/healthz", f"/api/boards/{made.id}", f"/api/boards/{made.id}/lab", "/brand.css")
    for path in (*framed, *alone, *elsewhere):
        directives = policy(await client.get(path))
        assert directives["default-src"] == "'none'"
        assert directives["frame-ancestors"] == ("'self'" if path in framed else "'none'"), path
        assert directives.get("frame-src") == ("'self'" if path.startswith("/console") else None), path
        assert directives["script-src"] == "'self'", path


async def test_somebody_who_is_lost_is_led_on_and_a_program_is_answered(
    client: httpx.AsyncClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """HB9: given addresses at which nothing is, when a browser asks for a page there, then it gets the front page, as a
    404; a program, and whoever asks the API or for a part of a page, gets the code and its sentence."""
    monkeypatch.setattr(pages, "STATIC", tmp_path)
    (tmp_path / "index.html").write_text("index")
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    for path in ("/j/", "/console", "/nothing/at/all"):
        response = await client.get(path, headers=browser)
        assert (response.status_code, response.text) == (404, "index")
        assert policy(response)["frame-ancestors"] == "'none'"
        problem(await client.get(path), "not_found")
    for path in ("/api/nothing", "/assets/nothing.js", "/ws/nothing"):
        problem(await client.get(path, headers=browser), "not_found")


async def test_a_service_worker_is_looked_up_again_and_may_serve_everything(
    client: httpx.AsyncClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a built service worker, then it is served for the whole site and never from a cache; without one, 404."""
    (tmp_path / "built").mkdir()
    monkeypatch.setattr(pages, "STATIC", tmp_path / "built")
    problem(await client.get("/sw.js"), "not_found")
    (tmp_path / "built/sw.js").write_text("self;")
    response = await client.get("/sw.js")
    assert response.headers["content-type"] == "text/javascript; charset=utf-8"
    assert response.headers["service-worker-allowed"] == "/"
    assert response.headers["cache-control"] == "no-cache"
    assert policy(response)["connect-src"].startswith("'self'")


async def test_a_phone_can_keep_the_board_on_its_home_screen(client: httpx.AsyncClient) -> None:
    """PRODUCT section 2: given a phone that installs the board, then the manifest names it in its language, opens at
    the board where its code is given, and every icon is there in the size it says."""
    response = await client.get("/manifest.webmanifest?locale=fr&code=kyte7")
    assert response.headers["content-type"] == "application/manifest+json"
    said: dict[str, Any] = response.json()
    assert (said["name"], said["lang"], said["start_url"], said["scope"]) == ("Rebond", "fr", "/j/KYTE7", "/")
    for odd in ("", "?code=../x", "?code=KYTE7%2F..", "?locale=xx&code=O0I1S"):
        said_of_odd = (await client.get(f"/manifest.webmanifest{odd}")).json()
        assert (said_of_odd["start_url"], said_of_odd["lang"]) == ("/", "en")
    for icon in said["icons"]:
        picture = await client.get(icon["src"])
        assert picture.headers["content-type"].startswith(icon["type"])
        if icon["type"] == "image/png":
            size = int.from_bytes(picture.content[16:20]), int.from_bytes(picture.content[20:24])
            assert icon["sizes"] == f"{size[0]}x{size[1]}"
    assert (await client.get("/icons/apple-touch-icon.png")).status_code == 200
    problem(await client.get("/icons/../pages.py"), "not_found")
    again = await client.get(
        "/manifest.webmanifest?locale=fr&code=kyte7", headers={"If-None-Match": response.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("parts", ["bytes=0-3", "bytes=a-b", "bytes=5-2", "bytes=999999999-", "lines=1-2", ""])
async def test_whoever_asks_for_a_part_gets_the_whole(
    client: httpx.AsyncClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, parts: str
) -> None:
    """HB9: given files that are served whole, then nobody who asks for parts of one, however oddly, is sent away with
    words that are not this server's: they get it whole, and are not told that there are parts."""
    monkeypatch.setattr(pages, "STATIC", tmp_path)
    (tmp_path / "index.html").write_text("the front page")
    for path in ("/", "/icons/icon.svg"):
        whole = await client.get(path)
        answer = await client.get(path, headers={"Range": parts})
        assert (answer.status_code, answer.content) == (200, whole.content)
        assert "accept-ranges" not in answer.headers


async def test_assets_have_their_types_whatever_the_machine_thinks(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Section 8: given a machine whose table of types is odd, then scripts and styles are served as such."""

    def odd(name: str) -> tuple[str, None]:
        return "text/plain", None

    monkeypatch.setattr("starlette.responses.guess_type", odd)
    page = (await client.get("/")).text
    for name in re.findall(r'(?:src|href)="(/assets/[^"]+)"', page):
        response = await client.get(name)
        wanted = pages.MEDIA_TYPES[Path(name).suffix]
        assert response.headers["content-type"].partition(";")[0] == wanted, name
        assert "immutable" in response.headers["cache-control"]


# -- an organisation's look ----------------------------------------------------------------------------------------


async def test_without_a_brand_nothing_changes(client: httpx.AsyncClient) -> None:
    """Given no brand, then its style is empty, there is no logo, and pages need not know."""
    style = await client.get("/brand.css")
    assert (style.status_code, style.content, style.headers["content-type"]) == (200, b"", "text/css; charset=utf-8")
    problem(await client.get("/brand/logo"), "not_found")
    assert (await client.get("/api/brand")).json() == {"name": None, "logo": None}


@pytest.mark.parametrize("language", ["toml", "json"])
async def test_an_organisation_has_its_colour_name_and_logo(tmp_path: Path, language: str) -> None:
    """PRODUCT section 2: given a file that says how an organisation looks, then its colours are served for both themes,
    its name is the app's, and its logo is only ever a picture: whatever stands in it, nothing runs."""
    (tmp_path / "logo.svg").write_bytes(SVG)
    texts = {
        "toml": 'name = "Banque du Quai"\nlogo = "logo.svg"\n[accent]\nlight = "#00529B"\ndark = "#7AB8F5"\n',
        "json": '{"name":"Banque du Quai","logo":"logo.svg","accent":{"light":"#00529B","dark":"#7AB8F5"}}',
    }
    (tmp_path / f"look.{language}").write_text(texts[language])
    async with application(tmp_path / "data", tmp_path / f"look.{language}") as app, asking(app) as client:
        style = (await client.get("/brand.css")).text
        assert "--accent: var(--light, #00529b) var(--dark, #7ab8f5);" in style
        assert "http" not in style
        assert (await client.get("/api/brand")).json() == {"name": "Banque du Quai", "logo": "/brand/logo"}
        manifest = (await client.get("/manifest.webmanifest")).json()
        assert (manifest["name"], manifest["short_name"]) == ("Banque du Quai", "Rebond")
        logo = await client.get("/brand/logo")
        assert (logo.content, logo.headers["content-type"]) == (SVG, "image/svg+xml")
        directives = policy(logo)
        assert directives["default-src"] == "'none'"
        assert "sandbox" in directives
        assert "script-src" not in directives
        again = await client.get("/brand/logo", headers={"If-None-Match": logo.headers["etag"]})
        assert again.status_code == 304


def tokens(theme: Theme) -> dict[str, str]:
    """The colours of the design tokens in one theme, as they stand where nobody asked for more contrast."""
    plain, _, _ = TOKENS.read_text(encoding="utf-8").partition(':root[data-contrast="high"]')
    pairs = re.findall(r"--([\w-]+): var\(--light, (#\w{6})\) var\(--dark, (#\w{6})\)", plain)
    return {name: light if theme == "light" else dark for name, light, dark in pairs}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_brand_is_measured_against_the_grounds_there_are(theme: Theme) -> None:
    """WCAG 2.2, 1.4.3: given the design tokens change, then what a brand is measured against changes with them; and our
    own accent would pass."""
    there = tokens(theme)
    assert {**GROUNDS[theme], **INKS[theme]} == {name: there[name] for name in {**GROUNDS[theme], **INKS[theme]}}
    ours = Accent(tokens("light")["accent"], tokens("dark")["accent"])
    assert branded(BrandFile(accent=ours), None).css
    assert set(re.findall(r"--([\w-]+):", branded(BrandFile(accent=ours), None).css.decode())) <= there.keys()


@pytest.mark.parametrize(
    "accent", [BLUE, Accent("#6b21a8", "#d8b4fe"), Accent("#111111", "#ffffff"), Accent("#b00020", "#ff8a80")]
)
def test_everything_made_of_an_accent_contrasts(accent: Accent) -> None:
    """WCAG 2.2, 1.4.3 and 1.4.11: given any accent that is accepted, then what is mixed from it can be read: words on
    buttons, pressed or not, and words on its breath of a ground."""
    style = branded(BrandFile(accent=accent), None).css.decode()
    pairs = re.findall(r"--([\w-]+): var\(--light, (#\w{6})\) var\(--dark, (#\w{6})\)", style)
    themes: tuple[tuple[Theme, int], ...] = (("light", 1), ("dark", 2))
    for theme, place in themes:
        said: dict[str, str] = {row[0]: row[place] for row in pairs}
        grounds, inks = GROUNDS[theme], INKS[theme]
        assert contrast(said["on-accent"], said["accent"]) >= 4.5
        assert contrast(said["on-accent"], said["accent-deep"]) >= 4.5
        assert contrast(said["accent"], grounds["card"]) >= 4.5
        assert all(contrast(said["accent"], ground) >= 3 for ground in grounds.values())
        assert all(contrast(ink, said["accent-wash"]) >= 4.5 for ink in inks.values())


def test_contrast_is_wcags() -> None:
    """WCAG 2.2, definition of contrast ratio: black on white is 21, and the published example of grey is 4.48."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)


BAD_LOOKS: dict[str, tuple[str, str]] = {
    "too light": (
        '[accent]\nlight = "#FFD500"\ndark = "#FFD500"',
        "The light accent #ffd500 has a contrast of 1.3 to 1 on",
    ),
    "too dark at night": ('[accent]\nlight = "#00529B"\ndark = "#00529B"', "The dark accent #00529b has a contrast of"),
    "half a colour": ('[accent]\nlight = "#0059"\ndark = "#7AB8F5"', "This is not a brand: "),
    "one theme": ('[accent]\nlight = "#00529B"', "This is not a brand: "),
    "no TOML": ("[accent", "This is not a brand: "),
    "another key": ('colour = "#00529B"', "This is not a brand: "),
    "a long name": (f'name = "{"x" * 41}"', "The name of the brand cannot be used. This text is too long."),
    "a logo that is not there": ('logo = "no.svg"', ""),
    "a logo that is a page": ('logo = "look.toml"', "The logo is neither a PNG nor an SVG"),
}


@pytest.mark.parametrize(("text", "sentence"), BAD_LOOKS.values(), ids=BAD_LOOKS.keys())
def test_a_look_that_cannot_be_stops_the_start(tmp_path: Path, text: str, sentence: str) -> None:
    """HB9: given a look that cannot be read or seen, then the server does not start, and one sentence says which colour
    fails and what to do."""
    (tmp_path / "look.toml").write_text(text)
    with pytest.raises(StartFailed) as stopped:
        the_brand(tmp_path / "look.toml")
    said = str(stopped.value)
    assert sentence in said
    assert said.endswith(".")
    if "no.svg" in text:
        assert "no.svg cannot be read: No such file or directory." in said


@pytest.mark.parametrize(
    "logo",
    [b"", b"<html><svg></svg></html>", b'<!DOCTYPE svg [<!ENTITY x "y">]><svg>&x;</svg>', b"\x89PN", b"GIF89a",
     b"\xff<svg>", SVG + bytes(branding.LOGO_BYTES)],
)  # fmt: skip
def test_a_logo_that_is_no_picture_is_refused(logo: bytes) -> None:
    """Section 8: given a logo that is something else, has entities, or is too large, then it is refused."""
    with pytest.raises(BadBrand):
        branded(BrandFile(logo="x"), logo)
    assert branded(BrandFile(logo="x"), PNG).logo is not None


def test_no_look_is_needed(tmp_path: Path) -> None:
    """Given no file, then there is no brand; given one that is not there, then one sentence says so."""
    assert the_brand(None) is branding.NO_BRAND
    with pytest.raises(StartFailed, match="cannot be read: No such file or directory"):
        the_brand(tmp_path / "look.toml")
