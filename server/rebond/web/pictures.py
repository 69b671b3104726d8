"""The handlers of pictures: one in from a moderator, out to whoever knows its name (ADR 25).

The name of a picture is the hash of what is kept, so it cannot be guessed: who has it was shown the picture. Nothing is
served that was not drawn anew here (`redrawing`).
"""

import asyncio
import hashlib
import logging
import re
from typing import get_args

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from rebond.hub import pictures
from rebond.hub.allowance import Allowances
from rebond.hub.room import Room
from rebond.web.addresses import AddressAllowances
from rebond.web.handling import Handling
from rebond.web.problems import Refused, json_response
from rebond.web.redrawing import CannotRedraw, Fault, Redrawn, Unusable, redrawn
from rebond_protocol import limits
from rebond_protocol.errors import Rejected
from rebond_protocol.kiosks import PictureKept, PictureWidth
from rebond_protocol.stages import PictureId

logger = logging.getLogger(__name__)

WIDTHS: dict[str, PictureWidth] = {str(width): width for width in get_args(PictureWidth)}
LARGEST: PictureWidth = max(WIDTHS.values())
COMING_AT_ONCE = 8
"""So many are taken in at once by a process, and one is drawn: it is there for the boards."""
HEADERS = {
    "Cache-Control": "private, max-age=2592000, immutable",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
"""What has this name never changes. Kept by who looks at it alone, and for a month: it may be erased here meanwhile."""

_NAME = re.compile(r"[0-9a-f]{64}")
_REFUSALS: dict[Fault, Rejected] = {
    "unknown": Rejected("not_a_picture", {"problem": "unknown"}),
    "heic": Rejected("not_a_picture", {"problem": "heic"}),
    "damaged": Rejected("not_a_picture", {"problem": "damaged"}),
    "pixels": Rejected("too_large", {"max_pixels": limits.PICTURE_PIXELS}),
}


class Pictures:
    """The handlers of pictures."""

    def __init__(self, handling: Handling) -> None:
        self._handling = handling
        settings = handling.settings
        self._reads = AddressAllowances(settings.reads_per_s, settings.reads_burst)
        self._puts = Allowances(settings.pictures_per_s, settings.pictures_burst)
        self._coming = asyncio.Semaphore(COMING_AT_ONCE)
        self._drawing = asyncio.Lock()

    def routes(self) -> list[Route]:
        """Where they answer."""
        return [
            Route("/api/boards/{ref}/pictures", self._put, methods=["POST"]),
            Route("/api/boards/{ref}/pictures/{picture}", self._show),
        ]

    async def _put(self, request: Request) -> Response:
        room, _, claims = await self._handling.moderator(request)
        self._handling.allow_person(self._puts, claims)
        async with self._coming:
            content = await self._handling.content(
                request, limits.PICTURE_BYTES, within_ms=self._handling.settings.picture_ms
            )
            made = await self._drawn(content)
        largest = made[LARGEST]
        picture = hashlib.sha256(largest.data).hexdigest()
        await self._keep(room, picture, made)
        return json_response(PictureKept(picture, largest.width, largest.height, len(largest.data)), 201)

    async def _drawn(self, content: bytes) -> Redrawn:
        try:
            async with self._drawing:
                return await asyncio.to_thread(redrawn, content)
        except Unusable as unusable:
            raise Refused(_REFUSALS[unusable.fault]) from None
        except CannotRedraw as failure:
            logger.error("a picture could not be redrawn: %s", failure)
            raise Refused(Rejected("unavailable")) from None

    async def _keep(self, room: Room, picture: PictureId, made: Redrawn) -> None:
        """The same picture again is the same picture, and waits anew for a card to show it."""
        log, now_ms = self._handling.hub.log, self._handling.hub.clock.now_ms()
        await room.draw_level()  # a card may have been given a picture at another node just now
        kept = await pictures.let_go(log, room.board, room.state, now_ms)
        if picture not in kept and len(kept) >= limits.PICTURES_PER_BOARD:
            raise Refused(Rejected("board_full", {"max_pictures": limits.PICTURES_PER_BOARD}))
        for width, one in made.items():
            await log.put_picture(room.board, pictures.name_of(picture, width), one.data, now_ms)

    async def _show(self, request: Request) -> Response:
        self._handling.allow(self._reads, request)
        picture = request.path_params["picture"]
        width = WIDTHS.get(request.query_params.get("width", str(LARGEST)))
        if width is None:
            raise Refused(Rejected("invalid", {"field": "width", "one_of": list(WIDTHS.values())}))
        board = await self._handling.hub.log.find(request.path_params["ref"])
        if board is None:
            raise Refused(Rejected("unknown_board"))
        name = pictures.name_of(picture, width)
        data = await self._handling.hub.log.picture(board.id, name) if _NAME.fullmatch(picture) else None
        if data is None:
            raise Refused(Rejected("not_found"))
        headers = {**HEADERS, "ETag": f'"{name}"'}
        if headers["ETag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(data, headers=headers, media_type="image/webp")
