"""The frame path: prepared frames straight to the transport, under uvicorn (DESIGN section 6; rules HB1, HB3).

`FramePathProtocol` is uvicorn's own WebSocket protocol and leaves everything to it (handshake, ping, close, incoming
frames), but lets the application take a `TransportOutbox` from the scope, and keeps of a connection what it still needs
once it is open: a board is a thousand sockets that say nothing. `FramePathHttpProtocol` hands it the handshake.
`outbox_for` is what the edge calls: it gives a transport's outbox where it can be had, and the fallback over `send` on
any other ASGI server.

Why frames may be written between uvicorn's own writes: uvicorn writes whole frames, one `transport.write` each, never a
fragmented message (RFC 6455 section 5.4), and a frame has no state of its connection, be it as it is or compressed (RFC
7692, without context). What this leans on in uvicorn and websockets is stated where it is used; the tests in
tests/web/test_frame_path.py fail when one of them changes it. Nothing here knows boards, or what a frame says.
"""

from __future__ import annotations

import asyncio
import codecs
import logging
from collections import deque
from collections.abc import Callable, Generator, Mapping, Sequence
from math import ceil
from types import CoroutineType
from typing import Any, Literal, cast
from uuid import UUID
from weakref import WeakKeyDictionary

import httptools
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.datastructures import Headers
from websockets.exceptions import InvalidHeaderValue, NegotiationError
from websockets.extensions import Extension, ServerExtensionFactory
from websockets.extensions.permessage_deflate import PerMessageDeflate, ServerPerMessageDeflateFactory
from websockets.frames import Frame, Opcode
from websockets.http11 import Request, Response
from websockets.protocol import Protocol, State
from websockets.server import ServerProtocol
from websockets.typing import ExtensionParameter

from rebond.hub.frame import WINDOW_BITS, Frames
from rebond.hub.outbox import TOO_SLOW, Outbox, OutboxLimits, Send, SendOutbox
from rebond.web.carried import Carried, carried

EXTENSION = "rebond.frames"
"""The scope's extension; its one entry, "open", takes `OutboxLimits` and gives the connection's `TransportOutbox`."""

ROUNDS = 64
"""Into so many moments the pings of one interval are gathered: few timers, and no long pause for any of them."""

NOBODY = UUID(int=0)

VERSION = "13"
"""Of the WebSocket protocol."""

_Utf8 = codecs.getincrementaldecoder("utf-8")

_ENDING = (State.CLOSING, State.CLOSED)


def outbox_for(scope: Mapping[str, Any], send: Send, limits: OutboxLimits) -> Outbox:
    """The outbox of an accepted socket: to the transport if this server offers it, else over `send`.

    From then on nothing else may use `send`, and nothing the `scope`, which is emptied where that saves memory: what
    it says of the handshake was for the decision to accept. Called once a connection.
    """
    extensions: Mapping[str, Any] = scope.get("extensions") or {}
    extension = extensions.get(EXTENSION)
    if extension is None:
        return SendOutbox(send, limits)
    open_outbox: Callable[[OutboxLimits], Outbox] = extension["open"]
    return open_outbox(limits)


class FramePathHttpProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol, which waits for a request no longer, and takes of it no more, than it says here, and
    which hands a WebSocket handshake on as it has read it, and is then gone.

    uvicorn alone waits for ever, for a head of any size, and writes the request out again for websockets to parse a
    second time.
    """

    head_within_s = 10.0
    """How long a request's head may take from its first byte, and the first one from the connection itself."""
    head_bytes = 64 * 1024
    """How long a head may be, address and headers together, give or take what the kernel hands over at once."""
    rest_within_s = 60.0
    """How long the rest of a body may take that nobody reads any more: who is refused a photograph before it is all
    there still sends it, and reads the answer behind it. While somebody reads, they say how long."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(cast(asyncio.Transport, transport))  # uvloop's is no subclass
        self._in_body = False
        self._timer: asyncio.TimerHandle | None = None
        self._wait_for_head()

    def data_received(self, data: bytes) -> None:
        cycle: Any = self.cycle  # None before the first request
        if self._timer is None and (cycle is None or cycle.response_complete):
            if self._in_body:
                self._close_in(self.rest_within_s)
            else:
                self._wait_for_head()
        if not self._in_body:
            self._head_taken_bytes += len(data)
        super().data_received(data)
        if self._timer is not None and not self._in_body and self._head_taken_bytes > self.head_bytes:
            self.transport.write(_HEAD_TOO_LARGE)
            self.transport.close()

    def on_headers_complete(self) -> None:
        self._wait_no_longer()
        self._in_body = True
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._in_body = False
        cycle: Any = self.cycle  # None before the first request
        if cycle is not None and cycle.response_complete:  # what follows, in this very piece even, is a head
            self._wait_for_head()
        super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_no_longer()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self) -> None:
        # Leans on: uvicorn calls this from `data_received` when the parser has returned, with `url` and `headers` read.
        self._wait_no_longer()  # what follows are frames
        if self.ws_protocol_class is None or not issubclass(self.ws_protocol_class, FramePathProtocol):
            super().handle_websocket_upgrade()
            return
        try:
            headers = Headers((name.decode("ascii"), value.decode("latin-1")) for name, value in self.headers)
            request = Request(_resource(self.url), headers, self.scope["method"])
        except (UnicodeDecodeError, InvalidHeaderValue, httptools.HttpParserInvalidURLError):
            self.send_400_response("Invalid HTTP request received.")
            return
        if self.parser.get_http_version() != "1.1" or len(headers.get_all("Host")) != 1:
            self.send_400_response("A WebSocket handshake is HTTP/1.1, and names one host.")
            return
        self.connections.discard(self)
        protocol = self.ws_protocol_class(self.config, self.server_state, self.app_state, self.loop)
        protocol.connection_made(self.transport)
        protocol.handle_connect(request)
        self.transport.set_protocol(protocol)
        # The parser and this protocol know each other; parted here, they need not wait for the collector.
        self.parser = cast(Any, None)

    def _wait_for_head(self) -> None:
        self._head_taken_bytes = 0
        self._close_in(self.head_within_s)

    def _close_in(self, within_s: float) -> None:
        self._wait_no_longer()
        self._timer = self.loop.call_later(within_s, self.transport.close)

    def _wait_no_longer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


_HEAD_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


def _resource(target: bytes) -> str:
    """Path and query of a request's target, which may be a whole address (RFC 9112 section 3.2.2)."""
    if not target.startswith(b"/"):
        url = httptools.parse_url(target)
        target = (url.path or b"/") + (b"?" + url.query if url.query else b"")
    return target.decode("ascii")


