"""`rebond migrate`: boards from a data folder into Redis and back, with their people and the secret of their links.

What happens to one board stands in `moving`. Leaves with 0 when everything is in the target as it is in the source,
with MOVED_ON_STATUS when that is so but for boards that are being written to, else with 1.
"""

import asyncio
import os
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from rebond import app as composition
from rebond.cli.endings import fail
from rebond.cli.folder import REDIS_VARIABLE, board_record, reading, run, writing
from rebond.cli.moving import SEEN_TIMES, Move, Outcome
from rebond.config import BadConfiguration, Config, configured, meant_for_redis
from rebond.log import BoardRecord, LogError, LogReader
from rebond.log.redis import RedisLog
from rebond.log.redis_place import place_of
from rebond.log.sqlite import SqliteLog

BOARDS_AT_ONCE = 4
MOVED_ON_STATUS = 3
EXPORTED = "redis"
"""Stands for the address in REBOND_REDIS_URL: a command line can be read by everybody on the machine."""

WHAT_TO_DO = {
    Outcome.ARRIVED: "",
    Outcome.MOVED_ON: "Stop the server on the source and run this again; it brings what came since.",
    Outcome.DIFFERS: "Choose an empty target, or --replace to throw away what the target has of it.",
    Outcome.CODE_TAKEN: "Choose an empty target.",
    Outcome.UNREADABLE: "Use the version of rebond that wrote it, or a newer one.",
    Outcome.FAILED: "Run this again when that is mended; it goes on where it ended.",
}


def migrate(
    source: Annotated[
        str, typer.Option("--from", help=f"Where they are: a data folder, the address of a Redis, or `{EXPORTED}`.")
    ],
    target: Annotated[str, typer.Option("--to", help="Where they go: the other of the two, or another of the same.")],
    boards: Annotated[
        list[str] | None, typer.Argument(metavar="[BOARD]...", help="Join codes or ids; all boards when left out.")
    ] = None,
    durability: Annotated[
        str, typer.Option(envvar="REBOND_DURABILITY", help="What the target promises: memory, fsync or replicated(N).")
    ] = "fsync",
    replace: Annotated[
        bool, typer.Option(help="Move boards anew that stand in the target already, and differently.")
    ] = False,
) -> None:
    """Move boards between a data folder and Redis.

    People may go on using the source meanwhile: run it once, stop the server, run it again for what came since, and
    start the server on the target. The source is only read.
    """
    from_config, to_config = _configured(source, "memory"), _configured(target, durability)
    if _place(from_config) == _place(to_config):
        fail("--from and --to are the same place.")
    moved = run(lambda: _moved(from_config, to_config, boards or [], replace))
    _report(moved, _where(from_config), _where(to_config))


class _Found(NamedTuple):
    """What became of a board, and, where the log has said one, the reason."""

    outcome: Outcome
    reason: str = ""


class _Moved(NamedTuple):
    """What became of each board, and what else there is to say."""

    boards: list[tuple[BoardRecord, _Found]]
    notes: list[str]


async def _moved(from_config: Config, to_config: Config, refs: Sequence[str], replace: bool) -> _Moved:
    async with reading(from_config) as source, writing(to_config) as target:
        assert isinstance(target, SqliteLog | RedisLog)  # what boards can be moved into
        named = [await board_record(source, ref) for ref in refs]
        chosen = {record.id: record for record in named or await source.boards()}
        notes = await _bring_secret(from_config, source, to_config, target)
        found = await _each_moved(source, target, list(chosen), replace)
        if not refs:
            new = {record.id: record for record in await source.boards() if record.id not in chosen}
            chosen |= new
            found |= dict.fromkeys(new, _Found(Outcome.MOVED_ON))
        return _Moved([(record, found[id]) for id, record in chosen.items()], notes)


async def _each_moved(
    source: LogReader, target: SqliteLog | RedisLog, boards: Sequence[str], replace: bool
) -> dict[str, _Found]:
    """Move some at a time, and look at the end whether they still are where they were when each arrived.

    A board that its log will not give or take stops none of the others.
    """
    free = asyncio.Semaphore(BOARDS_AT_ONCE)
    ends = [await _length(source, board) for board in boards]
    with _bar() as progress:
        task = progress.add_task(f"moving {len(boards)} boards", total=SEEN_TIMES * sum(ends))

        def seen(entries: int) -> None:
            progress.advance(task, entries)

        moves = {board: Move(source, target, board, seen, replace=replace) for board in boards}

        async def one(move: Move) -> _Found:
            async with free:
                return await _found(move.run())

        async with asyncio.TaskGroup() as group:
            tasks = {board: group.create_task(one(move)) for board, move in moves.items()}
    found = {board: task.result() for board, task in tasks.items()}
    for board, move in moves.items():
        if found[board].outcome is Outcome.ARRIVED:
            found[board] = await _found(_looked_at_again(move))
    return found


