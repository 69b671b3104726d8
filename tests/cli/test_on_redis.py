"""The commands on boards that Redis keeps: the same words as on a data folder, beside running nodes."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.cli.conftest import Lively, Rebond, Said
from tests.conftest import LOOPBACK, RedisServer, StartRebond, StartRedis, find_free_port
from tests.web.nodes import QUICK, WITHIN_S, await_status, start_node, status

MEMORY = ("--durability", "memory")
LACKING = "has 0 replicas in reach and replicated(1) needs 1; start or attach replicas, or ask for fsync."


@pytest.fixture
def on_redis(rebond: Rebond, redis_server: RedisServer) -> Rebond:
    """Calls `rebond` with the address of Redis in the environment, as operators do whose address has a password."""

    def call(*words: object, environment: Mapping[str, str] | None = None) -> Said:
        return rebond(*words, environment={"REBOND_REDIS_URL": redis_server.url, **(environment or {})})

    return call


def test_boards_on_redis_are_made_listed_moved_and_checked(on_redis: Rebond, tmp_path: Path) -> None:
    """Given a Redis, when boards are made, listed, exported, imported, replayed, then as in a folder; and no folder is
    made."""
    made = on_redis("board", "new", "What would help?", "--json", *MEMORY).json
    (row,) = on_redis("board", "list", "--json").json
    assert (row["code"], row["title"]) == (made["code"], "What would help?")
    assert on_redis("export", made["code"], "--format", "log", "-o", "board.log").status == 0
    assert f"(id {made['id']})" in on_redis("import", "board.log", *MEMORY).complaint
    again = on_redis("import", "board.log", "--copy", "--json", *MEMORY).json
    assert again["id"] != made["id"]
    assert "What would help?" in on_redis("export", again["code"], "--format", "md").text
    assert on_redis("replay", made["code"], "--verify").text.startswith("4 entries fold to one state")
    assert on_redis("board", "restored").text.startswith("2 boards begin anew")
    assert not (tmp_path / "data").exists()


def test_a_board_made_beside_a_running_node_is_served_by_it(
    on_redis: Rebond, redis_server: RedisServer, start_rebond: StartRebond
) -> None:
    """Given a running node, when a board is made on the command line, then the node serves it, and takes its links:
    both have one secret, which Redis keeps."""
    node = start_node(start_rebond, redis_server)
    made = on_redis("board", "new", "Beside", "--json", "--base-url", node.url, *MEMORY).json
    await_status(node, f"/api/boards/{made['code']}", 200)
    await_status(node, f"/api/boards/{made['id']}/export.json", 401)


def test_boards_are_in_one_place(rebond: Rebond, redis_server: RedisServer) -> None:
    """Given both a folder and Redis, when boards are asked for, then one sentence says that it is one or the other."""
    for words in (["board", "list"], ["export", "KYTE7"], ["replay", "KYTE7"], ["board", "restored"]):
        said = rebond(*words, "--data", "d", "--redis", redis_server.url).complaint
        assert said.startswith("Boards are in one place: give --data or --redis")


def test_a_folder_that_is_named_goes_before_the_variable(on_redis: Rebond, lively: Lively, tmp_path: Path) -> None:
    """Given REBOND_REDIS_URL, when a command names a folder, then it is about that folder, the doctor too, which says
    that a server would do otherwise; and without the folder, about Redis."""
    assert lively.code in on_redis("board", "list", "--data", lively.data).text
    assert on_redis("export", lively.code, "--data", lively.data).status == 0
    assert on_redis("replay", lively.code, "--data", lively.data).status == 0
    assert on_redis("board", "new", "Here", "--data", lively.data).status == 0
    assert on_redis("board", "restored", "--data", lively.data).text.startswith("2 boards")
    assert on_redis("board", "list", "--json").json == []
    said = on_redis("doctor", "--data", lively.data, "--port", find_free_port())
    assert said.status == 0, said.text
    assert f"{lively.data} can be written" in said.text
    assert "the Redis of REBOND_REDIS_URL is not looked at" in said.text
    assert "Redis keeps" not in said.text


def test_no_board_is_made_where_no_server_would_start(on_redis: Rebond, lively: Lively, tmp_path: Path) -> None:
    """LG2. Given a Redis that `serve` refuses, when a board is made or imported there, then it is refused in the same
    sentence, and there is none; neither where it has not the replicas that are asked for, as the doctor says too."""
    assert on_redis("export", lively.code, "--data", lively.data, "--format", "log", "-o", "board.log").status == 0
    making = (["board", "new", "T"], ["import", "board.log"])
    refused = on_redis("serve", "--port", 0).complaint
    assert "« appendonly yes »" in refused
    assert [on_redis(*words).complaint for words in making] == [refused, refused]
    assert on_redis("board", "list", "--json").json == []
    hurried = {"REBOND_REDIS_COMMAND_MS": "3000", "REBOND_REDIS_REPLICA_MS": "100"}
    asked = {"REBOND_DURABILITY": "replicated(1)", **hurried}
    lacking = on_redis("doctor", "--port", find_free_port(), environment=asked).text
    for words in making:
        complaint = on_redis(*words, environment=asked).complaint
        assert complaint.endswith(LACKING)
        assert complaint in lacking
    assert on_redis("board", "list", "--json").json == []


def test_a_node_starts_without_its_replicas_and_is_ready_with_them(
    start_redis: StartRedis, start_rebond: StartRebond, tmp_path: Path
) -> None:
    """LG2, HB8. Given a Redis whose replicas are not back yet, when a node starts there, then it says so and is not
    ready; when they are back, then it is, by itself, and boards are made."""
    redis, port, log = start_redis("--repl-diskless-sync-delay", "0"), find_free_port(), tmp_path / "rebond-0.log"
    promised = {**QUICK, "REBOND_REDIS_URL": redis.url, "REBOND_DURABILITY": "replicated(1)"}
    with ThreadPoolExecutor(1) as thread:
        starting = thread.submit(start_rebond, port=port, environment=promised)
        redis.await_ready(lambda: status(port, "/readyz") == 503)
        lacking = f"{LACKING} Until then nothing is acknowledged, and this node is not ready."
        redis.await_ready(lambda: lacking in log.read_text())
        start_redis("--replicaof", LOOPBACK, str(redis.port))
        node = starting.result()
    answer = httpx.post(f"{node.url}/api/boards", json={"title": "With replicas"}, trust_env=False, timeout=WITHIN_S)
    assert answer.status_code == 201


def test_the_doctor_looks_at_redis(on_redis: Rebond, start_redis: StartRedis, rebond: Rebond) -> None:
    """LG2. Given a Redis that keeps nothing on disk, when the doctor looks, then what fsync needs is named; with the
    settings it asks for, or with less asked, all is well."""
    port = find_free_port()
    said = on_redis("doctor", "--port", port)
    assert said.status == 1
    assert "put « appendonly yes » and « appendfsync always » into its configuration" in said.text
    assert on_redis("doctor", "--port", port, "--durability", "memory").status == 0
    careful = start_redis("--appendonly", "yes", "--appendfsync", "always")
    said = rebond("doctor", "--port", port, "--redis", careful.url)
    assert said.status == 0, said.text
    assert "Redis keeps what it is told (fsync)" in said.text


def test_a_password_is_told_to_nobody(rebond: Rebond, redis_server: RedisServer, start_rebond: StartRebond) -> None:
    """Given a Redis with a password, when it is wrong, and when Redis goes away under a running node, then neither the
    sentence nor the log nor the list of processes has it."""
    redis = redis_server
    with socket.create_connection((LOOPBACK, redis.port)) as line:
        line.sendall(b"CONFIG SET requirepass opensesame\r\n")
        assert line.recv(5) == b"+OK\r\n"
    for word in ("opensezame", "open@sezame", "open/sezame", "open#sezame"):
        address = f"redis://:{word}@127.0.0.1:{redis.port}/0"
        said = rebond("board", "list", environment={"REBOND_REDIS_URL": address}).complaint
        assert "sezame" not in said
    node = start_node(start_rebond, f"redis://:opensesame@127.0.0.1:{redis.port}/0", "--workers", "2")
    redis.kill()
    await_status(node, "/readyz", 503)
    assert "opensesame" not in node.log()
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = process.read_bytes()
        except OSError:  # it ended meanwhile
            continue
        assert b"redis://:opensesame" not in words
