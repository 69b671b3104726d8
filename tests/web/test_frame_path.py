"""The frame path (DESIGN section 6; HB1, HB3), over real sockets, on the loop we run on and on the standard one.

Each story serves a small application that hands its sockets' outboxes to the test, by uvicorn's protocols on a real
listener; the rest of uvicorn, its signals and its pauses, is left to test_server_drain.py. The stories that must hold
for the fallback too run a second time under uvicorn's own WebSocket protocol, which offers no extension.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import inspect
import random
import socket
import struct
import sys
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvloop
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.asyncio.client import connect
from websockets.extensions.permessage_deflate import PerMessageDeflate
from websockets.http11 import Request, Response
from websockets.server import ServerProtocol

from rebond.hub.frame import JoinedFrames, PreparedFrame
from rebond.hub.outbox import Outbox, OutboxLimits, SendOutbox
from rebond.web.frame_path import EXTENSION, FramePathHttpProtocol, FramePathProtocol, TransportOutbox, outbox_for

LIMITS = OutboxLimits(high_bytes=64 * 1024, low_bytes=16 * 1024, max_bytes=64 * 1024 * 1024)
FRAMES_TRIED = 5_000
"""80 MB: more than any kernel takes for a socket that nobody reads."""
TEXT, BINARY, CLOSE, PING, PONG = 0x1, 0x2, 0x8, 0x9, 0xA
ROUNDS, FEW = 3, 8
"""Frames of `fill`: enough for the kernel to open the window of who reads them."""
OF_A_SOCKET = (FramePathProtocol, TransportOutbox, ServerProtocol)
DEFLATE_OFFER = "permessage-deflate; client_max_window_bits"
HANDSHAKE = (HttpToolsProtocol, Request, Response)
PROTOCOLS: dict[str, type[asyncio.Protocol]] = {"frame path": FramePathProtocol, "fallback": WebSocketsSansIOProtocol}

both_ways = pytest.mark.parametrize("protocol", PROTOCOLS.values(), ids=PROTOCOLS.keys())


WITHIN_S = 100.0
"""No story takes that long: what has not happened by then never does, and the test says so instead of waiting."""

Run = Callable[[Coroutine[Any, Any, None]], None]


@pytest.fixture(params=[uvloop.new_event_loop, asyncio.new_event_loop], ids=["uvloop", "asyncio"])
def run(request: pytest.FixtureRequest) -> Iterator[Run]:
    """Runs a story on the event loop of production, and again on the standard one."""
    with asyncio.Runner(loop_factory=request.param) as runner:
        yield lambda story: runner.run(asyncio.wait_for(story, WITHIN_S))


class Room:
    """An ASGI application that accepts every socket and hands its outbox and its ASGI `send` to the test. It listens
    to its sockets unless the test has cleared `listening`."""

    def __init__(self, limits: OutboxLimits = LIMITS) -> None:
        self.limits = limits
        self.port = 0
        self.entered: asyncio.Queue[tuple[Outbox, Any]] = asyncio.Queue()
        self.heard: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.left: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.scopes: list[dict[str, Any]] = []
        self.listening = asyncio.Event()
        self.listening.set()

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        self.scopes.append(scope)
        self.entered.put_nowait((outbox_for(scope, send, self.limits), send))
        await self.listening.wait()
        while (message := await receive())["type"] != "websocket.disconnect":
            self.heard.put_nowait(message)
        self.left.put_nowait(message)

    async def next_outbox(self) -> Outbox:
        outbox, _ = await self.entered.get()
        return outbox

    def connect(self) -> connect:
        return connect(f"ws://127.0.0.1:{self.port}/ws/b", compression=None, proxy=None, max_size=None)


@asynccontextmanager
async def serving(
    room: Room,
    protocol: type[asyncio.Protocol] = FramePathProtocol,
    *,
    deflate: bool = False,
    ping_s: float = 60.0,
    pong_s: float = 60.0,
) -> AsyncGenerator[None]:
    config = Config(
        room,
        http=FramePathHttpProtocol,
        ws=protocol,
        ws_per_message_deflate=deflate,
        ws_ping_interval=ping_s,
        ws_ping_timeout=pong_s,
        interface="asgi3",
        log_config=None,
    )
    config.load()
    state = ServerState()
    loop = asyncio.get_running_loop()
    listener = await loop.create_server(lambda: FramePathHttpProtocol(config, state, {}, loop), "127.0.0.1", 0)
    room.port = listener.sockets[0].getsockname()[1]
    try:
        yield
    finally:
        listener.close()
        for connection in list(state.connections):
            connection.transport.abort()
        await asyncio.gather(*state.tasks)
        await listener.wait_closed()


class RawClient:
    """A client that shows each frame as it is on the wire, and reads only when told to."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._received = bytearray()

    @classmethod
    async def open(
        cls, room: Room, *, target: bytes = b"/ws/b", version: int = 13, extensions: str = ""
    ) -> tuple[RawClient, str]:
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
            b"GET " + target + b" HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            b"Sec-WebSocket-Version: %d\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
            % version
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

    async def frames(self, count: int) -> None:
        """Reads so many frames with a message in them."""
        for _ in range(count):
            assert (await self.frame())[0] == BINARY

    async def first(self, opcode: int) -> bytes:
        """The payload of the next frame of this kind, whatever comes before it."""
        while True:
            kind, payload = await self.frame()
            if kind == opcode:
                return payload

    async def opcodes_to_the_end(self) -> set[int]:
        """What kinds of frames come before the line ends, in order or not."""
        opcodes: set[int] = set()
        while True:
            try:
                opcode, _ = await self.frame()
            except (EOFError, ConnectionResetError):
                return opcodes
            opcodes.add(opcode)

    async def send(self, opcode: int, payload: bytes = b"") -> None:
        await self.send_bytes(masked(opcode, payload))

    async def send_while_taken(self, data: bytes) -> int:
        """Sends until the server has taken nothing for a hundred turns of the loop; how many bytes went out."""
        sent = refused = 0
        with memoryview(data) as left:
            while sent < len(data) and refused < 100:
                try:
                    sent += self._sock.send(left[sent : sent + 65536])
                    refused = 0
                except BlockingIOError:
                    refused += 1
                await asyncio.sleep(0)
        return sent

    async def send_bytes(self, data: bytes) -> None:
        await asyncio.get_running_loop().sock_sendall(self._sock, data)

    def reset(self) -> None:
        """Vanishes with an RST, as a phone does that changes networks."""
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._sock.close()

    def close(self) -> None:
        self._sock.close()


