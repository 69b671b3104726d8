"""What the nodes of one board tell each other beside the log: who is here, writing, ready; what somebody is called.

Notes are kept nowhere and may be lost, so what matters is said again every `notes_ms`, and a node that has not said
anything for three times as long is taken for gone. A room that opens asks the others to speak up. Names are read from
the log's table (LG7); a note only says that one is new there. Nothing of this is said where nobody else listens.
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable
from typing import assert_never

import msgspec

from rebond.hub.clock import Clock, Timer
from rebond.hub.patience import Patience
from rebond.hub.presence import Here
from rebond.hub.settings import HubSettings
from rebond.log import Log, LogError, LogUnavailable

logger = logging.getLogger(__name__)

SILENT_NOTES = 3
"""A node is forgotten after so many notes that should have come and did not."""

WAITING_NOTES = 1_000
"""At most so many notes wait to be sent; the oldest are dropped first, as they may be on the way too."""

GOODBYE_S = 1.0


class HereNote(msgspec.Struct, frozen=True, tag="here"):
    """Everybody who is in this room of this node, and who of them is writing. Nobody: the node is leaving."""

    node: str
    participants: tuple[str, ...]
    writing: tuple[str, ...]
    ready: dict[str, str] = {}
    """Participant → the step they are ready to leave. A node of an earlier version does not say it."""


class AskNote(msgspec.Struct, frozen=True, tag="ask"):
    """This node has just opened the room: whoever is in yours?"""

    node: str


class ArrivalNote(msgspec.Struct, frozen=True, tag="arrival"):
    """Somebody is about to join, under this name or none."""

    node: str
    participant: str
    name: str | None


class RenamedNote(msgspec.Struct, frozen=True, tag="renamed"):
    """Somebody's name is another one in the log's table now."""

    node: str


Note = HereNote | AskNote | ArrivalNote | RenamedNote

_READER = msgspec.msgpack.Decoder(Note)


class Hearing(msgspec.Struct, frozen=True):
    """Whom notes concern in the room."""

    changed: Callable[[], None]
    """Who is here is another now."""
    arriving: Callable[[str, str | None], None]
    """This participant will be called so."""
    renamed: Callable[[], None]
    """The table of names has to be read again."""


class Neighbours:
    """One room's part in that conversation. `node` is this node's name in it."""

    def __init__(
        self, board: str, node: str, here: Here, log: Log, clock: Clock, settings: HubSettings, hearing: Hearing
    ) -> None:
        self._board = board
        self._node = node
        self._here = here
        self._log = log
        self._clock = clock
        self._settings = settings
        self._hearing = hearing
        self._patience = Patience(clock)
        self._notes: deque[Note] = deque(maxlen=WAITING_NOTES)
        self._here_due = False
        self._due = asyncio.Event()
        self._said_ms = float("-inf")
        self._said_anybody = False
        self._soon: Timer | None = None
        self._tick: Timer | None = None
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Listen, speak up, and ask who is elsewhere."""
        if self._log.shared and not self._tasks:
            loop = asyncio.get_running_loop()
            self._tasks = [
                loop.create_task(self._listen(), name=f"listen {self._board}"),
                loop.create_task(self._speak(), name=f"speak {self._board}"),
            ]
            self._tick = self._clock.call_later(self._settings.notes_ms, self._now_and_then)

    # -- speaking --------------------------------------------------------------------------------------------------

    def changed(self) -> None:
        """Who is here, or writing, is another now: said at once, but not more often than every `presence_ms`."""
        if not self._tasks or self._soon is not None:
            return
        wait_ms = self._said_ms + self._settings.presence_ms - self._clock.steady_ms()
        if wait_ms <= 0:
            self._say_here()
        else:
            self._soon = self._clock.call_later(wait_ms, self._say_here)

    def arriving(self, participant: str, name: str | None) -> None:
        """Somebody is about to join here: whoever tells of it should not have to look up their name."""
        self._say(ArrivalNote(self._node, participant, name))

    def renamed(self) -> None:
        """Somebody's name is another one in the table."""
        self._say(RenamedNote(self._node))

    def _say(self, note: Note) -> None:
        if self._tasks:
            self._notes.append(note)
            self._due.set()

    def _say_here(self) -> None:
        if self._soon is not None:
            self._soon.cancel()
            self._soon = None
        self._here_due = True
        self._due.set()

    def _now_and_then(self) -> None:
        self._tick = self._clock.call_later(self._settings.notes_ms, self._now_and_then)
        if self._here.anybody:
            self._say_here()
        if self._here.forget_silent(self._clock.steady_ms()):
            self._hearing.changed()

    async def _speak(self) -> None:
        while True:
            await self._due.wait()
            self._due.clear()
            if self._here_due:
                self._here_due = False
                self._said_ms = self._clock.steady_ms()
                self._notes.append(self._here_note())
            while self._notes:
                with contextlib.suppress(LogError):  # it is said again, or read in the table
                    await self._log.broadcast(self._board, msgspec.msgpack.encode(self._notes.popleft()))

    def _here_note(self) -> HereNote:
        note = HereNote(self._node, *self._here.here())
        self._said_anybody = bool(note.participants)
        return note

    # -- listening -------------------------------------------------------------------------------------------------

    async def _listen(self) -> None:
        while True:
            self._say(AskNote(self._node))
            try:
                async with contextlib.aclosing(self._log.listen(self._board)) as notes:
                    async for data in notes:
                        self._patience.rested()
                        self._hear(data)
            except LogError as error:
                logger.debug("board %s: no notes: %s", self._board, error)
            await self._patience.wait()

    def _hear(self, data: bytes) -> None:
        try:
            note = _READER.decode(data)
        except msgspec.MsgspecError:  # of a newer version: it says nothing that is not said in another way too
            return
        if note.node == self._node:
            return
        match note:
            case HereNote():
                until_ms = self._clock.steady_ms() + SILENT_NOTES * self._settings.notes_ms
                if self._here.heard(note.node, note.participants, note.writing, note.ready, until_ms):
                    self._hearing.changed()
            case AskNote():
                if self._here.anybody:
                    self._say_here()
            case ArrivalNote():
                self._hearing.arriving(note.participant, note.name)
            case RenamedNote():
                self._hearing.renamed()
            case _:
                assert_never(note)

    # -- the end ---------------------------------------------------------------------------------------------------

    def cancel(self) -> None:
        """Fall silent at once."""
        for timer in (self._soon, self._tick):
            if timer is not None:
                timer.cancel()
        self._soon = self._tick = None
        for task in self._tasks:
            task.cancel()

    async def stop(self) -> None:
        """Fall silent, and say that nobody is here any more, so that nobody has to wait to notice."""
        self.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        self._tasks = []
        if self._said_anybody:
            goodbye = msgspec.msgpack.encode(HereNote(self._node, (), ()))
            with contextlib.suppress(LogUnavailable, TimeoutError):
                async with asyncio.timeout(GOODBYE_S):
                    await self._log.broadcast(self._board, goodbye)
