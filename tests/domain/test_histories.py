"""What holds on every board whatever anybody does (DM1, DM2, DM4 to DM7, LG7), and that what clients are told adds up.

A history is a list of moves: who does what, pointing where. Moves point at what is there when their turn comes (and
sometimes at nothing), so most are accepted and many are silly. Every text carries a mark of its own; the marks in
outgoing bytes say which texts left, to whom.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import msgpack
import orjson
from hypothesis import given, settings
from hypothesis import strategies as st
from immutables import Map
from msgspec import UNSET
from msgspec.structs import replace

from rebond.domain.cards import IN_BIN, Audience
from rebond.domain.decide import decide
from rebond.domain.envelope import Decided, Envelope, Repeated
from rebond.domain.fold import fold_all, fold_entry
from rebond.domain.project import Tally, snapshot, takes_back, yours, yours_after
from rebond.domain.rebounds import ancestors
from rebond.domain.state import EMPTY, BoardState, read_state, state_bytes
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
    Verb,
)
from rebond_protocol.codec import Format, encode, entry_bytes, read_entry
from rebond_protocol.commands import Command
from rebond_protocol.entries import Entry
from rebond_protocol.errors import ERRORS, Rejected
from rebond_protocol.frames import Events, Yours
from rebond_protocol.people import ParticipantReadmit, ParticipantRemove
from rebond_protocol.rebounds import CardRebound, ReboundLink, ReboundUnlink
from rebond_protocol.replica import BoardReplica
from rebond_protocol.rounds import BallotCast, RoundClose, RoundOpen, VoteCast, VoteRetract
from rebond_protocol.sections import SectionAdd, SectionRemove, SectionRename
from rebond_protocol.steps import (
    ALL_PERMISSIONS,
    BoardLock,
    BoardRename,
    BoardUnlock,
    StepSet,
    TimerExtend,
    TimerStart,
    TimerStop,
)
from tests.domain.played import NAMES, ROLES, Board, audience_of, outgoing

PEOPLE = (*ROLES, "ghost")
OFTEN = ("add", "rebound", "edit", "move", "cast", "link", "restore")
NOW_AND_THEN = (
    "withdraw", "hide", "show", "approve", "remove", "unlink", "open", "retract", "private", "together", "unlock",
    "readmit",
)  # fmt: skip
SELDOM = (
    "close", "erase", "section", "rename_section", "remove_section", "rename", "lock", "timer", "more_time", "no_timer",
    "remove_person",
)  # fmt: skip
STEERING = frozenset((*NOW_AND_THEN, *SELDOM)) - {"withdraw", "erase", "unlink", "retract"}
VERBS: tuple[Verb, ...] = ("extends", "combines", "adapts", "removes_obstacle", "counters")
STEERERS = frozenset(person for person, role in ROLES.items() if role == "moderator")


@dataclass(frozen=True)
class Move:
    """Somebody does something: `a`, `b` and `c` say to what, `flag` in which of two ways; `flush`: then all is sent."""

    what: str
    place: int
    a: int
    b: int
    c: int
    flag: bool
    flush: bool

    @property
    def who(self) -> str:
        """Whoever may do it, mostly; anybody, sometimes."""
        likely = ("mo", "mia") if self.what in STEERING else ("ana", "bo", "cy", "sam", "mo", "kit")
        every = (*likely * 3, *PEOPLE)
        return every[self.place % len(every)]


SMALL = st.integers(0, 40)
MOVE = st.builds(
    Move,
    st.sampled_from((*OFTEN * 4, *NOW_AND_THEN * 2, *SELDOM)),
    SMALL,
    SMALL,
    SMALL,
    SMALL,
    st.booleans(),
    st.booleans(),
)
MOVES = st.lists(st.lists(MOVE, max_size=20), max_size=20).map(lambda spells: [move for one in spells for move in one])
"""A list of lists: histories are long on average, and still shrink to nothing."""


def pick(ids: list[str], at: int) -> str:
    """One of them; now and then, none."""
    return "nowhere" if at == 40 or not ids else ids[at % len(ids)]


class Wishes:
    """Turns moves into commands that point at what is on the board, each text with a mark that is used only once."""

    def __init__(self) -> None:
        self.owner: dict[str, str] = {}
        """mark → the card whose words it is in; known once the card is there."""
        self._marks = 0

    def mark(self) -> str:
        self._marks += 1
        return f"mark{self._marks:05d}x"

    def command(self, state: BoardState, move: Move) -> Command:
        cards, open_cards = _fitting(state, move), [card.id for card in state.cards.values() if _face_up(card)]
        sections = [section.id for section in state.sections]
        rounds = sorted(state.rounds)
        card, other = pick(cards, move.a), pick(sorted(open_cards) if move.c % 6 else sorted(state.cards), move.b)
        section = None if move.c % 3 == 0 else pick(sections, move.c)
        number = state.open_round if state.open_round and move.c % 4 else pick(rounds, move.c)
        verb = VERBS[move.c % 5]
        parents = (card, other) if move.flag else (card,)
        owes = f"owes {self.mark()}" if move.b % 2 else None
        known = state.cards.get(card)
        table: dict[str, Command] = {
            "add": CardAdd(self.mark(), section),
            "rebound": CardRebound(parents, verb, self.mark(), owes, section),
            "edit": CardEdit(card, self.mark(), known.rev if known and move.b % 5 else 1),
            "move": CardMove(
                card, section if not move.flag else _section_of(state, other), other if move.flag else None
            ),
            "withdraw": CardWithdraw(card),
            "restore": CardRestore(card),
            "hide": CardHide(card),
            "show": CardShow(card),
            "approve": CardApprove(card),
            "remove": CardRemove(card),
            "erase": CardErase(card),
            "link": ReboundLink(card, (other,), verb, owes),
            "unlink": ReboundUnlink(card, known.parents[0] if known and known.parents and move.b % 4 else other),
            "open": RoundOpen("dots", 1 + move.a % 20, 1 + move.b % 8 if move.c % 2 else None, move.flag, "a vote"),
            "close": RoundClose(number),
            "cast": VoteCast(number, card, 1 + move.b % 9),
            "retract": VoteRetract(number, card),
            "section": SectionAdd(f"Section {move.a}", "hint" if move.flag else None),
            "rename_section": SectionRename(pick(sections, move.c), f"Renamed {move.a}"),
            "remove_section": SectionRemove(pick(sections, move.c)),
            "private": StepSet("Write alone", ALL_PERMISSIONS, True),
            "together": StepSet(None, ALL_PERMISSIONS if move.b % 3 else ALL_PERMISSIONS[: move.a % 5], False),
            "rename": BoardRename(f"Title {move.a}"),
            "lock": BoardLock(),
            "unlock": BoardUnlock(),
            "timer": TimerStart(1 + move.a),
            "more_time": TimerExtend(1 + move.a),
            "no_timer": TimerStop(),
            "remove_person": ParticipantRemove(PEOPLE[move.a % len(PEOPLE)]),
            "readmit": ParticipantReadmit(PEOPLE[move.a % len(PEOPLE)]),
        }
        return table[move.what]


def _face_up(card: Card) -> bool:
    return card.state == "shown" and card.sealed is UNSET


def _fitting(state: BoardState, move: Move) -> list[str]:
    """The cards that such a move makes sense for; one time in six, any."""

    def fits(card: Card) -> bool:
        match move.what:
            case "edit" | "withdraw" | "move" | "link" | "unlink":
                mine = card.author == move.who or (move.who in STEERERS and move.what != "edit")
                return mine and (move.what != "unlink" or bool(card.parents))
            case "rebound" | "cast" | "hide":
                return _face_up(card)
            case "restore":
                return card.state in IN_BIN
            case "show":
                return card.state == "hidden"
            case "approve":
                return card.state == "pending"
            case "retract":
                return any(card.id in round.ballots.get(move.who, Map()) for round in state.rounds.values())
            case _:
                return True

    return sorted(id for id, card in state.cards.items() if move.b % 6 == 5 or fits(card))


def _section_of(state: BoardState, id: str) -> str | None:
    card = state.cards.get(id)
    return card.section if card else None


MARK = re.compile(rb"mark\d{5}x")


def begun(anonymous: bool) -> Board:
    """A board with a card in every state and a vote, so that short histories have something to point at."""
    board = Board(anonymous=anonymous)
    ana, bo, cy = (board.adds(person, f"first of {person}", "left") for person in ("ana", "bo", "cy"))
    board.adds("kit", "waits for approval")
    both = CardRebound((ana, bo), "combines", "both together", "the better half")
    board.accepted("sam", both)
    board.accepted("mo", CardHide(board.made("bo", both)))
    board.accepted("ana", CardWithdraw(board.made("ana", both)))
    board.accepted("mo", CardRemove(cy))
    board.accepted("mo", RoundOpen("dots", 10, 5))
    return board


def played(board: Board, moves: list[Move]) -> list[Entry]:
    """Plays the moves; the entries they became."""
    wishes = Wishes()
    at = len(board.log)
    for move in moves:
        board.say(move.who, wishes.command(board.state, move))
    return board.log[at:]


# -- DM1 -----------------------------------------------------------------------------------------------------------


@given(st.booleans(), MOVES)
def test_deciding_never_raises_and_never_changes_the_state(anonymous: bool, moves: list[Move]) -> None:
    """DM1: given any board, when anybody says anything, then the answer is a value and the state is as before."""
    board, wishes = begun(anonymous), Wishes()
    for move in moves:
        command = wishes.command(board.state, move)
        before, encoded = board.state, state_bytes(board.state)
        decision = decide(board.state, board.envelope(move.who), command)
        assert state_bytes(before) == encoded
        match decision:
            case Decided(events):
                assert events
                assert decide(before, board.envelope(move.who), command) == decision
            case Rejected(code):
                assert code in ERRORS
            case Repeated():
                raise AssertionError("nothing was sent twice")
        board.say(move.who, command)


WEIRD = st.text(st.characters(exclude_categories=()), max_size=40) | st.text(
    "\u200b\u202e\ud800 \n\t\x00e\u0301", max_size=6
)


@given(WEIRD, st.sampled_from(("ana", "mo", "kit", "ghost", "")))
def test_no_text_makes_a_decider_raise(text: str, who: str) -> None:
    """DM1: given any string at all, when it is sent as any text or reference, then it is stored clean or refused."""
    board = begun(False)
    first = sorted(board.state.cards)[0]
    said: tuple[Command, ...] = (
        CardAdd(text, text), CardEdit(first, text, 1), CardMove(text, None, text),
        CardRebound((first,), "extends", text, text),
        ReboundLink(first, (text,), "extends", text), ReboundUnlink(text, text), VoteCast(text, text, 1),
        RoundOpen("dots", 3, None, False, text), SectionAdd(text, text), SectionRename("left", text, text),
        StepSet(text), BoardRename(text), ParticipantRemove(text), CardErase(text),
    )  # fmt: skip
    for command in said:
        decision = board.say(who, command)
        assert isinstance(decision, Decided) or (isinstance(decision, Rejected) and decision.code in ERRORS)
    assert read_state(state_bytes(board.state)) == board.state


# -- DM2 -----------------------------------------------------------------------------------------------------------


@given(st.booleans(), MOVES, st.integers(0, 80))
def test_the_same_log_gives_the_same_bytes(anonymous: bool, moves: list[Move], cut: int) -> None:
    """DM2: given a log, when it is folded again, from stored bytes or on from a stored state, then bytes are equal."""
    board = begun(anonymous)
    played(board, moves)
    wanted = state_bytes(board.state)
    stored = [read_entry(entry_bytes(entry)) for entry in board.log]
    assert state_bytes(fold_all(EMPTY, stored)) == wanted
    restarted = read_state(state_bytes(fold_all(EMPTY, stored[:cut])))
    assert state_bytes(fold_all(restarted, stored[cut:])) == wanted
    assert read_state(wanted) == board.state


REFOLD = """
import sys
import msgpack
from tests.domain.test_histories import everything_told
sys.stdout.buffer.write(everything_told(msgpack.unpackb(sys.stdin.buffer.read())))
"""


def everything_told(stored: list[bytes]) -> bytes:
    """The state these entries lead to, and every byte that any audience or person is told on the way."""
    written: list[bytes] = []
    entries = [read_entry(data) for data in stored]
    state = EMPTY
    for entry in entries:
        before, state = state, fold_entry(state, entry)
        for audience in Audience:
            written.append(encode(outgoing(before, entry, audience, NAMES)[1], Format.JSON))
            written.append(encode(snapshot(state, audience, NAMES), Format.JSON))
        written.append(encode(yours_after(state, entry), Format.JSON))
    return b"".join((*written, state_bytes(state)))


@settings(max_examples=4)
@given(MOVES, st.integers(0, 2**32 - 1))
def test_another_process_folds_and_tells_the_same_bytes(moves: list[Move], seed: int) -> None:
    """DM2: given a log, when a process with other hashes folds it, then state and frames are the same."""
    board = begun(False)
    played(board, moves)
    log = [entry_bytes(entry) for entry in board.log]
    done = subprocess.run(
        [sys.executable, "-c", REFOLD],
        input=msgpack.packb(log),
        capture_output=True,
        env={**os.environ, "PYTHONHASHSEED": str(seed)},
        cwd=Path(__file__).parents[2],
        check=True,
    )
    assert done.stdout == everything_told(log)
    assert done.stdout.endswith(state_bytes(board.state))


# -- DM4, and whose is what ----------------------------------------------------------------------------------------


@given(st.booleans(), MOVES)
def test_nothing_is_lost_and_nobody_touches_what_is_somebody_elses(anonymous: bool, moves: list[Move]) -> None:
    """DM4: given any board, when anybody does anything, then lineage is acyclic and cards, authors and ballots stay.

    And whoever does not steer changes only their own cards and ballots; budgets and caps hold.
    """
    board, wishes = begun(anonymous), Wishes()
    for move in moves:
        before = board.state
        board.say(move.who, wishes.command(board.state, move))
        after = board.state
        for id, card in before.cards.items():
            assert after.cards[id].author == card.author
            if card.author != move.who and move.who not in STEERERS:
                assert replace(after.cards[id], order=0.0) == replace(card, order=0.0)
            if card.author != move.who:
                words = (after.cards[id].text, after.cards[id].owes)
                assert words[0] in (card.text, ""), "nobody puts words into another's mouth"
                assert words[1] in (card.owes, UNSET)
        _lineage_holds(after)
        _ballots_hold(before, after, move.who)
        if move.who not in STEERERS:
            assert (after.step, after.sections, after.participants) == (
                before.step,
                before.sections,
                before.participants,
            )
    _bin_can_be_emptied(board)


def _lineage_holds(state: BoardState) -> None:
    for card in state.cards.values():
        assert card.id not in ancestors(state, card.id)
        assert all(parent in state.cards for parent in card.parents)
        assert (card.verb is UNSET) == (not card.parents)
        assert card.verb != "combines" or len(card.parents) >= 2


def _ballots_hold(before: BoardState, after: BoardState, who: str) -> None:
    for id, round in after.rounds.items():
        sums: dict[str, int] = {}
        for mine in round.ballots.values():
            assert mine, "who took everything back is no voter"
            assert sum(mine.values()) <= round.budget
            for card, weight in mine.items():
                assert 1 <= weight <= round.cap
                sums[card] = sums.get(card, 0) + weight
        assert dict(round.tallies) == sums
        old = before.rounds.get(id)
        if old is not None:
            for person in {*old.ballots, *round.ballots} - {who}:
                assert old.ballots.get(person) == round.ballots.get(person)


def _bin_can_be_emptied(board: Board) -> None:
    """Whatever is in the bin, a moderator can take out, as it was before."""
    for id, card in board.state.cards.items():
        decision = decide(board.state, Envelope("mo", "other", None, 1, "n"), CardRestore(id))
        if card.state in IN_BIN:
            assert isinstance(decision, Decided)
        else:
            assert decision == Rejected("not_in_bin")
    assert set(board.state.before_bin) == {id for id, card in board.state.cards.items() if card.state in IN_BIN}


# -- DM5, DM6, DM7, LG7 --------------------------------------------------------------------------------------------


class Screens:
    """Every person's client: fed with bytes, as they leave the server, in flushes of one or more entries."""

    def __init__(self, board: Board, wishes: Wishes) -> None:
        self.board, self.wishes = board, wishes
        self.replicas = {person: BoardReplica() for person in ROLES}
        self.buried: set[str] = set()
        """Erased before participants saw them, or after they no longer did."""
        self.sent_at = len(board.log)
        self.told_from = board.state
        for person, replica in self.replicas.items():
            replica.restart(snapshot(board.state, audience_of(person), board.names))
            replica.take(yours(board.state, person))

    def flush(self) -> None:
        """One frame to each audience for all that happened since, then what is somebody's own."""
        entries = self.board.log[self.sent_at :]
        self.sent_at = len(self.board.log)
        if not entries:
            return
        now, names, seq = self.board.state, self.board.names, self.board.state.seq
        tally = Tally()
        for event in (event for entry in entries for event in entry.events):
            if isinstance(event, BallotCast):
                tally.note(event)
        for audience in Audience:
            state, told = self.told_from, list[Any]()
            for entry in entries:
                state, events = outgoing(state, entry, audience, names)
                self._no_leak(encode(events, Format.JSON), state, audience, None)
                told += events
            told += tally.told(now)
            frame = Events(seq, tuple(told))
            self._no_leak(encode(tally.told(now), Format.JSON), now, audience, None)
            for person in (person for person in ROLES if audience_of(person) is audience):
                for event in frame.events:
                    self.replicas[person].apply(event, seq)
        for person, own in yours_after(now, *entries).items():
            self._private(own, person)
            if person in self.replicas:
                self.replicas[person].take(own)
        self.told_from = now

    def _private(self, own: Yours, person: str) -> None:
        self._no_leak(encode(own, Format.JSON), self.board.state, audience_of(person), person)
        for round, mine in own.ballots.items():
            assert mine == dict(self.board.state.rounds[round].ballots.get(person, {}))
        assert all(self.board.state.cards[card.id].author == person for card in own.cards)

    def _no_leak(self, data: bytes, state: BoardState, audience: Audience, person: str | None) -> None:
        """DM6 said a second time, independently of `seen_by`: which words may be in bytes for these eyes."""
        anonymous = state.about is not None and state.about.anonymous
        if anonymous and b'"participant.re' not in data:  # moderators are told whom they removed, not what they wrote
            people = [one for one in ROLES if one != person]
            assert not any(f'"{one}"'.encode() in data for one in people), "DM5: a pseudonym left an anonymous board"
            assert not any(name.encode() in data for name in NAMES.values())
        for mark in MARK.findall(data):
            card = state.cards[self.wishes.owner[mark.decode()]]
            steering = audience is Audience.MODERATORS and card.state != "erased"
            own = person is not None and card.author == person and card.state != "erased"
            assert _face_up(card) or steering or own, f"{mark} of a {card.state} card left for {audience} {person}"

        if person is None and audience is not Audience.MODERATORS:
            for card in sealed_in(orjson.loads(data)):
                tells = [field for field in ("text", "author", "parents", "verb", "owes") if card.get(field)]
                assert not tells, "a sealed card told what it is, whose, or what it starts from"

    def agree(self) -> None:
        """What was told bit by bit is what a snapshot says now; and everybody has their own, whole."""
        state, names = self.board.state, self.board.names
        views = {audience: snapshot(state, audience, names) for audience in Audience}
        for audience, view in views.items():
            self._no_leak(encode(view, Format.JSON), state, audience, None)
            known = {card.id for card in view.cards}
            waiting = {id for id, card in state.cards.items() if card.state in ("pending", *IN_BIN)}
            assert audience is Audience.MODERATORS or not known & (waiting | self.buried)
        for person, replica in self.replicas.items():
            view = views[audience_of(person)]
            held = replica.view
            assert held is not None
            assert replace(held, participants=()) == replace(view, participants=())
            authors = {card.author for card in view.cards if card.author}
            known = {one.participant: one for one in view.participants}
            assert {one: replica.participants[one] for one in authors} == {one: known[one] for one in authors}
            self._has_own(person, replica)

    def _has_own(self, person: str, replica: BoardReplica) -> None:
        whole = yours(self.board.state, person)
        self._private(whole, person)
        for card in whole.cards:
            held = replica.cards[card.id]
            assert replace(held, author=person) == card
        for id, card in replica.own.items():
            assert replace(card, author=person) == self.board.card(id), "an own copy that was overtaken"
        assert {round: mine for round, mine in replica.ballots.items() if mine} == whole.ballots

    def note_erased(self, before: BoardState) -> None:
        """After a command: what was erased while it was out of sight has to stay there."""
        for id, card in before.cards.items():
            if self.board.card(id).state == "erased" != card.state:
                in_sight = card.state in ("shown", "hidden") and card.sealed is UNSET
                self.buried |= set() if in_sight else {id}