def masked(opcode: int, payload: bytes) -> bytes:
    """A client's frame; its mask is all zeros, which leaves the payload as it is."""
    short = len(payload) <= 125
    length = bytes((0x80 | len(payload),)) if short else struct.pack("!BH", 0x80 | 126, len(payload))
    return bytes((0x80 | opcode,)) + length + bytes(4) + payload


def text(words: str) -> PreparedFrame:
    return PreparedFrame(words.encode(), is_text=True)


def fill(outbox: Outbox, above_bytes: int = LIMITS.high_bytes) -> int:
    """Writes until more than `above_bytes` wait; how many frames that took. The nth frame says its number first."""
    for count in range(FRAMES_TRIED):
        if outbox.buffered_bytes > above_bytes:
            return count
        outbox.write(PreparedFrame(b"%08d" % count + b"." * 16_000, is_text=False))
    raise AssertionError("The kernel took it all.")


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
def test_hb1_a_frame_is_on_the_wire_as_rfc_6455_says(run: Run, length: int, header: bytes) -> None:
    """HB1. Given payloads at each edge of the length field, when written, then they arrive as they must."""

    async def story() -> None:
        room = Room()
        async with serving(room):
            client, _ = await RawClient.open(room)
            (await room.next_outbox()).write(PreparedFrame(b"a" * length, is_text=True))
            assert await client.read(len(header) + length) == header + b"a" * length
            client.close()

    run(story())


@both_ways
def test_hb1_one_frame_reaches_every_socket(run: Run, protocol: type[asyncio.Protocol]) -> None:
    """HB1. Given twenty sockets, when the same frames of each kind are written to all, then all read them."""

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

    run(story())


