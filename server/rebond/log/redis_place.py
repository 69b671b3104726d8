"""Where Redis is: one server (found through Sentinels, perhaps), or the many of a cluster; chosen by the address.

The rest of the log speaks to either through what stands here.
Must not know: boards, records, what a script does.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from typing import Protocol

from rebond.log.redis_cluster import CLUSTER_SCHEMES, Cluster
from rebond.log.redis_cluster_line import ClusterLine
from rebond.log.redis_cluster_wakeups import ClusterWakeups
from rebond.log.redis_line import Address, Command, Line, Prepare, Reply
from rebond.log.redis_wakeups import Wakeups

Told = Callable[[bytes, bytes], None]
Subscribed = Callable[[bytes], None]
Lost = Callable[[Collection[bytes]], None]

PROBE_TAG = b"probe"


class Asked(Protocol):
    """Commands and their answers: see Line."""

    async def open(self) -> None: ...
    def send(self, command: Command) -> Awaitable[Reply]: ...
    def servers(self) -> Sequence[Line]: ...
    async def close(self, within_s: float | None = None) -> None: ...


class Heard(Protocol):
    """Subscriptions and their messages: see Wakeups."""

    def start(self) -> None: ...
    async def subscribe(self, channel: bytes) -> None: ...
    async def unsubscribe(self, channel: bytes) -> None: ...
    async def check(self) -> None: ...
    async def renew(self, channel: bytes) -> None: ...
    async def close(self) -> None: ...


class Place(Protocol):
    """Where Redis is. Its text is the address without what is secret in it."""

    def line(self, timeout_s: float, prepare: Prepare | None = None) -> Asked:
        """A way to ask: see Line."""
        ...

    def wakeups(self, timeout_s: float, told: Told, subscribed: Subscribed, lost: Lost) -> Heard:
        """A way to hear: see Wakeups."""
        ...

    def probe_tags(self, used: Iterable[bytes]) -> list[bytes]:
        """A hash tag for each server on which any of these keys and channels lives."""
        ...

    async def close(self) -> None:
        """Let go of what was used to find out where Redis is."""
        ...


class OneServer:
    """The server at this address (a Place)."""

    def __init__(self, address: Address) -> None:
        self._address = address

    def __str__(self) -> str:
        return str(self._address)

    def line(self, timeout_s: float, prepare: Prepare | None = None) -> Line:
        """See Place."""
        return Line(self._address, timeout_s, prepare)

    def wakeups(self, timeout_s: float, told: Told, subscribed: Subscribed, lost: Lost) -> Wakeups:
        """See Place."""
        return Wakeups(self._address, timeout_s, told, subscribed, lost)

    def probe_tags(self, used: Iterable[bytes]) -> list[bytes]:
        """See Place."""
        return [PROBE_TAG]

    async def close(self) -> None:
        """See Place."""
        await self._address.close()


class ManyServers:
    """The masters of a cluster (a Place)."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def __str__(self) -> str:
        return str(self._cluster)

    def line(self, timeout_s: float, prepare: Prepare | None = None) -> ClusterLine:
        """See Place."""
        return ClusterLine(self._cluster, timeout_s, prepare)

    def wakeups(self, timeout_s: float, told: Told, subscribed: Subscribed, lost: Lost) -> ClusterWakeups:
        """See Place."""
        return ClusterWakeups(self._cluster, timeout_s, told, subscribed, lost)

    def probe_tags(self, used: Iterable[bytes]) -> list[bytes]:
        """See Place."""
        return self._cluster.probe_tags(used)

    async def close(self) -> None:
        """See Place."""
        await self._cluster.close()


def place_of(url: str, connect_timeout_s: float) -> Place:
    """The place at this URL: see Address and Cluster. Raises ValueError for what is neither."""
    if url.partition("://")[0] in CLUSTER_SCHEMES:
        return ManyServers(Cluster(url, connect_timeout_s))
    return OneServer(Address(url, connect_timeout_s))
