"""People on a board: muted, removed, given a role (DM3, DM5). Joining is in test_board, what each may send in
test_access, their sockets in tests/hub/test_roles_given."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET
from msgspec.structs import replace

from rebond.domain import people
from rebond.domain.cards import Audience
from rebond.domain.fold import fold, fold_all
from rebond.domain.project import snapshot, yours, yours_after
from rebond.domain.state import EMPTY, Participant, state_bytes
from rebond_protocol.attention import HandLowered, HandRaise
from rebond_protocol.cards import CardAdd, CardHide
from rebond_protocol.errors import Rejected
from rebond_protocol.people import (
    ParticipantMute,
    ParticipantMuted,
    ParticipantPromote,
    ParticipantPromoted,
    ParticipantRaise,
    ParticipantReadmit,
    ParticipantRemove,
    ParticipantRemoved,
    ParticipantUnmute,
    PersonRole,
)
from tests.domain.played import ROLES, Board


@pytest.fixture
def board() -> Board:
    return Board()


# -- muted ---------------------------------------------------------------------------------------------------------


def test_who_is_muted_knows_and_so_do_the_moderators(board: Board) -> None:
    """DM3: given somebody who is muted, and then may write again, then they and the moderators are told each time,
    nobody else is, and who comes back is told how it stands."""
    for command, muted in ((ParticipantMute("ana"), True), (ParticipantUnmute("ana"), False)):
        entry = board.accepted("mo", command)
        assert entry.events == board.told(Audience.MODERATORS) == (ParticipantMuted("ana", muted),)
        assert board.told(Audience.PARTICIPANTS) == board.told(Audience.DISPLAYS) == ()
        assert {person: one.muted for person, one in yours_after(board.state, entry).items()} == {"ana": muted}
        assert yours(board.state, "ana").muted is (True if muted else UNSET)
        assert snapshot(board.state, Audience.MODERATORS, {}).muted == (("ana",) if muted else ())
        assert snapshot(board.state, Audience.PARTICIPANTS, {}).muted == ()
        assert board.refused("mo", command) == Rejected("already_so")
    assert yours(board.state, "bo").muted is UNSET


def test_who_steers_and_what_only_looks_is_not_muted(board: Board) -> None:
    """DM3: given a moderator, a wall and somebody unknown, when they are muted, then it is refused; a kiosk can be."""
    for who in ("mia", "mo", "wall"):
        assert board.refused("mo", ParticipantMute(who)) == Rejected("forbidden")
    assert board.refused("mo", ParticipantMute("ghost")) == Rejected("unknown_participant")
    assert board.refused("mo", ParticipantUnmute("ghost")) == Rejected("unknown_participant")
    board.accepted("mo", ParticipantMute("kit"))
    assert board.refused("kit", CardAdd("from the branch")) == Rejected("muted")


# -- removed -------------------------------------------------------------------------------------------------------


def test_the_hand_of_who_is_removed_goes_down(board: Board) -> None:
    """DM3: given a hand that is up, when its person is removed, then it is down in the same entry; the list of who was
    removed is the moderators'."""
    board.accepted("ana", HandRaise())
    board.accepted("bo", HandRaise())
    entry = board.accepted("mo", ParticipantRemove("ana"))
    assert entry.events == (ParticipantRemoved("ana"), HandLowered("ana"))
    assert [hand.participant for hand in board.state.hands] == ["bo"]
    assert snapshot(board.state, Audience.MODERATORS, {}).removed == ("ana",)
    assert snapshot(board.state, Audience.DISPLAYS, {}).removed == ()


# -- roles ---------------------------------------------------------------------------------------------------------


def test_a_co_moderator_steers_and_steers_no_more(board: Board) -> None:
    """DM3: given somebody made a moderator, when they steer, then it is taken; made a participant again, it is not."""
    card = board.adds("bo")
    assert board.refused("ana", CardHide(card)) == Rejected("forbidden")
    board.accepted("mo", ParticipantPromote("ana", "moderator"))
    board.accepted("ana", CardHide(card))
    board.accepted("ana", ParticipantPromote("cy", "moderator"))
    board.accepted("cy", ParticipantPromote("ana", "participant"))
    assert board.refused("ana", CardHide(board.adds("bo"))) == Rejected("forbidden")
    board.accepted("cy", ParticipantPromote("cy", "participant"))


