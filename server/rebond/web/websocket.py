"""The WebSocket edge: one coroutine a socket, between ASGI and the hub. `/ws/{board_id}`.

It chooses the wire format, checks the origin and the token (again at every hello, HB6), feeds the session and does what
the session says. It decides nothing about boards.
"""

import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, assert_never

from rebond.domain import project
from rebond.hub.clock import Timer
from rebond.hub.connection import Connection, Membership, prepared
from rebond.hub.hub import Hub
from rebond.hub.outbox import Outbox
from rebond.hub.room import Room
from rebond.hub.session import Answer, Do, Effect, Enter, Leave, SayBeat, Session, Show
from rebond.log import LogError, UnknownBoard
from rebond.web.addresses import AddressAllowances
from rebond.web.auth import Tokens
from rebond.web.frame_path import outbox_for
from rebond.web.origins import origin_allowed
from rebond.web.problems import problem_response
from rebond.web.settings import WebSettings
from rebond_protocol.codec import Format
from rebond_protocol.errors import CLOSES, Rejected
from rebond_protocol.frames import Bye

logger = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

RETRY_UNAVAILABLE_MS = 5_000


class WebSocketEdge:
    """An ASGI application for sockets alone. `board` is the last part of the path: an id, or a join code."""

    def __init__(self, hub: Hub, tokens: Tokens, settings: WebSettings) -> None:
        self._hub = hub
        self._tokens = tokens
        self._origins = settings.origins
        self._handshakes = AddressAllowances(settings.handshakes_per_s, settings.handshakes_burst)
        self._unopened = _Unopened()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one socket until it is gone."""
        if (await receive())["type"] != "websocket.connect":
            return
        board = _board(scope["path"])
        if board is None:
            await _refuse_handshake(scope, send, Rejected("not_found"))
            return
        if not origin_allowed(scope, self._origins):
            await _refuse_handshake(scope, send, Rejected("bad_origin"))
            return
        address = scope["client"][0] if scope.get("client") else ""
        if not self._handshakes.take(address, self._hub.clock.steady_ms()):
            await _refuse_handshake(scope, send, Rejected("rate_limited", {"retry_after_ms": 2_000}))
            return
        wire = _wire(scope["subprotocols"])
        await send({"type": "websocket.accept", "subprotocol": wire.value if wire and scope["subprotocols"] else None})
        outbox = outbox_for(scope, send, self._hub.settings.outbox)
        if wire is None:
            _dismiss(outbox, Format.JSON, "wrong_subprotocol")
        elif self._hub.draining:
            _dismiss(outbox, wire, "draining", round(self._hub.clock.spread(self._hub.settings.drain_spread_ms)))
        else:
            await _Conversation(self._hub, self._tokens, board, outbox, wire, self._unopened).listen(receive)
            return
        await _await_end(receive)


class _Unopened:
    """The boards that could not be opened, and why, so that a crowd that is sent away is one line in the log."""

    def __init__(self) -> None:
        self._causes: dict[str, str] = {}

    def note(self, board: str | None, error: Exception) -> None:
        """Say it, unless it is known. Of no board: which one it is could not be found out."""
        name, cause = board or "?", str(error)
        if self._causes.get(name) != cause:
            self._causes[name] = cause
            logger.error("board %s cannot be opened: %s", name, cause)

    def opened(self, board: str) -> None:
        """When it cannot be opened again, that is news; and the log is there, so of any board it is."""
        if self._causes:
            self._causes.pop(board, None)
            self._causes.pop("?", None)


class _Conversation:
    """One socket from its first frame to its last."""

    __slots__ = (
        "_board", "_connection", "_hub", "_outbox", "_room", "_session", "_tokens", "_unopened", "_waiting", "_wire",
    )  # fmt: skip

    def __init__(self, hub: Hub, tokens: Tokens, board: str, outbox: Outbox, wire: Format, unopened: _Unopened) -> None:
        self._hub = hub
        self._tokens = tokens
        self._board = board
        self._outbox = outbox
        self._wire = wire
        self._unopened = unopened
        self._session = Session(wire, hub.settings)
        self._room: Room | None = None
        self._connection: Connection | None = None
        self._waiting: Timer | None = hub.clock.call_later(hub.settings.hello_ms, self._no_hello)

    async def listen(self, receive: Receive) -> None:
        """Take what comes until the socket is gone."""
        self._hub.meters.connections += 1
        try:
            while await self._heard(await receive()):
                pass
        finally:
            self._hub.meters.connections -= 1
            self._stop_waiting()
            if self._room is not None and self._connection is not None:
                self._room.detach(self._connection)

    async def _heard(self, message: Message) -> bool:
        """Do what a message asks for; whether more can come. Apart from `listen`, so that an idle socket, whose
        `listen` waits for hours, keeps nothing of what it said last."""
        if message["type"] == "websocket.disconnect":
            return False
        text = message.get("text")
        data = message.get("bytes") or b"" if text is None else text.encode()
        await self._do(self._session.received(data, text is None, self._hub.clock.steady_ms()))
        return True

    async def _do(self, effect: Effect) -> None:
        match effect:
            case Do(id=id, command=command, size_bytes=size_bytes):
                if self._room is not None and self._connection is not None:
                    self._room.submit(self._connection, id, command, size_bytes)
            case Show(signal=signal):
                if self._room is not None and self._connection is not None:
                    self._room.signal(self._connection, signal)
            case SayBeat():
                if self._room is not None and self._connection is not None:
                    self._room.say_beat(self._connection)
            case Answer(frame=frame):
                self._outbox.write(prepared(frame, self._wire))
            case Leave(code=code):
                self._leave(code)
            case Enter():
                await self._enter(effect)
            case _:
                assert_never(effect)

    async def _enter(self, hello: Enter) -> None:
        self._stop_waiting()
        board = None
        try:
            board = await self._board_id()
            if board is None:
                self._leave_unknown(hello.token)
                return
            claims = self._tokens.check(hello.token, board, self._hub.clock.now_ms() / 1000)
            if isinstance(claims, Rejected):
                self._leave(claims.code)
                return
            room = await self._hub.room(board)
            refused = await room.admission(claims.participant, hello.position)
            self._unopened.opened(board)
        except UnknownBoard:
            self._leave_unknown(hello.token)
            return
        except (LogError, ValueError) as error:
            self._unopened.note(board, error)
            self._leave("unavailable", RETRY_UNAVAILABLE_MS)
            return
        if refused is not None:
            self._leave(refused)
            return
        if self._outbox.closed:
            return
        if room.broken:  # it parted from its log since it was found
            self._leave("resync")
            return
        if self._hub.draining:  # it began while the board was being opened
            self._leave("draining", round(self._hub.clock.spread(self._hub.settings.drain_spread_ms)))
            return
        role = room.state.participants[claims.participant].role
        device = self._tokens.device_key(board, hello.device)  # no log tells who has one device on two boards
        member = Membership(claims.participant, device, project.AUDIENCES[role])
        self._room, self._connection = room, Connection(member, self._outbox, self._wire, self._hub.meters)
        room.attach(self._connection, hello.position)

    def _leave_unknown(self, token: str) -> None:
        """A good token says that there was such a board. A shared log that lost it is given it back by whoever has it
        open (LG6), so whoever belongs there is asked to wait."""
        claims = self._tokens.check(token, self._board, self._hub.clock.now_ms() / 1000)
        if isinstance(claims, Rejected) or not self._hub.log.shared:
            self._leave("unknown_board")
        else:
            self._leave("unavailable", RETRY_UNAVAILABLE_MS)

    async def _board_id(self) -> str | None:
        """The id of the board that the path names, by id or by code."""
        if self._hub.known(self._board):  # a crowd that comes back asks the log nothing
            return self._board
        record = await self._hub.log.find(self._board)
        return record.id if record is not None else None

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _no_hello(self) -> None:
        if not self._session.greeted:
            self._leave("no_hello")

    def _leave(self, code: str, retry_after_ms: int | None = None) -> None:
        if self._connection is not None:
            self._connection.leave(code, retry_after_ms)
        elif not self._outbox.closed:
            self._hub.meters.close(code)
            _dismiss(self._outbox, self._wire, code, retry_after_ms)


def _dismiss(outbox: Outbox, wire: Format, code: str, retry_after_ms: int | None = None) -> None:
    """Say bye to a socket that belongs to nobody yet."""
    row = CLOSES[code]
    outbox.write(prepared(Bye(code, (retry_after_ms or 0) if row.resumable else None), wire))
    outbox.close(row.number, row.code)


async def _refuse_handshake(scope: Scope, send: Send, rejected: Rejected) -> None:
    """Answer the handshake with an HTTP error, in words where the server can carry them (ASGI: WebSocket denial)."""
    if "websocket.http.response" not in (scope.get("extensions") or {}):
        await send({"type": "websocket.close"})
        return
    response = problem_response(rejected)
    start = {"type": "websocket.http.response.start", "status": response.status_code, "headers": response.raw_headers}
    await send(start)
    await send({"type": "websocket.http.response.body", "body": response.body})


async def _await_end(receive: Receive) -> None:
    while (await receive())["type"] != "websocket.disconnect":
        pass


def _board(path: str) -> str | None:
    parts = path.strip("/").split("/")
    return parts[1] if len(parts) == 2 and parts[0] == "ws" and parts[1] else None


def _wire(offered: list[str]) -> Format | None:
    """The first offered sub-protocol that is spoken here; JSON for whoever offers none."""
    if not offered:
        return Format.JSON
    spoken = {wire.value: wire for wire in Format}
    return next((spoken[name] for name in offered if name in spoken), None)
