"""A room comes in at once: each phone joins over HTTP, opens its socket, says hello and gets a board of 500 cards.

Each does so on connections of its own, as phones do. The time is that from the moment everybody begins.
"""

import asyncio

import msgspec

from rebond_loadtest.crowd import Member, now_us
from rebond_loadtest.part import Part
from rebond_loadtest.requests import Requests
from rebond_loadtest.scenarios import accounting, room, speaking
from rebond_loadtest.scenarios import figures as common
from rebond_loadtest.scenarios.scenario import Cards, Scenario, Sockets, about
from rebond_loadtest.tally import Figure, Run


class JoinStorm(msgspec.Struct, frozen=True):
    """`within_s`: they begin at random times within this; 0: all at once."""

    sockets: Sockets = 1_000
    cards: Cards = 500
    within_s: float = 0.0


async def play(part: Part, wish: JoinStorm) -> None:
    """Fill the board, then everybody comes."""
    board, head = await speaking.filled_board(part, wish.cards)
    members: list[Member] = []
    room.watch(part, members)
    arrivals = [part.random.uniform(0, wish.within_s) for _ in part.share(wish.sockets)]
    waits = part.tally.seen("up_to_date")
    joins = part.tally.seen("join")

    async def come(place: int, after_s: float, began_us: int) -> None:
        await asyncio.sleep(after_s)
        due_us = began_us + int(after_s * 1e6)
        host, port = part.node(place)
        async with Requests(host, port) as requests:
            token = await room.join(requests, board)
        joins.add(now_us() - due_us)
        seat = room.Seat(board.id, token, f"device-{place:06}", host, port)
        [member] = await room.admitted([(seat, seat.member)], 1)
        waits.add(now_us() - due_us)
        members.append(member)

    await part.meet("begin")
    began_us = now_us()
    async with asyncio.timeout(room.DRAINED_WITHIN_S + wish.within_s):
        await asyncio.gather(
            *(come(place, at_s, began_us) for place, at_s in zip(part.share(wish.sockets), arrivals, strict=True))
        )
    await part.meet("end")
    accounting.account_arrivals(part, members, wish.cards, head)
    room.leave(members)


def figures(run: Run, wish: JoinStorm) -> list[Figure]:
    span = run.between("begin", "end")
    return [
        Figure("all_s", f"{wish.sockets:,} phones joined, connected and up to date after", span.seconds, "s"),
        Figure("per_s", "… a second", wish.sockets / span.seconds, "/s"),
        *common.cost(run, span.server_cpu_s, wish.sockets, "cpu_us_per_join", "server CPU a phone"),
        *common.latencies(run, "join", "joined over HTTP"),
        *common.latencies(run, "up_to_date", "up to date"),
        common.count(run, "bytes", "bytes received"),
        *common.shares(run, "begin", "end"),
        *common.memory(run, "end"),
    ]


JOIN_STORM = Scenario(
    name="join-storm",
    about=about(__doc__),
    parameters=JoinStorm,
    quick=JoinStorm(sockets=100, cards=100),
    play=play,
    figures=figures,
    seconds=lambda wish: wish.within_s + wish.sockets / 300 + wish.cards / 2_000 + 2,
)
