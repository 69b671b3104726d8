"""RFC 6455 sections 5.4 and 5.5 where two hands write to one connection: broadcasts go straight to the transport, while
uvicorn answers pings and closes (DESIGN section 6; HB1, HB3, HB9). No Autobahn case has a server that speaks first.

Every frame is read by a reader that forgives nothing (`raw.Line.read`), so a frame within a frame, or one after the
close frame, fails whatever the test was about.
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from tests.conformance.board import FORMATS, Endpoint, Member, endpoint_of
from tests.conformance.raw import (
    CONT,
    CONTROL,
    PING,
    PONG,
    TEXT,
    WITHIN_S,
    Frame,
    Line,
    close_frame,
    fragments,
    frame,
    request_head,
)
from tests.conftest import RebondServer, StartRebond

FLOOD = 60
"""Commands that one device may have unanswered, less a few."""
LONG_TEXT = "🪑" * 1_000
"""The longest text a card may have, 4,000 bytes of it."""
TAKEN_BY_KERNELS_BYTES = 32 << 20
"""More than both kernels together take for a peer that does not read."""

both_formats = pytest.mark.parametrize("wire", FORMATS, ids=["json", "msgpack"])


@pytest.fixture
def own(endpoint: Endpoint) -> Endpoint:
    """A board of this test's own on the shared server."""
    return endpoint_of(endpoint.server)


@contextmanager
def paused(server: RebondServer) -> Generator[None]:
    """What is sent within arrives all at once: the server does not look until it is over."""
    server.pause()
    try:
        yield
    finally:
        server.unpause()


def adds(writer: Member, text: str = "Plus de bancs") -> None:
    """Puts a card on the board, and waits until it is there."""
    writer.submits(type="card.add", text=text)
    writer.hears("accepted")


def cards_in(read: dict[str, Any]) -> list[str]:
    """The texts of the cards that an `events` frame adds."""
    return [event["card"]["text"] for event in read["events"] if event["type"] == "card.added"]


def hears_cards(reader: Member, texts: list[str]) -> None:
    """Reads events until these cards have come, in this order, and no others."""
    heard: list[str] = []
    while len(heard) < len(texts):
        heard += cards_in(reader.hears("events"))
    assert heard == texts


# -- among control frames ------------------------------------------------------------------------------------------


@both_formats
def test_a_broadcast_while_a_ping_is_half_sent(own: Endpoint, wire: str) -> None:
    """5.5.2, HB1. Given a client that has sent half a ping, when a broadcast comes, then it arrives whole; when the
    other half has been sent, then the pong says what the ping said."""
    ping = frame(PING, b"p" * 125)
    with own.member(wire) as reader, own.member() as writer:
        for cut_at in (1, 2, 5, 6, 7, 60, len(ping) - 1):
            reader.send(ping[:cut_at])
            adds(writer, f"cut at {cut_at}")
            hears_cards(reader, [f"cut at {cut_at}"])
            reader.send(ping[cut_at:])
            assert reader.hears_control(PONG) == b"p" * 125


@both_formats
def test_a_broadcast_while_a_message_is_half_sent(own: Endpoint, wire: str) -> None:
    """5.4, HB1. Given a client in the middle of a fragmented command, between two frames and within one, when a
    broadcast comes, then it arrives whole, and the command is accepted once its end has been sent."""
    with own.member(wire) as reader, own.member() as writer:
        submit = reader.message({"type": "submit", "id": 1, "command": {"type": "card.add", "text": "in pieces"}})
        first, second, third = fragments(reader.opcode, [submit[:9], submit[9:20], submit[20:]])
        for piece, text in ((first, "between frames"), (second[:8], "within a frame"), (second[8:], "between again")):
            reader.send(piece)
            adds(writer, text)
            hears_cards(reader, [text])
        reader.send(third)
        heard = [reader.hears("events", "accepted") for _ in range(2)]  # in either order
        assert sorted(said["type"] for said in heard) == ["accepted", "events"]
        assert [cards_in(said) for said in heard if said["type"] == "events"] == [["in pieces"]]


