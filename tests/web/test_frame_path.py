"""The frame path (DESIGN section 6; HB1, HB3), over real sockets, on the loop we run on and on the standard one.

Each story starts a real server around a small application that hands its sockets' outboxes to the test. The stories that
must hold for the fallback too run a second time under uvicorn's own protocol, which offers no extension.
"""

from __future__ import annotations

import asyncio
import inspect
import socket
import struct
import sys
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvloop
from uvicorn.config import Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.protocol import State
from websockets.server import ServerProtocol

from rebond.hub.frame import JoinedFrames, PreparedFrame
from rebond.hub.outbox import Outbox, OutboxLimits, SendOutbox
from rebond.web.frame_path import EXTENSION, FramePathHttpProtocol, FramePathProtocol, TransportOutbox, outbox_for
from rebond.web.server import DrainingServer

LIMITS = OutboxLimits(high_bytes=64 * 1024, low_bytes=16 * 1024, max_bytes=64 * 1024 * 1024)
TEXT, BINARY, CLOSE, PING, PONG = 0x1, 0x2, 0x8, 0x9, 0xA
PROTOCOLS: dict[str, type[asyncio.Protocol]] = {"frame path": FramePathProtocol, "fallback": WebSocketsSansIOProtocol}

both_ways = pytest.mark.parametrize("protocol", PROTOCOLS.values(), ids=PROTOCOLS.keys())


@pytest.fixture(params=[uvloop.new_event_loop, asyncio.new_event_loop], ids=["uvloop", "asyncio"])
def runner(request: pytest.FixtureRequest) -> Iterator[asyncio.Runner]:
    """Runs a story on the event loop of production, and again on the standard one."""
    with asyncio.Runner(loop_factory=request.param) as runner:
        yield runner


class Room:
    """An ASGI application that accepts every socket and hands its outbox and its ASGI `send` to the test."""

    def __init__(self, limits: OutboxLimits = LIMITS) -> None:
        self.limits = limits
        self.port = 0
        self.entered: asyncio.Queue[tuple[Outbox, Any]] = asyncio.Queue()
        self.left: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        await receive()
        await send({"type": "websocket.accept"})
        self.entered.put_nowait((outbox_for(scope, send, self.limits), send))
        while (message := await receive())["type"] != "websocket.disconnect":
            pass
        self.left.put_nowait(message)

    async def next_outbox(self) -> Outbox:
        outbox, _ = await self.entered.get()
        return outbox

    def connect(self) -> connect:
        return connect(f"ws://127.0.0.1:{self.port}/ws/b", compression=None, proxy=None, max_size=None)


@asynccontextmanager
async def serving(
    room: Room, protocol: type[asyncio.Protocol] = FramePathProtocol, *, deflate: bool = False, ping_s: float = 60.0
) -> AsyncGenerator[DrainingServer]:
    config = Config(
        room,
        port=0,
        http=FramePathHttpProtocol,
        ws=protocol,
        ws_per_message_deflate=deflate,
        ws_ping_interval=ping_s,
        lifespan="on",
        interface="asgi3",
        log_config=None,
        timeout_graceful_shutdown=1,
    )
    ready: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def nobody_to_drain() -> None:
        pass

    server = DrainingServer(config, drain=nobody_to_drain, drain_ms=1_000, on_ready=ready.set_result)
    running = asyncio.create_task(server.serve())
    room.port = await ready
    try:
        yield server
    finally:
        server.should_exit = True
        await running


