"""An organisation's own look: its name, its accent in both themes, its logo. Read and checked once, at the start.

What the accent has to contrast with stands in client/src/design/tokens.css; a test keeps the two the same. Everything
else that is made of an accent is mixed here, so that nothing that is served can fail what is checked (WCAG 2.2, 1.4.3
and 1.4.11). Pure: whoever reads the files hands in their bytes.
"""

import re
import tomllib
from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec

from rebond_protocol import limits
from rebond_protocol.errors import Rejected
from rebond_protocol.text import cleaned_line

LOGO_BYTES = 256 * 1024
TEXT, PART = 4.5, 3.0
"""WCAG 2.2: contrast of text (1.4.3) and of what has to be seen to be used (1.4.11)."""

Theme = Literal["light", "dark"]
Hex = Annotated[str, msgspec.Meta(pattern=r"\A#[0-9A-Fa-f]{6}\Z")]
_Rgb = tuple[float, float, float]

GROUNDS: dict[Theme, dict[str, str]] = {
    "light": {"paper": "#fbf7f0", "card": "#ffffff", "sunk": "#f4eee3"},
    "dark": {"paper": "#14161d", "card": "#1e212b", "sunk": "#0e1016"},
}
INKS: dict[Theme, dict[str, str]] = {
    "light": {"ink": "#1e2230", "quiet": "#565d6e"},
    "dark": {"ink": "#f2eee6", "quiet": "#a9afbf"},
}
ON_ACCENT = ("#ffffff", "#14161d")
DEEPER = 0.18
"""How far a pressed button is from the accent, towards black on paper, towards white at night."""
WASHED = 0.12
"""How much of the accent is in a ground that has a breath of it, at most."""


class BadBrand(ValueError):
    """The brand cannot be used; the text is one sentence that says what to mend."""


class Accent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The one colour, for paper and for the night."""

    light: Hex
    dark: Hex


class BrandFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands in the file. `logo` is a path beside it."""

    name: str | None = None
    accent: Accent | None = None
    logo: str | None = None


class Logo(msgspec.Struct, frozen=True):
    """A picture as it is served."""

    content: bytes
    media_type: str


class Brand(msgspec.Struct, frozen=True):
    """What is served. `css` is empty where there is no accent and no logo."""

    name: str | None
    css: bytes
    logo: Logo | None
    accent: Accent | None = None


NO_BRAND = Brand(None, b"", None)


def read_brand_file(content: bytes, *, is_toml: bool) -> BrandFile:
    """What this file says. Raises `BadBrand`."""
    try:
        said = tomllib.loads(content.decode()) if is_toml else msgspec.json.decode(content)
        return msgspec.convert(said, BrandFile)
    except (tomllib.TOMLDecodeError, msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise BadBrand(f"This is not a brand: {error}. It has name, accent (light and dark) and logo.") from error


def branded(file: BrandFile, logo: bytes | None) -> Brand:
    """The brand this file asks for; `logo` is the content of the picture it names. Raises `BadBrand`."""
    name = cleaned_line(file.name, limits.NAME_CHARS) if file.name is not None else None
    if isinstance(name, Rejected):
        raise BadBrand(f"The name of the brand cannot be used. {name.row.message} The limit is {limits.NAME_CHARS}.")
    picture = _picture(logo) if logo is not None else None
    lines = [*_colours(file.accent), *(['  --brand-logo: url("/brand/logo");'] if picture else [])]
    css = "\n".join([":root:root {", *lines, "}", ""]) if lines else ""
    return Brand(name, css.encode(), picture, file.accent)


# -- colours -------------------------------------------------------------------------------------------------------


def _colours(accent: Accent | None) -> list[str]:
    if accent is None:
        return []
    light, dark = _theme("light", accent.light.lower()), _theme("dark", accent.dark.lower())
    return [f"  --{name}: var(--light, {light[name]}) var(--dark, {dark[name]});" for name in light]


def _theme(theme: Theme, accent: str) -> Mapping[str, str]:
    """The colours of one theme that are made of its accent. Raises `BadBrand` for one that cannot be read or seen."""
    for ground, colour in GROUNDS[theme].items():
        _demand(contrast(accent, colour), PART, f"on the {ground} ({colour})", theme, accent)
    card = GROUNDS[theme]["card"]
    _demand(contrast(accent, card), TEXT, f"as a word on a card ({card})", theme, accent)
    on_accent = max(ON_ACCENT, key=lambda colour: contrast(colour, accent))
    _demand(contrast(on_accent, accent), TEXT, f"under the words of a button ({on_accent})", theme, accent)
    away = "#000000" if theme == "light" else "#ffffff"
    deep = mixed(accent, away if contrast(on_accent, mixed(accent, away, DEEPER)) >= TEXT else _other(away), DEEPER)
    return {"accent": accent, "accent-deep": deep, "on-accent": on_accent, "accent-wash": _wash(theme, accent)}


def _other(colour: str) -> str:
    return "#ffffff" if colour == "#000000" else "#000000"


def _wash(theme: Theme, accent: str) -> str:
    """As much of the accent in the ground as leaves what is written on it readable."""
    share = WASHED
    while True:
        wash = mixed(GROUNDS[theme]["card"], accent, share)
        if share < 0.01 or all(contrast(ink, wash) >= TEXT for ink in INKS[theme].values()):
            return wash
        share *= 0.8


def _demand(has: float, needs: float, where: str, theme: Theme, accent: str) -> None:
    if has < needs:
        way = "darker" if theme == "light" else "lighter"
        raise BadBrand(
            f"The {theme} accent {accent} has a contrast of {has:.1f} to 1 {where}, and needs {needs:g}. "
            f"Choose a {way} one."
        )


def contrast(one: str, other: str) -> float:
    """WCAG 2.2's contrast ratio of two colours, 1 to 21."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in _rgb(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def mixed(colour: str, other: str, share: float) -> str:
    """So much of the other colour in this one."""
    parts = (one + (two - one) * share for one, two in zip(_rgb(colour), _rgb(other), strict=True))
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)


def _rgb(colour: str) -> _Rgb:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


# -- the picture ---------------------------------------------------------------------------------------------------

_SVG = re.compile(r"\A(\s|<\?xml[^>]*\?>|<!--.*?-->)*<svg[\s>]", re.DOTALL)
_ENTITY = re.compile(r"<!(ENTITY|DOCTYPE)", re.IGNORECASE)


def _picture(content: bytes) -> Logo:
    """A PNG, or an SVG, which is only ever shown as a picture, and sent so that nothing in it can run."""
    if len(content) > LOGO_BYTES:
        raise BadBrand(f"The logo has {len(content)} bytes, more than {LOGO_BYTES}. Make it smaller.")
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return Logo(content, "image/png")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = ""
    if _SVG.match(text) is None or _ENTITY.search(text) is not None:
        raise BadBrand("The logo is neither a PNG nor an SVG without a document type. Save it as one of them.")
    return Logo(content, "image/svg+xml")