def test_the_extension_decides_which_way_is_taken(run: Run) -> None:
    """HB1. Given our protocol and uvicorn's own, when a socket opens, then its outbox fits its server."""

    async def story(protocol: type[asyncio.Protocol], kind: type[Outbox]) -> None:
        room = Room()
        async with serving(room, protocol), room.connect():
            assert isinstance(await room.next_outbox(), kind)

    run(story(FramePathProtocol, TransportOutbox))
    run(story(WebSocketsSansIOProtocol, SendOutbox))


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
        runner.run(asyncio.wait_for(story(), WITHIN_S))


def test_frames_pings_and_sends_keep_their_order(run: Run) -> None:
    """Given a server that pings, when frames and `send` take turns between pings, then each arrives whole, in order,
    and none in fragments: nothing of ours can fall into the middle of a message."""

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
                await send({"type": "websocket.send", "bytes": b"." * 300_000})
                expected += 2
                await client.send(PING, b"ours")
                while received < expected or pongs < rounds:
                    opcode, payload = await client.frame()
                    if opcode == TEXT:
                        assert payload == str(received).encode()
                        received += 1
                    elif opcode == BINARY:
                        assert len(payload) == 300_000
                    elif opcode == PING:
                        pings += 1
                        await client.send(PONG, payload)
                    else:
                        assert (opcode, payload) == (PONG, b"ours")
                        pongs += 1
            client.close()

    run(story())


@both_ways
def test_hb5_who_does_not_answer_pings_is_closed_and_who_does_stays(run: Run, protocol: type[asyncio.Protocol]) -> None:
    """HB5. Given three sockets that are pinged, of which one answers, one does not and one has left, when the time for
    the pong is over, then the silent one is closed with 1011, and the other is still pinged."""

    async def story() -> None:
        room = Room()
        async with serving(room, protocol, ping_s=0.01, pong_s=2.0):
            talking, silent, leaving = [(await RawClient.open(room))[0] for _ in range(3)]
            outboxes = [await room.next_outbox() for _ in range(3)]
            leaving.close()
            closing = asyncio.ensure_future(silent.first(CLOSE))
            while not closing.done():
                await talking.send(PONG, await talking.first(PING))
            assert closing.result()[:2] == struct.pack("!H", 1011)
            for _ in range(3):
                await talking.send(PONG, await talking.first(PING))
            assert not outboxes[0].closed
            talking.close()
            silent.close()

    run(story())


class LookedAt(FramePathProtocol):
    """Says when it has pinged, and after each time for a pong that is over, whether the line lives on."""

    looks: asyncio.Queue[bool] = asyncio.Queue()

    def send_keepalive_ping(self) -> None:
        super().send_keepalive_ping()
        self.looks.put_nowait(not self.transport.is_closing())

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self.looks.put_nowait(not self.transport.is_closing())


def test_hb5_who_reads_slowly_is_not_taken_for_dead(run: Run) -> None:
    """HB3, HB5. Given a socket with much to read before it comes to the ping, when it takes a little of it in each time
    for a pong, then it stays, and answers in the end; when it takes nothing any more, then it is closed."""

    async def story() -> None:
        room = Room(OutboxLimits(high_bytes=1 << 20, low_bytes=1 << 18, max_bytes=1 << 26))
        LookedAt.looks = asyncio.Queue()
        async with serving(room, LookedAt, ping_s=0.5, pong_s=1.0):
            client, _ = await RawClient.open(room)
            outbox = await room.next_outbox()
            count = fill(outbox)
            for _ in range(ROUNDS):  # the ping, and the times for its pong that are over
                assert await LookedAt.looks.get()
                await client.frames(FEW)
            await client.frames(count - ROUNDS * FEW)
            await client.send(PONG, await client.first(PING))
            fill(outbox)
            while await LookedAt.looks.get():
                pass
            assert outbox.closed
            client.close()

    run(story())


@both_ways
def test_hb3_a_slow_reader_is_seen_and_its_draining_told_once(run: Run, protocol: type[asyncio.Protocol]) -> None:
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

    run(story())


