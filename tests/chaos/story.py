"""One round of chaos: a fresh town, people at work on several boards, faults by a seeded schedule, calm, and a check.

Lives here: the order of things. What breaks is `faults`'s, what people do `people`'s, what has to hold `tests.proof`'s.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

from rebond.log import LogError, LogReader, UnknownBoard
from rebond_client.http import create_board, join, new_device
from rebond_client.refused import Refused
from rebond_protocol.codec import read_entry
from rebond_protocol.frames import Position
from rebond_protocol.http import BoardMade
from tests.chaos.faults import Fault
from tests.chaos.people import Crowd, Person
from tests.chaos.town import Kind, NeverReady, Town, until
from tests.proof import history
from tests.proof.checker import Verdict, check
from tests.proof.history import HistoryFile, HistoryWriter
from tests.proof.recorder import RecordedBoard, Recorder, Way

Answer = TypeVar("Answer")

CALM_WITHIN_S: Final = 150.0
"""When all is mended, everybody is up to date by then, or never will be."""
GAP_S: Final = (0.2, 1.5)
"""Between one fault's end and the next one's beginning, in each lane."""
PAGE_ENTRIES: Final = 1_000


@dataclass(frozen=True)
class Plan:
    """What a round is made of."""

    kind: Kind
    seed: str
    seconds: float
    faults: Sequence[Fault]
    boards: int = 3
    people: int = 5
    """On each board from the beginning, beside the facilitator and the wall."""
    late: int = 2
    """So many more join each board while things break."""
    pause_s: float = 0.25
    """Between two things a phone does, on average."""
    patience: float = 0.2


@dataclass
class Told:
    """How a round ended."""

    verdict: Verdict
    complaints: list[str] = field(default_factory=list[str])
    """What went wrong in the town itself: a node that logged a traceback, or never came back."""
    history: Path | None = None

    @property
    def sound(self) -> bool:
        """Whether everything held."""
        return self.verdict.sound and not self.complaints


async def told(plan: Plan, folder: Path, progress: Callable[[Recorder, str], None]) -> Told:
    """Play a round in this folder, empty or not there yet, and check what it left behind."""
    path = folder / "history.jsonl"
    complaints: list[str] = []
    with HistoryWriter(path) as writer:
        town = Town(plan.kind, folder)
        recorder = Recorder(writer, town.tokens.device_key)
        with _hanging(complaints):
            async with town.open():
                round = _Round(plan, town, recorder, progress)
                with _hanging(complaints):
                    await round.play()
                await round.keep_logs()
        complaints += town.complaints()
    return Told(await asyncio.to_thread(check, HistoryFile(path)), complaints, path)


@contextlib.contextmanager
def _hanging(complaints: list[str]) -> Generator[None, None, None]:
    """What does not come about in a town is told like everything else, and what is left of its history checked."""
    try:
        yield
    except (NeverReady, TimeoutError, LogError) as hung:
        complaints.append(f"The town hung: {str(hung) or repr(hung)}")


class _Round:
    def __init__(self, plan: Plan, town: Town, recorder: Recorder, progress: Callable[[Recorder, str], None]) -> None:
        self._plan = plan
        self._town = town
        self._recorder = recorder
        self._progress = progress
        self._chance = random.Random(plan.seed)
        way = Way([node.url for node in town.nodes], plan.patience)
        self._crowd = Crowd(recorder, way, plan.seed, plan.pause_s, asyncio.Event())
        self._whole = {"nodes": asyncio.Lock(), "redis": asyncio.Lock()}
        self._boards: list[BoardMade] = []

    async def play(self) -> None:
        """From the first board until everybody stands still."""
        self._boards = [await self._a_board(number) for number in range(self._plan.boards)]
        self._town.boards = [made.id for made in self._boards]
        living = [asyncio.create_task(self._crowd.lives(person)) for person in self._crowd.everybody]
        for made in self._boards:
            living += [asyncio.create_task(self._comes_late(made, number)) for number in range(self._plan.late)]
        try:
            await self._everybody_is_in()
            await self._breaks()
            await self._town.mend()
            self._crowd.over.set()
            self._progress(self._recorder, "calm")
            await self._everybody_is_answered(living)
            await self._stand()
        finally:
            for task in living:
                task.cancel()
            await asyncio.gather(*living, return_exceptions=True)
            await asyncio.gather(*(phone.__aexit__(None, None, None) for phone in self._phones()))

    async def _everybody_is_answered(self, living: Sequence[asyncio.Task[None]]) -> None:
        done, waiting = await asyncio.wait(living, timeout=CALM_WITHIN_S)
        for task in done:
            task.result()
        if waiting:
            unsaid = {phone.recorded.name: list(phone.session.unanswered) for phone in self._phones()}
            names = ", ".join(f"{name}: {ids}" for name, ids in unsaid.items() if ids)
            raise NeverReady(f"{CALM_WITHIN_S:g} s after all was mended some commands have no answer ({names})")

    # -- coming in -------------------------------------------------------------------------------------------------

    async def _a_board(self, number: int) -> BoardMade:
        node = self._town.nodes[number % len(self._town.nodes)].url
        made = await _in_the_end(
            CALM_WITHIN_S,
            lambda: create_board(node, f"Board {number}", template="retrospective"),
            f"{node} made no board",
        )
        facilitator = Person(f"b{number}.facilitator", made.id, made.tokens.moderator, "moderator")
        wall = Person(f"b{number}.wall", made.id, made.tokens.display, "display")
        self._crowd.everybody += [facilitator, wall]
        for guest in range(self._plan.people):
            name = f"{'Guest' if guest == 0 else 'Host'} {guest}"
            joined = await self._joined(made, name)
            person = Person(f"b{number}.p{guest}", made.id, joined, "participant")
            self._crowd.everybody.append(person)
            if guest == 1:  # a phone and a laptop
                self._crowd.everybody.append(Person(f"b{number}.p{guest}.b", made.id, joined, "participant"))
        return made

    async def _comes_late(self, made: BoardMade, number: int) -> None:
        """Somebody joins in the middle of it, and stays."""
        await asyncio.sleep(self._chance.uniform(0, self._plan.seconds))
        name = f"{made.code.lower()}.late{number}"
        token = await self._joined(made, f"Late {number}")
        person = Person(name, made.id, token, "participant")
        self._crowd.everybody.append(person)
        await self._crowd.lives(person)

    async def _joined(self, made: BoardMade, name: str) -> str:
        """The token of somebody who joined, at whichever node lets them; asked again, they are still the same. Raises
        `NeverReady` where none does though all has been mended."""
        device = new_device()
        joined = await _in_the_end(
            self._plan.seconds + CALM_WITHIN_S,
            lambda: join(self._chance.choice(self._crowd.way.nodes), made.code, name=name, device=device),
            f"{name} could not join {made.code} at any node",
        )
        return joined.token

    async def _everybody_is_in(self) -> None:
        async with asyncio.timeout(CALM_WITHIN_S):
            while not all(person.participant for person in self._crowd.everybody):
                await self._next_line()

    async def _next_line(self) -> None:
        """Until somebody is told or says something."""
        heard = asyncio.Event()
        self._recorder.changed = heard.set
        await heard.wait()

    # -- breaking --------------------------------------------------------------------------------------------------

    async def _breaks(self) -> None:
        """Both lanes at work, until the time is over; whatever is under way is finished."""
        over = asyncio.get_running_loop().time() + self._plan.seconds
        lanes = [asyncio.create_task(self._lane(lane, over)) for lane in ("nodes", "redis")]
        try:
            await asyncio.gather(*lanes)
        finally:
            for lane in lanes:
                lane.cancel()

    async def _lane(self, lane: str, over: float) -> None:
        chance = random.Random(f"{self._plan.seed} {lane}")
        mine = [fault for fault in self._plan.faults if fault.lane == lane or (lane, fault.lane) == ("redis", "alone")]
        bag: list[Fault] = []
        while asyncio.get_running_loop().time() < over:
            self._progress(self._recorder, "")
            await asyncio.sleep(chance.uniform(*GAP_S))
            if not mine:
                continue
            bag = bag or _shuffled(mine, chance)
            fault = bag.pop()
            async with self._nothing_else(lane, fault):
                await fault.happens(self._town, chance, lambda what, kind=fault.kind: self._note(kind, what))

    @contextlib.asynccontextmanager
    async def _nothing_else(self, lane: str, fault: Fault) -> AsyncGenerator[None, None]:
        """While this fault lasts: nothing else in its lane, and nothing else at all where it has to be alone."""
        async with self._whole[lane]:
            if fault.lane != "alone":
                yield
                return
            async with self._whole["nodes"]:
                await self._town.mend()
                await self._everybody_is_up_to_date()
                yield
                await self._everybody_stands_in_the_log()
                await self._everybody_is_up_to_date()

    def _note(self, kind: str, what: str) -> None:
        self._recorder.write(history.Fault(at_ms=self._recorder.now_ms, kind=kind, what=what))
        self._progress(self._recorder, kind)

    async def _everybody_is_up_to_date(self) -> None:
        """Every phone has a line, and every node with phones has heard of what was said before now."""
        async with asyncio.timeout(CALM_WITHIN_S):
            for made in self._boards:
                phones = [phone for phone in self._phones() if phone.recorded.board == made.id]
                seq = max((phone.session.position.seq for phone in phones if phone.session.position), default=0)
                while not all(_is_at(phone, seq) for phone in phones if not phone.recorded.gone):
                    await self._next_line()

    async def _everybody_stands_in_the_log(self) -> None:
        """Every node with phones has noticed what its log lost and made it good (LG6): until then it alone may hold a
        board, and may not be broken, too. A phone that nobody told of the loss looks up to date."""
        await until(self._all_in_the_epoch_of_the_log)

    async def _all_in_the_epoch_of_the_log(self) -> bool:
        try:
            ends = await self._ends()
        except LogError:  # a board is not there again yet
            return False
        there = [(phone.session.position, ends[phone.recorded.board]) for phone in self._phones()]
        return all(position is not None and position.epoch == end.epoch for position, end in there)

    # -- the end ---------------------------------------------------------------------------------------------------

    def _phones(self) -> list[RecordedBoard]:
        phones = [phone for person in self._crowd.everybody for phone in person.phones]
        return [phone for phone in phones if not phone.recorded.gone]

    async def _stand(self) -> None:
        """Everybody reaches the end of the log; where somebody does not, the checker says who."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CALM_WITHIN_S):
                ends = await self._ends()
                while not all(phone.session.position == ends[phone.recorded.board] for phone in self._phones()):
                    try:
                        await asyncio.wait_for(self._next_line(), 1.0)
                    except TimeoutError:
                        ends = await self._ends()
        for phone in self._phones():
            phone.recorded.stand()

    async def _ends(self) -> dict[str, Position]:
        if not self._town.redis:  # one node, one log: whoever is furthest is at its end, or ahead of what is told
            return {made.id: self._furthest(made.id) for made in self._boards}
        async with self._town.log_itself() as log:
            ends = {made.id: await log.position(made.id) for made in self._boards}
        return {board: Position(end.epoch, end.seq) for board, end in ends.items()}

    def _furthest(self, board: str) -> Position:
        there = [phone.session.position for phone in self._phones() if phone.recorded.board == board]
        return max((one for one in there if one is not None), key=lambda one: one.seq)

    async def keep_logs(self) -> None:
        """Write down what the log itself holds. Raises `LogError`."""
        async with self._town.log_itself() as log:
            for made in self._boards:
                with contextlib.suppress(UnknownBoard):  # the checker will miss it
                    await _keep_log(log, made.id, self._recorder)


