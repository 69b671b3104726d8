"""Commands about which boards there are: new, list, restored."""

import json
import sys
import urllib.error
import urllib.request
from typing import Annotated, Any, cast, get_args

import msgspec
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from rebond import app as composition
from rebond.cli.endings import fail, readable, reason, refused, said
from rebond.cli.folder import (
    AsJson,
    BaseUrl,
    DataFolder,
    Promised,
    RedisPlace,
    base_url_of,
    board_state,
    operators_config,
    reading,
    run,
    tokens_of,
    writing,
)
from rebond.config import Config
from rebond.hub.clock import SystemClock
from rebond.hub.hub import Hub
from rebond.hub.meters import Meters
from rebond.hub.settings import HubSettings
from rebond.log.sqlite_store import DATABASE_FILE
from rebond.web.creation import make_board
from rebond_protocol.boards import Access, Locale, NameAsked
from rebond_protocol.codec import Format, encode
from rebond_protocol.errors import Rejected
from rebond_protocol.http import BoardMade, BoardRow, NewBoard

board = typer.Typer(help="Make a board, and say which there are.", no_args_is_help=True)

ANSWER_WITHIN_S = 30
BUILT_IN = ", ".join(file.name.removesuffix(".json") for file in composition.built_in())
LOCALES: dict[str, Locale] = {"fr": "fr", "en": "en"}
ACCESS: dict[str, Access] = {one: one for one in get_args(Access)}
NAMES: dict[str, NameAsked] = {one: one for one in get_args(NameAsked)}


