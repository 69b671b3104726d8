"""The board around the cards: how it begins, sections, steps, lock, timer, people (DM1, DM3, DM5, LG7)."""

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from rebond.domain.cards import Audience
from rebond.domain.decide import decide
from rebond.domain.envelope import Envelope
from rebond.domain.project import AUDIENCES, snapshot, yours, yours_after
from rebond.domain.state import EMPTY, Participant
from rebond_protocol import limits
from rebond_protocol.boards import About, BoardCreate
from rebond_protocol.cards import CardAdd, CardAdded, CardEdit, CardHide
from rebond_protocol.codec import Format, encode
from rebond_protocol.errors import Rejected
from rebond_protocol.people import (
    ParticipantJoin,
    ParticipantReadmit,
    ParticipantReadmitted,
    ParticipantRemove,
    ParticipantRemoved,
    Segment,
)
from rebond_protocol.sections import Section, SectionAdd, SectionRemove, SectionRemoved, SectionRename, SectionRenamed
from rebond_protocol.steps import (
    BoardLock,
    BoardLocked,
    BoardRename,
    BoardRenamed,
    BoardUnlock,
    Timer,
    TimerExtend,
    TimerSet,
    TimerStart,
    TimerStop,
)
from tests.domain.played import NAMES, ROLES, Board

SERVER = Envelope(None, None, None, 5, "n1")
ABOUT = About("b1", "KITE7", "A title", "brainstorm", "en", 0, (Segment("customer", "Customer"),))


@pytest.fixture
def board() -> Board:
    return Board()


# -- beginning -----------------------------------------------------------------------------------------------------


def test_a_board_begins_once(board: Board) -> None:
    """DM1: given a board, when it is created again, then it is `already_so`; its time is the envelope's."""
    assert board.refused(None, BoardCreate(ABOUT)) == Rejected("already_so")
    assert board.state.about is not None
    assert board.state.about.created_ms == 2_000


def test_before_it_begins_nothing_happens() -> None:
    """DM1: given no board, when anything else is said, even by the server,
    then it is `unknown_board`, and has no view.
    """
    for command in (CardAdd("x"), ParticipantJoin("ana", "participant"), BoardLock()):
        assert decide(EMPTY, SERVER, command) == Rejected("unknown_board")
    with pytest.raises(ValueError, match="no view"):
        snapshot(EMPTY, Audience.PARTICIPANTS, {})


@pytest.mark.parametrize(
    ("about", "code"),
    [
        (replace(ABOUT, title=" "), "text_empty"),
        (replace(ABOUT, title="x" * 201), "text_too_long"),
        (replace(ABOUT, segments=(Segment("a", "\u202ex"),)), "text_forbidden"),
        (replace(ABOUT, segments=(Segment("a", "x" * 33),)), "text_too_long"),
        (replace(ABOUT, segments=(Segment("a", "x"), Segment("a", "y"))), "invalid"),
        (replace(ABOUT, segments=tuple(Segment(f"s{n}", "x") for n in range(13))), "board_full"),
    ],
)
def test_a_board_that_cannot_be(about: About, code: str) -> None:
    """DM1: given a title or segments that cannot be stored, when a board is created, then it is refused."""
    decision = decide(EMPTY, SERVER, BoardCreate(about))
    assert isinstance(decision, Rejected)
    assert decision.code == code


# -- sections ------------------------------------------------------------------------------------------------------


def test_sections_come_go_and_change_their_title(board: Board) -> None:
    """DM1: given a board, when sections are added, renamed and removed, then everybody is told, their cards stay."""
    section = board.made("mo", SectionAdd(" New ", " "))
    assert board.state.sections[-1] == Section(section, "New", None)
    board.accepted("mo", SectionRename(section, "Newer", "what goes here"))
    assert board.told(Audience.DISPLAYS) == (SectionRenamed(Section(section, "Newer", "what goes here")),)
    card, other = board.adds("ana", section=section), board.adds("ana", section="left")
    board.accepted("mo", SectionRemove(section))
    assert board.told(Audience.PARTICIPANTS) == (SectionRemoved(section),)
    assert (board.card(card).section, board.card(other).section) == (None, "left")
    assert [one.id for one in board.state.sections] == ["left", "right"]


def test_cards_that_others_do_not_see_lose_their_section_too(board: Board) -> None:
    """DM2: given a hidden and a waiting card in a section, when it is removed, then they stand in none as well."""
    hidden, pending = board.adds("ana", section="left"), board.adds("kit", section="left")
    board.accepted("mo", CardHide(hidden))
    board.accepted("mo", SectionRemove("left"))
    assert board.card(hidden).section is None
    assert board.card(pending).section is None


