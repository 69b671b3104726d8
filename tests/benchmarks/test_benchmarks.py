"""Speed that was won is not lost again: every piece of work beside its baseline, counted, so on any machine (DESIGN 9).

`python -m tests.benchmarks` shows the same comparison; with `--renew` what is so now becomes the baseline.
"""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from tests.benchmarks.baseline import INTERPRETER, Costs, changes, counted_apart, stored, table
from tests.benchmarks.counting import TOLERANCE, Cost, Piece, changed, cost
from tests.benchmarks.work import WORK, flushing
from tests.conftest import IN_CI

FIGURES = Cost.__struct_fields__
RENEW = "python -m tests.benchmarks --renew, and look at what it says"


@pytest.fixture(scope="module")
def costs() -> Costs:
    """What everything costs now."""
    return counted_apart()


def test_every_piece_of_work_costs_what_was_agreed(costs: Costs) -> None:
    """Given the baseline of this interpreter, when every piece of work is counted, then none takes more than was
    agreed, nor so much less that it could grow back unseen. Where nobody has made one, today's figures are their own;
    not at the gate, which has to compare."""
    before = stored()
    assert before or not IN_CI, f"no baseline for Python {INTERPRETER}: {RENEW}"
    before = before or costs
    assert costs.keys() == before.keys() == WORK.keys(), RENEW
    assert not changes(before, costs), f"{table(before, costs)}\n{RENEW}"


def test_counting_again_says_the_same(costs: Costs) -> None:
    """Given two processes, then both count the same instructions and calls, and memory within half of what is tolerated
    (where a library's own cache decides): what is found is a change of the program, not of the day."""
    again = counted_apart()
    for name, once in costs.items():
        assert (once.instructions, once.calls) == (again[name].instructions, again[name].calls), name
        assert again[name].peak_bytes == pytest.approx(once.peak_bytes, rel=TOLERANCE / 2, abs=64), name
        assert again[name].kept_bytes == pytest.approx(once.kept_bytes, rel=TOLERANCE / 2, abs=64), name


@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.parametrize("share", [1.1, 0.9], ids=["more", "less"])
def test_a_tenth_more_or_less_of_anything_is_noticed(costs: Costs, figure: str, share: float) -> None:
    """Given a piece that takes a tenth more of one figure, or less, then that is said, and nothing of the others; of
    memory, where it is more than a library may keep by the way."""
    for one in costs.values():
        was = max(getattr(one, figure), 10 if figure in ("instructions", "calls") else 2_000)
        before = replace(one, **{figure: was})
        assert changed(before, before) == {}
        said = changed(before, replace(before, **{figure: round(was * share)}))
        assert list(said) == [figure]
        assert (said[figure] > 0) is (share > 1)


def test_a_slower_program_is_noticed() -> None:
    """Given the flush of one event to a thousand sockets, when every tenth instruction is one too many, or what it
    makes is kept with a tenth more, then counting finds it, and finds nothing in the flush as it is."""
    as_it_is = cost(flushing)
    assert changed(as_it_is, cost(flushing)) == {}
    assert changed(as_it_is, cost(lambda: _dawdling(flushing, as_it_is.instructions // 10))).keys() == {"instructions"}
    assert "kept_bytes" in changed(as_it_is, cost(lambda: _hoarding(flushing, as_it_is.kept_bytes // 10 + 64)))


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
