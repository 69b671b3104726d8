"""Boards out of where they are kept and into it: `rebond export`, `rebond import`.

What the audience sees goes out as json, csv or md; everything, to move a board as it is, as log (ADR 0008).
"""

import io
import sys
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from rebond.cli import logfile
from rebond.cli.boards import print_made
from rebond.cli.endings import fail, readable, reason, refused
from rebond.cli.folder import (
    BEGINS_LATER,
    AsJson,
    BaseUrl,
    DataFolder,
    Promised,
    RedisPlace,
    base_url_of,
    board_record,
    board_state,
    operators_config,
    pages,
    reading,
    run,
    tokens_of,
    writing,
)
from rebond.config import Config
from rebond.domain import project
from rebond.domain.fold import fold_all
from rebond.domain.importing import facts_from_view, unfit_for_import
from rebond.domain.people import holder
from rebond.domain.state import EMPTY, BoardState
from rebond.hub.clock import SystemClock
from rebond.log import BoardRecord, CodeTaken, Log, LogReader, Person, Record
from rebond.web import kept
from rebond.web.auth import Tokens
from rebond.web.creation import HOLDERS, door_of, fresh_code, handed_out
from rebond.web.exports import EXPORT_VERSION, FORMATS, BoardExport
from rebond_protocol.boards import BoardCreated
from rebond_protocol.codec import entry_bytes
from rebond_protocol.entries import EVENTS_VERSION, Entry
from rebond_protocol.errors import Rejected
from rebond_protocol.events import Event
from rebond_protocol.http import BoardMade, NewBoard
from rebond_protocol.people import ParticipantJoined, Role

LOG = "log"
AUDIENCES: dict[str, Role] = {"moderator": "moderator", "participant": "participant"}

# -- export --------------------------------------------------------------------------------------------------------


def export(
    ref: Annotated[str, typer.Argument(metavar="BOARD", help="Join code or id.")],
    data: DataFolder = None,
    redis: RedisPlace = None,
    format: Annotated[
        str, typer.Option(help="json, csv, md: what the audience sees. log: everything, to move it.")
    ] = "json",
    audience: Annotated[str, typer.Option("--as", help="For whom: moderator or participant.")] = "moderator",
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="File to write; standard output when left out.")
    ] = None,
) -> None:
    """Write a board out."""
    if format not in (*FORMATS, LOG):
        fail(f"--format is json, csv, md or log, not {format!r}.")
    if audience not in AUDIENCES:
        fail(f"--as is moderator or participant, not {audience!r}.")
    config = operators_config(data, redis)
    content = run(lambda: _exported(config, ref, format, AUDIENCES[audience]))
    if out is None:
        sys.stdout.buffer.write(content)
        return
    try:
        out.write_bytes(content)
    except OSError as error:
        fail(f"{out} cannot be written: {reason(error)}.")


async def _exported(config: Config, ref: str, format: str, role: Role) -> bytes:
    async with reading(config) as log:
        record = await board_record(log, ref)
        if format == LOG:
            return await _exported_log(log, record)
        state = await board_state(log, record)
        names = {person.participant: person.name for person in await log.people(record.id) if person.name}
        if state.about is None:
            fail(f"Board {record.code} never began; there is nothing to export.")
        view = project.snapshot(state, project.AUDIENCES[role], names)
        return FORMATS[format].make(view, state.about, SystemClock().now_ms())


async def _exported_log(log: LogReader, record: BoardRecord) -> bytes:
    if await log.base(record.id) is not None:
        fail(f"Of board {record.code}, {BEGINS_LATER}, so there is no whole log to export. Export it as json instead.")
    entries = [entry async for page in pages(log, record) for entry in page]
    people = tuple(person for person in await log.people(record.id) if kept.is_somebody(person))
    pictures = [
        logfile.Picture(row.name, row.at_ms, data)
        for row in await log.pictures(record.id)
        if (data := await log.picture(record.id, row.name)) is not None
    ]
    head = logfile.Head(
        logfile.LOG_FILE_VERSION, record.id, record.code, record.created_ms, len(entries), people, len(pictures)
    )
    return b"".join(logfile.lines(head, entries, pictures))


# -- import --------------------------------------------------------------------------------------------------------


class _Incoming(msgspec.Struct, frozen=True):
    """A board as it will be stored."""

    record: BoardRecord
    entries: list[Entry]
    people: tuple[Person, ...]
    holders: dict[Role, str]
    """Who the links that are handed out belong to."""
    pictures: tuple[logfile.Picture, ...] = ()


