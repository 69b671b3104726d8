"""One connection to Redis on which commands travel together: whatever waits while a round trip is under way goes with
the next one (group commit, LG1), and a command is never silently sent twice.

redis-py connects, authenticates, encrypts, packs and parses. Its own retries are off: what was sent and not answered
may have been done, and only the caller knows what asking again would mean (LG2, LG4).
Must not know: boards, records, what a script does.
"""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from importlib import resources
from typing import Any, NamedTuple, Protocol, cast
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit, urlunsplit

from redis.asyncio.connection import ConnectionPool
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel, SentinelConnectionPool
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import NoScriptError, ReadOnlyError, RedisError, ResponseError

logger = logging.getLogger(__name__)

BATCH_COMMANDS = 1_024
"""Most commands in one round trip, so that the first of them does not wait for an endless one."""

CLOSED = "the log is closed"
CLOSE_WITHIN_S = 0.5
"""How long what is under way may still take when the log is closed."""

Argument = bytes | str | int


class Wire(Protocol):
    """What is used of a redis-py connection."""

    @property
    def is_connected(self) -> bool: ...
    async def connect(self) -> None: ...
    async def disconnect(self, nowait: bool = False) -> None: ...
    async def send_packed_command(self, command: Iterable[bytes], check_health: bool = True) -> None: ...
    async def read_response(self, disable_decoding: bool = False) -> Any: ...
    def pack_commands(self, commands: Iterable[Iterable[Argument]]) -> list[bytes]: ...


class Address:
    """Where Redis is, by URL: `redis://`, `rediss://` (TLS) or `unix://`, with what redis-py takes behind it, or
    `redis+sentinel://host:port,host:port/service/db`, where the Sentinels are asked for the service's master.

    Name and password in a URL are those of Redis, not of the Sentinels. Raises ValueError for anything else.
    """

    def __init__(self, url: str, connect_timeout_s: float) -> None:
        self._parts = urlsplit(url)
        # A read that has no answer is bounded by whoever waits for it, not by the connection: silence is a follower's
        # usual state.
        options: dict[str, Any] = {
            "protocol": 2,
            "retry": Retry(NoBackoff(), 0),
            "socket_timeout": None,
            "socket_connect_timeout": connect_timeout_s,
        }
        if self._parts.scheme != "unix":
            options["socket_keepalive"] = True
        self._sentinel: Any = None
        if self._parts.scheme == SENTINEL_SCHEME:
            sentinels, service, credentials = _sentinel_parts(self._parts)
            asking = {**options, "socket_timeout": connect_timeout_s}
            self._sentinel = cast(Any, Sentinel)(sentinels, sentinel_kwargs=asking)
            pool = cast(Any, SentinelConnectionPool)(service, self._sentinel, **options, **credentials)
        else:
            pool = cast(Any, ConnectionPool).from_url(url, **options)
        self._pool = pool

    def __str__(self) -> str:
        """The address without what is secret in it."""
        parts = self._parts
        database = parse_qs(parts.query).get("db")
        query = f"db={database[0]}" if database else ""
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, query, ""))

    def wire(self) -> Wire:
        """A connection that is not connected yet; it finds out where to when it connects."""
        return cast(Wire, self._pool.make_connection())

    async def close(self) -> None:
        """Let go of what was used to find out where Redis is."""
        if self._sentinel is not None:
            await self._sentinel.aclose()


SENTINEL_SCHEME = "redis+sentinel"
SENTINEL_PORT = 26_379


def _sentinel_parts(parts: SplitResult) -> tuple[list[tuple[str, int]], str, dict[str, Any]]:
    """Where the Sentinels are, which service is meant, and how to log in to it and to which database."""
    service, _, database = parts.path.strip("/").partition("/")
    login, _, hosts = parts.netloc.rpartition("@")
    if not service or not hosts or (database and not database.isdigit()):
        raise ValueError("a Sentinel address reads redis+sentinel://host:port,host:port/service/db")
    sentinels: list[tuple[str, int]] = []
    for each in hosts.split(","):
        host, _, port = each.partition(":")
        sentinels.append((host, int(port or SENTINEL_PORT)))
    username, _, password = login.partition(":")
    credentials = {
        "db": int(database or 0),
        "username": unquote(username) or None,
        "password": unquote(password) or None,
    }
    return sentinels, service, credentials


class NotSent(Exception):
    """The command did not leave: Redis cannot be reached, or is not as it must be. The text says why."""


class Lost(Exception):
    """The command was sent and not answered: it may have been done."""