class RawClient:
    """A client that shows each frame as it is on the wire, and reads only when told to."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._received = bytearray()

    @classmethod
    async def open(cls, room: Room, *, extensions: str = "") -> tuple[RawClient, str]:
        """A client and the head of the server's answer."""
        sock = socket.socket()
        # A small window, so that what is not read stays with the server.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sock.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(sock, ("127.0.0.1", room.port))
        client = cls(sock)
        await loop.sock_sendall(
            sock,
            b"GET /ws/b HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
            + (f"Sec-WebSocket-Extensions: {extensions}\r\n" if extensions else "").encode()
            + b"\r\n",
        )
        while b"\r\n\r\n" not in client._received:
            client._received += await loop.sock_recv(sock, 1)
        head = bytes(client._received).decode()
        client._received.clear()
        return client, head

    async def read(self, count: int) -> bytes:
        while len(self._received) < count:
            chunk = await asyncio.get_running_loop().sock_recv(self._sock, 65536)
            if not chunk:
                raise EOFError
            self._received += chunk
        taken = bytes(self._received[:count])
        del self._received[:count]
        return taken

    async def frame(self) -> tuple[int, bytes]:
        """The next frame's opcode and payload; fails on anything a server may not send us."""
        first, second = await self.read(2)
        assert first & 0xF0 == 0x80, "one whole message in one frame, no reserved bit"
        assert second & 0x80 == 0, "a server's frame carries no mask"
        length = second
        if second == 126:
            (length,) = struct.unpack("!H", await self.read(2))
        elif second == 127:
            (length,) = struct.unpack("!Q", await self.read(8))
        return first & 0x0F, await self.read(length)

    async def send(self, opcode: int, payload: bytes = b"") -> None:
        """Sends a frame; its mask is all zeros, which leaves the payload as it is."""
        header = bytes((0x80 | opcode, 0x80 | len(payload), 0, 0, 0, 0))
        await asyncio.get_running_loop().sock_sendall(self._sock, header + payload)

    def reset(self) -> None:
        """Vanishes with an RST, as a phone does that changes networks."""
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._sock.close()

    def close(self) -> None:
        self._sock.close()


def text(words: str) -> PreparedFrame:
    return PreparedFrame(words.encode(), is_text=True)


def fill(outbox: Outbox, above_bytes: int = LIMITS.high_bytes) -> int:
    """Writes until more than `above_bytes` wait; how many frames that took. The nth frame says its number first."""
    count = 0
    while outbox.buffered_bytes <= above_bytes:
        outbox.write(PreparedFrame(b"%08d" % count + b"." * 16_000, is_text=False))
        count += 1
    return count


async def close_of(client: ClientConnection) -> tuple[int, str]:
    with pytest.raises(ConnectionClosed) as closed:
        while True:
            await client.recv()
    assert closed.value.rcvd is not None, "the close frame arrived"
    return closed.value.rcvd.code, closed.value.rcvd.reason


@pytest.mark.parametrize(
    ("length", "header"),
    [
        (0, b"\x81\x00"),
        (125, b"\x81\x7d"),
        (126, b"\x81\x7e\x00\x7e"),
        (65535, b"\x81\x7e\xff\xff"),
        (65536, b"\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00"),
    ],
)
def test_hb1_a_frame_is_on_the_wire_as_rfc_6455_says(runner: asyncio.Runner, length: int, header: bytes) -> None:
    """HB1. Given payloads at each edge of the length field, when written, then header and payload arrive as they must."""

    async def story() -> None:
        room = Room()
        async with serving(room):
            client, _ = await RawClient.open(room)
            (await room.next_outbox()).write(PreparedFrame(b"a" * length, is_text=True))
            assert await client.read(len(header) + length) == header + b"a" * length
            client.close()

    runner.run(story())


@both_ways
def test_hb1_one_frame_reaches_every_socket(runner: asyncio.Runner, protocol: type[asyncio.Protocol]) -> None:
    """HB1. Given twenty sockets, when the same text, binary and joined frames are written to all, then all read them."""

    async def story() -> None:
        room = Room()
        async with serving(room, protocol):
            clients = [await room.connect() for _ in range(20)]
            outboxes = [await room.next_outbox() for _ in clients]
            joined = JoinedFrames([text("trois"), PreparedFrame(b"4", is_text=False)])
            for frames in (text("é"), PreparedFrame(b"\x00\xff", is_text=False), joined):
                for outbox in outboxes:
                    outbox.write(frames)
            for client in clients:
                assert [await client.recv() for _ in range(4)] == ["é", b"\x00\xff", "trois", b"4"]
                await client.close()

    runner.run(story())


