"""`rebond board new` and `board list`: boards made in a folder, or by the server that runs on it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Lively, Rebond
from tests.conftest import LOOPBACK, StartRebond, find_free_port
from tests.strangers import Stranger, standing

MADE = {"id", "code", "tokens", "links"}
ROW = {"id", "code", "title", "created_ms", "entries", "cards"}


def test_a_new_board_is_told_with_code_and_links(rebond: Rebond, tmp_path: Path) -> None:
    """Given an empty folder, when a board is made, then people are told its code and four links, and it is listed."""
    said = rebond("board", "new", "What would help?", "--data", tmp_path / "d", "--base-url", "https://lab.example/")
    assert said.status == 0, said.err
    told = {line.split(maxsplit=1)[0]: line.split(maxsplit=1)[1] for line in said.text.splitlines()}
    assert told["Participants"] == f"https://lab.example/j/{told['Code']}"
    for surface, path in (("Moderator", "console"), ("Wall", "wall"), ("Kiosk", "kiosk")):
        assert told[surface].startswith(f"https://lab.example/{path}/")
        assert "#t=" in told[surface]

    (row,) = rebond("board", "list", "--data", tmp_path / "d", "--json").json
    assert row.keys() == ROW
    assert (row["code"], row["title"], row["cards"]) == (told["Code"], "What would help?", 0)
    table = rebond("board", "list", "--data", tmp_path / "d").text
    assert told["Code"] in table
    assert "What would help?" in table


def test_programs_get_json_and_nothing_else(rebond: Rebond, tmp_path: Path) -> None:
    """Given --json, when a board is made, then the output is one JSON document of the API's shape."""
    made = rebond("board", "new", "Idées", "--template", "swot", "--locale", "fr", "--anonymous", "--json").json
    assert made.keys() == MADE
    assert made["tokens"].keys() == {"moderator", "kiosk", "display"}
    exported = rebond("export", made["code"]).json["board"]
    assert (exported["locale"], exported["anonymous"], exported["template"]) == ("fr", True, "swot")
    waiting = rebond("board", "new", "Porte", "--access", "approval", "--name", "avatar", "--json").json
    asked = rebond("export", waiting["code"]).json
    assert (asked["access"], asked["name_asked"], asked["email_asked"]) == ("approval", "avatar", False)


def test_links_stand_under_the_public_address(rebond: Rebond) -> None:
    """Given REBOND_PUBLIC_URL, when a board is made without --base-url, then its links stand under that address."""
    public = {"REBOND_PUBLIC_URL": "https://boards.example"}
    made = rebond("board", "new", "T", "--json", environment=public).json
    assert made["links"]["participant"] == f"https://boards.example/j/{made['code']}"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["T", "--template", "no-such"], "There is no such template. The details list the ones there are. (one_of: b"),
        (["T", "--locale", "de"], "--locale is fr or en, not 'de'."),
        (["T", "--access", "window"], "--access is open, passphrase, approval, not 'window'."),
        (["T", "--name", "always"], "--name is no, avatar, optional, required, not 'always'."),
        (["T", "--access", "passphrase"], "There is no text. Write something first. (field: passphrase)"),
        (["T", "--passphrase", "open sesame"], "A field is missing or has a value it cannot have."),
        (["   "], "There is no text."),
        (["x" * 201], "This text is too long."),
        (["T", "--url", "localhost:8000"], "--url is an address like http://localhost:8000"),
        (["T", "--url", "file:///etc/hostname"], "--url is an address like http://localhost:8000"),
    ],
)
def test_what_cannot_be_made_is_said_in_one_sentence(rebond: Rebond, words: list[str], sentence: str) -> None:
    """Given a wish that cannot be, when a board is made, then one sentence says why and the status is 1."""
    assert rebond("board", "new", *words).complaint.startswith(sentence)


def test_words_that_are_no_text_are_said_so(rebond: Rebond, lively: Lively) -> None:
    """Given words that are not UTF-8, or a token no header can carry, when they are used, then one sentence says so."""
    for words in (
        ["board", "new", b"caf\xe9", "--url", "http://localhost"],
        ["export", b"caf\xe9", "--data", lively.data],
    ):
        assert rebond(*words).complaint.startswith(r"'caf\udce9' is not text in UTF-8.")
    said = rebond("board", "new", "T", "--url", "http://localhost", environment={"REBOND_ADMIN_TOKEN": "a\nb"})
    assert said.complaint.startswith("REBOND_ADMIN_TOKEN has characters that no header can carry.")


