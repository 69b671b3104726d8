"""The HTTP edge, over the whole application in this process (DESIGN sections 7 and 8, HB8, HB9, DM5, DM6, LG7)."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from msgspec import UNSET

from rebond.app import Application
from rebond.hub.clock import SystemClock
from rebond.hub.room import Done
from rebond.web.auth import Tokens
from rebond_protocol import limits
from rebond_protocol.cards import CardAdd, CardHide
from rebond_protocol.errors import Rejected
from rebond_protocol.http import BoardMade, Claims
from rebond_protocol.people import ParticipantRemove
from rebond_protocol.rounds import RoundOpen, VoteCast
from rebond_protocol.steps import StepSet
from tests.conftest import LOOPBACK, StartRebond
from tests.web.edge import ADDRESS, SECRET, application, asking, bearer, board_made, joined, knocks, problem

LONG_DEVICE = "device-" + "x" * 20


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[Application]:
    async with application(tmp_path) as app:
        yield app


@pytest.fixture
async def client(app: Application) -> AsyncIterator[httpx.AsyncClient]:
    async with asking(app) as client:
        yield client


async def acts(app: Application, board: str, actor: str, command: Any) -> Done:
    """Somebody does something on a board."""
    outcome = await (await app.hub.room(board)).act(command, actor)
    assert not isinstance(outcome, Rejected), outcome
    return outcome


async def moderator_of(app: Application, made: BoardMade) -> str:
    """The participant behind the moderator's link."""
    room = await app.hub.room(made.id)
    return next(id for id, person in room.state.participants.items() if person.role == "moderator")


# -- boards --------------------------------------------------------------------------------------------------------


async def test_a_board_is_made_and_looked_at(client: httpx.AsyncClient) -> None:
    """Section 7: given a title, then a board with a code, three tokens and four links; its face tells no content."""
    made = await board_made(client, locale="fr")
    assert made.links.participant == f"http://boards.example/j/{made.code}"
    assert made.links.moderator == f"http://boards.example/console/{made.id}#t={made.tokens.moderator}"
    for ref in (made.id, made.code, made.code.lower()):
        face = (await client.get(f"/api/boards/{ref}")).json()
        assert (face["id"], face["title"], face["locale"]) == (made.id, "What would help?", "fr")
        assert not {"cards", "tokens", "participants"} & set(face)


async def test_who_steers_elsewhere_has_the_links_of_the_screens(client: httpx.AsyncClient, app: Application) -> None:
    """Section 7, DM3: given a moderator who did not make the board, then the links of its wall and kiosk, which are
    good; none to a screen that was removed; and none at all for anybody else."""
    made = await board_made(client)
    ana = await joined(client, made, name="Ana")
    path = f"/api/boards/{made.code}/links"
    steers = bearer(made.tokens.moderator)
    links: dict[str, str] = (await client.get(path, headers=steers)).json()
    assert links["participant"] == made.links.participant
    for screen, role in (("wall", "display"), ("kiosk", "kiosk")):
        address, _, token = links[screen].partition("#t=")
        assert address == f"http://boards.example/{screen}/{made.id}"
        claims = Tokens(SECRET).check(token, made.id, app.hub.clock.now_ms() / 1000)
        assert isinstance(claims, Claims)
        room = await app.hub.room(made.id)
        assert room.state.participants[claims.participant].role == role
    for token in (ana.token, made.tokens.kiosk, made.tokens.display):
        problem(await client.get(path, headers=bearer(token)), "forbidden")
    problem(await client.get(path), "bad_token")
    claims = Tokens(SECRET).check(made.tokens.display, made.id, app.hub.clock.now_ms() / 1000)
    assert isinstance(claims, Claims)
    await acts(app, made.id, await moderator_of(app, made), ParticipantRemove(claims.participant))
    assert (await client.get(path, headers=steers)).json()["wall"] is None


