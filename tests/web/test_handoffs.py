"""The way home: what a visitor wrote at a kiosk becomes theirs on their own phone, and nobody else's (DM6, LG1)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from rebond.app import Application
from rebond.domain.project import yours
from rebond.hub.room import Room
from rebond.web import handoffs, kept
from rebond_protocol import limits
from rebond_protocol.cards import CardAdd, CardApprove, CardClaim, CardErase, CardRemove, CardWithdraw
from rebond_protocol.errors import Rejected
from rebond_protocol.http import BoardMade, Joined
from rebond_protocol.kiosks import Handoff
from rebond_protocol.people import ParticipantRemove
from rebond_protocol.talk import CommentAdd
from tests.web.edge import acts, application, asking, bearer, board_made, joined, problem, somebody
from tests.web.labs import key_of, later_by, offers, paired, read

SECRET = "x7Qb0kP3mZ9wRt5uVy2aLc"
OTHER = "another-secret-of-a-qr-code"
DEVICE = "device-of-one-visitor"
NEXT = "device-of-the-next-in-line"


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[Application]:
    async with application(tmp_path, handoffs_burst="1000", pairings_burst="1000") as app:
        yield app


@pytest.fixture
async def client(app: Application) -> AsyncIterator[httpx.AsyncClient]:
    async with asking(app) as client:
        yield client


@pytest.fixture
async def made(client: httpx.AsyncClient) -> BoardMade:
    return await board_made(client)


async def written(app: Application, made: BoardMade, text: str = "a bench outside") -> str:
    """A visitor's idea, at the kiosk of the board's link."""
    return await acts(app, made.id, await somebody(app, made, "kiosk"), CardAdd(text))


async def offered(client: httpx.AsyncClient, made: BoardMade, what: str, secret: str = SECRET) -> Handoff:
    """The kiosk says what its QR code stands for."""
    return read(await offers(client, made.id, made.tokens.kiosk, what, secret), Handoff, 201)


async def scans(client: httpx.AsyncClient, made: BoardMade, secret: str = SECRET, **wish: Any) -> httpx.Response:
    """A phone joins by the QR code."""
    return await client.post(f"/api/boards/{made.code}/join", json={"handoff": secret, "device": DEVICE, **wish})


async def owner(app: Application, made: BoardMade, card: str) -> str | None:
    """Whose card this is."""
    return (await app.hub.room(made.id)).state.cards[card].author


# -- taken home ----------------------------------------------------------------------------------------------------


async def test_what_was_written_at_a_kiosk_goes_home_with_the_phone_that_scans_it(
    client: httpx.AsyncClient, app: Application, made: BoardMade
) -> None:
    """PRODUCT section 2: given a visitor's card and the comment of another, when two phones scan their codes, then each
    owns its own, sees it although it waits for approval, and may take it back; asked again, the answer is the same."""
    card = await written(app, made)
    kiosk = await somebody(app, made, "kiosk")
    await acts(app, made.id, await somebody(app, made, "moderator"), CardApprove(card))
    comment = await acts(app, made.id, kiosk, CommentAdd(card, "and a tree beside it"))
    await offered(client, made, card)
    await offered(client, made, comment, OTHER)
    ana = read(await scans(client, made, name="Ana"), Joined)
    bo = read(await scans(client, made, OTHER, device=NEXT), Joined)
    assert (ana.role, bo.role) == ("participant", "participant")
    assert read(await scans(client, made), Joined).participant == ana.participant
    state = (await app.hub.room(made.id)).state
    assert (state.cards[card].author, state.comments[comment].author) == (ana.participant, bo.participant)
    assert yours(state, ana.participant).authored == (card,)
    mine = yours(state, bo.participant).comments
    assert [one.id for one in mine or ()] == [comment], "it waits for approval, and they see it"
    await acts(app, made.id, ana.participant, CardWithdraw(card))


async def test_somebody_who_is_in_already_takes_it_home_too(
    client: httpx.AsyncClient, app: Application, made: BoardMade
) -> None:
    """Given a phone that joined before, when it scans a code, then it is who it was."""
    ana = await joined(client, made, name="Ana", device=DEVICE)
    card = await written(app, made)
    await offered(client, made, card)
    assert read(await scans(client, made), Joined).participant == ana.participant
    assert await owner(app, made, card) == ana.participant


async def test_a_code_opens_the_door_to_whoever_was_there(client: httpx.AsyncClient, app: Application) -> None:
    """PRODUCT section 2: given boards behind a passphrase and behind approval, then who scans a good code comes in
    without either; a code that is worth nothing opens neither, and lets nobody knock."""
    doors: tuple[dict[str, Any], ...] = ({"access": "passphrase", "passphrase": "blue bridge"}, {"access": "approval"})
    for door in doors:
        made = await board_made(client, **door)
        before = len((await app.hub.room(made.id)).state.participants)
        problem(await scans(client, made, OTHER), "handoff_waiting")
        card = await written(app, made)
        await offered(client, made, card)
        read(await scans(client, made), Joined)
        problem(await scans(client, made, device=NEXT), "handoff_used")
        assert len((await app.hub.room(made.id)).state.participants) == before + 1
        rows = await client.get(f"/api/boards/{made.id}/waiting", headers=bearer(made.tokens.moderator))
        assert rows.json() == []
        refused = await client.post(f"/api/boards/{made.code}/join", json={"device": NEXT})
        assert refused.status_code == 403


async def test_of_two_phones_at_once_one_has_it(client: httpx.AsyncClient, app: Application) -> None:
    """LG1: given many phones scan one code at the same moment, then one owns what was written and the others are told
    so; behind a door none of those is in, nor is at their next try."""
    for access in ("open", "approval"):
        made = await board_made(client, access=access)
        card = await written(app, made)
        await offered(client, made, card)
        devices = [f"device-of-visitor-number-{n}" for n in range(6)]
        answers = await asyncio.gather(*(scans(client, made, device=device, name=device[-9:]) for device in devices))
        won = [answer for answer in answers if answer.status_code == 200]
        assert len(won) == 1
        assert await owner(app, made, card) == read(won[0], Joined).participant
        for device, answer in zip(devices, answers, strict=True):
            if answer.status_code != 200:
                problem(answer, "handoff_used")
                again = await client.post(f"/api/boards/{made.code}/join", json={"device": device})
                assert again.status_code == (200 if access == "open" else 403)
                if access == "approval":
                    problem(again, "waiting_for_approval")


async def test_the_same_phone_that_asks_twice_at_once_has_it(
    client: httpx.AsyncClient, app: Application, made: BoardMade
) -> None:
    """LG4: given one phone whose join goes out twice, then both answers are the same person's."""
    card = await written(app, made)
    await offered(client, made, card)
    answers = await asyncio.gather(scans(client, made), scans(client, made))
    assert {read(answer, Joined).participant for answer in answers} == {await owner(app, made, card)}


