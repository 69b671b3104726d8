"""Asking a Redis Cluster: each command goes to the master that has its key, on a line to that master.

What a node did not do, because the slot is elsewhere (MOVED, ASK) or under way (TRYAGAIN) or the cluster is down, is
asked again where it belongs, since nothing was done. What was sent and not answered is Lost, as with one server: only
the caller knows what asking again would mean. A line asks its own master for confirmations (WAIT), so they are about
what was written there.
Must not know: boards, records, what a script does.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Any, cast

from redis.exceptions import AskError, ClusterDownError, MovedError, TryAgainError

from rebond.log.redis_cluster import Cluster, Node
from rebond.log.redis_line import CLOSED, Command, Line, Lost, NotSent, Prepare, Refused, Reply

FIRST_RETRY_S = 0.005
LAST_RETRY_S = 0.2

ASKING = Command((b"ASKING",))


class ClusterLine:
    """A line to each master, made when it is needed; see Line. `timeout_s` bounds a round trip to one of them, and how
    long a command looks for the one that will do it."""

    def __init__(self, cluster: Cluster, timeout_s: float, prepare: Prepare | None = None) -> None:
        self._cluster = cluster
        self._timeout_s = timeout_s
        self._prepare = prepare
        self._lines: dict[Node, Line] = {}
        self._leaving: set[asyncio.Task[None]] = set()
        self._closed = False
        cluster.when_it_changes(self._let_go)

    async def open(self) -> None:
        """Connect to every master before anything is sent. Raises NotSent where one is away or will not do."""
        await self._cluster.learn()
        await asyncio.gather(*(line.open() for line in self.servers()))

    def servers(self) -> Sequence[Line]:
        """A line to each master."""
        return [self._line(node) for node in self._cluster.masters]

    async def close(self, within_s: float | None = None) -> None:
        """Finish what is under way, if that ends within this time, and let go of the connections."""
        self._closed = True
        await asyncio.gather(*(line.close(within_s) for line in self._lines.values()))
        if self._leaving:
            await asyncio.wait(self._leaving, timeout=within_s)

    async def send(self, command: Command) -> Reply:
        """Send it with the next round trip to where it belongs. Raises NotSent, Lost or Refused."""
        key = command.routed_by()
        assert key is not None, "a command without a key belongs to no server of a cluster"
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._timeout_s
        pause_s = 0.0
        asking: Node | None = None
        while True:
            owner = self._cluster.owner(key)
            try:
                if asking is not None:
                    return await self._ask(asking, command)
                if owner is None:
                    raise NotSent("no server of the cluster has its slot")
                return await self._line(owner).send(command)
            except NotSent:
                if self._closed:
                    raise
                # Somebody else may have taken its place.
                asking = None
                await self._learn(doubted=owner)
                if self._cluster.owner(key) == owner or loop.time() > deadline:
                    raise
            except Lost:
                # So that asking again does not go to the same one for ever.
                if not self._closed:
                    await self._learn(doubted=owner)
                raise
            except Refused as refusal:
                match refusal.error:
                    case MovedError():
                        asking = None
                        await self._learn(from_=_named_by(refusal.error, owner))
                    case AskError():
                        asking = _named_by(refusal.error, owner)
                    case TryAgainError():
                        asking = None
                    case ClusterDownError():
                        asking = None
                        await self._learn(doubted=owner)
                    case _:
                        raise
                if loop.time() > deadline:
                    raise NotSent(f"the cluster is not in a state to do it: {refusal}") from refusal
            await asyncio.sleep(pause_s)
            pause_s = min(LAST_RETRY_S, max(FIRST_RETRY_S, 2 * pause_s))

    async def _ask(self, node: Node, command: Command) -> Reply:
        """Ask a node that is about to get the slot. In full: a second attempt would need permission of its own."""
        line = self._line(node)
        in_full = command if command.script is None else command.in_full()
        _, reply = await asyncio.gather(line.send(ASKING), line.send(in_full))
        return reply

    async def _learn(self, *, from_: Node | None = None, doubted: Node | None = None) -> None:
        with contextlib.suppress(NotSent):
            await self._cluster.learn(from_=from_, doubted=doubted)

    def _line(self, node: Node) -> Line:
        if self._closed:
            raise NotSent(CLOSED)
        line = self._lines.get(node)
        if line is None:
            line = self._lines[node] = Line(self._cluster.address(node), self._timeout_s, self._prepare)
        return line

    def _let_go(self) -> None:
        """Close the lines to those that have no slots any more, once what is under way there is done."""
        for node in self._lines.keys() - self._cluster.masters:
            task = asyncio.get_running_loop().create_task(self._lines.pop(node).close())
            self._leaving.add(task)
            task.add_done_callback(self._leaving.discard)


def _named_by(redirection: AskError, sender: Node | None) -> Node:
    """Whom Redis named. No name at all means the one by which it was reached itself."""
    host, port = cast(tuple[str, int], cast(Any, redirection).node_addr)
    return Node(host or (sender.host if sender is not None else ""), port)
