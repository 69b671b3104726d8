"""Boards on their way into a log: built up under an id that nobody finds, then made the board itself in one step.

So a move that is interrupted never leaves half a board where a server would serve it, and can be gone on with.
An id that begins with a parenthesis is the log's own: no list has it, and neither id nor code leads to it.
Must not know: where boards come from.
"""

from typing import Protocol

from rebond.log.interface import BoardRecord, Log

_MOVING = "(moving)"


def moving(board: str) -> str:
    """The id under which the board with this id is built up: to `create`, `append`, `put_person` … like any other."""
    return _MOVING + board


def settled(board: str) -> str:
    """The id that a board has or will have once it is settled."""
    return board.removeprefix(_MOVING)


def is_hidden(ref: str) -> bool:
    """Whether this is the id, or the code, of something that is the log's own."""
    return ref.startswith("(")


class ReceivingLog(Log, Protocol):
    """A log that boards can be moved into."""

    async def settle(self, board: BoardRecord, *, replace: bool = False) -> None:
        """Make what was built up as `moving(board.id)` this board, with its code and epoch: all of it or nothing.

        With `replace` it takes the place of a board that has the id already, of which nothing remains; no other
        process may have that one open. Raises UnknownBoard where nothing was built up, BoardExists, CodeTaken.
        """
        ...

    async def discard(self, board: str) -> None:
        """Throw away what was built up as `moving(board)`, if anything was; nothing of it remains (LG7)."""
        ...
