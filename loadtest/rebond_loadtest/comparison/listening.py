"""Reading many sockets at little cost: in rounds, every few milliseconds, instead of each when something comes.

A crowd on one core that is woken for each of a thousand sockets takes longer to read a broadcast than a server takes to
write it: then the crowd's queue is what latency shows, and waking the crowd is part of what a write costs the server.
So the loop watches only the sockets that measure latency, and speak; all others are read here. Nobody who receives is
spared anything by that: the kernel has taken the bytes in before the server's write returns.
"""

import asyncio
import os
from collections.abc import Callable
from typing import Protocol

EVERY_S = 0.01
AT_A_TIME = 40
"""After so many reads the loop looks at the sockets it watches: about a tenth of a millisecond."""
READ_BYTES = 64 * 1024
READS_AT_MOST = 16
"""Of one socket in one round."""


class Heard(Protocol):
    """A socket's protocol, as the loop would call it."""

    closed: bool
    transport: asyncio.Transport

    def data_received(self, data: bytes) -> None:
        """Bytes came."""
        ...

    def close(self) -> None:
        """Cut the line."""
        ...


class Rounds:
    """The sockets that are read in rounds."""

    def __init__(self) -> None:
        self._sockets: dict[Heard, int] = {}
        self._going: asyncio.Task[None] | None = None

    def take(self, heard: Heard) -> None:
        """From now on the loop does not watch this socket."""
        heard.transport.pause_reading()
        self._sockets[heard] = heard.transport.get_extra_info("socket").fileno()

    def go(self) -> None:
        """Begin, if nobody has yet; ends with the loop."""
        if self._going is None:
            self._going = asyncio.get_running_loop().create_task(self._go())

    async def _go(self) -> None:
        while True:
            for place, (heard, descriptor) in enumerate(list(self._sockets.items())):
                if heard.closed or not _read(descriptor, heard.data_received):
                    del self._sockets[heard]
                    heard.close()
                if place % AT_A_TIME == AT_A_TIME - 1:
                    await asyncio.sleep(0)
            await asyncio.sleep(EVERY_S)


def _read(descriptor: int, received: Callable[[bytes], None]) -> bool:
    """Hand over what has come; False where the other side has closed."""
    for _ in range(READS_AT_MOST):
        try:
            data = os.read(descriptor, READ_BYTES)
        except BlockingIOError:
            return True
        except OSError:
            return False
        if not data:
            return False
        received(data)
        if len(data) < READ_BYTES:
            return True
    return True