def test_the_extension_decides_which_way_is_taken(runner: asyncio.Runner) -> None:
    """HB1. Given our protocol and uvicorn's own, when a socket opens, then each gets the outbox that fits its server."""

    async def story(protocol: type[asyncio.Protocol], kind: type[Outbox]) -> None:
        room = Room()
        async with serving(room, protocol), room.connect():
            assert isinstance(await room.next_outbox(), kind)

    runner.run(story(FramePathProtocol, TransportOutbox))
    runner.run(story(WebSocketsSansIOProtocol, SendOutbox))


def test_hb1_slow_sockets_share_the_bytes_that_wait() -> None:
    """HB1, HB3. Given three sockets that do not read, when one frame waits in each, then it is in memory once."""

    async def story() -> None:
        room = Room()
        async with serving(room):
            clients = [(await RawClient.open(room))[0] for _ in range(3)]
            outboxes = [await room.next_outbox() for _ in clients]
            for outbox in outboxes:
                fill(outbox)
            frame = PreparedFrame(b"." * 100_000, is_text=False)
            before = sys.getrefcount(frame.wire)
            for outbox in outboxes:
                outbox.write(frame)
            after = sys.getrefcount(frame.wire)
            assert after == before + 3
            for client in clients:
                client.close()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(story())


def test_frames_pings_and_sends_keep_their_order(runner: asyncio.Runner) -> None:
    """Given a server that pings, when frames and `send` take turns between pings, then each arrives whole, in order."""

    async def story() -> None:
        room = Room()
        async with serving(room, ping_s=0.01):
            client, _ = await RawClient.open(room)
            outbox, send = await room.entered.get()
            expected = received = pings = pongs = rounds = 0
            while pings < 3:
                rounds += 1
                outbox.write(text(str(expected)))
                await send({"type": "websocket.send", "text": str(expected + 1)})
                expected += 2
                await client.send(PING, b"ours")
                while received < expected or pongs < rounds:
                    opcode, payload = await client.frame()
                    if opcode == TEXT:
                        assert payload == str(received).encode()
                        received += 1
                    elif opcode == PING:
                        pings += 1
                        await client.send(PONG, payload)
                    else:
                        assert (opcode, payload) == (PONG, b"ours")
                        pongs += 1
            client.close()

    runner.run(story())


@both_ways
def test_hb3_a_slow_reader_is_seen_and_its_draining_told_once(
    runner: asyncio.Runner, protocol: type[asyncio.Protocol]
) -> None:
    """HB3. Given a socket that stops reading, when it is written to, then what waits shows; when it reads again,
    the outbox says once that it has drained, and every frame is there in order."""

    async def story() -> None:
        room = Room()
        async with serving(room, protocol):
            client, _ = await RawClient.open(room)
            outbox = await room.next_outbox()
            drains: asyncio.Queue[int] = asyncio.Queue()
            outbox.on_drain(lambda: drains.put_nowait(outbox.buffered_bytes))
            for _ in range(2):
                count = fill(outbox)
                assert outbox.buffered_bytes > LIMITS.high_bytes
                assert drains.empty()
                for number in range(count):
                    opcode, payload = await client.frame()
                    assert (opcode, payload[:8]) == (BINARY, b"%08d" % number)
                assert await drains.get() <= LIMITS.low_bytes
                assert drains.empty()
            client.close()

    runner.run(story())


@both_ways
@pytest.mark.parametrize("full", [False, True], ids=["idle", "full"])
def test_hb9_the_peer_sees_the_close_code(runner: asyncio.Runner, protocol: type[asyncio.Protocol], full: bool) -> None:
    """HB9. Given a socket, its buffer empty or full, when it is closed, then the peer reads everything, then our code
    and reason; nothing written after the close reaches it, and the application is told."""

    async def story() -> None:
        room = Room()
        async with serving(room, protocol):
            client, _ = await RawClient.open(room)
            outbox = await room.next_outbox()
            count = fill(outbox) if full else 0
            outbox.close(4000, "trop lent")
            assert outbox.closed
            outbox.write(text("after"))
            outbox.close(4001)
            for _ in range(count):
                assert (await client.frame())[0] == BINARY
            assert await client.frame() == (CLOSE, struct.pack("!H", 4000) + b"trop lent")
            await client.send(CLOSE, struct.pack("!H", 4000))
            with pytest.raises(EOFError):
                await client.frame()
            assert (await room.left.get())["code"] == 4000
            client.close()

    runner.run(story())


