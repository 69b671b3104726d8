"""Words the log tests share: boards, records, followers."""

import asyncio
import itertools
from collections.abc import AsyncGenerator

from rebond.log import BoardRecord, Log, LogReader, Record

_numbers = itertools.count(1)


def records(after: int, *texts: str) -> list[Record]:
    """Records with these texts, to be appended after seq `after`."""
    return [Record(seq, text.encode()) for seq, text in enumerate(texts, after + 1)]


def new_board() -> BoardRecord:
    """A board that no log has yet."""
    number = next(_numbers)
    return BoardRecord(id=f"board-{number}", code=f"CODE{number}", created_ms=1_700_000_000_000 + number, epoch="first")


async def created(log: Log, *texts: str) -> str:
    """The id of a new board with these entries."""
    board = new_board()
    await log.create(board, records(0, *texts))
    return board.id


async def everything(log: LogReader, board: str, after: int = 0) -> list[Record]:
    """Every record after `after`, read a page at a time."""
    found: list[Record] = []
    while page := await log.read(board, after, 7):
        found += page
        after = page[-1].seq
    return found


async def take(follower: AsyncGenerator[list[Record], None], count: int) -> list[Record]:
    """The next `count` records of a follower, which is closed afterwards."""
    found: list[Record] = []
    try:
        while len(found) < count:
            found += await anext(follower)
    finally:
        await follower.aclose()
    return found


async def following(log: LogReader, board: str, after: int, count: int) -> "asyncio.Task[list[Record]]":
    """A follower at work: a task that ends with the next `count` records."""
    task = asyncio.create_task(take(log.follow(board, after), count))
    # Lets it get to where it waits.
    await log.position(board)
    return task
