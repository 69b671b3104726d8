"""What the server itself says to the people of a board: by key, in the board's language.

English and French stand beside this file. A further language comes with the built client, whose build takes it from the
one file of that language (docs/languages.md); what it lacks is said in English. No text here counts: `{n}`
stands beside words that are the same for every number. Knows no HTTP and no board.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec

HERE = Path(__file__).parent
MORE = HERE / "static" / "languages"
"""Where the built client leaves what the server says in further languages."""


class Words:
    """The texts of one language."""

    def __init__(self, tag: str, texts: Mapping[str, str]) -> None:
        self.tag = tag
        self._texts = texts

    def say(self, key: str, **fill: str | int) -> str:
        """The text for `key`, filled in. Raises KeyError for a key that is none."""
        return self._texts[key].format_map(fill)

    def number(self, value: float, digits: int) -> str:
        """A number as this language writes it, with a real minus."""
        return f"{value:.{digits}f}".replace(".", self.say("report.decimal")).replace("-", "−")


def words_in(tag: str, more: Path = MORE) -> Words:
    """The words of this language (BCP 47), else of one like it, else English."""
    files = _files(more)
    near = [one for one in files if _base(one) == _base(tag)]
    return _read(files[tag] if tag in files else files[near[0]] if near else files["en"])


@cache
def _files(more: Path) -> dict[str, Path]:
    built_in = {tag: HERE / f"words.{tag}.json" for tag in ("en", "fr")}
    return {path.stem: path for path in sorted(more.glob("*.json"))} | built_in


@cache
def _read(path: Path) -> Words:
    english = _texts(HERE / "words.en.json")
    return Words(path.stem.removeprefix("words."), english | _texts(path))


def _texts(path: Path) -> dict[str, str]:
    return msgspec.json.decode(path.read_bytes(), type=dict[str, str])


def _base(tag: str) -> str:
    return tag.split("-")[0].lower()
