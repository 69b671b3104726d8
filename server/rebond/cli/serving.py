"""`rebond serve`: the server, and what it says when it is ready."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from rebond import app as composition
from rebond.cli import openfiles
from rebond.cli.endings import fail
from rebond.cli.folder import DATA, BrandFile, DurabilityWord, RedisUrl
from rebond.config import BadConfiguration, configured, lan_url
from rebond.web import qr
from rebond.web.server import PortInUse


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 lets phones in.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on; 0 for any free one.", min=0, max=65535)] = 8000,
    data: Annotated[
        Path, typer.Option(help="Folder that keeps the boards; with --redis, only your own templates.")
    ] = DATA,
    redis: RedisUrl = None,
    durability: DurabilityWord = "fsync",
    replicas: Annotated[
        int | None, typer.Option(min=1, help="How many replicas confirm, with --durability replicated.")
    ] = None,
    workers: Annotated[
        int, typer.Option(envvar="REBOND_WORKERS", min=1, help="Processes that share the port, with --redis.")
    ] = 1,
    brand: BrandFile = None,
) -> None:
    """Serve boards until interrupted."""

    def on_ready(real_port: int) -> None:
        _announce(host, real_port)

    openfiles.raise_to_reachable()
    try:
        config = configured(
            os.environ,
            host=host,
            port=port,
            data=data,
            redis=redis,
            durability=durability,
            replicas=replicas,
            workers=workers,
            brand=brand,
        )
        composition.serve(config, on_ready)
    except (BadConfiguration, PortInUse, composition.StartFailed) as error:
        fail(str(error))
    except OSError as error:
        fail(str(composition.StartFailed.by_system(error)))


def _announce(host: str, port: int) -> None:
    here = "localhost" if host in ("0.0.0.0", "::", "127.0.0.1", "::1") else host
    typer.echo(f"Rebond is ready: http://{here}:{port}")
    outside = lan_url(host, port)
    if outside is not None:
        typer.echo(f"Phones on this network: {outside}")
        typer.echo(qr.terminal(outside))
    sys.stdout.flush()
