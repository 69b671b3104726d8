"""What counts as text. Pure rules that every text of a person goes through, whichever way it came in.

Allowed: letters of every script, emoji with their joiners, line feeds. Refused: other control characters, and the
bidirectional controls (Unicode property Bidi_Control, UAX #9), with which a text can be made to read as another one.
Mended silently: line endings, tabs, surrounding white space, and the composed form (NFC), so that equal texts are
equal.
"""

import re
import unicodedata

from rebond_protocol.errors import Rejected

_LINE_END = re.compile(r"\r\n?|\u0085|\u2028|\u2029")
_FORBIDDEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f"  # controls but for the line feed
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # Bidi_Control
    "\ufeff\ufff9-\ufffb"  # byte order mark, interlinear annotation
    "\ud800-\udfff\ufffe\uffff]"  # lone surrogates, noncharacters
)
_INVISIBLE = frozenset({"Cf", "Mn", "Me", "Zs", "Zl", "Zp", "Cc", "Cn"})


def cleaned(raw: str, max_chars: int) -> str | Rejected:
    """The text as stored (NFC, LF, trimmed), or why it is refused. `max_chars` counts code points after cleaning."""
    if (
        len(raw) > 4 * max_chars + 64
    ):  # NFC shortens at most by a factor of three; do not normalise a megabyte to find out
        return Rejected("text_too_long", {"max_chars": max_chars, "chars": len(raw)})
    text = unicodedata.normalize("NFC", _LINE_END.sub("\n", raw).replace("\t", " ")).strip()
    if _FORBIDDEN.search(text):
        return Rejected("text_forbidden")
    if all(unicodedata.category(char) in _INVISIBLE for char in text):
        return Rejected("text_empty")
    if len(text) > max_chars:
        return Rejected("text_too_long", {"max_chars": max_chars, "chars": len(text)})
    return text


def cleaned_line(raw: str, max_chars: int) -> str | Rejected:
    """As `cleaned`, for what stands on one line (names, titles): line feeds become spaces."""
    return cleaned(_LINE_END.sub(" ", raw).replace("\n", " "), max_chars)
