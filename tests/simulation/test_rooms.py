"""Rooms in seeded simulation: many phones, two nodes, broken lines, slow readers, restarts, a log that fails.

At the end of each history every phone shows what its audience may see, each acknowledged command is in the log exactly
once, nothing rejected is, and no byte said to a screen what it may not know (LG1, LG4, LG5, LG7, HB2 to HB7, DM6, DM7).

A seed makes a history, and stands in the test's name: `REBOND_SIMULATION_SEED=123` replays it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from rebond.domain import project
from rebond.domain.cards import Audience
from rebond.domain.fold import fold_entry
from rebond.domain.project import AUDIENCES
from rebond.domain.state import EMPTY, BoardState, state_bytes
from rebond.hub.hub import Hub
from rebond.hub.meters import Meters
from rebond.hub.outbox import OutboxLimits
from rebond.hub.settings import HubSettings
from rebond.log import Durability, Log, LogUnavailable, Person, UnknownBoard
from rebond.log.memory import MemoryLog
from rebond.log.sqlite import SqliteLog
from rebond.web.auth import Tokens
from rebond.web.settings import WebSettings
from rebond.web.websocket import WebSocketEdge
from rebond_protocol import codec
from rebond_protocol.boards import About, BoardCreate, BoardView
from rebond_protocol.codec import Format
from rebond_protocol.commands import Command
from rebond_protocol.entries import Entry
from rebond_protocol.errors import CLOSES
from rebond_protocol.frames import Accepted, Snapshot
from rebond_protocol.http import Claims
from rebond_protocol.people import ParticipantJoin, Role
from rebond_protocol.session import ClientSession
from tests.conftest import seeds
from tests.domain.played import SECTIONS, SEGMENTS
from tests.domain.test_histories import MARK, NOW_AND_THEN, OFTEN, SELDOM, SERVERS, Move, Wishes
from tests.simulation.people import Phone
from tests.simulation.world import EPOCH_MS, InlineExecutor, SimClock, TroubledLog, Weather, turns

BOARD = "b1"
PEOPLE: dict[str, Role] = {
    **{f"p{place}": "participant" for place in range(7)},
    "sam": "staff",
    "mo": "moderator",
    "mia": "moderator",
    "kit": "kiosk",
    "wall": "display",
}
TWO_DEVICES = ("p0", "mo")
STEPS = 700
SETTINGS = HubSettings(
    flush_share=1e-5,
    flush_credit_ms=0,
    ring_bytes=6_000,
    ring_events=40,
    slow_ms=15_000,
    outbox=OutboxLimits(high_bytes=3_000, low_bytes=1_000, max_bytes=60_000),
    beat_ms=2_000,
    presence_ms=500,
    idle_ms=3_000,
    batch_commands=8,
    snapshot_entries=25,
    commands_per_s=1e6,
    commands_burst=1_000_000,
    opinions_per_s=1e6,
    opinions_burst=1_000_000,
    visitors_per_s=1e6,
    visitors_burst=1_000_000,
)
WHATS = (*OFTEN * 4, *NOW_AND_THEN * 2, *SELDOM)
NAME_MARK = re.compile(rb"Name-of-[a-z0-9]+")


@dataclass(frozen=True)
class Said(Move):
    """A move of a known person."""

    person: str

    @property
    def who(self) -> str:
        return self.person


class Node:
    """One server: a hub and its edge on the shared log. It may be killed."""

    def __init__(self, log: Log, weather: Weather, history: list[Entry], clock: SimClock, tokens: Tokens) -> None:
        self._log, self._weather, self._history = log, weather, history
        self._clock, self._tokens = clock, tokens
        self.graves: list[TroubledLog] = []
        self.start()

    def start(self) -> None:
        """A process of its own on the log."""
        self.log = TroubledLog(self._log, self._weather, self._history)
        self.hub = Hub(self.log, self._clock, SETTINGS, Meters())
        self.hub.start()
        self.edge = WebSocketEdge(self.hub, self._tokens, WebSettings())

    async def restart(self) -> None:
        """Ends without a word, as a power cut would end it; then another one starts on the same log."""
        await self.log.die()
        self.graves.append(self.log)
        self.start()


class Simulation:
    """One history."""

    def __init__(self, log: Log, seed: int, nodes: int, anonymous: bool) -> None:
        self.chance = random.Random(seed)
        self.clock = SimClock(random.Random(seed + 1))
        self.weather = Weather(random.Random(seed + 2))
        self.log = log
        self.history: list[Entry] = []
        self.tokens = Tokens("s" * 40)
        self.nodes = [Node(log, self.weather, self.history, self.clock, self.tokens) for _ in range(nodes)]
        self.anonymous = anonymous
        self.names = {} if anonymous else {person: f"Name-of-{person}" for person in PEOPLE}
        self.wishes = Wishes()
        self.state = EMPTY
        self.phones: list[Phone] = []
        self._homes: dict[int, Node] = {}
        self._asked: list[asyncio.Task[None]] = []
        """What the server itself was asked to say, over HTTP as it were: of those, nobody is promised an answer."""

    # -- the story -------------------------------------------------------------------------------------------------

    async def begin(self) -> None:
        await self.log.open()
        about = About(
            id=BOARD, code="KITE7", title="What would help?", template="brainstorm", locale="en", created_ms=EPOCH_MS,
            segments=SEGMENTS, anonymous=self.anonymous,
        )  # fmt: skip
        joins = [ParticipantJoin(person, role) for person, role in PEOPLE.items()]
        refused = await self.nodes[0].hub.create([BoardCreate(about, SECTIONS), *joins], BOARD, "KITE7")
        assert refused is None
        for person, name in self.names.items():
            await self.log.put_person(BOARD, Person(person, name, None, None))
        for person, role in PEOPLE.items():
            for device in range(2 if person in TWO_DEVICES else 1):
                token = self.tokens.issue(Claims(BOARD, person, role, EPOCH_MS // 1000 + 10**6))
                wire = self.chance.choice((Format.JSON, Format.MSGPACK))
                session = ClientSession(token, f"device{device}", wire=wire)
                phone = Phone(person, session, self.clock, lambda: len(self.history))
                self.phones.append(phone)

    async def go_on(self, barrier: Callable[[], Awaitable[Any]]) -> None:
        """The random part."""
        for _ in range(STEPS):
            await self._one_step()
            self._carry()
            await turns(self.chance.randrange(6))
            await barrier()
            for phone in self.phones:
                phone.read(self.chance.randrange(12), self.chance)

    async def _one_step(self) -> None:
        chance = self.chance
        phone = chance.choice(self.phones)
        match chance.random():
            case roll if roll < 0.62:
                for _ in range(chance.choice((1, 1, 1, 2, 12))):
                    self._says(phone)
            case roll if roll < 0.70:
                phone.cut(chance)
            case roll if roll < 0.77:
                phone.stalled = not phone.stalled
            case roll if roll < 0.79:
                self.weather.storm = chance.choice((0.0, 0.0, 0.05, 0.3, 1.0))
            case roll if roll < 0.80:
                await self._kill(chance.choice(self.nodes))
            case roll if roll < 0.805:
                self._everybody_leaves()
            case roll if roll < 0.81 and len(self.nodes) == 1 and self.names:
                await self._forget_somebody()
            case _:
                self.clock.advance(chance.choice((1, 10, 30, 100, 700)))
                for one in self.phones:
                    one.check(chance)
        self._come_back()

    def _says(self, phone: Phone) -> None:
        chance = self.chance
        place, a, b, c = (chance.randrange(41) for _ in range(4))
        move = Said(chance.choice(WHATS), place, a, b, c, chance.random() < 0.5, False, phone.person)
        command = self.wishes.command(self._truth(), move)
        if move.what in SERVERS:
            self._asked.append(asyncio.ensure_future(_server_says(chance.choice(self.nodes).hub, command)))
        elif move.what == "opinion":
            chance.choice([one for one in self.phones if PEOPLE[one.person] == "kiosk"]).say(command)
        else:
            phone.say(command)

    def _truth(self) -> BoardState:
        for entry in self.history[self.state.seq :]:
            self.state = fold_entry(self.state, entry)
        return self.state

    def _come_back(self) -> None:
        for phone in self.phones:
            if phone.line is None and phone.ended is None and phone.back_at_ms <= self.clock.steady_ms():
                node = self.chance.choice(self.nodes)
                self._homes[id(phone)] = node
                phone.connect(node.edge, BOARD)

    async def _kill(self, node: Node) -> None:
        await node.restart()
        for phone in self.phones:
            if self._homes.get(id(phone)) is node:
                phone.cut(self.chance)

    def _everybody_leaves(self) -> None:
        """For so long that the room is put away, and opened again by whoever comes first."""
        for phone in self.phones:
            phone.cut(self.chance)
            phone.back_at_ms = self.clock.steady_ms() + 3 * SETTINGS.idle_ms * self.chance.random()

    async def _forget_somebody(self) -> None:
        """LG7: a name goes."""
        person = self.chance.choice(sorted(self.names))
        storm, self.weather.storm = self.weather.storm, 0.0
        hub = self.nodes[0].hub
        try:
            await hub.forget_person(BOARD, person)
        except LogUnavailable:  # the board was just being opened, and began that in the storm
            await turns(1)
            await hub.forget_person(BOARD, person)
        self.weather.storm = storm
        del self.names[person]

    def _carry(self) -> None:
        for phone in self.phones:
            if phone.line is not None and self.chance.random() < 0.8:
                phone.line.carry_up()

    async def settle(self, barrier: Callable[[], Awaitable[Any]]) -> None:
        """The weather clears, everybody comes back and reads, until nothing moves any more."""
        self.weather.storm = 0.0
        for round in range(400):
            self.clock.advance(100)
            self._come_back()
            for phone in self.phones:
                phone.stalled = False
                if phone.ended is not None and not self._truth().participants[phone.person].removed:
                    phone.ended = None  # readmitted; somebody hands them the link again
                phone.check(self.chance)
                if phone.line is not None:
                    phone.line.carry_up()
            await turns(10)
            await barrier()
            moved = sum(phone.read(10_000, self.chance) for phone in self.phones)
            if round > 350 and not moved and self._all_up_to_date():
                for one in self._asked:
                    one.cancel()
                ends = await asyncio.gather(*self._asked, return_exceptions=True)
                assert not [end for end in ends if isinstance(end, Exception)]
                return
        pytest.fail(f"not settled: {[(phone.person, phone.session.position) for phone in self._out()]}")

    def _out(self) -> list[Phone]:
        end = len(self.history)
        return [
            phone
            for phone in self.phones
            if phone.ended is None
            and (phone.session.unanswered or phone.session.position is None or phone.session.position.seq != end)
        ]

    def _all_up_to_date(self) -> bool:
        return not self._out()

    # -- what must hold --------------------------------------------------------------------------------------------

    async def check(self) -> None:
        final = self._truth()
        self._log_holds()
        for phone in self.phones:
            self._acknowledged_once(phone)
            self._view_is_right(phone, final)
            assert "missed events" not in phone.dead_lines, "HB5: no live line was left behind without its knowing"
        states = [EMPTY]
        for entry in self.history:
            states.append(fold_entry(states[-1], entry))
        self._nothing_leaked(states)
        await self._erased_words_are_nowhere(states)
        for node in self.nodes:
            room = await node.hub.room(BOARD)
            assert state_bytes(room.state) == state_bytes(final), "DM2: every node holds what the log says"

    def _log_holds(self) -> None:
        """LG1, LG4: no gap, and no command twice."""
        assert [entry.seq for entry in self.history] == list(range(1, len(self.history) + 1))
        said = [(entry.actor, entry.device, entry.id) for entry in self.history if entry.id is not None]
        assert len(said) == len(set(said))

    def _acknowledged_once(self, phone: Phone) -> None:
        """LG4: what was accepted is the entry it was said to be; what was rejected is nowhere."""
        mine: dict[int | None, Entry] = {
            entry.id: entry
            for entry in self.history
            if (entry.actor, entry.device) == (phone.person, self.tokens.device_key(BOARD, phone.session.device))
        }
        for id, answer in phone.settled.items():
            if isinstance(answer, Accepted):
                assert mine[id].seq == answer.seq
            else:
                assert id not in mine, (answer, mine[id])
        if phone.ended is None:
            assert set(mine) <= set(phone.settled), "everything was answered in the end"

    def _view_is_right(self, phone: Phone, final: BoardState) -> None:
        """DM6, HB3, HB4: the screen shows what a snapshot would, whatever road led there, to whom they are by now."""
        if phone.ended is not None:
            assert final.participants[phone.person].removed
            assert phone.ended.number == CLOSES["removed"].number
            return
        replica, wanted = phone.session.replica, project.snapshot(final, _audience(final, phone.person), self.names)
        shown = replica.view
        assert shown is not None
        people = {person.participant: person for person in shown.participants}
        assert all(people[person.participant] == person for person in wanted.participants)
        assert all(person.name in (None, self.names.get(person.participant)) for person in shown.participants)
        assert replace(shown, participants=wanted.participants) == wanted
        own = project.yours(final, phone.person)
        assert own.authored is not UNSET
        if self.anonymous:  # there `own` may also hold cards that only differ by saying that they are mine
            mine = {card.id: replace(card, author=None) for card in own.cards}
            assert {id: replace(replica.cards[id], author=None) for id in mine} == mine
            assert set(replica.own) <= set(mine)
        else:
            assert replica.own == {card.id: card for card in own.cards}
            assert replica.own_comments == {comment.id: comment for comment in own.comments or ()}
        assert {round: mine for round, mine in replica.ballots.items() if mine} == own.ballots
        assert {round: mine for round, mine in replica.marks.items() if mine} == (own.marks or {})
        assert replica.my_reactions == (own.reactions or {})
        assert replica.i_am_muted == final.participants[phone.person].muted
        made = {answer.made for answer in phone.settled.values() if isinstance(answer, Accepted)}
        told = replica.authored | made | {card.id for card in shown.cards if card.author == phone.person}
        if not (self.anonymous and phone.person in TWO_DEVICES):
            assert told >= set(own.authored)

    async def _erased_words_are_nowhere(self, states: list[BoardState]) -> None:
        """LG7: however often the compaction failed, in the end the log has nothing of what an erased card said."""
        base, cache = await self.log.base(BOARD), await self.log.snapshot(BOARD)
        records = await self.log.read(BOARD, base.seq if base else 0, len(states))
        kept = b"".join([one.data for one in (base, cache) if one is not None] + [record.data for record in records])
        final = states[-1]
        erased = {one.id for one in (*final.cards.values(), *final.comments.values()) if one.state == "erased"}
        for before, after in pairwise(states):
            for id, card in after.cards.items():
                if id in erased and card is not before.cards.get(id):
                    said = (card.text, card.owes, *(card.tags or ()))
                    assert not [words for words in said if words and words is not UNSET and words.encode() in kept]
            for id, comment in after.comments.items():
                if id in erased and comment is not before.comments.get(id):
                    assert not (comment.text and comment.text.encode() in kept)

    def _nothing_leaked(self, states: list[BoardState]) -> None:
        """DM6: words reach a screen only after some state showed them to it; a snapshot shows exactly its state."""
        shown_in = {audience: _marks(states, audience, self.names) for audience in AUDIENCES.values()}
        since = {person: _first_shown(states, person, shown_in) for person in PEOPLE}
        own = _first_own(states)
        for phone in self.phones:
            for heard in phone.heard:
                for mark in MARK.findall(heard.payload):
                    shown = since[phone.person].get(mark, own.get((phone.person, mark), 1 << 60))
                    assert min(shown, own.get((phone.person, mark), shown)) <= heard.log_seq, (phone.person, mark)
                if self.anonymous:
                    assert not NAME_MARK.search(heard.payload)
                frame = codec.read_server_frame(heard.payload, heard.wire)
                if isinstance(frame, Snapshot):
                    state = states[frame.position.seq]
                    wanted = project.snapshot(state, _audience(state, phone.person), self.names)
                    assert _nameless(frame.board) == _nameless(wanted)


async def _server_says(hub: Hub, command: Command) -> None:
    """What only the server says: somebody takes home what was written at a kiosk, a board comes into the lab. Where the
    log has just lost the board, a node that has not opened it knows of none."""
    with contextlib.suppress(LogUnavailable, UnknownBoard):
        await (await hub.room(BOARD)).act(command)


def _nameless(board: BoardView) -> BoardView:
    """Names may be forgotten while a frame is on its way; they are looked at on the last screen."""
    return replace(board, participants=tuple(replace(person, name=None) for person in board.participants))


def _audience(state: BoardState, person: str) -> Audience:
    """With whom this person is told things, by the role they have in this state."""
    known = state.participants.get(person)
    return AUDIENCES[known.role if known is not None else PEOPLE[person]]


def _marks(states: list[BoardState], audience: Audience, names: dict[str, str]) -> list[set[bytes]]:
    """The marks that this audience is shown in each state."""
    views = (project.snapshot(state, audience, names) for state in states[1:])
    return [set(), *(set(MARK.findall(codec.encode(view, Format.MSGPACK))) for view in views)]


def _first_shown(states: list[BoardState], person: str, shown_in: dict[Audience, list[set[bytes]]]) -> dict[bytes, int]:
    first: dict[bytes, int] = {}
    for state in states[1:]:
        for mark in shown_in[_audience(state, person)][state.seq]:
            first.setdefault(mark, state.seq)
    return first


def _first_own(states: list[BoardState]) -> dict[tuple[str, bytes], int]:
    first: dict[tuple[str, bytes], int] = {}
    for before, after in pairwise(states):
        for id, card in after.cards.items():
            if card is not before.cards.get(id) and card.author is not None:
                for mark in MARK.findall(codec.encode(card, Format.MSGPACK)):
                    first.setdefault((card.author, mark), after.seq)
        for id, comment in after.comments.items():
            if comment is not before.comments.get(id) and comment.author is not None:
                for mark in MARK.findall(comment.text.encode()):
                    first.setdefault((comment.author, mark), after.seq)
    return first


async def _nothing() -> None:
    """In memory, turns of the loop are all there is to wait for."""


def run(
    log: Log,
    seed: int,
    nodes: int,
    anonymous: bool,
    caplog: pytest.LogCaptureFixture,
    barrier: Callable[[], Awaitable[Any]] = _nothing,
) -> None:
    """Play one history, and look at what it left."""
    play(Simulation(log, seed, nodes, anonymous), caplog, barrier)


def play(
    simulation: Simulation, caplog: pytest.LogCaptureFixture, barrier: Callable[[], Awaitable[Any]] = _nothing
) -> None:
    """From the beginning to the check, with no fault that was not foreseen."""
    faults: list[str] = []

    async def history() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: faults.append(repr(context)))
        loop.set_default_executor(InlineExecutor())
        await simulation.begin()
        await simulation.go_on(barrier)
        await simulation.settle(barrier)
        await simulation.check()
        for node in simulation.nodes:
            await node.hub.stop()
        await simulation.log.close()

    caplog.set_level(logging.WARNING)
    asyncio.run(history())
    faults += [record.getMessage() for record in caplog.records if record.exc_info and not _expected(record)]
    assert not faults, faults


def _expected(record: logging.LogRecord) -> bool:
    return bool(record.exc_info and isinstance(record.exc_info[1], LogUnavailable))


@pytest.mark.parametrize("seed", seeds(4))
@pytest.mark.parametrize("anonymous", [False, True], ids=["named", "anonymous"])
def test_one_node_in_bad_weather(seed: int, anonymous: bool, caplog: pytest.LogCaptureFixture) -> None:
    """Given one node, when lines break, phones stall, the log fails and the node restarts, then all is well again."""
    run(MemoryLog(), seed, 1, anonymous, caplog)


@pytest.mark.parametrize("seed", seeds(3))
def test_two_nodes_write_to_one_board(seed: int, caplog: pytest.LogCaptureFixture) -> None:
    """LG1: given two nodes on one log, when both write, then conflicts are decided again and nothing is lost."""
    run(MemoryLog(), seed, 2, False, caplog)


@pytest.mark.parametrize("seed", seeds(1))
def test_on_a_disk(seed: int, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """LG8: given the log that people use, when the same happens, then the same holds."""
    log = SqliteLog(tmp_path, Durability.MEMORY)

    async def barrier() -> None:
        await log.boards()

    run(log, seed, 1, False, caplog, barrier)
