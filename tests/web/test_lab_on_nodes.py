"""A lab on two nodes that share nothing but Redis: what a kiosk is told at one, the other knows (HB6, LG1)."""

from __future__ import annotations

import asyncio

import pytest

from rebond_client import Board, Ended, socket_url
from rebond_protocol.cards import CardAdd
from rebond_protocol.errors import CLOSES
from rebond_protocol.http import Joined
from rebond_protocol.kiosks import Kiosk, KioskPaired, KioskSeat
from rebond_protocol.labs import KioskSeatsChanged
from rebond_protocol.people import ParticipantReadmit, ParticipantRemove
from rebond_protocol.session import Followed
from tests.conftest import RebondServer, RedisServer, StartRebond, StartRedis
from tests.web.edge import bearer, board_made, problem
from tests.web.labs import (
    asks_again,
    confirms,
    lab_made,
    offers,
    paired,
    pairing_made,
    place_on,
    read,
    reports,
    seat_of,
)
from tests.web.nodes import WITHIN_S, await_status, board_at, caller, start_node

DEVICES = [f"a-phone-of-visitor-number-{n}" for n in range(4)]


@pytest.fixture
def nodes(redis_server: RedisServer, start_rebond: StartRebond) -> tuple[RebondServer, RebondServer]:
    """Two nodes on one Redis."""
    return start_node(start_rebond, redis_server), start_node(start_rebond, redis_server)


async def test_a_kiosk_is_one_kiosk_at_every_node(nodes: tuple[RebondServer, RebondServer]) -> None:
    """HB6. Given a screen that asked at one node and was confirmed at the other, when it asks both for its seat,
    then it is one kiosk of each board; and when it is revoked, its sockets are closed wherever they are, and it does
    not come back by resuming, at neither node."""
    one, two = nodes
    async with caller(one) as here, caller(two) as there, asyncio.timeout(WITHIN_S):
        board = await board_made(here)
        lab = await lab_made(there, board)
        pairing = await pairing_made(here, lab)
        assert (await confirms(there, lab, pairing.code)).status_code == 201
        kiosk = read(await asks_again(here, lab, pairing), KioskPaired)
        answers = await asyncio.gather(*(reports(client, lab.id, kiosk.token) for client in (here, there)))
        seats = [read(answer, KioskSeat).boards for answer in answers]
        assert [place.participant for place in seats[0]] == [place.participant for place in seats[1]]
        on_lab, on_board = seats[0]
        async with (
            Board(socket_url(one.url, lab.id), on_lab.token) as first,
            Board(socket_url(two.url, board.id), on_board.token) as second,
        ):
            screens = (first.follow(), second.follow())
            path = f"/api/boards/{lab.id}/kiosks/{kiosk.participant}/revoke"
            assert (await there.post(path, headers=bearer(lab.tokens.moderator))).status_code == 204
            for happenings in screens:
                with pytest.raises(Ended) as ended:
                    async for _ in happenings:
                        pass
                assert ended.value.number == CLOSES["removed"].number
        for node in nodes:
            for place in (on_lab, on_board):
                with pytest.raises(Ended):
                    async with Board(socket_url(node.url, place.board), place.token):
                        pass
        for client in (here, there):
            problem(await reports(client, lab.id, kiosk.token), "removed")


async def test_a_kiosk_that_two_nodes_took_off_its_boards_comes_back(nodes: tuple[RebondServer, RebondServer]) -> None:
    """HB6. Given a kiosk that a moderator removes as they would a person, which both nodes see to, when they take it
    back, time and again, then it has its place on every board, at both nodes; and once the board's own moderator took
    it off, at neither."""
    one, two = nodes
    async with caller(one) as here, caller(two) as there, asyncio.timeout(WITHIN_S):
        board = await board_made(here)
        lab = await lab_made(there, board)
        kiosk = await paired(here, lab)
        place = await place_on(there, kiosk, board)
        async with (
            Board(socket_url(one.url, lab.id), lab.tokens.moderator) as desk,
            Board(socket_url(two.url, lab.id), lab.tokens.moderator) as other,
        ):
            for _ in range(5):
                removed = await desk.submit(ParticipantRemove(kiosk.participant))
                await other.reached(removed.seq)
                for client in (here, there):
                    problem(await reports(client, lab.id, kiosk.token), "removed")
                    export = f"/api/boards/{board.id}/export.json"
                    problem(await client.get(export, headers=bearer(place.token)), "removed")
                await desk.submit(ParticipantReadmit(kiosk.participant))
                for client in (there, here):
                    assert [one.board for one in (await seat_of(client, kiosk)).boards] == [lab.id, board.id]
            path = f"/api/boards/{board.id}/kiosks/{place.participant}/revoke"
            for client in (there, here):  # at the second node, too: who asks there next need not have heard of it yet
                assert (await client.post(path, headers=bearer(board.tokens.moderator))).status_code == 204
            await desk.submit(ParticipantRemove(kiosk.participant))
            await desk.submit(ParticipantReadmit(kiosk.participant))
            for client in (here, there):
                assert [one.board for one in (await seat_of(client, kiosk)).boards] == [lab.id]


