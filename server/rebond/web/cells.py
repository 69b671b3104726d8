"""Cells of a table that a spreadsheet opens: written so that none is run as a formula, and read back as they were.

A quote goes before what a spreadsheet would take for a formula (OWASP, CSV injection), and before what already looks
like such a cell: whatever is written comes back the same.
"""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(cell: str) -> str:
    """The cell as it is written."""
    return f"'{cell}" if _looks_run(cell) else cell


def as_meant(cell: str) -> str:
    """The cell as it was before it was written."""
    return cell[1:] if cell.startswith("'") and _looks_run(cell) else cell


def _looks_run(cell: str) -> bool:
    return cell.lstrip("'").startswith(_FORMULA_STARTS)
