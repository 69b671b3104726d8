"""The Wi-Fi goes and comes back: a thousand phones are cut off, miss something, and return at once to 500 cards.

`resuming` of them say where they were and are told what they missed; the others begin from a snapshot. All must be up
to date, with every card once.
"""

import asyncio
import time

import msgspec

from rebond_loadtest.crowd import Member, now_us
from rebond_loadtest.part import Part
from rebond_loadtest.scenarios import accounting, room, speaking
from rebond_loadtest.scenarios import figures as common
from rebond_loadtest.scenarios.scenario import Cards, Scenario, Share, Sockets, about
from rebond_loadtest.tally import Figure, Run

GONE_WITHIN_S = 10.0


class ReconnectStorm(msgspec.Struct, frozen=True):
    """`missed`: cards that are added while everybody is away. `deflate`: phones offer to take compressed messages."""

    sockets: Sockets = 1_000
    cards: Cards = 500
    missed: Cards = 20
    resuming: Share = 0.0
    deflate: bool = False


async def play(part: Part, wish: ReconnectStorm) -> None:
    """Everybody is there, is cut off, and comes back."""
    board, _ = await speaking.filled_board(part, wish.cards)
    seats = await room.seats(part, board, wish.sockets, deflate=wish.deflate)
    before = await room.seated(seats, samples=0)
    await part.meet("in")
    for member in before:
        member.close()
    await room.came(lambda: all(member.closed for member in before), GONE_WITHIN_S)
    author = await room.moderator(part, board) if part.place == 0 else None
    if author is not None:
        await speaking.fill([author], wish.missed)
    head = max(await part.meet("missed", author.accepted_seq if author is not None else 0))
    resuming = round(len(seats) * wish.resuming)
    waits = part.tally.seen("up_to_date")
    after: list[Member] = []
    room.watch(part, after)

    async def come(place: int, began_us: int) -> None:
        seat, was = seats[place], before[place]
        again = seat.member(before=was if place < resuming else None)
        [member] = await room.admitted([(seat, lambda: again)], 1)
        waits.add(now_us() - began_us)
        after.append(member)

    await part.meet("begin")
    began = time.monotonic()
    async with asyncio.timeout(room.DRAINED_WITHIN_S):
        await asyncio.gather(*(come(place, int(began * 1e6)) for place in range(len(seats))))
    await part.meet("end")
    accounting.account_arrivals(part, after, wish.cards + wish.missed, head)
    part.tally.count("resumed", sum(member.recovered for member in after))
    part.tally.count("renewed", sum(member.snapshots for member in after))
    room.leave(after)
    if author is not None:
        author.close()


def figures(run: Run, wish: ReconnectStorm) -> list[Figure]:
    span = run.between("begin", "end")
    what = f"{wish.sockets:,} reconnects at once to {wish.cards:,} cards, all up to date after"
    return [
        Figure("all_s", what, span.seconds, "s", "≤ 2"),
        Figure("per_s", "connections accepted a second, token checked, board sent", wish.sockets / span.seconds, "/s"),
        *common.cost(run, span.server_cpu_s, wish.sockets, "cpu_us_per_connection", "server CPU a connection"),
        *common.latencies(run, "up_to_date", "up to date"),
        common.count(run, "resumed", "resumed from where they were"),
        common.count(run, "renewed", "began from a snapshot"),
        common.count(run, "bytes", "bytes received"),
        *common.shares(run, "begin", "end"),
        *common.memory(run, "end"),
    ]


RECONNECT_STORM = Scenario(
    name="reconnect-storm",
    about=about(__doc__),
    parameters=ReconnectStorm,
    quick=ReconnectStorm(sockets=100, cards=100, missed=5, resuming=0.5),
    play=play,
    figures=figures,
    seconds=lambda wish: wish.sockets / 200 + wish.cards / 2_000 + 2,
)
