"""How people come in: by passphrase, by a moderator's leave, by invitation; what is kept of it (ADR 21, LG7, DM5)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from msgspec import UNSET

from rebond.app import Application
from rebond.web import kept
from rebond.web.inviting import INVITED
from rebond_protocol import limits
from rebond_protocol.http import BoardMade, Joined
from rebond_protocol.people import ParticipantPromote, ParticipantReadmit, ParticipantRemove, PersonRole
from tests.web.edge import application, asking, bearer, board_made, joined, on_disk, problem, somebody

DEVICE = "device-" + "x" * 20
WORDS = "Passerelle bleue"


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[Application]:
    async with application(tmp_path) as app:
        yield app


@pytest.fixture
async def client(app: Application) -> AsyncIterator[httpx.AsyncClient]:
    async with asking(app) as client:
        yield client


async def asks(client: httpx.AsyncClient, made: BoardMade, **wish: Any) -> httpx.Response:
    """Somebody asks to join."""
    return await client.post(f"/api/boards/{made.code}/join", json=wish)


async def written(app: Application, board: str) -> bytes:
    """Every byte of a board's log."""
    return b"".join(record.data for record in await app.hub.log.read(board, 0, 1_000))


# -- passphrase ----------------------------------------------------------------------------------------------------


async def test_a_passphrase_opens_the_door_and_is_kept_nowhere(
    client: httpx.AsyncClient, app: Application, tmp_path: Path
) -> None:
    """PRODUCT section 2, LG7: given a board with a passphrase, then it is asked for, taken as it is said aloud, and
    stands in no log, no export and no byte of the data folder."""
    made = await board_made(client, access="passphrase", passphrase=WORDS)
    assert (await client.get(f"/api/boards/{made.code}")).json()["access"] == "passphrase"
    for wrong in ({}, {"passphrase": ""}, {"passphrase": "passerelle"}, {"passphrase": "x" * 5_000}):
        problem(await asks(client, made, **wrong), "wrong_passphrase")
    for right in (WORDS, "passerelle  BLEUE ", "Ｐasserelle bleue"):
        assert (await asks(client, made, passphrase=right)).status_code == 200
    assert WORDS.encode() not in await written(app, made.id)
    assert not [word for word in (b"bleue", b"Bleue", b"BLEUE") if on_disk(tmp_path, word)]
    export = await client.get(f"/api/boards/{made.id}/export.json", headers=bearer(made.tokens.moderator))
    assert "scrypt" not in export.text
    assert "bleue" not in export.text


async def test_whoever_was_in_comes_back_without_it(client: httpx.AsyncClient) -> None:
    """PRODUCT section 2: given a phone that is in, when it joins again without passphrase or name, then it is the same
    person."""
    made = await board_made(client, access="passphrase", passphrase=WORDS, name_asked="required")
    problem(await asks(client, made, passphrase=WORDS, device=DEVICE), "text_empty")
    ana = await joined(client, made, passphrase=WORDS, device=DEVICE, name="Ana")
    assert (await joined(client, made, device=DEVICE)).participant == ana.participant
    problem(await asks(client, made, device=DEVICE + "2", name="Bo"), "wrong_passphrase")


async def test_guessing_is_limited_and_locks_nobody_out(tmp_path: Path) -> None:
    """Section 8: given somebody guesses from the room's own address, then they are `rate_limited` soon, and whoever
    knows the passphrase still comes in."""
    async with application(tmp_path, guesses_per_s="0.001", guesses_burst="5") as app, asking(app) as client:
        made = await board_made(client, access="passphrase", passphrase=WORDS)
        await joined(client, made, passphrase=WORDS)
        codes = [(await asks(client, made, passphrase=f"guess {n}")).json()["code"] for n in range(8)]
        assert codes == ["wrong_passphrase"] * 4 + ["rate_limited"] * 4
        await joined(client, made, passphrase=WORDS)


async def test_a_new_server_knows_the_passphrase_again(tmp_path: Path) -> None:
    """LG2: given a board with a passphrase, when the server starts again, then it still asks for the same."""
    async with application(tmp_path) as app, asking(app) as client:
        made = await board_made(client, access="passphrase", passphrase=WORDS)
    async with application(tmp_path) as app, asking(app) as client:
        problem(await asks(client, made, passphrase="another"), "wrong_passphrase")
        await joined(client, made, passphrase=WORDS)