def sealed_in(value: Any) -> Iterator[dict[str, Any]]:
    """Every sealed card somewhere in these plain values."""
    if isinstance(value, list):
        for one in cast(list[Any], value):
            yield from sealed_in(one)
    elif isinstance(value, dict):
        fields = cast(dict[str, Any], value)
        if fields.get("sealed"):
            yield fields
        yield from sealed_in(list(fields.values()))


def _learn_marks(wishes: Wishes, before: BoardState, after: BoardState) -> None:
    for id, card in after.cards.items():
        if before.cards.get(id) != card:
            for mark in MARK.findall(f"{card.text} {card.owes}".encode()):
                wishes.owner[mark.decode()] = id


@given(st.booleans(), MOVES)
def test_nothing_hidden_leaves_and_what_is_told_adds_up(anonymous: bool, moves: list[Move]) -> None:
    """DM5, DM6, DM7: given clients of every role, when anything happens, then no byte tells what a reader may not see.

    And the events of each audience, with what is each person's own, add up to the snapshot they would get now.
    """
    board, wishes = begun(anonymous), Wishes()
    screens = Screens(board, wishes)
    for move in moves:
        before = board.state
        board.say(move.who, wishes.command(board.state, move))
        _learn_marks(wishes, before, board.state)
        screens.note_erased(before)
        covered = any(_face_up(card) and not _face_up(board.card(id)) for id, card in before.cards.items())
        assert not covered or takes_back(board.log[-1])
        if move.flush:
            screens.flush()
            screens.agree()
    screens.flush()
    screens.agree()


