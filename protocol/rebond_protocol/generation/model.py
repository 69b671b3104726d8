"""The protocol's types as definitions: what every generator reads, whatever it writes.

Read from the sources themselves, because they hold what introspection loses: the name of an alias (`CardId`, not "a
string of such a pattern") and the line that stands under a field. Constraints and defaults come from msgspec.

A name means one thing in the whole package; frames are called `…Frame`, so that none is called `Error` or `Events`.
"""

import ast
import inspect
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any, Literal, cast, get_args, get_origin

import msgspec
from msgspec import inspect as shapes

from rebond_protocol import (
    attention,
    boards,
    cards,
    commands,
    errors,
    events,
    frames,
    groups,
    http,
    ids,
    kiosks,
    labs,
    limits,
    opinions,
    people,
    rebounds,
    rounds,
    sections,
    stages,
    steps,
    talk,
)

FEATURES = (
    ids,
    limits,
    errors,
    people,
    sections,
    cards,
    rebounds,
    rounds,
    groups,
    talk,
    attention,
    stages,
    opinions,
    labs,
    steps,
    boards,
    commands,
    events,
    frames,
    http,
    kiosks,
)

Kind = Literal["string", "integer", "number", "boolean", "anything"]
Presence = Literal["required", "defaulted", "optional"]
"""required; may be left out by who sends it and then means the default; there only in some cases."""


# -- types, as they stand at a field -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Plain:
    """A bare string, integer, number, boolean, or anything."""

    kind: Kind


@dataclass(frozen=True)
class Ref:
    """A definition, by its name."""

    name: str


@dataclass(frozen=True)
class ListOf:
    """A list of one type."""

    item: "Type"


@dataclass(frozen=True)
class MapOf:
    """A map from strings of one type to values of another."""

    key: "Type"
    value: "Type"


@dataclass(frozen=True)
class Nullable:
    """This type or null."""

    inner: "Type"


Type = Plain | Ref | ListOf | MapOf | Nullable


# -- definitions ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Field:
    """One field of a record. `default` means something where `presence` is `defaulted`."""

    name: str
    type: Type
    doc: str
    presence: Presence
    default: Any = None


@dataclass(frozen=True)
class Record:
    """A map with known fields. `tag` is the value of its `type` field, where it has one."""

    name: str
    doc: str
    tag: str | None
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Choice:
    """One of these strings."""

    name: str
    doc: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Scalar:
    """A string or number within bounds, in JSON Schema's words."""

    name: str
    doc: str
    kind: Kind
    bounds: tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class OneOf:
    """One of several records, told apart by `type`."""

    name: str
    doc: str
    members: tuple[str, ...]


Definition = Record | Choice | Scalar | OneOf
Definitions = dict[str, Definition]


# -- reading -------------------------------------------------------------------------------------------------------

_PLAIN: dict[str, Kind] = {
    "str": "string",
    "int": "integer",
    "float": "number",
    "bool": "boolean",
    "object": "anything",
}
_FRAMES = frozenset(get_args(frames.ClientFrame)) | frozenset(get_args(frames.ServerFrame))


def exported(cls: type) -> str:
    """The name under which this struct is known outside Python."""
    if cls in _FRAMES and not cls.__name__.endswith("Frame"):
        return f"{cls.__name__}Frame"
    return cls.__name__


def definitions(roots: Iterable[tuple[ModuleType, str]]) -> Definitions:
    """Everything the named types are made of, themselves included, in the order of the features' files."""
    found: Definitions = {}
    waiting = list(roots)
    while waiting:
        module, name = waiting.pop(0)
        key, definition, mentioned = _define(module, name)
        if key not in found:
            found[key] = definition
            waiting.extend(mentioned)
    order = {key: place for place, key in enumerate(_names_in_order())}
    return dict(sorted(found.items(), key=lambda row: order[row[0]]))


def _names_in_order() -> Iterator[str]:
    for module in FEATURES:
        for name, value in vars(module).items():
            if isinstance(value, type) and value.__module__ == module.__name__:
                yield exported(value)
            elif name in _assigned(module):
                yield name


