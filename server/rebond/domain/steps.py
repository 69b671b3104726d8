"""The plan and the step the board stands at, the lock, the timer and the title: what a facilitator turns.

Coming to a step is one entry: what belonged to the step that is left ends, what belongs to the new one begins. What is
sealed is so only in private steps: whatever ends one reveals. The plan's copy of the current step and the current step
are the same, whichever of the two a fact names.
"""

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from rebond.domain import people, rounds
from rebond.domain.cards import Audience
from rebond.domain.envelope import Decided, Envelope
from rebond.domain.state import BoardState
from rebond_protocol import limits
from rebond_protocol.attention import Relaunched
from rebond_protocol.cards import CardsRevealed
from rebond_protocol.errors import Rejected
from rebond_protocol.events import Event
from rebond_protocol.rounds import RoundClosed, RoundOpened
from rebond_protocol.steps import (
    ALL_PERMISSIONS,
    BoardLock,
    BoardLocked,
    BoardRename,
    BoardRenamed,
    BoardUnlock,
    BoardUnlocked,
    Permission,
    PlanChanged,
    Step,
    StepAdd,
    StepChanged,
    StepEdit,
    StepGo,
    StepMove,
    StepRemove,
    StepSet,
    StepSettings,
    Timer,
    TimerExtend,
    TimerSet,
    TimerStart,
    TimerStop,
)
from rebond_protocol.text import cleaned, cleaned_line

# -- the step the board stands at ----------------------------------------------------------------------------------


def set_step(state: BoardState, envelope: Envelope, command: StepSet) -> Decided | Rejected:
    """Other settings for the current step; those that the command does not name stay."""
    instruction = _instruction(command.instruction)
    if isinstance(instruction, Rejected):
        return instruction
    step = replace(
        state.step,
        instruction=instruction,
        allows=_each_once(command.allows),
        private=command.private,
        approve=state.step.approve if command.approve is UNSET else command.approve,
        view=state.step.view if command.view is UNSET else command.view,
    )
    return Decided(_changed(state, envelope, step))


def go(state: BoardState, envelope: Envelope, command: StepGo) -> Decided | Rejected:
    """To any step of the plan."""
    step = _planned(state.plan, command.step)
    if step is None:
        return Rejected("unknown_step")
    if step.id == state.step.id:
        return Rejected("already_so")
    begun = beginning(state, envelope, step)
    if isinstance(begun, Rejected):
        return begun
    timer, opened = begun
    events: list[Event] = []
    if state.open_round is not None:
        events.append(RoundClosed(state.open_round, envelope.now_ms))
    events += _revealed(state, envelope, step)
    if timer != state.timer:
        events.append(TimerSet(timer))
    if state.relaunch is not None:
        events.append(Relaunched(None))
    events.append(StepChanged(step))
    if opened is not None:
        events.append(opened)
    return Decided(tuple(events), made=opened.round if opened else None)


def beginning(state: BoardState, envelope: Envelope, step: Step) -> tuple[Timer | None, RoundOpened | None] | Rejected:
    """What begins with this step: its timer, its round. Only the round can be refused: the board had all its votes."""
    now = envelope.now_ms
    timer = Timer(now, now + step.timer_s * 1000) if step.timer_s is not UNSET else None
    if step.round is UNSET:
        return timer, None
    opened = rounds.opening(state, envelope, step.round)
    return opened if isinstance(opened, Rejected) else (timer, opened)


def _changed(state: BoardState, envelope: Envelope, step: Step) -> tuple[Event, ...]:
    """The current step is now this one; what its plan says of it, too."""
    events: list[Event] = [StepChanged(step), *_revealed(state, envelope, step)]
    if _planned(state.plan, step.id) is not None:
        events.append(PlanChanged(_with_step(state.plan, step)))
    return tuple(events)


def _revealed(state: BoardState, envelope: Envelope, next: Step) -> list[Event]:
    return [CardsRevealed(envelope.now_ms)] if state.step.private and not next.private else []


# -- the plan ------------------------------------------------------------------------------------------------------


def add(state: BoardState, envelope: Envelope, command: StepAdd) -> Decided | Rejected:
    """A new step before another, or at the end."""
    if len(state.plan) >= limits.STEPS_PER_PLAN:
        return Rejected("board_full", {"max_steps": limits.STEPS_PER_PLAN})
    step = usable(envelope.fresh_id, command.settings)
    if isinstance(step, Rejected):
        return step
    plan = _placed(state.plan, step, command.before)
    return Rejected("unknown_step") if plan is None else Decided((PlanChanged(plan),), made=step.id)


def edit(state: BoardState, envelope: Envelope, command: StepEdit) -> Decided | Rejected:
    """Another content; of the current step it holds at once."""
    if _planned(state.plan, command.step) is None:
        return Rejected("unknown_step")
    step = usable(command.step, command.settings)
    if isinstance(step, Rejected):
        return step
    if step.id == state.step.id:
        return Decided(_changed(state, envelope, step))
    return Decided((PlanChanged(_with_step(state.plan, step)),))


