"""What is kept beside the log, in the table of names, so that it can be erased and stands in no export (LG7).

Of people: the address they left, and that they wait to be let in. Of a kiosk: its PIN, and how it was last heard of. Of
a board: the hash of its passphrase, its invitations, the screens that wait to become kiosks, the names and PINs its
kiosks were given since, what a phone may take home, which of a lab's kiosks are away, and which labs it is in. Those
have rows of their own, under ids in parentheses, which no participant has.
"""

import hashlib
import hmac
import re
import secrets
import unicodedata
from base64 import b64decode, b64encode
from collections.abc import Iterable
from typing import Generic, TypeVar

import msgspec

from rebond.log import Person
from rebond_protocol import limits
from rebond_protocol.errors import Rejected
from rebond_protocol.http import InvitedRole
from rebond_protocol.kiosks import PinCheck
from rebond_protocol.text import cleaned_line

T = TypeVar("T")

# -- of people -----------------------------------------------------------------------------------------------------


class Knock(msgspec.Struct, frozen=True, omit_defaults=True):
    """Somebody waits to be let in, under this segment, since then."""

    since_ms: int
    segment: str | None = None


PAIRED = "kiosk:"
"""What the id of a kiosk begins with that a moderator has confirmed. One that has none came by the board's link."""
SEATED = "seat:"
"""What the id of a lab's kiosk begins with on the other boards of the lab. It has no lab of its own."""


class Screen(msgspec.Struct, frozen=True, omit_defaults=True):
    """A kiosk: since when it is one, its PIN, and what it said when it was last heard of."""

    since_ms: int | None = None
    """None: it was opened by the link that the board was made with."""
    pin: PinCheck | None = None
    seen_ms: int | None = None
    queued: int = 0
    build: str | None = None


