"""What a run of chaos came to: counts over all rounds, as a table to paste and as JSON."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from tests.chaos.story import Told

LOST: Final = ("lost", "doubled", "leak")


@dataclass
class Report:
    """Adds up rounds."""

    seed: int
    rounds: int = 0
    minutes: float = 0.0
    towns: Counter[str] = field(default_factory=Counter[str])
    counts: Counter[str] = field(default_factory=Counter[str])
    refused: Counter[str] = field(default_factory=Counter[str])
    faults: Counter[str] = field(default_factory=Counter[str])
    found: Counter[str] = field(default_factory=Counter[str])
    longest_outage_ms: int = 0
    sentences: list[str] = field(default_factory=list[str])
    histories: list[str] = field(default_factory=list[str])

    @property
    def sound(self) -> bool:
        """Whether every round held."""
        return not self.sentences

    def add(self, town: str, told: Told) -> None:
        """Another round."""
        verdict = told.verdict
        self.rounds += 1
        self.towns[town] += 1
        self.counts += verdict.counts
        self.refused += verdict.refused
        self.faults += verdict.faults
        self.found += verdict.found
        self.longest_outage_ms = max([self.longest_outage_ms, *verdict.outages_ms])
        if not told.sound:
            where = f"round {self.rounds} ({town})"
            self.sentences += [f"{where}: {sentence}" for sentence in (*verdict.findings, *told.complaints)]
            self.histories.append(str(told.history))

    def rows(self) -> list[tuple[str, str]]:
        """The table: what was counted, and how many."""
        counts, refused = self.counts, sum(self.refused.values())
        return [
            ("minutes, rounds, seed", f"{self.minutes:.1f}, {self.rounds}, {self.seed}"),
            ("towns", _said(self.towns)),
            ("commands submitted", f"{counts['submitted']:,}"),
            ("acknowledged", f"{counts['accepted']:,}"),
            ("refused", f"{refused:,} ({_said(self.refused)})"),
            ("refused on one line, kept by way of a lost one", f"{counts['refused_and_kept']:,}"),
            ("frames of events checked", f"{counts['followed']:,}"),
            ("log entries", f"{counts['stored']:,}"),
            ("faults", f"{sum(self.faults.values()):,} ({_said(self.faults)})"),
            ("reconnects", f"{counts['recovered'] + counts['not recovered']:,} ({counts['recovered']:,} resumed)"),
            ("epochs begun anew", f"{counts['epochs']:,}"),
            ("longest outage of a phone", f"{self.longest_outage_ms / 1000:.1f} s"),
            *((name, f"**{self.found[name]}**") for name in LOST),
            ("other promises broken", f"**{sum(self.found.values()) - sum(self.found[name] for name in LOST)}**"),
        ]

    def markdown(self) -> str:
        """The table, ready for docs/reliability.md, and what was wrong."""
        lines = ["| | |", "| --- | --- |", *(f"| {name} | {value} |" for name, value in self.rows())]
        if not self.sound:
            lines += ["", f"Seed {self.seed}; histories: {', '.join(self.histories)}", ""]
            lines += [f"- {sentence}" for sentence in self.sentences]
        return "\n".join(lines) + "\n"

    def json(self) -> bytes:
        """The same for programs."""
        plain: dict[str, Any] = {**vars(self), "sound": self.sound}
        return msgspec.json.format(msgspec.json.encode(plain)) + b"\n"


def _said(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items())) or "none"