@both_formats
def test_broadcasts_amid_a_flood_of_pings(own: Endpoint, wire: str) -> None:
    """5.5.2, 5.5.3, HB1. Given a client that sends 600 pings while 60 cards are added, then every pong and every card
    arrives, each in order."""
    texts = [f"card {n}" for n in range(FLOOD)]
    pings = [f"ping {n}".encode() for n in range(600)]
    with own.member(wire) as reader, own.member() as writer:
        with paused(own.server):
            for n, text in enumerate(texts):
                writer.submits(type="card.add", text=text)
                reader.send(*(frame(PING, payload) for payload in pings[10 * n : 10 * n + 10]))
        pongs: list[bytes] = []
        cards: list[str] = []
        while len(pongs) < len(pings) or len(cards) < len(texts):
            read = reader.read()
            if read.opcode & CONTROL:
                pongs.append(read.payload)
            elif (said := reader.said(read))["type"] == "events":
                cards += cards_in(said)
        assert (pongs, cards) == (pings, texts)


def test_the_servers_own_pings_among_broadcasts(start_rebond: StartRebond) -> None:
    """5.5.2, HB5. Given a server that pings often, when cards are added without pause and each ping is answered, also
    between the frames of a message, then the line lives, and cards and pings arrive whole and in order."""
    allowed = {"REBOND_COMMANDS_BURST": "1000000", "REBOND_COMMANDS_PER_S": "1000000"}
    own = endpoint_of(start_rebond(environment={"REBOND_BEAT_MS": "2000", **allowed}))
    with own.member() as reader, own.member(token=own.moderator) as writer:  # who steers may write without end
        added: list[str] = []
        heard: list[str] = []
        pings = 0
        reader.send(frame(TEXT, b'{"type":', fin=False))
        while pings < 2 or len(heard) < len(added):
            if pings < 2 and len(heard) == len(added):
                added.append(f"card {len(added)}")
                writer.submits(type="card.add", text=added[-1])
                for read in _up_to_accepted(writer):
                    writer.send(frame(PONG, read.payload))
            read = reader.read()
            if read.opcode == PING:
                pings += 1
                reader.send(frame(PONG, read.payload))
            elif (said := reader.said(read))["type"] == "events":
                heard += cards_in(said)
        assert heard == added
        reader.send(frame(CONT, b'"ping"}'))
        reader.hears("beat")


def _up_to_accepted(writer: Member) -> Iterator[Frame]:
    """The pings that come before a command's answer."""
    while True:
        read = writer.read()
        if read.opcode == PING:
            yield read
        elif writer.said(read)["type"] == "accepted":
            return


# -- large frames --------------------------------------------------------------------------------------------------


@both_formats
def test_frames_above_64_kib_arrive_whole_and_in_order(own: Endpoint, wire: str) -> None:
    """5.2, HB1. Given a burst of cards of 4,000 bytes, then frames whose length takes 64 bits bring them whole and in
    order, to who reads and to who pings meanwhile; and so does the snapshot of who comes in then."""
    texts = [f"{n:03}{LONG_TEXT[:990]}" for n in range(FLOOD)]
    with own.member(wire) as reader, own.member() as writer:
        with paused(own.server):
            for text in texts:
                writer.submits(type="card.add", text=text)
            reader.send(frame(PING, b"meanwhile"))
        sizes: list[int] = []
        heard: list[str] = []
        while len(heard) < len(texts):
            read = reader.read()
            if not read.opcode & CONTROL and (said := reader.said(read))["type"] == "events":
                sizes.append(len(read.payload))
                heard += cards_in(said)
        assert heard == texts
        assert max(sizes) > 0xFFFF, sizes
    with own.line(wire) as newcomer:
        newcomer.says(own.hello())
        cards = newcomer.hears("snapshot")["board"]["cards"]
        assert {card["text"] for card in cards} == set(texts)


# -- the end of a connection ---------------------------------------------------------------------------------------


@both_formats
@pytest.mark.parametrize("before", [0, 1, 30])
def test_no_data_after_the_close(own: Endpoint, wire: str, before: int) -> None:
    """5.5.1: "MUST NOT send any more data frames". Given a burst of cards, when a reader closes before, within or after
    it, then it reads whole frames, then one close frame with its code, and nothing more."""
    with own.member(wire) as reader, own.member() as writer:
        with paused(own.server):
            for n in range(FLOOD):
                if n == before:
                    reader.send(close_frame(1000))
                writer.submits(type="card.add", text=f"{n} {LONG_TEXT[:900]}")
        assert reader.closed().code == 1000
        for _ in range(FLOOD):
            writer.hears("accepted")


