"""`rebond export` and `rebond import`: what goes out comes back, and rubbish stays out (DM6, LG2, DM4)."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from rebond.domain.cards import Audience
from rebond.domain.opinions import MARKS
from rebond.domain.project import snapshot
from rebond.log.sqlite import SqliteLog
from rebond.web.exports import as_csv
from rebond.web.report import as_markdown
from rebond_protocol.boards import Locale
from rebond_protocol.opinions import OpinionGive
from rebond_protocol.stages import CardStage
from tests.cli.conftest import Lively, Rebond
from tests.domain.played import NAMES, Board

OTHER_EACH_TIME = ("id", "code", "created_ms", "rounds", "reactions", "opinions", "lab", "timer")
"""What of an exported view a new board cannot have: its own identity, and what no export brings back."""


def test_dm6_what_an_audience_sees_comes_back_equal(rebond: Rebond, lively: Lively, tmp_path: Path) -> None:
    """DM6. Given a lively board, when each audience's export is imported and exported again, then it is the same board
    to that audience, histories, window and kiosks' manners included; and the person is told that votes, opinions and
    pictures do not come along."""
    for audience in ("moderator", "participant"):
        file = tmp_path / f"{audience}.json"
        assert rebond("export", lively.code, "--data", lively.data, "--as", audience, "-o", file).status == 0
        said = rebond("import", file, "--data", tmp_path / audience, "--json")
        assert "without them" in said.err
        assert "put them there again" in said.err
        again = rebond("export", said.json["code"], "--data", tmp_path / audience, "--as", audience).json["board"]
        before = json.loads(file.read_bytes())["board"]
        assert _lasting(again) == _lasting(before)
        assert before["cards"], audience
        assert [group["title"] for group in again["groups"]] == ["Corner"]
        assert "Yes, with cake 🍰" in {comment["text"] for comment in again["comments"]}
        assert "Too dear; the [machine] was the easy part." in str(again["stages"])
        assert again["kiosk"] == {"idle_s": 90, "keyboard": "azerty"}
        assert "fr" in {card.get("lang") for card in again["cards"]}
        assert "opinions" in before
        assert again.get("opinions", {}) == {}


def test_dm7_what_was_said_at_kiosks_stands_apart_from_every_vote(rebond: Rebond, lively: Lively) -> None:
    """DM7. Given votes, reactions and opinions given at a kiosk, when the board is exported to read, then opinions have
    a heading, or columns, of their own that say they are counted by device; no vote and no reaction has one of them;
    and the card's history, question and language are there."""
    report = rebond("export", lively.code, "--data", lively.data, "--format", "md", "--as", "participant").text
    before, _, after = report.partition("## Opinions given at kiosks\n")
    assert "counted by device, not by person" in after
    assert "agree × 2, disagree × 1, 4/5 × 1, love × 1" in after
    assert "(love 1)" in before, "bo's reaction, and no visitor's"
    assert "×" not in before
    assert "stopped (Too dear; the \\[machine\\] was the easy part.)" in before
    assert "In the window: “Would you sit here?” · Picture: A table by the window" in before
    assert "(language: fr)" in before
    assert "calc" not in report
    table = rebond("export", lively.code, "--data", lively.data, "--format", "csv", "--as", "participant")
    rows = list(csv.DictReader(io.StringIO(table.out.decode("utf-8-sig"))))
    coffee = next(row for row in rows if "coffee" in row["text"])
    apart = {name: value for name, value in coffee.items() if "by device, not by person" in name}
    assert list(apart.values()) == ["2", "1", "1", "1"]
    assert (coffee["reactions"], coffee["stage"], coffee["question"]) == ("heart 1", "stopped", "Would you sit here?")
    assert coffee["history"].count("\n") == 1
    assert {row["lang"] for row in rows} == {"", "fr"}


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_dm7_a_report_says_in_the_boards_language_what_opinions_are(locale: Locale) -> None:
    """DM7. Given a lab's board in French or English, when it is exported to read, then heading, sentence and columns
    are in that language, and typeset so."""
    board = Board()
    card = board.adds("mo", "une carte")
    for mark in MARKS:
        board.accepted("kit", OpinionGive(card, mark))
    board.accepted("mo", CardStage(card, "live", "merci"))
    view = replace(snapshot(board.state, Audience.PARTICIPANTS, NAMES), locale=locale)
    report, table = as_markdown(view, 0).decode(), as_csv(view).decode()
    device = {"fr": "par appareil, pas par personne", "en": "by device, not by person"}[locale]
    assert {"fr": "## Avis donnés aux bornes", "en": "## Opinions given at kiosks"}[locale] in report
    assert {"fr": "Parcours\u00a0: ", "en": "History: "}[locale] in report
    assert device in report
    assert table.count(device) == len(MARKS)


