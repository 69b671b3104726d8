"""What is measured of one contestant, and which rate comes next.

A rate is *held* when every message reached every socket and 99 of 100 within the bound. Rates climb a ladder until one
is not held; the largest held is then narrowed down between the last two. All is bounded: messages, backlog and time.
"""

import asyncio
import math
import time
from array import array
from collections.abc import Callable, Mapping, Sequence

import msgspec
import uvloop

from rebond_loadtest.comparison.contestants import Contestant
from rebond_loadtest.comparison.rooms import Ear, Room
from rebond_loadtest.target import Target

LATENCY, STEADY, BUSY = 20, 100, 2_000
LADDER = (LATENCY, STEADY, 200, 400, 800, BUSY, 4_000, 8_000)
"""Messages a second into the room."""
P99_BOUND_MS = 250.0
MESSAGES_A_LIFE = 15_000
"""A server starts anew before it has carried more: a Rebond board holds 20,000 cards."""
NEAR_ENOUGH = 1.1
FEW = 50
SPEAKERS = 50
DRAINED_WITHIN_S = 2.0
BACKLOG_S = 0.5
"""Whoever is so far behind cannot be within the bound: the step ends, before the backlog fills the machine."""


class Plan(msgspec.Struct, frozen=True):
    """How much is done."""

    sockets: int
    rounds: int
    calm_s: float
    """Length of a step at the two lowest rates …"""
    step_s: float
    """… and at the others."""
    bisections: int
    visit_s: float
    """No step but the first two begins later in a visit than this: a comparison ends in time on any machine."""


class Step(msgspec.Struct, frozen=True):
    """One rate for a while."""

    rate: int
    deliveries: int
    lost: int
    took_s: float
    cpu_s: float
    crowd_share: float
    p50_ms: float
    p99_ms: float

    @property
    def held(self) -> bool:
        return self.lost == 0 and self.p99_ms < P99_BOUND_MS

    @property
    def deliveries_per_s(self) -> float:
        return self.deliveries / self.took_s

    @property
    def deliveries_per_cpu_s(self) -> float:
        return self.deliveries / max(self.cpu_s, 0.01)

    @property
    def cpu_us_per_delivery(self) -> float:
        return self.cpu_s / max(self.deliveries, 1) * 1e6


class Visit(msgspec.Struct):
    """One round with one contestant."""

    contestant: str
    steps: dict[int, Step] = {}
    handshakes_per_s: float = math.nan
    idle_kib: float = math.nan


def next_rate(held: Mapping[int, bool], bisections: int) -> int | None:
    """The rate to try after these; none when the largest one held is known well enough."""
    for rate in LADDER:
        if rate not in held:
            return rate
        if not held[rate]:
            break
    else:
        return None
    high = min(rate for rate, was in held.items() if not was)
    low = max((rate for rate, was in held.items() if was and rate < high), default=1)
    tried = sum(rate not in LADDER for rate in held)
    if tried >= bisections or high <= low * NEAR_ENOUGH or high - low < 2:
        return None
    return round(math.sqrt(low * high))


def visit(contestant: Contestant, plan: Plan, core: int | None, progress: Callable[[str], None]) -> Visit:
    """Measure one contestant once, over as many lives of its server as that takes. Raises `ServerFailed`."""
    seen = Visit(contestant.name)
    give_up = time.monotonic() + plan.visit_s

    def following() -> int | None:
        if len(seen.steps) > 1 and time.monotonic() > give_up:
            return None
        return next_rate({rate: step.held for rate, step in seen.steps.items()}, plan.bisections)

    async def life(target: Target, room: Room) -> None:
        ears = await _come_in(target, room, plan.sockets, seen)
        said = await _warm_up(room, ears)
        rate = following()
        while rate is not None:
            seconds = _length_s(rate, plan)
            said += round(rate * seconds)
            if said > MESSAGES_A_LIFE:
                break
            step = await _step(target, room, ears, rate, seconds)
            seen.steps[rate] = step
            progress(_told(contestant.name, step))
            if step.lost or any(ear.closed for ear in ears):
                break
            rate = following()
        for ear in ears:
            ear.close()

    while following() is not None:
        with contestant.serving(core) as target:
            room = contestant.room(target)
            room.expect(plan.sockets)
            uvloop.run(life(target, room))
    return seen


