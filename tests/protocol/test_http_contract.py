"""The HTTP side does what openapi.json says: each operation, well and badly, answered in the described shape."""

import asyncio
import hashlib
import http.client
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Any

import jsonschema
import pytest

from rebond.web.pages import ICONS
from rebond_client import Board
from rebond_protocol.cards import CardAdd
from rebond_protocol.errors import ERRORS
from rebond_protocol.generate import ROOT
from rebond_protocol.limits import PICTURE_BYTES
from tests.conftest import READY_WITHIN_S, RebondServer

DOCUMENT: dict[str, Any] = json.loads((ROOT / "protocol/generated/openapi.json").read_text(encoding="utf-8"))
OPERATIONS: dict[str, tuple[str, str, dict[str, Any]]] = {
    operation["operationId"]: (method.upper(), path, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}


class Caller:
    """Calls operations by name and checks each answer against its description."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.called: set[str] = set()

    def __call__(
        self,
        operation_id: str,
        body: Any = None,
        *,
        token: str | None = None,
        query: str = "",
        raw: bytes | None = None,
        ref: str = "",
        sent_as: str | None = None,
        **places: str,
    ) -> tuple[int, Any]:
        """The status and, of a JSON answer, the value. `places` are what further stands in the operation's address."""
        method, path, operation = OPERATIONS[operation_id]
        self.called.add(operation_id)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        headers |= {"Content-Type": sent_as} if sent_as else {}
        payload = raw if raw is not None else json.dumps(body).encode() if body is not None else None
        status, media, said = self._request(method, path.format(ref=ref, **places) + query, payload, headers)
        described = operation["responses"].get(str(status))
        assert described is not None, f"{operation_id} answered {status}, which is not described: {said!r}"
        content: dict[str, Any] = described.get("content", {})
        if not content:
            assert said == b""
            return status, None
        assert media in content
        return status, self._checked(content[media], media, said, described)

    def _request(
        self, method: str, path: str, payload: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, str, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=READY_WITHIN_S)
        try:
            connection.request(method, path, payload, dict(headers))
            response = connection.getresponse()
            media = (response.getheader("Content-Type") or "").split(";")[0]
            return response.status, media, response.read()
        finally:
            connection.close()

    def _checked(self, content: dict[str, Any], media: str, said: bytes, described: dict[str, Any]) -> Any:
        if media != "application/json":
            assert said
            return said
        value = json.loads(said)
        if "schema" in content:
            validator: Any = jsonschema.Draft202012Validator(
                {**content["schema"], "components": DOCUMENT["components"]}
            )
            validator.validate(value)
        if "temporary" in value:
            assert f"`{value['code']}`" in described["description"]
            assert value["message"] == ERRORS[value["code"]].message
        return value


def test_every_operation_answers_as_described(rebond_server: RebondServer) -> None:
    """Given a running server, when each operation is called well and badly, then its answers are the described ones."""
    call = Caller(rebond_server.port)
    assert call("health")[0] == 200
    assert call("readiness")[0] == 200
    assert call("metrics")[0] == 200
    assert call("describe") == (200, DOCUMENT)
    templates = call("list_templates", query="?locale=fr")[1]
    assert "brainstorm" in {template["name"] for template in templates}

    status, made = call("create_board", {"title": "Le quai", "template": "brainstorm", "locale": "fr"})
    assert status == 201
    assert call("create_board", {"title": "x", "template": "nonesuch"})[1]["code"] == "unknown_template"
    assert call("create_board", {"title": "  "})[1]["code"] == "text_empty"
    assert call("create_board", {"title": 7})[1]["code"] == "invalid"
    assert call("create_board", raw=b"{")[1]["code"] == "malformed"
    assert call("create_board", {"title": "x" * 400_000})[1]["code"] == "too_large"

    for ref in (made["id"], made["code"], made["code"].lower()):
        assert call("face_of_board", ref=ref)[1]["id"] == made["id"]
    assert call("face_of_board", ref="QQQQQ")[1]["code"] == "unknown_board"
    assert call("qr_svg", ref=made["code"])[0] == 200
    assert call("qr_png", ref=made["code"], query="?size=4")[1].startswith(b"\x89PNG")
    assert call("qr_png", ref="QQQQQ")[1]["code"] == "unknown_board"

    links = call("links", token=made["tokens"]["moderator"], ref=made["id"])[1]
    assert links["participant"] == made["links"]["participant"]
    assert call("links", ref=made["id"])[1]["code"] == "bad_token"

    device = "d-0123456789abcdef0123"
    joined = call("join_board", {"name": "Aude", "device": device}, ref=made["code"])[1]
    again = call("join_board", {"name": "Aude", "device": device}, ref=made["id"])[1]
    assert again["participant"] == joined["participant"]
    assert call("join_board", {"name": "x" * 41}, ref=made["code"])[1]["code"] == "text_too_long"
    assert call("join_board", {"name": "a\u202eb"}, ref=made["code"])[1]["code"] == "text_forbidden"
    assert call("join_board", {"segment": "martian"}, ref=made["code"])[1]["code"] == "invalid"
    assert call("join_board", {}, ref="QQQQQ")[1]["code"] == "unknown_board"

    for ending in ("json", "csv", "md"):
        assert call(f"export_{ending}", token=joined["token"], ref=made["id"])[0] == 200
        assert call(f"export_{ending}", ref=made["id"])[1]["code"] == "bad_token"

    other = call("join_board", {"name": "Basile"}, ref=made["code"])[1]
    elsewhere = call("create_board", {"title": "Ailleurs"})[1]
    aude = joined["participant"]
    assert call("erase_person", token=other["token"], ref=made["id"], participant=aude)[1]["code"] == "forbidden"
    assert (
        call("erase_person", token=elsewhere["tokens"]["moderator"], ref=made["id"], participant=aude)[1]["code"]
        == "wrong_board"
    )
    assert call("erase_person", token=joined["token"], ref=made["id"], participant=aude) == (204, None)
    nobody = call("erase_person", token=made["tokens"]["moderator"], ref=made["id"], participant="nobody")
    assert nobody[1]["code"] == "unknown_participant"
    _coming_in(call)
    _ideas(call, made, other)
    _kiosks(call, made)
    _labs(call, made, elsewhere)
    _pictures(call, made)
    assert call.called == set(OPERATIONS)


def _coming_in(call: Caller) -> None:
    """A passphrase, somebody who waits, an invitation: each well and badly."""
    assert call("create_board", {"title": "x", "access": "passphrase"})[1]["code"] == "text_empty"
    locked = call("create_board", {"title": "Clos", "access": "passphrase", "passphrase": "blue bridge"})[1]
    assert call("face_of_board", ref=locked["id"])[1]["access"] == "passphrase"
    assert call("join_board", {}, ref=locked["id"])[1]["code"] == "wrong_passphrase"
    assert call("join_board", {"passphrase": "Blue  bridge "}, ref=locked["id"])[0] == 200

    made = call("create_board", {"title": "À la porte", "access": "approval"})[1]
    steers: dict[str, Any] = {"ref": made["id"], "token": made["tokens"]["moderator"]}
    told = call("join_board", {"name": "Zoé"}, ref=made["id"])[1]
    assert told["code"] == "waiting_for_approval"
    ticket, waiting = told["details"]["ticket"], told["details"]["participant"]
    assert call("list_waiting", ref=made["id"], token=ticket)[1]["code"] == "bad_token"
    assert [row["participant"] for row in call("list_waiting", **steers)[1]] == [waiting]
    for wish, code in (({}, "invalid"), ({"admit": 1}, "invalid"), (None, "invalid")):
        assert call("decide_on_waiting", wish, participant=waiting, **steers)[1]["code"] == code
    assert call("decide_on_waiting", {"admit": True}, participant="no", **steers)[1]["code"] == "unknown_participant"
    assert call("decide_on_waiting", {"admit": True}, participant=waiting, **steers) == (204, None)
    assert call("join_board", {"ticket": ticket}, ref=made["id"])[1]["participant"] == waiting
    assert call("join_board", {"ticket": "x"}, ref=made["id"])[1]["code"] == "bad_token"

    assert call("invite", {"role": "kiosk"}, **steers)[1]["code"] == "invalid"
    assert call("invite", {"role": "staff"}, ref=made["id"], token=ticket)[1]["code"] == "forbidden"
    status, invitation = call("invite", {"role": "staff", "name": "Equipe"}, **steers)
    assert status == 201
    assert call("list_invitations", **steers)[1] == [invitation]
    secret = invitation["link"].partition("#i=")[2]
    assert call("face_of_board", ref=made["code"], token=secret)[1]["invited"] == "staff"
    assert call("join_board", {"invitation": secret}, ref=made["code"])[1]["role"] == "staff"
    assert call("revoke_invitation", invitation=invitation["id"], **steers) == (204, None)
    assert call("revoke_invitation", invitation=invitation["id"], **steers)[1]["code"] == "not_found"
    assert call("join_board", {"invitation": secret}, ref=made["code"])[1]["code"] == "expired_token"


def _ideas(call: Caller, made: Any, other: Any) -> None:
    """Ideas from elsewhere, and which resemble each other: each well and badly."""
    steers: dict[str, Any] = {"ref": made["id"], "token": made["tokens"]["moderator"]}
    table = b"text;section\r\nOuvrir l'agence le samedi matin;\r\nx;nulle part\r\n"
    report = call("import_cards", raw=table, sent_as="text/csv", **steers)[1]
    assert len(report["cards"]) == 1
    assert [(line["line"], line["code"]) for line in report["refused"]] == [(3, "unknown_section")]
    assert (
        len(call("import_cards", ["Samedi matin, ouvrir l'agence"], sent_as="application/json", **steers)[1]["cards"])
        == 1
    )
    assert call("import_cards", raw=b"x", sent_as="application/pdf", **steers)[1]["code"] == "invalid"
    assert call("import_cards", raw=b"{", sent_as="application/json", **steers)[1]["code"] == "malformed"
    found = call("similar", {"text": "ouvrir le samedi matin"}, ref=made["id"], token=other["token"])[1]["cards"]
    assert report["cards"][0] in {row["card"] for row in found}
    assert call("similar", {"text": "x"}, ref=made["id"])[1]["code"] == "bad_token"
    assert call("similar", {"text": "x" * 1_001}, **steers)[1]["code"] == "text_too_long"
    assert len(call("suggestions", **steers)[1]["groups"]) == 1
    assert call("suggestions", ref=made["id"], token=other["token"])[1]["code"] == "forbidden"
    assert call("brand")[1] == {"name": None, "logo": None}


def _kiosks(call: Caller, made: Any) -> None:
    """A screen that becomes a kiosk, its seat, what it hands home, and its end: each well and badly."""
    steers: dict[str, Any] = {"ref": made["id"], "token": made["tokens"]["moderator"]}
    status, pairing = call("ask_to_pair", ref=made["code"])
    assert status == 201
    assert call("ask_to_pair", ref="QQQQQ")[1]["code"] == "unknown_board"
    screen: dict[str, Any] = {"ref": made["code"], "pairing": pairing["pairing"]}
    assert call("ask_whether_paired", {"secret": pairing["secret"]}, **screen)[1]["code"] == "waiting_for_approval"
    assert call("ask_whether_paired", {"secret": "x"}, **screen)[1]["code"] == "not_found"
    assert call("ask_whether_paired", {}, **screen)[1]["code"] == "invalid"
    wish = {"code": pairing["code"], "name": "Vitrine", "pin": "2468"}
    assert call("confirm_kiosk", {**wish, "code": "x"}, **steers)[1]["code"] == "not_found"
    assert call("confirm_kiosk", {**wish, "pin": "x"}, **steers)[1]["code"] == "invalid"
    assert call("confirm_kiosk", {**wish, "name": ""}, **steers)[1]["code"] == "text_empty"
    assert call("confirm_kiosk", wish, ref=made["id"], token=made["tokens"]["kiosk"])[1]["code"] == "forbidden"
    status, row = call("confirm_kiosk", wish, **steers)
    assert status == 201
    kiosk = call("ask_whether_paired", {"secret": pairing["secret"]}, **screen)[1]
    assert row in call("list_kiosks", **steers)[1]
    assert call("list_kiosks", ref=made["id"], token=kiosk["token"])[1]["code"] == "forbidden"

    here: dict[str, Any] = {"ref": made["id"], "token": kiosk["token"]}
    assert call("take_seat", {"build": "b1", "queued": 2}, **here)[1]["name"] == "Vitrine"
    assert call("take_seat", {"queued": -1}, **here)[1]["code"] == "invalid"
    assert call("take_seat", {}, **steers)[1]["code"] == "forbidden"
    key = "x" * 43
    assert call("hand_off", {"made": "nothing", "key": key}, **here)[1]["code"] == "unknown_card"
    assert call("hand_off", {"made": "nothing", "key": "x"}, **here)[1]["code"] == "invalid"
    assert call("hand_off", {"made": "nothing", "key": key}, **steers)[1]["code"] == "forbidden"
    theirs = call("import_cards", ["Un banc dehors"], sent_as="application/json", **steers)[1]["cards"][0]
    assert call("hand_off", {"made": theirs, "key": key}, **here)[1]["code"] == "not_yours"
    mine = asyncio.run(_written(call.port, here))
    assert call("hand_off", {"made": mine, "key": _key("at home")}, **here)[0] == 201
    assert call("join_board", {"handoff": "nowhere"}, ref=made["code"])[1]["code"] == "handoff_waiting"
    assert call("join_board", {"handoff": "at home"}, ref=made["code"])[0] == 200
    assert call("join_board", {"handoff": "at home"}, ref=made["code"])[1]["code"] == "handoff_used"

    which = kiosk["participant"]
    assert call("change_kiosk", {"name": "Accueil"}, participant=which, **steers)[1]["name"] == "Accueil"
    assert call("change_kiosk", {"pin": "x"}, participant=which, **steers)[1]["code"] == "invalid"
    assert call("change_kiosk", {"name": " "}, participant=which, **steers)[1]["code"] == "text_empty"
    assert call("change_kiosk", {}, participant="nobody", **steers)[1]["code"] == "unknown_participant"
    assert call("change_kiosk", {}, participant=which, **here)[1]["code"] == "forbidden"
    assert call("revoke_kiosk", participant=which, **steers) == (204, None)
    assert call("revoke_kiosk", participant="nobody", **steers)[1]["code"] == "unknown_participant"
    assert call("take_seat", {}, **here)[1]["code"] == "removed"
    assert call("ask_whether_paired", {"secret": pairing["secret"]}, **screen)[1]["code"] == "removed"


async def _written(port: int, kiosk: Mapping[str, str]) -> str:
    async with Board(f"ws://127.0.0.1:{port}/ws/{kiosk['ref']}", kiosk["token"]) as board:
        accepted = await board.submit(CardAdd("Un arbre à côté du banc", lang="fr"))
    assert isinstance(accepted.made, str)
    return accepted.made


def _key(secret: str) -> str:
    return urlsafe_b64encode(hashlib.sha256(secret.encode()).digest()).decode().rstrip("=")


def _labs(call: Caller, made: Any, board: Any) -> None:
    """A board in a lab and out of it, and the lab's front page: each well and badly."""
    steers: dict[str, Any] = {"ref": made["id"], "token": made["tokens"]["moderator"]}
    wish = {"board": board["code"], "token": board["tokens"]["moderator"]}
    assert call("link_board", {**wish, "token": "x"}, **steers)[1]["code"] == "bad_token"
    assert call("link_board", {**wish, "board": "QQQQQ"}, **steers)[1]["code"] == "unknown_board"
    assert call("link_board", {}, **steers)[1]["code"] == "invalid"
    assert call("link_board", wish, **steers) == (204, None)
    assert call("link_board", wish, **steers)[1]["code"] == "already_so"
    page = call("front_page_of_lab", ref=made["code"])[1]
    assert [face["board"] for face in page["boards"]] == [made["id"], board["id"]]
    assert call("front_page_of_lab", ref="QQQQQ")[1]["code"] == "unknown_board"
    (row,) = call("list_lab_boards", **steers)[1]
    assert (row["board"], row["code"], row["cards_waiting"]) == (board["id"], board["code"], 0)
    theirs: dict[str, Any] = {"ref": board["id"], "token": board["tokens"]["moderator"]}
    assert [lab["board"] for lab in call("list_labs_of_board", **theirs)[1]] == [made["id"]]
    for asked in ("list_lab_boards", "list_labs_of_board"):
        assert call(asked, ref=made["id"], token=made["tokens"]["kiosk"])[1]["code"] == "forbidden"
    out: dict[str, Any] = {**steers, "board": board["id"]}
    assert call("unlink_board", **{**out, "token": made["tokens"]["kiosk"]})[1]["code"] == "forbidden"
    assert call("unlink_board", **out) == (204, None)
    assert call("unlink_board", **out)[1]["code"] == "already_so"


def _pictures(call: Caller, made: Any) -> None:
    """A picture in and out: each well and badly."""
    steers: dict[str, Any] = {"ref": made["id"], "token": made["tokens"]["moderator"]}
    icon = (ICONS / "icon-512.png").read_bytes()
    status, kept = call("put_picture", raw=icon, sent_as="image/png", **steers)
    assert (status, kept["width"], kept["height"]) == (201, 512, 512)
    assert call("put_picture", raw=b"<svg/>", sent_as="image/svg+xml", **steers)[1]["code"] == "not_a_picture"
    assert call("put_picture", raw=bytes(PICTURE_BYTES + 1), **steers)[1]["code"] == "too_large"
    assert call("put_picture", raw=icon, ref=made["id"], token=made["tokens"]["kiosk"])[1]["code"] == "forbidden"
    for query in ("", "?width=480", "?width=1080"):
        assert call("show_picture", ref=made["code"], picture=kept["picture"], query=query)[1].startswith(b"RIFF")
    assert call("show_picture", ref=made["id"], picture=kept["picture"], query="?width=7")[1]["code"] == "invalid"
    assert call("show_picture", ref=made["id"], picture="0" * 64)[1]["code"] == "not_found"
    assert call("show_picture", ref="QQQQQ", picture=kept["picture"])[1]["code"] == "unknown_board"


@pytest.mark.parametrize(
    ("method", "path", "code"), [("GET", "/api/nothing", "not_found"), ("DELETE", "/api/boards", "method_not_allowed")]
)
def test_whatever_else_is_asked_is_a_problem_too(
    rebond_server: RebondServer, method: str, path: str, code: str
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", rebond_server.port, timeout=READY_WITHIN_S)
    connection.request(method, path)
    response = connection.getresponse()
    assert (response.status, json.loads(response.read())["code"]) == (ERRORS[code].status, code)
    connection.close()
