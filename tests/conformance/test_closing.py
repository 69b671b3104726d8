"""RFC 6455 sections 5.5.1, 7.1 and 7.4: how connections close, and with which codes. Autobahn 7.x."""

from __future__ import annotations

import pytest

from tests.conformance.board import Endpoint
from tests.conformance.raw import CLOSE, CONT, PING, PONG, TEXT, WAYS, close_frame, frame

NORMAL, PROTOCOL_ERROR = 1000, 1002
SAID = b'{"type":"ping"}'

each_way = pytest.mark.parametrize("way", WAYS)


# -- 7.1: what stands beside a close frame -------------------------------------------------------------------------


@each_way
def test_7_1_1_a_message_then_a_close(endpoint: Endpoint, way: str) -> None:
    """Autobahn 7.1.1; 5.5.1. Given a message that was answered, when the client closes, then the server answers with
    the same code and ends the connection."""
    with endpoint.member() as line:
        line.answers()
        line.send_in(way, close_frame(NORMAL))
        assert line.closed().code == NORMAL


@each_way
@pytest.mark.parametrize(
    "after",
    [[close_frame(NORMAL)], [frame(PING, b"late")], [frame(TEXT, SAID)], [frame(0xB, b"nonsense", reserved=7)]],
    ids=["7.1.2 another close", "7.1.3 a ping", "7.1.4 a message", "what is no frame"],
)
def test_7_1_what_follows_a_close_is_not_read(endpoint: Endpoint, after: list[bytes], way: str) -> None:
    """Autobahn 7.1.2–7.1.4; 1.4, 5.5.1. Given a close frame with something behind it, then one close frame comes back,
    and nothing behind that."""
    with endpoint.member() as line:
        line.answers()
        line.send_in(way, close_frame(NORMAL), *after)
        closed = line.closed()
        assert closed.code == NORMAL
        assert not [read for read in closed.before if read.opcode == PONG or b"beat" in read.payload]


def test_7_1_5_a_close_within_a_message(endpoint: Endpoint) -> None:
    """Autobahn 7.1.5; 5.4. Given half a message, then a close, then the rest, then the connection closes in order. The
    code is the one thing here on which `websockets` has its own mind: 1002, as the message will never end."""
    with endpoint.member() as line:
        line.send(frame(TEXT, b'{"type":', fin=False), close_frame(NORMAL), frame(CONT, b'"ping"}'))
        closed = line.closed()
        assert closed.code in (NORMAL, PROTOCOL_ERROR)
        assert not [read for read in closed.before if b"beat" in read.payload]


def test_7_1_6_a_large_message_then_a_close_and_a_ping(endpoint: Endpoint) -> None:
    """Autobahn 7.1.6; 5.5.1. Given a message of 256 KiB, a close and a ping together, then the close is answered, the
    ping is not."""
    with endpoint.member() as line:
        line.send(frame(TEXT, line.ping_of(256 * 1024)), close_frame(NORMAL), frame(PING, b"late"))
        closed = line.closed()
        assert closed.code == NORMAL
        assert not [read for read in closed.before if read.opcode == PONG]


def test_7_1_a_ping_before_a_close_is_answered(endpoint: Endpoint) -> None:
    """5.5.2. Given a ping and a close together, then the pong comes, then the close frame."""
    with endpoint.member() as line:
        line.send(frame(PING, b"early"), close_frame(NORMAL))
        closed = line.closed()
        assert closed.code == NORMAL
        assert [read.payload for read in closed.before if read.opcode == PONG] == [b"early"]


def test_7_1_a_close_before_hello(endpoint: Endpoint) -> None:
    """7.1.1. Given a connection that has said nothing yet, when it closes, then it is answered like any other."""
    with endpoint.line() as line:
        line.send(close_frame(1001))
        assert line.closed() == (1001, "", [])


# -- 7.3: what a close frame may hold ------------------------------------------------------------------------------


def test_7_3_1_an_empty_close_is_answered_with_an_empty_one(endpoint: Endpoint) -> None:
    """Autobahn 7.3.1; 5.5.1. Given a close frame without a code, then one without a code comes back."""
    with endpoint.line() as line:
        line.send(close_frame())
        closing = line.read()
        assert (closing.opcode, closing.payload) == (CLOSE, b"")
        assert line.at_end()


