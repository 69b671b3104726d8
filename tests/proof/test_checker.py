"""The checker's own tests: it passes what is sound, and finds whatever is planted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from rebond.domain.state import EMPTY, STATE_VERSION, state_bytes
from rebond_protocol.attention import WallHide
from rebond_protocol.cards import CardAdd, CardAdded, CardEdit, CardHide, CardMove, CardShow, CardWithdraw
from rebond_protocol.frames import Position
from rebond_protocol.rebounds import CardRebound
from rebond_protocol.rounds import RoundClose, RoundOpen, VoteCast
from rebond_protocol.sections import SectionRemove
from rebond_protocol.steps import BoardLock, BoardRename, BoardUnlock, StepSet
from rebond_protocol.talk import Comment
from tests.proof import check as command
from tests.proof import history as h
from tests.proof.checker import Verdict, check
from tests.proof.history import HistoryFile, HistoryWriter, Line
from tests.proof.tale import EPOCH, Tale
from tests.proof.truth import Touched


def workshop() -> Tale:
    """Two boards; on the first two participants, one of them with two devices, a facilitator and the wall."""
    tale = Tale("b1", "b2")
    tale.phone("ana", "ana")
    tale.phone("bo", "bo")
    tale.phone("mo", "mo")
    tale.phone("cy", "cy", "b2")
    first = tale.says("ana", CardAdd("shade over the square"))
    assert first is not None
    tale.phone("bo-at-home", "bo")
    tale.phone("wall", "wall")
    tale.says("bo", CardRebound((first,), "extends", "and benches", owes="the square"))
    tale.says("cy", CardAdd("another matter"))
    tale.says("ana", CardEdit(first, "much shade over the square", 1))
    round = tale.says("mo", RoundOpen("dots", 10))
    assert round is not None
    tale.says("ana", VoteCast(round, first, 3))
    tale.says("bo-at-home", VoteCast(round, first, 2))
    tale.says("mo", RoundClose(round))
    tale.says("mo", CardHide(first))
    tale.says("bo", CardEdit(first, "not mine", 1))
    tale.says("mo", BoardLock())
    tale.says("ana", CardAdd("too late"))
    tale.says("mo", BoardUnlock())
    tale.says("mo", StepSet("alone", private=True))
    tale.says("ana", CardAdd("for my eyes"))
    tale.says("mo", StepSet("together"))
    tale.says("mo", SectionRemove("left"))
    return tale


def lines_of(lines: list[Line], kind: type[Line], **wanted: Any) -> list[int]:
    """Where the lines of this kind with these values are."""
    return [
        place
        for place, line in enumerate(lines)
        if isinstance(line, kind) and all(getattr(line, name) == value for name, value in wanted.items())
    ]


def found(lines: list[Line]) -> set[str]:
    """The rules that a history breaks."""
    verdict = check(lines)
    assert all(finding.lines and max(finding.lines) <= len(lines) for finding in verdict.findings), "evidence"
    return set(verdict.found)


def test_a_sound_history_passes() -> None:
    """LG1, LG4, HB4: given everybody was told what the log holds, when checked, then nothing is found, and the history
    is counted."""
    verdict = check(workshop().ends())
    assert verdict.sound, [str(finding) for finding in verdict.findings]
    assert verdict.counts["submitted"] == 17
    assert verdict.counts["accepted"] == 15
    assert verdict.refused == {"not_yours": 1, "locked": 1}


def test_a_lost_acknowledgement_is_found() -> None:
    """LG2: given a command was acknowledged, when its entry is not in the log, then the sentence says whose it was and
    which lines show it."""
    tale = workshop()
    lines = tale.ends()
    last = lines_of(lines, h.Stored, board="b1")[-1]
    kept = lines_of(lines, h.Kept, board="b1")[0]
    seq = tale.boards["b1"].state.seq - 1
    lines[kept] = replace(lines[kept], position=Position(EPOCH, seq))
    del lines[last]
    verdict = check(lines)
    (lost,) = [finding for finding in verdict.findings if finding.rule == "lost"]
    assert "Command 8 of mo was acknowledged as entry" in lost.sentence
    assert lost.lines == (
        lines_of(lines, h.Submitted, phone="mo", id=8)[0] + 1,
        lines_of(lines, h.Accepted, phone="mo", id=8)[0] + 1,
        kept + 1,
    )
    assert "not in the log" in verdict.found, "and it was told to everybody"


def test_a_doubled_command_is_found() -> None:
    """LG4: given a command is in the log twice, when checked, then both entries are named."""
    tale = workshop()
    board = tale.boards["b1"]
    twice = next(entry for entry in board.log if entry.device == "ana")
    board.log.append(replace(twice, seq=board.state.seq + 1))
    lines = tale.ends()
    card, command = [finding for finding in check(lines).findings if finding.rule == "doubled"]
    assert "is added to board b1 once more" in card.sentence
    assert f"entries [{twice.seq}, {board.state.seq + 1}]" in command.sentence


def test_reordering_is_found() -> None:
    """LG1: given two phones, when one is told two changes of a card in the other order, then what it shows meanwhile is
    not what the log says."""
    tale = Tale()
    tale.phone("ana", "ana")
    tale.phone("bo", "bo")
    card = tale.says("ana", CardAdd("a"))
    assert card is not None
    tale.says("ana", CardEdit(card, "b", 1))
    tale.says("ana", CardEdit(card, "c", 2))
    lines = tale.ends()
    one, other = lines_of(lines, h.Followed, phone="bo")[1:3]
    first, second = lines[one], lines[other]
    assert isinstance(first, h.Followed)
    assert isinstance(second, h.Followed)
    lines[one], lines[other] = replace(first, events=second.events), replace(second, events=first.events)
    assert {"order", "diverged"} <= found(lines)


def test_two_orders_in_an_epoch_that_no_log_knows_are_found() -> None:
    """LG1, LG6: given an epoch whose log is gone, when two phones were told different things at one position of it,
    then that is found, without a log that could say who is right."""
    tale = Tale()
    tale.phone("ana", "ana")
    tale.phone("bo", "bo")
    tale.says("ana", CardAdd("a"))
    tale.comes_back("ana", "second")
    tale.comes_back("bo", "second")
    lines = tale.ends("second")
    assert check(lines).sound
    place = lines_of(lines, h.Followed, phone="bo")[0]
    told = lines[place]
    assert isinstance(told, h.Followed)
    lines[place] = replace(told, events=(_other_words(told.events[0]),))
    assert found(lines) == {"order"}


def _other_words(event: object) -> Any:
    assert isinstance(event, CardAdded)
    return replace(event, card=replace(event.card, text="other words"))


def test_a_regressing_epoch_is_found() -> None:
    """LG6: given a phone went from one epoch to the next, when it is told of the first again, then that is found."""
    tale = workshop()
    for epoch in ("second", EPOCH):
        for name in ("ana", "bo", "mo", "bo-at-home", "wall"):
            tale.comes_back(name, epoch)
    assert found(tale.ends()) == {"epoch back"}


def test_two_phones_that_go_opposite_ways_are_found() -> None:
    """LG6: given no phone comes back to an epoch, when two of them went between two epochs in opposite directions, then
    that is found all the same."""
    tale = Tale()
    tale.phone("ana", "ana")
    tale.comes_back("ana", "second")
    tale.phone("bo", "bo")
    tale.phones["bo"].position = Position("second", 0)
    tale.lines = [line for line in tale.lines if getattr(line, "phone", "") != "bo" or isinstance(line, h.Phone)]
    tale.comes_back("bo", "second")
    tale.comes_back("bo", EPOCH)
    assert "epoch back" in found(tale.ends("second"))


def test_a_position_that_goes_back_is_found() -> None:
    """HB4: given a phone at a position, when a snapshot of the same epoch puts it behind, then both lines are named."""
    tale = workshop()
    lines = tale.ends()
    early = lines_of(lines, h.Restarted, phone="bo")[0]
    late = lines_of(lines, h.Followed, phone="bo")[-1]
    lines.insert(late + 1, lines[early])
    (back,) = [finding for finding in check(lines).findings if finding.rule == "position back"]
    assert back.lines == (late + 1, late + 2)


def test_a_diverged_screen_is_found() -> None:
    """HB3: given a phone missed a frame, when it stands at the end all the same, then what it lacks is named."""
    lines = workshop().ends()
    place = lines_of(lines, h.Followed, phone="wall")[0]
    del lines[place]
    verdict = check(lines)
    assert {"order", "diverged"} <= set(verdict.found)
    assert any("is missing" in str(finding) for finding in verdict.findings)


def test_somebody_who_was_left_behind_is_found() -> None:
    """HB5: given all is quiet, when a phone stands before the end of the log, or nowhere, then that is found."""
    lines = workshop().ends()
    last = lines_of(lines, h.Followed, phone="wall")[-1]
    behind = [line for place, line in enumerate(lines) if place != last]
    assert "diverged" in found(behind)
    nowhere = [line for line in lines if not (isinstance(line, h.Standing) and line.phone == "wall")]
    assert found(nowhere) == {"diverged"}


def test_a_wall_that_is_hidden_is_entitled_to_no_vote() -> None:
    """DM6: given a wall that is hidden, when people vote meanwhile, then it is sound that the wall is told nothing of
    it, and a fault that it is told."""
    tale = Tale()
    tale.phone("ana", "ana")
    tale.phone("mo", "mo")
    card = tale.says("ana", CardAdd("an idea"))
    tale.says("mo", WallHide())
    tale.phone("wall", "wall")
    round = tale.says("mo", RoundOpen("dots", 5))
    assert card is not None
    assert round is not None
    tale.says("ana", VoteCast(round, card, 1))
    lines = tale.ends()
    assert not check(lines).findings
    told = lines[lines_of(lines, h.Followed, phone="ana")[-2]]
    there = lines_of(lines, h.Followed, phone="wall")[-2]
    hidden = lines[there]
    assert isinstance(told, h.Followed)
    assert isinstance(hidden, h.Followed)
    lines[there] = replace(hidden, events=told.events)
    assert "order" in found(lines)


@pytest.mark.parametrize(
    ("what", "other"),
    [
        ("ballots", {"b1-n13": {"b1-n9": 9}}),
        ("marks", {"b1-n13": {"b1-n9": (1,)}}),
        ("reactions", {"b1-n9": "heart"}),
        ("comments", (Comment("b1-n99", "b1-n9", "said by nobody", "ana", 1, "withdrawn"),)),
        ("muted", True),
    ],
)
def test_another_own_than_ones_own_is_found(what: str, other: object) -> None:
    """DM6, DM7: given what is a phone's own, when it was told something else at the end, then that is found."""
    lines = workshop().ends()
    told = lines[lines_of(lines, h.Privately, phone="ana")[-1]]
    assert isinstance(told, h.Privately)
    lines.append(replace(told, yours=replace(told.yours, **{what: other})))
    standing = lines_of(lines, h.Standing, phone="ana")[0]
    lines.append(lines.pop(standing))
    assert "diverged" in found(lines)
    words = [finding.sentence for finding in check(lines).findings if finding.rule == "diverged"]
    assert any("as its own" in sentence for sentence in words)


