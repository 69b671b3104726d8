"""A board's exported view as the facts that make such a board again.

What an export holds comes back: plan, sections, cards with their authors' pseudonyms, lineage and states, groups,
comments, histories, the window, how kiosks behave, and who may not write. Ballots, reactions and opinions are in no
export one by one, so neither the rounds nor the counts of the others come back; their results stay in the file. Nor do
pictures, which are in no file of words, and the boards of a lab: whoever steers those says again that they are in it.
What only held for a moment (the timer, hands, a prompt, the spotlight) does not come back either. Nothing comes in that
a decision would have refused (DM4).
"""

from collections.abc import Callable, Iterable
from graphlib import CycleError, TopologicalSorter

from msgspec import UNSET
from msgspec.structs import replace

from rebond.domain import steps
from rebond_protocol import limits
from rebond_protocol.boards import About, BoardCreated, BoardView
from rebond_protocol.cards import CardAdded
from rebond_protocol.events import Event
from rebond_protocol.groups import GroupChanged
from rebond_protocol.labs import KioskSettings, KioskSettingsChanged
from rebond_protocol.people import ParticipantJoined, ParticipantMuted, ParticipantRemoved
from rebond_protocol.stages import CardShowcased, CardStaged
from rebond_protocol.steps import BoardLocked
from rebond_protocol.talk import CommentAdded
from rebond_protocol.text import cleaned, cleaned_line


def facts_from_view(view: BoardView, id: str, code: str, now_ms: int) -> list[Event]:
    """The events of a new board with this id and code, in order. The board keeps its title, its step and its people."""
    about = About(
        id=id, code=code, title=view.title, template=view.template, locale=view.locale, created_ms=now_ms,
        segments=view.segments, anonymous=view.anonymous,
    )  # fmt: skip
    return [
        BoardCreated(about, view.sections, view.step, view.plan),
        *(ParticipantJoined(one.participant, one.role, one.segment, now_ms) for one in view.participants),
        *(ParticipantMuted(one, True) for one in view.muted),
        *(ParticipantRemoved(one) for one in view.removed),
        *(GroupChanged(group) for group in view.groups),
        *(CardAdded(card) for card in view.cards),
        *(CommentAdded(comment) for comment in view.comments),
        *(CardStaged(card, line) for card, history in view.stages.items() for line in history),
        *(CardShowcased(card, replace(one, picture=None, alternative=None)) for card, one in view.showcases.items()),
        *([KioskSettingsChanged(view.kiosk)] if view.kiosk != KioskSettings() else []),
        *([BoardLocked()] if view.locked else []),
    ]


LATEST_MS = 253_402_300_799_999
"""The end of the year 9999, the last that has four digits (RFC 3339 section 1): no clock says later."""

# -- what no decision would have let through -----------------------------------------------------------------------


def unfit_for_import(view: BoardView) -> str | None:
    """What in this view deciding would never have let through, None where nothing is."""
    return next((sentence for sentence, is_so in _UNFIT.items() if is_so(view)), None)


def _too_large(view: BoardView) -> bool:
    sizes = (
        (view.cards, limits.CARDS_PER_BOARD),
        (view.participants, limits.PARTICIPANTS_PER_BOARD),
        (view.comments, limits.COMMENTS_PER_BOARD),
        (view.groups, limits.GROUPS_PER_BOARD),
        (view.sections, limits.SECTIONS_PER_BOARD),
        (view.showcases, limits.SHOWCASES_PER_BOARD),
        *((history, limits.STAGES_PER_CARD) for history in view.stages.values()),
    )
    return any(len(things) > most for things, most in sizes)


def _has_circle(view: BoardView) -> bool:
    try:
        TopologicalSorter({card.id: card.parents for card in view.cards}).prepare()
    except CycleError:
        return True
    return False


def _has_twins(ids: Iterable[str]) -> bool:
    all = list(ids)
    return len(set(all)) < len(all)


