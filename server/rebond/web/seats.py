"""A kiosk's places on the boards of its lab: it is a participant of each, made when it first asks for its seat.

Who it is on another board follows from who it is in the lab, by a digest that only this server can make: two nodes that
are asked at once make the same participant, and nobody else can tell which of a board's kiosks is which of another's.
A place is taken and left by one at a time, and left only while there is a reason to: a removal is seen to in the
background as well, which may be late, and finds the kiosk in again. Must not know how a kiosk was paired.
"""

import asyncio
from collections.abc import AsyncIterator
from weakref import WeakValueDictionary

from starlette.requests import Request

from rebond.domain.people import is_kiosk
from rebond.domain.state import BoardState
from rebond.hub.room import Room
from rebond.log import Person
from rebond.web import kept
from rebond.web.auth import CAPABILITY_DAYS
from rebond.web.handling import Handling
from rebond.web.kept import AWAY, SEATED, Away, Contact, Screen
from rebond_protocol.errors import Rejected
from rebond_protocol.kiosks import SeatBoard
from rebond_protocol.people import ParticipantJoin, ParticipantReadmit, ParticipantRemove


class Seats:
    """Used by the handlers about kiosks and labs."""

    def __init__(self, handling: Handling) -> None:
        self._handling = handling
        self._hub = handling.hub
        self._moving: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def seat_of(self, kiosk: str, lab: str, board: str) -> str:
        """Who this kiosk of a lab is on this board."""
        return SEATED + self._handling.tokens.device_key(board, f"{lab} {kiosk}")

    def face(self, request: Request, room: Room, participant: str) -> SeatBoard:
        """This board, with a token of its own for this kiosk: asked for often, it never grows old."""
        about = room.state.about
        assert about is not None, "a room that was found has a board"
        token = self._handling.token(room.board, participant, "kiosk", CAPABILITY_DAYS)
        link = f"{self._handling.base_url(request)}/j/{about.code}"
        return SeatBoard(room.board, about.code, room.state.title, about.locale, link, participant, token)

    # -- of one kiosk ----------------------------------------------------------------------------------------------

    async def others(
        self, request: Request, lab: Room, kiosk: str, name: str | None, news: Screen | None
    ) -> tuple[SeatBoard, ...]:
        """The other boards of its lab, each of which knows it from now on, but for those whose moderators removed it.

        `news`: what is to be kept of it there, too; None: as it was.
        """
        seats: list[SeatBoard] = []
        async for room, seat in self._places(lab, kiosk):
            async with self._alone(seat):
                if await self._seated(room, seat, name, news) and not await self._leave(lab, kiosk, room):
                    seats.append(self.face(request, room, seat))
        return tuple(seat for seat in seats if seat.board in lab.state.lab)

    async def _seated(self, room: Room, seat: str, name: str | None, news: Screen | None) -> bool:
        """Whether this board takes it, which may be for the first time."""
        refused = await room.admission(seat)
        if refused == "removed":
            return await self._came_back(room, seat)
        if refused is None:
            if news is not None:
                await self.remember(room, seat, name, news)
            return True
        await self.remember(room, seat, name, news or Screen(self._hub.clock.now_ms()))
        outcome = await room.act(ParticipantJoin(seat, "kiosk"))
        return not isinstance(outcome, Rejected) or outcome.code == "already_so"

    async def _came_back(self, room: Room, seat: str) -> bool:
        """Whether it is in again: only the lab had taken it off."""
        if not await self._notes(room, seat):
            return False
        outcome = await room.act(ParticipantReadmit(seat))
        await self.stays_off(room, seat)
        return not isinstance(outcome, Rejected) or outcome.code == "already_so"

    async def stays_off(self, room: Room, seat: str) -> None:
        """Its lab does not bring it back to this board."""
        for note in await self._notes(room, seat):
            await self._hub.log.erase_person(room.board, note)

    async def _notes(self, room: Room, seat: str) -> list[str]:
        """That its lab took it off this board, by whichever node: the keys of the rows."""
        rows = AWAY.among(await self._hub.log.people(room.board))
        return [AWAY.key(id) for id in rows if id.partition(" ")[0] == seat]

    async def renamed(self, lab: Room, kiosk: str, name: str | None) -> None:
        """It is called so on the other boards of its lab, too."""
        async for room, seat in self._places(lab, kiosk):
            if await room.admission(seat) is None:
                people = await self._hub.log.people(room.board)
                person = next((one for one in people if one.participant == seat), None)
                await self.remember(room, seat, name, kept.contact_of(person).screen or Screen())

    async def remember(self, room: Room, kiosk: str, name: str | None, screen: Screen) -> None:
        """Keep what is known of a kiosk; everybody who sees its cards is told its name."""
        person = Person(kiosk, name, kept.as_kept(Contact(screen=screen)), None)
        await self._hub.log.put_person(room.board, person)
        if name is not None and room.names.get(kiosk) != name:
            room.renamed(kiosk, name, person)

    async def leave_all(self, lab: Room, kiosk: str) -> None:
        """It is a kiosk of none of the lab's other boards any more, until it is one of the lab again."""
        async for room, seat in self._places(lab, kiosk):
            async with self._alone(seat):
                await self._leave(lab, kiosk, room)

    async def _places(self, lab: Room, kiosk: str) -> AsyncIterator[tuple[Room, str]]:
        """The other boards of its lab, and who it is there; none for one that is here through a lab itself."""
        for board in () if kiosk.startswith(SEATED) else lab.state.lab:
            room = await self._handling.another(board)
            if room is not None:
                yield room, self.seat_of(kiosk, lab.board, board)

    def _alone(self, seat: str) -> asyncio.Lock:
        """To be held by whoever takes or leaves this place. A log that other nodes write to has the last word."""
        lock = self._moving.get(seat)
        if lock is None:
            lock = self._moving[seat] = asyncio.Lock()
        return lock

    async def _leave(self, lab: Room, kiosk: str, room: Room) -> bool:
        """Whether it has no business on this board any more; then it is off it.

        Noted before it is done, or somebody who finds it done would find no note; by each node for itself, and kept
        only by the one that did it: what a moderator of this board did before, no lab takes back.
        """
        if room.board in lab.state.lab and await lab.admission(kiosk) is None:
            return False
        seat = self.seat_of(kiosk, lab.board, room.board)
        if await room.admission(seat) is None:
            note = f"{seat} {self._hub.clock.fresh_id()}"
            await self._hub.log.put_person(room.board, AWAY.row(note, Away(self._hub.clock.now_ms())))
            outcome = await room.act(ParticipantRemove(seat))
            if isinstance(outcome, Rejected) and outcome.code == "already_so":
                await self._hub.log.erase_person(room.board, AWAY.key(note))
        return True

    # -- of one board ----------------------------------------------------------------------------------------------

    async def clear(self, lab: Room, board: str) -> None:
        """No kiosk of the lab is one of this board any more, until the board is in the lab again."""
        room = await self._handling.another(board)
        if room is None:
            return
        for kiosk in _kiosks(lab.state):
            async with self._alone(self.seat_of(kiosk, lab.board, board)):
                await self._leave(lab, kiosk, room)


def _kiosks(state: BoardState) -> list[str]:
    """Those that have places on other boards, if this is a lab."""
    return [id for id in state.participants if is_kiosk(state, id) and not id.startswith(SEATED)]
