"""Screens that become kiosks of a board, report how they are, are given another name or PIN, and are taken off again.

Pairing goes the way of a television (RFC 8628): the screen shows a code, somebody who steers the board types it, and
the screen, which has been asking since with a secret of its own, is told its token. Codes and secrets are kept as
digests, for ten minutes. What a kiosk sees it sees as a participant; this file knows nothing of cards.
"""

import asyncio
import hashlib
import hmac
import secrets
from collections import Counter
from collections.abc import Mapping

from msgspec import UNSET, UnsetType
from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from rebond.domain.people import is_kiosk
from rebond.hub.allowance import Allowances
from rebond.hub.room import Room
from rebond.log import Person
from rebond.web import kept, pages
from rebond.web.addresses import AddressAllowances, household
from rebond.web.auth import CAPABILITY_DAYS
from rebond.web.handling import Handling, address_of
from rebond.web.kept import GIVEN_NAMES, GIVEN_PINS, PAIRED, PAIRINGS, SEATED, GivenName, GivenPin, Pairing, Screen
from rebond.web.problems import Refused, json_response
from rebond.web.seats import Seats
from rebond_protocol import limits
from rebond_protocol.errors import Rejected
from rebond_protocol.ids import CODE_ALPHABET
from rebond_protocol.kiosks import (
    Kiosk,
    KioskChange,
    KioskPaired,
    KioskReport,
    KioskSeat,
    NewKiosk,
    PairingAsked,
    PairingMade,
    PinCheck,
)
from rebond_protocol.labs import KioskReseat
from rebond_protocol.people import ParticipantJoin, ParticipantRemove

PAIRING_CHARS = 6
"""28⁶ codes, of which a board has fifty at a time, and a person may type one every ten seconds."""
PAIRING_MS = 10 * 60_000
ASK_AGAIN_MS = 3_000
"""How soon a screen asks again whether it was confirmed."""
NOTED_MS = 30_000
"""What a kiosk reports is kept at most this often."""


