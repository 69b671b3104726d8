"""How each contestant is spoken to: opening sockets, publishing one message, counting what arrives.

A receiver must not be what is measured. It looks for one mark that stands once in every message, at the speed of a
memory search, and reads when a message was due at every nineteenth socket alone; the others are read in rounds, which
costs less (`listening`). Rebond's events come many to a frame, so its receivers (`rebond_loadtest.crowd`) compare each
frame with what the first of them has read in full.

Sockets are dealt to the nodes in turn, where there are several; so are those who speak.
"""

import asyncio
import re
import time
from array import array
from collections.abc import Callable, Sequence
from typing import Protocol, cast

import msgspec
import orjson

from rebond_loadtest.comparison.listening import Rounds
from rebond_loadtest.crowd import Entering, Member, Socket, connected, now_us, stamped
from rebond_loadtest.requests import Requests
from rebond_loadtest.site import Site
from rebond_loadtest.target import Target
from rebond_loadtest.wire import ACCEPTED, HEAD_END, client_frame, handshake

AT_ONCE = 100
TEXT = "Un café offert à ceux qui attendent plus de dix minutes, et on leur dit pourquoi"
SAMPLE_EVERY = 19
"""One socket in so many measures latency, spread over the order in which they came, and over the nodes."""

_MARK = b'"text":"@'
_STAMP = re.compile(rb'"text":"@(\d+) ')
_CLOSE_HEAD = b"\x88"
_PING_HEAD = b"\x89"
"""First bytes of a close and a ping (RFC 6455 section 5.2). Neither byte is in any message sent here."""


class Ear(Protocol):
    """One socket as the measurement sees it."""

    events: int
    closed: bool
    latencies_us: "array[int]"  # no subscript at run time before Python 3.12

    def close(self) -> None:
        """Cut the line."""
        ...


class Speaking(Protocol):
    """Where something can be said."""

    def speak(self, place: int, due_us: int) -> None:
        """Publish one message from this socket, stamped with the time it was due, in steady microseconds."""
        ...


class Room(Speaking, Protocol):
    """A site with one room."""

    async def expect(self, people: int) -> None:
        """Make the room, and whatever people need to come in."""
        ...

    async def enter(self, places: range, *, woken: bool = False) -> Sequence[Ear]:
        """Open these sockets, each counted in and up to date; all but samples are read in rounds, unless `woken`."""
        ...

    def refused(self) -> int:
        """How many messages were refused so far, and told so."""
        ...

    def conflated(self) -> int:
        """How many numbers arrived so far that stand for several events: these are no deliveries."""
        ...


class Phone(Member):
    """A member of Rebond's crowd whose socket can be taken out of the loop."""

    transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is no subclass
        super().connection_made(transport)


class RebondRoom:
    """A board; a message is a new card."""

    def __init__(self, site: Site) -> None:
        self._nodes = site.nodes
        self._rounds = Rounds()
        self._board = ""
        self._tokens: list[str] = []
        self._members: list[Member] = []
        self._said: list[int] = []

    async def expect(self, people: int) -> None:
        async with Requests(self._nodes[0].host, self._nodes[0].port) as requests:
            self._board = str((await requests.post("/api/boards", {"title": "Banc d’essai", "locale": "fr"}))["id"])
            for _ in range(people):
                joined = await requests.post(f"/api/boards/{self._board}/join", {"segment": "customer"})
                self._tokens.append(str(joined["token"]))
        self._said = [0] * people

    async def enter(self, places: range, *, woken: bool = False) -> Sequence[Ear]:
        def maker(place: int) -> Callable[[], Phone]:
            node = self._nodes[place % len(self._nodes)]
            token, sample = self._tokens[place], place % SAMPLE_EVERY == 0
            return lambda: Phone(node.host, node.port, self._board, token, f"device-{place:06}", sample=sample)

        came = await _dealt(self._nodes, places, maker)
        if not woken:
            _read_in_rounds(self._rounds, places, came)
        self._members += came
        return came

    def speak(self, place: int, due_us: int) -> None:
        self._said[place] += 1
        wish = {"type": "card.add", "text": stamped(TEXT, due_us)}
        self._members[place].say({"type": "submit", "id": self._said[place], "command": wish})

    def refused(self) -> int:
        return sum(member.rejected for member in self._members)

    def conflated(self) -> int:
        return sum(member.numbers for member in self._members)


