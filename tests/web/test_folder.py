"""The data folder as the server makes it."""

from __future__ import annotations

from pathlib import Path

from tests.web.edge import application


async def test_nobody_else_may_look_into_a_folder_that_the_server_made(tmp_path: Path) -> None:
    """LG7: given there is no data folder yet, when the server makes it, then it and what is in it is its owner's."""
    async with application(tmp_path / "data"):
        for path in (tmp_path / "data", *(tmp_path / "data").iterdir()):
            assert path.stat().st_mode & 0o077 == 0, path.name
