"""The one table of error codes and the one table of close codes (HB9).

A code is stable and meant for programs; its sentence says what happened and what to do. `temporary` means that the same
thing may well succeed later, unchanged. Close codes 4000–4499 invite the client back at its position (resumable),
4500–4999 do not: trying again with the same token would end the same way.
"""

from typing import Literal

import msgspec


class ErrorCode(msgspec.Struct, frozen=True):
    """One row: a stable code, the sentence a person may read, whether waiting helps, and its HTTP status."""

    code: str
    message: str
    temporary: bool = False
    status: int = 422


class CloseCode(msgspec.Struct, frozen=True):
    """One row: the WebSocket close number, its name in `bye`, its meaning, whether to come back, and what to do."""

    number: int
    code: str
    meaning: str
    resumable: bool
    advice: str


class Rejected(msgspec.Struct, frozen=True):
    """A refusal as a value (DM1). `details` helps a program to mend the command, e.g. an edited card's current text."""

    code: str
    details: dict[str, object] | None = None

    @property
    def row(self) -> ErrorCode:
        """The table's row for this code."""
        return ERRORS[self.code]


_ERROR_ROWS = (
    # what arrived cannot be read
    ErrorCode(
        "malformed",
        "This frame is not readable. Send one JSON object as text, or one msgpack map as binary.",
        status=400,
    ),
    ErrorCode(
        "too_slow",
        "The request did not arrive in time. Send it again, in one go.",
        temporary=True,
        status=408,
    ),
    ErrorCode("too_large", "This is larger than what is accepted. Make it smaller and send it again.", status=413),
    ErrorCode("unknown_type", "This type is not known here. Check its spelling, or update the client.", status=400),
    ErrorCode(
        "invalid",
        "A field is missing or has a value it cannot have. The details say which one; mend it and send again.",
    ),
    ErrorCode(
        "wrong_format",
        "This connection speaks the other wire format. Send text for JSON, binary for msgpack.",
        status=400,
    ),
    ErrorCode("expected_hello", "The first frame must be hello. Send hello with your token first."),
    ErrorCode("already_greeted", "This connection has already said hello. Open another one to change who you are."),
    # who is asking
    ErrorCode("bad_token", "This token is not valid. Join the board again to get a new one.", status=401),
    ErrorCode("expired_token", "This token has expired. Join the board again to get a new one.", status=401),
    ErrorCode("wrong_board", "This token belongs to another board. Open that board, or join this one.", status=403),
    ErrorCode("removed", "You have been removed from this board. Speak with the facilitator.", status=403),
    ErrorCode("bad_origin", "This page may not connect here. Open the board from its own address.", status=403),
    ErrorCode(
        "creation_closed",
        "Creating boards needs the administrator's token here. Ask whoever runs this server.",
        status=403,
    ),
    ErrorCode("forbidden", "Your role may not do this. Ask the facilitator.", status=403),
    ErrorCode(
        "not_yours",
        "This is somebody else's. Only its author may do this, or for some things the facilitator.",
        status=403,
    ),
    ErrorCode("muted", "The facilitator asked you to only read and vote for now. Speak with them.", status=403),
    ErrorCode("wrong_passphrase", "This is not the board's passphrase. Ask whoever invited you.", status=403),
    ErrorCode(
        "waiting_for_approval",
        "The facilitator lets people in one by one. Wait on this page; it goes on by itself.",
        temporary=True,
        status=403,
    ),
    ErrorCode(
        "handoff_used", "Somebody has taken this home already. Write another one, or join with the code.", status=409
    ),
    ErrorCode("handoff_expired", "This code was only good for a short while. Join with the board's code.", status=410),
    ErrorCode(
        "handoff_waiting",
        "What was written has not arrived from the screen yet. Wait on this page; it goes on by itself.",
        temporary=True,
        status=404,
    ),
    # the moment is not right
    ErrorCode(
        "locked",
        "The board is locked for now. Your text is safe here; try again when it opens.",
        temporary=True,
        status=409,
    ),
    ErrorCode("not_now", "This step does not allow that. Wait for the next step.", temporary=True, status=409),
    ErrorCode("rate_limited", "That was a lot at once. Wait a moment and try again.", temporary=True, status=429),
    ErrorCode(
        "busy", "The server has more to do than it can take at once. Try again in a moment.", temporary=True, status=503
    ),
    ErrorCode(
        "unavailable",
        "Nothing can be saved right now. What you sent was not stored; try again in a moment.",
        temporary=True,
        status=503,
    ),
    ErrorCode("draining", "This server is about to restart. Reconnect in a moment.", temporary=True, status=503),
    # what it points at
    ErrorCode("unknown_board", "There is no board here with that code. Check the code on the wall.", status=404),
    ErrorCode("unknown_card", "This card is not on the board. It may have been removed.", status=404),
    ErrorCode("unknown_section", "This section is not on the board. Choose one that is.", status=404),
    ErrorCode("unknown_round", "This vote is not on the board.", status=404),
    ErrorCode("unknown_step", "This step is not in the plan. It may have been taken out.", status=404),
    ErrorCode("unknown_group", "This group is not on the board. It may have been unstacked.", status=404),
    ErrorCode("unknown_comment", "This comment is not on the board. It may have been removed.", status=404),
    ErrorCode("unknown_item", "This is not among what is voted on.", status=404),
    ErrorCode("unknown_participant", "This participant is not on the board.", status=404),
    ErrorCode("unknown_template", "There is no such template. The details list the ones there are.", status=404),
    ErrorCode("not_found", "There is nothing at this address.", status=404),
    ErrorCode("method_not_allowed", "This address does not answer to that method.", status=405),
    ErrorCode("not_a_picture", "This is no picture that can be read here. Send a JPEG, PNG, WebP, GIF or AVIF image."),
    # what it says
    ErrorCode("text_empty", "There is no text. Write something first."),
    ErrorCode("text_too_long", "This text is too long. Shorten it; the details give the limit in characters."),
    ErrorCode("text_forbidden", "This text has invisible control characters. Remove them and send it again."),
    ErrorCode(
        "stale_rev",
        "Somebody changed this meanwhile. The details say how it is now; read it again, then decide.",
        status=409,
    ),
    ErrorCode("would_cycle", "A card cannot start from itself or from its own descendants. Choose another parent."),
    ErrorCode("too_many_parents", "This card would start from too many cards. Choose fewer parents."),
    ErrorCode("combine_needs_two", "To combine, choose at least two cards."),
    ErrorCode("not_a_rebound", "This card does not start from that one; there is nothing to unlink."),
    ErrorCode("already_so", "It is already so; nothing was changed.", status=409),
    ErrorCode("card_in_bin", "This card has been withdrawn. Restore it first.", status=409),
    ErrorCode(
        "card_hidden", "This card is not visible to everybody; it can be neither voted on nor rebounded on.", status=409
    ),
    ErrorCode("not_in_bin", "This card is not in the bin; there is nothing to restore.", status=409),
    ErrorCode("not_grouped", "This card stands in no group.", status=409),
    ErrorCode("group_needs_two", "A group needs two cards at least. Choose another one."),
    ErrorCode("step_in_use", "The board stands at this step. Go to another one first.", status=409),
    # votes
    ErrorCode("round_open", "Another vote is still open. Close it before opening the next.", status=409),
    ErrorCode("round_closed", "This vote is closed. Ballots can no longer change.", status=409),
    ErrorCode("over_budget", "This would be more points than you have left. Take some back first."),
    ErrorCode("over_cap", "This is more than one card may get from you. Give it less."),
    ErrorCode("wrong_ballot", "This vote is not cast that way. The details say how its ballots look."),
    ErrorCode("no_ballot", "You have no points on this card; there is nothing to take back."),
    # limits of a board
    ErrorCode("author_full", "You have written as many cards as one person may. Ask the facilitator."),
    ErrorCode("board_full", "This board is full. Ask the facilitator.", status=409),
    ErrorCode(
        "superseded",
        "This device has connected again since. Go on over its newer connection; nothing was done here.",
        status=409,
    ),
    ErrorCode("stale_id", "This command id is older than what the server remembers. Use a new, higher id."),
)

