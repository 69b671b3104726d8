"""One `rebond serve` for all cases that need no settings of their own: a process for each would take minutes."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.board import Endpoint, endpoint_of
from tests.conftest import LOOPBACK, RebondServer, find_free_port

TRACEBACK = "Traceback (most recent call last)"


@pytest.fixture(scope="session")
def shared_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    """A board on a server that outlives a test."""
    folder = tmp_path_factory.mktemp("conformance")
    server = _started(folder)
    try:
        yield endpoint_of(server)
    finally:
        status = server.stop()
    assert status in (0, -signal.SIGTERM), server.log()
    assert TRACEBACK not in server.log(), server.log()


@pytest.fixture
def endpoint(shared_endpoint: Endpoint) -> Iterator[Endpoint]:
    """A board's socket; when the test is over, its server still serves and has complained of nothing new."""
    before = len(shared_endpoint.server.log())
    yield shared_endpoint
    with shared_endpoint.member() as another:
        another.answers()
    log = shared_endpoint.server.log()[before:]
    assert TRACEBACK not in log, log


def _started(folder: Path) -> RebondServer:
    port, data_dir, log_path = find_free_port(), folder / "data", folder / "server.log"
    program = Path(sys.executable).with_name("rebond")
    command = [str(program), "serve", "--host", LOOPBACK, "--port", str(port), "--data", str(data_dir)]
    with log_path.open("wb") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    server = RebondServer("conformance", port, process, log_path, data_dir)
    server.await_ready(lambda: "Rebond is ready" in server.log())
    return server
