"""The built client: one page a surface, hashed assets kept for a year, and headers that keep everything else out.

No page asks anything of another host: no CDN, no font host, no tracker (DESIGN section 8). A console shows phone and
wall beside itself, so those may stand in a frame of this server's own pages, and nothing else may stand in any.
"""

import hashlib
import re
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

import msgspec
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from rebond.web.brand import GROUNDS, Brand
from rebond.web.problems import json_response
from rebond.web.words import words_in
from rebond_protocol.http import BrandFace
from rebond_protocol.ids import CODE_ALPHABET, CODE_CHARS

STATIC = Path(__file__).with_name("static")
ICONS = Path(__file__).with_name("icons")

_SOURCES = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self' ws: wss:; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; "
)
"""`connect-src` names the WebSocket schemes because older Safari does not count them into 'self'."""
STRICT = _SOURCES + "frame-ancestors 'none'"
FRAMED = _SOURCES + "frame-ancestors 'self'"
FRAMING = _SOURCES + "frame-src 'self'; frame-ancestors 'none'"
PICTURE = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
"""For a picture somebody else drew: its own styles, and nothing that runs or asks, even where it is opened alone."""

SECURITY_HEADERS = {
    "Content-Security-Policy": STRICT,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""On every response, but for a policy that the response has itself."""

ASSET_CACHE = "public, max-age=31536000, immutable"
PAGE_CACHE = "no-cache"
ICON_CACHE = "public, max-age=86400"

MEDIA_TYPES = {
    ".css": "text/css", ".js": "text/javascript", ".json": "application/json", ".mjs": "text/javascript",
    ".png": "image/png", ".svg": "image/svg+xml", ".wasm": "application/wasm", ".woff2": "font/woff2",
}  # fmt: skip
"""What a build has in it: not every machine's own table knows, and a wrong type is not run (`nosniff`)."""

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

NOT_BUILT = "The client has not been built yet. Run `make build`, then load this page again.\n"


def routes(brand: Brand) -> list[BaseRoute]:
    """Everything that is served to be looked at."""
    look = _Look(brand)
    return [
        Route("/", _surface("index", STRICT)),
        Route("/j/{code}", _surface("phone", FRAMED)),
        Route("/kiosk", _surface("kiosk", FRAMED)),
        Route("/kiosk/{board}", _surface("kiosk", FRAMED)),
        Route("/lab/{code}", _surface("lab", STRICT)),
        Route("/console/{board}", _surface("console", FRAMING)),
        Route("/wall/{board}", _surface("wall", FRAMED)),
        Route("/sw.js", _service_worker),
        Route("/manifest.webmanifest", look.manifest),
        Route("/api/brand", look.face),
        Route("/brand.css", look.css),
        Route("/brand/logo", look.logo),
        Mount("/icons", _with_headers(StaticFiles(directory=ICONS), {"Cache-Control": ICON_CACHE})),
        Mount("/assets", _assets()),
    ]


# -- pages and their assets ----------------------------------------------------------------------------------------


def _surface(name: str, policy: str, status: int = 200) -> Callable[[Request], Awaitable[Response]]:
    """The built page of a surface, looked up again each time: a page names the assets of the latest build."""

    async def handler(request: Request) -> Response:
        path = STATIC / f"{name}.html"
        if not path.is_file():
            return PlainTextResponse(NOT_BUILT, 503)
        headers = {"Cache-Control": PAGE_CACHE, "Content-Security-Policy": policy}
        return FileResponse(path, status, headers, "text/html; charset=utf-8")

    return handler


lost = _surface("index", STRICT, 404)
"""The front page, which says that there is nothing at the address and how to go on."""


def asks_for_a_page(request: Request) -> bool:
    """Whether somebody's browser was led here, and no program, which is answered with a code (HB9)."""
    is_page = not request.url.path.startswith(("/api/", "/assets/", "/ws/"))
    return is_page and request.method == "GET" and "text/html" in request.headers.get("accept", "")


def build_of(name: str) -> str | None:
    """Which build of this surface's page is served now; None where there is none. A page names its assets by their
    content, so another build of any of them is another page."""
    try:
        return hashlib.blake2b((STATIC / f"{name}.html").read_bytes(), digest_size=12).hexdigest()
    except FileNotFoundError:
        return None


async def _service_worker(request: Request) -> Response:
    """Looked up again each time, or a phone would never hear of another one (W3C Service Workers, section 6.4)."""
    path = STATIC / "sw.js"
    if not path.is_file():
        raise HTTPException(404)
    headers = {"Cache-Control": PAGE_CACHE, "Service-Worker-Allowed": "/"}
    return FileResponse(path, 200, headers, "text/javascript; charset=utf-8")


class _Assets(StaticFiles):
    """Hashed files, with the types they have everywhere."""

    def file_response(self, full_path: Any, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(full_path, *args, **kwargs)
        media_type = MEDIA_TYPES.get(Path(full_path).suffix)
        if media_type is not None and response.status_code == 200:
            response.headers["content-type"] = media_type
        return response


def _assets() -> App:
    """Hashed files under /assets: a new build has new names, so an old one may be kept for ever."""
    files = _Assets(directory=STATIC / "assets", check_dir=False)
    return GZipMiddleware(_with_headers(files, {"Cache-Control": ASSET_CACHE}), minimum_size=500)


# -- the organisation's look ---------------------------------------------------------------------------------------

_CODE = re.compile(rf"[{CODE_ALPHABET}]{{{CODE_CHARS}}}", re.IGNORECASE)


class _Icon(msgspec.Struct, frozen=True):
    src: str
    sizes: str
    type: str
    purpose: str = "any"


_ICONS = (
    _Icon("/icons/icon.svg", "any", "image/svg+xml"),
    _Icon("/icons/icon-192.png", "192x192", "image/png"),
    _Icon("/icons/icon-512.png", "512x512", "image/png"),
    _Icon("/icons/maskable-512.png", "512x512", "image/png", "maskable"),
)


class _Look:
    """What is made of the brand."""

    def __init__(self, brand: Brand) -> None:
        self._brand = brand

    async def manifest(self, request: Request) -> Response:
        """The web app: of a board where `code` names one, so that it opens there (W3C Web Application Manifest)."""
        words = words_in(request.query_params.get("locale", "en"))
        code = request.query_params.get("code", "")
        paper = GROUNDS["light"]["paper"]
        said = {
            "id": "/",
            "name": self._brand.name or "Rebond",
            "short_name": self._brand.name if self._brand.name and len(self._brand.name) <= 12 else "Rebond",
            "description": words.say("web.about"),
            "lang": words.tag,
            "dir": "ltr",
            "start_url": f"/j/{code.upper()}" if _CODE.fullmatch(code) else "/",
            "scope": "/",
            "display": "standalone",
            "background_color": paper,
            "theme_color": self._brand.accent.light if self._brand.accent else paper,
            "icons": [msgspec.to_builtins(icon) for icon in _ICONS],
        }
        return _tagged(request, msgspec.json.encode(said), "application/manifest+json")

    async def css(self, request: Request) -> Response:
        """Custom properties that go before those of the design tokens; nothing where there is no brand."""
        return _tagged(request, self._brand.css, "text/css; charset=utf-8")

    async def logo(self, request: Request) -> Response:
        """The organisation's picture, never part of a page: only ever an image beside it."""
        if self._brand.logo is None:
            raise HTTPException(404)
        response = _tagged(request, self._brand.logo.content, self._brand.logo.media_type)
        response.headers["Content-Security-Policy"] = PICTURE
        return response

    async def face(self, request: Request) -> Response:
        """Whose server this is."""
        return json_response(BrandFace(self._brand.name, "/brand/logo" if self._brand.logo else None))


def _tagged(request: Request, content: bytes, media_type: str) -> Response:
    """Looked up again each time, and sent again only when it is another (RFC 9110 section 13.1.2)."""
    etag = f'"{hashlib.blake2b(content, digest_size=12).hexdigest()}"'
    headers = {"Cache-Control": PAGE_CACHE, "ETag": etag}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type=media_type)


# -- headers -------------------------------------------------------------------------------------------------------


def secured(app: App) -> App:
    """The application with the security headers on every HTTP response, which is whole: nothing here is large enough
    to be asked for in parts, so a Range is ignored, as it may be (RFC 9110 section 14.2), and none can be malformed."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
                if "accept-ranges" in headers:
                    del headers["accept-ranges"]
            await send(message)

        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        asked = [(name, value) for name, value in scope["headers"] if name != b"range"]
        await app({**scope, "headers": asked}, receive, send_secured)

    return wrapped


def _with_headers(app: App, headers: dict[str, str]) -> App:
    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] < 400:
                MutableHeaders(scope=message).update(headers)
            await send(message)

        await app(scope, receive, send_with_headers if scope["type"] == "http" else send)

    return wrapped
