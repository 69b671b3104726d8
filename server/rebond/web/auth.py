"""Tokens: signed claims (board, participant, role, expiry). Whoever holds one has its role, so they travel in the first
frame, in an Authorization header or behind `#`, never in a URL a server sees. The secret makes them unforgeable."""

import hashlib

import msgspec
import orjson
from itsdangerous import BadData, Signer
from itsdangerous.encoding import base64_decode, base64_encode

from rebond_protocol.codec import Format, encode
from rebond_protocol.errors import Rejected
from rebond_protocol.http import Claims

DAY_S = 24 * 60 * 60
PARTICIPANT_DAYS = 90
"""A series of workshops is monthly: somebody who comes back is still who they were."""
CAPABILITY_DAYS = 400
"""Moderator, kiosk and wall links live over a year; a kiosk or a wall is taken back by removing its participant."""
TOKEN_CHARS = 1_000


class Tokens:
    """Issues and checks tokens under one secret (RFC 2104 HMAC with SHA-256)."""

    def __init__(self, secret: str) -> None:
        key = hashlib.sha256(f"rebond.token.v1 {secret}".encode()).digest()
        # Derived here, once: itsdangerous would derive it again at every signature, half of what a check costs.
        self._signer = Signer(key, digest_method=hashlib.sha256, key_derivation="none")
        self._device_salt = hashlib.sha256(f"rebond.device.v1 {secret}".encode()).digest()

    def issue(self, claims: Claims) -> str:
        """A token that says this."""
        said = [claims.board, claims.participant, claims.role, claims.expires_s]
        return self._signer.sign(base64_encode(encode(said, Format.JSON))).decode()

    def check(self, token: str, board: str, now_s: float) -> Claims | Rejected:
        """What a token says, if it was issued here, for this board, and has not expired."""
        if len(token) > TOKEN_CHARS:
            return Rejected("bad_token")
        try:
            said = orjson.loads(base64_decode(self._signer.unsign(token)))
            fields = dict(zip(Claims.__struct_fields__, said, strict=True))
            claims = msgspec.convert(fields, Claims)
        except (BadData, TypeError, ValueError):
            return Rejected("bad_token")
        if claims.expires_s < now_s:
            return Rejected("expired_token")
        return claims if claims.board == board else Rejected("wrong_board")

    def device_key(self, board: str, device: str) -> str:
        """What stands on this board in place of a device's own id, from which that cannot be told.

        Another on each board: the same key on two would link a pseudonym to a name (DM5).
        """
        return hashlib.blake2b(f"{board} {device}".encode(), key=self._device_salt, digest_size=24).hexdigest()
