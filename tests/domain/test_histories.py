"""What holds on every board whatever anybody does (DM1, DM2, DM4 to DM7, LG7), and that what clients are told adds up.

A history is a list of moves: who does what, pointing where. Moves point at what is there when their turn comes (and
sometimes at nothing), so most are accepted and many are silly. Every text carries a mark of its own; the marks in
outgoing bytes say which texts left, to whom.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, cast

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
from rebond.domain.opinions import MARKS
from rebond.domain.project import (
    AUDIENCES,
    Counted,
    Tally,
    erases,
    snapshot,
    starts_over,
    takes_back,
    yours,
    yours_after,
)
from rebond.domain.rebounds import ancestors
from rebond.domain.state import EMPTY, BoardState, read_state, state_bytes
from rebond.domain.talk import NO_REACTIONS
from rebond_protocol.attention import HandLower, HandRaise, RelaunchEnd, RelaunchSend, SpotlightSet, WallHide, WallShow
from rebond_protocol.boards import BoardForget, BoardForgot
from rebond_protocol.cards import (
    Card,
    CardAdd,
    CardApprove,
    CardClaim,
    CardEdit,
    CardErase,
    CardHide,
    CardMove,
    CardRemove,
    CardRestore,
    CardShow,
    CardTag,
    CardWithdraw,
    Verb,
)
from rebond_protocol.codec import Format, encode, entry_bytes, read_entry
from rebond_protocol.commands import ClientCommand, Command
from rebond_protocol.entries import Entry
from rebond_protocol.errors import ERRORS, Rejected
from rebond_protocol.frames import Yours
from rebond_protocol.groups import CardMerge, GroupAdd, GroupDissolve, GroupMake, GroupRename, GroupTake
from rebond_protocol.labs import KioskReseat, KioskSet, KioskSettings, LabLink, LabUnlink
from rebond_protocol.opinions import OpinionGive
from rebond_protocol.people import (
    ParticipantMute,
    ParticipantPromote,
    ParticipantRaise,
    ParticipantReadmit,
    ParticipantRemove,
    ParticipantUnmute,
    PersonRole,
)
from rebond_protocol.rebounds import CardRebound, ReboundLink, ReboundUnlink
from rebond_protocol.replica import BoardReplica
from rebond_protocol.rounds import (
    Criterion,
    Method,
    RoundClose,
    RoundErase,
    RoundOpen,
    Says,
    VoteCast,
    VoteCompare,
    VoteMark,
    VoteRetract,
)
from rebond_protocol.sections import SectionAdd, SectionRemove, SectionRename
from rebond_protocol.stages import STAGES, CardShowcase, CardStage, CardUnstage, Showcase
from rebond_protocol.steps import (
    ALL_PERMISSIONS,
    BoardLock,
    BoardRename,
    BoardUnlock,
    StepAdd,
    StepEdit,
    StepGo,
    StepMove,
    StepRemove,
    StepSet,
    StepSettings,
    TimerExtend,
    TimerStart,
    TimerStop,
)
from rebond_protocol.talk import (
    REACTIONS,
    Comment,
    CommentAdd,
    CommentApprove,
    CommentClaim,
    CommentErase,
    CommentRemove,
    CommentRestore,
    CommentWithdraw,
    ReactionSet,
)
from tests.domain.elsewhere import told_elsewhere
from tests.domain.played import NAMES, ROLES, Board, outgoing

PEOPLE = (*ROLES, "ghost")
OFTEN = ("add", "rebound", "edit", "move", "cast", "link", "restore", "comment", "react", "group", "mark",
         "opinion")  # fmt: skip
NOW_AND_THEN = (
    "withdraw", "hide", "show", "approve", "remove", "unlink", "open", "retract", "private", "together", "unlock",
    "readmit", "tag", "stack", "unstack", "merge", "take_back", "remove_comment", "restore_comment", "approve_comment",
    "compare", "hand", "spotlight", "go", "show_wall", "unmute", "stage", "showcase", "claim", "claim_comment",
    "unstage", "invite",
)  # fmt: skip
SELDOM = (
    "close", "erase", "section", "rename_section", "remove_section", "rename", "lock", "timer", "more_time", "no_timer",
    "remove_person", "rename_group", "dissolve", "erase_comment", "lower_hand", "relaunch", "no_relaunch", "hide_wall",
    "mute", "promote", "plan", "edit_step", "move_step", "remove_step", "kiosk", "reseat", "link_board",
    "unlink_board", "erase_round", "forget",
)  # fmt: skip
EVERYBODYS = frozenset({
    "withdraw", "erase", "unlink", "retract", "tag", "stack", "unstack", "merge", "take_back", "restore_comment",
    "compare", "hand", "rename_group", "dissolve", "erase_comment", "lower_hand",
})  # fmt: skip
SERVERS = frozenset({"claim", "claim_comment", "link_board", "unlink_board", "reseat", "invite"})
"""What only the server itself says."""
STEERING = frozenset((*NOW_AND_THEN, *SELDOM)) - EVERYBODYS - SERVERS
VERBS: tuple[Verb, ...] = ("extends", "combines", "adapts", "removes_obstacle", "counters")
METHODS: tuple[Method, ...] = (
    "dots", "dots", "choice", "hands", "agree", "stars", "criteria", "matrix", "pairwise", "quadratic",
)  # fmt: skip
SAYS: tuple[Says, ...] = ("left", "right", "tie", "unsure")
GIVEN: tuple[PersonRole, ...] = ("participant", "staff", "moderator")


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
    def who(self) -> str | None:
        """Whoever may do it, mostly; anybody, sometimes. None: the server itself."""
        if self.what in SERVERS and self.place % 5:
            return None
        likely = ("mo", "mia") if self.what in STEERING else ("ana", "bo", "cy", "sam", "mo", "kit")
        if self.what == "opinion":
            likely = ("kit",)
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
        """mark → the card or comment whose words it is in; known once that is there."""
        self.labels: set[str] = set()
        """The marks in titles of groups, and in what votes are about."""
        self.plans: set[str] = set()
        """The marks in what steps say and ask: of all but the current one nobody else is told."""
        self._marks = 0

    def mark(self) -> str:
        self._marks += 1
        return f"mark{self._marks:05d}x"

    def label(self) -> str:
        """A mark in a title or an option."""
        mark = self.mark()
        self.labels.add(mark)
        return mark

    def _vote(self, move: Move) -> RoundOpen:
        method = METHODS[move.a % len(METHODS)]
        on = ("cards", "groups", "options")[move.c % 3]
        options = tuple(self.label() for _ in range(2 + move.b % 3)) if on == "options" else ()
        criteria = (Criterion(self.label()), Criterion(self.label(), 3)) if method == "criteria" else ()
        budget, cap = 1 + move.a % 20, 1 + move.b % 8 if move.c % 2 else None
        return RoundOpen(method, budget, cap, move.flag, self.label(), on, options, criteria, 2 + move.b % 4)

    def _settings(self, move: Move) -> StepSettings:
        before = {*self.labels}
        mark = self.mark()
        vote = self._vote(move) if move.b % 3 == 0 else None
        self.plans |= {mark, *(self.labels - before)}
        allows = ALL_PERMISSIONS if move.b % 4 else ALL_PERMISSIONS[: move.a % 8]
        few = ("comment", "vote") if move.a % 5 == 0 else None
        return StepSettings(
            mark, allows, move.flag, f"Step {move.a}", few, move.c % 5 == 0, "cards", 60 if move.a % 2 else None, vote
        )

    def command(self, state: BoardState, move: Move) -> Command:
        cards, open_cards = _fitting(state, move), [card.id for card in state.cards.values() if _face_up(card)]
        sections = [section.id for section in state.sections]
        rounds = sorted(state.rounds)
        card, other = pick(cards, move.a), pick(sorted(open_cards) if move.c % 6 else sorted(state.cards), move.b)
        section = None if move.c % 3 == 0 else pick(sections, move.c)
        number = state.open_round if state.open_round and move.c % 4 else pick(rounds, move.c)
        verb = VERBS[move.c % 5]
        parents = (card, other) if move.flag else (card,)
        known = state.cards.get(card)
        comment = pick(_comments(state, move), move.a)
        group = pick(sorted(state.groups), move.c)
        step, before = (pick([one.id for one in state.plan], at) for at in (move.a, move.b))
        item = _item(state, number, move, card)
        somebody = PEOPLE[move.a % len(PEOPLE)]

        def owes() -> str | None:
            return f"owes {self.mark()}" if move.b % 2 else None

        table: dict[str, Callable[[], Command]] = {
            "add": lambda: CardAdd(self.mark(), section, tags=(self.mark(),) if move.b % 4 == 0 else ()),
            "rebound": lambda: CardRebound(parents, verb, self.mark(), owes(), section),
            "edit": lambda: CardEdit(card, self.mark(), known.rev if known and move.b % 5 else 1),
            "move": lambda: CardMove(
                card, section if not move.flag else _section_of(state, other), other if move.flag else None
            ),
            "tag": lambda: CardTag(card, (self.mark(),) if move.flag else (), 1 + move.b % 6 if move.c % 2 else None),
            "withdraw": lambda: CardWithdraw(card),
            "restore": lambda: CardRestore(card),
            "hide": lambda: CardHide(card),
            "show": lambda: CardShow(card),
            "approve": lambda: CardApprove(card, known.rev if known and move.flag else None),
            "remove": lambda: CardRemove(card),
            "erase": lambda: CardErase(card),
            "link": lambda: ReboundLink(card, (other,), verb, owes()),
            "unlink": lambda: ReboundUnlink(
                card, known.parents[0] if known and known.parents and move.b % 4 else other
            ),
            "group": lambda: GroupMake((card, other), self.label() if move.flag else None),
            "stack": lambda: GroupAdd(group, parents),
            "unstack": lambda: GroupTake(card),
            "rename_group": lambda: GroupRename(group, self.label() if move.flag else None),
            "dissolve": lambda: GroupDissolve(group),
            "merge": lambda: CardMerge((card, other), self.mark(), owes()),
            "comment": lambda: CommentAdd(card, self.mark()),
            "take_back": lambda: CommentWithdraw(comment),
            "remove_comment": lambda: CommentRemove(comment),
            "restore_comment": lambda: CommentRestore(comment),
            "approve_comment": lambda: CommentApprove(comment),
            "erase_comment": lambda: CommentErase(comment),
            "react": lambda: ReactionSet(card, REACTIONS[move.b % 5] if move.c % 4 else None),
            "stage": lambda: CardStage(card, STAGES[move.b % 6], self.mark() if move.flag else None),
            "unstage": lambda: CardUnstage(
                card, state.stages[card][-1].at_ms if card in state.stages and move.flag else move.b
            ),
            "showcase": lambda: CardShowcase(card, None if move.c % 5 == 0 else Showcase(question=self.mark())),
            "opinion": lambda: OpinionGive(card, MARKS[move.b % len(MARKS)]),
            "claim": lambda: CardClaim(card, somebody),
            "claim_comment": lambda: CommentClaim(comment, somebody),
            "link_board": lambda: LabLink(f"b{move.a % 15}"),
            "unlink_board": lambda: LabUnlink(f"b{move.a % 15}"),
            "kiosk": lambda: KioskSet(
                KioskSettings(10 + move.a), state.kiosk if move.flag else KioskSettings() if move.c % 2 else None
            ),
            "reseat": KioskReseat,
            "hand": HandRaise,
            "lower_hand": lambda: HandLower(somebody if move.flag else None),
            "relaunch": lambda: RelaunchSend(f"Say more {move.a}", "customer" if move.flag else None, "unseen"),
            "no_relaunch": RelaunchEnd,
            "spotlight": lambda: (
                SpotlightSet() if move.c % 5 == 0 else SpotlightSet(group=group) if move.flag else SpotlightSet(card)
            ),
            "hide_wall": WallHide,
            "show_wall": WallShow,
            "open": lambda: self._vote(move),
            "close": lambda: RoundClose(number),
            "erase_round": lambda: RoundErase(number),
            "forget": BoardForget,
            "cast": lambda: VoteCast(number, item, 1 + (move.b % 9 if move.flag else 0)),
            "mark": lambda: VoteMark(number, item, _marks(state, number, move)),
            "compare": lambda: VoteCompare(number, item, other, SAYS[move.c % 4]),
            "retract": lambda: VoteRetract(number, _said(state, number, move) or item),
            "section": lambda: SectionAdd(f"Section {move.a}", "hint" if move.flag else None),
            "rename_section": lambda: SectionRename(pick(sections, move.c), f"Renamed {move.a}"),
            "remove_section": lambda: SectionRemove(pick(sections, move.c)),
            "private": lambda: StepSet("Write alone", ALL_PERMISSIONS, True),
            "together": lambda: StepSet(
                None, ALL_PERMISSIONS if move.b % 3 else ALL_PERMISSIONS[: move.a % 8], False, move.b % 7 == 0
            ),
            "go": lambda: StepGo(step),
            "plan": lambda: StepAdd(self._settings(move), before if move.c % 2 else None),
            "edit_step": lambda: StepEdit(step, self._settings(move)),
            "move_step": lambda: StepMove(step, before if move.flag else None),
            "remove_step": lambda: StepRemove(step),
            "rename": lambda: BoardRename(f"Title {move.a}"),
            "lock": BoardLock,
            "unlock": BoardUnlock,
            "timer": lambda: TimerStart(1 + move.a),
            "more_time": lambda: TimerExtend(1 + move.a),
            "no_timer": TimerStop,
            "remove_person": lambda: ParticipantRemove(somebody),
            "readmit": lambda: ParticipantReadmit(somebody),
            "mute": lambda: ParticipantMute(somebody),
            "unmute": lambda: ParticipantUnmute(somebody),
            "invite": lambda: ParticipantRaise(somebody, GIVEN[move.b % 3]),
            "promote": lambda: ParticipantPromote(somebody, GIVEN[move.b % 3]),
        }
        return table[move.what]()


def _item(state: BoardState, number: str, move: Move, card: str) -> str:
    """What such a ballot may be on: an option, a group or a card, as the vote wants it."""
    round = state.rounds.get(number)
    if round is None or move.c % 7 == 0:
        return card
    if round.on == "options":
        return str(1 + move.a % max(1, len(round.options)))
    if round.on == "groups" and move.a % 2 and state.groups:
        return pick(sorted(state.groups), move.a)
    return card


def _marks(state: BoardState, number: str, move: Move) -> tuple[int, ...]:
    round = state.rounds.get(number)
    few = {"criteria": 2, "matrix": 2}.get(round.method, 1) if round is not None else 1
    least = -1 if round is not None and round.method in ("agree", "quadratic") else 1
    return tuple(least + (move.b + place) % 3 for place in range(few))


def _said(state: BoardState, number: str, move: Move) -> str | None:
    """What this person has a ballot on, if anything."""
    round = state.rounds.get(number)
    who = move.who or ""
    mine = {**round.ballots.get(who, Map()), **round.marks.get(who, Map())} if round is not None else {}
    return pick(sorted(mine), move.a) if mine else None


def _comments(state: BoardState, move: Move) -> list[str]:
    """The comments that such a move makes sense for; one time in six, any."""

    def fits(comment: Comment) -> bool:
        match move.what:
            case "take_back" | "erase_comment":
                return comment.author == move.who or move.flag
            case "restore_comment":
                return comment.state in IN_BIN
            case "claim_comment":
                return comment.author == "kit"
            case "approve_comment":
                return comment.state == "pending"
            case _:
                return comment.state == "shown"

    return sorted(id for id, comment in state.comments.items() if move.b % 6 == 5 or fits(comment))


def steers(state: BoardState, person: str | None) -> bool:
    """Whether this person is a moderator, by their link or by what they were given."""
    known = state.participants.get(person) if person is not None else None
    return known is not None and known.role == "moderator"


def audience_of(state: BoardState, person: str) -> Audience:
    """With whom this person is told things now."""
    return AUDIENCES[state.participants[person].role]


def _face_up(card: Card) -> bool:
    return card.state == "shown" and card.sealed is UNSET


def _fitting(state: BoardState, move: Move) -> list[str]:
    """The cards that such a move makes sense for; one time in six, any."""

    def fits(card: Card) -> bool:
        match move.what:
            case "edit" | "withdraw" | "move" | "link" | "unlink" | "tag":
                mine = card.author == move.who or (steers(state, move.who) and move.what != "edit")
                return mine and (move.what != "unlink" or bool(card.parents))
            case "rebound" | "cast" | "mark" | "compare" | "hide" | "comment" | "react" | "group" | "stack" | "merge":
                return _face_up(card)
            case "unstage":
                return card.id in state.stages
            case "stage" | "showcase" | "opinion":
                return _face_up(card)
            case "claim":
                return card.author == "kit"
            case "unstack":
                return card.group is not UNSET
            case "restore":
                return card.state in IN_BIN
            case "show":
                return card.state == "hidden"
            case "approve":
                return card.state == "pending"
            case _:
                return True

    return sorted(id for id, card in state.cards.items() if move.b % 6 == 5 or fits(card))


def _section_of(state: BoardState, id: str) -> str | None:
    card = state.cards.get(id)
    return card.section if card else None


SYSTEMS: set[type[Command]] = {CardClaim, CommentClaim, KioskReseat, LabLink, LabUnlink, ParticipantRaise}


def test_the_histories_have_every_command() -> None:
    """DM6: given the protocol's commands, when histories are drawn, then none is left out: what leaks must show."""
    board, wishes = begun(False), Wishes()
    moves = [Move(what, 0, 1, 1, 1, False, False) for what in (*OFTEN, *NOW_AND_THEN, *SELDOM)]
    said = {type(wishes.command(board.state, move)) for move in moves}
    assert said - SYSTEMS == set(ClientCommand.__args__)


