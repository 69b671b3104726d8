"""The checker: does a history keep the promises? It knows nothing of how it came about.

Rules: LG1 (one order), LG2 (what is acknowledged is stored), LG4 (exactly once), LG6 (epochs never go back), HB4
(positions go forward, nothing is half told), DM6 (nothing of another board, nothing that is not in the log).

Two walks over the history: the first takes in the logs, which stand at its end, the second every phone's story, each
frame once. At a frame only what the frame and the entries it covers speak of is compared with the log; whatever they do
not speak of was right before and has not changed. So the cost is linear in what was told.

What counts as sound where a promise has a condition:
- A refusal means that the copy of the command on the line that answered changed nothing. If the same command had gone
  out on an earlier line, which was lost unanswered, nothing follows for that copy: the node at the other end may have
  been frozen or cut off, and bring it to the log later. Such an entry may be there, once; `refused_and_kept` counts
  them. Any other rejected command that is in the log is a fault.
- Epochs before the last one: the log no longer says what they looked like. What phones were told in them has to agree
  among the phones, and what was acknowledged in them has to be in the log now, at whatever seq.
- Entries behind a base are gone, whether an erasure compacted them (LG7) or survivors put the board back (LG6). What
  was acknowledged there is looked for among the outcomes that the base remembers, and on the board.

Nothing that was acknowledged is ever forgiven for missing: whoever breaks a town breaks no more of it at once than its
durability promises to survive.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, assert_never

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from rebond.domain import project
from rebond.domain.cards import Audience
from rebond.domain.state import Outcome
from rebond_protocol.attention import RelaunchSend
from rebond_protocol.boards import BoardView
from rebond_protocol.cards import CardAdd, CardAdded
from rebond_protocol.commands import ClientCommand
from rebond_protocol.frames import Position
from rebond_protocol.groups import GroupMake
from rebond_protocol.rebounds import CardRebound
from rebond_protocol.replica import BoardReplica
from rebond_protocol.sections import SectionAdd
from rebond_protocol.talk import CommentAdd
from tests.proof import history as h
from tests.proof.history import Line, PhoneLine
from tests.proof.recorder import digest
from tests.proof.truth import Mutation, Touched, Truth

KEPT_FINDINGS: Final = 100
"""So many are told in words; the rest are counted."""
SAID_CHARS: Final = 160
MAY_GO: Final = (SectionAdd, GroupMake, CommentAdd, RelaunchSend)
"""What these make can leave a board."""


@dataclass(frozen=True)
class Finding:
    """One broken promise: which, in a sentence, and the history's lines (from 1) that show it."""

    rule: str
    sentence: str
    lines: tuple[int, ...]

    def __str__(self) -> str:
        return f"{self.rule}: {self.sentence} (lines {', '.join(map(str, self.lines))})"


@dataclass
class Verdict:
    """What a history says. It is `sound` when nothing was found."""

    findings: list[Finding] = field(default_factory=list[Finding])
    found: Counter[str] = field(default_factory=Counter[str])
    """How many of each rule, also beyond those kept in words."""
    counts: Counter[str] = field(default_factory=Counter[str])
    """What the history was made of: lines by kind, commands by outcome, epochs."""
    refused: Counter[str] = field(default_factory=Counter[str])
    """Refusals by code."""
    faults: Counter[str] = field(default_factory=Counter[str])
    """Faults by kind."""
    outages_ms: list[int] = field(default_factory=list[int])
    """For each time a phone lost a line that worked: from the last thing it was told to being let in again."""

    @property
    def sound(self) -> bool:
        """Whether every promise was kept."""
        return not self.found

    def find(self, rule: str, sentence: str, *lines: int | None) -> None:
        """Note a broken promise."""
        self.found[rule] += 1
        if len(self.findings) < KEPT_FINDINGS:
            shown = tuple(sorted({line for line in lines if line}))
            self.findings.append(Finding(rule, sentence, shown))


def check(history: Iterable[Line]) -> Verdict:
    """Whether this history keeps the promises. It is iterated over twice."""
    verdict = Verdict()
    boards = _logs(history, verdict)
    phones: dict[str, _Phone] = {}
    epochs = _Epochs(verdict)
    for number, line in enumerate(history, 1):
        verdict.counts[str(type(line).__struct_config__.tag)] += 1
        match line:
            case h.Kept() | h.Stored():
                pass
            case h.Fault(kind=kind):
                verdict.faults[kind] += 1
            case h.Phone(phone=name):
                phones[name] = _Phone(line, number, boards, epochs, verdict)
            case _:
                phones[line.phone].hear(line, number)
    for phone in phones.values():
        phone.settle()
    for board in boards.all.values():
        _only_said(board, boards, phones, verdict)
    epochs.judge()
    return verdict


