"""The pieces of work that are counted: what a command, a broadcast and a newcomer go through, one by one.

Each row of `WORK` makes a piece ready; only the piece itself is counted. No socket, no disk, no clock: a board in
memory of five hundred cards and a round of votes, and outboxes that take bytes and keep the last.
"""

import asyncio
import functools
import itertools
from collections import deque
from collections.abc import Callable

from msgspec.structs import replace

from rebond.domain import project
from rebond.domain.cards import Audience
from rebond.domain.decide import decide
from rebond.domain.envelope import Decided
from rebond.domain.fold import fold, fold_entry
from rebond.domain.outcomes import outcome
from rebond.domain.state import read_state, state_bytes
from rebond.hub.channel import Channel
from rebond.hub.connection import Connection, Membership, prepared
from rebond.hub.frame import Frames
from rebond.hub.meters import Meters
from rebond.hub.outbox import OutboxLimits
from rebond.hub.ring import Ring
from rebond.hub.session import Session
from rebond.hub.settings import HubSettings
from rebond.web.auth import Tokens
from rebond_protocol import codec
from rebond_protocol.cards import CardAdd, CardEdit, CardMove
from rebond_protocol.codec import Format
from rebond_protocol.commands import Command
from rebond_protocol.entries import EVENTS_VERSION, Entry
from rebond_protocol.frames import Accepted, Position, Snapshot
from rebond_protocol.http import Claims
from rebond_protocol.rounds import BallotMarked, RoundClosed, RoundOpen, RoundOpened, VoteCast, VoteMark
from tests.benchmarks.counting import Piece
from tests.domain.played import NAMES, Board
from tests.hub.stage import Stage
from tests.simulation.world import turns

CARDS, SOCKETS, EVENTS = 500, 1_000, 20
TEXT = "Un café offert à ceux qui attendent plus de dix minutes, et on leur dit pourquoi"


class Sink:
    """An outbox to nowhere, open and never congested."""

    closed = False
    deflates = False
    buffered_bytes = 0

    def __init__(self) -> None:
        self.straight: Callable[[bytes], None] | None = deque[bytes](maxlen=1).append

    def write(self, frames: Frames) -> None:
        assert self.straight is not None
        self.straight(frames.wire)

    def on_drain(self, callback: Callable[[], None]) -> None:
        pass

    def close(self, code: int, reason: str = "") -> None:
        pass

    def abort(self) -> None:
        pass


class DeflatingSink(Sink):
    """One whose peer agreed to compression."""

    deflates = True


class Filled:
    """A board that has had a workshop: five hundred cards, an open round, ballots."""

    def __init__(self) -> None:
        self.board = Board()
        authors = ("ana", "bo", "cy", "sam")
        self.cards = [self.board.adds(authors[n % 4], f"{TEXT} {n}", "left") for n in range(CARDS)]
        self.round = self.board.made("mo", RoundOpen("dots", 10, 10))
        for person in authors:
            self.board.accepted(person, VoteCast(self.round, self.cards[0], 2))
        self.state = self.board.state

    def entry(self, command: Command, actor: str = "ana") -> Entry:
        """What this command becomes here; nothing of the board changes."""
        envelope = self.board.envelope(actor)
        decided = decide(self.state, envelope, command)
        assert isinstance(decided, Decided), decided
        return Entry(
            EVENTS_VERSION, self.state.seq + 1, envelope.now_ms, envelope.actor, envelope.device, envelope.id,
            decided.events, decided.made,
        )  # fmt: skip


FILLED = Filled()
STATE = FILLED.state
ADD = CardAdd(TEXT, "left")
VOTE = VoteCast(FILLED.round, FILLED.cards[7], 1)
COMMANDS: dict[str, Command] = {
    "card.add": ADD,
    "card.edit": CardEdit(FILLED.cards[0], f"{TEXT} encore", 1),
    "card.move": CardMove(FILLED.cards[0], "left", FILLED.cards[250]),
    "vote.cast": VOTE,
}
ENTRIES = {name: FILLED.entry(command) for name, command in COMMANDS.items()}
TOLD = project.project(
    STATE, ENTRIES["card.add"].events[0], fold_entry(STATE, ENTRIES["card.add"]), Audience.PARTICIPANTS, NAMES
)
PLAIN = codec.plain(TOLD[0])
EVENT = [(STATE.seq + 1, PLAIN)]
SUBMIT: dict[str, object] = {"type": "submit", "id": 7, "command": {"type": "card.add", "text": TEXT}}
CLAIMS = Claims("b1", "ana", "participant", 2_000_000_000)
TOKENS = Tokens("a secret of the benchmarks and of nobody else")
TOKEN = TOKENS.issue(CLAIMS)


