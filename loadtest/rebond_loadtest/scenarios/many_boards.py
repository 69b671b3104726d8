"""Many small boards at once: what a board costs that a socket and an event do not.

Boards are dealt out to the processes of the load whole. Each board's people must get all of their board's events.
"""

import asyncio
from typing import Annotated

import msgspec

from rebond_loadtest.crowd import Member
from rebond_loadtest.part import Part
from rebond_loadtest.scenarios import accounting, room, speaking
from rebond_loadtest.scenarios import figures as common
from rebond_loadtest.scenarios.scenario import Rate, Scenario, Seconds, Sockets, about
from rebond_loadtest.tally import Figure, Run

OPENING_AT_ONCE = 8


class ManyBoards(msgspec.Struct, frozen=True):
    """`sockets` and `rate` are those of all boards together."""

    boards: Annotated[int, msgspec.Meta(ge=1, le=5_000)] = 200
    sockets: Sockets = 1_000
    rate: Rate = 200.0
    seconds: Seconds = 10.0

    def __post_init__(self) -> None:
        if self.sockets < self.boards:
            raise ValueError("there is at least one socket a board")


async def play(part: Part, wish: ManyBoards) -> None:
    """Open the boards, fill them with people, and let one after another speak."""
    boards = await room.open_boards(part, wish.boards)
    mine = [boards[place] for place in part.share(wish.boards)]
    gate = asyncio.Semaphore(OPENING_AT_ONCE)

    async def peopled(place: int, board: room.Board) -> list[Member]:
        count = len(range(place, wish.sockets, wish.boards))
        async with gate:
            tokens = await room.people(part, board, count)
            seats = [
                room.Seat(board.id, token, f"device-{number:06}", *part.node(number))
                for number, token in enumerate(tokens)
            ]
            return await room.seated(seats, samples=1)

    rooms = await asyncio.gather(
        *(peopled(place, board) for place, board in zip(part.share(wish.boards), mine, strict=True))
    )
    everybody = [member for members in rooms for member in members]
    room.watch(part, everybody)
    spoken = [0] * len(rooms)

    def speak(place: int, due_us: int) -> None:
        at = place // part.of % len(rooms)
        speaking.add_card(rooms[at][spoken[at] % len(rooms[at])], due_us)
        spoken[at] += 1

    await part.meet("in")
    async with part.curve(wish.seconds):
        books = [accounting.Books(members) for members in rooms]
        await part.meet("begin")
        if rooms:
            await speaking.on_time(part, round(wish.rate * wish.seconds), wish.rate, speak)
        await accounting.answered(everybody)
        accounts = [book.accepted() for book in books]
        await asyncio.gather(
            *(accounting.all_at(members, account.head) for members, account in zip(rooms, accounts, strict=True))
        )
        await part.meet("end")
    for book, account in zip(books, accounts, strict=True):
        book.close(part, account)
    accounting.account_answers(part, everybody)
    room.leave(everybody)


def figures(run: Run, wish: ManyBoards) -> list[Figure]:
    opened = run.between("boards", "in")
    each = opened.grown_bytes / wish.boards / 1024 if run.watched else None
    return [
        Figure("boards", "boards", wish.boards),
        Figure("kib_per_board", "resident memory of the server, each board with its people", each, "KiB"),
        Figure("events_per_s", "events a second, offered, all boards together", wish.rate, "/s"),
        *common.deliveries(run, "begin", "end"),
        *common.per_event(run, wish.rate * wish.seconds),
        *common.latencies(run, "delivery", "delivery"),
        *common.latencies(run, "answer", "answer to a command"),
        *common.shares(run, "begin", "end"),
        *common.memory(run, "end"),
    ]


MANY_BOARDS = Scenario(
    name="many-boards",
    about=about(__doc__),
    parameters=ManyBoards,
    quick=ManyBoards(boards=10, sockets=50, rate=50, seconds=1),
    play=play,
    figures=figures,
    seconds=lambda wish: wish.seconds + wish.sockets / 300 + wish.boards / 100 + 2,
)
