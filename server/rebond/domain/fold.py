"""fold(state, event) → state: total and deterministic (DM2). Holds only the table of folders.

An event that names what is not there changes nothing: a log that was once accepted always folds.
"""

from collections.abc import Callable, Iterable
from typing import Any

from msgspec.structs import replace

from rebond.domain import (
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
from rebond.domain.state import BoardState, Outcome, remembered
from rebond_protocol import attention as a
from rebond_protocol import boards as b
from rebond_protocol import cards as c
from rebond_protocol import groups as g
from rebond_protocol import labs as l
from rebond_protocol import opinions as o
from rebond_protocol import people as p
from rebond_protocol import rebounds as r
from rebond_protocol import rounds as v
from rebond_protocol import sections as s
from rebond_protocol import stages as w
from rebond_protocol import steps as t
from rebond_protocol import talk as k
from rebond_protocol.entries import Entry
from rebond_protocol.events import Event


def _card_erased(state: BoardState, event: c.CardErased) -> BoardState:
    for part in (cards.erased, groups.erased, stages.erased, talk.card_erased):
        state = part(state, event)
    return state


FOLDERS: dict[type[Event], Callable[[BoardState, Any], BoardState]] = {
    b.BoardCreated: boards.created,
    b.BoardForgot: boards.forgot,
    p.ParticipantJoined: people.joined,
    p.ParticipantRemoved: people.removed,
    p.ParticipantReadmitted: people.readmitted,
    p.ParticipantMuted: people.muted,
    p.ParticipantPromoted: people.promoted,
    c.CardAdded: cards.added,
    c.CardEdited: cards.edited,
    c.CardMoved: cards.moved,
    c.CardTagged: cards.tagged,
    c.CardStateChanged: cards.state_changed,
    c.CardClaimed: cards.claimed,
    c.CardErased: _card_erased,
    c.CardsRevealed: cards.revealed,
    r.CardLinked: rebounds.linked,
    g.GroupChanged: groups.changed,
    g.CardsGrouped: groups.grouped,
    g.GroupGone: groups.gone,
    k.CommentAdded: talk.added,
    k.CommentStateChanged: talk.state_changed,
    k.CommentClaimed: talk.claimed,
    k.CommentErased: talk.erased,
    k.ReactionGiven: talk.reacted,
    a.HandRaised: attention.raised,
    a.HandLowered: attention.lowered,
    a.Relaunched: attention.relaunched,
    a.SpotlightTurned: attention.spotlight_turned,
    a.WallTurned: attention.wall_turned,
    w.CardStaged: stages.staged,
    w.CardUnstaged: stages.unstaged,
    w.CardShowcased: stages.showcased,
    o.OpinionGiven: opinions.given,
    l.LabLinked: labs.linked,
    l.LabUnlinked: labs.unlinked,
    l.KioskSettingsChanged: labs.kiosk_changed,
    l.KioskSeatsChanged: labs.seats_changed,
    v.RoundOpened: rounds.opened,
    v.RoundClosed: rounds.closed,
    v.RoundErased: rounds.erased,
    v.BallotCast: rounds.ballot_cast,
    v.BallotMarked: rounds.ballot_marked,
    s.SectionAdded: sections.added,
    s.SectionRenamed: sections.renamed,
    s.SectionRemoved: sections.removed,
    t.StepChanged: steps.step_changed,
    t.PlanChanged: steps.plan_changed,
    t.BoardRenamed: steps.renamed,
    t.BoardLocked: steps.locked,
    t.BoardUnlocked: steps.unlocked,
    t.TimerSet: steps.timer_set,
}


def fold(state: BoardState, event: Event) -> BoardState:
    """The state after this fact."""
    return FOLDERS[type(event)](state, event)


def fold_entry(state: BoardState, entry: Entry) -> BoardState:
    """The state after this entry: its events, the mutation it answers (LG4), and its number."""
    for event in entry.events:
        state = fold(state, event)
    if entry.actor is not None and entry.device is not None and entry.id is not None:
        state = remembered(state, entry.actor, entry.device, Outcome(entry.id, entry.seq, entry.made))
    return replace(state, seq=entry.seq)


def fold_all(state: BoardState, entries: Iterable[Entry]) -> BoardState:
    """The state after these entries."""
    for entry in entries:
        state = fold_entry(state, entry)
    return state