# -- codec ---------------------------------------------------------------------------------------------------------


def reading(wire: Format) -> Piece:
    """A client's frame, from bytes to what is to be done about it."""
    session = Session(wire, HubSettings())
    hello = codec.encode({"type": "hello", "token": TOKEN, "device": "phone"}, wire)
    session.received(hello, wire.binary, 0.0)
    data = codec.encode(SUBMIT, wire)
    return lambda: session.received(data, wire.binary, 0.0)


def telling(wire: Format, events: int) -> Piece:
    """An events frame, from plain values to the bytes of a WebSocket frame."""
    frame: dict[str, object] = {"type": "events", "seq": 600, "events": [PLAIN] * events}
    return lambda: prepared(frame, wire)


def answering() -> Piece:
    """The answer to a command."""
    return lambda: prepared(Accepted(7, 600, "c600"), Format.JSON)


def storing() -> Piece:
    """An entry to the bytes that are stored."""
    entry = ENTRIES["card.add"]
    return lambda: codec.entry_bytes(entry)


def replaying() -> Piece:
    """A stored entry back."""
    data = codec.entry_bytes(ENTRIES["card.add"])
    return lambda: codec.read_entry(data)


# -- the board -----------------------------------------------------------------------------------------------------


def deciding(name: str) -> Piece:
    """A command against a board of five hundred cards."""
    envelope, command = FILLED.board.envelope("ana"), COMMANDS[name]
    return lambda: decide(STATE, envelope, command)


def folding(name: str) -> Piece:
    """What came of it, into the state."""
    entry = ENTRIES[name]
    return lambda: fold_entry(STATE, entry)


STARRED = fold(STATE, RoundOpened("stars", "stars", 0, 0, True, None, 1))
STARS = VoteMark("stars", FILLED.cards[7], (4,))


def marking() -> Piece:
    """A ballot of marks against the same board, with a vote by stars open."""
    envelope = FILLED.board.envelope("ana")
    return lambda: decide(STARRED, envelope, STARS)


def counting_marks() -> Piece:
    """What came of it, into the state."""
    ballot = BallotMarked("stars", STARS.card, "ana", STARS.marks)
    return lambda: fold(STARRED, ballot)


def counting_pairs() -> Piece:
    """A closed vote of a thousand comparisons, fifty people's among twenty items, into strengths and wins."""
    state = fold(STATE, RoundOpened("pairs", "pairwise", 0, 0, True, None, 1))
    for n in range(1_000):
        one, other = sorted((f"i{n % 20}", f"i{(n % 20 + 1 + n // 20 % 19) % 20}"))
        state = fold(state, BallotMarked("pairs", f"{one} {other}", f"p{n // 20}", ((-1, 1, 0)[n * 7 % 3],)))
    closed = fold(state, RoundClosed("pairs", 2)).rounds["pairs"]
    return lambda: outcome(replace(closed))


def projecting(audience: Audience) -> Piece:
    """A new card, as an audience is told of it, as plain values."""
    event, after = ENTRIES["card.add"].events[0], fold_entry(STATE, ENTRIES["card.add"])
    return lambda: [codec.plain(view) for view in project.project(STATE, event, after, audience, NAMES)]


def own_part() -> Piece:
    """What somebody alone may see of the board, told to whoever comes in."""
    return lambda: project.yours(STATE, "ana")


# -- telling everybody ---------------------------------------------------------------------------------------------


def _channel(sink: type[Sink]) -> Channel:
    channel, meters = Channel(Audience.PARTICIPANTS, "e1", STATE.seq, HubSettings(), Meters()), Meters()
    for n in range(SOCKETS):
        member = Membership("ana", f"d{n}", Audience.PARTICIPANTS)
        channel.add(Connection(member, sink(), Format.JSON, meters))
    return channel


CHANNEL = _channel(Sink)
DEFLATING = _channel(DeflatingSink)


def flushing() -> Piece:
    """One event to a thousand sockets."""
    return lambda: CHANNEL.flush(STATE.seq + 1, EVENT, 0.0)


