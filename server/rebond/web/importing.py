"""Lists of ideas from elsewhere, line by line: a table (CSV as any spreadsheet writes it), JSON, or lines of text.

Reading is pure, and a line that cannot be read has no effect on the others: it becomes the reason why.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any, cast, get_args

import msgspec

from rebond.domain.state import BoardState
from rebond.web.cells import as_meant, listed
from rebond_protocol import limits
from rebond_protocol.cards import CardAdd, CardKind
from rebond_protocol.errors import Rejected
from rebond_protocol.ids import Lang
from rebond_protocol.text import cleaned

CSV, JSON, LINES = "text/csv", "application/json", "text/plain"
KINDS: tuple[CardKind, ...] = get_args(CardKind)

_COLUMNS = {
    "text": "text", "texte": "text", "idea": "text", "idée": "text", "idee": "text", "card": "text", "carte": "text",
    "section": "section", "column": "section", "colonne": "section",
    "kind": "kind", "type": "kind", "genre": "kind",
    "tags": "tags", "tag": "tags", "étiquettes": "tags", "etiquettes": "tags", "mots-clés": "tags",
    "colour": "colour", "color": "colour", "couleur": "colour",
    "lang": "lang", "language": "lang", "langue": "lang",
}  # fmt: skip
_DELIMITERS = (";", "\t", ",")


class Line(msgspec.Struct, frozen=True):
    """One line as it was written. Numbers count from 1."""

    number: int
    text: str
    section: str = ""
    kind: str = ""
    tags: tuple[str, ...] = ()
    colour: str = ""
    lang: str = ""


def read_lines(content: bytes, media_type: str) -> list[Line | tuple[int, Rejected]] | Rejected:
    """The lines of this list, or why it is none. Empty lines are passed over."""
    if media_type == JSON:
        return _from_json(content)
    text = _decoded(content)
    if isinstance(text, Rejected):
        return text
    if media_type == CSV:
        return _bounded(_from_csv(text))
    return _bounded(Line(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip())


def _bounded(lines: Iterator[Line]) -> list[Line | tuple[int, Rejected]] | Rejected:
    read: list[Line | tuple[int, Rejected]] = []
    try:
        for line in lines:
            if len(read) >= limits.LINES_PER_IMPORT:
                return Rejected("too_large", {"max_lines": limits.LINES_PER_IMPORT})
            read.append(line)
    except csv.Error as error:
        return Rejected("malformed", {"problem": str(error)})
    return read


def _decoded(content: bytes) -> str | Rejected:
    """As spreadsheets write: UTF-8, with a mark or without, UTF-16 with one, else the code page of western Europe."""
    with_mark = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    encodings = ["utf-16"] if with_mark else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return Rejected("malformed", {"problem": "this is no text"})


# -- tables --------------------------------------------------------------------------------------------------------


def _from_csv(text: str) -> Iterator[Line]:
    """With a heading, its columns in any order; without one, the first column is the text."""
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count) if any(one in first for one in _DELIMITERS) else ","
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    columns: list[str] | None = None
    number = 1
    for row in rows:
        if columns is None:
            columns = [_COLUMNS.get(cell.strip().casefold(), "") for cell in row]
            if "text" in columns:
                number = rows.line_num + 1
                continue
            columns = ["text"]
        cells = {name: cell for name, cell in zip(columns, row, strict=False) if name}
        if any(cell.strip() for cell in cells.values()):
            yield Line(
                number, as_meant(cells.get("text", "")), as_meant(cells.get("section", "")), cells.get("kind", ""),
                listed(as_meant(cells.get("tags", ""))), cells.get("colour", ""), cells.get("lang", ""),
            )  # fmt: skip
        number = rows.line_num + 1


# -- JSON ----------------------------------------------------------------------------------------------------------


def _from_json(content: bytes) -> list[Line | tuple[int, Rejected]] | Rejected:
    try:
        said: Any = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Rejected("malformed")
    if isinstance(said, dict):
        said = cast(dict[str, Any], said).get("cards")
    if not isinstance(said, list):
        return Rejected("invalid", {"field": "cards", "problem": "a list of texts or of cards is needed"})
    rows = cast(list[Any], said)
    if len(rows) > limits.LINES_PER_IMPORT:
        return Rejected("too_large", {"max_lines": limits.LINES_PER_IMPORT})
    return [_row(number, row) for number, row in enumerate(rows, 1)]


def _row(number: int, row: Any) -> Line | tuple[int, Rejected]:
    if isinstance(row, str):
        return Line(number, row)
    if not isinstance(row, dict):
        return number, Rejected("invalid", {"problem": "neither a text nor a card"})
    said = cast(dict[str, Any], row)
    tags = said.get("tags") or ()
    if isinstance(tags, str):
        tags = listed(tags)
    try:
        return msgspec.convert(
            {
                "number": number,
                "text": said.get("text"),
                "section": said.get("section") or "",
                "kind": said.get("kind") or "",
                "tags": tags,
                "colour": str(said.get("colour") or ""),
                "lang": said.get("lang") or "",
            },
            Line,
        )
    except msgspec.ValidationError as error:
        return number, Rejected("invalid", {"problem": str(error)})


# -- lines as commands ---------------------------------------------------------------------------------------------


class Wishes:
    """Turns lines into commands on one board, for one moderator."""

    def __init__(self, state: BoardState, author: str) -> None:
        self._sections = {section.id: section.id for section in state.sections}
        self._sections |= {section.title.casefold(): section.id for section in state.sections}
        self._there = {
            (card.text, card.section)
            for card in state.cards.values()
            if card.author == author and card.state in ("shown", "hidden", "pending")
        }

    def command(self, line: Line) -> CardAdd | Rejected:
        """The card this line asks for. What this moderator has put there already is not put there again."""
        section = line.section.strip()
        if section and section not in self._sections and section.casefold() not in self._sections:
            return Rejected("unknown_section", {"section": section[: limits.SECTION_TITLE_CHARS]})
        wanted = line.kind.strip().casefold() or "idea"
        kind: CardKind | None = next((one for one in KINDS if one == wanted), None)
        if kind is None:
            return Rejected("invalid", {"field": "kind", "one_of": list(KINDS)})
        if len(line.tags) > limits.TAGS_PER_CARD or any(len(tag) > limits.TAG_CHARS for tag in line.tags):
            return Rejected(
                "invalid", {"field": "tags", "max_tags": limits.TAGS_PER_CARD, "max_chars": limits.TAG_CHARS}
            )
        colour, lang = _colour(line.colour.strip()), _lang(line.lang.strip())
        if isinstance(colour, Rejected):
            return colour
        if isinstance(lang, Rejected):
            return lang
        text = cleaned(line.text, limits.CARD_TEXT_CHARS)
        if isinstance(text, Rejected):
            return text
        stands = self._sections.get(section) or self._sections.get(section.casefold())
        if (text, stands) in self._there:
            return Rejected("already_so")
        self._there.add((text, stands))
        return CardAdd(text, stands, kind, line.tags, colour, lang)


def _colour(said: str) -> int | Rejected | None:
    if not said:
        return None
    places = {str(place): place for place in range(1, limits.COLOURS + 1)}
    return places.get(said, Rejected("invalid", {"field": "colour", "one_of": list(places.values())}))


def _lang(said: str) -> str | Rejected | None:
    """Capital letters mean nothing in a tag (RFC 5646 section 2.1.1)."""
    if not said:
        return None
    primary, dash, rest = said.partition("-")
    try:
        return msgspec.convert(f"{primary.lower()}{dash}{rest}", Lang)
    except msgspec.ValidationError:
        return Rejected("invalid", {"field": "lang", "problem": "this is no BCP 47 tag"})


def in_batches(lines: Iterable[Line], size: int) -> Iterator[list[Line]]:
    """So many at a time: each batch is one append, and others write between them."""
    batch: list[Line] = []
    for line in lines:
        batch.append(line)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
