"""Who somebody is over HTTP: what joining again, erasing and a removal do, and what a device gives away (DM5, LG7)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from rebond.app import Application
from rebond.log import LogUnavailable, OutcomeUnknown, Person, Position
from rebond.web.settings import WebSettings
from rebond_protocol.cards import CardAdd
from rebond_protocol.codec import read_entry
from rebond_protocol.errors import Rejected
from rebond_protocol.people import ParticipantMute, ParticipantRemove, ParticipantUnmute
from tests.conftest import RedisServer
from tests.web.edge import application, asking, bearer, board_made, joined, problem

DEVICE = "device-" + "x" * 20


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[Application]:
    async with application(tmp_path) as app:
        yield app


@pytest.fixture
async def client(app: Application) -> AsyncIterator[httpx.AsyncClient]:
    async with asking(app) as client:
        yield client


class Line:
    """One socket to the application, by ASGI's own messages."""

    def __init__(self, app: Application, board: str) -> None:
        self._in: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._out: asyncio.Queue[Any] = asyncio.Queue()
        scope: dict[str, Any] = {"type": "websocket", "path": f"/ws/{board}", "subprotocols": [], "headers": []}
        self._in.put_nowait({"type": "websocket.connect"})
        self._living = asyncio.ensure_future(app(scope, self._in.get, self._out.put))

    async def says(self, frame: dict[str, Any]) -> None:
        """A client frame."""
        await self._in.put({"type": "websocket.receive", "text": json.dumps(frame)})

    async def answer(self, kind: str) -> dict[str, Any]:
        """The next frame of this type; what comes between is passed over."""
        while True:
            message = await self._out.get()
            frame: dict[str, Any] = json.loads(message.get("text") or "{}")
            if frame.get("type") == kind:
                return frame

    async def leaves(self) -> None:
        """The line is cut."""
        await self._in.put({"type": "websocket.disconnect", "code": 1006})
        await self._living


async def unavailable(board: str, known: str) -> Position:
    """A log whose disk fails at this very moment."""
    raise LogUnavailable("Writing failed.")


async def acts(app: Application, board: str, actor: str, command: Any) -> None:
    """Somebody does something on a board."""
    outcome = await (await app.hub.room(board)).act(command, actor)
    assert not isinstance(outcome, Rejected), outcome


async def test_who_was_removed_cannot_put_another_name_on_their_cards(
    client: httpx.AsyncClient, app: Application
) -> None:
    """HB6: given somebody was removed, when their phone joins again under a new name, then the old one stays."""
    made = await board_made(client)
    ana = await joined(client, made, name="Ana", device=DEVICE)
    await acts(app, made.id, ana.participant, CardAdd("mine"))
    room = await app.hub.room(made.id)
    moderator = next(id for id, person in room.state.participants.items() if person.role == "moderator")
    await acts(app, made.id, moderator, ParticipantRemove(ana.participant))
    join = {"name": "Something rude", "device": DEVICE}
    problem(await client.post(f"/api/boards/{made.code}/join", json=join), "removed")
    assert room.names[ana.participant] == "Ana"
    export = await client.get(f"/api/boards/{made.id}/export.json", headers=bearer(made.tokens.moderator))
    assert "Something rude" not in export.text
    assert [person.name for person in await app.hub.log.people(made.id)] == ["Ana"]


async def test_who_was_muted_writes_nothing_by_way_of_a_name(client: httpx.AsyncClient, app: Application) -> None:
    """DM3: given somebody was muted, when their phone joins again under a new name, by device or by ticket, then they
    come in under the old one; once they may write, it is theirs to change."""
    made = await board_made(client)
    ana = await joined(client, made, name="Ana", device=DEVICE)
    room = await app.hub.room(made.id)
    moderator = next(id for id, person in room.state.participants.items() if person.role == "moderator")
    await acts(app, made.id, moderator, ParticipantMute(ana.participant))
    for way in ({"device": DEVICE}, {"ticket": ana.token}):
        again = await joined(client, made, name="Something rude", **way)
        assert again.participant == ana.participant
        assert room.names[ana.participant] == "Ana"
    await acts(app, made.id, moderator, ParticipantUnmute(ana.participant))
    await joined(client, made, name="Anaïs", device=DEVICE)
    assert room.names[ana.participant] == "Anaïs"