async def _length(source: LogReader, board: str) -> int:
    """For the bar. Why a board has none, its move will say."""
    try:
        return (await source.position(board)).seq
    except LogError:
        return 0


async def _looked_at_again(move: Move) -> Outcome:
    return Outcome.ARRIVED if await move.still_equal() else Outcome.MOVED_ON


async def _found(work: Coroutine[Any, Any, Outcome]) -> _Found:
    try:
        return _Found(await work)
    except LogError as error:
        return _Found(Outcome.FAILED, str(error))


def _report(moved: _Moved, source: str, target: str) -> None:
    rest = [(record, found) for record, found in moved.boards if found.outcome is not Outcome.ARRIVED]
    arrived = len(moved.boards) - len(rest)
    for note in moved.notes:
        typer.echo(note, err=True)
    typer.echo(f"{arrived} of {len(moved.boards)} boards are {target} as they are {source}.")
    for record, (outcome, reason) in rest:
        why = f": {reason}" if reason else "."
        typer.echo(f"rebond: Board {record.code} {outcome.value}{why} {WHAT_TO_DO[outcome]}", err=True)
    if rest:
        raise typer.Exit(MOVED_ON_STATUS if all(found.outcome is Outcome.MOVED_ON for _, found in rest) else 1)


# -- the two places ------------------------------------------------------------------------------------------------


def _configured(place: str, durability: str) -> Config:
    """What the REBOND_ variables say, as a server there would read them."""
    if place == EXPORTED:
        place = os.environ.get(REDIS_VARIABLE) or fail(
            f"`{EXPORTED}` stands for the address in {REDIS_VARIABLE}, which is not set. "
            f"A folder of that name is ./{EXPORTED}."
        )
    is_redis = meant_for_redis(place)
    try:
        return configured(
            os.environ,
            host="127.0.0.1",
            port=0,
            data=Path("data" if is_redis else place),
            redis=place if is_redis else None,
            durability=durability,
        )
    except BadConfiguration as error:
        fail(str(error))


def _place(config: Config) -> str:
    return config.redis.url if config.redis else str(config.data.resolve())


def _where(config: Config) -> str:
    """The same for people, without what is secret in an address."""
    if config.redis is None:
        return f"in the folder {config.data.resolve()}"
    return f"on Redis at {place_of(config.redis.url, config.redis.settings.redis_command_ms / 1000)}"


# -- the secret ----------------------------------------------------------------------------------------------------


async def _bring_secret(
    from_config: Config, source: LogReader, to_config: Config, target: SqliteLog | RedisLog
) -> list[str]:
    """Bring over what signs links and tokens, before any board, lest one arrives whose links are dead."""
    if from_config.secret is not None:
        return []  # the operator's own, on either side
    ours = await _secret(from_config, source)
    if ours is None:
        return ["The source keeps no secret: start the target with the same REBOND_SECRET, or links and tokens die."]
    theirs = await _secret(to_config, target)
    if theirs is not None and theirs != ours and await target.boards():
        fail("Both sides have boards, under different secrets: links of one side would die. Choose another target.")
    kept = await _kept(to_config, target, ours, theirs)
    if kept != ours:
        fail("Somebody gave the target a secret of its own meanwhile. Stop what runs on it, and run this again.")
    if theirs not in (None, ours):
        return ["The target had a secret of its own and no boards: restart the servers that run on it."]
    return []


async def _secret(config: Config, log: LogReader) -> str | None:
    """The secret that is kept there; one from the environment is the operator's to bring."""
    if isinstance(log, RedisLog):
        return await log.secret()
    path = config.data / composition.SECRET_FILE
    return composition.kept_secret(config.data) if path.exists() else None


async def _kept(config: Config, log: SqliteLog | RedisLog, secret: str, instead_of: str | None) -> str:
    if isinstance(log, RedisLog):
        return await log.kept_secret(secret, instead_of=instead_of)
    if instead_of not in (None, secret):
        (config.data / composition.SECRET_FILE).unlink()
    return composition.kept_secret(config.data, secret)


def _bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
