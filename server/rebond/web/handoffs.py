"""The way home: what a visitor wrote at a kiosk becomes theirs, on their own phone.

The kiosk makes the secret in the QR code and says its digest and what it stands for; whoever joins with the secret, in
time, owns that. Of two phones the log decides (`card.claim`, `comment.claim`), on however many nodes they ask. Nobody
is told here what was written: a phone that comes late learns nothing but that it is late.
"""

import asyncio
import hashlib
from base64 import urlsafe_b64encode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from rebond.domain.state import BoardState
from rebond.hub.allowance import Allowances
from rebond.hub.room import Room
from rebond.log import DeviceTaken, Person
from rebond.web import kept
from rebond.web.addresses import AddressAllowances
from rebond.web.handling import Handling
from rebond.web.kept import HANDOFFS
from rebond.web.problems import Refused, json_response
from rebond_protocol import limits
from rebond_protocol.cards import CardClaim
from rebond_protocol.errors import Rejected
from rebond_protocol.kiosks import Handoff, NewHandoff
from rebond_protocol.talk import CommentClaim

GOOD_MS = 10 * 60_000
"""How long a code is good for, from when it was heard of here: a kiosk may have been offline."""
REMEMBERED_MS = 60 * 60_000
"""How long after that a phone is told that it is late, not that it should wait."""
ASK_AGAIN_MS = 2_000
"""How soon a phone asks again that was quicker than the kiosk."""


class Handoffs:
    """The handler about hand-offs, and what one is worth."""

    def __init__(self, handling: Handling) -> None:
        self._handling = handling
        self._hub = handling.hub
        settings = handling.settings
        self._reads = AddressAllowances(settings.reads_per_s, settings.reads_burst)
        self._offers = Allowances(settings.handoffs_per_s, settings.handoffs_burst)
        self._keeping = asyncio.Lock()

    def routes(self) -> list[Route]:
        """Where it answers."""
        return [Route("/api/boards/{ref}/handoffs", self._offer, methods=["POST"])]

    # -- at the kiosk ----------------------------------------------------------------------------------------------

    async def _offer(self, request: Request) -> Response:
        self._handling.allow(self._reads, request)
        wish = await self._handling.body(request, NewHandoff)
        room, _, claims = await self._handling.kiosk(request)
        self._handling.allow_person(self._offers, claims)
        offered = await self._offered(room.board, wish.key)
        if offered is None:
            await self._check_written(room, claims.participant, wish.made)
            async with self._keeping:  # or two at once would be put into the same row
                offered = await self._keep(room, claims.participant, wish)
        if (offered.kiosk, offered.made) != (claims.participant, wish.made):
            raise Refused(Rejected("invalid", {"field": "key", "problem": "it stands for something else"}))
        return json_response(Handoff(offered.expires_ms), 201)

    async def _check_written(self, room: Room, kiosk: str, made: str) -> None:
        """Raises `Refused` for what is not there, or was not written at this kiosk."""
        if not _is_there(room.state, made):  # it may have been sent by way of another node
            await room.draw_level()
        if not _is_there(room.state, made):
            raise Refused(Rejected("unknown_card"))
        if _author(room.state, made) != kiosk:
            raise Refused(Rejected("not_yours"))

    async def _keep(self, room: Room, kiosk: str, wish: NewHandoff) -> kept.Handoff:
        """Note it, in a row of this kiosk's that is over where it has one: forgetting costs no erasure. Another kiosk,
        which may be asking at another node at this moment, has rows of its own."""
        board, now_ms = room.board, self._hub.clock.now_ms()
        rows = HANDOFFS.among(await self._hub.log.people(board))
        over = [id for id, one in rows.items() if one.expires_ms + REMEMBERED_MS <= now_ms]
        row = next((id for id in over if rows[id].kiosk == kiosk), None)
        if row is None:
            if sum(one.kiosk == kiosk for one in rows.values()) >= limits.HANDOFFS_PER_KIOSK:
                raise Refused(Rejected("busy"))
            if len(rows) >= limits.HANDOFFS_PER_BOARD:
                await self._make_place(room, [id for id in over if room.refusal(rows[id].kiosk) is not None])
        offered = kept.Handoff(kiosk, wish.made, now_ms + GOOD_MS)
        try:
            await self._hub.log.put_person(board, HANDOFFS.row(row or self._hub.clock.fresh_id(), offered, wish.key))
        except DeviceTaken:  # the same was said twice at once
            return await self._offered(board, wish.key) or offered
        return offered

    async def _make_place(self, room: Room, left_behind: list[str]) -> None:
        """Forget one of those that a kiosk left behind which is none any more. Raises `Refused` where there is none."""
        if not left_behind:
            raise Refused(Rejected("busy"))
        await self._hub.log.erase_person(room.board, HANDOFFS.key(left_behind[0]))

    async def _offered(self, board: str, key: str) -> kept.Handoff | None:
        row: Person | None = await self._hub.log.person_by_device(board, HANDOFFS.key(key))
        return HANDOFFS.read(row) if row is not None else None

    # -- at the phone ----------------------------------------------------------------------------------------------

    async def shown(self, room: Room, secret: str, participant: str) -> kept.Handoff:
        """What this secret stands for, if that is there for this participant to take home, or is theirs already.

        Raises `Refused`, before anybody is let in for a code that is worth nothing.
        """
        offered = await self._offered(room.board, _key(secret))
        if offered is not None and not _is_there(room.state, offered.made):
            await room.draw_level()
        if offered is None or not _is_there(room.state, offered.made):
            raise Refused(Rejected("handoff_waiting", {"retry_after_ms": ASK_AGAIN_MS}))
        author = _author(room.state, offered.made)
        if author == participant:
            return offered
        if offered.expires_ms <= self._hub.clock.now_ms():
            raise Refused(Rejected("handoff_expired"))
        if author != offered.kiosk:
            raise Refused(Rejected("handoff_used"))
        return offered

    async def claim(self, room: Room, offered: kept.Handoff, participant: str) -> None:
        """It is theirs. Raises `Refused` where it is somebody else's by now."""
        claims = CardClaim if offered.made in room.state.cards else CommentClaim
        outcome = await room.act(claims(offered.made, participant))
        if isinstance(outcome, Rejected) and outcome.code != "already_so":
            raise Refused(outcome)


def _key(secret: str) -> str:
    """As the kiosk says it."""
    return urlsafe_b64encode(hashlib.sha256(secret.encode("utf-8", "replace")).digest()).decode().rstrip("=")


def _is_there(state: BoardState, made: str) -> bool:
    return made in state.cards or made in state.comments


def _author(state: BoardState, made: str) -> str | None:
    """Whose card or comment this is."""
    card, comment = state.cards.get(made), state.comments.get(made)
    return card.author if card is not None else comment.author if comment is not None else None
