"""How much of something is allowed: commands of a person, joins from an address. Time is handed in."""

from collections import OrderedDict

KEYS_KEPT = 10_000


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


class Allowances:
    """One allowance for each key. Bounded in memory: the key heard of least recently is forgotten first."""

    __slots__ = ("_burst", "_known", "_per_s")

    def __init__(self, per_s: float, burst: int) -> None:
        self._per_s = per_s
        self._burst = burst
        self._known: OrderedDict[str, Allowance] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def take(self, key: str, now_ms: float) -> bool:
        """Whether this one may once more, now. `now_ms` is steady time."""
        allowance = self._known.get(key)
        if allowance is None:
            allowance = self._known[key] = Allowance(self._per_s, self._burst)
            if len(self._known) > KEYS_KEPT:
                self._known.popitem(last=False)
        else:
            self._known.move_to_end(key)
        return allowance.take(now_ms)
