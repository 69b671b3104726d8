"""A line to Redis that a test can break where it hurts."""

from tests import proxy
from tests.conftest import LOOPBACK
from tests.proxy import cut

__all__ = ["Proxy", "cut"]


class Proxy(proxy.Proxy):
    """Stands between Redis's clients and a Redis on this machine."""

    @property
    def url(self) -> str:
        """Its address for a Redis client."""
        return f"redis://{LOOPBACK}:{self.port}/0"