MARK = re.compile(rb"mark\d{5}x")


def begun(anonymous: bool) -> Board:
    """A board with a card in every state, a plan, a group, talk and a vote: short histories have what to point at."""
    board = Board(anonymous=anonymous)
    ana, bo, cy = (board.adds(person, f"first of {person}", "left") for person in ("ana", "bo", "cy"))
    board.adds("kit", "waits for approval")
    both = CardRebound((ana, bo), "combines", "both together", "the better half")
    board.accepted("sam", both)
    board.accepted("mo", CardHide(board.made("bo", both)))
    board.accepted("ana", CardWithdraw(board.made("ana", both)))
    board.accepted("mo", CardRemove(cy))
    third = board.adds("cy", "third of cy")
    board.accepted("bo", GroupMake((ana, third), "alike"))
    said = board.made("bo", CommentAdd(ana, "says bo"))
    board.made("kit", CommentAdd(ana, "says somebody"))
    board.accepted("ana", CommentWithdraw(board.made("ana", CommentAdd(third, "never mind"))))
    board.accepted("mo", CommentRemove(board.made("cy", CommentAdd(third, "rude"))))
    assert said in board.state.comments
    board.accepted("cy", ReactionSet(ana, "spark"))
    board.accepted("mo", CardStage(ana, "test", "it works"))
    board.accepted("mo", CardShowcase(ana, Showcase("stars", "Would you use it?")))
    board.accepted("kit", OpinionGive(ana, "4"))
    for private in (True, False):
        board.accepted("mo", StepAdd(StepSettings("To come", private=private, title="Later")))
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
        GroupMake((text, first), text), GroupAdd(text, (first,)), GroupTake(text), GroupRename(text, text),
        GroupDissolve(text), CardMerge((first, text), text, text), CardTag(first, (text,)), CommentAdd(first, text),
        CommentAdd(text, "so"), CommentErase(text), ReactionSet(text, "heart"), HandLower(text),
        RelaunchSend(text, text), SpotlightSet(text), SpotlightSet(group=text), ParticipantMute(text),
        CardStage(first, "live", text), CardStage(text, "live"), CardUnstage(text, 0),
        CardShowcase(first, Showcase("agree", text)), CardShowcase(text), OpinionGive(text, "agree"),
        CardClaim(text, text), LabLink(text),
        ParticipantPromote(text, "staff"), StepGo(text), StepAdd(StepSettings(text, title=text), text),
        StepEdit(text, StepSettings(text)), VoteMark(text, text, (1,)), VoteCompare(text, text, first, "left"),
        RoundOpen("choice", title=text, on="options", options=(text, "other")), RoundErase(text),
        CardApprove(text, 1), ParticipantRaise(text, "staff"),
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
    told = told_elsewhere(__name__, [log], seed)
    assert told == everything_told(log)
    assert told.endswith(state_bytes(board.state))


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
        _cards_stay(before, after, move.who)
        _talk_stays(before, after, move.who)
        _lineage_holds(after)
        _groups_hold(after)
        _ballots_hold(before, after, move.who)
        by_invitation = move.who is None and move.what == "invite"
        if not (steers(before, move.who) or by_invitation):
            assert _steered(after, after) == _steered(before, after)
    _bin_can_be_emptied(board)


