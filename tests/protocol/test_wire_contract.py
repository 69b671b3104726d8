"""The golden frames against a running server: what must be refused is, with its code, and the connection lives on."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

import rebond_client
from rebond_protocol import codec
from rebond_protocol.codec import Format
from rebond_protocol.errors import CLOSES, ERRORS
from rebond_protocol.frames import (
    Accepted,
    Beat,
    Bye,
    Error,
    Hello,
    Ping,
    Position,
    RejectedFrame,
    ServerFrame,
    Snapshot,
    Submit,
    Welcome,
    Yours,
)
from rebond_protocol.generation.vectors import Expected, Vector
from rebond_protocol.http import BoardMade
from rebond_protocol.steps import BoardLock
from tests.conftest import RebondServer
from tests.protocol.test_vectors import BAD, GOOD, messages

WITHIN_S = 100.0
AT_ONCE = 5
"""Bad frames a connection sends: fewer than a server takes for abuse."""


class Wire:
    """A raw connection in one format."""

    def __init__(self, socket: ClientConnection, wire: Format) -> None:
        self._socket = socket
        self._wire = wire

    async def send(self, data: bytes, *, text: bool | None = None) -> None:
        """This message as it is."""
        await self._socket.send(data, text=not self._wire.binary if text is None else text)

    async def say(self, frame: Hello | Ping | Submit) -> None:
        """This frame."""
        await self.send(codec.encode(frame, self._wire))

    async def heard(self, *kinds: type[ServerFrame]) -> ServerFrame:
        """The next frame of one of these kinds; what else comes is passed over."""
        while True:
            frame = codec.read_server_frame(bytes(await self._socket.recv(decode=False)), self._wire)
            if isinstance(frame, kinds):
                return frame

    async def closed(self) -> int | None:
        """The close code, once the server has closed."""
        await self._socket.wait_closed()
        return self._socket.close_code


@asynccontextmanager
async def connected(server: RebondServer, board: str, wire: Format) -> AsyncGenerator[Wire]:
    """A connection that has said nothing yet."""
    async with connect(server.websocket_url(board), subprotocols=[Subprotocol(wire.value)], max_size=None) as socket:
        yield Wire(socket, wire)


@asynccontextmanager
async def greeted(server: RebondServer, made: BoardMade, wire: Format) -> AsyncGenerator[Wire]:
    """A moderator's connection that has been let in."""
    async with connected(server, made.id, wire) as line:
        await line.say(Hello(made.tokens.moderator, rebond_client.new_device()))
        await line.heard(Yours)
        yield line


def sent_as(vectors: list[Vector], wire: Format) -> list[tuple[Vector, bytes]]:
    """What of these a client can say in this format, as messages."""
    return [
        (vector, data)
        for vector in vectors
        if vector.direction == "c2s"
        for format, data in messages(vector)
        if format is wire
    ]


@pytest.mark.parametrize("wire", Format)
async def test_every_bad_frame_is_answered_with_its_code(rebond_server: RebondServer, wire: Format) -> None:
    made = await rebond_client.create_board(rebond_server.url, "Le quai")
    bad = [(vector, data) for vector, data in sent_as(BAD, wire) if wire.binary or _is_text(data)]
    async with asyncio.timeout(WITHIN_S):
        for start in range(0, len(bad), AT_ONCE):
            async with greeted(rebond_server, made, wire) as line:
                for vector, data in bad[start : start + AT_ONCE]:
                    await line.send(data)
                    answer = await line.heard(Error, RejectedFrame)
                    assert isinstance(answer, Error | RejectedFrame)
                    assert isinstance(vector.error, Expected)
                    assert answer.code == vector.error.code, vector.name
                    assert answer.message == ERRORS[answer.code].message
                    assert (answer.id if isinstance(answer, RejectedFrame) else None) == vector.error.id
                await line.say(Ping())
                assert isinstance(await line.heard(Beat), Beat), "the connection lives on"


