"""Programs the tests run in processes of their own, to kill them or to starve them of disk.

`python -m tests.log.programs append PLACE DURABILITY` appends to three boards in a folder or a Redis for ever
(replicated is by one replica) and prints, as `board seq`, each acknowledged seq. `… fill FOLDER` appends until the disk
is full, then goes on with more disk.
"""

import asyncio
import resource
import sys
from pathlib import Path

from rebond.log import Appended, BoardRecord, Durability, Log, LogUnavailable
from rebond.log.redis import RedisLog
from rebond.log.sqlite import SqliteLog
from tests.log.story import everything, records

BOARDS = ("one", "two", "three")


def entry(board: str, seq: int) -> str:
    """What the entry of this seq says."""
    return f"{board} says {seq}"


def place(word: str, durability: Durability) -> Log:
    """The log there, not open yet."""
    if "://" not in word:
        return SqliteLog(Path(word), durability)
    replicas = 1 if durability is Durability.REPLICATED else 0
    return RedisLog(word, durability, replicas=replicas, replica_timeout_s=20.0)


async def append_for_ever(log: Log) -> None:
    """Append and print until killed."""
    await log.open()

    async def write(number: int, board: str) -> None:
        await log.create(BoardRecord(board, board, number, "first"), [])
        seq = 0
        while isinstance(await log.append(board, seq, records(seq, entry(board, seq + 1))), Appended):
            seq += 1
            sys.stdout.write(f"{board} {seq}\n")
            sys.stdout.flush()

    await asyncio.gather(*(write(number, board) for number, board in enumerate(BOARDS)))


async def fill_the_disk(folder: Path) -> None:
    """Append until no file may grow, then go on after they may again; check that nothing was torn."""
    log = SqliteLog(folder)
    await log.open()
    await log.create(BoardRecord("full", "FULL", 1, "first"), [])
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (256 * 1024, most))
    seq = 0
    try:
        while seq < 10_000:
            await log.append("full", seq, records(seq, *("x" * 5_000 for _ in range(3))))
            seq += 3
    except LogUnavailable as full:
        sys.stdout.write(f"{full}\n")
    assert 0 < seq < 10_000, "the disk was never full"
    assert [record.seq for record in await everything(log, "full")] == list(range(1, seq + 1))

    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    assert isinstance(await log.append("full", seq, records(seq, "after")), Appended)
    await log.probe()
    await log.close()
    sys.stdout.write(f"{seq + 1}\n")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["append", word, durability]:
            asyncio.run(append_for_ever(place(word, Durability(durability))))
        case ["fill", folder]:
            asyncio.run(fill_the_disk(Path(folder)))
        case other:
            sys.exit(f"unknown program: {other}")
