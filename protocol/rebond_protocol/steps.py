"""Steps: what the facilitator lets happen now (instruction, permissions, private writing), the lock and the timer.

A board always stands at one step. A plan of several steps is a list of the same type; nothing stored would change.
"""

from typing import Annotated, Literal

import msgspec

from rebond_protocol import limits
from rebond_protocol.ids import Id, Ms

Permission = Literal["add", "rebound", "edit", "move", "vote"]
ALL_PERMISSIONS: tuple[Permission, ...] = ("add", "rebound", "edit", "move", "vote")


class Step(msgspec.Struct, frozen=True):
    """A stage of the facilitation: what to do, what participants may do, whether what they write is sealed for now."""

    id: Id
    instruction: str | None = None
    allows: tuple[Permission, ...] = ALL_PERMISSIONS
    private: bool = False


class Timer(msgspec.Struct, frozen=True):
    """Runs on the server's clock: every screen shows `ends_ms - now`, with now corrected by `welcome.server_time`."""

    started_ms: Ms
    ends_ms: Ms


# -- commands ------------------------------------------------------------------------------------------------------

Seconds = Annotated[int, msgspec.Meta(ge=1, le=limits.TIMER_MAX_S)]


class StepSet(msgspec.Struct, frozen=True, tag_field="type", tag="step.set"):
    """A moderator sets the current step. Leaving a private step reveals what was written in it."""

    instruction: str | None = None
    allows: tuple[Permission, ...] = ALL_PERMISSIONS
    private: bool = False


class BoardRename(msgspec.Struct, frozen=True, tag_field="type", tag="board.rename"):
    """A moderator gives the board another title."""

    title: str


class BoardLock(msgspec.Struct, frozen=True, tag_field="type", tag="board.lock"):
    """A moderator locks the board: participants can look, not change."""


class BoardUnlock(msgspec.Struct, frozen=True, tag_field="type", tag="board.unlock"):
    """A moderator unlocks the board."""


class TimerStart(msgspec.Struct, frozen=True, tag_field="type", tag="timer.start"):
    """Start the timer, in place of one that may be running."""

    seconds: Seconds


class TimerExtend(msgspec.Struct, frozen=True, tag_field="type", tag="timer.extend"):
    """Give more time: counts from the end of the running timer."""

    seconds: Seconds


class TimerStop(msgspec.Struct, frozen=True, tag_field="type", tag="timer.stop"):
    """Take the timer off every screen."""


# -- events --------------------------------------------------------------------------------------------------------


class StepChanged(msgspec.Struct, frozen=True, tag_field="type", tag="step.changed"):
    """The board is at another step."""

    step: Step


class BoardRenamed(msgspec.Struct, frozen=True, tag_field="type", tag="board.renamed"):
    """The board has another title."""

    title: str


class BoardLocked(msgspec.Struct, frozen=True, tag_field="type", tag="board.locked"):
    """The board is locked."""


class BoardUnlocked(msgspec.Struct, frozen=True, tag_field="type", tag="board.unlocked"):
    """The board is open again."""


class TimerSet(msgspec.Struct, frozen=True, tag_field="type", tag="timer.set"):
    """The timer is now this, or off."""

    timer: Timer | None


Commands = StepSet | BoardRename | BoardLock | BoardUnlock | TimerStart | TimerExtend | TimerStop
Events = StepChanged | BoardRenamed | BoardLocked | BoardUnlocked | TimerSet
