"""Compression (RFC 7692), negotiated without context on either side, and the Autobahn cases 12 and 13 retold.

What a client sends is compressed here, block by block where that matters; what the server sends is inflated by `raw.py`
with no memory of any message before it, which is what "without context" promises.
"""

from __future__ import annotations

import zlib
from contextlib import ExitStack

import pytest

from rebond_protocol.limits import FRAME_BYTES, MESSAGE_BYTES
from tests.conformance.board import FORMATS, Endpoint, Member
from tests.conformance.raw import (
    BINARY,
    CONT,
    EMPTY_BLOCK,
    PING,
    PONG,
    RSV1,
    TEXT,
    WAYS,
    Frame,
    Line,
    cut,
    deflated,
    fragments,
    frame,
)

OFFER = "permessage-deflate; client_max_window_bits"
"""What browsers offer."""
TAKEN = ["permessage-deflate", "server_no_context_takeover", "client_no_context_takeover"]
"""What is answered, but for how large a window the client may use."""
CARD = "Un café offert à ceux qui attendent plus de dix minutes, et on leur dit pourquoi. " * 10

both_formats = pytest.mark.parametrize("wire", FORMATS)
each_way = pytest.mark.parametrize("way", WAYS)


def compressed(line: Member, payload: bytes, data: bytes | None = None) -> bytes:
    """A message of this line, compressed, in one frame."""
    return frame(line.opcode, deflated(payload) if data is None else data, reserved=RSV1)


# -- agreeing ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "offer",
    [
        "permessage-deflate",
        OFFER,
        "permessage-deflate; client_max_window_bits=15",
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
        "permessage-deflate; client_no_context_takeover",
        "x-webkit-deflate-frame, permessage-bzip2; a=1, permessage-deflate",
        "permessage-deflate; server_max_window_bits=9, permessage-deflate",
        'permessage-deflate; unknown, permessage-deflate; client_max_window_bits="10", permessage-deflate',
    ],
)
def test_13_an_offer_is_taken_without_context(endpoint: Endpoint, offer: str) -> None:
    """Autobahn 13.x; RFC 7692 5.1, 7.1.1. Given an offer that can be taken, then it is, once, without context on either
    side whatever was offered; and messages go both ways, compressed or not."""
    line, response = endpoint.upgraded(Line.open(endpoint.port), Sec_WebSocket_Extensions=offer)
    with line:
        said = [part.strip() for part in (response.header("sec-websocket-extensions") or "").split(";")]
        assert [part for part in said if not part.startswith("client_max_window_bits=")] == TAKEN
        line.send(compressed(line, line.message(endpoint.hello())))
        line.hears("yours")
        line.answers()


@pytest.mark.parametrize(
    "offer",
    [
        "permessage-deflate; server_max_window_bits=9",
        "permessage-deflate; server_max_window_bits=14; client_max_window_bits",
        "permessage-deflate; server_max_window_bits=16",
        "permessage-deflate; server_max_window_bits",
        "permessage-deflate; client_max_window_bits=7",
        "permessage-deflate; server_no_context_takeover=1",
        "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
        "permessage-deflate; unknown",
        "x-webkit-deflate-frame",
        "permessage-bzip2, unknown; a=1",
    ],
)
def test_13_an_offer_that_cannot_be_taken_is_declined(endpoint: Endpoint, offer: str) -> None:
    """Autobahn 13.x; RFC 7692 7.1, and 7.1.2.1: a smaller window than the frames of everybody are made with. Given an
    offer that cannot be taken or is none, then messages go as they are, and one marked as compressed fails the
    connection."""
    line, response = endpoint.upgraded(Line.open(endpoint.port), Sec_WebSocket_Extensions=offer)
    with line:
        assert response.header("sec-websocket-extensions") is None
        line.says(endpoint.hello())
        line.hears("yours")
        line.answers()
        line.send(compressed(line, line.message({"type": "ping"})))
        assert line.closed().code == 1002


CHROME = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36"
)
FIREFOX = "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"
SAFARI = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari"
CHROME_ON_IOS = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 CriOS/140.0 Mobile/15E148"


@pytest.mark.parametrize(
    ("browser", "taken"), [(CHROME, True), (FIREFOX, True), (SAFARI, False), (CHROME_ON_IOS, False), (None, True)]
)
def test_browsers_that_break_at_compressed_frames_get_none(
    endpoint: Endpoint, browser: str | None, taken: bool
) -> None:
    """Given browsers that all offer, then those on Apple's engine, which offers and cannot, are answered without."""
    line, response = endpoint.upgraded(Line.open(endpoint.port), Sec_WebSocket_Extensions=OFFER, User_Agent=browser)
    with line:
        assert (response.header("sec-websocket-extensions") is not None) is taken
        line.says(endpoint.hello())
        line.hears("yours")


