"""On what a comparison was measured, and what else the machine did meanwhile."""

import json
import os
import platform
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from rebond_loadtest.comparison.provisions import PEERS

_TICK_S = 1 / os.sysconf("SC_CLK_TCK")
_BUSY_FIELDS = (1, 2, 3, 6, 7, 8)
"""Of /proc/stat's first line (proc(5)): user, nice, system, irq, softirq, and what the host took (steal)."""


def machine_cpu_s() -> float:
    """CPU seconds this machine has been busy for anybody, its host included."""
    with Path("/proc/stat").open() as stat:
        fields = stat.readline().split()
    return sum(int(fields[place]) for place in _BUSY_FIELDS) * _TICK_S


def versions() -> str:
    """The peers' libraries in the versions asked for, and the programs that the machine brings."""
    python = [line.replace("==", " ") for line in (PEERS / "requirements.txt").read_text().split("\n") if "==" in line]
    packages = json.loads((PEERS / "package.json").read_text())["dependencies"]
    node = [f"{name} {version}" for name, version in packages.items()]
    brought = [
        f"{name} {found}"
        for name, command in (
            ("Node", ("node", "--version")),
            ("Redis", ("redis-server", "--version")),
            ("libnginx-mod-nchan", ("dpkg-query", "--show", "libnginx-mod-nchan")),
        )
        if (found := _version(command))
    ]
    return ", ".join([f"Python {platform.python_version()}", *python, *node, *brought])


def _version(command: Sequence[str]) -> str | None:
    """The first thing that looks like a version in what this program says of itself."""
    if not shutil.which(command[0]):
        return None
    said = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False).stdout
    found = re.search(r"\d+(\.\d+)+[^\s]*", said)
    return found[0] if found else None
