"""DM3: the access table is what happens, for every command, role and step setting, locked and muted; and the page in
docs/ is the table."""

from pathlib import Path
from typing import get_args

import msgspec
import pytest
from msgspec.structs import replace

from rebond.domain import access
from rebond.domain.access import ALWAYS_HEARD_FIRST, HEARD_FIRST, ROLES, TABLE, Row
from rebond.domain.decide import DECIDERS, decide
from rebond.domain.envelope import Decided
from rebond.domain.people import MUTABLE
from rebond_protocol.attention import (
    HandLower,
    HandRaise,
    RelaunchEnd,
    RelaunchSend,
    SpotlightSet,
    WallHide,
    WallShow,
)
from rebond_protocol.boards import BoardCreate, BoardForget
from rebond_protocol.cards import (
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
)
from rebond_protocol.commands import Command
from rebond_protocol.errors import ERRORS, Rejected
from rebond_protocol.groups import CardMerge, GroupAdd, GroupDissolve, GroupMake, GroupRename, GroupTake
from rebond_protocol.labs import KioskReseat, KioskSet, KioskSettings, LabLink, LabUnlink
from rebond_protocol.opinions import OpinionGive
from rebond_protocol.people import (
    ParticipantJoin,
    ParticipantMute,
    ParticipantPromote,
    ParticipantRaise,
    ParticipantReadmit,
    ParticipantRemove,
    ParticipantUnmute,
    Role,
)
from rebond_protocol.rebounds import CardRebound, ReboundLink, ReboundUnlink
from rebond_protocol.rounds import (
    Method,
    RoundClose,
    RoundErase,
    RoundOpen,
    VoteCast,
    VoteCompare,
    VoteMark,
    VoteRetract,
)
from rebond_protocol.sections import SectionAdd, SectionRemove, SectionRename
from rebond_protocol.stages import CardShowcase, CardStage, CardUnstage, Showcase
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
    CommentAdd,
    CommentApprove,
    CommentClaim,
    CommentErase,
    CommentRemove,
    CommentRestore,
    CommentWithdraw,
    ReactionSet,
)
from tests.domain.played import Board

PAGE = Path(__file__).parents[2] / "docs" / "access.md"
WHO: dict[Role, str] = {"participant": "ana", "staff": "sam", "moderator": "mo", "kiosk": "kit", "display": "wall"}
OTHER: dict[Role, str] = {"participant": "bo", "staff": "bo", "moderator": "bo", "kiosk": "bo", "display": "bo"}
METHODS: dict[type[Command], Method] = {VoteMark: "agree", VoteCompare: "pairwise"}
"""In which vote this ballot is cast, where that is not dots."""