def test_a_leak_across_boards_is_found() -> None:
    """DM6: given two boards, when a phone on one is told of a card of the other, then both boards are named."""
    lines = workshop().ends()
    there = lines_of(lines, h.Followed, phone="cy")[0]
    here = lines_of(lines, h.Followed, phone="bo")[-1]
    leaked, told = lines[there], lines[here]
    assert isinstance(leaked, h.Followed)
    assert isinstance(told, h.Followed)
    lines[here] = replace(told, events=(*told.events, *leaked.events))
    leaks = [finding for finding in check(lines).findings if finding.rule == "leak"]
    assert leaks[0].sentence.startswith("bo on board b1 was told of b2-")
    assert here + 1 in leaks[0].lines


def test_somebody_elses_private_words_are_found() -> None:
    """DM6: given a private step, when a phone is told of what another person wrote in it, then that is a leak."""
    lines = workshop().ends()
    mine = next(place for place in lines_of(lines, h.Privately, phone="ana") if _private_cards(lines[place]))
    told = lines[mine]
    assert isinstance(told, h.Privately)
    lines.insert(mine + 1, replace(told, phone="bo"))
    assert "leak" in found(lines)


def _private_cards(line: Line) -> bool:
    return isinstance(line, h.Privately) and bool(line.yours.cards)


