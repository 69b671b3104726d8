"""The server under measurement: the real program in its own process on loopback, watched through /proc."""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec

READY_WITHIN_S = 30.0
READY_LINE = "Rebond is ready: "
_TICK_S = 1 / os.sysconf("SC_CLK_TCK")


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
        """CPU seconds all of its processes have used, user and system (proc(5), stat fields 14 and 15)."""
        stats = (Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split() for pid in family(self.pid))
        return sum(int(fields[11]) + int(fields[12]) for fields in stats) * _TICK_S

    def resident_bytes(self) -> int:
        """Resident memory of all of its processes now."""
        return sum(
            int(line.split()[1]) * 1024
            for pid in family(self.pid)
            for line in Path(f"/proc/{pid}/status").read_text().splitlines()
            if line.startswith("VmRSS:")
        )

    def post(self, path: str, body: dict[str, object]) -> dict[str, object]:
        """POST JSON, get JSON. Raises `urllib.error.HTTPError`."""
        request = urllib.request.Request(
            self.url + path, json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=30) as response:
            return json.load(response)


def family(pid: int) -> Generator[int]:
    """A process and everything it started that still runs."""
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text().split():
            yield from family(int(child))


def on_core(core: int | None) -> Callable[[], None] | None:
    """What a process does before it begins, to run on this core alone."""
    return None if core is None else lambda: os.sched_setaffinity(0, {core})


class ServerFailed(Exception):
    """The server did not start; its own words, on standard error, say why."""


@contextmanager
def serving(
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    data: Path | None = None,
    core: int | None = None,
    durability: str = "fsync",
    environment: Mapping[str, str] | None = None,
    heard: Callable[[str], None] = lambda line: None,
) -> Generator[Target]:
    """A server in a process of its own, on a free port and an empty folder unless told otherwise.

    Pinned to a core if asked; what it prints goes to `heard`, line by line until it is ready; ended by its process id.
    Raises `ServerFailed`.
    """
    program = str(Path(sys.executable).with_name("rebond"))
    with tempfile.TemporaryDirectory(prefix="rebond-") as folder:
        command = [program, "serve", "--host", host, "--port", str(port), "--data", str(data or folder)]
        process = subprocess.Popen(
            [*command, "--durability", durability],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **(environment or {})},
            preexec_fn=on_core(core),
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
            process.terminate()
            process.wait(30)
            if process.stdout is not None:
                process.stdout.close()


def _await_ready(target: Target) -> None:
    give_up = time.monotonic() + READY_WITHIN_S
    while True:
        try:
            with urllib.request.urlopen(target.url + "/readyz", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError):
            if time.monotonic() > give_up:
                raise
            time.sleep(0.05)