def test_7_3_2_half_a_code_is_none(endpoint: Endpoint) -> None:
    """Autobahn 7.3.2; 5.5.1. Given a close frame with a payload of one byte, then 1002."""
    with endpoint.line() as line:
        line.send(frame(CLOSE, b"a"))
        assert line.closed().code == PROTOCOL_ERROR


@pytest.mark.parametrize(
    "reason", ["", "Hello World!", "*" * 123, "é" * 61], ids=["7.3.3", "7.3.4", "7.3.5", "7.3.5 in two bytes each"]
)
def test_7_3_code_and_reason_come_back(endpoint: Endpoint, reason: str) -> None:
    """Autobahn 7.3.3–7.3.5; 5.5.1. Given a code and a reason up to 123 bytes, then the code comes back."""
    with endpoint.line() as line:
        line.send(close_frame(NORMAL, reason.encode()))
        closed = line.closed()
        assert closed.code == NORMAL
        assert closed.reason in ("", reason)


def test_7_3_6_a_reason_too_long_is_refused(endpoint: Endpoint) -> None:
    """Autobahn 7.3.6; 5.5. Given a reason of 124 bytes, so a control frame of 126, then 1002."""
    with endpoint.line() as line:
        line.send(close_frame(NORMAL, b"*" * 124))
        assert line.closed().code == PROTOCOL_ERROR


# -- 7.7 to 7.13: codes --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code", [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4499, 4500, 4999]
)
def test_7_7_codes_that_may_be_sent_come_back(endpoint: Endpoint, code: int) -> None:
    """Autobahn 7.7.1–7.7.13; 7.4.1, 7.4.2. Given a close with a code of the registry or of a range of its own, then the
    same code comes back."""
    with endpoint.line() as line:
        line.send(close_frame(code))
        assert line.closed().code == code


@pytest.mark.parametrize("code", [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535])
def test_7_9_codes_that_may_not_be_sent_are_refused(endpoint: Endpoint, code: int) -> None:
    """Autobahn 7.9.1–7.9.9, 7.13.1, 7.13.2; 7.4. Given a close with a code that must not be on the line, then 1002."""
    with endpoint.line() as line:
        line.send(close_frame(code))
        assert line.closed().code == PROTOCOL_ERROR


# -- our own close -------------------------------------------------------------------------------------------------


@each_way
def test_our_close_ends_with_the_clients(endpoint: Endpoint, way: str) -> None:
    """7.1.1, 7.1.4; HB9. Given a token that is none, then bye and its close code come; messages sent meanwhile are not
    answered, and the client's own close ends the connection at once."""
    with endpoint.line() as line:
        line.says(endpoint.hello("none"))
        assert line.hears("bye")["code"] == "bad_token"
        assert line.read().payload.startswith((4500).to_bytes(2, "big"))
        line.send_in(way, frame(TEXT, SAID), frame(TEXT, SAID), close_frame(4500))
        assert line.at_end()


def test_pings_after_our_close_are_answered_or_not_and_data_never(endpoint: Endpoint) -> None:
    """5.5.1: "the application MUST NOT send any more data frames". Given our close frame, when the client pings and
    speaks on before it closes, then nothing but pongs may come."""
    with endpoint.line() as line:
        line.says(endpoint.hello("none"))
        line.hears("bye")
        assert line.read().opcode == CLOSE
        line.send(frame(PING, b"still there?"), frame(TEXT, SAID), close_frame(4500))
        assert [read for read in line.frames() if read.opcode != PONG] == []


def test_a_fault_after_our_close_makes_no_second_one(endpoint: Endpoint) -> None:
    """7.1.7. Given our close frame, when the client sends what is no frame, then the connection ends, with no second
    close frame."""
    with endpoint.line() as line:
        line.says(endpoint.hello("none"))
        line.hears("bye")
        assert line.read().opcode == CLOSE
        line.send(frame(TEXT, b"", reserved=7))
        assert line.at_end()


def test_our_close_within_the_clients_message(endpoint: Endpoint) -> None:
    """5.4, 7.1.1. Given a client in the middle of a message, when the server closes, then the code arrives, and the
    client's close ends the connection."""
    with endpoint.line() as line:
        line.send(frame(TEXT, line.message(endpoint.hello("none"))), frame(TEXT, b'{"type":', fin=False))
        line.hears("bye")
        assert line.read().payload.startswith((4500).to_bytes(2, "big"))
        line.send(close_frame(4500))
        assert line.at_end()
