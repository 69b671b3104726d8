"""Many sockets on one board, and events at an even rate: what a delivery costs, and how long it takes.

Everybody must get every event, once. An event is a new card (about 330 bytes of JSON) or, with `edits`, a new text of
an old one (half of that), of which there can be any number.
"""

import msgspec

from rebond_loadtest.part import Part
from rebond_loadtest.scenarios import accounting, room, speaking
from rebond_loadtest.scenarios import figures as common
from rebond_loadtest.scenarios.scenario import Cards, Rate, Scenario, Seconds, Sockets, about
from rebond_loadtest.tally import Figure, Run
from rebond_protocol.limits import CARDS_PER_BOARD

SPEAKERS = 50
WARM_UP_S = 1.0
"""At most."""


class Fanout(msgspec.Struct, frozen=True):
    """`rate`: events a second, of all together. `cards`: on the board before it begins.

    `deflate`: sockets offer to take compressed messages.
    """

    sockets: Sockets = 1_000
    rate: Rate = 100.0
    seconds: Seconds = 10.0
    cards: Cards = 0
    edits: bool = False
    deflate: bool = False

    def __post_init__(self) -> None:
        due = self.cards + (SPEAKERS if self.edits else round(self.rate * (self.seconds + self.warm_up_s)))
        if due > CARDS_PER_BOARD:
            raise ValueError(f"a board holds {CARDS_PER_BOARD:,} cards and {due:,} are due; use edits, or less time")

    @property
    def warm_up_s(self) -> float:
        """How long it is spoken before anything is measured."""
        return min(WARM_UP_S, self.seconds / 2)


async def play(part: Part, wish: Fanout) -> None:
    """Come in, warm up, speak on time, and account for every delivery."""
    [board] = await room.open_boards(part, 1)
    members = await room.seated(await room.seats(part, board, wish.sockets, deflate=wish.deflate))
    speakers = members[-max(1, SPEAKERS // part.of) :]
    room.watch(part, members)
    await speaking.fill(speakers, len(part.share(wish.cards)))
    editors = speaking.Editors(speakers)
    if wish.edits:
        await editors.begin()

    def speak(place: int, due_us: int) -> None:
        speaker = speakers[place // part.of % len(speakers)]
        if wish.edits:
            editors.edit(speaker, due_us)
        else:
            speaking.add_card(speaker, due_us)

    await accounting.settle(part, "filled", accounting.Books(members))
    warming = accounting.Books(members)
    await part.meet("in")
    await speaking.on_time(part, round(wish.rate * wish.warm_up_s), wish.rate, speak)
    warming.close(part, await accounting.settle(part, "warm", warming))
    part.tally.counts.clear()  # a loss is a loss from the first event on; figures begin here
    for speaker in speakers:
        del speaker.answers_us[:]
    async with part.curve(wish.seconds):
        books = accounting.Books(members)
        received = sum(member.bytes for member in members)
        await part.meet("begin")
        await speaking.on_time(part, round(wish.rate * wish.seconds), wish.rate, speak)
        expected = await accounting.settle(part, "end", books)
    part.tally.count("bytes", sum(member.bytes for member in members) - received)
    books.close(part, expected)
    accounting.account_answers(part, members)
    room.leave(members)


def figures(run: Run, wish: Fanout) -> list[Figure]:
    return [
        Figure("events_per_s", "events a second, offered", wish.rate, "/s"),
        *common.deliveries(run, "begin", "end"),
        *common.per_event(run, wish.rate * wish.seconds),
        common.bytes_per_delivery(run),
        *common.latencies(run, "delivery", "delivery"),
        *common.latencies(run, "answer", "answer to a command"),
        *common.shares(run, "begin", "end"),
        *common.memory(run, "end"),
    ]


FANOUT = Scenario(
    name="fanout",
    about=about(__doc__),
    parameters=Fanout,
    quick=Fanout(sockets=200, rate=50, seconds=2),
    play=play,
    figures=figures,
    seconds=lambda wish: wish.seconds + wish.sockets / 400 + wish.cards / 2_000 + 2,
)
