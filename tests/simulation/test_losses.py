"""Nodes on a log that breaks its promise: it loses its tail, forks, comes back empty; answers and notes get lost, nodes
follow late, and die (LG3, LG4, LG6, HB4, HB5).

What must hold in the end, when the weather has cleared: every node and every phone show what the log says; nothing is
in it twice; within an epoch nobody was ever led back, and no epoch came again. And everything that was acknowledged is
in the log exactly once, with two exceptions, which are the whole of what a broken promise may cost:

- the node that decided it died before the loss was made good, and no node that had heard of it lived;
- the log had gone on without it, and when it was decided again it was refused. Every such command is counted.

A seed makes a history, and stands in the test's name: `REBOND_SIMULATION_SEED=123` replays it.
"""

from __future__ import annotations

import pytest

from rebond.domain.fold import fold_all
from rebond.domain.state import EMPTY, BoardState, state_bytes
from rebond.log import Snapshot
from rebond_protocol.codec import entry_bytes
from rebond_protocol.entries import Entry
from rebond_protocol.frames import Accepted
from tests.conftest import seeds
from tests.simulation.people import Phone
from tests.simulation.shaky import ShakyLog
from tests.simulation.test_rooms import BOARD, PEOPLE, Node, Simulation, play
from tests.simulation.world import turns

JOINED = 1 + len(PEOPLE)
"""The entries with which the board began. Whoever is in none that is left is told to join again, as they have to."""


class Losses(Simulation):
    """A history on a log that loses things. `mortal`: nodes die as well."""

    def __init__(self, log: ShakyLog, seed: int, nodes: int, *, mortal: bool) -> None:
        super().__init__(log, seed, nodes, anonymous=False)
        self.shaky = log
        self.mortal = mortal
        self.losses = 0
        self.dead: list[Node] = []
        self._pasts: list[list[Entry]] = []
        log.put_back = self._put_back

    # -- the story -------------------------------------------------------------------------------------------------

    async def _one_step(self) -> None:
        if self.chance.random() < 0.015 and len(self.history) > JOINED and self._somebody_holds_it():
            self._lose_something()
        else:
            await super()._one_step()

    def _lose_something(self) -> None:
        self.losses += 1
        if self.chance.random() < 0.2 and self._all_beyond_the_base():
            self.lose_everything()
        else:
            end = self.shaky.end(BOARD).seq
            keep = max(self.shaky.base_seq(BOARD), JOINED, end - self.chance.randrange(1, 9))
            self._pasts.append(list(self.history))
            self.shaky.lose_tail(BOARD, keep)
            del self.history[keep:]
        self.state = EMPTY

    def lose_everything(self) -> None:
        """The log is started again, with nothing."""
        self._pasts.append(list(self.history))
        self.shaky.lose_everything()
        self.history.clear()

    def _somebody_holds_it(self, but: Node | None = None) -> bool:
        """Whether there is a node, beside that one, whose board and log are one: what nobody holds is gone for good."""
        if BOARD not in self.shaky.boards_held:
            return False
        end = self.shaky.end(BOARD)
        rooms = [room for node in self.nodes if node is not but for room in node.hub.open_rooms()]
        return any((room.epoch, room.state.seq) == (end.epoch, end.seq) for room in rooms)

    def _all_beyond_the_base(self) -> bool:
        """Whether nobody holds words that were erased since: they would be put back with the board."""
        rooms = [room for node in self.nodes for room in node.hub.open_rooms()]
        return all(room.state.seq >= self.shaky.base_seq(BOARD) for room in rooms)

    def _put_back(self, base: Snapshot) -> None:
        """The board is in the log again: what had happened until then is what whoever put it back had heard of."""
        for past in reversed(self._pasts):
            if state_bytes(fold_all(EMPTY, past[: base.seq])) == base.data:
                self.history[:] = past[: base.seq]
                return
        pytest.fail("LG6: a board was put back as it never was")

    def _truth(self) -> BoardState:
        if not self.history:
            return fold_all(EMPTY, self._pasts[-1])
        if self.state.seq > len(self.history):
            self.state = EMPTY
        return super()._truth()

    async def _kill(self, node: Node) -> None:
        if self.mortal and self._somebody_holds_it(node):
            await super()._kill(node)
            self.dead.append(node)

    def _everybody_leaves(self) -> None:
        """Not here: a room that is put away holds nothing that could be put back."""

    # -- what must hold --------------------------------------------------------------------------------------------

    async def check(self) -> None:
        final = self._truth()
        base_seq = self.shaky.base_seq(BOARD)
        records = await self.log.read(BOARD, base_seq, len(self.history) + 1)
        assert [record.data for record in records] == [entry_bytes(entry) for entry in self.history[base_seq:]]
        self._log_holds()
        for node in self.nodes:
            room = await node.hub.room(BOARD)
            assert state_bytes(room.state) == state_bytes(final), "DM2: every node holds what the log says"
            assert room.epoch == self.shaky.end(BOARD).epoch
        for phone in self.phones:
            self._view_is_right(phone, final)
            assert "missed events" not in phone.dead_lines, "HB5: no live line was left behind without its knowing"
        meters = [node.hub.meters for node in self.nodes]
        missing = [(phone.person, answer) for phone in self.phones for answer in self._missing(phone)]
        if not self.mortal:
            assert len(missing) <= sum(one.fell_out for one in meters), missing
        brought_back = sum(one.decided_again + one.put_back for one in meters)
        assert self.mortal or sum(len(self._refused_and_there(phone)) for phone in self.phones) <= brought_back

    def _ids_of(self, phone: Phone) -> set[int | None]:
        device = self.tokens.device_key(BOARD, phone.session.device)
        return {entry.id for entry in self.history if (entry.actor, entry.device) == (phone.person, device)}

    def _missing(self, phone: Phone) -> list[Accepted]:
        there = self._ids_of(phone)
        return [answer for id, answer in phone.settled.items() if isinstance(answer, Accepted) and id not in there]

    def _refused_and_there(self, phone: Phone) -> list[int]:
        """A copy was accepted on a branch that was lost and is brought back; another copy was refused meanwhile."""
        there = self._ids_of(phone)
        return [id for id, answer in phone.settled.items() if not isinstance(answer, Accepted) and id in there]


