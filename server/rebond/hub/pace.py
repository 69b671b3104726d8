"""When a room may tell what happened (HB2): at once while quiet, after a rest when busy. Time is handed in."""

from rebond.hub.settings import HubSettings


class Pace:
    """Every flush owes a rest: the longer it took, the longer, up to `flush_ms`.

    A busy room rests before it tells again, and what happens meanwhile shares a frame. A room that was quiet has rested
    in advance, up to `flush_credit_ms`: two ideas that come together now and then are both told at once, and the time
    spent on sending stays the same share of all time. What costs nothing is never waited for.
    """

    __slots__ = ("_credit_ms", "_longest_ms", "_rested_at_ms", "_share", "_square_at_ms")

    def __init__(self, settings: HubSettings) -> None:
        self._longest_ms = settings.flush_ms
        self._share = settings.flush_share
        self._credit_ms = settings.flush_credit_ms
        self._rested_at_ms = float("-inf")
        """When the rest after the last flush is over."""
        self._square_at_ms = float("-inf")
        """When every flush so far and its rest would be over, had each waited for the one before."""

    def wait_ms(self, now_ms: float) -> float:
        """How long what happened now has to wait; nothing, or less, for not at all."""
        return min(self._rested_at_ms, self._square_at_ms - self._credit_ms) - now_ms

    def flushed(self, began_ms: float, ended_ms: float) -> None:
        """Everybody was told, in this time."""
        spent_ms = ended_ms - began_ms
        rest_ms = min(self._longest_ms, spent_ms / self._share)
        self._rested_at_ms = ended_ms + rest_ms
        self._square_at_ms = max(self._square_at_ms, began_ms) + spent_ms + rest_ms
