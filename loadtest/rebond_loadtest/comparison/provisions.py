"""What the peers need, got on demand into a folder of its own: nothing is installed into Rebond or into the system."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import cached_property
from importlib import resources
from pathlib import Path

from rebond_loadtest import peers

PEERS = Path(str(resources.files(peers)))
GOT_WITHIN_S = 300.0
_MODULE = "ngx_nchan_module.so"
_SYSTEM_MODULES = Path("/usr/lib/nginx/modules")
_PACKAGES = ("nginx", "libnginx-mod-nchan")
_OWN_STATE = 'mount -t tmpfs none /var/lib && mkdir /var/lib/nginx && exec "$0" "$@"'
"""Debian's Nchan insists on /var/lib/nginx. Unpacked, not installed, it gets one that it alone can see (unshare(1))."""


class Missing(Exception):
    """A peer cannot take part; the text says why."""


class Provisions:
    """A folder with what was got so far; a second run finds it there."""

    def __init__(self, folder: Path, progress: Callable[[str], None]) -> None:
        self._folder = folder
        self._progress = progress

    def python(self) -> Path:
        """An interpreter that has the Python peers' libraries. Raises `Missing`."""
        return self._python

    def node_program(self, program: str) -> Path:
        """Where a Node peer stands beside its libraries. Raises `Missing`."""
        return self._node / program

    def nginx(self) -> tuple[Sequence[str], Path]:
        """The command that starts nginx, and the folder that holds Nchan's module. Raises `Missing`."""
        return self._nginx

    def redis(self) -> None:
        """Raise `Missing` where there is no Redis for a run of its own."""
        if not shutil.which("redis-server"):
            raise Missing("there is no redis-server here; Debian's package of that name has it")

    @cached_property
    def _python(self) -> Path:
        wanted = PEERS / "requirements.txt"
        folder = self._folder / "python"
        python = folder / "bin" / "python"
        had = folder / "requirements.txt"
        if not had.exists() or had.read_bytes() != wanted.read_bytes():
            self._progress("getting the Python peers")
            _run([sys.executable, "-m", "venv", "--clear", str(folder)])
            install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            try:
                _run([*install, "-r", str(wanted)])
            except Missing as why:
                self._progress(f"not all at once ({why}); one by one")
                self._install_what_can_be(install, wanted)
            else:
                shutil.copy(wanted, had)
        return python

    def _install_what_can_be(self, install: Sequence[str], wanted: Path) -> None:
        """A library that is not to be had here must not cost the other peers their place."""
        missing = 0
        requirements = [line for line in wanted.read_text().splitlines() if "==" in line]
        for requirement in requirements:
            try:
                _run([*install, "-c", str(wanted), requirement])
            except Missing as why:
                self._progress(str(why))
                missing += 1
        if missing == len(requirements):
            raise Missing("none of the Python peers' libraries can be had here")

    @cached_property
    def _node(self) -> Path:
        if not shutil.which("node") or not shutil.which("npm"):
            raise Missing("there is no Node here")
        folder = self._folder / "node"
        folder.mkdir(parents=True, exist_ok=True)
        wanted, had = PEERS / "package.json", folder / "package.json"
        if not had.exists() or had.read_bytes() != wanted.read_bytes():
            self._progress("getting the Node peers")
            shutil.copy(wanted, had)
            try:
                _run(["npm", "install", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", str(folder)])
            except Missing:
                had.unlink()  # npm needs it to install from, the next run takes it for done
                raise
        for program in PEERS.glob("*.js"):
            shutil.copy(program, folder)
        return folder

    @cached_property
    def _nginx(self) -> tuple[Sequence[str], Path]:
        own = shutil.which("nginx")
        if own and (_SYSTEM_MODULES / _MODULE).exists():
            return [own], _SYSTEM_MODULES
        folder = self._folder / "nginx"
        nginx, modules = folder / "usr/sbin/nginx", folder / "usr/lib/nginx/modules"
        if not nginx.exists() or not (modules / _MODULE).exists():
            if not shutil.which("apt-get") or os.geteuid() != 0:
                raise Missing("there is no nginx with Nchan here; Debian's package libnginx-mod-nchan has both")
            self._progress("getting nginx and Nchan")
            folder.mkdir(parents=True, exist_ok=True)
            _run(["apt-get", "download", "--quiet=2", *_PACKAGES], folder)
            for package in folder.glob("*.deb"):
                _run(["dpkg", "--extract", str(package), str(folder)])
        return ["unshare", "--mount", "sh", "-c", _OWN_STATE, str(nginx)], modules


def _run(command: Sequence[str], folder: Path | None = None) -> None:
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, timeout=GOT_WITHIN_S)
    except subprocess.TimeoutExpired:
        raise Missing(f"{command[0]} took too long") from None
    except (OSError, subprocess.CalledProcessError) as error:
        said = getattr(error, "stderr", None) or str(error)
        raise Missing(f"{Path(command[0]).name} failed: {said.strip().splitlines()[-1]}") from None
