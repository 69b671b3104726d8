"""Templates: the board somebody starts from, as a data file that an organisation can write itself.

Holds their shape, what makes one usable, and the command that begins a board from one. Reading files is the edge's; a
template that is accepted here always passes `boards.create`.
"""

from typing import assert_never

import msgspec
from msgspec.structs import replace

from rebond_protocol import limits
from rebond_protocol.boards import About, BoardCreate, Locale, NameAsked
from rebond_protocol.errors import Rejected
from rebond_protocol.ids import Id, SectionId
from rebond_protocol.people import Segment
from rebond_protocol.sections import Section
from rebond_protocol.steps import Step
from rebond_protocol.text import cleaned, cleaned_line

FIRST_STEP = "open"
"""The id of the step a new board stands at."""


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The same text in every language a board can have."""

    fr: str
    en: str

    def to(self, locale: Locale) -> str:
        """The text for readers of this language."""
        match locale:
            case "fr":
                return self.fr
            case "en":
                return self.en
            case _:
                assert_never(locale)


class TemplateSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A column or block. Its id stays the same in every language: layouts and exports go by it."""

    id: SectionId
    title: Words
    hint: Words | None = None


class TemplateStep(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What people are asked to do when they come in."""

    instruction: Words


class Template(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`name` is what `POST /api/boards` and the command line call it; `title` and `about` are for whoever chooses."""

    name: Id
    title: Words
    about: Words
    sections: tuple[TemplateSection, ...] = ()
    step: TemplateStep | None = None


def read_template(data: bytes) -> Template:
    """The template in this file. Raises `ValueError` whose sentence says what to mend."""
    try:
        template = msgspec.json.decode(data, type=Template)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"This is not a template: {error}. Mend the file.") from error
    return _usable(template)


def _usable(template: Template) -> Template:
    """The template with its texts as boards store them."""
    here = f"template {template.name!r}"
    ids = [section.id for section in template.sections]
    if len(ids) > limits.SECTIONS_PER_BOARD:
        raise ValueError(f"The {here} has {len(ids)} sections, more than {limits.SECTIONS_PER_BOARD}. Leave some out.")
    for id in ids:
        if ids.count(id) > 1:
            raise ValueError(f"The {here} has the section id {id!r} twice. Give each section its own.")
    return replace(
        template,
        title=_line(template.title, limits.TITLE_CHARS, f"title of the {here}"),
        about=_line(template.about, limits.INSTRUCTION_CHARS, f"description of the {here}"),
        sections=tuple(_usable_section(section, here) for section in template.sections),
        step=_usable_step(template.step, here) if template.step else None,
    )


def _usable_section(section: TemplateSection, here: str) -> TemplateSection:
    which = f"section {section.id!r} of the {here}"
    hint = _line(section.hint, limits.INSTRUCTION_CHARS, f"hint of {which}") if section.hint else None
    return replace(section, title=_line(section.title, limits.SECTION_TITLE_CHARS, f"title of {which}"), hint=hint)


def _usable_step(step: TemplateStep, here: str) -> TemplateStep:
    max_chars = limits.INSTRUCTION_CHARS
    texts = (step.instruction.fr, step.instruction.en)
    fr, en = (_clean(cleaned(text, max_chars), max_chars, f"instruction of the {here}") for text in texts)
    return TemplateStep(Words(fr, en))


def _line(words: Words, max_chars: int, what: str) -> Words:
    fr, en = (_clean(cleaned_line(text, max_chars), max_chars, what) for text in (words.fr, words.en))
    return Words(fr, en)


def _clean(text: str | Rejected, max_chars: int, what: str) -> str:
    if isinstance(text, Rejected):
        raise ValueError(f"The {what} cannot be used. {text.row.message} The limit is {max_chars} characters.")
    return text


def board_create(
    template: Template,
    *,
    id: str,
    code: str,
    title: str,
    locale: Locale,
    name_asked: NameAsked,
    anonymous: bool,
    segments: tuple[Segment, ...] | None,
    now_ms: int,
) -> BoardCreate:
    """The command that begins a board from this template, in this language. `segments` None: the usual ones."""
    about = About(
        id=id, code=code, title=title, template=template.name, locale=locale, created_ms=now_ms,
        segments=usual_segments(locale) if segments is None else segments, name_asked=name_asked, anonymous=anonymous,
    )  # fmt: skip
    instruction = template.step.instruction.to(locale) if template.step else None
    return BoardCreate(about, tuple(_section(one, locale) for one in template.sections), Step(FIRST_STEP, instruction))


def _section(section: TemplateSection, locale: Locale) -> Section:
    return Section(section.id, section.title.to(locale), section.hint.to(locale) if section.hint else None)


_USUAL_SEGMENTS: tuple[tuple[str, Words], ...] = (
    ("customer", Words("Client·e", "Customer")),
    ("employee", Words("Collaborateur·rice", "Employee")),
    ("partner", Words("Partenaire", "Partner")),
    ("citizen", Words("Citoyen·ne", "Citizen")),
)


def usual_segments(locale: Locale) -> tuple[Segment, ...]:
    """The stakes people may declare where a board names none of its own."""
    return tuple(Segment(id, label.to(locale)) for id, label in _USUAL_SEGMENTS)
