"""The figures of the design's section 9, measured from outside, over the full path: validate, decide, append, project,
broadcast.

Each scenario is a function from a running server to rows of figures. Counts are bounded, everything is on loopback, and
a delivery that did not arrive fails the run.
"""

import asyncio
import os
import time
from array import array
from collections.abc import Awaitable, Callable, Sequence

import msgspec
import uvloop

from rebond_loadtest.crowd import Member, enter, stamped
from rebond_loadtest.target import Target, serving

SERVER_CORE, CROWD_CORE = 0, 1
OPEN_GATES = {
    "REBOND_COMMANDS_PER_S": "1000000",
    "REBOND_COMMANDS_BURST": "1000000",
    "REBOND_JOINS_BURST": "100000",
    "REBOND_CREATIONS_BURST": "1000",
}
"""Rates are for abuse; a measurement is all abuse."""
TEXT = "Un café offert à ceux qui attendent plus de dix minutes, et on leur dit pourquoi"


class Figure(msgspec.Struct, frozen=True):
    """One measured value beside its goal."""

    what: str
    value: str
    goal: str


class LostDelivery(Exception):
    """Somebody did not get what everybody was sent."""


class Board(msgspec.Struct, frozen=True):
    """A board for one scenario."""

    id: str
    code: str


# -- scenarios -----------------------------------------------------------------------------------------------------


async def fanout(target: Target, sockets: int, events_per_s: int, seconds: float) -> list[Figure]:
    """`sockets` phones, `events_per_s` new cards a second: deliveries a CPU second, CPU a delivery, latency."""
    board, tokens = open_board(target, sockets)
    crowd = await enter(target.host, target.port, board.id, tokens, samples=20)
    speakers = crowd[-min(50, sockets) :]
    await _settled(speakers, await _say(speakers, events_per_s, 1.0))  # warm up
    await _all_at(crowd, max(member.accepted_seq for member in speakers))
    for member in crowd:
        member.latencies_us = array("q")
    before = sum(member.events for member in crowd)
    accepted = sum(member.accepted for member in crowd)
    cpu_s, crowd_cpu_s, began = target.cpu_s(), time.process_time(), time.monotonic()
    said = await _say(speakers, events_per_s, seconds)
    await _settled(speakers, accepted + said)
    await _all_at(crowd, max(member.accepted_seq for member in speakers))
    spent_s, took_s = target.cpu_s() - cpu_s, time.monotonic() - began
    crowd_share = (time.process_time() - crowd_cpu_s) / took_s
    delivered = sum(member.events for member in crowd) - before
    closed, rejected = sum(member.closed for member in crowd), sum(member.rejected for member in crowd)
    if delivered != said * sockets or closed or rejected:
        raise LostDelivery(
            f"{delivered:,} of {said * sockets:,} events arrived; {closed} sockets closed, {rejected} rejected"
        )
    latencies_ms = sorted(us / 1000 for member in crowd for us in member.latencies_us)
    for member in crowd:
        member.close()
    name = f"{sockets} sockets, {events_per_s} events/s"
    return [
        Figure(f"{name}: deliveries a second", f"{delivered / took_s:,.0f}", ""),
        Figure(
            f"{name}: deliveries a second from one core (deliveries / server CPU s)", f"{delivered / spent_s:,.0f}", ""
        ),
        Figure(f"{name}: server CPU a delivery, µs", f"{spent_s / delivered * 1e6:.2f}", ""),
        Figure(f"{name}: latency p50 / p99 ms", f"{_at(latencies_ms, 0.5):.1f} / {_at(latencies_ms, 0.99):.1f}", ""),
        Figure(f"{name}: server / crowd share of a core", f"{spent_s / took_s:.2f} / {crowd_share:.2f}", ""),
    ]


async def commands(target: Target, speakers: int, in_flight: int, seconds: float) -> list[Figure]:
    """How many commands a second are accepted: each speaker keeps `in_flight` of them unanswered."""
    board, tokens = open_board(target, speakers)
    crowd = await enter(target.host, target.port, board.id, tokens)
    cards = [await _first_card(member) for member in crowd]
    over = time.monotonic() + seconds

    async def keep_speaking(member: Member, card: str) -> None:
        sent = before = member.accepted
        answered = member.answered = asyncio.Event()
        while time.monotonic() < over:
            while sent - member.accepted - member.rejected < in_flight:
                sent += 1
                edit = {"type": "card.edit", "card": card, "text": f"{TEXT} {sent}", "base_rev": sent - before}
                member.say({"type": "submit", "id": sent, "command": edit})
            answered.clear()
            async with asyncio.timeout(30):
                await answered.wait()

    cpu_s, began = target.cpu_s(), time.monotonic()
    await asyncio.gather(*(keep_speaking(member, card) for member, card in zip(crowd, cards, strict=True)))
    took_s = time.monotonic() - began
    accepted = sum(member.accepted for member in crowd) - speakers
    rejected = sum(member.rejected for member in crowd)
    spent_s = target.cpu_s() - cpu_s
    for member in crowd:
        member.close()
    name = f"{speakers} speakers, {in_flight} in flight each"
    return [
        Figure(f"{name}: accepted commands a second", f"{accepted / took_s:,.0f}", "≥ 10,000"),
        Figure(
            f"{name}: server CPU a command, µs ({rejected} rejected)", f"{spent_s / max(1, accepted) * 1e6:.0f}", ""
        ),
    ]


