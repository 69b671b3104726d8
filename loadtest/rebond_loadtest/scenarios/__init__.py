"""The scenarios, one file each; this is the table of them."""

from rebond_loadtest.scenarios.fanout import FANOUT
from rebond_loadtest.scenarios.scenario import AnyScenario

SCENARIOS: dict[str, AnyScenario] = {scenario.name: scenario for scenario in (FANOUT,)}
"""Name → scenario, in the order in which all of them are played."""