def _cards_stay(before: BoardState, after: BoardState, who: str | None) -> None:
    for id, card in before.cards.items():
        if who is None:  # what was written at a kiosk is taken home, and nothing else of it changes
            assert after.cards[id] == card or card.author == "kit"
            assert replace(after.cards[id], author=card.author) == card
            continue
        assert after.cards[id].author == card.author
        if card.author != who and not steers(before, who):
            still = replace(after.cards[id], order=card.order, group=card.group)
            assert still == card, "stacking is everybody's; nothing else of another's card is"
        if card.author != who:
            words = (after.cards[id].text, after.cards[id].owes)
            assert words[0] in (card.text, ""), "nobody puts words into another's mouth"
            assert words[1] in (card.owes, UNSET)


def _talk_stays(before: BoardState, after: BoardState, who: str | None) -> None:
    for id, comment in before.comments.items():
        now = after.comments[id]
        if who is None:
            assert now == comment or (comment.author == "kit" and replace(now, author="kit") == comment)
            continue
        assert (now.author, now.card) == (comment.author, comment.card)
        assert now.text == comment.text or now.state == "erased"
        assert now == comment or who == comment.author or steers(before, who)
    for card, reactions in before.reactions.items():
        now = after.reactions.get(card, NO_REACTIONS)
        assert all(now.get(person) == one for person, one in reactions.items() if person != who)


