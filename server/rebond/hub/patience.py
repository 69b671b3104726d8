"""Waiting before something is tried again: longer each time, never two nodes at the same moment."""

import asyncio

from rebond.hub.clock import Clock

FIRST_MS = 50.0
MOST_MS = 2_000.0


class Patience:
    """Doubling delays with jitter. One who waits at a time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failures = 0
        self._over = asyncio.Event()
        self._ended = False

    def rested(self) -> None:
        """It worked: the next failure begins with a short wait again."""
        self._failures = 0

    async def wait(self) -> None:
        """Let a while pass, or none at all once ended."""
        if self._ended:
            return
        self._over.clear()
        longest_ms = min(MOST_MS, FIRST_MS * 2 ** min(self._failures, 10))
        self._failures += 1
        timer = self._clock.call_later(longest_ms / 2 + self._clock.spread(longest_ms / 2), self._over.set)
        try:
            await self._over.wait()
        finally:
            timer.cancel()

    def end(self) -> None:
        """Whoever waits goes on at once, and nobody waits any more."""
        self._ended = True
        self._over.set()
