"""What people do on a board while things break: ideas, rebounds, votes, second thoughts, and a facilitator who steers.

Everything is drawn from a seeded chance, so that a seed names a story; what the machine makes of it in which order is
its own. Must not know: what breaks, what has to hold.
"""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from msgspec import UNSET

from rebond_client.board import Ended, Refused
from rebond_protocol.attention import HandLower, HandRaise, RelaunchEnd, RelaunchSend, SpotlightSet, WallHide, WallShow
from rebond_protocol.cards import Card, CardAdd, CardEdit, CardHide, CardMove, CardRestore, CardShow, CardWithdraw, Verb
from rebond_protocol.codec import Format
from rebond_protocol.commands import ClientCommand
from rebond_protocol.groups import GroupAdd, GroupMake, GroupTake
from rebond_protocol.people import ParticipantMute, ParticipantReadmit, ParticipantRemove, ParticipantUnmute
from rebond_protocol.rebounds import CardRebound
from rebond_protocol.replica import BoardReplica
from rebond_protocol.rounds import Method, RoundClose, RoundOpen, Says, VoteCast, VoteCompare, VoteMark, VoteRetract
from rebond_protocol.sections import SectionAdd, SectionRename
from rebond_protocol.steps import BoardLock, BoardRename, BoardUnlock, StepSet, TimerStart
from rebond_protocol.talk import REACTIONS, CommentAdd, CommentRemove, CommentRestore, CommentWithdraw, ReactionSet
from tests.proof.recorder import RecordedBoard, Recorder, Way

AT_ONCE: Final = 4
"""So many commands of one phone may be unanswered."""
PAGE_CLOSES: Final = 0.004
"""How often, an action, somebody closes the page and opens the board again: another device."""
TRIES_AGAIN_S: Final = 2.0
VERBS: Final[tuple[Verb, ...]] = ("extends", "adapts", "removes_obstacle", "counters")
METHODS: Final[tuple[Method, ...]] = ("dots", "dots", "dots", "choice", "agree", "stars", "quadratic", "pairwise")
MARKS: Final[Mapping[Method, Sequence[int]]] = {
    "agree": (1, 0, -1),
    "stars": range(1, 6),
    "quadratic": (-2, 1, 2, 3),
}
SAYS: Final[tuple[Says, ...]] = ("left", "right", "tie", "unsure")

Act = Callable[["Person", random.Random, BoardReplica], ClientCommand | None]


@dataclass
class Person:
    """Somebody on one board, with as many devices, one after the other or at once, as the story has."""

    name: str
    board: str
    token: str
    role: str
    can_be_removed: bool = False
    phones: list[RecordedBoard] = field(default_factory=list[RecordedBoard])
    """Every device so far; those that are over say so (`recorded.gone`)."""
    said: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def text(self) -> str:
        """Words nobody else says, that name their board."""
        return f"{self.board} {self.name} says {next(self.said)}"

    @property
    def participant(self) -> str | None:
        """Who the server takes them for; None before they were first let in."""
        return next((phone.you.participant for phone in self.phones if phone.you is not None), None)


@dataclass
class Crowd:
    """What everybody needs to take part."""

    recorder: Recorder
    way: Way
    seed: str
    pause_s: float
    over: asyncio.Event
    """Nobody begins anything any more."""
    everybody: list[Person] = field(default_factory=list[Person])
    _devices: itertools.count[int] = field(default_factory=itertools.count)

    async def lives(self, person: Person) -> None:
        """One device after another, until it is over or they are told to stay away. The last one stays open."""
        while True:
            number = next(self._devices)
            wire = Format.JSON if number % 3 == 0 else Format.MSGPACK
            first_node = number % len(self.way.nodes)
            name = f"{person.name}#{number}"
            phone = RecordedBoard(
                name, person.board, person.token, self.recorder, self.way, first_node=first_node, wire=wire
            )
            person.phones.append(phone)
            try:
                await phone.__aenter__()
                closes = await self._acts(person, phone, random.Random(f"{self.seed} {name}"))
            except Ended:
                await _pause(TRIES_AGAIN_S, self.over)  # who was removed may have been let in again
                if self.over.is_set():
                    return
                continue
            if not closes:
                return
            await phone.__aexit__(None, None, None)
            phone.recorded.leave()

    async def _acts(self, person: Person, phone: RecordedBoard, chance: random.Random) -> bool:
        """Whether the page was closed; else it is over, and everything that was said has been answered."""
        actions, weights = ACTIONS[person.role]
        doing: set[asyncio.Task[None]] = set()
        while not self.over.is_set():
            if person.role != "display" and chance.random() < PAGE_CLOSES:
                break
            (act,) = chance.choices(actions, weights)
            command = _unlock(person, phone.replica) or act(person, chance, phone.replica)
            if command is not None:
                doing.add(asyncio.create_task(_do(phone, command)))
            doing = {task for task in doing if not task.done()}
            if len(doing) >= AT_ONCE:
                await asyncio.wait(doing, return_when=asyncio.FIRST_COMPLETED)
            if phone.recorded.gone:
                raise Ended(None, "told to stay away")
            await _pause(chance.expovariate(1 / self.pause_s), self.over)
        if not self.over.is_set():
            for task in doing:
                task.cancel()
            return True
        if doing:
            await asyncio.wait(doing)
        return False


