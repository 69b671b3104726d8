"""What everybody was told, compared with what was accepted: nothing may be missing, doubled or mistaken."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import msgspec

from rebond_loadtest.crowd import Member
from rebond_loadtest.part import Part
from rebond_loadtest.scenarios.room import came


class Account(msgspec.Struct):
    """What was accepted since an account was opened: the measure of what everybody must have got."""

    cards: int = 0
    texts_sum: int = 0
    head: int = 0

    def add(self, other: "Account") -> None:
        """And what somebody else was told is accepted."""
        self.cards += other.cards
        self.texts_sum += other.texts_sum
        self.head = max(self.head, other.head)


class Books:
    """What this process's sockets of one board have been told and had accepted since the books were opened."""

    def __init__(self, members: Sequence[Member]) -> None:
        self.members = members
        self._told = {member: (member.cards, member.texts_sum) for member in members}
        self._spoken = {member: (member.accepted_cards, member.accepted_sum) for member in members}

    def accepted(self) -> Account:
        """What was accepted of it, so far."""
        account = Account()
        for member, (cards, texts_sum) in self._spoken.items():
            account.cards += member.accepted_cards - cards
            account.texts_sum += member.accepted_sum - texts_sum
            account.head = max(account.head, member.accepted_seq)
        return account

    def close(self, part: Part, expected: Account, anew: Mapping[Member, Member] = MappingProxyType({})) -> None:
        """Compare what each socket got with what everybody was to get, and count it.

        `anew`: who came back as another socket.
        """
        for first, (cards, texts_sum) in self._told.items():
            member = anew.get(first, first)
            account_deliveries(part, member, expected, Account(cards, texts_sum))


def account_deliveries(part: Part, member: Member, expected: Account, before: Account) -> None:
    """Compare what a socket got since `before` with what everybody was to get, and count it."""
    tally = part.tally
    got, got_sum = member.cards - before.cards, member.texts_sum - before.texts_sum
    tally.count("expected", expected.cards)
    tally.count("delivered", min(got, expected.cards))
    tally.fail("deliveries were lost", max(0, expected.cards - got))
    tally.fail("deliveries came twice", max(0, got - expected.cards))
    if got == expected.cards and got_sum != expected.texts_sum:
        tally.fail("sockets got as many deliveries as they should, but not the right ones")
    tally.count("repeats", member.repeats)
    tally.count("caught_up", member.caught_up)
    member.repeats = member.caught_up = 0  # counted once, though a socket may be in several books


def account_answers(part: Part, members: Iterable[Member]) -> None:
    """How long answers took, and what was refused or left unanswered: neither is meant to happen."""
    answers = part.tally.seen("answer")
    for member in members:
        answers.extend(member.answers_us)
        del member.answers_us[:]
        part.tally.count("accepted", member.accepted)
        for code, number in member.refusals.items():
            part.tally.fail(f"commands were refused «{code}»", number)
        part.tally.fail("commands were never answered", len(member.pending))
        if member.closed:
            part.tally.fail(f"sockets were closed by the server, code {member.close_code}")


def account_arrivals(part: Part, members: Iterable[Member], cards: int, head: int) -> None:
    """Everybody who came in must have every card, and stand where the board stands."""
    for member in members:
        part.tally.count("in")
        part.tally.count("bytes", member.bytes)
        part.tally.fail("phones came in without the newest card", int(member.seq < head))
        part.tally.fail("phones came in with other cards than there are", int(member.cards != cards))


async def answered(members: Sequence[Member]) -> None:
    """Wait for all answers, for as long as one waits."""
    await came(lambda: not any(member.pending and not member.closed for member in members))


async def everywhere(part: Part, account: Account) -> Account:
    """What was accepted in all processes together."""
    total = Account()
    for value in await part.meet("said", msgspec.to_builtins(account)):
        total.add(msgspec.convert(value, Account))
    return total


async def all_at(members: Sequence[Member], head: int) -> None:
    """Wait until everybody stands there, for as long as one waits: who does not is found when the books are closed."""
    await came(lambda: all(member.seq >= head or member.closed for member in members))


async def settle(part: Part, name: str, books: Books) -> Account:
    """Wait for all answers and all deliveries on a board that every process has sockets of, and meet as `name`."""
    await answered(books.members)
    total = await everywhere(part, books.accepted())
    await all_at(books.members, total.head)
    await part.meet(name)
    return total


def merged(values: Iterable[dict[str, Any]]) -> dict[str, int]:
    """Sums by key of what each process brought."""
    total: dict[str, int] = {}
    for value in values:
        for key, number in value.items():
            total[key] = total.get(key, 0) + number
    return total
