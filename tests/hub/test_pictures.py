"""Pictures that no card shows any more are let go of (LG7)."""

from __future__ import annotations

from collections.abc import Collection

from rebond.hub.deciding import Done
from rebond.hub.pictures import UNSHOWN_MS, let_go, name_of, picture_of
from rebond.log import LogUnavailable, Record, Snapshot
from rebond.log.memory import MemoryLog
from rebond_protocol.cards import CardErase
from rebond_protocol.stages import CardShowcase, PictureId, Showcase
from tests.hub.stage import Stage
from tests.simulation.world import turns

MODERATOR = "mo"
OLD, NEW, SHOWN = "0" * 64, "1" * 64, "2" * 64


async def put(stage: Stage, picture: PictureId, age_ms: int = 0) -> None:
    """This picture came so long ago."""
    at_ms = stage.clock.now_ms() - age_ms
    await stage.log.put_picture("b1", name_of(picture, 480), b"small", at_ms)
    await stage.log.put_picture("b1", name_of(picture, 1080), b"large", at_ms)


async def there(stage: Stage) -> set[PictureId]:
    """Which pictures the log has."""
    return {picture_of(row.name) for row in await stage.log.pictures("b1")}


async def shows(stage: Stage, picture: PictureId | None, text: str = "in the window") -> str:
    """A card with this picture."""
    card = await stage.adds("ana", text)
    done = await stage.does(MODERATOR, CardShowcase(card, Showcase(picture=picture, alternative="what it shows")))
    assert isinstance(done, Done), done
    return card


async def test_what_no_card_shows_waits_an_hour_and_goes() -> None:
    """LG7: given pictures that came an hour ago or just now, shown or not, when pictures are let go of, then the old
    one that nobody shows is gone, in every width, and the others are there."""
    stage = await Stage().begin()
    for picture, age_ms in ((OLD, UNSHOWN_MS + 1), (NEW, UNSHOWN_MS - 1), (SHOWN, 50 * UNSHOWN_MS)):
        await put(stage, picture, age_ms)
    await shows(stage, SHOWN)
    kept = await let_go(stage.log, "b1", stage.room.state, stage.clock.now_ms())
    assert kept == await there(stage) == {NEW, SHOWN}
    assert len(await stage.log.pictures("b1")) == 4


async def test_the_picture_of_an_erased_card_goes_with_its_words() -> None:
    """LG7: given cards with pictures put a moment ago, two with the same, when they are erased one by one, then a
    picture is gone, before the answer, with the last card that shows it; what waits for a card stays."""
    stage = await Stage().begin()
    for picture in (OLD, NEW, SHOWN):
        await put(stage, picture)
    alone, first, last = await shows(stage, OLD), await shows(stage, SHOWN, "one"), await shows(stage, SHOWN, "two")
    for erased, left in ((alone, {NEW, SHOWN}), (first, {NEW, SHOWN}), (last, {NEW})):
        assert isinstance(await stage.does("ana", CardErase(erased)), Done)
        assert await there(stage) == left


class StubbornLog(MemoryLog):
    """Will not let go of anything for a while."""

    refuses = True
    keeps_words = True

    async def compact(self, board: str, base: Snapshot, last: Record | None = None) -> None:
        if self.refuses and self.keeps_words:
            raise LogUnavailable("The disk is full of sand.")
        await super().compact(board, base, last)

    async def erase_pictures(self, board: str, names: Collection[str]) -> None:
        if self.refuses:
            raise LogUnavailable("The disk is full of sand.")
        await super().erase_pictures(board, names)


async def test_a_picture_that_could_not_be_erased_is_at_the_next_beat() -> None:
    """LG7: given the log cannot erase a picture when its card is, then commands go on, and a later beat makes it
    good, whether the words had gone by then or not."""
    log = StubbornLog()
    stage = await Stage(log).begin()
    await put(stage, SHOWN)
    card = await shows(stage, SHOWN)
    assert isinstance(await stage.does("ana", CardErase(card)), Done)
    await shows(stage, None, "life goes on")
    assert await there(stage) == {SHOWN}
    log.keeps_words = False
    stage.room.beat()
    await turns(10)
    assert await there(stage) == {SHOWN}
    log.refuses = False
    stage.room.beat()
    await turns(10)
    assert await there(stage) == set()


async def test_who_opens_a_board_finds_what_was_left_undone() -> None:
    """LG7: given a node that ended between erasing a card and what goes with it, when another opens the board, then the
    words and the picture go; what waits for a card stays."""
    log = StubbornLog()
    stage = await Stage(log).begin()
    for picture in (SHOWN, NEW):
        await put(stage, picture)
    card = await shows(stage, SHOWN)
    await stage.does("ana", CardErase(card))
    log.refuses = False
    await stage.beside()
    await turns(10)
    assert await there(stage) == {NEW}
    assert await log.base("b1") is not None
