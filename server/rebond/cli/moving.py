"""One board from one log into another, and whether it arrived: what `rebond migrate` does with each.

It is built up in the target where nobody finds it, compared with the source, and then settled in one step: whoever
serves the target sees all of it or nothing. What an interrupted move left is gone on with; what does not fit the source
any more is thrown away. The base and the entries travel, the people and the pictures; snapshots are caches and are made
anew (LG5).
Rules: LG1, LG3, LG6, LG7, DM2. Must not know: the terminal, where the logs are.
"""

import asyncio
import contextlib
import enum
import hashlib
import itertools
from collections.abc import Awaitable, Callable, Iterable
from typing import NamedTuple, TypeVar

from rebond.domain.fold import fold_entry
from rebond.domain.state import EMPTY, read_state, state_bytes
from rebond.log import BoardExists, BoardRecord, Compacted, Conflict, LogReader, Person, Position, Record, UnknownBoard
from rebond.log.moving import ReceivingLog, moving
from rebond_protocol.codec import read_entry

PAGE_ENTRIES = 1_000
PEOPLE_AT_ONCE = 500
SEEN_TIMES = 3
ROUNDS = 3
"""How often what came meanwhile is fetched before a board counts as one that is being written to."""


class Outcome(enum.Enum):
    """What became of a board. All but the first say why it is not in the target as it is in the source."""

    ARRIVED = "arrived"
    MOVED_ON = "is being written to"
    DIFFERS = "stands in the target already, and differently"
    CODE_TAKEN = "has a join code that another board of the target has"
    UNREADABLE = "has an entry that this version cannot read"
    FAILED = "could not be moved"
    """For whoever calls a Move: it raised."""


class _Astray(Exception):
    """What the target has is not the beginning of what the source has."""


class _Contents(NamedTuple):
    """What a log says, in a form that two of them can be compared in."""

    seq: int
    digest: bytes
    state: bytes


