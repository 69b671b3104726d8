"""Which rate is tried next: pure, so no server runs here."""

import pytest

from rebond_loadtest.comparison.search import A_LITTLE, BUSY, LADDER, LATENCY, STEADY, next_rate


def searched(limit: int, tries: int, known: int | None = None) -> dict[int, bool]:
    """Every rate tried on a server that holds exactly up to `limit`, in order."""
    held: dict[int, bool] = {}
    while (rate := next_rate(held, tries, known)) is not None:
        assert rate not in held
        held[rate] = rate <= limit
    return held


def best(held: dict[int, bool]) -> int:
    return max((rate for rate, was in held.items() if was), default=0)


def test_a_server_that_holds_everything_climbs_the_ladder_and_is_done() -> None:
    assert tuple(searched(10**6, 4)) == LADDER


@pytest.mark.parametrize("limit", [1, 7, 20, 99, 130, 399, 1_000, 7_999])
@pytest.mark.parametrize("tries", [0, 2, 4])
def test_a_search_is_bounded_and_never_passes_a_rate_that_was_not_held(limit: int, tries: int) -> None:
    held = searched(limit, tries)
    assert sum(rate not in LADDER for rate in held) <= tries
    assert all(rate <= limit for rate, was in held.items() if was)
    assert sum(not was for rate, was in held.items() if rate in LADDER) == 1


def test_more_tries_come_nearer() -> None:
    found = [best(searched(650, tries)) for tries in (0, 2, 4)]
    assert found == sorted(found)
    assert found[0] == 400
    assert found[-1] >= 600


@pytest.mark.parametrize("known", [1, 9, 20, 45, 100, 566, 2_000, 5_600, 8_000])
@pytest.mark.parametrize("change", [0.5, 0.8, 1.0, 1.3, 3.0])
def test_who_is_known_is_tried_there_and_nearby(known: int, change: float) -> None:
    limit = max(1, round(known * change))
    held = searched(limit, 2, known)
    assert next(iter(held)) == LATENCY  # whoever it is: latency is compared there
    assert len(set(held) - {LATENCY, STEADY, BUSY, known}) <= 2
    assert best(held) <= limit
    if change == 1.0:
        assert best(held) == known
        assert all(rate <= known * A_LITTLE**2 + 2 or rate in (LATENCY, STEADY) for rate in held)


def test_what_every_row_shows_is_measured_again_in_each_round() -> None:
    assert {LATENCY, STEADY, BUSY} <= set(searched(5_600, 2, known=5_600))
    assert STEADY in searched(45, 2, known=45)


def test_who_is_fast_begins_further_up_and_ends_at_the_same() -> None:
    held: dict[int, bool] = {}
    while (rate := next_rate(held, 2, first=BUSY)) is not None:
        held[rate] = rate <= 4_900
    assert tuple(held) == (LATENCY, STEADY, BUSY, 4_000, 8_000, 5_657, 4_757)


def test_who_is_not_as_fast_as_thought_is_found_all_the_same() -> None:
    held: dict[int, bool] = {}
    while (rate := next_rate(held, 4, first=BUSY)) is not None:
        held[rate] = rate <= 900
    assert 700 <= best(held) <= 900
