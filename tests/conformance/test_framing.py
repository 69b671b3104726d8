"""RFC 6455 section 5: messages, pings, reserved bits, opcodes, masks, fragments. Autobahn 1.x to 5.x, 10.x."""

from __future__ import annotations

import pytest

from tests.conformance.board import FORMATS, JSON, MSGPACK, Endpoint, Member
from tests.conformance.raw import (
    BINARY,
    CLOSE,
    CONT,
    PING,
    PONG,
    TEXT,
    WAYS,
    cut,
    fragments,
    frame,
)

PROTOCOL_ERROR = 1002
HELLO = b"Hello, world!"
BYTES = b"\x00\xff\xfe\xfd\xfc\xfb\x00\xff"

both_formats = pytest.mark.parametrize("wire", FORMATS, ids=["json", "msgpack"])
each_way = pytest.mark.parametrize("way", WAYS)


def fails(line: Member, *, pongs: int = 0) -> None:
    """The server fails the connection with 1002, and has answered so many pings before and none after."""
    closed = line.closed()
    assert closed.code == PROTOCOL_ERROR, closed
    assert sum(read.opcode == PONG for read in closed.before) == pongs


# -- 1.x: messages of every length form ----------------------------------------------------------------------------


@both_formats
@pytest.mark.parametrize("size", [125, 126, 127, 128, 65_535, 65_536])
def test_1_messages_of_every_length_form_arrive(endpoint: Endpoint, wire: str, size: int) -> None:
    """Autobahn 1.1.2–1.1.7, 1.2.2–1.2.7; 5.2. Given a message whose length takes 7, 16 or 64 bits, then it is
    answered."""
    with endpoint.member(wire) as line:
        line.send(frame(line.opcode, line.ping_of(size)))
        line.hears("beat")


@both_formats
def test_1_a_message_in_chops_arrives(endpoint: Endpoint, wire: str) -> None:
    """Autobahn 1.1.8, 1.2.8; 5.2. Given 64 KiB in segments of 997 bytes, then it is answered as if it came whole."""
    with endpoint.member(wire) as line:
        line.send_one_by_one(cut(frame(line.opcode, line.ping_of(65_536)), 997))
        line.hears("beat")


@both_formats
def test_1_an_empty_message_is_a_message(endpoint: Endpoint, wire: str) -> None:
    """Autobahn 1.1.1, 1.2.1; 5.6. Given a message of no bytes, then it is answered as one that says nothing."""
    with endpoint.member(wire) as line:
        line.send(frame(line.opcode))
        assert line.hears("error")["code"] == "malformed"
        line.answers()


def test_1_a_message_of_the_other_kind_arrives_and_is_answered(endpoint: Endpoint) -> None:
    """5.6. Given binary on a text line and text on a binary line, then each is answered `wrong_format`."""
    for wire, other in ((JSON, BINARY), (MSGPACK, TEXT)):
        with endpoint.member(wire) as line:
            line.send(frame(other, HELLO))
            assert line.hears("error")["code"] == "wrong_format"
            line.answers()


# -- 2.x: pings and pongs ------------------------------------------------------------------------------------------


@each_way
@pytest.mark.parametrize("payload", [b"", HELLO, BYTES, b"\xfe" * 125], ids=["2.1", "2.2", "2.3", "2.4 2.6"])
def test_2_a_ping_is_answered_with_its_payload(endpoint: Endpoint, payload: bytes, way: str) -> None:
    """Autobahn 2.1–2.4, 2.6; 5.5.2, 5.5.3. Given a ping, also before hello, then its pong says the same."""
    for line in (endpoint.line(), endpoint.member()):
        with line:
            line.send_in(way, frame(PING, payload))
            assert line.hears_control(PONG) == payload


@pytest.mark.parametrize("opcode", [PING, PONG, CLOSE])
def test_2_a_control_frame_of_126_bytes_is_refused(endpoint: Endpoint, opcode: int) -> None:
    """Autobahn 2.5; 5.5. Given a control frame above 125 bytes, then the connection fails."""
    with endpoint.member() as line:
        line.send(frame(opcode, b"\x03\xe8" + b"\xfe" * 124))
        fails(line)


def test_2_pongs_nobody_asked_for_are_ignored(endpoint: Endpoint) -> None:
    """Autobahn 2.7–2.9; 5.5.3. Given pongs out of nowhere, with and without payload, then only a ping is answered."""
    with endpoint.member() as line:
        line.send(frame(PONG), frame(PONG, HELLO), frame(PING, b"2.9"))
        assert line.hears_control(PONG) == b"2.9"
        line.answers()


