"""The current step, the lock, the timer and the title: what a facilitator turns."""

from msgspec.structs import replace

from rebond.domain.envelope import Decided, Envelope
from rebond.domain.state import BoardState
from rebond_protocol import limits
from rebond_protocol.cards import CardsRevealed
from rebond_protocol.errors import Rejected
from rebond_protocol.steps import (
    ALL_PERMISSIONS,
    BoardLock,
    BoardLocked,
    BoardRename,
    BoardRenamed,
    BoardUnlock,
    BoardUnlocked,
    Permission,
    Step,
    StepChanged,
    StepSet,
    Timer,
    TimerExtend,
    TimerSet,
    TimerStart,
    TimerStop,
)
from rebond_protocol.text import cleaned, cleaned_line


def set_step(state: BoardState, envelope: Envelope, command: StepSet) -> Decided | Rejected:
    """Leaving a private step reveals, in the same entry, what was written in it."""
    raw = command.instruction
    instruction = cleaned(raw, limits.INSTRUCTION_CHARS) if raw and raw.strip() else None
    if isinstance(instruction, Rejected):
        return instruction
    allows: tuple[Permission, ...] = tuple(one for one in ALL_PERMISSIONS if one in command.allows)
    changed = StepChanged(Step(envelope.fresh_id, instruction, allows, command.private))
    if state.step.private and not command.private:
        return Decided((changed, CardsRevealed(envelope.now_ms)))
    return Decided((changed,))


def rename(state: BoardState, envelope: Envelope, command: BoardRename) -> Decided | Rejected:
    """Another title."""
    title = cleaned_line(command.title, limits.TITLE_CHARS)
    return title if isinstance(title, Rejected) else Decided((BoardRenamed(title),))


def lock(state: BoardState, envelope: Envelope, command: BoardLock) -> Decided | Rejected:
    """Participants can look, not change."""
    return Rejected("already_so") if state.locked else Decided((BoardLocked(),))


def unlock(state: BoardState, envelope: Envelope, command: BoardUnlock) -> Decided | Rejected:
    """Open again."""
    return Decided((BoardUnlocked(),)) if state.locked else Rejected("already_so")


def start_timer(state: BoardState, envelope: Envelope, command: TimerStart) -> Decided | Rejected:
    """From now, on the server's clock."""
    return Decided((TimerSet(Timer(envelope.now_ms, envelope.now_ms + command.seconds * 1000)),))


def extend_timer(state: BoardState, envelope: Envelope, command: TimerExtend) -> Decided | Rejected:
    """From where it would have ended; where that is over, or none was started, from now."""
    now = envelope.now_ms
    timer = state.timer if state.timer and state.timer.ends_ms > now else Timer(now, now)
    ends = min(timer.ends_ms + command.seconds * 1000, now + limits.TIMER_MAX_S * 1000)
    return Decided((TimerSet(Timer(timer.started_ms, ends)),))


def stop_timer(state: BoardState, envelope: Envelope, command: TimerStop) -> Decided | Rejected:
    """Off every screen."""
    return Decided((TimerSet(None),)) if state.timer else Rejected("already_so")


def step_changed(state: BoardState, event: StepChanged) -> BoardState:
    """The board stands at this step."""
    return replace(state, step=event.step)


def renamed(state: BoardState, event: BoardRenamed) -> BoardState:
    """The new title."""
    return replace(state, title=event.title)


def locked(state: BoardState, event: BoardLocked) -> BoardState:
    """Locked."""
    return replace(state, locked=True)


def unlocked(state: BoardState, event: BoardUnlocked) -> BoardState:
    """Open."""
    return replace(state, locked=False)


def timer_set(state: BoardState, event: TimerSet) -> BoardState:
    """The timer, or none."""
    return replace(state, timer=event.timer)
