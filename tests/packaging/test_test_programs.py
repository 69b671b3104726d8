"""What the tests need besides packages, and how often it is looked for."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
USED = ("bash", "dirname", "find", "touch")
INSTALLED = ("redis-server", "chromium", "openssl")


def test_a_valkey_that_cannot_be_had_is_asked_for_once_a_day(tmp_path: Path) -> None:
    """Given a machine on which no Valkey can be had, when tests are run again and again, then it is asked for once, and
    again after a day, and each run says so."""
    asked = _clone(tmp_path)
    for times, hours_passed in ((1, 0), (1, 1), (1, 22), (2, 2), (2, 1)):
        marker = tmp_path / ".venv" / ".no-valkey"
        if hours_passed:
            then = marker.stat().st_mtime - hours_passed * 60 * 60
            os.utime(marker, (then, then))
        done = subprocess.run(
            [tmp_path / "scripts" / "install-test-programs.sh"],
            env={"PATH": str(tmp_path / "bin")}, capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert asked.read_text().count("asked") == times, hours_passed
        assert done.stderr.startswith("There is no valkey-server to be had here")


def _clone(root: Path) -> Path:
    """The script, on a machine with all that it needs but a Valkey; where it is noted that one was asked for."""
    for name in ("bin", "scripts", ".venv"):
        (root / name).mkdir()
    for name in USED:
        program = shutil.which(name)
        assert program is not None
        (root / "bin" / name).symlink_to(program)
    for name in INSTALLED:
        (root / "bin" / name).symlink_to(root / "bin" / "touch")
    shutil.copy(ROOT / "scripts" / "install-test-programs.sh", root / "scripts")
    fetch = root / "scripts" / "fetch-valkey.sh"
    fetch.write_text("#!/usr/bin/env bash\necho asked >>../asked\nexit 1\n")
    fetch.chmod(0o755)
    return root / "asked"
