"""Who is told what, when, in which bytes: the sockets of one board by audience, and the flush (HB1 to HB5, DM6, DM7).

What happened waits here until the next flush, where all channels stand together at `state`; what comes in between is
led to the same place.
"""

import logging
from collections.abc import Callable, Sequence

from rebond.domain import project
from rebond.domain.cards import Audience
from rebond.domain.people import Names
from rebond.domain.state import BoardState
from rebond.hub.channel import Channel
from rebond.hub.clock import Clock, Timer
from rebond.hub.connection import Connection
from rebond.hub.deciding import Happened
from rebond.hub.meters import Meters
from rebond.hub.pace import Pace
from rebond.hub.ring import PlainEvent
from rebond.hub.settings import HubSettings
from rebond_protocol.codec import plain
from rebond_protocol.frames import Beat, Events, Position, ServerFrame

logger = logging.getLogger(__name__)

BEFORE_EVERYTHING = -1
"""A position no history reaches back to: from there a snapshot leads on."""


class Telling:
    """One board's channels, and everybody who is connected. `names` gives the names as they are now.

    `told` is called after each flush, `failed` when one could not be told whole.
    """

    def __init__(
        self,
        board: str,
        state: BoardState,
        epoch: str,
        names: Callable[[], Names],
        clock: Clock,
        settings: HubSettings,
        meters: Meters,
        told: Callable[[], None],
        failed: Callable[[str], None],
    ) -> None:
        self.state = state
        """The state as of the last flush, where every channel stands."""
        self.epoch = epoch
        self.members: dict[str, set[Connection]] = {}
        """Participant → their sockets."""
        self._board = board
        self._names = names
        self._clock = clock
        self._settings = settings
        self._meters = meters
        self._told = told
        self._failed = failed
        self._channels: dict[Audience, Channel] = {}
        self._happened: list[Happened] = []
        self._takes_back = False
        """Whether some of it takes words back (DM6)."""
        self._held_back = False
        self._flush_timer: Timer | None = None
        self._pace = Pace(settings)

    # -- what happens ----------------------------------------------------------------------------------------------

    def add(self, happened: Sequence[Happened]) -> None:
        """These are to be told at the next flush."""
        self._happened.extend(happened)
        self._takes_back = self._takes_back or any(project.takes_back(one.entry) for one in happened)

    def schedule(self) -> None:
        """HB2: a quiet room sends at once, a busy one when it has rested from the last flush.

        Words that are taken back are taken back at once: until the flush, newcomers would still be given them (DM6).
        """
        if self._held_back or not self._happened:
            return
        if self._takes_back:
            self.flush()
        elif self._flush_timer is None:
            wait_ms = self._pace.wait_ms(self._clock.steady_ms())
            if wait_ms <= 0:
                self.flush()
            else:
                self._flush_timer = self._clock.call_later(wait_ms, self.flush)

    def flush(self) -> None:
        """Tell each channel, in one frame, what happened since the last flush, and everybody what is theirs alone."""
        self._stop_timer()
        if self._held_back or not self._happened:
            return
        happened, self._happened = self._happened, []
        takes_back, self._takes_back = self._takes_back, False
        started_ms = self._clock.steady_ms()
        try:
            if len(happened) > self._settings.ring_events:  # a snapshot is bounded, and nobody could resume in between
                self.begin_again(happened[-1].after, self.epoch)
            else:
                self._tell(happened, takes_back, started_ms)
        except Exception as error:  # some may have been told and some not: nobody is left half told
            logger.exception("board %s: what happened could not be told", self._board)
            self._failed(repr(error))
            return
        self._meters.flushes += 1
        self._pace.flushed(started_ms, self._clock.steady_ms())
        self._told()

    def hold_back(self) -> None:
        """Tell nothing more of what happens: whether it follows from what was told is being found out (LG6)."""
        self._held_back = True

    def go_on(self) -> None:
        """It does follow."""
        self._held_back = False
        self.schedule()

    def begin_again(self, state: BoardState, epoch: str) -> None:
        """Lead everybody to this state by a snapshot, whatever they were told (LG6, LG7).

        No history is kept. Screens that are not here now hold the old epoch, so they too begin with a snapshot.
        """
        self._stop_timer()
        self._held_back = False
        self._happened, self._takes_back = [], False
        self.state, self.epoch = state, epoch
        for channel in self._channels.values():
            self._start_over(channel)

    def _start_over(self, channel: Channel) -> None:
        """Lead everybody of this channel to the state by a snapshot, and keep no history of it."""
        channel.seq = channel.told_seq = self.state.seq
        channel.forget(self.epoch)
        for connection in self.connections:
            if connection.member.audience is not channel.audience:
                continue
            if connection.behind_since_ms is None:
                self.send_snapshot(connection)
                self._tell_own(connection)
            else:  # it gets one when it has drained (HB3)
                connection.seq = BEFORE_EVERYTHING

    def stop(self) -> None:
        """Tell nothing more."""
        self._held_back = True
        self._happened, self._takes_back = [], False
        self._stop_timer()

    def _stop_timer(self) -> None:
        if self._flush_timer is not None:
            self._flush_timer.cancel()
            self._flush_timer = None

    def _tell(self, happened: Sequence[Happened], takes_back: bool, now_ms: float) -> None:
        self.state = happened[-1].after
        for channel in self._channels.values():
            if any(project.starts_over(one.entry, channel.audience) for one in happened):
                self._start_over(channel)
            else:
                channel.flush(self.state.seq, self._projected(happened, channel.audience), now_ms)
        if takes_back:
            self.forget_history()
        self._tell_owners(happened)

    def _projected(self, happened: Sequence[Happened], audience: Audience) -> list[tuple[int, PlainEvent]]:
        told: list[tuple[int, PlainEvent]] = []
        tally = project.Tally()
        names = self._names()
        covered = project.covered_by([one.entry for one in happened], self.state, audience)
        for one in happened:
            seq = one.entry.seq
            for event in one.entry.events:
                if isinstance(event, project.Counted):
                    tally.note(event)
                    continue
                views = project.project(one.before, event, one.after, audience, names)
                if covered:
                    views = [kept for view in views if (kept := project.without_words(view, covered)) is not None]
                told.extend((seq, plain(view)) for view in views)
        told.extend((self.state.seq, plain(view)) for view in tally.told(self.state, audience, happened[0].before))
        return told

    def _tell_owners(self, happened: Sequence[Happened]) -> None:
        """HB1: what only one person may see is a small frame to that person's own sockets."""
        for participant, yours in project.yours_after(self.state, *(one.entry for one in happened)).items():
            for connection in self.members.get(participant, ()):
                if connection.behind_since_ms is None:
                    connection.tell(yours)

    def _tell_own(self, connection: Connection) -> None:
        connection.tell(project.yours(self.state, connection.member.participant))

    # -- what is kept to lead people on ----------------------------------------------------------------------------

    def forget_history(self) -> None:
        """Nobody is told again of what was; who asks for it gets a snapshot (LG7)."""
        for channel in self._channels.values():
            channel.forget(self.epoch)

    def forget_snapshots(self) -> None:
        """A name changed: what is kept ready shows the old one."""
        for channel in self._channels.values():
            channel.forget_snapshots()

    # -- now and then ----------------------------------------------------------------------------------------------

    def send(self, frame: Callable[[Audience], ServerFrame]) -> None:
        """Tell everybody something that is no event, made once an audience."""
        now_ms = self._clock.steady_ms()
        for channel in self._channels.values():
            channel.send(frame(channel.audience), now_ms)

    def beat(self) -> None:
        """HB5: tell where the board stands, and close who stayed behind too long (HB3)."""
        now_ms = self._clock.steady_ms()
        for channel in self._channels.values():
            if channel.told_seq < channel.seq:
                channel.send(Events(channel.seq, ()), now_ms)
                channel.told_seq = channel.seq
            channel.send(Beat(channel.seq), now_ms)
            for connection in channel.too_slow(now_ms - self._settings.slow_ms):
                connection.leave("slow")

    def say_beat(self, connection: Connection) -> None:
        """One socket asked."""
        if connection.behind_since_ms is not None:
            return
        channel = self.channel(connection)
        if channel.told_seq < channel.seq:
            connection.tell(Events(channel.seq, ()))
        connection.tell(Beat(channel.seq))

    # -- coming and going ------------------------------------------------------------------------------------------

    def channel(self, connection: Connection) -> Channel:
        """The one this socket belongs to."""
        audience = connection.member.audience
        if audience not in self._channels:
            self._channels[audience] = Channel(audience, self.epoch, self.state.seq, self._settings, self._meters)
        return self._channels[audience]

    def covers(self, position: Position) -> bool:
        """Whether everybody here has been told at least this much, in the same epoch."""
        return position.epoch == self.epoch and position.seq <= self.state.seq

    def reaches(self, connection: Connection, position: Position | None) -> bool:
        """Whether what was told after this position is all still here (HB4). Not so beyond what was told here."""
        if position is None or position.epoch != self.epoch:
            return False
        if position.seq > self.state.seq:  # told by another node, a moment before its entry was told here
            self.flush()
        return self.channel(connection).can_catch_up(position.seq)

    def lead_on(self, connection: Connection, position: int | None) -> None:
        """Bring a socket to where the others are: what it missed after this position, or a snapshot; then its own."""
        if position is None:
            self.send_snapshot(connection)
        else:
            missed = self.channel(connection).catch_up(position, connection.wire)
            if missed is not None:
                connection.outbox.write(missed)
        self._tell_own(connection)

    def join(self, connection: Connection) -> None:
        """From now on this socket is told what the others are told."""
        connection.outbox.on_drain(lambda: self._drained(connection))
        self.channel(connection).add(connection)
        devices = self.members.setdefault(connection.member.participant, set())
        for older in devices:
            older.superseded = older.superseded or older.member.device == connection.member.device
        devices.add(connection)

    def part(self, connection: Connection) -> bool:
        """This socket is gone; False for one that never joined."""
        participant = connection.member.participant
        sockets = self.members.get(participant)
        if sockets is None or connection not in sockets:
            return False
        sockets.discard(connection)
        if not sockets:
            del self.members[participant]
        self.channel(connection).remove(connection)
        return True

    @property
    def connections(self) -> list[Connection]:
        """Every socket of this room."""
        return [connection for sockets in self.members.values() for connection in sockets]

    def send_snapshot(self, connection: Connection) -> None:
        """The whole board as this socket may see it."""
        now_ms = self._clock.steady_ms()
        channel = self.channel(connection)
        for frame in channel.snapshot(self.state, self._names(), connection.wire, now_ms):
            connection.outbox.write(frame)
        self._meters.snapshots_sent += 1

    def _drained(self, connection: Connection) -> None:
        """HB3: a socket that was skipped reads again; one frame leads it to where the others are."""
        channel = self.channel(connection)
        position = connection.seq
        if channel.drained(connection):
            self.lead_on(connection, position if channel.can_catch_up(position) else None)
