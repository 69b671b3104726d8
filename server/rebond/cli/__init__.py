"""The command line. Words in, one clear sentence out where something is wrong; the work is done below.

`serving` is `rebond serve`; `boards` is new and list, `transfer` export and import, `replaying` replay, all on a data
folder or on Redis (`folder`); `migrate` moves them from one to the other; `checkup` is `rebond doctor`.
"""

import logging
from importlib import metadata
from typing import Annotated

import typer

from rebond.cli import boards, checkup, migrate, replaying, serving, transfer

main = typer.Typer(
    name="rebond",
    help="A real-time idea board for co-innovation.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
main.command("serve")(serving.serve)
main.add_typer(boards.board, name="board")
main.command("export")(transfer.export)
main.command("import")(transfer.import_)
main.command("replay")(replaying.replay)
main.command("migrate")(migrate.migrate)
main.command("doctor")(checkup.doctor)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"rebond {metadata.version('rebond')}")
        raise typer.Exit()


@main.callback()
def rebond(
    verbose: Annotated[bool, typer.Option("--verbose", help="Say more in the log.")] = False,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and leave.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """What holds for every command: how much the log says."""
    level = logging.DEBUG if verbose else logging.INFO
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("asyncio").setLevel(logging.WARNING)
