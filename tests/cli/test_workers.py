"""`rebond serve --workers N`: several processes on one port, looked after by one that serves nothing."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import select
import signal
import subprocess
import sys
import urllib.request
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from rebond_protocol.errors import CLOSES
from tests.cli.conftest import Rebond
from tests.conftest import LOOPBACK, RebondServer, RedisServer, StartRebond, find_free_port
from tests.web.edge import board_made
from tests.web.nodes import WITHIN_S, caller, start_node, status

PATIENT = {"REBOND_REDIS_COMMAND_MS": "30000", "REBOND_BEAT_MS": "20000"}
"""Three that start at once on a machine that is busy elsewhere; and who is slow to answer a ping there is not gone."""
PIDS = re.compile(r"Worker (\d) \(process (\d+)\) was ended by SIGKILL\. It is started again in (\S+) s\.")


@pytest.fixture
def workers(redis_server: RedisServer, start_rebond: StartRebond, worker_port: int) -> RebondServer:
    """A node of three workers, all of them ready."""
    node = start_node(start_rebond, redis_server, "--workers", "3", **PATIENT, REBOND_WORKER_PORT=str(worker_port))
    node.await_ready(lambda: "Rebond is ready" in node.log())
    return node


@pytest.fixture
def crowded(redis_server: RedisServer, start_rebond: StartRebond) -> RebondServer:
    """A node of three workers that tell one phone after the other to come back, with a rest between them."""
    slowly = {"REBOND_DRAIN_WAVE": "1", "REBOND_DRAIN_WAVE_MS": "300", "REBOND_DRAIN_MS": "60000"}
    node = start_node(start_rebond, redis_server, "--workers", "3", **PATIENT, **slowly)
    node.await_ready(lambda: "Rebond is ready" in node.log())
    return node


@pytest.fixture
def worker_port() -> int:
    """The first of three ports in a row that nobody listens on."""
    ports = [find_free_port() for _ in range(3)]
    while ports != [*range(ports[0], ports[0] + 3)]:
        ports = [*ports[1:], find_free_port()]
    return ports[0]


def test_workers_need_a_log_they_can_share(rebond: Rebond) -> None:
    """Given a data folder, when several workers are asked for, then one sentence says what they need."""
    said = rebond("serve", "--port", 0, "--workers", 2).complaint
    assert said == "A data folder has one writer: --workers needs --redis."


def test_what_stops_one_worker_stops_the_start(rebond: Rebond, redis_server: RedisServer) -> None:
    """Given a Redis that is set up for less than was asked, when workers are started, then one sentence says so."""
    said = rebond("serve", "--port", 0, "--workers", 2, "--redis", redis_server.url).complaint
    assert said.startswith(f"Redis at {redis_server.url.removesuffix('/0')}")
    assert "appendfsync always" in said


def test_what_the_system_refuses_a_worker_is_said_in_one_sentence(
    rebond: Rebond, redis_server: RedisServer, tmp_path: Path
) -> None:
    """Given a folder of templates that cannot be read, when workers are started, then the sentence is the same as
    without workers."""
    (tmp_path / "own" / "templates" / "board.json").mkdir(parents=True)
    for workers in (1, 2):
        options = ("--redis", redis_server.url, "--data", tmp_path / "own", "--workers", workers)
        said = rebond("serve", "--port", 0, *options).complaint
        assert said == "Cannot start: Is a directory. Check --host, --port and --data."


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


async def test_hb7_all_workers_leave_when_asked(crowded: RebondServer) -> None:
    """HB7. Given workers with a phone each and more, when their parent gets SIGTERM and, while they tell the phones one
    after the other to come back, each worker gets it too (as systemd does), then every phone is told, and nobody is
    cut off."""
    children = _children(crowded.process.pid)
    async with asyncio.timeout(WITHIN_S), _phones(crowded, 12) as phones:
        ends = [asyncio.ensure_future(_close_of(phone)) for phone in phones]
        crowded.process.terminate()
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        for child in children:
            with contextlib.suppress(ProcessLookupError):  # it has told all of its phones
                os.kill(child, signal.SIGTERM)
        assert set(await asyncio.gather(*ends)) == {CLOSES["draining"].number}
    assert await asyncio.to_thread(crowded.process.wait, WITHIN_S) == 0  # asked once: again would be to hurry
    for child in children:
        with pytest.raises(ProcessLookupError):
            os.kill(child, 0)
    assert "cut short" not in crowded.log()
    assert "skipped" not in crowded.log()


async def test_hb7_a_second_stop_for_the_parent_makes_all_of_them_hurry(
    redis_server: RedisServer, start_rebond: StartRebond
) -> None:
    """HB7. Given workers that would take ten minutes to tell everybody, when their parent is asked a second time, then
    they leave at once, and say that they cut it short."""
    ten_minutes = dict.fromkeys(("REBOND_DRAIN_MS", "REBOND_DRAIN_WAVE_MS"), "600000")
    node = start_node(start_rebond, redis_server, "--workers", "3", REBOND_DRAIN_WAVE="1", **PATIENT, **ten_minutes)
    await asyncio.to_thread(node.await_ready, lambda: "Rebond is ready" in node.log())
    async with asyncio.timeout(WITHIN_S), _phones(node, 4) as phones:  # so one of three workers has two at least
        ends = [asyncio.ensure_future(_close_of(phone)) for phone in phones]
        node.process.terminate()
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        assert await asyncio.to_thread(node.stop) == 0
        await asyncio.gather(*ends)
    assert "the drain was" in node.log()


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


UNFORKABLE = """
import os, resource
from rebond.web.workers import Supervisor, WorkersFailed

