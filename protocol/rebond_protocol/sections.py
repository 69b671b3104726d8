"""Sections: the columns or blocks of a board. They come from the template and can be added, renamed and taken away."""

from typing import Annotated

import msgspec

from rebond_protocol import limits
from rebond_protocol.ids import SectionId

SectionTitle = Annotated[str, msgspec.Meta(extra_json_schema={"minLength": 1, "maxLength": limits.SECTION_TITLE_CHARS})]


class Section(msgspec.Struct, frozen=True):
    """One column or block. `hint` is a line that helps people to fill it."""

    id: SectionId
    title: str
    hint: str | None = None


class SectionAdd(msgspec.Struct, frozen=True, tag_field="type", tag="section.add"):
    """A moderator adds a section at the end."""

    title: SectionTitle
    hint: str | None = None


class SectionRename(msgspec.Struct, frozen=True, tag_field="type", tag="section.rename"):
    """A moderator renames a section."""

    section: SectionId
    title: SectionTitle
    hint: str | None = None


class SectionRemove(msgspec.Struct, frozen=True, tag_field="type", tag="section.remove"):
    """A moderator takes a section away; its cards stay on the board, in no section."""

    section: SectionId


class SectionAdded(msgspec.Struct, frozen=True, tag_field="type", tag="section.added"):
    """There is a new section, at the end."""

    section: Section


class SectionRenamed(msgspec.Struct, frozen=True, tag_field="type", tag="section.renamed"):
    """A section has another title or hint."""

    section: Section


class SectionRemoved(msgspec.Struct, frozen=True, tag_field="type", tag="section.removed"):
    """A section is gone; its cards now stand in none."""

    section: SectionId


Commands = SectionAdd | SectionRename | SectionRemove
Events = SectionAdded | SectionRenamed | SectionRemoved
