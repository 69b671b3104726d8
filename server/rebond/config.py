"""Configuration: one frozen object, made once from the command line and the environment, passed on as plain values.

The command line says where; `REBOND_…` variables say how much and who may. Every number of `HubSettings`, `WebSettings`
and `RedisSettings` has a variable of its name: `REBOND_FLUSH_MS=10`, `REBOND_JOINS_BURST=500`.
"""

import ipaddress
import logging
import math
import re
import socket
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlsplit

import msgspec
from msgspec import inspect

from rebond.hub.settings import Count, Duration, HubSettings
from rebond.log import Durability
from rebond.web.settings import WebSettings

PREFIX = "REBOND_"
SECRET_CHARS_MIN = 32
LAST_PORT = 65_535
REDIS_SHAPES = (
    "redis://[[user]:password@]host:port/db, rediss://… (TLS), unix://path, "
    "redis+sentinel://host:port,host:port/service/db, redis+cluster://host:port,host:port or rediss+cluster://… (TLS)"
)
UNREADABLE_ADDRESS = f"The address of Redis cannot be read. It is {REDIS_SHAPES}."
_WHOLE_ADDRESS = re.compile(r"(unix|rediss?(\+cluster)?|redis\+sentinel)://.")

logger = logging.getLogger(__name__)


class RedisSettings(msgspec.Struct, frozen=True):
    """How a node uses Redis. All nodes of one service have the same."""

    redis_prefix: str = "rebond"
    """What the names of all keys begin with: two services in one Redis have two."""
    redis_command_ms: Duration = 5_000
    """How long a round trip may take before the connection is given up."""
    redis_settle_ms: Duration = 10_000
    """How long to find out whether a write without an answer was kept."""
    redis_replica_ms: Count = 2_000
    """How long replicas may take to confirm a write, with replicated durability."""
    redis_probe_ms: Duration = 2_000
    """How long a probe may take to come back before the node is not ready (HB8)."""
    redis_check_ms: Count = 2_000
    """Open boards are compared with the log this often, whatever pub/sub said (LG3)."""


class Redis(msgspec.Struct, frozen=True):
    """Where the boards of many nodes are. `replicas` is above 0 with replicated durability, and with no other."""

    url: str
    """May have a password in it: it is for the log alone, never for a message."""
    replicas: int
    settings: RedisSettings


Settings = TypeVar("Settings", HubSettings, WebSettings, RedisSettings)


class BadConfiguration(Exception):
    """A setting that cannot be; the text is one sentence that says which and what it may be."""


class Config(msgspec.Struct, frozen=True):
    """Everything the composition needs to know.

    Boards are in `redis`, or, where that is None, in the folder `data`; own templates are in `data` either way.
    `secret` None: it is kept where the boards are, made at the first start.
    """

    host: str
    port: int
    data: Path
    redis: Redis | None
    durability: Durability
    secret: str | None
    trusted_proxies: tuple[str, ...]
    drain_ms: int
    workers: int
    """Processes that serve the port together; more than one only with `redis`."""
    worker_port: int | None
    """Where each worker can be asked alone, besides the common port: the first here, each next one port above."""
    hub: HubSettings
    web: WebSettings
    brand: Path | None = None
    """The file that says how the organisation looks."""


def configured(
    environment: Mapping[str, str],
    *,
    host: str,
    port: int,
    data: Path,
    redis: str | None,
    durability: str,
    replicas: int | None = None,
    workers: int = 1,
    brand: Path | None = None,
) -> Config:
    """The configuration for these words. Raises `BadConfiguration`."""
    promised, confirming = _durability(durability, replicas)
    if redis is None and promised is Durability.REPLICATED:
        raise BadConfiguration("A data folder keeps one copy: --durability is memory or fsync.")
    if redis is None and workers > 1:
        raise BadConfiguration("A data folder has one writer: --workers needs --redis.")
    worker_port = _number(environment, "REBOND_WORKER_PORT", int, 0)
    if not 0 <= worker_port <= LAST_PORT - workers:
        raise BadConfiguration(f"REBOND_WORKER_PORT={worker_port} leaves no ports for {workers} workers.")
    for variable in sorted(name for name in environment if name.startswith(PREFIX) and name not in _KNOWN):
        logger.warning("%s is no setting of Rebond and changes nothing. Is it misspelt?", variable)
    if not environment.get("REBOND_ADMIN_TOKEN", "").isascii():
        raise BadConfiguration("REBOND_ADMIN_TOKEN may only hold ASCII characters: it travels in an HTTP header.")
    return Config(
        host=host,
        port=port,
        data=data,
        redis=None if redis is None else _redis(redis, confirming, environment),
        durability=promised,
        secret=_secret(environment),
        trusted_proxies=_read("REBOND_TRUSTED_PROXIES", environment.get("REBOND_TRUSTED_PROXIES", ""), tuple[str, ...]),
        drain_ms=_number(environment, "REBOND_DRAIN_MS", int, 10_000),
        workers=workers,
        worker_port=worker_port or None,
        hub=_from_environment(HubSettings(), environment),
        web=_from_environment(WebSettings(lan_url=lan_url(host, port)), environment),
        brand=brand,
    )


