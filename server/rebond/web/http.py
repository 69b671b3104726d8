"""The HTTP edge: boards are made and joined here, exported, watched over. Shapes stand in `rebond_protocol.http`."""

import asyncio
import hmac
import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

from msgspec.structs import replace
from prometheus_client import Gauge
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from rebond.domain import project
from rebond.domain.decide import decide
from rebond.domain.envelope import Envelope
from rebond.domain.templates import Template
from rebond.hub.hub import Hub
from rebond.hub.room import Room
from rebond.log import BoardRecord, DeviceTaken, LogError, Person
from rebond.web import pages, qr
from rebond.web.addresses import AddressAllowances
from rebond.web.auth import DAY_S, PARTICIPANT_DAYS, Tokens
from rebond.web.creation import make_board
from rebond.web.exports import FORMATS
from rebond.web.metrics import metrics_page, registry_of
from rebond.web.problems import Refused, json_response, problem_response
from rebond.web.readiness import Readiness
from rebond.web.settings import WebSettings
from rebond_protocol import limits
from rebond_protocol.boards import About
from rebond_protocol.codec import Unreadable, read_json
from rebond_protocol.errors import Rejected
from rebond_protocol.generation import openapi
from rebond_protocol.generation.model import contract
from rebond_protocol.http import BoardFace, Claims, Join, Joined, NewBoard, TemplateFace
from rebond_protocol.people import ParticipantJoin, Role
from rebond_protocol.text import cleaned_line

logger = logging.getLogger(__name__)

T = TypeVar("T")

DEVICE_CHARS_MIN = 20
"""A shorter device id could be guessed, and with it somebody's identity; it is then not used to recognise anybody."""
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0"})
HOST_CHARS = 261
"""A name of 255 octets at most (RFC 1035 section 2.3.4) and a port."""


