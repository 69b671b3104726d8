"""Who takes part, how each is started and how it is spoken to."""

import getpass
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import msgspec

from rebond_loadtest import bench
from rebond_loadtest.comparison.provisions import PEERS, Provisions
from rebond_loadtest.comparison.rooms import PLAIN, SOCKET_IO, Dialect, RebondRoom, RelayRoom, Room
from rebond_loadtest.target import ServerFailed, Target, family, on_core, serving

LISTENS_WITHIN_S = 15.0


class Contestant(msgspec.Struct, frozen=True):
    """One of those compared."""

    name: str
    serving: Callable[[int | None], AbstractContextManager[Target]]
    """Start it, pinned to this core, and end it afterwards."""
    room: Callable[[Target], Room]


class Peer(msgspec.Struct, frozen=True):
    """A relay: what has to be there for it, and the command that serves it on a port with a folder of its own."""

    name: str
    command: Callable[[Provisions, int, Path], Sequence[str]]
    dialect: Dialect = PLAIN


def _python(program: str) -> Callable[[Provisions, int, Path], Sequence[str]]:
    return lambda provisions, port, folder: [str(provisions.python()), str(PEERS / program), str(port)]


def _node(program: str) -> Callable[[Provisions, int, Path], Sequence[str]]:
    return lambda provisions, port, folder: ["node", str(provisions.node_program(program)), str(port)]


def _nchan(provisions: Provisions, port: int, folder: Path) -> Sequence[str]:
    launch, modules = provisions.nginx()
    config = (PEERS / "nchan.conf").read_text()
    written = folder / "nginx.conf"
    written.write_text(config.format(folder=folder, modules=modules, user=getpass.getuser(), port=port))
    return [*launch, "-p", str(folder), "-c", str(written), "-e", "stderr"]


RELAYS = (
    Peer("Starlette on uvicorn, a loop", _python("starlette_loop.py")),
    Peer("websockets.broadcast", _python("websockets_broadcast.py")),
    Peer("python-socketio", _python("python_socketio.py"), SOCKET_IO),
    Peer("Django Channels, in-memory layer", _python("django_channels.py")),
    Peer("Node ws", _node("node_ws.js")),
    Peer("Socket.IO 4", _node("socketio_node.js"), SOCKET_IO),
    Peer("Nchan", _nchan),
    Peer("socketify (uWebSockets)", _python("socketify_topic.py")),
    Peer("picows", _python("picows_relay.py")),
)


def rebond(durability: str) -> Contestant:
    """Rebond itself, with its log as durable as this."""

    def started(core: int | None) -> AbstractContextManager[Target]:
        return serving(core=core, durability=durability, environment=bench.OPEN_GATES)

    return Contestant(f"Rebond, {durability}", started, RebondRoom)


def relay(peer: Peer, provisions: Provisions) -> Contestant:
    """A peer whose provisions are there. Raises `Missing`."""
    with tempfile.TemporaryDirectory(prefix="rebond-peer-") as folder:
        peer.command(provisions, 0, Path(folder))
    return Contestant(
        peer.name,
        lambda core: _relaying(peer, provisions, core),
        lambda target: RelayRoom(target, peer.dialect),
    )


@contextmanager
def _relaying(peer: Peer, provisions: Provisions, core: int | None) -> Generator[Target]:
    port = _free_port()
    with tempfile.TemporaryDirectory(prefix="rebond-peer-") as folder:
        command = peer.command(provisions, port, Path(folder))
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, preexec_fn=on_core(core)
        )
        try:
            _await_listening(port, process)
            yield Target("127.0.0.1", port, process.pid)
        finally:
            process.terminate()
            try:
                process.wait(3)
            except subprocess.TimeoutExpired:
                for pid in list(family(process.pid)):
                    os.kill(pid, signal.SIGKILL)
                process.wait(10)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _await_listening(port: int, process: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + LISTENS_WITHIN_S
    while process.poll() is None and time.monotonic() < give_up:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise ServerFailed("the peer did not begin to listen; its own words, above, may say why")