BAD_BOARDS: dict[str, tuple[dict[str, Any], str]] = {
    "no title": ({}, "invalid"),
    "an empty title": ({"title": "  "}, "text_empty"),
    "a title that is too long": ({"title": "x" * (limits.TITLE_CHARS + 1)}, "text_too_long"),
    "a title that turns around": ({"title": "abc\u202edef"}, "text_forbidden"),
    "an unknown template": ({"title": "x", "template": "nope"}, "unknown_template"),
    "an unknown locale": ({"title": "x", "locale": "xx"}, "invalid"),
    "a segment without a name": ({"title": "x", "segments": [{"id": "A B", "label": "x"}]}, "invalid"),
}


@pytest.mark.parametrize(("wish", "code"), BAD_BOARDS.values(), ids=BAD_BOARDS.keys())
async def test_a_board_that_cannot_be_is_refused(client: httpx.AsyncClient, wish: dict[str, Any], code: str) -> None:
    """HB9: given a wish that cannot be met, then its code and sentence, and no board."""
    problem(await client.post("/api/boards", json=wish), code)


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b"\xff", b"null", b"[" * 9_000], ids=["cut", "list", "bytes", "null", "deep"]
)
async def test_a_body_that_is_no_object_is_malformed(client: httpx.AsyncClient, body: bytes) -> None:
    """HB9: given a body that is not one JSON object, then `malformed`."""
    problem(await client.post("/api/boards", content=body), "malformed")


def test_a_body_that_never_ends_is_not_waited_for(start_rebond: StartRebond) -> None:
    """HB3: given a request whose body is sent a byte at a time without end, then `too_slow`, and the line is closed."""
    server = start_rebond(environment={"REBOND_BODY_MS": "300"})
    with socket.create_connection((LOOPBACK, server.port), timeout=60) as line:
        line.sendall(b"POST /api/boards HTTP/1.1\r\nHost: rebond\r\nContent-Length: 1000\r\n\r\n{")
        answer = b"".join(iter(lambda: line.recv(4_096), b""))
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b'"code":"too_slow"' in answer


async def test_a_body_that_is_too_large_is_not_read(client: httpx.AsyncClient) -> None:
    """HB3: given a body beyond the limit, sent whole or in pieces for ever, then `too_large` as soon as it is."""

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b" " * 10_000

    problem(await client.post("/api/boards", content=b" " * 70_000), "too_large")
    problem(await client.post("/api/boards", content=endless()), "too_large")


async def test_creating_boards_can_be_closed(tmp_path: Path) -> None:
    """Section 8: given an admin token is set, then boards are made with it alone."""
    async with application(tmp_path, admin_token="open sesame") as app, asking(app) as client:
        for said in ("", "Bearer", "Bearer guess", "Basic open sesame", "Bearer öpen sesame"):
            headers = [(b"Authorization", said.encode())]
            problem(await client.post("/api/boards", json={"title": "x"}, headers=headers), "creation_closed")
        response = await client.post("/api/boards", json={"title": "x"}, headers=bearer("open sesame"))
        assert response.status_code == 201


@pytest.mark.parametrize(
    "path", ["/api/boards/NOPE1", "/api/boards/%00", "/api/boards/%F0%9F/join", "/api/boards/" + "x" * 5_000]
)
async def test_there_is_no_such_board(client: httpx.AsyncClient, path: str) -> None:
    """HB9: given a code nobody drew, then 404 with a sentence, on every road."""
    method = "POST" if path.endswith("join") else "GET"
    problem(await client.request(method, path), "unknown_board")


async def test_wrong_addresses_and_methods_are_problems_too(client: httpx.AsyncClient) -> None:
    """HB9: given an address or a method that is not served, then the same kind of answer, and which methods are."""
    problem(await client.get("/api/nothing"), "not_found")
    problem(await client.get("/nothing"), "not_found")
    problem(await client.get("/assets/nothing.js"), "not_found")
    problem(await client.get("/assets/../app.py"), "not_found")
    response = await client.delete("/api/boards")
    problem(response, "method_not_allowed")
    assert response.headers["allow"] == "POST"


@pytest.mark.parametrize("host", ["[", "a b", "http://[::", ""])
async def test_an_odd_host_is_answered(client: httpx.AsyncClient, host: str) -> None:
    """HB9: given a Host header that is no address, then an answer all the same."""
    response = await client.post("/api/boards", json={"title": "x"}, headers={"Host": host})
    assert response.status_code in (201, 422)


