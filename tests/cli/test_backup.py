"""A folder copied from under a running server and put back, as docs/operations.md tells to (LG2, LG6)."""

from __future__ import annotations

import json
import shutil
import sqlite3
import urllib.request
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.cli.conftest import WITHIN_S, Rebond
from tests.conftest import RebondServer, StartRebond

WIRE = Subprotocol("rebond.v1.json")
DEVICE = "d-0123456789abcdef01234567"


def test_lg6_a_copy_put_back_leads_everybody_to_what_it_knows(
    rebond: Rebond, start_rebond: StartRebond, tmp_path: Path
) -> None:
    """LG2, LG6. Given a copy made while the server ran, after which one more idea was acknowledged, when the copy is
    put back, said to be one, and grows by another idea, then the link still opens it, and a phone that had seen the
    lost idea is not taken to have seen the new one: it gets a snapshot of what there is."""
    server = start_rebond()
    made = rebond("board", "new", "Kept safe", "--url", server.url, "--json").json
    token = _post(f"{server.url}/api/boards/{made['code']}/join", {})["token"]
    with _connected(server, made["id"], token, None) as (line, welcome):
        assert welcome["recovered"] is False
        _add(line, 1, "before the copy")
        copy = _copied(server.data_dir, tmp_path / "copy")
        seen = {**welcome["position"], "seq": _add(line, 2, "after the copy")}
    assert server.stop() == 0

    assert rebond("board", "restored", "--data", copy).status == 0
    restored = start_rebond(data_dir=copy)
    with _connected(restored, made["id"], made["tokens"]["moderator"], None) as (line, _):
        assert _add(line, 1, "said instead") == seen["seq"]
    with _connected(restored, made["id"], token, seen) as (line, welcome):
        assert welcome["recovered"] is False
        snapshot = _next(line, "snapshot")
        assert [card["text"] for card in snapshot["board"]["cards"]] == ["before the copy", "said instead"]


def _copied(data: Path, copy: Path) -> Path:
    """What `.backup` of SQLite's own program does, and the secret."""
    copy.mkdir()
    with closing(sqlite3.connect(data / "rebond.db")) as source, closing(sqlite3.connect(copy / "rebond.db")) as target:
        source.backup(target)
    shutil.copy2(data / "secret.key", copy)
    return copy


@contextmanager
def _connected(
    server: RebondServer, board: str, token: str, position: dict[str, Any] | None
) -> Generator[tuple[ClientConnection, dict[str, Any]]]:
    """A line to a board that has said hello, and what it was welcomed with."""
    hello = {"type": "hello", "token": token, "device": DEVICE, "position": position}
    with connect(server.websocket_url(board), subprotocols=[WIRE], compression=None, proxy=None) as line:
        line.send(json.dumps(hello))
        yield line, _next(line, "welcome")


def _add(line: ClientConnection, id: int, text: str) -> int:
    """The seq of the entry this idea became."""
    line.send(json.dumps({"type": "submit", "id": id, "command": {"type": "card.add", "text": text}}))
    seq: int = _next(line, "accepted")["seq"]
    return seq


def _next(line: ClientConnection, kind: str) -> dict[str, Any]:
    while True:
        frame: dict[str, Any] = json.loads(line.recv(timeout=WITHIN_S))
        if frame["type"] == kind:
            return frame


def _post(url: str, body: dict[str, Any]) -> dict[str, Any]:
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=WITHIN_S) as response:
        return json.loads(response.read())
