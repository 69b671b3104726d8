"""The HTTP edge: its routes, and what is said when something goes wrong. Shapes stand in `rebond_protocol.http`.

`joining` and `inviting` let people in, `kiosks`, `labs` and `handoffs` are for screens in a lab, `ideas` moves ideas in
and out, `pages` serves the client; here are boards as a whole and what watches over the server.
"""

import asyncio
import hmac
import logging
from typing import Any

from prometheus_client import Gauge
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from rebond.domain.templates import Template
from rebond.hub.hub import Hub
from rebond.log import LogError
from rebond.web import pages, qr
from rebond.web.addresses import AddressAllowances
from rebond.web.auth import Tokens
from rebond.web.brand import NO_BRAND, Brand
from rebond.web.creation import handed_on, make_board
from rebond.web.handling import Handling, bearer
from rebond.web.handoffs import Handoffs
from rebond.web.ideas import Ideas
from rebond.web.inviting import Inviting
from rebond.web.joining import Joining
from rebond.web.kiosks import Kiosks
from rebond.web.labs import Labs
from rebond.web.metrics import metrics_page, registry_of
from rebond.web.pictures import Pictures
from rebond.web.problems import Refused, json_response, problem_response
from rebond.web.readiness import Readiness
from rebond.web.seats import Seats
from rebond.web.settings import WebSettings
from rebond_protocol.boards import Locale
from rebond_protocol.errors import Rejected
from rebond_protocol.generation import openapi
from rebond_protocol.generation.model import contract
from rebond_protocol.http import NewBoard, TemplateFace

logger = logging.getLogger(__name__)


class HttpEdge:
    """The handlers, over one hub. Made by `rebond.app`; `worker` is the number of this process on its node."""

    def __init__(
        self,
        hub: Hub,
        tokens: Tokens,
        templates: dict[str, Template],
        settings: WebSettings,
        worker: int,
        brand: Brand = NO_BRAND,
    ) -> None:
        self._handling = Handling(hub, tokens, settings)
        self._hub = hub
        self._templates = templates
        self._brand = brand
        inviting, handoffs, seats = Inviting(self._handling), Handoffs(self._handling), Seats(self._handling)
        self._features = (
            Joining(self._handling, inviting, handoffs), inviting, handoffs, Kiosks(self._handling, seats),
            Labs(self._handling, seats), Ideas(self._handling), Pictures(self._handling),
        )  # fmt: skip
        self._creations = AddressAllowances(settings.creations_per_s, settings.creations_burst)
        self._reads = AddressAllowances(settings.reads_per_s, settings.reads_burst)
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
                *(route for feature in self._features for route in feature.routes()),
                Route("/api/boards/{ref}/links", self._links),
                Route("/api/boards/{ref}/qr.svg", self._qr_svg),
                Route("/api/boards/{ref}/qr.png", self._qr_png),
                Route("/healthz", _alive),
                Route("/readyz", self._ready),
                Route("/metrics", self._metrics),
                *pages.routes(self._brand),
            ],
            exception_handlers={Refused: _refused, HTTPException: _http_error, LogError: _log_error, Exception: _crash},
        )

    # -- boards ----------------------------------------------------------------------------------------------------

    async def _create(self, request: Request) -> Response:
        self._handling.allow(self._creations, request)
        admin_token = self._handling.settings.admin_token
        if admin_token is not None and not _same(bearer(request), admin_token):
            raise Refused(Rejected("creation_closed"))
        wish = await self._handling.body(request, NewBoard)
        base_url = self._handling.base_url(request)
        made = await make_board(self._hub, self._handling.tokens, self._templates, wish, base_url)
        if isinstance(made, Rejected):
            raise Refused(made)
        return json_response(made, 201)

    async def _links(self, request: Request) -> Response:
        self._handling.allow(self._reads, request)
        room, about, _ = await self._handling.moderator(request)
        now_ms, base_url = self._hub.clock.now_ms(), self._handling.base_url(request)
        return json_response(handed_on(self._handling.tokens, about.id, about.code, room.state, now_ms, base_url))

    async def _list_templates(self, request: Request) -> Response:
        locale = "fr" if request.query_params.get("locale") == "fr" else "en"
        return json_response([_face(one, locale) for one in self._templates.values()])

    async def _describe(self, request: Request) -> Response:
        if self._openapi is None:  # made from the sources when first asked for: starting should take no time
            self._openapi = await asyncio.to_thread(lambda: openapi.document(contract()).encode())
        return Response(self._openapi, media_type="application/json")

    async def _qr_svg(self, request: Request) -> Response:
        address = await self._join_address(request)
        return Response(await asyncio.to_thread(qr.svg, address), media_type="image/svg+xml")

    async def _qr_png(self, request: Request) -> Response:
        size = request.query_params.get("size", "10")
        scale = int(size) if size.isascii() and size.isdigit() and len(size) < 4 else 10
        address = await self._join_address(request)
        return Response(await asyncio.to_thread(qr.png, address, scale), media_type="image/png")

    async def _join_address(self, request: Request) -> str:
        self._handling.allow(self._reads, request)
        _, about = await self._handling.board(request)
        return f"{self._handling.base_url(request)}/j/{about.code}"

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


def _face(template: Template, locale: Locale) -> TemplateFace:
    steps = tuple(step.title.to(locale) for step in template.plan)
    return TemplateFace(
        template.name, template.title.to(locale), template.about.to(locale), len(template.sections), steps
    )


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(), wanted.encode())


async def _alive(request: Request) -> Response:
    return json_response({"alive": True})


# -- errors --------------------------------------------------------------------------------------------------------


async def _refused(request: Request, error: Any) -> Response:
    response = problem_response(error.rejected)
    if response.status_code == 408:  # what is still to come of the request is not waited for (RFC 9110 section 15.5.9)
        response.headers["Connection"] = "close"
    return response


async def _http_error(request: Request, error: Any) -> Response:
    if error.status_code == 404 and pages.asks_for_a_page(request):
        return await pages.lost(request)
    response = problem_response(Rejected("method_not_allowed" if error.status_code == 405 else "not_found"))
    response.headers.update(error.headers or {})  # 405 says which methods there are (RFC 9110 section 15.5.6)
    return response


async def _log_error(request: Request, error: Any) -> Response:
    logger.error("a request could not be served: %s", error)
    return problem_response(Rejected("unavailable"))


async def _crash(request: Request, error: Any) -> Response:
    logger.error("a request failed", exc_info=error)
    return problem_response(Rejected("unavailable"))
