"""A Redis Cluster of a test's own: masters that share the slots, and perhaps replicas; slots that move between them."""

import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, cast

from redis import Redis
from redis.crc import REDIS_CLUSTER_HASH_SLOTS, key_slot
from redis.exceptions import RedisError

from tests.conftest import LOOPBACK, RedisServer, find_free_port

MOVED_AT_ONCE = 100
MIGRATE_WITHIN_MS = 60_000


class RedisCluster:
    """Running servers that are one cluster: its masters, and behind each a replica, as far as these go."""

    def __init__(self, masters: list[RedisServer], replicas: list[RedisServer]) -> None:
        self.masters = masters
        self.replicas = replicas
        self.url = f"redis+cluster://{','.join(f'{LOOPBACK}:{node.port}' for node in self.nodes)}"

    @property
    def nodes(self) -> list[RedisServer]:
        """All of its servers."""
        return [*self.masters, *self.replicas]

    def owner(self, key: str) -> RedisServer:
        """The master that has the slot of this key, by its own word."""
        return next(master for master in self.masters if _has(master, key_slot(key.encode())))

    def others(self, key: str) -> list[RedisServer]:
        """The masters that do not have it."""
        owner = self.owner(key)
        return [master for master in self.masters if master is not owner]

    def open_slot(self, key: str, target: RedisServer) -> RedisServer:
        """Begin to move this key's slot; the server that has it still."""
        slot, source = key_slot(key.encode()), self.owner(key)
        tell(target, "CLUSTER SETSLOT", slot, "IMPORTING", _id(source))
        tell(source, "CLUSTER SETSLOT", slot, "MIGRATING", _id(target))
        return source

    def move_keys(self, key: str, source: RedisServer, target: RedisServer) -> None:
        """Move what is in this key's slot, while the slot is open."""
        slot = key_slot(key.encode())
        while keys := tell(source, "CLUSTER GETKEYSINSLOT", slot, MOVED_AT_ONCE):
            tell(source, "MIGRATE", LOOPBACK, target.port, "", 0, MIGRATE_WITHIN_MS, "KEYS", *keys)

    def close_slot(self, key: str, target: RedisServer) -> None:
        """The target has it from now on; the others are told."""
        for master in (target, *(each for each in self.masters if each is not target)):
            tell(master, "CLUSTER SETSLOT", key_slot(key.encode()), "NODE", _id(target))

    def move_slot(self, key: str, target: RedisServer) -> None:
        """Move this key's slot with all that is in it, as `redis-cli --cluster reshard` does."""
        source = self.open_slot(key, target)
        self.move_keys(key, source, target)
        self.close_slot(key, target)

    def start_again(self, server: RedisServer) -> None:
        """Start a server that was killed, where it was and with what it kept."""
        command = cast(list[str], server.process.args)
        with server.log_path.open("ab") as log:
            server.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        server.await_ready(lambda: _answers(server))


class StartCluster(Protocol):
    """What `clusters` gives."""

    def __call__(self, *options: str, masters: int = 3, replicas: int = 0) -> RedisCluster:
        """Starts a cluster of so many masters, the first of which have a replica each, and returns it in order."""
        ...


@contextmanager
def clusters(folder: Path, program: str = "redis-server") -> Generator[StartCluster, None, None]:
    """Starts clusters; all their servers are stopped at the end."""
    started: list[RedisServer] = []

    def start(*options: str, masters: int = 3, replicas: int = 0) -> RedisCluster:
        first = len(started)
        buses = [find_free_port() for _ in range(masters + replicas)]
        for bus in buses:
            started.append(_started(folder / f"node-{len(started)}", program, bus, options))
        cluster = RedisCluster(started[first : first + masters], started[first + masters :])
        _share_slots(cluster.masters)
        for node, bus in zip(cluster.nodes[1:], buses[1:], strict=True):
            tell(cluster.nodes[0], "CLUSTER MEET", LOOPBACK, node.port, bus)
        for node in cluster.nodes:
            node.await_ready(lambda node=node: _knows(node, len(cluster.nodes), masters))
        for master, replica in zip(cluster.masters, cluster.replicas, strict=False):
            tell(replica, "CLUSTER REPLICATE", _id(master))
            master.await_ready(lambda master=master: _has_replica(master))
        return cluster

    try:
        yield start
    finally:
        for server in started:
            server.unpause()
            server.stop()


def tell(server: RedisServer, *words: Any) -> Any:
    """Say something to one of the servers, for its answer."""
    with cast(Any, Redis)(host=LOOPBACK, port=server.port) as client:
        return client.execute_command(*words)


def _started(folder: Path, program: str, bus: int, options: tuple[str, ...]) -> RedisServer:
    folder.mkdir()
    port = find_free_port()
    command = [
        *(program, "--bind", LOOPBACK, "--port", str(port), "--dir", str(folder), "--save", ""),
        *("--cluster-enabled", "yes", "--cluster-port", str(bus), "--cluster-config-file", "nodes.conf"),
        *("--repl-diskless-sync-delay", "0", *options),
    ]
    log_path = folder / "log"
    with log_path.open("wb") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    server = RedisServer(folder.name, port, process, log_path)
    server.await_ready(lambda: _answers(server))
    return server


def _share_slots(masters: list[RedisServer]) -> None:
    share = -(-REDIS_CLUSTER_HASH_SLOTS // len(masters))
    for number, master in enumerate(masters):
        last = min(REDIS_CLUSTER_HASH_SLOTS, (number + 1) * share) - 1
        tell(master, "CLUSTER ADDSLOTSRANGE", number * share, last)
        tell(master, "CLUSTER SET-CONFIG-EPOCH", number + 1)


def _answers(server: RedisServer) -> bool:
    try:
        return tell(server, "PING")
    except RedisError:
        return False


def _id(server: RedisServer) -> str:
    said: bytes = tell(server, "CLUSTER MYID")
    return said.decode()


def _has(master: RedisServer, slot: int) -> bool:
    try:
        shares = tell(master, "CLUSTER SLOTS")
    except RedisError:
        return False
    return any(first <= slot <= last and owner[1] == master.port for first, last, owner, *_ in shares)


def _knows(node: RedisServer, nodes: int, masters: int) -> bool:
    """Whether it has met all the others and thinks the cluster in order."""
    said = tell(node, "CLUSTER INFO")
    return (said["cluster_state"], said["cluster_known_nodes"], said["cluster_size"]) == (
        "ok",
        str(nodes),
        str(masters),
    )


def _has_replica(master: RedisServer) -> bool:
    return tell(master, "INFO", "replication").get("slave0", {}).get("state") == "online"
