"""One scenario from beginning to end: a site is started, the scenario played on it, the figures made."""

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec

from rebond_loadtest.company import Live, Order, fresh_seed, played
from rebond_loadtest.scenarios.scenario import AnyScenario
from rebond_loadtest.site import Wanted, cores, site
from rebond_loadtest.tally import Run

SLACK = 4.0
SLACK_S = 150.0
"""A run may take so many times as long as expected, and so many seconds more, on a busy machine; then it is ended."""


class Conditions(msgspec.Struct, frozen=True):
    """On what, and by how many processes."""

    wanted: Wanted = Wanted()
    processes: int = 1
    pinned: bool = True
    seed: int | None = None


class BadParameters(Exception):
    """What was asked for cannot be; the text says why in a sentence."""


def asked(scenario: AnyScenario, changes: dict[str, Any], *, quick: bool = False) -> msgspec.Struct:
    """The scenario's parameters, with these in place of its own. Raises `BadParameters`."""
    known = scenario.parameters.__struct_fields__
    wrong = [name for name in changes if name not in known]
    if wrong:
        raise BadParameters(f"{scenario.name} has no {wrong[0]!r}; it has {', '.join(known)}")
    base = scenario.quick if quick else scenario.parameters()
    try:
        return msgspec.convert({**msgspec.to_builtins(base), **changes}, scenario.parameters, strict=False)
    except msgspec.ValidationError as error:
        raise BadParameters(f"{scenario.name}: {error}") from None


def play(
    scenario: AnyScenario,
    parameters: msgspec.Struct,
    conditions: Conditions,
    watch: Callable[[Live], None] = lambda live: None,
    progress: Callable[[str], None] = lambda line: None,
) -> Run:
    """Play it. Raises `BadParameters`, `RunFailed`, `ServerFailed`."""
    sockets: int = getattr(parameters, "sockets", conditions.processes)
    if sockets < conditions.processes:
        raise BadParameters(f"{conditions.processes} processes have no use for {sockets} sockets")
    where = cores(conditions.processes, conditions.pinned)
    order = Order(
        scenario=scenario.name,
        about=scenario.about,
        parameters=parameters,
        processes=conditions.processes,
        where=where,
        limit_s=scenario.seconds(parameters) * SLACK + SLACK_S,
        seed=fresh_seed() if conditions.seed is None else conditions.seed,
    )
    with site(conditions.wanted, where, progress) as there:
        run = asyncio.run(played(order, there, watch))
    run.figures = scenario.figures(run, parameters)
    return run
