"""The log on Redis 7 or later, for any number of nodes: a stream a board for the truth, pub/sub for the wake-up.

Rules: LG1 to LG8, HB8. One Lua script compares, appends, records and publishes. Nodes know each other only through it.

What an acknowledged append survives (LG2): `memory` the end of this process; `fsync` also Redis's and the machine's,
and `open` insists on the settings for it (`appendonly yes`, `appendfsync always`); `replicated` the loss of Redis, once
as many replicas as asked have confirmed it (WAITAOF: on their disks; else WAIT: in their memory). A failover may still
choose a replica that lagged, unless all that can be chosen had to confirm. What it loses is noticed (LG6): an append
says on which record it stands, see `tip` in lua/head.lua.

What was sent and not answered is found out: the log is asked again, and what is there byte for byte has landed. Where
even that cannot be done in time, the answer is OutcomeUnknown, and never « nothing was kept ».

Erased words (LG7) are gone from Redis's memory when `compact`, `erase_person` or `erase_pictures` returns, and from its
append-only file, which is rewritten. They stay in RDB files written before (until the next save), in copies made of
either, and in the files of replicas until they rewrite theirs; SLOWLOG may show the beginning of a slow command.
Must not know: what an entry says, rooms, the wire.
"""

import asyncio
import contextlib
import logging
import secrets
from collections.abc import AsyncGenerator, Collection, Sequence
from typing import NamedTuple

from rebond.log.interface import (
    Appended,
    BoardExists,
    BoardRecord,
    CodeTaken,
    Compacted,
    Conflict,
    DeviceTaken,
    Durability,
    EpochChanged,
    LogError,
    LogUnavailable,
    OutcomeUnknown,
    Person,
    PictureRow,
    Position,
    ProbeFailed,
    Record,
    Snapshot,
    UnknownBoard,
    check_contiguous,
    check_first,
    check_last,
)
from rebond.log.moving import is_hidden, moving
from rebond.log.redis_calls import Calls
from rebond.log.redis_erasure import Rewrites
from rebond.log.redis_follow import Following
from rebond.log.redis_line import Argument, Lost, NotSent, Refused, Script
from rebond.log.redis_place import place_of
from rebond.log.redis_promise import Promise
from rebond.log.redis_values import (
    APPEND,
    COMPACT,
    DISCARD,
    ENTER,
    ERASE_PERSON,
    ERASE_PICTURES,
    KEEP_SECRET,
    LEAVE,
    PEOPLE,
    PICTURE,
    PICTURES,
    PROBE,
    PUT_PERSON,
    PUT_PICTURE,
    RENEW_EPOCH,
    SAVE_SNAPSHOT,
    SETTLE,
    SNAPSHOT,
    STAGE,
    UNSTAGE,
    Answer,
    End,
    Head,
    Keys,
    Row,
    board_record,
    kind_of,
    known_answer,
    packed_person,
    packed_row,
    read_entries,
    read_people,
    read_pictures,
    read_row,
    read_snapshot,
    tip_of,
)

logger = logging.getLogger(__name__)

MISSED_PAGE = 256
"""Most records a conflict brings along; the rest is read."""
PUBLISHED_BYTES = 64 * 1024
"""Followers are sent the records of an append up to this size, and read larger ones themselves."""


class _Session(NamedTuple):
    """What there is while the log is open."""

    calls: Calls
    following: Following
    rewrites: Rewrites


