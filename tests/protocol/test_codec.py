"""Bytes to values and back: nothing is lost on the way, and nothing a stranger sends raises."""

import json
from typing import Any, cast

import msgpack
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from rebond_protocol import codec, entries, limits
from rebond_protocol.cards import CardGone
from rebond_protocol.codec import Format, Unreadable
from rebond_protocol.entries import Entry
from rebond_protocol.errors import ERRORS
from rebond_protocol.frames import ClientFrame, Events, ServerFrame, Submit
from rebond_protocol.http import Claims, Join, NewBoard
from tests.protocol.strategies import INTEGERS, json_values, values_of

FORMATS = st.sampled_from(Format)
WORDS = st.sampled_from(
    [
        "type",
        "hello",
        "submit",
        "signal",
        "ping",
        "id",
        "token",
        "device",
        "position",
        "seq",
        "epoch",
        "command",
        "text",
    ]
)
FRAMELIKE = st.dictionaries(WORDS, json_values(WORDS) | WORDS | st.sampled_from(["card.add", "vote.cast"]), max_size=6)


# -- round trips ---------------------------------------------------------------------------------------------------


@given(values_of(ClientFrame), FORMATS)
def test_a_client_frame_comes_back_as_it_was_sent(frame: ClientFrame, wire: Format) -> None:
    assert codec.read_client_frame(codec.encode(frame, wire), wire) == frame


@given(values_of(ServerFrame), FORMATS)
def test_a_server_frame_comes_back_as_it_was_sent(frame: ServerFrame, wire: Format) -> None:
    data = codec.encode(frame, wire)
    assert codec.read_server_frame(data, wire) == frame
    assert codec.hear_server_frame(data, wire) == frame


@given(values_of(ServerFrame), FORMATS)
def test_plain_values_are_written_like_the_frame_they_stand_for(frame: ServerFrame, wire: Format) -> None:
    """Field for field, in the same order. Maps may have longer headers: a writer that leaves out what is not there
    does not always know beforehand how short they will be."""
    written, meant = codec.encode(codec.plain(frame), wire), codec.encode(frame, wire)
    read = msgpack.unpackb if wire.binary else msgspec.json.decode
    assert _in_order(read(written)) == _in_order(read(meant))


def _in_order(value: Any) -> Any:
    """The value with its maps as lists of pairs: equal only if they are in the same order."""
    if isinstance(value, dict):
        return [(key, _in_order(one)) for key, one in cast("dict[str, Any]", value).items()]
    return [_in_order(one) for one in cast("list[Any]", value)] if isinstance(value, list) else value


@given(values_of(Entry))
def test_an_entry_comes_back_as_it_was_stored(entry: Entry) -> None:
    entry = replace(entry, v=entries.EVENTS_VERSION)
    assert codec.read_entry(codec.entry_bytes(entry)) == entry


@given(values_of(Entry))
def test_dm2_equal_values_have_one_canonical_form(entry: Entry) -> None:
    """DM2: given the same value with its maps filled in another order, when written canonically, it is the same."""
    backwards = _reversed_maps(codec.plain(entry))
    assert codec.canonical(backwards) == codec.canonical(entry)


# -- what strangers send -------------------------------------------------------------------------------------------


@given(st.binary(max_size=300), FORMATS)
def test_arbitrary_bytes_never_raise(data: bytes, wire: Format) -> None:
    _assert_answerable(codec.read_client_frame(data, wire))


@given(json_values() | FRAMELIKE, FORMATS)
def test_arbitrary_values_never_raise(value: Any, wire: Format) -> None:
    _assert_answerable(codec.read_client_frame(codec.encode(value, wire), wire))


@given(values_of(ClientFrame), FORMATS, st.data())
def test_a_frame_with_a_byte_changed_never_raises(frame: ClientFrame, wire: Format, data: st.DataObject) -> None:
    message = bytearray(codec.encode(frame, wire))
    place = data.draw(st.integers(0, len(message) - 1))
    message[place] = data.draw(st.integers(0, 255))
    _assert_answerable(codec.read_client_frame(bytes(message), wire))