class Kiosks:
    """The handlers about kiosks."""

    def __init__(self, handling: Handling, seats: Seats) -> None:
        self._handling = handling
        self._hub = handling.hub
        self._seats = seats
        self._hub.after_removal = self._removed
        settings = handling.settings
        self._reads = AddressAllowances(settings.reads_per_s, settings.reads_burst)
        self._screens = AddressAllowances(settings.pairings_per_s, settings.pairings_burst)
        self._typed = Allowances(settings.pairings_per_s, settings.pairings_burst)
        self._changes = Allowances(settings.seats_per_s, settings.seats_burst)
        self._reports = Allowances(settings.seats_per_s, settings.seats_burst)

    def routes(self) -> list[Route]:
        """Where they answer."""
        return [
            Route("/api/boards/{ref}/pairings", self._ask, methods=["POST"]),
            Route("/api/boards/{ref}/pairings/{pairing}", self._ask_again, methods=["POST"]),
            Route("/api/boards/{ref}/kiosks", self._list),
            Route("/api/boards/{ref}/kiosks", self._confirm, methods=["POST"]),
            Route("/api/boards/{ref}/kiosks/{participant}", self._change, methods=["POST"]),
            Route("/api/boards/{ref}/kiosks/{participant}/revoke", self._revoke, methods=["POST"]),
            Route("/api/boards/{ref}/seat", self._seat, methods=["POST"]),
        ]

    # -- pairing: the screen ---------------------------------------------------------------------------------------

    async def _ask(self, request: Request) -> Response:
        self._handling.allow(self._screens, request)
        room, _ = await self._handling.board(request)
        waiting = await self._waiting(room.board)
        address = self._handling.tokens.device_key(room.board, f"address {household(address_of(request))}")
        await self._make_place(room.board, waiting, address)
        taken = {pairing.code for pairing in waiting.values()}
        code = _fresh_code()
        while self._digest(room.board, code) in taken:
            code = _fresh_code()
        id, secret = self._hub.clock.fresh_id(), secrets.token_urlsafe(32)
        expires_ms = self._hub.clock.now_ms() + PAIRING_MS
        pairing = Pairing(self._digest(room.board, code), _hashed(secret), expires_ms, address=address)
        await self._hub.log.put_person(room.board, PAIRINGS.row(id, pairing))
        return json_response(PairingMade(id, code, secret, expires_ms, ASK_AGAIN_MS), 201)

    async def _ask_again(self, request: Request) -> Response:
        self._handling.allow(self._reads, request)
        asked = await self._handling.body(request, PairingAsked)
        room, about = await self._handling.board(request)
        row = await self._hub.log.person_by_device(room.board, PAIRINGS.key(request.path_params["pairing"]))
        pairing = PAIRINGS.read(row) if row is not None else None
        if pairing is None or not self._is_good(pairing) or not _same(_hashed(asked.secret), pairing.secret):
            raise Refused(Rejected("not_found"))
        if pairing.kiosk is None:
            raise Refused(Rejected("waiting_for_approval", {"retry_after_ms": ASK_AGAIN_MS}))
        refused = await room.admission(pairing.kiosk)
        if refused is not None:
            raise Refused(Rejected(refused))
        token = self._handling.token(about.id, pairing.kiosk, "kiosk", CAPABILITY_DAYS)
        return json_response(KioskPaired(about.id, pairing.kiosk, token))

    async def _waiting(self, board: str) -> dict[str, Pairing]:
        """The pairings that are good now; those that are over are forgotten."""
        rows = PAIRINGS.among(await self._hub.log.people(board))
        for id in [id for id, pairing in rows.items() if not self._is_good(pairing)]:
            await self._hub.log.erase_person(board, PAIRINGS.key(id))
            del rows[id]
        return rows

    async def _make_place(self, board: str, pairings: dict[str, Pairing], address: str) -> None:
        """Where every place is taken, whoever has most gives their oldest to whoever has fewer. Raises `Refused`."""
        waiting = {id: pairing for id, pairing in pairings.items() if pairing.kiosk is None}
        if len(waiting) < limits.PAIRINGS_PER_BOARD:
            return
        held = Counter(pairing.address for pairing in waiting.values())
        greedy, most = held.most_common(1)[0]
        if most <= held[address] + 1:
            raise Refused(Rejected("busy"))
        _, oldest = min((pairing.expires_ms, id) for id, pairing in waiting.items() if pairing.address == greedy)
        await self._hub.log.erase_person(board, PAIRINGS.key(oldest))

    def _is_good(self, pairing: Pairing) -> bool:
        return pairing.expires_ms > self._hub.clock.now_ms()

    def _digest(self, board: str, code: str) -> str:
        """What is kept of a code: six characters are guessed from any digest that has no key."""
        return self._handling.tokens.device_key(board, f"pairing {code}")

    # -- pairing: who steers ---------------------------------------------------------------------------------------

    async def _confirm(self, request: Request) -> Response:
        self._handling.allow(self._reads, request)
        wish = await self._handling.body(request, NewKiosk)
        room, _, claims = await self._handling.moderator(request)
        self._handling.allow_person(self._typed, claims)
        name = kept.named(wish.name, limits.KIOSK_NAME_CHARS)
        if isinstance(name, Rejected):
            raise Refused(name)
        id, pairing = await self._shown_as(room.board, wish.code)
        if pairing.kiosk is not None:  # it was confirmed, and the answer got lost
            return json_response(await self._row(room, pairing.kiosk), 201)
        paired = [id for id, one in room.state.participants.items() if id.startswith(PAIRED) and not one.removed]
        if len(paired) >= limits.KIOSKS_PER_BOARD:
            raise Refused(Rejected("board_full", {"max_kiosks": limits.KIOSKS_PER_BOARD}))
        pin = await asyncio.to_thread(kept.pin_check, wish.pin) if wish.pin is not None else None
        kiosk = PAIRED + id  # the same for whoever confirms it at this moment, too
        await self._seats.remember(room, kiosk, name, Screen(self._hub.clock.now_ms(), pin))
        outcome = await room.act(ParticipantJoin(kiosk, "kiosk"))
        if isinstance(outcome, Rejected) and outcome.code != "already_so":
            await self._hub.forget_person(room.board, kiosk)
            raise Refused(outcome)
        await self._hub.log.put_person(room.board, PAIRINGS.row(id, replace(pairing, kiosk=kiosk, address="")))
        return json_response(await self._row(room, kiosk), 201)

    async def _shown_as(self, board: str, typed: str) -> tuple[str, Pairing]:
        """The pairing whose screen shows this code. Raises `Refused`."""
        code = "".join(letter for letter in typed.upper() if letter in CODE_ALPHABET)
        digest = self._digest(board, code)
        for id, pairing in (await self._waiting(board)).items():
            if _same(digest, pairing.code):
                return id, pairing
        raise Refused(Rejected("not_found"))

    async def _list(self, request: Request) -> Response:
        self._handling.allow(self._reads, request)
        room, _, _ = await self._handling.moderator(request)
        rows = await self._rows(room)
        return json_response(sorted(rows, key=lambda row: (row.removed, row.since_ms or 0, row.participant)))

    async def _row(self, room: Room, kiosk: str) -> Kiosk:
        return next(row for row in await self._rows(room) if row.participant == kiosk)

    async def _rows(self, room: Room) -> list[Kiosk]:
        people = await self._people(room)
        served = pages.build_of("kiosk")
        rows: list[Kiosk] = []
        for id, one in room.state.participants.items():
            if one.role == "kiosk":
                name, screen = _known(people, id)
                behind = None not in (served, screen.build) and screen.build != served
                rows.append(
                    Kiosk(
                        id, name, screen.since_ms, screen.seen_ms, screen.queued, screen.build, behind, one.removed,
                        screen.pin is not None, id.startswith(SEATED),
                    )
                )  # fmt: skip
        return rows

    async def _people(self, room: Room) -> dict[str, Person]:
        """Every row of its table."""
        return {person.participant: person for person in await self._hub.log.people(room.board)}

    async def _change(self, request: Request) -> Response:
        """Kept where no report overwrites it, then told: the screen asks for its seat, now or once it has a line."""
        self._handling.allow(self._reads, request)
        wish = await self._handling.body(request, KioskChange)
        room, _, claims = await self._handling.moderator(request)
        self._handling.allow_person(self._changes, claims)
        kiosk = await self._its_own(room, request.path_params["participant"])
        wanted = kept.named(wish.name, limits.KIOSK_NAME_CHARS) if wish.name is not UNSET else UNSET
        if isinstance(wanted, Rejected):
            raise Refused(wanted)
        pin = await _wanted_pin(wish)
        if pin is not UNSET:
            await self._hub.log.put_person(room.board, GIVEN_PINS.row(kiosk, GivenPin(pin)))
        if wanted is not UNSET:
            await self._hub.log.put_person(room.board, GIVEN_NAMES.row(kiosk, GivenName(wanted)))
            name, screen = _known(await self._people(room), kiosk)  # somebody else's, if they gave it one since
            await self._seats.remember(room, kiosk, name, screen)
            await self._seats.renamed(room, kiosk, name)
        outcome = await room.act(KioskReseat())
        if isinstance(outcome, Rejected):
            raise Refused(outcome)
        return json_response(await self._row(room, kiosk))

    async def _its_own(self, room: Room, kiosk: str) -> str:
        """A kiosk of this board that is one, and not through a lab, which gives those their name and PIN. Raises
        `Refused`."""
        if kiosk not in room.state.participants:
            await room.draw_level()
        if not is_kiosk(room.state, kiosk) or await room.admission(kiosk) is not None:
            raise Refused(Rejected("unknown_participant"))
        if kiosk.startswith(SEATED):
            raise Refused(Rejected("forbidden"))
        return kiosk

    async def _revoke(self, request: Request) -> Response:
        """Here first: whoever asks for its seat meanwhile is told nothing more. Done again, it finishes the rest."""
        self._handling.allow(self._reads, request)
        room, _, claims = await self._handling.moderator(request)
        kiosk = request.path_params["participant"]
        if not is_kiosk(room.state, kiosk):
            await room.draw_level()
        if not is_kiosk(room.state, kiosk):
            raise Refused(Rejected("unknown_participant"))
        outcome = await room.act(ParticipantRemove(kiosk), claims.participant)
        if isinstance(outcome, Rejected) and outcome.code != "already_so":
            raise Refused(outcome)
        await self._seats.stays_off(room, kiosk)
        await self._seats.leave_all(room, kiosk)
        return Response(status_code=204)

    async def _removed(self, board: str, participant: str) -> None:
        """However somebody was removed: if it is a kiosk, then from the whole lab, whether it reports again or not."""
        room = await self._hub.room(board)
        if is_kiosk(room.state, participant) and room.state.participants[participant].removed:
            await self._seats.leave_all(room, participant)

    # -- the seat --------------------------------------------------------------------------------------------------

    async def _seat(self, request: Request) -> Response:
        self._handling.allow(self._reads, request)
        report = await self._handling.body(request, KioskReport)
        room, _, claims = await self._handling.claimed(request)
        self._handling.allow_person(self._reports, claims)
        kiosk = claims.participant
        await self._check_in(room, kiosk)
        name, screen = _known(await self._people(room), kiosk)
        now_ms = self._hub.clock.now_ms()
        news = None
        if not report.preview and (screen.seen_ms is None or now_ms - screen.seen_ms >= NOTED_MS):
            news = replace(screen, seen_ms=now_ms, queued=report.queued, build=report.build)
            await self._seats.remember(room, kiosk, name, news)
        others = await self._seats.others(request, room, kiosk, name, replace(news, pin=None) if news else None)
        await self._check_in(room, kiosk)  # still, now that its places were made
        boards = (self._seats.face(request, room, kiosk), *others)
        build = pages.build_of("kiosk")
        return json_response(KioskSeat(name, build, room.state.kiosk, screen.pin, boards, self._hub.clock.now_ms()))

    async def _check_in(self, room: Room, kiosk: str) -> None:
        """Raises `Refused` for whoever is no kiosk of this board; one that was taken off it, however that was done, has
        no place on the others either (HB6)."""
        refused = await room.admission(kiosk)
        if refused is not None:
            if is_kiosk(room.state, kiosk):
                await self._seats.leave_all(room, kiosk)
            raise Refused(Rejected(refused))
        if not is_kiosk(room.state, kiosk):
            raise Refused(Rejected("forbidden"))


def _known(people: Mapping[str, Person], kiosk: str) -> tuple[str | None, Screen]:
    """What a kiosk is called and what is kept of it, given the rows of its board: what it was given last holds."""
    person = people.get(kiosk)
    name = person.name if person is not None else None
    if (given := people.get(GIVEN_NAMES.key(kiosk))) is not None:
        name = GIVEN_NAMES.read(given).name
    screen = kept.contact_of(person).screen or Screen()
    if (given := people.get(GIVEN_PINS.key(kiosk))) is not None:
        screen = replace(screen, pin=GIVEN_PINS.read(given).pin)
    return name, screen


async def _wanted_pin(wish: KioskChange) -> PinCheck | UnsetType | None:
    """What the new PIN is checked against; None: there is to be none; unset: it stays."""
    if wish.without_pin:
        return None
    return await asyncio.to_thread(kept.pin_check, wish.pin) if wish.pin is not UNSET else UNSET


def _fresh_code() -> str:
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(PAIRING_CHARS))


def _hashed(secret: str) -> str:
    """A secret of 256 random bits needs no salt, and no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one, other)