def _steered(state: BoardState, after: BoardState) -> tuple[Any, ...]:
    """What only those who steer may change; but for what was said of a card whose words its author took away."""
    standing = {id for id, card in after.cards.items() if card.state != "erased"}
    stages = {id: history for id, history in state.stages.items() if id in standing}
    showcases = {id: showcase for id, showcase in state.showcases.items() if id in standing}
    people = {id: replace(person, cards=0) for id, person in state.participants.items()}
    rounds = {id: (round.state, round.title, round.options) for id, round in state.rounds.items()}
    return (
        state.step, state.plan, state.sections, people, rounds, state.locked, state.timer, state.relaunch,
        state.spotlight, state.wall_hidden, state.title, stages, showcases, state.kiosk,
    )  # fmt: skip


def _groups_hold(state: BoardState) -> None:
    standing = {card.group for card in state.cards.values() if card.group is not UNSET}
    assert standing == set(state.groups), "every group has a card, and no card stands in a group that is none"
    hands = [hand.participant for hand in state.hands]
    assert len(set(hands)) == len(hands)
    assert not any(state.participants[hand].removed for hand in hands)


def _lineage_holds(state: BoardState) -> None:
    for card in state.cards.values():
        assert card.id not in ancestors(state, card.id)
        assert all(parent in state.cards for parent in card.parents)
        assert (card.verb is UNSET) == (not card.parents)
        assert card.verb != "combines" or len(card.parents) >= 2