class FramePathProtocol(WebSocketsSansIOProtocol):
    """uvicorn's WebSocket protocol with a writer in the scope, and an end for connections that will not end.

    Only behind `FramePathHttpProtocol`: it takes a handshake that has been read (`handle_connect`), not its bytes.
    """

    # Nearly all of these are uvicorn's. So many attributes in a dictionary are 1.5 KiB a connection, here they are 0.3;
    # one that uvicorn renames is kept in the dictionary, which costs memory and nothing else.
    __slots__ = (
        "_announcing", "_cut_off_timer", "_inbox", "_on_the_way", "_rounds", "app", "app_state", "asgi_version",
        "client", "close_sent", "close_timeout", "close_timer", "config", "conn", "connections", "curr_msg_data_type",
        "default_headers", "disconnected", "frames", "handshake_complete", "handshake_initiated", "initial_response",
        "last_ping_rtt", "logger", "loop", "outbox", "pending_ping_payload", "ping_interval", "ping_sent_at",
        "ping_timeout", "ping_timer", "pong_timer", "queue", "read_paused", "request", "response", "root_path",
        "scheme", "scope", "server", "tasks", "transport", "writable",
    )  # fmt: skip

    leave_within_s = 10.0
    """How long a peer has, once the connection is ending, to read what is left and say goodbye; then it is cut off.
    uvicorn alone waits for the kernel to notice: a quarter of an hour for a phone that left with bytes unsent, and
    for ever for a peer that keeps its window shut."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.conn.parser.close()  # it and what it parses for know each other
        # In place of uvicorn's own, whose way of compressing gives each frame a state of its connection.
        self.conn = self._announcing = _AnnouncingServerProtocol(
            self,
            max_size=config.ws_max_size,
            logger=self.logger,
            extensions=_CONTEXT_FREE if config.ws_per_message_deflate else (),
        )
        self._rounds = _rounds_of(server_state, self.loop)
        self.queue = self._inbox = _Inbox()
        self.writable = _Gate()
        self._on_the_way: Carried | None = None
        self.outbox: TransportOutbox | None = None
        self._cut_off_timer: asyncio.TimerHandle | None = None

    def open_outbox(self, limits: OutboxLimits) -> TransportOutbox:
        """The way out of this connection, for the application; one a connection."""
        assert self.outbox is None, "this connection's outbox has been taken"
        self.outbox = outbox = TransportOutbox(self, limits.max_bytes)
        if self.transport.is_closing() or self.conn.state in _ENDING:
            outbox.seal()
            return outbox
        if self.conn.state is State.OPEN:
            outbox.let_write()
            # Nobody needs it any more: uvicorn reads it until it has accepted, the application until it comes here.
            cast(dict[str, Any], self.scope).clear()
        self.transport.set_write_buffer_limits(high=limits.high_bytes, low=limits.low_bytes)
        return outbox

    def run_asgi(self) -> CoroutineType[Any, Any, None]:
        # Leans on: uvicorn sets `scope`, then runs the application through this method. Being no coroutine itself, it
        # costs the connection no frame on the stack.
        extensions = self.scope.setdefault("extensions", {})
        extensions[EXTENSION] = {"open": self.open_outbox}
        return super().run_asgi()

    def schedule_ping(self) -> None:
        # As uvicorn's, which gives each connection a timer of the loop (0.5 KiB) that does nothing nearly always.
        assert self.ping_interval is not None
        delay_s = max(0.0, self.ping_interval - self.last_ping_rtt)
        self.ping_timer = cast(asyncio.TimerHandle, self._rounds.join(self, delay_s, self.ping_interval))

    def send_keepalive_ping(self) -> None:
        before = carried(self.transport)
        self._on_the_way = before if before is not None and before.waiting_bytes else None
        super().send_keepalive_ping()

    def keepalive_timeout(self) -> None:
        # As uvicorn's, which takes a slow line for a dead one: a ping waits behind what was written before it, and who
        # takes that, however slowly, is there. How long somebody may stay behind is for the hub to say (HB3).
        before, now = self._on_the_way, carried(self.transport)
        if before is None or now is None or now.taken_bytes <= before.taken_bytes:
            super().keepalive_timeout()
            return
        assert self.ping_timeout is not None
        ahead_bytes = before.waiting_bytes - (now.taken_bytes - before.taken_bytes)
        self._on_the_way = Carried(now.taken_bytes, ahead_bytes) if ahead_bytes > 0 else None
        self.pong_timer = self.loop.call_later(self.ping_timeout, self.keepalive_timeout)

    def handle_cont(self, event: Frame) -> None:
        # As uvicorn's, which keeps every frame by itself until the last: a message in frames of a byte, or of none,
        # would take many times what its limit says.
        begun = self.frames[0] if isinstance(self.frames[0], bytearray) else bytearray(self.frames[0])
        begun += event.data
        self.frames = [cast(bytes, begun)]
        if event.fin:
            self.send_receive_event_to_app()

    async def receive(self) -> Any:
        # As uvicorn's, without the coroutine that a queue's `get` would keep for as long as nobody says anything.
        inbox = self._inbox
        if inbox.empty():
            await inbox.filled()
        message = inbox.get_nowait()
        if self.read_paused and inbox.empty():
            self.read_paused = False
            self.transport.resume_reading()
        return message

    def pause_writing(self) -> None:
        super().pause_writing()
        self._announcing.hold_pongs()
        if self.outbox is not None:
            self.outbox.congest()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._announcing.let_pong()
        self.transport.write(b"".join(self.conn.data_to_send()))
        if self.outbox is not None:
            self.outbox.drain()

    def eof_received(self) -> None:
        super().eof_received()
        self._leave()

    def on_task_complete(self, task: asyncio.Task[None]) -> None:
        super().on_task_complete(task)
        self._leave()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._leave()
        if self._cut_off_timer is not None:
            self._cut_off_timer.cancel()
        # All these know each other; parted here, they need not wait for the collector. Leans on: uvicorn asks `conn`
        # for nothing once a connection is lost.
        self.outbox = None
        self.conn.parser.close()
        self._announcing.owner = None

    def close_now(self, code: int, reason: str) -> None:
        """Queues a close frame behind what is written, without waiting for the peer to read that.

        Leans on: uvicorn's `send` waits for `writable` and for nothing else, so with that set it runs to its end when
        stepped once. All of its bookkeeping for a close (who is told, how long the reply may take) stays its own.
        """
        self.writable.set()
        closing = self.send({"type": "websocket.close", "code": code, "reason": reason})
        try:
            closing.send(None)
        except (StopIteration, ClientDisconnected):
            return
        closing.close()
        raise RuntimeError("uvicorn's send waits for more than it used to; the frame path must be looked at again.")

    def state_changed(self, state: State) -> None:
        """What `conn` tells of each state that the connection enters."""
        if state is State.OPEN:
            if self.outbox is not None:
                self.outbox.let_write()
            # The handshake is over. uvicorn keeps both sides of it for as long as the connection lives, though the
            # scope holds what the application may still ask for; the addresses it would write into a trace.
            del self.request, self.response
            self.client = self.server = None
        elif state is not State.CONNECTING:
            self._leave()

    def _leave(self) -> None:
        """The connection is ending, whoever began it: no frame may follow a close frame (RFC 6455 section 5.5.1)."""
        if self.outbox is not None:
            self.outbox.seal()
        if self._cut_off_timer is None:
            self._cut_off_timer = self.loop.call_later(self.leave_within_s, self.transport.abort)


class TransportOutbox:
    """An outbox (see `rebond.hub.outbox.Outbox`) that writes to the transport of a connection under uvicorn.

    What `write` comes to is swapped as the connection's state changes, so that the one state that matters, open and
    reading, checks nothing: refuse before the handshake is over, hand to the transport, look at the limit while
    congested, discard after a close.
    """

    __slots__ = ("_drained", "_max_bytes", "_protocol", "_transport", "_write", "closed", "deflates", "straight")

    def __init__(self, protocol: FramePathProtocol, max_bytes: int) -> None:
        self.closed = False
        self.deflates = False
        self.straight: Callable[[bytes], None] | None = None
        self._protocol = protocol
        self._transport = protocol.transport
        self._max_bytes = max_bytes
        self._drained: Callable[[], None] = _do_nothing
        self._write: Callable[[bytes], None] = _refuse

    @property
    def buffered_bytes(self) -> int:
        return self._transport.get_write_buffer_size()

    def write(self, frames: Frames) -> None:
        self._write(frames.deflated if self.deflates else frames.wire)

    def on_drain(self, callback: Callable[[], None]) -> None:
        self._drained = callback

    def close(self, code: int, reason: str = "") -> None:
        if not self.closed:
            self._protocol.close_now(code, reason)
            self.seal()

    def abort(self) -> None:
        self.seal()
        self._transport.abort()

    def let_write(self) -> None:
        """The handshake was answered with 101: frames may follow, compressed if it says so."""
        self.deflates = bool(self._protocol.conn.extensions)
        self._write = self.straight = self._transport.write

    def congest(self) -> None:
        """The transport holds more than `high_bytes`."""
        if not self.closed:
            self._write, self.straight = self._write_within_limit, None

    def drain(self) -> None:
        """The transport is down to `low_bytes`."""
        if not self.closed:
            self._write = self.straight = self._transport.write
            self._drained()

    def seal(self) -> None:
        """Nothing may follow what is written: a close frame is among it, or the line is gone."""
        self.closed = True
        self._write, self.straight = _discard, None
        self._drained = _do_nothing

    def _write_within_limit(self, wire: bytes) -> None:
        if self._transport.get_write_buffer_size() + len(wire) > self._max_bytes:
            self.close(TOO_SLOW.number, TOO_SLOW.code)
        else:
            self._transport.write(wire)


class _Rounds:
    """Pings of many connections on one timer: who is due at about the same time is due together, `ROUNDS` times in an
    interval, and never before its time."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._due: dict[float, list[_Ping]] = {}

    def join(self, protocol: FramePathProtocol, delay_s: float, interval_s: float) -> _Ping:
        """A ping of this connection `delay_s` from now, or up to a part of the interval later."""
        part_s = interval_s / ROUNDS
        at_s = ceil((self._loop.time() + delay_s) / part_s) * part_s
        if at_s not in self._due:
            self._due[at_s] = []
            self._loop.call_at(at_s, self._begin, at_s)
        ping = _Ping(protocol)
        self._due[at_s].append(ping)
        return ping

    def _begin(self, at_s: float) -> None:
        for ping in self._due.pop(at_s):
            ping.send()


