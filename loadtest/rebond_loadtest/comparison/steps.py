"""What is measured of one contestant.

A rate is *held* when every message reached every socket and 99 of 100 within the bound. Which rate comes next says
`search`. All is bounded: messages, backlog and time.
"""

import asyncio
import gc
import math
import time
from array import array
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager

import msgspec
import uvloop

from rebond_loadtest.comparison.circumstances import machine_cpu_s
from rebond_loadtest.comparison.contestants import Contestant
from rebond_loadtest.comparison.rooms import Ear, Room, Speaking
from rebond_loadtest.comparison.search import LATENCY, STEADY, next_rate
from rebond_loadtest.crowd import now_us
from rebond_loadtest.latency import Latencies
from rebond_loadtest.site import Cores, Site

P99_BOUND_MS = 250.0
FEW = 50
SPEAKERS = 50
ENTERED_WITHIN_S = 60.0
WARM_WITHIN_S = 3.0
SILENT_S = 2.0
"""Where nobody has got anything for so long, nothing is on its way: what is missing is lost, and not late."""
DRAINED_WITHIN_S = 1.0
STILL_COMING_S = 0.5
"""Who got something no longer ago than this, when the time is up, gets more."""
DISTURBED_SHARE = 0.25
LOOK_EVERY_US = 50_000
BACKLOG_S = 0.5
"""Whoever is so far behind cannot be within the bound: the step ends, before the backlog fills the machine."""


class Plan(msgspec.Struct, frozen=True):
    """How much is done."""

    sockets: int
    rounds: int
    warm_s: float
    """How long messages at the lowest rate go before anything counts; by then the news of who came in is told, too."""
    calm_s: float
    """Length of a step at the lowest rate, where latency is what counts, …"""
    steady_s: float
    """… at the next, where the cost of a delivery is, …"""
    step_s: float
    """… and at the others."""
    visit_s: float
    """No step but the first two begins later in a visit than this, which no search takes on a quiet machine, …"""
    run_s: float
    """… and no visit later in a run than this: a comparison ends in time on any machine."""
    woken: bool = False
    """Whether the crowd is woken for each of its sockets instead of reading them in rounds."""


class Step(msgspec.Struct, frozen=True):
    """One rate for a while."""

    rate: int
    said: int
    """Messages; fewer than the rate asks for where the backlog ended it."""
    deliveries: int
    """Events told whole; what is conflated is not among them."""
    conflated: int
    refused: int
    unsaid: int
    lost: int
    """Deliveries that never came; some are never sent at all by who drops what it has no room for."""
    late: int
    """Deliveries that were still coming when the step ended."""
    doubled: int
    took_s: float
    cpu_s: float
    redis_cpu_s: float
    crowd_share: float
    """Of a core, that the receivers took."""
    others_share: float
    """Of a core, that went to nobody who is measured: near zero on a quiet machine."""
    p50_ms: float | None
    """None where nothing arrived."""
    p99_ms: float | None
    late_ms: float = 0.0
    """By which the crowd said the latest of its messages after it was due; it counts as latency."""

    @property
    def complete(self) -> bool:
        """Whether all that was to be said was, and arrived everywhere."""
        return not (self.lost or self.late or self.doubled or self.unsaid or self.refused)

    @property
    def held(self) -> bool:
        return self.complete and self.p99_ms is not None and self.p99_ms < P99_BOUND_MS

    @property
    def wrong(self) -> bool:
        """Whether somebody never got what was sent, or got it twice."""
        return bool(self.lost or self.doubled)

    @property
    def excusable(self) -> bool:
        """Whether it was not held, and that may be because of others. A loss is nobody else's fault."""
        return not self.held and not self.wrong and self.others_share > DISTURBED_SHARE

    @property
    def deliveries_per_s(self) -> float:
        return self.deliveries / self.took_s

    @property
    def deliveries_per_cpu_s(self) -> float:
        return self.deliveries / max(self.cpu_s, 0.01)

    @property
    def cpu_us_per_delivery(self) -> float:
        """Of the nodes, without Redis."""
        return self.cpu_s / max(self.deliveries, 1) * 1e6

    @property
    def redis_us_per_delivery(self) -> float:
        return self.redis_cpu_s / max(self.deliveries, 1) * 1e6