def ready(command: type[Command], author: str, voter: str) -> tuple[Board, Command]:
    """A board where this command makes sense, and the command, about a card, a comment or a hand of `author`."""
    board = Board()
    parent, card = board.adds("cy"), board.made(author, CardRebound((board.adds("cy"),), "extends", "a rebound"))
    linked = board.card(card).parents[0]
    if board.card(card).state == "pending":
        board.accepted("mia", CardApprove(card))
    comment = board.made(author, CommentAdd(parent, "a comment"))
    if board.state.comments[comment].state == "pending":
        board.accepted("mia", CommentApprove(comment))
    steps = [board.made("mia", StepAdd(StepSettings(title=title))) for title in ("One", "Two")]
    group = board.made("mia", GroupMake((parent, linked)))
    hand = "cy" if author in ("kit", "wall") else author
    round = ""
    if command is not RoundOpen:
        round = board.made("mia", RoundOpen(METHODS.get(command, "dots"), 5))
    if command is VoteRetract:
        board.accepted(voter, VoteCast(round, card, 1))
    if command is CardShow:
        board.accepted("mia", CardHide(card))
    if command is CardRestore:
        board.accepted(*(("mia", CardRemove(card)) if author == "kit" else (author, CardWithdraw(card))))
    if command is CommentRestore:
        board.accepted(*(("mia", CommentRemove(comment)) if author == "kit" else (author, CommentWithdraw(comment))))
    if command is CardApprove:
        card = board.adds("kit")
    if command is CommentApprove:
        comment = board.made("kit", CommentAdd(parent, "from the kiosk"))
    if command is HandLower:
        board.accepted(hand, HandRaise())
    before: dict[type[Command], Command] = {
        ParticipantReadmit: ParticipantRemove("cy"),
        ParticipantUnmute: ParticipantMute("cy"),
        TimerStop: TimerStart(60),
        RelaunchEnd: RelaunchSend("What else?"),
        WallShow: WallHide(),
        BoardUnlock: BoardLock(),
        CardUnstage: CardStage(parent, "test"),
    }
    if command in before:
        board.accepted("mia", before[command])
    assert board.state.about is not None
    said: dict[type[Command], Command] = {
        BoardCreate: BoardCreate(board.state.about),
        BoardForget: BoardForget(),
        ParticipantJoin: ParticipantJoin("new", "moderator"),
        ParticipantRaise: ParticipantRaise("cy", "staff"),
        ParticipantRemove: ParticipantRemove("cy"),
        ParticipantReadmit: ParticipantReadmit("cy"),
        ParticipantMute: ParticipantMute("cy"),
        ParticipantUnmute: ParticipantUnmute("cy"),
        ParticipantPromote: ParticipantPromote("cy", "staff"),
        CardAdd: CardAdd("an idea"),
        CardEdit: CardEdit(card, "other words", 1),
        CardMove: CardMove(card, "right"),
        CardTag: CardTag(card, ("urgent",)),
        CardWithdraw: CardWithdraw(card),
        CardRestore: CardRestore(card),
        CardErase: CardErase(card),
        CardHide: CardHide(card),
        CardShow: CardShow(card),
        CardApprove: CardApprove(card),
        CardRemove: CardRemove(card),
        CardClaim: CardClaim(card, "cy"),
        CardStage: CardStage(parent, "test"),
        CardUnstage: CardUnstage(parent, board.now_ms),
        CardShowcase: CardShowcase(parent, Showcase("stars")),
        OpinionGive: OpinionGive(parent, "agree"),
        CommentClaim: CommentClaim(comment, "cy"),
        LabLink: LabLink("other"),
        LabUnlink: LabUnlink("other"),
        KioskReseat: KioskReseat(),
        KioskSet: KioskSet(KioskSettings(30)),
        CardRebound: CardRebound((parent,), "extends", "a rebound"),
        ReboundLink: ReboundLink(card, (parent,), "extends"),
        ReboundUnlink: ReboundUnlink(card, linked),
        GroupMake: GroupMake((card, parent)),
        GroupAdd: GroupAdd(group, (card,)),
        GroupTake: GroupTake(parent),
        GroupRename: GroupRename(group, "A title"),
        GroupDissolve: GroupDissolve(group),
        CardMerge: CardMerge((card, parent), "both in one"),
        CommentAdd: CommentAdd(parent, "another comment"),
        CommentWithdraw: CommentWithdraw(comment),
        CommentRestore: CommentRestore(comment),
        CommentErase: CommentErase(comment),
        CommentRemove: CommentRemove(comment),
        CommentApprove: CommentApprove(comment),
        ReactionSet: ReactionSet(parent, "heart"),
        HandRaise: HandRaise(),
        HandLower: HandLower(hand),
        RelaunchSend: RelaunchSend("What else?"),
        RelaunchEnd: RelaunchEnd(),
        SpotlightSet: SpotlightSet(card=parent),
        WallHide: WallHide(),
        WallShow: WallShow(),
        RoundOpen: RoundOpen("dots", 5),
        RoundClose: RoundClose(round),
        RoundErase: RoundErase(round),
        VoteCast: VoteCast(round, card, 1),
        VoteMark: VoteMark(round, card, (1,)),
        VoteCompare: VoteCompare(round, card, parent, "left"),
        VoteRetract: VoteRetract(round, card),
        SectionAdd: SectionAdd("A section"),
        SectionRename: SectionRename("left", "Another title"),
        SectionRemove: SectionRemove("left"),
        StepSet: StepSet("Think"),
        StepGo: StepGo(steps[0]),
        StepAdd: StepAdd(StepSettings(title="Three")),
        StepEdit: StepEdit(steps[0], StepSettings(title="Other")),
        StepMove: StepMove(steps[1], steps[0]),
        StepRemove: StepRemove(steps[0]),
        BoardRename: BoardRename("Another title"),
        BoardLock: BoardLock(),
        BoardUnlock: BoardUnlock(),
        TimerStart: TimerStart(60),
        TimerExtend: TimerExtend(60),
        TimerStop: TimerStop(),
    }
    return board, said[command]


