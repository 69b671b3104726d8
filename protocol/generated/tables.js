// Made from the protocol's tables by `python -m rebond_protocol.generate`. Change those, not this file.

/** Every limit of the protocol, units in the names. */
export * as LIMITS from "./limits.js";

/** The version of the protocol; it is part of the sub-protocols' names. */
export const PROTOCOL_VERSION = 1;

/** The WebSocket sub-protocol of a browser: text frames, JSON. */
export const SUBPROTOCOL = "rebond.v1.json";

/** The sub-protocol with binary frames, msgpack. */
export const SUBPROTOCOL_MSGPACK = "rebond.v1.msgpack";

/** The characters of a join code: none is mistaken for another. */
export const CODE_ALPHABET = "ABCDEFGHJKLMNPQRTUVWXY346789";

/** How many characters a join code has. */
export const CODE_CHARS = 5;

/** The roles a participant may have. */
export const ROLES = /* @__PURE__ */ Object.freeze(/** @type {const} */ ([
  "participant",
  "staff",
  "moderator",
  "kiosk",
  "display"
]));

/** How a card starts from another. */
export const VERBS = /* @__PURE__ */ Object.freeze(/** @type {const} */ ([
  "extends",
  "combines",
  "adapts",
  "removes_obstacle",
  "counters"
]));

/** What a card may be. */
export const CARD_KINDS = /* @__PURE__ */ Object.freeze(/** @type {const} */ ([
  "idea",
  "question",
  "feedback",
  "stimulus"
]));

/** What may have become of a card. */
export const CARD_STATES = /* @__PURE__ */ Object.freeze(/** @type {const} */ ([
  "shown",
  "hidden",
  "pending",
  "withdrawn",
  "removed",
  "erased"
]));

/** The languages of the interface. */
export const LOCALES = /* @__PURE__ */ Object.freeze(/** @type {const} */ ([
  "fr",
  "en"
]));

/** What a step may allow participants. */
export const ALL_PERMISSIONS = /* @__PURE__ */ Object.freeze(/** @type {const} */ ([
  "add",
  "rebound",
  "edit",
  "move",
  "group",
  "comment",
  "react",
  "vote"
]));

/** The types of the frames a client sends. */
export const CLIENT_FRAMES = /* @__PURE__ */ Object.freeze(/** @type {const} */ ([
  "hello",
  "submit",
  "signal",
  "ping"
]));

/** The types of the frames a server sends. */
export const SERVER_FRAMES = /* @__PURE__ */ Object.freeze(/** @type {const} */ ([
  "welcome",
  "snapshot",
  "events",
  "yours",
  "accepted",
  "rejected",
  "presence",
  "beat",
  "error",
  "bye"
]));

/** The types of the commands in `submit`. */
export const COMMANDS = /* @__PURE__ */ Object.freeze(/** @type {const} */ ([
  "board.forget",
  "card.add",
  "card.edit",
  "card.move",
  "card.tag",
  "card.withdraw",
  "card.restore",
  "card.hide",
  "card.show",
  "card.approve",
  "card.remove",
  "card.erase",
  "card.rebound",
  "rebound.link",
  "rebound.unlink",
  "round.open",
  "round.close",
  "round.erase",
  "vote.cast",
  "vote.mark",
  "vote.compare",
  "vote.retract",
  "section.add",
  "section.rename",
  "section.remove",
  "step.set",
  "step.go",
  "step.add",
  "step.edit",
  "step.move",
  "step.remove",
  "board.rename",
  "board.lock",
  "board.unlock",
  "timer.start",
  "timer.extend",
  "timer.stop",
  "group.make",
  "group.add",
  "group.take",
  "group.rename",
  "group.dissolve",
  "card.merge",
  "comment.add",
  "comment.withdraw",
  "comment.remove",
  "comment.restore",
  "comment.approve",
  "comment.erase",
  "reaction.set",
  "hand.raise",
  "hand.lower",
  "relaunch.send",
  "relaunch.end",
  "spotlight.set",
  "wall.hide",
  "wall.show",
  "card.stage",
  "card.unstage",
  "card.showcase",
  "opinion.give",
  "kiosk.set",
  "participant.remove",
  "participant.readmit",
  "participant.mute",
  "participant.unmute",
  "participant.promote"
]));

