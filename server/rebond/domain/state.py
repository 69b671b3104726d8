"""The state of a board: the value that the fold makes of its log (DM2).

Frozen all the way down, with persistent maps, so that deciding on a draft costs nothing to throw away, and a state can
be encoded while the board moves on (ADR 0004).
"""

from collections import Counter
from collections.abc import Callable
from typing import Any, cast

import msgspec
from immutables import Map
from msgspec.structs import replace

from rebond_protocol import limits
from rebond_protocol.attention import Hand, Relaunch, Spotlight
from rebond_protocol.boards import About
from rebond_protocol.cards import Card, CardState
from rebond_protocol.codec import canonical, read_plain
from rebond_protocol.groups import Group
from rebond_protocol.ids import BoardId, CardId, CommentId, DeviceId, GroupId, ParticipantId, RoundId
from rebond_protocol.labs import KioskSettings
from rebond_protocol.opinions import OpinionMark
from rebond_protocol.people import Role
from rebond_protocol.rounds import BallotKey, Criterion, ItemId, Items, Method, RoundState
from rebond_protocol.sections import Section
from rebond_protocol.stages import Showcase, Staged
from rebond_protocol.steps import Step, Timer
from rebond_protocol.talk import Comment, Reaction

STATE_VERSION = 5
"""Goes up whenever the fold or this shape changes, with a row in `UPCASTS`. Snapshots of another version are thrown
away and rebuilt (LG5); the beginning of a compacted log cannot be rebuilt, and is read by way of that table."""


class Participant(msgspec.Struct, frozen=True):
    """What the log knows of somebody: a pseudonym's role and declared segment."""

    role: Role
    segment: str | None
    removed: bool = False
    muted: bool = False
    promoted: bool = False
    """Whether the role was given to them on the board; else it is that of the link they came by."""
    cards: int = 0
    """How many cards they ever wrote: kept beside the cards because every new one asks for it."""
    lowered: bool = False
    """Whether a moderator took a role from them: no link gives it back."""


class Outcome(msgspec.Struct, frozen=True, array_like=True):
    """How one command of a device ended: its mutation id, its entry, what it made."""

    id: int
    seq: int
    made: str | None


Ballots = Map[ItemId, int]
Marks = Map[BallotKey, tuple[int, ...]]
Devices = Map[DeviceId, tuple[Outcome, ...]]
"""Device → its accepted commands with the highest ids, lowest first (LG4)."""
NO_DEVICES: Devices = Map()


class Round(msgspec.Struct, frozen=True, weakref=True):
    """One vote. `tallies` is the sum of `ballots`, and `counts` that of `marks`: kept beside them because every ballot
    asks for it. A method has ballots of one kind or of the other."""

    id: RoundId
    number: int
    method: Method
    title: str | None
    budget: int
    cap: int
    secret: bool
    state: RoundState
    opened_ms: int
    closed_ms: int | None
    ballots: Map[ParticipantId, Ballots]
    tallies: Map[ItemId, int]
    on: Items
    options: tuple[str, ...]
    criteria: tuple[Criterion, ...]
    scale: int
    marks: Map[ParticipantId, Marks]
    counts: Map[ItemId, tuple[int, ...]]


class BoardState(msgspec.Struct, frozen=True):
    """Everything that is so on a board after entry `seq`."""

    seq: int
    about: About | None
    title: str
    locked: bool
    step: Step
    timer: Timer | None
    sections: tuple[Section, ...]
    cards: Map[CardId, Card]
    last_order: float
    before_bin: Map[CardId | CommentId, CardState]
    """What each card or comment in the bin was before, and is again when restored."""
    rounds: Map[RoundId, Round]
    open_round: RoundId | None
    participants: Map[ParticipantId, Participant]
    devices: Map[ParticipantId, Devices]
    """What is remembered of each device's commands; it belongs to its participant: the same device id under another
    participant is another device."""
    plan: tuple[Step, ...]
    groups: Map[GroupId, Group]
    comments: Map[CommentId, Comment]
    reactions: Map[CardId, Map[ParticipantId, Reaction]]
    hands: tuple[Hand, ...]
    """In the order they went up."""
    relaunch: Relaunch | None
    spotlight: Spotlight | None
    wall_hidden: bool
    stages: Map[CardId, tuple[Staged, ...]]
    showcases: Map[CardId, Showcase]
    opinions: Map[CardId, Map[ParticipantId, Map[OpinionMark, int]]]
    """Of each card, what was said of it at each kiosk."""
    lab: tuple[BoardId, ...]
    kiosk: KioskSettings