def test_an_entry_on_the_wrong_board_is_found() -> None:
    """LG1: given a phone is on one board, when an entry of another board bears its device, then that is a leak."""
    tale = workshop()
    board = tale.boards["b2"]
    stray = next(entry for entry in tale.boards["b1"].log if entry.device == "bo")
    board.log.append(replace(stray, seq=board.state.seq + 1))
    assert "leak" in found(tale.ends())


def test_a_rejected_command_in_the_log_is_found() -> None:
    """LG4: given a command was rejected, when it is in the log, then that is found, whatever the reason was."""
    tale = workshop()
    board = tale.boards["b1"]
    refused = next(line for line in tale.lines if isinstance(line, h.Rejected) and line.code == "locked")
    board.adds("cy", "another's")
    board.log[-1] = replace(board.log[-1], actor="ana", device="ana", id=refused.id)
    verdict = check(tale.ends())
    assert verdict.found["rejected and kept"] == 1


def test_a_refusal_on_a_second_line_says_nothing_about_the_first() -> None:
    """LG4: given a line was lost with a command on it, when the command is refused on the next line and in the log by
    way of the first, then that is counted, and no fault; had there been no other line, it would be one."""
    tale = Tale()
    tale.phone("ana", "ana")
    tale.lines.append(h.Submitted(phone="ana", id=1, command=CardAdd("on its way")))
    tale.comes_back("ana")
    tale.lines.append(h.Rejected(phone="ana", id=1, code="unavailable", temporary=True))
    phone = tale.phones["ana"]
    phone.next_id = 2
    tale.boards["b1"].say("ana", CardAdd("on its way"), id=1, device="ana")
    tale.comes_back("ana")
    lines = tale.ends()
    verdict = check(lines)
    assert verdict.sound
    assert verdict.counts["refused_and_kept"] == 1
    del lines[lines_of(lines, h.LineLost)[0]]
    assert found(lines) == {"rejected and kept"}


