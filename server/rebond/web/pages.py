"""The built client: one page a surface, hashed assets kept for a year, and the headers that keep everything else out.

No page asks anything of another host: no CDN, no font host, no tracker (DESIGN section 8).
"""

from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.staticfiles import StaticFiles

STATIC = Path(__file__).with_name("static")

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
        "connect-src 'self' ws: wss:; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""On every response. `connect-src` names the WebSocket schemes because older Safari does not count them into 'self'."""

ASSET_CACHE = "public, max-age=31536000, immutable"
PAGE_CACHE = "no-cache"

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

NOT_BUILT = "The client has not been built yet. Run `make build`, then load this page again.\n"


def page(name: str, status: int = 200) -> Response:
    """The built page of a surface, looked up again each time: a page names the assets of the latest build."""
    path = STATIC / f"{name}.html"
    if not path.is_file():
        return PlainTextResponse(NOT_BUILT, 503)
    return FileResponse(path, status, {"Cache-Control": PAGE_CACHE}, "text/html; charset=utf-8")


def assets() -> App:
    """Hashed files under /assets: a new build has new names, so an old one may be kept for ever."""
    files = StaticFiles(directory=STATIC / "assets", check_dir=False)
    return GZipMiddleware(_with_headers(files, {"Cache-Control": ASSET_CACHE}), minimum_size=500)


def secured(app: App) -> App:
    """The application with the security headers on every HTTP response."""
    return _with_headers(app, SECURITY_HEADERS)


def _with_headers(app: App, headers: dict[str, str]) -> App:
    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start" and (headers is SECURITY_HEADERS or message["status"] < 400):
                MutableHeaders(scope=message).update(headers)
            await send(message)

        await app(scope, receive, send_with_headers if scope["type"] == "http" else send)

    return wrapped