class _Ping:
    """A place in a round, that can be given up like any timer."""

    __slots__ = ("_protocol",)

    def __init__(self, protocol: FramePathProtocol) -> None:
        self._protocol: FramePathProtocol | None = protocol

    def send(self) -> None:
        if self._protocol is not None:
            self._protocol.send_keepalive_ping()

    def cancel(self) -> None:
        self._protocol = None


_ROUNDS: WeakKeyDictionary[ServerState, _Rounds] = WeakKeyDictionary()


def _rounds_of(server: ServerState, loop: asyncio.AbstractEventLoop) -> _Rounds:
    """The one of this server."""
    rounds = _ROUNDS.get(server)
    if rounds is None:
        rounds = _ROUNDS[server] = _Rounds(loop)
    return rounds


class _Inbox(asyncio.Queue[Any]):
    """As much of a queue as uvicorn uses, for one reader, at the cost of nothing while nothing waits.

    asyncio's own holds three deques and an event: 2.7 KiB for a socket that says nothing.
    """

    __slots__ = ("_messages", "_reader")
    __repr__ = object.__repr__  # asyncio's shows what is not here

    def __init__(self) -> None:
        self._messages: deque[Any] | None = None
        self._reader: asyncio.Future[None] | None = None

    def empty(self) -> bool:
        return self._messages is None

    def put_nowait(self, item: Any) -> None:
        if self._messages is None:
            self._messages = deque()
        self._messages.append(item)
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    def filled(self) -> asyncio.Future[None]:
        """Done once something waits; asked for by one reader at a time, who then takes it with `get_nowait`."""
        self._reader = asyncio.get_running_loop().create_future()
        return self._reader

    def get_nowait(self) -> Any:
        if self._messages is None:
            raise asyncio.QueueEmpty
        item = self._messages.popleft()
        if not self._messages:
            self._messages = None
        return item


