"""Asking Redis to read and to write, until it is known what became of it (LG2).

Two connections, so that no long page stands before an append. A read may be asked again at any time. A write that was
sent and not answered is asked again until there is an answer: every script is written so that doing it twice is doing
it once, or that the second answer tells what the first did. Only where nothing was sent is it LogUnavailable.
Must not know: boards, followers.
"""

import asyncio
import logging
import re
from collections.abc import Sequence
from typing import Any

from rebond.log.interface import LogUnavailable, OutcomeUnknown
from rebond.log.redis_line import (
    CLOSE_WITHIN_S,
    Argument,
    Command,
    Confirmation,
    Line,
    Lost,
    NotSent,
    Refused,
    Reply,
    Script,
    Wire,
)
from rebond.log.redis_place import Place
from rebond.log.redis_promise import Promise
from rebond.log.redis_server import MASTER, check_server, look_at
from rebond.log.redis_values import REFUSALS, kind_of
from rebond.log.redis_wakeups import SHARDED, Verbs, verbs_of

logger = logging.getLogger(__name__)

RETRY_S = 0.05
"""How soon a write without an answer is asked again."""


class Calls:
    """The connections on which Redis is asked. `settle_timeout_s` bounds finding out about an unanswered write."""

    def __init__(self, place: Place, promise: Promise, command_timeout_s: float, settle_timeout_s: float) -> None:
        self.verbs: Verbs = SHARDED
        self._place = place
        self._promise = promise
        self._command_timeout_s = command_timeout_s
        self._settle_timeout_s = settle_timeout_s
        self._writes = place.line(command_timeout_s, self._prepare)
        self._reads = place.line(command_timeout_s)
        self._closed = False

    async def open(self) -> None:
        """Connect. Raises LogUnavailable, also where Redis is not set up for what is promised."""
        try:
            await self._writes.open()
        except (NotSent, Lost) as failure:
            await self.close()
            raise LogUnavailable(f"Redis at {self._place} cannot be used: {in_words(failure)}.") from failure

    async def check_replicas(self) -> None:
        """Raise LogUnavailable where a master has fewer replicas in reach than have to confirm a write: what would be
        written there would be kept and not confirmed."""
        needed = self._promise.replicas
        if not needed:
            return
        masters = self._reads.servers()
        try:
            found = min(await asyncio.gather(*(self._in_reach(line, needed) for line in masters)))
        except (NotSent, Lost) as failure:
            raise LogUnavailable(f"Redis at {self._place} cannot be used: {in_words(failure)}.") from failure
        if found < needed:
            whose = "" if len(masters) == 1 else "a master with "
            raise LogUnavailable(
                f"Redis at {self._place} has {whose}{found} replicas in reach and replicated({needed}) needs {needed}; "
                "start or attach replicas, or ask for fsync."
            )

    async def _in_reach(self, line: Line, needed: int) -> int:
        """How many replicas this master has, once they are enough, or after the time they may take to connect."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + max(self._promise.patience_s, self._command_timeout_s / 2)
        while True:
            try:
                found: int = await line.call(b"WAIT", needed, int(self._command_timeout_s * 500))
            except Refused:
                # Some providers hide it; the first write tells.
                return needed
            if found >= needed or loop.time() >= deadline:
                return found

    async def close(self) -> None:
        """Finish what is under way, and let go: where Redis does not answer, what waits is told that nobody knows."""
        self._closed = True
        await asyncio.gather(self._writes.close(CLOSE_WITHIN_S), self._reads.close(CLOSE_WITHIN_S))

    def servers(self) -> Sequence[Line]:
        """A line to each server that boards are written to, for what concerns a server as a whole."""
        return self._reads.servers()

    async def write(self, script: Script, keys: Sequence[bytes], *arguments: Argument) -> tuple[Any, bool]:
        """Run a script that writes, until it is answered. Also whether it was asked more than once.

        Raises LogUnavailable where nothing was kept, else OutcomeUnknown.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._settle_timeout_s
        again = False
        while True:
            try:
                reply = await self._writes.send(script.command(keys, arguments))
            except (NotSent, Lost, Refused) as failure:
                again = again or isinstance(failure, Lost)
                if not again:
                    # Of what was asked before without an answer, a refusal says nothing.
                    raise LogUnavailable(_nothing_kept(failure)) from failure
                if self._closed or loop.time() > deadline:
                    raise OutcomeUnknown(
                        f"Redis did not say whether it kept what was sent: {in_words(failure)}."
                    ) from failure
                await asyncio.sleep(RETRY_S)
            else:
                _check(reply)
                return reply.value, again

    async def run(self, script: Script, keys: Sequence[bytes], *arguments: Argument) -> Any:
        """Run a script that only reads. Raises LogUnavailable."""
        return await self._read(script.command(keys, arguments))

    async def ask(self, *arguments: Argument) -> Any:
        """Send a command that only reads. Raises LogUnavailable."""
        return await self._read(Command(arguments))

    async def leave_demoted(self) -> None:
        """Let go of servers that are masters no more: they answer, but say what was and take no writes."""
        for line in self._reads.servers():
            try:
                role = await line.call(b"ROLE")
            except (NotSent, Lost, Refused):
                # Gone anyway, or hidden; then the first write that is refused tells.
                continue
            if role[0] != MASTER:
                logger.warning("%s is no master any more; it is looked for anew", self._place)
                for each in (line, *self._writes.servers()):
                    await each.leave()

    async def publish(self, channel: bytes, payload: bytes) -> None:
        """Publish what is kept nowhere, once or not at all. Raises LogUnavailable where it was not sent."""
        try:
            await self._reads.send(Command((self.verbs.publish, channel, payload)))
        except Lost:
            # It may have been told, and telling it again would be telling it twice.
            return
        except (NotSent, Refused) as failure:
            raise LogUnavailable(f"Redis cannot be told: {in_words(failure)}.") from failure

    async def _read(self, command: Command) -> Any:
        try:
            try:
                return (await self._reads.send(command)).value
            except Lost:
                # The connection may have been dead for long; a new one tells.
                return (await self._reads.send(command)).value
        except (NotSent, Lost, Refused) as failure:
            raise LogUnavailable(f"Redis cannot be read: {in_words(failure)}.") from failure

    async def _prepare(self, wire: Wire) -> Confirmation | None:
        server = await look_at(wire)
        check_server(server, self._promise.durability)
        self.verbs = await verbs_of(wire)
        return self._promise.confirmation(server)


