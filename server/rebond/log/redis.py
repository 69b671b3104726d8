"""The log on Redis 7 or later, for any number of nodes: a stream a board for the truth, pub/sub for the wake-up.

Rules: LG1 to LG8, HB8. One Lua script compares, appends, records and publishes. Nodes know each other only through it.

What an acknowledged append survives (LG2): `memory` the end of this process; `fsync` also Redis's and the machine's,
and `open` insists on the settings for it (`appendonly yes`, `appendfsync always`); `replicated` the loss of Redis, once
as many replicas as asked have confirmed it (WAIT). None of them makes a failover lossless by itself: a replica that
lagged may be chosen. That is noticed (LG6): an append says on which record it stands, see `tip` in lua/head.lua.

What was sent and not answered is found out: the log is asked again, and what is there byte for byte has landed. Where
even that cannot be done in time, the answer is OutcomeUnknown, and never « nothing was kept ».

Erased words (LG7) are gone from Redis's memory when `compact` or `erase_person` returns, and from its append-only
file, which is rewritten. They stay in RDB files written before (until the next save), in copies made of either, and in
the files of replicas until they rewrite theirs; SLOWLOG may show the beginning of a slow command.
Must not know: what an entry says, rooms, the wire.
"""

import asyncio
import contextlib
import logging
import secrets
from collections.abc import AsyncGenerator, Sequence
from typing import Any

from rebond.log.interface import (
    Appended,
    BoardExists,
    BoardRecord,
    CodeTaken,
    Compacted,
    Conflict,
    DeviceTaken,
    Durability,
    LogError,
    LogUnavailable,
    LostTail,
    OutcomeUnknown,
    Person,
    Position,
    ProbeFailed,
    Record,
    Snapshot,
    UnknownBoard,
    check_contiguous,
)
from rebond.log.redis_erasure import Rewrites
from rebond.log.redis_line import Address, Argument, Line, Lost, NotSent, Refused, Reply, Script, Wire
from rebond.log.redis_server import check_server
from rebond.log.redis_values import (
    APPEND,
    COMPACT,
    ENTER,
    ERASE_PERSON,
    HEAD_FIELDS,
    PEOPLE,
    PROBE,
    PUT_PERSON,
    READ,
    REFUSALS,
    RENEW_EPOCH,
    SAVE_SNAPSHOT,
    SNAPSHOT,
    STAGE,
    UNSTAGE,
    Answer,
    Head,
    Keys,
    Row,
    board_record,
    kind_of,
    packed_person,
    packed_row,
    read_answer,
    read_entries,
    read_head,
    read_message,
    read_people,
    read_row,
    read_snapshot,
    tip_of,
)
from rebond.log.redis_wakeups import SHARDED, Wakeups, verbs_of
from rebond.log.tails import Tail, check_followable

logger = logging.getLogger(__name__)

MISSED_PAGE = 256
"""Most records a conflict brings along; the rest is read."""
PUBLISHED_BYTES = 64 * 1024
"""Followers are sent the records of an append up to this size, and read larger ones themselves."""
RETRY_S = 0.05
"""How soon what got no answer, or could not be read, is asked again."""


class _Watch:
    """A board that somebody follows here. `ready` is set once its tail is known, or why there is none."""

    def __init__(self) -> None:
        self.followers = 0
        self.tail: Tail | None = None
        self.failure: LogError | None = None
        self.ready = asyncio.Event()

    def fail(self, failure: LogError) -> None:
        """Followers get this error from now on."""
        self.failure = failure
        if self.tail is not None:
            self.tail.close()
        self.ready.set()


