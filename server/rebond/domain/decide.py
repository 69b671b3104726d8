"""decide(state, envelope, command) → Decided | Repeated | Rejected (DM1). Holds only the table of deciders.

Order of questions: was this very command accepted before (LG4); may this role do it now (DM3); what does the feature
say.
"""

from collections.abc import Callable
from typing import Any

from rebond.domain import (
    access,
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
from rebond.domain.envelope import Decided, Decision, Envelope, Repeated
from rebond.domain.state import BoardState, outcomes_of
from rebond_protocol import attention as a
from rebond_protocol import boards as b
from rebond_protocol import cards as c
from rebond_protocol import groups as g
from rebond_protocol import labs as l
from rebond_protocol import limits
from rebond_protocol import opinions as o
from rebond_protocol import people as p
from rebond_protocol import rebounds as r
from rebond_protocol import rounds as v
from rebond_protocol import sections as s
from rebond_protocol import stages as w
from rebond_protocol import steps as t
from rebond_protocol import talk as k
from rebond_protocol.commands import Command
from rebond_protocol.errors import Rejected

Decider = Callable[[BoardState, Envelope, Any], Decided | Rejected]

DECIDERS: dict[type[Command], Decider] = {
    b.BoardCreate: boards.create,
    b.BoardForget: boards.forget,
    p.ParticipantJoin: people.join,
    p.ParticipantRaise: people.raise_by_invitation,
    p.ParticipantRemove: people.remove,
    p.ParticipantReadmit: people.readmit,
    p.ParticipantMute: people.mute,
    p.ParticipantUnmute: people.unmute,
    p.ParticipantPromote: people.promote,
    c.CardAdd: cards.add,
    c.CardEdit: cards.edit,
    c.CardMove: cards.move,
    c.CardTag: cards.tag,
    c.CardWithdraw: cards.withdraw,
    c.CardRestore: cards.restore,
    c.CardHide: cards.hide,
    c.CardShow: cards.show,
    c.CardApprove: cards.approve,
    c.CardRemove: cards.remove,
    c.CardClaim: cards.claim,
    c.CardErase: cards.erase,
    r.CardRebound: rebounds.rebound,
    r.ReboundLink: rebounds.link,
    r.ReboundUnlink: rebounds.unlink,
    g.GroupMake: groups.make,
    g.GroupAdd: groups.add,
    g.GroupTake: groups.take,
    g.GroupRename: groups.rename,
    g.GroupDissolve: groups.dissolve,
    g.CardMerge: groups.merge,
    k.CommentAdd: talk.add,
    k.CommentWithdraw: talk.withdraw,
    k.CommentRemove: talk.remove,
    k.CommentRestore: talk.restore,
    k.CommentApprove: talk.approve,
    k.CommentClaim: talk.claim,
    k.CommentErase: talk.erase,
    k.ReactionSet: talk.react,
    a.HandRaise: attention.raise_hand,
    a.HandLower: attention.lower_hand,
    a.RelaunchSend: attention.relaunch,
    a.RelaunchEnd: attention.end_relaunch,
    a.SpotlightSet: attention.set_spotlight,
    a.WallHide: attention.hide_wall,
    a.WallShow: attention.show_wall,
    w.CardStage: stages.stage,
    w.CardUnstage: stages.unstage,
    w.CardShowcase: stages.showcase,
    o.OpinionGive: opinions.give,
    l.LabLink: labs.link,
    l.LabUnlink: labs.unlink,
    l.KioskReseat: labs.reseat,
    l.KioskSet: labs.set_kiosk,
    v.RoundOpen: rounds.open_round,
    v.RoundClose: rounds.close_round,
    v.RoundErase: rounds.erase,
    v.VoteCast: rounds.cast,
    v.VoteMark: rounds.mark,
    v.VoteCompare: rounds.compare,
    v.VoteRetract: rounds.retract,
    s.SectionAdd: sections.add,
    s.SectionRename: sections.rename,
    s.SectionRemove: sections.remove,
    t.StepSet: steps.set_step,
    t.StepGo: steps.go,
    t.StepAdd: steps.add,
    t.StepEdit: steps.edit,
    t.StepMove: steps.move,
    t.StepRemove: steps.remove,
    t.BoardRename: steps.rename,
    t.BoardLock: steps.lock,
    t.BoardUnlock: steps.unlock,
    t.TimerStart: steps.start_timer,
    t.TimerExtend: steps.extend_timer,
    t.TimerStop: steps.stop_timer,
}


def decide(state: BoardState, envelope: Envelope, command: Command) -> Decision:
    """What this command does to this board. Never raises for what a person sent, never reads a clock."""
    before = answered_before(state, envelope)
    if before is not None:
        return before
    if state.about is None and not isinstance(command, b.BoardCreate):
        return Rejected("unknown_board")
    refused = access.refusal(state, envelope.actor, command)
    return refused or DECIDERS[type(command)](state, envelope, command)


def answered_before(state: BoardState, envelope: Envelope) -> Repeated | Rejected | None:
    """What is answered whatever the command says (LG4), None where it has to be decided.

    An id the board remembers is answered as before; one it may have forgotten is refused rather than risked.
    """
    if envelope.actor is None or envelope.device is None or envelope.id is None:
        return None
    outcomes = outcomes_of(state, envelope.actor, envelope.device)
    if not outcomes or envelope.id > outcomes[-1].id:
        return None
    for outcome in outcomes:
        if outcome.id == envelope.id:
            return Repeated(outcome.seq, outcome.made)
    forgotten = len(outcomes) >= limits.COMMANDS_IN_FLIGHT and envelope.id < outcomes[0].id
    return Rejected("stale_id", {"oldest": outcomes[0].id}) if forgotten else None
