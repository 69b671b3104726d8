"""The connection on which followers are woken (LG3): one subscription a board, one task that reads.

The reader hands each message on at once and does nothing that waits, so that Redis never has to cut it off for being
slow. It alone connects, and is never cancelled in the middle of a read: who wants the connection gone closes it under
the reader. Every new subscription is reported, also those made again after the line broke: only then is it sure that
nothing more will be missed, and what was missed before must be looked up in the log.
Must not know: what a message says.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Collection, Sequence
from typing import Any, NamedTuple

from redis.crc import key_slot
from redis.exceptions import MovedError, RedisError

from rebond.log.redis_line import Address, Argument, Wire, ask

logger = logging.getLogger(__name__)

CHANNELS_A_COMMAND = 500
FIRST_RETRY_S = 0.02
LAST_RETRY_S = 1.0


class Verbs(NamedTuple):
    """How this server spells what followers need."""

    publish: bytes
    subscribe: bytes
    unsubscribe: bytes


SHARDED = Verbs(b"SPUBLISH", b"SSUBSCRIBE", b"SUNSUBSCRIBE")
PLAIN = Verbs(b"PUBLISH", b"SUBSCRIBE", b"UNSUBSCRIBE")


async def verbs_of(wire: Wire) -> Verbs:
    """Sharded publishing where the server knows it: in a cluster it stays on the shard of the board."""
    known: Sequence[Any] = await ask(wire, "COMMAND", "INFO", SHARDED.publish, SHARDED.subscribe)
    return SHARDED if all(known) else PLAIN


class Wakeups:
    """Subscriptions that come back by themselves.

    `told(channel, payload)` is called for each message, `subscribed(channel)` for each confirmed subscription,
    `lost(channels)` when these are void until they are confirmed again; none of them may wait. `timeout_s` bounds
    connecting. In a cluster, `moved(channel)` says that another server tells of this channel now, and this one forgets
    it; there, channels cannot be subscribed to many at once.
    """

    def __init__(
        self,
        address: Address,
        timeout_s: float,
        told: Callable[[bytes, bytes], None],
        subscribed: Callable[[bytes], None],
        lost: Callable[[Collection[bytes]], None],
        moved: Callable[[bytes], None] | None = None,
    ) -> None:
        self._address = address
        self._timeout_s = timeout_s
        self._told = told
        self._subscribed = subscribed
        self._lost = lost
        self._moved = moved
        self._channels: set[bytes] = set()
        self._wire: Wire | None = None
        self._verbs = SHARDED
        self._unanswered = False
        self._closing = False
        self._reader: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Connect, and stay connected."""
        self._reader = asyncio.get_running_loop().create_task(self._live(), name="log wake-ups")

    async def close(self) -> None:
        """End the reader and the connection."""
        self._closing = True
        await self._cut()
        if self._reader is not None:
            # It may be waiting to try again, or connecting; what it reads nobody wants any more.
            self._reader.cancel()
            await asyncio.wait((self._reader,))

    async def subscribe(self, channel: bytes) -> None:
        """Hear this channel from the moment `subscribed` says so."""
        self._channels.add(channel)
        await self._send(self._verbs.subscribe, channel)

    async def unsubscribe(self, channel: bytes) -> None:
        """Hear it no more."""
        self._channels.discard(channel)
        await self._send(self._verbs.unsubscribe, channel)

    async def check(self) -> None:
        """Ask for a sign of life; if the last one asked for has not come, the line is dead and is made anew."""
        if self._unanswered:
            logger.warning("the line on which the log tells what is new is silent; it is made anew")
            await self._cut()
        elif self._wire is not None:
            self._unanswered = True
            await self._send(b"PING")

    async def renew(self, channel: bytes) -> None:
        """The connection on which this channel is heard does not deliver: make it anew."""
        await self._cut()

    async def _live(self) -> None:
        retry_s = FIRST_RETRY_S
        while not self._closing:
            try:
                await self._connect()
                retry_s = FIRST_RETRY_S
                # Being cancelled is at times forgotten while connecting.
                if not self._closing:
                    await self._read()
            except (RedisError, OSError) as failure:
                logger.debug("the line on which the log tells what is new broke: %s", failure)
            except Exception:
                # Whatever it was: nobody else would ever make this line anew, for any board.
                logger.exception("the line on which the log tells what is new failed; it is made anew")
            await self._cut()
            await asyncio.sleep(retry_s)
            retry_s = min(LAST_RETRY_S, 2 * retry_s)

    async def _connect(self) -> None:
        wire = self._address.wire()
        try:
            async with asyncio.timeout(self._timeout_s):
                await wire.connect()
                self._verbs = await verbs_of(wire)
                # From here on `subscribe` sends for itself; what it adds before, it adds to what is sent below.
                self._wire, self._unanswered = wire, False
                channels = list(self._channels)
                at_once = CHANNELS_A_COMMAND if self._moved is None else 1
                for first in range(0, len(channels), at_once):
                    await self._send(self._verbs.subscribe, *channels[first : first + at_once])
        except BaseException:
            await wire.disconnect(nowait=True)
            raise

    async def _read(self) -> None:
        wire = self._wire
        message = b"smessage" if self._verbs is SHARDED else b"message"
        subscribed, unsubscribed = self._verbs.subscribe.lower(), self._verbs.unsubscribe.lower()
        while wire is not None and wire.is_connected:
            try:
                reply = await wire.read_response()
            except MovedError as elsewhere:
                self._give_up([channel for channel in self._channels if key_slot(channel) == elsewhere.slot_id])
                continue
            self._unanswered = False
            if reply[0] == message:
                self._told(reply[1], reply[2])
            elif reply[0] == subscribed:
                self._subscribed(reply[1])
            elif reply[0] == unsubscribed and reply[1] in self._channels:
                # Not asked for: the slot has moved.
                self._give_up([reply[1]])

    def _give_up(self, channels: Sequence[bytes]) -> None:
        self._channels.difference_update(channels)
        self._lost(channels)
        for channel in channels:
            if self._moved is not None:
                self._moved(channel)

    async def _send(self, *arguments: Argument) -> None:
        wire = self._wire
        # Where there is no connection the reader is about to make one, with every channel.
        if wire is not None and wire.is_connected:
            with contextlib.suppress(RedisError, OSError):
                await wire.send_packed_command(wire.pack_commands([arguments]), check_health=False)

    async def _cut(self) -> None:
        wire, self._wire = self._wire, None
        self._unanswered = False
        self._lost(self._channels)
        if wire is not None:
            await wire.disconnect(nowait=True)
