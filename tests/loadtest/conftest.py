"""A Rebond to load, shared by the tests of a module: what is tested here is the load, not the server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rebond_loadtest.playing import Conditions
from rebond_loadtest.site import Wanted
from rebond_loadtest.target import OPEN_GATES, Target, serving


@pytest.fixture(scope="module")
def target() -> Iterator[Target]:
    """A running Rebond with its gates open."""
    with serving(environment=OPEN_GATES) as target:
        yield target


@pytest.fixture
def conditions(target: Target) -> Conditions:
    """Load it by two processes, on whatever cores there are, the same way each time."""
    return Conditions(Wanted(url=target.url, pid=target.pid), processes=2, pinned=False, seed=7)
