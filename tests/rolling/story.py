"""A rolling restart: nodes behind a load balancer leave and come back one after the other while a crowd is at work.

Told afterwards: when everybody came back, how long each was away, and whether anything that was acknowledged is lost
or there twice. What is measured is this service's doing (HB7), by real processes and real clients.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from rebond_client import Board, Refused, create_board, join, new_device, socket_url
from rebond_protocol.cards import CardAdd
from rebond_protocol.http import BoardMade
from rebond_protocol.session import Happening, Privately
from tests.balancer import Balancer
from tests.chaos.town import KINDS, Node, Town

SLOT_S = 0.1
WITHIN_S = 300.0
"""What has not happened by then never does."""
JOINS_AT_ONCE = 10
PATIENT = {"REBOND_REDIS_COMMAND_MS": "30000", "REBOND_REDIS_PROBE_MS": "30000", "REBOND_BEAT_MS": "10000"}
"""Redis and the lines are well here: whoever is slow on a busy machine is not taken for away."""


@dataclass(frozen=True)
class Plan:
    """What is restarted, and who is there meanwhile."""

    phones: int = 150
    writers: int = 30
    """So many of the phones write, an idea every `pause_s` each; the others look."""
    pause_s: float = 1.0
    boards: int = 3
    nodes: int = 3
    spread_ms: int = 2_000
    """`REBOND_DRAIN_SPREAD_MS` of the nodes."""
    kill: bool = False
    """SIGKILL instead of SIGTERM: nobody is told anything."""


@dataclass
class Restart:
    """What one node's leaving did."""

    node: str
    arrivals_s: list[float] = field(default_factory=list[float])
    """When lines arrived at the balancer, from the moment the node was asked to leave."""
    away_s: list[float] = field(default_factory=list[float])
    """How long each phone that lost its line was not up to date."""
    left_after_s: float = 0.0

    @property
    def slots(self) -> list[int]:
        """Lines that arrived in each `SLOT_S`."""
        counts = Counter(int(arrival / SLOT_S) for arrival in self.arrivals_s)
        return [counts[slot] for slot in range(max(counts, default=-1) + 1)]


@dataclass
class Told:
    """How it ended."""

    restarts: list[Restart]
    acknowledged: int
    refused: list[str]
    faults: list[str]
    """Whatever should not be: ideas lost, doubled or invented, screens that differ, nodes that logged a traceback."""


class Phone(Board):
    """A client that notes when it is away."""

    def __init__(self, url: str, token: str, back: asyncio.Event) -> None:
        super().__init__(url, token, observe=self._observe)
        self.away_s: list[float] = []
        self._lost_s: float | None = None
        self._back = back

    async def _one_connection(self) -> int | None:
        number = await super()._one_connection()
        if self._lost_s is None:
            self._lost_s = time.monotonic()
        return number

    def _observe(self, happening: Happening) -> None:
        # `yours` is the last of what a hello is answered with: whoever has it is up to date.
        if isinstance(happening, Privately) and self._lost_s is not None:
            self.away_s.append(time.monotonic() - self._lost_s)
            self._lost_s = None
            self._back.set()


