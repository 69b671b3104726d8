"""The whole application in this process, without a socket: opened, asked, closed. For stories about HTTP alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec

from rebond.app import Application
from rebond.config import configured
from rebond.web.kept import PAIRED, SEATED
from rebond_protocol.errors import ERRORS, Rejected
from rebond_protocol.http import BoardMade, Joined, Problem

ADDRESS = "203.0.113.7"
SECRET = "what signs the tokens of all these stories"


@asynccontextmanager
async def application(data: Path, look: Path | None = None, /, **variables: str) -> AsyncGenerator[Application]:
    """An application on this folder, or on the Redis that is `redis_url`, with these `REBOND_…` variables; `look` says
    how the organisation looks."""
    environment = {"REBOND_SECRET": SECRET, **{f"REBOND_{name.upper()}": value for name, value in variables.items()}}
    config = configured(
        environment,
        host="127.0.0.1",
        port=8000,
        data=data,
        redis=environment.get("REBOND_REDIS_URL"),
        durability="memory",
        brand=look,
    )
    app = Application(config)
    told: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    heard: asyncio.Queue[Any] = asyncio.Queue()

    async def send(message: Any) -> None:
        heard.put_nowait(message)

    living = asyncio.ensure_future(app({"type": "lifespan"}, told.get, send))
    told.put_nowait({"type": "lifespan.startup"})
    assert (await heard.get())["type"] == "lifespan.startup.complete"
    try:
        yield app
    finally:
        told.put_nowait({"type": "lifespan.shutdown"})
        await living


def asking(app: Application, address: str = ADDRESS) -> httpx.AsyncClient:
    """Somebody at this address with an HTTP client."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=(address, 40_000))
    return httpx.AsyncClient(transport=transport, base_url="http://boards.example")


async def board_made(client: httpx.AsyncClient, **wish: Any) -> BoardMade:
    """A new board."""
    response = await client.post("/api/boards", json={"title": "What would help?", **wish})
    assert response.status_code == 201, response.text
    return msgspec.json.decode(response.content, type=BoardMade)


async def joined(client: httpx.AsyncClient, made: BoardMade, **wish: Any) -> Joined:
    """A new participant."""
    response = await client.post(f"/api/boards/{made.code}/join", json=wish)
    assert response.status_code == 200, response.text
    return msgspec.json.decode(response.content, type=Joined)


async def acts(app: Application, board: str, actor: str | None, command: Any) -> str:
    """Somebody does something on a board; what it made."""
    outcome = await (await app.hub.room(board)).act(command, actor)
    assert not isinstance(outcome, Rejected), outcome
    return outcome.made or ""


async def somebody(app: Application, made: BoardMade, role: str) -> str:
    """The participant behind one of the links a board is made with."""
    people = (await app.hub.room(made.id)).state.participants.items()
    return next(id for id, one in people if one.role == role and not id.startswith((PAIRED, SEATED)))


def problem(response: httpx.Response, code: str) -> Problem:
    """The refusal in this response, which must be the table's row of this code (HB9)."""
    said = msgspec.json.decode(response.content, type=Problem)
    row = ERRORS[code]
    assert (said.code, said.message, said.temporary) == (row.code, row.message, row.temporary)
    assert response.status_code == row.status
    assert response.headers["content-type"] == "application/json"
    return said


def bearer(token: str) -> dict[str, str]:
    """The header that carries a token."""
    return {"Authorization": f"Bearer {token}"}


def on_disk(folder: Path, words: bytes) -> list[str]:
    """The files of this folder that have these words in them."""
    return [str(path) for path in folder.rglob("*") if path.is_file() and words in path.read_bytes()]


async def knocks(app: Application, path: str) -> int:
    """A POST of nothing from ADDRESS, straight to the application: the status alone, thousands of times."""
    status = 0
    scope: dict[str, Any] = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "", "headers": [(b"host", b"x")],
        "client": (ADDRESS, 40_000), "server": ("127.0.0.1", 8000),
    }  # fmt: skip

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"{}", "more_body": False}

    async def send(message: Any) -> None:
        nonlocal status
        status = message.get("status", status)

    await app(scope, receive, send)
    return status
