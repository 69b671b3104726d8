"""The network capture: what every page received on its socket and by HTTP, and every export that a token gets.

Governed by DM6: what somebody may not see yet is in no byte that was sent to them. It looks from outside, as whoever
opens the network tab would, and knows no state of the server.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, cast

import httpx

from tests.conftest import READY_WITHIN_S
from tests.end_to_end.people import PATIENCE_MS, Person

Format = Literal["json", "csv", "md"]
FORMATS: tuple[Format, ...] = ("json", "csv", "md")
COUNTS = {"tallies", "counts", "results", "recounts", "counted_by"}
"""Where a round or what happened in it says what people chose, and not only how many have."""


@dataclass(frozen=True)
class Capture:
    """Everybody's network tab at once."""

    people: Sequence[Person]

    async def only_told(self, words: str, who: set[str]) -> None:
        """These, by label, have received these words, each page in its own time, and nobody else has by then."""
        await self._only(who, lambda texts: holds(texts, words))

    async def only_told_counts_of(self, round: str, who: set[str]) -> None:
        """These have received more of a vote than how many took part, and nobody else."""
        await self._only(who, lambda texts: any(tells_counts(text, round) for text in texts))

    async def only_told_own_ballots_of(self, round: str, given: Mapping[str, Sequence[Any]]) -> None:
        """Each of these has been told in the end what they gave in a vote, in frames to that person alone; nobody else
        was told a ballot."""
        for label, ballots in given.items():
            await self._each({label}, lambda texts, ballots=ballots: sorted(_latest(texts, round)) == sorted(ballots))
        told = {person.label: _latest(await person.heard.everything(), round) for person in self.people}
        assert {label: sorted(own) for label, own in told.items() if own} == {
            label: sorted(ballots) for label, ballots in given.items()
        }

    async def _only(self, who: set[str], is_told: Callable[[Sequence[str]], bool]) -> None:
        await self._each(who, is_told)
        assert {person.label for person in self.people if is_told(await person.heard.everything())} == who

    async def _each(self, who: set[str], is_told: Callable[[Sequence[str]], bool]) -> None:
        """Until each of these is told; where somebody is not, whoever asks says so."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_MS / 1_000):
                for person in self.people:
                    if person.label in who:
                        await person.heard.until(is_told)

    async def rounds(self) -> dict[str, str]:
        """Every vote that was opened while somebody listened: the id of the latest of each method."""
        opened = [
            event
            for person in self.people
            for text in await person.heard.everything()
            for event in _objects(_decoded(text))
            if event.get("type") == "round.opened"
        ]
        return {event["method"]: event["round"] for event in sorted(opened, key=lambda event: event["at_ms"])}


async def exports(origin: str, board: str, token: str) -> dict[Format, str]:
    """What a token downloads, in every format."""
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {token}"}, timeout=READY_WITHIN_S) as client:
        answers: dict[Format, httpx.Response] = {}
        for one in FORMATS:
            answers[one] = await client.get(f"{origin}/api/boards/{board}/export.{one}")
    return {one: answer.raise_for_status().text for one, answer in answers.items()}


async def alike(origin: str, board: str, token: str, text: str) -> list[str]:
    """The cards that a token is hinted at for what somebody is writing."""
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {token}"}, timeout=READY_WITHIN_S) as client:
        answer = await client.post(f"{origin}/api/boards/{board}/similar", json={"text": text})
    return [found["card"] for found in answer.raise_for_status().json()["cards"]]


def holds(told: Sequence[str], words: str) -> bool:
    """Whether these words are in anything of it, as it came or, where JSON has its own way to write them, decoded."""
    return any(words in text or words in _readable(text) for text in told)


def tells_counts(text: str, round: str) -> bool:
    """Whether a JSON text says what was chosen in this vote."""
    return any(
        round in (one.get("id"), one.get("round")) and any(one.get(name) for name in COUNTS)
        for one in _objects(_decoded(text))
    )


def _latest(texts: Sequence[str], round: str) -> list[Any]:
    """The ballots in a vote that its own frames tell somebody last, in no order of ideas."""
    told: list[dict[str, Any]] = []
    for text in texts:
        for one in _objects(_decoded(text)):
            assert not str(one.get("type", "")).startswith("ballot."), f"a ballot was sent: {one}"
            if one.get("type") == "yours":
                told += [one[kind][round] for kind in ("ballots", "marks") if round in one.get(kind, {})]
    return [*told[-1].values()] if told else []


@cache
def _readable(text: str) -> str:
    return json.dumps(_decoded(text), ensure_ascii=False)


@cache
def _decoded(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _objects(value: object) -> Iterator[dict[str, Any]]:
    """Every object in a JSON value, at any depth."""
    if isinstance(value, dict):
        one = cast("dict[str, Any]", value)
        yield one
        for inner in one.values():
            yield from _objects(inner)
    elif isinstance(value, list):
        for inner in cast("list[object]", value):
            yield from _objects(inner)
