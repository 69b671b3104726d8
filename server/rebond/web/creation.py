"""Making a board: its first entries, its join code, and the links that give somebody a role on it, now and later."""

import asyncio
import secrets
from collections.abc import Mapping

from msgspec.structs import replace

from rebond.domain.people import holder
from rebond.domain.state import BoardState
from rebond.domain.templates import Template, board_create
from rebond.hub.hub import Hub
from rebond.log import CodeTaken, Person
from rebond.web import kept
from rebond.web.auth import CAPABILITY_DAYS, DAY_S, Tokens
from rebond_protocol.errors import Rejected
from rebond_protocol.http import BoardLinks, BoardMade, Claims, Links, NewBoard
from rebond_protocol.http import Tokens as CapabilityTokens
from rebond_protocol.ids import CODE_ALPHABET, CODE_CHARS
from rebond_protocol.people import ParticipantJoin, Role

CODE_TRIES = 20

HOLDERS: tuple[Role, ...] = ("moderator", "kiosk", "display")
"""Who a new board has from the start: one participant for each link that is handed out."""


def fresh_code() -> str:
    """A join code, as likely as any other."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_CHARS))


async def make_board(
    hub: Hub, tokens: Tokens, templates: Mapping[str, Template], wish: NewBoard, base_url: str
) -> BoardMade | Rejected:
    """A new board as wished, ready to be joined. Raises `LogUnavailable`."""
    template = templates.get(wish.template)
    if template is None:
        return Rejected("unknown_template", {"one_of": sorted(templates)})
    door = await door_of(wish)
    if isinstance(door, Rejected):
        return door
    board = hub.clock.fresh_id()
    holders: dict[Role, str] = {role: hub.clock.fresh_id() for role in HOLDERS}
    joins = [ParticipantJoin(participant, role) for role, participant in holders.items()]
    for _ in range(CODE_TRIES):
        code = fresh_code()
        create = board_create(
            template, id=board, code=code, title=wish.title, locale=wish.locale, name_asked=wish.name_asked,
            anonymous=wish.anonymous, segments=wish.segments, now_ms=hub.clock.now_ms(),
        )  # fmt: skip
        about = replace(create.about, access=wish.access, email_asked=wish.email_asked)
        try:
            refused = await hub.create([replace(create, about=about), *joins], board, code)
        except CodeTaken:
            continue
        if refused is not None:
            return refused
        if door is not None:  # until then nobody knows the code, and without it nobody would come in
            await hub.log.put_person(board, door)
        return handed_out(tokens, board, code, holders, hub.clock.now_ms(), base_url)
    return Rejected("busy")


async def door_of(wish: NewBoard) -> Person | Rejected | None:
    """What is kept of the passphrase of a board that has one."""
    if wish.access != "passphrase":
        if wish.passphrase is None:
            return None
        return Rejected("invalid", {"field": "passphrase", "problem": "only where access is passphrase"})
    words = kept.spoken(wish.passphrase or "")
    if isinstance(words, Rejected):
        return replace(words, details={**(words.details or {}), "field": "passphrase"})
    if len(words) < kept.PASSPHRASE_CHARS_MIN:
        return Rejected("invalid", {"field": "passphrase", "min_chars": kept.PASSPHRASE_CHARS_MIN})
    return await asyncio.to_thread(kept.passphrase_row, words)


def handed_out(
    tokens: Tokens, board: str, code: str, holders: Mapping[Role, str], now_ms: int, base_url: str
) -> BoardMade:
    """What the maker of a board is given: tokens and links for the participants who hold its roles."""
    expires_s = _capability_end_s(now_ms)
    issued = {role: tokens.issue(Claims(board, holders[role], role, expires_s)) for role in HOLDERS}
    return BoardMade(
        board,
        code,
        CapabilityTokens(issued["moderator"], issued["kiosk"], issued["display"]),
        Links(
            participant=_join_link(base_url, code),
            moderator=f"{base_url}/console/{board}#t={issued['moderator']}",
            kiosk=_kiosk_link(base_url, board, issued["kiosk"]),
            wall=_wall_link(base_url, board, issued["display"]),
        ),
    )


def handed_on(tokens: Tokens, board: str, code: str, state: BoardState, now_ms: int, base_url: str) -> BoardLinks:
    """What a moderator is given who did not make the board, or no longer has what its maker was given."""

    def token(role: Role) -> str | None:
        """For whom the board was made with, and no kiosk that was paired since; nothing once a moderator removed it."""
        who = holder(state, role)
        if who is None or state.participants[who].removed:
            return None
        return tokens.issue(Claims(board, who, role, _capability_end_s(now_ms)))

    kiosk, display = token("kiosk"), token("display")
    return BoardLinks(
        participant=_join_link(base_url, code),
        kiosk=None if kiosk is None else _kiosk_link(base_url, board, kiosk),
        wall=None if display is None else _wall_link(base_url, board, display),
    )


def _capability_end_s(now_ms: int) -> int:
    return now_ms // 1000 + CAPABILITY_DAYS * DAY_S


def _join_link(base_url: str, code: str) -> str:
    return f"{base_url}/j/{code}"


def _kiosk_link(base_url: str, board: str, token: str) -> str:
    return f"{base_url}/kiosk/{board}#t={token}"


def _wall_link(base_url: str, board: str, token: str) -> str:
    return f"{base_url}/wall/{board}#t={token}"
