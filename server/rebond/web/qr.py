"""QR codes of join addresses: SVG for screens, PNG for slides, lines of text for a terminal."""

import functools
import io

import segno

SCALE_MAX = 40
QUIET_ZONE = 4
"""Modules of white around a code (ISO/IEC 18004 asks for four)."""

KEPT = 128
"""Codes kept: each takes tens of milliseconds to draw, and a room asks for the same one."""


@functools.lru_cache(KEPT)
def svg(address: str) -> bytes:
    """Scales to any size; black on white whatever the page's theme, since cameras want it so."""
    out = io.BytesIO()
    _code(address).save(out, kind="svg", border=QUIET_ZONE, light="#ffffff", dark="#000000", xmldecl=False, scale=8)
    return out.getvalue()


@functools.lru_cache(KEPT)
def png(address: str, scale: int) -> bytes:
    """`scale` pixels a module, 1 to SCALE_MAX."""
    out = io.BytesIO()
    _code(address).save(out, kind="png", border=QUIET_ZONE, scale=max(1, min(scale, SCALE_MAX)))
    return out.getvalue()


def terminal(address: str) -> str:
    """Half-block lines for a terminal."""
    out = io.StringIO()
    _code(address).terminal(out=out, border=2, compact=True)
    return out.getvalue()


def _code(address: str) -> segno.QRCode:
    return segno.make_qr(address, error="m")