def lan_url(host: str, port: int) -> str | None:
    """The address of this machine that others on its network can reach, or None where it listens to itself only.

    Connecting a datagram socket sends nothing; it only makes the system choose the interface it would use.
    """
    if host not in ("0.0.0.0", "::"):
        return None
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # TEST-NET-1, RFC 5737: belongs to nobody
            address = probe.getsockname()[0]
        except OSError:
            return None
    return None if address.startswith("127.") else f"http://{address}:{port}"


def _durability(word: str, replicas: int | None) -> tuple[Durability, int]:
    """What is promised, and how many replicas confirm it: `replicated(2)`, or `replicated` and a number beside it."""
    shape = re.fullmatch(r"(memory|fsync|replicated)(?:\((\d{1,3})\))?", word)
    if shape is None or (shape[2] is not None and shape[1] != "replicated"):
        raise BadConfiguration(f"--durability is memory, fsync or, on Redis, replicated(1) and more, not {word!r}.")
    durability, spelled = Durability(shape[1]), None if shape[2] is None else int(shape[2])
    if durability is not Durability.REPLICATED:
        if replicas is not None:
            raise BadConfiguration(f"--replicas is for --durability replicated; {word} waits for none.")
        return durability, 0
    if None not in (spelled, replicas) and spelled != replicas:
        raise BadConfiguration(f"--durability {word} and --replicas {replicas} do not say the same.")
    number = 1 if spelled is None and replicas is None else spelled or replicas or 0
    if number < 1:
        raise BadConfiguration("Replicated durability needs at least one replica that confirms.")
    return durability, number


def meant_for_redis(place: str) -> bool:
    """Whether this is the address of a Redis, or was to become one: no folder is called so by chance."""
    return "://" in place or re.match(r"(rediss?|unix):|rediss?(\+|//)", place, re.IGNORECASE) is not None


def _redis(url: str, replicas: int, environment: Mapping[str, str]) -> Redis:
    """Refuses what would end up in the wrong part of an address, and be told in messages there; and what would be
    passed over, and lead to another database than the one that was meant."""
    rest = url.partition("://")[2]
    if _WHOLE_ADDRESS.match(url) is None:  # redis-py takes what it cannot read for this machine
        raise BadConfiguration(UNREADABLE_ADDRESS)
    if not url.startswith("unix:"):
        if "#" in url or any(letter in rest.rpartition("@")[0] for letter in "/?@"):
            raise BadConfiguration("In an address of Redis, / ? # @ of a password are written %2F %3F %23 %40.")
        database = rest.partition("?")[0].partition("/")[2].removesuffix("/")
        if url.startswith(("redis://", "rediss://")) and re.fullmatch(r"[0-9]{0,9}", database) is None:
            raise BadConfiguration("The database in an address of Redis is a number: redis://host:port/0.")
    return Redis(url, replicas, _from_environment(RedisSettings(), environment))


def _secret(environment: Mapping[str, str]) -> str | None:
    secret = environment.get("REBOND_SECRET")
    if secret is not None and len(secret) < SECRET_CHARS_MIN:
        raise BadConfiguration(
            f"REBOND_SECRET needs at least {SECRET_CHARS_MIN} characters; leave it out to have one made."
        )
    return secret


def _from_environment(defaults: Settings, environment: Mapping[str, str]) -> Settings:
    """These settings with every field that has a variable of its name replaced."""
    changed: dict[str, Any] = {}
    for field in msgspec.structs.fields(type(defaults)):
        word = environment.get(PREFIX + field.name.upper())
        if word is not None:
            changed[field.name] = _read(PREFIX + field.name.upper(), word, field.type)
    return msgspec.structs.replace(defaults, **changed)


