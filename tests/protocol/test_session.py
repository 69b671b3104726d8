"""The client's session, frame by frame: resume, resend, window, repeats, epochs, dead lines, coming back or not."""

from typing import Any

import pytest

from rebond_protocol import codec
from rebond_protocol.cards import CardAdd, CardGone
from rebond_protocol.codec import Format
from rebond_protocol.errors import CLOSES, CloseCode
from rebond_protocol.frames import (
    Accepted,
    Beat,
    Bye,
    Error,
    Events,
    Ping,
    Position,
    Presence,
    RejectedFrame,
    ServerFrame,
    Snapshot,
    Welcome,
    You,
    Yours,
)
from rebond_protocol.limits import Limits
from rebond_protocol.people import Writing
from rebond_protocol.session import (
    BACKOFF_FIRST_MS,
    BACKOFF_MOST_MS,
    ClientSession,
    ComeBack,
    Complained,
    Followed,
    Gathered,
    Happening,
    LineDead,
    Parting,
    Privately,
    Restarted,
    Say,
    Settled,
    StayAway,
    Welcomed,
)
from tests.protocol.desk import Desk

BOARD = Desk().snapshot("aude")
YOU = You("aude", "participant", None, None)


def welcome(seq: int, *, recovered: bool, epoch: str = "e1", window: int = 64, beat_ms: int = 10_000) -> Welcome:
    return Welcome(YOU, Position(epoch, seq), recovered, 0, Limits(commands_in_flight=window, beat_ms=beat_ms))


def hear(session: ClientSession, *frames: ServerFrame, now_ms: float = 0) -> list[Happening]:
    """What comes of these frames, one after the other."""
    return [happening for frame in frames for happening in session.received(codec.encode(frame, session.wire), now_ms)]


def said(happenings: list[Happening]) -> list[dict[str, Any]]:
    """The frames to send among these, as plain values."""
    return [read(happening.data) for happening in happenings if isinstance(happening, Say)]


def read(data: bytes) -> dict[str, Any]:
    return codec.plain(codec.read_client_frame(data, Format.JSON))


def live_session(seq: int = 5, window: int = 64) -> ClientSession:
    """Given a session that follows a board at `seq`."""
    session = ClientSession("token-of-aude", "d1")
    session.connected(0)
    hear(session, welcome(seq, recovered=False, window=window), Snapshot(Position("e1", seq), BOARD), mine(seq))
    return session


def mine(seq: int) -> Yours:
    return Yours(seq, {}, (), ())


# -- following -----------------------------------------------------------------------------------------------------


def test_a_newcomer_says_hello_without_a_position_and_begins_with_a_snapshot() -> None:
    session = ClientSession("token-of-aude", "d1")
    hello = {"type": "hello", "token": "token-of-aude", "device": "d1", "position": None}
    assert [read(frame) for frame in session.connected(0)] == [hello]
    position = Position("e1", 5)
    assert hear(session, welcome(5, recovered=False)) == [Welcomed(welcome(5, recovered=False))]
    assert hear(session, Snapshot(position, BOARD)) == [Restarted(position)]
    assert hear(session, mine(5)) == [Privately(mine(5))]
    assert session.replica.view == BOARD


def test_hb4_whoever_comes_back_says_where_they_were() -> None:
    """HB4: given a session at 7, when its line breaks, then it asks for what came after 7."""
    session = live_session(5)
    hear(session, Events(7, ()))
    session.disconnected(1006, 0.0)
    assert read(session.connected(0)[0])["position"] == {"epoch": "e1", "seq": 7}


def test_events_at_or_below_the_position_are_repeats() -> None:
    session = live_session(5)
    event = CardGone("c1")
    assert hear(session, Events(7, (event,))) == [Followed(Position("e1", 7), (event,))]
    assert hear(session, Events(7, (event,)), Events(6, (event,))) == []
    assert session.position == Position("e1", 7)


def test_a_recovery_with_nothing_to_tell_still_moves_the_position() -> None:
    """Given that all one missed was hidden from them, when `yours` ends the recovery, then they stand where it led."""
    session = live_session(5)
    session.disconnected(1006, 0.0)
    session.connected(0)
    hear(session, welcome(9, recovered=True))
    assert session.position == Position("e1", 5)
    hear(session, mine(9))
    assert session.position == Position("e1", 9)


def test_later_yours_does_not_move_the_position() -> None:
    session = live_session(5)
    hear(session, Yours(8, {"r1": {"c1": 2}}))
    assert session.position == Position("e1", 5)
    assert session.replica.ballots == {"r1": {"c1": 2}}


def test_lg6_another_epoch_begins_again_with_a_snapshot() -> None:
    """LG6: given another past, when the snapshot comes, then the position is of the new epoch, even if it is lower."""
    session = live_session(50)
    session.disconnected(4003, 0.0)
    session.connected(0)
    hear(session, welcome(3, recovered=False, epoch="e2"))
    assert session.position == Position("e1", 50), (
        "until the snapshot is here, the old position is the one to resume from"
    )
    hear(session, Snapshot(Position("e2", 3), BOARD), mine(3), Events(4, ()))
    assert session.position == Position("e2", 4)