def rows() -> list[tuple[type[Command], Row, Role]]:
    """Every cell of the table."""
    return [(command, row, role) for command, row in TABLE.items() for role in ROLES]


def named(value: object) -> str:
    """Test names in the words of the protocol."""
    if isinstance(value, type) and issubclass(value, msgspec.Struct):
        return str(value.__struct_config__.tag)
    return value if isinstance(value, str) else ""


CELLS = pytest.mark.parametrize(("command", "row", "role"), rows(), ids=named)


def voter(row: Row, role: Role) -> str:
    """Whose ballot there is to take back: the actor's, where they may vote."""
    return WHO[role] if role in row.roles else "cy"


def test_the_tables_have_a_row_for_every_command_and_every_role() -> None:
    """DM3: given the protocol's commands and roles, when the tables are read, then none is missing or too many."""
    assert set(TABLE) == set(get_args(Command)) == set(DECIDERS)
    assert set(ROLES) == set(get_args(Role))


@CELLS
def test_a_role_may_do_what_its_cell_says(command: type[Command], row: Row, role: Role) -> None:
    """DM3: given a board open to all, when a role sends a command about a card of its own, then its cell decides."""
    writes = role in TABLE[CardAdd].roles
    board, said = ready(command, WHO[role] if writes else "bo", voter(row, role))
    decision = board.say(WHO[role], said)
    if role in row.roles:
        assert isinstance(decision, Decided), decision
    else:
        assert decision == Rejected("forbidden")


@CELLS
def test_somebody_elses_card_is_touched_only_where_the_cell_says_yes(
    command: type[Command], row: Row, role: Role
) -> None:
    """DM3: given a card of somebody else, when a role sends a command about it, then "own" is not enough."""
    board, said = ready(command, OTHER[role], voter(row, role))
    decision = board.say(WHO[role], said)
    if role not in row.roles:
        assert decision == Rejected("forbidden")
    elif role in row.own and command in (CardRestore, CommentRestore):
        assert isinstance(decision, Rejected)
        assert decision.code.startswith("unknown_"), "of what somebody else withdrew, nobody is told that it ever was"
    elif role in row.own:
        assert decision == Rejected("not_yours")
    else:
        assert isinstance(decision, Decided), decision


@CELLS
def test_a_step_that_does_not_allow_it_refuses_all_but_moderators(command: type[Command], row: Row, role: Role) -> None:
    """DM3: given a step that allows everything but this, when somebody sends it, then it is refused `not_now`."""
    board, said = ready(command, WHO[role] if role in TABLE[CardAdd].roles else "bo", voter(row, role))
    board.accepted("mia", StepSet(None, tuple(one for one in ALL_PERMISSIONS if one != row.step)))
    decision = board.say(WHO[role], said)
    if role not in row.roles:
        assert decision == Rejected("forbidden")
    elif row.step is not None and role != "moderator":
        assert decision == Rejected("not_now", {"needs": row.step})
    else:
        assert isinstance(decision, Decided), decision