BAD_DOORS: dict[str, tuple[dict[str, Any], str]] = {
    "no passphrase": ({"access": "passphrase"}, "text_empty"),
    "a blank one": ({"access": "passphrase", "passphrase": "  "}, "text_empty"),
    "a short one": ({"access": "passphrase", "passphrase": "abc"}, "invalid"),
    "a long one": ({"access": "passphrase", "passphrase": "x" * 201}, "text_too_long"),
    "one that turns around": ({"access": "passphrase", "passphrase": "a\u202ebcde"}, "text_forbidden"),
    "a number": ({"access": "passphrase", "passphrase": 1234}, "invalid"),
    "one for an open board": ({"passphrase": "open sesame"}, "invalid"),
    "no such door": ({"access": "window"}, "invalid"),
    "no such name": ({"name_asked": "always"}, "invalid"),
}


@pytest.mark.parametrize(("wish", "code"), BAD_DOORS.values(), ids=BAD_DOORS.keys())
async def test_a_door_that_cannot_be_is_refused(client: httpx.AsyncClient, wish: dict[str, Any], code: str) -> None:
    """HB9: given a wish that cannot be met, then its code, and no board."""
    problem(await client.post("/api/boards", json={"title": "x", **wish}), code)


# -- by leave ------------------------------------------------------------------------------------------------------


def ticket_of(response: httpx.Response) -> tuple[str, str]:
    """The ticket and the pseudonym of somebody who waits."""
    details = problem(response, "waiting_for_approval").details
    assert details is not UNSET
    assert details["retry_after_ms"]
    return str(details["ticket"]), str(details["participant"])


async def test_a_moderator_lets_people_in_or_not(client: httpx.AsyncClient, app: Application) -> None:
    """PRODUCT section 2: given a board that lets people in by approval, when two knock, then moderators see name and
    segment; one is let in and is who they were, the other is turned away until a moderator takes it back; and the log
    knew of neither before."""
    made = await board_made(client, access="approval")
    before = await written(app, made.id)
    ana, ana_id = ticket_of(await asks(client, made, name="Ana", segment="customer"))
    bo, bo_id = ticket_of(await asks(client, made, name="Bo", device=DEVICE))
    assert ticket_of(await asks(client, made, name="Bo", device=DEVICE))[1] == bo_id, "asked again, the same person"
    assert ticket_of(await asks(client, made, name="Ana", ticket=ana))[1] == ana_id
    assert await written(app, made.id) == before
    path, steers = f"/api/boards/{made.id}/waiting", bearer(made.tokens.moderator)
    rows = (await client.get(path, headers=steers)).json()
    assert [(row["participant"], row["name"], row["segment"]) for row in rows] == [
        (ana_id, "Ana", "customer"),
        (bo_id, "Bo", None),
    ]
    problem(await client.get(f"/api/boards/{made.id}/export.json", headers=bearer(ana)), "bad_token")

    assert (await client.post(f"{path}/{ana_id}", json={"admit": True}, headers=steers)).status_code == 204
    assert (await client.post(f"{path}/{bo_id}", json={"admit": False}, headers=steers)).status_code == 204
    assert (await client.get(path, headers=steers)).json() == []
    problem(await client.post(f"{path}/{bo_id}", json={"admit": True}, headers=steers), "unknown_participant")

    in_again = await joined(client, made, name="Ana", ticket=ana)
    assert in_again.participant == ana_id
    assert (await app.hub.room(made.id)).names[ana_id] == "Ana"
    assert (await client.get(f"/api/boards/{made.id}/export.json", headers=bearer(ana))).status_code == 200
    problem(await asks(client, made, ticket=bo), "removed")
    problem(await asks(client, made, device=DEVICE), "removed")
    room = await app.hub.room(made.id)
    mo = next(id for id, person in room.state.participants.items() if person.role == "moderator")
    await room.act(ParticipantReadmit(bo_id), mo)
    assert (await joined(client, made, device=DEVICE)).participant == bo_id


