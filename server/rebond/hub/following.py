"""Following the log of one board, so that what other nodes append is told here too (LG3).

Rooms of a log that nobody else writes to follow nothing. A follower never ends in silence: while the log is away it
tries again, and whatever else ends it makes board and log be compared (LG6).
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable

from rebond.hub.clock import Clock
from rebond.hub.committing import PARTINGS, Committing, Parting
from rebond.hub.patience import Patience
from rebond.hub.replica import Forked, Replica
from rebond.log import EpochChanged, Log, LogUnavailable

logger = logging.getLogger(__name__)


class Following:
    """One board's follower. `absorbed` is called when something new is so, `parted` once when it can go on no more."""

    def __init__(
        self,
        replica: Replica,
        committing: Committing,
        log: Log,
        clock: Clock,
        absorbed: Callable[[], None],
    ) -> None:
        self._replica = replica
        self._committing = committing
        self._log = log
        self._absorbed = absorbed
        self._patience = Patience(clock)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Follow from where the board stands."""
        if self._log.shared and self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run(), name=f"follow {self._replica.board}")

    async def stop(self) -> None:
        """Follow no more. Returns when nothing more will be absorbed."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait((task,))

    def cancel(self) -> None:
        """Follow no more, and do not wait for it."""
        if self._task is not None:
            self._task.cancel()

    async def _run(self) -> None:
        parting: Parting | None = None
        while parting is None:
            try:
                await self._follow()
            except LogUnavailable as error:
                logger.warning("board %s: it cannot be followed: %s", self._replica.board, error)
                await self._patience.wait()
            except PARTINGS as error:
                parting = error
            except Exception:
                logger.exception("board %s: following it failed", self._replica.board)
                parting = Forked(self._replica.state.seq)
        self._committing.part(parting)

    async def _follow(self) -> None:
        batches = self._log.follow(self._replica.board, self._replica.state.seq)
        async with contextlib.aclosing(batches):
            async for batch in batches:
                self._patience.rested()
                await self._committing.take(batch)
                self._absorbed()

    async def check(self) -> None:
        """Compare epochs: a follower does not notice one that changed before it began. Raises `LogError`."""
        position = await self._log.position(self._replica.board)
        if position.epoch != self._replica.epoch:
            raise EpochChanged(position)
