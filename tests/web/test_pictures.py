"""Pictures in and out over HTTP (ADR 25): what is drawn anew, what is refused, and what never comes out again."""

from __future__ import annotations

import asyncio
import hashlib
import io
import socket
import struct
import subprocess
import sys
import threading
import zlib
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any, cast

import httpx
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageCms, ImageDraw

from rebond.app import Application
from rebond.hub.deciding import Done
from rebond.hub.pictures import UNSHOWN_MS, name_of, picture_of
from rebond.web import pictures, redrawing
from rebond.web.imaging import HEIGHTS_PER_WIDTH, drawn
from rebond.web.redrawing import Unusable
from rebond_protocol import limits
from rebond_protocol.cards import CardAdd
from rebond_protocol.http import BoardMade
from rebond_protocol.kiosks import PictureKept
from rebond_protocol.stages import CardShowcase, Showcase
from tests.conftest import LOOPBACK, READY_WITHIN_S, RedisServer, StartRebond
from tests.log import redis_story
from tests.web.edge import application, asking, bearer, board_made, joined, on_disk, problem
from tests.web.nodes import caller, moderator_at, start_node

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 160, 0), (0, 0, 255), (255, 255, 255)
Colour = tuple[int, int, int]


@pytest.fixture
async def app(tmp_path: Path) -> AsyncGenerator[Application]:
    """An application on an empty folder."""
    async with application(tmp_path) as started:
        yield started


@pytest.fixture
async def client(app: Application) -> AsyncGenerator[httpx.AsyncClient]:
    """Somebody at a desk."""
    async with asking(app) as opened:
        yield opened


# -- pictures ------------------------------------------------------------------------------------------------------