async def test_only_moderators_see_and_decide_who_waits(client: httpx.AsyncClient) -> None:
    """DM3: given somebody waits, then no other token lists or admits them, least of all their own."""
    made, other = await board_made(client, access="approval"), await board_made(client)
    ticket, waiting = ticket_of(await asks(client, made, name="Ana"))
    path = f"/api/boards/{made.id}/waiting"
    tokens = {
        ticket: "bad_token", made.tokens.kiosk: "forbidden", made.tokens.display: "forbidden",
        other.tokens.moderator: "wrong_board", "": "bad_token",
    }  # fmt: skip
    for token, code in tokens.items():
        problem(await client.get(path, headers=bearer(token)), code)
        problem(await client.post(f"{path}/{waiting}", json={"admit": True}, headers=bearer(token)), code)
    problem(await asks(client, made, ticket=made.tokens.moderator), "bad_token")
    problem(await asks(client, made, ticket=(await joined(client, other)).token), "wrong_board")


async def test_whoever_waits_can_be_forgotten(client: httpx.AsyncClient, app: Application, tmp_path: Path) -> None:
    """LG7: given two wait, when one thinks better of it, and a moderator forgets the other, then neither name is in any
    byte; a stranger forgets nobody."""
    made = await board_made(client, access="approval")
    ana, ana_id = ticket_of(await asks(client, made, name="Zebulonia"))
    bo, bo_id = ticket_of(await asks(client, made, name="Barnabelle"))
    paths = {id: f"/api/boards/{made.id}/people/{id}/erase" for id in (ana_id, bo_id)}
    problem(await client.post(paths[ana_id], headers=bearer(bo)), "bad_token")
    problem(await client.post(paths[ana_id], headers=bearer(made.tokens.kiosk)), "forbidden")
    assert (await client.post(paths[ana_id], headers=bearer(ana))).status_code == 204
    assert (await client.post(paths[bo_id], headers=bearer(made.tokens.moderator))).status_code == 204
    assert await app.hub.log.people(made.id) == []
    assert not [name for name in (b"Zebulonia", b"Barnabelle") if on_disk(tmp_path, name)]
    problem(await client.post(paths[ana_id], headers=bearer(ana)), "bad_token")