class HttpEdge:
    """The handlers, over one hub. Made by `rebond.app`; `worker` is the number of this process on its node."""

    def __init__(
        self, hub: Hub, tokens: Tokens, templates: dict[str, Template], settings: WebSettings, worker: int
    ) -> None:
        self._hub = hub
        self._tokens = tokens
        self._templates = templates
        self._settings = settings
        self._joins = AddressAllowances(settings.joins_per_s, settings.joins_burst)
        self._creations = AddressAllowances(settings.creations_per_s, settings.creations_burst)
        self._reads = AddressAllowances(settings.reads_per_s, settings.reads_burst)
        self._erasures = AddressAllowances(settings.erasures_per_s, settings.erasures_burst)
        self._registry = registry_of(hub.meters)
        which = Gauge("rebond_worker", "Which process of its node answers.", ["number"], registry=self._registry)
        which.labels(str(worker)).set(1)
        self._readiness = Readiness(hub)
        self._openapi: bytes | None = None

    def application(self) -> Starlette:
        """The routes."""
        return Starlette(
            routes=[
                Route("/api/boards", self._create, methods=["POST"]),
                Route("/api/templates", self._list_templates),
                Route("/api/openapi.json", self._describe),
                Route("/api/boards/{ref}", self._face),
                Route("/api/boards/{ref}/join", self._join, methods=["POST"]),
                Route("/api/boards/{ref}/qr.svg", self._qr_svg),
                Route("/api/boards/{ref}/qr.png", self._qr_png),
                Route("/api/boards/{ref}/export.{format}", self._export),
                Route("/api/boards/{ref}/people/{participant}/erase", self._erase_person, methods=["POST"]),
                Route("/healthz", _alive),
                Route("/readyz", self._ready),
                Route("/metrics", self._metrics),
                Route("/", _surface("index")),
                Route("/j/{code}", _surface("phone")),
                Route("/kiosk/{board}", _surface("phone")),
                Route("/console/{board}", _surface("console")),
                Route("/wall/{board}", _surface("wall")),
                Mount("/assets", pages.assets()),
            ],
            exception_handlers={Refused: _refused, HTTPException: _http_error, LogError: _log_error, Exception: _crash},
        )

    # -- boards ----------------------------------------------------------------------------------------------------

    async def _create(self, request: Request) -> Response:
        self._allow(self._creations, request)
        if self._settings.admin_token is not None and not _same(_bearer(request), self._settings.admin_token):
            raise Refused(Rejected("creation_closed"))
        wish = await self._body(request, NewBoard)
        made = await make_board(self._hub, self._tokens, self._templates, wish, self._base_url(request))
        if isinstance(made, Rejected):
            raise Refused(made)
        return json_response(made, 201)

    async def _list_templates(self, request: Request) -> Response:
        locale = "fr" if request.query_params.get("locale") == "fr" else "en"
        faces = [
            TemplateFace(one.name, one.title.to(locale), one.about.to(locale), len(one.sections))
            for one in self._templates.values()
        ]
        return json_response(faces)

    async def _describe(self, request: Request) -> Response:
        if self._openapi is None:  # made from the sources when first asked for: starting should take no time
            self._openapi = await asyncio.to_thread(lambda: openapi.document(contract()).encode())
        return Response(self._openapi, media_type="application/json")

    async def _face(self, request: Request) -> Response:
        self._allow(self._reads, request)
        _, about = await self._board(request)
        join_url = f"{self._base_url(request)}/j/{about.code}"
        face = BoardFace(
            about.id, about.code, about.title, about.locale, about.name_asked, about.anonymous, about.segments, join_url
        )
        return json_response(face)

    # -- people ----------------------------------------------------------------------------------------------------

    async def _join(self, request: Request) -> Response:
        self._allow(self._joins, request)
        wish = await self._body(request, Join)
        room, about = await self._board(request)
        name = _name(wish, about)
        device_key = self._device_key(room.board, wish.device)
        known = await self._hub.log.person_by_device(room.board, device_key) if device_key else None
        participant = known.participant if known else self._hub.clock.fresh_id()
        if name is None and known is not None:
            name = known.name
        foreseen = decide(room.state, Envelope(None, None, None, 0, ""), _arrival(participant, wish))
        if isinstance(foreseen, Rejected) and foreseen.code != "already_so":
            raise Refused(foreseen)  # before a name is kept for somebody who does not come in
        if known is not None and await room.admission(participant) == "removed":
            raise Refused(Rejected("removed"))  # or they could still put another name on their cards
        participant = await self._remember(room, Person(participant, name, None, device_key))
        outcome = await room.act(_arrival(participant, wish))
        if isinstance(outcome, Rejected) and outcome.code != "already_so":
            raise Refused(outcome)
        refused = room.refusal(participant)
        if refused is not None:
            raise Refused(Rejected(refused))
        token = self._token(room.board, participant, "participant", PARTICIPANT_DAYS)
        return json_response(Joined(room.board, participant, token))

    def _device_key(self, board: str, device: str | None) -> str | None:
        return self._tokens.device_key(board, device) if device and len(device) >= DEVICE_CHARS_MIN else None

    async def _remember(self, room: Room, person: Person) -> str:
        """Store what is known of somebody, apart from the log (LG7); returns whose device this turns out to be."""
        if person.name is None and person.device_key is None:
            return person.participant
        try:
            await self._hub.log.put_person(room.board, person)
        except DeviceTaken as taken:  # the same phone asked twice at once: both answers are the same person
            return taken.participant
        if person.name is not None and room.names.get(person.participant) != person.name:
            room.renamed(person.participant, person.name, person)
        return person.participant

    async def _erase_person(self, request: Request) -> Response:
        self._allow(self._erasures, request)
        room, _, claims = await self._holder(request)
        participant = request.path_params["participant"]
        if claims.participant != participant and room.state.participants[claims.participant].role != "moderator":
            raise Refused(Rejected("forbidden"))
        if await room.admission(participant) == "bad_token":
            raise Refused(Rejected("unknown_participant"))
        await self._hub.forget_person(room.board, participant)
        return Response(status_code=204)

    # -- out -------------------------------------------------------------------------------------------------------

    async def _qr_svg(self, request: Request) -> Response:
        address = await self._join_address(request)
        return Response(await asyncio.to_thread(qr.svg, address), media_type="image/svg+xml")

    async def _qr_png(self, request: Request) -> Response:
        size = request.query_params.get("size", "10")
        scale = int(size) if size.isascii() and size.isdigit() and len(size) < 4 else 10
        address = await self._join_address(request)
        return Response(await asyncio.to_thread(qr.png, address, scale), media_type="image/png")

    async def _join_address(self, request: Request) -> str:
        self._allow(self._reads, request)
        _, about = await self._board(request)
        return f"{self._base_url(request)}/j/{about.code}"

    async def _export(self, request: Request) -> Response:
        self._allow(self._reads, request)
        chosen = FORMATS.get(request.path_params["format"])
        if chosen is None:
            raise Refused(Rejected("not_found", {"one_of": sorted(FORMATS)}))
        room, about, claims = await self._holder(request)
        role = room.state.participants[claims.participant].role
        state, names, now_ms = room.state, dict(room.names), self._hub.clock.now_ms()

        def made() -> bytes:
            return chosen.make(project.snapshot(state, project.AUDIENCES[role], names), now_ms)

        content = await asyncio.to_thread(made)
        filename = f"rebond-{about.code}.{request.path_params['format']}"
        headers = {"Content-Disposition": f'attachment; filename="{filename}"', "Cache-Control": "no-store"}
        return Response(content, headers=headers, media_type=chosen.media_type)

    # -- watching over it ------------------------------------------------------------------------------------------

    async def _ready(self, request: Request) -> Response:
        if self._hub.draining:
            return problem_response(Rejected("draining"))
        reason = await self._readiness.reason_against()
        if reason is not None:
            return problem_response(Rejected("unavailable", {"reason": reason}))
        return json_response({"ready": True})

    async def _metrics(self, request: Request) -> Response:
        return Response(metrics_page(self._registry), media_type="text/plain; version=0.0.4; charset=utf-8")

    # -- what handlers share ---------------------------------------------------------------------------------------

    async def _board(self, request: Request) -> tuple[Room, About]:
        record: BoardRecord | None = await self._hub.log.find(request.path_params["ref"])
        if record is None:
            raise Refused(Rejected("unknown_board"))
        room = await self._hub.room(record.id)
        if room.state.about is None:
            raise Refused(Rejected("unknown_board"))
        return room, replace(room.state.about, title=room.state.title)

    async def _holder(self, request: Request) -> tuple[Room, About, Claims]:
        """The room, its board, and who holds the token that came with the request."""
        room, about = await self._board(request)
        claims = self._tokens.check(_bearer(request), room.board, self._hub.clock.now_ms() / 1000)
        if isinstance(claims, Rejected):
            raise Refused(claims)
        refused = await room.admission(claims.participant)
        if refused is not None:
            raise Refused(Rejected(refused))
        return room, about, claims

    async def _body(self, request: Request, shape: type[T]) -> T:
        data = bytearray()
        try:
            async with asyncio.timeout(self._settings.body_ms / 1000):
                async for chunk in request.stream():
                    data += chunk
                    if len(data) > self._settings.body_bytes:
                        raise Refused(Rejected("too_large", {"max_bytes": self._settings.body_bytes}))
        except TimeoutError:
            raise Refused(Rejected("too_slow", {"max_ms": self._settings.body_ms})) from None
        except ClientDisconnect:
            raise Refused(Rejected("malformed")) from None  # nobody is there to read it
        read = read_json(bytes(data) or b"{}", shape)
        if isinstance(read, Unreadable):
            raise Refused(Rejected(read.code, read.details))
        return read

    def _allow(self, allowances: AddressAllowances, request: Request) -> None:
        address = request.client.host if request.client else ""
        if not allowances.take(address, self._hub.clock.steady_ms()):
            raise Refused(Rejected("rate_limited", {"retry_after_ms": 2_000}))

    def _token(self, board: str, participant: str, role: Role, days: int) -> str:
        expires_s = self._hub.clock.now_ms() // 1000 + days * DAY_S
        return self._tokens.issue(Claims(board, participant, role, expires_s))

    def _base_url(self, request: Request) -> str:
        """Where phones reach this server: what the operator says, else the address asked for, unless that is this
        machine's own name for itself, which no phone can follow."""
        if self._settings.public_url is not None:
            return self._settings.public_url
        try:
            asked = urlsplit(str(request.base_url))
            hostname = asked.hostname
            if len(asked.netloc) > HOST_CHARS:
                raise ValueError("no name is so long")
        except ValueError:  # a Host header that is no address
            raise Refused(Rejected("invalid", {"field": "Host"})) from None
        if hostname in LOCAL_HOSTS and self._settings.lan_url is not None:
            return self._settings.lan_url
        return urlunsplit((asked.scheme, asked.netloc, "", "", ""))


