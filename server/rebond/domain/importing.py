"""A board's exported view as the facts that make such a board again.

What an export holds comes back: sections, cards with their authors' pseudonyms, lineage and states. Ballots are in no
export (they are nobody else's), so the rounds do not come back; their results stay in the file.
"""

from rebond_protocol.boards import About, BoardCreated, BoardView
from rebond_protocol.cards import CardAdded
from rebond_protocol.events import Event
from rebond_protocol.people import ParticipantJoined


def facts_from_view(view: BoardView, id: str, code: str, now_ms: int) -> list[Event]:
    """The events of a new board with this id and code, in order. The board keeps its title, its step and its people."""
    about = About(
        id=id, code=code, title=view.title, template=view.template, locale=view.locale, created_ms=now_ms,
        segments=view.segments, anonymous=view.anonymous,
    )  # fmt: skip
    people = [ParticipantJoined(one.participant, one.role, one.segment, now_ms) for one in view.participants]
    cards = [CardAdded(card) for card in view.cards]
    return [BoardCreated(about, view.sections, view.step), *people, *cards]
