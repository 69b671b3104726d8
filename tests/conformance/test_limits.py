"""RFC 6455 section 10.4 and our own limits: how large a message may be, and what holds a server up. Autobahn 9.x.

Autobahn sends up to 16 MiB. Here a message above FRAME_BYTES is answered `too_large`, and one above MESSAGE_BYTES is
not read: 1009. Each bound is tried from both sides, in one frame and in many, in chops, as text and as bytes.
"""

from __future__ import annotations

import pytest

from rebond_protocol.limits import FRAME_BYTES, MESSAGE_BYTES
from tests.conformance.board import FORMATS, Endpoint, Member, endpoint_of
from tests.conformance.raw import BINARY, CLOSE, CONT, PING, PONG, TEXT, Line, cut, fragments, frame, request_head
from tests.conftest import StartRebond

PROTOCOL_ERROR, TOO_BIG, KEEPALIVE, NO_HELLO = 1002, 1009, 1011, 4004
CROWD = 64

both_formats = pytest.mark.parametrize("wire", FORMATS, ids=["json", "msgpack"])


def is_too_large(line: Member) -> None:
    """The message was read and is answered `too_large`; the connection lives."""
    said = line.hears("error")
    assert (said["code"], said["details"]["max_bytes"]) == ("too_large", FRAME_BYTES)
    line.answers()


# -- sizes ---------------------------------------------------------------------------------------------------------


@both_formats
@pytest.mark.parametrize("size", [64, 256, 1_024, 4_096, 16_384])
def test_9_3_the_largest_frame_of_ours_in_parts(endpoint: Endpoint, wire: str, size: int) -> None:
    """Autobahn 9.1.1, 9.2.1, 9.3.1–9.3.5, 9.4.1–9.4.5. Given FRAME_BYTES in frames of this size, then it is
    answered."""
    with endpoint.member(wire) as line:
        line.send(*fragments(line.opcode, cut(line.ping_of(FRAME_BYTES), size)))
        line.hears("beat")


@both_formats
@pytest.mark.parametrize("size", [FRAME_BYTES + 1, MESSAGE_BYTES - 1, MESSAGE_BYTES])
def test_9_1_above_the_largest_frame_of_ours(endpoint: Endpoint, wire: str, size: int) -> None:
    """Autobahn 9.1.2, 9.2.2. Given a message above FRAME_BYTES up to MESSAGE_BYTES, then `too_large`, and the
    connection lives."""
    with endpoint.member(wire) as line:
        line.send(frame(line.opcode, line.ping_of(size)))
        is_too_large(line)
        line.send(*fragments(line.opcode, cut(line.ping_of(size), 5_000)))
        is_too_large(line)


@pytest.mark.parametrize("chop", [64, 128, 256, 512, 1_024, 2_048])
@pytest.mark.parametrize("opcode", [TEXT, BINARY], ids=["9.5", "9.6"])
def test_9_5_the_largest_message_in_chops(endpoint: Endpoint, opcode: int, chop: int) -> None:
    """Autobahn 9.5.1–9.5.6, 9.6.1–9.6.6. Given MESSAGE_BYTES in segments of this size, then it is read whole."""
    with endpoint.member(FORMATS[opcode == BINARY]) as line:
        line.send_one_by_one(cut(frame(opcode, line.ping_of(MESSAGE_BYTES)), chop))
        is_too_large(line)


