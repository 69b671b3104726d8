"""The HTTP side as OpenAPI 3.1. An operation is a row of `OPERATIONS`; an error is a `Problem` with a code (HB9)."""

from dataclasses import dataclass
from typing import Any, Literal

from rebond_protocol import PROTOCOL_VERSION
from rebond_protocol.errors import ERRORS
from rebond_protocol.generation.json_schema import printed, schemas
from rebond_protocol.generation.model import Contract

SCHEMAS = "#/components/schemas/"
JSON = "application/json"


@dataclass(frozen=True)
class Answer:
    """What comes back when it goes well: its media type, and the schema of a JSON body."""

    status: int
    says: str
    media: str | None = JSON
    schema: str | None = None
    a_list: bool = False


@dataclass(frozen=True)
class Operation:
    """One method at one address, and the error codes one may meet there."""

    id: str
    method: Literal["get", "post"]
    path: str
    says: str
    answers: tuple[Answer, ...]
    errors: tuple[str, ...] = ()
    body: str | None = None
    bearer: str | None = None
    query: tuple[tuple[str, str, dict[str, Any]], ...] = ()


_BODY_ERRORS = ("malformed", "too_large", "invalid", "rate_limited", "unavailable", "draining")
_TEXT_ERRORS = ("text_empty", "text_too_long", "text_forbidden")
_TOKEN_ERRORS = ("bad_token", "expired_token", "wrong_board", "removed")
_SIZE = ("size", "Pixels per module of the code.", {"type": "integer", "minimum": 1, "maximum": 999, "default": 10})
_LOCALE = ("locale", "The language of titles.", {"$ref": f"{SCHEMAS}Locale", "default": "en"})
_ANY_TOKEN = "A token of this board."

OPERATIONS = (
    Operation(
        "create_board",
        "post",
        "/api/boards",
        "Make a board. Where creation is closed, the administrator's token goes into `Authorization: Bearer`.",
        (Answer(201, "The board is there. Its tokens are told this once.", schema="BoardMade"),),
        ("creation_closed", "unknown_template", "board_full", *_TEXT_ERRORS, *_BODY_ERRORS),
        body="NewBoard",
        bearer="Only where creation is closed: the administrator's token.",
    ),
    Operation(
        "list_templates",
        "get",
        "/api/templates",
        "The templates a board can be made from.",
        (Answer(200, "The templates.", schema="TemplateFace", a_list=True),),
        query=(_LOCALE,),
    ),
    Operation(
        "face_of_board",
        "get",
        "/api/boards/{ref}",
        "What the joining page needs to know before anybody joins.",
        (Answer(200, "The board's face.", schema="BoardFace"),),
        ("unknown_board", "rate_limited", "unavailable"),
    ),
    Operation(
        "join_board",
        "post",
        "/api/boards/{ref}/join",
        "Become a participant. The same device joining again is the same participant.",
        (Answer(200, "You are in; the token opens the socket.", schema="Joined"),),
        ("unknown_board", "removed", "board_full", *_TEXT_ERRORS, *_BODY_ERRORS),
        body="Join",
    ),
    Operation(
        "qr_svg",
        "get",
        "/api/boards/{ref}/qr.svg",
        "The participants' link as a QR code, for print and walls.",
        (Answer(200, "The code.", "image/svg+xml"),),
        ("unknown_board", "rate_limited"),
    ),
    Operation(
        "qr_png",
        "get",
        "/api/boards/{ref}/qr.png",
        "The participants' link as a QR code, for slides.",
        (Answer(200, "The code.", "image/png"),),
        ("unknown_board", "rate_limited"),
        query=(_SIZE,),
    ),
    *(
        Operation(
            f"export_{ending}",
            "get",
            f"/api/boards/{{ref}}/export.{ending}",
            f"The board as {what}, as the token's holder may see it.",
            (Answer(200, "The export.", media),),
            ("unknown_board", "rate_limited", "unavailable", *_TOKEN_ERRORS),
            bearer=_ANY_TOKEN,
        )
        for ending, what, media in (
            ("json", "one JSON document", JSON),
            ("csv", "a table of cards", "text/csv"),
            ("md", "a readable page", "text/markdown"),
        )
    ),
    Operation(
        "erase_person",
        "post",
        "/api/boards/{ref}/people/{participant}/erase",
        "Erase what is known of a person: the name, and with it every link to them. Their own token, or a moderator's.",
        (Answer(204, "It is gone.", None),),
        ("unknown_board", "unknown_participant", "forbidden", "unavailable", *_TOKEN_ERRORS),
        bearer="The person's own token, or a moderator's.",
    ),
    Operation("describe", "get", "/api/openapi.json", "This description.", (Answer(200, "OpenAPI 3.1."),)),
    Operation("health", "get", "/healthz", "Whether the process is alive.", (Answer(200, "It is."),)),
    Operation(
        "readiness",
        "get",
        "/readyz",
        "Whether it delivers: a probe goes through the log and has to come back (HB8).",
        (Answer(200, "It delivers."),),
        ("unavailable", "draining"),
    ),
    Operation(
        "metrics", "get", "/metrics", "Counters and gauges for Prometheus.", (Answer(200, "They are.", "text/plain"),)
    ),
)

