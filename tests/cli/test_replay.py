"""`rebond replay`: the log tells the board, and what is derived from it is checked against it (DM2, LG5)."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.cli.conftest import Lively, Rebond


def test_dm2_a_log_replays_to_the_state_and_its_stored_snapshot(rebond: Rebond, lively: Lively) -> None:
    """DM2, LG5. Given a board whose server left in order, when its log is replayed, then the state is printed, and
    verified against the snapshot the server stored, byte for byte."""
    state = rebond("replay", lively.code, "--data", lively.data).json
    assert len(state["cards"]) == 6
    said = rebond("replay", lively.id, "--data", lively.data, "--verify").text
    assert f"{state['seq']} entries fold to one state of 6 cards; the snapshot stored at entry {state['seq']}" in said
    assert "byte for byte" in said


def test_a_replay_stops_where_it_is_told(rebond: Rebond, lively: Lively) -> None:
    """Given a board, when its log is replayed up to an entry, then the state is the one after that entry; beyond the
    end, it is the last one."""
    early = rebond("replay", lively.code, "--data", lively.data, "--upto", 7).json
    assert (early["seq"], len(early["cards"])) == (7, 1)
    late = rebond("replay", lively.code, "--data", lively.data, "--upto", 99_999)
    assert late.out == rebond("replay", lively.code, "--data", lively.data).out


def test_lg5_a_tampered_snapshot_is_found(rebond: Rebond, lively: Lively) -> None:
    """LG5. Given a stored snapshot in which a word was changed, when the log is verified, then one sentence names the
    snapshot and says that the log is right."""
    changed = _execute(
        lively.data, "UPDATE snapshot SET data = CAST(replace(data, x'636f66666565', x'636f66666979') AS BLOB)"
    )
    assert changed == 1
    said = rebond("replay", lively.code, "--data", lively.data, "--verify").complaint
    assert said.startswith("The snapshot stored at entry ")
    assert said.endswith("is not what the log folds to; the log is right.")


def test_lg5_a_snapshot_of_another_version_is_left_aside(rebond: Rebond, lively: Lively) -> None:
    """LG5. Given a stored snapshot of another version, when the log is verified, then it is said to be made anew."""
    assert _execute(lively.data, "UPDATE snapshot SET version = 0") == 1
    assert "is of another version" in rebond("replay", lively.code, "--data", lively.data, "--verify").text


def test_lg1_a_missing_or_unreadable_entry_is_found(rebond: Rebond, lively: Lively) -> None:
    """LG1. Given a file somebody else has taken an entry from, or garbled one in, when the log is verified, then one
    sentence says so, and listing says it too."""
    assert _execute(lively.data, "DELETE FROM record WHERE board_no = 1 AND seq = 9") == 1
    assert "Entry 9 of board KYTE7 is missing" in rebond("replay", lively.code, "--data", lively.data).complaint
    assert _execute(lively.data, "UPDATE record SET data = x'ff00' WHERE board_no = 1 AND seq = 3") == 1
    assert "cannot be read" in rebond("replay", lively.code, "--data", lively.data).complaint
    _execute(lively.data, "DELETE FROM snapshot")
    assert "Board KYTE7 cannot be read" in rebond("board", "list", "--data", lively.data).complaint


def test_lg7_after_an_erasure_a_replay_begins_at_the_summary(rebond: Rebond, erased: Lively) -> None:
    """LG7. Given a board from which words were erased, when its log is verified, then it says where the log begins, and
    why that may be: a board that was put back looks the same. A state from before cannot be had, and the words are
    nowhere in the folder."""
    begins = "its log begins at a summary (words were erased, or it was put back after a loss)"
    assert begins in rebond("replay", erased.code, "--data", erased.data, "--verify").text
    assert begins in rebond("replay", erased.code, "--data", erased.data, "--upto", 3).complaint
    for file in erased.data.iterdir():
        assert b"calc" not in file.read_bytes(), file.name


def test_there_is_no_such_board_to_replay(rebond: Rebond, lively: Lively) -> None:
    """Given no such board, when it is replayed, then one sentence says so."""
    assert "There is no board 'X'" in rebond("replay", "X", "--data", lively.data).complaint


def _execute(data: Path, statement: str) -> int:
    with closing(sqlite3.connect(data / "rebond.db")) as connection, connection:
        return connection.execute(statement).rowcount