def test_9_3_ten_thousand_parts_are_one_message(endpoint: Endpoint) -> None:
    """Autobahn 9.3.1. Given a message of ours in 10,000 frames, then it is answered; given one of MESSAGE_BYTES in
    10,000 frames, then it is read whole."""
    with endpoint.member() as line:
        line.send(*fragments(TEXT, cut(line.ping_of(10_000), 1)))
        line.hears("beat")
        line.send(*fragments(TEXT, cut(line.ping_of(MESSAGE_BYTES), -(-MESSAGE_BYTES // 10_000))))
        is_too_large(line)


@pytest.mark.parametrize("opcode", [TEXT, BINARY])
@pytest.mark.parametrize("length", [MESSAGE_BYTES + 1, 1 << 20, 16 << 20, (1 << 63) - 1])
def test_9_1_a_message_too_big_is_not_waited_for(endpoint: Endpoint, opcode: int, length: int) -> None:
    """Autobahn 9.1.3–9.1.6, 9.2.3–9.2.6. Given a frame that promises more than MESSAGE_BYTES, when none of it has come
    yet, then 1009."""
    with endpoint.member() as line:
        line.send(frame(opcode, length=length))
        assert line.closed().code == TOO_BIG


def test_9_3_a_message_too_big_in_its_last_part_is_not_waited_for(endpoint: Endpoint) -> None:
    """Autobahn 9.3.x, 9.4.x. Given parts that fit, when the next one's head promises a byte too many, then 1009."""
    with endpoint.member() as line:
        line.send(frame(TEXT, b"x" * (MESSAGE_BYTES - 10), fin=False), frame(CONT, length=11))
        assert line.closed().code == TOO_BIG


def test_9_3_ten_thousand_parts_too_big_together(endpoint: Endpoint) -> None:
    """Autobahn 9.3.x. Given 10,000 frames of which each is small and all are above MESSAGE_BYTES, then 1009."""
    parts = fragments(TEXT, cut(b"x" * (MESSAGE_BYTES + 10_000), -(-MESSAGE_BYTES // 10_000) + 1))
    with endpoint.member() as line:
        line.send_in("together", *parts)
        assert line.closed().code == TOO_BIG


def test_a_length_below_zero_is_refused(endpoint: Endpoint) -> None:
    """5.2: "the most significant bit MUST be 0". Given a 64-bit length with it set, then the connection fails."""
    with endpoint.member() as line:
        line.send(frame(TEXT, length=1 << 63))
        assert line.closed().code in (PROTOCOL_ERROR, TOO_BIG)


@both_formats
@pytest.mark.parametrize("size", [64, 256, 1_024, 4_096])
def test_9_7_many_messages_in_a_row(endpoint: Endpoint, wire: str, size: int) -> None:
    """Autobahn 9.7.1–9.7.6, 9.8.1–9.8.6. Given 500 messages at once, then each is answered."""
    with endpoint.member(wire) as line:
        line.send(frame(line.opcode, line.ping_of(size)) * 500)
        for _ in range(500):
            line.hears("beat")


# -- what holds a server up ----------------------------------------------------------------------------------------


def test_who_never_ends_a_frame_or_a_message_is_closed(start_rebond: StartRebond) -> None:
    """HB5, 5.5.2. Given a line in the middle of a frame, and one in the middle of a message that answers pings, when
    neither has said hello, then `hello_ms` closes both with 4004. Given one in the middle of a frame after hello, then
    the keepalive closes it with 1011, as no pong can come. Others are answered throughout."""
    endpoint = endpoint_of(start_rebond(environment={"REBOND_HELLO_MS": "4500", "REBOND_BEAT_MS": "3000"}))
    with endpoint.line() as in_frame, endpoint.line() as in_message, endpoint.member() as member:
        for line in (in_frame, member):
            line.send(frame(TEXT, b'{"type":', length=MESSAGE_BYTES))
        in_message.send(frame(TEXT, b'{"type":', fin=False), frame(PING, b"well?"))
        assert in_message.hears_control(PONG) == b"well?"
        for line in (in_frame, in_message):
            assert line.hears("bye")["code"] == "no_hello"
            assert line.hears_control(CLOSE).startswith(NO_HELLO.to_bytes(2, "big"))
        assert member.closed().code == KEEPALIVE
        with endpoint.member() as another:
            another.answers()


def test_unfinished_handshakes_hold_nobody_up(endpoint: Endpoint) -> None:
    """RFC 6455 10.4, slowloris. Given handshakes that come a byte at a time and stop before their end, then others
    come in and are answered meanwhile, and one that ends after all is answered too."""
    head = request_head(endpoint.path, endpoint.port)
    slow = [Line.open(endpoint.port) for _ in range(CROWD)]
    try:
        for byte in cut(head[:-1], 16):
            for line in slow:
                line.send(byte)
        with endpoint.member() as another:
            another.answers()
        for line in slow:
            assert line.is_quiet()
            line.send(head[-1:])
            assert line.response().status == 101
    finally:
        for line in slow:
            line.socket.close()


def test_who_pings_and_does_not_read_is_owed_one_pong(endpoint: Endpoint) -> None:
    """5.5.3, HB3: "MAY elect to send a Pong frame for only the most recently processed Ping frame". Given 16 MiB of
    pings from a client that does not read, then what is kept for it is bounded: when it reads, pongs are missing, and
    the last one answers the last ping."""
    count = 128_000
    with endpoint.member(receive_buffer_bytes=4_096) as line:
        for first in range(0, count, 1_000):
            line.send(*(frame(PING, f"{n:0125}".encode()) for n in range(first, first + 1_000)))
        heard = 0
        while int(line.hears_control(PONG)) != count - 1:
            heard += 1
        assert heard * 127 < 8 << 20
        line.answers()
