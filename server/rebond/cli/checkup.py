"""`rebond doctor`: looks at what a server needs here, and says what is wrong and what to do about it."""

import asyncio
import os
import shutil
import socket
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from rebond import app as composition
from rebond.cli import openfiles
from rebond.cli.endings import reason
from rebond.cli.folder import DATA, REDIS_VARIABLE, BrandFile, DurabilityWord, RedisPlace
from rebond.config import SECRET_CHARS_MIN, BadConfiguration, Config, configured
from rebond.log import LogError
from rebond.log.redis import RedisLog
from rebond.log.sqlite import SqliteLog
from rebond.web.pages import ICONS, STATIC
from rebond.web.redrawing import CannotRedraw, Unusable, redrawn

OPEN_FILES_WANTED = 4_096
DISK_WANTED_BYTES = 200 * 1024 * 1024
SLOW_FSYNC_MS = 50.0


class Finding(msgspec.Struct, frozen=True):
    """What one look found: a sentence, and whether a server can run all the same."""

    good: bool
    sentence: str


def doctor(
    data: Annotated[Path, typer.Option(help="Folder that keeps the boards; with --redis, only own templates.")] = DATA,
    redis: RedisPlace = None,
    durability: DurabilityWord = "fsync",
    port: Annotated[int, typer.Option(help="Port the server would listen on.", min=0, max=65535)] = 8000,
    brand: BrandFile = None,
) -> None:
    """Check what a server needs here. Ends with status 1 if something must be mended first."""
    try:
        config = configured(os.environ, host="127.0.0.1", port=port, data=data, redis=redis, durability=durability)
        configuration = Finding(True, "The REBOND_ variables can be read.")
    except BadConfiguration as error:
        config, configuration = None, Finding(False, str(error))
    looks: list[Callable[[], Finding]] = [_python, _client, lambda: configuration]
    if redis is None:
        if os.environ.get(REDIS_VARIABLE):
            looks.append(_redis_passed_over)
        looks += [lambda: _folder(data), lambda: _secret(data), lambda: _disk(data), lambda: _fsync(data)]
    elif config is not None:
        looks += [lambda: _redis(config)]
    if brand is not None:
        looks.append(lambda: _brand(brand))
    looks += [lambda: _templates(data), _pictures, _open_files, lambda: _port(port)]
    findings = [look() for look in looks]
    for finding in findings:
        typer.echo(f"{'ok  ' if finding.good else 'MEND'}  {finding.sentence}")
    if not all(finding.good for finding in findings):
        raise typer.Exit(1)


def _python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Finding(sys.version_info >= (3, 11), f"Python {version}, SQLite {sqlite3.sqlite_version}.")


def _client() -> Finding:
    if (STATIC / "index.html").is_file():
        return Finding(True, "The client is built.")
    return Finding(False, "The client is not built: run `make build`.")


def _redis(config: Config) -> Finding:
    """Opens the log as a node would, which finds a Redis that is set up for less than was asked, and probes it."""

    async def probed() -> float:
        log = composition.the_log(config)
        await log.open()
        try:
            if isinstance(log, RedisLog):
                await log.check_replicas()
            began = time.perf_counter()
            await log.probe()
            return (time.perf_counter() - began) * 1000
        finally:
            await log.close()

    try:
        took_ms = asyncio.run(probed())
    except (LogError, composition.StartFailed) as error:
        return Finding(False, str(error))
    return Finding(True, f"Redis keeps what it is told ({config.durability.value}) and answers in {took_ms:.1f} ms.")


def _redis_passed_over() -> Finding:
    return Finding(
        True, f"--data was given, so the Redis of {REDIS_VARIABLE} is not looked at; `rebond serve` uses it."
    )


def _folder(data: Path) -> Finding:
    """Opens the log as the server would, which also finds a folder in use, a newer schema or a read-only disk."""
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        asyncio.run(_open_and_close(data))
    except LogError as error:
        return Finding(False, str(error))
    except FileExistsError:
        return Finding(False, f"{data} is a file, and boards are kept in a folder. Choose another with --data.")
    except OSError as error:
        return Finding(False, f"{data} cannot be made: {reason(error)}. Choose another folder with --data.")
    return Finding(True, f"{data} can be written, and no other process has it.")


def _secret(data: Path) -> Finding:
    """A file that a crash left empty would sign tokens that anybody can forge."""
    path = data / composition.SECRET_FILE
    try:
        secret = path.read_text().strip()
    except FileNotFoundError:
        return Finding(True, "The secret that signs tokens is made at the first start.")
    except OSError as error:
        return Finding(False, f"{path} cannot be read: {reason(error)}.")
    if len(secret) < SECRET_CHARS_MIN:
        return Finding(
            False, f"{path} is empty or cut short: delete it, and a new one is made; links must be made anew."
        )
    return Finding(True, "The secret that signs tokens can be read.")


async def _open_and_close(data: Path) -> None:
    log = SqliteLog(data)
    await log.open()
    await log.close()


def _disk(data: Path) -> Finding:
    free = shutil.disk_usage(_existing(data)).free
    sentence = f"{free // 1024**2:,} MiB are free on the disk of {data}."
    return Finding(free >= DISK_WANTED_BYTES, sentence if free >= DISK_WANTED_BYTES else f"Only {sentence} Make room.")


def _fsync(data: Path) -> Finding:
    """How long the disk takes to promise: every acknowledged command waits for one such, shared with its neighbours."""
    times_ms: list[float] = []
    try:
        with tempfile.TemporaryFile(dir=_existing(data)) as file:
            for _ in range(20):
                file.write(b"x" * 4096)
                file.flush()
                began = time.perf_counter()
                os.fsync(file.fileno())
                times_ms.append((time.perf_counter() - began) * 1000)
    except OSError as error:
        return Finding(False, f"{data} cannot be written: {reason(error)}.")
    median_ms = sorted(times_ms)[len(times_ms) // 2]
    if median_ms > SLOW_FSYNC_MS:
        return Finding(True, f"An fsync takes {median_ms:.0f} ms here: people will feel it; a local disk is better.")
    return Finding(True, f"An fsync takes {median_ms:.1f} ms.")


def _brand(path: Path) -> Finding:
    try:
        composition.the_brand(path)
    except composition.StartFailed as error:
        return Finding(False, str(error))
    return Finding(True, f"The look in {path} can be read, and seen.")


def _templates(data: Path) -> Finding:
    try:
        return Finding(True, f"{len(composition.templates(data))} templates can be read.")
    except composition.StartFailed as error:
        return Finding(False, str(error))


def _pictures() -> Finding:
    """Has one drawn as the server would, in a process of its own."""
    try:
        redrawn((ICONS / "icon-512.png").read_bytes())
    except CannotRedraw as error:
        return Finding(False, f"Pictures cannot be drawn: {error}. Install rebond with what it needs.")
    except Unusable:
        return Finding(False, "Pictures cannot be drawn: PNG is unknown here. Install pillow from its wheel.")
    return Finding(True, "Pictures can be drawn.")


def _open_files() -> Finding:
    files = openfiles.reachable()
    sentence = f"{files:,} files may be open at once; each phone takes one."
    if files >= OPEN_FILES_WANTED:
        return Finding(True, sentence)
    return Finding(False, f"Only {sentence} Raise the hard limit (LimitNOFILE in systemd, `ulimit -Hn` in a shell).")


def _port(port: int) -> Finding:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            return Finding(False, f"Port {port} cannot be used: {reason(error)}. Choose another with --port.")
    return Finding(True, f"Port {port} is free.")


def _existing(path: Path) -> Path:
    return path if path.exists() else _existing(path.absolute().parent)