def test_a_close_code_arrives_behind_a_full_buffer(own: Endpoint) -> None:
    """7.1.5, HB3, HB9. Given a client that has stopped reading and is skipped, when it is removed from the board, then
    all that it reads afterwards is whole, and ends with bye and the close code 4503."""
    somebody = own.joined()
    with own.member(token=somebody["token"], receive_buffer_bytes=4_096) as stopped, own.member() as reader:
        skipped_before = _skipped(own.server.url)
        for _ in range(TAKEN_BY_KERNELS_BYTES // (FLOOD * 4_000)):
            with own.member(token=own.moderator) as writer:
                writer.send(*(_card(writer, n) for n in range(1, FLOOD + 1)))
                for _ in range(FLOOD):
                    writer.hears("accepted")
            while not reader.is_quiet():
                reader.read()
            if _skipped(own.server.url) > skipped_before:
                break
        else:
            pytest.fail("a client that does not read was never skipped")
        with own.member(token=own.moderator) as moderator:
            moderator.submits(type="participant.remove", participant=somebody["participant"])
            moderator.hears("accepted")
        closed = stopped.closed()
        assert closed.code == 4503
        bye = stopped.said(closed.before[-1])
        assert (bye["type"], bye["code"]) == ("bye", "removed")


def _card(writer: Member, id: int) -> bytes:
    submit = {"type": "submit", "id": id, "command": {"type": "card.add", "text": LONG_TEXT}}
    return frame(writer.opcode, json.dumps(submit, ensure_ascii=False).encode())


def _skipped(url: str) -> float:
    with urllib.request.urlopen(f"{url}/metrics", timeout=WITHIN_S) as response:
        page: str = response.read().decode()
    return float(next(line.split()[1] for line in page.splitlines() if line.startswith("rebond_skipped_slow_total ")))


# -- lines that break ----------------------------------------------------------------------------------------------


def test_a_half_closed_line_is_answered_and_ended(own: Endpoint) -> None:
    """7.1.1 (TCP). Given a client that sends a command and a ping and then says that it will send no more, then the
    pong arrives, the command is done, and the server ends the line."""
    with own.member() as reader, own.member() as leaving:
        leaving.submits(type="card.add", text="a last word")
        leaving.send(frame(PING, b"bye"))
        leaving.half_close()
        before = list(leaving.frames())
        assert [read.payload for read in before if read.opcode == PONG] == [b"bye"]
        hears_cards(reader, ["a last word"])


def test_a_half_closed_line_that_said_nothing_is_ended(own: Endpoint) -> None:
    """7.1.1 (TCP). Given lines that half-close before the request, within it, and right after the handshake, then the
    server ends each."""
    for said in (b"", request_head(own.path, own.port)[:40]):
        with Line.open(own.port) as line:
            line.send(said)
            line.half_close()
            assert line.at_end()
    with own.line() as line:
        line.half_close()
        assert line.at_end()


@both_formats
def test_lines_reset_mid_frame_hurt_nobody(own: Endpoint, wire: str) -> None:
    """HB3. Given thirty clients that are cut off in the middle of a frame, a ping and a message, while cards are added,
    then everybody else gets every card, in order."""
    texts = [f"card {n}" for n in range(FLOOD)]
    with ExitStack() as lines:
        reader = lines.enter_context(own.member(wire))
        writer = lines.enter_context(own.member())
        breaking = [lines.enter_context(own.member(wire)) for _ in range(30)]
        for n, line in enumerate(breaking):
            begun = frame((TEXT, PING, line.opcode)[n % 3], b"x" * 100, fin=n % 3 != 2)
            line.send(begun[: (50, 3, 200)[n % 3]])
        for n, text in enumerate(texts):
            writer.submits(type="card.add", text=text)
            if n % 2:
                breaking[n // 2].reset()
        hears_cards(reader, texts)
        reader.answers()
