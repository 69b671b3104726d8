"""A board's whole log as a file: JSON Lines, the board first, then an entry a line, then a picture a line.

Everything is in it, secret ballots and the table of names too: it is for whoever runs the server, to move or keep a
board, and is made from the data folder only, never over HTTP.
"""

import itertools
from collections.abc import Iterable, Iterator
from typing import IO, Annotated

import msgspec

from rebond.log import Person
from rebond_protocol.boards import BoardCreated
from rebond_protocol.codec import Format, encode, entry_from_plain
from rebond_protocol.entries import Entry
from rebond_protocol.ids import CODE_ALPHABET, CODE_CHARS, Id, Ms

LOG_FILE_VERSION = 1


class NotALog(Exception):
    """The file is no board's log, or is cut short; the text says where."""


class Head(msgspec.Struct, frozen=True):
    """The first line. `rebond_log` is the version of this shape."""

    rebond_log: int
    id: Id
    code: Annotated[str, msgspec.Meta(pattern=rf"\A[{CODE_ALPHABET}]{{{CODE_CHARS}}}\Z")]
    created_ms: Ms
    entries: int
    people: tuple[Person, ...]
    pictures: int = 0


class Picture(msgspec.Struct, frozen=True):
    """A picture as the log keeps it; its bytes in base64."""

    name: str
    at_ms: Ms
    data: bytes


def lines(head: Head, entries: Iterable[Entry], pictures: Iterable[Picture]) -> Iterator[bytes]:
    """The file, line by line."""
    for line in (head, *entries):
        yield encode(line, Format.JSON) + b"\n"
    for picture in pictures:
        yield msgspec.json.encode(picture) + b"\n"


def begins(content: bytes) -> bool:
    """Whether this is meant to be such a file."""
    return b'"rebond_log"' in content.partition(b"\n")[0][:40]


def read_head(file: IO[bytes]) -> Head:
    """The first line. Raises `NotALog`."""
    try:
        head = msgspec.json.decode(file.readline(), type=Head)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NotALog(f"The first line is not the head of a board's log: {error}.") from error
    if head.rebond_log != LOG_FILE_VERSION:
        raise NotALog(f"The file was written by another version ({head.rebond_log}); update rebond.")
    return head


def read_entries(file: IO[bytes], head: Head) -> Iterator[Entry]:
    """The entries after the head, each checked against its place. Raises `NotALog` for a gap or an end too soon."""
    seq = 0
    for line in itertools.islice(file, head.entries):
        seq += 1
        try:
            entry = entry_from_plain(msgspec.json.decode(line))
        except (msgspec.DecodeError, ValueError, KeyError, TypeError) as error:
            raise NotALog(f"Line {seq + 1} is not an entry: {error}.") from error
        if entry.seq != seq:
            raise NotALog(f"Line {seq + 1} holds entry {entry.seq} where {seq} is due.")
        yield entry
    if seq != head.entries:
        raise NotALog(f"The file ends after {seq} of {head.entries} entries.")


def read_pictures(file: IO[bytes], head: Head) -> Iterator[Picture]:
    """The pictures after the entries. Raises `NotALog` for what is none, an end too soon, or more than promised."""
    for number in range(1, head.pictures + 1):
        line = head.entries + number + 1
        try:
            yield msgspec.json.decode(file.readline(), type=Picture)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise NotALog(f"Line {line} is not a picture: {error}.") from error
    if file.readline():
        behind = f"{head.entries} entries" + (f" and {head.pictures} pictures" if head.pictures else "")
        raise NotALog(f"The file goes on after its {behind}.")


def renamed(entry: Entry, id: str, code: str) -> Entry:
    """The entry as part of a board with this id and code."""
    events = tuple(
        msgspec.structs.replace(event, about=msgspec.structs.replace(event.about, id=id, code=code))
        if isinstance(event, BoardCreated)
        else event
        for event in entry.events
    )
    return msgspec.structs.replace(entry, events=events)
