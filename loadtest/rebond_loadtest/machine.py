"""Where something was measured: a figure without that is a rumour."""

import os
import platform
import re
from pathlib import Path


def machine() -> str:
    """This machine in a sentence, and how busy it is before anything begins (load average over one minute)."""
    cpuinfo = Path("/proc/cpuinfo")
    model = re.search(r"^model name\s*:\s*(.+)$", cpuinfo.read_text(), re.MULTILINE) if cpuinfo.exists() else None
    name = model[1].strip() if model else platform.machine()
    return (
        f"{os.cpu_count()} cores ({name}), Linux {platform.release()}, Python {platform.python_version()}; "
        f"load average {os.getloadavg()[0]:.1f} before the run."
    )
