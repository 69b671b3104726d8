"""One connection's side of the conversation, sans I/O: a frame comes in, what is to be done about it comes out.

It knows the order of things (hello first, once), what is readable, and what is too much. It knows no socket, no room
and no clock: time is handed in.
"""

from typing import assert_never

import msgspec

from rebond.hub.allowance import Allowance
from rebond.hub.settings import HubSettings
from rebond_protocol import codec
from rebond_protocol.codec import Format, Unreadable
from rebond_protocol.commands import ClientCommand
from rebond_protocol.errors import ERRORS, Rejected
from rebond_protocol.frames import Error, Hello, Ping, Position, RejectedFrame, SignalFrame, Submit
from rebond_protocol.people import Signal

# -- what is to be done --------------------------------------------------------------------------------------------


class Enter(msgspec.Struct, frozen=True):
    """Check the token and, if it is good, let the connection in at its position."""

    token: str
    device: str
    position: Position | None


class Do(msgspec.Struct, frozen=True):
    """Hand this command, which came in so many bytes, to the room."""

    id: int
    command: ClientCommand
    size_bytes: int


class Show(msgspec.Struct, frozen=True):
    """Let others see this signal."""

    signal: Signal


class SayBeat(msgspec.Struct, frozen=True):
    """Answer with where the board stands."""


class Answer(msgspec.Struct, frozen=True):
    """Send this frame back; nothing else happens."""

    frame: Error | RejectedFrame


class Leave(msgspec.Struct, frozen=True):
    """Say bye and close, with this close code's name."""

    code: str


RATE_LIMITED = Rejected("rate_limited", {"retry_after_ms": 1000})
PATIENCE = 10
"""So many bursts of commands may be refused `rate_limited` before that is abuse."""

Effect = Enter | Do | Show | SayBeat | Answer | Leave


def error_frame(rejected: Rejected) -> Error:
    """A refusal that answers no command."""
    return Error(rejected.code, rejected.row.message, rejected.details or msgspec.UNSET)


def rejected_frame(id: int, rejected: Rejected) -> RejectedFrame:
    """A refusal that answers a command."""
    row = rejected.row
    return RejectedFrame(id, row.code, row.message, row.temporary, rejected.details or msgspec.UNSET)


class Session:
    """The state of one conversation: whether it has begun, and how much patience is left."""

    __slots__ = ("_commands", "_greeted", "_patience", "_strikes", "_wire")

    def __init__(self, wire: Format, settings: HubSettings) -> None:
        self._wire = wire
        self._greeted = False
        self._commands = Allowance(settings.commands_per_s, settings.commands_burst)
        self._patience = Allowance(settings.commands_per_s, PATIENCE * settings.commands_burst)
        self._strikes = Allowance(1.0, settings.strikes_burst)

    @property
    def greeted(self) -> bool:
        """Whether hello has been said."""
        return self._greeted

    def received(self, data: bytes, binary: bool, now_ms: float) -> Effect:
        """What to do about this message. `now_ms` is steady time. Never raises for what a client sent."""
        if binary != self._wire.binary:
            return self._struck(error_frame(Rejected("wrong_format")), now_ms)
        frame = codec.read_client_frame(data, self._wire)
        if isinstance(frame, Unreadable):
            return self._unreadable(frame, now_ms)
        if not self._greeted:
            return self._before_hello(frame, now_ms)
        match frame:
            case Submit():
                if self._commands.take(now_ms):
                    return Do(frame.id, frame.command, len(data))
                return self._limited(rejected_frame(frame.id, RATE_LIMITED), now_ms)
            case SignalFrame():
                allowed = self._commands.take(now_ms)
                return Show(frame.signal) if allowed else self._limited(error_frame(RATE_LIMITED), now_ms)
            case Ping():
                allowed = self._commands.take(now_ms)
                return SayBeat() if allowed else self._limited(error_frame(RATE_LIMITED), now_ms)
            case Hello():
                return self._struck(error_frame(Rejected("already_greeted")), now_ms)
            case _:
                assert_never(frame)

    def _before_hello(self, frame: codec.ClientFrame, now_ms: float) -> Effect:
        if isinstance(frame, Hello):
            self._greeted = True
            return Enter(frame.token, frame.device, frame.position)
        if isinstance(frame, Submit):
            return self._struck(rejected_frame(frame.id, Rejected("expected_hello")), now_ms)
        return self._struck(error_frame(Rejected("expected_hello")), now_ms)

    def _unreadable(self, why: Unreadable, now_ms: float) -> Effect:
        rejected = Rejected(why.code if why.code in ERRORS else "invalid", why.details)
        frame = error_frame(rejected) if why.id is None else rejected_frame(why.id, rejected)
        return self._struck(frame, now_ms)

    def _limited(self, frame: Error | RejectedFrame, now_ms: float) -> Effect:
        """Haste is answered; who goes on regardless is a flood."""
        return Answer(frame) if self._patience.take(now_ms) else Leave("abuse")

    def _struck(self, frame: Error | RejectedFrame, now_ms: float) -> Effect:
        """A mistake is answered; a flood of mistakes is abuse."""
        return Answer(frame) if self._strikes.take(now_ms) else Leave("abuse")
