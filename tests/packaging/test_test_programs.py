"""What the tests need besides packages, and how often what they can do without is looked for."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
USED = ("bash", "dirname", "find", "touch")
THERE = ("redis-server", "chromium", "openssl", "apt-get", "chromium-headless-shell", "valkey-server")
ROOTS_ID = "#!/usr/bin/env bash\necho 0\n"
FAILS = "#!/usr/bin/env bash\necho asked >>../asked\nexit 1\n"


@pytest.mark.parametrize(
    ("program", "script"), [("chromium-headless-shell", "apt-install.sh"), ("valkey-server", "fetch-valkey.sh")]
)
def test_what_the_tests_can_do_without_is_asked_for_once_a_day(tmp_path: Path, program: str, script: str) -> None:
    """Given a machine on which one of them cannot be had, when tests are run again and again, then it is asked for
    once, and again after a day, and each run says so."""
    _clone(tmp_path)
    (tmp_path / "bin" / program).unlink()
    asked = tmp_path / "asked"
    _write(tmp_path / "scripts" / script, FAILS)
    for times, hours_passed in ((1, 0), (1, 1), (1, 22), (2, 2), (2, 1)):
        marker = tmp_path / ".venv" / f".no-{program}"
        if hours_passed:
            then = marker.stat().st_mtime - hours_passed * 60 * 60
            os.utime(marker, (then, then))
        done = subprocess.run(
            [tmp_path / "scripts" / "install-test-programs.sh"],
            env={"PATH": str(tmp_path / "bin")}, capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert asked.read_text().count("asked") == times, hours_passed
        assert done.stderr.startswith(f"There is no {program} to be had here")


def _clone(root: Path) -> None:
    """The script, on a machine with all that it asks for."""
    for name in ("bin", "scripts", ".venv"):
        (root / name).mkdir()
    for name in USED:
        program = shutil.which(name)
        assert program is not None
        (root / "bin" / name).symlink_to(program)
    for name in THERE:
        (root / "bin" / name).symlink_to(root / "bin" / "touch")
    _write(root / "bin" / "id", ROOTS_ID)
    shutil.copy(ROOT / "scripts" / "install-test-programs.sh", root / "scripts")


def _write(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)
