"""Sockets that are in and say nothing: the memory a connection costs."""

import msgspec

from rebond_loadtest.part import Part
from rebond_loadtest.scenarios import figures as common
from rebond_loadtest.scenarios import room, speaking
from rebond_loadtest.scenarios.scenario import Cards, Scenario, Sockets, about
from rebond_loadtest.tally import Figure, Run

FIRST = 50
"""So many come first, so that what a server needs but once is there before it is measured."""


class Idle(msgspec.Struct, frozen=True):
    """`cards`: on the board they look at."""

    sockets: Sockets = 2_000
    cards: Cards = 0


async def play(part: Part, wish: Idle) -> None:
    """A few come in, then the others."""
    board, _ = await speaking.filled_board(part, wish.cards)
    seats = await room.seats(part, board, FIRST + wish.sockets)
    first = len(part.share(FIRST))
    few = await room.seated(seats[:first], samples=0)
    await part.meet("begin")
    many = await room.seated(seats[first:], samples=0)
    await part.meet("end")
    part.tally.fail("sockets were closed", sum(member.closed for member in (*few, *many)))
    room.leave((*few, *many))


def figures(run: Run, wish: Idle) -> list[Figure]:
    span = run.between("begin", "end")
    each = span.grown_bytes / wish.sockets / 1024 if run.watched else None
    return [
        Figure("connections", "idle connections", wish.sockets),
        Figure("kib_per_connection", "resident memory of the server, each", each, "KiB", "≤ 20"),
        Figure("per_s", "connections accepted a second, token checked, board sent", wish.sockets / span.seconds, "/s"),
        *common.cost(run, span.server_cpu_s, wish.sockets, "cpu_us_per_connection", "server CPU a connection"),
        *common.shares(run, "begin", "end"),
        *common.memory(run, "end"),
    ]


IDLE = Scenario(
    name="idle",
    about=about(__doc__),
    parameters=Idle,
    quick=Idle(sockets=200),
    play=play,
    figures=figures,
    seconds=lambda wish: wish.sockets / 300 + wish.cards / 2_000 + 1,
)
