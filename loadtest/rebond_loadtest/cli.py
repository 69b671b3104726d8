"""`rebond-loadtest`: measure a server, or play a workshop on one."""

import asyncio
import os
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

import rebond_client
from rebond_client import Ended
from rebond_loadtest import bench as benchmark
from rebond_loadtest.comparison.command import compare
from rebond_loadtest.target import ServerFailed, Target, serving
from rebond_loadtest.workshop import Line, Play, Played, Workshop, read_workshop
from rebond_protocol.http import BoardMade

main = typer.Typer(name="rebond-loadtest", help="Load and demonstration for Rebond.", no_args_is_help=True)


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
    except (benchmark.LostDelivery, ServerFailed) as error:
        _fail(f"the run failed: {error}.")
    typer.echo(benchmark.markdown(figures))


main.command()(compare)


@main.command()
def demo(
    host: Annotated[str, typer.Option(help="Address to serve on; 0.0.0.0 lets phones watch too.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to serve on; 0 for any free one.")] = 8000,
    data: Annotated[Path | None, typer.Option(help="Folder to keep the board in; thrown away when left out.")] = None,
    minutes: Annotated[float, typer.Option(help="How long the ten minutes take.", min=0.1, max=60)] = 2.0,
    workshop: Annotated[str, typer.Option(help="Which script to play.")] = "experience_client_fr",
    stay: Annotated[bool, typer.Option(help="Keep serving when the play is over, until Ctrl-C.")] = True,
) -> None:
    """Start a server and let scripted people play a workshop on it; open the wall and watch."""
    try:
        script = read_workshop(workshop)
    except FileNotFoundError:
        _fail(f"there is no workshop {workshop!r}.")
    try:
        with serving(host=host, port=port, data=data, heard=lambda line: typer.echo(line.rstrip())) as target:
            played = asyncio.run(_demo(target, script, minutes))
            for refusal in played.refused:
                typer.echo(f"refused: {refusal}", err=True)
            typer.echo(f"{played.accepted} of {played.said} commands were accepted.")
            if stay:
                typer.echo("The board stays open; Ctrl-C ends it.")
                _until_interrupted()
    except ServerFailed as error:
        _fail(f"{error}.")
    except Ended as error:
        _fail(f"somebody was sent away: {error}")
    except KeyboardInterrupt:
        return
    if played.refused:
        raise typer.Exit(1)


async def _demo(target: Target, script: Workshop, minutes: float) -> Played:
    locale = "fr" if script.locale == "fr" else "en"
    made = await rebond_client.create_board(target.url, script.title, template=script.template, locale=locale)
    _invite(made)
    length_s = script.timeline[-1].at_s
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("the workshop", total=length_s)

        def told(line: Line) -> None:
            progress.update(task, completed=line.at_s)

        play = Play(script, target.url, made.id, made.tokens.moderator, length_s / (minutes * 60), told)
        return await play.run()


def _invite(made: BoardMade) -> None:
    typer.echo(f"Wall     {made.links.wall}")
    typer.echo(f"Console  {made.links.moderator}")
    typer.echo(f"Phone    {made.links.participant}")


def _until_interrupted() -> None:
    asyncio.run(_never())


async def _never() -> None:
    await asyncio.Event().wait()


def _fail(sentence: str) -> NoReturn:
    typer.echo(f"rebond-loadtest: {sentence}", err=True)
    raise typer.Exit(1)
