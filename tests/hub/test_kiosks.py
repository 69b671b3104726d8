"""A lab's board over a room: opinions leave as numbers, the window and its histories go with the card, a kiosk that is
taken away is gone at once (DM6, DM7, HB4, HB6)."""

from __future__ import annotations

import pytest

from rebond_protocol.cards import CardErase, CardHide, CardRemove, CardShow
from rebond_protocol.commands import ClientCommand, Command
from rebond_protocol.errors import CLOSES
from rebond_protocol.frames import Bye, Events, Position, Welcome, Yours
from rebond_protocol.opinions import OpinionGive, OpinionsCounted
from rebond_protocol.people import ParticipantRemove
from rebond_protocol.replica import BoardReplica
from rebond_protocol.stages import CardShowcase, CardShowcased, CardStage, HistoryTold, Showcase
from rebond_protocol.talk import ReactionsCounted, ReactionSet
from tests.hub.stage import Stage
from tests.simulation.world import turns

SECRET = "the words nobody should read"
WINDOW = Showcase(question=SECRET)


async def done(stage: Stage, *acts: tuple[str, Command]) -> None:
    """Commands that are told one by one."""
    for who, command in acts:
        await stage.does(who, command)
        stage.room.flush()


async def test_a_crowd_before_one_kiosk_is_one_number_a_card() -> None:
    """DM7: given fifteen opinions of two cards in one flush, when it is told, then everybody gets one number a card and
    mark; none says at which kiosk, and a card that nobody spoke of is not named."""
    stage = await Stage().begin()
    one, other, _ = [await stage.adds("mo", text) for text in ("one", "other", "third")]
    sockets = [stage.enters(who) for who in ("bo", "mo", "wall", "kit")]
    for socket in sockets:
        socket.read()
    given = [OpinionGive(one, "agree")] * 9 + [OpinionGive(one, "disagree")] + [OpinionGive(other, "4")] * 5
    await stage.together([("kit", opinion) for opinion in given])
    for socket in sockets:
        (frame,) = socket.only(Events)
        assert frame.events == (OpinionsCounted({one: {"agree": 9, "disagree": 1}, other: {"4": 5}}),)
    assert b'"kit"' not in sockets[0].heard()


async def test_who_was_away_is_told_the_last_number_only() -> None:
    """DM7, HB4: given opinions and reactions told in many flushes, when a phone resumes from before, then one event has
    the last numbers of all opinions, another those of all reactions, and neither has swallowed the other."""
    stage = await Stage().begin()
    one, other = [await stage.adds("mo", text) for text in ("one", "other")]
    welcome = stage.enters("bo").only(Welcome)[0]
    for _ in range(3):
        await done(stage, ("kit", OpinionGive(one, "agree")), ("ana", ReactionSet(one, "heart")))
        await done(stage, ("kit", OpinionGive(other, "pass")), ("ana", ReactionSet(one, None)))
    await done(stage, ("cy", ReactionSet(other, "spark")))
    back = stage.enters("bo", position=Position(welcome.position.epoch, welcome.position.seq))
    (frame,) = back.only(Events)
    assert set(map(type, frame.events)) == {OpinionsCounted, ReactionsCounted}
    assert len(frame.events) == 2
    assert OpinionsCounted({one: {"agree": 3}, other: {"pass": 3}}) in frame.events
    assert ReactionsCounted({one: {}, other: {"spark": 1}}) in frame.events


@pytest.mark.parametrize("taking", [CardHide, CardRemove, CardErase])
async def test_window_and_history_are_taken_back_with_their_card(
    taking: type[CardHide | CardRemove | CardErase],
) -> None:
    """DM6, HB4: given a card in the window, with a history, when it is taken off the board, then whoever is there
    forgets both, whoever resumes begins anew, and neither snapshot nor ring has a word of it left."""
    stage = await Stage().begin()
    card = await stage.adds("mo", "in the window")
    here = stage.enters("bo")
    replica = here.followed(BoardReplica())
    welcome = stage.enters("cy").only(Welcome)[0]
    await done(stage, ("mo", CardShowcase(card, WINDOW)), ("mo", CardStage(card, "test", SECRET)))
    assert here.followed(replica).showcases == {card: WINDOW}
    await stage.does("mo", taking(card))  # told at once: nobody flushes
    assert (here.followed(replica).showcases, replica.stages) == ({}, {})
    for who in ("cy", "kit", "wall"):
        back = stage.enters(who, position=Position(welcome.position.epoch, welcome.position.seq))
        assert not back.only(Welcome)[0].recovered
        assert SECRET.encode() not in back.heard()
        assert SECRET.encode() not in stage.enters(who).heard()


