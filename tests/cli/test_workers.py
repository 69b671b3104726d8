"""`rebond serve --workers N`: several processes on one port, looked after by one that serves nothing."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.cli.conftest import Rebond
from tests.conftest import LOOPBACK, RebondServer, RedisServer, StartRebond
from tests.web.nodes import WITHIN_S, start_node, status

PIDS = re.compile(r"Worker (\d) \(process (\d+)\) was ended by SIGKILL\. It is started again in (\S+) s\.")


@pytest.fixture
def workers(redis_server: RedisServer, start_rebond: StartRebond, worker_port: int) -> RebondServer:
    """A node of three workers, all of them ready."""
    node = start_node(start_rebond, redis_server, "--workers", "3", REBOND_WORKER_PORT=str(worker_port))
    node.await_ready(lambda: "Rebond is ready" in node.log())
    return node


@pytest.fixture
def worker_port() -> int:
    """The first of three ports in a row nobody listens on."""
    for first in range(20_000 + os.getpid() % 10_000, 60_000, 3):
        if all(status(first + number, "/healthz") is None for number in range(3)):
            return first
    pytest.fail("no three free ports in a row")


def test_workers_need_a_log_they_can_share(rebond: Rebond) -> None:
    """Given a data folder, when several workers are asked for, then one sentence says what they need."""
    said = rebond("serve", "--port", 0, "--workers", 2).complaint
    assert said == "A data folder has one writer: --workers needs --redis."


def test_what_stops_one_worker_stops_the_start(rebond: Rebond, redis_server: RedisServer) -> None:
    """Given a Redis that is set up for less than was asked, when workers are started, then one sentence says so."""
    said = rebond("serve", "--port", 0, "--workers", 2, "--redis", redis_server.url).complaint
    assert said.startswith(f"Redis at {redis_server.url.removesuffix('/0')}")
    assert "appendfsync always" in said


def test_each_worker_can_be_asked_alone(workers: RebondServer, worker_port: int) -> None:
    """Given three workers, then the common port is announced once, and each answers at its own for Prometheus."""
    assert workers.log().count("Rebond is ready") == 1
    for number in (1, 2, 3):
        assert status(worker_port + number - 1, "/readyz") == 200
        page = _get(worker_port + number - 1, "/metrics")
        assert f'rebond_worker{{number="{number}"}} 1.0' in page


def test_a_worker_that_dies_is_started_again(workers: RebondServer, worker_port: int) -> None:
    """Given three workers, when one of them is killed, then the port is served all the while, and there are three
    again; when it dies again at once, it is given more time before the next start."""
    for turn, wait in enumerate(("0.1", "0.2")):
        (victim, *_) = _children(workers.process.pid)
        os.kill(victim, signal.SIGKILL)
        _await_end(victim)
        assert status(workers.port, "/healthz") == 200
        workers.await_ready(lambda: len(_children(workers.process.pid)) == 3)
        workers.await_ready(lambda: all(status(worker_port + one, "/readyz") == 200 for one in range(3)))
        found = PIDS.findall(workers.log())
        assert len(found) == turn + 1
        number, pid, retry = found[-1]
        assert int(pid) == victim
        if turn and number == found[0][0]:
            assert retry == wait


def test_hb7_all_workers_leave_when_asked(workers: RebondServer) -> None:
    """HB7. Given three workers, when the parent gets SIGTERM, and its whole group does too, then all of them leave in
    order, and it leaves last, with status 0."""
    children = _children(workers.process.pid)
    for child in children:
        os.kill(child, signal.SIGTERM)
    assert workers.stop() == 0
    for child in children:
        with pytest.raises(ProcessLookupError):
            os.kill(child, 0)
    assert "cut short" not in workers.log()


def test_no_worker_outlives_a_parent_that_was_killed(workers: RebondServer) -> None:
    """Given three workers, when the parent is killed without a word, then each of them notices and leaves in order."""
    children = _children(workers.process.pid)
    ends = [os.pidfd_open(child) for child in children]
    workers.kill()
    for end in ends:
        assert select.select([end], [], [], WITHIN_S)[0], "a worker goes on without its parent"
        os.close(end)
    assert status(workers.port, "/healthz") is None


STUBBORN = """
import signal, sys, time
from rebond.web.workers import Supervisor

def work(place):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    place.ready()
    signal.pause()

Supervisor(2, work, on_ready=lambda: print("ready", flush=True), leave_within_s=0.5).run()
print("left", flush=True)
"""


def test_a_worker_that_does_not_leave_is_killed() -> None:
    """Given workers that heed nothing, when the parent is asked to leave, then it ends them when their time is over."""
    with subprocess.Popen([sys.executable, "-c", STUBBORN], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"ready\n"
        children = _children(parent.pid)
        parent.terminate()
        out, err = parent.communicate(timeout=WITHIN_S)
        assert out == b"left\n", err
        assert parent.returncode == 0
        assert all(not Path(f"/proc/{child}").exists() for child in children)


def _children(parent: int) -> list[int]:
    words = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()
    return [int(word) for word in words]


def _await_end(pid: int) -> None:
    try:
        end = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    assert select.select([end], [], [], WITHIN_S)[0]
    os.close(end)


def _get(port: int, path: str) -> str:
    with urllib.request.urlopen(f"http://{LOOPBACK}:{port}{path}", timeout=WITHIN_S) as response:
        return response.read().decode()
