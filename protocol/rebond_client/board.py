"""A live board on asyncio: `ClientSession` with a socket, a clock and chance put in.

One task owns the connection; it alone feeds the session, so what happens is in one order for everybody. What a caller
sends goes out through the same socket. While the line is down, commands wait and are said when it is back (LG4).
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from types import TracebackType
from typing import Final, Self
from weakref import WeakSet

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.typing import Subprotocol

from rebond_client.http import new_device
from rebond_client.refused import Refused
from rebond_protocol.codec import Format
from rebond_protocol.commands import ClientCommand
from rebond_protocol.frames import Accepted, Presence, RejectedFrame, You
from rebond_protocol.people import Ready, Signal, Writing
from rebond_protocol.replica import BoardReplica
from rebond_protocol.session import (
    ClientSession,
    ComeBack,
    Happening,
    LineDead,
    Privately,
    Say,
    Settled,
    StayAway,
)

CHECK_S: Final = 1.0
"""How often the session is asked whether the line still lives."""
OPENING_S: Final = 5.0
"""How long a connection may take to open, as for the page: a server that is frozen should cost nobody longer."""
SNAPSHOT_BYTES: Final = 256 * 1024 * 1024
"""No message of a server is larger: a full board of cards full of four-byte characters, with thanks, is 105 MiB."""
FOLLOWER_HAPPENINGS: Final = 10_000
"""How far a follower may fall behind before it is cut off."""

__all__ = ["Board", "Ended", "Follower", "FollowerTooSlow", "Refused"]


class Ended(Exception):
    """This board will not be connected to again: the close table says why and what to do."""

    def __init__(self, number: int | None, message: str) -> None:
        super().__init__(message)
        self.number = number
        """The WebSocket close code, or None where the server refused the handshake or made no sense."""


class FollowerTooSlow(Exception):
    """A follower did not keep up. Read `board.replica` anew and follow again; nothing else was lost."""


class Follower(AsyncIterator[Happening]):
    """What happens from the moment `follow` was called, in order. Ends when the board is left, raises when it ended."""

    def __init__(self) -> None:
        self._happenings: asyncio.Queue[Happening | Exception | None] = asyncio.Queue(FOLLOWER_HAPPENINGS + 1)

    def put(self, happening: Happening) -> bool:
        """For the board: one more; False where the follower has fallen too far behind and is told so instead."""
        if self._happenings.qsize() < FOLLOWER_HAPPENINGS:
            self._happenings.put_nowait(happening)
            return True
        self.end(FollowerTooSlow())
        return False

    def end(self, why: Exception | None) -> None:
        """For the board: nothing more will come."""
        if not self._happenings.full():
            self._happenings.put_nowait(why)

    async def __anext__(self) -> Happening:
        happening = await self._happenings.get()
        if happening is None:
            raise StopAsyncIteration
        if isinstance(happening, Exception):
            raise happening
        return happening


class Board:
    """One device on one board, connected for as long as the `async with` block lasts.

    `url` is the socket's address (`socket_url`), `token` from joining or from a link. `device`: a new one unless given;
    give one only together with `first_id`, above every id it has used. Entering waits until the board is there, however
    long that takes: put an `asyncio.timeout` around it where that matters. Raises `Ended` where it will never be there.
    """

    def __init__(
        self,
        url: str,
        token: str,
        device: str | None = None,
        *,
        wire: Format = Format.MSGPACK,
        first_id: int = 1,
        observe: Callable[[Happening], None] | None = None,
    ) -> None:
        self.url = url
        self.session = ClientSession(token, device or new_device(), wire=wire, first_id=first_id, observe=observe)
        self._socket: ClientConnection | None = None
        self._task: asyncio.Task[None] | None = None
        self._there = asyncio.Event()
        self._moved = asyncio.Condition()
        self._answers: dict[int, asyncio.Future[Accepted | RejectedFrame]] = {}
        self._followers: WeakSet[Follower] = WeakSet()
        self._ended: Ended | None = None

    # -- reading ---------------------------------------------------------------------------------------------------

    @property
    def replica(self) -> BoardReplica:
        """The board as this person may see it now."""
        return self.session.replica

    @property
    def you(self) -> You | None:
        """Who the server takes us for; None before the first welcome."""
        return self.session.welcome.you if self.session.welcome else None

    @property
    def presence(self) -> Presence | None:
        """Who is here, as last told."""
        return self.session.presence

    def follow(self) -> Follower:
        """Everything that happens from now on, for `async for`. As many followers as you like."""
        follower = Follower()
        if self._ended is not None:
            follower.end(self._ended)
        else:
            self._followers.add(follower)
        return follower

    async def reached(self, seq: int) -> None:
        """Wait until the replica stands at `seq` or beyond, e.g. at `accepted.seq`. Raises `Ended`."""
        async with self._moved:
            await self._moved.wait_for(lambda: self._ended is not None or self._seq() >= seq)
        if self._ended is not None:
            raise self._ended

    def _seq(self) -> int:
        return self.session.position.seq if self.session.position else -1

    # -- acting ----------------------------------------------------------------------------------------------------

    async def submit(self, command: ClientCommand) -> Accepted:
        """Do this, exactly once, however often the line breaks meanwhile; returns when it is durably stored.

        Raises `Refused` when the server refuses, `Ended` when it will never answer, `ValueError` for a command too
        large to send. Cancelling stops the waiting, not the command.
        """
        if self._ended is not None:
            raise self._ended
        id, frame = self.session.submit(command)
        answer = self._answers[id] = asyncio.get_running_loop().create_future()
        if frame is not None:
            await self._say(frame)
        said = await answer
        if isinstance(said, Accepted):
            return said
        details = None if said.details is msgspec.UNSET else said.details
        raise Refused(said.code, said.message, temporary=said.temporary, details=details)

    async def writing(self, on: bool = True) -> None:
        """Let others see that we are writing, or no longer; forgotten by itself after a few seconds."""
        await self._signal(Writing(on))

    async def ready(self, step: str, on: bool = True) -> None:
        """Say that we are ready to leave this step, or not after all; to be said again after a reconnect."""
        await self._signal(Ready(step, on))

    async def _signal(self, signal: Signal) -> None:
        frame = self.session.signal(signal)
        if frame is not None:
            await self._say(frame)

    async def _say(self, frame: bytes) -> None:
        """Send, if there is a line. Where it breaks under it, the connection's task notices and the session resends."""
        if self._socket is None:
            return
        with suppress(ConnectionClosed):
            await self._socket.send(frame, text=not self.session.wire.binary)

    # -- the connection --------------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._live(), name="rebond board")
        try:
            await self._there.wait()
            if self._ended is not None:
                raise self._ended
        except BaseException:
            await self._leave()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._leave()

    async def _leave(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._followers_end(None)
        self._answer_all(Ended(None, "the board was left before the answer came"))

    async def _live(self) -> None:
        """Connect, follow, lose the line, come back; until told to stay away, or cancelled. Nobody is left waiting."""
        try:
            self._ended = await self._until_the_end()
        except Exception as error:
            self._ended = Ended(None, f"this client cannot go on: {error}")
            self._ended.__cause__ = error
        self._followers_end(self._ended)
        self._answer_all(self._ended)
        self._there.set()
        async with self._moved:
            self._moved.notify_all()

    async def _until_the_end(self) -> Ended:
        while True:
            number = await self._one_connection()
            match self.session.disconnected(number, random.random()):
                case ComeBack(delay_ms):
                    await asyncio.sleep(delay_ms / 1000)
                case StayAway(number, close):
                    return Ended(number, f"{close.meaning} {close.advice}" if close else f"closed with {number}")

    def _followers_end(self, why: Ended | None) -> None:
        for follower in list(self._followers):
            follower.end(why)
        self._followers.clear()

    def _answer_all(self, ended: Ended) -> None:
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(ended)
        self._answers.clear()

    async def _one_connection(self) -> int | None:
        """One line from beginning to end; returns its close code, None where it had none."""
        wire = Subprotocol(self.session.wire.value)
        try:
            async with connect(
                self.url,
                subprotocols=[wire],
                compression=None,
                max_size=SNAPSHOT_BYTES,
                ping_interval=None,
                open_timeout=OPENING_S,
                close_timeout=CHECK_S,
            ) as socket:
                self._socket = socket
                return await self._followed_to_its_end(socket)
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else None
        except InvalidStatus as refused:
            status = refused.response.status_code
            if 400 <= status < 500 and status != 429:
                raise ConnectionRefusedError(f"the server refused it with HTTP {status}") from refused
            return None
        except (OSError, InvalidHandshake):  # TimeoutError is one: it did not open in time
            return None
        finally:
            self._socket = None

    async def _followed_to_its_end(self, socket: ClientConnection) -> int | None:
        for frame in self.session.connected(_now_ms()):
            await self._say(frame)
        while True:
            happenings = await self._next_happenings(socket)
            for happening in happenings:
                if isinstance(happening, LineDead):
                    return None
                await self._pass_on(happening)
            if happenings:
                async with self._moved:
                    self._moved.notify_all()

    async def _next_happenings(self, socket: ClientConnection) -> list[Happening]:
        heard: list[Happening] = []
        try:
            async with asyncio.timeout(CHECK_S):
                message = await socket.recv(decode=False)
            heard = self.session.received(bytes(message), _now_ms())
        except TimeoutError:
            pass
        return [*heard, *self.session.checked(_now_ms())]

    async def _pass_on(self, happening: Happening) -> None:
        match happening:
            case Say(data):
                await self._say(data)
                return
            case Settled(id, _, answer):
                waiting = self._answers.pop(id, None)
                if waiting is not None and not waiting.done():
                    waiting.set_result(answer)
            case Privately():
                self._there.set()
            case _:
                pass
        for follower in list(self._followers):
            if not follower.put(happening):
                self._followers.discard(follower)


def _now_ms() -> float:
    return time.monotonic() * 1000