def import_(
    file: Annotated[Path, typer.Argument(help="What `rebond export` wrote, as json or log.")],
    data: DataFolder = None,
    redis: RedisPlace = None,
    durability: Promised = "fsync",
    base_url: BaseUrl = None,
    passphrase: Annotated[
        str | None, typer.Option(help="A new one, for a board that asks for one: no export has the old.")
    ] = None,
    copy: Annotated[
        bool, typer.Option("--copy", help="Another board, beside the one whose log this is and that is here already.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make a board of an exported one and print its links."""
    try:
        content = file.read_bytes()
    except OSError as error:
        fail(f"{file} cannot be read: {reason(error)}.")
    config = operators_config(data, redis, durability)
    read = _read_log if logfile.begins(content) else _read_view

    async def work() -> BoardMade:
        incoming = await _with_door(read(content), passphrase)  # before anything is written: rubbish leaves no trace
        async with writing(config) as log:
            link = base_url_of(base_url, config)
            placed = await _placed(log, incoming, link, as_copy=copy)
            return await _stored(log, await tokens_of(config, log), placed, link)

    print_made(run(work), as_json)


def _read_log(content: bytes) -> _Incoming:
    """The very same board: its entries, its ballots and its people."""
    file = io.BytesIO(content)
    try:
        head = logfile.read_head(file)
        entries = list(logfile.read_entries(file, head))
        pictures = tuple(logfile.read_pictures(file, head))
    except logfile.NotALog as error:
        fail(str(error))
    record = BoardRecord(head.id, head.code, head.created_ms, SystemClock().fresh_id())
    return msgspec.structs.replace(_whole(record, entries, head.people), pictures=pictures)


def _read_view(content: bytes) -> _Incoming:
    """A new board with what the export shows."""
    try:
        exported = msgspec.json.decode(content, type=BoardExport)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        fail(f"This is not an export of a board: {error}. Give a file that `rebond export` wrote as json or log.")
    if exported.rebond_export != EXPORT_VERSION:
        fail(f"The file was written by another version ({exported.rebond_export}); update rebond.")
    view = exported.board
    unfit = unfit_for_import(view)
    if unfit is not None:
        fail(f"This export was changed by hand into something no board can be: {unfit}.")
    if view.rounds or view.reactions or view.opinions:
        typer.echo(
            "Votes, reactions and opinions are in no export but the log; this board starts without them.", err=True
        )
    if view.lab or any(one.picture for one in view.showcases.values()):
        typer.echo("Pictures and the other boards of a lab are in no export; put them there again.", err=True)
    clock = SystemClock()
    id, code, now_ms = clock.fresh_id(), fresh_code(), clock.now_ms()
    events = [_as_joined(event, exported) for event in facts_from_view(view, id, code, now_ms)]
    events += [ParticipantJoined(clock.fresh_id(), role, None, now_ms) for role in HOLDERS]
    entries = [Entry(EVENTS_VERSION, seq, now_ms, None, None, None, (event,)) for seq, event in enumerate(events, 1)]
    people = tuple(Person(one.participant, one.name, None, None) for one in view.participants if one.name)
    return _whole(BoardRecord(id, code, now_ms, clock.fresh_id()), entries, people)


def _as_joined(event: Event, exported: BoardExport) -> Event:
    """The board's beginning also says what joining asks."""
    if not isinstance(event, BoardCreated):
        return event
    about = msgspec.structs.replace(
        event.about, name_asked=exported.name_asked, access=exported.access, email_asked=exported.email_asked
    )
    return msgspec.structs.replace(event, about=about)


async def _with_door(incoming: _Incoming, passphrase: str | None) -> _Incoming:
    """The board with its new passphrase; without one, where one is asked for, nobody could ever come in."""
    events = (event for entry in incoming.entries for event in entry.events)
    began = next(event for event in events if isinstance(event, BoardCreated))
    if began.about.access == "passphrase" and passphrase is None:
        fail("This board asks for a passphrase, and no export has it. Give it a new one with --passphrase.")
    wish = NewBoard(
        began.about.title, access=began.about.access, passphrase=readable(passphrase) if passphrase else None
    )
    door = await door_of(wish)
    if isinstance(door, Rejected):
        refused(door)
    return incoming if door is None else msgspec.structs.replace(incoming, people=(*incoming.people, door))


def _whole(record: BoardRecord, entries: list[Entry], people: tuple[Person, ...]) -> _Incoming:
    """The board, if these entries make one that can be moderated."""
    state = fold_all(EMPTY, entries)
    if state.about is None:
        fail("The file does not say how the board begins; it is not a whole board.")
    return _Incoming(record, entries, people, {role: _holder(state, role) for role in HOLDERS})


def _holder(state: BoardState, role: Role) -> str:
    found = holder(state, role)
    if found is None:
        fail(f"The file has nobody with the role {role}; it is not a whole board.")
    return found


async def _placed(log: LogReader, incoming: _Incoming, base_url: str, *, as_copy: bool) -> _Incoming:
    """The board under the id and the code that it will have here. One that is here already is not made again unasked:
    its people would be on two boards of one name, without knowing."""
    record = incoming.record
    here = await log.find(record.id)
    if here is not None and not as_copy:
        fail(
            f"This board is here already: {base_url}/j/{here.code} (id {here.id}). Nothing was imported. To have "
            "another one beside it as the file has it, with a join code and links of its own, add --copy."
        )
    id = record.id if here is None else SystemClock().fresh_id()
    code = record.code if await log.find(record.code) is None else fresh_code()
    if here is None and code != record.code:
        typer.echo(f"The join code {record.code} is another board's here; this one has {code}.", err=True)
    return msgspec.structs.replace(incoming, record=BoardRecord(id, code, record.created_ms, record.epoch))


async def _stored(log: Log, tokens: Tokens, incoming: _Incoming, base_url: str) -> BoardMade:
    """Write the board; its links."""
    clock, record = SystemClock(), incoming.record
    entries = [logfile.renamed(entry, record.id, record.code) for entry in incoming.entries]
    try:
        await log.create(record, [Record(entry.seq, entry_bytes(entry)) for entry in entries])
    except CodeTaken:
        fail(f"The join code {record.code} was taken meanwhile. Run the same command again.")
    for person in incoming.people:
        await log.put_person(record.id, person)
    for one in incoming.pictures:
        await log.put_picture(record.id, one.name, one.data, one.at_ms)
    return handed_out(tokens, record.id, record.code, incoming.holders, clock.now_ms(), base_url)