async def test_what_is_shown_and_covered_in_one_flush_is_not_said() -> None:
    """DM6: given a card put in the window, given a note and hidden, all in one flush, then only moderators get the
    words; and when it is shown again, everybody has window and history whole."""
    stage = await Stage().begin()
    card = await stage.adds("mo", "in the window")
    phone, wall, desk = (stage.enters(who) for who in ("kit", "wall", "mo"))
    shown: list[tuple[str, ClientCommand]] = [
        ("mo", CardShowcase(card, WINDOW)),
        ("mo", CardStage(card, "test", SECRET)),
    ]
    await stage.together([*shown, ("mo", CardHide(card))])
    assert SECRET.encode() not in phone.heard() + wall.heard()
    assert SECRET.encode() in desk.heard()
    await done(stage, ("mo", CardShow(card)))
    told = [event for frame in phone.only(Events) for event in frame.events]
    assert CardShowcased(card, WINDOW) in told
    assert any(isinstance(event, HistoryTold) and event.stages[0].note == SECRET for event in told)


@pytest.mark.parametrize("who", ["bo", "kit", "wall", "mo"])
async def test_who_comes_back_has_the_lab_that_a_newcomer_is_shown(who: str) -> None:
    """HB4: given histories, a window and opinions that changed while somebody was away, when they resume, then their
    board is, field by field, what a newcomer of theirs is given."""
    stage = await Stage().begin()
    one, other = [await stage.adds("mo", text) for text in ("one", "other")]
    await done(stage, ("mo", CardShowcase(other, WINDOW)), ("kit", OpinionGive(one, "pass")))
    line = stage.enters(who)
    position = line.only(Welcome)[0].position
    replica = stage.enters(who, device="d2").followed(BoardReplica())
    stage.room.detach(line.connection)
    await done(
        stage, ("mo", CardStage(one, "design")), ("mo", CardStage(one, "stopped", "too dear")),
        ("mo", CardShowcase(one, Showcase("stars"))), ("mo", CardShowcase(other, None)),
        ("kit", OpinionGive(one, "5")), ("kit", OpinionGive(one, "5")), ("kit", OpinionGive(other, "agree")),
        ("bo", ReactionSet(one, "heart")),
    )  # fmt: skip
    back = stage.enters(who, position=position)
    came = back.followed(replica)
    fresh = stage.enters(who).followed(BoardReplica())
    assert b'"recovered":true' in back.heard()
    assert came.view == fresh.view
    assert came.opinions == {one: {"pass": 1, "5": 2}, other: {"agree": 1}}
    assert came.showcases == {one: Showcase("stars")}


async def test_a_kiosk_that_is_taken_away_is_closed_at_once() -> None:
    """HB6: given a kiosk on two lines, when it is revoked, then both close, what was counted there stays, and what it
    still sends changes nothing."""
    stage = await Stage().begin()
    card = await stage.adds("mo", "in the window")
    await done(stage, ("kit", OpinionGive(card, "agree")))
    screen, second, phone = stage.enters("kit"), stage.enters("kit", device="d2"), stage.enters("bo")
    await stage.does("mo", ParticipantRemove("kit"))
    for socket in (screen, second):
        assert socket.only(Bye) == [Bye("removed", None)]
        assert socket.closed_with == CLOSES["removed"].number
    assert not phone.outbox.closed
    assert stage.room.refusal("kit") == "removed"
    seq = stage.room.state.seq
    stage.room.submit(screen.connection, 1, OpinionGive(card, "disagree"))
    await turns(10)
    assert stage.room.state.seq == seq
    assert stage.enters("cy").followed(BoardReplica()).opinions == {card: {"agree": 1}}


async def test_nothing_is_a_kiosks_own() -> None:
    """HB1: given a visitor's card that waits at a kiosk, when the next stands there, on the line or a new one, then the
    kiosk is told of none: neither that it is theirs nor what it says."""
    stage = await Stage().begin()
    kiosk = stage.enters("kit")
    await stage.adds("kit", SECRET)
    for socket in (kiosk, stage.enters("kit", device="d2")):
        assert not any(own.cards or own.authored for own in socket.only(Yours))
        assert SECRET.encode() not in socket.heard()