# -- what a client sends -------------------------------------------------------------------------------------------


@both_formats
@each_way
@pytest.mark.parametrize("size", [32, 125, 128, 1_024, 2_048, 16_384, FRAME_BYTES])
def test_12_compressed_messages_of_any_size_arrive(endpoint: Endpoint, wire: str, way: str, size: int) -> None:
    """Autobahn 12.x; RFC 7692 6.1, 7.2.2. Given messages of any size, compressed in one frame and in many, with the
    mark on the first alone and pings between, then each is answered."""
    with endpoint.member(wire, offer=OFFER) as line:
        payload = line.ping_of(size)
        data = deflated(payload)
        parts = list(cut(data, max(1, len(data) // 5)))
        first = frame(line.opcode, parts[0], fin=len(parts) == 1, reserved=RSV1)
        rest = fragments(CONT, parts[1:]) if len(parts) > 1 else []
        line.send_in(way, compressed(line, payload), first, frame(PING, b"between"), *rest, frame(line.opcode, payload))
        for _ in range(3):
            line.hears("beat")


@pytest.mark.parametrize("level", [0, 1, 6, 9])
@pytest.mark.parametrize("strategy", [zlib.Z_DEFAULT_STRATEGY, zlib.Z_FIXED, zlib.Z_HUFFMAN_ONLY, zlib.Z_RLE])
def test_12_blocks_of_every_kind(endpoint: Endpoint, level: int, strategy: int) -> None:
    """RFC 7692 7.2.3.1–7.2.3.3. Given stored, fixed and dynamic blocks, then all are read."""
    with endpoint.member(offer=OFFER) as line:
        line.send(compressed(line, b"", deflated(line.ping_of(3_000), level, strategy)))
        line.hears("beat")


def test_7692_7_2_3_messages_as_the_rfc_shows_them(endpoint: Endpoint) -> None:
    """RFC 7692 7.2.3.2, 7.2.3.4–7.2.3.6. Given the same message twice, one with a final block, one in two blocks with
    an empty one between, one after an empty fragment, and an empty one, then all are read; what is empty is no frame
    of ours."""
    with endpoint.member(offer=OFFER) as line:
        message = line.message({"type": "ping"})
        line.send(*[compressed(line, message)] * 2)
        final = zlib.compressobj(6, zlib.DEFLATED, -15)
        line.send(compressed(line, b"", final.compress(message) + final.flush(zlib.Z_FINISH) + b"\x00"))
        two = zlib.compressobj(6, zlib.DEFLATED, -15)
        begun = two.compress(message[:5]) + two.flush(zlib.Z_SYNC_FLUSH)
        ended = two.compress(message[5:]) + two.flush(zlib.Z_SYNC_FLUSH)
        line.send(compressed(line, b"", (begun + ended).removesuffix(EMPTY_BLOCK)))
        line.send(frame(TEXT, b"", fin=False, reserved=RSV1), frame(CONT, deflated(message)))
        for _ in range(5):
            line.hears("beat")
        line.send(compressed(line, b"", b"\x00"))
        assert line.hears("error")["code"] == "malformed"


@each_way
@pytest.mark.parametrize(
    "wrong",
    [
        [frame(PING, b"ping", reserved=RSV1)],
        [frame(TEXT, b"\x00", fin=False, reserved=RSV1), frame(CONT, b"\x00", reserved=RSV1)],
        [frame(TEXT, b"{", fin=False), frame(CONT, deflated(b"}"), reserved=RSV1)],
        [frame(TEXT, deflated(b"{}"), reserved=RSV1 | 0x2)],
        [frame(TEXT, deflated(b"{}"), reserved=0x1)],
        [frame(TEXT, b"\xff\xff\xff\xff", reserved=RSV1)],
        [frame(BINARY, b"\x06 no block begins like this", reserved=RSV1)],
    ],
    ids=["control", "twice", "late", "and another", "another", "garbage", "no block"],
)
def test_6_1_what_is_wrongly_marked_or_no_deflate_fails(endpoint: Endpoint, way: str, wrong: list[bytes]) -> None:
    """RFC 7692 6.1, 7.2.2; Autobahn 3.x with the extension. Given a mark on a control frame or a continuation, another
    reserved bit, or data that is not compressed, then 1002."""
    with endpoint.member(offer=OFFER) as line:
        line.send_in(way, *wrong)
        assert line.closed().code == 1002


def test_7_1_1_2_a_client_that_keeps_its_context_all_the_same_fails(endpoint: Endpoint) -> None:
    """RFC 7692 7.1.1.2. Given a client that was told to keep no context and refers to its last message, then 1002."""
    with endpoint.member(offer=OFFER) as line:
        keeping = zlib.compressobj(9, zlib.DEFLATED, -15)
        message = line.ping_of(500)
        data = [keeping.compress(message) + keeping.flush(zlib.Z_SYNC_FLUSH) for _ in range(2)]
        line.send(compressed(line, b"", data[0].removesuffix(EMPTY_BLOCK)))
        line.hears("beat")
        line.send(compressed(line, b"", data[1].removesuffix(EMPTY_BLOCK)))
        assert line.closed().code == 1002


@pytest.mark.parametrize("text", [b"\xff", b"caf\xc3", b"\xed\xa0\x80"], ids=["never", "cut", "surrogate"])
def test_8_1_what_is_no_utf_8_once_inflated_fails(endpoint: Endpoint, text: bytes) -> None:
    """RFC 6455 8.1 on RFC 7692 7.2.2. Given text that is no UTF-8 when inflated, in one frame or two, then 1007."""
    data = deflated(text)
    for frames in (
        [frame(TEXT, data, reserved=RSV1)],
        [frame(TEXT, data[:1], fin=False, reserved=RSV1), frame(CONT, data[1:])],
    ):
        with endpoint.member(offer=OFFER) as line:
            line.send(*frames)
            assert line.closed().code == 1007


def test_what_inflates_beyond_the_limit_is_refused(endpoint: Endpoint) -> None:
    """HB3. Given little that inflates to much, then the limits are those of what was said, not of what was sent:
    `too_large` above `FRAME_BYTES`, 1009 above `MESSAGE_BYTES`, in one frame or over many."""
    with endpoint.member(offer=OFFER) as line:
        line.send(compressed(line, line.ping_of(FRAME_BYTES + 1)))
        assert line.hears("error")["code"] == "too_large"
        line.answers()
    bomb = deflated(b"[" * 64 * MESSAGE_BYTES, 9)
    parts = list(cut(bomb, len(bomb) // 100))
    for frames in (
        [frame(TEXT, bomb, reserved=RSV1)],
        [frame(TEXT, parts[0], fin=False, reserved=RSV1), *fragments(CONT, parts[1:])],
    ):
        with endpoint.member(offer=OFFER) as line:
            line.send_in("frame by frame", *frames)
            assert line.closed().code == 1009


# -- what the server sends -----------------------------------------------------------------------------------------


@both_formats
def test_hb1_one_compressed_frame_serves_everybody(endpoint: Endpoint, wire: str) -> None:
    """HB1; RFC 7692 7.2.1. Given readers that agreed to compression and one that did not, when a long card is added,
    then all read the same words, the compressed frames are the same bytes and fewer; a short answer goes as it is; and
    newcomers get one board, however it came."""
    with ExitStack() as lines:
        deflating = [lines.enter_context(endpoint.member(wire, offer=OFFER)) for _ in range(2)]
        plain = lines.enter_context(endpoint.member(wire))
        deflating[0].send(compressed(deflating[0], deflating[0].message(_card())))
        assert _next(deflating[0], "accepted").compressed is None
        events = [_next(line, "events") for line in (*deflating, plain)]
        assert len({read.payload for read in events}) == 1
        assert events[2].compressed is None
        assert events[0].compressed is not None
        assert events[0].compressed == events[1].compressed
        assert len(events[0].compressed) < len(events[0].payload) / 2
        boards = [_newcomers_board(endpoint, wire, offer) for offer in (OFFER, None)]
        assert boards[0].compressed is not None
        assert boards[0].payload == boards[1].payload


def test_compressed_frames_stand_between_the_libraries_own(endpoint: Endpoint) -> None:
    """Given a reader that pings within a message of its own while long cards are added, then pongs and compressed cards
    both arrive whole, and its message is read."""
    with endpoint.member(offer=OFFER) as reader, endpoint.member() as writer:
        message = deflated(reader.ping_of(600))
        reader.send(frame(TEXT, message[:20], fin=False, reserved=RSV1))
        told = pongs = 0
        for nth in range(1, 11):
            reader.send(frame(PING, b"%d" % nth))
            writer.says(_card(nth))
            writer.hears("accepted")
        while told < 10 or pongs < 10:
            read = reader.read()
            if read.opcode == PONG:
                pongs += 1
            elif (said := reader.said(read))["type"] == "events":
                told += len(said["events"])
        reader.send(frame(CONT, message[20:]))
        reader.hears("beat")


def _card(id: int = 1) -> dict[str, object]:
    return {"type": "submit", "id": id, "command": {"type": "card.add", "text": CARD}}


def _next(line: Member, kind: str) -> Frame:
    """The next frame of this type."""
    while True:
        read = line.read()
        if read.opcode == line.opcode and line.said(read)["type"] == kind:
            return read


def _newcomers_board(endpoint: Endpoint, wire: str, offer: str | None) -> Frame:
    with endpoint.line(wire, offer=offer) as line:
        line.says(endpoint.hello())
        return _next(line, "snapshot")
