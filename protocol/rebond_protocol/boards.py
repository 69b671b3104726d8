"""The board as a whole: how it begins, and what of it stands in a snapshot."""

from typing import Literal

import msgspec

from rebond_protocol.attention import Hand, Relaunch, Spotlight
from rebond_protocol.cards import Card
from rebond_protocol.groups import Group
from rebond_protocol.ids import BoardId, CardId, Ms, ParticipantId
from rebond_protocol.labs import KioskSettings
from rebond_protocol.opinions import OpinionMark
from rebond_protocol.people import ParticipantView, Segment
from rebond_protocol.rounds import RoundView
from rebond_protocol.sections import Section
from rebond_protocol.stages import Showcase, Staged
from rebond_protocol.steps import Step, Timer
from rebond_protocol.talk import Comment, Reaction

Locale = Literal["fr", "en"]
NameAsked = Literal["no", "avatar", "optional", "required"]
"""avatar: the phone offers a pair of words in place of a name, and another at a touch."""
Access = Literal["open", "passphrase", "approval"]
"""Who comes in with the code: everybody; who knows the passphrase; whom a moderator lets in."""


class About(msgspec.Struct, frozen=True):
    """What a board is from its first entry on."""

    id: BoardId
    code: str
    title: str
    template: str
    locale: Locale
    created_ms: Ms
    segments: tuple[Segment, ...]
    name_asked: NameAsked = "optional"
    anonymous: bool = False
    """No name is stored and no author leaves the server (DM5)."""
    access: Access = "open"
    email_asked: bool = False
    """Whether people may leave an address; it is kept beside their name, never in the log (LG7)."""


class BoardCreate(msgspec.Struct, frozen=True, tag_field="type", tag="board.create"):
    """Said by the server itself when a board is made over HTTP or the command line; nobody may send it."""

    about: About
    sections: tuple[Section, ...] = ()
    step: Step = msgspec.field(default_factory=lambda: Step("open"))
    plan: tuple[Step, ...] = ()


class BoardForget(msgspec.Struct, frozen=True, tag_field="type", tag="board.forget"):
    """A moderator has the board forget for ever what no longer stands on it (LG7): former words of cards, titles and
    instructions, stacks and sections that are gone, what was asked of the room.

    What is in the bin can be restored, and stays.
    """


class BoardCreated(msgspec.Struct, frozen=True, tag_field="type", tag="board.created"):
    """The board begins."""

    about: About
    sections: tuple[Section, ...]
    step: Step
    plan: tuple[Step, ...] = ()


class BoardForgot(msgspec.Struct, frozen=True, tag_field="type", tag="board.forgot"):
    """Nothing is known of how the board came to be what it is; in the log only."""

    at_ms: Ms


class BoardView(msgspec.Struct, frozen=True):
    """A snapshot of the board for one audience."""

    id: BoardId
    code: str
    title: str
    template: str
    locale: Locale
    anonymous: bool
    locked: bool
    created_ms: Ms
    segments: tuple[Segment, ...]
    sections: tuple[Section, ...]
    cards: tuple[Card, ...]
    rounds: tuple[RoundView, ...]
    participants: tuple[ParticipantView, ...]
    """The authors of `cards` and `comments`, and the staff; not everybody who ever joined."""
    step: Step
    timer: Timer | None
    plan: tuple[Step, ...] = ()
    groups: tuple[Group, ...] = ()
    comments: tuple[Comment, ...] = ()
    reactions: dict[CardId, dict[Reaction, int]] = msgspec.field(default_factory=dict[CardId, dict[Reaction, int]])
    stages: dict[CardId, tuple[Staged, ...]] = msgspec.field(default_factory=dict[CardId, tuple[Staged, ...]])
    """The history of the cards of which something was said, oldest first."""
    showcases: dict[CardId, Showcase] = msgspec.field(default_factory=dict[CardId, Showcase])
    opinions: dict[CardId, dict[OpinionMark, int]] = msgspec.field(default_factory=dict[CardId, dict[OpinionMark, int]])
    """Given at kiosks, apart from every vote."""
    lab: tuple[BoardId, ...] = ()
    """The other boards of this lab, in the order they came."""
    kiosk: KioskSettings = KioskSettings()
    hands: tuple[Hand, ...] = ()
    """In the order they went up."""
    relaunch: Relaunch | None = None
    spotlight: Spotlight | None = None
    wall_hidden: bool = False
    removed: tuple[ParticipantId, ...] = ()
    """Who was removed; told to moderators only."""
    muted: tuple[ParticipantId, ...] = ()
    """Who may not write; told to moderators only."""


System = BoardCreate
Commands = BoardForget
Events = BoardCreated | BoardForgot
