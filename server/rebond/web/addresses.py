"""How often an address may do something. Bounded in memory: whoever was heard of least recently is forgotten first."""

from collections import OrderedDict

from rebond.hub.allowance import Allowance

ADDRESSES_KEPT = 10_000


class AddressAllowances:
    """One allowance an address, for one kind of request."""

    def __init__(self, per_s: float, burst: int) -> None:
        self._per_s = per_s
        self._burst = burst
        self._known: OrderedDict[str, Allowance] = OrderedDict()

    def take(self, address: str, now_ms: float) -> bool:
        """Whether this address may once more, now. `now_ms` is steady time."""
        allowance = self._known.get(address)
        if allowance is None:
            allowance = self._known[address] = Allowance(self._per_s, self._burst)
            if len(self._known) > ADDRESSES_KEPT:
                self._known.popitem(last=False)
        else:
            self._known.move_to_end(address)
        return allowance.take(now_ms)
