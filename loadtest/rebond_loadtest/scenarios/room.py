"""What scenarios share: boards, the people on them and where they sit, and waiting for what is to come."""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence

import msgspec

from rebond_loadtest.crowd import Member, connected
from rebond_loadtest.part import CannotGoOn, Heard, Part
from rebond_loadtest.requests import Requests

DRAINED_WITHIN_S = 30.0
"""A delivery or an answer that has not come by then counts as lost."""
JOINING_AT_ONCE = 8
ENTERING_AT_ONCE = 100
SAMPLES = 20
"""Sockets of a process that measure latency, spread over the order in which they came in."""
LOOK_EVERY_S = 0.005


class Board(msgspec.Struct, frozen=True):
    """A board for a scenario."""

    id: str
    code: str
    moderator: str
    """The moderator's token."""


# -- boards and people ---------------------------------------------------------------------------------------------


async def open_board(requests: Requests) -> Board:
    """A new board."""
    made = await requests.post("/api/boards", {"title": "Banc d’essai", "locale": "fr"})
    return Board(made["id"], made["code"], made["tokens"]["moderator"])


async def open_boards(part: Part, count: int) -> list[Board]:
    """So many new boards, known to every process."""
    made: list[Board] = []
    if part.place == 0:
        host, port = part.node(0)
        async with Requests(host, port) as requests:
            made = [await open_board(requests) for _ in range(count)]
    everybody = await part.meet("boards", msgspec.to_builtins(made))
    return msgspec.convert(everybody[0], list[Board])


async def join(requests: Requests, board: Board) -> str:
    """A new person's token."""
    return str((await requests.post(f"/api/boards/{board.id}/join", {"segment": "customer"}))["token"])


async def people(part: Part, board: Board, count: int) -> list[str]:
    """Tokens of so many new people."""
    tokens: list[str] = []

    async def joining(mine: int) -> None:
        host, port = part.node(mine)
        async with Requests(host, port) as requests:
            for _ in range(mine, count, JOINING_AT_ONCE):
                tokens.append(await join(requests, board))

    await asyncio.gather(*(joining(mine) for mine in range(min(JOINING_AT_ONCE, count))))
    return tokens


class Seat(msgspec.Struct, frozen=True):
    """Where somebody sits: on which board, with which token, on which node."""

    board: str
    token: str
    device: str
    host: str
    port: int
    deflate: bool = False
    """Whether they offer to take compressed messages."""

    def member(self, *, sample: bool = False, before: Member | None = None) -> Member:
        """A new socket of theirs, not yet connected; `before`: go on from where this one was."""
        return Member(
            self.host,
            self.port,
            self.board,
            self.token,
            self.device,
            sample=sample,
            deflate=self.deflate,
            before=before,
        )


async def seats(part: Part, board: Board, count: int, *, deflate: bool = False) -> list[Seat]:
    """Seats for this process's share of so many people."""
    mine = part.share(count)
    tokens = await people(part, board, len(mine))
    return [
        Seat(board.id, token, f"device-{place:06}", *part.node(place), deflate)
        for place, token in zip(mine, tokens, strict=True)
    ]


async def seated(taken: Sequence[Seat], samples: int = SAMPLES, at_once: int = ENTERING_AT_ONCE) -> list[Member]:
    """Everybody connected, welcomed and up to date; so many of them, evenly spread, measure latency."""
    every = max(1, len(taken) // samples) if samples else len(taken) + 1
    sampled = set(range(every - 1, len(taken), every))
    return await admitted(
        [
            (seat, lambda seat=seat, place=place: seat.member(sample=place in sampled))
            for place, seat in enumerate(taken)
        ],
        at_once,
    )


async def admitted(makes: Iterable[tuple[Seat, Callable[[], Member]]], at_once: int) -> list[Member]:
    """These sockets, in, in their order, wherever their nodes are; `at_once` of them under way at a time."""
    gate = asyncio.Semaphore(at_once)

    async def one(seat: Seat, make: Callable[[], Member]) -> Member:
        async with gate:
            return (await connected(seat.host, seat.port, [make], 1))[0]

    return list(await asyncio.gather(*(one(seat, make) for seat, make in makes)))


def watch(part: Part, members: Sequence[Member]) -> None:
    """Let these be what progress and latencies are read from. The list may change afterwards."""
    part.heard = lambda: heard(members)
    part.drain = lambda: [member.latencies_us for member in members]


def heard(members: Sequence[Member]) -> Heard:
    """What they have got so far."""
    return Heard(
        sum(not member.closed for member in members),
        sum(member.events for member in members),
        sum(member.numbers for member in members),
    )


def leave(members: Iterable[Member]) -> None:
    """Everybody goes."""
    for member in members:
        member.close()


async def moderator(part: Part, board: Board) -> Member:
    """The board's moderator, in."""
    seat = Seat(board.id, board.moderator, "moderator", *part.node(0))
    return (await admitted([(seat, seat.member)], 1))[0]


# -- waiting and asking ---------------------------------------------------------------------------------------------


async def until(reached: Callable[[], bool], what: str, within_s: float = DRAINED_WITHIN_S) -> None:
    """Wait for it. Raises `Missing` when it does not come."""
    if not await came(reached, within_s):
        raise Missing(f"{what} were still missing after {within_s:.0f} s")


async def came(reached: Callable[[], bool], within_s: float = DRAINED_WITHIN_S) -> bool:
    """Wait for it; whether it came."""
    give_up = time.monotonic() + within_s
    while not reached():
        if time.monotonic() > give_up:
            return False
        await asyncio.sleep(LOOK_EVERY_S)
    return True


class Missing(CannotGoOn):
    """Something a scenario cannot go on without did not come."""


async def metric(host: str, port: int, name: str) -> float:
    """A counter of the server's metrics page, as it is now."""
    async with Requests(host, port) as requests:
        page = (await requests.get("/metrics")).decode()
    return sum(float(line.split()[-1]) for line in page.splitlines() if line.startswith(name))
