"""A history: everything that test clients said and were told, then what the logs hold, one JSON line each, in order.

Lives here: what a line may say, writing it, reading it again. A failed run leaves its history behind; line numbers are
the evidence that the checker's sentences point at. Must not know: what is right and wrong (`checker`), sockets.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from rebond_protocol.boards import BoardView
from rebond_protocol.commands import ClientCommand
from rebond_protocol.entries import Entry
from rebond_protocol.events import OutgoingEvent
from rebond_protocol.frames import Position, Yours
from rebond_protocol.people import Role


class _Line(msgspec.Struct, frozen=True, tag_field="line", omit_defaults=True, kw_only=True):
    at_ms: int = 0
    """Since the history began, by a clock that only goes forward."""


class _OfPhone(_Line, frozen=True):
    phone: str


# -- what phones say and are told ----------------------------------------------------------------------------------


class Phone(_OfPhone, frozen=True, tag="phone"):
    """From here on this device is part of the story. `device_key` is what its entries bear in the log."""

    board: str
    device: str
    device_key: str


class Dialled(_OfPhone, frozen=True, tag="dialled"):
    """It has a line to this node and says hello."""

    node: str


class Welcomed(_OfPhone, frozen=True, tag="welcomed"):
    """The node let it in. What follows leads to `position`; `recovered`: from where the phone was."""

    participant: str
    role: Role
    position: Position
    recovered: bool


class Restarted(_OfPhone, frozen=True, tag="restarted"):
    """It was told the whole board as of `position`, and forgot all else."""

    position: Position
    board: BoardView


class Followed(_OfPhone, frozen=True, tag="followed"):
    """It was told these events, which lead to `position`."""

    position: Position
    events: tuple[OutgoingEvent, ...]


class Privately(_OfPhone, frozen=True, tag="privately"):
    """It was told what is its person's alone; `position` is where it stands now."""

    position: Position
    yours: Yours


class Submitted(_OfPhone, frozen=True, tag="submitted"):
    """Its person did this; it goes out under this mutation id, again on each line until it is answered."""

    id: int
    command: ClientCommand


class Accepted(_OfPhone, frozen=True, tag="accepted"):
    """It was told that this is stored, as entry `position.seq` of that epoch."""

    id: int
    position: Position
    made: str | None = None


class Rejected(_OfPhone, frozen=True, tag="rejected"):
    """It was told that this changed nothing."""

    id: int
    code: str
    temporary: bool


class LineLost(_OfPhone, frozen=True, tag="line lost"):
    """Its line is gone, or never came up. `number`: the WebSocket close code, where there was one."""

    number: int | None = None


class Left(_OfPhone, frozen=True, tag="left"):
    """It will not come back, because the server said so or because its person went away."""


class Standing(_OfPhone, frozen=True, tag="standing"):
    """The story is over, all is mended and quiet: what the phone shows now. Left phones have no such line."""

    position: Position
    shown: str
    """Digest of all that its replica holds, to compare with what the lines before it add up to."""


# -- what is done to them, and what is left ------------------------------------------------------------------------


class Fault(_Line, frozen=True, tag="fault"):
    """Something was broken, or mended, on purpose."""

    kind: str
    what: str


class Kept(_Line, frozen=True, tag="kept"):
    """Where the board's log ends, read from the log itself, which begins behind `base` where it was compacted."""

    board: str
    position: Position
    names: dict[str, str]
    base_seq: int = 0
    base_version: int = 0
    base: bytes = b""


class Stored(_Line, frozen=True, tag="stored"):
    """The next entry of that log."""

    board: str
    entry: Entry


PhoneLine = (
    Phone
    | Dialled
    | Welcomed
    | Restarted
    | Followed
    | Privately
    | Submitted
    | Accepted
    | Rejected
    | LineLost
    | Left
    | Standing
)
Line = PhoneLine | Fault | Kept | Stored


class HistoryWriter:
    """A history that is being written. Lines reach the file in the order they were given."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._encode = msgspec.json.Encoder().encode
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("wb")

    def write(self, line: Line) -> None:
        """One more line."""
        self._file.write(self._encode(line))
        self._file.write(b"\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._file.close()


class HistoryFile:
    """A history that was written, read line by line, as often as it is iterated over.

    Raises `msgspec.ValidationError` or `msgspec.DecodeError` for a line that is none.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def __iter__(self) -> Iterator[Line]:
        decoder: msgspec.json.Decoder[Line] = msgspec.json.Decoder(Line)
        with self.path.open("rb") as lines:
            for line in lines:
                yield decoder.decode(line)