# -- joining -------------------------------------------------------------------------------------------------------


async def test_joining_gives_a_token_for_this_board(client: httpx.AsyncClient, app: Application) -> None:
    """Section 8: given a join, then a pseudonym, and a token that opens its exports and no other board's."""
    made, other = await board_made(client), await board_made(client)
    ana = await joined(client, made, name="Ana", segment=None)
    assert (await client.get(f"/api/boards/{made.id}/export.json", headers=bearer(ana.token))).status_code == 200
    problem(await client.get(f"/api/boards/{other.id}/export.json", headers=bearer(ana.token)), "wrong_board")
    room = await app.hub.room(made.id)
    assert room.names[ana.participant] == "Ana"
    assert b"Ana" not in b"".join(record.data for record in await app.hub.log.read(made.id, 0, 100))


async def test_a_name_may_be_needed(client: httpx.AsyncClient) -> None:
    """Section 7: given a board that asks for names, then none, or an empty one, is refused and says which field."""
    made = await board_made(client, name_asked="required")
    for wish in ({}, {"name": "   "}, {"name": "\u200b"}):
        said = problem(await client.post(f"/api/boards/{made.code}/join", json=wish), "text_empty")
        assert said.details is not UNSET
        assert said.details["field"] == "name"
    await joined(client, made, name="Ana")


@pytest.mark.parametrize(
    ("name", "code"), [("x" * 41, "text_too_long"), ("a\u202eb", "text_forbidden"), (7, "invalid")]
)
async def test_a_name_that_cannot_be_is_refused(client: httpx.AsyncClient, name: Any, code: str) -> None:
    """HB9: given a name that is too long, turns text around, or is none, then it is refused."""
    made = await board_made(client)
    problem(await client.post(f"/api/boards/{made.code}/join", json={"name": name}), code)


async def test_an_anonymous_board_keeps_no_name(client: httpx.AsyncClient, app: Application, tmp_path: Path) -> None:
    """DM5: given an anonymous board, when somebody sends a name all the same, then it is stored nowhere."""
    made = await board_made(client, anonymous=True)
    await joined(client, made, name="Zebulonia", device=LONG_DEVICE)
    assert (await app.hub.room(made.id)).names == {}
    assert not _on_disk(tmp_path, b"Zebulonia")


async def test_the_same_phone_is_the_same_person(client: httpx.AsyncClient) -> None:
    """Section 7: given a long device id, when it joins again, even at once, then it is the same participant."""
    made = await board_made(client)
    first = await joined(client, made, device=LONG_DEVICE, name="Ana")
    assert (await joined(client, made, device=LONG_DEVICE)).participant == first.participant
    at_once = await asyncio.gather(*(joined(client, made, device=LONG_DEVICE + "2") for _ in range(8)))
    assert len({one.participant for one in at_once}) == 1
    short = [await joined(client, made, device="short") for _ in range(2)]
    assert short[0].participant != short[1].participant, "a short id could be guessed, so it tells nobody apart"


async def test_whoever_is_refused_leaves_no_name_behind(
    client: httpx.AsyncClient, app: Application, tmp_path: Path
) -> None:
    """LG7: given a join that is refused, then nothing of it is stored that nobody could erase."""
    made = await board_made(client)
    response = await client.post(f"/api/boards/{made.code}/join", json={"name": "Zebulonia", "segment": "no-such"})
    problem(response, "invalid")
    assert await app.hub.log.people(made.id) == []
    assert not _on_disk(tmp_path, b"Zebulonia")


async def test_whoever_was_removed_does_not_come_back_by_joining(client: httpx.AsyncClient, app: Application) -> None:
    """HB6: given somebody was removed, when their phone joins again, or uses its token, then `removed`."""
    made = await board_made(client)
    ana = await joined(client, made, device=LONG_DEVICE)
    await acts(app, made.id, await moderator_of(app, made), ParticipantRemove(ana.participant))
    problem(await client.post(f"/api/boards/{made.code}/join", json={"device": LONG_DEVICE}), "removed")
    problem(await client.get(f"/api/boards/{made.id}/export.md", headers=bearer(ana.token)), "removed")