def test_dm6_a_participants_export_holds_what_participants_see(rebond: Rebond, lively: Lively) -> None:
    """DM6. Given hidden, pending and withdrawn cards and a secret round, when a participant's export is made in every
    format, then none of their words is in it, nor are the points of the secret round or anybody's ballots."""
    for format in ("json", "csv", "md"):
        said = rebond("export", lively.code, "--data", lively.data, "--as", "participant", "--format", format)
        assert said.status == 0, said.err
        assert "coffee" in said.text
        for hidden in ("calc", "Not funny", "kiosk, waits", "Changed my mind", "ballot"):
            assert hidden not in said.text, format
    board = rebond("export", lively.code, "--data", lively.data, "--as", "moderator").json["board"]
    assert [("tallies" in one, "counts" in one) for one in board["rounds"]] == [
        (True, False),
        (False, True),
        (False, False),
    ]
    assert any("calc" in card["text"] for card in board["cards"])


def test_a_spreadsheet_runs_nothing(rebond: Rebond, lively: Lively) -> None:
    """Given a card that a spreadsheet would run, when the CSV is read, then the cell is text."""
    content = rebond("export", lively.code, "--data", lively.data, "--format", "csv").out.decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(content)) for cell in row]
    assert "'=cmd|' /C calc'!A0" in cells
    assert not any(cell.startswith(("=", "+", "@")) for cell in cells)


def test_dm2_a_log_comes_back_as_the_very_same_state(rebond: Rebond, lively: Lively, tmp_path: Path) -> None:
    """DM2. Given a board's log, when it is imported into another folder, then it keeps id and code, its state is the
    same byte for byte, ballots and names included; and a copy of it, asked for, beside itself takes another id and
    code and is otherwise the same."""
    file = tmp_path / "board.log"
    assert rebond("export", lively.code, "--data", lively.data, "--format", "log", "--out", file).status == 0
    before = rebond("replay", lively.code, "--data", lively.data)
    made = rebond("import", file, "--data", tmp_path / "other", "--json").json
    assert (made["id"], made["code"]) == (lively.id, lively.code)
    assert rebond("replay", lively.code, "--data", tmp_path / "other").out == before.out
    assert "ballots" in before.text
    assert _row(rebond, tmp_path / "other", lively.code) == _row(rebond, lively.data, lively.code)

    twin = rebond("import", file, "--copy", "--data", tmp_path / "other", "--json").json
    assert twin["id"] != lively.id
    assert twin["code"] != lively.code
    state = rebond("replay", twin["id"], "--data", tmp_path / "other").json
    assert (state["about"]["id"], state["about"]["code"]) == (twin["id"], twin["code"])
    state["about"] |= {"id": lively.id, "code": lively.code}
    assert state == before.json
    names = {
        one.get("name")
        for one in rebond("export", twin["code"], "--data", tmp_path / "other").json["board"]["participants"]
    }
    assert names >= {"Ana", "Bo « le Breton »"}


