"""Templates: every shipped file is usable in both languages, and what is wrong with a file is said in a sentence."""

from importlib.resources import files
from typing import get_args

import msgspec
import pytest

from rebond.domain.decide import decide
from rebond.domain.envelope import Decided, Envelope
from rebond.domain.fold import fold
from rebond.domain.state import EMPTY
from rebond.domain.templates import Template, board_create, read_template, usual_segments
from rebond_protocol import limits
from rebond_protocol.boards import BoardCreate, Locale
from rebond_protocol.people import Segment

SHIPPED = {
    "brainstorm": (),
    "business_model_canvas": (
        "customer_segments", "value_propositions", "channels", "customer_relationships", "revenue_streams",
        "key_resources", "key_activities", "key_partners", "cost_structure",
    ),
    "swot": ("strengths", "weaknesses", "opportunities", "threats"),
    "retrospective": ("keep", "improve", "try"),
    "journey": ("before_lived", "before_wished", "during_lived", "during_wished", "after_lived", "after_wished"),
    "lab_pipeline": ("idea", "design", "development", "test", "live", "stopped"),
    "roadmap": ("now", "next", "later", "done"),
}  # fmt: skip
LOCALES: tuple[Locale, ...] = get_args(Locale)
FOLDER = files("rebond") / "templates"


def shipped(name: str) -> Template:
    return read_template((FOLDER / f"{name}.json").read_bytes())


def begun(template: Template, locale: Locale, segments: tuple[Segment, ...] | None = None) -> BoardCreate:
    return board_create(
        template, id="b1", code="KITE7", title="Un titre", locale=locale, name_asked="required", anonymous=True,
        segments=segments, now_ms=5,
    )  # fmt: skip


def written(**changes: object) -> bytes:
    words = {"fr": "Oui", "en": "Yes"}
    return msgspec.json.encode({"name": "mine", "title": words, "about": words, **changes})


def test_the_folder_holds_these_templates_and_nothing_else() -> None:
    """Given the package, when its templates folder is listed, then each template is one file and has its blocks."""
    assert {file.name for file in FOLDER.iterdir()} == {f"{name}.json" for name in SHIPPED}
    for name, sections in SHIPPED.items():
        template = shipped(name)
        assert template.name == name
        assert tuple(section.id for section in template.sections) == sections


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", SHIPPED)
def test_a_board_begins_from_every_template_in_every_language(name: str, locale: Locale) -> None:
    """DM1: given a template, when a board is created from it, then it is accepted and the board has its texts."""
    command = begun(shipped(name), locale)
    decision = decide(EMPTY, Envelope(None, None, None, 5, "unused"), command)
    assert isinstance(decision, Decided)
    state = fold(EMPTY, decision.events[0])
    assert state.about == command.about
    assert state.step.instruction
    assert state.step.id == "open"
    for section, source in zip(state.sections, shipped(name).sections, strict=True):
        assert section.title == source.title.to(locale)
        assert section.hint


@pytest.mark.parametrize("name", SHIPPED)
def test_french_is_typeset_as_french(name: str) -> None:
    """Given a template, when its French is read, then no line can break before a high punctuation mark."""
    template = shipped(name)
    words = [template.title, template.about]
    words += [section.title for section in template.sections]
    words += [section.hint for section in template.sections if section.hint]
    words += [template.step.instruction] if template.step else []
    for one in words:
        assert not any(f" {mark}" in one.fr for mark in ";:!?»")
        assert "'" not in one.fr + one.en


def test_usual_segments_are_the_four_stakes_in_the_boards_language() -> None:
    """Given no segments of one's own, when a board begins, then it has the four usual ones; given some, those."""
    assert [segment.label for segment in begun(shipped("swot"), "fr").about.segments] == [
        "Client·e", "Collaborateur·rice", "Partenaire", "Citoyen·ne",
    ]  # fmt: skip
    assert [segment.id for segment in usual_segments("en")] == ["customer", "employee", "partner", "citizen"]
    own = (Segment("elected", "Élu·e"),)
    assert begun(shipped("swot"), "fr", own).about.segments == own
    assert begun(shipped("swot"), "fr", ()).about.segments == ()


def test_an_organisations_own_template_is_cleaned_as_peoples_texts_are() -> None:
    """Given a file with stray spaces and decomposed accents, when it is read, then its texts are as stored texts."""
    template = read_template(written(title={"fr": "  E\u0301te\u0301\n", "en": "Summer"}))
    assert template.title.fr == "Été"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"{", "not a template"),
        (b"\xff", "not a template"),
        (b'{"name":' + b"[" * 100_000, "not a template"),
        (b"[]", "not a template"),
        (b'{"name": "x"}', "title"),
        (written(name="no spaces here"), "name"),
        (written(colour="red"), "colour"),
        (written(title={"fr": "Oui"}), "en"),
        (written(title={"fr": " ", "en": "Yes"}), "title of the template 'mine'"),
        (written(about={"fr": "Oui", "en": "\u202eYes"}), "description of the template 'mine'"),
        (written(step={"instruction": {"fr": "x" * 501, "en": "y"}}), "500 characters"),
        (written(sections=[{"id": "a", "title": {"fr": "x" * 81, "en": "y"}}]), "80 characters"),
        (written(sections=[{"id": "a", "title": {"fr": "x", "en": "y"}}] * 2), "'a' twice"),
        (
            written(sections=[{"id": f"s{n}", "title": {"fr": "x", "en": "y"}} for n in range(33)]),
            f"more than {limits.SECTIONS_PER_BOARD}",
        ),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_a_sentence(data: bytes, says: str) -> None:
    """Given a file that is no usable template, when it is read, then ValueError says what to mend."""
    with pytest.raises(ValueError, match=says):
        read_template(data)