async def test_ten_thousand_joins_from_one_address(tmp_path: Path) -> None:
    """HB3: given one address joins without end, then it is told to wait, and everybody else still gets in."""
    async with (
        application(tmp_path, joins_burst="300", joins_per_s="0.001") as app,
        asking(app) as flood,
        asking(app, "198.51.100.9") as guest,
    ):
        made = await board_made(flood)
        path = f"/api/boards/{made.code}/join"
        statuses = [await knocks(app, path) for _ in range(10_000)]
        assert set(statuses) == {200, 429}
        assert statuses.count(429) > 9_500
        refused = await flood.post(path, json={})
        problem(refused, "rate_limited")
        assert refused.headers["retry-after"]
        await joined(guest, made, name="Guest")


# -- out -----------------------------------------------------------------------------------------------------------


async def _secrets(client: httpx.AsyncClient, app: Application) -> tuple[BoardMade, str]:
    """A board with a card in every way of not being seen, and an open secret vote; a participant's token."""
    made = await board_made(client)
    mo = await moderator_of(app, made)
    room = await app.hub.room(made.id)
    kiosk = next(id for id, person in room.state.participants.items() if person.role == "kiosk")
    ana, bo = await joined(client, made, name="Ana"), await joined(client, made, name="Bo")
    shown = await acts(app, made.id, ana.participant, CardAdd("=cmd|' /C calc'!A0"))
    hidden = await acts(app, made.id, ana.participant, CardAdd("HIDDENWORDS"))
    await acts(app, made.id, mo, CardHide(hidden.made or ""))
    await acts(app, made.id, kiosk, CardAdd("PENDINGWORDS"))
    await acts(app, made.id, mo, RoundOpen("dots", 20, secret=True))
    await acts(app, made.id, ana.participant, VoteCast(room.state.open_round or "", shown.made or "", 17))
    await acts(app, made.id, mo, StepSet("Alone", private=True))
    await acts(app, made.id, ana.participant, CardAdd("SEALEDWORDS"))
    return made, bo.token


@pytest.mark.parametrize("format", ["json", "csv", "md"])
async def test_an_export_tells_no_more_than_the_board(client: httpx.AsyncClient, app: Application, format: str) -> None:
    """DM6: given hidden, pending and sealed cards and a secret vote, then a participant's export has none of it."""
    made, token = await _secrets(client, app)
    path = f"/api/boards/{made.id}/export.{format}"
    response = await client.get(path, headers=bearer(token))
    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-store"
    assert made.code in response.headers["content-disposition"]
    assert not [
        word for word in ("HIDDENWORDS", "PENDINGWORDS", "SEALEDWORDS", "17") if word in _told(response, format)
    ]
    full = (await client.get(path, headers=bearer(made.tokens.moderator))).text
    assert all(word in full for word in ("HIDDENWORDS", "PENDINGWORDS", "SEALEDWORDS"))


def _told(response: httpx.Response, format: str) -> str:
    """What an export tells, without times and random ids, in which any digits may stand."""
    if format == "json":
        view = response.json()["board"]
        return json.dumps([[card["text"] for card in view["cards"]], [r.get("tallies") for r in view["rounds"]]])
    if format == "csv":
        return json.dumps([row[1:2] + row[12:] for row in csv.reader(io.StringIO(response.text))])
    return response.text.split("\n", 3)[3]


async def test_no_cell_is_a_formula(client: httpx.AsyncClient, app: Application) -> None:
    """Section 8: given cards that a spreadsheet would run, then their cells begin with an apostrophe."""
    made = await board_made(client)
    ana = await joined(client, made, name="@Ana")
    starts = ("=1+1", "+1", "-1", "@SUM(A1)", "＝1+1", "＋1")
    for text in starts:
        await acts(app, made.id, ana.participant, CardAdd(text))
    response = await client.get(f"/api/boards/{made.id}/export.csv", headers=bearer(ana.token))
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert [row["text"] for row in rows] == [f"'{text}" for text in starts]
    assert {row["author"] for row in rows} == {"'@Ana"}