def photograph(width: int = 1600, height: int = 1200) -> Image.Image:
    """Red on the left and blue on the right."""
    image = Image.new("RGB", (width, height), RED)
    ImageDraw.Draw(image).rectangle((width // 2, 0, width, height), BLUE)
    return image


def encoded(image: Image.Image, format: str = "PNG", **options: Any) -> bytes:
    """As a file."""
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def decoded(data: bytes, format: str = "WEBP") -> Image.Image:
    """A file as a picture; those that are kept are WebP."""
    with Image.open(io.BytesIO(data), formats=[format]) as image:
        image.load()
        return image


def looks(image: Image.Image, *expected: tuple[float, float, Colour]) -> bool:
    """Whether at these places, from 0 to 1 across and down, there are about these colours."""
    found = image.convert("RGB")
    for across, down, colour in expected:
        pixel = found.getpixel((int(across * (image.width - 1)), int(down * (image.height - 1))))
        assert isinstance(pixel, tuple)
        if max(abs(one - two) for one, two in zip(pixel, colour, strict=True)) > 30:
            return False
    return True


async def sent(client: httpx.AsyncClient, made: BoardMade, content: bytes) -> httpx.Response:
    """A moderator sends this picture."""
    path = f"/api/boards/{made.id}/pictures"
    return await client.post(path, content=content, headers=bearer(made.tokens.moderator))


async def kept(client: httpx.AsyncClient, made: BoardMade, content: bytes) -> PictureKept:
    """A moderator sends this picture, and it is taken."""
    response = await sent(client, made, content)
    assert response.status_code == 201, response.text
    return msgspec.json.decode(response.content, type=PictureKept)


async def shown(client: httpx.AsyncClient, made: BoardMade, picture: str, width: int | None = None) -> bytes:
    """What whoever knows its name is given."""
    asked = {} if width is None else {"width": width}
    response = await client.get(f"/api/boards/{made.id}/pictures/{picture}", params=asked)
    assert response.status_code == 200, response.text
    return response.content


# -- what is taken -------------------------------------------------------------------------------------------------


async def test_a_photograph_comes_out_upright_and_says_nothing_of_where_it_was_taken(
    client: httpx.AsyncClient, tmp_path: Path
) -> None:
    """LG7: given a photograph that lies on its side, with the place, the camera and the owner in it, when it is sent,
    then it comes out upright, in both widths, and nothing of that is in it, nor anywhere on the disk."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Make] = "Hypothetical Cameras"
    exif[ExifTags.Base.Artist] = "Josephine Owner"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (43.0, 36.0, 16.0), 29: "1999:12:31"})
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.UserComment] = b"my-own-remark"
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>my-own-words</x:xmpmeta>"
    content = encoded(photograph(2400, 1600), "JPEG", exif=exif, xmp=xmp, comment=b"made at home")
    secrets = [b"Hypothetical", b"Josephine", b"1999:12:31", b"my-own-", b"made at home"]
    assert all(secret in content for secret in secrets)

    made = await board_made(client)
    picture = await kept(client, made, content)
    assert (picture.width, picture.height) == (1080, 1620)
    for width in (1080, 480):
        data = await shown(client, made, picture.picture, width)
        image = decoded(data)
        assert image.size == (width, width * 3 // 2)
        assert looks(image, (0.5, 0.1, RED), (0.5, 0.9, BLUE))
        assert not {"exif", "icc_profile", "xmp"} & image.info.keys()
        assert not [secret for secret in [*secrets, b"Exif", b"EXIF", b"XMP"] if secret in data]
    assert not [file for secret in secrets for file in on_disk(tmp_path, secret)]


async def test_a_picture_is_named_after_what_is_kept_and_kept_once(app: Application, client: httpx.AsyncClient) -> None:
    """Given a picture, when it is sent twice, then it is one picture, whose name is the hash of its bytes, and says how
    large it is; another is another; on another board it is not known."""
    made, other = await board_made(client), await board_made(client)
    content = encoded(photograph())
    picture = await kept(client, made, content)
    assert await kept(client, made, content) == picture
    large, small = await shown(client, made, picture.picture), await shown(client, made, picture.picture, 480)
    assert hashlib.sha256(large).hexdigest() == picture.picture
    assert (len(large), decoded(large).size) == (picture.bytes, (picture.width, picture.height))
    assert decoded(small).size == (480, 360)
    assert (await kept(client, made, encoded(photograph(800, 600)))).picture != picture.picture
    assert {row.name for row in await app.hub.log.pictures(made.id) if picture_of(row.name) == picture.picture} == {
        name_of(picture.picture, 480),
        name_of(picture.picture, 1080),
    }
    problem(await client.get(f"/api/boards/{other.id}/pictures/{picture.picture}"), "not_found")


def _animated(format: str) -> bytes:
    frames = [Image.new("RGB", (80, 60), colour) for colour in (GREEN, RED, BLUE)]
    return encoded(frames[0], format, save_all=True, append_images=frames[1:], duration=50)


def _in_swapped_colours() -> bytes:
    """Red, with a profile that says red is what others call blue."""
    profile: bytes = ImageCms.ImageCmsProfile(cast(Any, ImageCms).createProfile("sRGB")).tobytes()
    swapped = profile.replace(b"rXYZ", b"????").replace(b"bXYZ", b"rXYZ").replace(b"????", b"bXYZ")
    return encoded(Image.new("RGB", (80, 60), RED), icc_profile=swapped)


def _half_seen(mode: str) -> bytes:
    """Dark on the left; on the right, nothing."""
    image = Image.new("LA", (80, 60), (0, 255))
    image.paste((0, 0), (40, 0, 80, 60))
    return encoded(image.convert("RGBA").quantize(4) if mode == "P" else image.convert(mode))


def _sixteen_bits() -> bytes:
    """Half as light as can be."""
    return encoded(Image.new("I;16", (80, 60), 0x8000))


def _two_pictures_in_one() -> bytes:
    """As cameras with two lenses write it."""
    return encoded(Image.new("RGB", (80, 60), GREEN), "MPO", save_all=True, append_images=[Image.new("RGB", (80, 60))])


DARK, GREY = (0, 0, 0), (128, 128, 128)
TAKEN: dict[str, tuple[Callable[[], bytes], Colour, Colour]] = {
    "JPEG": (lambda: encoded(photograph(80, 60), "JPEG", quality=95), RED, BLUE),
    "JPEG in CMYK": (lambda: encoded(photograph(80, 60).convert("CMYK"), "JPEG", quality=95), RED, BLUE),
    "JPEG in grey": (lambda: encoded(Image.new("L", (80, 60), 128), "JPEG"), GREY, GREY),
    "JPEG of two lenses": (_two_pictures_in_one, GREEN, GREEN),
    "PNG": (lambda: encoded(photograph(80, 60)), RED, BLUE),
    "PNG with a palette": (lambda: encoded(photograph(80, 60).quantize(4)), RED, BLUE),
    "PNG with a palette to be seen through": (lambda: _half_seen("P"), DARK, WHITE),
    "PNG to be seen through": (lambda: _half_seen("RGBA"), DARK, WHITE),
    "PNG in grey to be seen through": (lambda: _half_seen("LA"), DARK, WHITE),
    "PNG in black and white": (lambda: encoded(Image.new("1", (80, 60), 1)), WHITE, WHITE),
    "PNG in sixteen bits": (_sixteen_bits, GREY, GREY),
    "PNG with a profile": (_in_swapped_colours, BLUE, BLUE),
    "PNG with a profile that is none": (lambda: encoded(photograph(80, 60), icc_profile=b"none" * 99), RED, BLUE),
    "WebP": (lambda: encoded(photograph(80, 60), "WEBP", lossless=True), RED, BLUE),
    "GIF that moves": (lambda: _animated("GIF"), GREEN, GREEN),
    "PNG that moves": (lambda: _animated("PNG"), GREEN, GREEN),
    "WebP that moves": (lambda: _animated("WEBP"), GREEN, GREEN),
    "AVIF that moves": (lambda: _animated("AVIF"), GREEN, GREEN),
    "WebP seen through": (
        lambda: encoded(decoded(_half_seen("RGBA"), "PNG"), "WEBP", lossless=True),
        DARK,
        WHITE,
    ),
    "AVIF": (lambda: encoded(photograph(80, 60), "AVIF", quality=95), RED, BLUE),
}


@pytest.mark.parametrize(("content", "left", "right"), TAKEN.values(), ids=TAKEN.keys())
def test_whatever_a_camera_or_a_desk_writes_looks_as_it_was_meant(
    content: Callable[[], bytes], left: Colour, right: Colour
) -> None:
    """Given a picture in any format and mode that is taken, when it is redrawn, in a process of its own as in the
    server, then its first frame is there as it was meant, on white, as large as it was and no larger."""
    for one in redrawing.redrawn(content()).values():
        image = decoded(one.data)
        assert image.size == (one.width, one.height) == (80, 60)
        assert image.mode == "RGB"
        assert looks(image, (0.2, 0.5, left), (0.8, 0.5, right))


@settings(max_examples=60)
@given(width=st.integers(1, 3_000), height=st.integers(1, 3_000), turned=st.booleans())
def test_no_picture_is_enlarged_bent_or_taller_than_a_screen(width: int, height: int, turned: bool) -> None:
    """Given a picture of any size, lying or standing, when it is redrawn, then each width is as wide as that at most,
    no higher than a screen, no larger than it was, and of the same shape."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 8 if turned else 1
    content = encoded(Image.new("L", (width, height), 200), compress_level=1, exif=exif)
    upright = (height, width) if turned else (width, height)
    for at_most, one in drawn(content).items():
        assert one.width <= min(at_most, upright[0])
        assert one.height <= min(at_most * HEIGHTS_PER_WIDTH, upright[1])
        scale = min(1, at_most / upright[0], at_most * HEIGHTS_PER_WIDTH / upright[1])
        assert abs(one.width - upright[0] * scale) <= 1
        assert abs(one.height - upright[1] * scale) <= 1


# -- what is not ---------------------------------------------------------------------------------------------------


def _chunk(kind: bytes, data: bytes) -> bytes:
    """Of a PNG (its section 5.3)."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _bomb(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that says it is so large, and is."""
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    lines = zlib.compressobj(9)
    line = bytes(1 + (width + 7) // 8)
    data = b"".join(lines.compress(line) for _ in range(min(height, 500))) + lines.flush()
    return b"\x89PNG\r\n\x1a\n" + head + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(200)
REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "unknown"),
    "text": (lambda: b"a picture of my aunt", "unknown"),
    "SVG": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "unknown"),
    "HTML": (lambda: b"<!doctype html><script>alert(1)</script>", "unknown"),
    "PostScript": (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(%pipe%id) (r) file\n", "unknown"),
    "BMP": (lambda: encoded(photograph(80, 60), "BMP"), "unknown"),
    "TIFF": (lambda: encoded(photograph(80, 60), "TIFF"), "unknown"),
    "PDF": (lambda: encoded(photograph(80, 60), "PDF"), "unknown"),
    "HEIC": (lambda: HEIC, "heic"),
    "half a JPEG": (lambda: (data := encoded(photograph(), "JPEG"))[: len(data) // 2], "damaged"),
    "half a PNG": (lambda: (data := encoded(photograph()))[: len(data) // 2], "damaged"),
    "half a WebP": (lambda: (data := encoded(photograph(), "WEBP"))[: len(data) // 2], "damaged"),
    "the head of a PNG": (lambda: encoded(photograph())[:40], "damaged"),
}


@pytest.mark.parametrize(("content", "fault"), REFUSED.values(), ids=REFUSED.keys())
async def test_what_is_no_picture_is_refused(
    app: Application, client: httpx.AsyncClient, content: Callable[[], bytes], fault: str
) -> None:
    """HB9: given what is no picture, or one that is not taken, or half of one, when it is sent, then `not_a_picture`
    says which, and nothing is kept."""
    made = await board_made(client)
    refused = problem(await sent(client, made, content()), "not_a_picture")
    if fault != "damaged":
        assert refused.details == {"problem": fault}
    assert await app.hub.log.pictures(made.id) == []


BOMBS: dict[str, Callable[[], bytes]] = {
    "one pixel too many": lambda: _bomb(limits.PICTURE_PIXELS // 5_000 + 1, 5_000),
    "a little more than that": lambda: _bomb(10_000, 9_500),
    "a square kilometre": lambda: _bomb(60_000, 60_000),
    "GIF": lambda: b"GIF89a" + struct.pack("<HH", 65_535, 65_535) + encoded(Image.new("L", (9, 9)), "GIF")[10:],
    "JPEG": lambda: _as_large(encoded(Image.new("L", (9, 9)), "JPEG")),
}


def _as_large(jpeg: bytes) -> bytes:
    """The same, which says that it is as large as one may be."""
    at = jpeg.index(b"\xff\xc0") + 5
    return jpeg[:at] + b"\xff\xdc\xff\xdc" + jpeg[at + 4 :]


@pytest.mark.parametrize("content", BOMBS.values(), ids=BOMBS.keys())
async def test_a_small_file_that_unfolds_is_not_unfolded(
    client: httpx.AsyncClient, content: Callable[[], bytes]
) -> None:
    """HB3: given a small file that says it has more pixels than are taken, when it is sent, then `too_large` says how
    many those are."""
    made = await board_made(client)
    assert len(content()) < 2_000_000
    refused = problem(await sent(client, made, content()), "too_large")
    assert refused.details == {"max_pixels": limits.PICTURE_PIXELS}


async def test_what_comes_behind_a_picture_does_not_come_out(client: httpx.AsyncClient, tmp_path: Path) -> None:
    """Given a picture that is a page, a script or an archive as well, when it is sent, then its pixels alone
    come out."""
    made = await board_made(client)
    script = b"<script>alert(document.domain)</script>"
    for content in (
        encoded(photograph(80, 60), "JPEG", comment=script) + script,
        encoded(photograph(80, 60)) + b"PK\x03\x04" + script,
        encoded(photograph(80, 60).quantize(4), "GIF", comment=script) + script,
        b"GIF89a" + encoded(photograph(80, 60).quantize(4), "GIF")[6:] + b"/*" + script + b"*/=1;",
    ):
        picture = await kept(client, made, content)
        for width in (480, 1080):
            data = await shown(client, made, picture.picture, width)
            assert data.startswith(b"RIFF")
            assert b"script" not in data
    assert on_disk(tmp_path, script) == []


@settings(max_examples=150, deadline=None)
@given(
    format=st.sampled_from(["JPEG", "PNG", "WEBP", "GIF", "AVIF"]),
    hits=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=8),
    cut=st.floats(0.3, 1),
)
def test_no_damaged_file_is_more_than_refused(format: str, hits: list[tuple[float, int]], cut: float) -> None:
    """Given a picture of any format with bytes changed and its end cut off, when it is decoded, then it is drawn, or
    refused as unusable: nothing else happens."""
    content = bytearray(_INTACT[format])
    for where, byte in hits:
        content[int(where * len(content))] = byte
    try:
        made = drawn(bytes(content[: int(cut * len(content)) or 1]))
    except Unusable:
        return
    for one in made.values():
        assert decoded(one.data).size == (one.width, one.height)


_INTACT = {format: encoded(photograph(64, 48), format) for format in ("JPEG", "PNG", "WEBP", "GIF", "AVIF")}


async def test_a_picture_may_be_so_large_and_no_larger(app: Application, client: httpx.AsyncClient) -> None:
    """HB3: given a picture with one byte more than may be, when it is sent, then `too_large` says how many may; with
    that byte less, it is taken."""
    made = await board_made(client)
    largest = encoded(photograph(80, 60)).ljust(limits.PICTURE_BYTES, b"\x00")
    refused = problem(await sent(client, made, largest + b"\x00"), "too_large")
    assert refused.details == {"max_bytes": limits.PICTURE_BYTES}
    assert await app.hub.log.pictures(made.id) == []
    await kept(client, made, largest)


def test_a_picture_that_never_ends_is_not_waited_for(start_rebond: StartRebond) -> None:
    """HB3: given a picture that is sent a byte at a time without end, then `too_slow`, and the line is closed; a longer
    time holds for pictures than for words."""
    server = start_rebond(environment={"REBOND_PICTURE_MS": "300", "REBOND_BODY_MS": "90000"})
    created = httpx.post(f"{server.url}/api/boards", json={"title": "x"}, timeout=READY_WITHIN_S, trust_env=False)
    made = msgspec.json.decode(created.content, type=BoardMade)
    with socket.create_connection((LOOPBACK, server.port), timeout=60) as line:
        head = f"POST /api/boards/{made.id}/pictures HTTP/1.1\r\nHost: rebond\r\nContent-Length: 1000\r\n"
        line.sendall(f"{head}Authorization: Bearer {made.tokens.moderator}\r\n\r\n!".encode())
        answer = b"".join(iter(lambda: line.recv(4_096), b""))
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b'"code":"too_slow"' in answer


# -- who, how often, how many --------------------------------------------------------------------------------------


async def test_only_who_steers_sends_pictures_and_not_without_end(tmp_path: Path) -> None:
    """DM3, HB3: given a picture from somebody without a token, from a participant or a kiosk, or the third in a row
    where two are allowed, then it is refused."""
    async with application(tmp_path, pictures_burst="2", pictures_per_s="0.001") as app, asking(app) as client:
        made = await board_made(client)
        person = await joined(client, made)
        content, path = encoded(photograph(80, 60)), f"/api/boards/{made.id}/pictures"
        problem(await client.post(path, content=content), "bad_token")
        for token in (person.token, made.tokens.kiosk, made.tokens.display):
            problem(await client.post(path, content=content, headers=bearer(token)), "forbidden")
        for _ in range(2):
            await kept(client, made, content)
        problem(await sent(client, made, content), "rate_limited")


async def test_a_board_has_so_many_pictures(
    app: Application, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """HB3, LG7: given a board with as many pictures as it may have, when another is sent, then `board_full`; one that
    is there already is taken; when an older one is shown by no card, then it makes room."""
    monkeypatch.setattr(limits, "PICTURES_PER_BOARD", 2)
    made = await board_made(client)
    first, second, third = (encoded(photograph(80, height)) for height in (60, 70, 80))
    picture = await kept(client, made, first)
    await kept(client, made, second)
    problem(await sent(client, made, third), "board_full")
    await kept(client, made, second)
    log = app.hub.log
    for row in await log.pictures(made.id):
        if picture_of(row.name) == picture.picture:
            data = await log.picture(made.id, row.name)
            assert data is not None
            await log.put_picture(made.id, row.name, data, row.at_ms - UNSHOWN_MS - 60_000)
    await kept(client, made, third)
    problem(await client.get(f"/api/boards/{made.id}/pictures/{picture.picture}"), "not_found")


async def test_what_a_card_shows_stays(app: Application, client: httpx.AsyncClient) -> None:
    """LG7: given a picture of long ago that a card shows, when the next one is put, then it stays; out of the window,
    it goes with the one after that."""
    made = await board_made(client)
    room = await app.hub.room(made.id)
    moderator = next(id for id, person in room.state.participants.items() if person.role == "moderator")
    assert isinstance(await room.act(CardAdd("an idea"), moderator), Done)
    (id,) = room.state.cards
    await app.hub.log.put_picture(made.id, name_of("0" * 64, 1080), b"light", 1)
    for picture, is_there in (("0" * 64, True), (None, False)):
        await room.act(CardShowcase(id, Showcase(picture=picture, alternative="an idea")), moderator)
        await kept(client, made, encoded(photograph(80, 60)))
        assert (await app.hub.log.picture(made.id, name_of("0" * 64, 1080)) is not None) is is_there


# -- how it is shown -----------------------------------------------------------------------------------------------


async def test_a_picture_is_shown_as_nothing_but_a_picture(client: httpx.AsyncClient) -> None:
    """Given a picture, when whoever knows its name asks for it, by the board's id or code, then it comes as WebP that
    no browser takes for anything else, runs or hands to another site, is kept by who asked, and is not sent twice."""
    made = await board_made(client)
    picture = (await kept(client, made, encoded(photograph()))).picture
    for ref in (made.id, made.code, made.code.lower()):
        response = await client.get(f"/api/boards/{ref}/pictures/{picture}", params={"width": 480})
        assert response.headers["content-type"] == "image/webp"
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["cross-origin-resource-policy"] == "same-origin"
        assert response.headers["content-security-policy"].endswith("sandbox")
        assert {"private", "immutable"} < set(response.headers["cache-control"].split(", "))
        again = await client.get(
            f"/api/boards/{ref}/pictures/{picture}?width=480", headers={"If-None-Match": response.headers["etag"]}
        )
        assert (again.status_code, again.content) == (304, b"")
    other = await client.get(f"/api/boards/{made.id}/pictures/{picture}", headers={"If-None-Match": '"other"'})
    assert other.status_code == 200


async def test_what_is_not_there_is_not_found(client: httpx.AsyncClient) -> None:
    """HB9: given a board, a name or a width that there is not, then each is said."""
    made = await board_made(client)
    picture = (await kept(client, made, encoded(photograph(80, 60)))).picture
    problem(await client.get(f"/api/boards/nowhere/pictures/{picture}"), "unknown_board")
    for name in ("0" * 64, picture[:-1], f"{picture}.480", picture.upper(), "..%2f" * 9, "(x)"):
        problem(await client.get(f"/api/boards/{made.id}/pictures/{name}"), "not_found")
    for width in ("481", "0", "-1", "1e3", "", "1080 "):
        problem(await client.get(f"/api/boards/{made.id}/pictures/{picture}", params={"width": width}), "invalid")
    problem(await client.get(f"/api/boards/{made.id}/pictures"), "method_not_allowed")


# -- the server meanwhile ------------------------------------------------------------------------------------------


async def test_one_at_a_time_is_drawn_beside_the_boards(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """HB3: given several pictures at once, then one after the other is drawn, and none in the thread that serves
    boards, which answers meanwhile."""
    working: list[threading.Thread] = []
    loop, begun, goes_on = asyncio.get_running_loop(), asyncio.Event(), threading.Event()

    def watched(content: bytes) -> redrawing.Redrawn:
        working.append(threading.current_thread())
        assert len(working) == 1
        loop.call_soon_threadsafe(begun.set)
        goes_on.wait()
        try:
            return drawn(content)
        finally:
            working.clear()

    monkeypatch.setattr(pictures, "redrawn", watched)
    made = await board_made(client)
    waiting = asyncio.gather(*(kept(client, made, encoded(photograph(80, height))) for height in (50, 60, 70)))
    await begun.wait()
    assert (await client.get("/healthz")).status_code == 200
    assert working[0] is not threading.main_thread()
    goes_on.set()
    assert len({one.picture for one in await waiting}) == 3


def test_no_decoder_is_in_the_server() -> None:
    """Given a server's program, when all of it is loaded, then what decodes pictures is not."""
    program = "import sys, rebond.app, rebond.cli; sys.exit('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@pytest.mark.parametrize(
    ("program", "raised"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", redrawing.Unusable),
        ("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", redrawing.Unusable),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", redrawing.CannotRedraw),
        ("import sys; sys.exit('no decoder here')", redrawing.CannotRedraw),
        ("import signal; signal.pause()", redrawing.CannotRedraw),
    ],
    ids=["falls over", "takes too long", "has no memory", "cannot work", "never ends"],
)
def test_a_decoder_that_fails_takes_nothing_with_it(
    monkeypatch: pytest.MonkeyPatch, program: str, raised: type[Exception]
) -> None:
    """Given a decoder that falls over, cannot work or never ends, when a picture is redrawn, then it was the picture,
    or the server, and the server goes on."""
    monkeypatch.setattr(redrawing, "COMMAND", (sys.executable, "-c", program))
    if program.endswith("pause()"):  # whoever fails by themselves is waited for
        monkeypatch.setattr(redrawing, "WITHIN_S", 1.0)
    with pytest.raises(raised):
        redrawing.redrawn(b"")


async def test_a_server_that_cannot_draw_says_that_it_is_not_the_picture(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """HB9: given a machine on which no process can be started, when a picture is sent, then `unavailable`."""
    made = await board_made(client)
    monkeypatch.setattr(redrawing, "COMMAND", ("/nowhere/at/all",))
    problem(await sent(client, made, encoded(photograph(80, 60))), "unavailable")


async def test_what_one_node_takes_every_node_shows(redis_server: RedisServer, start_rebond: StartRebond) -> None:
    """LG2: given two nodes that share nothing but Redis, when a picture is sent to one, then both show the same, and
    the same picture sent to the other is that one."""
    one, two = start_node(start_rebond, redis_server), start_node(start_rebond, redis_server)
    async with caller(one) as here, caller(two) as there:
        made = await board_made(here)
        content = encoded(photograph())
        picture = await kept(here, made, content)
        assert await shown(there, made, picture.picture) == await shown(here, made, picture.picture)
        assert await kept(there, made, content) == picture


async def test_what_is_shown_at_one_node_is_let_go_of_by_none(
    redis_server: RedisServer, start_rebond: StartRebond
) -> None:
    """LG7: given pictures of long ago, and a card that is given one of them at one node, when a picture is sent to the
    other, then what the card shows is there, and the rest is gone."""
    one, two = start_node(start_rebond, redis_server), start_node(start_rebond, redis_server)
    async with caller(one) as here, redis_story.opened(redis_server.url) as log:
        made = await board_made(here)
        for picture in ("0" * 64, "1" * 64):
            await log.put_picture(made.id, name_of(picture, 1080), b"light", 1)
        await kept(here, made, encoded(photograph(80, 50)))
        assert len(await log.pictures(made.id)) == 2

        await log.put_picture(made.id, name_of("0" * 64, 1080), b"light", 1)
        await log.put_picture(made.id, name_of("1" * 64, 1080), b"light", 1)
        async with moderator_at(two, made) as console:
            card = (await console.submit(CardAdd("an idea"))).made
            assert isinstance(card, str)
            await console.submit(CardShowcase(card, Showcase(picture="0" * 64, alternative="an idea")))
        fresh = await kept(here, made, encoded(photograph(80, 60)))
        left = {picture_of(row.name) for row in await log.pictures(made.id)}
        assert {"0" * 64, fresh.picture} < left
        assert "1" * 64 not in left