def _arrival(participant: str, wish: Join) -> ParticipantJoin:
    return ParticipantJoin(participant, "participant", wish.segment)


def _name(wish: Join, about: About) -> str | None:
    """The name as it is stored. On an anonymous board none is, whatever was sent (DM5)."""
    if about.anonymous or about.name_asked == "no":
        return None
    if wish.name is None or not wish.name.strip():
        if about.name_asked == "required":
            raise Refused(Rejected("text_empty", {"field": "name"}))
        return None
    name = cleaned_line(wish.name, limits.NAME_CHARS)
    if isinstance(name, Rejected):
        raise Refused(replace(name, details={**(name.details or {}), "field": "name"}))
    return name


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(), wanted.encode())


def _surface(name: str) -> Callable[[Request], Awaitable[Response]]:
    async def handler(request: Request) -> Response:
        return pages.page(name)

    return handler


async def _alive(request: Request) -> Response:
    return json_response({"alive": True})


# -- errors --------------------------------------------------------------------------------------------------------


async def _refused(request: Request, error: Any) -> Response:
    response = problem_response(error.rejected)
    if response.status_code == 408:  # what is still to come of the request is not waited for (RFC 9110 section 15.5.9)
        response.headers["Connection"] = "close"
    return response


async def _http_error(request: Request, error: Any) -> Response:
    response = problem_response(Rejected("method_not_allowed" if error.status_code == 405 else "not_found"))
    response.headers.update(error.headers or {})  # 405 says which methods there are (RFC 9110 section 15.5.6)
    return response


async def _log_error(request: Request, error: Any) -> Response:
    logger.error("a request could not be served: %s", error)
    return problem_response(Rejected("unavailable"))


async def _crash(request: Request, error: Any) -> Response:
    logger.error("a request failed", exc_info=error)
    return problem_response(Rejected("unavailable"))
