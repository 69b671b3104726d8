"""Making a board: its first entries, its join code, and the links that give somebody a role on it."""

import secrets
from collections.abc import Mapping

from rebond.domain.templates import Template, board_create
from rebond.hub.hub import Hub
from rebond.log import CodeTaken
from rebond.web.auth import CAPABILITY_DAYS, DAY_S, Tokens
from rebond_protocol.errors import Rejected
from rebond_protocol.http import BoardMade, Claims, Links, NewBoard
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
    board = hub.clock.fresh_id()
    holders: dict[Role, str] = {role: hub.clock.fresh_id() for role in HOLDERS}
    joins = [ParticipantJoin(participant, role) for role, participant in holders.items()]
    for _ in range(CODE_TRIES):
        code = fresh_code()
        create = board_create(
            template, id=board, code=code, title=wish.title, locale=wish.locale, name_asked=wish.name_asked,
            anonymous=wish.anonymous, segments=wish.segments, now_ms=hub.clock.now_ms(),
        )  # fmt: skip
        try:
            refused = await hub.create([create, *joins], board, code)
        except CodeTaken:
            continue
        return (
            refused if refused is not None else handed_out(tokens, board, code, holders, hub.clock.now_ms(), base_url)
        )
    return Rejected("busy")


def handed_out(
    tokens: Tokens, board: str, code: str, holders: Mapping[Role, str], now_ms: int, base_url: str
) -> BoardMade:
    """What the maker of a board is given: tokens and links for the participants who hold its roles."""
    expires_s = now_ms // 1000 + CAPABILITY_DAYS * DAY_S
    issued = {role: tokens.issue(Claims(board, holders[role], role, expires_s)) for role in HOLDERS}
    return BoardMade(
        board,
        code,
        CapabilityTokens(issued["moderator"], issued["kiosk"], issued["display"]),
        Links(
            participant=f"{base_url}/j/{code}",
            moderator=f"{base_url}/console/{board}#t={issued['moderator']}",
            kiosk=f"{base_url}/kiosk/{board}#t={issued['kiosk']}",
            wall=f"{base_url}/wall/{board}#t={issued['display']}",
        ),
    )
