"""Tokens, origins, addresses: who is let in, by value (HB6, DESIGN section 8)."""

import json
import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import URLSafeSerializer
from itsdangerous.encoding import base64_encode

from rebond.hub.allowance import KEYS_KEPT
from rebond.web.addresses import AddressAllowances
from rebond.web.auth import TOKEN_CHARS, Tokens
from rebond.web.origins import origin_allowed
from rebond_protocol.errors import CLOSES, ERRORS, Rejected
from rebond_protocol.http import Claims

SECRET = "a secret that is long enough to be one"
NOW_S = 1_700_000_000
CLAIMS = Claims("b1", "ana", "participant", NOW_S + 60)


def test_a_token_says_what_was_issued() -> None:
    """Section 8: given a token issued here, for this board, in time, then it says who that is."""
    tokens = Tokens(SECRET)
    assert tokens.check(tokens.issue(CLAIMS), "b1", NOW_S) == CLAIMS
    assert Tokens(SECRET).check(tokens.issue(CLAIMS), "b1", NOW_S) == CLAIMS, "after a restart too"


def test_expired_and_foreign_tokens_are_told_apart() -> None:
    """HB6: given a token that has expired, or belongs to another board, then its own code, which has a close code."""
    tokens = Tokens(SECRET)
    assert tokens.check(tokens.issue(CLAIMS), "b1", NOW_S + 61) == Rejected("expired_token")
    assert tokens.check(tokens.issue(CLAIMS), "b2", NOW_S) == Rejected("wrong_board")
    for code in ("bad_token", "expired_token", "wrong_board"):
        assert not CLOSES[code].resumable


def test_somebody_elses_secret_makes_no_token() -> None:
    """Section 8: given a token signed with another secret, or for another purpose, then it is not valid."""
    said = ["b1", "ana", "moderator", NOW_S + 60]
    forged = [
        Tokens("another secret that is also long enough").issue(CLAIMS),
        str(URLSafeSerializer(SECRET, salt="another purpose").dumps(said)),
        str(URLSafeSerializer(SECRET, salt="rebond.token.v1").dumps(said)),
    ]
    for token in forged:
        assert Tokens(SECRET).check(token, "b1", NOW_S) == Rejected("bad_token")


def test_every_character_of_a_token_counts() -> None:
    """Section 8: given any one character of a token changed, or cut off, then it is not valid."""
    tokens = Tokens(SECRET)
    good = tokens.issue(CLAIMS)
    for at, char in enumerate(good[:-1]):  # of the last one, base64 leaves some bits unused
        other = "A" if char != "A" else "B"
        assert tokens.check(good[:at] + other + good[at + 1 :], "b1", NOW_S) == Rejected("bad_token")
    for length in range(len(good)):
        assert tokens.check(good[:length], "b1", NOW_S) == Rejected("bad_token")


WELL_SIGNED = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=3), inner, max_size=5),
    max_leaves=8,
)


@given(st.text(max_size=80) | st.text(string.ascii_letters + "._-", max_size=80) | st.just("x" * (TOKEN_CHARS + 1)))
def test_no_string_makes_checking_raise(token: str) -> None:
    """Section 8: given any string as a token, then it is not valid, and nothing raises."""
    assert Tokens(SECRET).check(token, "b1", NOW_S) == Rejected("bad_token")


@given(WELL_SIGNED)
def test_what_was_signed_must_be_claims(said: Any) -> None:
    """Section 8: given our own signature on something else, then it is not valid, and nothing raises."""
    signer = Tokens(SECRET)._signer  # pyright: ignore[reportPrivateUsage]
    token = signer.sign(base64_encode(json.dumps(said).encode())).decode()
    checked = Tokens(SECRET).check(token, "b1", NOW_S)
    assert isinstance(checked, Rejected)
    assert checked.code in ERRORS


def test_a_device_cannot_be_told_from_its_key() -> None:
    """LG7: given a device id, then its key is the same each time, another under another secret, and not the id."""
    key = Tokens(SECRET).device_key("b1", "device-id-of-a-phone")
    assert key == Tokens(SECRET).device_key("b1", "device-id-of-a-phone")
    assert key != Tokens(SECRET + "!").device_key("b1", "device-id-of-a-phone")
    assert "phone" not in key


ORIGINS = {
    "none, as programs do": (None, True),
    "our own page": ("http://boards.example:8000", True),
    "our own page in capitals": ("HTTP://Boards.Example:8000", True),
    "a named one": ("https://intranet.example", True),
    "another host": ("http://evil.example", False),
    "another port": ("http://boards.example:9000", False),
    "a longer host": ("http://boards.example:8000.evil.example", False),
    "a user in front": ("http://boards.example:8000@evil.example", False),
    "a sandboxed page": ("null", False),
    "nothing": ("", False),
    "half an address": ("http://[", False),
    "no address": ("\x00\xff", False),
}


@pytest.mark.parametrize(("origin", "allowed"), ORIGINS.values(), ids=ORIGINS.keys())
def test_which_pages_may_connect(origin: str | None, allowed: bool) -> None:
    """Section 8: given a handshake from a page, then only our own pages, and those that were named, may connect."""
    headers = [(b"host", b"boards.example:8000")]
    if origin is not None:
        headers.append((b"origin", origin.encode("latin-1")))
    assert origin_allowed({"headers": headers}, ("https://intranet.example",)) is allowed
    assert origin_allowed({"headers": headers[1:]}, ()) is (origin is None)


def test_addresses_are_counted_apart_and_forgotten_in_turn() -> None:
    """HB3: given more addresses than are kept, then each has its own allowance, and memory stays bounded."""
    allowances = AddressAllowances(1.0, 2)
    assert [allowances.take("198.51.100.1", 0) for _ in range(3)] == [True, True, False]
    assert allowances.take("198.51.100.2", 0)
    for number in range(KEYS_KEPT + 10):
        allowances.take(f"address {number}", 0)
    assert len(allowances) == KEYS_KEPT


def test_a_household_with_billions_of_addresses_is_one() -> None:
    """HB3: given somebody goes through the addresses of their IPv6 network, then they have one allowance."""
    allowances = AddressAllowances(1.0, 2)
    assert [allowances.take(f"2001:db8:1:2::{number:x}", 0) for number in range(3)] == [True, True, False]
    assert allowances.take("2001:db8:1:3::1", 0)
    assert allowances.take("fe80::1%eth0", 0)
    assert allowances.take("not:an:address", 0)
