"""Nobody is counted wrong: every message is counted once however its bytes are cut, and real servers are understood."""

import asyncio
import sys
from pathlib import Path

import pytest

from rebond_loadtest.comparison.contestants import RELAYS, Contestant, rebond, relay
from rebond_loadtest.comparison.provisions import PEERS, Provisions
from rebond_loadtest.comparison.rooms import PLAIN, SOCKET_IO, Dialect, Listener, message
from rebond_loadtest.comparison.steps import arrived
from rebond_loadtest.wire import client_frame

OPENED = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"
HERE_ALREADY = ("starlette_loop.py", "websockets_broadcast.py")
"""Peers that need nothing Rebond does not have."""


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
    """Rebond's own environment, which has two of the peers' libraries."""

    def python(self) -> Path:
        return Path(sys.executable)


def real(folder: Path) -> list[Contestant]:
    provisions = Own(folder, lambda line: None)
    peers = [peer for peer in RELAYS if Path(peer.command(provisions, 0, folder)[1]).name in HERE_ALREADY]
    return [rebond("memory"), *(relay(peer, provisions) for peer in peers)]


async def test_what_one_says_reaches_everybody_once_on_real_servers(tmp_path: Path) -> None:
    for contestant in real(tmp_path):
        with contestant.serving(None) as target:
            room = contestant.room(target)
            await asyncio.to_thread(room.expect, 8)
            ears = [*await room.enter(range(5)), *await room.enter(range(5, 8))]
            for place in (7, 6, 7):
                room.speak(place)
            await arrived(ears, 3 * len(ears), within_s=20.0)
            assert [ear.events for ear in ears] == [3] * 8, contestant.name
            assert target.cpu_s() > 0
            assert target.resident_bytes() > 1_000_000
            for ear in ears:
                ear.close()


def test_every_peer_has_its_file_and_every_version_is_exact() -> None:
    assert len({peer.name for peer in RELAYS}) == len(RELAYS)
    programs = {path.name for path in PEERS.iterdir() if path.suffix in (".py", ".js", ".conf")} - {"__init__.py"}
    assert len(programs) == len(RELAYS)
    wanted = [line for line in (PEERS / "requirements.txt").read_text().splitlines() if not line.startswith("#")]
    assert all("==" in line for line in wanted)
