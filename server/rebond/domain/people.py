"""People on a board, by pseudonym: who joined with which role and segment, who was given another role, who may only
read, who was removed.

Whoever holds a link to steer the board keeps that role: nobody locks a facilitator out of the room, and there is always
somebody who steers. Whom a moderator lowers no invitation raises again. Names are elsewhere (LG7).
"""

from collections.abc import Callable, Mapping
from typing import Any

from immutables import Map
from msgspec.structs import replace

from rebond.domain.envelope import Decided, Envelope
from rebond.domain.state import BoardState, Participant
from rebond_protocol import limits
from rebond_protocol.attention import HandLowered
from rebond_protocol.errors import Rejected
from rebond_protocol.events import Event
from rebond_protocol.ids import ParticipantId
from rebond_protocol.people import (
    ParticipantJoin,
    ParticipantJoined,
    ParticipantMute,
    ParticipantMuted,
    ParticipantPromote,
    ParticipantPromoted,
    ParticipantRaise,
    ParticipantReadmit,
    ParticipantReadmitted,
    ParticipantRemove,
    ParticipantRemoved,
    ParticipantUnmute,
    ParticipantView,
    PersonRole,
    Role,
)

PERSONS: tuple[Role, ...] = ("participant", "staff", "moderator")
"""The roles that can be given to somebody, lowest first; a kiosk and a wall are nobody."""
MUTABLE: tuple[Role, ...] = ("participant", "staff", "kiosk")
"""Who can be kept from writing: those who write, and do not steer."""

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
    return Decided((ParticipantRemoved(command.participant), *_lowered(state, command.participant)))


def _lowered(state: BoardState, participant: str) -> tuple[Event, ...]:
    """Nobody waits for somebody to speak who is not here any more."""
    return tuple(HandLowered(one.participant) for one in state.hands if one.participant == participant)


def readmit(state: BoardState, envelope: Envelope, command: ParticipantReadmit) -> Decided | Rejected:
    """Take a removal back."""
    person = state.participants.get(command.participant)
    if person is None:
        return Rejected("unknown_participant")
    if not person.removed:
        return Rejected("already_so")
    return Decided((ParticipantReadmitted(command.participant),))


def mute(state: BoardState, envelope: Envelope, command: ParticipantMute) -> Decided | Rejected:
    """They go on reading and voting, and write nothing."""
    return _muted(state, command.participant, True)


def unmute(state: BoardState, envelope: Envelope, command: ParticipantUnmute) -> Decided | Rejected:
    """They write again."""
    return _muted(state, command.participant, False)


def _muted(state: BoardState, participant: str, value: bool) -> Decided | Rejected:
    person = state.participants.get(participant)
    if person is None:
        return Rejected("unknown_participant")
    if person.role not in MUTABLE:
        return Rejected("forbidden")
    return Rejected("already_so") if person.muted == value else Decided((ParticipantMuted(participant, value),))


def promote(state: BoardState, envelope: Envelope, command: ParticipantPromote) -> Decided | Rejected:
    """Another role for somebody who is here."""
    person = _who_can_have_a_role(state, command.participant)
    if isinstance(person, Rejected):
        return person
    if person.role == command.role:
        return Rejected("already_so")
    if person.role == "moderator" and not (person.promoted and _another_steers(state, command.participant)):
        return Rejected("forbidden")
    return _given(command.participant, person, command.role)


def raise_by_invitation(state: BoardState, envelope: Envelope, command: ParticipantRaise) -> Decided | Rejected:
    """A higher role, for who has not been lowered. Decided here and not at the door: of two nodes, one may not have
    heard yet that a moderator took it back."""
    person = _who_can_have_a_role(state, command.participant)
    if isinstance(person, Rejected):
        return person
    if person.lowered or _standing(command.role) <= _standing(person.role):
        return Rejected("already_so")
    return _given(command.participant, person, command.role)


