"""What is made from the types is fresh, whole, and true to the golden frames; every code has its anchor (HB9)."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import jsonschema
import pytest

from rebond_protocol import generate
from rebond_protocol.commands import ClientCommand
from rebond_protocol.errors import CLOSES, ERRORS
from rebond_protocol.events import OutgoingEvent
from rebond_protocol.frames import ClientFrame, ServerFrame
from rebond_protocol.generate import ROOT, vectors

PAGE = (ROOT / "docs/protocol.md").read_text(encoding="utf-8")
DOCUMENTS = {name: json.loads((ROOT / "protocol/generated" / name).read_text(encoding="utf-8")) for name in (
    "schema.json", "asyncapi.json", "openapi.json",
)}  # fmt: skip
DEFINITIONS = {"$defs": DOCUMENTS["schema.json"]["$defs"]}
ANY_FRAME: Any = jsonschema.Draft202012Validator(DOCUMENTS["schema.json"])
CLIENT_FRAME: Any = jsonschema.Draft202012Validator({"$ref": "#/$defs/ClientFrame", **DEFINITIONS})
PYTHON_ONLY = {"hello with a line end after the device"}
"""`$` ends a pattern before a last line feed in Python, at the very end in JSON Schema's own expressions."""


def test_the_generated_files_are_fresh() -> None:
    assert generate.main(["--check"]) == 0


def test_a_stale_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Given one file edited by hand, when checked, then it alone is named; when generated, it is right again."""
    assert generate.main([], tmp_path) == 0
    (tmp_path / "protocol/generated/types.d.ts").write_text("export type Verb = any;\n", encoding="utf-8")
    capsys.readouterr()
    assert generate.main(["--check"], tmp_path) == 1
    assert capsys.readouterr().err == (
        "protocol/generated/types.d.ts is stale: run `python -m rebond_protocol.generate`\n"
    )
    assert generate.main([], tmp_path) == 0
    assert generate.main(["--check"], tmp_path) == 0


def test_generation_is_deterministic() -> None:
    assert generate.generated() == generate.generated()


# -- the schema ----------------------------------------------------------------------------------------------------


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(DOCUMENTS["schema.json"])


@pytest.mark.parametrize("vector", [one for one in vectors() if one.frame is not None], ids=lambda one: one.name)
def test_the_schema_allows_every_golden_frame(vector: Any) -> None:
    ANY_FRAME.validate(vector.frame)


@pytest.mark.parametrize(
    "vector",
    [one for one in vectors() if one.valid is not True and isinstance(one.json, dict) and one.name not in PYTHON_ONLY],
    ids=lambda one: one.name,
)
def test_the_schema_refuses_every_bad_frame(vector: Any) -> None:
    assert not CLIENT_FRAME.is_valid(vector.json)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_reference_leads_somewhere(name: str) -> None:
    document = DOCUMENTS[name]
    for reference in _references(document):
        found = document
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]
        assert found


def test_asyncapi_has_a_message_and_an_operation_for_every_frame() -> None:
    document = DOCUMENTS["asyncapi.json"]
    frames = _tags(ClientFrame) | _tags(ServerFrame)
    assert set(document["components"]["messages"]) == frames
    assert set(document["channels"]["board"]["messages"]) == frames
    operations = {f"receive_{tag}" for tag in _tags(ClientFrame)} | {f"send_{tag}" for tag in _tags(ServerFrame)}
    assert set(document["operations"]) == operations
    assert set(document["x-errors"]) == set(ERRORS)
    assert set(document["x-closes"]) == set(CLOSES)


def test_openapi_answers_errors_with_problems_only() -> None:
    for path in DOCUMENTS["openapi.json"]["paths"].values():
        for operation in path.values():
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    schema = answer["content"]["application/json"]["schema"]
                    assert schema == {"$ref": "#/components/schemas/Problem"}


# -- the page ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ERRORS)
def test_hb9_every_error_code_has_one_anchor(code: str) -> None:
    assert PAGE.count(f'<a id="error-{code.replace("_", "-")}"></a>`{code}`') == 1


@pytest.mark.parametrize("close", CLOSES.values(), ids=CLOSES.keys())
def test_hb9_every_close_code_has_one_anchor(close: Any) -> None:
    assert PAGE.count(f'<a id="close-{close.code.replace("_", "-")}"></a>{close.number} | `{close.code}`') == 1


def test_hb9_numbers_tell_whether_to_come_back() -> None:
    """HB9: 4000–4499 invite back, 4500–4999 do not, and no number means two things."""
    assert len({close.number for close in CLOSES.values()}) == len(CLOSES)
    for close in CLOSES.values():
        assert close.number in (range(4000, 4500) if close.resumable else range(4500, 5000))


def test_every_link_on_the_page_leads_somewhere() -> None:
    anchors = set(re.findall(r'<a id="([^"]+)">', PAGE))
    headings = {heading.lower().replace(" ", "-") for heading in re.findall(r"^## (.+)$", PAGE, re.MULTILINE)}
    assert set(re.findall(r"\]\(#([^)]+)\)", PAGE)) <= anchors | headings
    for file in re.findall(r"\]\(([a-z-]+\.md)\)", PAGE):
        assert (ROOT / "docs" / file).exists()


@pytest.mark.parametrize(
    ("word", "union"),
    [("frame", ClientFrame), ("frame", ServerFrame), ("command", ClientCommand), ("event", OutgoingEvent)],
)
def test_every_type_is_on_the_page_with_an_example(word: str, union: Any) -> None:
    for tag in _tags(union):
        anchor = f'<a id="{word}-{tag.replace(".", "-").replace("_", "-")}"></a>'
        assert PAGE.count(anchor) == 1
        section = PAGE.split(anchor)[1].split("<a id=")[0]
        example = json.loads(section.split("```json\n")[1].split("```")[0])
        assert example["type"] == tag


def _tags(union: Any) -> set[str]:
    return {str(struct.__struct_config__.tag) for struct in union.__args__}


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in cast("dict[str, Any]", value).items():
            if key == "$ref" and isinstance(item, str):
                yield item
            else:
                yield from _references(item)
    elif isinstance(value, list):
        for item in cast("list[Any]", value):
            yield from _references(item)
