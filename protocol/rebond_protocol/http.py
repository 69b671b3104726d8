"""What is said over HTTP: board creation, what a board tells before joining, joining, and how an error looks.

OpenAPI is made from it.
"""

import msgspec
from msgspec import UNSET, UnsetType

from rebond_protocol.boards import Locale, NameAsked
from rebond_protocol.ids import BoardId, DeviceId, ParticipantId
from rebond_protocol.people import Role, Segment, SegmentId


class NewBoard(msgspec.Struct, frozen=True):
    """POST /api/boards. `template` is the name of one of the templates; `segments` replaces the usual ones."""

    title: str
    template: str = "brainstorm"
    locale: Locale = "en"
    name_asked: NameAsked = "optional"
    anonymous: bool = False
    segments: tuple[Segment, ...] | None = None


class Tokens(msgspec.Struct, frozen=True):
    """Capability tokens. Whoever holds one has its role."""

    moderator: str
    kiosk: str
    display: str


class Links(msgspec.Struct, frozen=True):
    """Addresses to hand out. The secret part stands behind `#`, which browsers never send to a server."""

    participant: str
    moderator: str
    kiosk: str
    wall: str


class BoardMade(msgspec.Struct, frozen=True):
    """201 to POST /api/boards. The tokens are told this once."""

    id: BoardId
    code: str
    tokens: Tokens
    links: Links


class BoardFace(msgspec.Struct, frozen=True):
    """GET /api/boards/{id-or-code}: what the joining page needs, and nothing of the board's content."""

    id: BoardId
    code: str
    title: str
    locale: Locale
    name_asked: NameAsked
    anonymous: bool
    segments: tuple[Segment, ...]
    join_url: str
    """Where phones join, as phones can reach it: on the facilitator's laptop the address bar may say localhost."""


class Join(msgspec.Struct, frozen=True):
    """POST /api/boards/{id-or-code}/join. The same `device` (20 characters or more) again is the same participant."""

    name: str | None = None
    segment: SegmentId | None = None
    device: DeviceId | None = None


class Joined(msgspec.Struct, frozen=True):
    """200 to a join. `token` opens the WebSocket and exports; keep it where only this person can read it."""

    board: BoardId
    participant: ParticipantId
    token: str


class TemplateFace(msgspec.Struct, frozen=True):
    """One row of GET /api/templates."""

    name: str
    title: str
    about: str
    sections: int


class Problem(msgspec.Struct, frozen=True):
    """Every error over HTTP: the same codes and sentences as on the socket."""

    code: str
    message: str
    temporary: bool
    details: dict[str, object] | UnsetType = UNSET


class BoardRow(msgspec.Struct, frozen=True):
    """One row of `rebond board list --json`."""

    id: BoardId
    code: str
    title: str
    created_ms: int
    entries: int
    cards: int


class Claims(msgspec.Struct, frozen=True):
    """What a token says, signed. `expires_s`: seconds since 1970 UTC."""

    board: BoardId
    participant: ParticipantId
    role: Role
    expires_s: int
