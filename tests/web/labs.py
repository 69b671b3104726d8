"""A lab as its moderators make it, over HTTP: what the stories about kiosks, hand-offs and labs begin with."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, TypeVar

import httpx
import msgspec
import pytest

from rebond.app import Application
from rebond_protocol.http import BoardMade
from rebond_protocol.kiosks import KioskPaired, KioskSeat, LabFace, PairingMade, SeatBoard
from tests.web.edge import bearer, board_made

T = TypeVar("T")


def read(response: httpx.Response, shape: type[T], status: int = 200) -> T:
    """What was answered, which went well."""
    assert response.status_code == status, response.text
    return msgspec.json.decode(response.content, type=shape)


# -- kiosks --------------------------------------------------------------------------------------------------------


async def pairing_made(client: httpx.AsyncClient, made: BoardMade) -> PairingMade:
    """A screen asks to become a kiosk."""
    return read(await client.post(f"/api/boards/{made.code}/pairings"), PairingMade, 201)


async def asks_again(client: httpx.AsyncClient, made: BoardMade, pairing: PairingMade) -> httpx.Response:
    """The screen asks whether it was confirmed."""
    path = f"/api/boards/{made.code}/pairings/{pairing.pairing}"
    return await client.post(path, json={"secret": pairing.secret})


async def confirms(client: httpx.AsyncClient, made: BoardMade, code: Any, **wish: Any) -> httpx.Response:
    """A moderator types a code."""
    body = {"code": code, "name": "Vitrine", **wish}
    return await client.post(f"/api/boards/{made.id}/kiosks", json=body, headers=bearer(made.tokens.moderator))


async def paired(client: httpx.AsyncClient, made: BoardMade, **wish: Any) -> KioskPaired:
    """A new kiosk."""
    pairing = await pairing_made(client, made)
    assert (await confirms(client, made, pairing.code, **wish)).status_code == 201
    return read(await asks_again(client, made, pairing), KioskPaired)


async def reports(client: httpx.AsyncClient, board: str, token: str, **report: Any) -> httpx.Response:
    """A kiosk asks for its seat."""
    return await client.post(f"/api/boards/{board}/seat", json=report, headers=bearer(token))


async def seat_of(client: httpx.AsyncClient, kiosk: KioskPaired, **report: Any) -> KioskSeat:
    """The seat of a kiosk."""
    return read(await reports(client, kiosk.board, kiosk.token, **report), KioskSeat)


async def place_on(client: httpx.AsyncClient, kiosk: KioskPaired, board: BoardMade) -> SeatBoard:
    """A kiosk's place on a board of its lab."""
    return next(one for one in (await seat_of(client, kiosk)).boards if one.board == board.id)


# -- labs ----------------------------------------------------------------------------------------------------------


async def lab_made(client: httpx.AsyncClient, *boards: BoardMade) -> BoardMade:
    """A lab with these boards in it."""
    lab = await board_made(client, title="The lab")
    for board in boards:
        assert (await links(client, lab, board)).status_code == 204
    return lab


async def links(client: httpx.AsyncClient, lab: BoardMade, board: BoardMade) -> httpx.Response:
    """Somebody who steers both puts a board into a lab."""
    body = {"board": board.code, "token": board.tokens.moderator}
    return await client.post(f"/api/boards/{lab.id}/lab/boards", json=body, headers=bearer(lab.tokens.moderator))


async def unlinks(client: httpx.AsyncClient, lab: BoardMade, board: str, token: str) -> httpx.Response:
    """Somebody takes a board out of a lab."""
    return await client.post(f"/api/boards/{lab.id}/lab/boards/{board}/unlink", headers=bearer(token))


async def front_page(client: httpx.AsyncClient, lab: BoardMade) -> LabFace:
    """What anybody is told of a lab."""
    return read(await client.get(f"/api/boards/{lab.code}/lab"), LabFace)


# -- hand-offs -----------------------------------------------------------------------------------------------------


def key_of(secret: str) -> str:
    """SHA-256 in base64url without padding, as a kiosk makes it (RFC 4648 section 5)."""
    return urlsafe_b64encode(hashlib.sha256(secret.encode()).digest()).decode().rstrip("=")


async def offers(client: httpx.AsyncClient, board: str, token: str, made: str, secret: str) -> httpx.Response:
    """A kiosk says what may be taken home with a secret."""
    body = {"made": made, "key": key_of(secret)}
    return await client.post(f"/api/boards/{board}/handoffs", json=body, headers=bearer(token))


# -- time ----------------------------------------------------------------------------------------------------------


@contextmanager
def later_by(app: Application, ms: int) -> Generator[None]:
    """Within, the server's clock is so much on. No time goes by."""
    really = app.hub.clock.now_ms
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app.hub.clock, "now_ms", lambda: really() + ms)
        yield
