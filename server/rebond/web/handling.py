"""What the handlers of the HTTP edge share: which board is meant, who asks, what they sent, how often they may."""

import asyncio
from typing import TypeVar
from urllib.parse import urlsplit, urlunsplit

from starlette.requests import ClientDisconnect, Request

from rebond.hub.allowance import Allowances
from rebond.hub.hub import Hub
from rebond.hub.room import Room
from rebond.log import BoardRecord, UnknownBoard
from rebond.web.addresses import AddressAllowances
from rebond.web.auth import DAY_S, Tokens
from rebond.web.problems import Refused
from rebond.web.settings import WebSettings
from rebond_protocol.boards import About
from rebond_protocol.codec import Unreadable, read_json
from rebond_protocol.errors import Rejected
from rebond_protocol.http import Claims
from rebond_protocol.people import Role

T = TypeVar("T")

LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0"})
HOST_CHARS = 261
"""A name of 255 octets at most (RFC 1035 section 2.3.4) and a port."""


class Handling:
    """The hub, the tokens and the settings, and the questions every handler asks of them."""

    def __init__(self, hub: Hub, tokens: Tokens, settings: WebSettings) -> None:
        self.hub = hub
        self.tokens = tokens
        self.settings = settings

    # -- which board, and who asks ---------------------------------------------------------------------------------

    async def board(self, request: Request) -> tuple[Room, About]:
        """The room of the board the path names, and what it is. Raises `Refused`."""
        ref = request.path_params["ref"]
        record: BoardRecord | None = await self.hub.log.find(ref)
        if record is None:
            raise Refused(self._not_there(ref, bearer(request)))
        room = await self.hub.room(record.id)
        if room.state.about is None:
            raise Refused(Rejected("unknown_board"))
        return room, room.state.about

    def _not_there(self, ref: str, token: str) -> Rejected:
        """A good token says that there was such a board: as on a socket, whoever belongs there is asked to come back. A
        shared log that lost it is given it back by whoever has it open (LG6)."""
        claims = self.tokens.check(token, ref, self.hub.clock.now_ms() / 1000)
        is_lost = self.hub.log.shared and not isinstance(claims, Rejected)
        return Rejected("unavailable" if is_lost else "unknown_board")

    async def another(self, board: str) -> Room | None:
        """The room of another board than the path names, None where there is none any more."""
        try:
            room = await self.hub.room(board)
        except UnknownBoard:
            return None
        return room if room.state.about is not None else None

    async def claimed(self, request: Request) -> tuple[Room, About, Claims]:
        """The room, its board, and what the token says that came with the request: of somebody who may not be in.
        Raises `Refused`."""
        room, about = await self.board(request)
        return room, about, self.claims(room, bearer(request))

    async def holder(self, request: Request) -> tuple[Room, About, Claims]:
        """The room, its board, and who holds the token that came with the request. Raises `Refused`."""
        room, about = await self.board(request)
        return room, about, await self.admitted(room, bearer(request))

    async def moderator(self, request: Request) -> tuple[Room, About, Claims]:
        """As `holder`, who steers this board. Raises `Refused`."""
        room, about = await self.board(request)
        return room, about, await self.steering(room, bearer(request))

    async def kiosk(self, request: Request) -> tuple[Room, About, Claims]:
        """As `holder`, one of this board's kiosks. Raises `Refused`."""
        room, about = await self.board(request)
        return room, about, await self._as(room, bearer(request), "kiosk")

    async def steering(self, room: Room, token: str) -> Claims:
        """Who holds this token, and steers this board. Raises `Refused`."""
        return await self._as(room, token, "moderator")

    async def admitted(self, room: Room, token: str) -> Claims:
        """Who holds this token, and may be on this board. Raises `Refused`."""
        claims = self.claims(room, token)
        refused = await room.admission(claims.participant)
        if refused is not None:
            raise Refused(Rejected(refused))
        return claims

    def claims(self, room: Room, token: str) -> Claims:
        """What this token says, perhaps of somebody who may not be in. Raises `Refused`."""
        claims = self.tokens.check(token, room.board, self.hub.clock.now_ms() / 1000)
        if isinstance(claims, Rejected):
            raise Refused(claims)
        return claims

    async def _as(self, room: Room, token: str, role: Role) -> Claims:
        claims = await self.admitted(room, token)
        if room.state.participants[claims.participant].role != role:
            raise Refused(Rejected("forbidden"))
        return claims

    def token(self, board: str, participant: str, role: Role, days: int) -> str:
        """A token of this board, for so many days."""
        expires_s = self.hub.clock.now_ms() // 1000 + days * DAY_S
        return self.tokens.issue(Claims(board, participant, role, expires_s))

    # -- what was sent ---------------------------------------------------------------------------------------------

    async def body(self, request: Request, shape: type[T]) -> T:
        """What was sent, as this. Raises `Refused`."""
        read = read_json(await self.content(request, self.settings.body_bytes) or b"{}", shape)
        if isinstance(read, Unreadable):
            raise Refused(Rejected(read.code, read.details))
        return read

    async def content(self, request: Request, max_bytes: int, *, within_ms: float | None = None) -> bytes:
        """What was sent, byte by byte; within `body_ms`, where nothing else is said. Raises `Refused`."""
        max_ms = within_ms or self.settings.body_ms
        data = bytearray()
        try:
            async with asyncio.timeout(max_ms / 1000):
                async for chunk in request.stream():
                    data += chunk
                    if len(data) > max_bytes:
                        raise Refused(Rejected("too_large", {"max_bytes": max_bytes}))
        except TimeoutError:
            raise Refused(Rejected("too_slow", {"max_ms": max_ms})) from None
        except ClientDisconnect:
            raise Refused(Rejected("malformed")) from None  # nobody is there to read it
        return bytes(data)

    # -- how often -------------------------------------------------------------------------------------------------

    def allow(self, allowances: AddressAllowances, request: Request) -> None:
        """Once more for this address. Raises `Refused`."""
        if not allowances.take(address_of(request), self.hub.clock.steady_ms()):
            raise Refused(Rejected("rate_limited", {"retry_after_ms": 2_000}))

    def allow_person(self, allowances: Allowances, claims: Claims) -> None:
        """Once more for this participant. Raises `Refused`."""
        if not allowances.take(f"{claims.board} {claims.participant}", self.hub.clock.steady_ms()):
            raise Refused(Rejected("rate_limited", {"retry_after_ms": 2_000}))

    # -- where this server is --------------------------------------------------------------------------------------

    def base_url(self, request: Request) -> str:
        """Where phones reach this server: what the operator says, else the address asked for, unless that is this
        machine's own name for itself, which no phone can follow. Raises `Refused`."""
        if self.settings.public_url is not None:
            return self.settings.public_url
        try:
            asked = urlsplit(str(request.base_url))
            hostname = asked.hostname
            if len(asked.netloc) > HOST_CHARS:
                raise ValueError("no name is so long")
        except ValueError:  # a Host header that is no address
            raise Refused(Rejected("invalid", {"field": "Host"})) from None
        if hostname in LOCAL_HOSTS and self.settings.lan_url is not None:
            return self.settings.lan_url
        return urlunsplit((asked.scheme, asked.netloc, "", "", ""))


def bearer(request: Request) -> str:
    """The token in the Authorization header, or nothing."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def address_of(request: Request) -> str:
    """Where the request came from."""
    return request.client.host if request.client else ""