@board.command("new")
def new(
    title: Annotated[str, typer.Argument(metavar="TITLE", help="The question or title of the board.")],
    template: Annotated[
        str, typer.Option(help=f"What the board starts from: {BUILT_IN}, or one of your own.")
    ] = "brainstorm",
    locale: Annotated[str, typer.Option(help="fr or en.")] = "en",
    anonymous: Annotated[bool, typer.Option(help="No names, no authors.")] = False,
    name: Annotated[
        str, typer.Option(help="Whether people say their name: no, avatar, optional, required.")
    ] = "optional",
    email: Annotated[bool, typer.Option(help="People may leave an address; it is kept apart.")] = False,
    access: Annotated[str, typer.Option(help="Who comes in with the code: open, passphrase, approval.")] = "open",
    passphrase: Annotated[
        str | None, typer.Option(help="What people have to know; asked for at the terminal where it is not given.")
    ] = None,
    data: DataFolder = None,
    redis: RedisPlace = None,
    durability: Promised = "fsync",
    url: Annotated[
        str | None, typer.Option(help="Ask the server at this address instead of opening the folder.")
    ] = None,
    base_url: BaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Make a board and print its code and links."""
    if locale not in LOCALES:
        fail(f"--locale is fr or en, not {locale!r}.")
    if access not in ACCESS:
        fail(f"--access is {', '.join(ACCESS)}, not {access!r}.")
    if name not in NAMES:
        fail(f"--name is {', '.join(NAMES)}, not {name!r}.")
    if access == "passphrase" and passphrase is None and sys.stdin.isatty():
        passphrase = typer.prompt("Passphrase", hide_input=True, err=True)
    wish = NewBoard(
        readable(title), readable(template), LOCALES[locale], NAMES[name], anonymous=anonymous, access=ACCESS[access],
        passphrase=None if passphrase is None else readable(passphrase), email_asked=email,
    )  # fmt: skip
    config = operators_config(data, redis, durability)
    if url is not None:
        made = _asked(url, wish, config.web.admin_token)
    else:
        made = run(lambda: _new(wish, config, base_url_of(base_url, config)))
    print_made(made, as_json)


async def _new(wish: NewBoard, config: Config, base_url: str) -> BoardMade:
    async with writing(config) as log:
        hub = Hub(log, SystemClock(), HubSettings(), Meters())
        made = await make_board(hub, await tokens_of(config, log), composition.templates(config.data), wish, base_url)
    if isinstance(made, Rejected):
        refused(made)
    return made


def _asked(url: str, wish: NewBoard, admin_token: str | None) -> BoardMade:
    """A board made by the running server at this address."""
    if not url.startswith(("http://", "https://")):
        fail(f"--url is an address like http://localhost:8000, not {url!r}.")
    headers = {"Content-Type": "application/json"}
    if admin_token:
        if not (admin_token.isascii() and admin_token.isprintable()):
            fail("REBOND_ADMIN_TOKEN has characters that no header can carry. Choose plain letters and digits.")
        headers["Authorization"] = f"Bearer {admin_token}"
    try:
        request = urllib.request.Request(url.rstrip("/") + "/api/boards", encode(wish, Format.JSON), headers)
        with urllib.request.urlopen(request, timeout=ANSWER_WITHIN_S) as response:
            return msgspec.json.decode(response.read(), type=BoardMade)
    except urllib.error.HTTPError as error:
        fail(_problem(error.read()) or f"{url} is no Rebond: it answers {error.code}. Check the address.")
    except OSError as error:
        fail(f"No Rebond answers at {url}: {_why(error)}. Check the address, or leave --url out.")
    except ValueError:
        fail(f"{url} is no Rebond: its answer cannot be read. Check the address.")


def _why(error: OSError) -> str:
    inner = getattr(error, "reason", error)
    return reason(inner) if isinstance(inner, OSError) else str(inner)


def _problem(body: bytes) -> str | None:
    """What a Rebond says of a refusal, or None where nobody who speaks so has answered."""
    try:
        problem: Any = json.loads(body)
    except ValueError:
        return None
    if not isinstance(problem, dict) or "message" not in problem:
        return None
    told = cast(dict[str, Any], problem)
    return said(str(told["message"]), told.get("details"))


def print_made(made: BoardMade, as_json: bool) -> None:
    """A new board's code and links, for people or for programs. The links are told this once."""
    if as_json:
        typer.echo(encode(made, Format.JSON))
        return
    typer.echo(f"Code          {made.code}")
    typer.echo(f"Participants  {made.links.participant}")
    typer.echo(f"Moderator     {made.links.moderator}")
    typer.echo(f"Wall          {made.links.wall}")
    typer.echo(f"Kiosk         {made.links.kiosk}")


@board.command("list")
def list_(data: DataFolder = None, redis: RedisPlace = None, as_json: AsJson = False) -> None:
    """Say which boards there are."""
    config = operators_config(data, redis)
    rows = run(lambda: _rows(config))
    if as_json:
        typer.echo(encode(rows, Format.JSON))
        return
    table = Table("code", "title", "cards", "entries", "id")
    for row in rows:
        table.add_row(row.code, Text(row.title), str(row.cards), str(row.entries), Text(row.id))
    Console().print(table)


async def _rows(config: Config) -> list[BoardRow]:
    async with reading(config) as log:
        rows: list[BoardRow] = []
        for record in await log.boards():
            state = await board_state(log, record)
            rows.append(BoardRow(record.id, record.code, state.title, record.created_ms, state.seq, len(state.cards)))
        return rows


@board.command("restored")
def restored(data: DataFolder = None, redis: RedisPlace = None) -> None:
    """Say that the boards were put back from a copy, so that no screen resumes from what the copy does not know."""
    config = operators_config(data, redis)
    renewed = run(lambda: _renew_epochs(config))
    typer.echo(f"{renewed} boards begin anew from this copy: every screen that comes back gets a snapshot.")


async def _renew_epochs(config: Config) -> int:
    """LG6: whoever was ahead of the copy holds a position that its log cannot vouch for."""
    if config.redis is None and not (config.data / DATABASE_FILE).exists():
        fail(f"There are no boards in {config.data}: no file {DATABASE_FILE} is there.")
    async with writing(config) as log:
        records = await log.boards()
        for record in records:
            await log.renew_epoch(record.id, record.epoch)
    return len(records)