class Contact(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a person's row, or a kiosk's, has in `contact`."""

    email: str | None = None
    knock: Knock | None = None
    screen: Screen | None = None


NO_CONTACT = Contact()


def contact_of(person: Person | None) -> Contact:
    """What is kept of this person."""
    return msgspec.json.decode(person.contact, type=Contact) if person is not None and person.contact else NO_CONTACT


def as_kept(contact: Contact) -> str | None:
    """As it is stored; nothing where there is nothing."""
    return None if contact == NO_CONTACT else msgspec.json.encode(contact).decode()


_EMAIL = re.compile(r"[^\s@<>(),;:\\\"\[\]]+@[^\s@<>(),;:\\\"\[\]]+\.[^\s@<>(),;:\\\"\[\].]+")


def cleaned_email(raw: str) -> str | Rejected:
    """An address to which something may be sent, as far as looking at it tells."""
    email = cleaned_line(raw, limits.EMAIL_CHARS)
    if isinstance(email, Rejected):
        return msgspec.structs.replace(email, details={**(email.details or {}), "field": "email"})
    return email if _EMAIL.fullmatch(email) else Rejected("invalid", {"field": "email", "problem": "no address"})


def named(raw: str, max_chars: int) -> str | Rejected:
    """A name as it is stored; of one that cannot be, which field it is."""
    name = cleaned_line(raw, max_chars)
    if isinstance(name, Rejected):
        return msgspec.structs.replace(name, details={**(name.details or {}), "field": "name"})
    return name


# -- of a board ----------------------------------------------------------------------------------------------------

PASSPHRASE = "(passphrase)"


def is_somebody(person: Person) -> bool:
    """Whether this row is a person's, not the board's own."""
    return not person.participant.startswith("(")


class Rows(Generic[T]):
    """The rows of one kind that a board has of its own. A row has an id, and a key by which it is found at once."""

    def __init__(self, kind: str, shape: type[T]) -> None:
        self._prefix = f"({kind}) "
        self._shape = shape

    def key(self, id: str) -> str:
        """Under what the row with this id, or this key, is kept."""
        return f"{self._prefix}{id}"

    def row(self, id: str, value: T, key: str | None = None) -> Person:
        """The row; its key is its id where nothing else is said."""
        return Person(self.key(id), None, msgspec.json.encode(value).decode(), self.key(key or id))

    def read(self, row: Person) -> T:
        """What this row says, which is one of this kind."""
        return msgspec.json.decode(row.contact or "", type=self._shape)

    def among(self, rows: Iterable[Person]) -> dict[str, T]:
        """Those of this kind, by id."""
        return {
            row.participant.removeprefix(self._prefix): self.read(row)
            for row in rows
            if row.participant.startswith(self._prefix)
        }


class Invite(msgspec.Struct, frozen=True):
    """What is kept of an invitation. A token says which it is; without its row it is good for nothing."""

    role: InvitedRole
    name: str | None
    expires_ms: int


class Pairing(msgspec.Struct, frozen=True):
    """A screen that asks to be a kiosk. Its code, its secret and its address are kept as digests."""

    code: str
    secret: str
    expires_ms: int
    kiosk: str | None = None
    """Which kiosk it became."""
    address: str = ""
    """Where it asked from, while it waits."""


class GivenName(msgspec.Struct, frozen=True):
    """What a kiosk was renamed to. Its own row is written whenever it reports, by any node; this one, and that of its
    PIN, only by whoever steers, so that no report that was under way brings back the old one. They are two, so that of
    two who give them at once, at whichever nodes, neither takes back what the other gave."""

    name: str


class GivenPin(msgspec.Struct, frozen=True):
    """The PIN a kiosk was given after it was paired; None: it is to have none."""

    pin: PinCheck | None


class Handoff(msgspec.Struct, frozen=True):
    """What was written at a kiosk, for whoever shows its secret in time. The row's key is the secret's digest."""

    kiosk: str
    made: str
    expires_ms: int


class Away(msgspec.Struct, frozen=True):
    """A lab's kiosk that the lab took off a board, and may bring back: nobody who steers that board did."""

    since_ms: int


class InLab(msgspec.Struct, frozen=True):
    """This board was put into a lab. Whether it still is, the lab knows; without the row nobody would ask it."""

    since_ms: int


INVITATIONS = Rows("invitation", Invite)
PAIRINGS = Rows("pairing", Pairing)
GIVEN_NAMES = Rows("given name", GivenName)
GIVEN_PINS = Rows("given pin", GivenPin)
HANDOFFS = Rows("handoff", Handoff)
AWAY = Rows("away", Away)
LABS = Rows("lab", InLab)

# -- passphrases and PINs -----------------------------------------------------------------------------------------

PASSPHRASE_CHARS_MIN = 4
_COST, _BLOCK, _LANES = 2**14, 8, 1
"""What hashing one costs: 16 MiB, and some 50 ms (RFC 7914 section 2; the parameters of its section 12)."""

PIN_ROUNDS = 20_000
"""So that the cheapest kiosk checks one well within a second, in JavaScript. A PIN keeps visitors on their side of the
screen, and nobody who has the screen's store: no number of rounds would."""


def spoken(passphrase: str) -> str | Rejected:
    """The passphrase as it is compared: phones begin with a capital, and people say it aloud."""
    words = cleaned_line(unicodedata.normalize("NFKC", passphrase), limits.PASSPHRASE_CHARS)
    return words if isinstance(words, Rejected) else " ".join(words.casefold().split())


def passphrase_row(words: str) -> Person:
    """The row that keeps this passphrase, without it. Takes its time: not for the event loop."""
    salt = secrets.token_bytes(16)
    kept = f"scrypt${_COST}${_BLOCK}${_LANES}${b64encode(salt).decode()}${b64encode(_hash(words, salt)).decode()}"
    return Person(PASSPHRASE, None, kept, PASSPHRASE)


def is_passphrase(words: str, kept: str) -> bool:
    """Whether this is the passphrase kept so. Takes its time: not for the event loop."""
    _, cost, block, lanes, salt, digest = kept.split("$")
    asked = _hash(words, b64decode(salt), int(cost), int(block), int(lanes))
    return hmac.compare_digest(asked, b64decode(digest))


def pin_check(pin: str) -> PinCheck:
    """What a kiosk checks this PIN against. Takes its time: not for the event loop."""
    salt = secrets.token_bytes(16)
    digest = hashlib.pbkdf2_hmac("sha256", pin.encode(), salt, PIN_ROUNDS)
    return PinCheck(b64encode(salt).decode(), PIN_ROUNDS, b64encode(digest).decode())


def _hash(words: str, salt: bytes, cost: int = _COST, block: int = _BLOCK, lanes: int = _LANES) -> bytes:
    return hashlib.scrypt(words.encode(), salt=salt, n=cost, r=block, p=lanes, maxmem=2**26, dklen=32)
