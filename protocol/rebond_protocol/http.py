"""What is said over HTTP: boards made, joined, asked about and filled, and how an error looks.

OpenAPI is made from it.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, UnsetType

from rebond_protocol.boards import Access, Locale, NameAsked
from rebond_protocol.ids import BoardId, CardId, DeviceId, Id, Ms, ParticipantId, Seq
from rebond_protocol.people import Role, Segment, SegmentId

InvitedRole = Literal["moderator", "staff"]
Days = Annotated[int, msgspec.Meta(ge=1, le=90)]
Score = Annotated[int, msgspec.Meta(ge=0, le=100, description="How alike, in hundredths.")]


class NewBoard(msgspec.Struct, frozen=True):
    """POST /api/boards. `template` is the name of one of the templates; `segments` replaces the usual ones."""

    title: str
    template: str = "brainstorm"
    locale: Locale = "en"
    name_asked: NameAsked = "optional"
    anonymous: bool = False
    segments: tuple[Segment, ...] | None = None
    access: Access = "open"
    passphrase: str | None = None
    """Needed where `access` is passphrase. Kept as a salted slow hash, apart from the log."""
    email_asked: bool = False


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


class BoardLinks(msgspec.Struct, frozen=True):
    """GET /api/boards/{id}/links, with a moderator's token: what the board's screens are opened with, on any device.

    A screen that a moderator has removed has no link. A moderator's own stays where it is: others are invited.
    """

    participant: str
    kiosk: str | None
    wall: str | None


class BoardMade(msgspec.Struct, frozen=True):
    """201 to POST /api/boards. The tokens are told this once."""

    id: BoardId
    code: str
    tokens: Tokens
    links: Links


class BoardFace(msgspec.Struct, frozen=True):
    """GET /api/boards/{id-or-code}: what the joining page needs, and nothing of the board's content.

    Asked with an invitation's token, it says as what one is `invited`, and `access` is open.
    """

    id: BoardId
    code: str
    title: str
    locale: Locale
    name_asked: NameAsked
    anonymous: bool
    segments: tuple[Segment, ...]
    join_url: str
    """Where phones join, as phones can reach it: on the facilitator's laptop the address bar may say localhost."""
    access: Access = "open"
    email_asked: bool = False
    invited: InvitedRole | UnsetType = UNSET


class Join(msgspec.Struct, frozen=True):
    """POST /api/boards/{id-or-code}/join. The same `device` (20 characters or more) again is the same participant.

    Answered `waiting_for_approval`, the same join is sent again with the `ticket` of its details, every
    `retry_after_ms`, until somebody has decided.
    """

    name: str | None = None
    segment: SegmentId | None = None
    device: DeviceId | None = None
    passphrase: str | None = None
    email: str | None = None
    """Where the board asks for it: kept beside the name, erased with it."""
    invitation: str | None = None
    """What stands behind `#i=` in an invitation's link."""
    ticket: str | None = None
    handoff: str | None = None
    """What stands behind `#h=` in a QR code that a kiosk showed: takes home what was written there."""


class Joined(msgspec.Struct, frozen=True):
    """200 to a join. `token` opens the WebSocket and exports; keep it where only this person can read it."""

    board: BoardId
    participant: ParticipantId
    token: str
    role: Role = "participant"
    """A moderator goes on at /console/{board}#t={token}."""


# -- who else comes in ---------------------------------------------------------------------------------------------


class NewInvitation(msgspec.Struct, frozen=True):
    """POST /api/boards/{id}/invitations, with a moderator's token. `name`: what the link is for, for the list."""

    role: InvitedRole
    name: str | None = None
    days: Days = 7


class Invitation(msgspec.Struct, frozen=True):
    """A link that several people may open; each joins as a person of their own, with this role."""

    id: Id
    role: InvitedRole
    name: str | None
    expires_ms: Ms
    link: str


class Waiting(msgspec.Struct, frozen=True):
    """One row of GET /api/boards/{id}/waiting: somebody who asks to be let in."""

    participant: ParticipantId
    name: str | None
    segment: SegmentId | None
    since_ms: Ms


class Admission(msgspec.Struct, frozen=True):
    """POST /api/boards/{id}/waiting/{participant}: let them in, or not. Who was not can be readmitted on the board."""

    admit: bool


# -- ideas that resemble each other, and ideas from elsewhere ------------------------------------------------------


class SimilarAsked(msgspec.Struct, frozen=True):
    """POST /api/boards/{id}/similar: what somebody is writing, and the card where that is being edited."""

    text: str
    card: CardId | None = None


class SimilarCard(msgspec.Struct, frozen=True):
    """A card that this person may see, and how much it is like the text."""

    card: CardId
    score: Score


class SimilarFound(msgspec.Struct, frozen=True):
    """At most three, the closest first."""

    cards: tuple[SimilarCard, ...]


class Suggestion(msgspec.Struct, frozen=True):
    """Cards that say much the same, the closest first; `score` is that of the two that are least alike."""

    cards: tuple[CardId, ...]
    score: Score


class Suggestions(msgspec.Struct, frozen=True):
    """GET /api/boards/{id}/suggestions, for moderators: likely duplicates as of entry `seq`, the surest first."""

    seq: Seq
    groups: tuple[Suggestion, ...]


class RefusedLine(msgspec.Struct, frozen=True):
    """A line of an import that became no card, and why. Lines count from 1, the heading of a table included."""

    line: int
    code: str
    message: str
    temporary: bool
    details: dict[str, object] | UnsetType = UNSET


class Imported(msgspec.Struct, frozen=True):
    """200 to POST /api/boards/{id}/import. A refused line has no effect on the others.

    Sent again, what became a card the first time is refused as `already_so`, so that an answer that got lost doubles
    nothing.
    """

    cards: tuple[CardId, ...]
    refused: tuple[RefusedLine, ...]


class ImportedCard(msgspec.Struct, frozen=True):
    """A row of an import in JSON, which is a list of such rows or of texts, or has one as `cards`."""

    text: str
    section: str | None = None
    """Its id or its title."""
    kind: str | None = None
    tags: tuple[str, ...] = ()
    colour: int | None = None
    lang: str | None = None


class BrandFace(msgspec.Struct, frozen=True):
    """GET /api/brand: the organisation this server belongs to, null where nobody said. Colours: /brand.css."""

    name: str | None = None
    logo: str | None = None
    """The address of the picture."""


class TemplateFace(msgspec.Struct, frozen=True):
    """One row of GET /api/templates."""

    name: str
    title: str
    about: str
    sections: int
    steps: tuple[str, ...] = ()
    """What the steps of its plan are called, in their order."""


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
