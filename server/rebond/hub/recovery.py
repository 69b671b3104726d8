"""Making a board and its log one again, in place, when the log lost its tail, forked, or came back empty (LG6).

Three questions, in this order. Is the board there at all? If not, it is put back as it stands here. Is what the log
has a beginning of what is held here? Then the rest is put back, in order, by the ordinary compare-and-append, so that
any number of survivors may do it at once. Does the log go on from where the board stands here? Then it is read on;
else the log is right whatever was held here, the board begins anew from it, and the commands that were accepted here
and are not in it are decided again, under their own mutation ids.

Whenever the past that clients were told of can no longer be vouched for, the epoch changes: also after a tail was put
back whole, because a node that died may have told its clients more than any survivor holds.
"""

import contextlib
import logging
from collections.abc import Sequence

import msgspec

from rebond.domain.fold import fold_entry
from rebond.domain.state import STATE_VERSION, read_state, state_bytes
from rebond.hub.clock import Clock
from rebond.hub.deciding import Outcome, Unsaid, Waiting, said_again
from rebond.hub.loading import Loaded, load_state
from rebond.hub.meters import Meters
from rebond.hub.recent import Held
from rebond.hub.replica import Forked, Replica
from rebond.log import (
    Appended,
    BoardExists,
    BoardRecord,
    Compacted,
    DeviceTaken,
    EpochChanged,
    Log,
    LogError,
    Person,
    Position,
    Record,
    Snapshot,
    UnknownBoard,
)
from rebond_protocol.codec import read_entry
from rebond_protocol.errors import Rejected

logger = logging.getLogger(__name__)

PAGE_RECORDS = 1_000
"""So many records are put back, or compared, at once."""


class Unrecoverable(LogError):
    """The log lost the board, and what is held here is not enough to put it back."""


class Repaired(msgspec.Struct, frozen=True):
    """Board and log are one again. `anew`: not by going on from what was held here, but from what the log says."""

    fallen: Sequence[Waiting]
    """Commands that were accepted here and are not in the log any more, to be decided again, in this order."""
    anew: Loaded | None


