"""Kiosks: how a screen becomes one, what its seat is, and how it is taken off again (PRODUCT section 2, RFC 8628)."""

from __future__ import annotations

import asyncio
import hashlib
from base64 import b64decode
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from rebond.app import Application
from rebond.log import Person
from rebond.web import kept, kiosks, pages
from rebond_protocol import limits
from rebond_protocol.http import BoardLinks
from rebond_protocol.ids import CODE_ALPHABET
from rebond_protocol.kiosks import Kiosk, KioskPaired, KioskSeat, PinCheck
from rebond_protocol.labs import KioskSet, KioskSettings
from rebond_protocol.people import ParticipantReadmit, ParticipantRemove
from tests.conftest import READY_WITHIN_S
from tests.web.edge import ADDRESS, acts, application, asking, bearer, board_made, joined, on_disk, problem, somebody
from tests.web.labs import (
    asks_again,
    confirms,
    lab_made,
    later_by,
    links,
    paired,
    pairing_made,
    place_on,
    read,
    reports,
    seat_of,
    unlinks,
)

PLENTY = {"pairings_burst": "1000", "seats_burst": "1000"}


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[Application]:
    async with application(tmp_path, **PLENTY) as app:
        yield app


@pytest.fixture
async def client(app: Application) -> AsyncIterator[httpx.AsyncClient]:
    async with asking(app) as client:
        yield client


async def listed(client: httpx.AsyncClient, board: Any) -> dict[str, Kiosk]:
    """The kiosks that a moderator is shown."""
    response = await client.get(f"/api/boards/{board.id}/kiosks", headers=bearer(board.tokens.moderator))
    return {row.participant: row for row in read(response, list[Kiosk])}


async def revokes(client: httpx.AsyncClient, board: Any, kiosk: str, token: str | None = None) -> httpx.Response:
    """A moderator takes a kiosk off."""
    path = f"/api/boards/{board.id}/kiosks/{kiosk}/revoke"
    return await client.post(path, headers=bearer(token or board.tokens.moderator))


# -- pairing -------------------------------------------------------------------------------------------------------


async def test_a_screen_becomes_a_kiosk_once_somebody_who_steers_has_typed_its_code(
    client: httpx.AsyncClient, app: Application, tmp_path: Path
) -> None:
    """RFC 8628: given a screen that shows a code, when a moderator types it as people do, then the screen is told its
    token, again if the answer was lost; neither code nor secret nor PIN is in any byte of the data folder."""
    made = await board_made(client)
    pairing = await pairing_made(client, made)
    assert len(pairing.code) == 6
    assert set(pairing.code) <= set(CODE_ALPHABET)
    said = problem(await asks_again(client, made, pairing), "waiting_for_approval")
    assert said.details == {"retry_after_ms": pairing.retry_after_ms}
    typed = f" {pairing.code[:3].lower()}-{pairing.code[3:]} "
    row = read(await confirms(client, made, typed, name=" Vitrine de l’agence ", pin="90417263"), Kiosk, 201)
    assert (row.name, row.seen_ms, row.queued, row.build, row.removed) == ("Vitrine de l’agence", None, 0, None, False)
    kiosk = read(await asks_again(client, made, pairing), KioskPaired)
    assert (kiosk.board, kiosk.participant) == (made.id, row.participant)
    assert read(await asks_again(client, made, pairing), KioskPaired).participant == kiosk.participant
    person = (await app.hub.room(made.id)).state.participants[kiosk.participant]
    assert person.role == "kiosk"
    assert (await listed(client, made))[kiosk.participant] == row
    for secret in (pairing.code, pairing.secret, "90417263", kiosk.token):
        assert not on_disk(tmp_path, secret.encode()), secret


async def test_a_code_that_was_typed_twice_makes_one_kiosk(client: httpx.AsyncClient) -> None:
    """Given an answer that got lost, when the moderator types the code again, then it is the same kiosk."""
    made = await board_made(client)
    pairing = await pairing_made(client, made)
    rows = [read(await confirms(client, made, pairing.code), Kiosk, 201) for _ in range(2)]
    assert rows[0] == rows[1]
    assert len(await listed(client, made)) == 2, "with the one of the link"


async def test_a_code_that_two_moderators_type_at_once_makes_one_kiosk(client: httpx.AsyncClient) -> None:
    """Given two moderators who confirm a screen at the same moment, then it is one kiosk, and the screen is told so."""
    made = await board_made(client)
    pairing = await pairing_made(client, made)
    rows = await asyncio.gather(*(confirms(client, made, pairing.code) for _ in range(3)))
    assert len({read(row, Kiosk, 201).participant for row in rows}) == 1
    assert len(await listed(client, made)) == 2, "with the one of the link"
    assert read(await asks_again(client, made, pairing), KioskPaired).participant in await listed(client, made)


async def test_a_pairing_is_good_for_ten_minutes(client: httpx.AsyncClient, app: Application) -> None:
    """Section 8: given ten minutes have gone, then a code confirms nothing, its screen is told nothing, whether it was
    confirmed or not, and both are forgotten."""
    made = await board_made(client)
    confirmed, waiting = await pairing_made(client, made), await pairing_made(client, made)
    await confirms(client, made, confirmed.code)
    with later_by(app, kiosks.PAIRING_MS):
        for pairing in (confirmed, waiting):
            problem(await asks_again(client, made, pairing), "not_found")
            problem(await confirms(client, made, pairing.code), "not_found")
    assert kept.PAIRINGS.among(await app.hub.log.people(made.id)) == {}


