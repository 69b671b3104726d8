"""A town: several Rebond nodes and whatever keeps their log, each a process of its own, with lines that can be broken.

Lives here: starting, killing, freezing and asking away real processes, and the proxies between phones and nodes and
between nodes and Redis. A `Kind` says what the log is kept in and how durably. Must not know: what people do, when
something breaks (`faults`), what has to hold (`tests.proof`).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, cast

from redis.asyncio import Redis
from redis.exceptions import RedisError

from rebond.log import Durability, LogReader
from rebond.log.redis import RedisLog
from rebond.log.sqlite import SqliteLog
from rebond.web.auth import Tokens
from tests.balancer import says_ready
from tests.conftest import LOOPBACK, READY_WITHIN_S, find_free_port
from tests.log.redis_cluster import RedisCluster, StartCluster, clusters
from tests.proxy import Proxy

LOOK_AGAIN_S: Final = 0.05
SECRET: Final = "a secret that all nodes of a town in a test have"
TRACEBACK: Final = "Traceback (most recent call last)"
ENVIRONMENT: Final = {
    "REBOND_SECRET": SECRET,
    "REBOND_BEAT_MS": "1000",
    "REBOND_DRAIN_SPREAD_MS": "300",
    "REBOND_SNAPSHOT_ENTRIES": "50",
    "REBOND_JOINS_PER_S": "1000",
    "REBOND_REDIS_COMMAND_MS": "1500",
    "REBOND_REDIS_SETTLE_MS": "3000",
    "REBOND_REDIS_REPLICA_MS": "1000",
    "REBOND_REDIS_PROBE_MS": "2000",
    "REBOND_REDIS_CHECK_MS": "500",
}
"""Everything a little quicker than in life, so that a minute has room for many faults."""


class NeverReady(Exception):
    """A process did not come up; the text has the end of its log."""


@dataclass
class Process(ABC):
    """A program of the town's own, started and ended by its process id."""

    name: str
    port: int
    command: Sequence[str]
    log_path: Path
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    _process: subprocess.Popen[bytes] | None = None

    async def started(self) -> None:
        """Start it, again if it gives up (as a supervisor would), and wait until it is ready. Raises `NeverReady`."""
        try:
            await until(self._up)
        except TimeoutError:
            raise NeverReady(f"{self.name} is not ready.\n{self.log()[-2_000:]}") from None

    async def _up(self) -> bool:
        if not self.alive:
            self._spawn()
        return await self.ready()

    @property
    def alive(self) -> bool:
        """Whether there is such a process."""
        return self._process is not None and self._process.poll() is None

    @abstractmethod
    async def ready(self) -> bool:
        """Whether it does what it is there for."""

    def kill(self) -> None:
        """End it without a word, as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    async def ask_away(self) -> None:
        """Ask it to leave, and wait until it has; where it does not, that is a fault of its own."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            await asyncio.wait_for(asyncio.to_thread(self._process.wait, READY_WITHIN_S), READY_WITHIN_S)
        except (TimeoutError, subprocess.TimeoutExpired):
            self.kill()
            raise NeverReady(f"{self.name} did not leave when asked.\n{self.log()[-2_000:]}") from None

    def freeze(self) -> None:
        """It is there and does nothing."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on after `freeze`."""
        self._signal(signal.SIGCONT)

    def log(self) -> str:
        """Everything it wrote so far."""
        return self.log_path.read_text(encoding="utf-8", errors="replace") if self.log_path.exists() else ""

    def _signal(self, number: int) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(number)

    def _spawn(self) -> None:
        own = {name: value for name, value in os.environ.items() if not name.startswith("REBOND_")}
        with self.log_path.open("ab") as log:
            self._process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**own, **self.environment}
            )


class RedisProcess(Process):
    """A `redis-server`, or a Sentinel."""

    async def ready(self) -> bool:
        """See Process."""
        return await self.ask("PING") is not None

    async def ask(self, *words: str) -> Any:
        """What it answers; None where it does not."""
        try:
            async with cast("Any", Redis)(
                host=LOOPBACK, port=self.port, socket_timeout=1.0, decode_responses=True
            ) as client:
                return await client.execute_command(*words)
        except (RedisError, OSError, TimeoutError):
            return None


class Shard(RedisProcess):
    """A master of a cluster."""

    async def ready(self) -> bool:
        """See Process: it and the others know of each other, and of every slot whose it is."""
        said: dict[str, str] | None = await self.ask("CLUSTER INFO")
        return said is not None and said["cluster_state"] == "ok"


