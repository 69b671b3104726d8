"""Following the log of one board, so that what other nodes append is told here too (LG3), and their people's names.

Rooms of a log that nobody else writes to follow nothing. A follower never ends in silence: while the log is away it
tries again, and whatever else ends it makes board and log be compared (LG6). Names are in no entry (LG7): they are read
again when another node says that one is new, and now and then in any case.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable

from rebond.hub.clock import Clock, Timer
from rebond.hub.committing import PARTINGS, Committing, Parting
from rebond.hub.patience import Patience
from rebond.hub.replica import Forked, Replica
from rebond.hub.settings import HubSettings
from rebond.log import Log, LogUnavailable

logger = logging.getLogger(__name__)


class Following:
    """One board's follower. `absorbed` is called when something new is so, `renamed` when a name is another one."""

    def __init__(
        self,
        replica: Replica,
        committing: Committing,
        log: Log,
        clock: Clock,
        settings: HubSettings,
        absorbed: Callable[[], None],
        renamed: Callable[[], None],
    ) -> None:
        self._replica = replica
        self._committing = committing
        self._log = log
        self._clock = clock
        self._settings = settings
        self._absorbed = absorbed
        self._renamed = renamed
        self._patience = Patience(clock)
        self._task: asyncio.Task[None] | None = None
        self._look = asyncio.Event()
        self._looking: asyncio.Task[None] | None = None
        self._look_timer: Timer | None = None

    def start(self) -> None:
        """Follow from where the board stands."""
        if self._log.shared and self._task is None:
            loop = asyncio.get_running_loop()
            self._task = loop.create_task(self._run(), name=f"follow {self._replica.board}")
            self._looking = loop.create_task(self._look_again(), name=f"look again at {self._replica.board}")
            self._look_later()

    async def stop(self) -> None:
        """Follow no more. Returns when nothing more will be absorbed."""
        tasks = self.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def cancel(self) -> list[asyncio.Task[None]]:
        """Follow no more, and do not wait for it; what is ending."""
        if self._look_timer is not None:
            self._look_timer.cancel()
        tasks = [task for task in (self._task, self._looking) if task is not None]
        self._task = self._looking = self._look_timer = None
        for task in tasks:
            task.cancel()
        return tasks

    def look(self) -> None:
        """Another node said that something changed that no entry tells of."""
        self._look.set()

    def _look_later(self) -> None:
        delay_ms = self._settings.names_ms / 2 + self._clock.spread(self._settings.names_ms / 2)
        self._look_timer = self._clock.call_later(delay_ms, self._look_now)

    def _look_now(self) -> None:
        self._look_later()
        self._look.set()

    async def _look_again(self) -> None:
        while True:
            await self._look.wait()
            self._look.clear()
            try:
                if await self._replica.read_people():
                    self._renamed()
            except PARTINGS as parting:
                self._committing.part(parting)
            except LogUnavailable:
                pass  # the next time, then
            except Exception:  # nobody would look again
                logger.exception("board %s: its names could not be read", self._replica.board)

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
        seq = self._replica.state.seq
        # From the last record that is held, where it is: whether the log still has just that one is seen at once.
        after = seq - 1 if self._replica.held(seq) is not None else seq
        batches = self._log.follow(self._replica.board, after, self._replica.epoch)
        async with contextlib.aclosing(batches):
            async for batch in batches:
                await self._committing.take(batch)
                self._patience.rested()
                self._absorbed()
