"""What was told on one board, read once: a thousand sockets get the same bytes, so all but the first compare them.

That makes a receiver cheap (one comparison of memory a frame) and its count exact: a frame counts for what is in it,
not for what its position claims. What a socket alone was sent (somebody catching up) is read in full like any other.
"""

import re
import zlib
from collections import OrderedDict
from typing import Any
from weakref import WeakValueDictionary

import msgspec
import orjson

_TEXT = re.compile(rb'"text":"(@(\d+) (?:[^"\\]|\\.)*)"')
"""A card's text, as it stands in JSON, and the time it was due, which it begins with."""
_TALLY = "round.tallied"
_DEFLATE_TAIL = b"\x00\x00\xff\xff\x03\x00"
"""What a sender leaves out (RFC 7692 section 7.2.2), and an end, which zlib wants."""
_KEPT_FRAMES = 256
_KEPT_BYTES = 64 * 1024 * 1024


def checksum(text: str) -> int:
    """Of a card's text."""
    return zlib.crc32(text.encode())


def _checksum_of(json: bytes) -> int:
    """Of a card's text as a frame carries it, without the quotes."""
    return zlib.crc32(json) if b"\\" not in json else checksum(orjson.loads(b'"%b"' % json))


class Told(msgspec.Struct, frozen=True):
    """One frame, `events` or `snapshot`, and what it says."""

    payload: bytes
    events: int
    """Told whole; tallies are not among them."""
    stamps_us: tuple[int, ...]
    """When each card in it was meant to be sent."""
    texts_sum: int
    """Sum of the checksums of their texts."""
    numbers: int
    """Points of a card: what is left of ballots (DM7)."""
    tallies: dict[str, int]
    """Card → points."""


class Ledger:
    """One board as one process sees it."""

    def __init__(self) -> None:
        self.cards: dict[str, None] = {}
        """Every card anybody here was told of, in the order of telling."""
        self._told: OrderedDict[tuple[int, int], Told] = OrderedDict()
        self._bytes = 0
        self._inflated: OrderedDict[int, tuple[bytes, bytes]] = OrderedDict()
        self._inflated_bytes = 0

    def read(self, seq: int, buffer: bytes, start: int, end: int) -> Told:
        """What the frame at `buffer[start:end]` says, which leads to `seq`."""
        known = self._told.get((seq, end - start))
        if known is not None and buffer.startswith(known.payload, start):
            return known
        told = self._read(buffer[start:end])
        if known is None:
            self._keep((seq, end - start), told)
        return told

    def inflated(self, buffer: bytes, start: int, end: int) -> bytes:
        """The message at `buffer[start:end]`, which was compressed by itself (RFC 7692); once for all who get it."""
        known = self._inflated.get(end - start)
        if known is not None and buffer.startswith(known[0], start):
            return known[1]
        if known is not None:
            self._forget_inflated(end - start)
        payload = buffer[start:end]
        message = zlib.decompress(payload + _DEFLATE_TAIL, -zlib.MAX_WBITS)
        self._inflated[end - start] = (payload, message)
        self._inflated_bytes += len(payload) + len(message)
        while len(self._inflated) > _KEPT_FRAMES or (self._inflated_bytes > _KEPT_BYTES and len(self._inflated) > 1):
            self._forget_inflated(next(iter(self._inflated)))
        return message

    def _forget_inflated(self, length: int) -> None:
        payload, message = self._inflated.pop(length)
        self._inflated_bytes -= len(payload) + len(message)

    def _read(self, payload: bytes) -> Told:
        frame: dict[str, Any] = orjson.loads(payload)
        tallies: dict[str, int] = {}
        events = numbers = 0
        for event in frame.get("events", ()):
            if event["type"] == _TALLY:
                points: dict[str, int] = event.get("tallies", {})
                tallies.update(points)
                numbers += len(points)
                continue
            events += 1
            if "card" in event and isinstance(event["card"], dict):
                self.cards[event["card"]["id"]] = None
        if "board" in frame:
            for round in frame["board"]["rounds"]:
                tallies.update(round.get("tallies", {}))
            self.cards.update(dict.fromkeys(card["id"] for card in frame["board"]["cards"]))
        texts: list[tuple[bytes, bytes]] = _TEXT.findall(payload)
        stamps_us = tuple(int(stamp) for _, stamp in texts)
        return Told(payload, events, stamps_us, sum(_checksum_of(text) for text, _ in texts), numbers, tallies)

    def _keep(self, key: tuple[int, int], told: Told) -> None:
        self._told[key] = told
        self._bytes += len(told.payload)
        while len(self._told) > _KEPT_FRAMES or (self._bytes > _KEPT_BYTES and len(self._told) > 1):
            _, oldest = self._told.popitem(last=False)
            self._bytes -= len(oldest.payload)


_ledgers: "WeakValueDictionary[str, Ledger]" = WeakValueDictionary()


def ledger_of(board: str) -> Ledger:
    """The one ledger of this board in this process, for as long as somebody holds it."""
    ledger = _ledgers.get(board)
    if ledger is None:
        ledger = _ledgers[board] = Ledger()
    return ledger