def test_a_badge_is_seen_beside_what_staff_write(board: Board) -> None:
    """DM3: given somebody made staff, when the board is seen, everybody sees the badge; segment and cards stay."""
    board.adds("ana")
    board.accepted("mo", ParticipantPromote("ana", "staff"))
    for audience in Audience:
        (told,) = board.told(audience)
        assert isinstance(told, ParticipantPromoted)
        views = {one.participant: one for one in snapshot(board.state, audience, board.names).participants}
        assert (views["ana"].role, views["ana"].segment) == ("staff", "customer")
    assert board.state.participants["ana"].cards == 1


def test_on_an_anonymous_board_only_moderators_are_told_who_has_which_role() -> None:
    """DM5: given an anonymous board, when somebody is made staff, then no pseudonym reaches the others."""
    board = Board(anonymous=True)
    board.accepted("mo", ParticipantPromote("ana", "staff"))
    assert board.told(Audience.PARTICIPANTS) == board.told(Audience.DISPLAYS) == ()
    assert len(board.told(Audience.MODERATORS)) == 1


def test_nobody_locks_the_facilitator_out(board: Board) -> None:
    """DM3: given whoever holds the moderator's link, when anybody, even they themselves, takes the role from them or
    removes or mutes them, then it is `forbidden`; a co-moderator has to be one no more before they can be removed."""
    board.accepted("mo", ParticipantPromote("ana", "moderator"))
    for who in ("ana", "mia", "mo"):
        for role in ("participant", "staff"):
            assert board.refused(who, ParticipantPromote("mo", role)) == Rejected("forbidden")
    assert board.refused("ana", ParticipantRemove("mo")) == Rejected("forbidden")
    assert board.refused("mo", ParticipantRemove("ana")) == Rejected("forbidden")
    board.accepted("mo", ParticipantPromote("ana", "participant"))
    board.accepted("mo", ParticipantRemove("ana"))


def test_the_last_who_steers_cannot_stop(board: Board) -> None:
    """DM3: given a board where nobody holds the moderator's link any more, when the last co-moderator wants to lay it
    down, then it is `forbidden`, until somebody else steers."""
    left = board.state.participants
    for who in ("mo", "mia"):
        left = left.set(who, replace(left[who], removed=True))
    board.state = replace(board.state, participants=left.set("ana", Participant("moderator", None, promoted=True)))
    assert board.refused("ana", ParticipantPromote("ana", "participant")) == Rejected("forbidden")
    board.accepted("ana", ParticipantPromote("bo", "moderator"))
    board.accepted("ana", ParticipantPromote("ana", "participant"))


def test_an_invitation_raises_and_lowers_nobody(board: Board) -> None:
    """DM3: given people who open an invitation, when it invites to more than they are, then they are that, and may
    write; when it does not, then nothing changes."""
    board.accepted("mo", ParticipantMute("ana"))
    board.accepted(None, ParticipantRaise("ana", "staff"))
    assert board.refused("ana", CardAdd("still muted")) == Rejected("muted")
    board.accepted(None, ParticipantRaise("ana", "moderator"))
    board.accepted("ana", CardAdd("steers"))
    for role in ("participant", "staff", "moderator"):
        assert board.refused(None, ParticipantRaise("ana", role)) == Rejected("already_so")
    assert board.refused("ana", ParticipantRaise("bo", "staff")) == Rejected("forbidden")
    assert board.refused(None, ParticipantRaise("kit", "staff")).code == "invalid"
    assert board.refused(None, ParticipantRaise("ghost", "staff")) == Rejected("unknown_participant")


@pytest.mark.parametrize("low", ["staff", "participant"])
def test_whom_a_moderator_lowered_no_invitation_raises(board: Board, low: PersonRole) -> None:
    """DM3: given somebody who was invited to steer, when a moderator lowers them, then no invitation gives back any of
    it, not even where they are given a part of it again; and once a moderator has them steer, it is over."""
    board.accepted(None, ParticipantRaise("ana", "moderator"))
    board.accepted("mo", ParticipantPromote("ana", low))
    for role in ("staff", "moderator"):
        assert board.refused(None, ParticipantRaise("ana", role)) == Rejected("already_so")
    if low == "participant":
        board.accepted("mo", ParticipantPromote("ana", "staff"))
        assert board.refused(None, ParticipantRaise("ana", "moderator")) == Rejected("already_so")
    board.accepted("mo", ParticipantPromote("ana", "moderator"))
    assert not board.state.participants["ana"].lowered


