"""Everything under measurement: one Rebond on SQLite, several on the Redis they share, or one that runs already.

What is started here is on loopback and ends with whoever started it. What runs already is left as it is, and is
measured from /proc only where its process is named.
"""

import ipaddress
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from rebond_loadtest.target import (
    OPEN_GATES,
    ServerFailed,
    Target,
    bound,
    cpu_s,
    ended,
    resident_bytes,
    serving,
)

Kind = Literal["sqlite", "redis"]
REDIS_READY_WITHIN_S = 15.0
NODES_MAX = 16


class Wanted(msgspec.Struct, frozen=True):
    """What to start, or where it runs already."""

    kind: Kind = "sqlite"
    nodes: int = 1
    workers: int = 1
    durability: str = "fsync"
    redis: str | None = None
    """The address of a Redis that runs already; None: one of our own where `kind` asks for it."""
    url: str | None = None
    pid: int | None = None


class Site(msgspec.Struct):
    """The nodes, and the Redis between them where it is ours to watch."""

    nodes: list[Target]
    about: str
    redis_pid: int | None = None

    @property
    def watched(self) -> bool:
        """Whether CPU and memory of the nodes can be read."""
        return all(node.pid for node in self.nodes)

    def cpu_s(self) -> float:
        """CPU seconds of all processes of all nodes."""
        return sum(node.cpu_s() for node in self.nodes if node.pid)

    def resident_bytes(self) -> int:
        """Resident memory of all processes of all nodes."""
        return sum(node.resident_bytes() for node in self.nodes if node.pid)

    def redis_cpu_s(self) -> float:
        """CPU seconds of Redis, apart."""
        return cpu_s(self.redis_pid) if self.redis_pid else 0.0

    def redis_bytes(self) -> int:
        """Resident memory of Redis, apart."""
        return resident_bytes(self.redis_pid) if self.redis_pid else 0


class NotAllowed(Exception):
    """Who is to be loaded is not this machine, and nobody said that this is meant."""


class Cores(msgspec.Struct, frozen=True):
    """Who runs where; empty: wherever the kernel likes."""

    servers: tuple[int, ...] = ()
    crowd: tuple[int, ...] = ()


def cores(processes: int, pinned: bool) -> Cores:
    """The load's processes on the last cores, one each, and the servers on the others; nothing where there is one."""
    there = sorted(os.sched_getaffinity(0))
    if not pinned or len(there) < 2:
        return Cores()
    crowd = min(processes, len(there) - 1)
    return Cores(tuple(there[:-crowd]), tuple(there[-crowd:]))


def check_loopback(address: str, allow_remote: bool) -> None:
    """Raise `NotAllowed` unless all that this URL names is on this machine, or remote ones were allowed.

    Addresses of a cluster and of Sentinels name several hosts; what these then tell of themselves is not looked at.
    """
    if allow_remote:
        return
    try:
        parts = urlsplit(address)
    except ValueError as error:
        raise NotAllowed(f"{address!r} is no address: {error}") from None
    if parts.scheme == "unix" and not parts.netloc:
        return
    for each in parts.netloc.rpartition("@")[2].split(","):
        _check_host(each)


def _check_host(named: str) -> None:
    """Of one `host:port`."""
    try:
        host = urlsplit(f"//{named}").hostname
    except ValueError:
        host = None
    if not host:
        raise NotAllowed(f"{named!r} names no host")
    try:
        found = {str(row[4][0]) for row in socket.getaddrinfo(host, None)}
    except OSError:
        raise NotAllowed(f"{host!r} is no address that this machine knows") from None
    if not all(ipaddress.ip_address(one.partition("%")[0]).is_loopback for one in found):
        raise NotAllowed(
            f"{host} is not this machine; a load test of somebody else's is an attack. With --allow-remote it is yours"
        )


@contextmanager
def site(wanted: Wanted, where: Cores, progress: Callable[[str], None] = lambda line: None) -> Generator[Site]:
    """Start what is wanted, and end it afterwards. Raises `ServerFailed`."""
    if wanted.url is not None:
        parts = urlsplit(wanted.url)
        port = parts.port or 80
        yield Site([Target(parts.hostname or "", port, wanted.pid or 0)], f"the server at {wanted.url}")
        return
    with ExitStack() as stack:
        options: list[str] = ["--workers", str(wanted.workers)] if wanted.workers > 1 else []
        environment = {**OPEN_GATES, "REBOND_SECRET": secrets.token_urlsafe(32)}
        redis_pid: int | None = None
        if wanted.kind == "redis":
            address = wanted.redis
            if address is None:
                progress("starting Redis")
                address, redis_pid = stack.enter_context(redis_server(wanted.durability, where.servers))
            else:
                prefix = f"rebond-loadtest-{secrets.token_hex(4)}"
                progress(f"What is written to this Redis stays there; its keys are those that match «*{prefix}*»")
                environment["REBOND_REDIS_PREFIX"] = prefix
            environment["REBOND_REDIS_URL"] = address  # not on a command line, which everybody here can read
        progress(f"starting {_about(wanted)}")
        nodes = [
            stack.enter_context(
                serving(cores=where.servers, durability=wanted.durability, options=options, environment=environment)
            )
            for _ in range(wanted.nodes if wanted.kind == "redis" else 1)
        ]
        yield Site(nodes, _about(wanted), redis_pid)


def _about(wanted: Wanted) -> str:
    if wanted.kind == "sqlite":
        kept = f"Rebond on SQLite, {wanted.durability}"
    else:
        nodes = "1 node" if wanted.nodes == 1 else f"{wanted.nodes} nodes"
        kept = f"Rebond on Redis, {nodes}, {wanted.durability}"
    return kept if wanted.workers == 1 else f"{kept}, {wanted.workers} workers a node"


@contextmanager
def redis_server(durability: str, on: tuple[int, ...] = ()) -> Generator[tuple[str, int]]:
    """A Redis of our own as durable as asked, on a free port and an empty folder: its address and process id."""
    program = shutil.which("redis-server")
    if program is None:
        raise ServerFailed("there is no redis-server on this machine; install one, or name a running one with --redis")
    port = free_port()
    flushed = ["--appendonly", "yes", "--appendfsync", "always"] if durability == "fsync" else ["--appendonly", "no"]
    with tempfile.TemporaryDirectory(prefix="rebond-redis-") as folder:
        where = ["--bind", "127.0.0.1", "--port", str(port), "--dir", folder, "--logfile", "redis.log", "--save", ""]
        process = subprocess.Popen(
            [program, *where, *flushed],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            text=True,
            preexec_fn=bound(on),
        )
        try:
            _await_redis(port, process)
            yield f"redis://127.0.0.1:{port}/0", process.pid
        finally:
            ended(process)


def free_port() -> int:
    """One that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _await_redis(port: int, process: subprocess.Popen[str]) -> None:
    give_up = time.monotonic() + REDIS_READY_WITHIN_S
    while process.poll() is None and time.monotonic() < give_up:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as line:
                line.sendall(b"PING\r\n")
                if line.recv(7) == b"+PONG\r\n":
                    return
        except OSError:
            pass
        time.sleep(0.05)
    raise ServerFailed("Redis does not answer")
