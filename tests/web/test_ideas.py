"""Ideas over HTTP: which resemble each other, lists of them in, the board out as files (PRODUCT section 2, DM6)."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from rebond.app import Application
from rebond.web import likeness
from rebond_protocol import limits
from rebond_protocol.cards import CardAdd, CardHide, CardTag, CardWithdraw
from rebond_protocol.groups import GroupMake
from rebond_protocol.http import BoardMade
from rebond_protocol.rounds import RoundClose, RoundOpen, VoteCast, VoteMark
from rebond_protocol.steps import StepSet
from rebond_protocol.talk import CommentAdd, ReactionSet
from tests.web.edge import acts, application, asking, bearer, board_made, joined, problem, somebody


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[Application]:
    async with application(tmp_path, hints_burst="1000", imports_burst="1000") as app:
        yield app


@pytest.fixture
async def client(app: Application) -> AsyncIterator[httpx.AsyncClient]:
    async with asking(app) as client:
        yield client


@pytest.fixture(autouse=True)
def always_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is asked is answered as of now: nobody waits here for what was worked out to grow old."""
    monkeypatch.setattr(likeness, "FRESH_MS", 0)


async def likes(client: httpx.AsyncClient, made: BoardMade, token: str, text: str, **more: Any) -> list[str]:
    """The cards that are like this text, for whoever holds this token."""
    response = await client.post(f"/api/boards/{made.id}/similar", json={"text": text, **more}, headers=bearer(token))
    assert response.status_code == 200, response.text
    return [row["card"] for row in response.json()["cards"]]


# -- what resembles what -------------------------------------------------------------------------------------------


async def test_nobody_is_shown_what_they_may_not_see(client: httpx.AsyncClient, app: Application) -> None:
    """DM6: given the same idea shown, hidden, waiting, taken back and sealed, when somebody writes it, then a
    participant is shown the first alone, and a moderator what is up; once it is hidden too, nobody is shown it."""
    made = await board_made(client, locale="fr")
    ana, bo = await joined(client, made), await joined(client, made)
    mo, kiosk = await somebody(app, made, "moderator"), await somebody(app, made, "kiosk")
    idea = "Ouvrir l'agence le samedi matin"
    shown = await acts(app, made.id, ana.participant, CardAdd(idea))
    hidden = await acts(app, made.id, ana.participant, CardAdd(idea))
    await acts(app, made.id, mo, CardHide(hidden))
    await acts(app, made.id, kiosk, CardAdd(idea))
    withdrawn = await acts(app, made.id, ana.participant, CardAdd(idea))
    await acts(app, made.id, ana.participant, CardWithdraw(withdrawn))
    await acts(app, made.id, mo, StepSet("Seul", private=True))
    sealed = await acts(app, made.id, ana.participant, CardAdd(idea))
    asked = "agence ouverte, samedi matin, ouvrir"
    for token in (bo.token, ana.token, made.tokens.kiosk, made.tokens.display):
        assert await likes(client, made, token, asked) == [shown]
    assert set(await likes(client, made, made.tokens.moderator, asked)) == {shown, sealed}
    assert await likes(client, made, bo.token, asked, card=shown) == []
    await acts(app, made.id, mo, CardHide(shown))
    assert await likes(client, made, bo.token, asked) == []


