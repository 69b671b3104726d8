"""The order in which one person is shown what is voted on.

Whoever stands first on a list gets more votes. So that nobody stands first for everybody, each person of each round has
an order of their own: the same on all their devices and after every reload, and made by the client alone, because it is
nobody's secret. Any client finds the same order by what is written here; protocol/vectors/ballots/order.json has
examples.

Items are sorted by the hash of `round id:participant id:item id` (ASCII), equal hashes by item id. The hash is 32-bit
FNV-1a (Fowler, Noll and Vo, 1991), then the last mixing of MurmurHash3 (Appleby, `fmix32`), without which texts that
differ in their last letter only ("1", "2", "3") would nearly keep their order:

    hash = 0x811C9DC5
    for each byte:  hash = ((hash ^ byte) * 0x01000193) mod 2^32
    hash ^= hash >> 16;  hash = (hash * 0x85EBCA6B) mod 2^32
    hash ^= hash >> 13;  hash = (hash * 0xC2B2AE35) mod 2^32
    hash ^= hash >> 16

In JavaScript: `Math.imul`, `>>>`, and `>>> 0` before comparing. Of a comparison, the items are the keys of all pairs
(the lesser id first, with a space between); which of the two stands on the left is said by the order of the items
themselves.
"""

from collections.abc import Iterable

from rebond_protocol.ids import ParticipantId, RoundId
from rebond_protocol.rounds import BallotKey

_BASIS, _PRIME, _MASK = 0x811C9DC5, 0x01000193, 0xFFFFFFFF


def ballot_order(round: RoundId, participant: ParticipantId, items: Iterable[BallotKey]) -> list[BallotKey]:
    """These items (or pairs of items) in the order in which this person of this round is shown them.

    The order they come in makes no difference.
    """
    start = _fnv_1a(f"{round}:{participant}:", _BASIS)
    return sorted(items, key=lambda item: (_mixed(_fnv_1a(item, start)), item))


def order_hash(text: str) -> int:
    """The hash that items are sorted by, 0 … 2³² − 1, of an ASCII text."""
    return _mixed(_fnv_1a(text, _BASIS))


def _fnv_1a(text: str, hash: int) -> int:
    for byte in text.encode():
        hash = ((hash ^ byte) * _PRIME) & _MASK
    return hash


def _mixed(hash: int) -> int:
    hash ^= hash >> 16
    hash = (hash * 0x85EBCA6B) & _MASK
    hash ^= hash >> 13
    hash = (hash * 0xC2B2AE35) & _MASK
    return hash ^ (hash >> 16)
