"""How often an address may do something."""

import ipaddress

from rebond.hub.allowance import Allowances


class AddressAllowances:
    """One allowance an address, for one kind of request."""

    def __init__(self, per_s: float, burst: int) -> None:
        self._allowances = Allowances(per_s, burst)

    def __len__(self) -> int:
        return len(self._allowances)

    def take(self, address: str, now_ms: float) -> bool:
        """Whether this address may once more, now. `now_ms` is steady time."""
        return self._allowances.take(household(address), now_ms)


def household(address: str) -> str:
    """What counts as one with this address: whoever has one of IPv6 has 2⁶⁴ of them (RFC 4291 section 2.5.4)."""
    if ":" not in address:
        return address
    try:
        return str(ipaddress.IPv6Network((address.partition("%")[0], 64), strict=False))
    except ValueError:
        return address
