"""A lab: which other boards are in it, and how its kiosks behave. Who may put a board there, the edge asks."""

from msgspec.structs import asdict, replace

from rebond.domain.envelope import Decided, Envelope
from rebond.domain.state import BoardState
from rebond_protocol import limits
from rebond_protocol.errors import Rejected
from rebond_protocol.labs import (
    KioskReseat,
    KioskSeatsChanged,
    KioskSet,
    KioskSettingsChanged,
    LabLink,
    LabLinked,
    LabUnlink,
    LabUnlinked,
)


def link(state: BoardState, envelope: Envelope, command: LabLink) -> Decided | Rejected:
    """Another board, at the end. A lab is always in itself."""
    if command.board in state.lab or (state.about is not None and command.board == state.about.id):
        return Rejected("already_so")
    if len(state.lab) >= limits.BOARDS_PER_LAB:
        return Rejected("board_full", {"max_boards": limits.BOARDS_PER_LAB})
    return Decided((LabLinked(command.board, envelope.now_ms),))


def unlink(state: BoardState, envelope: Envelope, command: LabUnlink) -> Decided | Rejected:
    """Out of the lab; the board itself is as it was."""
    return Decided((LabUnlinked(command.board),)) if command.board in state.lab else Rejected("already_so")


def set_kiosk(state: BoardState, envelope: Envelope, command: KioskSet) -> Decided | Rejected:
    """Kiosks behave like this from now on, unless they behave otherwise than whoever says it has seen."""
    if command.settings == state.kiosk:
        return Rejected("already_so")
    if command.base not in (None, state.kiosk):
        return Rejected("stale_rev", asdict(state.kiosk))
    return Decided((KioskSettingsChanged(command.settings),))


def reseat(state: BoardState, envelope: Envelope, command: KioskReseat) -> Decided | Rejected:
    """Kiosks ask for their seats; what is another there is in no log."""
    return Decided((KioskSeatsChanged(),))


def linked(state: BoardState, event: LabLinked) -> BoardState:
    """One more board."""
    return state if event.board in state.lab else replace(state, lab=(*state.lab, event.board))


def unlinked(state: BoardState, event: LabUnlinked) -> BoardState:
    """Without it."""
    return replace(state, lab=tuple(board for board in state.lab if board != event.board))


def kiosk_changed(state: BoardState, event: KioskSettingsChanged) -> BoardState:
    """The settings are these."""
    return replace(state, kiosk=event.settings)


def seats_changed(state: BoardState, event: KioskSeatsChanged) -> BoardState:
    """The board is as it was."""
    return state
