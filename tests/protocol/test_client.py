"""`rebond_client` against a running server: joining, acting, following, refusals, coming back, staying away."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

import pytest

import rebond_client
from rebond_client import Board, Ended, FollowerTooSlow, Refused
from rebond_client.board import FOLLOWER_HAPPENINGS, Follower
from rebond_protocol.cards import CardAdd, CardEdit, CardHide
from rebond_protocol.codec import Format
from rebond_protocol.http import BoardMade
from rebond_protocol.people import ParticipantRemove
from rebond_protocol.rounds import RoundOpen, VoteCast
from rebond_protocol.session import Followed, Gathered, Happening, Privately
from tests.conftest import RebondServer, StartRebond

WITHIN_S = 100.0


@asynccontextmanager
async def joined(server: RebondServer, made: BoardMade, name: str, wire: Format = Format.JSON) -> AsyncGenerator[Board]:
    """Somebody on the board."""
    ticket = await rebond_client.join(server.url, made.code, name=name, device=rebond_client.new_device())
    async with Board(rebond_client.socket_url(server.url, ticket.board), ticket.token, wire=wire) as board:
        yield board


@asynccontextmanager
async def moderating(server: RebondServer, made: BoardMade) -> AsyncGenerator[Board]:
    """The moderator on the board."""
    async with Board(rebond_client.socket_url(server.url, made.id), made.tokens.moderator) as board:
        yield board


async def until(board: Board, so: Callable[[], bool]) -> None:
    """Wait for what happens until it is so."""
    happenings = board.follow()
    while not so():
        await anext(happenings)


@pytest.mark.parametrize("wire", Format)
async def test_two_people_see_each_other_s_cards(rebond_server: RebondServer, wire: Format) -> None:
    async with asyncio.timeout(WITHIN_S):
        made = await rebond_client.create_board(rebond_server.url, "Le quai", template="brainstorm", locale="fr")
        async with joined(rebond_server, made, "Aude", wire) as aude, joined(rebond_server, made, "Basile") as basile:
            added = await aude.submit(CardAdd("Un banc 👩🏽‍🔬"))
            await basile.reached(added.seq)
            assert basile.replica.cards[str(added.made)].text == "Un banc 👩🏽‍🔬"
            assert aude.you is not None
            assert aude.you.name == "Aude"


async def test_what_is_only_mine_reaches_me_alone(rebond_server: RebondServer) -> None:
    """DM6: given a hidden card and a secret vote, then its author and voter alone sees the words and the points."""
    async with asyncio.timeout(WITHIN_S):
        made = await rebond_client.create_board(rebond_server.url, "Le quai")
        async with (
            moderating(rebond_server, made) as mila,
            joined(rebond_server, made, "Aude") as aude,
            joined(rebond_server, made, "Basile") as basile,
        ):
            card = str((await aude.submit(CardAdd("à cacher"))).made)
            opened = await mila.submit(RoundOpen("dots", 3, secret=True))
            voted = await aude.submit(VoteCast(str(opened.made), card, 2))
            hidden = await mila.submit(CardHide(card))
            await until(aude, lambda: bool(aude.replica.ballots) and card in aude.replica.own)
            await basile.reached(max(voted.seq, hidden.seq))
            assert aude.replica.ballots == {opened.made: {card: 2}}
            assert aude.replica.cards[card].text == "à cacher"
            assert (basile.replica.ballots, basile.replica.cards[card].text) == ({}, "")


async def test_who_says_that_they_are_ready_is_counted(rebond_server: RebondServer) -> None:
    """Given somebody on a phone, when they are ready for the next step, then the facilitator is told who."""
    async with asyncio.timeout(WITHIN_S):
        made = await rebond_client.create_board(rebond_server.url, "Le quai")
        async with moderating(rebond_server, made) as mila, joined(rebond_server, made, "Aude") as aude:
            assert aude.replica.view is not None
            gathered = mila.follow()
            await aude.ready(aude.replica.view.step.id)
            async for happening in gathered:
                if isinstance(happening, Gathered) and happening.presence.ready:
                    people = happening.presence.people
                    assert [one.name for one in people or () if one.ready] == ["Aude"]
                    break


async def test_a_refusal_is_raised_with_its_code_and_details(rebond_server: RebondServer) -> None:
    async with asyncio.timeout(WITHIN_S):
        made = await rebond_client.create_board(rebond_server.url, "Le quai")
        async with joined(rebond_server, made, "Aude") as aude:
            card = str((await aude.submit(CardAdd("un"))).made)
            await aude.submit(CardEdit(card, "deux", 1))
            with pytest.raises(Refused) as refusal:
                await aude.submit(CardEdit(card, "trois", 1))
            assert (refusal.value.code, refusal.value.temporary) == ("stale_rev", False)
            assert refusal.value.details["text"] == "deux"


async def test_a_refusal_over_http_is_the_same_exception(rebond_server: RebondServer) -> None:
    with pytest.raises(Refused) as refusal:
        await rebond_client.join(rebond_server.url, "QQQQQ", name="Aude")
    assert refusal.value.code == "unknown_board"


async def test_followers_are_told_what_happens_from_then_on(rebond_server: RebondServer) -> None:
    record: list[Happening] = []
    async with asyncio.timeout(WITHIN_S):
        made = await rebond_client.create_board(rebond_server.url, "Le quai")
        ticket = await rebond_client.join(rebond_server.url, made.code)
        url = rebond_client.socket_url(rebond_server.url, ticket.board)
        async with Board(url, ticket.token, observe=record.append) as board:
            follower = board.follow()
            added = await board.submit(CardAdd("x"))
            await board.reached(added.seq)
        told = [happening async for happening in follower]
    assert any(isinstance(happening, Followed) for happening in told)
    assert [happening for happening in record if happening in told][-len(told) :] == told


async def test_lg4_a_command_on_its_way_survives_a_killed_server(start_rebond: StartRebond) -> None:
    """LG4: given commands on their way, when the server is killed and comes back, then each is done exactly once."""
    server = start_rebond()
    async with asyncio.timeout(2 * WITHIN_S):
        made = await rebond_client.create_board(server.url, "Le quai")
        async with joined(server, made, "Aude", Format.MSGPACK) as aude:
            await aude.submit(CardAdd("avant"))
            server.pause()
            during = [asyncio.create_task(aude.submit(CardAdd(f"pendant {number}"))) for number in range(5)]
            while len(aude.session.unanswered) < 5:
                await asyncio.wait(during, timeout=0)
            server.unpause()
            server.kill()
            await asyncio.to_thread(start_rebond, data_dir=server.data_dir, port=server.port)
            accepted = await asyncio.gather(*during)
            await aude.reached(max(one.seq for one in accepted))
            texts = sorted(card.text for card in aude.replica.cards.values())
            assert texts == ["avant", *(f"pendant {number}" for number in range(5))]
            assert len({one.made for one in accepted}) == 5


async def test_hb6_whoever_is_removed_is_told_and_stays_away(rebond_server: RebondServer) -> None:
    """HB6: given a participant, when a moderator removes them, then their board ends, and nothing waits for ever."""
    async with asyncio.timeout(WITHIN_S):
        made = await rebond_client.create_board(rebond_server.url, "Le quai")
        async with moderating(rebond_server, made) as mila, joined(rebond_server, made, "Aude") as aude:
            assert aude.you is not None
            happenings = aude.follow()
            await mila.submit(ParticipantRemove(aude.you.participant))
            with pytest.raises(Ended) as ended:
                async for _ in happenings:
                    pass
            assert ended.value.number == 4503
            with pytest.raises(Ended):
                await aude.submit(CardAdd("encore moi"))
            with pytest.raises(Ended):
                await aude.reached(10_000)


async def test_a_bad_token_never_gets_in(rebond_server: RebondServer) -> None:
    async with asyncio.timeout(WITHIN_S):
        made = await rebond_client.create_board(rebond_server.url, "Le quai")
        with pytest.raises(Ended) as ended:
            async with Board(rebond_client.socket_url(rebond_server.url, made.id), "no-token"):
                pass
        assert ended.value.number == 4500


async def test_an_address_that_is_none_ends_at_once() -> None:
    with pytest.raises(Ended, match="cannot go on"):
        async with Board("http://", "t"):
            pass


async def test_leaving_ends_what_still_waits(free_port: Callable[[], int]) -> None:
    """Given nobody at the address, when entering is given up, then nothing is left behind."""
    board = Board(f"ws://127.0.0.1:{free_port()}/ws/b1", "t")
    follower = board.follow()
    waiting = asyncio.create_task(board.submit(CardAdd("x")))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05), board:
            pass
    with pytest.raises(Ended):
        await waiting
    assert [happening async for happening in follower] == []


async def test_hb3_a_follower_that_does_not_read_is_cut_off() -> None:
    """HB3: given a follower that never reads, when its queue is full, then it is told so and nobody else waits."""
    follower = Follower()
    happening = Privately.__new__(Privately)
    assert all(follower.put(happening) for _ in range(FOLLOWER_HAPPENINGS))
    assert not follower.put(happening)
    for _ in range(FOLLOWER_HAPPENINGS):
        await anext(follower)
    with pytest.raises(FollowerTooSlow):
        await anext(follower)


def test_socket_addresses() -> None:
    assert rebond_client.socket_url("http://localhost:8000/", "b1") == "ws://localhost:8000/ws/b1"
    assert rebond_client.socket_url("https://boards.example/atelier", "b/1") == "wss://boards.example/atelier/ws/b%2F1"


async def test_nothing_is_left_running(rebond_server: RebondServer) -> None:
    made = await rebond_client.create_board(rebond_server.url, "Le quai")
    before = asyncio.all_tasks()
    async with asyncio.timeout(WITHIN_S), joined(rebond_server, made, "Aude"):
        pass
    assert asyncio.all_tasks() == before
