"""The way a server starts and leaves (HB7): over real sockets and, where signals are sent, in a process of its own.

A server takes over the signals of its process, so one that hung in here could not be asked to leave. Every wait is
bounded, and what is sent a signal is a child that is killed in the end whatever it does.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator, Iterator
from typing import Any

import pytest
import uvloop
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from rebond.hub.frame import PreparedFrame
from rebond.hub.outbox import Outbox, OutboxLimits
from rebond.web.frame_path import outbox_for
from rebond.web.server import SIGNALS, DrainingServer, PortInUse, ServerSettings, bind, make_server
from rebond.web.workers import HURRY

WITHIN_S = 100.0
"""Nothing here takes that long: what has not happened by then never does, and the test says so instead of waiting."""

PROGRAM = """
import asyncio, gc, logging, sys

from rebond.hub.outbox import OutboxLimits
from rebond.web.frame_path import outbox_for
from rebond.web.server import ServerSettings, bind, serve

how, drain_ms, proxies = sys.argv[1], int(sys.argv[2]), tuple(sys.argv[3:])
logging.basicConfig(level=logging.WARNING, format="%(message)s")
outboxes = []


def say(*words):
    print(*words, flush=True)


async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        await receive()
        if how == "broken":
            await send({"type": "lifespan.startup.failed", "message": "the disk is full"})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        say("shutdown")
        await send({"type": "lifespan.shutdown.complete"})
    elif scope["type"] == "http":
        seen = f"{scope['client'][0]} {scope['scheme']}".encode()
        head = [(b"content-length", str(len(seen)).encode()), (b"connection", b"close")]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        await send({"type": "http.response.body", "body": seen})
    else:
        await receive()
        await send({"type": "websocket.accept"})
        outboxes.append(outbox_for(scope, send, OutboxLimits()))
        say("entered")
        while (await receive())["type"] != "websocket.disconnect":
            pass
        if how == "stubborn":
            await asyncio.Event().wait()


async def drain():
    say("drain")
    if how == "failing":
        raise ValueError("nobody to ask")
    if how in ("endless", "stubborn"):
        try:
            await asyncio.Event().wait()
        finally:
            say("drain cancelled")
    for outbox in outboxes:
        outbox.close(4001, "draining")


def ready(port):
    say("ready", port, "frozen" if gc.get_freeze_count() else "not frozen")


