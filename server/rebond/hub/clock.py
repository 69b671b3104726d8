"""Time, identifiers and timers, as something that is handed in.

The hub never asks the machine itself, so that a test can be the clock, and DM1 holds all the way down.
"""

import asyncio
import random
import secrets
import time
from collections.abc import Callable
from typing import Protocol


class Timer(Protocol):
    """A call that is to come and can be taken back."""

    def cancel(self) -> None:
        """Do not call any more. Harmless afterwards."""
        ...


class Clock(Protocol):
    """Wall time for entries, steady time for intervals, unguessable ids, and calls later."""

    def now_ms(self) -> int:
        """Milliseconds since 1970 UTC, as they stand in entries."""
        ...

    def steady_ms(self) -> float:
        """Milliseconds that only ever go forward, for intervals."""
        ...

    def fresh_id(self) -> str:
        """An id nobody has had or will guess."""
        ...

    def spread(self, upto: float) -> float:
        """A random number between 0 and `upto`, so that many do not do the same thing at the same moment."""
        ...

    def call_later(self, delay_ms: float, callback: Callable[[], None]) -> Timer:
        """Call `callback` once, `delay_ms` from now, on the event loop."""
        ...


class SystemClock:
    """The machine's clock, its randomness, and the running event loop's timers."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def steady_ms(self) -> float:
        return time.monotonic_ns() / 1e6

    def fresh_id(self) -> str:
        # A command line takes "-x" for an option, a spreadsheet for a formula.
        while (id := secrets.token_urlsafe(9)).startswith("-"):
            pass
        return id

    def spread(self, upto: float) -> float:
        return random.uniform(0, upto)

    def call_later(self, delay_ms: float, callback: Callable[[], None]) -> Timer:
        return asyncio.get_running_loop().call_later(delay_ms / 1000, callback)
