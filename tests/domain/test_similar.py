"""Which ideas resemble each other: measured on pairs as people write them, in French and in English."""

from __future__ import annotations

import random

import pytest

from rebond.domain.similar import (
    CARDS_PER_GROUP,
    COMPARED_MAX,
    GROUP_FLOOR,
    GROUPS_MAX,
    HINT_FLOOR,
    Alike,
    Index,
    stems,
)
from rebond_protocol.boards import Locale

SAME: dict[Locale, list[tuple[str, str]]] = {
    "fr": [
        ("Ouvrir l'agence le samedi matin", "L’agence ouverte les samedis matins"),
        ("Une machine à café gratuite dans l'espace d'attente", "Du café gratuit pendant l’attente"),
        ("Envoyer un SMS quand le conseiller est libre", "Recevoir un SMS dès que mon conseiller est libre"),
        ("Prendre rendez-vous en ligne", "Pouvoir prendre un rendez vous en ligne avec mon conseiller"),
        ("Un coin enfants avec des jeux", "Des jeux pour les enfants, dans un coin de l'agence"),
        ("ÉLARGIR LES HORAIRES D'OUVERTURE", "élargir les horaires d’ouverture !"),
    ],
    "en": [
        ("Open on Saturday mornings", "Opening hours on Saturday morning"),
        ("Free coffee while waiting", "Offer coffee for free to people who wait"),
        ("A text message when my adviser is free", "Send me a text when the adviser is free"),
        ("Book appointments online", "Online booking of appointments"),
        ("Shorter queues at the counter", "Make the queue at the counter shorter"),
        ("A play corner for children", "Corner where children can play"),
    ],
}
OTHER: dict[Locale, list[tuple[str, str]]] = {
    "fr": [
        ("Ouvrir le samedi", "Ne pas ouvrir le samedi"),
        ("Former les conseillers au numérique", "Former les clients à l'application"),
        ("Un parking à vélos devant l'agence", "Des plantes vertes dans l'agence"),
        ("Plus de lumière", "Plus de personnel"),
    ],
    "en": [
        ("Don't open on Sundays", "Open on Sundays"),
        ("Train staff on the app", "Teach customers how to use the app"),
        ("Hide the fees", "Show all the fees up front"),
        ("More light", "More people at the desk"),
    ],
}


def index_of(locale: Locale) -> Index:
    """A board with all these ideas on it."""
    texts = {f"{kind}{place}{side}": text for kind, pairs in (("same", SAME), ("other", OTHER))
             for place, pair in enumerate(pairs[locale]) for side, text in zip("ab", pair, strict=True)}  # fmt: skip
    return Index({id: stems(text, locale) for id, text in texts.items()})


def together(one: str, other: str) -> bool:
    """Nothing is to be kept apart."""
    return False


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_what_says_the_same_is_proposed_and_what_does_not_is_not(locale: Locale) -> None:
    """PRODUCT section 2: given pairs of ideas that are the same, and pairs that only look so (one says "not", one word
    in common), then the first are proposed as stacks, from GROUP_FLOOR up, and none of the others is."""
    groups = index_of(locale).alike(together)
    assert {frozenset(group.cards) for group in groups} == {
        frozenset((f"same{place}a", f"same{place}b")) for place in range(len(SAME[locale]))
    }
    assert all(group.score >= GROUP_FLOOR for group in groups)
    assert [group.score for group in groups] == sorted((group.score for group in groups), reverse=True)


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_whoever_writes_is_shown_what_is_like_it(locale: Locale) -> None:
    """PRODUCT section 2: given an idea is being written that is there in other words, then it comes first among at most
    three, and the card that is being edited is never its own likeness."""
    index = index_of(locale)
    for place, (one, other) in enumerate(SAME[locale]):
        for side, text in (("b", one), ("a", other)):
            mine = f"same{place}{'a' if side == 'b' else 'b'}"
            found = index.like(stems(text, locale), leave_out=[mine])
            assert found[0].card == f"same{place}{side}", (text, found)
            assert found[0].score >= HINT_FLOOR
            assert len(found) <= 3
    for one, _ in OTHER[locale][1:]:
        found = index.like(stems(one, locale))
        assert [match.score for match in found] == [100], "itself and nothing else"


def test_a_slip_of_the_finger_is_forgiven() -> None:
    """Given words spelt wrong, on the board or by whoever writes, then they count as what they were meant to be."""
    texts = {
        "a": "Agrandir le parking derrière la mairie",
        "b": "Agrandir le parkng derriere la mairi",
        "c": "Un marché",
    }
    index = Index({id: stems(text, "fr") for id, text in texts.items()})
    assert index.alike(together) == [Alike(("a", "b"), 100)]
    assert {match.card for match in index.like(stems("agrandire le parcking de la mairie", "fr"))} == {"a", "b"}


def test_one_common_word_is_chance() -> None:
    """Given many ideas with one word in common, then none is like another, and a text of stop words is like none."""
    words = ["lumière", "silence", "chaleur", "plantes", "musique", "couleurs", "journaux", "fauteuils"]
    index = Index({word: stems(f"{word} dans l'agence", "fr") for word in words})
    assert index.alike(together) == []
    assert index.like(stems("dans l'agence", "fr")) == []
    assert index.like(stems("avec le la les", "fr")) == []
    assert index.like(stems("🙂", "fr")) == []
    assert Index({}).like(stems("rien", "fr")) == []


def test_every_two_of_a_group_are_alike() -> None:
    """Given a chain of ideas, each like the next, then no stack is proposed whose ends have nothing to do with each
    other; and what is to be kept apart is in no stack together."""
    chain = {
        "a": "open saturday morning downtown",
        "b": "open saturday morning parking",
        "c": "bigger parking saturday morning",
        "d": "bigger parking for bikes",
    }
    index = Index({id: stems(text, "en") for id, text in chain.items()})
    for group in index.alike(together):
        assert not {"a", "d"} <= set(group.cards)
    copies = Index({f"c{number}": stems("the very same idea again", "en") for number in range(40)})
    groups = copies.alike(together)
    assert {group.score for group in groups} == {100}
    assert max(len(group.cards) for group in groups) <= CARDS_PER_GROUP
    assert copies.alike(lambda one, other: True) == []


@pytest.mark.parametrize("cards", [2_000, 20_000])
def test_a_full_board_is_gone_through_in_bounded_work(cards: int) -> None:
    """HB3: given a board with as many cards as there can be, of few words so that each is like many, then what is asked
    of it takes bounded work, counted in pairs that are looked at."""
    chance = random.Random(cards)
    words = [
        f"{start}{end}" for start in ("ban", "cli", "ser", "hor", "val", "mod") for end in ("que", "ent", "vice", "ir")
    ]
    texts = [" ".join(chance.choices(words, k=8)) for _ in range(cards)]
    index = Index({f"c{number}": stems(text, "fr") for number, text in enumerate(texts)})
    looked_at = 0

    def counted(one: str, other: str) -> bool:
        nonlocal looked_at
        looked_at += 1
        return False

    assert 0 < len(index.alike(counted)) <= GROUPS_MAX
    assert looked_at <= 2 * COMPARED_MAX
    assert len(index.like(stems(texts[0], "fr"))) == 3
