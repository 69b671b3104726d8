"""The machine's clock and its chance (DM1: everything else is handed what they say)."""

from __future__ import annotations

import re
import subprocess
import sys

import msgspec

from rebond.hub.clock import SystemClock
from rebond_protocol.ids import Id


def test_an_id_can_be_written_anywhere() -> None:
    """Given fresh ids, then each is new and an id of the protocol, and no command line takes one for an option."""
    clock = SystemClock()
    ids = {clock.fresh_id() for _ in range(5_000)}
    assert len(ids) == 5_000
    assert all(re.match(r"[A-Za-z0-9_]", id) and msgspec.convert(id, Id) for id in ids)


def test_a_forked_process_gives_no_id_that_its_parent_gives() -> None:
    """Given a process that has given an id, when it forks, then what the two give next is not the same."""
    forking = """
import os
from rebond.hub.clock import SystemClock
clock = SystemClock()
clock.fresh_id()
child = os.fork()
os.write(1, "".join(clock.fresh_id() + "\\n" for _ in range(200)).encode())
if child:
    os.waitpid(child, 0)
"""
    said = subprocess.run([sys.executable, "-c", forking], check=True, stdout=subprocess.PIPE, text=True).stdout
    given = said.split()
    assert len(given) == len(set(given)) == 400