def deflating() -> Piece:
    """A busy moment to a thousand sockets that agreed to compression: enough of it for a frame that is compressed."""
    told = EVENT * EVENTS
    return lambda: DEFLATING.flush(STATE.seq + 1, told, 0.0)


def remembering() -> Piece:
    """A thousand events into a channel's history, and out again for somebody who missed half of them."""
    told = [(n, PLAIN) for n in range(1_000)]

    def piece() -> object:
        ring = Ring(0, 1024 * 1024, 4_000)
        for one in told:
            ring.push([one], 300)
        return ring, ring.after(500)

    return piece


def connecting() -> Piece:
    """What the hub keeps of one more socket."""
    member = Membership("ana", "phone", Audience.PARTICIPANTS)
    meters = Meters()
    return lambda: Connection(member, Sink(), Format.JSON, meters)


# -- snapshots -----------------------------------------------------------------------------------------------------


def snapshot(wire: Format) -> Piece:
    """The board for a newcomer, from the state to a frame."""
    return lambda: prepared(
        Snapshot(Position("e1", STATE.seq), project.snapshot(STATE, Audience.PARTICIPANTS, NAMES)), wire
    )


def keeping() -> Piece:
    """The state to the bytes of a stored snapshot."""
    return lambda: state_bytes(STATE)


def loading() -> Piece:
    """And back, as at a start."""
    data = state_bytes(STATE)
    return lambda: read_state(data)


# -- together ------------------------------------------------------------------------------------------------------


def checking() -> Piece:
    """A token, as in every hello."""
    return lambda: TOKENS.check(TOKEN, "b1", 0.0)


class Live:
    """A room with three people on a board in memory, on an event loop that runs when it is told."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.stage = self.loop.run_until_complete(Stage(settings=HubSettings()).begin())
        self.people = [self.stage.enters(person, limits=OutboxLimits()) for person in ("ana", "bo", "cy")]
        self._ids = itertools.count(1)

    async def commands(self, count: int) -> None:
        """So many cards by Ana, handed in together, answered and told."""
        for _ in range(count):
            self.stage.room.submit(self.people[0].connection, next(self._ids), ADD)
        await turns(12)
        self.stage.room.flush()

    def close(self) -> None:
        """Leave nothing running. Every command must have been answered."""
        answered = [len(person.only(Accepted)) for person in self.people]
        assert answered == [next(self._ids) - 1, 0, 0], answered
        self.loop.run_until_complete(self.stage.hub.stop())
        self.loop.close()


@functools.cache
def the_room() -> Live:
    """The one that all pieces about a room share."""
    return Live()


def commanding() -> Piece:
    """Twenty commands that come together through a room of three, from the socket to everybody's."""
    live = the_room()
    return lambda: live.loop.run_until_complete(live.commands(EVENTS))


WORK: dict[str, Callable[[], Piece]] = {
    "read a command, json": lambda: reading(Format.JSON),
    "read a command, msgpack": lambda: reading(Format.MSGPACK),
    "encode 1 event, json": lambda: telling(Format.JSON, 1),
    "encode 20 events, json": lambda: telling(Format.JSON, EVENTS),
    "encode 20 events, msgpack": lambda: telling(Format.MSGPACK, EVENTS),
    "encode an answer": answering,
    "encode an entry": storing,
    "read an entry": replaying,
    **{f"decide {name}": lambda name=name: deciding(name) for name in COMMANDS},
    **{f"fold {name}": lambda name=name: folding(name) for name in COMMANDS},
    "decide vote.mark": marking,
    "fold vote.mark": counting_marks,
    "count 1,000 comparisons": counting_pairs,
    **{f"project card.add, {one.value}": lambda one=one: projecting(one) for one in Audience},
    "what is yours": own_part,
    "flush 1 event to 1,000 sockets": flushing,
    "flush 20 events, compressed": deflating,
    "remember 1,000 events": remembering,
    "a connection": connecting,
    "snapshot of 500 cards, json": lambda: snapshot(Format.JSON),
    "snapshot of 500 cards, msgpack": lambda: snapshot(Format.MSGPACK),
    "state of 500 cards to bytes": keeping,
    "state of 500 cards from bytes": loading,
    "check a token": checking,
    "20 commands through a room": commanding,
}
"""Every piece of work, by the name it has in the baseline."""