class Recovery:
    """Of one board. Used by the one task that appends to it, while nothing follows."""

    def __init__(self, replica: Replica, log: Log, clock: Clock, meters: Meters) -> None:
        self._replica = replica
        self._log = log
        self._clock = clock
        self._meters = meters
        # What an attempt has found out stays so when the next step of it fails.
        self._broken_epoch: str | None = None
        """The epoch in which the log can no longer vouch for what clients were told."""
        self._fallen: list[Waiting] = []
        self._anew: Loaded | None = None
        self._people: dict[str, Person] = {}
        """Who was known here when the log had lost the board, until they are all in it again."""
        self._bare = False
        """Whether the board was put back from here, and its people are not yet."""

    async def run(self, *, was_lost: bool = False) -> Repaired:
        """Make board and log one again. `was_lost`: the log did not know the board, whether it does again or not.

        Raises `LogUnavailable` and `OutcomeUnknown` (again later), `Unrecoverable`, and what the log says when it
        changes under our hands (again at once).
        """
        replica = self._replica
        if was_lost:  # whoever puts the board back may know of fewer people
            self._people |= replica.people
        while True:
            position = await self._position()
            if position.seq >= replica.state.seq:
                break
            self._broken_epoch = position.epoch
            tail = await self._tail_after(position)
            if tail is None:
                break
            await self._put_tail_back(position, tail)
        if position.seq < replica.state.seq or not await self._goes_on(position):
            await self._start_anew()
        if position.epoch == self._broken_epoch:
            position = await self._log.renew_epoch(replica.board, position.epoch)
        await replica.read_people()
        # Whoever renewed it meanwhile leaves it to this to tell everybody; and the past may be another one since.
        now = await self._log.position(replica.board)
        if now.epoch != position.epoch:
            raise EpochChanged(now)
        replica.epoch = position.epoch
        repaired = Repaired(self._fallen, self._anew)
        self._fallen, self._anew = [], None
        return repaired

    def abandon(self) -> None:
        """Nobody here decides again what fell out of the log."""
        fallen, self._fallen = self._fallen, []
        for one in fallen:
            one.answer(Unsaid())

    def forget(self, participant: str) -> None:
        """Their name was erased: it is not put back (LG7)."""
        self._people.pop(participant, None)

    def doubt(self, epoch: str) -> None:
        """Somebody was told of more, in this epoch, than the log has: it cannot vouch for its past any more."""
        self._broken_epoch = epoch

    # -- a board that is not there ---------------------------------------------------------------------------------

    async def _position(self) -> Position:
        try:
            position = await self._log.position(self._replica.board)
        except UnknownBoard:
            await self._put_board_back()
            position = await self._log.position(self._replica.board)
        if self._people:
            await self._put_people_back()
            position = await self._log.position(self._replica.board)
        return position

    async def _put_board_back(self) -> None:
        """The log came back empty: the board begins again behind what is held here, with the people known here."""
        replica, state = self._replica, self._replica.state
        if state.about is None:
            raise Unrecoverable(f"The log lost board {replica.board}, and nothing of it is held here.")
        row = BoardRecord(replica.board, state.about.code, state.about.created_ms, self._clock.fresh_id())
        base = Snapshot(state.seq, STATE_VERSION, state_bytes(state))
        self._people |= replica.people
        try:
            await self._log.create(row, (), base)
        except BoardExists:  # another survivor was quicker
            return
        self._bare = True
        self._meters.put_back += 1
        logger.error("board %s: the log had lost it; it is put back as of entry %d", replica.board, state.seq)

    async def _put_people_back(self) -> None:
        board = self._replica.board
        there = {person.participant: person for person in await self._log.people(board)}
        for person in list(self._people.values()):
            if person.participant not in self._people:  # erased meanwhile
                continue
            known = _together(there.get(person.participant), person)
            if known != there.get(person.participant):
                with contextlib.suppress(DeviceTaken):  # they have joined again meanwhile
                    await self._log.put_person(board, known)
        if self._bare:  # whoever has found the board already, and not its people, looks again
            await self._log.renew_epoch(board, (await self._log.position(board)).epoch)
        self._people, self._bare = {}, False

    # -- a tail that is not there ----------------------------------------------------------------------------------

    async def _tail_after(self, position: Position) -> Sequence[Record] | None:
        """What the log lacks, if what it has is a beginning of what is held here; else None."""
        recent = self._replica.recent
        tail = recent.after(position.seq)
        if not tail:
            return None
        held = recent.at(position.seq)
        there = await self._record(position.seq) if held is not None else None
        if held is not None and there is not None:
            return tail if held == there else None
        # Nothing to compare record by record: then what it has, with what it lacks, has to give what is held.
        state = (await load_state(self._log, self._replica.board)).state
        for record in tail:
            if record.seq > state.seq:
                state = fold_entry(state, read_entry(record.data))
        return tail if state_bytes(state) == state_bytes(self._replica.state) else None

    async def _put_tail_back(self, position: Position, tail: Sequence[Record]) -> None:
        """By compare-and-append: whoever else puts the same back is no harm, and any other entry is found out."""
        page = tail[:PAGE_RECORDS]
        result = await self._log.append(self._replica.board, position.seq, page)
        if isinstance(result, Appended):
            self._meters.put_back += len(page)
            logger.error(
                "board %s: the log had lost its tail after entry %d; %d entries are put back",
                self._replica.board, position.seq, len(page),
            )  # fmt: skip

    # -- a log that is as long, or longer --------------------------------------------------------------------------

    async def _goes_on(self, position: Position) -> bool:
        """Whether the log goes on from where the board stands here; if so, everything it has is absorbed."""
        replica, seq = self._replica, self._replica.state.seq
        held = replica.held(seq)
        if replica.recent.at(seq) is not None:
            goes_on = await self._has_all_held()
        else:  # with one record to compare, or none, it is for the epoch to vouch
            goes_on = position.epoch == replica.epoch and (held is None or await self._record(seq) == held)
        if not goes_on and await self._is_its_base(seq):
            replica.forget(seq)
            goes_on = True
        if not goes_on:
            if held is not None and not await self._is_compacted(seq):
                self._broken_epoch = replica.epoch
            return False
        try:
            while page := await self._log.read(replica.board, replica.state.seq, PAGE_RECORDS):
                await replica.take(page)
        except (Compacted, Forked):
            return False
        return True

    async def _has_all_held(self) -> bool:
        """Whether the log has every record that is held here. The last one proves nothing of those before it: another
        branch may have been absorbed, by its numbers, on top of what the log lost."""
        replica, held = self._replica, self._replica.recent.all()
        base = await self._log.base(replica.board)
        after = held[0].record.seq - 1
        if base is not None and base.seq > after:
            if base.seq >= replica.state.seq or not await self._is_as_from(base):
                return False
            after = base.seq
        expected = [one.record for one in held if one.record.seq > after]
        for place in range(0, len(expected), PAGE_RECORDS):
            page = expected[place : place + PAGE_RECORDS]
            try:
                if list(await self._log.read(replica.board, page[0].seq - 1, len(page))) != page:
                    return False
            except Compacted:
                return False
        return True

    async def _is_as_from(self, base: Snapshot) -> bool:
        """Whether what is held beyond this base, on top of it, gives the state that is held."""
        if base.version != STATE_VERSION:
            return True  # its bytes cannot be compared, only the records beyond it
        state = read_state(base.data, base.version)
        for record in self._replica.recent.after(base.seq) or ():
            state = fold_entry(state, read_entry(record.data))
        return state_bytes(state) == state_bytes(self._replica.state)

    async def _is_compacted(self, seq: int) -> bool:
        base = await self._log.base(self._replica.board)
        return base is not None and base.seq >= seq

    async def _is_its_base(self, seq: int) -> bool:
        """Whether the log begins with what is held here."""
        base = await self._log.base(self._replica.board)
        if base is None or (base.seq, base.version) != (seq, STATE_VERSION):
            return False
        return base.data == state_bytes(self._replica.state)

    async def _record(self, seq: int) -> Record | None:
        """The log's record with this seq; None where it is compacted away."""
        try:
            page = await self._log.read(self._replica.board, seq - 1, 1)
        except Compacted:
            return None
        return page[0] if page else None

    # -- a log that is right whatever was held ---------------------------------------------------------------------

    async def _start_anew(self) -> None:
        """Begin from what the log says, and note which of the commands that were accepted here it does not have."""
        replica = self._replica
        held = replica.recent.all()
        loaded = await load_state(self._log, replica.board)
        base = await self._log.base(replica.board)
        base_seq = base.seq if base is not None else 0
        fallen = await self._not_there(held, base_seq)
        mine = [self._again(one.cause, one.record.seq <= base_seq) for one in fallen if one.cause is not None]
        if fallen:
            logger.error(
                "board %s: begun anew from its log, which ends at %d; %d entries held here are not in it, %d commands "
                "accepted here are decided again", replica.board, loaded.state.seq, len(fallen), len(mine),
            )  # fmt: skip
        replica.start_anew(loaded)
        self._fallen += mine
        self._anew = loaded

    async def _not_there(self, held: Sequence[Held], base_seq: int) -> list[Held]:
        """Those that the log does not have. Where it is compacted nobody can see that: what bears a mutation id is
        asked for again, since that does no harm (LG4)."""
        there: dict[int, bytes] = {}
        after = max(base_seq, held[0].record.seq - 1) if held else 0
        while held and (page := await self._log.read(self._replica.board, after, PAGE_RECORDS)):
            there.update((record.seq, record.data) for record in page)
            after = page[-1].seq
        return [one for one in held if not _is_there(one, base_seq, there)]

    def _again(self, cause: Waiting, compacted: bool) -> Waiting:
        """The command, to be decided again; `compacted`: it may be in the log, where nobody can see it any more."""

        def answer(outcome: Outcome | Unsaid) -> None:
            if compacted and isinstance(outcome, Rejected) and outcome.code == "stale_id":
                return  # its device has said so much since that this is as old as the base, and in it
            if isinstance(outcome, Rejected):
                self._meters.fell_out += 1
                logger.error(
                    "board %s: an accepted %s fell out of the log and is rejected now: %s",
                    self._replica.board, type(cause.command).__name__, outcome.code,
                )  # fmt: skip
            elif isinstance(outcome, Unsaid):
                logger.error("board %s: an accepted %s fell out of the log and this node ended before it was decided "
                             "again", self._replica.board, type(cause.command).__name__)  # fmt: skip
            else:
                self._meters.decided_again += 1

        again = said_again(cause, self._clock.now_ms())
        return msgspec.structs.replace(again, answer=answer, accepted=True)


def _together(there: Person | None, held: Person) -> Person:
    """What is known of somebody, by the log first: whoever put them back may have known more than this node."""
    if there is None:
        return held
    return Person(
        held.participant, there.name or held.name, there.contact or held.contact, there.device_key or held.device_key
    )


def _is_there(held: Held, base_seq: int, there: dict[int, bytes]) -> bool:
    seq = held.record.seq
    if seq <= base_seq:
        return held.cause is None or held.cause.envelope.id is None
    return there.get(seq) == held.record.data