class Refused(Exception):
    """Redis answered with an error and did nothing. The text is Redis's own; `error` is what redis-py made of it."""

    def __init__(self, text: str, error: Exception | None = None) -> None:
        super().__init__(text)
        self.error = error


class Confirmation(Protocol):
    """What is asked behind each round trip about everything written before (WAIT), and what its answer is worth."""

    @property
    def command(self) -> tuple[Argument, ...]:
        """What is asked."""
        ...

    @property
    def patience_s(self) -> float:
        """How long Redis may take over it."""
        ...

    def lacking(self, answer: Any) -> str:
        """What the answer falls short of, in words; empty when nothing."""
        ...


Prepare = Callable[[Wire], Awaitable[Confirmation | None]]
"""Looks at a new connection: raises NotSent if it will not do, else says what is asked behind its round trips."""


class Script:
    """A Lua script, run by its digest; its text is sent only to a server that does not have it."""

    def __init__(self, name: str, *, on_a_board: bool = True) -> None:
        folder = resources.files("rebond.log").joinpath("lua")
        parts = ["head", name] if on_a_board else [name]
        self.source = "\n".join(folder.joinpath(f"{part}.lua").read_text(encoding="utf-8") for part in parts).encode()
        self.digest = hashlib.sha1(self.source, usedforsecurity=False).hexdigest().encode()

    def command(self, keys: Sequence[bytes], arguments: Sequence[Argument]) -> "Command":
        """The command that runs it."""
        return Command((b"EVALSHA", self.digest, len(keys), *keys, *arguments), self)


class Command(NamedTuple):
    """What is sent, and which script that is, if it is one."""

    arguments: tuple[Argument, ...]
    script: Script | None = None

    def in_full(self) -> "Command":
        """The same with the script's text, for a server that does not know its digest."""
        assert self.script is not None
        return Command((b"EVAL", self.script.source, *self.arguments[2:]))

    def routed_by(self) -> bytes | None:
        """The key or channel that says where in a cluster it belongs; None where it belongs nowhere."""
        rest = self.arguments[1:] if self.script is None else self.arguments[3:]
        return _as_bytes(rest[0]) if rest else None


def _as_bytes(argument: Argument) -> bytes:
    return argument if isinstance(argument, bytes) else str(argument).encode()


class Reply(NamedTuple):
    """Redis's answer, and what the confirmation of everything written before it falls short of, in words."""

    value: Any
    lacking: str


class _Waiting(NamedTuple):
    command: Command
    future: asyncio.Future[Reply]

    def fail(self, error: Exception) -> None:
        if not self.future.done():
            self.future.set_exception(error)


