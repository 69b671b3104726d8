"""How a command ends when it cannot do what it was asked."""

from collections.abc import Mapping
from typing import Any, NoReturn, cast

import typer

from rebond_protocol.errors import Rejected


def fail(sentence: str) -> NoReturn:
    """End with status 1 and this one sentence."""
    typer.echo(f"rebond: {sentence}", err=True)
    raise typer.Exit(1)


def refused(rejected: Rejected) -> NoReturn:
    """End with status 1 and what the table of codes says, with its details."""
    fail(said(rejected.row.message, rejected.details))


def said(message: str, details: Mapping[str, object] | None) -> str:
    """A refusal's message with its details in brackets."""
    if not details:
        return message
    return f"{message} ({', '.join(f'{name}: {_words(value)}' for name, value in details.items())})"


def _words(value: object) -> str:
    return ", ".join(str(one) for one in cast(list[Any], value)) if isinstance(value, list) else str(value)


def readable(word: str) -> str:
    """The word, if it is text: a terminal in another encoding hands over bytes that are none."""
    try:
        word.encode()
    except UnicodeEncodeError:
        fail(f"{word!a} is not text in UTF-8. Check the encoding of the terminal.")
    return word


def reason(error: OSError) -> str:
    """Why the system refused, in its words, without the number and the path."""
    return error.strerror or str(error)
