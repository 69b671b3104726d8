"""All processes of the load together: starts them, lets them meet, reads the server meanwhile, and adds up.

Knows nothing of what a scenario does. Bounded in time: what takes too long is ended and said.
"""

import asyncio
import datetime
import os
import random
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from rebond_loadtest.machine import machine
from rebond_loadtest.part import LINE_BYTES, Done, Failed, FromPart, Go, Here, Progress, Start
from rebond_loadtest.site import Cores, Site
from rebond_loadtest.tally import Met, Reading, Run
from rebond_loadtest.target import bound

PROCESSES_MAX = 64
SERIES_MAX = 600
READ_EVERY_S = 0.5
BUSY_SHARE = 0.9
"""A process of the load that takes more of a core than this may be what was measured."""


class RunFailed(Exception):
    """The run could not be played to its end; the text says why in a sentence."""


class Live(msgspec.Struct, frozen=True):
    """How a run stands, for whoever watches."""

    phase: str
    since_s: float
    sockets: int
    events: int
    numbers: int
    p99_ms: float
    server_share: float
    redis_share: float
    server_bytes: int


class Order(msgspec.Struct, frozen=True):
    """What to play, by how many processes, and how long that may take at most."""

    scenario: str
    about: str
    parameters: msgspec.Struct
    processes: int
    where: Cores
    limit_s: float
    seed: int


async def played(order: Order, site: Site, watch: Callable[[Live], None] = lambda live: None) -> Run:
    """Play it on this site. Raises `RunFailed`."""
    run = Run(
        scenario=order.scenario,
        about=order.about,
        parameters=msgspec.to_builtins(order.parameters),
        site=site.about,
        watched=site.watched,
        machine=machine(),
        began=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        processes=order.processes,
        pinned=bool(order.where.crowd),
    )
    began_s = time.monotonic()
    company = _Company(order, site, run, watch)
    try:
        async with asyncio.timeout(order.limit_s):
            await company.play()
    except TimeoutError:
        raise RunFailed(f"{order.scenario} was not over after {order.limit_s:.0f} s, while {company.phase}") from None
    run.took_s = time.monotonic() - began_s
    return run


def fresh_seed() -> int:
    """A seed for a run that names none."""
    return random.SystemRandom().randrange(1_000_000)


class _Company:
    def __init__(self, order: Order, site: Site, run: Run, watch: Callable[[Live], None]) -> None:
        self.phase = "starting"
        self._order = order
        self._site = site
        self._run = run
        self._watch = watch
        self._at: dict[int, Here] = {}
        self._processes: list[asyncio.subprocess.Process] = []
        self._progress: dict[int, Progress] = {}
        self._phase_began_s = time.monotonic()
        self._last = self._read()
        self._every = 1
        self._reads = 0

    async def play(self) -> None:
        """From the first process to the last word."""
        reading = asyncio.create_task(self._read_on())
        try:
            for place in range(self._order.processes):
                self._processes.append(await self._started(place))
            tasks = [asyncio.create_task(self._listen(place)) for place in range(self._order.processes)]
            try:
                await asyncio.gather(*tasks)
            finally:
                for task in tasks:
                    task.cancel()
        finally:
            reading.cancel()
            await self._end()

    async def _started(self, place: int) -> asyncio.subprocess.Process:
        order = self._order
        on = (order.where.crowd[place % len(order.where.crowd)],) if order.where.crowd else ()
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "rebond_loadtest.part",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=LINE_BYTES,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            preexec_fn=bound(on),
        )
        nodes = [(node.host, node.port) for node in self._site.nodes]
        parameters: dict[str, Any] = msgspec.to_builtins(order.parameters)
        self._tell(process, Start(order.scenario, parameters, place, order.processes, nodes, order.seed))
        return process

    def _tell(self, process: asyncio.subprocess.Process, message: Start | Go) -> None:
        assert process.stdin is not None
        process.stdin.write(msgspec.json.encode(message) + b"\n")

    async def _listen(self, place: int) -> None:
        """Everything this process says, until it is done."""
        out = self._processes[place].stdout
        assert out is not None
        while line := await out.readline():
            message: FromPart = msgspec.json.decode(line, type=FromPart)
            match message:
                case Here() as here:
                    self._at[place] = here
                    if len(self._at) == self._order.processes:
                        self._meet()
                case Progress() as progress:
                    self._progress[place] = progress
                case Failed(sentence):
                    raise RunFailed(f"{self._order.scenario} failed while {self.phase}: {sentence}")
                case Done(tally):
                    self._run.tally.add(tally)
                    return
        raise RunFailed(f"a process of the load ended while {self.phase}")

    def _meet(self) -> None:
        at = [self._at.pop(place) for place in range(self._order.processes)]
        name = at[0].name
        if any(here.name != name for here in at):
            raise RunFailed(f"the processes of the load are at different points: {sorted({one.name for one in at})}")
        self._run.met.append(Met(name, self._read(), tuple(here.cpu_s for here in at)))
        self.phase, self._phase_began_s = f"after «{name}»", time.monotonic()
        for process in self._processes:
            self._tell(process, Go([here.value for here in at]))

    # -- the server from outside -----------------------------------------------------------------------------------

    def _read(self) -> Reading:
        site = self._site
        return Reading(time.monotonic(), site.cpu_s(), site.resident_bytes(), site.redis_cpu_s(), site.redis_bytes())

    async def _read_on(self) -> None:
        while True:
            await asyncio.sleep(READ_EVERY_S)
            before, self._last = self._last, self._read()
            self._keep(self._last)
            self._watch(self._live(before, self._last))

    def _keep(self, reading: Reading) -> None:
        """Add to the curve; when it gets long, every other point goes, and so on."""
        self._reads += 1
        if self._reads % self._every == 0:
            self._run.series.append(reading)
        if len(self._run.series) > SERIES_MAX:
            self._run.series = self._run.series[::2]
            self._every *= 2

    def _live(self, before: Reading, now: Reading) -> Live:
        progress = self._progress.values()
        seconds = now.at_s - before.at_s
        return Live(
            self.phase,
            now.at_s - self._phase_began_s,
            sum(one.sockets for one in progress),
            sum(one.events for one in progress),
            sum(one.numbers for one in progress),
            max((one.p99_ms for one in progress), default=0.0),
            (now.server_cpu_s - before.server_cpu_s) / seconds,
            (now.redis_cpu_s - before.redis_cpu_s) / seconds,
            now.server_bytes,
        )

    async def _end(self) -> None:
        for process in self._processes:
            if process.returncode is None:
                process.terminate()
        for process in self._processes:
            try:
                async with asyncio.timeout(5):
                    await process.wait()
            except TimeoutError:
                process.kill()
                await process.wait()


def busy_warnings(name: str, shares: Sequence[float]) -> list[str]:
    """A sentence where the load side may be what was measured."""
    if not shares or max(shares) < BUSY_SHARE:
        return []
    return [
        f"{name}: a process of the load took {max(shares):.0%} of a core; the server may do better than this shows. "
        "Give it more --processes, on more cores."
    ]
