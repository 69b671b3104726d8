"""All rooms of this process: opened when somebody comes, put away when nobody does, beaten, drained (HB5, HB7)."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from rebond.domain.decide import decide
from rebond.domain.envelope import Decided, Envelope
from rebond.domain.fold import fold_entry
from rebond.domain.state import EMPTY
from rebond.hub.clock import Clock, Timer
from rebond.hub.connection import Connection
from rebond.hub.loading import load_state
from rebond.hub.meters import Meters
from rebond.hub.room import Room
from rebond.hub.settings import HubSettings
from rebond.log import BoardRecord, Log, LogError, Record
from rebond_protocol.boards import BoardCreate
from rebond_protocol.codec import entry_bytes
from rebond_protocol.entries import EVENTS_VERSION, Entry
from rebond_protocol.errors import Rejected
from rebond_protocol.people import ParticipantJoin

logger = logging.getLogger(__name__)


class Hub:
    """Finds, opens and keeps the rooms. `log` is open before the hub starts and closed after it has stopped."""

    def __init__(self, log: Log, clock: Clock, settings: HubSettings, meters: Meters) -> None:
        self.log = log
        self.clock = clock
        self.settings = settings
        self.meters = meters
        self.draining = False
        self.after_removal: Callable[[str, str], Awaitable[None]] | None = None
        """What the edge does elsewhere once somebody (board, participant) was removed, at whichever node."""
        self._node = clock.fresh_id()
        """What this process is called among those that serve the same boards."""
        self._rooms: dict[str, Room] = {}
        self._opening: dict[str, asyncio.Task[Room]] = {}
        self._closing: set[asyncio.Task[None]] = set()
        self._afterwards: set[asyncio.Task[None]] = set()
        self._beat_timer: Timer | None = None

    def start(self) -> None:
        """Begin to beat."""
        self._beat_timer = self.clock.call_later(self.settings.beat_ms, self._beat)

    # -- rooms -----------------------------------------------------------------------------------------------------

    async def create(self, commands: Sequence[BoardCreate | ParticipantJoin], id: str, code: str) -> Rejected | None:
        """A new board, with one entry for each of these commands, all together or not at all.

        Raises `CodeTaken` (draw another code) and `LogUnavailable`.
        """
        now_ms = self.clock.now_ms()
        state = EMPTY
        records: list[Record] = []
        for command in commands:
            decision = decide(state, Envelope(None, None, None, now_ms, id), command)
            if isinstance(decision, Rejected):
                return decision
            assert isinstance(decision, Decided), "the server itself never repeats"
            entry = Entry(EVENTS_VERSION, state.seq + 1, now_ms, None, None, None, decision.events, decision.made)
            state = fold_entry(state, entry)
            records.append(Record(entry.seq, entry_bytes(entry)))
        await self.log.create(BoardRecord(id, code, now_ms, self.clock.fresh_id()), records)
        return None

    async def room(self, board: str) -> Room:
        """The room of this board id, opened if need be; however many ask at once, it is opened once.

        Raises `UnknownBoard`, `LogUnavailable`, and what `load_state` raises.
        """
        room = self._rooms.get(board)
        if room is not None and not room.broken:
            room.idle_since_ms = self.clock.steady_ms()  # whoever asks is about to use it
            return room
        opening = self._opening.get(board)
        if opening is None:
            opening = asyncio.get_running_loop().create_task(self._open(board), name=f"open {board}")
            self._opening[board] = opening
            opening.add_done_callback(lambda _: self._opening.pop(board, None))
        return await asyncio.shield(opening)

    def known(self, board: str) -> bool:
        """Whether this is the id of a board that is open here, so that the log need not be asked for it."""
        return board in self._rooms

    async def _open(self, board: str) -> Room:
        position = await self.log.position(board)
        loaded = await load_state(self.log, board)
        people = await self.log.people(board)
        room = Room(
            board, loaded, position.epoch, people, self.log, self.clock, self.settings, self.meters,
            node=self._node, removed=lambda participant: self._removed(board, participant),
        )  # fmt: skip
        room.start()
        self._rooms[board] = room
        self.meters.rooms = len(self._rooms)
        return room

    def _removed(self, board: str, participant: str) -> None:
        if self.after_removal is None or self.draining:
            return
        doing = asyncio.get_running_loop().create_task(self._see_to(self.after_removal(board, participant)))
        self._afterwards.add(doing)
        doing.add_done_callback(self._afterwards.discard)

    async def _see_to(self, rest: Awaitable[None]) -> None:
        try:
            await rest
        except LogError as error:
            logger.error("what follows from a removal could not be done: %s", error)
        except Exception:
            logger.exception("what follows from a removal could not be done")

    async def forget_person(self, board: str, participant: str) -> None:
        """LG7: erase what is known of somebody beyond their pseudonym, in the log's table and on every screen.

        The epoch changes, so that a screen that is away now does not come back to the name it remembers. Of somebody
        without a name no screen shows anything, and nobody is disturbed.
        """
        room = await self.room(board)
        named = {person.participant for person in await self.log.people(board) if person.name} | room.names.keys()
        await self.log.erase_person(board, participant)
        if participant not in named:
            return
        renewed = await self.log.renew_epoch(board, (await self.log.position(board)).epoch)
        room = await self.room(board)  # which may have begun anew meanwhile
        room.renamed(participant, None)
        room.tell_afresh(renewed.epoch)

    def open_rooms(self) -> list[Room]:
        """The rooms that are open now."""
        return list(self._rooms.values())

    # -- beats -----------------------------------------------------------------------------------------------------

    def _beat(self) -> None:
        self._beat_timer = self.clock.call_later(self.settings.beat_ms, self._beat)
        idle_before_ms = self.clock.steady_ms() - self.settings.idle_ms
        for board, room in list(self._rooms.items()):
            try:
                room.beat()
            except Exception:  # one room's fault must not stop the hearts of the others
                logger.exception("board %s: a beat failed", board)
            if room.broken or (not room.busy and room.idle_since_ms < idle_before_ms):
                self._put_away(board, room)

    def _put_away(self, board: str, room: Room) -> None:
        del self._rooms[board]
        self.meters.rooms = len(self._rooms)
        if not room.broken:
            closing = asyncio.get_running_loop().create_task(room.close(), name=f"close {board}")
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)
            closing.add_done_callback(_log_failure)

    # -- leaving ---------------------------------------------------------------------------------------------------

    async def drain(self) -> None:
        """HB7: tell everybody, in waves, to come back after a random delay; the server has stopped accepting before."""
        self.draining = True
        leaving = [connection for room in self._rooms.values() for connection in room.connections]
        for start in range(0, len(leaving), self.settings.drain_wave):
            if start:
                await self._pause(self.settings.drain_wave_ms)
            for connection in leaving[start : start + self.settings.drain_wave]:
                self._send_away(connection)

    def _send_away(self, connection: Connection) -> None:
        connection.leave("draining", round(self.clock.spread(self.settings.drain_spread_ms)))

    async def _pause(self, delay_ms: float) -> None:
        over = asyncio.Event()
        self.clock.call_later(delay_ms, over.set)
        await over.wait()

    async def stop(self) -> None:
        """Finish what is under way in every room and keep snapshots. The log is closed by whoever opened it."""
        self.draining = True
        if self._beat_timer is not None:
            self._beat_timer.cancel()
        await asyncio.gather(*self._afterwards)
        # All at once: while a log is away, each has to wait for its own answer.
        await asyncio.gather(*(_close(room) for room in self.open_rooms()))
        self._rooms.clear()
        await asyncio.gather(*self._closing, return_exceptions=True)


async def _close(room: Room) -> None:
    try:
        await room.close()
    except LogError as error:  # what was acknowledged is in the log; a snapshot of it is missing
        logger.warning("board %s was not put away: %s", room.board, error)
    except Exception:
        logger.exception("board %s could not be closed in order", room.board)


def _log_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        logger.error("a room could not be put away in order: %s", task.exception())
