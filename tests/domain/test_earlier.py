"""What earlier versions wrote is still read: every log folds, every stored state opens (DM2, LG5).

`earlier/version_2.json` was written by the program of that version: the entries of a board with a card in every state,
two votes and private writing, and the state it made of them. `earlier/kiosks_asked.json` was written by a program of
state version 5 in which the server said `kiosk.set`, its settings passed over, to have kiosks ask for their seats.
"""

import json
from pathlib import Path

import pytest

from rebond.domain.cards import Audience
from rebond.domain.fold import fold_all
from rebond.domain.project import project, snapshot
from rebond.domain.state import EMPTY, STATE_VERSION, read_state, state_bytes
from rebond_protocol.codec import read_entry
from rebond_protocol.labs import KioskSettings, KioskSettingsChanged
from tests.domain.played import NAMES

EARLIER = Path(__file__).parent / "earlier"
WRITTEN = sorted(EARLIER.glob("version_*.json"))


@pytest.mark.parametrize("file", WRITTEN, ids=lambda file: file.stem)
def test_an_earlier_log_folds_to_what_its_state_is_read_as(file: Path) -> None:
    """DM2, LG5: given entries and state of an earlier version, when both are read, then they are the same board."""
    written = json.loads(file.read_text())
    entries = [read_entry(bytes.fromhex(entry)) for entry in written["entries"]]
    folded = fold_all(EMPTY, entries)
    read = read_state(bytes.fromhex(written["state"]), written["version"])
    assert written["version"] < STATE_VERSION
    assert state_bytes(folded) == state_bytes(read)
    assert folded == read


@pytest.mark.parametrize("file", WRITTEN, ids=lambda file: file.stem)
def test_an_earlier_board_is_shown_and_goes_on(file: Path) -> None:
    """LG5: given a state of an earlier version, when it is shown, then it is all there, and all new is empty."""
    written = json.loads(file.read_text())
    state = read_state(bytes.fromhex(written["state"]), written["version"])
    for audience in Audience:
        view = snapshot(state, audience, NAMES)
        assert view.cards
        assert view.rounds[0].results
        assert (view.plan, view.groups, view.comments, view.reactions, view.hands) == ((), (), (), {}, ())
        assert (view.relaunch, view.spotlight, view.wall_hidden) == (None, None, False)
    assert snapshot(state, Audience.MODERATORS, NAMES).removed == ("bo",)


def test_a_log_in_which_the_server_said_how_kiosks_behave_is_as_it_was() -> None:
    """DM2, LG5: given a log in which two entries of the server's say again how kiosks behave, and have them ask for
    their seats, when it is read, then it folds to the state that was made of it, and they still tell of it."""
    written = json.loads((EARLIER / "kiosks_asked.json").read_text())
    entries = [read_entry(bytes.fromhex(entry)) for entry in written["entries"]]
    folded = fold_all(EMPTY, entries)
    assert folded == read_state(bytes.fromhex(written["state"]), written["version"])
    assert folded.kiosk == KioskSettings(90)
    before, asked = fold_all(EMPTY, entries[:-1]), entries[-1]
    assert asked.actor is None
    told = [project(before, event, folded, Audience.PARTICIPANTS, NAMES) for event in asked.events]
    assert told == [(KioskSettingsChanged(KioskSettings(90)),)]
