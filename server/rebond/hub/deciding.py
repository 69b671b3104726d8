"""From commands to entries and back, for a batch at a time: what each command becomes, what each entry did.

Pure: nothing here awaits, appends or tells. Rules: LG1 (decided in the order they are appended), LG4 (repeats).
"""

import logging
from collections.abc import Callable, Sequence

import msgspec

from rebond.domain.decide import answered_before, decide
from rebond.domain.envelope import Decided, Decision, Envelope, Repeated
from rebond.domain.fold import fold_entry
from rebond.domain.state import BoardState
from rebond_protocol.commands import Command
from rebond_protocol.entries import EVENTS_VERSION, Entry
from rebond_protocol.errors import Rejected

logger = logging.getLogger(__name__)


class Done(msgspec.Struct, frozen=True):
    """The command is in the log as entry `seq`, now or from before."""

    seq: int
    made: str | None


class Unsaid(msgspec.Struct, frozen=True):
    """Nobody here can say whether the command is in the log. Whoever waits for an answer has to ask again (LG4)."""


Outcome = Done | Rejected
Answer = Callable[[Outcome | Unsaid], None]


def _always() -> bool:
    return True


class Waiting(msgspec.Struct, frozen=True):
    """A command in the queue. `size_bytes` is about what it takes up there."""

    envelope: Envelope
    command: Command
    answer: Answer
    wanted: Callable[[], bool] = _always
    """Whether whoever said it still waits for the answer here. One who does not will say it again elsewhere."""
    size_bytes: int = 0
    accepted: bool = False
    """Whether it was accepted once and fell out of the log (LG6): it waits for as long as it takes."""
    refused: Rejected | None = None
    """Why it may not happen, whatever it says. It waits its turn all the same: what happened when it came the first
    time is answered as before, since whoever is refused says the same again under another id (LG4)."""


class Happened(msgspec.Struct, frozen=True):
    """An entry with the states around it, and the command it came from where that was decided here."""

    entry: Entry
    before: BoardState
    after: BoardState
    cause: Waiting | None = None


def said_again(waiting: Waiting, now_ms: int) -> Waiting:
    """The same command, to be decided again on another past, under its own mutation id.

    Its time is another one. Its entry could otherwise be, byte for byte, one that was lost with the other past, and
    whoever holds that past to its last entry would take the two for one.
    """
    before = waiting.envelope
    envelope = msgspec.structs.replace(before, now_ms=max(now_ms, before.now_ms + 1))
    return msgspec.structs.replace(waiting, envelope=envelope)


class Batch(msgspec.Struct, frozen=True):
    """What commands became: one outcome each, and the entries of those that were not refused or said before."""

    outcomes: list[Outcome]
    happened: list[Happened]
    repeated: int


def decide_all(state: BoardState, waiting: Sequence[Waiting]) -> Batch:
    """Each command decided against a draft that the ones before it have already changed."""
    draft = state
    outcomes: list[Outcome] = []
    happened: list[Happened] = []
    repeated = 0
    for one in waiting:
        try:
            decision = _decided(draft, one)
            entry = _entry(draft.seq + 1, one.envelope, decision) if isinstance(decision, Decided) else None
            after = fold_entry(draft, entry) if entry is not None else draft
        except Exception:  # a fault in a feature stops that command, not those that share its append
            logger.exception("a command could not be decided")
            outcomes.append(Rejected("unavailable"))
            continue
        match decision:
            case Decided(made=made):
                assert entry is not None
                happened.append(Happened(entry, draft, after, one))
                draft = after
                outcomes.append(Done(entry.seq, made))
            case Repeated(seq=seq, made=made):
                repeated += 1
                outcomes.append(Done(seq, made))
            case Rejected():
                outcomes.append(decision)
    return Batch(outcomes, happened, repeated)


def _decided(draft: BoardState, one: Waiting) -> Decision:
    if one.refused is None:
        return decide(draft, one.envelope, one.command)
    return answered_before(draft, one.envelope) or one.refused


def happened_after(state: BoardState, entries: Sequence[Entry]) -> list[Happened]:
    """Entries that another node appended, as this one would have seen them happen."""
    happened: list[Happened] = []
    for entry in entries:
        after = fold_entry(state, entry)
        happened.append(Happened(entry, state, after))
        state = after
    return happened


def said_before(state: BoardState, envelope: Envelope) -> Done | None:
    """How this very command ended when it came the first time, as far as this state knows (LG4)."""
    before = answered_before(state, envelope)
    return Done(before.seq, before.made) if isinstance(before, Repeated) else None


def _entry(seq: int, envelope: Envelope, decided: Decided) -> Entry:
    at_ms, actor, device, id = envelope.now_ms, envelope.actor, envelope.device, envelope.id
    return Entry(EVENTS_VERSION, seq, at_ms, actor, device, id, decided.events, decided.made)
