"""The socket, over real connections: the wire contract, bad input in both formats, on our server and on a stock one
(DESIGN sections 6 and 7; HB4, HB6, HB7, HB9, LG4)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgpack
import pytest
from uvicorn.config import Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin, Subprotocol

from rebond.app import Application
from rebond.hub.room import Room
from rebond.log import LogUnavailable
from rebond.web.auth import Tokens
from rebond.web.server import DrainingServer, ServerSettings, make_server
from rebond_client.http import create_board, join
from rebond_protocol import limits
from rebond_protocol.errors import CLOSES, ERRORS
from rebond_protocol.http import BoardMade, Claims
from tests.conftest import RebondServer, StartRebond
from tests.simulation.world import turns
from tests.web.edge import SECRET, application

WITHIN_S = 100.0
FORMATS = ("rebond.v1.json", "rebond.v1.msgpack")

both_formats = pytest.mark.parametrize("wire", FORMATS, ids=["json", "msgpack"])


class Phone:
    """A raw connection: plain maps in, plain maps out, as the contract has them."""

    def __init__(self, connection: ClientConnection, wire: str) -> None:
        self.connection = connection
        self.binary = wire == "rebond.v1.msgpack"

    async def says(self, frame: dict[str, Any]) -> None:
        data = msgpack.packb(frame) if self.binary else json.dumps(frame).encode()
        await self.connection.send(data, text=not self.binary)

    async def hears(self) -> dict[str, Any]:
        async with asyncio.timeout(WITHIN_S):
            message = await self.connection.recv()
        assert isinstance(message, bytes) is self.binary
        return msgpack.unpackb(message) if isinstance(message, bytes) else json.loads(message)

    async def hears_of(self, *kinds: str) -> dict[str, Any]:
        """The next frame of one of these types; what comes between is passed over."""
        while (frame := await self.hears())["type"] not in kinds:
            pass
        return frame

    async def comes_in(self, token: str, device: str = "phone-1", position: Any = None) -> list[dict[str, Any]]:
        """Say hello; what came up to and including presence."""
        hello = {"type": "hello", "token": token, "device": device}
        await self.says(hello if position is None else {**hello, "position": position})
        frames = [await self.hears()]
        while frames[-1]["type"] != "presence":
            frames.append(await self.hears())
        return frames

    async def closed_with(self) -> tuple[int, list[dict[str, Any]]]:
        """The close code, and what was said before it."""
        heard: list[dict[str, Any]] = []
        try:
            while True:
                heard.append(await self.hears())
        except ConnectionClosed:
            assert self.connection.close_code is not None
            return self.connection.close_code, heard


class Place:
    """A served application, and a board on it."""

    def __init__(self, app: Application, url: str, made: BoardMade) -> None:
        self.app, self.url, self.made = app, url, made

    @asynccontextmanager
    async def phone(self, wire: str = FORMATS[0], board: str | None = None, **more: Any) -> AsyncGenerator[Phone]:
        address = f"{self.url.replace('http', 'ws', 1)}/ws/{board or self.made.id}"
        offered = [Subprotocol(wire)]
        async with connect(
            address, subprotocols=offered, compression=None, ping_interval=None, proxy=None, **more
        ) as line:
            assert line.subprotocol == wire
            yield Phone(line, wire)

    async def token(self, **wish: Any) -> str:
        return (await join(self.url, self.made.code, **wish)).token


MakeServer = Callable[[Application, Callable[[int], None]], DrainingServer]


def stock_server(app: Application, on_ready: Callable[[int], None]) -> DrainingServer:
    """uvicorn as it comes, which offers no writer: frames then go by ASGI's `send`."""
    config = Config(
        app, port=0, ws=WebSocketsSansIOProtocol, lifespan="off", interface="asgi3", log_config=None,
        ws_max_size=limits.MESSAGE_BYTES, timeout_graceful_shutdown=1,
    )  # fmt: skip
    return DrainingServer(config, drain=app.hub.drain, drain_ms=5_000, on_ready=on_ready)


