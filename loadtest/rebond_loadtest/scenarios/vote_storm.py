"""Everybody votes within ten seconds: single ballots go in, and leave as tallies.

Tallies are conflated (DM7): many ballots leave as one number a card, so what is delivered is counted as frames and
numbers, apart from events told whole. At the end every socket must show exactly the ballots that were accepted.
"""

from collections.abc import Sequence
from typing import Annotated

import msgspec

from rebond_loadtest.crowd import Member
from rebond_loadtest.part import Part
from rebond_loadtest.scenarios import accounting, room, speaking
from rebond_loadtest.scenarios import figures as common
from rebond_loadtest.scenarios.scenario import Scenario, Seconds, Sockets, about
from rebond_loadtest.tally import Figure, Run
from rebond_protocol.limits import BUDGET_MAX


class VoteStorm(msgspec.Struct, frozen=True):
    """Everybody casts `points` points, one by one, each on another card, at random times within `seconds`."""

    sockets: Sockets = 1_000
    seconds: Seconds = 10.0
    cards: Annotated[int, msgspec.Meta(ge=1, le=1_000)] = 30
    points: Annotated[int, msgspec.Meta(ge=1, le=BUDGET_MAX)] = 5

    def __post_init__(self) -> None:
        if self.points > self.cards:
            raise ValueError("there are at least as many cards as points: each goes to another card")


async def play(part: Part, wish: VoteStorm) -> None:
    """A round opens, everybody votes, and all screens show the same."""
    [board] = await room.open_boards(part, 1)
    members = await room.seated(await room.seats(part, board, wish.sockets))
    room.watch(part, members)
    await speaking.fill(members[:5], len(part.share(wish.cards)))
    await part.meet("filled")
    opened = await _opened(part, board, members, wish)
    await room.came(lambda: all(member.cards >= wish.cards for member in members))
    cards = list(members[0].ledger.cards)
    ballots = [
        (part.random.uniform(0, wish.seconds), member, card)
        for member in members
        for card in part.random.sample(cards, wish.points)
    ]
    ballots.sort(key=lambda ballot: ballot[0])
    for member in members:
        del member.answers_us[:]
        member.numbers = member.frames = 0
    cast: dict[str, int] = {}

    def vote(place: int, due_us: int) -> None:
        _, member, card = ballots[place]
        cast[card] = cast.get(card, 0) + 1
        member.submit({"type": "vote.cast", "round": opened, "card": card, "weight": 1}, due_us)

    async with part.curve(wish.seconds):
        books = accounting.Books(members)
        await part.meet("begin")
        await speaking.at_times(part, [at_s for at_s, _, _ in ballots], vote)
        await accounting.settle(part, "end", books)
    accounting.account_answers(part, members)
    wanted = accounting.merged(await part.meet("cast", cast))
    part.tally.count("ballots", len(ballots))
    part.tally.count("conflated", len(ballots) * wish.sockets)
    for member in members:
        part.tally.count("tally_frames", member.frames)
        part.tally.count("numbers", member.numbers)
        shown = {card: points for card, points in member.tallies.items() if points}
        part.tally.fail("sockets show other tallies than the ballots that were accepted", int(shown != wanted))
    room.leave(members)


async def _opened(part: Part, board: room.Board, members: Sequence[Member], wish: VoteStorm) -> str:
    """The round, opened by the first process's moderator, and told to everybody."""
    made, head = "", 0
    if part.place == 0:
        moderator = await room.moderator(part, board)
        made, head = await open_round(moderator, wish.points), moderator.accepted_seq
        moderator.close()
    made, head = (await part.meet("round", [made, head]))[0]
    await accounting.all_at(members, head)
    return str(made)


async def open_round(moderator: Member, budget: int) -> str:
    """A new round's id."""
    moderator.made = None
    moderator.submit({"type": "round.open", "method": "dots", "budget": budget})
    await room.until(lambda: moderator.made is not None or moderator.rejected > 0, "the answer to a new round")
    if moderator.made is None:
        raise room.Missing(f"no round could be opened: {moderator.refusals}")
    return moderator.made


def figures(run: Run, wish: VoteStorm) -> list[Figure]:
    span = run.between("begin", "end")
    ballots = run.tally.counts["ballots"]
    return [
        common.count(run, "ballots", "ballots cast and accepted"),
        Figure("ballots_per_s", "ballots a second, offered", ballots / wish.seconds, "/s"),
        common.count(run, "tally_frames", "frames with tallies, delivered"),
        common.count(run, "numbers", "numbers in them, delivered"),
        common.count(run, "conflated", "ballots they stand for, times the sockets"),
        *common.cost(run, span.server_cpu_s, ballots, "cpu_us_per_ballot", "server CPU a ballot, everybody told"),
        *common.latencies(run, "answer", "answer to a ballot"),
        *common.shares(run, "begin", "end"),
        *common.memory(run, "end"),
    ]


VOTE_STORM = Scenario(
    name="vote-storm",
    about=about(__doc__),
    parameters=VoteStorm,
    quick=VoteStorm(sockets=100, seconds=2, cards=10, points=3),
    play=play,
    figures=figures,
    seconds=lambda wish: wish.seconds + wish.sockets / 400 + 2,
)
