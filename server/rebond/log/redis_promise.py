"""What a write must have reached before it is answered (LG2), and how Redis is asked whether it has.

Redis says so itself in three ways: by answering at all, where it flushes each write first (`appendfsync always`); by
WAITAOF, which counts the files, its own and its replicas', that everything this connection wrote was flushed to; and by
WAIT, which counts the replicas that have it in memory. Counts below what was asked for are no error to Redis, so they
are looked at here. Where files are flushed now and then only, WAITAOF is not asked: several versions answer it before
they flush (https://github.com/redis/redis/pull/13793), and the others take a second over it.
Must not know: connections, boards.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple, cast

from rebond.log.interface import Durability
from rebond.log.redis_line import Argument
from rebond.log.redis_server import NEEDED_FOR_FSYNC, Server


class Flushed(NamedTuple):
    """WAITAOF: flushed to the files of so many replicas, and to Redis's own."""

    replicas: int
    patience_s: float

    @property
    def command(self) -> tuple[Argument, ...]:
        """What is asked."""
        return (b"WAITAOF", 1, self.replicas, int(self.patience_s * 1_000))

    def lacking(self, answer: Any) -> str:
        """What the answer falls short of, in words; empty when nothing."""
        counts = _counts(answer, 2)
        if counts is None:
            return _unanswered(answer)
        local, replicas = counts
        lacking = [] if local >= 1 else ["Redis did not flush it to its disk in time"]
        if replicas < self.replicas:
            lacking.append(f"{replicas} of {self.replicas} replicas confirmed that it is on their disks")
        return " and ".join(lacking)


class Copied(NamedTuple):
    """WAIT: in the memory of so many replicas."""

    replicas: int
    patience_s: float

    @property
    def command(self) -> tuple[Argument, ...]:
        """What is asked."""
        return (b"WAIT", self.replicas, int(self.patience_s * 1_000))

    def lacking(self, answer: Any) -> str:
        """What the answer falls short of, in words; empty when nothing."""
        counts = _counts([answer], 1)
        if counts is None:
            return _unanswered(answer)
        return "" if counts[0] >= self.replicas else f"{counts[0]} of {self.replicas} replicas confirmed it"


class Promise:
    """What a write must have reached before it is answered: see Durability, and `replicas` of RedisLog."""

    def __init__(self, durability: Durability, replicas: int, replica_timeout_s: float) -> None:
        if (durability is Durability.REPLICATED) != (replicas > 0):
            raise ValueError("replicated durability, and no other, needs a number of replicas above 0")
        self.durability = durability
        self._replicas = replicas
        self._patience_s = replica_timeout_s

    @property
    def replicas(self) -> int:
        """How many must confirm a write; 0 where none is waited for."""
        return self._replicas

    @property
    def patience_s(self) -> float:
        """How long they may take."""
        return self._patience_s

    def confirmation(self, server: Server) -> Flushed | Copied | None:
        """What this server is asked behind each round trip; None where its answer alone is promise enough."""
        if not self._replicas:
            return None
        # Its replicas are taken to be set as it is, since each may have to take its place.
        confirm = Flushed if server.has_waitaof and server.keeps(NEEDED_FOR_FSYNC) else Copied
        return confirm(self._replicas, self._patience_s)


def _counts(answer: Any, number: int) -> Sequence[int] | None:
    """The answer, if it is so many numbers."""
    if not isinstance(answer, list) or len(cast(list[Any], answer)) != number:
        return None
    counts = cast(list[Any], answer)
    return counts if all(isinstance(count, int) for count in counts) else None


def _unanswered(answer: Any) -> str:
    return f"Redis did not say how safe it is: {' '.join(str(answer).split()).rstrip('.')}"
