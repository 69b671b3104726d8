"""The handlers about ideas: which resemble each other, ideas in from elsewhere, boards out as files."""

import asyncio

from msgspec import UNSET
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from rebond.domain import project
from rebond.hub.allowance import Allowances
from rebond.hub.deciding import Outcome
from rebond.hub.room import Room
from rebond.web import importing
from rebond.web.addresses import AddressAllowances
from rebond.web.exports import FORMATS
from rebond.web.handling import Handling
from rebond.web.importing import Line
from rebond.web.likeness import Likeness
from rebond.web.problems import Refused, json_response
from rebond_protocol import limits
from rebond_protocol.errors import Rejected
from rebond_protocol.http import Imported, RefusedLine, SimilarAsked

BATCH = 50
"""Cards an import adds at a time."""


class Ideas:
    """The handlers about ideas."""

    def __init__(self, handling: Handling) -> None:
        self._handling = handling
        self._likeness = Likeness(handling.hub.clock)
        settings = handling.settings
        self._reads = AddressAllowances(settings.reads_per_s, settings.reads_burst)
        self._hints = Allowances(settings.hints_per_s, settings.hints_burst)
        self._imports = Allowances(settings.imports_per_s, settings.imports_burst)

    def routes(self) -> list[Route]:
        """Where they answer."""
        return [
            Route("/api/boards/{ref}/similar", self._similar, methods=["POST"]),
            Route("/api/boards/{ref}/suggestions", self._suggest),
            Route("/api/boards/{ref}/import", self._import, methods=["POST"]),
            Route("/api/boards/{ref}/export.{format}", self._export),
        ]

    # -- what resembles what ---------------------------------------------------------------------------------------

    async def _similar(self, request: Request) -> Response:
        self._handling.allow(self._reads, request)
        asked = await self._handling.body(request, SimilarAsked)
        room, _, claims = await self._handling.holder(request)
        self._handling.allow_person(self._hints, claims)
        if len(asked.text) > limits.CARD_TEXT_CHARS:
            raise Refused(Rejected("text_too_long", {"max_chars": limits.CARD_TEXT_CHARS, "chars": len(asked.text)}))
        return json_response(await self._likeness.hints(room, claims.participant, asked.text, asked.card))

    async def _suggest(self, request: Request) -> Response:
        self._handling.allow(self._reads, request)
        room, _, claims = await self._handling.moderator(request)
        self._handling.allow_person(self._hints, claims)
        return json_response(await self._likeness.suggestions(room))

    # -- in --------------------------------------------------------------------------------------------------------

    async def _import(self, request: Request) -> Response:
        self._handling.allow(self._reads, request)
        room, _, claims = await self._handling.moderator(request)  # before two megabytes are read
        self._handling.allow_person(self._imports, claims)
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        content = await self._handling.content(request, self._handling.settings.import_bytes)
        known = (importing.CSV, importing.JSON, importing.LINES)
        if media_type not in known:
            raise Refused(Rejected("invalid", {"field": "Content-Type", "one_of": list(known)}))
        lines = await asyncio.to_thread(lambda: importing.read_lines(content, media_type))
        if isinstance(lines, Rejected):
            raise Refused(lines)
        return json_response(await self._added(room, claims.participant, lines))

    async def _added(self, room: Room, author: str, lines: list[Line | tuple[int, Rejected]]) -> Imported:
        """What became of each line. One that was refused has no effect on the others."""
        refused = [_refusal(*line) for line in lines if isinstance(line, tuple)]
        cards: list[str] = []
        wishes = importing.Wishes(room.state, author)
        for batch in importing.in_batches((line for line in lines if isinstance(line, Line)), BATCH):
            outcomes = await asyncio.gather(*(self._add(room, author, wishes, line) for line in batch))
            for line, outcome in zip(batch, outcomes, strict=True):
                if isinstance(outcome, Rejected):
                    refused.append(_refusal(line.number, outcome))
                else:
                    cards.append(outcome.made or "")
        return Imported(tuple(cards), tuple(sorted(refused, key=lambda one: one.line)))

    async def _add(self, room: Room, author: str, wishes: importing.Wishes, line: Line) -> Outcome:
        command = wishes.command(line)
        return command if isinstance(command, Rejected) else await room.act(command, author)

    # -- out -------------------------------------------------------------------------------------------------------

    async def _export(self, request: Request) -> Response:
        self._handling.allow(self._reads, request)
        chosen = FORMATS.get(request.path_params["format"])
        if chosen is None:
            raise Refused(Rejected("not_found", {"one_of": sorted(FORMATS)}))
        room, about, claims = await self._handling.holder(request)
        role = room.state.participants[claims.participant].role
        state, names, now_ms = room.state, dict(room.names), self._handling.hub.clock.now_ms()

        def made() -> bytes:
            return chosen.make(project.snapshot(state, project.AUDIENCES[role], names), about, now_ms)

        content = await asyncio.to_thread(made)
        filename = f"rebond-{about.code}.{request.path_params['format']}"
        headers = {"Content-Disposition": f'attachment; filename="{filename}"', "Cache-Control": "no-store"}
        return Response(content, headers=headers, media_type=chosen.media_type)


def _refusal(line: int, rejected: Rejected) -> RefusedLine:
    row = rejected.row
    return RefusedLine(line, row.code, row.message, row.temporary, rejected.details or UNSET)
