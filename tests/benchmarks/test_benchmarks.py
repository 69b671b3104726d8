"""Speed that was won is not lost again: every piece of work beside its baseline, counted, so on any machine (DESIGN 9).

`python -m tests.benchmarks` shows the same comparison; with `--renew` what is so now becomes the baseline.
"""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from tests.benchmarks.baseline import Costs, counted_apart, regressions, stored, table
from tests.benchmarks.counting import TOLERANCE, Cost, Piece, cost, grown
from tests.benchmarks.work import WORK, flushing

FIGURES = Cost.__struct_fields__


@pytest.fixture(scope="module")
def costs() -> Costs:
    """What everything costs now."""
    return counted_apart()


def test_no_piece_of_work_has_grown(costs: Costs) -> None:
    """Given the baseline of this interpreter (where nobody has made one, today's figures are their own), when every
    piece of work is counted, then none takes more than was agreed."""
    before = stored() or costs
    assert costs.keys() == before.keys() == WORK.keys(), "python -m tests.benchmarks --renew, and look at what it says"
    assert not regressions(before, costs), table(before, costs)


def test_counting_again_says_the_same(costs: Costs) -> None:
    """Given two processes, then both count the same instructions and calls, and memory within half of what is tolerated
    (where a library's own cache decides): what is found is a change of the program, not of the day."""
    again = counted_apart()
    for name, once in costs.items():
        assert (once.instructions, once.calls) == (again[name].instructions, again[name].calls), name
        assert again[name].peak_bytes == pytest.approx(once.peak_bytes, rel=TOLERANCE / 2, abs=64), name
        assert again[name].kept_bytes == pytest.approx(once.kept_bytes, rel=TOLERANCE / 2, abs=64), name


@pytest.mark.parametrize("figure", FIGURES)
def test_a_tenth_more_of_anything_is_noticed(costs: Costs, figure: str) -> None:
    """Given a piece that takes a tenth more of one figure, then that is said, and nothing of a piece that takes less;
    of memory, where it is more than a library may keep by the way."""
    for one in costs.values():
        was = max(getattr(one, figure), 10 if figure in ("instructions", "calls") else 2_000)
        before = replace(one, **{figure: was})
        assert list(grown(before, replace(before, **{figure: round(was * 1.1)}))) == [figure]
        assert grown(before, replace(before, **{figure: round(was * 0.9)})) == {}


def test_a_slower_program_is_noticed() -> None:
    """Given the flush of one event to a thousand sockets, when every tenth instruction is one too many, or what it
    makes is kept with a tenth more, then counting finds it, and finds nothing in the flush as it is."""
    as_it_is = cost(flushing)
    assert grown(as_it_is, cost(flushing)) == {}
    assert grown(as_it_is, cost(lambda: _dawdling(flushing, as_it_is.instructions // 10))).keys() == {"instructions"}
    assert "kept_bytes" in grown(as_it_is, cost(lambda: _hoarding(flushing, as_it_is.kept_bytes // 10 + 64)))


def _dawdling(prepare: Callable[[], Piece], instructions: int) -> Piece:
    """The same work with at least so many more instructions around it."""
    piece = prepare()

    def slower() -> object:
        for _ in range(instructions // 2):
            pass
        return piece()

    return slower


def _hoarding(prepare: Callable[[], Piece], size_bytes: int) -> Piece:
    """The same work, that keeps so many more bytes."""
    piece = prepare()
    return lambda: (piece(), bytes(size_bytes))
