"""The least a WebSocket client can be (RFC 6455): it must not be what is measured.

Frames from a server are never masked, frames from a client always are (section 5.3); a mask of zero leaves the payload
as it is, so a sender needs no pass over its bytes. Sans I/O.
"""

import base64
from collections.abc import Iterator
from struct import pack, unpack_from

ACCEPTED = b"HTTP/1.1 101 "
HEAD_END = b"\r\n\r\n"
COMPRESSED = 0x40
"""The first reserved bit, above the opcode: the message is DEFLATE data (RFC 7692 section 7.2.1)."""
DEFLATE = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"


def handshake(host: str, port: int, path: str, subprotocol: str | None, *, deflate: bool = False) -> bytes:
    """The request that opens a WebSocket (section 4.1). The key is random to fool no proxy; here there is none.

    `deflate`: offer to take messages that are compressed each by itself (RFC 7692).
    """
    key = base64.b64encode(b"rebond-loadtest!").decode()
    asked = "" if subprotocol is None else f"Sec-WebSocket-Protocol: {subprotocol}\r\n"
    if deflate:
        asked += f"Sec-WebSocket-Extensions: {DEFLATE}\r\n"
    return (
        f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n{asked}\r\n"
    ).encode()


def client_frame(payload: bytes, opcode: int = 0x1) -> bytes:
    """One whole message in one frame, masked with zeros."""
    length = len(payload)
    if length < 126:
        head = pack("!BB", 0x80 | opcode, 0x80 | length)
    elif length <= 0xFFFF:
        head = pack("!BBH", 0x80 | opcode, 0x80 | 126, length)
    else:
        head = pack("!BBQ", 0x80 | opcode, 0x80 | 127, length)
    return head + b"\0\0\0\0" + payload


class FrameReader:
    """Cuts a server's byte stream into frames."""

    __slots__ = ("_rest",)

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[tuple[int, bytes, int, int]]:
        """(opcode, buffer, start, end) of each whole frame; the payload is `buffer[start:end]`, not copied.

        The opcode has `COMPRESSED` with it where the frame had.
        """
        if self._rest:
            data = self._rest + data
        here, there = 0, len(data)
        while there - here >= 2:
            length, start = data[here + 1], here + 2
            if length >= 126:
                if there - here < 10:
                    break
                form, size = ("!H", 2) if length == 126 else ("!Q", 8)
                length = unpack_from(form, data, start)[0]
                start += size
            if start + length > there:
                break
            yield data[here] & (COMPRESSED | 0x0F), data, start, start + length
            here = start + length
        self._rest = data[here:]
