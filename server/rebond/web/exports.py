"""Exports of a board: JSON that can be imported again, CSV for a spreadsheet, Markdown for a report.

All three are made from a projected view, so they hold what the asking audience sees on the board, and no more (DM6).
"""

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime

import msgspec
from msgspec import UNSET

from rebond_protocol.boards import BoardView, Locale
from rebond_protocol.cards import Card, Verb
from rebond_protocol.codec import Format, encode
from rebond_protocol.people import ParticipantView
from rebond_protocol.rounds import RoundView

EXPORT_VERSION = 1


class BoardExport(msgspec.Struct, frozen=True):
    """The JSON export. `rebond_export` is the version of this shape."""

    rebond_export: int
    exported_ms: int
    board: BoardView


def as_json(view: BoardView, now_ms: int) -> bytes:
    """The whole view. `rebond import` makes a new board of it."""
    return encode(BoardExport(EXPORT_VERSION, now_ms, view), Format.JSON)


# -- CSV -----------------------------------------------------------------------------------------------------------

_COLUMNS = (
    "id", "text", "kind", "state", "section", "author", "segment", "verb", "parents", "owes", "created", "edited",
)  # fmt: skip
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def as_csv(view: BoardView, now_ms: int) -> bytes:
    """One row a card, one column a round whose points may be seen. UTF-8 with a mark, as spreadsheets want it."""
    out = io.StringIO()
    writer = csv.writer(out)
    counted = [round for round in view.rounds if round.tallies is not UNSET]
    writer.writerow([*_COLUMNS, *(f"points {place}" for place, _ in enumerate(counted, 1))])
    sections = {section.id: section.title for section in view.sections}
    people = {person.participant: person for person in view.participants}
    for card in view.cards:
        cells = [*_cells(card, sections, people), *(str(_points(round, card.id)) for round in counted)]
        writer.writerow([_harmless(cell) for cell in cells])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _cells(card: Card, sections: dict[str, str], people: dict[str, ParticipantView]) -> list[str]:
    author = people.get(card.author or "")
    return [
        card.id,
        card.text,
        card.kind,
        "sealed" if card.sealed is not UNSET else card.state,
        sections.get(card.section or "", ""),
        (author.name or author.participant) if author else "",
        (author.segment or "") if author else "",
        card.verb if card.verb is not UNSET else "",
        " ".join(card.parents),
        card.owes if card.owes is not UNSET else "",
        _moment(card.at_ms),
        _moment(card.edited_ms) if card.edited_ms is not UNSET else "",
    ]


def _harmless(cell: str) -> str:
    """A cell no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell


def _points(round: RoundView, card: str) -> int:
    return round.tallies.get(card, 0) if round.tallies is not UNSET else 0


def _moment(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="seconds")


# -- Markdown ------------------------------------------------------------------------------------------------------

_VERBS: dict[Locale, dict[Verb, str]] = {
    "fr": {
        "extends": "prolonge", "combines": "combine", "adapts": "adapte", "removes_obstacle": "lève un frein de",
        "counters": "contre-propose à",
    },
    "en": {
        "extends": "extends", "combines": "combines", "adapts": "adapts", "removes_obstacle": "removes an obstacle of",
        "counters": "counters",
    },
}  # fmt: skip


class _Words(msgspec.Struct, frozen=True):
    unsorted: str
    nothing: str
    hidden: str
    owes: str
    results: str
    points: str


_WORDS: dict[Locale, _Words] = {
    "fr": _Words("Sans section", "Aucune idée pour l’instant.", "(carte masquée)", "Ce que je dois à cette idée :",
                 "Résultats", "points"),
    "en": _Words("No section", "No ideas yet.", "(hidden card)", "What I owe this idea:", "Results", "points"),
}  # fmt: skip
_MARKUP = str.maketrans({char: f"\\{char}" for char in "\\`*_{}[]<>#|~"})


def as_markdown(view: BoardView, now_ms: int) -> bytes:
    """A report: sections, cards with their credit, results with ties as ties."""
    words = _WORDS[view.locale]
    lines = [f"# {_plain(view.title)}", "", f"{_moment(now_ms)[:10]} · {view.code}", ""]
    texts = {card.id: card.text or words.hidden for card in view.cards}
    people = {person.participant: person for person in view.participants}
    for title, cards in _by_section(view, words):
        lines += [f"## {_plain(title)}", ""] if title else []
        for card in cards:
            lines += [*_card_lines(card, texts, people, view.locale), ""]
    if not view.cards:
        lines += [words.nothing, ""]
    for round in view.rounds:
        lines += _result_lines(round, texts, words)
    return "\n".join(lines).encode()


def _by_section(view: BoardView, words: _Words) -> list[tuple[str, list[Card]]]:
    known = {section.id for section in view.sections}
    parts = [(one.title, [card for card in view.cards if card.section == one.id]) for one in view.sections]
    rest = [card for card in view.cards if card.section not in known]
    return [*parts, (words.unsorted if view.sections else "", rest)] if rest or not parts else parts


def _card_lines(card: Card, texts: dict[str, str], people: dict[str, ParticipantView], locale: Locale) -> list[str]:
    words = _WORDS[locale]
    author = people.get(card.author or "")
    signed = f" — *{_plain(author.name)}*" if author and author.name else ""
    lines = [f"- {_plain(card.text or words.hidden)}{signed}"]
    if card.parents and card.verb is not UNSET:
        parents = " + ".join(f"«{_plain(texts.get(parent, words.hidden))}»" for parent in card.parents)
        lines.append(f"  ↷ {_VERBS[locale][card.verb]} {parents}")
    if card.owes is not UNSET:
        lines.append(f"  {words.owes} {_plain(card.owes)}")
    return lines


def _result_lines(round: RoundView, texts: dict[str, str], words: _Words) -> list[str]:
    if round.results is UNSET:
        return []
    heading = f"## {words.results}" + (f" — {_plain(round.title)}" if round.title else "")
    rows = [
        f"{one.rank}. {_plain(texts.get(one.card, words.hidden))} ({one.points} {words.points})"
        for one in round.results
    ]
    return [heading, "", *rows, ""]


def _plain(text: str) -> str:
    """Somebody's text, on one line, without a meaning in Markdown."""
    return " ".join(text.translate(_MARKUP).split())


class ExportFormat(msgspec.Struct, frozen=True):
    """One way of exporting: how it is made, its media type."""

    make: Callable[[BoardView, int], bytes]
    media_type: str


FORMATS: dict[str, ExportFormat] = {
    "json": ExportFormat(as_json, "application/json"),
    "csv": ExportFormat(as_csv, "text/csv; charset=utf-8"),
    "md": ExportFormat(as_markdown, "text/markdown; charset=utf-8"),
}