async def test_a_kiosk_at_one_node_is_told_what_was_changed_at_another(
    nodes: tuple[RebondServer, RebondServer],
) -> None:
    """PRODUCT section 2. Given a kiosk with a line to one node, when it is given another PIN at the other, then it is
    told to ask for its seat, and is given the new PIN at both."""
    one, two = nodes
    async with caller(one) as here, caller(two) as there, asyncio.timeout(WITHIN_S):
        lab = await lab_made(here)
        kiosk = await paired(here, lab, name="Hall", pin="1234")
        before = (await seat_of(here, kiosk)).pin
        async with Board(socket_url(one.url, lab.id), kiosk.token) as screen:
            happenings = screen.follow()
            path, steers = f"/api/boards/{lab.id}/kiosks/{kiosk.participant}", bearer(lab.tokens.moderator)
            changed = await there.post(path, json={"name": "Quai", "pin": "5678"}, headers=steers)
            assert read(changed, Kiosk).name == "Quai"
            async for happening in happenings:
                told = happening.events if isinstance(happening, Followed) else ()
                if any(isinstance(event, KioskSeatsChanged) for event in told):
                    break
            for client in (here, there):
                seat = await seat_of(client, kiosk)
                assert seat.name == "Quai"
                assert seat.pin not in (None, before)


async def test_of_two_who_change_a_kiosk_at_two_nodes_neither_undoes_the_other(
    nodes: tuple[RebondServer, RebondServer],
) -> None:
    """LG1. Given a kiosk with a PIN, when it is renamed at one node and its PIN taken away at the other in the same
    instant, time and again, then both hold, at both."""
    one, two = nodes
    async with caller(one) as here, caller(two) as there, asyncio.timeout(WITHIN_S):
        lab = await lab_made(here)
        kiosk = await paired(here, lab, name="Hall")
        path, steers = f"/api/boards/{lab.id}/kiosks/{kiosk.participant}", bearer(lab.tokens.moderator)
        for turn in range(5):
            assert read(await there.post(path, json={"pin": "1234"}, headers=steers), Kiosk).has_pin
            for changed in await asyncio.gather(
                here.post(path, json={"name": f"Quai {turn}"}, headers=steers),
                there.post(path, json={"without_pin": True}, headers=steers),
            ):
                assert changed.status_code == 200
            for client in (here, there):
                seat = await seat_of(client, kiosk)
                assert (seat.name, seat.pin) == (f"Quai {turn}", None)


async def test_of_phones_at_two_nodes_one_takes_it_home(nodes: tuple[RebondServer, RebondServer]) -> None:
    """LG1. Given what was written at a kiosk of one node, when four phones scan its code at both nodes at once, then
    one has it, at both, and the others are told kindly."""
    one, two = nodes
    async with caller(one) as here, caller(two) as there, asyncio.timeout(WITHIN_S):
        made = await board_made(here)
        async with Board(socket_url(one.url, made.id), made.tokens.kiosk) as kiosk:
            for turn in range(5):
                card = (await kiosk.submit(CardAdd(f"idea {turn}"))).made
                assert isinstance(card, str)
                secret = f"the secret of idea {turn}"
                assert (await offers(there, made.id, made.tokens.kiosk, card, secret)).status_code == 201
                path = f"/api/boards/{made.code}/join"
                answers = await asyncio.gather(
                    *(
                        client.post(path, json={"device": f"{device}-{turn}", "handoff": secret})
                        for device, client in zip(DEVICES, (here, there, here, there), strict=True)
                    )
                )
                (won,) = [read(answer, Joined) for answer in answers if answer.status_code == 200]
                for answer in answers:
                    if answer.status_code != 200:
                        problem(answer, "handoff_used")
                for node in nodes:
                    async with board_at(node, won) as phone:
                        assert card in phone.replica.authored


async def test_a_kiosk_whose_board_redis_lost_keeps_its_seat(
    start_redis: StartRedis, start_rebond: StartRebond
) -> None:
    """LG6. Given a kiosk's board that one node alone has open, which is frozen, when Redis comes back empty and the
    kiosk asks another node for its seat, then it is asked to come back, for a refusal would end its seat; whoever has
    no token is told that there is no such board. When the first node goes on, the kiosk has its seat, at the other."""
    redis = start_redis()
    one, two = start_node(start_rebond, redis), start_node(start_rebond, redis)
    async with caller(one) as here, caller(two) as there:
        made = await board_made(here)
        kiosk = await paired(here, made)
        one.pause()
        try:
            redis.kill()
            await asyncio.to_thread(redis.process.wait)
            start_redis(port=redis.port)
            problem(await there.get(f"/api/boards/{made.id}"), "unknown_board")
            problem(await reports(there, made.id, kiosk.token), "unavailable")
        finally:
            one.unpause()
        await asyncio.to_thread(await_status, two, f"/api/boards/{made.id}", 200)
        assert [place.participant for place in (await seat_of(there, kiosk)).boards] == [kiosk.participant]
