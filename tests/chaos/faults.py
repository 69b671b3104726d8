"""What is broken on purpose, and how it is mended. One row a fault: what it does, and in which towns it makes sense.

A fault mends what it broke before it returns, but for phones and nodes that have to find their own way back: that is
what is being tested. Two lanes run at the same time, faults of nodes and their lines, and faults of Redis and the way
there. What would break more than a durability promises to survive is *alone*: it waits until all else is whole.
Must not know: people, what has to hold.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Literal

from redis.exceptions import RedisError

from tests.chaos.town import KINDS, Node, RedisProcess, Town, until
from tests.conftest import LOOPBACK, RedisServer
from tests.log.redis_cluster import RedisCluster
from tests.proxy import Proxy

Note = Callable[[str], None]
"""Told what exactly was done, once it is done."""
Break = Callable[[Town, random.Random, Note], Awaitable[None]]
Side = Callable[[Node], Proxy]
"""Which of a node's lines: to phones, or to Redis."""
Lane = Literal["nodes", "redis", "alone"]

LONG_S: Final = (2.5, 4.0)
"""Longer than two beats: lines die of it."""
SHORT_S: Final = (0.1, 1.0)


@dataclass(frozen=True)
class Fault:
    """A way to break a town."""

    kind: str
    lane: Lane
    towns: frozenset[str]
    happens: Break


async def _for(chance: random.Random, span_s: tuple[float, float]) -> None:
    """As long as a fault lasts: it is what is done to a town, not a wait for anything."""
    await asyncio.sleep(chance.uniform(*span_s))


def _node(town: Town, chance: random.Random) -> Node:
    return chance.choice(town.nodes)


# -- nodes ---------------------------------------------------------------------------------------------------------


async def _kill_node(town: Town, chance: random.Random, note: Note) -> None:
    node = _node(town, chance)
    node.kill()
    note(node.name)
    await _for(chance, SHORT_S)
    await node.started()


async def _freeze_node(town: Town, chance: random.Random, note: Note) -> None:
    node = _node(town, chance)
    node.freeze()
    note(node.name)
    await _for(chance, LONG_S)
    node.thaw()


async def _restart_all(town: Town, chance: random.Random, note: Note) -> None:
    """A rolling restart: one after the other is asked to leave, and the next only when it is back."""
    for node in town.nodes:
        await node.ask_away()
        note(node.name)
        await node.started()


# -- lines, to phones and to Redis ---------------------------------------------------------------------------------


def _front(node: Node) -> Proxy:
    return node.front


def _back(node: Node) -> Proxy:
    assert node.back is not None
    return node.back


def _cut(side: Side) -> Break:
    async def happens(town: Town, chance: random.Random, note: Note) -> None:
        node = _node(town, chance)
        side(node).cut_all()
        note(node.name)

    return happens


def _delay(side: Side, span_s: tuple[float, float]) -> Break:
    async def happens(town: Town, chance: random.Random, note: Note) -> None:
        node = _node(town, chance)
        side(node).delay_s = chance.uniform(*span_s)
        note(node.name)
        await _for(chance, LONG_S)
        side(node).mend()

    return happens


def _hush(side: Side) -> Break:
    """Half-open: the lines are there, and nothing comes or goes."""

    async def happens(town: Town, chance: random.Random, note: Note) -> None:
        node = _node(town, chance)
        side(node).hush()
        note(node.name)
        await _for(chance, LONG_S)
        side(node).mend()

    return happens


# -- Redis ---------------------------------------------------------------------------------------------------------


async def _master(town: Town, chance: random.Random) -> RedisProcess:
    return chance.choice(await town.masters())


async def _kill_redis(town: Town, chance: random.Random, note: Note) -> None:
    master = await _master(town, chance)
    master.kill()
    note(master.name)
    await _for(chance, SHORT_S)
    await master.started()


async def _freeze_redis(town: Town, chance: random.Random, note: Note) -> None:
    master = await _master(town, chance)
    master.freeze()
    note(master.name)
    await _for(chance, LONG_S)
    master.thaw()
    if town.sentinel is not None:
        await until(town.watched)


