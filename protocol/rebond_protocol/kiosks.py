"""What kiosks, labs and phones say over HTTP: pairing, the seat of a kiosk, the hand-off to a phone, pictures.

Pairing goes the way of a television (RFC 8628): the screen shows a code, somebody who steers the board types it and
gives the screen a name, and the screen, which has been asking since, is told its token.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, UnsetType

from rebond_protocol import limits
from rebond_protocol.boards import Locale
from rebond_protocol.ids import BoardId, CardId, Id, Ms, ParticipantId
from rebond_protocol.labs import KioskSettings
from rebond_protocol.stages import PictureId, Showcase, Stage, Staged

Pin = Annotated[str, msgspec.Meta(min_length=4, max_length=8, pattern=r"\A[0-9]+\Z")]
HandoffKey = Annotated[
    str,
    msgspec.Meta(
        min_length=43,
        max_length=43,
        pattern=r"\A[A-Za-z0-9_-]+\Z",
        description="SHA-256 of the secret in the QR code, in base64url without padding (RFC 4648 section 5).",
    ),
]
Queued = Annotated[int, msgspec.Meta(ge=0, le=limits.SEQ_MAX, description="Commands that wait for the line.")]
BoardRef = Annotated[str, msgspec.Meta(max_length=limits.ID_CHARS)]
PictureWidth = Literal[480, 1080]

# -- pairing -------------------------------------------------------------------------------------------------------


class PairingMade(msgspec.Struct, frozen=True):
    """201 to POST /api/boards/{ref}/pairings: a screen asks to become a kiosk of this board."""

    pairing: Id
    code: str
    """Six unambiguous letters and digits, to be shown and typed on the console."""
    secret: str
    """Only the screen that asked knows it."""
    expires_ms: Ms
    retry_after_ms: int


class PairingAsked(msgspec.Struct, frozen=True):
    """POST /api/boards/{ref}/pairings/{pairing}: has anybody confirmed?

    Until then `waiting_for_approval`; once it is over, `not_found`. Asked again after an answer that was lost, it
    answers the same until it expires.
    """

    secret: str


class KioskPaired(msgspec.Struct, frozen=True):
    """200 once a moderator has confirmed."""

    board: BoardId
    participant: ParticipantId
    token: str


class NewKiosk(msgspec.Struct, frozen=True):
    """POST /api/boards/{ref}/kiosks, with a moderator's token: the screen that shows this code is this kiosk."""

    code: str
    name: str
    pin: Pin | None = None
    """What staff type on the screen to leave the visitors' side of it."""


class KioskChange(msgspec.Struct, frozen=True):
    """POST /api/boards/{ref}/kiosks/{participant}, with a moderator's token: the kiosk is called so, or has this PIN.

    What is left out stays. The screen learns it by itself: it asks for its seat when `kiosk.seats_changed` comes, and
    whenever it has its line back. Of two who change different things at once, both have changed them.
    """

    name: str | UnsetType = UNSET
    pin: Pin | UnsetType = UNSET
    """The one before opens nothing from now on."""
    without_pin: bool = False
    """It has none any more, whatever `pin` says."""


class Kiosk(msgspec.Struct, frozen=True):
    """One row of GET /api/boards/{ref}/kiosks, for moderators."""

    participant: ParticipantId
    name: str | None
    """None: whoever opened the kiosk link."""
    since_ms: Ms | None
    seen_ms: Ms | None
    """When it last reported; None: never."""
    queued: int
    """What it had not been able to send yet, then."""
    build: str | None
    behind: bool
    """It shows an older page than this server serves now; it loads that one by itself, between visitors."""
    removed: bool
    has_pin: bool = False
    of_lab: bool = False
    """It is here through a lab this board is in: there, and not here, it has its name and its PIN."""


# -- the seat of a kiosk -------------------------------------------------------------------------------------------


class KioskReport(msgspec.Struct, frozen=True):
    """POST /api/boards/{ref}/seat, with a kiosk's token: once a minute, and when it starts."""

    build: Id | None = None
    queued: Queued = 0
    preview: bool = False
    """A moderator's look at it, from the console: it is no screen that stands somewhere, and nothing of it is noted."""


