"""The definitions as JSON Schema 2020-12, for any language's validator.

What a client sends may leave out defaulted fields; what the server sends never does. Neither refuses unknown fields:
they are ignored, so that version 1 can grow.
"""

import json
from typing import Any, assert_never

from rebond_protocol.generation.model import (
    Choice,
    Contract,
    Definition,
    Field,
    ListOf,
    MapOf,
    Nullable,
    OneOf,
    Plain,
    Record,
    Ref,
    Scalar,
    Type,
)

Schema = dict[str, Any]


def schema(contract: Contract) -> str:
    """The text of `schema.json`: every definition under `$defs`; the whole accepts any frame of either side."""
    return printed(
        {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "Rebond protocol, version 1",
            "description": "Any frame of a rebond.v1 connection. Every other type of the protocol is under $defs.",
            "oneOf": [{"$ref": "#/$defs/ClientFrame"}, {"$ref": "#/$defs/ServerFrame"}],
            "$defs": schemas(contract, "#/$defs/"),
        }
    )


def schemas(contract: Contract, prefix: str) -> dict[str, Schema]:
    """Every definition's schema by its name; references start with `prefix`."""
    return {name: _schema(contract, definition, prefix) for name, definition in contract.definitions.items()}


def printed(document: Schema) -> str:
    """A document as text for version control: readable, and the same every time."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _schema(contract: Contract, definition: Definition, prefix: str) -> Schema:
    match definition:
        case Record():
            return _object(contract, definition, prefix)
        case Choice(doc=doc, values=values):
            return {**_described(doc), "type": "string", "enum": list(values)}
        case Scalar(doc=doc, kind=kind, bounds=bounds):
            return {**_described(doc), "type": kind, **dict(bounds)}
        case OneOf(doc=doc, members=members):
            return {**_described(doc), "oneOf": [{"$ref": prefix + member} for member in members]}
        case _:
            assert_never(definition)


def _object(contract: Contract, record: Record, prefix: str) -> Schema:
    properties: dict[str, Schema] = {}
    required: list[str] = []
    if record.tag:
        properties["type"] = {"const": record.tag}
        required.append("type")
    for field in record.fields:
        properties[field.name] = _property(contract, record, field, prefix)
        if contract.has_to_be_there(record, field):
            required.append(field.name)
    return {**_described(record.doc), "type": "object", "properties": properties, "required": required}


def _property(contract: Contract, record: Record, field: Field, prefix: str) -> Schema:
    shape = {**_described(field.doc), **type_schema(field.type, prefix)}
    if field.presence == "defaulted" and not contract.has_to_be_there(record, field):
        shape["default"] = field.default
    return shape


def type_schema(shape: Type, prefix: str) -> Schema:
    """The schema of a field's type."""
    match shape:
        case Plain(kind="anything"):
            return {}
        case Plain(kind=kind):
            return {"type": kind}
        case Ref(name=name):
            return {"$ref": prefix + name}
        case ListOf(item=item):
            return {"type": "array", "items": type_schema(item, prefix)}
        case MapOf(key=key, value=value):
            names = {} if key == Plain("string") else {"propertyNames": type_schema(key, prefix)}
            return {"type": "object", **names, "additionalProperties": type_schema(value, prefix)}
        case Nullable(inner=inner):
            return {"anyOf": [type_schema(inner, prefix), {"type": "null"}]}
        case _:
            assert_never(shape)


def _described(doc: str) -> Schema:
    return {"description": " ".join(doc.split())} if doc else {}
