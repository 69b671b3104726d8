"""Exports of a board: JSON that can be imported again, CSV for a spreadsheet, Markdown for a report.

All three are made from a projected view, so they hold what the asking audience sees on the board, and no more (DM6).
"""

import csv
import io
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import get_args

import msgspec
from msgspec import UNSET

from rebond.web.cells import as_list, harmless
from rebond.web.report import as_markdown, mark_in
from rebond.web.words import words_in
from rebond_protocol.boards import About, Access, BoardView, NameAsked
from rebond_protocol.cards import Card
from rebond_protocol.codec import Format, encode
from rebond_protocol.opinions import OpinionMark
from rebond_protocol.people import ParticipantView
from rebond_protocol.rounds import RoundView

EXPORT_VERSION = 1


class BoardExport(msgspec.Struct, frozen=True):
    """The JSON export. `rebond_export` is the version of this shape. What joining asks is no part of a view."""

    rebond_export: int
    exported_ms: int
    board: BoardView
    name_asked: NameAsked = "optional"
    access: Access = "open"
    email_asked: bool = False


def as_json(view: BoardView, about: About, now_ms: int) -> bytes:
    """The whole view. `rebond import` makes a new board of it."""
    exported = BoardExport(EXPORT_VERSION, now_ms, view, about.name_asked, about.access, about.email_asked)
    return encode(exported, Format.JSON)


# -- CSV -----------------------------------------------------------------------------------------------------------

_COLUMNS = (
    "id", "text", "kind", "state", "section", "author", "segment", "verb", "parents", "owes", "created", "edited",
    "tags", "colour", "group", "comments", "reactions", "lang", "stage", "history", "showcase", "question",
)  # fmt: skip


def as_csv(view: BoardView) -> bytes:
    """One row a card, one column a vote on cards or stacks whose outcome, or points so far, may be seen.

    Behind the votes, and apart from them and from reactions, a column for each opinion that was given at kiosks; its
    heading says that those are counted by device.

    UTF-8 with a mark, as spreadsheets want it. The console can paste it, and the import take it, back.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    counted = [round for round in view.rounds if _column(round) is not None]
    marks = [mark for mark in get_args(OpinionMark) if any(mark in given for given in view.opinions.values())]
    words = words_in(view.locale)
    writer.writerow(
        [
            *_COLUMNS,
            *(f"{_column(round)} {place}" for place, round in enumerate(counted, 1)),
            *(words.say("report.opinions.column", mark=mark_in(words, mark)) for mark in marks),
        ]
    )
    rows = _Rows(view)
    scores = [_scores(round) for round in counted]
    for card in view.cards:
        group = card.group if card.group is not UNSET else card.id
        votes = [by_item.get(card.id, by_item.get(group, nothing)) for by_item, nothing in scores]
        given = view.opinions.get(card.id, {})
        writer.writerow([*map(harmless, rows.cells(card)), *votes, *(given.get(mark, 0) for mark in marks)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


class _Rows:
    """The cells of a card that are not votes."""

    def __init__(self, view: BoardView) -> None:
        self._sections = {section.id: section.title for section in view.sections}
        self._people: dict[str, ParticipantView] = {person.participant: person for person in view.participants}
        self._groups = {group.id: group.title or group.id for group in view.groups}
        self._comments = Counter(comment.card for comment in view.comments if comment.text)
        self._reactions = view.reactions
        self._stages = view.stages
        self._showcases = view.showcases

    def cells(self, card: Card) -> list[str]:
        """In the order of the columns."""
        author = self._people.get(card.author or "")
        reactions = self._reactions.get(card.id, {})
        history = self._stages.get(card.id, ())
        showcase = self._showcases.get(card.id)
        return [
            card.id,
            card.text,
            card.kind,
            "sealed" if card.sealed is not UNSET else card.state,
            self._sections.get(card.section or "", ""),
            (author.name or author.participant) if author else "",
            (author.segment or "") if author else "",
            card.verb if card.verb is not UNSET else "",
            " ".join(card.parents),
            card.owes if card.owes is not UNSET else "",
            _moment(card.at_ms),
            _moment(card.edited_ms) if card.edited_ms is not UNSET else "",
            as_list(card.tags) if card.tags is not UNSET else "",
            str(card.colour) if card.colour is not UNSET else "",
            self._groups.get(card.group, "") if card.group is not UNSET else "",
            str(self._comments[card.id]) if card.id in self._comments else "",
            " ".join(f"{one} {times}" for one, times in reactions.items()),
            card.lang if card.lang is not UNSET else "",
            history[-1].stage if history else "",
            "\n".join(f"{_moment(one.at_ms)} {one.stage}{f': {one.note}' if one.note else ''}" for one in history),
            showcase.asks if showcase else "",
            (showcase.question or "") if showcase else "",
        ]


def _column(round: RoundView) -> str | None:
    """What the numbers of a vote are, where it has any to show of cards."""
    if round.on == "options":
        return None
    if round.counted_by is not UNSET:
        return round.counted_by
    return "points" if round.tallies is not UNSET else None


def _scores(round: RoundView) -> tuple[dict[str, str], str]:
    """Item → its number, and what stands where there is none: nobody gave it points, or nobody spoke of it."""
    if round.results is not UNSET:
        scored = {one.card: f"{one.score:g}" if one.score is not UNSET else str(one.points) for one in round.results}
        return scored, "0" if round.tallies is not UNSET else ""
    return {item: str(points) for item, points in round.tallies.items()} if round.tallies is not UNSET else {}, "0"


def _moment(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="seconds")


class ExportFormat(msgspec.Struct, frozen=True):
    """One way of exporting: how it is made, its media type."""

    make: Callable[[BoardView, About, int], bytes]
    media_type: str


FORMATS: dict[str, ExportFormat] = {
    "json": ExportFormat(as_json, "application/json"),
    "csv": ExportFormat(lambda view, about, now_ms: as_csv(view), "text/csv; charset=utf-8"),
    "md": ExportFormat(lambda view, about, now_ms: as_markdown(view, now_ms), "text/markdown; charset=utf-8"),
}