def own_server(app: Application, on_ready: Callable[[int], None]) -> DrainingServer:
    """The server as `rebond serve` makes it."""
    settings = ServerSettings(port=0, max_message_bytes=limits.MESSAGE_BYTES, shutdown_s=1)
    server = make_server(app, settings, drain=app.hub.drain, on_ready=on_ready)
    server.config.port, server.config.lifespan = 0, "off"
    return server


@pytest.fixture(params=[own_server, stock_server], ids=["frame path", "stock"])
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    """The application on our server, and on a stock one."""
    async with served(request.param, tmp_path, strikes_burst="40") as served_place:
        yield served_place


@asynccontextmanager
async def served(make: MakeServer, data: Path, **variables: str) -> AsyncGenerator[Place]:
    """The application on a server of this make, with these `REBOND_…` variables."""
    async with application(data, **variables) as app:
        ready: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        server = make(app, ready.set_result)
        serving = asyncio.ensure_future(server.serve())
        url = f"http://127.0.0.1:{await ready}"
        yield Place(app, url, await create_board(url, "What would help?"))
        server.should_exit = True
        await serving


# -- the contract --------------------------------------------------------------------------------------------------


@both_formats
async def test_a_conversation_to_the_letter(place: Place, wire: str) -> None:
    """Section 7: given two people, then every frame has the fields of the contract, and leads where it says."""
    made = place.made
    async with place.phone(wire) as moderator, place.phone(wire, made.code) as ana:
        await moderator.comes_in(made.tokens.moderator)
        token = await place.token(name="Ana")
        welcome, snapshot, yours, presence = await ana.comes_in(token)
        assert set(welcome) == {"type", "you", "position", "recovered", "server_time", "limits"}
        assert {"participant", "role", "segment", "name"} == set(welcome["you"])
        assert (welcome["you"]["role"], welcome["you"]["name"], welcome["recovered"]) == ("participant", "Ana", False)
        assert set(snapshot) == {"type", "position", "board"}
        assert snapshot["position"] == welcome["position"]
        assert snapshot["board"]["title"] == "What would help?"
        assert yours["type"] == "yours"
        assert presence["here"] == 1  # whoever steers is not counted

        await ana.says({"type": "submit", "id": 1, "command": {"type": "card.add", "text": "  Plus de bancs 🪑\r\n"}})
        accepted = await ana.hears_of("accepted")
        assert set(accepted) == {"type", "id", "seq", "made"}
        told = await moderator.hears_of("events")
        assert told["seq"] == accepted["seq"]
        card = told["events"][0]["card"]
        assert (told["events"][0]["type"], card["id"], card["text"], card["rev"]) == (
            "card.added", accepted["made"], "Plus de bancs 🪑", 1,
        )  # fmt: skip
        rebound = {"type": "card.rebound", "parents": [card["id"]], "verb": "extends", "text": "et de l’ombre"}
        await moderator.says({"type": "submit", "id": 1, "command": {**rebound, "owes": "the calm"}})
        while (child := (await ana.hears_of("events"))["events"][0]["card"])["text"] != "et de l’ombre":
            pass
        assert (child["parents"], child["verb"], child["owes"]) == ([card["id"]], "extends", "the calm")

        await ana.says({"type": "submit", "id": 1, "command": {"type": "card.add", "text": "Plus de bancs"}})
        assert await ana.hears_of("accepted") == accepted, "LG4: again under its id, answered as before"
        await ana.says({"type": "submit", "id": 2, "command": {"type": "round.open", "method": "dots", "budget": 3}})
        rejected = await ana.hears_of("rejected")
        assert set(rejected) == {"type", "id", "code", "message", "temporary"}
        assert (rejected["id"], rejected["code"], rejected["message"]) == (2, "forbidden", ERRORS["forbidden"].message)
        await ana.says({"type": "signal", "signal": {"type": "writing"}})
        while (await moderator.hears_of("presence"))["writing"] != 1:
            pass
        await ana.says({"type": "ping"})
        assert set(await ana.hears_of("beat")) == {"type", "seq"}


