"""A believable workshop: people arrive, think, write, rebound, vote and look, and a moderator leads them through.

Most read, some write, some rebound on what others wrote. Phones fall asleep and come back to where they were, in the
middle of a sentence if it so happens, and say again what was not answered: it must land once (LG4). Think times are
log-normal, `pace` times faster than people are. At the end every phone must have every card, and the same points.
"""

import asyncio
import time
from collections.abc import Sequence
from typing import Annotated

import msgspec

from rebond_loadtest.crowd import Member, now_us
from rebond_loadtest.part import Part
from rebond_loadtest.scenarios import accounting, room, speaking
from rebond_loadtest.scenarios import figures as common
from rebond_loadtest.scenarios.scenario import Scenario, Seconds, Sockets, about
from rebond_loadtest.scenarios.vote_storm import open_round
from rebond_loadtest.tally import Figure, Run

ARRIVING, WRITING, VOTING, LOOKING = 0.1, 0.5, 0.25, 0.15
"""Shares of the time."""
WRITERS, REBOUNDERS = 0.3, 0.2
"""Shares of the people; the others read, and vote."""
THINK_MEDIAN_S, THINK_SPREAD = 20.0, 0.7
BALLOT_MEDIAN_S = 5.0
POINTS = 5
FALLS_ASLEEP, SLEEPS_S = 0.15, (5.0, 40.0)
"""How likely a phone is to fall asleep after each thought, and for how long."""
VERBS = ("extends", "combines", "adapts", "removes_obstacle", "counters")


class Workshop(msgspec.Struct, frozen=True):
    """`people` on phones, `seconds` in all, `pace` times as fast as in a room."""

    sockets: Sockets = 200
    seconds: Seconds = 120.0
    pace: Annotated[float, msgspec.Meta(ge=0.1, le=100)] = 5.0


class Phone:
    """Somebody's phone, awake or asleep."""

    def __init__(self, part: Part, seat: room.Seat, wish: Workshop, *, sample: bool) -> None:
        self.seat = seat
        self.member = seat.member(sample=sample)
        self.ballots: dict[str, int] = {}
        self.sleeps = 0
        self._sample = sample
        self._part = part
        self._pace = wish.pace

    async def come(self) -> None:
        """Open the line."""
        await room.admitted([(self.seat, lambda: self.member)], 1)

    async def think(self, median_s: float, until_s: float) -> bool:
        """Take a while, perhaps asleep; whether there is still time afterwards."""
        chance = self._part.random
        if chance.random() < FALLS_ASLEEP:
            await self._sleep(chance.uniform(*SLEEPS_S) / self._pace, until_s)
        thought_s = median_s / self._pace * chance.lognormvariate(0, THINK_SPREAD)
        await asyncio.sleep(max(0.0, min(thought_s, until_s - time.monotonic())))
        return time.monotonic() < until_s

    async def _sleep(self, seconds: float, until_s: float) -> None:
        self.sleeps += 1
        before = self.member
        before.close()
        await asyncio.sleep(max(0.0, min(seconds, until_s - time.monotonic())))
        self.member = self.seat.member(sample=self._sample, before=before)
        self.member.answers_us = before.answers_us
        self.member.events, self.member.numbers = before.events, before.numbers
        self.member.latencies_us = before.latencies_us
        await self.come()
        self.member.resubmit()

    def write(self) -> None:
        """A card."""
        speaking.add_card(self.member)

    def rebound(self) -> None:
        """A card on one or two that are there; a first one where there are none."""
        chance, there = self._part.random, list(self.member.ledger.cards)
        if not there:
            self.write()
            return
        verb = chance.choice(VERBS)
        parents = chance.sample(there, min(len(there), 2 if verb == "combines" else 1))
        due_us = now_us()
        text = speaking.text_due(due_us)
        self.member.submit({"type": "card.rebound", "parents": parents, "verb": verb, "text": text}, due_us)

    def vote(self, round: str) -> None:
        """One more point on a card, or one fewer."""
        chance, there = self._part.random, list(self.member.ledger.cards)
        card = chance.choice(there)
        if self.ballots.get(card) and chance.random() < 0.3:
            del self.ballots[card]
            self.member.submit({"type": "vote.retract", "round": round, "card": card})
        elif sum(self.ballots.values()) < POINTS:
            self.ballots[card] = self.ballots.get(card, 0) + 1
            self.member.submit({"type": "vote.cast", "round": round, "card": card, "weight": self.ballots[card]})


