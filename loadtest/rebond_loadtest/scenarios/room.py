"""What scenarios share: boards and people on them, speaking on time whatever the answers, and the account at the end.

Speaking is open-loop: a command is due by a plan that does not wait for the server, and every latency counts from when
it was due. A server that stalls is charged for everything that should have been said meanwhile (coordinated omission).
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import msgspec

from rebond_loadtest.crowd import Member, connected, now_us, stamped
from rebond_loadtest.part import Heard, Part
from rebond_loadtest.requests import Requests

TEXT = "Un café offert à ceux qui attendent plus de dix minutes, et on leur dit pourquoi"
DRAINED_WITHIN_S = 30.0
"""A delivery or an answer that has not come by then counts as lost."""
JOINING_AT_ONCE = 8
ENTERING_AT_ONCE = 100
SAMPLES = 20
"""Sockets of a process that measure latency, spread over the order in which they came in."""
WINDOW = 48
"""Commands that somebody who fills a board has unanswered at a time."""
LOOK_EVERY_S = 0.005


class Board(msgspec.Struct, frozen=True):
    """A board for a scenario."""

    id: str
    code: str
    moderator: str
    """The moderator's token."""


class Account(msgspec.Struct):
    """What was accepted since an account was opened: the measure of what everybody must have got."""

    cards: int = 0
    stamps_sum: int = 0
    head: int = 0

    def add(self, other: "Account") -> None:
        """And what somebody else was told is accepted."""
        self.cards += other.cards
        self.stamps_sum += other.stamps_sum
        self.head = max(self.head, other.head)


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

    def member(self, *, sample: bool = False, before: Member | None = None) -> Member:
        """A new socket of theirs, not yet connected; `before`: go on from where this one was."""
        return Member(self.host, self.port, self.board, self.token, self.device, sample=sample, before=before)


