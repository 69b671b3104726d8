"""Steps and the plan: what holds at a step, what coming to one ends and begins, what a plan may be (DM1, DM2, DM6).

The properties at the end say what holds after whatever a facilitator does: plan and current step agree, nothing is
sealed outside a private step, and at most one round is open.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET
from msgspec.structs import replace

from rebond.domain import steps
from rebond.domain.cards import Audience
from rebond.domain.decide import decide
from rebond.domain.envelope import Decided, Envelope
from rebond.domain.fold import fold, fold_all
from rebond.domain.project import snapshot
from rebond.domain.state import EMPTY, state_bytes
from rebond_protocol import limits
from rebond_protocol.attention import Relaunched, RelaunchSend
from rebond_protocol.boards import About, BoardCreate, BoardCreated
from rebond_protocol.cards import CardHide, CardsRevealed
from rebond_protocol.errors import Rejected
from rebond_protocol.rounds import Criterion, RoundClose, RoundClosed, RoundOpen, RoundOpened
from rebond_protocol.steps import (
    ALL_PERMISSIONS,
    PlanChanged,
    Step,
    StepAdd,
    StepChanged,
    StepEdit,
    StepGo,
    StepMove,
    StepRemove,
    StepSet,
    StepSettings,
    Timer,
    TimerSet,
    TimerStart,
)
from tests.domain.played import Board

DOTS = RoundOpen("dots", 5, 3, secret=True, title="Where do we start?", on="groups")
PRIVATE = StepSettings(title="Write", private=True, timer_s=90, allows=("add", "edit"))
CHOOSE = StepSettings(title="Choose", allows=("vote",), view="choose", round=DOTS)
TALK = StepSettings(title="Talk", instruction="What stands out?")


@pytest.fixture
def board() -> Board:
    return Board()


def planned(board: Board, *wanted: StepSettings) -> list[str]:
    """A plan of these steps; their ids. The board still stands where it stood."""
    return [board.made("mo", StepAdd(settings)) for settings in wanted]


# -- the step the board stands at ----------------------------------------------------------------------------------


def test_a_step_that_is_set_holds_each_permission_once_in_one_order(board: Board) -> None:
    """DM2: given permissions in any order and twice, when the step is set, then each is there once, in one order."""
    board.accepted("mo", StepSet(" Think. ", ("vote", "add", "vote")))
    (told,) = board.told(Audience.PARTICIPANTS)
    assert told == StepChanged(Step("open", "Think.", ("add", "vote")))
    assert board.refused("mo", StepSet("x" * 501)).code == "text_too_long"


def test_a_step_that_is_set_is_the_same_step_with_other_settings(board: Board) -> None:
    """DM1: given the board at a planned step, when it is set by hand, then it keeps its id and whatever the command
    does not name, and the plan says the same of it."""
    (choose,) = planned(board, CHOOSE)
    board.accepted("mo", StepGo(choose))
    board.accepted("mo", StepSet(" ", ("vote", "comment")))
    expected = Step(choose, None, ("comment", "vote"), title="Choose", view="choose", round=board.state.plan[0].round)
    assert board.state.step == expected
    assert board.state.plan == (expected,)
    board.accepted("mo", StepSet("Now", approve=True, view="cards"))
    assert (board.state.step.approve, board.state.step.view) == (True, "cards")
    board.accepted("mo", StepSet("Now"))
    assert (board.state.step.approve, board.state.step.view) == (True, "cards")
    assert board.state.open_round is not None, "setting a step neither opens nor closes what goes on in it"


def test_ending_private_writing_by_hand_reveals(board: Board) -> None:
    """DM6: given cards written in a private step, when that is set to be private no more, then they are revealed in the
    same entry; and setting anything else in a private step reveals nothing."""
    board.accepted("mo", StepSet(private=True))
    card = board.adds("ana", "sealed words")
    board.accepted("mo", StepSet("Another minute", private=True))
    assert board.card(card).sealed is True
    entry = board.accepted("mo", StepSet("Read"))
    assert [type(event) for event in entry.events] == [StepChanged, CardsRevealed]
    assert board.card(card).sealed is UNSET


# -- going from step to step ---------------------------------------------------------------------------------------


def test_one_entry_ends_what_was_and_begins_what_is(board: Board) -> None:
    """DM1: given a private step with a vote, a timer and a prompt, when the board goes on to a step with its own, then
    one entry closes, reveals, sets the timer, takes the prompt back, changes the step and opens the vote, in that
    order."""
    write, choose = planned(board, PRIVATE, replace(CHOOSE, timer_s=60))
    board.accepted("mo", StepGo(write))
    assert board.state.timer == Timer(board.now_ms, board.now_ms + 90_000)
    card = board.adds("ana", "sealed words")
    first = board.made("mo", RoundOpen("hands", on="options", options=("Done?",)))
    board.accepted("mo", RelaunchSend("Two minutes left"))
    entry = board.accepted("mo", StepGo(choose))
    now = board.now_ms
    closed, revealed, timer, prompt, changed, opened = entry.events
    assert closed == RoundClosed(first, now)
    assert revealed == CardsRevealed(now)
    assert timer == TimerSet(Timer(now, now + 60_000))
    assert prompt == Relaunched(None)
    assert changed == StepChanged(board.state.plan[1])
    assert isinstance(opened, RoundOpened)
    assert (opened.method, opened.budget, opened.cap, opened.secret, opened.on) == ("dots", 5, 3, True, "groups")
    assert (board.state.open_round, entry.made) == (opened.round, opened.round)
    assert board.card(card).sealed is UNSET
    assert board.state.relaunch is None
    assert board.state.rounds[first].state == "closed"


def test_where_nothing_went_on_going_is_one_fact(board: Board) -> None:
    """DM1: given a step with nothing to end and one with nothing to begin, when the board goes there, then only the
    step changes; the timer that runs is taken off the screens when the board leaves."""
    talk, other = planned(board, TALK, StepSettings(title="Other"))
    assert board.accepted("mo", StepGo(talk)).events == (StepChanged(board.state.step),)
    board.accepted("mo", TimerStart(30))
    assert board.accepted("mo", StepGo(other)).events == (TimerSet(None), StepChanged(board.state.step))


def test_from_one_private_step_to_another_nothing_is_revealed(board: Board) -> None:
    """DM6: given two private steps in a row, when the board goes from one to the other, then cards stay sealed until
    it comes to one that is not private, forwards or back."""
    one, two, talk = planned(board, PRIVATE, replace(PRIVATE, title="Write on"), TALK)
    board.accepted("mo", StepGo(one))
    card = board.adds("ana")
    board.accepted("mo", StepGo(two))
    assert board.card(card).sealed is True
    board.accepted("mo", StepGo(talk))
    assert board.card(card).sealed is UNSET


def test_back_and_anywhere(board: Board) -> None:
    """DM1: given a plan, when the board goes on, back, or over several steps, then it stands there; a vote that opens
    with a step opens anew each time, under another id."""
    one, choose, last = planned(board, TALK, CHOOSE, TALK)
    for step in (last, choose, one, choose):
        board.accepted("mo", StepGo(step))
        assert board.state.step.id == step
    assert [round.state for round in sorted(board.state.rounds.values(), key=lambda one: one.number)] == [
        "closed",
        "open",
    ]


def test_refusals_about_going(board: Board) -> None:
    """DM1: given a step that is not in the plan, the one the board stands at, or a board that had all its votes, when
    somebody wants to go there, then it is refused and nothing changes."""
    talk, choose = planned(board, TALK, CHOOSE)
    assert board.refused("mo", StepGo("nowhere")) == Rejected("unknown_step")
    board.accepted("mo", StepGo(talk))
    assert board.refused("mo", StepGo(talk)) == Rejected("already_so")
    first = board.made("mo", RoundOpen("dots", 3))
    board.accepted("mo", RoundClose(first))
    rounds = {f"r{n}": board.state.rounds[first] for n in range(limits.ROUNDS_PER_BOARD)}
    board.state = replace(board.state, rounds=board.state.rounds.update(rounds))
    assert board.refused("mo", StepGo(choose)).code == "board_full"
    assert board.state.step.id == talk


# -- the plan ------------------------------------------------------------------------------------------------------


def test_a_plan_is_written_moved_and_mended_while_live(board: Board) -> None:
    """DM1: given a plan, when steps are added before others, moved, edited and taken out, then it is as asked, whole in
    one fact, and the board stands where it stood."""
    one, three = planned(board, StepSettings(title="One"), StepSettings(title="Three"))
    two = board.made("mo", StepAdd(StepSettings(title="Two"), before=three))
    assert [step.id for step in board.state.plan] == [one, two, three]
    board.accepted("mo", StepMove(three, one))
    assert [step.id for step in board.state.plan] == [three, one, two]
    board.accepted("mo", StepMove(three))
    assert [step.id for step in board.state.plan] == [one, two, three]
    entry = board.accepted("mo", StepEdit(two, StepSettings(title=" Zwei ", staff_allows=("react", "add"))))
    assert entry.events == (PlanChanged(board.state.plan),)
    assert board.state.plan[1] == Step(two, title="Zwei", staff_allows=("add", "react"))
    board.accepted("mo", StepRemove(two))
    assert [step.id for step in board.state.plan] == [one, three]
    assert board.state.step == Step("open")


def test_editing_the_current_step_holds_at_once(board: Board) -> None:
    """DM6: given the board at a private step with timer and vote, when that is edited to be open, then its cards are
    revealed, the plan agrees, and timer and vote go on."""
    (write,) = planned(board, replace(PRIVATE, round=DOTS))
    board.accepted("mo", StepGo(write))
    card = board.adds("ana")
    round, timer = board.state.open_round, board.state.timer
    entry = board.accepted("mo", StepEdit(write, TALK))
    assert [type(event) for event in entry.events] == [StepChanged, CardsRevealed, PlanChanged]
    assert board.state.step == board.state.plan[0] == Step(write, "What stands out?", title="Talk")
    assert board.card(card).sealed is UNSET
    assert (board.state.open_round, board.state.timer) == (round, timer)
    assert round is not None


def test_refusals_about_the_plan(board: Board) -> None:
    """DM1: given steps that are not there, places that are none, or the step the board stands at, when a moderator
    wants to change the plan, then it is refused."""
    one, two = planned(board, TALK, TALK)
    assert board.refused("mo", StepAdd(TALK, before="nowhere")) == Rejected("unknown_step")
    assert board.refused("mo", StepEdit("nowhere", TALK)) == Rejected("unknown_step")
    assert board.refused("mo", StepEdit("open", TALK)) == Rejected("unknown_step"), "it is not in the plan"
    assert board.refused("mo", StepMove("nowhere")) == Rejected("unknown_step")
    assert board.refused("mo", StepMove(one, "nowhere")) == Rejected("unknown_step")
    assert board.refused("mo", StepMove(two)) == Rejected("already_so")
    assert board.refused("mo", StepMove(one, one)) == Rejected("already_so")
    assert board.refused("mo", StepMove(one, two)) == Rejected("already_so")
    assert board.refused("mo", StepRemove("nowhere")) == Rejected("unknown_step")
    board.accepted("mo", StepGo(one))
    assert board.refused("mo", StepRemove(one)) == Rejected("step_in_use")


def test_a_plan_has_room_for_so_many_steps(board: Board) -> None:
    """DM1: given as many steps as a plan may have, when one more is added, then it is `board_full`."""
    planned(board, *([TALK] * limits.STEPS_PER_PLAN))
    assert board.refused("mo", StepAdd(TALK)) == Rejected("board_full", {"max_steps": limits.STEPS_PER_PLAN})


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (StepSettings(title="x" * 201), "text_too_long"),
        (StepSettings(title="\u202ex"), "text_forbidden"),
        (StepSettings(instruction="x" * 501), "text_too_long"),
        (StepSettings(round=RoundOpen("dots")), "invalid"),
        (StepSettings(round=RoundOpen("choice", on="options", options=("only one",))), "invalid"),
        (StepSettings(round=RoundOpen("hands", on="options", options=("x" * 121,))), "text_too_long"),
        (StepSettings(round=RoundOpen("criteria", criteria=(Criterion("a"), Criterion("a")))), "invalid"),
        (StepSettings(round=replace(DOTS, title="x" * 201)), "text_too_long"),
    ],
)
def test_what_could_not_be_used_in_front_of_a_room_is_refused_when_it_is_planned(
    board: Board, wrong: StepSettings, code: str
) -> None:
    """DM1: given texts or a vote that could not be, when a step is added or edited with them, then it is refused there
    and then, not when the board comes to it."""
    (step,) = planned(board, TALK)
    assert board.refused("mo", StepAdd(wrong)).code == code
    assert board.refused("mo", StepEdit(step, wrong)).code == code


def test_texts_of_a_step_are_stored_as_all_texts_are(board: Board) -> None:
    """DM2: given stray spaces and empty lines in a step, when it is added, then they are cleaned, and empty is none."""
    planned(
        board,
        StepSettings(title="  On\none line ", instruction=" Two\r\nlines ", round=replace(DOTS, title=" ")),
        StepSettings(title=" ", instruction=""),
    )
    first, second = board.state.plan
    assert (first.title, first.instruction) == ("On one line", "Two\nlines")
    assert first.round is not UNSET
    assert first.round.title is None
    assert (second.title, second.instruction) == (UNSET, None)
    assert steps.usable(first.id, steps.settings_of(first)) == first
    assert steps.usable(second.id, steps.settings_of(second)) == second


# -- who is told what ----------------------------------------------------------------------------------------------


def test_whoever_does_not_steer_is_told_the_titles_of_what_comes(board: Board) -> None:
    """DM6: given a plan, when it changes, then moderators are told all of it, others only ids and titles, and nothing
    when none of those changed; of the step the board is at everybody is told everything."""
    write, choose = planned(board, PRIVATE, CHOOSE)
    outline = (Step(write, None, (), title="Write"), Step(choose, None, (), title="Choose"))
    assert board.told(Audience.MODERATORS) == (PlanChanged(board.state.plan),)
    for audience in (Audience.PARTICIPANTS, Audience.DISPLAYS):
        assert board.told(audience) == (PlanChanged(outline),)
        assert snapshot(board.state, audience, {}).plan == outline
    assert snapshot(board.state, Audience.MODERATORS, {}).plan == board.state.plan
    board.accepted("mo", StepEdit(choose, replace(CHOOSE, instruction="A secret to come")))
    assert board.told(Audience.PARTICIPANTS) == ()
    assert board.told(Audience.MODERATORS) == (PlanChanged(board.state.plan),)
    board.accepted("mo", StepGo(choose))
    told = board.told(Audience.PARTICIPANTS)
    assert told[0] == StepChanged(board.state.step)
    assert board.state.step.instruction == "A secret to come"


def test_a_hidden_card_is_not_revealed_by_going_on(board: Board) -> None:
    """DM6: given a sealed card that a moderator hid, when the board leaves private writing, then its words reach
    nobody but moderators."""
    write, talk = planned(board, PRIVATE, TALK)
    board.accepted("mo", StepGo(write))
    board.accepted("mo", CardHide(board.adds("ana", "abusive words")))
    board.accepted("mo", StepGo(talk))
    assert "abusive words" not in str(board.told(Audience.PARTICIPANTS) + board.told(Audience.DISPLAYS))
    assert "abusive words" in str(board.told(Audience.MODERATORS))


# -- a board that begins with a plan -------------------------------------------------------------------------------

ABOUT = About("b1", "KITE7", "A title", "brainstorm", "en", 0, ())


def begun(plan: tuple[Step, ...]) -> Decided | Rejected:
    decision = decide(EMPTY, Envelope(None, None, None, 5, "fresh"), BoardCreate(ABOUT, (), Step("other"), plan))
    assert isinstance(decision, Decided | Rejected)
    return decision


def test_a_board_with_a_plan_begins_at_its_first_step(board: Board) -> None:
    """DM1: given a plan, when a board begins with it, then it stands at the first step, cleaned as if it were added,
    with the timer and the vote of that step."""
    first = Step("first", " Think ", ("vote", "add"), title="One", timer_s=60, round=DOTS)
    decision = begun((first, Step("last", title="Two")))
    assert isinstance(decision, Decided)
    state = EMPTY
    for event in decision.events:
        state = fold(state, event)
    assert state.step == state.plan[0] == replace(first, instruction="Think", allows=("add", "vote"))
    assert state.timer == Timer(5, 60_005)
    assert state.open_round == "fresh"
    assert board.state.plan == (), "a board without one stands at the step it was given"


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        ((Step("a"), Step("a")), "invalid"),
        (tuple(Step(f"s{n}") for n in range(limits.STEPS_PER_PLAN + 1)), "board_full"),
        ((Step("a"), Step("b", "x" * 501)), "text_too_long"),
        ((Step("a", round=RoundOpen("dots")),), "invalid"),
    ],
)
def test_a_plan_that_cannot_be(plan: tuple[Step, ...], code: str) -> None:
    """DM1: given a plan that no moderator could have written, when a board is created with it, then it is refused."""
    decision = begun(plan)
    assert isinstance(decision, Rejected)
    assert decision.code == code


def test_a_log_from_before_there_were_plans_folds_as_it_did() -> None:
    """DM2: given facts that name no plan, and a step that no plan holds, when they are folded, then the step is so."""
    state = fold(EMPTY, BoardCreated(ABOUT, (), Step("open", "Think")))
    assert (state.step, state.plan) == (Step("open", "Think"), ())
    state = fold(state, StepChanged(Step("s2", None, ("vote",), private=True)))
    assert (state.step.id, state.plan) == ("s2", ())


# -- whatever a facilitator does -----------------------------------------------------------------------------------

SETTINGS = st.builds(
    StepSettings,
    title=st.sampled_from(("Write", "Choose", None)),
    instruction=st.sampled_from((None, "Think")),
    private=st.booleans(),
    approve=st.booleans(),
    timer_s=st.sampled_from((None, 60)),
    round=st.sampled_from((None, DOTS, RoundOpen("hands", on="options", options=("Ready?",)))),
)
PLACE = st.integers(0, 5)
DO = st.one_of(
    st.tuples(st.just("add"), SETTINGS, PLACE),
    st.tuples(st.just("edit"), SETTINGS, PLACE),
    st.tuples(st.just("move"), PLACE, PLACE),
    st.tuples(st.just("remove"), PLACE),
    st.tuples(st.just("go"), PLACE),
    st.tuples(st.just("set"), st.booleans(), st.booleans()),
    st.tuples(st.just("round")),
    st.tuples(st.just("write"), st.sampled_from(("ana", "bo", "mo"))),
)


def performed(board: Board, what: tuple[object, ...]) -> None:
    """One thing a facilitator, or somebody in the room, may try; it may be refused."""
    ids = [*(step.id for step in board.state.plan), "nowhere"]
    match what:
        case ("add", StepSettings() as settings, int(place)):
            before = ids[place % len(ids)]
            board.say("mo", StepAdd(settings, None if before == "nowhere" else before))
        case ("edit", StepSettings() as settings, int(place)):
            board.say("mo", StepEdit(ids[place % len(ids)], settings))
        case ("move", int(place), int(to)):
            board.say("mo", StepMove(ids[place % len(ids)], ids[to % len(ids)]))
        case ("remove", int(place)):
            board.say("mo", StepRemove(ids[place % len(ids)]))
        case ("go", int(place)):
            board.say("mo", StepGo(ids[place % len(ids)]))
        case ("set", bool(private), bool(open)):
            board.say("mo", StepSet("By hand", ALL_PERMISSIONS if open else ("vote",), private))
        case ("round",):
            open_round = board.state.open_round
            board.say("mo", RoundClose(open_round) if open_round else RoundOpen("dots", 3))
        case ("write", str(person)):
            if "add" in board.state.step.allows or person == "mo":
                board.adds(person)
        case _:
            raise AssertionError(what)


@settings(max_examples=150, deadline=None)
@given(st.lists(DO, max_size=25))
def test_whatever_a_facilitator_does_the_board_stays_whole(story: list[tuple[object, ...]]) -> None:
    """DM1, DM2, DM6: given any story of plans, edits, jumps, votes, then at every moment plan and current step agree,
    steps are distinct, nothing is sealed outside a private step, leaving one reveals, at most one round is open and it
    is the one the board knows, and the log folds to the same bytes."""
    board = Board()
    for what in story:
        before, length = board.state, len(board.log)
        performed(board, what)
        state = board.state
        assert all(step == state.step for step in state.plan if step.id == state.step.id)
        assert len({step.id for step in state.plan}) == len(state.plan) <= limits.STEPS_PER_PLAN
        assert [id for id, round in state.rounds.items() if round.state == "open"] == (
            [state.open_round] if state.open_round else []
        )
        if not state.step.private:
            assert not any(card.sealed is True for card in state.cards.values())
        told = [type(event) for entry in board.log[length:] for event in entry.events]
        assert (CardsRevealed in told) == (before.step.private and not state.step.private)
        if before.step.id != state.step.id:
            assert (RoundOpened in told) == (state.step.round is not UNSET)
            assert (state.timer is not None) == (state.step.timer_s is not UNSET)
    assert state_bytes(fold_all(EMPTY, board.log)) == state_bytes(board.state)
