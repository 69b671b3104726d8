"""Sound histories, made without any server: boards played in memory, phones that are told what they should be.

For the checker's own tests, which then break them. Must not know: the checker.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from msgspec import UNSET
from msgspec.structs import replace

from rebond.domain import project
from rebond.domain.envelope import Decided, Envelope, Repeated
from rebond.domain.state import BoardState
from rebond_protocol.commands import ClientCommand
from rebond_protocol.events import OutgoingEvent
from rebond_protocol.frames import Position, Yours
from rebond_protocol.replica import BoardReplica
from tests.domain.played import NAMES, ROLES, Board, audience_of
from tests.proof import history as h
from tests.proof.history import Line
from tests.proof.recorder import digest

EPOCH = "first"
NOWHERE = Position(EPOCH, 0)


class NamedBoard(Board):
    """A board whose cards have ids of their own, so that two can be told apart."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__()

    def envelope(self, actor: str | None, id: int | None = None, device: str | None = "phone") -> Envelope:
        """See Board."""
        envelope = super().envelope(actor, id, device)
        return replace(envelope, fresh_id=f"{self.name}-{envelope.fresh_id}")


@dataclass
class _Phone:
    name: str
    board: NamedBoard
    person: str
    replica: BoardReplica = field(default_factory=BoardReplica)
    next_id: int = 1
    position: Position = NOWHERE


class Tale:
    """Write it with `phone` and `says`, then take its `lines`, which `ends` completes."""

    def __init__(self, *boards: str) -> None:
        self.lines: list[Line] = []
        self.boards = {name: NamedBoard(name) for name in boards or ("b1",)}
        self.phones: dict[str, _Phone] = {}

    def phone(self, name: str, person: str, board: str = "b1") -> None:
        """A phone of this person is let in and shown everything."""
        phone = self.phones[name] = _Phone(name, self.boards[board], person)
        self.lines += [h.Phone(phone=name, board=board, device=name, device_key=name), *self._let_in(phone)]

    def _let_in(self, phone: _Phone) -> list[Line]:
        state = phone.board.state
        position = phone.position = Position(phone.position.epoch, state.seq)
        view = project.snapshot(state, audience_of(phone.person), NAMES)
        phone.replica.restart(view)
        yours = project.yours(state, phone.person)
        phone.replica.take(yours)
        role = ROLES[phone.person]
        return [
            h.Dialled(phone=phone.name, node="one"),
            h.Welcomed(phone=phone.name, participant=phone.person, role=role, position=position, recovered=False),
            h.Restarted(phone=phone.name, position=position, board=view),
            h.Privately(phone=phone.name, position=position, yours=yours),
        ]

    def comes_back(self, name: str, epoch: str = EPOCH) -> None:
        """The phone loses its line and is let in again, perhaps into another epoch."""
        phone = self.phones[name]
        phone.position = Position(epoch, phone.position.seq)
        self.lines += [h.LineLost(phone=name), *self._let_in(phone)]

    def says(self, name: str, command: ClientCommand) -> str | None:
        """The phone's person does this; everybody on the board is told. What it made, where it made something."""
        phone = self.phones[name]
        id, phone.next_id = phone.next_id, phone.next_id + 1
        self.lines.append(h.Submitted(phone=name, id=id, command=command))
        before = phone.board.state
        decision = phone.board.say(phone.person, command, id=id, device=name)
        match decision:
            case Decided(made=made):
                position = Position(phone.position.epoch, phone.board.state.seq)
                self.lines.append(h.Accepted(phone=name, id=id, position=position, made=made))
                self._told(phone.board, before)
                return made
            case Repeated():
                raise AssertionError("nobody says anything twice here")
            case rejected:
                row = rejected.row
                self.lines.append(h.Rejected(phone=name, id=id, code=row.code, temporary=row.temporary))
                return None

    def _told(self, board: NamedBoard, before: BoardState) -> None:
        yours = project.yours_after(board.state, board.log[-1])
        for phone in self.phones.values():
            if phone.board is board:
                self.lines += self._follows(phone, self._events(phone, before), yours.get(phone.person))

    def _events(self, phone: _Phone, before: BoardState) -> Sequence[OutgoingEvent]:
        after, tally = phone.board.state, project.Tally()
        told: list[OutgoingEvent] = []
        for event in phone.board.log[-1].events:
            if isinstance(event, project.Counted):
                tally.note(event)
            else:
                told += project.project(before, event, after, audience_of(phone.person), NAMES)
        return [*told, *tally.told(after, audience_of(phone.person), before)]

    def _follows(self, phone: _Phone, events: Sequence[OutgoingEvent], yours: Yours | None) -> list[Line]:
        seq = phone.board.state.seq
        position = phone.position = Position(phone.position.epoch, seq)
        for event in events:
            phone.replica.apply(event, seq)
        lines: list[Line] = [h.Followed(phone=phone.name, position=position, events=tuple(events))]
        if yours is not None:
            phone.replica.take(yours)
            lines.append(h.Privately(phone=phone.name, position=position, yours=yours))
        return lines

    def ends(self, epoch: str = EPOCH) -> list[Line]:
        """All lines: what was told, where everybody stands, and the logs."""
        lines = list(self.lines)
        for phone in self.phones.values():
            lines.append(h.Standing(phone=phone.name, position=phone.position, shown=digest(phone.replica)))
        for name, board in self.boards.items():
            lines.append(h.Kept(board=name, position=Position(epoch, board.state.seq), names=dict(NAMES)))
            lines += [h.Stored(board=name, entry=entry) for entry in board.log]
        return lines

    def own_cards(self, name: str) -> list[str]:
        """The cards of this phone's person, in the order they were made."""
        phone = self.phones[name]
        yours = project.yours(phone.board.state, phone.person)
        return [] if yours.authored is UNSET else list(yours.authored)
