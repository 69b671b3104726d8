"""The tables of error and close codes (HB9) as plain objects: the same in every file that is made from them."""

from typing import Any

from msgspec.structs import asdict

from rebond_protocol.errors import CLOSES, ERRORS, CloseCode, ErrorCode


def error_rows() -> dict[str, Any]:
    """Error code → its row."""
    return {code: _without_code(row) for code, row in ERRORS.items()}


def close_rows() -> dict[str, Any]:
    """The name of a close code → its row."""
    return {code: _without_code(row) for code, row in CLOSES.items()}


def _without_code(row: ErrorCode | CloseCode) -> dict[str, Any]:
    return {name: value for name, value in asdict(row).items() if name != "code"}
