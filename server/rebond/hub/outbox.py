"""The way out of the hub: one outbox a socket, which takes prepared frames and never makes anybody wait.

Rules HB1 (the same bytes for everybody) and HB3 (every queue is bounded in bytes; nothing is dropped silently). The hub
writes to an `Outbox` and looks at how much of it is still unsent; it skips who is over the mark and comes back when the
outbox says it has drained. Which server carries the bytes is not known here: `SendOutbox` needs nothing but ASGI's
`send`; the one that writes to a transport lives with the server it knows, in `rebond.web.frame_path`.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any, Protocol

from rebond.hub.frame import Frames, PreparedFrame
from rebond_protocol.errors import CLOSES

logger = logging.getLogger(__name__)

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
"""ASGI's `send`."""

TOO_SLOW = CLOSES["slow"]
"""How an outbox closes that was written to beyond its limit: resumable, so the client comes back from its position."""


@dataclass(frozen=True, slots=True)
class OutboxLimits:
    """How much may wait in one outbox, in bytes the kernel has not taken yet.

    Above `high_bytes` the outbox is congested, and drained again at `low_bytes` or below. The hub skips a congested
    outbox in broadcasts; what it must say anyway (an answer, a refusal) may grow it to `max_bytes`. A frame that would
    go beyond that closes the outbox with `TOO_SLOW`. An outbox that is not congested takes a frame of any size: a large
    snapshot to a socket that reads is no offence.
    """

    high_bytes: int = 256 * 1024
    low_bytes: int = 64 * 1024
    max_bytes: int = 4 * 1024 * 1024


class Outbox(Protocol):
    """What the hub writes to. Belongs to one event loop; nothing here blocks, awaits or raises for a lost peer."""

    @property
    def buffered_bytes(self) -> int:
        """Bytes written and not yet taken by the kernel (or, on a foreign server, by that server)."""
        ...

    @property
    def closed(self) -> bool:
        """Whether nothing written from now on will reach the peer: closed from here or from there, aborted or lost."""
        ...

    @property
    def straight(self) -> Callable[[bytes], None] | None:
        """Where it can be had: what takes a frame's bytes with nothing in between, for whoever writes to a thousand.

        None while `write` has something to look at first (congested, closed, not open yet), and always where bytes are
        not all that goes out. It holds for this one write: the next may find the outbox congested. Where the outbox
        `deflates`, what it takes is the frame's `deflated`.
        """
        ...

    @property
    def deflates(self) -> bool:
        """Whether the peer agreed to frames that are compressed without context (RFC 7692); `write` sees to it."""
        ...

    def write(self, frames: Frames) -> None:
        """Sends a message, or several joined, after everything written before. Once closed, does nothing.

        A caller that broadcasts looks at `buffered_bytes` first; see `OutboxLimits` for who does not.
        """
        ...

    def on_drain(self, callback: Callable[[], None]) -> None:
        """Calls `callback` each time the outbox has drained after having been congested; never once it is closed.

        One callback an outbox: a second one takes the first one's place.
        """
        ...

    def close(self, code: int, reason: str = "") -> None:
        """Sends a close frame after everything written so far, and takes nothing more.

        `code` is one of the protocol's table; `reason` at most 123 bytes of UTF-8 (RFC 6455 section 5.5). A peer that
        does not read even so is cut off after a while. Closing twice does nothing.
        """
        ...

    def abort(self) -> None:
        """Throws away what is unsent and cuts the line; the peer sees no close code (1006) and may resume."""
        ...


class SendOutbox:
    """An outbox over ASGI's `send`, for any server; made after the socket was accepted, from within its event loop.

    A sender task exists only while something waits, so an idle socket costs a queue and no task. `send` must not be
    used beside it: ASGI forbids two at once. A server says that the peer is gone by an `OSError` (ASGI 2.4) or not at
    all; either way the application learns it from `receive`.
    """

    __slots__ = ("_buffered_bytes", "_closed", "_congested", "_drained", "_limits", "_queue", "_send", "_sender")

    straight = None
    deflates = False  # what is compressed, and how, is that server's

    def __init__(self, send: Send, limits: OutboxLimits) -> None:
        self._send = send
        self._limits = limits
        self._queue: deque[PreparedFrame | _CloseEvent] = deque()
        self._buffered_bytes = 0
        self._congested = False
        self._closed = False
        self._drained: Callable[[], None] = _do_nothing
        self._sender: asyncio.Task[None] | None = None

    @property
    def buffered_bytes(self) -> int:
        return self._buffered_bytes

    @property
    def closed(self) -> bool:
        return self._closed

    def write(self, frames: Frames) -> None:
        if self._closed:
            return
        if self._congested and self._buffered_bytes + len(frames.wire) > self._limits.max_bytes:
            self.close(TOO_SLOW.number, TOO_SLOW.code)
            return
        self._buffered_bytes += len(frames.wire)
        self._congested = self._congested or self._buffered_bytes > self._limits.high_bytes
        self._queue.extend(frames.messages)
        self._start_sender()

    def on_drain(self, callback: Callable[[], None]) -> None:
        self._drained = callback

    def close(self, code: int, reason: str = "") -> None:
        if self._closed:
            return
        self._closed = True
        self._queue.append(_CloseEvent(code, reason))
        self._start_sender()

    def abort(self) -> None:
        """As `Outbox.abort`, as far as ASGI can: it has no word for it, so the server decides when a peer that does
        not read is cut off; what waits here is thrown away at once, and the application should return."""
        self._give_up()
        if self._sender is not None:
            self._sender.cancel()

    def _start_sender(self) -> None:
        if self._sender is None:
            self._sender = asyncio.get_running_loop().create_task(self._send_queued())

    async def _send_queued(self) -> None:
        try:
            while self._queue:
                await self._send_next(self._queue.popleft())
        except OSError:
            self._give_up()
        except Exception:
            # The server refused the message: the line is of no more use, and its owner hears of it from `receive`.
            logger.exception("The ASGI server did not take a message; the socket is given up.")
            self._give_up()
        finally:
            self._sender = None

    async def _send_next(self, queued: PreparedFrame | _CloseEvent) -> None:
        if isinstance(queued, _CloseEvent):
            await self._send({"type": "websocket.close", "code": queued.code, "reason": queued.reason})
            return
        if queued.is_text:
            await self._send({"type": "websocket.send", "text": queued.text})
        else:
            await self._send({"type": "websocket.send", "bytes": queued.payload})
        self._took(len(queued.wire))

    def _took(self, size_bytes: int) -> None:
        self._buffered_bytes -= size_bytes
        if self._congested and self._buffered_bytes <= self._limits.low_bytes:
            self._congested = False
            if not self._closed:
                self._drained()

    def _give_up(self) -> None:
        self._closed = True
        self._queue.clear()
        self._buffered_bytes = 0


@dataclass(frozen=True, slots=True)
class _CloseEvent:
    code: int
    reason: str


def _do_nothing() -> None:
    """Who is told of a drain before anybody has asked to be."""