def test_a_board_that_is_here_already_is_not_made_again_unasked(rebond: Rebond, lively: Lively, tmp_path: Path) -> None:
    """Given a board's log, when it is imported where that board is, then one sentence says where it is and how to have
    another one, and nothing is written; when its join code alone is another board's, then it is the same board under
    another code, which is said."""
    file = tmp_path / "board.log"
    assert rebond("export", lively.code, "--data", lively.data, "--format", "log", "--out", file).status == 0
    boards = rebond("board", "list", "--data", lively.data, "--json").out
    said = rebond("import", file, "--data", lively.data, "--base-url", "https://boards.example").complaint
    assert f"here already: https://boards.example/j/{lively.code} (id {lively.id})" in said
    assert "add --copy" in said
    assert rebond("board", "list", "--data", lively.data, "--json").out == boards

    namesake = file.read_bytes().replace(lively.id.encode(), bytes(reversed(lively.id.encode())))
    file.write_bytes(namesake)
    moved = rebond("import", file, "--data", lively.data, "--json")
    assert moved.json["id"] == lively.id[::-1]
    assert f"The join code {lively.code} is another board's here; this one has {moved.json['code']}." in moved.err


async def _pictured(data: Path, board: str, pictures: dict[str, bytes] | None = None) -> dict[str, bytes | None]:
    """The pictures kept there, once these are put."""
    log = SqliteLog(data)
    await log.open()
    for name, content in (pictures or {}).items():
        await log.put_picture(board, name, content, 7)
    found = {row.name: await log.picture(board, row.name) for row in await log.pictures(board)}
    await log.close()
    return found


def test_dm2_a_logs_pictures_come_along(rebond: Rebond, lively: Lively, tmp_path: Path) -> None:
    """DM2. Given a board with pictures, when its log is exported and imported, beside itself even, then each has them,
    byte for byte; when the file is cut short, damaged or longer than it says, then nothing of it is imported."""
    pictures = {"one.480": bytes(range(256)) * 99, "one.1080": b"\n{\n"}
    asyncio.run(_pictured(lively.data, lively.id, pictures))
    file = tmp_path / "board.log"
    assert rebond("export", lively.code, "--data", lively.data, "--format", "log", "--out", file).status == 0
    for how in ((), ("--copy",)):
        made = rebond("import", file, *how, "--data", tmp_path / "other", "--json").json
        assert asyncio.run(_pictured(tmp_path / "other", made["id"])) == pictures

    whole = file.read_bytes()
    lines = whole.splitlines(keepends=True)
    for damaged, sentence in (
        (whole[:-20], "is not a picture"),
        (b"".join(lines[:-1]), "is not a picture"),
        (whole + lines[-1], "and 2 pictures"),
    ):
        file.write_bytes(damaged)
        assert sentence in rebond("import", file, "--data", tmp_path / "none").complaint
    assert not (tmp_path / "none").exists()


def test_lg7_a_log_without_erased_words_is_not_pretended_whole(rebond: Rebond, erased: Lively) -> None:
    """LG7. Given a board from which words were erased, when its log is asked for, then one sentence says that it begins
    at a summary, and the JSON export has everything but the words."""
    begins = "its log begins at a summary (words were erased, or it was put back after a loss)"
    assert begins in rebond("export", erased.code, "--data", erased.data, "--format", "log").complaint
    exported = rebond("export", erased.code, "--data", erased.data)
    assert exported.json["board"]["cards"]
    assert "calc" not in exported.text


def test_what_joining_asks_comes_along_and_what_is_secret_does_not(rebond: Rebond, tmp_path: Path) -> None:
    """LG7. Given a board behind a passphrase that asks for an address, when it is exported in any format, then its
    passphrase's hash is in none; and it is imported with a new passphrase, or not at all."""
    words = ("--access", "passphrase", "--passphrase", "Passerelle bleue", "--email", "--name", "required")
    made = rebond("board", "new", "Clos", *words, "--data", tmp_path / "one", "--json").json
    for format in ("json", "log"):
        file = tmp_path / f"board.{format}"
        assert rebond("export", made["code"], "--data", tmp_path / "one", "--format", format, "-o", file).status == 0
        assert b"scrypt" not in file.read_bytes()
        assert "Give it a new one with --passphrase." in rebond("import", file, "--data", tmp_path / "two").complaint
        assert not (tmp_path / "two").exists()
        assert "min_chars: 4" in rebond("import", file, "--passphrase", "no", "--data", tmp_path / "two").complaint
        again = rebond("import", file, "--passphrase", "pont vert", "--data", tmp_path / format, "--json").json
        exported = rebond("export", again["code"], "--data", tmp_path / format).json
        asked = [exported[name] for name in ("access", "name_asked", "email_asked")]
        assert asked == ["passphrase", "required", True]
        with closing(sqlite3.connect(tmp_path / format / "rebond.db")) as connection:
            kept = connection.execute("SELECT contact FROM person WHERE participant = '(passphrase)'").fetchall()
        assert len(kept) == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["NOSUCH"], "There is no board 'NOSUCH' here. `rebond board list` says which there are."),
        (["KYTE7", "--format", "pdf"], "--format is json, csv, md or log, not 'pdf'."),
        (["KYTE7", "--as", "kiosk"], "--as is moderator or participant, not 'kiosk'."),
        (
            ["KYTE7", "--out", "no/such/folder/file"],
            "no/such/folder/file cannot be written: No such file or directory.",
        ),
    ],
)
def test_what_cannot_be_exported_is_said(rebond: Rebond, lively: Lively, words: list[str], sentence: str) -> None:
    """Given a wish that cannot be, when a board is exported, then one sentence says why and the status is 1."""
    assert rebond("export", *words, "--data", lively.data).complaint == sentence


