"""docs/templates.md names every field of a template file, and its example is one."""

import re
from pathlib import Path

import pytest

from rebond.domain.templates import PlannedStep, Template, TemplateRound, board_create, read_template
from rebond_protocol import limits
from rebond_protocol.rounds import RoundOpen
from rebond_protocol.steps import StepSettings

PAGE = (Path(__file__).parents[2] / "docs" / "templates.md").read_text(encoding="utf-8")


def named_in(heading: str) -> set[str]:
    """The fields that the table under this heading has a row for."""
    table = PAGE[PAGE.index(heading) :].split("\n\n", 1)[0]
    return {name for row in table.splitlines()[2:] for name in re.findall(r"`(\w+)`", row.split("|")[1])}


@pytest.mark.parametrize(
    ("heading", "shape"),
    [
        ("| field of the file |", Template),
        ("| field of a step |", PlannedStep),
        ("| field of a round |", TemplateRound),
    ],
)
def test_every_field_of_the_file_has_a_row_and_no_other(
    heading: str, shape: type[Template | PlannedStep | TemplateRound]
) -> None:
    """Given the shape of a template, when the page's table is read, then it names each of its fields."""
    assert named_in(heading) == set(shape.__struct_fields__)


def test_a_file_can_say_whatever_a_moderator_can() -> None:
    """Given the settings of a step and of a vote in the protocol, when a template's are read, then none is missing."""
    assert set(PlannedStep.__struct_fields__) == {"id", *StepSettings.__struct_fields__}
    assert set(TemplateRound.__struct_fields__) == set(RoundOpen.__struct_fields__)


def test_the_example_is_a_template() -> None:
    """Given the page's example, when it is read as a file, then a board begins from it with the plan it shows."""
    (example,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    template = read_template(example.encode())
    command = board_create(
        template,
        id="b1",
        code="KITE7",
        title="x",
        locale="fr",
        name_asked="no",
        anonymous=False,
        segments=None,
        now_ms=5,
    )
    assert [step.title for step in command.plan] == ["Accueil", "Écrire", "Choisir"]
    assert f"{limits.SECTIONS_PER_BOARD} at most" in PAGE
    assert f"{limits.STEPS_PER_PLAN} at most" in PAGE
