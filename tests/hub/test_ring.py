"""Recent history, bounded: all of what was missed or nothing (HB3, HB4, LG7)."""

from hypothesis import given
from hypothesis import strategies as st

from rebond.hub.allowance import Allowance
from rebond.hub.ring import Ring


def test_what_was_missed_is_told_in_order() -> None:
    """HB4: given events after a position, when they are asked for, then they come in order and are all of them."""
    ring = Ring(4, 1_000, 100)
    ring.push([(5, {"n": 1}), (5, {"n": 2}), (7, {"n": 3})], 30)
    assert ring.after(4) == [{"n": 1}, {"n": 2}, {"n": 3}]
    assert ring.after(5) == ring.after(6) == [{"n": 3}]
    assert ring.after(7) == []
    assert ring.after(3) is None


@given(
    st.lists(st.lists(st.tuples(st.integers(0, 2), st.integers(1, 3)), min_size=1, max_size=5), max_size=20),
    st.integers(1, 12),
    st.integers(1, 400),
)
def test_never_half(flushes: list[list[tuple[int, int]]], max_events: int, max_bytes: int) -> None:
    """HB3, HB4: given any flushes and bounds, then each position gets all that came after it or None, within bounds."""
    ring, seq, number = Ring(0, max_bytes, max_events), 0, 0
    everything: list[tuple[int, int]] = []
    for flush in flushes:
        events: list[tuple[int, dict[str, int]]] = []
        for skipped, count in flush:
            seq += 1 + skipped
            for _ in range(count):
                number += 1
                events.append((seq, {"n": number}))
                everything.append((seq, number))
        ring.push(events, 20 * len(events))
        assert len(ring) <= max_events
        assert 20 * len(ring) <= max_bytes
        for position in range(seq + 1):
            told = ring.after(position)
            assert (told is None) == (position < ring.floor)
            if told is not None:
                assert [event["n"] for event in told] == [n for at, n in everything if at > position]


def test_what_is_forgotten_is_gone() -> None:
    """LG7: given words were erased, when history is forgotten, then nobody is led through it again."""
    ring = Ring(0, 1_000, 100)
    ring.push([(1, {"n": 1})], 10)
    ring.forget(1)
    assert ring.after(0) is None
    assert ring.after(1) == []
    assert len(ring) == 0


def test_an_allowance_fills_up_again_and_no_further() -> None:
    """HB3: given a bucket of three refilled at ten a second, then it lets so many through, whatever the pauses."""
    allowance = Allowance(10.0, 3)
    assert [allowance.take(0) for _ in range(4)] == [True, True, True, False]
    assert [allowance.take(100) for _ in range(2)] == [True, False]
    assert [allowance.take(60_000) for _ in range(4)] == [True, True, True, False]
