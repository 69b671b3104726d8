"""Bytes to values and back: JSON for browsers, msgpack for nodes, log and bots, over the same msgspec types.

Writing is msgspec's, which needs no plain values in between. Reading a frame is done in two steps, bytes to plain
values and plain values to types, so that one that is readable but wrong is still known by its `id` and can be answered.
Nothing here raises for what a stranger sent: it returns `Unreadable`.
"""

import re
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, TypeVar, cast

import msgpack
import msgspec
import orjson

from rebond_protocol import SUBPROTOCOL_JSON, SUBPROTOCOL_MSGPACK, limits
from rebond_protocol.entries import EVENTS_VERSION, Entry, upcast
from rebond_protocol.events import OutgoingEvent
from rebond_protocol.frames import ClientFrame, ServerFrame

T = TypeVar("T")


class Format(Enum):
    """A wire format; the value is its sub-protocol."""

    JSON = SUBPROTOCOL_JSON
    MSGPACK = SUBPROTOCOL_MSGPACK

    @property
    def binary(self) -> bool:
        """Whether frames of this format are binary WebSocket messages."""
        return self is Format.MSGPACK


class Unreadable(msgspec.Struct, frozen=True):
    """Why bytes did not become a frame: an error code, what to tell, and the mutation id where there was one."""

    code: str
    details: dict[str, object] | None = None
    id: int | None = None


# -- writing -------------------------------------------------------------------------------------------------------


def plain(value: object) -> Any:
    """The value as maps, lists, strings and numbers, as both formats carry it."""
    return msgspec.to_builtins(value)


_to_msgpack = msgspec.msgpack.Encoder().encode
_WRITERS: dict[Format, Callable[[object], bytes]] = {
    Format.JSON: msgspec.json.Encoder().encode,
    Format.MSGPACK: _to_msgpack,
}


def encode(value: object, wire: Format) -> bytes:
    """A frame, or plain values that have a frame's shape, as one message of this format."""
    return _WRITERS[wire](value)


def canonical(value: object, enc_hook: Callable[[object], Any] | None = None) -> bytes:
    """One byte string for equal values, whatever order their maps were filled in (DM2)."""
    return msgspec.msgpack.encode(value, enc_hook=enc_hook, order="sorted")


def read_plain(data: bytes) -> Any:
    """The plain values of our own msgpack. Raises `ValueError` where the bytes are none."""
    try:
        return msgpack.unpackb(data)
    except (ValueError, msgpack.UnpackException) as error:
        raise ValueError("these bytes are not msgpack") from error


# -- reading -------------------------------------------------------------------------------------------------------

_SAID_CHARS = 200
"""A validation error may quote what was sent; no more than this of it goes back."""
_PATH = re.compile(r" - at `\$\.?(?P<path>[^`]*)`$")


def _from_json(data: bytes) -> Any:
    return orjson.loads(data)


def _from_msgpack(data: bytes) -> Any:
    return msgpack.unpackb(data, strict_map_key=True, max_str_len=limits.MESSAGE_BYTES, max_bin_len=0, max_ext_len=0)


_READERS: dict[Format, Callable[[bytes], Any]] = {Format.JSON: _from_json, Format.MSGPACK: _from_msgpack}


def _values(data: bytes, wire: Format, max_bytes: int = limits.FRAME_BYTES) -> dict[str, Any] | Unreadable:
    if len(data) > max_bytes:
        return Unreadable("too_large", {"max_bytes": max_bytes, "bytes": len(data)})
    try:
        value = _READERS[wire](data)
    except (ValueError, TypeError, RecursionError, msgpack.UnpackException):
        return Unreadable("malformed")
    if not isinstance(value, dict):
        return Unreadable("malformed")
    return cast(dict[str, Any], value)


def _tags(union: Any) -> frozenset[str]:
    return frozenset(str(struct.__struct_config__.tag) for struct in union.__args__)


_FRAME_TYPES = _tags(ClientFrame)
_SERVER_FRAME_TYPES = _tags(ServerFrame)
_EVENT_TYPES = _tags(OutgoingEvent)


def _known_id(raw: Mapping[str, Any]) -> int | None:
    value = raw.get("id")
    return value if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= limits.SEQ_MAX else None


