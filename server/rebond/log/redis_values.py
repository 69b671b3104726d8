"""What the log keeps in Redis, by name, and how it is read out of Redis's answers.

All keys of a board carry its id as hash tag, so that they live on one shard of a cluster and one script can touch them.
Rules: LG1 (seq is the stream's entry id), LG6 (tip), LG7 (people and pictures apart).
Must not know: connections, followers.
"""

import hashlib
from collections.abc import Sequence
from typing import Any, NamedTuple, cast

import msgpack
import msgspec

from rebond.log.interface import BoardRecord, Person, PictureRow, Position, Record, Snapshot, UnknownBoard
from rebond.log.moving import settled
from rebond.log.redis_line import Script

APPEND, READ, RENEW_EPOCH = Script("append"), Script("read"), Script("renew_epoch")
SAVE_SNAPSHOT, SNAPSHOT, COMPACT = Script("save_snapshot"), Script("snapshot"), Script("compact")
PUT_PERSON, ERASE_PERSON, PEOPLE = Script("put_person"), Script("erase_person"), Script("people")
PUT_PICTURE, ERASE_PICTURES = Script("put_picture"), Script("erase_pictures")
PICTURE, PICTURES = Script("picture"), Script("pictures")
STAGE, UNSTAGE = Script("stage", on_a_board=False), Script("unstage", on_a_board=False)
ENTER, PROBE = Script("enter", on_a_board=False), Script("probe", on_a_board=False)
KEEP_SECRET = Script("keep_secret", on_a_board=False)
SETTLE, DISCARD = Script("settle", on_a_board=False), Script("discard", on_a_board=False)
LEAVE = Script("leave", on_a_board=False)

REFUSALS = frozenset({"unknown", "conflict", "compacted", "forked", "beyond", "exists", "code"})
"""Answers of writing scripts that wrote nothing."""


class Keys:
    """The keys of one installation, all of which begin with `prefix`."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix.encode()
        self.boards = self._prefix + b":{directory}:boards"
        self.codes = self._prefix + b":{directory}:codes"
        self.secret = self._prefix + b":{secret}:tokens"

    def _of(self, board: str, name: bytes) -> bytes:
        # What a board is built up from while it is moved in lies beside it, on the same shard.
        aside = b"moving:" if settled(board) != board else b""
        return b"%s:{%s}:%s%s" % (self._prefix, settled(board).encode(), aside, name)

    def meta(self, board: str) -> bytes:
        """Hash: epoch, seq, base_seq, version, tip, and the row that the directory has or is about to get."""
        return self._of(board, b"meta")

    def log(self, board: str) -> bytes:
        """Stream: the records, with their seq as entry id."""
        return self._of(board, b"log")

    def channel(self, board: str) -> bytes:
        """Where followers of the board are told that it moved."""
        return self._of(board, b"moved")

    def notes(self, board: str) -> bytes:
        """Where those who listen on the board are told what is kept nowhere."""
        return self._of(board, b"notes")

    def base(self, board: str) -> bytes:
        """Hash: the compaction base."""
        return self._of(board, b"base")

    def cache(self, board: str) -> bytes:
        """Hash: the latest cache of the fold."""
        return self._of(board, b"cache")

    def people(self, board: str) -> bytes:
        """Hash: participant to name, contact, device."""
        return self._of(board, b"people")

    def devices(self, board: str) -> bytes:
        """Hash: device to participant."""
        return self._of(board, b"devices")

    def pictures(self, board: str) -> bytes:
        """Hash: name to picture."""
        return self._of(board, b"pictures")

    def pictured(self, board: str) -> bytes:
        """Hash: name to when the picture was put."""
        return self._of(board, b"pictured")

    def kept(self, board: str) -> tuple[bytes, ...]:
        """All that is kept of a board but for its cache and its row; its meta first."""
        names = (self.meta, self.log, self.base, self.people, self.devices, self.pictures, self.pictured)
        return tuple(name(board) for name in names)

    def vouched(self, board: str) -> bytes:
        """What is written so that its confirmation vouches for what was written to the board before."""
        return self._of(board, b"vouched")

    def probe(self, tag: bytes) -> bytes:
        """What probes write on the server that has this hash tag."""
        return b"%s:{%s}:last" % (self._prefix, tag)

    def probe_channel(self, tag: bytes, name: str) -> bytes:
        """Where the process of this name hears its own probes of that server."""
        return b"%s:{%s}:%s" % (self._prefix, tag, name.encode())


class Head(msgspec.Struct, frozen=True):
    """Where a board's log is, as one answer or message of Redis has it. See lua/head.lua."""

    position: Position
    base_seq: int
    version: int
    tip: bytes

    @property
    def end(self) -> "End":
        """The log's last record."""
        return End(self.position.seq, self.tip)


