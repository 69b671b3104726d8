"""How much of something is allowed: commands of a connection, joins from an address. Time is handed in."""


class Allowance:
    """A token bucket: `burst` at once, refilled at `per_s` a second."""

    __slots__ = ("_at_ms", "_burst", "_left", "_per_ms")

    def __init__(self, per_s: float, burst: int) -> None:
        self._per_ms = per_s / 1000
        self._burst = float(burst)
        self._left = float(burst)
        self._at_ms: float | None = None

    def take(self, now_ms: float) -> bool:
        """Whether one more is allowed now; takes it if so. `now_ms` only goes forward."""
        if self._at_ms is not None:
            self._left = min(self._burst, self._left + (now_ms - self._at_ms) * self._per_ms)
        self._at_ms = now_ms
        if self._left < 1:
            return False
        self._left -= 1
        return True
