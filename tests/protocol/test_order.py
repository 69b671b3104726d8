"""The order of what is voted on: the same in every client, another for every person."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebond_protocol.order import ballot_order, order_hash

GOLDEN: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "protocol" / "vectors" / "ballots" / "order.json").read_text(encoding="utf-8")
)
IDS = st.lists(st.from_regex(r"\A[A-Za-z0-9_.:-]{1,12}\Z"), unique=True, max_size=20)


@pytest.mark.parametrize("text", GOLDEN["hashes"])
def test_the_hash_is_the_golden_one(text: str) -> None:
    """Given a text of the golden file, when it is hashed, then it is the number every client finds."""
    assert order_hash(text) == GOLDEN["hashes"][text]


@pytest.mark.parametrize("row", GOLDEN["orders"], ids=[row["says"] for row in GOLDEN["orders"]])
def test_the_order_is_the_golden_one(row: dict[str, Any]) -> None:
    """Given a golden round and person, when the items are put in order, then it is the one every client finds."""
    assert ballot_order(row["round"], row["participant"], row["items"]) == row["order"]


@given(IDS, st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_the_order(items: list[str], random: Any) -> None:
    """Given items, when they come in another order, then each person's order is the same, and holds them all."""
    shuffled = list(items)
    random.shuffle(shuffled)
    assert ballot_order("r1", "p1", items) == ballot_order("r1", "p1", shuffled)
    assert sorted(ballot_order("r1", "p1", items)) == sorted(items)


def test_every_order_is_as_frequent_as_every_other() -> None:
    """Given six thousand people and three options, when each has an order, then each of the six is had by a thousand.

    The chi-square statistic over six orders stays below 20.5, which chance alone passes once in a thousand.
    """
    orders = Counter(tuple(ballot_order("r1", f"p{n}", ("1", "2", "3"))) for n in range(6_000))
    assert len(orders) == 6
    assert sum((count - 1_000) ** 2 / 1_000 for count in orders.values()) < 20.5
