"""A client that keeps a record: `rebond_client`'s Board, with a session that writes what passes through it.

Nothing else about the client is changed but two things that a test town needs: it may know several nodes, and tries the
next when its own is gone; and it may be less patient than people's phones are.
"""

from __future__ import annotations

import hashlib
import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import assert_never

import msgspec

from rebond_client.board import Board
from rebond_client.http import new_device, socket_url
from rebond_protocol import frames, session
from rebond_protocol.codec import Format, canonical
from rebond_protocol.replica import BoardReplica
from rebond_protocol.session import ClientSession, ComeBack, Happening, StayAway
from tests.proof import history
from tests.proof.history import HistoryWriter, Line

DeviceKey = Callable[[str, str], str]
"""board, device → what its entries bear in the log: the servers' own function, under their secret."""


class Recorder:
    """Writes one history, and counts what passes. `changed` is called after each line."""

    def __init__(self, writer: HistoryWriter, device_key: DeviceKey) -> None:
        self.device_key = device_key
        self.lines = 0
        self.changed: Callable[[], None] = _nothing
        self._writer = writer
        self._began = time.monotonic()

    @property
    def now_ms(self) -> int:
        """Since the history began."""
        return round(1_000 * (time.monotonic() - self._began))

    def write(self, line: Line) -> None:
        """One more line."""
        self._writer.write(line)
        self.lines += 1
        self.changed()


def _nothing() -> None:
    pass


@dataclass(frozen=True)
class Way:
    """How to reach a board: the nodes to try in turn, as a person's browser names them, and how long to wait.

    `patience` is the share of the protocol's delay before coming back.
    """

    nodes: Sequence[str]
    patience: float = 1.0


class RecordedSession(ClientSession):
    """A session that writes down what it is told and what it says."""

    def __init__(
        self, phone: str, board: str, token: str, wire: Format, recorder: Recorder, way: Way, first_node: int
    ) -> None:
        super().__init__(token, new_device(), wire=wire)
        self.name = phone
        self.board = board
        self._recorder = recorder
        self._way = way
        self._nodes = itertools.cycle([*way.nodes[first_node:], *way.nodes[:first_node]])
        self.node = next(self._nodes)
        """The node it has a line to, or will try next."""
        self.gone = False
        """Whether it was told not to come back."""
        key = recorder.device_key(board, self.device)
        self._keep(history.Phone(phone=phone, board=board, device=self.device, device_key=key))

    @property
    def url(self) -> str:
        """Where to connect next."""
        return socket_url(self.node, self.board)

    def connected(self, now_ms: float) -> list[bytes]:
        """See ClientSession."""
        self._keep(history.Dialled(at_ms=self._recorder.now_ms, phone=self.name, node=self.node))
        return super().connected(now_ms)

    def disconnected(self, number: int | None, chance: float) -> ComeBack | StayAway:
        """See ClientSession."""
        after = super().disconnected(number, chance * self._way.patience)
        self._keep(history.LineLost(at_ms=self._recorder.now_ms, phone=self.name, number=number))
        self.node = next(self._nodes)
        if isinstance(after, StayAway):
            self.leave()
        return after

    def leave(self) -> None:
        """It will not come back."""
        self.gone = True
        self._keep(history.Left(at_ms=self._recorder.now_ms, phone=self.name))

    def stand(self) -> None:
        """Write down what it shows, now that all is quiet."""
        assert self.position is not None
        at_ms, shown = self._recorder.now_ms, digest(self.replica)
        self._keep(history.Standing(at_ms=at_ms, phone=self.name, position=self.position, shown=shown))

    def noted(self, happening: Happening) -> None:
        """See ClientSession."""
        super().noted(happening)
        line = self._line(happening)
        if line is not None:
            self._keep(line)

    def _keep(self, line: Line) -> None:
        self._recorder.write(line)

    def _line(self, happening: Happening) -> Line | None:
        phone, at_ms = self.name, self._recorder.now_ms
        match happening:
            case session.Submitted(id, command):
                return history.Submitted(at_ms=at_ms, phone=phone, id=id, command=command)
            case session.Welcomed(welcome):
                you = welcome.you
                return history.Welcomed(
                    at_ms=at_ms, phone=phone, participant=you.participant, role=you.role,
                    position=welcome.position, recovered=welcome.recovered,
                )  # fmt: skip
            case session.Restarted(position):
                assert self.replica.view is not None
                return history.Restarted(at_ms=at_ms, phone=phone, position=position, board=self.replica.view)
            case session.Followed(position, events):
                return history.Followed(at_ms=at_ms, phone=phone, position=position, events=events)
            case session.Privately(yours):
                assert self.position is not None
                return history.Privately(at_ms=at_ms, phone=phone, position=self.position, yours=yours)
            case session.Settled(id, _, frames.Accepted(seq=seq, made=made)):
                assert self.position is not None
                position = frames.Position(self.position.epoch, seq)
                named = None if made is msgspec.UNSET else made
                return history.Accepted(at_ms=at_ms, phone=phone, id=id, position=position, made=named)
            case session.Settled(id, _, frames.RejectedFrame(code=code, temporary=temporary)):
                return history.Rejected(at_ms=at_ms, phone=phone, id=id, code=code, temporary=temporary)
            case session.Settled():
                raise AssertionError("a command is accepted or rejected")
            case (
                session.Say() | session.Gathered() | session.Complained() | session.Parting() | session.LineDead()
            ):  # the end of the line is written where it ends
                return None
            case _:
                assert_never(happening)


class RecordedBoard(Board):
    """One device on one board whose history is kept; it goes to another node whenever its line is lost."""

    def __init__(
        self,
        phone: str,
        board: str,
        token: str,
        recorder: Recorder,
        way: Way,
        *,
        first_node: int = 0,
        wire: Format = Format.MSGPACK,
    ) -> None:
        self.recorded = RecordedSession(phone, board, token, wire, recorder, way, first_node)
        super().__init__(self.recorded.url, token, wire=wire)
        self.session = self.recorded

    async def _one_connection(self) -> int | None:
        self.url = self.recorded.url
        return await super()._one_connection()


def digest(replica: BoardReplica) -> str:
    """One short word for all that a replica holds."""
    own = (replica.own, replica.ballots, replica.marks, replica.own_comments, replica.my_reactions, replica.i_am_muted)
    plain = [*map(msgspec.to_builtins, (replica.view, *own)), sorted(replica.authored)]
    return hashlib.blake2b(canonical(plain), digest_size=12).hexdigest()
