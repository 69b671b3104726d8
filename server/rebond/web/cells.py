"""Cells of a table that a spreadsheet opens: written so that none is run as a formula, and read back as they were.

A quote goes before what a spreadsheet would take for a formula (OWASP, CSV injection), and before what already looks
like such a cell; tags that have a comma in them stand on lines of their own. Whatever is written comes back the same.
"""

from collections.abc import Iterable

_TAG_ENDS = str.maketrans({";": ",", "|": ","})
"""What people put between tags, as one of them."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(cell: str) -> str:
    """The cell as it is written."""
    return f"'{cell}" if _looks_run(cell) else cell


def as_meant(cell: str) -> str:
    """The cell as it was before it was written."""
    return cell[1:] if cell.startswith("'") and _looks_run(cell) else cell


def _looks_run(cell: str) -> bool:
    return cell.lstrip("'").startswith(_FORMULA_STARTS)


def as_list(tags: Iterable[str]) -> str:
    """Tags in one cell."""
    known = tuple(tags)
    if all("," not in tag.translate(_TAG_ENDS) for tag in known):
        return ", ".join(known)
    return "".join(f"{tag}\n" for tag in known)


def listed(cell: str) -> tuple[str, ...]:
    """The tags in a cell: a line each where there are lines, else whatever stands between commas and the like."""
    pieces = cell.splitlines() if "\n" in cell else cell.translate(_TAG_ENDS).split(",")
    return tuple(tag for piece in pieces if (tag := piece.strip()))
