"""What a node holds of a shared log, so that it can be put back (LG6): the newest, bounded, without gaps."""

from __future__ import annotations

from rebond.hub.recent import Recent
from rebond.log import Record


def filled(recent: Recent, upto: int, size_bytes: int = 10, now_ms: float = 0.0) -> Recent:
    """With records 1 to `upto`."""
    for seq in range(1, upto + 1):
        recent.push(Record(seq, bytes(size_bytes)), None, now_ms)
    return recent


def seqs(recent: Recent) -> list[int]:
    """What is held."""
    return [held.record.seq for held in recent.all()]


def test_the_oldest_go_first() -> None:
    """LG6: given more than may be held, in count, in bytes or in age, then the newest are."""
    assert seqs(filled(Recent(10_000, 3, 1e6), 9)) == [7, 8, 9]
    assert seqs(filled(Recent(45, 100, 1e6), 9)) == [6, 7, 8, 9]
    aged = filled(Recent(10_000, 100, 500), 3, now_ms=0)
    aged.push(Record(4, b"young"), None, 400)
    aged.expire(501)
    assert seqs(aged) == [4]


def test_a_tail_is_whole_or_none() -> None:
    """LG6: given records that are no longer all held, then none of them pass for what the log lacks."""
    recent = filled(Recent(10_000, 4, 1e6), 9)
    assert recent.after(4) is None
    tail = recent.after(5)
    assert tail is not None
    assert [record.seq for record in tail] == [6, 7, 8, 9]
    assert recent.after(9) == []
    assert (recent.at(5), recent.at(6), recent.at(10)) == (None, Record(6, bytes(10)), None)
    assert Recent(10, 10, 10).after(0) is None


def test_what_was_compacted_away_is_let_go_of() -> None:
    """LG7: given the log begins after an entry, then nothing up to it is held, and what is held may be counted on."""
    recent = filled(Recent(10_000, 100, 1e6), 9)
    recent.forget(6)
    assert seqs(recent) == [7, 8, 9]
    recent.clear()
    assert seqs(recent) == []
    assert seqs(filled(Recent(25, 100, 1e6), 2)) == [1, 2]
