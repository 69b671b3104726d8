"""Commands about boards in a data folder: new, list, export, import, replay.

Looking needs no lock and works beside a running server. Changing needs the folder for oneself; `board new --url` asks a
running server instead.
"""

import asyncio
import io
import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any, TypeVar

import msgspec
import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from rebond import app as composition
from rebond.cli import logfile
from rebond.cli.endings import fail
from rebond.domain import project
from rebond.domain.fold import fold_all, fold_entry
from rebond.domain.importing import facts_from_view
from rebond.domain.state import EMPTY, STATE_VERSION, BoardState, read_state, state_bytes
from rebond.hub.clock import SystemClock
from rebond.hub.hub import Hub
from rebond.hub.loading import load_state
from rebond.hub.meters import Meters
from rebond.hub.settings import HubSettings
from rebond.log import BoardRecord, CodeTaken, Log, LogError, LogReader, Person, Record
from rebond.log.sqlite import ReadOnlySqliteLog, SqliteLog
from rebond.web.auth import Tokens
from rebond.web.creation import HOLDERS, fresh_code, handed_out, make_board
from rebond.web.exports import FORMATS, BoardExport
from rebond_protocol.boards import Locale
from rebond_protocol.codec import Format, encode, entry_bytes, read_entry
from rebond_protocol.entries import EVENTS_VERSION, Entry
from rebond_protocol.errors import Rejected
from rebond_protocol.http import BoardMade, BoardRow, NewBoard
from rebond_protocol.people import ParticipantJoined, Role

board = typer.Typer(help="Boards in a data folder.", no_args_is_help=True)

DataFolder = Annotated[Path, typer.Option(help="Folder that keeps the boards.")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs: JSON, and nothing else.")]
BaseUrl = Annotated[str, typer.Option("--base-url", help="Where people reach the server; stands in the links.")]

PAGE_ENTRIES = 1_000
LOCAL_URL = "http://localhost:8000"

T = TypeVar("T")


# -- new, list -----------------------------------------------------------------------------------------------------


@board.command("new")
def new(
    title: Annotated[str, typer.Argument(help="The question or title of the board.")],
    template: Annotated[str, typer.Option(help="What the board starts from.")] = "brainstorm",
    locale: Annotated[str, typer.Option(help="fr or en.")] = "en",
    anonymous: Annotated[bool, typer.Option(help="No names, no authors.")] = False,
    data: DataFolder = Path("data"),
    url: Annotated[
        str | None, typer.Option(help="Ask the server at this address instead of opening the folder.")
    ] = None,
    base_url: BaseUrl = LOCAL_URL,
    as_json: AsJson = False,
) -> None:
    """Make a board and print its code and links."""
    if locale not in ("fr", "en"):
        fail(f"--locale is fr or en, not {locale!r}.")
    wish = NewBoard(title, template, _locale(locale), anonymous=anonymous)
    made = _asked(url, wish) if url is not None else _run(lambda: _new(data, wish, base_url))
    _print_made(made, as_json)


def _locale(word: str) -> Locale:
    return "fr" if word == "fr" else "en"


async def _new(data: Path, wish: NewBoard, base_url: str) -> BoardMade:
    tokens = _tokens(data)
    async with _writing(data) as log:
        hub = Hub(log, SystemClock(), HubSettings(), Meters())
        made = await make_board(hub, tokens, composition.templates(data), wish, base_url.rstrip("/"))
    if isinstance(made, Rejected):
        fail(_sentence(made.row.message, made.details))
    return made


def _asked(url: str, wish: NewBoard) -> BoardMade:
    """A board made by the running server at this address."""
    headers = {"Content-Type": "application/json"}
    admin_token = os.environ.get("REBOND_ADMIN_TOKEN")
    if admin_token:
        headers["Authorization"] = f"Bearer {admin_token}"
    request = urllib.request.Request(url.rstrip("/") + "/api/boards", encode(wish, Format.JSON), headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return msgspec.json.decode(response.read(), type=BoardMade)
    except urllib.error.HTTPError as error:
        problem = json.loads(error.read())
        fail(_sentence(problem["message"], problem.get("details")))
    except (urllib.error.URLError, OSError, ValueError) as error:
        fail(f"No Rebond answers at {url}: {getattr(error, 'reason', error)}. Check the address, or leave --url out.")


def _print_made(made: BoardMade, as_json: bool) -> None:
    if as_json:
        typer.echo(encode(made, Format.JSON))
        return
    typer.echo(f"Code          {made.code}")
    typer.echo(f"Participants  {made.links.participant}")
    typer.echo(f"Moderator     {made.links.moderator}")
    typer.echo(f"Wall          {made.links.wall}")
    typer.echo(f"Kiosk         {made.links.kiosk}")


@board.command("list")
def list_(data: DataFolder = Path("data"), as_json: AsJson = False) -> None:
    """Say which boards there are."""
    rows = _run(lambda: _rows(data))
    if as_json:
        typer.echo(encode(rows, Format.JSON))
        return
    table = Table("code", "title", "cards", "entries", "id")
    for row in rows:
        table.add_row(row.code, row.title, str(row.cards), str(row.entries), row.id)
    Console().print(table)


async def _rows(data: Path) -> list[BoardRow]:
    async with _reading(data) as log:
        rows: list[BoardRow] = []
        for record in await log.boards():
            state, _, _ = await load_state(log, record.id)
            rows.append(BoardRow(record.id, record.code, state.title, record.created_ms, state.seq, len(state.cards)))
        return rows


# -- export, import ------------------------------------------------------------------------------------------------


def export(
    ref: Annotated[str, typer.Argument(metavar="BOARD", help="Join code or id.")],
    data: DataFolder = Path("data"),
    format: Annotated[
        str, typer.Option(help="json, csv, md: what the audience sees. log: everything, to move it.")
    ] = "json",
    audience: Annotated[str, typer.Option("--as", help="For whom: moderator or participant.")] = "moderator",
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="File to write; standard output when left out.")
    ] = None,
) -> None:
    """Write a board out."""
    audiences: dict[str, Role] = {"moderator": "moderator", "participant": "participant"}
    if format not in (*FORMATS, "log"):
        fail(f"--format is json, csv, md or log, not {format!r}.")
    if audience not in audiences:
        fail(f"--as is moderator or participant, not {audience!r}.")
    content = _run(lambda: _exported(data, ref, format, audiences[audience]))
    if out is None:
        sys.stdout.buffer.write(content)
    else:
        out.write_bytes(content)