def test_hb3_the_straight_way_is_open_only_while_nothing_has_to_be_looked_at(run: Run) -> None:
    """HB1, HB3. Given an outbox to a transport, then the straight way is there while the socket reads, its bytes stand
    in order among those of `write`, and it is gone while the socket is congested and once it is closed."""

    async def story() -> None:
        room = Room()
        async with serving(room):
            client, _ = await RawClient.open(room)
            outbox = await room.next_outbox()
            drained = asyncio.Event()
            outbox.on_drain(drained.set)
            outbox.write(text("one"))
            assert outbox.straight is not None
            outbox.straight(text("two").wire)
            outbox.write(text("three"))
            assert [await client.frame() for _ in range(3)] == [(TEXT, b"one"), (TEXT, b"two"), (TEXT, b"three")]
            sent = 0
            while (straight := outbox.straight) is not None:
                straight(PreparedFrame(b"." * 16_000, is_text=False).wire)
                sent += 1
            assert LIMITS.high_bytes < outbox.buffered_bytes <= LIMITS.high_bytes + 16_100
            for _ in range(sent):
                await client.frame()
            await drained.wait()
            assert outbox.straight is not None
            outbox.close(4000)
            assert outbox.straight is None
            assert (await client.frame())[0] == CLOSE
            client.close()

    run(story())


@both_ways
@pytest.mark.parametrize("full", [False, True], ids=["idle", "full"])
def test_hb9_the_peer_sees_the_close_code(run: Run, protocol: type[asyncio.Protocol], full: bool) -> None:
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

    run(story())


@both_ways
def test_hb3_a_vanished_client_hurts_nobody(run: Run, protocol: type[asyncio.Protocol]) -> None:
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
                if isinstance(outbox, TransportOutbox):  # the other learns it from its server, once it has tried
                    assert outbox.buffered_bytes == 0
            for client in staying:
                await client.close()

    run(story())


@both_ways
def test_hb3_beyond_its_limit_an_outbox_closes_with_a_resumable_code(
    run: Run, protocol: type[asyncio.Protocol]
) -> None:
    """HB3. Given a socket that does not read, when it is written to without looking, then it ends at its limit."""

    async def story() -> None:
        room = Room(OutboxLimits(high_bytes=64 * 1024, low_bytes=16 * 1024, max_bytes=512 * 1024))
        async with serving(room, protocol):
            client, _ = await RawClient.open(room)
            outbox = await room.next_outbox()
            largest = 0
            for _ in range(FRAMES_TRIED):
                outbox.write(PreparedFrame(b"." * 16_000, is_text=False))
                largest = max(largest, outbox.buffered_bytes)
                if outbox.closed:
                    break
            assert outbox.closed
            assert largest < 512 * 1024 + 100
            while (frame := await client.frame())[0] == BINARY:
                pass
            assert frame == (CLOSE, struct.pack("!H", 4000) + b"slow")
            client.close()

    run(story())


def test_hb3_a_peer_that_will_not_read_is_cut_off_after_the_close(run: Run) -> None:
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

    run(story())


def test_hb3_an_aborted_line_is_gone_at_once(run: Run) -> None:
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
            assert await client.opcodes_to_the_end() <= {BINARY}
            client.close()

    run(story())


def test_no_frame_follows_the_answer_to_the_peers_close(run: Run) -> None:
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

    run(story())


def test_compression_is_agreed_on_only_where_it_is_configured(run: Run) -> None:
    """HB1. Given a server that is not to compress, when a browser offers to, then frames go as they are."""

    async def story() -> None:
        room = Room()
        async with serving(room):
            client, head = await RawClient.open(room, extensions=DEFLATE_OFFER)
            assert " 101 " in head
            assert "sec-websocket-extensions" not in head.lower()
            outbox = await room.next_outbox()
            assert not outbox.deflates
            outbox.write(text("oui " * 1_000))
            assert await client.frame() == (TEXT, b"oui " * 1_000)
            client.close()

    run(story())


