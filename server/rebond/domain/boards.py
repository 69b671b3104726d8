"""How a board begins."""

from msgspec.structs import replace

from rebond.domain.envelope import Decided, Envelope
from rebond.domain.state import BoardState
from rebond_protocol import limits
from rebond_protocol.boards import BoardCreate, BoardCreated
from rebond_protocol.errors import Rejected
from rebond_protocol.people import Segment
from rebond_protocol.text import cleaned_line


def create(state: BoardState, envelope: Envelope, command: BoardCreate) -> Decided | Rejected:
    """Only once, as the first thing that ever happens."""
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
    about = replace(command.about, title=title, segments=segments, created_ms=envelope.now_ms)
    return Decided((BoardCreated(about, command.sections, command.step),))


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
    return replace(state, about=event.about, title=event.about.title, sections=event.sections, step=event.step)
