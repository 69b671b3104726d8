"""How people come in: by the code, a passphrase, a moderator's leave; and how they are forgotten. Who was invited, or
takes home what they wrote at a kiosk, stands at no door: `inviting` and `handoffs` know.

Who waits for leave is in the table of names and in no log: a participant begins when somebody is let in, or turned
away, and then every node knows (ADR 0021). Names, addresses and hashes never enter the log (LG7).
"""

import asyncio
import hashlib
import hmac
import secrets
from collections import OrderedDict
from typing import NoReturn

from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from rebond.domain.decide import decide
from rebond.domain.envelope import Envelope
from rebond.domain.people import is_kiosk
from rebond.hub.room import Room
from rebond.log import DeviceTaken, Person
from rebond.web import kept
from rebond.web.addresses import AddressAllowances
from rebond.web.auth import PARTICIPANT_DAYS
from rebond.web.handling import Handling, bearer
from rebond.web.handoffs import Handoffs
from rebond.web.inviting import Inviting
from rebond.web.kept import GIVEN_NAMES, GIVEN_PINS, Contact, Handoff, Invite, Knock
from rebond.web.problems import Refused, json_response
from rebond_protocol import limits
from rebond_protocol.boards import About
from rebond_protocol.errors import Rejected
from rebond_protocol.http import Admission, BoardFace, Claims, Join, Joined, Waiting
from rebond_protocol.people import ParticipantJoin, ParticipantRaise, ParticipantRemove, Role

DEVICE_CHARS_MIN = 20
"""A shorter device id could be guessed, and with it somebody's identity; it is then not used to recognise anybody."""
ASK_AGAIN_MS = 4_000
"""How soon whoever waits for leave asks again."""
BOARDS_OPENED = 1_000
"""Of so many boards the passphrase that was right last is known without hashing it again."""