def _define(module: ModuleType, name: str) -> tuple[str, Definition, list[tuple[ModuleType, str]]]:
    target = getattr(module, name)
    if isinstance(target, type) and issubclass(target, msgspec.Struct):
        record, mentioned = _record(target)
        return record.name, record, mentioned
    home = _home(name)
    doc = _assigned(home)[name]
    if get_origin(target) is Literal:
        return name, Choice(name, doc, tuple(get_args(target))), []
    members = [member for member in get_args(target) if isinstance(member, type) and issubclass(member, msgspec.Struct)]
    if members:
        return (
            name,
            OneOf(name, doc, tuple(exported(member) for member in members)),
            [(inspect.getmodule(member) or module, member.__name__) for member in members],
        )
    return name, _scalar(name, doc, target), []


def _home(name: str) -> ModuleType:
    return next(module for module in FEATURES if name in _assigned(module))


def _scalar(name: str, doc: str, target: Any) -> Scalar:
    info: Any = shapes.type_info(target)
    extra: dict[str, Any] = {}
    if isinstance(info, shapes.Metadata):
        extra = dict(cast("dict[str, Any]", getattr(info, "extra_json_schema", None) or {}))
        info = info.type
    doc = doc or str(extra.pop("description", ""))
    extra.pop("description", None)
    if isinstance(info, shapes.StrType):
        pattern = info.pattern.replace("\\A", "^").replace("\\Z", "$") if info.pattern else None
        bounds = {"minLength": info.min_length, "maxLength": info.max_length, "pattern": pattern, **extra}
        return Scalar(name, doc, "string", _known(bounds))
    if isinstance(info, shapes.IntType):
        return Scalar(name, doc, "integer", _known({"minimum": info.ge, "maximum": info.le, **extra}))
    raise TypeError(f"{name} is of a kind no generator knows: {info}")


def _known(bounds: dict[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple((word, value) for word, value in bounds.items() if value is not None)


@cache
def _record(cls: type[msgspec.Struct]) -> tuple[Record, list[tuple[ModuleType, str]]]:
    module = inspect.getmodule(cls)
    assert module is not None
    tree = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0]
    assert isinstance(tree, ast.ClassDef)
    known = {field.name: field for field in msgspec.structs.fields(cls)}
    mentioned: list[tuple[ModuleType, str]] = []
    fields: list[Field] = []
    for statement, following in zip(tree.body, [*tree.body[1:], None], strict=True):
        if not (isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)):
            continue
        written, optional = _without_unset(statement.annotation)
        info = known[statement.target.id]
        default = _default(info)
        presence: Presence = "optional" if optional else "required" if info.required else "defaulted"
        read = _type(written, module, mentioned)
        fields.append(Field(info.encode_name, read, _docline(following), presence, default))
    tag = cls.__struct_config__.tag
    record = Record(exported(cls), inspect.cleandoc(cls.__doc__ or ""), str(tag) if tag else None, tuple(fields))
    return record, mentioned


def _default(info: Any) -> Any:
    if info.default_factory is not msgspec.NODEFAULT:
        return msgspec.to_builtins(info.default_factory())
    if info.default is msgspec.NODEFAULT or info.default is msgspec.UNSET:
        return None
    return msgspec.to_builtins(info.default)


def _without_unset(node: ast.expr) -> tuple[ast.expr, bool]:
    if isinstance(node, ast.BinOp) and isinstance(node.right, ast.Name) and node.right.id == "UnsetType":
        return node.left, True
    return node, False


