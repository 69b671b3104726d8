"""One process of the load: it plays its part of a scenario, and meets the others at named points.

A scenario is one program that every process runs. Where it says `meet`, it waits for all of them and gets what each
brought; at that moment the server is read from outside. Talks to who started it over its standard input and output, a
line of JSON at a time, and ends when that one is gone.
"""

import asyncio
import contextlib
import os
import random
import resource
import signal
import sys
import time
from array import array
from collections.abc import AsyncGenerator, Callable, Iterable
from typing import Any

import msgspec

from rebond_loadtest.latency import Latencies
from rebond_loadtest.tally import CURVE_POINTS, Tally

LINE_BYTES = 64 * 1024 * 1024
TOLD_EVERY_S = 0.25


class Start(msgspec.Struct, tag="start"):
    """To a process: play this."""

    scenario: str
    parameters: dict[str, Any]
    place: int
    of: int
    nodes: list[tuple[str, int]]
    seed: int


class Go(msgspec.Struct, tag="go"):
    """To a process: everybody is here, and brought this."""

    values: list[Any]


class Here(msgspec.Struct, tag="here"):
    """From a process: it has come to a meeting."""

    name: str
    value: Any
    cpu_s: float


class Progress(msgspec.Struct, tag="progress"):
    """From a process: how far it is."""

    sockets: int
    events: int
    numbers: int
    p99_ms: float


class Done(msgspec.Struct, tag="done"):
    """From a process: it has played its part."""

    tally: Tally


class Failed(msgspec.Struct, tag="failed"):
    """From a process: it could not."""

    sentence: str


ToPart = Start | Go
FromPart = Here | Progress | Done | Failed


class Heard(msgspec.Struct):
    """What the sockets of a part have got so far."""

    sockets: int = 0
    events: int = 0
    numbers: int = 0


class CannotGoOn(Exception):
    """Something a scenario needs did not come, or was refused; the text says what."""


class Part:
    """What a scenario gets: who it is among how many, where the nodes are, and where to count."""

    def __init__(self, start: Start, reader: asyncio.StreamReader, write: Callable[[FromPart], None]) -> None:
        self.place = start.place
        self.of = start.of
        self.nodes = start.nodes
        self.random = random.Random(start.seed * 1_000 + start.place)
        self.tally = Tally()
        self.heard: Callable[[], Heard] = Heard
        """What the sockets have got so far, for whoever watches."""
        self.drain: Callable[[], Iterable[array[int]]] = lambda: ()
        """The arrays of latencies that wait to be counted."""
        self._reader = reader
        self._write = write
        self._began_s = 0.0
        self._step_s = 0.0
        self._name, self._first = "delivery", 0

    async def meet(self, name: str, value: Any = None) -> list[Any]:
        """Wait for all processes; what each of them brought, in order of their places."""
        self._write(Here(name, value, time.process_time()))
        line = await self._reader.readline()
        if not line:
            raise EOFError
        return msgspec.json.decode(line, type=Go).values

    def share(self, total: int) -> range:
        """Which of so many are this process's, by their numbers among all."""
        return range(self.place, total, self.of)

    def node(self, place: int) -> tuple[str, int]:
        """Host and port of the node that this socket goes to."""
        return self.nodes[place % len(self.nodes)]

    @contextlib.asynccontextmanager
    async def curve(self, seconds: float, name: str = "delivery") -> AsyncGenerator[None]:
        """Count latencies of deliveries as they come, under this name and into a curve over about so many seconds."""
        self._name, self._first = name, len(self.tally.curve)
        self._step_s = self.tally.curve_step_s = max(1.0, seconds / CURVE_POINTS)
        for waiting in self.drain():
            del waiting[:]
        self._began_s = time.monotonic()
        counting = asyncio.create_task(self._count_on())
        try:
            yield
        finally:
            counting.cancel()
            self.count_latencies()

    def count_latencies(self) -> float:
        """Count the latencies that have come since the last time; their 99th percentile in milliseconds."""
        came = array("q")
        for waiting in self.drain():
            came.extend(waiting)
            del waiting[:]
        if not came:
            return 0.0
        place = self._first + int((time.monotonic() - self._began_s) / self._step_s)
        seen = Latencies()
        seen.extend(came)
        self.tally.at_curve(place).merge(seen)
        self.tally.seen(self._name).merge(seen)
        return seen.at(0.99)

    async def _count_on(self) -> None:
        while True:
            await asyncio.sleep(TOLD_EVERY_S)
            p99_ms = self.count_latencies()
            heard = self.heard()
            self._write(Progress(heard.sockets, heard.events, heard.numbers, p99_ms))


async def _play(start: Start, reader: asyncio.StreamReader, write: Callable[[FromPart], None]) -> None:
    from rebond_loadtest.scenarios import SCENARIOS  # they import this file

    scenario = SCENARIOS[start.scenario]
    part = Part(start, reader, write)
    parameters = msgspec.convert(start.parameters, scenario.parameters)
    try:
        await scenario.play(part, parameters)
    except EOFError:
        os._exit(1)
    except Exception as error:
        write(Failed(f"{type(error).__name__}: {error}"))
        if not isinstance(error, (OSError, TimeoutError, CannotGoOn)):
            raise  # a fault of ours: who started this one gets the sentence, and standard error the traceback
    else:
        write(Done(part.tally))


async def _main(out: int) -> None:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=LINE_BYTES)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)

    def write(message: FromPart) -> None:
        left = memoryview(msgspec.json.encode(message) + b"\n")
        while left:
            left = left[os.write(out, left) :]

    start = msgspec.json.decode(await reader.readline(), type=Start)
    await _play(start, reader, write)


def main() -> None:
    """The process."""
    import uvloop

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all of a terminal; who started this one ends it
    out = os.dup(1)
    os.dup2(2, 1)  # whatever prints does not disturb the conversation
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    uvloop.run(_main(out))


if __name__ == "__main__":
    main()
