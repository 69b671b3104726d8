"""People with real clients on a real server, for stories in which something is broken on purpose."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field

from rebond_client.board import Board
from rebond_client.http import create_board, join, new_device, socket_url
from rebond_client.refused import Refused
from rebond_protocol.cards import CardAdd
from rebond_protocol.codec import Format
from rebond_protocol.frames import Accepted
from rebond_protocol.http import BoardMade
from rebond_protocol.rounds import RoundOpen, VoteCast

VOTES_EVERY = 8
"""A point every so many cards: nobody runs out of the round's hundred."""
WITHIN_S = 150.0
"""A story that is not over by then has failed; it is no measure of speed."""


@dataclass
class Said:
    """A card somebody was told is stored."""

    text: str
    accepted: Accepted


@dataclass
class Guest:
    """Somebody with a phone, and what they were told is stored."""

    number: int
    board: Board
    said: list[Said] = field(default_factory=list[Said])
    refused: list[str] = field(default_factory=list[str])
    reached_seq: int = 0
    """Where the board stood, at least, when this guest was last told that something is stored."""

    async def goes_on(self, until: asyncio.Event, round: str, chance: random.Random, told: asyncio.Queue[Said]) -> None:
        """Adds cards and votes on what is there, one thing after the other, until told to stop; what is stored goes
        into `told`, too, which everybody shares."""
        count = 0
        while not until.is_set():
            count += 1
            text = f"guest {self.number} says {count}"
            try:
                self.said.append(Said(text, await self.board.submit(CardAdd(text))))
                self.reached_seq = self.said[-1].accepted.seq
                told.put_nowait(self.said[-1])
                await self.board.reached(self.reached_seq)
                if count % VOTES_EVERY == 0:
                    card = chance.choice(sorted(self.board.replica.cards))
                    self.reached_seq = (await self.board.submit(VoteCast(round, card, 1))).seq
            except Refused as refused:
                self.refused.append(refused.code)


async def a_board(url: str) -> BoardMade:
    """A board with an open vote."""
    made = await create_board(url, "What would help?")
    async with Board(socket_url(url, made.id), made.tokens.moderator) as moderator:
        await moderator.submit(RoundOpen("dots", 100))
    return made


async def a_guest(url: str, made: BoardMade, number: int) -> Guest:
    """Somebody who has joined, not yet connected; every other one speaks JSON, as browsers do."""
    joined = await join(url, made.code, name=f"Guest {number}", device=new_device())
    wire = Format.JSON if number % 2 else Format.MSGPACK
    return Guest(number, Board(socket_url(url, made.id), joined.token, wire=wire))
