"""HB2: a quiet room tells at once, a busy one together, and neither spends more of its time on telling."""

import random

import pytest

from rebond.hub.pace import Pace
from rebond.hub.settings import HubSettings

SETTINGS = HubSettings(flush_ms=25, flush_share=0.2, flush_credit_ms=200)
FLUSH_MS = 6.0
"""What a thousand writes take."""
PERIOD_MS = FLUSH_MS + 25


def told(pace: Pace, happens_ms: list[float]) -> tuple[list[float], int]:
    """How long each waited to be told, as a room would have it, and in how many flushes."""
    waits: list[float] = []
    at, flushes, free_ms = 0, 0, 0.0
    while at < len(happens_ms):
        began_ms = max(happens_ms[at], free_ms)
        began_ms += max(0.0, pace.wait_ms(began_ms))
        together = [one for one in happens_ms[at:] if one <= began_ms]
        waits += [began_ms - one for one in together]
        at += len(together)
        free_ms = began_ms + FLUSH_MS
        pace.flushed(began_ms, free_ms)
        flushes += 1
    return waits, flushes


def test_hb2_a_room_nothing_was_told_in_waits_for_nothing() -> None:
    """Given a new room, then the first may be told at once."""
    assert Pace(SETTINGS).wait_ms(0.0) <= 0


def test_hb2_what_comes_together_now_and_then_is_told_at_once() -> None:
    """Given two ideas ten milliseconds apart, every second for a minute, then none waits for a rest."""
    happens = [second * 1_000 + apart for second in range(60) for apart in (0.0, 10.0)]
    assert told(Pace(SETTINGS), happens) == ([0.0] * 120, 120)


def test_hb2_a_busy_room_tells_together_and_no_oftener_than_its_rests_allow() -> None:
    """Given an idea every millisecond, then once the credit is spent each flush waits for the whole rest, and no idea
    longer than a rest and the flush before it; and what may be told ahead is what the credit pays."""
    waits, flushes = told(Pace(SETTINGS), [float(ms) for ms in range(10_000)])
    assert max(waits) <= PERIOD_MS
    assert flushes <= 10_000 / PERIOD_MS + SETTINGS.flush_credit_ms / 25 + 1


def test_hb2_silence_earns_no_more_than_the_credit() -> None:
    """Given a room quiet for an hour, when ideas come without pause, then as many are told ahead as at first."""
    first = Pace(SETTINGS)
    later = Pace(SETTINGS)
    later.flushed(0.0, FLUSH_MS)
    burst = [float(ms) for ms in range(1_000)]
    assert told(first, burst)[1] == told(later, [3_600_000 + ms for ms in burst])[1]


@pytest.mark.parametrize("seed", range(5))
def test_hb2_it_waits_never_longer_than_a_rest_after_the_last_flush(seed: int) -> None:
    """Given ideas at random times, then none waits longer than resting after every flush would have it wait."""
    chance = random.Random(seed)
    pace, now_ms, ended_ms, rest_ms = Pace(SETTINGS), 0.0, float("-inf"), 0.0
    for _ in range(1_000):
        now_ms += chance.expovariate(1 / 30)
        assert pace.wait_ms(now_ms) <= ended_ms + rest_ms - now_ms
        if pace.wait_ms(now_ms) <= 0:
            spent_ms = chance.uniform(0, 10)
            ended_ms, rest_ms = now_ms + spent_ms, min(25, spent_ms / 0.2)
            pace.flushed(now_ms, ended_ms)
            now_ms = ended_ms
