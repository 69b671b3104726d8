"""A board as a page to read: Markdown, in the board's language, with nothing in it that its reader could not see there.

Made from a projected view (DM6). Ties are said as ties, and every count says by what it was counted: opinions given at
kiosks stand apart from every vote and from the reactions of people (DM7).
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from msgspec import UNSET

from rebond.web.words import Words, words_in
from rebond_protocol.boards import BoardView
from rebond_protocol.cards import Card
from rebond_protocol.groups import Group
from rebond_protocol.opinions import OpinionMark
from rebond_protocol.people import ParticipantView
from rebond_protocol.rounds import CountedBy, Result, RoundView
from rebond_protocol.talk import REACTIONS

_PERCENT: frozenset[CountedBy] = frozenset({"agreement", "bradley_terry", "wins"})
_MARKUP = str.maketrans({char: f"\\{char}" for char in "\\`*_{}[]<>#|~"})


def as_markdown(view: BoardView, now_ms: int) -> bytes:
    """A report: the plan, sections and stacks with their cards, credit and comments, the outcome of every vote, and
    what was said at kiosks."""
    return "\n".join(_Report(view).lines(now_ms)).encode()


def mark_in(words: Words, mark: OpinionMark) -> str:
    """What a visitor said, as this language says it."""
    if mark.isdecimal():
        return words.say("report.opinion.stars", n=mark)
    return words.say(f"report.reaction.{mark}" if mark in REACTIONS else f"report.opinion.{mark}")


class _Report:
    """The lines of one view's report."""

    def __init__(self, view: BoardView) -> None:
        self._view = view
        self._words = words_in(view.locale)
        self._say = self._words.say
        self._texts = {card.id: card.text or self._say("report.hidden") for card in view.cards}
        self._people = {person.participant: person for person in view.participants}
        self._groups = {group.id: group for group in view.groups}

    def lines(self, now_ms: int) -> list[str]:
        """The whole report."""
        view, say = self._view, self._say
        lines = [f"# {_plain(view.title)}", "", f"{_day(now_ms)} · {view.code}", ""]
        lines += self._plan()
        for title, cards in self._by_section():
            lines += [f"## {_plain(title)}", ""] if title else []
            lines += self._standing(cards)
        if not view.cards:
            lines += [say("report.nothing"), ""]
        for round in view.rounds:
            lines += self._round(round)
        return [*lines, *self._opinions()]

    # -- the plan --------------------------------------------------------------------------------------------------

    def _plan(self) -> list[str]:
        if not self._view.plan:
            return []
        lines = [f"## {self._say('report.plan')}", ""]
        for number, step in enumerate(self._view.plan, 1):
            title = step.title if step.title is not UNSET else step.instruction or step.id
            minutes = f" · {self._say('report.minutes', n=-(-step.timer_s // 60))}" if step.timer_s is not UNSET else ""
            here = f" {self._say('report.here')}" if step.id == self._view.step.id else ""
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
        return [*parts, (self._say("report.unsorted") if view.sections else "", rest)] if rest or not parts else parts

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
        lines = [f"- **{_plain(group.title or self._say('report.stack'))}**"]
        for card in cards:
            lines += [f"  {line}" for line in self._card(card)]
        return [*lines, ""]

    def _card(self, card: Card) -> list[str]:
        say = self._say
        notes = [*self._signature(card.author), *self._tags(card), *self._reactions(card), *self._lang(card)]
        lines = [f"- {_plain(card.text or say('report.hidden'))}{' '.join(['', *notes])}"]
        if card.parents and card.verb is not UNSET:
            texts = [self._texts.get(parent, say("report.hidden")) for parent in card.parents]
            parents = " + ".join(say("report.quoted", text=_plain(text)) for text in texts)
            lines.append(f"  ↷ {say(f'report.verb.{card.verb}')} {parents}")
        if card.owes is not UNSET:
            lines.append(f"  {say('report.pair', name=say('report.owes'), text=_plain(card.owes))}")
        lines += [f"  {line}" for line in (*self._history(card), *self._window(card))]
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
        named = ", ".join(f"{self._say(f'report.reaction.{one}')} {times}" for one, times in counted.items())
        return [f"({named})"] if named else []

    def _lang(self, card: Card) -> list[str]:
        """What it is written in, where that is not the board's language."""
        if card.lang is UNSET or card.lang == self._view.locale:
            return []
        return [f"({self._say('report.pair', name=self._say('report.lang'), text=card.lang)})"]

    def _history(self, card: Card) -> list[str]:
        history = self._view.stages.get(card.id, ())
        if not history:
            return []
        stages = (
            f"{_day(one.at_ms)} {self._say(f'report.stage.{one.stage}')}"
            + (f" ({_plain(one.note)})" if one.note else "")
            for one in history
        )
        return [self._say("report.pair", name=self._say("report.history"), text=" → ".join(stages))]

    def _window(self, card: Card) -> list[str]:
        showcase = self._view.showcases.get(card.id)
        if showcase is None:
            return []
        asked = [self._say("report.quoted", text=_plain(showcase.question))] if showcase.question else []
        picture = showcase.alternative
        shown = [self._say("report.pair", name=self._say("report.picture"), text=_plain(picture))] if picture else []
        said = " · ".join((*asked, *shown))
        name = self._say("report.window")
        return [self._say("report.pair", name=name, text=said) if said else name]

    # -- what visitors of kiosks think -----------------------------------------------------------------------------

    def _opinions(self) -> list[str]:
        """Under a heading of their own: nobody can tell how many people gave them."""
        given = sorted(self._view.opinions.items(), key=lambda one: -sum(one[1].values()))
        if not given:
            return []
        lines = [f"## {self._say('report.opinions')}", "", f"*{self._say('report.opinions.about')}*", ""]
        for id, counts in given:
            marks = ", ".join(
                self._say("report.opinions.given", mark=mark_in(self._words, mark), n=n) for mark, n in counts.items()
            )
            text = _plain(self._texts.get(id, self._say("report.hidden")))
            lines.append(f"- {self._say('report.pair', name=text, text=marks)}")
        return [*lines, ""]

    # -- votes -----------------------------------------------------------------------------------------------------

    def _round(self, round: RoundView) -> list[str]:
        say = self._say
        title = f" — {_plain(round.title)}" if round.title else ""
        lines = [
            f"## {say('report.results')}{title}",
            "",
            f"*{say('report.voted', method=say(f'report.method.{round.method}'), n=round.voters)}*",
            "",
        ]
        if round.results is UNSET or round.counted_by is UNSET:
            hidden = round.tallies is UNSET and round.counts is UNSET
            return [*lines, say("report.open") + (f" {say('report.secret')}" if hidden else ""), ""]
        lines += [*self._ranking(round, round.counted_by, round.results), ""]
        if round.recounts is not UNSET:
            lines += [say("report.recount"), ""]
            for recount in round.recounts:
                best = "; ".join(
                    f"{one.rank}. {self._item(round, one.card)} ({self._score(recount.by, one)})"
                    for one in recount.results[:3]
                )
                lines.append(f"- {say('report.pair', name=say(f'report.count.{recount.by}'), text=best)}")
            lines.append("")
        return lines

    def _ranking(self, round: RoundView, by: CountedBy, results: tuple[Result, ...]) -> list[str]:
        ranks = [one.rank for one in results]
        return [
            f"{one.rank}. {self._item(round, one.card)} ({self._score(by, one)} {self._say(f'report.count.{by}')}"
            + (f", {self._say('report.tie')})" if ranks.count(one.rank) > 1 else ")")
            for one in results
        ]

    def _item(self, round: RoundView, id: str) -> str:
        if round.on == "options":
            place = int(id) if id.isdecimal() else 0
            return _plain(round.options[place - 1]) if 1 <= place <= len(round.options) else id
        group = self._groups.get(id)
        if group is not None:
            return f"**{_plain(group.title or self._say('report.stack'))}**"
        return _plain(self._texts.get(id, self._say("report.hidden")))

    def _score(self, by: CountedBy, one: Result) -> str:
        if one.score is UNSET:
            return str(one.points)
        if by in _PERCENT:
            return self._say("report.share", n=self._words.number(one.score, 0))
        return self._words.number(one.score, 1)


def _day(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).date().isoformat()


def _plain(text: str) -> str:
    """Somebody's text, on one line, without a meaning in Markdown."""
    return " ".join(text.translate(_MARKUP).split())
