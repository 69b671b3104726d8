"""DM3: the access table is what happens, for every command, role, step and lock; and the page in docs/ is the table."""

from pathlib import Path
from typing import get_args

import msgspec
import pytest

from rebond.domain import access
from rebond.domain.access import ROLES, TABLE, Row
from rebond.domain.decide import DECIDERS, decide
from rebond.domain.envelope import Decided
from rebond_protocol.boards import BoardCreate
from rebond_protocol.cards import (
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
from rebond_protocol.commands import Command
from rebond_protocol.errors import ERRORS, Rejected
from rebond_protocol.people import ParticipantJoin, ParticipantReadmit, ParticipantRemove, Role
from rebond_protocol.rebounds import CardRebound, ReboundLink, ReboundUnlink
from rebond_protocol.rounds import RoundClose, RoundOpen, VoteCast, VoteRetract
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
from tests.domain.played import Board

PAGE = Path(__file__).parents[2] / "docs" / "access.md"
WHO: dict[Role, str] = {"participant": "ana", "staff": "sam", "moderator": "mo", "kiosk": "kit", "display": "wall"}
OTHER: dict[Role, str] = {"participant": "bo", "staff": "bo", "moderator": "bo", "kiosk": "bo", "display": "bo"}


def ready(command: type[Command], author: str, voter: str) -> tuple[Board, Command]:
    """A board where this command makes sense, and the command, about a card of `author`."""
    board = Board()
    parent, card = board.adds("cy"), board.made(author, CardRebound((board.adds("cy"),), "extends", "a rebound"))
    linked = board.card(card).parents[0]
    if board.card(card).state == "pending":
        board.accepted("mia", CardApprove(card))
    round = ""
    if command is not RoundOpen:
        round = board.made("mia", RoundOpen("dots", 5))
    if command is VoteRetract:
        board.accepted(voter, VoteCast(round, card, 1))
    if command is CardShow:
        board.accepted("mia", CardHide(card))
    if command is CardRestore:
        board.accepted(*(("mia", CardRemove(card)) if author == "kit" else (author, CardWithdraw(card))))
    if command is CardApprove:
        card = board.adds("kit")
    if command is ParticipantReadmit:
        board.accepted("mia", ParticipantRemove("cy"))
    if command is TimerStop:
        board.accepted("mia", TimerStart(60))
    assert board.state.about is not None
    said: dict[type[Command], Command] = {
        BoardCreate: BoardCreate(board.state.about),
        ParticipantJoin: ParticipantJoin("new", "moderator"),
        ParticipantRemove: ParticipantRemove("cy"),
        ParticipantReadmit: ParticipantReadmit("cy"),
        CardAdd: CardAdd("an idea"),
        CardEdit: CardEdit(card, "other words", 1),
        CardMove: CardMove(card, "right"),
        CardWithdraw: CardWithdraw(card),
        CardRestore: CardRestore(card),
        CardErase: CardErase(card),
        CardHide: CardHide(card),
        CardShow: CardShow(card),
        CardApprove: CardApprove(card),
        CardRemove: CardRemove(card),
        CardRebound: CardRebound((parent,), "extends", "a rebound"),
        ReboundLink: ReboundLink(card, (parent,), "extends"),
        ReboundUnlink: ReboundUnlink(card, linked),
        RoundOpen: RoundOpen("dots", 5),
        RoundClose: RoundClose(round),
        VoteCast: VoteCast(round, card, 1),
        VoteRetract: VoteRetract(round, card),
        SectionAdd: SectionAdd("A section"),
        SectionRename: SectionRename("left", "Another title"),
        SectionRemove: SectionRemove("left"),
        StepSet: StepSet("Think"),
        BoardRename: BoardRename("Another title"),
        BoardLock: BoardLock(),
        BoardUnlock: BoardUnlock(),
        TimerStart: TimerStart(60),
        TimerExtend: TimerExtend(60),
        TimerStop: TimerStop(),
    }
    if command is BoardUnlock:
        board.accepted("mia", BoardLock())
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
    elif role in row.own and command is CardRestore:
        assert isinstance(decision, Rejected)
        assert decision.code == "unknown_card", "of what somebody else withdrew, nobody is told that it ever was"
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


def test_the_page_in_the_docs_is_the_table() -> None:
    """DM3: given docs/access.md, when the table is printed, then the page holds exactly that table."""
    page = PAGE.read_text(encoding="utf-8")
    table = page[page.index("| command") :]
    assert table == access.printed(), "stale: put rebond.domain.access.printed() in place of the page's table"


def test_a_cell_says_no_own_or_yes() -> None:
    """DM3: given the printed table, when one row is read, then it says who, whose, in which step, when locked."""
    lines = access.printed().splitlines()
    assert "| `card.edit` | own | own | own | – | – | edit | moderators |" in lines
    assert "| `card.erase` | own | own | yes | – | – | – | yes |" in lines
    assert "| `board.create` | – | – | – | – | – | – | – |" in lines


def test_what_the_next_step_may_allow_is_refused_for_now_only() -> None:
    """DM3: given the two refusals that depend on the moment, when their rows are read, then both are temporary."""
    assert ERRORS["not_now"].temporary
    assert ERRORS["locked"].temporary
    assert not ERRORS["forbidden"].temporary