EMPTY = BoardState(
    seq=0,
    about=None,
    title="",
    locked=False,
    step=Step("open"),
    timer=None,
    sections=(),
    cards=Map(),
    last_order=0.0,
    before_bin=Map(),
    rounds=Map(),
    open_round=None,
    participants=Map(),
    devices=Map(),
    plan=(),
    groups=Map(),
    comments=Map(),
    reactions=Map(),
    hands=(),
    relaunch=None,
    spotlight=None,
    wall_hidden=False,
    stages=Map(),
    showcases=Map(),
    opinions=Map(),
    lab=(),
    kiosk=KioskSettings(),
)


def outcomes_of(state: BoardState, participant: ParticipantId, device: DeviceId) -> tuple[Outcome, ...]:
    """What is remembered of this device's commands, lowest id first."""
    return state.devices.get(participant, NO_DEVICES).get(device, ())


def remembered(state: BoardState, participant: ParticipantId, device: DeviceId, outcome: Outcome) -> BoardState:
    """The state that also remembers this outcome, and forgets the lowest id of that device when there are too many.

    The lowest, not the oldest: whatever was forgotten is then below everything remembered, and can be told apart from
    what never came, in whichever order a device's commands arrived. Of a participant with too many devices, the one
    that has been silent longest is forgotten: nobody makes the board remember without end.
    """
    outcomes = (*outcomes_of(state, participant, device), outcome)
    if len(outcomes) > 1 and outcomes[-2].id > outcome.id:
        outcomes = tuple(sorted(outcomes, key=_mutation_id))
    mine = state.devices.get(participant, NO_DEVICES).set(device, outcomes[-limits.COMMANDS_IN_FLIGHT :])
    if len(mine) > limits.DEVICES_PER_PARTICIPANT:
        mine = mine.delete(min(mine, key=lambda one: mine[one][-1].seq))
    return replace(state, devices=state.devices.set(participant, mine))


def _mutation_id(outcome: Outcome) -> int:
    return outcome.id


# -- the state as bytes --------------------------------------------------------------------------------------------


class _StoredRound(msgspec.Struct):
    id: str
    number: int
    method: Method
    title: str | None
    budget: int
    cap: int
    secret: bool
    state: RoundState
    opened_ms: int
    closed_ms: int | None
    ballots: dict[str, dict[str, int]]
    tallies: dict[str, int]
    on: Items
    options: tuple[str, ...]
    criteria: tuple[Criterion, ...]
    scale: int
    marks: dict[str, dict[str, tuple[int, ...]]]
    counts: dict[str, tuple[int, ...]]


class _Stored(msgspec.Struct):
    seq: int
    about: About | None
    title: str
    locked: bool
    step: Step
    timer: Timer | None
    sections: tuple[Section, ...]
    cards: dict[str, Card]
    last_order: float
    before_bin: dict[str, CardState]
    rounds: dict[str, _StoredRound]
    open_round: str | None
    participants: dict[str, Participant]
    devices: dict[str, dict[str, tuple[Outcome, ...]]]
    plan: tuple[Step, ...]
    groups: dict[str, Group]
    comments: dict[str, Comment]
    reactions: dict[str, dict[str, Reaction]]
    hands: tuple[Hand, ...]
    relaunch: Relaunch | None
    spotlight: Spotlight | None
    wall_hidden: bool
    stages: dict[str, tuple[Staged, ...]]
    showcases: dict[str, Showcase]
    opinions: dict[str, dict[str, dict[OpinionMark, int]]]
    lab: tuple[str, ...]
    kiosk: KioskSettings


_MAPS = frozenset(
    {"cards", "before_bin", "participants", "devices", "rounds", "groups", "comments", "reactions"}
    | {"ballots", "tallies", "marks", "counts", "stages", "showcases", "opinions"}
)


def _plain_map(value: object) -> Any:
    if isinstance(value, Map):
        return dict(cast("Map[Any, Any]", value))
    raise TypeError(f"a state holds no {type(value)}")


def state_bytes(state: BoardState) -> bytes:
    """The canonical encoding: equal states give equal bytes on every node (DM2). Also what a stored snapshot holds."""
    return canonical(state, _plain_map)


def _devices_by_participant(state: dict[str, Any]) -> dict[str, Any]:
    """1 → 2: one map of `participant device` became a map for each participant."""
    nested: dict[str, dict[str, Any]] = {}
    for key, outcomes in msgspec.convert(state.get("devices"), dict[str, Any]).items():
        participant, _, device = key.partition(" ")
        nested.setdefault(participant, {})[device] = outcomes
    return {**state, "devices": nested}


