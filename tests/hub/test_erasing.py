"""Whatever words were taken off a board for ever, no byte of the store has them: all kinds of words, each by the way it
goes (LG7). How the log wipes its files is in tests/log, how words leave screens in test_room and test_taken_back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from rebond.hub.deciding import Done
from rebond.log.sqlite import SqliteLog
from rebond_protocol.attention import RelaunchEnd, RelaunchSend
from rebond_protocol.boards import BoardForget
from rebond_protocol.cards import CardEdit, CardErase, CardTag
from rebond_protocol.codec import Format
from rebond_protocol.commands import ClientCommand
from rebond_protocol.frames import Position, Snapshot, Welcome, Yours
from rebond_protocol.groups import GroupDissolve, GroupMake, GroupRename
from rebond_protocol.rounds import Criterion, RoundErase, RoundOpen, VoteCast
from rebond_protocol.sections import SectionAdd, SectionRemove, SectionRename
from rebond_protocol.stages import CardStage, CardUnstage
from rebond_protocol.steps import BoardRename, StepAdd, StepGo, StepSet, StepSettings
from rebond_protocol.talk import CommentAdd
from tests.hub.stage import Stage

WORDS = "Zebulonia Quetsch"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """A board that is kept in a folder."""
    stage = await Stage(SqliteLog(tmp_path)).begin()
    yield stage
    await stage.room.close()
    await stage.log.close()


def found(folder: Path, words: str = WORDS) -> list[str]:
    """The files that have the words."""
    return [path.name for path in folder.rglob("*") if path.is_file() and words.encode() in path.read_bytes()]


async def made(stage: Stage, person: str, command: ClientCommand) -> str:
    """What this command makes, or nothing of its own."""
    done = await stage.does(person, command)
    assert isinstance(done, Done), done
    return done.made or ""


# -- what others said about a card ---------------------------------------------------------------------------------


async def test_what_was_said_about_a_card_goes_with_it_where_a_moderator_erases(stage: Stage, tmp_path: Path) -> None:
    """LG7: given a comment on a card, when a moderator erases the card, then the comment's words are nowhere either:
    nobody could read them any more, nor erase them."""
    card = await stage.adds("ana")
    await made(stage, "bo", CommentAdd(card, WORDS))
    assert found(tmp_path)
    await made(stage, "mo", CardErase(card))
    assert not found(tmp_path)


async def test_a_moderator_finishes_what_an_author_could_not_erase(stage: Stage, tmp_path: Path) -> None:
    """LG7, DM4: given a comment on a card, when the card's author erases it, then the comment, which is somebody
    else's, is kept, and its author has it; when a moderator erases the card once more, then it is nowhere."""
    card = await stage.adds("ana")
    await made(stage, "bo", CommentAdd(card, WORDS))
    await made(stage, "ana", CardErase(card))
    assert found(tmp_path)
    (own,) = stage.enters("bo").only(Yours)
    assert own.comments
    assert own.comments[0].text == WORDS
    await made(stage, "mo", CardErase(card))
    assert not found(tmp_path)


# -- former words --------------------------------------------------------------------------------------------------


async def _title_of_a_stack(stage: Stage) -> None:
    group = await made(stage, "ana", GroupMake((await stage.adds("ana"), await stage.adds("bo")), WORDS))
    await made(stage, "mo", GroupRename(group, "Gardens"))


async def _stack_that_is_gone(stage: Stage) -> None:
    await made(
        stage,
        "mo",
        GroupDissolve(await made(stage, "bo", GroupMake((await stage.adds("bo"), await stage.adds("bo")), WORDS))),
    )


async def _sections(stage: Stage) -> None:
    renamed, gone = [await made(stage, "mo", SectionAdd(f"{WORDS} {n}", WORDS)) for n in range(2)]
    await made(stage, "mo", SectionRename(renamed, "Gardens"))
    await made(stage, "mo", SectionRemove(gone))


async def _title_of_the_board(stage: Stage) -> None:
    await made(stage, "mo", BoardRename(WORDS))
    await made(stage, "mo", BoardRename("Gardens"))


async def _words_of_a_card(stage: Stage) -> None:
    card = await stage.adds("ana", WORDS)
    await made(stage, "ana", CardTag(card, (WORDS,)))
    await made(stage, "ana", CardTag(card, ("green",)))
    await made(stage, "ana", CardEdit(card, "a garden", 1))


