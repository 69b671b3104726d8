"""Invitations: links by which several people come in as moderators or staff, each as a person of their own.

A token says which invitation it is; what that invites to, and that it still does, stands in the table of names
(ADR 21).
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from rebond.hub.allowance import Allowances
from rebond.hub.room import Room
from rebond.web import kept
from rebond.web.addresses import AddressAllowances
from rebond.web.auth import DAY_S
from rebond.web.handling import Handling
from rebond.web.kept import INVITATIONS, Invite
from rebond.web.problems import Refused, json_response
from rebond_protocol import limits
from rebond_protocol.boards import About
from rebond_protocol.errors import Rejected
from rebond_protocol.http import Claims, Invitation, NewInvitation

INVITED = "invitation:"
"""What the participant in an invitation's token begins with; no participant of a board does."""


class Inviting:
    """The handlers about invitations, and what an invitation is worth."""

    def __init__(self, handling: Handling) -> None:
        self._handling = handling
        self._hub = handling.hub
        settings = handling.settings
        self._reads = AddressAllowances(settings.reads_per_s, settings.reads_burst)
        self._doors = Allowances(settings.erasures_per_s, settings.erasures_burst)
        """Made and taken back by a person: who else is at their address holds up none of it."""

    def routes(self) -> list[Route]:
        """Where they answer."""
        return [
            Route("/api/boards/{ref}/invitations", self._list_invitations),
            Route("/api/boards/{ref}/invitations", self._invite, methods=["POST"]),
            Route("/api/boards/{ref}/invitations/{invitation}/revoke", self._revoke, methods=["POST"]),
        ]

    async def invited(self, room: Room, token: str) -> Invite:
        """What this invitation invites to. Raises `Refused`."""
        claims = self._handling.claims(room, token)
        if not claims.participant.startswith(INVITED):
            raise Refused(Rejected("bad_token"))
        key = INVITATIONS.key(claims.participant.removeprefix(INVITED))
        row = await self._hub.log.person_by_device(room.board, key)
        if row is None:
            raise Refused(Rejected("expired_token"))  # it was taken back
        return INVITATIONS.read(row)

    async def _list_invitations(self, request: Request) -> Response:
        self._handling.allow(self._reads, request)
        room, about, _ = await self._handling.moderator(request)
        rows = INVITATIONS.among(await self._hub.log.people(room.board)).items()
        now_ms = self._hub.clock.now_ms()
        live = sorted((row for row in rows if row[1].expires_ms > now_ms), key=lambda row: row[1].expires_ms)
        return json_response([self._invitation(request, about, id, invite) for id, invite in live])

    async def _invite(self, request: Request) -> Response:
        self._handling.allow(self._reads, request)
        wish = await self._handling.body(request, NewInvitation)
        room, about, claims = await self._handling.moderator(request)
        self._handling.allow_person(self._doors, claims)
        name = kept.named(wish.name, limits.NAME_CHARS) if wish.name and wish.name.strip() else None
        if isinstance(name, Rejected):
            raise Refused(name)
        await self._make_place(room.board)
        id = self._hub.clock.fresh_id()
        invite = Invite(wish.role, name, self._hub.clock.now_ms() + wish.days * DAY_S * 1000)
        await self._hub.log.put_person(room.board, INVITATIONS.row(id, invite))
        return json_response(self._invitation(request, about, id, invite), 201)

    async def _make_place(self, board: str) -> None:
        """Forget the invitations that are over. Raises `Refused` where there are too many all the same."""
        rows = INVITATIONS.among(await self._hub.log.people(board))
        over = [id for id, invite in rows.items() if invite.expires_ms <= self._hub.clock.now_ms()]
        for id in over:
            await self._hub.log.erase_person(board, INVITATIONS.key(id))
        if len(rows) - len(over) >= limits.INVITATIONS_PER_BOARD:
            raise Refused(Rejected("board_full", {"max_invitations": limits.INVITATIONS_PER_BOARD}))

    async def _revoke(self, request: Request) -> Response:
        self._handling.allow(self._reads, request)
        room, _, claims = await self._handling.moderator(request)
        self._handling.allow_person(self._doors, claims)
        key = INVITATIONS.key(request.path_params["invitation"])
        if await self._hub.log.person_by_device(room.board, key) is None:
            raise Refused(Rejected("not_found"))
        await self._hub.log.erase_person(room.board, key)
        return Response(status_code=204)

    def _invitation(self, request: Request, about: About, id: str, invite: Invite) -> Invitation:
        claims = Claims(about.id, f"{INVITED}{id}", invite.role, invite.expires_ms // 1000)
        link = f"{self._handling.base_url(request)}/j/{about.code}#i={self._handling.tokens.issue(claims)}"
        return Invitation(id, invite.role, invite.name, invite.expires_ms, link)
