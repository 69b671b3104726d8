"""The frame path: prepared frames straight to the transport, under uvicorn (DESIGN section 6; rules HB1, HB3).

`FramePathProtocol` is uvicorn's own WebSocket protocol and leaves everything to it (handshake, ping, close, incoming
frames), but lets the application take a `TransportOutbox` from the scope. `outbox_for` is what the edge calls: it gives
that one where it can be had, and the fallback over `send` on any other ASGI server.

Why frames may be written between uvicorn's own writes: uvicorn writes whole frames, one `transport.write` each, never a
fragmented message (RFC 6455 section 5.4), and with permessage-deflate off a frame has no state of its connection. What
this leans on in uvicorn and websockets is stated where it is used; tests/web/test_frame_path.py fails when one of them
changes it. Nothing here knows boards, or what a frame says.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from types import CoroutineType
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.protocol import State
from websockets.server import ServerProtocol

from rebond.hub.frame import Frames
from rebond.hub.outbox import TOO_SLOW, Outbox, OutboxLimits, Send, SendOutbox

EXTENSION = "rebond.frames"
"""The scope's extension; its one entry, "open", takes `OutboxLimits` and gives the connection's `TransportOutbox`."""

_ENDING = (State.CLOSING, State.CLOSED)


def outbox_for(scope: Mapping[str, Any], send: Send, limits: OutboxLimits) -> Outbox:
    """The outbox of an accepted socket: to the transport if this server offers it, else over `send`.

    From then on nothing else may use `send`. Called once a connection.
    """
    extensions: Mapping[str, Any] = scope.get("extensions") or {}
    extension = extensions.get(EXTENSION)
    if extension is None:
        return SendOutbox(send, limits)
    open_outbox: Callable[[OutboxLimits], Outbox] = extension["open"]
    return open_outbox(limits)


class FramePathProtocol(WebSocketsSansIOProtocol):
    """uvicorn's WebSocket protocol with a writer in the scope, and an end for connections that will not end."""

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
        # In place of uvicorn's own, and without extensions whatever the configuration says: a compressed frame has a
        # state of its connection, and one that is not negotiated here cannot be switched on by mistake.
        self.conn = _AnnouncingServerProtocol(self._state_changed, max_size=config.ws_max_size, logger=self.logger)
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
        self.transport.set_write_buffer_limits(high=limits.high_bytes, low=limits.low_bytes)
        return outbox

    def run_asgi(self) -> CoroutineType[Any, Any, None]:
        # Leans on: uvicorn sets `scope`, then runs the application through this method. Being no coroutine itself, it
        # costs the connection no frame on the stack.
        extensions = self.scope.setdefault("extensions", {})
        extensions[EXTENSION] = {"open": self.open_outbox}
        return super().run_asgi()

    def pause_writing(self) -> None:
        super().pause_writing()
        if self.outbox is not None:
            self.outbox.congest()

    def resume_writing(self) -> None:
        super().resume_writing()
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

    def _state_changed(self, state: State) -> None:
        if state is State.OPEN:
            if self.outbox is not None:
                self.outbox.let_write()
            # The handshake is over. uvicorn keeps both sides of it for as long as the connection lives, though the
            # scope holds what the application may still ask for.
            del self.request, self.response
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

    __slots__ = ("_drained", "_max_bytes", "_protocol", "_transport", "_write", "closed")

    def __init__(self, protocol: FramePathProtocol, max_bytes: int) -> None:
        self.closed = False
        self._protocol = protocol
        self._transport = protocol.transport
        self._max_bytes = max_bytes
        self._drained: Callable[[], None] = _do_nothing
        self._write: Callable[[bytes], None] = _refuse

    @property
    def buffered_bytes(self) -> int:
        return self._transport.get_write_buffer_size()

    def write(self, frames: Frames) -> None:
        self._write(frames.wire)

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
        """The handshake was answered with 101: frames may follow."""
        self._write = self._transport.write

    def congest(self) -> None:
        """The transport holds more than `high_bytes`."""
        if not self.closed:
            self._write = self._write_within_limit

    def drain(self) -> None:
        """The transport is down to `low_bytes`."""
        if not self.closed:
            self._write = self._transport.write
            self._drained()

    def seal(self) -> None:
        """Nothing may follow what is written: a close frame is among it, or the line is gone."""
        self.closed = True
        self._write = _discard
        self._drained = _do_nothing

    def _write_within_limit(self, wire: bytes) -> None:
        if self._transport.get_write_buffer_size() + len(wire) > self._max_bytes:
            self.close(TOO_SLOW.number, TOO_SLOW.code)
        else:
            self._transport.write(wire)


class _AnnouncingServerProtocol(ServerProtocol):
    """websockets' side of a connection, telling its owner each state of RFC 6455 it enters.

    One place that hears of every end: a close frame from the application, from uvicorn's keepalive, shutdown or parser,
    or from the peer. Leans on: websockets sets its public `state` at each of them, before the bytes are handed out.
    """

    def __init__(self, state_changed: Callable[[State], None], *, max_size: int, logger: logging.Logger) -> None:
        self._state_changed = state_changed
        super().__init__(max_size=max_size, logger=logger)

    @ServerProtocol.state.setter
    def state(self, state: State) -> None:
        ServerProtocol.state.__set__(self, state)
        self._state_changed(state)


def _refuse(_wire: bytes) -> None:
    raise RuntimeError("A frame was written before the WebSocket handshake was accepted.")


def _discard(_wire: bytes) -> None:
    """What writing to an ended connection comes to."""


def _do_nothing() -> None:
    """Who is told of a drain before anybody has asked to be."""
