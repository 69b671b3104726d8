"""Having Redis write its append-only file anew, so that what was deleted stands in it no more (LG7).

Whoever asks while a rewrite is under way waits for the next one, and shares it with whoever else does: the one under
way may have copied what was deleted since.
Must not know: boards, records.
"""

import asyncio
from collections.abc import Callable, Sequence

from rebond.log.redis_line import Line, Lost, Refused

LOOK_AGAIN_S = 0.01
REWRITE_WITHIN_S = 120.0


class Rewrites:
    """Rewrites of the append-only files of all `servers`: in a cluster also that of one which had the slot before."""

    def __init__(self, servers: Callable[[], Sequence[Line]]) -> None:
        self._servers = servers
        self._one_at_a_time = asyncio.Lock()
        self._next: asyncio.Task[None] | None = None

    async def wait(self) -> None:
        """Return when the file, if there is one, was made of what there is now. Raises NotSent, Lost or Refused."""
        if self._next is None:
            self._next = asyncio.get_running_loop().create_task(self._rewrite())
        # One who no longer waits must not stop it for the others.
        await asyncio.shield(self._next)

    async def _rewrite(self) -> None:
        async with self._one_at_a_time:
            self._next = None
            try:
                async with asyncio.timeout(REWRITE_WITHIN_S):
                    await asyncio.gather(*(_rewrite_on(line) for line in self._servers()))
            except TimeoutError:
                raise Lost(f"its rewrite was not done within {REWRITE_WITHIN_S:g} s") from None


async def _rewrite_on(server: Line) -> None:
    # One that somebody else began holds what was deleted since.
    before = await _ended(server)
    if before.get("aof_enabled") != "1":
        return
    await _begin(server)
    after = await _ended(server)
    if after.get("aof_last_bgrewrite_status") != "ok":
        raise Refused("the last rewrite failed; Redis's own log says why")


async def _begin(server: Line) -> None:
    while True:
        try:
            await server.call(b"BGREWRITEAOF")
        except Refused as refusal:
            if "already in progress" not in str(refusal):
                raise
            # Another node was quicker.
            await _ended(server)
        else:
            return


async def _ended(server: Line) -> dict[str, str]:
    """Redis's words on its persistence, once no rewrite is under way or due."""
    while True:
        text: bytes = await server.call(b"INFO", b"persistence")
        said = dict(line.split(":", 1) for line in text.decode().splitlines() if ":" in line)
        if said.get("aof_rewrite_in_progress", "0") == said.get("aof_rewrite_scheduled", "0") == "0":
            return said
        await asyncio.sleep(LOOK_AGAIN_S)
