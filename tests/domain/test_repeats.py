"""LG4: a resent command is answered as before and changes nothing; what may have been forgotten is refused."""

from hypothesis import given
from hypothesis import strategies as st

from rebond.domain.envelope import Decided, Repeated
from rebond.domain.state import outcomes_of, read_state, state_bytes
from rebond_protocol import limits
from rebond_protocol.cards import CardAdd
from rebond_protocol.errors import Rejected
from rebond_protocol.people import ParticipantRemove
from rebond_protocol.steps import BoardLock
from tests.domain.played import Board

WINDOW = limits.COMMANDS_IN_FLIGHT


def test_a_resent_command_is_answered_as_before() -> None:
    """LG4: given an accepted command, when it comes again under its id,
    then it has the same entry and the same card.
    """
    board = Board()
    entry = board.accepted("ana", CardAdd("once"))
    assert board.repeated("ana", CardAdd("once"), id=1) == Repeated(entry.seq, entry.made)
    assert board.repeated("ana", CardAdd("other words, same id"), id=1) == Repeated(entry.seq, entry.made)
    assert [card.text for card in board.state.cards.values()] == ["once"]


def test_the_answer_stays_the_same_whatever_happened_since() -> None:
    """LG4: given an accepted command, when the board is locked and its sender removed,
    then a resend is answered still.
    """
    board = Board()
    entry = board.accepted("ana", CardAdd("once"))
    board.accepted("mo", BoardLock())
    board.accepted("mo", ParticipantRemove("ana"))
    board.state = read_state(state_bytes(board.state))
    assert board.repeated("ana", CardAdd("once"), id=1) == Repeated(entry.seq, entry.made)


def test_a_refused_command_is_not_remembered() -> None:
    """LG4: given a refused command, when the same id comes again, then it is decided anew."""
    board = Board()
    assert board.say("ana", CardAdd(""), id=1) == Rejected("text_empty")
    assert isinstance(board.say("ana", CardAdd("words"), id=1), Decided)


def test_a_device_belongs_to_its_participant() -> None:
    """LG4: given one id on two devices and of two people, when each sends it, then they are different commands."""
    board = Board()
    for who, device in (("ana", "phone"), ("ana", "laptop"), ("bo", "phone")):
        assert isinstance(board.say(who, CardAdd("x"), id=1, device=device), Decided)
    assert len(board.state.cards) == 3


def test_the_server_itself_repeats_nothing() -> None:
    """LG4: given a command without device or id, when it is said twice, then it happens twice."""
    board = Board()
    for _ in range(2):
        assert isinstance(board.say("ana", CardAdd("x"), device=None), Decided)
    assert len(board.state.cards) == 2


def test_as_many_are_remembered_as_may_be_under_way() -> None:
    """LG4: given a full window, when its oldest is resent, then it is answered; one before it is `stale_id`."""
    board = Board()
    entries = [board.accepted("ana", CardAdd(f"{n}")) for n in range(WINDOW + 1)]
    assert board.repeated("ana", CardAdd("1"), id=2) == Repeated(entries[1].seq, entries[1].made)
    assert board.say("ana", CardAdd("0"), id=1) == Rejected("stale_id", {"oldest": 2})
    assert len(outcomes_of(board.state, "ana", "phone")) == WINDOW


def test_a_gap_in_the_ids_can_be_filled_while_nothing_was_forgotten() -> None:
    """LG4: given ids 2 and 4, when 3 and then 1 come late, then they are taken, and 2 is still known."""
    board = Board()
    for id in (2, 4, 3, 1):
        assert isinstance(board.say("ana", CardAdd(f"{id}"), id=id), Decided)
    assert isinstance(board.say("ana", CardAdd("2"), id=2), Repeated)


@given(st.lists(st.integers(1, 2 * WINDOW), min_size=WINDOW, max_size=4 * WINDOW))
def test_in_whatever_order_ids_come_each_happens_at_most_once(ids: list[int]) -> None:
    """LG4: given a device that sends ids in any order, again and again, then no id is ever accepted twice."""
    board, accepted = Board(), set[int]()
    for id in ids:
        decision = board.say("ana", CardAdd(f"{id}"), id=id)
        match decision:
            case Decided():
                assert id not in accepted
                accepted.add(id)
            case Repeated(made=made):
                assert made is not None
                assert board.card(made).text == f"{id}"
            case Rejected(code):
                assert code == "stale_id"
    assert len(board.state.cards) == len(accepted)
