"""The golden frames of `protocol/vectors/*.json`, as values.

A vector is one message in both wire formats and what must come of it. `json` is the frame as a JSON value; where no
JSON value could say it (broken UTF-8, NaN), `json_hex` has the message's bytes. Either format may be missing where the
fault only exists in the other. `error` is what a server must answer to a message that is no frame.
"""

from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType


class Expected(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The refusal of a bad frame: the code, the field named in `details`, and the mutation id it can still be given."""

    code: str
    field: str | None = None
    id: int | None = None


class Vector(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One golden frame. `says` tells what it stands for; exactly one of `valid` and `error` is there."""

    name: str
    says: str
    direction: Literal["c2s", "s2c"]
    json: Any = UNSET
    json_hex: str | UnsetType = UNSET
    msgpack_hex: str | UnsetType = UNSET
    valid: bool | UnsetType = UNSET
    error: Expected | UnsetType = UNSET

    @property
    def frame(self) -> dict[str, Any] | None:
        """The frame as a JSON value, where this is a good one that is written so."""
        return self.json if self.valid is True and self.json is not UNSET else None


def vectors_from(rows: object) -> list[Vector]:
    """The vectors of one file. Raises `ValueError` for a row that is none."""
    return msgspec.convert(rows, list[Vector])