def _ballots_hold(before: BoardState, after: BoardState, who: str | None) -> None:
    for id, round in after.rounds.items():
        sums: dict[str, int] = {}
        for mine in round.ballots.values():
            assert mine, "who took everything back is no voter"
            assert round.method != "dots" or sum(mine.values()) <= round.budget
            for card, weight in mine.items():
                assert 1 <= weight <= (round.cap if round.method == "dots" else 1)
                sums[card] = sums.get(card, 0) + weight
        assert round.ballots == Map() or round.marks == Map(), "ballots of one kind"
        assert not round.ballots or dict(round.tallies) == sums
        assert all(round.marks.values())
        old = before.rounds.get(id)
        if old is not None:
            for person in {*old.ballots, *round.ballots, *old.marks, *round.marks} - {who}:
                assert old.ballots.get(person) == round.ballots.get(person)
                assert old.marks.get(person) == round.marks.get(person)


def _bin_can_be_emptied(board: Board) -> None:
    """Whatever is in the bin, a moderator can take out, as it was before."""
    if not steers(board.state, "mo"):
        return
    for id, card in board.state.cards.items():
        decision = decide(board.state, Envelope("mo", "other", None, 1, "n"), CardRestore(id))
        if card.state in IN_BIN:
            assert isinstance(decision, Decided)
        else:
            assert decision == Rejected("not_in_bin")
    for id, comment in board.state.comments.items():
        decision = decide(board.state, Envelope("mo", "other", None, 1, "n"), CommentRestore(id))
        assert isinstance(decision, Decided) if comment.state in IN_BIN else decision == Rejected("not_in_bin")
    binned = (*board.state.cards.values(), *board.state.comments.values())
    assert set(board.state.before_bin) == {one.id for one in binned if one.state in IN_BIN}