settings = ServerSettings(port=0, drain_ms=drain_ms, shutdown_s=600, trusted_proxies=proxies, log_level="warning")
serve(app, settings, [bind(settings)], drain=drain, on_ready=ready)
say("left")
"""


class Child:
    """A server in a process of its own that says on its output what happens to it."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.port = 0

    async def line(self) -> str:
        assert self._process.stdout is not None
        async with asyncio.timeout(WITHIN_S):
            return (await self._process.stdout.readline()).decode().strip()

    async def ready(self) -> None:
        """Until it serves."""
        word, port, frozen = (await self.line()).split(" ", 2)
        assert (word, frozen) == ("ready", "frozen")
        self.port = int(port)

    def signal(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    async def end(self) -> tuple[list[str], str, int]:
        """What else it says, what it writes to its log, and the status it leaves with."""
        async with asyncio.timeout(WITHIN_S):
            output, log = await self._process.communicate()
        assert self._process.returncode is not None
        return output.decode().split("\n")[:-1], log.decode(), self._process.returncode

    def connect(self) -> connect:
        return connect(f"ws://127.0.0.1:{self.port}/", compression=None, proxy=None, open_timeout=WITHIN_S)


@contextlib.asynccontextmanager
async def child(how: str, *, drain_ms: int = 600_000, proxies: tuple[str, ...] = ()) -> AsyncGenerator[Child]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, how, str(drain_ms), *proxies, stdout=PIPE, stderr=PIPE
    )
    try:
        yield Child(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def close_of(client: ClientConnection) -> tuple[int, str]:
    async with asyncio.timeout(WITHIN_S):
        with pytest.raises(ConnectionClosed) as closed:
            await client.recv()
    assert closed.value.rcvd is not None, "the close frame arrived"
    return closed.value.rcvd.code, closed.value.rcvd.reason


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
async def test_hb7_one_signal_drains_then_leaves_in_order(number: signal.Signals) -> None:
    """HB7. Given a server on a free port of its choice and a socket, when it gets a signal, then the socket ends with
    the drain's code, the application shuts down after that, `serve` returns, and the process ends well."""
    async with child("telling") as server:
        await server.ready()
        assert server.port > 0
        async with server.connect() as client:
            assert await server.line() == "entered"
            server.signal(number)
            assert await close_of(client) == (4001, "draining")
        assert await server.end() == (["drain", "shutdown", "left"], "", 0)


async def test_hb7_a_second_signal_ends_the_drain() -> None:
    """HB7. Given a drain that takes for ever, when a second signal comes, then it is cancelled, who is still connected
    gets uvicorn's own goodbye, and the application still shuts down."""
    async with child("endless") as server:
        await server.ready()
        async with server.connect() as client:
            assert await server.line() == "entered"
            server.signal(signal.SIGTERM)
            assert await server.line() == "drain"
            server.signal(signal.SIGTERM)
            assert (await close_of(client))[0] == 1012
        said, log, status = await server.end()
        assert (said, status) == (["drain cancelled", "shutdown", "left"], 0)
        assert "the drain was cut short" in log


async def test_hb7_a_drain_has_its_time_and_no_more() -> None:
    """HB7. Given a drain that takes for ever, when its time is over, then it is cancelled and the server leaves."""
    async with child("endless", drain_ms=1) as server:
        await server.ready()
        server.signal(signal.SIGTERM)
        said, log, status = await server.end()
        assert (said, status) == (["drain", "drain cancelled", "shutdown", "left"], 0)
        assert "the drain was cut short" in log


async def test_hb7_a_drain_that_fails_is_logged_and_keeps_nobody() -> None:
    """HB7. Given a drain that raises, when the server is asked to leave, then the log says why and it leaves."""
    async with child("failing") as server:
        await server.ready()
        server.signal(signal.SIGTERM)
        said, log, status = await server.end()
        assert (said, status) == (["drain", "shutdown", "left"], 0)
        assert "The drain failed" in log
        assert "ValueError: nobody to ask" in log


async def test_hb7_a_third_signal_leaves_without_the_applications_shutdown() -> None:
    """HB7. Given a drain and a socket's task that both take for ever, when the signals do not stop, then the second
    ends the drain and the third, a SIGINT, the waiting for the task."""
    async with child("stubborn") as server:
        await server.ready()
        async with server.connect() as client:
            assert await server.line() == "entered"
            server.signal(signal.SIGTERM)
            assert await server.line() == "drain"
            server.signal(signal.SIGTERM)
            assert await server.line() == "drain cancelled"
            await close_of(client)
            server.signal(signal.SIGINT)
            said, _, status = await server.end()
        assert (said, status) == (["left"], 0)


async def test_an_application_that_cannot_start_ends_the_process_with_status_3() -> None:
    """Given an application whose startup fails, then the process ends with status 3, the log says why, and nothing was
    served."""
    async with child("broken") as server:
        said, log, status = await server.end()
        assert (said, status) == ([], 3)
        assert "the disk is full" in log


@pytest.mark.parametrize(
    ("proxies", "seen"),
    [((), "127.0.0.1 http"), (("127.0.0.1",), "203.0.113.7 https"), (("192.0.2.1",), "127.0.0.1 http")],
    ids=["none trusted", "trusted", "another trusted"],
)
async def test_only_a_trusted_proxy_is_believed(proxies: tuple[str, ...], seen: str) -> None:
    """Given a request that says it is forwarded, then whose it is is believed of a trusted proxy, and of nobody else:
    the limits by address (rates of joining) count on it."""
    async with child("telling", proxies=proxies) as server, asyncio.timeout(WITHIN_S):
        await server.ready()
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(
            b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 203.0.113.7\r\nX-Forwarded-Proto: https\r\n\r\n"
        )
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
        assert answer.rpartition(b"\r\n\r\n")[2].decode() == seen


# -- in this process -----------------------------------------------------------------------------------------------

Run = Callable[[Coroutine[Any, Any, None]], None]


@pytest.fixture(params=[uvloop.new_event_loop, asyncio.new_event_loop], ids=["uvloop", "asyncio"])
def run(request: pytest.FixtureRequest) -> Iterator[Run]:
    """Runs a story on the event loop of production, and again on the standard one."""
    with asyncio.Runner(loop_factory=request.param) as runner:
        yield lambda story: runner.run(asyncio.wait_for(story, WITHIN_S))


class Room:
    """An ASGI application that hands its sockets' outboxes to the test, and says who has left."""

    def __init__(self) -> None:
        self.outboxes: asyncio.Queue[Outbox] = asyncio.Queue()
        self.left = 0
        self.lived: list[str] = []

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        await receive()
        if scope["type"] == "lifespan":
            self.lived.append("startup")
            await send({"type": "lifespan.startup.complete"})
            await receive()
            self.lived.append("shutdown")
            await send({"type": "lifespan.shutdown.complete"})
            return
        await send({"type": "websocket.accept"})
        self.outboxes.put_nowait(outbox_for(scope, send, OutboxLimits()))
        while (await receive())["type"] != "websocket.disconnect":
            pass
        self.left += 1


async def nobody_to_drain() -> None:
    pass


async def started(
    room: Room,
    drain: Callable[[], Coroutine[Any, Any, None]] = nobody_to_drain,
    *,
    shutdown_s: int = 5,
    leash: int | None = None,
) -> tuple[DrainingServer, int, asyncio.Task[None]]:
    """A server of this room, its port, and the task it runs in."""
    settings = ServerSettings(port=0, shutdown_s=shutdown_s)
    ready: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    server = make_server(room, settings, drain=drain, on_ready=ready.set_result, leash=leash)
    running = asyncio.create_task(server.serve(sockets=[bind(settings)]))
    return server, await ready, running


def test_hb7_nobody_new_enters_and_everybody_is_told_before_uvicorn_leaves(run: Run) -> None:
    """HB7. Given a socket, when the server is asked to leave, then new connections are refused while the drain runs,
    the socket is still open then, and it ends with the drain's code and not with uvicorn's 1012."""

    async def story() -> None:
        room = Room()
        port = 0
        refused: list[str] = []

        async def drain() -> None:
            with pytest.raises(ConnectionRefusedError) as refusal:
                await asyncio.open_connection("127.0.0.1", port)
            refused.append(type(refusal.value).__name__)
            outbox = await room.outboxes.get()
            assert not outbox.closed
            outbox.close(4001, "draining")

        server, port, running = await started(room, drain)
        async with connect(f"ws://127.0.0.1:{port}/", compression=None, proxy=None) as client:
            server.should_exit = True
            assert await close_of(client) == (4001, "draining")
        await running
        assert refused == ["ConnectionRefusedError"]
        assert room.lived == ["startup", "shutdown"]

    run(story())


@contextlib.contextmanager
def a_leash() -> Generator[tuple[int, Callable[[], None]]]:
    """A worker's end of a leash, and how the parent lets go of the other."""
    leash, hand = os.pipe()
    with contextlib.ExitStack() as ends:
        ends.callback(os.close, leash)
        holding = ends.enter_context(contextlib.ExitStack())
        holding.callback(os.close, hand)
        yield leash, holding.close


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_hb7_on_a_leash_a_signal_after_it_cuts_nothing_short(
    run: Run, number: signal.Signals, caplog: pytest.LogCaptureFixture
) -> None:
    """HB7. Given a worker that drains because its parent let go, when the signal that the parent heard reaches the
    worker too, and again, then the drain goes on to its end."""

    async def story() -> None:
        room = Room()
        with a_leash() as (leash, let_go):

            async def drain() -> None:
                outbox = await room.outboxes.get()
                for _ in range(2):
                    server.handle_exit(number, None)
                    await asyncio.to_thread(lambda: None)  # whatever the signal set off has had its turns
                outbox.close(4001, "draining")

            server, port, running = await started(room, drain, leash=leash)
            async with connect(f"ws://127.0.0.1:{port}/", compression=None, proxy=None) as client:
                let_go()
                assert await close_of(client) == (4001, "draining")
            await running

    run(story())
    assert caplog.text == ""


def test_hb7_on_a_leash_a_signal_before_it_is_no_haste(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    """HB7. Given a worker that heard the signals before its parent let go, when it leaves, then it drains."""

    async def story() -> None:
        room = Room()
        with a_leash() as (leash, _):

            async def drain() -> None:
                (await room.outboxes.get()).close(4001, "draining")

            server, port, running = await started(room, drain, leash=leash)
            async with connect(f"ws://127.0.0.1:{port}/", compression=None, proxy=None) as client:
                server.handle_exit(signal.SIGTERM, None)
                server.handle_exit(signal.SIGTERM, None)
                assert await close_of(client) == (4001, "draining")
            await running

    run(story())
    assert caplog.text == ""


def test_hb7_on_a_leash_the_parent_can_say_hurry(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    """HB7. Given a worker whose drain takes for ever, when the parent says so by its own signal, then it is cut short,
    and the log says that."""

    async def story() -> None:
        room = Room()
        with a_leash() as (leash, let_go):

            async def drain() -> None:
                server.handle_exit(HURRY, None)
                await asyncio.Event().wait()

            server, port, running = await started(room, drain, leash=leash)
            async with connect(f"ws://127.0.0.1:{port}/", compression=None, proxy=None) as client:
                let_go()
                assert (await close_of(client))[0] == 1012
            await running

    run(story())
    assert "the drain was cut short" in caplog.text


def test_hb7_a_drain_that_is_skipped_is_logged(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    """HB7. Given a server that is asked twice before it began to drain, then it leaves without, and the log says so."""

    async def story() -> None:
        drained: list[str] = []

        async def drain() -> None:
            drained.append("drain")

        server, _, running = await started(Room(), drain)
        server.handle_exit(signal.SIGTERM, None)
        server.handle_exit(signal.SIGTERM, None)
        await running
        assert drained == []

    run(story())
    assert "the drain was skipped" in caplog.text


def test_hb7_who_does_not_read_keeps_nobody_and_is_not_left_behind(run: Run) -> None:
    """HB7. Given a socket whose peer has stopped reading, when the server leaves, then it does not wait for that peer,
    the application is told that the socket is gone, and no connection is left when the server has left."""

    async def story() -> None:
        room = Room()
        server, port, running = await started(room, shutdown_s=0)
        with socket.socket() as peer:  # closed even if this fails: the loop could not be while it stays
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            peer.setblocking(False)
            await asyncio.get_running_loop().sock_connect(peer, ("127.0.0.1", port))
            peer.sendall(
                b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
            )
            outbox = await room.outboxes.get()
            frame = PreparedFrame(b"." * 64_000, is_text=False)
            for _ in range(1_000):
                outbox.write(frame)
                if outbox.buffered_bytes > OutboxLimits().high_bytes:
                    break
            assert outbox.buffered_bytes > 0
            server.should_exit = True
            await running
            assert outbox.closed
            assert room.left == 1
            assert not server.server_state.connections

    run(story())


def test_the_signals_are_given_back(run: Run) -> None:
    """Given handlers of signals, when a server has run and left, then they stand as before."""
    before = [signal.getsignal(number) for number in SIGNALS]

    async def story() -> None:
        server, _, running = await started(Room())
        assert signal.getsignal(signal.SIGTERM) == server.handle_exit
        server.should_exit = True
        await running

    run(story())
    assert [signal.getsignal(number) for number in SIGNALS] == before


def test_a_taken_port_is_said_in_one_sentence() -> None:
    """Given a port somebody listens on, when another server binds it, then the error names it and says what to do."""
    with bind(ServerSettings(port=0)) as taken:
        port: int = taken.getsockname()[1]
        with pytest.raises(PortInUse, match=f"Port {port} on 127.0.0.1 is taken"):
            bind(ServerSettings(port=port))
