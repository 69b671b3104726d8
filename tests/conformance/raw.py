"""A WebSocket client made of bytes: what a conformance test sends is exactly what is on the line (RFC 6455).

It masks, fragments, breaks every rule it is asked to break, and forgives nothing: a server frame that is masked, has a
reserved bit, an unknown opcode, a length not in its shortest form, a control frame that is fragmented or too long, text
that is not UTF-8, a message inside a message, or anything at all after a close frame fails the test that reads it.
Nothing here knows boards, and no WebSocket library is asked. Every wait is bounded by `WITHIN_S`.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import os
import select
import socket
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.conftest import LOOPBACK

WITHIN_S = 100.0

CONT, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
OPCODES = frozenset((CONT, TEXT, BINARY, CLOSE, PING, PONG))
CONTROL = 0x8
"""The bit that tells control frames from data frames (section 5.5)."""
CONTROL_BYTES = 125
RSV1 = 0x4
"""The reserved bit that says "compressed" where that was agreed on (RFC 7692 section 6)."""
EMPTY_BLOCK = b"\x00\x00\xff\xff"
MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
KEY = base64.b64encode(b"sixteen bytes ok")
SENDABLE_CODES = frozenset(range(1000, 1015)) - {1004, 1005, 1006} | frozenset(range(3000, 5000))
"""Codes that may stand in a close frame (section 7.4, and the registry it founds)."""


class Frame(NamedTuple):
    """One frame as it came. `compressed`: what stood on the line for a payload that was inflated here (RFC 7692)."""

    fin: bool
    opcode: int
    payload: bytes
    compressed: bytes | None = None


class Closed(NamedTuple):
    """How a connection ended: the server's close frame (None: there was none) and what it had said before that."""

    code: int | None
    reason: str
    before: list[Frame]