# -- DM5, DM6, DM7, LG7 --------------------------------------------------------------------------------------------


class Screens:
    """Every person's client: fed with bytes, as they leave the server, in flushes of one or more entries."""

    def __init__(self, board: Board, wishes: Wishes) -> None:
        self.board, self.wishes = board, wishes
        self.replicas = {person: BoardReplica() for person in ROLES}
        self.audiences = {person: audience_of(board.state, person) for person in ROLES}
        self.buried: set[str] = set()
        """Erased before participants saw them, or after they no longer did."""
        self.sent_at = len(board.log)
        self.told_from = board.state
        for person in ROLES:
            self._begin_again(person)

    def _begin_again(self, person: str) -> None:
        state, replica = self.board.state, self.replicas[person]
        self.audiences[person] = audience_of(state, person)
        replica.restart(snapshot(state, self.audiences[person], self.board.names))
        replica.take(yours(state, person))

    def flush(self) -> None:
        """One frame to each audience for all that happened since, then what is somebody's own."""
        entries = self.board.log[self.sent_at :]
        self.sent_at = len(self.board.log)
        if not entries:
            return
        now, names, seq = self.board.state, self.board.names, self.board.state.seq
        tally = Tally()
        for event in (event for entry in entries for event in entry.events):
            if isinstance(event, Counted):
                tally.note(event)
        for audience in Audience:
            state, told = self.told_from, list[Any]()
            for entry in entries:
                state, events = outgoing(state, entry, audience, names)
                self._no_leak(encode(events, Format.JSON), state, audience, None)
                told += events
            counted = tally.told(now, audience, self.told_from)
            self._no_leak(encode(counted, Format.JSON), now, audience, None)
            anew = any(starts_over(entry, audience) for entry in entries)
            for person in (person for person in ROLES if self.audiences[person] is audience):
                if anew:
                    self._begin_again(person)
                else:
                    for event in (*told, *counted):
                        self.replicas[person].apply(event, seq)
        for person, own in yours_after(now, *entries).items():
            self._private(own, person)
            if person in self.replicas:
                self.replicas[person].take(own)
        for person in ROLES:  # who was given another role comes back, to see what that role sees
            if audience_of(now, person) is not self.audiences[person]:
                self._begin_again(person)
        self.told_from = now

    def _private(self, own: Yours, person: str) -> None:
        state = self.board.state
        self._no_leak(encode(own, Format.JSON), state, audience_of(state, person), person)
        for round, mine in own.ballots.items():
            assert mine == dict(state.rounds[round].ballots.get(person, {}))
        for round, marks in (own.marks or {}).items():
            assert marks == dict(state.rounds[round].marks.get(person, {}))
        for card, reaction in (own.reactions or {}).items():
            assert reaction == state.reactions.get(card, {}).get(person)
        assert all(state.cards[card.id].author == person for card in own.cards)
        assert all(state.comments[comment.id].author == person for comment in own.comments or ())

    def _no_leak(self, data: bytes, state: BoardState, audience: Audience, person: str | None) -> None:
        """DM6 said a second time, independently of `seen_by`: which words may be in bytes for these eyes."""
        if state.about is not None and state.about.anonymous:
            nameless = encode(_but_people(orjson.loads(data), audience), Format.JSON)
            people = [one for one in ROLES if one != person]
            assert not any(f'"{one}"'.encode() in nameless for one in people), "DM5: a pseudonym left"
            assert not any(name.encode() in data for name in NAMES.values())
        for mark in MARK.findall(data):
            assert self._may_read(mark.decode(), state, audience, person), f"{mark} left for {audience} {person}"
        if audience is Audience.DISPLAYS and state.wall_hidden:
            hidden = (*state.cards, *state.comments, *state.groups, *state.rounds)
            assert not [id for id in hidden if f'"{id}"'.encode() in data], "a hidden wall is told what there is"
        if person is None and audience is not Audience.MODERATORS:
            for card in sealed_in(orjson.loads(data)):
                words = ("text", "author", "parents", "verb", "owes", "tags", "colour", "group")
                tells = [field for field in words if card.get(field)]
                assert not tells, "a sealed card told what it is, whose, or what it starts from"

    def _may_read(self, mark: str, state: BoardState, audience: Audience, person: str | None) -> bool:
        steering = audience is Audience.MODERATORS
        if audience is Audience.DISPLAYS and state.wall_hidden and mark not in self.wishes.plans - self.wishes.labels:
            return False
        if mark in self.wishes.plans:
            return steering or mark.encode() in encode([state.step, *_asked(state)], Format.JSON)
        if mark in self.wishes.labels:
            return True
        owner = self.wishes.owner[mark]
        comment = state.comments.get(owner)
        card = state.cards[comment.card if comment is not None else owner]
        face_up = _face_up(card) or (steering and card.state != "erased")
        if comment is None:
            return face_up or (person is not None and card.author == person and card.state != "erased")
        if comment.state == "erased":
            return False
        return (face_up and (comment.state == "shown" or steering)) or comment.author == person

    def agree(self) -> None:
        """What was told bit by bit is what a snapshot says now; and everybody has their own, whole."""
        state, names = self.board.state, self.board.names
        views = {audience: snapshot(state, audience, names) for audience in Audience}
        for audience, view in views.items():
            self._no_leak(encode(view, Format.JSON), state, audience, None)
            known = {card.id for card in view.cards}
            waiting = {id for id, card in state.cards.items() if card.state in ("pending", *IN_BIN)}
            assert audience is Audience.MODERATORS or not known & (waiting | self.buried)
            assert audience is Audience.MODERATORS or not (view.removed or view.muted)
        for person, replica in self.replicas.items():
            view = views[self.audiences[person]]
            held = replica.view
            assert held is not None
            assert replace(held, participants=()) == replace(view, participants=())
            assert {one.participant: replica.participants[one.participant] for one in view.participants} == {
                one.participant: one for one in view.participants
            }
            self._has_own(person, replica)

    def _has_own(self, person: str, replica: BoardReplica) -> None:
        whole, state = yours(self.board.state, person), self.board.state
        self._private(whole, person)
        for card in whole.cards:
            held = replica.cards[card.id]
            assert replace(held, author=person) == card
        for id, card in replica.own.items():
            assert replace(card, author=person) == self.board.card(id), "an own copy that was overtaken"
        said = {**replica.comments, **replica.own_comments}
        for comment in whole.comments or ():
            assert replace(said[comment.id], author=person) == comment
        for id, comment in replica.own_comments.items():
            assert replace(comment, author=person) == state.comments[id], "an own copy that was overtaken"
        assert {round: mine for round, mine in replica.ballots.items() if mine} == whole.ballots
        assert {round: mine for round, mine in replica.marks.items() if mine} == (whole.marks or {})
        assert replica.my_reactions == (whole.reactions or {})
        assert replica.i_am_muted == (whole.muted is True) == state.participants[person].muted

    def note_erased(self, before: BoardState) -> None:
        """After a command: what was erased while it was out of sight has to stay there."""
        for id, card in before.cards.items():
            if self.board.card(id).state == "erased" != card.state:
                in_sight = card.state in ("shown", "hidden") and card.sealed is UNSET
                self.buried |= set() if in_sight else {id}


