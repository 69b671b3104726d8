"""A Redis Sentinel of a test's own, beside the Redis servers that it watches.

It replaces a master when the test says so, and never on its own: on a busy machine a healthy server is late, and one
that Sentinel gives up in the middle of a test takes along what only it was asked to hold (LG2).
"""

import subprocess
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, cast

from redis import Redis
from redis.exceptions import RedisError

from tests.conftest import LOOPBACK, Program, RedisServer, find_free_port

CONFIGURATION = """
bind {host}
port {port}
dir {folder}
sentinel monitor rebond {host} {master_port} 1
sentinel down-after-milliseconds rebond 600000
sentinel failover-timeout rebond 2000
"""


class StartSentinel(Protocol):
    """What `sentinels` gives."""

    def __call__(self, master: RedisServer, replicas: int) -> Program:
        """Starts a Sentinel that watches this master as the service `rebond`; it knows that many replicas."""
        ...


@contextmanager
def sentinels(folder_for_all: Path) -> Generator[StartSentinel, None, None]:
    """Starts Sentinels; all of them are stopped at the end."""
    started: list[Program] = []

    def start(master: RedisServer, replicas: int) -> Program:
        folder = folder_for_all / f"sentinel-{len(started)}"
        folder.mkdir()
        port = find_free_port()
        configuration = folder / "sentinel.conf"
        configuration.write_text(
            CONFIGURATION.format(host=LOOPBACK, port=port, folder=folder, master_port=master.port), encoding="utf-8"
        )
        # It asks the master for its replicas at once, and then not for long.
        master.await_ready(lambda: _has_replicas(master.port, replicas))
        log_path = folder / "log"
        with log_path.open("wb") as log:
            process = subprocess.Popen(
                ["redis-server", str(configuration), "--sentinel"], stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        sentinel = Program(folder.name, port, process, log_path)
        started.append(sentinel)
        sentinel.await_ready(lambda: _knows_replicas(port, replicas))
        return sentinel

    try:
        yield start
    finally:
        for sentinel in started:
            sentinel.stop()


def replace_master(sentinel: Program) -> None:
    """Have Sentinel make a replica the master, as it does once it has given up the one there is."""
    with cast(Any, Redis)(host=LOOPBACK, port=sentinel.port) as client:
        client.sentinel_failover("rebond")


def _has_replicas(master_port: int, count: int) -> bool:
    said = _ask(master_port, lambda client: client.info("replication"))
    return all(said.get(f"slave{number}", {}).get("state") == "online" for number in range(count))


def _knows_replicas(sentinel_port: int, count: int) -> bool:
    """Whether they have said to it how they are: before, it takes none of them for the next master."""
    said = _ask(sentinel_port, lambda client: {"replicas": client.sentinel_slaves("rebond")})
    able = [one for one in said.get("replicas", []) if (one["flags"], one["master-link-status"]) == ("slave", "ok")]
    return len(able) == count


def _ask(port: int, question: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    """What a server answers; nothing where there is none yet."""
    with cast(Any, Redis)(host=LOOPBACK, port=port) as client:
        try:
            return question(client)
        except RedisError:
            return {}
