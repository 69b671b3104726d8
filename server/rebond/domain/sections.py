"""Sections of a board: add, rename, take away."""

from msgspec.structs import replace

from rebond.domain.envelope import Decided, Envelope
from rebond.domain.state import BoardState
from rebond_protocol import limits
from rebond_protocol.errors import Rejected
from rebond_protocol.sections import (
    Section,
    SectionAdd,
    SectionAdded,
    SectionRemove,
    SectionRemoved,
    SectionRename,
    SectionRenamed,
)
from rebond_protocol.text import cleaned_line


def known(state: BoardState, section: str | None) -> bool:
    """Whether a card may stand there; None is "in no section"."""
    return section is None or any(one.id == section for one in state.sections)


def add(state: BoardState, envelope: Envelope, command: SectionAdd) -> Decided | Rejected:
    """A new section at the end."""
    if len(state.sections) >= limits.SECTIONS_PER_BOARD:
        return Rejected("board_full", {"max_sections": limits.SECTIONS_PER_BOARD})
    section = _section(envelope.fresh_id, command.title, command.hint)
    return section if isinstance(section, Rejected) else Decided((SectionAdded(section),), made=section.id)


def rename(state: BoardState, envelope: Envelope, command: SectionRename) -> Decided | Rejected:
    """Another title or hint."""
    if not known(state, command.section):
        return Rejected("unknown_section")
    section = _section(command.section, command.title, command.hint)
    return section if isinstance(section, Rejected) else Decided((SectionRenamed(section),))


def remove(state: BoardState, envelope: Envelope, command: SectionRemove) -> Decided | Rejected:
    """Its cards stay, in no section."""
    if not known(state, command.section):
        return Rejected("unknown_section")
    return Decided((SectionRemoved(command.section),))


def _section(id: str, title: str, hint: str | None) -> Section | Rejected:
    clean = cleaned_line(title, limits.SECTION_TITLE_CHARS)
    if isinstance(clean, Rejected):
        return clean
    clean_hint = cleaned_line(hint, limits.INSTRUCTION_CHARS) if hint and hint.strip() else None
    return clean_hint if isinstance(clean_hint, Rejected) else Section(id, clean, clean_hint)


def added(state: BoardState, event: SectionAdded) -> BoardState:
    """One more, at the end."""
    return replace(state, sections=(*state.sections, event.section))


def renamed(state: BoardState, event: SectionRenamed) -> BoardState:
    """Same place, other words."""
    sections = tuple(event.section if one.id == event.section.id else one for one in state.sections)
    return replace(state, sections=sections)


def removed(state: BoardState, event: SectionRemoved) -> BoardState:
    """Gone; its cards and groups now stand in none."""
    homeless = {id: replace(card, section=None) for id, card in state.cards.items() if card.section == event.section}
    unplaced = {
        id: replace(group, section=None) for id, group in state.groups.items() if group.section == event.section
    }
    sections = tuple(one for one in state.sections if one.id != event.section)
    return replace(state, cards=state.cards.update(homeless), groups=state.groups.update(unplaced), sections=sections)