def explained(error: msgspec.ValidationError, raw: Mapping[str, Any]) -> Unreadable:
    """A validation error as a code and details that name the field, in the words of the protocol."""
    text = str(error)
    found = _PATH.search(text)
    field = found["path"] if found else ""
    problem = text[: found.start()] if found else text
    code = "unknown_type" if field == "type" or field.endswith(".type") else "invalid"
    id = _known_id(raw) if raw.get("type") == "submit" else None
    return Unreadable(code, {"field": field[:_SAID_CHARS], "problem": problem[:_SAID_CHARS]}, id)


def _too_large(data: bytes, wire: Format, why: Unreadable) -> Unreadable:
    """A frame that is too large is looked into for its id alone: else its sender would wait for an answer for ever."""
    raw = _values(data, wire, limits.MESSAGE_BYTES)
    if isinstance(raw, Unreadable) or raw.get("type") != "submit":
        return why
    return Unreadable(why.code, why.details, _known_id(raw))


def read_client_frame(data: bytes, wire: Format) -> ClientFrame | Unreadable:
    """What a client said, or why it could not be understood. Never raises."""
    raw = _values(data, wire)
    if isinstance(raw, Unreadable):
        return _too_large(data, wire, raw) if raw.code == "too_large" else raw
    kind = raw.get("type")
    if not isinstance(kind, str) or kind not in _FRAME_TYPES:
        return Unreadable("unknown_type", {"field": "type"}, None)
    try:
        return msgspec.convert({"frame": raw}, _FromClient).frame
    except msgspec.ValidationError:
        return _explained_again(raw)


class _FromClient(msgspec.Struct):
    """Around the union, because msgspec looks into a struct's types once, and into a union's at every conversion: ten
    times the work of the conversion itself."""

    frame: ClientFrame


def _explained_again(raw: Mapping[str, Any]) -> Unreadable:
    """Why this is no client frame, said from the frame itself."""
    try:
        msgspec.convert(raw, ClientFrame)
    except msgspec.ValidationError as error:
        return explained(error, raw)
    raise AssertionError("a frame that was refused a moment ago")


def read_server_frame(data: bytes, wire: Format) -> ServerFrame:
    """What a server said. Raises `ValueError` for what is no server frame: a client cannot go on from there."""
    return msgspec.convert({"frame": _READERS[wire](data)}, _FromServer).frame


class _FromServer(msgspec.Struct):
    """As `_FromClient`."""

    frame: ServerFrame


def hear_server_frame(data: bytes, wire: Format) -> ServerFrame | None:
    """As `read_server_frame`, for a client that may be older than its server.

    None for a frame it does not know; events it does not know are left out. Raises `ValueError` for anything else that
    is no server frame.
    """
    raw = _READERS[wire](data)
    if not isinstance(raw, dict):
        raise ValueError("a server frame is a map")
    frame = cast(dict[str, Any], raw)
    if frame.get("type") not in _SERVER_FRAME_TYPES:
        return None
    if frame["type"] == "events" and isinstance(frame.get("events"), list):
        events = cast(list[Any], frame["events"])
        frame = {**frame, "events": [event for event in events if not _of_later_version(event)]}
    return msgspec.convert({"frame": frame}, _FromServer).frame


def _of_later_version(event: Any) -> bool:
    return isinstance(event, dict) and cast(dict[str, Any], event).get("type") not in _EVENT_TYPES


def read_json(data: bytes, shape: type[T]) -> T | Unreadable:
    """An HTTP body as this type, or why not. Never raises."""
    raw = _values(data, Format.JSON)
    if isinstance(raw, Unreadable):
        return raw
    try:
        return msgspec.convert(raw, shape)
    except msgspec.ValidationError as error:
        return explained(error, raw)


# -- entries -------------------------------------------------------------------------------------------------------


def entry_bytes(entry: Entry) -> bytes:
    """The entry as it is stored."""
    return _to_msgpack(entry)


def read_entry(data: bytes) -> Entry:
    """A stored entry of any version as one of today's. Raises `ValueError` for what is none."""
    try:
        entry = _read_entry(data)
    except (ValueError, RecursionError):
        return entry_from_plain(read_plain(data))
    return entry if entry.v == EVENTS_VERSION else entry_from_plain(read_plain(data))


_read_entry = msgspec.msgpack.Decoder(Entry).decode
"""For nearly all of them: written by this version, and read without plain values in between."""


def entry_from_plain(raw: Any) -> Entry:
    """An entry of any version as one of today's, from plain values. Raises `ValueError` for what is none."""
    return msgspec.convert(upcast(raw), Entry)
