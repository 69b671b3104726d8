"""What the conformance tests know of boards: how to come in, and what proves that a message of any size arrived.

The endpoint is no echo server. A `ping` of ours is answered with one `beat` and ignores fields it does not know, so a
`ping` with padding is a message of any length and content whose arrival, whole and unharmed, is answered; everything
that is no frame of ours is answered with one `error`.
"""

from __future__ import annotations

import itertools
import json
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import msgpack

from rebond_protocol import SUBPROTOCOL_JSON, SUBPROTOCOL_MSGPACK
from tests.conformance.raw import BINARY, CLOSE, CONTROL, TEXT, WITHIN_S, Frame, Line, Response, frame, request_head
from tests.conftest import RebondServer

JSON, MSGPACK = SUBPROTOCOL_JSON, SUBPROTOCOL_MSGPACK
FORMATS = (JSON, MSGPACK)


@dataclass
class Member(Line):
    """A line whose handshake is done: plain maps in, plain maps out."""

    wire: str = JSON
    last_id: int = 0

    @classmethod
    def over(cls, raw: Line, wire: str = JSON) -> Member:
        """The same line, now that a 101 has been read from it."""
        return cls(raw.socket, raw.buffer, raw.deflates, wire=wire)

    def __enter__(self) -> Member:
        return self

    @property
    def opcode(self) -> int:
        """Of a message in this line's format."""
        return BINARY if self.wire == MSGPACK else TEXT

    def message(self, what: dict[str, Any]) -> bytes:
        """The payload that says this."""
        return msgpack.packb(what) if self.wire == MSGPACK else json.dumps(what).encode()

    def ping_of(self, size: int) -> bytes:
        """A `ping` of ours that is exactly so many bytes long."""
        spare = size - len(self.message({"type": "ping", "pad": ""}))
        # The head of a long msgpack string is up to four bytes longer than that of the empty one.
        padded = (self.message({"type": "ping", "pad": "x" * pad}) for pad in range(spare, spare - 5, -1))
        message = next(message for message in padded if len(message) <= size)
        assert len(message) == size, f"a ping of {size} bytes cannot be"
        return message

    def says(self, what: dict[str, Any]) -> None:
        """Sends this, in one frame."""
        self.send(frame(self.opcode, self.message(what)))

    def submits(self, **command: Any) -> int:
        """Sends a command; its id."""
        self.last_id += 1
        self.says({"type": "submit", "id": self.last_id, "command": command})
        return self.last_id

    def said(self, read: Frame) -> dict[str, Any]:
        """What a data frame says."""
        assert read.opcode == self.opcode, read
        said: Any = msgpack.unpackb(read.payload) if self.wire == MSGPACK else json.loads(read.payload)
        return said

    def hears(self, *kinds: str) -> dict[str, Any]:
        """The next frame of ours of one of these types; other ones, pings and pongs are passed over."""
        while True:
            read = self.read()
            assert read.opcode != CLOSE, f"the server closed: {read}"
            if not read.opcode & CONTROL and (said := self.said(read))["type"] in kinds:
                return said

    def hears_control(self, opcode: int) -> bytes:
        """The payload of the next control frame of this kind; what else comes is passed over."""
        while True:
            read = self.read()
            if read.opcode == opcode:
                return read.payload
            assert read.opcode != CLOSE, f"the server closed: {read}"

    def answers(self) -> None:
        """Fails unless the line still carries a message and its answer: nothing sent before it did harm."""
        self.says({"type": "ping"})
        self.hears("beat")


@dataclass
class Endpoint:
    """`/ws/{board}` of a running server, and who may come in."""

    server: RebondServer
    board: dict[str, Any]
    token: str
    _devices: Iterator[int] = field(default_factory=itertools.count)

    @property
    def port(self) -> int:
        return self.server.port

    @property
    def path(self) -> str:
        return f"/ws/{self.board['id']}"

    @property
    def moderator(self) -> str:
        """The moderator's token."""
        token: str = self.board["tokens"]["moderator"]
        return token

    def line(self, wire: str = JSON, *, receive_buffer_bytes: int | None = None, offer: str | None = None) -> Member:
        """A connection whose handshake is done, with these extensions on offer, and that has said nothing yet."""
        raw = Line.open(self.port, receive_buffer_bytes=receive_buffer_bytes)
        line, response = self.upgraded(raw, Sec_WebSocket_Protocol=wire, Sec_WebSocket_Extensions=offer)
        assert response.header("sec-websocket-protocol") == wire
        return line

    def upgraded(self, raw: Line, path: str | None = None, **headers: str | None) -> tuple[Member, Response]:
        """This line after a handshake with these headers (see `request_head`), which must have been accepted."""
        try:
            raw.send(request_head(path or self.path, self.port, headers))
            response = raw.head()
            assert response.status == 101, response
        except BaseException:
            raw.socket.close()
            raise
        raw.deflates = (response.header("sec-websocket-extensions") or "").startswith("permessage-deflate")
        return Member.over(raw, response.header("sec-websocket-protocol") or JSON), response

    def hello(self, token: str | None = None) -> dict[str, Any]:
        """The first frame of a new device."""
        return {"type": "hello", "token": token or self.token, "device": f"line-{next(self._devices)}"}

    def member(
        self,
        wire: str = JSON,
        *,
        token: str | None = None,
        receive_buffer_bytes: int | None = None,
        offer: str | None = None,
    ) -> Member:
        """A connection that has come in, and has read the board."""
        line = self.line(wire, receive_buffer_bytes=receive_buffer_bytes, offer=offer)
        line.says(self.hello(token))
        line.hears("yours")
        return line

    def joined(self) -> dict[str, Any]:
        """Somebody new on the board: participant and token."""
        return post(self.server.url, f"/api/boards/{self.board['id']}/join", {})


def endpoint_of(server: RebondServer) -> Endpoint:
    """A new board on this server, and somebody on it."""
    board = post(server.url, "/api/boards", {"title": "What would help?"})
    joined = post(server.url, f"/api/boards/{board['id']}/join", {"name": "Ana"})
    return Endpoint(server, board, joined["token"])


def post(url: str, path: str, what: dict[str, Any]) -> dict[str, Any]:
    """The answer to this request."""
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(url + path, json.dumps(what).encode(), headers, method="POST")
    with urllib.request.urlopen(request, timeout=WITHIN_S) as response:
        answer: dict[str, Any] = json.load(response)
        return answer
