"""Whether this process delivers (HB8): a probe goes into the log and comes back, or it is not ready.

However many load balancers ask, one probe a `FRESH_MS` is under way; all who ask meanwhile share its answer. Nobody has
to ask: a process that is not asked probes nothing.
"""

import asyncio
import logging

from rebond.hub.hub import Hub
from rebond.log import ProbeFailed

logger = logging.getLogger(__name__)

FRESH_MS = 1_000
"""An answer serves everybody who asks within this time after it came."""
BROKEN = "the probe itself failed; the log of this process says how"


class Readiness:
    """The newest answer, and the probe that is under way."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._reason: str | None = None
        self._answered_ms: float | None = None
        self._probing: asyncio.Task[None] | None = None

    async def reason_against(self) -> str | None:
        """Why this process is not ready, or None if it is. Takes as long as the log gives a probe, at most."""
        if self._answered_ms is None or self._hub.clock.steady_ms() - self._answered_ms > FRESH_MS:
            if self._probing is None:
                self._probing = asyncio.get_running_loop().create_task(self._probe(), name="readiness probe")
            await asyncio.shield(self._probing)  # whoever asked may leave; the others still wait
        return self._reason

    async def _probe(self) -> None:
        before = self._reason
        unexpected: Exception | None = None
        try:
            await self._hub.log.probe()
            self._reason = None
        except ProbeFailed as failure:
            self._reason = failure.reason
        except Exception as failure:
            self._reason, unexpected = BROKEN, failure
        finally:
            self._probing = None
        self._answered_ms = self._hub.clock.steady_ms()
        if self._reason not in (None, before):
            logger.error("not ready: %s", self._reason, exc_info=unexpected)
        elif self._reason is None and before is not None:
            logger.warning("ready again")
