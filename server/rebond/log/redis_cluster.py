"""Which master of a Redis Cluster has which slot, and learning it anew when it is no longer so.

Any node is asked (CLUSTER SLOTS), preferably one that must know, last of all one that is in doubt: a master that was
cut off from the others goes on believing in itself. redis-py hashes keys and reads the answer.
Must not know: what is sent to whom.
"""

import asyncio
import itertools
import logging
import random
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, cast
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from redis.cluster import parse_cluster_slots
from redis.crc import REDIS_CLUSTER_HASH_SLOTS, key_slot

from rebond.log.redis_line import CLOSE_WITHIN_S, CLOSED, Address, Line, Lost, NotSent, Refused

logger = logging.getLogger(__name__)

CLUSTER_SCHEMES = {"redis+cluster": "redis", "rediss+cluster": "rediss"}
"""Schemes of clusters, and of their nodes."""
REDIS_PORT = 6_379
ASKED_FOR_SLOTS_S = 1.0
"""Longest that one node is waited for which is asked for the slots, before the next one is."""


class Node(NamedTuple):
    """A server of the cluster, as the others call it."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class Cluster:
    """A cluster, by URL: `redis+cluster://[user:password@]host:port,host:port`, with what redis-py takes behind it
    (`?ssl_ca_certs=…`), or `rediss+cluster://` (TLS). Some of its nodes are enough; they name the others, by names that
    must lead there from here. Raises ValueError for anything else.
    """

    def __init__(self, url: str, connect_timeout_s: float) -> None:
        self._parts = urlsplit(url)
        self._connect_timeout_s = connect_timeout_s
        login, at, hosts = self._parts.netloc.rpartition("@")
        query = dict(parse_qsl(self._parts.query))
        if not hosts or self._parts.path.strip("/") or query.pop("db", "0") != "0":
            raise ValueError("a cluster's address reads redis+cluster://host:port,host:port and names no database")
        self._login = login + at
        self._query = urlencode(query)
        self._seeds = [_seed(host) for host in hosts.split(",")]
        for seed in self._seeds:
            # Options that redis-py cannot read are a mistake now, not when they are needed.
            self.address(seed)
        self._owners: list[Node | None] = [None] * REDIS_CLUSTER_HASH_SLOTS
        self._masters: frozenset[Node] = frozenset()
        self._tags: dict[Node | None, bytes] = {}
        self._asked: dict[Node, Line] = {}
        self._learning: asyncio.Task[None] | None = None
        self._on_change: list[Callable[[], None]] = []

    def __str__(self) -> str:
        """The address without what is secret in it."""
        return f"{self._parts.scheme}://{self._parts.netloc.rpartition('@')[2]}"

    def address(self, node: Node) -> Address:
        """Where this node is."""
        scheme = CLUSTER_SCHEMES[self._parts.scheme]
        url = urlunsplit((scheme, f"{self._login}{node}", "", self._query, ""))
        return Address(url, self._connect_timeout_s)

    @property
    def masters(self) -> frozenset[Node]:
        """Every node that has slots, as far as is known."""
        return self._masters

    def owner(self, key: bytes) -> Node | None:
        """The master that has the slot of this key or channel, as far as is known."""
        return self._owners[key_slot(key)]

    def probe_tags(self, used: Iterable[bytes]) -> list[bytes]:
        """See Place. A slot that nobody has is answered for by a tag that nobody has."""
        return sorted({self._tag_on(self.owner(key)) for key in used})

    def _tag_on(self, node: Node | None) -> bytes:
        if node not in self._tags:
            tags = (b"probe-%d" % number for number in itertools.count())
            self._tags[node] = next(tag for tag in tags if self.owner(tag) == node)
        return self._tags[node]

    def when_it_changes(self, told: Callable[[], None]) -> None:
        """Have this called, which must not wait, whenever other masters or slots were learnt."""
        self._on_change.append(told)

    async def learn(self, *, from_: Node | None = None, doubted: Node | None = None) -> None:
        """Ask who has which slot: first a node that knows, if one is named, and last one that is in doubt.

        Whoever asks while somebody does shares the answer. Raises NotSent where nobody can be asked.
        """
        if self._learning is None:
            self._learning = asyncio.get_running_loop().create_task(self._learn(from_, doubted))
            self._learning.add_done_callback(self._learnt)
        learning = self._learning
        try:
            # One who no longer waits must not stop it for the others.
            await asyncio.shield(learning)
        except asyncio.CancelledError:
            if not learning.cancelled():
                raise
            # `close` ended it, and not whoever waits for it.
            raise NotSent(CLOSED) from None

    def _learnt(self, task: asyncio.Task[None]) -> None:
        self._learning = None
        if not task.cancelled():
            task.exception()

    async def _learn(self, from_: Node | None, doubted: Node | None) -> None:
        others = [*self._masters, *self._seeds]
        random.shuffle(others)
        asked = [*([from_] if from_ is not None else []), *others]
        reasons: list[str] = []
        for node in sorted(dict.fromkeys(asked), key=lambda node: node == doubted):
            try:
                owners = await self._slots_by(node)
            except (NotSent, Lost, Refused) as failure:
                reasons.append(f"{node}: {failure}")
            else:
                self._take(owners)
                return await self._let_go()
        raise NotSent(f"no node of the cluster says who has which slot ({'; '.join(reasons)})")

    async def _slots_by(self, node: Node) -> list[Node | None]:
        line = self._asked.get(node)
        if line is None:
            line = self._asked[node] = Line(self.address(node), min(ASKED_FOR_SLOTS_S, self._connect_timeout_s))
        said = cast(Any, parse_cluster_slots)(await line.call(b"CLUSTER", b"SLOTS"), current_host=node.host)
        owners: list[Node | None] = [None] * REDIS_CLUSTER_HASH_SLOTS
        for (first, last), servers in said.items():
            host, port = servers["primary"]
            owners[first : last + 1] = [Node(host, port)] * (last + 1 - first)
        if not any(owners):
            raise Refused("it has no slots and knows of none")
        return owners

    def _take(self, owners: list[Node | None]) -> None:
        if owners == self._owners:
            return
        self._owners = owners
        self._masters = frozenset(owner for owner in owners if owner is not None)
        self._tags.clear()
        logger.info("the cluster's slots are with %s", ", ".join(sorted(map(str, self._masters))))
        for told in self._on_change:
            told()

    async def _let_go(self) -> None:
        """Of the connections to those that are no nodes any more."""
        for node in self._asked.keys() - self._masters - set(self._seeds):
            await self._asked.pop(node).close()

    async def close(self) -> None:
        """Let go of the connections on which nodes were asked; whoever waits for an answer gets NotSent."""
        if self._learning is not None:
            self._learning.cancel()
            await asyncio.wait((self._learning,))
        asked, self._asked = self._asked, {}
        await asyncio.gather(*(line.close(CLOSE_WITHIN_S) for line in asked.values()))


def _seed(text: str) -> Node:
    """A node from `host:port`, `[address]:port` or either without a port."""
    parts = urlsplit(f"//{text}")
    if not parts.hostname or parts.path:
        raise ValueError("a cluster's address reads redis+cluster://host:port,host:port")
    return Node(parts.hostname, parts.port or REDIS_PORT)