@pytest.mark.parametrize("epoch", ["e1", "e2"])
def test_a_recovery_from_nowhere_is_not_believed(epoch: str) -> None:
    session = ClientSession("t", "d1") if epoch == "e1" else live_session()
    session.disconnected(None, 0.0)
    session.connected(0)
    assert isinstance(hear(session, welcome(9, recovered=True, epoch=epoch))[0], LineDead)
    assert not session.online


def test_presence_and_complaints_are_passed_on() -> None:
    session = live_session()
    presence, error = Presence(2, 1, {"citizen": 2}), Error("rate_limited", "…")
    assert hear(session, presence, error) == [Gathered(presence), Complained(error)]
    assert session.presence == presence


def test_frames_of_a_later_version_are_passed_over() -> None:
    assert live_session().received(b'{"type":"applause"}', 0) == []


@pytest.mark.parametrize("data", [b"", b"[]", b'{"type":"beat"}', b'{"type":"events","seq":6,"events":[7]}', b"\xff"])
def test_what_no_server_says_raises_value_error(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"(?s).*"):
        live_session().received(data, 0)


# -- acting --------------------------------------------------------------------------------------------------------


def test_a_command_goes_out_at_once_on_a_live_line() -> None:
    session = live_session()
    id, frame = session.submit(CardAdd("vélo"))
    assert frame is not None
    assert (id, read(frame)["id"], read(frame)["command"]["text"]) == (1, 1, "vélo")
    assert list(session.unanswered) == [1]


def test_a_command_without_a_line_waits_for_the_welcome() -> None:
    session = ClientSession("t", "d1")
    assert session.submit(CardAdd("vélo")) == (1, None)
    session.connected(0)
    assert session.submit(CardAdd("café")) == (2, None)
    assert [frame["id"] for frame in said(hear(session, welcome(5, recovered=False)))] == [1, 2]


def test_lg4_what_was_not_answered_is_said_again_in_order_under_the_same_ids() -> None:
    """LG4: given three commands of which the second was answered, when the line is back, then 1 and 3 are repeated."""
    session = live_session()
    first, _, third = [session.submit(CardAdd(text))[1] for text in ("vélo", "café", "quai")]
    hear(session, Accepted(2, 6))
    session.disconnected(1006, 0.0)
    session.connected(0)
    again = [happening.data for happening in hear(session, welcome(6, recovered=True)) if isinstance(happening, Say)]
    assert again == [first, third]


def test_lg4_a_command_is_settled_once() -> None:
    session = live_session()
    session.submit(CardAdd("vélo"))
    assert hear(session, Accepted(1, 6, "c6")) == [Settled(1, CardAdd("vélo"), Accepted(1, 6, "c6"))]
    assert hear(session, Accepted(1, 6, "c6"), Accepted(99, 7)) == []
    assert session.unanswered == {}


def test_a_refusal_settles_too() -> None:
    session = live_session()
    session.submit(CardAdd("vélo"))
    refused = RejectedFrame(1, "locked", "…", True)
    assert hear(session, refused) == [Settled(1, CardAdd("vélo"), refused)]


def test_no_more_commands_are_in_flight_than_the_server_allows() -> None:
    """Given a window of two, when five commands are submitted, then each answer lets the next one out."""
    session = live_session(window=2)
    frames = [session.submit(CardAdd(str(number)))[1] for number in range(5)]
    assert [frame is not None for frame in frames] == [True, True, False, False, False]
    assert [frame["id"] for frame in said(hear(session, Accepted(2, 6)))] == [3]
    assert [frame["id"] for frame in said(hear(session, RejectedFrame(1, "locked", "…", True)))] == [4]
    session.disconnected(None, 0.0)
    session.connected(0)
    assert [frame["id"] for frame in said(hear(session, welcome(6, recovered=True, window=2)))] == [3, 4]


def test_ids_go_on_where_the_device_left_off() -> None:
    session = ClientSession("t", "d1", first_id=42)
    assert [session.submit(CardAdd("x"))[0] for _ in range(2)] == [42, 43]


def test_a_command_no_server_would_read_is_refused_at_once() -> None:
    session = live_session()
    with pytest.raises(ValueError, match="bytes"):
        session.submit(CardAdd("x" * session.limits.frame_bytes))
    assert session.unanswered == {}
    assert session.submit(CardAdd("x"))[0] == 1


def test_signals_are_said_only_on_a_live_line() -> None:
    session = ClientSession("t", "d1")
    assert session.signal(Writing()) is None
    frame = live_session().signal(Writing(False))
    assert frame is not None
    assert read(frame) == {"type": "signal", "signal": {"type": "writing", "on": False}}


