"""The process in which pictures are decoded: one comes in on standard input, what is kept of it goes out.

It is decoded, turned upright, put in sRGB on white, made smaller and encoded anew. Nothing that was sent beside its
pixels survives that: no place, no camera, no thumbnail, no second file. Decoders are large, written in C, and read
whatever comes; here they have bounds on memory and time, and can write nothing (ADR 25).
Must not know: the server that started it.
"""

import contextlib
import io
import os
import resource
import sys
import warnings
from collections.abc import Generator
from pathlib import Path
from typing import Any, cast, get_args

import msgspec
from PIL import AvifImagePlugin, Image, ImageCms, ImageOps, WebPImagePlugin

from rebond.web.redrawing import Answer, Drawn, Redrawn, Unusable
from rebond_protocol import limits
from rebond_protocol.kiosks import PictureWidth

WIDTHS: tuple[PictureWidth, ...] = get_args(PictureWidth)
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
PLUGINS = (AvifImagePlugin, WebPImagePlugin)
"""Loaded by name, else Pillow loads all it has when it meets one of them."""
HEIGHTS_PER_WIDTH = 2
"""No picture is kept higher than so many times the width: it stands on a screen, and is not scrolled."""
QUALITY = 82
SRGB = ImageCms.ImageCmsProfile(cast(Any, ImageCms).createProfile("sRGB"))
MEMORY_BYTES = 2 * 1024**3
"""For the largest that is taken, decoded, several times over."""
CPU_S = 30
NICER_BY = 10
"""The boards go before pictures."""
OUT_OF_MEMORY, FIRST_TO_GO = Path("/proc/self/oom_score_adj"), "1000"
"""Where the machine has no memory left, Linux ends this process, and not the server."""

_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
"""ISO/IEC 23008-12 section 10; the last two are other formats' as well."""


def drawn(content: bytes) -> Redrawn:
    """What is kept of this, by width: as wide as that at most, never enlarged. Raises `Unusable`."""
    with _opened(content) as image:
        largest = _faithful(image)
    pictures: dict[PictureWidth, Image.Image] = {width: _fitted(largest, width) for width in WIDTHS}
    return {width: Drawn(made.width, made.height, _encoded(made)) for width, made in pictures.items()}


@contextlib.contextmanager
def _opened(content: bytes) -> Generator[Image.Image]:
    """The picture, of which only the head has been read so far."""
    try:
        image = Image.open(io.BytesIO(content), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Unusable("pixels") from None
    except Exception:  # whatever a decoder makes of what is not its own
        raise Unusable("heic" if content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS else "unknown") from None
    with image:
        if image.width * image.height > limits.PICTURE_PIXELS:
            raise Unusable("pixels")
        yield image


def _faithful(image: Image.Image) -> Image.Image:
    """The first frame as it is meant to be seen, no larger than the widest that is kept."""
    widest = max(WIDTHS)
    try:
        image.draft(None, (2 * widest, 2 * widest))  # a JPEG can be decoded at a fraction of its size
        image.load()
        with contextlib.suppress(Exception):  # what its metadata says may be anything; then it stays as it lies
            ImageOps.exif_transpose(image, in_place=True)
        return _on_white(_fitted(_plain(image), widest))
    except Exception:  # whatever a decoder makes of what is cut short, or not what its head says
        raise Unusable("damaged") from None


def _plain(image: Image.Image) -> Image.Image:
    """In a mode that can be made smaller and be given a profile."""
    if image.has_transparency_data:
        return image.convert("RGBA")
    if image.mode.startswith("I"):  # sixteen bits of grey, which conversion would cut off instead of scaling
        return image.convert("I").point(_shifted).convert("L")
    return image if image.mode in ("L", "RGB", "CMYK") else image.convert("RGB")


def _shifted(value: float) -> float:
    return value / 256


def _fitted(image: Image.Image, width: int) -> Image.Image:
    """As wide and as high as may be, never enlarged."""
    scale = min(1.0, width / image.width, width * HEIGHTS_PER_WIDTH / image.height)
    if scale == 1:
        return image
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _on_white(image: Image.Image) -> Image.Image:
    """In sRGB, nothing to be seen through it; a new picture, which has pixels and nothing else."""
    white = Image.new("RGB", image.size, "white")
    white.paste(_in_srgb(image), mask=image.getchannel("A") if image.mode == "RGBA" else None)
    return white


def _in_srgb(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    coloured = image.convert("RGB") if image.mode == "RGBA" else image
    if profile:
        with contextlib.suppress(Exception):  # a profile that cannot be read, or is of another kind of picture
            theirs = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(coloured, theirs, SRGB, outputMode="RGB")
            if converted is not None:
                return converted
    return coloured.convert("RGB")


def _encoded(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "WEBP", quality=QUALITY)
    return out.getvalue()


def main() -> None:
    """Read a picture from standard input and write what is kept of it to standard output."""
    os.nice(NICER_BY)
    with contextlib.suppress(OSError):  # a system without it
        OUT_OF_MEMORY.write_text(FIRST_TO_GO)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S + 1))  # at the first it ends by a signal that says why
    for nothing in (resource.RLIMIT_FSIZE, resource.RLIMIT_CORE):  # nobody's photograph is left in a file
        resource.setrlimit(nothing, (0, 0))
    Image.MAX_IMAGE_PIXELS = limits.PICTURE_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    try:
        answer = Answer(drawn(sys.stdin.buffer.read()))
    except Unusable as unusable:
        answer = Answer({}, unusable.fault)
    sys.stdout.buffer.write(msgspec.msgpack.encode(answer))


if __name__ == "__main__":
    main()
