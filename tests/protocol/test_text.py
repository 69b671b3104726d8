"""What counts as text: every script and joined emoji pass, controls and disguises do not, equal texts are equal."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebond_protocol.errors import Rejected
from rebond_protocol.text import cleaned, cleaned_line

LIMIT = 1_000

KEPT = {
    "accents and typography": "« Ça marche déjà à Nîmes\u202f! » — l’été",
    "Greek, Arabic, Hebrew, Chinese, Hindi": "Ελληνικά عربي עברית 中文 हिन्दी",
    "an emoji family": "👨‍👩‍👧‍👦",
    "a skin tone and a profession": "👩🏽‍🔬",
    "a rainbow flag": "🏳️‍🌈",
    "a country flag": "🇫🇷",
    "a keycap": "1️⃣",
    "a non-joiner inside a Persian word": "می‌خواهم",
    "two lines": "une ligne\nune autre",
    "what looks like markup": "<b>1 < 2 && 3 > 2</b>",
    "symbols": "€ № ½ ∞ ♥",
}
MENDED = {
    "white space around": ("  \n une idée \n ", "une idée"),
    "Windows line ends": ("a\r\nb", "a\nb"),
    "old line ends": ("a\rb", "a\nb"),
    "Unicode line ends": ("a\u2028b\u2029c\u0085d", "a\nb\nc\nd"),
    "a tab": ("a\tb", "a b"),
    "a decomposed accent": ("cafe\u0301", "café"),
    "a compatibility ångström": ("\u212b", "Å"),
}
FORBIDDEN = {
    "null": "a\x00b",
    "escape": "a\x1b[31mb",
    "backspace": "a\x08b",
    "delete": "a\x7fb",
    "a C1 control": "a\x9bb",
    "right-to-left override": "gpj.\u202eexe",
    "left-to-right embedding": "a\u202ab",
    "an isolate": "a\u2066b\u2069",
    "left-to-right mark": "a\u200eb",
    "Arabic letter mark": "a\u061cb",
    "byte order mark": "a\ufeffb",
    "interlinear annotation": "a\ufff9b",
    "lone high surrogate": "a\ud83db",
    "lone low surrogate": "a\udca9b",
    "noncharacter": "a\uffffb",
}
EMPTY = {
    "nothing": "",
    "white space": " \n\t ",
    "zero-width space": "\u200b\u200b",
    "zero-width joiner": "\u200d",
    "no-break space": "\u00a0",
    "a lone combining mark": "\u0301",
    "a word joiner": "\u2060",
    "an ideographic space": "\u3000",
}


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT.keys())
def test_text_is_kept(text: str) -> None:
    assert cleaned(text, LIMIT) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize(("raw", "stored"), MENDED.values(), ids=MENDED.keys())
def test_text_is_mended(raw: str, stored: str) -> None:
    assert cleaned(raw, LIMIT) == stored


@pytest.mark.parametrize("text", FORBIDDEN.values(), ids=FORBIDDEN.keys())
def test_text_is_forbidden(text: str) -> None:
    refused = cleaned(text, LIMIT)
    assert isinstance(refused, Rejected)
    assert refused.code == "text_forbidden"


@pytest.mark.parametrize("text", EMPTY.values(), ids=EMPTY.keys())
def test_text_is_empty_to_the_eye(text: str) -> None:
    refused = cleaned(text, LIMIT)
    assert isinstance(refused, Rejected)
    assert refused.code == "text_empty"


@pytest.mark.parametrize("char", ["a", "é", "中", "💡"])
def test_the_limit_counts_characters_not_bytes(char: str) -> None:
    assert cleaned(char * LIMIT, LIMIT) == char * LIMIT
    refused = cleaned(char * (LIMIT + 1), LIMIT)
    assert refused == Rejected("text_too_long", {"max_chars": LIMIT, "chars": LIMIT + 1})


def test_the_limit_counts_composed_characters() -> None:
    """Given a text that is too long only until its accents are composed, when it is cleaned, then it fits."""
    assert cleaned("e\u0301" * LIMIT, LIMIT) == "é" * LIMIT


def test_a_huge_text_is_refused_before_it_is_normalised() -> None:
    refused = cleaned("e\u0301" * 1_000_000, LIMIT)
    assert refused == Rejected("text_too_long", {"max_chars": LIMIT, "chars": 2_000_000})


def test_a_line_has_no_line_feeds() -> None:
    assert cleaned_line("Le quartier\r\nen\n2030\u2028!", LIMIT) == "Le quartier en 2030 !"


@given(st.text(st.characters(), max_size=60))
def test_cleaning_twice_is_cleaning_once(raw: str) -> None:
    """Given any text at all, when it is accepted, then it is accepted again unchanged, and can be stored as UTF-8."""
    once = cleaned(raw, LIMIT)
    if isinstance(once, str):
        assert cleaned(once, LIMIT) == once
        assert once.encode("utf-8").decode("utf-8") == once
        assert "\r" not in once
        assert "\t" not in once


@given(st.text(max_size=60))
def test_equal_texts_are_equal_however_they_were_typed(raw: str) -> None:
    composed, decomposed = unicodedata.normalize("NFC", raw), unicodedata.normalize("NFD", raw)
    assert cleaned(composed, LIMIT) == cleaned(decomposed, LIMIT)
