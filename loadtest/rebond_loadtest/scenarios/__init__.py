"""The scenarios, one file each; this is the table of them."""

from rebond_loadtest.scenarios.commands import COMMANDS
from rebond_loadtest.scenarios.fanout import FANOUT
from rebond_loadtest.scenarios.idle import IDLE
from rebond_loadtest.scenarios.join_storm import JOIN_STORM
from rebond_loadtest.scenarios.many_boards import MANY_BOARDS
from rebond_loadtest.scenarios.reconnect_storm import RECONNECT_STORM
from rebond_loadtest.scenarios.scenario import AnyScenario
from rebond_loadtest.scenarios.slow_phones import SLOW_PHONES
from rebond_loadtest.scenarios.soak import SOAK
from rebond_loadtest.scenarios.vote_storm import VOTE_STORM
from rebond_loadtest.scenarios.workshop import WORKSHOP

_ALL: tuple[AnyScenario, ...] = (
    FANOUT,
    VOTE_STORM,
    JOIN_STORM,
    RECONNECT_STORM,
    WORKSHOP,
    MANY_BOARDS,
    SLOW_PHONES,
    SOAK,
    COMMANDS,
    IDLE,
)
SCENARIOS: dict[str, AnyScenario] = {scenario.name: scenario for scenario in _ALL}
"""Name → scenario, in the order in which all of them are played."""