@given(st.dictionaries(st.binary(max_size=3) | st.text(max_size=4) | INTEGERS, st.binary(max_size=3), max_size=3))
def test_msgpack_that_json_could_not_say_never_raises(value: dict[Any, Any]) -> None:
    """Keys and values of kinds JSON does not have: msgpack's own part of the fuzzing."""
    _assert_answerable(codec.read_client_frame(msgpack.packb({**value, "type": "hello"}), Format.MSGPACK))


@given(st.binary(max_size=300) | FRAMELIKE.map(lambda value: json.dumps(value).encode()))
def test_arbitrary_http_bodies_never_raise(data: bytes) -> None:
    for shape in (NewBoard, Join, Claims):
        read = codec.read_json(data, shape)
        assert isinstance(read, shape | Unreadable)


@given(values_of(ServerFrame), FORMATS, st.data())
def test_what_is_no_server_frame_raises_value_error(frame: ServerFrame, wire: Format, data: st.DataObject) -> None:
    """Given a message broken on its way, when a client hears it, it gets a frame or a `ValueError`, nothing else."""
    message = bytearray(codec.encode(frame, wire))
    message[data.draw(st.integers(0, len(message) - 1))] = data.draw(st.integers(0, 255))
    for read in (codec.read_server_frame, codec.hear_server_frame):
        try:
            read(bytes(message), wire)
        except ValueError:
            continue


@pytest.mark.parametrize("wire", Format)
def test_a_frame_above_the_limit_is_too_large_and_says_by_how_much(wire: Format) -> None:
    data = codec.encode({"type": "ping", "padding": "x" * limits.FRAME_BYTES}, wire)
    read = codec.read_client_frame(data, wire)
    assert read == Unreadable("too_large", {"max_bytes": limits.FRAME_BYTES, "bytes": len(data)})


@pytest.mark.parametrize("wire", Format)
def test_a_frame_at_the_limit_is_read(wire: Format) -> None:
    empty = len(codec.encode({"type": "ping", "padding": "x" * 40_000}, wire)) - 40_000
    padded = {"type": "ping", "padding": "x" * (limits.FRAME_BYTES - empty)}
    data = codec.encode(padded, wire)
    assert len(data) == limits.FRAME_BYTES
    assert not isinstance(codec.read_client_frame(data, wire), Unreadable)


# -- answers tell no secrets ---------------------------------------------------------------------------------------

SECRET = "eyJib2FyZCI6-SECRET-aHq3.Xy1_"


@given(FRAMELIKE, st.sampled_from([SECRET, [SECRET], {"x": SECRET}, {SECRET: 1}]), FORMATS)
def test_a_refusal_never_repeats_the_token(fields: dict[str, Any], token: Any, wire: Format) -> None:
    """Given a hello that is wrong in some way, when it is refused, then its token stands nowhere in the refusal."""
    data = codec.encode({**fields, "type": "hello", "token": token}, wire)
    read = codec.read_client_frame(data, wire)
    if isinstance(read, Unreadable):
        assert SECRET not in json.dumps(codec.plain(read))


def test_a_refusal_quotes_little_of_what_was_sent() -> None:
    frame = {"type": "submit", "id": 1, "command": {"type": "x" * 50_000}}
    read = codec.read_client_frame(codec.encode(frame, Format.JSON), Format.JSON)
    assert isinstance(read, Unreadable)
    assert len(codec.encode(read, Format.JSON)) < 1_000


# -- growth --------------------------------------------------------------------------------------------------------


@given(values_of(ClientFrame), st.text("abc_", min_size=1), json_values(), FORMATS)
def test_fields_of_a_later_version_are_ignored(frame: ClientFrame, name: str, value: Any, wire: Format) -> None:
    raw = codec.plain(frame)
    data = codec.encode({f"x_{name}": value, **raw}, wire)
    assert codec.read_client_frame(data, wire) == frame


