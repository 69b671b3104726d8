"""Labs: which boards are in one, and what their front page tells anybody (PRODUCT section 2, DM3, DM6)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from rebond.app import Application
from rebond.domain import project
from rebond.domain.cards import Audience
from rebond.hub.room import Room
from rebond.log import UnknownBoard
from rebond.web import kept, labs
from rebond_protocol import limits
from rebond_protocol.cards import CardAdd, CardApprove, CardErase, CardHide, CardRemove, CardShow
from rebond_protocol.http import BoardMade
from rebond_protocol.kiosks import LabBoard, LabBoardFace, LabOfBoard
from rebond_protocol.labs import LabUnlink
from rebond_protocol.opinions import OpinionGive
from rebond_protocol.rebounds import CardRebound
from rebond_protocol.stages import CardShowcase, CardStage, Showcase
from rebond_protocol.steps import BoardLock, BoardRename, BoardUnlock, StepSet
from rebond_protocol.talk import CommentAdd, CommentApprove, CommentRemove
from tests.domain.played import NAMES
from tests.domain.test_histories import MOVES, Move, begun, played
from tests.web.edge import acts, application, asking, bearer, board_made, joined, problem, somebody
from tests.web.labs import front_page, lab_made, links, paired, read, seat_of, unlinks


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[Application]:
    async with application(tmp_path, creations_burst="1000") as app:
        yield app


@pytest.fixture
async def client(app: Application) -> AsyncIterator[httpx.AsyncClient]:
    async with asking(app) as client:
        yield client


@pytest.fixture(autouse=True)
def always_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is asked is answered as of now: nobody waits here for numbers to grow old."""
    monkeypatch.setattr(labs, "FRESH_MS", 0)


async def face_of(client: httpx.AsyncClient, lab: BoardMade, board: BoardMade) -> LabBoardFace:
    """A board on the front page of a lab."""
    return next(one for one in (await front_page(client, lab)).boards if one.board == board.id)


# -- the front page ------------------------------------------------------------------------------------------------


async def test_the_front_page_tells_what_became_of_ideas(client: httpx.AsyncClient, app: Application) -> None:
    """PRODUCT section 2: given a lab with a board on which ideas have gone different ways, then its front page tells
    anybody what is open, how many cards stand at each stage, and the window with its histories and what was learnt."""
    board = await board_made(client, title="Agence du quai", locale="fr")
    lab = await lab_made(client, board)
    moderator, kiosk = await somebody(app, board, "moderator"), await somebody(app, board, "kiosk")
    ana = (await joined(client, board, name="Ana")).participant
    texts = ("un banc dehors", "un guichet mobile", "ouvrir le samedi")
    bench, desk, late = [await acts(app, board.id, ana, CardAdd(text, lang="fr")) for text in texts]
    await acts(app, board.id, ana, CardRebound((bench,), "extends", "et un arbre"))
    await acts(app, board.id, moderator, CardStage(desk, "test"))
    await acts(app, board.id, moderator, CardStage(desk, "stopped", "personne ne le trouvait"))
    await acts(app, board.id, moderator, CardStage(bench, "live"))
    window = Showcase("stars", "Vous vous y assiériez ?")
    await acts(app, board.id, moderator, CardShowcase(bench, window))
    for _ in range(3):
        await acts(app, board.id, kiosk, OpinionGive(bench, "5"))
    said = await front_page(client, lab)
    assert (said.board, said.code, said.title, said.locale) == (lab.id, lab.code, "The lab", "en")
    (face,) = said.boards
    assert (face.board, face.code, face.title, face.locale) == (board.id, board.code, "Agence du quai", "fr")
    assert face.join_url == f"http://boards.example/j/{board.code}"
    assert (face.open, face.cards, face.rebounds, face.opinions) == (True, 4, 1, 3)
    assert face.stages == {"idea": 2, "live": 1, "stopped": 1}
    (shown,) = face.showcases
    assert (shown.card, shown.text, shown.showcase, shown.lang) == (bench, "un banc dehors", window, "fr")
    assert [(line.stage, line.note) for line in shown.stages] == [("live", None)]
    assert late
    await acts(app, board.id, moderator, CardShowcase(desk, Showcase()))
    learnt = {one.card: one.stages[-1].note for one in (await face_of(client, lab, board)).showcases}
    assert learnt[desk] == "personne ne le trouvait"


