"""The pages that only developers see, served as they are while one builds: components and the wall's scenes.

A vite server in a process of its own on a free port, ready when it says where, ended by its process id. It never is
part of what `make build` makes, and a test says so.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from tests.conftest import LOOPBACK, READY_WITHIN_S

CLIENT = Path(__file__).parents[2] / "client"
LISTENS = "Local:"
"""What stands before the address, in the lines vite says once it serves."""


@asynccontextmanager
async def workbench() -> AsyncGenerator[str]:
    """The address of a running vite, without a slash at the end."""
    node = shutil.which("node") or str(Path(sys.executable).with_name("node"))
    options = ("--host", LOOPBACK, "--port", "0", "--logLevel", "info", "--clearScreen", "false")
    process = await asyncio.create_subprocess_exec(
        node, "node_modules/vite/bin/vite.js", *options,
        cwd=CLIENT, stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL, env={**os.environ, "NO_COLOR": "1"},
    )  # fmt: skip
    address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    hearing = asyncio.create_task(_hears(process, address))
    try:
        yield await asyncio.wait_for(address, READY_WITHIN_S)
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await asyncio.gather(hearing, process.wait())


async def _hears(process: Process, address: asyncio.Future[str]) -> None:
    """All that vite says: where it serves, and what nobody needs, so that it never stops at a full pipe."""
    assert process.stdout is not None
    async for line in process.stdout:
        _, listens, where = line.decode().partition(LISTENS)
        if listens and not address.done():
            address.set_result(where.strip().rstrip("/"))
    if not address.done():
        address.set_exception(AssertionError("vite left before it served anything"))