class Visit(msgspec.Struct):
    """One round with one contestant."""

    contestant: str
    steps: dict[int, Step] = {}
    connections_per_s: float = 0.0
    idle_kib: float = 0.0
    begun_at: int = 0
    """The rate its search began at."""
    out_of_time: bool = False
    """Whether the search was given up before its end."""

    @property
    def unbounded(self) -> bool:
        """Whether every rate it was tried at was held: then the largest of them is no limit."""
        return bool(self.steps) and all(step.held for step in self.steps.values())


def sustained(visit: Visit) -> Step | None:
    """The step at the largest rate held before the first that was not."""
    failed = min((rate for rate, step in visit.steps.items() if not step.held), default=math.inf)
    return max(
        (step for rate, step in visit.steps.items() if step.held and rate < failed),
        key=lambda step: step.rate,
        default=None,
    )


def visit(
    contestant: Contestant,
    plan: Plan,
    start: int,
    cores: Cores,
    progress: Callable[[str], None],
    seen: Visit,
) -> None:
    """Measure one contestant once, over as many lives of its server as that takes, searching from `start`.

    What is measured goes into `seen` as it comes; a rate that was not held while others took much of the machine is
    tried once more, if there is time and nothing was lost. Raises `ServerFailed`, `TimeoutError` for who did not let
    everybody in in time, and whatever a line that was cut raises.
    """
    seen.begun_at = start
    give_up = time.monotonic() + plan.visit_s
    tried_again: set[int] = set()

    def following() -> int | None:
        rate = next_rate({rate: step.held for rate, step in seen.steps.items()}, start)
        seen.out_of_time = rate is not None and len(seen.steps) > 1 and time.monotonic() > give_up
        return None if seen.out_of_time else rate

    async def life(site: Site, room: Room) -> None:
        ears = await _come_in(site, room, plan, seen)
        owed = said = await _warm_up(room, ears, plan.warm_s)
        while (rate := following()) is not None:
            seconds = _length_s(rate, plan, contestant)
            said += round(rate * seconds)
            if contestant.messages_a_life is not None and said > contestant.messages_a_life:
                break
            step = await _step(site, room, ears, owed, rate, seconds)
            owed += step.said - step.refused
            if step.excusable and rate not in tried_again and time.monotonic() < give_up:
                tried_again.add(rate)
            else:
                seen.steps[rate] = step
            progress(_told(contestant.name, step))
            if not step.complete or any(ear.closed for ear in ears):
                break
        for ear in ears:
            ear.close()

    while following() is not None:
        with contestant.serving(cores) as site:
            uvloop.run(life(site, contestant.room(site)))


def _length_s(rate: int, plan: Plan, contestant: Contestant) -> float:
    wanted_s = plan.calm_s if rate <= LATENCY else plan.steady_s if rate <= STEADY else plan.step_s
    most = contestant.messages_a_life
    return wanted_s if most is None else min(wanted_s, 0.9 * most / rate)


def _told(name: str, step: Step) -> str:
    missing = [
        f", {count:,} {what}"
        for count, what in (
            (step.unsaid, "unsaid: it is too far behind"),
            (step.refused, "refused"),
            (step.lost, "lost"),
            (step.late, "late by a second and more"),
            (step.doubled, "doubled"),
        )
        if count
    ]
    return (
        f"{name}: {step.rate:,}/s, {step.deliveries_per_s:,.0f} deliveries/s, {step.cpu_us_per_delivery:.2f} µs each, "
        f"p50 / p99 {step.p50_ms or math.nan:.1f} / {step.p99_ms or math.nan:.1f} ms{''.join(missing)}; "
        f"said at most {step.late_ms:.0f} ms late; crowd at {step.crowd_share:.0%} of a core, "
        f"others at {step.others_share:.0%}"
    )


async def _come_in(site: Site, room: Room, plan: Plan, seen: Visit) -> list[Ear]:
    async with asyncio.timeout(ENTERED_WITHIN_S):
        await room.expect(plan.sockets)
        few = await room.enter(range(FEW), woken=plan.woken)
        before, began = site.resident_bytes(), time.monotonic()
        many = await room.enter(range(FEW, plan.sockets), woken=plan.woken)
        took_s = time.monotonic() - began
    if not seen.connections_per_s:
        seen.connections_per_s = len(many) / took_s
        seen.idle_kib = (site.resident_bytes() - before) / len(many) / 1024
    return [*few, *many]


async def _warm_up(room: Room, ears: Sequence[Ear], seconds: float) -> int:
    """Messages to everybody before anything counts; returns how many."""
    said, _ = await speak(room, ears, LATENCY, seconds)
    await arrived(ears, said * len(ears), WARM_WITHIN_S)
    return said