class Joining:
    """The handlers about people."""

    def __init__(self, handling: Handling, inviting: Inviting, handoffs: Handoffs) -> None:
        self._handling = handling
        self._inviting = inviting
        self._handoffs = handoffs
        self._hub = handling.hub
        settings = handling.settings
        self._joins = AddressAllowances(settings.joins_per_s, settings.joins_burst)
        self._reads = AddressAllowances(settings.reads_per_s, settings.reads_burst)
        self._erasures = AddressAllowances(settings.erasures_per_s, settings.erasures_burst)
        self._guesses = AddressAllowances(settings.guesses_per_s, settings.guesses_burst)
        self._hashing = asyncio.Semaphore(1)
        self._pepper = secrets.token_bytes(32)
        self._right: OrderedDict[str, tuple[str, bytes]] = OrderedDict()

    def routes(self) -> list[Route]:
        """Where they answer."""
        return [
            Route("/api/boards/{ref}", self._face),
            Route("/api/boards/{ref}/join", self._join, methods=["POST"]),
            Route("/api/boards/{ref}/waiting", self._list_waiting),
            Route("/api/boards/{ref}/waiting/{participant}", self._decide_on, methods=["POST"]),
            Route("/api/boards/{ref}/people/{participant}/erase", self._erase_person, methods=["POST"]),
        ]

    # -- before anybody joins --------------------------------------------------------------------------------------

    async def _face(self, request: Request) -> Response:
        self._handling.allow(self._reads, request)
        room, about = await self._handling.board(request)
        face = BoardFace(
            about.id, about.code, about.title, about.locale, about.name_asked, about.anonymous, about.segments,
            f"{self._handling.base_url(request)}/j/{about.code}", about.access,
            about.email_asked and not about.anonymous,
        )  # fmt: skip
        token = bearer(request)
        if token:
            face = replace(face, access="open", invited=(await self._inviting.invited(room, token)).role)
        return json_response(face)

    # -- joining ---------------------------------------------------------------------------------------------------

    async def _join(self, request: Request) -> Response:
        self._handling.allow(self._joins, request)
        wish = await self._handling.body(request, Join)
        room, about = await self._handling.board(request)
        invite = await self._inviting.invited(room, wish.invitation) if wish.invitation else None
        known, participant = await self._who(room, wish)
        standing = await room.admission(participant) if known or wish.ticket else "bad_token"
        handoff = await self._handoffs.shown(room, wish.handoff, participant) if wish.handoff else None
        person = self._as_wished(room, about, wish, known or Person(participant, None, None, None))
        arrival = ParticipantJoin(participant, "participant", wish.segment)
        foreseen = decide(room.state, Envelope(None, None, None, 0, ""), arrival)
        if isinstance(foreseen, Rejected) and foreseen.code != "already_so":
            raise Refused(foreseen)  # before a name is kept for somebody who does not come in
        if standing == "removed":
            raise Refused(Rejected("removed"))  # or they could still put another name on their cards
        if standing is not None and invite is None and handoff is None:
            await self._pass_the_door(room.board, about, wish, request)
            if about.access == "approval":
                await self._wait(room, known, person, wish.segment)
        joined = await self._let_in(room, known, person, arrival, invite)
        if handoff is not None:
            came_by_it = standing is not None and about.access != "open"
            await self._take_home(room, handoff, joined.participant, came_by_it=came_by_it)
        return json_response(joined)

    async def _take_home(self, room: Room, handoff: Handoff, participant: str, *, came_by_it: bool) -> None:
        """Theirs from now on. Raises `Refused` where another phone was quicker: whom nothing but this code let in is
        out again, and their device stands before the door as any other. Where nobody can say, they are in, and ask
        again."""
        try:
            await self._handoffs.claim(room, handoff, participant)
        except Refused as refused:
            if came_by_it and refused.rejected.code == "handoff_used":
                await room.act(ParticipantRemove(participant))
                await self._hub.forget_person(room.board, participant)
            raise

    def _as_wished(self, room: Room, about: About, wish: Join, before: Person) -> Person:
        """What is to be kept of somebody who joins so: what they leave out stays as it was. Raises `Refused`.

        Whoever was muted keeps their name, too: it stands beside all they wrote.
        """
        email = _email(wish, about) or kept.contact_of(before).email
        joined = room.state.participants.get(before.participant)
        is_muted = joined is not None and joined.muted
        return Person(
            before.participant,
            before.name if is_muted else _name(wish, about, before.name),
            kept.as_kept(Contact(email)),
            self._device_key(about.id, wish.device) or before.device_key,
        )

    async def _let_in(
        self, room: Room, known: Person | None, person: Person, arrival: ParticipantJoin, invite: Invite | None
    ) -> Joined:
        participant = await self._remember(room, known, person)
        outcome = await room.act(replace(arrival, participant=participant))
        if isinstance(outcome, Rejected) and outcome.code != "already_so":
            raise Refused(outcome)
        refused = room.refusal(participant)
        if refused is not None:
            raise Refused(Rejected(refused))
        role = await self._raised(room, participant, invite)
        token = self._handling.token(room.board, participant, role, PARTICIPANT_DAYS)
        return Joined(room.board, participant, token, role)

    async def _who(self, room: Room, wish: Join) -> tuple[Person | None, str]:
        """Who joins, as far as they are known: by their device, or by the ticket they were given."""
        board = room.board
        ticketed = self._ticketed(room, wish.ticket) if wish.ticket else None
        device_key = self._device_key(board, wish.device)
        known = await self._hub.log.person_by_device(board, device_key) if device_key else None
        if known is None and ticketed is not None:  # rare: whoever has a device shows it beside the ticket
            rows = await self._hub.log.people(board)
            known = next((row for row in rows if row.participant == ticketed), None)
        if known is not None:
            return known, known.participant
        return None, ticketed or self._hub.clock.fresh_id()

    def _ticketed(self, room: Room, ticket: str) -> str:
        claims = self._handling.claims(room, ticket)
        if claims.role != "participant":
            raise Refused(Rejected("bad_token"))
        return claims.participant

    def _device_key(self, board: str, device: str | None) -> str | None:
        long_enough = device is not None and len(device) >= DEVICE_CHARS_MIN
        return self._handling.tokens.device_key(board, device) if device is not None and long_enough else None

    async def _remember(self, room: Room, known: Person | None, person: Person) -> str:
        """Store what is known of somebody, apart from the log (LG7); returns whose device this turns out to be."""
        if (person.name, person.contact, person.device_key) == (None, None, None):
            return person.participant
        # What is read of a shared log may be there for nobody else yet, and go with its master: only a write that is
        # answered says that it is stored (LG2).
        if person != known or self._hub.log.shared:
            try:
                await self._hub.log.put_person(room.board, person)
            except DeviceTaken as taken:  # the same phone asked twice at once: both answers are the same person
                return taken.participant
        # Also of who was known already: they may ask again because the table had them and could not vouch for it yet.
        if person.name is not None and room.names.get(person.participant) != person.name:
            room.renamed(person.participant, person.name, person)
        return person.participant

    async def _raised(self, room: Room, participant: str, invite: Invite | None) -> Role:
        """The role of somebody who is in, raised to what they are invited as: so it can be taken back on the board."""
        outcome = await room.act(ParticipantRaise(participant, invite.role)) if invite is not None else None
        if isinstance(outcome, Rejected) and outcome.code != "already_so":
            raise Refused(outcome)
        return room.state.participants[participant].role

    # -- passphrase ------------------------------------------------------------------------------------------------

    async def _pass_the_door(self, board: str, about: About, wish: Join, request: Request) -> None:
        """Let through who says the passphrase, where one is asked for. Raises `Refused`.

        What was right once is known from then on without hashing: a whole room that comes in costs one hash, and
        somebody who guesses, from the room's own address, locks nobody out.
        """
        if about.access != "passphrase":
            return
        row = await self._hub.log.person_by_device(board, kept.PASSPHRASE)
        words = kept.spoken(wish.passphrase or "")
        if row is None or row.contact is None or isinstance(words, Rejected):
            raise Refused(Rejected("wrong_passphrase"))
        digest = hashlib.blake2b(f"{board} {words}".encode(), key=self._pepper).digest()
        right = self._right.get(board)
        if right is not None and right[0] == row.contact and hmac.compare_digest(right[1], digest):
            return
        self._handling.allow(self._guesses, request)
        async with self._hashing:
            if not await asyncio.to_thread(kept.is_passphrase, words, row.contact):
                raise Refused(Rejected("wrong_passphrase"))
        self._right[board] = row.contact, digest
        if len(self._right) > BOARDS_OPENED:
            self._right.popitem(last=False)

    # -- by leave of a moderator -----------------------------------------------------------------------------------

    async def _wait(self, room: Room, known: Person | None, person: Person, segment: str | None) -> NoReturn:
        """Note that somebody waits, and say so to them: always raises `Refused`."""
        before = kept.contact_of(known).knock
        if before is None and len(await self._knocking(room)) >= limits.WAITING_PER_BOARD:
            raise Refused(Rejected("busy"))
        knock = Knock(self._hub.clock.now_ms(), segment)
        if before is not None:  # asked again, nothing is written again
            knock = Knock(before.since_ms, segment or before.segment)
        contact = kept.as_kept(replace(kept.contact_of(person), knock=knock))
        participant = await self._remember(room, known, replace(person, contact=contact))
        ticket = self._handling.token(room.board, participant, "participant", PARTICIPANT_DAYS)
        details: dict[str, object] = {"ticket": ticket, "participant": participant, "retry_after_ms": ASK_AGAIN_MS}
        raise Refused(Rejected("waiting_for_approval", details))

    async def _knocking(self, room: Room) -> dict[str, tuple[Person, Knock]]:
        """Everybody who waits, whoever has waited longest first."""
        rows = [(person, kept.contact_of(person).knock) for person in await self._people(room.board)]
        waiting = [
            (person, knock) for person, knock in rows if knock and person.participant not in room.state.participants
        ]
        waiting.sort(key=lambda row: (row[1].since_ms, row[0].participant))
        return {person.participant: (person, knock) for person, knock in waiting}

    async def _people(self, board: str) -> list[Person]:
        return [person for person in await self._hub.log.people(board) if kept.is_somebody(person)]

    async def _list_waiting(self, request: Request) -> Response:
        self._handling.allow(self._reads, request)
        room, _, _ = await self._handling.moderator(request)
        rows = (await self._knocking(room)).items()
        return json_response([Waiting(id, person.name, knock.segment, knock.since_ms) for id, (person, knock) in rows])

    async def _decide_on(self, request: Request) -> Response:
        self._handling.allow(self._reads, request)
        decision = await self._handling.body(request, Admission)
        room, _, claims = await self._handling.moderator(request)
        participant = request.path_params["participant"]
        found = (await self._knocking(room)).get(participant)
        if found is None:
            raise Refused(Rejected("unknown_participant"))
        person, knock = found
        commands = [ParticipantJoin(participant, "participant", knock.segment)]
        for command in commands if decision.admit else [*commands, ParticipantRemove(participant)]:
            actor = claims.participant if isinstance(command, ParticipantRemove) else None
            outcome = await room.act(command, actor)
            if isinstance(outcome, Rejected) and outcome.code != "already_so":
                raise Refused(outcome)
        contact = kept.as_kept(replace(kept.contact_of(person), knock=None))
        await self._hub.log.put_person(room.board, replace(person, contact=contact))
        return Response(status_code=204)

    # -- leaving for good ------------------------------------------------------------------------------------------

    async def _erase_person(self, request: Request) -> Response:
        self._handling.allow(self._erasures, request)
        room, _, claims = await self._handling.claimed(request)
        participant = request.path_params["participant"]
        waits = await room.admission(participant) == "bad_token" and participant in await self._knocking(room)
        if not (waits and claims.participant == participant):  # who knocks may think better of it
            await self._may_erase(room, claims, participant, waits)
        if is_kiosk(room.state, participant):  # or what it was renamed to would be its name again
            for given in (GIVEN_NAMES, GIVEN_PINS):
                await self._hub.log.erase_person(room.board, given.key(participant))
        await self._hub.forget_person(room.board, participant)
        return Response(status_code=204)

    async def _may_erase(self, room: Room, claims: Claims, participant: str, waits: bool) -> None:
        """Raises `Refused` for whoever is not in, is no moderator and not that person; and for nobody's id.

        A kiosk is no person: its row has the PIN that keeps visitors on their side of it.
        """
        refused = await room.admission(claims.participant)
        if refused is not None:
            raise Refused(Rejected(refused))
        is_own = claims.participant == participant and not is_kiosk(room.state, participant)
        if not is_own and room.state.participants[claims.participant].role != "moderator":
            raise Refused(Rejected("forbidden"))
        if not waits and participant not in room.state.participants:
            raise Refused(Rejected("unknown_participant"))


def _name(wish: Join, about: About, before: str | None) -> str | None:
    """The name as it is stored. On an anonymous board none is, whatever was sent (DM5)."""
    if about.anonymous or about.name_asked == "no":
        return None
    if wish.name is None or not wish.name.strip():
        if about.name_asked == "required" and before is None:
            raise Refused(Rejected("text_empty", {"field": "name"}))
        return before
    name = kept.named(wish.name, limits.NAME_CHARS)
    if isinstance(name, Rejected):
        raise Refused(name)
    return name


def _email(wish: Join, about: About) -> str | None:
    """The address as it is stored, where one is asked for; on an anonymous board none is."""
    if about.anonymous or not about.email_asked or wish.email is None or not wish.email.strip():
        return None
    email = kept.cleaned_email(wish.email)
    if isinstance(email, Rejected):
        raise Refused(email)
    return email
