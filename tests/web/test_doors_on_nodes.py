"""Doors and invitations on two nodes that share nothing but Redis: what one keeps, the other keeps too (ADR 21)."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import httpx
import pytest
from redis.asyncio import Redis

from rebond_protocol.cards import CardAdd
from tests.conftest import RebondServer, RedisServer, StartRebond
from tests.web.edge import bearer, board_made, joined, problem
from tests.web.nodes import WITHIN_S, board_at, caller, start_node

DEVICE = "a-phone-that-goes-to-two-nodes"


@pytest.fixture
def nodes(redis_server: RedisServer, start_rebond: StartRebond) -> tuple[RebondServer, RebondServer]:
    """Two nodes on one Redis."""
    return start_node(start_rebond, redis_server), start_node(start_rebond, redis_server)


async def asks(client: httpx.AsyncClient, code: str, **wish: Any) -> httpx.Response:
    """Somebody asks to join."""
    return await client.post(f"/api/boards/{code}/join", json=wish)


async def test_every_node_keeps_the_door(nodes: tuple[RebondServer, RebondServer], redis_server: RedisServer) -> None:
    """Given boards behind a passphrase and behind approval, made at one node, then the other asks for the same, knows
    who waits there and lets them in, and an invitation taken back at one is worth nothing at the other; the words of
    the passphrase are nowhere in Redis."""
    one, two = nodes
    async with caller(one) as here, caller(two) as there:
        closed = await board_made(here, access="passphrase", passphrase="Passerelle bleue")
        problem(await asks(there, closed.code, passphrase="pont bleu"), "wrong_passphrase")
        await joined(there, closed, passphrase="passerelle BLEUE")

        made = await board_made(here, access="approval")
        first = await asks(here, made.code, name="Ana", segment="partner", device=DEVICE)
        told = problem(first, "waiting_for_approval")
        assert isinstance(told.details, dict)
        ticket, ana = str(told.details["ticket"]), str(told.details["participant"])
        problem(await asks(there, made.code, ticket=ticket, name="Ana"), "waiting_for_approval")
        path, steers = f"/api/boards/{made.id}/waiting", bearer(made.tokens.moderator)
        (row,) = (await there.get(path, headers=steers)).json()
        assert (row["participant"], row["name"], row["segment"]) == (ana, "Ana", "partner")
        assert (await there.post(f"{path}/{ana}", json={"admit": True}, headers=steers)).status_code == 204
        assert (await here.get(path, headers=steers)).json() == []
        person = await joined(here, made, name="Ana", ticket=ticket, device=DEVICE)
        assert person.participant == ana

        invitations = f"/api/boards/{made.id}/invitations"
        row = (await here.post(invitations, json={"role": "moderator"}, headers=steers)).json()
        secret = row["link"].partition("#i=")[2]
        bo = await joined(there, made, name="Bo", invitation=secret)
        assert bo.role == "moderator"
        assert [one["id"] for one in (await there.get(invitations, headers=bearer(bo.token))).json()] == [row["id"]]
        async with asyncio.timeout(WITHIN_S), board_at(one, person) as phone, board_at(two, bo) as console:
            done = await phone.submit(CardAdd("let in"))
            await console.reached(done.seq)
        assert (await there.post(f"{invitations}/{row['id']}/revoke", headers=bearer(bo.token))).status_code == 204
        problem(await asks(here, made.code, invitation=secret), "expired_token")
    async with cast(Any, Redis).from_url(redis_server.url) as redis:
        hashes = [await redis.hgetall(key) async for key in redis.scan_iter("*", _type="HASH")]
    assert any(b"(passphrase)" in rows for rows in hashes)
    assert not [row for rows in hashes for row in rows.values() if b"bleue" in row.lower()]
