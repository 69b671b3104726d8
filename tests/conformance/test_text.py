"""RFC 6455 section 8.1: text is UTF-8, and nothing else is text. Autobahn 6.x.

The tables are the classes of Markus Kuhn's UTF-8 decoder stress test, as Autobahn numbers them. Valid text stands in a
frame of ours, and is answered. Anything else is 1007, as soon as it is known.
"""

from __future__ import annotations

import pytest

from tests.conformance.board import JSON, MSGPACK, Endpoint, Member
from tests.conformance.raw import BINARY, CONT, PING, PONG, TEXT, WAYS, close_frame, cut, fragments, frame

NOT_UTF8 = 1007
KOSME = "κόσμε".encode()
STRESS = "Hello-µ@ßöäüàá-UTF-8!!".encode()
SURROGATES = ("eda080", "edadbf", "edae80", "edafbf", "edb080", "edbe80", "edbfbf")
PAIRS = ("eda080edb080", "eda080edbfbf", "edadbfedb080", "edadbfedbfbf", "edae80edb080", "edae80edbfbf", "edafbfedb080")


def _hex(*words: str) -> list[bytes]:
    return [bytes.fromhex(word) for word in words]


VALID: dict[str, list[bytes]] = {
    "6.2.1 text": [STRESS],
    "6.6.2 6.6.5 6.6.7 6.6.9 6.6.11 whole characters": ["κόσμε"[:n].encode() for n in range(1, 6)],
    "6.7 the first of each length": _hex("c280", "e0a080", "f0908080"),
    "6.9 the last of each length": _hex("7f", "dfbf", "efbfbf", "f48fbfbf"),
    "6.11.1–4 other boundaries": _hex("ed9fbf", "ee8080", "efbfbd", "f48fbfbf"),
    "6.22 non-characters": [chr(plane << 16 | low).encode() for plane in range(17) for low in (0xFFFE, 0xFFFF)],
    "6.23 specials": [chr(point).encode() for point in range(0xFFF9, 0x10000)],
}
INVALID: dict[str, list[bytes]] = {
    "6.3.1 a surrogate within text": [KOSME + bytes.fromhex("eda080") + b"edited"],
    "6.4 above the last character": [KOSME + bytes.fromhex("f4908080") + b"edited"],
    "6.6 characters cut short": [KOSME[:at] for at in (1, 3, 5, 7, 9)],
    "6.8 the first of five and six bytes": _hex("f888808080", "fc8480808080"),
    "6.10 the last of four, five and six bytes": _hex("f7bfbfbf", "fbbfbfbfbf", "fdbfbfbfbfbf"),
    "6.11.5 above the last character": _hex("f4908080"),
    "6.12 continuation bytes of nothing": [
        *_hex("80", "bf"),
        *(bytes.fromhex("80bf" * 4)[:size] for size in range(2, 8)),
        bytes(range(0x80, 0xC0)),
    ],
    "6.13 lonely first bytes": [
        b"".join(bytes((first, 0x20)) for first in firsts)
        for firsts in (range(0xC0, 0xE0), range(0xE0, 0xF0), range(0xF0, 0xF8), range(0xF8, 0xFC), range(0xFC, 0xFE))
    ],
    "6.14 the last byte missing": _hex(
        "c0", "e080", "f08080", "f8808080", "fc80808080", "df", "efbf", "f7bfbf", "fbbfbfbf", "fdbfbfbfbf"
    ),
    "6.15 the last bytes missing, one after the other": _hex(
        "c0e080f08080f8808080fc80808080dfefbff7bfbffbbfbfbffdbfbfbfbf"
    ),
    "6.16 bytes that cannot be": _hex("fe", "ff", "fefeffff"),
    "6.17 overlong ASCII": _hex("c0af", "e080af", "f08080af", "f8808080af", "fc80808080af"),
    "6.18 the longest overlong": _hex("c1bf", "e09fbf", "f08fbfbf", "f887bfbfbf", "fc83bfbfbfbf"),
    "6.19 overlong zero": _hex("c080", "e08080", "f0808080", "f880808080", "fc8080808080"),
    "6.20 single surrogates": _hex(*SURROGATES),
    "6.21 paired surrogates": _hex(*PAIRS, "edafbfedbfbf"),
}