def test_what_was_told_and_is_in_no_log_is_found() -> None:
    """LG3: given a phone was told of a card, when no entry knows it, or of a position that the log never reached, then
    that is found."""
    lines = workshop().ends()
    place = lines_of(lines, h.Followed, phone="bo")[0]
    told = lines[place]
    assert isinstance(told, h.Followed)
    event = told.events[0]
    assert isinstance(event, CardAdded)
    ghost = replace(event, card=replace(event.card, id="ghost"))
    lines[place] = replace(told, events=(*told.events, ghost))
    assert "not in the log" in found(lines)
    lines[place] = replace(told, position=Position(EPOCH, 1_000))
    assert "not in the log" in found(lines)


def test_an_entry_that_nobody_asked_for_is_found() -> None:
    """LG4: given an entry, when its device never gave such a command, or is nobody's, then that is found."""
    lines = workshop().ends()
    never = [line for line in lines if not (isinstance(line, h.Submitted) and (line.phone, line.id) == ("ana", 1))]
    never = [line for line in never if not (isinstance(line, h.Accepted) and (line.phone, line.id) == ("ana", 1))]
    assert found(never) == {"invented"}
    place = lines_of(lines, h.Stored, board="b1")[-1]
    stored = lines[place]
    assert isinstance(stored, h.Stored)
    lines[place] = replace(stored, entry=replace(stored.entry, device="nobody's"))
    assert {"invented", "lost"} <= found(lines)