@both_formats
async def test_coming_back_where_one_was(place: Place, wire: str) -> None:
    """HB4: given a position, when a phone comes back, then what it missed; a strange one, a snapshot."""
    token = await place.token()
    async with place.phone(wire) as phone:
        welcome = (await phone.comes_in(token))[0]
    async with place.phone(wire) as other:
        await other.comes_in(await place.token())
        for id in (1, 2, 3):
            await other.says({"type": "submit", "id": id, "command": {"type": "card.add", "text": f"idea {id}"}})
            await other.hears_of("accepted")
    async with place.phone(wire) as phone:
        frames = await phone.comes_in(token, position=welcome["position"])
        assert [frame["type"] for frame in frames] == ["welcome", "events", "yours", "presence"]
        assert frames[0]["recovered"]
        assert [event["card"]["text"] for event in frames[1]["events"]] == ["idea 1", "idea 2", "idea 3"]
    for position in ({"epoch": "other", "seq": 4}, {"epoch": welcome["position"]["epoch"], "seq": 2**53 - 1}):
        async with place.phone(wire) as phone:
            frames = await phone.comes_in(token, position=position)
            assert [frame["type"] for frame in frames] == ["welcome", "snapshot", "yours", "presence"]


# -- bad input -----------------------------------------------------------------------------------------------------

COMMANDS: dict[str, tuple[dict[str, Any], str]] = {
    "an empty text": ({"type": "card.add", "text": ""}, "text_empty"),
    "a blank text": ({"type": "card.add", "text": " \n\u200b"}, "text_empty"),
    "an overlong text": ({"type": "card.add", "text": "x" * 1_001}, "text_too_long"),
    "a huge text": ({"type": "card.add", "text": "x" * 30_000}, "text_too_long"),
    "a control character": ({"type": "card.add", "text": "a\x00b"}, "text_forbidden"),
    "an escape": ({"type": "card.add", "text": "\x1b[31mred"}, "text_forbidden"),
    "a bidirectional override": ({"type": "card.add", "text": "abc\u202edef"}, "text_forbidden"),
    "an unknown section": ({"type": "card.add", "text": "x", "section": "nope"}, "unknown_section"),
    "an unknown card": ({"type": "card.edit", "card": "nope", "text": "x", "base_rev": 1}, "unknown_card"),
    "an unknown parent": ({"type": "card.rebound", "parents": ["no"], "verb": "extends", "text": "x"}, "unknown_card"),
    "a combination of one": ({"type": "card.rebound", "parents": ["CARD"], "verb": "combines", "text": "x"},
                             "combine_needs_two"),
    "a cycle": ({"type": "rebound.link", "card": "CARD", "parents": ["CARD"], "verb": "extends"}, "would_cycle"),
    "a stale revision": ({"type": "card.edit", "card": "CARD", "text": "x", "base_rev": 7}, "stale_rev"),
    "an unknown round": ({"type": "vote.cast", "round": "nope", "card": "CARD", "weight": 1}, "unknown_round"),
    "a vote over budget": ({"type": "vote.cast", "round": "ROUND", "card": "CARD", "weight": 3}, "over_cap"),
    "too many points": ({"type": "vote.cast", "round": "ROUND", "card": "CARD", "weight": 101}, "invalid"),
    "negative points": ({"type": "vote.cast", "round": "ROUND", "card": "CARD", "weight": -1}, "invalid"),
    "no points to take back": ({"type": "vote.retract", "round": "ROUND", "card": "CARD"}, "no_ballot"),
    "a moderator's command": ({"type": "card.remove", "card": "CARD"}, "forbidden"),
    "the server's own command": ({"type": "participant.join", "participant": "x", "role": "moderator"}, "unknown_type"),
    "an unknown command": ({"type": "card.explode"}, "unknown_type"),
}  # fmt: skip