def _length_s(rate: int, plan: Plan) -> float:
    wanted_s = plan.calm_s if rate <= STEADY else plan.step_s
    return min(wanted_s, 0.9 * MESSAGES_A_LIFE / rate)


def _told(name: str, step: Step) -> str:
    verdict = f"p99 {step.p99_ms:.0f} ms" if not step.lost else f"{step.lost:,} missing in time"
    return (
        f"{name}: {step.rate:,}/s, {step.deliveries_per_s:,.0f} deliveries/s, {step.cpu_us_per_delivery:.2f} µs each, "
        f"{verdict}; crowd at {step.crowd_share:.0%} of a core"
    )


async def _come_in(target: Target, room: Room, sockets: int, seen: Visit) -> list[Ear]:
    few = await room.enter(range(FEW))
    before, began = target.resident_bytes(), time.monotonic()
    many = await room.enter(range(FEW, sockets))
    took_s = time.monotonic() - began
    if math.isnan(seen.handshakes_per_s):
        seen.handshakes_per_s = len(many) / took_s
        seen.idle_kib = (target.resident_bytes() - before) / len(many) / 1024
    return [*few, *many]


async def _warm_up(room: Room, ears: Sequence[Ear]) -> int:
    """A few messages to everybody before anything counts; returns how many."""
    count = 20
    for place in range(count):
        room.speak(len(ears) - 1 - place)
        await asyncio.sleep(0.025)
    await arrived(ears, count * len(ears), within_s=10.0)
    return count


async def _step(target: Target, room: Room, ears: Sequence[Ear], rate: int, seconds: float) -> Step:
    for ear in ears:
        ear.latencies_us = array("q")
    before = _heard(ears)
    cpu_s, crowd_cpu_s, began = target.cpu_s(), time.process_time(), time.monotonic()
    said = await _speak(room, ears, rate, seconds)
    expected = said * len(ears)
    await arrived(ears, before + expected, within_s=DRAINED_WITHIN_S)
    took_s = time.monotonic() - began
    spent_s, crowd_share = target.cpu_s() - cpu_s, (time.process_time() - crowd_cpu_s) / took_s
    deliveries = _heard(ears) - before
    latencies_ms = sorted(us / 1000 for ear in ears for us in ear.latencies_us)
    return Step(
        rate=rate,
        deliveries=deliveries,
        lost=abs(expected - deliveries) + (round(rate * seconds) - said) * len(ears),
        took_s=took_s,
        cpu_s=spent_s,
        crowd_share=crowd_share,
        p50_ms=_at(latencies_ms, 0.5),
        p99_ms=_at(latencies_ms, 0.99),
    )


async def _speak(room: Room, ears: Sequence[Ear], rate: int, seconds: float) -> int:
    """Messages at an even rate from the last sockets in turn; returns how many, fewer where nobody keeps up."""
    loop = asyncio.get_running_loop()
    total, before, began = round(rate * seconds), _heard(ears), loop.time()
    bound = max(5, rate * BACKLOG_S) * len(ears)
    look_at = began
    for place in range(total):
        wait_s = began + place / rate - loop.time()
        if wait_s > 0:
            await asyncio.sleep(wait_s)
        if loop.time() > look_at:
            look_at = loop.time() + 0.05
            await asyncio.sleep(0)
            if place * len(ears) - (_heard(ears) - before) > bound:
                return place
        room.speak(len(ears) - 1 - place % min(SPEAKERS, len(ears)))
    return total


def _heard(ears: Sequence[Ear]) -> int:
    return sum(ear.events for ear in ears)


async def arrived(ears: Sequence[Ear], count: int, within_s: float) -> None:
    """Wait until so many deliveries are in, or the time is up: who counts them afterwards sees which."""
    give_up = time.monotonic() + within_s
    while time.monotonic() < give_up:
        if _heard(ears) >= count:
            return
        await asyncio.sleep(0.005)


def _at(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else math.inf
