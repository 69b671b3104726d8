"""The definitions as TypeScript types, for `checkJs` in the JS client: no code, only shapes."""

from collections.abc import Iterator
from typing import assert_never

from rebond_protocol.generation.model import (
    Choice,
    Contract,
    Definition,
    Field,
    Kind,
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

HEADING = """\
// Made from the protocol's types by `python -m rebond_protocol.generate`. Change those, not this file.
//
// Unions are told apart by `type`: after `if (frame.type === "welcome")` the frame is a `WelcomeFrame`. A field with a
// question mark is only there in some cases, or, in what a client sends, may be left out.
"""

FOOTING = """\
/** The frame of one `type`: `FrameOf<"welcome">`. */
export type FrameOf<T extends (ClientFrame | ServerFrame)["type"]> = Extract<ClientFrame | ServerFrame, { type: T }>;
/** The command of one `type`: `CommandOf<"card.add">`. */
export type CommandOf<T extends ClientCommand["type"]> = Extract<ClientCommand, { type: T }>;
/** The event of one `type`: `EventOf<"card.added">`. */
export type EventOf<T extends OutgoingEvent["type"]> = Extract<OutgoingEvent, { type: T }>;
"""

_KINDS: dict[Kind, str] = {
    "string": "string",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "anything": "unknown",
}


def types(contract: Contract) -> str:
    """The text of `types.d.ts`."""
    blocks = [_definition(contract, definition) for definition in contract.definitions.values()]
    return "\n".join([HEADING, *blocks, FOOTING])


def _definition(contract: Contract, definition: Definition) -> str:
    match definition:
        case Record():
            return "\n".join(_interface(contract, definition)) + "\n"
        case Choice(name=name, doc=doc, values=values):
            return f"{_comment(doc)}export type {name} = {' | '.join(_quoted(value) for value in values)};\n"
        case Scalar(name=name, doc=doc, kind=kind, bounds=bounds):
            said = ", ".join(f"{word} {value}" for word, value in bounds)
            return f"{_comment(f'{doc} ({said})'.strip())}export type {name} = {_KINDS[kind]};\n"
        case OneOf(name=name, doc=doc, members=members):
            rows = "".join(f"\n  | {member}" for member in members)
            return f"{_comment(doc)}export type {name} ={rows};\n"
        case _:
            assert_never(definition)


def _interface(contract: Contract, record: Record) -> Iterator[str]:
    yield f"{_comment(record.doc)}export interface {record.name} {{"
    if record.tag:
        yield f"  type: {_quoted(record.tag)};"
    for field in record.fields:
        if field.doc:
            yield f"  {_comment(field.doc).rstrip()}"
        mark = "" if contract.always_there(record, field) else "?"
        yield f"  {field.name}{mark}: {_written(field)};"
    yield "}"


def _written(field: Field) -> str:
    return type_text(field.type)


def type_text(shape: Type) -> str:
    """A field's type in TypeScript."""
    match shape:
        case Plain(kind=kind):
            return _KINDS[kind]
        case Ref(name=name):
            return name
        case ListOf(item=item):
            text = type_text(item)
            return f"({text})[]" if " " in text else f"{text}[]"
        case MapOf(key=key, value=value):
            return f"Record<{type_text(key)}, {type_text(value)}>"
        case Nullable(inner=inner):
            return f"{type_text(inner)} | null"
        case _:
            assert_never(shape)


def _comment(doc: str) -> str:
    if not doc:
        return ""
    if "\n" not in doc:
        return f"/** {doc} */\n"
    return "/**\n" + "".join(f" * {line}".rstrip() + "\n" for line in doc.splitlines()) + " */\n"


def _quoted(text: str) -> str:
    return f'"{text}"'
