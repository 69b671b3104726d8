"""`rebond replay`: what the log itself says a board is, and whether everything derived from it agrees."""

import json
from typing import Annotated

import msgspec
import typer

from rebond.cli.endings import fail
from rebond.cli.folder import BEGINS_LATER, DataFolder, RedisPlace, board_record, operators_config, pages, reading, run
from rebond.config import Config
from rebond.domain.fold import fold_entry
from rebond.domain.state import EMPTY, STATE_VERSION, BoardState, read_state, state_bytes
from rebond.log import BoardRecord, LogReader, Snapshot


def replay(
    ref: Annotated[str, typer.Argument(metavar="BOARD", help="Join code or id.")],
    data: DataFolder = None,
    redis: RedisPlace = None,
    verify: Annotated[bool, typer.Option(help="Check that log, encoding and stored snapshot agree.")] = False,
    upto: Annotated[int | None, typer.Option(help="Stop after this entry.", min=1)] = None,
) -> None:
    """Fold a board's log from its beginning and print the state, or verify it."""
    config = operators_config(data, redis)
    state, checked = run(lambda: _replayed(config, ref, upto))
    if verify:
        _check_encoding(state)
        typer.echo(f"{state.seq} entries fold to one state of {len(state.cards)} cards; {checked}.")
        return
    plain = msgspec.to_builtins(state, enc_hook=dict, order="sorted")
    typer.echo(json.dumps(plain, ensure_ascii=False, indent=2))


async def _replayed(config: Config, ref: str, upto: int | None) -> tuple[BoardState, str]:
    """The state folded from the beginning of the log, and what it was checked against."""
    async with reading(config) as log:
        record = await board_record(log, ref)
        cache = await log.snapshot(record.id)
        state, checked = await _beginning(log, record)
        if upto is not None and upto < state.seq:
            fail(f"Of board {record.code}, {BEGINS_LATER}, after entry {state.seq}; --upto cannot lie before.")
        if cache is not None and cache.seq > state.seq and cache.version != STATE_VERSION:
            checked = "the stored snapshot is of another version, and is made anew by the server"
        async for page in pages(log, record, state.seq):
            for entry in page:
                if upto is not None and entry.seq > upto:
                    return state, checked
                if entry.seq != state.seq + 1:
                    fail(f"Entry {state.seq + 1} of board {record.code} is missing; restore the boards from a copy.")
                state = fold_entry(state, entry)
                if cache is not None and cache.seq == entry.seq and cache.version == STATE_VERSION:
                    _check_snapshot(cache, state)
                    checked = f"the snapshot stored at entry {entry.seq} is the same, byte for byte"
        return state, checked


async def _beginning(log: LogReader, record: BoardRecord) -> tuple[BoardState, str]:
    """Where the log begins: at nothing or, after an erasure or a loss, at a state (LG6, LG7)."""
    base = await log.base(record.id)
    if base is None:
        return EMPTY, "no snapshot is stored to check it against"
    try:
        return read_state(base.data, base.version), BEGINS_LATER
    except ValueError:
        fail(f"The beginning of board {record.code} cannot be read; restore the boards from a copy.")


def _check_snapshot(cache: Snapshot, state: BoardState) -> None:
    if state_bytes(state) != cache.data:
        fail(f"The snapshot stored at entry {cache.seq} is not what the log folds to; the log is right.")


def _check_encoding(state: BoardState) -> None:
    """DM2: what a server would store and load again is the very same state."""
    stored = state_bytes(state)
    if state_bytes(read_state(stored)) != stored:
        fail("The state does not survive being stored and read again; this is a fault in Rebond, please report it.")