def test_refusals_about_sections(board: Board) -> None:
    """DM1: given an unknown section, an empty title, or too many, when a moderator asks for it, then it is refused."""
    assert board.refused("mo", SectionRename("nowhere", "x")) == Rejected("unknown_section")
    assert board.refused("mo", SectionRemove("nowhere")) == Rejected("unknown_section")
    assert board.refused("mo", SectionAdd("")).code == "text_empty"
    assert board.refused("mo", SectionRename("left", "x" * 81)).code == "text_too_long"
    assert board.refused("mo", SectionAdd("x", "y" * 501)).code == "text_too_long"
    for n in range(limits.SECTIONS_PER_BOARD - 2):
        board.accepted("mo", SectionAdd(f"{n}"))
    assert board.refused("mo", SectionAdd("one more")).code == "board_full"


# -- title, lock ---------------------------------------------------------------------------------------------------


def test_the_title_changes_for_everybody_and_the_beginning_stays(board: Board) -> None:
    """DM2: given a board, when it is renamed, then its title is new, and what it began as is not rewritten."""
    board.accepted("mo", BoardRename("  Other\n title "))
    assert board.told(Audience.PARTICIPANTS) == (BoardRenamed("Other  title"),)
    assert board.state.title == snapshot(board.state, Audience.PARTICIPANTS, {}).title
    assert board.refused("mo", BoardRename(" ")).code == "text_empty"


def test_a_lock_is_on_or_off(board: Board) -> None:
    """DM1: given a board, when it is locked twice or unlocked twice, then the second time it is `already_so`."""
    assert board.refused("mo", BoardUnlock()) == Rejected("already_so")
    board.accepted("mo", BoardLock())
    assert board.told(Audience.PARTICIPANTS) == (BoardLocked(),)
    assert board.refused("mo", BoardLock()) == Rejected("already_so")
    assert snapshot(board.state, Audience.PARTICIPANTS, {}).locked
    board.accepted("mo", BoardUnlock())
    assert not board.state.locked


# -- timer ---------------------------------------------------------------------------------------------------------


def test_a_timer_counts_from_the_servers_now(board: Board) -> None:
    """DM1: given no timer, when one is started, then it runs from the envelope's time; another takes its place."""
    board.accepted("mo", TimerStart(90))
    assert board.told(Audience.DISPLAYS) == (TimerSet(Timer(board.now_ms, board.now_ms + 90_000)),)
    board.accepted("mo", TimerStart(30))
    assert board.state.timer == Timer(board.now_ms, board.now_ms + 30_000)


def test_more_time_counts_from_the_end_of_a_running_timer(board: Board) -> None:
    """DM1: given a running timer, when it is extended, then its end moves and its start stays."""
    board.accepted("mo", TimerStart(90))
    started = board.now_ms
    board.accepted("mo", TimerExtend(60))
    assert board.state.timer == Timer(started, started + 150_000)


def test_more_time_after_the_end_or_without_a_timer_counts_from_now(board: Board) -> None:
    """DM1: given a timer that is over, or none, when more time is given, then it starts now."""
    board.accepted("mo", TimerExtend(10))
    assert board.state.timer == Timer(board.now_ms, board.now_ms + 10_000)
    board.now_ms += 10_000
    board.accepted("mo", TimerExtend(20))
    assert board.state.timer == Timer(board.now_ms, board.now_ms + 20_000)


def test_no_timer_runs_longer_than_the_limit(board: Board) -> None:
    """DM1: given the longest timer, when it is extended, then it ends at the limit from now."""
    board.accepted("mo", TimerStart(limits.TIMER_MAX_S))
    board.accepted("mo", TimerExtend(limits.TIMER_MAX_S))
    assert board.state.timer is not None
    assert board.state.timer.ends_ms == board.now_ms + limits.TIMER_MAX_S * 1000


def test_a_timer_can_be_taken_off(board: Board) -> None:
    """DM1: given a timer, when it is stopped, then it is off every screen; without one it is `already_so`."""
    assert board.refused("mo", TimerStop()) == Rejected("already_so")
    board.accepted("mo", TimerStart(90))
    board.accepted("mo", TimerStop())
    assert board.told(Audience.PARTICIPANTS) == (TimerSet(None),)


# -- people --------------------------------------------------------------------------------------------------------