async def idle_memory(target: Target, sockets: int) -> list[Figure]:
    """Resident memory a connection that says nothing, tokens checked and snapshots sent."""
    board, tokens = open_board(target, sockets)
    few = await enter(target.host, target.port, board.id, tokens[:50])
    before = target.resident_bytes()
    many = await enter(target.host, target.port, board.id, tokens[50:])
    after = target.resident_bytes()
    for member in (*few, *many):
        member.close()
    return [
        Figure(f"{len(many)} idle connections: KiB resident each", f"{(after - before) / len(many) / 1024:.1f}", "≤ 20")
    ]


async def reconnect_storm(target: Target, sockets: int, cards: int) -> list[Figure]:
    """Everybody comes back at once, without a position, to a board of `cards` cards."""
    board, tokens = open_board(target, sockets)
    [author] = await enter(target.host, target.port, board.id, tokens[:1])
    for id in range(1, cards + 1):
        author.say(card(id))
    await _settled([author], cards)
    cpu_s, began = target.cpu_s(), time.monotonic()
    crowd = await enter(target.host, target.port, board.id, tokens, at_once=sockets)
    took_s, spent_s = time.monotonic() - began, target.cpu_s() - cpu_s
    behind = [member for member in crowd if member.seq < author.seq]
    if behind:
        raise LostDelivery(f"{len(behind)} of {sockets} came back without the newest card")
    for member in (author, *crowd):
        member.close()
    return [
        Figure(f"{sockets} reconnects at once to {cards} cards: all up to date after, s", f"{took_s:.2f}", "≤ 2"),
        Figure("… connections accepted a second, snapshot sent", f"{sockets / took_s:,.0f}", "≥ 1,500"),
        Figure("… server CPU a connection, µs", f"{spent_s / sockets * 1e6:.0f}", ""),
    ]


# -- what scenarios share ------------------------------------------------------------------------------------------


def open_board(target: Target, people: int) -> tuple[Board, list[str]]:
    made = target.post("/api/boards", {"title": "Banc d’essai", "locale": "fr"})
    board = Board(str(made["id"]), str(made["code"]))
    tokens = [str(target.post(f"/api/boards/{board.id}/join", {"segment": "customer"})["token"]) for _ in range(people)]
    return board, tokens


def card(id: int) -> dict[str, object]:
    return {"type": "submit", "id": id, "command": {"type": "card.add", "text": stamped(TEXT)}}


async def _say(speakers: Sequence[Member], events_per_s: int, seconds: float) -> int:
    """New cards at an even rate, whatever the answers; returns how many."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    total = round(events_per_s * seconds)
    for place in range(total):
        wait_s = began + place / events_per_s - loop.time()
        if wait_s > 0:
            await asyncio.sleep(wait_s)
        speaker = speakers[place % len(speakers)]
        _ids[speaker] = _ids.get(speaker, 0) + 1
        speaker.say(card(_ids[speaker]))
    return total


_ids: dict[Member, int] = {}


async def _first_card(member: Member) -> str:
    """A card of this speaker's own, to edit: edits fill no board, however many there are."""
    member.say(card(1))
    await _until(lambda: member.made is not None or member.rejected > 0, "the first cards")
    if member.made is None:
        raise LostDelivery("a first card was refused")
    return member.made


async def _settled(speakers: Sequence[Member], accepted: int) -> None:
    await _until(lambda: sum(member.accepted + member.rejected for member in speakers) >= accepted, "answers")


async def _all_at(crowd: Sequence[Member], seq: int) -> None:
    await _until(lambda: all(member.seq >= seq for member in crowd), "deliveries")


async def _until(reached: Callable[[], bool], what: str, within_s: float = 30.0) -> None:
    give_up = time.monotonic() + within_s
    while not reached():
        if time.monotonic() > give_up:
            raise LostDelivery(f"{what} were still missing after {within_s:.0f} s")
        await asyncio.sleep(0.01)


def _at(sorted_values: Sequence[float], share: float) -> float:
    return (
        sorted_values[min(len(sorted_values) - 1, int(len(sorted_values) * share))] if sorted_values else float("nan")
    )


# -- the whole run -------------------------------------------------------------------------------------------------

Scenario = Callable[[Target], Awaitable[list[Figure]]]


def scenarios(sockets: int) -> dict[str, tuple[str, Scenario]]:
    """Name → (durability, scenario), in the order they are run."""
    return {
        "latency": ("fsync", lambda target: fanout(target, sockets, 20, 10)),
        "steady": ("fsync", lambda target: fanout(target, sockets, 100, 8)),
        "busy": ("fsync", lambda target: fanout(target, sockets, 2_000, 6)),
        "full": ("fsync", lambda target: fanout(target, sockets, 4_000, 3)),
        "commands": ("fsync", lambda target: commands(target, 50, 32, 6)),
        "memory": ("fsync", lambda target: idle_memory(target, 2 * sockets)),
        "reconnect": ("fsync", lambda target: reconnect_storm(target, sockets, 500)),
    }


def run(names: Sequence[str], sockets: int, pinned: bool, progress: Callable[[str], None]) -> list[Figure]:
    """Run these scenarios, each against a server of its own. Raises `LostDelivery`."""
    if pinned:
        os.sched_setaffinity(0, {CROWD_CORE})
    figures: list[Figure] = []
    for name, (durability, scenario) in scenarios(sockets).items():
        if name in names:
            progress(name)
            core = SERVER_CORE if pinned else None
            with serving(core=core, durability=durability, environment=OPEN_GATES) as target:
                figures += uvloop.run(_measure(scenario, target))
    return figures


async def _measure(scenario: Scenario, target: Target) -> list[Figure]:
    return await scenario(target)


def markdown(figures: Sequence[Figure]) -> str:
    """The figures as a table."""
    rows = [f"| {figure.what} | {figure.value} | {figure.goal} |" for figure in figures]
    return "\n".join(["| what | measured | goal |", "| --- | --- | --- |", *rows])
