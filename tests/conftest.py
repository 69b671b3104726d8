"""What every test may ask for: a free port, a running Rebond, a running Redis.

Governed by STYLE habit 9: no fake where the real thing is cheap. A server here is the program people start
(`.venv/bin/rebond serve`), in a process of its own on a folder of its own; it is ready when it says so (HB8), and is
ended by its process id. A test whose server logged a traceback or left badly fails with that server's log.
"""

from __future__ import annotations

import contextlib
import http.client
import itertools
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import pytest
from hypothesis import HealthCheck, settings

LOOPBACK = "127.0.0.1"
# Tests talk to this machine alone: a proxy that the environment names for the rest of the world is not asked.
DIRECT = (os.environ.get("no_proxy") or os.environ.get("NO_PROXY"), LOOPBACK, "localhost")
os.environ["no_proxy"] = ",".join(filter(None, DIRECT))
READY_WITHIN_S = 100.0
STOP_WITHIN_S = 100.0
"""What has not happened by then never does: bounds for what hangs, on the busiest machine, and no measure of speed."""
LOOK_AGAIN_S = 0.05
FIRST_PORT, PORTS_IN_A_PART, PARTS = 12_000, 2_000, 10

# A failing random test prints the blob that replays it. No deadline, and no complaint about how long examples take to
# draw: a slow machine is not a wrong program. Each run looks somewhere else, but for the gate (CI is set), which asks
# the same of everybody: what a search finds there would stop a change that has nothing to do with it.
IN_CI = os.environ.get("CI") == "true"
settings.register_profile(
    "rebond", deadline=None, print_blob=True, derandomize=IN_CI, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("thorough", parent=settings.get_profile("rebond"), max_examples=2_000)
settings.load_profile("rebond")


def seeds(count: int) -> list[int]:
    """New ones each run, or the one asked for. All of a run's workers draw the same: they must find the same tests."""
    asked = os.environ.get("REBOND_SIMULATION_SEED")
    run_id = os.environ.get("PYTEST_XDIST_TESTRUNUID")
    chance = random.Random(count) if IN_CI else random.Random(f"{run_id} {count}") if run_id else random.SystemRandom()
    return [int(asked)] if asked else [chance.randrange(1 << 32) for _ in range(count)]


@dataclass
class Program:
    """A server in a process of its own that a test started and may stop, kill or pause."""

    name: str
    port: int
    process: subprocess.Popen[bytes]
    log_path: Path
    killed: bool = field(default=False, init=False)

    def log(self) -> str:
        """Everything it wrote so far."""
        return self.log_path.read_text(encoding="utf-8", errors="replace")

    def stop(self) -> int:
        """Asks it to leave (SIGTERM) and waits for it; its exit status."""
        if self.process.poll() is None:
            self.process.terminate()
        return self._wait()

    def kill(self) -> None:
        """Ends it without a word (SIGKILL), as a power cut would."""
        self.killed = True
        self.process.kill()
        self._wait()

    def pause(self) -> None:
        """Freezes it (SIGSTOP): it is there and does not answer."""
        self.process.send_signal(signal.SIGSTOP)

    def unpause(self) -> None:
        """Lets it go on after `pause`."""
        self.process.send_signal(signal.SIGCONT)

    def _wait(self) -> int:
        try:
            return self.process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            pytest.fail(f"{self.name} did not leave within {STOP_WITHIN_S} s of being asked.\n{self.log()}")

    def await_ready(self, is_ready: Callable[[], bool]) -> None:
        """Waits for `is_ready`; fails the test, with the log, if the process ends first or takes too long."""
        looks = int(READY_WITHIN_S / LOOK_AGAIN_S)
        for _ in range(looks):
            if is_ready():
                return
            try:
                status = self.process.wait(LOOK_AGAIN_S)
            except subprocess.TimeoutExpired:
                continue
            pytest.fail(f"{self.name} left with status {status} before it was ready.\n{self.log()}")
        self.kill()
        pytest.fail(f"{self.name} was not ready within {READY_WITHIN_S} s.\n{self.log()}")


@dataclass
class RebondServer(Program):
    """A running `rebond serve`."""

    data_dir: Path

    @property
    def url(self) -> str:
        """Its address for a browser or an HTTP client, without a slash at the end."""
        return f"http://{LOOPBACK}:{self.port}"

    def websocket_url(self, board_id: str) -> str:
        """Where a board's socket is."""
        return f"ws://{LOOPBACK}:{self.port}/ws/{board_id}"


@dataclass
class RedisServer(Program):
    """A running `redis-server` of this test's own."""

    @property
    def url(self) -> str:
        """Its address for a Redis client."""
        return f"redis://{LOOPBACK}:{self.port}/0"


class StartRebond(Protocol):
    """What the `start_rebond` fixture gives."""

    def __call__(
        self,
        *options: str,
        data_dir: Path | None = None,
        port: int | None = None,
        environment: Mapping[str, str] | None = None,
        program: Path | None = None,
    ) -> RebondServer:
        """Starts `rebond serve` and returns it ready.

        `options` go to the command line (`"--redis", url`); `data_dir` and `port` are for starting again what another
        server left; `environment` adds to this process's own; `program` is a `rebond` installed somewhere else.
        """
        ...


class StartRedis(Protocol):
    """What the `start_redis` fixture gives."""

    def __call__(
        self, *options: str, data_dir: Path | None = None, port: int | None = None, program: str = "redis-server"
    ) -> RedisServer:
        """Starts `redis-server`, or a `program` like it, and returns it ready; nothing is kept on disk unless `options`
        say so."""
        ...


@pytest.fixture
def free_port() -> Callable[[], int]:
    """A function that finds a port nobody listens on."""
    return find_free_port


def find_free_port() -> int:
    """A port that nobody listens on, and that stays free until the test's own server is there, or there again: no other
    test is given it meanwhile, and the system hands out none of these by itself."""
    for port in _ports:
        with socket.socket() as probe, contextlib.suppress(OSError):  # somebody is there: the next one
            probe.bind((LOOPBACK, port))
            return port
    raise AssertionError("there are always more ports")


def _ports_of_this_process() -> Iterator[int]:
    """Below those that systems give to whoever asks for any (Linux: 32768 on); each test process has a part of its own,
    and begins somewhere in it: another run of the tests may be at work on this machine."""
    part = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % PARTS
    ports = range(FIRST_PORT + part * PORTS_IN_A_PART, FIRST_PORT + (part + 1) * PORTS_IN_A_PART)
    begin = random.randrange(PORTS_IN_A_PART)
    return itertools.cycle([*ports[begin:], *ports[:begin]])


_ports = _ports_of_this_process()


@pytest.fixture
def start_rebond(tmp_path: Path) -> Iterator[StartRebond]:
    """Starts Rebond servers; all of them are stopped, and their logs looked at, when the test is over."""
    started: list[RebondServer] = []
    own_program = Path(sys.executable).with_name("rebond")

    def start(
        *options: str,
        data_dir: Path | None = None,
        port: int | None = None,
        environment: Mapping[str, str] | None = None,
        program: Path | None = None,
    ) -> RebondServer:
        name = f"rebond-{len(started)}"
        data_dir = data_dir or tmp_path / f"{name}-data"
        port = port or find_free_port()
        command = [str(program or own_program), "serve", "--host", LOOPBACK, "--port", str(port)]
        command += ["--data", str(data_dir), *options]
        log_path = tmp_path / f"{name}.log"
        server = RebondServer(name, port, _spawn(command, log_path, environment or {}), log_path, data_dir)
        server.await_ready(lambda: _answers_200(port, "/readyz"))
        started.append(server)
        return server

    yield start
    complaints = [complaint for server in started if (complaint := _complaint_about(server))]
    if complaints:
        pytest.fail("\n\n".join(complaints))


@pytest.fixture
def rebond_server(start_rebond: StartRebond) -> RebondServer:
    """One Rebond, as `make run` would start it, on an empty folder."""
    return start_rebond()


@pytest.fixture
def start_redis(tmp_path: Path) -> Iterator[StartRedis]:
    """Starts Redis servers; all of them are stopped when the test is over."""
    started: list[RedisServer] = []
    if shutil.which("redis-server") is None:
        pytest.fail("redis-server is missing: `make test` says how to install it.")

    def start(
        *options: str, data_dir: Path | None = None, port: int | None = None, program: str = "redis-server"
    ) -> RedisServer:
        name = f"redis-{len(started)}"
        data_dir = data_dir or tmp_path / f"{name}-data"
        data_dir.mkdir(exist_ok=True)
        port = port or find_free_port()
        command = [program, "--bind", LOOPBACK, "--port", str(port), "--dir", str(data_dir), "--save", "", *options]
        log_path = tmp_path / f"{name}.log"
        server = RedisServer(name, port, _spawn(command, log_path, {}), log_path)
        server.await_ready(lambda: _redis_answers(port))
        started.append(server)
        return server

    yield start
    for server in started:
        server.unpause()
        server.stop()


@pytest.fixture
def redis_server(start_redis: StartRedis) -> RedisServer:
    """One Redis that keeps nothing on disk."""
    return start_redis()


def _spawn(command: list[str], log_path: Path, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    with log_path.open("ab") as log:
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**_own_environment(), **environment}
        )


def _own_environment() -> dict[str, str]:
    """This process's environment without what would configure a Rebond behind the test's back."""
    return {name: value for name, value in os.environ.items() if not name.startswith("REBOND_")}


def _answers_200(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=READY_WITHIN_S)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _redis_answers(port: int) -> bool:
    try:
        with socket.create_connection((LOOPBACK, port), timeout=READY_WITHIN_S) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(7) == b"+PONG\r\n"
    except OSError:
        return False


def _complaint_about(server: RebondServer) -> str | None:
    """Stops a server; what was wrong with it, with its log, or None."""
    server.unpause()
    status = server.stop()
    if status not in (0, -signal.SIGTERM) and not server.killed:
        return f"{server.name} left with status {status}.\n{server.log()}"
    if "Traceback (most recent call last)" in server.log():
        return f"{server.name} logged a traceback.\n{server.log()}"
    return None