class Move:
    """One board on its way. `seen(entries)` is called as entries are copied, and as they are compared, on
    either side: SEEN_TIMES for each entry if nothing comes between.

    With `replace`, a board that stands differently in the target is moved anew. Raises what logs raise.
    """

    def __init__(
        self, source: LogReader, target: ReceivingLog, board: str, seen: Callable[[int], None], *, replace: bool
    ) -> None:
        self._source = source
        self._target = target
        self._board = board
        self._seen = seen
        self._replace = replace

    async def run(self) -> Outcome:
        """Bring the board over, or what came since an earlier move; what became of it."""
        record = await self._record()
        if await self._is_there(record):
            outcome = await self._catch_up()
            if outcome is not Outcome.DIFFERS or not self._replace:
                return outcome
        else:
            other = await self._target.find(record.code)
            if other is not None and other.id != record.id:
                return Outcome.CODE_TAKEN
        return await self._build_up()

    async def still_equal(self) -> bool:
        """Whether the source still is where the target is."""
        here, there = self._source, self._target
        return (
            await here.position(self._board) == await there.position(self._board)
            and await here.base(self._board) == await there.base(self._board)
            and await here.people(self._board) == await there.people(self._board)
            and await here.pictures(self._board) == await there.pictures(self._board)
        )

    async def _record(self) -> BoardRecord:
        record = await self._source.find(self._board)
        if record is None:
            raise UnknownBoard(self._board)
        return record

    async def _is_there(self, record: BoardRecord) -> bool:
        try:
            await self._target.position(record.id)
        except UnknownBoard:
            return False
        if await self._target.find(record.id) is None:
            # An earlier move ended in the middle of settling it.
            with contextlib.suppress(BoardExists):
                await self._target.settle(record)
        return True

    async def _catch_up(self) -> Outcome:
        """Bring what is in the target up to where the source is.

        Where the epochs differ, one side began anew, after an erasure perhaps: then nothing is written, lest a name
        that was erased comes back (LG7).
        """
        try:
            for _ in range(ROUNDS):
                epoch = (await self._target.position(self._board)).epoch
                if epoch != (await self._source.position(self._board)).epoch:
                    return Outcome.DIFFERS
                with contextlib.suppress(Compacted):
                    end = await self._copied(self._board)
                    if end is not None:
                        there = await self._target.position(self._board)
                        return Outcome.ARRIVED if there == end else Outcome.DIFFERS
        except _Astray:
            return Outcome.DIFFERS
        except ValueError:
            return Outcome.UNREADABLE
        return Outcome.MOVED_ON

    async def _build_up(self) -> Outcome:
        """Bring the whole board over."""
        for _ in range(ROUNDS):
            try:
                end = await self._copied(moving(self._board))
            except Compacted:
                continue
            except _Astray:
                await self._target.discard(self._board)
                continue
            except ValueError:
                return Outcome.UNREADABLE
            if end is not None:
                record = await self._record()
                settled = BoardRecord(record.id, record.code, record.created_ms, end.epoch)
                await self._target.settle(settled, replace=self._replace)
                return Outcome.ARRIVED
        return Outcome.MOVED_ON

    async def _copied(self, place: str) -> Position | None:
        """Copy what the target lacks to `place`, and compare. Where both end; None where the source moved on meanwhile.

        Raises _Astray, Compacted where the source was compacted under the reader's hands, and ValueError for an entry
        that cannot be read.
        """
        seq = await self._begun(place)
        # Not what comes while it is copied: of a busy board there would be no end.
        end = (await self._source.position(self._board)).seq
        page = await self._page(seq, end)
        while page:
            # The next page is read while this one is written.
            after, seq = seq, page[-1].seq
            # Both are waited for, whichever fails: nothing is under way in the target when this ends.
            answer, coming = await asyncio.gather(
                self._target.append(place, after, page), self._page(seq, end), return_exceptions=True
            )
            if isinstance(answer, BaseException):
                raise answer
            if isinstance(coming, BaseException):
                raise coming
            if isinstance(answer, Conflict):
                raise _Astray
            self._seen(len(page))
            page = coming
        await self._bring_people(place)
        await self._bring_pictures(place)
        return await self._agreed(place)

    async def _page(self, after: int, end: int) -> list[Record]:
        return await self._source.read(self._board, after, min(PAGE_ENTRIES, end - after)) if after < end else []

    async def _begun(self, place: str) -> int:
        """Where to go on: after what is at `place` already, which is made to begin where the source begins."""
        base = await self._source.base(self._board)
        base_seq = base.seq if base else 0
        try:
            end = await self._target.position(place)
        except UnknownBoard:
            record = await self._record()
            await self._target.create(BoardRecord(place, place, record.created_ms, record.epoch), [], base)
            return base_seq
        theirs = await self._target.base(place)
        if base_seq > end.seq or (theirs.seq if theirs else 0) > base_seq:
            raise _Astray
        if end.seq > base_seq:
            last = await self._target.read(place, end.seq - 1, 1)
            if last != await self._source.read(self._board, end.seq - 1, 1):
                raise _Astray
        if base is not None and base != theirs:
            # What was erased in the source since is erased here, too.
            await self._target.compact(place, base)
        self._seen(end.seq - base_seq)
        return end.seq

    async def _bring_people(self, place: str) -> None:
        ours = {person.participant: person for person in await self._source.people(self._board)}
        theirs = {person.participant: person for person in await self._target.people(place)}
        changed = [person for id, person in ours.items() if theirs.get(id) != person]
        # A device may have changed hands since: nobody keeps one while another is to get it.
        without = [Person(person.participant, person.name, person.contact, None) for person in changed]
        await _in_groups(self._target.erase_person, ((place, id) for id in theirs if id not in ours))
        await _in_groups(self._target.put_person, ((place, one) for one in without if one.participant in theirs))
        await _in_groups(self._target.put_person, ((place, one) for one in changed))

    async def _bring_pictures(self, place: str) -> None:
        """One by one: each is as large as many entries. What is named alike, as large and as old, is the same."""
        ours, theirs = await self._source.pictures(self._board), await self._target.pictures(place)
        if gone := {row.name for row in theirs} - {row.name for row in ours}:
            await self._target.erase_pictures(place, gone)
        for row in ours:
            if row not in theirs and (data := await self._source.picture(self._board, row.name)) is not None:
                await self._target.put_picture(place, row.name, data, row.at_ms)

    async def _agreed(self, place: str) -> Position | None:
        """Where both end, if the source still says what was copied to `place`; None if it moved on. Raises _Astray."""
        copied = await self._target.position(place)
        ours = await self._contents(self._source, self._board, copied.seq)
        theirs = await self._contents(self._target, place, copied.seq)
        same_base = await self._source.base(self._board) == await self._target.base(place)
        if same_base and ours != theirs:
            raise _Astray
        same_people = await self._source.people(self._board) == await self._target.people(place)
        same_pictures = await self._source.pictures(self._board) == await self._target.pictures(place)
        end = await self._source.position(self._board)
        return end if same_base and same_people and same_pictures and end.seq == copied.seq else None

    async def _contents(self, log: LogReader, board: str, upto: int) -> _Contents:
        base = await log.base(board)
        state = read_state(base.data, base.version) if base else EMPTY
        seq, digest = base.seq if base else 0, hashlib.blake2b()
        while seq < upto and (page := await log.read(board, seq, min(PAGE_ENTRIES, upto - seq))):
            for record in page:
                digest.update(b"%d:%s" % (len(record.data), record.data))
                state = fold_entry(state, read_entry(record.data))
            seq = page[-1].seq
            self._seen(len(page))
        return _Contents(seq, digest.digest(), state_bytes(state))


T = TypeVar("T")


async def _in_groups(call: Callable[[str, T], Awaitable[None]], each: Iterable[tuple[str, T]]) -> None:
    """Many small writes, so many at once that they share round trips, and so few that memory is bounded."""
    waiting = iter(each)
    while group := list(itertools.islice(waiting, PEOPLE_AT_ONCE)):
        # All are waited for, whichever fails: nothing is under way in the target when this ends.
        answers = await asyncio.gather(*(call(*arguments) for arguments in group), return_exceptions=True)
        for failure in filter(None, answers):
            raise failure
