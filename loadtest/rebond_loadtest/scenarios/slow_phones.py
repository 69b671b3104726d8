"""A tenth of the sockets read at 2 kB/s: nobody else may wait for them, and they must end up to date all the same.

The same load twice, first with everybody reading, then with the slow ones slow. Who falls behind is skipped and caught
up in one frame or with a snapshot, or is closed with a code that says "come back" and does (HB3). At the end they read
again, and must have everything.

No other end of a line is forgiven. This found that the server cut off whoever had not answered a ping in time, though
the ping waited behind a quarter of a megabyte that a slow phone was reading: 25 kB/s was too slow for a busy board. Who
takes what is written, however slowly, is there (HB5); only `slow` may end such a line, after `slow_ms` (HB3).
"""

import asyncio
import contextlib
import socket
from collections.abc import Sequence

import msgspec

from rebond_loadtest.crowd import Member
from rebond_loadtest.part import Part
from rebond_loadtest.scenarios import accounting, room, speaking
from rebond_loadtest.scenarios import figures as common
from rebond_loadtest.scenarios.scenario import Rate, Scenario, Seconds, Share, Sockets, about
from rebond_loadtest.tally import Figure, Run
from rebond_protocol.errors import CLOSES
from rebond_protocol.limits import CARDS_PER_BOARD

LONG = 8
"""Times a usual text, about 650 characters: a slow reader is soon behind."""
SPEAKERS = 20
SLOW_MOST = 0.9
KERNEL_BYTES, SEGMENT_BYTES = 8 * 1024, 1_400
"""What the kernels keep of a line, as on a phone's: with loopback's own segments of 64 KiB it is megabytes on the
server's side, and nobody is behind for a long time."""
SIP_EVERY_S = 0.25
GULP_BYTES = 256 * 1024


class SlowPhones(msgspec.Struct, frozen=True):
    """`seconds`: of each of the two times."""

    sockets: Sockets = 500
    slow: Share = 0.1
    bytes_per_s: Rate = 2_000.0
    rate: Rate = 100.0
    seconds: Seconds = 15.0

    def __post_init__(self) -> None:
        if self.slow > SLOW_MOST:
            raise ValueError(f"at most {SLOW_MOST:.0%} of the phones are slow: the others are what is looked at")
        if 2 * self.rate * self.seconds > CARDS_PER_BOARD:
            raise ValueError(f"a board holds {CARDS_PER_BOARD:,} cards, and more are due")


class SlowPhone:
    """A member's line, read at a rate; without a rate as fast as it comes. Comes back when it is told to."""

    def __init__(self, seat: room.Seat) -> None:
        self.seat = seat
        self.member = seat.member()
        self.bytes_per_s: float | None = None
        self.closed_slow = 0
        self._line: socket.socket | None = None
        self._reading: asyncio.Task[None] | None = None

    async def come(self) -> None:
        """Connect, and read on until told otherwise."""
        self._reading = asyncio.create_task(self._read_on())
        await asyncio.wait({self._reading, self.member.ready}, return_when=asyncio.FIRST_COMPLETED)
        await self.member.ready

    async def leave(self) -> None:
        """Read no more, and cut the line."""
        if self._reading is not None:
            self._reading.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._reading

    def write(self, data: bytes) -> None:
        """What the member says: little, and at once."""
        if self._line is not None:
            with contextlib.suppress(OSError):
                self._line.send(data)

    def abort(self) -> None:
        """Cut the line."""
        if self._line is not None:
            self._line.close()
            self._line = None

    async def _read_on(self) -> None:
        while True:
            await self._read_once()
            self.member.connection_lost(None)
            if self.member.close_code != CLOSES["slow"].number:
                return
            self.closed_slow += 1
            self.member = self.seat.member(before=self.member)

    async def _read_once(self) -> None:
        loop = asyncio.get_running_loop()
        line = self._line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, KERNEL_BYTES)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, SEGMENT_BYTES)
        line.setblocking(False)
        try:
            await loop.sock_connect(line, (self.seat.host, self.seat.port))
            self.member.opened(self)
            while self._line is line:
                rate = self.bytes_per_s
                data = await loop.sock_recv(line, GULP_BYTES if rate is None else max(1, int(rate * SIP_EVERY_S)))
                if not data:
                    return
                self.member.data_received(data)
                if rate is not None:
                    await asyncio.sleep(len(data) / rate)
        except OSError:
            return
        finally:
            self.abort()


