"""The command line. Words in, one clear sentence out where something is wrong; the work is done below.

`serving` is `rebond serve`, `boards` everything about boards in a data folder, `checkup` is `rebond doctor`.
"""

import logging
from typing import Annotated

import typer

from rebond.cli import boards, checkup, serving

main = typer.Typer(
    name="rebond",
    help="A real-time idea board for co-innovation.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
main.command("serve")(serving.serve)
main.add_typer(boards.board, name="board")
main.command("export")(boards.export)
main.command("import")(boards.import_)
main.command("replay")(boards.replay)
main.command("doctor")(checkup.doctor)


@main.callback()
def _rebond(verbose: Annotated[bool, typer.Option("--verbose", help="Say more in the log.")] = False) -> None:  # pyright: ignore[reportUnusedFunction]
    level = logging.DEBUG if verbose else logging.INFO
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("asyncio").setLevel(logging.WARNING)