def _asked(state: BoardState) -> list[Any]:
    """What the votes on this board are about."""
    return [(round.title, round.options, round.criteria) for round in state.rounds.values()]


def _but_people(told: Any, audience: Audience) -> Any:
    """Without what has to name somebody also where nobody is named: a hand that is up; whom a moderator steers."""
    if isinstance(told, list):
        events = cast(list[dict[str, Any]], told)
        steering = "participant." if audience is Audience.MODERATORS else "hand."
        return [event for event in events if not event["type"].startswith(("hand.", steering))]
    view = dict(cast(dict[str, Any], told))
    for people in ("hands", *(("removed", "muted") if audience is Audience.MODERATORS else ())):
        view.pop(people, None)
    return view


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
            for mark in MARK.findall(f"{card.text} {card.owes} {card.tags}".encode()):
                wishes.owner[mark.decode()] = id
    about = [(id, lines) for id, lines in after.stages.items() if before.stages.get(id) != lines]
    about += [(id, one) for id, one in after.showcases.items() if before.showcases.get(id) != one]
    for id, said in about:
        for mark in MARK.findall(encode(said, Format.JSON)):
            wishes.owner[mark.decode()] = id
    for id, comment in after.comments.items():
        if id not in before.comments:
            for mark in MARK.findall(comment.text.encode()):
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
        assert not _taken_back(before, board.state) or takes_back(board.log[-1])
        assert _lost(before, board.state) == (board.state.seq > before.seq and _erases(board.log[-1]))
        if move.flush:
            screens.flush()
            screens.agree()
    screens.flush()
    screens.agree()


