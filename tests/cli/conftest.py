"""The command line as people call it: the real program, in a process of its own, on real folders."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest

from rebond.domain.templates import Template, board_create, read_template
from rebond.hub.clock import SystemClock
from rebond.hub.hub import Hub
from rebond.hub.meters import Meters
from rebond.hub.room import Done
from rebond.hub.settings import HubSettings
from rebond.log import Person
from rebond.log.sqlite import SqliteLog
from rebond_protocol.cards import CardAdd, CardErase, CardHide, CardTag, CardWithdraw
from rebond_protocol.commands import Command
from rebond_protocol.groups import GroupMake
from rebond_protocol.labs import KioskSet, KioskSettings
from rebond_protocol.opinions import OpinionGive, OpinionMark
from rebond_protocol.people import ParticipantJoin, ParticipantMute, ParticipantUnmute, Role
from rebond_protocol.rebounds import CardRebound
from rebond_protocol.rounds import RoundClose, RoundOpen, VoteCast, VoteMark
from rebond_protocol.stages import CardShowcase, CardStage, Showcase
from rebond_protocol.talk import CommentAdd, ReactionSet

PROGRAM = Path(sys.executable).with_name("rebond")
TEMPLATE = Path(__file__).parents[2] / "server/rebond/templates/business_model_canvas.json"
WITHIN_S = 100
MARKS_AT_THE_KIOSK: tuple[OpinionMark, ...] = ("agree", "agree", "disagree", "4", "heart")
"""What visitors of the kiosk think of the coffee corner on a lively board."""


@dataclass(frozen=True)
class Said:
    """How one call of the program ended."""

    status: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        """What it printed."""
        return self.out.decode()

    @property
    def json(self) -> Any:
        """What it printed, read as JSON: that and nothing else."""
        assert self.status == 0, self.err
        return json.loads(self.out)

    @property
    def complaint(self) -> str:
        """The one sentence it ended with: status 1, nothing printed, no traceback."""
        assert self.status == 1, f"{self.status}: {self.text} {self.err}"
        assert self.out == b""
        (line,) = self.err.splitlines()
        assert line.startswith("rebond: "), line
        return line.removeprefix("rebond: ")


class Rebond(Protocol):
    """What the `rebond` fixture gives."""

    def __call__(self, *words: object, environment: Mapping[str, str] | None = None) -> Said:
        """Calls `rebond` with these words; `environment` adds REBOND_ variables."""
        ...


@pytest.fixture
def rebond(tmp_path: Path) -> Rebond:
    """Calls the program, in a folder of the test's own."""

    def call(*words: object, environment: Mapping[str, str] | None = None) -> Said:
        own = {name: value for name, value in os.environ.items() if not name.startswith("REBOND_")}
        command = [PROGRAM, *(word if isinstance(word, bytes) else str(word) for word in words)]
        done = subprocess.run(
            command, cwd=tmp_path, env={**own, **(environment or {})}, timeout=WITHIN_S,
            stdin=subprocess.DEVNULL, capture_output=True,
        )  # fmt: skip
        return Said(done.returncode, done.stdout, done.stderr.decode())

    return call


@dataclass(frozen=True)
class Lively:
    """A data folder with a board that has seen something: ideas, a rebound, a hidden card, the bin, votes, names."""

    data: Path
    id: str = "lively"
    code: str = "KYTE7"


@pytest.fixture(scope="session")
def lively_original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder `lively` is copied from."""
    folder = tmp_path_factory.mktemp("lively") / "data"
    asyncio.run(_play(folder, erase=False))
    return folder


@pytest.fixture
def lively(lively_original: Path, tmp_path: Path) -> Lively:
    """A lively board in a folder of this test's own."""
    return Lively(shutil.copytree(lively_original, tmp_path / "lively"))


