"""A cold board of many entries, from outside: filled over sockets, stored, loaded with and without its snapshot.

Only the program is used, as people use it: `serve`, `export`, `import`, `replay`. A board that was imported has no
stored snapshot, so the first who opens it waits for the whole fold.
"""

import asyncio
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import uvloop

from rebond_loadtest.crowd import Member, now_us
from rebond_loadtest.requests import Requests
from rebond_loadtest.scenarios import room, speaking
from rebond_loadtest.tally import Figure
from rebond_loadtest.target import OPEN_GATES, Target, bound, serving

SPEAKERS = 50
CARDS_SHARE = 50
"""One entry in so many is a new card, the others change one."""
PROGRAM_WITHIN_S = 300.0


def cold_load(entries: int, progress: Callable[[str], None]) -> list[Figure]:
    """Fill a board with so many entries and open it again, with a snapshot and without. Raises `ServerFailed`."""
    environment = {**OPEN_GATES, "REBOND_SECRET": secrets.token_urlsafe(32)}
    with tempfile.TemporaryDirectory(prefix="rebond-parts-") as name:
        folder, other = Path(name) / "data", Path(name) / "imported"
        progress(f"filling a board with {entries:,} entries")
        with serving(data=folder, environment=environment) as target:
            board, tokens = uvloop.run(_open_board(target))
            cpu_s, began_s = target.cpu_s(), time.monotonic()
            uvloop.run(_fill([_seat(target, board, token) for token in tokens], entries))
            fill_s, fill_cpu_s = time.monotonic() - began_s, target.cpu_s() - cpu_s
        progress("opening it with its snapshot")
        with_s, with_cpu_s, start_s = _opened(folder, board, tokens[0], environment)
        progress("exporting and importing it")
        log = Path(name) / "board.log"
        export_s = _rebond(environment, "export", board.code, "--data", folder, "--format", "log", "--out", log)
        import_s = _rebond(environment, "import", log, "--data", other)
        progress("opening it without a snapshot")
        without_s, without_cpu_s, _ = _opened(other, board, tokens[0], environment)
        progress("replaying it")
        replay_s = _rebond(environment, "replay", board.code, "--data", other, "--verify")
    return [
        Figure("fill_per_s", f"{entries:,} entries said over sockets, one board", entries / fill_s, "/s"),
        Figure("fill_cpu_us", "… server CPU each", fill_cpu_s / entries * 1e6, "µs"),
        Figure("start_s", "the program's start, until it is ready", start_s, "s"),
        Figure("cold_with_s", "cold load with a snapshot: hello to the whole board", with_s, "s", "≤ 1"),
        Figure("cold_with_cpu_s", "… server CPU", with_cpu_s, "s"),
        Figure("cold_without_s", "cold load without a snapshot: hello to the whole board", without_s, "s"),
        Figure("cold_without_cpu_s", "… server CPU", without_cpu_s, "s"),
        Figure("export_s", "`rebond export --format log`, program's start included", export_s, "s"),
        Figure("import_s", "`rebond import`, the same", import_s, "s"),
        Figure("replay_s", "`rebond replay --verify`, the same", replay_s, "s"),
    ]


async def _open_board(target: Target) -> tuple[room.Board, list[str]]:
    """A board, and tokens of everybody who will speak on it."""
    async with Requests(target.host, target.port) as requests:
        board = await room.open_board(requests)
        return board, [await room.join(requests, board) for _ in range(SPEAKERS)]


def _seat(target: Target, board: room.Board, token: str) -> room.Seat:
    return room.Seat(board.id, token, f"device-{token[-12:]}", target.host, target.port)


async def _fill(seats: Sequence[room.Seat], entries: int) -> None:
    speakers = await room.seated(seats, samples=0)
    cards = max(SPEAKERS, entries // CARDS_SHARE)
    await speaking.fill(speakers, cards - SPEAKERS)
    editors = speaking.Editors(speakers)
    await editors.begin()
    await asyncio.gather(
        *(
            _edit_on(editors, speaker, len(range(place, entries - cards, SPEAKERS)))
            for place, speaker in enumerate(speakers)
        )
    )
    room.leave(speakers)


async def _edit_on(editors: speaking.Editors, speaker: Member, count: int) -> None:
    answered = speaker.answered = asyncio.Event()
    for _ in range(count):
        while len(speaker.pending) >= speaking.WINDOW:
            answered.clear()
            async with asyncio.timeout(room.DRAINED_WITHIN_S):
                await answered.wait()
        editors.edit(speaker, now_us())
    await room.until(lambda: not speaker.pending, "answers while the board is filled")
    if speaker.rejected:
        raise room.Missing(f"commands were refused while the board was filled: {speaker.refusals}")


def _opened(folder: Path, board: room.Board, token: str, environment: Mapping[str, str]) -> tuple[float, float, float]:
    """Seconds until the first who comes has the board, the server's CPU for it, and seconds of its start."""
    began_s = time.monotonic()
    with serving(data=folder, environment=environment) as target:
        started_s = time.monotonic()
        cpu_s = target.cpu_s()
        uvloop.run(_come(_seat(target, board, token)))
        took_s = time.monotonic() - started_s
        return took_s, target.cpu_s() - cpu_s, started_s - began_s


async def _come(seat: room.Seat) -> None:
    [member] = await room.seated([seat], samples=0)
    if not member.snapshots:
        raise room.Missing("the board did not come")
    member.close()


def _rebond(environment: Mapping[str, str], *words: str | Path) -> float:
    """Seconds a command of the program takes. Raises `CalledProcessError`."""
    program = Path(sys.executable).with_name("rebond")
    began_s = time.monotonic()
    subprocess.run(
        [str(program), *map(str, words)],
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        env={**os.environ, **environment},
        timeout=PROGRAM_WITHIN_S,
        preexec_fn=bound(()),
    )
    return time.monotonic() - began_s
