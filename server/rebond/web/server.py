"""The server process: uvicorn, configured for boards, that says goodbye before it leaves (rule HB7).

uvicorn alone closes every socket at once with 1012 on its way out, before the application hears of it, so every client
would come back in the same second. `DrainingServer` first stops accepting, then waits for the application to empty its
rooms, and only then lets uvicorn shut down. Nothing here knows boards.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gc
import logging
import signal
import socket
import threading
from collections.abc import Awaitable, Callable, Generator
from dataclasses import dataclass
from types import FrameType
from typing import Any

from uvicorn.config import Config
from uvicorn.server import Server

from rebond.web.frame_path import FramePathHttpProtocol, FramePathProtocol
from rebond.web.workers import HURRY

logger = logging.getLogger(__name__)

SIGNALS = (signal.SIGINT, signal.SIGTERM)
"""What asks the server to leave. Once: drain. Again: now. Once more, by SIGINT: without the application's shutdown.
On a leash they mean « leave » however often they come, and `HURRY`, which only the parent sends, means « now »."""

CANCEL_WITHIN_S = 1.0
"""How long a drain that ran out of time may take to stop."""

COLLECT_AFTER = (10_000, 10, 10)
"""Objects more than at the last collection of the youngest, and collections of one generation to one of the next."""


class PortInUse(Exception):
    """Another program listens where this one should."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(
            f"Port {port} on {host} is taken: another program listens there. Stop that program, or choose another port."
        )
        self.host = host
        self.port = port


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """How the server listens, what it accepts, and how long it waits."""

    host: str = "127.0.0.1"
    port: int = 8000
    """0 for any free one; `on_ready` tells which."""
    backlog: int = 4096
    """Connections the kernel holds while the loop is busy: a room's worth of phones comes back at once."""
    max_message_bytes: int = 256 * 1024
    """A client message above this closes its connection with 1009."""
    ping_interval_s: float | None = 20.0
    """Seconds between WebSocket pings; None for none."""
    ping_timeout_s: float | None = 20.0
    """Seconds for the pong; then the connection closes with 1011."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses whose X-Forwarded-For and X-Forwarded-Proto are believed; `("*",)` for any."""
    drain_ms: int = 10_000
    """The longest the application may take to empty its rooms."""
    shutdown_s: int = 5
    """The longest uvicorn then waits for what is still open, in whole seconds (uvicorn takes no fractions)."""
    compresses: bool = True
    """Whether long frames are compressed for clients that offer to read them so."""
    log_level: str = "warning"
    """uvicorn's own. At "info" it writes client addresses beside board paths, which DM5 forbids keeping."""