async def test_exports_need_a_token(client: httpx.AsyncClient, app: Application) -> None:
    """Section 8: given no token, a cut one, an expired one or an unknown format, then each gets its code."""
    made = await board_made(client)
    path = f"/api/boards/{made.id}/export.json"
    problem(await client.get(path), "bad_token")
    problem(await client.get(path, headers=bearer(made.tokens.moderator[:-5])), "bad_token")
    problem(await client.get(path + f"?token={made.tokens.moderator}"), "bad_token")
    problem(await client.get(f"/api/boards/{made.id}/export.exe", headers=bearer(made.tokens.moderator)), "not_found")
    tokens = Tokens(SECRET)
    old = tokens.issue(Claims(made.id, await moderator_of(app, made), "moderator", 1))
    problem(await client.get(path, headers=bearer(old)), "expired_token")
    stranger = tokens.issue(Claims(made.id, "nobody", "moderator", 1 << 40))
    problem(await client.get(path, headers=bearer(stranger)), "bad_token")


async def test_a_token_cannot_claim_more_than_the_board_knows(client: httpx.AsyncClient, app: Application) -> None:
    """DM3: given a token with a role its participant does not have, then the board's word counts, not the token's."""
    made = await board_made(client)
    ana, bo = await joined(client, made), await joined(client, made)
    tokens = Tokens(SECRET)
    wrong = tokens.issue(Claims(made.id, ana.participant, "moderator", 1 << 40))
    path = f"/api/boards/{made.id}/people/{bo.participant}/erase"
    problem(await client.post(path, headers=bearer(wrong)), "forbidden")


async def test_a_code_that_cameras_read(client: httpx.AsyncClient) -> None:
    """Section 8: given a board, then its QR code as SVG and PNG, at any size that was asked for, within reason."""
    made = await board_made(client)
    svg = await client.get(f"/api/boards/{made.code}/qr.svg")
    assert svg.headers["content-type"] == "image/svg+xml"
    assert b"<svg" in svg.content
    assert b"<script" not in svg.content
    sizes = [
        len((await client.get(f"/api/boards/{made.code}/qr.png?size={size}")).content)
        for size in ("1", "40", "999", "-1", "x")
    ]
    assert sizes[1] == sizes[2]
    assert sizes[3] == sizes[4]
    problem(await client.get("/api/boards/NOPE1/qr.png"), "unknown_board")


# -- erasing -------------------------------------------------------------------------------------------------------


def _on_disk(folder: Path, words: bytes) -> list[str]:
    return [str(path) for path in folder.rglob("*") if path.is_file() and words in path.read_bytes()]


async def test_somebodys_name_can_be_erased(client: httpx.AsyncClient, app: Application, tmp_path: Path) -> None:
    """LG7: given somebody asks, then their name is on no screen, in no export and in no byte of the data folder."""
    made = await board_made(client)
    ana, bo = await joined(client, made, name="Zebulonia", device=LONG_DEVICE), await joined(client, made, name="Bo")
    await acts(app, made.id, ana.participant, CardAdd("mine"))
    path = f"/api/boards/{made.id}/people/{ana.participant}/erase"
    problem(await client.post(path), "bad_token")
    problem(await client.post(path, headers=bearer(bo.token)), "forbidden")
    assert (await client.post(path, headers=bearer(ana.token))).status_code == 204
    assert (await client.post(path, headers=bearer(made.tokens.moderator))).status_code == 204, "again changes nothing"
    export = await client.get(f"/api/boards/{made.id}/export.json", headers=bearer(made.tokens.moderator))
    assert "Zebulonia" not in export.text
    assert "mine" in export.text
    assert not _on_disk(tmp_path, b"Zebulonia")
    assert (await joined(client, made, device=LONG_DEVICE)).participant != ana.participant, (
        "the device is forgotten too"
    )
    missing = f"/api/boards/{made.id}/people/nobody/erase"
    problem(await client.post(missing, headers=bearer(made.tokens.moderator)), "unknown_participant")


# -- watching over it ----------------------------------------------------------------------------------------------