@pytest.fixture
def erased(tmp_path: Path) -> Lively:
    """As `lively`, but somebody's words were erased, so that the log begins at a summary (LG7)."""
    asyncio.run(_play(tmp_path / "erased", erase=True))
    return Lively(tmp_path / "erased")


PEOPLE: dict[str, Role] = {
    "ana": "participant", "bo": "participant", "mo": "moderator", "kit": "kiosk", "wall": "display",
}  # fmt: skip


async def _play(folder: Path, *, erase: bool) -> None:
    clock = SystemClock()
    template: Template = read_template(TEMPLATE.read_bytes())
    create = board_create(
        template, id=Lively.id, code=Lively.code, title="What would bring you back? [/b] =1+1", locale="en",
        name_asked="optional", anonymous=False, segments=None, now_ms=clock.now_ms(),
    )  # fmt: skip
    log = SqliteLog(folder)
    await log.open()
    hub = Hub(log, clock, HubSettings(), Meters())
    joins = [ParticipantJoin(id, role, "customer" if role == "participant" else None) for id, role in PEOPLE.items()]
    assert await hub.create([create, *joins], Lively.id, Lively.code) is None
    await log.put_person(Lively.id, Person("ana", "Ana", None, "ana's device"))
    await log.put_person(Lively.id, Person("bo", "Bo « le Breton »", None, None))
    room = await hub.room(Lively.id)

    async def made(actor: str, command: Command) -> str:
        outcome = await room.act(command, actor)
        assert isinstance(outcome, Done), outcome
        return outcome.made or ""

    coffee = await made("ana", CardAdd("A coffee corner ☕", create.sections[0].id))
    repair = await made("bo", CardRebound((coffee,), "extends", "…where we repair things\ntogether", "the corner"))
    rude = await made("bo", CardAdd("=cmd|' /C calc'!A0", create.sections[1].id))
    await made("mo", CardStage(rude, "idea", "calc, of all things"))
    await made("mo", CardShowcase(rude, Showcase("stars", "How much of a calc is it?")))
    await made("kit", OpinionGive(rude, "1"))
    await made("bo", CommentAdd(rude, "Not funny at all"))
    await made("mo", CardHide(rude))
    await made("kit", CardAdd("Said at the kiosk, waits for approval"))
    await made("ana", CardWithdraw(await made("ana", CardAdd("Changed my mind"))))
    await made("ana", CardTag(coffee, ("soon", "cheap"), 2))
    await made("bo", CommentAdd(coffee, "Yes, with cake 🍰"))
    await made("bo", ReactionSet(coffee, "heart"))
    await made("mo", CardStage(coffee, "design"))
    await made("mo", CardStage(coffee, "stopped", "Too dear; the [machine] was the easy part."))
    await made("mo", CardShowcase(coffee, Showcase("agree", "Would you sit here?", "a" * 64, "A table by the window")))
    for mark in MARKS_AT_THE_KIOSK:
        await made("kit", OpinionGive(coffee, mark))
    await made("mo", KioskSet(KioskSettings(idle_s=90, keyboard="azerty")))
    await made("ana", CardAdd("Un comptoir où l’on reste", lang="fr"))
    await made("mo", GroupMake((coffee, repair), "Corner"))
    await made("mo", ParticipantMute("bo"))
    await made("mo", ParticipantUnmute("bo"))
    first = await made("mo", RoundOpen("dots", 5, 3, title="First pass"))
    await made("ana", VoteCast(first, repair, 3))
    await made("bo", VoteCast(first, coffee, 2))
    await made("mo", RoundClose(first))
    stars = await made("mo", RoundOpen("stars", title="How much"))
    await made("ana", VoteMark(stars, coffee, (4,)))
    await made("mo", RoundClose(stars))
    secret = await made("mo", RoundOpen("dots", 5, secret=True))
    await made("ana", VoteCast(secret, coffee, 4))
    if erase:
        await made("mo", CardErase(rude))
    await hub.stop()
    await log.close()
