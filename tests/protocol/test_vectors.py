"""The golden frames, read as a server and as a client would, in both formats. The JS client reads the same files."""

import json
from typing import Any

import msgpack
import msgspec
import pytest

from rebond_protocol import codec
from rebond_protocol.codec import Format, Unreadable
from rebond_protocol.commands import ClientCommand
from rebond_protocol.errors import ERRORS
from rebond_protocol.events import OutgoingEvent
from rebond_protocol.frames import ClientFrame, ServerFrame
from rebond_protocol.generate import vectors
from rebond_protocol.generation.vectors import Expected, Vector

ALL = vectors()
GOOD = [vector for vector in ALL if vector.valid is True]
BAD = [vector for vector in ALL if vector.error is not msgspec.UNSET]


def messages(vector: Vector) -> list[tuple[Format, bytes]]:
    """The vector's message, in each format it has."""
    found: list[tuple[Format, bytes]] = []
    if vector.json is not msgspec.UNSET:
        found.append((Format.JSON, json.dumps(vector.json, ensure_ascii=False).encode()))
    if vector.json_hex is not msgspec.UNSET:
        found.append((Format.JSON, bytes.fromhex(vector.json_hex)))
    if vector.msgpack_hex is not msgspec.UNSET:
        found.append((Format.MSGPACK, bytes.fromhex(vector.msgpack_hex)))
    return found


def cases(chosen: list[Vector], direction: str) -> list[Any]:
    """One test case for each message of these vectors."""
    return [
        pytest.param(vector, wire, data, id=f"{vector.name} [{wire.name.lower()}]")
        for vector in chosen
        if vector.direction == direction
        for wire, data in messages(vector)
    ]


@pytest.mark.parametrize(("vector", "wire", "data"), cases(GOOD, "c2s"))
def test_a_server_reads_what_clients_say(vector: Vector, wire: Format, data: bytes) -> None:
    read = codec.read_client_frame(data, wire)
    assert not isinstance(read, Unreadable), read
    assert {codec.read_client_frame(other, format) == read for format, other in messages(vector)} == {True}


@pytest.mark.parametrize(("vector", "wire", "data"), cases(GOOD, "s2c"))
def test_a_client_reads_what_servers_say(vector: Vector, wire: Format, data: bytes) -> None:
    """Given a golden frame, when it is read and written again, then it is the same message, field for field."""
    frame = codec.read_server_frame(data, wire)
    assert codec.hear_server_frame(data, wire) == frame
    assert json.loads(codec.encode(frame, Format.JSON)) == vector.frame
    assert msgpack.unpackb(codec.encode(frame, Format.MSGPACK)) == vector.frame


@pytest.mark.parametrize(("vector", "wire", "data"), cases(BAD, "c2s"))
def test_a_bad_frame_is_refused_with_its_code(vector: Vector, wire: Format, data: bytes) -> None:
    read = codec.read_client_frame(data, wire)
    assert isinstance(read, Unreadable), read
    assert isinstance(vector.error, Expected)
    assert (read.code, read.id) == (vector.error.code, vector.error.id)
    assert (read.details or {}).get("field") == vector.error.field
    assert read.code in ERRORS


@pytest.mark.parametrize("vector", [vector for vector in ALL if vector.json is not msgspec.UNSET], ids=lambda v: v.name)
def test_both_forms_of_a_vector_say_the_same(vector: Vector) -> None:
    assert vector.msgpack_hex is not msgspec.UNSET
    assert msgpack.unpackb(bytes.fromhex(vector.msgpack_hex)) == vector.json


def test_every_frame_command_and_event_has_a_vector() -> None:
    """A new type without a golden frame is not finished."""
    frames = [vector.frame for vector in GOOD if vector.frame is not None]
    said = {frame["type"] for frame in frames}
    said |= {frame["command"]["type"] for frame in frames if frame["type"] == "submit"}
    said |= {event["type"] for frame in frames if frame["type"] == "events" for event in frame["events"]}
    known = {
        str(struct.__struct_config__.tag)
        for union in (ClientFrame, ServerFrame, ClientCommand, OutgoingEvent)
        for struct in union.__args__
    }
    assert known <= said


def test_every_vector_has_a_name_of_its_own_and_one_outcome() -> None:
    assert len({(vector.direction, vector.name) for vector in ALL}) == len(ALL)
    assert all((vector.valid is True) != (vector.error is not msgspec.UNSET) for vector in ALL)
    assert all(messages(vector) for vector in ALL)
