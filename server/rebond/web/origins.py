"""Which pages may open a WebSocket here (RFC 6455 section 10.2): our own, and those the operator names.

Programs that are no browsers send no Origin and are let through: the token is what guards a board. The check is for
browsers, which would otherwise let any page speak with a server on the visitor's own network.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit


def header(scope: Mapping[str, Any], name: bytes) -> str | None:
    """The first header of this (lower-case) name in an ASGI scope, or None."""
    headers: Iterable[tuple[bytes, bytes]] = scope["headers"]
    for key, value in headers:
        if key == name:
            return value.decode("latin-1")
    return None


def origin_allowed(scope: Mapping[str, Any], further: Iterable[str]) -> bool:
    """Whether this handshake comes from a page that may speak with this server."""
    origin = header(scope, b"origin")
    if origin is None:
        return True
    if origin in further:
        return True
    return _address(origin) == (header(scope, b"host") or "").lower() != ""


def _address(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:  # an address with half a bracket, say
        return None
