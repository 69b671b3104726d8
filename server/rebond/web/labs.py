"""Labs: what their front page tells anybody, and which boards are in one.

The front page tells what a participant may see (DM6), of boards that everybody may join, and nothing of what is being
written privately. Whoever steers both puts a board into a lab; whoever steers either takes it out again. Who steers a
lab is told how much waits on its boards, and nothing of what it is; who steers a board, which labs it is in.
"""

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Iterator

import msgspec
from msgspec import UNSET
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from rebond.domain import access, opinions, stages, talk
from rebond.domain.cards import Audience
from rebond.domain.state import BoardState
from rebond.hub.room import Room
from rebond.web.addresses import AddressAllowances
from rebond.web.handling import Handling, bearer
from rebond.web.kept import LABS, InLab
from rebond.web.problems import Refused, json_response
from rebond.web.seats import Seats
from rebond_protocol.boards import About
from rebond_protocol.errors import Rejected
from rebond_protocol.kiosks import LabBoard, LabBoardFace, LabFace, LabOfBoard, NewLabBoard, ShowcaseFace
from rebond_protocol.labs import LabLink, LabUnlink
from rebond_protocol.stages import STAGES, Stage

BOARDS_KEPT = 256
"""The numbers of so many boards are kept."""
FRESH_MS = 2_000
"""For so long numbers hold although the board has moved on: a busy one is not gone through for each who looks. What is
in the window is looked at each time: words that are hidden are hidden."""


class _Numbers(msgspec.Struct, frozen=True):
    """How much there is on a board, as participants see it, and how much waits to be approved."""

    cards: int = 0
    rebounds: int = 0
    opinions: int = 0
    stages: dict[Stage, int] = msgspec.field(default_factory=dict[Stage, int])
    cards_waiting: int = 0
    comments_waiting: int = 0


class _Counted(msgspec.Struct, frozen=True):
    """The numbers of a board, and as of when."""

    numbers: _Numbers
    epoch: str
    seq: int
    at_ms: float

    def holds(self, room: Room, now_ms: float) -> bool:
        """Whether they are good enough for now."""
        return now_ms - self.at_ms < FRESH_MS or (self.epoch, self.seq) == (room.epoch, room.state.seq)


