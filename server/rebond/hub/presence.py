"""Who is here and who is writing: kept in memory, broadcast now and then, never logged."""

from collections import Counter

from msgspec import UNSET

from rebond.domain.cards import Audience
from rebond.domain.people import Names
from rebond.domain.state import BoardState
from rebond.hub.connection import Connection
from rebond_protocol.frames import Presence
from rebond_protocol.people import PresentView

PEOPLE_SHOWN = 300
"""At most so many people are named in one presence frame; the counts are always whole."""


class Here:
    """The people of one room who have a connection open. Walls and kiosks do not count as people."""

    def __init__(self) -> None:
        self._connections: Counter[str] = Counter()
        self._writing_until_ms: dict[str, float] = {}

    def came(self, connection: Connection) -> bool:
        """Somebody's socket opened; whether that changes who is here."""
        if connection.member.audience is Audience.DISPLAYS:
            return False
        self._connections[connection.member.participant] += 1
        return self._connections[connection.member.participant] == 1

    def went(self, connection: Connection) -> bool:
        """Somebody's socket closed; whether that changes who is here."""
        participant = connection.member.participant
        if connection.member.audience is Audience.DISPLAYS:
            return False
        self._connections[participant] -= 1
        if self._connections[participant] > 0:
            return False
        del self._connections[participant]
        self._writing_until_ms.pop(participant, None)
        return True

    def wrote(self, participant: str, on: bool, until_ms: float) -> bool:
        """Somebody says whether they are writing; whether that changes anything."""
        was = participant in self._writing_until_ms
        if on:
            self._writing_until_ms[participant] = until_ms
        else:
            self._writing_until_ms.pop(participant, None)
        return was != on

    def expire(self, now_ms: float) -> bool:
        """Forget whoever fell silent; whether anybody did."""
        over = [participant for participant, until_ms in self._writing_until_ms.items() if until_ms < now_ms]
        for participant in over:
            del self._writing_until_ms[participant]
        return bool(over)

    @property
    def anybody_writing(self) -> bool:
        """Whether there is a writing signal that will have to be forgotten."""
        return bool(self._writing_until_ms)

    def told(self, state: BoardState, audience: Audience, names: Names) -> Presence:
        """Counts to phones, the people themselves to walls and moderators, nobody by name on an anonymous board."""
        kiosks = {one for one in self._connections if _is_kiosk(state, one)}
        here = len(self._connections) - len(kiosks)
        writing = sum(participant not in kiosks for participant in self._writing_until_ms)
        segments: Counter[str] = Counter()
        for participant in self._connections.keys() - kiosks:
            person = state.participants.get(participant)
            if person is not None and person.segment is not None:
                segments[person.segment] += 1
        anonymous = state.about is None or state.about.anonymous
        people = UNSET if anonymous or audience is Audience.PARTICIPANTS else self._people(state, names)
        return Presence(here, writing, dict(sorted(segments.items())), people)

    def _people(self, state: BoardState, names: Names) -> tuple[PresentView, ...]:
        shown: list[PresentView] = []
        for participant in list(self._connections)[-PEOPLE_SHOWN:]:
            person = state.participants.get(participant)
            if person is not None and person.role != "kiosk":
                writing = True if participant in self._writing_until_ms else UNSET
                shown.append(PresentView(participant, person.role, person.segment, names.get(participant), writing))
        return tuple(shown)


def _is_kiosk(state: BoardState, participant: str) -> bool:
    """Whether that is a device for whoever walks by, and nobody in particular."""
    person = state.participants.get(participant)
    return person is not None and person.role == "kiosk"
