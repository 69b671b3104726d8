"""How many commands a second are accepted on one board: each speaker keeps some unanswered, on whatever node it is.

This one is closed-loop on purpose: it asks for a rate, not for a latency. With several nodes on Redis the speakers are
spread over them, so that they write to one log against each other.
"""

import asyncio
import time
from typing import Annotated

import msgspec

from rebond_loadtest.crowd import Member, now_us
from rebond_loadtest.part import Part
from rebond_loadtest.scenarios import accounting, room, speaking
from rebond_loadtest.scenarios import figures as common
from rebond_loadtest.scenarios.scenario import Scenario, Seconds, about
from rebond_loadtest.tally import Figure, Run


class Commands(msgspec.Struct, frozen=True):
    """`in_flight`: unanswered commands of each speaker."""

    speakers: Annotated[int, msgspec.Meta(ge=1, le=1_000)] = 50
    in_flight: Annotated[int, msgspec.Meta(ge=1, le=64)] = 32
    seconds: Seconds = 6.0


async def play(part: Part, wish: Commands) -> None:
    """Everybody speaks as fast as they are answered."""
    [board] = await room.open_boards(part, 1)
    members = await room.seated(await room.seats(part, board, wish.speakers), samples=0)
    room.watch(part, members)
    editors = speaking.Editors(members)
    await editors.begin()
    await accounting.settle(part, "in", accounting.Books(members))
    conflicts = await _conflicts(part)
    for member in members:
        del member.answers_us[:]
        member.accepted = 0
        member.answered = asyncio.Event()
    async with part.curve(wish.seconds):
        books = accounting.Books(members)
        await part.meet("begin")
        over = time.monotonic() + wish.seconds
        await asyncio.gather(*(_speak_on(editors, member, wish.in_flight, over) for member in members))
        expected = await accounting.settle(part, "end", books)
    books.close(part, expected)
    accounting.account_answers(part, members)
    part.tally.count("conflicts", round(await _conflicts(part) - conflicts))
    room.leave(members)


async def _speak_on(editors: speaking.Editors, member: Member, in_flight: int, over: float) -> None:
    answered = member.answered
    assert answered is not None
    while time.monotonic() < over and not member.closed:
        while len(member.pending) < in_flight:
            editors.edit(member, now_us())
        answered.clear()
        async with asyncio.timeout(room.DRAINED_WITHIN_S):
            await answered.wait()


async def _conflicts(part: Part) -> float:
    """Appends that lost a race, over all nodes, as the first process sees them."""
    if part.place:
        return 0.0
    return sum([await room.metric(*node, "rebond_conflicts_total") for node in part.nodes])


def figures(run: Run, wish: Commands) -> list[Figure]:
    span = run.between("begin", "end")
    accepted = run.tally.counts["accepted"]
    what = f"accepted commands a second, {wish.speakers} speakers with {wish.in_flight} in flight"
    return [
        Figure("accepted_per_s", what, accepted / span.seconds, "/s", "≥ 10,000"),
        *common.cost(run, span.server_cpu_s, accepted, "cpu_us_per_command", "server CPU a command, everybody told"),
        *common.cost(run, span.redis_cpu_s, accepted, "redis_us_per_command", "Redis CPU a command"),
        common.count(run, "conflicts", "appends that lost a race and were decided again"),
        *common.latencies(run, "answer", "answer to a command, at full load"),
        *common.deliveries(run, "begin", "end"),
        *common.shares(run, "begin", "end"),
        *common.memory(run, "end"),
    ]


COMMANDS = Scenario(
    name="commands",
    about=about(__doc__),
    parameters=Commands,
    quick=Commands(speakers=10, in_flight=8, seconds=1),
    play=play,
    figures=figures,
    seconds=lambda wish: wish.seconds + 2,
)
