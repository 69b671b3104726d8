"""How a room begins: the newest usable snapshot, then every entry after it (LG5), then the names (LG7)."""

import asyncio
import logging
from collections.abc import Sequence
from typing import NamedTuple

from rebond.domain.fold import fold_entry
from rebond.domain.project import erases
from rebond.domain.state import EMPTY, STATE_VERSION, BoardState, read_state
from rebond.hub.pictures import shown
from rebond.log import LogError, LogReader, Record, Snapshot
from rebond_protocol.codec import read_entry
from rebond_protocol.stages import PictureId

logger = logging.getLogger(__name__)

PAGE_ENTRIES = 2_000


class CorruptBase(LogError):
    """The beginning of a compacted log cannot be read, and there is nothing else to begin from."""


class Loaded(NamedTuple):
    """A board as its log says it is."""

    state: BoardState
    began: int
    """The seq of the snapshot it was begun from."""
    compaction_due: bool
    """Whether an erasure still waits for compaction (LG7)."""
    bared: frozenset[PictureId]
    """Pictures that left the window in what was read of the log."""
    tail: Sequence[Record]
    """The last records that were read to get there, in order."""


async def load_state(log: LogReader, board: str) -> Loaded:
    """The board's state, by way of the newest usable snapshot.

    A snapshot of another version, or one that cannot be read, is left aside; the fold is the truth. Raises
    `UnknownBoard`, `LogUnavailable`, `CorruptBase`, and `ValueError` for an entry written by a newer version.
    """
    state, began = await _beginning(log, board)
    compaction_due = False
    bared: frozenset[PictureId] = frozenset()
    tail: Sequence[Record] = ()
    while page := await log.read(board, state.seq, PAGE_ENTRIES):
        tail = page
        for record in page:
            entry = read_entry(record.data)
            before, state = state, fold_entry(state, entry)
            compaction_due = compaction_due or erases(entry)
            if before.showcases is not state.showcases:
                bared |= shown(before) - shown(state)
        await asyncio.sleep(0)  # a long log must not hold up the rooms that are open
    return Loaded(state, began, compaction_due, bared, tail)


async def _beginning(log: LogReader, board: str) -> tuple[BoardState, int]:
    cache = await log.snapshot(board)
    state = _usable(board, cache) if cache is not None and cache.version == STATE_VERSION else None
    if state is not None:
        return state, state.seq
    base = await log.base(board)
    if base is None:
        return EMPTY, 0
    state = _usable(board, base)
    if state is None:
        raise CorruptBase(f"The beginning of board {board} cannot be read; restore the data folder from a copy.")
    return state, state.seq


def _usable(board: str, snapshot: Snapshot) -> BoardState | None:
    try:
        state = read_state(snapshot.data, snapshot.version)
    except ValueError:
        logger.warning("board %s: a stored snapshot cannot be read and is made anew", board)
        return None
    return state if state.seq == snapshot.seq else None
