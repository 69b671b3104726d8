"""Rates: what one person may say, however many lines they open (DESIGN section 8)."""

from __future__ import annotations

from msgspec.structs import replace

from rebond.hub.deciding import Done
from rebond_protocol.cards import CardAdd
from rebond_protocol.frames import Accepted, RejectedFrame
from rebond_protocol.opinions import OpinionGive
from rebond_protocol.people import ParticipantJoin
from rebond_protocol.talk import CommentAdd
from tests.hub.stage import SETTINGS, Stage


async def test_another_device_brings_nobody_another_burst() -> None:
    """Section 8: given a person has said all they may, when their other device comes in, then it may not either."""
    stage = await Stage(settings=replace(SETTINGS, commands_burst=3, commands_per_s=0.001)).begin()
    first = stage.enters("ana", device="one")
    for id in (1, 2, 3):
        assert isinstance(await stage.says(first, CardAdd(f"idea {id}"), id=id), Accepted)
    second = stage.enters("ana", device="two")
    refused = await stage.says(second, CardAdd("one more"), id=1)
    assert isinstance(refused, RejectedFrame)
    assert (refused.code, refused.temporary) == ("rate_limited", True)
    assert isinstance(await stage.says(stage.enters("bo"), CardAdd("mine"), id=1), Accepted)


async def test_what_happened_is_never_refused_for_haste() -> None:
    """LG4: given somebody who has said all they may, the last of it with no answer; when they come back and say that
    again; then it is answered as before. Refused, they would say it under another id, and it would be there twice."""
    stage = await Stage(settings=replace(SETTINGS, commands_burst=3, commands_per_s=0.001)).begin()
    first = stage.enters("ana", device="one")
    answers = [await stage.says(first, CardAdd(f"idea {id}"), id=id) for id in (1, 2, 3)]
    again = stage.enters("ana", device="one")
    assert await stage.says(again, CardAdd("idea 3"), id=3) == answers[2]
    refused = await stage.says(again, CardAdd("idea 4"), id=4)
    assert isinstance(refused, RejectedFrame)
    assert refused.code == "rate_limited"
    assert len(stage.room.state.cards) == 3


async def test_a_hand_that_hammers_on_a_kiosk_is_nobody_elses_matter() -> None:
    """Section 8: given a kiosk that brings fifty opinions at once, then as many as it may are counted and the others
    are refused for now, however many lines it opens; what else is said there, and at another kiosk, is not held up."""
    settings = replace(SETTINGS, opinions_burst=5, opinions_per_s=0.5)
    stage = await Stage(settings=settings).begin()
    card = await stage.adds("mo")
    assert isinstance(await stage.does(None, ParticipantJoin("booth", "kiosk")), Done)
    lines = [stage.enters("kit", device=device) for device in ("one", "two")]
    answers = [await stage.says(lines[id % 2], OpinionGive(card, "agree"), id=id) for id in range(1, 51)]
    refused = [answer for answer in answers if isinstance(answer, RejectedFrame)]
    assert len(answers) - len(refused) == 5
    assert {(one.code, one.temporary) for one in refused} == {("rate_limited", True)}
    assert isinstance(await stage.says(lines[0], CardAdd("an idea"), id=60), Accepted)
    assert isinstance(await stage.does("booth", OpinionGive(card, "agree")), Done)
    stage.clock.advance(4_000)
    allowed = [await stage.says(lines[0], OpinionGive(card, "agree"), id=id) for id in range(61, 65)]
    assert [isinstance(answer, Accepted) for answer in allowed] == [True, True, False, False]


async def test_a_program_at_a_kiosk_fills_no_board() -> None:
    """Section 8: given a kiosk that writes without end, then as much as one gathers offline is taken at once, and the
    rest no faster than visitors write; opinions given there, and people, are not held up."""
    stage = await Stage(settings=replace(SETTINGS, visitors_burst=4, visitors_per_s=0.5)).begin()
    card = await stage.adds("mo")
    line = stage.enters("kit")
    said = [CardAdd("again"), CommentAdd(card, "and again")] * 3
    answers = [await stage.says(line, command, id=id) for id, command in enumerate(said, 1)]
    assert [isinstance(answer, Accepted) for answer in answers] == [True] * 4 + [False] * 2
    assert {answer.code for answer in answers if isinstance(answer, RejectedFrame)} == {"rate_limited"}
    assert isinstance(await stage.says(line, OpinionGive(card, "agree"), id=10), Accepted)
    bo = stage.enters("bo")
    answers = [await stage.says(bo, CardAdd(f"mine {id}"), id=id) for id in range(1, 7)]
    assert all(isinstance(answer, Accepted) for answer in answers)
    stage.clock.advance(2_000)
    assert isinstance(await stage.says(line, CardAdd("another visitor's"), id=11), Accepted)