def _other_weights(state: BoardState) -> BoardState:
    """The same board, had everybody given other weights in the secret votes that are open."""
    rounds = state.rounds
    for id, round in state.rounds.items():
        if round.secret and round.state == "open":
            ballots = {
                person: Map({card: 99 - weight for card, weight in mine.items()})
                for person, mine in round.ballots.items()
            }
            tallies = Map({card: 7_777 - points for card, points in round.tallies.items()})
            rounds = rounds.set(id, replace(round, ballots=Map(ballots), tallies=tallies))
    return replace(state, rounds=rounds)


@given(st.booleans(), MOVES)
def test_a_secret_vote_makes_no_difference_to_any_byte(anonymous: bool, moves: list[Move]) -> None:
    """DM6: given a secret vote that is open, when ballots weigh otherwise, then only their owners hear otherwise."""
    board = begun(anonymous)
    board.accepted("mo", RoundClose(board.state.open_round or ""))
    board.accepted("mo", RoundOpen("dots", 20, None, True))
    entries = played(board, [replace_what(move) for move in moves])
    here, elsewhere = board.state, _other_weights(board.state)
    tally = Tally()
    for event in (event for entry in entries for event in entry.events):
        if isinstance(event, BallotCast):
            tally.note(event)
    for audience in Audience:
        seen = (snapshot(state, audience, board.names) for state in (here, elsewhere))
        assert len({encode(view, Format.JSON) for view in seen}) == 1
    assert encode(tally.told(here), Format.JSON) == encode(tally.told(elsewhere), Format.JSON)
    for person in ROLES:
        if all(person not in round.ballots for round in here.rounds.values()):
            assert yours(here, person) == yours(elsewhere, person)


def replace_what(move: Move) -> Move:
    """A move on a board whose vote stays open, and with more voting on it."""
    what = "cast" if move.what in ("close", "add", "open") else move.what
    return Move(what, move.place, move.a, move.b, move.c, move.flag, move.flush)


@given(st.booleans(), MOVES)
def test_erased_words_are_nowhere_in_the_state(anonymous: bool, moves: list[Move]) -> None:
    """LG7: given erased cards, when the state is encoded for a snapshot, then none of their words are in it."""
    board, wishes = begun(anonymous), Wishes()
    for move in moves:
        before = board.state
        board.say(move.who, wishes.command(board.state, move))
        _learn_marks(wishes, before, board.state)
    erased = {id for id, card in board.state.cards.items() if card.state == "erased"}
    left = {wishes.owner[mark.decode()] for mark in MARK.findall(state_bytes(board.state))}
    assert not erased & left
    assert all(_wordless(board.card(id)) for id in erased)


def _wordless(card: Card) -> bool:
    return card.text == "" and card.owes is UNSET
