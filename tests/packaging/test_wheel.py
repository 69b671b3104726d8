"""The distribution, as somebody without this repository gets it.

Governed by DESIGN section 3 (one distribution, nothing called `server` or `tests` in it) and section 8 (the page asks
nobody else for anything). The wheel is built from this work tree, installed in an empty environment and run from there.
"""

from __future__ import annotations

import re
import subprocess
import sys
import urllib.request
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.conftest import READY_WITHIN_S, StartRebond

ROOT = Path(__file__).parents[2]
PACKAGES = ("server/rebond", "protocol/rebond_protocol", "protocol/rebond_client", "loadtest/rebond_loadtest")
BUILT_CLIENT = ROOT / "server/rebond/web/static"
LOCAL_REFERENCE = re.compile(r"""(?:src|href)=["'](/[^"'?#]+)""")
ANY_REFERENCE = re.compile(r"""(?:src|href)=["']([^"']+)""")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this work tree."""
    assert (BUILT_CLIENT / "index.html").is_file(), "The client is not built: run `make build` first."
    folder = tmp_path_factory.mktemp("wheel")
    _run(sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder))
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` folder of an environment that holds the wheel, its dependencies and nothing of this repository."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=True)
    lock = ROOT / "requirements.lock"
    _run(str(folder / "bin/python"), "-m", "pip", "install", "--quiet", "--constraint", str(lock), str(wheel))
    return folder / "bin"


def test_the_wheel_holds_the_four_packages_and_every_file_they_read(wheel: Path) -> None:
    """Given the wheel, when its files are listed, then only our packages are at its top, with data and built client."""
    names = set(ZipFile(wheel).namelist())

    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {Path(package).name for package in PACKAGES}
    assert _files_of_the_packages() - names == set()
    assert any(name.startswith("rebond/web/static/assets/") for name in names)


def test_an_installed_rebond_serves_its_front_page(installed: Path, start_rebond: StartRebond) -> None:
    """Given only the wheel, when Rebond is served from it, then it is ready and the page has all its parts."""
    server = start_rebond(program=installed / "rebond")

    page = _get(server.url + "/").decode()
    assert all(reference.startswith(("/", "#")) for reference in ANY_REFERENCE.findall(page))
    parts = LOCAL_REFERENCE.findall(page)
    assert any(part.startswith("/assets/") for part in parts)
    for part in parts:
        assert _get(server.url + part) or part == "/brand.css", part  # empty: nobody's look


def test_an_installed_load_generator_says_what_it_can_do(installed: Path) -> None:
    """Given only the wheel, when the load generator is asked for help, then it names its two uses."""
    text = _run(str(installed / "rebond-loadtest"), "--help")

    assert "bench" in text
    assert "demo" in text


def _files_of_the_packages() -> set[str]:
    """Every file of the four packages, as the wheel names it."""
    files = (file for package in PACKAGES for file in (ROOT / package).rglob("*") if file.is_file())
    return {file.relative_to(ROOT).as_posix().partition("/")[2] for file in files if "__pycache__" not in file.parts}


def _get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=READY_WITHIN_S) as response:
        body: bytes = response.read()
        return body


def _run(*command: str) -> str:
    """Runs a program from the repository's root; what it printed. A failure shows all it said."""
    done = subprocess.run(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert done.returncode == 0, f"{' '.join(command)} left with status {done.returncode}.\n{done.stdout}"
    return done.stdout