def _read(variable: str, word: str, wanted: Any) -> Any:
    shape = _SHAPES.get(variable)
    try:
        value = _words(word) if wanted == tuple[str, ...] else msgspec.convert(word, wanted, strict=False)
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError(variable)
        if shape is not None and not shape.fits(value):
            raise ValueError(variable)
    except (ValueError, msgspec.ValidationError):
        raise BadConfiguration(f"{variable}={word!r} cannot be: it is {_in_words(variable, wanted)}.") from None
    return value


def _number(environment: Mapping[str, str], variable: str, kind: type[int], default: int) -> int:
    word = environment.get(variable)
    return default if word is None else _read(variable, word, kind)


def _words(line: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in line.split(",") if word.strip())


def _in_words(variable: str, wanted: Any) -> str:
    """What a variable may be."""
    if variable in _SHAPES:
        return _SHAPES[variable].words
    match inspect.type_info(wanted):
        case inspect.IntType(ge=least):
            return "a whole number" if least is None else f"a whole number, {least} or more"
        case inspect.FloatType(gt=above):
            return "a number, 0 or more" if above is None else f"a number above {above:g}"
        case inspect.LiteralType(values=values):
            return " or ".join(map(str, values))
        case _:
            return "not set by a variable"


# -- words of a certain shape ------------------------------------------------------------------------------------------


class _Shape(NamedTuple):
    """What the value of a variable must be beyond its type, which may raise ValueError, and how that is said."""

    fits: Callable[[Any], bool]
    words: str


def _is_web_address(word: str) -> bool:
    parts = urlsplit(word)
    return parts.scheme in ("http", "https") and _names_a_host(word) and not (parts.query or parts.fragment)


def _is_origin(word: str) -> bool:
    """As a browser writes it, since it is compared letter by letter (RFC 6454 section 6.2)."""
    parts = urlsplit(word)
    return _names_a_host(word) and word == f"{parts.scheme}://{parts.netloc.lower()}"


def _names_a_host(word: str) -> bool:
    """A host and perhaps a port, without a name or a password; a port that is none raises ValueError."""
    parts = urlsplit(word)
    blank = any(letter.isspace() or not letter.isprintable() for letter in word)
    return not blank and bool(parts.hostname) and "@" not in parts.netloc and parts.port != 0


def _are_origins(words: tuple[str, ...]) -> bool:
    return all(map(_is_origin, words))


def _is_share(number: float) -> bool:
    return number <= 1


def _is_prefix(word: str) -> bool:
    """Braces would choose the slot in a cluster."""
    return re.fullmatch(r"[A-Za-z0-9_.:-]{1,64}", word) is not None


def _are_proxies(words: tuple[str, ...]) -> bool:
    return words == ("*",) or all(ipaddress.ip_network(word) for word in words)


_WEB_ADDRESS = _Shape(_is_web_address, "an address like https://boards.example")
_SHAPES = {
    "REBOND_PUBLIC_URL": _WEB_ADDRESS,
    "REBOND_LAN_URL": _WEB_ADDRESS,
    "REBOND_ORIGINS": _Shape(
        _are_origins,
        "origins as browsers write them, like https://intranet.example, with commas between",
    ),
    "REBOND_TRUSTED_PROXIES": _Shape(
        _are_proxies, "IP addresses or networks, like 127.0.0.1 or 10.0.0.0/8, with commas between, or * alone"
    ),
    "REBOND_FLUSH_SHARE": _Shape(_is_share, "a number above 0, up to 1"),
    "REBOND_REDIS_PREFIX": _Shape(_is_prefix, "up to 64 letters without accents, digits and _ . : -"),
}


_ELSEWHERE = ("SECRET", "TRUSTED_PROXIES", "DRAIN_MS", "WORKER_PORT", "WORKERS", "REDIS_URL", "DURABILITY", "BRAND")
"""Variables that are read one by one, here and by the command line's options."""

_KNOWN = frozenset(PREFIX + name for name in _ELSEWHERE) | frozenset(
    PREFIX + field.name.upper()
    for kind in (HubSettings, WebSettings, RedisSettings)
    for field in msgspec.structs.fields(kind)
)
