"""The parts of the server's own code, timed in this process: the one file of the load generator that knows the server.

Everything else here measures from outside. These figures say where the time of the others goes; regressions of the same
parts are found without a stopwatch by tests/benchmarks.
"""

import asyncio
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rebond.domain.cards import Audience
from rebond.domain.decide import decide
from rebond.domain.envelope import Decided, Envelope
from rebond.domain.fold import fold_entry
from rebond.domain.project import project, snapshot
from rebond.domain.state import EMPTY, BoardState, read_state, state_bytes
from rebond.log import BoardRecord, Durability, Record
from rebond.log.sqlite import SqliteLog
from rebond_loadtest.scenarios.speaking import TEXTS
from rebond_loadtest.tally import Figure
from rebond_protocol.boards import About, BoardCreate
from rebond_protocol.cards import CardAdd, CardEdit
from rebond_protocol.codec import Format, encode, entry_bytes, read_client_frame, read_entry
from rebond_protocol.commands import Command
from rebond_protocol.entries import EVENTS_VERSION, Entry
from rebond_protocol.frames import Events, Position, Snapshot, Submit
from rebond_protocol.people import ParticipantJoin, Segment

CARDS = 2_000
PEOPLE = 50
BOARDS = 1_000
BEST_OF = 3
NAMES: dict[str, str] = {}


class Writing:
    """A board that is written on: decided and folded, as a room does."""

    def __init__(self) -> None:
        self.state: BoardState = EMPTY
        self.entries: list[Entry] = []
        self._ids = 0
        about = About("b1", "KITE7", "Banc d’essai", "brainstorm", "fr", 0, (Segment("customer", "Client"),))
        self.say(None, BoardCreate(about))
        for person in range(PEOPLE):
            self.say(None, ParticipantJoin(f"p{person}", "participant", "customer"))

    def envelope(self, actor: str | None) -> Envelope:
        """The next command's, of this person."""
        self._ids += 1
        return Envelope(actor, "device" if actor else None, self._ids if actor else None, self._ids, f"c{self._ids}")

    def decided(self, envelope: Envelope, command: Command) -> Entry:
        """The entry this command makes."""
        decision = decide(self.state, envelope, command)
        assert isinstance(decision, Decided), decision
        return Entry(
            EVENTS_VERSION,
            self.state.seq + 1,
            envelope.now_ms,
            envelope.actor,
            envelope.device,
            envelope.id,
            decision.events,
            decision.made,
        )

    def say(self, actor: str | None, command: Command) -> Entry:
        """Decide and fold."""
        entry = self.decided(self.envelope(actor), command)
        self.state = fold_entry(self.state, entry)
        self.entries.append(entry)
        return entry


def inside(entries: int, progress: Callable[[str], None]) -> list[Figure]:
    """All of them; `entries`: how many are folded."""
    progress("writing a board in memory")
    board = Writing()
    cards = [str(board.say(f"p{place % PEOPLE}", CardAdd(TEXTS[place % len(TEXTS)])).made) for place in range(CARDS)]
    figures = [*_one_command(board), *_snapshots(board)]
    progress(f"folding {entries:,} entries")
    revs = dict.fromkeys(cards, 1)
    while len(board.entries) < entries:
        place = len(board.entries) % CARDS
        card = cards[place]
        board.say(f"p{place % PEOPLE}", CardEdit(card, f"{TEXTS[place % len(TEXTS)]} {revs[card]}", revs[card]))
        revs[card] += 1
    figures += _folding(board)
    progress("appending")
    with tempfile.TemporaryDirectory(prefix="rebond-parts-") as folder:
        figures += asyncio.run(_appending(Path(folder), entry_bytes(board.entries[-1])))
    return figures


