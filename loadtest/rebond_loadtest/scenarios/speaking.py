"""Speaking on time, whatever the answers; and filling a board as fast as they come.

Speaking is open-loop: a command is due by a plan that does not wait for the server, and every latency counts from when
it was due. A server that stalls is charged for everything that should have been said meanwhile (coordinated omission).
"""

import asyncio
import itertools
import random
import time
from collections.abc import Callable, Sequence

from rebond_loadtest.crowd import Member, now_us, stamped
from rebond_loadtest.part import Part
from rebond_loadtest.scenarios import room

_WORDS = (
    "accueil agence aide appel après attente atelier avant avis bornes bouton café carte chaque chez client conseil "
    "conseiller court demain départ dire distributeur dossier écran écrire enfants ensemble entrée envie équipe essai "
    "expliquer file fois formulaire geste guichet heure horaires idée jeudi jour journal lettre lieu lire livret lundi "
    "magasin matin message minutes montrer mot neuf numéro offrir outil ouvert panneau papier parler passer personne "
    "petit photo place plan porte pourquoi prendre prêt projet question quinze rappel réponse rendez-vous retour salle "
    "samedi savoir semaine service signer simple site soir suivi tablette téléphone temps texte toujours trois trouver "
    "vidéo visite voir voisin voiture vraiment"
)
TEXT_CHARS = 80


def _texts(count: int) -> tuple[str, ...]:
    """Ideas of a usual length, the same in every run. One text for all would be compressed away to nothing."""
    chance, words = random.Random(count), _WORDS.split()
    return tuple(" ".join(chance.choices(words, k=TEXT_CHARS // 4))[:TEXT_CHARS].strip() for _ in range(count))


TEXTS = _texts(1_009)
_next_text = itertools.cycle(TEXTS).__next__
FILLING = "answers while the board is filled"
WINDOW = 48
"""Commands that somebody who fills a board has unanswered at a time."""


async def on_time(part: Part, count: int, per_s: float, act: Callable[[int, int], None]) -> None:
    """Do `act(place, due_us)` for each of so many, `per_s` of them a second, on time whatever comes of it.

    The rate is that of all processes together; this one does its share, and returns when the time of all is over.
    """
    began = time.monotonic()
    for place in part.share(count):
        due_s = began + place / per_s
        wait_s = due_s - time.monotonic()
        if wait_s > 0:
            await asyncio.sleep(wait_s)
        elif place % 64 == part.place:
            await asyncio.sleep(0)  # behind the plan: what has come in is heard all the same
        act(place, int(due_s * 1e6))
        part.tally.peak("late_ms", max(0.0, (time.monotonic() - due_s) * 1000))
    await asyncio.sleep(max(0.0, began + count / per_s - time.monotonic()))


async def at_times(part: Part, times_s: Sequence[float], act: Callable[[int, int], None]) -> None:
    """Do `act(place, due_us)` at each of these times from now, in order, whatever comes of it."""
    began = time.monotonic()
    for place, at_s in enumerate(times_s):
        due_s = began + at_s
        await asyncio.sleep(max(0.0, due_s - time.monotonic()))
        act(place, int(due_s * 1e6))
        part.tally.peak("late_ms", max(0.0, (time.monotonic() - due_s) * 1000))


def text_due(due_us: int, times: int = 1) -> str:
    """Another text, so many times as long as usual, that says when it was due."""
    return stamped(" ".join(_next_text() for _ in range(times)), due_us)


def add_card(member: Member, due_us: int | None = None, times: int = 1) -> None:
    """A new card, so many times as long as usual."""
    due = now_us() if due_us is None else due_us
    member.submit({"type": "card.add", "text": text_due(due, times)}, due)


class Editors:
    """Speakers who change a card of their own again and again: events without end on a board that does not grow."""

    def __init__(self, members: Sequence[Member]) -> None:
        self.members = members
        self._revs: dict[Member, int] = {}

    async def begin(self) -> None:
        """Each adds the card."""
        for member in self.members:
            member.made = None
            add_card(member)
        await room.until(lambda: all(member.made or member.refusals for member in self.members), "the first cards")
        self._revs = dict.fromkeys(self.members, 1)

    def edit(self, member: Member, due_us: int) -> None:
        """The next change."""
        rev = self._revs[member]
        self._revs[member] = rev + 1
        text = text_due(due_us)
        member.submit({"type": "card.edit", "card": member.made, "text": text, "base_rev": rev}, due_us)


async def fill(members: Sequence[Member], cards: int) -> None:
    """Put so many cards on the board, as fast as they are taken."""
    if not cards:
        return
    for place in range(cards):
        member = members[place % len(members)]
        if len(member.pending) >= WINDOW:
            await room.until(lambda member=member: len(member.pending) < WINDOW // 2, FILLING)
        add_card(member)
    await room.until(lambda: not any(member.pending for member in members), FILLING)


async def filled_board(part: Part, cards: int) -> tuple[room.Board, int]:
    """A board with so many cards, and where it then stands."""
    [board] = await room.open_boards(part, 1)
    head = 0
    if part.place == 0 and cards:
        authors = await room.seated(
            [
                room.Seat(board.id, token, f"author-{place}", *part.node(0))
                for place, token in enumerate(await room.people(part, board, 5))
            ],
            samples=0,
        )
        await fill(authors, cards)
        head = max(author.accepted_seq for author in authors)
        for author in authors:
            part.tally.fail("cards were refused while the board was filled", author.rejected)
        room.leave(authors)
    return board, max(await part.meet("filled", head))
