"""What a room keeps in the log beside entries: snapshots as a cache of the fold (LG5), and the new beginning after
words were erased, with the pictures that went with them (LG7)."""

import asyncio
import logging
from collections.abc import Callable

from rebond.domain.state import STATE_VERSION, BoardState, state_bytes
from rebond.hub import pictures
from rebond.hub.clock import Clock
from rebond.hub.loading import Loaded
from rebond.hub.replica import Replica
from rebond.hub.settings import HubSettings
from rebond.log import Compacted, EpochChanged, Log, LogUnavailable, LostTail, OutcomeUnknown, Snapshot
from rebond.log import Position as LogPosition

logger = logging.getLogger(__name__)


class Keeping:
    """One board's snapshots and compactions. `forget` makes nothing here remember what was erased."""

    def __init__(
        self,
        replica: Replica,
        log: Log,
        clock: Clock,
        settings: HubSettings,
        loaded: Loaded,
        forget: Callable[[], None],
    ) -> None:
        self._replica = replica
        self._log = log
        self._clock = clock
        self._settings = settings
        self._forget = forget
        self._snapshot_seq = loaded.began
        self.compaction_due = loaded.compaction_due
        """Whether erased words still stand in the log; until they do not, no snapshot may hide that they do."""
        self._erased_seq = loaded.state.seq
        """Where the last erasure stands that is known here."""
        self._bared = loaded.bared
        """Pictures that no card shows any more: they go with the next erasure, whichever it is."""
        self._saving: asyncio.Task[None] | None = None

    def begin_anew(self, loaded: Loaded) -> None:
        """The board was read from the log once more."""
        self._snapshot_seq = loaded.began
        self.compaction_due = loaded.compaction_due
        self._erased_seq = loaded.state.seq
        self._bared |= loaded.bared

    def erased(self, seq: int) -> None:
        """By this entry words were erased."""
        self.compaction_due = True
        self._erased_seq = seq

    def window_changed(self, before: BoardState, after: BoardState) -> None:
        """Other cards stand in the window now, or otherwise."""
        self._bared |= pictures.shown(before) - pictures.shown(after)

    def save_now_and_then(self) -> None:
        """Renew the stored snapshot when the log has grown enough since the last one."""
        since = self._replica.state.seq - self._snapshot_seq
        due = max(self._settings.snapshot_entries, self._snapshot_seq * self._settings.snapshot_growth)
        if since >= due and not self.compaction_due and self._saving is None:
            self._saving = asyncio.get_running_loop().create_task(self.save())
            self._saving.add_done_callback(self._saved)

    def _saved(self, saving: asyncio.Task[None]) -> None:
        self._saving = None
        if not saving.cancelled() and saving.exception() is not None:
            logger.error("board %s: a snapshot could not be stored: %s", self._replica.board, saving.exception())

    async def save(self) -> None:
        """Store the fold as a cache (LG5); encoded aside, since the state is a value that does not change.

        Not while an erasure waits for compaction: whoever opens the board next must read the erasure to know of it.
        Not of a past that the log no longer has, whether anybody knows that yet or not.
        """
        state, last, epoch = self._replica.state, self._replica.last, self._replica.epoch
        self._snapshot_seq = state.seq
        data = await asyncio.to_thread(state_bytes, state)
        if not self.compaction_due and self._replica.epoch == epoch and self._replica.whole.is_set():
            await self._log.save_snapshot(self._replica.board, Snapshot(state.seq, STATE_VERSION, data), last)

    async def compact(self) -> None:
        """LG7: the log begins at a snapshot that no longer has the erased words; nothing here remembers them either.

        Where that fails it stays due, and the next beat tries again. Raises `LostTail` and `EpochChanged`, since what
        is held here must not become the beginning of a log with another past.
        """
        state, last = self._replica.state, self._replica.last
        position, begins = LogPosition(self._replica.epoch, state.seq), state.seq
        try:
            position = await self._log.position(self._replica.board)
            if position.epoch != self._replica.epoch:
                raise EpochChanged(position)
            if position.seq < state.seq:
                raise LostTail(position)
            base = await self._log.base(self._replica.board)
            begins = base.seq if base is not None else 0
            if begins < self._erased_seq:  # else the node that erased them has seen to it
                begins = state.seq
                await self._log.compact(self._replica.board, Snapshot(begins, STATE_VERSION, state_bytes(state)), last)
        except Compacted:  # another node has, and further
            pass
        except ValueError as beyond:  # the log lost its tail since it was asked
            raise LostTail(position) from beyond
        except LogUnavailable as error:
            logger.error("board %s: erased words could not be compacted away yet: %s", self._replica.board, error)
            return
        if not await self._pictures_gone():
            return
        self._forget()
        self._replica.forget(begins)
        self.compaction_due = begins < self._erased_seq  # words may have been erased meanwhile
        self._snapshot_seq = max(self._snapshot_seq, begins)

    async def _pictures_gone(self) -> bool:
        """Whether what no card shows could be erased, too; a picture is nobody's past, so nothing can part."""
        bared, state = self._bared, self._replica.state
        try:
            await pictures.let_go(self._log, self._replica.board, state, self._clock.now_ms(), at_once=bared)
        except (LogUnavailable, OutcomeUnknown) as error:
            logger.error("board %s: its pictures could not be erased yet: %s", self._replica.board, error)
            return False
        self._bared -= bared
        return True

    async def close(self) -> None:
        """Wait for what is under way, and keep a last snapshot."""
        if self._saving is not None:
            await asyncio.wait((self._saving,))
        if self._replica.state.seq > self._snapshot_seq and not self.compaction_due:
            await self.save()