class Node(Process):
    """A `rebond serve`. Phones reach it by `front`; it reaches Redis by `back`, where there is one."""

    front: Proxy
    back: Proxy | None = None

    @property
    def url(self) -> str:
        """Where phones reach it."""
        return f"http://{LOOPBACK}:{self.front.port}"

    async def ready(self) -> bool:
        """See Process: it says so itself."""
        return await says_ready(self.port)


@dataclass(frozen=True)
class Kind:
    """What a town keeps its boards in, and what an acknowledgement there is meant to survive (LG2)."""

    name: str
    nodes: int
    durability: str
    redis_options: tuple[str, ...] | None
    """None: no Redis, a folder."""
    replicas: int = 0
    shards: int = 0
    """So many masters of a Redis Cluster; 0: no cluster."""


ON_DISK: Final = ("--appendonly", "yes", "--appendfsync", "always")
KINDS: Final = {
    kind.name: kind
    for kind in (
        Kind("folder", 1, "fsync", None),
        Kind("redis", 3, "fsync", ON_DISK),
        Kind("memory", 3, "memory", ()),
        Kind("sentinel", 3, "replicated", ON_DISK, replicas=1),
        Kind("cluster", 3, "fsync", ON_DISK, shards=3),
    )
}


class Town:
    """The processes of one town. `folder` keeps their logs and data."""

    def __init__(self, kind: Kind, folder: Path) -> None:
        self.kind = kind
        self.folder = folder
        self.nodes: list[Node] = []
        self.boards: list[str] = []
        """The ids of the boards that people are on."""
        self.redis: list[RedisProcess] = []
        """Where the log is: the first began as the master, in a cluster all of them are."""
        self.sentinel: RedisProcess | None = None
        self.cluster: RedisCluster | None = None
        self.tokens = Tokens(SECRET)

    @property
    def processes(self) -> list[Process]:
        """All of them."""
        return [*self.nodes, *self.redis, *([self.sentinel] if self.sentinel is not None else [])]

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncGenerator[Town, None]:
        """Everything up, for as long as the context lasts."""
        async with contextlib.AsyncExitStack() as stack:
            stack.callback(self._end)
            await self._start_redis(stack)
            for number in range(self.kind.nodes):
                await self._add_node(number, stack)
            await asyncio.gather(*(node.started() for node in self.nodes))
            yield self

    def _end(self) -> None:
        for process in self.processes:
            process.kill()

    # -- Redis -----------------------------------------------------------------------------------------------------

    async def _start_redis(self, stack: contextlib.AsyncExitStack) -> None:
        if self.kind.redis_options is None:
            return
        if self.kind.shards:
            shards = self.folder / "shards"
            shards.mkdir()
            await self._start_cluster(stack.enter_context(clusters(shards)), self.kind.redis_options)
            return
        self._new_redis(self.kind.redis_options)
        await self.redis[0].started()
        for _ in range(self.kind.replicas):
            await self._new_replica(self.redis[0].port)
        if self.kind.replicas:
            await self._start_sentinel()

    async def _start_cluster(self, start: StartCluster, options: Sequence[str]) -> None:
        self.cluster = await asyncio.to_thread(lambda: start(*options, masters=self.kind.shards))
        for server in self.cluster.masters:
            command = cast("list[str]", server.process.args)
            name = f"shard-{len(self.redis)}"
            self.redis.append(Shard(name, server.port, command, server.log_path, {}, server.process))

    def _new_redis(self, options: Sequence[str]) -> RedisProcess:
        name, port = f"redis-{len(self.redis)}", find_free_port()
        folder = self.folder / name
        folder.mkdir(parents=True)
        command = [program("redis-server"), "--bind", LOOPBACK, "--port", str(port), "--dir", str(folder), "--save", ""]
        redis = RedisProcess(name, port, [*command, "--repl-diskless-sync-delay", "0", *options], folder / "log")
        self.redis.append(redis)
        return redis

    async def _new_replica(self, of_port: int) -> None:
        assert self.kind.redis_options is not None
        replica = self._new_redis(self.kind.redis_options)
        await replica.started()
        await replica.ask("REPLICAOF", LOOPBACK, str(of_port))
        await until(lambda: _in_step(replica))

    async def _start_sentinel(self) -> None:
        folder, port = self.folder / "sentinel", find_free_port()
        folder.mkdir()
        configuration = folder / "sentinel.conf"
        configuration.write_text(
            f"bind {LOOPBACK}\nport {port}\ndir {folder}\n"
            f"sentinel monitor rebond {LOOPBACK} {self.redis[0].port} 1\n"
            "sentinel down-after-milliseconds rebond 1000\nsentinel failover-timeout rebond 2000\n",
            encoding="utf-8",
        )
        command = [program("redis-server"), str(configuration), "--sentinel"]
        self.sentinel = RedisProcess("sentinel", port, command, folder / "log")
        await self.sentinel.started()
        await until(self.watched)

    async def watched(self) -> bool:
        """Whether Sentinel knows all replicas of the master there is, and takes all of them for healthy."""
        assert self.sentinel is not None
        replicas: list[dict[str, str]] | None = await self.sentinel.ask("SENTINEL", "REPLICAS", "rebond")
        healthy = [
            one for one in replicas or [] if one.get("flags") == "slave" and one.get("master-link-status") == "ok"
        ]
        return len(healthy) >= self.kind.replicas

    async def masters(self) -> list[RedisProcess]:
        """Whoever writes are sent to now."""
        if self.sentinel is None:
            return self.redis
        place = await self.sentinel.ask("SENTINEL GET-MASTER-ADDR-BY-NAME", "rebond")
        port = int(place[1])
        return [redis for redis in self.redis if redis.port == port]

    # -- nodes -----------------------------------------------------------------------------------------------------

    async def _add_node(self, number: int, stack: contextlib.AsyncExitStack) -> None:
        name, port = f"node-{number}", find_free_port()
        folder = self.folder / name
        folder.mkdir(parents=True)
        back = None
        if len(self.redis) == 1:
            back = await stack.enter_async_context(Proxy(self.redis[0].port).listening())
        where = [] if not self.redis else ["--redis", self._redis_url(back)]
        confirmed = ["--replicas", str(self.kind.replicas)] if self.kind.replicas else []
        command = [program("rebond"), "serve", "--host", LOOPBACK, "--port", str(port), "--data", str(folder)]
        command += ["--durability", self.kind.durability, *confirmed, *where]
        node = Node(name, port, command, folder / "log", ENVIRONMENT)
        node.front = await stack.enter_async_context(Proxy(port).listening())
        node.back = back
        self.nodes.append(node)

    def _redis_url(self, back: Proxy | None) -> str:
        if self.cluster is not None:
            return self.cluster.url
        if self.sentinel is not None:
            return f"redis+sentinel://{LOOPBACK}:{self.sentinel.port}/rebond/0"
        assert back is not None
        return f"redis://{LOOPBACK}:{back.port}/0"

    async def mend(self) -> None:
        """Whatever was broken is whole again, and everything is ready."""
        for process in self.processes:
            process.thaw()
        for node in self.nodes:
            node.front.mend()
            if node.back is not None:
                node.back.mend()
        for redis in [*self.redis, *([self.sentinel] if self.sentinel is not None else [])]:
            await redis.started()
        if self.sentinel is not None:
            await until(self.watched)
        await asyncio.gather(*(node.started() for node in self.nodes))

    def complaints(self) -> list[str]:
        """What nodes wrote that no node should write, whatever happens to it."""
        return [
            f"{node.name} logged a traceback.\n{_around(node.log())}" for node in self.nodes if TRACEBACK in node.log()
        ]

    @contextlib.asynccontextmanager
    async def log_itself(self) -> AsyncGenerator[LogReader, None]:
        """The log, read without any node: from the file (once no node runs), or from whoever is the master."""
        if self.cluster is not None:
            log = RedisLog(self.cluster.url, Durability.MEMORY)
        elif self.redis:
            log = RedisLog(f"redis://{LOOPBACK}:{(await self.masters())[0].port}/0", Durability.MEMORY)
        else:
            for node in self.nodes:
                await node.ask_away()
            log = SqliteLog(self.nodes[0].log_path.parent)
        await log.open()
        try:
            yield log
        finally:
            await log.close()


def program(name: str) -> str:
    """Where a program is: beside this Python, or on the path."""
    own = Path(sys.executable).with_name(name)
    found = str(own) if own.exists() else shutil.which(name)
    if found is None:
        raise FileNotFoundError(f"{name} is missing: `make test` says how to install it.")
    return found


async def until(so: Callable[[], Awaitable[bool]], within_s: float = READY_WITHIN_S) -> None:
    """Wait until this question, put to another process that tells nobody by itself, is answered yes. Raises
    TimeoutError."""
    async with asyncio.timeout(within_s):
        while True:
            if await so():
                return
            await asyncio.sleep(LOOK_AGAIN_S)


async def _in_step(replica: RedisProcess) -> bool:
    said: Any = await replica.ask("INFO", "replication")
    return bool(said) and said.get("master_link_status") == "up"


def _around(log: str) -> str:
    at = log.index(TRACEBACK)
    return log[max(0, at - 400) : at + 2_500]
