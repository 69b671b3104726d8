"""LG4, HB4: whatever happens to the lines, every command is settled once, stands in the log once, and replicas agree.

Random histories: three people with two wire formats act, lines break with messages on their way in both directions,
servers read late what a dead line had carried, rings are forgotten, epochs change. At the end everybody is connected
and everything is delivered; then client and server must hold the same.
"""

from collections import Counter
from typing import Any

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from msgspec.structs import replace

from rebond_protocol.boards import BoardView
from rebond_protocol.cards import (
    Card,
    CardAdd,
    CardApprove,
    CardEdit,
    CardErase,
    CardHide,
    CardMove,
    CardRemove,
    CardRestore,
    CardShow,
    CardWithdraw,
)
from rebond_protocol.codec import Format
from rebond_protocol.commands import ClientCommand
from rebond_protocol.frames import Accepted
from rebond_protocol.rebounds import CardRebound, ReboundLink, ReboundUnlink
from rebond_protocol.rounds import RoundClose, RoundOpen, VoteCast, VoteRetract
from rebond_protocol.sections import SectionAdd, SectionRemove, SectionRename
from rebond_protocol.session import ClientSession, ComeBack, Happening, LineDead, Say, Settled, Submitted
from rebond_protocol.steps import BoardLock, BoardRename, BoardUnlock, StepSet, TimerStart, TimerStop
from tests.protocol.desk import PEOPLE, Desk, Line

WHO = st.sampled_from(sorted(PEOPLE))
CARDS = st.integers(0, 6)
WORDS = st.sampled_from(["vélo", "café", "atelier 👩🏽‍🔬", "quai"])


class Person:
    """A session, its line, and the record of everything that happened to it."""

    def __init__(self, name: str, wire: Format) -> None:
        self.record: list[Happening] = []
        self.session = ClientSession(name, f"device-of-{name}", wire=wire, observe=self.record.append)
        self.line: Line | None = None

    def settled(self) -> list[Settled]:
        """Every answer so far."""
        return [happening for happening in self.record if isinstance(happening, Settled)]

    def submitted(self) -> list[Submitted]:
        """Every command so far."""
        return [happening for happening in self.record if isinstance(happening, Submitted)]


