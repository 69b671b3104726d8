"""Every limit of the protocol, with its unit in its name. One table, read by docs, schema, server and clients.

A limit that a client can respect by itself is told in `welcome.limits`; the others only ever show as a rejection.
"""

import msgspec

CARD_TEXT_CHARS = 1_000
OWES_CHARS = 280
TITLE_CHARS = 200
NAME_CHARS = 40
SEGMENT_CHARS = 32
SECTION_TITLE_CHARS = 80
INSTRUCTION_CHARS = 500
OPTION_CHARS = 120
COMMENT_CHARS = 500
RELAUNCH_CHARS = 280
TAG_CHARS = 24
STAGE_NOTE_CHARS = 280
SHOWCASE_QUESTION_CHARS = 140
ALTERNATIVE_CHARS = 280
KIOSK_NAME_CHARS = 60
LANG_CHARS = 16
EMAIL_CHARS = 254
"""RFC 5321 section 4.5.3.1.3, without the angle brackets."""
PASSPHRASE_CHARS = 200
ID_CHARS = 64

PARENTS_PER_CARD = 8
SECTIONS_PER_BOARD = 32
CARDS_PER_BOARD = 20_000
CARDS_PER_AUTHOR = 500
"""Nobody fills a board alone. Moderators, who import, and kiosks, where many write, are not counted."""
TAGS_PER_CARD = 6
COLOURS = 6
GROUPS_PER_BOARD = 2_000
CARDS_PER_GROUPING = 200
COMMENTS_PER_BOARD = 20_000
STEPS_PER_PLAN = 40
ROUNDS_PER_BOARD = 200
PARTICIPANTS_PER_BOARD = 20_000
SEGMENTS_PER_BOARD = 12
INVITATIONS_PER_BOARD = 100
WAITING_PER_BOARD = 500
"""Who knocks while so many wait already is asked to come again later."""
BOARDS_PER_LAB = 12
KIOSKS_PER_BOARD = 50
PAIRINGS_PER_BOARD = KIOSKS_PER_BOARD
"""Screens that wait to be confirmed: a lab's may all be put up on one morning. One more asks again by itself."""
HANDOFFS_PER_BOARD = 2_000
HANDOFFS_PER_KIOSK = 500
"""What a kiosk that was offline says all at once; no one kiosk takes the places of the others."""
SHOWCASES_PER_BOARD = 40
STAGES_PER_CARD = 40
PICTURE_BYTES = 12 * 1024 * 1024
"""As it is sent: a phone's photograph."""
PICTURE_PIXELS = 50_000_000
PICTURES_PER_BOARD = 200
LINES_PER_IMPORT = 2_000

BUDGET_MAX = 100
OPTIONS_PER_ROUND = 10
CRITERIA_PER_ROUND = 6
SCALE_MAX = 10
TIMER_MAX_S = 4 * 60 * 60

FRAME_BYTES = 64 * 1024
"""A client frame above this is answered `too_large` and dropped; the connection lives."""
MESSAGE_BYTES = 256 * 1024
"""A client message above this is not read at all: the connection closes with 1009."""
COMMANDS_IN_FLIGHT = 64
"""How many commands a device may have unanswered. The board remembers the outcome of as many per device (LG4)."""
DEVICES_PER_PARTICIPANT = 128
"""Of so many devices of one participant the outcomes are remembered, the latest to act; every tab is a device."""

BEAT_MS = 10_000
"""The server says `beat` at least this often; two intervals of silence mean a dead line (HB5)."""

SEQ_MAX = 2**53 - 1
"""Positions and mutation ids stay exact in a JavaScript number."""


class Limits(msgspec.Struct, frozen=True):
    """What `welcome` tells a client, so that it can refuse in the composer what the server would refuse."""

    card_text_chars: int = CARD_TEXT_CHARS
    owes_chars: int = OWES_CHARS
    name_chars: int = NAME_CHARS
    parents_per_card: int = PARENTS_PER_CARD
    frame_bytes: int = FRAME_BYTES
    commands_in_flight: int = COMMANDS_IN_FLIGHT
    beat_ms: int = BEAT_MS