FOREIGN: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "This is not an export of a board"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\xff\xfe", "This is not an export of a board"),
    "not UTF-8": (b'{"rebond_export": "\xff"}', "This is not an export of a board"),
    "another program's JSON": (b'{"cards": [{"title": "x"}]}', "This is not an export of a board"),
    "a list": (b"[]", "This is not an export of a board"),
    "only a head": (b'{"rebond_log":1}', "The first line is not the head of a board's log"),
    "a head of a later version": (
        b'{"rebond_log":2,"id":"b","code":"KYTE7","created_ms":0,"entries":0,"people":[]}\n',
        "The file was written by another version (2); update rebond.",
    ),
    "a board that never began": (
        b'{"rebond_log":1,"id":"b","code":"KYTE7","created_ms":0,"entries":0,"people":[]}\n',
        "The file does not say how the board begins",
    ),
    "a code nobody can type": (
        b'{"rebond_log":1,"id":"b","code":"O0I1","created_ms":0,"entries":0,"people":[]}\n',
        "The first line is not the head of a board's log",
    ),
}


@pytest.mark.parametrize("what", FOREIGN)
def test_what_is_no_board_is_not_imported(rebond: Rebond, tmp_path: Path, what: str) -> None:
    """Given a file that is no board, when it is imported, then one sentence says so, and no folder is left behind."""
    content, sentence = FOREIGN[what]
    (tmp_path / "file").write_bytes(content)
    assert rebond("import", "file").complaint.startswith(sentence)
    assert not (tmp_path / "data").exists()


