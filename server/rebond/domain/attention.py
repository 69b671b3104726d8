"""Attention: hands up, the prompt that is pushed, the spotlight, and the wall that is turned away for a moment.

A hand says whose it is, on an anonymous board by the pseudonym alone, which nothing else there bears (DM5). While the
wall is hidden, displays know of no card, round, group, comment or reaction (DM6): `cards.seen_by` shows them no card,
and `project` tells them nothing that is not in its `ON_A_HIDDEN_WALL`. When it is turned, either way, they begin again
with a snapshot.
"""

from msgspec.structs import replace

from rebond.domain import cards, people
from rebond.domain.cards import Audience
from rebond.domain.envelope import Decided, Envelope
from rebond.domain.state import BoardState
from rebond_protocol import limits
from rebond_protocol.attention import (
    Hand,
    HandLower,
    HandLowered,
    HandRaise,
    HandRaised,
    Relaunch,
    Relaunched,
    RelaunchEnd,
    RelaunchSend,
    Spotlight,
    SpotlightSet,
    SpotlightTurned,
    WallHide,
    WallShow,
    WallTurned,
)
from rebond_protocol.errors import Rejected
from rebond_protocol.ids import ParticipantId
from rebond_protocol.text import cleaned

# -- decide --------------------------------------------------------------------------------------------------------


def raise_hand(state: BoardState, envelope: Envelope, command: HandRaise) -> Decided | Rejected:
    """At the end of the queue. A hand that is up keeps its place."""
    actor = envelope.actor or ""
    return Rejected("already_so") if is_up(state, actor) else Decided((HandRaised(actor, envelope.now_ms),))


def lower_hand(state: BoardState, envelope: Envelope, command: HandLower) -> Decided | Rejected:
    """One's own; a moderator anybody's, once they have spoken."""
    whose = command.participant if command.participant is not None else envelope.actor or ""
    if whose != envelope.actor and not cards.is_moderator(state, envelope.actor):
        return Rejected("not_yours")
    return Decided((HandLowered(whose),)) if is_up(state, whose) else Rejected("already_so")


def relaunch(state: BoardState, envelope: Envelope, command: RelaunchSend) -> Decided | Rejected:
    """In place of one that may be there. For one segment only if the board names it."""
    text = cleaned(command.text, limits.RELAUNCH_CHARS)
    if isinstance(text, Rejected):
        return text
    known = {segment.id for segment in state.about.segments} if state.about else set[str]()
    if command.segment is not None and command.segment not in known:
        return Rejected("invalid", {"field": "segment", "one_of": sorted(known)})
    prompt = Relaunch(envelope.fresh_id, text, command.segment, command.about, envelope.now_ms)
    return Decided((Relaunched(prompt),), made=prompt.id)


def end_relaunch(state: BoardState, envelope: Envelope, command: RelaunchEnd) -> Decided | Rejected:
    """Off every screen."""
    return Decided((Relaunched(None),)) if state.relaunch is not None else Rejected("already_so")


def set_spotlight(state: BoardState, envelope: Envelope, command: SpotlightSet) -> Decided | Rejected:
    """On what everybody sees: one card, or one group with such a card in it."""
    wanted = Spotlight(command.card, command.group)
    if command.card is not None and command.group is not None:
        return Rejected("invalid", {"field": "command.group", "problem": "a card or a group, not both"})
    if command.card is not None:
        card = cards.open_to(state, envelope.actor, command.card)
        if isinstance(card, Rejected):
            return card
    elif command.group is not None:
        if command.group not in state.groups:
            return Rejected("unknown_group")
        if not any(card.group == command.group and _open(state, card.id) for card in state.cards.values()):
            return Rejected("card_hidden", {"group": command.group})
    elif state.spotlight is None:
        return Rejected("already_so")
    else:
        return Decided((SpotlightTurned(None),))
    return Rejected("already_so") if wanted == state.spotlight else Decided((SpotlightTurned(wanted),))


def hide_wall(state: BoardState, envelope: Envelope, command: WallHide) -> Decided | Rejected:
    """Displays are sent nothing of what people wrote until it is shown again."""
    return Rejected("already_so") if state.wall_hidden else Decided((WallTurned(True),))


def show_wall(state: BoardState, envelope: Envelope, command: WallShow) -> Decided | Rejected:
    """Everything comes back."""
    return Decided((WallTurned(False),)) if state.wall_hidden else Rejected("already_so")


def is_up(state: BoardState, participant: ParticipantId) -> bool:
    """Whether this person's hand is up."""
    return any(hand.participant == participant for hand in state.hands)


# -- fold ----------------------------------------------------------------------------------------------------------


def raised(state: BoardState, event: HandRaised) -> BoardState:
    """One more hand, behind the others."""
    if is_up(state, event.participant):
        return state
    return replace(state, hands=(*state.hands, Hand(event.participant, event.at_ms)))


def lowered(state: BoardState, event: HandLowered) -> BoardState:
    """That hand is down."""
    return without_hand(state, event.participant)


def without_hand(state: BoardState, participant: ParticipantId) -> BoardState:
    """The state in which this person has no hand up."""
    return replace(state, hands=tuple(hand for hand in state.hands if hand.participant != participant))


def relaunched(state: BoardState, event: Relaunched) -> BoardState:
    """The prompt, or none."""
    return replace(state, relaunch=event.relaunch)


def spotlight_turned(state: BoardState, event: SpotlightTurned) -> BoardState:
    """What is shown large, or nothing."""
    return replace(state, spotlight=event.spotlight)


def wall_turned(state: BoardState, event: WallTurned) -> BoardState:
    """Hidden, or shown."""
    return replace(state, wall_hidden=event.hidden)


# -- project -------------------------------------------------------------------------------------------------------


def blank(state: BoardState, audience: Audience) -> bool:
    """Whether this audience is to be told of nothing that people wrote or said by vote."""
    return audience is Audience.DISPLAYS and state.wall_hidden


def shines_on(state: BoardState, audience: Audience) -> Spotlight | None:
    """What this audience is shown large. Off while everybody does not see it: hidden, in the bin, unstacked."""
    spot = state.spotlight
    if spot is None or blank(state, audience):
        return None
    if spot.card is not None:
        return spot if _open(state, spot.card) else None
    return spot if spot.group in state.groups else None


def _open(state: BoardState, id: str) -> bool:
    card = state.cards.get(id)
    return card is not None and card.state == "shown" and not card.sealed


def project_spotlight(before: BoardState, after: BoardState, audience: Audience) -> tuple[SpotlightTurned, ...]:
    """What happened to what it shines on may turn it off, or on again."""
    shines = shines_on(after, audience)
    return (SpotlightTurned(shines),) if shines != shines_on(before, audience) else ()


def project_turned(
    before: BoardState, event: SpotlightTurned, after: BoardState, audience: Audience, names: people.Names
) -> tuple[SpotlightTurned, ...]:
    """As it may be shown."""
    return (SpotlightTurned(shines_on(after, audience)),)
