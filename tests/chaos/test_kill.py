"""`kill -9` of the real server under load, again and again: nothing acknowledged is lost or doubled (LG2, LG4, HB4)."""

from __future__ import annotations

import asyncio
import random
from contextlib import AsyncExitStack

from rebond_client.board import Board
from rebond_client.http import socket_url
from tests.chaos.crowd import WITHIN_S, Said, a_board, a_guest
from tests.conftest import IN_CI, RebondServer, StartRebond

GUESTS = 20
KILLS = 5
AT_MOST = 80
"""Cards between two blows: nobody reaches what one person may write, even if they alone came back in time."""


async def test_nothing_acknowledged_is_lost_however_often_the_server_is_killed(start_rebond: StartRebond) -> None:
    """LG2, LG4: given twenty people at work, when the server is killed five times and started again on the same folder,
    then their clients come back by themselves, every acknowledged card is there once, and all screens are equal."""
    seed = 1 if IN_CI else random.SystemRandom().randrange(1 << 32)
    chance = random.Random(seed)
    server = start_rebond()
    made = await a_board(server.url)
    guests = [await a_guest(server.url, made, number) for number in range(GUESTS)]
    async with asyncio.timeout(2 * WITHIN_S), AsyncExitStack() as connected:
        await asyncio.gather(*(connected.enter_async_context(guest.board) for guest in guests))
        done = asyncio.Event()
        told = asyncio.Queue[Said]()
        round = next(iter(guests[0].board.replica.rounds))
        work = [asyncio.ensure_future(guest.goes_on(done, round, chance, told)) for guest in guests]
        for _ in range(KILLS):
            await _more_is_said(told, chance.randrange(20, AT_MOST))
            server = await asyncio.to_thread(_killed_and_started, server, start_rebond)
        await _more_is_said(told, 50)
        done.set()
        await asyncio.gather(*work)
        witness = await connected.enter_async_context(Board(socket_url(server.url, made.id), made.tokens.moderator))
        last = max(guest.reached_seq for guest in guests)
        await asyncio.gather(*(board.reached(last) for board in (witness, *(guest.board for guest in guests))))
    shown = witness.replica.view
    assert shown is not None
    texts = [card.text for card in shown.cards]
    assert len(texts) == len(set(texts)), "nothing is there twice"
    cards = {card.id: card.text for card in shown.cards}
    for guest in guests:
        assert not guest.refused, f"seed {seed}"
        for said in guest.said:
            assert isinstance(said.accepted.made, str)
            assert cards[said.accepted.made] == said.text, f"seed {seed}"
        seqs = [said.accepted.seq for said in guest.said]
        assert seqs == sorted(set(seqs))
        assert guest.board.replica.view is not None
        assert guest.board.replica.view.cards == shown.cards, f"seed {seed}"
        assert guest.board.replica.view.rounds == shown.rounds, f"seed {seed}"


async def _more_is_said(told: asyncio.Queue[Said], count: int) -> None:
    """Wait until so many more cards are acknowledged: the moment of the blow is counted in work, not in seconds."""
    while not told.empty():
        told.get_nowait()
    for _ in range(count):
        await told.get()


def _killed_and_started(server: RebondServer, start_rebond: StartRebond) -> RebondServer:
    server.kill()
    return start_rebond(data_dir=server.data_dir, port=server.port)
