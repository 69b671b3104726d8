"""Configuration: what the environment may say, and what is refused in one sentence."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from rebond.app import SECRET_FILE, StartFailed, kept_secret
from rebond.config import BadConfiguration, Config, configured, meant_for_redis
from rebond.log import Durability


def read(**environment: str) -> Config:
    """The configuration in this environment."""
    return configured(environment, host="127.0.0.1", port=0, data=Path("data"), redis=None, durability="fsync")


def on_redis(durability: str = "fsync", *, replicas: int | None = None, **environment: str) -> Config:
    """The configuration of a node."""
    return configured(
        environment, host="127.0.0.1", port=0, data=Path("data"), redis="redis://localhost", durability=durability,
        replicas=replicas, workers=4,
    )  # fmt: skip


def at(url: str) -> Config:
    """The configuration of a node on this Redis."""
    return configured({}, host="127.0.0.1", port=0, data=Path("data"), redis=url, durability="fsync")


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
    ("variable", "words", "said"),
    [
        (
            "PUBLIC_URL",
            ["foo", "http://", "ftp://a.example", "http://a b", "http://a:99999"],
            "an address like https://",
        ),
        ("LAN_URL", ["xyz", "", "http://me:word@a.example", "https://a.example/?q"], "an address like https://"),
        (
            "ORIGINS",
            ["x,y", "https://a.example/", "https://a.example/path", "https://A.example"],
            "origins as browsers",
        ),
        ("TRUSTED_PROXIES", ["bla", "127.0.0.1,*", "10.0.0.1/8", "1.2.3"], "IP addresses or networks"),
        ("FLUSH_SHARE", ["7", "1.01", "0", "much"], "a number above 0, up to 1"),
        ("REDIS_PREFIX", ["a{b", "a}b", "", "a b", "clé"], "up to 64 letters"),
        ("BEAT_MS", ["1.5", "0", "fast"], "a whole number, 1 or more"),
        ("DRAIN_MS", ["1.5"], "a whole number"),
        ("SLOW_MS", ["0", "fast", "nan"], "a number above 0"),
        ("FLUSH_MS", ["-1", "fast"], "a number, 0 or more"),
        ("COMPRESSION", ["maybe"], "off or on"),
        ("OUTBOX", ["7"], "not set by a variable"),
    ],
)
def test_a_variable_that_cannot_be_is_named_and_what_it_may_be_is_said(
    variable: str, words: list[str], said: str
) -> None:
    """Given words that would do nothing, or harm, then the start ends with one sentence that has no Python in it."""
    for word in words:
        with pytest.raises(BadConfiguration) as refusal:
            on_redis("fsync", replicas=None, **{f"REBOND_{variable}": word})
        assert str(refusal.value).startswith(f"REBOND_{variable}={word!r} cannot be: it is {said}")


def test_words_of_a_certain_shape_are_taken() -> None:
    """Given addresses, origins, proxies and a prefix as they should be, then they are what they were."""
    config = on_redis(
        REBOND_PUBLIC_URL="https://boards.example/", REBOND_LAN_URL="http://[fd00::1]:8000", REBOND_FLUSH_SHARE="1",
        REBOND_ORIGINS="https://a.example:8443,capacitor://localhost", REBOND_REDIS_PREFIX="lab:2",
        REBOND_TRUSTED_PROXIES="10.0.0.0/8, ::1",
    )  # fmt: skip
    assert (config.web.public_url, config.web.lan_url) == ("https://boards.example/", "http://[fd00::1]:8000")
    assert config.web.origins == ("https://a.example:8443", "capacitor://localhost")
    assert config.trusted_proxies == ("10.0.0.0/8", "::1")
    assert on_redis(REBOND_TRUSTED_PROXIES="*").trusted_proxies == ("*",)
    assert config.redis is not None
    assert (config.redis.settings.redis_prefix, config.hub.flush_share) == ("lab:2", 1.0)


@pytest.mark.parametrize(
    "url", ["redis:/127.0.0.1:1", "redis:localhost", "redis//a", "unix:/a", "redis+x://a", "redis://"]
)
def test_an_address_that_is_none_is_not_this_machine(url: str) -> None:
    """Given what is no whole address of Redis, then it is refused, and not taken for the Redis of this machine."""
    assert meant_for_redis(url)
    with pytest.raises(BadConfiguration, match="The address of Redis cannot be read"):
        at(url)
    assert not any(
        meant_for_redis(folder) for folder in ("redis", "data/redis:", "./redis:/x", "units", "rediscovered")
    )


@pytest.mark.parametrize("rest", ["abc", "1x", "1/2", "-1", "127.0.0.1:6379", "%30"])
def test_a_database_that_is_no_number_is_refused(rest: str) -> None:
    """Given an address of Redis whose database is no number, then it is not quietly database 0."""
    for scheme in ("redis", "rediss"):
        with pytest.raises(BadConfiguration, match="The database in an address of Redis is a number"):
            at(f"{scheme}://localhost/{rest}")


@pytest.mark.parametrize(
    "url",
    [
        "redis://localhost",
        "redis://localhost/",
        "rediss://u:w@localhost:1/15",
        "redis://localhost/3/?db=3",
        "unix:///a/b",
    ],
)
def test_a_database_that_is_a_number_is_taken(url: str) -> None:
    """Given a database by its number, or none, then the address is taken as it is."""
    config = at(url)
    assert config.redis is not None
    assert config.redis.url == url


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
