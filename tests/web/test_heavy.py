"""What is heavy to make does not hold up the boards, and what cannot be made is said (section 8, HB9)."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from rebond.domain import similar
from rebond.web import http, ideas, kept
from rebond.web.exports import ExportFormat
from rebond_protocol.boards import BoardView
from tests.web.edge import application, asking, bearer, board_made, problem


async def test_codes_and_exports_are_made_beside_the_boards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """HB3: given a QR code or an export is asked for, then it is not made in the thread that serves the boards."""
    made_by: list[threading.Thread] = []

    def note(*_: Any) -> bytes:
        made_by.append(threading.current_thread())
        return b"."

    def snapshot(*asked: Any) -> BoardView:
        note()
        return real_snapshot(*asked)

    real_snapshot = ideas.project.snapshot
    monkeypatch.setattr(http.qr, "png", note)
    monkeypatch.setattr(http.qr, "svg", note)
    monkeypatch.setattr(ideas.project, "snapshot", snapshot)
    monkeypatch.setitem(ideas.FORMATS, "csv", ExportFormat(note, "text/csv"))
    async with application(tmp_path) as app, asking(app) as client:
        board = await board_made(client)
        for path in ("qr.png", "qr.svg", "export.csv"):
            response = await client.get(f"/api/boards/{board.id}/{path}", headers=bearer(board.tokens.moderator))
            assert response.status_code == 200
    assert len(made_by) == 4
    assert threading.main_thread() not in made_by


async def test_hashing_and_likeness_are_worked_out_beside_the_boards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """HB3: given somebody says a passphrase, writes an idea or asks for duplicates, then what that takes is not done in
    the thread that serves the boards."""
    worked: list[tuple[str, threading.Thread]] = []

    def watched(place: Any, name: str) -> None:
        real = getattr(place, name)

        def beside(*asked: Any, **more: Any) -> Any:
            worked.append((name, threading.current_thread()))
            return real(*asked, **more)

        monkeypatch.setattr(place, name, beside)

    watched(kept, "is_passphrase")
    watched(kept, "passphrase_row")
    for name in ("__init__", "like", "alike"):
        watched(similar.Index, name)
    async with application(tmp_path) as app, asking(app) as client:
        board = await board_made(client, access="passphrase", passphrase="Passerelle bleue")
        await client.post(f"/api/boards/{board.id}/join", json={"passphrase": "pont"})
        steers = bearer(board.tokens.moderator)
        await client.post(f"/api/boards/{board.id}/similar", json={"text": "coffee"}, headers=steers)
        await client.get(f"/api/boards/{board.id}/suggestions", headers=steers)
    assert {name for name, _ in worked} == {"is_passphrase", "passphrase_row", "__init__", "like", "alike"}
    assert threading.main_thread() not in {thread for _, thread in worked}


async def test_a_host_that_no_code_could_hold_is_refused_by_name(tmp_path: Path) -> None:
    """HB9: given a Host header longer than any name, then it is `invalid` and says so, not a fault of the server."""
    async with application(tmp_path) as app, asking(app) as client:
        board = await board_made(client)
        for path in ("qr.svg", "qr.png", ""):
            response = await client.get(f"/api/boards/{board.id}/{path}".rstrip("/"), headers={"Host": "a" * 3_000})
            assert problem(response, "invalid").details == {"field": "Host"}
