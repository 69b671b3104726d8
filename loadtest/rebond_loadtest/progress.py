"""How a run stands, live in a terminal; elsewhere a line where something begins."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

from rich.console import Console
from rich.live import Live as LiveDisplay
from rich.table import Table

from rebond_loadtest.company import Live
from rebond_loadtest.tally import MIB


@contextmanager
def watching(console: Console, title: str) -> Generator[Callable[[Live], None]]:
    """Something to tell how the run stands."""
    if not console.is_terminal:
        console.print(title, highlight=False, soft_wrap=True)
        yield lambda live: None
        return
    with LiveDisplay(Table(title), console=console, transient=True, refresh_per_second=4) as display:
        yield lambda live: display.update(table(title, live))


def table(title: str, live: Live) -> Table:
    """One look at it."""
    shown = Table(title, "", show_edge=False)
    shown.add_row("phase", f"{live.phase}, {live.since_s:.0f} s")
    shown.add_row("sockets", f"{live.sockets:,}")
    shown.add_row("deliveries", f"{live.events:,}")
    if live.numbers:
        shown.add_row("numbers of tallies", f"{live.numbers:,}")
    shown.add_row("p99 just now", f"{live.p99_ms:.1f} ms")
    shown.add_row("server", f"{live.server_share:.0%} of a core, {live.server_bytes / MIB:.0f} MiB")
    if live.redis_share:
        shown.add_row("Redis", f"{live.redis_share:.0%} of a core")
    return shown