# -- the logs ------------------------------------------------------------------------------------------------------


@dataclass
class _Boards:
    """The logs by board, and whose each card and round is: an id stands on one board alone."""

    all: dict[str, Truth] = field(default_factory=dict[str, Truth])
    home: dict[str, str] = field(default_factory=dict[str, str])
    said: dict[tuple[str, str, Audience, int, str], tuple[object, int]] = field(
        default_factory=dict[tuple[str, str, Audience, int, str], tuple[object, int]]
    )
    """Where no log says what was so: what the first phone was told, and where. board, epoch, audience, seq, thing."""


def _logs(history: Iterable[Line], verdict: Verdict) -> _Boards:
    boards = _Boards()
    for number, line in enumerate(history, 1):
        match line:
            case h.Kept():
                boards.all[line.board] = Truth(line, number)
            case h.Stored(board=board, entry=entry):
                truth = boards.all[board]
                for event in entry.events:
                    if isinstance(event, CardAdded) and event.card.id in truth.last.cards:
                        verdict.find("doubled", f"Card {event.card.id} is added to board {board} once more.", number)
                if not truth.add(entry, number):
                    after = truth.last.seq
                    verdict.find("gap", f"On board {board} entry {entry.seq} stands after entry {after}.", number)
            case _:
                pass
    for truth in boards.all.values():
        last = truth.last
        boards.home.update(dict.fromkeys([*last.cards, *last.rounds], truth.board))
        if last.seq != truth.end.seq:
            sentence = f"The log of board {truth.board} ends at {last.seq}, and says that it ends at {truth.end.seq}."
            verdict.find("gap", sentence, truth.line)
        for mutation, seqs in truth.by_mutation.items():
            if len(seqs) > 1:
                sentence = f"Command {mutation.id} of one device is in the log of board {truth.board} {len(seqs)} times"
                verdict.find("doubled", f"{sentence}: entries {seqs}.", *(truth.lines[seq] for seq in seqs))
    return boards


def _only_said(truth: Truth, boards: _Boards, phones: dict[str, _Phone], verdict: Verdict) -> None:
    """Every entry under a mutation id is the answer to a command that its device gave on this board."""
    devices = {phone.key: phone for phone in phones.values()}
    for mutation, seqs in truth.by_mutation.items():
        phone = devices.get(mutation.device_key)
        where = f"Entry {seqs[0]} of board {truth.board}"
        line = truth.lines[seqs[0]]
        if phone is None:
            verdict.find("invented", f"{where} bears a device that is none of the phones.", line)
        elif phone.board != truth.board:
            verdict.find("leak", f"{where} bears {phone.name}, which is on board {phone.board}.", line, phone.line)
        elif mutation.id not in phone.commands:
            verdict.find("invented", f"{where} bears command {mutation.id}, which {phone.name} never gave.", line)


# -- epochs --------------------------------------------------------------------------------------------------------


class _Epochs:
    """Which epoch followed which, as the phones saw it: there has to be one order for all of them."""

    def __init__(self, verdict: Verdict) -> None:
        self._verdict = verdict
        self._next: dict[str, dict[str, tuple[str, str, int]]] = {}
        """epoch → the epochs that some phone saw right after it: board, phone, line."""

    def changed(self, phone: _Phone, before: str, after: str, line: int) -> None:
        """This phone came from one epoch into another."""
        self._next.setdefault(before, {}).setdefault(after, (phone.board, phone.name, line))

    def judge(self) -> None:
        """Find every change that leads back to where another phone came from."""
        self._verdict.counts["epochs"] = len({after for following in self._next.values() for after in following})
        for before, following in self._next.items():
            for after, (board, name, line) in following.items():
                back = self._way(after, before)
                if back is not None:
                    sentence = f"{name} went from epoch {before} to {after} on board {board}; others the other way"
                    self._verdict.find("epoch back", f"{sentence}.", line, back)

    def _way(self, start: str, goal: str) -> int | None:
        """The line of the last step of a way from one epoch to another, None where there is none."""
        seen, ahead = {start}, [start]
        while ahead:
            for after, (_, _, line) in self._next.get(ahead.pop(), {}).items():
                if after == goal:
                    return line
                if after not in seen:
                    seen.add(after)
                    ahead.append(after)
        return None


