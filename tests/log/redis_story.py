"""Words the tests of the log on Redis share: a log that is open, Redis spoken to behind its back, another node."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from rebond.log import Durability, LogUnavailable, OutcomeUnknown, ProbeFailed
from rebond.log.redis import RedisLog
from rebond.log.redis_line import Address, Line
from tests.conftest import RedisServer
from tests.log.story import created, records

FSYNC = ("--appendonly", "yes", "--appendfsync", "always")
QUICK: dict[str, Any] = {"command_timeout_s": 3.0, "settle_timeout_s": 20.0}
PATIENT: dict[str, Any] = {"command_timeout_s": 3_600.0, "settle_timeout_s": 3_600.0}
"""Longer than any test: what ends before was not ended by a timeout."""


@asynccontextmanager
async def opened(
    url: str, durability: Durability = Durability.MEMORY, **options: Any
) -> AsyncGenerator[RedisLog, None]:
    """A log on this Redis, closed afterwards."""
    log = RedisLog(url, durability, **options)
    await log.open()
    try:
        yield log
    finally:
        await log.close()


async def tell(server: RedisServer, *words: str | int) -> Any:
    """Say something to Redis behind the log's back."""
    line = Line(Address(server.url, 5.0), 5.0)
    try:
        return await line.call(*(str(word).encode() for word in words))
    finally:
        await line.close()


async def appended_to(log: RedisLog) -> str:
    """The id of a new board with the entries a and b; Redis knows the script of appends from here on."""
    board = await created(log, "a")
    await log.append(board, 1, records(1, "b"))
    return board


def meanwhile(url: str, work: Callable[[RedisLog], Awaitable[None]]) -> None:
    """What another node does while this one does not get a turn."""
    failures: list[BaseException] = []

    async def on_another_node() -> None:
        async with opened(url) as log:
            await work(log)

    def run() -> None:
        try:
            asyncio.run(on_another_node())
        except BaseException as failure:
            failures.append(failure)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert failures == []


async def answers(log: RedisLog) -> None:
    """Return when the log delivers again."""
    while True:
        try:
            return await log.probe()
        except ProbeFailed:
            continue


async def closes_before_an_answer(log: RedisLog, board: str) -> None:
    """A log whose Redis says nothing is closed: whoever waits to read is told that it is away, and of what was sent
    that nobody knows what became of it."""
    writing = asyncio.ensure_future(log.append(board, 1, records(1, "b")))
    reading = asyncio.ensure_future(log.read(board, 0, 10))
    await asyncio.wait((writing, reading), timeout=0)  # both are on their way
    await log.close()
    with pytest.raises(OutcomeUnknown):
        await writing
    with pytest.raises(LogUnavailable):
        await reading