@both_ways
def test_hb3_a_vanished_client_hurts_nobody(runner: asyncio.Runner, protocol: type[asyncio.Protocol]) -> None:
    """HB3. Given five sockets of which two vanish with an RST, when the broadcast goes on, then the others read it all,
    and the outboxes of the lost are closed and take writes without a word."""

    async def story() -> None:
        room = Room()
        async with serving(room, protocol):
            staying = [await room.connect() for _ in range(3)]
            stayed = [await room.next_outbox() for _ in staying]
            leaving = [(await RawClient.open(room))[0] for _ in range(2)]
            lost = [await room.next_outbox() for _ in leaving]
            for number in range(100):
                if number == 50:
                    for client in leaving:
                        client.reset()
                for outbox in stayed + lost:
                    outbox.write(text(str(number)))
            for client in staying:
                assert [await client.recv() for _ in range(100)] == [str(number) for number in range(100)]
            for _ in leaving:
                await room.left.get()
            for outbox in lost:
                outbox.write(text("into the void"))
                outbox.close(4001)
                assert outbox.closed
            for client in staying:
                await client.close()

    runner.run(story())


@both_ways
def test_hb3_beyond_its_limit_an_outbox_closes_with_a_resumable_code(
    runner: asyncio.Runner, protocol: type[asyncio.Protocol]
) -> None:
    """HB3. Given a socket that does not read, when it is written to without looking, then it ends at its limit."""

    async def story() -> None:
        room = Room(OutboxLimits(high_bytes=64 * 1024, low_bytes=16 * 1024, max_bytes=512 * 1024))
        async with serving(room, protocol):
            client, _ = await RawClient.open(room)
            outbox = await room.next_outbox()
            largest = 0
            while not outbox.closed:
                outbox.write(PreparedFrame(b"." * 16_000, is_text=False))
                largest = max(largest, outbox.buffered_bytes)
            assert largest < 512 * 1024 + 100
            while (frame := await client.frame())[0] == BINARY:
                pass
            assert frame == (CLOSE, struct.pack("!H", 4000) + b"slow")
            client.close()

    runner.run(story())


def test_hb3_a_peer_that_will_not_read_is_cut_off_after_the_close(runner: asyncio.Runner) -> None:
    """HB3. Given a full socket that was closed and still does not read, when its time is up, then the line is cut."""

    async def story() -> None:
        lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        class Impatient(FramePathProtocol):
            leave_within_s = 0.01

            def connection_lost(self, exc: Exception | None) -> None:
                super().connection_lost(exc)
                lost.set_result(None)

        room = Room()
        async with serving(room, Impatient):
            client, _ = await RawClient.open(room)
            outbox = await room.next_outbox()
            fill(outbox)
            outbox.close(4000)
            await lost
            client.close()

    runner.run(story())


def test_hb3_an_aborted_line_is_gone_at_once(runner: asyncio.Runner) -> None:
    """HB3. Given a full socket, when it is aborted, then the application is told and the peer gets no close frame."""

    async def story() -> None:
        room = Room()
        async with serving(room):
            client, _ = await RawClient.open(room)
            outbox = await room.next_outbox()
            fill(outbox)
            outbox.abort()
            assert outbox.closed
            await room.left.get()
            with pytest.raises((EOFError, ConnectionResetError)):
                while True:
                    assert (await client.frame())[0] == BINARY
            client.close()

    runner.run(story())