@CELLS
def test_a_lock_refuses_all_but_moderators_save_where_the_row_says(
    command: type[Command], row: Row, role: Role
) -> None:
    """DM3: given a locked board, when somebody sends a command, then it is `locked`, save moderators and erasing."""
    board, said = ready(command, WHO[role] if role in TABLE[CardAdd].roles else "bo", voter(row, role))
    if command is BoardLock:
        return
    if not board.state.locked:
        board.accepted("mia", BoardLock())
    decision = board.say(WHO[role], said)
    if role not in row.roles:
        assert decision == Rejected("forbidden")
    elif row.when_locked or role == "moderator":
        assert isinstance(decision, Decided), decision
    else:
        assert decision == Rejected("locked")


@pytest.mark.parametrize("command", TABLE, ids=named)
def test_strangers_and_the_removed_may_do_nothing(command: type[Command]) -> None:
    """DM3: given somebody unknown or removed, when they send anything, then they are told so before anything else."""
    board, said = ready(command, "ana", "ana")
    assert decide(board.state, board.envelope("ghost"), said) == Rejected("unknown_participant")
    board.accepted("mia", ParticipantRemove("ana"))
    assert decide(board.state, board.envelope("ana"), said) == Rejected("removed")


def author(role: Role) -> str:
    """Whose card there is: the actor's, where they can write one."""
    return WHO[role] if role in TABLE[CardAdd].roles else "bo"


@CELLS
def test_staff_are_held_to_what_the_step_gives_them(command: type[Command], row: Row, role: Role) -> None:
    """DM3: given a step that gives staff everything and others nothing, or the other way round, when somebody sends a
    command, then staff are held to theirs and everybody else to the others'."""
    for everybody, staff in (((), ALL_PERMISSIONS), (ALL_PERMISSIONS, ())):
        board, said = ready(command, author(role), voter(row, role))
        board.state = replace(board.state, step=replace(board.state.step, allows=everybody, staff_allows=staff))
        decision = board.say(WHO[role], said)
        if role not in row.roles:
            assert decision == Rejected("forbidden")
        elif row.step is None or role == "moderator" or (staff if role == "staff" else everybody):
            assert isinstance(decision, Decided), decision
        else:
            assert decision == Rejected("not_now", {"needs": row.step})


@CELLS
def test_whoever_is_muted_votes_asks_to_speak_and_takes_back_and_nothing_else(
    command: type[Command], row: Row, role: Role
) -> None:
    """DM3: given somebody muted, when they send a command, then only what writes nothing is let through."""
    board, said = ready(command, author(role), voter(row, role))
    if role not in MUTABLE:
        assert board.refused("mia", ParticipantMute(WHO[role])) == Rejected("forbidden")
        return
    board.accepted("mia", ParticipantMute(WHO[role]))
    decision = board.say(WHO[role], said)
    if role not in row.roles:
        assert decision == Rejected("forbidden")
    elif row.when_muted:
        assert isinstance(decision, Decided), decision
    else:
        assert decision == Rejected("muted")


WRITING = pytest.mark.parametrize(
    ("command", "role"),
    [(command, role) for command, row in TABLE.items() if row.writes for role in row.roles],
    ids=named,
)


@WRITING
@pytest.mark.parametrize("approve", [True, False])
def test_words_wait_for_a_moderator_where_the_step_says_so(command: type[Command], role: Role, approve: bool) -> None:
    """DM3: given a step with or without approval, when a role writes, then its words wait exactly if the table says."""
    board, said = ready(command, WHO[role], WHO[role])
    if isinstance(said, ReboundLink):
        said = replace(said, owes="what I owe it")
    board.accepted("mia", StepSet(approve=approve))
    decision = board.say(WHO[role], said)
    assert isinstance(decision, Decided), decision
    written = decision.made or getattr(said, "card", "")
    state = board.state.comments[written].state if isinstance(said, CommentAdd) else board.card(written).state
    waits = role in ALWAYS_HEARD_FIRST or (approve and role in HEARD_FIRST)
    assert state == ("pending" if waits else "shown")