def _one_command(board: Writing) -> list[Figure]:
    """The steps of a new card, each alone."""
    frame = encode(Submit(7, CardAdd(TEXTS[0])), Format.JSON)
    command, envelope = CardAdd(TEXTS[0]), board.envelope("p1")
    entry = board.decided(envelope, command)
    before, after = board.state, fold_entry(board.state, entry)
    told = project(before, entry.events[0], after, Audience.PARTICIPANTS, NAMES)
    stored = entry_bytes(entry)
    timed: tuple[tuple[str, str, Callable[[], object]], ...] = (
        ("read", "read and check a frame", lambda: read_client_frame(frame, Format.JSON)),
        ("decide", "decide on a new card", lambda: decide(before, envelope, command)),
        ("entry", "encode its entry", lambda: entry_bytes(entry)),
        ("reread", "read it again", lambda: read_entry(stored)),
        ("fold", "fold it", lambda: fold_entry(before, entry)),
        ("project", "project it", lambda: project(before, entry.events[0], after, Audience.PARTICIPANTS, NAMES)),
        ("encode", "encode the frame that tells it", lambda: encode(Events(after.seq, told), Format.JSON)),
    )
    return [Figure(f"{name}_us", what, best_us(work, 2_000), "µs") for name, what, work in timed]


def _snapshots(board: Writing) -> list[Figure]:
    view = snapshot(board.state, Audience.PARTICIPANTS, NAMES)
    frame = Snapshot(Position("e1", board.state.seq), view)
    stored = state_bytes(board.state)
    what = f"{CARDS:,} cards"
    return [
        Figure(
            "snapshot_project_ms",
            f"project a snapshot of {what}",
            best_us(lambda: snapshot(board.state, Audience.PARTICIPANTS, NAMES), 10) / 1000,
            "ms",
        ),
        Figure("snapshot_encode_ms", "… encode it", best_us(lambda: encode(frame, Format.JSON), 10) / 1000, "ms"),
        Figure("snapshot_kib", "… its size as JSON", len(encode(frame, Format.JSON)) / 1024, "KiB"),
        Figure(
            "state_bytes_ms", f"state of {what} to bytes", best_us(lambda: state_bytes(board.state), 5) / 1000, "ms"
        ),
        Figure("read_state_ms", "… and back", best_us(lambda: read_state(stored), 5) / 1000, "ms"),
        Figure("state_kib", "… its size", len(stored) / 1024, "KiB"),
    ]


def _folding(board: Writing) -> list[Figure]:
    stored = [entry_bytes(entry) for entry in board.entries]
    count = f"{len(stored):,} entries"

    def fold_all() -> None:
        state = EMPTY
        for entry in board.entries:
            state = fold_entry(state, entry)

    def read_all() -> None:
        for data in stored:
            read_entry(data)

    return [
        Figure("read_all_s", f"read {count}", best_us(read_all, 1) / 1e6, "s"),
        Figure("fold_all_s", f"fold {count}", best_us(fold_all, 1) / 1e6, "s"),
    ]


async def _appending(folder: Path, data: bytes) -> list[Figure]:
    """Appends of one record to SQLite with fsync: one board one after another, and many boards at once."""
    log = SqliteLog(folder, Durability.FSYNC)
    await log.open()
    try:
        for place in range(BOARDS):
            await log.create(BoardRecord(f"b{place}", f"CODE{place}", 0, "e1"), [Record(1, data)])
        alone, began_s = 500, time.perf_counter()
        for seq in range(1, alone + 1):
            await log.append("b0", seq, [Record(seq + 1, data)])
        alone_s = time.perf_counter() - began_s
        rounds, cpu_s, began_s = 10, time.process_time(), time.perf_counter()
        for seq in range(1, rounds + 1):
            await asyncio.gather(*(log.append(f"b{place}", seq, [Record(seq + 1, data)]) for place in range(1, BOARDS)))
        together_s, together_cpu_s = time.perf_counter() - began_s, time.process_time() - cpu_s
    finally:
        await log.close()
    appends = rounds * (BOARDS - 1)
    return [
        Figure("append_alone_per_s", "appends to SQLite, fsync, one board one at a time", alone / alone_s, "/s"),
        Figure("append_many_per_s", f"appends to SQLite, fsync, {BOARDS:,} boards at once", appends / together_s, "/s"),
        Figure("append_many_us", "… CPU each", together_cpu_s / appends * 1e6, "µs"),
    ]


def best_us(work: Callable[[], object], times: int) -> float:
    """Microseconds one call takes, in the best of a few rounds of so many."""
    best_s = float("inf")
    for _ in range(BEST_OF):
        began_s = time.perf_counter()
        for _ in range(times):
            work()
        best_s = min(best_s, time.perf_counter() - began_s)
    return best_s / times * 1e6