async def _exported(data: Path, ref: str, format: str, role: Role) -> bytes:
    async with _reading(data) as log:
        record = await _record(log, ref)
        if format == "log":
            return await _exported_log(log, record)
        state, _, _ = await load_state(log, record.id)
        names = {person.participant: person.name for person in await log.people(record.id) if person.name}
        view = project.snapshot(state, project.AUDIENCES[role], names)
        return FORMATS[format].make(view, SystemClock().now_ms())


async def _exported_log(log: LogReader, record: BoardRecord) -> bytes:
    if await log.base(record.id) is not None:
        fail("Words were erased from this board, and its log now begins at a summary. Export it as json instead.")
    entries = [entry async for page in _pages(log, record.id) for entry in page]
    people = tuple(await log.people(record.id))
    head = logfile.Head(logfile.LOG_FILE_VERSION, record.id, record.code, record.created_ms, len(entries), people)
    return b"".join(logfile.lines(head, entries))


def import_(
    file: Annotated[Path, typer.Argument(help="What `rebond export` wrote, as json or log.")],
    data: DataFolder = Path("data"),
    base_url: BaseUrl = LOCAL_URL,
    as_json: AsJson = False,
) -> None:
    """Make a board of an exported one and print its links."""
    try:
        content = file.read_bytes()
    except OSError as error:
        fail(f"{file} cannot be read: {error.strerror}.")
    first_line = content.partition(b"\n")[0]
    restore = _import_log if b'"rebond_log"' in first_line[:40] else _import_view
    made = _run(lambda: restore(content, data, base_url.rstrip("/")))
    _print_made(made, as_json)


async def _import_log(content: bytes, data: Path, base_url: str) -> BoardMade:
    """The very same board: its entries, ballots and people; under another id and code where those are taken."""
    file = io.BytesIO(content)
    head = logfile.read_head(file)
    tokens, clock = _tokens(data), SystemClock()
    entries = list(logfile.read_entries(file, head))
    async with _writing(data) as log:
        taken = await log.find(head.id) or await log.find(head.code)
        id = clock.fresh_id() if taken else head.id
        code = fresh_code() if taken else head.code
        entries = [logfile.renamed(entry, id, code) for entry in entries]
        state = fold_all(EMPTY, entries)
        return await _restored(log, tokens, id, code, entries, state, head.people, base_url)


async def _import_view(content: bytes, data: Path, base_url: str) -> BoardMade:
    """A new board with what the export shows."""
    try:
        exported = msgspec.json.decode(content, type=BoardExport)
    except msgspec.DecodeError as error:
        fail(f"This is not an export of a board: {error}. Give a file that `rebond export` wrote as json or log.")
    tokens, clock = _tokens(data), SystemClock()
    id, code, now_ms = clock.fresh_id(), fresh_code(), clock.now_ms()
    events = facts_from_view(exported.board, id, code, now_ms)
    events += [ParticipantJoined(clock.fresh_id(), role, None, now_ms) for role in HOLDERS]
    entries = [Entry(EVENTS_VERSION, seq, now_ms, None, None, None, (event,)) for seq, event in enumerate(events, 1)]
    people = [Person(one.participant, one.name, None, None) for one in exported.board.participants if one.name]
    if exported.board.rounds:
        typer.echo("Votes are in no export but the log; this board starts without them.", err=True)
    async with _writing(data) as log:
        return await _restored(log, tokens, id, code, entries, fold_all(EMPTY, entries), people, base_url)