async def test_nobody_is_told_anothers_token(client: httpx.AsyncClient) -> None:
    """Section 8: given a pairing was confirmed, then whoever does not know its secret learns not even that it is."""
    made, other = await board_made(client), await board_made(client)
    pairing, another = await pairing_made(client, made), await pairing_made(client, made)
    await confirms(client, made, pairing.code)
    path = f"/api/boards/{made.id}/pairings/{pairing.pairing}"
    for secret in ("", "x", pairing.code, another.secret, pairing.secret[:-1], "é" * 40, "\u0000"):
        problem(await client.post(path, json={"secret": secret}), "not_found")
    problem(await client.post(f"/api/boards/{made.id}/pairings/x", json={"secret": pairing.secret}), "not_found")
    problem(await asks_again(client, other, pairing), "not_found")
    problem(await confirms(client, other, another.code), "not_found")


async def test_screens_that_wait_are_bounded(client: httpx.AsyncClient, app: Application) -> None:
    """HB3: given as many screens wait as may, then one more is asked to come again later, and can once they are over
    or confirmed."""
    made = await board_made(client)
    waiting = [await pairing_made(client, made) for _ in range(limits.PAIRINGS_PER_BOARD)]
    assert len({pairing.code for pairing in waiting}) == len(waiting)
    problem(await client.post(f"/api/boards/{made.id}/pairings"), "busy")
    await confirms(client, made, waiting[0].code)
    await pairing_made(client, made)
    problem(await client.post(f"/api/boards/{made.id}/pairings"), "busy")
    with later_by(app, kiosks.PAIRING_MS):
        await pairing_made(client, made)


async def test_a_lab_may_open_with_all_its_screens_at_once(tmp_path: Path) -> None:
    """PRODUCT section 1: given a server as it is set up for everybody, when a dozen screens on one network ask to be
    paired and nobody has come yet, then each shows a code, and a moderator there can type one after the other."""
    async with application(tmp_path) as app, asking(app) as client:
        made = await board_made(client)
        waiting = [await pairing_made(client, made) for _ in range(12)]
        for pairing in waiting:
            problem(await asks_again(client, made, pairing), "waiting_for_approval")
        for pairing in waiting:
            assert (await confirms(client, made, pairing.code)).status_code == 201
        screens = {read(await asks_again(client, made, pairing), KioskPaired).participant for pairing in waiting}
        assert len(screens) == 12


async def test_whoever_takes_every_place_gives_one_up(client: httpx.AsyncClient, app: Application) -> None:
    """Section 8: given somebody at one address who knows the code took every place, when a screen elsewhere asks, then
    the oldest of theirs makes place for it; one address more takes nothing from those that have a place each."""
    made = await board_made(client)
    waiting = [await pairing_made(client, made) for _ in range(limits.PAIRINGS_PER_BOARD)]
    for place in range(limits.PAIRINGS_PER_BOARD - 1):
        async with asking(app, f"198.51.100.{place}") as elsewhere:
            pairing = await pairing_made(elsewhere, made)
            problem(await asks_again(elsewhere, made, pairing), "waiting_for_approval")
            problem(await asks_again(client, made, waiting[place]), "not_found")
    problem(await asks_again(client, made, waiting[-1]), "waiting_for_approval")
    async with asking(app, "192.0.2.1") as another:
        problem(await another.post(f"/api/boards/{made.id}/pairings"), "busy")


async def test_where_a_screen_asked_from_is_not_kept_of_a_kiosk(client: httpx.AsyncClient, app: Application) -> None:
    """LG7: given screens that ask, then what is kept of their address is a digest of this board's alone, and nothing
    once they are kiosks."""
    one, other = await board_made(client), await board_made(client)
    for made in (one, other):
        await pairing_made(client, made)
    rows = [kept.PAIRINGS.among(await app.hub.log.people(made.id)) for made in (one, other)]
    digests = {pairing.address for of_board in rows for pairing in of_board.values()}
    assert len(digests) == 2
    assert not any(ADDRESS in digest for digest in digests)
    kiosk = await paired(client, one)
    rows = kept.PAIRINGS.among(await app.hub.log.people(one.id))
    assert [pairing.address for pairing in rows.values() if pairing.kiosk == kiosk.participant] == [""]


async def test_guessing_codes_is_hopeless(tmp_path: Path) -> None:
    """Section 8: given somebody types one code after the other, or asks for screen after screen, then they are
    `rate_limited` soon."""
    async with application(tmp_path, pairings_per_s="0.001", pairings_burst="4") as app, asking(app) as client:
        made = await board_made(client)
        codes = [(await confirms(client, made, f"AAAAA{letter}")).json()["code"] for letter in "ABCDEF"]
        assert codes == ["not_found"] * 4 + ["rate_limited"] * 2
        asked = [(await client.post(f"/api/boards/{made.id}/pairings")).status_code for _ in range(6)]
        assert asked == [201] * 4 + [429] * 2