async def play(part: Part, wish: SlowPhones) -> None:
    """Once with everybody reading, once with the slow ones slow, then everything is read."""
    [board] = await room.open_boards(part, 1)
    seats = await room.seats(part, board, wish.sockets)
    slow = [SlowPhone(seat) for seat in seats[: int(len(seats) * wish.slow)]]
    others = await room.seated(seats[len(slow) :])
    await asyncio.gather(*(phone.come() for phone in slow))
    room.watch(part, others)
    skipped = await _skipped(part)
    books = accounting.Books([*others, *(phone.member for phone in slow)])
    first = {phone: phone.member for phone in slow}

    await part.meet("in")
    async with part.curve(wish.seconds, "alone"):
        await part.meet("alone")
        await _speak(part, others, wish)
        await accounting.settle(part, "alone over", accounting.Books(others))
    for phone in slow:
        phone.bytes_per_s = wish.bytes_per_s
    async with part.curve(wish.seconds):
        await part.meet("begin")
        await _speak(part, others, wish)
        await accounting.settle(part, "end", accounting.Books(others))
    part.tally.count("skipped", round(await _skipped(part) - skipped))
    behind = sum(phone.member.seq < others[0].seq for phone in slow)
    part.tally.count("behind", behind)
    for phone in slow:
        phone.bytes_per_s = None
    expected = await accounting.everywhere(part, books.accepted())
    await room.came(lambda: all(phone.member.seq >= expected.head for phone in slow))
    await part.meet("caught up")
    books.close(part, expected, {first[phone]: phone.member for phone in slow})
    part.tally.count("slow", len(slow))
    part.tally.count("closed_slow", sum(phone.closed_slow for phone in slow))
    part.tally.count("renewed", sum(phone.member.snapshots > 1 for phone in slow if not phone.closed_slow))
    accounting.account_answers(part, others)
    for phone in slow:
        if phone.member.closed:
            part.tally.fail(f"slow sockets were closed by the server, code {phone.member.close_code}")
    for phone in slow:
        await phone.leave()
    room.leave(others)


async def _speak(part: Part, others: Sequence[Member], wish: SlowPhones) -> None:
    speakers = others[-max(1, SPEAKERS // part.of) :]

    def speak(place: int, due_us: int) -> None:
        speaking.add_card(speakers[place // part.of % len(speakers)], due_us, LONG)

    await speaking.on_time(part, round(wish.rate * wish.seconds), wish.rate, speak)


async def _skipped(part: Part) -> float:
    """Times a socket was skipped, over all nodes, as the first process sees them."""
    if part.place:
        return 0.0
    return sum([await room.metric(*node, "rebond_skipped_slow_total") for node in part.nodes])


def figures(run: Run, wish: SlowPhones) -> list[Figure]:
    return [
        *common.latencies(run, "alone", "delivery to the others, everybody reading"),
        *common.latencies(run, "delivery", "delivery to the others, with slow ones among them"),
        common.count(run, "slow", "sockets that read slowly"),
        common.count(run, "behind", "… of which were behind at the end"),
        common.count(run, "skipped", "times one was skipped"),
        common.count(run, "renewed", "caught up with a snapshot; the others with one frame"),
        common.count(run, "closed_slow", "times one was closed as slow, and came back"),
        *common.growth(run, "begin", "end"),
        *common.deliveries(run, "alone", "caught up"),
        *common.shares(run, "begin", "end"),
        *common.memory(run, "end"),
    ]


SLOW_PHONES = Scenario(
    name="slow-phones",
    about=about(__doc__),
    parameters=SlowPhones,
    quick=SlowPhones(sockets=20, slow=0.2, rate=400, seconds=2),
    play=play,
    figures=figures,
    seconds=lambda wish: 2 * wish.seconds + wish.sockets / 400 + 4,
)