async def test_who_waits_is_bounded(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """HB3: given as many wait as may, then the next is asked to come again later, and who waits already goes on."""
    monkeypatch.setattr(limits, "WAITING_PER_BOARD", 2)
    made = await board_made(client, access="approval")
    first, _ = ticket_of(await asks(client, made))
    ticket_of(await asks(client, made))
    problem(await asks(client, made), "busy")
    ticket_of(await asks(client, made, ticket=first))


async def test_nobody_who_knocks_is_on_an_anonymous_board_by_name(client: httpx.AsyncClient, tmp_path: Path) -> None:
    """DM5: given an anonymous board with approval, when somebody sends name and address, then neither is kept."""
    made = await board_made(client, access="approval", anonymous=True, email_asked=True)
    ticket_of(await asks(client, made, name="Zebulonia", email="zebulonia@example.org"))
    (row,) = (await client.get(f"/api/boards/{made.id}/waiting", headers=bearer(made.tokens.moderator))).json()
    assert row["name"] is None
    assert not on_disk(tmp_path, b"ebulonia")


# -- by invitation -------------------------------------------------------------------------------------------------


async def invited(client: httpx.AsyncClient, made: BoardMade, **wish: Any) -> tuple[str, dict[str, Any]]:
    """An invitation: what stands behind `#i=`, and its row."""
    response = await client.post(f"/api/boards/{made.id}/invitations", json=wish, headers=bearer(made.tokens.moderator))
    assert response.status_code == 201, response.text
    row: dict[str, Any] = response.json()
    address, _, secret = row["link"].partition("#i=")
    assert address == f"http://boards.example/j/{made.code}"
    return secret, row


async def test_each_who_opens_an_invitation_is_somebody_of_their_own(
    client: httpx.AsyncClient, app: Application
) -> None:
    """PRODUCT section 2: given a link for co-moderators on a board behind a passphrase, when two open it, then each is
    a moderator of their own, whom another can make a participant again."""
    made = await board_made(client, access="passphrase", passphrase=WORDS)
    secret, _ = await invited(client, made, role="moderator", name="Equipe")
    face = (await client.get(f"/api/boards/{made.code}", headers=bearer(secret))).json()
    assert (face["invited"], face["access"]) == ("moderator", "open")
    ana, bo = [await joined(client, made, invitation=secret, name=name) for name in ("Ana", "Bo")]
    assert {ana.role, bo.role} == {"moderator"}
    assert ana.participant != bo.participant
    for one in (ana, bo):
        path = f"/api/boards/{made.id}/invitations"
        assert (await client.get(path, headers=bearer(one.token))).status_code == 200
    room = await app.hub.room(made.id)
    await room.act(ParticipantPromote(ana.participant, "participant"), bo.participant)
    problem(await client.get(f"/api/boards/{made.id}/invitations", headers=bearer(ana.token)), "forbidden")


async def test_an_invitation_raises_who_is_in_already_and_lowers_nobody(client: httpx.AsyncClient) -> None:
    """Given a phone that is in, when it opens a staff link, then it is staff and the same person; a moderator who opens
    it stays one."""
    made = await board_made(client)
    ana = await joined(client, made, device=DEVICE, name="Ana")
    staff, _ = await invited(client, made, role="staff")
    again = await joined(client, made, device=DEVICE, invitation=staff)
    assert (again.participant, again.role) == (ana.participant, "staff")
    moderator, _ = await invited(client, made, role="moderator")
    assert (await joined(client, made, device=DEVICE, invitation=moderator)).role == "moderator"
    assert (await joined(client, made, device=DEVICE, invitation=staff)).role == "moderator"
    assert (await joined(client, made, device=DEVICE)).role == "moderator"


async def test_whoever_was_made_a_participant_again_is_not_raised_by_the_link_they_have(
    client: httpx.AsyncClient, app: Application
) -> None:
    """DM3: given somebody whose role was taken back on the board, when their phone opens the invitation again, then
    they stay a participant: what was decided about them is not undone by what they hold."""
    made = await board_made(client)
    secret, _ = await invited(client, made, role="moderator")
    ana = await joined(client, made, device=DEVICE, invitation=secret)
    assert ana.role == "moderator"
    room = await app.hub.room(made.id)
    await room.act(ParticipantPromote(ana.participant, "participant"))
    again = await joined(client, made, device=DEVICE, invitation=secret)
    assert (again.participant, again.role) == (ana.participant, "participant")
    ticketed = await joined(client, made, ticket=again.token, invitation=secret)
    assert (ticketed.participant, ticketed.role) == (ana.participant, "participant")
    problem(await client.get(f"/api/boards/{made.id}/waiting", headers=bearer(again.token)), "forbidden")


@pytest.mark.parametrize("low", ["staff", "participant"])
async def test_whom_a_moderator_lowered_is_raised_by_no_link(
    client: httpx.AsyncClient, app: Application, low: PersonRole
) -> None:
    """DM3: given somebody who came by an invitation to steer, when a moderator lowers them, then neither that link,
    opened again, nor another gives them the role back; a moderator does."""
    made = await board_made(client)
    mo, room = await somebody(app, made, "moderator"), await app.hub.room(made.id)
    first, _ = await invited(client, made, role="moderator")
    ana = await joined(client, made, device=DEVICE, invitation=first)
    await room.act(ParticipantPromote(ana.participant, low), mo)
    later, _ = await invited(client, made, role="moderator")
    for secret in (first, later):
        again = await joined(client, made, device=DEVICE, invitation=secret)
        assert (again.participant, again.role) == (ana.participant, low)
    await room.act(ParticipantPromote(ana.participant, "moderator"), mo)
    assert (await joined(client, made, device=DEVICE)).role == "moderator"


async def test_an_invitation_ends_when_it_is_taken_back(client: httpx.AsyncClient, app: Application) -> None:
    """Section 8: given an invitation is revoked, then nobody comes in by it, who came in stays, nothing of it is kept;
    and a token that is none, or is somebody's own, invites nobody."""
    made = await board_made(client, access="approval")
    secret, row = await invited(client, made, role="staff")
    ana = await joined(client, made, invitation=secret)
    path = f"/api/boards/{made.id}/invitations"
    steers = bearer(made.tokens.moderator)
    assert (await client.get(path, headers=steers)).json() == [row]
    assert (await client.post(f"{path}/{row['id']}/revoke", headers=steers)).status_code == 204
    problem(await client.post(f"{path}/{row['id']}/revoke", headers=steers), "not_found")
    problem(await asks(client, made, invitation=secret), "expired_token")
    problem(await client.get(f"/api/boards/{made.code}", headers=bearer(secret)), "expired_token")
    assert (await client.get(f"/api/boards/{made.id}/export.json", headers=bearer(ana.token))).status_code == 200
    assert all(map(kept.is_somebody, await app.hub.log.people(made.id)))
    for bad in ("x", secret[:-3], ana.token, made.tokens.moderator):
        problem(await asks(client, made, invitation=bad), "bad_token")
    problem(await client.get(f"/api/boards/{made.id}/export.json", headers=bearer(secret)), "bad_token")


async def test_an_invitation_ends_by_itself(client: httpx.AsyncClient, app: Application) -> None:
    """Section 8: given an invitation whose days are over, then it opens nothing, is on no list, and is forgotten when
    the next is made."""
    made = await board_made(client)
    await app.hub.log.put_person(made.id, kept.INVITATIONS.row("old", kept.Invite("staff", None, 1_000)))
    path = f"/api/boards/{made.id}/invitations"
    assert (await client.get(path, headers=bearer(made.tokens.moderator))).json() == []
    await invited(client, made, role="staff")
    assert [row for row in await app.hub.log.people(made.id) if row.participant == kept.INVITATIONS.key("old")] == []


BAD_INVITATIONS: dict[str, tuple[dict[str, Any], str]] = {
    "no role": ({}, "invalid"),
    "a role nobody is invited to": ({"role": "kiosk"}, "invalid"),
    "for no time": ({"role": "staff", "days": 0}, "invalid"),
    "for ever": ({"role": "staff", "days": 91}, "invalid"),
    "under a long name": ({"role": "staff", "name": "x" * 41}, "text_too_long"),
    "under a name that turns around": ({"role": "staff", "name": "a\u202eb"}, "text_forbidden"),
    "under a number": ({"role": "staff", "name": 7}, "invalid"),
}


@pytest.mark.parametrize(("wish", "code"), BAD_INVITATIONS.values(), ids=BAD_INVITATIONS.keys())
async def test_an_invitation_that_cannot_be_is_refused(
    client: httpx.AsyncClient, wish: dict[str, Any], code: str
) -> None:
    """HB9: given a wish that cannot be met, then its code; and from who may not invite, `forbidden`."""
    made = await board_made(client)
    path = f"/api/boards/{made.id}/invitations"
    problem(await client.post(path, json=wish, headers=bearer(made.tokens.moderator)), code)
    ana = await joined(client, made)
    problem(await client.post(path, json={"role": "staff"}, headers=bearer(ana.token)), "forbidden")


async def test_invitations_are_bounded(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """HB3: given as many invitations as may be, then the next is refused until one is taken back."""
    monkeypatch.setattr(limits, "INVITATIONS_PER_BOARD", 1)
    made = await board_made(client)
    _, row = await invited(client, made, role="staff")
    path = f"/api/boards/{made.id}/invitations"
    problem(await client.post(path, json={"role": "staff"}, headers=bearer(made.tokens.moderator)), "board_full")
    await client.post(f"{path}/{row['id']}/revoke", headers=bearer(made.tokens.moderator))
    await invited(client, made, role="staff")


async def test_who_steers_takes_an_invitation_back_whatever_others_in_the_room_ask(tmp_path: Path) -> None:
    """HB3, section 8: given somebody at the room's own address who asks for erasures until no more are allowed, then
    whoever steers still makes invitations and takes them back, as often as one person may."""
    async with application(tmp_path, erasures_per_s="0.001", erasures_burst="2") as app, asking(app) as client:
        made = await board_made(client)
        stranger = f"/api/boards/{made.id}/people/nobody/erase"
        said = [(await client.post(stranger)).status_code for _ in range(3)]
        assert said[-1] == 429
        secret, row = await invited(client, made, role="staff")
        path = f"/api/boards/{made.id}/invitations"
        steers = bearer(made.tokens.moderator)
        assert (await client.post(f"{path}/{row['id']}/revoke", headers=steers)).status_code == 204
        problem(await asks(client, made, invitation=secret), "expired_token")
        problem(await client.post(path, json={"role": "staff"}, headers=steers), "rate_limited")


async def test_a_board_keeps_its_own_rows_from_everybody(client: httpx.AsyncClient, app: Application) -> None:
    """LG7: given a board's own rows in the table of names, then nobody erases them as a person, and no id of a
    participant looks like one's."""
    made = await board_made(client, access="passphrase", passphrase=WORDS)
    path = f"/api/boards/{made.id}/people/{kept.PASSPHRASE}/erase"
    problem(await client.post(path, headers=bearer(made.tokens.moderator)), "unknown_participant")
    problem(await asks(client, made, passphrase="no"), "wrong_passphrase")
    await joined(client, made, passphrase=WORDS)
    assert not any(id.startswith((INVITED, "(")) for id in (await app.hub.room(made.id)).state.participants)


# -- an address ----------------------------------------------------------------------------------------------------


async def test_an_address_is_kept_beside_the_name_and_erased_with_it(
    client: httpx.AsyncClient, app: Application, tmp_path: Path
) -> None:
    """LG7, PRODUCT section 2: given a board that asks for an address, then it is kept apart from the log, comes through
    a rejoin, stands in no export, and is gone from every byte once erased."""
    made = await board_made(client, email_asked=True)
    assert (await client.get(f"/api/boards/{made.code}")).json()["email_asked"] is True
    ana = await joined(client, made, name="Ana", email="ana.lou@example.org", device=DEVICE)
    await joined(client, made, device=DEVICE)
    (row,) = await app.hub.log.people(made.id)
    assert (row.name, kept.contact_of(row).email) == ("Ana", "ana.lou@example.org")
    assert b"ana.lou" not in await written(app, made.id)
    for format in ("json", "csv", "md"):
        path = f"/api/boards/{made.id}/export.{format}"
        assert "ana.lou" not in (await client.get(path, headers=bearer(made.tokens.moderator))).text
    path = f"/api/boards/{made.id}/people/{ana.participant}/erase"
    assert (await client.post(path, headers=bearer(ana.token))).status_code == 204
    assert not on_disk(tmp_path, b"ana.lou")


@pytest.mark.parametrize(
    "email", ["ana", "ana@", "@example.org", "a b@example.org", "ana@example", "a@b.c\nBcc: x@y.z", 7]
)
async def test_an_address_that_is_none_is_refused(client: httpx.AsyncClient, email: Any) -> None:
    """HB9: given what is no address, then it is refused and says which field."""
    made = await board_made(client, email_asked=True)
    said = problem(await asks(client, made, email=email), "invalid")
    assert said.details is not UNSET
    assert "email" in json.dumps(said.details)


async def test_an_address_nobody_asked_for_is_not_kept(client: httpx.AsyncClient, app: Application) -> None:
    """LG7: given a board that asks for no address, when one is sent, then nothing is kept."""
    made = await board_made(client)
    await joined(client, made, email="ana@example.org", name="Ana")
    assert [row.contact for row in await app.hub.log.people(made.id)] == [None]


async def test_an_avatar_is_a_name_that_the_phone_chose(client: httpx.AsyncClient, app: Application) -> None:
    """PRODUCT section 2: given a board that asks for an avatar, then the pair of words is the name."""
    made = await board_made(client, name_asked="avatar")
    ana, _ = await joined(client, made, name="Loutre curieuse"), await joined(client, made)
    assert (await app.hub.room(made.id)).names == {ana.participant: "Loutre curieuse"}


async def test_a_crowd_at_the_door_costs_one_hash(
    client: httpx.AsyncClient, app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Section 9: given somebody knew the passphrase, when a hundred more come in by it, then nothing is hashed."""
    made = await board_made(client, access="passphrase", passphrase=WORDS)
    await joined(client, made, passphrase=WORDS)

    def never(words: str, row: str) -> bool:
        raise AssertionError("hashed again")

    monkeypatch.setattr(kept, "is_passphrase", never)
    everybody: list[Joined] = await asyncio.gather(*(joined(client, made, passphrase=WORDS) for _ in range(100)))
    assert len({one.participant for one in everybody}) == 100
    room = await app.hub.room(made.id)
    mo = next(id for id, person in room.state.participants.items() if person.role == "moderator")
    await room.act(ParticipantRemove(everybody[0].participant), mo)
    path = f"/api/boards/{made.id}/export.json"
    problem(await client.get(path, headers=bearer(everybody[0].token)), "removed")