async def _restored(
    log: Log,
    tokens: Tokens,
    id: str,
    code: str,
    entries: list[Entry],
    state: BoardState,
    people: tuple[Person, ...] | list[Person],
    base_url: str,
) -> BoardMade:
    holders: dict[Role, str] = {role: _holder(state, role) for role in HOLDERS}
    records = [Record(entry.seq, entry_bytes(entry)) for entry in entries]
    clock = SystemClock()
    try:
        await log.create(BoardRecord(id, code, clock.now_ms(), clock.fresh_id()), records)
    except CodeTaken:
        fail(f"The join code {code} was taken meanwhile. Run the same command again.")
    for person in people:
        await log.put_person(id, person)
    return handed_out(tokens, id, code, holders, clock.now_ms(), base_url)


def _holder(state: BoardState, role: Role) -> str:
    found = sorted(id for id, person in state.participants.items() if person.role == role)
    if not found:
        fail(f"The file has nobody with the role {role}; it is not a whole board.")
    return found[0]


# -- replay --------------------------------------------------------------------------------------------------------


def replay(
    ref: Annotated[str, typer.Argument(metavar="BOARD", help="Join code or id.")],
    data: DataFolder = Path("data"),
    verify: Annotated[bool, typer.Option(help="Check that log, encoding and stored snapshot agree.")] = False,
    upto: Annotated[int | None, typer.Option(help="Stop after this entry.", min=1)] = None,
) -> None:
    """Fold a board's log from its beginning and print the state, or verify it."""
    state, checked = _run(lambda: _replayed(data, ref, upto))
    if verify:
        typer.echo(f"{state.seq} entries fold to one state of {len(state.cards)} cards; {checked}.")
        return
    plain = msgspec.to_builtins(state, enc_hook=dict, order="sorted")
    typer.echo(json.dumps(plain, ensure_ascii=False, indent=2))


async def _replayed(data: Path, ref: str, upto: int | None) -> tuple[BoardState, str]:
    """The state folded from the beginning of the log, and what it was checked against."""
    async with _reading(data) as log:
        record = await _record(log, ref)
        cache, base = await log.snapshot(record.id), await log.base(record.id)
        state = EMPTY if base is None else read_state(base.data)
        checked = "no snapshot is stored to check it against" if base is None else "its log begins at an erasure"
        async for page in _pages(log, record.id, state.seq):
            for entry in page:
                if upto is not None and entry.seq > upto:
                    return state, checked
                state = fold_entry(state, entry)
                if cache is not None and cache.seq == entry.seq and cache.version == STATE_VERSION:
                    if state_bytes(state) != cache.data:
                        fail(
                            f"The snapshot stored at entry {entry.seq} is not what the log folds to; the log is right."
                        )
                    checked = f"the snapshot stored at entry {entry.seq} is the same, byte for byte"
        return state, checked


# -- what commands share -------------------------------------------------------------------------------------------


async def _pages(log: LogReader, id: str, after: int = 0) -> AsyncGenerator[list[Entry]]:
    """Every entry of a board, a page at a time, with a bar on the terminal for a long one."""
    end = (await log.position(id)).seq
    with Progress(console=Console(stderr=True), transient=True, disable=end < 5 * PAGE_ENTRIES) as progress:
        task = progress.add_task("reading the log", total=end)
        while page := await log.read(id, after, PAGE_ENTRIES):
            yield [read_entry(record.data) for record in page]
            after = page[-1].seq
            progress.update(task, completed=after)


async def _record(log: LogReader, ref: str) -> BoardRecord:
    record = await log.find(ref)
    if record is None:
        fail(f"There is no board {ref!r} in this folder. `rebond board list` says which there are.")
    return record


@asynccontextmanager
async def _reading(data: Path) -> AsyncGenerator[LogReader]:
    log = ReadOnlySqliteLog(data)
    await log.open()
    try:
        yield log
    finally:
        await log.close()


@asynccontextmanager
async def _writing(data: Path) -> AsyncGenerator[Log]:
    log = SqliteLog(data)
    await log.open()
    try:
        yield log
    finally:
        await log.close()


def _tokens(data: Path) -> Tokens:
    data.mkdir(parents=True, exist_ok=True)
    return Tokens(os.environ.get("REBOND_SECRET") or composition.kept_secret(data))


def _run(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run this and end with one sentence if the log, or a file, does not play along."""
    try:
        return asyncio.run(work())
    except (LogError, logfile.NotALog, composition.StartFailed) as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.filename or 'The data folder'}: {error.strerror or error}.")


def _sentence(message: str, details: dict[str, object] | None) -> str:
    return message if not details else f"{message} ({', '.join(f'{key}: {value}' for key, value in details.items())})"
