"""A board's exported view as the facts that make such a board again.

What an export holds comes back: plan, sections, cards with their authors' pseudonyms, lineage and states, groups,
comments, and who may not write. Ballots and reactions are in no export (they are nobody else's), so neither the rounds
nor the counts of reactions come back; their results stay in the file. What only held for a moment (the timer, hands, a
prompt, the spotlight) does not come back either.
"""

from rebond_protocol.boards import About, BoardCreated, BoardView
from rebond_protocol.cards import CardAdded
from rebond_protocol.events import Event
from rebond_protocol.groups import GroupChanged
from rebond_protocol.people import ParticipantJoined, ParticipantMuted, ParticipantRemoved
from rebond_protocol.steps import BoardLocked
from rebond_protocol.talk import CommentAdded


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
        *([BoardLocked()] if view.locked else []),
    ]