class _Gate(asyncio.Event):
    """An event that is set nearly always, and only holds one (0.8 KiB) while it is not."""

    __slots__ = ("_shut",)
    __repr__ = object.__repr__

    def __init__(self) -> None:
        self._shut: asyncio.Event | None = None

    def is_set(self) -> bool:
        return self._shut is None

    def set(self) -> None:
        if self._shut is not None:
            self._shut.set()
            self._shut = None

    def clear(self) -> None:
        if self._shut is None:
            self._shut = asyncio.Event()

    async def wait(self) -> Literal[True]:
        return True if self._shut is None else await self._shut.wait()


class _ContextFreeDeflate(ServerPerMessageDeflateFactory):
    """permessage-deflate (RFC 7692) with neither side keeping a context: a message is compressed by itself, so that one
    compressed frame serves everybody, and between messages a connection holds no window (32 KiB each way).

    The server may lay down both, whatever the client offered (sections 7.1.1.1 and 7.1.1.2).
    """

    def __init__(self) -> None:
        super().__init__(server_no_context_takeover=True, client_no_context_takeover=True)

    def process_request_params(
        self, params: Sequence[ExtensionParameter], accepted_extensions: Sequence[Extension]
    ) -> tuple[list[ExtensionParameter], PerMessageDeflate]:
        answer, agreed = super().process_request_params(params, accepted_extensions)
        if agreed.local_max_window_bits < WINDOW_BITS:
            raise NegotiationError("frames that everybody shares are made with the whole window")
        return answer, agreed