class DrainingServer(Server):
    """uvicorn's server, with the application's goodbye before its own.

    `drain` is awaited once, on the first signal, when nobody new can connect and every socket is still open; it should
    return when the last client has left or been told to. It is cancelled after `drain_ms`, or at a second signal; if it
    fails, that is logged and the server leaves all the same. `on_ready` is told the port once connections are served.
    When `leash`, a file descriptor, can be read or is at its end, that is as a first signal. Whoever holds the other
    end may have been sent what this process is sent too, so on a leash a second signal is no haste: `HURRY` is.
    """

    def __init__(
        self,
        config: Config,
        *,
        drain: Callable[[], Awaitable[None]],
        drain_ms: int,
        on_ready: Callable[[int], None] | None = None,
        leash: int | None = None,
    ) -> None:
        super().__init__(config)
        self._drain = drain
        self._drain_ms = drain_ms
        self._on_ready = on_ready
        self._leash = leash
        self._hurry = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)
        if self._leash is not None:
            self._loop.add_reader(self._leash, self._let_go, self._leash)
        if self.started and self._on_ready is not None:
            self._on_ready(self._port(sockets))

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Leans on: uvicorn keeps its listeners in `servers`, closes them again in its own `shutdown` (closing twice is
        # harmless), and calls this once, when `should_exit` was set.
        for server in self.servers:
            server.close()
        for listener in sockets or ():
            listener.close()
        if self._hurry.is_set():
            logger.warning("Leaving before any client was told to: the drain was skipped.")
        else:
            await self._drain_within_limit()
        self._hurry.set()
        await super().shutdown(sockets)
        await self._cut_off_the_rest()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """First signal: leave. Second, while draining: stop draining. Any other is uvicorn's, whose SIGINT forces.
        On a leash all mean the first, but for `HURRY`, which means the second."""
        hurries = self.should_exit if self._leash is None else sig == HURRY
        if hurries and not self._hurry.is_set() and self._loop is not None:
            self._loop.call_soon_threadsafe(self._hurry.set)
            self.should_exit = True
        elif self._leash is None:
            super().handle_exit(sig, frame)
        else:
            self.should_exit = True

    def _let_go(self, leash: int) -> None:
        asyncio.get_running_loop().remove_reader(leash)
        self.should_exit = True

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """As uvicorn's, but the signals are not raised again once the server has left: it did what they asked for, and
        a process killed then would skip whatever its caller still wants to put away."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        numbers = SIGNALS if self._leash is None else (*SIGNALS, HURRY)
        earlier = {number: signal.signal(number, self.handle_exit) for number in numbers}
        try:
            yield
        finally:
            for number, handler in earlier.items():
                signal.signal(number, handler or signal.SIG_DFL)

    def _port(self, sockets: list[socket.socket] | None) -> int:
        listeners = sockets or [listener for server in self.servers for listener in server.sockets]
        port: int = listeners[0].getsockname()[1]
        return port

    async def _cut_off_the_rest(self) -> None:
        """Ends the connections whose peers would not read to the end; uvicorn leaves them closing.

        uvloop's `close` waits without end for a transport that is closing with bytes unsent, if anything still refers
        to it (an outbox that a room remembers does): the process would not leave before that peer has.
        """
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        # An aborted transport reports its loss from the loop's next turn, and is freed in the one after.
        for _ in range(2):
            await asyncio.sleep(0)

    async def _drain_within_limit(self) -> None:
        draining = asyncio.ensure_future(self._drain())
        hurried = asyncio.ensure_future(self._hurry.wait())
        await asyncio.wait((draining, hurried), timeout=self._drain_ms / 1000, return_when=asyncio.FIRST_COMPLETED)
        hurried.cancel()
        if not draining.done():
            logger.warning("Leaving before every client was told to: the drain was cut short.")
            draining.cancel()
            await asyncio.wait((draining,), timeout=CANCEL_WITHIN_S)
        if draining.done() and not draining.cancelled() and (failure := draining.exception()) is not None:
            logger.error("The drain failed; the server leaves without it.", exc_info=failure)


def settle_memory() -> None:
    """Tells the garbage collector that what is here now is here to stay, and not to look after every 700 objects.

    Nearly nothing here needs it: what a connection or a command leaves behind is freed by its last reference. Left
    alone, it walks over every module and open socket again and again while a crowd comes in: a fifth of all CPU then.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


def make_server(
    app: Callable[..., Any],
    settings: ServerSettings,
    *,
    drain: Callable[[], Awaitable[None]],
    on_ready: Callable[[int], None] | None = None,
    leash: int | None = None,
) -> DrainingServer:
    """A server for the ASGI application `app`, not yet running; `serve(sockets=[bind(settings)])` runs it."""
    config = Config(
        app,
        interface="asgi3",
        loop="uvloop",
        http=FramePathHttpProtocol,
        ws=FramePathProtocol,
        ws_per_message_deflate=settings.compresses,  # without context: FramePathProtocol sees to that
        ws_max_size=settings.max_message_bytes,
        ws_ping_interval=settings.ping_interval_s,
        ws_ping_timeout=settings.ping_timeout_s,
        lifespan="on",
        backlog=settings.backlog,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_graceful_shutdown=settings.shutdown_s,
        server_header=False,
        access_log=False,
        log_config=None,
        log_level=settings.log_level,
    )
    return DrainingServer(config, drain=drain, drain_ms=settings.drain_ms, on_ready=on_ready, leash=leash)


def bind(settings: ServerSettings) -> socket.socket:
    """A listening socket at the settings' address; connections wait in it until a server takes them.

    Raises `PortInUse`, or the `OSError` of any other reason the system gives.
    """
    found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, _, _, _, address = found[0]
    both_families = settings.host == "::" and socket.has_dualstack_ipv6()
    try:
        return socket.create_server(address[:2], family=family, backlog=settings.backlog, dualstack_ipv6=both_families)
    except OSError as failure:
        if failure.errno == errno.EADDRINUSE:
            raise PortInUse(settings.host, settings.port) from failure
        raise


def serve(
    app: Callable[..., Any],
    settings: ServerSettings,
    sockets: list[socket.socket],
    *,
    drain: Callable[[], Awaitable[None]],
    on_ready: Callable[[int], None] | None = None,
    leash: int | None = None,
) -> None:
    """Serves `app` on these listening sockets (see `bind`) until a signal or the leash asks to leave; returns when it
    has left. The sockets are closed then.

    The process is this server's alone: its signals and its garbage collector are set for it. If the application's
    startup fails, uvicorn logs why and exits the process with status 3.
    """

    def ready(port: int) -> None:
        settle_memory()
        if on_ready is not None:
            on_ready(port)

    server = make_server(app, settings, drain=drain, on_ready=ready, leash=leash)
    with contextlib.ExitStack() as open_sockets:
        for listener in sockets:
            open_sockets.enter_context(listener)
        with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:
            runner.run(server.serve(sockets=sockets))
