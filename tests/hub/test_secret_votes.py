"""Secret votes over real rooms: whatever people say, the bytes on everybody else's sockets are the same (DM6, DM7).

PRODUCT 5.4: hidden votes must not leak through panels or the network tab. The same evening is played twice with other
ballots, and every frame is compared: live, on resuming, and in the snapshot of who comes late.
"""

import pytest
from msgspec.structs import replace

from rebond.domain.methods import METHODS
from rebond.hub.outbox import OutboxLimits
from rebond_protocol.errors import Rejected
from rebond_protocol.frames import Events, Position, Welcome, Yours
from rebond_protocol.rounds import (
    Criterion,
    Method,
    RoundClose,
    RoundClosed,
    RoundOpen,
    VoteCast,
    VoteCompare,
    VoteMark,
    VoteRetract,
)
from tests.hub.stage import SETTINGS, Socket, Stage

ALL: tuple[Method, ...] = tuple(METHODS)
CRITERIA = (Criterion("Useful", 3), Criterion("Feasible", 1))
MARKS: dict[Method, tuple[tuple[int, ...], tuple[int, ...]]] = {
    "agree": ((1,), (-1,)), "stars": ((5,), (1,)), "criteria": ((5, 1), (2, 4)), "matrix": ((1, 5), (5, 1)),
    "quadratic": ((3,), (-2,)),
}  # fmt: skip
"""What is said in the one evening and in the other."""
ROOMY = replace(SETTINGS, outbox=OutboxLimits())
"""Nobody here is slow: every socket is told all."""


class Evening:
    """A board of two cards and a secret vote on it, with sockets that listen and people who vote from elsewhere."""

    async def begin(self, method: Method) -> "Evening":
        self.method: Method = method
        self.stage = await Stage(settings=ROOMY).begin()
        self.cards = [await self.stage.adds("ana"), await self.stage.adds("ana")]
        self.listeners = {person: self.enters(person) for person in ("sam", "mo", "wall", "kit")}
        opening = RoundOpen(method, 16, 4, True, None, "cards", (), CRITERIA)
        outcome = await self.stage.does("mo", opening)
        assert not isinstance(outcome, Rejected)
        self.round = outcome.made or ""
        self.stage.room.flush()
        return self

    def enters(self, person: str, position: Position | None = None, device: str = "d1") -> Socket:
        """Somebody whose socket takes whatever comes."""
        return self.stage.enters(person, position=position, device=device, limits=OutboxLimits())

    async def vote(self, person: str, other: bool) -> None:
        first, second = reversed(self.cards) if other else self.cards
        match METHODS[self.method].sent:
            case "vote.cast":
                command = VoteCast(self.round, first, 1)
            case "vote.mark":
                command = VoteMark(self.round, first, MARKS[self.method][other])
            case "vote.compare":
                command = VoteCompare(self.round, first, second, "left")
        assert not isinstance(await self.stage.does(person, command), Rejected)
        self.stage.room.flush()

    def heard(self, person: str) -> list[bytes]:
        """Every payload on this person's socket so far, with this evening's ids made alike."""
        socket = self.listeners[person]
        socket.read()
        return [self.alike(frame.payload) for frame in socket.taken]

    def alike(self, payload: bytes) -> bytes:
        for name, id in (("ROUND", self.round), ("FIRST", self.cards[0]), ("SECOND", self.cards[1])):
            payload = payload.replace(id.encode(), name.encode())
        return payload


@pytest.mark.parametrize("method", ALL)
async def test_other_ballots_make_no_other_byte_for_anybody_else(method: Method) -> None:
    """DM6: given a secret vote of each method, when people vote otherwise, then no frame of anybody else's differs,
    neither live nor on resuming nor in a snapshot; and their own ballots are on their own sockets alone.
    """
    evenings = [await Evening().begin(method) for _ in range(2)]
    heard: list[dict[str, list[bytes]]] = []
    for other, evening in enumerate(evenings):
        stage = evening.stage
        before = next(frame for frame in evening.listeners["sam"].read() if isinstance(frame, Welcome)).position
        evening.listeners["bo"] = evening.enters("bo")
        evening.listeners["bo"].read()
        for person in ("ana", "bo", "cy"):
            await evening.vote(person, bool(other))
        await stage.does("cy", VoteRetract(evening.round, own_key(evening, bool(other))))
        stage.room.flush()
        own = evening.listeners["bo"].only(Yours)
        assert [(one.ballots or one.marks) for one in own]
        assert all(set(one.ballots) <= {evening.round} for one in own)
        evening.listeners["back"] = evening.enters("sam", Position(before.epoch, before.seq), "d2")
        evening.listeners["late"] = evening.enters("mia")
        heard.append({who: evening.heard(who) for who in ("sam", "mo", "wall", "kit", "back", "late")})
    assert all(heard[0].values())
    assert heard[0] == heard[1]
    assert any(b'"voters":3' in payload for payload in heard[0]["wall"])


def own_key(evening: Evening, other: bool) -> str:
    first, second = reversed(evening.cards) if other else evening.cards
    return " ".join(sorted((first, second))) if evening.method == "pairwise" else first


@pytest.mark.parametrize("method", ALL)
async def test_closing_tells_everybody_the_same_outcome(method: Method) -> None:
    """DM6, DM7: given a secret vote of each method with ballots, when it closes, then every audience is told its
    numbers and its results, once.
    """
    evening = await Evening().begin(method)
    for person, other in (("ana", False), ("bo", False), ("cy", True)):
        await evening.vote(person, other)
    for listener in evening.listeners.values():
        listener.read()
    await evening.stage.does("mo", RoundClose(evening.round))
    evening.stage.room.flush()
    told = [
        [event for frame in listener.only(Events) for event in frame.events if isinstance(event, RoundClosed)]
        for listener in evening.listeners.values()
    ]
    assert all(one == told[0] for one in told)
    (closing,) = told[0]
    assert closing.results
    assert closing.voters == 3
    assert bool(closing.tallies) != bool(closing.counts)