@each_way
def test_2_ten_pings_get_ten_pongs_in_order(endpoint: Endpoint, way: str) -> None:
    """Autobahn 2.10, 2.11; 5.5.2. Given ten pings in a row, then each is answered, in order."""
    payloads = [f"payload-{n}".encode() for n in range(10)]
    with endpoint.member() as line:
        line.send_in(way, *(frame(PING, payload) for payload in payloads))
        assert [line.hears_control(PONG) for _ in payloads] == payloads


# -- 3.x: reserved bits --------------------------------------------------------------------------------------------


@each_way
@pytest.mark.parametrize("reserved", range(1, 8))
def test_3_reserved_bits_fail_the_connection(endpoint: Endpoint, reserved: int, way: str) -> None:
    """Autobahn 3.1–3.7, and 12.x, 13.x in that a compressed frame (RSV1) is one nobody agreed on; 5.2. Given a frame
    of each kind with these bits set, then the connection fails and what follows is not read."""
    for opcode, payload in ((TEXT, b'{"type":"ping"}'), (BINARY, HELLO), (PING, HELLO), (CLOSE, b"")):
        with endpoint.member() as line:
            line.send_in(way, frame(opcode, payload, reserved=reserved), frame(PING, b"late"))
            fails(line)


@pytest.mark.parametrize("reserved", [2, 3, 4], ids=["3.2", "3.3", "3.4"])
def test_3_what_was_said_before_is_answered(endpoint: Endpoint, reserved: int) -> None:
    """Autobahn 3.2–3.4; 5.2. Given a message that was answered, when a frame with reserved bits and a ping follow, then
    the connection fails and the ping stays unanswered."""
    with endpoint.member() as line:
        line.answers()
        line.send(frame(TEXT, HELLO, reserved=reserved), frame(PING))
        fails(line)


def test_3_a_reserved_bit_in_a_later_fragment_fails_too(endpoint: Endpoint) -> None:
    """Autobahn 3.x; 5.2, 5.4. Given a fragmented message, when its second frame has RSV1, then the connection fails."""
    with endpoint.member() as line:
        line.send(frame(TEXT, b'{"type":', fin=False), frame(CONT, b'"ping"}', reserved=4))
        fails(line)


# -- 4.x: opcodes --------------------------------------------------------------------------------------------------


@each_way
@pytest.mark.parametrize("payload", [b"", HELLO], ids=["empty", "payload"])
@pytest.mark.parametrize("opcode", [3, 4, 5, 6, 7, 11, 12, 13, 14, 15])
def test_4_unknown_opcodes_fail_the_connection(endpoint: Endpoint, opcode: int, payload: bytes, way: str) -> None:
    """Autobahn 4.1.1–4.1.5, 4.2.1–4.2.5; 5.2. Given an opcode that means nothing, after a message that was answered,
    then the connection fails and what follows is not read."""
    with endpoint.member() as line:
        line.answers()
        line.send_in(way, frame(opcode, payload), frame(PING, b"late"))
        fails(line)


# -- masks ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("opcode", [TEXT, BINARY, PING, CLOSE])
def test_5_1_an_unmasked_frame_fails_the_connection(endpoint: Endpoint, opcode: int) -> None:
    """5.1 (no Autobahn case: its client cannot). Given a frame without a mask, then the connection fails."""
    with endpoint.member() as line:
        line.send(frame(opcode, b"", mask=None))
        fails(line)


@pytest.mark.parametrize("mask", [b"\x00\x00\x00\x00", b"\xff\xff\xff\xff", b"\x00\x01\x02\x03"])
def test_5_3_any_mask_is_taken_off(endpoint: Endpoint, mask: bytes) -> None:
    """5.3. Given a mask of a client's choice, one that changes nothing included, then the message arrives."""
    with endpoint.member() as line:
        for size in range(40, 48):  # every remainder of a four-byte mask, twice
            line.send(frame(TEXT, line.ping_of(size), mask=mask))
            line.hears("beat")


# -- 5.x: fragments ------------------------------------------------------------------------------------------------


@both_formats
@each_way
def test_5_a_fragmented_message_is_one_message(endpoint: Endpoint, wire: str, way: str) -> None:
    """Autobahn 5.3–5.5; 5.4. Given a message in two frames, then it is answered once."""
    with endpoint.member(wire) as line:
        line.send_in(way, *fragments(line.opcode, cut(line.ping_of(60), 30)))
        line.hears("beat")


