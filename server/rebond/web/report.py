"""A board as a page to read: Markdown, in the board's language, with nothing in it that its reader could not see there.

Made from a projected view (DM6). Ties are said as ties, and every count says by what it was counted.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec
from msgspec import UNSET

from rebond_protocol.boards import BoardView, Locale
from rebond_protocol.cards import Card, Verb
from rebond_protocol.groups import Group
from rebond_protocol.people import ParticipantView
from rebond_protocol.rounds import CountedBy, Method, Result, RoundView
from rebond_protocol.talk import Reaction


class _Words(msgspec.Struct, frozen=True):
    unsorted: str
    nothing: str
    hidden: str
    owes: str
    results: str
    plan: str
    here: str
    minutes: str
    stack: str
    voters: str
    secret: str
    still_open: str
    recount: str
    tie: str
    decimal: str
    verbs: dict[Verb, str]
    reactions: dict[Reaction, str]
    methods: dict[Method, str]
    counts: dict[CountedBy, str]


_WORDS: dict[Locale, _Words] = {
    "fr": _Words(
        unsorted="Sans section",
        nothing="Aucune idée pour l’instant.",
        hidden="(carte masquée)",
        owes="Ce que je dois à cette idée :",
        results="Résultats",
        plan="Déroulé",
        here="(étape en cours)",
        minutes="min",
        stack="Pile",
        voters="votant·es",
        secret="Les bulletins sont secrets jusqu’à la clôture.",
        still_open="vote en cours",
        recount="Les mêmes bulletins, comptés autrement :",
        tie="ex æquo",
        decimal=",",
        verbs={
            "extends": "prolonge",
            "combines": "combine",
            "adapts": "adapte",
            "removes_obstacle": "lève un frein de",
            "counters": "contre-propose à",
        },
        reactions={"heart": "j’adore", "spark": "étincelle", "thanks": "merci", "laugh": "rire", "wonder": "question"},
        methods={
            "dots": "gommettes",
            "choice": "choix",
            "hands": "à main levée",
            "agree": "d’accord, passe, pas d’accord",
            "stars": "étoiles",
            "criteria": "critères",
            "matrix": "effort et impact",
            "pairwise": "deux par deux",
            "quadratic": "votes quadratiques",
        },
        counts={
            "points": "points",
            "voters": "personnes",
            "net": "pour moins contre",
            "agreement": "accord (borne basse)",
            "mean": "moyenne",
            "median": "médiane",
            "weighted": "moyenne pondérée",
            "balance": "impact moins effort",
            "impact": "impact moyen",
            "bradley_terry": "chances d’être préférée",
            "wins": "duels gagnés",
        },
    ),
    "en": _Words(
        unsorted="No section",
        nothing="No ideas yet.",
        hidden="(hidden card)",
        owes="What I owe this idea:",
        results="Results",
        plan="Plan",
        here="(current step)",
        minutes="min",
        stack="Stack",
        voters="voters",
        secret="Votes are secret until it closes.",
        still_open="still open",
        recount="The same votes, counted in other ways:",
        tie="tie",
        decimal=".",
        verbs={
            "extends": "extends",
            "combines": "combines",
            "adapts": "adapts",
            "removes_obstacle": "removes an obstacle of",
            "counters": "counters",
        },
        reactions={"heart": "love", "spark": "spark", "thanks": "thanks", "laugh": "laugh", "wonder": "wonder"},
        methods={
            "dots": "dots",
            "choice": "choice",
            "hands": "show of hands",
            "agree": "agree, pass, disagree",
            "stars": "stars",
            "criteria": "criteria",
            "matrix": "effort and impact",
            "pairwise": "two by two",
            "quadratic": "quadratic votes",
        },
        counts={
            "points": "points",
            "voters": "people",
            "net": "for minus against",
            "agreement": "agreement (lower end)",
            "mean": "mean",
            "median": "median",
            "weighted": "weighted mean",
            "balance": "impact minus effort",
            "impact": "mean impact",
            "bradley_terry": "chance to be preferred",
            "wins": "comparisons won",
        },
    ),
}
_PERCENT: frozenset[CountedBy] = frozenset({"agreement", "bradley_terry", "wins"})
_MARKUP = str.maketrans({char: f"\\{char}" for char in "\\`*_{}[]<>#|~"})


def as_markdown(view: BoardView, now_ms: int) -> bytes:
    """A report: the plan, sections and stacks with their cards, credit and comments, the outcome of every vote."""
    return "\n".join(_Report(view).lines(now_ms)).encode()


class _Report:
    """The lines of one view's report."""

    def __init__(self, view: BoardView) -> None:
        self._view = view
        self._words = _WORDS[view.locale]
        self._texts = {card.id: card.text or self._words.hidden for card in view.cards}
        self._people = {person.participant: person for person in view.participants}
        self._groups = {group.id: group for group in view.groups}

    def lines(self, now_ms: int) -> list[str]:
        """The whole report."""
        view, words = self._view, self._words
        day = datetime.fromtimestamp(now_ms / 1000, UTC).date().isoformat()
        lines = [f"# {_plain(view.title)}", "", f"{day} · {view.code}", ""]
        lines += self._plan()
        for title, cards in self._by_section():
            lines += [f"## {_plain(title)}", ""] if title else []
            lines += self._standing(cards)
        if not view.cards:
            lines += [words.nothing, ""]
        for round in view.rounds:
            lines += self._round(round)
        return lines

    # -- the plan --------------------------------------------------------------------------------------------------

    def _plan(self) -> list[str]:
        if not self._view.plan:
            return []
        lines = [f"## {self._words.plan}", ""]
        for number, step in enumerate(self._view.plan, 1):
            title = step.title if step.title is not UNSET else step.instruction or step.id
            minutes = f" · {-(-step.timer_s // 60)} {self._words.minutes}" if step.timer_s is not UNSET else ""
            here = f" {self._words.here}" if step.id == self._view.step.id else ""
            lines.append(f"{number}. {_plain(title)}{minutes}{here}")
            if step.instruction and step.instruction != title:
                lines.append(f"   {_plain(step.instruction)}")
        return [*lines, ""]

    # -- cards -----------------------------------------------------------------------------------------------------

    def _by_section(self) -> list[tuple[str, list[Card]]]:
        view = self._view
        known = {section.id for section in view.sections}
        parts = [(one.title, [card for card in view.cards if card.section == one.id]) for one in view.sections]
        rest = [card for card in view.cards if card.section not in known]
        return [*parts, (self._words.unsorted if view.sections else "", rest)] if rest or not parts else parts

    def _standing(self, cards: list[Card]) -> list[str]:
        """Cards and stacks as they stand, each stack where its first card does."""
        lines: list[str] = []
        told: set[str] = set()
        for card in cards:
            group = self._groups.get(card.group) if card.group is not UNSET else None
            if group is None:
                lines += [*self._card(card), ""]
            elif group.id not in told:
                told.add(group.id)
                lines += self._stack(group, [one for one in cards if one.group == group.id])
        return lines

    def _stack(self, group: Group, cards: Iterable[Card]) -> list[str]:
        lines = [f"- **{_plain(group.title or self._words.stack)}**"]
        for card in cards:
            lines += [f"  {line}" for line in self._card(card)]
        return [*lines, ""]

    def _card(self, card: Card) -> list[str]:
        words = self._words
        notes = [*self._signature(card.author), *self._tags(card), *self._reactions(card)]
        lines = [f"- {_plain(card.text or words.hidden)}{' '.join(['', *notes])}"]
        if card.parents and card.verb is not UNSET:
            parents = " + ".join(f"«{_plain(self._texts.get(parent, words.hidden))}»" for parent in card.parents)
            lines.append(f"  ↷ {words.verbs[card.verb]} {parents}")
        if card.owes is not UNSET:
            lines.append(f"  {words.owes} {_plain(card.owes)}")
        said = [one for one in self._view.comments if one.card == card.id and one.text]
        lines += [f"  - {_plain(one.text)}{' '.join(['', *self._signature(one.author)])}" for one in said]
        return lines

    def _signature(self, author: str | None) -> list[str]:
        person: ParticipantView | None = self._people.get(author or "")
        return [f"— *{_plain(person.name)}*"] if person and person.name else []

    def _tags(self, card: Card) -> list[str]:
        return [f"`{tag.replace('`', ' ')}`" for tag in card.tags] if card.tags is not UNSET else []

    def _reactions(self, card: Card) -> list[str]:
        counted = self._view.reactions.get(card.id, {})
        named = ", ".join(f"{self._words.reactions[one]} {times}" for one, times in counted.items())
        return [f"({named})"] if named else []

    # -- votes -----------------------------------------------------------------------------------------------------

    def _round(self, round: RoundView) -> list[str]:
        words = self._words
        title = f" — {_plain(round.title)}" if round.title else ""
        lines = [
            f"## {words.results}{title}",
            "",
            f"*{words.methods[round.method]}, {round.voters} {words.voters}*",
            "",
        ]
        if round.results is UNSET or round.counted_by is UNSET:
            hidden = round.tallies is UNSET and round.counts is UNSET
            return [*lines, f"({words.still_open}) {words.secret}" if hidden else f"({words.still_open})", ""]
        lines += [*self._ranking(round, round.counted_by, round.results), ""]
        if round.recounts is not UNSET:
            lines += [words.recount, ""]
            for recount in round.recounts:
                best = "; ".join(
                    f"{one.rank}. {self._item(round, one.card)} ({self._score(recount.by, one)})"
                    for one in recount.results[:3]
                )
                lines.append(f"- {words.counts[recount.by]}: {best}")
            lines.append("")
        return lines

    def _ranking(self, round: RoundView, by: CountedBy, results: tuple[Result, ...]) -> list[str]:
        ranks = [one.rank for one in results]
        return [
            f"{one.rank}. {self._item(round, one.card)} ({self._score(by, one)} {self._words.counts[by]}"
            + (f", {self._words.tie})" if ranks.count(one.rank) > 1 else ")")
            for one in results
        ]

    def _item(self, round: RoundView, id: str) -> str:
        if round.on == "options":
            place = int(id) if id.isdecimal() else 0
            return _plain(round.options[place - 1]) if 1 <= place <= len(round.options) else id
        group = self._groups.get(id)
        if group is not None:
            return f"**{_plain(group.title or self._words.stack)}**"
        return _plain(self._texts.get(id, self._words.hidden))

    def _score(self, by: CountedBy, one: Result) -> str:
        if one.score is UNSET:
            return str(one.points)
        digits = 0 if by in _PERCENT else 1
        said = f"{one.score:.{digits}f}".replace(".", self._words.decimal)
        return f"{said} %" if by in _PERCENT else said


def _plain(text: str) -> str:
    """Somebody's text, on one line, without a meaning in Markdown."""
    return " ".join(text.translate(_MARKUP).split())
