"""Where the boards are, as the commands use it: a data folder or Redis, opened to look or to write, with whatever goes
wrong said in one sentence.

Looking takes no lock and works beside a running server. Writing needs a folder for oneself; Redis is for everybody.
"""

import asyncio
import os
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.progress import Progress

from rebond import app as composition
from rebond.cli.endings import fail, readable, reason
from rebond.config import BadConfiguration, Config, configured
from rebond.domain.state import BoardState
from rebond.hub.loading import load_state
from rebond.log import BoardRecord, DataFolderInUse, Log, LogError, LogReader
from rebond.log.redis import RedisLog
from rebond.log.sqlite import ReadOnlySqliteLog
from rebond.web.auth import Tokens
from rebond_protocol.codec import read_entry
from rebond_protocol.entries import Entry

DATA = Path("data")
DataFolder = Annotated[Path | None, typer.Option(help="Folder that keeps the boards.", show_default=str(DATA))]
REDIS_VARIABLE = "REBOND_REDIS_URL"
REDIS_HELP = "Address of the Redis that keeps the boards."


def _unless_folder(context: typer.Context, redis: str | None) -> str | None:
    """What is exported for a server gives way to the folder that somebody typed."""
    typed = {name: context.get_parameter_source(name) for name in ("data", "redis")}
    words = {name: source and source.name for name, source in typed.items()}
    return None if words == {"data": "COMMANDLINE", "redis": "ENVIRONMENT"} else redis


RedisUrl = Annotated[str | None, typer.Option(envvar=REDIS_VARIABLE, help=REDIS_HELP)]
"""For who serves: a folder beside it keeps templates, and no boards."""
RedisPlace = Annotated[str | None, typer.Option(envvar=REDIS_VARIABLE, help=REDIS_HELP, callback=_unless_folder)]
"""For who looks for the boards in one place: the folder of --data, where it is given, goes before the variable."""
DurabilityWord = Annotated[
    str,
    typer.Option(
        envvar="REBOND_DURABILITY",
        help="What an acknowledged command survives: memory, fsync or, on Redis, replicated(N).",
    ),
]
Promised = Annotated[
    str, typer.Option(envvar="REBOND_DURABILITY", help="What Redis promises, as `rebond serve` asks it to.")
]
"""For who makes a board: on a Redis that no server with the same words would start on, it would be served by nobody."""
BrandFile = Annotated[
    Path | None, typer.Option(envvar="REBOND_BRAND", help="The organisation's name, accent and logo: TOML or JSON.")
]
AsJson = Annotated[bool, typer.Option("--json", help="For programs: JSON, and nothing else.")]
BaseUrl = Annotated[
    str | None,
    typer.Option("--base-url", help="Where people reach the server; stands in the links.", show_default="this machine"),
]

BEGINS_LATER = "its log begins at a summary (words were erased, or it was put back after a loss)"

PAGE_ENTRIES = 1_000
LOCAL_URL = "http://localhost:8000"

T = TypeVar("T")


def run(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run this to its end; if the log or the disk does not play along, end with one sentence instead."""
    try:
        return asyncio.run(work())
    except DataFolderInUse as error:
        fail(f"{error} A running server makes boards with `rebond board new --url`.")
    except (LogError, composition.StartFailed) as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.filename or 'The data folder'}: {reason(error)}.")


@asynccontextmanager
async def reading(config: Config) -> AsyncGenerator[LogReader]:
    """The log, to look at."""
    log = ReadOnlySqliteLog(config.data) if config.redis is None else composition.the_log(config)
    await log.open()
    try:
        yield log
    finally:
        await log.close()


@asynccontextmanager
async def writing(config: Config) -> AsyncGenerator[Log]:
    """The log, to write to; a folder's is then this process's alone, and is made if it is not there. A Redis without
    the replicas that have to confirm is refused before anything is written there."""
    log = composition.the_log(config)
    await log.open()
    try:
        if isinstance(log, RedisLog):
            await log.check_replicas()
        yield log
    finally:
        await log.close()


async def board_record(log: LogReader, ref: str) -> BoardRecord:
    """The board of this code or id; ends the command where there is none."""
    record = await log.find(readable(ref))
    if record is None:
        fail(f"There is no board {ref!r} here. `rebond board list` says which there are.")
    return record


async def board_state(log: LogReader, record: BoardRecord) -> BoardState:
    """The state as a server would load it."""
    try:
        state = (await load_state(log, record.id)).state
    except ValueError as error:
        fail(f"Board {record.code} cannot be read: {error}.")
    return state


async def pages(log: LogReader, record: BoardRecord, after: int = 0) -> AsyncGenerator[list[Entry]]:
    """Every entry of a board, a page at a time, with a bar on the terminal for a long one."""
    end = (await log.position(record.id)).seq
    with Progress(console=Console(stderr=True), transient=True, disable=end < 5 * PAGE_ENTRIES) as progress:
        task = progress.add_task("reading the log", total=end)
        while page := await log.read(record.id, after, PAGE_ENTRIES):
            try:
                yield [read_entry(one.data) for one in page]
            except ValueError as error:
                fail(f"Board {record.code} has an entry after {after} that cannot be read: {error}.")
            after = page[-1].seq
            progress.update(task, completed=after)


def operators_config(data: Path | None, redis: str | None, durability: str | None = None) -> Config:
    """What the options and the REBOND_ variables say; ends the command where they cannot be.

    Without a durability, a command uses Redis however it is set up, and waits for replicas where REBOND_DURABILITY says
    so.
    """
    if data is not None and redis is not None:
        fail("Boards are in one place: give --data or --redis, not both.")
    promised = "fsync" if redis is None else durability or os.environ.get("REBOND_DURABILITY", "memory")
    try:
        return configured(os.environ, host="127.0.0.1", port=8000, data=data or DATA, redis=redis, durability=promised)
    except BadConfiguration as error:
        fail(str(error))


async def tokens_of(config: Config, log: Log) -> Tokens:
    """The tokens a server on this log accepts. Makes its secret if there is none."""
    return Tokens(await composition.the_secret(config, log))


def base_url_of(chosen: str | None, config: Config) -> str:
    """What stands before the path in links that are handed out, without a slash at its end."""
    return (chosen or config.web.public_url or LOCAL_URL).rstrip("/")