async def test_the_labs_own_board_comes_first_once_it_has_a_card(client: httpx.AsyncClient, app: Application) -> None:
    """Given a lab without any card of its own, then its own board is not told of; with one, it is the first."""
    board = await board_made(client)
    lab = await lab_made(client, board)
    assert [one.board for one in (await front_page(client, lab)).boards] == [board.id]
    await acts(app, lab.id, await somebody(app, lab, "moderator"), CardAdd("an idea for the lab"))
    assert [one.board for one in (await front_page(client, lab)).boards] == [lab.id, board.id]


async def test_the_front_page_tells_what_is_so_now(client: httpx.AsyncClient, app: Application) -> None:
    """DM6: given a front page that was looked at, when a card of the window is hidden, or removed, or the board is
    locked or renamed, then the next look shows that, and nothing of what participants do not see."""
    board = await board_made(client)
    lab = await lab_made(client, board)
    moderator = await somebody(app, board, "moderator")
    card = await acts(app, board.id, moderator, CardAdd("a bench outside"))
    await acts(app, board.id, moderator, CardStage(card, "test", "in two branches"))
    await acts(app, board.id, moderator, CardShowcase(card, Showcase()))
    assert [one.text for one in (await face_of(client, lab, board)).showcases] == ["a bench outside"]
    for command in (CardHide(card), CardRemove(card)):
        await acts(app, board.id, moderator, command)
        page = await client.get(f"/api/boards/{lab.code}/lab")
        assert "bench" not in page.text
        assert "branches" not in page.text
        face = await face_of(client, lab, board)
        assert (face.cards, face.stages, face.showcases) == (0, {}, ())
        if isinstance(command, CardHide):
            await acts(app, board.id, moderator, CardShow(card))
            assert (await face_of(client, lab, board)).cards == 1
    await acts(app, board.id, moderator, BoardLock())
    await acts(app, board.id, moderator, BoardRename("Another title"))
    face = await face_of(client, lab, board)
    assert (face.open, face.title) == (False, "Another title")
    await acts(app, board.id, moderator, BoardUnlock())
    await acts(app, board.id, moderator, StepSet(allows=("comment",)))
    assert not (await face_of(client, lab, board)).open


@pytest.mark.parametrize("door", [{"access": "approval"}, {"access": "passphrase", "passphrase": "blue bridge"}])
async def test_nothing_is_told_of_a_board_that_not_everybody_may_join(
    client: httpx.AsyncClient, app: Application, door: dict[str, Any]
) -> None:
    """DM6: given a board behind a door in a lab, then the front page tells its title and nothing of its cards; and of a
    lab behind a door, not even which boards are in it."""
    board, lab = await board_made(client, **door), await board_made(client, **door)
    moderator = await somebody(app, board, "moderator")
    card = await acts(app, board.id, moderator, CardAdd("a bench outside"))
    await acts(app, board.id, moderator, CardShowcase(card, Showcase()))
    open_lab = await lab_made(client, board)
    face = await face_of(client, open_lab, board)
    assert (face.cards, face.rebounds, face.opinions, face.stages, face.showcases) == (0, 0, 0, {}, ())
    await links(client, lab, board)
    await acts(app, lab.id, await somebody(app, lab, "moderator"), CardAdd("inside"))
    assert (await front_page(client, lab)).boards == ()


async def test_nothing_is_told_while_people_write_privately(client: httpx.AsyncClient, app: Application) -> None:
    """DM6: given a board at a private step, then its front page tells nothing of its cards, sealed or not; and once it
    is over, all that was revealed."""
    board = await board_made(client)
    lab = await lab_made(client, board)
    moderator = await somebody(app, board, "moderator")
    ana = await joined(client, board)
    await acts(app, board.id, ana.participant, CardAdd("in the open"))
    await acts(app, board.id, moderator, StepSet(private=True))
    await acts(app, board.id, ana.participant, CardAdd("under a seal"))
    assert (await face_of(client, lab, board)).cards == 0
    await acts(app, board.id, moderator, StepSet(private=False))
    assert (await face_of(client, lab, board)).cards == 2