@both_formats
@each_way
def test_5_control_frames_may_stand_within_a_message(endpoint: Endpoint, wire: str, way: str) -> None:
    """Autobahn 5.6–5.8, 5.19, 5.20; 5.4. Given a message in five frames with pings and a pong among them, then each
    ping is answered with its payload before the message is, and the message arrives."""
    with endpoint.member(wire) as line:
        one, two, three, four, five = fragments(line.opcode, cut(line.ping_of(50), 10))
        first, second = frame(PING, b"pongme 1!"), frame(PING, b"pongme 2!")
        line.send_in(way, one, two, first, three, frame(PONG, b"unasked"), four, second, five)
        assert line.hears_control(PONG) == b"pongme 1!"
        assert line.hears_control(PONG) == b"pongme 2!"
        line.hears("beat")


@both_formats
@each_way
def test_5_the_first_words_may_come_in_fragments(endpoint: Endpoint, wire: str, way: str) -> None:
    """Autobahn 5.3–5.8; 5.4. Given a hello and a submit in frames of seven bytes, with a ping among them, then one is
    welcomed and the other accepted."""
    with endpoint.line(wire) as line:
        hello, *rest = fragments(line.opcode, cut(line.message(endpoint.hello()), 7))
        line.send_in(way, hello, frame(PING, b"hi"), *rest)
        assert line.hears_control(PONG) == b"hi"
        line.hears("yours")
        submit = line.message({"type": "submit", "id": 1, "command": {"type": "card.add", "text": "Plus de bancs 🪑"}})
        line.send_in(way, *fragments(line.opcode, cut(submit, 7)))
        assert line.hears("accepted")["id"] == 1


@pytest.mark.parametrize("size", [1, 1_300], ids=["frames of a byte", "10.1.1"])
def test_10_a_message_in_many_frames_arrives(endpoint: Endpoint, size: int) -> None:
    """Autobahn 10.1.1; 5.4. Given 64 KiB (and one KiB byte by byte) in frames of this size, then it is answered."""
    with endpoint.member() as line:
        line.send(*fragments(TEXT, cut(line.ping_of(1_024 if size == 1 else 65_536), size)))
        line.hears("beat")


def test_5_empty_fragments_are_fragments(endpoint: Endpoint) -> None:
    """5.4. Given a message whose first, middle and last frames are empty, then it is what the others say."""
    with endpoint.member() as line:
        line.send(*fragments(TEXT, [b"", b'{"type":', b"", b"", b'"ping"}', b""]))
        line.hears("beat")


WITHIN, BEGUN = frame(CONT, b"fragment", fin=False), frame(TEXT, b"fragment", fin=False)
DISORDER: dict[str, list[bytes]] = {
    "5.1 a ping in two": [frame(PING, b"frag", fin=False), frame(CONT, b"ment")],
    "5.2 a pong in two": [frame(PONG, b"frag", fin=False), frame(CONT, b"ment")],
    "a close in two": [frame(CLOSE, b"\x03\xe8", fin=False), frame(CONT, b"ment")],
    "5.9 5.10 5.11 a last part of nothing": [frame(CONT, HELLO), frame(TEXT, HELLO)],
    "5.12 5.13 5.14 a middle part of nothing": [WITHIN, frame(TEXT, HELLO)],
    "5.16 twice a part of nothing, a first and a last": [WITHIN, BEGUN, frame(CONT, b"end")] * 2,
    "5.17 twice a last part of nothing, a first and a last": [frame(CONT, b"end"), BEGUN, frame(CONT, b"end")] * 2,
    "5.18 two first parts": [BEGUN, frame(TEXT, b"fragment")],
    "a first part of either kind": [BEGUN, frame(BINARY, b"fragment", fin=False)],
}


@each_way
@pytest.mark.parametrize("frames", DISORDER.values(), ids=DISORDER.keys())
def test_5_parts_out_of_order_fail_the_connection(endpoint: Endpoint, frames: list[bytes], way: str) -> None:
    """Autobahn 5.1, 5.2, 5.9–5.14, 5.16–5.18; 5.4, 5.5. Given frames in an order that makes no messages, then the
    connection fails, and what follows is not read."""
    with endpoint.member() as line:
        line.send_in(way, *frames, frame(PING, b"late"))
        fails(line)


def test_5_a_part_of_nothing_after_a_message(endpoint: Endpoint) -> None:
    """Autobahn 5.15; 5.4. Given a fragmented message that was answered, when a part of nothing and a message follow,
    then the connection fails and the second message is not answered."""
    with endpoint.member() as line:
        line.send(*fragments(TEXT, [b'{"type":', b'"ping"}']))
        line.hears("beat")
        line.send(WITHIN, frame(TEXT, b'{"type":"ping"}'))
        closed = line.closed()
        assert closed.code == PROTOCOL_ERROR
        assert not [read for read in closed.before if b"beat" in read.payload]
