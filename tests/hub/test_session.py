"""The conversation, sans I/O: whatever comes in, one thing is to be done about it (DESIGN section 7, HB3, HB9)."""

from typing import Any

import msgpack
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from rebond.hub.session import Answer, Do, Effect, Enter, Leave, SayBeat, Session, Show
from rebond.hub.settings import HubSettings
from rebond_protocol import limits
from rebond_protocol.cards import CardAdd
from rebond_protocol.codec import Format, encode
from rebond_protocol.errors import CLOSES, ERRORS
from rebond_protocol.frames import Error, Hello, Ping, Position, RejectedFrame, SignalFrame, Submit
from rebond_protocol.people import Writing

SETTINGS = HubSettings(commands_per_s=10, commands_burst=5, strikes_burst=4)
HELLO = Hello("token", "device-1", Position("e", 7))
ADD = Submit(1, CardAdd("an idea"))

both_formats = pytest.mark.parametrize("wire", Format, ids=["json", "msgpack"])


class Talk:
    """One session, fed with values, at a time of the test's choosing."""

    def __init__(self, wire: Format = Format.JSON, *, greeted: bool = True, settings: HubSettings = SETTINGS) -> None:
        self.wire = wire
        self.session = Session(wire, settings)
        self.now_ms = 0.0
        if greeted:
            self.says(HELLO)

    def says(self, value: object) -> Effect:
        return self.sends(encode(value, self.wire))

    def sends(self, data: bytes, binary: bool | None = None) -> Effect:
        return self.session.received(data, self.wire.binary if binary is None else binary, self.now_ms)

    def refused(self, data: bytes, binary: bool | None = None) -> Error | RejectedFrame:
        effect = self.sends(data, binary)
        assert isinstance(effect, Answer), effect
        return effect.frame


# -- the order of things -------------------------------------------------------------------------------------------


@both_formats
def test_hello_comes_first_and_is_let_in(wire: Format) -> None:
    """Section 7: given a new connection, when it says hello, then its token and position are to be checked."""
    talk = Talk(wire, greeted=False)
    assert not talk.session.greeted
    assert talk.says(HELLO) == Enter("token", "device-1", Position("e", 7))
    assert talk.session.greeted


@both_formats
@pytest.mark.parametrize("frame", [ADD, SignalFrame(Writing()), Ping()], ids=["submit", "signal", "ping"])
def test_nothing_is_done_before_hello(wire: Format, frame: Any) -> None:
    """Section 7: given a new connection, when it says anything else first, then it is told that hello is expected."""
    talk = Talk(wire, greeted=False)
    effect = talk.says(frame)
    assert isinstance(effect, Answer)
    assert effect.frame.code == "expected_hello"
    assert isinstance(effect.frame, RejectedFrame) == isinstance(frame, Submit)
    assert talk.says(HELLO) == Enter("token", "device-1", Position("e", 7)), "and hello is still welcome"


@both_formats
def test_hello_is_said_once(wire: Format) -> None:
    """Section 7: given a greeted connection, when it says hello as somebody else, then nothing of that happens."""
    effect = Talk(wire).says(Hello("another token", "device-2"))
    assert isinstance(effect, Answer)
    assert effect.frame.code == "already_greeted"


@both_formats
def test_what_each_frame_asks_for(wire: Format) -> None:
    """Section 7: given a greeted connection, when it speaks, then each frame asks for one thing."""
    talk = Talk(wire)
    assert talk.says(ADD) == Do(1, CardAdd("an idea"), len(encode(ADD, wire)))
    assert talk.says(SignalFrame(Writing(False))) == Show(Writing(False))
    assert talk.says(Ping()) == SayBeat()


# -- bad input -----------------------------------------------------------------------------------------------------