@contextmanager
def _no_collector() -> Generator[None]:
    """A collection walks over a thousand sockets for 20 ms: the crowd's own pause, which is nobody's latency."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


async def _step(site: Site, room: Room, ears: Sequence[Ear], owed: int, rate: int, seconds: float) -> Step:
    """One rate for a while; `owed` is how many messages everybody should have had before."""
    with _no_collector():
        return await _measured(site, room, ears, owed, rate, seconds)


async def _measured(site: Site, room: Room, ears: Sequence[Ear], owed: int, rate: int, seconds: float) -> Step:
    for ear in ears:
        ear.latencies_us = array("q")
    heard, refused, conflated = _heard(ears), room.refused(), room.conflated()
    nodes_s, redis_s, crowd_s, machine_s = site.cpu_s(), site.redis_cpu_s(), time.process_time(), machine_cpu_s()
    began = time.monotonic()
    said, late_ms = await speak(room, ears, rate, seconds)
    expected = (owed + said) * len(ears)
    still_coming = await arrived(ears, expected, DRAINED_WITHIN_S)
    took_s = time.monotonic() - began
    cpu_s, redis_cpu_s = site.cpu_s() - nodes_s, site.redis_cpu_s() - redis_s
    crowd_cpu_s, machine_busy_s = time.process_time() - crowd_s, machine_cpu_s() - machine_s
    deliveries, refusals = _heard(ears) - heard, room.refused() - refused
    missing, doubled = amiss(ears, owed + said - refusals)
    latencies = Latencies()
    for ear in ears:
        latencies.extend(ear.latencies_us)
    return Step(
        rate=rate,
        said=said,
        deliveries=deliveries,
        conflated=room.conflated() - conflated,
        refused=refusals,
        unsaid=round(rate * seconds) - said,
        lost=0 if still_coming else missing,
        late=missing if still_coming else 0,
        doubled=doubled,
        took_s=took_s,
        cpu_s=cpu_s,
        redis_cpu_s=redis_cpu_s,
        crowd_share=crowd_cpu_s / took_s,
        others_share=max(0.0, machine_busy_s - cpu_s - redis_cpu_s - crowd_cpu_s) / took_s,
        p50_ms=latencies.at(0.5) if latencies.total else None,
        p99_ms=latencies.at(0.99) if latencies.total else None,
        late_ms=late_ms,
    )


async def speak(room: Speaking, ears: Sequence[Ear], rate: int, seconds: float) -> tuple[int, float]:
    """Messages at an even rate from the last sockets in turn, each stamped with the time it was due.

    Returns how many, fewer where nobody keeps up, and by how many milliseconds the latest was said late.
    """
    total, before, began_us = round(rate * seconds), _heard(ears), now_us()
    bound = max(5, rate * BACKLOG_S) * len(ears)
    look_at_us, late_us = began_us, 0
    for place in range(total):
        due_us = began_us + place * 1_000_000 // rate
        wait_us = due_us - now_us()
        if wait_us > 0:
            await asyncio.sleep(wait_us / 1e6)
        if now_us() > look_at_us:
            look_at_us = now_us() + LOOK_EVERY_US
            await asyncio.sleep(0)
            if place * len(ears) - (_heard(ears) - before) > bound:
                return place, late_us / 1000
        now = now_us()
        late_us = max(late_us, now - due_us)
        room.speak(len(ears) - 1 - place % min(SPEAKERS, len(ears)), min(due_us, now))  # a timer may be early
    return total, late_us / 1000


def _heard(ears: Sequence[Ear]) -> int:
    return sum(ear.events for ear in ears)


def amiss(ears: Sequence[Ear], due: int) -> tuple[int, int]:
    """Deliveries too few and too many where each socket was due so many: one's surplus is not another's."""
    over = [ear.events - due for ear in ears]
    return sum(-one for one in over if one < 0), sum(one for one in over if one > 0)


async def arrived(ears: Sequence[Ear], count: int, within_s: float) -> bool:
    """Wait until so many deliveries are in, or nothing comes any more, or the time is up while more comes.

    Returns whether some were still coming: what is missing then is late, and otherwise lost.
    """
    give_up = time.monotonic() + within_s
    heard, heard_at = _heard(ears), time.monotonic()
    while heard < count:
        await asyncio.sleep(0.005)
        now, before = time.monotonic(), heard
        heard = _heard(ears)
        if heard > before:
            heard_at = now
        if now > heard_at + SILENT_S:
            return False
        if now > give_up and now < heard_at + STILL_COMING_S:
            return True
    return False
