"""Configuration: one frozen object, made once from the command line and the environment, passed on as plain values.

The command line says where; `REBOND_…` variables say how much and who may. Every number of `HubSettings` and
`WebSettings` has a variable of its name: `REBOND_FLUSH_MS=10`, `REBOND_JOINS_BURST=500`.
"""

import enum
import logging
import math
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from rebond.hub.settings import HubSettings
from rebond.web.settings import WebSettings

PREFIX = "REBOND_"
SECRET_CHARS_MIN = 32

logger = logging.getLogger(__name__)

Settings = TypeVar("Settings", HubSettings, WebSettings)


class Durability(enum.Enum):
    """What an acknowledged command survives (LG2)."""

    MEMORY = "memory"
    FSYNC = "fsync"
    REPLICATED = "replicated"


class BadConfiguration(Exception):
    """A setting that cannot be; the text is one sentence that says which and what it may be."""


class Config(msgspec.Struct, frozen=True):
    """Everything the composition needs to know. `secret` None: the data folder keeps one, made at the first start."""

    host: str
    port: int
    data: Path
    durability: Durability
    secret: str | None
    trusted_proxies: tuple[str, ...]
    drain_ms: int
    hub: HubSettings
    web: WebSettings


def configured(
    environment: Mapping[str, str], *, host: str, port: int, data: Path, redis: str | None, durability: str
) -> Config:
    """The configuration for these words. Raises `BadConfiguration`."""
    if redis is not None:
        raise BadConfiguration("This version keeps boards in a data folder; leave --redis out and use --data.")
    for variable in sorted(name for name in environment if name.startswith(PREFIX) and name not in _KNOWN):
        logger.warning("%s is no setting of Rebond and changes nothing. Is it misspelt?", variable)
    if not environment.get("REBOND_ADMIN_TOKEN", "").isascii():
        raise BadConfiguration("REBOND_ADMIN_TOKEN may only hold ASCII characters: it travels in an HTTP header.")
    return Config(
        host=host,
        port=port,
        data=data,
        durability=_durability(durability),
        secret=_secret(environment),
        trusted_proxies=_words(environment.get("REBOND_TRUSTED_PROXIES", "")),
        drain_ms=_number(environment, "REBOND_DRAIN_MS", int, 10_000),
        hub=_from_environment(HubSettings(), environment),
        web=_from_environment(WebSettings(lan_url=lan_url(host, port)), environment),
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


def _durability(word: str) -> Durability:
    try:
        chosen = Durability(word)
    except ValueError:
        raise BadConfiguration(f"--durability is memory or fsync, not {word!r}.") from None
    if chosen is Durability.REPLICATED:
        raise BadConfiguration("A data folder keeps one copy: --durability is memory or fsync.")
    return chosen


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
    if wanted == tuple[str, ...]:
        return _words(word)
    try:
        value = msgspec.convert(word, wanted, strict=False)
    except msgspec.ValidationError as error:
        raise BadConfiguration(f"{variable}={word!r} cannot be: {error}.") from None
    if isinstance(value, float) and not math.isfinite(value):
        raise BadConfiguration(f"{variable}={word!r} cannot be: it must be a number one can count with.")
    return value


def _number(environment: Mapping[str, str], variable: str, kind: type[int], default: int) -> int:
    word = environment.get(variable)
    return default if word is None else _read(variable, word, kind)


def _words(line: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in line.split(",") if word.strip())


_KNOWN = frozenset(
    {"REBOND_SECRET", "REBOND_TRUSTED_PROXIES", "REBOND_DRAIN_MS"}
    | {PREFIX + field.name.upper() for kind in (HubSettings, WebSettings) for field in msgspec.structs.fields(kind)}
)
