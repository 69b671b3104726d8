"""RFC 6455 section 4, RFC 9112: who is let in, how refusals read, and what is not negotiated (RFC 7692: Autobahn 12.x,
13.x). Autobahn has no cases for the handshake itself."""

from __future__ import annotations

import json

import pytest

from rebond_protocol.errors import CLOSES, ERRORS
from tests.conformance.board import JSON, MSGPACK, Endpoint, Member
from tests.conformance.raw import (
    KEY,
    PING,
    PONG,
    TEXT,
    Line,
    Response,
    accept_for,
    close_frame,
    cut,
    frame,
    request_head,
)
from tests.conftest import LOOPBACK


def answer_to(endpoint: Endpoint, path: str | bytes | None = None, **request: str | None) -> Response:
    """What a handshake with these headers is answered with."""
    with Line.open(endpoint.port) as line:
        line.send(request_head(path or endpoint.path, endpoint.port, request))
        return line.response()


def is_problem(response: Response, code: str) -> None:
    """The response is the table's row of this code, as JSON (HB9)."""
    row = ERRORS[code]
    assert response.status == row.status
    assert response.header("content-type") == "application/json"
    said = json.loads(response.body)
    assert (said["code"], said["message"], said["temporary"]) == (code, row.message, row.temporary)


def opened(endpoint: Endpoint, path: str | None = None, **headers: str | None) -> tuple[Member, Response]:
    """A line after this handshake, which must have been accepted."""
    return endpoint.upgraded(Line.open(endpoint.port), path, **headers)


# -- accepted ------------------------------------------------------------------------------------------------------


def test_4_2_2_the_answer_to_a_good_handshake(endpoint: Endpoint) -> None:
    """4.2.2 item 5. Given a handshake as the RFC has it, then 101, `Upgrade`, `Connection`, and the accept of its key:
    no body, no extension."""
    line, response = opened(endpoint)
    with line:
        assert (response.header("upgrade") or "").lower() == "websocket"
        assert (response.header("connection") or "").lower() == "upgrade"
        assert response.header("sec-websocket-accept") == accept_for(KEY)
        for absent in ("sec-websocket-extensions", "sec-websocket-protocol", "content-length", "transfer-encoding"):
            assert response.header(absent) is None


def test_1_3_the_accept_of_the_rfcs_own_key(endpoint: Endpoint) -> None:
    """1.3. Given the key that the RFC gives as its example, then its accept is the one that the RFC gives."""
    response = answer_to(endpoint, Sec_WebSocket_Key="dGhlIHNhbXBsZSBub25jZQ==")
    assert response.header("sec-websocket-accept") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


@pytest.mark.parametrize(
    "headers",
    [
        {"Upgrade": "WebSocket"},
        {"Upgrade": "WEBSOCKET", "Connection": "uPGRADE"},
        {"Connection": "keep-alive, Upgrade"},
        {"Connection": "keep-alive,Upgrade"},
        {"Origin": None},
        {"X_Unknown": "whatever"},
    ],
    ids=lambda headers: ", ".join(f"{name}={value}" for name, value in headers.items()),
)
def test_4_2_1_handshakes_as_browsers_and_proxies_write_them(endpoint: Endpoint, headers: dict[str, str]) -> None:
    """4.2.1. Given tokens in any case, or among others, then 101."""
    assert answer_to(endpoint, **headers).status == 101


def test_4_1_a_handshake_in_pieces(endpoint: Endpoint) -> None:
    """RFC 9112 section 3. Given a handshake byte by byte, then 101 and the line works."""
    with Line.open(endpoint.port) as raw:
        raw.send_one_by_one(cut(request_head(endpoint.path, endpoint.port), 1))
        assert raw.response().status == 101
        line = Member.over(raw)
        line.send(frame(PING, b"in pieces"))
        assert line.hears_control(PONG) == b"in pieces"


# -- refused -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "key",
    [None, "", "abcd", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZQ==AAAA", "!" * 24, "é" * 24],
    ids=["none", "empty", "short", "unpadded", "long", "not base64", "not ASCII"],
)
def test_4_2_1_a_key_that_is_none_is_refused(endpoint: Endpoint, key: str | None) -> None:
    """4.2.1 item 5. Given a key that is missing or is not sixteen bytes in base64, then 400."""
    assert answer_to(endpoint, Sec_WebSocket_Key=key).status == 400


