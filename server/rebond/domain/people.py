"""People on a board, by pseudonym: who joined with which role and segment, who was removed.

Names are elsewhere (LG7).
"""

from collections.abc import Mapping

from msgspec.structs import replace

from rebond.domain.envelope import Decided, Envelope
from rebond.domain.state import BoardState, Participant
from rebond_protocol import limits
from rebond_protocol.errors import Rejected
from rebond_protocol.people import (
    ParticipantJoin,
    ParticipantJoined,
    ParticipantReadmit,
    ParticipantReadmitted,
    ParticipantRemove,
    ParticipantRemoved,
    ParticipantView,
)

Names = Mapping[str, str]
"""participant → name, from the table of names; empty on an anonymous board."""


def join(state: BoardState, envelope: Envelope, command: ParticipantJoin) -> Decided | Rejected:
    """Somebody comes in. A segment the board does not name is refused, so that counts by segment stay honest."""
    if command.participant in state.participants:
        return Rejected("already_so")
    if len(state.participants) >= limits.PARTICIPANTS_PER_BOARD:
        return Rejected("board_full", {"max_participants": limits.PARTICIPANTS_PER_BOARD})
    known = {segment.id for segment in state.about.segments} if state.about else set[str]()
    if command.segment is not None and command.segment not in known:
        return Rejected("invalid", {"field": "segment", "one_of": sorted(known)})
    joined = ParticipantJoined(command.participant, command.role, command.segment, envelope.now_ms)
    return Decided((joined,), made=command.participant)


def remove(state: BoardState, envelope: Envelope, command: ParticipantRemove) -> Decided | Rejected:
    """Moderators hold a link that cannot be taken from them this way: nobody locks a facilitator out of the room."""
    person = state.participants.get(command.participant)
    if person is None:
        return Rejected("unknown_participant")
    if person.role == "moderator":
        return Rejected("forbidden")
    if person.removed:
        return Rejected("already_so")
    return Decided((ParticipantRemoved(command.participant),))


def readmit(state: BoardState, envelope: Envelope, command: ParticipantReadmit) -> Decided | Rejected:
    """Take a removal back."""
    person = state.participants.get(command.participant)
    if person is None:
        return Rejected("unknown_participant")
    if not person.removed:
        return Rejected("already_so")
    return Decided((ParticipantReadmitted(command.participant),))


def joined(state: BoardState, event: ParticipantJoined) -> BoardState:
    """The pseudonym is known from now on."""
    person = Participant(event.role, event.segment)
    return replace(state, participants=state.participants.set(event.participant, person))


def removed(state: BoardState, event: ParticipantRemoved) -> BoardState:
    """The pseudonym stays known, because cards and ballots bear it."""
    return _with_removed(state, event.participant, True)


def readmitted(state: BoardState, event: ParticipantReadmitted) -> BoardState:
    """As before the removal."""
    return _with_removed(state, event.participant, False)


def _with_removed(state: BoardState, participant: str, value: bool) -> BoardState:
    person = state.participants.get(participant)
    if person is None:
        return state
    return replace(state, participants=state.participants.set(participant, replace(person, removed=value)))


def view(state: BoardState, participant: str, names: Names) -> ParticipantView | None:
    """A participant as others may see them: on an anonymous board nobody is seen (DM5)."""
    person = state.participants.get(participant)
    if person is None or state.about is None or state.about.anonymous:
        return None
    return ParticipantView(participant, person.role, person.segment, names.get(participant))
