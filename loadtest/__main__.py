"""`python -m loadtest` in a checkout: the load generator as it stands here, installed or not."""

import sys
from importlib import import_module
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(_ROOT / folder) for folder in ("loadtest", "protocol")]

if __name__ == "__main__":
    import_module("rebond_loadtest.cli").main(prog_name="python -m loadtest")