supervisor = Supervisor(2, lambda place: None, on_ready=lambda: None, leave_within_s=60)
if HOW == "files":
    free = os.dup(0)
    os.close(free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free + 2, free + 2))  # two for what it hears with, none for a worker
else:
    def fork():
        raise BlockingIOError(11, "Resource temporarily unavailable")
    os.fork = fork
try:
    supervisor.run()
except WorkersFailed as failure:
    print(failure)
"""


@pytest.mark.parametrize(
    ("how", "why"), [("files", "Too many open files"), ("processes", "Resource temporarily unavailable")]
)
def test_where_no_process_can_be_had_the_start_ends_with_the_reason(how: str, why: str) -> None:
    """Given a system that has no process, or no file, left for any of the workers, when they are started, then the
    reason is told, once."""
    # Whoever may do everything has no limit of processes: that one refusal is played.
    command = [sys.executable, "-c", f"HOW = {how!r}\n{UNFORKABLE}"]
    said = subprocess.run(command, capture_output=True, text=True, timeout=WITHIN_S, check=False)
    assert (said.stdout, said.stderr) == (f"Worker 1 cannot be started: {why}.\n", "")


@contextlib.asynccontextmanager
async def _phones(node: RebondServer, count: int) -> AsyncGenerator[list[ClientConnection]]:
    """So many phones on one board of this node, each of them let in."""
    async with contextlib.AsyncExitStack() as open_sockets:
        client = await open_sockets.enter_async_context(caller(node))
        made = await board_made(client)
        phones: list[ClientConnection] = []
        for number in range(count):
            phone = await open_sockets.enter_async_context(
                connect(
                    node.websocket_url(made.id),
                    subprotocols=[Subprotocol("rebond.v1.json")],
                    proxy=None,
                    ping_interval=None,
                )
            )
            hello = {"type": "hello", "token": made.tokens.moderator, "device": f"phone-{number}"}
            await phone.send(json.dumps(hello))
            await phone.recv()
            phones.append(phone)
        yield phones


async def _close_of(phone: ClientConnection) -> int | None:
    """The code this phone's socket ends with."""
    with contextlib.suppress(ConnectionClosed):
        while True:
            await phone.recv()
    return phone.close_code


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
