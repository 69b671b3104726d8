"""Labs: what their front page tells anybody, and which boards are in one.

The front page tells what a participant may see (DM6), of boards that everybody may join, and nothing of what is being
written privately. Whoever steers both puts a board into a lab; whoever steers either takes it out again.
"""

from collections import OrderedDict
from collections.abc import Iterator, Sequence

import msgspec
from msgspec import UNSET
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from rebond.domain import access, opinions, stages, talk
from rebond.domain.cards import Audience
from rebond.domain.state import BoardState
from rebond.hub.room import Room
from rebond.log import UnknownBoard
from rebond.web.addresses import AddressAllowances
from rebond.web.handling import Handling, bearer
from rebond.web.problems import Refused, json_response
from rebond.web.seats import Seats
from rebond_protocol.boards import About
from rebond_protocol.cards import Card
from rebond_protocol.errors import Rejected
from rebond_protocol.kiosks import LabBoardFace, LabFace, NewLabBoard, ShowcaseFace
from rebond_protocol.labs import LabLink, LabUnlink
from rebond_protocol.stages import STAGES, Stage

BOARDS_KEPT = 256
"""Of so many boards it is kept what their front pages tell, as of one position each."""


class _Content(msgspec.Struct, frozen=True):
    """What a front page tells of a board's cards."""

    cards: int = 0
    rebounds: int = 0
    opinions: int = 0
    stages: dict[Stage, int] = {}
    showcases: tuple[ShowcaseFace, ...] = ()


NOTHING = _Content()


class Labs:
    """The handlers about labs."""

    def __init__(self, handling: Handling, seats: Seats) -> None:
        self._handling = handling
        self._hub = handling.hub
        self._seats = seats
        settings = handling.settings
        self._reads = AddressAllowances(settings.reads_per_s, settings.reads_burst)
        self._known: OrderedDict[str, tuple[tuple[str, int], _Content]] = OrderedDict()

    def routes(self) -> list[Route]:
        """Where they answer."""
        return [
            Route("/api/boards/{ref}/lab", self._front_page),
            Route("/api/boards/{ref}/lab/boards", self._link, methods=["POST"]),
            Route("/api/boards/{ref}/lab/boards/{board}/unlink", self._unlink, methods=["POST"]),
        ]

    # -- the front page --------------------------------------------------------------------------------------------

    async def _front_page(self, request: Request) -> Response:
        self._handling.allow(self._reads, request)
        lab, about = await self._handling.board(request)
        boards: Sequence[LabBoardFace] = ()
        if about.access == "open":
            own = self._face(request, lab, about)
            boards = [*([own] if own.cards else []), *await self._others(request, lab)]
        return json_response(LabFace(about.id, about.code, about.title, about.locale, tuple(boards)))

    async def _others(self, request: Request, lab: Room) -> list[LabBoardFace]:
        rooms = [room for board in lab.state.lab if (room := await self._room(board)) is not None]
        return [self._face(request, room, room.state.about) for room in rooms if room.state.about is not None]

    def _face(self, request: Request, room: Room, about: About) -> LabBoardFace:
        state, content = room.state, self._content(room)
        is_open = not state.locked and "add" in access.permissions(state.step, "participant")
        return LabBoardFace(
            about.id, about.code, state.title, about.locale, f"{self._handling.base_url(request)}/j/{about.code}",
            is_open, content.cards, content.rebounds, content.opinions, content.stages, content.showcases,
        )  # fmt: skip

    def _content(self, room: Room) -> _Content:
        """As of now; asked again at the same position, it is known."""
        position = room.epoch, room.state.seq
        known = self._known.get(room.board)
        if known is None or known[0] != position:
            known = position, told(room.state)
        self._known[room.board] = known
        self._known.move_to_end(room.board)
        if len(self._known) > BOARDS_KEPT:
            self._known.popitem(last=False)
        return known[1]

    # -- which boards ----------------------------------------------------------------------------------------------

    async def _link(self, request: Request) -> Response:
        self._handling.allow(self._reads, request)
        wish = await self._handling.body(request, NewLabBoard)
        lab, _, _ = await self._handling.moderator(request)
        record = await self._hub.log.find(wish.board)
        room = await self._room(record.id) if record is not None else None
        if room is None:
            raise Refused(Rejected("unknown_board"))
        await self._handling.steering(room, wish.token)
        outcome = await lab.act(LabLink(room.board))
        if isinstance(outcome, Rejected):
            raise Refused(outcome)
        await self._seats.restore(lab, room.board)
        return Response(status_code=204)

    async def _unlink(self, request: Request) -> Response:
        """Said again, it finishes what the first time could not."""
        self._handling.allow(self._reads, request)
        lab, _ = await self._handling.board(request)
        ref = request.path_params["board"]
        record = await self._hub.log.find(ref)
        board = record.id if record is not None else ref
        try:
            await self._handling.steering(lab, bearer(request))
        except Refused as refused:
            room = await self._room(board) if refused.rejected.code == "wrong_board" else None
            if room is None:
                raise
            await self._handling.steering(room, bearer(request))
        outcome = await lab.act(LabUnlink(board))
        await self._seats.clear(lab, board)
        if isinstance(outcome, Rejected):
            raise Refused(outcome)
        return Response(status_code=204)

    async def _room(self, board: str) -> Room | None:
        try:
            return await self._hub.room(board)
        except UnknownBoard:
            return None


def told(state: BoardState) -> _Content:
    """What anybody may know of this board's cards."""
    if state.about is None or state.about.access != "open" or state.step.private:
        return NOTHING
    seen = {id: card for id, card in state.cards.items() if talk.readable(state, id, Audience.PARTICIPANTS)}
    staged = [stages.stage_of(state, id) for id in seen]
    given = opinions.counted(state, seen)
    return _Content(
        cards=len(seen),
        rebounds=sum(card.verb is not UNSET for card in seen.values()),
        opinions=sum(sum(marks.values()) for marks in given.values()),
        stages={stage: staged.count(stage) for stage in STAGES if stage in staged},
        showcases=tuple(_in_the_window(state, seen)),
    )


def _in_the_window(state: BoardState, seen: dict[str, Card]) -> Iterator[ShowcaseFace]:
    for id, showcase in stages.window(state, seen).items():
        lang = seen[id].lang
        history = state.stages.get(id, ())
        yield ShowcaseFace(id, seen[id].text, showcase, history, None if lang is UNSET else lang)