class Answer(msgspec.Struct, frozen=True):
    """What a script on a board answered: how it went, the head after it, and what belongs to that."""

    kind: str
    head: Head
    more: Any


class Row(msgspec.Struct, array_like=True):
    """A board in the directory; its epoch changes and stands with its log. `birth` is a token of who created it."""

    code: str
    created_ms: int
    birth: str


def tip_of(data: bytes) -> bytes:
    """A digest by which the last record of a log is recognised."""
    return hashlib.blake2b(data, digest_size=8).digest()


def kind_of(value: Any) -> str:
    """How it went, from the answer of any script."""
    kind: bytes = value if isinstance(value, bytes) else value[0]
    return kind.decode()


def read_answer(value: Sequence[Any]) -> Answer | None:
    """What a script on a board answered; None where there is no such board."""
    kind = kind_of(value)
    if kind == "unknown":
        return None
    return Answer(kind, _head(value[1:6]), value[6] if len(value) > 6 else None)


def known_answer(board: str, value: Sequence[Any]) -> Answer:
    """The same; raises UnknownBoard where there is no such board."""
    answer = read_answer(value)
    if answer is None:
        raise UnknownBoard(board)
    return answer


def read_head(fields: Sequence[bytes | None]) -> Head | None:
    """The head from HMGET epoch, seq, base_seq, version, tip; None where there is no such board."""
    if any(field is None for field in fields):
        return None
    epoch, seq, base_seq, version, tip = cast(Sequence[bytes], fields)
    return _head((epoch, int(seq), int(base_seq), int(version), tip))


HEAD_FIELDS = (b"epoch", b"seq", b"base_seq", b"version", b"tip")


class End(NamedTuple):
    """Which record a log ended with."""

    seq: int
    tip: bytes


class News(NamedTuple):
    """What a follower is told: the new head, the records that led there, if they are not too large, and where the log
    ended before; None where a node of an earlier version did not say."""

    head: Head
    records: list[Record]
    before: End | None


def read_message(payload: bytes) -> News:
    """News from a message. Raises anything for what is none."""
    fields: list[Any] = cast(Any, msgpack).unpackb(payload, raw=True)
    head = _head(fields[:5])
    # Lua has one type for a list and a map, so an empty list may come as either.
    data: list[bytes] = list(fields[5])
    records = [Record(seq, each) for seq, each in enumerate(data, head.position.seq - len(data) + 1)]
    return News(head, records, End(*fields[6:8]) if len(fields) > 6 else None)


def _head(fields: Sequence[Any]) -> Head:
    epoch, seq, base_seq, version, tip = fields
    return Head(Position(epoch.decode(), seq), base_seq, version, tip)


def read_entries(entries: Sequence[Any]) -> list[Record]:
    """Records from XRANGE."""
    return [Record(int(entry_id[:-2]), fields[1]) for entry_id, fields in entries]


def read_snapshot(fields: Sequence[bytes]) -> Snapshot:
    """A snapshot from HMGET seq, version, data."""
    seq, version, data = fields
    return Snapshot(int(seq), int(version), data)


def packed_person(person: Person) -> bytes:
    """What is kept of a person; lua/put_person.lua looks for the device in it."""
    packed: bytes = msgpack.packb((person.name, person.contact, person.device_key))
    return packed


def read_people(fields: Sequence[bytes]) -> list[Person]:
    """People from pairs of participant and what is kept, in order of participant."""
    kept = zip(fields[::2], fields[1::2], strict=True)
    return sorted(
        (Person(participant.decode(), *msgpack.unpackb(packed)) for participant, packed in kept),
        key=lambda person: person.participant,
    )


def read_pictures(rows: Sequence[Sequence[Any]]) -> list[PictureRow]:
    """What is kept but for the bytes, from rows of name, how many bytes, when; in order of name."""
    found = (PictureRow(name.decode(), size, int(at_ms)) for name, size, at_ms in rows)
    return sorted(found, key=lambda row: row.name)


def read_row(packed: bytes) -> Row:
    """A row of the directory."""
    return msgspec.msgpack.decode(packed, type=Row)


def packed_row(row: Row) -> bytes:
    """A row for the directory."""
    return msgspec.msgpack.encode(row)


def board_record(board: str, row: Row, epoch: bytes) -> BoardRecord:
    """A board as the directory and its log have it."""
    return BoardRecord(board, row.code, row.created_ms, epoch.decode())
