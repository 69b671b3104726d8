"""Configuration: what the environment may say, and what is refused in one sentence."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from rebond.app import SECRET_FILE, StartFailed, kept_secret
from rebond.config import BadConfiguration, Config, configured
from rebond.log import Durability


def read(**environment: str) -> Config:
    """The configuration in this environment."""
    return configured(environment, host="127.0.0.1", port=0, data=Path("data"), redis=None, durability="fsync")


def on_redis(durability: str = "fsync", *, replicas: int | None = None, **environment: str) -> Config:
    """The configuration of a node."""
    where = {"redis": "redis://localhost", "durability": durability}
    return configured(environment, host="127.0.0.1", port=0, data=Path("data"), replicas=replicas, workers=4, **where)


def test_variables_set_numbers_words_and_lists() -> None:
    """Given variables of every kind, then each field has what its variable says."""
    config = read(REBOND_FLUSH_MS="10", REBOND_JOINS_BURST="7", REBOND_ORIGINS="https://a.example, https://b.example")
    assert config.hub.flush_ms == 10
    assert config.web.joins_burst == 7
    assert config.web.origins == ("https://a.example", "https://b.example")


@pytest.mark.parametrize(
    "variable", ["REBOND_FLUSH_SHARE", "REBOND_BEAT_MS", "REBOND_COMMANDS_PER_S", "REBOND_QUEUE_COMMANDS"]
)
@pytest.mark.parametrize("word", ["0", "-1", "nan", "inf", "many", ""])
def test_numbers_that_nobody_can_count_with_are_refused(variable: str, word: str) -> None:
    """Given a rate of zero, less, or no number at all, then the start is refused and the variable named."""
    with pytest.raises(BadConfiguration, match=variable):
        read(**{variable: word})


@pytest.mark.parametrize(
    ("word", "replicas", "promised"),
    [
        ("memory", None, (Durability.MEMORY, 0)),
        ("fsync", None, (Durability.FSYNC, 0)),
        ("replicated", None, (Durability.REPLICATED, 1)),
        ("replicated", 2, (Durability.REPLICATED, 2)),
        ("replicated(3)", None, (Durability.REPLICATED, 3)),
        ("replicated(3)", 3, (Durability.REPLICATED, 3)),
    ],
)
def test_lg2_what_is_promised_on_redis(word: str, replicas: int | None, promised: tuple[Durability, int]) -> None:
    """LG2. Given a durability in words, then it is that, confirmed by so many replicas."""
    config = on_redis(word, replicas=replicas)
    assert config.redis is not None
    assert (config.durability, config.redis.replicas) == promised


def test_variables_set_how_redis_is_used() -> None:
    """Given variables for Redis and for the workers, then each has what its variable says."""
    config = on_redis(REBOND_REDIS_PREFIX="lab", REBOND_REDIS_PROBE_MS="500", REBOND_WORKER_PORT="9101")
    assert config.redis is not None
    assert (config.redis.settings.redis_prefix, config.redis.settings.redis_probe_ms) == ("lab", 500)
    assert (config.workers, config.worker_port) == (4, 9101)
    with pytest.raises(BadConfiguration, match="leaves no ports for 4 workers"):
        on_redis(REBOND_WORKER_PORT="65533")


def test_compression_is_on_or_off() -> None:
    """Given nothing, then long frames are compressed; given the word, they are not; given another, it is refused."""
    assert read().web.compression == "on"
    assert read(REBOND_COMPRESSION="off").web.compression == "off"
    with pytest.raises(BadConfiguration, match="REBOND_COMPRESSION"):
        read(REBOND_COMPRESSION="maybe")


def test_a_misspelt_variable_is_pointed_out(caplog: pytest.LogCaptureFixture) -> None:
    """Given a variable of ours that is none of ours, then the log says so and names it."""
    with caplog.at_level(logging.WARNING):
        read(REBOND_FLUSH_MSS="10")
    assert "REBOND_FLUSH_MSS" in caplog.text


def test_an_admin_token_that_no_header_can_carry_is_refused() -> None:
    """Given letters that HTTP headers cannot carry, then the sentence says so instead of a door that never opens."""
    with pytest.raises(BadConfiguration, match="ASCII"):
        read(REBOND_ADMIN_TOKEN="clé")


def test_a_secret_is_kept_and_never_half_written(tmp_path: Path) -> None:
    """Section 8: given a folder, then its secret is made once, long, and readable by its owner alone."""
    secret = kept_secret(tmp_path)
    assert kept_secret(tmp_path) == secret
    assert len(secret) >= 32
    assert (tmp_path / SECRET_FILE).stat().st_mode & 0o077 == 0
    assert [entry.name for entry in tmp_path.iterdir()] == [SECRET_FILE]


def test_an_empty_secret_signs_nothing(tmp_path: Path) -> None:
    """Section 8: given a secret file that a crash left empty, then the start is refused: anybody could sign with it."""
    (tmp_path / SECRET_FILE).write_text("")
    with pytest.raises(StartFailed, match="too short"):
        kept_secret(tmp_path)
