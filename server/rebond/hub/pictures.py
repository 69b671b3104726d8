"""Which of a board's pictures are shown, and letting go of those that are not (LG7).

A picture is kept under its own hash, once in each width. Nothing in the log counts who shows it: the cards in the
window say so. Must not know what a picture shows.
"""

from collections.abc import Collection

from rebond.domain.state import BoardState
from rebond.log import Log
from rebond_protocol.kiosks import PictureWidth
from rebond_protocol.stages import PictureId

UNSHOWN_MS = 60 * 60 * 1000
"""Between being sent and being shown stands a moderator who looks for words: what no card shows may wait so long."""


def name_of(picture: PictureId, width: PictureWidth) -> str:
    """Under what the picture is kept in this width."""
    return f"{picture}.{width}"


def picture_of(name: str) -> PictureId:
    """The picture that is kept under this name in one of its widths."""
    return name.partition(".")[0]


def shown(state: BoardState) -> frozenset[PictureId]:
    """Every picture that a card of the board shows."""
    return frozenset(one.picture for one in state.showcases.values() if one.picture is not None)


async def let_go(
    log: Log, board: str, state: BoardState, now_ms: int, at_once: Collection[PictureId] = ()
) -> frozenset[PictureId]:
    """Erase what no card shows and has waited its time, and `at_once` what was shown before; which pictures there are
    still. Raises what logs raise."""
    rows = await log.pictures(board)
    kept = shown(state)
    due = [
        row.name
        for row in rows
        if (picture := picture_of(row.name)) not in kept and (picture in at_once or row.at_ms < now_ms - UNSHOWN_MS)
    ]
    if due:
        await log.erase_pictures(board, due)
    return frozenset(picture_of(row.name) for row in rows) - frozenset(map(picture_of, due))