DEEP = b"[" * 5_000 + b"]" * 5_000
BAD: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "malformed"),
    "not JSON": (b"{type", "malformed"),
    "half a frame": (b'{"type":"submit","id":3,"comm', "malformed"),
    "wrong UTF-8": (b'{"type":"\xff\xfe"}', "malformed"),
    "a lone surrogate": (b'{"type":"submit","id":3,"command":{"type":"card.add","text":"\\ud800"}}', "malformed"),
    "not a map": (b"[1,2,3]", "malformed"),
    "too deep": (DEEP, "malformed"),
    "too large": (b'{"type":"ping","x":"' + b"a" * limits.FRAME_BYTES + b'"}', "too_large"),
    "no type": (b'{"id":1}', "unknown_type"),
    "a type of another kind": (b'{"type":["submit"]}', "unknown_type"),
    "an unknown type": (b'{"type":"submitt"}', "unknown_type"),
    "a server's frame": (b'{"type":"beat","seq":1}', "unknown_type"),
    "an unknown command": (b'{"type":"submit","id":3,"command":{"type":"card.explode"}}', "unknown_type"),
    "a command nobody may send": (
        b'{"type":"submit","id":3,"command":{"type":"participant.join","participant":"x","role":"moderator"}}',
        "unknown_type",
    ),
    "no command": (b'{"type":"submit","id":3}', "invalid"),
    "no id": (b'{"type":"submit","command":{"type":"board.lock"}}', "invalid"),
    "an id of nought": (b'{"type":"submit","id":0,"command":{"type":"board.lock"}}', "invalid"),
    "a negative id": (b'{"type":"submit","id":-4,"command":{"type":"board.lock"}}', "invalid"),
    "an id beyond exact numbers": (
        b'{"type":"submit","id":9007199254740993,"command":{"type":"board.lock"}}',
        "invalid",
    ),
    "a huge id": (b'{"type":"submit","id":1' + b"0" * 400 + b',"command":{"type":"board.lock"}}', "malformed"),
    "half an id": (b'{"type":"submit","id":1.5,"command":{"type":"board.lock"}}', "invalid"),
    "a true id": (b'{"type":"submit","id":true,"command":{"type":"board.lock"}}', "invalid"),
    "a text of another kind": (b'{"type":"submit","id":3,"command":{"type":"card.add","text":7}}', "invalid"),
    "a negative weight": (
        b'{"type":"submit","id":3,"command":{"type":"vote.cast","round":"r","card":"c","weight":-1}}',
        "invalid",
    ),
    "a huge weight": (
        b'{"type":"submit","id":3,"command":{"type":"vote.cast","round":"r","card":"c","weight":101}}',
        "invalid",
    ),
    "an id that is none": (b'{"type":"submit","id":3,"command":{"type":"card.erase","card":"../etc"}}', "invalid"),
}


@pytest.mark.parametrize(("data", "code"), BAD.values(), ids=BAD.keys())
def test_bad_frames_get_a_code_and_a_sentence(data: bytes, code: str) -> None:
    """HB9: given a greeted connection, when a bad frame comes, then it is answered with its row, and the line lives."""
    talk = Talk()
    frame = talk.refused(data)
    assert (frame.code, frame.message) == (code, ERRORS[code].message)
    assert isinstance(frame, RejectedFrame) == (b'"id":3' in data and code != "malformed")
    assert talk.says(Ping()) == SayBeat()


@both_formats
def test_the_other_format_is_named(wire: Format) -> None:
    """Section 7: given one format was agreed on, when the other one comes, then the answer says which to use."""
    other = Format.JSON if wire.binary else Format.MSGPACK
    talk = Talk(wire)
    assert talk.refused(encode(Ping(), other), binary=other.binary).code == "wrong_format"
    assert talk.says(Ping()) == SayBeat()


def test_a_refusal_names_the_field_and_never_quotes_at_length() -> None:
    """HB9: given a field with a wrong value, when it is refused, then the details name the field in few words."""
    wrong = {"type": "submit", "id": 3, "command": {"type": "x" * 5_000}}
    frame = Talk().refused(orjson.dumps(wrong))
    assert frame.details is not UNSET
    assert frame.details["field"] == "command.type"
    assert len(orjson.dumps(frame.details)) < 600