def test_there_is_nothing_to_list_where_there_is_no_folder(rebond: Rebond, tmp_path: Path) -> None:
    """Given no data folder, when boards are listed, then one sentence says so and no folder is made."""
    assert "There are no boards in data" in rebond("board", "list").complaint
    assert not (tmp_path / "data").exists()


def test_a_title_is_printed_as_it_is(rebond: Rebond, lively: Lively) -> None:
    """Given a title with what looks like markup, when boards are listed, then it stands there as it was written."""
    said = rebond("board", "list", "--data", lively.data)
    assert said.status == 0, said.err
    assert "[/b]" in said.text


def test_lg6_a_folder_put_back_from_a_copy_vouches_for_nothing_newer(
    rebond: Rebond, lively: Lively, tmp_path: Path
) -> None:
    """LG6. Given a data folder put back from a copy, when that is said, then every board has a new epoch, so that no
    screen resumes from what the copy does not know, and the boards are otherwise as they were."""
    before, state = _epochs(lively.data), rebond("replay", lively.code, "--data", lively.data).out
    assert rebond("board", "restored", "--data", lively.data).text.startswith("1 boards begin anew from this copy")
    after = _epochs(lively.data)
    assert after.keys() == before.keys()
    assert not set(after.values()) & set(before.values())
    assert rebond("replay", lively.code, "--data", lively.data).out == state
    assert "There are no boards in" in rebond("board", "restored", "--data", tmp_path / "nowhere").complaint


def _epochs(data: Path) -> dict[str, str]:
    with closing(sqlite3.connect(data / "rebond.db")) as connection:
        return dict(connection.execute("SELECT id, epoch FROM board WHERE no > 0").fetchall())


def test_a_file_that_is_no_database_is_said_so(rebond: Rebond, tmp_path: Path) -> None:
    """Given a folder whose database is something else, when it is used in any way, then one sentence says so."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "rebond.db").write_bytes(b"not a database" * 500)
    for words in (
        ["board", "list"],
        ["board", "new", "T"],
        ["board", "restored"],
        ["export", "KYTE7"],
        ["serve", "--port", 0],
    ):
        assert rebond(*words).complaint.endswith(": file is not a database.")


def test_beside_a_running_server_looking_works_and_writing_asks_it(rebond: Rebond, start_rebond: StartRebond) -> None:
    """Given a running server, when boards are made, listed and exported beside it, then making goes through --url and
    the folder itself is refused in one sentence that says so."""
    server = start_rebond()
    data = server.data_dir
    made = rebond("board", "new", "Asked for", "--url", server.url + "/", "--json").json
    assert made["links"]["participant"] == f"{server.url}/j/{made['code']}"

    (row,) = rebond("board", "list", "--data", data, "--json").json
    assert row["title"] == "Asked for"
    assert rebond("export", made["code"], "--data", data).json["board"]["title"] == "Asked for"
    assert "4 entries fold to one state" in rebond("replay", made["code"].lower(), "--data", data, "--verify").text

    refused = rebond("board", "new", "Not asked for", "--data", data).complaint
    assert f"in use by process {server.process.pid}" in refused
    assert "--url" in refused


def test_where_creation_is_closed_the_administrators_token_opens_it(rebond: Rebond, start_rebond: StartRebond) -> None:
    """Given a server that makes boards for its administrator only, when asked without and with the token, then it
    refuses in its own words and then makes one."""
    token = {"REBOND_ADMIN_TOKEN": "only-for-those-who-know"}
    server = start_rebond(environment=token)
    refused = rebond("board", "new", "T", "--url", server.url).complaint
    assert "administrator's token" in refused
    assert rebond("board", "new", "T", "--url", server.url, "--json", environment=token).json.keys() == MADE


class _Stranger(Stranger):
    """A web server that is no Rebond: it refuses one path and answers rubbish on the other."""

    def do_POST(self) -> None:
        self.answer(*((404, b"<h1>Nothing here</h1>") if self.path.startswith("/refuse") else (200, b"<h1>Hi</h1>")))


@pytest.fixture
def stranger() -> Iterator[str]:
    """The address of a web server that is no Rebond."""
    with standing(_Stranger) as address:
        yield address


def test_a_stranger_or_nobody_at_the_address_is_said_so(rebond: Rebond, stranger: str) -> None:
    """Given addresses where no Rebond is, when a board is asked for, then one sentence says so."""
    assert "is no Rebond: it answers 404" in rebond("board", "new", "T", "--url", f"{stranger}/refuse").complaint
    assert "is no Rebond: its answer cannot be read" in rebond("board", "new", "T", "--url", stranger).complaint
    nobody = f"http://{LOOPBACK}:{find_free_port()}"
    assert f"No Rebond answers at {nobody}" in rebond("board", "new", "T", "--url", nobody).complaint
