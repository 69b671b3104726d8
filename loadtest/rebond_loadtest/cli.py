"""`rebond-loadtest`: load a server and measure it, compare it with others, or play a workshop on one."""

import asyncio
import signal
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

import rebond_client
from rebond_client import Ended
from rebond_loadtest import measuring
from rebond_loadtest.comparison.command import compare
from rebond_loadtest.measuring import fail
from rebond_loadtest.target import ServerFailed, Target, serving
from rebond_loadtest.workshop import Line, Play, Played, Workshop, read_workshop
from rebond_protocol.http import BoardMade

main = typer.Typer(name="rebond-loadtest", no_args_is_help=True)


@main.callback()
def begin() -> None:
    """Load and demonstration for Rebond."""
    signal.signal(signal.SIGTERM, _leave)


def _leave(number: int, frame: object) -> NoReturn:
    """By the same road as on Ctrl-C, so that what was started here is ended."""
    raise SystemExit(128 + number)


for measure in (measuring.scenarios, measuring.run, measuring.sweep, measuring.bench, measuring.parts):
    main.command()(measure)
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
        fail(f"there is no workshop {workshop!r}.")
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
        fail(f"{error}.")
    except Ended as error:
        fail(f"somebody was sent away: {error}")
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
