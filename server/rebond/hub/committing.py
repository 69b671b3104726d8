"""The commands of one board on their way into the log: the queue, group commit, conflicts, refusals.

One task, alive while there is something to do, is the only one that appends. While an append is under way, arriving
commands wait together and go as the next one; a conflict absorbs what was missed and decides again (LG1). A command is
answered once what decides its fate is known: accepted after its entry is stored, refused after everything that other
nodes had stored before was looked at (LG4). Where log and board part, it stops until they are one again (LG6).
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass

from rebond.hub.clock import Clock
from rebond.hub.deciding import Happened, Outcome, Unsaid, Waiting, decide_all, said_again, said_before
from rebond.hub.meters import Meters
from rebond.hub.patience import Patience
from rebond.hub.replica import Forked, Replica
from rebond.hub.settings import HubSettings
from rebond.log import (
    Appended,
    Compacted,
    Conflict,
    EpochChanged,
    Log,
    LogUnavailable,
    LostTail,
    OutcomeUnknown,
    Position,
    Record,
    UnknownBoard,
)
from rebond_protocol.codec import entry_bytes
from rebond_protocol.errors import Rejected

logger = logging.getLogger(__name__)

PARTINGS = (LostTail, EpochChanged, UnknownBoard, Compacted, Forked)
"""What a log says when it and a node that holds the board are no longer of one past (LG6)."""

Parting = LostTail | EpochChanged | UnknownBoard | Compacted | Forked

MISSED_ENTRIES = 1_000
"""At most so many entries of other nodes are read at once."""

WHOLE_MS = 8_000.0
"""So long somebody waits at most for board and log to be one again, before they are asked to come back."""


@dataclass(frozen=True)
class Duties:
    """What the committing task does for its room besides committing, each when it is due."""

    repair: Callable[[Parting], Awaitable[Sequence[Waiting] | None]]
    """Make board and log one again. Commands that were accepted and fell out of the log, to be decided again before
    anything else; None where it could not be done now."""
    repaired: Callable[[], None]
    """Board and log are one again, and what fell out has been decided again."""
    keep: Callable[[], Awaitable[None]]
    """Compact what waits for it."""
    committed: Callable[[], None]
    """A batch is through."""
    give_up: Callable[[str], None]
    """There is no going on for this room."""


class Committing:
    """The one writer of a board on this node."""

    def __init__(
        self, replica: Replica, log: Log, clock: Clock, settings: HubSettings, meters: Meters, duties: Duties
    ) -> None:
        self._replica = replica
        self._log = log
        self._clock = clock
        self._settings = settings
        self._meters = meters
        self._duties = duties
        self._queue: deque[Waiting] = deque()
        self._queue_bytes = 0
        self._work: asyncio.Task[None] | None = None
        self._parting: Parting | None = None
        self._patience = Patience(clock)
        self._in_flight: Sequence[Record] = ()
        self._answered = asyncio.Event()
        """Set while no append is under way."""
        self._answered.set()
        self._closing = False
        self._abandoned = False
        self._waiting_for_whole: set[asyncio.Future[None]] = set()
        self._keep_due = False
        """Whether `duties.keep` has something to do."""

    # -- what comes in ---------------------------------------------------------------------------------------------

    def submit(self, waiting: Waiting) -> None:
        """Take a command in; it is answered in any case, sooner or later."""
        if self._closing:
            self._give_back((waiting,), "unavailable")
        elif not self._has_room(waiting):
            self._give_back((waiting,), "busy")
        else:
            self._queue.append(waiting)
            self._queue_bytes += waiting.size_bytes
            self._start()

    def _has_room(self, waiting: Waiting) -> bool:
        """HB3: the queue is bounded in commands and in bytes."""
        if len(self._queue) >= self._settings.queue_commands:
            return False
        return not self._queue or self._queue_bytes + waiting.size_bytes <= self._settings.queue_bytes

    def part(self, parting: Parting) -> None:
        """Board and log are no longer of one past: that is made good before anything else, as long as this goes on."""
        self._replica.whole.clear()
        if self._parting is None and not self._over:
            self._parting = parting
            self._start()

    @property
    def _over(self) -> bool:
        """Whether nobody makes board and log one here any more."""
        return self._abandoned or (self._closing and self._work is None)

    async def whole(self) -> None:
        """Return when board and log are one, as far as anybody knows. Raises `LogUnavailable` where that takes too long
        or will not be so here any more."""
        if self._replica.whole.is_set():
            return
        if self._over:
            raise LogUnavailable("This board is not served here any more.")
        over = asyncio.get_running_loop().create_future()
        self._waiting_for_whole.add(over)
        timer = self._clock.call_later(WHOLE_MS, lambda: _fail(over, "Board and log are not one again yet."))
        try:
            await over
        finally:
            timer.cancel()
            self._waiting_for_whole.discard(over)

    def _is_whole(self) -> None:
        self._replica.whole.set()
        for over in self._waiting_for_whole:
            if not over.done():
                over.set_result(None)

    def _never_whole(self) -> None:
        for over in self._waiting_for_whole:
            _fail(over, "This board is not served here any more.")

    def keep(self) -> None:
        """Something waits for compaction."""
        self._keep_due = True
        self._start()

    def _start(self) -> None:
        if self._work is None and not self._closing:
            self._work = asyncio.get_running_loop().create_task(self._run(), name=f"room {self._replica.board}")

    @property
    def busy(self) -> bool:
        """Whether something is under way or due."""
        return self._work is not None or bool(self._queue)

    async def close(self) -> None:
        """Finish what is under way, as far as the log lets us. The rest is refused, or not answered at all."""
        self._closing = True
        self._patience.end()
        while self._work is not None:
            await asyncio.wait((self._work,))

    def abandon(self) -> None:
        """Nothing more goes from here to the log."""
        self._closing = self._abandoned = True
        self._parting, self._keep_due = None, False
        self._patience.end()
        self._never_whole()
        left, self._queue, self._queue_bytes = list(self._queue), deque(), 0
        self._give_back(left)

    # -- the one task ----------------------------------------------------------------------------------------------

    async def _run(self) -> None:
        try:
            while self._queue or self._keep_due or self._parting is not None:
                if self._parting is not None:
                    await self._repair()
                    continue
                if batch := self._next(self._settings.batch_commands):
                    await self._settle(batch)
                else:
                    await self._keep_what_is_due()
        finally:
            self._work = None
            if self._closing:
                self._never_whole()

    def _next(self, most: int) -> list[Waiting]:
        batch = [self._queue.popleft() for _ in range(min(most, len(self._queue)))]
        self._queue_bytes -= sum(waiting.size_bytes for waiting in batch)
        return batch

    def _put_back(self, batch: Sequence[Waiting]) -> None:
        self._queue.extendleft(reversed(batch))
        self._queue_bytes += sum(waiting.size_bytes for waiting in batch)

    def _let_go(self) -> None:
        """After a delay: nobody waits any more for some of these."""
        queue, self._queue, self._queue_bytes = self._queue, deque(), 0
        self._put_back(self._still_wanted(queue))

    def _still_wanted(self, waiting: Iterable[Waiting]) -> list[Waiting]:
        """Without what was said on a line that is gone since: it has been said again through another node, and may have
        been refused there. Done now, it would happen after all (LG4)."""
        return [one for one in waiting if not self._log.shared or one.accepted or one.wanted()]

    async def _repair(self) -> None:
        """LG6: make board and log one again, then decide again what had been accepted and is not there any more."""
        parting, self._parting = self._parting, None
        assert parting is not None
        fallen = await self._duties.repair(parting)
        if fallen is None:
            if self._closing:
                self.abandon()
            else:
                self._parting = self._parting or parting
            await self._patience.wait()
            return
        self._let_go()
        self._put_back(fallen)
        left = len(fallen)
        while left and self._parting is None:
            batch = self._next(min(left, self._settings.batch_commands))
            if not await self._settle(batch):
                break
            left -= len(batch)
        if self._parting is None and not self._abandoned:
            self._duties.repaired()
            self._is_whole()

    async def _keep_what_is_due(self) -> None:
        """After the batch that made it due and before its answers: erased is said when the words are gone (LG7)."""
        if self._keep_due:
            self._keep_due = False
            try:
                await self._duties.keep()
            except PARTINGS as parting:
                self.part(parting)
            except Exception:  # it stays due, and the next beat tries again
                logger.exception("board %s: what is due could not be done", self._replica.board)

    async def _settle(self, batch: Sequence[Waiting]) -> bool:
        """Bring this batch to its end, or put back what of it has to wait; whether all of it is answered."""
        through = False
        try:
            settled = await self._commit(batch)
            await self._keep_what_is_due()
        except PARTINGS as parting:
            self._put_back([said_again(waiting, self._clock.now_ms()) for waiting in batch])
            self.part(parting)
        except LogUnavailable as error:  # nothing of it was kept, and the next one may do better
            logger.error("board %s: nothing can be appended: %s", self._replica.board, error)
            await self._hold_back(batch)
        except OutcomeUnknown as unknown:  # while leaving; where they are said again, they are answered as before (LG4)
            logger.warning("board %s: the last commands may be kept or not: %s", self._replica.board, unknown)
            self._give_back(batch)
        except Exception as error:  # the batch may be in the log or not: only the log can say
            logger.exception("board %s: a batch of commands failed", self._replica.board)
            self._put_back(batch)
            self._duties.give_up(repr(error))
            self.abandon()  # also where the room is on its way out, and was given up before
        else:
            through = True
            self._patience.rested()
            for waiting, outcome in settled:
                self._count(outcome)
                waiting.answer(outcome)
        self._duties.committed()
        return through

    async def _hold_back(self, batch: Sequence[Waiting]) -> None:
        """Refuse what can be refused without asking the log; the rest waits for it (LG4).

        Where others write to the log too, a command under a mutation id may be there by way of another node; and what
        was read of it here may be there for nobody else (LG2).
        """
        if self._closing:
            self._give_back(batch)
            return
        held: list[Waiting] = []
        for one in batch:
            if one.accepted or (self._log.shared and one.envelope.id is not None):
                held.append(one)
            else:
                self._refuse((one,), "unavailable")
        self._put_back(held)
        if held:
            await self._patience.wait()
            self._let_go()

    def _give_back(self, batch: Sequence[Waiting], code: str = "unavailable") -> None:
        """Nobody here asks the log about these: what may be in it by way of another node is not refused (LG4)."""
        for waiting in batch:
            if self._log.shared and waiting.envelope.id is not None:
                waiting.answer(Unsaid())
            else:
                self._refuse((waiting,), code)

    def _refuse(self, batch: Sequence[Waiting], code: str) -> None:
        """Nothing of this was stored, but for what is here once more from an earlier connection (LG4)."""
        for waiting in batch:
            said = said_before(self._replica.state, waiting.envelope)
            if said is not None:
                self._meters.repeated += 1
                waiting.answer(said)
            else:
                self._meters.reject(code)
                waiting.answer(Rejected(code))

    def _count(self, outcome: Outcome) -> None:
        if isinstance(outcome, Rejected):
            self._meters.reject(outcome.code)
        else:
            self._meters.accepted += 1

    # -- into the log ----------------------------------------------------------------------------------------------

    async def _commit(self, batch: Sequence[Waiting]) -> list[tuple[Waiting, Outcome]]:
        """Decide, append and absorb this batch, once per conflict again; how each that was wanted still ended."""
        while True:
            wanted = self._still_wanted(batch)
            decided = decide_all(self._replica.state, wanted)
            self._meters.repeated += decided.repeated
            if not decided.happened:
                refused = any(isinstance(outcome, Rejected) for outcome in decided.outcomes)
                if refused and self._log.shared and await self._missed_some():
                    continue
                if decided.repeated and self._log.shared:
                    await self._vouch()
                return list(zip(wanted, decided.outcomes, strict=True))
            if await self._append(decided.happened):
                return list(zip(wanted, decided.outcomes, strict=True))

    async def _vouch(self) -> None:
        """LG2: what another node appended may not be as durable as promised yet, and may never be; nobody is told that
        it is stored before. Raises `LogUnavailable`, and what the log says where it lost what is held here."""
        replica = self._replica
        try:
            await self._log.vouch(replica.board)
        except OutcomeUnknown as unknown:
            raise LogUnavailable(str(unknown)) from unknown
        position = await self._log.position(replica.board)
        if position.epoch != replica.epoch:
            raise EpochChanged(position)
        if position.seq < replica.state.seq:
            raise LostTail(position)
        with contextlib.suppress(Compacted):  # then the past up to here is one
            await self.take(await self._log.read(replica.board, replica.state.seq - 1, MISSED_ENTRIES))

    async def _missed_some(self) -> bool:
        """Whether another node had appended something that is absorbed now.

        An append proves that what was decided was decided on all there is; a refusal proves nothing, and what is sent
        again after its first copy went through another node must not be refused (LG4). The follower may be late.
        """
        decided_on = self._replica.state.seq
        await self.catch_up()
        return self._replica.state.seq != decided_on

    async def _append(self, happened: Sequence[Happened]) -> bool:
        """Whether these are in the log now; if not, what was in their way has been absorbed."""
        replica = self._replica
        records = [Record(one.entry.seq, entry_bytes(one.entry)) for one in happened]
        expected_seq = records[0].seq - 1
        result = await self._ask(expected_seq, records)
        match result:
            case Appended(position=position):
                self._meters.appends += 1
                replica.took(happened, records)
            case Conflict(position=position, missed=missed):
                self._meters.conflicts += 1
                if position.epoch != replica.epoch:
                    raise EpochChanged(position)
                if not missed:
                    raise LostTail(position)
                if not _are_there(records, result):
                    await replica.take(missed)
                    return False
                replica.took(happened, records)
                await replica.take(missed)
        if position.epoch != replica.epoch:
            self.part(EpochChanged(position))
        return True

    async def _ask(self, expected_seq: int, records: Sequence[Record]) -> Appended | Conflict:
        """Append, and ask again with the same records for as long as nobody can say whether they landed."""
        self._in_flight = records
        self._answered.clear()
        started_ms = self._clock.steady_ms()
        unknown = vouched = told = False
        try:
            while True:
                try:
                    result = await self._log.append(self._replica.board, expected_seq, records)
                    if vouched or not _are_there(records, result):
                        if told:
                            logger.info("board %s: the append is answered", self._replica.board)
                        return result
                    # They are, from a try that was not answered; whether as durably as promised, nobody has said (LG2).
                    unknown = True
                    await self._log.vouch(self._replica.board)
                    vouched = True
                except (OutcomeUnknown, LogUnavailable) as error:
                    unknown, vouched = unknown or isinstance(error, OutcomeUnknown), False
                    if not unknown or self._closing:
                        raise
                    if not told:  # of every board, for as long as the log is away: once
                        told = True
                        logger.warning(
                            "board %s: an append is asked for again until it is answered: %s",
                            self._replica.board,
                            error,
                        )
                    self._meters.unknown += 1
                    await self._patience.wait()
        finally:
            self._meters.append_ms += self._clock.steady_ms() - started_ms
            self._in_flight = ()
            self._answered.set()

    # -- what the log says -----------------------------------------------------------------------------------------

    async def take(self, records: Sequence[Record]) -> None:
        """Absorb what the log says. Own records wait until their append is answered: before that nobody knows whether
        they are as durable as promised (LG2). Raises as `Replica.take`."""
        if self._in_flight and any(record == self._in_flight[0] for record in records):
            await self._answered.wait()
        await self._replica.take(records)

    async def catch_up(self) -> None:
        """Absorb everything that is in the log by now. Raises what `Log.read` and `take` raise, and `LostTail`.

        Read from the last record that is held, where it is: a log that forked and went on is found out by that, and by
        nothing else before the next comparison (LG6).
        """
        while True:
            replica, seq = self._replica, self._replica.state.seq
            after = seq - 1 if replica.held(seq) is not None else seq
            missed = await self._log.read(replica.board, after, MISSED_ENTRIES)
            if after < seq and not missed:
                raise LostTail(Position(replica.epoch, after))
            await self.take(missed)
            if len(missed) < MISSED_ENTRIES:
                return


def _fail(over: asyncio.Future[None], why: str) -> None:
    if not over.done():
        over.set_exception(LogUnavailable(why))


def _are_there(records: Sequence[Record], result: Appended | Conflict) -> bool:
    """Whether what is in the way of these records are these records."""
    return isinstance(result, Conflict) and list(result.missed[: len(records)]) == list(records)