BAD_KIOSKS: dict[str, tuple[dict[str, Any], str]] = {
    "no name": ({"name": "  "}, "text_empty"),
    "a long one": ({"name": "x" * 61}, "text_too_long"),
    "one that turns around": ({"name": "a\u202eb"}, "text_forbidden"),
    "a number": ({"name": 7}, "invalid"),
    "a short PIN": ({"pin": "123"}, "invalid"),
    "a long PIN": ({"pin": "123456789"}, "invalid"),
    "a PIN with letters": ({"pin": "12a4"}, "invalid"),
    "a PIN in other digits": ({"pin": "١٢٣٤"}, "invalid"),
    "no code": ({"code": None}, "invalid"),
    "an empty code": ({"code": ""}, "not_found"),
    "rubbish": ({"code": "\u0000" * 5_000}, "not_found"),
}


@pytest.mark.parametrize(("wish", "code"), BAD_KIOSKS.values(), ids=BAD_KIOSKS.keys())
async def test_a_kiosk_that_cannot_be_is_refused(client: httpx.AsyncClient, wish: dict[str, Any], code: str) -> None:
    """HB9: given a wish that cannot be met, then its code, and the screen goes on waiting."""
    made = await board_made(client)
    pairing = await pairing_made(client, made)
    problem(await confirms(client, made, **{"code": pairing.code, **wish}), code)
    problem(await asks_again(client, made, pairing), "waiting_for_approval")


async def test_only_who_steers_has_to_do_with_kiosks(client: httpx.AsyncClient) -> None:
    """DM3: given any other token, or none, then nobody confirms, lists or revokes."""
    made, other = await board_made(client), await board_made(client)
    pairing, ana = await pairing_made(client, made), await joined(client, made)
    kiosk = await paired(client, made)
    tokens = {
        ana.token: "forbidden", made.tokens.kiosk: "forbidden", made.tokens.display: "forbidden",
        kiosk.token: "forbidden", other.tokens.moderator: "wrong_board", "": "bad_token",
    }  # fmt: skip
    path = f"/api/boards/{made.id}/kiosks"
    for token, code in tokens.items():
        problem(await client.get(path, headers=bearer(token)), code)
        wish = {"code": pairing.code, "name": "x"}
        problem(await client.post(path, json=wish, headers=bearer(token)), code)
        problem(await client.post(f"{path}/{kiosk.participant}/revoke", headers=bearer(token)), code)
    problem(await client.post("/api/boards/QQQQQ/pairings"), "unknown_board")
    problem(await client.post(f"/api/boards/{made.id}/pairings/x", content=b"{"), "malformed")
    problem(await client.post(f"/api/boards/{made.id}/pairings/x", json={}), "invalid")


