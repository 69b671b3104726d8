"""The socket as AsyncAPI 3.0: one channel, two sub-protocols, a message per frame, the error and close tables.

Directions are the server's: it *receives* what clients send.
"""

from collections.abc import Sequence
from typing import Any

from rebond_protocol import PROTOCOL_VERSION, SUBPROTOCOLS
from rebond_protocol.generation.codes import close_rows, error_rows
from rebond_protocol.generation.json_schema import printed, schemas
from rebond_protocol.generation.model import Contract, Record
from rebond_protocol.generation.vectors import Vector

SCHEMAS = "#/components/schemas/"
REPLIES = {"hello": ("welcome", "bye"), "submit": ("accepted", "rejected", "error"), "ping": ("beat",)}
"""What each client frame is answered with."""


def document(contract: Contract, vectors: Sequence[Vector]) -> str:
    """The text of `asyncapi.json`."""
    heard, said = contract.members("ClientFrame"), contract.members("ServerFrame")
    messages = {str(record.tag): _message(record, vectors) for record in (*heard, *said)}
    return printed(
        {
            "asyncapi": "3.0.0",
            "info": {
                "title": "Rebond",
                "version": f"{PROTOCOL_VERSION}",
                "description": "The live connection to an idea board. The whole page: docs/protocol.md.",
                "license": {"name": "MIT"},
            },
            "defaultContentType": "application/json",
            "servers": {
                "rebond": {
                    "host": "{host}",
                    "protocol": "wss",
                    "description": "Any Rebond; plain `ws` on a local network.",
                    "variables": {"host": {"default": "localhost:8000"}},
                }
            },
            "channels": {"board": _channel(messages)},
            "operations": {
                **{f"receive_{record.tag}": _receive(str(record.tag)) for record in heard},
                **{f"send_{record.tag}": _send(str(record.tag)) for record in said},
            },
            "components": {"messages": messages, "schemas": schemas(contract, SCHEMAS)},
            "x-errors": error_rows(),
            "x-closes": close_rows(),
        }
    )


def _channel(messages: dict[str, Any]) -> dict[str, Any]:
    return {
        "address": "/ws/{board_id}",
        "title": "One board",
        "description": (
            "A WebSocket to one board. The sub-protocol chooses the wire format: text frames of JSON, or binary frames "
            "of msgpack, with the same types. The token travels in the first frame, never in the address."
        ),
        "parameters": {"board_id": {"description": "The board's id, as creating or joining it told."}},
        "messages": {tag: {"$ref": f"#/components/messages/{tag}"} for tag in messages},
        "bindings": {
            "ws": {
                "method": "GET",
                "headers": {
                    "type": "object",
                    "properties": {"Sec-WebSocket-Protocol": {"type": "string", "enum": list(SUBPROTOCOLS)}},
                    "required": ["Sec-WebSocket-Protocol"],
                },
                "bindingVersion": "0.1.0",
            }
        },
    }


def _message(record: Record, vectors: Sequence[Vector]) -> dict[str, Any]:
    examples = [
        {"name": vector.name, "summary": vector.says, "payload": vector.frame}
        for vector in vectors
        if vector.frame is not None and vector.frame["type"] == record.tag
    ]
    return {
        "name": record.tag,
        "title": record.name,
        "summary": record.doc.splitlines()[0],
        "payload": {"$ref": SCHEMAS + record.name},
        "examples": examples[:2],
    }


def _receive(tag: str) -> dict[str, Any]:
    operation: dict[str, Any] = {"action": "receive", **_on_channel(tag)}
    if tag in REPLIES:
        operation["reply"] = {
            "channel": {"$ref": "#/channels/board"},
            "messages": [{"$ref": f"#/channels/board/messages/{reply}"} for reply in REPLIES[tag]],
        }
    return operation


def _send(tag: str) -> dict[str, Any]:
    return {"action": "send", **_on_channel(tag)}


def _on_channel(tag: str) -> dict[str, Any]:
    return {
        "channel": {"$ref": "#/channels/board"},
        "messages": [{"$ref": f"#/channels/board/messages/{tag}"}],
    }