@pytest.mark.parametrize("seed", seeds(3))
@pytest.mark.parametrize("nodes", [2, 3])
def test_what_the_log_lost_is_made_good(seed: int, nodes: int, caplog: pytest.LogCaptureFixture) -> None:
    """LG6: given nodes that live, when the log loses what it will, then only what was refused again is missing."""
    play(Losses(ShakyLog(), seed, nodes, mortal=False), caplog)


@pytest.mark.parametrize("seed", seeds(3))
def test_nodes_die_while_the_log_loses_things(seed: int, caplog: pytest.LogCaptureFixture) -> None:
    """LG6: given nodes die too, when the weather clears, then all that are left agree, with each other and the log."""
    play(Losses(ShakyLog(), seed, 3, mortal=True), caplog)


async def test_who_belongs_to_a_board_that_is_lost_waits_for_it() -> None:
    """LG6: given the log does not know the board any more, and this node does not either, when somebody says hello with
    a good token, then they are asked to come back, and are let in once a node that knew it has put it back."""
    lost = Losses(ShakyLog(), 1, 2, mortal=False)
    await lost.begin()
    await lost.nodes[0].hub.room(BOARD)
    await turns(20)
    lost.lose_everything()
    phone = lost.phones[0]
    phone.connect(lost.nodes[1].edge, BOARD)
    await said_hello(phone, lost)
    assert (phone.ended, phone.line) == (None, None)
    while BOARD not in lost.shaky.boards_held:
        lost.clock.advance(500)
        await turns(20)
    phone.connect(lost.nodes[1].edge, BOARD)
    await said_hello(phone, lost)
    assert phone.session.position is not None
    for node in lost.nodes:
        await node.hub.stop()


async def said_hello(phone: Phone, lost: Losses) -> None:
    """The hello arrives and is answered."""
    assert phone.line is not None
    phone.line.carry_up()
    await turns(40)
    phone.read(100, lost.chance)
