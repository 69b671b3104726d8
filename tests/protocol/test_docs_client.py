"""docs/write-your-own-client.md is a program: its blocks, as they stand, run against a running server."""

import asyncio
import json
import re
import urllib.request
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from rebond_protocol.generate import ROOT
from tests.conftest import RebondServer, StartRebond

PAGE = ROOT / "docs/write-your-own-client.md"
WITHIN_S = 100.0


def program() -> dict[str, Any]:
    """The page's Python blocks, one after the other, run as one module."""
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    module: dict[str, Any] = {"__name__": "client_of_the_page"}
    exec(compile("\n".join(blocks), str(PAGE), "exec"), module)
    return module


def make_board(server: RebondServer) -> dict[str, Any]:
    request = urllib.request.Request(
        f"{server.url}/api/boards", json.dumps({"title": "Le quai"}).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as response:
        return json.load(response)


@asynccontextmanager
async def living(board: Any) -> AsyncGenerator[Any]:
    """The page's board, living until the end of the block."""
    task = asyncio.create_task(board.live())
    try:
        yield board
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def test_the_program_of_the_page_stays_short() -> None:
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    code = [line for block in blocks for line in block.splitlines() if line.strip()]
    assert len(code) <= 90


async def test_the_program_of_the_page_puts_a_card_on_the_board(
    rebond_server: RebondServer, capsys: pytest.CaptureFixture[str]
) -> None:
    """Given a board, when the page's program runs, then its card is accepted and comes back to it."""
    made = make_board(rebond_server)
    async with asyncio.timeout(WITHIN_S):
        await program()["main"](rebond_server.url, made["code"])
    printed = capsys.readouterr().out
    assert "'type': 'accepted'" in printed
    assert "Il y a trop de bruit sur le quai 2" in printed


async def test_the_client_of_the_page_survives_a_server_that_is_killed(start_rebond: StartRebond) -> None:
    """LG4: given a card on its way, when the server dies and comes back, then the card is on the board once."""
    server = start_rebond()
    module = program()
    joined = module["join"](server.url, make_board(server)["code"], "Capteur")
    async with living(module["Board"](server.url, joined)) as board, asyncio.timeout(WITHIN_S):
        await board.submit({"type": "card.add", "text": "avant"})
        server.kill()
        during = asyncio.create_task(board.submit({"type": "card.add", "text": "pendant"}))
        start_rebond(data_dir=server.data_dir, port=server.port)
        assert (await during)["type"] == "accepted"
        async with board.changed:
            await board.changed.wait_for(lambda: len(board.cards) >= 2)
    assert sorted(card["text"] for card in board.cards.values()) == ["avant", "pendant"]
