"""Steps: the facilitation plan, the step the board stands at, the lock and the timer.

A step is an instruction, what people may do meanwhile, what is seen, and what begins with it: a timer, a round. A board
always stands at one step. Its plan may be empty: then the step is set by hand.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, UnsetType

from rebond_protocol import limits
from rebond_protocol.ids import Id, Ms
from rebond_protocol.rounds import RoundOpen

Permission = Literal["add", "rebound", "edit", "move", "group", "comment", "react", "vote"]
ALL_PERMISSIONS: tuple[Permission, ...] = ("add", "rebound", "edit", "move", "group", "comment", "react", "vote")
StepView = Literal["cards", "sections", "lineage", "groups", "choose", "results"]
"""What wall and phones put first: ideas, columns, who starts from whom, stacks, the open round, its outcome."""
Seconds = Annotated[int, msgspec.Meta(ge=1, le=limits.TIMER_MAX_S)]


class Step(msgspec.Struct, frozen=True):
    """A stage of the facilitation: what to do, what may be done, whether what is written is sealed or approved first.

    Whoever is no moderator is told of the other steps of a plan no more than `id` and `title`.
    """

    id: Id
    instruction: str | None = None
    allows: tuple[Permission, ...] = ALL_PERMISSIONS
    private: bool = False
    """What is written is sealed: nobody but its author reads it before the reveal."""
    title: str | UnsetType = UNSET
    staff_allows: tuple[Permission, ...] | UnsetType = UNSET
    """What staff may do, where that is not the same as everybody."""
    approve: bool = False
    """What participants write waits for a moderator's approval."""
    view: StepView = "cards"
    timer_s: Seconds | UnsetType = UNSET
    """Runs from the moment the board comes to this step."""
    round: RoundOpen | UnsetType = UNSET
    """Opens when the board comes to this step, and closes when it leaves."""


class Timer(msgspec.Struct, frozen=True):
    """Runs on the server's clock: every screen shows `ends_ms - now`, with now corrected by `welcome.server_time`."""

    started_ms: Ms
    ends_ms: Ms


# -- commands ------------------------------------------------------------------------------------------------------


class StepSettings(msgspec.Struct, frozen=True):
    """What a moderator says of a step; its id is the board's business."""

    instruction: str | None = None
    allows: tuple[Permission, ...] = ALL_PERMISSIONS
    private: bool = False
    title: str | None = None
    staff_allows: tuple[Permission, ...] | None = None
    approve: bool = False
    view: StepView = "cards"
    timer_s: Seconds | None = None
    round: RoundOpen | None = None


class StepSet(msgspec.Struct, frozen=True, tag_field="type", tag="step.set"):
    """A moderator sets what holds at the current step. Ending private writing reveals what was written in it.

    What is not named keeps its value, but for the first three, which are always meant.
    """

    instruction: str | None = None
    allows: tuple[Permission, ...] = ALL_PERMISSIONS
    private: bool = False
    approve: bool | UnsetType = UNSET
    view: StepView | UnsetType = UNSET


class StepGo(msgspec.Struct, frozen=True, tag_field="type", tag="step.go"):
    """The board goes to this step of its plan: next, back, or anywhere.

    In the same entry: the round of the step it leaves closes, what was sealed there is revealed unless the next step is
    private too, its timer stops; the timer and the round of the step it comes to begin.
    """

    step: Id


class StepAdd(msgspec.Struct, frozen=True, tag_field="type", tag="step.add"):
    """A new step in the plan, before another or at the end."""

    settings: StepSettings
    before: Id | None = None


class StepEdit(msgspec.Struct, frozen=True, tag_field="type", tag="step.edit"):
    """Another content for a step of the plan; of the current one it holds at once (round and timer go on)."""

    step: Id
    settings: StepSettings


class StepMove(msgspec.Struct, frozen=True, tag_field="type", tag="step.move"):
    """Another place in the plan: before another step, or at the end."""

    step: Id
    before: Id | None = None


class StepRemove(msgspec.Struct, frozen=True, tag_field="type", tag="step.remove"):
    """Out of the plan. The current step cannot be removed: go elsewhere first."""

    step: Id


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
    """The board is at another step, or what holds at its step is now this."""

    step: Step


class PlanChanged(msgspec.Struct, frozen=True, tag_field="type", tag="plan.changed"):
    """The whole plan as it is now."""

    plan: tuple[Step, ...]


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


Commands = (
    StepSet
    | StepGo
    | StepAdd
    | StepEdit
    | StepMove
    | StepRemove
    | BoardRename
    | BoardLock
    | BoardUnlock
    | TimerStart
    | TimerExtend
    | TimerStop
)
Events = StepChanged | PlanChanged | BoardRenamed | BoardLocked | BoardUnlocked | TimerSet
