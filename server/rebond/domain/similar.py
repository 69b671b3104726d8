"""Which ideas resemble each other: the hint while somebody writes, and likely duplicates for whoever groups.

Texts become sets of word stems without accents and without the words every sentence has. Two texts are as alike as the
share of what they say that they say both, where a rare word says more than a common one (Sørensen–Dice over inverse
document frequencies; Manning, Raghavan and Schütze, Introduction to Information Retrieval, sections 6.2 and 8.5). A
misspelt word counts as the one it was meant to be. Pure, and bounded on the largest board. It is given only what may be
seen: that is asked before, by whoever calls it (DM6).
"""

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

import msgspec
import snowballstemmer
from rapidfuzz import fuzz, process

from rebond_protocol.boards import Locale
from rebond_protocol.ids import CardId

HINT_FLOOR = 45
"""From here on an idea is worth a look while one is written. In hundredths, as every score here."""
GROUP_FLOOR = 60
"""From here on two ideas are proposed as one stack. tests/domain/test_similar.py measures both on pairs of ideas."""
HINTS = 3
GROUPS_MAX = 50
CARDS_PER_GROUP = 12

CONTAINED = 0.8
"""What it counts that the shorter text is all in the longer one, beside saying the same."""
CONTAINED_STEMS = 3
OPPOSED = 0.5
"""What is left of a likeness where one of the two says "not"."""
SPELLING = 80
"""From here on (Indel similarity in hundredths) a rare word is a frequent one misspelt."""
SPELT_CHARS = 4
"""Shorter words are other words when a letter changes."""
COMPARED_MAX = 250_000
"""How many pairs of cards that share a word are looked at, those with the rarest words first."""

Stems = frozenset[str]
Words = Callable[[str], list[str]]

_WORD = re.compile(r"[^\W_]+")
_NOT = re.compile(r"n['’]t\b")
_NEGATION = "¬"
_NEGATIONS = frozenset(_WORD.findall("not no never without nor pas jamais aucun aucune sans ni"))
_STOP = frozenset(
    _WORD.findall(
        # English
        "a about all also an and any are as at be been being but by can could did do does for from get had has "
        "have he her his how i if in into is it its just let lets like make me more most my of on one or our out "
        "over she should so some such than that the their them then there these they this those to too under up "
        "us very was we were what when where which while who why will with would you your "
        # French, without accents
        "ai aie ainsi alors as au aussi autre autres aux avait avec avoir avons ayant c ca ce cela ces cet cette "
        "ceux chez comme d dans de des devant donc du elle elles en encore est et etait ete etes etre eu fait "
        "faire il ils j je l la le les leur leurs lui m ma mais me meme mes moi mon n ne nos notre nous on ont ou "
        "par pendant peu peut plus pour pouvoir qu quand que quel quelle quelles quels qui s sa se sera serait "
        "ses si soit son sont sous sur t ta te tes toi ton tous tout toute toutes tres trop tu un une vers vos "
        "votre vous y "
    )
)


class Match(msgspec.Struct, frozen=True):
    """A card, and how much it is like what was asked about: 0 to 100."""

    card: CardId
    score: int


class Alike(msgspec.Struct, frozen=True):
    """Cards that are like each other, the closest first; `score` is that of the two that are least so."""

    cards: tuple[CardId, ...]
    score: int


# -- words ---------------------------------------------------------------------------------------------------------


_STEM_OF: dict[Locale, Callable[[str], str]] = {
    "fr": snowballstemmer.stemmer("french").stemWord,
    "en": snowballstemmer.stemmer("english").stemWord,
}


def stems(text: str, locale: Locale) -> Stems:
    """What this text is about: stems of its words, without accents. A text of nothing but stop words is all of them."""
    words = _WORD.findall(_NOT.sub(" not", unicodedata.normalize("NFC", text).casefold()))
    said = {_folded(word) for word in words}
    told = frozenset(_stem(word, locale) for word in words if _folded(word) not in _STOP | _NEGATIONS)
    if not told:
        return frozenset(said)
    return told | {_NEGATION} if said & _NEGATIONS else told


@lru_cache(16_384)
def _stem(word: str, locale: Locale) -> str:
    """Stemmed before the accents go: French endings are told apart by them."""
    stem = _folded(_STEM_OF[locale](word))
    return stem[:-1] if locale == "fr" and len(stem) > 3 and stem[-1] in "sx" else stem