each_way = pytest.mark.parametrize("way", WAYS)
each_valid = pytest.mark.parametrize("texts", VALID.values(), ids=VALID.keys())
each_invalid = pytest.mark.parametrize("texts", INVALID.values(), ids=INVALID.keys())


def said_with(text: bytes) -> bytes:
    """A frame of ours that these bytes stand in."""
    return b'{"type":"ping","pad":"' + text + b'"}'


def is_refused(line: Member) -> None:
    """The server fails the connection with 1007 and has answered no message."""
    closed = line.closed()
    assert closed.code == NOT_UTF8, closed
    assert not [read for read in closed.before if b"beat" in read.payload]


# -- 6.1: nothing is text ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("parts", [[b""], [b"", b"", b""]], ids=["6.1.1", "6.1.2"])
def test_6_1_empty_text_is_text(endpoint: Endpoint, parts: list[bytes]) -> None:
    """Autobahn 6.1.1, 6.1.2; 5.6. Given a text message of nothing, in one frame and in three, then it arrives."""
    with endpoint.member() as line:
        line.send(*fragments(TEXT, parts))
        assert line.hears("error")["code"] == "malformed"
        line.answers()


def test_6_1_text_between_empty_parts(endpoint: Endpoint) -> None:
    """Autobahn 6.1.3; 5.4. Given text whose first and last frames are empty, then it arrives."""
    with endpoint.member() as line:
        line.send(*fragments(TEXT, [b"", said_with(STRESS), b""]))
        line.hears("beat")


# -- text ----------------------------------------------------------------------------------------------------------


@each_valid
def test_6_text_arrives(endpoint: Endpoint, texts: list[bytes]) -> None:
    """Autobahn 6.2.1, 6.6, 6.7, 6.9, 6.11, 6.22, 6.23; 8.1. Given each text in one frame, then it is answered."""
    with endpoint.member() as line:
        for text in texts:
            line.send(frame(TEXT, said_with(text)))
            line.hears("beat")


@each_valid
def test_6_text_arrives_however_its_characters_are_split(endpoint: Endpoint, texts: list[bytes]) -> None:
    """Autobahn 6.2.2–6.2.4, 6.22; 8.1, 5.4. Given each text in frames of a byte, then it is answered."""
    with endpoint.member() as line:
        for text in texts:
            line.send(*fragments(TEXT, cut(said_with(text), 1)))
            line.hears("beat")


def test_6_7_zero_is_a_character(endpoint: Endpoint) -> None:
    """Autobahn 6.7.1; 8.1. Given U+0000, which is UTF-8 and which JSON forbids, then it is answered, not closed."""
    with endpoint.member() as line:
        line.send(frame(TEXT, said_with(b"\x00")))
        assert line.hears("error")["code"] == "malformed"
        line.answers()


def test_6_2_what_was_written_in_pieces_is_read_as_it_was(endpoint: Endpoint) -> None:
    """Autobahn 6.2.2–6.2.4; 8.1. Given a card whose text is sent in frames that split every character, with a ping at
    each split, then the others read it letter for letter."""
    words = "Hello-µ@ßöäüàá-κόσμε-🪑-UTF-8!!"
    with endpoint.member() as reader, endpoint.member() as writer:
        submit = f'{{"type":"submit","id":1,"command":{{"type":"card.add","text":"{words}"}}}}'.encode()
        parts = fragments(TEXT, cut(submit, 1))
        writer.send(*(piece for n, part in enumerate(parts) for piece in (part, frame(PING, str(n).encode()))))
        writer.hears("accepted")
        (event,) = reader.hears("events")["events"]
        assert event["card"]["text"] == words


# -- what is no text -----------------------------------------------------------------------------------------------


@each_invalid
def test_6_what_is_no_text_fails_the_connection(endpoint: Endpoint, texts: list[bytes]) -> None:
    """Autobahn 6.3.1, 6.4, 6.6, 6.8, 6.10–6.21; 8.1. Given each in one frame, then the connection fails with 1007 and
    what follows is not read."""
    for text in texts:
        with endpoint.member() as line:
            line.send(frame(TEXT, said_with(text)), frame(TEXT, said_with(b"")))
            is_refused(line)