def move(state: BoardState, envelope: Envelope, command: StepMove) -> Decided | Rejected:
    """Another place among the others."""
    step = _planned(state.plan, command.step)
    if step is None:
        return Rejected("unknown_step")
    others = tuple(one for one in state.plan if one.id != step.id)
    plan = state.plan if command.before == step.id else _placed(others, step, command.before)
    if plan is None:
        return Rejected("unknown_step")
    return Rejected("already_so") if plan == state.plan else Decided((PlanChanged(plan),))


def remove(state: BoardState, envelope: Envelope, command: StepRemove) -> Decided | Rejected:
    """Out of the plan; the board must stand somewhere, so not the current one."""
    if _planned(state.plan, command.step) is None:
        return Rejected("unknown_step")
    if command.step == state.step.id:
        return Rejected("step_in_use")
    return Decided((PlanChanged(tuple(one for one in state.plan if one.id != command.step)),))


def usable(id: str, settings: StepSettings) -> Step | Rejected:
    """The step that these settings make, its texts as they are stored, its round one that can be opened."""
    title = _line(settings.title)
    if isinstance(title, Rejected):
        return title
    instruction = _instruction(settings.instruction)
    if isinstance(instruction, Rejected):
        return instruction
    round = rounds.usable(settings.round) if settings.round is not None else UNSET
    if isinstance(round, Rejected):
        return round
    return Step(
        id=id,
        instruction=instruction,
        allows=_each_once(settings.allows),
        private=settings.private,
        title=title,
        staff_allows=UNSET if settings.staff_allows is None else _each_once(settings.staff_allows),
        approve=settings.approve,
        view=settings.view,
        timer_s=UNSET if settings.timer_s is None else settings.timer_s,
        round=round,
    )


def settings_of(step: Step) -> StepSettings:
    """What a moderator would have said to get this step."""
    return StepSettings(
        instruction=step.instruction,
        allows=step.allows,
        private=step.private,
        title=None if step.title is UNSET else step.title,
        staff_allows=None if step.staff_allows is UNSET else step.staff_allows,
        approve=step.approve,
        view=step.view,
        timer_s=None if step.timer_s is UNSET else step.timer_s,
        round=None if step.round is UNSET else step.round,
    )


def _line(raw: str | None) -> str | UnsetType | Rejected:
    return cleaned_line(raw, limits.TITLE_CHARS) if raw and raw.strip() else UNSET


def _instruction(raw: str | None) -> str | Rejected | None:
    return cleaned(raw, limits.INSTRUCTION_CHARS) if raw and raw.strip() else None


def _each_once(allows: tuple[Permission, ...]) -> tuple[Permission, ...]:
    return tuple(one for one in ALL_PERMISSIONS if one in allows)


def _planned(plan: tuple[Step, ...], id: str) -> Step | None:
    return next((one for one in plan if one.id == id), None)


def _with_step(plan: tuple[Step, ...], step: Step) -> tuple[Step, ...]:
    return tuple(step if one.id == step.id else one for one in plan)


def _placed(plan: tuple[Step, ...], step: Step, before: str | None) -> tuple[Step, ...] | None:
    """The plan with this step before that one, or at the end; None where that one is not in it."""
    if before is None:
        return (*plan, step)
    if _planned(plan, before) is None:
        return None
    at = [one.id for one in plan].index(before)
    return (*plan[:at], step, *plan[at:])


# -- title, lock, timer --------------------------------------------------------------------------------------------


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


# -- fold ----------------------------------------------------------------------------------------------------------


def step_changed(state: BoardState, event: StepChanged) -> BoardState:
    """The board stands at this step, and its plan says the same of it."""
    return replace(state, step=event.step, plan=_with_step(state.plan, event.step))


def plan_changed(state: BoardState, event: PlanChanged) -> BoardState:
    """The plan is now this, and the current step what it says of it."""
    return replace(state, plan=event.plan, step=_planned(event.plan, state.step.id) or state.step)


def renamed(state: BoardState, event: BoardRenamed) -> BoardState:
    """The new title; the former one stands nowhere."""
    about = replace(state.about, title=event.title) if state.about is not None else None
    return replace(state, title=event.title, about=about)


def locked(state: BoardState, event: BoardLocked) -> BoardState:
    """Locked."""
    return replace(state, locked=True)


def unlocked(state: BoardState, event: BoardUnlocked) -> BoardState:
    """Open."""
    return replace(state, locked=False)


def timer_set(state: BoardState, event: TimerSet) -> BoardState:
    """The timer, or none."""
    return replace(state, timer=event.timer)


# -- project -------------------------------------------------------------------------------------------------------


def seen_plan(plan: tuple[Step, ...], audience: Audience) -> tuple[Step, ...]:
    """The plan as this audience may know it: whoever does not steer knows what there will be, and not yet what for."""
    if audience is Audience.MODERATORS:
        return plan
    return tuple(Step(one.id, allows=(), title=one.title) for one in plan)


def project_plan(
    before: BoardState, event: PlanChanged, after: BoardState, audience: Audience, names: people.Names
) -> tuple[PlanChanged, ...]:
    """The new plan, to whom it tells anything new."""
    plan = seen_plan(event.plan, audience)
    return (PlanChanged(plan),) if plan != seen_plan(before.plan, audience) else ()