def test_hb1_a_frame_is_compressed_once_and_no_socket_keeps_a_window(run: Run) -> None:
    """HB1. Given sockets that agreed to compression, when frames long and short and several in one are written to all,
    and each says something compressed, then a library of its own reads them, the compressed bytes are made once, and
    no compressor stays behind with any socket."""

    async def story() -> None:
        room = Room()
        long, short = text("oui " * 1_000), text("non")
        async with serving(room, deflate=True):
            clients = [await connect(f"ws://127.0.0.1:{room.port}/ws/b", proxy=None) for _ in range(3)]
            outboxes = [await room.next_outbox() for _ in clients]
            for outbox in outboxes:
                assert outbox.deflates
                for frames in (long, short, JoinedFrames([short, long])):
                    outbox.write(frames)
                assert outbox.straight is not None
                outbox.straight(long.deflated)
            assert long.deflated is long.deflated
            assert len(long.deflated) < 100
            assert short.deflated is short.wire
            for client in clients:
                told = [await client.recv() for _ in range(5)]
                assert told == [long.text, short.text, short.text, long.text, long.text]
                await client.send("peut-être " * 500)
                assert (await room.heard.get())["text"] == "peut-être " * 500
            agreed = [one for one in gc.get_objects() if type(one) is PerMessageDeflate]
            assert len(agreed) >= len(clients)
            assert not any(hasattr(one, kept) for one in agreed for kept in ("encoder", "decoder"))
            for client in clients:
                await client.close()

    run(story())


def test_what_compressing_does_not_shorten_goes_as_it_is() -> None:
    """Given a payload that is all chance, then the frame for those who agreed to compression is the frame itself."""
    noise = PreparedFrame(random.Random(1).randbytes(5_000), is_text=False)
    assert noise.deflated is noise.wire


def test_nothing_is_written_before_the_handshake_is_accepted(run: Run) -> None:
    """Given a socket not yet accepted, when a frame is written, then that is an error here and no byte on the wire;
    when it is closed instead, then the peer is refused with 403."""

    async def story() -> None:
        errors: list[str] = []

        class Early(Room):
            async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
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

    run(story())


@both_ways
def test_messages_arrive_in_order_however_they_come(run: Run, protocol: type[asyncio.Protocol]) -> None:
    """Given a client that sends a hundred messages in one go, then a hundred one by one, then the application gets
    each, in order, and its goodbye after them."""

    async def story() -> None:
        room = Room()
        async with serving(room, protocol):
            client, _ = await RawClient.open(room)
            await room.next_outbox()
            await client.send_bytes(b"".join(masked(TEXT, str(number).encode()) for number in range(100)))
            for number in range(100, 200):
                await client.send(BINARY, str(number).encode())
            await client.send(CLOSE, struct.pack("!H", 1000))
            heard = [await room.heard.get() for _ in range(200)]
            assert [message.get("text") for message in heard[:100]] == [str(number) for number in range(100)]
            assert [message.get("bytes") for message in heard[100:]] == [str(n).encode() for n in range(100, 200)]
            assert (await room.left.get())["code"] == 1000
            assert room.heard.empty()
            client.close()

    run(story())


@both_ways
def test_hb3_what_the_application_does_not_take_stays_with_the_peer(run: Run, protocol: type[asyncio.Protocol]) -> None:
    """HB3. Given an application that is busy, when a client sends more than any kernel holds, then the server does not
    read it into memory; when the application listens again, then all of it arrives."""

    async def story() -> None:
        room = Room()
        room.listening.clear()
        message = masked(BINARY, b"." * 60_000)
        async with serving(room, protocol):
            client, _ = await RawClient.open(room)
            await room.next_outbox()
            everything = message * 1_000
            sent = await client.send_while_taken(everything)
            assert sent < len(everything)
            sending = asyncio.ensure_future(client.send_bytes(everything[sent:]))
            room.listening.set()
            for _ in range(1_000):
                assert len((await room.heard.get())["bytes"]) == 60_000
            await sending
            client.close()

    run(story())


def test_a_receive_that_is_given_up_takes_no_message_with_it(run: Run) -> None:
    """Given an application that gives up waiting for a message, also in the turn in which it comes, then the next
    `receive` gets it."""

    async def story() -> None:
        given_up: asyncio.Queue[Any] = asyncio.Queue()

        class Hasty(Room):
            async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
                await receive()
                await send({"type": "websocket.accept"})
                for _ in range(2):
                    waiting = asyncio.ensure_future(receive())
                    given_up.put_nowait(waiting)
                    with contextlib.suppress(asyncio.CancelledError):
                        await waiting
                self.heard.put_nowait(await receive())

        room = Hasty()
        async with serving(room):
            client, _ = await RawClient.open(room)
            for _ in range(2):
                (await given_up.get()).cancel()
            await client.send(TEXT, b"here")
            assert (await room.heard.get())["text"] == "here"
            client.close()

    run(story())


