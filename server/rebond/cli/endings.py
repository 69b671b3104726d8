"""How a command ends when it cannot do what it was asked."""

from typing import NoReturn

import typer


def fail(sentence: str) -> NoReturn:
    """End with status 1 and this one sentence."""
    typer.echo(f"rebond: {sentence}", err=True)
    raise typer.Exit(1)