async def play(part: Part, wish: Workshop) -> None:
    """Arrive, write, vote, look."""
    [board] = await room.open_boards(part, 1)
    seats = await room.seats(part, board, wish.sockets)
    every = max(1, len(seats) // room.SAMPLES)
    phones = [Phone(part, seat, wish, sample=place % every == 0) for place, seat in enumerate(seats)]
    part.heard = lambda: room.heard([phone.member for phone in phones])
    part.drain = lambda: [phone.member.latencies_us for phone in phones]
    moderator = await room.moderator(part, board) if part.place == 0 else None
    async with part.curve(wish.seconds):
        await part.meet("begin")
        _step(moderator, "Bienvenue. Regardez, on commence bientôt.", wish.seconds * ARRIVING)
        await asyncio.gather(*(_arrive(part, phone, wish.seconds * ARRIVING) for phone in phones))
        await part.meet("writing")
        _step(moderator, "Une idée par carte. Rebondissez sur celles des autres.", wish.seconds * WRITING)
        until_s = time.monotonic() + wish.seconds * WRITING
        await asyncio.gather(*(_write_on(part, phone, until_s) for phone in phones))
        await accounting.answered([phone.member for phone in phones])
        round = (await part.meet("voting", await open_round(moderator, POINTS) if moderator else ""))[0]
        _step(moderator, "Cinq points chacun.", wish.seconds * VOTING)
        until_s = time.monotonic() + wish.seconds * VOTING
        await asyncio.gather(*(_vote_on(phone, round, until_s) for phone in phones))
        await accounting.answered([phone.member for phone in phones])
        await part.meet("looking")
        if moderator:
            moderator.submit({"type": "round.close", "round": round})
        until_s = time.monotonic() + wish.seconds * LOOKING
        await asyncio.gather(*(phone.think(wish.seconds * wish.pace, until_s) for phone in phones))
        members = [phone.member for phone in phones]
        everybody = [*members, moderator] if moderator else members
        await accounting.answered(everybody)
        account = accounting.Account()
        for member in everybody:
            account.add(accounting.Account(member.accepted_cards, member.accepted_sum, member.accepted_seq))
        total = await accounting.everywhere(part, account)
        await accounting.all_at(members, total.head)
        await part.meet("end")
    await _account(part, phones, total, everybody)
    room.leave(everybody)


async def _arrive(part: Part, phone: Phone, within_s: float) -> None:
    await asyncio.sleep(part.random.uniform(0, within_s))
    await phone.come()


async def _write_on(part: Part, phone: Phone, until_s: float) -> None:
    mood = part.random.random()
    while await phone.think(THINK_MEDIAN_S, until_s):
        if mood < WRITERS:
            phone.member.say({"type": "signal", "signal": "writing"})
            phone.write()
        elif mood < WRITERS + REBOUNDERS:
            phone.rebound()


async def _vote_on(phone: Phone, round: str, until_s: float) -> None:
    while await phone.think(BALLOT_MEDIAN_S, until_s):
        if phone.member.ledger.cards:
            phone.vote(round)


def _step(moderator: Member | None, instruction: str, seconds: float) -> None:
    if moderator:
        moderator.submit({"type": "step.set", "instruction": instruction})
        moderator.submit({"type": "timer.start", "seconds": max(1, round(seconds))})


async def _account(part: Part, phones: Sequence[Phone], total: accounting.Account, everybody: Sequence[Member]) -> None:
    accounting.account_answers(part, everybody)
    ballots: dict[str, int] = {}
    for phone in phones:
        accounting.account_deliveries(part, phone.member, total, accounting.Account())
        part.tally.count("sleeps", phone.sleeps)
        part.tally.count("numbers", phone.member.numbers)
        for card, points in phone.ballots.items():
            ballots[card] = ballots.get(card, 0) + points
    wanted = accounting.merged(await part.meet("ballots", ballots))
    part.tally.count("ballots", sum(ballots.values()))
    for phone in phones:
        shown = {card: points for card, points in phone.member.tallies.items() if points}
        part.tally.fail("phones show other points than were given", int(shown != wanted))


def figures(run: Run, wish: Workshop) -> list[Figure]:
    return [
        common.count(run, "accepted", "commands accepted"),
        common.count(run, "ballots", "points that stood at the end"),
        common.count(run, "sleeps", "times a phone fell asleep and came back"),
        *common.deliveries(run, "begin", "end"),
        common.count(run, "numbers", "numbers of tallies, delivered: conflated, counted apart"),
        *common.latencies(run, "delivery", "delivery of a card"),
        *common.latencies(run, "answer", "answer to a command, sleep included"),
        *common.shares(run, "begin", "end"),
        *common.memory(run, "end"),
    ]


WORKSHOP = Scenario(
    name="workshop",
    about=about(__doc__),
    parameters=Workshop,
    quick=Workshop(sockets=40, seconds=4, pace=40),
    play=play,
    figures=figures,
    seconds=lambda wish: wish.seconds + 3,
)
