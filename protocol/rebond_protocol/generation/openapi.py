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
    bodies: tuple[tuple[str, str | None], ...] = ()
    """Where it may be sent in several ways: media type, and the schema of a JSON list's rows."""
    bearer: str | None = None
    query: tuple[tuple[str, str, dict[str, Any]], ...] = ()


_BODY_ERRORS = ("malformed", "too_large", "invalid", "rate_limited", "unavailable", "draining")
_TEXT_ERRORS = ("text_empty", "text_too_long", "text_forbidden")
_TOKEN_ERRORS = ("bad_token", "expired_token", "wrong_board", "removed")
_SIZE = ("size", "Pixels per module of the code.", {"type": "integer", "minimum": 1, "maximum": 999, "default": 10})
_LOCALE = ("locale", "The language of titles.", {"$ref": f"{SCHEMAS}Locale", "default": "en"})
_WIDTH = ("width", "How wide it may be, in pixels.", {"type": "integer", "enum": [480, 1080], "default": 1080})
_ANY_TOKEN = "A token of this board."
_STEERS = "A moderator's."
_TO_A_MODERATOR = ("unknown_board", "forbidden", "rate_limited", "unavailable", *_TOKEN_ERRORS)


def _told_to_a_moderator(id: str, end: str, says: str, answer: Answer) -> Operation:
    """Something of the board that whoever steers it may read, at the end of its address."""
    return Operation(id, "get", f"/api/boards/{{ref}}/{end}", says, (answer,), _TO_A_MODERATOR, bearer=_STEERS)


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
        ("unknown_board", "rate_limited", "unavailable", "bad_token", "expired_token", "wrong_board"),
        bearer="Only where somebody was invited: the invitation's token.",
    ),
    Operation(
        "join_board",
        "post",
        "/api/boards/{ref}/join",
        "Become a participant. The same device joining again is the same participant.",
        (Answer(200, "You are in; the token opens the socket.", schema="Joined"),),
        (
            "unknown_board",
            "removed",
            "board_full",
            "wrong_passphrase",
            "waiting_for_approval",
            "busy",
            "bad_token",
            "expired_token",
            "wrong_board",
            "handoff_waiting",
            "handoff_expired",
            "handoff_used",
            *_TEXT_ERRORS,
            *_BODY_ERRORS,
        ),
        body="Join",
    ),
    _told_to_a_moderator(
        "links",
        "links",
        "The links of the board's screens, for whoever steers it on a device where it was not made.",
        Answer(200, "The links; null for a screen that was removed.", schema="BoardLinks"),
    ),
    _told_to_a_moderator(
        "list_waiting",
        "waiting",
        "Who waits to be let in, on a board that lets people in by approval.",
        Answer(200, "They, whoever has waited longest first.", schema="Waiting", a_list=True),
    ),
    Operation(
        "decide_on_waiting",
        "post",
        "/api/boards/{ref}/waiting/{participant}",
        "Let somebody in who waits, or turn them away.",
        (Answer(204, "It is done.", None),),
        ("unknown_participant", "board_full", "malformed", "too_large", "invalid", *_TO_A_MODERATOR),
        body="Admission",
        bearer=_STEERS,
    ),
    _told_to_a_moderator(
        "list_invitations",
        "invitations",
        "The invitations that are good now.",
        Answer(200, "The invitations, with their links.", schema="Invitation", a_list=True),
    ),
    Operation(
        "invite",
        "post",
        "/api/boards/{ref}/invitations",
        "A link for co-moderators or staff: whoever opens it joins as a person of their own, with that role.",
        (Answer(201, "The invitation.", schema="Invitation"),),
        ("board_full", "text_too_long", "text_forbidden", "malformed", "too_large", "invalid", *_TO_A_MODERATOR),
        body="NewInvitation",
        bearer=_STEERS,
    ),
    Operation(
        "revoke_invitation",
        "post",
        "/api/boards/{ref}/invitations/{invitation}/revoke",
        "Take an invitation back. Who came in by it stays.",
        (Answer(204, "It is good for nothing any more.", None),),
        ("not_found", *_TO_A_MODERATOR),
        bearer=_STEERS,
    ),
    Operation(
        "similar",
        "post",
        "/api/boards/{ref}/similar",
        "The ideas most like a text, among those the token's holder may see.",
        (Answer(200, "At most three.", schema="SimilarFound"),),
        ("unknown_board", "text_too_long", "removed", *_BODY_ERRORS, *_TOKEN_ERRORS),
        body="SimilarAsked",
        bearer=_ANY_TOKEN,
    ),
    _told_to_a_moderator(
        "suggestions",
        "suggestions",
        "Ideas that say much the same, to be stacked if a person thinks so too.",
        Answer(200, "Groups of cards.", schema="Suggestions"),
    ),
    Operation(
        "import_cards",
        "post",
        "/api/boards/{ref}/import",
        "Many ideas at once: a table with a heading (text, section, kind, tags), a JSON list, or a text a line.",
        (Answer(200, "What became of the lines.", schema="Imported"),),
        ("malformed", "too_large", "invalid", *_TO_A_MODERATOR),
        bodies=(("text/csv", None), (JSON, "ImportedCard"), ("text/plain", None)),
        bearer=_STEERS,
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
    Operation(
        "ask_to_pair",
        "post",
        "/api/boards/{ref}/pairings",
        "A screen asks to become a kiosk of this board: it shows the code, and keeps the secret to itself.",
        (Answer(201, "It waits to be confirmed.", schema="PairingMade"),),
        ("unknown_board", "busy", "rate_limited", "unavailable"),
    ),
    Operation(
        "ask_whether_paired",
        "post",
        "/api/boards/{ref}/pairings/{pairing}",
        "Whether somebody has confirmed: asked by the screen, every `retry_after_ms`, until it is over.",
        (Answer(200, "It is a kiosk.", schema="KioskPaired"),),
        ("unknown_board", "not_found", "waiting_for_approval", "removed", *_BODY_ERRORS),
        body="PairingAsked",
    ),
    Operation(
        "confirm_kiosk",
        "post",
        "/api/boards/{ref}/kiosks",
        "The screen that shows this code is this kiosk from now on.",
        (Answer(201, "The kiosk.", schema="Kiosk"),),
        ("not_found", "board_full", *_TEXT_ERRORS, "malformed", "too_large", "invalid", *_TO_A_MODERATOR),
        body="NewKiosk",
        bearer=_STEERS,
    ),
    _told_to_a_moderator(
        "list_kiosks",
        "kiosks",
        "The kiosks of this board, paired or opened by its link, and when each was last heard of.",
        Answer(200, "The kiosks, those that were removed at the end.", schema="Kiosk", a_list=True),
    ),
    Operation(
        "change_kiosk",
        "post",
        "/api/boards/{ref}/kiosks/{participant}",
        "Give a kiosk another name, another PIN, or none. The screen learns it by itself.",
        (Answer(200, "The kiosk.", schema="Kiosk"),),
        ("unknown_participant", *_TEXT_ERRORS, "malformed", "too_large", "invalid", *_TO_A_MODERATOR),
        body="KioskChange",
        bearer=_STEERS,
    ),
    Operation(
        "revoke_kiosk",
        "post",
        "/api/boards/{ref}/kiosks/{participant}/revoke",
        "Take a kiosk off this board, and off every board of the lab that this board is.",
        (Answer(204, "Its tokens are good for nothing any more.", None),),
        ("unknown_participant", *_TO_A_MODERATOR),
        bearer=_STEERS,
    ),
    Operation(
        "take_seat",
        "post",
        "/api/boards/{ref}/seat",
        "A kiosk reports how it is, and is told what it shows: once a minute, and when it starts.",
        (Answer(200, "Its seat.", schema="KioskSeat"),),
        ("unknown_board", "forbidden", *_BODY_ERRORS, *_TOKEN_ERRORS),
        body="KioskReport",
        bearer="A kiosk's.",
    ),
    Operation(
        "hand_off",
        "post",
        "/api/boards/{ref}/handoffs",
        "What a visitor wrote at this kiosk may be taken home, by whoever joins with the secret first.",
        (Answer(201, "Until when.", schema="Handoff"),),
        ("unknown_board", "unknown_card", "not_yours", "forbidden", "busy", *_BODY_ERRORS, *_TOKEN_ERRORS),
        body="NewHandoff",
        bearer="Of the kiosk at which it was written.",
    ),
    Operation(
        "front_page_of_lab",
        "get",
        "/api/boards/{ref}/lab",
        "What anybody may know of the boards of a lab. No content of a board that not everybody may join, nor of one "
        "where people write privately.",
        (Answer(200, "The front page.", schema="LabFace"),),
        ("unknown_board", "rate_limited", "unavailable"),
    ),
    _told_to_a_moderator(
        "list_lab_boards",
        "lab/boards",
        "The boards in this lab, and how much waits to be approved on each.",
        Answer(200, "The boards, in the order in which they came.", schema="LabBoard", a_list=True),
    ),
    _told_to_a_moderator(
        "list_labs_of_board",
        "labs",
        "The labs this board is in.",
        Answer(200, "The labs.", schema="LabOfBoard", a_list=True),
    ),
    Operation(
        "link_board",
        "post",
        "/api/boards/{ref}/lab/boards",
        "Put a board into a lab. The lab's kiosks show it from their next seat on.",
        (Answer(204, "It is in the lab.", None),),
        ("already_so", "board_full", "malformed", "too_large", "invalid", *_TO_A_MODERATOR),
        body="NewLabBoard",
        bearer="A moderator's of the lab.",
    ),
    Operation(
        "unlink_board",
        "post",
        "/api/boards/{ref}/lab/boards/{board}/unlink",
        "Take a board out of a lab, and the lab's kiosks off that board.",
        (Answer(204, "It is out of the lab.", None),),
        ("already_so", *_TO_A_MODERATOR),
        bearer="A moderator's, of the lab or of that board.",
    ),
    Operation(
        "put_picture",
        "post",
        "/api/boards/{ref}/pictures",
        "A picture for the window, in JPEG, PNG, WebP, GIF or AVIF, whatever it is sent as: it is drawn anew.",
        (
            Answer(
                201,
                "It is kept, under this name; an hour at least, and then as long as a card shows it.",
                schema="PictureKept",
            ),
        ),
        ("not_a_picture", "too_large", "too_slow", "malformed", "board_full", *_TO_A_MODERATOR),
        bodies=(("image/*", None),),
        bearer=_STEERS,
    ),
    Operation(
        "show_picture",
        "get",
        "/api/boards/{ref}/pictures/{picture}",
        "A picture of the board, to whoever knows its name. What has this name never changes.",
        (Answer(200, "The picture.", "image/webp"), Answer(304, "You have it.", None)),
        ("unknown_board", "not_found", "invalid", "rate_limited", "unavailable"),
        query=(_WIDTH,),
    ),
    Operation(
        "brand", "get", "/api/brand", "Whose server this is.", (Answer(200, "Its name and logo.", schema="BrandFace"),)
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
    "invitation": "The invitation's id.",
    "pairing": "The pairing's id.",
    "picture": "The picture's name.",
    "board": "The id or the join code of the board in the lab.",
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
    if operation.bodies:
        made["requestBody"] = {"required": True, "content": dict(map(_body, operation.bodies))}
    if operation.bearer:
        optional: list[dict[str, list[str]]] = [{}] if operation.bearer.startswith("Only where") else []
        made["security"] = [*optional, {"token": []}]
        made["description"] = f"Token: {operation.bearer}"
    made["responses"] = {
        **{str(answer.status): _answer(answer) for answer in operation.answers},
        **_problems(operation.errors),
    }
    return made


def _body(way: tuple[str, str | None]) -> tuple[str, dict[str, Any]]:
    media, row = way
    if row is None:
        return media, {"schema": {"type": "string"}}
    rows = {"anyOf": [{"type": "string"}, {"$ref": SCHEMAS + row}]}
    return media, {"schema": {"type": "array", "items": rows}}


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
