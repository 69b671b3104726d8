"""The server under measurement: the real program in its own process on loopback, watched through /proc.

It lives no longer than who started it, however that one ends: the kernel sees to it on Linux (prctl(2),
PR_SET_PDEATHSIG), and `finally` everywhere.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

READY_WITHIN_S = 30.0
READY_LINE = "Rebond is ready: "
LEAVES_WITHIN_S = 30.0
OPEN_GATES = {
    "REBOND_COMMANDS_PER_S": "1000000",
    "REBOND_COMMANDS_BURST": "1000000",
    "REBOND_JOINS_PER_S": "100000",
    "REBOND_JOINS_BURST": "100000",
    "REBOND_CREATIONS_BURST": "5000",
    "REBOND_HANDSHAKES_PER_S": "100000",
    "REBOND_HANDSHAKES_BURST": "100000",
}
"""Rates are for abuse; a measurement is all abuse."""
_TICK_S = 1 / os.sysconf("SC_CLK_TCK")
_PR_SET_PDEATHSIG = 1


class Target(msgspec.Struct):
    """A running server: where it listens, and its process."""

    host: str
    port: int
    pid: int

    @property
    def url(self) -> str:
        """Its HTTP address."""
        return f"http://{self.host}:{self.port}"

    def cpu_s(self) -> float:
        """CPU seconds all of its processes have used, user and system."""
        return cpu_s(self.pid)

    def resident_bytes(self) -> int:
        """Resident memory of all of its processes now."""
        return resident_bytes(self.pid)


# -- processes from outside ----------------------------------------------------------------------------------------


def cpu_s(pid: int) -> float:
    """CPU seconds a process and its children have used, user and system (proc(5), stat fields 14 and 15)."""
    return sum(
        (int(fields[11]) + int(fields[12])) * _TICK_S
        for one in family(pid)
        if len(fields := _read(one, "stat").rpartition(") ")[2].split()) > 12
    )


def resident_bytes(pid: int) -> int:
    """Resident memory of a process and its children (proc(5), VmRSS); pages they share count for each."""
    return sum(
        int(line.split()[1]) * 1024
        for one in family(pid)
        for line in _read(one, "status").splitlines()
        if line.startswith("VmRSS:")
    )


def family(pid: int) -> Generator[int]:
    """A process and everything it started that still runs."""
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            born = children.read_text().split()
        except OSError:
            continue  # the thread has just ended
        for child in born:
            yield from family(int(child))


def _read(pid: int, file: str) -> str:
    """A file of /proc, empty where the process has just ended."""
    try:
        return Path(f"/proc/{pid}/{file}").read_text()
    except OSError:
        return ""


def bound(cores: Collection[int]) -> Callable[[], None]:
    """What a process does before it begins: it will end with its parent, and runs on these cores alone, if any."""
    parent = os.getpid()
    libc = ctypes.CDLL(None)

    def before() -> None:
        if sys.platform == "linux":
            libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
            if os.getppid() != parent:
                os._exit(1)
        if cores:
            os.sched_setaffinity(0, cores)

    return before


# -- Rebond --------------------------------------------------------------------------------------------------------


class ServerFailed(Exception):
    """The server did not start; its own words, on standard error, say why."""


@contextmanager
def serving(
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    data: Path | None = None,
    cores: Collection[int] = (),
    durability: str = "fsync",
    options: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
    heard: Callable[[str], None] = lambda line: None,
) -> Generator[Target]:
    """A server in a process of its own, on a free port and an empty folder unless told otherwise.

    Pinned to these cores, if any; `options` go to its command line; what it prints goes to `heard`, line by
    line until it is ready; ended by its process id. Raises `ServerFailed`.
    """
    program = str(Path(sys.executable).with_name("rebond"))
    with tempfile.TemporaryDirectory(prefix="rebond-") as folder:
        command = [program, "serve", "--host", host, "--port", str(port), "--data", str(data or folder)]
        process = subprocess.Popen(
            [*command, "--durability", durability, *options],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **(environment or {})},
            preexec_fn=bound(cores),
        )
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            if not line.startswith(READY_LINE):
                raise ServerFailed("the server did not start")
            heard(line)
            target = Target("127.0.0.1", int(line.rsplit(":", 1)[1]), process.pid)
            _await_ready(target)
            yield target
        finally:
            ended(process)


def ended(process: subprocess.Popen[str], within_s: float = LEAVES_WITHIN_S) -> None:
    """Ask a process to leave, and see to it that it does, and what it started too."""
    process.terminate()
    try:
        process.wait(within_s)
    except subprocess.TimeoutExpired:
        for pid in list(family(process.pid)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _await_ready(target: Target) -> None:
    give_up = time.monotonic() + READY_WITHIN_S
    while True:
        try:
            with urllib.request.urlopen(target.url + "/readyz", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError) as error:
            if time.monotonic() > give_up:
                raise ServerFailed(f"the server is not ready after {READY_WITHIN_S:.0f} s: {error}") from None
            time.sleep(0.05)
