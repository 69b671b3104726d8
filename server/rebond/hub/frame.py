"""Prepared frames: what a broadcast writes, built once (rule HB1, DESIGN section 6).

A server's WebSocket frame carries no mask (RFC 6455 section 5.1) and, as it is or compressed without context (RFC 7692
section 7.1.1.1), no state of its connection, so one frame is the same bytes for every socket that takes it that way.
This module makes those bytes. It knows neither sockets nor messages: a payload comes in already encoded.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from struct import Struct

# RFC 6455 section 5.2: one byte of FIN bit and opcode, one of mask bit (always 0 here) and length. A length of 126 or
# 127 announces that the real one follows in 16 or 64 bits, in network order, always in the shortest form that fits.
_FINAL_TEXT = 0x80 | 0x1
_FINAL_BINARY = 0x80 | 0x2
_LONGEST_IN_7_BITS = 125
_LONGEST_IN_16_BITS = 0xFFFF
_HEADER_7_BITS = Struct("!BB")
_HEADER_16_BITS = Struct("!BBH")
_HEADER_64_BITS = Struct("!BBQ")

# RFC 7692 section 7.2.1: the first reserved bit says that the payload is DEFLATE data (negative window bits: without
# zlib's own header) flushed to a byte's end, less the empty block that such a flush ends with.
_COMPRESSED = 0x40
_EMPTY_BLOCK = b"\x00\x00\xff\xff"
WINDOW_BITS = 15
"""The window that compressed frames are made with; a peer must have agreed to no smaller one."""
DEFLATE_LEVEL = 1
"""Two thirds of a snapshot go at level 1; level 6 takes three times as long to save a twentieth more."""
DEFLATE_FROM_BYTES = 512
"""A smaller payload goes as it is: it fits into a packet either way, and there is little in it that comes twice."""


class PreparedFrame:
    """One whole message in one frame, ready for any number of sockets.

    `payload` is the message as encoded by the codec; for a text frame it must be valid UTF-8 (RFC 6455 section 5.6),
    which is not checked here. `wire` is the complete frame, header and payload. A frame is not changed once made.
    """

    __slots__ = ("_deflated", "_text", "is_text", "payload", "wire")

    def __init__(self, payload: bytes, *, is_text: bool) -> None:
        self.payload = payload
        self.is_text = is_text
        # Made now, not when first asked for: a plain attribute is the cheapest thing a broadcast loop can read.
        self.wire = _header(_FINAL_TEXT if is_text else _FINAL_BINARY, len(payload)) + payload
        self._text: str | None = None
        self._deflated: bytes | None = None

    @property
    def deflated(self) -> bytes:
        """The frame for peers that agreed to permessage-deflate, compressed once however many those are; `wire` itself,
        which is as good to them, where compressing saves nothing worth it."""
        if self._deflated is None:
            self._deflated = self._deflate() if len(self.payload) >= DEFLATE_FROM_BYTES else self.wire
        return self._deflated

    def _deflate(self) -> bytes:
        compressor = zlib.compressobj(DEFLATE_LEVEL, zlib.DEFLATED, -WINDOW_BITS)
        data = compressor.compress(self.payload) + compressor.flush(zlib.Z_SYNC_FLUSH)
        data = data.removesuffix(_EMPTY_BLOCK)
        frame = _header((_FINAL_TEXT if self.is_text else _FINAL_BINARY) | _COMPRESSED, len(data)) + data
        return frame if len(frame) < len(self.wire) else self.wire

    @property
    def text(self) -> str:
        """The payload as a `str`, decoded once however many sockets ask: ASGI's `send` takes text as nothing else."""
        if self._text is None:
            self._text = self.payload.decode()
        return self._text

    @property
    def messages(self) -> tuple[PreparedFrame, ...]:
        """The single messages this writes: itself."""
        return (self,)


class JoinedFrames:
    """Several frames that go out in one write, in order: a socket that catches up costs one system call.

    They stay separate messages for the peer; only the write is one. `wire` is all of them, one after the other, and so
    is `deflated`.
    """

    __slots__ = ("messages", "wire")

    def __init__(self, frames: Sequence[PreparedFrame]) -> None:
        self.messages = tuple(frames)
        self.wire = b"".join([frame.wire for frame in frames])

    @property
    def deflated(self) -> bytes:
        """As `PreparedFrame.deflated`."""
        return b"".join([frame.deflated for frame in self.messages])


Frames = PreparedFrame | JoinedFrames
"""What an outbox writes: one message, or several in one go."""


def _header(first_byte: int, length_bytes: int) -> bytes:
    if length_bytes <= _LONGEST_IN_7_BITS:
        return _HEADER_7_BITS.pack(first_byte, length_bytes)
    if length_bytes <= _LONGEST_IN_16_BITS:
        return _HEADER_16_BITS.pack(first_byte, 126, length_bytes)
    return _HEADER_64_BITS.pack(first_byte, 127, length_bytes)
