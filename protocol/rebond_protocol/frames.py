"""The frames: everything that is said over a connection. This file and the feature files are the whole wire contract.

C→S  hello · submit · signal · ping
S→C  welcome · snapshot · events · yours · accepted · rejected · presence · beat · error · bye

A connection says `hello` first and is answered with `welcome`. `recovered` true: the `events` missed since the position
follow, none when nothing was missed. `recovered` false: a `snapshot` follows. Either way `yours` comes next, whole.
"""

import msgspec
from msgspec import UNSET, UnsetType

from rebond_protocol.boards import BoardView
from rebond_protocol.cards import Card
from rebond_protocol.commands import ClientCommand
from rebond_protocol.events import OutgoingEvent
from rebond_protocol.ids import CardId, DeviceId, Ms, MutationId, ParticipantId, RoundId, Seq
from rebond_protocol.limits import Limits
from rebond_protocol.people import PresentView, Role, SegmentId, Signal
from rebond_protocol.rounds import BallotKey
from rebond_protocol.talk import Comment, Reaction


class Position(msgspec.Struct, frozen=True):
    """How far somebody has followed a board. Only comparable within one epoch."""

    epoch: str
    seq: Seq


class You(msgspec.Struct, frozen=True):
    """Who the server takes you for."""

    participant: ParticipantId
    role: Role
    segment: SegmentId | None
    name: str | None


# -- client to server ----------------------------------------------------------------------------------------------


class Hello(msgspec.Struct, frozen=True, tag_field="type", tag="hello"):
    """The first frame. `device`: an id this browser or program made for itself once. `position`: where to resume."""

    token: str
    device: DeviceId
    position: Position | None = None


class Submit(msgspec.Struct, frozen=True, tag_field="type", tag="submit"):
    """A command under its mutation id.

    Sent again under the same id, it is answered as before and changes nothing (LG4).
    """

    id: MutationId
    command: ClientCommand


class SignalFrame(msgspec.Struct, frozen=True, tag_field="type", tag="signal"):
    """Something fleeting that others may see in `presence`; never stored, never acknowledged."""

    signal: Signal


class Ping(msgspec.Struct, frozen=True, tag_field="type", tag="ping"):
    """Ask for a `beat` now, e.g. after the phone woke up."""


ClientFrame = Hello | Submit | SignalFrame | Ping

# -- server to client ----------------------------------------------------------------------------------------------


class Welcome(msgspec.Struct, frozen=True, tag_field="type", tag="welcome"):
    """You are in. `position` is where the frames that follow lead."""

    you: You
    position: Position
    recovered: bool
    server_time: Ms
    limits: Limits


class Snapshot(msgspec.Struct, frozen=True, tag_field="type", tag="snapshot"):
    """The whole board as you may see it: forget what you knew."""

    position: Position
    board: BoardView


class Events(msgspec.Struct, frozen=True, tag_field="type", tag="events"):
    """What happened, in order. `seq` is the position after them.

    A frame at or below the position you hold is a repeat: leave it.
    """

    seq: Seq
    events: tuple[OutgoingEvent, ...]


class Yours(msgspec.Struct, frozen=True, tag_field="type", tag="yours"):
    """What only you may see. Does not move your position; comes after the events it belongs to.

    Replace the ballots of the rounds, and the cards, named here. `cards` are your own cards that others cannot see as
    they are (sealed, pending, hidden, withdrawn); a whole card in later `events` ends what was said of it here.
    `authored` lists all your cards: on an anonymous board nothing else tells you which are yours. Where it is there,
    this is the whole of what is yours, and what is not named is yours no more.
    """

    seq: Seq
    ballots: dict[RoundId, dict[CardId, int]]
    cards: tuple[Card, ...] = ()
    authored: tuple[CardId, ...] | UnsetType = UNSET
    marks: dict[RoundId, dict[BallotKey, tuple[int, ...]]] | UnsetType = UNSET
    """As `ballots`, for the methods whose ballots are marks: replace those of the rounds named here."""
    comments: tuple[Comment, ...] | UnsetType = UNSET
    """Your own comments that others cannot see as they are."""
    reactions: dict[CardId, Reaction | None] | UnsetType = UNSET
    """Your own reactions to the cards named here."""
    muted: bool | UnsetType = UNSET
    """Whether a moderator asked you to only read and vote."""


class Accepted(msgspec.Struct, frozen=True, tag_field="type", tag="accepted"):
    """The command is stored as durably as this server was told to store.

    `seq` is its entry. `made`: the id of what it created.
    """

    id: MutationId
    seq: Seq
    made: str | UnsetType = UNSET


class RejectedFrame(msgspec.Struct, frozen=True, tag_field="type", tag="rejected"):
    """The command changed nothing. `code` is for programs, `message` for people.

    `temporary`: it may succeed later, unchanged; send it again under a new id.
    """

    id: MutationId
    code: str
    message: str
    temporary: bool
    details: dict[str, object] | UnsetType = UNSET


class Presence(msgspec.Struct, frozen=True, tag_field="type", tag="presence"):
    """Who is here now: how many people, by segment, how many are writing, how many are ready.

    Counted are the people of the room: moderators, kiosks and displays are not. The people themselves, moderators
    among them, where they may be seen.
    """

    here: int
    writing: int
    segments: dict[str, int]
    people: tuple[PresentView, ...] | UnsetType = UNSET
    ready: int = 0


class Beat(msgspec.Struct, frozen=True, tag_field="type", tag="beat"):
    """The server is alive and the board stands at `seq` (HB5). Ahead of you and no events come: resume."""

    seq: Seq


class Error(msgspec.Struct, frozen=True, tag_field="type", tag="error"):
    """A frame of yours could not be taken; it changed nothing and the connection lives on."""

    code: str
    message: str
    details: dict[str, object] | UnsetType = UNSET


class Bye(msgspec.Struct, frozen=True, tag_field="type", tag="bye"):
    """The server is about to close this connection; `code` is the close code's name.

    Null `retry_after_ms`: do not come back.
    """

    code: str
    retry_after_ms: int | None


ServerFrame = Welcome | Snapshot | Events | Yours | Accepted | RejectedFrame | Presence | Beat | Error | Bye
