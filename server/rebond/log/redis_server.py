"""What a Redis must be set to before the log trusts it (LG2).

Must not know: boards, records.
"""

import contextlib
from collections.abc import Mapping
from typing import Any, NamedTuple

from redis.exceptions import ResponseError

from rebond.log.interface import Durability
from rebond.log.redis_line import NotSent, Wire, ask

NEEDED_FOR_FSYNC = {"appendonly": "yes", "appendfsync": "always", "no-appendfsync-on-rewrite": "no"}
"""With these Redis answers a write when it is on the disk; the last one is so unless somebody changed it."""

MASTER = b"master"


class Server(NamedTuple):
    """What a server is set to, as far as it shows it, and whether it knows WAITAOF (Redis 7.2 and Valkey do)."""

    settings: Mapping[str, str]
    has_waitaof: bool
    is_master: bool = True

    def keeps(self, needed: Mapping[str, str]) -> bool:
        """Whether it is set to all of these."""
        return all(self.settings.get(name) == value for name, value in needed.items())


async def look_at(wire: Wire) -> Server:
    """What the server at the other end is like."""
    (known,) = await ask(wire, "COMMAND", "INFO", "WAITAOF")
    return Server(await _settings(wire), bool(known), await _is_master(wire))


def check_server(server: Server, durability: Durability) -> None:
    """Raise NotSent, with one sentence that says what is wrong, or which lines the configuration needs."""
    if not server.is_master:
        raise NotSent("it is a replica, which takes no writes; give the address of its master, or of the Sentinels")
    if durability is Durability.FSYNC:
        _check_fsync(server.settings)
    policy = server.settings.get("maxmemory-policy", "")
    if server.settings.get("maxmemory", "0") != "0" and policy.startswith("allkeys"):
        raise NotSent(
            f"its maxmemory-policy {policy} throws boards away when memory runs short; "
            "set « maxmemory-policy noeviction » in its configuration"
        )


def _check_fsync(settings: Mapping[str, str]) -> None:
    wrong = [f"{name} {value}" for name, value in NEEDED_FOR_FSYNC.items() if settings.get(name) != value]
    if wrong:
        raise NotSent(
            "it does not flush each write to the disk, which fsync durability promises; "
            "put « appendonly yes » and « appendfsync always » into its configuration "
            f"(as it is, these are missing: {', '.join(wrong)}), or choose another durability"
        )


async def _is_master(wire: Wire) -> bool:
    try:
        role: list[Any] = await ask(wire, "ROLE")
    except ResponseError:
        # Some providers hide it; the first write that is refused tells.
        return True
    return role[0] == MASTER


async def _settings(wire: Wire) -> dict[str, str]:
    found: dict[str, str] = {}
    with contextlib.suppress(ResponseError):
        # Servers that hide their configuration say this much.
        said: bytes = await ask(wire, "INFO", "memory")
        lines = dict(line.split(":", 1) for line in said.decode().splitlines() if ":" in line)
        found = {name.replace("_", "-"): value for name, value in lines.items() if name.startswith("maxmemory")}
    for pattern in ("*append*", "maxmemory*"):
        try:
            values: list[Any] = await ask(wire, "CONFIG", "GET", pattern)
        except ResponseError:
            # Some providers hide it; what cannot be seen is not promised.
            continue
        names = [value.decode() for value in values]
        found.update(zip(names[::2], names[1::2], strict=True))
    return found