def _nothing_kept(failure: NotSent | Lost | Refused) -> str:
    if isinstance(failure, Refused):
        return f"Redis refuses to write: {in_words(failure)}."
    return f"Redis cannot be reached, nothing was kept: {in_words(failure)}."


def in_words(failure: NotSent | Lost | Refused) -> str:
    """Why, for people: without addresses as Python shows them and where in a script it was; without a full stop."""
    text = str(failure)
    for shape, words in _IN_WORDS:
        text = re.sub(shape, words, text)
    return text.rstrip(". ")


_IN_WORDS = (
    # Of a cluster, several such stand in one line.
    (
        r"Error -?\d+ connecting to (\S+?)\. (Multiple exceptions: )?((\[Errno \d+\] )?Connect call failed "
        r"\([^)]*\)(, )?)+\.?",
        r"nobody answers at \1",
    ),
    (r"Error -?\d+ connecting to (\S+?)\. ", r"\1: "),
    (r"\[Errno -?\d+\] ", ""),
    (r"No master found for '(.*?)' ?: .*", r"no Sentinel that answers knows a master called \1"),
    (r"Protocol Error: [^;)]*|Protocol error, got [^;)]*", "what answers there is no Redis"),
    (r"\.? ?script: [0-9a-f]{40}, on @user_script:\d+\.?", ""),
)


def _check(reply: Reply) -> None:
    """Raise OutcomeUnknown if something was written that is not confirmed as promised (LG2)."""
    if reply.lacking and kind_of(reply.value) not in REFUSALS:
        raise OutcomeUnknown(f"It was written, but {reply.lacking}.")