async def _in_the_end(within_s: float, ask: Callable[[], Awaitable[Answer]], never: str) -> Answer:
    """What a node answers, asked for again where it was in no state to. Raises `NeverReady` with these words."""
    answers: list[Answer] = []

    async def is_answered() -> bool:
        with contextlib.suppress(OSError, Refused):
            answers.append(await ask())
        return bool(answers)

    try:
        await until(is_answered, within_s)
    except TimeoutError:
        raise NeverReady(never) from None
    return answers[0]


def _shuffled(faults: Sequence[Fault], chance: random.Random) -> list[Fault]:
    """In random order, but that what only few kinds of towns can suffer is last, and so taken first: a short round has
    time for little."""
    return sorted(chance.sample(faults, len(faults)), key=lambda fault: -len(fault.towns))


def _is_at(phone: RecordedBoard, seq: int) -> bool:
    position = phone.session.position
    return phone.session.online and position is not None and position.seq >= seq


async def _keep_log(log: LogReader, board: str, recorder: Recorder) -> None:
    """Write down what this board's log holds."""
    end, base = await log.position(board), await log.base(board)
    names = {person.participant: person.name for person in await log.people(board) if person.name}
    where = Position(end.epoch, end.seq)
    if base is None:
        recorder.write(history.Kept(board=board, position=where, names=names))
    else:
        recorder.write(
            history.Kept(
                board=board, position=where, names=names,
                base_seq=base.seq, base_version=base.version, base=base.data,
            )
        )  # fmt: skip
    after = base.seq if base is not None else 0
    while page := await log.read(board, after, PAGE_ENTRIES):
        for record in page:
            recorder.write(history.Stored(board=board, entry=read_entry(record.data)))
        after = page[-1].seq