# -- one phone -----------------------------------------------------------------------------------------------------


@dataclass
class _Command:
    """A command somebody gave, and what became of it."""

    said: ClientCommand
    line: int
    answer: h.Accepted | h.Rejected | None = None
    answer_line: int = 0
    lost_on_a_line: bool = False
    """Whether a line that may have carried it was lost before it was answered."""


class _Phone:
    """One device's story, and what it shows at each moment of it."""

    def __init__(self, phone: h.Phone, line: int, boards: _Boards, epochs: _Epochs, verdict: Verdict) -> None:
        self.name, self.board, self.key = phone.phone, phone.board, phone.device_key
        self.line = line
        self.commands: dict[int, _Command] = {}
        self._pending: set[int] = set()
        """The commands that are not answered yet."""
        self._boards = boards
        self._truth = boards.all.get(phone.board)
        self._epochs = epochs
        self._verdict = verdict
        self._replica = BoardReplica()
        self._position: Position | None = None
        self._moved_line = line
        self._seen_epochs: list[str] = []
        self._participant = ""
        self._audience = Audience.PARTICIPANTS
        self._online = False
        self._heard_ms = 0
        self._without_ms: int | None = None
        """Since when it has been without news, because its line was lost."""
        self._ended = False
        self._welcomed_times = 0

    # -- the story -------------------------------------------------------------------------------------------------

    def hear(self, line: PhoneLine, number: int) -> None:
        """The next line of its story."""
        if not isinstance(line, h.Dialled | h.LineLost | h.Submitted):
            self._heard_ms = line.at_ms
        match line:
            case h.Phone() | h.Dialled():
                pass
            case h.Welcomed():
                self._let_in(line)
            case h.Restarted(position=position, board=board):
                self._move(position, number, restarts=True)
                self._replica.restart(board)
                self._compare_whole(board, number)
            case h.Followed(position=position, events=events):
                before = self._position
                self._move(position, number)
                touched = Touched()
                for event in events:
                    self._replica.apply(event, position.seq)
                    touched.note(event)
                self._compare(before, touched, number)
            case h.Privately(position=position, yours=yours):
                before = self._position
                self._move(position, number)
                self._replica.take(yours)
                if before != position:
                    self._compare(before, Touched(), number)
                for card in yours.cards:
                    self._at_home(card.id, number)
                    if card.author not in (None, self._participant):
                        sentence = f"{self.name} was told privately of {card.id}, which is {card.author}'s"
                        self._find("leak", f"{sentence}.", number)
            case h.Submitted(id=id, command=command):
                if id in self.commands:
                    self._find("answer", f"{self.name} gave two commands under the id {id}.", number)
                self.commands[id] = _Command(command, number)
                self._pending.add(id)
            case h.Accepted(id=id) | h.Rejected(id=id):
                self._answered(id, line, number)
            case h.LineLost():
                self._line_lost(line)
            case h.Left():
                self._ended, self._without_ms = True, None
            case h.Standing():
                self._stands(line, number)
            case _:
                assert_never(line)

    def _find(self, rule: str, sentence: str, *lines: int | None) -> None:
        self._verdict.find(rule, sentence, *lines)

    def _let_in(self, line: h.Welcomed) -> None:
        self._participant, self._audience = line.participant, project.AUDIENCES[line.role]
        self._online = True
        self._welcomed_times += 1
        if self._welcomed_times > 1:
            self._verdict.counts["recovered" if line.recovered else "not recovered"] += 1
        if self._without_ms is not None:
            self._verdict.outages_ms.append(line.at_ms - self._without_ms)
            self._without_ms = None

    def _line_lost(self, line: h.LineLost) -> None:
        if not self._online:
            return
        self._online = False
        if self._without_ms is None:
            self._without_ms = self._heard_ms
        for id in self._pending:
            self.commands[id].lost_on_a_line = True

    def _answered(self, id: int, line: h.Accepted | h.Rejected, number: int) -> None:
        command = self.commands.get(id)
        if command is None:
            self._find("answer", f"{self.name} was answered on command {id}, which it never gave.", number)
        elif command.answer is not None:
            self._find("answer", f"{self.name} was answered twice on command {id}.", command.answer_line, number)
        else:
            command.answer, command.answer_line = line, number
            self._pending.discard(id)

    # -- positions -------------------------------------------------------------------------------------------------

    def _move(self, position: Position, number: int, *, restarts: bool = False) -> None:
        before, before_line = self._position, self._moved_line
        self._position, self._moved_line = position, number
        if before is None or before.epoch != position.epoch:
            self._new_epoch(before, position, number)
        elif position.seq < before.seq:
            sentence = f"{self.name} was led back from {before.seq} to {position.seq} in one epoch"
            self._find(
                "position back", f"{sentence}, by {'a snapshot' if restarts else 'a frame'}.", before_line, number
            )
        truth = self._truth
        if truth is not None and truth.end.epoch == position.epoch and position.seq > truth.last.seq:
            sentence = f"{self.name} was led to {position.seq} on board {self.board}"
            ends = f"the log of that epoch ends at {truth.last.seq}"
            self._find("not in the log", f"{sentence}, and {ends}.", number, truth.line)

    def _new_epoch(self, before: Position | None, position: Position, number: int) -> None:
        if position.epoch in self._seen_epochs:
            sentence = f"{self.name} is told of epoch {position.epoch} again, which it had left"
            self._find("epoch back", f"{sentence}.", number)
        self._seen_epochs.append(position.epoch)
        if before is not None:
            self._epochs.changed(self, before.epoch, position.epoch, number)

    # -- what it shows ---------------------------------------------------------------------------------------------

    def _knowing_truth(self) -> Truth | None:
        """The log, where it can say what this phone has to show now."""
        truth, position = self._truth, self._position
        if truth is None or position is None or truth.end.epoch != position.epoch or not truth.knows(position.seq):
            return None
        return truth

    def _compare_whole(self, shown: BoardView, number: int) -> None:
        position = self._position
        assert position is not None
        truth = self._knowing_truth()
        for id in (*self._replica.shared, *self._replica.rounds):
            self._at_home(id, number)
        if truth is not None:
            wanted = truth.view(position.seq, self._audience)
            if (difference := _difference(_nameless(wanted), _nameless(shown))) is not None:
                sentence = f"At {position.seq} {self.name} shows another board than the log: {difference}"
                self._find("order", f"{sentence}.", number, truth.lines.get(position.seq))
        else:
            self._agree("board", digest_of(_nameless(shown)), number)

    def _compare(self, before: Position | None, touched: Touched, number: int) -> None:
        position = self._position
        assert position is not None
        truth = self._knowing_truth()
        for id in (*touched.cards, *touched.rounds):
            self._at_home(id, number)
        if truth is not None and before is not None and before.epoch == position.epoch:
            truth.note_between(before.seq, position.seq, touched)
        if touched.all and (shown := self._replica.view) is not None:
            self._compare_whole(shown, number)
            return
        for id in touched.cards:
            wanted = truth.card(position.seq, id, self._audience) if truth is not None else None
            self._compare_one(truth, f"card {id}", wanted, self._replica.shared.get(id), number)
        for id in touched.rounds:
            wanted = truth.round(position.seq, id, self._audience) if truth is not None else None
            self._compare_one(truth, f"round {id}", wanted, self._replica.rounds.get(id), number)

    def _compare_one(self, truth: Truth | None, thing: str, wanted: Any, shown: Any, number: int) -> None:
        position = self._position
        assert position is not None
        if truth is None:
            self._agree(thing, shown, number)
        elif wanted != shown:
            sentence = (
                f"At {position.seq} {self.name} shows {thing} as {_words(shown)}; by the log it is {_words(wanted)}"
            )
            self._find("order", f"{sentence}.", number, truth.lines.get(position.seq))

    def _agree(self, thing: str, shown: object, number: int) -> None:
        """Where no log can say, everybody has to have been shown the same at the same position."""
        position = self._position
        assert position is not None
        key = (self.board, position.epoch, self._audience, position.seq, thing)
        first, line = self._boards.said.setdefault(key, (shown, number))
        if first != shown:
            sentence = (
                f"At {position.seq} {self.name} shows {thing} as {_words(shown)}, and another phone {_words(first)}"
            )
            self._find("order", f"{sentence}.", line, number)

    def _at_home(self, id: str, number: int) -> None:
        home = self._boards.home.get(id)
        if home is not None and home != self.board:
            self._find("leak", f"{self.name} on board {self.board} was told of {id}, which is on {home}.", number)
        elif home is None and self._knowing_truth() is not None:
            self._find("not in the log", f"{self.name} was told of {id}, which no log has ever heard of.", number)

    # -- the end ---------------------------------------------------------------------------------------------------

    def _stands(self, line: h.Standing, number: int) -> None:
        self._ended = True
        truth, shown = self._truth, self._replica.view
        if truth is None or shown is None:
            self._find("diverged", f"{self.name} shows nothing, or has a board without a log.", number)
            return
        if line.shown != digest(self._replica) or line.position != self._position:
            self._find("record", f"What {self.name} shows is not what its history adds up to.", number)
        if line.position != truth.end:
            where, end = line.position, truth.end
            sentence = f"{self.name} ended at {where.epoch} {where.seq}; the log ends at {end.epoch} {end.seq}"
            self._find("diverged", f"{sentence}.", number, truth.line)
            return
        wanted = truth.view(truth.last.seq, self._audience)
        people = {person.participant: person for person in shown.participants}
        known = tuple(people[one.participant] for one in wanted.participants if one.participant in people)
        if (difference := _difference(wanted, replace(shown, participants=known))) is not None:
            self._find("diverged", f"In the end {self.name} shows another board than the log: {difference}.", number)
        self._own_is_right(truth, number)

    def _own_is_right(self, truth: Truth, number: int) -> None:
        own, replica = truth.yours(self._participant), self._replica
        shown: dict[str, tuple[object, object]] = {
            "ballots": (_said(replica.ballots), own.ballots),
            "marks": (_said(replica.marks), own.marks or {}),
            "reactions": (replica.my_reactions, own.reactions or {}),
            "muteness": (replica.i_am_muted, bool(own.muted)),
        }
        if truth.last.about is None or not truth.last.about.anonymous:
            shown["cards"] = (replica.own, {card.id: card for card in own.cards})
            shown["comments"] = (replica.own_comments, {comment.id: comment for comment in own.comments or ()})
        for what, (there, due) in shown.items():
            if there != due:
                sentence = f"{self.name} shows as its own {what} {_words(there)}; by the log it is {_words(due)}"
                self._find("diverged", f"{sentence}.", number)

    def settle(self) -> None:
        """Its story is over: what became of what it said?"""
        counts = self._verdict.counts
        if not self._ended:
            self._find("diverged", f"{self.name} is nowhere in the end.", self._moved_line)
        for id, command in self.commands.items():
            seqs = self._truth.by_mutation.get(Mutation(self.key, id), []) if self._truth is not None else []
            if seqs and (outcome := self._remembered(id)) is not None:
                sentence = f"Command {id} of {self.name} is entry {seqs[0]}, and the base remembers it as {outcome.seq}"
                self._find("doubled", f"{sentence}.", command.line)
            match command.answer:
                case None:
                    counts["unanswered"] += 1
                case h.Accepted() as accepted:
                    self._kept(id, command, accepted, seqs)
                case h.Rejected() as rejected:
                    self._verdict.refused[rejected.code] += 1
                    if seqs or self._remembered(id) is not None:
                        self._refused_and_kept(id, command, rejected, seqs)
                case _:
                    assert_never(command.answer)

    def _refused_and_kept(self, id: int, command: _Command, rejected: h.Rejected, seqs: list[int]) -> None:
        if command.lost_on_a_line:
            self._verdict.counts["refused_and_kept"] += 1
            return
        assert self._truth is not None
        entry = f"entry {seqs[0]}" if seqs else "in the base of the log"
        line = self._truth.lines[seqs[0]] if seqs else self._truth.line
        sentence = f"Command {id} of {self.name} was rejected ({rejected.code}) and is {entry}"
        self._find("rejected and kept", f"{sentence}.", command.line, command.answer_line, line)

    def _remembered(self, id: int) -> Outcome | None:
        truth = self._truth
        return None if truth is None else truth.remembered(self._participant, Mutation(self.key, id))

    def _behind_base(self, id: int, command: _Command, accepted: h.Accepted) -> None:
        """It is acknowledged and no entry: the base has to vouch for it."""
        truth, told, outcome = self._truth, accepted.position, self._remembered(id)
        sentence = f"Command {id} of {self.name} was acknowledged as entry {told.seq} of board {self.board}"
        line = truth.line if truth is not None else None
        if outcome is not None and truth is not None:
            moved = told.epoch == truth.end.epoch and outcome.seq != told.seq
            if moved or outcome.made != accepted.made:
                ended = f"it is remembered as entry {outcome.seq} that made {outcome.made}"
                self._find("answer", f"{sentence} that made {accepted.made}; {ended}.", command.answer_line, line)
            return
        forgotten = truth is not None and truth.may_have_forgotten(self._participant, Mutation(self.key, id))
        if not (forgotten and (self._is_there(accepted.made) or isinstance(command.said, MAY_GO))):
            self._find("lost", f"{sentence} and is not in the log.", command.line, command.answer_line, line)

    def _is_there(self, made: str | None) -> bool:
        """Whether what a command made, if it made anything, is on the board: cards and rounds never leave it."""
        return made is None or self._boards.home.get(made) == self.board

    def _kept(self, id: int, command: _Command, accepted: h.Accepted, seqs: list[int]) -> None:
        truth, told = self._truth, accepted.position
        sentence = f"Command {id} of {self.name} was acknowledged as entry {told.seq} of board {self.board}"
        if not seqs or truth is None:
            self._behind_base(id, command, accepted)
            return
        entry = truth.entries[seqs[0]]
        lines = (command.line, command.answer_line, truth.lines[entry.seq])
        if told.epoch == truth.end.epoch and entry.seq != told.seq:
            self._find("answer", f"{sentence}; it is entry {entry.seq}.", *lines)
        if entry.made != accepted.made:
            self._find("answer", f"{sentence} that made {accepted.made}; it made {entry.made}.", *lines)
        elif not (self._is_there(accepted.made) or truth.has(entry.seq, accepted.made)):
            self._find("lost", f"{sentence}, but what it made, {accepted.made}, is not on the board.", *lines)
        if entry.actor != self._participant:
            self._find("answer", f"{sentence}; there it is said to be {entry.actor}'s.", *lines)
        if isinstance(command.said, CardAdd | CardRebound):
            texts = [event.card.text for event in entry.events if isinstance(event, CardAdded)]
            if texts != [command.said.text]:
                self._find("answer", f"{sentence}; there it says {_words(texts)}.", *lines)