def test_no_frame_follows_the_answer_to_the_peers_close(runner: asyncio.Runner) -> None:
    """RFC 6455 section 5.5.1. Given a peer that says goodbye while we broadcast, when its close is answered, then the
    answer is the last thing it reads."""

    async def story() -> None:
        room = Room()
        async with serving(room):
            client, _ = await RawClient.open(room)
            outbox = await room.next_outbox()
            outbox.write(text("still talking"))
            await client.send(CLOSE, struct.pack("!H", 1001))
            assert (await room.left.get())["code"] == 1001
            assert outbox.closed
            outbox.write(text("too late"))
            assert await client.frame() == (TEXT, b"still talking")
            assert await client.frame() == (CLOSE, struct.pack("!H", 1001))
            with pytest.raises(EOFError):
                await client.frame()
            client.close()

    runner.run(story())


def test_compression_is_not_negotiated_even_if_configured(runner: asyncio.Runner) -> None:
    """HB1. Given a server told to compress, when a browser offers to, then the frame path declines: its frames are
    shared, and a compressed frame belongs to one connection."""

    async def story() -> None:
        room = Room()
        async with serving(room, deflate=True):
            client, head = await RawClient.open(room, extensions="permessage-deflate; client_max_window_bits")
            assert " 101 " in head
            assert "sec-websocket-extensions" not in head.lower()
            client.close()

    runner.run(story())


def test_nothing_is_written_before_the_handshake_is_accepted(runner: asyncio.Runner) -> None:
    """Given a socket not yet accepted, when a frame is written, then that is an error here and no byte on the wire;
    when it is closed instead, then the peer is refused with 403."""

    async def story() -> None:
        errors: list[str] = []

        class Early(Room):
            async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
                if scope["type"] == "lifespan":
                    return await super().__call__(scope, receive, send)
                outbox = scope["extensions"][EXTENSION]["open"](LIMITS)
                with pytest.raises(RuntimeError, match="before") as refused:
                    outbox.write(text("too early"))
                errors.append(str(refused.value))
                outbox.close(4500)
                assert outbox.closed

        room = Early()
        async with serving(room):
            client, head = await RawClient.open(room)
            assert head.startswith("HTTP/1.1 403")
            client.close()
        assert len(errors) == 1

    runner.run(story())


def test_what_the_frame_path_leans_on_is_still_there() -> None:
    """DESIGN section 6. Given the installed uvicorn and websockets, then every part of them that the frame path uses is
    what it was when it was written. Should this fail after an upgrade: read their change, then web/frame_path.py."""
    parameters = list(inspect.signature(WebSocketsSansIOProtocol.__init__).parameters)
    assert parameters == ["self", "config", "server_state", "app_state", "_loop"]
    overridden = (name for name in vars(FramePathProtocol) if inspect.isfunction(vars(FramePathProtocol)[name]))
    own = {"open_outbox", "close_now", "_state_changed", "_leave"}
    for name in set(overridden) - own:
        assert name in vars(WebSocketsSansIOProtocol), f"uvicorn's protocol no longer has {name}"
    for name in ("run_asgi", "send"):
        assert inspect.iscoroutinefunction(getattr(WebSocketsSansIOProtocol, name))
    used = {"conn", "writable", "send", "request", "response", "scope", "transport", "loop", "logger"}
    source = inspect.getsource(WebSocketsSansIOProtocol)
    for name in used:
        assert f"self.{name}" in source, f"uvicorn's protocol no longer uses {name}"
    # One suspension point in `send`, and it is the one that `close_now` opens.
    assert inspect.getsource(WebSocketsSansIOProtocol.send).count("await ") == 1
    assert "await self.writable.wait()" in inspect.getsource(WebSocketsSansIOProtocol.send)
    # The whole handshake is used up once the response is sent: nothing else reads what the frame path drops.
    assert source.count("self.request") == 1
    # Whole messages only: nothing of ours can fall into the middle of a fragmented one.
    assert "fin=False" not in source
    assert "send_continuation" not in source
    assert isinstance(ServerProtocol.state, property)
    assert [state.name for state in State] == ["CONNECTING", "OPEN", "CLOSING", "CLOSED"]