class RedisLog:
    """Every board in one Redis (a Log), for as many processes as like.

    `url` is `redis://`, `rediss://`, `unix://`, `redis+sentinel://host:port,…/service/db`, or `redis+cluster://` or
    `rediss+cluster://` with `host:port,…`; ValueError for anything else. `replicas` is how many must confirm a write at
    Durability.REPLICATED, within `replica_timeout_s`. `command_timeout_s` bounds a round trip,
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
        self._place = place_of(url, command_timeout_s)
        self._promise = Promise(durability, replicas, replica_timeout_s)
        self._keys = Keys(prefix)
        self._command_timeout_s = command_timeout_s
        self._settle_timeout_s = settle_timeout_s
        self._probe_timeout_s = probe_timeout_s
        self._check_s = check_ms / 1_000
        self._name = secrets.token_hex(8)
        """By which this process knows its own probes."""
        self._secret: str | None = None
        self._session: _Session | None = None

    @property
    def shared(self) -> bool:
        """See Log.shared."""
        return True

    @property
    def durability(self) -> Durability:
        """See Log.durability."""
        return self._promise.durability

    async def open(self) -> None:
        """See Log.open. LogUnavailable also where Redis is not set up for the durability asked for, and says how."""
        if self._session is not None:
            raise LogUnavailable("The log is open already.")
        calls = Calls(self._place, self._promise, self._command_timeout_s, self._settle_timeout_s)
        try:
            await calls.open()
        except LogUnavailable:
            await self._place.close()
            raise
        following = Following(
            self._place,
            calls,
            self._keys,
            self.renew_epoch,
            self._name,
            wait_s=self._command_timeout_s,
            check_s=self._check_s,
        )
        await following.open()
        self._session = _Session(calls, following, Rewrites(calls.servers))

    async def check_replicas(self) -> None:
        """Raise LogUnavailable, in one sentence, where replicas that have to confirm a write are not in reach (LG2).
        Who goes on all the same can read; nothing will be acknowledged, and no probe comes back, until they are."""
        await self._open.calls.check_replicas()

    async def close(self) -> None:
        """See Log.close."""
        session, self._session = self._session, None
        if session is not None:
            await session.following.close()
            await session.calls.close()
            await self._place.close()

    @property
    def _open(self) -> _Session:
        if self._session is None:
            raise LogUnavailable("The log is not open.")
        return self._session

    # -- the directory ---------------------------------------------------------------------------------------------

    async def create(self, board: BoardRecord, first: Sequence[Record], base: Snapshot | None = None) -> None:
        """See Log.create. The log is written first and the row last: before the row, nobody finds the board."""
        check_first(first, base)
        code = board.code.upper()
        row = packed_row(Row(code, board.created_ms, secrets.token_hex(8)))
        await self._put_secret_back()
        log_keys = (self._keys.meta(board.id), self._keys.log(board.id), self._keys.base(board.id))
        data = [record.data for record in first]
        tip = tip_of(data[-1]) if data else b""
        based = (base.seq, base.version, base.data) if base else (0, b"", b"")
        calls = self._open.calls
        staged, _ = await calls.write(STAGE, log_keys, row, board.epoch, tip, *based, *data)
        if staged != b"staged":
            # Whoever wrote it may have ended before it entered it, or the directory may have lost its tail (LG6).
            await self._enter(board.id, staged[1])
            raise BoardExists(board.id)
        if not await self._enter(board.id, row):
            await calls.write(UNSTAGE, log_keys, row)
            raise CodeTaken(code)

    async def _enter(self, board: str, row: bytes) -> bool:
        """Give a board whose log is written its row; False where another has its code."""
        directory = (self._keys.boards, self._keys.codes)
        entered, _ = await self._open.calls.write(ENTER, directory, board, read_row(row).code, row)
        return entered == b"entered"

    async def settle(self, board: BoardRecord, *, replace: bool = False) -> None:
        """See ReceivingLog.settle. Its row comes last, as when a board is created."""
        row = packed_row(Row(board.code.upper(), board.created_ms, secrets.token_hex(8)))
        aside = moving(board.id)
        keys = (*self._keys.kept(aside), *self._keys.kept(board.id), self._keys.cache(board.id))
        answer, _ = await self._open.calls.write(SETTLE, keys, row, board.epoch, "replace" if replace else "")
        match kind_of(answer):
            case "settled":
                if not await self._enter(board.id, row):
                    raise CodeTaken(board.code.upper())
                await self._leave(aside)
            case "exists":
                await self._enter(board.id, answer[1])
                raise BoardExists(board.id)
            case _:
                raise UnknownBoard(aside)
        if replace:
            await self._erased()

    async def discard(self, board: str) -> None:
        """See ReceivingLog.discard."""
        aside = moving(board)
        await self._open.calls.write(DISCARD, (*self._keys.kept(aside), self._keys.cache(aside)))
        await self._leave(aside)
        await self._erased()

    async def _leave(self, board: str) -> None:
        """Take a board that nobody finds out of the directory; its code is its id."""
        await self._open.calls.write(LEAVE, (self._keys.boards, self._keys.codes), board, board.upper())

    async def kept_secret(self, draft: str, *, instead_of: str | None = None) -> str:
        """The secret that all who use this log share: the first draft that was ever proposed, or this one where that is
        the one to be replaced. It is durable like an append (LG2). Raises LogUnavailable, OutcomeUnknown."""
        kept, _ = await self._open.calls.write(KEEP_SECRET, (self._keys.secret,), draft, instead_of or "")
        secret: bytes = kept[1]
        self._secret = secret.decode()
        return self._secret

    async def agreed_secret(self, draft: str) -> str:
        """As `kept_secret`, but one that too few replicas confirm will do: it is what every other node reads, too."""
        try:
            return await self.kept_secret(draft)
        except OutcomeUnknown:
            self._secret = await self.secret()
            if self._secret is None:
                raise
            return self._secret

    async def _put_secret_back(self) -> None:
        """Lest a board comes back to a Redis that lost everything, and its links do not (LG6)."""
        known = self._secret
        if known is not None and await self.kept_secret(known) != known:
            logger.error("this node signs with another secret than is kept in Redis: restart it")

    async def secret(self) -> str | None:
        """The secret that is kept here, if there is one yet. Raises LogUnavailable."""
        kept: bytes | None = await self._open.calls.ask(b"GET", self._keys.secret)
        return None if kept is None else kept.decode()

    async def find(self, ref: str) -> BoardRecord | None:
        """See Log.find."""
        if is_hidden(ref):
            return None
        row, coded = await asyncio.gather(
            self._open.calls.ask(b"HGET", self._keys.boards, ref),
            self._open.calls.ask(b"HGET", self._keys.codes, ref.upper()),
        )
        board = ref
        if row is None and coded is not None:
            board = coded.decode()
            row = await self._open.calls.ask(b"HGET", self._keys.boards, board)
        return None if row is None else await self._record(board, row)

    async def boards(self) -> list[BoardRecord]:
        """See Log.boards."""
        fields: list[bytes] = await self._open.calls.ask(b"HGETALL", self._keys.boards)
        rows = zip((board.decode() for board in fields[::2]), fields[1::2], strict=True)
        found = await asyncio.gather(*(self._record(board, row) for board, row in rows if not is_hidden(board)))
        return sorted((each for each in found if each is not None), key=lambda each: (each.created_ms, each.id))

    async def _record(self, board: str, row: bytes) -> BoardRecord | None:
        epoch: bytes | None = await self._open.calls.ask(b"HGET", self._keys.meta(board), b"epoch")
        return None if epoch is None else board_record(board, read_row(row), epoch)

    # -- the log ---------------------------------------------------------------------------------------------------

    async def position(self, board: str) -> Position:
        """See Log.position."""
        return (await self._open.following.head(board)).position

    async def append(self, board: str, expected_seq: int, records: Sequence[Record]) -> Appended | Conflict:
        """See Log.append.

        Raises OutcomeUnknown when the records may be in the log and nobody can say so in time, or when they are and
        too few replicas confirmed it. A Conflict in a new epoch says that the log has forked (LG6).
        """
        check_contiguous(expected_seq, records)
        following = self._open.following
        known = following.known(board)
        tip = known.tip if known is not None and known.position.seq == expected_seq else b""
        arguments = (expected_seq, tip, tip_of(records[-1].data), MISSED_PAGE, PUBLISHED_BYTES)
        answer, again = await self._change(APPEND, board, (), *arguments, *(record.data for record in records))
        match answer.kind:
            case "appended":
                following.learn(board, answer.head, records, End(expected_seq, tip))
                return Appended(answer.head.position)
            case "compacted":
                raise Compacted(answer.head.base_seq)
            case "forked":
                return Conflict(await following.forked(board, answer.head), ())
            case _:
                try:
                    return await self._conflict(board, expected_seq, known, records if again else (), answer)
                except EpochChanged as changed:
                    return Conflict(changed.position, ())

    async def _conflict(
        self, board: str, expected_seq: int, known: Head | None, sent: Sequence[Record], answer: Answer
    ) -> Appended | Conflict:
        """What stands in the way: others' records, or the own ones, if they were `sent` before without an answer.

        EpochChanged where the log does not go on from what was `known` (LG6).
        """
        following, end = self._open.following, answer.head.position
        found = read_entries(answer.more)
        overlap = found.pop(0) if found and found[0].seq == expected_seq else None
        missed = await self._whole(board, expected_seq, found, end)
        if overlap is not None and known is not None and known.end == End(expected_seq, tip_of(overlap.data)):
            following.learn(board, answer.head, missed, known.end)
        elif (forked := await following.compare(board, answer.head, known)) is not None:
            raise EpochChanged(forked)
        if sent and missed[: len(sent)] == tuple(sent):
            await self.vouch(board)
            return Appended(Position(end.epoch, sent[-1].seq))
        return Conflict(end, missed)

    async def _whole(self, board: str, after: int, found: list[Record], end: Position) -> tuple[Record, ...]:
        """`found` with what follows it, up to `end`."""
        seq = found[-1].seq if found else after
        while seq < end.seq:
            page = await self.read(board, seq, min(MISSED_PAGE, end.seq - seq))
            if not page:
                raise LogUnavailable("The log lost what it had a moment ago.")
            found += page
            seq = page[-1].seq
        return tuple(found)

    async def read(self, board: str, after: int, limit: int) -> list[Record]:
        """See Log.read."""
        return await self._open.following.page(board, after, limit)

    async def vouch(self, board: str) -> None:
        """See Log.vouch. Replicas confirm in order: whatever is written now vouches for what was written before."""
        if self.durability is not Durability.MEMORY:
            await self._open.calls.write(PROBE, (self._keys.vouched(board),), b"")

    async def renew_epoch(self, board: str, known: str) -> Position:
        """See Log.renew_epoch."""
        answer, _ = await self._change(RENEW_EPOCH, board, (), known, secrets.token_hex(8))
        self._open.following.learn(board, answer.head)
        return answer.head.position

    # -- snapshots -------------------------------------------------------------------------------------------------

    async def save_snapshot(self, board: str, snapshot: Snapshot, last: Record | None = None) -> None:
        """See Log.save_snapshot."""
        check_last(snapshot, last)
        keys = (self._keys.meta(board), self._keys.log(board), self._keys.cache(board))
        answer = await self._write(SAVE_SNAPSHOT, board, keys, *_kept(snapshot, last))
        await self._check_kept(board, answer, snapshot)

    async def snapshot(self, board: str) -> Snapshot | None:
        """See Log.snapshot."""
        return await self._snapshot(board, self._keys.cache(board), self._keys.base(board))

    async def base(self, board: str) -> Snapshot | None:
        """See Log.base."""
        return await self._snapshot(board, self._keys.base(board))

    async def _snapshot(self, board: str, *places: bytes) -> Snapshot | None:
        answer = await self._look_up(SNAPSHOT, board, (self._keys.meta(board), *places))
        return None if answer.kind == "none" else read_snapshot(answer.more)

    async def compact(self, board: str, base: Snapshot, last: Record | None = None) -> None:
        """See Log.compact; what may still have the words is said at the top of this module."""
        check_last(base, last)
        places = (self._keys.base(board), self._keys.cache(board))
        answer, _ = await self._change(COMPACT, board, places, *_kept(base, last))
        await self._check_kept(board, answer, base)
        if answer.kind == "compacted":
            raise Compacted(answer.head.base_seq)
        self._open.following.learn(board, answer.head, before=answer.head.end)
        await self._erased()

    async def _check_kept(self, board: str, answer: Answer, snapshot: Snapshot) -> None:
        if answer.kind == "beyond":
            raise ValueError(f"snapshot {snapshot.seq} lies beyond the end of the log")
        if answer.kind == "forked":
            raise EpochChanged(await self._open.following.forked(board, answer.head))

    # -- people ----------------------------------------------------------------------------------------------------

    async def put_person(self, board: str, person: Person) -> None:
        """See Log.put_person."""
        device = () if person.device_key is None else (person.device_key,)
        arguments = (person.participant, packed_person(person), *device)
        answer = await self._write(PUT_PERSON, board, self._people_keys(board), *arguments)
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
        await self._write(ERASE_PERSON, board, self._people_keys(board), participant)
        await self._erased()

    def _people_keys(self, board: str) -> tuple[bytes, bytes, bytes]:
        return self._keys.meta(board), self._keys.people(board), self._keys.devices(board)

    # -- pictures --------------------------------------------------------------------------------------------------

    async def put_picture(self, board: str, name: str, data: bytes, at_ms: int) -> None:
        """See Log.put_picture."""
        await self._write(PUT_PICTURE, board, self._picture_keys(board), name, data, at_ms)

    async def picture(self, board: str, name: str) -> bytes | None:
        """See Log.picture."""
        found: bytes | None = (await self._look_up(PICTURE, board, self._picture_keys(board), name)).more
        return found

    async def pictures(self, board: str) -> list[PictureRow]:
        """See Log.pictures."""
        return read_pictures((await self._look_up(PICTURES, board, self._picture_keys(board))).more)

    async def erase_pictures(self, board: str, names: Collection[str]) -> None:
        """See Log.erase_pictures; what may still have the bytes is said at the top of this module."""
        await self._write(ERASE_PICTURES, board, self._picture_keys(board), *names)
        await self._erased()

    def _picture_keys(self, board: str) -> tuple[bytes, bytes, bytes]:
        return self._keys.meta(board), self._keys.pictures(board), self._keys.pictured(board)

    async def _erased(self) -> None:
        """Wait until the append-only file, where there is one, holds nothing of what was there before."""
        try:
            await self._open.rewrites.wait()
        except (NotSent, Lost, Refused) as failure:
            raise LogUnavailable(
                f"It was erased, but traces stay in Redis's append-only file until that is rewritten: {failure}."
            ) from failure

    # -- following and probing ------------------------------------------------------------------------------------

    async def follow(self, board: str, after: int, epoch: str | None = None) -> AsyncGenerator[list[Record], None]:
        """See Log.follow. While Redis is away a follower waits, and goes on afterwards from where it was."""
        async with contextlib.aclosing(self._open.following.follow(board, after, epoch)) as batches:
            async for batch in batches:
                yield batch

    async def broadcast(self, board: str, note: bytes) -> None:
        """See Log.broadcast."""
        await self._open.calls.publish(self._keys.notes(board), note)

    async def listen(self, board: str) -> AsyncGenerator[bytes, None]:
        """See Log.listen."""
        async with contextlib.aclosing(self._open.following.listen(board)) as notes:
            async for note in notes:
                yield note

    async def probe(self) -> None:
        """See Log.probe. It goes by the connection of appends and comes back by that of followers, by every server that
        has the directory or a board that is followed here."""
        try:
            async with asyncio.timeout(self._probe_timeout_s):
                ways = (self._probe(tag) for tag in self._open.following.ways())
                failures = [each for each in await asyncio.gather(*ways, return_exceptions=True) if each is not None]
                if failures:
                    raise failures[0]
        except TimeoutError:
            raise ProbeFailed(f"a probe did not come back within {self._probe_timeout_s:g} s") from None
        except LogError as failure:
            raise ProbeFailed(str(failure)) from failure

    async def _probe(self, tag: bytes) -> None:
        calls, following, _ = self._open
        channel, token = self._keys.probe_channel(tag, self._name), secrets.token_hex(16).encode()

        async def publish() -> None:
            await calls.write(PROBE, (self._keys.probe(tag),), token, calls.verbs.publish, channel)

        await following.heard(channel, token, publish)

    # -- asking Redis ----------------------------------------------------------------------------------------------

    async def _change(
        self, script: Script, board: str, places: Sequence[bytes], *arguments: Argument
    ) -> tuple[Answer, bool]:
        """Run a script that may move the log and tells followers. Also whether it was asked more than once."""
        calls, following, _ = self._open
        keys = (self._keys.meta(board), self._keys.log(board), *places)
        # No key: of a cluster's slot that is half moved, only keys that are all there can be touched.
        channel = self._keys.channel(board)
        before = following.known(board)
        value, again = await calls.write(script, keys, calls.verbs.publish, channel, *arguments)
        answer = known_answer(board, value)
        if before is not None and answer.head != before and answer.head.version <= before.version:
            # The log lost its tail, and counts its changes from an earlier one.
            following.compare_soon(board)
        return answer, again

    async def _write(self, script: Script, board: str, keys: Sequence[bytes], *arguments: Argument) -> Answer:
        value, _ = await self._open.calls.write(script, keys, *arguments)
        return known_answer(board, value)

    async def _look_up(self, script: Script, board: str, keys: Sequence[bytes], *arguments: Argument) -> Answer:
        return known_answer(board, await self._open.calls.run(script, keys, *arguments))


def _kept(snapshot: Snapshot, last: Record | None) -> Sequence[Argument]:
    """A snapshot as scripts take it, with the record that has to be there, if one is known."""
    stands_on = () if last is None else (last.data,)
    return snapshot.seq, snapshot.version, snapshot.data, *stands_on