def test_11_3_1_two_keys_are_refused(endpoint: Endpoint) -> None:
    """11.3.1: "MUST NOT appear more than once". Given two keys, then 400."""
    assert answer_to(endpoint, X=f"y\r\nSec-WebSocket-Key: {KEY.decode()}").status == 400


@pytest.mark.parametrize("version", [None, "", "0", "8", "12", "14", "13, 8", "013", "thirteen"])
def test_4_4_a_version_that_is_not_spoken_is_refused(endpoint: Endpoint, version: str | None) -> None:
    """4.4. Given another version than 13, or two, then 426, which names the one that is spoken here."""
    response = answer_to(endpoint, Sec_WebSocket_Version=version)
    assert (response.status, response.header("sec-websocket-version")) == (426, "13")
    assert response.header("upgrade") == "websocket"


@pytest.mark.parametrize("version", ["HTTP/1.0", "HTTP/2.0"])
def test_4_2_1_a_handshake_is_http_1_1(endpoint: Endpoint, version: str) -> None:
    """4.2.1 item 1. Given a handshake in another HTTP, then 400."""
    with Line.open(endpoint.port) as line:
        line.send(request_head(endpoint.path, endpoint.port, version=version))
        assert line.response().status == 400


@pytest.mark.parametrize("host", [None, "one\r\nHost: two"], ids=["none", "two"])
def test_4_2_1_a_handshake_names_one_host(endpoint: Endpoint, host: str | None) -> None:
    """4.2.1 item 2, RFC 9112 section 3.2. Given no host, or two, then 400."""
    assert answer_to(endpoint, Host=host).status == 400


@pytest.mark.parametrize("method", ["POST", "PUT", "HEAD", "DELETE", "OPTIONS"])
def test_4_2_1_only_get_upgrades(endpoint: Endpoint, method: str) -> None:
    """4.2.1 item 1. Given another method than GET, then 405, which says so."""
    with Line.open(endpoint.port) as line:
        line.send(request_head(endpoint.path, endpoint.port, method=method))
        head = line.head()
        assert (head.status, head.header("allow")) == (405, "GET")


@pytest.mark.parametrize(
    "headers",
    [{"Upgrade": None}, {"Upgrade": "h2c"}, {"Connection": None}, {"Connection": "keep-alive"}],
    ids=lambda headers: ", ".join(f"{name}={value}" for name, value in headers.items()),
)
def test_4_2_1_who_does_not_ask_to_upgrade_gets_http(endpoint: Endpoint, headers: dict[str, str | None]) -> None:
    """4.2.1 items 3 and 4. Given a GET that asks for nothing, or for something else, then an HTTP answer: there is no
    page at a socket's address."""
    is_problem(answer_to(endpoint, **headers), "not_found")


@pytest.mark.parametrize(
    "origin", ["https://elsewhere.example", "http://127.0.0.1", "http://127.0.0.1:1", "null", "", "http://[", "é"]
)
def test_4_2_2_a_page_of_others_is_refused_in_our_words(endpoint: Endpoint, origin: str) -> None:
    """4.2.2 item 4, 10.2. Given an origin that is not this server's, then 403 with the problem `bad_origin`."""
    is_problem(answer_to(endpoint, Origin=origin), "bad_origin")


def test_4_2_2_a_page_of_ours_is_let_in(endpoint: Endpoint) -> None:
    """4.2.2 item 4. Given the server's own origin, then 101."""
    assert answer_to(endpoint, Origin=f"http://{LOOPBACK}:{endpoint.port}").status == 101


def test_a_refused_handshake_ends_the_connection(endpoint: Endpoint) -> None:
    """RFC 9112 section 9.6. Given a refusal that says `Connection: close`, then the connection is closed, and frames
    behind the request are not read."""
    for headers in ({"Origin": "https://elsewhere.example"}, {"Sec_WebSocket_Version": "12"}):
        with Line.open(endpoint.port) as line:
            line.send(request_head(endpoint.path, endpoint.port, headers), frame(PING, b"late"))
            assert line.response().header("connection") == "close"
            assert line.at_end()


