"""Nobody is counted wrong: every message is counted once however its bytes are cut, and real servers are understood."""

import asyncio
import re
import socket
import sys
from pathlib import Path

import pytest

from rebond_loadtest.comparison.contestants import RELAYS, VARIANTS, Contestant, Variant, rebond, relay
from rebond_loadtest.comparison.listening import Rounds
from rebond_loadtest.comparison.provisions import PEERS, Provisions
from rebond_loadtest.comparison.rooms import PLAIN, SOCKET_IO, TEXT, Dialect, Listener, message
from rebond_loadtest.comparison.steps import arrived
from rebond_loadtest.crowd import Member, connected, now_us, stamped
from rebond_loadtest.requests import Requests
from rebond_loadtest.site import Cores
from rebond_loadtest.wire import client_frame
from tests.conftest import READY_WITHIN_S

OPENED = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"


class Wire(asyncio.Transport):
    """The other end of a listener, kept in memory: what it wrote."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written.append(bytes(data))

    def abort(self) -> None:
        self.written.append(b"aborted")


def server_frame(payload: bytes, opcode: int = 0x1) -> bytes:
    """A frame as a server sends it, unmasked."""
    head = bytes((0x80 | opcode, len(payload))) if len(payload) < 126 else bytes((0x80 | opcode, 126))
    return head + (b"" if len(payload) < 126 else len(payload).to_bytes(2, "big")) + payload


def listening(dialect: Dialect, *, sample: bool = False) -> tuple[Listener, Wire]:
    listener, wire = Listener(b"GET", dialect, sample=sample), Wire()
    listener.connection_made(wire)
    return listener, wire


@pytest.mark.parametrize("cut", [1, 2, 3, 5, 7, 8, 9, 64, 10_000])
async def test_a_message_is_counted_once_however_its_bytes_are_cut(cut: int) -> None:
    listener, _ = listening(PLAIN)
    stream = OPENED + server_frame(message()) * 25
    for start in range(0, len(stream), cut):
        listener.data_received(stream[start : start + cut])
    assert listener.ready.done()
    assert listener.events == 25


async def test_a_sample_reads_when_each_message_was_sent() -> None:
    listener, _ = listening(PLAIN, sample=True)
    listener.data_received(OPENED + server_frame(message()) * 3)
    assert len(listener.latencies_us) == 3
    assert all(us >= 0 for us in listener.latencies_us)


async def test_a_ping_is_answered_with_its_own_words() -> None:
    listener, wire = listening(PLAIN)
    listener.data_received(OPENED)
    listener.data_received(server_frame(message()) + server_frame(b"beat", 0x9) + server_frame(message()))
    assert wire.written[-1] == client_frame(b"beat", 0xA)
    assert listener.events == 2


async def test_a_socket_io_client_connects_and_answers_beats() -> None:
    listener, wire = listening(SOCKET_IO)
    listener.data_received(OPENED + server_frame(b'0{"sid":"a"}'))
    assert wire.written[-1] == client_frame(b"40")
    assert not listener.ready.done()
    listener.data_received(server_frame(b'40{"sid":"b"}'))
    assert listener.ready.done()
    listener.data_received(server_frame(b"2"))
    assert wire.written[-1] == client_frame(b"3")


async def test_a_refused_handshake_is_an_error_not_a_silence() -> None:
    listener, wire = listening(PLAIN)
    listener.data_received(b"HTTP/1.1 403 Forbidden\r\n\r\n")
    assert wire.written[-1] == b"aborted"
    listener.connection_lost(None)
    with pytest.raises(ConnectionError):
        await listener.ready


class Own(Provisions):
    """Rebond's own environment, which has some of the peers' libraries."""

    def python(self) -> Path:
        return Path(sys.executable)


REAL_REBONDS = (Variant("sqlite", 1, "memory", 100), Variant("redis", 2, "memory", 100))
REAL_PEERS = tuple(peer for peer in RELAYS if peer.name.startswith(("Starlette", "websockets")))
"""Peers that need nothing Rebond does not have."""


def contestant(name: str, folder: Path) -> Contestant:
    provisions = Own(folder, lambda line: None)
    for variant in REAL_REBONDS:
        if variant.name == name:
            return rebond(variant, provisions)
    return relay(next(peer for peer in REAL_PEERS if peer.name == name), provisions)


@pytest.mark.parametrize("name", [one.name for one in (*REAL_REBONDS, *REAL_PEERS)])
async def test_what_one_says_reaches_everybody_once_on_real_servers(name: str, tmp_path: Path) -> None:
    one = contestant(name, tmp_path)
    with one.serving(Cores()) as site:
        room = one.room(site)
        await room.expect(8)
        ears = [*await room.enter(range(5)), *await room.enter(range(5, 8), woken=True)]
        for place in (7, 6, 7):
            room.speak(place, now_us())
        assert not await arrived(ears, 3 * len(ears), within_s=60.0)
        assert [ear.events for ear in ears] == [3] * 8
        assert (room.refused(), room.conflated()) == (0, 0)
        assert site.cpu_s() > 0
        assert site.resident_bytes() > len(site.nodes) * 1_000_000
        assert (site.redis_pid is not None) == ("Redis" in name)
        for ear in ears:
            ear.close()


class Hearing(Member):
    """A member that keeps what it hears."""

    heard = b""

    def data_received(self, data: bytes) -> None:
        self.heard += data
        super().data_received(data)


async def test_peers_relay_what_rebond_sends(tmp_path: Path) -> None:
    """Message sizes are equal for all."""
    one = contestant("Rebond, memory", tmp_path)
    with one.serving(Cores()) as site:
        [node] = site.nodes
        async with Requests(node.host, node.port) as requests:
            board = str((await requests.post("/api/boards", {"title": "A board"}))["id"])
            token = str((await requests.post(f"/api/boards/{board}/join", {"segment": "customer"}))["token"])
        [member] = await connected(node.host, node.port, [lambda: Hearing(node.host, node.port, board, token, "d")], 1)
        member.say({"type": "submit", "id": 1, "command": {"type": "card.add", "text": stamped(TEXT)}})
        assert not await arrived([member], 1, within_s=60.0)
        told = re.search(rb'\{"type":"card\.added".*\}\]\}', member.heard)
        member.close()
    assert told is not None
    sent = told[0].removesuffix(b"]}")
    assert shape(sent) == shape(message())
    assert abs(len(sent) - len(message())) <= 2  # a steady clock gains a digit now and then


def shape(event: bytes) -> list[bytes]:
    """The names in an event, in their order."""
    return re.findall(rb'"(\w+)":', event)


def test_every_program_is_a_peers_and_every_version_is_exact() -> None:
    assert len({peer.name for peer in RELAYS}) == len(RELAYS)
    source = (PEERS.parent / "comparison" / "contestants.py").read_text()
    programs = {path.name for path in PEERS.iterdir() if path.suffix in (".py", ".js", ".conf")} - {"__init__.py"}
    assert all(f'"{program}"' in source for program in programs)
    wanted = [line for line in (PEERS / "requirements.txt").read_text().splitlines() if not line.startswith("#")]
    assert all("==" in line for line in wanted)


def test_every_rebond_has_a_name_of_its_own() -> None:
    assert len({variant.name for variant in VARIANTS}) == len(VARIANTS) == 6


class Ended(asyncio.Protocol):
    """A socket that counts what it hears, and says when the other side has gone."""

    def __init__(self) -> None:
        self.heard = b""
        self.closed = False
        self.gone = asyncio.Event()
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.heard += data

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True
        self.gone.set()

    def close(self) -> None:
        self.transport.abort()


async def test_sockets_read_in_rounds_hear_everything_in_order_and_notice_the_end() -> None:
    sent = bytes(range(256)) * 8_192  # more than one read, and more than a socket's buffers
    here, there = socket.socketpair()
    _, ears = await asyncio.get_running_loop().create_connection(Ended, sock=here)
    rounds = Rounds()
    rounds.take(ears)
    rounds.go()
    _, writer = await asyncio.open_connection(sock=there)
    writer.write(sent)
    writer.close()
    async with asyncio.timeout(READY_WITHIN_S):
        await ears.gone.wait()
    assert ears.heard == sent
