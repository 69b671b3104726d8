"""What a Redis must be set to before the log trusts it (LG2).

Must not know: boards, records.
"""

from typing import Any

from redis.exceptions import ResponseError

from rebond.log.interface import Durability
from rebond.log.redis_line import NotSent, Wire, ask

FSYNC_SETTINGS = {"appendonly": "yes", "appendfsync": "always", "no-appendfsync-on-rewrite": "no"}
"""With these Redis answers a write when it is on the disk; the last one is so unless somebody changed it."""


async def check_server(wire: Wire, durability: Durability) -> None:
    """Raise NotSent, with one sentence that says which lines the configuration needs."""
    settings = await _settings(wire)
    if durability is Durability.FSYNC:
        _check_fsync(settings)
    policy = settings.get("maxmemory-policy", "")
    if settings.get("maxmemory", "0") != "0" and policy.startswith("allkeys"):
        raise NotSent(
            f"its maxmemory-policy {policy} throws boards away when memory runs short; "
            "set « maxmemory-policy noeviction » in its configuration"
        )


def _check_fsync(settings: dict[str, str]) -> None:
    wrong = [f"{name} {value}" for name, value in FSYNC_SETTINGS.items() if settings.get(name) != value]
    if wrong:
        raise NotSent(
            "it does not flush each write to the disk, which fsync durability promises; "
            "put « appendonly yes » and « appendfsync always » into its configuration "
            f"(as it is, these are missing: {', '.join(wrong)}), or choose another durability"
        )


async def _settings(wire: Wire) -> dict[str, str]:
    found: dict[str, str] = {}
    for pattern in ("*append*", "maxmemory*"):
        try:
            values: list[Any] = await ask(wire, "CONFIG", "GET", pattern)
        except ResponseError:
            # Some providers hide it; what cannot be seen is not promised.
            continue
        names = [value.decode() for value in values]
        found.update(zip(names[::2], names[1::2], strict=True))
    return found