async def _dealt(nodes: Sequence[Target], places: range, maker: Callable[[int], Callable[[], Socket]]) -> list[Socket]:
    """These sockets in the order of their places, each at its node, `AT_ONCE` under way in all."""
    hands = [[place for place in places if place % len(nodes) == node] for node in range(len(nodes))]
    came = await asyncio.gather(
        *(
            connected(node.host, node.port, [maker(place) for place in hand], AT_ONCE // len(nodes))
            for node, hand in zip(nodes, hands, strict=True)
        )
    )
    found = {
        place: socket
        for hand, sockets in zip(hands, came, strict=True)
        for place, socket in zip(hand, sockets, strict=True)
    }
    return [found[place] for place in places]


def _read_in_rounds(rounds: Rounds, places: range, came: Sequence[Phone] | Sequence["Listener"]) -> None:
    """All of these but the samples."""
    for place, socket in zip(places, came, strict=True):
        if place % SAMPLE_EVERY:
            rounds.take(socket)
    rounds.go()


class Dialect(msgspec.Struct, frozen=True):
    """What a relay's messages look like on the wire, around the JSON of the message itself."""

    path: str = "/"
    greeting: bytes = b""
    welcome: bytes = b""
    """What begins the answer to the greeting; where it is empty, the accepted handshake is welcome enough."""
    before: bytes = b""
    after: bytes = b""
    beat: bytes = b""
    """A whole frame, head included, that asks for `beat_answer`."""
    beat_answer: bytes = b""


PLAIN = Dialect()
SOCKET_IO = Dialect(
    path="/socket.io/?EIO=4&transport=websocket",
    greeting=b"40",
    welcome=b"40",
    before=b'42["message",',
    after=b"]",
    beat=b"\x81\x012",
    beat_answer=b"3",
)
"""Engine.IO 4 (2 ping, 3 pong, 4 message) and Socket.IO 5 (0 connect, 2 event), as their protocol pages have it."""


class RelayRoom:
    """A relay; a message is what Rebond would send for a new card, to the byte but for the time."""

    def __init__(self, site: Site, dialect: Dialect) -> None:
        self._nodes = site.nodes
        self._rounds = Rounds()
        self._dialect = dialect
        self._listeners: list[Listener] = []

    async def expect(self, people: int) -> None:
        pass

    async def enter(self, places: range, *, woken: bool = False) -> Sequence[Ear]:
        def maker(place: int) -> Callable[[], Listener]:
            node = self._nodes[place % len(self._nodes)]
            opening = handshake(node.host, node.port, self._dialect.path, None)
            return lambda: Listener(opening, self._dialect, sample=place % SAMPLE_EVERY == 0)

        came = await _dealt(self._nodes, places, maker)
        if not woken:
            _read_in_rounds(self._rounds, places, came)
        self._listeners += came
        return came

    def speak(self, place: int, due_us: int) -> None:
        payload = self._dialect.before + message(due_us) + self._dialect.after
        self._listeners[place].write(client_frame(payload))

    def refused(self) -> int:
        return 0

    def conflated(self) -> int:
        return 0


def message(due_us: int | None = None) -> bytes:
    """One event as Rebond writes it to everybody, stamped with the time it was due, now when left out."""
    card: dict[str, object] = {
        "id": "D10-Oz-XT_in",
        "text": stamped(TEXT, due_us),
        "section": None,
        "author": "MA3qqQ6BnN75",
        "rev": 1,
        "parents": [],
        "kind": "idea",
        "state": "shown",
        "at_ms": int(time.time() * 1000),
        "order": 1.0,
    }
    author = {"participant": "MA3qqQ6BnN75", "role": "participant", "segment": "customer", "name": None}
    return orjson.dumps({"type": "card.added", "card": card, "author": author})


class Listener(Entering):
    """One socket of a relay's room."""

    def __init__(self, opening: bytes, dialect: Dialect, *, sample: bool) -> None:
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.events = 0
        self.closed = False
        self.latencies_us: array[int] = array("q")
        self._opening = opening
        self._dialect = dialect
        self._sample = sample
        self._head = b""
        self._tail = b""
        self._upgraded = False
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is no subclass
        self.write(self._opening)

    def write(self, data: bytes) -> None:
        """Bytes as they are."""
        self.transport.write(data)

    def close(self) -> None:
        self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True
        if not self.ready.done():
            self.ready.set_exception(ConnectionError("the peer closed before anybody was in"))

    def data_received(self, data: bytes) -> None:
        if self.ready.done():
            self._heard(data)
            return
        self._head += data
        head, found, rest = self._head.partition(HEAD_END)
        if not found:
            return
        if not head.startswith(ACCEPTED):
            self.close()
            return
        if not self._upgraded:
            self._upgraded = True
            if self._dialect.greeting:
                self.write(client_frame(self._dialect.greeting))
        if self._dialect.welcome in rest:
            self.ready.set_result(None)
            self._heard(rest)

    def _heard(self, data: bytes) -> None:
        # A mark may lie across two reads: the ends of both are searched once more, too short to hold a whole one each.
        edge = len(_MARK) - 1
        self.events += data.count(_MARK) + (self._tail + data[:edge]).count(_MARK)
        self._tail = (self._tail + data)[-edge:] if len(data) < edge else data[-edge:]
        if self._sample:
            now = now_us()
            self.latencies_us.extend(now - int(due) for due in _STAMP.findall(data))
        if _PING_HEAD in data:
            self._pinged(data)
        if self._dialect.beat and self._dialect.beat in data:
            self.write(client_frame(self._dialect.beat_answer))
        if _CLOSE_HEAD in data:
            self.close()

    def _pinged(self, data: bytes) -> None:
        start = data.index(_PING_HEAD) + 2
        self.write(client_frame(data[start : start + data[start - 1]], 0xA))