@each_invalid
def test_6_what_is_no_text_is_none_in_pieces(endpoint: Endpoint, texts: list[bytes]) -> None:
    """Autobahn 6.3.2, 6.4–6.21; 8.1. Given each in frames of a byte, then the connection fails with 1007."""
    for text in texts:
        with endpoint.line() as line:
            line.send_in("together", *fragments(TEXT, cut(said_with(text), 1)), frame(TEXT, said_with(b"")))
            is_refused(line)


@pytest.mark.parametrize("cut_short", [KOSME[:at] for at in (1, 3, 5, 7, 9)], ids=lambda text: text.hex())
def test_6_6_text_may_not_end_within_a_character(endpoint: Endpoint, cut_short: bytes) -> None:
    """Autobahn 6.6.1 to 6.6.10; 8.1. Given a message that ends in the middle of a
    character, then the connection fails with 1007."""
    with endpoint.member() as line:
        line.send(frame(TEXT, cut_short))
        is_refused(line)


@each_way
@pytest.mark.parametrize("fault", _hex("f4908080", "eda080"), ids=["6.4.1 6.4.3", "6.4.2 6.4.4"])
def test_6_4_a_fault_in_the_middle_is_refused_at_once(endpoint: Endpoint, fault: bytes, way: str) -> None:
    """Autobahn 6.4.1–6.4.4; 8.1. Given good text, then what is none, and no end, then 1007 at once."""
    with endpoint.member() as line:
        line.send_in(way, frame(TEXT, KOSME, fin=False), frame(CONT, fault, fin=False))
        is_refused(line)


@pytest.mark.parametrize("after", [close_frame(1000), frame(PING, b"late")], ids=["a close", "a ping"])
def test_6_what_follows_what_is_no_text_is_not_read(endpoint: Endpoint, after: bytes) -> None:
    """7.1.7, 8.1. Given what is no text and something else in one segment, then 1007, and no answer to the rest."""
    with endpoint.member() as line:
        line.send(frame(TEXT, b"\xff"), after)
        closed = line.closed()
        assert closed.code == NOT_UTF8
        assert not [read for read in closed.before if read.opcode == PONG]


def test_6_the_faulty_frame_may_be_any(endpoint: Endpoint) -> None:
    """8.1. Given a message in three frames, when the first, the second or the last is at fault, then 1007."""
    for at in range(3):
        parts = [b"a", b"b", b"c"]
        parts[at] = b"\xff"
        with endpoint.member() as line:
            line.send(*fragments(TEXT, parts))
            is_refused(line)


def test_6_bytes_are_not_held_to_it(endpoint: Endpoint) -> None:
    """8.1. Given what is no text in a binary message, then it is answered, on a line of either format."""
    for wire, code in ((JSON, "wrong_format"), (MSGPACK, "malformed")):
        with endpoint.member(wire) as line:
            line.send(frame(BINARY, b"\xff\xfe"), frame(PING, b"\xff"))
            assert line.hears("error")["code"] == code
            line.answers()


def test_6_text_on_a_binary_line_is_held_to_it(endpoint: Endpoint) -> None:
    """8.1. Given text that is none on a line whose messages are binary, then the connection fails all the same."""
    with endpoint.member(MSGPACK) as line:
        line.send(frame(TEXT, b"\xff"))
        is_refused(line)


@each_invalid
def test_7_5_a_reason_is_text(endpoint: Endpoint, texts: list[bytes]) -> None:
    """Autobahn 7.5.1; 5.5.1, 8.1. Given a close frame whose reason is none of UTF-8, then 1007."""
    for text in texts:
        with endpoint.line() as line:
            line.send(close_frame(1000, text[:120]))
            assert line.closed().code == NOT_UTF8


def test_6_a_character_may_be_split_between_frames_with_a_ping_within(endpoint: Endpoint) -> None:
    """5.4, 8.1. Given a first frame that ends within a character, when a ping is answered and the second frame
    completes it, then it is text."""
    with endpoint.member() as line:
        whole = said_with("🪑".encode())
        at = whole.index(b"\xf0") + 2
        line.send(frame(TEXT, whole[:at], fin=False))
        line.send(frame(PING, b"between"))
        assert line.hears_control(PONG) == b"between"
        line.send(frame(CONT, whole[at:]))
        line.hears("beat")
