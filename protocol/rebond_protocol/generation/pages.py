"""docs/protocol.md: the whole contract on one page, readable from top to bottom.

The prose stands here; every name, field, limit, code and example in it comes from types, tables and vectors.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any, assert_never, cast

from rebond_protocol import SUBPROTOCOL_JSON, SUBPROTOCOL_MSGPACK, limits
from rebond_protocol.errors import CLOSES, ERRORS
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
from rebond_protocol.generation.openapi import OPERATIONS, Operation
from rebond_protocol.generation.tables import limit_table
from rebond_protocol.generation.vectors import Vector
from rebond_protocol.ids import CODE_ALPHABET, CODE_CHARS

INTRODUCTION = f"""\
<!-- Made from the protocol's types by `python -m rebond_protocol.generate`. Change those, not this file. -->

# The protocol

Everything a program needs to take part in a Rebond board. [Write your own client](write-your-own-client.md) walks
through it in a page of Python; this page is the reference. For programs, the same contract is in
`protocol/generated/`: `schema.json` (JSON Schema), `asyncapi.json` (the socket), `openapi.json` (HTTP), `types.d.ts`
(TypeScript); `protocol/vectors/` holds golden frames to test a client with.

## The conversation

1. **Join** over HTTP: `POST /api/boards/{{code}}/join` gives the board's id and a token. Moderators, kiosks and walls
   have their tokens from their links.
2. **Connect** to `GET /ws/{{board_id}}` and offer one sub-protocol: `{SUBPROTOCOL_JSON}` (text frames, one JSON object
   each) or `{SUBPROTOCOL_MSGPACK}` (binary frames, one msgpack map each). Same types, same meaning; choose by taste.
