"""Who may do what, when: one table, role × command × step settings (DM3). docs/access.md is printed from it.

A row says which roles may send a command, which of them only for what is their own, which permission of the current
step it needs, whether a locked board takes it, whether somebody muted may send it, and whether what it writes can have
to wait for a moderator. A step gives its permissions to everybody, or others to staff; it may have what participants
write approved first. Moderators stand above step, lock and approval: they steer.
"""

import msgspec
from msgspec import UNSET

from rebond.domain.state import BoardState
from rebond_protocol import (
    attention,
    boards,
    cards,
    groups,
    labs,
    opinions,
    people,
    rebounds,
    rounds,
    sections,
    stages,
    steps,
    talk,
)
from rebond_protocol.commands import Command
from rebond_protocol.errors import Rejected
from rebond_protocol.people import Role
from rebond_protocol.steps import ALL_PERMISSIONS, Permission, Step

ROLES: tuple[Role, ...] = ("participant", "staff", "moderator", "kiosk", "display")
HEARD_FIRST: tuple[Role, ...] = ("participant",)
"""Whose words wait for a moderator where the step says so."""
ALWAYS_HEARD_FIRST: tuple[Role, ...] = ("kiosk",)
"""Whose words wait in every step: anybody at all may stand there."""


class Row(msgspec.Struct, frozen=True):
    """`own`: the roles that need to be the author of what the command names. `writes`: it puts words before others, on
    a card or a comment, which can wait for approval. `titles`: it may, as a title, which cannot wait."""

    roles: tuple[Role, ...]
    step: Permission | None = None
    own: tuple[Role, ...] = ()
    when_locked: bool = False
    when_muted: bool = False
    writes: bool = False
    titles: bool = False


_WRITERS: tuple[Role, ...] = ("participant", "staff", "moderator", "kiosk")
_PEOPLE: tuple[Role, ...] = ("participant", "staff", "moderator")
_AUTHORS: tuple[Role, ...] = ("participant", "staff")
"""Moderators may do it to anybody's."""
_STEER = Row(("moderator",), when_locked=True)
_SYSTEM = Row(())
_TAKE_BACK = Row(_PEOPLE, own=_PEOPLE, when_muted=True)
_RESTORE = Row(_PEOPLE, own=_AUTHORS)
_ERASE = Row(_PEOPLE, own=_AUTHORS, when_locked=True, when_muted=True)
_VOTE = Row(_PEOPLE, step="vote", when_muted=True)
_GROUP = Row(_PEOPLE, step="group")
_TITLE = Row(_PEOPLE, step="group", titles=True)

TABLE: dict[type[Command], Row] = {
    boards.BoardCreate: _SYSTEM,
    boards.BoardForget: _STEER,
    people.ParticipantJoin: _SYSTEM,
    people.ParticipantRaise: _SYSTEM,
    people.ParticipantRemove: _STEER,
    people.ParticipantReadmit: _STEER,
    people.ParticipantMute: _STEER,
    people.ParticipantUnmute: _STEER,
    people.ParticipantPromote: _STEER,
    cards.CardAdd: Row(_WRITERS, step="add", writes=True),
    cards.CardEdit: Row(_PEOPLE, step="edit", own=_PEOPLE, writes=True),
    cards.CardMove: Row(_PEOPLE, step="move", own=_AUTHORS),
    cards.CardTag: Row(_PEOPLE, step="edit", own=_AUTHORS, writes=True),
    cards.CardWithdraw: _TAKE_BACK,
    cards.CardRestore: _RESTORE,
    cards.CardErase: _ERASE,
    cards.CardHide: _STEER,
    cards.CardShow: _STEER,
    cards.CardApprove: _STEER,
    cards.CardRemove: _STEER,
    cards.CardClaim: _SYSTEM,
    rebounds.CardRebound: Row(_WRITERS, step="rebound", writes=True),
    rebounds.ReboundLink: Row(_PEOPLE, step="rebound", own=_AUTHORS, writes=True),
    rebounds.ReboundUnlink: Row(_PEOPLE, step="rebound", own=_AUTHORS),
    groups.GroupMake: _TITLE,
    groups.GroupAdd: _GROUP,
    groups.GroupTake: _GROUP,
    groups.GroupRename: _TITLE,
    groups.GroupDissolve: _GROUP,
    groups.CardMerge: Row(_PEOPLE, step="group", writes=True),
    talk.CommentAdd: Row(_WRITERS, step="comment", writes=True),
    talk.CommentWithdraw: _TAKE_BACK,
    talk.CommentRestore: _RESTORE,
    talk.CommentErase: _ERASE,
    talk.CommentRemove: _STEER,
    talk.CommentApprove: _STEER,
    talk.CommentClaim: _SYSTEM,
    talk.ReactionSet: Row(_PEOPLE, step="react"),
    attention.HandRaise: Row(_PEOPLE, when_locked=True, when_muted=True),
    attention.HandLower: Row(_PEOPLE, own=_AUTHORS, when_locked=True, when_muted=True),
    attention.RelaunchSend: _STEER,
    attention.RelaunchEnd: _STEER,
    attention.SpotlightSet: _STEER,
    attention.WallHide: _STEER,
    attention.WallShow: _STEER,
    stages.CardStage: _STEER,
    stages.CardUnstage: _STEER,
    stages.CardShowcase: _STEER,
    opinions.OpinionGive: Row(("kiosk",), step="react", when_muted=True),
    labs.LabLink: _SYSTEM,
    labs.LabUnlink: _SYSTEM,
    labs.KioskReseat: _SYSTEM,
    labs.KioskSet: _STEER,
    rounds.RoundOpen: _STEER,
    rounds.RoundClose: _STEER,
    rounds.RoundErase: _STEER,
    rounds.VoteCast: _VOTE,
    rounds.VoteMark: _VOTE,
    rounds.VoteCompare: _VOTE,
    rounds.VoteRetract: _VOTE,
    sections.SectionAdd: _STEER,
    sections.SectionRename: _STEER,
    sections.SectionRemove: _STEER,
    steps.StepSet: _STEER,
    steps.StepGo: _STEER,
    steps.StepAdd: _STEER,
    steps.StepEdit: _STEER,
    steps.StepMove: _STEER,
    steps.StepRemove: _STEER,
    steps.BoardRename: _STEER,
    steps.BoardLock: _STEER,
    steps.BoardUnlock: _STEER,
    steps.TimerStart: _STEER,
    steps.TimerExtend: _STEER,
    steps.TimerStop: _STEER,
}


