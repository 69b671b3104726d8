"""Templates: the board somebody starts from, as a data file that an organisation can write itself.

Holds their shape, what makes one usable, and the command that begins a board from one. Reading files is the edge's; a
template that is accepted here always passes `boards.create`, and every step of its plan can be gone to.
"""

from typing import assert_never, get_args

import msgspec
from msgspec.structs import replace

from rebond.domain import steps
from rebond_protocol import limits
from rebond_protocol.boards import About, BoardCreate, Locale, NameAsked
from rebond_protocol.errors import Rejected
from rebond_protocol.ids import Id, SectionId
from rebond_protocol.people import Segment
from rebond_protocol.rounds import Criterion, Items, Method, Points, RoundOpen, Scale, Weight
from rebond_protocol.sections import Section
from rebond_protocol.steps import ALL_PERMISSIONS, Permission, Seconds, Step, StepSettings, StepView
from rebond_protocol.text import cleaned, cleaned_line

FIRST_STEP = "open"
"""The id of the step a new board without a plan stands at."""
LOCALES: tuple[Locale, ...] = get_args(Locale)


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
    """What people are asked to do on a board without a plan."""

    instruction: Words


class TemplateCriterion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is judged in a round of criteria."""

    label: Words
    weight: Weight = 1


class TemplateRound(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The vote that opens with a step; as `round.open`, with its texts in every language."""

    method: Method
    title: Words | None = None
    budget: Points | None = None
    cap: Points | None = None
    secret: bool = False
    on: Items = "cards"
    options: tuple[Words, ...] = ()
    criteria: tuple[TemplateCriterion, ...] = ()
    scale: Scale = 5


class PlannedStep(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One step of the plan. A board begins at the first; its id stays the same in every language."""

    id: Id
    title: Words
    instruction: Words | None = None
    allows: tuple[Permission, ...] = ALL_PERMISSIONS
    staff_allows: tuple[Permission, ...] | None = None
    private: bool = False
    approve: bool = False
    view: StepView = "cards"
    timer_s: Seconds | None = None
    round: TemplateRound | None = None


class Template(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`name` is what `POST /api/boards` and the command line call it; `title` and `about` are for whoever chooses.

    `plan` is what a workshop goes through; where there is none, `step` says what people are asked to do.
    """

    name: Id
    title: Words
    about: Words
    sections: tuple[TemplateSection, ...] = ()
    step: TemplateStep | None = None
    plan: tuple[PlannedStep, ...] = ()


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
    _count_ids([section.id for section in template.sections], limits.SECTIONS_PER_BOARD, "section", here)
    _count_ids([step.id for step in template.plan], limits.STEPS_PER_PLAN, "step", here)
    if template.plan and template.step:
        raise ValueError(f"The {here} has a plan and a step. Put what the step says into the plan, and leave it out.")
    return replace(
        template,
        title=_line(template.title, limits.TITLE_CHARS, f"title of the {here}"),
        about=_line(template.about, limits.INSTRUCTION_CHARS, f"description of the {here}"),
        sections=tuple(_usable_section(section, here) for section in template.sections),
        step=_usable_step(template.step, here) if template.step else None,
        plan=tuple(_usable_planned(step, here) for step in template.plan),
    )


def _count_ids(ids: list[str], most: int, what: str, here: str) -> None:
    if len(ids) > most:
        raise ValueError(f"The {here} has {len(ids)} {what}s, more than {most}. Leave some out.")
    for id in ids:
        if ids.count(id) > 1:
            raise ValueError(f"The {here} has the {what} id {id!r} twice. Give each {what} its own.")


def _usable_section(section: TemplateSection, here: str) -> TemplateSection:
    which = f"section {section.id!r} of the {here}"
    hint = _line(section.hint, limits.INSTRUCTION_CHARS, f"hint of {which}") if section.hint else None
    return replace(section, title=_line(section.title, limits.SECTION_TITLE_CHARS, f"title of {which}"), hint=hint)


def _usable_step(step: TemplateStep, here: str) -> TemplateStep:
    return TemplateStep(_text(step.instruction, limits.INSTRUCTION_CHARS, f"instruction of the {here}"))


def _usable_planned(step: PlannedStep, here: str) -> PlannedStep:
    which = f"step {step.id!r} of the {here}"
    usable = replace(
        step,
        title=_line(step.title, limits.TITLE_CHARS, f"title of {which}"),
        instruction=_text(step.instruction, limits.INSTRUCTION_CHARS, f"instruction of {which}")
        if step.instruction
        else None,
    )
    for locale in LOCALES:  # what is left to refuse is the round
        if isinstance(refused := steps.usable(step.id, _settings(usable, locale)), Rejected):
            details = ", ".join(f"{key} {value}" for key, value in (refused.details or {}).items())
            why = f"{refused.row.message} ({details})" if details else refused.row.message
            raise ValueError(f"The round of {which} cannot be opened. {why}")
    return usable


def _line(words: Words, max_chars: int, what: str) -> Words:
    fr, en = (_clean(cleaned_line(text, max_chars), max_chars, what) for text in (words.fr, words.en))
    return Words(fr, en)


def _text(words: Words, max_chars: int, what: str) -> Words:
    fr, en = (_clean(cleaned(text, max_chars), max_chars, what) for text in (words.fr, words.en))
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
    sections = tuple(_section(one, locale) for one in template.sections)
    if template.plan:
        plan = tuple(_step(one, locale) for one in template.plan)
        return BoardCreate(about, sections, plan[0], plan)
    return BoardCreate(
        about, sections, Step(FIRST_STEP, template.step.instruction.to(locale) if template.step else None)
    )


def _step(planned: PlannedStep, locale: Locale) -> Step:
    step = steps.usable(planned.id, _settings(planned, locale))
    assert not isinstance(step, Rejected), "asked when the template was read"
    return step


def _settings(planned: PlannedStep, locale: Locale) -> StepSettings:
    return StepSettings(
        instruction=planned.instruction.to(locale) if planned.instruction else None,
        allows=planned.allows,
        private=planned.private,
        title=planned.title.to(locale),
        staff_allows=planned.staff_allows,
        approve=planned.approve,
        view=planned.view,
        timer_s=planned.timer_s,
        round=_round(planned.round, locale) if planned.round else None,
    )


def _round(round: TemplateRound, locale: Locale) -> RoundOpen:
    return RoundOpen(
        method=round.method,
        budget=round.budget,
        cap=round.cap,
        secret=round.secret,
        title=round.title.to(locale) if round.title else None,
        on=round.on,
        options=tuple(option.to(locale) for option in round.options),
        criteria=tuple(Criterion(one.label.to(locale), one.weight) for one in round.criteria),
        scale=round.scale,
    )


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
