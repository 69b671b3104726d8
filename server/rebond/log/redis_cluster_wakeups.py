"""Hearing a Redis Cluster: each channel on the shard that has its slot (sharded pub/sub), one connection a shard.

When a slot moves, its old owner says so (SUNSUBSCRIBE) or its connection breaks; who has the slot now is learnt, and
the channel is subscribed there. That is a new subscription: whoever hears of it looks in the log for what was missed.
One task finds out and moves channels; nothing else waits.
Must not know: what a message says.
"""

import asyncio
import logging
from collections.abc import Callable, Collection
from functools import partial

from rebond.log.redis_cluster import Cluster, Node
from rebond.log.redis_line import NotSent
from rebond.log.redis_wakeups import FIRST_RETRY_S, LAST_RETRY_S, Wakeups

logger = logging.getLogger(__name__)


class ClusterWakeups:
    """Subscriptions that come back by themselves, wherever their slots are; see Wakeups."""

    def __init__(
        self,
        cluster: Cluster,
        timeout_s: float,
        told: Callable[[bytes, bytes], None],
        subscribed: Callable[[bytes], None],
        lost: Callable[[Collection[bytes]], None],
    ) -> None:
        self._cluster = cluster
        self._timeout_s = timeout_s
        self._told = told
        self._subscribed = subscribed
        self._lost = lost
        self._shards: dict[Node, Wakeups] = {}
        """A connection to each master."""
        self._homes: dict[bytes, Node | None] = {}
        """Every channel, and on which shard it is subscribed; None: on none."""
        self._doubtful = asyncio.Event()
        self._work: asyncio.Task[None] | None = None
        cluster.when_it_changes(self._doubtful.set)

    def start(self) -> None:
        """Connect, and stay connected."""
        self._connect()
        self._work = asyncio.get_running_loop().create_task(self._keep_in_place(), name="log wake-ups of a cluster")

    async def close(self) -> None:
        """End the readers and the connections."""
        if self._work is not None:
            self._work.cancel()
            await asyncio.wait((self._work,))
        for shard in self._shards.values():
            await shard.close()

    async def subscribe(self, channel: bytes) -> None:
        """Hear this channel from the moment `subscribed` says so."""
        self._homes[channel] = None
        await self._place(channel)

    async def unsubscribe(self, channel: bytes) -> None:
        """Hear it no more."""
        home = self._homes.pop(channel, None)
        if home is not None:
            await self._shards[home].unsubscribe(channel)

    async def check(self) -> None:
        """Ask every shard for a sign of life, see Wakeups; and look whether the slots are where they were."""
        self._doubtful.set()
        for shard in list(self._shards.values()):
            await shard.check()

    async def renew(self, channel: bytes) -> None:
        """See Wakeups."""
        home = self._homes.get(channel)
        if home is not None:
            await self._shards[home].renew(channel)

    async def _keep_in_place(self) -> None:
        retry_s = FIRST_RETRY_S
        while True:
            await self._doubtful.wait()
            self._doubtful.clear()
            try:
                await self._keep_all_in_place()
            except Exception:
                # Whatever it was: nobody else would ever look where the channels belong.
                logger.exception("channels could not be subscribed where they belong; it is tried again")
                self._doubtful.set()
            await asyncio.sleep(retry_s)
            retry_s = min(LAST_RETRY_S, 2 * retry_s) if self._doubtful.is_set() else FIRST_RETRY_S

    async def _keep_all_in_place(self) -> None:
        try:
            await self._cluster.learn()
        except NotSent as failure:
            logger.warning("it cannot be found out which shards tell what is new: %s", failure)
            self._doubtful.set()
        self._connect()
        await self._let_go()
        for channel in list(self._homes):
            await self._place(channel)

    async def _place(self, channel: bytes) -> None:
        """Have it subscribed on the shard that has its slot, and on no other."""
        if self._work is None or channel not in self._homes:
            return
        home, owner = self._homes[channel], self._cluster.owner(channel)
        if owner is None or owner not in self._shards:
            # The slot is with nobody, or with one to which there is no connection yet.
            self._doubtful.set()
        elif owner != home:
            self._homes[channel] = owner
            self._lost((channel,))
            await self._shards[owner].subscribe(channel)
            # The old one may have been let go of meanwhile.
            if home is not None and home in self._shards:
                await self._shards[home].unsubscribe(channel)

    def _connect(self) -> None:
        """To each master, also where there is nothing to hear yet: who subscribes there later need not wait."""
        for node in self._cluster.masters - self._shards.keys():
            address, moved = self._cluster.address(node), partial(self._moved, node)
            shard = Wakeups(address, self._timeout_s, self._told, self._subscribed, self._broke, moved)
            self._shards[node] = shard
            shard.start()

    async def _let_go(self) -> None:
        """Of those that have no slots any more."""
        for node in self._shards.keys() - self._cluster.masters:
            await self._shards[node].close()
            del self._shards[node]
            self._homes.update({channel: None for channel, home in self._homes.items() if home == node})

    def _moved(self, node: Node, channel: bytes) -> None:
        if self._homes.get(channel) == node:
            self._homes[channel] = None
        self._doubtful.set()

    def _broke(self, channels: Collection[bytes]) -> None:
        self._lost(channels)
        self._doubtful.set()
