"""`rebond serve` and `rebond doctor`: what is wrong is said in one sentence before anybody waits for it (HB7, LG2)."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest

import rebond as package
import rebond_protocol as protocol
from rebond.web.pages import STATIC
from tests.cli.conftest import PROGRAM, Rebond, Said
from tests.conftest import LOOPBACK, READY_WITHIN_S, STOP_WITHIN_S, RebondServer, StartRebond, find_free_port


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port somebody listens on."""
    with socket.create_server((LOOPBACK, 0)) as listener:
        port: int = listener.getsockname()[1]
        yield port


def test_hb7_a_server_that_is_asked_to_leave_leaves_well(rebond_server: RebondServer) -> None:
    """HB7. Given a running server, when it gets SIGTERM, then it ends with status 0 and lets go of its folder."""
    assert rebond_server.stop() == 0
    assert not (rebond_server.data_dir / "rebond.db-wal").exists()


def test_a_server_says_where_it_is(rebond: Rebond, tmp_path: Path) -> None:
    """Given --port 0, when the server is ready, then its first line names the port it was given."""
    process = subprocess.Popen(
        [PROGRAM, "serve", "--port", "0", "--data", str(tmp_path / "d")], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert re.fullmatch(r"Rebond is ready: http://localhost:[1-9]\d+\n", line)
    finally:
        process.terminate()
        process.communicate(timeout=STOP_WITHIN_S)
    assert process.returncode == 0


@pytest.mark.parametrize(
    ("words", "environment", "sentence"),
    [
        (["--durability", "eventually"], {}, "--durability is memory, fsync or, on Redis, replicated(1) and more"),
        (["--durability", "replicated"], {}, "A data folder keeps one copy: --durability is memory or fsync."),
        (["--replicas", "2"], {}, "--replicas is for --durability replicated; fsync waits for none."),
        (
            ["--durability", "replicated(2)", "--replicas", "3"],
            {},
            "--durability replicated(2) and --replicas 3 do not say",
        ),
        (["--redis", "redis://localhost", "--durability", "replicated(0)"], {}, "Replicated durability needs at least"),
        (["--redis", "http://:secret@localhost"], {}, "The address of Redis cannot be read. It is redis://"),
        (["--redis", "redis://:sec#ret@localhost"], {}, "In an address of Redis, / ? # @ of a password are written"),
        ([], {"REBOND_REDIS_URL": "redis://:secret@127.0.0.1:1/3"}, "Redis at redis://127.0.0.1:1/3 cannot be used: "),
        (["--redis", "redis://localhost/abc"], {}, "The database in an address of Redis is a number"),
        (["--redis", "redis:/127.0.0.1:1"], {}, "The address of Redis cannot be read. It is redis://"),
        (["--data", "file"], {}, "file is a file, and boards are kept in a folder. Choose another with --data."),
        ([], {"REBOND_PUBLIC_URL": "foo"}, "REBOND_PUBLIC_URL='foo' cannot be: it is an address like https://"),
        ([], {"REBOND_FLUSH_MS": "fast"}, "REBOND_FLUSH_MS='fast' cannot be: it is a number, 0 or more."),
        ([], {"REBOND_DRAIN_MS": "1.5"}, "REBOND_DRAIN_MS='1.5' cannot be: it is a whole number."),
        ([], {"REBOND_SECRET": "short"}, "REBOND_SECRET needs at least 32 characters"),
        (["--data", "file/below"], {}, "Cannot start: Not a directory."),
        (["--host", "no.such.host.invalid"], {}, "Cannot start: "),
    ],
)
def test_a_server_that_cannot_start_says_why(
    rebond: Rebond, tmp_path: Path, words: list[str], environment: dict[str, str], sentence: str
) -> None:
    """Given a setting that cannot be, when the server is started, then one sentence says why and the status is 1."""
    (tmp_path / "file").touch()
    assert rebond("serve", "--port", 0, *words, environment=environment).complaint.startswith(sentence)


def test_a_taken_port_is_said_before_the_folder_is_opened(rebond: Rebond, taken_port: int, tmp_path: Path) -> None:
    """Given a port somebody listens on, when a server is started there, then one sentence names it."""
    said = rebond("serve", "--port", taken_port).complaint
    assert said.startswith(f"Port {taken_port} on {LOOPBACK} is taken")
    assert not (tmp_path / "data" / "rebond.db").exists()


def test_lg2_a_folder_has_one_writer(rebond: Rebond, start_rebond: StartRebond) -> None:
    """LG2. Given a running server, when another is started on its folder, then that one says whose it is and leaves,
    and the first one goes on."""
    first = start_rebond()
    said = rebond("serve", "--port", 0, "--data", first.data_dir).complaint
    assert f"in use by process {first.process.pid}" in said
    assert rebond("board", "new", "T", "--url", first.url).status == 0


def test_a_bad_template_stops_the_start(rebond: Rebond, tmp_path: Path) -> None:
    """Given an own template that is none, when a server starts, then one sentence names the file."""
    (tmp_path / "data" / "templates").mkdir(parents=True)
    (tmp_path / "data" / "templates" / "ours.json").write_text('{"name": "ours"}')
    assert rebond("serve", "--port", 0).complaint.startswith("ours.json: This is not a template")
    _expect(rebond("doctor", "--port", 0), "ours.json: This is not a template")


def test_an_organisations_look_is_worn_or_stops_the_start(
    rebond: Rebond, start_rebond: StartRebond, tmp_path: Path
) -> None:
    """PRODUCT section 2. Given a look, by option or variable, when the server starts, then it serves its colours; given
    one that cannot be seen, then one sentence says which colour fails, and so does the doctor."""
    good, bad = tmp_path / "look.toml", tmp_path / "pale.json"
    good.write_text('name = "Banque du Quai"\n[accent]\nlight = "#00529B"\ndark = "#7AB8F5"\n')
    bad.write_text('{"accent": {"light": "#FFD500", "dark": "#7AB8F5"}}')
    for server in (start_rebond("--brand", str(good)), start_rebond(environment={"REBOND_BRAND": str(good)})):
        with urllib.request.urlopen(f"{server.url}/brand.css") as style:
            assert b"#00529b" in style.read()
    pale = "pale.json: The light accent #ffd500 has a contrast of "
    for words, environment in ((["--brand", bad], {}), ([], {"REBOND_BRAND": str(bad)})):
        said = rebond("serve", "--port", 0, *words, environment=environment).complaint
        assert said.startswith(pale)
        assert said.endswith("Choose a darker one.")
        _expect(rebond("doctor", "--port", 0, *words, environment=environment), pale)
    assert "cannot be read: No such file or directory." in rebond("serve", "--brand", tmp_path / "none").complaint


# -- doctor --------------------------------------------------------------------------------------------------------


def test_a_healthy_place_is_said_so(rebond: Rebond, tmp_path: Path) -> None:
    """Given a built client, a free port and a writable folder, when the doctor looks, then all is well."""
    assert (STATIC / "index.html").is_file(), "The client is not built: run `make build` first."
    said = rebond("doctor", "--data", tmp_path / "d", "--port", find_free_port())
    assert said.status == 0, said.text
    assert all(line.startswith("ok ") for line in said.text.splitlines())
    for looked_at in (
        "Python",
        "client",
        "REBOND_",
        "written",
        "secret",
        "free on the disk",
        "fsync",
        "templates",
        "files",
        "Port",
    ):
        assert looked_at in said.text


def test_each_trouble_is_named_with_its_remedy(
    rebond: Rebond, start_rebond: StartRebond, taken_port: int, tmp_path: Path
) -> None:
    """Given one trouble at a time, when the doctor looks, then it names that one and ends with status 1."""
    server = start_rebond()
    (tmp_path / "file").touch()
    _expect(rebond("doctor", "--port", taken_port), f"Port {taken_port} cannot be used")
    bad = {"REBOND_RING_BYTES": "much"}
    _expect(rebond("doctor", "--port", 0, environment=bad), "REBOND_RING_BYTES='much' cannot be")
    in_use = f"The data folder {server.data_dir} is in use by process {server.process.pid}"
    _expect(rebond("doctor", "--port", 0, "--data", server.data_dir), in_use)
    (tmp_path / "cut").mkdir()
    (tmp_path / "cut" / "secret.key").touch()
    _expect(rebond("doctor", "--port", 0, "--data", "cut"), "cut/secret.key is empty or cut short")
    below = rebond("doctor", "--port", 0, "--data", "file/below")
    _expect(
        below,
        "file/below cannot be made: Not a directory.",
        "file/below/secret.key cannot be read: Not a directory.",
        "file/below cannot be written: Not a directory.",
    )


def test_a_client_that_was_not_built_is_named(tmp_path: Path) -> None:
    """Given the program without its built client, when the doctor looks, then it says how to build it."""
    copies = tmp_path / "copies"
    for module in (package, protocol):
        folder = Path(module.__path__[0])
        shutil.copytree(folder, copies / folder.name, ignore=shutil.ignore_patterns("static", "__pycache__"))
    done = subprocess.run(
        [sys.executable, "-c", "from rebond.cli import main; main()", "doctor", "--port", "0"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(copies)}, capture_output=True, timeout=READY_WITHIN_S,
    )  # fmt: skip
    said = Said(done.returncode, done.stdout, done.stderr.decode())
    _expect(said, "The client is not built: run `make build`.")


def test_the_program_says_which_one_it_is(rebond: Rebond) -> None:
    """Given --version, when the program is called, then it prints its version and nothing else."""
    assert rebond("--version").text == f"rebond {metadata.version('rebond')}\n"


def _mended(said: Said) -> list[str]:
    """What the doctor wants mended."""
    assert said.err == ""
    troubles = [line.removeprefix("MEND  ") for line in said.text.splitlines() if line.startswith("MEND  ")]
    assert bool(troubles) == (said.status == 1), said.text
    return troubles


def _expect(said: Said, *beginnings: str) -> None:
    """These troubles, in this order, and no others."""
    troubles = _mended(said)
    assert len(troubles) == len(beginnings), troubles
    for trouble, beginning in zip(troubles, beginnings, strict=True):
        assert trouble.startswith(beginning), trouble
