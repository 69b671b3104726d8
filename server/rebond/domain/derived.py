"""What follows from a persistent map, found out once for all who ask, and forgotten with the map itself (LG7).

A map of the state never changes: whoever holds the same map asks the same question. A thousand phones that come back
at once, or three audiences of one flush, cost one walk over it.
"""

from collections.abc import Callable
from typing import Generic, TypeVar
from weakref import ref

M = TypeVar("M")
T = TypeVar("T")


class Derived(Generic[M, T]):
    """The answer of `derive`, a pure function, kept for every map it was asked of that is still there."""

    def __init__(self, derive: Callable[[M], T]) -> None:
        self._derive = derive
        self._kept: dict[int, tuple[ref[M], T]] = {}

    def __call__(self, of: M) -> T:
        """What follows from this map."""
        key = id(of)
        kept = self._kept.get(key)
        if kept is not None and kept[0]() is of:
            return kept[1]
        value = self._derive(of)
        self._kept[key] = ref(of, lambda gone: self._forget(key, gone)), value
        return value

    def _forget(self, key: int, gone: "ref[M]") -> None:
        kept = self._kept.get(key)
        if kept is not None and kept[0] is gone:
            del self._kept[key]
