"""Who takes part, how each is started and how it is spoken to."""

import getpass
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import msgspec

from rebond_loadtest.comparison.provisions import PEERS, Provisions
from rebond_loadtest.comparison.rooms import PLAIN, SOCKET_IO, Dialect, RebondRoom, RelayRoom, Room
from rebond_loadtest.site import Cores, Kind, Site, Wanted, free_port, redis_server, site
from rebond_loadtest.target import ServerFailed, Target, bound, ended

LISTENS_WITHIN_S = 20.0
LEAVES_WITHIN_S = 3.0
"""Nobody waits for one that takes its time over leaving: what it served is over."""
CARDS_A_LIFE = 19_000
"""A Rebond board holds 20,000 cards: before it has so many of this room's, its server starts anew."""
DURABILITIES = ("fsync", "memory")


class Contestant(msgspec.Struct, frozen=True):
    """One of those compared."""

    name: str
    serving: Callable[[Cores], AbstractContextManager[Site]]
    """Start it on these cores, with a Redis of its own where it needs one, and end it afterwards."""
    room: Callable[[Site], Room]
    usual: int
    """The rate that earlier runs found sustained: where the first search begins, a matter of time alone."""
    messages_a_life: int | None = None


# -- Rebond --------------------------------------------------------------------------------------------------------


class Variant(msgspec.Struct, frozen=True):
    """Rebond, by where and how durably it keeps its log."""

    kind: Kind
    nodes: int
    durability: str
    usual: int

    @property
    def name(self) -> str:
        """How the table calls it."""
        where = {("sqlite", 1): "Rebond", ("redis", 1): "Rebond on Redis"}
        return f"{where.get((self.kind, self.nodes), f'Rebond on Redis, {self.nodes} nodes')}, {self.durability}"


PLACES: tuple[tuple[Kind, int, int], ...] = (("sqlite", 1, 4_000), ("redis", 1, 2_000), ("redis", 2, 2_000))
VARIANTS = tuple(
    Variant(kind, nodes, durability, usual) for kind, nodes, usual in PLACES for durability in DURABILITIES
)


def rebond(variant: Variant, provisions: Provisions) -> Contestant:
    """Rebond itself. Raises `Missing`."""
    if variant.kind == "redis":
        provisions.redis()
    wanted = Wanted(kind=variant.kind, nodes=variant.nodes, durability=variant.durability)
    return Contestant(variant.name, lambda cores: site(wanted, cores), RebondRoom, variant.usual, CARDS_A_LIFE)


# -- peers ---------------------------------------------------------------------------------------------------------

Command = Callable[[Provisions, int, Path], Sequence[str]]


class Peer(msgspec.Struct, frozen=True):
    """A relay: the command that serves it on a port, with a folder of its own, once its provisions are there."""

    name: str
    command: Command
    usual: int
    """As for `Contestant`."""
    dialect: Dialect = PLAIN
    redis: bool = False
    """Whether the command ends with the address of a Redis."""
    nodes: int = 1


def _python(program: str, *options: str) -> Command:
    return lambda provisions, port, folder: [str(provisions.python()), str(PEERS / program), str(port), *options]


def _node(program: str) -> Command:
    return lambda provisions, port, folder: ["node", str(provisions.node_program(program)), str(port)]


def _nchan(provisions: Provisions, port: int, folder: Path) -> Sequence[str]:
    launch, modules = provisions.nginx()
    config = (PEERS / "nchan.conf").read_text()
    written = folder / "nginx.conf"
    written.write_text(config.format(folder=folder, modules=modules, user=getpass.getuser(), port=port))
    return [*launch, "-p", str(folder), "-c", str(written), "-e", "stderr"]


RELAYS = (
    Peer("Starlette on uvicorn, a loop", _python("starlette_loop.py"), 45),
    Peer("Starlette and Redis, 2 nodes", _python("starlette_redis.py"), 45, redis=True, nodes=2),
    Peer("websockets.broadcast", _python("websockets_broadcast.py"), 100),
    Peer("python-socketio", _python("python_socketio.py"), 9, SOCKET_IO),
    Peer("python-socketio on Redis", _python("python_socketio.py"), 9, SOCKET_IO, redis=True),
    Peer("Django Channels, in-memory layer", _python("django_channels.py"), 9),
    Peer("Django Channels, channels_redis core", _python("django_channels.py", "core"), 9, redis=True),
    Peer("Django Channels, channels_redis pubsub", _python("django_channels.py", "pubsub"), 9, redis=True),
    Peer("Node ws", _node("node_ws.js"), 119),
    Peer("Socket.IO 4", _node("socketio_node.js"), 67, SOCKET_IO),
    Peer("Socket.IO 4 on Redis", _node("socketio_node.js"), 67, SOCKET_IO, redis=True),
    Peer("Socket.IO 4 on Redis, 2 nodes", _node("socketio_node.js"), 67, SOCKET_IO, redis=True, nodes=2),
    Peer("Nchan", _nchan, 400),
    Peer("socketify (uWebSockets)", _python("socketify_topic.py"), 1_006),
    Peer("picows", _python("picows_relay.py"), 168),
)


def relay(peer: Peer, provisions: Provisions) -> Contestant:
    """A peer whose provisions are there. Raises `Missing`."""
    if peer.redis:
        provisions.redis()
    with tempfile.TemporaryDirectory(prefix="rebond-peer-") as folder:
        peer.command(provisions, 0, Path(folder))
    return Contestant(
        peer.name,
        lambda cores: _relaying(peer, provisions, cores),
        lambda there: RelayRoom(there, peer.dialect),
        peer.usual,
    )


@contextmanager
def _relaying(peer: Peer, provisions: Provisions, cores: Cores) -> Generator[Site]:
    with ExitStack() as stack:
        after: tuple[str, ...] = ()
        redis_pid: int | None = None
        if peer.redis:
            address, redis_pid = stack.enter_context(redis_server("memory", cores.servers))
            after = (address,)
        nodes = [stack.enter_context(_node_of(peer, provisions, after, cores)) for _ in range(peer.nodes)]
        yield Site(nodes, peer.name, redis_pid)


@contextmanager
def _node_of(peer: Peer, provisions: Provisions, after: Sequence[str], cores: Cores) -> Generator[Target]:
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="rebond-peer-") as folder:
        said = Path(folder, "said")
        with said.open("w") as saying:
            process = subprocess.Popen(
                [*peer.command(provisions, port, Path(folder)), *after],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=saying,
                text=True,
                preexec_fn=bound(cores.servers),
            )
        try:
            if not _listens(port, process):
                raise ServerFailed(f"it did not begin to listen: {_last_line(said)}")
            yield Target("127.0.0.1", port, process.pid)
        finally:
            ended(process, LEAVES_WITHIN_S)


def _listens(port: int, process: subprocess.Popen[str]) -> bool:
    give_up = time.monotonic() + LISTENS_WITHIN_S
    while process.poll() is None and time.monotonic() < give_up:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return True
    return False


def _last_line(said: Path) -> str:
    lines = said.read_text(errors="replace").strip().splitlines()
    return lines[-1].strip() if lines else "it said nothing"