async def test_a_name_that_was_kept_and_not_vouched_for_is_shown_when_they_ask_again(
    client: httpx.AsyncClient, app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LG2, LG7. Given a join whose name the table has kept, and could not vouch for yet, so that it was refused, when
    the phone asks again, then they are in, and bear their name."""
    made = await board_made(client)
    keeps = app.hub.log.put_person

    async def keeps_and_cannot_vouch(board: str, person: Person) -> None:
        await keeps(board, person)
        raise LogUnavailable("It was written, but 0 of 1 replicas confirmed it.")

    with monkeypatch.context() as replicas_away:
        replicas_away.setattr(app.hub.log, "put_person", keeps_and_cannot_vouch)
        wish = {"name": "Late", "device": DEVICE}
        problem(await client.post(f"/api/boards/{made.code}/join", json=wish), "unavailable")
    ana = await joined(client, made, **wish)
    await acts(app, made.id, ana.participant, CardAdd("an idea"))
    export = await client.get(f"/api/boards/{made.id}/export.json", headers=bearer(ana.token))
    assert '"Late"' in export.text


async def test_nobody_comes_in_under_a_name_that_is_not_vouched_for(
    tmp_path: Path, redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LG2, LG7. Given a join on Redis whose name its table has, and no replica has confirmed, when the phone asks
    again, then it is not let in as long as that is so: a replica that takes over would know it without its name."""
    async with application(tmp_path, redis_url=redis_server.url) as app, asking(app) as client:
        made = await board_made(client)
        keeps, wish = app.hub.log.put_person, {"name": "Late", "device": DEVICE}

        async def keeps_and_cannot_vouch(board: str, person: Person) -> None:
            await keeps(board, person)
            raise OutcomeUnknown("It was written, but 0 of 1 replicas confirmed it.")

        with monkeypatch.context() as replicas_away:
            replicas_away.setattr(app.hub.log, "put_person", keeps_and_cannot_vouch)
            for _ in range(2):
                problem(await client.post(f"/api/boards/{made.code}/join", json=wish), "unavailable")
        (kept,) = await app.hub.log.people(made.id)
        await app.hub.log.erase_person(made.id, kept.participant)  # the replica never had it
        ana = await joined(client, made, **wish)
        assert [(one.participant, one.name) for one in await app.hub.log.people(made.id)] == [(ana.participant, "Late")]


async def test_one_device_on_two_boards_is_not_told_to_be_one(client: httpx.AsyncClient, app: Application) -> None:
    """DM5, PRODUCT 5.5: given one device on a board with names and on an anonymous one, then nothing stored is the same
    on both."""
    named, anonymous = await board_made(client), await board_made(client, anonymous=True)
    for made in (named, anonymous):
        await joined(client, made, name="Ana", device=DEVICE)
    (here,), (there,) = [await app.hub.log.people(made.id) for made in (named, anonymous)]
    assert (here.name, there.name) == ("Ana", None)
    assert here.participant != there.participant
    assert here.device_key != there.device_key


async def test_no_device_stands_in_a_log_as_it_calls_itself(client: httpx.AsyncClient, app: Application) -> None:
    """DM5: given one device that speaks on two boards, then their logs do not tell that it is one."""
    devices: list[str | None] = []
    for _ in range(2):
        made = await board_made(client)
        ana = await joined(client, made)
        phone = Line(app, made.id)
        await phone.says({"type": "hello", "token": ana.token, "device": DEVICE})
        await phone.says({"type": "submit", "id": 1, "command": {"type": "card.add", "text": "mine"}})
        await phone.answer("accepted")
        await phone.leaves()
        (last,) = await app.hub.log.read(made.id, (await app.hub.log.position(made.id)).seq - 1, 1)
        assert DEVICE.encode() not in last.data
        devices.append(read_entry(last.data).device)
    assert devices[0] != devices[1]


async def test_erasing_what_is_not_there_disturbs_nobody(client: httpx.AsyncClient, app: Application) -> None:
    """LG7: given somebody without a name, or with none any more, when they erase it, then the epoch stays."""
    made = await board_made(client)
    ana, bo = await joined(client, made, name="Ana"), await joined(client, made, device=DEVICE)
    paths = {one.token: f"/api/boards/{made.id}/people/{one.participant}/erase" for one in (ana, bo)}
    first = (await app.hub.log.position(made.id)).epoch
    assert (await client.post(paths[bo.token], headers=bearer(bo.token))).status_code == 204
    assert (await app.hub.log.position(made.id)).epoch == first
    assert [person.participant for person in await app.hub.log.people(made.id)] == [ana.participant]
    assert (await client.post(paths[ana.token], headers=bearer(ana.token))).status_code == 204
    renewed = (await app.hub.log.position(made.id)).epoch
    assert renewed != first
    assert (await client.post(paths[ana.token], headers=bearer(ana.token))).status_code == 204
    assert (await app.hub.log.position(made.id)).epoch == renewed


async def test_a_name_whose_erasing_was_cut_short_is_erased_the_next_time(
    client: httpx.AsyncClient, app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LG7: given the epoch could not be renewed, when erasing is asked for again, then it is, and no screen has it."""
    made = await board_made(client)
    ana = await joined(client, made, name="Zebulonia")
    await acts(app, made.id, ana.participant, CardAdd("mine"))
    path, first = f"/api/boards/{made.id}/people/{ana.participant}/erase", await app.hub.log.position(made.id)
    with monkeypatch.context() as broken:
        broken.setattr(app.hub.log, "renew_epoch", unavailable)
        problem(await client.post(path, headers=bearer(ana.token)), "unavailable")
    assert (await client.post(path, headers=bearer(ana.token))).status_code == 204
    assert (await app.hub.log.position(made.id)).epoch != first.epoch
    export = await client.get(f"/api/boards/{made.id}/export.json", headers=bearer(ana.token))
    assert "Zebulonia" not in export.text


async def test_erasing_again_and_again_is_limited(tmp_path: Path) -> None:
    """Section 8: given somebody joins under a name and erases it, over and over, then it is `rate_limited` at last."""
    async with application(tmp_path, erasures_per_s="0.001") as app, asking(app) as client:
        made = await board_made(client)
        ana = await joined(client, made)
        path = f"/api/boards/{made.id}/people/{ana.participant}/erase"
        for _ in range(WebSettings().erasures_burst):
            assert (await client.post(path, headers=bearer(ana.token))).status_code == 204
        problem(await client.post(path, headers=bearer(ana.token)), "rate_limited")