def refusal(state: BoardState, actor: str | None, command: Command) -> Rejected | None:
    """Why this actor may not send this command now, or None. Authorship is asked by the feature, which knows whose."""
    if actor is None:
        return None
    participant = state.participants.get(actor)
    if participant is None:
        return Rejected("unknown_participant")
    if participant.removed:
        return Rejected("removed")
    row = TABLE[type(command)]
    if participant.role not in row.roles:
        return Rejected("forbidden")
    if participant.role == "moderator":
        return None
    if participant.muted and not row.when_muted:
        return Rejected("muted")
    if state.locked and not row.when_locked:
        return Rejected("locked")
    if row.step is not None and row.step not in permissions(state.step, participant.role):
        return Rejected("not_now", {"needs": row.step})
    if row.titles and getattr(command, "title", None):
        return _no_title(state, actor)
    return None


def _no_title(state: BoardState, actor: str) -> Rejected | None:
    """Why a stack gets no title now: it would be read at once, and can neither wait for approval nor under a seal."""
    if waits(state, actor):
        return Rejected("not_now", {"needs": "approval"})
    return Rejected("not_now", {"needs": "reveal"}) if state.step.private else None


def permissions(step: Step, role: Role) -> tuple[Permission, ...]:
    """What this role may do in this step; staff may be given more, or less, than everybody."""
    return step.staff_allows if role == "staff" and step.staff_allows is not UNSET else step.allows


def waits(state: BoardState, actor: str | None) -> bool:
    """Whether what this actor writes now waits for a moderator before anybody else knows of it."""
    participant = state.participants.get(actor) if actor else None
    if participant is None:
        return False
    return participant.role in ALWAYS_HEARD_FIRST or (state.step.approve and participant.role in HEARD_FIRST)


# -- as a page -----------------------------------------------------------------------------------------------------


def printed() -> str:
    """Every command as Markdown, for docs/access.md."""
    head = ("command", *ROLES, "step must allow", "locked", "muted", "waits for approval")
    return _table(head, [(_tag(command), *_cells(row)) for command, row in TABLE.items()])


def printed_by_step() -> str:
    """The same read the other way, for docs/access.md: what each setting of a step opens to those who heed it."""
    heed: tuple[Role, ...] = tuple(role for role in ROLES if role not in ("moderator", "display"))
    lines = [(f"allows `{one}`", *(_opened(one, role) for role in heed)) for one in ALL_PERMISSIONS]
    return _table(("the step", *heed), [*lines, ("`approve`", *(_first_heard(role) for role in heed))])


def _cells(row: Row) -> tuple[str, ...]:
    roles = tuple(_mark(row, role) for role in ROLES)
    if not row.roles:
        return (*roles, "–", "–", "–", "–")
    always = [role for role in ALWAYS_HEARD_FIRST if role in row.roles]
    waits = [*always, *(f"{role}*" for role in HEARD_FIRST if role in row.roles)]
    refused = "refused" if set(row.roles) - {"moderator"} else "–"
    return (
        *roles,
        row.step or "–",
        "yes" if row.when_locked else refused,
        "yes" if row.when_muted else refused,
        ", ".join(waits) if row.writes else "no title*" if row.titles else "–",
    )


def _mark(row: Row, role: Role) -> str:
    if role not in row.roles:
        return "–"
    return "own" if role in row.own else "yes"


def _opened(permission: Permission, role: Role) -> str:
    opened = [_tag(command) for command, row in TABLE.items() if row.step == permission and role in row.roles]
    return ", ".join(opened) or "–"


def _first_heard(role: Role) -> str:
    if role in ALWAYS_HEARD_FIRST:
        return "words wait, whatever it says"
    return "words wait" if role in HEARD_FIRST else "–"


def _tag(command: type[Command]) -> str:
    return f"`{command.__struct_config__.tag}`"


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"
