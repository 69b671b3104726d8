"""The tables as an ES module: what the JS client reads instead of repeating numbers and codes."""

import json
from collections.abc import Iterator
from typing import Any, get_args

from rebond_protocol import (
    PROTOCOL_VERSION,
    SUBPROTOCOL_JSON,
    SUBPROTOCOL_MSGPACK,
    boards,
    cards,
    limits,
    people,
    steps,
)
from rebond_protocol.generation.codes import close_rows, error_rows
from rebond_protocol.generation.model import Contract, Record
from rebond_protocol.ids import CODE_ALPHABET, CODE_CHARS

HEADING = """\
// Made from the protocol's tables by `python -m rebond_protocol.generate`. Change those, not this file.
"""


LIMITS = """\
/** Every limit of the protocol, units in the names. */
export * as LIMITS from "./limits.js";
"""


def limit_table() -> dict[str, int]:
    """Every limit under its name."""
    return {name: value for name, value in vars(limits).items() if name.isupper() and isinstance(value, int)}


def limits_module() -> str:
    """The text of `limits.js`: one constant each, so that a page takes with it only those it asks for."""
    return "\n".join([HEADING, *(f"export const {name} = {value};" for name, value in limit_table().items()), ""])


def tables(contract: Contract) -> str:
    """The text of `tables.js`."""
    return "\n".join([HEADING, LIMITS, *(_const(*row) for row in _rows(contract))])


def _rows(contract: Contract) -> Iterator[tuple[str, str, Any]]:
    yield "PROTOCOL_VERSION", "The version of the protocol; it is part of the sub-protocols' names.", PROTOCOL_VERSION
    yield "SUBPROTOCOL", "The WebSocket sub-protocol of a browser: text frames, JSON.", SUBPROTOCOL_JSON
    yield "SUBPROTOCOL_MSGPACK", "The sub-protocol with binary frames, msgpack.", SUBPROTOCOL_MSGPACK
    yield "CODE_ALPHABET", "The characters of a join code: none is mistaken for another.", CODE_ALPHABET
    yield "CODE_CHARS", "How many characters a join code has.", CODE_CHARS
    yield "ROLES", "The roles a participant may have.", get_args(people.Role)
    yield "VERBS", "How a card starts from another.", get_args(cards.Verb)
    yield "CARD_KINDS", "What a card may be.", get_args(cards.CardKind)
    yield "CARD_STATES", "What may have become of a card.", get_args(cards.CardState)
    yield "LOCALES", "The languages of the interface.", get_args(boards.Locale)
    yield "ALL_PERMISSIONS", "What a step may allow participants.", steps.ALL_PERMISSIONS
    yield "CLIENT_FRAMES", "The types of the frames a client sends.", _tags(contract.members("ClientFrame"))
    yield "SERVER_FRAMES", "The types of the frames a server sends.", _tags(contract.members("ServerFrame"))
    yield "COMMANDS", "The types of the commands in `submit`.", _tags(contract.members("ClientCommand"))
    yield "EVENTS", "The types of the events in `events`.", _tags(contract.members("OutgoingEvent"))
    yield (
        "ERRORS",
        "Every error code (HB9): the sentence for people, whether waiting helps, the HTTP status.",
        error_rows(),
    )
    yield (
        "CLOSES",
        "Every close code (HB9) under its name in `bye`: `resumable` means come back at your position.",
        close_rows(),
    )


def _tags(records: tuple[Record, ...]) -> list[str]:
    return [str(record.tag) for record in records]


def _const(name: str, doc: str, value: Any) -> str:
    """`const` in a cast keeps literal types; frozen, so that nobody edits a table at run time."""
    if isinstance(value, str | int):
        return f"/** {doc} */\nexport const {name} = {json.dumps(value)};\n"
    literal = json.dumps(value, indent=2, ensure_ascii=False)
    return f"/** {doc} */\nexport const {name} = /* @__PURE__ */ Object.freeze(/** @type {{const}} */ ({literal}));\n"