async def test_an_answer_that_nobody_can_give_costs_nobody_what_is_theirs(
    client: httpx.AsyncClient, app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LG4: given a board behind a door and a log that fails at the claim, which may have landed, when the phone asks
    again, then it is in, and owns what was written."""
    really = Room.act
    for landed in (False, True):
        made = await board_made(client, access="approval")
        card = await written(app, made)
        await offered(client, made, card)

        async def act(room: Room, command: Any, actor: str | None = None, *, landed: bool = landed) -> Any:
            claims = isinstance(command, CardClaim)
            outcome = await really(room, command, actor) if landed or not claims else None
            return Rejected("unavailable") if claims else outcome

        with monkeypatch.context() as patch:
            patch.setattr(Room, "act", act)
            problem(await scans(client, made), "unavailable")
        ana = read(await scans(client, made), Joined)
        assert await owner(app, made, card) == ana.participant


# -- gives nothing away --------------------------------------------------------------------------------------------


async def test_who_comes_late_learns_nothing(client: httpx.AsyncClient, app: Application, made: BoardMade) -> None:
    """DM6: given codes of a card that waits, of one that was removed, of one that was erased, of a comment, when their
    time is over, then all answers are the same to the letter, nobody has joined, and an owner still is who they are."""
    moderator, kiosk = await somebody(app, made, "moderator"), await somebody(app, made, "kiosk")
    waiting, removed, erased, shown, taken = [await written(app, made, text) for text in ("a", "b", "c", "d", "e")]
    await acts(app, made.id, moderator, CardRemove(removed))
    await acts(app, made.id, moderator, CardErase(erased))
    await acts(app, made.id, moderator, CardApprove(shown))
    comment = await acts(app, made.id, kiosk, CommentAdd(shown, "yes"))
    secrets = {f"secret-{what}": what for what in (waiting, removed, erased, shown, comment)}
    for secret, what in secrets.items():
        await offered(client, made, what, secret)
    await offered(client, made, taken)
    ana = read(await scans(client, made), Joined)
    before = (await app.hub.room(made.id)).state.seq
    with later_by(app, handoffs.GOOD_MS):
        answers = [await scans(client, made, secret, device=NEXT) for secret in secrets]
        problem(answers[0], "handoff_expired")
        assert len({answer.content for answer in answers}) == 1
        problem(await scans(client, made, device=NEXT), "handoff_expired")
        assert read(await scans(client, made), Joined).participant == ana.participant
    assert (await app.hub.room(made.id)).state.seq == before


async def test_a_phone_that_is_quicker_than_the_kiosk_waits(
    client: httpx.AsyncClient, app: Application, made: BoardMade
) -> None:
    """Given a kiosk that is offline, when a phone scans its code, then it is asked to wait and is nobody yet; and once
    the kiosk has said what it stands for, it comes in."""
    before = (await app.hub.room(made.id)).state.seq
    said = problem(await scans(client, made, name="Ana"), "handoff_waiting")
    assert said.details == {"retry_after_ms": handoffs.ASK_AGAIN_MS}
    assert (await app.hub.room(made.id)).state.seq == before
    assert await app.hub.log.people(made.id) == []
    card = await written(app, made)
    await offered(client, made, card)
    assert read(await scans(client, made), Joined).participant == await owner(app, made, card)


@pytest.mark.parametrize("secret", ["x", "x" * 60_000, "\u0000", "\u202e", "é" * 100, SECRET + " ", SECRET.lower()])
async def test_rubbish_opens_nothing(client: httpx.AsyncClient, app: Application, made: BoardMade, secret: str) -> None:
    """HB9: given what is no secret of this board, then it is as one that has not arrived yet."""
    await offered(client, made, await written(app, made))
    problem(await scans(client, made, secret), "handoff_waiting")
    problem(await scans(client, await board_made(client)), "handoff_waiting")
    problem(await client.post(f"/api/boards/{made.code}/join", json={"handoff": 7}), "invalid")


async def test_who_was_removed_takes_nothing_home(client: httpx.AsyncClient, app: Application, made: BoardMade) -> None:
    """HB6: given somebody who was removed, when they scan a code, then they are not let in by it, and it stays good."""
    ana = await joined(client, made, device=DEVICE)
    await acts(app, made.id, await somebody(app, made, "moderator"), ParticipantRemove(ana.participant))
    await offered(client, made, await written(app, made))
    problem(await scans(client, made), "removed")
    read(await scans(client, made, device=NEXT), Joined)


# -- at the kiosk --------------------------------------------------------------------------------------------------


async def test_said_again_nothing_changes(client: httpx.AsyncClient, app: Application, made: BoardMade) -> None:
    """LG4: given an answer that got lost, when the kiosk says it again, later or twice at the same time, then it is
    good for as long as it was."""
    card = await written(app, made)
    first, second = await asyncio.gather(*(offered(client, made, card) for _ in range(2)))
    assert first == second
    with later_by(app, 60_000):
        assert await offered(client, made, card) == first
        read(await scans(client, made), Joined)
        assert await offered(client, made, card) == first


async def test_a_kiosk_hands_out_nothing_but_what_was_written_there(
    client: httpx.AsyncClient, app: Application
) -> None:
    """Section 8: given what somebody, or another kiosk, wrote, or nobody, then no code is made of it; nor by anybody
    who is no kiosk; nor does one code stand for two things."""
    made, other = await board_made(client), await board_made(client)
    ana, kiosk = await joined(client, made), await paired(client, made)
    mine = await acts(app, made.id, ana.participant, CardAdd("mine"))
    there = await acts(app, made.id, kiosk.participant, CardAdd("at the other kiosk"))
    card, second = await written(app, made), await written(app, made)
    for what, code in ((mine, "not_yours"), (there, "not_yours"), ("nothing", "unknown_card")):
        problem(await offers(client, made.id, made.tokens.kiosk, what, OTHER), code)
    tokens = {
        ana.token: "forbidden", made.tokens.moderator: "forbidden", made.tokens.display: "forbidden",
        other.tokens.kiosk: "wrong_board", "": "bad_token",
    }  # fmt: skip
    for token, code in tokens.items():
        problem(await offers(client, made.id, token, card, OTHER), code)
    await offered(client, made, card)
    problem(await offers(client, made.id, made.tokens.kiosk, second, SECRET), "invalid")
    problem(await offers(client, made.id, kiosk.token, card, SECRET), "invalid")
    path, headers = f"/api/boards/{made.id}/handoffs", bearer(made.tokens.kiosk)
    for key in ("", "x", key_of("x") + "=", "+" * 43, key_of("x")[:-1], "é" * 43):
        problem(await client.post(path, json={"made": card, "key": key}, headers=headers), "invalid")
    problem(await client.post(path, content=b"[", headers=headers), "malformed")


async def test_what_is_over_is_forgotten(
    client: httpx.AsyncClient, app: Application, made: BoardMade, monkeypatch: pytest.MonkeyPatch
) -> None:
    """HB3: given a kiosk that hands out code after code, then those that are over give their place to the next, and
    there are never more than may be; a phone that comes that late is told to wait, and gives up."""
    monkeypatch.setattr(limits, "HANDOFFS_PER_BOARD", 3)
    cards = [await written(app, made) for _ in range(8)]
    for n in range(3):
        await offered(client, made, cards[n], f"{SECRET}{n}")
    problem(await offers(client, made.id, made.tokens.kiosk, cards[3], f"{SECRET}3"), "busy")
    with later_by(app, handoffs.GOOD_MS + handoffs.REMEMBERED_MS):
        problem(await scans(client, made, f"{SECRET}0"), "handoff_expired")
        for n in range(4, 7):
            await offered(client, made, cards[n], f"{SECRET}{n}")
        rows = kept.HANDOFFS.among(await app.hub.log.people(made.id))
        assert {row.made for row in rows.values()} == set(cards[4:7])
        problem(await scans(client, made, f"{SECRET}0"), "handoff_waiting")
        problem(await offers(client, made.id, made.tokens.kiosk, cards[7], f"{SECRET}7"), "busy")


async def test_two_codes_at_once_do_not_take_the_same_place(
    client: httpx.AsyncClient, app: Application, made: BoardMade
) -> None:
    """LG4: given codes of a kiosk that are over, when it says several new ones at once, then each is good."""
    cards = [await written(app, made) for _ in range(6)]
    for n in range(3):
        await offered(client, made, cards[n], f"{SECRET}{n}")
    with later_by(app, handoffs.GOOD_MS + handoffs.REMEMBERED_MS):
        await asyncio.gather(*(offered(client, made, cards[n], f"{SECRET}{n}") for n in range(3, 6)))
        for n in range(3, 6):
            read(await scans(client, made, f"{SECRET}{n}"), Joined)


async def test_no_kiosk_keeps_the_others_from_handing_out(
    client: httpx.AsyncClient, app: Application, made: BoardMade, monkeypatch: pytest.MonkeyPatch
) -> None:
    """HB3: given a kiosk that hands out as much as it may, then another still can; and what was handed out by one that
    was revoked since is in nobody's way once it is over."""
    monkeypatch.setattr(limits, "HANDOFFS_PER_BOARD", 4)
    monkeypatch.setattr(limits, "HANDOFFS_PER_KIOSK", 3)
    loud, quiet = await paired(client, made), await paired(client, made)
    theirs = await acts(app, made.id, loud.participant, CardAdd("again and again"))
    ours = await acts(app, made.id, quiet.participant, CardAdd("once"))
    codes = [(await offers(client, made.id, loud.token, theirs, f"{SECRET}{n}")).status_code for n in range(5)]
    assert codes == [201] * 3 + [503] * 2
    read(await offers(client, made.id, quiet.token, ours, SECRET), Handoff, 201)
    problem(await offers(client, made.id, made.tokens.kiosk, await written(app, made), "x"), "busy")
    await acts(app, made.id, await somebody(app, made, "moderator"), ParticipantRemove(loud.participant))
    with later_by(app, handoffs.GOOD_MS + handoffs.REMEMBERED_MS):
        await offered(client, made, await written(app, made), "y")


async def test_a_kiosk_is_not_heard_without_end(tmp_path: Path) -> None:
    """Section 8: given a kiosk that hands out codes without end, then it is `rate_limited`."""
    async with application(tmp_path, handoffs_per_s="0.001", handoffs_burst="2") as app, asking(app) as client:
        made = await board_made(client)
        card = await written(app, made)
        codes = [(await offers(client, made.id, made.tokens.kiosk, card, f"{n}")).status_code for n in range(3)]
        assert codes == [201, 201, 429]


async def test_nobody_claims_over_the_socket(client: httpx.AsyncClient, app: Application, made: BoardMade) -> None:
    """DM3: given somebody who says the claim themselves, then it is refused: only the server says it."""
    card, ana = await written(app, made), await joined(client, made)
    outcome = await (await app.hub.room(made.id)).act(CardClaim(card, ana.participant), ana.participant)
    assert getattr(outcome, "code", "") == "forbidden"
