"""Who may do what, when: one table, role × command × step settings (DM3). docs/access.md is printed from it.

A row says which roles may send a command, which of them only for a card of their own, which permission of the current
step it needs, and whether a locked board takes it. Moderators stand above step and lock: they steer.
"""

import msgspec

from rebond.domain.state import BoardState
from rebond_protocol import boards, cards, people, rebounds, rounds, sections, steps
from rebond_protocol.commands import Command
from rebond_protocol.errors import Rejected
from rebond_protocol.people import Role
from rebond_protocol.steps import Permission

ROLES: tuple[Role, ...] = ("participant", "staff", "moderator", "kiosk", "display")


class Row(msgspec.Struct, frozen=True):
    """`own`: the roles that need to be the author of the card that the command names."""

    roles: tuple[Role, ...]
    step: Permission | None = None
    own: tuple[Role, ...] = ()
    when_locked: bool = False


_WRITERS: tuple[Role, ...] = ("participant", "staff", "moderator", "kiosk")
_PEOPLE: tuple[Role, ...] = ("participant", "staff", "moderator")
_AUTHORS: tuple[Role, ...] = ("participant", "staff")
"""Moderators may do it to any card."""
_STEER = Row(("moderator",), when_locked=True)
_SYSTEM = Row(())

TABLE: dict[type[Command], Row] = {
    boards.BoardCreate: _SYSTEM,
    people.ParticipantJoin: _SYSTEM,
    people.ParticipantRemove: _STEER,
    people.ParticipantReadmit: _STEER,
    cards.CardAdd: Row(_WRITERS, step="add"),
    cards.CardEdit: Row(_PEOPLE, step="edit", own=_PEOPLE),
    cards.CardMove: Row(_PEOPLE, step="move", own=_AUTHORS),
    cards.CardWithdraw: Row(_PEOPLE, own=_PEOPLE),
    cards.CardRestore: Row(_PEOPLE, own=_AUTHORS),
    cards.CardErase: Row(_PEOPLE, own=_AUTHORS, when_locked=True),
    cards.CardHide: _STEER,
    cards.CardShow: _STEER,
    cards.CardApprove: _STEER,
    cards.CardRemove: _STEER,
    rebounds.CardRebound: Row(_WRITERS, step="rebound"),
    rebounds.ReboundLink: Row(_PEOPLE, step="rebound", own=_AUTHORS),
    rebounds.ReboundUnlink: Row(_PEOPLE, step="rebound", own=_AUTHORS),
    rounds.RoundOpen: _STEER,
    rounds.RoundClose: _STEER,
    rounds.VoteCast: Row(_PEOPLE, step="vote"),
    rounds.VoteRetract: Row(_PEOPLE, step="vote"),
    sections.SectionAdd: _STEER,
    sections.SectionRename: _STEER,
    sections.SectionRemove: _STEER,
    steps.StepSet: _STEER,
    steps.BoardRename: _STEER,
    steps.BoardLock: _STEER,
    steps.BoardUnlock: _STEER,
    steps.TimerStart: _STEER,
    steps.TimerExtend: _STEER,
    steps.TimerStop: _STEER,
}


def refusal(state: BoardState, actor: str | None, command: Command) -> Rejected | None:
    """Why this actor may not send this command now, or None. Authorship is asked by `cards`, which knows the card."""
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
    if state.locked and not row.when_locked:
        return Rejected("locked")
    if row.step is not None and row.step not in state.step.allows:
        return Rejected("not_now", {"needs": row.step})
    return None


def printed() -> str:
    """The table as Markdown, for docs/access.md."""
    head = ["command", *ROLES, "step must allow", "on a locked board"]
    rows = [head, ["---"] * len(head)]
    for command, row in TABLE.items():
        marks = [_mark(row, role) for role in ROLES]
        locked = "yes" if row.when_locked else "moderators" if row.roles else "–"
        rows.append([f"`{command.__struct_config__.tag}`", *marks, row.step or "–", locked])
    return "\n".join("| " + " | ".join(row) + " |" for row in rows) + "\n"


def _mark(row: Row, role: Role) -> str:
    if role not in row.roles:
        return "–"
    return "own" if role in row.own else "yes"