_CONTEXT_FREE = (_ContextFreeDeflate(),)


def _is_webkit(user_agent: str) -> bool:
    """Whether this is a browser on Apple's engine. Those on Chromium name both."""
    return "AppleWebKit/" in user_agent and "Chrome/" not in user_agent


class _AnnouncingServerProtocol(ServerProtocol):
    """websockets' side of a connection, telling its owner each state of RFC 6455 it enters.

    One place that hears of every end: a close frame from the application, from uvicorn's keepalive, shutdown or parser,
    or from the peer. Leans on: websockets sets its public `state` at each of them, before the bytes are handed out.
    """

    # Said once for all connections: nearly none needs another.
    _characters: codecs.IncrementalDecoder | None = None
    _holding_pongs = False
    _held_pong: Frame | None = None

    def __init__(
        self,
        owner: FramePathProtocol,
        *,
        max_size: int,
        logger: logging.Logger,
        extensions: Sequence[ServerExtensionFactory],
    ) -> None:
        self.owner: FramePathProtocol | None = owner
        super().__init__(max_size=max_size, logger=logger, extensions=extensions)
        self.id = NOBODY  # for logs of websockets' own, which has none here

    def process_extensions(self, headers: Headers) -> tuple[str | None, list[Extension]]:
        # Safari, and with it every browser on iOS, offers to compress and breaks the line at frames that are: since
        # version 15, at other ones from version to version. No page can keep it from offering.
        if any(map(_is_webkit, headers.get_all("User-Agent"))):
            return None, []
        return super().process_extensions(headers)

    def accept(self, request: Request) -> Response:
        # As websockets', which forgets to name the version that is spoken here (RFC 6455 section 4.4).
        if request.method == "GET" and request.headers.get_all("Sec-WebSocket-Version") != [VERSION]:
            response = self.reject(426, f"WebSocket version {VERSION} is spoken here, and no other.\n")
            response.headers["Upgrade"] = "websocket"
            response.headers["Sec-WebSocket-Version"] = VERSION
            return response
        return super().accept(request)

    def recv_frame(self, frame: Frame) -> None:
        """Refuses what is no UTF-8 as soon as it is known (RFC 6455 section 8.1), where the parser refuses the rest.

        uvicorn alone finds out when the message is whole and later frames have been read: what it says then may come
        after the peer's close, and fail. Leans on: websockets answers a `UnicodeDecodeError` from here with 1007.
        """
        super().recv_frame(frame)
        if frame.opcode is Opcode.TEXT:
            if frame.fin:
                codecs.utf_8_decode(frame.data, "strict", True)
            else:
                self._characters = _Utf8()
                self._characters.decode(frame.data)
        elif frame.opcode is Opcode.CONT and self._characters is not None:
            self._characters.decode(frame.data, frame.fin)
            if frame.fin:
                self._characters = None

    def send_frame(self, frame: Frame) -> None:
        if self._holding_pongs and frame.opcode is Opcode.PONG:
            self._held_pong = frame
        else:
            super().send_frame(frame)

    def hold_pongs(self) -> None:
        """The peer does not read: of its pings, from now on, the last one will be answered when it does (RFC 6455
        section 5.5.3), and they take no memory until then (HB3)."""
        self._holding_pongs = True

    def let_pong(self) -> None:
        """The peer reads again."""
        self._holding_pongs = False
        if self._held_pong is not None and self.state is State.OPEN:
            super().send_frame(self._held_pong)
        self._held_pong = None

    def parse(self) -> Generator[None]:
        """Incoming data is frames from the first byte: the handshake was read elsewhere. websockets' own would hold
        the request for as long as the connection lives."""
        return Protocol.parse(self)

    @ServerProtocol.state.setter
    def state(self, state: State) -> None:
        ServerProtocol.state.__set__(self, state)
        if self.owner is not None:
            self.owner.state_changed(state)


def _refuse(_wire: bytes) -> None:
    raise RuntimeError("A frame was written before the WebSocket handshake was accepted.")


def _discard(_wire: bytes) -> None:
    """What writing to an ended connection comes to."""


def _do_nothing() -> None:
    """Who is told of a drain before anybody has asked to be."""
