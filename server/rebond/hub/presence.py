"""Who is here, who is writing, who is ready for the next step, on this node and on others: kept in memory, broadcast
now and then, never logged."""

from collections import Counter
from collections.abc import Collection, Mapping

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from rebond.domain.cards import Audience
from rebond.domain.people import Names
from rebond.domain.state import BoardState
from rebond.hub.connection import Connection
from rebond_protocol.frames import Presence
from rebond_protocol.people import PresentView

PEOPLE_SHOWN = 300
"""At most so many people are named in one presence frame; the counts are always whole."""


class _Elsewhere(msgspec.Struct, frozen=True):
    """What another node said it has, and until when that is believed."""

    participants: Collection[str]
    writing: Collection[str]
    ready: Mapping[str, str]
    until_ms: float


class Here:
    """The people of one board who have a connection open. Walls and kiosks do not count as people.

    Somebody who is here by way of two nodes is one person. Whoever said that they are ready said it of one step: `step`
    is the one the board is at.
    """

    def __init__(self, step: str) -> None:
        self._step = step
        self._connections: Counter[str] = Counter()
        self._writing_until_ms: dict[str, float] = {}
        self._ready: dict[str, str] = {}
        """Participant → the step they are ready to leave."""
        self._elsewhere: dict[str, _Elsewhere] = {}

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
        self._ready.pop(participant, None)
        return True

    def wrote(self, participant: str, on: bool, until_ms: float) -> bool:
        """Somebody says whether they are writing; whether that changes anything."""
        was = participant in self._writing_until_ms
        if on:
            self._writing_until_ms[participant] = until_ms
        else:
            self._writing_until_ms.pop(participant, None)
        return was != on

    def said_ready(self, participant: str, step: str, on: bool) -> bool:
        """Somebody who is here is ready to leave this step, or not after all; whether that changes anything.

        A step that this node does not know of yet may be the next one; one that is over is asked of nobody any more.
        """
        if participant not in self._connections:
            return False
        was = self._ready.get(participant)
        if on:
            self._ready[participant] = step
        elif was == step:
            del self._ready[participant]
        return was != self._ready.get(participant)

    def came_to(self, step: str) -> bool:
        """The board is at this step; whether it is another one. Nobody is ready for what has only just begun."""
        if step == self._step:
            return False
        self._step = step
        self._ready = _of_step(self._ready, step)
        for node, said in self._elsewhere.items():
            self._elsewhere[node] = replace(said, ready=_of_step(said.ready, step))
        return True

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

    # -- across nodes ----------------------------------------------------------------------------------------------

    @property
    def anybody(self) -> bool:
        """Whether there is anybody on this node."""
        return bool(self._connections)

    def here(self) -> tuple[tuple[str, ...], tuple[str, ...], dict[str, str]]:
        """Everybody on this node, who of them is writing, and who is ready to leave which step."""
        return tuple(self._connections), tuple(self._writing_until_ms), dict(self._ready)

    def heard(
        self,
        node: str,
        participants: Collection[str],
        writing: Collection[str],
        ready: Mapping[str, str],
        until_ms: float,
    ) -> bool:
        """Another node says whom it has, to be believed until then; whether that changes anything."""
        before = self._elsewhere.pop(node, None)
        if participants:
            self._elsewhere[node] = _Elsewhere(participants, writing, ready, until_ms)
        elif before is None:
            return False
        said = (participants, writing, ready)
        return before is None or (before.participants, before.writing, before.ready) != said

    def forget_silent(self, now_ms: float) -> bool:
        """Forget nodes that have not said anything for too long; whether there were any."""
        silent = [node for node, said in self._elsewhere.items() if said.until_ms < now_ms]
        for node in silent:
            del self._elsewhere[node]
        return bool(silent)

    def _everybody(self) -> tuple[Collection[str], Collection[str]]:
        if not self._elsewhere:
            return self._connections, self._writing_until_ms
        present, writing = dict.fromkeys(self._connections), dict.fromkeys(self._writing_until_ms)
        for said in self._elsewhere.values():
            present |= dict.fromkeys(said.participants)
            writing |= dict.fromkeys(said.writing)
        return present, writing

    def _all_ready(self) -> set[str]:
        said = (self._ready, *(one.ready for one in self._elsewhere.values()))
        return {who for ready in said for who, step in ready.items() if step == self._step}

    # -- told ------------------------------------------------------------------------------------------------------

    def told(self, state: BoardState, audience: Audience, names: Names) -> Presence:
        """Counts to phones, the people themselves to walls and moderators, nobody by name on an anonymous board.

        The counts are of the room that is asked something: whoever steers it is named among the people, and counted
        nowhere.
        """
        everybody, all_writing = self._everybody()
        apart = {one for one in everybody if _is_apart(state, one)}
        here = len(everybody) - len(apart)
        writing = sum(participant not in apart for participant in all_writing)
        all_ready = self._all_ready()
        ready = sum(participant in everybody and participant not in apart for participant in all_ready)
        segments: Counter[str] = Counter()
        for participant in everybody:
            person = None if participant in apart else state.participants.get(participant)
            if person is not None and person.segment is not None:
                segments[person.segment] += 1
        anonymous = state.about is None or state.about.anonymous
        people = UNSET
        if not anonymous and audience is not Audience.PARTICIPANTS:
            people = _people(state, names, everybody, all_writing, all_ready)
        return Presence(here, writing, dict(sorted(segments.items())), people, ready)


def _people(
    state: BoardState, names: Names, everybody: Collection[str], writing: Collection[str], ready: Collection[str]
) -> tuple[PresentView, ...]:
    shown: list[PresentView] = []
    for participant in list(everybody)[-PEOPLE_SHOWN:]:
        person = state.participants.get(participant)
        if person is not None and person.role != "kiosk":
            is_writing = True if participant in writing else UNSET
            is_ready = True if participant in ready else UNSET
            name = names.get(participant)
            shown.append(PresentView(participant, person.role, person.segment, name, is_writing, is_ready))
    return tuple(shown)


def _of_step(ready: Mapping[str, str], step: str) -> dict[str, str]:
    """Who is ready to leave this step; some hear sooner than others that the board is at it."""
    return {who: which for who, which in ready.items() if which == step}


def _is_apart(state: BoardState, participant: str) -> bool:
    """Whether that is a device for whoever walks by, and nobody in particular; or somebody who steers the room."""
    person = state.participants.get(participant)
    return person is not None and person.role in ("kiosk", "moderator")