_CLOSE_ROWS = (
    CloseCode(
        4000,
        "slow",
        "The client did not read what was sent to it in time.",
        True,
        "Reconnect and resume from your position.",
    ),
    CloseCode(
        4001,
        "draining",
        "The server is about to restart or move its clients elsewhere.",
        True,
        "Wait `retry_after_ms`, then reconnect and resume.",
    ),
    CloseCode(
        4003,
        "resync",
        "The server can no longer vouch for what this connection has seen.",
        True,
        "Reconnect; a snapshot will follow.",
    ),
    CloseCode(4004, "no_hello", "The first frame did not arrive in time.", True, "Reconnect and send hello at once."),
    CloseCode(4005, "unavailable", "The board cannot be opened right now.", True, "Reconnect after `retry_after_ms`."),
    CloseCode(4500, "bad_token", "The token is not valid.", False, "Join the board again."),
    CloseCode(4501, "expired_token", "The token has expired.", False, "Join the board again."),
    CloseCode(4502, "wrong_board", "The token belongs to another board.", False, "Open the board the token is for."),
    CloseCode(4503, "removed", "The participant was removed from the board.", False, "Do not reconnect."),
    CloseCode(4504, "unknown_board", "There is no such board.", False, "Check the code."),
    CloseCode(4505, "abuse", "Too many unreadable or refused frames.", False, "Mend the client before reconnecting."),
    CloseCode(
        4506,
        "wrong_subprotocol",
        "None of the offered sub-protocols is spoken here.",
        False,
        "Offer `rebond.v1.json` or `rebond.v1.msgpack`.",
    ),
)

ERRORS: dict[str, ErrorCode] = {row.code: row for row in _ERROR_ROWS}
CLOSES: dict[str, CloseCode] = {row.code: row for row in _CLOSE_ROWS}

CloseName = Literal[
    "slow",
    "draining",
    "resync",
    "no_hello",
    "unavailable",
    "bad_token",
    "expired_token",
    "wrong_board",
    "removed",
    "unknown_board",
    "abuse",
    "wrong_subprotocol",
]
