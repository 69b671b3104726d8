"""What cannot be got costs its peer its place, and no other; what was got is not got again."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from rebond_loadtest.comparison import provisions
from rebond_loadtest.comparison.provisions import PEERS, Missing, Provisions

REQUIREMENTS = [line for line in (PEERS / "requirements.txt").read_text().splitlines() if "==" in line]


class Shop:
    """Stands for pip: notes what was asked for, and is out of some."""

    def __init__(self, out_of: Sequence[str]) -> None:
        self.out_of = out_of
        self.sold: list[str] = []

    def __call__(self, command: Sequence[str], folder: Path | None = None) -> None:
        wanted = command[-1]
        if "install" not in command:
            (Path(wanted)).mkdir(parents=True)
        elif self.out_of and ("-r" in command or wanted in self.out_of):
            raise Missing(f"no wheel for {self.out_of[0]}")
        else:
            self.sold.append(wanted)


def served_by(shop: Shop, folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Asks for the Python peers; what was told meanwhile."""
    told: list[str] = []
    monkeypatch.setattr(provisions, "_run", shop)
    Provisions(folder, told.append).python()
    return told


def test_everything_is_got_at_once_and_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = Shop([])
    assert served_by(shop, tmp_path, monkeypatch) == ["getting the Python peers"]
    assert served_by(shop, tmp_path, monkeypatch) == []
    assert len(shop.sold) == 1


def test_what_is_missing_is_told_and_the_rest_is_got(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    absent = REQUIREMENTS[3]
    shop = Shop([absent])
    told = served_by(shop, tmp_path, monkeypatch)
    assert f"no wheel for {absent}" in told
    assert shop.sold == [requirement for requirement in REQUIREMENTS if requirement != absent]


def test_where_nothing_can_be_got_the_reason_is_raised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Missing, match="none of the Python peers"):
        served_by(Shop(REQUIREMENTS), tmp_path, monkeypatch)