class LaterClock(SystemClock):
    """The machine's clock, some time on."""

    def __init__(self, later_ms: float) -> None:
        self._later_ms = later_ms

    def steady_ms(self) -> float:
        return super().steady_ms() + self._later_ms


async def test_ready_means_that_the_log_delivers(client: httpx.AsyncClient, app: Application) -> None:
    """HB8: given the log no longer delivers, then not ready and says so; alive all the while; and ready again after."""
    assert (await client.get("/readyz")).json() == {"ready": True}
    await app.hub.log.close()
    app.hub.clock = LaterClock(10_000)
    said = problem(await client.get("/readyz"), "unavailable")
    assert said.details is not UNSET
    assert (await client.get("/healthz")).status_code == 200
    problem(await client.post("/api/boards", json={"title": "x"}), "unavailable")
    await app.hub.log.open()
    app.hub.clock = LaterClock(20_000)
    assert (await client.get("/readyz")).json() == {"ready": True}
    await board_made(client)


async def test_draining_is_not_ready(client: httpx.AsyncClient, app: Application) -> None:
    """HB7, HB8: given the server is about to leave, then it is not ready for anybody new."""
    await app.hub.drain()
    problem(await client.get("/readyz"), "draining")


async def test_metrics_count_and_name_nobody(client: httpx.AsyncClient, app: Application) -> None:
    """DM5: given people at work, then the metrics count, and no name, pseudonym, board or address is among them."""
    made = await board_made(client)
    ana = await joined(client, made, name="Zebulonia", device=LONG_DEVICE)
    await acts(app, made.id, ana.participant, CardAdd("WORDS"))
    page = (await client.get("/metrics")).text
    assert "rebond_accepted_total 2.0" in page
    for secret in ("Zebulonia", ana.participant, made.id, made.code, ADDRESS, LONG_DEVICE, "WORDS"):
        assert secret not in page


async def test_nothing_that_is_logged_names_anybody(
    client: httpx.AsyncClient, app: Application, caplog: pytest.LogCaptureFixture
) -> None:
    """DM5: given requests good and bad, then nothing that is logged has a name, an address or a token in it."""
    caplog.set_level("DEBUG", "rebond")
    made = await board_made(client)
    ana = await joined(client, made, name="Zebulonia")
    await client.get(f"/api/boards/{made.id}/export.json", headers=bearer(ana.token + "x"))
    await client.post(f"/api/boards/{made.id}/join", content=b"{")
    assert not [word for word in ("Zebulonia", ADDRESS, ana.token, ana.participant) if word in caplog.text]


async def test_the_api_describes_itself(client: httpx.AsyncClient) -> None:
    """Section 7: given somebody wants to write a client, then OpenAPI is served, with every road that there is."""
    document = (await client.get("/api/openapi.json")).json()
    assert document["openapi"].startswith("3.")
    assert any(path.endswith("/join") for path in document["paths"])
    locales = [(await client.get(f"/api/templates?locale={locale}")).json() for locale in ("fr", "en", "xx")]
    assert locales[1] == locales[2] != locales[0]


async def test_every_answer_keeps_the_rest_of_the_web_out(client: httpx.AsyncClient) -> None:
    """Section 8: given any answer, pages, errors and API alike, then its headers let nothing in from elsewhere."""
    made = await board_made(client)
    for path in (
        "/",
        f"/j/{made.code}",
        f"/console/{made.id}",
        f"/wall/{made.id}",
        "/nothing",
        "/healthz",
        "/api/templates",
    ):
        headers = (await client.get(path)).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


async def test_pages_are_looked_up_again_and_assets_kept(client: httpx.AsyncClient) -> None:
    """Section 8: given the built client, then pages are checked each time, hashed assets kept for a year, 404s not."""
    page = await client.get("/")
    assert page.status_code == 200, "make build comes before make test"
    assert page.headers["cache-control"] == "no-cache"
    asset = page.text.split('src="/assets/', 1)[1].split('"', 1)[0]
    response = await client.get(f"/assets/{asset}")
    assert "immutable" in response.headers["cache-control"]
    assert response.headers["content-encoding"] == "gzip"
    assert "immutable" not in (await client.get("/assets/gone.js")).headers.get("cache-control", "")