@both_formats
async def test_bad_commands_get_their_code_and_disturb_nobody(place: Place, wire: str) -> None:
    """HB9: given every kind of bad command, then its code; the line lives, nobody else hears."""
    async with place.phone(wire) as moderator, place.phone(wire) as ana, place.phone(wire) as witness:
        await moderator.comes_in(place.made.tokens.moderator)
        await ana.comes_in(await place.token())
        await ana.says({"type": "submit", "id": 1, "command": {"type": "card.add", "text": "an idea"}})
        card = (await ana.hears_of("accepted"))["made"]
        await moderator.says(
            {"type": "submit", "id": 1, "command": {"type": "round.open", "method": "dots", "budget": 2}}
        )
        round = (await moderator.hears_of("accepted"))["made"]
        await witness.comes_in(await place.token())
        for id, (name, (command, code)) in enumerate(COMMANDS.items(), start=2):
            text = json.dumps(command).replace('"CARD"', f'"{card}"').replace('"ROUND"', f'"{round}"')
            await ana.says({"type": "submit", "id": id, "command": json.loads(text)})
            rejected = await ana.hears_of("rejected")
            assert (name, rejected["id"], rejected["code"]) == (name, id, code)
            assert rejected["message"] == ERRORS[code].message
        await witness.says({"type": "ping"})
        while (heard := await witness.hears_of("beat", "events"))["type"] != "beat":
            assert heard["events"] == [], "it is led to where the board stands, and that is all"
        await ana.says({"type": "submit", "id": 99, "command": {"type": "card.add", "text": "still here"}})
        assert (await witness.hears_of("events"))["events"][0]["card"]["text"] == "still here"


@both_formats
async def test_bad_frames_are_answered_and_a_flood_of_them_ends(place: Place, wire: str) -> None:
    """HB9: given frames that cannot be read, then each is answered; after too many the line ends with `abuse`."""
    async with place.phone(wire) as phone, place.phone(wire) as witness:
        await phone.comes_in(await place.token())
        await witness.comes_in(await place.token())
        text = not phone.binary
        for data, code in (
            (b"\xc1" if phone.binary else b"{nope", "malformed"),
            (b"", "malformed"),
            (b"\x01" if phone.binary else b"17", "malformed"),
            (b" " * (limits.FRAME_BYTES + 1), "too_large"),
        ):
            await phone.connection.send(data, text=text)
            assert (await phone.hears_of("error"))["code"] == code
        await phone.connection.send(b"{}", text=not text)
        assert (await phone.hears_of("error"))["code"] == "wrong_format"
        await phone.says({"type": "hello", "token": "x", "device": "y"})
        assert (await phone.hears_of("error"))["code"] == "already_greeted"
        for _ in range(80):
            await phone.says({"type": "nonsense"})
        number, heard = await phone.closed_with()
        assert number == CLOSES["abuse"].number
        assert heard[-1] == {"type": "bye", "code": "abuse", "retry_after_ms": None}
        await witness.says({"type": "ping"})
        await witness.hears_of("beat")


async def test_wrong_utf8_and_giants_close_that_line_alone(place: Place) -> None:
    """HB9: given text that is no UTF-8, or a message beyond all limits, then WebSocket's own code closes that line."""
    for data, number in ((b"\xff\xfe", 1007), (b" " * (limits.MESSAGE_BYTES + 1), 1009)):
        async with place.phone() as phone, place.phone() as witness:
            await phone.comes_in(await place.token())
            await witness.comes_in(await place.token())
            await phone.connection.send(data, text=True)
            assert (await phone.closed_with())[0] == number
            await witness.says({"type": "ping"})
            await witness.hears_of("beat")


# -- who is let in -------------------------------------------------------------------------------------------------


@both_formats
async def test_tokens_that_are_not_good_here(place: Place, wire: str) -> None:
    """HB6: given a forged, cut, expired, huge or foreign token, then bye with its code, and a close not to resume."""
    tokens = Tokens(SECRET)
    good = await place.token()
    other = await create_board(place.url, "Another")
    cases = {
        "forged": ("bad_token", good[:-4] + "AAAA"),
        "cut": ("bad_token", good[:20]),
        "empty": ("bad_token", ""),
        "huge": ("bad_token", "x" * 50_000),
        "nobody's": ("bad_token", tokens.issue(Claims(place.made.id, "nobody", "moderator", 1 << 40))),
        "expired": ("expired_token", tokens.issue(Claims(place.made.id, "x", "participant", 1))),
        "another board's": ("wrong_board", other.tokens.moderator),
    }
    for code, token in cases.values():
        async with place.phone(wire) as phone:
            await phone.says({"type": "hello", "token": token, "device": "d"})
            number, heard = await phone.closed_with()
            assert (number, heard) == (CLOSES[code].number, [{"type": "bye", "code": code, "retry_after_ms": None}])