@pytest.mark.parametrize("wire", Format)
def test_a_client_passes_over_frames_and_events_of_a_later_version(wire: Format) -> None:
    """Given a server of a later version, when it says something new, then an older client leaves just that out."""
    assert codec.hear_server_frame(codec.encode({"type": "applause", "by": 12}, wire), wire) is None
    events = [{"type": "card.painted", "card": "c1"}, {"type": "card.gone", "card": "c2"}]
    heard = codec.hear_server_frame(codec.encode({"type": "events", "seq": 7, "events": events}, wire), wire)
    assert heard == Events(7, (CardGone("c2"),))


def test_an_id_is_known_also_where_the_command_is_not() -> None:
    """LG4: a command that cannot be read is still refused under its id, so that its sender stops waiting."""
    frame = {"type": "submit", "id": 12, "command": {"type": "card.teleport"}}
    read = codec.read_client_frame(codec.encode(frame, Format.JSON), Format.JSON)
    assert isinstance(read, Unreadable)
    assert (read.code, read.id) == ("unknown_type", 12)


# -- entries of other versions -------------------------------------------------------------------------------------


def test_dm2_an_entry_of_an_older_version_is_read_as_one_of_today(monkeypatch: pytest.MonkeyPatch) -> None:
    """DM2: given a log written two versions ago, when an entry is read, then each version's step is applied in turn."""

    def first_step(event: dict[str, Any]) -> dict[str, Any]:
        return {**event, "type": "board.retitled"} if event["type"] == "board.named" else event

    def second_step(event: dict[str, Any]) -> dict[str, Any]:
        return {"type": "board.renamed", "title": event["title"]} if event["type"] == "board.retitled" else event

    monkeypatch.setattr(entries, "EVENTS_VERSION", 3)
    monkeypatch.setattr(entries, "UPCASTS", {1: first_step, 2: second_step})
    stored = {"v": 1, "seq": 4, "at_ms": 5, "actor": None, "device": None, "id": None}
    events = [{"type": "board.named", "title": "Avant"}, {"type": "board.locked"}]
    read = codec.read_entry(msgpack.packb({**stored, "events": events}))
    assert read.v == 3
    assert [codec.plain(event) for event in read.events] == [
        {"type": "board.renamed", "title": "Avant"},
        {"type": "board.locked"},
    ]


def test_every_older_version_has_its_upcast() -> None:
    assert sorted(entries.UPCASTS) == list(range(1, entries.EVENTS_VERSION))


def test_an_entry_from_the_future_is_refused_with_advice() -> None:
    stored = {"v": entries.EVENTS_VERSION + 1, "seq": 9, "at_ms": 0, "actor": None, "device": None, "id": None}
    with pytest.raises(ValueError, match="update rebond"):
        codec.read_entry(msgpack.packb({**stored, "events": []}))


@given(st.binary(max_size=200) | json_values().map(lambda value: msgpack.packb(value)))
def test_bytes_that_are_no_entry_raise_value_error(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"(?s).*"):
        codec.read_entry(data)


# -- in words ------------------------------------------------------------------------------------------------------


def _assert_answerable(read: ClientFrame | Unreadable) -> None:
    """A frame, or a refusal that is in the table and can itself be sent."""
    if not isinstance(read, Unreadable):
        assert not isinstance(read, Submit) or 1 <= read.id <= limits.SEQ_MAX
        return
    assert read.code in ERRORS
    for wire in Format:
        codec.encode(read, wire)


def _reversed_maps(value: Any) -> Any:
    if isinstance(value, dict):
        items = list(cast("dict[str, Any]", value).items())
        return {key: _reversed_maps(item) for key, item in reversed(items)}
    if isinstance(value, list | tuple):
        return [_reversed_maps(item) for item in cast("list[Any]", value)]
    return value
