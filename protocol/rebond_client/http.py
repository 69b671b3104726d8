"""The few things that are said over HTTP: make a board, join one. The standard library's client, in a thread.

Addresses are those a person sees (`https://boards.example`); nothing here keeps a connection or a token.
"""

import asyncio
import secrets
import urllib.error
import urllib.request
from typing import Final, TypeVar
from urllib.parse import quote, urlsplit, urlunsplit

import msgspec

from rebond_client.refused import Refused
from rebond_protocol import codec
from rebond_protocol.boards import Locale
from rebond_protocol.codec import Unreadable
from rebond_protocol.http import BoardMade, Join, Joined, NewBoard, Problem

WITHIN_S: Final = 30.0
"""How long a request may take."""

T = TypeVar("T")


def new_device() -> str:
    """An id for this program on one board, long enough that nobody guesses it."""
    return f"d-{secrets.token_hex(12)}"


def socket_url(base_url: str, board: str) -> str:
    """The address of a board's socket on the server at `base_url`."""
    parts = urlsplit(base_url)
    scheme = {"http": "ws", "https": "wss"}.get(parts.scheme, parts.scheme)
    return urlunsplit((scheme, parts.netloc, f"{parts.path.rstrip('/')}/ws/{quote(board, safe='')}", "", ""))


async def create_board(
    base_url: str,
    title: str,
    *,
    template: str = "brainstorm",
    locale: Locale = "en",
    anonymous: bool = False,
    admin_token: str | None = None,
) -> BoardMade:
    """Make a board. Raises `Refused`, and `OSError` where the server cannot be reached."""
    body = NewBoard(title, template=template, locale=locale, anonymous=anonymous)
    return await _post(f"{base_url.rstrip('/')}/api/boards", body, BoardMade, admin_token)


async def join(
    base_url: str, code: str, *, name: str | None = None, segment: str | None = None, device: str | None = None
) -> Joined:
    """Become a participant of the board with this join code or id. The same device again is the same participant.

    Raises `Refused`, and `OSError` where the server cannot be reached.
    """
    address = f"{base_url.rstrip('/')}/api/boards/{quote(code, safe='')}/join"
    return await _post(address, Join(name, segment, device), Joined, None)


async def _post(address: str, body: msgspec.Struct, shape: type[T], token: str | None) -> T:
    return await asyncio.to_thread(_posted, address, codec.encode(body, codec.Format.JSON), shape, token)


def _posted(address: str, body: bytes, shape: type[T], token: str | None) -> T:
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(address, body, headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=WITHIN_S) as response:
            said: bytes = response.read()
    except urllib.error.HTTPError as error:
        with error:
            raise _refusal(error.code, error.read()) from None
    read = codec.read_json(said, shape)
    if isinstance(read, Unreadable):
        raise ValueError(f"{address} answered something else than {shape.__name__}: {read.details}")
    return read


def _refusal(status: int, said: bytes) -> Refused:
    problem = codec.read_json(said, Problem)
    if isinstance(problem, Unreadable):
        return Refused("unavailable", f"The server answered {status} without saying why.", temporary=status >= 500)
    details = None if problem.details is msgspec.UNSET else problem.details
    return Refused(problem.code, problem.message, temporary=problem.temporary, details=details)