async def test_what_is_hidden_meanwhile_is_not_shown(
    client: httpx.AsyncClient, app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DM6: given what was worked out a moment ago is still good, when a card is hidden, then it is shown to nobody."""
    monkeypatch.setattr(likeness, "FRESH_MS", 60_000)
    made = await board_made(client)
    ana = await joined(client, made)
    card = await acts(app, made.id, ana.participant, CardAdd("Free coffee while waiting"))
    assert await likes(client, made, ana.token, "coffee for free, while you wait") == [card]
    await acts(app, made.id, await somebody(app, made, "moderator"), CardHide(card))
    assert await likes(client, made, ana.token, "coffee for free, while you wait") == []


async def test_likely_duplicates_are_proposed_to_moderators(client: httpx.AsyncClient, app: Application) -> None:
    """PRODUCT section 2: given two ideas that say the same and others that do not, then they are proposed together, to
    moderators alone, until they stand in one stack."""
    made = await board_made(client)
    ana, mo = await joined(client, made), await somebody(app, made, "moderator")
    texts = ("Free coffee while waiting", "Offer coffee for free to people who wait", "A play corner for children")
    one, other, _ = [await acts(app, made.id, ana.participant, CardAdd(text)) for text in texts]
    path, steers = f"/api/boards/{made.id}/suggestions", bearer(made.tokens.moderator)
    told = (await client.get(path, headers=steers)).json()
    assert [set(group["cards"]) for group in told["groups"]] == [{one, other}]
    assert 60 <= told["groups"][0]["score"] <= 100
    assert told["seq"] == (await app.hub.room(made.id)).state.seq
    problem(await client.get(path, headers=bearer(ana.token)), "forbidden")
    problem(await client.get(path), "bad_token")
    await acts(app, made.id, mo, GroupMake((one, other)))
    assert (await client.get(path, headers=steers)).json()["groups"] == []


async def test_asking_at_every_letter_is_limited(tmp_path: Path) -> None:
    """Section 8: given a phone asks at every letter, then it is `rate_limited`, and nobody else is."""
    async with application(tmp_path, hints_per_s="0.001", hints_burst="3") as app, asking(app) as client:
        made = await board_made(client)
        ana, bo = await joined(client, made), await joined(client, made)
        path = f"/api/boards/{made.id}/similar"
        for _ in range(3):
            await likes(client, made, ana.token, "coffee")
        problem(await client.post(path, json={"text": "coffee"}, headers=bearer(ana.token)), "rate_limited")
        await likes(client, made, bo.token, "coffee")


@pytest.mark.parametrize(
    ("body", "code"),
    [({}, "invalid"), ({"text": 7}, "invalid"), ({"text": "x" * (limits.CARD_TEXT_CHARS + 1)}, "text_too_long"),
     ({"text": "x", "card": "no id!"}, "invalid"), ([], "malformed")],
)  # fmt: skip
async def test_what_cannot_be_asked_is_refused(client: httpx.AsyncClient, body: Any, code: str) -> None:
    """HB9: given what is no text, then its code; and odd texts are answered."""
    made = await board_made(client)
    path, token = f"/api/boards/{made.id}/similar", bearer(made.tokens.moderator)
    problem(await client.post(path, json=body, headers=token), code)
    for odd in ("", " ", "\u202e", "\x00", "🙂" * 300, "a" * 1_000, "ﬁ ﬂ"):
        assert await likes(client, made, made.tokens.moderator, odd) == []


# -- in ------------------------------------------------------------------------------------------------------------


async def takes_in(client: httpx.AsyncClient, made: BoardMade, content: bytes, media_type: str) -> httpx.Response:
    """A moderator imports this."""
    headers = {**bearer(made.tokens.moderator), "Content-Type": media_type}
    return await client.post(f"/api/boards/{made.id}/import", content=content, headers=headers)


async def cards_of(app: Application, made: BoardMade) -> list[tuple[str, str | None, str, tuple[str, ...]]]:
    """What stands on the board, in order."""
    state = (await app.hub.room(made.id)).state
    cards = sorted(state.cards.values(), key=lambda card: card.order)
    return [(card.text, card.section, card.kind, card.tags or ()) for card in cards]


TABLES: dict[str, bytes] = {
    "as programs write it": 'text,section,kind,tags\r\n"Deux, lignes",sec,question,"a, b"\r\nCafé,,,\r\n'.encode(),
    "as French spreadsheets write it": (
        'Texte;Étiquettes;Type;Colonne\nDeux, lignes;"a;b";question;SEC\nCafé;;;\n'.encode("cp1252")
    ),
    "with a mark and tabs": (
        "\ufefftags\ttext\tsection\tkind\na|b\tDeux, lignes\tsec\tQuestion\n\tCafé\t\t\n".encode()
    ),
    "in sixteen bits": "text\tsection\tkind\ttags\nDeux, lignes\tsec\tquestion\ta,b\nCafé\n".encode("utf-16"),
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES.keys())
async def test_a_table_from_any_spreadsheet_becomes_cards(
    client: httpx.AsyncClient, app: Application, table: bytes
) -> None:
    """PRODUCT section 2: given a table as one spreadsheet or another writes it, then its lines become cards with their
    section, by id or title, their kind and tags."""
    made = await board_made(client, template="swot")
    section = (await app.hub.room(made.id)).state.sections[0]
    named = table.replace(b"sec\t", section.id.encode() + b"\t").replace(b"sec,", section.title.encode() + b",")
    named = named.replace(b"SEC", section.title.upper().encode())
    named = named.replace("sec\t".encode("utf-16-le"), f"{section.title}\t".encode("utf-16-le"))
    report = (await takes_in(client, made, named, "text/csv; charset=utf-8")).json()
    assert report["refused"] == []
    assert len(report["cards"]) == 2
    assert await cards_of(app, made) == [
        ("Deux, lignes", section.id, "question", ("a", "b")),
        ("Café", None, "idea", ()),
    ]


async def test_a_bad_line_harms_no_other(client: httpx.AsyncClient, app: Application) -> None:
    """PRODUCT section 2: given a table with lines that cannot be cards, then each is reported by its number with a code
    and a sentence, and the others are on the board."""
    made = await board_made(client)
    lines = [
        "text,section,kind,tags",
        "Good one,,,",
        "Nowhere,No such section,,",
        "x" * 1_001 + ",,,",
        '"two\nlines",,,',
        "odd,,riddle,",
        "turned\u202e,,,",
        f"tagged,,,{'t' * 25}",
        '"",,idea,a',
        "",
        "Good one,,,",
        "Last,,,",
    ]
    report = (await takes_in(client, made, "\n".join(lines).encode(), "text/csv")).json()
    assert [(line["line"], line["code"]) for line in report["refused"]] == [
        (3, "unknown_section"),
        (4, "text_too_long"),
        (7, "invalid"),
        (8, "text_forbidden"),
        (9, "invalid"),
        (10, "text_empty"),
        (12, "already_so"),
    ]
    assert all(line["message"] for line in report["refused"])
    assert [text for text, *_ in await cards_of(app, made)] == ["Good one", "two\nlines", "Last"]


async def test_lines_and_json_become_cards(client: httpx.AsyncClient, app: Application) -> None:
    """PRODUCT section 2: given pasted lines, or JSON of texts and of cards, then they become cards, and what is sent
    again, because an answer got lost, is doubled nowhere."""
    made = await board_made(client)
    pasted = b"First idea\r\n\r\n  Second, idea;  \nThird"
    assert len((await takes_in(client, made, pasted, "text/plain")).json()["cards"]) == 3
    again = (await takes_in(client, made, pasted, "text/plain")).json()
    assert (again["cards"], [line["code"] for line in again["refused"]]) == ([], ["already_so"] * 3)
    said = b'{"cards": ["Fourth", {"text": "Fifth", "kind": "stimulus", "tags": ["a"]}, 7, {"text": 7}, {"tags": 1}]}'
    report = (await takes_in(client, made, said, "application/json")).json()
    assert [(line["line"], line["code"]) for line in report["refused"]] == [(n, "invalid") for n in (3, 4, 5)]
    assert [row[0] for row in await cards_of(app, made)] == ["First idea", "Second, idea;", "Third", "Fourth", "Fifth"]
    assert (await cards_of(app, made))[-1][2:] == ("stimulus", ("a",))


NO_LISTS: dict[str, tuple[bytes, str, str]] = {
    "a picture": (b"\x89PNG\r\n\x1a\n", "image/png", "invalid"),
    "nothing said": (b"x", "", "invalid"),
    "half a list": (b'["a"', "application/json", "malformed"),
    "deep": (b"[" * 100_000, "application/json", "malformed"),
    "a number": (b"7", "application/json", "invalid"),
    "another object": (b'{"ideas": []}', "application/json", "invalid"),
    "too many lines": (b"x\n" * 2_001, "text/plain", "too_large"),
    "too many rows": (b"[" + b'"x",' * 2_000 + b'"x"]', "application/json", "too_large"),
    "too many bytes": (b"x" * (2 * 1024 * 1024 + 1), "text/plain", "too_large"),
    "half a character": (b"\xff\xfe\x00", "text/csv", "malformed"),
    "a cell without end": (b'text\n"' + b"x" * 200_000, "text/csv", "malformed"),
}


@pytest.mark.parametrize(("content", "media_type", "code"), NO_LISTS.values(), ids=NO_LISTS.keys())
async def test_what_is_no_list_is_refused_whole(
    client: httpx.AsyncClient, app: Application, content: bytes, media_type: str, code: str
) -> None:
    """HB9, HB3: given what is no list, or too long a one, then it is refused whole, and nothing is on the board."""
    made = await board_made(client)
    problem(await takes_in(client, made, content, media_type), code)
    assert await cards_of(app, made) == []


async def test_only_moderators_import(client: httpx.AsyncClient) -> None:
    """DM3: given anybody else's token, then `forbidden`, before anything is read."""
    made = await board_made(client)
    ana = await joined(client, made)
    path = f"/api/boards/{made.id}/import"
    for token, code in ((ana.token, "forbidden"), (made.tokens.kiosk, "forbidden"), ("", "bad_token")):
        problem(await client.post(path, content=b"x", headers=bearer(token)), code)


# -- out -----------------------------------------------------------------------------------------------------------


async def _worked_on(client: httpx.AsyncClient, app: Application) -> tuple[BoardMade, str]:
    """A board with a stack, talk, tags, and votes of several kinds; a participant's token."""
    made = await board_made(client, title="What next?")
    ana, bo, mo = (
        await joined(client, made, name="Ana"),
        await joined(client, made),
        await somebody(app, made, "moderator"),
    )
    first, second, third = [await acts(app, made.id, ana.participant, CardAdd(text)) for text in ("One", "Two", "=3")]
    hidden = await acts(app, made.id, ana.participant, CardAdd("HIDDENWORDS"))
    await acts(app, made.id, bo.participant, CommentAdd(hidden, "HIDDENCOMMENT"))
    await acts(app, made.id, ana.participant, CardTag(first, ("soon", "cheap"), 2))
    await acts(app, made.id, bo.participant, CommentAdd(first, "Yes, and quickly"))
    await acts(app, made.id, bo.participant, ReactionSet(first, "heart"))
    stack = await acts(app, made.id, mo, GroupMake((first, second), "Both"))
    dots = await acts(app, made.id, mo, RoundOpen("dots", 5, on="groups", title="Dots"))
    await acts(app, made.id, ana.participant, VoteCast(dots, stack, 3))
    await acts(app, made.id, mo, RoundClose(dots))
    stars = await acts(app, made.id, mo, RoundOpen("stars"))
    await acts(app, made.id, ana.participant, VoteMark(stars, third, (4,)))
    await acts(app, made.id, bo.participant, VoteMark(stars, third, (5,)))
    await acts(app, made.id, mo, RoundClose(stars))
    poll = await acts(app, made.id, mo, RoundOpen("choice", on="options", options=("Now", "Later"), title="When?"))
    for person in (ana, bo):
        await acts(app, made.id, person.participant, VoteCast(poll, "2", 1))
    await acts(app, made.id, mo, RoundClose(poll))
    secret = await acts(app, made.id, mo, RoundOpen("agree", secret=True, title="Secret"))
    await acts(app, made.id, ana.participant, VoteMark(secret, first, (-1,)))
    await acts(app, made.id, mo, CardHide(hidden))
    return made, bo.token


async def test_exports_know_what_a_workshop_makes(client: httpx.AsyncClient, app: Application) -> None:
    """DM6, PRODUCT section 2: given stacks, talk, tags and votes of several kinds, then table and report have them all,
    ranks as they are, and nothing of what is hidden or still secret."""
    made, token = await _worked_on(client, app)
    path = f"/api/boards/{made.id}/export"
    table = (await client.get(f"{path}.csv", headers=bearer(token))).content.decode("utf-8-sig")
    rows = {row["text"]: row for row in csv.DictReader(io.StringIO(table))}
    one = rows["One"]
    assert (one["tags"], one["colour"], one["group"], one["comments"]) == ("soon, cheap", "2", "Both", "1")
    assert one["reactions"] == "heart 1"
    assert (one["points 1"], rows["Two"]["points 1"], rows["'=3"]["points 1"]) == ("3", "3", "0")
    assert (one["mean 2"], rows["'=3"]["mean 2"]) == ("", "4.5")
    assert [name for name in one if name[-1].isdigit()] == ["points 1", "mean 2"], "no poll, and no open secret vote"

    report = (await client.get(f"{path}.md", headers=bearer(token))).text
    for said in ("- **Both**", "  - One — *Ana* `soon` `cheap` (love 1)", "Yes, and quickly", "1. **Both** (3 points)",
                 "1. =3 (4.5 mean)", "1. Later (2 people)", "*stars, voters: 2*", "(still open)"):  # fmt: skip
        assert said in report, (said, report)
    for text in (table, report, (await client.get(f"{path}.json", headers=bearer(token))).text):
        assert "HIDDEN" not in text


async def test_a_table_says_all_of_a_card_that_it_takes_back(client: httpx.AsyncClient, app: Application) -> None:
    """PRODUCT section 2: given cards with a language, a colour, tags, a kind and a section, and texts that look like
    what a spreadsheet runs or like how that is kept from it, when their table is imported into another board, then the
    table of that one says the same of them."""
    made, other = [await board_made(client, template="swot") for _ in range(2)]
    mo, section = await somebody(app, made, "moderator"), (await app.hub.room(made.id)).state.sections[1].id
    for card in (
        CardAdd("More benches", section, "question", ("soon", "cheap"), 3, "en"),
        CardAdd("Plus de bancs", lang="fr-CA"), CardAdd("=1+1", tags=("-x",)),
        CardAdd("Where?", tags=("Nantes, 44", "so")), CardAdd("When?", tags=("1;2|3",)),
        CardAdd("'=1+1"), CardAdd("''@here"), CardAdd("l'été"), CardAdd("'so'"),
    ):  # fmt: skip
        await acts(app, made.id, mo, card)
    tables: list[list[dict[str, str]]] = []
    for board, token in ((made, made.tokens.moderator), (other, other.tokens.moderator)):
        table = (await client.get(f"/api/boards/{board.id}/export.csv", headers=bearer(token))).content
        tables.append(list(csv.DictReader(io.StringIO(table.decode("utf-8-sig")))))
        if board is made:
            assert (await takes_in(client, other, table, "text/csv")).json()["refused"] == []
    kept = ("text", "section", "kind", "tags", "colour", "lang")
    said, taken = [[{name: row[name] for name in kept} for row in rows] for rows in tables]
    assert taken == said
    assert [row["lang"] for row in said] == ["en", "fr-CA", *[""] * 7]
    cards = [
        [card.tags or () for card in (await app.hub.room(board.id)).state.cards.values()] for board in (made, other)
    ]
    assert sorted(cards[0]) == sorted(cards[1])


async def test_a_language_or_a_colour_that_is_none_is_refused(client: httpx.AsyncClient, app: Application) -> None:
    """PRODUCT section 2: given lines in a language or a colour that there is not, then each is told by its number and
    field; languages are read however they are capitalised, and from JSON as from a table."""
    made = await board_made(client)
    table = "text;langue;couleur\nBon;FR;2\nMal;du français;\nPire;;rouge\nHors;;9\n".encode()
    refused = (await takes_in(client, made, table, "text/csv")).json()["refused"]
    assert [(line["line"], line["details"]["field"]) for line in refused] == [(3, "lang"), (4, "colour"), (5, "colour")]
    listed = (
        b'[{"text": "One", "lang": "en", "colour": 1}, {"text": "Two", "lang": 7}, {"text": "Three", "colour": true}]'
    )
    refused = (await takes_in(client, made, listed, "application/json")).json()["refused"]
    assert [(line["line"], line["code"]) for line in refused] == [(2, "invalid"), (3, "invalid")]
    cards = (await app.hub.room(made.id)).state.cards.values()
    assert {(card.text, card.lang, card.colour) for card in cards} == {("Bon", "fr", 2), ("One", "en", 1)}


async def test_a_table_comes_back_as_cards(client: httpx.AsyncClient, app: Application) -> None:
    """PRODUCT section 2: given a board's own table, when it is imported into another board, then its ideas are there,
    a text that a spreadsheet would run among them, as it was written."""
    made, token = await _worked_on(client, app)
    table = (await client.get(f"/api/boards/{made.id}/export.csv", headers=bearer(token))).content
    other = await board_made(client)
    report = (await takes_in(client, other, table, "text/csv")).json()
    assert [line["code"] for line in report["refused"]] == ["text_empty"], "the hidden card has no words"
    texts = {text: tags for text, _, _, tags in await cards_of(app, other)}
    assert texts == {"One": ("soon", "cheap"), "Two": (), "=3": ()}
