"""The state as bytes (DM2, LG5): what a snapshot of the log holds, and what is done with bytes that are none."""

from typing import Any

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from rebond.domain import fold, project
from rebond.domain.state import EMPTY, STATE_VERSION, read_state, state_bytes
from rebond_protocol.cards import CardWithdraw
from rebond_protocol.events import Event
from rebond_protocol.people import ParticipantPromote
from rebond_protocol.rounds import RoundOpen, VoteCast
from rebond_protocol.steps import BoardRename
from tests.domain.played import Board


def full() -> Board:
    """A board with something in every part of its state."""
    board = Board()
    card = board.adds("ana", "été", "left")
    board.accepted("bo", VoteCast(board.made("mo", RoundOpen("dots", 3, 2, True, "A vote")), card, 2))
    board.accepted("ana", CardWithdraw(card))
    return board


def test_a_state_comes_back_as_it_was() -> None:
    """DM2: given a board, when its state is encoded and read, then it is equal, and encodes to the same bytes."""
    state = full().state
    again = read_state(state_bytes(state))
    assert again == state
    assert state_bytes(again) == state_bytes(state)
    assert read_state(state_bytes(EMPTY)) == EMPTY
    assert STATE_VERSION >= 1


def test_the_order_in_which_maps_were_filled_is_not_in_the_bytes() -> None:
    """DM2: given two states that are equal, when one was filled the other way round, then their bytes are the same."""
    first = second = full().state
    for id in sorted(second.cards, reverse=True):
        second = replace(second, cards=second.cards.delete(id).set(id, second.cards[id]))
    assert state_bytes(first) == state_bytes(second)


@given(st.data())
def test_a_damaged_snapshot_is_refused_not_believed(data: st.DataObject) -> None:
    """LG5: given a stored state, when bytes of it are lost, then reading raises ValueError and nothing else."""
    whole = state_bytes(full().state)
    cut = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(ValueError, match=r"Input data was truncated"):
        read_state(whole[:cut])


@given(
    st.binary(max_size=50)
    | st.recursive(st.none() | st.integers(0, 9) | st.text(max_size=3), st.lists).map(msgpack.packb)
)
def test_anything_else_is_refused_too(data: bytes) -> None:
    """LG5: given bytes that are no state, when they are read, then it is ValueError."""
    with pytest.raises(
        ValueError,
        match=r"^(Expected `|Object missing|Input data was truncated|MessagePack data is malformed|.utf-8. codec)",
    ):
        read_state(data)


@pytest.mark.parametrize("lost", ["title", "role", "participants"])
def test_a_damaged_state_of_an_earlier_version_is_refused_too(lost: str) -> None:
    """LG5: given a stored state of an earlier version that has lost a part, when it is read, then it is ValueError."""
    board = full()
    board.accepted("mo", ParticipantPromote("bo", "staff"))
    stored: dict[str, Any] = msgpack.unpackb(state_bytes(board.state))
    for part in (stored, *stored["participants"].values()):
        part.pop(lost, None)
    for version in range(1, STATE_VERSION):
        with pytest.raises(ValueError, match=r"^(Expected `|Object missing)"):
            read_state(msgpack.packb(stored), version)


def test_every_event_is_folded_and_what_leaves_was_decided_on() -> None:
    """DM2, DM6: given the protocol's events, when the tables are read, then each folds, and only these never leave."""
    events = set(Event.__args__)
    assert set(fold.FOLDERS) == events
    silent = {event.__struct_config__.tag for event in events - set(project.PROJECTIONS)}
    assert silent == {
        "board.created", "board.forgot", "round.erased",
        "participant.joined", "ballot.cast", "ballot.marked", "reaction.given", "opinion.given",
    }  # fmt: skip


def test_a_state_of_the_fourth_version_is_read() -> None:
    """LG5, LG7: given a state as version 4 stored it, of a renamed board, with somebody who is a participant again,
    when it is read as that, then no link raises them, and what the board was called first is nowhere."""
    board = full()
    board.accepted("mo", ParticipantPromote("bo", "moderator"))
    board.accepted("mo", ParticipantPromote("bo", "participant"))
    board.accepted("mo", ParticipantPromote("cy", "staff"))
    first = board.state.title
    board.accepted("mo", BoardRename("Another title"))
    stored: dict[str, Any] = msgpack.unpackb(state_bytes(board.state))
    for person in stored["participants"].values():
        del person["lowered"]
    stored["about"]["title"] = first
    read = read_state(msgpack.packb(stored), 4)
    assert read == board.state
    assert {id for id, person in read.participants.items() if person.lowered} == {"bo"}
    assert first.encode() not in state_bytes(read)
