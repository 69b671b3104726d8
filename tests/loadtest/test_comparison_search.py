"""Which rate is tried next: pure, so no server runs here."""

import pytest

from rebond_loadtest.comparison.contestants import RELAYS, VARIANTS
from rebond_loadtest.comparison.search import BUSY, COLUMNS, LATENCY, MOST, NEAR, STEADY, next_rate

EVERYTHING = 10**6
LIMITS = [0, 1, 7, 20, 45, 99, 130, 399, 1_000, 1_999, 5_600, MOST, EVERYTHING]
STARTS = [1, 9, 20, 45, 100, 400, 1_006, 2_000, 4_000, MOST]


def searched(limit: int, start: int) -> dict[int, bool]:
    """Every rate tried on a server that holds exactly up to `limit`, in order."""
    held: dict[int, bool] = {}
    while (rate := next_rate(held, start)) is not None:
        assert rate not in held
        assert 1 <= rate <= MOST
        held[rate] = rate <= limit
    return held


def best(held: dict[int, bool]) -> int:
    return max((rate for rate, was in held.items() if was), default=0)


@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("start", STARTS)
def test_wherever_a_search_begins_it_ends_at_the_limit(start: int, limit: int) -> None:
    """Given a server that holds up to so much, when it is searched from anywhere, then what is found lies within a
    sixth below: where a search begins gives nobody more or less."""
    found = best(searched(limit, start))
    assert found <= limit
    assert min(limit, MOST) <= max(found + 1, round(found * NEAR))


@pytest.mark.parametrize("name", [*(variant.name for variant in VARIANTS), *(peer.name for peer in RELAYS)])
def test_whoever_holds_everything_is_searched_to_the_end(name: str) -> None:
    """Given a contestant that holds every rate, when it is searched from where it usually ends, then it is tried at the
    largest rate there is, and at every rate that the table has a column for."""
    usual = {one.name: one.usual for one in (*VARIANTS, *RELAYS)}
    held = searched(EVERYTHING, usual[name])
    assert {*COLUMNS, MOST} <= set(held)
    assert len(held) <= 15


@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("start", STARTS)
def test_a_search_is_short(start: int, limit: int) -> None:
    assert len(searched(limit, start)) <= 15


@pytest.mark.parametrize("known", [1, 9, 20, 45, 100, 566, 1_006, 5_600])
def test_who_holds_what_was_held_before_is_known_after_one_rate_more(known: int) -> None:
    held = searched(known, known)
    assert next(iter(held)) == LATENCY  # whoever it is: latency is compared there
    assert best(held) == known
    assert sum(not was for was in held.values()) <= 2


def test_every_column_at_or_below_what_is_held_is_measured_again_in_each_round() -> None:
    assert {LATENCY, STEADY, BUSY} <= set(searched(5_600, 5_600))
    assert {LATENCY, STEADY, BUSY} <= set(searched(2_100, 400))  # going up, none is passed over
    assert STEADY not in searched(45, 45)  # nothing above a rate that was not held


def test_a_search_goes_down_where_less_is_held_than_before() -> None:
    assert tuple(searched(300, 1_000)) == (LATENCY, STEADY, 1_000, 870, 658, 376, 194, 270, 319, 293)
