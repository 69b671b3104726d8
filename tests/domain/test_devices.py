"""How many devices of one person a board remembers (LG4), and states of earlier versions (LG5)."""

from __future__ import annotations

from typing import Any

import msgpack
import pytest

from rebond.domain.envelope import Decided
from rebond.domain.state import STATE_VERSION, UPCASTS, outcomes_of, read_state, state_bytes
from rebond_protocol import limits
from rebond_protocol.cards import CardAdd
from tests.domain.played import Board

MOST = limits.DEVICES_PER_PARTICIPANT


def as_version_1(board: Board) -> bytes:
    """The state as the first version stored it: one map of `participant device`."""
    state: dict[str, Any] = msgpack.unpackb(state_bytes(board.state))
    flat = {f"{who} {device}": kept for who, mine in state["devices"].items() for device, kept in mine.items()}
    return msgpack.packb({**state, "devices": flat})


def test_nobody_makes_a_board_remember_without_end() -> None:
    """LG4: given one person acts from ever new devices, then the latest are remembered, and everybody else's."""
    board = Board()
    board.say("bo", CardAdd("another's"), id=1, device="bo's")
    for number in range(MOST + 20):
        assert isinstance(board.say("ana", CardAdd("x"), id=1, device=f"d{number}"), Decided)
    assert len(board.state.devices["ana"]) == MOST
    assert not outcomes_of(board.state, "ana", "d19")
    assert outcomes_of(board.state, "ana", "d20")
    assert outcomes_of(board.state, "bo", "bo's")


def test_a_device_that_goes_on_acting_is_not_forgotten() -> None:
    """LG4: given a phone that acts between new devices, then it is remembered however many come."""
    board = Board()
    for number in range(2 * MOST):
        board.say("ana", CardAdd("x"), id=number + 1, device="phone")
        board.say("ana", CardAdd("x"), id=1, device=f"d{number}")
    assert outcomes_of(board.state, "ana", "phone")
    assert len(board.state.devices["ana"]) == MOST


def test_a_state_of_the_first_version_is_read() -> None:
    """LG5: given a state as version 1 stored it, when it is read as that, then it is today's, and bytes of it too."""
    board = Board()
    for who, device in (("ana", "phone"), ("ana", "laptop"), ("bo", "phone")):
        board.say(who, CardAdd("x"), id=1, device=device)
    assert read_state(as_version_1(board), 1) == board.state
    with pytest.raises(ValueError, match=r"Expected `object`, got `array` - at `\$\.devices"):
        read_state(as_version_1(board))


def test_every_earlier_version_has_a_way_to_this_one() -> None:
    """LG5: given the versions there have been, then each but this one leads on, and one to come is refused."""
    assert set(UPCASTS) == set(range(1, STATE_VERSION))
    for version in (0, STATE_VERSION + 1):
        with pytest.raises(ValueError, match="up to version"):
            read_state(state_bytes(Board().state), version)


@pytest.mark.parametrize("raw", [[], 7, {}, {"devices": []}, {"devices": None}])
def test_what_is_no_state_of_an_earlier_version_is_refused(raw: Any) -> None:
    """LG5: given bytes that are no state of the first version, when they are read as one, then it is ValueError."""
    with pytest.raises(ValueError, match=r"Expected `object`, got `(array|int|null)`"):
        read_state(msgpack.packb(raw), 1)