class Labs:
    """The handlers about labs."""

    def __init__(self, handling: Handling, seats: Seats) -> None:
        self._handling = handling
        self._hub = handling.hub
        self._seats = seats
        settings = handling.settings
        self._reads = AddressAllowances(settings.reads_per_s, settings.reads_burst)
        self._known: OrderedDict[str, _Counted] = OrderedDict()
        self._counting = asyncio.Lock()

    def routes(self) -> list[Route]:
        """Where they answer."""
        return [
            Route("/api/boards/{ref}/lab", self._front_page),
            Route("/api/boards/{ref}/lab/boards", self._list),
            Route("/api/boards/{ref}/lab/boards", self._link, methods=["POST"]),
            Route("/api/boards/{ref}/lab/boards/{board}/unlink", self._unlink, methods=["POST"]),
            Route("/api/boards/{ref}/labs", self._labs),
        ]

    # -- the front page --------------------------------------------------------------------------------------------

    async def _front_page(self, request: Request) -> Response:
        self._handling.allow(self._reads, request)
        lab, about = await self._handling.board(request)
        boards: list[LabBoardFace] = []
        if about.access == "open":
            own = await self._face(request, lab, about)
            boards = [*([own] if own.cards else []), *await self._others(request, lab)]
        return json_response(LabFace(about.id, about.code, about.title, about.locale, tuple(boards)))

    async def _others(self, request: Request, lab: Room) -> list[LabBoardFace]:
        rooms = [room for board in lab.state.lab if (room := await self._handling.another(board)) is not None]
        return [await self._face(request, room, room.state.about) for room in rooms if room.state.about is not None]

    async def _face(self, request: Request, room: Room, about: About) -> LabBoardFace:
        has = await self._numbers(room) if may_be_told(room.state) else _Numbers()
        state = room.state
        is_open = not state.locked and "add" in access.permissions(state.step, "participant")
        return LabBoardFace(
            about.id, about.code, state.title, about.locale, f"{self._handling.base_url(request)}/j/{about.code}",
            is_open, has.cards, has.rebounds, has.opinions, has.stages, tuple(in_the_window(state)),
        )  # fmt: skip

    async def _numbers(self, room: Room) -> _Numbers:
        async with self._counting:
            known = self._known.get(room.board)
            state, now_ms = room.state, self._hub.clock.steady_ms()
            if known is None or not known.holds(room, now_ms):
                counted = await asyncio.to_thread(count, state)
                known = self._known[room.board] = _Counted(counted, room.epoch, state.seq, now_ms)
                if len(self._known) > BOARDS_KEPT:
                    self._known.popitem(last=False)
            self._known.move_to_end(room.board)
            return known.numbers

    # -- which boards ----------------------------------------------------------------------------------------------

    async def _list(self, request: Request) -> Response:
        """A board that is gone keeps its place, to be taken out."""
        self._handling.allow(self._reads, request)
        lab, _, _ = await self._handling.moderator(request)
        return json_response([await self._row(lab, board) for board in lab.state.lab])

    async def _row(self, lab: Room, board: str) -> LabBoard:
        room = await self._handling.another(board)
        if room is None or room.state.about is None:
            return LabBoard(board)
        await self._note(lab, room)
        has = await self._numbers(room)
        return LabBoard(board, room.state.about.code, room.state.title, has.cards_waiting, has.comments_waiting)

    async def _note(self, lab: Room, room: Room) -> None:
        """The board knows of its lab; a lab that was made before boards were told tells them when it is looked at."""
        if await self._hub.log.person_by_device(room.board, LABS.key(lab.board)) is None:
            row = LABS.row(lab.board, InLab(self._hub.clock.now_ms()))
            await self._hub.log.put_person(room.board, row)

    async def _labs(self, request: Request) -> Response:
        self._handling.allow(self._reads, request)
        room, _, _ = await self._handling.moderator(request)
        noted = LABS.among(await self._hub.log.people(room.board))
        labs = [lab for id in noted if (lab := await self._handling.another(id)) is not None]
        return json_response(
            [
                LabOfBoard(lab.board, lab.state.about.code, lab.state.title)
                for lab in labs
                if lab.state.about is not None and room.board in lab.state.lab
            ]
        )

    async def _link(self, request: Request) -> Response:
        self._handling.allow(self._reads, request)
        wish = await self._handling.body(request, NewLabBoard)
        lab, _, _ = await self._handling.moderator(request)
        record = await self._hub.log.find(wish.board)
        room = await self._handling.another(record.id) if record is not None else None
        if room is None:
            raise Refused(Rejected("unknown_board"))
        await self._handling.steering(room, wish.token)
        outcome = await lab.act(LabLink(room.board))
        if isinstance(outcome, Rejected):
            raise Refused(outcome)
        await self._note(lab, room)
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
            room = await self._handling.another(board) if refused.rejected.code == "wrong_board" else None
            if room is None:
                raise
            await self._handling.steering(room, bearer(request))
        outcome = await lab.act(LabUnlink(board))
        await self._seats.clear(lab, board)
        if await self._handling.another(board) is not None:
            await self._hub.log.erase_person(board, LABS.key(lab.board))
        if isinstance(outcome, Rejected):
            raise Refused(outcome)
        return Response(status_code=204)


def may_be_told(state: BoardState) -> bool:
    """Whether anybody may know what is on this board now."""
    return state.about is not None and state.about.access == "open" and not state.step.private


def count(state: BoardState) -> _Numbers:
    """What there is on this board, as participants see it, and what waits there, as moderators do. Takes its time on a
    large one: not for the event loop."""
    seen = [card for card in state.cards.values() if talk.readable(state, card.id, Audience.PARTICIPANTS)]
    at = Counter(stages.stage_of(state, card.id) for card in seen)
    waiting = (
        comment
        for comment in state.comments.values()
        if comment.state == "pending" and talk.seen_by(state, comment, Audience.MODERATORS) is not None
    )
    given = (here for card in seen for here in state.opinions.get(card.id, opinions.NO_OPINIONS).values())
    return _Numbers(
        cards=len(seen),
        rebounds=sum(card.verb is not UNSET for card in seen),
        opinions=sum(sum(here.values()) for here in given),
        stages={stage: at[stage] for stage in STAGES if at[stage]},
        cards_waiting=sum(card.state == "pending" for card in state.cards.values()),
        comments_waiting=sum(1 for _ in waiting),
    )


def in_the_window(state: BoardState) -> Iterator[ShowcaseFace]:
    """The cards of this board's window that anybody may see, as they are now."""
    if not may_be_told(state):
        return
    for id in sorted(state.showcases):
        if talk.readable(state, id, Audience.PARTICIPANTS):
            card, history = state.cards[id], state.stages.get(id, ())
            lang = None if card.lang is UNSET else card.lang
            yield ShowcaseFace(id, card.text, state.showcases[id], history, lang)
