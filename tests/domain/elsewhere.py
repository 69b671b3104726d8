"""Logs told again by another process, whose hashes are others: what another node, or a restart, would say (DM2)."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import msgpack

PROGRAM = """
import importlib, sys
import msgpack
told = importlib.import_module(sys.argv[1]).everything_told
sys.stdout.buffer.write(b"".join(map(told, msgpack.unpackb(sys.stdin.buffer.read()))))
"""


def told_elsewhere(module: str, logs: Sequence[list[bytes]], seed: int) -> bytes:
    """What `everything_told` of this module says of each of these logs, in a process with these hashes."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, module],
        input=msgpack.packb(logs),
        capture_output=True,
        env={**os.environ, "PYTHONHASHSEED": str(seed)},
        cwd=Path(__file__).parents[2],
        check=True,
    )
    return done.stdout