def test_send_waits_for_a_peer_that_does_not_read(run: Run) -> None:
    """HB3. Given a full socket, when the application uses ASGI's `send`, then that waits until the peer has read."""

    async def story() -> None:
        room = Room()
        async with serving(room):
            client, _ = await RawClient.open(room)
            outbox, send = await room.entered.get()
            count = fill(outbox)
            sending = asyncio.ensure_future(send({"type": "websocket.send", "text": "at last"}))
            again = asyncio.ensure_future(send({"type": "websocket.send", "text": "and again"}))
            await asyncio.sleep(0)
            assert not sending.done()
            for _ in range(count):
                assert (await client.frame())[0] == BINARY
            assert [await client.frame() for _ in range(2)] == [(TEXT, b"at last"), (TEXT, b"and again")]
            await asyncio.gather(sending, again)
            client.close()

    run(story())


def test_an_open_socket_keeps_nothing_of_its_handshake(run: Run) -> None:
    """Given sockets that have opened, then what led there is gone, without waiting for the garbage collector: the HTTP
    protocol, request and response, and what the scope said; a board is a thousand sockets that say nothing."""

    async def story() -> None:
        room = Room()
        async with serving(room):
            gc.collect()
            gc.disable()
            try:
                clients = [(await RawClient.open(room))[0] for _ in range(5)]
                for _ in clients:
                    await room.next_outbox()
                kept = [type(thing).__name__ for thing in gc.get_objects() if isinstance(thing, HANDSHAKE)]
            finally:
                gc.enable()
            assert kept == []
            assert room.scopes == [{}] * 5
            for client in clients:
                client.close()

    run(story())


def test_a_socket_that_has_left_leaves_nothing_for_the_collector(run: Run) -> None:
    """Given a socket that has closed and one that was cut off, then everything of them is freed there and then."""

    async def story() -> None:
        room = Room()
        async with serving(room):
            gc.collect()
            gc.disable()
            try:
                for leave in (RawClient.reset, RawClient.close):
                    client, _ = await RawClient.open(room)
                    outbox = await room.next_outbox()
                    outbox.on_drain(lambda outbox=outbox: outbox.abort())
                    outbox.write(text("hello"))
                    del outbox
                    leave(client)
                    await room.left.get()
                    for _ in range(5):  # the task ends, and the loop lets go of it and of the transport
                        await asyncio.sleep(0)
                room.scopes.clear()
                things = [thing for thing in gc.get_objects() if isinstance(thing, OF_A_SOCKET)]
                assert [type(thing).__name__ for thing in things] == []
            finally:
                gc.enable()

    run(story())


def test_another_server_keeps_its_scope(run: Run) -> None:
    """Given a server without the extension, when the outbox is taken, then its scope is left as it is."""

    async def story() -> None:
        room = Room()
        async with serving(room, WebSocketsSansIOProtocol):
            client, _ = await RawClient.open(room)
            await room.next_outbox()
            assert room.scopes[0]["path"] == "/ws/b"
            client.close()

    run(story())


@pytest.mark.parametrize(
    ("target", "version", "status"),
    [(b"/ws/\xe9", 13, 400), (b"/ws/b", 12, 426)],
    ids=["not ASCII", "old version"],
)
def test_a_handshake_that_is_none_is_refused(run: Run, target: bytes, version: int, status: int) -> None:
    """RFC 6455 sections 4.2.2, 4.4. Given a request that asks to upgrade and may not, then it is answered so, and the
    application hears nothing of it."""

    async def story() -> None:
        room = Room()
        async with serving(room):
            client, head = await RawClient.open(room, target=target, version=version)
            assert head.startswith(f"HTTP/1.1 {status} ")
            with pytest.raises((EOFError, ConnectionResetError)):
                await client.read(1_000_000)
            client.close()
        assert room.scopes == []

    run(story())


