"""One board on this node: its state, the queue of commands that wait for the log, and the channels that are told.

The one writer of the board here. While an append is under way, arriving commands wait together and go as the next one
(group commit); a conflict folds what was missed and decides again (LG1). What is appended is folded, answered, and told
at the next flush (HB2). The room owns no socket and reads no clock: outboxes, clock and log are handed in.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence

import msgspec
from msgspec import UNSET

from rebond.domain import project
from rebond.domain.cards import Audience
from rebond.domain.decide import answered_before, decide
from rebond.domain.envelope import Decided, Decision, Envelope, Repeated
from rebond.domain.fold import fold_entry
from rebond.domain.state import STATE_VERSION, BoardState, state_bytes
from rebond.hub.allowance import Allowances
from rebond.hub.channel import Channel
from rebond.hub.clock import Clock, Timer
from rebond.hub.connection import Connection
from rebond.hub.meters import Meters
from rebond.hub.presence import Here
from rebond.hub.ring import PlainEvent
from rebond.hub.session import rejected_frame
from rebond.hub.settings import HubSettings
from rebond.log import Appended, Compacted, Conflict, Log, LogError, LogUnavailable, LostTail, Record, Snapshot
from rebond.log import Position as LogPosition
from rebond_protocol.cards import CardErased
from rebond_protocol.codec import entry_bytes, plain, read_entry
from rebond_protocol.commands import ClientCommand, Command
from rebond_protocol.entries import EVENTS_VERSION, Entry
from rebond_protocol.errors import Rejected
from rebond_protocol.frames import Accepted, Beat, Events, Position, Welcome, You
from rebond_protocol.limits import Limits
from rebond_protocol.people import ParticipantRemoved, Signal
from rebond_protocol.rounds import BallotCast

logger = logging.getLogger(__name__)

BEFORE_EVERYTHING = -1
"""A position no history reaches back to: from there a snapshot leads on."""


MISSED_ENTRIES = 1_000
"""At most so many entries of other nodes are read at once."""


PRESENCE_AT_ONCE = 50
"""Up to so many people, a newcomer is told at once who is here; in a larger room with the next broadcast, since a
thousand who come in together would each cost a count of all the others."""


class Done(msgspec.Struct, frozen=True):
    """The command is in the log as entry `seq`, now or from before."""

    seq: int
    made: str | None


Outcome = Done | Rejected
Answer = Callable[[Outcome], None]


class _Waiting(msgspec.Struct, frozen=True):
    envelope: Envelope
    command: Command
    answer: Answer


class _Happened(msgspec.Struct, frozen=True):
    """An entry with the states around each of its events, until it is told."""

    entry: Entry
    before: BoardState
    after: BoardState


class Room:
    """A board, live. Made by `rebond.hub.loading`, with the state and epoch of its log."""

    def __init__(
        self,
        board: str,
        state: BoardState,
        epoch: str,
        names: dict[str, str],
        log: Log,
        clock: Clock,
        settings: HubSettings,
        meters: Meters,
        *,
        snapshot_seq: int,
        compaction_due: bool,
    ) -> None:
        self.board = board
        self.state = state
        self.epoch = epoch
        self.names = names
        self.broken = False
        """Whether this room and its log have parted; it must be opened anew."""
        self.idle_since_ms = clock.steady_ms()
        self._log = log
        self._clock = clock
        self._settings = settings
        self._meters = meters
        self._told_state = state
        """The state as of the last flush, where every channel stands."""
        self._channels: dict[Audience, Channel] = {}
        self._members: dict[str, set[Connection]] = {}
        self._here = Here()
        self._allowances = Allowances(settings.commands_per_s, settings.commands_burst)
        """What each person may say here: another connection, or another device, brings nobody another burst."""
        self._waiting: list[_Waiting] = []
        self._work: asyncio.Task[None] | None = None
        self._happened: list[_Happened] = []
        self._flush_timer: Timer | None = None
        self._flushed_at_ms = float("-inf")
        self._flush_gap_ms = 0.0
        self._presence_timer: Timer | None = None
        self._silence_timer: Timer | None = None
        self._snapshot_seq = snapshot_seq
        self._compaction_due = compaction_due
        """Whether erased words still stand in the log; until they do not, no snapshot may hide that they do."""
        self._compact_next = compaction_due
        self._saving: asyncio.Task[None] | None = None
        self._closed = False
        if compaction_due:
            self._start_work()

    # -- commands --------------------------------------------------------------------------------------------------

    def submit(self, connection: Connection, id: int, command: ClientCommand) -> None:
        """A command from a socket; its answer goes to that socket.

        A device that came back has sent again what was unanswered, and may have been told that it was refused. What its
        older line still brings, read late, would then happen after all (LG4).
        """
        if connection.superseded:
            self._meters.reject("superseded")
            connection.tell(rejected_frame(id, Rejected("superseded")))
            return
        if not self._allowances.take(connection.member.participant, self._clock.steady_ms()):
            self._meters.reject("rate_limited")
            connection.tell(rejected_frame(id, Rejected("rate_limited", {"retry_after_ms": 1000})))
            return

        def answer(outcome: Outcome) -> None:
            if isinstance(outcome, Rejected):
                connection.tell(rejected_frame(id, outcome))
            else:
                connection.tell(Accepted(id, outcome.seq, outcome.made if outcome.made is not None else UNSET))

        self._enqueue(connection.member.participant, connection.member.device, id, command, answer)

    async def act(self, command: Command, actor: str | None = None) -> Outcome:
        """A command from this server itself, or from somebody over HTTP."""
        outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()

        def answer(value: Outcome) -> None:
            if not outcome.done():
                outcome.set_result(value)

        self._enqueue(actor, None, None, command, answer)
        return await outcome

    def _enqueue(self, actor: str | None, device: str | None, id: int | None, command: Command, answer: Answer) -> None:
        envelope = Envelope(actor, device, id, self._clock.now_ms(), self._clock.fresh_id())
        waiting = _Waiting(envelope, command, answer)
        if self._closed:
            self._refuse((waiting,), "unavailable")
        elif len(self._waiting) >= self._settings.queue_commands:
            self._refuse((waiting,), "busy")
        else:
            self._waiting.append(waiting)
            self._start_work()

    def _start_work(self) -> None:
        if self._work is None:
            self._work = asyncio.get_running_loop().create_task(self._commit_all(), name=f"room {self.board}")

    async def _commit_all(self) -> None:
        try:
            while (self._waiting or self._compact_next) and not self.broken:
                batch = self._waiting[: self._settings.batch_commands]
                del self._waiting[: len(batch)]
                await self._commit_or_refuse(batch)
        finally:
            self._work = None
        if self.broken:
            self._refuse(self._waiting, "unavailable")
            self._waiting = []

    async def _commit_or_refuse(self, batch: Sequence[_Waiting]) -> None:
        try:
            decisions = await self._commit(batch)
        except LogUnavailable as error:  # nothing of it was kept, and the next one may do better
            logger.error("board %s: nothing can be appended: %s", self.board, error)
            self._refuse(batch, "unavailable")
        except LogError as error:
            self._give_up(str(error))
            self._refuse(batch, "unavailable")
        except Exception as error:  # the batch may be in the log or not: only the log can say
            logger.exception("board %s: a batch of commands failed", self.board)
            self._give_up(repr(error))
            self._refuse(batch, "unavailable")
        else:
            for waiting, decision in zip(batch, decisions, strict=True):
                waiting.answer(self._outcome(decision))
        self._schedule_flush()

    def _refuse(self, batch: Sequence[_Waiting], code: str) -> None:
        """Nothing of this was stored, but for what is here once more from an earlier connection (LG4)."""
        for waiting in batch:
            before = answered_before(self.state, waiting.envelope)
            if isinstance(before, Repeated):
                self._meters.repeated += 1
                waiting.answer(Done(before.seq, before.made))
            else:
                self._meters.reject(code)
                waiting.answer(Rejected(code))

    async def _commit(self, batch: Sequence[_Waiting]) -> list[Done | Rejected]:
        """Decide, append and fold this batch, once per conflict again; how each command ended."""
        while True:
            decisions, happened = self._decide(batch)
            if not happened:
                if any(isinstance(one, Rejected) for one in decisions) and await self._missed_some():
                    continue
                break
            records = [Record(one.entry.seq, entry_bytes(one.entry)) for one in happened]
            started_ms = self._clock.steady_ms()
            result = await self._log.append(self.board, self.state.seq, records)
            self._meters.append_ms += self._clock.steady_ms() - started_ms
            match result:
                case Appended():
                    self._meters.appends += 1
                    self._absorb(happened)
                    break
                case Conflict(position=position, missed=missed):
                    self._meters.conflicts += 1
                    if not missed or position.epoch != self.epoch:
                        raise LostTail(LogPosition(position.epoch, position.seq))
                    self._absorb(self._replayed(missed))
        if self._compact_next:
            await self._compact()
        return decisions

    async def _missed_some(self) -> bool:
        """Whether another node had appended something that is folded now.

        An append proves that what was decided was decided on all there is; a refusal proves nothing, and what is sent
        again after its first copy went through another node must not be refused (LG4).
        """
        missed = await self._log.read(self.board, self.state.seq, MISSED_ENTRIES)
        self._absorb(self._replayed(missed))
        return bool(missed)

    def _give_up(self, why: str) -> None:
        """LG6: what was told here and what the log says have parted. Everybody starts again from what the log says."""
        if self.broken:
            return
        logger.error("board %s: begun again from its log: %s", self.board, why)
        self.broken = True
        self._happened = []
        self._stop_timers()
        for connection in self.connections:
            connection.leave("resync")

    def _decide(self, batch: Sequence[_Waiting]) -> tuple[list[Done | Rejected], list[_Happened]]:
        """Each command decided against a draft that the ones before it have already changed."""
        draft = self.state
        decisions: list[Done | Rejected] = []
        happened: list[_Happened] = []
        for waiting in batch:
            try:
                decision: Decision = decide(draft, waiting.envelope, waiting.command)
                entry = _entry(draft.seq + 1, waiting.envelope, decision) if isinstance(decision, Decided) else None
                after = fold_entry(draft, entry) if entry is not None else draft
            except Exception:  # a fault in a feature stops that command, not those that share its append
                logger.exception("board %s: a command could not be decided", self.board)
                decisions.append(Rejected("unavailable"))
                continue
            match decision:
                case Decided():
                    assert entry is not None
                    happened.append(_Happened(entry, draft, after))
                    draft = after
                    decisions.append(Done(entry.seq, decision.made))
                case Repeated(seq=seq, made=made):
                    self._meters.repeated += 1
                    decisions.append(Done(seq, made))
                case Rejected():
                    decisions.append(decision)
        return decisions, happened

    def _outcome(self, decision: Done | Rejected) -> Outcome:
        if isinstance(decision, Rejected):
            self._meters.reject(decision.code)
        else:
            self._meters.accepted += 1
        return decision

    def _replayed(self, records: Sequence[Record]) -> list[_Happened]:
        """Entries that another node appended, as this room would have seen them happen."""
        state = self.state
        happened: list[_Happened] = []
        for record in records:
            entry = read_entry(record.data)
            after = fold_entry(state, entry)
            happened.append(_Happened(entry, state, after))
            state = after
        return happened

    def _absorb(self, happened: list[_Happened]) -> None:
        """What is in the log is now so here; it is told at the next flush."""
        if not happened:
            return
        self._happened.extend(happened)
        self.state = happened[-1].after
        for one in happened:
            for event in one.entry.events:
                if isinstance(event, ParticipantRemoved):
                    self._dismiss(event.participant)
                elif isinstance(event, CardErased):
                    self._compaction_due = self._compact_next = True

    def _dismiss(self, participant: str) -> None:
        for connection in list(self._members.get(participant, ())):
            connection.leave("removed")

    # -- telling ---------------------------------------------------------------------------------------------------

    def _schedule_flush(self) -> None:
        """HB2: an idle room sends at once, a busy one when the gap since the last flush is over.

        Words that are taken back are taken back at once: until the flush, newcomers would still be given them (DM6).
        """
        if any(project.takes_back(one.entry) for one in self._happened):
            self.flush()
        if not self._happened or self._flush_timer is not None:
            return
        wait_ms = self._flushed_at_ms + self._flush_gap_ms - self._clock.steady_ms()
        if wait_ms <= 0:
            self.flush()
        else:
            self._flush_timer = self._clock.call_later(wait_ms, self.flush)

    def flush(self) -> None:
        """Tell each channel, in one frame, what happened since the last flush, and everybody what is theirs alone."""
        if self._flush_timer is not None:
            self._flush_timer.cancel()
            self._flush_timer = None
        happened, self._happened = self._happened, []
        if not happened:
            return
        started_ms = self._clock.steady_ms()
        try:
            self._tell(happened, started_ms)
        except Exception as error:  # some may have been told and some not: nobody is left half told
            logger.exception("board %s: what happened could not be told", self.board)
            self._give_up(repr(error))
            return
        self._meters.flushes += 1
        self._flushed_at_ms = self._clock.steady_ms()
        spent_ms = self._flushed_at_ms - started_ms
        self._flush_gap_ms = min(self._settings.flush_ms, spent_ms / self._settings.flush_share)
        self._keep_snapshot()

    def _tell(self, happened: Sequence[_Happened], now_ms: float) -> None:
        self._told_state = happened[-1].after
        for channel in self._channels.values():
            channel.flush(self._told_state.seq, self._projected(happened, channel.audience), now_ms)
        if any(project.takes_back(one.entry) for one in happened):
            for channel in self._channels.values():
                channel.forget(self.epoch)
        self._tell_owners(happened)

    def _projected(self, happened: Sequence[_Happened], audience: Audience) -> list[tuple[int, PlainEvent]]:
        told: list[tuple[int, PlainEvent]] = []
        tally = project.Tally()
        covered = project.covered_by([one.entry for one in happened], self._told_state, audience)
        for one in happened:
            seq = one.entry.seq
            for event in one.entry.events:
                if isinstance(event, BallotCast):
                    tally.note(event)
                    continue
                views = project.project(one.before, event, one.after, audience, self.names)
                if covered:
                    views = [kept for view in views if (kept := project.without_words(view, covered)) is not None]
                told.extend((seq, plain(view)) for view in views)
        told.extend((self._told_state.seq, plain(view)) for view in tally.told(self._told_state))
        return told

    def _tell_owners(self, happened: Sequence[_Happened]) -> None:
        """HB1: what only one person may see is a small frame to that person's own sockets."""
        for participant, yours in project.yours_after(self._told_state, *(one.entry for one in happened)).items():
            for connection in self._members.get(participant, ()):
                if connection.behind_since_ms is None:
                    connection.tell(yours)

    def beat(self) -> None:
        """HB5: tell where the board stands, close who stayed behind too long, forget who fell silent."""
        now_ms = self._clock.steady_ms()
        if self._compaction_due:
            self._compact_next = True
            self._start_work()
        for channel in self._channels.values():
            if channel.told_seq < channel.seq:
                channel.send(Events(channel.seq, ()), now_ms)
                channel.told_seq = channel.seq
            channel.send(Beat(channel.seq), now_ms)
            for connection in channel.too_slow(now_ms - self._settings.slow_ms):
                connection.leave("slow")
        if self._here.expire(now_ms):
            self._presence_changed()

    def say_beat(self, connection: Connection) -> None:
        """One socket asked."""
        if connection.behind_since_ms is not None:
            return
        channel = self._channels[connection.member.audience]
        if channel.told_seq < channel.seq:
            connection.tell(Events(channel.seq, ()))
        connection.tell(Beat(channel.seq))

    # -- coming and going ------------------------------------------------------------------------------------------

    def attach(self, connection: Connection, position: Position | None) -> None:
        """Let a checked connection in: welcome, then either what it missed or a snapshot, then what is its own (HB4).

        Raises `KeyError` for a participant the board does not know; ask `refusal` first.
        """
        member = connection.member
        person = self.state.participants[member.participant]
        channel = self._channel(member.audience)
        recovered = position is not None and position.epoch == self.epoch and channel.can_catch_up(position.seq)
        you = You(member.participant, person.role, person.segment, self.names.get(member.participant))
        here = Position(self.epoch, channel.seq)
        told_limits = Limits(beat_ms=self._settings.beat_ms)
        connection.tell(Welcome(you, here, recovered, self._clock.now_ms(), told_limits))
        if recovered and position is not None:
            self._meters.recovered += 1
            missed = channel.catch_up(position.seq, connection.wire)
            if missed is not None:
                connection.outbox.write(missed)
        else:
            self._meters.not_recovered += 1
            self._send_snapshot(connection, channel)
        connection.tell(project.yours(self._told_state, member.participant))
        connection.outbox.on_drain(lambda: self._drained(connection))
        channel.add(connection)
        devices = self._members.setdefault(member.participant, set())
        for older in devices:
            older.superseded = older.superseded or older.member.device == member.device
        devices.add(connection)
        changed = self._here.came(connection)
        if changed:
            self._presence_changed()
        if not changed or len(self._members) <= PRESENCE_AT_ONCE:
            connection.tell(self._here.told(self.state, member.audience, self.names))

    def refusal(self, participant: str) -> str | None:
        """HB6: the close code's name for somebody who may not come in, asked at every hello."""
        person = self.state.participants.get(participant)
        if person is None:
            return "bad_token"
        return "removed" if person.removed else None

    def detach(self, connection: Connection) -> None:
        """This socket is gone. Harmless for one that was never attached."""
        members = self._members.get(connection.member.participant)
        if members is None or connection not in members:
            return
        members.discard(connection)
        if not members:
            del self._members[connection.member.participant]
        self._channels[connection.member.audience].remove(connection)
        if self._here.went(connection):
            self._presence_changed()
        self.idle_since_ms = self._clock.steady_ms()

    def _channel(self, audience: Audience) -> Channel:
        if audience not in self._channels:
            seq = self._told_state.seq
            self._channels[audience] = Channel(audience, self.epoch, seq, self._settings, self._meters)
        return self._channels[audience]

    def _send_snapshot(self, connection: Connection, channel: Channel) -> None:
        now_ms = self._clock.steady_ms()
        for frame in channel.snapshot(self._told_state, self.names, connection.wire, now_ms):
            connection.outbox.write(frame)
        self._meters.snapshots_sent += 1

    def _drained(self, connection: Connection) -> None:
        """HB3: a socket that was skipped reads again; one frame leads it to where the others are."""
        channel = self._channels[connection.member.audience]
        position = connection.seq
        if not channel.drained(connection):
            return
        if channel.can_catch_up(position):
            missed = channel.catch_up(position, connection.wire)
            if missed is not None:
                connection.outbox.write(missed)
        else:
            self._send_snapshot(connection, channel)
        connection.tell(project.yours(self._told_state, connection.member.participant))

    @property
    def connections(self) -> list[Connection]:
        """Every socket of this room."""
        return [connection for members in self._members.values() for connection in members]

    # -- presence --------------------------------------------------------------------------------------------------

    def signal(self, connection: Connection, signal: Signal) -> None:
        """Somebody is writing, or no longer."""
        until_ms = self._clock.steady_ms() + self._settings.writing_ms
        if self._here.wrote(connection.member.participant, signal.on, until_ms):
            self._presence_changed()

    def renamed(self, participant: str, name: str | None) -> None:
        """Somebody's name is known from now on, or forgotten."""
        if name is None:
            self.names.pop(participant, None)
        else:
            self.names[participant] = name
        if participant in self.state.participants:  # a newcomer's name stands in no snapshot yet
            for channel in self._channels.values():
                channel.forget_snapshots()
        self._presence_changed()

    def tell_afresh(self, epoch: str) -> None:
        """A name was erased: no history that shows it is kept, and every screen gets a snapshot without it (LG7).

        Screens that are not here now hold the old `epoch`, so they too begin with a snapshot when they come back.
        """
        self.flush()
        self.epoch = epoch
        for channel in self._channels.values():
            channel.forget(epoch)
        for connection in self.connections:
            if connection.behind_since_ms is None:
                self._send_snapshot(connection, self._channels[connection.member.audience])
                connection.tell(project.yours(self._told_state, connection.member.participant))
            else:
                connection.seq = BEFORE_EVERYTHING

    def _presence_changed(self) -> None:
        if self._presence_timer is None and not self.broken and not self._closed:
            self._presence_timer = self._clock.call_later(self._settings.presence_ms, self._tell_presence)

    def _tell_presence(self) -> None:
        self._presence_timer = None
        now_ms = self._clock.steady_ms()
        self._here.expire(now_ms)
        for channel in self._channels.values():
            channel.send(self._here.told(self.state, channel.audience, self.names), now_ms)
        if self._here.anybody_writing and self._silence_timer is None:
            self._silence_timer = self._clock.call_later(self._settings.writing_ms, self._notice_silence)

    def _notice_silence(self) -> None:
        """Whoever said they were writing, and has not again, writes no longer. Who comes or goes waits for none."""
        self._silence_timer = None
        if self._here.expire(self._clock.steady_ms()):
            self._presence_changed()
        elif self._here.anybody_writing:
            self._silence_timer = self._clock.call_later(self._settings.writing_ms, self._notice_silence)

    # -- snapshots and erasure -------------------------------------------------------------------------------------

    def _keep_snapshot(self) -> None:
        since = self.state.seq - self._snapshot_seq
        due = max(self._settings.snapshot_entries, self._snapshot_seq * self._settings.snapshot_growth)
        if since >= due and not self._compaction_due and self._saving is None:
            self._saving = asyncio.get_running_loop().create_task(self._save_snapshot())
            self._saving.add_done_callback(self._saved)

    def _saved(self, saving: asyncio.Task[None]) -> None:
        self._saving = None
        if not saving.cancelled() and saving.exception() is not None:
            logger.error("board %s: a snapshot could not be stored: %s", self.board, saving.exception())

    async def _save_snapshot(self) -> None:
        """Store the fold as a cache (LG5); encoded aside, since the state is a value that does not change.

        Not while an erasure waits for compaction: whoever opens the board next must read the erasure to know of it.
        """
        state, self._snapshot_seq = self.state, self.state.seq
        data = await asyncio.to_thread(state_bytes, state)
        if not self.broken and not self._compaction_due:
            await self._log.save_snapshot(self.board, Snapshot(state.seq, STATE_VERSION, data))

    async def _compact(self) -> None:
        """LG7: the log begins at a snapshot that no longer has the erased words; nothing here remembers them either.

        Where that fails it stays due, and the next beat tries again.
        """
        self._compact_next = False
        self.flush()  # whoever comes in meanwhile is not given them any more
        state = self.state
        try:
            await self._log.compact(self.board, Snapshot(state.seq, STATE_VERSION, state_bytes(state)))
        except Compacted:  # another node has, and further
            pass
        except LogUnavailable as error:
            logger.error("board %s: erased words could not be compacted away yet: %s", self.board, error)
            return
        for channel in self._channels.values():
            channel.forget(self.epoch)
        self._compaction_due = False
        self._snapshot_seq = state.seq

    async def close(self) -> None:
        """Finish the appends under way, tell what happened, keep a snapshot. The room is of no use afterwards."""
        while self._work is not None:
            await self._work
        self._closed = True
        self.flush()
        self._stop_timers()
        if self._saving is not None:
            await asyncio.wait((self._saving,))
        if self.state.seq > self._snapshot_seq and not self._compaction_due:
            await self._save_snapshot()

    def _stop_timers(self) -> None:
        for timer in (self._flush_timer, self._presence_timer, self._silence_timer):
            if timer is not None:
                timer.cancel()
        self._flush_timer = self._presence_timer = self._silence_timer = None

    @property
    def busy(self) -> bool:
        """Whether somebody is here, or something is under way or due."""
        return bool(self._members) or self._work is not None or bool(self._waiting) or self._compaction_due


def _entry(seq: int, envelope: Envelope, decided: Decided) -> Entry:
    at_ms, actor, device, id = envelope.now_ms, envelope.actor, envelope.device, envelope.id
    return Entry(EVENTS_VERSION, seq, at_ms, actor, device, id, decided.events, decided.made)