def _type(node: ast.expr, module: ModuleType, mentioned: list[tuple[ModuleType, str]]) -> Type:
    match node:
        case ast.Name(id=name) if name in _PLAIN:
            return Plain(_PLAIN[name])
        case ast.Name(id=name):
            target = getattr(module, name)
            mentioned.append((module, name))
            return Ref(exported(target) if isinstance(target, type) else name)
        case ast.Subscript(value=ast.Name(id="tuple"), slice=ast.Tuple(elts=[item, ast.Constant(value=value)])) if (
            value is Ellipsis
        ):
            return ListOf(_type(item, module, mentioned))
        case ast.Subscript(value=ast.Name(id="dict"), slice=ast.Tuple(elts=[key, value])):
            return MapOf(_type(key, module, mentioned), _type(value, module, mentioned))
        case ast.BinOp(left=left, right=ast.Constant(value=None)):
            return Nullable(_type(left, module, mentioned))
        case _:
            raise TypeError(f"no generator knows the type {ast.unparse(node)} in {module.__name__}")


def _docline(node: ast.stmt | None) -> str:
    match node:
        case ast.Expr(value=ast.Constant(value=str(text))):
            return inspect.cleandoc(text)
        case _:
            return ""


@cache
def _assigned(module: ModuleType) -> dict[str, str]:
    """The module's own aliases and constants, with the line that stands under each."""
    body = ast.parse(inspect.getsource(module)).body
    return {
        statement.targets[0].id: _docline(following)
        for statement, following in zip(body, [*body[1:], None], strict=True)
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name)
    }


# -- what is asked for ---------------------------------------------------------------------------------------------

CLIENT_ROOTS: tuple[tuple[ModuleType, str], ...] = (
    (frames, "ClientFrame"),
    (commands, "ClientCommand"),
    (http, "NewBoard"),
    (http, "Join"),
    (http, "NewInvitation"),
    (http, "Admission"),
    (http, "SimilarAsked"),
    (http, "ImportedCard"),
    (kiosks, "PairingAsked"),
    (kiosks, "NewKiosk"),
    (kiosks, "KioskChange"),
    (kiosks, "KioskReport"),
    (kiosks, "NewHandoff"),
    (kiosks, "NewLabBoard"),
)
SERVER_ROOTS: tuple[tuple[ModuleType, str], ...] = (
    (frames, "ServerFrame"),
    (events, "OutgoingEvent"),
    (errors, "CloseName"),
    (http, "BoardMade"),
    (http, "BoardLinks"),
    (http, "BoardFace"),
    (http, "Joined"),
    (http, "TemplateFace"),
    (http, "Invitation"),
    (http, "Waiting"),
    (http, "SimilarFound"),
    (http, "Suggestions"),
    (http, "Imported"),
    (http, "BrandFace"),
    (http, "Problem"),
    (kiosks, "PairingMade"),
    (kiosks, "KioskPaired"),
    (kiosks, "Kiosk"),
    (kiosks, "KioskSeat"),
    (kiosks, "Handoff"),
    (kiosks, "LabFace"),
    (kiosks, "LabBoard"),
    (kiosks, "LabOfBoard"),
    (kiosks, "PictureKept"),
    (steps, "Permission"),
)


@dataclass(frozen=True)
class Contract:
    """Every definition, and who says which. The server leaves no defaulted field out; clients may."""

    definitions: Definitions
    said_by_server: frozenset[str]
    said_by_clients: frozenset[str]

    def always_there(self, record: Record, field: Field) -> bool:
        """Whether a reader of this record finds this field in it every time."""
        return field.presence == "required" or (field.presence == "defaulted" and record.name in self.said_by_server)

    def has_to_be_there(self, record: Record, field: Field) -> bool:
        """Whether the record is not valid without this field, whoever says it: a vote, in a command and in a step."""
        return self.always_there(record, field) and (
            field.presence == "required" or record.name not in self.said_by_clients
        )

    def record(self, name: str) -> Record:
        """The record of this name."""
        found = self.definitions[name]
        assert isinstance(found, Record)
        return found

    def members(self, union: str) -> tuple[Record, ...]:
        """The records a union is made of."""
        found = self.definitions[union]
        assert isinstance(found, OneOf)
        return tuple(self.record(name) for name in found.members)


def contract() -> Contract:
    """The protocol as it stands in this package."""
    return Contract(
        definitions((*CLIENT_ROOTS, *SERVER_ROOTS)),
        frozenset(definitions(SERVER_ROOTS)),
        frozenset(definitions(CLIENT_ROOTS)),
    )
