"""Where and on what a comparison was measured: a figure without these is a rumour."""

import json
import os
import platform
import re
from pathlib import Path

from rebond_loadtest.comparison.provisions import PEERS


def machine() -> str:
    """This machine in a sentence, and how busy it is before anything begins (load average over one minute)."""
    model = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    name = model[1].strip() if model else platform.machine()
    return (
        f"{os.cpu_count()} cores ({name}), Linux {platform.release()}, Python {platform.python_version()}; "
        f"load average {os.getloadavg()[0]:.1f} before the run."
    )


def versions() -> str:
    """The peers' libraries, in the versions asked for; nginx and Nchan are the distribution's."""
    python = [line.replace("==", " ") for line in (PEERS / "requirements.txt").read_text().split("\n") if "==" in line]
    packages = json.loads((PEERS / "package.json").read_text())["dependencies"]
    node = [f"{name} {version} (Node)" for name, version in packages.items()]
    return ", ".join([*python, *node])
