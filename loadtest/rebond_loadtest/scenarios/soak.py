"""Hours of ordinary use: whether memory and latency stay where they are.

A steady trickle of events on one board, while sockets go and come back to where they were. The figures compare the
first quarter of the time with the last, and draw a line through the server's memory.
"""

import asyncio
import time
from collections.abc import Sequence
from typing import Annotated

import msgspec

from rebond_loadtest.crowd import Member
from rebond_loadtest.latency import Latencies
from rebond_loadtest.part import Part
from rebond_loadtest.scenarios import accounting, room, speaking
from rebond_loadtest.scenarios import figures as common
from rebond_loadtest.scenarios.scenario import Rate, Scenario, Sockets, about
from rebond_loadtest.tally import MIB, Figure, Reading, Run

SPEAKERS = 20


class Soak(msgspec.Struct, frozen=True):
    """`comings_per_s`: sockets that go and come back, a second."""

    sockets: Sockets = 200
    rate: Rate = 20.0
    comings_per_s: Annotated[float, msgspec.Meta(gt=0, le=100)] = 2.0
    seconds: Annotated[float, msgspec.Meta(gt=0, le=86_400)] = 600.0

    def __post_init__(self) -> None:
        if self.sockets <= SPEAKERS:
            raise ValueError(f"there are more than {SPEAKERS} sockets: so many speak and stay")


async def play(part: Part, wish: Soak) -> None:
    """Speak on, come and go."""
    [board] = await room.open_boards(part, 1)
    seats = await room.seats(part, board, wish.sockets)
    members = await room.seated(seats)
    speakers = members[-max(1, SPEAKERS // part.of) :]
    first = list(members)
    room.watch(part, members)
    editors = speaking.Editors(speakers)
    await editors.begin()
    await accounting.settle(part, "in", accounting.Books(members))
    async with part.curve(wish.seconds):
        books = accounting.Books(members)
        await part.meet("begin")
        coming = asyncio.create_task(_come_and_go(part, seats, members, len(speakers), wish))
        await speaking.on_time(
            part,
            round(wish.rate * wish.seconds),
            wish.rate,
            lambda place, due_us: editors.edit(speakers[place // part.of % len(speakers)], due_us),
        )
        await coming
        await accounting.answered(speakers)
        expected = await accounting.everywhere(part, books.accepted())
        await accounting.all_at(members, expected.head)
        await part.meet("end")
    books.close(part, expected, dict(zip(first, members, strict=True)))
    accounting.account_answers(part, members)
    room.leave(members)


async def _come_and_go(part: Part, seats: Sequence[room.Seat], members: list[Member], staying: int, wish: Soak) -> None:
    """One after another is cut off and comes back, until the time is over."""
    over = time.monotonic() + wish.seconds
    every_s = part.of / wish.comings_per_s
    while time.monotonic() + every_s < over:
        await asyncio.sleep(every_s)
        place = part.random.randrange(len(members) - staying)
        before = members[place]
        before.close()
        again = seats[place].member(sample=before.sample, before=before)
        [members[place]] = await room.admitted([(seats[place], lambda again=again: again)], 1)
        again.events, again.repeats, again.caught_up = before.events, before.repeats, before.caught_up
        part.tally.count("comings")
        part.tally.fail("sockets came back and could not resume", int(not again.recovered))


def figures(run: Run, wish: Soak) -> list[Figure]:
    quarter = max(1, len(run.tally.curve) // 4)
    early, late = _together(run.tally.curve[:quarter]), _together(run.tally.curve[-quarter:])
    begin, end = run.between("begin", "end").begin.reading, run.between("begin", "end").end.reading
    settled = [one for one in run.series if begin.at_s + wish.seconds / 4 <= one.at_s <= end.at_s]
    slope = slope_bytes_per_s(settled) * 3600 / MIB if run.watched and len(settled) > 2 else None
    return [
        *common.deliveries(run, "begin", "end"),
        common.count(run, "comings", "sockets that went and came back"),
        *common.latencies(run, "delivery", "delivery"),
        Figure("early_p99_ms", "delivery, p99 of the first quarter", early.at(0.99), "ms"),
        Figure("late_p99_ms", "delivery, p99 of the last quarter", late.at(0.99), "ms"),
        Figure("slope_mib_per_h", "memory of the server, slope after the first quarter", slope, "MiB/h"),
        *common.shares(run, "begin", "end"),
        *common.memory(run, "end"),
    ]


def slope_bytes_per_s(series: Sequence[Reading]) -> float:
    """Of the line through the server's memory that errs least."""
    times = [one.at_s - series[0].at_s for one in series]
    sizes = [float(one.server_bytes) for one in series]
    mean_s, mean_bytes = sum(times) / len(times), sum(sizes) / len(sizes)
    spread = sum((at_s - mean_s) ** 2 for at_s in times)
    return sum((at_s - mean_s) * (size - mean_bytes) for at_s, size in zip(times, sizes, strict=True)) / spread


def _together(curve: Sequence[dict[int, int]]) -> Latencies:
    total = Latencies()
    for counts in curve:
        total.merge(Latencies(counts))
    return total


SOAK = Scenario(
    name="soak",
    about=about(__doc__),
    parameters=Soak,
    quick=Soak(sockets=40, rate=50, comings_per_s=5, seconds=3),
    play=play,
    figures=figures,
    seconds=lambda wish: wish.seconds + wish.sockets / 400 + 3,
)