@asynccontextmanager
async def listening(
    app: Callable[..., Any], protocol: type[FramePathHttpProtocol]
) -> AsyncGenerator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A line to this application, behind this protocol."""
    config = Config(app, http=protocol, ws=FramePathProtocol, interface="asgi3", log_config=None)
    config.load()
    state, loop = ServerState(), asyncio.get_running_loop()
    listener = await loop.create_server(lambda: protocol(config, state, {}, loop), "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*listener.sockets[0].getsockname())
    try:
        yield reader, writer
    finally:
        writer.close()
        listener.close()
        for connection in list(state.connections):
            connection.transport.abort()
        await asyncio.gather(*state.tasks)
        await listener.wait_closed()


def test_who_drips_a_body_that_nobody_reads_is_cut_off(run: Run) -> None:
    """10.4, slowloris. Given a request that was answered before its body was there, when the rest takes longer than it
    may, then the line is ended, and what came of it was taken for no head."""

    async def refuses(_scope: object, _receive: object, send: Callable[[object], Coroutine[Any, Any, None]]) -> None:
        await send({"type": "http.response.start", "status": 401, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body"})

    class Impatient(FramePathHttpProtocol):
        head_bytes = 100
        rest_within_s = 0.01

    async def story() -> None:
        async with listening(refuses, Impatient) as (reader, writer):
            writer.write(b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 1000000\r\n\r\n")
            answer = await reader.readuntil(b"\r\n\r\n")
            assert answer.startswith(b"HTTP/1.1 401 ")
            writer.write(b"x" * 200)  # in one piece: nothing is left unread, or the end would be a reset
            assert await reader.read() == b""

    run(story())


def test_a_socket_on_a_line_that_had_a_request_before_is_waited_for_by_nobody(run: Run) -> None:
    """RFC 9112 section 9.3. Given a line on which a request was answered, when it is upgraded, then no head is waited
    for any more, or the socket would be cut off with the head's time."""
    waiting: list[float] = []

    class Watched(FramePathHttpProtocol):
        def _close_in(self, within_s: float) -> None:
            super()._close_in(within_s)
            waiting.append(within_s)

        def _wait_no_longer(self) -> None:
            super()._wait_no_longer()
            waiting.clear()

    async def answers(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 204, "headers": []})
            await send({"type": "http.response.body"})
        else:
            await send({"type": "websocket.accept"})
            while (await receive())["type"] != "websocket.disconnect":
                pass

    async def story() -> None:
        async with listening(answers, Watched) as (reader, writer):
            assert waiting
            writer.write(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 204 ")
            writer.write(
                b"GET / HTTP/1.1\r\nHost: here\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
            )
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101 ")
            assert not waiting

    run(story())


def test_what_the_frame_path_overrides_is_still_there() -> None:
    """DESIGN section 6. Given the installed uvicorn and websockets, then every method that the frame path overrides, or
    calls in a way of its own, exists there and takes the same. What it does is proved by the stories above.

    Should this fail after an upgrade: read their change, then web/frame_path.py.
    """
    for ours, theirs, own in (
        (FramePathProtocol, WebSocketsSansIOProtocol, {"open_outbox", "close_now", "state_changed", "_leave"}),
        (FramePathHttpProtocol, HttpToolsProtocol, {"_wait_for_head", "_close_in", "_wait_no_longer"}),
    ):
        overridden = {name for name, value in vars(ours).items() if inspect.isfunction(value)} - own
        for name in overridden:
            assert hasattr(theirs, name), f"{theirs.__name__} no longer has {name}"
            assert parameters(getattr(ours, name)) == parameters(getattr(theirs, name)), name
    assert inspect.iscoroutinefunction(WebSocketsSansIOProtocol.run_asgi)
    assert inspect.iscoroutinefunction(WebSocketsSansIOProtocol.send)
    assert parameters(WebSocketsSansIOProtocol.handle_connect) == ["self", "event"]
    assert isinstance(ServerProtocol.state, property)


def parameters(function: Callable[..., Any]) -> list[str]:
    return list(inspect.signature(function).parameters)