def test_a_file_that_is_not_there_is_said(rebond: Rebond) -> None:
    """Given no such file, when it is imported, then one sentence says so."""
    assert rebond("import", "nowhere.json").complaint == "nowhere.json cannot be read: No such file or directory."


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        ("cut in a line", "is not an entry"),
        ("cut between lines", "The file ends after"),
        ("a line taken out", "holds entry 4 where 3 is due"),
        ("a line doubled at the end", "The file goes on after its"),
        ("a later version of entries", "was written by a newer version"),
    ],
)
def test_a_damaged_log_is_not_imported(
    rebond: Rebond, lively: Lively, tmp_path: Path, damage: str, sentence: str
) -> None:
    """Given a log cut short, with a gap or from the future, when it is imported, then one sentence says where, and
    nothing of it is kept."""
    whole = rebond("export", lively.code, "--data", lively.data, "--format", "log").out
    lines = whole.splitlines(keepends=True)
    damaged: dict[str, bytes] = {
        "cut in a line": whole[:-20],
        "cut between lines": b"".join(lines[:-2]),
        "a line taken out": b"".join([*lines[:3], *lines[4:]]),
        "a line doubled at the end": whole + lines[-1],
        "a later version of entries": b"".join([*lines[:2], lines[2].replace(b'"v":1', b'"v":9'), *lines[3:]]),
    }
    (tmp_path / "file").write_bytes(damaged[damage])
    assert sentence in rebond("import", "file").complaint
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("version", "The file was written by another version (7); update rebond."),
        ("twins", "two cards have the same id"),
        ("cycle", "a card starts from itself"),
        ("novel", "a card's text is too long or has control characters"),
        ("disguise", "a card's text is too long or has control characters"),
        ("chatter", "a comment is too long or has control characters"),
        ("label", "the title of a group is no line of text"),
        ("loop", "its plan is too long, or has a step twice"),
        ("ballot", "a step is none that could be set"),
        ("echo", "two comments have the same id"),
        ("stray", "a comment, a stage or a showcase is of no card, or a card in no group that there is"),
        ("adrift", "a comment, a stage or a showcase is of no card, or a card in no group that there is"),
        ("window of nothing", "a comment, a stage or a showcase is of no card, or a card in no group that there is"),
        ("history", "it is larger than a board may be"),
        ("note", "what was said of a stage is no line of text"),
        ("question", "a showcase's question is no line of text"),
        ("tags", "a card has too many tags, or one that is no line of text"),
        ("thanks", "what a card owes is no line of text"),
        ("doomsday", "something was written when no calendar has a day"),
    ],
)
def test_dm4_what_no_decision_would_let_through_no_import_brings_in(
    rebond: Rebond, lively: Lively, tmp_path: Path, change: str, sentence: str
) -> None:
    """DM4. Given an export changed by hand into a lineage with a circle, doubled cards or unreadable texts, when it is
    imported, then it is refused in one sentence."""
    exported = rebond("export", lively.code, "--data", lively.data).json
    cards: list[dict[str, Any]] = exported["board"]["cards"]
    rebound = next(card for card in cards if card["parents"])
    parent = next(card for card in cards if card["id"] == rebound["parents"][0])
    match change:
        case "version":
            exported["rebond_export"] = 7
        case "twins":
            parent["id"] = rebound["id"]
        case "cycle":
            parent["parents"] = [rebound["id"]]
        case "novel":
            parent["text"] = "x" * 1_001
        case "chatter":
            exported["board"]["comments"][0]["text"] = "x" * 501
        case "label":
            exported["board"]["groups"][0]["title"] = "two\nlines"
        case "loop":
            exported["board"]["plan"] = [exported["board"]["step"]] * 2
        case "ballot":
            vote = {"type": "round.open", "method": "choice", "on": "options", "options": ["only one"]}
            exported["board"]["plan"] = [{"id": "s", "round": vote}]
        case "echo":
            exported["board"]["comments"].append(exported["board"]["comments"][0])
        case "stray":
            exported["board"]["comments"][0]["card"] = "nowhere"
        case "adrift":
            parent["group"] = "nowhere"
        case "window of nothing":
            exported["board"]["showcases"]["nowhere"] = {"asks": "stars"}
        case "history":
            (card,) = (one for one, lines in exported["board"]["stages"].items() if len(lines) == 2)
            exported["board"]["stages"][card] *= 50
        case "note":
            next(iter(exported["board"]["stages"].values()))[0]["note"] = "two\nlines"
        case "question":
            next(iter(exported["board"]["showcases"].values()))["question"] = "x" * 1_000
        case "tags":
            parent["tags"] = ["a tag"] * 7
        case "thanks":
            rebound["owes"] = "two\nlines"
        case "doomsday":
            rebound["at_ms"] = 2**53 - 1
        case other:
            assert other == "disguise"
            parent["text"] = "invoice \u202egnp.exe"
    (tmp_path / "file").write_bytes(msgspec.json.encode(exported))
    assert sentence in rebond("import", "file").complaint


def _lasting(board: dict[str, Any]) -> dict[str, Any]:
    """All but what an import makes anew; the window without its pictures, which are in no file of words."""
    window = {card: {**one, "picture": None, "alternative": None} for card, one in board["showcases"].items()}
    return {name: value for name, value in (board | {"showcases": window}).items() if name not in OTHER_EACH_TIME}


def _row(rebond: Rebond, data: Path, code: str) -> dict[str, Any]:
    rows: list[dict[str, Any]] = rebond("board", "list", "--data", data, "--json").json
    return next(row for row in rows if row["code"] == code)