def test_people_join_once_with_a_stake_the_board_names(board: Board) -> None:
    """DM1: given a board's segments, when somebody joins with another one or again, then it is refused."""
    assert board.refused(None, ParticipantJoin("ana", "participant")) == Rejected("already_so")
    refused = board.refused(None, ParticipantJoin("new", "participant", "martian"))
    assert refused == Rejected("invalid", {"field": "segment", "one_of": ["customer", "employee"]})
    board.accepted(None, ParticipantJoin("new", "participant", "employee"))
    assert board.state.participants["new"] == Participant("participant", "employee")
    assert all(board.told(audience) == () for audience in Audience)


def test_a_full_board_takes_no_more_people(board: Board) -> None:
    """DM1: given as many people as a board may have, when one more joins, then it is `board_full`."""
    many = {f"p{n}": Participant("participant", None) for n in range(limits.PARTICIPANTS_PER_BOARD)}
    board.state = replace(board.state, participants=board.state.participants.update(many))
    assert board.refused(None, ParticipantJoin("new", "participant")).code == "board_full"


def test_somebody_removed_may_do_nothing_until_readmitted(board: Board) -> None:
    """DM3: given somebody removed, when they write, then they are told so; their cards stay; readmitted, they write."""
    card = board.adds("ana")
    board.accepted("mo", ParticipantRemove("ana"))
    assert board.told(Audience.MODERATORS) == (ParticipantRemoved("ana"),)
    assert board.told(Audience.PARTICIPANTS) == board.told(Audience.DISPLAYS) == ()
    assert board.refused("ana", CardEdit(card, "x", 1)) == Rejected("removed")
    assert board.refused("mo", ParticipantRemove("ana")) == Rejected("already_so")
    assert len(snapshot(board.state, Audience.PARTICIPANTS, board.names).cards) == 1
    board.accepted("mo", ParticipantReadmit("ana"))
    assert board.told(Audience.MODERATORS) == (ParticipantReadmitted("ana"),)
    board.accepted("ana", CardEdit(card, "x", 1))
    assert board.refused("mo", ParticipantReadmit("ana")) == Rejected("already_so")


def test_a_facilitator_is_not_locked_out_of_the_room(board: Board) -> None:
    """DM3: given two moderators, when one removes the other, then it is `forbidden`; strangers are unknown."""
    assert board.refused("mo", ParticipantRemove("mia")) == Rejected("forbidden")
    assert board.refused("mo", ParticipantRemove("ghost")) == Rejected("unknown_participant")
    assert board.refused("mo", ParticipantReadmit("ghost")) == Rejected("unknown_participant")


def test_every_role_has_its_audience() -> None:
    """DM6: given the roles, when audiences are read, then only moderators see as moderators."""
    assert set(AUDIENCES) == set(ROLES.values())
    assert [role for role, audience in AUDIENCES.items() if audience is Audience.MODERATORS] == ["moderator"]


def test_names_stand_beside_cards_and_nowhere_in_the_log(board: Board) -> None:
    """LG7: given names in their own table, when a card is told, then its author has a name; the log has none."""
    board.adds("ana")
    (told,) = board.told(Audience.PARTICIPANTS)
    assert isinstance(told, CardAdded)
    assert told.author is not UNSET
    assert (told.author.name, told.author.segment) == ("Name-of-ana", "customer")
    assert not any(name.encode() in encode(board.log, Format.JSON) for name in NAMES.values())


# -- anonymous boards ----------------------------------------------------------------------------------------------


def test_an_anonymous_board_tells_nobody_who_wrote_what() -> None:
    """DM5, PRODUCT 5.5: given an anonymous board, when staff and participants write,
    then no audience learns who, not even a role.
    """
    board = Board(anonymous=True)
    for who in ("ana", "sam", "mo"):
        board.adds(who)
        for audience in Audience:
            (told,) = board.told(audience)
            assert isinstance(told, CardAdded)
            assert (told.card.author, told.author) == (None, UNSET)
    for audience in Audience:
        view = snapshot(board.state, audience, NAMES)
        assert view.anonymous
        assert view.participants == ()
        assert {card.author for card in view.cards} == {None}


def test_on_an_anonymous_board_everybody_still_knows_their_own() -> None:
    """DM5: given an anonymous board, when somebody writes, then they alone are told that the card is theirs."""
    board = Board(anonymous=True)
    card = board.adds("ana")
    own = yours_after(board.state, board.log[-1])
    assert set(own) == {"ana"}
    assert [one.id for one in own["ana"].cards] == [card]
    assert yours(board.state, "ana").authored == (card,)
    assert yours(board.state, "bo").authored == ()