def _with_facilitation(state: dict[str, Any]) -> dict[str, Any]:
    """2 → 3: a plan, groups, talk and attention; rounds of every method; how many cards everybody wrote."""
    cards = msgspec.convert(state.get("cards"), dict[str, dict[str, Any]])
    wrote = Counter(card.get("author") for card in cards.values())
    people = msgspec.convert(state.get("participants"), dict[str, dict[str, Any]])
    of_cards: dict[str, Any] = {"on": "cards", "options": (), "criteria": (), "scale": 5, "marks": {}, "counts": {}}
    rounds = msgspec.convert(state.get("rounds"), dict[str, dict[str, Any]])
    fresh: dict[str, Any] = {
        "plan": (), "groups": {}, "comments": {}, "reactions": {}, "hands": (), "relaunch": None, "spotlight": None,
        "wall_hidden": False,
        "participants": {id: {**person, "cards": wrote[id]} for id, person in people.items()},
    }  # fmt: skip
    return {**state, **fresh, "rounds": {id: {**round, **of_cards} for id, round in rounds.items()}}


def _with_lab(state: dict[str, Any]) -> dict[str, Any]:
    """3 → 4: stages and showcases of cards, opinions given at kiosks, the boards of a lab."""
    return {**state, "stages": {}, "showcases": {}, "opinions": {}, "lab": (), "kiosk": {}}


def _with_lowered(state: dict[str, Any]) -> dict[str, Any]:
    """4 → 5: who was lowered, as far as their role tells; what a board was called first is said nowhere any more."""
    people = msgspec.convert(state.get("participants"), dict[str, dict[str, Any]])
    lowered = {id: one.get("promoted", False) and one.get("role") == "participant" for id, one in people.items()}
    about = msgspec.convert(state.get("about"), dict[str, Any] | None)
    return {
        **state,
        "participants": {id: {**one, "lowered": lowered[id]} for id, one in people.items()},
        "about": {**about, "title": state.get("title")} if about is not None else None,
    }


UPCASTS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {
    1: _devices_by_participant,
    2: _with_facilitation,
    3: _with_lab,
    4: _with_lowered,
}
"""version → what makes a stored state of that version one of the next."""


def read_state(data: bytes, version: int = STATE_VERSION) -> BoardState:
    """The state that `state_bytes` of this version encoded.

    Raises `ValueError` (`msgspec.ValidationError` is one) for all else, a state of a version to come included.
    """
    if not 1 <= version <= STATE_VERSION:
        raise ValueError(f"this program reads states up to version {STATE_VERSION}, not {version}")
    try:
        stored = _read_stored(data) if version == STATE_VERSION else _upcast(data, version)
    except RecursionError as error:
        raise ValueError("these bytes hold more within each other than any state") from error
    fields = {field: getattr(stored, field) for field in stored.__struct_fields__ if field not in _MAPS}
    return BoardState(
        **fields,
        cards=Map(stored.cards),
        before_bin=Map(stored.before_bin),
        rounds=Map({id: _read_round(round) for id, round in stored.rounds.items()}),
        participants=Map(stored.participants),
        devices=Map({person: Map(devices) for person, devices in stored.devices.items()}),
        groups=Map(stored.groups),
        comments=Map(stored.comments),
        reactions=Map({card: Map(given) for card, given in stored.reactions.items()}),
        stages=Map(stored.stages),
        showcases=Map(stored.showcases),
        opinions=Map(
            {card: Map({kiosk: Map(here) for kiosk, here in all.items()}) for card, all in stored.opinions.items()}
        ),
    )


_read_stored = msgspec.msgpack.Decoder(_Stored).decode


def _upcast(data: bytes, version: int) -> _Stored:
    raw = msgspec.convert(read_plain(data), dict[str, Any])
    for step in range(version, STATE_VERSION):
        raw = UPCASTS[step](raw)
    return msgspec.convert(raw, _Stored)


def _read_round(stored: _StoredRound) -> Round:
    fields = {field: getattr(stored, field) for field in stored.__struct_fields__ if field not in _MAPS}
    ballots = Map({person: Map(mine) for person, mine in stored.ballots.items()})
    marks = Map({person: Map(mine) for person, mine in stored.marks.items()})
    return Round(**fields, ballots=ballots, tallies=Map(stored.tallies), marks=marks, counts=Map(stored.counts))
