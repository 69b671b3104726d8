"""Somebody arrives who may know more than this node: they joined, or were told of a position, through another one.

Before such a person is refused, or led to a place behind where they have been, the log is asked (LG6, HB4, HB6). A
crowd that comes at once is one question, and where the log does not answer that, nobody waits for another.
"""

import asyncio

from rebond.hub.allowance import Allowance
from rebond.hub.clock import Clock
from rebond.hub.committing import PARTINGS, WHOLE_MS, Committing
from rebond.hub.recovery import Recovery
from rebond.hub.replica import Replica
from rebond.log import EpochChanged, Log, LogUnavailable, LostTail
from rebond.log import Position as LogPosition
from rebond_protocol.frames import Position

DOUBTS_BURST = 3
DOUBTS_PER_S = 1 / 60
"""A client's word that the log lost something costs every screen a snapshot, so it is not taken more often."""


class Arriving:
    """One board's questions to its log on behalf of those who arrive."""

    def __init__(self, replica: Replica, committing: Committing, recovery: Recovery, log: Log, clock: Clock) -> None:
        self._replica = replica
        self._committing = committing
        self._recovery = recovery
        self._log = log
        self._clock = clock
        self._doubts = Allowance(DOUBTS_PER_S, DOUBTS_BURST)
        self._waiting: list[asyncio.Future[None]] = []
        """For the next question."""
        self._asking: asyncio.Task[None] | None = None

    def knows_more(self, position: Position | None) -> bool:
        """Whether this is a place that nobody has heard of here."""
        if position is None or not self._log.shared:
            return False
        return position.epoch != self._replica.epoch or position.seq > self._replica.state.seq

    async def ask(self, position: Position | None) -> None:
        """Go as far as the log goes. Raises `LogUnavailable`, and what `Committing.catch_up` raises.

        If that is not as far as they say, in the epoch they say it in, the log has lost what they were told.
        """
        await self._compare()
        replica = self._replica
        if position is None or position.epoch != replica.epoch or position.seq <= replica.state.seq:
            return
        if self._doubts.take(self._clock.steady_ms()):
            self._recovery.doubt(position.epoch)
            self._committing.part(LostTail(LogPosition(replica.epoch, replica.state.seq)))
            await self._committing.whole()

    async def _compare(self) -> None:
        """Compare with the log, by a question that is asked from now on, shared with all who came by then."""
        answer = asyncio.get_running_loop().create_future()
        self._waiting.append(answer)
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask_on(), name=f"arrivals {self._replica.board}")
        timer = self._clock.call_later(WHOLE_MS, lambda: _tell(answer, LogUnavailable("The log does not answer.")))
        try:
            await answer
        finally:
            timer.cancel()
        await self._committing.whole()  # all of the crowd at the same time

    async def _ask_on(self) -> None:
        """One question after the other, for as long as somebody waits for one that has not begun."""
        try:
            while self._waiting:
                asked, self._waiting = self._waiting, []
                failure = None
                try:
                    await self._ask_log()
                except PARTINGS as parting:
                    self._committing.part(parting)
                except Exception as error:
                    # Whoever came meanwhile is told so too: each would wait as long for the same.
                    failure, asked, self._waiting = error, asked + self._waiting, []
                for answer in asked:
                    _tell(answer, failure)
        finally:
            self._asking = None

    async def _ask_log(self) -> None:
        epoch, seq = self._replica.epoch, self._replica.state.seq
        position = await self._log.position(self._replica.board)
        if position.epoch != epoch or position.seq < seq:
            raise EpochChanged(position)
        if position.seq > self._replica.state.seq:
            await self._committing.catch_up()


def _tell(answer: asyncio.Future[None], failure: Exception | None) -> None:
    """How a question ended, for somebody who may have left or been told already."""
    if answer.done():
        return
    if failure is None:
        answer.set_result(None)
    else:
        answer.set_exception(failure)
