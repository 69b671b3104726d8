"""The client's fold of a board, where the simulation would say little about why: layers, repeats, rounds."""

import msgspec
import pytest
from msgspec.structs import replace

from rebond_protocol import codec
from rebond_protocol.cards import Card, CardAdded, CardChanged, CardEdited, CardGone, CardMoved
from rebond_protocol.events import OutgoingEvent
from rebond_protocol.frames import Events, Yours
from rebond_protocol.generate import vectors
from rebond_protocol.people import ParticipantView
from rebond_protocol.replica import BoardReplica
from rebond_protocol.rounds import RoundClosed, RoundOpened, RoundTallied
from rebond_protocol.sections import SectionRemoved
from tests.protocol.desk import Desk

CARD = Card("c1", "vélo", "s1", "aude", 1, (), "idea", "shown", 0, 1.0)
AUDE = ParticipantView("aude", "participant", "citizen", "Aude")
EVENTS = [
    event
    for vector in vectors()
    if vector.frame is not None and vector.frame["type"] == "events"
    for event in msgspec.convert(vector.frame, Events).events
]


def replica() -> BoardReplica:
    """Given a replica that has begun."""
    begun = BoardReplica()
    begun.restart(Desk().snapshot("aude"))
    return begun


def told(begun: BoardReplica, *events: OutgoingEvent, seq: int = 10) -> BoardReplica:
    for event in events:
        begun.apply(event, seq)
    return begun


def test_every_event_has_its_row() -> None:
    """A new event that replicas leave out is not finished."""
    assert set(BoardReplica.FOLDS) == set(OutgoingEvent.__args__)


def test_nothing_is_applied_before_the_first_snapshot() -> None:
    begun = told(BoardReplica(), CardAdded(CARD, AUDE))
    assert begun.view is None
    assert begun.cards == {}


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: str(event.__struct_config__.tag))
def test_an_event_applied_again_changes_nothing(event: OutgoingEvent) -> None:
    """Given a resume in the middle of a frame, when events come a second time, then the board is the same."""
    once = told(replica(), CardAdded(CARD, AUDE), *EVENTS, event)
    twice = told(replica(), CardAdded(CARD, AUDE), *EVENTS, event, event)
    assert _but_open_rounds(twice) == _but_open_rounds(once)


def test_a_card_comes_with_its_author() -> None:
    begun = told(replica(), CardAdded(CARD, AUDE))
    assert begun.participants["aude"] == AUDE


def test_yours_lies_over_what_all_see_until_the_card_is_told_anew() -> None:
    """Given my hidden card, when it is shown again, then what only I saw of it has ended."""
    hidden = replace(CARD, text="", state="hidden")
    begun = told(replica(), CardChanged(hidden))
    begun.take(Yours(10, {}, (replace(CARD, state="hidden"),)))
    assert begun.cards["c1"].text == "vélo"
    told(begun, CardChanged(CARD, AUDE), seq=11)
    assert begun.own == {}
    assert begun.cards["c1"] == CARD


def test_what_only_i_see_of_an_erased_card_is_gone_too() -> None:
    begun = told(replica(), CardChanged(replace(CARD, text="", state="hidden")))
    begun.take(Yours(10, {}, (replace(CARD, state="hidden"),)))
    told(begun, CardChanged(replace(CARD, text="", state="erased")), seq=11)
    assert "vélo" not in str(codec.plain(begun.cards["c1"]))


def test_a_withdrawn_card_stays_with_its_author() -> None:
    begun = told(replica(), CardAdded(CARD, AUDE), seq=10)
    told(begun, CardGone("c1"), seq=11)
    begun.take(Yours(11, {}, (replace(CARD, state="withdrawn"),)))
    assert "c1" not in begun.shared
    assert begun.cards["c1"].state == "withdrawn"


def test_a_whole_yours_replaces_all_that_was_mine() -> None:
    begun = replica()
    begun.take(Yours(10, {"r1": {"c1": 2}}, (CARD,)))
    begun.take(Yours(12, {"r2": {"c2": 1}}, (), ("c7",)))
    assert (begun.own, begun.ballots, begun.authored) == ({}, {"r2": {"c2": 1}}, {"c7"})


def test_small_changes_reach_both_layers() -> None:
    begun = told(replica(), CardAdded(replace(CARD, text="", sealed=True), AUDE))
    begun.take(Yours(10, {}, (replace(CARD, sealed=True),)))
    told(begun, CardMoved("c1", "s2", 7.0), seq=11)
    assert (begun.shared["c1"].section, begun.cards["c1"].section) == ("s2", "s2")


def test_events_about_unknown_cards_and_rounds_are_passed_over() -> None:
    before = replica().view
    begun = told(replica(), CardEdited("c9", "x", 2, 0), CardMoved("c9", None, 1.0), RoundTallied("r9", 2))
    assert begun.view == before


def test_the_cards_of_a_removed_section_stand_in_none() -> None:
    begun = told(replica(), CardAdded(CARD, AUDE), SectionRemoved("s1"))
    assert begun.cards["c1"].section is None
    assert [section.id for section in begun.sections] == ["s2"]


def test_dm7_tallies_are_absolute_and_no_points_are_no_row() -> None:
    begun = told(replica(), RoundOpened("r1", "dots", 5, 5, False, None, 0))
    told(begun, RoundTallied("r1", 2, {"c1": 3, "c2": 1}), RoundTallied("r1", 1, {"c1": 2, "c2": 0}))
    assert (begun.rounds["r1"].tallies, begun.rounds["r1"].voters) == ({"c1": 2}, 1)


def test_dm6_a_secret_round_has_no_tallies_until_it_is_closed() -> None:
    begun = told(replica(), RoundOpened("r1", "dots", 5, 5, True, None, 0), RoundTallied("r1", 2))
    assert begun.rounds["r1"].tallies is msgspec.UNSET
    told(begun, RoundClosed("r1", 9, {"c1": 3}, results=(), voters=2))
    assert (begun.rounds["r1"].state, begun.rounds["r1"].tallies) == ("closed", {"c1": 3})


def _but_open_rounds(begun: BoardReplica) -> object:
    """The board without open rounds: told again, one begins again, and only what follows it brings its points back."""
    assert begun.view is not None
    return replace(begun.view, rounds=tuple(round for round in begun.view.rounds if round.state == "closed"))
