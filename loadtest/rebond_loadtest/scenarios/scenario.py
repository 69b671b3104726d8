"""What a scenario is: bounded parameters, a part that every process of the load plays, figures of what was seen."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Generic, TypeVar

import msgspec

from rebond_loadtest.part import Part
from rebond_loadtest.tally import Figure, Run

Sockets = Annotated[int, msgspec.Meta(ge=1, le=20_000)]
Rate = Annotated[float, msgspec.Meta(gt=0, le=50_000)]
Seconds = Annotated[float, msgspec.Meta(gt=0, le=3_600)]
Cards = Annotated[int, msgspec.Meta(ge=0, le=18_000)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]

P = TypeVar("P", bound=msgspec.Struct)


class Scenario(msgspec.Struct, Generic[P], frozen=True):
    """One of the things that can be played."""

    name: str
    about: str
    parameters: type[P]
    quick: P
    """The same in a few seconds: to see that everything works, not for figures."""
    play: Callable[[Part, P], Awaitable[None]]
    figures: Callable[[Run, P], list[Figure]]
    seconds: Callable[[P], float]
    """About how long it takes, without a server's start."""


AnyScenario = Scenario[Any]


def about(docstring: str | None) -> str:
    """The first paragraph of a file's docstring, in one line."""
    return " ".join((docstring or "").split("\n\n")[0].split())