class SeatBoard(msgspec.Struct, frozen=True):
    """A board this kiosk shows, and the token that opens it."""

    board: BoardId
    code: str
    title: str
    locale: Locale
    join_url: str
    participant: ParticipantId
    token: str


class PinCheck(msgspec.Struct, frozen=True):
    """What a kiosk needs to check its PIN while it is offline: PBKDF2 with HMAC-SHA-256 (RFC 8018), base64."""

    salt: str
    rounds: int
    hash: str


class KioskSeat(msgspec.Struct, frozen=True):
    """200 to a report: what this kiosk is, and what it shows. The first board is the one it was paired with."""

    name: str | None
    build: str | None
    """Of the page that this server serves now; another one than its own, and a kiosk loads it between visitors."""
    settings: KioskSettings
    pin: PinCheck | None
    boards: tuple[SeatBoard, ...]
    server_time: Ms


# -- from the kiosk to a phone -------------------------------------------------------------------------------------


class NewHandoff(msgspec.Struct, frozen=True):
    """POST /api/boards/{ref}/handoffs, with the token of the kiosk that wrote it. Sent again, it changes nothing.

    The kiosk makes the secret itself, so that it can show the QR code while the line is away.
    """

    made: Id
    """The card or comment that `accepted` named."""
    key: HandoffKey


class Handoff(msgspec.Struct, frozen=True):
    """201: whoever joins with the secret first, and in time, owns what was written."""

    expires_ms: Ms


# -- the lab -------------------------------------------------------------------------------------------------------


class NewLabBoard(msgspec.Struct, frozen=True):
    """POST /api/boards/{lab}/lab/boards, with the token of a moderator of the lab: this board is in it from now on."""

    board: BoardRef
    """Its id or its join code."""
    token: str
    """Of a moderator of that board: nobody puts somebody else's board in a shop window."""


class LabBoard(msgspec.Struct, frozen=True):
    """One row of GET /api/boards/{lab}/lab/boards, for moderators of the lab: a board in it, and how much waits there.

    What waits, and by whom, only that board's own moderators are told.
    """

    board: BoardId
    code: str | None = None
    """Null: the board is gone, and can be taken out."""
    title: str | None = None
    cards_waiting: int = 0
    """To be approved."""
    comments_waiting: int = 0


class LabOfBoard(msgspec.Struct, frozen=True):
    """One row of GET /api/boards/{ref}/labs, for moderators: a lab that this board is in, whose kiosks and page show
    it. They may take it out."""

    board: BoardId
    code: str
    title: str


class ShowcaseFace(msgspec.Struct, frozen=True):
    """A card in the window, with its history."""

    card: CardId
    text: str
    showcase: Showcase
    stages: tuple[Staged, ...]
    lang: str | None = None


class LabBoardFace(msgspec.Struct, frozen=True):
    """What anybody may know of a board in a lab."""

    board: BoardId
    code: str
    title: str
    locale: Locale
    join_url: str
    open: bool
    """Whether ideas may be added now."""
    cards: int
    rebounds: int
    opinions: int
    stages: dict[Stage, int]
    """How many cards stand at each stage; a card of which nothing was said is an idea."""
    showcases: tuple[ShowcaseFace, ...]


class LabFace(msgspec.Struct, frozen=True):
    """GET /api/boards/{ref}/lab: the front page of a lab. Of a board that not everybody may join, no content."""

    board: BoardId
    code: str
    title: str
    locale: Locale
    boards: tuple[LabBoardFace, ...]
    """The lab's own board first, where it has any card."""


# -- pictures ------------------------------------------------------------------------------------------------------


class PictureKept(msgspec.Struct, frozen=True):
    """201 to POST /api/boards/{ref}/pictures, with a moderator's token and a JPEG, PNG, WebP, GIF or AVIF image.

    It is decoded, turned upright, made smaller, encoded anew without any metadata, and kept under the hash of that.
    GET /api/boards/{ref}/pictures/{picture}?width=480 (or 1080) shows it, as WebP. Else `not_a_picture`, whose details
    say which `problem`: `unknown`, `damaged`, or `heic`, which the browser of the phone that took it makes a JPEG where
    a page asks for pictures without naming that format; or `too_large`, by `max_bytes` or `max_pixels`.
    """

    picture: PictureId
    width: int
    height: int
    bytes: int