class Response(NamedTuple):
    """An answer to a handshake; the names of headers are in lower case."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        """The only header of this name, or None."""
        values = [value for key, value in self.headers if key == name]
        assert len(values) <= 1, f"{name} stands there {len(values)} times"
        return values[0] if values else None


class Ended(Exception):
    """The other side has no more to say: the line is closed or was reset."""


class Misframed(AssertionError):
    """The server sent what RFC 6455 forbids it to send."""


# -- what a client sends -------------------------------------------------------------------------------------------


def frame(
    opcode: int,
    payload: bytes = b"",
    *,
    fin: bool = True,
    reserved: int = 0,
    mask: bytes | None = b"",
    length: int | None = None,
) -> bytes:
    """A client's frame. `reserved`: the three reserved bits as a number; `mask`: None for none, else a new one unless
    given (section 5.3); `length`: what the header says in place of the truth."""
    said = len(payload) if length is None else length
    head = bytes((fin << 7 | reserved << 4 | opcode,))
    mask_bit = (mask is not None) << 7
    if said <= 125:
        head += bytes((mask_bit | said,))
    elif said <= 0xFFFF:
        head += struct.pack("!BH", mask_bit | 126, said)
    else:
        head += struct.pack("!BQ", mask_bit | 127, said)
    if mask is None:
        return head + payload
    mask = mask or os.urandom(4)
    return head + mask + masking(payload, mask)


def masking(payload: bytes, mask: bytes) -> bytes:
    """The payload with this mask put on, or taken off (section 5.3)."""
    pattern = (mask * (len(payload) // 4 + 1))[: len(payload)]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(pattern, "big")).to_bytes(len(payload), "big")


def fragments(opcode: int, parts: Iterable[bytes]) -> list[bytes]:
    """A message in so many frames (section 5.4)."""
    pieces = list(parts)
    last = len(pieces) - 1
    return [frame(CONT if n else opcode, piece, fin=n == last) for n, piece in enumerate(pieces)]


def close_frame(code: int | None = None, reason: bytes = b"") -> bytes:
    """A close frame with this code, or an empty one (section 5.5.1)."""
    return frame(CLOSE, b"" if code is None else struct.pack("!H", code) + reason)


def deflated(data: bytes, level: int = 6, strategy: int = zlib.Z_DEFAULT_STRATEGY) -> bytes:
    """A message compressed by itself (RFC 7692 section 7.2.1)."""
    compressor = zlib.compressobj(level, zlib.DEFLATED, -15, 8, strategy)
    return (compressor.compress(data) + compressor.flush(zlib.Z_SYNC_FLUSH)).removesuffix(EMPTY_BLOCK)


def inflated(data: bytes) -> bytes:
    """And back (section 7.2.2), with nothing known of any message before."""
    inflater = zlib.decompressobj(-15)
    whole = inflater.decompress(data + EMPTY_BLOCK)
    _require(not inflater.unused_data and not inflater.unconsumed_tail, "bytes behind a compressed message", data[-20:])
    return whole


def cut(data: bytes, size: int) -> Iterator[bytes]:
    """The data in pieces of this size."""
    return (data[at : at + size] for at in range(0, len(data), size))


def request_head(
    path: str | bytes,
    port: int,
    changed: Mapping[str, str | None] | None = None,
    *,
    method: str = "GET",
    version: str = "HTTP/1.1",
) -> bytes:
    """A handshake (section 4.1). `changed`: headers beside or in place of the usual ones, with `_` for `-` in their
    names; None leaves one out."""
    fields: dict[str, str | None] = {
        "Host": f"{LOOPBACK}:{port}",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": KEY.decode(),
        "Sec-WebSocket-Version": "13",
    }
    usual = {name.replace("-", "_").lower(): name for name in fields}
    for name, value in (changed or {}).items():
        fields[usual.get(name.lower(), name.replace("_", "-"))] = value
    target = path.encode() if isinstance(path, str) else path
    lines = [method.encode() + b" " + target + b" " + version.encode()]
    lines += [f"{name}: {value}".encode("latin-1") for name, value in fields.items() if value is not None]
    return b"\r\n".join(lines) + b"\r\n\r\n"


WAYS: dict[str, Callable[[list[bytes]], Iterable[bytes]]] = {
    "together": lambda frames: [b"".join(frames)],
    "frame by frame": lambda frames: frames,
    "byte by byte": lambda frames: cut(b"".join(frames), 1),
}
"""How frames become segments: Autobahn sends most of its cases in these three ways."""


# -- the line ------------------------------------------------------------------------------------------------------


@dataclass
class Line:
    """A TCP connection to a server, before or after its handshake. `buffer`: what was received and not yet read;
    `deflates`: whether compression without context was agreed on."""

    socket: socket.socket
    buffer: bytearray = field(default_factory=bytearray)
    deflates: bool = False
    _in_message: bool = False
    _text: bytearray | None = None

    @classmethod
    def open(cls, port: int, *, receive_buffer_bytes: int | None = None) -> Line:
        """A new connection. `receive_buffer_bytes`: what this side's kernel keeps for who does not read."""
        line = socket.socket()
        if receive_buffer_bytes is not None:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer_bytes)
        line.settimeout(WITHIN_S)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.connect((LOOPBACK, port))
        return cls(line)

    def __enter__(self) -> Line:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    # writing

    def send(self, *pieces: bytes) -> None:
        """Sends all of it together."""
        self.socket.sendall(b"".join(pieces))

    def send_one_by_one(self, pieces: Iterable[bytes]) -> None:
        """Sends each piece in a segment of its own, as far as TCP allows."""
        for piece in pieces:
            self.socket.sendall(piece)

    def send_in(self, way: str, *frames: bytes) -> None:
        """Sends the frames in one of `WAYS`. A server that has heard enough may be gone before the last."""
        with contextlib.suppress(ConnectionError):
            self.send_one_by_one(WAYS[way](list(frames)))

    def half_close(self) -> None:
        """Says that nothing more will be sent (FIN), and goes on listening."""
        self.socket.shutdown(socket.SHUT_WR)

    def reset(self) -> None:
        """Ends the connection without a word (RST)."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    # reading

    def response(self) -> Response:
        """Reads the answer to a request."""
        head = self.head()
        return head._replace(body=bytes(self._exactly(int(head.header("content-length") or 0))))

    def head(self) -> Response:
        """Reads the head of an answer; what follows it stays in the buffer."""
        while (end := self.buffer.find(b"\r\n\r\n")) < 0:
            self._receive()
        status_line, *lines = bytes(self._take(end + 4)).decode("latin-1").rstrip().split("\r\n")
        version, status, _ = f"{status_line} ".split(" ", 2)
        assert version == "HTTP/1.1", status_line
        split = (line.partition(":") for line in lines)
        headers = [(name.lower(), value.strip()) for name, _, value in split]
        return Response(int(status), headers, b"")

    def read(self) -> Frame:
        """The next frame, held to the rules for a server's frames. Raises `Ended` at the end of the line."""
        first, second = self._exactly(2)
        read = Frame(bool(first & 0x80), first & 0xF, bytes(self._exactly(self._length(second))))
        if self.deflates and first & 0x70 == RSV1 << 4:
            _require(read.fin and read.opcode in (TEXT, BINARY), "compression is of whole messages here (7692 6)", read)
            read = read._replace(payload=inflated(read.payload), compressed=read.payload)
        else:
            _require(first & 0x70 == 0, "a reserved bit is set that nothing gives a meaning to (5.2)", read)
        _require(second & 0x80 == 0, "a server must not mask (5.1)", read)
        self._check(read)
        return read

    def frames(self) -> Iterator[Frame]:
        """Every frame up to the end of the line or the close frame, that one included."""
        while True:
            try:
                read = self.read()
            except Ended:
                return
            yield read
            if read.opcode == CLOSE:
                return

    def closed(self) -> Closed:
        """Reads on to the end, which must come: nothing follows a close frame, and once that is answered the server
        closes TCP (section 7.1.1)."""
        before = list(self.frames())
        if not before or before[-1].opcode != CLOSE:
            return Closed(None, "", before)
        payload = before.pop().payload
        self._expect_end(payload)
        code = struct.unpack("!H", payload[:2])[0] if payload else None
        return Closed(code, payload[2:].decode(), before)

    def at_end(self) -> bool:
        """Whether the server has ended the connection with nothing more to read; waits for either."""
        try:
            self._receive()
        except Ended:
            return True
        return False

    def is_quiet(self, for_s: float = 0.0) -> bool:
        """Whether nothing is there to read, or comes within this time."""
        return not self.buffer and not select.select([self.socket], [], [], for_s)[0]

    def _expect_end(self, payload: bytes) -> None:
        with contextlib.suppress(OSError):  # where the server has closed, this side's close frame came first
            self.socket.sendall(frame(CLOSE, payload))
        if self.buffer or not self.at_end():
            raise Misframed(f"after the close frame came {bytes(self.buffer[:80])!r} (5.5.1)")

    def _length(self, second: int) -> int:
        short = second & 0x7F
        if short <= 125:
            return short
        size, least = (2, 126) if short == 126 else (8, 0x10000)
        length = int.from_bytes(self._exactly(size), "big")
        _require(least <= length < 1 << 63, "a length not in its shortest form, or negative (5.2)", length)
        return length

    def _check(self, read: Frame) -> None:
        _require(read.opcode in OPCODES, "an opcode that means nothing (5.2)", read)
        if read.opcode & CONTROL:
            _require(read.fin and len(read.payload) <= CONTROL_BYTES, "a control frame, long or in parts (5.5)", read)
            if read.opcode == CLOSE and read.payload:
                _require(len(read.payload) >= 2, "a close code of one byte (5.5.1)", read)
                _require(struct.unpack("!H", read.payload[:2])[0] in SENDABLE_CODES, "this code (7.4)", read)
                read.payload[2:].decode()
            return
        _require((read.opcode == CONT) is self._in_message, "a message within a message, or none begun (5.4)", read)
        if read.opcode != CONT:
            self._text = bytearray() if read.opcode == TEXT else None
        self._in_message = not read.fin
        if self._text is not None:
            self._text += read.payload
            if read.fin:
                self._text.decode()  # 8.1: a UnicodeDecodeError is the server's fault

    def _exactly(self, size: int) -> bytearray:
        while len(self.buffer) < size:
            self._receive()
        return self._take(size)

    def _take(self, size: int) -> bytearray:
        taken, self.buffer = self.buffer[:size], self.buffer[size:]
        return taken

    def _receive(self) -> None:
        try:
            data = self.socket.recv(1 << 16)
        except ConnectionError:
            raise Ended from None
        if not data:
            raise Ended
        self.buffer += data


def _require(holds: bool, rule: str, what: object) -> None:
    if not holds:
        raise Misframed(f"{rule}: {what!r}")


def accept_for(key: bytes) -> str:
    """What `Sec-WebSocket-Accept` must say to this key (section 4.2.2)."""
    return base64.b64encode(hashlib.sha1(key + MAGIC, usedforsecurity=False).digest()).decode()
