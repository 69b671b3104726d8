"""The pages that only developers see, served as they are while one builds: components and the wall's scenes.

A vite server in a process of its own on a free port, ended by its process id. It never is part of what `make build`
makes, and a test says so.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx

from tests.conftest import LOOPBACK, READY_WITHIN_S, find_free_port

CLIENT = Path(__file__).parents[2] / "client"
LOOK_AGAIN_S = 0.1


@asynccontextmanager
async def workbench() -> AsyncGenerator[str]:
    """The address of a running vite, without a slash at the end."""
    node = shutil.which("node") or str(Path(sys.executable).with_name("node"))
    port = find_free_port()
    options = ("--host", LOOPBACK, "--port", str(port), "--strictPort")
    process = await asyncio.create_subprocess_exec(
        node, "node_modules/vite/bin/vite.js", *options, cwd=CLIENT, stdout=DEVNULL, stderr=DEVNULL
    )
    address = f"http://{LOOPBACK}:{port}"
    try:
        await _ready(address, process)
        yield address
    finally:
        process.terminate()
        await process.wait()


async def _ready(address: str, process: Process) -> None:
    async with httpx.AsyncClient() as client:
        for _ in range(int(READY_WITHIN_S / LOOK_AGAIN_S)):
            assert process.returncode is None, "vite left before it served anything"
            with suppress(httpx.TransportError):
                if (await client.get(f"{address}/dev/components.html")).is_success:
                    return
            await asyncio.sleep(LOOK_AGAIN_S)
    raise AssertionError("vite was not ready in time")
