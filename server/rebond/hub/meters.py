"""What the hub counts, as plain numbers: cheap to keep on the hot path, read by the metrics page when it is asked."""

import msgspec


class Meters(msgspec.Struct):
    """Monotone counters of this process, but for `connections` and `rooms`, which say how many there are now."""

    connections: int = 0
    rooms: int = 0
    accepted: int = 0
    repeated: int = 0
    rejected: dict[str, int] = {}
    appends: int = 0
    append_ms: float = 0.0
    """Sum of the time appends took; over `appends` it is the mean."""
    conflicts: int = 0
    unknown: int = 0
    """Appends of which nobody could say whether they had landed, and that were asked for again."""
    partings: dict[str, int] = {}
    """How often a board and its log had to be made one again, by what was noticed first (LG6)."""
    put_back: int = 0
    """Entries put back into a log that had lost them."""
    decided_again: int = 0
    """Accepted commands that were lost with a fork and were accepted again."""
    fell_out: int = 0
    """Accepted commands that were lost with a fork and are rejected since."""
    flushes: int = 0
    frames_written: int = 0
    events_delivered: int = 0
    snapshots_sent: int = 0
    snapshots_encoded: int = 0
    recovered: int = 0
    not_recovered: int = 0
    skipped_slow: int = 0
    closed: dict[str, int] = {}

    def reject(self, code: str) -> None:
        """One more refusal with this code."""
        self.rejected[code] = self.rejected.get(code, 0) + 1

    def parted(self, how: str) -> None:
        """A board and its log are no longer of one past."""
        self.partings[how] = self.partings.get(how, 0) + 1

    def close(self, code: str) -> None:
        """One more connection that the server closed with this code's name."""
        self.closed[code] = self.closed.get(code, 0) + 1
