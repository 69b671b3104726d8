"""The servers on this machine on which a log on Redis is tested: Redis, and whatever else speaks as it does."""

import os
import shutil
import sys
from pathlib import Path

_PLACES = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
"""Beside the environment's own programs too: scripts/install-test-programs.sh puts one there."""

PROGRAMS = [
    found for name in ("redis-server", "valkey-server") if (found := shutil.which(name, path=_PLACES)) is not None
]
NAMES = [Path(program).name for program in PROGRAMS]
