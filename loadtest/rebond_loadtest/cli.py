"""`rebond-loadtest`: measure a server, or play a workshop on one."""

import os
from typing import Annotated

import typer
from rich.console import Console

from rebond_loadtest import bench as benchmark

main = typer.Typer(name="rebond-loadtest", help="Load and demonstration for Rebond.", no_args_is_help=True)


@main.callback()
def _commands() -> None:  # pyright: ignore[reportUnusedFunction]  # with it, one command keeps its name
    pass


@main.command()
def bench(
    only: Annotated[list[str] | None, typer.Option(help="Scenarios to run; all when left out.")] = None,
    sockets: Annotated[int, typer.Option(min=50, max=5_000)] = 1_000,
    pin: Annotated[bool, typer.Option(help="Server on one core, crowd on another.")] = True,
) -> None:
    """Measure the figures of the design on this machine and print them as a table."""
    console = Console(stderr=True)
    known = benchmark.scenarios(sockets)
    wrong = [name for name in only or () if name not in known]
    if wrong:
        raise typer.BadParameter(f"there is no scenario {wrong[0]!r}; there are {', '.join(known)}")
    pinned = pin and (os.cpu_count() or 1) > 1
    try:
        figures = benchmark.run(only or list(known), sockets, pinned, lambda name: console.print(f"measuring {name} …"))
    except benchmark.LostDelivery as error:
        typer.echo(f"rebond-loadtest: the run failed: {error}.", err=True)
        raise typer.Exit(1) from None
    typer.echo(benchmark.markdown(figures))
