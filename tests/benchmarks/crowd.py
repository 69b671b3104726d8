"""A real server with a full board, and a crowd that keeps it busy at a steady rate: what `phone` looks at.

People are Python clients on their own sockets. Rates against abuse are raised, as for the load test.
"""

import asyncio
import itertools
import random
import time
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager, suppress

from rebond_client import Board, Refused, create_board, join, socket_url
from rebond_loadtest.target import OPEN_GATES, serving
from rebond_protocol.cards import CardAdd, CardEdit
from rebond_protocol.commands import ClientCommand
from rebond_protocol.http import BoardMade
from rebond_protocol.rounds import RoundOpen, VoteCast
from rebond_protocol.steps import StepSet
from rebond_protocol.talk import REACTIONS, ReactionSet

WRITERS = 16
IN_FLIGHT = 16
"""Cards each of them has on the way while the board is filled."""
VOTED_ON = 40
"""How many cards somebody's votes go round; each has one point or none."""
MIX = ("add",) * 8 + ("edit",) * 5 + ("vote",) * 4 + ("react",) * 3
WORDS = (
    "un café", "associatif", "où l’on répare", "ensemble", "les vélos", "du quartier", "chaque samedi", "avec eux",
)  # fmt: skip


class Crowd:
    """The people of one board; `origin` is where its server answers."""

    def __init__(self, origin: str, made: BoardMade, moderator: Board, writers: list[Board]) -> None:
        self.origin = origin
        self.made = made
        self.round = ""
        self._moderator = moderator
        self._writers = writers
        self._own: list[list[str]] = [[] for _ in writers]
        self._rev: dict[str, int] = {}
        self._chance = random.Random(1)
        self._turn = itertools.count()

    async def fill(self, cards: int) -> None:
        """Let the board have so many cards, and a vote by points with open tallies."""
        await self._moderator.submit(StepSet("Une idée par carte."))
        share = [cards // WRITERS + (n < cards % WRITERS) for n in range(WRITERS)]
        await asyncio.gather(*(self._fill(n, count) for n, count in enumerate(share)))
        opened = await self._moderator.submit(RoundOpen("dots", VOTED_ON, 1))
        assert isinstance(opened.made, str)
        self.round = opened.made

    async def _fill(self, writer: int, count: int) -> None:
        for begin in range(0, count, IN_FLIGHT):
            some = range(begin, min(count, begin + IN_FLIGHT))
            await asyncio.gather(*(self._add(writer) for _ in some))

    async def storm(self, rate: float, seconds: float) -> int:
        """So many commands a second for so long; how many were accepted."""
        began = time.monotonic()
        under_way: set[asyncio.Task[bool]] = set()
        accepted = 0
        for nth in range(int(rate * seconds)):
            await asyncio.sleep(max(0.0, began + nth / rate - time.monotonic()))  # the load on offer, not a wait
            under_way.add(asyncio.create_task(self._one()))
            done = {task for task in under_way if task.done()}
            accepted += sum(task.result() for task in done)
            under_way -= done
        return accepted + sum(await asyncio.gather(*under_way))

    async def _one(self) -> bool:
        turn = next(self._turn)
        writer, kind = turn % WRITERS, self._chance.choice(MIX)
        if kind == "add":
            return await self._add(writer)
        if kind == "edit":
            card = self._chance.choice(self._own[writer])
            self._rev[card] += 1
            return await self._submitted(writer, CardEdit(card, self._text(), self._rev[card] - 1))
        if kind == "react":
            card = self._chance.choice(self._own[self._chance.randrange(WRITERS)])
            return await self._submitted(writer, ReactionSet(card, self._chance.choice(REACTIONS)))
        card = self._own[0][turn // WRITERS % VOTED_ON]
        return await self._submitted(writer, VoteCast(self.round, card, turn // WRITERS // VOTED_ON % 2 ^ 1))

    async def _add(self, writer: int) -> bool:
        accepted = await self._writers[writer].submit(CardAdd(self._text()))
        assert isinstance(accepted.made, str)
        self._own[writer].append(accepted.made)
        self._rev[accepted.made] = 1
        return True

    async def _submitted(self, writer: int, command: ClientCommand) -> bool:
        with suppress(Refused):  # an edit that overtook another, a vote that changes nothing
            await self._writers[writer].submit(command)
            return True
        return False

    def _text(self) -> str:
        return " ".join(self._chance.choices(WORDS, k=self._chance.randint(2, 12)))


@asynccontextmanager
async def gathered(cards: int) -> AsyncGenerator[Crowd]:
    """A board with so many cards on a server of its own, and the people who wrote them."""
    async with AsyncExitStack() as stack:
        target = stack.enter_context(serving(environment=OPEN_GATES))
        made = await create_board(target.url, "Qu’est-ce qui vous ferait revenir ?", locale="fr")
        where = socket_url(target.url, made.id)
        tokens = [(await join(target.url, made.code, name=f"Personne {n}")).token for n in range(WRITERS)]
        moderator = await stack.enter_async_context(Board(where, made.tokens.moderator))
        writers = [await stack.enter_async_context(Board(where, token)) for token in tokens]
        crowd = Crowd(target.url, made, moderator, writers)
        await crowd.fill(cards)
        yield crowd