async def _empty_redis(town: Town, chance: random.Random, note: Note) -> None:
    """All nodes are there, and have every board open that anybody looks at: what they hold they put back (LG6)."""
    await _kill_redis(town, chance, note)


async def _kill_pubsub(town: Town, chance: random.Random, note: Note) -> None:
    note(f"{await (await _master(town, chance)).ask('CLIENT KILL', 'TYPE', 'pubsub')} lines")


async def _kill_normal(town: Town, chance: random.Random, note: Note) -> None:
    note(f"{await (await _master(town, chance)).ask('CLIENT KILL', 'TYPE', 'normal')} lines")


async def _cut_slow_readers(town: Town, chance: random.Random, note: Note) -> None:
    """Whoever is not read from at once is cut: Redis keeps next to nothing for subscribers."""
    master = await _master(town, chance)
    await master.ask("CONFIG SET", "client-output-buffer-limit", "pubsub 1 0 0")
    note(master.name)
    await _for(chance, SHORT_S)
    await master.ask("CONFIG SET", "client-output-buffer-limit", "pubsub 33554432 8388608 60")


async def _fail_over(town: Town, chance: random.Random, note: Note) -> None:
    """The master dies, Sentinel makes the replica the master, and the old one comes back as its replica: at once, where
    Sentinel itself would take ten seconds. (A frozen master comes back as it was, until Sentinel notices.)"""
    master = await _master(town, chance)
    master.kill()
    note(master.name)

    async def another() -> bool:
        return await town.masters() != [master]

    await until(another)
    await master.started()
    (promoted,) = await town.masters()
    await master.ask("REPLICAOF", LOOPBACK, str(promoted.port))
    await until(town.watched)


async def _move_slot(town: Town, chance: random.Random, note: Note) -> None:
    """A board with all it has moves to another shard while people are at work on it."""
    cluster, board = town.cluster, chance.choice(town.boards)
    assert cluster is not None
    key = f"{{{board}}}"
    target = chance.choice(cluster.others(key))
    note(board)
    await until(lambda: asyncio.to_thread(_moved, cluster, key, target))


def _moved(cluster: RedisCluster, key: str, target: RedisServer) -> bool:
    """Whether the slot of this key is there now; where a shard did not do its part, what is left is done next time."""
    try:
        if cluster.owner(key) is not target:
            cluster.move_keys(key, cluster.open_slot(key, target), target)
        cluster.close_slot(key, target)
    except (RedisError, StopIteration):  # a shard is away, or no two agree whose the slot is
        return False
    return True


ON_ONE_REDIS: Final = frozenset({"redis", "memory"})
ON_REDIS: Final = ON_ONE_REDIS | {"sentinel", "cluster"}
EVERYWHERE: Final = frozenset(KINDS)

FAULTS: Final = {
    fault.kind: fault
    for fault in (
        Fault("node killed", "nodes", EVERYWHERE, _kill_node),
        Fault("node frozen", "nodes", EVERYWHERE, _freeze_node),
        Fault("rolling restart", "nodes", EVERYWHERE, _restart_all),
        Fault("phones cut off", "nodes", EVERYWHERE, _cut(_front)),
        Fault("phones delayed", "nodes", EVERYWHERE, _delay(_front, (0.05, 0.4))),
        Fault("phones half-open", "nodes", EVERYWHERE, _hush(_front)),
        Fault("redis killed", "redis", frozenset({"redis", "cluster"}), _kill_redis),
        Fault("redis emptied", "alone", frozenset({"memory"}), _empty_redis),
        Fault("redis frozen", "redis", ON_REDIS, _freeze_redis),
        Fault("pubsub killed", "redis", ON_REDIS, _kill_pubsub),
        Fault("connections killed", "redis", ON_REDIS, _kill_normal),
        Fault("output buffer cut", "redis", ON_REDIS, _cut_slow_readers),
        Fault("node cut off", "redis", ON_ONE_REDIS, _cut(_back)),
        Fault("node delayed", "redis", ON_ONE_REDIS, _delay(_back, (0.05, 0.3))),
        Fault("node half-open", "redis", ON_ONE_REDIS, _hush(_back)),
        Fault("failover", "redis", frozenset({"sentinel"}), _fail_over),
        Fault("slot moved", "redis", frozenset({"cluster"}), _move_slot),
    )
}
