"""How often an address may do something. Bounded in memory: whoever was heard of least recently is forgotten first."""

import ipaddress
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
        address = _household(address)
        allowance = self._known.get(address)
        if allowance is None:
            allowance = self._known[address] = Allowance(self._per_s, self._burst)
            if len(self._known) > ADDRESSES_KEPT:
                self._known.popitem(last=False)
        else:
            self._known.move_to_end(address)
        return allowance.take(now_ms)


def _household(address: str) -> str:
    """Whoever has one IPv6 address has 2⁶⁴ of them (RFC 4291 section 2.5.4): they count as one."""
    if ":" not in address:
        return address
    try:
        return str(ipaddress.IPv6Network((address.partition("%")[0], 64), strict=False))
    except ValueError:
        return address