PARAMETERS: dict[str, str] = {
    "ref": "The board's id or its join code.",
    "participant": "The participant's id on this board.",
}


def document(contract: Contract) -> str:
    """The text of `openapi.json`."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method] = _operation(operation)
    return printed(
        {
            "openapi": "3.1.0",
            "info": {
                "title": "Rebond",
                "version": f"{PROTOCOL_VERSION}",
                "description": "Boards, joining and exports. The live side is in asyncapi.json.",
                "license": {"name": "MIT", "identifier": "MIT"},
            },
            "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
            "paths": paths,
            "components": {
                "schemas": schemas(contract, SCHEMAS),
                "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            },
        }
    )


def _operation(operation: Operation) -> dict[str, Any]:
    made: dict[str, Any] = {"operationId": operation.id, "summary": operation.says}
    parameters = _parameters(operation)
    if parameters:
        made["parameters"] = parameters
    if operation.body:
        schema = {"$ref": SCHEMAS + operation.body}
        made["requestBody"] = {"required": True, "content": {JSON: {"schema": schema}}}
    if operation.bearer:
        optional: list[dict[str, list[str]]] = [{}] if operation.bearer.startswith("Only where") else []
        made["security"] = [*optional, {"token": []}]
        made["description"] = f"Token: {operation.bearer}"
    made["responses"] = {
        **{str(answer.status): _answer(answer) for answer in operation.answers},
        **_problems(operation.errors),
    }
    return made


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    in_path = [name for name in PARAMETERS if f"{{{name}}}" in operation.path]
    return [
        *(
            {
                "name": name,
                "in": "path",
                "required": True,
                "description": PARAMETERS[name],
                "schema": {"type": "string"},
            }
            for name in in_path
        ),
        *(
            {"name": name, "in": "query", "required": False, "description": says, "schema": schema}
            for name, says, schema in operation.query
        ),
    ]


def _answer(answer: Answer) -> dict[str, Any]:
    if answer.media is None:
        return {"description": answer.says}
    schema: dict[str, Any] = {"$ref": SCHEMAS + answer.schema} if answer.schema else {}
    if answer.a_list:
        schema = {"type": "array", "items": schema}
    return {"description": answer.says, "content": {answer.media: {"schema": schema} if schema else {}}}


def _problems(codes: tuple[str, ...]) -> dict[str, Any]:
    """One response a status, naming the codes that travel with it."""
    by_status: dict[int, list[str]] = {}
    for code in codes:
        by_status.setdefault(ERRORS[code].status, []).append(code)
    return {
        str(status): {
            "description": ", ".join(f"`{code}`" for code in by_status[status]),
            "content": {JSON: {"schema": {"$ref": SCHEMAS + "Problem"}}},
        }
        for status in sorted(by_status)
    }