class _Nodes(Town):
    """Nodes as operators have them: they give people the time to come back that the plan says."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        super().__init__(replace(KINDS["redis"], nodes=plan.nodes), folder)
        self._spread_ms = plan.spread_ms

    async def _add_node(self, number: int, stack: contextlib.AsyncExitStack) -> None:
        await super()._add_node(number, stack)
        node = self.nodes[-1]
        node.environment = {**node.environment, **PATIENT, "REBOND_DRAIN_SPREAD_MS": str(self._spread_ms)}


async def told(plan: Plan, folder: Path) -> Told:
    """Play it in this folder, empty or not there yet."""
    async with _Nodes(plan, folder).open() as town:
        balancer = Balancer([node.port for node in town.nodes])
        async with balancer.listening():
            story = _Story(plan, town, balancer)
            await story.play()
        return Told(story.restarts, len(story.acknowledged), story.refused, story.faults + town.complaints())


class _Story:
    def __init__(self, plan: Plan, town: Town, balancer: Balancer) -> None:
        self.restarts: list[Restart] = []
        self.acknowledged: set[str] = set()
        self.refused: list[str] = []
        self.faults: list[str] = []
        self._plan = plan
        self._town = town
        self._balancer = balancer
        self._phones: list[Phone] = []
        self._boards: list[BoardMade] = []
        self._over = asyncio.Event()
        self._back = asyncio.Event()
        """Somebody is up to date again."""

    async def play(self) -> None:
        """Come in, work, restart every node, and look at what is there."""
        async with asyncio.timeout(WITHIN_S + 10 * len(self._town.nodes)):
            for number in range(self._plan.boards):
                self._boards.append(await create_board(self._balancer.url, f"Board {number}"))
            await self._come_in()
            working = [
                asyncio.create_task(self._work(phone, number))
                for number, phone in enumerate(self._phones[: self._plan.writers])
            ]
            for node in self._town.nodes:
                self.restarts.append(await self._restart(node))
            self._over.set()
            await asyncio.gather(*working)
            await self._compare()
            await asyncio.gather(*(phone.__aexit__(None, None, None) for phone in self._phones))

    async def _come_in(self) -> None:
        at_once = asyncio.Semaphore(JOINS_AT_ONCE)

        async def one(number: int) -> Phone:
            made = self._boards[number % len(self._boards)]
            async with at_once:
                joined = await join(self._balancer.url, made.code, name=f"Guest {number}", device=new_device())
                phone = Phone(socket_url(self._balancer.url, made.id), joined.token, self._back)
                await phone.__aenter__()
            return phone

        self._phones = list(await asyncio.gather(*(one(number) for number in range(self._plan.phones))))

    async def _work(self, phone: Phone, number: int) -> None:
        for count in itertools.count(1):
            text = f"guest {number} says {count}"
            try:
                accepted = await phone.submit(CardAdd(text))
                self.acknowledged.add(text)
                await phone.reached(accepted.seq)
            except Refused as refused:
                self.refused.append(f"{text}: {refused.code}")
            over = asyncio.ensure_future(self._over.wait())
            await asyncio.wait([over], timeout=self._plan.pause_s)
            over.cancel()
            if self._over.is_set():
                return

    async def _restart(self, node: Node) -> Restart:
        restart = Restart(node.name)
        there, before = self._balancer.live_lines_to(node.port), [len(phone.away_s) for phone in self._phones]
        came, began_s = len(self._balancer.arrivals_s), time.monotonic()
        if self._plan.kill:
            node.kill()
        else:
            await node.ask_away()
        restart.left_after_s = time.monotonic() - began_s
        while sum(len(phone.away_s) for phone in self._phones) < sum(before) + there:
            self._back.clear()
            await self._back.wait()
        restart.arrivals_s = [at_s - began_s for at_s in self._balancer.arrivals_s[came:]]
        for phone, seen in zip(self._phones, before, strict=True):
            restart.away_s += phone.away_s[seen:]
        await node.started()
        return restart

    async def _compare(self) -> None:
        """What was acknowledged is there once, at every node and on every screen, and nothing else is."""
        due: Counter[str] = Counter(self.acknowledged)
        there: Counter[str] = Counter()
        for made in self._boards:
            shown = await self._shown_everywhere(made)
            there += Counter(shown.values())
        for word, texts in (("lost", due - there), ("doubled or invented", there - due)):
            self.faults += [f"{word}: {text}" for text in texts.elements()]

    async def _shown_everywhere(self, made: BoardMade) -> dict[str, str]:
        screens: Sequence[Board] = [
            Board(socket_url(node.url, made.id), made.tokens.display) for node in self._town.nodes
        ]
        async with contextlib.AsyncExitStack() as stack:
            for screen in screens:
                await stack.enter_async_context(screen)
            own = [phone for phone in self._phones if made.id in phone.url]
            end = max(_seq(screen) for screen in (*screens, *own))
            for screen in (*screens, *own):
                await screen.reached(end)
            shown = [{id: card.text for id, card in screen.replica.cards.items()} for screen in (*screens, *own)]
        if any(one != shown[0] for one in shown):
            self.faults.append(f"the screens of {made.id} differ")
        return shown[0]


def _seq(screen: Board) -> int:
    return screen.session.position.seq if screen.session.position is not None else 0
