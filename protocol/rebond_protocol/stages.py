"""What became of an idea: its stage, with what was learnt, and how a lab shows it to those who walk in.

A showcase is a moderator's choice. It is all of a board that a kiosk shows unasked, so nothing that nobody looked at
stands on a screen in a shop window.
"""

from typing import Annotated, Literal

import msgspec

from rebond_protocol import limits
from rebond_protocol.ids import CardId, Ms

Stage = Literal["idea", "design", "development", "test", "live", "stopped"]
STAGES: tuple[Stage, ...] = ("idea", "design", "development", "test", "live", "stopped")
Asks = Literal["agree", "stars", "reaction"]
"""How a visitor answers: agree, pass or disagree; one to five stars; a reaction."""
PictureId = Annotated[
    str,
    msgspec.Meta(
        min_length=64,
        max_length=64,
        pattern=r"\A[0-9a-f]+\Z",
        description="SHA-256 of the picture as it is kept, in hexadecimal.",
    ),
]
StageNote = Annotated[
    str,
    msgspec.Meta(
        description="Why, or what was learnt.", extra_json_schema={"minLength": 1, "maxLength": limits.STAGE_NOTE_CHARS}
    ),
]
ShowcaseQuestion = Annotated[str, msgspec.Meta(extra_json_schema={"maxLength": limits.SHOWCASE_QUESTION_CHARS})]
Alternative = Annotated[str, msgspec.Meta(extra_json_schema={"maxLength": limits.ALTERNATIVE_CHARS})]


class Staged(msgspec.Struct, frozen=True):
    """One line of a card's history: from then on it was at this stage."""

    stage: Stage
    at_ms: Ms
    note: str | None = None


class Showcase(msgspec.Struct, frozen=True):
    """How a card stands in the window: a picture, and a question to the visitor."""

    asks: Asks = "agree"
    question: ShowcaseQuestion | None = None
    """None: what do you think of it?"""
    picture: PictureId | None = None
    alternative: Alternative | None = None
    """What the picture shows, in words; needed where there is one (WCAG 2.2, 1.1.1)."""


# -- commands ------------------------------------------------------------------------------------------------------


class CardStage(msgspec.Struct, frozen=True, tag_field="type", tag="card.stage"):
    """A moderator says how far this card is, and why. The same stage again adds a note to its history."""

    card: CardId
    stage: Stage
    note: StageNote | None = None


class CardUnstage(msgspec.Struct, frozen=True, tag_field="type", tag="card.unstage"):
    """A moderator takes the last line of this card's history back, which was said at `at_ms`.

    Refused `stale_rev` when another line has come since: of a history only the end can be taken back.
    """

    card: CardId
    at_ms: Ms


class CardShowcase(msgspec.Struct, frozen=True, tag_field="type", tag="card.showcase"):
    """A moderator puts this card in the window, changes how it stands there, or takes it out (null)."""

    card: CardId
    showcase: Showcase | None = None


# -- events --------------------------------------------------------------------------------------------------------


class CardStaged(msgspec.Struct, frozen=True, tag_field="type", tag="card.staged"):
    """One more line in this card's history; in the log only. It leaves as `card.history`."""

    card: CardId
    staged: Staged


class CardUnstaged(msgspec.Struct, frozen=True, tag_field="type", tag="card.unstaged"):
    """The last line of this card's history was taken back; in the log only. It leaves as `card.history`."""

    card: CardId


class CardShowcased(msgspec.Struct, frozen=True, tag_field="type", tag="card.showcased"):
    """This card stands in the window like this, or no longer."""

    card: CardId
    showcase: Showcase | None


# -- only on their way out -----------------------------------------------------------------------------------------


class HistoryTold(msgspec.Struct, frozen=True, tag_field="type", tag="card.history"):
    """The whole history of this card as you may know it, oldest first: replace what you have."""

    card: CardId
    stages: tuple[Staged, ...]


Commands = CardStage | CardUnstage | CardShowcase
Events = CardStaged | CardUnstaged | CardShowcased
OutgoingOnly = HistoryTold
