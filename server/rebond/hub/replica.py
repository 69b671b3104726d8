"""What this node holds of one board: its state, its epoch, its names, and the records it held last (LG3, LG6, LG7).

The one place where a board moves on here. Whatever brings entries (an append of its own, a conflict, the follower)
hands them over, in any order and as often as it likes: what lies beyond the state is absorbed, once. Must not know
sockets.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence

from rebond.hub.clock import Clock
from rebond.hub.deciding import Happened, Outcome, Unsaid, Waiting, happened_after
from rebond.hub.loading import Loaded
from rebond.hub.recent import Recent
from rebond.hub.settings import HubSettings
from rebond.log import Log, LogError, Person, Record
from rebond_protocol.codec import read_entry
from rebond_protocol.entries import Entry
from rebond_protocol.people import ParticipantJoined


class Forked(LogError):
    """The log says something else where this node holds a record already (LG6)."""

    def __init__(self, seq: int) -> None:
        super().__init__(f"The log's entry {seq} is not the one that is known here.")
        self.seq = seq


def _unheard(cause: Waiting | None) -> Waiting | None:
    """The command without whoever waited for its answer: they may go, and what is held of theirs with them."""
    return Waiting(cause.envelope, cause.command, _to_nobody) if cause is not None else None


def _to_nobody(outcome: Outcome | Unsaid) -> None:
    """It was answered long ago."""


class Replica:
    """The board as of entry `state.seq`. `absorbed` is told of entries as they become so here, in order, once."""

    def __init__(
        self,
        board: str,
        loaded: Loaded,
        epoch: str,
        people: Iterable[Person],
        log: Log,
        clock: Clock,
        settings: HubSettings,
        absorbed: Callable[[Sequence[Happened]], None],
    ) -> None:
        self.board = board
        self.state = loaded.state
        self.epoch = epoch
        self.people: dict[str, Person] = {}
        """What is known of people beyond the log, as of the last time it was read (LG7)."""
        self.names: dict[str, str] = {}
        self.recent = Recent(settings.held_bytes, settings.held_entries, settings.held_ms)
        """Nothing is held of a log that nobody else writes to: what that lost, this process lost with it."""
        self._last: Record | None = None
        self.whole = asyncio.Event()
        """Set while this is what the log says, as far as anybody knows; not so from a parting until it is made good."""
        self.whole.set()
        self._log = log
        self._clock = clock
        self._absorbed = absorbed
        self._renames = 0
        self._begun = 0
        """How often the board has begun anew."""
        self._know(people)
        self._hold_loaded(loaded)

    # -- entries ---------------------------------------------------------------------------------------------------

    def took(self, happened: Sequence[Happened], records: Sequence[Record]) -> None:
        """What was decided here is in the log. Raises `Forked` if something else was absorbed in its place."""
        if happened[0].before.seq != self.state.seq:
            raise Forked(happened[0].entry.seq)
        self._absorb(happened, records)

    async def take(self, records: Sequence[Record]) -> None:
        """What another node appended, or this one and it comes back: absorb what lies beyond the state.

        Raises `Forked`, `LogUnavailable` (names that belong to it could not be read), and `ValueError` for an entry
        written by a newer version.
        """
        begun = self._begun
        entries = [read_entry(record.data) for record in records if record.seq > self.state.seq]
        if not self._names_known(entries):
            await self.read_people()
        # The board may have moved on meanwhile by another road, or have begun anew from another past.
        if self._begun != begun:
            raise Forked(self.state.seq + 1)
        for record in records:
            held = self.held(record.seq)
            if held is not None and held.data != record.data:
                raise Forked(record.seq)
        newer = [record for record in records if record.seq > self.state.seq]
        if newer:
            if newer[0].seq != self.state.seq + 1:
                raise Forked(self.state.seq + 1)
            happened = happened_after(self.state, [entry for entry in entries if entry.seq > self.state.seq])
            self._absorb(happened, newer)

    def _absorb(self, happened: Sequence[Happened], records: Sequence[Record]) -> None:
        if self._log.shared:
            now_ms = self._clock.steady_ms()
            for one, record in zip(happened, records, strict=True):
                self.recent.push(record, _unheard(one.cause), now_ms)
            self.recent.expire(now_ms)
            self._last = records[-1]
        self.state = happened[-1].after
        self._absorbed(happened)

    def start_anew(self, loaded: Loaded) -> None:
        """What was held is not what the log says: this is."""
        self._begun += 1
        self.state = loaded.state
        self.recent.clear()
        self._hold_loaded(loaded)

    def _hold_loaded(self, loaded: Loaded) -> None:
        self._last = None
        if self._log.shared and loaded.tail:
            for record in loaded.tail:
                self.recent.push(record, None, self._clock.steady_ms())
            self._last = loaded.tail[-1]

    @property
    def last(self) -> Record | None:
        """The record the state ends with, however long it is held: what a snapshot of the state has to stand on (LG6).
        None where the log has none, because it begins there, or where nobody else writes to it."""
        return self._last

    def held(self, seq: int) -> Record | None:
        """The record with this seq, if it is still known here."""
        return self._last if self._last is not None and self._last.seq == seq else self.recent.at(seq)

    def forget(self, upto_seq: int) -> None:
        """Hold no record up to this seq: the log has them no more either, for words in them were erased (LG7)."""
        self.recent.forget(upto_seq)
        if self._last is not None and self._last.seq <= upto_seq:
            self._last = None

    # -- names -----------------------------------------------------------------------------------------------------

    def _names_known(self, entries: Sequence[Entry]) -> bool:
        """Whether everybody who joins by these entries can be told with the name they gave (LG7)."""
        about = self.state.about
        if about is None or about.anonymous or not self._log.shared:
            return True
        return all(
            event.participant in self.people
            for entry in entries
            for event in entry.events
            if isinstance(event, ParticipantJoined)
        )

    async def read_people(self) -> bool:
        """Read who is known beyond the log; whether somebody's name is another one now. Raises `LogUnavailable`."""
        before, renames = self.names, -1
        people: list[Person] = []
        while renames != self._renames:  # a name given here while they were read may not be among them
            renames = self._renames
            people = await self._log.people(self.board)
        self._know(people)
        return self.names != before

    def _know(self, people: Iterable[Person]) -> None:
        self.people = {person.participant: person for person in people}
        self.names = {person.participant: person.name for person in self.people.values() if person.name}

    def introduce(self, participant: str, name: str | None) -> None:
        """Another node says under which name somebody is about to join. Whoever is known already is looked up."""
        if participant not in self.people and participant not in self.state.participants:
            self.people[participant] = Person(participant, name, None, None)
            if name is not None:
                self.names[participant] = name

    def rename(self, participant: str, name: str | None, person: Person | None = None) -> None:
        """Somebody's name is known from now on, or forgotten; `person` is the whole of what the log knows, at hand."""
        self._renames += 1
        known = person or self.people.get(participant)
        self.people.pop(participant, None)
        self.names.pop(participant, None)
        if name is not None:
            contact, device_key = (known.contact, known.device_key) if known is not None else (None, None)
            self.people[participant] = Person(participant, name, contact, device_key)
            self.names[participant] = name
