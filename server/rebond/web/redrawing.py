"""Having a picture redrawn, in a process of its own: what it may cost, and what became of it. See `imaging`.

Must not know: how pictures are decoded (nothing here loads a decoder into the server), HTTP, boards.
"""

import logging
import signal
import subprocess
import sys
from typing import Literal

import msgspec

from rebond_protocol.kiosks import PictureWidth

logger = logging.getLogger(__name__)

WITHIN_S = 90.0
"""For a machine that has much else to do; the process bounds its own work."""
COMMAND = (sys.executable, "-P", "-B", "-m", "rebond.web.imaging")
ENVIRONMENT = {"MALLOC_ARENA_MAX": "1"}
"""Nothing of the server's own, which has secrets; memory that is bounded is not to be set aside by the thread."""

Fault = Literal["unknown", "heic", "damaged", "pixels"]
"""Why a picture is not taken: it is nothing that is known here, a HEIC file, cut short or not what it says, too many
pixels."""


class Drawn(msgspec.Struct, frozen=True):
    """A picture as it is kept, in one width: WebP."""

    width: int
    height: int
    data: bytes


Redrawn = dict[PictureWidth, Drawn]


class Unusable(Exception):
    """The picture is not taken."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault: Fault = fault


class CannotRedraw(Exception):
    """It is not the picture's fault."""


class Answer(msgspec.Struct, frozen=True):
    """What the process says: the picture, or why there is none."""

    drawn: Redrawn
    fault: Fault | None = None


def redrawn(content: bytes) -> Redrawn:
    """What is kept of this picture, by width. Takes its time: not for the event loop.

    Raises `Unusable`, and `CannotRedraw` where the process could not do its work.
    """
    try:
        ended = subprocess.run(
            COMMAND, input=content, capture_output=True, env=ENVIRONMENT, timeout=WITHIN_S, check=False,
            start_new_session=True,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise CannotRedraw(f"it was not done within {WITHIN_S:g} s") from None
    except OSError as error:
        raise CannotRedraw(f"no process can be started: {error}") from error
    if ended.returncode == -signal.SIGKILL:
        raise CannotRedraw("it was killed; has the machine memory enough?")
    if ended.returncode < 0:  # a decoder failed in C, or took more time than it may
        logger.warning("a picture's decoder was ended by signal %d", -ended.returncode)
        raise Unusable("damaged")
    if ended.returncode:
        raise CannotRedraw(ended.stderr.decode(errors="replace").strip().rpartition("\n")[2])
    answer = msgspec.msgpack.decode(ended.stdout, type=Answer)
    if answer.fault is not None:
        raise Unusable(answer.fault)
    return answer.drawn