@lru_cache(16_384)
def _folded(word: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", word) if not unicodedata.combining(char))


# -- cards ---------------------------------------------------------------------------------------------------------


class Index:
    """The cards of a board by what they say. Never changed: other cards, another index."""

    def __init__(self, cards: Mapping[CardId, Stems]) -> None:
        self._spelt = _spellings(cards.values())
        self._cards = {id: self._corrected(said) for id, said in cards.items()}
        self._with: dict[str, list[CardId]] = defaultdict(list)
        for id, said in self._cards.items():
            for stem in said:
                self._with[stem].append(id)
        self._weights = {stem: math.log1p(len(cards) / len(found)) for stem, found in self._with.items()}
        self._weights[_NEGATION] = 0.0
        self._unknown = math.log1p(len(cards) or 1)
        self._sizes = {id: self._weight(said) for id, said in self._cards.items()}

    def like(self, said: Stems, leave_out: Iterable[CardId] = (), limit: int = HINTS) -> list[Match]:
        """The cards most like this, from `HINT_FLOOR` up, the closest first; never one that is left out."""
        asked = frozenset(self._known(stem) for stem in said)
        shared: Counter[CardId] = Counter()
        for stem in asked:
            shared.update(self._with.get(stem, ()))
        for id in leave_out:
            del shared[id]
        enough = min(2, len(asked))
        near = (id for id, times in shared.items() if times >= enough)
        found = [Match(id, score) for id in near if (score := self._score(asked, self._cards[id])) >= HINT_FLOOR]
        return sorted(found, key=lambda match: (-match.score, match.card))[:limit]

    def alike(self, apart: Callable[[CardId, CardId], bool]) -> list[Alike]:
        """Likely duplicates, the surest first. `apart` says of two cards that they are not to be proposed together.

        Every two cards of a group are alike (complete linkage): a chain from one to the next is no reason.
        """
        groups: dict[CardId, list[CardId]] = {}
        lowest: dict[CardId, int] = {}
        for score, one, other in self._pairs(apart):
            mine, theirs = groups.setdefault(one, [one]), groups.setdefault(other, [other])
            if mine is theirs or len(mine) + len(theirs) > CARDS_PER_GROUP:
                continue
            least = self._least(mine, theirs, apart)
            if least < GROUP_FLOOR:
                continue
            mine += theirs
            lowest[mine[0]] = min(score, least, lowest.get(mine[0], 100), lowest.get(theirs[0], 100))
            for id in theirs:
                groups[id] = mine
        found = {cards[0]: Alike(tuple(cards), lowest[cards[0]]) for cards in groups.values() if len(cards) > 1}
        return sorted(found.values(), key=lambda group: (-group.score, group.cards))[:GROUPS_MAX]

    def _least(self, these: list[CardId], those: list[CardId], apart: Callable[[CardId, CardId], bool]) -> int:
        pairs = [(one, other) for one in these for other in those]
        return min(
            0 if apart(one, other) else self._score(self._cards[one], self._cards[other]) for one, other in pairs
        )

    def _pairs(self, apart: Callable[[CardId, CardId], bool]) -> list[tuple[int, CardId, CardId]]:
        """Every two cards that are alike enough, the closest first."""
        found = [
            (score, one, other)
            for one, other in self._sharing()
            if not apart(one, other) and (score := self._score(self._cards[one], self._cards[other])) >= GROUP_FLOOR
        ]
        return sorted(found, key=lambda pair: (-pair[0], pair[1], pair[2]))

    def _sharing(self) -> set[tuple[CardId, CardId]]:
        """Pairs that share a word, by way of the rarest words, and each card with the next that says just the same."""
        pairs: set[tuple[CardId, CardId]] = set()
        same: dict[Stems, CardId] = {}
        for id, said in self._cards.items():
            if said in same:
                pairs.add((same[said], id))
            same[said] = id
        left = COMPARED_MAX
        for stem, cards in sorted(self._with.items(), key=lambda row: (len(row[1]), row[0])):
            left -= len(cards) * (len(cards) - 1) // 2
            if left < 0:
                break
            if stem != _NEGATION:
                pairs.update((one, other) for at, one in enumerate(cards) for other in cards[at + 1 :])
        return pairs

    def _score(self, one: Stems, other: Stems) -> int:
        """How alike two texts are: one word in common is chance, unless it is all there is."""
        both = one & other
        shared = len(both - {_NEGATION})
        if shared < 2 and one - {_NEGATION} != other - {_NEGATION}:
            return 0
        here, there, common = self._weight(one), self._weight(other), self._weight(both)
        alike = 2 * common / (here + there)
        if shared >= CONTAINED_STEMS:
            alike = max(alike, CONTAINED * common / min(here, there))
        return round(100 * alike * (OPPOSED if (_NEGATION in one) != (_NEGATION in other) else 1))

    def _weight(self, said: Stems) -> float:
        return sum(self._weights.get(stem, self._unknown) for stem in said)

    def _corrected(self, said: Stems) -> Stems:
        return frozenset(self._spelt.get(stem, stem) for stem in said) if not said.isdisjoint(self._spelt) else said

    def _known(self, stem: str) -> str:
        """The word of the board that this one is, or was meant to be."""
        stem = self._spelt.get(stem, stem)
        if stem in self._with or len(stem) < SPELT_CHARS:
            return stem
        near = [one for one in self._with if one[:2] == stem[:2] and len(one) >= SPELT_CHARS]
        best = process.extractOne(stem, near, scorer=fuzz.ratio, score_cutoff=SPELLING)
        return best[0] if best else stem


def _spellings(said: Iterable[Stems]) -> dict[str, str]:
    """What a rare word was meant to be: a more frequent one that begins and looks like it."""
    found = Counter(stem for one in said for stem in one if len(stem) >= SPELT_CHARS and stem.isalpha())
    begins: dict[str, list[str]] = defaultdict(list)
    meant: dict[str, str] = {}
    for stem, times in sorted(found.items(), key=lambda row: (-row[1], row[0])):
        near = begins[stem[:2]]
        best = process.extractOne(stem, near, scorer=fuzz.ratio, score_cutoff=SPELLING) if times <= 2 else None
        if best is None:
            near.append(stem)
        else:
            meant[stem] = best[0]
    return meant