@pytest.mark.parametrize("change", [{"position": Position(EPOCH, 3)}, {"made": "another card"}, {"id": 99}])
def test_a_wrong_answer_is_found(change: dict[str, Any]) -> None:
    """LG4: given an acknowledgement, when it names another entry, card or command than the log has, that is found."""
    lines = workshop().ends()
    place = lines_of(lines, h.Accepted, phone="ana", id=1)[0]
    lines[place] = replace(lines[place], **change)
    assert "answer" in found(lines)


def test_two_answers_to_one_command_are_found() -> None:
    """LG4: given a command has its answer, when another one comes, then that is found."""
    lines = workshop().ends()
    place = lines_of(lines, h.Accepted, phone="ana", id=1)[0]
    lines.insert(place, lines[place])
    assert found(lines) == {"answer"}


def test_other_words_under_an_acknowledged_id_are_found() -> None:
    """LG4: given a card was acknowledged, when the log has other words under its id, then that is found."""
    lines = workshop().ends()
    place = lines_of(lines, h.Submitted, phone="ana", id=1)[0]
    lines[place] = h.Submitted(phone="ana", id=1, command=CardAdd("what was really said"))
    assert found(lines) == {"answer"}


def test_a_gap_in_the_log_is_found() -> None:
    """LG1: given a log, when an entry in the middle is missing, then that is found."""
    lines = workshop().ends()
    del lines[lines_of(lines, h.Stored, board="b1")[12]]
    assert "gap" in found(lines)


def test_a_record_that_lacks_something_is_found() -> None:
    """Given what a phone showed in the end, when its lines do not add up to that, then the history is not trusted."""
    lines = workshop().ends()
    place = lines_of(lines, h.Standing, phone="ana")[0]
    standing = lines[place]
    assert isinstance(standing, h.Standing)
    lines[place] = replace(standing, shown="something else")
    assert found(lines) == {"record"}


def test_a_compacted_log_is_checked_as_far_as_it_goes() -> None:
    """LG7: given a log that begins behind a base, when the base remembers what was acknowledged there, then the history
    is sound; when it remembers another end of it, or none, that is found."""
    tale = Tale()
    tale.phone("ana", "ana")
    tale.says("ana", CardAdd("early"))
    board = tale.boards["b1"]
    base, cut = board.state, len(board.log)
    tale.says("ana", CardAdd("late"))
    lines = tale.ends()
    kept = lines_of(lines, h.Kept)[0]
    lines[kept] = replace(lines[kept], base_seq=base.seq, base_version=STATE_VERSION, base=state_bytes(base))
    first = lines_of(lines, h.Stored)[0]
    del lines[first : first + cut]
    assert check(lines).sound
    place = lines_of(lines, h.Accepted, id=1)[0]
    again = replace(lines[first], entry=replace(board.log[cut - 1], seq=board.state.seq + 1))
    longer = replace(lines[kept], position=Position(EPOCH, board.state.seq + 1))
    assert "doubled" in found([*(longer if line is lines[kept] else line for line in lines), again])
    acknowledged, lines[place] = lines[place], replace(lines[place], made="gone")
    assert found(lines) == {"answer"}
    lines[place] = acknowledged
    lines[kept] = replace(lines[kept], base=state_bytes(replace(base, devices=EMPTY.devices)))
    assert found(lines) == {"lost"}


def test_outages_are_measured() -> None:
    """HB7: given a phone lost its line, when it is let in again, then the time since it last heard something counts."""
    tale = Tale()
    tale.phone("ana", "ana")
    tale.lines = [replace(line, at_ms=100) for line in tale.lines]
    told = len(tale.lines)
    tale.comes_back("ana")
    tale.lines[told:] = [replace(line, at_ms=700) for line in tale.lines[told:]]
    assert check(tale.ends()).outages_ms == [600]