/** The types of the events in `events`. */
export const EVENTS = /* @__PURE__ */ Object.freeze(/** @type {const} */ ([
  "card.added",
  "card.edited",
  "card.moved",
  "card.tagged",
  "cards.revealed",
  "card.changed",
  "card.gone",
  "card.linked",
  "round.opened",
  "round.closed",
  "round.tallied",
  "section.added",
  "section.renamed",
  "section.removed",
  "step.changed",
  "plan.changed",
  "board.renamed",
  "board.locked",
  "board.unlocked",
  "timer.set",
  "group.changed",
  "cards.grouped",
  "group.gone",
  "comment.added",
  "comment.changed",
  "comment.gone",
  "reactions.counted",
  "hand.raised",
  "hand.lowered",
  "board.relaunched",
  "spotlight.turned",
  "wall.turned",
  "card.showcased",
  "card.history",
  "opinions.counted",
  "lab.linked",
  "lab.unlinked",
  "kiosk.settings_changed",
  "kiosk.seats_changed",
  "participant.removed",
  "participant.readmitted",
  "participant.muted",
  "participant.promoted"
]));

/** Every error code (HB9): the sentence for people, whether waiting helps, the HTTP status. */
export const ERRORS = /* @__PURE__ */ Object.freeze(/** @type {const} */ ({
  "malformed": {
    "message": "This frame is not readable. Send one JSON object as text, or one msgpack map as binary.",
    "temporary": false,
    "status": 400
  },
  "too_slow": {
    "message": "The request did not arrive in time. Send it again, in one go.",
    "temporary": true,
    "status": 408
  },
  "too_large": {
    "message": "This is larger than what is accepted. Make it smaller and send it again.",
    "temporary": false,
    "status": 413
  },
  "unknown_type": {
    "message": "This type is not known here. Check its spelling, or update the client.",
    "temporary": false,
    "status": 400
  },
  "invalid": {
    "message": "A field is missing or has a value it cannot have. The details say which one; mend it and send again.",
    "temporary": false,
    "status": 422
  },
  "wrong_format": {
    "message": "This connection speaks the other wire format. Send text for JSON, binary for msgpack.",
    "temporary": false,
    "status": 400
  },
  "expected_hello": {
    "message": "The first frame must be hello. Send hello with your token first.",
    "temporary": false,
    "status": 422
  },
  "already_greeted": {
    "message": "This connection has already said hello. Open another one to change who you are.",
    "temporary": false,
    "status": 422
  },
  "bad_token": {
    "message": "This token is not valid. Join the board again to get a new one.",
    "temporary": false,
    "status": 401
  },
  "expired_token": {
    "message": "This token has expired. Join the board again to get a new one.",
    "temporary": false,
    "status": 401
  },
  "wrong_board": {
    "message": "This token belongs to another board. Open that board, or join this one.",
    "temporary": false,
    "status": 403
  },
  "removed": {
    "message": "You have been removed from this board. Speak with the facilitator.",
    "temporary": false,
    "status": 403
  },
  "bad_origin": {
    "message": "This page may not connect here. Open the board from its own address.",
    "temporary": false,
    "status": 403
  },
  "creation_closed": {
    "message": "Creating boards needs the administrator's token here. Ask whoever runs this server.",
    "temporary": false,
    "status": 403
  },
  "forbidden": {
    "message": "Your role may not do this. Ask the facilitator.",
    "temporary": false,
    "status": 403
  },
  "not_yours": {
    "message": "This is somebody else's. Only its author may do this, or for some things the facilitator.",
    "temporary": false,
    "status": 403
  },
  "muted": {
    "message": "The facilitator asked you to only read and vote for now. Speak with them.",
    "temporary": false,
    "status": 403
  },
  "wrong_passphrase": {
    "message": "This is not the board's passphrase. Ask whoever invited you.",
    "temporary": false,
    "status": 403
  },
  "waiting_for_approval": {
    "message": "The facilitator lets people in one by one. Wait on this page; it goes on by itself.",
    "temporary": true,
    "status": 403
  },
  "handoff_used": {
    "message": "Somebody has taken this home already. Write another one, or join with the code.",
    "temporary": false,
    "status": 409
  },
  "handoff_expired": {
    "message": "This code was only good for a short while. Join with the board's code.",
    "temporary": false,
    "status": 410
  },
  "handoff_waiting": {
    "message": "What was written has not arrived from the screen yet. Wait on this page; it goes on by itself.",
    "temporary": true,
    "status": 404
  },
  "locked": {
    "message": "The board is locked for now. Your text is safe here; try again when it opens.",
    "temporary": true,
    "status": 409
  },
  "not_now": {
    "message": "This step does not allow that. Wait for the next step.",
    "temporary": true,
    "status": 409
  },
  "rate_limited": {
    "message": "That was a lot at once. Wait a moment and try again.",
    "temporary": true,
    "status": 429
  },
  "busy": {
    "message": "The server has more to do than it can take at once. Try again in a moment.",
    "temporary": true,
    "status": 503
  },
  "unavailable": {
    "message": "Nothing can be saved right now. What you sent was not stored; try again in a moment.",
    "temporary": true,
    "status": 503
  },
  "draining": {
    "message": "This server is about to restart. Reconnect in a moment.",
    "temporary": true,
    "status": 503
  },
  "unknown_board": {
    "message": "There is no board here with that code. Check the code on the wall.",
    "temporary": false,
    "status": 404
  },
  "unknown_card": {
    "message": "This card is not on the board. It may have been removed.",
    "temporary": false,
    "status": 404
  },
  "unknown_section": {
    "message": "This section is not on the board. Choose one that is.",
    "temporary": false,
    "status": 404
  },
  "unknown_round": {
    "message": "This vote is not on the board.",
    "temporary": false,
    "status": 404
  },
  "unknown_step": {
    "message": "This step is not in the plan. It may have been taken out.",
    "temporary": false,
    "status": 404
  },
  "unknown_group": {
    "message": "This group is not on the board. It may have been unstacked.",
    "temporary": false,
    "status": 404
  },
  "unknown_comment": {
    "message": "This comment is not on the board. It may have been removed.",
    "temporary": false,
    "status": 404
  },
  "unknown_item": {
    "message": "This is not among what is voted on.",
    "temporary": false,
    "status": 404
  },
  "unknown_participant": {
    "message": "This participant is not on the board.",
    "temporary": false,
    "status": 404
  },
  "unknown_template": {
    "message": "There is no such template. The details list the ones there are.",
    "temporary": false,
    "status": 404
  },
  "not_found": {
    "message": "There is nothing at this address.",
    "temporary": false,
    "status": 404
  },
  "method_not_allowed": {
    "message": "This address does not answer to that method.",
    "temporary": false,
    "status": 405
  },
  "not_a_picture": {
    "message": "This is no picture that can be read here. Send a JPEG, PNG, WebP, GIF or AVIF image.",
    "temporary": false,
    "status": 422
  },
  "text_empty": {
    "message": "There is no text. Write something first.",
    "temporary": false,
    "status": 422
  },
  "text_too_long": {
    "message": "This text is too long. Shorten it; the details give the limit in characters.",
    "temporary": false,
    "status": 422
  },
  "text_forbidden": {
    "message": "This text has invisible control characters. Remove them and send it again.",
    "temporary": false,
    "status": 422
  },
  "stale_rev": {
    "message": "Somebody changed this meanwhile. The details say how it is now; read it again, then decide.",
    "temporary": false,
    "status": 409
  },
  "would_cycle": {
    "message": "A card cannot start from itself or from its own descendants. Choose another parent.",
    "temporary": false,
    "status": 422
  },
  "too_many_parents": {
    "message": "This card would start from too many cards. Choose fewer parents.",
    "temporary": false,
    "status": 422
  },
  "combine_needs_two": {
    "message": "To combine, choose at least two cards.",
    "temporary": false,
    "status": 422
  },
  "not_a_rebound": {
    "message": "This card does not start from that one; there is nothing to unlink.",
    "temporary": false,
    "status": 422
  },
  "already_so": {
    "message": "It is already so; nothing was changed.",
    "temporary": false,
    "status": 409
  },
  "card_in_bin": {
    "message": "This card has been withdrawn. Restore it first.",
    "temporary": false,
    "status": 409
  },
  "card_hidden": {
    "message": "This card is not visible to everybody; it can be neither voted on nor rebounded on.",
    "temporary": false,
    "status": 409
  },
  "not_in_bin": {
    "message": "This card is not in the bin; there is nothing to restore.",
    "temporary": false,
    "status": 409
  },
  "not_grouped": {
    "message": "This card stands in no group.",
    "temporary": false,
    "status": 409
  },
  "group_needs_two": {
    "message": "A group needs two cards at least. Choose another one.",
    "temporary": false,
    "status": 422
  },
  "step_in_use": {
    "message": "The board stands at this step. Go to another one first.",
    "temporary": false,
    "status": 409
  },
  "round_open": {
    "message": "Another vote is still open. Close it before opening the next.",
    "temporary": false,
    "status": 409
  },
  "round_closed": {
    "message": "This vote is closed. Ballots can no longer change.",
    "temporary": false,
    "status": 409
  },
  "over_budget": {
    "message": "This would be more points than you have left. Take some back first.",
    "temporary": false,
    "status": 422
  },
  "over_cap": {
    "message": "This is more than one card may get from you. Give it less.",
    "temporary": false,
    "status": 422
  },
  "wrong_ballot": {
    "message": "This vote is not cast that way. The details say how its ballots look.",
    "temporary": false,
    "status": 422
  },
  "no_ballot": {
    "message": "You have no points on this card; there is nothing to take back.",
    "temporary": false,
    "status": 422
  },
  "author_full": {
    "message": "You have written as many cards as one person may. Ask the facilitator.",
    "temporary": false,
    "status": 422
  },
  "board_full": {
    "message": "This board is full. Ask the facilitator.",
    "temporary": false,
    "status": 409
  },
  "superseded": {
    "message": "This device has connected again since. Go on over its newer connection; nothing was done here.",
    "temporary": false,
    "status": 409
  },
  "stale_id": {
    "message": "This command id is older than what the server remembers. Use a new, higher id.",
    "temporary": false,
    "status": 422
  }
}));

