"""What is kept beside the log, in the table of names, so that it can be erased and stands in no export (LG7).

Of people: the address they left, and that they wait to be let in. Of a board: the hash of its passphrase, and its
invitations. Those have rows of their own, under ids in parentheses, which no participant has.
"""

import hashlib
import hmac
import re
import secrets
import unicodedata
from base64 import b64decode, b64encode

import msgspec

from rebond.log import Person
from rebond_protocol import limits
from rebond_protocol.errors import Rejected
from rebond_protocol.http import InvitedRole
from rebond_protocol.text import cleaned_line

# -- of people -----------------------------------------------------------------------------------------------------


class Knock(msgspec.Struct, frozen=True, omit_defaults=True):
    """Somebody waits to be let in, under this segment, since then."""

    since_ms: int
    segment: str | None = None


class Contact(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a person's row has in `contact`."""

    email: str | None = None
    knock: Knock | None = None


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


# -- of a board ----------------------------------------------------------------------------------------------------

PASSPHRASE = "(passphrase)"
_INVITATION = "(invitation) "


def is_somebody(person: Person) -> bool:
    """Whether this row is a person's, not the board's own."""
    return not person.participant.startswith("(")


class Invite(msgspec.Struct, frozen=True):
    """What is kept of an invitation. A token says which it is; without its row it is good for nothing."""

    role: InvitedRole
    name: str | None
    expires_ms: int


def invitation_key(id: str) -> str:
    """Under what the invitation with this id is kept, and who its token says it is: nobody on the board."""
    return f"{_INVITATION}{id}"


def invitation_row(id: str, invite: Invite) -> Person:
    """The row of an invitation."""
    return Person(invitation_key(id), None, msgspec.json.encode(invite).decode(), invitation_key(id))


def invitation_of(row: Person) -> tuple[str, Invite] | None:
    """The id and the content of an invitation, where this is one's row."""
    if not row.participant.startswith(_INVITATION):
        return None
    return row.participant.removeprefix(_INVITATION), msgspec.json.decode(row.contact or "", type=Invite)


# -- passphrases ---------------------------------------------------------------------------------------------------

PASSPHRASE_CHARS_MIN = 4
_COST, _BLOCK, _LANES = 2**14, 8, 1
"""What hashing one costs: 16 MiB, and some 50 ms (RFC 7914 section 2; the parameters of its section 12)."""


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


def _hash(words: str, salt: bytes, cost: int = _COST, block: int = _BLOCK, lanes: int = _LANES) -> bytes:
    return hashlib.scrypt(words.encode(), salt=salt, n=cost, r=block, p=lanes, maxmem=2**26, dklen=32)