def _taken_back(before: BoardState, after: BoardState) -> bool:
    """Whether words that were there to read are no longer, for somebody."""
    cards = any(_face_up(card) and not _face_up(after.cards[id]) for id, card in before.cards.items())
    said = any(one.state == "shown" != after.comments[id].state for id, one in before.comments.items())
    return cards or said or (after.wall_hidden and not before.wall_hidden)


def _lost(before: BoardState, after: BoardState) -> bool:
    """Whether something that was on the board has no words any more, or is not there."""
    return _erased(before) != _erased(after) or bool(set(before.rounds) - set(after.rounds))


def _erases(entry: Entry) -> bool:
    """Whether it takes words off the board for ever, and not only out of its past."""
    return erases(entry) and not any(isinstance(event, BoardForgot) for event in entry.events)


def _erased(state: BoardState) -> set[str]:
    return {one.id for one in (*state.cards.values(), *state.comments.values()) if one.state == "erased"}


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
            marks = {
                person: Map({key: tuple(99 - mark for mark in said) for key, said in mine.items()})
                for person, mine in round.marks.items()
            }
            counts = Map({item: tuple(7_777 - many for many in of) for item, of in round.counts.items()})
            others = replace(round, ballots=Map(ballots), tallies=tallies, marks=Map(marks), counts=counts)
            rounds = rounds.set(id, others)
    return replace(state, rounds=rounds)


@given(st.booleans(), MOVES, st.integers(0, len(METHODS) - 1))
def test_what_is_said_in_secret_is_told_to_nobody_else(anonymous: bool, moves: list[Move], method: int) -> None:
    """DM6, PRODUCT 5.4: given a secret vote that is open, when ballots weigh otherwise, only their owners hear so."""
    board = begun(anonymous)
    board.accepted("mo", RoundClose(board.state.open_round or ""))
    board.accepted("mo", RoundOpen(METHODS[method], 20, None, True, criteria=(Criterion("new"), Criterion("good"))))
    entries = played(board, [replace_what(move) for move in moves])
    here, elsewhere = board.state, _other_weights(board.state)
    tally = Tally()
    for event in (event for entry in entries for event in entry.events):
        if isinstance(event, Counted):
            tally.note(event)
    for audience in Audience:
        seen = (snapshot(state, audience, board.names) for state in (here, elsewhere))
        assert len({encode(view, Format.JSON) for view in seen}) == 1
        told = (tally.told(state, audience) for state in (here, elsewhere))
        assert len({encode(counted, Format.JSON) for counted in told}) == 1
    for person in ROLES:
        if all(person not in round.ballots and person not in round.marks for round in here.rounds.values()):
            assert yours(here, person) == yours(elsewhere, person)


def replace_what(move: Move) -> Move:
    """A move on a board whose vote stays open, and with more voting on it."""
    ballots = {"close": "cast", "add": "mark", "open": "compare", "go": "cast", "rebound": "mark", "edit": "compare"}
    what = ballots.get(move.what, move.what)
    return Move(what, move.place, move.a, move.b, move.c, move.flag, move.flush)


@given(st.booleans(), MOVES)
def test_erased_words_are_nowhere_in_the_state(anonymous: bool, moves: list[Move]) -> None:
    """LG7: given erased cards and comments, when the state is encoded, then none of their words are in it."""
    board, wishes = begun(anonymous), Wishes()
    for move in moves:
        before = board.state
        board.say(move.who, wishes.command(board.state, move))
        _learn_marks(wishes, before, board.state)
    erased = _erased(board.state)
    left = {wishes.owner.get(mark.decode()) for mark in MARK.findall(state_bytes(board.state))}
    assert not erased & left
    assert all(_wordless(card) for id, card in board.state.cards.items() if id in erased)


def _wordless(card: Card) -> bool:
    return card.text == "" and card.owes is UNSET and not card.tags and card.colour is UNSET
