"""What travels between a Rebond server and its clients, and what stands in the log.

One file per feature of the board (`cards`, `rebounds`, `rounds`, `steps`, `sections`, `people`) holds that feature's
commands, its events and what of it leaves the server; `commands`, `events` and `frames` bring them together. `limits`
and `errors` are tables. `codec` is the only place where bytes become values and values become bytes.

This package is pure: it imports no asyncio, socket, clock or randomness, so that a client, a load generator or another
implementation can lean on it without the server.
"""

PROTOCOL_VERSION = 1
SUBPROTOCOL_JSON = "rebond.v1.json"
SUBPROTOCOL_MSGPACK = "rebond.v1.msgpack"
SUBPROTOCOLS = (SUBPROTOCOL_JSON, SUBPROTOCOL_MSGPACK)