@pytest.mark.parametrize("role", ["participant", "staff", "moderator"])
def test_a_title_that_cannot_wait_is_not_given_where_words_wait(role: Role) -> None:
    """DM3: given a step with approval, when somebody whose words wait names a stack, then it is refused for now;
    without a title they stack, and take a title away; staff and moderators name it."""
    board = Board()
    cards = (board.adds("cy"), board.adds("cy"), board.adds("cy"))
    board.accepted("mia", StepSet(approve=True))
    group = board.made(WHO[role], GroupMake(cards[:2]))
    for said in (GroupRename(group, "words"), GroupMake(cards, "words")):
        decision = board.say(WHO[role], said)
        if role in HEARD_FIRST:
            assert decision == Rejected("not_now", {"needs": "approval"})
        else:
            assert isinstance(decision, Decided), decision
    board.accepted("mia", GroupMake(cards, "a title"))
    (group,) = board.state.groups
    board.accepted(WHO[role], GroupRename(group))


@pytest.mark.parametrize("role", ["participant", "staff", "moderator"])
def test_a_title_has_no_seal_to_wait_under(role: Role) -> None:
    """DM6: given a private step, when somebody who does not steer names a stack, then it is refused for now, as a
    comment is; without a title they stack, and take a title away."""
    board = Board()
    cards = (board.adds("cy"), board.adds("cy"))
    board.accepted("mia", StepSet(private=True))
    group = board.made(WHO[role], GroupMake(cards))
    decision = board.say(WHO[role], GroupRename(group, "words"))
    if role == "moderator":
        assert isinstance(decision, Decided), decision
    else:
        assert decision == Rejected("not_now", {"needs": "reveal"})
    board.say("mia", GroupRename(group, "a title"))
    board.accepted(WHO[role], GroupRename(group))


@pytest.mark.parametrize("command", [one for one, row in TABLE.items() if row.roles and not row.writes], ids=named)
def test_what_writes_no_words_waits_for_nobody(command: type[Command]) -> None:
    """DM3: given a step with approval, when somebody does what writes nothing, then no card goes back into waiting."""
    row = TABLE[command]
    role: Role = "participant" if "participant" in row.roles and not row.titles else row.roles[-1]
    board, said = ready(command, WHO[role], WHO[role])
    board.accepted("mia", StepSet(approve=True))
    waiting = {id for id, card in board.state.cards.items() if card.state == "pending"}
    assert isinstance(board.say(WHO[role], said), Decided)
    assert {id for id, card in board.state.cards.items() if card.state == "pending"} <= waiting


def test_the_page_in_the_docs_is_the_table() -> None:
    """DM3: given docs/access.md, when the tables are printed, then the page holds exactly these tables."""
    page = PAGE.read_text(encoding="utf-8")
    for table in (access.printed(), access.printed_by_step()):
        assert f"\n\n{table}" in page, "stale: print rebond.domain.access again into the page"
    assert page.count("\n| ---") == 2


def test_a_cell_says_no_own_or_yes() -> None:
    """DM3: given the printed table, when one row is read, then it says who, whose, in which step, when locked or muted,
    and whose words wait."""
    lines = access.printed().splitlines()
    assert "| `card.edit` | own | own | own | – | – | edit | refused | refused | participant* |" in lines
    assert "| `card.erase` | own | own | yes | – | – | – | yes | yes | – |" in lines
    assert "| `card.add` | yes | yes | yes | yes | – | add | refused | refused | kiosk, participant* |" in lines
    assert "| `board.create` | – | – | – | – | – | – | – | – | – |" in lines
    assert "| `step.go` | – | – | yes | – | – | – | yes | – | – |" in lines
    by_step = access.printed_by_step().splitlines()
    assert "| allows `react` | `reaction.set` | `reaction.set` | `opinion.give` |" in by_step
    assert len(by_step) == 2 + len(ALL_PERMISSIONS) + 1


def test_what_the_next_step_may_allow_is_refused_for_now_only() -> None:
    """DM3: given the two refusals that depend on the moment, when their rows are read, then both are temporary."""
    assert ERRORS["not_now"].temporary
    assert ERRORS["locked"].temporary
    assert not ERRORS["forbidden"].temporary