# -- words ---------------------------------------------------------------------------------------------------------


def digest_of(value: object) -> int:
    """Equal for equal values within one process; stands for values that would be too large to keep."""
    return hash(msgspec.json.encode(value))


def _nameless(board: BoardView) -> BoardView:
    """Names come and go beside the log; they are looked at on the last screens."""
    return replace(board, participants=())


def _said(rounds: Mapping[str, object]) -> dict[str, object]:
    """The rounds in which something was said: what was taken back leaves a round with nothing in it."""
    return {round: mine for round, mine in rounds.items() if mine}


def _difference(wanted: BoardView, shown: BoardView) -> str | None:
    """Where two views of a board differ first, None where they do not."""
    if wanted == shown:
        return None
    for name in wanted.__struct_fields__:
        due, there = getattr(wanted, name), getattr(shown, name)
        if due == there:
            continue
        if name in ("cards", "rounds", "participants", "sections"):
            return f"{name}: {_first_difference(_by_id(due), _by_id(there))}"
        return f"{name} is {_words(there)} in place of {_words(due)}"
    raise AssertionError("unequal views with equal fields")


def _by_id(things: tuple[Any, ...]) -> dict[str, Any]:
    return {getattr(one, "id", None) or one.participant: one for one in things}


def _first_difference(due: dict[str, Any], there: dict[str, Any]) -> str:
    for id in sorted({*due, *there}):
        if id not in there:
            return f"{id} is missing"
        if id not in due:
            return f"{id} does not belong there"
        if due[id] != there[id]:
            return f"{id} is {_words(there[id])} in place of {_words(due[id])}"
    return f"they stand in the order {_words([*there])} in place of {_words([*due])}"


def _words(value: object) -> str:
    if value is None or value is UNSET:
        return "nothing"
    said = msgspec.json.encode(value).decode()
    return said if len(said) <= SAID_CHARS else f"{said[:SAID_CHARS]}…"
