"""Time, identifiers and timers, as something that is handed in.

The hub never asks the machine itself, so that a test can be the clock, and DM1 holds all the way down.
"""

import asyncio
import base64
import os
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
        while not _fresh_ids:
            _fresh_ids.extend(_drawn_ids())
        return _fresh_ids.pop()

    def spread(self, upto: float) -> float:
        return random.uniform(0, upto)

    def call_later(self, delay_ms: float, callback: Callable[[], None]) -> Timer:
        return asyncio.get_running_loop().call_later(delay_ms / 1000, callback)


ID_BYTES, ID_CHARS = 9, 12
IDS_AT_ONCE = 64
_fresh_ids: list[str] = []
"""Drawn and not yet given: asking the system for chance lets go of the interpreter, once a command if once an id. What
a process has in store, one that is forked from it must not give as well."""
os.register_at_fork(after_in_child=_fresh_ids.clear)


def _drawn_ids() -> list[str]:
    drawn = base64.urlsafe_b64encode(secrets.token_bytes(ID_BYTES * IDS_AT_ONCE)).decode()
    ids = (drawn[at : at + ID_CHARS] for at in range(0, len(drawn), ID_CHARS))
    # A command line takes "-x" for an option, a spreadsheet for a formula.
    return [id for id in ids if not id.startswith("-")]