class RedisLog:
    """Every board in one Redis (a Log), for as many processes as like.

    `url` is `redis://`, `rediss://` or `unix://`; ValueError for anything else. `replicas` is how many must confirm a
    write at Durability.REPLICATED, within `replica_timeout_s`. `command_timeout_s` bounds a round trip,
    `settle_timeout_s` finding out whether an unanswered write landed, `probe_timeout_s` a probe. Every `check_ms`
    followed boards are compared with the log, whatever pub/sub said. Boards of other installations in the same Redis
    stand apart by `prefix`.
    """

    def __init__(
        self,
        url: str,
        durability: Durability = Durability.FSYNC,
        *,
        replicas: int = 0,
        prefix: str = "rebond",
        command_timeout_s: float = 5.0,
        settle_timeout_s: float = 10.0,
        replica_timeout_s: float = 2.0,
        probe_timeout_s: float = 5.0,
        check_ms: int = 2_000,
    ) -> None:
        if (durability is Durability.REPLICATED) != (replicas > 0):
            raise ValueError("replicated durability, and no other, needs a number of replicas above 0")
        self._address = Address(url, command_timeout_s)
        self._durability = durability
        self._replicas = replicas
        self._keys = Keys(prefix)
        self._command_timeout_s = command_timeout_s
        self._settle_timeout_s = settle_timeout_s
        self._replica_timeout_s = replica_timeout_s
        self._probe_timeout_s = probe_timeout_s
        self._check_s = check_ms / 1_000
        self._verbs = SHARDED
        self._heads: dict[str, Head] = {}
        self._watches: dict[str, _Watch] = {}
        self._boards_of: dict[bytes, str] = {}
        self._due: set[str] = set()
        self._look = asyncio.Event()
        self._probe_channel = b""
        self._probe_heard = asyncio.Event()
        self._probes: dict[bytes, asyncio.Future[None]] = {}
        self._writes: Line | None = None
        self._reads: Line | None = None
        self._wakeups: Wakeups | None = None
        self._rewrites: Rewrites | None = None
        self._tending: asyncio.Task[None] | None = None

    @property
    def durability(self) -> Durability:
        """See Log.durability."""
        return self._durability

    # -- opening and closing ---------------------------------------------------------------------------------------

    async def open(self) -> None:
        """See Log.open. LogUnavailable also where Redis is not set up for the durability asked for, and says how."""
        if self._writes is not None:
            raise LogUnavailable("The log is open already.")
        confirm: tuple[Argument, ...] | None = None
        # Redis may take its whole time-out to count too few replicas.
        timeout_s = self._command_timeout_s
        if self._replicas:
            confirm = (b"WAIT", self._replicas, int(self._replica_timeout_s * 1_000))
            timeout_s += self._replica_timeout_s
        writes = Line(self._address, timeout_s, self._prepared, confirm)
        try:
            await writes.call(b"PING")
        except (NotSent, Lost, Refused) as failure:
            await writes.close()
            raise LogUnavailable(f"Redis at {self._address} cannot be used: {failure}.") from failure
        self._writes, self._reads = writes, Line(self._address, self._command_timeout_s)
        self._rewrites = Rewrites(self._reads)
        self._probe_channel = self._keys.probe_channel(secrets.token_hex(8))
        self._probe_heard.clear()
        self._wakeups = Wakeups(self._address, self._command_timeout_s, self._told, self._subscribed)
        await self._wakeups.subscribe(self._probe_channel)
        self._wakeups.start()
        self._tending = asyncio.get_running_loop().create_task(self._tend(), name="log heads")

    async def close(self) -> None:
        """See Log.close."""
        writes, self._writes = self._writes, None
        if self._tending is not None:
            self._tending.cancel()
            await asyncio.wait((self._tending,))
        for watch in self._watches.values():
            watch.fail(LogUnavailable("The log was closed."))
        self._watches.clear()
        self._heads.clear()
        if self._wakeups is not None:
            await self._wakeups.close()
        for line in (writes, self._reads):
            if line is not None:
                await line.close()

    async def _prepared(self, wire: Wire) -> None:
        await check_server(wire, self._durability)
        self._verbs = await verbs_of(wire)

    # -- the directory ---------------------------------------------------------------------------------------------

    async def create(self, board: BoardRecord, first: Sequence[Record]) -> None:
        """See Log.create. The log is written first and the row last: before the row, nobody finds the board."""
        if first:
            check_contiguous(0, first)
        birth = secrets.token_hex(8)
        log_keys = (self._keys.meta(board.id), self._keys.log(board.id))
        data = [record.data for record in first]
        tip = tip_of(data[-1]) if data else b""
        if (await self._write(STAGE, log_keys, birth, board.epoch, tip, *data))[0] == b"exists":
            raise BoardExists(board.id)
        code = board.code.upper()
        row = packed_row(Row(code, board.created_ms, birth))
        entered, _ = await self._write(ENTER, (self._keys.boards, self._keys.codes), board.id, code, row)
        if entered != b"entered":
            await self._write(UNSTAGE, log_keys, birth)
            raise CodeTaken(code) if entered == b"code" else BoardExists(board.id)

    async def find(self, ref: str) -> BoardRecord | None:
        """See Log.find."""
        row, coded = await asyncio.gather(
            self._ask(b"HGET", self._keys.boards, ref), self._ask(b"HGET", self._keys.codes, ref.upper())
        )
        board = ref
        if row is None and coded is not None:
            board = coded.decode()
            row = await self._ask(b"HGET", self._keys.boards, board)
        return None if row is None else await self._record(board, row)

    async def boards(self) -> list[BoardRecord]:
        """See Log.boards."""
        fields: list[bytes] = await self._ask(b"HGETALL", self._keys.boards)
        rows = zip(fields[::2], fields[1::2], strict=True)
        found = await asyncio.gather(*(self._record(board.decode(), row) for board, row in rows))
        return sorted((each for each in found if each is not None), key=lambda each: (each.created_ms, each.id))

    async def _record(self, board: str, row: bytes) -> BoardRecord | None:
        epoch: bytes | None = await self._ask(b"HGET", self._keys.meta(board), b"epoch")
        return None if epoch is None else board_record(board, read_row(row), epoch)

    # -- the log ---------------------------------------------------------------------------------------------------

    async def position(self, board: str) -> Position:
        """See Log.position."""
        return (await self._head(board)).position

    async def append(self, board: str, expected_seq: int, records: Sequence[Record]) -> Appended | Conflict:
        """See Log.append.

        Raises OutcomeUnknown when the records may be in the log and nobody can say so in time, or when they are and
        too few replicas confirmed it. A Conflict in a new epoch says that the log has forked (LG6).
        """
        check_contiguous(expected_seq, records)
        known = self._heads.get(board)
        tip = known.tip if known is not None and known.position.seq == expected_seq else b""
        arguments = (expected_seq, tip, tip_of(records[-1].data), MISSED_PAGE, PUBLISHED_BYTES)
        answer, again = await self._change(APPEND, board, (), *arguments, *(record.data for record in records))
        match answer.kind:
            case "appended":
                self._learn(board, answer.head, records)
                return Appended(answer.head.position)
            case "compacted":
                raise Compacted(answer.head.base_seq)
            case "forked":
                return Conflict(await self._forked(board, answer.head), ())
            case _:
                return await self._conflict(board, expected_seq, tip, records if again else (), answer)

    async def _conflict(
        self, board: str, expected_seq: int, tip: bytes, sent: Sequence[Record], answer: Answer
    ) -> Appended | Conflict:
        """What stands in the way: others' records, or the own ones, if they were `sent` before without an answer."""
        end = answer.head.position
        found = read_entries(answer.more)
        overlap = found.pop(0) if found and found[0].seq == expected_seq else None
        missed = await self._whole(board, expected_seq, found, end)
        if overlap is not None and tip and tip_of(overlap.data) != tip:
            return Conflict(await self._forked(board, answer.head), missed)
        if sent and missed[: len(sent)] == tuple(sent):
            await self._confirmed()
            return Appended(Position(end.epoch, sent[-1].seq))
        return Conflict(end, missed)

    async def _whole(self, board: str, after: int, found: list[Record], end: Position) -> tuple[Record, ...]:
        """`found` with what follows it, up to `end`."""
        seq = found[-1].seq if found else after
        while seq < end.seq:
            page = await self._page(board, seq, min(MISSED_PAGE, end.seq - seq))
            if not page:
                raise LogUnavailable("The log lost what it had a moment ago.")
            found += page
            seq = page[-1].seq
        return tuple(found)

    async def read(self, board: str, after: int, limit: int) -> list[Record]:
        """See Log.read."""
        return await self._page(board, after, limit)

    async def _page(self, board: str, after: int, limit: int) -> list[Record]:
        keys = (self._keys.meta(board), self._keys.log(board))
        answer = await self._look_up(READ, board, keys, after + 1, limit, after)
        if answer.kind == "compacted":
            raise Compacted(answer.head.base_seq)
        found = read_entries(answer.more)
        if found and found[-1].seq == answer.head.position.seq:
            self._learn(board, answer.head)
        return found

    async def renew_epoch(self, board: str, known: str) -> Position:
        """See Log.renew_epoch."""
        answer, _ = await self._change(RENEW_EPOCH, board, (), known, secrets.token_hex(8))
        self._learn(board, answer.head)
        return answer.head.position

    async def _forked(self, board: str, head: Head) -> Position:
        logger.error("board %s: the log has forked; its epoch is renewed", board)
        return await self.renew_epoch(board, head.position.epoch)

    # -- snapshots -------------------------------------------------------------------------------------------------

    async def save_snapshot(self, board: str, snapshot: Snapshot) -> None:
        """See Log.save_snapshot."""
        keys = (self._keys.meta(board), self._keys.cache(board))
        value, _ = await self._write(SAVE_SNAPSHOT, keys, snapshot.seq, snapshot.version, snapshot.data)
        _check_within(_known(board, value), snapshot)

    async def snapshot(self, board: str) -> Snapshot | None:
        """See Log.snapshot."""
        return await self._snapshot(board, self._keys.cache(board), self._keys.base(board))

    async def base(self, board: str) -> Snapshot | None:
        """See Log.base."""
        return await self._snapshot(board, self._keys.base(board))

    async def _snapshot(self, board: str, *places: bytes) -> Snapshot | None:
        answer = await self._look_up(SNAPSHOT, board, (self._keys.meta(board), *places))
        return None if answer.kind == "none" else read_snapshot(answer.more)

    async def compact(self, board: str, base: Snapshot) -> None:
        """See Log.compact; what may still have the words is said at the top of this module."""
        places = (self._keys.base(board), self._keys.cache(board))
        answer, _ = await self._change(COMPACT, board, places, base.seq, base.version, base.data)
        _check_within(answer, base)
        if answer.kind == "compacted":
            raise Compacted(answer.head.base_seq)
        self._learn(board, answer.head)
        await self._erased()

    # -- people ----------------------------------------------------------------------------------------------------

    async def put_person(self, board: str, person: Person) -> None:
        """See Log.put_person."""
        device = () if person.device_key is None else (person.device_key,)
        arguments = (person.participant, packed_person(person), *device)
        answer = _known(board, (await self._write(PUT_PERSON, self._people_keys(board), *arguments))[0])
        if answer.kind == "taken":
            raise DeviceTaken(answer.more.decode())

    async def people(self, board: str) -> list[Person]:
        """See Log.people."""
        return read_people((await self._look_up(PEOPLE, board, self._people_keys(board))).more)

    async def person_by_device(self, board: str, device_key: str) -> Person | None:
        """See Log.person_by_device."""
        answer = await self._look_up(PEOPLE, board, self._people_keys(board), device_key)
        return next(iter(read_people(answer.more)), None)

    async def erase_person(self, board: str, participant: str) -> None:
        """See Log.erase_person; what may still have the name is said at the top of this module."""
        _known(board, (await self._write(ERASE_PERSON, self._people_keys(board), participant))[0])
        await self._erased()

    def _people_keys(self, board: str) -> tuple[bytes, bytes, bytes]:
        return self._keys.meta(board), self._keys.people(board), self._keys.devices(board)

    async def _erased(self) -> None:
        """Wait until the append-only file, where there is one, holds nothing of what was there before."""
        if self._rewrites is None:
            raise LogUnavailable("The log is not open.")
        try:
            await self._rewrites.wait()
        except (NotSent, Lost, Refused) as failure:
            raise LogUnavailable(
                f"It was erased, but traces stay in Redis's append-only file until that is rewritten: {failure}."
            ) from failure

    # -- following -------------------------------------------------------------------------------------------------

    async def follow(self, board: str, after: int) -> AsyncGenerator[list[Record], None]:
        """See Log.follow. While Redis is away a follower waits, and goes on afterwards where it was."""
        self._line(self._writes)
        watch = await self._watch(board)
        watch.followers += 1
        try:
            tail = await self._tail(board, watch, after)

            async def read(seq: int, limit: int) -> list[Record]:
                return await self._read_on(board, tail, seq, limit)

            async with contextlib.aclosing(tail.follow(after, read)) as batches:
                async for batch in batches:
                    yield batch
        except LogUnavailable:
            raise watch.failure or LogUnavailable("The log was closed.") from None
        finally:
            # The subscription goes when the board is next looked at, not with each follower.
            watch.followers -= 1

    async def _watch(self, board: str) -> _Watch:
        watch = self._watches.get(board)
        if watch is None:
            watch = self._watches[board] = _Watch()
            channel = self._keys.channel(board)
            self._boards_of[channel] = board
            if self._wakeups is not None:
                await self._wakeups.subscribe(channel)
        return watch

    async def _tail(self, board: str, watch: _Watch, after: int) -> Tail:
        try:
            async with asyncio.timeout(self._command_timeout_s):
                await watch.ready.wait()
        except TimeoutError:
            watch.failure = LogUnavailable("Redis does not answer.")
            self._forget(board, watch)
        if watch.tail is None:
            raise watch.failure or LogUnavailable("The log was closed.")
        if watch.tail.end.seq < after:
            # Whoever asks may have read further than this process was told.
            await self._check(board)
        return watch.tail

    async def _read_on(self, board: str, tail: Tail, after: int, limit: int) -> list[Record]:
        """What a follower lacks. Where it is not there, the log lost it."""
        epoch = tail.end.epoch
        while True:
            try:
                if page := await self._page(board, after, limit):
                    return page
                await self._check(board)
                check_followable(after, epoch, tail.end, tail.base_seq)
                raise LostTail(tail.end)
            except LogUnavailable:
                if self._writes is None:
                    raise
                await asyncio.sleep(RETRY_S)

    def _told(self, channel: bytes, payload: bytes) -> None:
        """A message came; it is worked off here and now, since that waits for nothing."""
        if channel == self._probe_channel:
            probe = self._probes.get(payload)
            if probe is not None and not probe.done():
                probe.set_result(None)
        elif (board := self._boards_of.get(channel)) is not None:
            head, records = read_message(payload)
            self._learn(board, head, records)

    def _subscribed(self, channel: bytes) -> None:
        """From now on nothing is missed; what was missed before is in the log."""
        if channel == self._probe_channel:
            self._probe_heard.set()
        elif (board := self._boards_of.get(channel)) is not None:
            self._due.add(board)
            self._look.set()

    async def _tend(self) -> None:
        """Compare followed boards with the log when a subscription is new, and all of them now and then (LG3)."""
        while self._wakeups is not None:
            try:
                async with asyncio.timeout(self._check_s):
                    await self._look.wait()
            except TimeoutError:
                await self._tidy(self._wakeups)
            self._look.clear()
            due, self._due = self._due, set()
            await asyncio.gather(*(self._check_watched(board) for board in due))

    async def _tidy(self, wakeups: Wakeups) -> None:
        for board, watch in list(self._watches.items()):
            if watch.followers:
                self._due.add(board)
            else:
                self._forget(board, watch)
                await wakeups.unsubscribe(self._keys.channel(board))
        await wakeups.check()

    async def _check_watched(self, board: str) -> None:
        try:
            await self._check(board)
        except UnknownBoard as failure:
            if (watch := self._watches.get(board)) is not None:
                watch.fail(failure)
                self._forget(board, watch)
        except LogError as failure:
            # The next look comes by itself.
            logger.debug("board %s: the head could not be read: %s", board, failure)

    def _forget(self, board: str, watch: _Watch) -> None:
        if self._watches.get(board) is watch:
            del self._watches[board]

    async def _check(self, board: str) -> None:
        """Compare what is known of a board with the log: behind, lost tail, fork (LG6). Raises UnknownBoard."""
        known = self._heads.get(board)
        try:
            head = await self._head(board)
        except UnknownBoard:
            self._heads.pop(board, None)
            raise
        if known is None or head == known:
            self._learn(board, head)
        elif head.version < known.version:
            self._learn(board, head, lost=known)
        elif await self._stands_on(board, head, known):
            self._learn(board, head)
        else:
            await self._forked(board, head)

    async def _stands_on(self, board: str, head: Head, known: Head) -> bool:
        """Whether the record that was the last one known is still in the log, as far as can be seen."""
        seq = known.position.seq
        if head.position.epoch != known.position.epoch or head.base_seq >= seq:
            return True
        if head.position.seq == seq:
            return head.tip == known.tip
        entries = await self._ask(b"XRANGE", self._keys.log(board), f"{seq}-0", f"{seq}-0")
        found = read_entries(entries)
        return bool(found) and tip_of(found[0].data) == known.tip

    def _learn(self, board: str, head: Head, records: Sequence[Record] = (), *, lost: Head | None = None) -> None:
        """Note where a log is, unless this is older news. `lost`: newer than that head, though it looks older."""
        old = self._heads.get(board)
        if old is not None and head.version <= old.version and old is not lost:
            head = old
        else:
            self._heads[board] = head
        watch = self._watches.get(board)
        if watch is None:
            return
        if watch.tail is None:
            watch.tail = Tail(head.position, head.base_seq)
            watch.ready.set()
        elif head is not old:
            watch.tail.move(head.position, head.base_seq, records)

    # -- probing ---------------------------------------------------------------------------------------------------

    async def probe(self) -> None:
        """See Log.probe. It goes by the connection of appends and comes back by that of followers."""
        token = secrets.token_hex(16).encode()
        heard = self._probes[token] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(self._probe_timeout_s):
                self._line(self._writes)
                await self._probe_heard.wait()
                await self._write(PROBE, (self._keys.probe, self._probe_channel), self._verbs.publish, token)
                await heard
        except TimeoutError:
            raise ProbeFailed(f"a probe did not come back within {self._probe_timeout_s:g} s") from None
        except LogError as failure:
            raise ProbeFailed(str(failure)) from failure
        finally:
            del self._probes[token]

    # -- asking Redis ----------------------------------------------------------------------------------------------

    async def _change(
        self, script: Script, board: str, places: Sequence[bytes], *arguments: Argument
    ) -> tuple[Answer, bool]:
        """Run a script that may move the log and tells followers. Also whether it was asked more than once."""
        keys = (self._keys.meta(board), self._keys.log(board), self._keys.channel(board), *places)
        before = self._heads.get(board)
        value, again = await self._write(script, keys, self._verbs.publish, *arguments)
        answer = _known(board, value)
        if before is not None and answer.head.version < before.version:
            self._learn(board, answer.head, lost=before)
        return answer, again

    async def _write(self, script: Script, keys: Sequence[bytes], *arguments: Argument) -> tuple[Any, bool]:
        """Run a script that writes, until it is answered. Also whether it was asked more than once.

        Every such script may be run twice: the second time it finds its work done, or says what it sees.
        """
        deadline = asyncio.get_running_loop().time() + self._settle_timeout_s
        again = False
        while True:
            try:
                reply = await self._line(self._writes).run(script, keys, *arguments)
                self._check_replicas(reply)
                return reply.value, again
            except Refused as failure:
                raise LogUnavailable(f"Redis refuses to write: {failure}.") from failure
            except (NotSent, Lost) as failure:
                again = again or isinstance(failure, Lost)
                if not again:
                    raise LogUnavailable(f"Redis cannot be reached, nothing was kept: {failure}.") from failure
                if self._writes is None or asyncio.get_running_loop().time() > deadline:
                    raise OutcomeUnknown(f"Redis did not say whether it kept what was sent: {failure}.") from failure
            await asyncio.sleep(RETRY_S)

    def _check_replicas(self, reply: Reply) -> None:
        if reply.replicas < self._replicas and kind_of(reply.value) not in REFUSALS:
            raise OutcomeUnknown(
                f"It was written, but {reply.replicas} of {self._replicas} replicas confirmed it in time."
            )

    async def _confirmed(self) -> None:
        """Have replicas confirm what an earlier connection wrote: they confirm in order, so a later write will do."""
        if self._replicas:
            await self._write(PROBE, (self._keys.probe, self._probe_channel), self._verbs.publish, b"")

    async def _look_up(self, script: Script, board: str, keys: Sequence[bytes], *arguments: Argument) -> Answer:
        try:
            return _known(board, (await self._line(self._reads).run(script, keys, *arguments)).value)
        except (NotSent, Lost, Refused) as failure:
            raise _unreadable(failure) from failure

    async def _head(self, board: str) -> Head:
        head = read_head(await self._ask(b"HMGET", self._keys.meta(board), *HEAD_FIELDS))
        if head is None:
            raise UnknownBoard(board)
        return head

    async def _ask(self, *arguments: Argument) -> Any:
        try:
            return await self._line(self._reads).call(*arguments)
        except (NotSent, Lost, Refused) as failure:
            raise _unreadable(failure) from failure

    def _line(self, line: Line | None) -> Line:
        if line is None or self._writes is None:
            raise LogUnavailable("The log is not open.")
        return line


def _known(board: str, value: Sequence[Any]) -> Answer:
    answer = read_answer(value)
    if answer is None:
        raise UnknownBoard(board)
    return answer


def _check_within(answer: Answer, snapshot: Snapshot) -> None:
    if answer.kind == "beyond":
        raise ValueError(f"snapshot {snapshot.seq} lies beyond the end of the log")


def _unreadable(failure: Exception) -> LogUnavailable:
    return LogUnavailable(f"Redis cannot be read: {failure}.")
