"""A workshop from a file, played by scripted people over real sockets: what the demonstration shows.

Every person is a client of their own (`rebond_client`), does their lines in order and waits for each answer, so that a
rebound is never said before its parent is on the board. Time can run faster than in the script.
"""

import asyncio
import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from importlib import resources
from typing import Any

import msgspec

import rebond_client
from rebond_client import Board, Refused, socket_url
from rebond_protocol import cards, rebounds, rounds, steps
from rebond_protocol.commands import ClientCommand

FACILITATOR = "facilitator"


class Person(msgspec.Struct, frozen=True):
    """One of the cast. `personality` is a note to whoever writes the script."""

    key: str
    name: str
    segment: str
    personality: str = ""


class Line(msgspec.Struct, frozen=True):
    """What somebody does at a moment of the script, in seconds from its beginning."""

    at_s: float
    who: str
    do: dict[str, Any]


class Workshop(msgspec.Struct, frozen=True):
    """A script. See workshops/README.md."""

    title: str
    locale: str
    template: str
    participants: tuple[Person, ...]
    timeline: tuple[Line, ...]


def read_workshop(name: str) -> Workshop:
    """The workshop of this name among those that come with the package. Raises `FileNotFoundError`, `ValueError`."""
    file = resources.files("rebond_loadtest").joinpath("workshops", f"{name}.json")
    return msgspec.convert(json.loads(file.read_bytes()), Workshop)


class Played(msgspec.Struct):
    """What came of it."""

    said: int = 0
    accepted: int = 0
    refused: list[str] = []


class Play:
    """One performance on one board. `speed` 5 plays ten minutes in two."""

    def __init__(
        self,
        workshop: Workshop,
        url: str,
        board: str,
        moderator_token: str,
        speed: float,
        told: Callable[[Line], None] = lambda line: None,
    ) -> None:
        self.played = Played()
        self._workshop = workshop
        self._url = url
        self._board = board
        self._moderator_token = moderator_token
        self._speed = speed
        self._told = told
        self._ids: dict[str, asyncio.Future[str]] = {}

    async def run(self) -> Played:
        """Play it to its end. Raises `Ended` where the server sends somebody away."""
        lines: dict[str, list[Line]] = defaultdict(list)
        for line in self._workshop.timeline:
            lines[line.who].append(line)
            if "key" in line.do:
                self._ids[line.do["key"]] = asyncio.get_running_loop().create_future()
        began = asyncio.get_running_loop().time()
        cast = {person.key: person for person in self._workshop.participants}
        async with asyncio.TaskGroup() as group:
            for who, own in lines.items():
                group.create_task(self._perform(cast.get(who), own, began), name=who)
        return self.played

    async def _perform(self, person: Person | None, lines: list[Line], began: float) -> None:
        async with AsyncExitStack() as stack:
            board: Board | None = None
            for line in lines:
                await asyncio.sleep(began + line.at_s / self._speed - asyncio.get_running_loop().time())
                if board is None:
                    board = await stack.enter_async_context(await self._come_in(person))
                await self._do(board, line)
            await asyncio.sleep(
                began + self._workshop.timeline[-1].at_s / self._speed - asyncio.get_running_loop().time()
            )

    async def _come_in(self, person: Person | None) -> Board:
        token = self._moderator_token
        if person is not None:
            joined = await rebond_client.join(self._url, self._board, name=person.name, segment=person.segment)
            token = joined.token
        return Board(socket_url(self._url, self._board), token)

    async def _do(self, board: Board, line: Line) -> None:
        self._told(line)
        kind = line.do["type"]
        if kind == "join":
            return
        if kind == "writing":
            await board.writing()
            return
        self.played.said += 1
        try:
            accepted = await board.submit(await self._command(board, line.do))
        except Refused as refused:
            self.played.refused.append(f"{line.who} at {line.at_s:.0f} s, {kind}: {refused.code}")
            return
        self.played.accepted += 1
        if "key" in line.do and isinstance(accepted.made, str):
            self._ids[line.do["key"]].set_result(accepted.made)

    async def _command(self, board: Board, do: Mapping[str, Any]) -> ClientCommand:
        """The script's words with the server's ids in place of its own."""
        fields = {name: value for name, value in do.items() if name not in ("type", "key")}
        if "parents" in fields:
            fields["parents"] = [await self._ids[parent] for parent in fields["parents"]]
        for name in ("card", "round"):
            if name in fields:
                fields[name] = await self._ids[fields[name]]
        if do["type"] == "card.edit":
            fields["base_rev"] = board.replica.cards[fields["card"]].rev
        return msgspec.convert({"type": do["type"], **fields}, _Scripted)


_Scripted = (
    cards.CardAdd
    | cards.CardEdit
    | cards.CardWithdraw
    | cards.CardHide
    | rebounds.CardRebound
    | rounds.RoundOpen
    | rounds.RoundClose
    | rounds.VoteCast
    | rounds.VoteRetract
    | steps.TimerStart
    | steps.BoardLock
    | steps.BoardUnlock
)