async def seats(part: Part, board: Board, count: int) -> list[Seat]:
    """Seats for this process's share of so many people."""
    mine = part.share(count)
    tokens = await people(part, board, len(mine))
    return [
        Seat(board.id, token, f"device-{place:06}", *part.node(place))
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


# -- speaking ------------------------------------------------------------------------------------------------------


async def on_time(part: Part, count: int, per_s: float, act: Callable[[int, int], None]) -> None:
    """Do `act(place, due_us)` for each of so many, `per_s` of them a second, on time whatever comes of it.

    The rate is that of all processes together; this one does its share, and returns when the time of all is over.
    """
    began = time.monotonic()
    for place in part.share(count):
        due_s = began + place / per_s
        wait_s = due_s - time.monotonic()
        if wait_s > 0:
            await asyncio.sleep(wait_s)
        elif place % 64 == part.place:
            await asyncio.sleep(0)  # behind the plan: what has come in is heard all the same
        act(place, int(due_s * 1e6))
        part.tally.peak("late_ms", max(0.0, (time.monotonic() - due_s) * 1000))
    await asyncio.sleep(max(0.0, began + count / per_s - time.monotonic()))


async def at_times(part: Part, times_s: Sequence[float], act: Callable[[int, int], None]) -> None:
    """Do `act(place, due_us)` at each of these times from now, in order, whatever comes of it."""
    began = time.monotonic()
    for place, at_s in enumerate(times_s):
        due_s = began + at_s
        await asyncio.sleep(max(0.0, due_s - time.monotonic()))
        act(place, int(due_s * 1e6))
        part.tally.peak("late_ms", max(0.0, (time.monotonic() - due_s) * 1000))


def add_card(member: Member, due_us: int | None = None, text: str = TEXT) -> None:
    """A new card."""
    due = now_us() if due_us is None else due_us
    member.submit({"type": "card.add", "text": stamped(text, due)}, due)


class Editors:
    """Speakers who change a card of their own again and again: events without end on a board that does not grow."""

    def __init__(self, members: Sequence[Member]) -> None:
        self.members = members
        self._revs: dict[Member, int] = {}

    async def begin(self) -> None:
        """Each adds the card."""
        for member in self.members:
            member.made = None
            add_card(member)
        await until(lambda: all(member.made or member.refusals for member in self.members), "the first cards")
        self._revs = dict.fromkeys(self.members, 1)

    def edit(self, member: Member, due_us: int) -> None:
        """The next change."""
        rev = self._revs[member]
        self._revs[member] = rev + 1
        text = stamped(TEXT, due_us)
        member.submit({"type": "card.edit", "card": member.made, "text": text, "base_rev": rev}, due_us)


async def fill(members: Sequence[Member], cards: int) -> None:
    """Put so many cards on the board, as fast as they are taken."""
    if not cards:
        return
    for place in range(cards):
        member = members[place % len(members)]
        if len(member.pending) >= WINDOW:
            await until(lambda member=member: len(member.pending) < WINDOW // 2, "answers while the board is filled")
        add_card(member)
    await until(lambda: not any(member.pending for member in members), "answers while the board is filled")


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


class Missing(Exception):
    """Something a scenario cannot go on without did not come."""


async def filled_board(part: Part, cards: int) -> tuple[Board, int]:
    """A board with so many cards, and where it then stands."""
    [board] = await open_boards(part, 1)
    head = 0
    if part.place == 0 and cards:
        authors = await seated(
            [
                Seat(board.id, token, f"author-{place}", *part.node(0))
                for place, token in enumerate(await people(part, board, 5))
            ],
            samples=0,
        )
        await fill(authors, cards)
        head = max(author.accepted_seq for author in authors)
        for author in authors:
            part.tally.fail("cards were refused while the board was filled", author.rejected)
        leave(authors)
    return board, max(await part.meet("filled", head))


# -- the account ---------------------------------------------------------------------------------------------------


class Books:
    """What this process's sockets of one board have been told and had accepted since the books were opened."""

    def __init__(self, members: Sequence[Member]) -> None:
        self.members = members
        self._told = {member: (member.cards, member.stamps_sum) for member in members}
        self._spoken = {member: (member.accepted_cards, member.accepted_sum) for member in members}

    def accepted(self) -> Account:
        """What was accepted of it, so far."""
        account = Account()
        for member, (cards, stamps_sum) in self._spoken.items():
            account.cards += member.accepted_cards - cards
            account.stamps_sum += member.accepted_sum - stamps_sum
            account.head = max(account.head, member.accepted_seq)
        return account

    def close(self, part: Part, expected: Account, anew: Mapping[Member, Member] = MappingProxyType({})) -> None:
        """Compare what each socket got with what everybody was to get, and count it.

        `anew`: who came back as another socket.
        """
        for first, (cards, stamps_sum) in self._told.items():
            member = anew.get(first, first)
            account_deliveries(part, member, expected, Account(cards, stamps_sum))


def account_deliveries(part: Part, member: Member, expected: Account, before: Account) -> None:
    """Compare what a socket got since `before` with what everybody was to get, and count it."""
    tally = part.tally
    got, got_sum = member.cards - before.cards, member.stamps_sum - before.stamps_sum
    tally.count("expected", expected.cards)
    tally.count("delivered", min(got, expected.cards))
    tally.fail("deliveries were lost", max(0, expected.cards - got))
    tally.fail("deliveries came twice", max(0, got - expected.cards))
    if got == expected.cards and got_sum != expected.stamps_sum:
        tally.fail("sockets got as many deliveries as they should, but not the right ones")
    tally.count("repeats", member.repeats)


def account_answers(part: Part, members: Iterable[Member]) -> None:
    """How long answers took, and what was refused or left unanswered: neither is meant to happen."""
    answers = part.tally.seen("answer")
    for member in members:
        answers.extend(member.answers_us)
        del member.answers_us[:]
        part.tally.count("accepted", member.accepted)
        for code, number in member.refusals.items():
            part.tally.fail(f"commands were refused «{code}»", number)
        part.tally.fail("commands were never answered", len(member.pending))
        if member.closed:
            part.tally.fail(f"sockets were closed by the server, code {member.close_code}")


def account_arrivals(part: Part, members: Iterable[Member], cards: int, head: int) -> None:
    """Everybody who came in must have every card, and stand where the board stands."""
    for member in members:
        part.tally.count("in")
        part.tally.count("bytes", member.bytes)
        part.tally.fail("phones came in without the newest card", int(member.seq < head))
        part.tally.fail("phones came in with other cards than there are", int(member.cards != cards))


async def answered(members: Sequence[Member]) -> None:
    """Wait for all answers, for as long as one waits."""
    await came(lambda: not any(member.pending and not member.closed for member in members))


async def everywhere(part: Part, account: Account) -> Account:
    """What was accepted in all processes together."""
    total = Account()
    for value in await part.meet("said", msgspec.to_builtins(account)):
        total.add(msgspec.convert(value, Account))
    return total


async def all_at(members: Sequence[Member], head: int) -> None:
    """Wait until everybody stands there, for as long as one waits: who does not is found when the books are closed."""
    await came(lambda: all(member.seq >= head or member.closed for member in members))


async def settle(part: Part, name: str, books: Books) -> Account:
    """Wait for all answers and all deliveries on a board that every process has sockets of, and meet as `name`."""
    await answered(books.members)
    total = await everywhere(part, books.accepted())
    await all_at(books.members, total.head)
    await part.meet(name)
    return total


async def metric(host: str, port: int, name: str) -> float:
    """A counter of the server's metrics page, as it is now."""
    async with Requests(host, port) as requests:
        page = (await requests.get("/metrics")).decode()
    return sum(float(line.split()[-1]) for line in page.splitlines() if line.startswith(name))


def merged(values: Iterable[dict[str, Any]]) -> dict[str, int]:
    """Sums by key of what each process brought."""
    total: dict[str, int] = {}
    for value in values:
        for key, number in value.items():
            total[key] = total.get(key, 0) + number
    return total