def _who_can_have_a_role(state: BoardState, id: str) -> Participant | Rejected:
    person = state.participants.get(id)
    if person is None:
        return Rejected("unknown_participant")
    if person.role in PERSONS and not person.removed:
        return person
    problem = "they were removed" if person.removed else f"this is a {person.role}"
    return Rejected("invalid", {"field": "command.participant", "problem": problem})


def _given(id: str, person: Participant, role: PersonRole) -> Decided:
    """Whoever steers may write."""
    unmuted = (ParticipantMuted(id, False),) if person.muted and role == "moderator" else ()
    return Decided((ParticipantPromoted(id, role), *unmuted))


def _standing(role: Role) -> int:
    return PERSONS.index(role) if role in PERSONS else 0


def _another_steers(state: BoardState, participant: str) -> bool:
    others = (person for id, person in state.participants.items() if id != participant)
    return any(person.role == "moderator" and not person.removed for person in others)


# -- fold ----------------------------------------------------------------------------------------------------------


def joined(state: BoardState, event: ParticipantJoined) -> BoardState:
    """The pseudonym is known from now on."""
    person = Participant(event.role, event.segment)
    return replace(state, participants=state.participants.set(event.participant, person))


def removed(state: BoardState, event: ParticipantRemoved) -> BoardState:
    """The pseudonym stays known, because cards and ballots bear it."""
    return _with_person(state, event.participant, removed=True)


def readmitted(state: BoardState, event: ParticipantReadmitted) -> BoardState:
    """As before the removal."""
    return _with_person(state, event.participant, removed=False)


def muted(state: BoardState, event: ParticipantMuted) -> BoardState:
    """They may write, or not."""
    return _with_person(state, event.participant, muted=event.muted)


def promoted(state: BoardState, event: ParticipantPromoted) -> BoardState:
    """Their role, given on the board. Once lowered, they are so until a moderator has them steer again."""
    person = state.participants.get(event.participant)
    if person is None:
        return state
    is_lower = person.lowered or _standing(event.role) < _standing(person.role)
    lowered = is_lower and event.role != "moderator"
    return _with_person(state, event.participant, role=event.role, promoted=True, lowered=lowered)


def wrote_one_more(state: BoardState, author: str | None) -> Map[ParticipantId, Participant]:
    """Everybody, this person with one card more."""
    person = state.participants.get(author) if author is not None else None
    if author is None or person is None:
        return state.participants
    return state.participants.set(author, replace(person, cards=person.cards + 1))


def _with_person(state: BoardState, participant: str, **changes: Any) -> BoardState:
    person = state.participants.get(participant)
    if person is None:
        return state
    return replace(state, participants=state.participants.set(participant, replace(person, **changes)))


# -- project -------------------------------------------------------------------------------------------------------


def holder(state: BoardState, role: Role) -> str | None:
    """Who has this role by a link, rather somebody who was not removed and not somebody it was given to since.

    A kiosk that was paired, or has its place here through a lab, is none: its id says so with a colon.
    """
    found = [
        (one.removed, one.promoted, id)
        for id, one in state.participants.items()
        if one.role == role and not (role == "kiosk" and ":" in id)
    ]
    return min(found)[2] if found else None


def is_kiosk(state: BoardState, participant: str | None) -> bool:
    """Whether this is a screen at which anybody may stand, and so nobody's."""
    person = state.participants.get(participant) if participant is not None else None
    return person is not None and person.role == "kiosk"


def view(state: BoardState, participant: str, names: Names) -> ParticipantView | None:
    """A participant as others may see them: on an anonymous board nobody is seen (DM5)."""
    person = state.participants.get(participant)
    if person is None or state.about is None or state.about.anonymous:
        return None
    return ParticipantView(participant, person.role, person.segment, names.get(participant))


def listed(state: BoardState, which: Callable[[Participant], bool]) -> tuple[str, ...]:
    """Everybody of whom this is so, for the moderators' lists."""
    return tuple(sorted(id for id, person in state.participants.items() if which(person)))