FLOODS = {
    "headers": b"GET / HTTP/1.1\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(200_000)),
    "a header": b"GET / HTTP/1.1\r\nX: " + b"y" * (1 << 21),
    "an address": b"GET /" + b"y" * (1 << 21),
}


@pytest.mark.parametrize("flood", FLOODS.values(), ids=FLOODS.keys())
def test_a_head_without_end_is_not_read_to_its_end(endpoint: Endpoint, flood: bytes) -> None:
    """10.4, RFC 6585 section 5. Given two megabytes of a request's head, then 431, and the line is ended."""
    with Line.open(endpoint.port) as line:
        line.send_in("together", flood)
        assert line.head().status == 431
        assert line.at_end()


def test_a_body_that_nobody_reads_is_no_head(endpoint: Endpoint) -> None:
    """RFC 9112 section 9.3. Given three megabytes that are refused before they are all there, then there is one answer,
    the rest is taken, and the next request on the line is answered."""
    with Line.open(endpoint.port) as line:
        line.send(b"POST /api/boards HTTP/1.1\r\nHost: here\r\nContent-Length: 3000000\r\n\r\n", b"[" * 3_000_000)
        line.send(b"GET /healthz HTTP/1.1\r\nHost: here\r\n\r\n")
        assert (line.response().status, line.response().status) == (413, 200)


def test_a_head_is_not_waited_for_for_ever(endpoint: Endpoint) -> None:
    """10.4, slowloris. Given a line that says nothing, one that stops within its head, and one that stops within its
    second, then each is ended."""
    with Line.open(endpoint.port) as silent, Line.open(endpoint.port) as first, Line.open(endpoint.port) as second:
        first.send(b"GET /ws/")
        second.send(b"GET /healthz HTTP/1.1\r\nHost: here\r\n\r\n")
        assert second.response().status == 200
        second.send(b"GET /ws/")
        assert all(line.at_end() for line in (silent, first, second))


# -- the address ---------------------------------------------------------------------------------------------------


def test_an_address_may_be_encoded(endpoint: Endpoint) -> None:
    """RFC 3986 section 6.2.2.2. Given a board's id with every character percent-encoded, and a query, then it is that
    board."""
    encoded = "".join(f"%{byte:02x}" for byte in endpoint.board["id"].encode())
    line, _ = opened(endpoint, f"/ws/{encoded}?from=a+link")
    with line:
        line.says(endpoint.hello())
        assert line.hears("snapshot")["board"]["title"] == "What would help?"


@pytest.mark.parametrize("name", ["%00", "%ff%fe", "%F0%9F%AA%91", "%zz", "%", "..", "%2e%2e", "a" * 10_000, "'--"])
def test_an_address_of_no_board_is_no_board(endpoint: Endpoint, name: str) -> None:
    """HB9. Given an address that decodes to nothing sensible, then the line says `unknown_board` after hello."""
    line, _ = opened(endpoint, f"/ws/{name}")
    with line:
        line.says(endpoint.hello())
        assert line.hears("bye")["code"] == "unknown_board"
        assert line.closed().code == CLOSES["unknown_board"].number


@pytest.mark.parametrize("path", ["/", "/ws", "/ws/", "/ws/a/b", "/ws/a%2Fb", "//", "/WS/a", "*"])
def test_an_address_of_no_socket_is_not_found(endpoint: Endpoint, path: str) -> None:
    """4.2.2 item 4. Given an address where there are no sockets, then 404 with the problem `not_found`."""
    is_problem(answer_to(endpoint, path), "not_found")


def test_an_address_may_be_a_whole_one(endpoint: Endpoint) -> None:
    """RFC 9112 section 3.2.2: "a server MUST accept the absolute-form". Given such a target, then 101."""
    assert answer_to(endpoint, f"http://{LOOPBACK}:{endpoint.port}{endpoint.path}?from=a+link").status == 101


def test_an_address_that_is_not_ascii_is_refused(endpoint: Endpoint) -> None:
    """RFC 9112 section 3.2. Given a raw byte above 127 in the address, then 400."""
    assert answer_to(endpoint, b"/ws/\xe9").status == 400