class Workshop(RuleBasedStateMachine):
    """People on a board, and what may go wrong between them and the server."""

    def __init__(self) -> None:
        super().__init__()
        self.now_ms = 0.0
        self.desk = Desk()
        self.people: dict[str, Person] = {}

    @initialize(anonymous=st.booleans(), in_flight=st.sampled_from([1, 3, 64]))
    def begin(self, anonymous: bool, in_flight: int) -> None:
        self.desk = Desk(anonymous=anonymous, commands_in_flight=in_flight)
        formats = (Format.JSON, Format.MSGPACK, Format.JSON)
        self.people = {name: Person(name, wire) for name, wire in zip(PEOPLE, formats, strict=True)}
        self.everything_arrives()
        for place, person in enumerate(self.people.values()):
            self._act(person, place, 0, "vélo", 0)
        self.everything_arrives()

    # -- people act ------------------------------------------------------------------------------------------------

    @rule(who=WHO, card=CARDS, other=CARDS, word=WORDS, what=st.integers(0, 1_000), times=st.integers(1, 3))
    def somebody_acts(self, who: str, card: int, other: int, word: str, what: int, times: int) -> None:
        for again in range(times):
            self._act(self.people[who], card + again, other, word, what + again)

    def _act(self, person: Person, card: int, other: int, word: str, what: int) -> None:
        moderating = PEOPLE[person.session.token] == "moderator"
        commands = self._possible(person, card, other, word, moderating=moderating)
        _, frame = person.session.submit(commands[what % len(commands)])
        if frame is not None:
            assert person.line is not None
            person.line.to_server.append(frame)

    def _possible(self, person: Person, card: int, other: int, word: str, *, moderating: bool) -> list[ClientCommand]:
        held = sorted(person.session.replica.cards)
        one = held[card % len(held)] if held else "nothing"
        two = held[other % len(held)] if held else "nothing"
        rev = person.session.replica.cards[one].rev if held else 1
        round = next(reversed(person.session.replica.rounds), "none")
        anybody: list[ClientCommand] = [
            CardAdd(word, section="s1" if card % 2 else None),
            CardEdit(one, f"{word} bis", rev),
            CardMove(one, section="s2", before=two if other % 2 else None),
            CardWithdraw(one),
            CardRestore(one),
            CardErase(one),
            CardRebound((one,), "extends", word, owes="le mot"),
            ReboundLink(one, (two,), "adapts"),
            ReboundUnlink(one, two),
            VoteCast(round, one, 1 + other % 3),
            VoteRetract(round, one),
        ]
        steering: list[ClientCommand] = [
            CardHide(one),
            CardShow(one),
            CardApprove(one),
            CardRemove(one),
            RoundOpen("dots", 5, cap=3, secret=other % 2 == 0),
            RoundClose(round),
            SectionAdd(word),
            SectionRename("s1", word, "un indice"),
            SectionRemove("s2"),
            StepSet(private=True),
            StepSet(instruction=word),
            BoardRename(word),
            BoardLock(),
            BoardUnlock(),
            TimerStart(60),
            TimerStop(),
        ]
        return [*anybody, *steering] if moderating else anybody

    # -- messages travel -------------------------------------------------------------------------------------------

    @rule(who=WHO, up=st.integers(0, 4), down=st.integers(0, 6), flush=st.booleans())
    def messages_travel(self, who: str, up: int, down: int, flush: bool) -> None:
        """Some of what is on its way arrives; who has no line gets one first."""
        person = self.people[who]
        line = self._line(person)
        for _ in range(min(up, len(line.to_server))):
            self.desk.read_one(line)
        if flush:
            self.desk.flush()
        for _ in range(min(down, len(line.to_client))):
            self._hear(person, line)

    @rule()
    def everything_arrives(self) -> None:
        for person in self.people.values():
            self._line(person)
        while self._deliver_all():
            self.desk.flush()

    @rule(place=st.integers(0, 50))
    def the_server_reads_what_a_dead_line_had_carried(self, place: int) -> None:
        late = [line for line in self.desk.lines if line.to_server and not line.open]
        if late:
            self.desk.read_one(late[place % len(late)])

    def _line(self, person: Person) -> Line:
        if person.line is None:
            person.line = self.desk.connect(person.session.wire)
            person.line.to_server.extend(person.session.connected(self.now_ms))
        return person.line

    def _hear(self, person: Person, line: Line) -> None:
        self.now_ms += 1
        for happening in person.session.received(line.to_client.pop(0), self.now_ms):
            assert not isinstance(happening, LineDead), happening
            if isinstance(happening, Say):
                line.to_server.append(happening.data)

    # -- lines break -----------------------------------------------------------------------------------------------

    @rule(who=WHO, lost=st.integers(0, 3), chance=st.floats(0, 1))
    def a_line_breaks(self, who: str, lost: int, chance: float) -> None:
        """Some of the last things said are lost; the others may still be read, whenever the server gets to them."""
        line = self.people[who].line
        if line is not None:
            del line.to_server[max(0, len(line.to_server) - lost) :]
            self.desk.cut(line)
            self._gone(self.people[who], chance)

    @rule()
    def the_server_forgets_what_it_told(self) -> None:
        self.desk.forget()

    @rule(chance=st.floats(0, 1))
    def the_epoch_changes(self, chance: float) -> None:
        self.desk.change_epoch()
        for person in self.people.values():
            if person.line is not None:
                self._gone(person, chance)

    def _gone(self, person: Person, chance: float) -> None:
        person.line = None
        assert isinstance(person.session.disconnected(None, chance), ComeBack)

    # -- in the end ------------------------------------------------------------------------------------------------

    def teardown(self) -> None:
        """Everything left on old lines is read, everybody comes back, everything is delivered."""
        for line in self.desk.lines:
            while line.to_server:
                self.desk.read_one(line)
        self.everything_arrives()
        for name, person in self.people.items():
            self._assert_settled_once(name, person)
            self._assert_same_board(name, person)

    def _deliver_all(self) -> bool:
        moved = False
        for person in self.people.values():
            assert person.line is not None
            while person.line.to_server or person.line.to_client:
                moved = True
                if person.line.to_server:
                    self.desk.read_one(person.line)
                else:
                    self._hear(person, person.line)
        return moved

    def _assert_settled_once(self, name: str, person: Person) -> None:
        """LG4: one answer a command; what was accepted stands in the log once, what was refused does not."""
        settled = person.settled()
        assert [one.id for one in person.submitted()] == sorted(one.id for one in settled)
        assert person.session.unanswered == {}
        stored = Counter(entry.id for entry in self.desk.log if entry.actor == name)
        accepted = {one.id: one.answer for one in settled if isinstance(one.answer, Accepted)}
        assert stored == Counter(accepted.keys())
        for id, answer in accepted.items():
            entry = self.desk.log[answer.seq - 1]
            assert (entry.actor, entry.id) == (name, id)
            assert entry.made == (None if answer.made is msgspec.UNSET else answer.made)

    def _assert_same_board(self, name: str, person: Person) -> None:
        replica, now = person.session.replica, self.desk.snapshot(name)
        assert person.session.position == self.desk.position
        assert replica.view is not None
        assert _without_people(replica.view) == _without_people(now)
        assert {one.participant: one for one in now.participants}.items() <= replica.participants.items()
        mine = self.desk.yours(name)
        assert {round: ballots for round, ballots in replica.ballots.items() if ballots} == mine.ballots
        assert replica.own.keys() <= {card.id for card in mine.cards}
        for card in mine.cards:
            assert _unsigned(replica.cards[card.id]) == _unsigned(card)


def _unsigned(card: Card) -> Card:
    """On an anonymous board a card that is revealed to all keeps its author for nobody but a newcomer's `yours`."""
    return replace(card, author=None)


def _without_people(view: BoardView) -> dict[str, Any]:
    fields: dict[str, Any] = {name: getattr(view, name) for name in view.__struct_fields__}
    return {name: value for name, value in fields.items() if name != "participants"}


TestWorkshop = Workshop.TestCase
TestWorkshop.settings = settings(max_examples=60, stateful_step_count=60)