@pytest.mark.parametrize("wire", Format)
async def test_every_command_is_answered_under_its_id(rebond_server: RebondServer, wire: Format) -> None:
    made = await rebond_client.create_board(rebond_server.url, "Le quai")
    async with asyncio.timeout(WITHIN_S), greeted(rebond_server, made, wire) as line:
        for vector, data in sent_as(GOOD, wire):
            if vector.frame is None or vector.frame["type"] != "submit":
                continue
            await line.send(data)
            answer = await line.heard(Accepted, RejectedFrame)
            assert isinstance(answer, Accepted | RejectedFrame)
            assert answer.id == vector.frame["id"], vector.name
            if isinstance(answer, RejectedFrame):
                assert answer.code in ERRORS


async def test_the_other_format_is_refused_and_the_connection_lives_on(rebond_server: RebondServer) -> None:
    made = await rebond_client.create_board(rebond_server.url, "Le quai")
    async with asyncio.timeout(WITHIN_S), greeted(rebond_server, made, Format.JSON) as line:
        await line.send(b'{"type":"ping"}', text=False)
        refused = await line.heard(Error)
        assert isinstance(refused, Error)
        assert refused.code == "wrong_format"


async def test_nothing_comes_before_hello_and_hello_comes_once(rebond_server: RebondServer) -> None:
    made = await rebond_client.create_board(rebond_server.url, "Le quai")
    async with asyncio.timeout(WITHIN_S), connected(rebond_server, made.id, Format.JSON) as line:
        await line.say(Submit(1, BoardLock()))
        refused = await line.heard(Error, RejectedFrame)
        assert isinstance(refused, Error | RejectedFrame)
        assert refused.code == "expected_hello"
        hello = Hello(made.tokens.moderator, rebond_client.new_device())
        await line.say(hello)
        await line.heard(Yours)
        await line.say(hello)
        again = await line.heard(Error)
        assert isinstance(again, Error)
        assert again.code == "already_greeted"


async def test_hb4_the_opening_is_in_order(rebond_server: RebondServer) -> None:
    """HB4: given a newcomer, then welcome, snapshot, yours; given a return with nothing missed, then welcome, yours."""
    made = await rebond_client.create_board(rebond_server.url, "Le quai")
    hello = Hello(made.tokens.moderator, rebond_client.new_device())
    anything = (Welcome, Snapshot, Yours)
    async with asyncio.timeout(WITHIN_S):
        async with connected(rebond_server, made.id, Format.JSON) as line:
            await line.say(hello)
            opening = [await line.heard(*anything) for _ in range(3)]
        assert [type(frame) for frame in opening] == [Welcome, Snapshot, Yours]
        position = opening[1].position if isinstance(opening[1], Snapshot) else Position("", 0)
        async with connected(rebond_server, made.id, Format.MSGPACK) as line:
            await line.say(Hello(hello.token, hello.device, position))
            opening = [await line.heard(*anything) for _ in range(2)]
        assert [type(frame) for frame in opening] == [Welcome, Yours]
        assert isinstance(opening[0], Welcome)
        assert opening[0].recovered
        async with connected(rebond_server, made.id, Format.JSON) as line:
            await line.say(Hello(hello.token, hello.device, Position("another past", position.seq)))
            opening = [await line.heard(*anything) for _ in range(3)]
        assert [type(frame) for frame in opening] == [Welcome, Snapshot, Yours]


@pytest.mark.parametrize(
    ("board", "token", "code"),
    [
        ("own", "nonsense", "bad_token"),
        ("own", "of another board", "wrong_board"),
        ("nowhere", "own", "unknown_board"),
    ],
)
async def test_hb9_who_may_not_in_is_told_why_and_closed(
    rebond_server: RebondServer, board: str, token: str, code: str
) -> None:
    """HB9: given a hello that leads nowhere, then `bye` names the row of the close table, and its number closes."""
    own = await rebond_client.create_board(rebond_server.url, "Le quai")
    other = await rebond_client.create_board(rebond_server.url, "Ailleurs")
    boards = {"own": own.id, "nowhere": "nowhere"}
    tokens = {"own": own.tokens.moderator, "nonsense": "abc", "of another board": other.tokens.moderator}
    async with asyncio.timeout(WITHIN_S), connected(rebond_server, boards[board], Format.JSON) as line:
        await line.say(Hello(tokens[token], rebond_client.new_device()))
        assert await line.heard(Bye) == Bye(code, None)
        assert await line.closed() == CLOSES[code].number


def _is_text(data: bytes) -> bool:
    """Whether WebSocket lets this be a text message; what is not UTF-8 closes the line before anybody reads it."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
