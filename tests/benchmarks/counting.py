"""What a piece of work costs, counted and not timed: one interpreter and its libraries say the same on every run.

Counted are the bytecode instructions that Python executes, the calls it makes into C, the most memory held at once and
the memory still held afterwards. What a library does within one call into C is not seen here, but for its memory.
"""

import gc
import sys
import tracemalloc
from collections.abc import Callable, Mapping
from types import FrameType
from typing import Any

import msgspec

Piece = Callable[[], object]
"""A piece of work; what it returns is kept until its memory has been counted."""

TOLERANCE = 0.05
"""By what share a figure may be above its baseline, or below."""
SLACK = {"instructions": 0, "calls": 0, "peak_bytes": 64, "kept_bytes": 64}
"""And by how much beside that: libraries keep short texts they have met, one more or less from day to day."""


class Cost(msgspec.Struct, frozen=True):
    """The figures of one piece of work."""

    instructions: int
    calls: int
    peak_bytes: int
    kept_bytes: int


def cost(prepare: Callable[[], Piece]) -> Cost:
    """What the work costs that `prepare` makes ready, once everything it uses for the first time has been used."""
    for _ in range(3):
        prepare()()
    gc.collect()
    gc.disable()
    try:
        instructions = _instructions(prepare())
        calls = _calls(prepare())
        peak_bytes, kept_bytes = map(min, zip(*(_memory(prepare()) for _ in range(3)), strict=True))
    finally:
        gc.enable()
    return Cost(instructions, calls, peak_bytes, kept_bytes)


def counted(work: Mapping[str, Callable[[], Piece]]) -> dict[str, Cost]:
    """What each of these costs."""
    return {name: cost(prepare) for name, prepare in work.items()}


def changed(before: Cost, after: Cost) -> dict[str, float]:
    """By what share each figure has grown, or fallen (below 0), of those that did beyond what is tolerated."""
    beyond: dict[str, float] = {}
    for figure in Cost.__struct_fields__:
        was, now = getattr(before, figure), getattr(after, figure)
        if abs(now - was) > was * TOLERANCE + SLACK[figure]:
            beyond[figure] = now / max(1, was) - 1
    return beyond


def _instructions(piece: Piece) -> int:
    count = 0

    def within(frame: FrameType, event: str, arg: Any) -> Any:
        nonlocal count
        count += event == "opcode"
        return within

    def entered(frame: FrameType, event: str, arg: Any) -> Any:
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        return within

    earlier = sys.gettrace()
    sys.settrace(entered)
    try:
        piece()
    finally:
        sys.settrace(earlier)
    return count


def _calls(piece: Piece) -> int:
    count = 0

    def called(frame: FrameType, event: str, arg: Any) -> None:
        nonlocal count
        count += event == "c_call"

    earlier = sys.getprofile()
    sys.setprofile(called)
    try:
        piece()
    finally:
        sys.setprofile(earlier)
    return count


def _memory(piece: Piece) -> tuple[int, int]:
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        made = piece()
        after, peak = tracemalloc.get_traced_memory()
        del made
    finally:
        tracemalloc.stop()
    return peak - before, max(0, after - before)