async def test_a_front_page_that_nobody_changed_is_not_worked_out_again(
    client: httpx.AsyncClient, app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Section 9: given a lab that many look at, then its boards are gone through once; and again when one changes, but
    not at each change of a busy one."""
    board = await board_made(client)
    lab = await lab_made(client, board)
    gone_through: list[str] = []
    really = labs.count

    def count(state: Any) -> Any:
        gone_through.append(state.about.id)
        return really(state)

    monkeypatch.setattr(labs, "count", count)
    moderator = await somebody(app, board, "moderator")
    await asyncio.gather(*(front_page(client, lab) for _ in range(20)))
    assert sorted(gone_through) == sorted([lab.id, board.id])
    await acts(app, board.id, moderator, CardAdd("one more"))
    assert (await face_of(client, lab, board)).cards == 1
    assert len(gone_through) == 3
    monkeypatch.setattr(labs, "FRESH_MS", 1e9)
    card = await acts(app, board.id, moderator, CardAdd("and another"))
    await acts(app, board.id, moderator, CardShowcase(card, Showcase()))
    face = await face_of(client, lab, board)
    assert (face.cards, len(face.showcases)) == (1, 1), "the window is as it is now"
    await acts(app, board.id, moderator, CardHide(card))
    assert (await face_of(client, lab, board)).showcases == ()
    assert len(gone_through) == 3


@given(st.booleans(), MOVES)
def test_the_front_page_tells_what_a_participant_sees(anonymous: bool, moves: list[Move]) -> None:
    """DM6: given any board, when anything happens, then what is told of it to anybody is what a participant's snapshot
    has, word for word and in number, and nothing while people write privately."""
    board = begun(anonymous)
    played(board, moves)
    seen = project.snapshot(board.state, Audience.PARTICIPANTS, NAMES)
    window = list(labs.in_the_window(board.state))
    if board.state.step.private:
        assert not labs.may_be_told(board.state)
        assert window == []
        return
    face_up = {card.id: card for card in seen.cards if card.text}
    assert {one.card: one.showcase for one in window} == seen.showcases
    for one in window:
        assert (one.text, one.stages) == (face_up[one.card].text, seen.stages.get(one.card, ()))
    numbers = labs.count(board.state)
    assert (numbers.cards, sum(numbers.stages.values())) == (len(face_up), len(face_up))
    assert numbers.rebounds == sum(card.verb is not UNSET for card in face_up.values())
    assert numbers.opinions == sum(sum(marks.values()) for marks in seen.opinions.values())


# -- what waits ----------------------------------------------------------------------------------------------------


async def test_who_steers_a_lab_is_told_how_much_waits_on_its_boards(
    client: httpx.AsyncClient, app: Application
) -> None:
    """PRODUCT section 2 Kiosk, DM6: given boards of a lab on which ideas and comments wait to be approved, then the
    lab's moderators are told how many of each on each, and not a word of them; what was approved or binned waits no
    more, nor what was said about a card that is erased."""
    one, two = await board_made(client, title="One"), await board_made(client, title="Two", access="approval")
    lab = await lab_made(client, one, two)
    moderator, kiosk = await somebody(app, one, "moderator"), await somebody(app, one, "kiosk")
    first, second, third = [await acts(app, one.id, kiosk, CardAdd(text)) for text in ("a bench", "a tree", "a lamp")]
    await acts(app, two.id, await somebody(app, two, "kiosk"), CardAdd("under cover"))
    assert await waiting(client, lab) == [("One", 3, 0), ("Two", 1, 0)]
    await acts(app, one.id, moderator, CardApprove(first))
    await acts(app, one.id, moderator, CardRemove(second))
    comments = [await acts(app, one.id, kiosk, CommentAdd(first, text)) for text in ("yes", "no", "perhaps")]
    await acts(app, one.id, moderator, CommentApprove(comments[0]))
    assert await waiting(client, lab) == [("One", 1, 2), ("Two", 1, 0)]
    await acts(app, one.id, moderator, CommentRemove(comments[1]))
    assert await waiting(client, lab) == [("One", 1, 1), ("Two", 1, 0)]
    await acts(app, one.id, moderator, CardRemove(first))
    await acts(app, one.id, moderator, CardErase(first))
    assert await waiting(client, lab) == [("One", 1, 0), ("Two", 1, 0)]
    assert third
    told = await client.get(f"/api/boards/{lab.id}/lab/boards", headers=bearer(lab.tokens.moderator))
    assert not [word for word in ("bench", "tree", "lamp", "cover", "perhaps") if word in told.text]


async def waiting(client: httpx.AsyncClient, lab: BoardMade) -> list[tuple[str | None, int, int]]:
    """What waits on the boards of a lab, as its moderators are told."""
    response = await client.get(f"/api/boards/{lab.id}/lab/boards", headers=bearer(lab.tokens.moderator))
    return [(row.title, row.cards_waiting, row.comments_waiting) for row in read(response, list[LabBoard])]


async def test_nobody_but_who_steers_is_told_what_waits_or_which_labs(client: httpx.AsyncClient) -> None:
    """DM3: given any other token, or none, then neither is told."""
    board, other = await board_made(client), await board_made(client)
    lab = await lab_made(client, board)
    for made, end in ((lab, "lab/boards"), (board, "labs")):
        ana = await joined(client, made)
        tokens = {
            ana.token: "forbidden", made.tokens.kiosk: "forbidden", made.tokens.display: "forbidden",
            other.tokens.moderator: "wrong_board", "": "bad_token",
        }  # fmt: skip
        for token, code in tokens.items():
            problem(await client.get(f"/api/boards/{made.id}/{end}", headers=bearer(token)), code)
        problem(await client.get(f"/api/boards/QQQQQ/{end}", headers=bearer(made.tokens.moderator)), "unknown_board")


async def test_a_board_that_is_gone_keeps_its_place_until_it_is_taken_out(
    client: httpx.AsyncClient, app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    """HB9: given a lab whose board is no longer there, then its moderators see that there is one, its front page and
    its kiosks go on without it, and it can be taken out."""
    board = await board_made(client, title="Gone")
    lab = await lab_made(client, board)
    really = app.hub.room

    async def room(id: str) -> Room:
        if id == board.id:
            raise UnknownBoard(id)
        return await really(id)

    monkeypatch.setattr(app.hub, "room", room)
    response = await client.get(f"/api/boards/{lab.id}/lab/boards", headers=bearer(lab.tokens.moderator))
    assert read(response, list[LabBoard]) == [LabBoard(board.id)]
    assert (await front_page(client, lab)).boards == ()
    assert [place.board for place in (await seat_of(client, await paired(client, lab))).boards] == [lab.id]
    assert (await unlinks(client, lab, board.id, lab.tokens.moderator)).status_code == 204
    assert await waiting(client, lab) == []


# -- which boards --------------------------------------------------------------------------------------------------


async def labs_of(client: httpx.AsyncClient, board: BoardMade) -> list[LabOfBoard]:
    """The labs that a board's moderators are told it is in."""
    response = await client.get(f"/api/boards/{board.id}/labs", headers=bearer(board.tokens.moderator))
    return read(response, list[LabOfBoard])


async def test_who_steers_a_board_is_told_which_labs_it_is_in(client: httpx.AsyncClient, app: Application) -> None:
    """PRODUCT section 2 Kiosk: given a board that is put into two labs, then its moderators are told both, as they are
    called now; when either takes it out, or they do, then not that one any more; nothing is left of it in the table."""
    board = await board_made(client)
    assert await labs_of(client, board) == []
    one, two = await lab_made(client, board), await lab_made(client, board)
    await acts(app, one.id, await somebody(app, one, "moderator"), BoardRename("Le labo"))
    found = {lab.board: (lab.code, lab.title) for lab in await labs_of(client, board)}
    assert found == {one.id: (one.code, "Le labo"), two.id: (two.code, "The lab")}
    assert (await unlinks(client, one, board.id, one.tokens.moderator)).status_code == 204
    assert [lab.board for lab in await labs_of(client, board)] == [two.id]
    assert (await unlinks(client, two, board.id, board.tokens.moderator)).status_code == 204
    assert await labs_of(client, board) == []
    assert kept.LABS.among(await app.hub.log.people(board.id)) == {}


async def test_a_board_that_was_put_into_a_lab_before_boards_were_told_is_told_once_the_lab_is_looked_at(
    client: httpx.AsyncClient, app: Application
) -> None:
    """Given a board that the lab knows of, and that has no note of it, when the lab's moderator looks at its boards,
    then the board's are told; what a note says that is not so any more is told to nobody."""
    board = await board_made(client)
    lab = await lab_made(client, board)
    await app.hub.log.erase_person(board.id, kept.LABS.key(lab.id))
    assert await labs_of(client, board) == []
    assert await waiting(client, lab) == [("What would help?", 0, 0)]
    assert [one.board for one in await labs_of(client, board)] == [lab.id]
    await (await app.hub.room(lab.id)).act(LabUnlink(board.id))
    assert await labs_of(client, board) == []


async def test_a_board_is_put_into_a_lab_by_who_steers_both(client: httpx.AsyncClient, app: Application) -> None:
    """Section 8: given other tokens of either, then nobody puts somebody else's board in a shop window."""
    lab, board = await board_made(client), await board_made(client)
    ana = await joined(client, board)
    path, steers = f"/api/boards/{lab.id}/lab/boards", bearer(lab.tokens.moderator)
    for token, code in (
        (ana.token, "forbidden"), (board.tokens.kiosk, "forbidden"), (lab.tokens.moderator, "wrong_board"),
        ("", "bad_token"), ("x" * 5_000, "bad_token"),
    ):  # fmt: skip
        problem(await client.post(path, json={"board": board.id, "token": token}, headers=steers), code)
    good = {"board": board.id, "token": board.tokens.moderator}
    for token, code in (
        (lab.tokens.kiosk, "forbidden"), (board.tokens.moderator, "wrong_board"), ("", "bad_token"),
    ):  # fmt: skip
        problem(await client.post(path, json=good, headers=bearer(token)), code)
    assert (await app.hub.room(lab.id)).state.lab == ()
    assert (await client.post(path, json=good, headers=steers)).status_code == 204
    problem(await client.post(path, json=good, headers=steers), "already_so")
    assert (await app.hub.room(lab.id)).state.lab == (board.id,)
    assert (await app.hub.room(board.id)).state.lab == ()


BAD_BOARDS: dict[str, tuple[dict[str, Any], str]] = {
    "nothing": ({}, "invalid"),
    "no token": ({"board": "QQQQQ"}, "invalid"),
    "nobody's board": ({"board": "QQQQQ", "token": "x"}, "unknown_board"),
    "an empty id": ({"board": "", "token": "x"}, "unknown_board"),
    "rubbish": ({"board": "\u0000'; --", "token": "x"}, "unknown_board"),
    "a long id": ({"board": "x" * 65, "token": "x"}, "invalid"),
    "a number": ({"board": 7, "token": "x"}, "invalid"),
}


@pytest.mark.parametrize(("wish", "code"), BAD_BOARDS.values(), ids=BAD_BOARDS.keys())
async def test_a_board_that_is_none_is_in_no_lab(client: httpx.AsyncClient, wish: dict[str, Any], code: str) -> None:
    """HB9: given what cannot be put into a lab, then its code."""
    lab = await board_made(client)
    path = f"/api/boards/{lab.id}/lab/boards"
    problem(await client.post(path, json=wish, headers=bearer(lab.tokens.moderator)), code)
    problem(await client.post(path, content=b"{", headers=bearer(lab.tokens.moderator)), "malformed")


async def test_a_lab_is_not_in_itself_and_is_bounded(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """HB3: given a lab as large as may be, then the next board is refused; and so is the lab itself."""
    monkeypatch.setattr(limits, "BOARDS_PER_LAB", 1)
    lab = await lab_made(client, await board_made(client))
    problem(await links(client, lab, await board_made(client)), "board_full")
    problem(await links(client, lab, lab), "already_so")


async def test_a_board_is_taken_out_by_who_steers_either(client: httpx.AsyncClient) -> None:
    """Section 8: given a board in a lab, then who steers that board takes it out of somebody else's window, as who
    steers the lab does, and nobody else."""
    one, two, other = await board_made(client), await board_made(client), await board_made(client)
    lab = await lab_made(client, one, two)
    ana = await joined(client, one)
    for token, code in (
        (ana.token, "forbidden"), (lab.tokens.kiosk, "forbidden"), (two.tokens.moderator, "wrong_board"),
        (other.tokens.moderator, "wrong_board"), ("", "bad_token"),
    ):  # fmt: skip
        problem(await unlinks(client, lab, one.id, token), code)
    assert (await unlinks(client, lab, one.id, one.tokens.moderator)).status_code == 204
    assert (await unlinks(client, lab, two.code.lower(), lab.tokens.moderator)).status_code == 204
    assert (await front_page(client, lab)).boards == ()
    for ref in (one.id, "QQQQQ"):
        problem(await unlinks(client, lab, ref, lab.tokens.moderator), "already_so")


async def test_a_board_that_is_no_lab_has_a_front_page_of_its_own_cards(
    client: httpx.AsyncClient, app: Application
) -> None:
    """Given a board with nothing linked, then its front page is its own; and of no board, `unknown_board`."""
    made = await board_made(client)
    assert (await front_page(client, made)).boards == ()
    await acts(app, made.id, await somebody(app, made, "moderator"), CardAdd("an idea"))
    assert [one.cards for one in (await front_page(client, made)).boards] == [1]
    problem(await client.get("/api/boards/QQQQQ/lab"), "unknown_board")