# -- sub-protocols -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        (JSON, JSON),
        (MSGPACK, MSGPACK),
        (f"{JSON}, {MSGPACK}", JSON),
        (f"{MSGPACK},{JSON}", MSGPACK),
        (f"unknown.v1, {MSGPACK}, {JSON}", MSGPACK),
        (f"unknown.v1\r\nSec-WebSocket-Protocol: {MSGPACK}", MSGPACK),
        (f"{JSON}, {JSON}", JSON),
        (None, None),
    ],
    ids=["json", "msgpack", "both", "both, msgpack first", "unknown first", "in two headers", "twice", "none"],
)
def test_4_2_2_the_first_offer_that_is_spoken_is_chosen(
    endpoint: Endpoint, offered: str | None, chosen: str | None
) -> None:
    """4.2.2 item 5, 11.3.4. Given these offers, then one of them is chosen, and spoken; given none, then none is named
    and JSON is spoken."""
    line, response = opened(endpoint, Sec_WebSocket_Protocol=offered)
    with line:
        assert response.header("sec-websocket-protocol") == chosen
        line.says(endpoint.hello())
        line.hears("yours")


@pytest.mark.parametrize("offered", ["unknown.v1", "REBOND.V1.JSON", "a, b, c"])
def test_4_2_2_no_offer_that_is_spoken(endpoint: Endpoint, offered: str) -> None:
    """4.2.2 item 5, HB9. Given only offers that are not spoken here, then none is named, and the line closes with 4506
    and says why."""
    line, response = opened(endpoint, Sec_WebSocket_Protocol=offered)
    with line:
        assert response.header("sec-websocket-protocol") is None
        assert line.hears("bye")["code"] == "wrong_subprotocol"
        assert line.closed() == (4506, "wrong_subprotocol", [])


@pytest.mark.parametrize("offered", ["rebond.v1.json;q=1", "rebond v1", "{}", "a/b"])
def test_11_3_4_an_offer_that_is_no_token_is_refused(endpoint: Endpoint, offered: str) -> None:
    """11.3.4, 4.1 item 10. Given an offer that no sub-protocol can be called, then 400."""
    assert answer_to(endpoint, Sec_WebSocket_Protocol=offered).status == 400


# -- what comes behind the request ---------------------------------------------------------------------------------


def test_4_1_frames_before_the_answer_never_break_what_follows(endpoint: Endpoint) -> None:
    """4.1: the client "MUST wait for a response". Given frames in the request's own segment, then 101 comes first, and
    each frame is read whole or not at all: the line works after."""
    with Line.open(endpoint.port) as raw:
        raw.send(request_head(endpoint.path, endpoint.port), frame(PING, b"early"), frame(TEXT, b"{}"))
        assert raw.response().status == 101
        line = Member.over(raw)
        line.send(frame(PING, b"in time"))
        answers = [line.hears_control(PONG)]
        assert answers == [b"in time"] or (answers == [b"early"] and line.hears_control(PONG) == b"in time")


def test_http_behind_the_upgrade_is_not_served(endpoint: Endpoint) -> None:
    """RFC 9110 section 7.8. Given a request behind the handshake, in its segment or after the 101, then it is never
    answered as HTTP: the second is a frame, and a wrong one."""
    request = f"GET /healthz HTTP/1.1\r\nHost: {LOOPBACK}\r\n\r\n".encode()
    with Line.open(endpoint.port) as raw:
        raw.send(request_head(endpoint.path, endpoint.port), request)
        assert raw.response().status == 101
        line = Member.over(raw)
        line.send(request)
        closed = line.closed()
        assert (closed.code, closed.before) == (1002, [])


def test_an_upgrade_behind_http_is_one(endpoint: Endpoint) -> None:
    """RFC 9112 section 9.3. Given a page asked for first on the same connection, then the handshake after it works."""
    with Line.open(endpoint.port) as raw:
        raw.send(f"GET /healthz HTTP/1.1\r\nHost: {LOOPBACK}\r\n\r\n".encode())
        assert raw.response().status == 200
        raw.send(request_head(endpoint.path, endpoint.port))
        assert raw.response().status == 101
        line = Member.over(raw)
        line.send(close_frame(1000))
        assert line.closed().code == 1000