/** Every close code (HB9) under its name in `bye`: `resumable` means come back at your position. */
export const CLOSES = /* @__PURE__ */ Object.freeze(/** @type {const} */ ({
  "slow": {
    "number": 4000,
    "meaning": "The client did not read what was sent to it in time.",
    "resumable": true,
    "advice": "Reconnect and resume from your position."
  },
  "draining": {
    "number": 4001,
    "meaning": "The server is about to restart or move its clients elsewhere.",
    "resumable": true,
    "advice": "Wait `retry_after_ms`, then reconnect and resume."
  },
  "resync": {
    "number": 4003,
    "meaning": "The server can no longer vouch for what this connection has seen.",
    "resumable": true,
    "advice": "Reconnect; a snapshot will follow."
  },
  "no_hello": {
    "number": 4004,
    "meaning": "The first frame did not arrive in time.",
    "resumable": true,
    "advice": "Reconnect and send hello at once."
  },
  "unavailable": {
    "number": 4005,
    "meaning": "The board cannot be opened right now.",
    "resumable": true,
    "advice": "Reconnect after `retry_after_ms`."
  },
  "bad_token": {
    "number": 4500,
    "meaning": "The token is not valid.",
    "resumable": false,
    "advice": "Join the board again."
  },
  "expired_token": {
    "number": 4501,
    "meaning": "The token has expired.",
    "resumable": false,
    "advice": "Join the board again."
  },
  "wrong_board": {
    "number": 4502,
    "meaning": "The token belongs to another board.",
    "resumable": false,
    "advice": "Open the board the token is for."
  },
  "removed": {
    "number": 4503,
    "meaning": "The participant was removed from the board.",
    "resumable": false,
    "advice": "Do not reconnect."
  },
  "unknown_board": {
    "number": 4504,
    "meaning": "There is no such board.",
    "resumable": false,
    "advice": "Check the code."
  },
  "abuse": {
    "number": 4505,
    "meaning": "Too many unreadable or refused frames.",
    "resumable": false,
    "advice": "Mend the client before reconnecting."
  },
  "wrong_subprotocol": {
    "number": 4506,
    "meaning": "None of the offered sub-protocols is spoken here.",
    "resumable": false,
    "advice": "Offer `rebond.v1.json` or `rebond.v1.msgpack`."
  }
}));
