"""One board on this node: who is in it, what they say, who is here. The parts of a room come together here.

What is so on the board is the `Replica`'s; how it moves on is `Committing`'s, `Following`'s and `Recovery`'s; who is
told of it is `Telling`'s. The room owns no socket and reads no clock: outboxes, clock and log are handed in.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import assert_never

from msgspec import UNSET

from rebond.domain.envelope import Envelope
from rebond.domain.people import is_kiosk
from rebond.domain.project import AUDIENCES, erases
from rebond.domain.state import BoardState
from rebond.hub.allowance import Allowances
from rebond.hub.arriving import Arriving
from rebond.hub.clock import Clock, Timer
from rebond.hub.committing import PARTINGS, Committing, Duties, Parting
from rebond.hub.connection import Connection
from rebond.hub.deciding import Done, Happened, Outcome, Unsaid, Waiting
from rebond.hub.following import Following
from rebond.hub.keeping import Keeping
from rebond.hub.loading import Loaded
from rebond.hub.meters import Meters
from rebond.hub.neighbours import Hearing, Neighbours
from rebond.hub.presence import Here
from rebond.hub.recovery import Recovery
from rebond.hub.replica import Replica
from rebond.hub.session import RATE_LIMITED, rejected_frame
from rebond.hub.settings import HubSettings
from rebond.hub.telling import Telling
from rebond.log import Log, LogUnavailable, OutcomeUnknown, Person, UnknownBoard
from rebond_protocol.commands import ClientCommand, Command
from rebond_protocol.errors import Rejected
from rebond_protocol.frames import Accepted, Position, Welcome, You
from rebond_protocol.limits import Limits
from rebond_protocol.opinions import OpinionGive
from rebond_protocol.people import ParticipantJoin, ParticipantPromoted, ParticipantRemoved, Ready, Signal, Writing
from rebond_protocol.steps import StepChanged

logger = logging.getLogger(__name__)

PRESENCE_AT_ONCE = 50
"""Up to so many people, a newcomer is told at once who is here; in a larger room with the next broadcast, since a
thousand who come in together would each cost a count of all the others."""

REPAIRS = 5
"""After so many attempts in a row to make board and log one again that failed for no known reason, the room is given
up, and whoever is in it begins again in a new one."""


class Room:
    """A board, live. Made by `rebond.hub.hub`, from what its log says; `start` it."""

    def __init__(
        self,
        board: str,
        loaded: Loaded,
        epoch: str,
        people: Sequence[Person],
        log: Log,
        clock: Clock,
        settings: HubSettings,
        meters: Meters,
        *,
        node: str,
        removed: Callable[[str], None],
    ) -> None:
        self.board = board
        self.broken = False
        """Whether this room is given up, or put away; the board must be opened anew."""
        self.idle_since_ms = clock.steady_ms()
        self._log = log
        self._clock = clock
        self._settings = settings
        self._meters = meters
        self._removed = removed
        # Public, beside what a room does itself: what it knows, who is told, and who is elsewhere.
        self.replica = Replica(board, loaded, epoch, people, log, clock, settings, self._absorbed)
        duties = Duties(self._repair, self._repaired, self._compact, self._absorbed_all, self.give_up)
        self._committing = Committing(self.replica, log, clock, settings, meters, duties)
        self._following = Following(
            self.replica, self._committing, log, clock, settings, self._absorbed_all, self._names_changed
        )
        self._recovery = Recovery(self.replica, log, clock, meters)
        self._arriving = Arriving(self.replica, self._committing, self._recovery, log, clock)
        self._failed_repairs = 0
        self._anew = False
        """Whether what is so now does not follow from what everybody was told."""
        self.telling = Telling(
            board, loaded.state, epoch, lambda: self.replica.names, clock, settings, meters,
            told=lambda: self._keeping.save_now_and_then(), failed=self.give_up,
        )  # fmt: skip
        self._keeping = Keeping(self.replica, log, clock, settings, loaded, self.telling.forget_history)
        self._here = Here(loaded.state.step.id)
        hearing = Hearing(self._presence_changed, self.replica.introduce, self._following.look)
        self.neighbours = Neighbours(board, node, self._here, log, clock, settings, hearing)
        self._allowances = Allowances(settings.commands_per_s, settings.commands_burst)
        """What each person may say here: another connection, or another device, brings nobody another burst."""
        self._opinions = Allowances(settings.opinions_per_s, settings.opinions_burst)
        """How many opinions each kiosk may bring here, and how much else."""
        self._visitors = Allowances(settings.visitors_per_s, settings.visitors_burst)
        self._role_since: dict[str, int] = {}
        """Participant → the entry that gave them the role they have. One given before this room was opened is older
        than all that is kept here to resume from."""
        self._presence_timer: Timer | None = None
        self._silence_timer: Timer | None = None

    def start(self) -> None:
        """Follow the log, and do what was left undone."""
        self._following.start()
        self.neighbours.start()
        if self._keeping.compaction_due:
            self._committing.keep()

    @property
    def state(self) -> BoardState:
        """The board as of the last entry that is known here."""
        return self.replica.state

    @property
    def epoch(self) -> str:
        """The epoch of what is told here."""
        return self.telling.epoch

    @property
    def names(self) -> dict[str, str]:
        """participant → name (LG7)."""
        return self.replica.names

    # -- commands --------------------------------------------------------------------------------------------------

    def submit(self, connection: Connection, id: int, command: ClientCommand, size_bytes: int = 0) -> None:
        """A command from a socket, which came in so many bytes; its answer goes to that socket.

        A device that came back has sent again what was unanswered, and may have been told that it was refused. What its
        older line still brings, read late, would then happen after all (LG4).
        """
        if connection.superseded:
            self._meters.reject("superseded")
            connection.tell(rejected_frame(id, Rejected("superseded")))
            return

        def answer(outcome: Outcome | Unsaid) -> None:
            match outcome:
                case Done(seq=seq, made=made):
                    connection.tell(Accepted(id, seq, made if made is not None else UNSET))
                case Rejected():
                    connection.tell(rejected_frame(id, outcome))
                case Unsaid():  # whoever filled the queue must not fill it again all at once
                    connection.leave("resync", round(self._clock.spread(self._settings.drain_spread_ms)))

        member = connection.member
        envelope = self._envelope(member.participant, member.device, id)
        refused = None if self._may_say(member.participant, command) else RATE_LIMITED
        self._committing.submit(
            Waiting(envelope, command, answer, lambda: _is_there(connection), size_bytes, refused=refused)
        )

    def _may_say(self, participant: str, command: ClientCommand) -> bool:
        now_ms = self._clock.steady_ms()
        if not self._allowances.take(participant, now_ms):
            return False
        if not is_kiosk(self.state, participant):
            return True
        allowances = self._opinions if isinstance(command, OpinionGive) else self._visitors
        return allowances.take(participant, now_ms)

    async def act(self, command: Command, actor: str | None = None) -> Outcome:
        """A command from this server itself, or from somebody over HTTP."""
        if isinstance(command, ParticipantJoin):
            self.neighbours.arriving(command.participant, self.names.get(command.participant))
        outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()

        def answer(value: Outcome | Unsaid) -> None:
            if not outcome.done():
                outcome.set_result(Rejected("unavailable") if isinstance(value, Unsaid) else value)

        self._committing.submit(Waiting(self._envelope(actor, None, None), command, answer))
        return await outcome

    def _envelope(self, actor: str | None, device: str | None, id: int | None) -> Envelope:
        return Envelope(actor, device, id, self._clock.now_ms(), self._clock.fresh_id())

    # -- what happens ----------------------------------------------------------------------------------------------

    def _absorbed(self, happened: Sequence[Happened]) -> None:
        """These entries are so now."""
        self.telling.add(happened)
        for one in happened:
            for event in one.entry.events:
                if isinstance(event, ParticipantRemoved):
                    self._dismiss(event.participant, "removed")
                    self._removed(event.participant)
                elif isinstance(event, ParticipantPromoted):
                    self._role_since[event.participant] = one.entry.seq
                    self._dismiss(event.participant, "resync")
                elif isinstance(event, StepChanged) and self._here.came_to(event.step.id):
                    self._presence_changed()
            if one.before.showcases is not one.after.showcases:
                self._keeping.window_changed(one.before, one.after)
            if erases(one.entry):
                self._keeping.erased(one.entry.seq)
                if one.cause is not None:  # else whoever erased it sees to it, and the next beat looks whether they did
                    self._committing.keep()

    def _absorbed_all(self) -> None:
        """A batch is through, of own commands or of other nodes' entries."""
        self.telling.schedule()

    def flush(self) -> None:
        """Tell everybody what happened since the last time."""
        self.telling.flush()

    def _dismiss(self, participant: str, code: str) -> None:
        for connection in list(self.telling.members.get(participant, ())):
            connection.leave(code)

    def _sees_as_another(self, participant: str) -> bool:
        """Whether this person's sockets are told what their role may not see, or less than it may (DM6)."""
        audience = AUDIENCES[self.state.participants[participant].role]
        return any(connection.member.audience is not audience for connection in self.telling.members[participant])

    async def _compact(self) -> None:
        self.flush()  # whoever comes in meanwhile is not given the erased words any more
        await self._keeping.compact()

    # -- when board and log part -----------------------------------------------------------------------------------

    async def _repair(self, parting: Parting) -> Sequence[Waiting] | None:
        """LG6: make them one again, in place, while everybody stays."""
        logger.warning("board %s: %s", self.board, parting)
        self._meters.parted(type(parting).__name__)
        self.telling.hold_back()
        await self._following.stop()
        try:
            repaired = await self._recovery.run(was_lost=isinstance(parting, UnknownBoard))
        except (LogUnavailable, OutcomeUnknown) as error:
            logger.error("board %s: it cannot be compared with its log yet: %s", self.board, error)
            return None
        except PARTINGS as again:  # the log changed under our hands
            logger.warning("board %s: %s", self.board, again)
            return None
        except Exception:
            logger.exception("board %s: it could not be made one with its log", self.board)
            self._failed_repairs += 1
            if self._failed_repairs >= REPAIRS:
                self.give_up("it could not be made one with its log again")
            return None
        self._failed_repairs = 0
        if repaired.anew is not None:
            self._keeping.begin_anew(repaired.anew)
            self._anew = True
        return repaired.fallen

    def _repaired(self) -> None:
        """Everybody is led to what is so now; nobody has to come back for it."""
        if self.broken:
            return
        self._following.start()
        if self._anew or self.replica.epoch != self.telling.epoch:
            self._anew = False
            self._begin_again()
        else:
            self.telling.go_on()
        if self._keeping.compaction_due:
            self._committing.keep()

    def _begin_again(self) -> None:
        for participant in list(self.telling.members):
            if (refused := self.refusal(participant)) is not None:
                self._dismiss(participant, refused)
            elif self._sees_as_another(participant):
                self._dismiss(participant, "resync")
        self._role_since.clear()
        self.telling.begin_again(self.replica.state, self.replica.epoch)
        self._here.came_to(self.replica.state.step.id)
        self._presence_changed()

    def give_up(self, why: str) -> None:
        """Nothing can be done about it here: everybody starts again from what the log says, in a new room."""
        if self.broken:
            return
        logger.error("board %s: begun again from its log: %s", self.board, why)
        self.broken = True
        self.telling.stop()
        self._stop_timers()
        self._following.cancel()
        self.neighbours.cancel()
        self._committing.abandon()
        self._recovery.abandon()
        for connection in self.telling.connections:
            connection.leave("resync")

    # -- now and then ----------------------------------------------------------------------------------------------

    def beat(self) -> None:
        """HB5: tell where the board stands, close who stayed behind too long, forget who fell silent."""
        if self._keeping.compaction_due:
            self._committing.keep()
        self.replica.recent.expire(self._clock.steady_ms())
        self.telling.beat()
        if self._here.expire(self._clock.steady_ms()):
            self._here_changed()

    def say_beat(self, connection: Connection) -> None:
        """One socket asked."""
        self.telling.say_beat(connection)

    # -- coming and going ------------------------------------------------------------------------------------------

    def attach(self, connection: Connection, position: Position | None) -> None:
        """Let a checked connection in: welcome, then either what it missed or a snapshot, then what is its own (HB4).

        Raises `KeyError` for a participant the board does not know; ask `refusal` first.
        """
        member, telling = connection.member, self.telling
        person = self.state.participants[member.participant]
        if position is not None and position.seq < self._role_since.get(member.participant, 0):
            position = None  # what they were told until then was for another audience
        recovered = telling.reaches(connection, position)
        you = You(member.participant, person.role, person.segment, self.names.get(member.participant))
        here = Position(telling.epoch, telling.state.seq)
        told_limits = Limits(beat_ms=self._settings.beat_ms)
        connection.tell(Welcome(you, here, recovered, self._clock.now_ms(), told_limits))
        if recovered:
            self._meters.recovered += 1
        else:
            self._meters.not_recovered += 1
        telling.lead_on(connection, position.seq if recovered and position is not None else None)
        telling.join(connection)
        changed = self._here.came(connection)
        if changed:
            self._here_changed()
        if not changed or len(telling.members) <= PRESENCE_AT_ONCE:
            connection.tell(self._here.told(self.state, member.audience, self.names))

    async def admission(self, participant: str, position: Position | None = None) -> str | None:
        """`refusal`, after asking the log where somebody may know more than this node. To be asked before `attach`.

        Raises `LogError` where that cannot be found out now.
        """
        if self.refusal(participant) is not None or self._arriving.knows_more(position):
            await self.draw_level(position)
        if (position is not None and not self.telling.covers(position)) or self.telling.state is not self.state:
            await self._committing.whole()  # what is being found out may be just that; or it is known, and not told
        return self.refusal(participant)

    async def draw_level(self, position: Position | None = None) -> None:
        """Go as far as the log goes, where others write to it, too: somebody may speak of what was done at another
        node. Raises `LogError` where that cannot be found out now."""
        if not self._log.shared or self.broken:
            return
        try:
            await self._arriving.ask(position)
        finally:
            self.telling.schedule()  # what was absorbed for that may take words back (DM6)

    def refusal(self, participant: str) -> str | None:
        """HB6: the close code's name for somebody who may not come in, asked at every hello."""
        person = self.state.participants.get(participant)
        if person is None:
            return "bad_token"
        return "removed" if person.removed else None

    def detach(self, connection: Connection) -> None:
        """This socket is gone. Harmless for one that was never attached."""
        if not self.telling.part(connection):
            return
        if self._here.went(connection):
            self._here_changed()
        self.idle_since_ms = self._clock.steady_ms()

    @property
    def connections(self) -> list[Connection]:
        """Every socket of this room."""
        return self.telling.connections

    # -- presence --------------------------------------------------------------------------------------------------

    def signal(self, connection: Connection, signal: Signal) -> None:
        """Somebody is writing, or no longer; or is ready for the next step, or not after all."""
        participant = connection.member.participant
        match signal:
            case Writing(on=on):
                until_ms = self._clock.steady_ms() + self._settings.writing_ms
                changed = self._here.wrote(participant, on, until_ms)
            case Ready(step=step, on=on):
                changed = self._here.said_ready(participant, step, on)
            case _:
                assert_never(signal)
        if changed:
            self._here_changed()

    def renamed(self, participant: str, name: str | None, person: Person | None = None) -> None:
        """Somebody's name is known from now on, or forgotten; `person` is what the log was given, if at hand."""
        self.replica.rename(participant, name, person)
        if name is None:
            self._recovery.forget(participant)
        if participant in self.state.participants:  # a newcomer's name stands in no snapshot yet
            self.telling.forget_snapshots()
            self.neighbours.renamed()
        self._presence_changed()

    def _names_changed(self) -> None:
        """Another node has put another name in the table."""
        self.telling.forget_snapshots()
        self._presence_changed()

    def tell_afresh(self, epoch: str) -> None:
        """A name was erased: no history that shows it is kept, and every screen gets a snapshot without it (LG7).

        Screens that are not here now hold the old epoch, so they too begin with a snapshot when they come back.
        """
        if epoch == self.epoch or not self.replica.whole.is_set():  # the follower was quicker, and ends with this
            return
        self.replica.epoch = epoch
        self.telling.begin_again(self.replica.state, epoch)

    def _here_changed(self) -> None:
        self._presence_changed()
        self.neighbours.changed()

    def _presence_changed(self) -> None:
        if self._presence_timer is None and not self.broken:
            self._presence_timer = self._clock.call_later(self._settings.presence_ms, self._tell_presence)

    def _tell_presence(self) -> None:
        self._presence_timer = None
        self._here.expire(self._clock.steady_ms())
        self.telling.send(lambda audience: self._here.told(self.state, audience, self.names))
        if self._here.anybody_writing and self._silence_timer is None:
            self._silence_timer = self._clock.call_later(self._settings.writing_ms, self._notice_silence)

    def _notice_silence(self) -> None:
        """Whoever said they were writing, and has not again, writes no longer. Who comes or goes waits for none."""
        self._silence_timer = None
        if self._here.expire(self._clock.steady_ms()):
            self._here_changed()
        elif self._here.anybody_writing:
            self._silence_timer = self._clock.call_later(self._settings.writing_ms, self._notice_silence)

    # -- the end ---------------------------------------------------------------------------------------------------

    async def close(self) -> None:
        """Finish the appends under way, tell what happened, keep a snapshot. The room is of no use afterwards."""
        given_up, self.broken = self.broken, True
        await self._following.stop()
        await self.neighbours.stop()
        await self._committing.close()
        await self._following.stop()  # a repair may have been ending
        self._recovery.abandon()
        self.flush()
        self.telling.stop()
        self._stop_timers()
        if not given_up:
            await self._keeping.close()

    def _stop_timers(self) -> None:
        for timer in (self._presence_timer, self._silence_timer):
            if timer is not None:
                timer.cancel()
        self._presence_timer = self._silence_timer = None

    @property
    def busy(self) -> bool:
        """Whether somebody is here, or something is under way or due."""
        return bool(self.telling.members) or self._committing.busy or self._keeping.compaction_due


def _is_there(connection: Connection) -> bool:
    return not connection.outbox.closed and not connection.superseded
