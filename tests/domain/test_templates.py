"""Templates: every shipped file is usable in both languages, and what is wrong with a file is said in a sentence."""

from importlib.resources import files
from typing import get_args

import msgspec
import pytest
from msgspec import UNSET

from rebond.domain.cards import Audience
from rebond.domain.decide import decide
from rebond.domain.envelope import Decided, Envelope
from rebond.domain.fold import fold
from rebond.domain.project import snapshot
from rebond.domain.state import EMPTY
from rebond.domain.templates import Template, board_create, read_template, usual_segments
from rebond_protocol import limits
from rebond_protocol.boards import BoardCreate, BoardCreated, Locale
from rebond_protocol.cards import CardAdd, CardsRevealed
from rebond_protocol.groups import GroupMake
from rebond_protocol.people import ParticipantJoin, Segment
from rebond_protocol.rebounds import CardRebound
from rebond_protocol.rounds import VoteCast
from rebond_protocol.steps import ALL_PERMISSIONS, Step, StepGo
from rebond_protocol.talk import ReactionSet
from tests.domain.played import ROLES, Board

SHIPPED = {
    "brainstorm": (),
    "business_model_canvas": (
        "customer_segments", "value_propositions", "channels", "customer_relationships", "revenue_streams",
        "key_resources", "key_activities", "key_partners", "cost_structure",
    ),
    "swot": ("strengths", "weaknesses", "opportunities", "threats"),
    "retrospective": ("keep", "improve", "try"),
    "journey": ("before_lived", "before_wished", "during_lived", "during_wished", "after_lived", "after_wished"),
    "lab": (),
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


STEP = {"id": "a", "title": {"fr": "Oui", "en": "Yes"}}


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
    assert state.plan == command.plan
    assert state.step == state.plan[0]
    for section, source in zip(state.sections, shipped(name).sections, strict=True):
        assert section.title == source.title.to(locale)
        assert section.hint
    for step, source in zip(state.plan, shipped(name).plan, strict=True):
        assert source.instruction is not None
        assert (step.title, step.instruction) == (source.title.to(locale), source.instruction.to(locale))


@pytest.mark.parametrize("name", SHIPPED)
def test_whoever_comes_in_early_can_begin_at_once(name: str) -> None:
    """DM3: given a board just made, when nobody has gone anywhere yet, then its step is open to everything, nothing is
    sealed, waits or runs: a program or a person who only wants a board has one. A lab's door is open to the street:
    whatever is written there waits for a moderator."""
    decision = decide(EMPTY, Envelope(None, None, None, 5, "unused"), begun(shipped(name), "en"))
    assert isinstance(decision, Decided)
    assert len(decision.events) == 1, "neither a timer nor a vote begins before there is anybody"
    first = begun(shipped(name), "en").plan[0]
    assert (first.id, first.private, first.staff_allows) == ("open", False, UNSET)
    if name == "lab":
        assert first.approve
        assert {"add", "rebound", "comment", "react"} <= set(first.allows)
    else:
        assert (first.allows, first.approve) == (ALL_PERMISSIONS, False)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_step_of_a_plan_can_be_gone_to_and_leads_to_a_decision(name: str) -> None:
    """DM1: given a shipped plan, when the board goes through it, each step is taken; people can do what its vote needs;
    what was written privately is revealed in time to be voted on; the last step shows the outcome of a vote."""
    board = Board()
    command = begun(shipped(name), "fr")
    board.state = fold(EMPTY, BoardCreated(command.about, (), Step("before"), command.plan))
    board.accepted(None, ParticipantJoin("mo", "moderator"))
    for step in board.state.plan:
        board.accepted("mo", StepGo(step.id))
        if step.round is not UNSET:
            assert "vote" in step.allows
            assert (step.view, step.private) == ("choose", False)
        if step.private:
            assert "add" in step.allows
    assert board.state.step.view == "results"
    assert board.state.open_round is None
    assert any(round.state == "closed" for round in board.state.rounds.values())
    assert {step.id for step in shipped(name).plan} >= {"open", "decide"}


def test_the_first_five_minutes_are_in_the_brainstorm() -> None:
    """DM1: given the brainstorm, when its plan is read, then it is the acceptance walk: a show of hands, ninety seconds
    of private writing that the wall counts, the reveal, a rebound that the wall draws; then groups, points, a decision.
    """
    plan = begun(shipped("brainstorm"), "fr").plan
    _, hands, write, reveal, rebound, group, choose, decide_ = plan
    assert hands.round is not UNSET
    assert (hands.round.method, hands.round.on, hands.timer_s) == ("hands", "options", UNSET)
    assert (write.private, write.timer_s) == (True, 90)
    assert not reveal.private
    assert ("rebound" in rebound.allows, rebound.view) == (True, "lineage")
    assert ("group" in group.allows, group.view) == (True, "groups")
    assert choose.round is not UNSET
    assert (choose.round.method, choose.round.secret, choose.round.on) == ("dots", True, "groups")
    assert decide_.view == "results"


@pytest.mark.parametrize("locale", LOCALES)
def test_a_room_goes_through_the_brainstorm_as_it_is_written(locale: Locale) -> None:
    """DM3, DM6: given the brainstorm, when a facilitator only ever presses next and people do what each step asks of
    them, then everything they do is taken, nothing sealed is told before its time, and there is a result."""
    command = begun(shipped("brainstorm"), locale)
    board = Board()
    board.state = fold(EMPTY, BoardCreated(command.about, (), Step("before"), command.plan))
    for person, role in ROLES.items():
        board.accepted(None, ParticipantJoin(person, role))
    _, hands, write, reveal, rebound, group, choose, decide_ = (step.id for step in command.plan)

    asked = board.made("mo", StepGo(hands))
    board.accepted("ana", VoteCast(asked, "1", 1))
    board.accepted("ana", VoteCast(asked, "3", 1))
    assert board.refused("bo", CardAdd("too soon")).code == "not_now"

    board.accepted("mo", StepGo(write))
    written = [board.adds(person, f"idea of {person}") for person in ("ana", "bo", "cy")]
    for audience in (Audience.PARTICIPANTS, Audience.DISPLAYS):
        cards = snapshot(board.state, audience, {}).cards
        assert [card.text for card in cards] == ["", "", ""], "the wall counts, and reads nothing"

    entry = board.accepted("mo", StepGo(reveal))
    assert any(isinstance(event, CardsRevealed) for event in entry.events)
    board.accepted("bo", ReactionSet(written[0], "spark"))

    board.accepted("mo", StepGo(rebound))
    child = board.made("bo", CardRebound((written[0],), "extends", "and more of it", owes="the spark"))
    assert board.card(child).parents == (written[0],)

    board.accepted("mo", StepGo(group))
    stack = board.made("cy", GroupMake((written[0], child), "Both"))

    vote = board.made("mo", StepGo(choose))
    board.accepted("ana", VoteCast(vote, stack, 3))
    board.accepted("bo", VoteCast(vote, written[1], 2))
    (seen,) = (round for round in snapshot(board.state, Audience.MODERATORS, {}).rounds if round.id == vote)
    assert seen.tallies is UNSET

    board.accepted("mo", StepGo(decide_))
    (seen,) = (round for round in snapshot(board.state, Audience.DISPLAYS, {}).rounds if round.id == vote)
    assert seen.results is not UNSET
    assert [(result.card, result.points, result.rank) for result in seen.results[:2]] == [
        (stack, 3, 1),
        (written[1], 2, 2),
    ]


@pytest.mark.parametrize("name", SHIPPED)
def test_french_is_typeset_as_french(name: str) -> None:
    """Given a template, when its French is read, then no line can break before a high punctuation mark."""
    template = shipped(name)
    words = [template.title, template.about]
    words += [section.title for section in template.sections]
    words += [section.hint for section in template.sections if section.hint]
    for step in template.plan:
        words += [step.title, *([step.instruction] if step.instruction else [])]
        if step.round:
            words += [*([step.round.title] if step.round.title else []), *step.round.options]
            words += [criterion.label for criterion in step.round.criteria]
    for one in words:
        assert not any(f" {mark}" in one.fr for mark in ";:!?»")
        assert not any(one.fr[at - 1].isalnum() for at, char in enumerate(one.fr) if char in ";:!?»")
        assert "'" not in one.fr + one.en
        assert one.fr != one.en or name == "business_model_canvas" or one.fr in ("SWOT", "Urgent")


def test_usual_segments_are_the_four_stakes_in_the_boards_language() -> None:
    """Given no segments of one's own, when a board begins, then it has the four usual ones; given some, those."""
    assert [segment.label for segment in begun(shipped("swot"), "fr").about.segments] == [
        "Client·e", "Collaborateur·rice", "Partenaire", "Citoyen·ne",
    ]  # fmt: skip
    assert [segment.id for segment in usual_segments("en")] == ["customer", "employee", "partner", "citizen"]
    own = (Segment("elected", "Élu·e"),)
    assert begun(shipped("swot"), "fr", own).about.segments == own
    assert begun(shipped("swot"), "fr", ()).about.segments == ()


def test_an_organisations_own_plan_says_what_it_needs_and_no_more() -> None:
    """DM1: given a file whose step has only an id and a title, when a board begins from it, then everything else is as
    if a moderator had added such a step; a file without a plan begins with what its step says."""
    (step,) = begun(read_template(written(plan=[STEP])), "fr").plan
    assert step == Step("a", title="Oui")
    bare = begun(read_template(written(step={"instruction": {"fr": "Allez", "en": "Go"}})), "en")
    assert (bare.plan, bare.step) == ((), Step("open", "Go"))


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
        (written(sections=[{"id": "a", "title": {"fr": "x", "en": "y"}}] * 2), "section id 'a' twice"),
        (written(plan=[STEP] * 2), "step id 'a' twice"),
        (written(plan=[{**STEP, "id": f"s{n}"} for n in range(41)]), f"more than {limits.STEPS_PER_PLAN}"),
        (written(plan=[STEP], step={"instruction": {"fr": "x", "en": "y"}}), "has a plan and a step"),
        (written(plan=[{**STEP, "colour": 1}]), "colour"),
        (written(plan=[{**STEP, "allows": ["dance"]}]), "dance"),
        (written(plan=[{**STEP, "timer_s": 0}]), "timer_s"),
        (written(plan=[{**STEP, "title": {"fr": " ", "en": "y"}}]), "title of step 'a' of the template 'mine'"),
        (written(plan=[{**STEP, "instruction": {"fr": "x", "en": "y" * 501}}]), "instruction of step 'a'"),
        (written(plan=[{**STEP, "round": {"method": "dots"}}]), "round of step 'a' .* cannot be opened.*budget"),
        (written(plan=[{**STEP, "round": {"method": "lots"}}]), "lots"),
        (
            written(
                plan=[{**STEP, "round": {"method": "choice", "on": "options", "options": [{"fr": "x", "en": "y"}]}}]
            ),
            "round of step 'a' .* cannot be opened.*options",
        ),
        (
            written(
                plan=[
                    {**STEP, "round": {"method": "hands", "on": "options", "options": [{"fr": "x" * 121, "en": "y"}]}}
                ]
            ),
            "round of step 'a' .* cannot be opened.*too long",
        ),
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