def test_refusals_of_a_role(board: Board) -> None:
    """DM1: given a kiosk, a wall, somebody removed, unknown, or who has that role, when it is given, it is refused."""
    for who, role in (("kit", "kiosk"), ("wall", "display")):
        refused = board.refused("mo", ParticipantPromote(who, "moderator"))
        assert refused == Rejected("invalid", {"field": "command.participant", "problem": f"this is a {role}"})
    assert board.refused("mo", ParticipantPromote("ghost", "staff")) == Rejected("unknown_participant")
    assert board.refused("mo", ParticipantPromote("sam", "staff")) == Rejected("already_so")
    board.accepted("mo", ParticipantRemove("ana"))
    assert board.refused("mo", ParticipantPromote("ana", "staff")).code == "invalid"
    board.accepted("mo", ParticipantReadmit("ana"))
    board.accepted("mo", ParticipantPromote("ana", "staff"))


def test_who_is_made_a_moderator_may_write_again(board: Board) -> None:
    """DM3: given somebody muted, when they are made a moderator, then they are muted no more, and are told so; made
    staff, they stay muted."""
    board.accepted("mo", ParticipantMute("ana"))
    board.accepted("mo", ParticipantPromote("ana", "staff"))
    assert board.state.participants["ana"].muted
    entry = board.accepted("mo", ParticipantPromote("ana", "moderator"))
    assert entry.events == (ParticipantPromoted("ana", "moderator"), ParticipantMuted("ana", False))
    assert not board.state.participants["ana"].muted
    assert yours_after(board.state, entry)["ana"].muted is False


def test_a_link_is_handed_to_who_came_by_it(board: Board) -> None:
    """DM3: given a co-moderator whose pseudonym sorts first, when it is asked who holds the moderator link, it is
    who came by it, rather than who was given the role; and of a role that nobody has, nobody."""
    board.accepted("mo", ParticipantPromote("ana", "moderator"))
    assert people.holder(board.state, "moderator") == "mia"
    board.accepted("mo", ParticipantRemove("wall"))
    assert people.holder(board.state, "display") == "wall", "rather somebody removed than nobody"
    assert people.holder(EMPTY, "kiosk") is None


@pytest.mark.parametrize("event", [ParticipantMuted("ghost", True), ParticipantPromoted("ghost", "staff")])
def test_facts_about_nobody_change_nothing(board: Board, event: ParticipantMuted | ParticipantPromoted) -> None:
    """DM2: given a fact about somebody the board does not know, when it is folded, then the state is as before."""
    assert fold(board.state, event) == board.state


STEERING: st.SearchStrategy[tuple[str, str, PersonRole]] = st.tuples(
    st.sampled_from(("promote", "remove", "readmit", "mute", "unmute")),
    st.sampled_from(sorted(ROLES)),
    st.sampled_from(("participant", "staff", "moderator")),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(sorted(ROLES)), STEERING), max_size=20))
def test_whatever_is_done_to_people_somebody_steers(story: list[tuple[str, tuple[str, str, PersonRole]]]) -> None:
    """DM3: given any story of roles given, mutes and removals by anybody, then whoever holds the moderator's link
    steers, nobody who steers is muted or removed, kiosks and walls stay so, and the log folds to the same."""
    board = Board()
    for actor, (what, whom, role) in story:
        match what:
            case "promote":
                board.say(actor, ParticipantPromote(whom, role))
            case "remove":
                board.say(actor, ParticipantRemove(whom))
            case "readmit":
                board.say(actor, ParticipantReadmit(whom))
            case "mute":
                board.say(actor, ParticipantMute(whom))
            case _:
                board.say(actor, ParticipantUnmute(whom))
        here = board.state.participants
        assert here["mo"] == here["mia"] == Participant("moderator", None)
        assert not any(one.muted or one.removed for one in here.values() if one.role == "moderator")
        assert (here["kit"].role, here["wall"].role) == ("kiosk", "display")
    assert state_bytes(fold_all(EMPTY, board.log)) == state_bytes(board.state)