@pytest.mark.parametrize(("word", "agreed"), [("on", True), ("off", False)])
async def test_compression_is_the_operators_to_turn_off(start_rebond: StartRebond, word: str, agreed: bool) -> None:
    """HB1: given a client that offers compression, then the server agrees, but where its operator has turned it off."""
    server = await asyncio.to_thread(start_rebond, environment={"REBOND_COMPRESSION": word})
    async with connect(server.websocket_url("NOPE1"), subprotocols=[Subprotocol(FORMATS[0])], proxy=None) as line:
        assert line.response is not None
        assert ("permessage-deflate" in line.response.headers.get("Sec-WebSocket-Extensions", "")) is agreed


async def test_a_board_that_is_not_there(place: Place) -> None:
    """HB9: given a code nobody drew, then bye `unknown_board`; given no board's address at all, no handshake."""
    async with place.phone(board="NOPE1") as phone:
        await phone.says({"type": "hello", "token": "x", "device": "d"})
        assert (await phone.closed_with())[0] == CLOSES["unknown_board"].number
    with pytest.raises(InvalidStatus) as refused:
        async with place.phone(board="a/b"):
            pass
    assert refused.value.response.status_code in (403, 404)


async def test_a_crowd_that_is_sent_away_is_one_line_in_the_log(
    place: Place, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """HB9: given a board that cannot be opened, when many come, then each is asked to come back and the cause is logged
    once; when it could be opened meanwhile, then it is news again."""
    token = await place.token()

    async def away(board: str) -> Room:
        raise LogUnavailable("The disk is gone.")

    for _ in range(2):
        with monkeypatch.context() as broken:
            broken.setattr(place.app.hub, "room", away)
            for _ in range(3):
                async with place.phone() as phone:
                    await phone.says({"type": "hello", "token": token, "device": "phone-1"})
                    assert (await phone.closed_with())[0] == CLOSES["unavailable"].number
        async with place.phone() as phone:
            await phone.comes_in(token)
    said = [record.message for record in caplog.records if "cannot be opened" in record.message]
    assert said == [f"board {place.made.id} cannot be opened: The disk is gone."] * 2


async def test_who_is_removed_is_gone_and_stays_away(place: Place) -> None:
    """HB6: given a moderator removes somebody, then their line closes at once, and their token opens no other."""
    token = await place.token()
    async with place.phone() as phone, place.phone() as moderator:
        you = (await phone.comes_in(token))[0]["you"]["participant"]
        await moderator.comes_in(place.made.tokens.moderator)
        await moderator.says({"type": "submit", "id": 1, "command": {"type": "participant.remove", "participant": you}})
        number, heard = await phone.closed_with()
        assert (number, heard[-1]) == (4503, {"type": "bye", "code": "removed", "retry_after_ms": None})
    async with place.phone() as phone:
        await phone.says({"type": "hello", "token": token, "device": "d"})
        assert (await phone.closed_with())[0] == 4503


async def test_pages_of_others_may_not_connect(place: Place) -> None:
    """Section 8: given a page of another host, then the handshake is refused; given our own, it is taken."""
    for origin in ("http://evil.example", "null", "http://["):
        with pytest.raises(InvalidStatus) as refused:
            async with place.phone(origin=Origin(origin)):
                pass
        assert refused.value.response.status_code == 403
    async with place.phone(origin=Origin(place.url)) as phone:
        await phone.comes_in(await place.token())


async def test_an_address_may_open_so_many_sockets_and_no_more(tmp_path: Path) -> None:
    """Section 8: given an address that has opened as many sockets as it may, then the next handshake is refused before
    anything is kept for it, with the code that says: later."""
    async with served(own_server, tmp_path, handshakes_burst="3", handshakes_per_s="0.001") as place:
        token = await place.token()
        for _ in range(3):
            async with place.phone() as phone:
                await phone.comes_in(token)
        with pytest.raises(InvalidStatus) as refused:
            async with place.phone():
                pass
        assert refused.value.response.status_code == 429
        assert b"rate_limited" in (refused.value.response.body or b"")


async def test_who_speaks_another_protocol_is_told(place: Place) -> None:
    """Section 7: given only strange sub-protocols are offered, then a close that says so; none means JSON."""
    address = f"{place.url.replace('http', 'ws', 1)}/ws/{place.made.id}"
    async with connect(address, subprotocols=[Subprotocol("soap")], proxy=None) as line:
        assert (await Phone(line, "soap").closed_with())[0] == CLOSES["wrong_subprotocol"].number
    async with connect(address, proxy=None) as line:
        assert (await Phone(line, FORMATS[0]).comes_in(await place.token()))[0]["type"] == "welcome"
    async with connect(address, subprotocols=[Subprotocol("soap"), Subprotocol(FORMATS[1])], proxy=None) as line:
        assert line.subprotocol == FORMATS[1]


async def test_leaving_without_a_word_is_noticed(place: Place) -> None:
    """Given a phone whose line is cut, even in the middle of its hello, then it is soon no longer counted as here."""
    async with place.phone() as wall:
        await wall.comes_in(place.made.tokens.display)
        token = await place.token()
        for _ in range(5):
            async with place.phone() as phone:
                await phone.comes_in(token)
                phone.connection.transport.abort()
            async with place.phone() as phone:
                await phone.says({"type": "hello", "token": token, "device": "d"})
                phone.connection.transport.abort()
        async with asyncio.timeout(WITHIN_S):
            while place.app.hub.meters.connections != 1:
                await turns(1)  # the server lives in this loop
        while (await wall.hears_of("presence"))["here"] != 0:
            pass
        async with place.phone() as other:
            assert (await other.comes_in(await place.token()))[-1]["here"] == 1


async def test_draining_says_goodbye_and_takes_nobody_in(place: Place) -> None:
    """HB7: given the server drains, then everybody is told when to come back, and newcomers too."""
    async with place.phone() as phone:
        await phone.comes_in(await place.token())
        await place.app.hub.drain()
        number, heard = await phone.closed_with()
        assert number == CLOSES["draining"].number
        assert heard[-1]["code"] == "draining"
        assert 0 <= heard[-1]["retry_after_ms"] <= 2_000
    async with place.phone() as late:
        number, heard = await late.closed_with()
        assert (number, heard[0]["code"]) == (CLOSES["draining"].number, "draining")


# -- the program people start --------------------------------------------------------------------------------------


@both_formats
async def test_the_real_server_speaks_the_contract(rebond_server: RebondServer, wire: str) -> None:
    """Section 7: given `rebond serve`, when somebody writes, is cut off and comes back, then it is there."""
    made = await create_board(rebond_server.url, "What would help?")
    token = (await join(rebond_server.url, made.code)).token
    address, offered = rebond_server.websocket_url(made.id), [Subprotocol(wire)]
    async with connect(address, subprotocols=offered, proxy=None) as line:
        phone = Phone(line, wire)
        welcome = (await phone.comes_in(token))[0]
        await phone.says({"type": "submit", "id": 1, "command": {"type": "card.add", "text": "an idea"}})
        accepted = await phone.hears_of("accepted")
        line.transport.abort()
    reader, writer = await asyncio.open_connection("127.0.0.1", rebond_server.port)
    writer.write(b"POST /api/boards HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
    writer.close()  # a body cut short leaves no traceback: the fixture looks
    await reader.read()
    async with connect(address, subprotocols=offered, proxy=None) as line:
        phone = Phone(line, wire)
        frames = await phone.comes_in(token, position=welcome["position"])
        assert frames[1]["events"][0]["card"]["id"] == accepted["made"]
        await phone.says({"type": "submit", "id": 1, "command": {"type": "card.add", "text": "an idea"}})
        assert await phone.hears_of("accepted") == accepted