class Line:
    """A connection that is made when it is needed, again when it broke.

    `prepare` looks at each new connection, see Prepare. `timeout_s` bounds a round trip, beside the patience of what it
    asks behind it; after that the connection is given up.
    """

    def __init__(
        self,
        address: Address,
        timeout_s: float,
        prepare: Prepare | None = None,
    ) -> None:
        self._address = address
        self._timeout_s = timeout_s
        self._prepare = prepare
        self._confirmation: Confirmation | None = None
        self._wire: Wire | None = None
        self._waiting: list[_Waiting] = []
        self._work: asyncio.Task[None] | None = None
        self._closed = False

    async def open(self) -> None:
        """Connect before anything is sent. Raises NotSent where Redis cannot be reached or will not do."""
        await self._connected()

    def servers(self) -> "Sequence[Line]":
        """A line to each server that is written to."""
        return (self,)

    async def run(self, script: Script, keys: Sequence[bytes], *arguments: Argument) -> Reply:
        """Run a script. Raises NotSent, Lost or Refused."""
        return await self.send(script.command(keys, arguments))

    async def call(self, *arguments: Argument) -> Any:
        """Send a command, for its answer. Raises NotSent, Lost or Refused."""
        return (await self.send(Command(arguments))).value

    async def close(self, within_s: float | None = None) -> None:
        """Finish what is under way, if that ends within this time, and let go of the connection: the rest is Lost."""
        self._closed = True
        if self._work is not None:
            _, late = await asyncio.wait((self._work,), timeout=within_s)
            if late:
                self._work.cancel()
                await asyncio.wait(late, timeout=within_s)
        await self._drop()

    def send(self, command: Command) -> "asyncio.Future[Reply]":
        """Send it with the next round trip. The answer is Reply, or raises NotSent, Lost or Refused."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Reply] = loop.create_future()
        if self._closed:
            future.set_exception(NotSent(CLOSED))
            return future
        self._waiting.append(_Waiting(command, future))
        if self._work is None:
            self._work = loop.create_task(self._work_off())
        return future

    async def _work_off(self) -> None:
        try:
            while self._waiting:
                batch = self._waiting[:BATCH_COMMANDS]
                del self._waiting[: len(batch)]
                try:
                    await self._exchange(batch)
                except asyncio.CancelledError:
                    self._cut_short(batch)
                    raise
                except Exception as failure:
                    # Whatever it was: nobody may be left waiting, and nobody knows what was done.
                    logger.exception("a round trip to Redis failed in a way that was not foreseen")
                    for waiting in batch:
                        waiting.fail(Lost(_reason(failure)))
        finally:
            self._work = None

    def _cut_short(self, batch: Sequence[_Waiting]) -> None:
        unsent, self._waiting = self._waiting, []
        for waiting in batch:
            waiting.fail(Lost(CLOSED))
        for waiting in unsent:
            waiting.fail(NotSent(CLOSED))

    async def _exchange(self, batch: Sequence[_Waiting]) -> None:
        try:
            wire = await self._connected()
        except NotSent as reason:
            for waiting in batch:
                waiting.fail(NotSent(*reason.args))
            return
        patience_s = self._confirmation.patience_s if self._confirmation is not None else 0.0
        try:
            async with asyncio.timeout(self._timeout_s + patience_s):
                values, lacking = await self._round_trip(wire, [waiting.command for waiting in batch])
        except Exception as failure:
            # Whatever it was: nobody may be left waiting, and nobody knows what was done.
            await self._drop()
            for waiting in batch:
                waiting.fail(Lost(_reason(failure) or f"no answer within {self._timeout_s:g} s"))
            return
        for waiting, value in zip(batch, values, strict=True):
            if isinstance(value, Exception):
                waiting.fail(Refused(str(value), value))
            elif not waiting.future.done():
                waiting.future.set_result(Reply(value, lacking))
        if any(isinstance(value, ReadOnlyError) for value in values):
            # It was a master when it was connected to; whoever is one now is found by connecting anew.
            await self._drop()

    async def _round_trip(self, wire: Wire, commands: Sequence[Command]) -> tuple[list[Any], str]:
        values = await _send(wire, [command.arguments for command in commands])
        unknown = [place for place, value in enumerate(values) if isinstance(value, NoScriptError)]
        if unknown:
            again = await _send(wire, [commands[place].in_full().arguments for place in unknown])
            for place, value in zip(unknown, again, strict=True):
                values[place] = value
        if self._confirmation is None:
            return values, ""
        # Apart from the others: what a script that had to be sent in full wrote is to be confirmed too.
        (answer,) = await _send(wire, [self._confirmation.command])
        return values, self._confirmation.lacking(answer)

    async def _connected(self) -> Wire:
        if self._wire is not None and self._wire.is_connected:
            return self._wire
        await self._drop()
        wire = self._address.wire()
        try:
            async with asyncio.timeout(self._timeout_s):
                await wire.connect()
                if self._prepare is not None:
                    self._confirmation = await self._prepare(wire)
        except NotSent:
            await wire.disconnect(nowait=True)
            raise
        except (RedisError, OSError) as failure:
            await wire.disconnect(nowait=True)
            raise NotSent(_reason(failure) or f"no answer within {self._timeout_s:g} s") from failure
        except Exception as failure:
            logger.exception("a new connection to Redis could not be looked at")
            await wire.disconnect(nowait=True)
            raise NotSent(f"its answer was not foreseen: {_reason(failure)}") from failure
        self._wire = wire
        return wire

    async def leave(self) -> None:
        """Give the connection up; what is under way on it is Lost."""
        await self._drop()

    async def _drop(self) -> None:
        wire, self._wire = self._wire, None
        if wire is not None:
            await wire.disconnect(nowait=True)


async def ask(wire: Wire, *arguments: Argument) -> Any:
    """One command and its answer, on a connection nobody else uses meanwhile. Raises redis-py's errors."""
    (value,) = await _send(wire, [arguments])
    if isinstance(value, Exception):
        raise value
    return value


async def _send(wire: Wire, commands: Sequence[Sequence[Argument]]) -> list[Any]:
    """Every command's answer or refusal, in order. Raises where the connection broke or the server is about to."""
    await wire.send_packed_command(wire.pack_commands(commands), check_health=False)
    values: list[Any] = []
    for _ in commands:
        try:
            values.append(await wire.read_response())
        except RedisConnectionError:
            raise
        except ResponseError as refusal:
            values.append(refusal)
    return values


def _reason(failure: Exception) -> str:
    return " ".join(str(failure).split()).rstrip(".")
