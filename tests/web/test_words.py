"""What the server says to people: by key, whole in English and French, French set well; one language more is a file."""

import ast
import json
import re
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from rebond.domain.templates import usual_segments
from rebond.web.words import HERE, words_in
from rebond_protocol.cards import Verb
from rebond_protocol.opinions import OpinionMark
from rebond_protocol.rounds import CountedBy, Method
from rebond_protocol.stages import Stage
from rebond_protocol.talk import REACTIONS, Reaction

TEXTS: dict[str, dict[str, str]] = {
    tag: json.loads((HERE / f"words.{tag}.json").read_text(encoding="utf-8")) for tag in ("en", "fr")
}
MADE: dict[str, tuple[str, ...]] = {
    "report.verb.": get_args(Verb),
    "report.reaction.": get_args(Reaction),
    "report.method.": get_args(Method),
    "report.count.": get_args(CountedBy),
    "report.stage.": get_args(Stage),
    "report.opinion.": tuple(one for one in get_args(OpinionMark) if one.isalpha() and one not in REACTIONS),
}
"""How keys are put together, and of what: anything else that is put together fails."""

TEMPLATES = sorted((HERE.parent / "templates").glob("*.json"))

UNSET = {
    r"[\"']": "a straight quotation mark or apostrophe",
    r" [;:!?%»€]": "a space that breaks before a sign",
    r"«[^\u00a0\u202f]": "no unbreakable space after «",
    r"[^\u00a0\u202f\s?!…][;!?»]": "no space before a sign",
    r"[^\W_]:(?!\d)": "no space before a colon",
    r"\.\.\.": "three full stops for an ellipsis",
    r" {2}|^ | $": "a loose space",
}
"""What nobody should find in a French text, and why."""


def unset(text: str) -> list[str]:
    """What is wrong with how a French text is set."""
    return [why for sign, why in UNSET.items() if re.search(sign, text)]


def asked() -> set[str]:
    """Every key the server's web layer says; one that is put together stands for all it can be."""
    keys: set[str] = set()
    sources = (path.read_text(encoding="utf-8") for path in HERE.glob("*.py"))
    for source in (source for source in sources if "words_in" in source):
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and _name(node.func) in ("say", "_say") and node.args:
                keys |= _keys(node.args[0])
    return keys


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _keys(node: ast.expr) -> set[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return {node.value}
    if isinstance(node, ast.IfExp):
        return _keys(node.body) | _keys(node.orelse)
    assert isinstance(node, ast.JoinedStr), ast.unparse(node)
    begins, *hole = node.values
    assert isinstance(begins, ast.Constant), ast.unparse(node)
    assert len(hole) == 1, ast.unparse(node)
    return {f"{begins.value}{one}" for one in MADE[str(begins.value)]}


def test_every_key_is_said_and_there() -> None:
    """Given the sources, then every key they say is in both languages, and nobody keeps a key that is not said."""
    assert asked() == set(TEXTS["en"]) == set(TEXTS["fr"])


def test_both_languages_fill_in_the_same() -> None:
    """Given a text, then English and French have the same places to fill in."""
    gaps = {
        tag: {key: sorted(re.findall(r"\{\w+\}", text)) for key, text in texts.items()} for tag, texts in TEXTS.items()
    }
    assert gaps["en"] == gaps["fr"]


def test_french_is_set_as_french_is() -> None:
    """Given what the server says in French, then spaces, quotation marks and apostrophes are those of French."""
    assert {key: unset(text) for key, text in TEXTS["fr"].items() if unset(text)} == {}
    assert [segment.label for segment in usual_segments("fr") if unset(segment.label)] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_templates_are_set_as_french_is(path: Path) -> None:
    """PRODUCT section 2: given a template of ours, then it speaks both languages, and its French is set well."""
    found: list[tuple[str, list[str]]] = []

    def look(node: object) -> None:
        if isinstance(node, dict):
            texts = msgspec.convert(node, dict[str, object])
            if isinstance(french := texts.get("fr"), str):
                assert texts.get("en")
                found.extend([(french, wrong)] if (wrong := unset(french)) else [])
            for one in texts.values():
                look(one)
        elif isinstance(node, list):
            for one in msgspec.convert(node, list[object]):
                look(one)

    look(json.loads(path.read_text(encoding="utf-8")))
    assert found == []


def test_numbers_are_written_as_the_language_writes_them() -> None:
    """Given a score and a share, then each language has its own decimal sign, space and minus."""
    assert (words_in("en").number(-3.25, 1), words_in("fr").number(-3.25, 1)) == ("−3.2", "−3,2")
    assert (words_in("en").say("report.share", n=12), words_in("fr").say("report.share", n=12)) == ("12%", "12\u202f%")


def test_a_further_language_is_a_file(tmp_path: Path) -> None:
    """PRODUCT section 2: given a language's file that the build left there, then the server says what it has in it, the
    rest in English; a language that is not there is English, one that is like another is that one."""
    (tmp_path / "eo.json").write_text(json.dumps({"report.results": "Rezultoj"}), encoding="utf-8")
    esperanto = words_in("eo", tmp_path)
    assert (esperanto.say("report.results"), esperanto.say("report.plan")) == ("Rezultoj", "Plan")
    assert words_in("eo-XX", tmp_path).say("report.results") == "Rezultoj"
    assert words_in("fr-CA", tmp_path).say("report.plan") == "Déroulé"
    assert (
        words_in("de", tmp_path).say("report.results")
        == words_in("../secret", tmp_path).say("report.results")
        == "Results"
    )