async def _do(phone: RecordedBoard, command: ClientCommand) -> None:
    try:
        await phone.submit(command)
    except (Refused, Ended):
        return  # it is in the history


async def _pause(pause_s: float, over: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(over.wait(), pause_s)
    except TimeoutError:
        return


# -- what somebody may do next ------------------------------------------------------------------------------------


def _look(person: Person, chance: random.Random, board: BoardReplica) -> ClientCommand | None:
    return None


def _add(person: Person, chance: random.Random, board: BoardReplica) -> ClientCommand | None:
    section = chance.choice([None, *(one.id for one in board.sections)])
    return CardAdd(person.text(), section)


def _rebound(person: Person, chance: random.Random, board: BoardReplica) -> ClientCommand | None:
    card = _one(board, chance, lambda card: card.state == "shown" and bool(card.text))
    return None if card is None else CardRebound((card.id,), chance.choice(VERBS), person.text())


def _edit(person: Person, chance: random.Random, board: BoardReplica) -> ClientCommand | None:
    card = _own(person, board, chance)
    return None if card is None else CardEdit(card.id, person.text(), card.rev)


def _move(person: Person, chance: random.Random, board: BoardReplica) -> ClientCommand | None:
    card = _own(person, board, chance)
    return None if card is None else CardMove(card.id, chance.choice([None, *(one.id for one in board.sections)]))


def _withdraw(person: Person, chance: random.Random, board: BoardReplica) -> ClientCommand | None:
    card = _own(person, board, chance)
    if card is None:
        return None
    return CardRestore(card.id) if card.state == "withdrawn" else CardWithdraw(card.id)


def _vote(person: Person, chance: random.Random, board: BoardReplica) -> ClientCommand | None:
    open_ones = [round for round in board.rounds.values() if round.state == "open"]
    cards = sorted(card.id for card in board.cards.values() if card.state == "shown")
    if not open_ones or len(cards) < 2:
        return None
    round = open_ones[-1]
    mine = [id for id, points in board.ballots.get(round.id, {}).items() if points]
    mine += board.marks.get(round.id, {})
    if mine and chance.random() < 0.3:
        return VoteRetract(round.id, chance.choice(sorted(mine)))
    if round.method == "pairwise":
        left, right = chance.sample(cards, 2)
        return VoteCompare(round.id, left, right, chance.choice(SAYS))
    if round.method in MARKS:
        return VoteMark(round.id, chance.choice(cards), (chance.choice(MARKS[round.method]),))
    return VoteCast(round.id, chance.choice(cards), chance.randint(1, 3) if round.method == "dots" else 1)


def _talk(person: Person, chance: random.Random, board: BoardReplica) -> ClientCommand | None:
    mine = sorted(one.id for one in board.comments.values() if one.author == person.participant)
    if mine and chance.random() < 0.2:
        return CommentWithdraw(chance.choice(mine))
    card = _one(board, chance, lambda card: card.state == "shown" and bool(card.text))
    return None if card is None else CommentAdd(card.id, person.text())


def _react(person: Person, chance: random.Random, board: BoardReplica) -> ClientCommand | None:
    card = _one(board, chance, lambda card: card.state == "shown" and bool(card.text))
    return None if card is None else ReactionSet(card.id, chance.choice([None, *REACTIONS]))


def _stack(person: Person, chance: random.Random, board: BoardReplica) -> ClientCommand | None:
    stacked = sorted(card.id for card in board.cards.values() if card.group is not UNSET)
    loose = sorted(card.id for card in board.cards.values() if card.state == "shown" and card.id not in stacked)
    if stacked and chance.random() < 0.4:
        return GroupTake(chance.choice(stacked))
    if board.groups and loose and chance.random() < 0.5:
        return GroupAdd(chance.choice(sorted(board.groups)), (chance.choice(loose),))
    return GroupMake(tuple(chance.sample(loose, 2)), person.text()) if len(loose) > 1 else None


def _hand(person: Person, chance: random.Random, board: BoardReplica) -> ClientCommand | None:
    return HandLower() if any(hand.participant == person.participant for hand in board.hands) else HandRaise()


def _turn_over(person: Person, chance: random.Random, board: BoardReplica) -> ClientCommand | None:
    card = _one(board, chance, lambda card: card.state in ("shown", "hidden"))
    if card is None:
        return None
    return CardShow(card.id) if card.state == "hidden" else CardHide(card.id)


def _round(person: Person, chance: random.Random, board: BoardReplica) -> ClientCommand | None:
    open_ones = [round for round in board.rounds.values() if round.state == "open"]
    if open_ones:
        return RoundClose(open_ones[-1].id)
    method = chance.choice(METHODS)
    budget = 100 if method in ("dots", "quadratic") else None
    return RoundOpen(method, budget, secret=chance.random() < 0.3)


def _attention(person: Person, chance: random.Random, board: BoardReplica) -> ClientCommand | None:
    view = board.view
    if view is None:
        return None
    if view.wall_hidden:
        return WallShow()
    card = _one(board, chance, lambda card: card.state == "shown")
    wishes: Sequence[ClientCommand] = (
        WallHide(),
        RelaunchEnd() if view.relaunch else RelaunchSend(person.text()),
        SpotlightSet(card.id if card is not None else None),
    )
    return chance.choice(wishes)


def _moderate(person: Person, chance: random.Random, board: BoardReplica) -> ClientCommand | None:
    """A comment goes, or comes back; somebody is asked to only read and vote, or may write again."""
    removed = sorted(one.id for one in board.comments.values() if one.state == "removed")
    shown = sorted(one.id for one in board.comments.values() if one.state == "shown")
    if removed and chance.random() < 0.5:
        return CommentRestore(chance.choice(removed))
    if shown and chance.random() < 0.5:
        return CommentRemove(chance.choice(shown))
    if board.muted:
        return ParticipantUnmute(chance.choice(sorted(board.muted)))
    known = sorted(id for id, one in board.participants.items() if (one.name or "").startswith("Host"))
    return ParticipantMute(chance.choice(known)) if known else None


def _steer(person: Person, chance: random.Random, board: BoardReplica) -> ClientCommand | None:
    view = board.view
    if view is None:
        return None
    if view.step.private:
        return StepSet("together again")
    wishes: Sequence[ClientCommand] = (
        BoardLock(),
        StepSet("each alone", private=True),
        BoardRename(person.text()),
        TimerStart(60),
        SectionRename(view.sections[0].id, f"first {next(person.said)}"),
    )
    (wish,) = chance.choices(wishes, (1, 1, 2, 2, 2))
    return wish


def _unlock(person: Person, board: BoardReplica) -> ClientCommand | None:
    """Whoever locked the board unlocks it next."""
    view = board.view if person.role == "moderator" else None
    return BoardUnlock() if view is not None and view.locked else None


def _section(person: Person, chance: random.Random, board: BoardReplica) -> ClientCommand | None:
    return SectionAdd(f"more {next(person.said)}") if len(board.sections) < 12 else None


def _removal(person: Person, chance: random.Random, board: BoardReplica) -> ClientCommand | None:
    """Of those who were removed somebody is let in again; of those who may be, somebody removed."""
    if board.removed:
        return ParticipantReadmit(chance.choice(sorted(board.removed)))
    known = sorted(id for id, one in board.participants.items() if (one.name or "").startswith("Guest"))
    return ParticipantRemove(chance.choice(known)) if known else None


def _one(board: BoardReplica, chance: random.Random, fits: Callable[[Card], bool]) -> Card | None:
    fitting = [card for card in board.cards.values() if fits(card)]
    return chance.choice(fitting) if fitting else None


def _own(person: Person, board: BoardReplica, chance: random.Random) -> Card | None:
    return _one(board, chance, lambda card: card.author is not None and card.author == person.participant)


Table = tuple[Sequence[Act], Sequence[float]]
ACTIONS: Final[dict[str, Table]] = {
    "participant": (
        (_add, _rebound, _edit, _move, _withdraw, _vote, _talk, _react, _stack, _hand),
        (5, 3, 3, 1, 1, 8, 3, 4, 1, 0.5),
    ),
    "moderator": (
        (_look, _add, _turn_over, _round, _steer, _section, _removal, _attention, _moderate),
        (8, 1, 3, 2, 3, 0.3, 0.5, 1, 1),
    ),
    "display": ((_look,), (1,)),
}
"""By role: what one may do, and how often in proportion."""
