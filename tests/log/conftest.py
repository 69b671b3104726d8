"""The logs under test. A new implementation joins the contract suite (LG8) with one line in IMPLEMENTATIONS."""

import secrets
from collections.abc import AsyncGenerator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rebond.log import Durability
from rebond.log.memory import MemoryLog
from rebond.log.moving import ReceivingLog
from rebond.log.redis import RedisLog
from rebond.log.sqlite import SqliteLog
from tests.conftest import RedisServer
from tests.log.redis_cluster import RedisCluster, clusters

PROBED_WITHIN_S = 100.0
"""A bound for what hangs: a probe waits for the disk like everything else, and a busy disk is not a broken log."""


def _folder(request: pytest.FixtureRequest) -> Path:
    folder: Path = request.getfixturevalue("tmp_path")
    return folder / "data"


def _redis(request: pytest.FixtureRequest) -> RedisLog:
    server: RedisServer = request.getfixturevalue("redis_server")
    return RedisLog(server.url, Durability.MEMORY, **PATIENT)


@pytest.fixture(scope="session")
def redis_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisCluster]:
    """One cluster for all tests that leave it as it is; each has a part of its own, by prefix."""
    with clusters(tmp_path_factory.mktemp("cluster")) as start:
        yield start()


def _redis_cluster(request: pytest.FixtureRequest) -> RedisLog:
    cluster: RedisCluster = request.getfixturevalue("redis_cluster")
    return RedisLog(cluster.url, Durability.MEMORY, prefix=secrets.token_hex(4), **PATIENT)


PATIENT: dict[str, Any] = {
    "command_timeout_s": PROBED_WITHIN_S,
    "settle_timeout_s": PROBED_WITHIN_S,
    "probe_timeout_s": PROBED_WITHIN_S,
}

IMPLEMENTATIONS: dict[str, Callable[[pytest.FixtureRequest], ReceivingLog]] = {
    "memory": lambda request: MemoryLog(PROBED_WITHIN_S),
    "sqlite-memory": lambda request: SqliteLog(_folder(request), Durability.MEMORY, probe_timeout_s=PROBED_WITHIN_S),
    "sqlite-fsync": lambda request: SqliteLog(_folder(request), Durability.FSYNC, probe_timeout_s=PROBED_WITHIN_S),
    "redis": _redis,
    "redis-cluster": _redis_cluster,
}


@pytest.fixture(params=list(IMPLEMENTATIONS))
async def log(request: pytest.FixtureRequest) -> AsyncGenerator[ReceivingLog, None]:
    """Each implementation in turn, open and empty."""
    opened = IMPLEMENTATIONS[request.param](request)
    await opened.open()
    yield opened
    await opened.close()