async def _instruction(stage: Stage) -> None:
    await made(stage, "mo", StepSet(WORDS))
    await made(stage, "mo", StepSet("Think of gardens"))


async def _relaunch(stage: Stage) -> None:
    await made(stage, "mo", RelaunchSend(WORDS))
    await made(stage, "mo", RelaunchEnd())


async def _note_taken_back(stage: Stage) -> None:
    card = await stage.adds("ana")
    await made(stage, "mo", CardStage(card, "test", WORDS))
    await made(stage, "mo", CardUnstage(card, stage.room.state.stages[card][-1].at_ms))


FORMER: dict[str, Callable[[Stage], Awaitable[None]]] = {
    "the title of a stack": _title_of_a_stack,
    "a stack that is gone": _stack_that_is_gone,
    "sections": _sections,
    "the title of the board": _title_of_the_board,
    "the words and tags of a card": _words_of_a_card,
    "an instruction": _instruction,
    "a relaunch": _relaunch,
    "a note that was taken back": _note_taken_back,
}


@pytest.mark.parametrize("said_and_replaced", FORMER.values(), ids=FORMER)
async def test_a_board_forgets_what_no_longer_stands_on_it(
    stage: Stage, tmp_path: Path, said_and_replaced: Callable[[Stage], Awaitable[None]]
) -> None:
    """LG7: given words that were replaced or taken away, when a moderator has the board forget, then they are in no
    file, and the board is as it was."""
    await said_and_replaced(stage)
    assert found(tmp_path)
    before = stage.room.state
    await made(stage, "mo", BoardForget())
    assert not found(tmp_path)
    after = stage.room.state
    assert (after.cards, after.groups, after.sections, after.title) == (
        before.cards, before.groups, before.sections, before.title,
    )  # fmt: skip


async def test_the_first_title_of_a_board_is_forgotten_as_well(stage: Stage, tmp_path: Path) -> None:
    """LG7: given a board that was renamed, when it forgets, then what it was called first is in no file."""
    first = stage.room.state.title
    assert found(tmp_path, first)
    await made(stage, "mo", BoardRename("Gardens"))
    await made(stage, "mo", BoardForget())
    assert not found(tmp_path, first)


async def test_who_comes_back_is_not_told_of_what_was_forgotten(stage: Stage) -> None:
    """LG7, HB4: given a title that phones were told, when the board forgets it, then whoever resumes from before is not
    told of it again."""
    welcome = stage.enters("bo").only(Welcome)[0]
    await _title_of_the_board(stage)
    await made(stage, "mo", BoardForget())
    back = stage.enters("bo", position=Position(welcome.position.epoch, welcome.position.seq))
    assert WORDS.encode() not in back.heard()


# -- votes ---------------------------------------------------------------------------------------------------------

VOTES: dict[str, RoundOpen] = {
    "its title": RoundOpen("dots", 3, title=WORDS),
    "an option": RoundOpen("choice", on="options", options=(WORDS, "somebody else")),
    "a criterion": RoundOpen("criteria", criteria=(Criterion(WORDS), Criterion("cheap"))),
}


@pytest.mark.parametrize("vote", VOTES.values(), ids=VOTES)
async def test_an_erased_vote_is_nowhere(stage: Stage, tmp_path: Path, vote: RoundOpen) -> None:
    """LG7: given a vote whose words name somebody, which a step of the plan would open again, when a moderator erases
    it, open as it is, then its words are in no file, every screen begins without it, and another can be opened."""
    step = await made(stage, "mo", StepAdd(StepSettings("Choose", round=vote)))
    round = await made(stage, "mo", StepGo(step))
    card = await stage.adds("ana")
    if vote.method == "dots":
        await made(stage, "bo", VoteCast(round, card, 2))
    phone = stage.enters("bo", Format.MSGPACK)
    assert WORDS.encode() in phone.heard()
    await made(stage, "mo", RoundErase(round))
    assert not found(tmp_path)
    (again,) = phone.only(Snapshot)
    assert (again.board.rounds, again.board.step.id) == ((), step)
    assert stage.room.state.open_round is None
    await made(stage, "mo", RoundOpen("dots", 3))