def test_an_observer_is_told_everything_in_order() -> None:
    record: list[str] = []
    session = ClientSession("t", "d1", observe=lambda happening: record.append(type(happening).__name__))
    session.submit(CardAdd("x"))
    session.connected(0)
    hear(session, welcome(5, recovered=False), Snapshot(Position("e1", 5), BOARD), mine(5), Accepted(1, 6))
    assert record == ["Submitted", "Welcomed", "Say", "Restarted", "Privately", "Settled"]


# -- signs of life -------------------------------------------------------------------------------------------------


def test_hb5_two_silent_intervals_mean_a_dead_line() -> None:
    """HB5: given a beat every ten seconds, when nothing is heard for more than twenty, then the line is dead."""
    session = live_session()
    assert not any(isinstance(happening, LineDead) for happening in session.checked(20_000))
    assert session.checked(20_001) == [LineDead("silent")]


def test_anything_heard_is_a_sign_of_life() -> None:
    session = live_session()
    hear(session, Beat(5), now_ms=15_000)
    assert not any(isinstance(happening, LineDead) for happening in session.checked(35_000))


def test_hb5_one_silent_interval_is_asked_into_once() -> None:
    """HB5: given an interval of silence, when checked, then a ping asks for a beat; whatever is heard ends it."""
    session = live_session()
    assert session.checked(10_000) == []
    assert said(session.checked(10_001)) == [codec.plain(Ping())]
    assert session.checked(10_002) == []
    hear(session, Beat(5), now_ms=10_003)
    assert session.checked(20_003) == []
    assert said(session.checked(20_004)) == [codec.plain(Ping())]


def test_hb5_a_beat_ahead_and_no_events_by_the_next_means_something_was_missed() -> None:
    session = live_session(5)
    assert hear(session, Beat(5), Beat(7)) == []
    assert hear(session, Beat(7)) == [LineDead("missed events")]


def test_hb5_a_beat_ahead_that_the_events_catch_up_with_is_nothing() -> None:
    session = live_session(5)
    event = Events(7, ())
    assert hear(session, Beat(7), event, Beat(8), Events(8, ()), Beat(9)) == [
        Followed(Position("e1", 7), ()),
        Followed(Position("e1", 8), ()),
    ]


# -- the end of a line ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("close", CLOSES.values(), ids=CLOSES.keys())
def test_hb9_the_close_table_says_whether_to_come_back(close: CloseCode) -> None:
    after = live_session().disconnected(close.number, 0.5)
    assert isinstance(after, ComeBack) == close.resumable
    if isinstance(after, StayAway):
        assert after.close == close


@pytest.mark.parametrize("close", CLOSES.values(), ids=CLOSES.keys())
def test_hb9_a_bye_counts_also_where_the_close_code_was_lost(close: CloseCode) -> None:
    session = live_session()
    bye = Bye(close.code, 250 if close.resumable else None)
    assert hear(session, bye) == [Parting(bye)]
    assert isinstance(session.disconnected(1006, 0.0), ComeBack) == close.resumable


@pytest.mark.parametrize(
    ("number", "comes_back"), [(None, True), (1000, True), (1001, True), (1006, True), (1012, True)]
)
def test_any_other_loss_of_the_line_is_resumable(number: int | None, comes_back: bool) -> None:
    assert isinstance(live_session().disconnected(number, 0.0), ComeBack) == comes_back


@pytest.mark.parametrize("number", [1009, 4599])
def test_what_would_end_the_same_way_is_not_tried_again(number: int) -> None:
    assert live_session().disconnected(number, 0.0) == StayAway(number, None)


def test_hb7_delays_grow_with_full_jitter_and_end_at_the_most() -> None:
    """HB7: given failure after failure, when a client waits, then anywhere between nothing and a growing most."""
    session = ClientSession("t", "d1")
    longest = [session.disconnected(None, 1.0) for _ in range(12)]
    expected = [min(BACKOFF_MOST_MS, BACKOFF_FIRST_MS * 2**failures) for failures in range(12)]
    assert longest == [ComeBack(delay_ms) for delay_ms in expected]
    assert session.disconnected(None, 0.0) == ComeBack(0)
    assert session.disconnected(None, 0.5) == ComeBack(BACKOFF_MOST_MS // 2)


def test_a_welcome_ends_the_row_of_failures() -> None:
    session = ClientSession("t", "d1")
    for _ in range(5):
        session.disconnected(None, 1.0)
    session.connected(0)
    hear(session, welcome(5, recovered=False))
    assert session.disconnected(None, 1.0) == ComeBack(BACKOFF_FIRST_MS)


def test_hb7_whoever_is_asked_to_wait_waits_at_least_that() -> None:
    session = live_session()
    hear(session, Bye("draining", 3_000))
    assert session.disconnected(4001, 0.5) == ComeBack(3_000 + BACKOFF_FIRST_MS // 2)
    session.connected(0)
    assert session.disconnected(None, 0.0) == ComeBack(0), "asked once"