async def test_kiosks_of_a_board_are_bounded(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """HB3: given as many kiosks as may be, then the next is refused until one is revoked."""
    monkeypatch.setattr(limits, "KIOSKS_PER_BOARD", 1)
    made = await board_made(client)
    first = await paired(client, made)
    pairing = await pairing_made(client, made)
    problem(await confirms(client, made, pairing.code), "board_full")
    assert (await revokes(client, made, first.participant)).status_code == 204
    assert (await confirms(client, made, pairing.code)).status_code == 201


async def test_the_link_of_a_board_is_its_own_kiosks_whoever_was_paired(client: httpx.AsyncClient) -> None:
    """Given paired kiosks, then a board's link opens the kiosk it was made with, until that is removed."""
    board = await board_made(client)
    lab = await lab_made(client, board)
    await seat_of(client, await paired(client, lab))
    for made in (lab, board):
        path, steers = f"/api/boards/{made.id}/links", bearer(made.tokens.moderator)
        link = read(await client.get(path, headers=steers), BoardLinks).kiosk
        assert link is not None
        seat = read(await reports(client, made.id, link.partition("#t=")[2]), KioskSeat)
        own = seat.boards[0].participant
        assert not own.startswith((kept.PAIRED, kept.SEATED))
        assert (await revokes(client, made, own)).status_code == 204
        assert read(await client.get(path, headers=steers), BoardLinks).kiosk is None


# -- the seat ------------------------------------------------------------------------------------------------------


async def test_a_seat_has_every_board_of_the_lab(client: httpx.AsyncClient, app: Application) -> None:
    """PRODUCT section 2: given a lab with two boards, when its kiosk asks for its seat, then it has a token for each,
    is a kiosk of each under its name, the same one each time, and the lab comes first."""
    one, two = await board_made(client, title="One", locale="fr"), await board_made(client, title="Two")
    lab = await lab_made(client, one, two)
    kiosk = await paired(client, lab, name="Quai")
    seat = await seat_of(client, kiosk)
    assert seat.name == "Quai"
    assert [(place.board, place.code, place.title, place.locale) for place in seat.boards] == [
        (lab.id, lab.code, "The lab", "en"), (one.id, one.code, "One", "fr"), (two.id, two.code, "Two", "en"),
    ]  # fmt: skip
    assert seat.boards[1].join_url == f"http://boards.example/j/{one.code}"
    assert len({place.participant for place in seat.boards}) == 3
    for place in seat.boards:
        room = await app.hub.room(place.board)
        assert room.state.participants[place.participant].role == "kiosk"
        assert room.names[place.participant] == "Quai"
        export = f"/api/boards/{place.board}/export.json"
        assert (await client.get(export, headers=bearer(place.token))).status_code == 200
    entries = [(await app.hub.room(board.id)).state.seq for board in (lab, one, two)]
    again = await asyncio.gather(*(seat_of(client, kiosk) for _ in range(3)))
    assert {tuple(place.participant for place in each.boards) for each in again} == {
        tuple(place.participant for place in seat.boards)
    }
    assert [(await app.hub.room(board.id)).state.seq for board in (lab, one, two)] == entries
    assert (await listed(client, one))[seat.boards[1].participant].name == "Quai"


async def test_two_seats_that_are_asked_for_at_once_are_one(client: httpx.AsyncClient, app: Application) -> None:
    """Given a kiosk that never sat, when it asks several times at once, then it is one participant of each board."""
    board = await board_made(client)
    kiosk = await paired(client, await lab_made(client, board))
    seats = await asyncio.gather(*(seat_of(client, kiosk) for _ in range(5)))
    assert len({seat.boards[1].participant for seat in seats}) == 1
    people = (await app.hub.room(board.id)).state.participants
    assert sum(person.role == "kiosk" for person in people.values()) == 2, "with the one of the link"


async def test_a_kiosk_that_came_by_the_link_has_a_seat_too(client: httpx.AsyncClient) -> None:
    """Given a board that is no lab and a kiosk that nobody paired, then its seat is that board, without name or PIN."""
    made = await board_made(client)
    seat = read(await reports(client, made.id, made.tokens.kiosk), KioskSeat)
    assert (seat.name, seat.pin, [place.board for place in seat.boards]) == (None, None, [made.id])
    assert seat.settings == KioskSettings()
    (row,) = (await listed(client, made)).values()
    assert row.name is None
    assert row.since_ms is None
    assert row.seen_ms is not None
    lab = await lab_made(client, made)
    by_link = read(await reports(client, lab.id, lab.tokens.kiosk), KioskSeat)
    assert [place.board for place in by_link.boards] == [lab.id, made.id]


async def test_what_a_kiosk_reports_is_kept_now_and_then(client: httpx.AsyncClient, app: Application) -> None:
    """Given a kiosk that reports, then its moderators see when it was last heard of, what waits and which build it is,
    on every board it shows; asked again at once, nothing is written."""
    board = await board_made(client)
    lab = await lab_made(client, board)
    kiosk = await paired(client, lab, pin="2468")
    await seat_of(client, kiosk, build="b0", preview=True)
    assert (await listed(client, lab))[kiosk.participant].seen_ms is None, "a look at it is no screen"
    seat = await seat_of(client, kiosk, build="b1", queued=3)
    first = (await listed(client, lab))[kiosk.participant]
    assert (first.queued, first.build) == (3, "b1")
    assert first.seen_ms is not None
    await seat_of(client, kiosk, build="b2", queued=4)
    assert (await listed(client, lab))[kiosk.participant] == first
    with later_by(app, kiosks.NOTED_MS):
        again = await seat_of(client, kiosk, build="b2", queued=4)
        for made, place in ((lab, seat.boards[0]), (board, seat.boards[1])):
            row = (await listed(client, made))[place.participant]
            assert (row.queued, row.build) == (4, "b2")
            assert row.behind == (again.build is not None), "no page was ever built as b2"
            assert (row.seen_ms or 0) >= first.seen_ms + kiosks.NOTED_MS
    assert again.pin == seat.pin, "what is noted later leaves the PIN as it is"
    rows = {row.participant: kept.contact_of(row) for row in await app.hub.log.people(board.id)}
    screen = rows[seat.boards[1].participant].screen
    assert screen is not None
    assert screen.pin is None, "a PIN is kept once"


async def test_a_pin_can_be_checked_without_the_server(client: httpx.AsyncClient) -> None:
    """RFC 8018: given a kiosk with a PIN, then its seat has what checks it, and no other."""
    made = await board_made(client)
    pin = (await seat_of(client, await paired(client, made, pin="0042"))).pin
    assert pin is not None
    for typed, right in (("0042", True), ("42", False), ("0043", False)):
        assert is_pin(typed, pin) is right
    other = (await seat_of(client, await paired(client, made, pin="0042"))).pin
    assert other is not None
    assert (other.salt, other.hash) != (pin.salt, pin.hash)


async def test_a_seat_says_which_page_is_served_now(
    client: httpx.AsyncClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given another build of the kiosk's page, then the seat names another; given none, then none."""
    monkeypatch.setattr(pages, "STATIC", tmp_path)
    made = await board_made(client)
    kiosk = await paired(client, made)
    builds = [(await seat_of(client, kiosk)).build]
    for page in ("<!doctype html>1", "<!doctype html>1", "<!doctype html>2"):
        (tmp_path / "kiosk.html").write_text(page)
        builds.append((await seat_of(client, kiosk)).build)
    assert builds[0] is None
    assert builds[1] == builds[2] != builds[3]


async def test_a_seat_says_how_kiosks_behave(client: httpx.AsyncClient, app: Application) -> None:
    """Given a moderator says how kiosks behave, then the next seat says so."""
    made = await board_made(client)
    kiosk = await paired(client, made)
    settings = KioskSettings(idle_s=30, keyboard="qwerty")
    await acts(app, made.id, await somebody(app, made, "moderator"), KioskSet(settings))
    assert (await seat_of(client, kiosk)).settings == settings


async def test_only_a_kiosk_has_a_seat(client: httpx.AsyncClient) -> None:
    """DM3, HB9: given any other token, or what is no report, then its code."""
    made, other = await board_made(client), await board_made(client)
    ana = await joined(client, made)
    tokens = {
        ana.token: "forbidden", made.tokens.moderator: "forbidden", made.tokens.display: "forbidden",
        other.tokens.kiosk: "wrong_board", "": "bad_token",
    }  # fmt: skip
    for token, code in tokens.items():
        problem(await reports(client, made.id, token), code)
    for report in ({"queued": -1}, {"queued": "3"}, {"build": 7}, {"build": "x" * 65}, {"queued": 10**20}):
        problem(await reports(client, made.id, made.tokens.kiosk, **report), "invalid")


async def test_a_seat_is_not_asked_for_without_end(tmp_path: Path) -> None:
    """Section 8: given a kiosk that asks again and again, then it is `rate_limited`, and no other is."""
    async with application(tmp_path, seats_per_s="0.001", seats_burst="2") as app, asking(app) as client:
        made = await board_made(client)
        one, two = await paired(client, made), await paired(client, made)
        codes = [(await reports(client, made.id, one.token)).status_code for _ in range(3)]
        assert codes == [200, 200, 429]
        assert (await reports(client, made.id, two.token)).status_code == 200


# -- another name, another PIN -------------------------------------------------------------------------------------


async def changes(client: httpx.AsyncClient, board: Any, kiosk: str, token: str | None = None, **wish: Any) -> Any:
    """A moderator changes a kiosk."""
    path = f"/api/boards/{board.id}/kiosks/{kiosk}"
    return await client.post(path, json=wish, headers=bearer(token or board.tokens.moderator))


def is_pin(typed: str, pin: PinCheck | None) -> bool:
    """Whether this opens the staff's side."""
    assert pin is not None
    return hashlib.pbkdf2_hmac("sha256", typed.encode(), b64decode(pin.salt), pin.rounds) == b64decode(pin.hash)


async def test_a_kiosk_is_given_another_name_and_another_pin(
    client: httpx.AsyncClient, app: Application, tmp_path: Path
) -> None:
    """PRODUCT section 2: given a paired kiosk, when it is renamed, then it is called so on every board it shows, and
    its PIN stays; when it is given another PIN, then that opens it and the one before does not; when none, then none
    does. Each is told as an event, so that the screen asks for its seat; no PIN is in any byte of the data folder."""
    board = await board_made(client)
    lab = await lab_made(client, board)
    kiosk = await paired(client, lab, name="Hall", pin="24681357")
    place = await place_on(client, kiosk, board)
    before = await app.hub.room(lab.id)
    entries = before.state.seq
    row = read(await changes(client, lab, kiosk.participant, name=" Quai "), Kiosk)
    assert (row.name, row.has_pin, row.of_lab) == ("Quai", True, False)
    for room, participant in ((before, kiosk.participant), (await app.hub.room(board.id), place.participant)):
        assert room.names[participant] == "Quai"
    assert (await listed(client, board))[place.participant].name == "Quai"
    assert (await listed(client, board))[place.participant].of_lab
    assert before.state.seq == entries + 1
    seat = await seat_of(client, kiosk)
    assert seat.name == "Quai"
    assert is_pin("24681357", seat.pin)
    assert read(await changes(client, lab, kiosk.participant, pin="86427531"), Kiosk).has_pin
    seat = await seat_of(client, kiosk)
    assert seat.name == "Quai"
    assert is_pin("86427531", seat.pin)
    assert not is_pin("24681357", seat.pin)
    assert before.state.seq == entries + 2
    for secret in ("24681357", "86427531"):
        assert not on_disk(tmp_path, secret.encode())
    assert not read(await changes(client, lab, kiosk.participant, without_pin=True), Kiosk).has_pin
    assert (await seat_of(client, kiosk)).pin is None
    assert (await listed(client, lab))[kiosk.participant].name == "Quai"


async def test_no_report_that_was_under_way_brings_an_old_pin_back(
    client: httpx.AsyncClient, app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LG1: given a kiosk whose report was read before its name and PIN were changed and is written after, then the new
    ones stand, at this report and at the next that is kept."""
    made = await board_made(client)
    kiosk = await paired(client, made, name="Hall", pin="1234")
    really, changed = app.hub.log.put_person, asyncio.Event()

    async def put_person(board: str, person: Person) -> None:
        if not changed.is_set() and person.participant == kiosk.participant and person.name != "Quai":
            read(await changes(client, made, kiosk.participant, name="Quai", pin="5678"), Kiosk)
            changed.set()
        await really(board, person)

    monkeypatch.setattr(app.hub.log, "put_person", put_person)
    await seat_of(client, kiosk, queued=1)
    assert changed.is_set()
    for later_ms in (0, kiosks.NOTED_MS, 2 * kiosks.NOTED_MS):
        with later_by(app, later_ms):
            seat = await seat_of(client, kiosk)
            assert seat.name == "Quai"
            assert is_pin("5678", seat.pin)
            assert (await listed(client, made))[kiosk.participant].name == "Quai"
    assert (await app.hub.room(made.id)).names[kiosk.participant] == "Quai"


async def test_of_two_who_change_a_kiosk_at_once_neither_undoes_the_other(
    client: httpx.AsyncClient, app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LG1: given two moderators, of whom one renames a kiosk while the other gives it a new PIN, when the log takes its
    time, then both stand."""
    made = await board_made(client)
    kiosk = await paired(client, made, name="Hall", pin="1234")
    _write_slowly(app, monkeypatch, "(given ")
    answers = await asyncio.gather(
        changes(client, made, kiosk.participant, name="Quai"), changes(client, made, kiosk.participant, pin="5678")
    )
    assert [answer.status_code for answer in answers] == [200, 200]
    seat = await seat_of(client, kiosk)
    assert seat.name == "Quai"
    assert is_pin("5678", seat.pin)


async def test_of_two_names_given_at_once_a_kiosk_is_called_by_the_last_everywhere(
    client: httpx.AsyncClient, app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LG1: given a kiosk that is being renamed, when another moderator renames it before that is through, then the last
    name stands in the list, in its seat and beside its cards, on the other boards of the lab, too."""
    board = await board_made(client)
    lab = await lab_made(client, board)
    kiosk = await paired(client, lab, name="Hall")
    place = await place_on(client, kiosk, board)
    really = app.hub.log.put_person

    async def put_person(board: str, person: Person) -> None:
        await really(board, person)
        if person.participant.startswith("(given "):
            monkeypatch.setattr(app.hub.log, "put_person", really)
            read(await changes(client, lab, kiosk.participant, name="Quai"), Kiosk)

    monkeypatch.setattr(app.hub.log, "put_person", put_person)
    assert read(await changes(client, lab, kiosk.participant, name="Foyer"), Kiosk).name == "Quai"
    for one, participant in ((lab, kiosk.participant), (board, place.participant)):
        assert (await app.hub.room(one.id)).names[participant] == "Quai"
    assert (await seat_of(client, kiosk)).name == "Quai"


async def test_what_a_kiosk_was_called_is_erased_for_good(
    client: httpx.AsyncClient, app: Application, tmp_path: Path
) -> None:
    """LG7, DM3: given a kiosk that was renamed, when a moderator erases what is known of it, then no report brings its
    name back, and no byte has it; the screen itself, at which anybody may stand, erases nothing, nor its PIN."""
    made = await board_made(client)
    kiosk = await paired(client, made, name="Hall", pin="1234")
    read(await changes(client, made, kiosk.participant, name="Zebulonia"), Kiosk)
    path = f"/api/boards/{made.id}/people/{kiosk.participant}/erase"
    problem(await client.post(path, headers=bearer(kiosk.token)), "forbidden")
    assert is_pin("1234", (await seat_of(client, kiosk)).pin)
    assert on_disk(tmp_path, b"Zebulonia")
    assert (await client.post(path, headers=bearer(made.tokens.moderator))).status_code == 204
    for later_ms in (0, kiosks.NOTED_MS):
        with later_by(app, later_ms):
            assert (await seat_of(client, kiosk)).name is None
    assert (await listed(client, made))[kiosk.participant].name is None
    assert not on_disk(tmp_path, b"Zebulonia")


BAD_CHANGES: dict[str, tuple[dict[str, Any], str]] = {
    name: (wish, code) for name, (wish, code) in BAD_KIOSKS.items() if "code" not in wish
} | {
    "no name at all": ({"name": None}, "invalid"),
    "no PIN at all": ({"pin": None}, "invalid"),
    "markup of another size": ({"name": "<b>" * 30}, "text_too_long"),
}


@pytest.mark.parametrize(("wish", "code"), BAD_CHANGES.values(), ids=BAD_CHANGES.keys())
async def test_a_change_that_cannot_be_is_refused(client: httpx.AsyncClient, wish: dict[str, Any], code: str) -> None:
    """HB9: given a wish that cannot be met, then its code, and nothing is changed, not even the other half of it."""
    made = await board_made(client)
    kiosk = await paired(client, made, pin="1234")
    problem(await changes(client, made, kiosk.participant, **{"name": "Quai", "pin": "5678", **wish}), code)
    seat = await seat_of(client, kiosk)
    assert seat.name == "Vitrine"
    assert is_pin("1234", seat.pin)


async def test_only_who_steers_changes_a_kiosk_and_only_where_it_was_paired(client: httpx.AsyncClient) -> None:
    """DM3: given any other token, or none, or who is no kiosk, or one that was taken off, or is here through a lab,
    then nothing is changed; the one of a board's link can be given a PIN, too."""
    board = await board_made(client)
    lab = await lab_made(client, board)
    ana, kiosk, gone = await joined(client, lab), await paired(client, lab), await paired(client, lab)
    assert (await revokes(client, lab, gone.participant)).status_code == 204
    place = await place_on(client, kiosk, board)
    tokens = {
        ana.token: "forbidden", lab.tokens.kiosk: "forbidden", kiosk.token: "forbidden",
        lab.tokens.display: "forbidden", board.tokens.moderator: "wrong_board", "x": "bad_token",
    }  # fmt: skip
    for token, code in tokens.items():
        problem(await changes(client, lab, kiosk.participant, token, name="Quai"), code)
    for participant in (ana.participant, gone.participant, "nobody", kept.PASSPHRASE):
        problem(await changes(client, lab, participant, name="Quai"), "unknown_participant")
    problem(await changes(client, board, place.participant, name="Quai"), "forbidden")
    assert (await seat_of(client, kiosk)).name == "Vitrine"
    own = read(await reports(client, lab.id, lab.tokens.kiosk), KioskSeat).boards[0].participant
    assert read(await changes(client, lab, own, pin="1234"), Kiosk).has_pin
    assert is_pin("1234", read(await reports(client, lab.id, lab.tokens.kiosk), KioskSeat).pin)


# -- taken off -----------------------------------------------------------------------------------------------------


def _write_slowly(app: Application, monkeypatch: pytest.MonkeyPatch, which: str) -> None:
    """A log that has much else to do whenever it is to keep a row whose id begins so."""
    really = app.hub.log.put_person

    async def put_person(board: str, person: Person) -> None:
        if person.participant.startswith(which):
            for _ in range(50):
                await app.hub.log.people(board)
        await really(board, person)

    monkeypatch.setattr(app.hub.log, "put_person", put_person)


async def test_hb6_a_revoked_kiosk_is_gone_from_the_whole_lab(client: httpx.AsyncClient, app: Application) -> None:
    """HB6: given a kiosk of a lab, when a moderator revokes it, then no token of its own opens anything on any board,
    it has no seat, its screen is not told its token again, and no later seat brings it back; another stays."""
    board = await board_made(client)
    lab = await lab_made(client, board)
    pairing = await pairing_made(client, lab)
    await confirms(client, lab, pairing.code)
    kiosk, other = read(await asks_again(client, lab, pairing), KioskPaired), await paired(client, lab)
    seat = await seat_of(client, kiosk)
    assert (await revokes(client, lab, kiosk.participant)).status_code == 204
    for place in seat.boards:
        export = f"/api/boards/{place.board}/export.json"
        problem(await client.get(export, headers=bearer(place.token)), "removed")
    problem(await reports(client, lab.id, kiosk.token), "removed")
    problem(await asks_again(client, lab, pairing), "removed")
    assert (await listed(client, lab))[kiosk.participant].removed
    assert (await listed(client, board))[seat.boards[1].participant].removed
    assert len((await seat_of(client, other)).boards) == 2
    assert (await revokes(client, lab, kiosk.participant)).status_code == 204, "done again, it is done"


async def test_a_kiosk_is_revoked_on_one_board_alone_by_who_steers_that(client: httpx.AsyncClient) -> None:
    """Given a lab's kiosk on a board, when that board's moderator takes it off, then it has no place there, at its next
    seat neither, and keeps the others."""
    one, two = await board_made(client), await board_made(client)
    kiosk = await paired(client, await lab_made(client, one, two))
    place = await place_on(client, kiosk, one)
    assert (await revokes(client, one, place.participant)).status_code == 204
    problem(await client.get(f"/api/boards/{one.id}/export.json", headers=bearer(place.token)), "removed")
    for _ in range(2):
        assert [each.board for each in (await seat_of(client, kiosk)).boards] == [kiosk.board, two.id]


async def test_nobody_but_a_kiosk_is_revoked(client: httpx.AsyncClient, app: Application) -> None:
    """HB9: given somebody who is none, or nobody, then `unknown_participant`, and they stay."""
    made = await board_made(client)
    ana = await joined(client, made)
    for participant in (ana.participant, await somebody(app, made, "moderator"), "nobody", kept.PASSPHRASE):
        problem(await revokes(client, made, participant), "unknown_participant")
    assert (await client.get(f"/api/boards/{made.id}/export.json", headers=bearer(ana.token))).status_code == 200


async def test_a_kiosk_has_no_place_on_a_board_that_left_the_lab(client: httpx.AsyncClient, app: Application) -> None:
    """Given a board is taken out of a lab, then the lab's kiosks are kiosks of it no more, until it is back: then those
    are again that the lab has not revoked."""
    board = await board_made(client)
    lab = await lab_made(client, board)
    stays, goes = await paired(client, lab), await paired(client, lab)
    places = [await place_on(client, kiosk, board) for kiosk in (stays, goes)]
    assert (await unlinks(client, lab, board.id, lab.tokens.moderator)).status_code == 204
    export = f"/api/boards/{board.id}/export.json"
    for place in places:
        problem(await client.get(export, headers=bearer(place.token)), "removed")
    assert [place.board for place in (await seat_of(client, stays)).boards] == [lab.id]
    assert (await revokes(client, lab, goes.participant)).status_code == 204
    assert (await links(client, lab, board)).status_code == 204
    assert (await place_on(client, stays, board)).participant == places[0].participant
    assert (await client.get(export, headers=bearer(places[0].token))).status_code == 200
    problem(await client.get(export, headers=bearer(places[1].token)), "removed")


async def test_a_kiosk_of_a_lab_has_no_lab_beyond_it(client: httpx.AsyncClient) -> None:
    """Section 8: given a board of a lab that is a lab itself, then the lab's kiosk has no place on the boards of that:
    who steers those never let it in."""
    beyond = await board_made(client)
    inner = await lab_made(client, beyond)
    kiosk = await paired(client, await lab_made(client, inner))
    place = await place_on(client, kiosk, inner)
    assert [each.board for each in (await seat_of(client, kiosk)).boards] == [kiosk.board, inner.id]
    seat = read(await reports(client, inner.id, place.token), KioskSeat)
    assert [each.board for each in seat.boards] == [inner.id]


@pytest.mark.parametrize("notes_slowly", [False, True], ids=["at once", "slowly"])
async def test_hb6_a_kiosk_that_is_removed_as_a_participant_is_gone_from_the_whole_lab(
    client: httpx.AsyncClient, app: Application, monkeypatch: pytest.MonkeyPatch, notes_slowly: bool
) -> None:
    """HB6: given a kiosk that a moderator of the lab removes as they would a person, when it next reports, then no
    token of its own opens anything on any board; taken back, it has its seat again, on all of them, with those,
    however long the log takes to note by whom it was taken off."""
    if notes_slowly:
        _write_slowly(app, monkeypatch, kept.AWAY.key(""))
    board = await board_made(client)
    lab = await lab_made(client, board)
    kiosk = await paired(client, lab)
    place = await place_on(client, kiosk, board)
    moderator = await somebody(app, lab, "moderator")
    await acts(app, lab.id, moderator, ParticipantRemove(kiosk.participant))
    problem(await reports(client, lab.id, kiosk.token), "removed")
    export = f"/api/boards/{board.id}/export.json"
    problem(await client.get(export, headers=bearer(place.token)), "removed")
    await acts(app, lab.id, moderator, ParticipantReadmit(kiosk.participant))
    assert [one.board for one in (await seat_of(client, kiosk)).boards] == [lab.id, board.id]
    assert (await client.get(export, headers=bearer(place.token))).status_code == 200


async def test_hb6_a_kiosk_that_is_removed_and_never_reports_is_gone_too(
    client: httpx.AsyncClient, app: Application
) -> None:
    """HB6: given a kiosk that somebody carried away, when a moderator of the lab removes it as they would a person,
    then its tokens open nothing on any board, although it never reports again."""
    board = await board_made(client)
    lab = await lab_made(client, board)
    kiosk = await paired(client, lab)
    place = await place_on(client, kiosk, board)
    await acts(app, lab.id, await somebody(app, lab, "moderator"), ParticipantRemove(kiosk.participant))
    export, carried_away = f"/api/boards/{board.id}/export.json", bearer(place.token)
    async with asyncio.timeout(READY_WITHIN_S):
        while (refused := await client.get(export, headers=carried_away)).status_code == 200:
            pass
    problem(refused, "removed")


@pytest.mark.parametrize("notes_slowly", [False, True], ids=["at once", "slowly"])
async def test_a_lab_brings_nobody_back_whom_a_board_took_off(
    client: httpx.AsyncClient, app: Application, monkeypatch: pytest.MonkeyPatch, notes_slowly: bool
) -> None:
    """DM3: given a board's moderator took a lab's kiosk off it, before the lab did or after, when the lab takes the
    kiosk back, or the board comes back into the lab, then it has no place there: that moderator's word stands, however
    long the log takes to note what the lab did."""
    if notes_slowly:
        _write_slowly(app, monkeypatch, kept.AWAY.key(""))
    one, two = await board_made(client), await board_made(client)
    lab = await lab_made(client, one, two)
    kiosk = await paired(client, lab)
    first, second = [await place_on(client, kiosk, board) for board in (one, two)]
    moderator = await somebody(app, lab, "moderator")
    assert (await revokes(client, one, first.participant)).status_code == 204
    assert (await revokes(client, lab, kiosk.participant)).status_code == 204
    assert (await revokes(client, two, second.participant)).status_code == 204
    await acts(app, lab.id, moderator, ParticipantReadmit(kiosk.participant))
    assert [place.board for place in (await seat_of(client, kiosk)).boards] == [lab.id]
    for board in (one, two):
        assert (await unlinks(client, lab, board.id, lab.tokens.moderator)).status_code == 204
        assert (await links(client, lab, board)).status_code == 204
    assert [place.board for place in (await seat_of(client, kiosk)).boards] == [lab.id]


# -- rubbish -------------------------------------------------------------------------------------------------------

RUBBISH: tuple[bytes, ...] = (
    b"", b"null", b"[]", b"7", b'"x"', b"{", b"\xff\xfe", b'{"secret":"\\ud800"}', b'{"secret":null}', b"[" * 60_000,
    b'{"code":"\\ud800","name":"x"}', b'{"code":{},"name":[]}', b'{"made":"\\u0000","key":"' + b"x" * 43 + b'"}',
    b'{"board":"\\ud800","token":"x"}', b'{"board":"x","token":"' + b"x" * 60_000 + b'"}', b'{"handoff":"\\ud800"}',
    b'{"queued":1e400}', b'{"queued":99999999999999999999}', b'{"build":"a\\u202eb"}', b'{"a":' + b"1" * 60_000 + b"}",
)  # fmt: skip
ENDS = (
    "pairings", "pairings/%ff", "pairings/x%00y", "pairings/..%2fx", "kiosks", "kiosks/%ff/revoke", "kiosks/%00/revoke",
    "kiosks/%ff", "kiosks/%00",
    "seat", "handoffs", "lab/boards", "lab/boards/%ff/unlink", "lab/boards/%00/unlink", "join",
)  # fmt: skip


@pytest.mark.parametrize("end", ENDS)
async def test_rubbish_is_refused_in_words(client: httpx.AsyncClient, end: str) -> None:
    """HB9: given whatever is sent to these addresses, by whomever, then the answer is one of the table's rows."""
    made = await board_made(client)
    for token in (made.tokens.moderator, made.tokens.kiosk, "é", ""):
        for content in RUBBISH:
            headers = {b"Authorization": f"Bearer {token}".encode()}
            response = await client.post(f"/api/boards/{made.id}/{end}", content=content, headers=headers)
            assert response.status_code < 500 or response.json()["code"] == "busy", (content[:60], response.text)
            if response.status_code >= 400:
                problem(response, response.json()["code"])
    response = await client.get(f"/api/boards/%ff%00/{end}")
    problem(response, response.json()["code"])