def _bad_tags(view: BoardView) -> bool:
    tags = [card.tags for card in view.cards if card.tags is not UNSET]
    return any(len(some) > limits.TAGS_PER_CARD for some in tags) or any(
        _is_no_line(tag, limits.TAG_CHARS) for some in tags for tag in some
    )


def _misplaced(view: BoardView) -> bool:
    cards, groups = {card.id for card in view.cards}, {group.id for group in view.groups}
    stacked = {card.group for card in view.cards if card.group is not UNSET}
    spoken_of = {comment.card for comment in view.comments} | view.stages.keys() | view.showcases.keys()
    return not (spoken_of <= cards and stacked <= groups)


def _bad_note(view: BoardView) -> bool:
    notes = [line.note for history in view.stages.values() for line in history]
    return any(note is not None and _is_no_line(note, limits.STAGE_NOTE_CHARS) for note in notes)


def _bad_question(view: BoardView) -> bool:
    questions = [one.question for one in view.showcases.values()]
    return any(one is not None and _is_no_line(one, limits.SHOWCASE_QUESTION_CHARS) for one in questions)


def _undated(view: BoardView) -> bool:
    said = (*view.cards, *view.comments, *(line for history in view.stages.values() for line in history))
    edited = (card.edited_ms for card in view.cards if card.edited_ms is not UNSET)
    return any(moment > LATEST_MS for moment in (*(one.at_ms for one in said), *edited))


def _bad_plan(view: BoardView) -> bool:
    too_long = len(view.plan) > limits.STEPS_PER_PLAN
    return too_long or _has_twins(step.id for step in view.plan)


def _unusable_step(view: BoardView) -> bool:
    return any(steps.usable(step.id, steps.settings_of(step)) != step for step in (view.step, *view.plan))


def _is_no_text(text: str, max_chars: int) -> bool:
    """Of nothing nothing is asked: the words may have been erased."""
    return text != "" and cleaned(text, max_chars) != text


def _is_no_line(text: str, max_chars: int) -> bool:
    return cleaned_line(text, max_chars) != text


_UNFIT: dict[str, Callable[[BoardView], bool]] = {
    "it is larger than a board may be": _too_large,
    "two cards have the same id": lambda view: _has_twins(card.id for card in view.cards),
    "two comments have the same id": lambda view: _has_twins(comment.id for comment in view.comments),
    "two groups have the same id": lambda view: _has_twins(group.id for group in view.groups),
    "a card starts from itself": _has_circle,
    "a comment, a stage or a showcase is of no card, or a card in no group that there is": _misplaced,
    "its title is no line of text": lambda view: _is_no_line(view.title, limits.TITLE_CHARS),
    "something was written when no calendar has a day": _undated,
    "a card's text is too long or has control characters": lambda view: any(
        _is_no_text(card.text, limits.CARD_TEXT_CHARS) for card in view.cards
    ),
    "what a card owes is no line of text": lambda view: any(
        card.owes is not UNSET and _is_no_line(card.owes, limits.OWES_CHARS) for card in view.cards
    ),
    "a card has too many tags, or one that is no line of text": _bad_tags,
    "a comment is too long or has control characters": lambda view: any(
        _is_no_text(comment.text, limits.COMMENT_CHARS) for comment in view.comments
    ),
    "what was said of a stage is no line of text": _bad_note,
    "a showcase's question is no line of text": _bad_question,
    "the title of a group is no line of text": lambda view: any(
        group.title is not None and _is_no_line(group.title, limits.TITLE_CHARS) for group in view.groups
    ),
    "its plan is too long, or has a step twice": _bad_plan,
    "a step is none that could be set": _unusable_step,
    "a name is too long or has control characters": lambda view: any(
        one.name is not None and _is_no_line(one.name, limits.NAME_CHARS) for one in view.participants
    ),
}
"""What is said of an export that is so → whether it is."""