# -- too much ------------------------------------------------------------------------------------------------------


def test_haste_is_refused_and_forgiven() -> None:
    """HB3: given a burst is used up, when more comes, then it is refused `rate_limited`; a moment later it is taken."""
    talk = Talk()
    effects = [talk.says(Submit(id, CardAdd("x"))) for id in range(1, 8)]
    assert [type(effect) for effect in effects] == [Do] * 5 + [Answer] * 2
    last = effects[-1]
    assert isinstance(last, Answer)
    assert isinstance(last.frame, RejectedFrame)
    assert (last.frame.id, last.frame.code, last.frame.temporary) == (7, "rate_limited", True)
    talk.now_ms += 100
    assert isinstance(talk.says(Submit(7, CardAdd("x"))), Do)


def test_a_flood_of_hasty_commands_is_abuse() -> None:
    """HB3: given somebody goes on as if nothing had been said, then the connection ends."""
    talk = Talk()
    effects = [talk.says(Ping()) for _ in range(5 + 50 + 1)]
    assert effects[-2] != Leave("abuse")
    assert effects[-1] == Leave("abuse")


def test_a_flood_of_mistakes_is_abuse() -> None:
    """HB9: given mistakes come faster than one a second for a while, then the connection ends with `abuse`."""
    talk = Talk(greeted=False)
    effects = [talk.sends(b"?") for _ in range(5)]
    assert effects[3] != Leave("abuse")
    assert effects[4] == Leave("abuse")


def test_rare_mistakes_are_forgiven_for_ever() -> None:
    """HB9: given one mistake a second, when that goes on for long, then each is answered and the line lives."""
    talk = Talk()
    for _ in range(200):
        talk.now_ms += 1_000
        assert isinstance(talk.sends(b"?"), Answer)


# -- anything at all -----------------------------------------------------------------------------------------------

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
NEARLY = st.fixed_dictionaries(
    {"type": st.sampled_from(("hello", "submit", "signal", "ping", "beat", ""))},
    optional={
        "id": VALUES | st.integers(1, 9),
        "command": VALUES
        | st.fixed_dictionaries(
            {"type": st.sampled_from(("card.add", "card.rebound", "vote.cast", "round.open", "step.set", "nope"))},
            optional={"text": VALUES, "parents": VALUES, "card": VALUES, "weight": VALUES, "round": VALUES},
        ),
        "token": VALUES,
        "device": VALUES,
        "position": VALUES,
        "signal": VALUES,
    },
)


def _packed(value: Any) -> bytes:
    try:
        return msgpack.packb(value)
    except (OverflowError, ValueError):
        return msgpack.packb(repr(value))


def _jsoned(value: Any) -> bytes:
    try:
        return orjson.dumps(value)
    except TypeError:
        return repr(value).encode("utf-8", "surrogatepass")


MESSAGES = st.one_of(
    st.binary(max_size=200),
    VALUES.map(_jsoned),
    VALUES.map(_packed),
    NEARLY.map(_jsoned),
    NEARLY.map(_packed),
    st.dictionaries(st.binary(max_size=3) | st.integers() | st.none(), VALUES, max_size=3).map(_packed),
)


@given(st.sampled_from(list(Format)), st.lists(st.tuples(MESSAGES, st.booleans(), st.integers(0, 900)), max_size=30))
def test_whatever_comes_one_thing_is_done_about_it(wire: Format, said: list[tuple[bytes, bool, int]]) -> None:
    """HB9: given any bytes in any order, then nothing raises, and each message has one effect."""
    talk = Talk(wire, greeted=False)
    entered = 0
    for data, binary, later_ms in said:
        talk.now_ms += later_ms
        effect = talk.sends(data, binary)
        match effect:
            case Answer(frame):
                assert ERRORS[frame.code].message == frame.message
                assert encode(frame, wire)
            case Leave(code):
                assert code in CLOSES
            case Enter():
                entered += 1
            case Do() | Show() | SayBeat():
                assert entered == 1, "nothing before hello"
    assert entered <= 1
