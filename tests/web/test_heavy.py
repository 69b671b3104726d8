"""What is heavy to make does not hold up the boards, and what cannot be made is said (section 8, HB9)."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from rebond.web import http
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

    real_snapshot = http.project.snapshot
    monkeypatch.setattr(http.qr, "png", note)
    monkeypatch.setattr(http.qr, "svg", note)
    monkeypatch.setattr(http.project, "snapshot", snapshot)
    monkeypatch.setitem(http.FORMATS, "csv", ExportFormat(note, "text/csv"))
    async with application(tmp_path) as app, asking(app) as client:
        board = await board_made(client)
        for path in ("qr.png", "qr.svg", "export.csv"):
            response = await client.get(f"/api/boards/{board.id}/{path}", headers=bearer(board.tokens.moderator))
            assert response.status_code == 200
    assert len(made_by) == 4
    assert threading.main_thread() not in made_by


async def test_a_host_that_no_code_could_hold_is_refused_by_name(tmp_path: Path) -> None:
    """HB9: given a Host header longer than any name, then it is `invalid` and says so, not a fault of the server."""
    async with application(tmp_path) as app, asking(app) as client:
        board = await board_made(client)
        for path in ("qr.svg", "qr.png", ""):
            response = await client.get(f"/api/boards/{board.id}/{path}".rstrip("/"), headers={"Host": "a" * 3_000})
            assert problem(response, "invalid").details == {"field": "Host"}