3. **Say [`hello`](#frame-hello)** at once: the token, a device id you made for yourself, and your position if you have
   one. The token never stands in an address.
4. **Read [`welcome`](#frame-welcome)**: who you are, the limits, and whether you were recovered.
   `recovered: true`: the [`events`](#frame-events) you missed follow, none if you missed nothing.
   `recovered: false`: a [`snapshot`](#frame-snapshot) follows; forget what you knew.
   Then comes one [`yours`](#frame-yours), whole.
5. **Follow**: `events` in order, `yours` when something changed that only you may see, [`presence`](#frame-presence),
   [`beat`](#frame-beat).
6. **Act**: [`submit`](#frame-submit) a command; it is answered with [`accepted`](#frame-accepted) or
   [`rejected`](#frame-rejected) under the same id. Wait for `welcome` before the first.
7. **Lose the line, come back**: connect again, say `hello` with your position, send again what was not answered.

Frames of a connection are handled in the order they were sent. `accepted` may come before or after the `events` that
carry the effect; once your position has reached `accepted.seq`, the effect is in what you hold.

## Positions

A position is `(epoch, seq)`: how far you have followed this board. Take it from the `snapshot`, then raise `seq` to the
`seq` of each `events` frame. Keep the two together: a `seq` means nothing in another epoch.

- An `events` frame whose `seq` is at or below yours is a repeat: ignore it whole.
- A frame may begin with events you have already seen, if you resumed in the middle of it. Events state what now is, not
  what to add, so applying them again in order changes nothing.
- An `events` frame may be empty: the board moved on, and none of it is for you to see.
- `welcome.position` is where the frames that follow lead. Another epoch than yours always comes with
  `recovered: false`: the log can no longer vouch for what you saw (LG6), and the snapshot is the truth.
- `yours` tells what is so at its `seq`, which is never below the events sent before it. It does not move your position,
  but for one case: the first one after `recovered: true` says that you now stand at `welcome.position`, also where
  nothing of what you missed was for you to see.
- A `snapshot` may come at any time, not only after `welcome`: it always means "forget what you knew".

## Mutation ids

A command is sent under a mutation id, so that sending it twice does it once (LG4).

- Ids count up **per device**. They need not be consecutive; they must never be used for a second command.
- A command is settled when `accepted` or `rejected` bears its id. An `accepted` command is stored exactly once, across
  reconnects, server restarts and failovers.
- After reconnecting, send every command without an answer again, **in the same order, under the same ids**. What the
  server already knows is answered as before and changes nothing.
- A `rejected` command changed nothing. To try again, send it under a new id; where `temporary` is true, waiting helps.
- At most `limits.commands_in_flight` commands may be unanswered at a time; the server remembers as many outcomes per
  device. Anything older is refused `stale_id`.
- Ids belong to the device id in `hello`. A program that has forgotten its last id takes a **new device id** and begins
  at 1 again. A device belongs to its participant; one participant may have many.
- A device has one connection at a time. Two tabs, or two programs, are two devices.
- Where an [`error`](#frame-error) answers a `submit`, no id could be read from it: it will not be answered any more.

## Signs of life

- The server says `beat` at least every `limits.beat_ms`. Hear nothing at all for two intervals: the line is dead; close
  it and reconnect (HB5).
- [`ping`](#frame-ping) asks for a `beat` at once: useful when a phone woke up, or when one interval has passed in
  silence.
- The server also sends WebSocket pings, which every WebSocket library answers by itself. A line on which nothing is
  answered is closed without a code of ours (1011).
- A `beat` ahead of your position, and no events in the next interval: you missed something; reconnect and resume.
- A slow reader is not fed into memory without end: it is skipped and caught up in one frame, or closed with `slow`.

## Coming back

- [`bye`](#frame-bye) announces a close. Codes 4000–4499 are resumable: come back at your position. 4500–4999 are not:
  the same token would end the same way. Any other loss of the line (1006, 1001, 1012 …) is resumable, except 1009: your
  message was larger than {limits.MESSAGE_BYTES} bytes.
- Back off with full jitter: after the n-th failure in a row wait a random time between 0 and
  `min(30 s, 0.5 s · 2ⁿ)`, so that a room full of phones does not come back in one instant (HB7). Where `bye` gives
  `retry_after_ms`, wait at least that. Count failures from zero again once `welcome` has come.
- The token is checked again each time (HB6).

## Following the board

Keep two layers of cards: what `snapshot` and `events` say, and over it what `yours` says.

- [`card.added`](#event-card-added) and [`card.changed`](#event-card-changed) bring a whole card: put it in place of the
  one with that id. [`cards.revealed`](#event-cards-revealed) brings several. [`card.gone`](#event-card-gone) takes one
  away. Each of them also ends what an earlier `yours` (one with a lower `seq` than the frame's) said of the card; if
  there is still something only you may see, another `yours` follows.
- [`card.edited`](#event-card-edited), [`card.moved`](#event-card-moved) and [`card.linked`](#event-card-linked) change
  fields, in both layers. Leave out those about cards you do not hold.
- [`section.removed`](#event-section-removed): its cards now stand in none (`section` null).
- [`round.opened`](#event-round-opened) begins a round with no voters and, unless secret, with empty tallies (dots,
  choice, hands, quadratic) or empty counts (all other methods).
  [`round.tallied`](#event-round-tallied) gives absolute numbers; only 0 means the item has none any more.
  [`round.closed`](#event-round-closed) replaces what it carries: numbers, results, recounts, voters.
- Show each person what is voted on in an order of their own: sort the items by `h(round:participant:item)`, equal ones
  by id. `h` is 32-bit FNV-1a and then MurmurHash3's `fmix32`, as written out in `rebond_protocol/order.py`; examples
  for your tests are in `protocol/vectors/ballots/order.json`.
- The authors of cards come with the cards. Order cards by `order`, equal ones by `id`.

## How version 1 grows

New fields, frames, commands, events and codes may be added to version 1. A client **ignores** fields, server frames and
events it does not know, and treats an unknown error code by its `temporary`. The server ignores unknown fields, and
answers unknown frames and commands with `unknown_type`. What is here now keeps its meaning.

## Text

Texts are plain: no markup. They are stored in composed form (NFC), with line feeds only, trimmed; lengths count code
points after that. Letters of every script and joined emoji are welcome. Control characters, bidirectional controls and
lone surrogates are refused `text_forbidden`. Names and titles are one line. Whoever shows a text escapes it.
"""


def protocol(contract: Contract, vectors: Sequence[Vector]) -> str:
    """The text of docs/protocol.md."""
    parts = [
        INTRODUCTION,
        _chapter("Frames from the client", contract, "ClientFrame", "frame", vectors),
        _chapter("Frames from the server", contract, "ServerFrame", "frame", vectors),
        _chapter("Commands", contract, "ClientCommand", "command", vectors),
        _chapter("Events", contract, "OutgoingEvent", "event", vectors),
        "## Types\n",
        *_types(contract),
        *_http(contract),
        *_limits(),
        *_errors(),
        *_closes(),
    ]
    return "\n".join(parts)


# -- frames, commands, events ---------------------------------------------------------------------------------------


def _chapter(title: str, contract: Contract, union: str, word: str, vectors: Sequence[Vector]) -> str:
    records = contract.members(union)
    contents = " · ".join(f"[`{record.tag}`](#{_anchor(word, str(record.tag))})" for record in records)
    blocks = [_tagged(contract, record, word, vectors) for record in records]
    return "\n".join([f"## {title}\n", contents + "\n", *blocks])


def _tagged(contract: Contract, record: Record, word: str, vectors: Sequence[Vector]) -> str:
    tag = str(record.tag)
    lines = [
        f'<a id="{_anchor(word, tag)}"></a>\n',
        f"### `{tag}`\n",
        record.doc + "\n",
        *_fields(contract, record),
    ]
    example = next((found for vector in vectors if (found := _example(vector, word, tag)) is not None), None)
    if example is not None:
        lines += ["```json", _readable(example, 0), "```\n"]
    return "\n".join(lines)


def _example(vector: Vector, word: str, tag: str) -> Any:
    frame = vector.frame
    if frame is None:
        return None
    candidates: list[Any] = {"command": [frame.get("command")], "event": frame.get("events", [])}.get(word, [frame])
    return next((found for found in candidates if found and found["type"] == tag), None)


def _readable(value: Any, indent: int) -> str:
    """JSON, broken only where a line would be longer than a screen is wide."""
    line = json.dumps(value, ensure_ascii=False)
    if len(line) + indent <= 110 or not isinstance(value, dict | list):
        return line
    inner = " " * (indent + 2)
    if isinstance(value, dict):
        pairs = cast("dict[str, Any]", value).items()
        rows = [f"{inner}{json.dumps(key)}: {_readable(item, indent + 2)}" for key, item in pairs]
        return "{\n" + ",\n".join(rows) + "\n" + " " * indent + "}"
    rows = [inner + _readable(item, indent + 2) for item in cast("list[Any]", value)]
    return "[\n" + ",\n".join(rows) + "\n" + " " * indent + "]"


def _fields(contract: Contract, record: Record) -> Iterator[str]:
    if not record.fields:
        yield "No fields of its own.\n"
        return
    yield "| field | type | |"
    yield "| --- | --- | --- |"
    for field in record.fields:
        notes = [note for note in (_presence(contract, record, field), _cell(field.doc)) if note]
        yield f"| `{field.name}` | {type_text(contract, field.type)} | {' '.join(notes)} |"
    yield ""


def _presence(contract: Contract, record: Record, field: Field) -> str:
    if contract.has_to_be_there(record, field):
        return ""
    if field.presence == "optional":
        return "Only there in some cases."
    return f"May be left out: `{json.dumps(field.default)}`."


def type_text(contract: Contract, shape: Type) -> str:
    """A field's type in words, with links to the types that have a name."""
    match shape:
        case Plain(kind="anything"):
            return "anything"
        case Plain(kind=kind):
            return kind
        case Ref(name=name):
            return f"[{name}](#{_place(contract, contract.definitions[name])})"
        case ListOf(item=item):
            return f"list of {type_text(contract, item)}"
        case MapOf(key=key, value=value):
            return f"map of {type_text(contract, key)} to {type_text(contract, value)}"
        case Nullable(inner=inner):
            return f"{type_text(contract, inner)} or null"
        case _:
            assert_never(shape)


def _place(contract: Contract, definition: Definition) -> str:
    """Where a definition stands on the page."""
    match definition:
        case OneOf(name="ClientCommand"):
            return "commands"
        case OneOf(name="OutgoingEvent"):
            return "events"
        case Record(tag=str(tag)) if definition in contract.members("ClientCommand"):
            return _anchor("command", tag)
        case _:
            return _anchor("type", definition.name)


# -- types ----------------------------------------------------------------------------------------------------------


_CHAPTERS = ("ClientFrame", "ServerFrame", "ClientCommand", "OutgoingEvent")
"""What has a chapter of its own, and is not listed among the types."""


def _types(contract: Contract) -> Iterator[str]:
    told = {*_CHAPTERS, *(record.name for union in _CHAPTERS for record in contract.members(union))}
    for definition in contract.definitions.values():
        if definition.name in told:
            continue
        yield f'<a id="{_anchor("type", definition.name)}"></a>\n'
        yield f"### {definition.name}\n"
        yield from _type_body(contract, definition)


def _type_body(contract: Contract, definition: Definition) -> Iterator[str]:
    match definition:
        case Record(tag=tag):
            said = f" In a frame with `type` `{tag}`." if tag else ""
            yield f"{definition.doc}{said}\n"
            yield from _fields(contract, definition)
        case Choice(doc=doc, values=values):
            yield f"One of {', '.join(f'`{value}`' for value in values)}.{' ' + _sentence(doc) if doc else ''}\n"
        case OneOf(doc=doc, members=members):
            names = ", ".join(f"[{name}](#{_place(contract, contract.definitions[name])})" for name in members)
            yield f"One of {names}.{' ' + _sentence(doc) if doc else ''}\n"
        case Scalar():
            yield f"{_scalar(definition)}.{' ' + definition.doc if definition.doc else ''}\n"
        case _:
            assert_never(definition)


def _scalar(scalar: Scalar) -> str:
    bounds = dict(scalar.bounds)
    if scalar.kind != "string":
        return f"{scalar.kind.capitalize()} from {bounds['minimum']} to {bounds['maximum']}"
    matching = f" matching `{bounds['pattern']}`" if "pattern" in bounds else ""
    return f"String of {bounds.get('minLength', 0)} to {bounds['maxLength']} characters{matching}"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


# -- HTTP, limits, codes --------------------------------------------------------------------------------------------


def _http(contract: Contract) -> Iterator[str]:
    yield "## HTTP\n"
    yield "Bodies are JSON. Every error is a [Problem](#type-problem) with a code from the table below.\n"
    yield "| | send | get | may fail with |"
    yield "| --- | --- | --- | --- |"
    for operation in OPERATIONS:
        yield (
            f"| `{operation.method.upper()} {operation.path}`<br>{operation.says} | {_sent(contract, operation)} "
            f"| {_got(contract, operation)} | {', '.join(_error_link(code) for code in operation.errors)} |"
        )
    yield ""
    yield (
        f"`{{ref}}` is a board's id or its join code: {CODE_CHARS} characters out of `{CODE_ALPHABET}`, so that "
        "none is mistaken for another when read from a wall.\n"
    )


def _sent(contract: Contract, operation: Operation) -> str:
    body = [type_text(contract, Ref(operation.body))] if operation.body else []
    token = [f"`Authorization: Bearer …`: {operation.bearer}"] if operation.bearer else []
    query = [f"`?{name}`: {says}" for name, says, _ in operation.query]
    return "<br>".join([*body, *token, *query])


def _got(contract: Contract, operation: Operation) -> str:
    def one(media: str | None, schema: str | None, a_list: bool) -> str:
        if schema is None:
            return media or "nothing"
        shape = Ref(schema)
        return type_text(contract, ListOf(shape) if a_list else shape)

    return "<br>".join(
        f"{answer.status}: {one(answer.media, answer.schema, answer.a_list)}" for answer in operation.answers
    )


def _limits() -> Iterator[str]:
    yield "## Limits\n"
    yield "What a client can respect by itself is told in `welcome.limits`; the rest shows as a rejection.\n"
    yield "| limit | |"
    yield "| --- | ---: |"
    for name, value in limit_table().items():
        yield f"| `{name}` | {value:,} |".replace(",", " ")
    yield ""


def _errors() -> Iterator[str]:
    yield "## Error codes\n"
    yield "In `rejected`, `error` and HTTP problems. The code is for programs, the sentence for people.\n"
    yield "| code | what it says | later? | HTTP |"
    yield "| --- | --- | --- | --- |"
    for row in ERRORS.values():
        yield (
            f'| <a id="{_anchor("error", row.code)}"></a>`{row.code}` | {row.message} '
            f"| {'may succeed unchanged' if row.temporary else 'no'} | {row.status} |"
        )
    yield ""


def _closes() -> Iterator[str]:
    yield "## Close codes\n"
    yield "The number closes the socket, the name stands in `bye`.\n"
    yield "| number | name | meaning | come back? | what to do |"
    yield "| --- | --- | --- | --- | --- |"
    for row in CLOSES.values():
        yield (
            f'| <a id="{_anchor("close", row.code)}"></a>{row.number} | `{row.code}` | {row.meaning} '
            f"| {'yes' if row.resumable else 'no'} | {row.advice} |"
        )
    yield ""


def _error_link(code: str) -> str:
    return f"[`{code}`](#{_anchor('error', code)})"


def _anchor(word: str, name: str) -> str:
    return f"{word}-{name.lower().replace('.', '-').replace('_', '-')}"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
