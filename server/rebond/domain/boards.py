"""How a board begins, and begins anew."""

from msgspec.structs import replace

from rebond.domain import steps
from rebond.domain.envelope import Decided, Envelope
from rebond.domain.state import BoardState
from rebond_protocol import limits
from rebond_protocol.boards import BoardCreate, BoardCreated, BoardForget, BoardForgot
from rebond_protocol.errors import Rejected
from rebond_protocol.events import Event
from rebond_protocol.people import Segment
from rebond_protocol.steps import Step, StepChanged, TimerSet
from rebond_protocol.text import cleaned_line


def create(state: BoardState, envelope: Envelope, command: BoardCreate) -> Decided | Rejected:
    """Only once, as the first thing that ever happens. A board with a plan stands at its first step, which begins."""
    if state.about is not None:
        return Rejected("already_so")
    title = cleaned_line(command.about.title, limits.TITLE_CHARS)
    if isinstance(title, Rejected):
        return title
    if len(command.about.segments) > limits.SEGMENTS_PER_BOARD or len(command.sections) > limits.SECTIONS_PER_BOARD:
        return Rejected("board_full")
    segments = _segments(command.about.segments)
    if isinstance(segments, Rejected):
        return segments
    plan = _plan(command.plan)
    if isinstance(plan, Rejected):
        return plan
    step = plan[0] if plan else command.step
    begun = steps.beginning(state, envelope, step)
    if isinstance(begun, Rejected):
        return begun
    timer, opened = begun
    about = replace(command.about, title=title, segments=segments, created_ms=envelope.now_ms)
    events: list[Event] = [BoardCreated(about, command.sections, step, plan)]
    if timer is not None:
        events.append(TimerSet(timer))
    if opened is not None:
        events.append(opened)
    return Decided(tuple(events))


def forget(state: BoardState, envelope: Envelope, command: BoardForget) -> Decided | Rejected:
    """The log has to begin anew behind this (LG7): what a board holds is in its state, and its past nowhere else."""
    return Decided((BoardForgot(envelope.now_ms),))


def _plan(wanted: tuple[Step, ...]) -> tuple[Step, ...] | Rejected:
    """Its steps as a moderator could have added them, each id once."""
    if len(wanted) > limits.STEPS_PER_PLAN:
        return Rejected("board_full", {"max_steps": limits.STEPS_PER_PLAN})
    if len({step.id for step in wanted}) < len(wanted):
        return Rejected("invalid", {"field": "plan", "problem": "a step id is there twice"})
    plan: list[Step] = []
    for one in wanted:
        step = steps.usable(one.id, steps.settings_of(one))
        if isinstance(step, Rejected):
            return step
        plan.append(step)
    return tuple(plan)


def _segments(wanted: tuple[Segment, ...]) -> tuple[Segment, ...] | Rejected:
    """Their labels as texts are stored, each id once: what people choose from must not be two things with one name."""
    clean: dict[str, Segment] = {}
    for segment in wanted:
        label = cleaned_line(segment.label, limits.SEGMENT_CHARS)
        if isinstance(label, Rejected):
            return label
        if segment.id in clean:
            return Rejected("invalid", {"field": "segments", "problem": f"{segment.id} is there twice"})
        clean[segment.id] = Segment(segment.id, label)
    return tuple(clean.values())


def created(state: BoardState, event: BoardCreated) -> BoardState:
    """The board is as its template says."""
    state = replace(state, about=event.about, title=event.about.title, sections=event.sections, plan=event.plan)
    return steps.step_changed(state, StepChanged(event.step))


def forgot(state: BoardState, event: BoardForgot) -> BoardState:
    """What stands on the board is as it was."""
    return state