def test_a_history_survives_its_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Given a history in a file, when it is read again, then it is the same, and the command says what was found."""
    lines = workshop().ends()
    path = tmp_path / "history.jsonl"
    with HistoryWriter(path) as writer:
        for line in lines:
            writer.write(line)
    assert list(HistoryFile(path)) == lines
    assert command.main([str(path)]) == 0
    with HistoryWriter(path) as writer:
        for place, line in enumerate(lines):
            if place != lines_of(lines, h.Followed, phone="wall")[0]:
                writer.write(line)
    assert command.main([str(path)]) == 1
    assert "diverged: In the end wall shows another board than the log" in capsys.readouterr().out


# -- random tales --------------------------------------------------------------------------------------------------

PHONES = {"ana": "ana", "ana-too": "ana", "bo": "bo", "mo": "mo", "wall": "wall"}


@st.composite
def tales(draw: st.DrawFn) -> Tale:
    """Anybody does anything, and lines are lost now and then."""
    tale = Tale()
    for name, person in PHONES.items():
        tale.phone(name, person)
    for number in range(draw(st.integers(3, 25))):
        name = draw(st.sampled_from(["ana", "ana-too", "bo", "mo"]))
        cards = tale.own_cards("ana") + tale.own_cards("bo")
        kind = draw(st.sampled_from(["add", "edit", "move", "withdraw", "hide", "show", "rename", "vote", "line"]))
        card = draw(st.sampled_from(cards)) if cards else None
        if kind == "line":
            tale.comes_back(draw(st.sampled_from(sorted(PHONES))))
        elif kind == "rename":
            tale.says("mo", BoardRename(f"title {number}"))
        elif kind == "add" or card is None:
            tale.says(name, CardAdd(f"idea {number}"))
        elif kind == "edit":
            tale.says(name, CardEdit(card, f"edited {number}", tale.boards["b1"].card(card).rev))
        elif kind == "vote":
            round = tale.boards["b1"].state.open_round or tale.says("mo", RoundOpen("dots", 5))
            assert round is not None
            tale.says(name, VoteCast(round, card, 1))
        else:
            does = {"move": CardMove(card, "right"), "withdraw": CardWithdraw(card), "hide": CardHide(card)}
            tale.says("mo" if kind in ("hide", "show") else name, does.get(kind, CardShow(card)))
    return tale


@given(tales())
def test_whatever_happens_soundly_is_sound(tale: Tale) -> None:
    """LG1, LG4, HB4: given any sound history, when checked, then nothing is found."""
    verdict: Verdict = check(tale.ends())
    assert verdict.sound, [str(finding) for finding in verdict.findings]


@given(tales(), st.data())
def test_whatever_is_taken_out_of_the_log_is_missed(tale: Tale, data: st.DataObject) -> None:
    """LG2: given any sound history with something acknowledged, when an acknowledged entry is taken out of the log and
    the rest moves up, then that is found."""
    board = tale.boards["b1"]
    said = [place for place, entry in enumerate(board.log) if entry.id is not None]
    if not said:
        return
    place = data.draw(st.sampled_from(said))
    del board.log[place]
    board.log[place:] = [replace(entry, seq=entry.seq - 1) for entry in board.log[place:]]
    lines = tale.ends()
    kept = lines_of(lines, h.Kept)[0]
    lines[kept] = replace(lines[kept], position=Position(EPOCH, len(board.log)))
    assert "lost" in found(lines)


@given(tales(), st.data())
def test_whatever_somebody_is_not_told_is_missed(tale: Tale, data: st.DataObject) -> None:
    """LG3, HB4: given any sound history, when a frame with a card in it never reached a phone, and neither a snapshot
    nor a later frame told of that card, then that is found."""
    lines = tale.ends()
    last: dict[tuple[str, str], int] = {}
    for place, line in enumerate(lines):
        if isinstance(line, h.Followed):
            touched = Touched()
            for event in line.events:
                touched.note(event)
            last.update({(line.phone, card): place for card in touched.cards})
    shown = {name: lines_of(lines, h.Restarted, phone=name)[-1] for name in PHONES}
    alone = sorted({place for (name, _), place in last.items() if place > shown[name]})
    if alone:
        del lines[data.draw(st.sampled_from(alone))]
        assert {"order", "diverged"} & found(lines)
