"""`python -m loadtest` in a checkout: the load generator as it stands here, installed or not."""

import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(_ROOT / folder) for folder in ("loadtest", "protocol")]

from rebond_loadtest.cli import main  # noqa: E402  # found by the line above

if __name__ == "__main__":
    main(prog_name="python -m loadtest")
